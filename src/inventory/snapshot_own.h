// SPDX-License-Identifier: Apache-2.0
// What a snapshot holds besides what everybody sees. For snapshot*.c, store.c and view*.c alone.
#ifndef PEERDECK_INVENTORY_SNAPSHOT_OWN_H
#define PEERDECK_INVENTORY_SNAPSHOT_OWN_H

#include <stdatomic.h>

#include "base/arena.h"
#include "inventory/snapshot.h"

// Records and texts; shared by the partial snapshots of one builder and the final one.
struct snapshot_storage {
	atomic_uint references;
	struct arena arena;
	void *owner; // of texts that are borrowed; NULL = none are
	void (*release)(void *owner);
};
void snapshot_storage_unref(struct snapshot_storage *storage);

// From id to position: open addressing, each slot 21 bits of position + 1 and 11 bits of hash.
struct snapshot_index {
	size_t size; // slots, a power of two
	uint32_t slots[];
};

// A record that appeared or changed lately.
struct snapshot_mark {
	uint32_t position;
	int64_t at;      // monotonic ms
	uint64_t fields; // bit i = field i; all bits = appeared
};

struct snapshot_own {
	struct snapshot snapshot; // first, so that one pointer is both
	atomic_uint references;
	struct snapshot_storage *storage;
	_Atomic(struct snapshot_index *) index; // NULL until asked for
	struct snapshot_mark *marks;            // by position; set before the snapshot is published
	size_t mark_count;
};

static inline struct snapshot_own *snapshot_own(struct snapshot *snapshot)
{
	return (struct snapshot_own *)snapshot;
}

struct snapshot_index *snapshot_index_create(size_t count); // room for `count` records
size_t snapshot_index_find(
        const struct snapshot_index *index, const struct record *const *records, const char *id, uint64_t hash);
void snapshot_index_add(struct snapshot_index *index, uint64_t hash, size_t position);
static inline bool snapshot_index_full(const struct snapshot_index *index, size_t count)
{
	return 4 * (count + 1) > 3 * index->size;
}

#endif
