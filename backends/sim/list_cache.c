// SPDX-License-Identifier: Apache-2.0
// A few lists, the one longest unused is given up. A list belongs to the call's parameters but for its page.
#include "config.h"
#include "sim/list_cache.h"

#include <stdlib.h>
#include <string.h>

#include "sim/memory.h"
#include "sim/simulator.h"

#include "base/banned.h"

enum { LISTS = 64 };

struct list {
	uint64_t key, changes, used;
	int64_t valid_until; // when the next thing becomes visible
	struct resource **items;
	size_t count, room;
};

struct list_cache {
	struct list lists[LISTS];
	uint64_t turn;
};

struct list_cache *list_cache_create(void)
{
	return memory_zeroed(1, sizeof(struct list_cache));
}

void list_cache_destroy(struct list_cache *cache)
{
	for (size_t i = 0; cache && i < LISTS; i++)
		free(cache->lists[i].items);
	free(cache);
}

static uint64_t text_hash(uint64_t hash, const char *text)
{
	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 1099511628211u;
	return (hash ^ 255) * 1099511628211u;
}

static uint64_t call_key(const struct call *call)
{
	static const char *const apart[] = {"PageNumber", "PageSize", "MaxResults", "NextToken", "SignatureNonce",
		"Timestamp", "Signature", "SecurityToken", "AccessKeyId"};
	const uint64_t start = 14695981039346656037u;
	uint64_t sum = text_hash(text_hash(start, call->operation->name), call->region ? call->region->id : "");
	for (size_t i = 0; i < call->params.count; i++) {
		const struct pair *pair = &call->params.items[i];
		bool counts = true;
		for (size_t k = 0; k < COUNT_OF(apart); k++)
			counts = counts && strcmp(apart[k], pair->name) != 0;
		if (counts)
			sum += text_hash(text_hash(start, pair->name), pair->value);
	}
	return sum;
}

static struct list *list_for(struct list_cache *cache, uint64_t key)
{
	struct list *oldest = cache->lists;
	for (size_t i = 0; i < LISTS; i++) {
		if (cache->lists[i].used && cache->lists[i].key == key)
			return &cache->lists[i];
		if (cache->lists[i].used < oldest->used)
			oldest = &cache->lists[i];
	}
	oldest->key = key;
	oldest->changes = UINT64_MAX;
	return oldest;
}

static void list_fill(struct list *list, struct call *call, enum resource_kind kind, size_t most,
	bool (*matches)(const void *filter, const struct resource *resource), const void *filter)
{
	struct resource *resource;
	list->count = 0;
	list->changes = call->world->changes;
	list->valid_until = INT64_MAX;
	EACH (resource, call->region, kind) {
		if (!resource_visible(call->world, resource)) {
			if (resource->visible_from < list->valid_until)
				list->valid_until = resource->visible_from;
			continue;
		}
		if (!matches(filter, resource))
			continue;
		list->items = memory_grow(list->items, &list->room, list->count, sizeof(struct resource *));
		list->items[list->count++] = resource;
		if (list->count == most)
			return;
	}
}

struct resource *const *list_matches(struct call *call, enum resource_kind kind, size_t most,
	bool (*matches)(const void *filter, const struct resource *resource), const void *filter, size_t *count)
{
	struct list_cache *cache = call->simulator->lists;
	*count = 0;
	if (call->blind)
		return NULL;
	struct list *list = list_for(cache, call_key(call));
	list->used = ++cache->turn;
	if (list->changes != call->world->changes || list->valid_until <= call->world->now)
		list_fill(list, call, kind, most, matches, filter);
	*count = list->count;
	return list->items;
}
