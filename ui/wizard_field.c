// SPDX-License-Identifier: Apache-2.0
// Typing into a field of the form. It stands over the form, which draws the text: here are the keys.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "base/text.h"
#include "ui/line_editor.h"
#include "ui/wizard_own.h"

#include "base/banned.h"

struct editor {
	struct overlay overlay;
	struct wizard *wizard; // NULL = gone
	struct line_editor line;
	char start[WIZARD_ANSWER_MOST + 1]; // what stood there at first
	size_t at;                          // match chosen with Up and Down
	bool picked;                        // one was
	bool fresh;                         // nothing was typed here yet, and the caret stands where it was
};

static struct question *field_of(const struct wizard *wizard)
{
	return &wizard->fields[wizard->cursor];
}

static bool is_changed(const struct editor *editor)
{
	return strcmp(editor->line.text, editor->start) != 0;
}

static void editor_destroy(struct overlay *overlay)
{
	struct editor *editor = (struct editor *)overlay;
	if (editor->wizard)
		editor->wizard->editor = NULL;
	secret_wipe(editor, sizeof *editor);
	free(editor);
}

// It takes no room of its own: the form shows it.
static void editor_layout(struct overlay *overlay, int rows, int columns, struct area *out)
{
	(void)overlay;
	*out = (struct area){rows - 1, 0, 0, columns};
}

static void editor_draw(struct overlay *overlay, const struct canvas *canvas)
{
	(void)overlay;
	(void)canvas;
}

static void editor_load(struct editor *editor)
{
	const struct question *field = field_of(editor->wizard);
	snprintf(editor->start, sizeof editor->start, "%s", field->known ? field->text : "");
	line_init(&editor->line, editor->start, NULL);
	editor->at = 0;
	editor->picked = false;
	editor->fresh = true;
}

static bool has_choices(const struct guide_input *input)
{
	return input->values || input->choices || (input->type && !strcmp(input->type, "flag"));
}

static bool is_choice(const struct wizard *wizard, const char *text)
{
	for (size_t i = 0; i < wizard->choice_count; i++)
		if (!strcmp(wizard->choices[i].value, text))
			return true;
	return false;
}

// Among choices a first letter begins a word that narrows them; it does not lengthen the one that stands there. A list
// is added to, and so is what a person typed and no choice would give back.
static void begin_word(struct editor *editor)
{
	const struct question *field = field_of(editor->wizard);
	const char *type = field->input->type;
	const bool can_be_had_again = !field->touched || is_choice(editor->wizard, editor->line.text);
	if ((editor->picked || (editor->fresh && can_be_had_again)) && has_choices(field->input) &&
	        (!type || strcmp(type, "list") != 0))
		line_set(&editor->line, "");
}

// The only choice that holds what is typed; NULL = none, or several.
static const char *only_match(const struct editor *editor)
{
	size_t matches[2];
	const size_t count = editor->line.length ? field_matches(editor->wizard, editor->line.text, matches, 2) : 0;
	return count == 1 ? editor->wizard->choices[matches[0]].value : NULL;
}

// Takes what stands there. False when it is wrong: the field says why, and the text stays.
static bool editor_take(struct editor *editor)
{
	struct wizard *wizard = editor->wizard;
	struct question *field = field_of(wizard);
	if (is_changed(editor)) {
		// What cannot be taken as it stands may be the beginning of what can.
		const char *only = only_match(editor);
		if (only && !input_accepts(field->input, editor->line.text, NULL))
			line_set(&editor->line, only);
		// What comes next is judged against what the field holds now.
		snprintf(editor->start, sizeof editor->start, "%s", editor->line.text);
		return form_answer(wizard, wizard->cursor, editor->line.text);
	}
	if (field->known || field->input->optional || !wizard->looked)
		return !field->problem[0];
	return form_answer(wizard, wizard->cursor, "");
}

static unsigned editor_move(struct editor *editor, int by)
{
	// What is wrong does not keep anybody from going back to what it hangs on.
	if (!editor_take(editor) && by > 0)
		return REACT_DRAW;
	if (form_move(editor->wizard, by)) {
		editor_load(editor);
		return REACT_DRAW;
	}
	if (by < 0)
		return REACT_DRAW;
	ui_say(editor->overlay.ui, "%s", _("that was the last question; PgDn goes on to the preflight"));
	return REACT_CLOSE | REACT_DRAW;
}

static unsigned editor_pick(struct editor *editor, int by)
{
	size_t matches[CHOICES_MOST];
	const size_t count = field_matches(
	        editor->wizard, is_changed(editor) && !editor->picked ? editor->line.text : "", matches, CHOICES_MOST);
	if (!count)
		return REACT_DONE;
	if (!editor->picked) {
		size_t now = count;
		for (size_t i = 0; i < count; i++)
			if (!strcmp(editor->wizard->choices[matches[i]].value, editor->line.text))
				now = i;
		editor->at = now < count ? (now + count + (size_t)by) % count : by > 0 ? 0 : count - 1;
	} else {
		editor->at = (editor->at + count + (size_t)by) % count;
	}
	editor->picked = true;
	line_set(&editor->line, editor->wizard->choices[matches[editor->at]].value);
	return REACT_DRAW;
}

static unsigned editor_key(struct overlay *overlay, keystroke key, enum command_id command)
{
	struct editor *editor = (struct editor *)overlay;
	char text[5];
	if (!editor->wizard)
		return REACT_CLOSE;
	switch (command) {
	case COMMAND_ACCEPT:
	case COMMAND_COMPLETE:
		return editor_move(editor, 1);
	case COMMAND_COMPLETE_BACK:
		return editor_move(editor, -1);
	case COMMAND_EDIT_LATER:
		return editor_pick(editor, 1);
	case COMMAND_EDIT_EARLIER:
		return editor_pick(editor, -1);
	case COMMAND_ESCAPE:
		editor_take(editor);
		return REACT_CLOSE | REACT_DRAW;
	default:
		break;
	}
	if (key == KEY_CODE_PAGE_DOWN || key == KEY_CODE_PAGE_UP) {
		const struct command_call call = {
		        .id = key == KEY_CODE_PAGE_DOWN ? COMMAND_PAGE_DOWN : COMMAND_PAGE_UP, .argument = ""};
		return editor_take(editor) ? ui_command(overlay->ui, &call) | REACT_CLOSE | REACT_DRAW : REACT_DRAW;
	}
	if (key_is_text(key)) {
		begin_word(editor);
		if (editor->line.length + 4 < WIZARD_ANSWER_MOST)
			line_insert(&editor->line, text, key_encode(key, text));
	} else if (!line_command(&editor->line, command)) {
		return REACT_DONE;
	}
	editor->picked = editor->fresh = false;
	field_of(editor->wizard)->problem[0] = '\0';
	return REACT_DRAW;
}

static unsigned editor_paste(struct overlay *overlay, const char *text, size_t length)
{
	struct editor *editor = (struct editor *)overlay;
	begin_word(editor);
	if (editor->line.length + length < WIZARD_ANSWER_MOST)
		line_insert(&editor->line, text, length);
	editor->picked = editor->fresh = false;
	return REACT_DRAW;
}

static size_t editor_hints(struct overlay *overlay, struct hint *out, size_t most)
{
	static const struct hint hints[] = {
	        {.key = "Enter", .text = N_("next"), .rank = 1},
	        {.key = "Shift-Tab", .text = N_("previous"), .rank = 2},
	        {.key = "Down", .text = N_("choices"), .rank = 3},
	        {.key = "PgDn", .text = N_("go on"), .rank = 4},
	        {.key = "Esc", .text = N_("stop typing"), .rank = 5},
	};
	const struct editor *editor = (struct editor *)overlay;
	size_t count = 0;
	for (size_t i = 0; i < COUNT_OF(hints) && count < most; i++) {
		if (i == 2 && !(editor->wizard && editor->wizard->choice_count))
			continue;
		out[count] = hints[i];
		out[count++].text = _(hints[i].text);
	}
	return count;
}

static const struct overlay_type editor_type = {.name = "field",
        .place = PLACE_PROMPT,
        .destroy = editor_destroy,
        .layout = editor_layout,
        .draw = editor_draw,
        .key = editor_key,
        .paste = editor_paste,
        .hints = editor_hints};

bool field_open(struct wizard *wizard, struct error *error)
{
	struct editor *editor;
	if (wizard->editor || wizard->cursor >= wizard->field_count)
		return true;
	editor = calloc(1, sizeof *editor);
	if (!editor)
		return error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
	editor->overlay.type = &editor_type;
	editor->wizard = wizard;
	editor_load(editor);
	overlay_push(wizard->ui, &editor->overlay);
	wizard->editor = &editor->overlay;
	return true;
}

void field_close(struct wizard *wizard)
{
	if (wizard->editor)
		overlay_close(wizard->ui, wizard->editor);
}

void field_refresh(struct wizard *wizard)
{
	struct editor *editor = (struct editor *)wizard->editor;
	if (editor && !is_changed(editor))
		editor_load(editor);
}

size_t field_matches(const struct wizard *wizard, const char *typed, size_t *out, size_t most)
{
	struct buffer needle;
	size_t count = 0;
	buffer_init(&needle, WIZARD_ANSWER_MOST * 4);
	text_fold(&needle, typed, strlen(typed));
	for (size_t i = 0; i < wizard->choice_count && count < most; i++)
		if (text_contains_folded(wizard->choices[i].value, buffer_text(&needle)) ||
		        text_contains_folded(wizard->choices[i].label, buffer_text(&needle)))
			out[count++] = i;
	buffer_finish(&needle);
	return count;
}

const char *field_typed(const struct wizard *wizard, size_t *caret, bool *filters)
{
	const struct editor *editor = (const struct editor *)wizard->editor;
	if (!editor)
		return NULL;
	*caret = editor->line.caret;
	*filters = is_changed(editor) && !editor->picked;
	return editor->line.text;
}
