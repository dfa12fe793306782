// SPDX-License-Identifier: Apache-2.0
// The wizards of a console and their pane. A wizard outlives its pane: whoever leaves comes back to where they were.
#include "config.h"

#include "ui/wizard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/wizard_own.h"

#include "base/banned.h"

struct wizards {
	struct wizard *first;
	const struct context_config *looked_at;
	struct pending *pending; // a look that is under way
};

struct wizard_pane {
	struct pane pane;
	struct wizard *wizard;
	unsigned version;
	bool steps_shown; // on a screen without room for both
};

static const struct phase_type *const phases[] = {
        [PHASE_INPUTS] = &inputs_phase,
        [PHASE_PREFLIGHT] = &preflight_phase,
        [PHASE_PLAN] = &plan_phase,
        [PHASE_RUN] = &run_phase,
};

const struct phase_type *wizard_phase_type(enum wizard_phase phase)
{
	return phases[phase];
}

const char *wizard_phase_name(enum wizard_phase phase)
{
	return phases[phase]->name;
}

void wizard_changed(struct wizard *wizard)
{
	wizard->version++;
}

bool wizard_is_busy(const struct wizard *wizard)
{
	return wizard->job != 0;
}

void wizard_show(struct wizard *wizard, enum wizard_phase phase)
{
	field_close(wizard);
	wizard->phase = phase;
	wizard_changed(wizard);
}

static void clear_steps(struct wizard *wizard)
{
	struct walk *walk = wizard->walk;
	pthread_mutex_lock(&walk->lock);
	memset(walk->news.steps, 0, walk->guide->step_count * sizeof *walk->news.steps);
	walk->news.waiting = false;
	walk->news.version++;
	pthread_mutex_unlock(&walk->lock);
	document_clear(wizard->log);
	memset(&walk->row, 0, sizeof walk->row);
	walk->row_count = 0;
}

bool wizard_begin(struct wizard *wizard, enum wizard_work work)
{
	static const enum wizard_phase shown[WORK_COUNT] = {[WORK_CHECK] = PHASE_PREFLIGHT,
	        [WORK_CHECK_AGAIN] = PHASE_PREFLIGHT,
	        [WORK_PLAN] = PHASE_PLAN,
	        [WORK_GO] = PHASE_RUN,
	        [WORK_RESUME] = PHASE_RUN,
	        [WORK_UNDO] = PHASE_RUN};
	struct error error = {0};
	struct answers answers = {0};
	if (wizard_is_busy(wizard))
		return false;
	if (work == WORK_CHECK || work == WORK_CHECK_AGAIN)
		checks_clear(wizard, work == WORK_CHECK);
	if (work == WORK_CHECK) {
		answers = form_answers(wizard, true);
		wizard->planned = false;
	}
	if (work == WORK_RESUME)
		answers = form_answers(wizard, false);
	if (work == WORK_GO)
		clear_steps(wizard);
	wizard->undoing = work == WORK_UNDO;
	error_clear(&wizard->failure);
	wizard->job = wizard_submit(wizard, work, &answers, NULL, &error);
	if (!wizard->job) {
		ui_fail(wizard->ui, &error);
		return false;
	}
	wizard->work = work;
	if (wizard->open)
		wizard_show(wizard, shown[work]);
	return true;
}

void wizard_hint(struct wizard *wizard, struct hint *hints, size_t *count, size_t most, enum command_id command,
        const char *text)
{
	if (*count >= most)
		return;
	struct hint *hint = &hints[*count];
	*hint = (struct hint){.text = text, .rank = command == COMMAND_CLOSE ? HINT_RIGHT : 1};
	keymap_text(wizard->ui->keymap, command, PLACE_GUIDE, hint->key);
	*count += hint->key[0] != '\0';
}

static bool is_in_front(const struct wizard *wizard);

static void begin_typing(struct wizard *wizard)
{
	struct error error = {0};
	if (wizard->phase == PHASE_INPUTS && !wizard->ui->overlays && is_in_front(wizard) &&
	        !field_open(wizard, &error))
		ui_fail(wizard->ui, &error);
}

static void opened(struct wizard *wizard)
{
	struct error error = {0};
	wizard->log = document_create(WIZARD_LOG_MOST);
	wizard->steps = calloc(wizard->walk->guide->step_count + 1, sizeof *wizard->steps);
	if (!wizard->log || !wizard->steps) {
		error_set(&wizard->failure, ERROR_MEMORY, "%s", _("out of memory"));
		return;
	}
	if (!form_create(wizard, &error) || !checks_create(wizard, &error)) {
		wizard->failure = error;
		return;
	}
	wizard->open = true;
	snprintf(wizard->name, sizeof wizard->name, "%s", wizard->walk->guide->name);
	if (wizard->walk->row.id[0]) {
		form_restore(wizard);
		run_restore(wizard);
		wizard->phase = PHASE_RUN;
	}
	form_look(wizard);
	for (wizard->cursor = 0; wizard->cursor < wizard->field_count; wizard->cursor++)
		if (wizard->fields[wizard->cursor].wanted)
			break;
	form_list(wizard);
	begin_typing(wizard);
}

static void run_over(struct wizard *wizard, const struct task *task, enum job_state state)
{
	wizard->resuming = task->work == WORK_RESUME && task->wrong_answers;
	if (task->plan_changed)
		wizard_show(wizard, PHASE_PLAN);
	else if (wizard->resuming)
		wizard_show(wizard, PHASE_INPUTS);
	if (task->plan_changed || wizard->resuming)
		ui_fail(wizard->ui, &wizard->failure);
	else if (state == JOB_DONE)
		ui_say(wizard->ui, "%s", task->work == WORK_UNDO ? _("undone") : _("done"));
}

static void work_over(struct wizard *wizard, const struct task *task, enum job_state state, const struct error *error)
{
	wizard->job = 0;
	wizard->work = WORK_NONE;
	walk_news_take(wizard->walk);
	if (state != JOB_DONE && error)
		wizard->failure = *error;
	switch (task->work) {
	case WORK_OPEN:
		if (state == JOB_DONE)
			opened(wizard);
		return;
	case WORK_CHECK:
	case WORK_CHECK_AGAIN:
		checks_done(wizard, state);
		if (task->wrong_answers)
			wizard_show(wizard, PHASE_INPUTS);
		break;
	case WORK_PLAN:
		wizard->planned = state == JOB_DONE;
		if (!wizard->planned)
			wizard_show(wizard, PHASE_PREFLIGHT);
		break;
	case WORK_GO:
	case WORK_RESUME:
	case WORK_UNDO:
		run_over(wizard, task, state);
		return;
	default:
		break;
	}
	if (state == JOB_CANCELLED)
		ui_say(wizard->ui, "%s", _("stopped; nothing was changed"));
	else if (state == JOB_FAILED && error)
		ui_fail(wizard->ui, error);
}

void wizard_done(job_id id, enum job_state state, const struct error *error, void *user)
{
	struct task *task = user;
	struct wizard *wizard = task->walk->wizard;
	if (!wizard)
		return;
	wizard_changed(wizard);
	if (task->work == WORK_LOOK) {
		wizard->look = 0;
		if (state == JOB_DONE)
			form_looked(wizard, task);
		field_refresh(wizard);
		if (wizard->look_again)
			form_look(wizard);
		else if (wizard->leave_inputs)
			inputs_leave(wizard);
	} else if (task->work == WORK_CHOICES) {
		if (id != wizard->listing)
			return;
		wizard->listing = 0;
		form_listed(wizard, task, state, error);
	} else if (id == wizard->job) {
		work_over(wizard, task, state, error);
	}
}

// ---- the pane ----

static struct wizard *wizard_of(struct pane *pane)
{
	return ((struct wizard_pane *)pane)->wizard;
}

static void pane_free(struct pane *pane)
{
	free(pane);
}

static void pane_title(struct pane *pane, char *title, size_t title_size, char *note, size_t note_size)
{
	struct wizard *wizard = wizard_of(pane);
	(void)note_size;
	snprintf(title, title_size, "%s", wizard->name);
	*note = '\0';
}

static void pane_crumb(struct pane *pane, char *out, size_t size)
{
	const struct wizard *wizard = wizard_of(pane);
	snprintf(out, size, _("set up › step %d/%d %s"), (int)wizard->phase + 1, (int)PHASES,
	        _(wizard_phase_name(wizard->phase)));
}

static void pane_draw(struct pane *pane, const struct canvas *canvas, bool focused)
{
	struct wizard_pane *own = (struct wizard_pane *)pane;
	wizard_draw(own->wizard, canvas, focused, own->steps_shown);
}

static bool pane_update(struct pane *pane)
{
	struct wizard_pane *own = (struct wizard_pane *)pane;
	if (own->wizard->open) {
		walk_news_take(own->wizard->walk);
		run_ask(own->wizard);
	}
	const bool changed = own->version != own->wizard->version;
	own->version = own->wizard->version;
	return changed;
}

static int64_t pane_wake_at(struct pane *pane, int64_t now)
{
	enum { TICK_MS = 500 };
	const struct wizard *wizard = wizard_of(pane);
	return wizard->phase == PHASE_RUN && wizard_is_busy(wizard) ? now + TICK_MS : -1;
}

static unsigned leave(struct wizard *wizard)
{
	if (!pages_back(wizard->ui->pages))
		return REACT_PASS;
	if (wizard_is_busy(wizard) && wizard->phase == PHASE_RUN)
		ui_say(wizard->ui, _("it goes on meanwhile: T follows it, :guide %s comes back"), wizard->name);
	else
		ui_say(wizard->ui, _(":guide %s goes on from here"), wizard->name);
	return REACT_DRAW | REACT_INTERESTS;
}

static unsigned stop(struct wizard *wizard)
{
	if (!wizard_is_busy(wizard))
		return REACT_PASS;
	jobs_cancel(wizard->ui->deck->jobs, wizard->job);
	return REACT_DRAW;
}

static unsigned pane_command(struct pane *pane, const struct command_call *call)
{
	struct wizard_pane *own = (struct wizard_pane *)pane;
	struct wizard *wizard = own->wizard;
	unsigned reactions;
	switch (call->id) {
	case COMMAND_CLOSE:
		return leave(wizard);
	case COMMAND_CANCEL:
		return stop(wizard);
	case COMMAND_LEFT:
	case COMMAND_RIGHT:
		own->steps_shown = call->id == COMMAND_LEFT;
		return REACT_DRAW;
	default:
		break;
	}
	if (!wizard->open) {
		if (call->id != COMMAND_REFRESH)
			return REACT_PASS;
		wizard_begin(wizard, WORK_OPEN);
		return REACT_DRAW;
	}
	reactions = phases[wizard->phase]->command(wizard, call);
	return reactions;
}

static size_t pane_hints(struct pane *pane, struct hint *out, size_t most)
{
	struct wizard *wizard = wizard_of(pane);
	return wizard->open ? phases[wizard->phase]->hints(wizard, out, most) : 0;
}

static const struct pane_type wizard_pane_type = {.name = "guide",
        .place = PLACE_GUIDE,
        .frameless = true,
        .destroy = pane_free,
        .title = pane_title,
        .draw = pane_draw,
        .command = pane_command,
        .update = pane_update,
        .wake_at = pane_wake_at,
        .crumb = pane_crumb,
        .hints = pane_hints};

static bool is_in_front(const struct wizard *wizard)
{
	struct pane *pane = ui_focused_pane(wizard->ui);
	return pane->type == &wizard_pane_type && wizard_of(pane) == wizard;
}

// ---- all of them ----

struct wizards *wizards_create(void)
{
	return calloc(1, sizeof(struct wizards));
}

static void wizard_destroy(struct wizard *wizard)
{
	field_close(wizard);
	if (wizard->walk) {
		wizard->walk->wizard = NULL;
		if (wizard->job)
			jobs_cancel(wizard->ui->deck->jobs, wizard->job);
		if (wizard->look)
			jobs_cancel(wizard->ui->deck->jobs, wizard->look);
		if (wizard->listing)
			jobs_cancel(wizard->ui->deck->jobs, wizard->listing);
	}
	form_destroy(wizard);
	checks_destroy(wizard);
	free(wizard->steps);
	document_destroy(wizard->log);
	walk_unref(wizard->walk);
	free(wizard);
}

void wizards_reset(struct ui *ui)
{
	while (ui->wizards && ui->wizards->first) {
		struct wizard *wizard = ui->wizards->first;
		ui->wizards->first = wizard->next;
		wizard_destroy(wizard);
	}
}

// Nobody waits for it any more.
static void forget_look(struct wizards *wizards)
{
	if (wizards->pending)
		wizards->pending->ui = NULL;
	wizards->pending = NULL;
}

void wizards_destroy(struct ui *ui)
{
	if (ui->wizards)
		forget_look(ui->wizards);
	wizards_reset(ui);
	free(ui->wizards);
	ui->wizards = NULL;
}

void wizards_turn(struct ui *ui)
{
	struct wizards *wizards = ui->wizards;
	if (!wizards || !ui->deck->session || wizards->looked_at == ui->deck->context)
		return;
	wizards->looked_at = ui->deck->context;
	if (ui->deck->config->in_memory)
		return;
	forget_look(wizards);
	wizards->pending = calloc(1, sizeof *wizards->pending);
	if (!wizards->pending || guides_look(ui, wizards->pending))
		return;
	free(wizards->pending);
	wizards->pending = NULL;
}

void wizards_looked(struct ui *ui)
{
	ui->wizards->pending = NULL;
}

static struct wizard *find(struct ui *ui, const char *name)
{
	for (struct wizard *wizard = ui->wizards->first; wizard; wizard = wizard->next) {
		const char *tail = strrchr(wizard->name, '/');
		if (!strcmp(wizard->name, name) || !strcmp(wizard->walk->entry.name, name) ||
		        (tail && !strcmp(tail + 1, name)))
			return wizard;
	}
	return NULL;
}

static struct wizard *create(struct ui *ui, const char *name, struct error *error)
{
	struct wizard *wizard = calloc(1, sizeof *wizard);
	struct guide_entry *entry = calloc(1, sizeof *entry);
	if (!wizard || !entry) {
		free(wizard);
		free(entry);
		error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
		return NULL;
	}
	wizard->ui = ui;
	snprintf(wizard->name, sizeof wizard->name, "%s", name);
	snprintf(entry->name, sizeof entry->name, "%s", name);
	wizard->walk = walk_create(wizard, entry, error);
	free(entry);
	if (!wizard->walk) {
		free(wizard);
		return NULL;
	}
	wizard->next = ui->wizards->first;
	ui->wizards->first = wizard;
	wizard_begin(wizard, WORK_OPEN);
	return wizard;
}

bool wizard_open(struct ui *ui, const char *name, struct error *error)
{
	struct wizard *wizard;
	struct wizard_pane *own;
	if (!ui->wizards || !ui->deck->session)
		return error_set(error, ERROR_USAGE, "%s", _("no context is open"));
	wizard = find(ui, name);
	if (!wizard && !(wizard = create(ui, name, error)))
		return false;
	if (is_in_front(wizard))
		return true;
	own = calloc(1, sizeof *own);
	if (!own)
		return error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
	own->pane.type = &wizard_pane_type;
	own->pane.ui = ui;
	own->wizard = wizard;
	return pages_open(ui->pages, &own->pane, error);
}

static unsigned run_guides(struct ui *ui, const struct command_call *call)
{
	struct error error = {0};
	(void)call;
	if (!guides_open(ui, &error))
		ui_fail(ui, &error);
	return REACT_DRAW | REACT_INTERESTS;
}

static unsigned run_guide(struct ui *ui, const struct command_call *call)
{
	struct error error = {0};
	if (!*call->argument)
		return run_guides(ui, call);
	if (!wizard_open(ui, call->argument, &error))
		ui_fail(ui, &error);
	return REACT_DRAW | REACT_INTERESTS;
}

const struct command_handler wizard_handlers[] = {
        {COMMAND_GUIDES, run_guides},
        {COMMAND_GUIDE, run_guide},
        {COMMAND_NONE, NULL},
};
