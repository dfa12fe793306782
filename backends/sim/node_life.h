// SPDX-License-Identifier: Apache-2.0
// Nodes of a cluster: joining, losing the API server, stopping, leaving.
#ifndef PEERDECK_SIM_NODE_LIFE_H
#define PEERDECK_SIM_NODE_LIFE_H

#include "sim/podlife.h"

struct kube_node *node_joins(struct kubernetes *kubernetes, struct instance *instance);
// Its instance came up again.
void node_boots(struct kube_node *node);
// Its instance stopped or went: everything that ran there is dead.
void node_dies(struct kube_node *node);
// Cut off from the API server; what runs there runs on.
void node_partition(struct kube_node *node);
void node_heal(struct kube_node *node);
// The Node object goes, and with it the objects of its pods.
void node_leaves(struct kube_node *node);
struct kube_node *node_of_instance(const struct world *world, const char *instance_id);

// What instances tell: a node's, or a pod VM that somebody stops or deletes under its pod.
void podlife_instance_up(struct world *world, struct instance *instance); // and joined its cluster
void podlife_instance_down(struct world *world, struct instance *instance);
void podlife_instance_gone(struct world *world, struct instance *instance);

#endif
