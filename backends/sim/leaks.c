// SPDX-License-Identifier: Apache-2.0
// Who uses a VM, and when it was lost.
#include "config.h"
#include "sim/podlife_private.h"

#include "base/banned.h"

bool leak_strikes(struct kubernetes *kubernetes, enum leak_path path)
{
	if (kubernetes->forced[path]) {
		kubernetes->forced[path]--;
		return true;
	}
	return kubernetes->rates[path] > 0 && random_chance(life_random(kubernetes), kubernetes->rates[path]);
}

void leak_mark(struct world *world, const char *resource_id, enum leak_path path)
{
	struct resource *resource = *resource_id ? id_map_get(&world->index, resource_id) : NULL;
	if (!resource || resource->leak)
		return;
	resource->leak = leak_path_name(path);
	resource->leak_since = world->now;
}

void vm_use(struct world *world, const char *instance_id, const struct sandbox *sandbox)
{
	struct instance *instance = world_find(world, KIND_INSTANCE, instance_id);
	if (!instance)
		return;
	instance->touched = world->now;
	if (sandbox) {
		instance->use = (struct pod_use){
		        .cluster_id = world_text(world, sandbox->kubernetes->cluster->base.id),
		        .namespace = sandbox->namespace,
		        .pod = sandbox->pod,
		        .uid = world_text(world, sandbox->pod_uid),
		        .sandbox = world_text(world, sandbox->id),
		};
		instance->made_for = instance->use;
		instance->made_on = sandbox->node ? sandbox->node->name : NULL;
		instance->unused_since = 0;
	} else if (instance->use.pod) {
		instance->use = (struct pod_use){0};
		instance->unused_since = world->now;
	}
}

void vm_touched(struct world *world, const char *instance_id)
{
	struct instance *instance = world_find(world, KIND_INSTANCE, instance_id);
	if (instance)
		instance->touched = world->now;
}
