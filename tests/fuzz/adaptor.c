// SPDX-License-Identifier: Apache-2.0
// Whatever the adaptor logs, reading it for health ends within bounds, shows only visible text, and is the same however
// the text is cut.
#include "config.h"
#include "orphans/health_log.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "base/text.h"
#include "base/banned.h"

static struct health_log whole, pieces;

static bool open_log(struct health_log *log)
{
	memset(log, 0, sizeof(*log));
	return health_log_init(log);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum { PIECE = 7 };

	FUZZ_CHECK(open_log(&whole) && open_log(&pieces));
	health_log_feed(&whole, (const char *)data, size);
	for (size_t at = 0; at < size; at += PIECE)
		health_log_feed(&pieces, (const char *)data + at, size - at < PIECE ? size - at : PIECE);
	health_log_end(&whole);
	health_log_end(&pieces);
	for (size_t i = 0; i < HEALTH_MARKS; i++) {
		const struct health_mark *mark = &whole.marks[i];

		FUZZ_CHECK(mark->count == pieces.marks[i].count && !strcmp(mark->text, pieces.marks[i].text));
		FUZZ_CHECK(text_is_visible(mark->text, strlen(mark->text)));
	}
	FUZZ_CHECK(whole.retry_count == pieces.retry_count && whole.retry_count <= HEALTH_RETRIES_MOST);
	health_log_finish(&whole);
	health_log_finish(&pieces);
	return 0;
}
