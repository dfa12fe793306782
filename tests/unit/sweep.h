// SPDX-License-Identifier: Apache-2.0
// The suites of the unit tests of sweeps.
#ifndef PEERDECK_TESTS_UNIT_SWEEP_H
#define PEERDECK_TESTS_UNIT_SWEEP_H

#include "tests/unit/unit.h"

extern const struct unit_suite sweep_plan_suite, sweep_audit_suite, sweep_run_suite;

#endif
