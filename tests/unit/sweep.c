// SPDX-License-Identifier: Apache-2.0
// Unit tests of sweeps: plan, audit record, run.
#include "config.h"

#include "tests/unit/sweep.h"

#include "base/banned.h"

int main(int argc, char **argv)
{
	const struct unit_suite suites[] = {sweep_plan_suite, sweep_audit_suite, sweep_run_suite};

	return unit_main(argc, argv, suites, COUNT_OF(suites));
}
