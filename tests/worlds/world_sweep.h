// SPDX-License-Identifier: Apache-2.0
// A real sweep at the end of a world, while its time runs on.
#ifndef PEERDECK_TESTS_WORLDS_WORLD_SWEEP_H
#define PEERDECK_TESTS_WORLDS_WORLD_SWEEP_H

#include "orphans/scanner.h"
#include "tests/worlds/world_clock.h"
#include "tests/worlds/worlds.h"

// Plans, confirms and runs a sweep of up to two of the report's orphans, and counts what went that should not have.
bool world_sweep(struct deck *deck, struct scanner *scanner, const struct report *report, struct world_cloud *cloud,
        struct world_clock *clock, struct world_tally *tally, struct error *error);

#endif
