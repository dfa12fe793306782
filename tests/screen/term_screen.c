// SPDX-License-Identifier: Apache-2.0
// The test terminal: what is on its screen, and golden screens.
#include "config.h"

#include "tests/screen/term_private.h"

#include <errno.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/text_decode.h"
#include "base/banned.h"

enum { DUMP_MOST = 4 << 20, LEGEND_MOST = 64 };

// Letters of the attribute plane; a blank is a cell without any attribute.
static const char legend_letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@#";

static int color_of(const VTermColor *color, bool is_default)
{
	if (is_default)
		return -1;
	if (VTERM_COLOR_IS_INDEXED(color))
		return color->indexed.idx;
	return 0x1000000 | color->rgb.red << 16 | color->rgb.green << 8 | color->rgb.blue;
}

static void cell_text(const VTermScreenCell *from, char out[25])
{
	size_t size = 0;

	for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && from->chars[i]; i++)
		size += text_encode(from->chars[i], out + size);
	if (!size)
		out[size++] = ' ';
	out[size] = '\0';
}

static struct term_cell cell_read(struct terminal *term, int row, int column)
{
	VTermScreenCell from;
	struct term_cell cell = {.width = 0};

	if (!vterm_screen_get_cell(term->screen, (VTermPos){row, column}, &from))
		return cell;
	cell.bold = from.attrs.bold;
	cell.underline = from.attrs.underline != 0;
	cell.italic = from.attrs.italic;
	cell.blink = from.attrs.blink;
	cell.reverse = from.attrs.reverse;
	cell.foreground = color_of(&from.fg, VTERM_COLOR_IS_DEFAULT_FG(&from.fg));
	cell.background = color_of(&from.bg, VTERM_COLOR_IS_DEFAULT_BG(&from.bg));
	if (from.chars[0] == (uint32_t)-1)
		return cell;
	cell.width = from.width;
	cell_text(&from, cell.text);
	return cell;
}

struct term_cell term_cell(struct terminal *term, int row, int column)
{
	term_drain_input(term);
	return cell_read(term, row, column);
}

// The text of a row with trailing blanks cut. columns_at, when not NULL, gets the column of every byte.
static const char *row_read(struct terminal *term, int row, short *columns_at)
{
	size_t size = 0, used = 0;

	for (int column = 0; column < term->columns; column++) {
		struct term_cell cell = cell_read(term, row, column);
		size_t length = strlen(cell.text);

		for (size_t i = 0; columns_at && i < length; i++)
			columns_at[size + i] = (short)column;
		memcpy(term->row_text + size, cell.text, length);
		size += length;
		if (length && strcmp(cell.text, " ") != 0)
			used = size;
	}
	term->row_text[used] = '\0';
	return term->row_text;
}

const char *term_row(struct terminal *term, int row)
{
	term_drain_input(term);
	return row_read(term, row, NULL);
}

void term_cursor(struct terminal *term, int *row, int *column, bool *visible)
{
	VTermPos at;

	term_drain_input(term);
	vterm_state_get_cursorpos(vterm_obtain_state(term->vterm), &at);
	*row = at.row;
	*column = at.col;
	if (visible)
		*visible = term->cursor_visible;
}

bool term_in_alternate_screen(struct terminal *term)
{
	term_drain_input(term);
	return term->alternate;
}

static bool screen_match(struct terminal *term, const char *regex, int only_row, int *row, int *column)
{
	short columns_at[TERM_COLUMNS_MOST * 24];
	regex_t compiled;
	regmatch_t match;
	bool found = false;

	if (regcomp(&compiled, regex, REG_EXTENDED) != 0) {
		fprintf(stderr, "screen test: not a regular expression: %s\n", regex);
		return false;
	}
	for (int i = 0; i < term->rows && !found; i++) {
		if (only_row >= 0 && i != only_row)
			continue;
		const char *text = row_read(term, i, columns_at);
		if (regexec(&compiled, text, 1, &match, 0) != 0)
			continue;
		found = true;
		if (row)
			*row = i;
		if (column)
			*column = text[match.rm_so] ? columns_at[match.rm_so] : 0;
	}
	regfree(&compiled);
	return found;
}

bool term_has_text(struct terminal *term, const char *regex)
{
	term_drain_input(term);
	return screen_match(term, regex, -1, NULL, NULL);
}

bool term_find(struct terminal *term, const char *regex, int *row, int *column)
{
	term_drain_input(term);
	return screen_match(term, regex, -1, row, column);
}

struct wanted {
	const char *regex;
	int row, column;
};

static bool has_wanted(struct terminal *term, void *user)
{
	const struct wanted *wanted = user;

	return screen_match(term, wanted->regex, wanted->row, NULL, NULL);
}

static bool lacks_wanted(struct terminal *term, void *user)
{
	return !has_wanted(term, user);
}

static bool cursor_at_wanted(struct terminal *term, void *user)
{
	const struct wanted *wanted = user;
	VTermPos at;

	vterm_state_get_cursorpos(vterm_obtain_state(term->vterm), &at);
	return at.row == wanted->row && at.col == wanted->column;
}

bool term_wait_text(struct terminal *term, const char *regex, int deadline_ms)
{
	struct wanted wanted = {.regex = regex, .row = -1};

	return term_wait(term, has_wanted, &wanted, regex, deadline_ms);
}

bool term_wait_no_text(struct terminal *term, const char *regex, int deadline_ms)
{
	struct wanted wanted = {.regex = regex, .row = -1};

	if (term_wait(term, lacks_wanted, &wanted, NULL, deadline_ms))
		return true;
	term_complain(term, "still there: %s", regex);
	return false;
}

bool term_wait_row(struct terminal *term, int row, const char *regex, int deadline_ms)
{
	struct wanted wanted = {.regex = regex, .row = row};

	if (term_wait(term, has_wanted, &wanted, NULL, deadline_ms))
		return true;
	term_complain(term, "not in row %d: %s", row, regex);
	return false;
}

bool term_wait_cursor(struct terminal *term, int row, int column, int deadline_ms)
{
	struct wanted wanted = {.row = row, .column = column};

	if (term_wait(term, cursor_at_wanted, &wanted, NULL, deadline_ms))
		return true;
	term_complain(term, "cursor not at row %d, column %d", row, column);
	return false;
}

static void add_color(struct buffer *out, const char *name, int color)
{
	if (color >= 0x1000000)
		buffer_printf(out, " %s=#%06x", name, (unsigned)(color & 0xffffff));
	else if (color >= 0)
		buffer_printf(out, " %s=%d", name, color);
}

static void add_look(struct buffer *out, const struct term_cell *cell)
{
	static const char *const names[] = {" bold", " underline", " italic", " blink", " reverse"};
	const bool set[] = {cell->bold, cell->underline, cell->italic, cell->blink, cell->reverse};

	for (size_t i = 0; i < COUNT_OF(set); i++)
		if (set[i])
			buffer_add_text(out, names[i]);
	add_color(out, "fg", cell->foreground);
	add_color(out, "bg", cell->background);
}

// Letters are given in the order in which looks appear on the screen.
static void add_attributes(struct terminal *term, struct buffer *out)
{
	struct buffer looks[LEGEND_MOST];
	size_t count = 0;

	for (int row = 0; row < term->rows; row++) {
		buffer_add_char(out, '|');
		for (int column = 0; column < term->columns; column++) {
			struct term_cell cell = cell_read(term, row, column);
			struct buffer look;
			size_t i = 0;

			buffer_init(&look, 256);
			add_look(&look, &cell);
			while (i < count && strcmp(buffer_text(&looks[i]), buffer_text(&look)) != 0)
				i++;
			buffer_add_char(out, look.size == 0 ? ' ' : i < LEGEND_MOST ? legend_letters[i] : '?');
			if (look.size && i == count && count < LEGEND_MOST)
				looks[count++] = look;
			else
				buffer_finish(&look);
		}
		buffer_add_text(out, "|\n");
	}
	for (size_t i = 0; i < count; i++) {
		buffer_printf(out, "%c%s\n", legend_letters[i], buffer_text(&looks[i]));
		buffer_finish(&looks[i]);
	}
}

static char *dump_now(struct terminal *term, bool attributes)
{
	struct buffer out;
	VTermPos at;

	buffer_init(&out, DUMP_MOST);
	vterm_state_get_cursorpos(vterm_obtain_state(term->vterm), &at);
	buffer_printf(&out, "%d columns, %d rows, cursor %s at row %d, column %d\n", term->columns, term->rows,
	        term->cursor_visible ? "shown" : "hidden", at.row, at.col);
	for (int row = 0; row < term->rows; row++)
		buffer_printf(&out, "|%s\n", row_read(term, row, NULL));
	if (attributes)
		add_attributes(term, &out);
	return buffer_take(&out);
}

char *term_dump(struct terminal *term, bool attributes)
{
	term_drain_input(term);
	return dump_now(term, attributes);
}

static char *golden_read(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = file ? calloc(1, DUMP_MOST) : NULL;

	if (text && fread(text, 1, DUMP_MOST - 1, file) == 0)
		text[0] = '\0';
	if (file)
		fclose(file);
	return text;
}

static bool golden_write(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	bool written = file && fputs(text, file) >= 0;

	if (file && fclose(file) != 0)
		written = false;
	if (!written)
		fprintf(stderr, "screen test: cannot write %s: %s\n", path, strerror(errno));
	return written;
}

static bool is_golden(struct terminal *term, void *user)
{
	char *now = dump_now(term, true);
	bool same = now && strcmp(now, user) == 0;

	free(now);
	return same;
}

static void tell_difference(const char *name, const char *expected, const char *got)
{
	fprintf(stderr, "screen test: %s differs (- expected, + seen); UPDATE_GOLDEN=1 writes it anew\n", name);
	while (*expected || *got) {
		int expected_length = (int)strcspn(expected, "\n"), got_length = (int)strcspn(got, "\n");

		if (expected_length != got_length || memcmp(expected, got, (size_t)got_length) != 0)
			fprintf(stderr, "-%.*s\n+%.*s\n", expected_length, expected, got_length, got);
		expected += expected_length + (expected[expected_length] == '\n');
		got += got_length + (got[got_length] == '\n');
	}
}

bool term_expect_screen(struct terminal *term, const char *name)
{
	const char *update = getenv("UPDATE_GOLDEN");
	char path[512];
	bool same = false;

	snprintf(path, sizeof(path), "%s/%s.screen", GOLDEN_DIR, name);
	if (update && *update) {
		term_wait_quiet(term, 150);
		char *text = term_dump(term, true);
		same = text && golden_write(path, text);
		free(text);
		return same;
	}
	char *expected = golden_read(path);
	if (!expected) {
		term_complain(term, "there is no %s; UPDATE_GOLDEN=1 makes it", path);
		return false;
	}
	same = term_wait(term, is_golden, expected, NULL, 0);
	if (!same) {
		char *got = term_dump(term, true);
		tell_difference(name, expected, got ? got : "");
		free(got);
	}
	free(expected);
	return same;
}
