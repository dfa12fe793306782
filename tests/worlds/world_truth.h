// SPDX-License-Identifier: Apache-2.0
// What is so in a world, by the simulator, and what a report makes of it.
#ifndef PEERDECK_TESTS_WORLDS_WORLD_TRUTH_H
#define PEERDECK_TESTS_WORLDS_WORLD_TRUTH_H

#include "orphans/report.h"
#include "tests/worlds/worlds.h"

// One reading of /_sim/truth.
struct world_vm {
	const char *id; // in `json`
	const cJSON *json;
	bool is_podvm, is_used;
	int64_t unused_since;  // nobody uses it, and nobody has touched it since; 0 = unknown or in use
	const char *obstacle;  // what keeps anybody from being sure, in truth; "" = nothing
	const char *pod_state; // what became of the pod that it was made for
};
struct world_now {
	cJSON *json;
	struct world_vm *vms; // by id
	size_t count;
};
bool world_truth_read(struct world_cloud *cloud, struct world_now *out, struct error *error);
void world_now_finish(struct world_now *now);
const struct world_vm *world_now_find(const struct world_now *now, const char *id);

// Counts verdict × truth. `peace` is how it was when nothing had disturbed the world for a while, longer ago than the
// constants: what was left then, in the same way as now, is settled. NULL = nothing counts as settled.
void world_truth_compare(const struct world_now *before, const struct world_now *after, const struct report *report,
        const struct world_now *peace, struct world_tally *tally);

#endif
