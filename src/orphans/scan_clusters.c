// SPDX-License-Identifier: Apache-2.0
// Which clusters there are: those that can be read, those that the cloud lists, those that are remembered. One that
// nobody could read is there all the same, and may own what is looked at.
#include "config.h"

#include "orphans/scan_own.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

#include "base/banned.h"

static struct scan_cluster *cluster_add(struct scan *scan)
{
	struct scan_cluster *cluster = &scan->clusters[scan->cluster_count++];

	*cluster = (struct scan_cluster){
	        .uid = "", .id = "", .name = "", .vpc_id = "", .region = "", .why = "", .missing = ""};
	return cluster;
}

static void cluster_join_record(struct scan *scan, struct scan_cluster *cluster, const struct cluster_record *record)
{
	cluster->record = record;
	cluster->vpc_id = scan_text(scan, record->vpc_id);
	cluster->region = scan_text(scan, record->record.region);
	if (!*cluster->id)
		cluster->id = scan_text(scan, record->record.id);
	cluster->name = scan_text(scan, record->record.name);
}

static void cluster_add_unlisted(struct scan *scan, const struct scope *region, const struct error *error)
{
	struct scan_cluster *cluster = cluster_add(scan);
	char text[512], name[SCOPE_WORD_SIZE + 64];

	snprintf(name, sizeof name, _("clusters of %s"), region->region);
	error_format(error, text, sizeof text);
	cluster->scope = *region;
	cluster->is_unlisted = true;
	cluster->region = scan_text(scan, region->region);
	cluster->name = scan_text(scan, name);
	cluster->why = scan_text(scan, text);
}

bool scan_know_clusters(struct scan *scan)
{
	const struct scan_options *options = &scan->options;
	size_t remembered = 0;

	if (options->memory)
		memory_all(options->memory, MEMORY_CLUSTER, &scan->scratch, &remembered);
	scan->clusters = arena_alloc(&scan->arena,
	        (options->cluster_count + options->known_count + options->unlisted_count + remembered + 1) *
	                sizeof *scan->clusters);
	if (!scan->clusters)
		return false;
	for (size_t i = 0; i < options->cluster_count; i++) {
		struct scan_cluster *cluster = cluster_add(scan);

		cluster->scope = options->cluster_scopes[i];
		cluster->id = cluster->name = scan_text(scan, cluster->scope.cluster);
		cluster->can_be_read = options->clusters && options->clusters->cluster;
	}
	for (size_t i = 0; i < options->known_count; i++) {
		const struct cluster_record *record = options->known[i];
		struct scan_cluster *cluster = NULL;

		for (size_t n = 0; n < options->cluster_count && !cluster; n++)
			if (strcmp(scan->clusters[n].id, record->record.id) == 0)
				cluster = &scan->clusters[n];
		if (!cluster) {
			cluster = cluster_add(scan);
			snprintf(cluster->scope.cluster, sizeof cluster->scope.cluster, "%s", record->record.id);
			if (options->region_count > 0)
				memcpy(cluster->scope.context, options->regions[0].context, SCOPE_WORD_SIZE);
			snprintf(cluster->scope.region, sizeof cluster->scope.region, "%s", record->record.region);
		}
		cluster_join_record(scan, cluster, record);
	}
	for (size_t i = 0; i < options->unlisted_count; i++)
		cluster_add_unlisted(scan, &options->unlisted[i], &options->unlisted_errors[i]);
	return !atomic_load(&scan->is_broken);
}

static bool is_whole(const struct snapshot *snapshot)
{
	return snapshot && snapshot->complete && snapshot->origin == SNAPSHOT_LIVE;
}

static enum cluster_reading reading_of_failure(const struct error *error)
{
	return error->kind == ERROR_DENIED ? CLUSTER_DENIED : CLUSTER_STALE;
}

// What only half of a cluster was read of may hide a pod's user: it counts as not read.
static enum cluster_reading reading_of(const struct scan_cluster *cluster)
{
	const struct cluster_survey *survey = &cluster->survey;

	if (!cluster->was_surveyed || survey->state == SURVEY_UNREAD)
		return CLUSTER_UNREAD;
	if (survey->state == SURVEY_DENIED)
		return CLUSTER_DENIED;
	if (!survey->pods)
		return survey->error.kind == ERROR_DENIED ? CLUSTER_DENIED : CLUSTER_UNREAD;
	if (!cluster->pods_are_whole)
		return reading_of_failure(&survey->pods->error);
	if (!cluster->peerpods_are_whole)
		return reading_of_failure(survey->peerpods ? &survey->peerpods->error : &survey->error);
	// Without its uid nothing that is remembered can be told to be this cluster's.
	return *survey->uid ? CLUSTER_READ : CLUSTER_STALE;
}

static void cluster_say_why(struct scan *scan, struct scan_cluster *cluster)
{
	char text[512];

	if (cluster->is_unlisted)
		return;
	if (!cluster->can_be_read && cluster->is_remembered && !cluster->record)
		cluster->why = _("it was read before, and nobody knows how to reach it now");
	else if (!cluster->can_be_read)
		cluster->why = _("nobody knows how to reach it: there is no kubeconfig for it");
	if (cluster->survey.error.kind != ERROR_NONE) {
		error_format(&cluster->survey.error, text, sizeof text);
		cluster->why = scan_text(scan, text);
	} else if (cluster->was_surveyed && cluster->reading != CLUSTER_READ) {
		cluster->why = *cluster->survey.uid ? _("its lists were not read to their end")
		                                    : _("the uid of its namespace kube-system could not be read");
	}
	cluster->missing = cluster->survey.missing ? cluster->survey.missing : "";
}

// The cloud's record of a cluster that was read under another id.
static void cluster_find_record(struct scan *scan, struct scan_cluster *cluster)
{
	const char *server = cluster->survey.server, *host;
	char name[256];

	if (cluster->record || !server || !*server)
		return;
	host = strstr(server, "://");
	snprintf(name, sizeof name, "%s", host ? host + 3 : server);
	name[strcspn(name, "/")] = '\0';
	for (size_t i = 0; i < scan->cluster_count; i++) {
		struct scan_cluster *other = &scan->clusters[i];

		if (other == cluster || other->can_be_read || !other->record || !*name ||
		        !strstr(other->record->api_server, name))
			continue;
		cluster_join_record(scan, cluster, other->record);
		other->is_duplicate = true;
		return;
	}
}

static void cluster_describe(struct scan *scan, struct scan_cluster *cluster)
{
	const struct cluster_survey *survey = &cluster->survey;
	bool has_no_peerpods = survey->controller.has_peerpods == ANSWER_NO;

	if (cluster->was_surveyed) {
		cluster->uid = survey->uid ? survey->uid : "";
		if (survey->name && *survey->name && !cluster->record)
			cluster->name = survey->name;
	}
	cluster->pods_are_whole = is_whole(survey->pods);
	cluster->nodes_are_whole = is_whole(survey->nodes);
	cluster->peerpods_are_whole = is_whole(survey->peerpods) || (has_no_peerpods && !survey->peerpods);
	cluster->reading = reading_of(cluster);
	cluster_find_record(scan, cluster);
}

// The remembered cluster with this uid, or the one last seen under this id while its uid cannot be read.
static const struct memory_cluster *remembered_of(
        const struct scan_cluster *cluster, const struct memory_cluster *rows, size_t count)
{
	const struct memory_cluster *best = NULL;

	for (size_t i = 0; i < count; i++) {
		if (*cluster->uid ? strcmp(rows[i].uid, cluster->uid) != 0
		                  : (!*cluster->id || strcmp(rows[i].id, cluster->id) != 0))
			continue;
		if (!best || rows[i].seen_at > best->seen_at)
			best = &rows[i];
	}
	return best;
}

static void cluster_recall(struct scan *scan, struct scan_cluster *cluster, const struct memory_cluster *row)
{
	cluster->is_remembered = true;
	cluster->memory = *row;
	if (!*cluster->uid)
		cluster->uid = scan_text(scan, row->uid);
	if (!*cluster->id)
		cluster->id = scan_text(scan, row->id);
	if (!*cluster->name)
		cluster->name = scan_text(scan, *row->name ? row->name : row->id);
	if (!*cluster->vpc_id)
		cluster->vpc_id = scan_text(scan, row->vpc_id);
}

// Two ways to one cluster: the better reading stays.
static void drop_duplicates(struct scan *scan)
{
	for (size_t i = 0; i < scan->cluster_count; i++)
		for (size_t n = i + 1; n < scan->cluster_count; n++) {
			struct scan_cluster *a = &scan->clusters[i], *b = &scan->clusters[n];

			if (a->is_duplicate || b->is_duplicate || !*a->uid || strcmp(a->uid, b->uid) != 0)
				continue;
			if (b->reading > a->reading)
				a->is_duplicate = true;
			else
				b->is_duplicate = true;
		}
}

static bool is_gone(struct scan *scan, const struct scan_cluster *cluster)
{
	const struct scan_options *options = &scan->options;
	enum presence presence = PRESENCE_UNKNOWN;

	if (!cluster->memory.is_confirmed_gone || cluster->reading != CLUSTER_UNREAD || !*cluster->id ||
	        !options->cloud->cloud->exists)
		return false;
	for (size_t i = 0; i < scan->region_count; i++) {
		presence = PRESENCE_UNKNOWN;
		options->cloud->cloud->exists(options->cloud_session, scan->regions[i].scope, KIND_CLUSTER, cluster->id,
		        &presence, scan->cancel, NULL);
		if (presence != PRESENCE_ABSENT)
			return false;
	}
	return scan->region_count > 0;
}

bool scan_describe_clusters(struct scan *scan)
{
	struct memory_cluster *rows = NULL;
	size_t count = 0, kept = 0;

	if (scan->options.memory)
		rows = memory_all(scan->options.memory, MEMORY_CLUSTER, &scan->scratch, &count);
	for (size_t i = 0; i < scan->cluster_count; i++)
		cluster_describe(scan, &scan->clusters[i]);
	for (size_t i = 0; i < scan->cluster_count; i++) {
		const struct memory_cluster *row = remembered_of(&scan->clusters[i], rows, count);

		if (row)
			cluster_recall(scan, &scan->clusters[i], row);
	}
	drop_duplicates(scan);
	for (size_t i = 0; i < count; i++) {
		bool found = false;

		for (size_t n = 0; n < scan->cluster_count && !found; n++)
			found = strcmp(scan->clusters[n].uid, rows[i].uid) == 0;
		if (!found)
			cluster_recall(scan, cluster_add(scan), &rows[i]);
	}
	for (size_t i = 0; i < scan->cluster_count; i++) {
		struct scan_cluster *cluster = &scan->clusters[i];

		if (cluster->is_duplicate) {
			cluster_survey_finish(&cluster->survey);
			continue;
		}
		cluster_say_why(scan, cluster);
		scan_configs(scan, cluster);
		if (is_gone(scan, cluster))
			cluster->reading = CLUSTER_GONE;
		if (kept != i)
			scan->clusters[kept] = *cluster;
		kept++;
	}
	scan->cluster_count = kept;
	return !atomic_load(&scan->is_broken);
}

cluster_ref scan_cluster_by_uid(const struct scan *scan, const char *uid)
{
	for (size_t i = 0; i < scan->cluster_count && uid && *uid; i++)
		if (strcmp(scan->clusters[i].uid, uid) == 0)
			return (cluster_ref)i + 1;
	return CLUSTER_NONE;
}
