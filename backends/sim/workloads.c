// SPDX-License-Identifier: Apache-2.0
// Controllers: they count their pods and make the missing ones.
#include "config.h"
#include "sim/workloads.h"

#include <stdio.h>
#include <string.h>

#include "sim/memory.h"
#include "sim/podlife_private.h"

#include "base/banned.h"

enum { SECOND_MS = 1000, MINUTE_MS = 60 * SECOND_MS, NAME_SIZE = 256 };

static void random_tail(struct kubernetes *kubernetes, char *out, size_t count)
{
	static const char letters[] = "bcdfghjklmnpqrstvwxz2456789";
	for (size_t i = 0; i < count; i++)
		out[i] = letters[random_below(life_random(kubernetes), sizeof(letters) - 1)];
	out[count] = 0;
}

static void on_reconcile(struct world *world, struct resource *resource, int64_t handle)
{
	(void)resource;
	struct workload *workload = life_find(world, handle);
	if (workload)
		workload_reconcile(workload);
}

void workload_lost_pod(struct workload *workload)
{
	bool job = workload->sort == WORKLOAD_JOB;
	life_later(workload->kubernetes,
	        life_spread(workload->kubernetes, job ? 5 * SECOND_MS : 100, job ? 5 * MINUTE_MS : 2 * SECOND_MS),
	        on_reconcile, workload->handle);
}

static void new_template(struct workload *workload)
{
	struct kubernetes *kubernetes = workload->kubernetes;
	char hash[11];
	workload->template_at = kubernetes->world->now;
	workload->dirty = true;
	workload->generation++;
	if (workload->sort != WORKLOAD_DEPLOYMENT) {
		workload->owner = workload->name;
		memcpy(workload->owner_uid, workload->uid, sizeof(workload->owner_uid));
		return;
	}
	random_tail(kubernetes, hash, 9);
	workload->owner = world_printf(kubernetes->world, "%s-%s", workload->name, hash);
	random_uuid(life_random(kubernetes), false, workload->owner_uid);
}

struct workload *workload_add(struct kubernetes *kubernetes, const struct workload_plan *plan)
{
	struct workload *workload = memory_zeroed(1, sizeof(*workload));
	workload->handle = life_enter(kubernetes->world, workload);
	workload->kubernetes = kubernetes;
	workload->sort = plan->sort;
	workload->namespace = world_text(kubernetes->world, plan->namespace);
	workload->name = world_text(kubernetes->world, plan->name);
	workload->replicas = plan->replicas;
	workload->job_ms = plan->job_ms;
	workload->ttl_ms = plan->ttl_ms;
	workload->grace_s = plan->grace_s;
	workload->kata = !plan->plain;
	workload->created = kubernetes->world->now;
	random_uuid(life_random(kubernetes), false, workload->uid);
	new_template(workload);
	list_add(&kubernetes->workloads, workload);
	life_later(kubernetes, life_spread(kubernetes, 10, 1000), on_reconcile, workload->handle);
	return workload;
}

static bool counts(const struct workload *workload, const struct pod *pod)
{
	if (pod->workload != workload || !pod->in_api)
		return false;
	if (workload->sort == WORKLOAD_STATEFUL_SET || workload->sort == WORKLOAD_BARE)
		return true;
	return !pod->deleting && pod->now.phase != POD_SUCCEEDED && pod->now.phase != POD_FAILED;
}

static void make_pod(struct workload *workload, int64_t ordinal)
{
	struct kubernetes *kubernetes = workload->kubernetes;
	char tail[6], name[NAME_SIZE];
	random_tail(kubernetes, tail, 5);
	if (workload->sort == WORKLOAD_STATEFUL_SET)
		snprintf(name, sizeof(name), "%s-%d", workload->name, (int)ordinal);
	else if (workload->sort == WORKLOAD_BARE)
		snprintf(name, sizeof(name), "%s", workload->name);
	else if (workload->sort == WORKLOAD_STATIC)
		snprintf(name, sizeof(name), "%s-%s", workload->name, workload->node_name);
	else
		snprintf(name, sizeof(name), "%s-%s", workload->owner, tail);
	struct pod *pod = pod_create(
	        kubernetes, workload, workload->namespace, world_text(kubernetes->world, name), workload->kata);
	pod->owner = workload->owner;
	memcpy(pod->owner_uid, workload->owner_uid, sizeof(pod->owner_uid));
	if (workload->sort == WORKLOAD_STATIC) {
		pod->mirror = true;
		pod->node_name = workload->node_name;
	}
	if (workload->grace_s)
		pod->usual_grace_s = workload->grace_s;
	if (workload->sort == WORKLOAD_JOB) {
		pod->restart_policy = "Never";
		pod->life_ms = life_spread(kubernetes, workload->job_ms / 2 + 1, workload->job_ms * 3 / 2);
		pod->ttl_ms = workload->ttl_ms;
	}
}

// A StatefulSet goes on with the next one when the one before runs.
static void reconcile_set(struct workload *workload)
{
	for (int64_t ordinal = 0; ordinal < workload->replicas; ordinal++) {
		char name[NAME_SIZE];
		snprintf(name, sizeof(name), workload->sort == WORKLOAD_BARE ? "%s" : "%s-%d", workload->name,
		        (int)ordinal);
		if (!pod_find(workload->kubernetes, workload->namespace, name))
			make_pod(workload, ordinal);
	}
}

// The file lies on the node that it was put on, and is gone with it.
static void reconcile_static(struct workload *workload)
{
	struct kubernetes *kubernetes = workload->kubernetes;
	if (!workload->node_name && kubernetes->nodes.count) {
		const struct kube_node *node =
		        kubernetes->nodes.items[random_below(life_random(kubernetes), kubernetes->nodes.count)];
		workload->node_name = node->name;
	}
	if (!workload->node_name || !node_by_name(kubernetes, workload->node_name))
		return;
	const struct pod *pod;
	EACH_OF(pod, &kubernetes->pods)
	if (pod->workload == workload)
		return;
	make_pod(workload, 0);
}

void workload_reconcile(struct workload *workload)
{
	struct kubernetes *kubernetes = workload->kubernetes;
	if (workload->sort == WORKLOAD_STATIC) {
		reconcile_static(workload);
		return;
	}
	if (workload->sort == WORKLOAD_STATEFUL_SET || workload->sort == WORKLOAD_BARE) {
		reconcile_set(workload);
		return;
	}
	int64_t count = 0;
	struct pod *pod;
	EACH_OF(pod, &kubernetes->pods)
	count += counts(workload, pod);
	for (; count < workload->replicas; count++)
		make_pod(workload, count);
}

void workload_scale(struct workload *workload, int64_t replicas)
{
	struct kubernetes *kubernetes = workload->kubernetes;
	workload->replicas = replicas;
	workload->dirty = true;
	workload->generation++;
	int64_t count = 0;
	struct pod *pod;
	EACH_OF(pod, &kubernetes->pods)
	count += counts(workload, pod);
	for (size_t i = kubernetes->pods.count; i-- > 0 && count > replicas;) {
		pod = kubernetes->pods.items[i];
		if (!counts(workload, pod) || pod->deleting)
			continue;
		pod_delete(pod, -1);
		count--;
	}
	workload_reconcile(workload);
}

static void on_roll(struct world *world, struct resource *resource, int64_t handle)
{
	(void)resource;
	struct workload *workload = life_find(world, handle);
	if (!workload)
		return;
	struct kubernetes *kubernetes = workload->kubernetes;
	struct pod *pod;
	EACH_OF(pod, &kubernetes->pods)
	if (pod->workload == workload && pod->in_api && !pod->deleting && pod->created < workload->template_at) {
		pod_delete(pod, -1);
		life_later(kubernetes, life_spread(kubernetes, 40 * SECOND_MS, 3 * MINUTE_MS), on_roll, handle);
		return;
	}
}

void workload_roll_out(struct workload *workload)
{
	if (workload->sort >= WORKLOAD_JOB)
		return;
	new_template(workload);
	life_later(workload->kubernetes, SECOND_MS, on_roll, workload->handle);
}

void workload_end(struct workload *workload)
{
	struct kubernetes *kubernetes = workload->kubernetes;
	if (workload->drawn && workload->sort == WORKLOAD_DEPLOYMENT)
		object_gone(kubernetes, "replicasets.apps", workload->namespace, workload->owner, workload->owner_uid);
	for (size_t i = kubernetes->pods.count; i-- > 0;) {
		struct pod *pod = kubernetes->pods.items[i];
		if (pod->workload != workload)
			continue;
		pod->workload = NULL;
		pod_delete(pod, -1);
	}
	workload_free(workload);
}

static const struct {
	struct workload_plan plan;
	bool unusual;
} usual[] = {
        {{.sort = WORKLOAD_DEPLOYMENT, .namespace = "payments", .name = "payments-api"}, false},
        {{.sort = WORKLOAD_STATEFUL_SET, .namespace = "payments", .name = "ledger"}, false},
        {{.sort = WORKLOAD_DEPLOYMENT, .namespace = "inference", .name = "llm-gateway"}, false},
        {{.sort = WORKLOAD_STATEFUL_SET, .namespace = "data", .name = "kafka", .grace_s = 120}, false},
        {{.sort = WORKLOAD_DEPLOYMENT, .namespace = "risk", .name = "scoring.v2"}, true},
        {{.sort = WORKLOAD_STATEFUL_SET, .namespace = "staging", .name = "ledger"}, true},
        {{.sort = WORKLOAD_DEPLOYMENT,
                 .namespace = "ci",
                 .name = "integration-test-with-a-rather-long-descriptive-name"},
                true},
        {{.sort = WORKLOAD_JOB, .namespace = "ci", .name = "build", .job_ms = 20 * MINUTE_MS, .ttl_ms = MINUTE_MS},
                true},
        {{.sort = WORKLOAD_DEPLOYMENT, .namespace = "default", .name = "nginx"}, false},
        {{.sort = WORKLOAD_BARE, .namespace = "default", .name = "debug.shell"}, true},
        {{.sort = WORKLOAD_STATIC, .namespace = "edge", .name = "relay"}, true},
        {{.sort = WORKLOAD_DEPLOYMENT, .namespace = "inference", .name = "embedding-worker"}, false},
        {{.sort = WORKLOAD_DEPLOYMENT, .namespace = "shop", .name = "frontend", .plain = true}, true},
        {{.sort = WORKLOAD_STATEFUL_SET, .namespace = "shop", .name = "ledger", .plain = true}, true},
};

void workloads_add_usual(struct kubernetes *kubernetes, int64_t pods, bool variety)
{
	struct workload_plan plans[COUNT_OF(usual)];
	size_t count = 0;
	for (size_t i = 0; i < COUNT_OF(usual) && pods > 0; i++) {
		if (usual[i].unusual && (!variety || !random_chance(life_random(kubernetes), 0.6)))
			continue;
		plans[count] = usual[i].plan;
		if (!plans[count].plain) {
			count++;
			continue;
		}
		plans[count].replicas = life_spread(kubernetes, 1, 2);
		workload_add(kubernetes, &plans[count]);
	}
	for (int64_t i = 0; i < pods; i++) {
		struct workload_plan *plan = &plans[random_below(life_random(kubernetes), count)];
		if (plan->sort >= WORKLOAD_BARE && plan->replicas)
			plan = &plans[0];
		plan->replicas++;
	}
	for (size_t i = 0; i < count; i++)
		if (plans[i].replicas)
			workload_add(kubernetes, &plans[i]);
}
