// SPDX-License-Identifier: Apache-2.0
// How often what the cloud says is looked at.
#include "config.h"
#include "ui/pace.h"

#include "base/banned.h"

enum { AHEAD_MOST = 6 * PACE_STEADY_MS, SHARE = 4 };

void pace_begin(struct pace *pace, int64_t now)
{
	*pace = (struct pace){.looked = now - PACE_STEADY_MS};
}

void pace_looked(struct pace *pace, int64_t now, int64_t took)
{
	const int64_t ahead = pace->ahead - (now - pace->looked);

	pace->ahead = (ahead > 0 ? ahead : 0) + PACE_STEADY_MS;
	if (pace->ahead > AHEAD_MOST)
		pace->ahead = AHEAD_MOST;
	pace->looked = now;
	pace->took = took;
}

int64_t pace_next(const struct pace *pace)
{
	int64_t pause = PACE_BURST_MS;

	for (int64_t ahead = pace->ahead; ahead > PACE_STEADY_MS; ahead -= PACE_STEADY_MS)
		pause *= 2;
	if (pause > PACE_STEADY_MS)
		pause = PACE_STEADY_MS;
	return pace->looked + (SHARE * pace->took > pause ? SHARE * pace->took : pause);
}
