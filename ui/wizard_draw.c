// SPDX-License-Identifier: Apache-2.0
// The wizard on the screen: phases and steps at the left, what the phase shows at the right; where there is no room for
// both, one of them below a line that names the phases.
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "ui/wizard_own.h"

#include "base/banned.h"

enum { STEPS_COLUMNS = 38, STEPS_BESIDE = 14, PHASE_COLUMNS = 11, MARK_NOTE = 40 };

// What the steps under one heading have come to.
struct mark {
	enum style style;
	const char *sign;
	char note[MARK_NOTE];
};

static const char *phase_sign(const struct wizard *wizard, enum wizard_phase phase)
{
	return phase < wizard->phase ? draw_sign(SIGN_DONE) : phase == wizard->phase ? draw_sign(SIGN_LEFT) : " ";
}

static bool is_under(const struct wizard *wizard, const struct guide_step *step, size_t heading)
{
	const struct guide *guide = wizard->walk->guide;
	return guide->section_count ? step->section && !strcmp(step->section, guide->sections[heading].id)
	                            : step == &guide->steps[heading];
}

static void mark_checks(const struct wizard *wizard, size_t heading, struct mark *mark)
{
	static const struct {
		enum preflight_result result;
		const char *note;
	} worst_first[] = {{PREFLIGHT_FAIL, N_("fail")}, {PREFLIGHT_WARN, N_("warn")}, {PREFLIGHT_PASS, N_("pass")}};
	for (size_t n = 0; n < COUNT_OF(worst_first); n++) {
		size_t count = 0, one = 0;
		const char *word;
		for (size_t i = 0; i < wizard->check_count; i++)
			if (wizard->checked[i] && wizard->checks[i].result == worst_first[n].result &&
			        is_under(wizard, wizard->check_steps[i], heading)) {
				count++;
				one = i;
			}
		if (!count)
			continue;
		checks_result(wizard, one, &mark->style, &mark->sign, &word);
		snprintf(mark->note, sizeof mark->note, "%zu %s", count, _(worst_first[n].note));
		return;
	}
}

static void mark_plan(const struct wizard *wizard, size_t heading, struct mark *mark)
{
	static const struct {
		const char *sign;
		enum style style;
		const char *word;
	} signs[PLAN_SIGNS] = {
	        [PLAN_CREATE] = {"+", STYLE_GOOD, N_("to create")},
	        [PLAN_CHANGE] = {"~", STYLE_WARNING, N_("to change")},
	        [PLAN_KEEP] = {"=", STYLE_DIM, N_("to keep")},
	        [PLAN_DELETE] = {"-", STYLE_BAD, N_("to delete")},
	};
	const struct plan *plan = &wizard->walk->plan;
	size_t counts[PLAN_SIGNS] = {0};
	for (size_t i = 0; i < plan->count; i++)
		if (is_under(wizard, plan->lines[i].step, heading))
			counts[plan->lines[i].sign]++;
	static const enum plan_sign order[] = {PLAN_DELETE, PLAN_CHANGE, PLAN_CREATE, PLAN_KEEP};
	for (size_t n = 0; n < COUNT_OF(order); n++)
		if (counts[order[n]]) {
			mark->sign = signs[order[n]].sign;
			mark->style = signs[order[n]].style;
			snprintf(mark->note, sizeof mark->note, "%zu %s", counts[order[n]], _(signs[order[n]].word));
			return;
		}
}

static void mark_step(const struct step_state *state, struct mark *mark)
{
	static const struct {
		enum sign sign;
		enum style style;
		const char *word;
	} outcomes[OUTCOME_COUNT] = {
	        [OUTCOME_MADE] = {SIGN_DONE, STYLE_GOOD, ""},
	        [OUTCOME_KEPT] = {SIGN_DONE, STYLE_GOOD, N_("kept")},
	        [OUTCOME_DONE] = {SIGN_DONE, STYLE_GOOD, ""},
	        [OUTCOME_SKIPPED] = {SIGN_UNKNOWN, STYLE_DIM, N_("skipped")},
	        [OUTCOME_UNDONE] = {SIGN_UNKNOWN, STYLE_DIM, N_("undone")},
	        [OUTCOME_FAILED] = {SIGN_FAILED, STYLE_BAD, N_("failed")},
	};
	if (state->mark == MARK_IN_DOUBT) {
		*mark = (struct mark){STYLE_WARNING, draw_sign(SIGN_UP), ""};
		snprintf(mark->note, sizeof mark->note, "%s", _("not ready"));
	} else if (state->mark >= MARK_OUTCOMES) {
		const enum step_outcome outcome = state->mark - MARK_OUTCOMES;
		mark->sign = draw_sign(outcomes[outcome].sign);
		mark->style = outcomes[outcome].style;
		if (*outcomes[outcome].word)
			snprintf(mark->note, sizeof mark->note, "%s", _(outcomes[outcome].word));
		else if (state->elapsed_ms >= 1000)
			snprintf(mark->note, sizeof mark->note, _("%lld s"), (long long)(state->elapsed_ms / 1000));
	}
}

static void mark_work(const struct wizard *wizard, const struct step_state *state, struct mark *mark)
{
	mark_step(state, mark);
	if (state->mark == MARK_AT_WORK)
		*mark = (struct mark){STYLE_PROGRESS, draw_spinner((unsigned)(wizard->ui->now / 500)), ""};
}

static bool is_work(const struct guide_step *step)
{
	return step->sort != STEP_ASK && step->sort != STEP_CHECK;
}

// A heading says what the worst of its steps says; only when all are over it is.
static bool mark_run(const struct wizard *wizard, size_t heading, struct mark *mark)
{
	const struct guide *guide = wizard->walk->guide;
	size_t steps = 0, over = 0, skipped = 0;
	bool here = false;
	for (size_t i = 0; i < guide->step_count; i++) {
		const struct step_state *state = &wizard->steps[i];
		if (!is_work(&guide->steps[i]) || !is_under(wizard, &guide->steps[i], heading))
			continue;
		steps++;
		over += state->mark >= MARK_OUTCOMES;
		skipped += state->mark == MARK_OUTCOMES + OUTCOME_SKIPPED;
		if (state->mark == MARK_AT_WORK || state->mark == MARK_IN_DOUBT ||
		        state->mark == MARK_OUTCOMES + OUTCOME_FAILED) {
			mark_work(wizard, state, mark);
			here = true;
		}
	}
	if (!here && steps && over == steps)
		*mark = (struct mark){skipped == steps ? STYLE_DIM : STYLE_GOOD,
		        draw_sign(skipped == steps ? SIGN_UNKNOWN : SIGN_DONE), ""};
	return here;
}

static void paint_work(struct sheet *sheet, const struct wizard *wizard, size_t heading)
{
	const struct guide *guide = wizard->walk->guide;
	for (size_t i = 0; guide->section_count && i < guide->step_count; i++) {
		struct mark mark = {.style = STYLE_DIM, .sign = draw_sign(SIGN_WAITING)};
		if (!is_work(&guide->steps[i]) || !is_under(wizard, &guide->steps[i], heading))
			continue;
		mark_work(wizard, &wizard->steps[i], &mark);
		const int note = text_columns(mark.note, strlen(mark.note));
		sheet_here(sheet, wizard->steps[i].mark == MARK_AT_WORK);
		sheet_put(sheet, 6, 1, mark.style, mark.sign);
		sheet_put(sheet, 8, sheet->canvas.area.columns - 8 - (note ? note + 3 : 1), STYLE_TEXT,
		        guide->steps[i].title);
		sheet_put_right(sheet, STYLE_DIM, mark.note);
		sheet_end(sheet);
		sheet_here(sheet, false);
	}
}

static void paint_headings(struct sheet *sheet, const struct wizard *wizard)
{
	const struct guide *guide = wizard->walk->guide;
	const size_t count = guide->section_count ? guide->section_count : guide->step_count;
	unsigned number = 0;
	for (size_t i = 0; i < count; i++) {
		struct mark mark = {.style = STYLE_DIM, .sign = draw_sign(SIGN_WAITING)};
		if (!guide->section_count && (guide->steps[i].sort == STEP_ASK || guide->steps[i].sort == STEP_CHECK))
			continue;
		bool opened = false;
		if (wizard->phase == PHASE_RUN)
			opened = mark_run(wizard, i, &mark);
		else if (wizard->phase == PHASE_PREFLIGHT)
			mark_checks(wizard, i, &mark);
		else if (wizard->phase == PHASE_PLAN && wizard->planned && !wizard_is_busy(wizard))
			mark_plan(wizard, i, &mark);
		sheet_format(sheet, 1, 2, STYLE_DIM, "%2u", ++number);
		sheet_put(sheet, 4, 1, mark.style, mark.sign);
		const int note = text_columns(mark.note, strlen(mark.note));
		sheet_put(sheet, 6, sheet->canvas.area.columns - 6 - (note ? note + 3 : 1), STYLE_TEXT,
		        guide->section_count ? guide->sections[i].heading : guide->steps[i].title);
		sheet_put_right(sheet, STYLE_DIM, mark.note);
		sheet_end(sheet);
		if (opened)
			paint_work(sheet, wizard, i);
	}
}

static void paint_steps(struct sheet *sheet, void *user)
{
	const struct wizard *wizard = user;
	for (int i = 0; i < PHASES; i++) {
		const bool here = (int)wizard->phase == i;
		sheet_put(sheet, 2, PHASE_COLUMNS, here ? STYLE_TITLE_FOCUS : STYLE_TEXT,
		        _(wizard_phase_name((enum wizard_phase)i)));
		sheet_put(sheet, 2 + PHASE_COLUMNS, 2, here ? STYLE_MARK : STYLE_GOOD,
		        phase_sign(wizard, (enum wizard_phase)i));
		sheet_end(sheet);
	}
	sheet_end(sheet);
	if (wizard->open)
		paint_headings(sheet, wizard);
	if (!wizard->open || !wizard->walk->guide->address)
		return;
	sheet_end(sheet);
	sheet_wrapped(sheet, 2, STYLE_DIM, wizard->walk->guide->address);
}

// The phases in one line, for screens without room for the steps.
static void draw_breadcrumbs(const struct wizard *wizard, const struct canvas *canvas)
{
	int x = 1;
	for (int i = 0; i < PHASES; i++) {
		const bool here = (int)wizard->phase == i;
		x += draw_text(canvas, 0, x, -1, here ? STYLE_TITLE_FOCUS : STYLE_DIM,
		        _(wizard_phase_name((enum wizard_phase)i)));
		x += draw_format(canvas, 0, x, -1, here ? STYLE_MARK : STYLE_GOOD, " %s",
		        phase_sign(wizard, (enum wizard_phase)i));
		if (i + 1 < PHASES)
			x += draw_format(canvas, 0, x, -1, STYLE_DIM, " %s ", draw_sign(SIGN_ARROW));
	}
}

static void draw_opening(struct wizard *wizard, const struct canvas *canvas)
{
	char text[2048];
	if (wizard->failure.kind == ERROR_NONE) {
		draw_text(canvas, 1, 2, -1, STYLE_DIM, _("opening the guide…"));
		return;
	}
	error_format(&wizard->failure, text, sizeof text);
	draw_text(canvas, 1, 2, -1, STYLE_BAD, text);
	draw_text(canvas, 3, 2, -1, STYLE_TEXT, _("r tries again, q leaves"));
	draw_cursor(canvas, 1, 0, true);
}

static void draw_phase(struct wizard *wizard, const struct canvas *frame, bool focused)
{
	char title[160] = "";
	const struct phase_type *type = wizard_phase_type(wizard->phase);
	if (wizard->open)
		type->title(wizard, title, sizeof title);
	draw_frame(frame, STYLE_BORDER_FOCUS, STYLE_TITLE_FOCUS, *title ? title : wizard->name, NULL);
	const struct canvas inside = canvas_inside(frame, 1, 2, frame->area.rows - 2, frame->area.columns - 3);
	if (wizard->open)
		type->draw(wizard, &inside, focused);
	else
		draw_opening(wizard, &inside);
}

static void draw_steps(struct wizard *wizard, const struct canvas *frame)
{
	char title[160];
	int top = 0;
	snprintf(title, sizeof title, "%s%s", wizard->open ? wizard->walk->guide->title : wizard->name,
	        wizard->open && wizard->walk->guide->own ? _(" (yours)") : "");
	draw_frame(frame, STYLE_BORDER, STYLE_TITLE, title, NULL);
	const struct canvas inside = canvas_inside(frame, 1, 1, frame->area.rows - 2, frame->area.columns - 2);
	sheet_paint(&inside, &top, paint_steps, wizard);
}

// As wide as its headings with what stands beside them, where there is room.
static int steps_columns(const struct wizard *wizard, int columns)
{
	const struct guide *guide = wizard->open ? wizard->walk->guide : NULL;
	int widest = 0;
	for (size_t i = 0; guide && i < guide->section_count; i++) {
		const int heading = text_columns(guide->sections[i].heading, strlen(guide->sections[i].heading));
		widest = heading > widest ? heading : widest;
	}
	widest += STEPS_BESIDE;
	widest = widest < columns * 3 / 10 ? widest : columns * 3 / 10;
	return widest > STEPS_COLUMNS ? widest : STEPS_COLUMNS;
}

void wizard_draw(struct wizard *wizard, const struct canvas *canvas, bool focused, bool steps_shown)
{
	const struct area area = canvas->area;
	if (area.columns >= WIZARD_WIDE_COLUMNS) {
		const int steps = steps_columns(wizard, area.columns);
		const struct canvas left = canvas_inside(canvas, 0, 0, area.rows, steps);
		const struct canvas right = canvas_inside(canvas, 0, steps, area.rows, area.columns - steps);
		draw_steps(wizard, &left);
		draw_phase(wizard, &right, focused);
		return;
	}
	const struct canvas below = canvas_inside(canvas, 1, 0, area.rows - 1, area.columns);
	draw_breadcrumbs(wizard, canvas);
	if (steps_shown)
		draw_steps(wizard, &below);
	else
		draw_phase(wizard, &below, focused);
}
