// SPDX-License-Identifier: Apache-2.0
#include "config.h"

#include "tests/screen/screen_test.h"

#include <CUnit/Basic.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

int screen_test_run(const char *suite, const struct screen_case *cases, size_t count, const char *only)
{
	CU_pSuite into;
	unsigned failures;

	setlocale(LC_ALL, "C.UTF-8");
	signal(SIGPIPE, SIG_IGN);
	if (CU_initialize_registry() != CUE_SUCCESS)
		return 1;
	into = CU_add_suite(suite, NULL, NULL);
	for (size_t i = 0; into && i < count; i++)
		if (!only || strstr(cases[i].name, only))
			CU_add_test(into, cases[i].name, cases[i].run);
	CU_basic_set_mode(CU_BRM_VERBOSE);
	CU_basic_run_tests();
	failures = CU_get_number_of_failures() + (CU_get_number_of_tests_run() == 0);
	CU_cleanup_registry();
	return failures ? 1 : 0;
}

size_t screen_test_bytes(struct terminal *term, const char *keys)
{
	const size_t mark = term_mark(term);

	term_keys(term, keys);
	CU_ASSERT(term_wait_log(term, mark, "frame=", 6, 0) && term_wait_quiet(term, 60));
	return term_bytes_since(term, mark);
}

void screen_test_within_limits(size_t step, size_t line, size_t page)
{
	enum { LINE = 400, PAGE = 7000, MARK = 48 };

	printf("\n    bytes with the mark of the test: step %zu, line %zu, page %zu\n", step, line, page);
	CU_ASSERT(step < LINE + MARK);
	CU_ASSERT(line < LINE + MARK);
	CU_ASSERT(page < PAGE + MARK);
}
