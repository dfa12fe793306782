// SPDX-License-Identifier: Apache-2.0
// The sanitizer's promises, and what encodes must decode.
#include "config.h"
#include "base/text.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "net/json.h"

#include "base/banned.h"

static void check_visible(const char *text, size_t size)
{
	struct buffer whole;
	char small[16];
	size_t written = text_visible(text, size, small, sizeof(small));
	int used;

	buffer_init(&whole, 16 * size + 16);
	FUZZ_CHECK(written < sizeof(small) && small[written] == '\0');
	FUZZ_CHECK(text_add_visible(&whole, text, size));
	FUZZ_CHECK(text_is_visible(buffer_text(&whole), whole.size));
	FUZZ_CHECK(text_is_utf8(buffer_text(&whole), whole.size));
	FUZZ_CHECK(text_is_utf8(small, written));
	FUZZ_CHECK(memcmp(small, buffer_text(&whole), written) == 0);
	FUZZ_CHECK(text_is_visible(text, size) ==
	           (whole.size == size && (size == 0 || memcmp(whole.data, text, size) == 0)));
	written = text_fit(buffer_text(&whole), whole.size, 7, &used);
	FUZZ_CHECK(used <= 7 && text_columns(buffer_text(&whole), written) == used);
	FUZZ_CHECK(text_is_utf8(buffer_text(&whole), written));
	buffer_finish(&whole);
}

static void check_encodings(const char *text, size_t size)
{
	struct buffer encoded, decoded;

	buffer_init(&encoded, 16 * size + 16);
	buffer_init(&decoded, 16 * size + 16);
	FUZZ_CHECK(text_add_base64(&encoded, text, size));
	FUZZ_CHECK(text_decode_base64(&decoded, buffer_text(&encoded), encoded.size));
	FUZZ_CHECK(decoded.size == size && (size == 0 || memcmp(decoded.data, text, size) == 0));
	buffer_clear(&decoded);
	(void)text_decode_base64(&decoded, text, size);
	buffer_clear(&encoded);
	FUZZ_CHECK(text_add_percent(&encoded, text, size, NULL));
	if (encoded.size > 0 && !memchr(text, 0, size))
		FUZZ_CHECK(text_percent_decode(encoded.data) == size && memcmp(encoded.data, text, size) == 0);
	buffer_clear(&encoded);
	FUZZ_CHECK(text_add_csv_field(&encoded, text, size));
	buffer_finish(&encoded);
	buffer_finish(&decoded);
}

// A JSON string of valid text without NUL reads back as it was.
static void check_json(const char *text, size_t size)
{
	struct json_doc doc = {0};
	struct buffer encoded;

	buffer_init(&encoded, 16 * size + 16);
	FUZZ_CHECK(text_add_json_string(&encoded, text, size));
	FUZZ_CHECK(text_is_visible(encoded.data, encoded.size));
	FUZZ_CHECK(json_open(&doc, encoded.data, encoded.size, "string", NULL));
	if (text_is_utf8(text, size) && !memchr(text, 0, size))
		FUZZ_CHECK(strlen(doc.root->valuestring) == size && memcmp(doc.root->valuestring, text, size) == 0);
	json_close(&doc);
	buffer_finish(&encoded);
}

static void check_matching(const char *text, size_t size)
{
	char *copy = strndup(text, size);
	struct buffer folded;
	int64_t number;

	FUZZ_CHECK(copy);
	buffer_init(&folded, 4 * size + 16);
	FUZZ_CHECK(text_fold(&folded, copy, strlen(copy)));
	FUZZ_CHECK(text_contains_folded(copy, buffer_text(&folded)));
	FUZZ_CHECK(text_compare_natural(copy, copy) == 0);
	FUZZ_CHECK((text_compare_natural(copy, "node-10") < 0) == (text_compare_natural("node-10", copy) > 0));
	FUZZ_CHECK(text_glob("*", copy));
	(void)text_glob(copy, "node-10");
	(void)text_to_int64(copy, &number);
	buffer_finish(&folded);
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;

	check_visible(text, size);
	check_encodings(text, size);
	check_json(text, size);
	check_matching(text, size);
	return 0;
}
