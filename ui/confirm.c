// SPDX-License-Identifier: Apache-2.0
// A question before a change. Enter never says yes: the lowest level takes the key `y`, every other one the text that
// the dialog asks for. That text is the approval: as soon as it stands there complete, the change is begun.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/document.h"
#include "ui/line_editor.h"
#include "ui/state.h"
#include "ui/term.h"
#include "base/banned.h"

enum { CONFIRM_WIDTH = 100, CONFIRM_TEXT_MOST = 4 << 20, CONFIRM_SWALLOW_MS = 700 };

struct confirm {
	struct overlay overlay;
	struct confirm_spec spec;
	char *title, *typed, *command, *blocked; // copies; NULL as in the spec
	struct document *document;               // what stands above the question
	uint64_t top;
	unsigned top_row;
	int rows, columns; // of the text, as last drawn
	struct line_editor line;
	char problem[512]; // why it did not go on
	char watched[512]; // what spec.watch said last
	enum style watched_style;
	bool unfolded; // the command is shown
};

static void confirm_destroy(struct overlay *overlay)
{
	struct confirm *confirm = (struct confirm *)overlay;

	if (confirm->spec.user_free)
		confirm->spec.user_free(confirm->spec.user);
	document_destroy(confirm->document);
	free(confirm->title);
	free(confirm->typed);
	free(confirm->command);
	free(confirm->blocked);
	free(confirm);
}

static bool is_typed(const struct confirm *confirm)
{
	return confirm->spec.level >= GUARD_DISRUPTIVE;
}

static int text_rows(const struct confirm *confirm, int columns)
{
	int rows = 0;

	for (uint64_t i = document_first(confirm->document); i < document_end(confirm->document) && rows < 1000; i++)
		rows += (int)document_rows(document_line(confirm->document, i), columns);
	return rows;
}

static void confirm_layout(struct overlay *overlay, int rows, int columns, struct area *out)
{
	struct confirm *confirm = (struct confirm *)overlay;
	int wanted;

	out->columns = columns < CONFIRM_WIDTH ? columns : CONFIRM_WIDTH;
	// Frame, question with a blank above and below, problem.
	wanted = text_rows(confirm, out->columns - 4) + 2 + 3 + (confirm->problem[0] ? 1 : 0) +
	         (confirm->spec.watch ? 1 : 0);
	out->rows = wanted < rows ? wanted : rows;
	out->y = (rows - out->rows) / 2;
	out->x = (columns - out->columns) / 2;
}

static enum style span_style(const struct document_line *line, size_t at)
{
	for (unsigned i = 0; i < line->span_count; i++)
		if (at >= line->spans[i].start && at < line->spans[i].start + line->spans[i].length)
			return line->spans[i].style;
	return STYLE_DIALOG;
}

static void draw_row(const struct canvas *inside, int y, const struct document_line *line, size_t start, size_t length)
{
	int x = 1;

	for (size_t at = start; at < start + length;) {
		enum style style = span_style(line, at);
		size_t size = 1;

		while (at + size < start + length && span_style(line, at + size) == style)
			size++;
		x += draw_bytes(inside, y, x, inside->area.columns - 1 - x, style, line->text + at, size);
		at += size;
	}
}

static void draw_text_part(struct confirm *confirm, const struct canvas *inside)
{
	uint64_t number = confirm->top;
	unsigned row = confirm->top_row;

	for (int y = 0; y < confirm->rows; y++) {
		const struct document_line *line = document_line(confirm->document, number);
		size_t start, length;

		if (!line)
			return;
		document_row(line, confirm->columns, row, &start, &length);
		draw_row(inside, y, line, start, length);
		if (++row >= document_rows(line, confirm->columns)) {
			row = 0;
			number++;
		}
	}
	if (document_line(confirm->document, number))
		draw_text_right(inside, confirm->rows - 1, inside->area.columns - 12, 11, STYLE_DIM, _("PgDn more"));
}

static void draw_question(struct confirm *confirm, const struct canvas *inside, int y)
{
	int x = 1, room = inside->area.columns - 2;
	enum style style = STYLE_INPUT;
	size_t first = 0;

	if (confirm->blocked) {
		draw_text(inside, y, x, room, STYLE_BAD, confirm->blocked);
		draw_cursor(inside, y, x, true);
		return;
	}
	if (!is_typed(confirm)) {
		x += draw_text(inside, y, x, room, STYLE_DIALOG, _("Press "));
		x += draw_text(inside, y, x, room - x, STYLE_KEY, "y");
		draw_text(inside, y, x, room - x, STYLE_DIALOG, _(" to go on; n, Esc or Enter: no"));
		draw_cursor(inside, y, x, true);
		return;
	}
	x += draw_text(inside, y, x, room, STYLE_DIALOG, _("Type  "));
	x += draw_text(inside, y, x, room - x, STYLE_KEY, confirm->typed);
	x += draw_text(inside, y, x, room - x, STYLE_DIALOG, _("  to go on:  "));
	if (strncmp(confirm->typed, confirm->line.text, confirm->line.length) != 0)
		style = STYLE_BAD;
	int caret = line_window(&confirm->line, room - x, &first);
	draw_text(inside, y, x, room - x + 1, style, confirm->line.text + first);
	draw_cursor(inside, y, x + caret, true);
}

static void confirm_draw(struct overlay *overlay, const struct canvas *canvas)
{
	struct confirm *confirm = (struct confirm *)overlay;
	bool danger = confirm->spec.level >= GUARD_DESTRUCTIVE;
	struct canvas inside = canvas_inside(canvas, 1, 1, canvas->area.rows - 2, canvas->area.columns - 2);
	const int watched = confirm->spec.watch ? 1 : 0, problem = (confirm->problem[0] ? 1 : 0) + watched;

	draw_fill(canvas, STYLE_DIALOG);
	draw_frame(canvas, danger ? STYLE_DANGER : STYLE_DIALOG_BORDER, danger ? STYLE_DANGER : STYLE_TITLE_FOCUS,
	        confirm->title, NULL);
	// On a screen too small for all of it the question stays.
	confirm->rows = inside.area.rows - 2 - problem > 0 ? inside.area.rows - 2 - problem : 0;
	if (inside.area.rows > 6)
		confirm->rows--;
	confirm->columns = inside.area.columns - 2;
	draw_text_part(confirm, &inside);
	if (watched)
		draw_text(&inside, confirm->rows, 1, -1, confirm->watched_style, confirm->watched);
	if (confirm->problem[0])
		draw_text(&inside, confirm->rows + watched, 1, -1, STYLE_WARNING, confirm->problem);
	draw_question(confirm, &inside, inside.area.rows > 1 ? inside.area.rows - 2 + (inside.area.rows <= 3) : 0);
}

static unsigned confirm_go(struct confirm *confirm)
{
	struct ui *ui = confirm->overlay.ui;

	if (confirm->spec.still &&
	        !confirm->spec.still(confirm->spec.user, confirm->problem, sizeof(confirm->problem))) {
		line_set(&confirm->line, "");
		return REACT_DRAW;
	}
	// The Enter that a hand adds to what it typed must not open what lies below.
	ui->swallow_enter_until = ui->now + CONFIRM_SWALLOW_MS;
	return REACT_CLOSE | REACT_DRAW | confirm->spec.accept(ui, confirm->spec.user);
}

// Rows from the first on the screen to the end.
static int rows_below(const struct confirm *confirm)
{
	int rows = -(int)confirm->top_row;

	for (uint64_t i = confirm->top; i < document_end(confirm->document) && rows <= confirm->rows; i++)
		rows += (int)document_rows(document_line(confirm->document, i), confirm->columns);
	return rows;
}

static unsigned scroll(struct confirm *confirm, bool down)
{
	for (int i = 0; i < (confirm->rows > 1 ? confirm->rows - 1 : 1); i++) {
		const struct document_line *line = document_line(confirm->document, confirm->top);
		bool last_row = line && confirm->top_row + 1 >= document_rows(line, confirm->columns);

		if (down && rows_below(confirm) <= confirm->rows)
			break;
		if (down && !last_row) {
			confirm->top_row++;
		} else if (down && document_line(confirm->document, confirm->top + 1)) {
			confirm->top++;
			confirm->top_row = 0;
		} else if (!down && confirm->top_row) {
			confirm->top_row--;
		} else if (!down && confirm->top > document_first(confirm->document)) {
			line = document_line(confirm->document, --confirm->top);
			confirm->top_row = document_rows(line, confirm->columns) - 1;
		}
	}
	return REACT_DRAW;
}

static void add_command(struct confirm *confirm)
{
	const char *rest = confirm->command;

	document_add_text(confirm->document, STYLE_TEXT, "");
	document_add_text(confirm->document, STYLE_DIM, _("The same as a command:"));
	while (*rest) {
		const size_t length = strcspn(rest, "\n");
		char line[4096];
		const struct document_piece piece = {STYLE_CODE, line};

		snprintf(line, sizeof(line), "%.*s", (int)length, rest);
		document_add(confirm->document, &piece, 1, 0, "", 0);
		rest += length + (rest[length] == '\n');
	}
	confirm->unfolded = true;
}

static unsigned copy_command(struct confirm *confirm)
{
	struct error error;

	if (!confirm->command)
		return REACT_DONE;
	if (!confirm->unfolded)
		add_command(confirm);
	if (term_copy(confirm->command, strlen(confirm->command), &error))
		snprintf(confirm->problem, sizeof(confirm->problem), "%s", _("the command is on the clipboard"));
	else
		snprintf(confirm->problem, sizeof(confirm->problem), "%s", error.message);
	return REACT_DRAW;
}

// Letters belong to the text to be typed; only while nothing is typed, and where the text does not begin with it, a
// letter means its command.
static bool takes_as_text(const struct confirm *confirm, keystroke pressed, enum command_id command)
{
	if (!key_is_text(pressed))
		return false;
	return confirm->line.length > 0 || command == COMMAND_NONE || command == COMMAND_YES ||
	       (unsigned char)confirm->typed[0] == pressed;
}

static unsigned save_plan(struct confirm *confirm)
{
	struct error error;

	if (!save_prompt(confirm->overlay.ui, "peerdeck-plan.txt", confirm->spec.save, confirm->spec.user, &error))
		ui_fail(confirm->overlay.ui, &error);
	return REACT_DRAW;
}

static bool confirm_update(struct overlay *overlay)
{
	struct confirm *confirm = (struct confirm *)overlay;
	char now[sizeof(confirm->watched)] = "";

	if (!confirm->spec.watch)
		return false;
	confirm->watched_style = STYLE_DIM;
	confirm->spec.watch(confirm->spec.user, now, sizeof(now), &confirm->watched_style);
	if (strcmp(now, confirm->watched) == 0)
		return false;
	snprintf(confirm->watched, sizeof(confirm->watched), "%s", now);
	return true;
}

static unsigned confirm_key(struct overlay *overlay, keystroke pressed, enum command_id command)
{
	struct confirm *confirm = (struct confirm *)overlay;

	if (command == COMMAND_PAGE_DOWN || command == COMMAND_PAGE_UP)
		return scroll(confirm, command == COMMAND_PAGE_DOWN);
	if (command == COMMAND_ESCAPE)
		return REACT_CLOSE | REACT_DRAW;
	if (command == COMMAND_SAVE && confirm->spec.save)
		return save_plan(confirm);
	if (command == COMMAND_INSTEAD && confirm->spec.instead && !confirm->line.length &&
	        (unsigned char)confirm->typed[0] != pressed)
		return REACT_CLOSE | REACT_DRAW | confirm->spec.instead(confirm->overlay.ui, confirm->spec.user);
	if (command == COMMAND_INSTEAD)
		command = COMMAND_NO;
	if (confirm->blocked)
		return command == COMMAND_ACCEPT || command == COMMAND_NO ? REACT_CLOSE | REACT_DRAW
		       : command == COMMAND_COPY_COMMAND                  ? copy_command(confirm)
		                                                          : REACT_DONE;
	if (!is_typed(confirm)) {
		if (command == COMMAND_YES)
			return confirm_go(confirm);
		if (command == COMMAND_NO || command == COMMAND_ACCEPT)
			return REACT_CLOSE | REACT_DRAW;
		return command == COMMAND_COPY_COMMAND ? copy_command(confirm) : REACT_DONE;
	}
	if (takes_as_text(confirm, pressed, command)) {
		confirm->problem[0] = '\0';
		line_insert_character(&confirm->line, pressed);
		return strcmp(confirm->line.text, confirm->typed) == 0 ? confirm_go(confirm) : REACT_DRAW;
	}
	if (command == COMMAND_COPY_COMMAND)
		return copy_command(confirm);
	if (command == COMMAND_NO)
		return REACT_CLOSE | REACT_DRAW;
	if (pressed == KEY_CODE_BACKSPACE || pressed == ('h' | KEY_CTRL))
		line_command(&confirm->line, COMMAND_EDIT_ERASE);
	else if (pressed == ('u' | KEY_CTRL))
		line_command(&confirm->line, COMMAND_EDIT_BEFORE);
	else if (pressed == ('w' | KEY_CTRL))
		line_command(&confirm->line, COMMAND_EDIT_WORD);
	else
		return REACT_DONE;
	return REACT_DRAW;
}

static size_t confirm_hints(struct overlay *overlay, struct hint *out, size_t most)
{
	const struct confirm *confirm = (struct confirm *)overlay;
	const enum command_id commands[] = {COMMAND_ESCAPE,
	        !is_typed(confirm) && !confirm->blocked ? COMMAND_YES : COMMAND_NONE,
	        confirm->command ? COMMAND_COPY_COMMAND : COMMAND_NONE,
	        confirm->spec.instead && (unsigned char)confirm->typed[0] != 'q' ? COMMAND_INSTEAD : COMMAND_NONE,
	        confirm->spec.save ? COMMAND_SAVE : COMMAND_NONE};
	size_t count = 0;

	for (size_t i = 0; i < COUNT_OF(commands) && count < most; i++) {
		if (commands[i] == COMMAND_NONE)
			continue;
		keymap_text(overlay->ui->keymap, commands[i], PLACE_DIALOG, out[count].key);
		out[count].text = commands[i] == COMMAND_INSTEAD && confirm->spec.instead_hint
		                          ? confirm->spec.instead_hint
		                          : _(command_table[commands[i]].hint);
		out[count].rank = (unsigned char)(i + 1);
		out[count++].greyed = false;
	}
	return count;
}

static const struct overlay_type confirm_type = {
        .name = "confirm",
        .place = PLACE_DIALOG,
        .guarded = true,
        .destroy = confirm_destroy,
        .layout = confirm_layout,
        .draw = confirm_draw,
        .key = confirm_key,
        .hints = confirm_hints,
        .update = confirm_update,
};

static char *copy(const char *text, bool *failed)
{
	char *copied = text ? strdup(text) : NULL;

	*failed |= text && !copied;
	return copied;
}

static bool confirm_fill(struct confirm *confirm, const struct confirm_spec *spec)
{
	bool failed = false;

	confirm->title = copy(spec->title, &failed);
	confirm->typed = copy(spec->typed ? spec->typed : "", &failed);
	confirm->command = copy(spec->command, &failed);
	confirm->blocked = copy(spec->blocked, &failed);
	confirm->document = document_create(CONFIRM_TEXT_MOST);
	if (failed || !confirm->document)
		return false;
	for (size_t i = 0; i < spec->line_count; i++)
		document_add_text(confirm->document, STYLE_TEXT, spec->lines[i]);
	if (spec->command && !spec->command_folded)
		add_command(confirm);
	return true;
}

bool dialog_confirm(struct ui *ui, const struct confirm_spec *spec, struct error *error)
{
	struct confirm *confirm = calloc(1, sizeof(*confirm));

	if (!confirm) {
		if (spec->user_free)
			spec->user_free(spec->user);
		return error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
	}
	confirm->overlay = (struct overlay){.type = &confirm_type, .ui = ui};
	confirm->spec = *spec;
	line_init(&confirm->line, "", NULL);
	if (!confirm_fill(confirm, spec) || (is_typed(confirm) && !spec->blocked && !confirm->typed[0])) {
		confirm_destroy(&confirm->overlay);
		return error_set(error, ERROR_INTERNAL, "%s", _("this question cannot be asked"));
	}
	confirm_update(&confirm->overlay);
	overlay_push(ui, &confirm->overlay);
	return true;
}
