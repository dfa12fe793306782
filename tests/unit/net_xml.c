// SPDX-License-Identifier: Apache-2.0
// Reading XML answers.
#include "config.h"

#include "net/xml.h"
#include "tests/unit/net.h"

#include <stdlib.h>

#include "base/banned.h"

static const struct xml_node *parse(struct arena *arena, const char *text, struct error *error)
{
	return xml_parse(arena, text, strlen(text), "answer of oss.ListBuckets", error);
}

static void a_listing_becomes_a_tree(void)
{
	struct arena arena;
	const struct xml_node *root, *bucket;

	arena_init(&arena, 0);
	root = parse(&arena,
	        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<List><Buckets><Bucket "
	        "a=\"1\"><Name>a&amp;b</Name></Bucket>"
	        "<Other/><Bucket><Name>\xe4\xb8\xad</Name></Bucket></Buckets><Text>x<Sub/>y<![CDATA[<z>]]></Text></"
	        "List>",
	        NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(root);
	UNIT_SAME_TEXT(root->name, "List");
	bucket = xml_child(xml_child(root, "Buckets"), "Bucket");
	UNIT_SAME_TEXT(xml_text(bucket, "Name"), "a&b");
	bucket = xml_next(bucket, "Bucket");
	UNIT_SAME_TEXT(xml_text(bucket, "Name"), "\xe4\xb8\xad");
	CU_ASSERT_PTR_NULL(xml_next(bucket, "Bucket"));
	UNIT_SAME_TEXT(xml_text(root, "Buckets/Bucket/Name"), "a&b");
	UNIT_SAME_TEXT(xml_text(root, "Buckets/None/Name"), "");
	UNIT_SAME_TEXT(xml_text(root, "Text"), "xy<z>");
	UNIT_SAME_TEXT(xml_text(NULL, "Text"), "");
	CU_ASSERT_PTR_NULL(xml_child(NULL, "x"));
	CU_ASSERT_PTR_NULL(xml_child(root, "buckets"));
	arena_finish(&arena);
}

static void malformed_text_is_refused_with_its_place(void)
{
	static const char *const cases[] = {
	        "", "text", "<a>", "<a></b>", "<a>&unknown;</a>", "<a/><b/>", "<a>\xff</a>", "{\"a\":1}", "<a\n<"};
	struct arena arena;

	arena_init(&arena, 0);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct error error = {0};

		CU_ASSERT_PTR_NULL(parse(&arena, cases[i], &error));
		CU_ASSERT_EQUAL(error.kind, ERROR_PROTOCOL);
		CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "oss.ListBuckets: not XML"));
		CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "line "));
	}
	arena_finish(&arena);
}

static void document_types_are_refused(void)
{
	struct error error = {0};
	struct arena arena;

	arena_init(&arena, 0);
	CU_ASSERT_PTR_NULL(parse(&arena, "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_PROTOCOL);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "document type"));
	CU_ASSERT_PTR_NULL(parse(&arena, "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>", NULL));
	arena_finish(&arena);
}

static void depth_and_number_of_elements_are_limited(void)
{
	char *text = malloc(20 + 4 * (XML_NODES_MOST + 10)), *at = text;
	struct error error = {0};
	struct arena arena;

	arena_init(&arena, 0);
	for (int depth = XML_DEPTH_MOST; depth <= XML_DEPTH_MOST + 1; depth++) {
		at = text;
		for (int i = 0; i < depth; i++, at += 3)
			memcpy(at, "<a>", 3);
		for (int i = 0; i < depth; i++, at += 4)
			memcpy(at, "</a>", 4);
		*at = '\0';
		CU_ASSERT_EQUAL(parse(&arena, text, &error) != NULL, depth <= XML_DEPTH_MOST);
	}
	CU_ASSERT_EQUAL(error.kind, ERROR_LIMIT);
	at = text;
	memcpy(at, "<r>", 3);
	at += 3;
	for (int i = 0; i < XML_NODES_MOST; i++, at += 4)
		memcpy(at, "<a/>", 4);
	memcpy(at, "</r>", 5);
	CU_ASSERT_PTR_NULL(parse(&arena, text, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_LIMIT);
	arena_finish(&arena);
	arena_init(&arena, 20);
	CU_ASSERT_PTR_NULL(parse(&arena, "<a>more than fits</a>", &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_MEMORY);
	arena_finish(&arena);
	free(text);
}

static const struct unit_test tests[] = {
        UNIT_TEST(a_listing_becomes_a_tree),
        UNIT_TEST(malformed_text_is_refused_with_its_place),
        UNIT_TEST(document_types_are_refused),
        UNIT_TEST(depth_and_number_of_elements_are_limited),
};
const struct unit_suite net_xml_suite = UNIT_SUITE("net xml", tests);
