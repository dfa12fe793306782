// SPDX-License-Identifier: Apache-2.0
// The tables of the world as JSON.
#include "config.h"
#include "sim/truth.h"

#include "sim/world.h"

#include "base/banned.h"

static void write_vm(const struct instance *instance, struct json_out *out)
{
	static const char *const sorts[] = {"other", "node", "podvm"};
	json_object(out, NULL);
	json_text(out, "id", instance->base.id);
	json_text(out, "region", instance->base.region->id);
	json_text(out, "name", instance->name);
	json_text(out, "status", instance->base.state);
	json_text(out, "sort", sorts[instance->sort]);
	if (instance->use.pod) {
		json_object(out, "in_use_by");
		json_text(out, "cluster", instance->use.cluster_id);
		json_text(out, "namespace", instance->use.namespace);
		json_text(out, "pod", instance->use.pod);
		json_object_end(out);
	} else {
		json_null(out, "in_use_by");
	}
	json_text(out, "made_by", made_by_name(instance->base.made_by));
	json_object_end(out);
}

static void write_kind(const struct world *world, enum resource_kind kind, struct json_out *out)
{
	json_list(out, resource_kind_name(kind));
	for (size_t r = 0; r < world->region_count; r++) {
		const struct table *table = &world->regions[r].tables[kind];
		for (size_t i = 0; i < table->count; i++) {
			const struct resource *resource = table->items[i];
			json_object(out, NULL);
			json_text(out, "id", resource->id);
			json_text(out, "region", resource->region->id);
			json_text(out, "state", resource->state);
			json_text(out, "made_by", made_by_name(resource->made_by));
			json_object_end(out);
		}
	}
	json_list_end(out);
}

void truth_write(const struct world *world, struct json_out *out)
{
	json_list(out, "vms");
	for (size_t r = 0; r < world->region_count; r++) {
		const struct table *table = &world->regions[r].tables[KIND_INSTANCE];
		for (size_t i = 0; i < table->count; i++)
			write_vm((const void *)table->items[i], out);
	}
	json_list_end(out);
	json_object(out, "resources");
	for (size_t kind = 0; kind < KIND_COUNT; kind++)
		if (kind != KIND_INSTANCE && kind != KIND_ECS_TASK && kind != KIND_CS_TASK)
			write_kind(world, kind, out);
	json_object_end(out);
}

void truth_write_state(const struct world *world, struct json_out *out)
{
	json_list(out, "regions");
	for (size_t r = 0; r < world->region_count; r++) {
		const struct region *region = &world->regions[r];
		json_object(out, NULL);
		json_text(out, "id", region->id);
		json_bool(out, "unreachable", region->unreachable);
		json_number(out, "error_rate", region->error_rate);
		json_int(out, "slow_ms", region->slow_ms);
		json_object(out, "counts");
		for (size_t kind = 0; kind < KIND_COUNT; kind++)
			if (region->tables[kind].count)
				json_int(out, resource_kind_name(kind), (int64_t)region->tables[kind].count);
		json_object_end(out);
		json_object_end(out);
	}
	json_list_end(out);
	json_list(out, "clusters");
	for (size_t r = 0; r < world->region_count; r++) {
		const struct table *table = &world->regions[r].tables[KIND_CLUSTER];
		for (size_t i = 0; i < table->count; i++) {
			const struct cluster *cluster = (const void *)table->items[i];
			json_object(out, NULL);
			json_text(out, "id", cluster->base.id);
			json_text(out, "name", cluster->name);
			json_text(out, "region", cluster->base.region->id);
			json_text(out, "state", cluster->base.state);
			json_object_end(out);
		}
	}
	json_list_end(out);
}
