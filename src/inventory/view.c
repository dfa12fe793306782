// SPDX-License-Identifier: Apache-2.0
// Views: what to show, and bringing the rows up to date with as little work as the change needs.
#include "config.h"
#include "inventory/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inventory/snapshot_own.h"
#include "inventory/view_own.h"

#include "base/banned.h"

static int64_t count_records(void *user, enum kind_id kind, const char *field, const char *value)
{
	return tally_of(((struct view *)user)->tally, kind, field, value, NULL);
}

static int64_t sum_records(void *user, enum kind_id kind, const char *field, const char *value, const char *number)
{
	return tally_of(((struct view *)user)->tally, kind, field, value, number);
}

struct view *view_create(const struct kind *kind, struct store *store, const struct clock *clock)
{
	struct view *view = calloc(1, sizeof(*view));

	if (!view)
		return NULL;
	view->kind = kind;
	view->store = store;
	view->clock = clock;
	view->context = (struct field_context){.now = clock_now(clock),
	        .count = count_records,
	        .user = view,
	        .sum = sum_records,
	        .find = view_find_other,
	        .twin = view_twin,
	        .failure = view_failure};
	view->tally = tally_create(store);
	view->base_text = strdup("");
	view->filter_text = strdup("");
	view->all_shown = true;
	view->dirty = DIRTY_SCOPES;
	if (!view->tally || !view->base_text || !view->filter_text || !view_set_order(view, kind->order)) {
		view_destroy(view);
		return NULL;
	}
	return view;
}

void view_destroy(struct view *view)
{
	if (!view)
		return;
	view_drop_sources(view);
	view_drop_found(view);
	tally_destroy(view->tally);
	filter_destroy(view->base_filter);
	filter_destroy(view->filter);
	free(view->base_text);
	free(view->filter_text);
	free(view->narrow_value);
	free(view->unknown_value);
	free(view->regions);
	free(view->rows);
	free(view->shown);
	tree_destroy(view->tree);
	free(view);
}

static void word_copy(char out[SCOPE_WORD_SIZE], const char *word)
{
	snprintf(out, SCOPE_WORD_SIZE, "%s", word ? word : "");
}

void view_set_context(struct view *view, const char *context)
{
	if (strcmp(view->context_name, context ? context : "") == 0)
		return;
	word_copy(view->context_name, context);
	view->dirty |= DIRTY_SCOPES;
}

static bool regions_equal(const struct view *view, const char *const *regions, size_t count)
{
	if (count != view->region_count)
		return false;
	for (size_t i = 0; i < count; i++)
		if (strcmp(view->regions[i], regions[i]) != 0)
			return false;
	return true;
}

void view_set_regions(struct view *view, const char *const *regions, size_t count)
{
	char(*copy)[SCOPE_WORD_SIZE];

	count = count < VIEW_REGIONS_MOST ? count : VIEW_REGIONS_MOST;
	if (regions_equal(view, regions, count))
		return;
	copy = malloc((count + 1) * sizeof(*copy));
	if (!copy)
		return;
	for (size_t i = 0; i < count; i++)
		word_copy(copy[i], regions[i]);
	free(view->regions);
	view->regions = copy;
	view->region_count = count;
	view->dirty |= DIRTY_SCOPES;
}

void view_narrow(struct view *view, const char *field, const char *value)
{
	const struct field *found = field && *field && value && *value ? kind_field(view->kind, field) : NULL;
	char *copy;

	if (found == view->narrow_field && (!found || strcmp(view->narrow_value, value) == 0))
		return;
	copy = found ? strdup(value) : NULL;
	if (found && !copy)
		return;
	free(view->narrow_value);
	view->narrow_value = copy;
	view->narrow_field = found;
	view->dirty |= DIRTY_SCOPES | DIRTY_BASE;
}

void view_narrow_unknown(struct view *view, const char *field, const char *value)
{
	const struct field *found = field && *field && value && *value ? kind_field(view->kind, field) : NULL;
	char *copy;

	if (found == view->unknown_field && (!found || strcmp(view->unknown_value, value) == 0))
		return;
	copy = found ? strdup(value) : NULL;
	if (found && !copy)
		return;
	free(view->unknown_value);
	view->unknown_value = copy;
	view->unknown_field = found;
	view->dirty |= DIRTY_BASE;
}

bool view_set_base_filter(struct view *view, const char *text, struct error *error)
{
	struct filter *filter;
	char *copy;

	if (strcmp(view->base_text, text ? text : "") == 0)
		return true;
	filter = filter_parse(view->kind, text, error);
	if (!filter)
		return false;
	copy = strdup(text ? text : "");
	if (!copy) {
		filter_destroy(filter);
		return error_set(error, ERROR_MEMORY, _("out of memory"));
	}
	filter_destroy(view->base_filter);
	free(view->base_text);
	view->base_filter = filter;
	view->base_text = copy;
	view->dirty |= DIRTY_BASE;
	return true;
}

bool view_set_filter(struct view *view, const char *text, struct error *error)
{
	struct filter *filter;
	char *copy;

	if (strcmp(view->filter_text, text ? text : "") == 0)
		return true;
	filter = filter_parse(view->kind, text, error);
	if (!filter)
		return false;
	copy = strdup(text ? text : "");
	if (!copy) {
		filter_destroy(filter);
		return error_set(error, ERROR_MEMORY, _("out of memory"));
	}
	view->dirty |= filter_narrows(filter, view->filter) ? DIRTY_NARROWER : DIRTY_FILTER;
	filter_destroy(view->filter);
	free(view->filter_text);
	view->filter = filter;
	view->filter_text = copy;
	return true;
}

bool view_set_order(struct view *view, const char *order)
{
	bool descending = order && *order == '-';
	const struct field *field = order ? kind_field(view->kind, order + descending) : NULL;

	if (!field)
		return false;
	if (field == view->order.field && descending == view->order.descending)
		return true;
	sort_order_init(&view->order, field, descending, &view->context);
	snprintf(view->order_text, sizeof(view->order_text), "%s%s", descending ? "-" : "", field->name);
	view->dirty |= DIRTY_ORDER;
	return true;
}

const char *view_order(const struct view *view)
{
	return view->order_text;
}

const char *view_filter_text(const struct view *view)
{
	return view->filter_text;
}

// Clears what is not narrowed to; shared texts come in runs, so that most are compared by address.
static void narrow(const struct view *view, const struct record *const *records, size_t count, unsigned char *base)
{
	const char *last = NULL;
	bool same = false;

	for (size_t i = 0; i < count && view->narrow_field; i++) {
		const char *text = field_string(view->narrow_field, records[i]);

		if (text != last)
			same = strcmp(text, view->narrow_value) == 0;
		last = text;
		if (*text || !view->unknown_field)
			base[i] = base[i] && same;
		else
			base[i] = base[i] &&
			          strcmp(field_string(view->unknown_field, records[i]), view->unknown_value) == 0;
	}
}

// Judges the records of a part that are new, or all when a setting changed.
static void part_judge(struct view *view, size_t source, unsigned dirty)
{
	const struct snapshot *snapshot = view->sources[source].entry.snapshot;
	struct view_part *part = &view->parts[source];
	size_t from = dirty & DIRTY_BASE ? 0 : part->judged, count = snapshot ? snapshot->count : 0, filter_from = from;

	if (count > from) {
		memset(part->base + from, 1, count - from);
		narrow(view, snapshot->records + from, count - from, part->base + from);
		filter_select(
		        view->base_filter, snapshot->records + from, count - from, &view->context, part->base + from);
		memcpy(part->passes + from, part->base + from, count - from);
	}
	if (dirty & DIRTY_FILTER && from > 0)
		memcpy(part->passes, part->base, from);
	if (dirty & (DIRTY_FILTER | DIRTY_NARROWER))
		filter_from = 0;
	if (count > filter_from)
		filter_select(view->filter, snapshot->records + filter_from, count - filter_from, &view->context,
		        part->passes + filter_from);
	part->judged = count;
}

static bool rows_reserve(struct view *view, size_t count)
{
	struct sort_row *rows;

	if (count <= view->row_room)
		return true;
	rows = realloc(view->rows, count * sizeof(*rows));
	if (!rows)
		return false;
	view->rows = rows;
	view->row_room = count;
	return true;
}

static size_t collect(const struct view *view, size_t source, size_t from, struct sort_row *out)
{
	const struct snapshot *snapshot = view->sources[source].entry.snapshot;
	const unsigned char *base = view->parts[source].base;
	size_t count = 0;

	for (size_t i = from; snapshot && i < snapshot->count; i++)
		if (base[i])
			out[count++] = (struct sort_row){0, snapshot->records[i], (uint32_t)source, (uint32_t)i};
	return count;
}

// Puts sorted new rows among the sorted ones, from the back, so that one copy of each is enough.
static void rows_merge(struct view *view, const struct sort_row *new, size_t count)
{
	size_t left = view->row_count, to = left + count;

	view->row_count = to;
	while (count > 0) {
		if (left > 0 && sort_compare(&view->order, &view->rows[left - 1], &new[count - 1]) > 0)
			view->rows[--to] = view->rows[--left];
		else
			view->rows[--to] = new[--count];
	}
}

// Sorts in what is not among the rows yet: records from `from[source]` on.
static bool rows_add(struct view *view, const size_t *from)
{
	size_t most = 0, count = 0;
	struct sort_row *new;

	for (size_t i = 0; i < view->source_count; i++)
		most += view->parts[i].judged - from[i];
	if (most == 0)
		return true;
	if (!rows_reserve(view, view->row_count + most))
		return false;
	if (view->row_count == 0) {
		for (size_t i = 0; i < view->source_count; i++)
			view->row_count += collect(view, i, from[i], view->rows + view->row_count);
		sort_rows(&view->order, view->rows, view->row_count);
		return true;
	}
	new = malloc(most * sizeof(*new));
	if (!new)
		return false;
	for (size_t i = 0; i < view->source_count; i++)
		count += collect(view, i, from[i], new + count);
	sort_more(&view->order, view->rows, view->row_count, new, count);
	rows_merge(view, new, count);
	free(new);
	return true;
}

static bool show(struct view *view)
{
	view->shown_count = 0;
	view->all_shown = filter_is_empty(view->filter);
	if (view->all_shown)
		return true;
	if (view->shown_room < view->row_count || !view->shown) {
		uint32_t *shown = realloc(view->shown, (view->row_count + 1) * sizeof(*shown));

		if (!shown)
			return false;
		view->shown = shown;
		view->shown_room = view->row_count;
	}
	for (size_t i = 0; i < view->row_count; i++) {
		view->shown[view->shown_count] = (uint32_t)i;
		view->shown_count += view->parts[view->rows[i].source].passes[view->rows[i].index];
	}
	return true;
}

static bool rows_update(struct view *view, unsigned dirty)
{
	size_t *from = calloc(view->source_count + 1, sizeof(*from));
	bool done;

	if (!from)
		return false;
	if (dirty & (DIRTY_BASE | DIRTY_ORDER))
		view->row_count = 0;
	else
		for (size_t i = 0; i < view->source_count; i++)
			from[i] = view->parts[i].judged;
	for (size_t i = 0; i < view->source_count; i++)
		part_judge(view, i, dirty);
	done = rows_add(view, from) && show(view) && (!view->tree || tree_update(view, true));
	free(from);
	return done;
}

static bool has_field(const struct kind *kind, unsigned flags)
{
	for (size_t i = 0; i < kind->field_count; i++)
		if ((kind->fields[i].flags & flags) == flags)
			return true;
	return false;
}

// What is due although nobody changed a setting: conditions and orders whose answer changes by themselves.
static unsigned changes_by_itself(const struct view *view, int64_t now, bool store_changed)
{
	bool later = now - view->context.now >= VIEW_TIME_STEP_MS || now < view->context.now;
	unsigned dirty = 0;

	if ((later || store_changed) && filter_uses_time(view->base_filter))
		dirty |= DIRTY_BASE;
	if ((later || store_changed) && filter_uses_time(view->filter))
		dirty |= DIRTY_FILTER;
	if (store_changed && view->order.field->flags & FIELD_DERIVED && view->order.field->flags & FIELD_UNCOMPARED)
		dirty |= DIRTY_ORDER;
	return dirty;
}

bool view_update(struct view *view)
{
	uint64_t version = store_version(view->store);
	bool store_changed = version != view->version, changed = false;
	int64_t now = clock_now(view->clock);
	unsigned dirty = view->dirty | changes_by_itself(view, now, store_changed);

	if (!dirty && !store_changed && !(view->tree && tree_is_due(view->tree)))
		return false;
	view->context.now = now;
	view->dirty = dirty;
	if (store_changed || dirty & DIRTY_SCOPES) {
		tally_refresh(view->tally, view->context_name, version);
		// What is found elsewhere may decide what is shown and in which order.
		bool found = view_refresh_found(view);

		if (found && has_field(view->kind, FIELD_FOUND))
			dirty = view->dirty |= DIRTY_BASE | DIRTY_FILTER | DIRTY_ORDER;
		if (view->tree)
			tree_store_changed(view->tree, found);
		if (!view_read_sources(view, &changed))
			return true;
		view->version = version;
	}
	if (!dirty && !changed) {
		bool due = view->tree && tree_is_due(view->tree) && tree_update(view, false);

		return due || has_field(view->kind, FIELD_DERIVED | FIELD_UNCOMPARED);
	}
	if (rows_update(view, dirty)) {
		view->dirty = 0;
		return true;
	}
	// Out of memory: nothing is shown until the next try.
	view->row_count = 0;
	view->shown_count = 0;
	view_set_tree(view, NULL, NULL);
	view->dirty = DIRTY_SCOPES | DIRTY_BASE;
	return true;
}

size_t view_count(const struct view *view)
{
	return view->all_shown ? view->row_count : view->shown_count;
}

size_t view_unfiltered(const struct view *view)
{
	return view->row_count;
}

const struct record *view_row(const struct view *view, size_t row)
{
	if (row >= view_count(view))
		return NULL;
	return view->rows[view->all_shown ? row : view->shown[row]].record;
}

// Where the id is among the sources; false when in none.
static bool locate(const struct view *view, const char *id, uint32_t *source, uint32_t *index)
{
	for (size_t i = 0; i < view->source_count; i++) {
		struct snapshot *snapshot = view->sources[i].entry.snapshot;
		size_t position = snapshot && id ? snapshot_position(snapshot, id) : SIZE_MAX;

		if (position == SIZE_MAX)
			continue;
		*source = (uint32_t)i;
		*index = (uint32_t)position;
		return true;
	}
	return false;
}

// The place of a record among the sorted rows: by its key, else by looking at all.
static size_t row_place(const struct view *view, uint32_t source, uint32_t index)
{
	struct sort_row wanted = {0, view->sources[source].entry.snapshot->records[index], source, index};
	size_t low = 0, high = view->row_count;

	if (sort_key(&view->order, &wanted)) {
		while (low < high) {
			size_t middle = low + (high - low) / 2;

			if (sort_compare(&view->order, &view->rows[middle], &wanted) < 0)
				low = middle + 1;
			else
				high = middle;
		}
		if (low < view->row_count && view->rows[low].record == wanted.record)
			return low;
	}
	for (size_t i = 0; i < view->row_count; i++)
		if (view->rows[i].record == wanted.record)
			return i;
	return SIZE_MAX;
}

size_t view_find(const struct view *view, const char *id)
{
	uint32_t source, index;
	size_t place, low = 0, high = view->shown_count;

	if (!locate(view, id, &source, &index) || index >= view->parts[source].judged ||
	        !view->parts[source].passes[index])
		return SIZE_MAX;
	place = row_place(view, source, index);
	if (place == SIZE_MAX || view->all_shown)
		return place;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (view->shown[middle] < place)
			low = middle + 1;
		else
			high = middle;
	}
	return low < view->shown_count && view->shown[low] == place ? low : SIZE_MAX;
}

const struct record *view_record(const struct view *view, const char *id)
{
	uint32_t source, index;

	return locate(view, id, &source, &index) ? view->sources[source].entry.snapshot->records[index] : NULL;
}

size_t view_sources(const struct view *view, const struct view_source **out)
{
	*out = view->sources;
	return view->source_count;
}

const struct kind *view_kind(const struct view *view)
{
	return view->kind;
}

const struct field_context *view_context(const struct view *view)
{
	return &view->context;
}

int64_t view_changed_at(const struct view *view, const char *id, uint64_t *fields)
{
	const struct snapshot_own *own;
	uint32_t source, index;
	size_t low = 0, high;

	if (fields)
		*fields = 0;
	if (!locate(view, id, &source, &index))
		return 0;
	own = snapshot_own(view->sources[source].entry.snapshot);
	high = own->mark_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (own->marks[middle].position < index)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == own->mark_count || own->marks[low].position != index)
		return 0;
	if (fields)
		*fields = own->marks[low].fields;
	return own->marks[low].at;
}
