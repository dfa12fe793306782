// SPDX-License-Identifier: Apache-2.0
// The suites of the orphans room's unit tests.
#ifndef PEERDECK_TESTS_UNIT_ORPHANS_H
#define PEERDECK_TESTS_UNIT_ORPHANS_H

#include "tests/unit/unit.h"

extern const struct unit_suite orphans_leftover_suite, orphans_log_suite, orphans_name_suite, orphans_property_suite,
        orphans_user_data_suite, orphans_verdict_suite;

#endif
