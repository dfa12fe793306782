// SPDX-License-Identifier: Apache-2.0
// Runs a confirmed plan, one thing after the other, inside a job. Immediately before each call everything is read and
// judged again; only what is still allowed goes. The first thing that is anything but done or gone already stops it.
// Plan and progress are on disk before each call, so that a sweep that was cut off is resumed and does nothing twice.
//
// Places where tests kill it: sweep.planned, sweep.before-item, sweep.before-intent, then those of journal and backend,
// sweep.waiting, sweep.before-leftover, sweep.before-audit, sweep.after-audit, sweep.before-end.
#ifndef PEERDECK_ORPHANS_SWEEP_H
#define PEERDECK_ORPHANS_SWEEP_H

#include "orphans/audit.h"
#include "orphans/scan.h"
#include "orphans/sweep_store.h"

struct sweep_options {
	const struct scan_options *scan; // how everything is read again; its sessions also act
	// scan_recheck; tests put something else here.
	bool (*recheck)(const struct scan_options *options, const struct report *before, const char *id,
	        const struct report **out, struct cancel *cancel, struct error *error);
	struct sweep_store *store;
	struct audit *audit;
	struct journal *journal;
	const struct clock *clock;
	struct log *log;
	const char *context, *account;
	const char *by; // who confirmed it: for audit record and tags
	// Asked before each call: false stops the sweep, and `error` says why (a lease was lost). May lower *not_after,
	// the monotonic time after which the call must not be sent. NULL = always. From the job's thread.
	bool (*may_go_on)(void *user, int64_t *not_after, struct error *error);
	void *user;
	bool is_alone; // by a lease: nobody elsewhere can be at work on what is resumed
};

struct sweep_result {
	char id[SWEEP_ID_SIZE];
	size_t items, done, already_gone; // done includes already_gone
	bool is_over;                     // false: it is resumed later
	char stopped_at[SWEEP_WORD_SIZE]; // id of the item that stopped it; ""
	char reason[SWEEP_REASON_SIZE];   // why it stopped; ""
};

// `typed` is what the person typed; it must be the plan's phrase. True when every item was done. Otherwise false:
// ERROR_CANCELLED when it was asked to stop; `result` says how far it came.
bool sweep_run(const struct sweep_plan *plan, const char *typed, const struct sweep_options *options, struct job *job,
        struct sweep_result *result, struct error *error);

// Goes on with a sweep that was cut off. `report` is of a scan made since: what it no longer allows is given up.
bool sweep_resume(const char *sweep, const struct report *report, const struct sweep_options *options, struct job *job,
        struct sweep_result *result, struct error *error);

#endif
