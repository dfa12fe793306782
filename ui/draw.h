// SPDX-License-Identifier: Apache-2.0
// Drawing. Everything shown passes here: text is made visible (text_visible), measured in columns, cut with "…" and
// clipped to the area. Whoever draws a frame draws all of it; the terminal gets the difference only.
#ifndef PEERDECK_UI_DRAW_H
#define PEERDECK_UI_DRAW_H

#include "ui/theme.h"

struct area {
	int y, x, rows, columns; // on the screen
};

// What is drawn on. Coordinates given to draw functions are relative to `area`.
struct canvas {
	struct area area;
	enum style base; // what lies under all text drawn: STYLE_TEXT, STYLE_CURSOR, STYLE_DIALOG …
};

// Signs that have a plain form for terminals without Unicode.
enum sign {
	SIGN_CURSOR,   // ▸ >
	SIGN_MARK,     // ● *
	SIGN_ELLIPSIS, // … ~
	SIGN_UNKNOWN,  // – -
	SIGN_ARROW,    // › >
	SIGN_DONE,     // ✔ +
	SIGN_FAILED,   // ✖ x
	SIGN_WAITING,  // · .
	SIGN_UP,       // ▲ ^
	SIGN_DOWN,     // ▼ v
	SIGN_LEFT,     // ◀ <
	SIGN_RIGHT,    // ▶ >
	SIGN_DOT,      // · -
	SIGN_NOTE,     // ● *
	SIGN_FOLDED,   // ▶ +
	SIGN_UNFOLDED, // ▼ -
	SIGN_TRUNK,    // "│ " "| "
	SIGN_BRANCH,   // ├─ |-
	SIGN_LAST,     // └─ `-
	SIGN_COUNT
};

// Called by term_start. text: the locale is UTF-8 (else what is no ASCII shows as ?); signs: frames and signs in
// Unicode.
void draw_setup(const struct theme *theme, bool text, bool signs, int colors);
void draw_set_theme(const struct theme *theme);
bool draw_has_signs(void);
const char *draw_sign(enum sign sign);

struct canvas canvas_inside(const struct canvas *canvas, int y, int x, int rows, int columns); // clipped to it
struct canvas canvas_of(struct area area, enum style base);

void draw_fill(const struct canvas *canvas, enum style style); // blanks
// Text from column x, at most `columns` wide (−1 = to the edge), cut with "…". Returns the columns used.
int draw_text(const struct canvas *canvas, int y, int x, int columns, enum style style, const char *text);
int draw_bytes(
        const struct canvas *canvas, int y, int x, int columns, enum style style, const char *text, size_t length);
int draw_format(const struct canvas *canvas, int y, int x, int columns, enum style style, const char *format, ...)
        PRINTF_LIKE(6, 7);
// The same, ending at column x + columns.
int draw_text_right(const struct canvas *canvas, int y, int x, int columns, enum style style, const char *text);
// Text from its column `skip` on: sideways scrolling. A wide character cut in half shows as a blank.
int draw_text_from(const struct canvas *canvas, int y, int x, int columns, int skip, enum style style, const char *text,
        size_t length);
// A frame around the canvas with a title at the left and a note at the right of its top edge (either may be NULL).
void draw_frame(
        const struct canvas *canvas, enum style border, enum style title_style, const char *title, const char *note);
// A bar of `columns`, filled `done` of `total`; total 0 = something moves by `phase`.
void draw_bar(const struct canvas *canvas, int y, int x, int columns, int64_t done, int64_t total, unsigned phase);
// ▁▂▃▄▅▆▇█ of the values, most = highest possible (0 = the highest of them); in ASCII digits 0…7.
void draw_sparkline(const struct canvas *canvas, int y, int x, const unsigned *values, size_t count, unsigned most);
const char *draw_spinner(unsigned phase); // ⠹ or |/-\, by phase
// The scroll mark at the right edge of a frame: rows `first`…`first + shown` of `count`.
void draw_scrollbar(const struct canvas *canvas, size_t first, size_t shown, size_t count);

// Where the real cursor stands after the frame; the last call of a frame wins.
void draw_cursor(const struct canvas *canvas, int y, int x, bool visible);
// By term_frame_begin and term_frame_end.
void draw_begin(void);
void draw_place_cursor(void);

#endif
