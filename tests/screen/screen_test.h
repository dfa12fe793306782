// SPDX-License-Identifier: Apache-2.0
// What every screen test's main does: runs its cases, or those that are named. And how small a frame must be.
#ifndef PEERDECK_TESTS_SCREEN_TEST_H
#define PEERDECK_TESTS_SCREEN_TEST_H

#include "tests/screen/term.h"

struct screen_case {
	const char *name;
	void (*run)(void);
};
#define SCREEN_CASE(name)                                                                                              \
	{                                                                                                              \
#name, name                                                                                            \
	}

// Returns an exit status: 0 when all passed. `only`: those whose name contains it; NULL = all.
int screen_test_run(const char *suite, const struct screen_case *cases, size_t count, const char *only);

// Presses keys and waits for what they draw; the bytes that it took. The console runs with PEERDECK_TEST_FRAMES=1.
size_t screen_test_bytes(struct terminal *term, const char *keys);
// Holds them against what is allowed at 200 columns and 50 rows: a step of the cursor, a new line at the end, a page.
void screen_test_within_limits(size_t step, size_t line, size_t page);

#endif
