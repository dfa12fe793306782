// SPDX-License-Identifier: Apache-2.0
// Whatever a body is, masking it ends within bounds.
#include "config.h"
#include "net/http_mask.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buffer out;
	char *copy = strndup((const char *)data, size);

	FUZZ_CHECK(copy);
	buffer_init(&out, 4 * size + 256);
	http_mask_body(&out, (const char *)data, size);
	FUZZ_CHECK(!out.broken);
	buffer_clear(&out);
	http_mask_url(&out, copy);
	http_mask_header(&out, copy);
	buffer_finish(&out);
	free(copy);
	return 0;
}
