// SPDX-License-Identifier: Apache-2.0
// Zones: the parts of a region that fail on their own.
#include "config.h"
#include "inventory/kinds/fields.h"

#include "base/banned.h"

static const struct field fields[] = {
        FIELD_ID(0, N_("ZONE"), COLUMN(10, 18, 1)),
        FIELD_NAME(0, N_("NAME"), COLUMN(8, 24, 2)),
        FIELD_REGION(0, COLUMN(10, 14, 3)),
        FIELD_STATUS(FIELD_HIDDEN, N_("STATE"), COLUMN(6, 11, 4)),
        FIELD_CREATED(FIELD_INTERNAL),
};

const struct kind kind_zone = {
        .id = KIND_ZONE,
        .name = "zone",
        .plural = "zones",
        .aliases = "az",
        .title = N_("Zones"),
        .help = N_("Zones of the chosen regions"),
        .level = SCOPE_REGION,
        .parent = KIND_REGION,
        .parent_field = "region",
        .record_size = sizeof(struct zone_record),
        .fields = fields,
        .field_count = COUNT_OF(fields),
        .order = "id",
};
