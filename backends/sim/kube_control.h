// SPDX-License-Identifier: Apache-2.0
// What the controllers of workloads have in common.
#ifndef PEERDECK_SIM_KUBE_CONTROL_H
#define PEERDECK_SIM_KUBE_CONTROL_H

#include "sim/kube_private.h"

enum { MAX_DEPENDANTS = 4096 };

struct kube_pods {
	const struct kube_object *items[MAX_DEPENDANTS];
	size_t count;
};

// What `owner` owns of a kind ("pods", "replicasets.apps"), without what is being deleted unless `all`.
void control_dependants(
        struct kube *kube, const struct kube_object *owner, const char *kind, bool all, struct kube_pods *out);
bool control_pod_is_ready(struct kube *kube, const struct kube_object *pod);
// A hash of a pod template as labels carry it.
void control_hash(const cJSON *template, char out[11]);
// Makes a pod of the owner's template; `name` NULL = OWNER-xxxxx. NULL when admission refuses it: then it is tried
// again.
const struct kube_object *control_make_pod(struct kube *kube, const struct kube_object *owner, const char *name,
        const char *node, const char *label, const char *value);
void control_set_owner(cJSON *metadata, const struct kube_object *owner);
const char *control_label_of(const struct kube_object *object, const char *name); // "" = none
void control_look_again(struct kube *kube, const struct kube_object *object, int64_t after_ms);

void control_daemon_set(struct kube *kube, const struct kube_object *set);
void control_deployment(struct kube *kube, const struct kube_object *deployment);
void control_replica_set(struct kube *kube, const struct kube_object *set);
void control_stateful_set(struct kube *kube, const struct kube_object *set);
void control_job(struct kube *kube, const struct kube_object *job);

#endif
