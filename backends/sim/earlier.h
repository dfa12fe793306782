// SPDX-License-Identifier: Apache-2.0
// What a console that had looked at this world all along would remember when it starts.
#ifndef PEERDECK_SIM_EARLIER_H
#define PEERDECK_SIM_EARLIER_H

#include "sim/json_out.h"

struct world;

// A list "earlier" of {id, kind: vm eni eip, since}: what has been nobody's for more than an hour, with nothing that
// would have kept a scan from seeing it. Empty for scenarios without a history.
void earlier_write(const struct world *world, struct json_out *out);

#endif
