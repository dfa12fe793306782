# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libinventory.a
libinventory_a_SOURCES = \
	src/inventory/answer.h \
	src/inventory/cache.c src/inventory/cache.h \
	src/inventory/cache_chunk.c src/inventory/cache_chunk.h \
	src/inventory/cache_history.c \
	src/inventory/cache_load.c \
	src/inventory/cache_own.h \
	src/inventory/compare.c src/inventory/compare.h \
	src/inventory/database.c src/inventory/database.h \
	src/inventory/filter.c src/inventory/filter.h \
	src/inventory/filter_own.h \
	src/inventory/filter_parse.c \
	src/inventory/kind.c src/inventory/kind.h \
	src/inventory/kinds/cluster.c \
	src/inventory/kinds/derive.c \
	src/inventory/kinds/disk.c \
	src/inventory/kinds/eip.c \
	src/inventory/kinds/eni.c \
	src/inventory/kinds/event.c \
	src/inventory/kinds/fields.h \
	src/inventory/kinds/image.c \
	src/inventory/kinds/node.c \
	src/inventory/kinds/node_pool.c \
	src/inventory/kinds/orphan.c \
	src/inventory/kinds/peerpod.c \
	src/inventory/kinds/pod.c \
	src/inventory/kinds/region.c \
	src/inventory/kinds/tree.c \
	src/inventory/kinds/vm.c \
	src/inventory/kinds/vpc.c \
	src/inventory/kinds/vswitch.c \
	src/inventory/kinds/zone.c \
	src/inventory/records.h \
	src/inventory/hash.h \
	src/inventory/intern.c src/inventory/intern.h \
	src/inventory/snapshot.c src/inventory/snapshot.h \
	src/inventory/snapshot_builder.c \
	src/inventory/snapshot_own.h \
	src/inventory/sort.c src/inventory/sort.h \
	src/inventory/state.c \
	src/inventory/store.c src/inventory/store.h \
	src/inventory/tally.c src/inventory/tally.h \
	src/inventory/tree.h src/inventory/tree_own.h \
	src/inventory/tree_folds.c \
	src/inventory/view_find.c \
	src/inventory/view.c src/inventory/view.h \
	src/inventory/view_own.h \
	src/inventory/view_sources.c \
	src/inventory/view_tree.c \
	src/inventory/view_tree_group.c \
	src/inventory/view_tree_lines.c
