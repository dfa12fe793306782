// SPDX-License-Identifier: Apache-2.0
// Looking up records of other kinds for derived fields: what is found stays valid until the next refresh.
#include "config.h"
#include "inventory/view.h"

#include <stdlib.h>
#include <string.h>

#include "inventory/hash.h"
#include "inventory/view_own.h"

#include "base/banned.h"

static void drop(struct view_found *found)
{
	for (size_t i = 0; i < found->count; i++)
		snapshot_unref(found->snapshots[i]);
	free(found->snapshots);
	free(found->index);
	free(found->pairs);
	*found = (struct view_found){0};
}

// The snapshots of a kind, with references. False when out of memory.
static bool read_found(const struct view *view, enum kind_id kind, struct view_found *out)
{
	size_t most = store_entries(view->store, kind, view->context_name, NULL, NULL, 0) + 4, count;
	struct store_entry *entries = malloc(most * sizeof(*entries));
	struct scope *scopes = malloc(most * sizeof(*scopes));
	struct snapshot **snapshots = malloc(most * sizeof(struct snapshot *));

	*out = (struct view_found){.snapshots = snapshots, .asked = true};
	if (entries && scopes && snapshots) {
		count = store_entries(view->store, kind, view->context_name, entries, scopes, most);
		for (size_t i = 0; i < count && i < most; i++)
			if (entries[i].snapshot)
				snapshots[out->count++] = entries[i].snapshot;
	}
	free(entries);
	free(scopes);
	if (snapshots)
		return true;
	*out = (struct view_found){0};
	return false;
}

static size_t slot_of(const struct view_found *found, const char *id)
{
	size_t slot = hash_bytes(id, strlen(id)) & (found->slots - 1);

	while (found->index[slot] && strcmp(found->index[slot]->id, id) != 0)
		slot = (slot + 1) & (found->slots - 1);
	return slot;
}

// One index over all snapshots: a row must not be looked for in each region.
static void make_index(struct view_found *found)
{
	size_t records = 0;

	for (size_t i = 0; i < found->count; i++)
		records += found->snapshots[i]->count;
	for (found->slots = 16; found->slots < 2 * records; found->slots *= 2)
		;
	found->index = calloc(found->slots, sizeof(*found->index));
	for (size_t i = 0; found->index && i < found->count; i++)
		for (size_t k = 0; k < found->snapshots[i]->count; k++) {
			const struct record *record = found->snapshots[i]->records[k];

			found->index[slot_of(found, record->id)] = record;
		}
}

static const struct record *look_up(struct view_found *found, const char *id)
{
	const struct record *record = NULL;

	if (found->count > 1 && !found->index)
		make_index(found);
	if (found->index)
		return found->index[slot_of(found, id)];
	for (size_t i = 0; i < found->count && !record; i++)
		record = snapshot_find(found->snapshots[i], id);
	return record;
}

const struct record *view_find_other(void *user, enum kind_id kind, const char *id)
{
	struct view *view = user;
	struct view_found *found = &view->found[kind];

	if (!id || !*id || (!found->asked && !read_found(view, kind, found)))
		return NULL;
	// Several fields of one row ask for the same one after the other.
	if (found->last_id == id)
		return found->last;
	found->last_id = id;
	found->last = look_up(found, id);
	return found->last;
}

static size_t pair_home(const struct view_found *found, const struct record *record)
{
	return hash_mix(0, (uintptr_t)record) & (found->pair_slots - 1);
}

// Where the pair of this record is, or belongs.
static struct view_pair *pair_of(const struct view_found *found, const struct record *record)
{
	size_t slot = pair_home(found, record);

	while (found->pairs[slot].record && found->pairs[slot].record != record)
		slot = (slot + 1) & (found->pair_slots - 1);
	return &found->pairs[slot];
}

// Room for one more pair. False when out of memory.
static bool pairs_reserve(struct view_found *found)
{
	struct view_found more = *found;

	if (8 * (found->pair_count + 1) <= 7 * found->pair_slots)
		return true;
	more.pair_slots = found->pair_slots ? 2 * found->pair_slots : 64;
	more.pairs = calloc(more.pair_slots, sizeof(*more.pairs));
	if (!more.pairs)
		return false;
	for (size_t i = 0; i < found->pair_slots; i++)
		if (found->pairs[i].record)
			*pair_of(&more, found->pairs[i].record) = found->pairs[i];
	free(found->pairs);
	*found = more;
	return true;
}

const struct record *view_twin(void *user, enum kind_id kind, const struct record *record)
{
	struct view *view = user;
	struct view_found *found = &view->found[kind];
	struct view_pair *pair;

	if ((!found->asked && !read_found(view, kind, found)) || found->count == 0)
		return NULL;
	// With its addresses compared, no id needs to be read from memory that is seldom at hand.
	if (!pairs_reserve(found))
		return look_up(found, record->id);
	pair = pair_of(found, record);
	if (!pair->record) {
		*pair = (struct view_pair){record, look_up(found, record->id)};
		found->pair_count++;
	}
	return pair->twin;
}

// Those behind it move up where they had to make way.
static void pair_remove(struct view_found *found, const struct record *record)
{
	const size_t mask = found->pair_slots - 1;
	size_t gap = (size_t)(pair_of(found, record) - found->pairs), at = gap;

	if (!found->pairs[gap].record)
		return;
	found->pair_count--;
	for (;;) {
		at = (at + 1) & mask;
		if (!found->pairs[at].record)
			break;
		if (((at - pair_home(found, found->pairs[at].record)) & mask) < ((at - gap) & mask))
			continue;
		found->pairs[gap] = found->pairs[at];
		gap = at;
	}
	found->pairs[gap] = (struct view_pair){0};
}

void view_forget_twins(struct view *view, const struct snapshot *snapshot)
{
	for (int kind = 0; kind < KIND_COUNT; kind++)
		for (size_t i = 0; view->found[kind].pair_count > 0 && i < snapshot->count; i++)
			pair_remove(&view->found[kind], snapshot->records[i]);
}

bool view_refresh_found(struct view *view)
{
	bool changed = false;

	for (int kind = 0; kind < KIND_COUNT; kind++) {
		struct view_found *found = &view->found[kind], now;

		if (!found->asked)
			continue;
		found->last_id = NULL;
		if (!read_found(view, (enum kind_id)kind, &now))
			continue;
		bool same = now.count == found->count &&
		            memcmp(now.snapshots, found->snapshots, now.count * sizeof(struct snapshot *)) == 0;

		changed = changed || !same;
		if (same) {
			drop(&now);
			continue;
		}
		drop(found);
		*found = now;
	}
	return changed;
}

void view_drop_found(struct view *view)
{
	for (int kind = 0; kind < KIND_COUNT; kind++)
		drop(&view->found[kind]);
}

enum error_kind view_failure(void *user, enum kind_id kind, const char *region)
{
	const struct view *view = user;
	struct scope scope = {0};
	struct store_entry entry;

	memcpy(scope.context, view->context_name, sizeof(scope.context));
	memcpy(scope.region, region, strnlen(region, sizeof(scope.region) - 1));
	if (!store_get(view->store, kind, &scope, &entry))
		return ERROR_NONE;
	snapshot_unref(entry.snapshot);
	return entry.error.kind;
}
