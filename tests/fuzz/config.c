// SPDX-License-Identifier: Apache-2.0
// Any file is settings or mistakes, each told with a place; what was taken is within its range.
#include "config.h"
#include "work/config.h"
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/banned.h"

// libconfig 1.5 keeps the text of a string that does not end. Known to LeakSanitizer by this name.
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:strbuf_append\nleak:libconfig";
}

static void check_mistake(const struct error *mistake, void *user)
{
	unsigned *told = user;

	FUZZ_CHECK(mistake->kind == ERROR_CONFIG && mistake->doing[0] && mistake->message[0]);
	++*told;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct config config; // as large as this is no stack
	int file = memfd_create("config", MFD_CLOEXEC);
	char path[64];
	unsigned told = 0;

	FUZZ_CHECK(file >= 0 && write(file, data, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	config_defaults(&config);
	// A file that includes others would read whatever is there.
	snprintf(config.config_folder, sizeof(config.config_folder), "/nowhere");
	if (!memmem(data, size, "@include", 8)) {
		FUZZ_CHECK(config_load_telling(&config, path, check_mistake, &told) == told);
		FUZZ_CHECK(config.parallel >= 1 && config.parallel <= 128 && config.refresh_seconds >= 0);
		FUZZ_CHECK(config.context_count <= CONFIG_CONTEXTS_MOST && config.key_count <= CONFIG_KEYS_MOST);
		config_complete(&config, NULL);
	}
	close(file);
	return 0;
}
