// SPDX-License-Identifier: Apache-2.0
// Clusters, node pools and nodes as things; cs_*.c is how they are asked for.
#ifndef PEERDECK_SIM_CLUSTERS_H
#define PEERDECK_SIM_CLUSTERS_H

#include "sim/world.h"

// State "initial"; nothing happens by itself.
struct cluster *cluster_create(struct world *world, enum random_stream stream, struct region *region, const char *name,
        struct vpc *vpc, enum made_by made_by);
// Group, addresses, RRSA, add-ons: what a cluster has when its creation is over.
void cluster_equip(struct world *world, enum random_stream stream, struct cluster *cluster);
// Deletes the VPC and its vSwitches: only for a cluster whose VPC ACK made, and that nothing else uses.
void cluster_drop_vpc(struct world *world, struct cluster *cluster);
void cluster_log(struct world *world, struct cluster *cluster, const char *format, ...) PRINTF_LIKE(3, 4);
void cluster_event(struct world *world, struct cluster *cluster, const char *type, const char *level,
        const char *reason, const char *task_id, const char *message);
void cluster_add_resource(struct cluster *cluster, const char *type, const char *instance_id, bool auto_created);

struct node_pool *node_pool_create(struct world *world, enum random_stream stream, struct cluster *cluster,
        const char *name, enum made_by made_by);
// `created` as in struct instance_plan. NULL when the vSwitches are full.
// The first of its types that a zone of its vSwitches sells; NULL = none of them is.
const struct instance_type *node_pool_type(const struct node_pool *pool);
struct instance *node_create(struct world *world, enum random_stream stream, struct node_pool *pool, int64_t created);

// One of the vSwitches whose zone sells the type; any of them when none does.
struct vswitch *vswitch_selling(struct world *world, enum random_stream stream, struct vswitch *const *vswitches,
        size_t count, const struct instance_type *type);

struct node_counts {
	int64_t total, serving, healthy, initial, removing, failed, offline;
};
struct node_counts node_pool_counts(const struct node_pool *pool);
int64_t cluster_size(const struct cluster *cluster);

#endif
