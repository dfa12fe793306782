// SPDX-License-Identifier: Apache-2.0
// A test program is a table of suites and `return unit_main(argc, argv, suites, COUNT_OF(suites));`. An argument
// selects the suites and tests whose name contains it. Ends with CUnit's summary; exit status 0 only when everything
// passed.
#ifndef PEERDECK_TESTS_UNIT_H
#define PEERDECK_TESTS_UNIT_H

#include <CUnit/Basic.h>
#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>

#include "base/base.h"

struct unit_test {
	const char *name; // behaviour, in snake case
	void (*run)(void);
};

struct unit_suite {
	const char *name;
	const struct unit_test *tests;
	size_t count;
};

// A row of a suite's table, and a suite made of such a table.
#define UNIT_TEST(function)                                                                                            \
	{                                                                                                              \
#function, function                                                                                    \
	}
#define UNIT_SUITE(name, tests)                                                                                        \
	{                                                                                                              \
		name, tests, COUNT_OF(tests)                                                                           \
	}

static inline int unit_main(int argc, char **argv, const struct unit_suite *suites, size_t count)
{
	const char *wanted = argc > 1 ? argv[1] : "";
	unsigned selected = 0, failures;

	if (CU_initialize_registry() != CUE_SUCCESS)
		return 1;
	for (size_t i = 0; i < count; i++) {
		CU_pSuite suite = CU_add_suite(suites[i].name, NULL, NULL);
		bool whole = strstr(suites[i].name, wanted) != NULL;

		for (size_t n = 0; suite && n < suites[i].count; n++) {
			const struct unit_test *test = &suites[i].tests[n];

			if ((whole || strstr(test->name, wanted)) && CU_add_test(suite, test->name, test->run))
				selected++;
		}
	}
	CU_basic_set_mode(CU_BRM_NORMAL);
	CU_basic_run_tests();
	failures = CU_get_number_of_failures() + CU_get_number_of_suites_failed();
	if (selected == 0 || CU_get_number_of_tests_run() != selected)
		failures++;
	CU_cleanup_registry();
	return failures == 0 ? 0 : 1;
}

// Says both texts when they differ.
static inline void unit_same_text(const char *got, const char *wanted, const char *file, unsigned line)
{
	bool same = got && strcmp(got, wanted) == 0;

	if (!same)
		printf("\n    got:    %s\n    wanted: %s\n", got ? got : "(null)", wanted);
	CU_assertImplementation(same, line, "same text", file, "", CU_FALSE);
}
#define UNIT_SAME_TEXT(got, wanted) unit_same_text(got, wanted, __FILE__, __LINE__)

#endif
