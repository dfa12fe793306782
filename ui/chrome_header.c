// SPDX-License-Identifier: Apache-2.0
// The header: who and where one is, what it costs in calls, how old the data is.
#include "config.h"

#include "ui/chrome_own.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "ui/table.h"

#include "base/banned.h"

enum { CALLS_TICK_MS = 5000 };

// The left end gets what is left after the right one; returns columns used at the right.
static int header_right(struct ui *ui, const struct canvas *line)
{
	struct chrome *chrome = ui->chrome;
	unsigned spark[CHROME_SPARK_COLUMNS];
	const uint64_t calls = chrome_calls(chrome, ui->now, spark);
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
		chrome_wake_by(chrome, ui->now + 60000 - wall % 60000);
	}
	int x = line->area.columns - 1 - text_columns(text, strlen(text));
	draw_text(line, 0, x, -1, STYLE_HEADER, text);
	if (roomy) {
		x -= CHROME_SPARK_COLUMNS + 2;
		draw_sparkline(line, 0, x, spark, CHROME_SPARK_COLUMNS, 0);
	}
	snprintf(text, sizeof text, roomy ? _("%llu calls/min") : _("%llu/min"), (unsigned long long)calls);
	x -= text_columns(text, strlen(text)) + (roomy ? 1 : 2);
	draw_text(line, 0, x, -1, STYLE_HEADER, text);
	if (calls)
		chrome_wake_by(chrome, ui->now + CALLS_TICK_MS);
	return line->area.columns - x;
}

static int draw_badge(const struct canvas *line, int x, const char *text)
{
	char badge[64];
	snprintf(badge, sizeof badge, " %.60s ", text);
	return x + draw_text(line, 0, x, -1, STYLE_BADGE, badge) + 1;
}

// Credentials that end while somebody watches are told before they do.
static int draw_expiry(struct ui *ui, const struct canvas *line, int x, int64_t left)
{
	enum { TOLD_MS = 15 * 60000 };
	char text[64], time[32];
	if (left > TOLD_MS) {
		if (left != INT64_MAX)
			chrome_wake_by(ui->chrome, ui->now + left - TOLD_MS);
		return x;
	}
	chrome_duration(left, time, sizeof time);
	snprintf(text, sizeof text, left > 0 ? _("credentials end in %s") : _("credentials have expired"), time);
	chrome_wake_by(ui->chrome, left > 0 ? ui->now + (left > 60000 ? 60000 : 1000) : -1);
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
		chrome_duration(deck->write_until - ui->now, left, sizeof left);
		snprintf(text, sizeof text, _("WRITE %s"), left);
		x = draw_badge(line, x, text);
		chrome_wake_by(ui->chrome, ui->now + (deck->write_until - ui->now > 60000 ? 60000 : 1000));
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
		chrome_wake_by(ui->chrome, ui->now + 1000);
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

void chrome_draw_header(struct ui *ui, const struct canvas *line)
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
