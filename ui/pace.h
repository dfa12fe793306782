// SPDX-License-Identifier: Apache-2.0
// How often what the cloud says is looked at: ten times a second in the long run. But answers that were asked for
// together come one after the other, and the one that matters may be any of them: after a quiet time none of them is
// held back for long, each twice as long as the one before. All times are monotonic milliseconds.
#ifndef PEERDECK_UI_PACE_H
#define PEERDECK_UI_PACE_H

#include <stdint.h>

enum { PACE_STEADY_MS = 100, PACE_BURST_MS = 5 };

struct pace {
	int64_t looked; // when it was last looked
	int64_t ahead;  // how far looks were then ahead of ten a second
	int64_t took;   // how long that look took
};

void pace_begin(struct pace *pace, int64_t now); // as after a quiet time
void pace_looked(struct pace *pace, int64_t now, int64_t took);
// When to look again, should there be anything new: a large inventory, whose looks take long, less often.
int64_t pace_next(const struct pace *pace);

#endif
