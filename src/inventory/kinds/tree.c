// SPDX-License-Identifier: Apache-2.0
// Which fields make the parents of each kind's rows.
#include "config.h"
#include "inventory/tree.h"

#include "inventory/kinds/fields.h"

#include "base/banned.h"

#define IN_CLUSTER                                                                                                     \
	{                                                                                                              \
		.field = "cluster_id", .named = &kind_cluster                                                          \
	}

static const struct tree_level levels[KIND_COUNT][TREE_LEVELS_MOST] = {
        [KIND_ZONE] = {{.field = "region"}},
        [KIND_CLUSTER] = {{.field = "region"}},
        [KIND_NODE_POOL] = {IN_CLUSTER},
        [KIND_NODE] = {IN_CLUSTER, {.field = "node_pool_id", .named = &kind_node_pool}},
        [KIND_POD] = {IN_CLUSTER, {.field = "namespace"}, {.field = "owner"}},
        [KIND_VM] = {{.field = "owner_id", .shown = "owner", .narrowed = "cluster"}, {.field = "zone"}},
        [KIND_ENI] = {{.field = "vpc_id", .named = &kind_vpc}, {.field = "vswitch_id", .named = &kind_vswitch}},
        [KIND_EIP] = {{.field = "region"}},
        [KIND_IMAGE] = {{.field = "owner"}},
        [KIND_VPC] = {{.field = "region"}},
        [KIND_VSWITCH] = {{.field = "vpc_id", .named = &kind_vpc}, {.field = "zone"}},
        [KIND_DISK] = {{.field = "zone"}},
        [KIND_PEERPOD] = {IN_CLUSTER, {.field = "namespace"}},
        [KIND_EVENT] = {IN_CLUSTER, {.field = "object"}},
        [KIND_ORPHAN] = {{.field = "cluster_id", .shown = "cluster"}, {.field = "verdict"}},
};

size_t tree_levels(enum kind_id kind, const struct tree_level **out)
{
	size_t count = 0;

	while (count < TREE_LEVELS_MOST && levels[kind][count].field)
		count++;
	*out = levels[kind];
	return count;
}
