// SPDX-License-Identifier: Apache-2.0
// The suites of the work room's unit tests, and what they share.
#ifndef PEERDECK_TESTS_UNIT_WORK_H
#define PEERDECK_TESTS_UNIT_WORK_H

#include "base/clock.h"
#include "tests/unit/unit.h"

extern const struct unit_suite work_jobs_suite, work_journal_suite, work_config_suite, work_poller_suite,
        work_deck_suite;

// Looks until the condition holds, five seconds at most; returns whether it does.
bool work_until(bool (*holds)(void *user), void *user);

// A clock that stands still until the test moves it.
struct work_clock {
	struct clock clock; // first
	int64_t now;
};
void work_clock_init(struct work_clock *clock, int64_t now);

// A folder that is gone when the test is over.
void work_folder_make(char *path, size_t size);
void work_folder_remove(const char *path);

#endif
