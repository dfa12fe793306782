// SPDX-License-Identifier: Apache-2.0
// The tasks of ACK: a kind is a list of steps, which are asked again and again until they are done.
#ifndef PEERDECK_SIM_CS_TASKS_H
#define PEERDECK_SIM_CS_TASKS_H

#include "sim/service.h"
#include "sim/world.h"

enum step_result { STEP_WAIT, STEP_DONE, STEP_FAILED };

struct task_step {
	const char *name, *message;
	int64_t least_ms; // virtual; it is not done before
	// `first`: the first time that it is asked. NULL: only takes its time.
	enum step_result (*run)(struct world *world, struct cs_task *task, bool first);
};

struct task_kind {
	const char *type; // cluster_create …
	const struct task_step *steps;
	size_t step_count;
	bool cancellable;
	// After the last step, or when one failed, or when it was cancelled. May be NULL.
	void (*end)(struct world *world, struct cs_task *task, bool success);
};

// `target` is what it is about (a node pool's id), or NULL for the cluster.
struct cs_task *task_start(struct world *world, struct cluster *cluster, const struct task_kind *kind,
        const char *target, int64_t argument);
void task_fail(struct world *world, struct cs_task *task, const char *code, const char *message);
// The cluster is gone for good: its tasks stay readable.
void tasks_forget_cluster(struct world *world, const struct cluster *cluster);
// {"cluster_id":…,"task_id":…,"request_id":…} and "nodepool_id" unless NULL.
void task_answer(struct call *call, const struct cs_task *task, const char *node_pool_id);

#endif
