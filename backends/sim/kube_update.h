// SPDX-License-Identifier: Apache-2.0
// What replacing and patching share.
#ifndef PEERDECK_SIM_KUBE_UPDATE_H
#define PEERDECK_SIM_KUBE_UPDATE_H

#include "sim/kube_http.h"

// False after a 409: another resourceVersion or uid than the present one is named.
bool kube_check_version(struct kube_call *call, const struct kube_object *present, const cJSON *object);
// Takes over from the present object what this subresource does not change.
void kube_keep_rest(struct kube_call *call, const cJSON *present, cJSON **object);
// Takes `object`.
void kube_update_and_send(struct kube_call *call, const struct kube_object *present, cJSON *object, int status,
        struct kube_writer *writer);

#endif
