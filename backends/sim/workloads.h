// SPDX-License-Identifier: Apache-2.0
// What makes pods: Deployments, StatefulSets, Jobs, and people.
#ifndef PEERDECK_SIM_WORKLOADS_H
#define PEERDECK_SIM_WORKLOADS_H

#include "sim/podlife.h"

struct workload_plan {
	enum workload_sort sort;
	const char *namespace, *name;
	int64_t replicas, job_ms, ttl_ms, grace_s; // 0 = the usual
	bool plain;                                // its pods have no VM
};

struct workload *workload_add(struct kubernetes *kubernetes, const struct workload_plan *plan);
// So many pods from now on.
void workload_scale(struct workload *workload, int64_t replicas);
// It is deleted with its pods; frees it.
void workload_end(struct workload *workload);
// New pods for old, one after the other.
void workload_roll_out(struct workload *workload);
// A few workloads of the usual kinds with so many pods together. `variety`: also long and dotted names, pods of the
// same name in several namespaces, Jobs.
void workloads_add_usual(struct kubernetes *kubernetes, int64_t pods, bool variety);

#endif
