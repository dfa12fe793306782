// SPDX-License-Identifier: Apache-2.0
// Published snapshots: counting references, finding records by id.
#include "config.h"
#include "inventory/snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "inventory/hash.h"
#include "inventory/snapshot_own.h"

#include "base/banned.h"

enum { POSITION_BITS = 21, INDEX_LEAST = 8 };
static const uint32_t position_mask = (UINT32_C(1) << POSITION_BITS) - 1;

_Static_assert(SNAPSHOT_RECORDS_MOST < 1 << POSITION_BITS, "a position must fit its bits");

bool scope_equal(const struct scope *a, const struct scope *b)
{
	return strcmp(a->context, b->context) == 0 && strcmp(a->region, b->region) == 0 &&
	       strcmp(a->cluster, b->cluster) == 0;
}

void snapshot_storage_unref(struct snapshot_storage *storage)
{
	if (atomic_fetch_sub_explicit(&storage->references, 1, memory_order_acq_rel) != 1)
		return;
	arena_finish(&storage->arena);
	if (storage->owner)
		storage->release(storage->owner);
	free(storage);
}

struct snapshot *snapshot_ref(struct snapshot *snapshot)
{
	if (snapshot)
		atomic_fetch_add_explicit(&snapshot_own(snapshot)->references, 1, memory_order_relaxed);
	return snapshot;
}

void snapshot_unref(struct snapshot *snapshot)
{
	struct snapshot_own *own;

	if (!snapshot)
		return;
	own = snapshot_own(snapshot);
	if (atomic_fetch_sub_explicit(&own->references, 1, memory_order_acq_rel) != 1)
		return;
	snapshot_storage_unref(own->storage);
	free(atomic_load_explicit(&own->index, memory_order_relaxed));
	free(own->marks);
	free(own->snapshot.records);
	free(own);
}

struct snapshot_index *snapshot_index_create(size_t count)
{
	struct snapshot_index *index;
	size_t size = INDEX_LEAST;

	while (4 * (count + 1) > 3 * size)
		size *= 2;
	index = calloc(1, sizeof(*index) + size * sizeof(index->slots[0]));
	if (index)
		index->size = size;
	return index;
}

// Slots are found by the low bits of the hash, the tag is made of the high ones.
static uint32_t tag_of(uint64_t hash)
{
	return (uint32_t)(hash >> 32) & ~position_mask;
}

void snapshot_index_add(struct snapshot_index *index, uint64_t hash, size_t position)
{
	size_t slot = hash & (index->size - 1);

	while (index->slots[slot])
		slot = (slot + 1) & (index->size - 1);
	index->slots[slot] = tag_of(hash) | ((uint32_t)position + 1);
}

size_t snapshot_index_find(
        const struct snapshot_index *index, const struct record *const *records, const char *id, uint64_t hash)
{
	for (size_t slot = hash & (index->size - 1); index->slots[slot]; slot = (slot + 1) & (index->size - 1)) {
		uint32_t position = (index->slots[slot] & position_mask) - 1;

		if ((index->slots[slot] & ~position_mask) == tag_of(hash) && strcmp(records[position]->id, id) == 0)
			return position;
	}
	return SIZE_MAX;
}

// Two threads may both make one; the first to be done wins.
static const struct snapshot_index *index_of(struct snapshot_own *own)
{
	struct snapshot_index *index = atomic_load_explicit(&own->index, memory_order_acquire), *none = NULL;

	if (index)
		return index;
	index = snapshot_index_create(own->snapshot.count);
	if (!index)
		return NULL;
	for (size_t i = 0; i < own->snapshot.count; i++) {
		const char *id = own->snapshot.records[i]->id;

		snapshot_index_add(index, hash_bytes(id, strlen(id)), i);
	}
	if (atomic_compare_exchange_strong_explicit(
	            &own->index, &none, index, memory_order_acq_rel, memory_order_acquire))
		return index;
	free(index);
	return none;
}

size_t snapshot_position(struct snapshot *snapshot, const char *id)
{
	const struct snapshot_index *index = index_of(snapshot_own(snapshot));

	if (index)
		return snapshot_index_find(index, snapshot->records, id, hash_bytes(id, strlen(id)));
	// Out of memory: slower, still right.
	for (size_t i = 0; i < snapshot->count; i++)
		if (strcmp(snapshot->records[i]->id, id) == 0)
			return i;
	return SIZE_MAX;
}

const struct record *snapshot_find(struct snapshot *snapshot, const char *id)
{
	size_t position = snapshot_position(snapshot, id);

	return position == SIZE_MAX ? NULL : snapshot->records[position];
}
