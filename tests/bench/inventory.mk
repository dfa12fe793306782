# SPDX-License-Identifier: Apache-2.0
# The inventory alone, without network and screen: times and memory at 100,000 rows.
EXTRA_PROGRAMS += inventory-bench
inventory_bench_SOURCES = tests/bench/inventory_bench.c tests/unit/inventory_world.c tests/unit/inventory_world.h
inventory_bench_LDADD = libinventory.a libbase.a $(CORE_LIBS)
CLEANFILES += inventory-bench
