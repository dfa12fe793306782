// SPDX-License-Identifier: Apache-2.0
// Printing the rows of a view.
#include <config.h>
#include "cli/output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#include "base/banned.h"

enum { CELL_SIZE = 1024, COLUMNS_MOST = 64, LINE_MOST = 1 << 20, COLUMN_WIDTH_MOST = 80 };

// How field_text shows what is not known.
#define UNKNOWN "\u2013"

static bool is_column(const struct field *field, bool all)
{
	return field->width > 0 && !(field->flags & FIELD_INTERNAL) && (all || !(field->flags & FIELD_HIDDEN));
}

static size_t columns_of(const struct kind *kind, bool all, const struct field **out)
{
	size_t count = 0;

	for (size_t i = 0; i < kind->field_count && count < COLUMNS_MOST; i++)
		if (is_column(&kind->fields[i], all))
			out[count++] = &kind->fields[i];
	return count;
}

// Visible text of a cell; a state that passes carries a ~.
static size_t cell_text(const struct kind *kind, const struct field *field, const struct record *record,
        const struct field_context *context, bool exact, char out[CELL_SIZE])
{
	char raw[CELL_SIZE], marked[CELL_SIZE + 1];
	size_t length = field_text(field, record, context, exact, raw, sizeof(raw));
	bool known = raw[0] && strcmp(raw, UNKNOWN) != 0;
	bool passing = !exact && (field->flags & FIELD_STATE) && known && state_of(kind->id, raw) == STATE_TRANSIENT;

	length = (size_t)snprintf(marked, sizeof(marked), "%s%.*s", passing ? "~" : "", (int)length, raw);
	return text_visible(marked, length, out, CELL_SIZE);
}

static void add_padded(struct buffer *line, const char *text, size_t length, int width, bool right, bool last)
{
	int used, pad;
	size_t fits = text_fit(text, length, width, &used);

	if (fits < length) {
		fits = text_fit(text, length, width - 1, &used);
		used++;
	}
	pad = width - used;
	if (right)
		buffer_printf(line, "%*s", pad, "");
	buffer_add(line, text, fits);
	if (fits < length)
		buffer_add_text(line, "\u2026");
	if (!right && !last)
		buffer_printf(line, "%*s", pad, "");
	if (!last)
		buffer_add_text(line, "  ");
}

static void put_line(FILE *out, struct buffer *line)
{
	buffer_add_char(line, '\n');
	fwrite(buffer_text(line), 1, line->size, out);
	buffer_clear(line);
}

// Leaves out the columns that are unknown in every row: they would only take room.
static size_t columns_known(const struct view *view, const struct field **columns, size_t count)
{
	size_t kept = 0;
	char cell[CELL_SIZE];

	for (size_t c = 0; c < count; c++) {
		bool known = view_count(view) == 0;

		for (size_t r = 0; r < view_count(view) && !known; r++) {
			cell_text(view_kind(view), columns[c], view_row(view, r), view_context(view), false, cell);
			known = cell[0] && strcmp(cell, UNKNOWN) != 0;
		}
		if (known)
			columns[kept++] = columns[c];
	}
	return kept;
}

static void output_table(FILE *out, const struct view *view, bool all)
{
	const struct kind *kind = view_kind(view);
	const struct field_context *context = view_context(view);
	const struct field *columns[COLUMNS_MOST];
	size_t count = all ? columns_of(kind, true, columns) : columns_known(view, columns, columns_of(kind, false, columns));
	size_t rows = view_count(view);
	int widths[COLUMNS_MOST];
	char cell[CELL_SIZE];
	struct buffer line;

	buffer_init(&line, LINE_MOST);
	for (size_t c = 0; c < count; c++) {
		const char *title = _(columns[c]->title);

		widths[c] = text_columns(title, strlen(title));
		for (size_t r = 0; r < rows; r++) {
			size_t length = cell_text(kind, columns[c], view_row(view, r), context, false, cell);
			int width = text_columns(cell, length);

			if (width > widths[c])
				widths[c] = width < COLUMN_WIDTH_MOST ? width : COLUMN_WIDTH_MOST;
		}
		add_padded(&line, title, strlen(title), widths[c], columns[c]->right, c + 1 == count);
	}
	put_line(out, &line);
	for (size_t r = 0; r < rows && !ferror(out); r++) {
		for (size_t c = 0; c < count; c++) {
			size_t length = cell_text(kind, columns[c], view_row(view, r), context, false, cell);

			add_padded(&line, cell, length, widths[c], columns[c]->right, c + 1 == count);
		}
		put_line(out, &line);
	}
	buffer_finish(&line);
}

static void output_csv(FILE *out, const struct view *view)
{
	const struct kind *kind = view_kind(view);
	struct buffer line;
	char cell[CELL_SIZE];

	buffer_init(&line, LINE_MOST);
	for (size_t r = 0; r <= view_count(view) && !ferror(out); r++) {
		bool first = true;

		for (size_t i = 0; i < kind->field_count; i++) {
			const struct field *field = &kind->fields[i];
			const char *text = field->name;
			size_t length;

			if (field->flags & (FIELD_INTERNAL | FIELD_DERIVED))
				continue;
			if (r > 0) {
				cell_text(kind, field, view_row(view, r - 1), view_context(view), true, cell);
				text = strcmp(cell, UNKNOWN) == 0 ? "" : cell;
			}
			length = strlen(text);
			if (!first)
				buffer_add_char(&line, ',');
			text_add_csv_field(&line, text, length);
			first = false;
		}
		put_line(out, &line);
	}
	buffer_finish(&line);
}

static void output_json(FILE *out, const struct view *view, bool lines)
{
	struct buffer text;

	buffer_init(&text, LINE_MOST);
	if (!lines)
		fputs("[", out);
	for (size_t r = 0; r < view_count(view) && !ferror(out); r++) {
		if (!lines)
			fputs(r ? ",\n " : "\n ", out);
		record_json(view_kind(view), view_row(view, r), view_context(view), &text);
		fwrite(buffer_text(&text), 1, text.size, out);
		if (lines)
			fputc('\n', out);
		buffer_clear(&text);
	}
	if (!lines)
		fputs(view_count(view) ? "\n]\n" : "]\n", out);
	buffer_finish(&text);
}

static void output_names(FILE *out, const struct view *view)
{
	char cell[CELL_SIZE];

	for (size_t r = 0; r < view_count(view) && !ferror(out); r++) {
		const struct record *record = view_row(view, r);

		text_visible(record->id, strlen(record->id), cell, sizeof(cell));
		fprintf(out, "%s\n", cell);
	}
}

bool output_view(FILE *out, const struct view *view, enum cli_format format, struct error *error)
{
	switch (format) {
	case FORMAT_TABLE:
	case FORMAT_WIDE:
	case FORMAT_MARKDOWN: // of the audit record alone
		output_table(out, view, format == FORMAT_WIDE);
		break;
	case FORMAT_JSON:
	case FORMAT_JSONL:
		output_json(out, view, format == FORMAT_JSONL);
		break;
	case FORMAT_CSV:
		output_csv(out, view);
		break;
	case FORMAT_NAME:
		output_names(out, view);
		break;
	}
	if ((fflush(out) != 0 || ferror(out)) && errno != EPIPE)
		return error_set_errno(error, _("standard output"));
	return true;
}

bool output_change(FILE *out, const struct kind *kind, const struct record *record, const struct field_context *context,
        enum cli_format format, const char *word)
{
	const struct field *columns[COLUMNS_MOST];
	size_t count = columns_of(kind, format == FORMAT_WIDE, columns);
	char cell[CELL_SIZE];
	struct buffer line;

	buffer_init(&line, LINE_MOST);
	if (format == FORMAT_JSON || format == FORMAT_JSONL) {
		buffer_printf(&line, "{\"change\":\"%s\",\"record\":", word);
		record_json(kind, record, context, &line);
		buffer_add_char(&line, '}');
	} else if (format == FORMAT_NAME) {
		text_visible(record->id, strlen(record->id), cell, sizeof(cell));
		buffer_printf(&line, "%s %s", word, cell);
	} else {
		buffer_printf(&line, "%-8s  ", word);
		for (size_t c = 0; c < count; c++) {
			size_t length = cell_text(kind, columns[c], record, context, false, cell);

			add_padded(&line, cell, length, columns[c]->width, columns[c]->right, c + 1 == count);
		}
	}
	put_line(out, &line);
	buffer_finish(&line);
	return fflush(out) == 0;
}
