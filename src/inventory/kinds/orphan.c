// SPDX-License-Identifier: Apache-2.0
// Verdicts of the last scan: pod VMs and what they may have left behind, worst first.
#include "config.h"
#include "inventory/kinds/fields.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"

#include "base/banned.h"

static bool derive_for_number(const struct record *record, const struct field_context *context, double *out)
{
	const struct orphan_record *orphan = (const struct orphan_record *)record;

	if (orphan->since == 0 || !context || context->now == 0)
		return false;
	*out = context->now > orphan->since ? (double)(context->now - orphan->since) : 0;
	return true;
}

static bool derive_for(const struct record *record, const struct field_context *context, char *out, size_t size)
{
	char text[TIME_TEXT_SIZE];
	double age;

	if (!derive_for_number(record, context, &age))
		return false;
	time_format_age((int64_t)age, text);
	snprintf(out, size, "%s", text);
	return true;
}

// 1 for what is nobody's: what the clusters pane adds up.
static bool derive_found_number(const struct record *record, const struct field_context *context, double *out)
{
	(void)context;
	*out = strcmp(((const struct orphan_record *)record)->verdict, "orphan") == 0;
	return true;
}

static bool derive_unsure_number(const struct record *record, const struct field_context *context, double *out)
{
	(void)context;
	*out = strcmp(((const struct orphan_record *)record)->verdict, "unknown") == 0;
	return true;
}

static bool derive_nothing(const struct record *record, const struct field_context *context, char *out, size_t size)
{
	(void)record, (void)context, (void)out, (void)size;
	return false;
}

static bool derive_per_hour_number(const struct record *record, const struct field_context *context, double *out)
{
	(void)context;
	*out = ((const struct orphan_record *)record)->per_hour;
	return !isnan(*out);
}

static bool derive_per_hour(const struct record *record, const struct field_context *context, char *out, size_t size)
{
	const struct orphan_record *orphan = (const struct orphan_record *)record;

	(void)context;
	return money_text(orphan->per_hour, orphan->currency, out, size);
}

static bool derive_so_far_number(const struct record *record, const struct field_context *context, double *out)
{
	(void)context;
	*out = ((const struct orphan_record *)record)->so_far;
	return !isnan(*out);
}

static bool derive_so_far(const struct record *record, const struct field_context *context, char *out, size_t size)
{
	const struct orphan_record *orphan = (const struct orphan_record *)record;

	(void)context;
	return money_text(orphan->so_far, orphan->currency, out, size);
}

static const char *borrow_currency(const struct record *record, const struct field_context *context)
{
	(void)context;
	return ((const struct orphan_record *)record)->currency;
}

static const struct field fields[] = {
        FIELD_ID(0, N_("ID"), COLUMN(12, 24, 8)),
        FIELD_NAME(0, N_("NAME"), COLUMN(14, 34, 1)),
        FIELD_REGION(0, COLUMN(8, 14, 12)),
        FIELD_STATUS(0, N_("STATUS"), COLUMN(7, 9, 5)),
        FIELD_CREATED(FIELD_HIDDEN, COLUMN(17, 17, 13)),
        FIELD(orphan_record, verdict, N_("VERDICT"), FIELD_SHARED | FIELD_STATE, N_("Whether anything still uses it"),
                COLUMN(8, 9, 2)),
        FIELD_NAMED(orphan_record, sort, "kind", N_("KIND"), FIELD_SHARED | FIELD_HIDDEN, N_("vm, eni, eip or peerpod"),
                COLUMN(4, 7, 14)),
        FIELD(orphan_record, cluster, N_("CLUSTER"), FIELD_SHARED, N_("Cluster that owns it"), COLUMN(8, 16, 6)),
        FIELD_MADE("for", N_("FOR"), FIELD_DURATION, N_("How long nothing has used it"), .derive = derive_for,
                .derive_number = derive_for_number, .right = true, COLUMN(4, 5, 3)),
        FIELD_AGE(0, COLUMN(4, 5, 7)),
        FIELD_MADE("cost", N_("PER HOUR"), FIELD_ADDS, N_("What it costs in an hour"), .derive = derive_per_hour,
                .derive_number = derive_per_hour_number, .currency = borrow_currency, .right = true, COLUMN(6, 11, 4)),
        FIELD_MADE("spent", N_("SO FAR"), FIELD_ADDS, N_("What it has cost since nothing used it"),
                .derive = derive_so_far, .derive_number = derive_so_far_number, .currency = borrow_currency,
                .right = true, COLUMN(6, 11, 9)),
        FIELD(orphan_record, why, N_("WHY"), FIELD_SHARED, N_("What decided"), COLUMN(16, 48, 10)),
        FIELD(orphan_record, settles, N_("SETTLES"), FIELD_SHARED, N_("What would settle it"), COLUMN(10, 40, 11)),
        FIELD(orphan_record, rule, N_("RULE"), FIELD_SHARED | FIELD_HIDDEN, N_("Name of the rule that decided"),
                COLUMN(8, 20, 15)),
        FIELD(orphan_record, pod, N_("POD"), FIELD_HIDDEN, N_("Pod that it served"), COLUMN(8, 24, 16)),
        FIELD_NAMED(orphan_record, namespace_name, "namespace", N_("NAMESPACE"), FIELD_SHARED | FIELD_HIDDEN,
                N_("Namespace of that pod"), COLUMN(8, 16, 17)),
        FIELD(orphan_record, type, N_("TYPE"), FIELD_SHARED | FIELD_HIDDEN, N_("Instance type"), COLUMN(8, 16, 18)),
        FIELD(orphan_record, private_ip, N_("PRIVATE IP"), FIELD_HIDDEN, N_("Address in its network"),
                COLUMN(9, 15, 19)),
        FIELD(orphan_record, vcpu, N_("VCPU"), FIELD_HIDDEN | FIELD_ADDS, N_("Virtual processors"), .right = true, COLUMN(4, 4, 20)),
        FIELD(orphan_record, evidence, N_("EVIDENCE"), FIELD_HIDDEN, N_("Facts that the verdict rests on"),
                COLUMN(8, 20, 21)),
        FIELD_MOMENT(orphan_record, since, N_("SINCE"), FIELD_HIDDEN, N_("When it was first found without a user"),
                COLUMN(17, 17, 22)),
        FIELD_MOMENT(orphan_record, settles_at, N_("SETTLES AT"), FIELD_HIDDEN | FIELD_UNCOMPARED,
                N_("When it can become an orphan"), COLUMN(17, 17, 23)),
        FIELD_NAMED(orphan_record, per_hour, "cost_per_hour", N_("COST PER HOUR"), FIELD_HIDDEN,
                N_("What it costs in an hour, as a number")),
        FIELD_NAMED(orphan_record, so_far, "cost_so_far", N_("COST SO FAR"), FIELD_HIDDEN | FIELD_UNCOMPARED,
                N_("What it has cost since nothing used it, as a number")),
        FIELD(orphan_record, currency, N_("CURRENCY"), FIELD_SHARED | FIELD_HIDDEN, N_("Currency of its costs"),
                COLUMN(4, 8, 24)),
        FIELD(orphan_record, cluster_id, N_("CLUSTER ID"), FIELD_SHARED | FIELD_HIDDEN, N_("Cluster that owns it"),
                COLUMN(12, 33, 25)),
        FIELD(orphan_record, severity, N_("SEVERITY"), FIELD_INTERNAL, N_("Worst first")),
        FIELD(orphan_record, is_deletable, N_("DELETABLE"), FIELD_HIDDEN, N_("A sweep may delete it"),
                COLUMN(4, 9, 26)),
        FIELD_MADE("found", N_("ORPHAN"), FIELD_INTERNAL, N_("1 for an orphan"), .derive = derive_nothing,
                .derive_number = derive_found_number),
        FIELD_MADE("unsure", N_("UNKNOWN"), FIELD_INTERNAL, N_("1 where nothing can be said"), .derive = derive_nothing,
                .derive_number = derive_unsure_number),
};

const struct kind kind_orphan = {
        .id = KIND_ORPHAN,
        .name = "orphan",
        .plural = "orphans",
        .aliases = "orphan or",
        .title = N_("Orphans"),
        .help = N_("What nobody seems to use, and what is known of it"),
        .level = SCOPE_CONTEXT,
        .parent = -1,
        .parent_field = NULL,
        .record_size = sizeof(struct orphan_record),
        .fields = fields,
        .field_count = COUNT_OF(fields),
        .order = "-severity",
};
