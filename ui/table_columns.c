// SPDX-License-Identifier: Apache-2.0
// Which columns a table shows and how wide: all that fit, in the order of their importance.
#include "config.h"

#include "ui/table_own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#include "base/banned.h"

enum { COLUMNS_ANYHOW = 3 };

// What would say the same in every row.
static bool is_constant(const struct table *table, const struct field *field)
{
	if (table->wide)
		return false;
	if (strcmp(field->name, "region") == 0 && table->region_count == 1)
		return true;
	return *table->narrow_value && strcmp(field->name, table->narrow_field) == 0;
}

static bool is_column(const struct table *table, const struct field *field)
{
	const size_t index = (size_t)(field - table->kind->fields);
	if (!field->width || (field->flags & FIELD_INTERNAL))
		return false;
	if (index < 64 && ((table->columns_on | table->columns_off) >> index & 1))
		return table->columns_on >> index & 1;
	return table->wide || (!(field->flags & FIELD_HIDDEN) && !is_constant(table, field));
}

// Fields that may be columns, the most important first.
static size_t candidates(const struct table *table, unsigned out[TABLE_COLUMNS_MOST])
{
	size_t count = 0;
	for (unsigned i = 0; i < table->kind->field_count && count < TABLE_COLUMNS_MOST; i++) {
		if (!is_column(table, &table->kind->fields[i]))
			continue;
		size_t at = count++;
		for (; at > 0 && table->kind->fields[out[at - 1]].rank > table->kind->fields[i].rank; at--)
			out[at] = out[at - 1];
		out[at] = i;
	}
	return count;
}

static int heading_width(const struct field *field)
{
	const char *title = _(field->title);
	return text_columns(title, strlen(title));
}

static int least_width(const struct field *field)
{
	const int heading = heading_width(field);
	// A heading may be cut, but not beyond recognition.
	return field->width_min > heading || heading > field->width ? field->width_min : heading;
}

static void see_width(struct table *table, unsigned field, int width)
{
	if (field < TABLE_COLUMNS_MOST && width > table->seen_width[field])
		table->seen_width[field] = (unsigned char)(width > 120 ? 120 : width);
}

// The widest text on the screen; it only grows while the table stays, so that columns do not jump.
static void see_widths(struct table *table, const unsigned *fields, size_t count)
{
	char text[256];
	enum style style;
	const size_t rows = table_rows(table),
	             last = table->top + (size_t)(table->pane.page_rows > 0 ? table->pane.page_rows : 50);
	for (size_t row = table->top; row < rows && row < last; row++) {
		const struct view_line line = table_line(table, row);
		const struct record *record = line.record;
		const int indent = table_branch(&line, text, sizeof text);
		if (line.group)
			see_width(table, fields[0], indent + table_group_width(line.group));
		for (size_t i = 0; record && i < count; i++) {
			const struct field *field = &table->kind->fields[fields[i]];
			const size_t length = table_cell(table, field, record, text, sizeof text, &style);
			see_width(table, fields[i], text_columns(text, length) + (i == 0 ? indent : 0));
		}
	}
}

static int wanted_width(const struct table *table, unsigned index, bool first)
{
	const struct field *field = &table->kind->fields[index];
	const int least = least_width(field), seen = index < TABLE_COLUMNS_MOST ? table->seen_width[index] : 0;
	int wanted = seen > least ? seen : least;
	if (!first && wanted > field->width && field->width >= least)
		wanted = field->width;
	return wanted;
}

size_t table_layout(struct table *table, int columns, struct table_column *out, size_t most)
{
	unsigned fields[TABLE_COLUMNS_MOST];
	size_t count = candidates(table, fields), shown = 0;
	int left = columns;
	see_widths(table, fields, count);
	if (table->sideways > 0 && count > 1) { // the first column stays
		const size_t skip = table->sideways < count - 1 ? table->sideways : count - 2;
		memmove(fields + 1, fields + 1 + skip, (count - 1 - skip) * sizeof *fields);
		count -= skip;
		table->sideways = skip;
	}
	// A column comes in when those before it keep the width that they want; the first few come in any case.
	int wishes = 0;
	for (size_t i = 0; i < count && shown < most; i++) {
		const struct field *field = &table->kind->fields[fields[i]];
		const int least = least_width(field), gap = shown > 0;
		const int wanted = wanted_width(table, fields[i], i == 0);
		const int claim = wanted < field->width ? wanted : field->width;
		if (shown > 0 && (least + gap > left || (shown >= COLUMNS_ANYHOW && wishes + gap + claim > columns)))
			break;
		out[shown++] = (struct table_column){.field = field, .index = fields[i], .width = least};
		left -= least + gap;
		wishes += claim + gap;
	}
	// What is left goes to the columns whose texts need it: first up to their usual width, then beyond, by
	// importance.
	for (int usual = 1; usual >= 0; usual--)
		for (size_t i = 0; i < shown && left > 0; i++) {
			const struct field *field = out[i].field;
			int wish = wanted_width(table, out[i].index, i == 0);
			if (usual && wish > field->width && field->width > out[i].width)
				wish = field->width;
			wish -= out[i].width;
			const int more = wish < left ? wish : left;
			if (more <= 0)
				continue;
			out[i].width += more;
			left -= more;
		}
	int x = 0;
	for (size_t i = 0; i < shown; i++) {
		out[i].x = x;
		x += out[i].width + 1;
	}
	return shown;
}

size_t table_columns(const struct pane *pane, const struct field **out, size_t most)
{
	const struct table *table = (const struct table *)pane;
	unsigned fields[TABLE_COLUMNS_MOST];
	const size_t count = candidates(table, fields);
	for (size_t i = 0; i < count && i < most; i++)
		out[i] = &table->kind->fields[fields[i]];
	return count < most ? count : most;
}

bool table_shows_column(const struct pane *pane, unsigned index)
{
	const struct table *table = (const struct table *)pane;
	return is_column(table, &table->kind->fields[index]);
}

void table_show_column(struct pane *pane, unsigned index, bool shown)
{
	struct table *table = table_of(pane);
	if (index >= 64)
		return;
	table->columns_on &= ~((uint64_t)1 << index);
	table->columns_off &= ~((uint64_t)1 << index);
	if (is_column(table, &table->kind->fields[index]) == shown)
		return;
	*(shown ? &table->columns_on : &table->columns_off) |= (uint64_t)1 << index;
}
