// SPDX-License-Identifier: Apache-2.0
// A world with orphans inside the process, the same at every start: for golden screens of clean-up.
#ifndef PEERDECK_TESTS_CLEANUP_WORLD_H
#define PEERDECK_TESTS_CLEANUP_WORLD_H

#include "tests/unit/scan_fake.h"
#include "work/backend.h"

#define ORPHAN_ID "i-2ze9d1f0c77aa01bc3k"

extern struct world cleanup_world;
extern const struct clock cleanup_clock; // the world's wall clock, standing still; the monotonic one goes on
extern struct backend cleanup_cloud, cleanup_kubernetes;

void cleanup_backends(void); // fills in what they share with the world
// Makes the world and lets it settle; what is remembered goes into the database.
bool cleanup_world_make(const char *database);

#endif
