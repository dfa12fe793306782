// SPDX-License-Identifier: Apache-2.0
// The engine's clock in a world whose time stands still between two jumps: what it reads is the world's time, plus what
// has passed in truth since the last jump. Read from any thread.
#ifndef PEERDECK_TESTS_WORLDS_WORLD_CLOCK_H
#define PEERDECK_TESTS_WORLDS_WORLD_CLOCK_H

#include <stdatomic.h>

#include "base/clock.h"
#include "tests/worlds/world_cloud.h"

struct world_clock {
	struct clock clock;
	_Atomic int64_t ahead; // of the system's clock, ms
};

void world_clock_init(struct world_clock *clock);
// Sets it to the world's time.
bool world_clock_follow(struct world_clock *clock, struct world_cloud *cloud, struct error *error);

#endif
