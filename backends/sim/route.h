// SPDX-License-Identifier: Apache-2.0
// From a request to the operation that it means, in the region that it means.
#ifndef PEERDECK_SIM_ROUTE_H
#define PEERDECK_SIM_ROUTE_H

#include "base/base.h"

struct call;

// Sets call->service, operation, params and region; false after call_fail.
bool route_call(struct call *call);
// Would this path under this method be an operation of a ROA service? Fills the path parameters.
bool route_is_roa(const char *method, const char *path);

#endif
