// SPDX-License-Identifier: Apache-2.0
// CreateVM and StartVM of the adaptor: one stage after the other, each of which may fail.
#include "config.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sim/caa_check.h"
#include "sim/catalog.h"
#include "sim/instances.h"
#include "sim/podlife_private.h"
#include "sim/podvms.h"

#include "base/banned.h"

#define PROVIDER "adaptor/cloud/alibabacloud"

enum { SECOND_MS = 1000, USER_DATA_MOST = 16 * 1024, CONNECT_EVERY_MS = 15 * SECOND_MS, USUAL_PATIENCE_MS = 300000 };
enum { STAGE_CALL, STAGE_REPLY, STAGE_ADDRESS, STAGE_NIC, STAGE_OWN, STAGE_CONNECT, STAGE_WAIT };

static void on_stage(struct world *world, struct resource *resource, int64_t handle);

struct instance *caa_instance(const struct sandbox *sandbox)
{
	return world_find(sandbox->kubernetes->world, KIND_INSTANCE, sandbox->made_id);
}

static void stage_later(struct sandbox *sandbox, int stage, int64_t after_ms)
{
	sandbox->stage = stage;
	life_later(sandbox->kubernetes, after_ms, on_stage, sandbox->handle);
}

// StartVM is over inside the adaptor; the shim's side may have ended long before.
static void start_ends(struct sandbox *sandbox)
{
	sandbox->start_run = 0;
	if (sandbox->state == SANDBOX_ENDED && !caa_knows(sandbox))
		sandbox_free(sandbox);
}

static void start_returns(struct sandbox *sandbox)
{
	if (sandbox->state != SANDBOX_CREATING) {
		start_ends(sandbox);
		return;
	}
	sandbox->start_run = 0;
	kubelet_start_failed(sandbox, sandbox->failure);
	sandbox_stop(sandbox);
}

void caa_cleaned(struct sandbox *sandbox, bool deleted)
{
	sandbox->cleaning = false;
	if (deleted)
		peerpod_release(sandbox);
	start_returns(sandbox);
}

// StartVM returns an error.
static void PRINTF_LIKE(2, 3) start_error(struct sandbox *sandbox, const char *format, ...)
{
	char why[1024];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(why, sizeof(why), format, arguments);
	va_end(arguments);
	struct kubernetes *kubernetes = sandbox->kubernetes;
	sandbox->failure = world_text(kubernetes->world, why);
	vm_use(kubernetes->world, sandbox->made_id, NULL);
	caa_log(sandbox->node, "adaptor/cloud", "error starting instance: %s", why);
	if (sandbox->node->caa.release->cleans_failed_starts && *sandbox->reply_id) {
		caa_clean_up(sandbox);
		return;
	}
	if (sandbox->state != SANDBOX_CREATING)
		leak_mark(kubernetes->world, sandbox->made_id, LEAK_G5);
	start_returns(sandbox);
}

void caa_start_failed(struct sandbox *sandbox, const char *why)
{
	struct kube_node *node = sandbox->node;
	bool works = sandbox->start_run && sandbox->start_run == node->caa.run && caa_runs(&node->caa);
	if (works && sandbox->stage == STAGE_WAIT && !sandbox->cleaning) {
		caa_log(node, "adaptor/cloud", "Error: start instance interrupted (%s). Cleaning up...", why);
		start_error(sandbox, "%s", why);
		return;
	}
	// None of the polling loops looks at the request: StartVM goes on without its caller.
	if (!works)
		sandbox->start_run = 0;
	kubelet_start_failed(sandbox, why);
	sandbox_stop(sandbox);
}

void caa_create_vm(struct sandbox *sandbox)
{
	struct kube_node *node = sandbox->node;
	if (!caa_runs(&node->caa)) {
		kubelet_start_failed(sandbox, "dial unix /run/peerpod/hypervisor.sock: connect: connection refused");
		kubelet_stopped(sandbox);
		return;
	}
	sandbox->known_run = sandbox->start_run = node->caa.run;
	caa_log(node, "podnetwork", "routes on netns %s", sandbox->netns);
	caa_log(node, "adaptor/cloud",
	        "credential file /root/containers/auth.json is not present, skipping image auth config");
	caa_log(node, "adaptor/cloud", "stored /run/peerpod/pods/%s/%s", sandbox->id,
	        node->caa.release->daemon_json ? "daemon.json" : "apf.json");
	caa_log(node, "adaptor/cloud", "create a sandbox %s for pod %s in namespace %s (netns: %s)", sandbox->id,
	        sandbox->pod, sandbox->namespace, sandbox->netns);
	stage_later(sandbox, STAGE_CALL, life_spread(sandbox->kubernetes, 200, 900));
}

static bool read_groups(const struct kubernetes *kubernetes, const struct region *region,
        const struct caa_config *config, struct instance_plan *plan)
{
	for (size_t i = 0; i < config->group_count; i++) {
		struct security_group *group =
		        world_find_in(kubernetes->world, KIND_SECURITY_GROUP, region, config->group_ids[i]);
		if (!group || group->vpc != plan->vswitch->vpc)
			return false;
		plan->groups[plan->group_count++] = group;
	}
	return plan->group_count > 0;
}

static bool within_quota(const struct world *world, const struct region *region, const struct instance_type *type)
{
	int64_t used = 0;
	const struct table *table = &region->tables[KIND_INSTANCE];
	for (size_t i = 0; world->rules.instance_quota && i < table->count; i++)
		used += ((const struct instance *)(const void *)table->items[i])->type->cpu;
	return !world->rules.instance_quota || used + type->cpu <= world->rules.instance_quota;
}

// What RunInstances would answer: NULL, or the code of its error.
static const char *plan_vm(struct sandbox *sandbox, struct instance_plan *plan)
{
	struct kubernetes *kubernetes = sandbox->kubernetes;
	struct world *world = kubernetes->world;
	const struct caa_config *config = &sandbox->node->caa.config;
	struct region *region = world_region(world, config->region);
	const struct instance_type *type = config->type ? instance_type_find(config->type) : NULL;
	*plan = (struct instance_plan){.stream = RANDOM_LIFE,
	        .made_by = MADE_BY_CAA,
	        .sort = VM_PODVM,
	        .name = podvm_name(world, sandbox->pod, sandbox->id),
	        .type = type,
	        .vswitch = world_find_in(world, KIND_VSWITCH, region, config->vswitch_id),
	        .image_id = config->image_id,
	        .key_pair = config->key_name,
	        .disk_gib = config->disk_gib ? config->disk_gib : 40,
	        .public_address = config->public_ip,
	        .confidential = !config->disable_cvm};
	if (!region)
		return "InvalidRegionId.NotFound";
	if (!caa_may(kubernetes, config, "ecs:RunInstances"))
		return "Forbidden.RAM";
	if (region->unreachable)
		return "SDK.ServerUnreachable";
	if (!plan->vswitch)
		return "InvalidVSwitchId.NotFound";
	if (!read_groups(kubernetes, region, config, plan))
		return "InvalidSecurityGroupId.NotFound";
	if (!type)
		return "InvalidInstanceType.ValueNotSupported";
	if (plan->confidential && !type->tdx)
		return "InvalidParameter.NotSupport";
	if (!world_find_in(world, KIND_IMAGE, region, config->image_id))
		return "InvalidImageId.NotFound";
	if (!instance_type_sold(type, region, strrchr(plan->vswitch->zone, '-')[1]))
		return "OperationDenied.NoStock";
	if (!within_quota(world, region, type))
		return "QuotaExceed.ElasticQuota";
	return NULL;
}

static void make_vm(struct sandbox *sandbox, const struct instance_plan *plan)
{
	struct kubernetes *kubernetes = sandbox->kubernetes;
	struct world *world = kubernetes->world;
	struct instance *instance = instance_create(world, plan);
	if (!instance) {
		start_error(sandbox, "creating an instance : creating instance (<nil>) returned error: SDKError: "
		                     "StatusCode: 403 Code: InvalidVSwitchId.IpNotEnough");
		return;
	}
	struct buffer text, encoded;
	buffer_init(&text, USER_DATA_MOST);
	buffer_init(&encoded, 2 * USER_DATA_MOST);
	podvm_user_data_text(&text, &(struct podvm_data){.namespace = sandbox->namespace,
	                                    .pod = sandbox->pod,
	                                    .pod_ip = sandbox->pod_ip,
	                                    .worker_ip = sandbox->node->ip,
	                                    .vxlan = sandbox->vxlan,
	                                    .daemon_json = sandbox->node->caa.release->daemon_json});
	text_add_base64(&encoded, buffer_text(&text), text.size);
	instance->user_data = buffer_take(&encoded);
	buffer_finish(&text);
	buffer_finish(&encoded);
	podvm_tag(world, instance, sandbox->node->caa.config.tags);
	snprintf(sandbox->made_id, sizeof(sandbox->made_id), "%s", instance->base.id);
	vm_use(world, sandbox->made_id, sandbox);
	sandbox->boot_ms = life_spread(kubernetes, kubernetes->start_ms / 2, kubernetes->start_ms * 3 / 2);
	if (random_chance(life_random(kubernetes), kubernetes->slow))
		sandbox->boot_ms = life_spread(kubernetes, 90 * SECOND_MS, kubernetes->slow_ms);
	stage_later(sandbox, STAGE_REPLY, life_spread(kubernetes, 700, 2500));
}

static void stage_call(struct sandbox *sandbox)
{
	struct kube_node *node = sandbox->node;
	struct instance_plan plan;
	const char *code = plan_vm(sandbox, &plan);
	caa_log(node, PROVIDER, "Setting the SystemDisk size to %lld GiB with ImageId %s", (long long)plan.disk_gib,
	        plan.image_id ? plan.image_id : "");
	caa_log(node, PROVIDER, "CreateInstance: name: \"%s\"", plan.name);
	if (code)
		start_error(sandbox,
		        "creating an instance : creating instance (<nil>) returned error: SDKError: StatusCode: 403 "
		        "Code: %s",
		        code);
	else
		make_vm(sandbox, &plan);
}

static void stage_reply(struct sandbox *sandbox)
{
	struct kubernetes *kubernetes = sandbox->kubernetes;
	if (leak_strikes(kubernetes, LEAK_A2)) {
		leak_mark(kubernetes->world, sandbox->made_id, LEAK_A2);
		start_error(sandbox,
		        "creating an instance : creating instance (<nil>) returned error: Post "
		        "\"https://ecs.%s.aliyuncs.com/\": net/http: request canceled (Client.Timeout exceeded "
		        "while awaiting headers)",
		        sandbox->node->caa.config.region);
		return;
	}
	memcpy(sandbox->reply_id, sandbox->made_id, sizeof(sandbox->reply_id));
	caa_log(sandbox->node, PROVIDER, "created an instance %s for sandbox %s", sandbox->reply_id, sandbox->id);
	int64_t visible = kubernetes->world->rules.visible_after_ms;
	stage_later(sandbox, STAGE_ADDRESS, visible + life_spread(kubernetes, 600, 2000));
}

static void stage_address(struct sandbox *sandbox)
{
	struct kubernetes *kubernetes = sandbox->kubernetes;
	struct kube_node *node = sandbox->node;
	struct instance *instance = caa_instance(sandbox);
	char ip[IP_TEXT_SIZE];
	if (leak_strikes(kubernetes, LEAK_A3)) {
		caa_log(node, NULL,
		        "panic: interface conversion: error is *net.OpError, not *tea.SDKError\n\ngoroutine 217 "
		        "[running]:\n"
		        "github.com/confidential-containers/cloud-api-adaptor/src/cloud-providers/alibabacloud."
		        "(*alibabaCloudProvider).getIPs.func1()");
		leak_mark(kubernetes->world, sandbox->made_id, LEAK_A3);
		caa_crash(node, 2, "Error");
		return;
	}
	if (leak_strikes(kubernetes, LEAK_G6)) {
		leak_mark(kubernetes->world, sandbox->made_id, LEAK_G6);
		caa_crash(node, 137, "OOMKilled");
		return;
	}
	if (!instance || leak_strikes(kubernetes, LEAK_G4)) {
		// Up to 0.17 the provider returned no instance with its error: its id is lost.
		if (!node->caa.release->cleans_failed_starts) {
			leak_mark(kubernetes->world, sandbox->made_id, LEAK_G4);
			sandbox->reply_id[0] = 0;
		}
		start_error(sandbox,
		        "creating an instance : failed to wait for instance %s to be ready: exceeded max wait time to "
		        "wait",
		        sandbox->made_id);
		return;
	}
	ip_format(instance->private_ip, ip);
	caa_log(node, PROVIDER, "Instance %s is ready.", sandbox->reply_id);
	caa_log(node, PROVIDER, "podNodeIP[0]=%s", ip);
	if (!node->caa.config.external_network) {
		stage_later(sandbox, STAGE_OWN, life_spread(kubernetes, 50, 400));
		return;
	}
	caa_log(node, PROVIDER,
	        "External network connectivity is enabled, trying to setup another NIC with Internet Access.");
	stage_later(sandbox, STAGE_NIC, life_spread(kubernetes, 15 * SECOND_MS, 22 * SECOND_MS));
}

static void stage_nic(struct sandbox *sandbox)
{
	char why[512];
	struct instance *instance = caa_instance(sandbox);
	if (!instance)
		snprintf(
		        why, sizeof(why), "failed to create NIC: failed to get ECS status: InvalidInstanceId.NotFound");
	if (!instance || !caa_add_nic(sandbox, instance, why, sizeof(why))) {
		if (!sandbox->node->caa.release->cleans_failed_starts) {
			leak_mark(sandbox->kubernetes->world, sandbox->made_id, LEAK_G4);
			sandbox->reply_id[0] = 0;
		}
		start_error(sandbox, "creating an instance : %s", why);
		return;
	}
	stage_later(sandbox, STAGE_OWN, life_spread(sandbox->kubernetes, 200, 900));
}

static void stage_own(struct sandbox *sandbox)
{
	peerpod_own(sandbox, sandbox->reply_id);
	stage_later(sandbox, STAGE_CONNECT, life_spread(sandbox->kubernetes, 20, 200));
}

static void stage_connect(struct sandbox *sandbox)
{
	struct kube_node *node = sandbox->node;
	struct instance *instance = caa_instance(sandbox);
	if (!caa_knows(sandbox)) {
		start_error(sandbox, "setting instance: sandbox %s does not exist", sandbox->id);
		return;
	}
	memcpy(sandbox->instance_id, sandbox->reply_id, sizeof(sandbox->instance_id));
	caa_log(node, "adaptor/cloud", "created an instance %s for sandbox %s",
	        podvm_name(sandbox->kubernetes->world, sandbox->pod, sandbox->id), sandbox->id);
	int64_t patience = node->caa.config.proxy_timeout_ms ? node->caa.config.proxy_timeout_ms : USUAL_PATIENCE_MS;
	char ip[IP_TEXT_SIZE] = "0.0.0.0";
	if (instance)
		ip_format(instance->private_ip, ip);
	caa_log(node, "adaptor/proxy", "Trying to establish agent proxy connection to %s:15150", ip);
	sandbox->connect_until = sandbox->kubernetes->world->now + patience;
	stage_later(sandbox, STAGE_WAIT, life_spread(sandbox->kubernetes, 4000, 9000));
}

// Up to 0.17 a start that fails here leaves its VM to the shim's StopVM, which does not always come.
static bool start_is_doomed(const struct sandbox *sandbox)
{
	bool cleans = sandbox->node->caa.release->cleans_failed_starts;
	struct kubernetes *kubernetes = sandbox->kubernetes;
	return cleans ? kubernetes->forced[LEAK_G10] > 0 || kubernetes->rates[LEAK_G10] > 0
	                        ? random_chance(life_random(kubernetes),
	                                  kubernetes->forced[LEAK_G10] ? 1 : 4 * kubernetes->rates[LEAK_G10])
	                        : false
	              : leak_strikes(kubernetes, LEAK_G5);
}

static void stage_wait(struct sandbox *sandbox)
{
	struct kubernetes *kubernetes = sandbox->kubernetes;
	struct kube_node *node = sandbox->node;
	const struct instance *instance = caa_instance(sandbox);
	int64_t now = kubernetes->world->now;
	char ip[IP_TEXT_SIZE] = "0.0.0.0";
	if (instance)
		ip_format(instance->private_ip, ip);
	bool runs = instance && !strcmp(instance->base.state, "Running");
	if (!sandbox->tries++ && start_is_doomed(sandbox)) {
		sandbox->boot_ms = INT64_MAX / 2;
		sandbox->shim_killed = !node->caa.release->cleans_failed_starts;
	}
	if (runs && now >= instance->started + sandbox->boot_ms) {
		caa_log(node, "adaptor/proxy", "established agent proxy connection to %s:15150", ip);
		caa_log(node, "adaptor/cloud", "agent proxy is ready");
		sandbox->start_run = 0;
		kubelet_started(sandbox);
		return;
	}
	if (now >= sandbox->connect_until) {
		caa_log(node, "adaptor/proxy",
		        "failed to establish agent proxy connection to %s:15150: context deadline exceeded", ip);
		start_error(sandbox,
		        "failed to establish agent proxy connection to %s:15150: context deadline exceeded", ip);
		return;
	}
	if (node->caa.release->logs_retries)
		caa_log(node, "adaptor/proxy", "Retrying failed agent proxy connection: dial tcp %s:15150: i/o timeout",
		        ip);
	int64_t wait = CONNECT_EVERY_MS;
	if (runs && sandbox->boot_ms < INT64_MAX / 4 && instance->started + sandbox->boot_ms - now < wait)
		wait = instance->started + sandbox->boot_ms - now;
	if (sandbox->connect_until - now < wait)
		wait = sandbox->connect_until - now;
	stage_later(sandbox, STAGE_WAIT, wait);
}

static void on_stage(struct world *world, struct resource *resource, int64_t handle)
{
	static void (*const stages[])(struct sandbox * sandbox) = {
	        [STAGE_CALL] = stage_call,
	        [STAGE_REPLY] = stage_reply,
	        [STAGE_ADDRESS] = stage_address,
	        [STAGE_NIC] = stage_nic,
	        [STAGE_OWN] = stage_own,
	        [STAGE_CONNECT] = stage_connect,
	        [STAGE_WAIT] = stage_wait,
	};
	(void)resource;
	struct sandbox *sandbox = life_find(world, handle);
	if (!sandbox || sandbox->cleaning || !sandbox->start_run || sandbox->start_run != sandbox->node->caa.run ||
	        !caa_runs(&sandbox->node->caa))
		return;
	stages[sandbox->stage](sandbox);
}
