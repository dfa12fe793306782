// SPDX-License-Identifier: Apache-2.0
// Logs of containers.
#include "config.h"
#include "kubernetes/api_logs.h"
#include "tests/wire/kubernetes.h"

#include "base/banned.h"

#define T1 "2026-11-20T20:52:00.000000001Z "
#define T2 "2026-11-20T20:52:00.000000002Z "
#define T3 "2026-11-20T20:52:07.5Z "

struct seen {
	char lines[300];
	unsigned stop_after, count;
};

static bool on_line(const char *text, size_t size, void *user)
{
	struct seen *seen = user;
	size_t length = strlen(seen->lines);

	CU_ASSERT_EQUAL(strlen(text), size);
	snprintf(seen->lines + length, sizeof(seen->lines) - length, "%s|", text);
	return ++seen->count != seen->stop_after;
}

static bool read_logs(
        struct scripted *scripted, const struct api_log_query *query, struct seen *seen, struct error *error)
{
	struct api_log_query asked = *query;

	asked.space = "ns";
	asked.pod = "p";
	asked.pause_ms = 10;
	return api_logs(scripted->api, &asked, on_line, seen, NULL, error);
}

static void lines_come_without_their_times(void)
{
	static const struct step steps[] = {
	        {200, WHOLE, T1 "one two\n" T2 "\n\nbare line\n" T3 "last"}, {200, WHOLE, T1 "one\n"}};
	struct seen seen = {{0}};
	struct scripted scripted;

	scripted_init(&scripted, "token: t", steps, COUNT_OF(steps));
	CU_ASSERT_TRUE(read_logs(
	        &scripted, &(struct api_log_query){.tail = 10, .previous = true, .container = "c"}, &seen, NULL));
	UNIT_SAME_TEXT(seen.lines, "one two|||bare line|last|");
	CU_ASSERT_EQUAL(scripted_asked(&scripted, "GET "
	                                          "/prefix/api/v1/namespaces/ns/pods/p/"
	                                          "log?timestamps=true&container=c&previous=true&tailLines=10\n"),
	        1);
	seen = (struct seen){{0}};
	CU_ASSERT_TRUE(read_logs(
	        &scripted, &(struct api_log_query){.tail = -1, .timestamps = true, .since_s = 300}, &seen, NULL));
	UNIT_SAME_TEXT(seen.lines, T1 "one|");
	CU_ASSERT_EQUAL(scripted_asked(&scripted, "log?timestamps=true&sinceSeconds=300\n"), 1);
	scripted_finish(&scripted);
}

static void a_broken_stream_goes_on_without_loss_or_repetition(void)
{
	static const struct step steps[] = {
	        {200, BREAKS, T1 "a\n" T2 "b\n" T2 "c\n" T2 "cut of"},
	        {200, BREAKS, T1 "a\n" T2 "b\n" T2 "c\n" T2 "cut off\n"},
	        {200, ENDS, T2 "b\n" T2 "c\n" T2 "cut off\n" T3 "end\n"},
	};
	struct seen seen = {{0}};
	struct scripted scripted;

	scripted_init(&scripted, "token: t", steps, COUNT_OF(steps));
	CU_ASSERT_TRUE(read_logs(&scripted, &(struct api_log_query){.tail = 5, .follow = true}, &seen, NULL));
	UNIT_SAME_TEXT(seen.lines, "a|b|c|cut off|end|");
	CU_ASSERT_EQUAL(scripted_asked(&scripted, "log?timestamps=true&follow=true&tailLines=5\n"), 1);
	CU_ASSERT_EQUAL(scripted_asked(&scripted, "follow=true&sinceTime=2026-11-20T20%3A52%3A00.000000002Z\n"), 2);
	scripted_finish(&scripted);
}

static void the_reader_may_stop(void)
{
	static const struct step steps[] = {{200, HANGS, T1 "a\n" T2 "b\n" T3 "c\n"}};
	struct seen seen = {.stop_after = 2};
	struct scripted scripted;

	scripted_init(&scripted, "token: t", steps, COUNT_OF(steps));
	CU_ASSERT_TRUE(read_logs(&scripted, &(struct api_log_query){.tail = -1, .follow = true}, &seen, NULL));
	UNIT_SAME_TEXT(seen.lines, "a|b|");
	scripted_finish(&scripted);
}

static void a_refusal_is_told(void)
{
	static const struct step steps[] = {{400, WHOLE,
	        "{\"kind\":\"Status\",\"message\":\"container \\\"c\\\" in pod \\\"p\\\" is waiting to start: "
	        "ContainerCreating\","
	        "\"reason\":\"BadRequest\",\"code\":400}"}};
	struct seen seen = {{0}};
	struct error error = {0};
	struct scripted scripted;

	scripted_init(&scripted, "token: t", steps, COUNT_OF(steps));
	CU_ASSERT_FALSE(read_logs(&scripted, &(struct api_log_query){.tail = -1, .follow = true}, &seen, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_USAGE);
	UNIT_SAME_TEXT(error.message, "container \"c\" in pod \"p\" is waiting to start: ContainerCreating");
	UNIT_SAME_TEXT(error.doing, "get pods/log p in namespace ns");
	scripted_finish(&scripted);
}

static const struct unit_test tests[] = {
        UNIT_TEST(lines_come_without_their_times),
        UNIT_TEST(a_broken_stream_goes_on_without_loss_or_repetition),
        UNIT_TEST(the_reader_may_stop),
        UNIT_TEST(a_refusal_is_told),
};
const struct unit_suite kubernetes_logs_suite = UNIT_SUITE("kubernetes logs", tests);
