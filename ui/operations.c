// SPDX-License-Identifier: Apache-2.0
// Running and finished operations.
#include "config.h"

#include "ui/operations.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "ui/cleanup.h"
#include "ui/copy.h"
#include "ui/sweeps.h"
#include "ui/text_pane.h"
#include "base/banned.h"

enum { OPERATIONS_MOST = JOBS_KEPT, OPERATIONS_BAR = 14, OPERATIONS_SPIN_MS = 200 };

struct operations {
	struct pane pane;
	struct job_view *jobs; // OPERATIONS_MOST of them
	size_t count;
	job_id cursor; // 0 = the newest
	size_t top;
	char search[128];
};

static struct operations *operations_of(struct pane *pane)
{
	return (struct operations *)pane;
}

static void operations_destroy(struct pane *pane)
{
	free(operations_of(pane)->jobs);
	free(pane);
}

static bool is_over(const struct job_view *job)
{
	return job->state != JOB_WAITING && job->state != JOB_RUNNING;
}

static void operations_title(struct pane *pane, char *title, size_t title_size, char *note, size_t note_size)
{
	const struct operations *operations = operations_of(pane);
	size_t running = 0, failed = 0;

	for (size_t i = 0; i < operations->count; i++) {
		running += !is_over(&operations->jobs[i]);
		failed += operations->jobs[i].state == JOB_FAILED;
	}
	snprintf(title, title_size, "%s", _("Operations"));
	snprintf(note, note_size, _("%zu · %zu running · %zu failed"), operations->count, running, failed);
}

static bool operations_update(struct pane *pane)
{
	struct operations *operations = operations_of(pane);

	operations->count = jobs_list(pane->ui->deck->jobs, false, operations->jobs, OPERATIONS_MOST);
	if (operations->count > OPERATIONS_MOST)
		operations->count = OPERATIONS_MOST;
	return true;
}

static size_t cursor_row(const struct operations *operations)
{
	for (size_t i = 0; i < operations->count; i++)
		if (operations->jobs[i].id == operations->cursor)
			return i;
	return 0;
}

static enum style state_style(enum job_state state)
{
	static const enum style styles[] = {
	        [JOB_WAITING] = STYLE_DIM,
	        [JOB_RUNNING] = STYLE_TRANSIENT,
	        [JOB_DONE] = STYLE_GOOD,
	        [JOB_FAILED] = STYLE_BAD,
	        [JOB_CANCELLED] = STYLE_WARNING,
	};

	return styles[state];
}

static const char *state_word(enum job_state state)
{
	static const char *const words[] = {
	        [JOB_WAITING] = N_("waiting"),
	        [JOB_RUNNING] = N_("running"),
	        [JOB_DONE] = N_("done"),
	        [JOB_FAILED] = N_("failed"),
	        [JOB_CANCELLED] = N_("cancelled"),
	};

	return _(words[state]);
}

static const char *state_sign(const struct ui *ui, enum job_state state)
{
	switch (state) {
	case JOB_DONE:
		return draw_sign(SIGN_DONE);
	case JOB_FAILED:
		return draw_sign(SIGN_FAILED);
	case JOB_RUNNING:
		return draw_spinner((unsigned)(ui->now / OPERATIONS_SPIN_MS));
	default:
		return draw_sign(SIGN_WAITING);
	}
}

static void elapsed(const struct job_view *job, int64_t now, char *out, size_t size)
{
	int64_t seconds = job->started ? ((job->ended ? job->ended : now) - job->started) / 1000 : 0;

	if (!job->started)
		snprintf(out, size, "-");
	else if (seconds < 60)
		snprintf(out, size, "%llds", (long long)seconds);
	else
		snprintf(out, size, "%lldm %02llds", (long long)seconds / 60, (long long)seconds % 60);
}

static void draw_operation(struct operations *operations, const struct canvas *canvas, int y,
        const struct job_view *job, bool selected, bool focused)
{
	struct ui *ui = operations->pane.ui;
	struct canvas row = canvas_inside(canvas, y, 0, 1, canvas->area.columns);
	char time[32], stamp[TIME_TEXT_SIZE];
	int width = row.area.columns, x = 2;

	row.base = selected ? focused ? STYLE_CURSOR : STYLE_CURSOR_AWAY : STYLE_TEXT;
	draw_fill(&row, row.base);
	if (selected)
		draw_text(&row, 0, 0, 1, row.base, draw_sign(SIGN_CURSOR));
	time_format_clock(job->submitted, stamp);
	elapsed(job, clock_now(ui->deck->clock), time, sizeof(time));
	draw_text(&row, 0, x, 1, state_style(job->state), state_sign(ui, job->state));
	draw_text(&row, 0, x + 2, 9, state_style(job->state), state_word(job->state));
	x += 12;
	if (width > 60) {
		draw_text(&row, 0, x, 8, STYLE_DIM, stamp);
		x += 9;
	}
	draw_text_right(&row, 0, x, 8, STYLE_TEXT, time);
	x += 9;
	if (job->state == JOB_RUNNING && width - x > 60) {
		draw_bar(&row, 0, x, OPERATIONS_BAR, job->done, job->total, (unsigned)(ui->now / OPERATIONS_SPIN_MS));
		x += OPERATIONS_BAR + 1;
	}
	x += draw_text(&row, 0, x, width - x, STYLE_TEXT, job->title) + 2;
	if (x < width)
		draw_text(&row, 0, x, width - x, job->state == JOB_FAILED ? STYLE_BAD : STYLE_DIM,
		        job->state == JOB_FAILED ? job->error.message : job->detail);
}

static void operations_draw(struct pane *pane, const struct canvas *canvas, bool focused)
{
	struct operations *operations = operations_of(pane);
	size_t cursor = cursor_row(operations), rows;

	pane->page_rows = canvas->area.rows > 1 ? canvas->area.rows - 1 : 1;
	rows = (size_t)pane->page_rows;
	draw_text(canvas, 0, 2, -1, STYLE_HEADING,
	        canvas->area.columns > 60 ? _("  STATE     BEGUN        TIME  WHAT") : _("  STATE         TIME  WHAT"));
	if (!operations->count)
		draw_text(canvas, 1, 2, -1, STYLE_DIM, _("Nothing was done yet."));
	if (cursor < operations->top)
		operations->top = cursor;
	if (cursor >= operations->top + rows)
		operations->top = cursor - rows + 1;
	for (size_t i = 0; i < rows && operations->top + i < operations->count; i++) {
		size_t at = operations->top + i;

		draw_operation(operations, canvas, (int)i + 1, &operations->jobs[at], at == cursor, focused);
		if (at == cursor && focused)
			draw_cursor(canvas, (int)i + 1, 0, true);
	}
	draw_scrollbar(canvas, operations->top, rows, operations->count);
}

static void add_time(struct document *document, const char *name, int64_t time)
{
	char stamp[TIME_TEXT_SIZE];
	const struct document_piece pieces[] = {{STYLE_NAME, name}, {STYLE_VALUE, stamp}};

	if (!time)
		return;
	time_format_iso(time, stamp);
	document_add(document, pieces, COUNT_OF(pieces), 0, "", 0);
}

static void add_words(struct document *document, const char *name, const char *text)
{
	const struct document_piece pieces[] = {{STYLE_NAME, name}, {STYLE_VALUE, text}};

	if (*text)
		document_add(document, pieces, COUNT_OF(pieces), 0, "", 0);
}

struct job_shown {
	struct ui *ui;
	job_id id;
};

static void job_render(struct pane *pane, void *user, bool revealed)
{
	const struct job_shown *shown = user;
	struct document *document = text_pane_document(pane);
	struct job_view job;

	(void)revealed;
	if (!jobs_get(shown->ui->deck->jobs, shown->id, &job)) {
		document_add_text(document, STYLE_DIM, _("It was so long ago that it is no longer kept."));
		return;
	}
	document_add_text(document, STYLE_TITLE, job.title);
	add_words(document, _("state       "), state_word(job.state));
	add_words(document, _("progress    "), job.detail);
	if (job.total)
		document_printf(
		        document, STYLE_TEXT, "            %lld / %lld", (long long)job.done, (long long)job.total);
	add_words(document, _("request id  "), job.request_id);
	add_time(document, _("asked for   "), job.submitted);
	add_time(document, _("begun       "), job.started);
	add_time(document, _("ended       "), job.ended);
	if (cleanup_is_sweep(shown->ui, job.id))
		document_add(document, &(struct document_piece){STYLE_NAME, _("Enter here shows each item (:sweeps)")},
		        1, 0, "sweeps", 0);
	if (job.error.kind == ERROR_NONE)
		return;
	document_add_text(document, STYLE_TEXT, "");
	add_words(document, _("tried       "), job.error.doing);
	add_words(document, _("failed      "), job.error.message);
	add_words(document, _("code        "), job.error.code);
	add_words(document, _("request id  "), job.error.request_id);
	add_words(document, _("remedy      "), job.error.remedy);
}

static bool job_update(struct pane *pane, void *user)
{
	const struct job_shown *shown = user;
	struct job_view job;

	if (jobs_get(shown->ui->deck->jobs, shown->id, &job) && is_over(&job) &&
	        document_end(text_pane_document(pane)) > 0 && job.ended + 1000 < clock_now(shown->ui->deck->clock))
		return false;
	text_pane_render(pane);
	return true;
}

static unsigned job_open(struct pane *pane, const char *link, void *user)
{
	struct error error;

	(void)link, (void)user;
	if (!sweeps_open(pane->ui, &error))
		ui_fail(pane->ui, &error);
	return REACT_DRAW | REACT_INTERESTS;
}

static const struct text_source job_source = {
        .name = "operation", .open = job_open, .render = job_render, .update = job_update, .user_free = free};

static unsigned open_job(struct operations *operations)
{
	struct ui *ui = operations->pane.ui;
	struct job_shown *shown;
	struct pane *pane;
	struct error error;

	if (!operations->count)
		return REACT_DONE;
	shown = calloc(1, sizeof(*shown));
	if (!shown)
		return REACT_DONE;
	*shown = (struct job_shown){.ui = ui, .id = operations->jobs[cursor_row(operations)].id};
	pane = text_pane_create(ui, &job_source, _("Operation"), shown, &error);
	if (!pane || !pages_open(ui->pages, pane, &error))
		ui_fail(ui, &error);
	return REACT_DRAW;
}

static unsigned go_to(struct operations *operations, long row)
{
	long last = (long)operations->count - 1;

	if (last < 0)
		return REACT_DONE;
	row = row < 0 ? 0 : row > last ? last : row;
	operations->cursor = operations->jobs[row].id;
	return REACT_DRAW;
}

static unsigned cancel_job(struct operations *operations)
{
	const struct job_view *job = operations->count ? &operations->jobs[cursor_row(operations)] : NULL;
	struct ui *ui = operations->pane.ui;

	if (!job || is_over(job))
		return REACT_PASS;
	if (jobs_cancel(ui->deck->jobs, job->id))
		ui_say(ui, _("%s: waiting stops; the cloud may go on by itself"), job->title);
	return REACT_DRAW;
}

static unsigned search(struct operations *operations, const struct command_call *call)
{
	size_t from = cursor_row(operations);
	struct buffer wanted;
	unsigned reactions = REACT_DRAW;

	if (call->id == COMMAND_SEARCH && !*call->argument)
		return REACT_PASS;
	if (*call->argument)
		snprintf(operations->search, sizeof(operations->search), "%s", call->argument);
	buffer_init(&wanted, 1024);
	text_fold(&wanted, operations->search, strlen(operations->search));
	for (size_t i = 1; wanted.size && i <= operations->count; i++) {
		size_t at = (from + i) % operations->count;

		if (text_contains_folded(operations->jobs[at].title, wanted.data)) {
			operations->cursor = operations->jobs[at].id;
			break;
		}
	}
	buffer_finish(&wanted);
	return reactions;
}

static unsigned operations_command(struct pane *pane, const struct command_call *call)
{
	struct operations *operations = operations_of(pane);
	const long row = (long)cursor_row(operations), page = pane->page_rows;

	switch (call->id) {
	case COMMAND_DOWN:
		return go_to(operations, row + 1);
	case COMMAND_UP:
		return go_to(operations, row - 1);
	case COMMAND_PAGE_DOWN:
		return go_to(operations, row + page);
	case COMMAND_PAGE_UP:
		return go_to(operations, row - page);
	case COMMAND_HALF_DOWN:
		return go_to(operations, row + page / 2);
	case COMMAND_HALF_UP:
		return go_to(operations, row - page / 2);
	case COMMAND_FIRST:
		return go_to(operations, 0);
	case COMMAND_LAST:
		return go_to(operations, (long)operations->count);
	case COMMAND_OPEN:
	case COMMAND_DESCRIBE:
		return open_job(operations);
	case COMMAND_CANCEL:
	case COMMAND_CANCEL_JOB:
		return cancel_job(operations);
	case COMMAND_SEARCH:
	case COMMAND_NEXT_MATCH:
		return search(operations, call);
	default:
		return REACT_PASS;
	}
}

static int64_t operations_wake_at(struct pane *pane, int64_t now)
{
	const struct operations *operations = operations_of(pane);

	for (size_t i = 0; i < operations->count; i++)
		if (operations->jobs[i].state == JOB_RUNNING)
			return now + OPERATIONS_SPIN_MS;
	return -1;
}

static unsigned operations_mouse(struct pane *pane, enum mouse_sort sort, int y, int x)
{
	struct operations *operations = operations_of(pane);

	(void)x;
	if (sort == MOUSE_WHEEL_UP || sort == MOUSE_WHEEL_DOWN)
		return go_to(operations, (long)cursor_row(operations) + (sort == MOUSE_WHEEL_UP ? -3 : 3));
	if (y < 1)
		return REACT_DONE;
	go_to(operations, (long)operations->top + y - 1);
	return sort == MOUSE_OPEN ? open_job(operations) : REACT_DRAW;
}

static bool operations_save(struct pane *pane, const char *format, struct buffer *out, struct error *error)
{
	const struct operations *operations = operations_of(pane);

	if (strcmp(format, "text") != 0 && strcmp(format, "markdown") != 0)
		return error_set(error, ERROR_USAGE, _("this view can be saved as text only"));
	for (size_t i = 0; i < operations->count; i++) {
		const struct job_view *job = &operations->jobs[i];
		char stamp[TIME_TEXT_SIZE];

		time_format_iso(job->submitted, stamp);
		buffer_printf(out, "%s  %-9s  %s  %s  %s\n", stamp, state_word(job->state), job->title, job->request_id,
		        job->state == JOB_FAILED ? job->error.message : job->detail);
	}
	return out->broken ? error_set(error, ERROR_LIMIT, "%s", _("the text is too long")) : true;
}

static const struct pane_type operations_type = {
        .name = "operations",
        .place = PLACE_OPERATIONS,
        .destroy = operations_destroy,
        .title = operations_title,
        .draw = operations_draw,
        .command = operations_command,
        .update = operations_update,
        .wake_at = operations_wake_at,
        .mouse = operations_mouse,
        .save = operations_save,
};

struct pane *operations_create(struct ui *ui, struct error *error)
{
	struct operations *operations = calloc(1, sizeof(*operations));

	if (operations)
		operations->jobs = calloc(OPERATIONS_MOST, sizeof(*operations->jobs));
	if (!operations || !operations->jobs) {
		free(operations);
		error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
		return NULL;
	}
	operations->pane = (struct pane){.type = &operations_type, .ui = ui};
	operations_update(&operations->pane);
	return &operations->pane;
}
