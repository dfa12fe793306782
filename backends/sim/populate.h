// SPDX-License-Identifier: Apache-2.0
// Fills a new world from its scenario.
#ifndef PEERDECK_SIM_POPULATE_H
#define PEERDECK_SIM_POPULATE_H

#include <libconfig.h>

#include "base/base.h"

struct world;

// `vms` pod VMs are spread evenly over all regions (-1: as many as the scenario says). Returns NULL, or what is wrong,
// and *wrong is where (may stay NULL).
const char *populate(struct world *world, const config_setting_t *root, int64_t vms, const config_setting_t **wrong);

#endif
