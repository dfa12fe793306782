// SPDX-License-Identifier: Apache-2.0
// Logs of the Cloud API Adaptor: every line that is known, in pieces, glued, too long; and the book that joins them.
#include "config.h"

#include "orphans/caa_book.h"
#include "tests/unit/orphans.h"

#include <stdlib.h>

#include "base/banned.h"

#define S1 "0123abcd89abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define S2 "fedc456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define AT "2026-11-20T20:52:00.123456789Z "
#define NOW INT64_C(1795207920123)

struct seen {
	struct caa_fact fact;
	char text[8][128];
	size_t count;
};

static void seen_take(void *user, const struct caa_fact *fact)
{
	struct seen *seen = user;
	const char *const texts[8] = {fact->sandbox, fact->pod, fact->namespace_name, fact->netns, fact->instance,
	        fact->name, fact->address, fact->node};

	seen->fact = *fact;
	seen->count++;
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		snprintf(seen->text[i], sizeof seen->text[i], "%s", texts[i]);
}

static struct seen line_seen(const char *line)
{
	struct seen seen = {.count = 0};
	struct caa_log *log = malloc(sizeof *log);

	CU_ASSERT_PTR_NOT_NULL_FATAL(log);
	caa_log_init(log, seen_take, &seen);
	caa_log_feed(log, line, strlen(line));
	caa_log_end(log);
	free(log);
	return seen;
}

// A row per kind: the line and the values in the order sandbox, pod, namespace, netns, instance, name, address, node.
static const struct {
	enum caa_fact_kind kind;
	const char *line, *values[8];
} lines[] = {
        {CAA_SANDBOX_OF_POD,
                "[adaptor/cloud] create a sandbox " S1 " for pod web-0 in namespace shop (netns: /var/run/netns/cni-1)",
                {S1, "web-0", "shop", "/var/run/netns/cni-1"}},
        {CAA_CREATE_INTENT, "[adaptor/cloud/alibabacloud] CreateInstance: name: \"podvm-web-0-0123abcd\"",
                {"", "", "", "", "", "podvm-web-0-0123abcd"}},
        {CAA_INSTANCE_CREATED, "created an instance i-2ze1 for sandbox " S1, {S1, "", "", "", "i-2ze1"}},
        {CAA_ARM_VM_CREATED, "created VM successfully: /subscriptions/A1/virtualMachines/podvm-web-0-0123abcd",
                {"", "", "", "", "/subscriptions/A1/virtualMachines/podvm-web-0-0123abcd"}},
        {CAA_NAME_CREATED, "created an instance podvm-web-0-0123abcd for sandbox " S1,
                {S1, "", "", "", "", "podvm-web-0-0123abcd"}},
        {CAA_VM_ADDRESS, "pod vm IP[0][private]=192.168.1.9", {"", "", "", "", "", "", "192.168.1.9"}},
        {CAA_VM_ADDRESS, "[adaptor/cloud/alibabacloud] podNodeIP[0]=172.16.4.9",
                {"", "", "", "", "", "", "172.16.4.9"}},
        {CAA_PEERPOD_OWNED, "[util/k8sops] web-0 is now owning a PeerPod object", {"", "web-0"}},
        {CAA_PROXY_TRYING, "Trying to establish agent proxy connection to 192.168.1.9:15150",
                {"", "", "", "", "", "", "192.168.1.9:15150"}},
        {CAA_PROXY_RETRYING, "Retrying failed agent proxy connection", {0}},
        {CAA_PROXY_ESTABLISHED, "established agent proxy connection to 192.168.1.9:15150",
                {"", "", "", "", "", "", "192.168.1.9:15150"}},
        {CAA_PROXY_READY, "agent proxy is ready", {0}},
        {CAA_DELETE_STARTED, "Deleting instance (i-2ze1)", {"", "", "", "", "i-2ze1"}},
        {CAA_DELETE_DONE, "Deleted an instance i-2ze1", {"", "", "", "", "i-2ze1"}},
        {CAA_NAME_DELETED, "deleted VM successfully: podvm-web-0-0123abcd",
                {"", "", "", "", "", "podvm-web-0-0123abcd"}},
        {CAA_INSTANCE_MISSING, "instance i-2ze1 is not found", {"", "", "", "", "i-2ze1"}},
        {CAA_DELETE_FAILED, "Error deleting an instance i-2ze1: SDKError", {"", "", "", "", "i-2ze1"}},
        {CAA_STOP_REFUSED, "stopping VM: sandbox " S1 " does not exist", {S1}},
        {CAA_CLEANUP_STARTED, "cleaning up instance i-2ze1", {"", "", "", "", "i-2ze1"}},
        {CAA_CLEANUP_FAILED, "failed to cleanup instance: (none)", {0}},
        {CAA_SOCKET_CLOSED, "[probe/probe] UDS not opened", {0}},
        {CAA_PODS_NOT_READY, "Not all PeerPods ready, because PeerPod job-1 is not ready", {"", "job-1"}},
        {CAA_PODS_READY, "All PeerPods standup", {0}},
        {CAA_CAPACITY_SET, "Successfully set extended resource for node n.1", {"", "", "", "", "", "", "", "n.1"}},
        {CAA_CAPACITY_FAILED, "Failed to set extended resource for node n.1: denied",
                {"", "", "", "", "", "", "", "n.1"}},
        {CAA_SERVER_STARTED, "[adaptor] server started", {0}},
        {CAA_SET_INSTANCE_LATE, "setting instance: sandbox " S1 " does not exist", {S1}},
        {CAA_START_INTERRUPTED, "start instance interrupted: context canceled", {0}},
        {CAA_PROXY_FAILED, "failed to establish agent proxy connection: deadline exceeded", {0}},
        {CAA_RELEASE_FAILED, "failed to release PeerPod", {0}},
        {CAA_MAPPING_MISSING, "pod to PeerPod mapping not found", {0}},
        {CAA_PEERPOD_FAILED, "failed to create PeerPod", {0}},
        {CAA_PROVIDER_DELETE_FAILED, "failed to delete an instance", {0}},
        {CAA_CREATE_FAILED, "creating instance (x) returned error: i/o timeout", {0}},
        {CAA_PANIC, "panic: interface conversion: error is *url.Error", {0}},
        {CAA_WRONG_STATUS, "Code: IncorrectInstanceStatus.Initializing", {0}},
        {CAA_EIP_DELETE_FAILED, "delete EIP eip-1 failed", {0}},
        {CAA_ARM_CREATE_WAIT, "waiting for the VM creation: quota", {0}},
        {CAA_ARM_NO_ADDRESS, "getting IPs for the instance: x", {0}},
        {CAA_ARM_DELETE_WAIT, "waiting for the VM deletion: canceled", {0}},
        {CAA_ARM_NO_VM, "VM name not found", {0}},
        {CAA_NO_PROVIDER, "cloud provider not supported", {0}},
};

static void every_known_line_gives_its_fact(void)
{
	CU_ASSERT_EQUAL(COUNT_OF(lines), CAA_FACT_KINDS + 1); // one has two wordings
	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		char line[512];
		struct seen seen;

		snprintf(line, sizeof line, AT "podNameLen: 482026/11/20 20:52:00 %s\r\n", lines[i].line);
		seen = line_seen(line);
		CU_ASSERT_EQUAL(seen.count, 1);
		CU_ASSERT_EQUAL(seen.fact.kind, lines[i].kind);
		if (seen.count != 1 || seen.fact.kind != lines[i].kind)
			printf("\n    %s\n", lines[i].line);
		CU_ASSERT_EQUAL(seen.fact.time, NOW);
		for (size_t n = 0; n < 8; n++)
			UNIT_SAME_TEXT(seen.text[n], lines[i].values[n] ? lines[i].values[n] : "");
	}
}

static void every_kind_has_its_own_name(void)
{
	for (int a = 0; a < CAA_FACT_KINDS; a++) {
		CU_ASSERT_PTR_NOT_NULL_FATAL(caa_fact_name((enum caa_fact_kind)a));
		CU_ASSERT_PTR_NOT_NULL(caa_fact_id((enum caa_fact_kind)a));
		for (int b = 0; b < a; b++)
			CU_ASSERT_TRUE(strcmp(caa_fact_name((enum caa_fact_kind)a),
			                       caa_fact_name((enum caa_fact_kind)b)) != 0);
	}
}

static void similar_lines_give_nothing(void)
{
	static const char *const others[] = {"", "stopping VM: sandbox 0123 does not exist",
	        "stopping VM: sandbox " S1 "0 does not exist",
	        "create a sandbox " S1 " for pod in namespace x (netns: y)", "CreateInstance: name: \"web\"",
	        "Deleting instance ()", "returned error: other"};

	for (size_t i = 0; i < COUNT_OF(others); i++)
		CU_ASSERT_EQUAL(line_seen(others[i]).count, 0);
	CU_ASSERT_EQUAL(line_seen("server started").fact.time, 0);
}

static void pieces_of_any_size_read_the_same(void)
{
	static const char text[] = AT "create a sandbox " S1 " for pod web-0 in namespace shop (netns: /n)\n" AT
	                              "created an instance i-1 for sandbox " S1 "\n" AT "server started";

	for (size_t piece = 1; piece < sizeof text; piece++) {
		struct caa_book book;

		CU_ASSERT_TRUE_FATAL(caa_book_init(&book));
		for (size_t at = 0; at < sizeof text - 1; at += piece)
			caa_log_feed(&book.log, text + at, piece < sizeof text - 1 - at ? piece : sizeof text - 1 - at);
		caa_log_end(&book.log);
		CU_ASSERT_EQUAL(book.facts, 3);
		CU_ASSERT_EQUAL(book.server_started, NOW);
		CU_ASSERT_PTR_NOT_NULL(caa_book_instance(&book, "i-1"));
		caa_book_finish(&book);
	}
}

static void a_line_without_end_is_bounded(void)
{
	struct seen seen = {.count = 0};
	struct caa_log *log = malloc(sizeof *log);

	CU_ASSERT_PTR_NOT_NULL_FATAL(log);
	caa_log_init(log, seen_take, &seen);
	for (int i = 0; i < 4 * CAA_LOG_LINE_MOST; i++)
		caa_log_feed(log, "x", 1);
	caa_log_feed(log, "server started\nab\0server started\n", 33);
	CU_ASSERT_EQUAL(log->cut, 1);
	CU_ASSERT_EQUAL(log->lines, 2);
	CU_ASSERT_EQUAL(seen.count, 1);
	free(log);
}

static void feed(struct caa_book *book, const char *line)
{
	caa_log_feed(&book->log, AT, strlen(AT));
	caa_log_feed(&book->log, line, strlen(line));
	caa_log_feed(&book->log, "\n", 1);
}

static void the_book_joins_what_belongs_to_one_vm(void)
{
	const struct caa_entry *entry;
	struct caa_book book;

	CU_ASSERT_TRUE_FATAL(caa_book_init(&book));
	feed(&book, "create a sandbox " S1 " for pod web-0 in namespace shop (netns: /n1)");
	feed(&book, "CreateInstance: name: \"podvm-web-0-0123abcd\"");
	feed(&book, "created an instance i-1 for sandbox " S1);
	feed(&book, "created an instance podvm-web-0-0123abcd for sandbox " S1);
	feed(&book, "established agent proxy connection to 192.168.1.9:15150");
	feed(&book, "create a sandbox " S2 " for pod web-0 in namespace shop (netns: /n2)");
	feed(&book, "Deleting instance (i-1)");
	feed(&book, "Error deleting an instance i-1: no");
	feed(&book, "stopping VM: sandbox " S2 " does not exist");
	CU_ASSERT_EQUAL(book.entry_count, 2);
	entry = caa_book_instance(&book, "i-1");
	CU_ASSERT_PTR_NOT_NULL_FATAL(entry);
	UNIT_SAME_TEXT(entry->sandbox, S1);
	UNIT_SAME_TEXT(entry->pod, "web-0");
	UNIT_SAME_TEXT(entry->name, "podvm-web-0-0123abcd");
	CU_ASSERT_TRUE(entry->delete_failed == NOW && entry->delete_done == 0);
	CU_ASSERT_PTR_EQUAL(caa_book_name(&book, "podvm-web-0-0123abcd"), entry);
	CU_ASSERT_PTR_EQUAL(caa_book_sandbox(&book, S1), entry);
	entry = caa_book_pod_last(&book, "shop", "web-0");
	CU_ASSERT_PTR_NOT_NULL_FATAL(entry);
	UNIT_SAME_TEXT(entry->sandbox, S2);
	CU_ASSERT_TRUE(caa_entry_saw(entry, CAA_STOP_REFUSED));
	CU_ASSERT_PTR_NOT_NULL(caa_book_address(&book, "192.168.1.9"));
	CU_ASSERT_PTR_NULL(caa_book_address(&book, "192.168.1.8"));
	CU_ASSERT_PTR_NULL(caa_book_pod_last(&book, "other", "web-0"));
	caa_book_finish(&book);
}

static void an_arm_id_is_joined_by_the_name_in_it(void)
{
	struct caa_book book;

	CU_ASSERT_TRUE_FATAL(caa_book_init(&book));
	feed(&book, "create a sandbox " S1 " for pod web-0 in namespace shop (netns: /n1)");
	feed(&book, "created VM successfully: /subscriptions/a/virtualMachines/podvm-web-0-0123abcd");
	CU_ASSERT_EQUAL(book.entry_count, 1);
	CU_ASSERT_PTR_EQUAL(caa_book_instance(&book, "/subscriptions/a/virtualMachines/podvm-web-0-0123abcd"),
	        caa_book_sandbox(&book, S1));
	caa_book_finish(&book);
}

// What a pod's whole life writes, `pods` times.
static void feed_lives(struct caa_book *book, unsigned pods)
{
	for (unsigned i = 0; i < pods; i++) {
		char id[65], line[1024];

		snprintf(id, sizeof id, "%08x%056x", i * 2654435761U, i);
		snprintf(line, sizeof line,
		        AT "create a sandbox %s for pod web-%u in namespace shop (netns: /var/run/netns/cni-%u)\n" AT
		           "created an instance i-%u for sandbox %s\n" AT
		           "established agent proxy connection to 10.%u.%u.%u:15150\n" AT
		           "Deleting instance (i-%u)\n" AT "Deleted an instance i-%u\n",
		        id, i, i, i, id, i >> 16, i >> 8 & 255, i & 255, i, i);
		caa_log_feed(&book->log, line, strlen(line));
	}
}

static void a_thousand_pods_fit_in_the_stated_memory(void)
{
	struct caa_book book;

	CU_ASSERT_TRUE_FATAL(caa_book_init(&book));
	feed_lives(&book, 1000);
	CU_ASSERT_EQUAL(book.entry_count, 1000);
	CU_ASSERT_FALSE(book.is_full);
	CU_ASSERT_TRUE(book.arena.used < 1 << 20);
	caa_book_finish(&book);
}

static void a_full_book_says_so(void)
{
	struct caa_book book;

	CU_ASSERT_TRUE_FATAL(caa_book_init(&book));
	feed_lives(&book, 40000);
	CU_ASSERT_TRUE(book.is_full);
	CU_ASSERT_TRUE(book.arena.used <= CAA_BOOK_MEMORY_MOST);
	CU_ASSERT_PTR_NOT_NULL(caa_book_instance(&book, "i-7"));
	caa_book_finish(&book);
}

static const struct unit_test tests[] = {
        UNIT_TEST(every_known_line_gives_its_fact),
        UNIT_TEST(every_kind_has_its_own_name),
        UNIT_TEST(similar_lines_give_nothing),
        UNIT_TEST(pieces_of_any_size_read_the_same),
        UNIT_TEST(a_line_without_end_is_bounded),
        UNIT_TEST(the_book_joins_what_belongs_to_one_vm),
        UNIT_TEST(an_arm_id_is_joined_by_the_name_in_it),
        UNIT_TEST(a_thousand_pods_fit_in_the_stated_memory),
        UNIT_TEST(a_full_book_says_so),
};
const struct unit_suite orphans_log_suite = UNIT_SUITE("orphans log", tests);
