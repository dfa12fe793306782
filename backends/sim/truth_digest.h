// SPDX-License-Identifier: Apache-2.0
// What calls can change of a resource without its id or state telling.
#ifndef PEERDECK_SIM_TRUTH_DIGEST_H
#define PEERDECK_SIM_TRUTH_DIGEST_H

#include "sim/world.h"

enum { TRUTH_DIGEST_SIZE = 17 };

// The same as long as nobody changed it: its tags, and what of its kind a call can set.
void truth_digest(const struct resource *resource, char out[TRUTH_DIGEST_SIZE]);

#endif
