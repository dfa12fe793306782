// SPDX-License-Identifier: Apache-2.0
// PeerPod objects: the records that the Cloud API Adaptor keeps of its VMs where peerpod-ctrl is installed.
#include "config.h"
#include "inventory/kinds/fields.h"

#include "base/banned.h"

static const struct field fields[] = {
        FIELD_ID(FIELD_HIDDEN, N_("UID"), COLUMN(12, 36, 9)),
        FIELD_NAME(0, N_("NAME"), COLUMN(10, 40, 1)),
        FIELD_REGION(FIELD_HIDDEN, COLUMN(8, 14, 10)),
        FIELD_STATUS(0, N_("STATUS"), COLUMN(7, 12, 2)),
        FIELD_CREATED(FIELD_HIDDEN, COLUMN(17, 17, 11)),
        FIELD_NAMED(peerpod_record, namespace_name, "namespace", N_("NAMESPACE"), FIELD_SHARED, N_("Namespace"),
                COLUMN(8, 16, 4)),
        FIELD(peerpod_record, vm_id, N_("POD VM"), 0, N_("VM that it names"), COLUMN(12, 22, 3)),
        FIELD(peerpod_record, pod, N_("POD"), 0, N_("Pod that owns it"), COLUMN(10, 28, 5)),
        FIELD_AGE(0, COLUMN(4, 5, 6)),
        FIELD(peerpod_record, cloud, N_("CLOUD"), FIELD_SHARED | FIELD_HIDDEN, N_("Cloud that it names"),
                COLUMN(6, 12, 12)),
        FIELD(peerpod_record, pod_uid, N_("POD UID"), FIELD_HIDDEN, N_("Identifier of the pod that owns it"),
                COLUMN(12, 36, 13)),
        FIELD(peerpod_record, has_finalizer, N_("HELD"), FIELD_HIDDEN, N_("Waits for peerpod-ctrl before it goes"),
                COLUMN(4, 5, 7)),
        FIELD_MOMENT(peerpod_record, deleting_since, N_("DELETING"), FIELD_HIDDEN, N_("Since when it is being deleted"),
                COLUMN(17, 17, 14)),
        FIELD(peerpod_record, cluster_id, N_("CLUSTER"), FIELD_SHARED | FIELD_HIDDEN, N_("Cluster that it is in"),
                COLUMN(12, 33, 15)),
};

const struct kind kind_peerpod = {
        .id = KIND_PEERPOD,
        .name = "peerpod",
        .plural = "peerpods",
        .aliases = "pp",
        .title = N_("PeerPods"),
        .help = N_("Records that the Cloud API Adaptor keeps of its VMs"),
        .level = SCOPE_CLUSTER,
        .parent = KIND_CLUSTER,
        .parent_field = "cluster_id",
        .record_size = sizeof(struct peerpod_record),
        .fields = fields,
        .field_count = COUNT_OF(fields),
        .order = "name",
};
