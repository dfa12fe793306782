// SPDX-License-Identifier: Apache-2.0
// Clean-up in the demo, from the first look on: orphans with evidence, a sweep of two held against the simulator's
// truth, refusal by --read-only, and a cluster that goes away, also while a sweep of its VMs is planned.
#include "config.h"

#include <CUnit/Basic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/http.h"
#include "net/json.h"
#include "tests/screen/screen_test.h"
#include "tests/screen/term.h"
#include "base/banned.h"

enum { START_MS = 20000, WORK_MS = 60000, SCAN_MS = 180000, SWEPT = 2, NAME_SIZE = 80, WAIT_QUIET_MS = 40 };

#define ORPHANS_OF_STAGING ":orphans<Enter>/cluster=staging verdict=orphan<Enter>"

struct demo_run {
	struct terminal *term;
	char control[128];
	char kubeconfig[64]; // the simulator writes it beside the file for other tools
};

// The simulator writes for other tools where it can be reached.
static void read_control(struct demo_run *run, const char *path)
{
	static const char mark[] = "PEERDECK_SIM_CONTROL=";
	FILE *file = fopen(path, "r");
	char line[1024];

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	while (fgets(line, sizeof(line), file)) {
		const char *at = strstr(line, mark);

		if (!at)
			continue;
		at += sizeof(mark) - 1;
		at += strspn(at, "'\"");
		snprintf(run->control, sizeof(run->control), "%.*s", (int)strcspn(at, "'\"\n"), at);
	}
	fclose(file);
	CU_ASSERT_FATAL(*run->control != '\0');
}

static void demo_open(struct demo_run *run, const char *option)
{
	char path[] = "/tmp/peerdeck-demo-XXXXXX";
	const char *argv[] = {PEERDECK_PROGRAM, "--demo", option, "--", "--env", path, NULL},
	           *plain[] = {PEERDECK_PROGRAM, "--demo", "--", "--env", path, NULL},
	           *env[] = {"PEERDECK_THEMES=" THEMES_DIR, NULL};
	const int fd = mkstemp(path);

	CU_ASSERT_FATAL(fd >= 0);
	close(fd);
	run->term = term_start(50, 200, option ? argv : plain, env);
	CU_ASSERT_PTR_NOT_NULL_FATAL(run->term);
	CU_ASSERT_FATAL(term_wait_text(run->term, "podvm-.*Running|REGION", START_MS));
	read_control(run, path);
	unlink(path);
	snprintf(run->kubeconfig, sizeof(run->kubeconfig), "%s.kubeconfig", path);
}

static void demo_close(struct demo_run *run)
{
	term_stop(run->term);
	unlink(run->kubeconfig);
}

// The JSON is the caller's.
static cJSON *control(const struct demo_run *run, enum http_method method, const char *path)
{
	const struct http_options options = {.parallel = 1, .clock = &clock_system};
	struct http_client *client = http_client_create(&options, NULL);
	char url[256];
	struct http_request request = {.url = url, .method = method, .body_limit = 64 << 20, .operation = path};
	struct http_response *response;
	cJSON *answer;

	CU_ASSERT_PTR_NOT_NULL_FATAL(client);
	snprintf(url, sizeof(url), "%s%s", run->control, path);
	response = http_perform(client, &request, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(response);
	CU_ASSERT_EQUAL(response->status, 200);
	answer = cJSON_ParseWithLength(response->body, response->body_size);
	CU_ASSERT_PTR_NOT_NULL_FATAL(answer);
	http_response_destroy(response);
	http_client_destroy(client);
	return answer;
}

// Those that were no dry run. Pods' own VMs go without a call: every one in the log is ours.
static unsigned deletions(const struct demo_run *run)
{
	cJSON *answer = control(run, HTTP_GET, "/_sim/requests");
	const cJSON *one;
	unsigned count = 0;

	cJSON_ArrayForEach(one, json_member(answer, "requests"))
	{
		if (strstr(json_text(one, "operation"), "DeleteInstance") && json_int(one, "status", 0) == 200)
			count++;
	}
	cJSON_Delete(answer);
	return count;
}

static const cJSON *find(const cJSON *list, const char *member, const char *value)
{
	const cJSON *one;

	cJSON_ArrayForEach(one, list)
	{
		if (strcmp(json_text(one, member), value) == 0)
			return one;
	}
	return NULL;
}

static bool is_one_of(const char *name, char names[SWEPT][NAME_SIZE])
{
	for (size_t i = 0; i < SWEPT; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

// What nobody but us would delete: VMs that were lost, and those that are no pod's.
static void compare_vms(const cJSON *before, const cJSON *after, char swept[SWEPT][NAME_SIZE])
{
	const cJSON *vm;
	unsigned gone = 0, lost = 0;

	cJSON_ArrayForEach(vm, json_member(before, "vms"))
	{
		const bool was_swept = is_one_of(json_text(vm, "name"), swept);
		const bool is_left =
		        cJSON_IsObject(json_member(vm, "leak")) && !cJSON_IsObject(json_member(vm, "in_use_by"));

		if (was_swept) {
			CU_ASSERT(is_left);
			CU_ASSERT_PTR_NULL(find(json_member(after, "vms"), "id", json_text(vm, "id")));
			gone++;
		} else if (is_left || strcmp(json_text(vm, "sort"), "podvm") != 0) {
			CU_ASSERT_PTR_NOT_NULL(find(json_member(after, "vms"), "id", json_text(vm, "id")));
			lost += is_left;
		}
	}
	CU_ASSERT_EQUAL(gone, SWEPT);
	CU_ASSERT(lost >= 2);
}

// Interfaces and addresses that were left by others, and all that the world was made with, are still there.
static void compare_resources(const cJSON *before, const cJSON *after)
{
	const cJSON *kind, *one;

	cJSON_ArrayForEach(kind, json_member(before, "resources"))
	{
		const cJSON *now = json_member(json_member(after, "resources"), kind->string);

		cJSON_ArrayForEach(one, kind)
		{
			if (cJSON_IsObject(json_member(one, "leak")) || strcmp(json_text(one, "made_by"), "world") == 0)
				CU_ASSERT_PTR_NOT_NULL(find(now, "id", json_text(one, "id")));
		}
	}
}

// The pod VMs of the rows, from the top.
static void read_names(struct terminal *term, char names[SWEPT][NAME_SIZE])
{
	size_t count = 0;

	for (int row = 0; row < 50 && count < SWEPT; row++) {
		const char *text = term_row(term, row), *at = strstr(text, "podvm-");

		if (at && strstr(at, "! ORPHAN"))
			snprintf(names[count++], NAME_SIZE, "%.*s", (int)strcspn(at, " "), at);
	}
	CU_ASSERT_EQUAL_FATAL(count, SWEPT);
}

// A dialog takes keys only after a while; on a busy machine more than one may be under way before the first is seen.
static void phrase_type(struct terminal *term)
{
	for (int i = 0; i < 200 && !term_has_text(term, "go on: +s"); i++) {
		term_keys(term, "<C-u>s");
		CU_ASSERT(term_wait_quiet(term, WAIT_QUIET_MS));
	}
	term_keys(term, "taging 2");
}

static void phrase_confirm(struct terminal *term)
{
	phrase_type(term);
	CU_ASSERT(term_wait_no_text(term, "to go on:", WORK_MS));
}

static void sweeps_exactly_the_two_that_were_marked(void)
{
	char names[SWEPT][NAME_SIZE];
	struct demo_run run;

	demo_open(&run, NULL);
	term_keys(run.term, ORPHANS_OF_STAGING);
	CU_ASSERT_FATAL(term_wait_text(run.term, "orphan 2 ", SCAN_MS));
	read_names(run.term, names);
	term_keys(run.term, "gd");
	CU_ASSERT(term_wait_text(run.term, "Why: podvm-", WORK_MS));
	CU_ASSERT(term_wait_text(run.term, "Verdict +orphan: ", WORK_MS));
	CU_ASSERT(term_wait_text(run.term, "the adaptor's log names it and its pod", WORK_MS));
	CU_ASSERT(term_wait_text(run.term, "the same result in [0-9]+ readings", WORK_MS));
	term_keys(run.term, "<Esc>");
	CU_ASSERT(term_wait_text(run.term, "┌─ Orphans", WORK_MS));
	CU_ASSERT_EQUAL(deletions(&run), 0);

	cJSON *before = control(&run, HTTP_GET, "/_sim/truth");
	term_keys(run.term, "g  D");
	CU_ASSERT_FATAL(term_wait_text(run.term, "Delete 2 pod VMs of cluster staging", WORK_MS));
	CU_ASSERT_FATAL(term_wait_text(run.term, "still orphaned", WORK_MS));
	phrase_confirm(run.term);
	term_keys(run.term, "T");
	CU_ASSERT(term_wait_text(run.term, "✔ done .*Sweep: staging 2", SCAN_MS));
	cJSON *after = control(&run, HTTP_GET, "/_sim/truth");

	CU_ASSERT_EQUAL(deletions(&run), SWEPT);
	compare_vms(before, after, names);
	compare_resources(before, after);
	cJSON_Delete(before);
	cJSON_Delete(after);
	demo_close(&run);
}

// The plan stands on the screen while nobody can say any more whose the VMs are.
static void what_changes_under_the_plan_is_not_swept(void)
{
	struct demo_run run;

	demo_open(&run, NULL);
	term_keys(run.term, ORPHANS_OF_STAGING);
	CU_ASSERT_FATAL(term_wait_text(run.term, "orphan 2 ", SCAN_MS));
	term_keys(run.term, "g  D");
	CU_ASSERT_FATAL(term_wait_text(run.term, "Delete 2 pod VMs of cluster staging", WORK_MS));
	cJSON_Delete(control(&run, HTTP_POST, "/_sim/fault?cluster=staging&unreachable=1"));
	CU_ASSERT_FATAL(term_wait_text(run.term, "changed: ", SCAN_MS));
	phrase_type(run.term);
	CU_ASSERT(term_wait_text(run.term, "close this and look again: i-", WORK_MS));
	CU_ASSERT_EQUAL(deletions(&run), 0);
	demo_close(&run);
}

static void refuses_when_read_only(void)
{
	struct demo_run run;

	demo_open(&run, "--read-only");
	term_keys(run.term, ORPHANS_OF_STAGING);
	CU_ASSERT_FATAL(term_wait_text(run.term, "orphan 2 ", SCAN_MS));
	term_keys(run.term, "g  D");
	CU_ASSERT(term_wait_text(run.term, "read-only by --read-only", WORK_MS));
	term_keys(run.term, "staging 2");
	CU_ASSERT(term_wait_text(run.term, "read-only by --read-only", WORK_MS));
	CU_ASSERT_EQUAL(deletions(&run), 0);
	demo_close(&run);
}

static void a_cluster_out_of_reach_makes_its_vms_unknown(void)
{
	char names[SWEPT][NAME_SIZE], row[SWEPT * NAME_SIZE + 32];
	struct demo_run run;

	demo_open(&run, NULL);
	term_keys(run.term, ORPHANS_OF_STAGING);
	CU_ASSERT_FATAL(term_wait_text(run.term, "orphan 2 ", SCAN_MS));
	read_names(run.term, names);
	term_keys(run.term, "<Esc>");
	cJSON_Delete(control(&run, HTTP_POST, "/_sim/fault?cluster=staging&unreachable=1"));
	term_keys(run.term, "r");
	for (size_t i = 0; i < SWEPT; i++) {
		snprintf(row, sizeof(row), "%s .*\\? unknown", names[i]);
		CU_ASSERT(term_wait_text(run.term, row, SCAN_MS));
	}
	CU_ASSERT(term_wait_text(run.term, "3 of 4 clusters", WORK_MS));
	// Others are judged as before.
	CU_ASSERT(term_wait_text(run.term, "podvm-.*! ORPHAN .*sg-dev", 0));
	CU_ASSERT_FALSE(term_has_text(run.term, "! ORPHAN .*staging"));
	demo_close(&run);
}

static const struct screen_case cases[] = {
        SCREEN_CASE(sweeps_exactly_the_two_that_were_marked),
        SCREEN_CASE(what_changes_under_the_plan_is_not_swept),
        SCREEN_CASE(refuses_when_read_only),
        SCREEN_CASE(a_cluster_out_of_reach_makes_its_vms_unknown),
};

int main(int argc, char **argv)
{
	return screen_test_run("demo clean-up", cases, COUNT_OF(cases), argc > 1 ? argv[1] : NULL);
}
