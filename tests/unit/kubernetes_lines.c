// SPDX-License-Identifier: Apache-2.0
// Lines out of pieces, and the addresses of things.
#include "config.h"
#include "tests/unit/kubernetes.h"

#include "kubernetes/api_lines.h"
#include "kubernetes/api_resource.h"

#include "base/banned.h"

struct seen {
	char text[200];
	unsigned stop_after, count;
};

static bool on_line(const char *text, size_t size, void *user)
{
	struct seen *seen = user;
	size_t length = strlen(seen->text);

	CU_ASSERT_EQUAL(text[size], '\0');
	snprintf(seen->text + length, sizeof(seen->text) - length, "[%s]", text);
	return ++seen->count != seen->stop_after;
}

static void any_cut_gives_the_same_lines(void)
{
	static const char text[] = "one\n\ntwo\r\nthree three\nrest";

	for (size_t piece = 1; piece <= sizeof(text); piece++) {
		struct seen seen = {{0}};
		struct api_lines lines;

		api_lines_init(&lines, 100, false, on_line, &seen);
		for (size_t at = 0; at < sizeof(text) - 1; at += piece)
			CU_ASSERT_TRUE(api_lines_feed(
			        &lines, text + at, sizeof(text) - 1 - at < piece ? sizeof(text) - 1 - at : piece));
		UNIT_SAME_TEXT(seen.text, "[one][][two][three three]");
		CU_ASSERT_TRUE(api_lines_end(&lines));
		UNIT_SAME_TEXT(seen.text, "[one][][two][three three][rest]");
		api_lines_finish(&lines);
	}
}

static void a_line_that_is_too_long_fails_or_is_cut(void)
{
	struct seen seen = {{0}};
	struct api_lines lines;

	api_lines_init(&lines, 4, false, on_line, &seen);
	CU_ASSERT_TRUE(api_lines_feed(&lines, "1234\n", 5));
	CU_ASSERT_FALSE(api_lines_feed(&lines, "12345\n", 6));
	CU_ASSERT_TRUE(lines.partial.broken);
	api_lines_finish(&lines);
	api_lines_init(&lines, 4, true, on_line, &seen);
	CU_ASSERT_TRUE(api_lines_feed(&lines, "abc", 3));
	CU_ASSERT_TRUE(api_lines_feed(&lines, "defghij\nk\n", 10));
	UNIT_SAME_TEXT(seen.text, "[1234][abcd][efgh][ij][k]");
	api_lines_finish(&lines);
}

static void the_reader_stops_between_lines(void)
{
	struct seen seen = {.stop_after = 2};
	struct api_lines lines;

	api_lines_init(&lines, 100, false, on_line, &seen);
	CU_ASSERT_FALSE(api_lines_feed(&lines, "a\nb\nc\n", 6));
	UNIT_SAME_TEXT(seen.text, "[a][b]");
	CU_ASSERT_FALSE(lines.partial.broken);
	api_lines_finish(&lines);
}

static void addresses_follow_the_table(void)
{
	static const struct {
		struct api_target target;
		const char *path;
	} rows[] = {
	        {{.resource = &api_resources[API_NODES], .space = "ignored"}, "/api/v1/nodes"},
	        {{.resource = &api_resources[API_PODS]}, "/api/v1/pods"},
	        {{.resource = &api_resources[API_PODS], .space = "n", .name = "p", .part = "log"},
	                "/api/v1/namespaces/n/pods/p/log"},
	        {{.resource = &api_resources[API_PEER_PODS], .space = "n"},
	                "/apis/confidentialcontainers.org/v1alpha1/namespaces/n/peerpods"},
	        {{.resource = &api_resources[API_RUNTIME_CLASSES], .name = "a/../b?"},
	                "/apis/node.k8s.io/v1/runtimeclasses/a%2F..%2Fb%3F"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buffer path;

		buffer_init(&path, 200);
		CU_ASSERT_TRUE(api_target_add_path(&path, &rows[i].target));
		UNIT_SAME_TEXT(buffer_text(&path), rows[i].path);
		buffer_finish(&path);
	}
}

static const struct unit_test tests[] = {
        UNIT_TEST(any_cut_gives_the_same_lines),
        UNIT_TEST(a_line_that_is_too_long_fails_or_is_cut),
        UNIT_TEST(the_reader_stops_between_lines),
        UNIT_TEST(addresses_follow_the_table),
};
const struct unit_suite kubernetes_lines_suite = UNIT_SUITE("kubernetes lines", tests);
