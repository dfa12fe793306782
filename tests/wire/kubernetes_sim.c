// SPDX-License-Identifier: Apache-2.0
// Deck, cloud and clusters together against the simulator: kubeconfigs from the cloud and from the person, surveys,
// changes on time, clusters that are away, rights that are lacking.
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alibaba/alibaba.h"
#include "kubernetes/api.h"
#include "kubernetes/kubernetes.h"
#include "net/json.h"
#include "tests/unit/unit.h"
#include "work/deck.h"

#include "base/banned.h"

enum { WAIT_MS = 20000, TURN_MS = 2, SOON_MS = 100, LINE_MOST = 64 << 10, SCOPES_MOST = 64 };

static const struct backend *const backends[] = {&backend_alibaba, &backend_kubernetes, NULL};
extern char **environ;

// ---- the simulator ----

struct simulator {
	pid_t process;
	int output;
	struct buffer line;
	struct json_doc ready;
};

static void simulator_start(struct simulator *simulator)
{
	static const char *const arguments[] = {"peerdeck-sim", "--scenario", "demo", "--seed", "7", NULL};
	posix_spawn_file_actions_t actions;
	char data[4096];
	int ends[2];
	ssize_t got;

	memset(simulator, 0, sizeof(*simulator));
	if (pipe(ends) != 0)
		abort();
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	posix_spawn_file_actions_addclose(&actions, ends[0]);
	if (posix_spawn(&simulator->process, "./peerdeck-sim", &actions, NULL, (char *const *)(uintptr_t)arguments,
	            environ) != 0)
		abort();
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	simulator->output = ends[0];
	buffer_init(&simulator->line, LINE_MOST);
	while (!memchr(buffer_text(&simulator->line), '\n', simulator->line.size) &&
	        (got = read(ends[0], data, sizeof(data))) > 0)
		buffer_add(&simulator->line, data, (size_t)got);
	if (!json_open(&simulator->ready, buffer_text(&simulator->line), simulator->line.size, "ready line", NULL))
		abort();
	setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", json_text(simulator->ready.root, "access_key_id"), 1);
	setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", json_text(simulator->ready.root, "access_key_secret"), 1);
}

static void simulator_stop(struct simulator *simulator)
{
	json_close(&simulator->ready);
	buffer_finish(&simulator->line);
	kill(simulator->process, SIGTERM);
	waitpid(simulator->process, NULL, 0);
	close(simulator->output);
}

static const char *ready_text(const struct simulator *simulator, const char *path)
{
	return json_text_at(simulator->ready.root, path);
}

// ---- the deck on it ----

struct bench {
	struct config config;
	struct deck deck;
	struct scope scopes[SCOPES_MOST];
	size_t scope_count;
};

static void turn(struct bench *bench)
{
	struct pollfd none = {.fd = -1};

	deck_turn(&bench->deck);
	poll(&none, 1, TURN_MS);
}

static struct bench *bench_open(const struct simulator *simulator, const char *kubeconfig)
{
	struct bench *bench = calloc(1, sizeof(*bench));
	struct context_config *context = &bench->config.contexts[0];

	config_defaults(&bench->config);
	bench->config.context_count = 1;
	bench->config.in_memory = bench->config.no_cache = true;
	bench->config.connect_timeout = 2;
	snprintf(context->name, sizeof(context->name), "sim");
	snprintf(context->endpoint, sizeof(context->endpoint), "%s", ready_text(simulator, "alibaba"));
	snprintf(context->region, sizeof(context->region), "%s", ready_text(simulator, "region"));
	snprintf(context->kubeconfig, sizeof(context->kubeconfig), "%s", kubeconfig);
	CU_ASSERT_TRUE_FATAL(deck_init(&bench->deck, &bench->config, backends, NULL, NULL, NULL));
	CU_ASSERT_TRUE_FATAL(deck_open(&bench->deck, NULL, NULL));
	CU_ASSERT_PTR_NOT_NULL_FATAL(bench->deck.clusters);
	return bench;
}

static void bench_close(struct bench *bench)
{
	deck_finish(&bench->deck);
	free(bench);
}

static bool is_read(struct bench *bench, enum kind_id kind, const struct scope *scope)
{
	struct store_entry entry = {0};
	bool read = store_get(bench->deck.store, kind, scope, &entry) && !entry.reading &&
	            ((entry.snapshot && entry.snapshot->complete) || entry.error.kind != ERROR_NONE);

	snapshot_unref(entry.snapshot);
	return read;
}

// Wants a kind in the home region and waits until all of its scopes were read.
static void read_all(struct bench *bench, enum kind_id kind)
{
	const char *regions[] = {bench->deck.home_region};
	int64_t until = clock_monotonic(&clock_system) + WAIT_MS;
	bool all = false;

	bench->scope_count = deck_scopes(&bench->deck, kind, regions, 1, "", bench->scopes, SCOPES_MOST);
	CU_ASSERT_TRUE_FATAL(bench->scope_count > 0);
	for (size_t i = 0; i < bench->scope_count; i++)
		poller_want(bench->deck.poller, kind, &bench->scopes[i], INTEREST_FOCUSED);
	while (!all && clock_monotonic(&clock_system) < until) {
		turn(bench);
		all = true;
		for (size_t i = 0; i < bench->scope_count; i++)
			all = all && is_read(bench, kind, &bench->scopes[i]);
	}
	CU_ASSERT_TRUE_FATAL(all);
}

static const struct cluster_source *source(void)
{
	return backend_kubernetes.cluster;
}

static struct scope first_cluster(const struct simulator *simulator)
{
	struct scope scope = {.context = "sim"};

	snprintf(scope.region, sizeof(scope.region), "%s", ready_text(simulator, "clusters.0.region"));
	snprintf(scope.cluster, sizeof(scope.cluster), "%s", ready_text(simulator, "clusters.0.id"));
	return scope;
}

// ---- what must hold ----

static void a_cluster_is_surveyed_by_a_kubeconfig_from_the_cloud(void)
{
	struct simulator simulator;
	struct cluster_survey survey;
	struct bench *bench;
	struct scope scope;

	simulator_start(&simulator);
	bench = bench_open(&simulator, "");
	read_all(bench, KIND_CLUSTER);
	scope = first_cluster(&simulator);
	CU_ASSERT_TRUE(source()->reaches(bench->deck.clusters, &scope));
	CU_ASSERT_TRUE_FATAL(source()->survey(bench->deck.clusters, &scope, &survey, NULL, NULL));
	CU_ASSERT_EQUAL(survey.state, SURVEY_READ);
	CU_ASSERT_STRING_EQUAL(survey.error.message, "");
	CU_ASSERT_STRING_EQUAL(survey.missing, "");
	CU_ASSERT_STRING_EQUAL(survey.uid, ready_text(&simulator, "clusters.0.uid"));
	CU_ASSERT_STRING_EQUAL(survey.name, ready_text(&simulator, "clusters.0.name"));
	CU_ASSERT_STRING_EQUAL(survey.server, ready_text(&simulator, "clusters.0.server"));
	CU_ASSERT_TRUE(survey.pods && survey.pods->count > 0);
	CU_ASSERT_TRUE(survey.nodes && survey.nodes->count > 0);
	CU_ASSERT_TRUE(survey.nodes && ((const struct node_record *)survey.nodes->records[0])->lease_renewed > 0);
	CU_ASSERT_TRUE(survey.offset_is_known);
	cluster_survey_finish(&survey);
	bench_close(bench);
	simulator_stop(&simulator);
}

static void nodes_are_told_by_the_cluster_itself(void)
{
	struct simulator simulator;
	struct store_entry entry = {0};
	struct bench *bench;
	struct scope scope;

	simulator_start(&simulator);
	bench = bench_open(&simulator, "");
	read_all(bench, KIND_CLUSTER);
	read_all(bench, KIND_NODE);
	scope = first_cluster(&simulator);
	CU_ASSERT_TRUE_FATAL(store_get(bench->deck.store, KIND_NODE, &scope, &entry));
	CU_ASSERT_TRUE_FATAL(entry.snapshot && entry.snapshot->count > 0);
	CU_ASSERT_TRUE(*((const struct node_record *)entry.snapshot->records[0])->kubelet_version);
	CU_ASSERT_EQUAL(strncmp(entry.snapshot->records[0]->id, "i-", 2), 0);
	snapshot_unref(entry.snapshot);
	bench_close(bench);
	simulator_stop(&simulator);
}

static void the_persons_kubeconfig_is_matched_and_wins(void)
{
	struct simulator simulator;
	struct store_entry entry = {0};
	struct scope own = {.context = "sim"}, scope;
	struct action_request request = {.id = "i-x", .name = "node-x"};
	struct bench *bench;
	struct buffer line;

	simulator_start(&simulator);
	bench = bench_open(&simulator, ready_text(&simulator, "kubeconfig"));
	read_all(bench, KIND_CLUSTER);
	// Read again with what the cloud has said by now.
	poller_refresh(bench->deck.poller, KIND_CLUSTER, &own);
	read_all(bench, KIND_CLUSTER);
	CU_ASSERT_TRUE_FATAL(store_get(bench->deck.store, KIND_CLUSTER, &own, &entry));
	CU_ASSERT_PTR_NULL(snapshot_find(entry.snapshot, ready_text(&simulator, "clusters.0.context")));
	// Those of regions that were not asked for are known by the kubeconfig alone.
	CU_ASSERT_PTR_NOT_NULL(snapshot_find(entry.snapshot, ready_text(&simulator, "clusters.2.context")));
	snapshot_unref(entry.snapshot);
	scope = first_cluster(&simulator);
	for (size_t i = 0; i < backend_kubernetes.action_count; i++)
		if (backend_kubernetes.actions[i].kind == KIND_NODE)
			request.action = &backend_kubernetes.actions[i];
	request.scope = scope;
	buffer_init(&line, 1000);
	CU_ASSERT_TRUE(backend_kubernetes.command(bench->deck.clusters, &request, &line));
	CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&line), "--context"));
	CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&line), ready_text(&simulator, "clusters.0.context")));
	buffer_finish(&line);
	bench_close(bench);
	simulator_stop(&simulator);
}

static bool has_pod(struct bench *bench, const struct scope *scope, const char *name)
{
	struct store_entry entry = {0};
	bool found = false;

	if (!store_get(bench->deck.store, KIND_POD, scope, &entry))
		return false;
	for (size_t i = 0; entry.snapshot && i < entry.snapshot->count && !found; i++)
		found = strcmp(entry.snapshot->records[i]->name, name) == 0;
	snapshot_unref(entry.snapshot);
	return found;
}

static void make_pod(const struct simulator *simulator)
{
	struct kubeconfig *config = kubeconfig_create();
	struct http_client *http = http_client_create(&(struct http_options){.parallel = 2}, NULL);
	const struct api_change change = {.target = {.resource = &api_resources[API_PODS], .space = "default"},
	        .json = "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"newcomer\"},\"spec\":"
	                "{\"containers\":[{\"name\":\"c\",\"image\":\"nginx\"}]}}"};
	struct error error = {0};
	struct http_response *response;
	struct access *access;
	struct api *api;

	CU_ASSERT_TRUE_FATAL(kubeconfig_read_file(config, ready_text(simulator, "kubeconfig"), NULL));
	access = access_create(config, ready_text(simulator, "clusters.0.context"), NULL, &error);
	api = api_create(http, access, NULL);
	response = api_post(api, &change, NULL, &error);
	CU_ASSERT_STRING_EQUAL(error.message, "");
	CU_ASSERT_PTR_NOT_NULL(response);
	http_response_destroy(response);
	api_destroy(api);
	access_destroy(access);
	http_client_destroy(http);
	kubeconfig_unref(config);
}

static void a_new_pod_is_in_the_store_within_a_tenth_of_a_second(void)
{
	struct simulator simulator;
	struct bench *bench;
	struct scope scope;
	int64_t began, took;

	simulator_start(&simulator);
	bench = bench_open(&simulator, "");
	read_all(bench, KIND_CLUSTER);
	read_all(bench, KIND_POD);
	scope = first_cluster(&simulator);
	began = clock_monotonic(&clock_system);
	while (!poller_is_watching(bench->deck.poller, KIND_POD, &scope) &&
	        clock_monotonic(&clock_system) - began < WAIT_MS)
		turn(bench);
	CU_ASSERT_TRUE_FATAL(poller_is_watching(bench->deck.poller, KIND_POD, &scope));
	make_pod(&simulator);
	began = clock_monotonic(&clock_system);
	while (!has_pod(bench, &scope, "newcomer") && clock_monotonic(&clock_system) - began < WAIT_MS)
		turn(bench);
	took = clock_monotonic(&clock_system) - began;
	printf(" (%lld ms) ", (long long)took);
	CU_ASSERT_TRUE(took < SOON_MS);
	bench_close(bench);
	simulator_stop(&simulator);
}

static const struct action *action_named(const char *name)
{
	for (size_t i = 0; i < backend_kubernetes.action_count; i++)
		if (strcmp(backend_kubernetes.actions[i].name, name) == 0)
			return &backend_kubernetes.actions[i];
	return NULL;
}

static bool act(struct bench *bench, const char *name, const struct scope *scope, const struct record *record)
{
	const struct action_request request = {.action = action_named(name),
	        .scope = *scope,
	        .id = record->id,
	        .name = record->name,
	        .status = record->status,
	        .created = record->created};
	struct error error = {0};
	struct job_view view = {0};
	job_id id = deck_act(&bench->deck, &request, &error);

	CU_ASSERT_STRING_EQUAL(error.message, "");
	CU_ASSERT_TRUE_FATAL(id != 0);
	jobs_wait(bench->deck.jobs, id, NULL);
	jobs_get(bench->deck.jobs, id, &view);
	CU_ASSERT_STRING_EQUAL(view.error.message, "");
	return view.state == JOB_DONE;
}

// A reference to the snapshot that holds it comes with it.
static const struct record *find_named(
        struct bench *bench, enum kind_id kind, const struct scope *scope, const char *name, struct snapshot **holder)
{
	struct store_entry entry = {0};

	store_get(bench->deck.store, kind, scope, &entry);
	*holder = entry.snapshot;
	for (size_t i = 0; entry.snapshot && i < entry.snapshot->count; i++)
		if (!name || strcmp(entry.snapshot->records[i]->name, name) == 0)
			return entry.snapshot->records[i];
	return NULL;
}

static void a_pod_is_deleted_and_goes_from_the_store(void)
{
	struct simulator simulator;
	struct snapshot *holder;
	const struct record *record;
	struct intent intent;
	struct bench *bench;
	struct scope scope;
	int64_t began = clock_monotonic(&clock_system);

	simulator_start(&simulator);
	bench = bench_open(&simulator, "");
	read_all(bench, KIND_CLUSTER);
	scope = first_cluster(&simulator);
	make_pod(&simulator);
	read_all(bench, KIND_POD);
	record = find_named(bench, KIND_POD, &scope, "newcomer", &holder);
	CU_ASSERT_PTR_NOT_NULL_FATAL(record);
	// Its state may move on between looking and acting; then it is looked at again.
	while (strcmp(record->status, "Running") != 0 && clock_monotonic(&clock_system) - began < WAIT_MS) {
		snapshot_unref(holder);
		turn(bench);
		record = find_named(bench, KIND_POD, &scope, "newcomer", &holder);
	}
	CU_ASSERT_TRUE(act(bench, "delete", &scope, record));
	snapshot_unref(holder);
	CU_ASSERT_EQUAL_FATAL(journal_list(bench->deck.journal, "sim", false, &intent, 1), 1);
	CU_ASSERT_EQUAL(intent.state, INTENT_DONE);
	CU_ASSERT_STRING_EQUAL(intent.operation, "kubernetes.DeletePod");
	began = clock_monotonic(&clock_system);
	while (has_pod(bench, &scope, "newcomer") && clock_monotonic(&clock_system) - began < WAIT_MS)
		turn(bench);
	CU_ASSERT_FALSE(has_pod(bench, &scope, "newcomer"));
	bench_close(bench);
	simulator_stop(&simulator);
}

static void a_node_is_cordoned_and_uncordoned(void)
{
	struct simulator simulator;
	struct snapshot *holder;
	const struct record *record;
	struct bench *bench;
	struct scope scope;
	char name[256];

	simulator_start(&simulator);
	bench = bench_open(&simulator, "");
	read_all(bench, KIND_CLUSTER);
	read_all(bench, KIND_NODE);
	scope = first_cluster(&simulator);
	record = find_named(bench, KIND_NODE, &scope, NULL, &holder);
	CU_ASSERT_PTR_NOT_NULL_FATAL(record);
	snprintf(name, sizeof(name), "%s", record->name);
	for (int round = 0; round < 2; round++) {
		int64_t began = clock_monotonic(&clock_system);
		bool wanted = round == 0;

		CU_ASSERT_TRUE(act(bench, wanted ? "cordon" : "uncordon", &scope, record));
		while (((const struct node_record *)record)->is_unschedulable != wanted &&
		        clock_monotonic(&clock_system) - began < WAIT_MS) {
			snapshot_unref(holder);
			turn(bench);
			record = find_named(bench, KIND_NODE, &scope, name, &holder);
		}
		CU_ASSERT_EQUAL(((const struct node_record *)record)->is_unschedulable, wanted);
	}
	snapshot_unref(holder);
	bench_close(bench);
	simulator_stop(&simulator);
}

// Writes a kubeconfig file by a text; the path is the caller's to unlink.
static void write_file(const char *text, char *path, size_t size)
{
	int file;

	snprintf(path, size, "/tmp/peerdeck-kube-XXXXXX");
	file = mkstemp(path);
	if (file < 0 || write(file, text, strlen(text)) != (ssize_t)strlen(text))
		abort();
	close(file);
}

static void a_cluster_that_is_away_is_told_and_holds_up_no_other(void)
{
	struct scope own = {.context = "sim"}, away;
	struct store_entry entry = {0};
	struct simulator simulator;
	const struct record *record;
	struct bench *bench;
	char path[64];

	simulator_start(&simulator);
	// Nobody listens on port 1.
	write_file("clusters: [{name: c, cluster: {server: 'https://127.0.0.1:1'}}]\nusers: [{name: u, user: {token: "
	           "t}}]\n"
	           "contexts: [{name: lost, context: {cluster: c, user: u}}]\n",
	        path, sizeof(path));
	bench = bench_open(&simulator, path);
	read_all(bench, KIND_CLUSTER);
	CU_ASSERT_TRUE_FATAL(store_get(bench->deck.store, KIND_CLUSTER, &own, &entry));
	record = snapshot_find(entry.snapshot, "lost");
	CU_ASSERT_TRUE_FATAL(record != NULL);
	CU_ASSERT_STRING_EQUAL(record->status, "unreachable");
	snapshot_unref(entry.snapshot);
	read_all(bench, KIND_POD);
	away = own;
	snprintf(away.cluster, sizeof(away.cluster), "lost");
	CU_ASSERT_TRUE_FATAL(store_get(bench->deck.store, KIND_POD, &away, &entry));
	CU_ASSERT_NOT_EQUAL(entry.error.kind, ERROR_NONE);
	snapshot_unref(entry.snapshot);
	away = first_cluster(&simulator);
	CU_ASSERT_TRUE_FATAL(store_get(bench->deck.store, KIND_POD, &away, &entry));
	CU_ASSERT_EQUAL(entry.error.kind, ERROR_NONE);
	CU_ASSERT_TRUE(entry.snapshot && entry.snapshot->count > 0);
	snapshot_unref(entry.snapshot);
	bench_close(bench);
	unlink(path);
	simulator_stop(&simulator);
}

// The simulator hands out kubeconfigs for anybody, with what rights they have: none.
static void somebody(const struct simulator *simulator, char *path, size_t size)
{
	struct http_client *http = http_client_create(&(struct http_options){.parallel = 2}, NULL);
	struct http_response *response;
	struct json_doc doc;
	char url[400];

	snprintf(url, sizeof(url), "%s/_sim/kubeconfig?cluster=%s&user=nobody&group=strangers",
	        ready_text(simulator, "control"), ready_text(simulator, "clusters.1.name"));
	response = http_perform(http, &(struct http_request){.url = url}, NULL);
	CU_ASSERT_TRUE_FATAL(response && response->status == 200);
	CU_ASSERT_TRUE_FATAL(json_open(&doc, response->body, response->body_size, "kubeconfig", NULL));
	write_file(json_text(doc.root, "kubeconfig"), path, size);
	json_close(&doc);
	http_response_destroy(response);
	http_client_destroy(http);
}

static void rights_that_are_lacking_are_told(void)
{
	struct scope scope = {.context = "sim"};
	struct simulator simulator;
	struct cluster_survey survey;
	struct bench *bench;
	bool allowed = true;
	char path[64];

	simulator_start(&simulator);
	somebody(&simulator, path, sizeof(path));
	bench = bench_open(&simulator, path);
	read_all(bench, KIND_CLUSTER);
	snprintf(scope.region, sizeof(scope.region), "%s", ready_text(&simulator, "clusters.1.region"));
	snprintf(scope.cluster, sizeof(scope.cluster), "%s", ready_text(&simulator, "clusters.1.id"));
	CU_ASSERT_TRUE_FATAL(source()->survey(bench->deck.clusters, &scope, &survey, NULL, NULL));
	CU_ASSERT_EQUAL(survey.state, SURVEY_DENIED);
	CU_ASSERT_EQUAL(survey.error.kind, ERROR_DENIED);
	CU_ASSERT_PTR_NULL(survey.pods);
	CU_ASSERT_PTR_NOT_NULL(strstr(survey.missing, "list pods"));
	CU_ASSERT_PTR_NOT_NULL(strstr(survey.missing, "list nodes"));
	cluster_survey_finish(&survey);
	CU_ASSERT_TRUE(source()->may(bench->deck.clusters, &scope, "delete", "", "pods", "", &allowed, NULL, NULL));
	CU_ASSERT_FALSE(allowed);
	bench_close(bench);
	unlink(path);
	simulator_stop(&simulator);
}

static const struct unit_test tests[] = {
        UNIT_TEST(a_cluster_is_surveyed_by_a_kubeconfig_from_the_cloud),
        UNIT_TEST(nodes_are_told_by_the_cluster_itself),
        UNIT_TEST(the_persons_kubeconfig_is_matched_and_wins),
        UNIT_TEST(a_new_pod_is_in_the_store_within_a_tenth_of_a_second),
        UNIT_TEST(a_pod_is_deleted_and_goes_from_the_store),
        UNIT_TEST(a_node_is_cordoned_and_uncordoned),
        UNIT_TEST(a_cluster_that_is_away_is_told_and_holds_up_no_other),
        UNIT_TEST(rights_that_are_lacking_are_told),
};

int main(int argc, char **argv)
{
	const struct unit_suite suites[] = {UNIT_SUITE("kubernetes_sim", tests)};

	signal(SIGPIPE, SIG_IGN);
	return unit_main(argc, argv, suites, COUNT_OF(suites));
}
