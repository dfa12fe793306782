// SPDX-License-Identifier: Apache-2.0
// Shares a report and publishes it as records.
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "orphans/report_own.h"
#include "orphans/scan_own.h"

#include "base/banned.h"

// The first member of a scan is its report. Holders share it as const; only the count of them changes.
static struct scan *report_scan(const struct report *report)
{
	return (struct scan *)(uintptr_t)report;
}

struct report *report_ref(const struct report *report)
{
	struct scan *scan = report_scan(report);

	if (!scan)
		return NULL;
	atomic_fetch_add(&scan->references, 1);
	return &scan->report;
}

void report_unref(const struct report *report)
{
	struct scan *scan = report_scan(report);

	if (scan && atomic_fetch_sub(&scan->references, 1) == 1)
		scan_destroy(scan);
}

const struct report_item *report_find(const struct report *report, const char *id)
{
	for (size_t i = 0; i < report->item_count; i++)
		if (strcmp(report->items[i]->record->id, id) == 0)
			return report->items[i];
	return NULL;
}

size_t report_money(const struct report *report, enum verdict verdict, struct report_cost *out, size_t most)
{
	size_t count = 0;

	for (size_t i = 0; i < report->item_count; i++)
		if (report->items[i]->verdict == verdict)
			count = cost_add(out, count, most, &report->items[i]->cost);
	return count;
}

const char *report_item_sort(const struct report_item *item)
{
	return kind_get(item->kind)->name;
}

const char *report_item_rule(const struct report_item *item)
{
	return item->kind == KIND_VM ? rule_name(item->judgement.rule)
	                             : leftover_rule_name(report_leftover(item)->judgement.rule);
}

const char *report_item_why(const struct report_item *item)
{
	return item->kind == KIND_VM ? rule_text(item->judgement.rule)
	                             : leftover_rule_text(report_leftover(item)->judgement.rule);
}

static struct text_list evidence_names(struct snapshot_builder *builder, const struct report_item *item)
{
	const char *names[REASONS_MOST];
	unsigned count = 0;

	for (size_t i = 0; item->kind == KIND_VM && i < item->judgement.reason_count; i++)
		if (item->judgement.reasons[i].rule >= FACT_E1)
			names[count++] = rule_name(item->judgement.reasons[i].rule);
	return snapshot_list(builder, names, count, true);
}

static void fill_vm(const struct report_item *item, struct orphan_record *out)
{
	const struct vm_record *vm = (const struct vm_record *)item->record;

	if (item->kind != KIND_VM)
		return;
	out->type = vm->type;
	out->private_ip = vm->private_ip;
	out->vcpu = vm->vcpu;
}

// Texts of records are borrowed from the report; others may hold anything.
static bool add_record(struct snapshot_builder *builder, const struct report *report, size_t place)
{
	const struct report_item *item = report->items[place];
	struct orphan_record *out = snapshot_add(builder, item->record->id);
	char settles[256] = "";

	if (!out)
		return false;
	report_settles(report, item, report->ended, settles, sizeof settles);
	out->record.name = *item->record->name ? item->record->name : item->record->id;
	out->record.region = item->record->region;
	out->record.status = item->record->status;
	out->record.created = item->record->created;
	out->sort = report_item_sort(item);
	out->verdict = verdict_name(item->verdict);
	out->rule = report_item_rule(item);
	out->why = snapshot_shared(builder, report_item_why(item));
	out->cluster = snapshot_shared(builder, item->cluster);
	out->cluster_id = snapshot_shared(builder, item->cluster_id);
	out->namespace_name = snapshot_shared(builder, item->namespace_name);
	out->pod = snapshot_text(builder, item->pod);
	out->currency = item->cost.currency;
	out->settles = snapshot_shared(builder, settles);
	out->evidence = evidence_names(builder, item);
	out->since = item->since;
	out->settles_at = item->settles_at;
	out->severity = (int64_t)(report->item_count - place);
	out->per_hour = item->cost.per_hour;
	out->so_far = item->cost.so_far;
	out->is_deletable = item->verdict == VERDICT_ORPHAN;
	fill_vm(item, out);
	return true;
}

static void release(void *report)
{
	report_unref(report);
}

bool report_publish(const struct report *report, const char *context, struct store *store, struct error *error)
{
	struct scope scope = {.context = ""};
	struct snapshot_builder *builder;
	struct snapshot *snapshot;
	size_t length = strlen(context);

	memcpy(scope.context, context, length < SCOPE_WORD_SIZE ? length : SCOPE_WORD_SIZE - 1);
	builder = snapshot_builder_create(KIND_ORPHAN, &scope, error);
	if (!builder)
		return false;
	snapshot_borrow(builder, report_ref(report), release);
	for (size_t i = 0; i < report->item_count; i++)
		if (!add_record(builder, report, i)) {
			snapshot_builder_destroy(builder);
			return error_set(error, ERROR_MEMORY, _("out of memory"));
		}
	snapshot = snapshot_finish(builder, report->ended, NULL);
	if (!snapshot)
		return error_set(error, ERROR_MEMORY, _("out of memory"));
	store_publish(store, snapshot);
	return true;
}
