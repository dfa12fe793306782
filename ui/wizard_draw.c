// SPDX-License-Identifier: Apache-2.0
// The wizard on the screen: phases and steps at the left, what the phase shows at the right; where there is no room for
// both, one of them below a line that names the phases.
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "guide/expression.h"
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

// While it is undone, what counts is what is still there.
static void mark_undo(const struct step_state *state, struct mark *mark)
{
	*mark = (struct mark){STYLE_DIM, draw_sign(SIGN_UNKNOWN), ""};
	if (state->mark == MARK_IN_DOUBT) {
		*mark = (struct mark){STYLE_WARNING, draw_sign(SIGN_UP), ""};
		snprintf(mark->note, sizeof mark->note, "%s", _("not gone"));
	} else if (state->mark == MARK_OUTCOMES + OUTCOME_MADE) {
		*mark = (struct mark){STYLE_TEXT, draw_sign(SIGN_WAITING), ""};
		snprintf(mark->note, sizeof mark->note, "%s", _("to undo"));
	} else if (state->mark == MARK_OUTCOMES + OUTCOME_UNDONE) {
		*mark = (struct mark){STYLE_GOOD, draw_sign(SIGN_DONE), ""};
		snprintf(mark->note, sizeof mark->note, "%s", _("undone"));
	} else if (state->mark == MARK_OUTCOMES + OUTCOME_FAILED) {
		mark_step(state, mark);
	}
}

static void mark_work(const struct wizard *wizard, const struct step_state *state, struct mark *mark)
{
	if (state->mark == MARK_AT_WORK)
		*mark = (struct mark){STYLE_PROGRESS, draw_spinner((unsigned)(wizard->ui->now / 500)), ""};
	else if (wizard->undoing)
		mark_undo(state, mark);
	else
		mark_step(state, mark);
}

static bool is_work(const struct guide_step *step)
{
	return step->sort != STEP_ASK && step->sort != STEP_CHECK;
}

// A run begins when all checks that its answers need have been made.
static bool was_checked(const struct wizard *wizard, size_t heading)
{
	const struct guide *guide = wizard->walk->guide;
	for (size_t i = 0; i < guide->step_count; i++)
		if (guide->steps[i].sort == STEP_CHECK && is_under(wizard, &guide->steps[i], heading) &&
		        condition_judge(guide->steps[i].when, run_values(wizard->form), NULL) == TRUTH_YES)
			return true;
	return false;
}

// What the steps under a heading came to.
struct tally {
	size_t steps, over, skipped, there, undone;
	const struct step_state *here; // at work, or where it stopped; NULL = elsewhere
};

static void count_step(struct tally *tally, const struct step_state *state)
{
	tally->steps++;
	tally->over += state->mark >= MARK_OUTCOMES;
	tally->skipped += state->mark == MARK_OUTCOMES + OUTCOME_SKIPPED;
	tally->there += state->mark == MARK_OUTCOMES + OUTCOME_MADE;
	tally->undone += state->mark == MARK_OUTCOMES + OUTCOME_UNDONE;
	if (state->mark == MARK_AT_WORK || state->mark == MARK_IN_DOUBT ||
	        state->mark == MARK_OUTCOMES + OUTCOME_FAILED)
		tally->here = state;
}

static void mark_undone(const struct tally *tally, struct mark *mark)
{
	*mark = (struct mark){STYLE_DIM, draw_sign(SIGN_UNKNOWN), ""};
	if (tally->there) {
		*mark = (struct mark){STYLE_TEXT, draw_sign(SIGN_WAITING), ""};
		snprintf(mark->note, sizeof mark->note, _("%zu to undo"), tally->there);
	} else if (tally->undone) {
		*mark = (struct mark){STYLE_GOOD, draw_sign(SIGN_DONE), ""};
		snprintf(mark->note, sizeof mark->note, "%s", _("undone"));
	}
}

// A heading says what the worst of its steps says; only when all are over it is. True where it is at work, or stopped.
static bool mark_run(const struct wizard *wizard, size_t heading, struct mark *mark)
{
	const struct guide *guide = wizard->walk->guide;
	struct tally tally = {0};
	for (size_t i = 0; i < guide->step_count; i++)
		if (is_work(&guide->steps[i]) && is_under(wizard, &guide->steps[i], heading))
			count_step(&tally, &wizard->steps[i]);
	if (tally.here) {
		mark_work(wizard, tally.here, mark);
	} else if (wizard->undoing) {
		mark_undone(&tally, mark);
	} else if (tally.steps && tally.skipped == tally.steps) {
		const bool checked = was_checked(wizard, heading);
		*mark = (struct mark){
		        checked ? STYLE_GOOD : STYLE_DIM, draw_sign(checked ? SIGN_DONE : SIGN_UNKNOWN), ""};
		snprintf(mark->note, sizeof mark->note, "%s", checked ? _("nothing to make") : _("skipped"));
	} else if (tally.over == tally.steps && (tally.steps || was_checked(wizard, heading))) {
		*mark = (struct mark){STYLE_GOOD, draw_sign(SIGN_DONE), ""};
	}
	return tally.here != NULL;
}

// What the answers leave out is not worth a line; what a person let go of is.
static bool is_left_out(const struct wizard *wizard, const struct guide_step *step)
{
	return condition_judge(step->when, run_values(wizard->form), NULL) == TRUTH_NO;
}

static void paint_work(struct sheet *sheet, const struct wizard *wizard, size_t heading)
{
	const struct guide *guide = wizard->walk->guide;
	for (size_t i = 0; guide->section_count && i < guide->step_count; i++) {
		struct mark mark = {.style = STYLE_DIM, .sign = draw_sign(SIGN_WAITING)};
		if (!is_work(&guide->steps[i]) || !is_under(wizard, &guide->steps[i], heading) ||
		        is_left_out(wizard, &guide->steps[i]))
			continue;
		mark_work(wizard, &wizard->steps[i], &mark);
		const int note = text_columns(mark.note, strlen(mark.note));
		sheet_here(sheet, !wizard->steps_moved && wizard->steps[i].mark == MARK_AT_WORK);
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

static void paint_opening(struct sheet *sheet, void *user)
{
	const struct wizard *wizard = user;
	char text[2048];
	sheet_end(sheet);
	if (wizard->failure.kind == ERROR_NONE) {
		sheet_line(sheet, 2, STYLE_DIM, _("opening the guide…"));
		return;
	}
	error_format(&wizard->failure, text, sizeof text);
	sheet_wrapped(sheet, 2, STYLE_BAD, text);
	sheet_end(sheet);
	sheet_line(sheet, 2, STYLE_TEXT, _("r tries again, q leaves"));
}

static void draw_opening(struct wizard *wizard, const struct canvas *canvas)
{
	int top = 0;
	draw_cursor(canvas, 1, 0, true);
	sheet_paint(canvas, &top, paint_opening, wizard);
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
	snprintf(title, sizeof title, "%s%s", wizard->open ? wizard->walk->guide->title : wizard->name,
	        wizard->open && wizard->walk->guide->own ? _(" (yours)") : "");
	draw_frame(frame, STYLE_BORDER, STYLE_TITLE, title, NULL);
	const struct canvas inside = canvas_inside(frame, 1, 1, frame->area.rows - 2, frame->area.columns - 2);
	sheet_paint(&inside, &wizard->steps_top, paint_steps, wizard);
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

void wizard_draw(struct wizard *wizard, const struct canvas *canvas, bool focused)
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
	if (steps_are_shown(wizard))
		draw_steps(wizard, &below);
	else
		draw_phase(wizard, &below, focused);
}
