// SPDX-License-Identifier: Apache-2.0
// A list to choose from. Greyed items stay in the list and say why they cannot be chosen.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "ui/line_editor.h"
#include "ui/state.h"
#include "base/banned.h"

enum { MENU_ITEMS_MOST = 20000, MENU_SIDE = 2, MENU_DETAIL_LEAST = 8, MENU_TEXT_MOST = 8 << 20 };

struct menu {
	struct overlay overlay;
	struct arena arena;
	struct menu_spec spec; // texts in the arena
	struct menu_item *items;
	size_t *shown; // indexes into items
	size_t shown_count;
	size_t cursor, top; // indexes into shown
	bool filtering;
	struct line_editor filter;
	int label_columns, detail_columns, key_columns;
	int rows; // of items, as last laid out
};

static const char *copy(struct arena *arena, const char *text)
{
	return text ? arena_strdup(arena, text) : NULL;
}

static void menu_destroy(struct overlay *overlay)
{
	struct menu *menu = (struct menu *)overlay;

	if (menu->spec.user_free)
		menu->spec.user_free(menu->spec.user);
	arena_finish(&menu->arena);
	free(menu);
}

static void widest(int *columns, const char *text)
{
	int width = text ? text_columns(text, strlen(text)) : 0;

	if (width > *columns)
		*columns = width;
}

static bool menu_has_reasons(const struct menu *menu)
{
	for (size_t i = 0; i < menu->spec.count; i++)
		if (menu->items[i].greyed)
			return true;
	return false;
}

static void menu_layout(struct overlay *overlay, int rows, int columns, struct area *out)
{
	struct menu *menu = (struct menu *)overlay;
	int title = text_columns(menu->spec.title, strlen(menu->spec.title)) + 6;
	int width = MENU_SIDE * 2 + 2 + menu->label_columns + (menu->spec.several ? 4 : 0);
	int reason = menu_has_reasons(menu) ? 1 : 0, extra = 2 + reason + (menu->filtering ? 1 : 0);

	if (menu->key_columns)
		width += menu->key_columns + 2;
	if (menu->detail_columns)
		width += menu->detail_columns + 2;
	// Reasons deserve room.
	if (reason && width < 60)
		width = 60;
	if (width < title)
		width = title;
	out->columns = width < columns ? width : columns;
	out->rows = (int)menu->spec.count + extra < rows ? (int)menu->spec.count + extra : rows;
	out->y = (rows - out->rows) / 2;
	out->x = (columns - out->columns) / 2;
	menu->rows = out->rows - extra > 0 ? out->rows - extra : 0;
}

static void menu_scroll(struct menu *menu)
{
	size_t rows = menu->rows > 0 ? (size_t)menu->rows : 1;

	if (menu->cursor >= menu->shown_count)
		menu->cursor = menu->shown_count ? menu->shown_count - 1 : 0;
	if (menu->cursor < menu->top)
		menu->top = menu->cursor;
	if (menu->cursor >= menu->top + rows)
		menu->top = menu->cursor - rows + 1;
	if (menu->top + rows > menu->shown_count)
		menu->top = menu->shown_count > rows ? menu->shown_count - rows : 0;
}

static void menu_draw_item(const struct menu *menu, const struct canvas *inside, int y, size_t index, bool selected)
{
	const struct menu_item *item = &menu->items[index];
	enum style style = item->greyed ? STYLE_DIM : selected ? STYLE_CURSOR : STYLE_DIALOG;
	struct canvas row = canvas_inside(inside, y, 0, 1, inside->area.columns);
	int x = 1, room = row.area.columns - 2;

	row.base = selected ? STYLE_CURSOR : STYLE_DIALOG;
	draw_fill(&row, row.base);
	if (selected)
		draw_text(&row, 0, 0, 1, row.base, draw_sign(SIGN_CURSOR));
	if (menu->spec.several)
		x += draw_format(&row, 0, x, room, style, "[%s] ", item->marked ? "x" : " ");
	if (menu->key_columns) {
		draw_text(&row, 0, x, menu->key_columns, item->greyed ? STYLE_DIM : STYLE_KEY,
		        item->key ? item->key : "");
		x += menu->key_columns + 2;
	}
	// The label goes before what explains it.
	const int label = menu->label_columns < (room - x) * 2 / 3 ? menu->label_columns : (room - x) * 2 / 3;
	int detail = room - x - label - 1;
	if (detail > menu->detail_columns)
		detail = menu->detail_columns;
	if (detail < MENU_DETAIL_LEAST)
		detail = 0;
	draw_text(&row, 0, x, room - x - (detail ? detail + 2 : 0) + 1, style, item->label);
	if (detail && item->detail)
		draw_text_right(&row, 0, row.area.columns - 1 - detail, detail, style, item->detail);
}

static void menu_draw(struct overlay *overlay, const struct canvas *canvas)
{
	struct menu *menu = (struct menu *)overlay;
	struct canvas inside = canvas_inside(canvas, 1, 1, canvas->area.rows - 2, canvas->area.columns - 2);
	char note[64] = "";
	int y;

	menu_scroll(menu);
	draw_fill(canvas, STYLE_DIALOG);
	if (menu->shown_count > (size_t)menu->rows || menu->shown_count != menu->spec.count)
		snprintf(note, sizeof(note), "%zu/%zu", menu->shown_count ? menu->cursor + 1 : 0, menu->shown_count);
	draw_frame(canvas, STYLE_DIALOG_BORDER, STYLE_TITLE_FOCUS, menu->spec.title, note);
	for (y = 0; y < menu->rows && menu->top + (size_t)y < menu->shown_count; y++) {
		size_t at = menu->top + (size_t)y;

		menu_draw_item(menu, &inside, y, menu->shown[at], at == menu->cursor);
		if (at == menu->cursor)
			draw_cursor(&inside, y, 0, true);
	}
	if (!menu->shown_count)
		draw_text(&inside, 0, 2, -1, STYLE_DIM, _("nothing matches"));
	y = menu->rows;
	if (menu->shown_count && menu->items[menu->shown[menu->cursor]].greyed)
		draw_text(&inside, y, 1, -1, STYLE_WARNING, menu->items[menu->shown[menu->cursor]].greyed);
	if (menu->filtering) {
		size_t first = 0;
		int caret = line_window(&menu->filter, inside.area.columns - 3, &first);

		y = inside.area.rows - 1;
		draw_text(&inside, y, 1, 1, STYLE_KEY, "/");
		draw_text(&inside, y, 2, -1, STYLE_INPUT, menu->filter.text + first);
		draw_cursor(&inside, y, 2 + caret, true);
	}
}

static void menu_narrow(struct menu *menu)
{
	struct buffer wanted;

	buffer_init(&wanted, LINE_MOST * 4);
	text_fold(&wanted, menu->filter.text, menu->filter.length);
	menu->shown_count = 0;
	for (size_t i = 0; i < menu->spec.count; i++)
		if (!wanted.size || text_contains_folded(menu->items[i].label, wanted.data) ||
		        (menu->items[i].detail && text_contains_folded(menu->items[i].detail, wanted.data)))
			menu->shown[menu->shown_count++] = i;
	buffer_finish(&wanted);
	menu->cursor = menu->top = 0;
}

static unsigned menu_choose(struct menu *menu, size_t index)
{
	size_t *chosen = menu->shown; // large enough, and no longer needed when this closes
	size_t count = 0;
	bool any = false;

	if (menu->items[index].greyed)
		return REACT_DRAW;
	for (size_t i = 0; menu->spec.several && i < menu->spec.count; i++)
		any |= menu->items[i].marked;
	if (!any)
		menu->items[index].marked = true;
	for (size_t i = 0; i < menu->spec.count; i++)
		if (any ? menu->items[i].marked : i == index)
			chosen[count++] = i;
	menu->shown_count = 0;
	return REACT_CLOSE | REACT_DRAW | menu->spec.choose(menu->overlay.ui, chosen, count, menu->spec.user);
}

static void menu_move(struct menu *menu, long by)
{
	long to = (long)menu->cursor + by, last = (long)menu->shown_count - 1;

	menu->cursor = (size_t)(to < 0 || last < 0 ? 0 : to > last ? last : to);
}

static unsigned menu_key_filtering(struct menu *menu, keystroke pressed, enum command_id command)
{
	if (key_is_text(pressed)) {
		line_insert_character(&menu->filter, pressed);
		menu_narrow(menu);
		return REACT_DRAW;
	}
	switch (pressed) {
	case KEY_CODE_BACKSPACE:
		if (!menu->filter.length)
			menu->filtering = false;
		line_command(&menu->filter, COMMAND_EDIT_ERASE);
		menu_narrow(menu);
		return REACT_DRAW;
	case KEY_CODE_ESCAPE:
		menu->filtering = false;
		line_set(&menu->filter, "");
		menu_narrow(menu);
		return REACT_DRAW;
	case 'u' | KEY_CTRL:
	case 'w' | KEY_CTRL:
		line_command(&menu->filter, pressed == ('u' | KEY_CTRL) ? COMMAND_EDIT_BEFORE : COMMAND_EDIT_WORD);
		menu_narrow(menu);
		return REACT_DRAW;
	default:
		break;
	}
	if (command == COMMAND_ACCEPT && menu->shown_count)
		return menu_choose(menu, menu->shown[menu->cursor]);
	return REACT_PASS;
}

// A letter that belongs to an item chooses it, unless the letter moves the cursor.
static unsigned menu_key_of_item(struct menu *menu, keystroke pressed)
{
	char text[KEY_TEXT_SIZE];

	key_format(pressed, text);
	for (size_t i = 0; i < menu->shown_count; i++) {
		const struct menu_item *item = &menu->items[menu->shown[i]];

		if (!item->key || strcmp(item->key, text) != 0)
			continue;
		menu->cursor = i;
		return menu_choose(menu, menu->shown[i]);
	}
	return REACT_DONE;
}

static unsigned menu_key(struct overlay *overlay, keystroke pressed, enum command_id command)
{
	struct menu *menu = (struct menu *)overlay;
	unsigned handled = menu->filtering ? menu_key_filtering(menu, pressed, command) : REACT_PASS;
	long page = menu->rows > 1 ? menu->rows : 1;

	if (handled != REACT_PASS)
		return handled;
	switch (command) {
	case COMMAND_DOWN:
		menu_move(menu, 1);
		break;
	case COMMAND_UP:
		menu_move(menu, -1);
		break;
	case COMMAND_PAGE_DOWN:
		menu_move(menu, page);
		break;
	case COMMAND_PAGE_UP:
		menu_move(menu, -page);
		break;
	case COMMAND_HALF_DOWN:
		menu_move(menu, page / 2);
		break;
	case COMMAND_HALF_UP:
		menu_move(menu, -(page / 2));
		break;
	case COMMAND_FIRST:
		menu->cursor = 0;
		break;
	case COMMAND_LAST:
		menu_move(menu, (long)menu->shown_count);
		break;
	case COMMAND_MENU_MARK:
		if (!menu->spec.several || !menu->shown_count)
			return REACT_DONE;
		if (!menu->items[menu->shown[menu->cursor]].greyed)
			menu->items[menu->shown[menu->cursor]].marked ^= true;
		menu_move(menu, 1);
		break;
	case COMMAND_MENU_FILTER:
		menu->filtering = true;
		break;
	case COMMAND_ACCEPT:
		return menu->shown_count ? menu_choose(menu, menu->shown[menu->cursor]) : REACT_DONE;
	case COMMAND_ESCAPE:
	case COMMAND_MENU_CLOSE:
		return REACT_CLOSE | REACT_DRAW;
	default:
		return menu_key_of_item(menu, pressed);
	}
	return REACT_DRAW;
}

static unsigned menu_mouse(struct overlay *overlay, enum mouse_sort sort, int y, int x)
{
	struct menu *menu = (struct menu *)overlay;
	size_t at;

	(void)x;
	if (sort == MOUSE_WHEEL_UP || sort == MOUSE_WHEEL_DOWN) {
		menu_move(menu, sort == MOUSE_WHEEL_UP ? -3 : 3);
		return REACT_DRAW;
	}
	if (y < 1 || y > menu->rows || (at = menu->top + (size_t)y - 1) >= menu->shown_count)
		return REACT_DONE;
	menu->cursor = at;
	// Choosing only opens something: what changes the cloud asks again.
	return sort == MOUSE_OPEN ? menu_choose(menu, menu->shown[at]) : REACT_DRAW;
}

static size_t menu_hints(struct overlay *overlay, struct hint *out, size_t most)
{
	const struct menu *menu = (struct menu *)overlay;
	const enum command_id commands[] = {COMMAND_ACCEPT, menu->spec.several ? COMMAND_MENU_MARK : COMMAND_NONE,
	        COMMAND_MENU_FILTER, COMMAND_ESCAPE};
	size_t count = 0;

	for (size_t i = 0; i < COUNT_OF(commands) && count < most; i++) {
		if (commands[i] == COMMAND_NONE)
			continue;
		keymap_text(overlay->ui->keymap, commands[i], PLACE_MENU, out[count].key);
		out[count].text = _(command_table[commands[i]].hint);
		out[count].rank = (unsigned char)(i + 1);
		out[count++].greyed = false;
	}
	return count;
}

static const struct overlay_type menu_type = {
        .name = "menu",
        .place = PLACE_MENU,
        .destroy = menu_destroy,
        .layout = menu_layout,
        .draw = menu_draw,
        .key = menu_key,
        .hints = menu_hints,
        .mouse = menu_mouse,
};

static bool menu_copy(struct menu *menu, const char *title, const struct menu_item *items, size_t count)
{
	menu->spec.title = copy(&menu->arena, title);
	menu->items = arena_alloc(&menu->arena, (count + 1) * sizeof(*menu->items));
	menu->shown = arena_alloc(&menu->arena, (count + 1) * sizeof(*menu->shown));
	if (!menu->spec.title || !menu->items || !menu->shown)
		return false;
	for (size_t i = 0; i < count; i++) {
		const struct menu_item *from = &items[i];
		struct menu_item *item = &menu->items[i];

		*item = (struct menu_item){.label = copy(&menu->arena, from->label),
		        .detail = copy(&menu->arena, from->detail),
		        .key = copy(&menu->arena, from->key),
		        .greyed = copy(&menu->arena, from->greyed),
		        .marked = from->marked};
		if (!item->label)
			return false;
		widest(&menu->label_columns, item->label);
		widest(&menu->detail_columns, item->detail);
		widest(&menu->key_columns, item->key);
	}
	return true;
}

bool menu_open(struct ui *ui, const struct menu_spec *spec, struct error *error)
{
	struct menu *menu = calloc(1, sizeof(*menu));

	if (!menu) {
		if (spec->user_free)
			spec->user_free(spec->user);
		return error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
	}
	menu->overlay = (struct overlay){.type = &menu_type, .ui = ui};
	menu->spec = *spec;
	menu->spec.items = NULL;
	arena_init(&menu->arena, MENU_TEXT_MOST);
	if (menu->spec.count > MENU_ITEMS_MOST)
		menu->spec.count = MENU_ITEMS_MOST;
	line_init(&menu->filter, "", NULL);
	if (!menu_copy(menu, spec->title, spec->items, menu->spec.count)) {
		menu_destroy(&menu->overlay);
		return error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
	}
	menu_narrow(menu);
	menu->cursor = spec->start < menu->spec.count ? spec->start : 0;
	overlay_push(ui, &menu->overlay);
	return true;
}
