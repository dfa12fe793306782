// SPDX-License-Identifier: Apache-2.0
// A wizard from phase to phase, and its pane. It outlives the pane: whoever leaves comes back to where they were.
#include "config.h"

#include "ui/wizard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "orphans/scanner.h"
#include "ui/cleanup.h"
#include "ui/wizard_own.h"

#include "base/banned.h"

struct wizard_pane {
	struct pane pane;
	struct wizard *wizard;
	unsigned version;
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
	plan_finish(&walk->before);
}

// Where what was told before ends.
static void part_log(struct wizard *wizard, enum wizard_work work)
{
	if (document_end(wizard->log) != document_first(wizard->log))
		document_add_text(
		        wizard->log, STYLE_HEADING, work == WORK_UNDO ? _("── undo ──") : _("── going on ──"));
}

bool wizard_begin(struct wizard *wizard, enum wizard_work work)
{
	static const enum wizard_phase shown[WORK_COUNT] = {[WORK_CHECK] = PHASE_PREFLIGHT,
	        [WORK_CHECK_AGAIN] = PHASE_PREFLIGHT,
	        [WORK_PLAN] = PHASE_PLAN,
	        [WORK_GO] = PHASE_RUN,
	        [WORK_WATCH] = PHASE_RUN,
	        [WORK_RESUME] = PHASE_RUN,
	        [WORK_SKIP] = PHASE_RUN,
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
	if (work == WORK_RESUME || work == WORK_SKIP)
		answers = form_answers(wizard, false);
	if (work == WORK_GO)
		clear_steps(wizard);
	else if (work >= WORK_RESUME)
		part_log(wizard, work);
	if (work != WORK_WATCH)
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

// A letter is what the texts of the wizard name, so the footer names it, too.
static void key_of(struct ui *ui, enum command_id command, unsigned place, char out[KEY_TEXT_SIZE])
{
	for (keystroke key = 'a'; key <= 'z'; key++)
		if (keymap_find(ui->keymap, key, place) == command) {
			key_format(key, out);
			return;
		}
	keymap_text(ui->keymap, command, place, out);
}

void wizard_hint_at(struct ui *ui, unsigned place, struct hint *hints, size_t *count, size_t most,
        enum command_id command, const char *text)
{
	if (*count >= most)
		return;
	struct hint *hint = &hints[*count];
	*hint = (struct hint){.text = text, .rank = command == COMMAND_CLOSE ? HINT_RIGHT : 1};
	key_of(ui, command, place, hint->key);
	*count += hint->key[0] != '\0';
}

void wizard_hint(struct wizard *wizard, struct hint *hints, size_t *count, size_t most, enum command_id command,
        const char *text)
{
	wizard_hint_at(wizard->ui, PLACE_GUIDE, hints, count, most, command, text);
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
	if (wizard->walk->held)
		wizard_begin(wizard, WORK_WATCH);
	form_look(wizard);
	for (wizard->cursor = 0; wizard->cursor < wizard->field_count; wizard->cursor++)
		if (wizard->fields[wizard->cursor].wanted)
			break;
	form_list(wizard);
	begin_typing(wizard);
}

// What it made or took away is judged now, not when the next scan is due.
static void judge_anew(struct wizard *wizard)
{
	struct scanner *scanner = cleanup_scanner(wizard->ui);
	if (scanner)
		scanner_now(scanner);
}

// What another process did meanwhile is known now.
static void watch_over(struct wizard *wizard, enum job_state state)
{
	if (state != JOB_DONE)
		return;
	form_restore(wizard);
	run_restore(wizard);
	judge_anew(wizard);
	ui_say(wizard->ui, "%s", _("the other process has ended"));
}

static void run_over(struct wizard *wizard, const struct task *task, enum job_state state)
{
	judge_anew(wizard);
	wizard->run_cursor = 0;
	wizard->run_top = 0;
	wizard->resuming = (task->work == WORK_RESUME || task->work == WORK_SKIP) && task->wrong_answers;
	if (task->is_held) {
		ui_fail(wizard->ui, &wizard->failure);
		wizard_begin(wizard, WORK_WATCH);
		return;
	}
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
	case WORK_WATCH:
		watch_over(wizard, state);
		return;
	case WORK_GO:
	case WORK_RESUME:
	case WORK_SKIP:
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

bool steps_are_shown(const struct wizard *wizard)
{
	return wizard->steps_shown && wizard->ui->columns < WIZARD_WIDE_COLUMNS;
}

// ---- the pane ----

enum { STEPS_END = 1 << 20 }; // farther than any of them

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
	wizard_draw(wizard_of(pane), canvas, focused);
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

// Where they stand alone, they move like any text.
static bool scroll_steps(struct wizard *wizard, enum command_id command)
{
	const int half = wizard->ui->rows / 2;
	switch (command) {
	case COMMAND_DOWN:
	case COMMAND_UP:
		wizard->steps_top += command == COMMAND_DOWN ? 1 : -1;
		break;
	case COMMAND_HALF_DOWN:
	case COMMAND_HALF_UP:
		wizard->steps_top += command == COMMAND_HALF_DOWN ? half : -half;
		break;
	case COMMAND_FIRST:
	case COMMAND_LAST:
		wizard->steps_top = command == COMMAND_LAST ? STEPS_END : 0;
		break;
	default:
		return false;
	}
	wizard->steps_moved = true;
	return true;
}

static unsigned pane_command(struct pane *pane, const struct command_call *call)
{
	struct wizard *wizard = wizard_of(pane);
	if (steps_are_shown(wizard) && scroll_steps(wizard, call->id))
		return REACT_DRAW;
	switch (call->id) {
	case COMMAND_CLOSE:
		return leave(wizard);
	case COMMAND_CANCEL:
		return stop(wizard);
	case COMMAND_LEFT:
	case COMMAND_RIGHT:
		wizard->steps_shown = call->id == COMMAND_LEFT;
		wizard->steps_moved = false;
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
	return phases[wizard->phase]->command(wizard, call);
}

static size_t pane_hints(struct pane *pane, struct hint *out, size_t most)
{
	struct wizard *wizard = wizard_of(pane);
	size_t count = 0;
	if (wizard->open)
		return phases[wizard->phase]->hints(wizard, out, most);
	if (!wizard_is_busy(wizard))
		wizard_hint(wizard, out, &count, most, COMMAND_REFRESH, _("try again"));
	wizard_hint(wizard, out, &count, most, COMMAND_CLOSE, _("leave"));
	return count;
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

bool wizard_pane_open(struct wizard *wizard, struct error *error)
{
	struct wizard_pane *own;
	if (is_in_front(wizard))
		return true;
	own = calloc(1, sizeof *own);
	if (!own)
		return error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
	own->pane.type = &wizard_pane_type;
	own->pane.ui = wizard->ui;
	own->wizard = wizard;
	return pages_open(wizard->ui->pages, &own->pane, error);
}
