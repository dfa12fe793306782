// SPDX-License-Identifier: Apache-2.0
// The suites of the net room's unit tests.
#ifndef PEERDECK_TESTS_UNIT_NET_H
#define PEERDECK_TESTS_UNIT_NET_H

#include "tests/unit/unit.h"

extern const struct unit_suite net_budget_suite, net_http_suite, net_json_suite, net_xml_suite;

#endif
