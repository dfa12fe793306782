// SPDX-License-Identifier: Apache-2.0
// What one part of the world tells the others.
#ifndef PEERDECK_SIM_EVENTS_H
#define PEERDECK_SIM_EVENTS_H

struct world;
struct instance;

// An instance has just come up (a node of a cluster becomes Ready then).
void event_instance_running(struct world *world, struct instance *instance);
// An instance has stopped (a node is not Ready any more).
void event_instance_stopped(struct world *world, struct instance *instance);
// An instance is about to go for good.
void event_instance_gone(struct world *world, struct instance *instance);

#endif
