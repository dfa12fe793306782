// SPDX-License-Identifier: Apache-2.0
// The suites of the base room's unit tests.
#ifndef PEERDECK_TESTS_UNIT_BASE_H
#define PEERDECK_TESTS_UNIT_BASE_H

#include "tests/unit/unit.h"

extern const struct unit_suite base_memory_suite, base_time_suite, base_text_suite, base_encode_suite,
        base_report_suite, base_crc64_suite;

#endif
