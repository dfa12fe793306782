// SPDX-License-Identifier: Apache-2.0
// Describes the clusters to the judge: whether each one's adaptor works and since when, whether pods wait for a VM; and
// remembers what must outlive the cluster.
#include "config.h"

#include "orphans/scan_own.h"

#include <stdio.h>
#include <string.h>

#include "base/banned.h"

static bool is_adaptor(const struct pod_record *pod)
{
	for (unsigned i = 0; i < pod->labels.count; i++)
		if (strcmp(pod->labels.items[i].key, "app") == 0)
			return strcmp(pod->labels.items[i].value, "cloud-api-adaptor") == 0;
	return false;
}

bool scan_pod_is_adaptor(const struct pod_record *pod)
{
	return is_adaptor(pod) && !pod->is_terminal && *pod->node;
}

// The time by our clock of one by the cluster's.
static int64_t our_time(const struct scan_cluster *cluster, int64_t time)
{
	return time == 0 || !cluster->survey.offset_is_known ? time : time - cluster->survey.offset_ms;
}

const struct pod_record *scan_adaptor_on(const struct scan *scan, cluster_ref cluster, const char *node)
{
	for (size_t at = multimap_first(&scan->adaptors, multimap_text(cluster, node)); at != SIZE_MAX;
	        at = multimap_next(&scan->adaptors, at))
		if (scan->pods[at].cluster == cluster && strcmp(scan->pods[at].record->node, node) == 0)
			return scan->pods[at].record;
	return NULL;
}

struct adaptor_count {
	int64_t ready, unready_nodes;
	bool one_is_not_ready;
	int64_t since; // 0 = not known
};

static void count_adaptors(const struct scan *scan, cluster_ref ref, struct adaptor_count *out)
{
	const struct scan_cluster *cluster = &scan->clusters[ref - 1];
	const struct snapshot *pods = cluster->survey.pods, *nodes = cluster->survey.nodes;
	bool since_is_known = true;

	*out = (struct adaptor_count){0};
	for (size_t i = 0; nodes && i < nodes->count; i++)
		out->unready_nodes += !((const struct node_record *)nodes->records[i])->is_ready;
	for (size_t i = 0; pods && i < pods->count; i++) {
		const struct pod_record *pod = (const struct pod_record *)pods->records[i];
		const struct scan_node *node;

		if (!scan_pod_is_adaptor(pod))
			continue;
		node = scan_node_by_name(scan, ref, pod->node);
		if (node && !node->is_ready)
			continue;
		out->one_is_not_ready |= !pod->is_ready || pod->deleting_since != 0;
		out->ready += pod->is_ready && pod->deleting_since == 0;
		since_is_known = since_is_known && pod->ready_since != 0;
		if (pod->ready_since > out->since)
			out->since = pod->ready_since;
	}
	if (!since_is_known)
		out->since = 0;
}

// An adaptor that was taken away can use no VM any more, once that has stood for a while.
static void describe_absent(struct scan *scan, struct scan_cluster *cluster, int64_t cloud_offset)
{
	int64_t now = clock_now(scan->options.clock);

	if (cluster->memory.absent_since == 0)
		cluster->memory.absent_since = now + cloud_offset;
	cluster->adaptor_is_ready = true;
	cluster->adaptor_ready_since = cluster->memory.absent_since - cloud_offset;
}

static void describe_adaptor(struct scan *scan, cluster_ref ref, int64_t cloud_offset)
{
	struct scan_cluster *cluster = &scan->clusters[ref - 1];
	const struct survey_adaptor *adaptor = &cluster->survey.adaptor;
	struct adaptor_count count;
	bool is_told = adaptor->exists || cluster->survey.state == SURVEY_READ;

	count_adaptors(scan, ref, &count);
	if (is_told && count.ready == 0 && !count.one_is_not_ready && (!adaptor->exists || adaptor->desired == 0)) {
		describe_absent(scan, cluster, cloud_offset);
		return;
	}
	cluster->memory.absent_since = 0;
	cluster->adaptor_is_ready =
	        is_told && !count.one_is_not_ready && count.ready + count.unready_nodes >= adaptor->desired;
	cluster->adaptor_ready_since = our_time(cluster, count.since);
}

static void describe_pods(struct scan *scan, cluster_ref ref)
{
	struct scan_cluster *cluster = &scan->clusters[ref - 1];
	const struct snapshot *pods = cluster->survey.pods, *nodes = cluster->survey.nodes;

	for (size_t i = 0; pods && i < pods->count && !cluster->awaits_vm; i++) {
		const struct pod_record *pod = (const struct pod_record *)pods->records[i];
		const struct pod_record *adaptor;

		if (strcmp(pod->phase, "Pending") != 0 || !pod->is_peer || !*pod->node)
			continue;
		adaptor = scan_adaptor_on(scan, ref, pod->node);
		cluster->awaits_vm = adaptor && adaptor->is_ready;
	}
	cluster->has_unready_nodes = !cluster->nodes_are_whole;
	for (size_t i = 0; nodes && i < nodes->count; i++)
		cluster->has_unready_nodes |= !((const struct node_record *)nodes->records[i])->is_ready;
}

static bool is_trusted(const struct scan *scan, const char *uid)
{
	for (size_t i = 0; i < scan->options.trusted_count; i++)
		if (*uid && strcmp(scan->options.trusted[i], uid) == 0)
			return true;
	return false;
}

// A second cluster writes the same tag: people copy configurations.
static bool tag_is_copied(const struct scan *scan, const char *uid)
{
	for (size_t i = 0; i < scan->cluster_count; i++) {
		if (!*uid || strcmp(scan->clusters[i].uid, uid) == 0)
			continue;
		for (const struct scan_config *config = scan->clusters[i].configs; config; config = config->next)
			if (config_has_uid(config, uid))
				return true;
	}
	return false;
}

int64_t scan_cloud_offset(const struct scan *scan)
{
	for (size_t i = 0; i < scan->region_count; i++)
		if (scan->regions[i].proof.offset_is_known)
			return scan->regions[i].proof.offset_ms;
	return 0;
}

bool scan_describe_adaptors(struct scan *scan)
{
	int64_t offset = scan_cloud_offset(scan);

	scan->evidence_clusters = arena_alloc(&scan->arena, scan->cluster_count * sizeof *scan->evidence_clusters);
	if (!scan->evidence_clusters)
		return false;
	for (size_t i = 0; i < scan->cluster_count; i++) {
		struct scan_cluster *cluster = &scan->clusters[i];

		if (cluster->survey.pods) {
			describe_adaptor(scan, (cluster_ref)i + 1, offset);
			describe_pods(scan, (cluster_ref)i + 1);
		}
		scan->evidence_clusters[i] = (struct evidence_cluster){
		        .uid = cluster->uid,
		        .name = cluster->name,
		        .reading = cluster->reading,
		        .reason = cluster->why,
		        .read_at = cluster->survey.began,
		        .adaptor_is_ready = cluster->adaptor_is_ready,
		        .adaptor_ready_since = cluster->adaptor_ready_since,
		        .has_controller = cluster->survey.controller.is_installed != ANSWER_NO,
		        .awaits_vm = cluster->awaits_vm,
		        .has_unready_nodes = cluster->has_unready_nodes,
		        .tag_is_trusted = is_trusted(scan, cluster->uid),
		        .tag_is_void = tag_is_copied(scan, cluster->uid),
		};
	}
	return true;
}

static void remember_nodes(struct scan *scan, const struct scan_cluster *cluster, int64_t now)
{
	const struct snapshot *nodes = cluster->survey.nodes;

	for (size_t i = 0; i < nodes->count; i++) {
		const struct node_record *node = (const struct node_record *)nodes->records[i];
		unsigned count = node->addresses.count > 0 ? node->addresses.count : 1;

		for (unsigned n = 0; n < count; n++) {
			struct memory_node row = {.cluster_uid = cluster->uid,
			        .name = node->record.name,
			        .address = node->addresses.count > 0 ? node->addresses.items[n] : node->private_ip,
			        .uid = node->uid,
			        .created = node->record.created,
			        .seen_at = now};

			if (*row.address)
				memory_put(scan->options.memory, MEMORY_NODE, &row);
		}
	}
}

static void remember_gone_nodes(struct scan *scan, int64_t now)
{
	size_t count;
	struct memory_node *rows = memory_all(scan->options.memory, MEMORY_NODE, &scan->scratch, &count);

	for (size_t i = 0; rows && i < count; i++) {
		cluster_ref ref = scan_cluster_by_uid(scan, rows[i].cluster_uid);

		if (ref == CLUSTER_NONE || !scan->clusters[ref - 1].nodes_are_whole || rows[i].seen_at == now ||
		        rows[i].gone_since != 0)
			continue;
		rows[i].gone_since = now;
		memory_put(scan->options.memory, MEMORY_NODE, &rows[i]);
	}
}

static void remember_config(struct scan *scan, const struct scan_cluster *cluster, int64_t now)
{
	for (const struct scan_config *config = cluster->configs; config; config = config->next) {
		struct memory_config row = {.cluster_uid = cluster->uid,
		        .region = config->region,
		        .vswitch = config->vswitch,
		        .groups = config->groups,
		        .tags = config->tags,
		        .keeps = config->keeps_vms ? "yes" : "no",
		        .first_seen = config->first_seen ? config->first_seen : now,
		        .seen_at = now,
		        .changed = config->changed};

		if (config->is_current)
			memory_put(scan->options.memory, MEMORY_CONFIG, &row);
	}
}

void scan_remember_clusters(struct scan *scan)
{
	int64_t now = clock_now(scan->options.clock) + scan_cloud_offset(scan);

	if (!scan->options.memory || scan->is_recheck)
		return;
	for (size_t i = 0; i < scan->cluster_count; i++) {
		struct scan_cluster *cluster = &scan->clusters[i];
		struct memory_cluster row = cluster->memory;

		if (!*cluster->uid || !cluster->was_surveyed || !cluster->survey.uid || !*cluster->survey.uid)
			continue;
		row.uid = cluster->uid;
		row.id = cluster->id;
		row.name = cluster->name;
		row.vpc_id = cluster->vpc_id;
		row.first_seen = row.first_seen ? row.first_seen : now;
		row.seen_at = now;
		row.is_confirmed_gone = false;
		memory_put(scan->options.memory, MEMORY_CLUSTER, &row);
		remember_config(scan, cluster, now);
		if (cluster->nodes_are_whole)
			remember_nodes(scan, cluster, now);
	}
	remember_gone_nodes(scan, now);
}
