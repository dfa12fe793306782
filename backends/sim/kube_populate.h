// SPDX-License-Identifier: Apache-2.0
// What a cluster's API holds from the beginning, and its nodes.
#ifndef PEERDECK_SIM_KUBE_POPULATE_H
#define PEERDECK_SIM_KUBE_POPULATE_H

#include "sim/kube_store.h"

void kube_populate(struct kube *kube);
// Makes the Node objects what the cluster's instances are; also called when instances come, stop and go.
void kube_nodes_sync(struct kube *kube);
// Brings leases and heartbeats up to date: before somebody reads them.
void kube_nodes_beat(struct kube *kube);
void kube_nodes_begin(struct kube *kube);
void kube_events_begin(struct kube *kube);
// The simple kubelet and the controllers (kube_kubelet.c, kube_control.c) begin their work.
void kube_kubelet_begin(struct kube *kube);
void kube_control_begin(struct kube *kube);

#endif
