// SPDX-License-Identifier: Apache-2.0
// The third phase: what would be made, changed, kept and deleted, and what it costs. Nothing has been changed yet.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ui/wizard_own.h"

#include "base/banned.h"

enum { NAME_LEFT = 4, DETAIL_LEAST = 32 };

bool task_plan(struct task *task, struct cancel *cancel, struct error *error)
{
	struct walk *walk = task->walk;
	plan_finish(&walk->before);
	walk->before = walk->plan;
	walk->plan = (struct plan){0};
	if (!run_plan(walk->run, &walk->plan, cancel, error))
		return false;
	if (!strcmp(walk->before.hash, walk->plan.hash))
		plan_finish(&walk->before);
	walk_texts(walk);
	return true;
}

// ---- what differs from the plan before ----

const char *plan_sign_word(enum plan_sign sign)
{
	static const char *const words[PLAN_SIGNS] = {[PLAN_CREATE] = N_("+ create"),
	        [PLAN_CHANGE] = N_("~ change"),
	        [PLAN_KEEP] = N_("= keep"),
	        [PLAN_DELETE] = N_("- delete")};
	return _(words[sign]);
}

// Names get what they need, as far as details and prices leave it to them.
static int name_columns(const struct sheet *sheet, const struct plan *plan)
{
	const int most = sheet->canvas.area.columns - NAME_LEFT - DETAIL_LEAST;
	int widest = 0;
	for (size_t i = 0; i < plan->count; i++) {
		const int columns = text_columns(plan->lines[i].name, strlen(plan->lines[i].name));
		widest = columns > widest ? columns : widest;
	}
	return widest < most ? widest : most;
}

static void paint_line(struct sheet *sheet, const struct wizard *wizard, const struct plan_line *line, bool here)
{
	static const enum style styles[PLAN_SIGNS] = {[PLAN_CREATE] = STYLE_GOOD,
	        [PLAN_CHANGE] = STYLE_WARNING,
	        [PLAN_KEEP] = STYLE_DIM,
	        [PLAN_DELETE] = STYLE_BAD};
	char differs[240] = "";
	const bool changed = plan_line_differs(&wizard->walk->before, line, differs, sizeof differs);
	char cost[PRICE_TEXT_SIZE], note[240];
	const int name = name_columns(sheet, &wizard->walk->plan), x = NAME_LEFT + name + 2;
	price_text(line->hourly, line->currency, cost);
	const int right = text_columns(cost, strlen(cost));
	const int room = sheet->canvas.area.columns - x - (right ? right + 3 : 1);
	snprintf(note, sizeof note, "%s(%.200s)", line->detail[0] ? "  " : "", changed ? differs : line->note);
	sheet_put(sheet, 0, 1, STYLE_MARK, here ? draw_sign(SIGN_CURSOR) : " ");
	if (here && sheet_row(sheet) >= 0)
		draw_cursor(&sheet->canvas, sheet_row(sheet), 0, true);
	if (changed)
		sheet_put(sheet, 1, 1, STYLE_WARNING, "!");
	sheet_format(sheet, 2, 1, styles[line->sign], "%c", plan_sign_mark(line->sign));
	sheet_put(sheet, NAME_LEFT, name, changed ? STYLE_CHANGED : STYLE_NAME, line->name);
	const int used = sheet_put(sheet, x, room, STYLE_TEXT, line->detail);
	if (changed || (line->note[0] && text_columns(note, strlen(note)) <= room - used))
		sheet_put(sheet, x + used, room - used, changed ? STYLE_WARNING : STYLE_DIM, note);
	sheet_put_right(sheet, STYLE_VALUE, cost);
	sheet_end(sheet);
}

static void paint_totals(struct sheet *sheet, void *user)
{
	const struct wizard *wizard = user;
	const struct plan *plan = &wizard->walk->plan;
	char cost[120], differs[240];
	size_t changed = 0;
	cost_text(plan->hourly, plan->currency, cost, sizeof cost);
	if (*cost) {
		sheet_format(sheet, NAME_LEFT, -1, STYLE_VALUE, _("together %s"), cost);
		sheet_end(sheet);
	}
	for (size_t i = 0; i < plan->count; i++)
		changed += plan_line_differs(&wizard->walk->before, &plan->lines[i], differs, sizeof differs);
	if (changed) {
		sheet_format(sheet, NAME_LEFT, -1, STYLE_WARNING,
		        _("! %zu lines differ from the plan that was shown before"), changed);
		sheet_end(sheet);
	}
	for (size_t i = 0; i < wizard->walk->before.count; i++) {
		const struct plan_line *line = &wizard->walk->before.lines[i];
		if (plan_line_of(plan, line->step))
			continue;
		sheet_format(sheet, NAME_LEFT, -1, STYLE_WARNING, _("! no longer in the plan: %c %s"),
		        plan_sign_mark(line->sign), line->name);
		sheet_end(sheet);
	}
	for (size_t i = 0; i < plan->count; i++)
		if (plan->lines[i].by_hand[0])
			sheet_wrapped(sheet, NAME_LEFT, STYLE_WARNING, plan->lines[i].by_hand);
}

static void paint_plan(struct sheet *sheet, void *user)
{
	const struct wizard *wizard = user;
	const struct plan *plan = &wizard->walk->plan;
	for (size_t i = 0; i < plan->count; i++) {
		sheet_here(sheet, i == wizard->plan_cursor);
		paint_line(sheet, wizard, &plan->lines[i], i == wizard->plan_cursor);
		sheet_here(sheet, false);
	}
	if (!plan->count)
		sheet_line(sheet, 2, STYLE_DIM, _("There is nothing to make."));
}

static bool is_shown(const struct wizard *wizard)
{
	return wizard->planned && !wizard_is_busy(wizard);
}

static void plan_draw(struct wizard *wizard, const struct canvas *canvas, bool focused)
{
	(void)focused;
	if (!is_shown(wizard)) {
		draw_text(canvas, 1, 2, -1, STYLE_DIM, _("looking at what is there; nothing is changed…"));
		return;
	}
	// What it costs stays in sight, however long the list is.
	struct canvas part = *canvas;
	part.area.rows = 0;
	int top = 0, below = sheet_paint(&part, &top, paint_totals, wizard);
	below = below < canvas->area.rows / 3 ? below : canvas->area.rows / 3;
	const int lines = (int)wizard->walk->plan.count, room = canvas->area.rows - below - (below > 0);
	const int above = lines < room ? lines > 0 ? lines : 1 : room;
	part = canvas_inside(canvas, 0, 0, above, canvas->area.columns);
	sheet_paint(&part, &wizard->plan_top, paint_plan, wizard);
	part = canvas_inside(canvas, above + 1, 0, below, canvas->area.columns);
	sheet_paint(&part, &top, paint_totals, wizard);
}

static void plan_title(struct wizard *wizard, char *out, size_t size)
{
	const struct plan *plan = &wizard->walk->plan;
	if (!is_shown(wizard)) {
		snprintf(out, size, "%s", _("Plan"));
		return;
	}
	snprintf(out, size, _("Plan: %zu to create, %zu to change, %zu to keep"), plan->counts[PLAN_CREATE],
	        plan->counts[PLAN_CHANGE], plan->counts[PLAN_KEEP]);
	if (plan->counts[PLAN_DELETE])
		snprintf(out + strlen(out), size - strlen(out), _(", %zu to delete"), plan->counts[PLAN_DELETE]);
}

static unsigned move(struct wizard *wizard, const struct command_call *call)
{
	const size_t count = wizard->walk->plan.count;
	if (call->id == COMMAND_DOWN)
		wizard->plan_cursor += wizard->plan_cursor + 1 < count;
	else if (call->id == COMMAND_UP)
		wizard->plan_cursor -= wizard->plan_cursor > 0;
	else
		wizard->plan_cursor = call->id == COMMAND_LAST && count ? count - 1 : 0;
	return REACT_DRAW;
}

static unsigned plan_command(struct wizard *wizard, const struct command_call *call)
{
	if (!is_shown(wizard))
		return call->id == COMMAND_BACK || call->id == COMMAND_SAVE ? REACT_DONE : REACT_PASS;
	switch (call->id) {
	case COMMAND_DOWN:
	case COMMAND_UP:
	case COMMAND_FIRST:
	case COMMAND_LAST:
		return move(wizard, call);
	case COMMAND_REFRESH:
		wizard_begin(wizard, WORK_PLAN);
		return REACT_DRAW;
	case COMMAND_EXPLAIN:
		if (wizard->plan_cursor < wizard->walk->plan.count)
			explain_open(wizard, wizard->walk->plan.lines[wizard->plan_cursor].step);
		return REACT_DRAW | REACT_INTERESTS;
	case COMMAND_AS_COMMANDS:
		explain_open(wizard, NULL);
		return REACT_DRAW | REACT_INTERESTS;
	case COMMAND_SAVE:
		save_open(wizard);
		return REACT_DRAW;
	case COMMAND_OPEN:
	case COMMAND_PAGE_DOWN:
		approve_open(wizard);
		return REACT_DRAW;
	case COMMAND_PAGE_UP:
	case COMMAND_BACK:
		wizard_show(wizard, PHASE_PREFLIGHT);
		return REACT_DRAW;
	default:
		return REACT_PASS;
	}
}

static size_t plan_hints(struct wizard *wizard, struct hint *out, size_t most)
{
	size_t count = 0;
	if (!is_shown(wizard)) {
		wizard_hint(wizard, out, &count, most, COMMAND_CANCEL, _("stop looking"));
		return count;
	}
	wizard_hint(wizard, out, &count, most, COMMAND_PAGE_DOWN, _("run"));
	wizard_hint(wizard, out, &count, most, COMMAND_EXPLAIN, _("explain line"));
	wizard_hint(wizard, out, &count, most, COMMAND_AS_COMMANDS, _("as commands"));
	wizard_hint(wizard, out, &count, most, COMMAND_SAVE, _("save"));
	wizard_hint(wizard, out, &count, most, COMMAND_PAGE_UP, _("back"));
	wizard_hint(wizard, out, &count, most, COMMAND_CLOSE, _("leave"));
	return count;
}

const struct phase_type plan_phase = {
        .name = N_("plan"), .title = plan_title, .draw = plan_draw, .command = plan_command, .hints = plan_hints};
