// SPDX-License-Identifier: Apache-2.0
// What a world starts as: a libconfig file.
#ifndef PEERDECK_SIM_SCENARIO_H
#define PEERDECK_SIM_SCENARIO_H

#include "base/error.h"

struct world;
struct options;

// The scenario that is made by the seed alone.
#define SCENARIO_WORLD "world"

// Finds the scenario (a file, or a name in $PEERDECK_DATA/scenarios, beside the program, or in the installed data
// folder), reads it and fills the world.
bool scenario_load(struct world *world, const struct options *options, struct error *error);

#endif
