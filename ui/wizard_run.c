// SPDX-License-Identifier: Apache-2.0
// The fourth phase: the run as it goes, where it stopped, what it made, and how to take that away.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ui/text_pane.h"
#include "ui/wizard_own.h"

#include "base/banned.h"

enum { TIME_SIZE = 32, MONTH_HOURS = 730, LOG_ROWS_LEAST = 3, UNDO_LINES_MOST = 60, LINE_SIZE = 700 };

static void duration(int64_t ms, char out[TIME_SIZE])
{
	const long long seconds = ms > 0 ? (long long)(ms / 1000) : 0;
	if (seconds < 60)
		snprintf(out, TIME_SIZE, _("%llds"), seconds);
	else
		snprintf(out, TIME_SIZE, _("%lldm %02llds"), seconds / 60, seconds % 60);
}

static bool is_made(const struct step_row *row)
{
	return row->made && row->state != ROW_UNDONE;
}

size_t run_made_count(const struct wizard *wizard)
{
	size_t count = 0;
	for (size_t i = 0; i < wizard->walk->row_count; i++)
		count += is_made(&wizard->walk->rows[i]);
	return count;
}

void run_restore(struct wizard *wizard)
{
	static const unsigned marks[] = {
	        [ROW_NONE] = MARK_NONE,
	        [ROW_INTENDED] = MARK_IN_DOUBT,
	        [ROW_MADE] = MARK_IN_DOUBT,
	        [ROW_DONE] = MARK_OUTCOMES + OUTCOME_DONE,
	        [ROW_UNDOING] = MARK_IN_DOUBT,
	        [ROW_UNDONE] = MARK_OUTCOMES + OUTCOME_UNDONE,
	};
	struct walk *walk = wizard->walk;
	for (size_t i = 0; i < walk->row_count; i++) {
		const struct step_row *row = &walk->rows[i];
		char id[STEP_KEY_SIZE];
		snprintf(id, sizeof id, "%.*s", (int)strcspn(row->key, "["), row->key);
		const struct guide_step *step = guide_step_find(walk->guide, id);
		if (!step)
			continue;
		struct step_state *state = &walk->news.steps[step - walk->guide->steps];
		state->mark = row->state == ROW_DONE && row->made ? MARK_OUTCOMES + OUTCOME_MADE : marks[row->state];
		state->elapsed_ms = row->ended && row->created ? row->ended - row->created : 0;
	}
	walk->news.version++;
	walk_news_take(walk);
}

// ---- questions ----

struct asking {
	struct walk *walk;
	bool answered;
};

static void answer(struct walk *walk, int given)
{
	pthread_mutex_lock(&walk->lock);
	walk->news.answer = given;
	pthread_mutex_unlock(&walk->lock);
}

static void asking_free(void *user)
{
	struct asking *asking = user;
	if (!asking->answered)
		answer(asking->walk, -1);
	if (asking->walk->wizard)
		asking->walk->wizard->asking = false;
	walk_unref(asking->walk);
	free(asking);
}

static unsigned agree(struct ui *ui, void *user)
{
	struct asking *asking = user;
	(void)ui;
	asking->answered = true;
	answer(asking->walk, 1);
	return REACT_DRAW;
}

void run_ask(struct wizard *wizard)
{
	char question[sizeof wizard->walk->news.question];
	struct error error = {0};
	struct asking *asking;
	pthread_mutex_lock(&wizard->walk->lock);
	snprintf(question, sizeof question, "%s", wizard->walk->news.answer ? "" : wizard->walk->news.question);
	pthread_mutex_unlock(&wizard->walk->lock);
	if (!*question || wizard->asking || wizard->ui->overlays)
		return;
	asking = calloc(1, sizeof *asking);
	if (!asking)
		return;
	asking->walk = walk_ref(wizard->walk);
	wizard->asking = true;
	const char *const lines[] = {question};
	const struct confirm_spec spec = {.title = _("The guide asks"),
	        .lines = lines,
	        .line_count = 1,
	        .level = GUARD_REVERSIBLE,
	        .accept = agree,
	        .user_free = asking_free,
	        .user = asking};
	if (!dialog_confirm(wizard->ui, &spec, &error))
		ui_fail(wizard->ui, &error);
}

// ---- approving ----

static unsigned go(struct ui *ui, void *user)
{
	(void)ui;
	wizard_begin(user, WORK_GO);
	return REACT_DRAW;
}

static bool still_planned(void *user, char *why, size_t size)
{
	const struct wizard *wizard = user;
	if (wizard->planned && !wizard_is_busy(wizard))
		return deck_may_write(wizard->ui->deck, why, size);
	snprintf(why, size, "%s", _("the plan is made anew"));
	return false;
}

void approve_open(struct wizard *wizard)
{
	const struct walk *walk = wizard->walk;
	const struct plan *plan = &walk->plan;
	char where[512], what[200], cost[200] = "", blocked[512] = "";
	struct error error = {0};
	snprintf(where, sizeof where, _("context %s, account %s, region %s"), walk->context,
	        *walk->account ? walk->account : "-", *walk->region ? walk->region : "-");
	snprintf(what, sizeof what, _("%zu to create, %zu to change, %zu to delete, %zu to keep"),
	        plan->counts[PLAN_CREATE], plan->counts[PLAN_CHANGE], plan->counts[PLAN_DELETE],
	        plan->counts[PLAN_KEEP]);
	if (plan->hourly > 0)
		snprintf(cost, sizeof cost, _("together %s %.2f an hour, about %s %.0f a month"), plan->currency,
		        plan->hourly, plan->currency, plan->hourly * MONTH_HOURS);
	deck_may_write(wizard->ui->deck, blocked, sizeof blocked);
	const char *const lines[] = {walk->guide->title, where, "", what, cost, "",
	        _("Everything is looked at again first; what changed brings the plan back."),
	        _("u takes away what this run makes, and nothing else.")};
	const struct confirm_spec spec = {.title = _("Carry out the plan?"),
	        .lines = lines,
	        .line_count = COUNT_OF(lines),
	        .level = GUARD_DESTRUCTIVE,
	        .typed = *plan->approve ? plan->approve : "yes",
	        .blocked = *blocked ? blocked : NULL,
	        .still = still_planned,
	        .accept = go,
	        .user = wizard};
	if (!dialog_confirm(wizard->ui, &spec, &error))
		ui_fail(wizard->ui, &error);
}

static unsigned take_away(struct ui *ui, void *user)
{
	(void)ui;
	wizard_begin(user, WORK_UNDO);
	return REACT_DRAW;
}

static bool still_idle(void *user, char *why, size_t size)
{
	const struct wizard *wizard = user;
	if (!wizard_is_busy(wizard))
		return deck_may_write(wizard->ui->deck, why, size);
	snprintf(why, size, "%s", _("the run is at work"));
	return false;
}

static bool can_undo(const struct wizard *wizard)
{
	return wizard->walk->row.id[0] && wizard->walk->row.state != RUN_UNDONE && !wizard_is_busy(wizard);
}

static unsigned undo_open(struct wizard *wizard)
{
	const struct walk *walk = wizard->walk;
	const size_t made = run_made_count(wizard);
	char texts[UNDO_LINES_MOST][LINE_SIZE], blocked[512] = "", more[80];
	const char *lines[UNDO_LINES_MOST + 4];
	struct error error = {0};
	size_t count = 0, shown = 0;
	if (!can_undo(wizard))
		return REACT_DONE;
	lines[count++] = made ? _("What this run made is taken away in reverse order, and nothing else:")
	                      : _("This run made nothing that is left.");
	lines[count++] = "";
	for (size_t i = walk->row_count; i-- > 0 && shown < UNDO_LINES_MOST;) {
		if (!is_made(&walk->rows[i]))
			continue;
		snprintf(texts[shown], LINE_SIZE, "-  %s  %.300s", walk->rows[i].name, walk->rows[i].resource);
		lines[count++] = texts[shown++];
	}
	snprintf(more, sizeof more, _("and %zu more"), made - shown);
	if (made > shown)
		lines[count++] = more;
	deck_may_write(wizard->ui->deck, blocked, sizeof blocked);
	const struct confirm_spec spec = {.title = _("Undo this run?"),
	        .lines = lines,
	        .line_count = count,
	        .level = GUARD_DESTRUCTIVE,
	        .typed = "undo",
	        .blocked = *blocked ? blocked : NULL,
	        .still = still_idle,
	        .accept = take_away,
	        .user = wizard};
	if (!dialog_confirm(wizard->ui, &spec, &error))
		ui_fail(wizard->ui, &error);
	return REACT_DRAW;
}

// ---- drawing ----

static void paint_log(struct sheet *sheet, const struct wizard *wizard, int rows)
{
	const uint64_t end = document_end(wizard->log), first = document_first(wizard->log);
	const uint64_t from = end - first > (uint64_t)rows ? end - (uint64_t)rows : first;
	for (uint64_t i = from; i < end; i++)
		sheet_line(sheet, 2, STYLE_TEXT, document_line(wizard->log, i)->text);
}

static void paint_waiting(struct sheet *sheet, const struct wizard *wizard)
{
	const struct waited *waited = &wizard->waited;
	const int64_t since = wizard->ui->now - waited->told, elapsed = waited->elapsed_ms + since;
	const int64_t left = waited->next_ms - since;
	char spent[TIME_SIZE], usual[TIME_SIZE], asked[TIME_SIZE], next[TIME_SIZE];
	const int row = sheet_row(sheet), bar = sheet->canvas.area.columns / 3;
	if (row >= 0 && waited->percent >= 0)
		draw_bar(&sheet->canvas, row, 2, bar, waited->percent, 100, 0);
	else if (row >= 0)
		draw_bar(&sheet->canvas, row, 2, bar, elapsed, waited->usual_ms, (unsigned)(elapsed / 500));
	duration(elapsed, spent);
	duration(waited->usual_ms, usual);
	duration(since, asked);
	duration(left > 0 ? left : 0, next);
	if (waited->usual_ms)
		sheet_format(sheet, bar + 4, -1, STYLE_VALUE, _("%s, usually %s"), spent, usual);
	else
		sheet_put(sheet, bar + 4, -1, STYLE_VALUE, spent);
	sheet_end(sheet);
	sheet_format(sheet, 2, -1, STYLE_DIM, _("asked %s ago, next in %s"), asked, next);
	if (waited->text[0])
		sheet_format(sheet, 34, -1, STYLE_TEXT, "%s", waited->text);
	sheet_end(sheet);
}

static void paint_busy(struct sheet *sheet, const struct wizard *wizard)
{
	const struct guide_step *step = &wizard->walk->guide->steps[wizard->current];
	const int rows = sheet->canvas.area.rows - 8;
	sheet_put(sheet, 0, 1, STYLE_PROGRESS, draw_spinner((unsigned)(wizard->ui->now / 500)));
	sheet_line(sheet, 2, STYLE_TITLE_FOCUS, step->title);
	if (wizard->waiting)
		paint_waiting(sheet, wizard);
	sheet_end(sheet);
	paint_log(sheet, wizard, rows > LOG_ROWS_LEAST ? rows : LOG_ROWS_LEAST);
	sheet_end(sheet);
	sheet_wrapped(sheet, 2, STYLE_DIM,
	        _("Leaving is safe: the cloud keeps working, and the journal knows where to go on."));
}

static void paint_made(struct sheet *sheet, const struct wizard *wizard)
{
	const struct walk *walk = wizard->walk;
	for (size_t i = 0; i < walk->row_count; i++) {
		const struct step_row *row = &walk->rows[i];
		if (!is_made(row))
			continue;
		const int used = sheet_format(sheet, 2, -1, STYLE_NAME, "%s", row->name);
		if (row->resource[0])
			sheet_format(sheet, 2 + (used < 30 ? 30 : used + 2), -1, STYLE_VALUE, "%s", row->resource);
		sheet_end(sheet);
	}
}

static void paint_failure(struct sheet *sheet, const struct wizard *wizard)
{
	const struct error *error = &wizard->failure;
	char text[1500];
	if (error->kind == ERROR_NONE)
		return;
	error_format(error, text, sizeof text);
	sheet_wrapped(sheet, 2, error->kind == ERROR_CANCELLED ? STYLE_WARNING : STYLE_BAD, text);
	sheet_end(sheet);
}

static void paint_idle(struct sheet *sheet, const struct wizard *wizard)
{
	static const char *const heads[] = {
	        [RUN_STARTED] = N_("This run is not finished. Enter goes on from where it stopped; u undoes it."),
	        [RUN_DONE] = N_("Done. u takes all of it away again; PgUp begins another run."),
	        [RUN_UNDOING] = N_("The undo is not finished. u goes on with it."),
	        [RUN_UNDONE] = N_("Nothing of this run is left. PgUp begins another one."),
	};
	const struct walk *walk = wizard->walk;
	char began[TIME_TEXT_SIZE], text[200];
	paint_failure(sheet, wizard);
	if (!walk->row.id[0]) {
		sheet_wrapped(sheet, 2, STYLE_TEXT, _("Nothing was made. PgUp goes back."));
		return;
	}
	sheet_wrapped(sheet, 2, walk->row.state == RUN_DONE ? STYLE_GOOD : STYLE_WARNING, _(heads[walk->row.state]));
	time_format_iso(walk->row.created, began);
	snprintf(text, sizeof text, _("run %s, begun %s"), walk->row.id, began);
	sheet_line(sheet, 2, STYLE_DIM, text);
	sheet_end(sheet);
	if (run_made_count(wizard)) {
		sheet_line(sheet, 2, STYLE_HEADING, _("What it made"));
		paint_made(sheet, wizard);
		sheet_end(sheet);
	}
	if (walk->row.state == RUN_DONE && wizard->planned && walk->plan.hourly > 0) {
		sheet_format(sheet, 2, -1, STYLE_VALUE, _("together %s %.2f an hour, about %s %.0f a month"),
		        walk->plan.currency, walk->plan.hourly, walk->plan.currency, walk->plan.hourly * MONTH_HOURS);
		sheet_end(sheet);
	}
	if (walk->row.state == RUN_DONE) {
		snprintf(text, sizeof text, _("peerdeck guide export %.100s prints the names for a shell"),
		        walk->guide->name);
		sheet_wrapped(sheet, 2, STYLE_DIM, text);
	}
	sheet_end(sheet);
	paint_log(sheet, wizard, sheet->canvas.area.rows / 3);
}

static void paint_run(struct sheet *sheet, void *user)
{
	const struct wizard *wizard = user;
	if (wizard_is_busy(wizard))
		paint_busy(sheet, wizard);
	else
		paint_idle(sheet, wizard);
}

static void run_draw(struct wizard *wizard, const struct canvas *canvas, bool focused)
{
	if (focused)
		draw_cursor(canvas, 0, 0, true);
	sheet_paint(canvas, &wizard->run_top, paint_run, wizard);
}

static void run_title(struct wizard *wizard, char *out, size_t size)
{
	snprintf(out, size, "%s", wizard->undoing ? _("Undo") : _("Run"));
	if (wizard->walk->row.resumed && !wizard_is_busy(wizard))
		snprintf(out + strlen(out), size - strlen(out), _(" · resumed %u times"), wizard->walk->row.resumed);
}

// ---- keys ----

static void log_open(struct wizard *wizard)
{
	static const struct text_source source = {.name = "guide-log"};
	struct error error = {0};
	struct pane *pane = text_pane_create(wizard->ui, &source, _("Log of the run"), NULL, &error);
	for (uint64_t i = document_first(wizard->log); pane && i < document_end(wizard->log); i++)
		document_add_text(text_pane_document(pane), STYLE_TEXT, document_line(wizard->log, i)->text);
	if (!pane || !pages_open(wizard->ui->pages, pane, &error))
		ui_fail(wizard->ui, &error);
}

static unsigned begin_another(struct wizard *wizard)
{
	const struct walk *walk = wizard->walk;
	if (wizard_is_busy(wizard))
		return REACT_DONE;
	if (walk->row.id[0] && walk->row.state != RUN_DONE && walk->row.state != RUN_UNDONE && run_made_count(wizard)) {
		ui_say(wizard->ui, "%s", _("this run is not finished: Enter goes on, u undoes it"));
		return REACT_DRAW;
	}
	wizard->resuming = wizard->planned = false;
	form_renew(wizard);
	form_look(wizard);
	wizard_show(wizard, PHASE_INPUTS);
	return REACT_DRAW;
}

static unsigned go_on(struct wizard *wizard)
{
	char why[512];
	if (wizard_is_busy(wizard) || wizard->walk->row.state != RUN_STARTED || !wizard->walk->row.id[0])
		return REACT_DONE;
	if (deck_may_write(wizard->ui->deck, why, sizeof why))
		wizard_begin(wizard, WORK_RESUME);
	else
		ui_say(wizard->ui, "%s", why);
	return REACT_DRAW;
}

static unsigned run_command_of(struct wizard *wizard, const struct command_call *call)
{
	switch (call->id) {
	case COMMAND_OPEN:
	case COMMAND_REFRESH:
		return go_on(wizard);
	case COMMAND_UNDO:
		return undo_open(wizard);
	case COMMAND_GUIDE_LOG:
		log_open(wizard);
		return REACT_DRAW | REACT_INTERESTS;
	case COMMAND_EXPLAIN:
		explain_open(wizard, &wizard->walk->guide->steps[wizard->current]);
		return REACT_DRAW | REACT_INTERESTS;
	case COMMAND_AS_COMMANDS:
		explain_open(wizard, NULL);
		return REACT_DRAW | REACT_INTERESTS;
	case COMMAND_SAVE:
		save_open(wizard);
		return REACT_DRAW;
	case COMMAND_PAGE_UP:
	case COMMAND_BACK:
		return begin_another(wizard);
	default:
		return REACT_PASS;
	}
}

static size_t run_hints(struct wizard *wizard, struct hint *out, size_t most)
{
	size_t count = 0;
	if (wizard_is_busy(wizard))
		wizard_hint(wizard, out, &count, most, COMMAND_CANCEL, _("stop waiting"));
	else if (wizard->walk->row.id[0] && wizard->walk->row.state == RUN_STARTED)
		wizard_hint(wizard, out, &count, most, COMMAND_OPEN, _("go on"));
	if (can_undo(wizard))
		wizard_hint(wizard, out, &count, most, COMMAND_UNDO, _("undo"));
	wizard_hint(wizard, out, &count, most, COMMAND_GUIDE_LOG, _("full log"));
	wizard_hint(wizard, out, &count, most, COMMAND_EXPLAIN, _("as command"));
	wizard_hint(wizard, out, &count, most, COMMAND_CLOSE, _("leave, resume later"));
	return count;
}

const struct phase_type run_phase = {
        .name = N_("run"), .title = run_title, .draw = run_draw, .command = run_command_of, .hints = run_hints};
