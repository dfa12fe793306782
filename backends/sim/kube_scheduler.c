// SPDX-License-Identifier: Apache-2.0
// The scheduler: which node a pod gets, and what it says when there is none.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/kube_pods.h"
#include "sim/kube_private.h"

#include "base/banned.h"

enum { RETRY_MS = 5000, RETRIES_DOUBLED = 3, REASON_SIZE = 512 };

static bool selector_fits(const cJSON *selector, const struct kube_object *node)
{
	const cJSON *wanted;
	cJSON_ArrayForEach(wanted, selector)
	{
		const char *value = kube_label(node, wanted->string);
		if (!value || !cJSON_IsString(wanted) || strcmp(value, wanted->valuestring) != 0)
			return false;
	}
	return true;
}

bool kube_tolerates(const cJSON *tolerations, const cJSON *taint)
{
	const cJSON *toleration;
	const char *effect = tree_text(taint, "effect"), *key = tree_text(taint, "key");
	if (!strcmp(effect, "PreferNoSchedule"))
		return true;
	cJSON_ArrayForEach(toleration, tolerations)
	{
		const char *own_effect = tree_text(toleration, "effect"), *own_key = tree_text(toleration, "key");
		bool exists = !strcmp(tree_text(toleration, "operator"), "Exists");
		if (*own_effect && strcmp(own_effect, effect) != 0)
			continue;
		if (*own_key ? strcmp(own_key, key) != 0 : !exists)
			continue;
		if (exists || !strcmp(tree_text(toleration, "value"), tree_text(taint, "value")))
			return true;
	}
	return false;
}

static bool taints_fit(const cJSON *pod_spec, const cJSON *node)
{
	const cJSON *taint;
	cJSON_ArrayForEach(taint, tree_path(node, "spec.taints"))
	{
		if (!kube_tolerates(tree_member(pod_spec, "tolerations"), taint))
			return false;
	}
	return true;
}

bool kube_node_is_ready(const cJSON *node)
{
	return !strcmp(tree_text(tree_find(tree_path(node, "status.conditions"), "type", "Ready"), "status"), "True");
}

// An extended resource, such as kata.peerpods.io/vm, that the pod's containers ask for.
static int64_t asks_for(const cJSON *pod_spec, const char *name)
{
	int64_t sum = 0;
	const cJSON *container;
	cJSON_ArrayForEach(container, tree_member(pod_spec, "containers"))
	{
		const cJSON *limits = tree_path(container, "resources.limits"), *value = tree_member(limits, name);
		if (cJSON_IsString(value))
			sum += strtoll(value->valuestring, NULL, 10);
		else if (cJSON_IsNumber(value))
			sum += (int64_t)value->valuedouble;
	}
	return sum;
}

static int64_t used_on(struct kube *kube, const char *node, const char *name)
{
	int64_t sum = 0;
	const struct kube_resource *pods = kube_resource(kube, "pods");
	for (size_t i = 0; i < kube_count(kube, pods); i++) {
		const struct kube_object *pod = kube_at(kube, pods, i);
		if (!strcmp(kube_state_field(pod->state, 0), node) && strstr(pod->state->text, name))
			sum += asks_for(tree_member(kube_tree(kube, pod), "spec"), name);
	}
	return sum;
}

// The first extended resource that the node has too little of; NULL = all there.
static const char *lacks(struct kube *kube, const cJSON *pod_spec, const struct kube_object *node)
{
	const cJSON *container, *limit;
	cJSON_ArrayForEach(container, tree_member(pod_spec, "containers"))
	{
		cJSON_ArrayForEach(limit, tree_path(container, "resources.limits"))
		{
			if (!strchr(limit->string, '/'))
				continue;
			const cJSON *has =
			        tree_member(tree_path(kube_tree(kube, node), "status.allocatable"), limit->string);
			int64_t room = cJSON_IsString(has) ? strtoll(has->valuestring, NULL, 10) : 0;
			if (used_on(kube, node->name, limit->string) + asks_for(pod_spec, limit->string) > room)
				return limit->string;
		}
	}
	return NULL;
}

struct choice {
	size_t nodes, selector, taints, unschedulable, not_ready, lacking;
	char resource[128];
	const struct kube_object *node;
};

static size_t pods_on(struct kube *kube, const char *node)
{
	size_t count = 0;
	const struct kube_resource *pods = kube_resource(kube, "pods");
	for (size_t i = 0; i < kube_count(kube, pods); i++)
		count += !strcmp(kube_state_field(kube_at(kube, pods, i)->state, 0), node);
	return count;
}

static void choose(struct kube *kube, const struct kube_object *pod, struct choice *choice)
{
	const struct kube_resource *nodes = kube_resource(kube, "nodes");
	size_t fewest = SIZE_MAX;
	*choice = (struct choice){.nodes = kube_count(kube, nodes)};
	for (size_t i = 0; i < choice->nodes; i++) {
		const struct kube_object *node = kube_at(kube, nodes, i);
		const cJSON *spec = tree_member(kube_tree(kube, pod), "spec"), *tree = kube_tree(kube, node);
		const char *lacking = NULL;
		if (!selector_fits(tree_member(spec, "nodeSelector"), node))
			choice->selector++;
		else if (tree_flag(tree, "spec.unschedulable"))
			choice->unschedulable++;
		else if (!kube_node_is_ready(tree))
			choice->not_ready++;
		else if (!taints_fit(spec, tree))
			choice->taints++;
		else if ((lacking = lacks(kube, spec, node)))
			snprintf(choice->resource, sizeof(choice->resource), "%s", lacking), choice->lacking++;
		else if (pods_on(kube, node->name) < fewest)
			choice->node = node, fewest = pods_on(kube, node->name);
	}
}

static void add_reason(char *out, size_t count, const char *what, const char *more)
{
	size_t length = strlen(out);
	if (count && length < REASON_SIZE)
		snprintf(out + length, REASON_SIZE - length, " %zu %s%s,", count, what, more);
}

void kube_set_condition(
        cJSON *status, const char *type, const char *value, const char *reason, const char *message, int64_t now)
{
	cJSON *list = tree_list(status, "conditions"), *condition = tree_find(list, "type", type);
	if (!condition) {
		condition = cJSON_CreateObject();
		tree_set_text(condition, "type", type);
		cJSON_AddItemToArray(list, condition);
	}
	if (strcmp(tree_text(condition, "status"), value) != 0)
		tree_set_time(condition, "lastTransitionTime", now);
	tree_set_text(condition, "status", value);
	tree_set_text(condition, "reason", reason);
	tree_set_text(condition, "message", message);
}

static void refuse(struct kube *kube, const struct kube_object *pod, const struct choice *choice)
{
	char message[REASON_SIZE] = "";
	snprintf(message, sizeof(message), "0/%zu nodes are available:", choice->nodes);
	add_reason(message, choice->lacking, "Insufficient ", choice->resource);
	add_reason(message, choice->selector, "node(s) didn't match Pod's node affinity/selector", "");
	add_reason(message, choice->taints, "node(s) had untolerated taint", "");
	add_reason(message, choice->not_ready, "node(s) were not ready", "");
	add_reason(message, choice->unschedulable, "node(s) were unschedulable", "");
	message[strlen(message) - 1] = choice->nodes ? '.' : ':';
	cJSON *status = tree_copy(tree_member(kube_tree(kube, pod), "status"));
	kube_set_condition(status, "PodScheduled", "False", "Unschedulable", message, kube_now(kube));
	const struct kube_object *still = kube_status(kube, pod, status, "kube-scheduler");
	if (still)
		kube_event(kube, still, "Warning", "FailedScheduling", "default-scheduler", NULL, "%s", message);
}

const struct kube_object *kube_bind_pod(struct kube *kube, const struct kube_object *pod, const char *node)
{
	cJSON *copy = tree_copy(kube_tree(kube, pod));
	tree_set_text(tree_object(copy, "spec"), "nodeName", node);
	kube_set_condition(tree_object(copy, "status"), "PodScheduled", "True", NULL, NULL, kube_now(kube));
	const struct kube_object *still = kube_write(
	        kube, pod->resource, copy, &(struct kube_writer){.manager = "kube-scheduler", .subresource = ""});
	return still;
}

void kube_schedule(struct kube *kube, const struct kube_object *pod, int64_t argument)
{
	struct choice choice;
	if (kube_is_driven(kube, pod))
		return;
	const cJSON *spec = tree_member(kube_tree(kube, pod), "spec");
	if (pod->deletion || *tree_text(spec, "nodeName") || cJSON_GetArraySize(tree_member(spec, "schedulingGates")))
		return;
	choose(kube, pod, &choice);
	if (!choice.node) {
		if (kube->populated)
			refuse(kube, pod, &choice);
		// Seldom, after a while: nodes come rarely.
		kube_later(kube, RETRY_MS << argument, pod, kube_schedule,
		        argument < RETRIES_DOUBLED ? argument + 1 : argument);
		return;
	}
	if (kube->populated)
		kube_event(kube, pod, "Normal", "Scheduled", "default-scheduler", NULL,
		        "Successfully assigned %s/%s to %s", pod->namespace, pod->name, choice.node->name);
	kube_bind_pod(kube, pod, choice.node->name);
}
