// SPDX-License-Identifier: Apache-2.0
// Regions: where everything else is.
#include "config.h"
#include "inventory/kinds/fields.h"

#include "base/banned.h"

static bool derive_clusters(const struct record *record, const struct field_context *context, char *out, size_t size)
{
	return derive_integer_text(derive_count(context, KIND_CLUSTER, "region", record->id), out, size);
}

static bool derive_clusters_number(const struct record *record, const struct field_context *context, double *out)
{
	*out = (double)derive_count(context, KIND_CLUSTER, "region", record->id);
	return *out >= 0;
}

static bool derive_vms(const struct record *record, const struct field_context *context, char *out, size_t size)
{
	return derive_integer_text(derive_sum(context, KIND_VM, "region", record->id, "podvm"), out, size);
}

static bool derive_vms_number(const struct record *record, const struct field_context *context, double *out)
{
	*out = (double)derive_sum(context, KIND_VM, "region", record->id, "podvm");
	return *out >= 0;
}

static const struct field fields[] = {
        FIELD_ID(0, N_("REGION"), COLUMN(10, 16, 1)),
        FIELD_NAME(0, N_("NAME"), COLUMN(8, 20, 5)),
        FIELD_REGION(FIELD_HIDDEN),
        FIELD_STATUS(0, N_("STATE"), COLUMN(6, 11, 4)),
        FIELD_CREATED(FIELD_INTERNAL),
        FIELD_MADE("clusters", N_("CLUST"), FIELD_UNCOMPARED, N_("Clusters in the region, as far as they were read"),
                .derive = derive_clusters, .derive_number = derive_clusters_number, .right = true, COLUMN(5, 5, 3)),
        FIELD_MADE("vms", N_("VMS"), FIELD_UNCOMPARED, N_("Pod VMs in the region, as far as they were read"),
                .derive = derive_vms, .derive_number = derive_vms_number, .right = true, COLUMN(3, 5, 2)),
        FIELD(region_record, endpoint, N_("ENDPOINT"), FIELD_HIDDEN, N_("Address of the region's ECS API"),
                COLUMN(12, 32, 6)),
};

const struct kind kind_region = {
        .id = KIND_REGION,
        .name = "region",
        .plural = "regions",
        .aliases = "reg",
        .title = N_("Regions"),
        .help = N_("Regions of the account"),
        .level = SCOPE_CONTEXT,
        .parent = -1,
        .record_size = sizeof(struct region_record),
        .fields = fields,
        .field_count = COUNT_OF(fields),
        .order = "id",
};
