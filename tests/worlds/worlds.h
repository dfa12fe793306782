// SPDX-License-Identifier: Apache-2.0
// Random worlds, judged by the real engine through the real backends and compared with the simulator's truth.
#ifndef PEERDECK_TESTS_WORLDS_WORLDS_H
#define PEERDECK_TESTS_WORLDS_WORLDS_H

#include "orphans/verdict.h"
#include "tests/worlds/world_cloud.h"

// What a VM really is at the moment of a scan.
enum truth {
	TRUTH_IN_USE,       // a sandbox runs in it, or it is being made for one
	TRUTH_LEFT_YOUNG,   // nobody uses it, and not for longer than the constants
	TRUTH_LEFT_VETOED,  // left, but something that is true forbids to touch it: a node that is cut off, a cluster
	                    // unread
	TRUTH_LEFT_SETTLED, // nobody uses it, for longer than the constants, and every cluster that could own it was
	                    // read
	TRUTH_OTHER,        // no pod VM: a node, a user's machine
	TRUTHS,
};

// The outcome of one world. A value: it goes through a pipe as it is.
struct world_tally {
	uint64_t seed;
	bool failed; // could not be run to its end; `why`
	char why[1024];
	uint32_t scans, judged[VERDICTS][TRUTHS];
	uint32_t in_use_judged_orphan, in_use_deleted, deleted, foreign_deleted;
	char example[512]; // of what must never happen
};

// Lets the world of `seed` live, scans it at random moments, sweeps now and then.
void world_run(struct world_cloud *cloud, uint64_t seed, struct world_tally *out);

#endif
