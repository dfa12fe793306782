// SPDX-License-Identifier: Apache-2.0
// Inputs on the screen: a line for each question, below the current one what helps to answer it.
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "ui/wizard_own.h"

#include "base/banned.h"

enum { CHOICES_SHOWN = 8, CHOICE_COLUMNS_MOST = 40, HELP_COLUMNS_LEAST = 50, HELP_INDENT = 4 };

struct drawing {
	struct wizard *wizard;
	int value_x, help_x; // of answers; of what stands below them
	bool focused;
};

static void put_value(struct sheet *sheet, const struct drawing *drawing, const struct question *field, bool here)
{
	size_t caret = 0;
	bool filters;
	const char *typed = here ? field_typed(drawing->wizard, &caret, &filters) : NULL;
	const char *text = typed ? typed : field->known ? field->text : "";
	const int row = sheet_row(sheet), room = sheet->canvas.area.columns - drawing->value_x - 1;
	const enum style style = typed ? STYLE_INPUT : field->problem[0] ? STYLE_BAD : STYLE_VALUE;
	char stars[65];
	if (field->input->secret) {
		const size_t length = strlen(text) < 64 ? strlen(text) : 64;
		memset(stars, '*', length);
		stars[length] = '\0';
		text = stars;
		caret = caret < length ? caret : length;
	}
	const int before = typed ? text_columns(text, caret) : 0, skip = before >= room ? before - room + 1 : 0;
	int used = 0;
	if (row >= 0 && typed)
		used = draw_text_from(&sheet->canvas, row, drawing->value_x, room, skip, style, text, strlen(text));
	else
		used = sheet_put(sheet, drawing->value_x, room, style, text);
	if (typed && row >= 0)
		draw_cursor(&sheet->canvas, row, drawing->value_x + before - skip, true);
	else if (here && row >= 0 && drawing->focused)
		draw_cursor(&sheet->canvas, row, 0, true);
	const bool left_out = !typed && field->known && !*field->text && field->input->optional;
	if (left_out)
		used = sheet_put(sheet, drawing->value_x, -1, STYLE_DIM, _("left out"));
	else if (!typed && !field->known)
		used = sheet_put(sheet, drawing->value_x, -1, STYLE_DIM,
		        drawing->wizard->look    ? _("looking…")
		        : field->input->optional ? _("may be left out")
		                                 : _("needs an answer"));
	if ((!typed || !strcmp(typed, field->text)) && field->known && *field->source && used + 3 < room)
		sheet_format(sheet, drawing->value_x + used + 2, -1, STYLE_DIM, "%s", field->source);
}

// Labels stand below each other, behind values of so many columns.
static void paint_choice(
        struct sheet *sheet, const struct drawing *drawing, const struct choice *choice, bool chosen, int columns)
{
	const int used = sheet_format(sheet, drawing->value_x - 2, -1, chosen ? STYLE_MARK : STYLE_TEXT, "%s %s",
	        chosen ? draw_sign(SIGN_CURSOR) : " ", choice->value);
	if (choice->label[0] && strcmp(choice->label, choice->value) != 0)
		sheet_put(sheet, drawing->value_x + (used - 2 < columns ? columns : used - 2) + 2, -1, STYLE_DIM,
		        choice->label);
	sheet_end(sheet);
}

static int choice_columns(const struct wizard *wizard, const size_t *matches, size_t from, size_t count)
{
	int widest = 0;
	for (size_t i = from; i < count && i < from + CHOICES_SHOWN; i++) {
		const char *value = wizard->choices[matches[i]].value;
		const int columns = text_columns(value, strlen(value));
		widest = columns > widest ? columns : widest;
	}
	return widest < CHOICE_COLUMNS_MOST ? widest : CHOICE_COLUMNS_MOST;
}

static void paint_choices(struct sheet *sheet, const struct drawing *drawing, const struct question *field)
{
	const struct wizard *wizard = drawing->wizard;
	size_t matches[CHOICES_MOST], caret, chosen = 0;
	bool filters = false;
	const char *typed = field_typed(wizard, &caret, &filters);
	const char *now = typed ? typed : field->known ? field->text : "";
	if (wizard->listed != field->input)
		return;
	if (wizard->listing)
		sheet_line(sheet, drawing->value_x, STYLE_DIM, _("listing the choices…"));
	if (wizard->choices_problem.kind != ERROR_NONE) {
		char text[1024];
		snprintf(text, sizeof text, _("the choices cannot be listed: %s; type the answer"),
		        wizard->choices_problem.message);
		sheet_wrapped(sheet, drawing->help_x, STYLE_WARNING, text);
	}
	const size_t count = field_matches(wizard, filters ? now : "", matches, CHOICES_MOST);
	for (size_t i = 0; i < count; i++)
		if (!strcmp(wizard->choices[matches[i]].value, now))
			chosen = i;
	const size_t from = chosen >= CHOICES_SHOWN ? chosen - CHOICES_SHOWN + 1 : 0;
	const int columns = choice_columns(wizard, matches, from, count);
	for (size_t i = from; i < count && i < from + CHOICES_SHOWN; i++)
		paint_choice(sheet, drawing, &wizard->choices[matches[i]],
		        !strcmp(wizard->choices[matches[i]].value, now), columns);
	if (count > CHOICES_SHOWN) {
		sheet_format(sheet, drawing->value_x, -1, STYLE_DIM, _("%zu of %zu; type to narrow"),
		        (size_t)CHOICES_SHOWN, count);
		sheet_end(sheet);
	} else if (!count && wizard->choice_count) {
		sheet_line(sheet, drawing->value_x, STYLE_DIM, _("none of the choices holds that"));
	}
}

static bool is_cut(const struct question *field, const struct drawing *drawing)
{
	return text_columns(field->input->title, strlen(field->input->title)) > drawing->value_x - 3;
}

static void paint_field(struct sheet *sheet, const struct drawing *drawing, const struct question *field, bool here)
{
	char help[1024];
	sheet_put(sheet, 0, 1, STYLE_MARK, here ? draw_sign(SIGN_CURSOR) : " ");
	sheet_put(sheet, 2, drawing->value_x - 3, here ? STYLE_TITLE_FOCUS : STYLE_NAME, field->input->title);
	put_value(sheet, drawing, field, here);
	sheet_end(sheet);
	if (here && is_cut(field, drawing))
		sheet_wrapped(sheet, drawing->help_x, STYLE_NAME, field->input->title);
	if (field->problem[0])
		sheet_wrapped(sheet, drawing->help_x, STYLE_BAD, field->problem);
	if (!here)
		return;
	run_shown(drawing->wizard->form, field->input->help, help, sizeof help);
	// The problem may have said it already, as its remedy.
	if (*help && !strstr(field->problem, help))
		sheet_wrapped(sheet, drawing->help_x, STYLE_DIM, help);
	paint_choices(sheet, drawing, field);
}

static void paint_form(struct sheet *sheet, void *user)
{
	const struct drawing *drawing = user;
	const struct wizard *wizard = drawing->wizard;
	const struct guide_step *step = NULL;
	for (size_t i = 0; i < wizard->field_count; i++) {
		const struct question *field = &wizard->fields[i];
		if (!field->wanted)
			continue;
		if (field->step != step) {
			if (step)
				sheet_end(sheet);
			sheet_line(sheet, 0, STYLE_HEADING, field->step->title);
		}
		step = field->step;
		sheet_here(sheet, i == wizard->cursor);
		paint_field(sheet, drawing, field, i == wizard->cursor);
		sheet_here(sheet, false);
	}
	if (!step)
		sheet_line(sheet, 0, STYLE_DIM, _("This guide asks nothing."));
}

void form_draw(struct wizard *wizard, const struct canvas *canvas, bool focused)
{
	struct drawing drawing = {.wizard = wizard, .focused = focused};
	int widest = 0;
	for (size_t i = 0; i < wizard->field_count; i++) {
		const char *title = wizard->fields[i].input->title;
		const int columns = wizard->fields[i].wanted ? text_columns(title, strlen(title)) : 0;
		widest = columns > widest ? columns : widest;
	}
	widest = widest > canvas->area.columns / 2 ? canvas->area.columns / 2 : widest;
	drawing.value_x = 2 + widest + 2;
	drawing.help_x = canvas->area.columns - drawing.value_x >= HELP_COLUMNS_LEAST ? drawing.value_x : HELP_INDENT;
	sheet_paint(canvas, &wizard->inputs_top, paint_form, &drawing);
}
