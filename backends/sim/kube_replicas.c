// SPDX-License-Identifier: Apache-2.0
// Deployments and their ReplicaSets.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/kube_control.h"
#include "sim/kube_pods.h"
#include "sim/memory.h"

#include "base/banned.h"

static const char hash_label[] = "pod-template-hash";
static const char revision_note[] = "deployment.kubernetes.io/revision";

static int64_t replicas_of(struct kube *kube, const struct kube_object *object)
{
	return tree_int(kube_tree(kube, object), "spec.replicas", 1);
}

static void drop_surplus(struct kube *kube, struct kube_pods *pods, int64_t surplus)
{
	// Those that are not ready go first.
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = pods->count; i-- > 0 && surplus > 0;) {
			const struct kube_object *pod = pods->items[i];
			if (!pod || (!pass && control_pod_is_ready(kube, pod)))
				continue;
			pods->items[i] = NULL;
			kube_delete(kube, pod, -1, KUBE_BACKGROUND);
			surplus--;
		}
}

static bool is_over(struct kube *kube, const struct kube_object *pod)
{
	const char *phase = tree_text(kube_tree(kube, pod), "status.phase");
	return !strcmp(phase, "Succeeded") || !strcmp(phase, "Failed");
}

void control_replica_set(struct kube *kube, const struct kube_object *set)
{
	struct kube_pods *pods = memory_zeroed(1, sizeof(*pods));
	char uid[37];
	int64_t wanted = set->deletion ? 0 : replicas_of(kube, set), ready = 0, alive = 0;
	memcpy(uid, set->uid, sizeof(uid));
	control_dependants(kube, set, "pods", false, pods);
	for (size_t i = 0; i < pods->count; i++)
		if (is_over(kube, pods->items[i]))
			pods->items[i--] = pods->items[--pods->count];
	bool acts = !set->deletion && !kube_is_driven(kube, set);
	for (int64_t i = (int64_t)pods->count; i < wanted && acts; i++)
		if (!control_make_pod(kube, set, NULL, NULL, NULL, NULL))
			break;
	if ((int64_t)pods->count > wanted && acts)
		drop_surplus(kube, pods, (int64_t)pods->count - wanted);
	control_dependants(kube, set, "pods", false, pods);
	for (size_t i = 0; i < pods->count; i++) {
		ready += control_pod_is_ready(kube, pods->items[i]);
		alive += !is_over(kube, pods->items[i]);
	}
	free(pods);
	set = kube_by_uid(kube, uid);
	if (!set)
		return;
	cJSON *status = cJSON_CreateObject();
	tree_set_int(status, "replicas", alive);
	tree_set_int(status, "fullyLabeledReplicas", alive);
	tree_set_int(status, "readyReplicas", ready);
	tree_set_int(status, "availableReplicas", ready);
	tree_set_int(status, "observedGeneration", tree_int(kube_tree(kube, set), "metadata.generation", 1));
	kube_status(kube, set, status, "kube-controller-manager");
}

static const struct kube_object *set_with(const struct kube_pods *sets, const char *hash)
{
	for (size_t i = 0; i < sets->count; i++)
		if (!strcmp(control_label_of(sets->items[i], hash_label), hash))
			return sets->items[i];
	return NULL;
}

static int64_t revision_of(struct kube *kube, const struct kube_object *object)
{
	const cJSON *notes = tree_path(kube_tree(kube, object), "metadata.annotations");
	const cJSON *note = tree_member(notes, revision_note);
	return cJSON_IsString(note) ? strtoll(note->valuestring, NULL, 10) : 0;
}

static void set_revision(cJSON *object, int64_t revision)
{
	char text[24];
	snprintf(text, sizeof(text), "%lld", (long long)revision);
	tree_set_text(tree_object(tree_object(object, "metadata"), "annotations"), revision_note, text);
}

static void make_set(
        struct kube *kube, const struct kube_object *deployment, const char *hash, int64_t replicas, int64_t revision)
{
	const cJSON *tree = kube_tree(kube, deployment);
	char name[320];
	snprintf(name, sizeof(name), "%.250s-%s", deployment->name, hash);
	cJSON *set = cJSON_CreateObject(), *metadata = tree_object(set, "metadata"), *spec = tree_object(set, "spec");
	const cJSON *labels = tree_path(tree, "spec.template.metadata.labels");
	tree_set_text(metadata, "name", name);
	tree_set_text(metadata, "namespace", deployment->namespace);
	tree_set(metadata, "labels", labels ? tree_copy(labels) : cJSON_CreateObject());
	tree_set_text(tree_object(metadata, "labels"), hash_label, hash);
	control_set_owner(metadata, deployment);
	if (!kube->populated)
		tree_set_text(metadata, "creationTimestamp", tree_text(tree, "metadata.creationTimestamp"));
	set_revision(set, revision);
	tree_set_int(spec, "replicas", replicas);
	tree_set(spec, "selector", tree_copy(tree_path(tree, "spec.selector")));
	tree_set(spec, "template", tree_copy(tree_path(tree, "spec.template")));
	tree_set_text(tree_object(tree_object(spec, "selector"), "matchLabels"), hash_label, hash);
	tree_set_text(tree_object(tree_object(tree_object(spec, "template"), "metadata"), "labels"), hash_label, hash);
	kube_put(kube, kube_resource(kube, "replicasets.apps"), set, "kube-controller-manager");
}

static void scale_set(
        struct kube *kube, const struct kube_object *deployment, const struct kube_object *set, int64_t replicas)
{
	if (replicas_of(kube, set) == replicas)
		return;
	cJSON *copy = tree_copy(kube_tree(kube, set));
	int64_t before = tree_int(copy, "spec.replicas", 0);
	tree_set_int(tree_object(copy, "spec"), "replicas", replicas);
	kube_put(kube, set->resource, copy, "kube-controller-manager");
	kube_event(kube, deployment, "Normal", "ScalingReplicaSet", "deployment-controller", NULL,
	        "Scaled %s replica set %s from %lld to %lld", replicas > before ? "up" : "down", set->name,
	        (long long)before, (long long)replicas);
}

static int64_t status_of(struct kube *kube, const struct kube_object *set, const char *path)
{
	return set ? tree_int(kube_tree(kube, set), path, 0) : 0;
}

static void write_status(struct kube *kube, const struct kube_object *deployment, const struct kube_object *current,
        const struct kube_pods *sets)
{
	const cJSON *tree = kube_tree(kube, deployment);
	cJSON *status = cJSON_CreateObject();
	const cJSON *old = tree_path(tree, "status.conditions");
	int64_t wanted = tree_int(tree, "spec.replicas", 1), all = 0, ready = 0;
	int64_t updated = status_of(kube, current, "status.replicas");
	if (old)
		tree_set(status, "conditions", tree_copy(old));
	tree_set_int(status, "observedGeneration", tree_int(tree, "metadata.generation", 1));
	for (size_t i = 0; i < sets->count; i++) {
		all += status_of(kube, sets->items[i], "status.replicas");
		ready += status_of(kube, sets->items[i], "status.readyReplicas");
	}
	tree_set_int(status, "replicas", all);
	tree_set_int(status, "updatedReplicas", updated);
	tree_set_int(status, "readyReplicas", ready);
	tree_set_int(status, "availableReplicas", ready);
	if (wanted > ready)
		tree_set_int(status, "unavailableReplicas", wanted - ready);
	bool enough = ready >= wanted - wanted / 4;
	kube_set_condition(status, "Available", enough ? "True" : "False",
	        enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
	        enough ? "Deployment has minimum availability." : "Deployment does not have minimum availability.",
	        kube_now(kube));
	bool complete = updated == wanted && all == wanted && ready == wanted;
	kube_set_condition(status, "Progressing", "True", complete ? "NewReplicaSetAvailable" : "ReplicaSetUpdated",
	        complete ? "ReplicaSet has successfully progressed." : "ReplicaSet is progressing.", kube_now(kube));
	kube_status(kube, deployment, status, "kube-controller-manager");
}

void control_deployment(struct kube *kube, const struct kube_object *deployment)
{
	struct kube_pods *sets = memory_zeroed(1, sizeof(*sets));
	char hash[11], uid[37];
	int64_t wanted = replicas_of(kube, deployment), revision = 1;
	memcpy(uid, deployment->uid, sizeof(uid));
	control_hash(tree_path(kube_tree(kube, deployment), "spec.template"), hash);
	control_dependants(kube, deployment, "replicasets.apps", false, sets);
	const struct kube_object *current = set_with(sets, hash);
	for (size_t i = 0; i < sets->count && !current; i++)
		if (revision_of(kube, sets->items[i]) >= revision)
			revision = revision_of(kube, sets->items[i]) + 1;
	if (deployment->deletion)
		goto done;
	if (kube_is_driven(kube, deployment)) {
		write_status(kube, deployment, sets->count ? sets->items[sets->count - 1] : NULL, sets);
		goto done;
	}
	if (!current) {
		make_set(kube, deployment, hash, wanted, revision);
		deployment = kube_by_uid(kube, uid);
		if (!deployment)
			goto done;
		cJSON *copy = tree_copy(kube_tree(kube, deployment));
		set_revision(copy, revision);
		deployment = kube_put(kube, deployment->resource, copy, "kube-controller-manager");
	} else {
		scale_set(kube, deployment, current, wanted);
	}
	if (!deployment)
		goto done;
	control_dependants(kube, deployment, "replicasets.apps", false, sets);
	current = set_with(sets, hash);
	bool settled = status_of(kube, current, "status.readyReplicas") >= wanted;
	for (size_t i = 0; i < sets->count && settled; i++)
		if (sets->items[i] != current)
			scale_set(kube, deployment, sets->items[i], 0);
	deployment = kube_by_uid(kube, uid);
	if (deployment)
		write_status(kube, deployment, current, sets);
done:
	free(sets);
}
