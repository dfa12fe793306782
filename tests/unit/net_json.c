// SPDX-License-Identifier: Apache-2.0
// Reading, looking into and writing JSON.
#include "config.h"

#include "net/json.h"
#include "tests/unit/net.h"

#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/banned.h"

static bool opens(struct json_doc *doc, const char *text)
{
	*doc = (struct json_doc){0};
	return json_open(doc, text, strlen(text), "test", NULL);
}

// Reads and writes again.
static const char *again(const char *text)
{
	static char copy[500];
	struct json_doc doc;
	struct buffer out;

	buffer_init(&out, sizeof(copy) - 1);
	if (!opens(&doc, text))
		return "(not JSON)";
	json_write(&out, doc.root, false);
	snprintf(copy, sizeof(copy), "%s", buffer_text(&out));
	buffer_finish(&out);
	json_close(&doc);
	return copy;
}

static void documents_survive_reading_and_writing(void)
{
	static const char *const same[] = {"{}", "[]", "null", "true", "\"\"", "-1",
	        "[1,2.50,1e3,-0,12345678901234567890]", "{\"a\":{\"b\":[{},[],false]},\"c\":\"\xe4\xb8\xad\"}",
	        "9007199254740991", "\"\\\"\\\\\\n\\u001b\""};

	for (size_t i = 0; i < COUNT_OF(same); i++)
		UNIT_SAME_TEXT(again(same[i]), same[i]);
	UNIT_SAME_TEXT(again("\xef\xbb\xbf [ 1 ,\t{ \"a\" : 2 }\r\n] "), "[1,{\"a\":2}]");
	UNIT_SAME_TEXT(again("\"\\u4e2d\\ud83d\\ude00\\/\\b\""), "\"\xe4\xb8\xad\xf0\x9f\x98\x80/\\u0008\"");
}

static void what_is_no_utf8_becomes_a_mark(void)
{
	UNIT_SAME_TEXT(again("\"a\xff\xe4\xb8\""), "\"a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
	UNIT_SAME_TEXT(again("\"\\ud800 \\udc00 \\u0000\""), "\"\xef\xbf\xbd \xef\xbf\xbd \xef\xbf\xbd\"");
	UNIT_SAME_TEXT(again("{\"\xc0\xaf\":1}"), "{\"\xef\xbf\xbd\xef\xbf\xbd\":1}");
}

static void garbage_is_refused_with_its_place(void)
{
	static const struct {
		const char *text;
		size_t place;
	} cases[] = {{"", 0}, {" ", 1}, {"{", 1}, {"[1,]", 3}, {"{\"a\"}", 4}, {"{\"a\":1,}", 7}, {"[1 2]", 3},
	        {"nul", 0}, {"01", 2}, {"1.", 2}, {"-", 1}, {"+1", 0}, {"1e", 2}, {"\"", 1}, {"\"\\x\"", 2},
	        {"\"\\u12\"", 3}, {"[1]x", 3}, {"<html>", 0}, {"{a:1}", 1}, {"[\"abc", 5}, {".5", 0}, {"NaN", 0},
	        {"\"a\\", 3}};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct json_doc doc = {0};
		struct error error = {0};

		CU_ASSERT_FALSE(json_open(&doc, cases[i].text, strlen(cases[i].text), "answer of X", &error));
		CU_ASSERT_EQUAL(error.kind, ERROR_PROTOCOL);
		CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "answer of X: not JSON"));
		CU_ASSERT_PTR_NULL(doc.root);
		if (doc.failed_at != cases[i].place)
			printf("\n    %s: at %zu, wanted %zu\n", cases[i].text, doc.failed_at, cases[i].place);
		CU_ASSERT_EQUAL(doc.failed_at, cases[i].place);
		json_close(&doc);
	}
}

static void every_prefix_of_a_document_is_refused(void)
{
	const char text[] = "{\"a\":[1,-2.5e-3,\"x\\u00e4\\n\",true,null],\"b\":{\"c\":\"\xe4\xb8\xad\"}}";
	struct json_doc doc;

	for (size_t size = 0; size < sizeof(text) - 1; size++) {
		// Its own block of memory, so that reading past the end shows.
		char *prefix = malloc(size ? size : 1);

		memcpy(prefix, text, size);
		doc = (struct json_doc){0};
		CU_ASSERT_FALSE(json_open(&doc, prefix, size, "test", NULL));
		free(prefix);
	}
	CU_ASSERT_TRUE(opens(&doc, text));
	json_close(&doc);
}

static void nesting_is_limited(void)
{
	char text[2 * JSON_DEPTH_MOST + 3] = "";
	struct json_doc doc;

	for (int depth = JSON_DEPTH_MOST; depth <= JSON_DEPTH_MOST + 1; depth++) {
		memset(text, '[', (size_t)depth);
		memset(text + depth, ']', (size_t)depth);
		text[2 * depth] = '\0';
		CU_ASSERT_EQUAL(opens(&doc, text), depth <= JSON_DEPTH_MOST);
		json_close(&doc);
	}
}

static void a_document_too_large_for_memory_is_a_limit(void)
{
	size_t size = (size_t)JSON_MEMORY_MOST / 32 + 64;
	char *text = malloc(size);
	struct error error = {0};
	struct json_doc doc = {0};

	for (size_t i = 0; i < size; i++)
		text[i] = i % 2 ? ',' : '1';
	text[0] = '[';
	text[size - 1] = ']';
	text[1] = '1';
	CU_ASSERT_FALSE(json_open(&doc, text, size, "test", &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_LIMIT);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "256 MB"));
	free(text);
	CU_ASSERT_TRUE(opens(&doc, "[1]"));
	json_close(&doc);
}

static void documents_may_be_open_at_the_same_time(void)
{
	struct json_doc docs[JSON_OPEN_MOST], more;

	for (size_t i = 0; i < JSON_OPEN_MOST; i++)
		CU_ASSERT_TRUE(opens(&docs[i], i % 2 ? "{\"a\":\"odd\"}" : "{\"a\":\"even\"}"));
	CU_ASSERT_FALSE(opens(&more, "1"));
	json_close(&docs[0]);
	json_close(&docs[3]);
	for (size_t i = 1; i < JSON_OPEN_MOST; i++)
		if (i != 3)
			UNIT_SAME_TEXT(json_text(docs[i].root, "a"), i % 2 ? "odd" : "even");
	for (size_t i = JSON_OPEN_MOST; i-- > 1;)
		json_close(&docs[i]);
	json_close(&docs[1]);
	CU_ASSERT_TRUE(opens(&more, "[1]"));
	json_close(&more);
}

static void look_ups_fall_back(void)
{
	struct json_doc doc;

	CU_ASSERT_TRUE(opens(&doc,
	        "{\"text\":\"t\",\"int\":42,\"string\":\"43\",\"big\":9223372036854775807,\"real\":1.5,\"no\":null,"
	        "\"yes\":true,\"word\":\"false\",\"time\":\"2017-12-10T04:04Z\",\"bad\":\"4x\",\"huge\":1e300,"
	        "\"deep\":{\"list\":[{\"name\":\"first\"},{\"name\":\"second\"}]},\"a/b\":{\"~\":7}}"));
	UNIT_SAME_TEXT(json_text(doc.root, "text"), "t");
	UNIT_SAME_TEXT(json_text(doc.root, "int"), "");
	UNIT_SAME_TEXT(json_text(doc.root, "Text"), "");
	UNIT_SAME_TEXT(json_text(NULL, "text"), "");
	CU_ASSERT_EQUAL(json_int(doc.root, "int", 1), 42);
	CU_ASSERT_EQUAL(json_int(doc.root, "string", 1), 43);
	CU_ASSERT_EQUAL(json_int(doc.root, "big", 1), INT64_MAX);
	CU_ASSERT_EQUAL(json_int(doc.root, "bad", 1), 1);
	CU_ASSERT_EQUAL(json_int(doc.root, "huge", 1), 1);
	CU_ASSERT_EQUAL(json_int(doc.root, "no", 1), 1);
	CU_ASSERT_EQUAL(json_int(doc.root, "real", 7), 1);
	CU_ASSERT_DOUBLE_EQUAL(json_real(doc.root, "real", 0), 1.5, 0);
	CU_ASSERT_DOUBLE_EQUAL(json_real(doc.root, "string", 0), 43, 0);
	CU_ASSERT_DOUBLE_EQUAL(json_real(doc.root, "bad", 2), 2, 0);
	CU_ASSERT_TRUE(json_flag(doc.root, "yes", false));
	CU_ASSERT_FALSE(json_flag(doc.root, "word", true));
	CU_ASSERT_TRUE(json_flag(doc.root, "no", true));
	CU_ASSERT_EQUAL(json_time(doc.root, "time"), 1512878640000);
	CU_ASSERT_EQUAL(json_time(doc.root, "text"), 0);
	UNIT_SAME_TEXT(json_text_at(doc.root, "deep.list.1.name"), "second");
	UNIT_SAME_TEXT(json_text_at(doc.root, "deep.list.2.name"), "");
	UNIT_SAME_TEXT(json_text_at(doc.root, "deep.none.name"), "");
	CU_ASSERT_PTR_EQUAL(json_path(doc.root, ""), doc.root);
	CU_ASSERT_PTR_EQUAL(json_pointer(doc.root, ""), doc.root);
	UNIT_SAME_TEXT(json_text(json_pointer(doc.root, "/deep/list/0"), "name"), "first");
	CU_ASSERT_PTR_NOT_NULL(json_pointer(doc.root, "/a~1b/~0"));
	CU_ASSERT_PTR_NULL(json_pointer(doc.root, "deep"));
	CU_ASSERT_PTR_NULL(json_pointer(doc.root, "/deep/list/01"));
	CU_ASSERT_PTR_NULL(json_pointer(doc.root, "/deep/list/99999999999999999999"));
	json_close(&doc);
}

static void numbers_do_not_depend_on_the_locale(void)
{
	static const char *const texts[] = {
	        "0.1", "-2.5e-3", "1e308", "123456789012345680000", "3.141592653589793", "1E+2"};
	struct json_doc doc;

	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		CU_ASSERT_TRUE(opens(&doc, texts[i]));
		CU_ASSERT_DOUBLE_EQUAL(doc.root->valuedouble, strtod(texts[i], NULL), 0);
		json_close(&doc);
	}
	CU_ASSERT_TRUE(opens(&doc, "-99999999999"));
	CU_ASSERT_EQUAL(doc.root->valueint, INT32_MIN);
	json_close(&doc);
}

static void made_nodes_are_written(void)
{
	cJSON *root = cJSON_CreateObject();
	struct buffer out;

	cJSON_AddNumberToObject(root, "third", 1.0 / 3);
	cJSON_AddNumberToObject(root, "tenth", 0.1);
	cJSON_AddNumberToObject(root, "whole", 1e15);
	cJSON_AddNumberToObject(root, "nothing", NAN);
	cJSON_AddItemToObject(root, "list", cJSON_CreateArray());
	cJSON_AddItemToArray(cJSON_GetObjectItem(root, "list"), cJSON_CreateString("x"));
	buffer_init(&out, 1000);
	CU_ASSERT_TRUE(json_write(&out, root, true));
	UNIT_SAME_TEXT(buffer_text(&out),
	        "{\n  \"third\": 0.33333333333333331,\n  \"tenth\": 0.1,\n  \"whole\": 1000000000000000,\n"
	        "  \"nothing\": null,\n  \"list\": [\n    \"x\"\n  ]\n}");
	buffer_finish(&out);
	buffer_init(&out, 10);
	CU_ASSERT_FALSE(json_write(&out, root, false));
	buffer_finish(&out);
	cJSON_Delete(root);
}

static void yaml_quotes_what_it_must(void)
{
	struct json_doc doc;
	struct buffer out;

	buffer_init(&out, 1000);
	CU_ASSERT_TRUE(opens(&doc,
	        "{\"name\":\"caa\",\"empty\":\"\",\"yes\":\"Yes\",\"number\":\"12\",\"time\":\"2017-12-10T04:04Z\","
	        "\"colon\":\"a: b\","
	        "\"url\":\"https://x/"
	        "y\",\"n\":1.50,\"list\":[1,{\"a\":\"b\",\"c\":[]},[2,3],{}],\"nested\":{\"deep\":{\"k\":null}},"
	        "\"cjk\":\"\xe4\xb8\xad\",\"block\":\"one\\ntwo\\n\",\"strip\":\"a\\n\\nb\",\"esc\":\"\\u001b[0m\",\"- "
	        "x\":true}"));
	CU_ASSERT_TRUE(json_write_yaml(&out, doc.root));
	UNIT_SAME_TEXT(buffer_text(&out), "name: caa\nempty: \"\"\n\"yes\": \"Yes\"\nnumber: \"12\"\ntime: "
	                                  "\"2017-12-10T04:04Z\"\ncolon: \"a: b\"\n"
	                                  "url: https://x/y\n\"n\": 1.50\nlist:\n  - 1\n  - a: b\n    c: []\n  - - 2\n "
	                                  "   - 3\n  - {}\nnested:\n  deep:\n    k: null\n"
	                                  "cjk: \xe4\xb8\xad\nblock: |\n  one\n  two\nstrip: |-\n  a\n\n  b\nesc: "
	                                  "\"\\u001b[0m\"\n\"- x\": true\n");
	json_close(&doc);
	buffer_finish(&out);
}

static void *read_much(void *user)
{
	for (int i = 0; i < 300; i++) {
		struct json_doc doc = {0};
		char text[64];

		snprintf(text, sizeof(text), "{\"who\":%d,\"list\":[1,2,{\"x\":\"%d\"}]}", *(int *)user, i);
		if (!json_open(&doc, text, strlen(text), "test", NULL) || json_int(doc.root, "who", -1) != *(int *)user)
			*(int *)user = -1;
		json_close(&doc);
	}
	json_thread_finish();
	return NULL;
}

static void threads_read_side_by_side(void)
{
	int numbers[4] = {1, 2, 3, 4};
	pthread_t threads[4];

	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, read_much, &numbers[i]);
	for (int i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		CU_ASSERT_EQUAL(numbers[i], i + 1);
	}
}

static const struct unit_test tests[] = {
        UNIT_TEST(documents_survive_reading_and_writing),
        UNIT_TEST(what_is_no_utf8_becomes_a_mark),
        UNIT_TEST(garbage_is_refused_with_its_place),
        UNIT_TEST(every_prefix_of_a_document_is_refused),
        UNIT_TEST(nesting_is_limited),
        UNIT_TEST(a_document_too_large_for_memory_is_a_limit),
        UNIT_TEST(documents_may_be_open_at_the_same_time),
        UNIT_TEST(look_ups_fall_back),
        UNIT_TEST(numbers_do_not_depend_on_the_locale),
        UNIT_TEST(made_nodes_are_written),
        UNIT_TEST(yaml_quotes_what_it_must),
        UNIT_TEST(threads_read_side_by_side),
};
const struct unit_suite net_json_suite = UNIT_SUITE("net json", tests);
