// SPDX-License-Identifier: Apache-2.0
// Lines that scroll with the cursor.
#include "config.h"

#include "ui/sheet.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

#include "base/banned.h"

enum { TEXT_SIZE = 4096, WRAP_LEAST = 10 };

int sheet_row(const struct sheet *sheet)
{
	const int row = sheet->line - sheet->top;
	return sheet->measuring || row < 0 || row >= sheet->canvas.area.rows ? -1 : row;
}

void sheet_here(struct sheet *sheet, bool here)
{
	if (here)
		sheet->cursor_from = sheet->line;
	else if (sheet->here)
		sheet->cursor_to = sheet->line - 1;
	sheet->here = here;
}

int sheet_put(struct sheet *sheet, int x, int columns, enum style style, const char *text)
{
	// The last column is the scroll mark's.
	const int row = sheet_row(sheet), most = sheet->canvas.area.columns - x - 1;
	if (row < 0 || most <= 0)
		return 0;
	return draw_text(&sheet->canvas, row, x, columns < 0 || columns > most ? most : columns, style, text);
}

int sheet_format(struct sheet *sheet, int x, int columns, enum style style, const char *format, ...)
{
	char text[TEXT_SIZE];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	return sheet_put(sheet, x, columns, style, text);
}

void sheet_put_right(struct sheet *sheet, enum style style, const char *text)
{
	const int columns = text_columns(text, strlen(text)), x = sheet->canvas.area.columns - columns - 2;
	sheet_put(sheet, x > 0 ? x : 0, -1, style, text);
}

void sheet_end(struct sheet *sheet)
{
	sheet->line++;
}

void sheet_line(struct sheet *sheet, int x, enum style style, const char *text)
{
	sheet_put(sheet, x, -1, style, text);
	sheet_end(sheet);
}

// How much of the text stands in one line: up to the last blank that fits.
static size_t line_length(const char *text, size_t length, int columns)
{
	size_t fits = text_fit(text, length, columns, NULL), blank = fits;
	if (fits >= length)
		return length;
	while (blank && text[blank] != ' ')
		blank--;
	return blank ? blank : fits ? fits : 1;
}

void sheet_wrapped(struct sheet *sheet, int x, enum style style, const char *text)
{
	char visible[TEXT_SIZE];
	const int room = sheet->canvas.area.columns - x - 1, columns = room < WRAP_LEAST ? WRAP_LEAST : room;
	const char *rest = visible;
	text_visible(text, strlen(text), visible, sizeof visible);
	while (*rest) {
		const size_t length = line_length(rest, strlen(rest), columns);
		sheet_format(sheet, x, -1, style, "%.*s", (int)length, rest);
		sheet_end(sheet);
		rest += length;
		rest += strspn(rest, " ");
	}
}

int sheet_paint(const struct canvas *canvas, int *top, void (*paint)(struct sheet *sheet, void *user), void *user)
{
	struct sheet sheet = {.canvas = *canvas, .cursor_from = -1, .cursor_to = -1, .measuring = true};
	const int rows = canvas->area.rows;
	paint(&sheet, user);
	const int count = sheet.line, from = sheet.cursor_from, to = sheet.cursor_to < from ? from : sheet.cursor_to;
	if (from >= 0) {
		if (to >= *top + rows)
			*top = to - rows + 1;
		if (from < *top)
			*top = from;
		// The headings above the first thing are worth seeing.
		if (to < rows)
			*top = 0;
	}
	if (*top > count - rows)
		*top = count - rows;
	if (*top < 0)
		*top = 0;
	sheet = (struct sheet){.canvas = *canvas, .top = *top};
	paint(&sheet, user);
	if (count > rows)
		draw_scrollbar(canvas, (size_t)*top, (size_t)rows, (size_t)count);
	return count;
}
