// SPDX-License-Identifier: Apache-2.0
// What goes wrong between a client and one cluster's API.
#ifndef PEERDECK_SIM_KUBE_FAULTS_H
#define PEERDECK_SIM_KUBE_FAULTS_H

#include "base/error.h"
#include "sim/world.h"

struct kube_call;

struct kube_faults {
	bool unreachable;   // connections close without an answer
	double throttle;    // of answers that are a 429
	double http500;     // of answers that are a 500
	double reset;       // of answers that are a broken connection
	double expired;     // of continued lists and of watches that are a 410
	double cut;         // of watch events after which the stream breaks
	int64_t latency_ms; // of every answer, real time
	int64_t stale_ms;   // lists show nothing younger than that; virtual
	bool unauthorized;  // every credential is refused
};

// "unreachable=1", "throttle=0.2", "denied=pods", "skew=-30" … for the cluster with that name, id or uid; "off=1" ends
// all of the cluster's. False: no such name, or the value makes no sense (told).
bool kube_fault_is_known(const char *name);
bool kube_fault_set(struct world *world, const char *cluster, const char *name, const char *value, struct error *error);
void kube_faults_clear(struct world *world); // of all clusters

// True when the connection itself is all that the client gets.
bool kube_faults_connection(struct kube_call *call);
// True when an error has been answered in place of the real answer, or nothing will be.
bool kube_faults_answer(struct kube_call *call);
// And what goes wrong on the way back: the call has taken effect.
void kube_faults_disturb(struct kube_call *call);

#endif
