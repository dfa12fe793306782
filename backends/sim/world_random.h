// SPDX-License-Identifier: Apache-2.0
// A random world by seed, as the text of a scenario: `--scenario world --seed N`.
#ifndef PEERDECK_SIM_WORLD_RANDOM_H
#define PEERDECK_SIM_WORLD_RANDOM_H

#include "base/buffer.h"

// The same seed gives the same text.
void world_random_scenario(uint64_t seed, struct buffer *out);

#endif
