// SPDX-License-Identifier: Apache-2.0
// The sources of a view: which scopes feed it, and what of the rows outlives a change of them.
#include "config.h"
#include "inventory/view.h"

#include <stdlib.h>
#include <string.h>

#include "inventory/snapshot_own.h"
#include "inventory/view_own.h"

#include "base/banned.h"

static bool is_wanted(const struct view *view, const struct scope *scope)
{
	bool in_regions = view->region_count == 0 || !scope->region[0];

	for (size_t i = 0; i < view->region_count && !in_regions; i++)
		in_regions = strcmp(view->regions[i], scope->region) == 0;
	if (!in_regions || !view->narrow_field)
		return in_regions;
	// What is narrowed to one region or cluster has nothing to do with the state of the others.
	if (scope->region[0] && strcmp(view->narrow_field->name, "region") == 0)
		return strcmp(scope->region, view->narrow_value) == 0;
	if (scope->cluster[0] && strcmp(view->narrow_field->name, "cluster_id") == 0)
		return strcmp(scope->cluster, view->narrow_value) == 0;
	return true;
}

// All wanted entries with references. NULL when out of memory.
static struct view_source *sources_fetch(const struct view *view, size_t *out_count)
{
	size_t most = store_entries(view->store, view->kind->id, view->context_name, NULL, NULL, 0) + 4, count,
	       kept = 0;
	struct view_source *sources = malloc(most * sizeof(*sources));
	struct store_entry *entries = malloc(most * sizeof(*entries));
	struct scope *scopes = malloc(most * sizeof(*scopes));

	if (!sources || !entries || !scopes) {
		free(sources);
		sources = NULL;
		goto done;
	}
	// What comes between the two calls in excess of the spare room is seen next time: the version tells.
	count = store_entries(view->store, view->kind->id, view->context_name, entries, scopes, most);
	for (size_t i = 0; i < count && i < most; i++) {
		if (is_wanted(view, &scopes[i]))
			sources[kept++] = (struct view_source){scopes[i], entries[i]};
		else
			snapshot_unref(entries[i].snapshot);
	}
	*out_count = kept;
done:
	free(entries);
	free(scopes);
	return sources;
}

// Whether `new` is `old` with more records behind, as partial snapshots of one reading are.
static bool has_grown(const struct snapshot *old, const struct snapshot *new)
{
	const struct snapshot_own *before = (const struct snapshot_own *)old, *after = (const struct snapshot_own *)new;

	return before->storage == after->storage && new->count >= old->count &&
	       (old->count == 0 || memcmp(old->records, new->records, old->count * sizeof(*old->records)) == 0);
}

static bool same_state(const struct store_entry *a, const struct store_entry *b)
{
	return a->snapshot == b->snapshot && a->reading == b->reading && a->done == b->done && a->total == b->total &&
	       a->asked_at == b->asked_at && a->error.kind == b->error.kind &&
	       strcmp(a->error.message, b->error.message) == 0;
}

static bool part_resize(struct view_part *part, size_t count)
{
	unsigned char *base = realloc(part->base, count + 1), *passes;

	if (!base)
		return false;
	part->base = base;
	passes = realloc(part->passes, count + 1);
	if (!passes)
		return false;
	part->passes = passes;
	return true;
}

static void part_finish(struct view_part *part)
{
	free(part->base);
	free(part->passes);
	tree_part_finish(&part->tree);
}

// The old source of the same scope, from `from` on: both lists have the store's order.
static size_t source_find(const struct view *view, const struct scope *scope, size_t from)
{
	for (size_t i = from; i < view->source_count; i++)
		if (scope_equal(&view->sources[i].scope, scope))
			return i;
	return SIZE_MAX;
}

static void rows_renumber(struct view *view, const uint32_t *places)
{
	size_t kept = 0;

	for (size_t i = 0; i < view->row_count; i++) {
		uint32_t place = places[view->rows[i].source];

		if (place == UINT32_MAX)
			continue;
		view->rows[kept] = view->rows[i];
		view->rows[kept++].source = place;
	}
	view->row_count = kept;
}

void view_drop_sources(struct view *view)
{
	for (size_t i = 0; i < view->source_count; i++) {
		if (view->sources[i].entry.snapshot)
			view_forget_twins(view, view->sources[i].entry.snapshot);
		snapshot_unref(view->sources[i].entry.snapshot);
		part_finish(&view->parts[i]);
	}
	free(view->sources);
	free(view->parts);
	view->sources = NULL;
	view->parts = NULL;
	view->source_count = 0;
	view->row_count = 0;
	if (view->tree)
		tree_clear(view->tree);
}

static void sources_unref(struct view_source *sources, size_t count)
{
	for (size_t i = 0; i < count; i++)
		snapshot_unref(sources[i].entry.snapshot);
	free(sources);
}

bool view_read_sources(struct view *view, bool *changed)
{
	size_t count = 0, old_count = view->source_count, next = 0;
	struct view_source *sources = sources_fetch(view, &count);
	struct view_part *parts = calloc(count + 1, sizeof(*parts));
	uint32_t *places = malloc((old_count + 1) * sizeof(*places));
	bool rows_stay = true, enough = true;

	if (!sources || !parts || !places)
		goto fail;
	memset(places, 0xff, (old_count + 1) * sizeof(*places));
	*changed = count != old_count;
	for (size_t i = 0; i < count; i++) {
		struct snapshot *snapshot = sources[i].entry.snapshot, *before;
		size_t old = source_find(view, &sources[i].scope, next);

		if (old != SIZE_MAX) {
			next = old + 1;
			before = view->sources[old].entry.snapshot;
			*changed = *changed || !same_state(&view->sources[old].entry, &sources[i].entry);
			if (before && snapshot && (before == snapshot || has_grown(before, snapshot))) {
				parts[i] = view->parts[old];
				view->parts[old] = (struct view_part){0};
				places[old] = (uint32_t)i;
			}
		} else {
			*changed = true;
		}
		enough = enough && part_resize(&parts[i], snapshot ? snapshot->count : 0);
	}
	for (size_t i = 0; i < old_count; i++)
		rows_stay = rows_stay && places[i] == i;
	if (!rows_stay)
		rows_renumber(view, places);
	for (size_t i = 0; i < old_count; i++) {
		if (places[i] == UINT32_MAX && view->sources[i].entry.snapshot)
			view_forget_twins(view, view->sources[i].entry.snapshot);
		part_finish(&view->parts[i]);
	}
	free(view->parts);
	sources_unref(view->sources, old_count);
	view->sources = sources;
	view->parts = parts;
	view->source_count = count;
	free(places);
	if (!enough)
		view_drop_sources(view);
	return enough;
fail:
	if (sources)
		sources_unref(sources, count);
	free(parts);
	free(places);
	return false;
}
