// SPDX-License-Identifier: Apache-2.0
// Finds things by a hash of whatever they are looked for by: places in an array of the caller's, who compares the keys
// himself. Several places may share a key; they come in the order in which they were added.
#ifndef PEERDECK_ORPHANS_MULTIMAP_H
#define PEERDECK_ORPHANS_MULTIMAP_H

#include "base/arena.h"
#include "inventory/hash.h"

struct multimap {
	uint32_t *first, *last; // per slot: place plus one
	uint32_t *next;         // per place: place plus one
	uint64_t *hashes;       // per place
	size_t mask, room;
};

// Room for places 0 … room − 1, in the arena's memory. False when out of memory.
bool multimap_init(struct multimap *map, struct arena *arena, size_t room);
void multimap_add(struct multimap *map, uint64_t hash, size_t place);
// The first place with this hash, or the one after `place`; SIZE_MAX = no more.
size_t multimap_first(const struct multimap *map, uint64_t hash);
size_t multimap_next(const struct multimap *map, size_t place);

uint64_t multimap_text(uint64_t seed, const char *text);

#endif
