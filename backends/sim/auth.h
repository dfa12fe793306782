// SPDX-License-Identifier: Apache-2.0
// Who signed this call, and was it signed rightly?
#ifndef PEERDECK_SIM_AUTH_H
#define PEERDECK_SIM_AUTH_H

#include "base/base.h"

struct call;

// Sets call->identity; false after call_fail. An unsigned call passes when its operation is anonymous.
bool auth_check(struct call *call);

#endif
