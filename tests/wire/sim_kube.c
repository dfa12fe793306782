// SPDX-License-Identifier: Apache-2.0
// The simulated clusters' API through the client library of the Kubernetes backend.
#include "config.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "kubernetes/api_logs.h"
#include "kubernetes/api_watch.h"
#include "tests/unit/unit.h"
#include "tests/wire/simulated.h"

#include "base/banned.h"

enum { PATIENCE_MS = 20000 };

static const char *const arguments[] = {"./peerdeck-sim", "--with-parent", "--time-scale", "5", NULL};

struct fixture {
	struct simulated simulated;
	struct http_client *http;
	struct kubeconfig *config;
	struct access *access;
	struct api *api;
	char cluster[64]; // its id
};

// A client with the kubeconfig that the simulator gives that user.
static void open_as(struct fixture *fixture, const char *user, const char *group)
{
	char url[512];
	struct http_request request = {.url = url, .attempts = 3};
	struct http_response *response;
	cJSON *json;
	const char *text;

	snprintf(url, sizeof(url), "%s/_sim/kubeconfig?cluster=%s&user=%s&group=%s",
	        json_text(fixture->simulated.ready, "control"), fixture->cluster, user, group);
	response = http_perform(fixture->http, &request, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(response);
	json = cJSON_Parse(response->body);
	http_response_destroy(response);
	text = json_text(json, "kubeconfig");
	fixture->config = kubeconfig_create();
	CU_ASSERT_TRUE_FATAL(kubeconfig_read_text(fixture->config, "sim", text, strlen(text), NULL));
	fixture->access = access_create(fixture->config, NULL, NULL, NULL);
	fixture->api = api_create(fixture->http, fixture->access, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(fixture->api);
	cJSON_Delete(json);
}

static void close_client(struct fixture *fixture)
{
	api_destroy(fixture->api);
	access_destroy(fixture->access);
	kubeconfig_unref(fixture->config);
}

static void begin(struct fixture *fixture)
{
	memset(fixture, 0, sizeof(*fixture));
	simulated_start(&fixture->simulated, arguments);
	snprintf(fixture->cluster, sizeof(fixture->cluster), "%s",
	        json_text(json_path(fixture->simulated.ready, "clusters.0"), "id"));
	fixture->http = http_client_create(&(struct http_options){.parallel = 4}, NULL);
	open_as(fixture, "admin", "system:masters");
}

static void end(struct fixture *fixture)
{
	close_client(fixture);
	http_client_destroy(fixture->http);
	simulated_stop(&fixture->simulated);
	json_thread_finish();
}

static void fault_of_all(struct fixture *fixture, const char *query)
{
	char url[512];
	struct http_request request = {.url = url, .method = HTTP_POST, .attempts = 3};
	struct http_response *response;

	snprintf(url, sizeof(url), "%s/_sim/fault?%s", json_text(fixture->simulated.ready, "control"), query);
	response = http_perform(fixture->http, &request, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(response);
	http_response_destroy(response);
}

static void fault(struct fixture *fixture, const char *spec)
{
	char query[256];

	snprintf(query, sizeof(query), "cluster=%s&%s", fixture->cluster, spec);
	fault_of_all(fixture, query);
}

// The answer to a GET as a tree of the caller's.
static cJSON *get(struct fixture *fixture, const char *path)
{
	struct http_response *response = api_get_path(fixture->api, path, NULL, NULL);
	cJSON *json = response ? cJSON_Parse(response->body) : NULL;

	http_response_destroy(response);
	CU_ASSERT_PTR_NOT_NULL_FATAL(json);
	return json;
}

static const struct api_target default_pods = {.resource = &api_resources[API_PODS], .space = "default"};

static void make_pod(struct fixture *fixture, const char *name)
{
	char text[512];
	struct api_change change = {.target = default_pods, .json = text};
	struct error error = {0};

	snprintf(text, sizeof(text),
	        "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"%s\",\"labels\":{\"of\":\"test\"}},"
	        "\"spec\":"
	        "{\"terminationGracePeriodSeconds\":1,\"containers\":[{\"name\":\"c\",\"image\":\"busybox\"}]}}",
	        name);
	struct http_response *response = api_post(fixture->api, &change, NULL, &error);
	CU_ASSERT_PTR_NOT_NULL(response);
	http_response_destroy(response);
}

static cJSON *read_pod(struct fixture *fixture, const char *name)
{
	struct api_target target = default_pods;
	struct http_response *response;
	cJSON *json;

	target.name = name;
	response = api_get(fixture->api, &target, NULL, NULL);
	json = response ? cJSON_Parse(response->body) : NULL;
	http_response_destroy(response);
	return json;
}

static bool pod_runs(struct fixture *fixture, const char *name)
{
	for (int64_t end = clock_monotonic(&clock_system) + PATIENCE_MS; clock_monotonic(&clock_system) < end;) {
		cJSON *pod = read_pod(fixture, name);
		bool runs = !strcmp(json_text_at(pod, "status.phase"), "Running");
		cJSON_Delete(pod);
		if (runs)
			return true;
		usleep(50000);
	}
	return false;
}

static void a_list_is_one_state_over_all_its_pages(void)
{
	struct fixture fixture;
	char path[400], last[200] = "", version[64];
	unsigned pages = 0, items = 0, found = 0;

	begin(&fixture);
	for (unsigned i = 0; i < 5; i++) {
		char name[16];
		snprintf(name, sizeof(name), "page-%u", i);
		make_pod(&fixture, name);
	}
	cJSON *page = get(&fixture, "/api/v1/namespaces/default/pods?limit=2");
	snprintf(version, sizeof(version), "%s", json_text_at(page, "metadata.resourceVersion"));
	struct api_delete request = {.target = default_pods, .grace_s = 0};
	bool gone = false;
	request.target.name = "page-4";
	CU_ASSERT_TRUE(api_delete(fixture.api, &request, &gone, NULL, NULL));
	for (;; pages++) {
		const cJSON *item;
		cJSON_ArrayForEach(item, json_member(page, "items"))
		{
			items++;
			found += !strcmp(json_text_at(item, "metadata.name"), "page-4");
		}
		UNIT_SAME_TEXT(json_text_at(page, "metadata.resourceVersion"), version);
		snprintf(last, sizeof(last), "%s", json_text_at(page, "metadata.continue"));
		cJSON_Delete(page);
		if (!*last)
			break;
		snprintf(path, sizeof(path), "/api/v1/namespaces/default/pods?limit=2&continue=%s", last);
		page = get(&fixture, path);
	}
	CU_ASSERT_TRUE(items >= 5 && pages >= 2);
	CU_ASSERT_EQUAL(found, 1); // it was there when the list began
	end(&fixture);
}

static void a_cut_history_expires_what_goes_on_from_it(void)
{
	struct fixture fixture;
	struct error error = {0};
	char path[400];

	begin(&fixture);
	make_pod(&fixture, "one");
	make_pod(&fixture, "two");
	cJSON *page = get(&fixture, "/api/v1/namespaces/default/pods?limit=1");
	snprintf(path, sizeof(path), "/api/v1/namespaces/default/pods?limit=1&continue=%s",
	        json_text_at(page, "metadata.continue"));
	cJSON_Delete(page);
	make_pod(&fixture, "three");
	fault(&fixture, "forget=1");
	struct http_response *response = api_get_path(fixture.api, path, NULL, &error);
	CU_ASSERT_PTR_NULL(response);
	CU_ASSERT_EQUAL(error.http_status, 410);
	end(&fixture);
}

struct seen {
	struct fixture *fixture;
	struct cancel cancel;
	unsigned listings, added, modified, deleted;
	bool forgotten;
};

static void on_begin(void *user)
{
	(void)user;
}

static bool on_page(const cJSON *page, void *user, struct error *error)
{
	(void)page, (void)user, (void)error;
	return true;
}

static void on_listed(void *user)
{
	struct seen *seen = user;

	if (!seen->listings++)
		make_pod(seen->fixture, "watched");
	else
		make_pod(seen->fixture, "after");
}

// The pod comes; the stream breaks; what comes meanwhile is forgotten; the list begins again; the next pod comes and
// goes.
static void on_event(enum api_event event, const cJSON *object, void *user)
{
	struct seen *seen = user;
	const char *name = json_text_at(object, "metadata.name");

	seen->added += event == API_ADDED;
	seen->modified += event == API_MODIFIED;
	seen->deleted += event == API_DELETED;
	if (event == API_ADDED && !strcmp(name, "watched"))
		fault(seen->fixture, "cut=1");
	if (event == API_ADDED && !strcmp(name, "after")) {
		struct api_delete request = {.target = default_pods, .grace_s = 0};
		bool gone;
		request.target.name = "after";
		CU_ASSERT_TRUE(api_delete(seen->fixture->api, &request, &gone, NULL, NULL));
	}
	if (event == API_DELETED)
		cancel_ask(&seen->cancel);
}

static void on_health(const struct error *error, void *user)
{
	struct seen *seen = user;

	if (!error || seen->forgotten)
		return;
	seen->forgotten = true;
	make_pod(seen->fixture, "missed");
	fault(seen->fixture, "forget=1");
	fault(seen->fixture, "cut=0");
}

static void a_watch_survives_cuts_and_expiry(void)
{
	struct fixture fixture;
	struct seen seen = {.fixture = &fixture};
	struct api_query query = {.target = default_pods, .label_selector = "of=test"};
	const struct api_watch_options options = {.pause_ms = 20, .pause_most_ms = 50, .seconds = 300};
	const struct api_watch_sink sink = {{on_begin, on_page, &seen}, on_listed, on_event, on_health, NULL};
	struct error error = {0};

	begin(&fixture);
	CU_ASSERT_FALSE(api_watch(fixture.api, &query, &sink, &options, &seen.cancel, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_CANCELLED);
	CU_ASSERT_TRUE(seen.listings >= 2);
	CU_ASSERT_TRUE(seen.added >= 2);
	CU_ASSERT_EQUAL(seen.deleted, 1);
	end(&fixture);
}

static void preconditions_of_a_deletion_are_kept(void)
{
	struct fixture fixture;
	struct error error = {0};
	struct api_delete request = {
	        .target = default_pods, .grace_s = 0, .uid = "00000000-0000-0000-0000-000000000000"};
	bool gone = false;

	begin(&fixture);
	make_pod(&fixture, "guarded");
	request.target.name = "guarded";
	CU_ASSERT_FALSE(api_delete(fixture.api, &request, &gone, NULL, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_CONFLICT);
	cJSON *pod = read_pod(&fixture, "guarded");
	CU_ASSERT_PTR_NOT_NULL_FATAL(pod);
	request.uid = json_text_at(pod, "metadata.uid");
	CU_ASSERT_TRUE(api_delete(fixture.api, &request, &gone, NULL, &error));
	CU_ASSERT_TRUE(gone);
	cJSON_Delete(pod);
	CU_ASSERT_PTR_NULL(read_pod(&fixture, "guarded"));
	end(&fixture);
}

static void patches_of_all_types_arrive(void)
{
	static const struct {
		enum api_patch type;
		const char *text, *value;
	} patches[] = {
	        {API_PATCH_JSON, "[{\"op\":\"add\",\"path\":\"/metadata/labels/step\",\"value\":\"json\"}]", "json"},
	        {API_PATCH_MERGE, "{\"metadata\":{\"labels\":{\"step\":\"merge\"}}}", "merge"},
	        {API_PATCH_STRATEGIC, "{\"metadata\":{\"labels\":{\"step\":\"strategic\"}}}", "strategic"},
	        {API_PATCH_APPLY,
	                "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"patched\",\"labels\":{"
	                "\"step\":"
	                "\"apply\"}}}",
	                "apply"},
	};
	struct fixture fixture;
	struct error error = {0};

	begin(&fixture);
	make_pod(&fixture, "patched");
	for (size_t i = 0; i < COUNT_OF(patches); i++) {
		struct api_change change = {.target = default_pods, .json = patches[i].text, .force = true};
		change.target.name = "patched";
		struct http_response *response = api_patch(fixture.api, &change, patches[i].type, NULL, &error);
		cJSON *json = response ? cJSON_Parse(response->body) : NULL;
		UNIT_SAME_TEXT(json_text_at(json, "metadata.labels.step"), patches[i].value);
		cJSON_Delete(json);
		http_response_destroy(response);
	}
	end(&fixture);
}

struct lines {
	unsigned count;
	bool ordered;
};

static bool on_line(const char *text, size_t size, void *user)
{
	struct lines *lines = user;

	lines->ordered = lines->ordered && size > 5 && !memcmp(text, "line ", 5);
	return ++lines->count < 5;
}

static void a_log_is_followed_line_by_line(void)
{
	struct fixture fixture;
	struct lines lines = {.ordered = true};
	const struct api_log_query query = {.space = "default", .pod = "talker", .follow = true, .tail = 1};
	struct error error = {0};

	begin(&fixture);
	make_pod(&fixture, "talker");
	CU_ASSERT_TRUE(pod_runs(&fixture, "talker"));
	CU_ASSERT_TRUE(api_logs(fixture.api, &query, on_line, &lines, NULL, &error));
	CU_ASSERT_EQUAL(lines.count, 5);
	CU_ASSERT_TRUE(lines.ordered);
	end(&fixture);
}

static bool may(struct fixture *fixture, const char *verb, enum api_kind kind, const char *part, const char *space)
{
	struct api_target target = {.resource = &api_resources[kind], .space = space, .part = part};
	bool allowed = false;

	CU_ASSERT_TRUE(api_may(fixture->api, verb, &target, &allowed, NULL, NULL));
	return allowed;
}

static enum error_kind list_pods(struct fixture *fixture)
{
	struct api_query query = {.target = {.resource = &api_resources[API_PODS]}};
	const struct api_list_sink sink = {.page = on_page};
	struct error error = {0};
	char version[API_VERSION_SIZE];

	return api_list(fixture->api, &query, &sink, version, NULL, &error) ? ERROR_NONE : error.kind;
}

static void rights_are_told_as_they_are(void)
{
	struct fixture fixture;

	begin(&fixture);
	CU_ASSERT_TRUE(may(&fixture, "get", API_PODS, "log", "default"));
	fault(&fixture, "denied=pods");
	CU_ASSERT_FALSE(may(&fixture, "list", API_PODS, NULL, NULL));
	CU_ASSERT_EQUAL(list_pods(&fixture), ERROR_DENIED);
	fault(&fixture, "off=1");
	CU_ASSERT_EQUAL(list_pods(&fixture), ERROR_NONE);
	close_client(&fixture);
	open_as(&fixture, "mute", "sim:without-logs");
	CU_ASSERT_TRUE(may(&fixture, "list", API_PODS, NULL, NULL));
	CU_ASSERT_FALSE(may(&fixture, "get", API_PODS, "log", "default"));
	CU_ASSERT_EQUAL(list_pods(&fixture), ERROR_NONE);
	close_client(&fixture);
	open_as(&fixture, "tenant", "sim:namespaced");
	CU_ASSERT_TRUE(may(&fixture, "delete", API_PODS, NULL, "default"));
	CU_ASSERT_FALSE(may(&fixture, "list", API_PODS, NULL, NULL));
	CU_ASSERT_EQUAL(list_pods(&fixture), ERROR_DENIED);
	close_client(&fixture);
	open_as(&fixture, "stranger", "strangers");
	CU_ASSERT_FALSE(may(&fixture, "list", API_PODS, NULL, "default"));
	end(&fixture);
}

static void an_unreachable_cluster_answers_nothing(void)
{
	struct fixture fixture;

	begin(&fixture);
	fault(&fixture, "unreachable=1");
	CU_ASSERT_EQUAL(list_pods(&fixture), ERROR_NETWORK);
	fault(&fixture, "unreachable=0");
	CU_ASSERT_EQUAL(list_pods(&fixture), ERROR_NONE);
	end(&fixture);
}

static void an_answer_that_is_lost_was_of_a_call_that_took_effect(void)
{
	static const char *const ways[] = {"lost=1", "truncate=1"};
	struct fixture fixture;

	begin(&fixture);
	for (unsigned i = 0; i < COUNT_OF(ways); i++) {
		char spec[64], name[16], text[512];
		struct api_change change = {.target = default_pods, .json = text};
		struct error error = {0};

		snprintf(spec, sizeof(spec), "%s&op=kube.create.pods", ways[i]);
		snprintf(name, sizeof(name), "unheard-%u", i);
		snprintf(text, sizeof(text),
		        "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"%s\"},\"spec\":"
		        "{\"containers\":[{\"name\":\"c\",\"image\":\"busybox\"}]}}",
		        name);
		fault_of_all(&fixture, spec);
		CU_ASSERT_PTR_NULL(api_post(fixture.api, &change, NULL, &error));
		CU_ASSERT_EQUAL(error.kind, ERROR_NETWORK);
		fault_of_all(&fixture, "off=1");
		cJSON *pod = read_pod(&fixture, name);
		CU_ASSERT_PTR_NOT_NULL(pod);
		cJSON_Delete(pod);
	}
	end(&fixture);
}

static void faults_of_the_cloud_spare_clusters(void)
{
	struct fixture fixture;

	begin(&fixture);
	fault_of_all(&fixture, "lost=1&http500=1&reset=1");
	CU_ASSERT_EQUAL(list_pods(&fixture), ERROR_NONE);
	fault_of_all(&fixture, "http500=1&op=kube.list.pods");
	CU_ASSERT_NOT_EQUAL(list_pods(&fixture), ERROR_NONE);
	fault_of_all(&fixture, "off=1");
	CU_ASSERT_EQUAL(list_pods(&fixture), ERROR_NONE);
	end(&fixture);
}

static void another_clusters_authority_is_not_trusted(void)
{
	struct fixture fixture;
	struct error error = {0};

	begin(&fixture);
	const char *path = json_text(fixture.simulated.ready, "kubeconfig");
	struct kubeconfig *all = kubeconfig_create(), *mixed = kubeconfig_create();
	CU_ASSERT_TRUE_FATAL(kubeconfig_read_file(all, path, &error));
	const struct kubeconfig_context *first = kubeconfig_context_at(all, 0), *second = kubeconfig_context_at(all, 1);
	CU_ASSERT_TRUE_FATAL(first && second);
	struct buffer config;
	buffer_init(&config, 64 << 10);
	const char *ca = kubeconfig_cluster(all, second->cluster)->ca;
	buffer_printf(&config, "clusters: [{name: c, cluster: {server: '%s', certificate-authority-data: ",
	        kubeconfig_cluster(all, first->cluster)->server);
	text_add_base64(&config, ca, strlen(ca));
	buffer_add_text(&config,
	        "}}]\nusers: [{name: u, user: {token: t}}]\ncontexts: [{name: x, context: {cluster: c, user: "
	        "u}}]\ncurrent-context: x\n");
	CU_ASSERT_TRUE_FATAL(kubeconfig_read_text(mixed, "mixed", buffer_text(&config), config.size, &error));
	struct access *access = access_create(mixed, NULL, NULL, &error);
	struct api *api = api_create(fixture.http, access, &error);
	CU_ASSERT_PTR_NULL(api_get_path(api, "/version", NULL, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_NETWORK);
	api_destroy(api);
	access_destroy(access);
	buffer_finish(&config);
	kubeconfig_unref(mixed);
	kubeconfig_unref(all);
	end(&fixture);
}

static const struct unit_test tests[] = {
        UNIT_TEST(a_list_is_one_state_over_all_its_pages),
        UNIT_TEST(a_cut_history_expires_what_goes_on_from_it),
        UNIT_TEST(a_watch_survives_cuts_and_expiry),
        UNIT_TEST(preconditions_of_a_deletion_are_kept),
        UNIT_TEST(patches_of_all_types_arrive),
        UNIT_TEST(a_log_is_followed_line_by_line),
        UNIT_TEST(rights_are_told_as_they_are),
        UNIT_TEST(an_unreachable_cluster_answers_nothing),
        UNIT_TEST(an_answer_that_is_lost_was_of_a_call_that_took_effect),
        UNIT_TEST(faults_of_the_cloud_spare_clusters),
        UNIT_TEST(another_clusters_authority_is_not_trusted),
};

int main(int argc, char **argv)
{
	const struct unit_suite suites[] = {UNIT_SUITE("kubernetes of the simulator", tests)};

	return unit_main(argc, argv, suites, COUNT_OF(suites));
}
