// SPDX-License-Identifier: Apache-2.0
// Network interfaces.
#include "config.h"
#include "inventory/kinds/fields.h"

#include "base/banned.h"

static const struct field fields[] = {
        FIELD_ID(0, N_("ID"), COLUMN(12, 24, 2)),
        FIELD_NAME(0, N_("NAME"), COLUMN(10, 30, 1)),
        FIELD_REGION(0, COLUMN(8, 14, 8)),
        FIELD_STATUS(0, N_("STATUS"), COLUMN(6, 9, 3)),
        FIELD_CREATED(FIELD_HIDDEN, COLUMN(17, 17, 10)),
        FIELD(eni_record, type, N_("TYPE"), FIELD_SHARED, N_("Primary or secondary"), COLUMN(6, 9, 7)),
        FIELD(eni_record, instance_id, N_("VM"), 0, N_("VM that it is attached to"), COLUMN(12, 22, 4)),
        FIELD(eni_record, private_ip, N_("PRIVATE IP"), 0, N_("Address in its network"), COLUMN(9, 15, 6)),
        FIELD_AGE(0, COLUMN(4, 5, 5)),
        FIELD(eni_record, vpc_id, N_("VPC"), FIELD_SHARED | FIELD_HIDDEN, N_("Network that it is in"),
                COLUMN(12, 25, 11)),
        FIELD(eni_record, vswitch_id, N_("VSWITCH"), FIELD_SHARED | FIELD_HIDDEN, N_("vSwitch that it is on"),
                COLUMN(12, 25, 12)),
        FIELD(eni_record, zone, N_("ZONE"), FIELD_SHARED | FIELD_HIDDEN, N_("Zone where it is"), COLUMN(10, 16, 13)),
        FIELD(eni_record, mac, N_("MAC"), FIELD_HIDDEN, N_("Hardware address"), COLUMN(17, 17, 14)),
        FIELD(eni_record, description, N_("DESCRIPTION"), FIELD_HIDDEN, N_("Description"), COLUMN(8, 30, 15)),
        FIELD(eni_record, eip_id, N_("EIP"), FIELD_HIDDEN, N_("Elastic public address bound to it"),
                COLUMN(12, 25, 16)),
        FIELD(eni_record, security_group_ids, N_("SECURITY GROUPS"), FIELD_HIDDEN, N_("Security groups"),
                COLUMN(12, 24, 17)),
        FIELD(eni_record, tags, N_("TAGS"), FIELD_HIDDEN, N_("Tags"), COLUMN(8, 30, 18)),
        FIELD(eni_record, delete_on_release, N_("RELEASED"), FIELD_HIDDEN, N_("Deleted together with its VM"),
                COLUMN(4, 8, 19)),
        FIELD(eni_record, service_managed, N_("MANAGED"), FIELD_HIDDEN, N_("Belongs to a service of the cloud"),
                COLUMN(4, 7, 20)),
};

const struct kind kind_eni = {
        .id = KIND_ENI,
        .name = "eni",
        .plural = "enis",
        .aliases = "interfaces interface nics nic",
        .title = N_("Network interfaces"),
        .help = N_("Network interfaces of the chosen regions"),
        .level = SCOPE_REGION,
        .parent = KIND_VM,
        .parent_field = "instance_id",
        .record_size = sizeof(struct eni_record),
        .fields = fields,
        .field_count = COUNT_OF(fields),
        .order = "name",
};
