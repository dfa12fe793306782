// SPDX-License-Identifier: Apache-2.0
// A world with orphans for the console: a cluster that is read, one that cannot be reached, and pod VMs of every
// verdict; settled before the console opens. Time stands still.
#include "config.h"

#include "tests/screen/cleanup_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

#define CAA_UID "6f0e2c11-0000-4000-8000-0000000000aa"
#define NIGHTLY_UID "9b1d7e22-0000-4000-8000-0000000000bb"
#define NODE "cn-beijing.172.16.1.5"
#define STAMP "2026-11-17T20:52:00.000000000Z "
#define SANDBOX(first) first "00000000000000000000000000000000000000000000000000000000"
#define MADE(sandbox, pod, space, vm, name)                                                                            \
	STAMP "[adaptor/cloud] create a sandbox " sandbox " for pod " pod " in namespace " space                       \
	      " (netns: /var/run/netns/cni-1)\n" STAMP "[adaptor/cloud/alibabacloud] created an instance " vm          \
	      " for sandbox " sandbox "\n" STAMP "[adaptor/cloud] created an instance " name " for sandbox " sandbox   \
	      "\n"

struct world cleanup_world;

static int64_t wall(void *user)
{
	(void)user;
	return cleanup_world.now;
}

static int64_t steady(void *user)
{
	(void)user;
	return clock_monotonic(&clock_system);
}

const struct clock cleanup_clock = {wall, steady, NULL};

static const char adaptor_log[] =
        STAMP "server started\n" MADE(SANDBOX("77aa01bc"), "nginx", "default", ORPHAN_ID, "podvm-nginx-77aa01bc") MADE(
                SANDBOX("4410ffee"), "job-9", "default", "i-2ze1f0c4410ffee88a0", "podvm-job-9-4410ffee")
                MADE(SANDBOX("1f2e3d4c"), "nginx", "default", "i-2ze5a1f2e3d4c0000001", "podvm-nginx-1f2e3d4c") MADE(
                        SANDBOX("00ff31c2"), "train-3", "ml", "i-2ze700ff31c200000001", "podvm-train-3-00ff31c2")
                        MADE(SANDBOX("a0021dff"), "web-0", "shop", "i-2ze3a0021dff00000001", "podvm-web-0-a0021dff")
                                STAMP "stopping VM: sandbox " SANDBOX("77aa01bc") " does not exist\n";

static struct world_vm *add_vm(const char *id, const char *name, int64_t age, const char *uid, const char *ip)
{
	struct world_vm *vm = world_add_vm(&cleanup_world, id, name, cleanup_world.now - age);

	vm->ip = ip;
	vm->tags[vm->tag_count++] = (struct text_pair){"caa-cluster-uid", uid};
	return vm;
}

static struct world_pod *add_pod(
        struct world_cluster *cluster, const char *uid, const char *space, const char *name, int64_t age)
{
	struct world_pod *pod = world_add_pod(cluster, space, name, cleanup_world.now - age);

	pod->uid = uid;
	pod->node = NODE;
	return pod;
}

static void add_peerpod(
        struct world_cluster *cluster, const char *space, const char *pod, const char *uid, const char *vm)
{
	struct world_peerpod *peerpod = world_add_peerpod(cluster, uid, vm);

	peerpod->space = space;
	peerpod->pod = pod;
	peerpod->name = pod;
}

static void add_vms(void)
{
	add_vm(ORPHAN_ID, "podvm-nginx-77aa01bc", HOURS(72), CAA_UID, "172.16.4.9")->eip = "eip-2zeorphan";
	add_vm("i-2ze1f0c4410ffee88a0", "podvm-job-9-4410ffee", HOURS(6), CAA_UID, "172.16.4.31");
	add_vm("i-2ze2c9be0f12300000001", "podvm-web-0-9be0f123", HOURS(9), NIGHTLY_UID, "172.16.9.3");
	add_vm("i-2ze5a1f2e3d4c0000001", "podvm-nginx-1f2e3d4c", HOURS(2), CAA_UID, "172.16.4.21");
	add_vm("i-2ze700ff31c200000001", "podvm-train-3-00ff31c2", HOURS(5), CAA_UID, "172.16.4.77");
	cleanup_world.eips[cleanup_world.eip_count++] =
	        (struct world_eip){"eip-2zeorphan", "Peerpod External Network EIP", "InUse", ORPHAN_ID};
	cleanup_world.eips[cleanup_world.eip_count++] =
	        (struct world_eip){"eip-2zeleft", "Peerpod External Network EIP", "Available", NULL};
	cleanup_world.enis[cleanup_world.eni_count++] =
	        (struct world_eni){"eni-2zeleft", "peerpod-nic-i-2zegone0000000000001", "Available", NULL, "Secondary"};
}

// Those that came into being only now.
static void add_young_vms(void)
{
	add_vm("i-2ze3a0021dff00000001", "podvm-web-0-a0021dff", MINUTES(26), CAA_UID, "172.16.4.40");
	add_vm("i-2ze4b0c4411ab0000001", "podvm-payments-5d9f-0c4411ab", SECONDS(70), CAA_UID, "")->status = "Starting";
}

static void fill(void)
{
	struct world_cluster *caa, *nightly;

	caa = world_add_cluster(&cleanup_world, "c7a1e09e", CAA_UID);
	caa->name = "caa";
	caa->nodes[0].name = NODE;
	caa->nodes[0].id = "i-2zenode1";
	caa->pods[0].name = "cloud-api-adaptor-x7k2p";
	caa->pods[0].uid = "u-adaptor";
	caa->pods[0].node = NODE;
	caa->pods[0].log = adaptor_log;
	caa->config[caa->config_count++] = (struct text_pair){"TAGS", "caa-cluster-uid=" CAA_UID};
	add_pod(caa, "u-nginx-2", "default", "nginx", HOURS(2) + MINUTES(2));
	add_pod(caa, "u-train-3", "ml", "train-3", HOURS(5) + MINUTES(2));
	add_peerpod(caa, "default", "nginx", "u-nginx-2", "i-2ze5a1f2e3d4c0000001");
	add_peerpod(caa, "ml", "train-3", "u-train-3", "i-2ze700ff31c200000001");
	nightly = world_add_cluster(&cleanup_world, "c31f7700", NIGHTLY_UID);
	nightly->name = "ci-nightly";
	nightly->config[nightly->config_count++] = (struct text_pair){"TAGS", "caa-cluster-uid=" NIGHTLY_UID};
}

bool cleanup_world_make(const char *database)
{
	struct memory *memory;
	const struct report *report;

	world_init(&cleanup_world);
	cleanup_world.cluster_count = cleanup_world.vm_count = 0;
	fill();
	add_vms();
	memory = world_memory(&cleanup_world, database);
	if (!memory)
		return false;
	report = world_settle(&cleanup_world, memory);
	report_unref(report);
	memory_close(memory);
	add_young_vms();
	cleanup_world.clusters[1].state = SURVEY_UNREAD;
	return report != NULL;
}

// ---- the cloud ----

static struct session *open_world(
        const struct context_config *context, const struct services *services, struct error *error)
{
	(void)context, (void)services, (void)error;
	return (struct session *)(void *)&cleanup_world;
}

static void close_world(struct session *session)
{
	(void)session;
}

static bool identify(struct session *session, struct identity *out, struct cancel *cancel, struct error *error)
{
	(void)session, (void)cancel, (void)error;
	snprintf(out->account, sizeof(out->account), "1654");
	snprintf(out->display, sizeof(out->display), "ops@1654…8812");
	snprintf(out->source, sizeof(out->source), "fake");
	return true;
}

static void describe_session(struct session *session, struct identity *out, char *home_region, size_t size)
{
	identify(session, out, NULL, NULL);
	snprintf(home_region, size, "cn-beijing");
}

static bool cloud_lists(enum kind_id kind)
{
	return kind == KIND_REGION || kind == KIND_CLUSTER || world_cloud.lists(kind);
}

static void add_regions(struct snapshot_builder *builder)
{
	for (size_t i = 0; i < cleanup_world.region_count; i++) {
		struct region_record *region = snapshot_add(builder, cleanup_world.regions[i]);

		region->record.name = region->record.region = cleanup_world.regions[i];
		region->record.status = "available";
	}
}

static void add_clusters(struct snapshot_builder *builder)
{
	for (size_t i = 0; i < cleanup_world.cluster_count; i++) {
		const struct world_cluster *cluster = &cleanup_world.clusters[i];
		struct cluster_record *out = snapshot_add(builder, cluster->id);

		out->record.name = cluster->name;
		out->record.region = cleanup_world.regions[0];
		out->record.status = "running";
		out->record.created = WORLD_NOW - HOURS(500);
		out->vpc_id = cluster->vpc;
		out->version = "1.32.1";
		out->size = (int64_t)cluster->node_count;
	}
}

static bool cloud_list(struct session *session, enum kind_id kind, const struct scope *scopes, size_t count,
        struct list_sink *sink, struct cancel *cancel, struct error *error)
{
	if (kind != KIND_REGION && kind != KIND_CLUSTER)
		return world_cloud.list(session, kind, scopes, count, sink, cancel, error);
	for (size_t i = 0; i < count; i++) {
		struct snapshot_builder *builder = sink->begin(sink, &scopes[i]);

		if (builder && kind == KIND_REGION)
			add_regions(builder);
		else if (builder && strcmp(scopes[i].region, cleanup_world.regions[0]) == 0)
			add_clusters(builder);
		sink->end(sink, &scopes[i], builder, NULL);
	}
	return true;
}

static bool describe(struct session *session, enum kind_id kind, const struct scope *scope, const char *id,
        struct buffer *json, struct cancel *cancel, struct error *error)
{
	(void)session, (void)kind, (void)scope, (void)cancel, (void)error;
	return buffer_printf(json, "{\"InstanceId\":\"%s\"}", id);
}

static bool act(struct session *session, const struct action_request *request, struct job *job, struct error *error)
{
	struct world *world = &cleanup_world;

	(void)session;
	job_request_id(job, "3C5E0000-TEST-9A");
	for (size_t i = 0; i < world->vm_count; i++) {
		if (strcmp(world->vms[i].id, request->id) != 0)
			continue;
		if (strcmp(request->action->name, "delete") == 0)
			world->vms[i] = world->vms[--world->vm_count];
		else
			world->vms[i].status = "Stopped";
		return true;
	}
	for (size_t i = 0; i < world->eip_count; i++)
		if (strcmp(world->eips[i].id, request->id) == 0) {
			world->eips[i] = world->eips[--world->eip_count];
			return true;
		}
	return error_set(error, ERROR_NOT_FOUND, "it is gone");
}

static bool command(struct session *session, const struct action_request *request, struct buffer *out)
{
	(void)session;
	return buffer_printf(
	        out, "fakecloud %s --region %s --id %s", request->action->name, request->scope.region, request->id);
}

static bool settle(struct session *session, const struct intent *intent, struct cancel *cancel, struct error *error)
{
	(void)session, (void)intent, (void)cancel, (void)error;
	return true;
}

static void doctor(
        struct session *session, void (*tell)(const struct check *, void *), void *user, struct cancel *cancel)
{
	(void)session, (void)tell, (void)user, (void)cancel;
}

static const struct action actions[] = {
        {.name = "delete",
                .title = "Delete",
                .help = "delete the VM",
                .kind = KIND_VM,
                .guard = GUARD_DESTRUCTIVE,
                .key = 'D'},
        {.name = "quarantine",
                .title = "Quarantine",
                .help = "stop and tag it",
                .kind = KIND_VM,
                .guard = GUARD_DISRUPTIVE},
        {.name = "delete", .title = "Delete", .help = "delete it", .kind = KIND_ENI, .guard = GUARD_DESTRUCTIVE},
        {.name = "release", .title = "Release", .help = "release it", .kind = KIND_EIP, .guard = GUARD_DESTRUCTIVE},
};

static struct cloud_source cloud_source;

static bool rehearse(struct session *session, const char *action, enum kind_id kind, const struct scope *region,
        const char *id, struct cancel *cancel, struct error *error)
{
	(void)session, (void)action, (void)kind, (void)region, (void)id, (void)cancel, (void)error;
	return true;
}

struct backend cleanup_cloud = {
        .name = "fake",
        .title = "Fake cloud",
        .open = open_world,
        .close = close_world,
        .identify = identify,
        .describe_session = describe_session,
        .lists = cloud_lists,
        .list = cloud_list,
        .describe = describe,
        .actions = actions,
        .action_count = COUNT_OF(actions),
        .act = act,
        .command = command,
        .settle = settle,
        .doctor = doctor,
        .cloud = &cloud_source,
};

// ---- the clusters ----

static bool clusters_list_kind(enum kind_id kind)
{
	return kind == KIND_POD || kind == KIND_NODE || kind == KIND_PEERPOD || kind == KIND_EVENT;
}

static void add_event(struct snapshot_builder *builder, const struct scope *scope)
{
	struct event_record *event = snapshot_add(builder, "ev-1");

	event->record.name = "FailedCreatePodSandBox";
	event->record.region = snapshot_shared(builder, scope->region);
	event->record.status = "Warning";
	event->record.created = cleanup_world.now - MINUTES(1);
	event->cluster_id = snapshot_shared(builder, scope->cluster);
	event->namespace_name = "default";
	event->object_kind = "Pod";
	event->object = "nginx";
	event->object_uid = "u-nginx-2";
	event->source = "kubelet";
	event->message = "context deadline exceeded \033[31mred";
	event->last_seen = cleanup_world.now - SECONDS(20);
	event->count = 3;
}

// What the survey of the cluster says, as lists. Its texts live as long as the program.
static void copy_records(struct snapshot_builder *builder, const struct snapshot *from, const struct kind *kind,
        const struct scope *scope)
{
	for (size_t i = 0; from && i < from->count; i++) {
		struct record *out = snapshot_add(builder, from->records[i]->id);
		const char *id = out->id;
		const struct field *cluster = kind_field(kind, "cluster_id");

		memcpy(out, from->records[i], kind->record_size);
		out->id = id;
		out->region = snapshot_shared(builder, scope->region);
		*(const char **)(void *)((char *)out + cluster->offset) = snapshot_shared(builder, scope->cluster);
		if (kind->id == KIND_POD) {
			struct pod_record *pod = (struct pod_record *)(void *)out;

			out->status = pod->phase;
			pod->ready = pod->is_ready;
			pod->wanted = 1;
			pod->runtime_class = pod->is_peer ? "kata-remote" : "";
			for (size_t k = 0; k < cleanup_world.clusters[0].peerpod_count; k++)
				if (strcmp(cleanup_world.clusters[0].peerpods[k].pod_uid, id) == 0)
					pod->vm_id = cleanup_world.clusters[0].peerpods[k].vm;
		} else if (kind->id == KIND_NODE) {
			out->status = "Ready";
		}
	}
}

static bool clusters_list(struct session *session, enum kind_id kind, const struct scope *scopes, size_t count,
        struct list_sink *sink, struct cancel *cancel, struct error *error)
{
	for (size_t i = 0; i < count; i++) {
		struct snapshot_builder *builder = sink->begin(sink, &scopes[i]);
		static struct cluster_survey kept[64]; // never given back: what is listed borrows from them
		static size_t used;
		struct cluster_survey *survey = &kept[used < 63 ? used++ : 63];

		world_kubernetes.cluster->survey(session, &scopes[i], survey, cancel, error);
		if (builder && kind == KIND_EVENT && survey->state == SURVEY_READ)
			add_event(builder, &scopes[i]);
		if (builder && kind != KIND_EVENT)
			copy_records(builder,
			        kind == KIND_POD    ? survey->pods
			        : kind == KIND_NODE ? survey->nodes
			                            : survey->peerpods,
			        kind_get(kind), &scopes[i]);
		sink->end(sink, &scopes[i], builder, survey->error.kind == ERROR_NONE ? NULL : &survey->error);
	}
	return true;
}

static bool reaches(struct session *session, const struct scope *cluster)
{
	(void)session, (void)cluster;
	return true;
}

// The file that the environment names takes the first cluster away as long as it is there.
static bool survey(struct session *session, const struct scope *cluster, struct cluster_survey *out,
        struct cancel *cancel, struct error *error)
{
	const char *path = getenv("FAKE_UNREACHABLE");

	cleanup_world.clusters[0].state = path && access(path, F_OK) == 0 ? SURVEY_UNREAD : SURVEY_READ;
	return world_kubernetes.cluster->survey(session, cluster, out, cancel, error);
}

static struct cluster_source cluster_source;

struct backend cleanup_kubernetes = {
        .name = "kubernetes",
        .title = "Kubernetes",
        .open = open_world,
        .close = close_world,
        .identify = identify,
        .describe_session = describe_session,
        .lists = clusters_list_kind,
        .list = clusters_list,
        .settle = settle,
        .doctor = doctor,
        .cluster = &cluster_source,
};

void cleanup_backends(void)
{
	cloud_source = *world_cloud.cloud;
	cloud_source.rehearse = rehearse;
	cluster_source = *world_kubernetes.cluster;
	cluster_source.reaches = reaches;
	cluster_source.survey = survey;
}
