// SPDX-License-Identifier: Apache-2.0
// Lines above the headings of a table.
#include "config.h"

#include "ui/table_own.h"

#include <string.h>

#include "base/text.h"

#include "base/banned.h"

enum { HEAD_SIDE = 2, HEAD_BAR = 20 };

// Where the first row of a text ends: at a blank, where there is one.
static size_t break_at(const char *text, int columns)
{
	const size_t length = strlen(text), fits = text_fit(text, length, columns, NULL);
	size_t at = fits;
	if (fits >= length)
		return length;
	while (at > fits / 2 && text[at] != ' ')
		at--;
	return text[at] == ' ' ? at : fits;
}

static int draw_line(const struct canvas *canvas, int y, int rows, const struct table_head *line)
{
	const int columns = canvas->area.columns - HEAD_SIDE - (line->total > 0 ? HEAD_BAR + 1 : 0);
	const size_t first = rows > 1 && line->total <= 0 ? break_at(line->text, columns) : strlen(line->text);
	const char *second = line->text + first + strspn(line->text + first, " ");
	draw_bytes(canvas, y, HEAD_SIDE, columns, line->style, line->text, first);
	if (line->total > 0)
		draw_bar(canvas, y, canvas->area.columns - HEAD_BAR, HEAD_BAR, line->done, line->total, 0);
	if (!*second)
		return 1;
	draw_text(canvas, y + 1, HEAD_SIDE, columns, line->style, second);
	return 2;
}

int table_draw_head(struct table *table, const struct canvas *canvas)
{
	struct table_head lines[TABLE_HEAD_MOST] = {0};
	int64_t next_change = -1;
	const int most = canvas->area.rows / 3;
	int y = 0;
	const size_t count = table->head ? table->head(table->pane.ui, lines, COUNT_OF(lines), &next_change) : 0;
	if (next_change >= 0)
		table_change_at(table, next_change);
	for (size_t i = 0; i < count && y < most; i++)
		y += draw_line(canvas, y, most - y, &lines[i]);
	// A blank between them and the table, where there is room.
	if (y > 0 && canvas->area.rows >= 15)
		y++;
	table->head_rows = y;
	return y;
}
