// SPDX-License-Identifier: Apache-2.0
// Why nobody who asks the APIs could be sure that a pod VM is nobody's, though it is.
#ifndef PEERDECK_SIM_TRUTH_OBSTACLE_H
#define PEERDECK_SIM_TRUTH_OBSTACLE_H

#include "sim/world.h"

// A few words, or "" where nothing stands in the way.
const char *truth_obstacle(const struct world *world, const struct instance *instance);

#endif
