// SPDX-License-Identifier: Apache-2.0
// Scans of the demo world through the real backends, compared with the simulator's truth: at first sight, and once all
// has settled.
#include "config.h"

#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alibaba/alibaba.h"
#include "kubernetes/kubernetes.h"
#include "net/json.h"
#include "orphans/evidence_lines.h"
#include "orphans/scanner.h"
#include "tests/unit/unit.h"

#include "base/banned.h"

enum { WAIT_MS = 60000, TURN_MS = 2, LINE_MOST = 64 << 10, STEP_S = 240 };

static const struct backend *const backends[] = {&backend_alibaba, &backend_kubernetes, NULL};
extern char **environ;

// The world's time and ours pass together.
static _Atomic int64_t passed;

static int64_t shifted_wall(void *user)
{
	(void)user;
	return clock_now(&clock_system) + passed;
}

static int64_t shifted_monotonic(void *user)
{
	(void)user;
	return clock_monotonic(&clock_system) + passed;
}

static const struct clock shifted = {shifted_wall, shifted_monotonic, NULL};

struct bench {
	pid_t simulator;
	int output;
	char control[128];
	struct http_client *http;
	struct config *config;
	struct deck deck;
	struct scanner *scanner;
};

static void start_simulator(struct bench *bench, char *line)
{
	const char *seed = getenv("PEERDECK_TEST_SEED");
	const char *const arguments[] = {
	        "peerdeck-sim", "--scenario", "demo", "--seed", seed ? seed : "7", "--with-parent", NULL};
	posix_spawn_file_actions_t actions;
	size_t used = 0;
	int ends[2];

	CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	posix_spawn_file_actions_addclose(&actions, ends[0]);
	CU_ASSERT_EQUAL_FATAL(posix_spawn(&bench->simulator, "./peerdeck-sim", &actions, NULL,
	                              (char *const *)(uintptr_t)arguments, environ),
	        0);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	while (used + 1 < LINE_MOST && read(ends[0], line + used, 1) == 1 && line[used] != '\n')
		used++;
	line[used] = '\0';
	bench->output = ends[0];
}

static void bench_open(struct bench *bench)
{
	const struct http_options options = {.parallel = 4, .clock = &clock_system};
	static const char *const regions[] = {"cn-beijing", "cn-hongkong", "ap-southeast-1"};
	struct scanner_options scanning = {
	        .read_user_data = true, .regions = regions, .region_count = COUNT_OF(regions)};
	char *line = malloc(LINE_MOST);
	struct context_config *context;
	cJSON *ready;

	memset(bench, 0, sizeof *bench);
	passed = 0;
	start_simulator(bench, line);
	ready = cJSON_Parse(line);
	CU_ASSERT_PTR_NOT_NULL_FATAL(ready);
	setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", json_text(ready, "access_key_id"), 1);
	setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", json_text(ready, "access_key_secret"), 1);
	snprintf(bench->control, sizeof bench->control, "%s", json_text(ready, "control"));
	bench->http = http_client_create(&options, NULL);
	bench->config = calloc(1, sizeof *bench->config);
	config_defaults(bench->config);
	bench->config->clock = &shifted;
	bench->config->context_count = 1;
	bench->config->in_memory = bench->config->no_cache = true;
	context = &bench->config->contexts[0];
	snprintf(context->name, sizeof context->name, "sim");
	snprintf(context->endpoint, sizeof context->endpoint, "%s", json_text(ready, "alibaba"));
	snprintf(context->region, sizeof context->region, "%s", json_text(ready, "region"));
	cJSON_Delete(ready);
	free(line);
	CU_ASSERT_TRUE_FATAL(deck_init(&bench->deck, bench->config, backends, NULL, NULL, NULL));
	CU_ASSERT_TRUE_FATAL(deck_open(&bench->deck, NULL, NULL));
	bench->scanner = scanner_create(&bench->deck, &scanning, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bench->scanner);
}

static void bench_close(struct bench *bench)
{
	scanner_destroy(bench->scanner);
	deck_finish(&bench->deck);
	http_client_destroy(bench->http);
	free(bench->config);
	kill(bench->simulator, SIGTERM);
	waitpid(bench->simulator, NULL, 0);
	close(bench->output);
}

static cJSON *control(struct bench *bench, enum http_method method, const char *path)
{
	char url[256];
	struct http_request request = {.url = url, .method = method, .body_limit = 64 << 20, .operation = path};
	struct http_response *response;
	cJSON *answer;

	snprintf(url, sizeof url, "%s%s", bench->control, path);
	response = http_perform(bench->http, &request, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(response);
	answer = cJSON_ParseWithLength(response->body, response->body_size);
	http_response_destroy(response);
	return answer;
}

static void pass(struct bench *bench, int seconds)
{
	char path[64];

	snprintf(path, sizeof path, "/_sim/advance?seconds=%d", seconds);
	passed += (int64_t)seconds * 1000;
	cJSON_Delete(control(bench, HTTP_POST, path));
}

static const struct report *scan(struct bench *bench)
{
	int64_t until = clock_monotonic(&clock_system) + WAIT_MS;
	struct pollfd none = {.fd = -1};
	struct scanner_state state;

	scanner_now(bench->scanner);
	do {
		deck_turn(&bench->deck);
		scanner_turn(bench->scanner);
		scanner_state(bench->scanner, &state);
		poll(&none, 1, TURN_MS);
	} while ((state.is_running || state.began == 0) && clock_monotonic(&clock_system) < until);
	if (state.error.kind != ERROR_NONE)
		printf("\n    %s: %s\n", state.error.doing, state.error.message);
	CU_ASSERT_EQUAL(state.error.kind, ERROR_NONE);
	return scanner_report(bench->scanner);
}

enum truth { TRUTH_USED, TRUTH_LEFT, TRUTH_SETTLED, TRUTH_OTHER, TRUTHS };

static enum truth truth_of(const cJSON *vm)
{
	if (!cJSON_IsNull(json_member(vm, "in_use_by")))
		return TRUTH_USED;
	if (strcmp(json_text(vm, "sort"), "podvm") != 0 || !json_member(vm, "made_for"))
		return TRUTH_OTHER;
	return json_time(vm, "settled_since") != 0 && clock_now(&shifted) - json_time(vm, "settled_since") > 7200000
	               ? TRUTH_SETTLED
	               : TRUTH_LEFT;
}

// The words that a screen would show, to see why.
static void explain(const struct report *report, const struct report_item *item)
{
	struct evidence_lines lines;

	if (!getenv("PEERDECK_TEST_EXPLAIN") || !evidence_lines_make(report, item, clock_now(&shifted), &lines, NULL))
		return;
	for (size_t i = 0; i < lines.count; i++)
		printf("    %-20s %s %s\n", evidence_heading(lines.lines[i].section, item),
		        evidence_mark_text(lines.lines[i].mark, true), lines.lines[i].text);
	printf("\n");
	evidence_lines_finish(&lines);
}

// Counts verdict by truth and prints the table.
static void compare(struct bench *bench, const struct report *report, size_t counts[VERDICTS][TRUTHS])
{
	cJSON *answer = control(bench, HTTP_GET, "/_sim/truth");
	const cJSON *vm;
	struct buffer sentence;

	memset(counts, 0, sizeof(size_t[VERDICTS][TRUTHS]));
	cJSON_ArrayForEach(vm, json_member(answer, "vms"))
	{
		const struct report_item *item = report_find(report, json_text(vm, "id"));
		enum truth truth = truth_of(vm);

		if (!item)
			continue;
		counts[item->verdict][truth]++;
		if ((truth == TRUTH_USED && item->verdict != VERDICT_LIVE) ||
		        (truth == TRUTH_SETTLED && item->verdict != VERDICT_ORPHAN))
			explain(report, item);
	}
	cJSON_Delete(answer);
	buffer_init(&sentence, 4096);
	report_completeness(report, clock_now(&shifted), &sentence);
	printf("\n    %s\n    %-10s %8s %8s %8s %8s\n", buffer_text(&sentence), "", "in use", "left", "settled",
	        "other");
	buffer_finish(&sentence);
	for (int v = 0; v < VERDICTS; v++)
		printf("    %-10s %8zu %8zu %8zu %8zu\n", verdict_name((enum verdict)v), counts[v][TRUTH_USED],
		        counts[v][TRUTH_LEFT], counts[v][TRUTH_SETTLED], counts[v][TRUTH_OTHER]);
}

static void check(size_t counts[VERDICTS][TRUTHS])
{
	CU_ASSERT_EQUAL(counts[VERDICT_ORPHAN][TRUTH_USED], 0);
	CU_ASSERT_EQUAL(counts[VERDICT_SUSPECT][TRUTH_USED], 0);
	CU_ASSERT_EQUAL(counts[VERDICT_FOREIGN][TRUTH_USED], 0);
	CU_ASSERT_EQUAL(counts[VERDICT_ORPHAN][TRUTH_OTHER], 0);
	CU_ASSERT_EQUAL(counts[VERDICT_LIVE][TRUTH_SETTLED], 0);
}

static void the_demo_world_is_judged_as_it_is(void)
{
	const char *wanted = getenv("PEERDECK_TEST_STEPS");
	int steps = wanted ? (int)strtol(wanted, NULL, 10) : 5;
	size_t counts[VERDICTS][TRUTHS];
	const struct report *report;
	struct bench bench;

	bench_open(&bench);
	report = scan(&bench);
	CU_ASSERT_PTR_NOT_NULL_FATAL(report);
	compare(&bench, report, counts);
	check(counts);
	CU_ASSERT_TRUE(counts[VERDICT_LIVE][TRUTH_USED] > 0);
	report_unref(report);
	for (int i = 0; i < steps; i++) {
		pass(&bench, STEP_S);
		report = scan(&bench);
		if (i >= 5) {
			compare(&bench, report, counts);
			check(counts);
		}
		report_unref(report);
	}
	report = scan(&bench);
	compare(&bench, report, counts);
	check(counts);
	CU_ASSERT_TRUE(report->is_complete);
	report_unref(report);
	bench_close(&bench);
}

static void an_unreachable_cluster_makes_its_vms_unknown(void)
{
	const struct report *before, *report;
	const struct report_reading *away = NULL;
	size_t lost = 0;
	struct bench bench;
	char path[SCOPE_WORD_SIZE + 64];

	bench_open(&bench);
	before = scan(&bench);
	for (size_t i = 0; i < before->reading_count; i++)
		if (before->readings[i].is_cluster && before->readings[i].vms > (away ? away->vms : 0))
			away = &before->readings[i];
	CU_ASSERT_PTR_NOT_NULL_FATAL(away);
	snprintf(path, sizeof path, "/_sim/fault?cluster=%s&unreachable=1", away->scope.cluster);
	cJSON_Delete(control(&bench, HTTP_POST, path));
	report = scan(&bench);
	CU_ASSERT_FALSE(report->is_complete);
	for (size_t i = 0; i < before->item_count; i++) {
		const struct report_item *was = before->items[i], *is = report_find(report, was->record->id);

		if (was->kind != KIND_VM || strcmp(was->cluster_id, away->scope.cluster) != 0 || !is)
			continue;
		if (is->verdict != VERDICT_UNKNOWN && is->verdict != VERDICT_CREATING)
			explain(report, is);
		CU_ASSERT_TRUE(is->verdict == VERDICT_UNKNOWN || is->verdict == VERDICT_CREATING);
		lost++;
	}
	CU_ASSERT_TRUE(lost > 0);
	report_unref(before);
	report_unref(report);
	bench_close(&bench);
}

static const struct unit_test tests[] = {
        UNIT_TEST(the_demo_world_is_judged_as_it_is),
        UNIT_TEST(an_unreachable_cluster_makes_its_vms_unknown),
};

int main(int argc, char **argv)
{
	const struct unit_suite suites[] = {UNIT_SUITE("scan of the demo world", tests)};

	return unit_main(argc, argv, suites, COUNT_OF(suites));
}
