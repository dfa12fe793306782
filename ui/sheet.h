// SPDX-License-Identifier: Apache-2.0
// Lines drawn one after the other into a part of the screen that may be too small for all of them: they are painted
// twice, first to measure, then with what the cursor is on in sight.
#ifndef PEERDECK_UI_SHEET_H
#define PEERDECK_UI_SHEET_H

#include "ui/draw.h"

struct sheet {
	struct canvas canvas;
	int line; // the one being painted
	int top;  // line at the upper edge
	int cursor_from, cursor_to;
	bool measuring, here;
};

// Paints with `paint`. `*top` is kept between calls, so that nothing jumps. Returns how many lines there are.
int sheet_paint(const struct canvas *canvas, int *top, void (*paint)(struct sheet *sheet, void *user), void *user);
// The lines from here on belong to what the cursor is on, until sheet_here(sheet, false).
void sheet_here(struct sheet *sheet, bool here);
// Puts text at column x of the line; returns the columns used.
int sheet_put(struct sheet *sheet, int x, int columns, enum style style, const char *text);
int sheet_format(struct sheet *sheet, int x, int columns, enum style style, const char *format, ...) PRINTF_LIKE(5, 6);
void sheet_put_right(struct sheet *sheet, enum style style, const char *text); // ends before the scroll mark
// Where the line stands on the canvas; −1 = out of sight.
int sheet_row(const struct sheet *sheet);
void sheet_end(struct sheet *sheet); // the line is complete
// Whole lines.
void sheet_line(struct sheet *sheet, int x, enum style style, const char *text);
void sheet_wrapped(struct sheet *sheet, int x, enum style style, const char *text); // as many as it takes

#endif
