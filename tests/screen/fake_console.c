// SPDX-License-Identifier: Apache-2.0
// The console over a cloud that stands still: five regions (one denied), three clusters, some VMs. For screen tests and
// for looking at the screen without a simulator. FAKE_VMS, FAKE_PAGE_MS, FAKE_CHURN, FAKE_REFRESH, FAKE_SET="name=value
// …" steer it.
#include "config.h"

#include <locale.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "inventory/records.h"
#include "ui/ui.h"

#include "base/banned.h"

enum { PAGE_ROWS = 100 };

struct session {
	atomic_uint readings;
	int64_t born;
};

// The wall clock stands still at FAKE_NOW (seconds since 1970) so that ages and times are the same in every run.
int __real_clock_gettime(clockid_t clock, struct timespec *out);
int __wrap_clock_gettime(clockid_t clock, struct timespec *out);
int __wrap_clock_gettime(clockid_t clock, struct timespec *out)
{
	static int64_t now;
	const char *text = getenv("FAKE_NOW");
	if (clock != CLOCK_REALTIME || (!now && (!text || !text_to_int64(text, &now))))
		return __real_clock_gettime(clock, out);
	*out = (struct timespec){now, 0};
	return 0;
}

static int64_t number(const char *name, int64_t fallback)
{
	int64_t value;
	const char *text = getenv(name);
	return text && text_to_int64(text, &value) ? value : fallback;
}

static const struct {
	const char *id, *name;
} regions[] = {{"cn-beijing", "华北2（北京）"}, {"cn-hongkong", "中国香港"}, {"cn-hangzhou", "华东1（杭州）"},
        {"eu-central-1", "德国（法兰克福）"}, {"ap-southeast-1", "新加坡"}};
static const struct {
	const char *id, *name, *region, *status, *version;
	int nodes;
} clusters[] = {{"c0a1", "caa", "cn-beijing", "running", "1.32.1-aliyun.1", 3},
        {"c0b2", "ci-nightly", "cn-beijing", "updating", "1.31.4-aliyun.1", 6},
        {"c0c3", "北京-生产", "cn-beijing", "running", "1.30.7-aliyun.1", 12},
        {"c1d4", "edge", "cn-hongkong", "failed", "1.30.7-aliyun.1", 2}};
static const struct {
	const char *id, *name, *cluster, *region, *status, *type;
	int desired, healthy;
} pools[] = {{"np1", "worker-node-pool", "c0a1", "cn-beijing", "active", "ecs.g8i.xlarge", 1, 1},
        {"np2", "tdx-pool", "c0a1", "cn-beijing", "scaling", "ecs.g8i.2xlarge", 4, 2},
        {"np3", "默认节点池", "c0c3", "cn-beijing", "active", "ecs.g7.xlarge", 12, 12}};

static struct session *fake_open(
        const struct context_config *context, const struct services *services, struct error *error)
{
	(void)context;
	struct session *session = calloc(1, sizeof *session);
	if (!session)
		error_set(error, ERROR_MEMORY, "out of memory");
	else
		session->born = clock_now(services->clock);
	return session;
}

static void fake_close(struct session *session)
{
	free(session);
}

static void fake_describe_session(struct session *session, struct identity *out, char *home_region, size_t size)
{
	(void)session;
	memset(out, 0, sizeof *out);
	snprintf(out->account, sizeof out->account, "1654000000008812");
	snprintf(out->display, sizeof out->display, "ops@1654…8812");
	snprintf(home_region, size, "cn-beijing");
}

static bool fake_identify(struct session *session, struct identity *out, struct cancel *cancel, struct error *error)
{
	char home[64];
	(void)cancel;
	(void)error;
	fake_describe_session(session, out, home, sizeof home);
	return true;
}

static bool fake_lists(enum kind_id kind)
{
	return kind == KIND_REGION || kind == KIND_CLUSTER || kind == KIND_NODE_POOL || kind == KIND_NODE ||
	       kind == KIND_VM;
}

static void add_regions(struct snapshot_builder *builder)
{
	for (size_t i = 0; i < COUNT_OF(regions); i++) {
		struct region_record *record = snapshot_add(builder, regions[i].id);
		record->record.name = snapshot_text(builder, regions[i].name);
		record->record.status = snapshot_shared(builder, "available");
	}
}

static void add_clusters(struct snapshot_builder *builder, const struct scope *scope, int64_t born)
{
	for (size_t i = 0; i < COUNT_OF(clusters); i++) {
		if (*scope->region && strcmp(clusters[i].region, scope->region) != 0)
			continue;
		struct cluster_record *record = snapshot_add(builder, clusters[i].id);
		record->record.name = snapshot_text(builder, clusters[i].name);
		record->record.region = snapshot_shared(builder, clusters[i].region);
		record->record.status = snapshot_shared(builder, clusters[i].status);
		record->record.created = born - 86400000LL * (int64_t)(20 + i);
		record->version = snapshot_shared(builder, clusters[i].version);
		record->size = clusters[i].nodes;
	}
}

static void add_pools(struct snapshot_builder *builder, const struct scope *scope, int64_t born)
{
	for (size_t i = 0; i < COUNT_OF(pools); i++) {
		if (strcmp(pools[i].cluster, scope->cluster) != 0)
			continue;
		struct node_pool_record *record = snapshot_add(builder, pools[i].id);
		const char *type = pools[i].type;
		record->record.name = snapshot_text(builder, pools[i].name);
		record->record.region = snapshot_shared(builder, pools[i].region);
		record->record.status = snapshot_shared(builder, pools[i].status);
		record->record.created = born - 86400000LL * 20;
		record->cluster_id = snapshot_shared(builder, pools[i].cluster);
		record->instance_types = snapshot_list(builder, &type, 1, true);
		record->desired = record->total = pools[i].desired;
		record->healthy = pools[i].healthy;
	}
}

static void add_vm(struct snapshot_builder *builder, const struct scope *scope, unsigned i, unsigned turn, int64_t born)
{
	static const char *const words[] = {"nginx", "web-0", "payments-5d9f", "train-3", "日志-收集", "job-9"};
	static const int64_t ages[] = {3 * 86400000LL, 9 * 3600000LL, 26 * 60000LL, 2 * 3600000LL, 5 * 3600000LL};
	const bool churned = number("FAKE_CHURN", 0) && (i + turn) % 20 == 0;
	char text[64];
	snprintf(text, sizeof text, "i-%s%06u", strcmp(scope->region, "cn-beijing") == 0 ? "2ze" : "j6c", i);
	struct vm_record *record = snapshot_add(builder, text);
	if (!record)
		return;
	snprintf(text, sizeof text, "podvm-%s-%08x", words[i % COUNT_OF(words)], i * 2654435761U);
	record->record.name = snapshot_text(builder, text);
	record->record.region = snapshot_shared(builder, scope->region);
	record->record.status = snapshot_shared(builder, churned       ? "Stopping"
	                                                 : i % 7 == 3  ? "Starting"
	                                                 : i % 11 == 5 ? "Stopped"
	                                                               : "Running");
	record->record.created = born - ages[i % COUNT_OF(ages)] - (int64_t)i * 1000;
	record->sort = snapshot_shared(builder, i % 9 == 8 ? "node" : "podvm");
	record->type = snapshot_shared(builder, i % 3 ? "ecs.g8i.xlarge" : "ecs.g7.2xlarge");
	record->zone = snapshot_shared(builder, "cn-beijing-i");
	snprintf(text, sizeof text, "172.16.%u.%u", i / 250 % 250, i % 250);
	record->private_ip = snapshot_text(builder, text);
	record->vcpu = 4;
	record->memory_mib = 16384;
	record->cluster = snapshot_shared(builder, i % 4 ? "c0a1" : "c0c3");
}

static void pause_ms(int64_t ms)
{
	nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

static void add_vms(struct session *session, struct list_sink *sink, const struct scope *scope,
        struct snapshot_builder *builder, struct cancel *cancel)
{
	const int64_t all = number("FAKE_VMS", 24), page_ms = number("FAKE_PAGE_MS", 0);
	const unsigned turn = atomic_fetch_add(&session->readings, 1);
	int64_t count = strcmp(scope->region, "cn-beijing") == 0    ? all * 3 / 4
	                : strcmp(scope->region, "cn-hongkong") == 0 ? all / 4
	                                                            : 0;
	snapshot_total(builder, count);
	for (int64_t i = 0; i < count && !cancel_asked(cancel); i++) {
		add_vm(builder, scope, (unsigned)i, turn, session->born);
		if (i % PAGE_ROWS == PAGE_ROWS - 1) {
			sink->page(sink, scope, builder);
			pause_ms(page_ms);
		}
	}
}

static bool fake_list(struct session *session, enum kind_id kind, const struct scope *scopes, size_t count,
        struct list_sink *sink, struct cancel *cancel, struct error *error)
{
	(void)error;
	for (size_t i = 0; i < count; i++) {
		const struct scope *scope = &scopes[i];
		struct snapshot_builder *builder = sink->begin(sink, scope);
		struct error denied = {0};
		if (!builder)
			return false;
		if (strcmp(scope->region, "ap-southeast-1") == 0) {
			error_set(&denied, ERROR_DENIED, "not allowed to list %s", kind_get(kind)->plural);
			error_remedy(&denied, "grant %s",
			        kind == KIND_VM ? "ecs:DescribeInstances" : "cs:DescribeClustersForRegion");
			snprintf(denied.code, sizeof denied.code, "Forbidden.RAM");
		} else if (kind == KIND_REGION) {
			add_regions(builder);
		} else if (kind == KIND_CLUSTER) {
			add_clusters(builder, scope, session->born);
		} else if (kind == KIND_NODE_POOL) {
			add_pools(builder, scope, session->born);
		} else if (kind == KIND_VM) {
			add_vms(session, sink, scope, builder, cancel);
		}
		sink->end(sink, scope, builder, denied.kind == ERROR_NONE ? NULL : &denied);
	}
	return true;
}

static bool fake_describe(struct session *session, enum kind_id kind, const struct scope *scope, const char *id,
        struct buffer *json, struct cancel *cancel, struct error *error)
{
	(void)session;
	(void)scope;
	(void)cancel;
	(void)error;
	buffer_printf(json,
	        "{\"Kind\":\"%s\",\"InstanceId\":\"%s\",\"Tags\":{\"Tag\":[{\"TagKey\":\"a\",\"TagValue\":\"b\"}]}}",
	        kind_get(kind)->name, id);
	return true;
}

static const struct action actions[] = {
        {.name = "stop",
                .title = "Stop",
                .help = "Stop the VM",
                .kind = KIND_VM,
                .guard = GUARD_DISRUPTIVE,
                .key = 's',
                .undo = "start it again",
                .operation = "ecs.StopInstance"},
        {.name = "delete",
                .title = "Delete",
                .help = "Delete the VM",
                .kind = KIND_VM,
                .guard = GUARD_DESTRUCTIVE,
                .key = 'd',
                .operation = "ecs.DeleteInstance"},
};

static bool fake_act(
        struct session *session, const struct action_request *request, struct job *job, struct error *error)
{
	(void)session;
	job_expect(job, 2000);
	for (int i = 0; i < 20; i++) {
		job_progress(job, i, 20, "%s", request->action->operation);
		if (!job_sleep(job, 100))
			return error_set(error, ERROR_CANCELLED, "cancelled");
	}
	job_request_id(job, "3C5E0000-0000-0000-0000-00000000009A");
	return true;
}

static bool fake_command(struct session *session, const struct action_request *request, struct buffer *out)
{
	(void)session;
	return buffer_printf(out, "aliyun %s --InstanceId %s", request->action->operation, request->id);
}

static const struct backend fake = {
        .name = "alibaba",
        .title = "Fake",
        .open = fake_open,
        .close = fake_close,
        .identify = fake_identify,
        .describe_session = fake_describe_session,
        .lists = fake_lists,
        .list = fake_list,
        .describe = fake_describe,
        .actions = actions,
        .action_count = COUNT_OF(actions),
        .act = fake_act,
        .command = fake_command,
};

static bool settings(struct config *config, struct error *error)
{
	char words[512], *rest = words;
	const char *text = getenv("FAKE_SET");
	snprintf(words, sizeof words, "%s", text ? text : "");
	for (char *word = strtok_r(rest, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		char *equals = strchr(word, '=');
		if (!equals)
			continue;
		*equals = 0;
		if (!config_assign(config, word, equals + 1, error))
			return false;
	}
	return true;
}

int main(int argc, char **argv)
{
	static struct config config;
	static struct deck deck;
	static const struct backend *const backends[] = {&fake, NULL};
	struct error error = {0};
	setlocale(LC_ALL, "");
	int wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	config_defaults(&config);
	config.refresh_seconds = (double)number("FAKE_REFRESH", 0);
	int status = 1;
	if (!settings(&config, &error) || !config_complete(&config, &error) ||
	        !deck_init(&deck, &config, backends, ui_wake, &wake, &error))
		goto done;
	struct error notice = {0};
	if (!deck_open(&deck, NULL, &notice))
		fprintf(stderr, "%s\n", notice.message);
	const struct ui_options options = {.view = argc > 1 ? argv[1] : NULL, .wake_fd = wake, .notice = &notice};
	status = ui_run(&deck, &options, &error);
	deck_finish(&deck);

done:
	if (error.kind != ERROR_NONE)
		fprintf(stderr, "%s: %s\n", error.doing, error.message);
	close(wake);
	return status;
}
