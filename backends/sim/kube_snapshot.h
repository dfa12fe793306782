// SPDX-License-Identifier: Apache-2.0
// The objects of one kind as they were at an earlier version, as far back as the history reaches.
#ifndef PEERDECK_SIM_KUBE_SNAPSHOT_H
#define PEERDECK_SIM_KUBE_SNAPSHOT_H

#include "base/arena.h"
#include "sim/kube_private.h"

struct kube_past {
	const struct kube_state *state; // as it was; NULL = there was none
	const char *namespace, *name;
};

struct kube_snapshot {
	const struct kube_collection *collection;
	struct kube_past *past; // by key: what has changed since
	size_t past_count;
	size_t at, past_at; // where the walk is
};

// Walks from the first key that is greater than (namespace, name); version 0 = now. It holds until something changes.
void snapshot_begin(struct kube_snapshot *snapshot, struct kube *kube, const struct kube_resource *resource,
        uint64_t version, struct arena *arena, const char *namespace, const char *name);
const struct kube_state *snapshot_next(struct kube_snapshot *snapshot); // NULL at the end

#endif
