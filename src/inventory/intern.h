// SPDX-License-Identifier: Apache-2.0
// One copy of each distinct run of bytes: texts, lists, and whatever else is the same for many records.
#ifndef PEERDECK_INVENTORY_INTERN_H
#define PEERDECK_INVENTORY_INTERN_H

#include "base/arena.h"

struct interned {
	uint64_t hash;
	const void *items; // NULL = free
	size_t size;       // bytes
};
// Open addressing, grown at three quarters. Zeroed = empty.
struct intern_table {
	struct interned *slots;
	size_t size, count;
};

// The slot of equal bytes, or the free one where they belong: who fills it adds one to `count`. NULL when out of
// memory.
struct interned *intern_slot(struct intern_table *table, uint64_t hash, const void *items, size_t size);
// The one copy of these bytes, made in the arena when there is none yet. NULL when out of memory.
const void *intern_bytes(struct intern_table *table, struct arena *arena, const void *items, size_t size);
// The copies stay.
void intern_finish(struct intern_table *table);

#endif
