// SPDX-License-Identifier: Apache-2.0
// The tables of the world as JSON.
#include "config.h"
#include "sim/truth.h"

#include <string.h>

#include "sim/podlife.h"
#include "sim/truth_digest.h"
#include "sim/truth_obstacle.h"
#include "sim/world.h"

#include "base/banned.h"

static void write_use(struct json_out *out, const char *name, const struct pod_use *use)
{
	if (!use->pod) {
		json_null(out, name);
		return;
	}
	json_object(out, name);
	json_text(out, "cluster", use->cluster_id);
	json_text(out, "namespace", use->namespace);
	json_text(out, "pod", use->pod);
	if (use->uid)
		json_text(out, "uid", use->uid);
	if (use->sandbox)
		json_text(out, "sandbox", use->sandbox);
	json_object_end(out);
}

static void write_time(struct json_out *out, const char *name, int64_t time)
{
	if (time)
		json_time(out, name, time);
	else
		json_null(out, name);
}

static void write_leak(struct json_out *out, const struct resource *resource)
{
	if (!resource->leak) {
		json_null(out, "leak");
		return;
	}
	json_object(out, "leak");
	json_text(out, "path", resource->leak);
	json_time(out, "since", resource->leak_since);
	json_object_end(out);
}

int64_t truth_settled_since(const struct instance *instance)
{
	bool at_rest = !strcmp(instance->base.state, "Running") || !strcmp(instance->base.state, "Stopped");
	if (instance->use.pod || !instance->made_for.pod || !at_rest)
		return 0;
	int64_t since = instance->unused_since ? instance->unused_since : instance->base.created;
	return instance->touched > since ? instance->touched : since;
}

// What has become of the pod that a VM was made for, and what still tells of it.
static void write_maker(const struct world *world, const struct instance *instance, struct json_out *out)
{
	const struct pod_use *use = &instance->made_for;
	const struct kubernetes *kubernetes = use->uid ? kubernetes_of(world, use->cluster_id) : NULL;
	const struct pod *same = kubernetes ? pod_by_uid(kubernetes, use->uid) : NULL;
	const struct pod *named = kubernetes ? pod_find(kubernetes, use->namespace, use->pod) : NULL;
	const char *state = "gone";
	if (same && same->in_api)
		state = same->now.phase == POD_SUCCEEDED || same->now.phase == POD_FAILED ? "terminal" : "exists";
	else if (named)
		state = "replaced";
	else if (use->uid && !kubernetes)
		state = "cluster gone";
	json_text(out, "pod_state", state);
	const struct peerpod *peerpod;
	bool has_peerpod = false;
	if (kubernetes)
		EACH_OF(peerpod, &kubernetes->peerpods)
	has_peerpod = has_peerpod || !strcmp(peerpod->instance_id, instance->base.id);
	json_bool(out, "has_peerpod", has_peerpod);
}

static void write_vm(const struct world *world, const struct instance *instance, struct json_out *out)
{
	static const char *const sorts[] = {"other", "node", "podvm"};
	json_object(out, NULL);
	json_text(out, "id", instance->base.id);
	json_text(out, "region", instance->base.region->id);
	json_text(out, "name", instance->name);
	json_text(out, "status", instance->base.state);
	json_text(out, "sort", sorts[instance->sort]);
	write_use(out, "in_use_by", &instance->use);
	if (instance->made_for.pod) {
		write_use(out, "made_for", &instance->made_for);
		write_leak(out, &instance->base);
		write_time(out, "created", instance->base.created);
		write_time(out, "unused_since", instance->use.pod ? 0 : instance->unused_since);
		write_time(out, "settled_since", truth_settled_since(instance));
		json_text(out, "obstacle", instance->use.pod ? "" : truth_obstacle(world, instance));
		write_maker(world, instance, out);
	}
	json_text(out, "made_by", made_by_name(instance->base.made_by));
	json_object_end(out);
}

// Of a network interface or an address: whether it serves a VM that is in use.
static bool serves(const struct world *world, const char *id)
{
	const struct instance *instance = world_find(world, KIND_INSTANCE, id);
	const struct eni *eni = instance ? NULL : world_find(world, KIND_ENI, id);
	if (eni)
		instance = eni->instance;
	return instance && (instance->use.pod || instance->sort != VM_PODVM);
}

static void write_network(const struct world *world, const struct resource *resource, struct json_out *out)
{
	const struct eni *eni = resource->kind == KIND_ENI ? (const void *)resource : NULL;
	const struct eip *eip = resource->kind == KIND_EIP ? (const void *)resource : NULL;
	if (!eni && !eip)
		return;
	const char *holder = eni ? resource->id : eip->instance_id;
	json_bool(out, "in_use", serves(world, holder) || (eip && world_find(world, KIND_NAT_GATEWAY, holder)));
	write_leak(out, resource);
}

static void write_kind(const struct world *world, enum resource_kind kind, struct json_out *out)
{
	json_list(out, resource_kind_name(kind));
	for (size_t r = 0; r < world->region_count; r++) {
		const struct table *table = &world->regions[r].tables[kind];
		for (size_t i = 0; i < table->count; i++) {
			const struct resource *resource = table->items[i];
			char digest[TRUTH_DIGEST_SIZE];
			truth_digest(resource, digest);
			json_object(out, NULL);
			json_text(out, "id", resource->id);
			json_text(out, "region", resource->region->id);
			json_text(out, "state", resource->state);
			json_text(out, "made_by", made_by_name(resource->made_by));
			json_text(out, "digest", digest);
			write_network(world, resource, out);
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
			write_vm(world, (const void *)table->items[i], out);
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
