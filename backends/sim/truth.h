// SPDX-License-Identifier: Apache-2.0
// What everything really is, for tests.
#ifndef PEERDECK_SIM_TRUTH_H
#define PEERDECK_SIM_TRUTH_H

#include "sim/json_out.h"

struct world;
struct instance;

// Members "vms" and "resources".
void truth_write(const struct world *world, struct json_out *out);
// Members "regions" with counts per kind, and "clusters".
void truth_write_state(const struct world *world, struct json_out *out);
// Since when nobody uses a pod VM and nobody has touched it; virtual ms, 0 = it is used, or not at rest.
int64_t truth_settled_since(const struct instance *instance);

#endif
