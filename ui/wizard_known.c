// SPDX-License-Identifier: Apache-2.0
// What is known of a run without walking it: its rows, the commands of its steps, what its things cost, how far another
// process is with it. On a worker thread, by the task at work.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/wizard_own.h"

#include "base/banned.h"

enum { COMMANDS_MOST = 4 << 20, LOOK_AGAIN_MS = 1000 };

bool walk_store(struct walk *walk, struct error *error)
{
	if (!walk->store)
		walk->store = store_open(walk->path, walk->clock, walk->log, error);
	return walk->store != NULL;
}

static bool is_empty(const struct step_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].made || rows[i].state == ROW_INTENDED)
			return false;
	return true;
}

bool walk_find(struct walk *walk, const char *id, unsigned states, struct run_row *out)
{
	struct run_row *runs = calloc(RUNS_MOST, sizeof *runs);
	struct step_row *rows = calloc(ROWS_MOST, sizeof *rows);
	const size_t count =
	        runs && rows ? store_runs(walk->store, walk->guide->name, walk->context, runs, RUNS_MOST) : 0;
	bool found = false;
	for (size_t i = 0; i < count && i < RUNS_MOST && !found; i++) {
		if (id ? strcmp(id, runs[i].id) != 0 : !(states & 1u << runs[i].state))
			continue;
		found = id || runs[i].state != RUN_STARTED ||
		        !is_empty(rows, store_steps(walk->store, runs[i].id, rows, ROWS_MOST));
		*out = runs[i];
	}
	free(runs);
	free(rows);
	return found;
}

void walk_rows(struct walk *walk)
{
	walk->row_count = 0;
	if (!walk->rows)
		walk->rows = calloc(ROWS_MOST, sizeof *walk->rows);
	if (walk->rows && walk->row.id[0])
		walk->row_count = store_steps(walk->store, walk->row.id, walk->rows, ROWS_MOST);
}

// ---- texts ----

static void commands_free(char **commands, size_t count)
{
	for (size_t i = 0; commands && i < count; i++)
		free(commands[i]);
	free(commands);
}

void walk_known_free(struct walk *walk)
{
	const size_t count = walk->guide ? walk->guide->step_count : 0;
	commands_free(walk->commands, count);
	commands_free(walk->undo_commands, count);
	free(walk->script);
	free(walk->exports);
	free(walk->prices);
}

static char **commands_of(
        struct walk *walk, bool (*command)(struct guide_run *run, const struct guide_step *step, struct buffer *out))
{
	struct buffer text;
	const size_t count = walk->guide->step_count;
	char **commands = calloc(count + 1, sizeof *commands);
	buffer_init(&text, COMMANDS_MOST);
	for (size_t i = 0; commands && i < count; i++) {
		buffer_clear(&text);
		if (command(walk->run, &walk->guide->steps[i], &text) && text.size)
			commands[i] = strdup(buffer_text(&text));
	}
	buffer_finish(&text);
	return commands;
}

static void swap(struct walk *walk, char ***place, char **fresh)
{
	char **before;
	pthread_mutex_lock(&walk->lock);
	before = *place;
	*place = fresh;
	pthread_mutex_unlock(&walk->lock);
	commands_free(before, walk->guide->step_count);
}

void walk_texts(struct walk *walk)
{
	struct buffer text;
	swap(walk, &walk->commands, commands_of(walk, run_command));
	swap(walk, &walk->undo_commands, commands_of(walk, run_undo_command));
	buffer_init(&text, COMMANDS_MOST);
	free(walk->script);
	walk->script = run_script(walk->run, &text) ? strdup(buffer_text(&text)) : NULL;
	buffer_clear(&text);
	free(walk->exports);
	walk->exports = run_exports(walk->run, &text) ? strdup(buffer_text(&text)) : NULL;
	buffer_finish(&text);
}

// ---- prices ----

const struct guide_step *walk_step_of(const struct walk *walk, const char *key)
{
	char id[STEP_KEY_SIZE];
	snprintf(id, sizeof id, "%.*s", (int)strcspn(key, "["), key);
	return guide_step_find(walk->guide, id);
}

void walk_price(struct walk *walk, struct cancel *cancel)
{
	for (size_t i = 0; i < walk->guide->step_count && !cancel_asked(cancel); i++) {
		const struct guide_step *step = &walk->guide->steps[i];
		char currency[8] = "";
		if (!step->price || walk->prices[i].known || !run_step_wanted(walk->run, step))
			continue;
		walk->prices[i].hourly = run_step_price(walk->run, step, currency, cancel);
		walk->prices[i].known = walk->prices[i].hourly >= 0;
		if (*currency && !walk->currency[0])
			snprintf(walk->currency, sizeof walk->currency, "%s", currency);
	}
}

double walk_row_price(const struct walk *walk, const struct step_row *row)
{
	const struct guide_step *step = run_is_made(row) ? walk_step_of(walk, row->key) : NULL;
	const struct step_price *price = step ? &walk->prices[step - walk->guide->steps] : NULL;
	return price && price->known ? price->hourly : 0;
}

void walk_count(struct walk *walk)
{
	size_t made = 0;
	double hourly = 0;
	for (size_t i = 0; i < walk->row_count; i++) {
		made += run_is_made(&walk->rows[i]);
		hourly += walk_row_price(walk, &walk->rows[i]);
	}
	pthread_mutex_lock(&walk->lock);
	walk->news.made = made;
	walk->news.hourly = hourly;
	walk->news.version++;
	pthread_mutex_unlock(&walk->lock);
}

// ---- how far it is ----

static unsigned mark_of(const struct step_row *row)
{
	static const unsigned marks[] = {
	        [ROW_NONE] = MARK_NONE,
	        [ROW_INTENDED] = MARK_IN_DOUBT,
	        [ROW_MADE] = MARK_IN_DOUBT,
	        [ROW_DONE] = MARK_OUTCOMES + OUTCOME_DONE,
	        [ROW_UNDOING] = MARK_IN_DOUBT,
	        [ROW_UNDONE] = MARK_OUTCOMES + OUTCOME_UNDONE,
	        [ROW_SKIPPED] = MARK_OUTCOMES + OUTCOME_SKIPPED,
	};
	return row->state == ROW_DONE && row->made ? MARK_OUTCOMES + OUTCOME_MADE : marks[row->state];
}

void walk_marks(struct walk *walk, struct step_state *out)
{
	const struct guide *guide = walk->guide;
	memset(out, 0, guide->step_count * sizeof *out);
	for (size_t i = 0; i < walk->row_count; i++) {
		const struct step_row *row = &walk->rows[i];
		const struct guide_step *step = walk_step_of(walk, row->key);
		if (!step)
			continue;
		struct step_state *state = &out[step - guide->steps];
		state->mark = mark_of(row);
		state->elapsed_ms = row->ended && row->created ? row->ended - row->created : 0;
	}
	// What only looks leaves no row, nor does what was left out.
	size_t last = 0;
	for (size_t i = 0; i < guide->step_count; i++)
		if (out[i].mark != MARK_NONE)
			last = i;
	for (size_t i = 0; walk->run && i < guide->step_count; i++) {
		if (out[i].mark != MARK_NONE)
			continue;
		if (!run_step_wanted(walk->run, &guide->steps[i]))
			out[i].mark = MARK_OUTCOMES + OUTCOME_SKIPPED;
		else if (walk->row.state == RUN_DONE || i < last)
			out[i].mark = MARK_OUTCOMES + OUTCOME_DONE;
	}
	walk->next_step = last;
	while (walk->row_count && walk->next_step < guide->step_count && out[walk->next_step].mark >= MARK_OUTCOMES)
		walk->next_step++;
	if (walk->next_step == guide->step_count)
		walk->next_step = last;
}

bool task_known(struct walk *walk, struct cancel *cancel, struct error *error)
{
	if (!walk_store(walk, error))
		return false;
	memset(&walk->row, 0, sizeof walk->row);
	values_finish(&walk->stored);
	if (walk_find(walk, NULL, 1u << RUN_STARTED | 1u << RUN_DONE | 1u << RUN_UNDOING, &walk->row) &&
	        !store_answers(walk->store, walk->row.id, &walk->stored, error))
		return false;
	walk_rows(walk);
	if (!walk->row.id[0])
		return true;
	run_destroy(walk->run);
	walk->run = walk_resume(walk, error);
	if (!walk->run)
		return false;
	walk_texts(walk);
	walk_price(walk, cancel);
	walk_count(walk);
	return true;
}

// ---- looking on ----

bool walk_is_held(struct walk *walk)
{
	struct lock_holder holder;
	return lock_holder_read(walk->path, walk->guide->name, walk->context, &holder);
}

// Under the lock: the lines of its log that are new. What came too fast to be seen is counted.
static void take_lines(struct walk *walk, const struct lock_holder *holder)
{
	char text[80];
	int64_t fresh;
	if (walk->heard_pid != holder->pid || walk->heard > holder->lines_told)
		walk->heard = holder->lines_told - (int64_t)holder->line_count;
	walk->heard_pid = holder->pid;
	fresh = holder->lines_told - walk->heard;
	walk->heard = holder->lines_told;
	if (fresh > (int64_t)holder->line_count) {
		snprintf(text, sizeof text, _("… %lld lines not seen here …"),
		        (long long)fresh - (long long)holder->line_count);
		walk_add_line(&walk->news, "", text);
		fresh = (int64_t)holder->line_count;
	}
	for (size_t i = holder->line_count - (size_t)fresh; i < holder->line_count; i++)
		walk_add_line(&walk->news, "", holder->lines[i]);
}

static void take_holder(struct walk *walk, const struct lock_holder *holder)
{
	struct walk_news *news = &walk->news;
	const struct guide_step *step = walk_step_of(walk, holder->key);
	const int64_t now = clock_now(walk->clock), mono = clock_monotonic(walk->clock);
	pthread_mutex_lock(&walk->lock);
	walk_marks(walk, news->steps);
	take_lines(walk, holder);
	news->holder = *holder;
	news->undoing = walk->row.state == RUN_UNDOING;
	snprintf(news->key, sizeof news->key, "%s", holder->key);
	if (step) {
		news->current = (size_t)(step - walk->guide->steps);
		news->steps[news->current] =
		        (struct step_state){.mark = MARK_AT_WORK, .began = mono - (now - holder->began)};
	}
	news->waiting = holder->waiting;
	news->waited = (struct waited){.percent = holder->percent,
	        .elapsed_ms = holder->told - holder->began,
	        .usual_ms = holder->usual_ms,
	        .next_ms = holder->next_ms,
	        .limit_ms = holder->limit_ms,
	        .told = mono - (now - holder->told)};
	snprintf(news->waited.text, sizeof news->waited.text, "%s", holder->text);
	news->version++;
	pthread_mutex_unlock(&walk->lock);
}

// The rows are read into memory of the task; the screen looks at the news alone meanwhile.
bool task_watch(struct task *task, struct job *job, struct error *error)
{
	struct walk *walk = task->walk;
	struct cancel *cancel = job_cancel(job);
	struct lock_holder holder;
	bool known = true;
	if (!walk_store(walk, error))
		return false;
	while (lock_holder_read(walk->path, walk->guide->name, walk->context, &holder)) {
		const bool another = walk_find(walk, NULL, 1u << RUN_STARTED | 1u << RUN_UNDOING, &walk->row) &&
		                     (!walk->run || strcmp(run_row(walk->run)->id, walk->row.id) != 0);
		walk_rows(walk);
		if (another) {
			run_destroy(walk->run);
			walk->run = walk_resume(walk, error);
		}
		walk_count(walk);
		take_holder(walk, &holder);
		if (!job_sleep(job, LOOK_AGAIN_MS))
			return error_set(error, ERROR_CANCELLED, _("stopped looking on"));
	}
	known = task_known(walk, cancel, error);
	pthread_mutex_lock(&walk->lock);
	walk->news.holder = (struct lock_holder){.percent = -1};
	walk->news.waiting = false;
	walk->news.version++;
	pthread_mutex_unlock(&walk->lock);
	return known;
}
