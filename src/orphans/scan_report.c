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
	if (!scan_leftovers_of_clusters(scan) || !scan_costs(scan) || !make_readings(scan))
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
