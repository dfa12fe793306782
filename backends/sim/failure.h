// SPDX-License-Identifier: Apache-2.0
// The errors that any service can give.
#ifndef PEERDECK_SIM_FAILURE_H
#define PEERDECK_SIM_FAILURE_H

#include "base/base.h"

struct call;

// Both always return false.
bool call_throttled(struct call *call, int64_t wait_ms);
bool call_broken(struct call *call, bool unavailable);

#endif
