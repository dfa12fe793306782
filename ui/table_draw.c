// SPDX-License-Identifier: Apache-2.0
// Drawing a table: title, headings, rows, what could not be read.
#include "config.h"

#include "ui/table_own.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "ui/chrome.h"
#include "ui/cleanup.h"

#include "base/banned.h"

enum { GUTTER = TABLE_GUTTER };

static const struct view_source *source_of(const struct table *table, const struct record *record)
{
	const struct view_source *sources;
	const size_t count = view_sources(table->view, &sources);
	const struct field *owner = table->kind->level == SCOPE_CLUSTER ? kind_field(table->kind, "cluster_id") : NULL;
	const char *cluster = owner ? field_string(owner, record) : "";
	for (size_t i = 0; i < count; i++) {
		if (table->kind->level != SCOPE_CONTEXT && strcmp(sources[i].scope.region, record->region) != 0)
			continue;
		if (!owner || strcmp(sources[i].scope.cluster, cluster) == 0)
			return &sources[i];
	}
	return NULL;
}

size_t table_state(const struct table *table, const struct field *field, char *text, bool known, char *out, size_t size,
        enum style *style)
{
	const enum state_class state = known ? state_of(table->kind->id, text) : STATE_NONE;
	*style = theme_state_style(state);
	const char *sign = state == STATE_TRANSIENT ? "~"
	                   : state == STATE_BAD     ? "! "
	                   : state == STATE_WARNING ? "? "
	                                            : "";
	// The worst verdict is told by its letters too; that one is only suspected is no question.
	if (strcmp(field->name, "verdict") == 0 && state == STATE_BAD)
		for (char *at = text; *at; at++)
			*at = (char)toupper((unsigned char)*at);
	else if (strcmp(field->name, "verdict") == 0 && strcmp(text, "suspect") == 0)
		sign = "";
	const size_t length = (size_t)snprintf(out, size, "%s%s", sign, text);
	return length < size ? length : size - 1;
}

size_t table_cell(const struct table *table, const struct field *field, const struct record *record, char *out,
        size_t size, enum style *style)
{
	char text[256];
	*style = STYLE_TEXT;
	size_t length = field_text(field, record, view_context(table->view), false, text, sizeof text);
	if (field->flags & FIELD_STATE) {
		const bool known = field->flags & FIELD_DERIVED ? length && strcmp(text, "–") != 0
		                                                : *field_string(field, record) != 0;
		return table_state(table, field, text, known, out, size, style);
	}
	length = (size_t)snprintf(out, size, "%s", text);
	return length < size ? length : size - 1;
}

static void draw_headings(
        const struct table *table, const struct canvas *canvas, const struct table_column *columns, size_t count)
{
	const char *order = view_order(table->view);
	const bool descending = *order == '-';
	for (size_t i = 0; i < count; i++) {
		const struct field *field = columns[i].field;
		const bool sorted = strcmp(order + descending, field->name) == 0;
		char title[64];
		snprintf(title, sizeof title, "%s%s", _(field->title),
		        sorted ? draw_sign(descending ? SIGN_DOWN : SIGN_UP) : "");
		const enum style style = columns[i].index == table->chosen ? STYLE_MATCH : STYLE_HEADING;
		if (field->right)
			draw_text_right(canvas, 0, GUTTER + columns[i].x, columns[i].width, style, title);
		else
			draw_text(canvas, 0, GUTTER + columns[i].x, columns[i].width, style, title);
	}
}

struct canvas table_cell_canvas(const struct canvas *line, size_t column)
{
	struct canvas cell = *line;
	if (column > 0)
		cell.base = STYLE_TEXT;
	return cell;
}

static void draw_all_row(
        const struct table *table, const struct canvas *canvas, int y, const struct table_column *columns, size_t count)
{
	const size_t rows = view_count(table->view);
	const struct field_context *context = view_context(table->view);
	for (size_t i = 0; i < count; i++) {
		const struct field *field = columns[i].field;
		double sum = 0, value;
		size_t known = 0;
		if (i == 0)
			draw_text(canvas, y, GUTTER, columns[i].width, STYLE_TEXT, _("all"));
		// Counts are added up; a number that is no count (an age) is not.
		if (i == 0 || !field->right || (field->flags & FIELD_DURATION))
			continue;
		for (size_t row = 0; row < rows; row++)
			if (field_number(field, view_row(table->view, row), context, &value)) {
				sum += value;
				known++;
			}
		char text[32] = "";
		if (known)
			snprintf(text, sizeof text, "%.0f", sum);
		const struct canvas cell = table_cell_canvas(canvas, i);
		draw_text_right(&cell, y, GUTTER + columns[i].x, columns[i].width, STYLE_TEXT, text);
	}
}

struct row_look {
	bool stale, marked, compared;
	uint64_t changed; // bits of fields
};

static struct row_look look_at(struct table *table, const struct record *record, int64_t wall)
{
	struct row_look look = {0};
	const int64_t now = table->pane.ui->now;
	const struct view_source *source = source_of(table, record);
	look.stale = source && table_source_is_stale(table, source, wall);
	look.marked = marks_have(&table->marks, record->id);
	look.compared = *table->compare && strcmp(table->compare, record->id) == 0;
	const int64_t at = view_changed_at(table->view, record->id, &look.changed);
	if (at == 0 || now - at >= TABLE_HIGHLIGHT_MS)
		look.changed = 0;
	else
		table_change_at(table, at + TABLE_HIGHLIGHT_MS);
	return look;
}

static bool is_changed(const struct row_look *look, unsigned field, bool first)
{
	if (look->changed == UINT64_MAX)
		return first;
	return field < 64 && (look->changed >> field & 1);
}

static void draw_record(struct table *table, const struct canvas *canvas, int y, const struct view_line *line,
        const struct table_column *columns, size_t count, int64_t wall)
{
	const struct record *record = line->record;
	char branch[64];
	const int indent = table_branch(line, branch, sizeof branch);
	const struct row_look look = look_at(table, record, wall);
	if (look.marked || look.compared)
		draw_text(canvas, y, 1, 1, STYLE_MARK, look.marked ? draw_sign(SIGN_MARK) : "=");
	for (size_t i = 0; i < count; i++) {
		const struct field *field = columns[i].field;
		const struct canvas cell = table_cell_canvas(canvas, i);
		char text[256];
		enum style style;
		size_t length = table_cell(table, field, record, text, sizeof text, &style);
		const char *keeping =
		        strcmp(field->name, "verdict") == 0 ? cleanup_keeping(table->pane.ui, record->id) : NULL;
		if (keeping) {
			length = (size_t)snprintf(text, sizeof text, "%s", keeping);
			style = STYLE_TRANSIENT;
		}
		if (look.stale && style == STYLE_TEXT)
			style = STYLE_DIM;
		if (look.marked && i == 0)
			style = STYLE_MARK;
		// A row that is new changed in every field: its name says so for all of them.
		if (is_changed(&look, columns[i].index, i == 0) && style == STYLE_TEXT)
			style = STYLE_CHANGED;
		if (i == 0 && indent > 0) {
			draw_text(&cell, y, GUTTER, columns[0].width, STYLE_BORDER, branch);
			if (indent < columns[0].width)
				draw_bytes(&cell, y, GUTTER + indent, columns[0].width - indent, style, text, length);
		} else if (field->right)
			draw_text_right(&cell, y, GUTTER + columns[i].x, columns[i].width, style, text);
		else
			draw_bytes(&cell, y, GUTTER + columns[i].x, columns[i].width, style, text, length);
		if ((field->flags & FIELD_DURATION) && record->created)
			table_change_at(table, table->pane.ui->now + table_age_change(wall - record->created));
	}
}

static size_t count_errors(const struct table *table)
{
	const struct view_source *sources;
	size_t errors = 0;
	const size_t count = view_sources(table->view, &sources);
	for (size_t i = 0; i < count; i++)
		errors += sources[i].entry.error.kind != ERROR_NONE;
	return errors;
}

// "cn-beijing: not allowed to list clusters: needs cs:DescribeClustersForRegion".
static void error_line(const struct view_source *source, char *out, size_t size)
{
	const struct error *error = &source->entry.error;
	const char *where = *source->scope.cluster ? source->scope.cluster : source->scope.region;
	const char *why = error->kind == ERROR_DENIED && *error->remedy ? error->remedy : error->message;
	snprintf(out, size, "%s%s%s%s%s%s", where, *where ? ": " : "", error->kind == ERROR_DENIED ? _("denied: ") : "",
	        why, *error->code ? " · " : "", error->code);
}

// Rows that an error takes at this width: a second one where the first is too short for it.
static int error_rows(const char *text, int columns)
{
	return text_columns(text, strlen(text)) > columns ? 2 : 1;
}

// Draws from the bottom up into at most `most` rows; returns how many it took. Only measures when `draw` is false.
static int draw_errors(const struct table *table, const struct canvas *canvas, int most, bool draw)
{
	const struct view_source *sources;
	const size_t count = view_sources(table->view, &sources);
	const int columns = canvas->area.columns - GUTTER;
	size_t left = count_errors(table);
	int used = 0;
	for (size_t i = 0; i < count && left > 0; i++) {
		char text[1024];
		if (sources[i].entry.error.kind == ERROR_NONE)
			continue;
		error_line(&sources[i], text, sizeof text);
		int rows = error_rows(text, columns);
		if (used + rows + (left > 1) > most) { // the last row is for those that are not shown
			if (left > 1)
				snprintf(text, sizeof text, _("%zu could not be read: :log tells why"), left);
			rows = 1;
			left = 1;
		}
		if (draw) {
			const int y = canvas->area.rows - most + used;
			const size_t length = strlen(text),
			             first = rows > 1 ? text_fit(text, length, columns, NULL) : length;
			draw_text(canvas, y, 0, 1, STYLE_ERROR, draw_sign(SIGN_FAILED));
			draw_bytes(canvas, y, GUTTER, columns, STYLE_WARNING, text, first);
			draw_text(canvas, y + 1, GUTTER, columns, STYLE_WARNING, text + first);
		}
		used += rows;
		left--;
	}
	return used;
}

static void draw_empty(const struct table *table, const struct canvas *canvas)
{
	const struct view_source *sources;
	const size_t count = view_sources(table->view, &sources);
	size_t reading = 0, read = 0;
	char text[640];
	for (size_t i = 0; i < count; i++) {
		reading += sources[i].entry.reading && !sources[i].entry.snapshot;
		read += sources[i].entry.snapshot != NULL;
	}
	const struct deck *deck = table->pane.ui->deck;
	if (!read && !deck->identified && deck->context_error.kind != ERROR_NONE)
		snprintf(text, sizeof text, "%s", deck->context_error.message);
	else if (*view_filter_text(table->view) && view_unfiltered(table->view))
		snprintf(text, sizeof text, _("nothing passes the filter; Esc clears it"));
	else if (table->problems && read)
		snprintf(text, sizeof text, _("no problems; z shows all"));
	else if (reading || (!read && !count_errors(table)))
		snprintf(text, sizeof text, _("reading %s"), draw_sign(SIGN_ELLIPSIS));
	else if (count_errors(table) && !read)
		return;
	else
		snprintf(text, sizeof text, _("none"));
	draw_text(canvas, 1, GUTTER, -1, STYLE_DIM, text);
}

void table_draw(struct pane *pane, const struct canvas *whole, bool focused)
{
	struct table *table = table_of(pane);
	const int head = table_draw_head(table, whole);
	const struct canvas rest = canvas_inside(whole, head, 0, whole->area.rows - head, whole->area.columns);
	const struct canvas *canvas = &rest;
	struct table_column columns[TABLE_COLUMNS_MOST];
	const int64_t wall = clock_now(pane->ui->deck->clock);
	const int errors = draw_errors(table, canvas, canvas->area.rows < 6 ? 1 : TABLE_ERRORS_MOST, false);
	const int page = canvas->area.rows - 1 - errors;
	pane->page_rows = page > 0 ? page : 0;
	table_keep_cursor(table, (size_t)pane->page_rows);
	const size_t count = table_layout(table, canvas->area.columns - GUTTER, columns, COUNT_OF(columns));
	draw_headings(table, canvas, columns, count);

	const size_t rows = table_rows(table), at = table_cursor_row(table);
	for (int y = 0; y < pane->page_rows; y++) {
		const size_t row = table->top + (size_t)y;
		if (row >= rows)
			break;
		struct canvas line = canvas_inside(canvas, y + 1, 0, 1, canvas->area.columns);
		if (row == at) {
			line.base = focused ? STYLE_CURSOR : STYLE_CURSOR_AWAY;
			// The name alone: a whole row of 200 columns is sent twice for every step of the cursor.
			const struct canvas name =
			        canvas_inside(&line, 0, 0, 1, GUTTER + (count ? columns[0].width : 0));
			draw_fill(&name, line.base);
			draw_text(&line, 0, 0, 1, line.base, draw_sign(SIGN_CURSOR));
			if (focused)
				draw_cursor(&line, 0, 0, true);
		}
		const struct view_line shown = table_line(table, row);
		if (shown.record)
			draw_record(table, &line, 0, &shown, columns, count, wall);
		else if (shown.group)
			table_draw_group(table, &line, 0, &shown, columns, count);
		else
			draw_all_row(table, &line, 0, columns, count);
	}
	if (view_count(table->view) == 0)
		draw_empty(table, canvas);
	draw_errors(table, canvas, errors, true);
	if (rows == 0 && focused)
		draw_cursor(canvas, 0, 0, true);
}
