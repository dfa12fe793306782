// SPDX-License-Identifier: Apache-2.0
// The part of a wizard that jobs work on.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/secret.h"
#include "ui/wizard_own.h"

#include "base/banned.h"

void answers_finish(struct answers *answers)
{
	for (size_t i = 0; i < answers->count; i++) {
		char *text = answers->list[i].text;
		if (text && answers->list[i].input->secret)
			secret_wipe(text, strlen(text));
		free(text);
	}
	free(answers->list);
	*answers = (struct answers){0};
}

static void set_places(struct walk *walk, const struct deck *deck)
{
	const char *home = getenv("HOME"), *slash;
	struct error none;
	if (deck->config->in_memory || !database_path(deck->config->state_folder, walk->path, &none))
		walk->path[0] = '\0';
	slash = strrchr(walk->path, '/');
	if (slash)
		snprintf(walk->folder, sizeof walk->folder, "%.*s/guides", (int)(slash - walk->path), walk->path);
	else
		snprintf(walk->folder, sizeof walk->folder, "%s/guides", deck->config->demo_folder);
	snprintf(walk->home, sizeof walk->home, "%s", home ? home : "");
}

struct walk *walk_create(struct wizard *wizard, const struct guide_entry *entry, struct error *error)
{
	const struct deck *deck = wizard->ui->deck;
	struct walk *walk = calloc(1, sizeof *walk);
	if (!walk || pthread_mutex_init(&walk->lock, NULL) != 0) {
		free(walk);
		error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
		return NULL;
	}
	walk->holders = 1;
	walk->wizard = wizard;
	walk->entry = *entry;
	walk->backend = deck->backend;
	walk->session = deck->session;
	walk->clock = deck->clock;
	walk->log = deck->log;
	snprintf(walk->context, sizeof walk->context, "%s", deck->context->name);
	snprintf(walk->region, sizeof walk->region, "%s",
	        deck->config->region_count ? deck->config->regions[0] : deck->home_region);
	snprintf(walk->config_folder, sizeof walk->config_folder, "%s", deck->config->config_folder);
	set_places(walk, deck);
	effects_system(&walk->effects);
	walk->effects.clock = deck->clock;
	walk->effects.calls = deck->backend->calls;
	walk->effects.session = deck->session;
	health_named_init(&walk->health, deck);
	walk->effects.checks = &walk->health.checks;
	walk->effects.journal = deck->journal;
	walk->effects.agrees = walk_agrees;
	walk->effects.noted = walk_noted;
	walk->effects.user = walk;
	return walk;
}

struct walk *walk_ref(struct walk *walk)
{
	pthread_mutex_lock(&walk->lock);
	walk->holders++;
	pthread_mutex_unlock(&walk->lock);
	return walk;
}

void walk_unref(struct walk *walk)
{
	if (!walk)
		return;
	pthread_mutex_lock(&walk->lock);
	const unsigned left = --walk->holders;
	pthread_mutex_unlock(&walk->lock);
	if (left)
		return;
	run_destroy(walk->run);
	preflight_finish(&walk->preflight);
	plan_finish(&walk->plan);
	plan_finish(&walk->before);
	walk_known_free(walk);
	store_close(walk->store);
	guide_destroy(walk->guide);
	for (size_t i = 0; i < walk->news.line_count; i++)
		free(walk->news.lines[i]);
	free(walk->news.checks);
	free(walk->news.checked);
	free(walk->news.steps);
	free(walk->rows);
	values_finish(&walk->stored);
	pthread_mutex_destroy(&walk->lock);
	free(walk);
}

static struct run_options options_of(const struct walk *walk)
{
	return (struct run_options){.guide = walk->guide,
	        .effects = &walk->effects,
	        .context = walk->context,
	        .region = walk->region,
	        .account = walk->account,
	        .home = walk->home,
	        .folder = walk->folder,
	        .clock_offset_ms = walk->clock_offset_ms};
}

struct guide_run *walk_scratch(const struct walk *walk, const char *id, struct error *error)
{
	struct run_options options = options_of(walk);
	options.id = id;
	return run_create(&options, error);
}

static void set_options(const struct walk *walk, struct run_options *out)
{
	*out = options_of(walk);
	out->store = walk->store;
	out->tell = walk_tell;
	out->checked = walk_checked;
	out->user = (void *)(uintptr_t)walk;
}

struct guide_run *walk_begin(struct walk *walk, const char *id, struct error *error)
{
	struct run_options options;
	set_options(walk, &options);
	options.id = id;
	return run_create(&options, error);
}

struct guide_run *walk_resume(struct walk *walk, struct error *error)
{
	struct run_options options;
	set_options(walk, &options);
	return run_resume(&options, &walk->row, error);
}

// ---- jobs ----

struct first_mistake {
	struct error error;
};

static void keep_first(const struct error *mistake, void *user)
{
	struct first_mistake *first = user;
	if (first->error.kind == ERROR_NONE)
		first->error = *mistake;
}

static bool open_guide(struct walk *walk, struct cancel *cancel, struct error *error)
{
	struct first_mistake first = {.error = {.kind = ERROR_NONE}};
	struct identity identity = {0};
	struct guide_entry entry;
	if (!folder_find(walk->config_folder, walk->entry.name, &entry, error))
		return false;
	walk->entry = entry;
	walk->guide = guide_read(entry.folder, entry.name, false, keep_first, &first);
	if (!walk->guide) {
		*error = first.error;
		error_remedy(error, _("peerdeck guide lint %s tells all that is wrong"), entry.name);
		return false;
	}
	walk->guide->own = entry.own;
	if (strcmp(walk->backend->name, walk->guide->backend) != 0) {
		error_set(error, ERROR_USAGE, _("%s is for %s, and the context %s is on %s"), entry.name,
		        walk->guide->backend, walk->context, walk->backend->name);
		error_remedy(error, "%s", _("choose another context with P"));
		return false;
	}
	if (!walk->backend->calls)
		return error_set(error, ERROR_USAGE, _("%s takes no guides"), walk->backend->title);
	if (!walk->backend->identify(walk->session, &identity, cancel, error))
		return false;
	snprintf(walk->account, sizeof walk->account, "%s", identity.account);
	walk->clock_offset_ms = identity.clock_offset_ms;
	walk->news.checks = calloc(walk->guide->step_count + 1, sizeof *walk->news.checks);
	walk->news.checked = calloc(walk->guide->step_count + 1, sizeof *walk->news.checked);
	walk->news.steps = calloc(walk->guide->step_count + 1, sizeof *walk->news.steps);
	walk->prices = calloc(walk->guide->step_count + 1, sizeof *walk->prices);
	if (!walk->news.checks || !walk->news.checked || !walk->news.steps || !walk->prices)
		return error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
	walk->held = walk_is_held(walk);
	return task_known(walk, cancel, error);
}

bool task_run(struct job *job, void *user, struct error *error)
{
	struct task *task = user;
	struct cancel *cancel = job_cancel(job);
	if (task->work != WORK_LOOK && task->work != WORK_CHOICES)
		task->walk->job = job;
	switch (task->work) {
	case WORK_OPEN:
		return open_guide(task->walk, cancel, error);
	case WORK_LOOK:
		return form_task_look(task, cancel, error);
	case WORK_CHOICES:
		return form_task_choices(task, cancel, error);
	case WORK_CHECK:
	case WORK_CHECK_AGAIN:
		return task_check(task, task->work == WORK_CHECK_AGAIN, cancel, error);
	case WORK_PLAN:
		return task_plan(task, cancel, error);
	case WORK_GO:
		return task_go(task, cancel, error);
	case WORK_RESUME:
		return task_resume(task, cancel, error);
	case WORK_UNDO:
		return task_undo(task, cancel, error);
	case WORK_SKIP:
		return task_skip(task, cancel, error);
	case WORK_WATCH:
		return task_watch(task, job, error);
	case WORK_NONE:
	case WORK_COUNT:
		break;
	}
	return true;
}

void task_free(void *user)
{
	struct task *task = user;
	struct answers defaults = {task->defaults, task->defaults ? task->answers.count : 0};
	answers_finish(&defaults);
	answers_finish(&task->answers);
	free(task->problems);
	free(task->choices);
	walk_unref(task->walk);
	free(task);
}

static const char *work_title(enum wizard_work work)
{
	static const char *const titles[WORK_COUNT] = {
	        [WORK_OPEN] = N_("Open the guide"),
	        [WORK_LOOK] = N_("Look for defaults"),
	        [WORK_CHOICES] = N_("List choices"),
	        [WORK_CHECK] = N_("Preflight"),
	        [WORK_CHECK_AGAIN] = N_("Preflight"),
	        [WORK_PLAN] = N_("Plan"),
	        [WORK_GO] = N_("Set up"),
	        [WORK_RESUME] = N_("Set up"),
	        [WORK_UNDO] = N_("Undo"),
	        [WORK_SKIP] = N_("Set up"),
	        [WORK_WATCH] = N_("Look on"),
	};
	return titles[work] ? _(titles[work]) : "";
}

job_id wizard_submit(struct wizard *wizard, enum wizard_work work, struct answers *answers,
        const struct guide_input *input, struct error *error)
{
	struct task *task = calloc(1, sizeof *task);
	char title[128];
	if (!task) {
		if (answers)
			answers_finish(answers);
		error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
		return 0;
	}
	task->walk = walk_ref(wizard->walk);
	task->work = work;
	task->input = input;
	snprintf(task->id, sizeof task->id, "%s", wizard->id);
	if (work == WORK_SKIP)
		snprintf(task->step, sizeof task->step, "%s", wizard->walk->guide->steps[wizard->current].id);
	if (answers)
		task->answers = *answers;
	snprintf(title, sizeof title, "%s: %.90s", work_title(work), wizard->name);
	const struct job_spec spec = {.title = title,
	        .quiet = work < WORK_GO,
	        .changes = work >= WORK_GO,
	        .lasting = work >= WORK_WATCH,
	        .settled = true,
	        .run = task_run,
	        .done = wizard_done,
	        .user = task,
	        .user_free = task_free};
	const job_id id = jobs_submit(wizard->ui->deck->jobs, &spec, error);
	if (!id)
		task_free(task);
	return id;
}

static void take_lines(struct walk_news *news, struct document *log)
{
	for (size_t i = 0; i < news->line_count; i++) {
		document_add_text(log, STYLE_TEXT, news->lines[i]);
		free(news->lines[i]);
	}
	news->line_count = 0;
}

void walk_news_take(struct walk *walk)
{
	struct wizard *wizard = walk->wizard;
	struct walk_news *news = &walk->news;
	if (!wizard->open)
		return;
	pthread_mutex_lock(&walk->lock);
	if (wizard->news_seen != news->version) {
		wizard->news_seen = news->version;
		wizard->version++;
		memcpy(wizard->checks, news->checks, wizard->check_count * sizeof *wizard->checks);
		memcpy(wizard->checked, news->checked, wizard->check_count * sizeof *wizard->checked);
		memcpy(wizard->steps, news->steps, walk->guide->step_count * sizeof *wizard->steps);
		wizard->current = news->current;
		wizard->waiting = news->waiting;
		wizard->waited = news->waited;
		wizard->made = news->made;
		wizard->hourly = news->hourly;
		snprintf(wizard->note_title, sizeof wizard->note_title, "%s", news->note_title);
		snprintf(wizard->note, sizeof wizard->note, "%s", news->note);
		snprintf(wizard->key, sizeof wizard->key, "%s", news->key);
		wizard->holder = news->holder;
		if (run_is_watched(wizard))
			wizard->undoing = news->undoing;
		take_lines(news, wizard->log);
	}
	pthread_mutex_unlock(&walk->lock);
}
