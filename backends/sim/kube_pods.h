// SPDX-License-Identifier: Apache-2.0
// Pods as scheduler and kubelet write them; for whoever runs some of them.
#ifndef PEERDECK_SIM_KUBE_PODS_H
#define PEERDECK_SIM_KUBE_PODS_H

#include "sim/kube_store.h"

// Sets or adds a condition; lastTransitionTime changes with the status only. NULL leaves reason or message out.
void kube_set_condition(
        cJSON *status, const char *type, const char *value, const char *reason, const char *message, int64_t now);
// Writes into `status` what a pod has whose containers run since `started`.
void kube_pod_running(struct kube *kube, const cJSON *pod, cJSON *status, int64_t started, bool ready);
// Gives the pod its node; NULL when the pod is no more.
const struct kube_object *kube_bind_pod(struct kube *kube, const struct kube_object *pod, const char *node);
// A kube_action: finds a node for a pod that has none, now or again and again later.
void kube_schedule(struct kube *kube, const struct kube_object *pod, int64_t argument);
bool kube_tolerates(const cJSON *tolerations, const cJSON *taint);
bool kube_node_is_ready(const cJSON *node);

#endif
