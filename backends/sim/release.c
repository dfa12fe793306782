// SPDX-License-Identifier: Apache-2.0
// What each kind owns beyond interned text.
#include "config.h"
#include "sim/release.h"

#include <stdlib.h>

#include "sim/kube_store.h"
#include "sim/world.h"

#include "base/banned.h"

static void cluster_release(struct cluster *cluster)
{
	kube_unlink(cluster);
	while (cluster->logs) {
		struct cluster_log *next = cluster->logs->next;
		free(cluster->logs);
		cluster->logs = next;
	}
	while (cluster->events) {
		struct cluster_event *next = cluster->events->next;
		free(cluster->events);
		cluster->events = next;
	}
}

static void node_pool_release(struct node_pool *pool)
{
	free(pool->data_disks);
	free(pool->labels);
	free(pool->taints);
}

void resource_release(struct resource *resource)
{
	void *whole = resource;
	if (resource->kind == KIND_INSTANCE)
		free(((struct instance *)whole)->user_data);
	else if (resource->kind == KIND_SECURITY_GROUP)
		free(((struct security_group *)whole)->rules);
	else if (resource->kind == KIND_CLUSTER)
		cluster_release(whole);
	else if (resource->kind == KIND_NODE_POOL)
		node_pool_release(whole);
	free(resource->tags);
	free(resource);
}
