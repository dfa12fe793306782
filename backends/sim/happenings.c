// SPDX-License-Identifier: Apache-2.0
// Mishaps and daily life.
#include "config.h"
#include "sim/happenings.h"

#include <stdio.h>
#include <string.h>

#include "sim/catalog.h"
#include "sim/instances.h"
#include "sim/memory.h"
#include "sim/node_life.h"
#include "sim/peerpods.h"
#include "sim/podlife_private.h"
#include "sim/workloads.h"

#include "base/banned.h"

enum { SECOND_MS = 1000, MINUTE_MS = 60 * SECOND_MS };

static struct kube_node *any_node(const struct kubernetes *kubernetes, const char *name)
{
	struct kube_node *node;
	EACH_OF(node, &kubernetes->nodes)
	if (name && (!strcmp(node->name, name) || !strcmp(node->instance_id, name)))
		return node;
	size_t count = kubernetes->nodes.count;
	if (name || !count)
		return NULL;
	for (size_t tries = 0; tries < 8; tries++) {
		node = kubernetes->nodes.items[random_below(life_random(kubernetes), count)];
		if (node->state == NODE_UP && node->in_api && node->caa.state != CAA_ABSENT)
			return node;
	}
	return NULL;
}

// The one of that name; without a name one of the model's own: what comes through the API belongs to whoever made it.
static struct pod *any_pod(const struct kubernetes *kubernetes, const char *name, bool running)
{
	struct pod *pod, *found = NULL;
	size_t seen = 0;
	EACH_OF(pod, &kubernetes->pods)
	{
		if (!pod->in_api || pod->deleting || (running && (!pod->now.ready || !pod->kata)))
			continue;
		if (name && !strcmp(pod->name, name))
			return pod;
		if (!name && pod->workload && random_below(life_random(kubernetes), ++seen) == 0)
			found = pod;
	}
	return found;
}

// The node on which a mishap costs least: the fewest sandboxes, but at least one.
static struct kube_node *calmest_node(const struct kubernetes *kubernetes)
{
	struct kube_node *node, *best = NULL;
	size_t least = SIZE_MAX;
	EACH_OF(node, &kubernetes->nodes)
	{
		size_t count = 0;
		struct sandbox *sandbox;
		EACH_OF(sandbox, &kubernetes->sandboxes)
		count += sandbox->node == node && sandbox->state == SANDBOX_RUNNING;
		if (count && count < least && node->state == NODE_UP && node->in_api) {
			least = count;
			best = node;
		}
	}
	return best;
}

static void happen_adaptor_crash(struct kubernetes *kubernetes, const char *name)
{
	struct kube_node *node = any_node(kubernetes, name);
	if (node && caa_runs(&node->caa))
		caa_crash(node, 137, "OOMKilled");
}

static void happen_roll_out(struct kubernetes *kubernetes, const char *name)
{
	(void)name;
	if (kubernetes->installed)
		caa_roll_out(kubernetes);
}

static void happen_reboot(struct kubernetes *kubernetes, const char *name)
{
	struct kube_node *node = any_node(kubernetes, name);
	struct instance *instance = node ? world_find(kubernetes->world, KIND_INSTANCE, node->instance_id) : NULL;
	if (instance && !instance_is_transitional(instance))
		instance_reboot(kubernetes->world, instance);
}

static void on_start_again(struct world *world, struct resource *resource, int64_t argument)
{
	(void)argument;
	if (!strcmp(resource->state, "Stopped"))
		instance_start(world, (void *)resource);
}

static void happen_node_stop(struct kubernetes *kubernetes, const char *name)
{
	struct kube_node *node = any_node(kubernetes, name);
	struct instance *instance = node ? world_find(kubernetes->world, KIND_INSTANCE, node->instance_id) : NULL;
	if (!instance || instance_is_transitional(instance))
		return;
	instance_stop(kubernetes->world, instance);
	world_later(kubernetes->world, life_spread(kubernetes, 5 * MINUTE_MS, 90 * MINUTE_MS), &instance->base,
	        on_start_again, 0);
}

static void on_heal(struct world *world, struct resource *resource, int64_t handle)
{
	(void)resource;
	struct kube_node *node = life_find(world, handle);
	if (node)
		node_heal(node);
}

static void happen_partition(struct kubernetes *kubernetes, const char *name)
{
	struct kube_node *node = any_node(kubernetes, name);
	if (!node || node->state != NODE_UP)
		return;
	node_partition(node);
	if (!name)
		life_later(kubernetes, life_spread(kubernetes, MINUTE_MS, 120 * MINUTE_MS), on_heal, node->handle);
}

static void happen_heal(struct kubernetes *kubernetes, const char *name)
{
	struct kube_node *node = any_node(kubernetes, name);
	if (node)
		node_heal(node);
}

static void happen_node_lost(struct kubernetes *kubernetes, const char *name)
{
	struct kube_node *node = any_node(kubernetes, name);
	struct instance *instance = node ? world_find(kubernetes->world, KIND_INSTANCE, node->instance_id) : NULL;
	if (instance && (name || kubernetes->nodes.count > 1) && !instance_is_transitional(instance))
		instance_delete(kubernetes->world, instance);
}

// Somebody deletes the Node object of a machine that still runs.
static void happen_node_object(struct kubernetes *kubernetes, const char *name)
{
	struct kube_node *node = any_node(kubernetes, name);
	if (node && node->in_api)
		node_leaves(node);
}

// What people do to pods that hang in Terminating: often on a node that nobody can reach.
static void happen_force_delete(struct kubernetes *kubernetes, const char *name)
{
	struct pod *pod, *found = name ? any_pod(kubernetes, name, false) : NULL;
	if (!found && !name)
		EACH_OF(pod, &kubernetes->pods)
	if (pod->in_api && pod->node && (pod->deleting || !pod->node->ready))
		found = pod;
	if (!found && !name)
		found = any_pod(kubernetes, NULL, true);
	if (found)
		pod_delete(found, 0);
}

static void happen_delete(struct kubernetes *kubernetes, const char *name)
{
	struct pod *pod = any_pod(kubernetes, name, false);
	if (pod)
		pod_delete(pod, -1);
}

// Whoever changes the configuration looks first whether VMs can be had there.
static bool sells(const struct kubernetes *kubernetes, const struct vswitch *vswitch)
{
	const struct instance_type *type = instance_type_find(kubernetes->config.type);
	return type && instance_type_sold(type, vswitch->base.region, strrchr(vswitch->zone, '-')[1]);
}

static void happen_vswitch(struct kubernetes *kubernetes, const char *name)
{
	(void)name;
	struct world *world = kubernetes->world;
	const struct vswitch *now = world_find(world, KIND_VSWITCH, kubernetes->config.vswitch_id);
	const struct table *table = now ? &now->base.region->tables[KIND_VSWITCH] : NULL;
	for (size_t i = 0; table && i < table->count; i++) {
		const struct vswitch *vswitch = (const void *)table->items[i];
		if (vswitch == now || vswitch->vpc != now->vpc || !sells(kubernetes, vswitch))
			continue;
		kubernetes->config.vswitch_id = world_text(world, vswitch->base.id);
		kubernetes->config_changed = world->now;
		caa_roll_out(kubernetes);
		return;
	}
}

// REGION alone: the vSwitch and the image of the other region are what somebody else fills in.
static void happen_region(struct kubernetes *kubernetes, const char *name)
{
	struct world *world = kubernetes->world;
	for (size_t i = 0; i < world->region_count; i++) {
		struct region *region = &world->regions[i];
		const struct vswitch *vswitch = NULL;
		if (!strcmp(region->id, kubernetes->config.region) || (name && strcmp(name, region->id) != 0))
			continue;
		for (size_t k = 0; k < region->tables[KIND_VSWITCH].count && !vswitch; k++)
			if (sells(kubernetes, (const void *)region->tables[KIND_VSWITCH].items[k]))
				vswitch = (const void *)region->tables[KIND_VSWITCH].items[k];
		if (!vswitch)
			continue;
		const struct table *groups = &region->tables[KIND_SECURITY_GROUP];
		struct caa_config *config = &kubernetes->config;
		config->group_count = 0;
		for (size_t k = 0; k < groups->count && !config->group_count; k++) {
			const struct security_group *group = (const void *)groups->items[k];
			if (group->vpc == vswitch->vpc)
				config->group_ids[config->group_count++] = world_text(world, group->base.id);
		}
		config->region = region->id;
		config->vswitch_id = world_text(world, vswitch->base.id);
		config->image_id = world_printf(world, "m-%scaapodvm", region->code);
		kubernetes->config_changed = world->now;
		caa_roll_out(kubernetes);
		return;
	}
}

// A backup of another cluster is restored here: its PeerPods name that one's VMs.
static void happen_restore(struct kubernetes *kubernetes, const char *name)
{
	(void)name;
	struct world *world = kubernetes->world;
	if (kubernetes->controller == CONTROLLER_ABSENT)
		return;
	for (size_t i = 0; i < kubernetes_count(world); i++) {
		struct kubernetes *other = kubernetes_at(world, i);
		struct sandbox *sandbox;
		if (other == kubernetes)
			continue;
		EACH_OF(sandbox, &other->sandboxes)
		if (sandbox->state == SANDBOX_RUNNING && *sandbox->made_id) {
			const struct pod *pod = any_pod(kubernetes, NULL, false);
			peerpod_create(kubernetes, sandbox->namespace, sandbox->pod, pod ? pod->uid : sandbox->pod_uid,
			        sandbox->made_id);
			return;
		}
	}
}

// Somebody deletes all the completed and all the stuck ones.
static void happen_evict(struct kubernetes *kubernetes, const char *name)
{
	struct kube_node *node = any_node(kubernetes, name);
	for (size_t i = kubernetes->pods.count; node && i-- > 0;) {
		struct pod *pod = kubernetes->pods.items[i];
		if (pod->node == node && pod->in_api && !pod->deleting)
			pod_delete(pod, -1);
	}
}

static struct instance *any_vm(const struct kubernetes *kubernetes, bool used)
{
	const struct region *region = world_region(kubernetes->world, kubernetes->config.region);
	struct instance *found = NULL;
	size_t seen = 0;
	for (size_t i = 0; region && i < region->tables[KIND_INSTANCE].count; i++) {
		struct instance *instance = (void *)region->tables[KIND_INSTANCE].items[i];
		if (instance->made_for.pod && !strcmp(instance->made_for.cluster_id, kubernetes->cluster->base.id) &&
		        (instance->use.pod != NULL) == used && !strcmp(instance->base.state, "Running") &&
		        random_below(life_random(kubernetes), ++seen) == 0)
			found = instance;
	}
	return found;
}

// Somebody stops a VM that nobody uses, to see whether anybody complains.
static void happen_quarantine(struct kubernetes *kubernetes, const char *name)
{
	struct instance *instance = any_vm(kubernetes, false);
	(void)name;
	if (instance)
		instance_stop(kubernetes->world, instance);
}

// Somebody deletes the VM under a pod.
static void happen_delete_vm(struct kubernetes *kubernetes, const char *name)
{
	struct instance *instance = any_vm(kubernetes, true);
	(void)name;
	if (instance)
		instance_delete(kubernetes->world, instance);
}

static const struct {
	const char *name;
	void (*run)(struct kubernetes *kubernetes, const char *name);
	size_t rate; // in struct mishap_rates, plus one; 0 = only when asked for
} happenings[] = {
        {"adaptor-crash", happen_adaptor_crash, offsetof(struct mishap_rates, adaptor_crash_ms) + 1},
        {"roll-out", happen_roll_out, offsetof(struct mishap_rates, adaptor_roll_out_ms) + 1},
        {"reboot", happen_reboot, offsetof(struct mishap_rates, node_reboot_ms) + 1},
        {"stop", happen_node_stop, offsetof(struct mishap_rates, node_stop_ms) + 1},
        {"partition", happen_partition, offsetof(struct mishap_rates, node_partition_ms) + 1},
        {"node-lost", happen_node_lost, offsetof(struct mishap_rates, node_lost_ms) + 1},
        {"force-delete", happen_force_delete, offsetof(struct mishap_rates, force_delete_ms) + 1},
        {"vswitch", happen_vswitch, offsetof(struct mishap_rates, config_change_ms) + 1},
        {"heal", happen_heal, 0},
        {"node-object", happen_node_object, 0},
        {"delete", happen_delete, 0},
        {"region", happen_region, 0},
        {"restore-peerpods", happen_restore, 0},
        {"evict", happen_evict, 0},
        {"quarantine", happen_quarantine, 0},
        {"delete-vm", happen_delete_vm, 0},
};

bool happening_exists(const char *name)
{
	for (size_t i = 0; name && i < COUNT_OF(happenings); i++)
		if (!strcmp(happenings[i].name, name))
			return true;
	return false;
}

bool happening_run(struct kubernetes *kubernetes, const char *name, const char *node_or_pod)
{
	for (size_t i = 0; i < COUNT_OF(happenings); i++)
		if (!strcmp(happenings[i].name, name)) {
			happenings[i].run(kubernetes, node_or_pod);
			return true;
		}
	return false;
}

// Exponential, so that mishaps come in bunches as they do.
static int64_t next_after(struct kubernetes *kubernetes, int64_t mean_ms)
{
	double u = (double)(1 + random_below(life_random(kubernetes), 1u << 20)) / (double)((1u << 20) + 1);
	double waits = 0;
	for (double x = u; x < 1 && waits < 8; x *= 2.718281828)
		waits += 1;
	return (int64_t)((double)mean_ms * (waits - 0.5 + (double)random_below(life_random(kubernetes), 100) / 100)) +
	       1;
}

static void on_mishap(struct world *world, struct resource *resource, int64_t argument)
{
	struct kubernetes *kubernetes = kubernetes_of(world, resource->id);
	size_t which = (size_t)argument & 0xff;
	int64_t mean_ms = argument >> 8;
	if (!kubernetes || kubernetes->calm)
		return;
	happenings[which].run(kubernetes, NULL);
	world_later(world, next_after(kubernetes, mean_ms), resource, on_mishap, argument);
}

static int64_t wanted_pods(const struct kubernetes *kubernetes)
{
	int64_t pods = 0;
	const struct workload *workload;
	EACH_OF(workload, &kubernetes->workloads)
	pods += workload->kata ? workload->replicas : 0;
	return pods;
}

static void on_turn(struct world *world, struct resource *resource, int64_t argument);

// A turn that would come in the past's rhythm after the world's start comes soon after that.
static void turn_later(struct kubernetes *kubernetes)
{
	struct world *world = kubernetes->world;
	int64_t left = world->start > world->now ? world->start - world->now : 0;
	int64_t wait = left && kubernetes->past_every_ms ? next_after(kubernetes, kubernetes->past_every_ms) : left;
	if (wait >= left && !kubernetes->every_ms)
		return;
	if (wait >= left)
		wait = left + next_after(kubernetes, kubernetes->every_ms);
	world_later(world, wait, &kubernetes->cluster->base, on_turn, 0);
}

static void on_turn(struct world *world, struct resource *resource, int64_t argument)
{
	(void)argument;
	struct kubernetes *kubernetes = kubernetes_of(world, resource->id);
	if (!kubernetes)
		return;
	struct random *random = life_random(kubernetes);
	struct workload *workload =
	        kubernetes->workloads.count
	                ? kubernetes->workloads.items[random_below(random, kubernetes->workloads.count)]
	                : NULL;
	uint64_t choice = random_below(random, 20);
	int64_t pods = wanted_pods(kubernetes);
	bool scales = workload && choice < 4 && workload->sort < WORKLOAD_BARE;
	if (scales && pods <= kubernetes->usual_pods && random_chance(random, 0.7))
		workload_scale(workload, workload->replicas + 1);
	else if (scales && workload->replicas > 1 && pods + 3 > kubernetes->usual_pods)
		workload_scale(workload, workload->replicas - 1);
	else if (workload && choice < 5)
		workload_roll_out(workload);
	else
		happen_delete(kubernetes, NULL);
	turn_later(kubernetes);
}

void happenings_begin(struct kubernetes *kubernetes, const struct mishap_rates *rates)
{
	struct world *world = kubernetes->world;
	kubernetes->usual_pods = wanted_pods(kubernetes);
	turn_later(kubernetes);
	for (size_t i = 0; rates && i < COUNT_OF(happenings); i++) {
		if (!happenings[i].rate)
			continue;
		int64_t mean = *(const int64_t *)(const void *)((const char *)rates + happenings[i].rate - 1);
		if (mean > 0)
			world_later(world, next_after(kubernetes, mean), &kubernetes->cluster->base, on_mishap,
			        mean << 8 | (int64_t)i);
	}
}

void happenings_end(struct kubernetes *kubernetes)
{
	struct kube_node *node;
	kubernetes->calm = true;
	memset(kubernetes->rates, 0, sizeof(kubernetes->rates));
	memset(kubernetes->forced, 0, sizeof(kubernetes->forced));
	EACH_OF(node, &kubernetes->nodes)
	{
		struct instance *instance = world_find(kubernetes->world, KIND_INSTANCE, node->instance_id);
		node_heal(node);
		if (instance && !strcmp(instance->base.state, "Stopped"))
			instance_start(kubernetes->world, instance);
	}
}

// Which of the paths need more than a stroke of bad luck in a start or a stop.
bool leak_provoke(struct kubernetes *kubernetes, enum leak_path path)
{
	struct kube_node *node = calmest_node(kubernetes);
	struct pod *pod = any_pod(kubernetes, NULL, true);
	switch (path) {
	case LEAK_G1:
	case LEAK_A7:
	case LEAK_P4:
		if (node)
			caa_crash(node, 137, "OOMKilled");
		return node != NULL;
	case LEAK_G3:
		if (node)
			happen_reboot(kubernetes, node->name);
		return node != NULL;
	case LEAK_P1:
	case LEAK_P2:
	case LEAK_P3: // the adaptor forgets, then the pod goes and its PeerPod stays
		kubernetes->forced[LEAK_G7]++;
		if (pod)
			pod_delete(pod, -1);
		return pod != NULL;
	case LEAK_R1:
		happen_region(kubernetes, NULL);
		return true;
	case LEAK_DEVELOPER:
		kubernetes->config.developer_mode = true;
		kubernetes->config_changed = kubernetes->world->now;
		caa_roll_out(kubernetes);
		return true;
	case LEAK_NONE:
	case LEAK_PATHS:
		return false;
	default: // it happens in the next start or stop; a pod that is deleted makes both
		kubernetes->forced[path]++;
		if (pod)
			pod_delete(pod, -1);
		return pod != NULL;
	}
}
