// SPDX-License-Identifier: Apache-2.0
// Reports made by hand. Stands in for src/orphans/report.c, which this test does not link.
#include "config.h"

#include "tests/unit/sweep_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

struct report *report_ref(const struct report *report)
{
	return (struct report *)(uintptr_t)report;
}

void report_unref(const struct report *report)
{
	(void)report;
}

const struct report_item *report_find(const struct report *report, const char *id)
{
	for (size_t i = 0; i < report->item_count; i++)
		if (strcmp(report->items[i]->record->id, id) == 0)
			return report->items[i];
	return NULL;
}

bool report_item_json(const struct report *report, const struct report_item *item, struct buffer *out)
{
	(void)report;
	return buffer_printf(out, "{\"id\":\"%s\",\"verdict\":\"%s\"}", item->record->id, verdict_name(item->verdict));
}

void sketch_init(struct sketch *sketch)
{
	memset(sketch, 0, sizeof(*sketch));
	sketch->report.began = SKETCH_NOW - 2000;
	sketch->report.ended = SKETCH_NOW - 1000;
	sketch->report.is_complete = true;
	sketch->report.readings = sketch->readings;
	sketch->report.items = sketch->listed;
	sketch->report.currency = "CNY";
	sketch->report.disk_error = "";
	sketch_cluster(sketch, "c1", "caa", 20);
}

struct report_reading *sketch_cluster(struct sketch *sketch, const char *id, const char *name, size_t vms)
{
	struct report_reading *reading = &sketch->readings[sketch->report.reading_count++];

	*reading = (struct report_reading){.name = name,
	        .is_cluster = true,
	        .is_complete = true,
	        .reading = CLUSTER_READ,
	        .why = "",
	        .missing = "",
	        .read_at = SKETCH_NOW - 2000,
	        .vms = vms};
	snprintf(reading->scope.cluster, sizeof(reading->scope.cluster), "%s", id);
	return reading;
}

static struct sketch_item *sketch_add(struct sketch *sketch, enum kind_id kind, const char *id, const char *name)
{
	static const struct scope region = {.region = "cn-beijing"};
	struct sketch_item *made;

	if (sketch->used == SKETCH_ITEMS)
		abort();
	made = &sketch->items[sketch->used++];
	snprintf(made->id, sizeof(made->id), "%s", id);
	snprintf(made->name, sizeof(made->name), "%s", name);
	made->record.record = (struct record){
	        .id = made->id, .name = made->name, .region = "cn-beijing", .status = "Running", .created = 1000};
	made->item = (struct report_item){.kind = kind,
	        .scope = &region,
	        .record = &made->record.record,
	        .leftover = &made->leftover,
	        .cluster = "caa",
	        .cluster_id = "c1",
	        .cluster_uid = "uid-1",
	        .namespace_name = "shop",
	        .pod = "web-0",
	        .pod_uid = "pod-1",
	        .node = "",
	        .sandbox = "",
	        .vm = "",
	        .cost = {1.02, 2.04, "CNY"}};
	return made;
}

static struct report_item *sketch_list(struct sketch *sketch, struct sketch_item *made)
{
	sketch->listed[sketch->report.item_count++] = &made->item;
	return &made->item;
}

static void reason_add(struct report_item *item, enum rule rule)
{
	struct sketch_item *made = (struct sketch_item *)item;

	made->reasons[item->judgement.reason_count++] = (struct reason){.rule = rule, .cluster = 1};
	item->judgement.reasons = made->reasons;
}

static struct report_item *sketch_vm(struct sketch *sketch, const char *name, enum verdict verdict, enum rule rule)
{
	char id[64], whole[64];
	struct sketch_item *made;

	snprintf(id, sizeof(id), "i-%s", name);
	snprintf(whole, sizeof(whole), "podvm-%s", name);
	made = sketch_add(sketch, KIND_VM, id, whole);
	made->record.vm.sort = "podvm";
	made->record.vm.charge_type = "PostPaid";
	made->item.verdict = made->item.judgement.verdict = verdict;
	made->item.judgement.rule = rule;
	made->item.since = SKETCH_NOW - 2 * 3600000;
	made->item.belongings = made->belongings;
	reason_add(&made->item, rule);
	reason_add(&made->item, FACT_E1);
	reason_add(&made->item, FACT_T1);
	return sketch_list(sketch, made);
}

struct report_item *sketch_orphan(struct sketch *sketch, const char *name)
{
	return sketch_vm(sketch, name, VERDICT_ORPHAN, RULE_ORPHAN);
}

struct report_item *sketch_suspect(struct sketch *sketch, const char *name, enum rule rule)
{
	return sketch_vm(sketch, name, VERDICT_SUSPECT, rule);
}

static void sketch_fill(struct sketch_item *made, enum kind_id kind)
{
	if (kind == KIND_ENI)
		made->record.eni.type = "Secondary";
	if (kind == KIND_EIP) {
		made->record.eip.description = "Peerpod External Network EIP";
		made->record.eip.address = "47.93.1.2";
	}
	if (kind == KIND_PEERPOD) {
		made->record.peerpod.namespace_name = "shop";
		made->record.peerpod.vm_id = "";
		made->leftover.facts = (struct leftover){.kind = LEFTOVER_PEERPOD,
		        .has_finalizer = true,
		        .is_deleting = true,
		        .has_controller = ANSWER_NO};
	}
}

struct report_item *sketch_leftover(
        struct sketch *sketch, enum kind_id kind, const char *id, const char *name, enum verdict verdict)
{
	struct sketch_item *made = sketch_add(sketch, kind, id, name);

	sketch_fill(made, kind);
	made->item.verdict = verdict;
	made->leftover.judgement.verdict = verdict;
	made->leftover.judgement.rule = verdict == VERDICT_ORPHAN ? LEFTOVER_ORPHAN : LEFTOVER_SETTLING;
	return sketch_list(sketch, made);
}

struct report_item *sketch_belonging(
        struct sketch *sketch, struct report_item *vm, enum kind_id kind, const char *id, const char *name)
{
	struct sketch_item *made = sketch_add(sketch, kind, id, name), *owner = (struct sketch_item *)(void *)vm;

	sketch_fill(made, kind);
	if (kind == KIND_DISK)
		made->record.disk.delete_with_instance = true;
	owner->belongings[vm->belonging_count++] =
	        (struct report_belonging){.record = &made->record.record, .item = &made->item, .kind = kind};
	return &made->item;
}

void sketch_tag(struct report_item *vm, const char *key, const char *value)
{
	struct sketch_item *made = (struct sketch_item *)(void *)vm;
	struct tag_list *tags = &made->record.vm.tags;

	made->tags[tags->count] = (struct text_pair){key, value};
	tags->items = made->tags;
	tags->count++;
}
