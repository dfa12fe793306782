// SPDX-License-Identifier: Apache-2.0
// A line to type into, at the bottom of the screen: completions above it, mistakes below it.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ui/line_editor.h"
#include "ui/prompt_history.h"
#include "ui/state.h"
#include "base/banned.h"

struct prompt {
	struct overlay overlay;
	struct prompt_spec spec; // label and history are copies
	char label[128], history_name[32];
	struct line_editor line;
	size_t first; // byte of the text at the left edge
	char error[1024];
};

static void prompt_destroy(struct overlay *overlay)
{
	struct prompt *prompt = (struct prompt *)overlay;

	if (prompt->spec.user_free)
		prompt->spec.user_free(prompt->spec.user);
	explicit_bzero(&prompt->line, sizeof(prompt->line));
	free(prompt);
}

static void prompt_layout(struct overlay *overlay, int rows, int columns, struct area *out)
{
	const struct prompt *prompt = (struct prompt *)overlay;
	int wanted = 2 + (prompt->line.completion.count ? 1 : 0);

	out->rows = wanted < rows ? wanted : rows;
	out->columns = columns;
	out->y = rows - out->rows;
	out->x = 0;
}

// The candidates around the chosen one.
static void draw_completions(const struct prompt *prompt, const struct canvas *canvas, int y)
{
	const struct completion *completion = &prompt->line.completion;
	size_t from = 0;
	int x = 1;

	for (size_t i = 0, width = 0; completion->at < completion->count && i <= completion->at; i++) {
		width += (size_t)text_columns(completion->words[i], strlen(completion->words[i])) + 2;
		if ((int)width + 2 > canvas->area.columns) {
			from = i;
			width = 0;
		}
	}
	for (size_t i = from; i < completion->count && x < canvas->area.columns - 1; i++) {
		enum style style = i == completion->at ? STYLE_CURSOR : STYLE_HINT;

		x += draw_text(canvas, y, x, canvas->area.columns - x - 1, style, completion->words[i]) + 2;
	}
}

static void draw_line(struct prompt *prompt, const struct canvas *canvas, int y)
{
	int label = draw_text(canvas, y, 1, canvas->area.columns / 2, STYLE_KEY, prompt->label), x = 1 + label, caret,
	    room;

	// A one-letter label is a sign that stands right before the text.
	if (strlen(prompt->label) > 1)
		x++;
	room = canvas->area.columns - x - 1;
	caret = line_window(&prompt->line, room, &prompt->first);
	if (prompt->spec.masked) {
		caret = 0;
		for (size_t i = 0; i < prompt->line.length && caret < room - 1; i++)
			caret += draw_text(canvas, y, x + caret, 1, STYLE_INPUT, "*");
	} else {
		draw_text(canvas, y, x, room, STYLE_INPUT, prompt->line.text + prompt->first);
	}
	draw_cursor(canvas, y, x + caret, true);
}

static void prompt_draw(struct overlay *overlay, const struct canvas *canvas)
{
	struct prompt *prompt = (struct prompt *)overlay;
	int y = 0;

	draw_fill(canvas, STYLE_STATUS);
	if (canvas->area.rows > 2)
		draw_completions(prompt, canvas, y++);
	draw_line(prompt, canvas, y++);
	if (y >= canvas->area.rows)
		return;
	if (prompt->error[0])
		draw_text(canvas, y, 1, -1, STYLE_ERROR, prompt->error);
	else if (prompt->spec.complete)
		draw_text(canvas, y, 1, -1, STYLE_HINT,
		        _("Enter takes it · Tab completes · Up, Down history · Esc leaves"));
	else
		draw_text(canvas, y, 1, -1, STYLE_HINT, _("Enter takes it · Esc leaves"));
}

static void show_error(struct prompt *prompt, const struct error *error)
{
	prompt->error[0] = '\0';
	if (error->kind != ERROR_NONE)
		snprintf(prompt->error, sizeof(prompt->error), "%s%s%s", error->message, error->remedy[0] ? " - " : "",
		        error->remedy);
}

static unsigned prompt_changed(struct prompt *prompt)
{
	struct error error = {.kind = ERROR_NONE};
	unsigned reactions = REACT_DRAW;

	if (prompt->spec.changed)
		reactions |= prompt->spec.changed(prompt->overlay.ui, prompt->line.text, prompt->spec.user, &error);
	show_error(prompt, &error);
	return reactions;
}

static unsigned prompt_accept(struct prompt *prompt)
{
	struct error error = {.kind = ERROR_NONE};
	unsigned reactions = REACT_DONE;

	// Remembered first, so that a mistake can be brought back and mended.
	if (prompt->history_name[0])
		prompt_history_add(prompt->overlay.ui, prompt->history_name, prompt->line.text);
	if (prompt->spec.accept(prompt->overlay.ui, prompt->line.text, prompt->spec.user, &reactions, &error))
		return reactions | REACT_CLOSE | REACT_DRAW;
	prompt->line.completion.count = 0;
	show_error(prompt, &error);
	return reactions | REACT_DRAW;
}

static unsigned prompt_cancel(struct prompt *prompt)
{
	unsigned reactions = REACT_CLOSE | REACT_DRAW;

	if (prompt->spec.cancel)
		reactions |= prompt->spec.cancel(prompt->overlay.ui, prompt->spec.user);
	return reactions;
}

static size_t find_completions(const char *text, size_t caret, char (*out)[COMPLETION_SIZE], size_t most, void *user)
{
	struct prompt *prompt = user;

	return prompt->spec.complete(prompt->overlay.ui, text, caret, out, most, prompt->spec.user);
}

static unsigned prompt_key(struct overlay *overlay, keystroke pressed, enum command_id command)
{
	struct prompt *prompt = (struct prompt *)overlay;

	if (key_is_text(pressed))
		return line_insert_character(&prompt->line, pressed) ? prompt_changed(prompt) : REACT_DONE;
	switch (command) {
	case COMMAND_ACCEPT:
		return prompt_accept(prompt);
	case COMMAND_ESCAPE:
		return prompt_cancel(prompt);
	case COMMAND_COMPLETE:
	case COMMAND_COMPLETE_BACK:
		if (!prompt->spec.complete)
			return REACT_DONE;
		if (line_complete(&prompt->line, find_completions, prompt, command == COMMAND_COMPLETE_BACK))
			return prompt_changed(prompt);
		return REACT_DRAW;
	default:
		break;
	}
	size_t length = prompt->line.length;
	if (!line_command(&prompt->line, command))
		return REACT_DONE;
	if (command == COMMAND_EDIT_EARLIER || command == COMMAND_EDIT_LATER || prompt->line.length != length)
		return prompt_changed(prompt);
	return REACT_DRAW;
}

static unsigned prompt_paste(struct overlay *overlay, const char *text, size_t length)
{
	struct prompt *prompt = (struct prompt *)overlay;

	// A newline at the end comes from copying a whole line.
	while (length && (text[length - 1] == '\n' || text[length - 1] == '\r'))
		length--;
	if (line_insert(&prompt->line, text, length))
		return prompt_changed(prompt);
	snprintf(prompt->error, sizeof(prompt->error), _("the pasted text is longer than %d bytes"), LINE_MOST);
	return REACT_DRAW;
}

static const struct overlay_type prompt_type = {
        .name = "prompt",
        .place = PLACE_PROMPT,
        .destroy = prompt_destroy,
        .layout = prompt_layout,
        .draw = prompt_draw,
        .key = prompt_key,
        .paste = prompt_paste,
};

bool prompt_open(struct ui *ui, const struct prompt_spec *spec, struct error *error)
{
	struct prompt *prompt = calloc(1, sizeof(*prompt));

	if (!prompt) {
		if (spec->user_free)
			spec->user_free(spec->user);
		return error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
	}
	prompt->overlay = (struct overlay){.type = &prompt_type, .ui = ui};
	prompt->spec = *spec;
	snprintf(prompt->label, sizeof(prompt->label), "%s", spec->label);
	if (spec->history && !spec->masked)
		snprintf(prompt->history_name, sizeof(prompt->history_name), "%s", spec->history);
	line_init(&prompt->line, spec->text ? spec->text : "",
	        prompt->history_name[0] ? prompt_history(ui, prompt->history_name) : NULL);
	overlay_push(ui, &prompt->overlay);
	return true;
}
