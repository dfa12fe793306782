// SPDX-License-Identifier: Apache-2.0
// Makes the report of what was judged: items worst first, totals, and how everything was read.
#include "config.h"

#include "orphans/scan_own.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

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

// ---- VMs ----

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

static void item_owner(struct scan *scan, const struct scan_vm *vm, struct report_item *item)
{
	cluster_ref owner = vm->judgement.owner;

	// Of a VM in use, the cluster of its pod; of one that cannot be judged, the cluster that stands in the way.
	if (owner == CLUSTER_NONE && vm->judgement.reason_count > 0 &&
	        (vm->judgement.verdict == VERDICT_LIVE || vm->judgement.verdict == VERDICT_UNKNOWN))
		owner = vm->judgement.reasons[0].cluster;
	if (owner == CLUSTER_NONE || owner > scan->cluster_count)
		return;
	item->cluster = scan->clusters[owner - 1].name;
	item->cluster_id = scan->clusters[owner - 1].id;
	item->cluster_uid = scan->clusters[owner - 1].uid;
}

static void item_pod(struct scan *scan, const struct scan_vm *vm, struct report_item *item)
{
	const struct memory_vm *memory = &vm->memory;

	item->namespace_name = scan_text(scan, memory->namespace_name);
	item->pod = scan_text(scan, memory->pod);
	item->pod_uid = scan_text(scan, memory->pod_uid);
	if (vm->log.is_mapped) {
		item->namespace_name = vm->log.namespace_name;
		item->pod = vm->log.pod_name;
	} else if (!*item->pod && vm->data && vm->data->state == USER_DATA_PODVM) {
		item->namespace_name = vm->data->pod_namespace;
		item->pod = vm->data->pod_name;
	}
	if (vm->judgement.verdict == VERDICT_LIVE && vm->judgement.reasons[0].subject) {
		item->namespace_name = vm->judgement.reasons[0].namespace_name;
		item->pod = vm->judgement.reasons[0].subject;
	}
	item->sandbox = vm->log.sandbox ? vm->log.sandbox : scan_text(scan, memory->sandbox);
	item->node = vm->maker_node && *vm->maker_node ? scan_text(scan, vm->maker_node) : "";
}

static bool vm_item(struct scan *scan, struct scan_vm *vm)
{
	const struct scan_region *region = &scan->regions[vm->region];
	struct report_item *item = scan_item(scan);

	if (!item)
		return false;
	vm->item = item;
	item->kind = KIND_VM;
	item->scope = region->scope;
	item->record = &vm->record->record;
	item->verdict = vm->judgement.verdict;
	item->evidence = vm->evidence;
	item->judgement = vm->judgement;
	item->settles_at = vm->judgement.settles_at;
	if (!vm->has_name)
		return true;
	if (item->verdict == VERDICT_ORPHAN || item->verdict == VERDICT_SUSPECT)
		item->since = scan_our_time(region, vm->memory.since);
	item_owner(scan, vm, item);
	item_pod(scan, vm, item);
	item_lines(scan, vm, item);
	if (item->verdict == VERDICT_ORPHAN || item->verdict == VERDICT_SUSPECT || item->verdict == VERDICT_UNKNOWN)
		return scan_belongings(scan, vm);
	return true;
}

static bool vm_items(struct scan *scan)
{
	for (size_t i = 0; i < scan->vm_count; i++) {
		struct scan_vm *vm = &scan->vms[i];

		if (!vm->has_name && scan->options.skip_foreign)
			continue;
		if (!vm_item(scan, vm))
			return false;
	}
	return true;
}

// ---- readings ----

static const char *error_sentence(struct scan *scan, const struct error *error)
{
	char text[768];

	error_format(error, text, sizeof text);
	return scan_text(scan, text);
}

static void region_reading(struct scan *scan, const struct scan_region *region, struct report_reading *out)
{
	const char *permission = region->proof.missing;

	*out = (struct report_reading){.scope = *region->scope,
	        .name = region->scope->region,
	        .is_complete = true,
	        .why = "",
	        .missing = scan_text(scan, permission),
	        .read_at = region->began,
	        .vms = region->vms,
	        .orphans = region->orphans};
	for (int list = 0; list < REGION_LISTS && out->is_complete; list++) {
		const struct error *error = &region->errors[list];

		// Clouds that list no disks give them no role either.
		if ((region->lists[list] && region->lists[list]->complete) ||
		        (error->kind == ERROR_USAGE && list == LIST_DISK && scan->is_azure))
			continue;
		out->is_complete = false;
		out->why = error_sentence(scan, error);
	}
	if (!out->is_complete)
		return;
	if (!region->proof.vms_are_proven && region->lists[LIST_VM]->count == 0) {
		out->is_complete = false;
		out->why = region->proof.error.kind != ERROR_NONE
		                   ? error_sentence(scan, &region->proof.error)
		                   : _("the list of VMs is empty, and nothing proves that it may be seen");
	} else if (!region->proof.offset_is_known) {
		out->is_complete = false;
		out->why = region->proof.error.kind != ERROR_NONE ? error_sentence(scan, &region->proof.error)
		                                                  : _("its clock could not be measured");
	}
	if (region->data_error.kind != ERROR_NONE && !*out->why)
		out->why = error_sentence(scan, &region->data_error);
}

static void cluster_reading(struct scan *scan, const struct scan_cluster *cluster, struct report_reading *out)
{
	const struct cluster_survey *survey = &cluster->survey;

	*out = (struct report_reading){.scope = cluster->scope,
	        .name = cluster->name,
	        .is_cluster = true,
	        .is_complete =
	                cluster->reading == CLUSTER_READ && survey->state == SURVEY_READ && !cluster->logs_failed,
	        .reading = cluster->reading,
	        .why = cluster->why,
	        .missing = cluster->missing,
	        .read_at = survey->began,
	        .has_controller = cluster->was_surveyed ? survey->controller.is_installed : ANSWER_UNKNOWN,
	        .has_adaptor = !cluster->was_surveyed         ? ANSWER_UNKNOWN
	                       : survey->adaptor.exists       ? ANSWER_YES
	                       : survey->state == SURVEY_READ ? ANSWER_NO
	                                                      : ANSWER_UNKNOWN,
	        .vms = cluster->vms,
	        .orphans = cluster->orphans};
	if (cluster->logs_failed && !*out->why)
		out->why = error_sentence(scan, &cluster->log_error);
	if (cluster->reading == CLUSTER_GONE)
		out->is_complete = true;
}

static bool make_readings(struct scan *scan)
{
	size_t count = scan->region_count + scan->cluster_count;
	struct report_reading *readings = scan_alloc(scan, count * sizeof *readings);
	bool any_adaptor = false, any_controller = false;

	if (!readings)
		return false;
	scan->report.is_complete = true;
	for (size_t i = 0; i < scan->region_count; i++)
		region_reading(scan, &scan->regions[i], &readings[i]);
	for (size_t i = 0; i < scan->cluster_count; i++) {
		const struct survey_controller *controller = &scan->clusters[i].survey.controller;

		cluster_reading(scan, &scan->clusters[i], &readings[scan->region_count + i]);
		any_adaptor |= scan->clusters[i].survey.adaptor.exists;
		any_controller |= controller->is_installed == ANSWER_YES && controller->is_ready != ANSWER_NO;
	}
	for (size_t i = 0; i < count; i++)
		scan->report.is_complete &= readings[i].is_complete;
	scan->report.readings = readings;
	scan->report.reading_count = count;
	scan->report.nobody_else_cleans_up = any_adaptor && !any_controller;
	return true;
}

// ---- order and totals ----

// Orphans, then what may be one, then what could not be checked; what is left over after each sort of VM.
static int rank_of(const struct report_item *item)
{
	static const int vms[VERDICTS] = {[VERDICT_ORPHAN] = 9,
	        [VERDICT_SUSPECT] = 8,
	        [VERDICT_UNKNOWN] = 7,
	        [VERDICT_CREATING] = 3,
	        [VERDICT_LIVE] = 2,
	        [VERDICT_FOREIGN] = 1};
	static const int leftovers[VERDICTS] = {[VERDICT_ORPHAN] = 6,
	        [VERDICT_SUSPECT] = 5,
	        [VERDICT_UNKNOWN] = 4,
	        [VERDICT_LIVE] = 2,
	        [VERDICT_FOREIGN] = 1};

	return item->kind == KIND_VM ? vms[item->verdict] : leftovers[item->verdict];
}

static double cost_of(const struct report_item *item)
{
	return isnan(item->cost.per_hour) ? -1 : item->cost.per_hour;
}

static int compare_items(const void *a, const void *b)
{
	const struct report_item *x = *(const struct report_item *const *)a, *y = *(const struct report_item *const *)b;
	int order = rank_of(y) - rank_of(x);

	if (order == 0 && cost_of(x) != cost_of(y))
		order = cost_of(x) < cost_of(y) ? 1 : -1;
	if (order == 0 && x->since != y->since)
		order = x->since == 0 || (y->since != 0 && y->since < x->since) ? 1 : -1;
	if (order == 0)
		order = strcmp(x->record->name, y->record->name);
	return order ? order : strcmp(x->record->id, y->record->id);
}

static void add_total(struct report_total *total, const struct report_item *item)
{
	total->count++;
	if (item->kind == KIND_VM && ((const struct vm_record *)item->record)->vcpu > 0)
		total->vcpu += ((const struct vm_record *)item->record)->vcpu;
	if (isnan(item->cost.per_hour)) {
		total->unpriced += item->kind == KIND_VM || item->kind == KIND_EIP;
		return;
	}
	total->per_hour += item->cost.per_hour;
	if (!isnan(item->cost.so_far))
		total->so_far += item->cost.so_far;
}

bool scan_report(struct scan *scan)
{
	char disk_error[512] = "";

	scan->report.currency = "";
	if (!vm_items(scan) || !scan_leftovers(scan) || !scan_costs(scan) || !make_readings(scan))
		return false;
	if (scan->item_count > 0)
		qsort(scan->items, scan->item_count, sizeof(struct report_item *), compare_items);
	for (size_t i = 0; i < scan->item_count; i++)
		add_total(&scan->report.totals[scan->items[i]->verdict], scan->items[i]);
	scan->report.items = scan->items;
	scan->report.item_count = scan->item_count;
	if (scan->options.memory) {
		if (!scan->is_recheck)
			memory_commit(
			        scan->options.memory, clock_now(scan->options.clock) + scan_cloud_offset(scan), NULL);
		scan->report.is_kept_on_disk = memory_is_on_disk(scan->options.memory);
		memory_disk_error(scan->options.memory, disk_error, sizeof disk_error);
	}
	scan->report.disk_error = scan_text(scan, disk_error);
	return !atomic_load(&scan->is_broken);
}
