// SPDX-License-Identifier: Apache-2.0
// What reads as JSON is written and read again without loss, and cJSON agrees that it is JSON.
#include "config.h"
#include "net/json.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "base/text.h"

#include "base/banned.h"

// True for text on which our parser and cJSON's have the same opinion.
static bool is_comparable(const uint8_t *data, size_t size)
{
	return size > 0 && data[0] != 0xef && !memchr(data, '\\', size) && !memchr(data, 0, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct json_doc doc = {0}, again = {0};
	struct buffer first, second;
	struct error error = {0};

	if (!json_open(&doc, (const char *)data, size, "input", &error)) {
		FUZZ_CHECK(error.kind == ERROR_PROTOCOL || error.kind == ERROR_LIMIT);
		FUZZ_CHECK(doc.failed_at <= size);
		return 0;
	}
	if (is_comparable(data, size)) {
		cJSON *judge = cJSON_ParseWithLength((const char *)data, size);

		FUZZ_CHECK(judge);
		cJSON_Delete(judge);
	}
	buffer_init(&first, 16 * size + 1024);
	buffer_init(&second, 64 * size + 4096);
	FUZZ_CHECK(json_write(&first, doc.root, false));
	FUZZ_CHECK(text_is_visible(first.data, first.size));
	FUZZ_CHECK(json_open(&again, first.data, first.size, "output", NULL));
	FUZZ_CHECK(json_write(&second, again.root, false));
	FUZZ_CHECK(strcmp(first.data, second.data) == 0);
	buffer_clear(&second);
	json_write(&second, doc.root, true);
	buffer_clear(&second);
	json_write_yaml(&second, doc.root);
	(void)json_path(doc.root, "a.0.b");
	(void)json_pointer(doc.root, "/a/0/b");
	(void)json_int(doc.root, "a", 0);
	json_close(&again);
	json_close(&doc);
	buffer_finish(&first);
	buffer_finish(&second);
	return 0;
}
