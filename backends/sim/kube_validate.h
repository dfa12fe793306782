// SPDX-License-Identifier: Apache-2.0
// Whether an object may be stored.
#ifndef PEERDECK_SIM_KUBE_VALIDATE_H
#define PEERDECK_SIM_KUBE_VALIDATE_H

#include "sim/kube_http.h"

// False after an error answer.
bool kube_validate_update(struct kube_call *call, const cJSON *before, const cJSON *after);

#endif
