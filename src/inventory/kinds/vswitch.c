// SPDX-License-Identifier: Apache-2.0
// vSwitches: the subnets of a virtual network.
#include "config.h"
#include "inventory/kinds/fields.h"

#include "base/banned.h"

static const struct field fields[] = {
        FIELD_ID(0, N_("ID"), COLUMN(12, 25, 2)),
        FIELD_NAME(0, N_("NAME"), COLUMN(8, 30, 1)),
        FIELD_REGION(0, COLUMN(8, 14, 8)),
        FIELD_STATUS(0, N_("STATUS"), COLUMN(6, 9, 3)),
        FIELD_CREATED(FIELD_HIDDEN, COLUMN(17, 17, 9)),
        FIELD(vswitch_record, cidr, N_("CIDR"), 0, N_("Addresses"), COLUMN(9, 18, 4)),
        FIELD(vswitch_record, available_ips, N_("FREE"), FIELD_ADDS, N_("Addresses that are free"), .right = true,
                COLUMN(4, 6, 5)),
        FIELD(vswitch_record, zone, N_("ZONE"), FIELD_SHARED, N_("Zone where it is"), COLUMN(10, 16, 6)),
        FIELD(vswitch_record, vpc_id, N_("VPC"), FIELD_SHARED, N_("Network that it belongs to"), COLUMN(12, 25, 7)),
        FIELD_AGE(FIELD_HIDDEN, COLUMN(4, 5, 10)),
        FIELD(vswitch_record, tags, N_("TAGS"), FIELD_HIDDEN, N_("Tags"), COLUMN(8, 30, 11)),
};

const struct kind kind_vswitch = {
        .id = KIND_VSWITCH,
        .name = "vswitch",
        .plural = "vswitches",
        .aliases = "vsw subnets subnet",
        .title = N_("vSwitches"),
        .help = N_("vSwitches of the chosen regions"),
        .level = SCOPE_REGION,
        .parent = KIND_VPC,
        .parent_field = "vpc_id",
        .record_size = sizeof(struct vswitch_record),
        .fields = fields,
        .field_count = COUNT_OF(fields),
        .order = "name",
};
