# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libinventory.a
libinventory_a_SOURCES = \
	src/inventory/cache.h \
	src/inventory/database.h \
	src/inventory/filter.h \
	src/inventory/kind.h \
	src/inventory/records.h \
	src/inventory/snapshot.h \
	src/inventory/store.h \
	src/inventory/view.h
