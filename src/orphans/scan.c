// SPDX-License-Identifier: Apache-2.0
// One scan from beginning to end.
#include "config.h"

#include "orphans/scan_own.h"

#include <stdlib.h>
#include <string.h>

#include "base/resident.h"

#include "base/banned.h"

static void scratch_finish(struct scan *scan)
{
	arena_finish(&scan->passing);
	arena_finish(&scan->scratch);
	intern_finish(&scan->interned);
	intern_finish(&scan->texts);
	scan->vms = NULL;
	scan->vm_count = 0;
}

void scan_destroy(struct scan *scan)
{
	if (!scan)
		return;
	for (size_t i = 0; i < scan->region_count; i++)
		for (int list = 0; list < REGION_LISTS; list++)
			snapshot_unref(scan->regions[i].lists[list]);
	for (size_t i = 0; i < scan->cluster_count; i++)
		cluster_survey_finish(&scan->clusters[i].survey);
	free(scan->logs);
	free(scan->items);
	scratch_finish(scan);
	arena_finish(&scan->arena);
	pthread_mutex_destroy(&scan->lock);
	free(scan);
}

struct scan *scan_create(const struct scan_options *options, struct cancel *cancel)
{
	struct scan *scan = calloc(1, sizeof *scan);

	if (!scan || pthread_mutex_init(&scan->lock, NULL) != 0) {
		free(scan);
		return NULL;
	}
	scan->options = *options;
	scan->cancel = cancel;
	scan->reading.parent = options->patience ? &options->patience->cancel : cancel;
	scan->wanted = "";
	atomic_init(&scan->references, 1);
	arena_init(&scan->arena, 0);
	arena_init(&scan->scratch, 0);
	arena_init(&scan->passing, 0);
	scan->is_azure = strcmp(options->cloud->name, "azure") == 0;
	scan->report.began = clock_now(options->clock);
	return scan;
}

static bool join(struct scan *scan)
{
	if (!scan_describe_clusters(scan) || !scan_index(scan) || !scan_describe_adaptors(scan) ||
	        !scan_read_logs(scan) || !scan_index_logs(scan))
		return false;
	for (size_t i = 0; i < scan->vm_count; i++)
		if (scan->vms[i].has_name && !scan_merge_log(scan, i))
			return false;
	if (!scan_read_data(scan))
		return false;
	for (size_t i = 0; i < scan->vm_count; i++)
		scan_place(scan, &scan->vms[i]);
	return true;
}

// What borrows from the caller, or served only the judging, goes.
static void scan_close(struct scan *scan)
{
	scratch_finish(scan);
	free(scan->logs);
	scan->logs = NULL;
	scan->log_count = 0;
	scan->cancel = NULL;
	scan->options = (struct scan_options){0};
}

static bool scan_failed(struct scan *scan, struct error *error)
{
	bool cancelled = cancel_asked(scan->cancel);

	scan_destroy(scan);
	return error_set(error, cancelled ? ERROR_CANCELLED : ERROR_MEMORY, "%s",
	        cancelled ? _("cancelled") : _("out of memory"));
}

bool scan_conclude(struct scan *scan, const struct report **out, struct error *error)
{
	if (!join(scan) || !scan_judge(scan))
		return scan_failed(scan, error);
	scan_remember_clusters(scan);
	if (!scan_report(scan) || cancel_asked(scan->cancel))
		return scan_failed(scan, error);
	scan->report.ended = clock_now(scan->options.clock);
	scan_close(scan);
	*out = &scan->report;
	return true;
}

static bool scan_go(struct scan *scan, const struct report **out, struct error *error)
{
	if (!scan_read(scan, error))
		return scan_failed(scan, error);
	resident_release();
	if (!scan_conclude(scan, out, error))
		return false;
	resident_release();
	return true;
}

bool scan_run(const struct scan_options *options, const struct report **out, struct cancel *cancel, struct error *error)
{
	struct scan *scan = scan_create(options, cancel);

	if (!scan)
		return error_set(error, ERROR_MEMORY, _("out of memory"));
	return scan_go(scan, out, error);
}

static int64_t oldest_fact(const struct report *report)
{
	int64_t oldest = report->began;

	for (size_t i = 0; i < report->reading_count; i++)
		if (report->readings[i].read_at != 0 && report->readings[i].read_at < oldest)
			oldest = report->readings[i].read_at;
	return oldest;
}

// The whole region is listed again, since a VM's successor must be fresh too.
bool scan_recheck(const struct scan_options *options, const struct report *before, const char *id,
        const struct report **out, struct cancel *cancel, struct error *error)
{
	struct report_hanging hanging;
	const struct report_item *item = report_find_any(before, id, &hanging);
	struct scan_options narrow = *options;
	struct scan *scan;
	int64_t age;

	if (!item)
		return error_set(error, ERROR_NOT_FOUND, _("the last scan did not find %s"), id);
	// A PeerPod names its VM in any of its cluster's regions.
	if (item->kind != KIND_PEERPOD) {
		narrow.regions = item->scope;
		narrow.region_count = 1;
	}
	scan = scan_create(&narrow, cancel);
	if (!scan)
		return error_set(error, ERROR_MEMORY, _("out of memory"));
	scan->is_recheck = true;
	scan->wanted = id;
	scan->wanted_uid = item->kind == KIND_VM ? item->cluster_uid : "";
	if (!scan_go(scan, out, error))
		return false;
	age = clock_now(options->clock) - oldest_fact(*out);
	if (age <= FACTS_FRESH)
		return true;
	report_unref(*out);
	*out = NULL;
	return error_set(error, ERROR_TIMEOUT,
	        _("reading everything again took %lld s; facts must be at most %d s old"), (long long)(age / 1000),
	        FACTS_FRESH / 1000);
}
