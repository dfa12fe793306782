// SPDX-License-Identifier: Apache-2.0
// The Kubernetes side of a scenario's clusters: the adaptor, the controller, workloads, mishaps.
#ifndef PEERDECK_SIM_POPULATE_LIFE_H
#define PEERDECK_SIM_POPULATE_LIFE_H

#include <libconfig.h>

#include "sim/world.h"

// Reads the group `podvms` of a cluster. Returns NULL, or what is wrong, and *wrong is where.
const char *populate_life(
        struct world *world, struct cluster *cluster, const config_setting_t *setting, const config_setting_t **wrong);
// The world's past begins: from here on everything is made `history_ms` before the world's start.
void populate_past(struct world *world, int64_t history_ms);
// Lets the past happen, up to the world's start.
void populate_catch_up(struct world *world);

#endif
