// SPDX-License-Identifier: Apache-2.0
// Virtual networks.
#include "config.h"
#include "inventory/kinds/fields.h"

#include "base/banned.h"

static const struct field fields[] = {
        FIELD_ID(0, N_("ID"), COLUMN(12, 25, 2)),
        FIELD_NAME(0, N_("NAME"), COLUMN(8, 30, 1)),
        FIELD_REGION(0, COLUMN(8, 14, 5)),
        FIELD_STATUS(0, N_("STATUS"), COLUMN(6, 9, 3)),
        FIELD_CREATED(FIELD_HIDDEN, COLUMN(17, 17, 8)),
        FIELD(vpc_record, cidr, N_("CIDR"), 0, N_("Addresses"), COLUMN(9, 18, 4)),
        FIELD_AGE(0, COLUMN(4, 5, 6)),
        FIELD(vpc_record, vswitch_ids, N_("VSWITCHES"), FIELD_HIDDEN, N_("vSwitches in it"), COLUMN(12, 25, 9)),
        FIELD(vpc_record, tags, N_("TAGS"), FIELD_HIDDEN, N_("Tags"), COLUMN(8, 30, 10)),
        FIELD(vpc_record, is_default, N_("DEFAULT"), 0, N_("The region's default network"), COLUMN(4, 7, 7)),
};

const struct kind kind_vpc = {
        .id = KIND_VPC,
        .name = "vpc",
        .plural = "vpcs",
        .aliases = "networks network",
        .title = N_("Networks"),
        .help = N_("Virtual networks (VPC) of the chosen regions"),
        .level = SCOPE_REGION,
        .parent = KIND_REGION,
        .parent_field = "region",
        .record_size = sizeof(struct vpc_record),
        .fields = fields,
        .field_count = COUNT_OF(fields),
        .order = "name",
};
