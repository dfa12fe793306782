// SPDX-License-Identifier: Apache-2.0
// What everything really is, for tests.
#ifndef PEERDECK_SIM_TRUTH_H
#define PEERDECK_SIM_TRUTH_H

#include "sim/json_out.h"

struct world;

// Members "vms" and "resources".
void truth_write(const struct world *world, struct json_out *out);
// Members "regions" with counts per kind, and "clusters".
void truth_write_state(const struct world *world, struct json_out *out);

#endif
