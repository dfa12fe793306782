// SPDX-License-Identifier: Apache-2.0
// Nodes join their cluster when their instance is up.
#include "config.h"
#include "sim/events.h"

#include <string.h>

#include "sim/clusters.h"
#include "sim/kube_store.h"
#include "sim/node_life.h"

#include "base/banned.h"

enum { JOIN_MS = 45 * 1000 };

static void on_joined(struct world *world, struct resource *resource, int64_t boot)
{
	struct instance *node = (void *)resource;
	if (!node->cluster || node->boots != boot || strcmp(resource->state, "Running") != 0 ||
	        !strcmp(node->node_state, "removing"))
		return;
	node->node_state = "running";
	node->node_status = "Ready";
	world->changes++;
	kube_nodes_changed(node->cluster);
	cluster_log(world, node->cluster, "node %s joined the cluster", node->hostname);
	podlife_instance_up(world, node);
}

void event_instance_running(struct world *world, struct instance *instance)
{
	if (instance->cluster)
		world_later(world, JOIN_MS, &instance->base, on_joined, instance->boots);
}

void event_instance_stopped(struct world *world, struct instance *instance)
{
	podlife_instance_down(world, instance);
	if (!instance->cluster)
		return;
	instance->node_status = "NotReady";
	kube_nodes_changed(instance->cluster);
	if (strcmp(instance->node_state, "removing") != 0)
		cluster_log(world, instance->cluster, "node %s is not ready", instance->hostname);
}

void event_instance_gone(struct world *world, struct instance *instance)
{
	podlife_instance_gone(world, instance);
	if (!instance->cluster)
		return;
	kube_nodes_changed(instance->cluster);
	cluster_log(world, instance->cluster, "node %s left the cluster", instance->hostname);
}
