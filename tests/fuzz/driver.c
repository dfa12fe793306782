// SPDX-License-Identifier: Apache-2.0
// Runs a fuzz target without libFuzzer: over each file of the folders named, whole, cut everywhere, and with bytes
// changed.
#include "config.h"
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

enum { FILE_MOST = 64 << 10, CUTS_MOST = 4096 };

// A block of exactly that size, so that reading past its end shows.
static void run(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);

	FUZZ_CHECK(copy);
	if (size > 0)
		memcpy(copy, data, size);
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static void run_all_ways(uint8_t *data, size_t size)
{
	static const uint8_t bytes[] = {0, '"', '\\', '<', '{', 0x80, 0xe2, 0xff};

	run(data, size);
	for (size_t cut = 0; cut < size && cut < CUTS_MOST; cut++) {
		uint8_t kept = data[cut];

		run(data, cut);
		for (size_t i = 0; i < sizeof(bytes); i++) {
			data[cut] = bytes[i];
			run(data, size);
		}
		data[cut] = kept;
	}
}

static bool run_file(const char *path)
{
	static uint8_t data[FILE_MOST];
	FILE *file = fopen(path, "rb");
	size_t size;

	if (!file) {
		perror(path);
		return false;
	}
	size = fread(data, 1, sizeof(data), file);
	fclose(file);
	run_all_ways(data, size);
	return true;
}

static bool run_folder(const char *folder, unsigned *files)
{
	DIR *entries = opendir(folder);
	struct dirent *entry;
	bool good = entries != NULL;

	if (!entries)
		perror(folder);
	while (entries && (entry = readdir(entries)) != NULL) {
		char path[4096];

		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		good = run_file(path) && good;
		++*files;
	}
	if (entries)
		closedir(entries);
	return good;
}

// Without an argument: the target's own corpus beside the tests, as automake's srcdir tells.
int main(int argc, char **argv)
{
	const char *source = getenv("srcdir"), *slash = strrchr(argv[0], '/');
	char own[4096];
	unsigned files = 0;
	bool good = true;

	snprintf(own, sizeof(own), "%s/tests/fuzz/corpus/%s", source ? source : ".", slash ? slash + 1 : argv[0]);
	if (argc == 1)
		good = run_folder(own, &files);
	for (int i = 1; i < argc; i++)
		good = run_folder(argv[i], &files) && good;
	printf("%u files\n", files);
	return good && files > 0 ? 0 : 1;
}
