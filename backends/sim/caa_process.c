// SPDX-License-Identifier: Apache-2.0
// The Cloud API Adaptor's process on a node: its start, its startup probe, its ends, and what it logs.
#include "config.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "sim/caa_check.h"
#include "sim/memory.h"
#include "sim/podlife_private.h"

#include "base/banned.h"

enum {
	SECOND_MS = 1000,
	PROBE_DELAY_MS = 20 * SECOND_MS,
	PROBE_EVERY_MS = 20 * SECOND_MS,
	PROBE_FAILURES = 30,
	BACK_OFF_MS = 10 * SECOND_MS,
	BACK_OFF_MOST_MS = 300 * SECOND_MS,
	LONG_RUN_MS = 600 * SECOND_MS, // kubelet forgets its back-off after so long
	PANIC_LINES_EXIT = 2,
};

// "2026/11/20 23:59:21 [adaptor/cloud] text", by the node's clock.
void caa_log(struct kube_node *node, const char *component, const char *format, ...)
{
	char text[2048], iso[TIME_TEXT_SIZE];
	size_t used = 0;
	int64_t now = node_clock(node);
	if (!node->caa.current)
		node->caa.current = caa_lines_create((size_t)node->kubernetes->log_limit);
	if (component) {
		time_format_iso(now, iso); // 2026-11-20T23:59:21Z
		iso[4] = iso[7] = '/';
		used = (size_t)snprintf(text, sizeof(text), "%.10s %.8s [%s] ", iso, iso + 11, component);
	}
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text + used, sizeof(text) - used, format, arguments);
	va_end(arguments);
	caa_lines_add(node->caa.current, now, memory_copy(text, strlen(text)));
}

bool caa_knows(const struct sandbox *sandbox)
{
	return sandbox->known_run && sandbox->known_run == sandbox->node->caa.run && caa_runs(&sandbox->node->caa);
}

static void on_start(struct world *world, struct resource *resource, int64_t handle);
static void on_probe(struct world *world, struct resource *resource, int64_t handle);

static void start_later(struct kube_node *node, int64_t after_ms)
{
	node->caa.start_at = node->kubernetes->world->now + after_ms;
	life_later(node->kubernetes, after_ms, on_start, node->handle);
}

static void probe_later(struct kube_node *node, int64_t after_ms)
{
	node->caa.probe_at = node->kubernetes->world->now + after_ms;
	life_later(node->kubernetes, after_ms, on_probe, node->handle);
}

// The first peer pod of the node that has not become Ready since this process started.
static const struct pod *unready_pod(const struct kube_node *node)
{
	struct pod *pod;
	EACH_OF(pod, &node->kubernetes->pods)
	if (pod->kata && pod->in_api && pod->node == node &&
	        (!pod->shown.ready || pod->lost_written || pod->shown.ready_since < node->caa.started))
		return pod;
	return NULL;
}

static void on_probe(struct world *world, struct resource *resource, int64_t handle)
{
	(void)resource;
	struct kube_node *node = life_find(world, handle);
	if (!node || node->caa.state != CAA_STARTING || node->caa.probe_at != world->now)
		return;
	const struct pod *pod = unready_pod(node);
	if (!pod) {
		caa_log(node, "probe/probe", "All PeerPods standup. we do not check the PeerPods status any more.");
		node->caa.state = CAA_READY;
		node->caa.ready_since = world->now;
		node->caa.dirty = true;
		return;
	}
	caa_log(node, "probe/probe", "Not all PeerPods ready, because PeerPod %s is not Ready", pod->name);
	if (++node->caa.failed_probes < PROBE_FAILURES)
		probe_later(node, PROBE_EVERY_MS);
	else
		caa_crash(node, 143, "Error");
}

static void log_start(struct kube_node *node)
{
	const struct caa_config *config = &node->caa.config;
	const char *provider = "adaptor/cloud/alibabacloud";
	caa_log(node, provider,
	        "alibabacloud config: &alibabacloud.Config{AccessKeyID:\"**********\", SecretKey:\"**********\", "
	        "Region:\"%s\", ImageID:\"%s\", InstanceType:\"%s\", VswitchID:\"%s\", UsePublicIP:%s, "
	        "SystemDiskSize:%lld, DisableCVM:%s}",
	        config->region ? config->region : "", config->image_id ? config->image_id : "",
	        config->type ? config->type : "", config->vswitch_id ? config->vswitch_id : "",
	        config->public_ip ? "true" : "false", (long long)config->disk_gib,
	        config->disable_cvm ? "true" : "false");
	if (config->access_key)
		caa_log(node, provider,
		        "Use ALIBABACLOUD_ACCESS_KEY_ID and ALIBABACLOUD_ACCESS_KEY_SECRET as credential");
	else
		caa_log(node, provider,
		        "ALIBABACLOUD_ACCESS_KEY_ID and ALIBABACLOUD_ACCESS_KEY_SECRET not provided, try using ACK "
		        "RRSA "
		        "(ALIBABA_CLOUD_ROLE_ARN, ALIBABA_CLOUD_OIDC_PROVIDER_ARN, ALIBABA_CLOUD_OIDC_TOKEN_FILE) to "
		        "get "
		        "credential...");
}

static void log_serving(struct kube_node *node)
{
	caa_log(node, "adaptor",
	        "server config: &cloud.ServerConfig{SocketPath:\"/run/peerpod/hypervisor.sock\", "
	        "PodsDir:\"/run/peerpod/pods\", ForwarderPort:\"15150\", ProxyTimeout:%lld, PeerPodsLimitPerNode:%lld}",
	        (long long)node->caa.config.proxy_timeout_ms * 1000000, (long long)node->caa.config.limit);
	caa_log(node, "util/k8sops", "initialized PeerPodService");
	caa_log(node, "probe/probe", "Using port: 8000");
	caa_log(node, "util/k8sops", "set up extended resources");
	if (node->state == NODE_UP)
		caa_log(node, "util/k8sops", "Successfully set extended resource for node %s", node->name);
	else
		caa_log(node, "util/k8sops", "Failed to set extended resource for node %s: i/o timeout", node->name);
	caa_log(node, "adaptor", "server started");
}

static void on_start(struct world *world, struct resource *resource, int64_t handle)
{
	(void)resource;
	struct kube_node *node = life_find(world, handle);
	if (!node || node->caa.state != CAA_DOWN || node->caa.start_at != world->now || node->state == NODE_DOWN)
		return;
	char why[512];
	struct caa *caa = &node->caa;
	caa->config = node->kubernetes->config;
	caa->state = CAA_STARTING;
	caa->waiting_reason = NULL;
	caa->started = world->now;
	caa->failed_probes = 0;
	caa->run++;
	caa->memory_count = 0;
	caa->dirty = node->dirty = true;
	log_start(node);
	if (!caa_check(node->kubernetes, &caa->config, why, sizeof(why))) {
		caa_log(node, NULL, "%s", why);
		caa_crash(node, 1, "Error");
		return;
	}
	log_serving(node);
	probe_later(node, PROBE_DELAY_MS);
}

// The shims notice within their five-second check that the adaptor is not there any more.
static void on_shim_noticed(struct world *world, struct resource *resource, int64_t handle)
{
	(void)resource;
	struct sandbox *sandbox = life_find(world, handle);
	if (!sandbox || caa_knows(sandbox) || sandbox->stopping)
		return;
	if (sandbox->state == SANDBOX_CREATING)
		caa_start_failed(sandbox, "ttrpc: closed");
	else
		kubelet_lost(sandbox);
}

static void process_ends(struct kube_node *node)
{
	struct kubernetes *kubernetes = node->kubernetes;
	struct sandbox *sandbox;
	EACH_OF(sandbox, &kubernetes->sandboxes)
	if (sandbox->node == node) {
		if (*sandbox->eip_id)
			leak_mark(kubernetes->world, sandbox->eip_id, LEAK_A7);
		life_later(kubernetes, life_spread(kubernetes, 300, 6 * SECOND_MS), on_shim_noticed, sandbox->handle);
		// A StopVM that was under way is answered by the closed connection.
		sandbox->stopping = sandbox->cleaning = false;
		sandbox->start_run = 0;
		sandbox->known_run = 0;
	}
	node->caa.memory_count = 0;
	node->caa.probe_at = 0;
	node->caa.dirty = node->dirty = true;
}

// The process died while it deleted: the shim has its error, kubelet goes on.
static void abandon_stopped(struct kube_node *node)
{
	struct kubernetes *kubernetes = node->kubernetes;
	for (size_t i = kubernetes->sandboxes.count; i-- > 0;) {
		struct sandbox *sandbox = kubernetes->sandboxes.items[i];
		if (sandbox->node != node)
			continue;
		if (sandbox->state == SANDBOX_STOPPING) {
			leak_mark(kubernetes->world, sandbox->made_id, LEAK_G1);
			kubelet_stopped(sandbox);
		} else if (sandbox->state == SANDBOX_ENDED) {
			leak_mark(kubernetes->world, sandbox->made_id, LEAK_G6);
			sandbox_free(sandbox);
		}
	}
}

void caa_crash(struct kube_node *node, int exit_code, const char *reason)
{
	struct caa *caa = &node->caa;
	struct world *world = node->kubernetes->world;
	if (caa->state == CAA_ABSENT)
		return;
	int64_t ran = world->now - caa->started;
	caa->last_started = caa->started;
	caa->last_finished = world->now;
	caa->last_exit = exit_code;
	caa->last_reason = reason;
	caa->state = CAA_DOWN;
	caa->restarts++;
	caa->crashes = ran > LONG_RUN_MS ? 1 : caa->crashes + 1;
	caa_lines_destroy(caa->previous);
	caa->previous = caa->current;
	caa->current = NULL;
	process_ends(node);
	abandon_stopped(node);
	int64_t wait = life_spread(node->kubernetes, 800, 3 * SECOND_MS);
	if (caa->crashes > 1) {
		int64_t back_off = BACK_OFF_MS << (caa->crashes < 7 ? caa->crashes - 2 : 5);
		wait += back_off < BACK_OFF_MOST_MS ? back_off : BACK_OFF_MOST_MS;
		caa->waiting_reason = "CrashLoopBackOff";
	}
	if (node->state != NODE_DOWN)
		start_later(node, wait);
}

void caa_install(struct kube_node *node)
{
	struct kubernetes *kubernetes = node->kubernetes;
	struct caa *caa = &node->caa;
	char tail[6] = {0};
	static const char letters[] = "bcdfghjklmnpqrstvwxz2456789";
	for (size_t i = 0; i < sizeof(tail) - 1; i++)
		tail[i] = letters[random_below(life_random(kubernetes), sizeof(letters) - 1)];
	caa->pod_name = world_printf(kubernetes->world, "cloud-api-adaptor-daemonset-%s", tail);
	random_uuid(life_random(kubernetes), false, caa->pod_uid);
	caa->pod_created = kubernetes->world->now;
	caa->state = CAA_DOWN;
	caa->restarts = caa->crashes = 0;
	caa->last_reason = caa->waiting_reason = NULL;
	caa->release = kubernetes->release;
	caa->image = kubernetes->image ? kubernetes->image : kubernetes->release->image;
	caa->generation = kubernetes->generation;
	caa->dirty = true;
	node->worker = node->dirty = true;
	start_later(node, life_spread(kubernetes, 1500, 6 * SECOND_MS));
}

static void on_install(struct world *world, struct resource *resource, int64_t handle)
{
	(void)resource;
	struct kube_node *node = life_find(world, handle);
	if (node && node->caa.state == CAA_ABSENT && node->kubernetes->installed && node->state != NODE_DOWN)
		caa_install(node);
}

void caa_remove(struct kube_node *node, bool replace)
{
	struct caa *caa = &node->caa;
	if (caa->state == CAA_ABSENT)
		return;
	process_ends(node);
	abandon_stopped(node);
	if (caa->drawn)
		object_gone(node->kubernetes, "pods", CAA_NAMESPACE, caa->pod_name, caa->pod_uid);
	caa_lines_destroy(caa->current);
	caa_lines_destroy(caa->previous);
	caa->current = caa->previous = NULL;
	caa->state = CAA_ABSENT;
	caa->drawn = false;
	if (replace)
		life_later(
		        node->kubernetes, life_spread(node->kubernetes, 500, 4 * SECOND_MS), on_install, node->handle);
}

static void on_roll(struct world *world, struct resource *resource, int64_t unused)
{
	(void)unused;
	struct kubernetes *kubernetes = kubernetes_of(world, resource->id);
	if (!kubernetes || !kubernetes->rolling)
		return;
	size_t at = kubernetes->rolled;
	struct kube_node *before = at ? kubernetes->nodes.items[at <= kubernetes->nodes.count ? at - 1 : 0] : NULL;
	// maxUnavailable 1: the next one waits until the last one is ready again, unless its node is not.
	if (before && before->state == NODE_UP && before->caa.state != CAA_READY && before->caa.state != CAA_ABSENT) {
		life_later(kubernetes, 10 * SECOND_MS, on_roll, 0);
		return;
	}
	if (at >= kubernetes->nodes.count) {
		kubernetes->rolling = false;
		return;
	}
	kubernetes->rolled++;
	struct kube_node *node = kubernetes->nodes.items[at];
	if (node->state == NODE_UP)
		caa_remove(node, true);
	life_later(kubernetes, 12 * SECOND_MS, on_roll, 0);
}

void caa_roll_out(struct kubernetes *kubernetes)
{
	bool under_way = kubernetes->rolling;
	kubernetes->rolling = true;
	kubernetes->rolled = 0;
	if (!under_way)
		life_later(kubernetes, 2 * SECOND_MS, on_roll, 0);
}
