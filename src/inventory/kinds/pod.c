// SPDX-License-Identifier: Apache-2.0
// Pods of a cluster; a peer pod has a VM of its own.
#include "config.h"
#include "inventory/kinds/fields.h"

#include "base/banned.h"

static const struct field fields[] = {
        FIELD_ID(FIELD_HIDDEN, N_("UID"), COLUMN(12, 36, 12)),
        FIELD_NAME(0, N_("NAME"), COLUMN(10, 32, 1)),
        FIELD_REGION(FIELD_HIDDEN, COLUMN(8, 14, 13)),
        FIELD_STATUS(0, N_("STATUS"), COLUMN(7, 17, 2)),
        FIELD_CREATED(FIELD_HIDDEN, COLUMN(17, 17, 14)),
        FIELD_NAMED(pod_record, namespace_name, "namespace", N_("NAMESPACE"), FIELD_SHARED, N_("Namespace"),
                COLUMN(8, 16, 3)),
        FIELD(pod_record, restarts, N_("RESTARTS"), 0, N_("Restarts of its containers"), .right = true,
                COLUMN(3, 8, 7)),
        FIELD_AGE(0, COLUMN(4, 5, 4)),
        FIELD(pod_record, runtime_class, N_("RUNTIME"), FIELD_SHARED,
                N_("Runtime class; kata-remote makes it a peer pod"), COLUMN(7, 12, 6)),
        FIELD(pod_record, vm_id, N_("POD VM"), 0, N_("VM made for it"), COLUMN(12, 22, 5)),
        FIELD(pod_record, node, N_("NODE"), FIELD_SHARED, N_("Node that runs it"), COLUMN(10, 26, 8)),
        FIELD(pod_record, ip, N_("IP"), 0, N_("Address of the pod"), COLUMN(9, 15, 9)),
        FIELD(pod_record, reason, N_("REASON"), 0, N_("Why it is in this state"), COLUMN(8, 24, 10)),
        FIELD(pod_record, cluster_id, N_("CLUSTER"), FIELD_SHARED | FIELD_HIDDEN, N_("Cluster that it runs in"),
                COLUMN(12, 33, 15)),
};

const struct kind kind_pod = {
        .id = KIND_POD,
        .name = "pod",
        .plural = "pods",
        .aliases = "po",
        .title = N_("Pods"),
        .help = N_("Pods of a cluster"),
        .level = SCOPE_CLUSTER,
        .parent = KIND_CLUSTER,
        .parent_field = "cluster_id",
        .record_size = sizeof(struct pod_record),
        .fields = fields,
        .field_count = COUNT_OF(fields),
        .order = "name",
};
