// SPDX-License-Identifier: Apache-2.0
// The run on the screen: at work, waiting, looked on at, stopped, done, undone. Whatever it waits for: how long it
// took, how long it may take, and the way out.
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "ui/wizard_own.h"

#include "base/banned.h"

enum { TIME_SIZE = 32, LOG_ROWS_LEAST = 3, STEPS_ABOVE = 4, RESOURCE_LEAST = 40, ASKED_COLUMNS = 34 };

static void duration(int64_t ms, char out[TIME_SIZE])
{
	const long long seconds = ms > 0 ? (long long)(ms / 1000) : 0;
	if (seconds < 60)
		snprintf(out, TIME_SIZE, _("%llds"), seconds);
	else if (seconds < 3600)
		snprintf(out, TIME_SIZE, _("%lldm %02llds"), seconds / 60, seconds % 60);
	else
		snprintf(out, TIME_SIZE, _("%lldh %02lldm"), seconds / 3600, seconds / 60 % 60);
}

// The last lines of the log that have room.
static void paint_log(struct sheet *sheet, const struct wizard *wizard, int rows)
{
	const uint64_t end = document_end(wizard->log), first = document_first(wizard->log);
	const int columns = sheet->canvas.area.columns - 3;
	uint64_t from = end;
	for (int used = 0; from > first; from--) {
		used += (int)document_rows(document_line(wizard->log, from - 1), columns > 10 ? columns : 10);
		if (used > rows)
			break;
	}
	for (uint64_t i = from; i < end; i++) {
		const struct document_line *line = document_line(wizard->log, i);
		sheet_wrapped(sheet, 2, log_style(line), line->text);
	}
}

// Of what began at line `first`, with room for what comes below.
static void paint_log_between(struct sheet *sheet, const struct wizard *wizard, int first)
{
	enum { BELOW = 5 };
	const int rows = sheet->canvas.area.rows - (sheet->line - first) - BELOW;
	if (document_end(wizard->log) == document_first(wizard->log))
		return;
	paint_log(sheet, wizard, rows > LOG_ROWS_LEAST ? rows : LOG_ROWS_LEAST);
	sheet_end(sheet);
}

static void paint_bar(struct sheet *sheet, const struct wizard *wizard, int64_t elapsed)
{
	const struct waited *waited = &wizard->waited;
	const int row = sheet_row(sheet), bar = sheet->canvas.area.columns / 3;
	char spent[TIME_SIZE], usual[TIME_SIZE], limit[TIME_SIZE], text[160];
	if (row >= 0 && waited->percent >= 0)
		draw_bar(&sheet->canvas, row, 2, bar, waited->percent, 100, 0);
	else if (row >= 0)
		draw_bar(&sheet->canvas, row, 2, bar, elapsed < waited->usual_ms ? elapsed : 0,
		        elapsed < waited->usual_ms ? waited->usual_ms : 0, (unsigned)(elapsed / 500));
	duration(elapsed, spent);
	duration(waited->usual_ms, usual);
	duration(waited->limit_ms, limit);
	snprintf(text, sizeof text, "%s", spent);
	if (waited->percent >= 0)
		snprintf(text + strlen(text), sizeof text - strlen(text), ", %d %%", waited->percent);
	if (waited->usual_ms)
		snprintf(text + strlen(text), sizeof text - strlen(text), _(", usually %s"), usual);
	if (waited->limit_ms)
		snprintf(text + strlen(text), sizeof text - strlen(text), _(", given up after %s"), limit);
	sheet_put(sheet, bar + 4, -1, STYLE_VALUE, text);
	sheet_end(sheet);
}

static void paint_progress(struct sheet *sheet, const struct wizard *wizard)
{
	const struct waited *waited = &wizard->waited;
	const struct step_state *state = &wizard->steps[wizard->current];
	const int64_t since = wizard->ui->now - waited->told, left = waited->next_ms - since;
	char asked[TIME_SIZE], next[TIME_SIZE];
	if (!wizard->waiting) {
		paint_bar(sheet, wizard, wizard->ui->now - state->began);
		return;
	}
	paint_bar(sheet, wizard, waited->elapsed_ms + since);
	duration(since, asked);
	duration(left, next);
	if (left > 0)
		sheet_format(sheet, 2, -1, STYLE_DIM, _("asked %s ago, next in %s"), asked, next);
	else
		sheet_format(sheet, 2, -1, STYLE_DIM, _("asked %s ago, asking again"), asked);
	if (waited->text[0])
		sheet_put(sheet, ASKED_COLUMNS, -1, STYLE_TEXT, waited->text);
	sheet_end(sheet);
}

static bool is_beside(const struct guide_step *one, const struct guide_step *other)
{
	return one->section && other->section && !strcmp(one->section, other->section);
}

// Where the list of steps is not beside it: the heading, and what was done last under it.
static void paint_steps_above(struct sheet *sheet, const struct wizard *wizard)
{
	const struct guide *guide = wizard->walk->guide;
	const struct guide_step *here = &guide->steps[wizard->current];
	const struct guide_section *section = here->section ? guide_section_find(guide, here->section) : NULL;
	size_t shown[STEPS_ABOVE], count = 0;
	if (wizard->ui->columns >= WIZARD_WIDE_COLUMNS)
		return;
	if (section)
		sheet_line(sheet, 0, STYLE_HEADING, section->heading);
	for (size_t i = wizard->current; i-- > 0 && count < STEPS_ABOVE && !wizard->undoing;) {
		const unsigned mark = wizard->steps[i].mark;
		if (mark >= MARK_OUTCOMES && mark != MARK_OUTCOMES + OUTCOME_SKIPPED &&
		        is_beside(&guide->steps[i], here))
			shown[count++] = i;
	}
	while (count--) {
		const struct step_state *state = &wizard->steps[shown[count]];
		char spent[TIME_SIZE];
		duration(state->elapsed_ms, spent);
		sheet_put(sheet, 0, 1, STYLE_GOOD, draw_sign(SIGN_DONE));
		sheet_put(sheet, 2, sheet->canvas.area.columns - 12, STYLE_DIM, guide->steps[shown[count]].title);
		if (state->elapsed_ms >= 1000)
			sheet_put_right(sheet, STYLE_DIM, spent);
		sheet_end(sheet);
	}
}

static void paint_here(struct sheet *sheet, const struct wizard *wizard)
{
	const char *title = wizard->walk->guide->steps[wizard->current].title;
	char each[STEP_KEY_SIZE] = "";
	const char *bracket = strchr(wizard->key, '[');
	if (bracket)
		snprintf(each, sizeof each, " %.*s", (int)strcspn(bracket + 1, "]"), bracket + 1);
	sheet_put(sheet, 0, 1, STYLE_PROGRESS, draw_spinner((unsigned)(wizard->ui->now / 500)));
	sheet_format(sheet, 2, -1, STYLE_TITLE_FOCUS, wizard->undoing ? _("Undo of: %s%s") : "%s%s", title, each);
	sheet_end(sheet);
}

static void paint_note(struct sheet *sheet, const struct wizard *wizard)
{
	sheet_line(sheet, 2, STYLE_TITLE_FOCUS, wizard->note_title);
	sheet_end(sheet);
	sheet_wrapped(sheet, 2, STYLE_TEXT, wizard->note);
	sheet_end(sheet);
	sheet_wrapped(sheet, 2, STYLE_WARNING,
	        _("Enter when you have read it and done what it says; Ctrl-C leaves it for later."));
}

static void paint_exist(struct sheet *sheet, const struct wizard *wizard)
{
	char cost[120], text[320];
	cost_text(wizard->hourly, wizard->walk->currency, cost, sizeof cost);
	if (!wizard->made)
		return;
	snprintf(text, sizeof text, wizard->made == 1 ? _("%zu thing exists") : _("%zu things exist"), wizard->made);
	if (*cost)
		snprintf(text + strlen(text), sizeof text - strlen(text), ": %s", cost);
	sheet_wrapped(sheet, 2, STYLE_VALUE, text);
}

static void paint_busy(struct sheet *sheet, const struct wizard *wizard)
{
	const int first = sheet->line;
	if (*wizard->note) {
		paint_note(sheet, wizard);
		return;
	}
	paint_steps_above(sheet, wizard);
	paint_here(sheet, wizard);
	paint_progress(sheet, wizard);
	sheet_end(sheet);
	paint_log_between(sheet, wizard, first);
	paint_exist(sheet, wizard);
	sheet_wrapped(sheet, 2, STYLE_DIM,
	        _("Leaving is safe: the cloud keeps working, and the journal knows where to go on."));
}

static void paint_watched(struct sheet *sheet, const struct wizard *wizard)
{
	const struct lock_holder *holder = &wizard->holder;
	const int first = sheet->line;
	char since[TIME_TEXT_SIZE], text[400];
	time_format_clock(holder->since, since);
	if (holder->pid)
		snprintf(text, sizeof text,
		        _("Process %lld on %s walks it since %s. Here it can be looked at, not changed."),
		        (long long)holder->pid, holder->host, since);
	else
		snprintf(
		        text, sizeof text, "%s", _("Another process walks it. Here it can be looked at, not changed."));
	sheet_wrapped(sheet, 2, STYLE_WARNING, text);
	sheet_end(sheet);
	if (*holder->key) {
		paint_steps_above(sheet, wizard);
		paint_here(sheet, wizard);
		paint_progress(sheet, wizard);
		sheet_end(sheet);
		paint_log_between(sheet, wizard, first);
	}
	paint_exist(sheet, wizard);
	sheet_wrapped(sheet, 2, STYLE_DIM, _("When it ends, or is gone, this console can go on."));
}

// ---- idle ----

struct drawing {
	const struct wizard *wizard;
	size_t item; // the one being painted
	int name_columns;
};

// As wide as the widest name that has something beside it, but for what that needs.
static int name_columns(const struct walk *walk, int columns)
{
	const int most = columns - RESOURCE_LEAST;
	int widest = 0;
	for (size_t i = 0; i < walk->row_count; i++) {
		const struct step_row *row = &walk->rows[i];
		const int name = text_columns(row->name, strlen(row->name));
		if (run_is_made(row) && row->resource[0] && name > widest)
			widest = name;
	}
	return widest < most ? widest : most;
}

// The line belongs to an item that the cursor may stand on.
static void begin_item(struct sheet *sheet, struct drawing *drawing)
{
	const bool here = drawing->item++ == drawing->wizard->run_cursor;
	sheet_here(sheet, here);
	sheet_put(sheet, 0, 1, STYLE_MARK, here ? draw_sign(SIGN_CURSOR) : " ");
	if (here && sheet_row(sheet) >= 0)
		draw_cursor(&sheet->canvas, sheet_row(sheet), 0, true);
}

static void paint_stopped(struct sheet *sheet, struct drawing *drawing)
{
	const struct wizard *wizard = drawing->wizard;
	const struct error *error = &wizard->failure;
	const struct guide_step *step = &wizard->walk->guide->steps[wizard->current];
	const bool failed = error->kind != ERROR_NONE && error->kind != ERROR_CANCELLED;
	char text[1500];
	begin_item(sheet, drawing);
	sheet_put(sheet, 2, 1, failed ? STYLE_BAD : STYLE_WARNING, draw_sign(failed ? SIGN_FAILED : SIGN_UP));
	sheet_format(
	        sheet, 4, -1, STYLE_TITLE_FOCUS, failed ? _("Stopped at: %s") : _("To go on with: %s"), step->title);
	sheet_end(sheet);
	if (failed) {
		error_format(error, text, sizeof text);
		sheet_wrapped(sheet, 4, STYLE_BAD, text);
	}
	sheet_here(sheet, false);
	sheet_end(sheet);
}

static void paint_row(struct sheet *sheet, struct drawing *drawing, const struct step_row *row)
{
	const struct walk *walk = drawing->wizard->walk;
	char cost[PRICE_TEXT_SIZE];
	price_text(walk_row_price(walk, row), walk->currency, cost);
	const int right = text_columns(cost, strlen(cost)), room = sheet->canvas.area.columns - (right ? right + 3 : 1);
	const int x = 2 + drawing->name_columns + 2;
	begin_item(sheet, drawing);
	sheet_put(sheet, 2, row->resource[0] ? drawing->name_columns : room - 2, STYLE_NAME, row->name);
	if (row->resource[0] && x < room)
		sheet_put(sheet, x, room - x, STYLE_VALUE, row->resource);
	sheet_put_right(sheet, STYLE_VALUE, cost);
	sheet_end(sheet);
	sheet_here(sheet, false);
}

static void paint_made(struct sheet *sheet, struct drawing *drawing)
{
	const struct walk *walk = drawing->wizard->walk;
	if (!drawing->wizard->made)
		return;
	drawing->name_columns = name_columns(walk, sheet->canvas.area.columns);
	sheet_line(sheet, 2, STYLE_HEADING, drawing->wizard->undoing ? _("What is left") : _("What it made"));
	for (size_t i = 0; i < walk->row_count; i++)
		if (run_is_made(&walk->rows[i]))
			paint_row(sheet, drawing, &walk->rows[i]);
	sheet_end(sheet);
}

static void paint_exports(struct sheet *sheet, struct drawing *drawing)
{
	const struct walk *walk = drawing->wizard->walk;
	char text[200];
	if (!walk->exports || !*walk->exports || !run_names_hold(walk))
		return;
	snprintf(text, sizeof text, _("Names for a shell (Ctrl-S saves them, peerdeck guide export %.80s prints them)"),
	        walk->guide->name);
	sheet_wrapped(sheet, 2, STYLE_HEADING, text);
	for (const char *at = walk->exports, *end; (end = strchr(at, '\n')); at = end + 1) {
		begin_item(sheet, drawing);
		sheet_format(sheet, 2, -1, STYLE_CODE, "%.*s", (int)(end - at), at);
		sheet_end(sheet);
		sheet_here(sheet, false);
	}
	sheet_end(sheet);
}

static void paint_head(struct sheet *sheet, const struct wizard *wizard)
{
	static const char *const heads[] = {
	        [RUN_STARTED] = N_("This run is not finished. Enter goes on from where it stopped; u undoes it."),
	        [RUN_DONE] = N_("Done. u takes all of it away again; PgUp begins another run; :vms shows the pod VMs."),
	        [RUN_UNDOING] = N_("The undo is not finished. u goes on with it."),
	        [RUN_UNDONE] = N_("Nothing of this run is left. PgUp begins another one."),
	};
	const struct walk *walk = wizard->walk;
	const struct error *error = &wizard->failure;
	char began[TIME_TEXT_SIZE], text[1500];
	if (error->kind == ERROR_CANCELLED)
		sheet_wrapped(sheet, 2, STYLE_WARNING, error->message);
	else if (error->kind != ERROR_NONE && !run_item_stopped(wizard)) {
		error_format(error, text, sizeof text);
		sheet_wrapped(sheet, 2, STYLE_BAD, text);
	}
	if (!walk->row.id[0]) {
		sheet_wrapped(sheet, 2, STYLE_TEXT, _("Nothing was made. PgUp goes back."));
		return;
	}
	sheet_wrapped(sheet, 2, walk->row.state == RUN_DONE ? STYLE_GOOD : STYLE_WARNING, _(heads[walk->row.state]));
	time_format_iso(walk->row.created, began);
	snprintf(text, sizeof text, _("run %s, begun %s"), walk->row.id, began);
	sheet_line(sheet, 2, STYLE_DIM, text);
	paint_exist(sheet, wizard);
	sheet_end(sheet);
}

static void paint_idle(struct sheet *sheet, const struct wizard *wizard)
{
	struct drawing drawing = {.wizard = wizard};
	if (wizard->run_cursor == 0)
		sheet_here(sheet, true);
	paint_head(sheet, wizard);
	if (!wizard->walk->row.id[0])
		return;
	if (run_item_stopped(wizard))
		paint_stopped(sheet, &drawing);
	paint_made(sheet, &drawing);
	paint_exports(sheet, &drawing);
	paint_log(sheet, wizard, sheet->canvas.area.rows / 3);
}

static void paint_run(struct sheet *sheet, void *user)
{
	const struct wizard *wizard = user;
	if (run_is_watched(wizard))
		paint_watched(sheet, wizard);
	else if (wizard_is_busy(wizard))
		paint_busy(sheet, wizard);
	else
		paint_idle(sheet, wizard);
}

void run_draw(struct wizard *wizard, const struct canvas *canvas, bool focused)
{
	if (focused)
		draw_cursor(canvas, 0, 0, true);
	sheet_paint(canvas, &wizard->run_top, paint_run, wizard);
}

static bool is_walked(const struct wizard *wizard, size_t index)
{
	const enum step_sort sort = wizard->walk->guide->steps[index].sort;
	return sort != STEP_ASK && sort != STEP_CHECK && wizard->steps[index].mark != MARK_OUTCOMES + OUTCOME_SKIPPED;
}

void run_title(struct wizard *wizard, char *out, size_t size)
{
	const unsigned resumed = wizard_is_busy(wizard) ? 0 : wizard->walk->row.resumed;
	size_t count = 0, at = 0;
	for (size_t i = 0; i < wizard->walk->guide->step_count; i++) {
		count += is_walked(wizard, i);
		at += i <= wizard->current && is_walked(wizard, i);
	}
	snprintf(out, size, "%s", wizard->undoing ? _("Undo") : _("Run"));
	if (run_is_watched(wizard))
		snprintf(out + strlen(out), size - strlen(out), "%s", _(" · read-only"));
	if (wizard_is_busy(wizard) && wizard->undoing)
		snprintf(out + strlen(out), size - strlen(out), _(" · %zu left"), wizard->made);
	else if (wizard_is_busy(wizard) && at)
		snprintf(out + strlen(out), size - strlen(out), _(" · step %zu of %zu"), at, count);
	if (resumed)
		snprintf(out + strlen(out), size - strlen(out),
		        resumed == 1 ? _(" · resumed once") : _(" · resumed %u times"), resumed);
}
