// SPDX-License-Identifier: Apache-2.0
// The backends of the fake world.
#include "config.h"

#include "tests/unit/scan_fake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "inventory/records.h"

#include "base/banned.h"

// A session is the world.
static struct world *world_of(struct session *session)
{
	return (struct world *)(void *)session;
}

static int64_t world_wall(void *user)
{
	return ((struct world *)user)->now;
}

static int64_t world_steady(void *user)
{
	return ((struct world *)user)->monotonic;
}

static size_t region_place(const struct world *world, const struct scope *scope)
{
	for (size_t i = 0; i < world->region_count; i++)
		if (strcmp(world->regions[i], scope->region) == 0)
			return i;
	return SIZE_MAX;
}

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

static void add_vm(struct snapshot_builder *builder, const struct world_vm *vm, const char *region)
{
	struct vm_record *out = snapshot_add(builder, vm->id);

	out->record.name = vm->name;
	out->record.region = region;
	out->record.status = vm->status;
	out->record.created = vm->created;
	out->sort = "podvm";
	out->type = "ecs.g8i.xlarge";
	out->zone = "cn-beijing-i";
	out->vpc_id = vm->vpc;
	out->vswitch_id = vm->vswitch;
	out->private_ip = or_empty(vm->ip);
	out->eip_id = or_empty(vm->eip);
	out->charge_type = vm->charge;
	out->security_group_ids = snapshot_list(builder, &vm->group, 1, true);
	out->eni_ids = snapshot_list(builder, vm->enis, vm->eni_count, false);
	if (vm->lock)
		out->locks = snapshot_list(builder, &vm->lock, 1, true);
	out->tags = snapshot_tags(builder, vm->tags, vm->tag_count);
	out->vcpu = 4;
	out->deletion_protection = vm->is_protected;
}

static void add_disks(struct snapshot_builder *builder, const struct world_vm *vm)
{
	char id[64];

	for (int data = 0; data < 2; data++) {
		struct disk_record *out;

		if (data ? !vm->has_data_disk : vm->disk_gib == 0)
			continue;
		snprintf(id, sizeof id, "d-%s-%d", vm->id, data);
		out = snapshot_add(builder, id);
		out->record.name = "disk";
		out->record.status = "In_use";
		out->type = data ? "data" : "system";
		out->instance_id = vm->id;
		out->size_gib = data ? 100 : vm->disk_gib;
		out->delete_with_instance = true;
	}
}

static void fill_clusters(struct world *world, size_t region, struct snapshot_builder *builder)
{
	for (size_t i = 0; region == 0 && i < world->cluster_count; i++) {
		struct cluster_record *out =
		        world->clusters[i].is_listed ? snapshot_add(builder, world->clusters[i].id) : NULL;

		if (!out)
			continue;
		out->record.name = world->clusters[i].name;
		out->record.region = world->regions[region];
		out->record.status = "running";
		out->vpc_id = world->clusters[i].vpc;
	}
}

static void fill(struct world *world, enum kind_id kind, size_t region, struct snapshot_builder *builder)
{
	for (size_t i = 0; kind == KIND_REGION && i < world->region_count; i++)
		snapshot_add(builder, world->regions[i]);
	if (kind == KIND_REGION)
		return;
	if (kind == KIND_CLUSTER)
		fill_clusters(world, region, builder);
	for (size_t i = 0; i < world->vm_count; i++) {
		if (world->vms[i].region != region)
			continue;
		if (kind == KIND_VM)
			add_vm(builder, &world->vms[i], world->regions[region]);
		if (kind == KIND_DISK)
			add_disks(builder, &world->vms[i]);
	}
	for (size_t i = 0; kind == KIND_ENI && region == 0 && i < world->eni_count; i++) {
		struct eni_record *out = snapshot_add(builder, world->enis[i].id);

		out->record.name = world->enis[i].name;
		out->record.status = world->enis[i].status;
		out->instance_id = or_empty(world->enis[i].vm);
		out->type = world->enis[i].type;
	}
	for (size_t i = 0; kind == KIND_EIP && region == 0 && i < world->eip_count; i++) {
		struct eip_record *out = snapshot_add(builder, world->eips[i].id);

		out->record.status = world->eips[i].status;
		out->description = world->eips[i].description;
		out->instance_id = or_empty(world->eips[i].bound_to);
		out->address = "47.93.1.1";
	}
}

static bool cloud_lists(enum kind_id kind)
{
	return kind == KIND_VM || kind == KIND_ENI || kind == KIND_EIP || kind == KIND_DISK || kind == KIND_CLUSTER ||
	       kind == KIND_REGION;
}

static bool cloud_list(struct session *session, enum kind_id kind, const struct scope *scopes, size_t count,
        struct list_sink *sink, struct cancel *cancel, struct error *error)
{
	struct world *world = world_of(session);

	(void)error;
	for (size_t i = 0; i < count && !cancel_asked(cancel); i++) {
		struct snapshot_builder *builder = sink->begin(sink, &scopes[i]);
		size_t region = region_place(world, &scopes[i]);
		struct error failure = {ERROR_NONE};

		if (!builder)
			continue;
		while (kind == KIND_VM && region == world->region_count - 1 && atomic_load(&world->hangs) &&
		        !cancel_asked(cancel))
			nanosleep(&(struct timespec){0, 2000000}, NULL);
		if (cancel_asked(cancel))
			error_set(&failure, ERROR_CANCELLED, "cancelled");
		else
			fill(world, kind, region, builder);
		if ((region != SIZE_MAX && world->is_cut[region] && kind == KIND_VM) ||
		        (world->has_no_clusters && kind == KIND_CLUSTER) ||
		        (kind == KIND_DISK && world->has_no_disks) || (kind == KIND_ENI && world->has_no_enis))
			error_set(&failure, ERROR_NETWORK, "the connection broke");
		sink->page(sink, &scopes[i], builder);
		sink->end(sink, &scopes[i], builder, failure.kind == ERROR_NONE ? NULL : &failure);
	}
	return !cancel_asked(cancel);
}

static bool cloud_prove(struct session *session, const struct scope *region, struct region_proof *out,
        struct cancel *cancel, struct error *error)
{
	struct world *world = world_of(session);

	(void)region;
	(void)cancel;
	(void)error;
	*out = (struct region_proof){.vms_are_proven = !world->is_unproven,
	        .missing = world->is_unproven ? "ecs:DescribeInstances" : "",
	        .offset_is_known = !world->is_unmeasured,
	        .offset_ms = world->cloud_offset};
	return true;
}

static bool cloud_user_data(struct session *session, const struct scope *region, const char *id, struct secret **out,
        struct cancel *cancel, struct error *error)
{
	struct world *world = world_of(session);
	struct buffer encoded;

	(void)region;
	(void)cancel;
	for (size_t i = 0; i < world->vm_count; i++) {
		if (strcmp(world->vms[i].id, id) != 0 || !world->vms[i].data)
			continue;
		buffer_init(&encoded, 1 << 20);
		text_add_base64(&encoded, world->vms[i].data, strlen(world->vms[i].data));
		*out = secret_create(buffer_text(&encoded), encoded.size);
		buffer_finish(&encoded);
		__atomic_fetch_add(&world->data_asked, 1, __ATOMIC_RELAXED);
		return true;
	}
	return error_set(error, ERROR_NOT_FOUND, "none");
}

static bool cloud_exists(struct session *session, const struct scope *region, enum kind_id kind, const char *id,
        enum presence *out, struct cancel *cancel, struct error *error)
{
	struct world *world = world_of(session);

	(void)region;
	(void)cancel;
	if (world->asks_fail)
		return error_set(error, ERROR_NETWORK, "the connection broke");
	*out = PRESENCE_ABSENT;
	for (size_t i = 0; kind == KIND_VM && i < world->vm_count; i++)
		if (strcmp(world->vms[i].id, id) == 0)
			*out = PRESENCE_PRESENT;
	for (size_t i = 0; kind == KIND_CLUSTER && i < world->cluster_count; i++)
		if (strcmp(world->clusters[i].id, id) == 0)
			*out = PRESENCE_PRESENT;
	return true;
}

static bool cloud_price(struct session *session, const struct scope *region, const char *type, const char *zone,
        int64_t disk_gib, double *per_hour, char currency[8], struct cancel *cancel, struct error *error)
{
	(void)region;
	(void)type;
	(void)zone;
	(void)cancel;
	(void)error;
	__atomic_fetch_add(&world_of(session)->prices_asked, 1, __ATOMIC_RELAXED);
	*per_hour = 1.0 + (double)disk_gib / 100;
	snprintf(currency, 8, "CNY");
	return true;
}

static bool cloud_address_price(struct session *session, const struct scope *region, double *per_hour, char currency[8],
        struct cancel *cancel, struct error *error)
{
	(void)session;
	(void)region;
	(void)cancel;
	(void)error;
	*per_hour = 0.25;
	snprintf(currency, 8, "CNY");
	return true;
}

static const struct cloud_source cloud_source = {.prove = cloud_prove,
        .user_data = cloud_user_data,
        .exists = cloud_exists,
        .price = cloud_price,
        .address_price = cloud_address_price};

struct world *world_opened;

static struct session *world_open(
        const struct context_config *context, const struct services *services, struct error *error)
{
	(void)context;
	(void)services;
	(void)error;
	return (struct session *)(void *)world_opened;
}

static void world_close(struct session *session)
{
	(void)session;
}

static bool world_identify(struct session *session, struct identity *out, struct cancel *cancel, struct error *error)
{
	(void)session;
	(void)cancel;
	(void)error;
	snprintf(out->account, sizeof out->account, "1654");
	return true;
}

static void world_describe(struct session *session, struct identity *out, char *home_region, size_t size)
{
	(void)session;
	(void)out;
	snprintf(home_region, size, "cn-beijing");
}

const struct backend world_cloud = {.name = "fake",
        .title = "Fake",
        .open = world_open,
        .close = world_close,
        .identify = world_identify,
        .describe_session = world_describe,
        .lists = cloud_lists,
        .list = cloud_list,
        .cloud = &cloud_source};

// ---- clusters ----

static struct world_cluster *cluster_of(struct world *world, const struct scope *scope)
{
	for (size_t i = 0; i < world->cluster_count; i++)
		if (strcmp(world->clusters[i].id, scope->cluster) == 0)
			return &world->clusters[i];
	return NULL;
}

static struct snapshot *survey_pods(
        const struct world *world, const struct world_cluster *cluster, const struct scope *scope)
{
	struct snapshot_builder *builder = snapshot_builder_create(KIND_POD, scope, NULL);
	struct error cut = {ERROR_NONE};

	for (size_t i = 0; i < cluster->pod_count; i++) {
		const struct world_pod *pod = &cluster->pods[i];
		struct pod_record *out = snapshot_add(builder, pod->uid);
		struct text_pair label = {"app", pod->app};
		const char *container = "cloud-api-adaptor-con";

		out->record.name = pod->name;
		out->record.created = pod->created;
		out->namespace_name = pod->space;
		out->node = or_empty(pod->node);
		out->phase = pod->phase;
		out->ip = or_empty(pod->ip);
		if (pod->ip)
			out->addresses = snapshot_list(builder, &pod->ip, 1, false);
		out->containers = snapshot_list(builder, &container, 1, true);
		if (pod->app)
			out->labels = snapshot_tags(builder, &label, 1);
		out->restarts = pod->restarts;
		out->started = pod->created;
		out->running_since = pod->running_since;
		out->ready_since = pod->ready_since;
		out->deleting_since = pod->is_deleting ? world->now : 0;
		out->status_written = pod->status_written;
		out->termination_ms = pod->termination_ms;
		out->is_peer = pod->is_peer;
		out->is_terminal = pod->is_terminal;
		out->is_ready = pod->is_ready;
	}
	if (cluster->pods_are_cut)
		error_set(&cut, ERROR_PROTOCOL, "410 Gone");
	return snapshot_finish(builder, world->now, &cut);
}

static struct snapshot *survey_nodes(
        const struct world *world, const struct world_cluster *cluster, const struct scope *scope)
{
	struct snapshot_builder *builder = snapshot_builder_create(KIND_NODE, scope, NULL);

	for (size_t i = 0; i < cluster->node_count; i++) {
		const struct world_node *node = &cluster->nodes[i];
		struct node_record *out = snapshot_add(builder, node->id);

		out->record.name = node->name;
		out->record.created = node->created;
		out->uid = node->uid;
		out->private_ip = node->ip;
		out->addresses = snapshot_list(builder, &node->ip, 1, false);
		out->is_ready = node->is_ready;
		out->lease_renewed = node->lease ? node->lease : world->now + cluster->offset;
	}
	return snapshot_finish(builder, world->now, NULL);
}

static struct snapshot *survey_peerpods(
        const struct world *world, const struct world_cluster *cluster, const struct scope *scope)
{
	struct snapshot_builder *builder = snapshot_builder_create(KIND_PEERPOD, scope, NULL);

	for (size_t i = 0; i < cluster->peerpod_count; i++) {
		const struct world_peerpod *peerpod = &cluster->peerpods[i];
		struct peerpod_record *out = snapshot_add(builder, peerpod->uid);

		out->record.name = peerpod->name;
		out->record.created = peerpod->created;
		out->namespace_name = peerpod->space;
		out->pod = peerpod->pod;
		out->pod_uid = peerpod->pod_uid;
		out->vm_id = peerpod->vm;
		out->deleting_since = peerpod->deleting_since;
		out->has_finalizer = peerpod->has_finalizer;
	}
	return snapshot_finish(builder, world->now, NULL);
}

static int64_t adaptors(const struct world_cluster *cluster)
{
	int64_t count = 0;

	for (size_t i = 0; i < cluster->pod_count; i++)
		count += cluster->pods[i].app != NULL;
	return cluster->desired ? cluster->desired : count;
}

static bool cluster_survey(struct session *session, const struct scope *scope, struct cluster_survey *out,
        struct cancel *cancel, struct error *error)
{
	struct world *world = world_of(session);
	const struct world_cluster *cluster = cluster_of(world, scope);

	(void)cancel;
	(void)error;
	*out = (struct cluster_survey){.scope = *scope,
	        .name = "",
	        .uid = "",
	        .server = "",
	        .version = "1.32",
	        .missing = "",
	        .state = cluster ? cluster->state : SURVEY_UNREAD,
	        .began = world->now,
	        .ended = world->now};
	arena_init(&out->arena, 0);
	if (!cluster || cluster->state == SURVEY_UNREAD) {
		error_set(&out->error, ERROR_NETWORK, "connection refused");
		return true;
	}
	out->name = cluster->name;
	out->uid = cluster->uid;
	out->offset_is_known = true;
	out->offset_ms = cluster->offset;
	if (cluster->state == SURVEY_DENIED) {
		out->missing = "list pods";
		error_set(&out->error, ERROR_DENIED, "pods is forbidden");
		return true;
	}
	out->pods = survey_pods(world, cluster, scope);
	out->nodes = survey_nodes(world, cluster, scope);
	if (!cluster->peerpods_are_denied)
		out->peerpods = survey_peerpods(world, cluster, scope);
	else
		error_set(&out->error, ERROR_DENIED, "peerpods is forbidden");
	out->classes_are_known = true;
	out->adaptor = (struct survey_adaptor){.exists = !cluster->has_no_adaptor,
	        .image = "caa",
	        .desired = cluster->has_no_adaptor ? 0 : adaptors(cluster)};
	out->config.exists = cluster->config_count > 0;
	out->config.values = (struct tag_list){cluster->config, cluster->config_count};
	out->config.changed = cluster->config_changed;
	out->controller.is_installed = cluster->controller;
	out->controller.has_peerpods = ANSWER_YES;
	return true;
}

static bool cluster_log(struct session *session, const struct scope *scope, const struct survey_log *log,
        bool (*on_line)(const char *text, size_t size, void *user), void *user, struct cancel *cancel,
        struct error *error)
{
	struct world *world = world_of(session);
	const struct world_cluster *cluster = cluster_of(world, scope);

	(void)cancel;
	if (cluster->has_no_logs)
		return error_set(error, ERROR_DENIED, "pods/log is forbidden");
	for (size_t i = 0; i < cluster->pod_count; i++) {
		const char *text = log->previous ? cluster->pods[i].previous : cluster->pods[i].log;

		if (strcmp(cluster->pods[i].name, log->pod) != 0)
			continue;
		while (text && *text) {
			size_t size = strcspn(text, "\n");

			if (!on_line(text, size, user))
				return true;
			text += size + (text[size] == '\n');
		}
	}
	return true;
}

static const struct cluster_source cluster_source = {.survey = cluster_survey, .log = cluster_log};

static bool cluster_lists(enum kind_id kind)
{
	return kind == KIND_POD;
}

const struct backend world_kubernetes = {.name = "kubernetes",
        .title = "Kubernetes",
        .open = world_open,
        .close = world_close,
        .lists = cluster_lists,
        .cluster = &cluster_source};

// ---- the world ----

struct world_vm *world_add_vm(struct world *world, const char *id, const char *name, int64_t created)
{
	struct world_vm *vm = &world->vms[world->vm_count++];

	*vm = (struct world_vm){.id = id,
	        .name = name,
	        .status = "Running",
	        .charge = "PostPaid",
	        .vpc = "vpc-1",
	        .vswitch = "vsw-1",
	        .group = "sg-1",
	        .ip = "172.16.4.9",
	        .created = created - created % MINUTES(1),
	        .disk_gib = 50};
	return vm;
}

struct world_pod *world_add_pod(struct world_cluster *cluster, const char *space, const char *name, int64_t created)
{
	struct world_pod *pod = &cluster->pods[cluster->pod_count++];

	*pod = (struct world_pod){.uid = name,
	        .space = space,
	        .name = name,
	        .node = "n1",
	        .phase = "Running",
	        .ip = "10.244.1.5",
	        .is_peer = true,
	        .is_ready = true,
	        .created = created,
	        .running_since = created + MINUTES(2),
	        .ready_since = created + MINUTES(2),
	        .status_written = created + MINUTES(2),
	        .termination_ms = SECONDS(30)};
	return pod;
}

struct world_peerpod *world_add_peerpod(struct world_cluster *cluster, const char *pod_uid, const char *vm)
{
	struct world_peerpod *peerpod = &cluster->peerpods[cluster->peerpod_count++];

	*peerpod = (struct world_peerpod){.uid = vm,
	        .space = "shop",
	        .name = "web-0-resource-abcde",
	        .pod = "web-0",
	        .pod_uid = pod_uid,
	        .vm = vm,
	        .created = WORLD_NOW - HOURS(2) + MINUTES(2),
	        .has_finalizer = true};
	return peerpod;
}

struct world_cluster *world_add_cluster(struct world *world, const char *id, const char *uid)
{
	struct world_cluster *cluster = &world->clusters[world->cluster_count++];
	struct world_pod *adaptor;

	*cluster = (struct world_cluster){.id = id,
	        .name = id,
	        .uid = uid,
	        .vpc = "vpc-1",
	        .is_listed = true,
	        .is_readable = true,
	        .state = SURVEY_READ,
	        .config = {{"REGION", "cn-beijing"}, {"VSWITCH_ID", "vsw-1"}, {"SECURITY_GROUP_IDS", "sg-1"}},
	        .config_count = 3,
	        .config_changed = WORLD_NOW - HOURS(100),
	        .controller = ANSWER_NO};
	cluster->nodes[cluster->node_count++] = (struct world_node){.name = "n1",
	        .id = id,
	        .uid = uid,
	        .ip = "172.16.1.5",
	        .is_ready = true,
	        .created = WORLD_NOW - HOURS(200)};
	adaptor = world_add_pod(cluster, "confidential-containers-system", "adaptor-n1", WORLD_NOW - HOURS(50));
	adaptor->app = "cloud-api-adaptor";
	adaptor->is_peer = false;
	return cluster;
}

void world_init(struct world *world)
{
	struct world_cluster *cluster;

	memset(world, 0, sizeof *world);
	world->now = WORLD_NOW;
	world->monotonic = SECONDS(1000);
	world->clock = (struct clock){world_wall, world_steady, world};
	world->regions[world->region_count++] = "cn-beijing";
	cluster = world_add_cluster(world, "caa", "u-caa");
	cluster->pods[0].log =
	        "2026-11-20T18:51:00.000000000Z [adaptor/cloud] create a sandbox " SANDBOX_1
	        " for pod web-0 in namespace shop (netns: /run/netns/cni-1)\n"
	        "2026-11-20T18:52:10.000000000Z [adaptor/cloud/alibabacloud] created an instance i-1 for "
	        "sandbox " SANDBOX_1 "\n"
	        "2026-11-20T18:52:10.000000000Z [adaptor/cloud] created an instance podvm-web-0-0123abcd "
	        "for sandbox " SANDBOX_1 "\n";
	world_add_vm(world, "i-1", "podvm-web-0-0123abcd", WORLD_NOW - HOURS(2));
}

void world_pass(struct world *world, int64_t ms)
{
	world->now += ms;
	world->monotonic += ms;
}

struct memory *world_memory(struct world *world, const char *path)
{
	return memory_open(path, "1654", &world->clock, NULL, NULL, NULL);
}

static struct scope regions[WORLD_REGIONS], scopes[WORLD_CLUSTERS];
static struct cluster_record records[WORLD_CLUSTERS];
static const struct cluster_record *known[WORLD_CLUSTERS];

void world_options(struct world *world, struct memory *memory, struct scan_options *out)
{
	size_t readable = 0, listed = 0;

	memset(regions, 0, sizeof regions);
	memset(scopes, 0, sizeof scopes);
	memset(records, 0, sizeof records);
	for (size_t i = 0; i < world->region_count; i++) {
		snprintf(regions[i].context, SCOPE_WORD_SIZE, "prod");
		snprintf(regions[i].region, SCOPE_WORD_SIZE, "%s", world->regions[i]);
	}
	for (size_t i = 0; i < world->cluster_count; i++) {
		const struct world_cluster *cluster = &world->clusters[i];

		if (cluster->is_readable) {
			snprintf(scopes[readable].context, SCOPE_WORD_SIZE, "prod");
			snprintf(scopes[readable++].cluster, SCOPE_WORD_SIZE, "%s", cluster->id);
		}
		if (cluster->is_listed) {
			records[listed] = (struct cluster_record){
			        .record = {cluster->id, cluster->name, world->regions[0], "running", 1},
			        .vpc_id = cluster->vpc,
			        .api_server = ""};
			known[listed] = &records[listed];
			listed++;
		}
	}
	*out = (struct scan_options){.cloud = &world_cloud,
	        .cloud_session = (struct session *)(void *)world,
	        .regions = regions,
	        .region_count = world->region_count,
	        .clusters = &world_kubernetes,
	        .clusters_session = (struct session *)(void *)world,
	        .known = known,
	        .known_count = listed,
	        .cluster_scopes = scopes,
	        .cluster_count = readable,
	        .memory = memory,
	        .clock = &world->clock,
	        .parallel = 4,
	        .read_user_data = true};
}

const struct report *world_scan(struct world *world, struct memory *memory)
{
	struct cancel cancel = {0};
	struct scan_options options;
	const struct report *report = NULL;

	world_options(world, memory, &options);
	return scan_run(&options, &report, &cancel, NULL) ? report : NULL;
}

const struct report *world_settle(struct world *world, struct memory *memory)
{
	const struct report *report = world_scan(world, memory);

	for (int i = 0; i < 5; i++) {
		report_unref(report);
		world_pass(world, MINUTES(4));
		report = world_scan(world, memory);
	}
	return report;
}

const struct report *world_recheck(
        struct world *world, struct memory *memory, const struct report *before, const char *id)
{
	struct cancel cancel = {0};
	struct scan_options options;
	const struct report *report = NULL;

	world_options(world, memory, &options);
	return scan_recheck(&options, before, id, &report, &cancel, NULL) ? report : NULL;
}
