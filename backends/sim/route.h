// SPDX-License-Identifier: Apache-2.0
// From a request to the operation that it means, in the region that it means.
#ifndef PEERDECK_SIM_ROUTE_H
#define PEERDECK_SIM_ROUTE_H

#include "base/base.h"

struct call;

// Sets call->service, operation, params and region; false after call_fail.
bool route_call(struct call *call);
// The name of the ROA operation that this method and path mean, and the version of its service; NULL when there is none.
const char *route_roa_action(const char *method, const char *path, const char **version);

#endif
