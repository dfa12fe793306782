// SPDX-License-Identifier: Apache-2.0
// Things that happen later in the world's own time. A timer names its resource by id: one that is gone by then is
// skipped.
#ifndef PEERDECK_SIM_TIMERS_H
#define PEERDECK_SIM_TIMERS_H

#include "sim/table.h"

// `resource` is NULL for a timer that belongs to none.
typedef void timer_action(struct world *world, struct resource *resource, int64_t argument);

struct timer;
struct timers {
	struct timer *heap;
	size_t count, room;
	uint64_t sequence;
};

// `at` in virtual ms. `id` may be NULL. Two timers of the same instant run in the order in which they were set.
bool timers_add(struct timers *timers, int64_t at, const char *id, timer_action *action, int64_t argument);
// Virtual time of the next timer; INT64_MAX when there is none.
int64_t timers_next(const struct timers *timers);
// Runs the next timer when it is due at `now`; false when none is.
bool timers_run_one(struct timers *timers, struct world *world, int64_t now);
void timers_finish(struct timers *timers);

#endif
