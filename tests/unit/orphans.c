// SPDX-License-Identifier: Apache-2.0
// Unit tests of the orphans room.
#include "config.h"

#include "tests/unit/orphans.h"

#include "base/banned.h"

int main(int argc, char **argv)
{
	const struct unit_suite suites[] = {orphans_name_suite, orphans_log_suite, orphans_user_data_suite,
	        orphans_verdict_suite, orphans_leftover_suite, orphans_property_suite};

	return unit_main(argc, argv, suites, COUNT_OF(suites));
}
