// SPDX-License-Identifier: Apache-2.0
// Disks: system disks go with their VM; data disks say that a VM is no pod VM.
#include "config.h"
#include "inventory/kinds/fields.h"

#include "base/banned.h"

static const struct field fields[] = {
        FIELD_ID(0, N_("ID"), COLUMN(12, 24, 2)),
        FIELD_NAME(0, N_("NAME"), COLUMN(10, 30, 1)),
        FIELD_REGION(0, COLUMN(8, 14, 8)),
        FIELD_STATUS(0, N_("STATUS"), COLUMN(6, 9, 3)),
        FIELD_CREATED(FIELD_HIDDEN, COLUMN(17, 17, 10)),
        FIELD(disk_record, type, N_("TYPE"), FIELD_SHARED, N_("System or data"), COLUMN(4, 6, 6)),
        FIELD(disk_record, instance_id, N_("VM"), 0, N_("VM that it is attached to"), COLUMN(12, 22, 4)),
        FIELD(disk_record, size_gib, N_("GIB"), FIELD_ADDS, N_("Size in GiB"), .right = true, COLUMN(4, 6, 5)),
        FIELD(disk_record, category, N_("CATEGORY"), FIELD_SHARED, N_("Sort of storage"), COLUMN(8, 14, 7)),
        FIELD_AGE(0, COLUMN(4, 5, 9)),
        FIELD(disk_record, zone, N_("ZONE"), FIELD_SHARED | FIELD_HIDDEN, N_("Zone where it is"), COLUMN(10, 16, 11)),
        FIELD(disk_record, delete_with_instance, N_("RELEASED"), FIELD_HIDDEN, N_("Deleted together with its VM"),
                COLUMN(4, 8, 12)),
        FIELD(disk_record, tags, N_("TAGS"), FIELD_HIDDEN, N_("Tags"), COLUMN(8, 30, 13)),
};

const struct kind kind_disk = {
        .id = KIND_DISK,
        .name = "disk",
        .plural = "disks",
        .aliases = "volumes volume",
        .title = N_("Disks"),
        .help = N_("Disks of the chosen regions"),
        .level = SCOPE_REGION,
        .parent = KIND_VM,
        .parent_field = "instance_id",
        .record_size = sizeof(struct disk_record),
        .fields = fields,
        .field_count = COUNT_OF(fields),
        .order = "name",
};
