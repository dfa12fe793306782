// SPDX-License-Identifier: Apache-2.0
// Deployments, StatefulSets and Jobs as objects, for the pods that are made by this model.
#include "config.h"
#include <string.h>

#include "sim/life_draw_private.h"

#include "base/banned.h"

static const struct {
	const char *kind, *version, *resource;
} owners[] = {
        [WORKLOAD_DEPLOYMENT] = {"ReplicaSet", "apps/v1", "replicasets.apps"},
        [WORKLOAD_STATEFUL_SET] = {"StatefulSet", "apps/v1", "statefulsets.apps"},
        [WORKLOAD_JOB] = {"Job", "batch/v1", "jobs.batch"},
};

static void put_owner(
        const struct workload *workload, const char *resource, const char *name, const char *uid, cJSON *spec)
{
	struct kubernetes *kubernetes = workload->kubernetes;
	struct kube *kube = kubernetes->kube;
	cJSON *object = cJSON_CreateObject(), *metadata = tree_object(object, "metadata");
	tree_set_text(metadata, "name", name);
	tree_set_text(metadata, "namespace", workload->namespace);
	tree_set_text(metadata, "uid", uid);
	tree_set_text(tree_object(metadata, "labels"), "app", workload->name);
	tree_set_time(metadata, "creationTimestamp", workload->created + kubernetes->clock_offset);
	if (workload->sort == WORKLOAD_DEPLOYMENT && !strcmp(resource, "replicasets.apps"))
		tree_set(metadata, "ownerReferences",
		        tree_printf(
		                "[{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"name\":\"%s\",\"uid\":\"%s\","
		                "\"controller\":true,\"blockOwnerDeletion\":true}]",
		                workload->name, workload->uid));
	tree_set(object, "spec", spec);
	kube_put(kube, kube_resource(kube, resource), object, "kubectl-client-side-apply");
}

static cJSON *workload_spec(const struct workload *workload)
{
	bool job = workload->sort == WORKLOAD_JOB;
	cJSON *spec = tree_printf("{\"selector\":{\"matchLabels\":{\"app\":\"%s\"}},\"template\":{\"metadata\":{"
	                          "\"labels\":{\"app\":\"%s\"}},"
	                          "\"spec\":{\"containers\":[{\"name\":\"app\",\"image\":\"registry.cn-hangzhou."
	                          "aliyuncs.com/demo/app:1.4\"}],"
	                          "\"restartPolicy\":\"%s\"}}}",
	        workload->name, workload->name, job ? "Never" : "Always");
	if (workload->kata)
		tree_set_text(tree_path(spec, "template.spec"), "runtimeClassName", "kata-remote");
	tree_set_int(spec, job ? "parallelism" : "replicas", workload->replicas);
	if (workload->sort == WORKLOAD_STATEFUL_SET)
		tree_set_text(spec, "serviceName", workload->name);
	return spec;
}

void draw_workload(struct workload *workload)
{
	struct kubernetes *kubernetes = workload->kubernetes;
	workload->dirty = false;
	workload->drawn = true;
	if (workload->given || workload->sort >= WORKLOAD_BARE)
		return;
	draw_namespace(kubernetes, workload->namespace);
	int64_t now = draw_at(kubernetes, workload->created);
	if (workload->sort == WORKLOAD_DEPLOYMENT) {
		put_owner(workload, "deployments.apps", workload->name, workload->uid, workload_spec(workload));
		put_owner(workload, "replicasets.apps", workload->owner, workload->owner_uid, workload_spec(workload));
	} else {
		put_owner(workload, owners[workload->sort].resource, workload->name, workload->owner_uid,
		        workload_spec(workload));
	}
	kubernetes->world->now = now;
}

static void write_counts(const struct workload *workload, const char *uid, int64_t replicas, int64_t ready)
{
	struct kube *kube = workload->kubernetes->kube;
	const struct kube_object *object = kube_by_uid(kube, uid);
	if (!object)
		return;
	cJSON *status = cJSON_CreateObject();
	tree_set_int(status, "observedGeneration", tree_int(kube_tree(kube, object), "metadata.generation", 1));
	tree_set_int(status, "replicas", replicas);
	tree_set_int(status, "readyReplicas", ready);
	tree_set_int(status, "availableReplicas", ready);
	tree_set_int(status, "updatedReplicas", replicas);
	if (workload->sort == WORKLOAD_STATEFUL_SET)
		tree_set_int(status, "currentReplicas", replicas);
	kube_status(kube, object, status, "kube-controller-manager");
}

void draw_counts(struct workload *workload)
{
	const struct pod *pod;
	int64_t replicas = 0, ready = 0;
	workload->counts_dirty = false;
	if (workload->sort >= WORKLOAD_JOB)
		return;
	EACH_OF(pod, &workload->kubernetes->pods)
	if (pod->workload == workload && pod->in_api) {
		replicas++;
		ready += pod->shown.ready && !pod->lost_written;
	}
	write_counts(workload, workload->uid, replicas, ready);
	if (workload->sort == WORKLOAD_DEPLOYMENT)
		write_counts(workload, workload->owner_uid, replicas, ready);
}

// Names the owner in the pod's metadata. It may be an older ReplicaSet, when the workload has been rolled out since.
void draw_owner(const struct pod *pod, cJSON *metadata)
{
	const struct workload *workload = pod->workload;
	if (!kube_by_uid(pod->kubernetes->kube, pod->owner_uid)) {
		int64_t now = draw_at(pod->kubernetes, pod->created);
		put_owner(
		        workload, owners[workload->sort].resource, pod->owner, pod->owner_uid, workload_spec(workload));
		pod->kubernetes->world->now = now;
	}
	tree_set(metadata, "ownerReferences",
	        tree_printf("[{\"apiVersion\":\"%s\",\"kind\":\"%s\",\"name\":\"%s\",\"uid\":\"%s\",\"controller\":"
	                    "true,\"blockOwnerDeletion\":true}]",
	                owners[workload->sort].version, owners[workload->sort].kind, pod->owner, pod->owner_uid));
}
