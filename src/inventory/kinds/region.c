// SPDX-License-Identifier: Apache-2.0
// Regions: where everything else is.
#include "config.h"
#include "inventory/kinds/fields.h"

#include <stdio.h>

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

// A region's own record does not know that its lists are refused: what was read there says it.
static const char *find_trouble(const struct record *record, const struct field_context *context)
{
	static const enum kind_id asked[] = {KIND_CLUSTER, KIND_VM};

	for (size_t i = 0; i < COUNT_OF(asked) && context && context->failure; i++)
		switch (context->failure(context->user, asked[i], record->id)) {
		case ERROR_NONE:
		case ERROR_CANCELLED:
		case ERROR_THROTTLED:
			break;
		case ERROR_DENIED:
		case ERROR_CREDENTIALS:
			return "denied";
		case ERROR_NETWORK:
		case ERROR_TIMEOUT:
			return "unreachable";
		default:
			return "failed";
		}
	return NULL;
}

static bool derive_state(const struct record *record, const struct field_context *context, char *out, size_t size)
{
	const char *trouble = find_trouble(record, context);

	snprintf(out, size, "%s", trouble ? trouble : record->status);
	return *out != '\0';
}

// What needs an eye comes first.
static bool derive_state_number(const struct record *record, const struct field_context *context, double *out)
{
	const char *trouble = find_trouble(record, context);
	enum state_class state = state_of(KIND_REGION, trouble ? trouble : record->status);

	*out = state == STATE_BAD || state == STATE_WARNING ? 0 : 1;
	return true;
}

static const struct field fields[] = {
        FIELD_ID(0, N_("REGION"), COLUMN(10, 16, 1)),
        FIELD_NAME(0, N_("NAME"), COLUMN(8, 20, 5)),
        FIELD_REGION(FIELD_HIDDEN),
        FIELD_STATUS(FIELD_HIDDEN, N_("STATUS")),
        FIELD_CREATED(FIELD_INTERNAL),
        FIELD_MADE("clusters", N_("CLUST"), FIELD_UNCOMPARED, N_("Clusters in the region, as far as they were read"),
                .derive = derive_clusters, .derive_number = derive_clusters_number, .right = true, COLUMN(5, 5, 3)),
        FIELD_MADE("vms", N_("VMS"), FIELD_UNCOMPARED, N_("Pod VMs in the region, as far as they were read"),
                .derive = derive_vms, .derive_number = derive_vms_number, .right = true, COLUMN(3, 5, 2)),
        FIELD_MADE("state", N_("STATE"), FIELD_STATE | FIELD_WORDS | FIELD_UNCOMPARED,
                N_("Whether it can be used, and whether reading it worked"), .derive = derive_state,
                .derive_number = derive_state_number, COLUMN(6, 11, 4)),
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
        .order = "state",
};
