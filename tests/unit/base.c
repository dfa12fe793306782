// SPDX-License-Identifier: Apache-2.0
// Unit tests of the base room.
#include "config.h"

#include "tests/unit/unit.h"

#include "tests/unit/base.h"

#include "base/banned.h"

int main(int argc, char **argv)
{
	const struct unit_suite suites[] = {base_memory_suite, base_time_suite, base_text_suite, base_encode_suite,
	        base_report_suite, base_crc64_suite};

	return unit_main(argc, argv, suites, COUNT_OF(suites));
}
