// SPDX-License-Identifier: Apache-2.0
// Elastic public addresses.
#include "config.h"
#include "inventory/kinds/fields.h"

#include "base/banned.h"

static const struct field fields[] = {
        FIELD_ID(0, N_("ID"), COLUMN(12, 25, 4)),
        FIELD_NAME(0, N_("NAME"), COLUMN(8, 24, 5)),
        FIELD_REGION(0, COLUMN(8, 14, 8)),
        FIELD_STATUS(0, N_("STATUS"), COLUMN(6, 9, 2)),
        FIELD_CREATED(FIELD_HIDDEN, COLUMN(17, 17, 10)),
        FIELD(eip_record, address, N_("ADDRESS"), 0, N_("Public address"), COLUMN(9, 15, 1)),
        FIELD(eip_record, instance_id, N_("BOUND TO"), 0, N_("What it is bound to"), COLUMN(12, 22, 3)),
        FIELD(eip_record, instance_type, N_("SORT"), FIELD_SHARED, N_("Sort of thing that it is bound to"),
                COLUMN(8, 12, 7)),
        FIELD_AGE(0, COLUMN(4, 5, 6)),
        FIELD(eip_record, bandwidth, N_("MBIT/S"), FIELD_ADDS, N_("Peak bandwidth in Mbit/s"), .right = true, COLUMN(4, 6, 9)),
        FIELD(eip_record, description, N_("DESCRIPTION"), FIELD_HIDDEN, N_("Description"), COLUMN(8, 30, 11)),
        FIELD(eip_record, charge_type, N_("CHARGE"), FIELD_SHARED | FIELD_HIDDEN, N_("How it is paid"),
                COLUMN(8, 11, 12)),
        FIELD(eip_record, internet_charge_type, N_("TRAFFIC"), FIELD_SHARED | FIELD_HIDDEN,
                N_("How its traffic is paid"), COLUMN(8, 14, 13)),
        FIELD(eip_record, tags, N_("TAGS"), FIELD_HIDDEN, N_("Tags"), COLUMN(8, 30, 14)),
        FIELD(eip_record, deletion_protection, N_("PROTECTED"), FIELD_HIDDEN, N_("Deletion protection"),
                COLUMN(4, 9, 15)),
        FIELD(eip_record, service_managed, N_("MANAGED"), FIELD_HIDDEN, N_("Belongs to a service of the cloud"),
                COLUMN(4, 7, 16)),
};

const struct kind kind_eip = {
        .id = KIND_EIP,
        .name = "eip",
        .plural = "eips",
        .aliases = "addresses",
        .title = N_("Public addresses"),
        .help = N_("Elastic public addresses of the chosen regions"),
        .level = SCOPE_REGION,
        .parent = KIND_REGION,
        .parent_field = "region",
        .record_size = sizeof(struct eip_record),
        .fields = fields,
        .field_count = COUNT_OF(fields),
        .order = "address",
};
