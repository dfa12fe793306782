// SPDX-License-Identifier: Apache-2.0
// What differs between two snapshots of one scope. For store.c alone.
#ifndef PEERDECK_INVENTORY_COMPARE_H
#define PEERDECK_INVENTORY_COMPARE_H

#include "inventory/store.h"

enum {
	MARK_KEEP_MS = 60 * 1000, // how long a change is remembered for highlighting
	MARKS_MOST = 10000,       // per snapshot; what changes beyond is not highlighted
};

struct change_list {
	struct change *items; // free() it
	size_t count;
};

// Fields of both records that differ, bit i = field i.
uint64_t records_compare(const struct kind *kind, const struct record *a, const struct record *b);
// By id: first what appeared or changed in the order of `after`, then what is gone. When memory runs out the list ends
// early.
struct change_list snapshots_compare(struct snapshot *before, struct snapshot *after);
// Gives `after`, not yet published, its marks: these changes, and those of `before` (may be NULL) that are still young.
void snapshot_mark_changes(
        struct snapshot *before, struct snapshot *after, const struct change_list *changes, int64_t monotonic);

#endif
