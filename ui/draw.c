// SPDX-License-Identifier: Apache-2.0
// Drawing with curses: the only file besides term.c that knows it.
#include "config.h"

#include "ui/draw.h"

#include <curses.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

#include "base/banned.h"

enum { DRAW_TEXT_MOST = 4096 };

static struct {
	struct theme theme;
	bool text, signs;
	int colors;
	int cursor_y, cursor_x;
	bool cursor_visible;
} state;

static const char *const signs[SIGN_COUNT][2] = {
        [SIGN_CURSOR] = {">", "▸"},
        [SIGN_MARK] = {"*", "●"},
        [SIGN_ELLIPSIS] = {"~", "…"},
        [SIGN_UNKNOWN] = {"-", "–"},
        [SIGN_ARROW] = {">", "›"},
        [SIGN_DONE] = {"+", "✔"},
        [SIGN_FAILED] = {"x", "✖"},
        [SIGN_WAITING] = {".", "·"},
        [SIGN_UP] = {"^", "▲"},
        [SIGN_DOWN] = {"v", "▼"},
        [SIGN_LEFT] = {"<", "◀"},
        [SIGN_RIGHT] = {">", "▶"},
        [SIGN_DOT] = {"-", "·"},
        [SIGN_NOTE] = {"*", "●"},
        [SIGN_FOLDED] = {"+", "▶"},
        [SIGN_UNFOLDED] = {"-", "▼"},
        [SIGN_TRUNK] = {"| ", "│ "},
        [SIGN_BRANCH] = {"|-", "├─"},
        [SIGN_LAST] = {"`-", "└─"},
};

// Signs of our own texts (field_text, titles) that have a plain form when the locale is no UTF-8 one.
static const struct {
	const char *sign;
	char plain;
} plain_forms[] = {{"–", '-'}, {"…", '~'}, {"·", '-'}, {"›", '>'}, {"¥", 'Y'}, {"“", '"'}, {"”", '"'}, {"’", '\''},
        {"─", '-'}, {"│", '|'}, {"✔", '+'}, {"✖", 'x'}, {"▸", '>'}, {"€", 'E'}};

void draw_setup(const struct theme *theme, bool text, bool sign_forms, int colors)
{
	state.theme = *theme;
	state.text = text;
	state.signs = sign_forms;
	state.colors = colors;
}

void draw_set_theme(const struct theme *theme)
{
	state.theme = *theme;
}

bool draw_has_signs(void)
{
	return state.signs;
}

const char *draw_sign(enum sign sign)
{
	return signs[sign][state.signs];
}

struct canvas canvas_of(struct area area, enum style base)
{
	return (struct canvas){area, base};
}

struct canvas canvas_inside(const struct canvas *canvas, int y, int x, int rows, int columns)
{
	struct canvas inside = *canvas;
	const int rows_left = canvas->area.rows - y, columns_left = canvas->area.columns - x;
	inside.area.y += y;
	inside.area.x += x;
	inside.area.rows = rows < rows_left ? rows : rows_left;
	inside.area.columns = columns < columns_left ? columns : columns_left;
	if (inside.area.rows < 0)
		inside.area.rows = 0;
	if (inside.area.columns < 0)
		inside.area.columns = 0;
	return inside;
}

static void apply(enum style style, enum style base);

void draw_begin(void)
{
	cchar_t blank;
	attr_t attribute;
	short ignored;
	int pair;
	apply(STYLE_TEXT, STYLE_TEXT);
	attr_get(&attribute, &ignored, &pair);
	setcchar(&blank, L" ", attribute, (short)pair, &pair);
	bkgrndset(&blank);
	erase();
}

// The look of a style over what lies under it: colours of its own where it has some, attributes of both.
static void apply(enum style style, enum style base)
{
	static const struct {
		unsigned bit;
		attr_t attribute;
	} attributes[] = {{LOOK_BOLD, A_BOLD}, {LOOK_DIM, A_DIM}, {LOOK_UNDERLINE, A_UNDERLINE},
	        {LOOK_REVERSE, A_REVERSE}, {LOOK_ITALIC, A_ITALIC}};
	const struct look *top = &state.theme.looks[style], *under = &state.theme.looks[base];
	const bool same = style == base;
	int foreground = top->foreground != COLOR_NONE || same ? top->foreground : under->foreground;
	int background = top->background != COLOR_NONE || same ? top->background : under->background;
	unsigned bits = top->attributes | (same ? 0 : under->attributes);
	// Reversed text keeps the terminal's own colours: coloured bars in every column are hard to read.
	if (!same && (under->attributes & LOOK_REVERSE)) {
		foreground = under->foreground;
		background = under->background;
		bits &= ~(unsigned)LOOK_DIM;
	}
	attr_t attribute = A_NORMAL;
	for (size_t i = 0; i < COUNT_OF(attributes); i++)
		if (bits & attributes[i].bit)
			attribute |= attributes[i].attribute;
	int pair = 0;
	if (state.colors > 0 && (foreground != COLOR_NONE || background != COLOR_NONE))
		pair = alloc_pair(theme_color_for(foreground, state.colors), theme_color_for(background, state.colors));
	if (pair < 0)
		pair = 0;
	attr_set(attribute, (short)(pair > 32767 ? 0 : pair), &pair);
}

// Without UTF-8 every character that is not ASCII becomes its plain form, or one ? per column.
static size_t make_plain(const char *text, size_t length, char *out, size_t size)
{
	size_t used = 0;
	for (size_t i = 0; i < length && used + 3 < size;) {
		if ((unsigned char)text[i] < 0x80) {
			out[used++] = text[i++];
			continue;
		}
		size_t bytes = 1;
		while (i + bytes < length && ((unsigned char)text[i + bytes] & 0xc0) == 0x80)
			bytes++;
		char plain = '?';
		for (size_t k = 0; k < COUNT_OF(plain_forms); k++)
			if (strlen(plain_forms[k].sign) == bytes && memcmp(plain_forms[k].sign, text + i, bytes) == 0)
				plain = plain_forms[k].plain;
		for (int columns = text_columns(text + i, bytes); columns > 0; columns--)
			out[used++] = plain;
		i += bytes;
	}
	out[used] = 0;
	return used;
}

// Where text may go: clips to the canvas, returns the columns left (≤ 0 = nothing to draw).
static int clip(const struct canvas *canvas, int y, int *x, int columns)
{
	if (y < 0 || y >= canvas->area.rows || *x >= canvas->area.columns)
		return 0;
	if (columns < 0)
		columns = canvas->area.columns - *x;
	if (*x < 0) {
		columns += *x;
		*x = 0;
	}
	return columns < canvas->area.columns - *x ? columns : canvas->area.columns - *x;
}

// Visible text, no longer than it may be; the caller has clipped.
static void put(const struct canvas *canvas, int y, int x, enum style style, const char *text, size_t length)
{
	char plain[DRAW_TEXT_MOST];
	if (!length)
		return;
	apply(style, canvas->base);
	if (!state.text) {
		length = make_plain(text, length, plain, sizeof plain);
		text = plain;
	}
	mvaddnstr(canvas->area.y + y, canvas->area.x + x, text, (int)length);
}

static void blanks(const struct canvas *canvas, int y, int x, int columns, enum style style)
{
	if (columns <= 0)
		return;
	apply(style, canvas->base);
	mvhline(canvas->area.y + y, canvas->area.x + x, ' ', columns);
}

void draw_fill(const struct canvas *canvas, enum style style)
{
	for (int y = 0; y < canvas->area.rows; y++)
		blanks(canvas, y, 0, canvas->area.columns, style);
}

// Makes text visible into `room` when it is not yet; long texts are cut, which nobody sees at screen width.
static const char *visible(const char *text, size_t *length, char room[DRAW_TEXT_MOST])
{
	if (*length >= DRAW_TEXT_MOST) {
		*length = DRAW_TEXT_MOST - 1;
		while (*length && ((unsigned char)text[*length] & 0xc0) == 0x80)
			--*length;
	}
	if (text_is_visible(text, *length))
		return text;
	*length = text_visible(text, *length, room, DRAW_TEXT_MOST);
	return room;
}

int draw_bytes(
        const struct canvas *canvas, int y, int x, int columns, enum style style, const char *text, size_t length)
{
	char room[DRAW_TEXT_MOST];
	columns = clip(canvas, y, &x, columns);
	if (columns <= 0)
		return 0;
	text = visible(text, &length, room);
	int used = 0;
	size_t fits = text_fit(text, length, columns, &used);
	if (fits == length) {
		put(canvas, y, x, style, text, length);
		return used;
	}
	fits = text_fit(text, length, columns - 1, &used);
	put(canvas, y, x, style, text, fits);
	const char *ellipsis = draw_sign(SIGN_ELLIPSIS);
	put(canvas, y, x + used, style, ellipsis, strlen(ellipsis));
	return used + 1;
}

int draw_text(const struct canvas *canvas, int y, int x, int columns, enum style style, const char *text)
{
	return draw_bytes(canvas, y, x, columns, style, text, strlen(text));
}

int draw_format(const struct canvas *canvas, int y, int x, int columns, enum style style, const char *format, ...)
{
	char line[1024];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(line, sizeof line, format, arguments);
	va_end(arguments);
	return draw_text(canvas, y, x, columns, style, line);
}

int draw_text_right(const struct canvas *canvas, int y, int x, int columns, enum style style, const char *text)
{
	char room[DRAW_TEXT_MOST];
	size_t length = strlen(text);
	const char *shown = visible(text, &length, room);
	const int width = text_columns(shown, length);
	if (width < columns)
		x += columns - width;
	draw_bytes(canvas, y, x, width < columns ? width : columns, style, shown, length);
	return width < columns ? width : columns;
}

int draw_text_from(const struct canvas *canvas, int y, int x, int columns, int skip, enum style style, const char *text,
        size_t length)
{
	char room[DRAW_TEXT_MOST];
	columns = clip(canvas, y, &x, columns);
	if (columns <= 0)
		return 0;
	// The part far to the right of a very long line is reached before it is made visible.
	while (skip > DRAW_TEXT_MOST / 8 && length) {
		int passed = 0;
		const size_t bytes = text_fit(text, length, skip / 2, &passed);
		if (!bytes || !passed)
			break;
		text += bytes;
		length -= bytes;
		skip -= passed;
	}
	text = visible(text, &length, room);
	int passed = 0;
	const size_t before = text_fit(text, length, skip, &passed);
	text += before;
	length -= before;
	int lead = 0;
	if (passed < skip && length) { // a wide character stands across the edge
		int wide = 0;
		const size_t bytes = text_fit(text, length, 2, &wide);
		text += bytes;
		length -= bytes;
		lead = wide - (skip - passed);
		blanks(canvas, y, x, lead, style);
	}
	int used = 0;
	const size_t fits = text_fit(text, length, columns - lead, &used);
	put(canvas, y, x + lead, style, text, fits);
	return lead + used;
}

static void border_line(
        const struct canvas *canvas, int y, enum style style, const char *left, const char *middle, const char *right)
{
	char line[DRAW_TEXT_MOST];
	size_t used = 0;
	const size_t size = strlen(middle);
	const int inside = canvas->area.columns - 2;
	used += (size_t)snprintf(line, sizeof line, "%s", left);
	for (int i = 0; i < inside && used + size + 8 < sizeof line; i++) {
		memcpy(line + used, middle, size);
		used += size;
	}
	used += (size_t)snprintf(line + used, sizeof line - used, "%s", right);
	put(canvas, y, 0, style, line, used);
}

void draw_frame(
        const struct canvas *canvas, enum style border, enum style title_style, const char *title, const char *note)
{
	const int rows = canvas->area.rows, columns = canvas->area.columns;
	if (rows < 2 || columns < 4)
		return;
	static const char *const parts[2][6] = {{"+", "-", "+", "|", "+", "+"}, {"┌", "─", "┐", "│", "└", "┘"}};
	const char *const *part = parts[state.signs];
	border_line(canvas, 0, border, part[0], part[1], part[2]);
	for (int y = 1; y < rows - 1; y++) {
		put(canvas, y, 0, border, part[3], strlen(part[3]));
		put(canvas, y, columns - 1, border, part[3], strlen(part[3]));
	}
	border_line(canvas, rows - 1, border, part[4], part[1], part[5]);

	// The title has the first claim on the edge; what is left goes to the end of the note, which says most.
	char text[1024], room[DRAW_TEXT_MOST];
	int used = 2;
	if (title && *title) {
		snprintf(text, sizeof text, " %s ", title);
		used += draw_text(canvas, 0, 2, columns - 4, title_style, text);
	}
	if (!note || !*note || used + 4 >= columns)
		return;
	snprintf(text, sizeof text, " %s ", note);
	size_t length = strlen(text);
	const char *shown = visible(text, &length, room);
	const int width = text_columns(shown, length), free_columns = columns - 2 - used - 1;
	if (width <= free_columns)
		draw_bytes(canvas, 0, columns - 2 - width, width, title_style, shown, length);
	else if (free_columns >= 6)
		draw_bytes(canvas, 0, columns - 2 - free_columns, free_columns, title_style, shown, length);
}

void draw_bar(const struct canvas *canvas, int y, int x, int columns, int64_t done, int64_t total, unsigned phase)
{
	static const char *const parts[2][2] = {{".", "#"}, {"░", "█"}};
	columns = clip(canvas, y, &x, columns);
	const int filled =
	        total > 0 ? (int)((double)columns * (double)(done < total ? done : total) / (double)total) : 0;
	const int block = columns / 4 + 1;
	const int start = total > 0 || columns <= block ? 0 : (int)(phase % (unsigned)(columns - block + 1));
	for (int i = 0; i < columns; i++) {
		const bool full = total > 0 ? i < filled : i >= start && i < start + block;
		const char *part = parts[state.signs][full];
		put(canvas, y, x + i, STYLE_PROGRESS, part, strlen(part));
	}
}

void draw_sparkline(const struct canvas *canvas, int y, int x, const unsigned *values, size_t count, unsigned most)
{
	static const char *const parts[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	for (size_t i = 0; i < count && most == 0; i++)
		most = values[i] > most ? values[i] : most;
	unsigned highest = 1;
	for (size_t i = 0; i < count; i++)
		highest = values[i] > highest ? values[i] : highest;
	if (most == 0 || highest > most)
		most = highest;
	for (size_t i = 0; i < count; i++) {
		const unsigned step = values[i] * 7 / most;
		int column = x + (int)i;
		if (clip(canvas, y, &column, 1) <= 0)
			return;
		const char digit[2] = {(char)('0' + step), 0};
		const char *part = state.signs ? parts[step] : digit;
		put(canvas, y, column, STYLE_DIM, part, strlen(part));
	}
}

const char *draw_spinner(unsigned phase)
{
	static const char *const turns[2][8] = {
	        {"|", "/", "-", "\\", "|", "/", "-", "\\"}, {"⠹", "⢸", "⣰", "⣤", "⣆", "⡇", "⠏", "⠛"}};
	return turns[state.signs][phase % 8];
}

void draw_scrollbar(const struct canvas *canvas, size_t first, size_t shown, size_t count)
{
	const int track = canvas->area.rows - 2;
	if (count <= shown || track < 2)
		return;
	int size = (int)((size_t)track * shown / count);
	if (size < 1)
		size = 1;
	const int start = (int)((double)first / (double)(count - shown) * (track - size) + 0.5);
	const char *part = state.signs ? "┃" : "#";
	for (int i = 0; i < size; i++)
		put(canvas, 1 + start + i, canvas->area.columns - 1, STYLE_DIM, part, strlen(part));
}

void draw_cursor(const struct canvas *canvas, int y, int x, bool shown)
{
	if (y < 0 || y >= canvas->area.rows || x < 0 || x >= canvas->area.columns)
		return;
	state.cursor_y = canvas->area.y + y;
	state.cursor_x = canvas->area.x + x;
	state.cursor_visible = shown;
}

void draw_place_cursor(void)
{
	curs_set(state.cursor_visible ? 1 : 0);
	move(state.cursor_y, state.cursor_x);
}
