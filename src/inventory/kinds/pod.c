// SPDX-License-Identifier: Apache-2.0
// Pods of a cluster; a peer pod has a VM of its own.
#include "config.h"
#include "inventory/kinds/fields.h"

#include <stdio.h>

#include "base/banned.h"

// Peer pods first, then by name.
static bool derive_place(const struct record *record, const struct field_context *context, char *out, size_t size)
{
	const struct pod_record *pod = (const struct pod_record *)record;

	(void)context;
	snprintf(out, size, "%c %s/%s", pod->is_peer ? 'a' : 'b', pod->namespace_name, record->name);
	return true;
}

static const struct field fields[] = {
        FIELD_ID(FIELD_HIDDEN, N_("UID"), COLUMN(12, 36, 12)),
        FIELD_NAME(0, N_("NAME"), COLUMN(10, 32, 1)),
        FIELD_REGION(FIELD_HIDDEN, COLUMN(8, 14, 13)),
        FIELD_STATUS(0, N_("STATUS"), COLUMN(7, 17, 2)),
        FIELD_CREATED(FIELD_HIDDEN, COLUMN(17, 17, 14)),
        FIELD_NAMED(pod_record, namespace_name, "namespace", N_("NAMESPACE"), FIELD_SHARED, N_("Namespace"),
                COLUMN(8, 16, 3)),
        FIELD(pod_record, ready, N_("READY"), 0, N_("Containers that are ready"), .right = true, COLUMN(3, 5, 11)),
        FIELD(pod_record, restarts, N_("RESTARTS"), FIELD_ADDS, N_("Restarts of its containers"), .right = true,
                COLUMN(3, 8, 7)),
        FIELD_AGE(0, COLUMN(4, 5, 4)),
        FIELD(pod_record, runtime_class, N_("RUNTIME"), FIELD_SHARED,
                N_("Runtime class; kata-remote makes it a peer pod"), COLUMN(7, 12, 6)),
        FIELD(pod_record, vm_id, N_("POD VM"), 0, N_("VM made for it"), COLUMN(12, 22, 5)),
        FIELD(pod_record, node, N_("NODE"), FIELD_SHARED, N_("Node that runs it"), COLUMN(10, 26, 8)),
        FIELD(pod_record, ip, N_("IP"), 0, N_("Address of the pod"), COLUMN(9, 15, 9)),
        FIELD(pod_record, reason, N_("REASON"), 0, N_("Why it is in this state"), COLUMN(8, 24, 10)),
        FIELD(pod_record, message, N_("MESSAGE"), FIELD_HIDDEN, N_("What it says about that"), COLUMN(8, 40, 16)),
        FIELD(pod_record, phase, N_("PHASE"), FIELD_SHARED | FIELD_HIDDEN, N_("Phase of its life"), COLUMN(7, 9, 17)),
        FIELD(pod_record, owner, N_("OWNER"), FIELD_SHARED | FIELD_HIDDEN, N_("What made it"), COLUMN(8, 30, 18)),
        FIELD(pod_record, image, N_("IMAGE"), FIELD_SHARED | FIELD_HIDDEN, N_("Image of its first container"),
                COLUMN(8, 30, 19)),
        FIELD(pod_record, addresses, N_("ADDRESSES"), FIELD_HIDDEN, N_("Addresses of the pod"), COLUMN(9, 24, 20)),
        FIELD(pod_record, containers, N_("CONTAINERS"), FIELD_HIDDEN, N_("Its containers"), COLUMN(8, 24, 21)),
        FIELD(pod_record, labels, N_("LABELS"), FIELD_HIDDEN, N_("Labels"), COLUMN(8, 30, 22)),
        FIELD(pod_record, wanted, N_("WANTED"), FIELD_HIDDEN, N_("Containers that it has"), .right = true,
                COLUMN(4, 6, 23)),
        FIELD_MOMENT(pod_record, started, N_("STARTED"), FIELD_HIDDEN, N_("When its node took it"), COLUMN(17, 17, 24)),
        FIELD_MOMENT(pod_record, running_since, N_("RUNNING"), FIELD_HIDDEN,
                N_("Since when the oldest of its running containers runs"), COLUMN(17, 17, 25)),
        FIELD_MOMENT(pod_record, ready_since, N_("READY SINCE"), FIELD_HIDDEN, N_("Since when it is ready or not"),
                COLUMN(17, 17, 26)),
        FIELD_MOMENT(pod_record, deleting_since, N_("DELETING"), FIELD_HIDDEN, N_("Since when it is being deleted"),
                COLUMN(17, 17, 27)),
        FIELD_MOMENT(pod_record, status_written, N_("WRITTEN"), FIELD_INTERNAL | FIELD_UNCOMPARED,
                N_("When its kubelet last wrote its state")),
        FIELD(pod_record, termination_ms, N_("GRACE"), FIELD_INTERNAL, N_("Time that it is given to end")),
        FIELD(pod_record, is_peer, N_("PEER POD"), FIELD_HIDDEN, N_("Has a VM of its own"), COLUMN(4, 8, 28)),
        FIELD(pod_record, is_terminal, N_("ENDED"), FIELD_HIDDEN, N_("Will not run again"), COLUMN(4, 5, 29)),
        FIELD(pod_record, is_ready, N_("IS READY"), FIELD_HIDDEN, N_("Condition Ready"), COLUMN(4, 8, 30)),
        FIELD(pod_record, is_mirror, N_("STATIC"), FIELD_HIDDEN, N_("Stands for a static pod of its node"),
                COLUMN(4, 6, 31)),
        FIELD_MADE("place", N_("PLACE"), FIELD_INTERNAL, N_("Peer pods first"), .derive = derive_place),
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
        .order = "place",
};
