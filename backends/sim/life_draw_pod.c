// SPDX-License-Identifier: Apache-2.0
// Pods, workloads and PeerPods as objects.
#include "config.h"
#include <stdio.h>
#include <string.h>

#include "sim/life_draw_private.h"

#include "base/banned.h"

static const char *const phases[] = {"Pending", "Running", "Succeeded", "Failed"};

static void add_condition(cJSON *status, const char *type, bool value, const char *reason, int64_t time)
{
	cJSON *condition = cJSON_CreateObject();
	tree_set_text(condition, "type", type);
	tree_set_text(condition, "status", value ? "True" : "False");
	tree_set(condition, "lastProbeTime", cJSON_CreateNull());
	tree_set_time(condition, "lastTransitionTime", time);
	if (reason)
		tree_set_text(condition, "reason", reason);
	cJSON_AddItemToArray(tree_list(status, "conditions"), condition);
}

static void add_terminated(cJSON *state, const struct pod *pod, int exit_code, int64_t from, int64_t to, int64_t offset)
{
	cJSON *terminated = tree_object(state, "terminated");
	(void)pod;
	tree_set_int(terminated, "exitCode", exit_code);
	tree_set_text(terminated, "reason", exit_code ? "Error" : "Completed");
	tree_set_time(terminated, "startedAt", from + offset);
	tree_set_time(terminated, "finishedAt", to + offset);
}

static void add_container(cJSON *status, const struct pod *pod, const char *name, const char *image, int64_t offset)
{
	const struct pod_status *shown = &pod->shown;
	cJSON *entry = cJSON_CreateObject(), *state = tree_object(entry, "state");
	bool running = shown->phase == POD_RUNNING && shown->has_sandbox;
	char id[96];
	tree_set_text(entry, "name", name);
	tree_set_text(entry, "image", image);
	tree_set_text(entry, "imageID", running ? image : "");
	tree_set_int(entry, "restartCount", shown->restarts);
	tree_set_flag(entry, "ready", shown->ready);
	tree_set_flag(entry, "started", running);
	tree_object(entry, "lastState");
	snprintf(id, sizeof(id), "containerd://%.8s%.4s%04x%.8s%.4s%04x", pod->uid, pod->uid + 9,
	        (unsigned)shown->restarts & 0xffffu, pod->uid + 24, pod->uid + 14, (unsigned)shown->restarts & 0xffffu);
	if (shown->finished && shown->phase > POD_RUNNING)
		add_terminated(state, pod, shown->exit_code, shown->running_since, shown->finished, offset);
	else if (running)
		tree_set_time(tree_object(state, "running"), "startedAt", shown->running_since + offset);
	else
		tree_set_text(tree_object(state, "waiting"), "reason", "ContainerCreating");
	if (shown->restarts && shown->running_since)
		add_terminated(
		        tree_object(entry, "lastState"), pod, 255, shown->running_since, shown->unready_since, offset);
	if (running)
		tree_set_text(entry, "containerID", id);
	cJSON_AddItemToArray(tree_list(status, "containerStatuses"), entry);
}

static void set_addresses(cJSON *status, const char *one, const char *many, const char *member, uint32_t ip)
{
	char text[IP_TEXT_SIZE];
	ip_format(ip, text);
	tree_set_text(status, one, text);
	tree_set(status, many, tree_printf("[{\"%s\":\"%s\"}]", member, text));
}

static cJSON *pod_status_tree(const struct pod *pod, const cJSON *object)
{
	const struct pod_status *shown = &pod->shown;
	int64_t offset = pod->node ? pod->node->clock_offset : 0, api = pod->kubernetes->clock_offset;
	cJSON *status = cJSON_CreateObject();
	const char *ended = shown->phase > POD_RUNNING ? "PodCompleted" : NULL;
	bool lost = pod->lost_written != 0;
	bool ready = shown->ready && !lost;
	int64_t transition = lost           ? pod->lost_written - offset + api
	                     : shown->ready ? shown->ready_since
	                                    : shown->unready_since;
	tree_set_text(status, "phase", phases[shown->phase]);
	if (shown->started) {
		if (!transition)
			transition = shown->started;
		add_condition(status, "PodReadyToStartContainers", shown->has_sandbox, NULL,
		        (shown->has_sandbox ? shown->sandbox_ready : transition) + offset);
		add_condition(status, "Initialized", true, ended, shown->started + offset);
		const char *reason = ready ? NULL : ended ? ended : lost ? "NodeNotReady" : "ContainersNotReady";
		add_condition(status, "Ready", ready, reason, transition + offset);
		add_condition(status, "ContainersReady", shown->ready,
		        shown->ready ? NULL
		        : ended      ? ended
		                     : "ContainersNotReady",
		        (shown->ready ? shown->ready_since : transition) + offset);
	}
	if (pod->scheduled)
		add_condition(status, "PodScheduled", true, NULL, pod->scheduled + api);
	if (!shown->started)
		return status;
	if (pod->node)
		set_addresses(status, "hostIP", "hostIPs", "ip", pod->node->ip);
	if (shown->ip && shown->has_sandbox)
		set_addresses(status, "podIP", "podIPs", "ip", shown->ip);
	tree_set_time(status, "startTime", shown->started + offset);
	tree_set_text(status, "qosClass", "BestEffort");
	const cJSON *container;
	cJSON_ArrayForEach(container, tree_path(object, "spec.containers"))
	{
		add_container(status, pod, tree_text(container, "name"), tree_text(container, "image"), offset);
	}
	return status;
}

static void create_pod(struct pod *pod)
{
	struct kubernetes *kubernetes = pod->kubernetes;
	struct kube *kube = kubernetes->kube;
	const struct workload *workload = pod->workload;
	draw_namespace(kubernetes, pod->namespace);
	cJSON *object = tree_printf(
	        "{\"metadata\":{\"name\":\"%s\",\"namespace\":\"%s\",\"uid\":\"%s\"},\"spec\":{\"containers\":[{"
	        "\"name\":"
	        "\"app\",\"image\":\"%s\",\"imagePullPolicy\":\"Always\",\"resources\":{},\"terminationMessagePath\":"
	        "\"/dev/termination-log\",\"terminationMessagePolicy\":\"File\"}],\"dnsPolicy\":\"ClusterFirst\","
	        "\"restartPolicy\":\"%s\",\"schedulerName\":\"default-scheduler\",\"securityContext\":{},"
	        "\"serviceAccountName\":\"default\",\"serviceAccount\":\"default\",\"enableServiceLinks\":true,"
	        "\"terminationGracePeriodSeconds\":%lld,\"tolerations\":[{\"key\":\"node.kubernetes.io/not-ready\","
	        "\"operator\":\"Exists\",\"effect\":\"NoExecute\",\"tolerationSeconds\":300},{\"key\":"
	        "\"node.kubernetes.io/unreachable\",\"operator\":\"Exists\",\"effect\":\"NoExecute\","
	        "\"tolerationSeconds\":300}]}}",
	        pod->name, pod->namespace, pod->uid, pod->image, pod->restart_policy, (long long)pod->usual_grace_s);
	cJSON *metadata = tree_object(object, "metadata"), *spec = tree_object(object, "spec");
	tree_set_time(metadata, "creationTimestamp", pod->created + kubernetes->clock_offset);
	tree_set_text(tree_object(metadata, "labels"), "app", workload ? workload->name : pod->name);
	if (pod->kata)
		tree_set_text(spec, "runtimeClassName", "kata-remote");
	if (pod->node_name)
		tree_set_text(spec, "nodeName", pod->node_name);
	if (pod->mirror)
		tree_set_text(tree_object(metadata, "annotations"), "kubernetes.io/config.mirror", pod->uid);
	if (workload && workload->sort < WORKLOAD_BARE)
		draw_owner(pod, metadata);
	tree_set(object, "status", tree_printf("{\"phase\":\"Pending\"}"));
	int64_t now = draw_at(kubernetes, pod->created);
	kube_put(kube, kube_resource(kube, "pods"), object, "kube-controller-manager");
	kubernetes->world->now = now;
	pod->drawn = true;
}

static void write_status(struct pod *pod)
{
	struct kubernetes *kubernetes = pod->kubernetes;
	struct kube *kube = kubernetes->kube;
	const struct kube_object *object = kube_by_uid(kube, pod->uid);
	if (!object)
		return;
	if (pod->status_written) {
		int64_t lost = pod->lost_written, now = draw_at(kubernetes, pod->status_written);
		pod->lost_written = 0;
		object = kube_status(kube, object, pod_status_tree(pod, kube_tree(kube, object)), "kubelet");
		pod->lost_written = lost;
		kubernetes->world->now = now;
	}
	if (object && (pod->lost_written || !pod->status_written)) {
		int64_t now = draw_at(kubernetes, pod->lost_written ? pod->lost_written : pod->scheduled);
		kube_status(kube, object, pod_status_tree(pod, kube_tree(kube, object)),
		        pod->lost_written ? "kube-controller-manager" : "kube-scheduler");
		kubernetes->world->now = now;
	}
}

static void bind_pod(const struct pod *pod)
{
	struct kube *kube = pod->kubernetes->kube;
	const struct kube_object *object = kube_by_uid(kube, pod->uid);
	if (object && pod->node_name && !*tree_text(kube_tree(kube, object), "spec.nodeName"))
		kube_bind_pod(kube, object, pod->node_name);
}

static void draw_deletion(struct pod *pod)
{
	struct kubernetes *kubernetes = pod->kubernetes;
	const struct kube_object *object = kube_by_uid(kubernetes->kube, pod->uid);
	if (!object || kube_is_terminating(object))
		return;
	int64_t now = draw_at(kubernetes, pod->deleting);
	kube_delete(kubernetes->kube, object, pod->grace_s, KUBE_BACKGROUND);
	kubernetes->world->now = now;
}

void draw_pod(struct pod *pod)
{
	pod->dirty = false;
	if (pod->workload)
		pod->workload->counts_dirty = true;
	if (!pod->in_api)
		return;
	if (!pod->drawn && !pod->given)
		create_pod(pod);
	bind_pod(pod);
	// In the order in which it happened: what has ended would go at once.
	bool ended_later = pod->deleting && pod->deleting <= pod->status_written;
	if (ended_later)
		draw_deletion(pod);
	write_status(pod);
	if (pod->deleting && !ended_later)
		draw_deletion(pod);
}

void draw_peerpod(struct peerpod *peerpod)
{
	struct kubernetes *kubernetes = peerpod->kubernetes;
	struct kube *kube = kubernetes->kube;
	peerpod->dirty = false;
	const struct kube_resource *resource = kube_resource(kube, PEERPODS);
	if (!resource)
		return;
	draw_namespace(kubernetes, peerpod->namespace);
	const struct kube_object *object = kube_by_uid(kube, peerpod->uid);
	int64_t now = draw_at(kubernetes, peerpod->created);
	if (!object || !peerpod->finalizer) {
		cJSON *tree = tree_printf(
		        "{\"metadata\":{\"name\":\"%s\",\"namespace\":\"%s\",\"uid\":\"%s\",\"ownerReferences\":[{"
		        "\"apiVersion\":"
		        "\"v1\",\"kind\":\"Pod\",\"name\":\"%s\",\"uid\":\"%s\",\"controller\":true,"
		        "\"blockOwnerDeletion\":true}]},"
		        "\"spec\":{\"cloudProvider\":\"alibabacloud\",\"instanceID\":\"%s\"},\"status\":{}}",
		        peerpod->name, peerpod->namespace, peerpod->uid, peerpod->pod_name, peerpod->pod_uid,
		        peerpod->instance_id);
		cJSON *metadata = tree_object(tree, "metadata");
		tree_set_time(metadata, "creationTimestamp", peerpod->created + kubernetes->clock_offset);
		if (peerpod->finalizer)
			cJSON_AddItemToArray(
			        tree_list(metadata, "finalizers"), cJSON_CreateString("peer.pod/finalizer"));
		object = kube_put(kube, resource, tree, "cloud-api-adaptor");
		peerpod->drawn = true;
	}
	if (object && peerpod->deleting && !kube_is_terminating(object)) {
		kubernetes->world->now = now;
		draw_at(kubernetes, peerpod->deleting);
		kube_delete(kube, object, -1, KUBE_BACKGROUND);
	}
	kubernetes->world->now = now;
}
