// SPDX-License-Identifier: Apache-2.0
// Parts of drawing. Each write is dated when the thing happened, not when it is drawn.
#ifndef PEERDECK_SIM_LIFE_DRAW_PRIVATE_H
#define PEERDECK_SIM_LIFE_DRAW_PRIVATE_H

#include "sim/kube_pods.h"
#include "sim/kube_store.h"
#include "sim/kube_tree.h"
#include "sim/podlife_private.h"

#define CAA_DAEMON_SET "cloud-api-adaptor-daemonset"
#define CAA_CONTAINER "cloud-api-adaptor-con"
#define CAA_CONFIG_MAP "peer-pods-cm"
#define CAA_SECRET "peer-pods-secret"
#define PEERPODS "peerpods.confidentialcontainers.org"
#define CONTROLLER "peerpodctrl-controller-manager"

// The world's time is set to `time` while something is written; returns what it was.
static inline int64_t draw_at(struct kubernetes *kubernetes, int64_t time)
{
	int64_t now = kubernetes->world->now;
	if (time && time < now)
		kubernetes->world->now = time;
	return now;
}

void draw_installation(struct kubernetes *kubernetes); // life_draw_caa.c
void draw_adaptor(struct kube_node *node);
void draw_node(struct kube_node *node);
void draw_namespace(struct kubernetes *kubernetes, const char *name);
void draw_pod(struct pod *pod);                // life_draw_pod.c
void draw_workload(struct workload *workload); // life_draw_owner.c
void draw_counts(struct workload *workload);
void draw_owner(const struct pod *pod, cJSON *metadata);
void draw_peerpod(struct peerpod *peerpod);

// life_hooks.c
void life_hooks_add(struct kube *kube);
// Reads again what somebody else installed: DaemonSet, ConfigMap, Secret.
void life_read_installation(struct kubernetes *kubernetes);

#endif
