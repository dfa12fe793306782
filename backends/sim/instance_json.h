// SPDX-License-Identifier: Apache-2.0
// One instance as DescribeInstances shows it. Written for speed: large worlds are listed by the hundred thousand.
#ifndef PEERDECK_SIM_INSTANCE_JSON_H
#define PEERDECK_SIM_INSTANCE_JSON_H

#include "sim/json_out.h"
#include "sim/world.h"

void instance_write(const struct world *world, const struct instance *instance, struct json_out *out);

#endif
