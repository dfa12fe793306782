// SPDX-License-Identifier: Apache-2.0
// The suites of the inventory room's unit tests.
#ifndef PEERDECK_TESTS_UNIT_INVENTORY_H
#define PEERDECK_TESTS_UNIT_INVENTORY_H

#include "tests/unit/unit.h"

extern const struct unit_suite inventory_cache_suite, inventory_database_suite, inventory_filter_suite,
        inventory_kinds_suite, inventory_snapshot_suite, inventory_store_suite, inventory_tree_suite, inventory_view_suite;

#endif
