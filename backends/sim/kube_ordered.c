// SPDX-License-Identifier: Apache-2.0
// StatefulSets, whose pods keep their names, and Jobs, whose pods end.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/kube_control.h"
#include "sim/kube_pods.h"
#include "sim/memory.h"

#include "base/banned.h"

enum { MAX_ORDINALS = 1000 };

static const char hash_label[] = "controller-revision-hash";

static const struct kube_object *ordinal_pod(struct kube *kube, const struct kube_object *set, int64_t ordinal)
{
	char name[320];
	snprintf(name, sizeof(name), "%s-%lld", set->name, (long long)ordinal);
	return kube_find(kube, kube_resource(kube, "pods"), set->namespace, name);
}

static void make_ordinal(struct kube *kube, const struct kube_object *set, int64_t ordinal, const char *revision)
{
	char name[320];
	snprintf(name, sizeof(name), "%s-%lld", set->name, (long long)ordinal);
	control_make_pod(kube, set, name, NULL, hash_label, revision);
}

struct ordered {
	int64_t wanted, alive, ready, updated;
	char revision[320];
};

// Brings the pods nearer to what is wanted: one step at a time, unless the policy is Parallel.
static void advance(struct kube *kube, const struct kube_object *set, struct ordered *ordered, bool parallel)
{
	bool blocked = false, acts = !kube_is_driven(kube, set);
	for (int64_t i = 0; i < ordered->wanted; i++) {
		const struct kube_object *pod = ordinal_pod(kube, set, i);
		bool ready = pod && control_pod_is_ready(kube, pod);
		if (!pod && acts && (!blocked || parallel))
			make_ordinal(kube, set, i, ordered->revision);
		ordered->alive += pod || (acts && (!blocked || parallel));
		ordered->ready += ready;
		ordered->updated += pod && (!acts || !strcmp(control_label_of(pod, hash_label), ordered->revision));
		blocked = blocked || !ready;
	}
	for (int64_t i = acts ? MAX_ORDINALS : 0; i-- > ordered->wanted;) {
		const struct kube_object *pod = ordinal_pod(kube, set, i);
		if (!pod)
			continue;
		if (!pod->deletion)
			kube_delete(kube, pod, -1, KUBE_BACKGROUND);
		if (!parallel)
			return;
	}
	for (int64_t i = acts ? ordered->wanted : 0; i-- > 0 && !blocked;) {
		const struct kube_object *pod = ordinal_pod(kube, set, i);
		if (!pod || !strcmp(control_label_of(pod, hash_label), ordered->revision))
			continue;
		kube_delete(kube, pod, -1, KUBE_BACKGROUND);
		return;
	}
}

void control_stateful_set(struct kube *kube, const struct kube_object *set)
{
	const cJSON *tree = kube_tree(kube, set);
	char hash[11], uid[37];
	struct ordered ordered = {.wanted = tree_int(tree, "spec.replicas", 1)};
	if (set->deletion)
		return;
	if (ordered.wanted > MAX_ORDINALS)
		ordered.wanted = MAX_ORDINALS;
	memcpy(uid, set->uid, sizeof(uid));
	control_hash(tree_path(tree, "spec.template"), hash);
	snprintf(ordered.revision, sizeof(ordered.revision), "%.250s-%s", set->name, hash);
	advance(kube, set, &ordered, !strcmp(tree_text(tree, "spec.podManagementPolicy"), "Parallel"));
	set = kube_by_uid(kube, uid);
	if (!set)
		return;
	cJSON *status = cJSON_CreateObject();
	tree_set_int(status, "observedGeneration", tree_int(kube_tree(kube, set), "metadata.generation", 1));
	tree_set_int(status, "replicas", ordered.alive);
	tree_set_int(status, "readyReplicas", ordered.ready);
	tree_set_int(status, "availableReplicas", ordered.ready);
	tree_set_int(status, "currentReplicas", ordered.updated);
	tree_set_int(status, "updatedReplicas", ordered.updated);
	tree_set_text(status, "currentRevision", ordered.revision);
	tree_set_text(status, "updateRevision", ordered.revision);
	tree_set_int(status, "collisionCount", 0);
	kube_status(kube, set, status, "kube-controller-manager");
}

static void remove_job(struct kube *kube, const struct kube_object *job, int64_t argument)
{
	(void)argument;
	kube_delete(kube, job, -1, KUBE_BACKGROUND);
}

static void end_job(struct kube *kube, const struct kube_object *job, cJSON *status, bool success)
{
	const cJSON *tree = kube_tree(kube, job);
	int64_t kept = tree_int(tree, "spec.ttlSecondsAfterFinished", -1);
	kube_set_condition(status, success ? "SuccessCriteriaMet" : "FailureTarget", "True",
	        success ? "CompletionsReached" : "BackoffLimitExceeded",
	        success ? "Reached expected number of succeeded pods" : "Job has reached the specified backoff limit",
	        kube_now(kube));
	kube_set_condition(status, success ? "Complete" : "Failed", "True",
	        success ? "CompletionsReached" : "BackoffLimitExceeded",
	        success ? "Reached expected number of succeeded pods" : "Job has reached the specified backoff limit",
	        kube_now(kube));
	if (success)
		tree_set_time(status, "completionTime", kube_now(kube));
	if (kept >= 0)
		kube_later(kube, 1000 * kept, job, remove_job, 0);
	if (success)
		kube_event(kube, job, "Normal", "Completed", "job-controller", NULL, "Job completed");
	else
		kube_event(kube, job, "Warning", "BackoffLimitExceeded", "job-controller", NULL,
		        "Job has reached the specified backoff limit");
}

void control_job(struct kube *kube, const struct kube_object *job)
{
	const cJSON *tree = kube_tree(kube, job);
	int64_t completions = tree_int(tree, "spec.completions", 1), parallel = tree_int(tree, "spec.parallelism", 1);
	int64_t limit = tree_int(tree, "spec.backoffLimit", 6), active = 0, succeeded = 0, failed = 0, ready = 0;
	char uid[37];
	if (job->deletion || tree_path(tree, "status.completionTime") ||
	        tree_find(tree_path(tree, "status.conditions"), "type", "Failed"))
		return;
	memcpy(uid, job->uid, sizeof(uid));
	struct kube_pods *pods = memory_zeroed(1, sizeof(*pods));
	control_dependants(kube, job, "pods", true, pods);
	for (size_t i = 0; i < pods->count; i++) {
		const char *phase = tree_text(kube_tree(kube, pods->items[i]), "status.phase");
		bool over = !strcmp(phase, "Succeeded"), broken = !strcmp(phase, "Failed");
		succeeded += over;
		failed += broken;
		active += !over && !broken && !pods->items[i]->deletion;
		ready += control_pod_is_ready(kube, pods->items[i]);
	}
	free(pods);
	bool ended = succeeded >= completions || failed > limit;
	for (; !ended && !kube_is_driven(kube, job) && active < parallel && active + succeeded < completions; active++)
		if (!control_make_pod(kube, job, NULL, NULL, NULL, NULL))
			break;
	job = kube_by_uid(kube, uid);
	if (!job)
		return;
	const cJSON *old = tree_member(kube_tree(kube, job), "status");
	cJSON *status = old ? tree_copy(old) : cJSON_CreateObject();
	if (!tree_member(status, "startTime"))
		tree_set_time(status, "startTime", kube_now(kube));
	tree_set_int(status, "active", active);
	tree_set_int(status, "ready", ready);
	tree_set_int(status, "succeeded", succeeded);
	tree_set_int(status, "failed", failed);
	tree_set_int(status, "terminating", 0);
	if (ended)
		end_job(kube, job, status, succeeded >= completions);
	kube_status(kube, job, status, "kube-controller-manager");
}
