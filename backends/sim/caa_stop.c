// SPDX-License-Identifier: Apache-2.0
// StopVM of the adaptor, and how its provider deletes.
#include "config.h"
#include <string.h>

#include "sim/caa_check.h"
#include "sim/instances.h"
#include "sim/podlife_private.h"

#include "base/banned.h"

#define PROVIDER "adaptor/cloud/alibabacloud"

enum { SECOND_MS = 1000, TRIES_MOST = 30 };

static void on_delete(struct world *world, struct resource *resource, int64_t handle);

void caa_forget(struct sandbox *sandbox)
{
	sandbox->known_run = 0;
	sandbox->instance_id[0] = 0;
}

static void failed_kill(struct sandbox *sandbox, const char *why)
{
	struct pod *pod = pod_by_uid(sandbox->kubernetes, sandbox->pod_uid);
	if (pod)
		kube_event_add(pod->kubernetes, pod, true, "FailedKillPod",
		        "error killing pod: failed to \"KillPodSandbox\" for \"%s\" with KillPodSandboxError: \"rpc "
		        "error: "
		        "code = Unknown desc = failed to stop sandbox \\\"%s\\\": %s\"",
		        sandbox->pod_uid, sandbox->id, why);
}

// How one DeleteInstance ended. AGAIN: the provider asks again in a moment. After a panic the sandbox may be gone.
enum delete_result { DELETE_DONE, DELETE_AGAIN, DELETE_FAILED, DELETE_PANIC };

static enum delete_result delete_refused(struct sandbox *sandbox, const char *id, const char *code)
{
	caa_log(sandbox->node, PROVIDER,
	        "failed to delete an instance: SDKError: StatusCode: 403 Code: %s Message: code: 403, request id: "
	        "7A2B91C4-52C4-5E7A-9C61-6C2E2F1E3D10 and the response is <nil>",
	        code);
	caa_log(sandbox->node, "adaptor/cloud", "Error deleting an instance %s: failed to delete an instance %s", id,
	        id);
	return DELETE_FAILED;
}

// A region that is not the VM's answers NotFound, which counts as success.
static enum delete_result not_found(struct sandbox *sandbox, const char *id)
{
	caa_log(sandbox->node, PROVIDER, "instance %s is not found", id);
	caa_log(sandbox->node, PROVIDER, "Deleted an instance %s", id);
	leak_mark(sandbox->kubernetes->world, id, LEAK_R1);
	return DELETE_DONE;
}

static enum delete_result delete_instance(struct sandbox *sandbox, const char *id)
{
	struct kubernetes *kubernetes = sandbox->kubernetes;
	struct world *world = kubernetes->world;
	struct kube_node *node = sandbox->node;
	struct region *region = world_region(world, node->caa.config.region);
	struct instance *instance = world_find_in(world, KIND_INSTANCE, region, id);
	if (!*id)
		return delete_refused(sandbox, id, "MissingParameter.InstanceId");
	vm_touched(world, id);
	if (leak_strikes(kubernetes, LEAK_A3)) {
		caa_log(node, NULL,
		        "panic: interface conversion: error is *errors.errorString, not *tea.SDKError\n\ngoroutine 96 "
		        "[running]:\ngithub.com/confidential-containers/cloud-api-adaptor/src/cloud-providers/"
		        "alibabacloud."
		        "(*alibabaCloudProvider).DeleteInstance.func1()");
		leak_mark(world, id, LEAK_A3);
		caa_crash(node, 2, "Error");
		return DELETE_PANIC;
	}
	if (!instance || !region)
		return not_found(sandbox, id);
	bool deleting = !strcmp(instance->base.state, "Stopping");
	if (leak_strikes(kubernetes, LEAK_G7) || region->unreachable || instance->deletion_protection ||
	        !caa_may(kubernetes, &node->caa.config, "ecs:DeleteInstance")) {
		leak_mark(world, id, LEAK_G7);
		return delete_refused(sandbox, id,
		        instance->deletion_protection ? "InvalidOperation.DeletionProtection" : "InternalError");
	}
	if (!strcmp(instance->base.state, "Pending") || leak_strikes(kubernetes, LEAK_A4)) {
		leak_mark(world, id, LEAK_A4);
		return delete_refused(sandbox, id, "IncorrectInstanceStatus.Initializing");
	}
	if (!strcmp(instance->base.state, "Starting") || deleting) {
		caa_log(node, PROVIDER, "instance %s is not in the correct state to be deleted, retrying", id);
		return DELETE_AGAIN;
	}
	instance_delete(world, instance);
	if (node->caa.release->deletes_look_failed) {
		caa_log(node, "adaptor/cloud", "Error deleting an instance %s: failed to delete an instance %s", id,
		        id);
		if (*sandbox->eip_id)
			leak_mark(world, sandbox->eip_id, LEAK_A1);
		return DELETE_FAILED;
	}
	caa_log(node, PROVIDER, "Deleted an instance %s", id);
	return DELETE_DONE;
}

static void stop_ends(struct sandbox *sandbox)
{
	caa_forget(sandbox);
	sandbox->stopping = false;
	kubelet_stopped(sandbox);
}

static void stop_deleted(struct sandbox *sandbox, bool deleted)
{
	if (deleted) {
		caa_delete_eip(sandbox);
		peerpod_release(sandbox);
	} else if (!*sandbox->instance_id && !sandbox->start_run) {
		// Without an id there was nothing that could be deleted.
		leak_mark(sandbox->kubernetes->world, sandbox->made_id, LEAK_G4);
	}
	stop_ends(sandbox);
}

static void clean_deleted(struct sandbox *sandbox, bool deleted)
{
	if (!deleted) {
		caa_log(sandbox->node, "adaptor/cloud",
		        "failed to cleanup instance %s: failed to delete an instance %s", sandbox->reply_id,
		        sandbox->reply_id);
		leak_mark(sandbox->kubernetes->world, sandbox->made_id, LEAK_G10);
	}
	caa_cleaned(sandbox, deleted);
}

static void on_delete(struct world *world, struct resource *resource, int64_t handle)
{
	(void)resource;
	struct sandbox *sandbox = life_find(world, handle);
	bool stops = sandbox && sandbox->stopping && caa_knows(sandbox);
	if (!stops && (!sandbox || !sandbox->cleaning))
		return;
	enum delete_result result = delete_instance(sandbox, stops ? sandbox->instance_id : sandbox->reply_id);
	if (result == DELETE_PANIC)
		return;
	if (result == DELETE_AGAIN && ++sandbox->tries < TRIES_MOST) {
		life_later(sandbox->kubernetes, 2 * SECOND_MS, on_delete, handle);
		return;
	}
	if (result == DELETE_AGAIN)
		leak_mark(world, sandbox->made_id, LEAK_G7);
	if (stops)
		stop_deleted(sandbox, result == DELETE_DONE);
	else
		clean_deleted(sandbox, result == DELETE_DONE);
}

static void delete_begin(struct sandbox *sandbox, const char *id)
{
	sandbox->tries = 0;
	caa_log(sandbox->node, PROVIDER, "Deleting instance (%s)", id);
	life_later(sandbox->kubernetes, life_spread(sandbox->kubernetes, 300, 2500), on_delete, sandbox->handle);
}

void caa_clean_up(struct sandbox *sandbox)
{
	caa_log(sandbox->node, "adaptor/cloud", "cleaning up instance %s of sandbox %s", sandbox->reply_id,
	        sandbox->id);
	if (leak_strikes(sandbox->kubernetes, LEAK_G10)) {
		caa_log(sandbox->node, PROVIDER, "Deleting instance (%s)", sandbox->reply_id);
		sandbox->shim_killed = true;
		clean_deleted(sandbox, false);
		return;
	}
	sandbox->cleaning = true;
	delete_begin(sandbox, sandbox->reply_id);
}

void caa_stop_vm(struct sandbox *sandbox)
{
	struct kubernetes *kubernetes = sandbox->kubernetes;
	struct kube_node *node = sandbox->node;
	if (sandbox->shim_killed) {
		leak_mark(kubernetes->world, sandbox->made_id, LEAK_G5);
		sandbox->stopping = false;
		kubelet_stopped(sandbox);
		return;
	}
	if (!caa_runs(&node->caa) || leak_strikes(kubernetes, LEAK_G2)) {
		failed_kill(sandbox, "remote hypervisor call failed: ttrpc: cannot connect: connection refused");
		leak_mark(kubernetes->world, sandbox->made_id, LEAK_G2);
		caa_forget(sandbox);
		kubelet_stopped(sandbox);
		return;
	}
	if (!caa_knows(sandbox)) {
		caa_log(node, "adaptor/cloud", "stopping VM: sandbox %s does not exist", sandbox->id);
		failed_kill(sandbox, "remote hypervisor call failed: stopping VM: sandbox does not exist");
		leak_mark(kubernetes->world, sandbox->made_id, LEAK_G1);
		kubelet_stopped(sandbox);
		return;
	}
	if (node->caa.release->has_developer_mode && node->caa.config.developer_mode) {
		caa_log(node, "adaptor/cloud", "developer mode: keeping instance %s of sandbox %s",
		        sandbox->instance_id, sandbox->id);
		leak_mark(kubernetes->world, sandbox->made_id, LEAK_DEVELOPER);
		stop_ends(sandbox);
		return;
	}
	// The proxy goes down at once, and StartVM with it when it waits there.
	if (*sandbox->instance_id) {
		sandbox->start_run = 0;
		sandbox->cleaning = false;
	}
	sandbox->stopping = true;
	delete_begin(sandbox, sandbox->instance_id);
}
