// SPDX-License-Identifier: Apache-2.0
// Chains of places by hash.
#include "config.h"

#include "orphans/multimap.h"

#include "base/banned.h"

bool multimap_init(struct multimap *map, struct arena *arena, size_t room)
{
	size_t slots = 16;

	while (slots < room)
		slots *= 2;
	*map = (struct multimap){
	        .first = arena_alloc(arena, slots * sizeof *map->first),
	        .last = arena_alloc(arena, slots * sizeof *map->last),
	        .next = arena_alloc(arena, room * sizeof *map->next),
	        .hashes = arena_alloc(arena, room * sizeof *map->hashes),
	        .mask = slots - 1,
	        .room = room,
	};
	if (map->first && map->last && map->next && map->hashes)
		return true;
	*map = (struct multimap){0};
	return false;
}

void multimap_add(struct multimap *map, uint64_t hash, size_t place)
{
	size_t slot = hash & map->mask;

	if (place >= map->room)
		return;
	map->hashes[place] = hash;
	map->next[place] = 0;
	if (map->last[slot])
		map->next[map->last[slot] - 1] = (uint32_t)place + 1;
	else
		map->first[slot] = (uint32_t)place + 1;
	map->last[slot] = (uint32_t)place + 1;
}

static size_t chain_find(const struct multimap *map, uint64_t hash, uint32_t at)
{
	while (at && map->hashes[at - 1] != hash)
		at = map->next[at - 1];
	return at ? at - 1 : SIZE_MAX;
}

size_t multimap_first(const struct multimap *map, uint64_t hash)
{
	return map->room ? chain_find(map, hash, map->first[hash & map->mask]) : SIZE_MAX;
}

size_t multimap_next(const struct multimap *map, size_t place)
{
	return chain_find(map, map->hashes[place], map->next[place]);
}

uint64_t multimap_text(uint64_t seed, const char *text)
{
	return hash_mix(hash_bytes(text, strlen(text)), seed);
}
