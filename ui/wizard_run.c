// SPDX-License-Identifier: Apache-2.0
// The fourth phase: the run as it goes, where it stopped, what it made, and how to take that away.
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "ui/wizard_own.h"

#include "base/banned.h"

bool run_is_made(const struct step_row *row)
{
	return row->made && row->state != ROW_UNDONE;
}

bool run_is_watched(const struct wizard *wizard)
{
	return wizard->work == WORK_WATCH;
}

void run_restore(struct wizard *wizard)
{
	struct walk *walk = wizard->walk;
	pthread_mutex_lock(&walk->lock);
	walk_marks(walk, walk->news.steps);
	walk->news.current = walk->next_step;
	walk->news.waiting = false;
	walk->news.version++;
	pthread_mutex_unlock(&walk->lock);
	walk_news_take(walk);
	wizard->undoing = walk->row.state == RUN_UNDOING;
}

// ---- what the cursor may stand on ----

bool run_item_stopped(const struct wizard *wizard)
{
	const struct walk *walk = wizard->walk;
	return !wizard_is_busy(wizard) && walk->row.id[0] && walk->row.state == RUN_STARTED;
}

bool run_names_hold(const struct walk *walk)
{
	return walk->row.id[0] && walk->row.state != RUN_UNDOING && walk->row.state != RUN_UNDONE;
}

static size_t export_lines(const struct walk *walk)
{
	size_t count = 0;
	for (const char *at = walk->exports; at && (at = strchr(at, '\n')); at++)
		count++;
	return run_names_hold(walk) ? count : 0;
}

size_t run_items(const struct wizard *wizard)
{
	return run_item_stopped(wizard) + wizard->made + export_lines(wizard->walk);
}

// The step that the cursor tells of; NULL = none.
static const struct guide_step *step_here(const struct wizard *wizard)
{
	const struct walk *walk = wizard->walk;
	size_t at = wizard->run_cursor;
	if (wizard_is_busy(wizard))
		return &walk->guide->steps[wizard->current];
	if (run_item_stopped(wizard) && at-- == 0)
		return &walk->guide->steps[wizard->current];
	for (size_t i = 0; i < walk->row_count; i++)
		if (run_is_made(&walk->rows[i]) && at-- == 0)
			return walk_step_of(walk, walk->rows[i].key);
	return NULL;
}

// ---- keys ----

bool run_can_undo(const struct wizard *wizard)
{
	return !wizard_is_busy(wizard) && wizard->walk->row.id[0] && wizard->walk->row.state != RUN_UNDONE;
}

// Other answers: for the run that is not finished, or for another one.
static unsigned go_back(struct wizard *wizard)
{
	const struct walk *walk = wizard->walk;
	if (wizard_is_busy(wizard))
		return REACT_DONE;
	if (walk->row.id[0] && walk->row.state == RUN_UNDOING) {
		ui_say(wizard->ui, "%s", _("the undo is not finished: u goes on with it"));
		return REACT_DRAW;
	}
	wizard->resuming = walk->row.id[0] && walk->row.state == RUN_STARTED && wizard->made;
	if (!wizard->resuming) {
		wizard->planned = false;
		form_renew(wizard);
	}
	form_look(wizard);
	wizard_show(wizard, PHASE_INPUTS);
	return REACT_DRAW;
}

static unsigned go_on(struct wizard *wizard)
{
	char why[512];
	if (*wizard->note) {
		struct walk *walk = wizard->walk;
		pthread_mutex_lock(&walk->lock);
		walk->news.answer = 1;
		pthread_mutex_unlock(&walk->lock);
		return REACT_DRAW;
	}
	if (wizard_is_busy(wizard) || wizard->walk->row.state != RUN_STARTED || !wizard->walk->row.id[0])
		return REACT_DONE;
	if (deck_may_write(wizard->ui->deck, why, sizeof why))
		wizard_begin(wizard, WORK_RESUME);
	else
		ui_say(wizard->ui, "%s", why);
	return REACT_DRAW;
}

static unsigned move(struct wizard *wizard, enum command_id command)
{
	const size_t count = wizard_is_busy(wizard) ? 0 : run_items(wizard);
	const int half = wizard->ui->rows / 2;
	size_t *at = &wizard->run_cursor;
	if (command == COMMAND_DOWN || command == COMMAND_HALF_DOWN)
		*at += command == COMMAND_DOWN ? 1 : (size_t)half;
	else if (command == COMMAND_UP || command == COMMAND_HALF_UP)
		*at -= command == COMMAND_UP ? *at > 0 : *at < (size_t)half ? *at : (size_t)half;
	else
		*at = command == COMMAND_LAST ? count : 0;
	if (*at >= count)
		*at = count ? count - 1 : 0;
	return REACT_DRAW;
}

static unsigned run_command_of(struct wizard *wizard, const struct command_call *call)
{
	switch (call->id) {
	case COMMAND_OPEN:
	case COMMAND_REFRESH:
		return go_on(wizard);
	case COMMAND_DOWN:
	case COMMAND_UP:
	case COMMAND_HALF_DOWN:
	case COMMAND_HALF_UP:
	case COMMAND_FIRST:
	case COMMAND_LAST:
		return move(wizard, call->id);
	case COMMAND_UNDO:
		undo_open(wizard);
		return REACT_DRAW;
	case COMMAND_SKIP_STEP:
		skip_open(wizard);
		return REACT_DRAW;
	case COMMAND_GUIDE_LOG:
		log_open(wizard);
		return REACT_DRAW | REACT_INTERESTS;
	case COMMAND_EXPLAIN:
		explain_open(wizard, step_here(wizard));
		return REACT_DRAW | REACT_INTERESTS;
	case COMMAND_AS_COMMANDS:
		explain_open(wizard, NULL);
		return REACT_DRAW | REACT_INTERESTS;
	case COMMAND_SAVE:
		save_open(wizard);
		return REACT_DRAW;
	case COMMAND_PAGE_UP:
	case COMMAND_BACK:
		return go_back(wizard);
	default:
		return REACT_PASS;
	}
}

static void hint_state(struct wizard *wizard, struct hint *out, size_t *count, size_t most)
{
	const struct walk *walk = wizard->walk;
	if (*wizard->note)
		wizard_hint(wizard, out, count, most, COMMAND_OPEN, _("I have read and done it"));
	if (run_is_watched(wizard))
		return;
	if (wizard_is_busy(wizard)) {
		wizard_hint(wizard, out, count, most, COMMAND_CANCEL, _("stop waiting"));
		return;
	}
	if (run_item_stopped(wizard)) {
		wizard_hint(wizard, out, count, most, COMMAND_OPEN, _("go on"));
		if (walk->guide->steps[wizard->current].optional)
			wizard_hint(wizard, out, count, most, COMMAND_SKIP_STEP, _("skip the step"));
	}
	if (run_can_undo(wizard))
		wizard_hint(wizard, out, count, most, COMMAND_UNDO,
		        walk->row.state == RUN_UNDOING ? _("go on with the undo") : _("undo"));
}

static size_t run_hints(struct wizard *wizard, struct hint *out, size_t most)
{
	size_t count = 0;
	const bool idle = !wizard_is_busy(wizard), over = idle && wizard->walk->row.state != RUN_STARTED;
	if (steps_are_shown(wizard))
		wizard_hint(wizard, out, &count, most, COMMAND_RIGHT, _("back to the run"));
	hint_state(wizard, out, &count, most);
	wizard_hint(wizard, out, &count, most, COMMAND_EXPLAIN, _("as command"));
	wizard_hint(wizard, out, &count, most, COMMAND_GUIDE_LOG, _("full log"));
	if (!steps_are_shown(wizard) && wizard->ui->columns < WIZARD_WIDE_COLUMNS)
		wizard_hint(wizard, out, &count, most, COMMAND_LEFT, _("all steps"));
	if (idle) {
		wizard_hint(wizard, out, &count, most, COMMAND_SAVE, _("save"));
	}
	if (idle && wizard->walk->row.state != RUN_UNDOING)
		wizard_hint(wizard, out, &count, most, COMMAND_PAGE_UP, over ? _("another run") : _("other answers"));
	wizard_hint(wizard, out, &count, most, COMMAND_CLOSE, over || !idle ? _("leave") : _("leave, resume later"));
	return count;
}

const struct phase_type run_phase = {
        .name = N_("run"), .title = run_title, .draw = run_draw, .command = run_command_of, .hints = run_hints};
