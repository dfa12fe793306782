// SPDX-License-Identifier: Apache-2.0
// The engine's clock in a world.
#include <config.h>
#include "tests/worlds/world_clock.h"

#include "net/json.h"

#include "base/banned.h"

static int64_t wall(void *user)
{
	struct world_clock *clock = user;

	return clock_now(&clock_system) + atomic_load(&clock->ahead);
}

static int64_t monotonic(void *user)
{
	struct world_clock *clock = user;

	return clock_monotonic(&clock_system) + atomic_load(&clock->ahead);
}

void world_clock_init(struct world_clock *clock)
{
	clock->clock = (struct clock){.wall = wall, .monotonic = monotonic, .user = clock};
	atomic_store(&clock->ahead, 0);
}

bool world_clock_follow(struct world_clock *clock, struct world_cloud *cloud, struct error *error)
{
	cJSON *state = world_cloud_get(cloud, "/_sim/state", error);
	int64_t time, ahead;

	if (!state)
		return false;
	time = json_time(state, "time");
	cJSON_Delete(state);
	if (!time)
		return error_set(error, ERROR_PROTOCOL, "the world tells no time");
	ahead = time - clock_now(&clock_system);
	// A clock never goes back: the world stood still while real time passed.
	if (ahead > atomic_load(&clock->ahead))
		atomic_store(&clock->ahead, ahead);
	return true;
}
