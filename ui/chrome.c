// SPDX-License-Identifier: Apache-2.0
// Header, operations strip, status line, footer.
#include "config.h"

#include "ui/chrome.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "net/budget.h"
#include "ui/table.h"

#include "base/banned.h"

enum {
	CALLS_WINDOW_MS = 60000,
	CALLS_STEP_MS = 1000,
	CALLS_TICK_MS = 5000,
	SPARK_COLUMNS = 8,
	STRIP_ENDED_MS = 10000,
	SPIN_MS = 500
};

bool chrome_is_live(const struct ui *ui)
{
	return ui->deck->poller && !ui->frozen && ui->deck->config->refresh_seconds > 0;
}

static void wake_by(struct chrome *chrome, int64_t when)
{
	if (when >= 0 && (chrome->wake_at < 0 || when < chrome->wake_at))
		chrome->wake_at = when;
}

static void sample_calls(struct ui *ui)
{
	struct chrome *chrome = ui->chrome;
	const uint64_t calls = ui->deck->budget ? budget_calls(ui->deck->budget) : 0;
	size_t old = 0;
	while (old < chrome->sample_count && ui->now - chrome->samples[old].at > CALLS_WINDOW_MS)
		old++;
	// One sample from before the window stays: calls are counted from it on.
	old -= old > 0;
	if (chrome->sample_count == CHROME_CALLS_MOST && old == 0)
		old = 1;
	memmove(chrome->samples, chrome->samples + old, (chrome->sample_count - old) * sizeof chrome->samples[0]);
	chrome->sample_count -= old;
	if (chrome->sample_count && ui->now - chrome->samples[chrome->sample_count - 1].at < CALLS_STEP_MS) {
		chrome->samples[chrome->sample_count - 1].calls = calls;
		return;
	}
	chrome->samples[chrome->sample_count].at = ui->now;
	chrome->samples[chrome->sample_count++].calls = calls;
}

// The longest pause that the cloud asked for.
static void find_throttled(struct ui *ui)
{
	enum { LOOKED_AT = 8 };
	struct budget_state states[LOOKED_AT];
	const size_t all = ui->deck->budget ? budget_states(ui->deck->budget, states, LOOKED_AT) : 0;
	ui->chrome->throttled_until = 0;
	for (size_t i = 0; i < all && i < LOOKED_AT; i++)
		if (states[i].throttled_until > ui->chrome->throttled_until)
			ui->chrome->throttled_until = states[i].throttled_until;
}

static uint64_t calls_until(const struct chrome *chrome, int64_t when)
{
	uint64_t calls = chrome->sample_count ? chrome->samples[0].calls : 0;
	for (size_t i = 0; i < chrome->sample_count && chrome->samples[i].at <= when; i++)
		calls = chrome->samples[i].calls;
	return calls;
}

static uint64_t calls_per_minute(const struct chrome *chrome, int64_t now, unsigned spark[SPARK_COLUMNS])
{
	const int64_t step = CALLS_WINDOW_MS / SPARK_COLUMNS;
	for (int i = 0; i < SPARK_COLUMNS; i++) {
		const int64_t end = now - (SPARK_COLUMNS - 1 - i) * step;
		spark[i] = (unsigned)(calls_until(chrome, end) - calls_until(chrome, end - step));
	}
	return calls_until(chrome, now) - calls_until(chrome, now - CALLS_WINDOW_MS);
}

static bool is_over(const struct job_view *job)
{
	return job->state >= JOB_DONE;
}

// Says how changes ended, once each.
static void tell_ended(struct ui *ui, const struct job_view *jobs, size_t count)
{
	int64_t newest = ui->job_told;
	for (size_t i = 0; i < count; i++) {
		const struct job_view *job = &jobs[i];
		if (!is_over(job) || job->ended <= ui->job_told)
			continue;
		newest = job->ended > newest ? job->ended : newest;
		if (job->state == JOB_FAILED)
			ui_fail(ui, &job->error);
		else if (!job->quiet)
			ui_say(ui, job->state == JOB_DONE ? _("done: %s") : _("cancelled: %s"), job->title);
	}
	ui->job_told = newest;
}

static void count_reached(struct ui *ui, enum kind_id kind, size_t *reached, size_t *unreached)
{
	enum { ENTRIES_MOST = 128 };
	static struct store_entry entries[ENTRIES_MOST]; // too large for a stack
	static struct scope scopes[ENTRIES_MOST];
	const size_t count =
	        store_entries(ui->deck->store, kind, ui->deck->context->name, entries, scopes, ENTRIES_MOST);
	for (size_t i = 0; i < count && i < ENTRIES_MOST; i++) {
		const enum error_kind failed = entries[i].error.kind;
		if (failed == ERROR_NETWORK || failed == ERROR_TIMEOUT)
			++*unreached;
		else if (entries[i].snapshot && entries[i].snapshot->origin == SNAPSHOT_LIVE)
			++*reached;
		snapshot_unref(entries[i].snapshot);
	}
}

// No network is told, and is no reason to leave: what was read before stays.
static bool look_for_network(struct ui *ui)
{
	struct chrome *chrome = ui->chrome;
	const uint64_t version = store_version(ui->deck->store);
	const bool before = chrome->offline;
	size_t reached = 0, unreached = 0;
	if (!ui->deck->context || version == chrome->offline_version)
		return false;
	count_reached(ui, KIND_REGION, &reached, &unreached);
	count_reached(ui, KIND_CLUSTER, &reached, &unreached);
	count_reached(ui, KIND_VM, &reached, &unreached);
	chrome->offline = unreached > 0 && reached == 0;
	chrome->offline_version = version;
	return chrome->offline != before;
}

bool chrome_update(struct ui *ui)
{
	enum { LOOKED_AT = 16 };
	static struct job_view
	        jobs[LOOKED_AT]; // too large for the stack of every caller; the UI thread is the only one
	struct chrome *chrome = ui->chrome;
	const size_t before = chrome->strip_count;
	const size_t all = jobs_list(ui->deck->jobs, false, jobs, LOOKED_AT), count = all < LOOKED_AT ? all : LOOKED_AT;
	const int64_t wall = clock_now(ui->deck->clock);
	sample_calls(ui);
	find_throttled(ui);
	tell_ended(ui, jobs, count);
	chrome->strip_count = chrome->strip_more = 0;
	for (int ended = 0; ended <= 1; ended++)
		for (size_t i = 0; i < count; i++) {
			if (is_over(&jobs[i]) != (ended == 1) || (ended && wall - jobs[i].ended >= STRIP_ENDED_MS))
				continue;
			if (chrome->strip_count < CHROME_STRIP_MOST)
				chrome->strip[chrome->strip_count++] = jobs[i];
			else if (!ended)
				chrome->strip_more++;
		}
	return look_for_network(ui) || before || chrome->strip_count;
}

static void format_duration(int64_t ms, char *out, size_t size)
{
	const long long seconds = ms > 0 ? ms / 1000 : 0;
	if (seconds >= 3600)
		snprintf(out, size, "%lldh %02lldm", seconds / 3600, seconds / 60 % 60);
	else if (seconds >= 60)
		snprintf(out, size, "%lldm %02llds", seconds / 60, seconds % 60);
	else
		snprintf(out, size, "%llds", seconds);
}

static void draw_running(struct ui *ui, const struct canvas *line, const struct job_view *job, size_t more)
{
	const int64_t elapsed = clock_now(ui->deck->clock) - (job->started ? job->started : job->submitted);
	const int bar = line->area.columns / 6;
	char text[512], spent[32], expected[32] = "", tail[128];
	draw_text(line, 0, 1, 1, STYLE_PROGRESS, draw_spinner((unsigned)(elapsed / SPIN_MS)));
	format_duration(elapsed, spent, sizeof spent);
	if (job->expected_ms) {
		char usual[32];
		format_duration(job->expected_ms, usual, sizeof usual);
		snprintf(expected, sizeof expected, _(" of ~%s"), usual);
	}
	snprintf(tail, sizeof tail, "%s%s", spent, expected);
	if (more)
		snprintf(tail + strlen(tail), sizeof tail - strlen(tail), _(" · %zu more"), more);
	const int tail_columns = text_columns(tail, strlen(tail));
	snprintf(text, sizeof text, "%s%s%s", job->title, *job->detail ? " · " : "", job->detail);
	const int room = line->area.columns - 3 - bar - 2 - tail_columns - 2;
	draw_text(line, 0, 3, room > 10 ? room : 10, STYLE_TEXT, text);
	const int x = 3 + (room > 10 ? room : 10) + 1;
	if (job->total > 0)
		draw_bar(line, 0, x, bar, job->done, job->total, 0);
	else
		draw_bar(line, 0, x, bar, elapsed, job->expected_ms, (unsigned)(elapsed / SPIN_MS));
	draw_text(line, 0, x + bar + 1, -1, STYLE_TEXT, tail);
	wake_by(ui->chrome, ui->now + SPIN_MS - elapsed % SPIN_MS);
}

static void draw_ended(struct ui *ui, const struct canvas *line, const struct job_view *job)
{
	char when[TIME_TEXT_SIZE];
	const bool done = job->state == JOB_DONE;
	time_format_clock(job->ended, when);
	draw_text(line, 0, 1, 1, done ? STYLE_GOOD : STYLE_BAD, draw_sign(done ? SIGN_DONE : SIGN_FAILED));
	const char *why = job->state == JOB_FAILED      ? job->error.message
	                  : job->state == JOB_CANCELLED ? _("cancelled")
	                                                : "";
	draw_format(line, 0, 3, -1, STYLE_TEXT, "%s  %s%s%s", job->title, when, *why ? "  " : "", why);
	wake_by(ui->chrome, ui->now + job->ended + STRIP_ENDED_MS - clock_now(ui->deck->clock));
}

// The left end gets what is left after the right one; returns columns used at the right.
static int header_right(struct ui *ui, const struct canvas *line)
{
	struct chrome *chrome = ui->chrome;
	unsigned spark[SPARK_COLUMNS];
	const uint64_t calls = calls_per_minute(chrome, ui->now, spark);
	const bool live = chrome_is_live(ui), roomy = line->area.columns >= 100;
	const int64_t wall = clock_now(ui->deck->clock);
	struct pane *pane = pages_focused(ui->pages);
	const int64_t read_at = pane_is_table(pane) ? table_read_at(pane) : 0;
	char text[160] = "", clock[TIME_TEXT_SIZE], age[TIME_TEXT_SIZE];
	if (read_at && live) {
		time_format_age(wall - read_at, age);
		snprintf(text, sizeof text, _("read %s ago"), age);
	} else if (read_at) {
		time_format_clock(read_at, age);
		snprintf(text, sizeof text, _("read at %s"), age);
	}
	if (live && roomy) {
		time_format_clock(wall, clock);
		clock[5] = 0;
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", *text ? "  " : "", clock);
		wake_by(chrome, ui->now + 60000 - wall % 60000);
	}
	int x = line->area.columns - 1 - text_columns(text, strlen(text));
	draw_text(line, 0, x, -1, STYLE_HEADER, text);
	if (roomy) {
		x -= SPARK_COLUMNS + 2;
		draw_sparkline(line, 0, x, spark, SPARK_COLUMNS, 0);
	}
	snprintf(text, sizeof text, roomy ? _("%llu calls/min") : _("%llu/min"), (unsigned long long)calls);
	x -= text_columns(text, strlen(text)) + (roomy ? 1 : 2);
	draw_text(line, 0, x, -1, STYLE_HEADER, text);
	if (calls)
		wake_by(chrome, ui->now + CALLS_TICK_MS);
	return line->area.columns - x;
}

static int draw_badge(const struct canvas *line, int x, const char *text)
{
	char badge[64];
	snprintf(badge, sizeof badge, " %s ", text);
	return x + draw_text(line, 0, x, -1, STYLE_BADGE, badge) + 1;
}

// Credentials that end while somebody watches are told before they do.
static int draw_expiry(struct ui *ui, const struct canvas *line, int x, int64_t left)
{
	enum { TOLD_MS = 15 * 60000 };
	char text[64], time[32];
	if (left > TOLD_MS) {
		if (left != INT64_MAX)
			wake_by(ui->chrome, ui->now + left - TOLD_MS);
		return x;
	}
	format_duration(left, time, sizeof time);
	snprintf(text, sizeof text, left > 0 ? _("credentials end in %s") : _("credentials have expired"), time);
	wake_by(ui->chrome, left > 0 ? ui->now + (left > 60000 ? 60000 : 1000) : -1);
	return draw_badge(line, x, text);
}

// "RO", or how long changes stay allowed where the context does not allow them by itself.
static int draw_badges(struct ui *ui, const struct canvas *line, int x)
{
	const struct deck *deck = ui->deck;
	if (ui->options->badge)
		x = draw_badge(line, x, ui->options->badge);
	if (!deck_may_write(deck, NULL, 0)) {
		x = draw_badge(line, x, "RO");
	} else if (deck->write_until > 0) {
		char text[48], left[32];
		format_duration(deck->write_until - ui->now, left, sizeof left);
		snprintf(text, sizeof text, _("WRITE %s"), left);
		x = draw_badge(line, x, text);
		wake_by(ui->chrome, ui->now + (deck->write_until - ui->now > 60000 ? 60000 : 1000));
	}
	if (ui->frozen)
		x = draw_badge(line, x, _("FROZEN"));
	if (ui->chrome->offline)
		x = draw_badge(line, x, _("OFFLINE"));
	const int64_t wall = clock_now(deck->clock), throttled = ui->chrome->throttled_until - wall;
	if (throttled > 0) {
		char text[48];
		snprintf(text, sizeof text, _("THROTTLED %lld s"), (long long)(throttled + 999) / 1000);
		x = draw_badge(line, x, text);
		wake_by(ui->chrome, ui->now + 1000);
	}
	return draw_expiry(ui, line, x, deck->identity.expires ? deck->identity.expires - wall : INT64_MAX);
}

// The end of a path says most: what is too long loses its beginning.
static const char *path_that_fits(const char *path, int columns)
{
	static const char step[] = " › ";
	const char *rest = path, *next;
	while (text_columns(rest, strlen(rest)) > columns && (next = strstr(rest, step)) != NULL)
		rest = next + sizeof step - 1;
	return rest;
}

static void draw_header(struct ui *ui, const struct canvas *line)
{
	const struct deck *deck = ui->deck;
	char path[400] = "";
	const char *const *regions;
	draw_fill(line, STYLE_HEADER);
	const int right = header_right(ui, line);
	const struct canvas left = canvas_inside(line, 0, 0, 1, line->area.columns - right - 1);
	int x = 1 + draw_text(&left, 0, 1, -1, STYLE_HEADER, "peerdeck") + 2;
	x = draw_badges(ui, &left, x);
	const size_t count = pages_regions(ui->pages, &regions);
	const char *context = deck->context ? deck->context->name : _("no context");
	if (pages_are_zoomed(ui->pages) && !ui->path_hidden)
		pages_path(ui->pages, path, sizeof path);
	else if (count)
		snprintf(path, sizeof path, count == 1 ? "%s" : _("%s and %zu more"), regions[0], count - 1);
	else
		snprintf(path, sizeof path, "%s", _("all regions"));
	const bool roomy = line->area.columns >= 100 && *deck->identity.display;
	x += draw_text(&left, 0, x, -1, STYLE_HEADER, context);
	if (roomy)
		x += draw_format(&left, 0, x, -1, STYLE_HEADER, " · %s", deck->identity.display);
	x += draw_text(&left, 0, x, -1, STYLE_HEADER, " · ");
	draw_text(&left, 0, x, -1, STYLE_HEADER, path_that_fits(path, left.area.columns - x));
}

static size_t collect_hints(struct ui *ui, struct hint *hints, size_t most)
{
	struct pane *pane = pages_focused(ui->pages);
	size_t count = 0;
	if (ui->overlays)
		return ui->overlays->type->hints ? ui->overlays->type->hints(ui->overlays, hints, most) : 0;
	if (pane->type->hints)
		count = pane->type->hints(pane, hints, most);
	for (int i = 1; i < COMMAND_COUNT && count < most; i++) {
		const struct command *command = &command_table[i];
		if (!command->rank || !(command->places & pane->type->place) || !*command->hint)
			continue;
		struct hint *hint = &hints[count];
		keymap_text(ui->keymap, (enum command_id)i, pane->type->place, hint->key);
		if (!*hint->key)
			continue;
		hint->text = _(command->hint);
		hint->rank = command->rank;
		hint->greyed = (command->flags & COMMAND_CHANGES) && !deck_may_write(ui->deck, NULL, 0);
		count++;
	}
	return count;
}

static int hint_columns(const struct hint *hint)
{
	return text_columns(hint->key, strlen(hint->key)) + text_columns(hint->text, strlen(hint->text)) + 4;
}

static int draw_hint(const struct canvas *line, int x, const struct hint *hint)
{
	char key[KEY_TEXT_SIZE + 2];
	snprintf(key, sizeof key, "<%s>", hint->key);
	for (char *c = key; *c; c++) // names of keys in small letters: they are not commands of their own
		if (*c >= 'A' && *c <= 'Z' && strlen(hint->key) > 1)
			*c = (char)(*c - 'A' + 'a');
	x += draw_text(line, 0, x, -1, STYLE_KEY, key) + 1;
	return x + draw_text(line, 0, x, -1, hint->greyed ? STYLE_DIM : STYLE_HINT, hint->text) + 1;
}

static void draw_footer(struct ui *ui, const struct canvas *line)
{
	enum { HINTS_MOST = 64, RANK_LAST = 99 };
	struct hint hints[HINTS_MOST] = {0};
	const size_t count = collect_hints(ui, hints, HINTS_MOST);
	int x = 1, right = line->area.columns;
	for (size_t i = 1; i < count; i++)
		for (size_t k = i; k > 0 && hints[k].rank < hints[k - 1].rank; k--) {
			const struct hint moved = hints[k];
			hints[k] = hints[k - 1];
			hints[k - 1] = moved;
		}
	if (count && hints[count - 1].rank == RANK_LAST) {
		right -= hint_columns(&hints[count - 1]) + 1;
		draw_hint(line, right, &hints[count - 1]);
	}
	for (size_t i = 0; i < count && hints[i].rank < RANK_LAST; i++) {
		if (x + hint_columns(&hints[i]) > right)
			break;
		x = draw_hint(line, x, &hints[i]);
	}
}

static void draw_status(struct ui *ui, const struct canvas *line)
{
	if (ui->status_until <= ui->now && !ui->status_is_error)
		ui->status[0] = 0;
	if (!*ui->status)
		return;
	draw_text(line, 0, 1, -1, ui->status_is_error ? STYLE_ERROR : STYLE_STATUS, ui->status);
	if (!ui->status_is_error)
		wake_by(ui->chrome, ui->status_until);
}

static void draw_too_small(struct ui *ui)
{
	const struct canvas screen = canvas_of((struct area){0, 0, ui->rows, ui->columns}, STYLE_TEXT);
	draw_format(&screen, 0, 0, -1, STYLE_WARNING, _("%dx%d is too small: peerdeck needs %dx%d"), ui->columns,
	        ui->rows, CHROME_COLUMNS_LEAST, CHROME_ROWS_LEAST);
	draw_cursor(&screen, 0, 0, true);
}

static int strip_rows(const struct ui *ui)
{
	if (pages_are_full(ui->pages))
		return 0;
	return (int)(ui->rows < 24 && ui->chrome->strip_count > 1 ? 1 : ui->chrome->strip_count);
}

bool chrome_layout(struct ui *ui, struct area *body)
{
	ui->chrome->wake_at = -1;
	if (ui->rows < CHROME_ROWS_LEAST || ui->columns < CHROME_COLUMNS_LEAST) {
		draw_too_small(ui);
		return false;
	}
	const bool header = !ui->header_hidden && !pages_are_full(ui->pages);
	*body = (struct area){header, 0, ui->rows - header - strip_rows(ui) - 2, ui->columns};
	return true;
}

void chrome_draw(struct ui *ui, struct area body)
{
	const struct chrome *chrome = ui->chrome;
	const struct canvas screen = canvas_of((struct area){0, 0, ui->rows, ui->columns}, STYLE_TEXT);
	const int strip = strip_rows(ui);
	int y = body.y + body.rows;
	for (int i = 0; i < strip; i++, y++) {
		const struct canvas line = canvas_inside(&screen, y, 0, 1, ui->columns);
		const struct job_view *job = &chrome->strip[i];
		const size_t hidden = chrome->strip_more + (chrome->strip_count - (size_t)strip);
		if (is_over(job))
			draw_ended(ui, &line, job);
		else
			draw_running(ui, &line, job, i + 1 == strip ? hidden : 0);
	}
	const struct canvas status = canvas_inside(&screen, y, 0, 1, ui->columns);
	const struct canvas footer = canvas_inside(&screen, y + 1, 0, 1, ui->columns);
	draw_status(ui, &status);
	draw_footer(ui, &footer);
	if (body.y > 0) {
		const struct canvas line = canvas_inside(&screen, 0, 0, 1, ui->columns);
		draw_header(ui, &line);
	}
}

int64_t chrome_wake_at(const struct ui *ui)
{
	return ui->chrome->wake_at;
}
