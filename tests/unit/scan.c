// SPDX-License-Identifier: Apache-2.0
// Unit tests of scans: from tables through the whole collector to the report.
#include "config.h"

#include "tests/unit/scan.h"

#include "base/banned.h"

int main(int argc, char **argv)
{
	const struct unit_suite suites[] = {scan_verdicts_suite, scan_incomplete_suite, scan_memory_suite,
	        scan_report_suite, scan_property_suite, scan_scanner_suite, scan_sweep_suite};

	return unit_main(argc, argv, suites, COUNT_OF(suites));
}
