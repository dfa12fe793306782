// SPDX-License-Identifier: Apache-2.0
// The table pane: its model and life.
#include "config.h"

#include "ui/table_own.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#include "base/banned.h"

const struct record *table_record(const struct table *table, size_t row)
{
	return table_line(table, row).record;
}

struct view_line table_line(const struct table *table, size_t row)
{
	const size_t first = (table->flags & TABLE_ALL_ROW) != 0;
	struct view_line line = {0};
	if (row >= first)
		view_line(table->view, row - first, &line);
	return line;
}

const char *table_row_id(const struct table *table, size_t row)
{
	const struct view_line line = table_line(table, row);
	return line.record ? line.record->id : line.group ? line.group->record.id : "";
}

size_t table_cursor_row(const struct table *table)
{
	const size_t rows = table_rows(table), first = (table->flags & TABLE_ALL_ROW) != 0;
	if (table->on_all && first)
		return 0;
	if (!table->moved && rows > first)
		return first;
	const size_t found = *table->cursor ? view_find_line(table->view, table->cursor) : SIZE_MAX;
	if (found != SIZE_MAX)
		return found + first;
	return table->row < rows ? table->row : rows ? rows - 1 : 0;
}

// The cursor stays on its resource; where that is gone, on what stands there now. The page follows the cursor.
void table_keep_cursor(struct table *table, size_t page)
{
	const size_t rows = table_rows(table), before = table->row;
	const size_t row = table_cursor_row(table);
	if (table->follow && row >= before)
		table->top += row - before;
	else if (table->follow)
		table->top -= before - row < table->top ? before - row : table->top;
	table->row = row;
	const char *id = row < rows ? table_row_id(table, row) : "";
	if (*id && strcmp(table->cursor, id) != 0)
		snprintf(table->cursor, sizeof table->cursor, "%s", id);
	if (page == 0 || row < table->top)
		table->top = row;
	else if (row >= table->top + page)
		table->top = row - page + 1;
	if (table->top + page > rows)
		table->top = rows > page ? rows - page : 0;
}

bool table_restate_base(struct table *table, struct error *error)
{
	char base[TABLE_FILTER_SIZE + 8];
	snprintf(base, sizeof base, "%s%s%s", table->base, *table->base && table->problems ? " " : "",
	        table->problems ? "-p" : "");
	return view_set_base_filter(table->view, base, error);
}

static void table_destroy(struct pane *pane)
{
	struct table *table = table_of(pane);
	view_destroy(table->view);
	marks_clear(&table->marks);
	free(table->regions);
	free(table);
}

// While the first reading fills the table its top row is the interesting one; from then on the cursor holds its
// resource.
static bool table_is_read(const struct table *table)
{
	const struct view_source *sources;
	const size_t count = view_sources(table->view, &sources);
	for (size_t i = 0; i < count; i++)
		if (sources[i].entry.reading && !(sources[i].entry.snapshot && sources[i].entry.snapshot->complete))
			return false;
	return count > 0 && table_rows(table) > 0;
}

static bool table_update(struct pane *pane)
{
	struct table *table = table_of(pane);
	if (!view_update(table->view))
		return false;
	if (table->marks.count)
		marks_prune(&table->marks, table->view);
	table_summarize(table);
	if (table_choose_order(table)) {
		view_update(table->view);
		// Nobody has looked for anything yet: what comes first now is the interesting one.
		table->moved = table->moved && table->touched;
		if (!table->touched)
			table->top = 0;
	}
	table_keep_cursor(table, pane->page_rows > 0 ? (size_t)pane->page_rows : 1);
	table->moved = table->moved || table_is_read(table);
	return true;
}

static int64_t table_wake_at(struct pane *pane, int64_t now)
{
	(void)now;
	return table_of(pane)->next_change;
}

// Regions as an array of pointers, for those who want one.
static size_t region_list(const struct table *table, const char **out, size_t most)
{
	size_t count = 0;
	for (size_t i = 0; i < table->region_count && count < most; i++)
		out[count++] = table->regions[i];
	return count;
}

static void table_interests(struct pane *pane, struct poller *poller, enum interest interest)
{
	enum { SCOPES_MOST = 1024 };
	struct table *table = table_of(pane);
	const char *regions[CONFIG_REGIONS_MOST];
	const bool narrowed = strcmp(table->narrow_field, "cluster_id") == 0;
	struct scope *scopes = malloc(SCOPES_MOST * sizeof *scopes);
	if (!scopes)
		return;
	const size_t count = region_list(table, regions, COUNT_OF(regions));
	const size_t wanted = deck_scopes(pane->ui->deck, table->kind->id, regions, count,
	        narrowed ? table->narrow_value : "", scopes, SCOPES_MOST);
	for (size_t i = 0; i < wanted && i < SCOPES_MOST; i++)
		poller_want(poller, table->kind->id, &scopes[i], interest);
	free(scopes);
}

// Where the record was read.
static bool scope_of_record(struct table *table, const struct record *record, struct scope *out)
{
	const struct view_source *sources;
	const size_t count = view_sources(table->view, &sources);
	memset(out, 0, sizeof *out);
	for (size_t i = 0; i < count; i++) {
		struct snapshot *snapshot = sources[i].entry.snapshot;
		if (!snapshot || snapshot_find(snapshot, record->id) != record)
			continue;
		*out = sources[i].scope;
		return true;
	}
	return false;
}

static bool table_selection(struct pane *pane, struct selection *out)
{
	struct table *table = table_of(pane);
	const size_t row = table_cursor_row(table);
	const struct record *record = row < table_rows(table) ? table_record(table, row) : NULL;
	memset(out, 0, sizeof *out);
	out->kind = table->kind->id;
	out->view = table->view;
	out->marks = (const char *const *)table->marks.ids;
	out->mark_count = table->marks.count;
	for (size_t i = 0; i < table->marks.count; i++)
		out->marks_hidden += view_find(table->view, table->marks.ids[i]) == SIZE_MAX;
	if (!record && table->marks.count)
		record = view_record(table->view, table->marks.ids[0]);
	if (!record)
		return false;
	out->record = record;
	snprintf(out->id, sizeof out->id, "%s", record->id);
	snprintf(out->name, sizeof out->name, "%s", *record->name ? record->name : record->id);
	return scope_of_record(table, record, &out->scope);
}

static void table_crumb(struct pane *pane, char *out, size_t size)
{
	const struct table *table = table_of(pane);
	const struct record *parent = NULL;
	(void)parent;
	snprintf(out, size, "%s", _(table->kind->title));
}

static unsigned table_mouse(struct pane *pane, enum mouse_sort sort, int y, int x)
{
	struct table *table = table_of(pane);
	struct command_call call = {.argument = ""};
	if (sort == MOUSE_WHEEL_UP || sort == MOUSE_WHEEL_DOWN) {
		call.id = sort == MOUSE_WHEEL_UP ? COMMAND_UP : COMMAND_DOWN;
		unsigned reactions = 0;
		for (int i = 0; i < 3; i++)
			reactions |= table_command(pane, &call);
		return reactions;
	}
	y -= table->head_rows;
	const size_t row = table->top + (size_t)(y > 0 ? y - 1 : 0);
	if (y < 1 || y > pane->page_rows || row >= table_rows(table))
		return REACT_DONE;
	const struct view_line line = table_line(table, row);
	table_set_cursor(pane, table_row_id(table, row));
	// On the fold mark, or beside it.
	const int mark = TABLE_GUTTER + 2 * (int)line.depth;
	if (line.group && x >= mark && x <= mark + 1 && (sort == MOUSE_CLICK || sort == MOUSE_OPEN))
		return table_toggle_fold(table, line.group);
	call.id = sort == MOUSE_OPEN ? COMMAND_OPEN : COMMAND_ACTIONS;
	return REACT_DRAW | REACT_INTERESTS | (sort == MOUSE_CLICK ? 0 : ui_command(pane->ui, &call));
}

static const char *table_filter(struct pane *pane)
{
	return view_filter_text(table_of(pane)->view);
}

static const struct pane_type table_type = {
        .name = "table",
        .place = PLACE_TABLE,
        .destroy = table_destroy,
        .title = table_title,
        .draw = table_draw,
        .command = table_command,
        .update = table_update,
        .wake_at = table_wake_at,
        .interests = table_interests,
        .selection = table_selection,
        .mouse = table_mouse,
        .crumb = table_crumb,
        .hints = table_hints,
        .filter = table_filter,
        .save = table_save,
};

bool pane_is_table(const struct pane *pane)
{
	return pane && pane->type == &table_type;
}

// Of what was judged, the wrong is shown, unless the filter asks for a verdict.
static const char *base_of(const struct table *table, const char *filter)
{
	if (table->kind->id != KIND_ORPHAN || strstr(filter, "verdict"))
		return "";
	return "verdict!=live verdict!=foreign verdict!=creating";
}

struct pane *table_create(struct ui *ui, enum kind_id kind, const char *base, unsigned flags, struct error *error)
{
	struct table *table = calloc(1, sizeof *table);
	struct view *view = view_create(kind_get(kind), ui->deck->store, ui->deck->clock);
	if (!table || !view)
		goto failed;
	*table = (struct table){.pane = {.type = &table_type, .ui = ui},
	        .kind = kind_get(kind),
	        .view = view,
	        .flags = flags,
	        .on_all = (flags & TABLE_ALL_ROW) != 0,
	        .chosen = UINT_MAX,
	        .next_change = -1};
	snprintf(table->base, sizeof table->base, "%s", base ? base : base_of(table, ""));
	view_set_order(view, table->kind->order);
	if (!table_restate_base(table, error)) {
		table_destroy(&table->pane);
		return NULL;
	}
	table_recall_tree(table);
	table_reset(&table->pane);
	return &table->pane;

failed:
	view_destroy(view);
	free(table);
	error_set(error, ERROR_MEMORY, "out of memory");
	return NULL;
}

void table_reset(struct pane *pane)
{
	struct table *table = table_of(pane);
	const struct context_config *context = pane->ui->deck->context;
	view_set_context(table->view, context ? context->name : "");
	marks_clear(&table->marks);
	table->on_all = (table->flags & TABLE_ALL_ROW) != 0;
	table->moved = table->touched = false;
	table->cursor[0] = table->compare[0] = table->anchor[0] = 0;
	table->row = table->top = 0;
}

void table_set_regions(struct pane *pane, const char *const *regions, size_t count)
{
	struct table *table = table_of(pane);
	bool same = count == table->region_count;
	for (size_t i = 0; i < count && same; i++)
		same = strcmp(table->regions[i], regions[i]) == 0;
	if (same)
		return;
	char(*copy)[64] = calloc(count ? count : 1, sizeof *copy);
	if (!copy)
		return;
	for (size_t i = 0; i < count; i++)
		snprintf(copy[i], sizeof copy[i], "%s", regions[i]);
	free(table->regions);
	table->regions = copy;
	table->region_count = count;
	view_set_regions(table->view, regions, count);
}

void table_narrow(struct pane *pane, const char *field, const char *value)
{
	struct table *table = table_of(pane);
	field = value && *value ? field : "";
	if (strcmp(table->narrow_field, field) == 0 && strcmp(table->narrow_value, value ? value : "") == 0)
		return;
	snprintf(table->narrow_field, sizeof table->narrow_field, "%s", field);
	snprintf(table->narrow_value, sizeof table->narrow_value, "%s", value ? value : "");
	view_narrow(table->view, table->narrow_field, table->narrow_value);
}

bool table_set_filter(struct pane *pane, const char *filter, struct error *error)
{
	struct table *table = table_of(pane);
	bool set = view_set_filter(table->view, filter, error);
	if (set && table->kind->id == KIND_ORPHAN) {
		snprintf(table->base, sizeof table->base, "%s", base_of(table, filter));
		set = table_restate_base(table, error);
	}
	// What is typed next is about the rows that are left.
	if (set && *filter)
		table_update(pane);
	return set;
}

void table_set_head(struct pane *pane, table_head_fill *fill)
{
	table_of(pane)->head = fill;
}

struct view *table_view(struct pane *pane)
{
	return table_of(pane)->view;
}

const struct kind *table_kind(const struct pane *pane)
{
	return ((const struct table *)pane)->kind;
}

const char *table_cursor(const struct pane *pane)
{
	const struct table *table = (const struct table *)pane;
	return table->on_all || tree_is_path(table->cursor) ? "" : table->cursor;
}

void table_set_cursor(struct pane *pane, const char *id)
{
	struct table *table = table_of(pane);
	table->moved = table->touched = true;
	table->on_all = !*id && (table->flags & TABLE_ALL_ROW);
	if (*id)
		snprintf(table->cursor, sizeof table->cursor, "%s", id);
	view_reveal(table->view, id);
	table->row = table_cursor_row(table);
}

int64_t table_read_at(const struct pane *pane)
{
	const struct view_source *sources;
	const size_t count = view_sources(((const struct table *)pane)->view, &sources);
	const struct deck *deck = pane->ui->deck;
	int64_t oldest = 0;
	for (size_t i = 0; i < count; i++) {
		const struct snapshot *snapshot = sources[i].entry.snapshot;
		int64_t read_at = snapshot ? snapshot->read_at : 0;
		// What is kept up with is as of now, however long ago it last changed.
		if (read_at && deck->poller && poller_is_watching(deck->poller, snapshot->kind, &sources[i].scope))
			read_at = clock_now(deck->clock);
		if (read_at && (oldest == 0 || read_at < oldest))
			oldest = read_at;
	}
	return oldest;
}
