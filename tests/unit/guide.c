// SPDX-License-Identifier: Apache-2.0
// Guides: their language, their check, their engine.
#include "config.h"
#include "tests/unit/guide.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/banned.h"

static void write_file(const char *folder, const char *name, const char *text)
{
	char path[TEST_FOLDER_SIZE + 64];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "we");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	fputs(text, file);
	fclose(file);
}

void test_folder_make(char folder[TEST_FOLDER_SIZE], const char *guide, const char *name, const char *text)
{
	snprintf(folder, TEST_FOLDER_SIZE, "/tmp/peerdeck-guide-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
	if (guide)
		write_file(folder, "guide.cfg", guide);
	if (name)
		write_file(folder, name, text);
}

void test_folder_remove(const char *folder)
{
	char path[TEST_FOLDER_SIZE + 300];
	DIR *opened = opendir(folder);
	struct dirent *entry;

	while (opened && (entry = readdir(opened))) {
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (entry->d_name[0] != '.' && unlink(path) != 0)
			test_folder_remove(path);
	}
	if (opened)
		closedir(opened);
	rmdir(folder);
}

int main(int argc, char **argv)
{
	const struct unit_suite suites[] = {
	        guide_language_suite, guide_lint_suite, guide_engine_suite, guide_after_suite, guide_person_suite};

	return unit_main(argc, argv, suites, COUNT_OF(suites));
}
