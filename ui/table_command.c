// SPDX-License-Identifier: Apache-2.0
// What keys and the command line do to a table.
#include "config.h"

#include "ui/table_own.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

#include "base/banned.h"

static unsigned go_to(struct table *table, size_t row)
{
	const size_t rows = table_rows(table);
	if (rows == 0)
		return REACT_DONE;
	if (row >= rows)
		row = rows - 1;
	char id[TREE_PATH_SIZE];
	snprintf(id, sizeof id, "%s", table_row_id(table, row));
	if (row == table_cursor_row(table) && table->on_all == !*id)
		return REACT_DONE;
	table_set_cursor(&table->pane, id);
	table->row = row;
	return REACT_DRAW | REACT_INTERESTS;
}

// A page goes by pages, not only by the cursor: the first row of the next page comes to the top.
static unsigned go_page(struct table *table, bool down, size_t step)
{
	const size_t rows = table_rows(table), row = table_cursor_row(table), page = (size_t)table->pane.page_rows;
	if (down) {
		table->top += step;
		if (table->top + page > rows)
			table->top = rows > page ? rows - page : 0;
		return go_to(table, row + step);
	}
	table->top -= step < table->top ? step : table->top;
	return go_to(table, row > step ? row - step : 0);
}

static unsigned move(struct table *table, const struct command_call *call)
{
	const size_t row = table_cursor_row(table), rows = table_rows(table);
	const size_t page = table->pane.page_rows > 1 ? (size_t)table->pane.page_rows : 1;
	switch (call->id) {
	case COMMAND_DOWN:
		return go_to(table, row + 1);
	case COMMAND_UP:
		return go_to(table, row ? row - 1 : 0);
	case COMMAND_FIRST:
		return go_to(table, 0);
	case COMMAND_LAST:
		return go_to(table, rows ? rows - 1 : 0);
	case COMMAND_HALF_DOWN:
	case COMMAND_HALF_UP:
		return go_page(table, call->id == COMMAND_HALF_DOWN, page / 2 ? page / 2 : 1);
	default:
		return go_page(table, call->id == COMMAND_PAGE_DOWN, page);
	}
}

static unsigned scroll(struct table *table, const struct command_call *call)
{
	if (call->id == COMMAND_RIGHT || call->id == COMMAND_UNFOLD)
		table->sideways++;
	else if (table->sideways == 0)
		return REACT_DONE;
	else
		table->sideways--;
	return REACT_DRAW;
}

static unsigned fold_or_scroll(struct table *table, const struct command_call *call)
{
	return view_has_tree(table->view) ? table_tree_command(table, call) : scroll(table, call);
}

// What a group shows, folded or not.
static bool mark_group(struct table *table, const struct tree_group *group, bool on)
{
	for (size_t place = group->first; place < group->first + group->count; place++) {
		const struct record *record = view_tree_row(table->view, place);
		if (!on) {
			marks_remove(&table->marks, record->id);
		} else if (!marks_add(&table->marks, record->id)) {
			ui_say(table->pane.ui, _("no more than %d can be marked"), SELECTION_MARKS_MOST);
			return false;
		}
	}
	return true;
}

static unsigned mark_one(struct table *table, const struct command_call *call)
{
	size_t row = table_cursor_row(table);
	const struct view_line line = table_line(table, row);
	const struct record *record = line.record;
	(void)call;
	if (line.group) {
		snprintf(table->anchor, sizeof table->anchor, "%s", line.group->record.id);
		mark_group(table, line.group, !table_group_is_marked(table, line.group));
		// What is below it is marked with it.
		for (row++; row < table_rows(table) && table_line(table, row).depth > line.depth; row++)
			;
		go_to(table, row < table_rows(table) ? row : table_cursor_row(table));
		return REACT_DRAW;
	}
	if (!record)
		return REACT_DONE;
	snprintf(table->anchor, sizeof table->anchor, "%s", record->id);
	if (marks_have(&table->marks, record->id))
		marks_remove(&table->marks, record->id);
	else if (!marks_add(&table->marks, record->id))
		ui_say(table->pane.ui, _("no more than %d can be marked"), SELECTION_MARKS_MOST);
	go_to(table, row + 1);
	return REACT_DRAW;
}

static bool mark_rows(struct table *table, size_t from, size_t to)
{
	for (size_t row = from; row <= to && row < table_rows(table); row++) {
		const struct view_line line = table_line(table, row);
		const struct record *record = line.record;
		// The rows of a group that is not folded have lines of their own.
		if (line.group && line.group->folded && !mark_group(table, line.group, true))
			return false;
		if (record && !marks_add(&table->marks, record->id)) {
			ui_say(table->pane.ui, _("no more than %d can be marked"), SELECTION_MARKS_MOST);
			return false;
		}
	}
	return true;
}

static unsigned mark_many(struct table *table, const struct command_call *call)
{
	const size_t row = table_cursor_row(table), rows = table_rows(table);
	const size_t first = (table->flags & TABLE_ALL_ROW) != 0;
	if (call->id == COMMAND_UNMARK) {
		marks_clear(&table->marks);
		table->anchor[0] = 0;
		return REACT_DRAW;
	}
	if (rows == 0)
		return REACT_DONE;
	if (call->id == COMMAND_MARK_ALL) {
		mark_rows(table, 0, rows - 1);
		return REACT_DRAW;
	}
	size_t anchor = *table->anchor ? view_find_line(table->view, table->anchor) : SIZE_MAX;
	anchor = anchor == SIZE_MAX ? row : anchor + first;
	mark_rows(table, anchor < row ? anchor : row, anchor < row ? row : anchor);
	snprintf(table->anchor, sizeof table->anchor, "%s", table_row_id(table, row));
	return REACT_DRAW;
}

static unsigned set_order(struct table *table, const char *order)
{
	if (!view_set_order(table->view, order)) {
		ui_say(table->pane.ui, _("there is no column “%s” here"), order + (*order == '-'));
		return REACT_DRAW;
	}
	table->ordered = true;
	table_keep_cursor(table, (size_t)table->pane.page_rows);
	table->pane.type->update(&table->pane);
	return REACT_DRAW;
}

// Sorting by the column that sorts already turns it round.
static unsigned order_by(struct table *table, const char *field, bool descending)
{
	char order[80];
	const char *now = view_order(table->view);
	if (strcmp(now + (*now == '-'), field) == 0)
		descending = *now != '-';
	snprintf(order, sizeof order, "%s%s", descending ? "-" : "", field);
	return set_order(table, order);
}

static unsigned sort(struct table *table, const struct command_call *call)
{
	const struct kind *kind = table->kind;
	switch (call->id) {
	case COMMAND_SORT_NAME:
		return order_by(table, "name", false);
	case COMMAND_SORT_AGE:
		return order_by(table, kind_field(kind, "created") ? "created" : "name", true);
	case COMMAND_SORT_STATUS:
		return order_by(table, kind->id == KIND_REGION ? "state" : "status", false);
	case COMMAND_SORT_REVERSE: {
		const char *now = view_order(table->view);
		return order_by(table, now + (*now == '-'), false);
	}
	case COMMAND_SORT_COLUMN:
		if (table->chosen == UINT_MAX) {
			ui_say(table->pane.ui, _("choose a column first: Shift-Left, Shift-Right"));
			return REACT_DRAW;
		}
		return order_by(table, kind->fields[table->chosen].name, false);
	default:
		return *call->argument ? set_order(table, call->argument) : REACT_PASS;
	}
}

static unsigned choose_column(struct table *table, const struct command_call *call)
{
	struct table_column columns[TABLE_COLUMNS_MOST];
	const size_t count = table_layout(table, table->pane.area.columns - 4, columns, COUNT_OF(columns));
	const bool right = call->id == COMMAND_COLUMN_RIGHT;
	size_t at = SIZE_MAX;
	for (size_t i = 0; i < count; i++)
		if (columns[i].index == table->chosen)
			at = i;
	if (count == 0)
		return REACT_DONE;
	if (at == SIZE_MAX)
		at = right ? 0 : count - 1;
	else if (right && at + 1 < count)
		at++;
	else if (right)
		table->sideways++;
	else if (at > 1 || table->sideways == 0)
		at -= at > 0;
	else
		table->sideways--;
	table->chosen = columns[at].index;
	return REACT_DRAW;
}

static unsigned set_filter(struct table *table, const struct command_call *call)
{
	struct error error = {0};
	if (!*call->argument && call->key) // the prompt is opened by whoever has prompts
		return REACT_PASS;
	if (!table_set_filter(&table->pane, call->argument, &error)) {
		ui_fail(table->pane.ui, &error);
		return REACT_DRAW;
	}
	table->pane.type->update(&table->pane);
	return REACT_DRAW | REACT_INTERESTS;
}

static unsigned clear_filter(struct table *table, const struct command_call *call)
{
	(void)call;
	if (!*view_filter_text(table->view))
		return REACT_PASS;
	table_set_filter(&table->pane, "", NULL);
	table->pane.type->update(&table->pane);
	return REACT_DRAW;
}

static bool row_matches(const struct table *table, const struct record *record, const char *folded)
{
	char text[512];
	enum style style;
	if (text_contains_folded(record->id, folded))
		return true;
	for (size_t i = 0; i < table->kind->field_count; i++) {
		const struct field *field = &table->kind->fields[i];
		if (!field->width || (field->flags & FIELD_INTERNAL) || (!table->wide && (field->flags & FIELD_HIDDEN)))
			continue;
		table_cell(table, field, record, text, sizeof text, &style);
		if (text_contains_folded(text, folded))
			return true;
	}
	return false;
}

static unsigned search(struct table *table, const struct command_call *call)
{
	if (call->id == COMMAND_SEARCH && !*call->argument)
		return REACT_PASS;
	if (call->id == COMMAND_SEARCH)
		snprintf(table->search, sizeof table->search, "%s", call->argument);
	if (!*table->search) {
		ui_say(table->pane.ui, _("nothing was searched for yet: \\ begins"));
		return REACT_DRAW;
	}
	struct buffer folded;
	const size_t first = (table->flags & TABLE_ALL_ROW) != 0, rows = view_count(table->view);
	const size_t at = table_cursor_row(table);
	// Also among what is folded away; from a group on its first row is the next.
	const size_t next =
	        at < first ? 0 : view_tree_place(table->view, at - first) + (table_record(table, at) != NULL);
	unsigned reactions = REACT_PASS;
	buffer_init(&folded, 1024);
	text_fold(&folded, table->search, strlen(table->search));
	for (size_t i = 0; i < rows && reactions == REACT_PASS; i++) {
		const struct record *record = view_tree_row(table->view, (next + i) % rows);
		if (!record || !row_matches(table, record, buffer_text(&folded)))
			continue;
		table_set_cursor(&table->pane, record->id);
		reactions = REACT_DRAW | REACT_INTERESTS;
	}
	buffer_finish(&folded);
	if (reactions == REACT_PASS)
		ui_say(table->pane.ui, _("“%s” is not found"), table->search);
	return reactions | REACT_DRAW;
}

static unsigned toggle(struct table *table, const struct command_call *call)
{
	struct error error = {0};
	switch (call->id) {
	case COMMAND_COLUMNS:
		table->wide = !table->wide;
		table->sideways = 0;
		memset(table->seen_width, 0, sizeof table->seen_width);
		break;
	case COMMAND_FOLLOW_ROW:
		table->follow = !table->follow;
		ui_say(table->pane.ui, table->follow ? _("the selected row stays in its place on the screen")
		                                     : _("rows move as they come"));
		break;
	default:
		table->problems = !table->problems;
		if (!table_restate_base(table, &error)) {
			table->problems = false;
			ui_fail(table->pane.ui, &error);
		}
		table->pane.type->update(&table->pane);
	}
	return REACT_DRAW;
}

static unsigned open_group(struct table *table, const struct command_call *call)
{
	const struct tree_group *group = table_line(table, table_cursor_row(table)).group;
	(void)call;
	return group ? table_toggle_fold(table, group) : REACT_PASS;
}

static unsigned copy(struct table *table, const struct command_call *call)
{
	struct selection selection;
	struct buffer text;
	struct error error = {0};
	if (!table->pane.type->selection(&table->pane, &selection) || !selection.record)
		return REACT_DONE;
	enum { COPY_MOST = 1 << 20 };
	buffer_init(&text, COPY_MOST);
	if (call->id == COMMAND_COPY_ROW)
		record_json(table->kind, selection.record, view_context(table->view), &text);
	else
		buffer_add_text(&text, selection.id);
	if (term_copy(buffer_text(&text), text.size, &error))
		ui_say(table->pane.ui, call->id == COMMAND_COPY_ROW ? _("copied %s as JSON") : _("copied %s"),
		        selection.id);
	else
		ui_fail(table->pane.ui, &error);
	buffer_finish(&text);
	return REACT_DRAW;
}

static const struct {
	enum command_id id;
	unsigned (*run)(struct table *table, const struct command_call *call);
} commands[] = {
        {COMMAND_DOWN, move},
        {COMMAND_UP, move},
        {COMMAND_FIRST, move},
        {COMMAND_LAST, move},
        {COMMAND_PAGE_DOWN, move},
        {COMMAND_PAGE_UP, move},
        {COMMAND_HALF_DOWN, move},
        {COMMAND_HALF_UP, move},
        {COMMAND_LEFT, scroll},
        {COMMAND_RIGHT, scroll},
        {COMMAND_TREE, table_tree_command},
        {COMMAND_FOLD, fold_or_scroll},
        {COMMAND_UNFOLD, fold_or_scroll},
        {COMMAND_FOLD_ALL, table_tree_command},
        {COMMAND_OPEN, open_group},
        {COMMAND_BACK, clear_filter},
        {COMMAND_MARK, mark_one},
        {COMMAND_MARK_RANGE, mark_many},
        {COMMAND_MARK_ALL, mark_many},
        {COMMAND_UNMARK, mark_many},
        {COMMAND_SORT, sort},
        {COMMAND_SORT_NAME, sort},
        {COMMAND_SORT_AGE, sort},
        {COMMAND_SORT_STATUS, sort},
        {COMMAND_SORT_REVERSE, sort},
        {COMMAND_SORT_COLUMN, sort},
        {COMMAND_COLUMN_LEFT, choose_column},
        {COMMAND_COLUMN_RIGHT, choose_column},
        {COMMAND_FILTER, set_filter},
        {COMMAND_SEARCH, search},
        {COMMAND_NEXT_MATCH, search},
        {COMMAND_COLUMNS, toggle},
        {COMMAND_FOLLOW_ROW, toggle},
        {COMMAND_PROBLEMS, toggle},
        {COMMAND_COPY_ID, copy},
        {COMMAND_COPY_ROW, copy},
};

unsigned table_command(struct pane *pane, const struct command_call *call)
{
	for (size_t i = 0; i < COUNT_OF(commands); i++)
		if (commands[i].id == call->id)
			return commands[i].run(table_of(pane), call);
	return REACT_PASS;
}

static void save_row(const struct table *table, const struct record *record, const char *format, struct buffer *out)
{
	char text[1024];
	bool first = true;
	if (strcmp(format, "json") == 0) {
		record_json(table->kind, record, view_context(table->view), out);
		return;
	}
	for (size_t i = 0; i < table->kind->field_count; i++) {
		const struct field *field = &table->kind->fields[i];
		if (!field->width || (field->flags & (FIELD_INTERNAL | (table->wide ? 0 : FIELD_HIDDEN))))
			continue;
		const size_t length =
		        record ? field_text(field, record, view_context(table->view), true, text, sizeof text)
		               : (size_t)snprintf(text, sizeof text, "%s", field->name);
		if (strcmp(format, "csv") == 0) {
			buffer_add_text(out, first ? "" : ",");
			text_add_csv_field(out, text, length);
		} else {
			buffer_add_text(out, first ? "" : "\t");
			text_add_visible(out, text, length);
		}
		first = false;
	}
	buffer_add_char(out, '\n');
}

bool table_save(struct pane *pane, const char *format, struct buffer *out, struct error *error)
{
	struct table *table = table_of(pane);
	const bool json = strcmp(format, "json") == 0;
	const size_t rows = view_count(table->view);
	if (json)
		buffer_add_text(out, "[\n");
	else
		save_row(table, NULL, format, out);
	for (size_t row = 0; row < rows; row++) {
		if (json)
			buffer_add_text(out, row ? ",\n" : "");
		save_row(table, view_row(table->view, row), format, out);
	}
	if (json)
		buffer_add_text(out, "\n]\n");
	return !out->broken || error_set(error, ERROR_LIMIT, _("the view is too long to be saved whole"));
}
