// SPDX-License-Identifier: Apache-2.0
// Lists kinds through the backend and prints what came: alibaba_list KIND [REGION|all] [CLUSTER]. Credentials and
// endpoint by environment, as the backend finds them. Prints "records N failed N ms N" and one line per failed scope.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alibaba/alibaba.h"
#include "inventory/records.h"
#include "net/json.h"
#include "base/banned.h"

enum { SCOPES_MOST = 256 };

struct counting {
	struct list_sink sink; // first
	pthread_mutex_t lock;
	enum kind_id kind;
	struct snapshot *snapshots[SCOPES_MOST];
	size_t count, failed;
};

static struct snapshot_builder *begin(struct list_sink *sink, const struct scope *scope)
{
	return snapshot_builder_create(((struct counting *)sink)->kind, scope, NULL);
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
	struct counting *counting = (struct counting *)sink;
	struct snapshot *snapshot = snapshot_finish(builder, clock_now(&clock_system), error);
	char text[1024];

	pthread_mutex_lock(&counting->lock);
	if (error) {
		error_format(error, text, sizeof(text));
		printf("failed %s: %s\n", scope->region, text);
		counting->failed++;
	}
	if (snapshot && counting->count < SCOPES_MOST)
		counting->snapshots[counting->count++] = snapshot;
	pthread_mutex_unlock(&counting->lock);
}

static size_t read_kind(
        struct session *session, struct counting *counting, enum kind_id kind, const struct scope *scopes, size_t count)
{
	struct error error;
	size_t records = 0;

	*counting = (struct counting){.sink = {begin, page, end}, .kind = kind};
	pthread_mutex_init(&counting->lock, NULL);
	if (!backend_alibaba.list(session, kind, scopes, count, &counting->sink, NULL, &error))
		printf("list: %s\n", error.message);
	for (size_t i = 0; i < counting->count; i++)
		records += counting->snapshots[i]->count;
	return records;
}

static void release(struct counting *counting)
{
	for (size_t i = 0; i < counting->count; i++)
		snapshot_unref(counting->snapshots[i]);
	pthread_mutex_destroy(&counting->lock);
}

static size_t find_scopes(struct session *session, const char *region, const char *cluster, struct scope *scopes)
{
	static struct counting regions;
	size_t count = 0;

	memset(&scopes[0], 0, sizeof(scopes[0]));
	snprintf(scopes[0].context, SCOPE_WORD_SIZE, "test");
	if (strcmp(region, "all")) {
		snprintf(scopes[0].region, SCOPE_WORD_SIZE, "%s", region);
		snprintf(scopes[0].cluster, SCOPE_WORD_SIZE, "%s", cluster);
		return 1;
	}
	read_kind(session, &regions, KIND_REGION, scopes, 1);
	for (size_t i = 0; regions.count && i < regions.snapshots[0]->count && count < SCOPES_MOST; i++) {
		memset(&scopes[count], 0, sizeof(scopes[count]));
		snprintf(scopes[count].context, SCOPE_WORD_SIZE, "test");
		snprintf(scopes[count++].region, SCOPE_WORD_SIZE, "%s", regions.snapshots[0]->records[i]->id);
	}
	release(&regions);
	return count;
}

static void print_records(const struct counting *counting)
{
	for (size_t s = 0; s < counting->count; s++)
		for (size_t i = 0; i < counting->snapshots[s]->count; i++) {
			const struct record *record = counting->snapshots[s]->records[i];

			printf("%s %s %s %s\n", record->id, record->region, record->status, record->name);
		}
}

int main(int argc, char **argv)
{
	static struct scope scopes[SCOPES_MOST];
	static struct counting counting;
	struct context_config context = {.name = "test", .backend = "alibaba"};
	unsigned parallel = getenv("PARALLEL") ? (unsigned)strtoul(getenv("PARALLEL"), NULL, 10) : 16;
	struct budget *budget = budget_create(NULL);
	struct http_options options = {.parallel = parallel, .budget = budget};
	struct services services = {.clock = &clock_system, .budget = budget, .parallel = parallel};
	const struct kind *kind = argc > 1 ? kind_find(argv[1]) : NULL;
	unsigned times = getenv("TIMES") ? (unsigned)strtoul(getenv("TIMES"), NULL, 10) : 1;
	struct session *session;
	struct error error;
	size_t count;

	if (!kind || !(services.http = http_client_create(&options, &error)))
		return 2;
	session = backend_alibaba.open(&context, &services, &error);
	if (!session) {
		printf("open: %s\n", error.message);
		return 1;
	}
	count = find_scopes(session, argc > 2 ? argv[2] : "all", argc > 3 ? argv[3] : "", scopes);
	for (unsigned i = 0; i < times; i++) {
		int64_t start = clock_monotonic(&clock_system);
		size_t records = read_kind(session, &counting, kind->id, scopes, count);

		if (getenv("PRINT"))
			print_records(&counting);
		printf("records %zu failed %zu ms %lld\n", records, counting.failed,
		        (long long)(clock_monotonic(&clock_system) - start));
		count = count ? count : 1;
		if (i + 1 == times && counting.failed)
			count = 0;
		release(&counting);
	}
	backend_alibaba.close(session);
	http_client_destroy(services.http);
	budget_destroy(budget);
	json_thread_finish();
	return count ? 0 : 1;
}
