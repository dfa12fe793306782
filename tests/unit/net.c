// SPDX-License-Identifier: Apache-2.0
// Unit tests of the net room; what needs a server is under tests/wire.
#include "config.h"

#include "tests/unit/net.h"

#include "base/banned.h"

int main(int argc, char **argv)
{
	const struct unit_suite suites[] = {net_budget_suite, net_http_suite, net_json_suite, net_xml_suite};

	return unit_main(argc, argv, suites, COUNT_OF(suites));
}
