// SPDX-License-Identifier: Apache-2.0
// What every screen test's main does: runs its cases, or the one that is named.
#ifndef PEERDECK_TESTS_SCREEN_TEST_H
#define PEERDECK_TESTS_SCREEN_TEST_H

#include "base/base.h"

struct screen_case {
	const char *name;
	void (*run)(void);
};
#define SCREEN_CASE(name)                                                                                              \
	{                                                                                                              \
#name, name                                                                                            \
	}

// Returns an exit status: 0 when all passed. `only` NULL = all.
int screen_test_run(const char *suite, const struct screen_case *cases, size_t count, const char *only);

#endif
