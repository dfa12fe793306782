// SPDX-License-Identifier: Apache-2.0
// DaemonSets: one pod on each node that fits, replaced one by one when the template changes.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/kube_control.h"
#include "sim/kube_pods.h"
#include "sim/memory.h"

#include "base/banned.h"

static const char hash_label[] = "controller-revision-hash";

static bool fits(const cJSON *pod_spec, const struct kube_object *node, const cJSON *tree)
{
	const cJSON *wanted, *taint;
	cJSON_ArrayForEach(wanted, tree_member(pod_spec, "nodeSelector"))
	{
		const char *value = kube_label(node, wanted->string);
		if (!value || !cJSON_IsString(wanted) || strcmp(value, wanted->valuestring) != 0)
			return false;
	}
	cJSON_ArrayForEach(taint, tree_path(tree, "spec.taints"))
	{
		const char *key = tree_text(taint, "key");
		// These the controller tolerates for every DaemonSet.
		if (strcmp(key, "node.kubernetes.io/unschedulable") != 0 &&
		        strcmp(key, "node.kubernetes.io/unreachable") != 0 &&
		        strcmp(key, "node.kubernetes.io/not-ready") != 0 &&
		        !kube_tolerates(tree_member(pod_spec, "tolerations"), taint))
			return false;
	}
	return true;
}

static const struct kube_object *pod_on(const struct kube_pods *pods, const char *node)
{
	for (size_t i = 0; i < pods->count; i++)
		if (!strcmp(kube_state_field(pods->items[i]->state, 0), node))
			return pods->items[i];
	return NULL;
}

struct counts {
	int64_t desired, current, ready, updated, missing;
};

static void write_status(struct kube *kube, const struct kube_object *set, const struct counts *counts)
{
	const cJSON *tree = kube_tree(kube, set);
	cJSON *status = cJSON_CreateObject();
	tree_set_int(status, "currentNumberScheduled", counts->current);
	tree_set_int(status, "numberMisscheduled", 0);
	tree_set_int(status, "desiredNumberScheduled", counts->desired);
	tree_set_int(status, "numberReady", counts->ready);
	tree_set_int(status, "observedGeneration", tree_int(tree, "metadata.generation", 1));
	tree_set_int(status, "updatedNumberScheduled", counts->updated);
	if (counts->ready)
		tree_set_int(status, "numberAvailable", counts->ready);
	if (counts->desired > counts->ready)
		tree_set_int(status, "numberUnavailable", counts->desired - counts->ready);
	kube_status(kube, set, status, "kube-controller-manager");
}

static int64_t may_be_down(const cJSON *spec, int64_t desired)
{
	const cJSON *most = tree_path(spec, "updateStrategy.rollingUpdate.maxUnavailable");
	int64_t number = 1;
	if (cJSON_IsNumber(most))
		number = (int64_t)most->valuedouble;
	else if (cJSON_IsString(most) && strchr(most->valuestring, '%'))
		number = (strtoll(most->valuestring, NULL, 10) * desired + 99) / 100;
	return number > 0 ? number : 1;
}

// Pods of another template go, not more at a time than the strategy allows.
static void roll(struct kube *kube, const struct kube_object *set, const struct kube_pods *pods, const char *hash,
        const struct counts *counts)
{
	const cJSON *spec = tree_member(kube_tree(kube, set), "spec");
	if (!strcmp(tree_text(spec, "updateStrategy.type"), "OnDelete"))
		return;
	int64_t down = counts->desired - counts->ready, most = may_be_down(spec, counts->desired);
	for (size_t i = 0; i < pods->count; i++) {
		if (!strcmp(control_label_of(pods->items[i], hash_label), hash))
			continue;
		bool ready = control_pod_is_ready(kube, pods->items[i]);
		if (ready && down >= most)
			continue;
		down += ready;
		kube_delete(kube, pods->items[i], -1, KUBE_BACKGROUND);
	}
}

void control_daemon_set(struct kube *kube, const struct kube_object *set)
{
	const struct kube_resource *nodes = kube_resource(kube, "nodes");
	struct kube_pods *pods = memory_zeroed(1, sizeof(*pods)), *all = memory_zeroed(1, sizeof(*all));
	struct counts counts = {0};
	char hash[11], uid[37];
	memcpy(uid, set->uid, sizeof(uid));
	cJSON *spec = tree_copy(tree_member(kube_tree(kube, set), "spec"));
	const cJSON *pod_spec = tree_path(spec, "template.spec");
	control_hash(tree_member(spec, "template"), hash);
	bool acts = !kube_is_driven(kube, set);
	control_dependants(kube, set, "pods", true, all);
	control_dependants(kube, set, "pods", false, pods);
	for (size_t i = 0; i < kube_count(kube, nodes) && !set->deletion; i++) {
		const struct kube_object *node = kube_at(kube, nodes, i);
		const struct kube_object *pod = pod_on(pods, node->name);
		bool wanted = fits(pod_spec, node, kube_tree(kube, node));
		if (!wanted && pod && acts)
			kube_delete(kube, pod, -1, KUBE_BACKGROUND);
		if (!wanted)
			continue;
		counts.desired++;
		if (!pod && acts && !pod_on(all, node->name)) {
			control_make_pod(kube, set, NULL, node->name, hash_label, hash);
			counts.current++;
			counts.updated++;
		} else if (pod) {
			counts.current++;
			counts.ready += control_pod_is_ready(kube, pod);
			counts.updated += !acts || !strcmp(control_label_of(pod, hash_label), hash);
		}
	}
	control_dependants(kube, set, "pods", false, pods);
	if (!set->deletion && acts)
		roll(kube, set, pods, hash, &counts);
	set = kube_by_uid(kube, uid);
	if (set)
		write_status(kube, set, &counts);
	cJSON_Delete(spec);
	free(all);
	free(pods);
}
