// SPDX-License-Identifier: Apache-2.0
// What earlier scans would have found left.
#include "config.h"
#include "sim/earlier.h"

#include <string.h>

#include "base/text.h"
#include "sim/truth.h"
#include "sim/truth_obstacle.h"
#include "sim/world.h"

#include "base/banned.h"

// The ready line has its bounds.
enum { EARLIER_MOST = 256, SETTLED_MS = 60 * 60 * 1000 };

static const char nic_prefix[] = "peerpod-nic-";

// Virtual ms; 0 = it is not left.
static int64_t vm_left_since(const struct world *world, const struct resource *resource)
{
	const struct instance *instance = (const void *)resource;
	return instance->sort == VM_PODVM && !*truth_obstacle(world, instance) ? truth_settled_since(instance) : 0;
}

// One that is on its way to a VM, or from it, is not left: its VM is still there.
static int64_t eni_left_since(const struct world *world, const struct resource *resource)
{
	const struct eni *eni = (const void *)resource;
	if (eni->instance || resource->made_by != MADE_BY_CAA || strcmp(resource->state, "Available") != 0)
		return 0;
	if (resource->leak)
		return resource->leak_since;
	bool is_orphan = eni->name && text_starts_with(eni->name, nic_prefix) &&
	                 !world_find(world, KIND_INSTANCE, eni->name + sizeof(nic_prefix) - 1);
	return is_orphan ? resource->created : 0;
}

static int64_t eip_left_since(const struct world *world, const struct resource *resource)
{
	const struct eip *eip = (const void *)resource;
	(void)world;
	return resource->leak && !*eip->instance_id && !strcmp(resource->state, "Available") ? resource->leak_since : 0;
}

static const struct {
	enum resource_kind kind;
	const char *name;
	int64_t (*left_since)(const struct world *world, const struct resource *resource);
} sorts[] = {
        {KIND_INSTANCE, "vm", vm_left_since},
        {KIND_ENI, "eni", eni_left_since},
        {KIND_EIP, "eip", eip_left_since},
};

static void write_region(
        const struct world *world, const struct region *region, size_t sort, size_t *room, struct json_out *out)
{
	const struct table *table = &region->tables[sorts[sort].kind];
	for (size_t i = 0; i < table->count && *room; i++) {
		int64_t since = sorts[sort].left_since(world, table->items[i]);
		if (!since || since > world->now - SETTLED_MS)
			continue;
		json_object(out, NULL);
		json_text(out, "id", table->items[i]->id);
		json_text(out, "kind", sorts[sort].name);
		json_time(out, "since", since);
		json_object_end(out);
		--*room;
	}
}

void earlier_write(const struct world *world, struct json_out *out)
{
	size_t room = world->has_history ? EARLIER_MOST : 0;
	json_list(out, "earlier");
	for (size_t sort = 0; sort < COUNT_OF(sorts); sort++)
		for (size_t r = 0; r < world->region_count; r++)
			write_region(world, &world->regions[r], sort, &room, out);
	json_list_end(out);
}
