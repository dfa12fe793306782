// SPDX-License-Identifier: Apache-2.0
// One timer per workload; at each turn one pod begins or ends.
#include "config.h"
#include "sim/life.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/instances.h"
#include "sim/memory.h"

#include "base/banned.h"

struct life {
	struct workload *workloads;
	size_t count, room;
};

static void life_destroy(void *user)
{
	struct life *life = user;
	free(life->workloads);
	free(life);
}

static bool is_used_by(const struct instance *instance, const struct cluster *cluster)
{
	return instance->use.pod && !strcmp(instance->use.cluster_id, cluster->base.id);
}

static size_t users(const struct cluster *cluster)
{
	size_t count = 0;
	const struct table *table = &cluster->base.region->tables[KIND_INSTANCE];
	for (size_t i = 0; i < table->count; i++)
		count += is_used_by((const void *)table->items[i], cluster);
	return count;
}

static struct instance *nth_user(const struct cluster *cluster, size_t n)
{
	const struct table *table = &cluster->base.region->tables[KIND_INSTANCE];
	for (size_t i = 0; i < table->count; i++) {
		struct instance *instance = (void *)table->items[i];
		if (is_used_by(instance, cluster) && n-- == 0)
			return instance;
	}
	return NULL;
}

static void pod_end(struct world *world, struct workload *workload, size_t count)
{
	struct random *random = &world->random[RANDOM_LIFE];
	struct instance *instance = nth_user(workload->adaptor.cluster, (size_t)random_below(random, count));
	if (!instance || strcmp(instance->base.state, "Running") != 0)
		return;
	instance->use = (struct pod_use){0};
	world->changes++;
	if (workload->leaks < workload->most_leaks && random_chance(random, workload->leak))
		workload->leaks++;
	else
		instance_delete(world, instance);
}

static void turn(struct world *world, struct resource *resource, int64_t which)
{
	struct life *life = world->life;
	struct workload *workload = &life->workloads[which];
	struct random *random = &world->random[RANDOM_LIFE];
	size_t count = users(workload->adaptor.cluster);
	bool lives = !strcmp(resource->state, "running");
	// Fewer than wanted makes a birth likelier, more a death.
	double birth = count + 4 < workload->wanted ? 0.9 : count > workload->wanted + 4 ? 0.1 : 0.5;
	if (lives && (!count || random_chance(random, birth)))
		podvm_create(world, RANDOM_LIFE, &workload->adaptor, pod_name_make(world, RANDOM_LIFE), 0);
	else if (lives)
		pod_end(world, workload, count);
	double spread = 0.25 + 1.5 * (double)random_below(random, 1000) / 1000;
	world_later(world, (int64_t)((double)workload->every_ms * spread) + 1, resource, turn, which);
}

void life_add(struct world *world, const struct workload *workload)
{
	if (!world->life) {
		world->life = memory_zeroed(1, sizeof(struct life));
		world->life_destroy = life_destroy;
	}
	struct life *life = world->life;
	life->workloads = memory_grow(life->workloads, &life->room, life->count, sizeof(*life->workloads));
	life->workloads[life->count] = *workload;
	if (workload->every_ms > 0)
		world_later(
		        world, workload->every_ms / 2, &workload->adaptor.cluster->base, turn, (int64_t)life->count);
	life->count++;
}
