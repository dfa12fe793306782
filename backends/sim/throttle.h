// SPDX-License-Identifier: Apache-2.0
// The limit that the real service has: a token bucket per region and operation (of the one account).
#ifndef PEERDECK_SIM_THROTTLE_H
#define PEERDECK_SIM_THROTTLE_H

#include "base/base.h"

struct throttle;
struct throttle *throttle_create(void);
void throttle_destroy(struct throttle *throttle);
// False when this call is over the limit; *wait_ms says when the next one would not be. `now` in real ms.
bool throttle_pass(struct throttle *throttle, const void *operation, const void *region, double rate, double burst,
        int64_t now, int64_t *wait_ms);

#endif
