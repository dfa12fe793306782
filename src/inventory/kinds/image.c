// SPDX-License-Identifier: Apache-2.0
// Images that VMs are made from.
#include "config.h"
#include "inventory/kinds/fields.h"

#include "base/banned.h"

static const struct field fields[] = {
        FIELD_ID(0, N_("ID"), COLUMN(12, 24, 3)),
        FIELD_NAME(0, N_("NAME"), COLUMN(10, 36, 1)),
        FIELD_REGION(0, COLUMN(8, 14, 8)),
        FIELD_STATUS(0, N_("STATUS"), COLUMN(8, 12, 2)),
        FIELD_CREATED(FIELD_HIDDEN, COLUMN(17, 17, 11)),
        FIELD(image_record, progress, N_("DONE"), 0, N_("How far its making is"), .right = true, COLUMN(4, 5, 4)),
        FIELD(image_record, size_gib, N_("GIB"), FIELD_ADDS, N_("Size in GiB"), .right = true, COLUMN(3, 4, 6)),
        FIELD_AGE(0, COLUMN(4, 5, 5)),
        FIELD(image_record, os_name, N_("SYSTEM"), FIELD_SHARED, N_("Operating system"), COLUMN(8, 28, 7)),
        FIELD(image_record, boot_mode, N_("BOOT"), FIELD_SHARED, N_("How it boots"), COLUMN(4, 6, 9)),
        FIELD(image_record, architecture, N_("ARCH"), FIELD_SHARED | FIELD_HIDDEN, N_("Processor architecture"),
                COLUMN(5, 7, 12)),
        FIELD(image_record, owner, N_("OWNER"), FIELD_SHARED, N_("Whose it is"), COLUMN(5, 8, 10)),
        FIELD(image_record, platform, N_("PLATFORM"), FIELD_SHARED | FIELD_HIDDEN, N_("Distribution"),
                COLUMN(8, 16, 13)),
        FIELD(image_record, description, N_("DESCRIPTION"), FIELD_HIDDEN, N_("Description"), COLUMN(8, 30, 14)),
        FIELD(image_record, tags, N_("TAGS"), FIELD_HIDDEN, N_("Tags"), COLUMN(8, 30, 15)),
        FIELD(image_record, nvme, N_("NVME"), FIELD_HIDDEN, N_("Works with NVMe disks"), COLUMN(4, 4, 16)),
};

const struct kind kind_image = {
        .id = KIND_IMAGE,
        .name = "image",
        .plural = "images",
        .aliases = "img",
        .title = N_("Images"),
        .help = N_("Images of the account in the chosen regions"),
        .level = SCOPE_REGION,
        .parent = KIND_REGION,
        .parent_field = "region",
        .record_size = sizeof(struct image_record),
        .fields = fields,
        .field_count = COUNT_OF(fields),
        .order = "-created",
};
