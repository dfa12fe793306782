// SPDX-License-Identifier: Apache-2.0
// Starting and stopping the simulator, and what tests of the backend do again and again.
#include "config.h"

#include "tests/wire/alibaba_world.h"

#include <stdlib.h>

#include "base/banned.h"

static void set_environment(const cJSON *ready, char *control, size_t size)
{
	setenv("ALIBABA_CLOUD_ENDPOINT", json_text(ready, "alibaba"), 1);
	setenv("PEERDECK_OSS_ENDPOINT", json_text(ready, "oss"), 1);
	setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", json_text(ready, "access_key_id"), 1);
	setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", json_text(ready, "access_key_secret"), 1);
	setenv("ALIBABA_CLOUD_REGION_ID", json_text(ready, "region"), 1);
	snprintf(control, size, "%s", json_text(ready, "control"));
}

void world_start(struct world *world, const char *const *arguments)
{
	struct context_config context = {.name = "test", .backend = "alibaba"};
	struct http_options options = {.parallel = 16, .clock = &clock_system};
	struct services services;
	struct error error = {0};

	memset(world, 0, sizeof(*world));
	simulated_start(&world->simulated, arguments);
	set_environment(world->simulated.ready, world->control, sizeof(world->control));
	world->budget = budget_create(&clock_system);
	options.budget = world->budget;
	world->http = http_client_create(&options, &error);
	world->journal = journal_open("", &clock_system, NULL, NULL, &error);
	world->jobs = jobs_create(2, &clock_system, NULL, NULL, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(world->journal);
	services = (struct services){.http = world->http,
	        .clock = &clock_system,
	        .journal = world->journal,
	        .budget = world->budget,
	        .parallel = options.parallel};
	world->session = backend_alibaba.open(&context, &services, &error);
	CU_ASSERT_PTR_NOT_NULL_FATAL(world->session);
}

void world_stop(struct world *world)
{
	jobs_destroy(world->jobs);
	backend_alibaba.close(world->session);
	journal_close(world->journal);
	http_client_destroy(world->http);
	budget_destroy(world->budget);
	simulated_stop(&world->simulated);
	json_thread_finish();
}

cJSON *control(struct world *world, enum http_method method, const char *path)
{
	char url[256];
	struct http_request request = {.url = url, .method = method, .attempts = 3};
	struct http_response *response;
	struct error error;
	cJSON *json;

	snprintf(url, sizeof(url), "%s%s", world->control, path);
	response = http_perform(world->http, &request, &error);
	CU_ASSERT_PTR_NOT_NULL_FATAL(response);
	json = cJSON_Parse(response->body);
	http_response_destroy(response);
	return json;
}

void fault(struct world *world, const char *spec)
{
	char path[512];

	snprintf(path, sizeof(path), "/_sim/fault?%s", spec);
	cJSON_Delete(control(world, HTTP_POST, path));
}

static struct snapshot_builder *begin(struct list_sink *sink, const struct scope *scope)
{
	return snapshot_builder_create(((struct reading *)sink)->kind, scope, NULL);
}

static void page(struct list_sink *sink, const struct scope *scope, struct snapshot_builder *builder)
{
	(void)sink;
	(void)scope;
	(void)builder;
}

static void end(
        struct list_sink *sink, const struct scope *scope, struct snapshot_builder *builder, const struct error *error)
{
	struct reading *reading = (struct reading *)sink;
	struct snapshot *snapshot = snapshot_finish(builder, clock_now(&clock_system), error);

	(void)scope;
	pthread_mutex_lock(&reading->lock);
	if (error)
		reading->errors[reading->failed++] = *error;
	if (snapshot) {
		reading->records += snapshot->count;
		reading->snapshots[reading->count++] = snapshot;
	}
	pthread_mutex_unlock(&reading->lock);
}

void read_scopes(
        struct world *world, struct reading *reading, enum kind_id kind, const struct scope *scopes, size_t count)
{
	struct error error;

	memset(reading, 0, sizeof(*reading));
	reading->sink = (struct list_sink){begin, page, end};
	reading->kind = kind;
	pthread_mutex_init(&reading->lock, NULL);
	CU_ASSERT_TRUE(backend_alibaba.list(world->session, kind, scopes, count, &reading->sink, NULL, &error));
}

void release(struct reading *reading)
{
	for (size_t i = 0; i < reading->count; i++)
		snapshot_unref(reading->snapshots[i]);
	pthread_mutex_destroy(&reading->lock);
}

size_t region_scopes(struct world *world, struct scope *scopes)
{
	static struct reading reading;
	struct scope all = {.context = "test"};
	size_t count = 0;

	read_scopes(world, &reading, KIND_REGION, &all, 1);
	for (size_t i = 0; reading.count && i < reading.snapshots[0]->count && count < SCOPES_MOST; i++) {
		scopes[count] = all;
		snprintf(scopes[count++].region, SCOPE_WORD_SIZE, "%s", reading.snapshots[0]->records[i]->id);
	}
	release(&reading);
	return count;
}

size_t truth_count(struct world *world, const char *pointer)
{
	cJSON *truth = control(world, HTTP_GET, "/_sim/truth");
	size_t count = (size_t)cJSON_GetArraySize(json_pointer(truth, pointer));

	cJSON_Delete(truth);
	return count;
}

struct deed_job {
	struct world *world;
	struct action_request request;
	struct error error;
	bool good;
};

static bool run_deed(struct job *job, void *user, struct error *error)
{
	struct deed_job *deed = user;

	deed->good = backend_alibaba.act(deed->world->session, &deed->request, job, &deed->error);
	if (error)
		*error = deed->error;
	return deed->good;
}

const struct action *find_action(enum kind_id kind, const char *name)
{
	for (size_t i = 0; i < backend_alibaba.action_count; i++)
		if (backend_alibaba.actions[i].kind == kind && !strcmp(backend_alibaba.actions[i].name, name))
			return &backend_alibaba.actions[i];
	return NULL;
}

bool act(struct world *world, enum kind_id kind, const struct scope *scope, const char *id, const char *action,
        const char *status, const char *value, struct buffer *text, struct error *error)
{
	static struct reading reading;
	struct deed_job deed = {.world = world};
	struct job_spec spec = {.title = action, .run = run_deed, .user = &deed};
	const struct record *record = NULL;
	char seen[64] = "";
	job_id job;

	read_scopes(world, &reading, kind, scope, 1);
	if (reading.count)
		record = snapshot_find(reading.snapshots[0], id);
	deed.request = (struct action_request){
	        .action = find_action(kind, action), .scope = *scope, .id = id, .value = value, .text = text};
	CU_ASSERT_PTR_NOT_NULL_FATAL(deed.request.action);
	if (record) {
		deed.request.name = record->name;
		deed.request.created = record->created;
		snprintf(seen, sizeof(seen), "%s", record->status);
	}
	deed.request.status = status ? status : seen;
	job = jobs_submit(world->jobs, &spec, NULL);
	jobs_wait(world->jobs, job, NULL);
	release(&reading);
	if (error)
		*error = deed.error;
	return deed.good;
}

bool find_vm(struct world *world, const struct scope *scopes, size_t count, const char *sort, struct scope *scope,
        char *id, size_t size)
{
	static struct reading reading;
	bool found = false;

	read_scopes(world, &reading, KIND_VM, scopes, count);
	for (size_t i = 0; i < reading.count && !found; i++)
		for (size_t n = 0; n < reading.snapshots[i]->count && !found; n++) {
			const struct vm_record *vm = (const struct vm_record *)reading.snapshots[i]->records[n];

			if (strcmp(vm->sort, sort) || strcmp(vm->record.status, "Running") || vm->deletion_protection ||
			        !strcmp(vm->charge_type, "PrePaid"))
				continue;
			*scope = reading.snapshots[i]->scope;
			snprintf(id, size, "%s", vm->record.id);
			found = true;
		}
	release(&reading);
	return found;
}

const struct record *first_of(struct world *world, struct reading *reading, enum kind_id kind,
        const struct scope *scopes, size_t count, struct scope *scope)
{
	read_scopes(world, reading, kind, scopes, count);
	for (size_t i = 0; i < reading->count; i++)
		if (reading->snapshots[i]->count) {
			*scope = reading->snapshots[i]->scope;
			return reading->snapshots[i]->records[0];
		}
	return NULL;
}
