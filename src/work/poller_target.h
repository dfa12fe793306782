// SPDX-License-Identifier: Apache-2.0
// One (kind, scope) that the poller looks after: when it is due. For poller.c alone.
#ifndef PEERDECK_WORK_POLLER_TARGET_H
#define PEERDECK_WORK_POLLER_TARGET_H

#include "work/jobs.h"
#include "work/poller.h"
#include "work/sink.h"

enum {
	POLLER_TARGETS_MOST = 20000,
	POLLER_HIDDEN_TIMES = 6,	  // hidden things are read so many times less often
	POLLER_CHANGING_MS = 2000,	  // things in a passing state that somebody looks at
	POLLER_CHANGING_FOR_MS = 600000,  // after so long without a step, a passing state is no news any more
	POLLER_WATCH_MS = 15000,	  // after a change was made
	POLLER_TOGETHER = 8,		  // what is due within this part of the interval goes along
	POLLER_SLOW_MS = 10000,		  // a scope that takes so long is read apart from the others
	POLLER_BACK_OFF_MS = 2000,	  // after the first failure at least; doubles
	POLLER_BACK_OFF_MOST_MS = 120000,
	POLLER_REFUSED_MS = 60000,	  // permission and credentials do not change by themselves
	POLLER_THROTTLED_MS = 10000,
	POLLER_PAUSE_LEAST_MS = 1000,
	POLLER_WATCHES_MOST = 128,	// kept up with at a time; the rest is read again and again
	POLLER_UNSEEN_MS = 10000,	// nobody looks any more: keeping up goes on so long, for who comes back
	POLLER_WATCH_AGAIN_MS = 300000, // after a watch that could not be
};
#define TARGET_NEVER INT64_MIN
#define TARGET_DROPPED INT64_MAX

struct target {
	enum kind_id kind;
	struct scope scope;
	uint64_t hash; // of both
	enum interest interest;
	bool asked;	// to be read now, whatever the interval says
	job_id reading; // under way; 0 = no
	int64_t began, ended; // monotonic, of the last reading; TARGET_NEVER = none
	bool has_read;	      // at least once completely
	unsigned failures;    // in a row
	int64_t retry_at;     // after a failure
	size_t transient;
	uint64_t transient_hash;
	int64_t moved_at; // when a passing state last took a step
	int64_t watched_until;
	job_id watching;      // keeps up with it; 0 = no
	bool ailing;          // which does not work at present
	int64_t unseen_at;    // since when nobody looks, while it is kept up with; TARGET_NEVER = somebody does; TARGET_DROPPED = it ends
	int64_t keep_up_at;   // not sooner than this, after a watch that could not be
};

// State of a small random generator; back-off needs no better one.
struct target_chance {
	uint64_t state;
};

uint64_t target_hash(enum kind_id kind, const struct scope *scope);
void target_init(struct target *target, enum kind_id kind, const struct scope *scope);
void target_began(struct target *target, job_id job, int64_t now);
void target_ended(struct target *target, const struct sink_report *report, int64_t interval_ms, struct target_chance *chance);
// What a watch tells.
void target_told(struct target *target, const struct sink_report *report, int64_t interval_ms, struct target_chance *chance);
// Whether it is worth keeping up with; and whether what is kept up with is given up now.
bool target_wants_watch(const struct target *target, int64_t interval_ms, bool frozen);
bool target_drops_watch(struct target *target, bool wanted, bool frozen, int64_t now);
// Slow or failing: in a job of its own kind, with its like.
bool target_is_apart(const struct target *target);
// 0 = by hand only.
int64_t target_interval(const struct target *target, int64_t interval_ms, int64_t now);
// Monotonic; TARGET_NEVER = not at all.
int64_t target_due(const struct target *target, int64_t interval_ms, bool frozen, int64_t now);

#endif
