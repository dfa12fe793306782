// SPDX-License-Identifier: Apache-2.0
// Unit tests of the inventory room.
#include "config.h"

#include "tests/unit/inventory.h"

#include "base/banned.h"

int main(int argc, char **argv)
{
	const struct unit_suite suites[] = {inventory_kinds_suite, inventory_snapshot_suite, inventory_store_suite,
	        inventory_filter_suite, inventory_view_suite, inventory_tree_suite, inventory_database_suite, inventory_cache_suite};

	return unit_main(argc, argv, suites, COUNT_OF(suites));
}
