// SPDX-License-Identifier: Apache-2.0
// Makes the report's item of a VM that was judged.
#include "config.h"

#include "orphans/scan_own.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

struct report_item *scan_item(struct scan *scan)
{
	struct report_item *item = scan_alloc(scan, sizeof *item);

	if (!item)
		return NULL;
	if (scan->item_count == scan->item_room) {
		size_t room = scan->item_room ? scan->item_room * 2 : 256;
		struct report_item **items = realloc(scan->items, room * sizeof *items);

		if (!items)
			return NULL;
		scan->items = items;
		scan->item_room = room;
	}
	*item = (struct report_item){.cluster = "",
	        .cluster_id = "",
	        .cluster_uid = "",
	        .namespace_name = "",
	        .pod = "",
	        .pod_uid = "",
	        .node = "",
	        .sandbox = "",
	        .vm = "",
	        .cost = {NAN, NAN, ""}};
	scan->items[scan->item_count++] = item;
	return item;
}

// The lines that the judgement used, in the words of the log.
static void line_add(struct scan *scan, struct report_item *item, struct report_line *lines, const struct scan_log *log,
        int64_t time, const char *format, const char *a, const char *b, const char *c)
{
	char text[512];

	if (item->line_count == SCAN_LINES_MOST)
		return;
	snprintf(text, sizeof text, "%s%s%s%s%s%s", format, a, b ? " " : "", b ? b : "", c ? " " : "", c ? c : "");
	lines[item->line_count++] = (struct report_line){time, log->node, scan_text(scan, text)};
}

static void item_lines(struct scan *scan, const struct scan_vm *vm, struct report_item *item)
{
	struct report_line *lines = vm->log_count ? scan_alloc(scan, SCAN_LINES_MOST * sizeof *lines) : NULL;
	size_t place = (size_t)(vm - scan->vms);

	item->lines = lines;
	for (size_t at = multimap_first(&scan->logs_by_vm, place); lines && at != SIZE_MAX;
	        at = multimap_next(&scan->logs_by_vm, at)) {
		const struct scan_log *log = &scan->logs[at];
		const struct caa_entry *entry = &log->entry;
		char pod[400];

		if (log->vm != place)
			continue;
		snprintf(pod, sizeof pod, "for pod %s in namespace %s", entry->pod, entry->namespace_name);
		if (*entry->pod)
			line_add(scan, item, lines, log, entry->sandbox_made, "create a sandbox ", entry->sandbox, pod,
			        NULL);
		if (*entry->instance && *entry->sandbox)
			line_add(scan, item, lines, log, entry->instance_made, "created an instance ", entry->instance,
			        "for sandbox", entry->sandbox);
		if (caa_entry_saw(entry, CAA_STOP_REFUSED))
			line_add(scan, item, lines, log, entry->stop_refused, "stopping VM: sandbox ", entry->sandbox,
			        "does not exist", NULL);
		else if (caa_entry_saw(entry, CAA_DELETE_FAILED))
			line_add(scan, item, lines, log, entry->delete_failed, "Error deleting an instance ",
			        entry->instance, NULL, NULL);
		else if (caa_entry_saw(entry, CAA_DELETE_STARTED))
			line_add(scan, item, lines, log, entry->delete_started, "Deleting instance ", entry->instance,
			        NULL, NULL);
	}
}

static void item_owner(const struct scan *scan, struct report_item *item)
{
	const struct judgement *judgement = &item->judgement;
	cluster_ref owner = judgement->owner;

	// Of a VM in use, the cluster of its pod; of one that cannot be judged, the cluster that stands in the way.
	if (owner == CLUSTER_NONE && judgement->reason_count > 0 &&
	        (judgement->verdict == VERDICT_LIVE || judgement->verdict == VERDICT_UNKNOWN))
		owner = judgement->reasons[0].cluster;
	if (owner == CLUSTER_NONE || owner > scan->cluster_count)
		return;
	item->cluster = scan->clusters[owner - 1].name;
	item->cluster_id = scan->clusters[owner - 1].id;
	item->cluster_uid = scan->clusters[owner - 1].uid;
}

static void item_pod(struct scan *scan, const struct hearing *hearing, struct report_item *item)
{
	const struct scan_vm *vm = hearing->vm;
	const struct memory_vm *memory = &hearing->memory;
	const struct reason *use = item->verdict == VERDICT_LIVE ? &item->judgement.reasons[0] : NULL;

	item->namespace_name = scan_shared(scan, memory->namespace_name);
	item->pod_uid = scan_text(scan, memory->pod_uid);
	if (use && use->subject) {
		item->namespace_name = use->namespace_name;
		item->pod = use->subject;
	} else if (vm->log->is_mapped) {
		item->namespace_name = vm->log->namespace_name;
		item->pod = vm->log->pod_name;
	} else if (memory->pod && *memory->pod) {
		item->pod = scan_text(scan, memory->pod);
	} else if (vm->data && vm->data->state == USER_DATA_PODVM) {
		item->namespace_name = vm->data->pod_namespace;
		item->pod = vm->data->pod_name;
	}
	item->sandbox = vm->log->sandbox ? vm->log->sandbox : scan_text(scan, memory->sandbox);
	item->node = vm->maker_node ? scan_shared(scan, vm->maker_node) : "";
}

static const struct evidence_own *own_evidence(struct scan *scan, const struct hearing *hearing)
{
	const struct evidence *evidence = &hearing->evidence;
	const struct scan_vm *vm = hearing->vm;
	struct evidence_pod *pods = vm->part ? vm->part->pods : NULL;
	struct evidence_peerpod *peerpods = NULL;
	struct evidence_own *own;

	if (evidence->pod_count + evidence->peerpod_count + vm->log_count == 0 && !vm->data)
		return NULL;
	own = scan_alloc(scan, sizeof *own);
	if (evidence->pods != pods) {
		pods = scan_alloc(scan, evidence->pod_count * sizeof *pods);
		if (pods)
			memcpy(pods, evidence->pods, evidence->pod_count * sizeof *pods);
	}
	if (evidence->peerpod_count > 0) {
		peerpods = scan_alloc(scan, evidence->peerpod_count * sizeof *peerpods);
		if (peerpods)
			memcpy(peerpods, evidence->peerpods, evidence->peerpod_count * sizeof *peerpods);
	}
	if (own)
		*own = (struct evidence_own){.pods = pods,
		        .pod_count = pods ? evidence->pod_count : 0,
		        .peerpods = peerpods,
		        .peerpod_count = peerpods ? evidence->peerpod_count : 0,
		        .log = evidence->log,
		        .data = evidence->data};
	return own;
}

// What most VMs of a region have in common is kept once.
static void item_evidence(struct scan *scan, const struct hearing *hearing, struct report_item *item)
{
	struct evidence shared;

	memcpy(&shared, &hearing->evidence, sizeof shared);
	shared.vm.id = shared.vm.name = NULL;
	shared.vm.created = (struct interval){0, 0};
	shared.pods = NULL;
	shared.peerpods = NULL;
	shared.pod_count = shared.peerpod_count = 0;
	memset(&shared.log, 0, sizeof shared.log);
	memset(&shared.data, 0, sizeof shared.data);
	shared.scan = scan_intern(scan, &hearing->scan, sizeof hearing->scan);
	if (shared.claims)
		shared.claims = scan_intern(scan, shared.claims, shared.cluster_count * sizeof *shared.claims);
	item->shared = scan_intern(scan, &shared, sizeof shared);
	item->own = own_evidence(scan, hearing);
}

bool scan_item_judged(struct scan *scan, struct report_item *item, const struct judgement *judgement)
{
	struct reason reasons[REASONS_MOST];

	memset(reasons, 0, sizeof reasons);
	for (size_t i = 0; i < judgement->reason_count; i++) {
		reasons[i].rule = judgement->reasons[i].rule;
		reasons[i].cluster = judgement->reasons[i].cluster;
		reasons[i].namespace_name = judgement->reasons[i].namespace_name;
		reasons[i].subject = judgement->reasons[i].subject;
		reasons[i].until = judgement->reasons[i].until;
	}
	item->judgement = *judgement;
	item->judgement.reasons = scan_intern(scan, reasons, judgement->reason_count * sizeof *reasons);
	item->verdict = judgement->verdict;
	item->settles_at = judgement->settles_at;
	return item->judgement.reasons != NULL;
}

bool scan_vm_item(struct scan *scan, const struct hearing *hearing)
{
	struct scan_vm *vm = hearing->vm;
	const struct scan_region *region = &scan->regions[vm->region];
	struct report_item *item = scan_item(scan);

	if (!item)
		return false;
	vm->item = item;
	item->kind = KIND_VM;
	item->scope = region->scope;
	item->record = &vm->record->record;
	if (!scan_item_judged(scan, item, &hearing->judgement))
		return false;
	item_evidence(scan, hearing, item);
	if (!vm->has_name)
		return true;
	if (item->verdict == VERDICT_ORPHAN || item->verdict == VERDICT_SUSPECT)
		item->since = scan_our_time(region, hearing->memory.since);
	item_owner(scan, item);
	item_pod(scan, hearing, item);
	item_lines(scan, vm, item);
	if (item->verdict == VERDICT_ORPHAN || item->verdict == VERDICT_SUSPECT || item->verdict == VERDICT_UNKNOWN)
		return scan_belongings(scan, vm);
	return !atomic_load(&scan->is_broken);
}
