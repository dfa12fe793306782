// SPDX-License-Identifier: Apache-2.0
// Whatever the text, masking it ends, and does not leave the value of a password in what it takes for JSON.
#include "config.h"
#include "work/journal.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buffer masked, again;
	char *text = malloc(size + 64);

	FUZZ_CHECK(text);
	buffer_init(&masked, 1 << 20);
	buffer_init(&again, 1 << 20);
	memcpy(text, data, size);
	text[size] = '\0';
	FUZZ_CHECK(journal_mask(&masked, text));
	// What is masked stays as it is.
	FUZZ_CHECK(journal_mask(&again, buffer_text(&masked)));
	FUZZ_CHECK(strcmp(buffer_text(&masked), buffer_text(&again)) == 0);
	memcpy(text + size, ",\"Password\":\"hunter2\"}", 23);
	FUZZ_CHECK(journal_mask(&masked, text));
	// Unless what came before makes it something else: a text, or a part of one.
	if (!memchr(data, '"', size) && !memchr(data, '\\', size) && !memchr(data, '\0', size) &&
	        !memmem(data, size, "hunter2", 7))
		FUZZ_CHECK(!strstr(buffer_text(&masked), "hunter2"));
	buffer_finish(&masked);
	buffer_finish(&again);
	free(text);
	return 0;
}
