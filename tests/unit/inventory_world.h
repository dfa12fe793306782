// SPDX-License-Identifier: Apache-2.0
// A small world for the inventory tests and bench: scopes, VMs, a clock that is set by hand.
#ifndef PEERDECK_TESTS_UNIT_INVENTORY_WORLD_H
#define PEERDECK_TESTS_UNIT_INVENTORY_WORLD_H

#include "base/clock.h"
#include "inventory/records.h"
#include "inventory/snapshot.h"

// 2026-11-20T20:52:00Z
#define WORLD_NOW INT64_C(1795207920000)

struct world_clock {
	struct clock clock;
	int64_t wall, monotonic;
};
void world_clock_init(struct world_clock *clock);

struct scope world_scope(const char *region, const char *cluster); // context "prod"

// A pod VM with every field as a real one has it; `number` makes it distinct. The caller may change it.
struct vm_record *world_vm(struct snapshot_builder *builder, const char *region, unsigned number);
// `count` such VMs, complete and live, read at `read_at`.
struct snapshot *world_vms(const char *region, unsigned first, unsigned count, int64_t read_at);
// VMs of which only id, name and status are said: triples, ended by NULL.
struct snapshot *world_named_vms(const char *region, const char *const *triples);
struct snapshot_builder *world_builder(enum kind_id kind, const char *region, const char *cluster);

// A folder of the test's own, and its end with the files in it (one level).
void world_folder_make(char *path, size_t size);
void world_folder_remove(const char *path);

#endif
