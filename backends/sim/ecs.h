// SPDX-License-Identifier: Apache-2.0
// The operations of ECS, one function each, in the files ecs_*.c.
#ifndef PEERDECK_SIM_ECS_H
#define PEERDECK_SIM_ECS_H

struct call;

void ecs_describe_regions(struct call *call);
void ecs_describe_zones(struct call *call);

#endif
