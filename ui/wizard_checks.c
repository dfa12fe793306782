// SPDX-License-Identifier: Apache-2.0
// The second phase: what must be so before anything is made. Lines appear as the checks end.
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guide/expression.h"
#include "ui/wizard_own.h"

#include "base/banned.h"

enum { RESULT_COLUMNS = 6 };

bool checks_create(struct wizard *wizard, struct error *error)
{
	const struct guide *guide = wizard->walk->guide;
	wizard->check_steps = calloc(guide->step_count + 1, sizeof *wizard->check_steps);
	wizard->checks = calloc(guide->step_count + 1, sizeof *wizard->checks);
	wizard->checked = calloc(guide->step_count + 1, sizeof *wizard->checked);
	wizard->acknowledged = calloc(guide->step_count + 1, sizeof *wizard->acknowledged);
	wizard->check_items = calloc(guide->step_count + 1, sizeof *wizard->check_items);
	if (!wizard->check_steps || !wizard->checks || !wizard->checked || !wizard->acknowledged ||
	        !wizard->check_items)
		return error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
	for (size_t i = 0; i < guide->step_count; i++)
		if (guide->steps[i].sort == STEP_CHECK)
			wizard->check_steps[wizard->check_count++] = &guide->steps[i];
	return true;
}

void checks_destroy(struct wizard *wizard)
{
	free(wizard->check_steps);
	free(wizard->checks);
	free(wizard->checked);
	free(wizard->acknowledged);
	free(wizard->check_items);
}

static bool is_not_needed(const struct wizard *wizard, size_t index)
{
	return wizard->checked[index] && wizard->checks[index].not_needed;
}

static size_t not_needed(const struct wizard *wizard)
{
	size_t count = 0;
	for (size_t i = 0; i < wizard->check_count; i++)
		count += is_not_needed(wizard, i);
	return count;
}

// What the cursor may stand on: the checks that are needed, the line that counts the others, and those where wanted.
static size_t list_items(const struct wizard *wizard)
{
	size_t *out = wizard->check_items, count = 0;
	for (size_t i = 0; i < wizard->check_count; i++)
		if (!is_not_needed(wizard, i))
			out[count++] = i;
	if (not_needed(wizard))
		out[count++] = wizard->check_count;
	for (size_t i = 0; wizard->checks_unfolded && i < wizard->check_count; i++)
		if (is_not_needed(wizard, i))
			out[count++] = i;
	return count;
}

static bool is_wrong(const struct wizard *wizard, size_t index)
{
	return wizard->checked[index] &&
	       (wizard->checks[index].result == PREFLIGHT_FAIL || wizard->checks[index].result == PREFLIGHT_WARN);
}

// What the answers leave out need not even be begun.
static void leave_out(struct wizard *wizard, size_t index)
{
	struct walk_news *news = &wizard->walk->news;
	const struct guide_step *step = wizard->check_steps[index];
	if (condition_judge(step->when, run_values(wizard->form), NULL) != TRUTH_NO)
		return;
	wizard->checks[index] = (struct preflight_line){.step = step, .result = PREFLIGHT_SKIP, .not_needed = true};
	news->checks[index] = wizard->checks[index];
	wizard->checked[index] = news->checked[index] = true;
}

void checks_clear(struct wizard *wizard, bool all)
{
	struct walk_news *news = &wizard->walk->news;
	pthread_mutex_lock(&wizard->walk->lock);
	for (size_t i = 0; i < wizard->check_count; i++) {
		if (!all && !is_wrong(wizard, i))
			continue;
		wizard->checked[i] = news->checked[i] = false;
		if (all) {
			wizard->acknowledged[i] = false;
			leave_out(wizard, i);
		}
	}
	pthread_mutex_unlock(&wizard->walk->lock);
	wizard->checks_over = false;
}

// ---- on a worker thread ----

void walk_checked(const struct preflight_line *line, size_t index, size_t count, void *user)
{
	struct walk *walk = user;
	int64_t over = 0;
	pthread_mutex_lock(&walk->lock);
	walk->news.checks[index] = *line;
	walk->news.checked[index] = true;
	walk->news.version++;
	for (size_t i = 0; i < count; i++)
		over += walk->news.checked[i];
	pthread_mutex_unlock(&walk->lock);
	job_progress(walk->job, over, (int64_t)count, "%s", line->step->title);
}

static void keep_first(const struct error *mistake, void *user)
{
	struct error *first = user;
	if (first->kind == ERROR_NONE)
		*first = *mistake;
}

static bool begin_run(struct task *task, struct cancel *cancel, struct error *error)
{
	struct walk *walk = task->walk;
	struct error mistake = {0};
	if (!walk->store && !(walk->store = store_open(walk->path, walk->clock, walk->log, error)))
		return false;
	run_destroy(walk->run);
	walk->run = walk_begin(walk, task->id, error);
	if (!walk->run)
		return false;
	for (size_t i = 0; i < task->answers.count; i++) {
		const struct given *answer = &task->answers.list[i];
		if (answer->text)
			run_answer(walk->run, answer->input, answer->text, answer->source, NULL);
	}
	if (run_answers_complete(walk->run, cancel, keep_first, &mistake))
		return true;
	if (error)
		*error = mistake;
	task->wrong_answers = !cancel_asked(cancel);
	return false;
}

bool task_check(struct task *task, bool again, struct cancel *cancel, struct error *error)
{
	struct walk *walk = task->walk;
	if (again)
		return run_preflight_again(walk->run, &walk->preflight, cancel, error);
	preflight_finish(&walk->preflight);
	if (!begin_run(task, cancel, error))
		return false;
	walk_texts(walk);
	return run_preflight(walk->run, &walk->preflight, cancel, error);
}

// ---- on the UI thread ----

static unsigned move(struct wizard *wizard, enum command_id command)
{
	const size_t *items = wizard->check_items, count = list_items(wizard);
	size_t at = 0;
	while (at < count && items[at] != wizard->check_cursor)
		at++;
	if (!count)
		return REACT_DONE;
	if (at == count || command == COMMAND_FIRST)
		at = 0;
	else if (command == COMMAND_LAST)
		at = count - 1;
	else if (command == COMMAND_DOWN)
		at += at + 1 < count;
	else
		at -= at > 0;
	wizard->check_cursor = items[at];
	return REACT_DRAW;
}

void checks_done(struct wizard *wizard, enum job_state state)
{
	size_t worst = wizard->check_count;
	wizard->checks_over = state == JOB_DONE;
	if (wizard->check_count && is_not_needed(wizard, wizard->check_cursor) && !wizard->checks_unfolded)
		move(wizard, COMMAND_FIRST);
	// What keeps the plan from being made comes before what is only to be known.
	for (size_t i = wizard->check_count; wizard->checks_over && i-- > 0;)
		if (is_wrong(wizard, i) &&
		        !(worst < wizard->check_count && wizard->checks[worst].result == PREFLIGHT_FAIL &&
		                wizard->checks[i].result == PREFLIGHT_WARN))
			worst = i;
	if (worst < wizard->check_count)
		wizard->check_cursor = worst;
}

void checks_result(const struct wizard *wizard, size_t index, enum style *style, const char **sign, const char **word)
{
	static const enum style styles[PREFLIGHT_RESULTS] = {
	        [PREFLIGHT_PASS] = STYLE_GOOD,
	        [PREFLIGHT_WARN] = STYLE_WARNING,
	        [PREFLIGHT_FAIL] = STYLE_BAD,
	        [PREFLIGHT_SKIP] = STYLE_DIM,
	};
	static const char *const words[PREFLIGHT_RESULTS] = {
	        [PREFLIGHT_PASS] = N_("pass"),
	        [PREFLIGHT_WARN] = N_("warn"),
	        [PREFLIGHT_FAIL] = N_("fail"),
	        [PREFLIGHT_SKIP] = N_("skip"),
	};
	static const enum sign signs[PREFLIGHT_RESULTS] = {
	        [PREFLIGHT_PASS] = SIGN_DONE,
	        [PREFLIGHT_WARN] = SIGN_UP,
	        [PREFLIGHT_FAIL] = SIGN_FAILED,
	        [PREFLIGHT_SKIP] = SIGN_UNKNOWN,
	};
	if (!wizard->checked[index]) {
		*style = STYLE_TRANSIENT;
		*sign = draw_sign(SIGN_WAITING);
		*word = "";
		return;
	}
	const enum preflight_result result = wizard->checks[index].result;
	*style = styles[result];
	*sign = draw_sign(signs[result]);
	*word = _(words[result]);
}

static bool is_of_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static bool has_word(const char *text, const char *word)
{
	const size_t length = strlen(word);
	for (const char *at = text; (at = strstr(at, word)); at += length)
		if ((at == text || !is_of_name(at[-1])) && !is_of_name(at[length]))
			return true;
	return false;
}

// The question that the remedy of a check names; field_count = none.
static size_t field_to_mend(const struct wizard *wizard, size_t index)
{
	size_t at = 0;
	if (index >= wizard->check_count || !is_wrong(wizard, index))
		return wizard->field_count;
	while (at < wizard->field_count &&
	        !(wizard->fields[at].wanted && has_word(wizard->checks[index].remedy, wizard->fields[at].input->name)))
		at++;
	return at;
}

static void put_cursor(struct sheet *sheet, const struct wizard *wizard, size_t index)
{
	const bool here = index == wizard->check_cursor;
	sheet_put(sheet, 0, 1, STYLE_MARK, here ? draw_sign(SIGN_CURSOR) : " ");
	if (here && sheet_row(sheet) >= 0)
		draw_cursor(&sheet->canvas, sheet_row(sheet), 0, true);
}

static void paint_check(struct sheet *sheet, const struct wizard *wizard, size_t index)
{
	const struct preflight_line *line = &wizard->checks[index];
	const char *sign, *word;
	enum style style;
	int x = 4 + RESULT_COLUMNS;
	checks_result(wizard, index, &style, &sign, &word);
	put_cursor(sheet, wizard, index);
	sheet_put(sheet, 2, 1, style, sign);
	sheet_put(sheet, 4, RESULT_COLUMNS, style, word);
	x += sheet_put(sheet, x, -1, STYLE_TEXT, wizard->check_steps[index]->title) + 2;
	if (wizard->checked[index] && !is_wrong(wizard, index) && line->seen[0])
		sheet_put(sheet, x, -1, STYLE_DIM, line->seen);
	if (is_wrong(wizard, index) && wizard->acknowledged[index])
		sheet_put(sheet, x, -1, STYLE_DIM, _("taken note of"));
	sheet_end(sheet);
	if (!is_wrong(wizard, index))
		return;
	if (line->seen[0])
		sheet_wrapped(sheet, 4 + RESULT_COLUMNS, style, line->seen);
	if (line->remedy[0]) {
		char remedy[400];
		snprintf(remedy, sizeof remedy, "→ %s", line->remedy);
		sheet_wrapped(sheet, 4 + RESULT_COLUMNS, STYLE_TEXT, remedy);
	}
	const size_t mend = index == wizard->check_cursor ? field_to_mend(wizard, index) : wizard->field_count;
	if (mend < wizard->field_count) {
		char where[200];
		snprintf(where, sizeof where, _("PgUp goes to that answer: %.150s"), wizard->fields[mend].input->title);
		sheet_wrapped(sheet, 4 + RESULT_COLUMNS, STYLE_DIM, where);
	}
}

// What the answers leave out is one line, until somebody wants to see it.
static void paint_fold(struct sheet *sheet, const struct wizard *wizard)
{
	const size_t count = not_needed(wizard);
	char text[160];
	put_cursor(sheet, wizard, wizard->check_count);
	sheet_put(sheet, 2, 1, STYLE_DIM, draw_sign(SIGN_UNKNOWN));
	snprintf(text, sizeof text,
	        count == 1 ? _("%zu more is not needed with these answers")
	                   : _("%zu more are not needed with these answers"),
	        count);
	const int used = sheet_put(sheet, 4, -1, STYLE_DIM, text);
	sheet_put(sheet, 4 + used + 2, -1, STYLE_DIM,
	        wizard->checks_unfolded ? _("Enter folds them away") : _("Enter shows them"));
	sheet_end(sheet);
}

static void paint_checks(struct sheet *sheet, void *user)
{
	const struct wizard *wizard = user;
	const size_t *items = wizard->check_items, count = list_items(wizard);
	for (size_t i = 0; i < count; i++) {
		sheet_here(sheet, items[i] == wizard->check_cursor);
		if (items[i] == wizard->check_count)
			paint_fold(sheet, wizard);
		else
			paint_check(sheet, wizard, items[i]);
		sheet_here(sheet, false);
	}
	if (!wizard->check_count)
		sheet_line(sheet, 2, STYLE_DIM, _("This guide checks nothing before it begins."));
}

static void checks_draw(struct wizard *wizard, const struct canvas *canvas, bool focused)
{
	(void)focused;
	sheet_paint(canvas, &wizard->checks_top, paint_checks, wizard);
}

static void checks_title(struct wizard *wizard, char *out, size_t size)
{
	size_t counts[PREFLIGHT_RESULTS] = {0}, left = 0;
	for (size_t i = 0; i < wizard->check_count; i++) {
		if (!wizard->checked[i])
			left++;
		else if (!wizard->checks[i].not_needed)
			counts[wizard->checks[i].result]++;
	}
	snprintf(out, size, _("Preflight: %zu pass, %zu warn, %zu fail, %zu skip"), counts[PREFLIGHT_PASS],
	        counts[PREFLIGHT_WARN], counts[PREFLIGHT_FAIL], counts[PREFLIGHT_SKIP]);
	if (left)
		snprintf(out + strlen(out), size - strlen(out), _(", %zu to come"), left);
}

// Why the plan cannot be made yet; NULL = it can.
static const char *held_by(const struct wizard *wizard)
{
	if (wizard_is_busy(wizard))
		return _("the checks are not over yet");
	if (!wizard->checks_over)
		return _("not all checks were made; r makes them");
	for (size_t i = 0; i < wizard->check_count; i++)
		if (wizard->checked[i] && wizard->checks[i].result == PREFLIGHT_FAIL)
			return _("mend what failed, then r checks again");
	for (size_t i = 0; i < wizard->check_count; i++)
		if (is_wrong(wizard, i) && !wizard->acknowledged[i])
			return _("take note of each warning with Space first");
	return NULL;
}

static unsigned acknowledge(struct wizard *wizard)
{
	const size_t at = wizard->check_cursor;
	if (at >= wizard->check_count || !wizard->checked[at] || wizard->checks[at].result != PREFLIGHT_WARN)
		return REACT_DONE;
	wizard->acknowledged[at] = !wizard->acknowledged[at];
	for (size_t i = at + 1; wizard->acknowledged[at] && i < wizard->check_count; i++)
		if (is_wrong(wizard, i)) {
			wizard->check_cursor = i;
			break;
		}
	return REACT_DRAW;
}

static unsigned check_again(struct wizard *wizard)
{
	if (!wizard_is_busy(wizard))
		wizard_begin(wizard, wizard->checks_over ? WORK_CHECK_AGAIN : WORK_CHECK);
	return REACT_DRAW;
}

static unsigned fold(struct wizard *wizard)
{
	if (!not_needed(wizard))
		return REACT_DONE;
	wizard->checks_unfolded = !wizard->checks_unfolded;
	wizard->check_cursor = wizard->check_count;
	return REACT_DRAW;
}

// What has failed is mended where it was answered.
static void back_to_inputs(struct wizard *wizard)
{
	const size_t mend = field_to_mend(wizard, wizard->check_cursor);
	if (mend < wizard->field_count) {
		wizard->cursor = mend;
		form_list(wizard);
	}
	wizard_show(wizard, PHASE_INPUTS);
}

static unsigned checks_command(struct wizard *wizard, const struct command_call *call)
{
	switch (call->id) {
	case COMMAND_DOWN:
	case COMMAND_UP:
	case COMMAND_FIRST:
	case COMMAND_LAST:
		return move(wizard, call->id);
	case COMMAND_OPEN:
		return fold(wizard);
	case COMMAND_EXPLAIN:
		if (wizard->check_cursor < wizard->check_count)
			explain_open(wizard, wizard->check_steps[wizard->check_cursor]);
		return REACT_DRAW | REACT_INTERESTS;
	case COMMAND_ACKNOWLEDGE:
		return acknowledge(wizard);
	case COMMAND_REFRESH:
		return check_again(wizard);
	case COMMAND_PAGE_DOWN:
		if (held_by(wizard))
			ui_say(wizard->ui, "%s", held_by(wizard));
		else
			wizard_begin(wizard, WORK_PLAN);
		return REACT_DRAW;
	case COMMAND_PAGE_UP:
	case COMMAND_BACK:
		if (!wizard_is_busy(wizard))
			back_to_inputs(wizard);
		return REACT_DRAW;
	default:
		return REACT_PASS;
	}
}

static size_t checks_hints(struct wizard *wizard, struct hint *out, size_t most)
{
	size_t count = 0;
	if (wizard_is_busy(wizard)) {
		wizard_hint(wizard, out, &count, most, COMMAND_CANCEL, _("stop checking"));
		return count;
	}
	const size_t at = wizard->check_cursor;
	const bool warns =
	        at < wizard->check_count && is_wrong(wizard, at) && wizard->checks[at].result == PREFLIGHT_WARN;
	const bool goes_on = !held_by(wizard);
	if (goes_on)
		wizard_hint(wizard, out, &count, most, COMMAND_PAGE_DOWN, _("plan"));
	if (warns)
		wizard_hint(wizard, out, &count, most, COMMAND_ACKNOWLEDGE, _("take note"));
	wizard_hint(wizard, out, &count, most, COMMAND_REFRESH, _("check again"));
	wizard_hint(wizard, out, &count, most, COMMAND_PAGE_UP, _("inputs"));
	wizard_hint(wizard, out, &count, most, COMMAND_EXPLAIN, _("explain"));
	if (not_needed(wizard))
		wizard_hint(
		        wizard, out, &count, most, COMMAND_OPEN, wizard->checks_unfolded ? _("fold") : _("all checks"));
	wizard_hint(wizard, out, &count, most, COMMAND_CLOSE, _("leave"));
	return count;
}

const struct phase_type preflight_phase = {.name = N_("preflight"),
        .title = checks_title,
        .draw = checks_draw,
        .command = checks_command,
        .hints = checks_hints};
