// SPDX-License-Identifier: Apache-2.0
// Node pools: nodes of one sort that grow and shrink together.
#include "config.h"
#include "inventory/kinds/fields.h"

#include "base/banned.h"

static bool derive_nodes(const struct record *record, const struct field_context *context, char *out, size_t size)
{
	const struct node_pool_record *pool = (const struct node_pool_record *)record;

	(void)context;
	return derive_ratio_text(pool->healthy, pool->desired >= 0 ? pool->desired : pool->total, out, size);
}

static bool derive_nodes_number(const struct record *record, const struct field_context *context, double *out)
{
	const struct node_pool_record *pool = (const struct node_pool_record *)record;

	(void)context;
	*out = (double)pool->healthy;
	return pool->healthy >= 0;
}

static const struct field fields[] = {
        FIELD_ID(FIELD_HIDDEN, N_("ID"), COLUMN(12, 34, 9)),
        FIELD_NAME(0, N_("NAME"), COLUMN(10, 24, 1)),
        FIELD_REGION(FIELD_HIDDEN, COLUMN(8, 14, 10)),
        FIELD_STATUS(0, N_("STATE"), COLUMN(6, 9, 2)),
        FIELD_CREATED(FIELD_HIDDEN, COLUMN(17, 17, 11)),
        FIELD_MADE("nodes", N_("NODES"), FIELD_ADDS, N_("Nodes that are healthy, of those wanted"), .derive = derive_nodes,
                .derive_number = derive_nodes_number, .right = true, COLUMN(5, 6, 3)),
        FIELD(node_pool_record, instance_types, N_("TYPE"), 0,
                N_("Instance types of its nodes, the preferred one first"), COLUMN(8, 20, 4)),
        FIELD_AGE(0, COLUMN(4, 5, 6)),
        FIELD(node_pool_record, cluster_id, N_("CLUSTER"), FIELD_SHARED | FIELD_HIDDEN,
                N_("Cluster that it belongs to"), COLUMN(12, 33, 12)),
        FIELD(node_pool_record, type, N_("SORT"), FIELD_SHARED | FIELD_HIDDEN, N_("Sort of node pool"),
                COLUMN(4, 12, 13)),
        FIELD(node_pool_record, image_type, N_("IMAGE"), FIELD_SHARED | FIELD_HIDDEN,
                N_("Operating system of its nodes"), COLUMN(6, 16, 14)),
        FIELD(node_pool_record, system_disk_category, N_("DISK"), FIELD_SHARED | FIELD_HIDDEN,
                N_("Category of the system disk"), COLUMN(6, 12, 15)),
        FIELD(node_pool_record, spot_strategy, N_("SPOT"), FIELD_SHARED | FIELD_HIDDEN,
                N_("Strategy for spot instances"), COLUMN(4, 16, 16)),
        FIELD(node_pool_record, vswitch_ids, N_("VSWITCHES"), FIELD_HIDDEN, N_("vSwitches of its nodes"),
                COLUMN(12, 25, 17)),
        FIELD(node_pool_record, desired, N_("WANTED"), FIELD_HIDDEN | FIELD_ADDS, N_("Nodes wanted"), .right = true,
                COLUMN(6, 6, 18)),
        FIELD(node_pool_record, total, N_("TOTAL"), FIELD_HIDDEN | FIELD_ADDS, N_("Nodes that there are"), .right = true,
                COLUMN(5, 5, 19)),
        FIELD(node_pool_record, healthy, N_("HEALTHY"), FIELD_HIDDEN | FIELD_ADDS, N_("Nodes that are healthy"), .right = true,
                COLUMN(7, 7, 20)),
        FIELD(node_pool_record, failed, N_("FAILED"), FIELD_HIDDEN | FIELD_ADDS, N_("Nodes that failed"), .right = true,
                COLUMN(6, 6, 7)),
        FIELD(node_pool_record, minimum, N_("MIN"), FIELD_HIDDEN, N_("Least nodes, with automatic scaling"),
                .right = true, COLUMN(3, 4, 21)),
        FIELD(node_pool_record, maximum, N_("MAX"), FIELD_HIDDEN, N_("Most nodes, with automatic scaling"),
                .right = true, COLUMN(3, 4, 22)),
        FIELD(node_pool_record, is_default, N_("DEFAULT"), FIELD_HIDDEN, N_("The cluster's default node pool"),
                COLUMN(4, 7, 23)),
        FIELD(node_pool_record, auto_scaling, N_("SCALES"), FIELD_HIDDEN, N_("Automatic scaling"), COLUMN(4, 6, 24)),
};

const struct kind kind_node_pool = {
        .id = KIND_NODE_POOL,
        .name = "node_pool",
        .plural = "nodepools",
        .aliases = "nodepool node-pools node-pool node_pools np pools pool",
        .title = N_("Node pools"),
        .help = N_("Node pools of a cluster"),
        .level = SCOPE_CLUSTER,
        .parent = KIND_CLUSTER,
        .parent_field = "cluster_id",
        .record_size = sizeof(struct node_pool_record),
        .fields = fields,
        .field_count = COUNT_OF(fields),
        .order = "name",
};
