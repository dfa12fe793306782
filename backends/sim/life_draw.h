// SPDX-License-Identifier: Apache-2.0
// Draws what really happens as objects of the Kubernetes API, and hears what clients do to them.
#ifndef PEERDECK_SIM_LIFE_DRAW_H
#define PEERDECK_SIM_LIFE_DRAW_H

#include "sim/podlife.h"

// From now on each cluster's API tells this model what happens, and shows it.
void life_attach(struct world *world);
// Brings the objects up to date; called when the world has come to rest after time has passed.
void life_draw(struct world *world);

#endif
