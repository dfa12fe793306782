// SPDX-License-Identifier: Apache-2.0
// Judging alone: 10,000 pod VMs against 20 clusters with 10,000 pods, from surveys in memory; and the memory that
// reading 1,000 pods' worth of the adaptors' logs takes. Prints "MS MB"; MB is negative where it cannot be told.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <time.h>

#include "base/resident.h"
#include "inventory/records.h"
#include "orphans/scan_own.h"

#include "base/banned.h"

enum {
	VMS = 10000,
	CLUSTERS = 20,
	PODS = VMS / CLUSTERS,
	NODES = 10,
	RUNS = 5,
	LOG_PODS = 1000,
	LOG_NODES = 10,
	NOISE = 40
};

#define NOW INT64_C(1795207920000)
#define MINUTES(n) (INT64_C(60000) * (n))

static bool has_logs;

static struct scope scope_of(const char *region, const char *cluster)
{
	struct scope scope = {.context = "prod"};

	snprintf(scope.region, sizeof scope.region, "%s", region);
	snprintf(scope.cluster, sizeof scope.cluster, "%s", cluster);
	return scope;
}

// A fourth of the VMs are leaks of pods that are gone; the rest is in use.
static bool is_leak(int vm)
{
	return vm % 4 == 3;
}

static void sandbox_of(int vm, char out[65])
{
	for (int i = 0; i < 8; i++)
		snprintf(out + i * 8, 9, "%08x", (unsigned)vm * 2654435761u + (unsigned)i);
}

static void name_of(int vm, char out[64])
{
	char sandbox[65];

	sandbox_of(vm, sandbox);
	snprintf(out, 64, "podvm-web-%d-%.8s", vm, sandbox);
}

static void add_vm(struct snapshot_builder *builder, int i)
{
	char id[32], name[64], vswitch[32], address[32];
	const char *group = "sg-1";
	struct vm_record *vm;

	snprintf(id, sizeof id, "i-%08d", i);
	snprintf(vswitch, sizeof vswitch, "vsw-%d", i % CLUSTERS);
	snprintf(address, sizeof address, "10.0.%d.%d", i / 250 % 250, i % 250);
	name_of(i, name);
	vm = snapshot_add(builder, id);
	vm->record.name = snapshot_text(builder, name);
	vm->record.region = "cn-beijing";
	vm->record.status = "Running";
	vm->record.created = NOW - MINUTES(600 + i % 500);
	vm->sort = "podvm";
	vm->type = "ecs.g8i.xlarge";
	vm->zone = "cn-beijing-i";
	vm->charge_type = "PostPaid";
	vm->vpc_id = "vpc-1";
	vm->vswitch_id = snapshot_shared(builder, vswitch);
	vm->private_ip = snapshot_text(builder, address);
	vm->security_group_ids = snapshot_list(builder, &group, 1, true);
	vm->vcpu = 4;
}

static bool cloud_lists(enum kind_id kind)
{
	return kind == KIND_VM || kind == KIND_ENI || kind == KIND_EIP || kind == KIND_DISK;
}

static bool cloud_list(struct session *session, enum kind_id kind, const struct scope *scopes, size_t count,
        struct list_sink *sink, struct cancel *cancel, struct error *error)
{
	int vms = has_logs ? LOG_PODS : VMS;

	(void)session;
	(void)cancel;
	(void)error;
	for (size_t r = 0; r < count; r++) {
		struct snapshot_builder *builder = sink->begin(sink, &scopes[r]);

		for (int i = 0; kind == KIND_VM && i < vms; i++)
			add_vm(builder, i);
		for (int i = 0; kind == KIND_DISK && i < vms; i++) {
			char id[32], vm[32];
			struct disk_record *disk;

			snprintf(id, sizeof id, "d-%08d", i);
			snprintf(vm, sizeof vm, "i-%08d", i);
			disk = snapshot_add(builder, id);
			disk->type = "system";
			disk->instance_id = snapshot_text(builder, vm);
			disk->size_gib = 50;
		}
		sink->end(sink, &scopes[r], builder, NULL);
	}
	return true;
}

static bool cloud_prove(struct session *session, const struct scope *region, struct region_proof *out,
        struct cancel *cancel, struct error *error)
{
	(void)session;
	(void)region;
	(void)cancel;
	(void)error;
	*out = (struct region_proof){.vms_are_proven = true, .missing = "", .offset_is_known = true};
	return true;
}

static const struct cloud_source cloud_source = {.prove = cloud_prove};
static const struct backend cloud = {
        .name = "bench", .title = "Bench", .lists = cloud_lists, .list = cloud_list, .cloud = &cloud_source};

static void add_pod(
        struct snapshot_builder *builder, const char *uid, const char *space, const char *name, const char *node)
{
	struct pod_record *pod = snapshot_add(builder, uid);
	const char *address = "10.244.1.5";

	pod->record.name = snapshot_text(builder, name);
	pod->record.created = NOW - MINUTES(1200);
	pod->namespace_name = snapshot_shared(builder, space);
	pod->node = snapshot_shared(builder, node);
	pod->phase = "Running";
	pod->ip = address;
	pod->addresses = snapshot_list(builder, &address, 1, true);
	pod->running_since = pod->ready_since = NOW - MINUTES(500);
	pod->is_peer = pod->is_ready = true;
}

static void add_adaptor(struct snapshot_builder *builder, int node)
{
	struct text_pair label = {"app", "cloud-api-adaptor"};
	char name[32], host[32];
	struct pod_record *pod;

	snprintf(name, sizeof name, "adaptor-%d", node);
	snprintf(host, sizeof host, "node-%d", node);
	add_pod(builder, name, "confidential-containers-system", name, host);
	pod = snapshot_add(builder, name);
	pod->record.name = snapshot_text(builder, name);
	pod->namespace_name = "confidential-containers-system";
	pod->node = snapshot_shared(builder, host);
	pod->phase = "Running";
	pod->labels = snapshot_tags(builder, &label, 1);
	pod->ready_since = NOW - MINUTES(5000);
	pod->is_ready = true;
}

static bool cluster_survey(struct session *session, const struct scope *scope, struct cluster_survey *out,
        struct cancel *cancel, struct error *error)
{
	static const struct text_pair groups = {"SECURITY_GROUP_IDS", "sg-1"};
	struct snapshot_builder *pods = snapshot_builder_create(KIND_POD, scope, NULL),
	                        *nodes = snapshot_builder_create(KIND_NODE, scope, NULL),
	                        *peerpods = snapshot_builder_create(KIND_PEERPOD, scope, NULL);
	int cluster = (int)strtol(scope->cluster + 2, NULL, 10);
	struct text_pair *config;
	char text[64], uid[64];

	(void)session;
	(void)cancel;
	(void)error;
	*out = (struct cluster_survey){
	        .scope = *scope, .server = "", .version = "", .missing = "", .state = SURVEY_READ};
	arena_init(&out->arena, 0);
	out->began = out->ended = clock_now(&clock_system);
	out->offset_is_known = true;
	out->name = arena_strdup(&out->arena, scope->cluster);
	out->uid = arena_printf(&out->arena, "uid-%d", cluster);
	config = arena_alloc(&out->arena, 2 * sizeof *config);
	config[0] = (struct text_pair){"VSWITCH_ID", arena_printf(&out->arena, "vsw-%d", cluster)};
	config[1] = groups;
	out->config.exists = true;
	out->config.values = (struct tag_list){config, 2};
	out->config.changed = NOW - MINUTES(100000);
	out->adaptor = (struct survey_adaptor){.exists = true, .image = "", .desired = NODES};
	out->controller = (struct survey_controller){ANSWER_NO, ANSWER_NO, ANSWER_YES, ANSWER_NO, ANSWER_NO};
	out->classes_are_known = true;
	for (int n = 0; n < NODES; n++) {
		struct node_record *node;

		add_adaptor(pods, n);
		snprintf(text, sizeof text, "i-node-%d-%d", cluster, n);
		node = snapshot_add(nodes, text);
		snprintf(text, sizeof text, "node-%d", n);
		node->record.name = snapshot_text(nodes, text);
		snprintf(text, sizeof text, "172.16.%d.%d", cluster, n);
		node->private_ip = snapshot_text(nodes, text);
		node->is_ready = true;
	}
	// A pod for each VM, but for the leaks: those pods have other names.
	for (int i = cluster; i < VMS; i += CLUSTERS) {
		char node[32];

		snprintf(text, sizeof text, is_leak(i) ? "new-%d" : "web-%d", i);
		snprintf(uid, sizeof uid, "uid-pod-%d", i);
		snprintf(node, sizeof node, "node-%d", i / CLUSTERS % NODES);
		add_pod(pods, uid, "shop", text, node);
	}
	out->pods = snapshot_finish(pods, NOW, NULL);
	out->nodes = snapshot_finish(nodes, NOW, NULL);
	out->peerpods = snapshot_finish(peerpods, NOW, NULL);
	return true;
}

// A hundred pods for each of ten adaptors, with what an adaptor logs besides.
static bool cluster_log(struct session *session, const struct scope *scope, const struct survey_log *log,
        bool (*on_line)(const char *text, size_t size, void *user), void *user, struct cancel *cancel,
        struct error *error)
{
	static const char at[] = "2026-11-20T10:00:00.123456789Z 2026/11/20 10:00:00 ";
	int node = (int)strtol(log->pod + 8, NULL, 10);
	char line[1024], sandbox[65], name[64];

	(void)session;
	(void)scope;
	(void)cancel;
	(void)error;
	for (int i = node; i < LOG_PODS; i += LOG_NODES) {
		int count = 0;

		sandbox_of(i, sandbox);
		name_of(i, name);
		for (int n = 0; n < NOISE + 4; n++) {
			switch (n) {
			case 0:
				count = snprintf(line, sizeof line,
				        "%s[adaptor/cloud] create a sandbox %s for pod web-%d in namespace shop "
				        "(netns: "
				        "/run/netns/cni-%d)",
				        at, sandbox, i, i);
				break;
			case 1:
				count = snprintf(line, sizeof line,
				        "%s[adaptor/cloud/alibabacloud] created an instance i-%08d for sandbox %s", at,
				        i, sandbox);
				break;
			case 2:
				count = snprintf(line, sizeof line,
				        "%s[adaptor/cloud] created an instance %s for sandbox %s", at, name, sandbox);
				break;
			default:
				count = snprintf(line, sizeof line,
				        "%s[adaptor/proxy] Retrying failed agent proxy connection %d: dial tcp "
				        "10.0.%d.%d:15150: connect: connection refused",
				        at, n, i / 250 % 250, i % 250);
			}
			if (!on_line(line, (size_t)count, user))
				return true;
		}
	}
	return true;
}

static const struct cluster_source cluster_source = {.survey = cluster_survey, .log = cluster_log},
                                   silent_source = {.survey = cluster_survey};
static const struct backend with_logs = {.name = "kubernetes", .title = "Kubernetes", .cluster = &cluster_source},
                            without_logs = {.name = "kubernetes", .title = "Kubernetes", .cluster = &silent_source};

static double now_ms(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1000 + (double)time.tv_nsec / 1e6;
}

// Of this program alone: what getrusage tells includes the program that started it. −1 = not known.
static double status_mb(const char *name)
{
	FILE *file = fopen("/proc/self/status", "r");
	char line[256];
	double mb = -1;

	while (file && mb < 0 && fgets(line, sizeof line, file))
		if (strncmp(line, name, strlen(name)) == 0)
			mb = (double)strtol(line + strlen(name), NULL, 10) / 1024;
	if (file)
		fclose(file);
	return mb;
}

// The peak begins anew at what is resident now.
static bool peak_reset(void)
{
	FILE *file = fopen("/proc/self/clear_refs", "w");
	bool written = file && fputs("5", file) >= 0;

	return file && fclose(file) == 0 && written;
}

// By how much reading the logs raises what is resident; −1 = it cannot be told here.
static double read_logs(const struct scan_options *options, struct cancel *cancel)
{
	struct scan *scan = scan_create(options, cancel);
	double before, grown = -1;

	if (!scan || !scan_read(scan, NULL) || !scan_describe_clusters(scan) || !scan_index(scan) ||
	        !scan_describe_adaptors(scan))
		exit(1);
	resident_release();
	before = status_mb("VmRSS:");
	if (before >= 0 && peak_reset()) {
		if (!scan_read_logs(scan) || scan->log_count < LOG_PODS)
			exit(1);
		grown = status_mb("VmHWM:") - before;
	}
	scan_destroy(scan);
	return grown;
}

static void fill_options(struct scan_options *out, struct scope *region, struct scope *clusters, struct memory *memory)
{
	*region = scope_of("cn-beijing", "");
	for (int i = 0; i < CLUSTERS; i++) {
		char id[16];

		snprintf(id, sizeof id, "c-%d", i);
		clusters[i] = scope_of("cn-beijing", id);
	}
	*out = (struct scan_options){.cloud = &cloud,
	        .regions = region,
	        .region_count = 1,
	        .clusters = has_logs ? &with_logs : &without_logs,
	        .cluster_scopes = clusters,
	        .cluster_count = has_logs ? 1 : CLUSTERS,
	        .memory = memory,
	        .clock = &clock_system};
}

static int compare_numbers(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(void)
{
	struct memory *memory = memory_open("", "bench", &clock_system, NULL, NULL, NULL);
	struct scope region, clusters[CLUSTERS];
	struct cancel cancel = {0};
	struct scan_options options;
	const struct report *report;
	double times[RUNS], before, log_mb;

	has_logs = true;
	fill_options(&options, &region, clusters, memory);
	if (!memory)
		return 1;
	log_mb = read_logs(&options, &cancel);
	has_logs = false;
	fill_options(&options, &region, clusters, memory);
	for (int i = 0; i < RUNS; i++) {
		struct scan *scan = scan_create(&options, &cancel);

		if (!scan || !scan_read(scan, NULL))
			return 1;
		before = now_ms();
		if (!scan_conclude(scan, &report, NULL))
			return 1;
		times[i] = now_ms() - before;
		if (report->totals[VERDICT_LIVE].count < VMS / 2 || report->item_count < VMS)
			return 1;
		report_unref(report);
	}
	qsort(times, RUNS, sizeof *times, compare_numbers);
	memory_close(memory);
	printf("%.0f %.1f\n", times[RUNS / 2], log_mb);
	return 0;
}
