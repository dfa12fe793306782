// SPDX-License-Identifier: Apache-2.0
// Drawing a document, and keeping its cursor in sight.
#include "config.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "ui/text_own.h"
#include "base/banned.h"

unsigned text_line_rows(const struct text_pane *text, const struct document_line *line)
{
	return text->wrap && line ? document_rows(line, text->columns) : 1;
}

// The highest place for the top at which the last row of the cursor's line is still on the screen.
static void lowest_top(const struct text_pane *text, uint64_t *top, unsigned *top_row)
{
	int rows = text->pane.page_rows > 0 ? text->pane.page_rows : 1;
	uint64_t line = text->cursor;
	int left = rows - (int)text_line_rows(text, document_line(text->document, line));

	while (left > 0) {
		uint64_t previous = document_previous(text->document, line);

		if (previous >= line)
			break;
		line = previous;
		left -= (int)text_line_rows(text, document_line(text->document, line));
	}
	*top = line;
	*top_row = left < 0 ? (unsigned)-left : 0;
}

void text_keep_cursor(struct text_pane *text)
{
	const uint64_t end = document_end(text->document);
	uint64_t low;
	unsigned low_row;

	if (document_first(text->document) == end) {
		text->cursor = text->top = end;
		text->top_row = 0;
		return;
	}
	if (text->follow || text->cursor >= end)
		text->cursor = end - 1;
	text->cursor = document_shown(text->document, text->cursor, false);
	text->top = document_shown(text->document, text->top, false);
	lowest_top(text, &low, &low_row);
	if (text->top_row >= text_line_rows(text, document_line(text->document, text->top)))
		text->top_row = 0;
	if (text->top < low || (text->top == low && text->top_row < low_row)) {
		// A line taller than the screen shows its beginning first.
		if (low == text->cursor && low_row && text->top < text->cursor)
			low_row = 0;
		if (text->top < low || low_row > text->top_row) {
			text->top = low;
			text->top_row = low_row && low != text->cursor ? low_row : text->top_row;
		}
	}
	if (text->top > text->cursor) {
		text->top = text->cursor;
		text->top_row = 0;
	}
}

static enum style style_at(const struct document_line *line, size_t at, size_t *until)
{
	for (unsigned i = 0; i < line->span_count; i++) {
		const struct document_span *span = &line->spans[i];

		if (at < span->start) {
			if (span->start < *until)
				*until = span->start;
			return STYLE_TEXT;
		}
		if (at < span->start + span->length) {
			if (span->start + span->length < *until)
				*until = span->start + span->length;
			return span->style;
		}
	}
	return STYLE_TEXT;
}

// Text of one style from column `column` of the line on; returns its columns.
static int draw_part(const struct text_pane *text, const struct canvas *canvas, int y, int x, int column,
        enum style style, const char *bytes, size_t size)
{
	int columns = text_columns(bytes, size), at = column - text->skip, room;

	if (at + columns <= 0)
		return columns;
	room = canvas->area.columns - x - (at > 0 ? at : 0);
	if (room > 0)
		draw_text_from(canvas, y, x + (at > 0 ? at : 0), room, at < 0 ? -at : 0, style, bytes, size);
	return columns;
}

static void draw_row(const struct text_pane *text, const struct canvas *canvas, int y, int x,
        const struct document_line *line, size_t start, size_t length)
{
	size_t match = 0, match_length = 0;
	bool matching = text->search && search_match(text->search, line->text, 0, &match, &match_length);
	int column = 0;

	for (size_t at = start; at < start + length;) {
		size_t until = start + length;
		enum style style = style_at(line, at, &until);

		while (matching && match + match_length <= at)
			matching = search_match(text->search, line->text, match + match_length, &match, &match_length);
		if (matching && at >= match) {
			style = STYLE_MATCH;
			until = match + match_length < start + length ? match + match_length : start + length;
		} else if (matching && match < until) {
			until = match;
		}
		column += draw_part(text, canvas, y, x, column, style, line->text + at, until - at);
		at = until;
	}
}

static int draw_stamp(
        const struct text_pane *text, const struct canvas *canvas, int y, const struct document_line *line)
{
	char stamp[TIME_TEXT_SIZE];

	if (!text->stamps)
		return 0;
	if (line->time) {
		time_format_clock(line->time, stamp);
		draw_text(canvas, y, TEXT_GUTTER, TEXT_STAMP_COLUMNS, STYLE_DIM, stamp);
	}
	return TEXT_STAMP_COLUMNS;
}

static int pinned_rows(const struct text_pane *text, const struct document *pinned)
{
	int rows = 0;

	for (uint64_t i = pinned ? document_first(pinned) : 0; pinned && i < document_end(pinned); i++)
		rows += (int)document_rows(document_line(pinned, i), text->columns);
	return rows;
}

static void draw_pinned(const struct text_pane *text, const struct canvas *canvas, const struct document *pinned)
{
	int y = 0;

	for (uint64_t i = document_first(pinned); i < document_end(pinned) && y < canvas->area.rows; i++) {
		const struct document_line *line = document_line(pinned, i);
		const unsigned rows = document_rows(line, text->columns);

		for (unsigned row = 0; row < rows && y < canvas->area.rows; row++, y++) {
			size_t start, length;

			document_row(line, text->columns, row, &start, &length);
			draw_row(text, canvas, y, TEXT_GUTTER, line, start, length);
		}
	}
}

// What is pinned takes at most two thirds of the pane; the text has what is left.
static struct canvas draw_frame_of_pins(const struct text_pane *text, const struct canvas *canvas)
{
	const int rows = canvas->area.rows;
	int above = pinned_rows(text, text->above), below = pinned_rows(text, text->below);

	if (above > rows / 2)
		above = rows / 2;
	if (below > rows / 4)
		below = rows / 4;
	if (above) {
		const struct canvas top = canvas_inside(canvas, 0, 0, above, canvas->area.columns);
		draw_pinned(text, &top, text->above);
	}
	if (below) {
		const struct canvas bottom = canvas_inside(canvas, rows - below, 0, below, canvas->area.columns);
		draw_pinned(text, &bottom, text->below);
	}
	return canvas_inside(canvas, above, 0, rows - above - below, canvas->area.columns);
}

static void draw_text_body(struct pane *pane, const struct canvas *canvas, bool focused)
{
	struct text_pane *text = text_of(pane);
	const uint64_t end = document_end(text->document);
	uint64_t number;
	unsigned row;

	pane->page_rows = canvas->area.rows;
	text_keep_cursor(text);
	number = text->top;
	row = text->top_row;
	for (int y = 0; y < canvas->area.rows && number < end; y++) {
		const struct document_line *line = document_line(text->document, number);
		size_t start = 0, length = line->length;
		int x = TEXT_GUTTER;

		if (text->wrap)
			document_row(line, text->columns, row, &start, &length);
		if (row == 0)
			x += draw_stamp(text, canvas, y, line);
		else if (text->stamps)
			x += TEXT_STAMP_COLUMNS;
		if (number == text->cursor && (row == 0 || y == 0)) {
			draw_text(canvas, y, 0, 1, focused ? STYLE_KEY : STYLE_DIM, draw_sign(SIGN_CURSOR));
			draw_cursor(canvas, y, 0, true);
		}
		if (row == 0 && line->folded)
			draw_text(canvas, y, 1, 1, STYLE_CODE, "+");
		draw_row(text, canvas, y, x, line, start, length);
		if (++row >= text_line_rows(text, line)) {
			row = 0;
			number = document_next(text->document, number);
		}
	}
}

void text_draw(struct pane *pane, const struct canvas *canvas, bool focused)
{
	struct text_pane *text = text_of(pane);

	text->columns = canvas->area.columns - TEXT_GUTTER - (text->stamps ? TEXT_STAMP_COLUMNS : 0);
	if (text->columns < 1)
		text->columns = 1;
	const struct canvas body = draw_frame_of_pins(text, canvas);
	draw_text_body(pane, &body, focused);
}

bool text_visible_rows(const struct text_pane *text, struct buffer *out)
{
	uint64_t number = text->top;
	unsigned row = text->top_row;

	for (int y = 0; y < text->pane.page_rows; y++) {
		const struct document_line *line = document_line(text->document, number);
		size_t start = 0, length;

		if (!line)
			break;
		length = line->length;
		if (text->wrap)
			document_row(line, text->columns, row, &start, &length);
		buffer_add(out, line->text + start, length);
		// A line that was wrapped stays one line.
		if (++row < text_line_rows(text, line))
			continue;
		buffer_add_char(out, '\n');
		row = 0;
		number = document_next(text->document, number);
	}
	return !out->broken;
}
