# SPDX-License-Identifier: Apache-2.0
# Unit tests of the inventory room.
if HAVE_TEST_LIBRARIES
check_PROGRAMS += tests/unit/inventory
TESTS += tests/unit/inventory
endif

tests_unit_inventory_SOURCES = \
	tests/unit/unit.h \
	tests/unit/inventory.c tests/unit/inventory.h \
	tests/unit/inventory_cache.c \
	tests/unit/inventory_database.c \
	tests/unit/inventory_filter.c \
	tests/unit/inventory_kinds.c \
	tests/unit/inventory_snapshot.c \
	tests/unit/inventory_store.c \
	tests/unit/inventory_tree.c \
	tests/unit/inventory_view.c \
	tests/unit/inventory_world.c tests/unit/inventory_world.h
tests_unit_inventory_LDADD = libinventory.a libbase.a -lcunit $(CORE_LIBS)
