// SPDX-License-Identifier: Apache-2.0
// Interned bytes, found by hash.
#include "config.h"
#include "inventory/intern.h"

#include <stdlib.h>
#include <string.h>

#include "inventory/hash.h"

#include "base/banned.h"

enum { TABLE_LEAST = 64 };

struct interned *intern_slot(struct intern_table *table, uint64_t hash, const void *items, size_t size)
{
	size_t slot;

	if (4 * (table->count + 1) > 3 * table->size) {
		struct intern_table grown = {
		        .size = table->size ? 2 * table->size : TABLE_LEAST, .count = table->count};

		grown.slots = calloc(grown.size, sizeof(*grown.slots));
		if (!grown.slots)
			return NULL;
		for (size_t i = 0; i < table->size; i++) {
			if (!table->slots[i].items)
				continue;
			slot = table->slots[i].hash & (grown.size - 1);
			while (grown.slots[slot].items)
				slot = (slot + 1) & (grown.size - 1);
			grown.slots[slot] = table->slots[i];
		}
		free(table->slots);
		*table = grown;
	}
	slot = hash & (table->size - 1);
	for (; table->slots[slot].items; slot = (slot + 1) & (table->size - 1)) {
		const struct interned *there = &table->slots[slot];

		if (there->hash == hash && there->size == size && memcmp(there->items, items, size) == 0)
			break;
	}
	return &table->slots[slot];
}

const void *intern_bytes(struct intern_table *table, struct arena *arena, const void *items, size_t size)
{
	uint64_t hash = hash_bytes(items, size);
	struct interned *slot = intern_slot(table, hash, items, size);
	void *copy;

	if (!slot || slot->items)
		return slot ? slot->items : NULL;
	copy = arena_alloc(arena, size);
	if (!copy)
		return NULL;
	memcpy(copy, items, size);
	*slot = (struct interned){.hash = hash, .items = copy, .size = size};
	table->count++;
	return copy;
}

void intern_finish(struct intern_table *table)
{
	free(table->slots);
	*table = (struct intern_table){0};
}
