// SPDX-License-Identifier: Apache-2.0
// The first phase: questions and answers.
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "ui/wizard_own.h"

#include "base/banned.h"

static void go_on(struct wizard *wizard)
{
	const size_t problem = form_first_problem(wizard);
	struct error error = {0};
	wizard->leave_inputs = false;
	if (problem == wizard->field_count) {
		wizard_begin(wizard, wizard->resuming ? WORK_RESUME : WORK_CHECK);
		return;
	}
	wizard->cursor = problem;
	form_list(wizard);
	if (!wizard->fields[problem].known)
		snprintf(wizard->fields[problem].problem, sizeof wizard->fields[problem].problem, "%s",
		        _("an answer is needed"));
	if (!wizard->ui->overlays && !field_open(wizard, &error))
		ui_fail(wizard->ui, &error);
}

void inputs_leave(struct wizard *wizard)
{
	if (wizard_is_busy(wizard))
		return;
	// A default that is still looked for may be the answer.
	wizard->leave_inputs = wizard->look != 0;
	if (!wizard->look)
		go_on(wizard);
	else
		ui_say(wizard->ui, "%s", _("looking for the defaults first"));
	wizard_changed(wizard);
}

static unsigned inputs_command(struct wizard *wizard, const struct command_call *call)
{
	struct error error = {0};
	switch (call->id) {
	case COMMAND_DOWN:
	case COMMAND_NEXT_PANE:
		form_move(wizard, 1);
		return REACT_DRAW;
	case COMMAND_UP:
	case COMMAND_PREVIOUS_PANE:
		form_move(wizard, -1);
		return REACT_DRAW;
	case COMMAND_FIRST:
	case COMMAND_LAST:
		while (form_move(wizard, call->id == COMMAND_LAST ? 1 : -1))
			;
		return REACT_DRAW;
	case COMMAND_OPEN:
		if (!field_open(wizard, &error))
			ui_fail(wizard->ui, &error);
		return REACT_DRAW;
	case COMMAND_PAGE_DOWN:
		inputs_leave(wizard);
		return REACT_DRAW;
	case COMMAND_PAGE_UP:
	case COMMAND_BACK:
		// What was made before is not lost from sight by asking anew.
		if (!wizard->walk->row.id[0] || wizard_is_busy(wizard))
			return call->id == COMMAND_BACK ? REACT_PASS : REACT_DONE;
		wizard_show(wizard, PHASE_RUN);
		return REACT_DRAW;
	case COMMAND_REFRESH:
		form_look(wizard);
		form_list(wizard);
		return REACT_DRAW;
	case COMMAND_SAVE:
		save_open(wizard);
		return REACT_DRAW;
	default:
		return REACT_PASS;
	}
}

static size_t inputs_hints(struct wizard *wizard, struct hint *out, size_t most)
{
	size_t count = 0;
	wizard_hint(wizard, out, &count, most, COMMAND_OPEN, _("answer"));
	wizard_hint(wizard, out, &count, most, COMMAND_NEXT_PANE, _("next"));
	wizard_hint(wizard, out, &count, most, COMMAND_PAGE_DOWN,
	        wizard->resuming ? _("go on with the run") : _("preflight"));
	if (wizard->walk->row.id[0])
		wizard_hint(wizard, out, &count, most, COMMAND_PAGE_UP, _("the run"));
	wizard_hint(wizard, out, &count, most, COMMAND_SAVE, _("save answers"));
	wizard_hint(wizard, out, &count, most, COMMAND_CLOSE, _("leave"));
	return count;
}

static void inputs_title(struct wizard *wizard, char *out, size_t size)
{
	size_t wanted = 0, answered = 0;
	for (size_t i = 0; i < wizard->field_count; i++) {
		const struct question *field = &wizard->fields[i];
		wanted += field->wanted;
		answered += field->wanted && !field->problem[0] && (field->known || field->input->optional);
	}
	snprintf(out, size, _("Inputs: %zu of %zu answered"), answered, wanted);
}

const struct phase_type inputs_phase = {.name = N_("inputs"),
        .title = inputs_title,
        .draw = form_draw,
        .command = inputs_command,
        .hints = inputs_hints};
