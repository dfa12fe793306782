// SPDX-License-Identifier: Apache-2.0
// Nodes of a cluster: the machines that run ordinary pods, and the adaptor that makes pod VMs.
#include "config.h"
#include "inventory/kinds/fields.h"

#include "base/banned.h"

static const struct field fields[] = {
        FIELD_ID(0, N_("INSTANCE"), COLUMN(12, 22, 7)),
        FIELD_NAME(0, N_("NAME"), COLUMN(10, 28, 1)),
        FIELD_REGION(FIELD_HIDDEN, COLUMN(8, 14, 10)),
        FIELD_STATUS(0, N_("STATUS"), COLUMN(6, 9, 2)),
        FIELD_CREATED(FIELD_HIDDEN, COLUMN(17, 17, 11)),
        FIELD(node_record, state, N_("STATE"), FIELD_SHARED | FIELD_STATE, N_("State as the cluster's manager sees it"),
                COLUMN(7, 9, 3)),
        FIELD_AGE(0, COLUMN(4, 5, 4)),
        FIELD(node_record, private_ip, N_("PRIVATE IP"), 0, N_("Address in the cluster's network"), COLUMN(9, 15, 5)),
        FIELD(node_record, type, N_("TYPE"), FIELD_SHARED, N_("Instance type"), COLUMN(8, 16, 6)),
        FIELD(node_record, cluster_id, N_("CLUSTER"), FIELD_SHARED | FIELD_HIDDEN, N_("Cluster that it belongs to"),
                COLUMN(12, 33, 12)),
        FIELD(node_record, node_pool_id, N_("NODE POOL"), FIELD_SHARED | FIELD_HIDDEN,
                N_("Node pool that it belongs to"), COLUMN(12, 34, 13)),
        FIELD(node_record, instance_status, N_("VM STATUS"), FIELD_SHARED | FIELD_STATE | FIELD_HIDDEN,
                N_("State of the machine itself"), COLUMN(7, 9, 9)),
        FIELD(node_record, message, N_("MESSAGE"), 0, N_("Why it is not well"), COLUMN(8, 30, 8)),
};

const struct kind kind_node = {
        .id = KIND_NODE,
        .name = "node",
        .plural = "nodes",
        .aliases = "no",
        .title = N_("Nodes"),
        .help = N_("Nodes of a cluster"),
        .level = SCOPE_CLUSTER,
        .parent = KIND_NODE_POOL,
        .parent_field = "node_pool_id",
        .record_size = sizeof(struct node_record),
        .fields = fields,
        .field_count = COUNT_OF(fields),
        .order = "name",
};
