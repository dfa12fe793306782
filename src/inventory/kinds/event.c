// SPDX-License-Identifier: Apache-2.0
// Events of a cluster.
#include "config.h"
#include "inventory/kinds/fields.h"

#include "base/banned.h"

static const struct field fields[] = {
        FIELD_ID(FIELD_HIDDEN, N_("UID"), COLUMN(12, 36, 9)),
        FIELD_NAME(0, N_("REASON"), COLUMN(10, 24, 2)),
        FIELD_REGION(FIELD_HIDDEN, COLUMN(8, 14, 10)),
        FIELD_STATUS(0, N_("TYPE"), COLUMN(7, 7, 4)),
        FIELD_CREATED(FIELD_HIDDEN, COLUMN(17, 17, 11)),
        FIELD_MOMENT(event_record, last_seen, N_("LAST SEEN"), 0, N_("When it was last seen"), COLUMN(8, 17, 3)),
        FIELD_NAMED(event_record, namespace_name, "namespace", N_("NAMESPACE"), FIELD_SHARED, N_("Namespace"),
                COLUMN(8, 16, 7)),
        FIELD(event_record, object_kind, N_("KIND"), FIELD_SHARED | FIELD_HIDDEN, N_("Sort of thing that it tells of"),
                COLUMN(4, 12, 8)),
        FIELD(event_record, object, N_("OBJECT"), FIELD_SHARED, N_("Thing that it tells of"), COLUMN(10, 30, 5)),
        FIELD(event_record, message, N_("MESSAGE"), 0, N_("What happened"), COLUMN(20, 80, 1)),
        FIELD(event_record, count, N_("COUNT"), FIELD_ADDS, N_("How often it was seen"), .right = true, COLUMN(3, 5, 6)),
        FIELD(event_record, object_uid, N_("OBJECT UID"), FIELD_HIDDEN, N_("Identifier of that thing"),
                COLUMN(12, 36, 12)),
        FIELD(event_record, source, N_("SOURCE"), FIELD_SHARED | FIELD_HIDDEN, N_("Who tells it"), COLUMN(8, 20, 13)),
        FIELD(event_record, cluster_id, N_("CLUSTER"), FIELD_SHARED | FIELD_HIDDEN, N_("Cluster that it is in"),
                COLUMN(12, 33, 14)),
};

const struct kind kind_event = {
        .id = KIND_EVENT,
        .name = "event",
        .plural = "events",
        .aliases = "ev",
        .title = N_("Events"),
        .help = N_("What happened in a cluster lately"),
        .level = SCOPE_CLUSTER,
        .parent = KIND_CLUSTER,
        .parent_field = "cluster_id",
        .record_size = sizeof(struct event_record),
        .fields = fields,
        .field_count = COUNT_OF(fields),
        .order = "-last_seen",
};
