// SPDX-License-Identifier: Apache-2.0
// The objects that a watch keeps up with, as records: the snapshot that was last told, and what has changed since.
#ifndef PEERDECK_KUBERNETES_ROWS_H
#define PEERDECK_KUBERNETES_ROWS_H

#include "kubernetes/fill.h"

struct row {
	const struct record *record; // NULL = gone
	struct snapshot *holder;     // keeps a record that came since; NULL = the base does
};

struct rows {
	struct snapshot *base;
	struct row *items; // those of the base in its order, then new ones
	size_t count, room;
};

void rows_finish(struct rows *rows);
// Begins anew with what was listed. Takes the reference. False when out of memory.
bool rows_take(struct rows *rows, struct snapshot *base);
// An object came, changed or went. `fill` says how to read it; its builder is not used. False when out of memory.
bool rows_put(struct rows *rows, const struct fill *fill, enum kind_id kind, const cJSON *object, bool gone);
// Copies all rows into a builder; `vms` (may be NULL) has the last word about the VMs of pods.
void rows_write(
        const struct rows *rows, enum kind_id kind, struct snapshot_builder *builder, const struct vm_book *vms);
// Whether a peer pod is without a VM that may soon be told.
bool rows_lack_vms(const struct rows *rows);

#endif
