// SPDX-License-Identifier: Apache-2.0
// Counts how long a VM has been found without a user (G_SEEN). Only intervals between consecutive complete scans count,
// each up to ten minutes, so that no wrong clock and no long pause makes a VM look settled.
#ifndef PEERDECK_ORPHANS_SETTLING_H
#define PEERDECK_ORPHANS_SETTLING_H

#include "orphans/verdict.h"

enum {
	SETTLING_STEP_MOST = 10 * 60 * 1000, // ms that one interval counts at most
	SETTLING_APART = 3 * 60 * 1000,      // ms between scans that are counted
	SETTLING_SCANS_REMEMBERED = 3,
};

// Kept on disk across runs. Zeroed = never seen.
struct settling {
	int64_t first_seen, last_scan; // by the cloud's clock
	int64_t counted_ms, apart_ms;  // apart: since the last scan that counted
	unsigned scans, since_change;  // scans that counted; scans since the verdict last changed
	enum verdict last_verdict;
	bool was_judged;
};

// Takes the result of one complete scan (never call it for an incomplete one). `interval_ms` is the time since the
// previous complete scan: monotonic inside one process, by the cloud's Date header between runs; < 0 = not known,
// counts nothing. `verdict` is orphan also where only the settling is missing (see judgement_is_settling).
void settling_add(struct settling *settling, int64_t cloud_now, int64_t interval_ms, enum verdict verdict);
bool settling_changed_lately(const struct settling *settling);
// True for an orphan, and for a suspect against which nothing speaks but time.
bool judgement_is_settling(const struct judgement *judgement);

#endif
