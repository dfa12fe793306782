// SPDX-License-Identifier: Apache-2.0
// Node pools: reading them from requests, bringing them to their size.
#ifndef PEERDECK_SIM_CS_POOLS_H
#define PEERDECK_SIM_CS_POOLS_H

#include "sim/cs_tasks.h"

// A new pool in state "initial"; NULL after call_fail.
struct node_pool *node_pool_from_json(struct call *call, struct cluster *cluster, const cJSON *json);
// Makes or removes nodes until there are as many as wanted, and waits until all are Ready. `first`: begin.
enum step_result node_pool_settle(struct world *world, struct node_pool *pool, bool first);
// Lets a node go: with its instance, or only out of the cluster.
void node_remove(struct world *world, struct instance *node, bool release);
// All pools of a cluster that has no nodes any more.
void node_pools_destroy(struct world *world, struct cluster *cluster);

#endif
