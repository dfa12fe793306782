// SPDX-License-Identifier: Apache-2.0
// Where header, operations strip, status line and footer stand; all but the header.
#include "config.h"

#include "ui/chrome_own.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

#include "base/banned.h"

enum { SPIN_MS = 500 };

void chrome_duration(int64_t ms, char *out, size_t size)
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
	chrome_duration(elapsed, spent, sizeof spent);
	if (job->expected_ms) {
		char usual[32];
		chrome_duration(job->expected_ms, usual, sizeof usual);
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
	chrome_wake_by(ui->chrome, ui->now + SPIN_MS - elapsed % SPIN_MS);
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
	chrome_wake_by(ui->chrome, ui->now + job->ended + CHROME_ENDED_MS - clock_now(ui->deck->clock));
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
		// What Enter does in a guide changes from phase to phase: the guide says it.
		if (i == COMMAND_OPEN && pane->type->place == PLACE_GUIDE)
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
	enum { HINTS_MOST = 64 };
	struct hint hints[HINTS_MOST] = {0};
	size_t count = collect_hints(ui, hints, HINTS_MOST);
	int x = 1, right = line->area.columns;
	for (size_t i = 1; i < count; i++)
		for (size_t k = i; k > 0 && hints[k].rank < hints[k - 1].rank; k--) {
			const struct hint moved = hints[k];
			hints[k] = hints[k - 1];
			hints[k - 1] = moved;
		}
	for (; count && hints[count - 1].rank >= HINT_RIGHT; count--) {
		right -= hint_columns(&hints[count - 1]) + 1;
		draw_hint(line, right, &hints[count - 1]);
	}
	for (size_t i = 0; i < count; i++) {
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
		chrome_wake_by(ui->chrome, ui->status_until);
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
		if (chrome_is_over(job))
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
		chrome_draw_header(ui, &line);
	}
}

int64_t chrome_wake_at(const struct ui *ui)
{
	return ui->chrome->wake_at;
}
