// SPDX-License-Identifier: Apache-2.0
// Nodes: what the node controller, the kubelet and the cloud's controller make of their state.
#include "config.h"
#include "sim/node_life.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/kube_store.h"
#include "sim/memory.h"
#include "sim/podlife_private.h"

#include "base/banned.h"

// kubernetes docs: Nodes: node-monitor-grace-period, and the default toleration of unreachable nodes.
enum { SECOND_MS = 1000, GRACE_MS = 40 * SECOND_MS, EVICTION_MS = 300 * SECOND_MS, BOOT_MS = 15 * SECOND_MS };
enum { PODS_PER_NODE_BITS = 7 }; // flannel of ACK: a /25 per node

static uint32_t pod_network(const struct kubernetes *kubernetes, size_t index)
{
	uint32_t network = (10u << 24) + (244u << 16);
	int prefix;
	if (kubernetes->cluster->container_cidr)
		cidr_parse(kubernetes->cluster->container_cidr, &network, &prefix);
	return network + ((uint32_t)(index % 256) << PODS_PER_NODE_BITS);
}

struct kube_node *node_of_instance(const struct world *world, const char *instance_id)
{
	for (size_t i = 0; i < kubernetes_count(world); i++) {
		struct kube_node *node;
		EACH_OF(node, &kubernetes_at(world, i)->nodes)
		if (!strcmp(node->instance_id, instance_id))
			return node;
	}
	return NULL;
}

struct kube_node *node_joins(struct kubernetes *kubernetes, struct instance *instance)
{
	struct world *world = kubernetes->world;
	struct kube_node *node = memory_zeroed(1, sizeof(*node));
	node->handle = life_enter(world, node);
	node->kubernetes = kubernetes;
	node->name = instance->hostname;
	node->ip = instance->private_ip;
	snprintf(node->instance_id, sizeof(node->instance_id), "%s", instance->base.id);
	random_uuid(life_random(kubernetes), false, node->uid);
	random_uuid(life_random(kubernetes), false, node->boot_id);
	node->created = instance->base.created + 60 * SECOND_MS;
	if (node->created > world->now)
		node->created = world->now;
	node->ready_since = node->created;
	node->heard = world->now;
	node->ready = node->in_api = node->dirty = true;
	node->worker = kubernetes->installed;
	node->pod_network = pod_network(kubernetes, kubernetes->nodes.count);
	list_add(&kubernetes->nodes, node);
	if (kubernetes->installed)
		caa_install(node);
	return node;
}

static void pod_unready(struct pod *pod)
{
	if (!pod->shown.ready)
		return;
	pod->lost_written = pod->kubernetes->world->now;
	pod->dirty = true;
}

static void on_unheard(struct world *world, struct resource *resource, int64_t handle)
{
	(void)resource;
	struct kube_node *node = life_find(world, handle);
	if (!node || node->state == NODE_UP || !node->ready || world->now - node->heard < GRACE_MS)
		return;
	node->ready = false;
	node->ready_since = world->now;
	node->dirty = true;
	node->caa.dirty = true;
	struct pod *pod;
	EACH_OF(pod, &node->kubernetes->pods)
	if (pod->node == node && pod->in_api)
		pod_unready(pod);
}

static void on_eviction(struct world *world, struct resource *resource, int64_t handle)
{
	(void)resource;
	struct kube_node *node = life_find(world, handle);
	if (!node || node->state == NODE_UP || node->ready || world->now - node->heard < GRACE_MS + EVICTION_MS)
		return;
	struct kubernetes *kubernetes = node->kubernetes;
	for (size_t i = kubernetes->pods.count; i-- > 0;) {
		struct pod *pod = kubernetes->pods.items[i];
		if (pod->node == node && pod->in_api && !pod->deleting && !pod->mirror)
			pod_delete(pod, -1);
	}
}

static void node_unheard(struct kube_node *node)
{
	struct kubernetes *kubernetes = node->kubernetes;
	node->heard = kubernetes->world->now;
	life_later(kubernetes, GRACE_MS + 5 * SECOND_MS, on_unheard, node->handle);
	life_later(kubernetes, GRACE_MS + EVICTION_MS + 6 * SECOND_MS, on_eviction, node->handle);
}

static void node_cut_off(const struct kube_node *node, bool cut_off)
{
	struct instance *instance = world_find(node->kubernetes->world, KIND_INSTANCE, node->instance_id);
	if (!instance)
		return;
	instance->cut_off = cut_off;
	kube_nodes_changed(instance->cluster);
}

void node_partition(struct kube_node *node)
{
	if (node->state != NODE_UP)
		return;
	node->state = NODE_PARTITIONED;
	node_unheard(node);
	node_cut_off(node, true);
}

static void node_is_ready(struct kube_node *node)
{
	node->state = NODE_UP;
	node->heard = node->kubernetes->world->now;
	if (!node->ready)
		node->ready_since = node->heard;
	node->ready = true;
	node->dirty = node->caa.dirty = true;
}

// The kubelet hears again what became of its pods.
static void pods_resume(struct kube_node *node)
{
	struct kubernetes *kubernetes = node->kubernetes;
	for (size_t i = kubernetes->pods.count; i-- > 0;) {
		struct pod *pod = kubernetes->pods.items[i];
		if (pod->node != node)
			continue;
		if (pod->lost_written) {
			pod->lost_written = 0;
			pod->now.ready_since = kubernetes->world->now;
		}
		pod_wrote(pod);
		kubelet_sync(pod);
	}
}

void node_heal(struct kube_node *node)
{
	if (node->state != NODE_PARTITIONED)
		return;
	node_is_ready(node);
	node_cut_off(node, false);
	if (!node->in_api) { // the kubelet registers itself again
		node->in_api = true;
		node->created = node->kubernetes->world->now;
		random_uuid(life_random(node->kubernetes), false, node->uid);
	}
	pods_resume(node);
}

void node_dies(struct kube_node *node)
{
	struct kubernetes *kubernetes = node->kubernetes;
	if (node->state == NODE_DOWN)
		return;
	if (node->state == NODE_UP)
		node_unheard(node);
	node->state = NODE_DOWN;
	if (node->caa.state != CAA_ABSENT) {
		node->caa.state = CAA_DOWN;
		node->caa.start_at = node->caa.probe_at = 0;
	}
	for (size_t i = kubernetes->sandboxes.count; i-- > 0;) {
		struct sandbox *sandbox = kubernetes->sandboxes.items[i];
		if (sandbox->node != node)
			continue;
		vm_use(kubernetes->world, sandbox->made_id, NULL);
		leak_mark(kubernetes->world, sandbox->made_id, LEAK_G3);
		if (*sandbox->eip_id)
			leak_mark(kubernetes->world, sandbox->eip_id, LEAK_A7);
		struct pod *pod = pod_by_uid(kubernetes, sandbox->pod_uid);
		if (pod && pod->sandbox == sandbox)
			pod->sandbox = NULL;
		sandbox_free(sandbox);
	}
}

static void on_booted(struct world *world, struct resource *resource, int64_t handle)
{
	(void)resource;
	struct kube_node *node = life_find(world, handle);
	if (!node || node->state != NODE_DOWN)
		return;
	struct kubernetes *kubernetes = node->kubernetes;
	node_is_ready(node);
	random_uuid(life_random(kubernetes), false, node->boot_id);
	if (node->caa.state == CAA_DOWN)
		caa_crash(node, 255, "Unknown");
	for (size_t i = kubernetes->pods.count; i-- > 0;) {
		struct pod *pod = kubernetes->pods.items[i];
		if (pod->node != node || !pod->now.has_sandbox)
			continue;
		pod->now.has_sandbox = pod->now.ready = false;
		pod->now.unready_since = world->now;
		pod->now.restarts += pod->now.phase == POD_RUNNING;
	}
	pods_resume(node);
}

void node_boots(struct kube_node *node)
{
	life_later(node->kubernetes, BOOT_MS, on_booted, node->handle);
}

void node_leaves(struct kube_node *node)
{
	struct kubernetes *kubernetes = node->kubernetes;
	if (node->in_api && node->drawn)
		object_gone(kubernetes, "nodes", "", node->name, node->uid);
	node->in_api = node->drawn = false;
	for (size_t i = kubernetes->pods.count; i-- > 0;) {
		struct pod *pod = kubernetes->pods.items[i];
		if (pod->node != node)
			continue;
		if (node->state == NODE_DOWN) {
			pod->node = NULL;
			pod->on_node = false;
			pod->sandbox = NULL;
		}
		if (pod->in_api)
			pod_gone_from_api(pod);
		else if (!pod->on_node)
			pod_free(pod);
	}
	if (node->state == NODE_DOWN)
		node_free(node);
}

void podlife_instance_up(struct world *world, struct instance *instance)
{
	struct kubernetes *kubernetes = instance->cluster ? kubernetes_of(world, instance->cluster->base.id) : NULL;
	struct kube_node *node = kubernetes ? node_of_instance(world, instance->base.id) : NULL;
	if (node)
		node_boots(node);
	else if (kubernetes)
		node_joins(kubernetes, instance);
}

static void on_vm_lost(struct world *world, struct resource *resource, int64_t handle)
{
	(void)resource;
	struct sandbox *sandbox = life_find(world, handle);
	if (sandbox && sandbox->state == SANDBOX_RUNNING)
		kubelet_lost(sandbox);
}

// The shim asks its guest every five seconds.
static void vm_lost(struct world *world, const struct instance *instance)
{
	struct kubernetes *kubernetes = instance->use.pod ? kubernetes_of(world, instance->use.cluster_id) : NULL;
	struct sandbox *sandbox;
	if (!kubernetes)
		return;
	EACH_OF(sandbox, &kubernetes->sandboxes)
	if (!strcmp(sandbox->made_id, instance->base.id))
		life_later(kubernetes, life_spread(kubernetes, SECOND_MS, 8 * SECOND_MS), on_vm_lost, sandbox->handle);
}

void podlife_instance_down(struct world *world, struct instance *instance)
{
	struct kube_node *node = instance->cluster ? node_of_instance(world, instance->base.id) : NULL;
	if (node)
		node_dies(node);
	else
		vm_lost(world, instance);
}

static void on_left(struct world *world, struct resource *resource, int64_t handle)
{
	(void)resource;
	struct kube_node *node = life_find(world, handle);
	if (node)
		node_leaves(node);
}

void podlife_instance_gone(struct world *world, struct instance *instance)
{
	struct kube_node *node = instance->cluster ? node_of_instance(world, instance->base.id) : NULL;
	if (!node) {
		vm_lost(world, instance);
		return;
	}
	node_dies(node);
	// The cloud's controller finds out that there is no such instance any more.
	life_later(
	        node->kubernetes, life_spread(node->kubernetes, 5 * SECOND_MS, 20 * SECOND_MS), on_left, node->handle);
}
