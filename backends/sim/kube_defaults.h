// SPDX-License-Identifier: Apache-2.0
// What the API server adds to new objects. kubernetes docs: API defaulting; RuntimeClass admission.
#ifndef PEERDECK_SIM_KUBE_DEFAULTS_H
#define PEERDECK_SIM_KUBE_DEFAULTS_H

#include "sim/kube_store.h"

// Fills in what the kind defaults to; adds nothing that was given.
void kube_default(struct kube *kube, const struct kube_resource *resource, cJSON *object);
void kube_default_pod(struct kube *kube, cJSON *pod);

#endif
