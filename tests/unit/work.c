// SPDX-License-Identifier: Apache-2.0
// Unit tests of the work room.
#include "config.h"

#include "tests/unit/work.h"

#include <dirent.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/banned.h"

bool work_until(bool (*holds)(void *user), void *user)
{
	const struct timespec moment = {0, 1000000};
	int64_t deadline = clock_monotonic(&clock_system) + 5000;

	while (!holds(user)) {
		if (clock_monotonic(&clock_system) > deadline)
			return false;
		nanosleep(&moment, NULL);
	}
	return true;
}

static int64_t clock_stands(void *user)
{
	return ((struct work_clock *)user)->now;
}

void work_clock_init(struct work_clock *clock, int64_t now)
{
	clock->clock = (struct clock){clock_stands, clock_stands, clock};
	clock->now = now;
}

void work_folder_make(char *path, size_t size)
{
	const char *temporary = getenv("TMPDIR");

	snprintf(path, size, "%s/peerdeck-test-XXXXXX", temporary && temporary[0] ? temporary : "/tmp");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(path));
}

void work_folder_remove(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;
	char file[4096];

	while (folder && (entry = readdir(folder))) {
		snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
		unlink(file);
	}
	if (folder)
		closedir(folder);
	CU_ASSERT_EQUAL(rmdir(path), 0);
}

int main(int argc, char **argv)
{
	const struct unit_suite suites[] = {
	        work_jobs_suite, work_journal_suite, work_config_suite, work_poller_suite, work_deck_suite};

	return unit_main(argc, argv, suites, COUNT_OF(suites));
}
