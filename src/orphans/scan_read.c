// SPDX-License-Identifier: Apache-2.0
// Reads regions and clusters, all at the same time; what fails is noted where it failed.
#include "config.h"

#include "orphans/scan_own.h"

#include <stdio.h>
#include <string.h>

#include "base/banned.h"

static void prove_region(struct scan *scan, struct scan_region *region)
{
	const struct cloud_source *cloud = scan->options.cloud->cloud;
	struct error error = {ERROR_NONE};

	region->proof.missing = "";
	if (!cloud->prove) {
		error_set(&region->proof.error, ERROR_USAGE, _("this cloud cannot prove a permission"));
		return;
	}
	if (!cloud->prove(scan->options.cloud_session, region->scope, &region->proof, &scan->reading, &error)) {
		patience_explain(scan->options.patience, &error);
		region->proof = (struct region_proof){.missing = "", .error = error};
	}
	if (!region->proof.missing)
		region->proof.missing = "";
}

static void survey_cluster(struct scan *scan, struct scan_cluster *cluster)
{
	const struct scan_options *options = &scan->options;
	struct error error = {ERROR_NONE};

	if (options->clusters->cluster->survey(
	            options->clusters_session, &cluster->scope, &cluster->survey, &scan->reading, &error)) {
		cluster->was_surveyed = true;
		return;
	}
	if (error.kind == ERROR_MEMORY)
		atomic_store(&scan->is_broken, true);
	patience_explain(scan->options.patience, &error);
	cluster->survey.state = SURVEY_UNREAD;
	cluster->survey.error = error;
}

// Lists of all regions first: they take longest. Then a proof per region, then a survey per cluster.
static void read_task(struct scan *scan, size_t place)
{
	size_t readable = 0;

	if (place < REGION_LISTS) {
		scan_list(scan, (enum region_list)place);
		scan_progress(scan, 1, _("regions"));
		return;
	}
	place -= REGION_LISTS;
	if (place < scan->region_count) {
		prove_region(scan, &scan->regions[place]);
		scan_progress(scan, 1, scan->regions[place].scope->region);
		return;
	}
	place -= scan->region_count;
	for (size_t i = 0; i < scan->cluster_count; i++)
		if (scan->clusters[i].can_be_read && readable++ == place) {
			survey_cluster(scan, &scan->clusters[i]);
			scan_progress(scan, 1, scan->clusters[i].name);
		}
}

static bool is_old(const struct scan *scan, const struct scan_cluster *cluster)
{
	return cluster->was_surveyed && clock_now(scan->options.clock) - cluster->survey.began > SCAN_SURVEY_OLD;
}

static void read_again(struct scan *scan, size_t place)
{
	struct scan_cluster *cluster = &scan->clusters[place];

	if (!cluster->can_be_read || !is_old(scan, cluster))
		return;
	cluster_survey_finish(&cluster->survey);
	cluster->was_surveyed = false;
	survey_cluster(scan, cluster);
}

bool scan_read(struct scan *scan, struct error *error)
{
	const struct scan_options *options = &scan->options;
	size_t readable = 0, tasks;

	scan->regions = arena_alloc(&scan->arena, options->region_count * sizeof *scan->regions);
	if (!scan->regions)
		return error_set(error, ERROR_MEMORY, _("out of memory"));
	scan->region_count = options->region_count;
	for (size_t i = 0; i < scan->region_count; i++) {
		struct scope *scope = arena_alloc(&scan->arena, sizeof *scope);

		if (!scope)
			return error_set(error, ERROR_MEMORY, _("out of memory"));
		*scope = options->regions[i];
		scan->regions[i].scope = scope;
		scan->regions[i].began = clock_now(options->clock);
		scan->regions[i].proof.missing = "";
	}
	if (!scan_know_clusters(scan))
		return error_set(error, ERROR_MEMORY, _("out of memory"));
	for (size_t i = 0; i < scan->cluster_count; i++)
		readable += scan->clusters[i].can_be_read;
	tasks = REGION_LISTS + scan->region_count + readable;
	atomic_store(&scan->total, (long)tasks);
	if (!scan_tasks(scan, tasks, SCAN_THREADS_MOST, read_task))
		return false;
	// One region that was slow must not make what is known of the clusters old.
	return scan_tasks(scan, scan->cluster_count, SCAN_THREADS_MOST, read_again);
}
