// SPDX-License-Identifier: Apache-2.0
// What the services beyond ECS and ACK keep besides the world's tables: world->cloud.
#ifndef PEERDECK_SIM_CLOUD_H
#define PEERDECK_SIM_CLOUD_H

#include "base/error.h"

struct world;
struct oss_store;

// Sets world->cloud, which goes with the world.
bool cloud_init(struct world *world, struct error *error);
// Whether the account has switched Resource Center on.
bool cloud_resource_center(const struct world *world);
void cloud_enable_resource_center(struct world *world);
struct oss_store *cloud_store(const struct world *world);

#endif
