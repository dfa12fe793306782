// SPDX-License-Identifier: Apache-2.0
// Objects as records: a pod's word as kubectl prints it, times, what a runtime class means.
#include "config.h"
#include "kubernetes/fill.h"
#include "tests/unit/kubernetes.h"

#include "base/clock.h"
#include "kubernetes/fleet.h"

#include "base/banned.h"

// A pod by its parts, each the inside of an object.
#define POD(metadata, spec, status)                                                                                    \
	"{\"metadata\":{\"uid\":\"u\",\"name\":\"n\",\"namespace\":\"ns\"" metadata "},\"spec\":{\"containers\":"      \
	"[{\"name\":\"a\"},{\"name\":\"b\"}]" spec "},\"status\":{" status "}}"
#define STATE(name, ready, state) "{\"name\":\"" name "\",\"ready\":" ready ",\"restartCount\":1,\"state\":{" state "}}"
#define RUNNING "\"running\":{\"startedAt\":\"2026-11-20T10:00:00Z\"}"
#define WAITING(reason) "\"waiting\":{\"reason\":\"" reason "\"}"
#define ENDED(code, reason) "\"terminated\":{\"exitCode\":" code ",\"reason\":\"" reason "\"}"
#define INIT ",\"initContainers\":[{\"name\":\"i\"},{\"name\":\"j\"}]"
#define SIDECAR ",\"initContainers\":[{\"name\":\"i\",\"restartPolicy\":\"Always\"}]"
#define DELETED ",\"deletionTimestamp\":\"2026-11-20T10:05:00Z\",\"deletionGracePeriodSeconds\":30"

static const struct word_case {
	const char *pod, *status;
	int64_t ready, wanted, restarts;
} words[] = {
        {POD("", "", "\"phase\":\"Pending\""), "Pending", 0, 2, 0},
        {POD("", "",
                 "\"phase\":\"Pending\",\"conditions\":[{\"type\":\"PodScheduled\",\"status\":\"False\","
                 "\"reason\":\"SchedulingGated\"}]"),
                "SchedulingGated", 0, 2, 0},
        {POD("", "",
                 "\"phase\":\"Running\",\"containerStatuses\":[" STATE("a", "true", RUNNING) "," STATE(
                         "b", "true", RUNNING) "]"),
                "Running", 2, 2, 2},
        {POD("", "",
                 "\"phase\":\"Pending\",\"containerStatuses\":[" STATE("a", "false", WAITING("ContainerCreating")) "]"),
                "ContainerCreating", 0, 2, 1},
        {POD("", "",
                 "\"phase\":\"Running\",\"containerStatuses\":[" STATE("a", "true", RUNNING) "," STATE(
                         "b", "false", WAITING("CrashLoopBackOff")) "]"),
                "CrashLoopBackOff", 1, 2, 2},
        {POD("", "",
                 "\"phase\":\"Succeeded\",\"containerStatuses\":[" STATE("a", "false", ENDED("0", "Completed")) "]"),
                "Completed", 0, 2, 1},
        // One has ended well while another runs.
        {POD("", "",
                 "\"phase\":\"Running\",\"conditions\":[{\"type\":\"Ready\",\"status\":\"False\"}],"
                 "\"containerStatuses\":[" STATE("a", "false", ENDED("0", "Completed")) "," STATE(
                         "b", "true", RUNNING) "]"),
                "NotReady", 1, 2, 2},
        {POD("", "",
                 "\"phase\":\"Failed\",\"containerStatuses\":[" STATE(
                         "a", "false", "\"terminated\":{\"exitCode\":137,\"signal\":9}") "]"),
                "Signal:9", 0, 2, 1},
        {POD("", "",
                 "\"phase\":\"Failed\",\"containerStatuses\":[" STATE(
                         "a", "false", "\"terminated\":{\"exitCode\":3}") "]"),
                "ExitCode:3", 0, 2, 1},
        {POD("", "", "\"phase\":\"Failed\",\"reason\":\"Evicted\""), "Evicted", 0, 2, 0},
        {POD("", INIT,
                 "\"phase\":\"Pending\",\"initContainerStatuses\":[" STATE("i", "false", RUNNING) "," STATE(
                         "j", "false", WAITING("PodInitializing")) "]"),
                "Init:0/2", 0, 2, 1},
        {POD("", INIT,
                 "\"phase\":\"Pending\",\"initContainerStatuses\":[" STATE("i", "true",
                         ENDED("0", "Completed")) "," STATE("j", "false", WAITING("CrashLoopBackOff")) "]"),
                "Init:CrashLoopBackOff", 0, 2, 2},
        {POD("", INIT,
                 "\"phase\":\"Pending\",\"initContainerStatuses\":[" STATE("i", "false", ENDED("2", "Error")) "]"),
                "Init:Error", 0, 2, 1},
        {POD("", SIDECAR,
                 "\"phase\":\"Running\",\"initContainerStatuses\":[{\"name\":\"i\",\"ready\":true,\"started\":true,"
                 "\"restartCount\":4,\"state\":{" RUNNING
                 "}}],\"containerStatuses\":[" STATE("a", "true", RUNNING) "," STATE("b", "true", RUNNING) "]"),
                "Running", 3, 3, 6},
        {POD(DELETED, "", "\"phase\":\"Running\""), "Terminating", 0, 2, 0},
        {POD(DELETED, "", "\"phase\":\"Running\",\"reason\":\"NodeLost\""), "Unknown", 0, 2, 0},
        {POD(DELETED, "", "\"phase\":\"Failed\",\"reason\":\"Evicted\""), "Evicted", 0, 2, 0},
};

static void a_pods_word_is_kubectls(void)
{
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		struct pod_words seen;
		struct json_doc doc;

		CU_ASSERT_TRUE_FATAL(json_open(&doc, words[i].pod, strlen(words[i].pod), "pod", NULL));
		pod_words(doc.root, &seen);
		json_close(&doc);
		if (strcmp(seen.status, words[i].status) != 0)
			printf("\n    %zu: %s, wanted %s\n", i, seen.status, words[i].status);
		CU_ASSERT_STRING_EQUAL(seen.status, words[i].status);
		CU_ASSERT_EQUAL(seen.ready, words[i].ready);
		CU_ASSERT_EQUAL(seen.wanted, words[i].wanted);
		CU_ASSERT_EQUAL(seen.restarts, words[i].restarts);
	}
}

static struct snapshot *read_one(enum kind_id kind, const char *text, struct fill fill)
{
	static const struct scope scope = {.context = "c", .region = "cn-beijing", .cluster = "c1"};
	struct json_doc doc;

	fill.scope = &scope;
	fill.builder = snapshot_builder_create(kind, &scope, NULL);
	CU_ASSERT_TRUE_FATAL(json_open(&doc, text, strlen(text), "object", NULL));
	fill_add(&fill, kind, doc.root);
	json_close(&doc);
	return snapshot_finish(fill.builder, 1, NULL);
}

static bool is_peer(const char *class, const struct survey_class *classes, size_t count, bool known)
{
	char text[400];
	struct snapshot *snapshot;
	bool peer;

	snprintf(text, sizeof(text), "{\"metadata\":{\"uid\":\"u\"},\"spec\":{\"runtimeClassName\":\"%s\"}}", class);
	snapshot = read_one(
	        KIND_POD, text, (struct fill){.classes = classes, .class_count = count, .classes_are_known = known});
	peer = ((const struct pod_record *)snapshot->records[0])->is_peer;
	snapshot_unref(snapshot);
	return peer;
}

static void a_class_that_cannot_be_ruled_out_makes_a_peer_pod(void)
{
	static const struct survey_class classes[] = {{"mine", "kata-remote"}, {"kata-remote", "kata-qemu"}};

	CU_ASSERT_TRUE(is_peer("mine", classes, 2, true));
	CU_ASSERT_FALSE(is_peer("kata-remote", classes, 2, true));
	CU_ASSERT_TRUE(is_peer("deleted", classes, 2, true));
	CU_ASSERT_TRUE(is_peer("whatever", NULL, 0, false));
	CU_ASSERT_FALSE(is_peer("", classes, 2, true));
	CU_ASSERT_FALSE(is_peer("", NULL, 0, false));
}

static void a_failed_pod_whose_container_runs_is_not_terminal(void)
{
	struct snapshot *runs = read_one(KIND_POD,
	        POD(DELETED, "", "\"phase\":\"Failed\",\"containerStatuses\":[" STATE("a", "false", RUNNING) "]"),
	        (struct fill){.classes = NULL});
	struct snapshot *ended = read_one(KIND_POD,
	        POD("", "",
	                "\"phase\":\"Failed\",\"containerStatuses\":[" STATE("a", "false", ENDED("1", "Error")) "]"),
	        (struct fill){.classes = NULL});
	const struct pod_record *pod = (const struct pod_record *)runs->records[0];
	int64_t deleting;

	time_parse("2026-11-20T10:04:30Z", &deleting);
	CU_ASSERT_FALSE(pod->is_terminal);
	CU_ASSERT_EQUAL(pod->deleting_since, deleting);
	CU_ASSERT_TRUE(((const struct pod_record *)ended->records[0])->is_terminal);
	snapshot_unref(runs);
	snapshot_unref(ended);
}

static void a_node_says_what_is_wrong_with_it(void)
{
	struct snapshot *snapshot = read_one(KIND_NODE,
	        "{\"metadata\":{\"uid\":\"u\",\"name\":\"n\"},\"spec\":{\"providerID\":\"azure:///subscriptions/s/"
	        "vm\"},"
	        "\"status\":{\"conditions\":[{\"type\":\"DiskPressure\",\"status\":\"False\",\"message\":\"no\"},"
	        "{\"type\":\"Ready\",\"status\":\"Unknown\",\"message\":\"kubelet stopped\"}]}}",
	        (struct fill){.classes = NULL});
	const struct node_record *node = (const struct node_record *)snapshot->records[0];

	CU_ASSERT_STRING_EQUAL(node->record.id, "/subscriptions/s/vm");
	CU_ASSERT_STRING_EQUAL(node->record.status, "NotReady");
	CU_ASSERT_STRING_EQUAL(node->message, "kubelet stopped");
	CU_ASSERT_EQUAL(node->peerpod_capacity, INT64_MIN);
	snapshot_unref(snapshot);
}

static void the_newest_peerpod_names_a_pods_vm(void)
{
	static const struct scope scope = {.context = "c", .cluster = "c1"};
	struct snapshot_builder *builder = snapshot_builder_create(KIND_PEERPOD, &scope, NULL);
	static const char *const vms[] = {"i-old", "i-new", "i-gone"};
	struct snapshot *snapshot;
	struct vm_book *book;

	for (size_t i = 0; i < COUNT_OF(vms); i++) {
		struct peerpod_record *record = snapshot_add(builder, vms[i]);

		record->pod_uid = "p1";
		record->vm_id = vms[i];
		record->record.created = 1000 * (int64_t)i;
		record->deleting_since = i == 2;
	}
	snapshot = snapshot_finish(builder, 1, NULL);
	book = vm_book_create(snapshot);
	CU_ASSERT_STRING_EQUAL(vm_book_find(book, "p1"), "i-new");
	CU_ASSERT_STRING_EQUAL(vm_book_find(book, "p2"), "");
	CU_ASSERT_STRING_EQUAL(vm_book_find(NULL, "p1"), "");
	vm_book_destroy(book);
	snapshot_unref(snapshot);
}

static void addresses_are_compared_as_they_are_meant(void)
{
	char server[512];

	server_normalize("https://API.Example.com/", server, sizeof(server));
	CU_ASSERT_STRING_EQUAL(server, "api.example.com:443");
	CU_ASSERT_TRUE(server_is_named("https://10.0.0.1:6443, https://api.example.com", server));
	CU_ASSERT_TRUE(server_is_named("{\"api_server_endpoint\":\"https://api.example.com:443\","
	                               "\"intranet_api_server_endpoint\":\"https://10.0.0.1:6443\"}",
	        server));
	CU_ASSERT_FALSE(server_is_named("https://api.example.com:6443", server));
	CU_ASSERT_FALSE(server_is_named("{\"api_server_endpoint\":", server));
	server_normalize("https://[fd00::1]", server, sizeof(server));
	CU_ASSERT_STRING_EQUAL(server, "[fd00::1]:443");
	server_normalize("https://rancher/k8s/clusters/c-1/", server, sizeof(server));
	CU_ASSERT_STRING_EQUAL(server, "rancher:443/k8s/clusters/c-1");
	CU_ASSERT_FALSE(server_is_named("", ""));
}

static const struct unit_test tests[] = {
        UNIT_TEST(a_pods_word_is_kubectls),
        UNIT_TEST(a_class_that_cannot_be_ruled_out_makes_a_peer_pod),
        UNIT_TEST(a_failed_pod_whose_container_runs_is_not_terminal),
        UNIT_TEST(a_node_says_what_is_wrong_with_it),
        UNIT_TEST(the_newest_peerpod_names_a_pods_vm),
        UNIT_TEST(addresses_are_compared_as_they_are_meant),
};
const struct unit_suite kubernetes_fill_suite = UNIT_SUITE("kubernetes_fill", tests);
