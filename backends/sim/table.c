// SPDX-License-Identifier: Apache-2.0
// Tables in order of creation and the map from ids.
#include "config.h"
#include "sim/table.h"

#include <stdlib.h>
#include <string.h>

#include "sim/memory.h"

#include "base/banned.h"

static const char *const kind_names[KIND_COUNT] = {
        [KIND_VPC] = "vpc",
        [KIND_VSWITCH] = "vswitch",
        [KIND_SECURITY_GROUP] = "security_group",
        [KIND_INSTANCE] = "instance",
        [KIND_ENI] = "eni",
        [KIND_DISK] = "disk",
        [KIND_IMAGE] = "image",
        [KIND_SNAPSHOT] = "snapshot",
        [KIND_ECS_TASK] = "ecs_task",
        [KIND_KEY_PAIR] = "key_pair",
        [KIND_EIP] = "eip",
        [KIND_NAT_GATEWAY] = "nat_gateway",
        [KIND_SNAT_ENTRY] = "snat_entry",
        [KIND_CLUSTER] = "cluster",
        [KIND_NODE_POOL] = "node_pool",
        [KIND_CS_TASK] = "cs_task",
        [KIND_ROLE] = "role",
        [KIND_POLICY] = "policy",
        [KIND_OIDC_PROVIDER] = "oidc_provider",
        [KIND_BUCKET] = "bucket",
        [KIND_OBJECT] = "object",
        [KIND_UPLOAD] = "upload",
        [KIND_LOG_PROJECT] = "log_project",
};

const char *resource_kind_name(enum resource_kind kind)
{
	return kind_names[kind];
}

const char *made_by_name(enum made_by made_by)
{
	static const char *const names[] = {"world", "caa", "api"};
	return names[made_by];
}

bool table_add(struct table *table, struct resource *resource)
{
	table->items = memory_grow(table->items, &table->room, table->count, sizeof(*table->items));
	table->items[table->count++] = resource;
	return true;
}

size_t table_from(const struct table *table, uint64_t sequence)
{
	size_t low = 0, high = table->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (table->items[middle]->sequence < sequence)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void table_remove(struct table *table, const struct resource *resource)
{
	size_t at = table_from(table, resource->sequence);
	if (at == table->count || table->items[at] != resource)
		return;
	memmove(table->items + at, table->items + at + 1, (table->count - at - 1) * sizeof(*table->items));
	table->count--;
}

void table_finish(struct table *table)
{
	free(table->items);
	*table = (struct table){0};
}

static size_t id_hash(const char *id)
{
	uint64_t hash = 14695981039346656037u;
	for (; *id; id++)
		hash = (hash ^ (unsigned char)*id) * 1099511628211u;
	return (size_t)(hash ^ (hash >> 29));
}

// The slot that holds `id`, or the empty one where it would go.
static size_t id_slot(const struct id_map *map, const char *id)
{
	size_t slot = id_hash(id) & (map->size - 1);
	while (map->slots[slot] && strcmp(map->slots[slot]->id, id) != 0)
		slot = (slot + 1) & (map->size - 1);
	return slot;
}

struct resource *id_map_get(const struct id_map *map, const char *id)
{
	return map->size ? map->slots[id_slot(map, id)] : NULL;
}

static void id_map_resize(struct id_map *map, size_t size)
{
	struct id_map bigger = {.slots = memory_zeroed(size, sizeof(*map->slots)), .size = size, .used = map->used};
	for (size_t i = 0; i < map->size; i++)
		if (map->slots[i])
			bigger.slots[id_slot(&bigger, map->slots[i]->id)] = map->slots[i];
	free(map->slots);
	*map = bigger;
}

bool id_map_put(struct id_map *map, struct resource *resource)
{
	if ((map->used + 1) * 3 > map->size * 2)
		id_map_resize(map, map->size ? map->size * 2 : 1024);
	size_t slot = id_slot(map, resource->id);
	if (map->slots[slot])
		return false;
	map->slots[slot] = resource;
	map->used++;
	return true;
}

void id_map_remove(struct id_map *map, const char *id)
{
	if (!map->size)
		return;
	size_t hole = id_slot(map, id);
	if (!map->slots[hole])
		return;
	map->slots[hole] = NULL;
	map->used--;
	// Open addressing: whoever was pushed past the hole moves back.
	for (size_t i = (hole + 1) & (map->size - 1); map->slots[i]; i = (i + 1) & (map->size - 1)) {
		struct resource *moved = map->slots[i];
		map->slots[i] = NULL;
		map->slots[id_slot(map, moved->id)] = moved;
	}
}

void id_map_finish(struct id_map *map)
{
	free(map->slots);
	*map = (struct id_map){0};
}
