// SPDX-License-Identifier: Apache-2.0
// The third phase: what would be made, changed, kept and deleted, and what it costs. Nothing has been changed yet.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ui/text_pane.h"
#include "ui/wizard_own.h"

#include "base/banned.h"

enum { MONTH_HOURS = 730, NAME_LEFT = 4, DETAIL_LEAST = 32, PRICE_SIZE = 48 };

bool task_plan(struct task *task, struct cancel *cancel, struct error *error)
{
	struct walk *walk = task->walk;
	plan_finish(&walk->plan);
	if (!run_plan(walk->run, &walk->plan, cancel, error))
		return false;
	walk_commands(walk);
	return true;
}

// ---- explaining ----

// Copies: the wizard may be gone while the text is still looked at.
struct explained {
	struct document_copy {
		enum style style;
		char *text;
	} * lines;
	size_t count, room;
};

static void explained_free(void *user)
{
	struct explained *explained = user;
	for (size_t i = 0; i < explained->count; i++)
		free(explained->lines[i].text);
	free(explained->lines);
	free(explained);
}

static void add(struct explained *explained, enum style style, const char *text, size_t length)
{
	if (explained->count == explained->room) {
		const size_t room = explained->room ? 2 * explained->room : 64;
		struct document_copy *lines = realloc(explained->lines, room * sizeof *lines);
		if (!lines)
			return;
		explained->lines = lines;
		explained->room = room;
	}
	char *copy = strndup(text, length);
	if (copy)
		explained->lines[explained->count++] = (struct document_copy){style, copy};
}

static void add_line(struct explained *explained, enum style style, const char *text)
{
	add(explained, style, text, strlen(text));
}

static void add_command(struct explained *explained, const char *command)
{
	while (*command) {
		const size_t length = strcspn(command, "\n");
		add(explained, STYLE_CODE, command, length);
		command += length + (command[length] == '\n');
	}
}

static void add_step(
        struct explained *explained, const struct wizard *wizard, const struct guide_step *step, bool whole)
{
	const struct guide *guide = wizard->walk->guide;
	const struct guide_section *section = step->section ? guide_section_find(guide, step->section) : NULL;
	const char *command = wizard->walk->commands ? wizard->walk->commands[step - guide->steps] : NULL;
	if (!whole && !command)
		return;
	if (explained->count)
		add_line(explained, STYLE_TEXT, "");
	add_line(explained, STYLE_HEADING, step->title);
	if (whole && section) {
		add_line(explained, STYLE_DIM, section->heading);
		if (section->address || guide->address)
			add_line(explained, STYLE_DIM, section->address ? section->address : guide->address);
	}
	if (whole && step->why)
		add_line(explained, STYLE_TEXT, step->why);
	if (whole)
		add_line(explained, STYLE_TEXT, "");
	if (command)
		add_command(explained, command);
	else
		add_line(explained, STYLE_DIM, _("No command does the same."));
	if (whole && step->undo && step->undo->note) {
		add_line(explained, STYLE_TEXT, "");
		add_line(explained, STYLE_WARNING, _("Undoing it takes a person:"));
		add_line(explained, STYLE_TEXT, step->undo->note);
	}
}

static void render(struct pane *pane, void *user, bool revealed)
{
	const struct explained *explained = user;
	(void)revealed;
	for (size_t i = 0; i < explained->count; i++)
		document_add_text(text_pane_document(pane), explained->lines[i].style, explained->lines[i].text);
}

static const struct text_source explain_source = {.name = "explain", .render = render, .user_free = explained_free};

void explain_open(struct wizard *wizard, const struct guide_step *step)
{
	const struct guide *guide = wizard->walk->guide;
	struct explained *explained = calloc(1, sizeof *explained);
	struct error error = {0};
	struct pane *pane;
	if (!explained)
		return;
	pthread_mutex_lock(&wizard->walk->lock);
	if (step)
		add_step(explained, wizard, step, true);
	for (size_t i = 0; !step && i < guide->step_count; i++)
		add_step(explained, wizard, &guide->steps[i], false);
	pthread_mutex_unlock(&wizard->walk->lock);
	pane = text_pane_create(wizard->ui, &explain_source, step ? step->title : _("As commands"), explained, &error);
	if (!pane || !pages_open(wizard->ui->pages, pane, &error))
		ui_fail(wizard->ui, &error);
}

// ---- drawing ----

static void price(const struct plan_line *line, char out[PRICE_SIZE])
{
	*out = '\0';
	if (line->hourly > 0)
		snprintf(out, PRICE_SIZE, "%s %.2f/h", line->currency, line->hourly);
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
	static const struct {
		const char *sign;
		enum style style;
	} signs[PLAN_SIGNS] = {
	        [PLAN_CREATE] = {"+", STYLE_GOOD},
	        [PLAN_CHANGE] = {"~", STYLE_WARNING},
	        [PLAN_KEEP] = {"=", STYLE_DIM},
	        [PLAN_DELETE] = {"-", STYLE_BAD},
	};
	char cost[PRICE_SIZE], note[240];
	const int name = name_columns(sheet, &wizard->walk->plan), x = NAME_LEFT + name + 2;
	price(line, cost);
	const int right = text_columns(cost, strlen(cost));
	const int room = sheet->canvas.area.columns - x - (right ? right + 3 : 1);
	snprintf(note, sizeof note, "%s(%s)", line->detail[0] ? "  " : "", line->note);
	sheet_put(sheet, 0, 1, STYLE_MARK, here ? draw_sign(SIGN_CURSOR) : " ");
	if (here && sheet_row(sheet) >= 0)
		draw_cursor(&sheet->canvas, sheet_row(sheet), 0, true);
	sheet_put(sheet, 2, 1, signs[line->sign].style, signs[line->sign].sign);
	sheet_put(sheet, NAME_LEFT, name, STYLE_NAME, line->name);
	const int used = sheet_put(sheet, x, room, STYLE_TEXT, line->detail);
	if (line->note[0] && text_columns(note, strlen(note)) <= room - used)
		sheet_put(sheet, x + used, -1, STYLE_DIM, note);
	sheet_put_right(sheet, STYLE_VALUE, cost);
	sheet_end(sheet);
}

static void paint_totals(struct sheet *sheet, void *user)
{
	const struct wizard *wizard = user;
	const struct plan *plan = &wizard->walk->plan;
	if (plan->hourly > 0) {
		sheet_format(sheet, NAME_LEFT, -1, STYLE_VALUE, _("together %s %.2f an hour, about %s %.0f a month"),
		        plan->currency, plan->hourly, plan->currency, plan->hourly * MONTH_HOURS);
		sheet_end(sheet);
	}
	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_line *line = &plan->lines[i];
		if (!line->step->undo || !line->step->undo->note || line->sign != PLAN_CREATE)
			continue;
		sheet_format(sheet, NAME_LEFT, -1, STYLE_WARNING, _("undo by hand: %s"), line->step->title);
		sheet_end(sheet);
	}
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
