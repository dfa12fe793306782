// SPDX-License-Identifier: Apache-2.0
// Whatever comes as XML becomes a tree within its limits, or an error.
#include "config.h"
#include "net/xml.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "base/text.h"

#include "base/banned.h"

static unsigned walk(const struct xml_node *node, unsigned depth)
{
	unsigned nodes = 0;

	FUZZ_CHECK(depth <= XML_DEPTH_MOST);
	for (; node; node = node->next) {
		FUZZ_CHECK(text_is_utf8(node->name, strlen(node->name)));
		FUZZ_CHECK(text_is_utf8(node->text, strlen(node->text)));
		nodes += 1 + walk(node->child, depth + 1);
	}
	return nodes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct xml_node *root;
	struct error error = {0};
	struct arena arena;

	arena_init(&arena, 64 << 20);
	root = xml_parse(&arena, (const char *)data, size, "input", &error);
	FUZZ_CHECK((root == NULL) == (error.kind != ERROR_NONE));
	FUZZ_CHECK(walk(root, 0) <= XML_NODES_MOST);
	(void)xml_text(root, "a/b");
	arena_finish(&arena);
	return 0;
}
