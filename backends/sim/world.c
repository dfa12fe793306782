// SPDX-License-Identifier: Apache-2.0
// The world's time, texts, ids and resources.
#include "config.h"
#include "sim/world.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/catalog.h"
#include "sim/identity.h"
#include "sim/interner.h"
#include "sim/kube_store.h"
#include "sim/memory.h"
#include "sim/release.h"

#include "base/clock.h"

#include "base/banned.h"

// Real ms that a fast world may take before somebody is answered again, and how many timers run between two looks.
enum { BUSY_MS = 100, TURNS_A_LOOK = 16 };

bool world_init(struct world *world, uint64_t seed, double scale, int64_t wall_now)
{
	*world = (struct world){
	        .seed = seed,
	        .scale = scale,
	        .start = wall_now,
	        .now = wall_now,
	        .sequence = 1,
	        .interner = interner_create(),
	        .identities = identities_create(),
	};
	for (size_t i = 0; i < RANDOM_STREAMS; i++)
		random_seed(&world->random[i], seed * RANDOM_STREAMS + i);
	world->account =
	        world_printf(world, "1%015" PRIu64, random_below(&world->random[RANDOM_POPULATE], 1000000000000000u));
	return true;
}

void world_finish(struct world *world)
{
	kube_world_finish(world);
	if (world->life_destroy)
		world->life_destroy(world->life);
	if (world->cloud_destroy)
		world->cloud_destroy(world->cloud);
	for (size_t r = 0; r < world->region_count; r++)
		for (size_t kind = 0; kind < KIND_COUNT; kind++) {
			struct table *table = &world->regions[r].tables[kind];
			for (size_t i = 0; i < table->count; i++)
				resource_release(table->items[i]);
			table_finish(table);
		}
	free(world->regions);
	id_map_finish(&world->index);
	timers_finish(&world->timers);
	identities_destroy(world->identities);
	interner_destroy(world->interner);
	*world = (struct world){0};
}

static const struct catalog_region *catalog_region_find(const char *id)
{
	for (size_t i = 0; i < catalog_region_count; i++)
		if (!strcmp(catalog_regions[i].id, id))
			return &catalog_regions[i];
	return NULL;
}

bool world_add_regions(struct world *world, const char *const *ids, size_t count)
{
	world->regions = memory_zeroed(count, sizeof(*world->regions));
	for (size_t i = 0; i < count; i++) {
		const struct catalog_region *known = catalog_region_find(ids[i]);
		if (!known)
			return false;
		struct region *region = &world->regions[world->region_count++];
		region->id = known->id;
		region->name = known->name;
		region->english_name = known->english_name;
		memcpy(region->code, known->code, sizeof(region->code));
		for (const char *zone = known->zones; *zone && region->zone_count < MAX_ZONES; zone++)
			region->zones[region->zone_count++][0] = *zone;
	}
	world->home = world->regions;
	return true;
}

struct region *world_region(const struct world *world, const char *id)
{
	for (size_t i = 0; id && i < world->region_count; i++)
		if (!strcmp(world->regions[i].id, id))
			return &world->regions[i];
	return NULL;
}

static int64_t virtual_time(const struct world *world, int64_t wall_now)
{
	return world->start + (int64_t)((double)(wall_now - world->start) * world->scale) + world->advanced;
}

void world_run(struct world *world, int64_t wall_now)
{
	int64_t target = virtual_time(world, wall_now);
	while (timers_next(&world->timers) <= target) {
		if (timers_next(&world->timers) > world->now)
			world->now = timers_next(&world->timers);
		timers_run_one(&world->timers, world, target);
	}
	if (target > world->now)
		world->now = target;
	if (world->settled)
		world->settled(world);
}

void world_keep_up(struct world *world, int64_t wall_now)
{
	int64_t target = virtual_time(world, wall_now), began = clock_monotonic(&clock_system);
	unsigned turns = 0;
	while (world->scale > 1 && timers_next(&world->timers) <= target) {
		if (timers_next(&world->timers) > world->now)
			world->now = timers_next(&world->timers);
		timers_run_one(&world->timers, world, target);
		if (++turns % TURNS_A_LOOK == 0 && clock_monotonic(&clock_system) - began > BUSY_MS) {
			world->advanced -= target - world->now;
			break;
		}
	}
	world_run(world, wall_now);
}

void world_advance(struct world *world, int64_t ms, int64_t wall_now)
{
	world->advanced += ms;
	world_run(world, wall_now);
}

int64_t world_wait(const struct world *world, int64_t wall_now, int64_t most)
{
	int64_t next = timers_next(&world->timers);
	if (next == INT64_MAX || world->scale <= 0)
		return most;
	double wait = ceil((double)(next - virtual_time(world, wall_now)) / world->scale);
	if (wait <= 0)
		return 0;
	return wait < (double)most ? (int64_t)wait : most;
}

void world_later(
        struct world *world, int64_t after_ms, const struct resource *resource, timer_action *action, int64_t argument)
{
	timers_add(&world->timers, world->now + after_ms, resource ? resource->id : NULL, action, argument);
}

const char *world_text(struct world *world, const char *text)
{
	return text ? interner_text(world->interner, text, strlen(text)) : NULL;
}

const char *world_printf(struct world *world, const char *format, ...)
{
	char text[4096];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return world_text(world, text);
}

void world_new_id(struct world *world, enum random_stream stream, const struct region *region, const char *prefix,
        char *out, size_t size)
{
	char letters[18];
	random_letters(&world->random[stream], letters, sizeof(letters) - 1);
	snprintf(out, size, "%s%s%s", prefix, region ? region->code : "", letters);
}

void *resource_create(struct world *world, enum resource_kind kind, struct region *region, const char *id, size_t size,
        enum made_by made_by)
{
	size_t length = strlen(id) + 1;
	char *memory = memory_zeroed(1, size + length);
	memcpy(memory + size, id, length);
	struct resource *resource = (struct resource *)(void *)memory;
	*resource = (struct resource){
	        .kind = kind,
	        .made_by = made_by,
	        .id = memory + size,
	        .region = region ? region : world->home,
	        .state = "Available",
	        .created = world->now,
	        .sequence = world->sequence++,
	};
	id_map_put(&world->index, resource);
	table_add(&resource->region->tables[kind], resource);
	world->changes++;
	return resource;
}

void resource_destroy(struct world *world, struct resource *resource)
{
	table_remove(&resource->region->tables[resource->kind], resource);
	id_map_remove(&world->index, resource->id);
	world->changes++;
	resource_release(resource);
}

void *world_find_in(const struct world *world, enum resource_kind kind, const struct region *region, const char *id)
{
	struct resource *found = id && *id ? id_map_get(&world->index, id) : NULL;
	return found && found->kind == kind && (!region || found->region == region) ? found : NULL;
}

void *world_find(const struct world *world, enum resource_kind kind, const char *id)
{
	return world_find_in(world, kind, NULL, id);
}

void resource_state(struct world *world, struct resource *resource, const char *state)
{
	resource->state = state;
	world->changes++;
}

void resource_tag(struct world *world, struct resource *resource, const char *key, const char *value)
{
	world->changes++;
	for (size_t i = 0; i < resource->tag_count; i++)
		if (!strcmp(resource->tags[i].key, key)) {
			resource->tags[i].value = world_text(world, value);
			return;
		}
	resource->tags = memory_resized(resource->tags, resource->tag_count + 1, sizeof(*resource->tags));
	resource->tags[resource->tag_count++] =
	        (struct tag){.key = world_text(world, key), .value = world_text(world, value ? value : "")};
}

void resource_untag(struct world *world, struct resource *resource, const char *key)
{
	size_t kept = 0;
	for (size_t i = 0; i < resource->tag_count; i++)
		if (key && strcmp(resource->tags[i].key, key) != 0)
			resource->tags[kept++] = resource->tags[i];
	resource->tag_count = kept;
	world->changes++;
}

const char *resource_tag_value(const struct resource *resource, const char *key)
{
	for (size_t i = 0; i < resource->tag_count; i++)
		if (!strcmp(resource->tags[i].key, key))
			return resource->tags[i].value;
	return NULL;
}
