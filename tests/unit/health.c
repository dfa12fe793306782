// SPDX-License-Identifier: Apache-2.0
// Unit tests of health checks and diagnoses.
#include "config.h"

#include "tests/unit/health_sample.h"

#include "base/banned.h"

int main(int argc, char **argv)
{
	const struct unit_suite suites[] = {
	        health_checks_suite, health_symptoms_suite, health_path_suite, diagnose_suite};

	return unit_main(argc, argv, suites, COUNT_OF(suites));
}
