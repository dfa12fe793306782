// SPDX-License-Identifier: Apache-2.0
// Pods on their node: scheduling, sandboxes, containers, deletion.
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/memory.h"
#include "sim/podlife_private.h"

#include "base/banned.h"

enum {
	SECOND_MS = 1000,
	MINUTE_MS = 60 * SECOND_MS,
	SANDBOX_PATIENCE_MS =
	        4 * MINUTE_MS, // kubelet: two minutes of --runtime-request-timeout, doubled for RunPodSandbox
	SHIM_PATIENCE_MS = 10 * MINUTE_MS, // kata: remote_hypervisor_timeout
	RESERVED_MS = 15 * SECOND_MS,
	UNSCHEDULED_MS = 30 * SECOND_MS,
	USUAL_GRACE_S = 30,
};

static void pod_begin(struct pod *pod, int64_t least_ms, int64_t most_ms);

void pod_wrote(struct pod *pod)
{
	if (!pod->node || pod->node->state != NODE_UP)
		return;
	pod->shown = pod->now;
	pod->dirty = true;
	pod->status_written = pod->kubernetes->world->now;
}

static bool pod_ended(const struct pod *pod)
{
	return pod->now.phase == POD_SUCCEEDED || pod->now.phase == POD_FAILED;
}

static void on_schedule(struct world *world, struct resource *resource, int64_t handle)
{
	(void)resource;
	struct pod *pod = life_find(world, handle);
	if (pod && pod->in_api && !pod->node && !pod->deleting && !pod->scheduled_by_api)
		pod_schedule(pod);
}

struct pod *pod_create(
        struct kubernetes *kubernetes, struct workload *workload, const char *namespace, const char *name, bool kata)
{
	struct pod *pod = memory_zeroed(1, sizeof(*pod));
	pod->handle = life_enter(kubernetes->world, pod);
	pod->kubernetes = kubernetes;
	pod->workload = workload;
	pod->namespace = namespace;
	pod->name = name;
	pod->kata = kata;
	pod->restart_policy = "Always";
	pod->image = "registry.cn-hangzhou.aliyuncs.com/demo/app:1.4";
	pod->created = kubernetes->world->now;
	pod->usual_grace_s = USUAL_GRACE_S;
	pod->in_api = pod->dirty = true;
	random_uuid(life_random(kubernetes), false, pod->uid);
	list_add(&kubernetes->pods, pod);
	life_later(kubernetes, life_spread(kubernetes, 20, 400), on_schedule, pod->handle);
	return pod;
}

// The emptiest of the nodes that can take it; chance decides between equals.
static struct kube_node *choose_node(const struct pod *pod)
{
	struct kubernetes *kubernetes = pod->kubernetes;
	struct kube_node *node, *best = NULL;
	size_t least = SIZE_MAX;
	EACH_OF(node, &kubernetes->nodes)
	{
		if (!node->in_api || !node->ready || (pod->kata && !node->worker))
			continue;
		size_t load = 0;
		struct pod *other;
		EACH_OF(other, &kubernetes->pods)
		load += other->node == node;
		load = load * 4 + (size_t)random_below(life_random(kubernetes), 8);
		if (load < least) {
			least = load;
			best = node;
		}
	}
	return best;
}

void pod_schedule(struct pod *pod)
{
	struct kubernetes *kubernetes = pod->kubernetes;
	struct kube_node *node = pod->node_name ? node_by_name(kubernetes, pod->node_name) : choose_node(pod);
	if (!node && pod->scheduled_by_api)
		return;
	if (!node) {
		kube_event_add(kubernetes, pod, true, "FailedScheduling",
		        "0/%zu nodes are available: %zu node(s) didn't match Pod's node affinity/selector.",
		        kubernetes->nodes.count, kubernetes->nodes.count);
		life_later(kubernetes, UNSCHEDULED_MS, on_schedule, pod->handle);
		return;
	}
	pod->node = node;
	pod->node_name = node->name;
	pod->scheduled = kubernetes->world->now;
	pod->on_node = pod->dirty = true;
	if (!pod->scheduled_by_api)
		kube_event_add(kubernetes, pod, false, "Scheduled", "Successfully assigned %s/%s to %s", pod->namespace,
		        pod->name, node->name);
	pod_begin(pod, 100, 900);
}

static void on_give_up(struct world *world, struct resource *resource, int64_t handle);
static void on_shim_timeout(struct world *world, struct resource *resource, int64_t handle);

static void on_create_vm(struct world *world, struct resource *resource, int64_t handle)
{
	(void)resource;
	struct sandbox *sandbox = life_find(world, handle);
	if (sandbox && sandbox->state == SANDBOX_CREATING)
		caa_create_vm(sandbox);
}

static void sandbox_begin(struct pod *pod)
{
	struct kubernetes *kubernetes = pod->kubernetes;
	struct random *random = life_random(kubernetes);
	struct sandbox *sandbox = memory_zeroed(1, sizeof(*sandbox));
	char netns[UID_SIZE];
	sandbox->handle = life_enter(kubernetes->world, sandbox);
	sandbox->kubernetes = kubernetes;
	sandbox->node = pod->node;
	sandbox->namespace = pod->namespace;
	sandbox->pod = pod->name;
	sandbox->created = kubernetes->world->now;
	sandbox->vxlan = 555000 + pod->node->next_vxlan++;
	sandbox->pod_ip = pod->node->pod_network + 2 + pod->node->next_pod++ % 120;
	random_hex(random, sandbox->id, SANDBOX_ID_SIZE - 1);
	random_uuid(random, false, netns);
	sandbox->netns = world_printf(kubernetes->world, "/var/run/netns/cni-%s", netns);
	memcpy(sandbox->pod_uid, pod->uid, sizeof(sandbox->pod_uid));
	list_add(&kubernetes->sandboxes, sandbox);
	pod->sandbox = sandbox;
	pod->attempts++;
	life_later(kubernetes, life_spread(kubernetes, 300, 1200), on_create_vm, sandbox->handle);
	life_later(kubernetes, SANDBOX_PATIENCE_MS, on_give_up, sandbox->handle);
	life_later(kubernetes, SHIM_PATIENCE_MS, on_shim_timeout, sandbox->handle);
}

static void on_ttl(struct world *world, struct resource *resource, int64_t handle);

static void containers_end(struct pod *pod, int exit_code)
{
	pod->now.phase = exit_code ? POD_FAILED : POD_SUCCEEDED;
	pod->now.exit_code = exit_code;
	pod->now.ready = false;
	pod->now.finished = pod->now.unready_since = pod->kubernetes->world->now;
	pod_wrote(pod);
	if (pod->ttl_ms)
		life_later(pod->kubernetes, pod->ttl_ms, on_ttl, pod->handle);
	if (pod->workload)
		workload_lost_pod(pod->workload);
}

static void on_ttl(struct world *world, struct resource *resource, int64_t handle)
{
	(void)resource;
	struct pod *pod = life_find(world, handle);
	if (pod && pod->in_api && !pod->deleting)
		pod_delete(pod, -1);
}

static void on_complete(struct world *world, struct resource *resource, int64_t handle)
{
	(void)resource;
	struct pod *pod = life_find(world, handle);
	if (!pod || pod->now.phase != POD_RUNNING || !pod->on_node)
		return;
	containers_end(pod, 0);
	// All containers have ended: kubelet stops the sandbox, the object stays.
	if (pod->sandbox)
		sandbox_stop(pod->sandbox);
}

static void on_ready(struct world *world, struct resource *resource, int64_t handle)
{
	(void)resource;
	struct pod *pod = life_find(world, handle);
	if (!pod || pod->now.phase != POD_RUNNING || !pod->now.has_sandbox || pod->now.ready || pod->deleting)
		return;
	pod->now.ready = true;
	pod->now.ready_since = world->now;
	pod_wrote(pod);
}

static void containers_start(struct pod *pod)
{
	struct kubernetes *kubernetes = pod->kubernetes;
	pod->now.phase = POD_RUNNING;
	pod->now.running_since = kubernetes->world->now;
	kube_event_add(kubernetes, pod, false, "Pulled",
	        "Successfully pulled image \"%s\" in 2.41s (2.41s including "
	        "waiting). Image size: 70542235 bytes.",
	        pod->image);
	kube_event_add(kubernetes, pod, false, "Created", "Created container: app");
	kube_event_add(kubernetes, pod, false, "Started", "Started container app");
	pod_wrote(pod);
	life_later(kubernetes, life_spread(kubernetes, 800, 4000), on_ready, pod->handle);
	if (pod->life_ms)
		life_later(kubernetes, pod->life_ms, on_complete, pod->handle);
}

// In a pod without a VM of its own everything is quick.
static void on_plain_sandbox(struct world *world, struct resource *resource, int64_t handle)
{
	(void)resource;
	struct pod *pod = life_find(world, handle);
	if (!pod || !pod->on_node || !pod->node || pod->node->state == NODE_DOWN || pod->now.has_sandbox ||
	        pod_ended(pod) || pod->deleting)
		return;
	pod->now.has_sandbox = true;
	pod->now.sandbox_ready = world->now;
	pod->now.ip = pod->mirror ? pod->node->ip : pod->node->pod_network + 2 + pod->node->next_pod++ % 120;
	containers_start(pod);
}

static void on_begin(struct world *world, struct resource *resource, int64_t handle)
{
	(void)resource;
	struct pod *pod = life_find(world, handle);
	if (!pod || !pod->on_node || !pod->in_api || !pod->node || pod->node->state == NODE_DOWN || pod->sandbox ||
	        pod->now.has_sandbox || pod->deleting || pod_ended(pod))
		return;
	if (!pod->now.started) {
		pod->now.started = world->now;
		pod_wrote(pod);
	}
	if (pod->kata)
		sandbox_begin(pod);
	else
		life_later(pod->kubernetes, life_spread(pod->kubernetes, 900, 4000), on_plain_sandbox, pod->handle);
}

static void pod_begin(struct pod *pod, int64_t least_ms, int64_t most_ms)
{
	life_later(pod->kubernetes, life_spread(pod->kubernetes, least_ms, most_ms), on_begin, pod->handle);
}

static void on_reserved(struct world *world, struct resource *resource, int64_t handle)
{
	(void)resource;
	struct sandbox *sandbox = life_find(world, handle);
	struct pod *pod = sandbox ? pod_by_uid(sandbox->kubernetes, sandbox->pod_uid) : NULL;
	if (!pod || pod->sandbox != sandbox || sandbox->state == SANDBOX_ENDED)
		return;
	char name[512];
	snprintf(name, sizeof(name), "%s_%s_%s_0", pod->name, pod->namespace, pod->uid);
	kube_event_add(pod->kubernetes, pod, true, "FailedCreatePodSandBox",
	        "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to reserve sandbox name \"%s\": "
	        "name \"%s\" is reserved for \"%s\"",
	        name, name, sandbox->id);
	life_later(pod->kubernetes, RESERVED_MS, on_reserved, sandbox->handle);
}

static void on_give_up(struct world *world, struct resource *resource, int64_t handle)
{
	(void)resource;
	struct sandbox *sandbox = life_find(world, handle);
	if (!sandbox || sandbox->state != SANDBOX_CREATING)
		return;
	struct pod *pod = pod_by_uid(sandbox->kubernetes, sandbox->pod_uid);
	sandbox->given_up = true;
	if (!pod || pod->sandbox != sandbox)
		return;
	kube_event_add(pod->kubernetes, pod, true, "FailedCreatePodSandBox",
	        "Failed to create pod sandbox: rpc error: code = DeadlineExceeded desc = context deadline exceeded");
	life_later(pod->kubernetes, RESERVED_MS, on_reserved, sandbox->handle);
}

static void on_shim_timeout(struct world *world, struct resource *resource, int64_t handle)
{
	(void)resource;
	struct sandbox *sandbox = life_find(world, handle);
	if (sandbox && sandbox->state == SANDBOX_CREATING)
		caa_start_failed(sandbox, "context deadline exceeded");
}

void kubelet_start_failed(struct sandbox *sandbox, const char *why)
{
	struct pod *pod = pod_by_uid(sandbox->kubernetes, sandbox->pod_uid);
	if (!pod || pod->sandbox != sandbox)
		return;
	if (!sandbox->given_up)
		kube_event_add(pod->kubernetes, pod, true, "FailedCreatePodSandBox",
		        "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to start sandbox "
		        "\"%s\": "
		        "failed to create containerd task: failed to create shim task: remote hypervisor call failed: "
		        "%s",
		        sandbox->id, why);
}

void kubelet_started(struct sandbox *sandbox)
{
	struct kubernetes *kubernetes = sandbox->kubernetes;
	struct pod *pod = pod_by_uid(kubernetes, sandbox->pod_uid);
	if (!pod || pod->sandbox != sandbox || sandbox->given_up || pod->deleting || !pod->in_api) {
		// Nobody waits for it any more: containerd takes it down again.
		sandbox_stop(sandbox);
		return;
	}
	sandbox->state = SANDBOX_RUNNING;
	pod->now.has_sandbox = true;
	pod->now.sandbox_ready = kubernetes->world->now;
	pod->now.ip = sandbox->pod_ip;
	containers_start(pod);
}

static void pod_drop(struct pod *pod)
{
	if (!pod->in_api && !pod->on_node && !pod->sandbox)
		pod_free(pod);
}

// kubelet has finished with it: the object may go.
static void pod_finish(struct pod *pod)
{
	pod->on_node = false;
	pod->now.has_sandbox = false;
	if (pod->in_api && pod->deleting && (!pod->node || pod->node->state == NODE_UP))
		pod_gone_from_api(pod);
	else
		pod_drop(pod);
}

void kubelet_stopped(struct sandbox *sandbox)
{
	struct kubernetes *kubernetes = sandbox->kubernetes;
	struct pod *pod = pod_by_uid(kubernetes, sandbox->pod_uid);
	sandbox->state = SANDBOX_ENDED;
	vm_use(kubernetes->world, sandbox->made_id, NULL);
	if (pod && pod->sandbox == sandbox) {
		pod->sandbox = NULL;
		pod->now.has_sandbox = false;
		if (pod->deleting || !pod->in_api)
			pod_finish(pod);
		else if (pod_ended(pod))
			pod_wrote(pod);
		else
			pod_begin(pod, 2 * SECOND_MS, 15 * SECOND_MS);
	}
	// StartVM may still be at work inside the adaptor.
	if (!caa_knows(sandbox) && !sandbox->start_run)
		sandbox_free(sandbox);
}

void kubelet_lost(struct sandbox *sandbox)
{
	struct kubernetes *kubernetes = sandbox->kubernetes;
	struct pod *pod = pod_by_uid(kubernetes, sandbox->pod_uid);
	if (sandbox->state == SANDBOX_STOPPING || sandbox->state == SANDBOX_ENDED)
		return;
	if (pod && pod->sandbox == sandbox && sandbox->state == SANDBOX_RUNNING) {
		pod->now.ready = false;
		pod->now.has_sandbox = false;
		pod->now.unready_since = kubernetes->world->now;
		if (!strcmp(pod->restart_policy, "Never")) {
			containers_end(pod, 255);
		} else {
			pod->now.restarts += pod->now.phase == POD_RUNNING;
			kube_event_add(kubernetes, pod, false, "SandboxChanged",
			        "Pod sandbox changed, it will be killed and re-created.");
			pod_wrote(pod);
		}
	}
	sandbox_stop(sandbox);
}

void sandbox_stop(struct sandbox *sandbox)
{
	if (sandbox->stopping || sandbox->state == SANDBOX_ENDED)
		return;
	sandbox->state = SANDBOX_STOPPING;
	vm_use(sandbox->kubernetes->world, sandbox->made_id, NULL);
	caa_stop_vm(sandbox);
}

static void on_killed(struct world *world, struct resource *resource, int64_t handle)
{
	(void)resource;
	struct pod *pod = life_find(world, handle);
	if (!pod || !pod->on_node || !pod->node || pod->node->state == NODE_DOWN)
		return;
	pod->now.ready = false;
	pod->now.unready_since = world->now;
	if (pod->sandbox)
		sandbox_stop(pod->sandbox);
	else
		pod_finish(pod);
}

static void pod_kill(struct pod *pod, int64_t grace_s)
{
	struct kubernetes *kubernetes = pod->kubernetes;
	int64_t most = grace_s * SECOND_MS;
	if (pod->now.phase == POD_RUNNING)
		kube_event_add(kubernetes, pod, false, "Killing", "Stopping container app");
	// Most programs end when they are told to; some use up their time.
	int64_t wait = most <= 1500 || random_chance(life_random(kubernetes), 0.15)
	                       ? most
	                       : life_spread(kubernetes, 500, 4000);
	if (pod->now.phase != POD_RUNNING)
		wait = life_spread(kubernetes, 200, 1500);
	life_later(kubernetes, wait < most || !most ? wait : most, on_killed, pod->handle);
}

// The kubelet makes a new mirror of what runs on: another object, with a creation time of its own.
static void mirror_again(struct pod *pod)
{
	struct kubernetes *kubernetes = pod->kubernetes;
	struct sandbox *sandbox;
	char old[UID_SIZE];
	memcpy(old, pod->uid, sizeof(old));
	if (pod->drawn)
		object_gone(kubernetes, "pods", pod->namespace, pod->name, old);
	random_uuid(life_random(kubernetes), false, pod->uid);
	EACH_OF(sandbox, &kubernetes->sandboxes)
	if (!strcmp(sandbox->pod_uid, old)) {
		memcpy(sandbox->pod_uid, pod->uid, sizeof(sandbox->pod_uid));
		if (sandbox->state == SANDBOX_RUNNING || sandbox->state == SANDBOX_CREATING)
			vm_use(kubernetes->world, sandbox->made_id, sandbox);
	}
	pod->drawn = false;
	pod->created = kubernetes->world->now;
	pod_wrote(pod);
	peerpods_collect(kubernetes, old);
}

// Where no kubelet is heard nobody makes a new one, and evictions pass it by.
static void mirror_deleted(struct pod *pod, int64_t grace_s)
{
	struct kubernetes *kubernetes = pod->kubernetes;
	if (pod->node->state == NODE_UP) {
		mirror_again(pod);
		return;
	}
	if (grace_s)
		return;
	if (pod->drawn)
		object_gone(kubernetes, "pods", pod->namespace, pod->name, pod->uid);
	pod->in_api = pod->drawn = false;
	peerpods_collect(kubernetes, pod->uid);
}

void pod_delete(struct pod *pod, int64_t grace_s)
{
	struct kubernetes *kubernetes = pod->kubernetes;
	if (!pod->in_api)
		return;
	if (pod->mirror && pod->node) {
		mirror_deleted(pod, grace_s);
		return;
	}
	if (grace_s < 0)
		grace_s = pod->usual_grace_s;
	// One that nobody has begun, or that has ended, goes without a grace period.
	if (!grace_s || !pod->node || pod->shown.phase > POD_RUNNING) {
		if (pod->drawn)
			object_gone(kubernetes, "pods", pod->namespace, pod->name, pod->uid);
		pod->drawn = false;
		pod_gone_from_api(pod);
		return;
	}
	if (pod->deleting && grace_s >= pod->grace_s)
		return;
	if (!pod->deleting) {
		pod->deleting = kubernetes->world->now;
		if (pod->node->state == NODE_UP)
			pod_kill(pod, grace_s);
	}
	pod->grace_s = grace_s;
	pod->dirty = true;
	if (pod->workload && pod->workload->sort == WORKLOAD_DEPLOYMENT)
		workload_lost_pod(pod->workload);
}

void pod_gone_from_api(struct pod *pod)
{
	struct kubernetes *kubernetes = pod->kubernetes;
	struct workload *workload = pod->workload;
	if (!pod->in_api)
		return;
	if (pod->drawn)
		object_gone(kubernetes, "pods", pod->namespace, pod->name, pod->uid);
	pod->in_api = pod->drawn = false;
	peerpods_collect(kubernetes, pod->uid);
	pod->workload = NULL;
	// kubelet, where it hears of it, kills what is left.
	if (pod->on_node && !pod->deleting && pod->node && pod->node->state == NODE_UP)
		pod_kill(pod, 1);
	pod_drop(pod);
	if (workload)
		workload_lost_pod(workload);
}

void kubelet_sync(struct pod *pod)
{
	if (!pod->on_node)
		return;
	if (pod->mirror && !pod->in_api) {
		pod->in_api = true;
		mirror_again(pod);
	}
	if (pod->deleting || !pod->in_api) {
		pod_kill(pod, 1);
		return;
	}
	if (!pod->now.has_sandbox && !pod->sandbox)
		pod_begin(pod, 3 * SECOND_MS, 20 * SECOND_MS);
}
