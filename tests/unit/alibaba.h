// SPDX-License-Identifier: Apache-2.0
// Suites of the Alibaba backend's unit tests.
#ifndef PEERDECK_TESTS_UNIT_ALIBABA_H
#define PEERDECK_TESTS_UNIT_ALIBABA_H

#include "tests/unit/unit.h"

#include "alibaba/environment.h"

extern const struct unit_suite alibaba_rules_suite;
extern const struct unit_suite alibaba_profile_suite;
extern const struct unit_suite alibaba_operations_suite;
extern const struct unit_suite alibaba_permissions_suite;
extern const struct unit_suite alibaba_upload_suite;

// An environment of the test's own: pairs of name and value, ended by NULL.
struct test_environment {
	const char *const *pairs;
};
const char *test_environment_get(void *user, const char *name);

#endif
