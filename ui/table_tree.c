// SPDX-License-Identifier: Apache-2.0
// A table as a tree: switching it, folding, and how a group looks.
#include "config.h"

#include "ui/table_own.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

#include "base/banned.h"

static bool use_tree(struct table *table, const char *fields)
{
	struct tree_memory *memory = &table->pane.ui->trees[table->kind->id];
	if (!memory->folds)
		memory->folds = folds_create();
	return view_set_tree(table->view, fields, memory->folds);
}

void table_recall_tree(struct table *table)
{
	const struct tree_memory *memory = &table->pane.ui->trees[table->kind->id];
	if (memory->on)
		use_tree(table, memory->fields);
}

static unsigned show_tree(struct table *table, const char *fields)
{
	struct tree_memory *memory = &table->pane.ui->trees[table->kind->id];
	if (!use_tree(table, fields)) {
		if (!*fields) // nothing that its rows could be below
			return REACT_DONE;
		ui_say(table->pane.ui, _("there are no such columns here: %s"), fields);
		return REACT_DRAW;
	}
	memory->on = true;
	snprintf(memory->fields, sizeof memory->fields, "%s", fields);
	table->pane.type->update(&table->pane);
	return REACT_DRAW | REACT_INTERESTS;
}

// The cursor goes from a group to its first row.
static unsigned leave_tree(struct table *table)
{
	const struct tree_group *group = tree_is_path(table->cursor) ? view_group(table->view, table->cursor) : NULL;
	const struct record *record = group && group->count ? view_tree_row(table->view, group->first) : NULL;
	if (record)
		snprintf(table->cursor, sizeof table->cursor, "%s", record->id);
	table->anchor[0] = 0;
	view_set_tree(table->view, NULL, NULL);
	table->pane.ui->trees[table->kind->id].on = false;
	table_keep_cursor(table, (size_t)table->pane.page_rows);
	return REACT_DRAW | REACT_INTERESTS;
}

static unsigned switch_tree(struct table *table, const char *fields)
{
	const bool on = view_has_tree(table->view);
	if (strcmp(fields, "off") == 0 || (!*fields && on))
		return on ? leave_tree(table) : REACT_DONE;
	char cursor[TREE_PATH_SIZE];
	snprintf(cursor, sizeof cursor, "%s", table->cursor);
	const bool held = table->moved && !table->on_all && !tree_is_path(cursor);
	table->anchor[0] = 0;
	memset(table->seen_width, 0, sizeof table->seen_width);
	const unsigned reactions = show_tree(table, fields);
	if (held && view_has_tree(table->view)) // it stays on its resource, folded or not
		table_set_cursor(&table->pane, cursor);
	return reactions;
}

static unsigned go_to_line(struct table *table, size_t line)
{
	char id[TREE_PATH_SIZE];
	const size_t row = line + ((table->flags & TABLE_ALL_ROW) != 0);
	if (line == SIZE_MAX || row >= table_rows(table))
		return REACT_DONE;
	snprintf(id, sizeof id, "%s", table_row_id(table, row));
	table_set_cursor(&table->pane, id);
	return REACT_DRAW | REACT_INTERESTS;
}

unsigned table_toggle_fold(struct table *table, const struct tree_group *group)
{
	view_fold(table->view, group->record.id, !group->folded);
	table_keep_cursor(table, (size_t)table->pane.page_rows);
	return REACT_DRAW;
}

// Left folds, or goes to the parent; Right unfolds, or goes to what is first below.
static unsigned fold(struct table *table, bool folding)
{
	const size_t first = (table->flags & TABLE_ALL_ROW) != 0, row = table_cursor_row(table);
	const struct view_line line = table_line(table, row);
	if (row < first || (!line.record && !line.group))
		return REACT_DONE;
	if (line.group && line.group->folded != folding)
		return table_toggle_fold(table, line.group);
	if (folding)
		return go_to_line(table, view_parent_line(table->view, row - first));
	return line.group ? go_to_line(table, row - first + 1) : REACT_DONE;
}

unsigned table_tree_command(struct table *table, const struct command_call *call)
{
	if (call->id == COMMAND_TREE)
		return switch_tree(table, call->argument);
	if (!view_has_tree(table->view))
		return REACT_DONE;
	if (call->id != COMMAND_FOLD_ALL)
		return fold(table, call->id == COMMAND_FOLD);
	view_fold_all(table->view);
	table_keep_cursor(table, (size_t)table->pane.page_rows);
	return REACT_DRAW | REACT_INTERESTS;
}

bool table_group_is_marked(const struct table *table, const struct tree_group *group)
{
	bool all = group->count > 0 && group->count <= table->marks.count;
	for (size_t i = 0; i < group->count && all; i++)
		all = marks_have(&table->marks, view_tree_row(table->view, group->first + i)->id);
	return all;
}

size_t table_hints(struct pane *pane, struct hint *out, size_t most)
{
	static const enum command_id shown[] = {COMMAND_FOLD, COMMAND_FOLD_ALL};
	size_t count = 0;
	for (size_t i = 0; i < COUNT_OF(shown) && count < most && view_has_tree(table_of(pane)->view); i++) {
		const struct command *command = &command_table[shown[i]];
		out[count] = (struct hint){.text = _(command->hint), .rank = 0};
		keymap_text(pane->ui->keymap, shown[i], PLACE_TABLE, out[count].key);
		count += *out[count].key != 0;
	}
	return count;
}

// ---- drawing ----

int table_branch(const struct view_line *line, char *out, size_t size)
{
	size_t used = 0;
	*out = 0;
	if (!line->group && line->depth == 0)
		return 0;
	for (unsigned depth = 1; depth <= line->depth && used < size; depth++) {
		const bool goes_on = line->goes_on >> depth & 1;
		const char *part = depth == line->depth ? draw_sign(goes_on ? SIGN_BRANCH : SIGN_LAST)
		                   : goes_on            ? draw_sign(SIGN_TRUNK)
		                                        : "  ";
		used += (size_t)snprintf(out + used, size - used, "%s", part);
	}
	if (used < size)
		snprintf(out + used, size - used, "%s ",
		        !line->group          ? ""
		        : line->group->folded ? draw_sign(SIGN_FOLDED)
		                              : draw_sign(SIGN_UNFOLDED));
	return 2 * (int)line->depth + (line->group ? 2 : 1);
}

static void group_text(const struct tree_group *group, char *out, size_t size)
{
	const char *name = group->record.name;
	snprintf(out, size, "%s · %zu", *name ? name : draw_sign(SIGN_UNKNOWN), group->count);
}

int table_group_width(const struct tree_group *group)
{
	char text[TREE_PATH_SIZE];
	group_text(group, text, sizeof text);
	return text_columns(text, strlen(text));
}

// A sum or the worst state. False when the group has nothing there.
static bool group_cell(const struct table *table, const struct tree_group *group, const struct field *field, char *out,
        size_t size, enum style *style)
{
	char text[128];
	*style = STYLE_TEXT;
	if (field->flags & FIELD_STATE) {
		if (!view_group_state(table->view, group, field, text, sizeof text))
			return false;
		return table_state(table, field, text, true, out, size, style) > 0;
	}
	return view_group_sum(table->view, group, field, out, size) > 0;
}

static bool is_shown(const struct field *field, const struct table_column *columns, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (columns[i].field == field)
			return true;
	return false;
}

// Sums whose columns are not on the screen, as far as they fit.
static void draw_other_sums(const struct table *table, const struct canvas *canvas, int y, int x, int room,
        const struct tree_group *group, const struct table_column *columns, size_t count)
{
	char text[256] = "";
	for (size_t i = 0; i < table->kind->field_count; i++) {
		const struct field *field = &table->kind->fields[i];
		char sum[64], grown[512];
		if (!(field->flags & FIELD_ADDS) || is_shown(field, columns, count) ||
		        !view_group_sum(table->view, group, field, sum, sizeof sum))
			continue;
		snprintf(grown, sizeof grown, "%s%s%s %s", text, *text ? " · " : "", _(field->title), sum);
		if (text_columns(grown, strlen(grown)) <= room)
			snprintf(text, sizeof text, "%.*s", (int)sizeof text - 1, grown);
	}
	draw_text(canvas, y, x, room, STYLE_DIM, text);
}

void table_draw_group(const struct table *table, const struct canvas *canvas, int y, const struct view_line *line,
        const struct table_column *columns, size_t count)
{
	char text[TREE_PATH_SIZE];
	const struct tree_group *group = line->group;
	const int indent = table_branch(line, text, sizeof text);
	const bool marked = table_group_is_marked(table, group);
	int free_x = 0, free_width = 0; // the widest run of columns where it has nothing
	if (marked)
		draw_text(canvas, y, 1, 1, STYLE_MARK, draw_sign(SIGN_MARK));
	if (count == 0)
		return;
	draw_text(canvas, y, TABLE_GUTTER, columns[0].width, STYLE_BORDER, text);
	group_text(group, text, sizeof text);
	if (indent < columns[0].width)
		draw_text(canvas, y, TABLE_GUTTER + indent, columns[0].width - indent,
		        marked ? STYLE_MARK : STYLE_TITLE, text);
	for (size_t i = 1, begin = 0; i < count; i++) {
		const struct canvas cell = table_cell_canvas(canvas, i);
		const int x = TABLE_GUTTER + columns[i].x;
		enum style style;
		if (!group_cell(table, group, columns[i].field, text, sizeof text, &style)) {
			begin = begin ? begin : i;
			if (columns[i].x + columns[i].width - columns[begin].x > free_width) {
				free_x = TABLE_GUTTER + columns[begin].x;
				free_width = columns[i].x + columns[i].width - columns[begin].x;
			}
			continue;
		}
		begin = 0;
		if (columns[i].field->right)
			draw_text_right(&cell, y, x, columns[i].width, style, text);
		else
			draw_text(&cell, y, x, columns[i].width, style, text);
	}
	const struct canvas rest = table_cell_canvas(canvas, 1);
	if (free_width > 0)
		draw_other_sums(table, &rest, y, free_x, free_width, group, columns, count);
}
