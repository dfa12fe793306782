// SPDX-License-Identifier: Apache-2.0
// A simple kubelet for pods that nobody else runs: they start and stop. A container of which nobody knows better says
// a line per second.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "sim/kube_pods.h"
#include "sim/kube_populate.h"
#include "sim/kube_private.h"

#include "base/banned.h"

enum {
	BIND_MS = 120,
	START_MS = 900,
	STOP_MS = 1200,
	JOB_MS = 8000,
	LINE_MS = 1000,
	LINES_KEPT = 5000,
};

static bool is_anothers(struct kube *kube, const struct kube_object *pod)
{
	for (size_t i = 0; i < kube->hook_count; i++)
		if (kube->hooks[i].runs && kube->hooks[i].runs(kube, pod, kube_tree(kube, pod), kube->hooks[i].user))
			return true;
	return false;
}

static void pod_address(struct kube *kube, const cJSON *pod, char ip[64])
{
	const char *node = tree_text(pod, "spec.nodeName");
	const cJSON *tree = kube_get(kube, kube_resource(kube, "nodes"), NULL, node);
	const char *own = tree_text(tree_find(tree_path(tree, "status.addresses"), "type", "InternalIP"), "address");
	if (tree_flag(pod, "spec.hostNetwork"))
		snprintf(ip, 64, "%s", own);
	else
		snprintf(ip, 64, "10.244.%d.%d", (int)random_below(&kube->random, 64),
		        2 + (int)random_below(&kube->random, 250));
}

static void write_host(struct kube *kube, const cJSON *pod, cJSON *status)
{
	const cJSON *node = kube_get(kube, kube_resource(kube, "nodes"), NULL, tree_text(pod, "spec.nodeName"));
	const char *own = tree_text(tree_find(tree_path(node, "status.addresses"), "type", "InternalIP"), "address");
	if (!*own)
		return;
	tree_set_text(status, "hostIP", own);
	tree_set(status, "hostIPs", tree_printf("[{\"ip\":\"%s\"}]", own));
}

static void add_container_id(struct kube *kube, cJSON *entry, const char *image)
{
	char id[80] = "containerd://", digest[300];
	random_hex(&kube->random, id + 13, 64);
	tree_set_text(entry, "containerID", id);
	snprintf(digest, sizeof(digest), "%.200s@sha256:%s", image, id + 13);
	tree_set_text(entry, "imageID", digest);
}

void kube_pod_running(struct kube *kube, const cJSON *pod, cJSON *status, int64_t started, bool ready)
{
	static const char *const types[] = {
	        "PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"};
	char ip[64];
	const cJSON *container;
	tree_set(status, "containerStatuses", NULL);
	tree_set_text(status, "phase", "Running");
	for (size_t i = 0; i < COUNT_OF(types); i++)
		kube_set_condition(status, types[i], ready || i < 2 || i == 4 ? "True" : "False", NULL, NULL, started);
	write_host(kube, pod, status);
	if (!*tree_text(status, "podIP")) {
		pod_address(kube, pod, ip);
		tree_set_text(status, "podIP", ip);
		tree_set(status, "podIPs", tree_printf("[{\"ip\":\"%s\"}]", ip));
	}
	if (!tree_member(status, "startTime"))
		tree_set_time(status, "startTime", started);
	cJSON_ArrayForEach(container, tree_path(pod, "spec.containers"))
	{
		cJSON *entry = cJSON_CreateObject();
		const char *image = tree_text(container, "image");
		tree_set_text(entry, "name", tree_text(container, "name"));
		tree_set_time(tree_object(tree_object(entry, "state"), "running"), "startedAt", started);
		tree_set(entry, "lastState", cJSON_CreateObject());
		tree_set_flag(entry, "ready", ready);
		tree_set_int(entry, "restartCount", 0);
		tree_set_text(entry, "image", image);
		add_container_id(kube, entry, image);
		tree_set_flag(entry, "started", true);
		cJSON_AddItemToArray(tree_list(status, "containerStatuses"), entry);
	}
}

static void stop_containers(cJSON *status, int64_t now, int code, const char *reason)
{
	cJSON *entry;
	cJSON_ArrayForEach(entry, tree_member(status, "containerStatuses"))
	{
		const cJSON *running = tree_path(entry, "state.running");
		if (!running)
			continue;
		cJSON *ended = cJSON_CreateObject();
		tree_set_int(ended, "exitCode", code);
		tree_set_text(ended, "reason", reason);
		tree_set_text(ended, "startedAt", tree_text(running, "startedAt"));
		tree_set_time(ended, "finishedAt", now);
		tree_set_text(ended, "containerID", tree_text(entry, "containerID"));
		cJSON *state = cJSON_CreateObject();
		tree_set(state, "terminated", ended);
		tree_set(entry, "state", state);
		tree_set_flag(entry, "ready", false);
		tree_set_flag(entry, "started", false);
	}
	kube_set_condition(status, "Ready", "False", code ? "PodFailed" : "PodCompleted", NULL, now);
	kube_set_condition(status, "ContainersReady", "False", code ? "PodFailed" : "PodCompleted", NULL, now);
}

static void complete(struct kube *kube, const struct kube_object *pod, int64_t argument)
{
	(void)argument;
	const cJSON *tree = kube_tree(kube, pod);
	if (pod->deletion || strcmp(tree_text(tree, "status.phase"), "Running") != 0)
		return;
	cJSON *status = tree_copy(tree_member(tree, "status"));
	stop_containers(status, kube_now(kube), 0, "Completed");
	tree_set_text(status, "phase", "Succeeded");
	kube_status(kube, pod, status, "kubelet");
	kube_log_grew(kube, pod);
}

static void tell_start(struct kube *kube, const struct kube_object *pod, const char *node)
{
	const cJSON *container;
	char uid[37];
	memcpy(uid, pod->uid, sizeof(uid));
	cJSON *list = tree_copy(tree_path(kube_tree(kube, pod), "spec.containers"));
	cJSON_ArrayForEach(container, list)
	{
		const char *name = tree_text(container, "name");
		kube_event(kube, pod, "Normal", "Pulled", "kubelet", node,
		        "Container image \"%s\" already present on machine", tree_text(container, "image"));
		kube_event(kube, pod, "Normal", "Created", "kubelet", node, "Created container: %s", name);
		kube_event(kube, pod, "Normal", "Started", "kubelet", node, "Started container %s", name);
	}
	cJSON_Delete(list);
}

static void start(struct kube *kube, const struct kube_object *pod, int64_t started)
{
	const cJSON *tree = kube_tree(kube, pod);
	char node[256];
	if (pod->deletion || strcmp(tree_text(tree, "status.phase"), "Pending") != 0)
		return;
	snprintf(node, sizeof(node), "%s", tree_text(tree, "spec.nodeName"));
	if (kube->populated)
		tell_start(kube, pod, node);
	tree = kube_tree(kube, pod);
	cJSON *status = tree_copy(tree_member(tree, "status"));
	bool ends = strcmp(tree_text(tree, "spec.restartPolicy"), "Always") != 0;
	kube_pod_running(kube, tree, status, started ? started : kube_now(kube), true);
	const struct kube_object *still = kube_status(kube, pod, status, "kubelet");
	if (still && ends)
		kube_later(kube, JOB_MS, still, complete, 0);
}

static void finish(struct kube *kube, const struct kube_object *pod, int64_t argument)
{
	(void)argument;
	kube_finish_pod(kube, pod);
}

static void stop(struct kube *kube, const struct kube_object *pod, int64_t argument)
{
	(void)argument;
	cJSON *status = tree_copy(tree_member(kube_tree(kube, pod), "status"));
	stop_containers(status, kube_now(kube), 0, "Completed");
	const struct kube_object *still = kube_status(kube, pod, status, "kubelet");
	if (!still)
		return;
	kube_log_grew(kube, still);
	kube_later(kube, 100, still, finish, 0);
}

static void take(struct kube *kube, const struct kube_object *pod, const cJSON *tree)
{
	if (is_anothers(kube, pod))
		return;
	if (!kube->populated)
		start(kube, pod, tree_time(tree, "metadata.creationTimestamp"));
	else
		kube_later(kube, START_MS + (int64_t)random_below(&kube->random, 800), pod, start, 0);
}

static bool is_pod(const struct kube_object *object)
{
	return object->resource->index == 0;
}

static void on_created(struct kube *kube, const struct kube_object *object, const cJSON *tree, void *user)
{
	(void)user;
	if (!is_pod(object))
		return;
	if (*tree_text(tree, "spec.nodeName"))
		take(kube, object, tree);
	else if (kube->populated)
		kube_later(kube, BIND_MS, object, kube_schedule, 0);
	else
		kube_schedule(kube, object, 0);
}

static void on_updated(
        struct kube *kube, const struct kube_object *object, const cJSON *before, const cJSON *after, void *user)
{
	(void)user;
	if (!is_pod(object))
		return;
	bool had = *tree_text(before, "spec.nodeName"), has = *tree_text(after, "spec.nodeName");
	if (!had && has)
		take(kube, object, after);
	else if (!has && tree_path(before, "spec.schedulingGates") && !tree_path(after, "spec.schedulingGates"))
		kube_later(kube, BIND_MS, object, kube_schedule, 0);
}

static bool node_is_alive(struct kube *kube, const cJSON *pod)
{
	const cJSON *node = kube_get(kube, kube_resource(kube, "nodes"), NULL, tree_text(pod, "spec.nodeName"));
	return node && kube_node_is_ready(node);
}

static void on_deleting(struct kube *kube, const struct kube_object *object, const cJSON *tree, void *user)
{
	(void)user;
	if (!is_pod(object) || is_anothers(kube, object) || !node_is_alive(kube, tree))
		return;
	const cJSON *container;
	int64_t grace = 1000 * tree_int(tree, "metadata.deletionGracePeriodSeconds", 30);
	char node[256];
	snprintf(node, sizeof(node), "%s", tree_text(tree, "spec.nodeName"));
	cJSON *list = tree_copy(tree_path(tree, "spec.containers"));
	cJSON_ArrayForEach(container, list)
	{
		kube_event(kube, object, "Normal", "Killing", "kubelet", node, "Stopping container %s",
		        tree_text(container, "name"));
	}
	cJSON_Delete(list);
	kube_later(kube, grace < STOP_MS ? grace : STOP_MS, object, stop, 0);
}

static bool log_lines(struct kube *kube, const struct kube_object *pod, const char *container, bool previous,
        struct kube_log *log, void *user)
{
	(void)user;
	const cJSON *tree = kube_tree(kube, pod);
	const cJSON *entry = tree_find(tree_path(tree, "status.containerStatuses"), "name", container);
	const cJSON *running = tree_path(entry, "state.running"), *ended = tree_path(entry, "state.terminated");
	if (previous || (!running && !ended))
		return false;
	int64_t from = tree_time(running ? running : ended, "startedAt");
	int64_t to = running ? kube_now(kube) : tree_time(ended, "finishedAt");
	int64_t count = (to - from) / LINE_MS + 1, first = count > LINES_KEPT ? count - LINES_KEPT : 0;
	char text[64];
	kube_log_dropped(log, (uint64_t)first);
	for (int64_t i = first; i < count; i++) {
		int length = snprintf(text, sizeof(text), "line %lld", (long long)i + 1);
		kube_log_line(log, from + i * LINE_MS, text, (size_t)length);
	}
	if (running)
		kube_log_lives(log);
	return true;
}

void kube_kubelet_begin(struct kube *kube)
{
	kube_add_hooks(
	        kube, &(struct kube_hooks){
	                      .created = on_created, .updated = on_updated, .deleting = on_deleting, .log = log_lines});
}
