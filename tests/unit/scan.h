// SPDX-License-Identifier: Apache-2.0
// The suites of the scan's unit tests.
#ifndef PEERDECK_TESTS_UNIT_SCAN_H
#define PEERDECK_TESTS_UNIT_SCAN_H

#include "tests/unit/unit.h"

extern const struct unit_suite scan_verdicts_suite, scan_incomplete_suite, scan_memory_suite, scan_report_suite,
        scan_property_suite, scan_scanner_suite, scan_sweep_suite;

#endif
