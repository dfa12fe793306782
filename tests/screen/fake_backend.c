// SPDX-License-Identifier: Apache-2.0
// A small cloud inside the process.
#include "config.h"

#include "tests/screen/fake_backend.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inventory/records.h"
#include "base/banned.h"

static const int64_t fake_now = 1795176271000; // 2026-11-20T12:04:31Z

static int64_t wall(void *user)
{
	(void)user;
	return fake_now;
}

static int64_t monotonic(void *user)
{
	(void)user;
	return clock_monotonic(&clock_system);
}

const struct clock fake_clock = {wall, monotonic, NULL};

struct session {
	const struct services *services;
};

static struct {
	pthread_mutex_t lock;
	char status[FAKE_VMS][16]; // "" = as it was made
	bool deleted[FAKE_VMS];
	int64_t desired[3];
} world = {.lock = PTHREAD_MUTEX_INITIALIZER, .desired = {1, 4, 12}};

static const char *const regions[][3] = {
        {"cn-beijing", "华北2（北京）", "available"},
        {"cn-hongkong", "中国香港", "available"},
        {"cn-shanghai", "华东2（上海）", "available"},
        {"ap-southeast-1", "Singapore", "available"},
        {"eu-central-1", "Frankfurt", "available"},
};

static const struct {
	const char *id, *name, *region, *status, *version;
	int64_t size;
} clusters[] = {
        {"c7a1e09e", "caa", "cn-beijing", "running", "1.32.1-aliyun.1", 3},
        {"c31f7700", "ci-nightly", "cn-beijing", "updating", "1.31.4-aliyun.1", 6},
        {"c9d2b111", "北京-生产", "cn-beijing", "running", "1.30.7-aliyun.1", 12},
        {"c5550a0a", "edge", "cn-hongkong", "failed", "1.32.1-aliyun.1", 2},
};

static const struct {
	const char *id, *name, *cluster, *status, *type;
} pools[] = {
        {"np1f0001", "worker-node-pool", "c7a1e09e", "active", "ecs.g8i.xlarge"},
        {"np2f0002", "tdx-pool", "c7a1e09e", "scaling", "ecs.g8i.2xlarge"},
        {"np3f0003", "生产-节点池-一", "c9d2b111", "active", "ecs.g7.xlarge"},
};

// Names that a hostile cloud could send: a title change, a colour, a right-to-left override.
static const char *const vm_names[] = {"podvm-nginx-77aa01bc", "podvm-web-0-9be0f123",
        "podvm-\033]0;pwned\007red\033[31m", "podvm-付款服务-0c4411ab", "podvm-\xe2\x80\xaegnp-1f2e3d4c"};

static const char *vm_status(int number)
{
	static char from_file[16];
	const char *path = getenv("FAKE_STATUS");
	FILE *file = number == 0 && path ? fopen(path, "r") : NULL;

	if (file) {
		if (!fgets(from_file, sizeof(from_file), file))
			from_file[0] = '\0';
		fclose(file);
		return from_file;
	}
	if (world.status[number][0])
		return world.status[number];
	return number % 7 == 3 ? "Starting" : number % 11 == 5 ? "Stopped" : "Running";
}

static void vm_id(int number, char out[32])
{
	snprintf(out, 32, "i-2ze9d1f0c77aa01bc%03d", number);
}

static void add_vm(struct snapshot_builder *builder, int number)
{
	const struct text_pair tags[] = {{"app", number % 2 ? "web" : "nginx"}, {"caa-cluster", "caa"}};
	char id[32], word[64];
	struct vm_record *vm;

	vm_id(number, id);
	vm = snapshot_add(builder, id);
	if (!vm)
		return;
	if (number < (int)COUNT_OF(vm_names)) {
		vm->record.name = snapshot_text(builder, vm_names[number]);
	} else {
		snprintf(word, sizeof(word), "podvm-job-%d", number);
		vm->record.name = snapshot_text(builder, word);
	}
	vm->record.region = snapshot_shared(builder, number < 30 ? "cn-beijing" : "cn-hongkong");
	vm->record.status = snapshot_shared(builder, vm_status(number));
	vm->record.created = fake_now - (int64_t)(number + 1) * 47 * 60000;
	vm->sort = snapshot_shared(builder, "podvm");
	vm->type = snapshot_shared(builder, number % 4 ? "ecs.g8i.xlarge" : "ecs.g8i.2xlarge");
	vm->zone = snapshot_shared(builder, number < 30 ? "cn-beijing-i" : "cn-hongkong-b");
	snprintf(word, sizeof(word), "172.16.4.%d", number + 9);
	vm->private_ip = snapshot_text(builder, word);
	vm->cluster = snapshot_shared(builder, number < 30 ? "caa" : "edge");
	vm->tags = snapshot_tags(builder, tags, COUNT_OF(tags));
	vm->vcpu = 4;
	vm->memory_mib = 16384;
	// The second one is protected, the third serves a pod.
	vm->deletion_protection = number == 1;
	if (number == 2) {
		vm->pod = snapshot_text(builder, "nginx");
		vm->namespace_name = snapshot_text(builder, "default");
	}
}

static void add_regions(struct snapshot_builder *builder)
{
	for (size_t i = 0; i < COUNT_OF(regions); i++) {
		struct region_record *region = snapshot_add(builder, regions[i][0]);

		region->record.name = snapshot_text(builder, regions[i][1]);
		region->record.region = snapshot_shared(builder, regions[i][0]);
		region->record.status = snapshot_shared(builder, regions[i][2]);
	}
}

static void add_clusters(struct snapshot_builder *builder, const char *region)
{
	for (size_t i = 0; i < COUNT_OF(clusters); i++) {
		struct cluster_record *cluster;

		if (strcmp(clusters[i].region, region) != 0)
			continue;
		cluster = snapshot_add(builder, clusters[i].id);
		cluster->record.name = snapshot_text(builder, clusters[i].name);
		cluster->record.region = snapshot_shared(builder, region);
		cluster->record.status = snapshot_shared(builder, clusters[i].status);
		cluster->record.created = fake_now - (int64_t)(i + 1) * 9 * 86400000;
		cluster->version = snapshot_text(builder, clusters[i].version);
		cluster->size = clusters[i].size;
	}
}

static void add_pools(struct snapshot_builder *builder, const struct scope *scope)
{
	for (size_t i = 0; i < COUNT_OF(pools); i++) {
		struct node_pool_record *pool;
		const char *types[] = {pools[i].type};

		if (strcmp(pools[i].cluster, scope->cluster) != 0)
			continue;
		pool = snapshot_add(builder, pools[i].id);
		pool->record.name = snapshot_text(builder, pools[i].name);
		pool->record.region = snapshot_shared(builder, scope->region);
		pool->record.status = snapshot_shared(builder, pools[i].status);
		pool->cluster_id = snapshot_shared(builder, scope->cluster);
		pool->instance_types = snapshot_list(builder, types, 1, true);
		pthread_mutex_lock(&world.lock);
		pool->desired = pool->total = pool->healthy = world.desired[i];
		pthread_mutex_unlock(&world.lock);
	}
}

static void add_vms(struct snapshot_builder *builder, const char *region)
{
	pthread_mutex_lock(&world.lock);
	for (int i = 0; i < FAKE_VMS; i++)
		if (!world.deleted[i] && strcmp(i < 30 ? "cn-beijing" : "cn-hongkong", region) == 0)
			add_vm(builder, i);
	pthread_mutex_unlock(&world.lock);
}

static bool has_credentials(struct error *error)
{
	if (!getenv("FAKE_NO_CREDENTIALS"))
		return true;
	error_set(error, ERROR_CREDENTIALS, "no credentials were found");
	error_remedy(error, "run aliyun configure, set ALIBABA_CLOUD_ACCESS_KEY_ID and "
	                    "ALIBABA_CLOUD_ACCESS_KEY_SECRET, or try peerdeck --demo");
	return false;
}

// FAKE_NO_CREDENTIALS=late: a source that is asked only with the first call.
static bool credentials_are_late(void)
{
	const char *text = getenv("FAKE_NO_CREDENTIALS");

	return text && strcmp(text, "late") == 0;
}

static void read_scope(enum kind_id kind, const struct scope *scope, struct list_sink *sink)
{
	struct snapshot_builder *builder = sink->begin(sink, scope);
	struct error error = {.kind = ERROR_NONE};

	if (!has_credentials(&error)) {
		// told for each region
	} else if (getenv("FAKE_OFFLINE")) {
		error_set(&error, ERROR_NETWORK, "cannot reach the fake cloud");
		error_remedy(&error, "look at the network, then press r");
	} else if (kind == KIND_VM && strcmp(scope->region, "ap-southeast-1") == 0) {
		error_set(&error, ERROR_DENIED, "not allowed to list instances");
		error_remedy(&error, "grant ecs:DescribeInstances");
	} else if (builder && kind == KIND_REGION) {
		add_regions(builder);
	} else if (builder && kind == KIND_CLUSTER) {
		add_clusters(builder, scope->region);
	} else if (builder && kind == KIND_NODE_POOL) {
		add_pools(builder, scope);
	} else if (builder && kind == KIND_VM) {
		add_vms(builder, scope->region);
	}
	sink->end(sink, scope, builder, error.kind == ERROR_NONE ? NULL : &error);
}

static struct session *fake_open(
        const struct context_config *context, const struct services *services, struct error *error)
{
	struct session *session;

	(void)context;
	if (!credentials_are_late() && !has_credentials(error))
		return NULL;
	session = calloc(1, sizeof(*session));
	if (session)
		session->services = services;
	return session;
}

static void fake_close(struct session *session)
{
	free(session);
}

static bool fake_identify(struct session *session, struct identity *out, struct cancel *cancel, struct error *error)
{
	(void)session, (void)cancel;
	snprintf(out->account, sizeof(out->account), "1654000000008812");
	snprintf(out->display, sizeof(out->display), "ops@1654…8812");
	snprintf(out->source, sizeof(out->source), "fake");
	return has_credentials(error);
}

static void fake_describe_session(struct session *session, struct identity *out, char *home_region, size_t size)
{
	fake_identify(session, out, NULL, NULL);
	snprintf(home_region, size, "cn-beijing");
}

static bool fake_lists(enum kind_id kind)
{
	return kind == KIND_REGION || kind == KIND_CLUSTER || kind == KIND_NODE_POOL || kind == KIND_VM;
}

static bool fake_list(struct session *session, enum kind_id kind, const struct scope *scopes, size_t count,
        struct list_sink *sink, struct cancel *cancel, struct error *error)
{
	(void)session;
	for (size_t i = 0; i < count; i++) {
		if (cancel_asked(cancel))
			return error_set(error, ERROR_CANCELLED, "stopped");
		read_scope(kind, &scopes[i], sink);
	}
	return true;
}

static bool fake_describe(struct session *session, enum kind_id kind, const struct scope *scope, const char *id,
        struct buffer *json, struct cancel *cancel, struct error *error)
{
	(void)session, (void)kind, (void)cancel, (void)error;
	return buffer_printf(json,
	        "{\"InstanceId\":\"%s\",\"RegionId\":\"%s\",\"Status\":\"Running\",\"Tags\":{\"Tag\":[{\"TagKey\":"
	        "\"app\",\"TagValue\":\"nginx\"}]},"
	        "\"Password\":\"do-not-show\",\"Description\":\"第一台 "
	        "\\u001b[31mred\",\"Cpu\":4,\"Spot\":null,\"Protected\":false}",
	        id, scope->region);
}

static bool wait_ms(struct job *job)
{
	const char *slow = getenv("FAKE_SLOW_MS");

	return !slow || job_sleep(job, (int64_t)strtol(slow, NULL, 10));
}

static bool act_on_pool(const struct action_request *request)
{
	for (size_t i = 0; i < COUNT_OF(pools); i++)
		if (strcmp(pools[i].id, request->id) == 0)
			world.desired[i] = strtol(request->value, NULL, 10);
	return true;
}

static bool act_on_vm(const struct action_request *request, struct error *error)
{
	for (int i = 0; i < FAKE_VMS; i++) {
		char id[32];

		vm_id(i, id);
		if (strcmp(id, request->id) != 0 || world.deleted[i])
			continue;
		if (strcmp(vm_status(i), request->status) != 0)
			return error_set(
			        error, ERROR_CONFLICT, "it is %s now, no longer %s", vm_status(i), request->status);
		if (strcmp(request->action->name, "delete") == 0)
			world.deleted[i] = true;
		else if (strcmp(request->action->name, "tag") != 0)
			snprintf(world.status[i], sizeof(world.status[i]), "%s",
			        strcmp(request->action->name, "stop") == 0 ? "Stopped" : "Running");
		return true;
	}
	return error_set(error, ERROR_NOT_FOUND, "it is gone");
}

static bool fake_act(
        struct session *session, const struct action_request *request, struct job *job, struct error *error)
{
	bool done;

	(void)session;
	job_progress(job, 0, 2, "asked");
	if (request->action->flags & ACTION_TEXT)
		return buffer_printf(request->text, "[    0.000000] Linux version 6.8\n[    1.250000] "
		                                    "\033[32mOK\033[0m agent-protocol-forwarder started\n登录:");
	if (!wait_ms(job))
		return job_cancelled(job, error) ? false : error_set(error, ERROR_CANCELLED, "stopped");
	pthread_mutex_lock(&world.lock);
	done = request->action->kind == KIND_NODE_POOL ? act_on_pool(request) : act_on_vm(request, error);
	pthread_mutex_unlock(&world.lock);
	job_request_id(job, "3C5E0000-TEST-9A");
	if (done)
		job_progress(job, 2, 2, "settled");
	return done;
}

static bool is_running(const struct record *record, char *why, size_t size)
{
	if (strcmp(record->status, "Running") == 0)
		return true;
	snprintf(why, size, "it is %s, not Running", record->status);
	return false;
}

static bool is_stopped(const struct record *record, char *why, size_t size)
{
	if (strcmp(record->status, "Stopped") == 0)
		return true;
	snprintf(why, size, "it is %s, not Stopped", record->status);
	return false;
}

static const struct action actions[] = {
        {.name = "start",
                .title = "Start",
                .help = "start a stopped VM",
                .kind = KIND_VM,
                .guard = GUARD_REVERSIBLE,
                .key = 's',
                .undo = "stop it again",
                .allowed = is_stopped},
        {.name = "stop",
                .title = "Stop",
                .help = "stop the VM, it keeps its disk",
                .kind = KIND_VM,
                .guard = GUARD_DISRUPTIVE,
                .key = 't',
                .undo = "start it again",
                .allowed = is_running},
        {.name = "delete",
                .title = "Delete",
                .help = "delete the VM with its disk",
                .kind = KIND_VM,
                .guard = GUARD_DESTRUCTIVE,
                .key = 'D'},
        {.name = "console-output",
                .title = "Console output",
                .help = "what it wrote to its console",
                .kind = KIND_VM,
                .guard = GUARD_READ,
                .flags = ACTION_TEXT,
                .key = 'l'},
        {.name = "tag",
                .title = "Tag",
                .help = "add, change and remove tags",
                .kind = KIND_VM,
                .guard = GUARD_REVERSIBLE,
                .flags = ACTION_ASKS,
                .key = 'e',
                .prompt = "Tags (key=value -key)",
                .undo = "set them back"},
        {.name = "scale",
                .title = "Scale",
                .help = "set the desired size",
                .kind = KIND_NODE_POOL,
                .guard = GUARD_DESTRUCTIVE,
                .flags = ACTION_ASKS | ACTION_SCALES,
                .key = 's',
                .prompt = "Desired size",
                .undo = "set the size back"},
};

static bool fake_command(struct session *session, const struct action_request *request, struct buffer *out)
{
	(void)session;
	return buffer_printf(out, "fakecloud %s --region %s --id %s%s%s", request->action->name, request->scope.region,
	        request->id, request->value ? " --value " : "", request->value ? request->value : "");
}

static bool fake_console_url(struct session *session, enum kind_id kind, const struct scope *scope,
        const struct record *record, struct buffer *out)
{
	(void)session, (void)kind;
	return buffer_printf(out, "https://console.example/%s/%s", scope->region, record->id);
}

static bool fake_settle(
        struct session *session, const struct intent *intent, struct cancel *cancel, struct error *error)
{
	(void)session, (void)intent, (void)cancel, (void)error;
	return true;
}

static void fake_doctor(
        struct session *session, void (*tell)(const struct check *, void *), void *user, struct cancel *cancel)
{
	(void)session, (void)tell, (void)user, (void)cancel;
}

const struct backend fake_backend = {
        .name = "fake",
        .title = "Fake cloud",
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
        .console_url = fake_console_url,
        .settle = fake_settle,
        .doctor = fake_doctor,
};
