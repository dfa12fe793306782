// SPDX-License-Identifier: Apache-2.0
// PeerPod objects: what the adaptor makes and releases, what garbage collection and peerpod-ctrl do.
#include "config.h"
#include <stdio.h>
#include <string.h>

#include "sim/instances.h"
#include "sim/memory.h"
#include "sim/peerpods.h"
#include "sim/podlife_private.h"

#include "base/banned.h"

enum { SECOND_MS = 1000, RETRY_MS = 30 * SECOND_MS };

static void on_reconcile(struct world *world, struct resource *resource, int64_t handle);

static bool is_served(const struct kubernetes *kubernetes)
{
	return kubernetes->controller != CONTROLLER_ABSENT;
}

// It has credentials and knows the provider.
static bool controller_works(const struct kubernetes *kubernetes)
{
	return kubernetes->controller == CONTROLLER_READY && kubernetes->release &&
	       kubernetes->release->controller_knows_cloud;
}

static void remember(struct caa *caa, const char *pod_uid, const char *peerpod)
{
	for (size_t i = 0; i < caa->memory_count; i++)
		if (!strcmp(caa->memory[i].pod_uid, pod_uid)) {
			caa->memory[i].peerpod = peerpod;
			return;
		}
	caa->memory = memory_grow(caa->memory, &caa->memory_room, caa->memory_count, sizeof(*caa->memory));
	struct peerpod_memory *memory = &caa->memory[caa->memory_count++];
	snprintf(memory->pod_uid, sizeof(memory->pod_uid), "%s", pod_uid);
	memory->peerpod = peerpod;
}

static const char *recall(struct caa *caa, const char *pod_uid)
{
	for (size_t i = 0; i < caa->memory_count; i++)
		if (!strcmp(caa->memory[i].pod_uid, pod_uid)) {
			const char *peerpod = caa->memory[i].peerpod;
			caa->memory[i] = caa->memory[--caa->memory_count];
			return peerpod;
		}
	return NULL;
}

struct peerpod *peerpod_create(struct kubernetes *kubernetes, const char *namespace, const char *pod_name,
        const char *pod_uid, const char *instance_id)
{
	static const char letters[] = "bcdfghjklmnpqrstvwxz2456789";
	struct peerpod *peerpod = memory_zeroed(1, sizeof(*peerpod));
	char tail[6] = {0};
	for (size_t i = 0; i < sizeof(tail) - 1; i++)
		tail[i] = letters[random_below(life_random(kubernetes), sizeof(letters) - 1)];
	peerpod->handle = life_enter(kubernetes->world, peerpod);
	peerpod->kubernetes = kubernetes;
	peerpod->namespace = namespace;
	peerpod->pod_name = pod_name;
	peerpod->name = world_printf(kubernetes->world, "%s-resource-%s", pod_name, tail);
	peerpod->instance_id = world_text(kubernetes->world, instance_id);
	peerpod->created = kubernetes->world->now;
	peerpod->finalizer = peerpod->dirty = true;
	snprintf(peerpod->pod_uid, sizeof(peerpod->pod_uid), "%s", pod_uid);
	random_uuid(life_random(kubernetes), false, peerpod->uid);
	list_add(&kubernetes->peerpods, peerpod);
	if (controller_works(kubernetes))
		life_later(kubernetes, life_spread(kubernetes, 300, 3 * SECOND_MS), on_reconcile, peerpod->handle);
	return peerpod;
}

static void peerpod_gone(struct peerpod *peerpod)
{
	if (peerpod->drawn)
		object_gone(peerpod->kubernetes, "peerpods.confidentialcontainers.org", peerpod->namespace,
		        peerpod->name, peerpod->uid);
	peerpod_free(peerpod);
}

static struct peerpod *peerpod_find(const struct kubernetes *kubernetes, const char *namespace, const char *name)
{
	struct peerpod *peerpod;
	EACH_OF(peerpod, &kubernetes->peerpods)
	if (!strcmp(peerpod->name, name) && !strcmp(peerpod->namespace, namespace))
		return peerpod;
	return NULL;
}

void peerpod_without_finalizer(struct peerpod *peerpod)
{
	peerpod->finalizer = false;
	peerpod->dirty = true;
	if (peerpod->deleting)
		peerpod_gone(peerpod);
}

bool peerpod_own(struct sandbox *sandbox, const char *instance_id)
{
	struct kubernetes *kubernetes = sandbox->kubernetes;
	struct kube_node *node = sandbox->node;
	const struct pod *pod = pod_find(kubernetes, sandbox->namespace, sandbox->pod);
	const char *why = NULL;
	if (node->state != NODE_UP)
		why = "Get \"https://172.16.0.1:443/api/v1\": dial tcp 172.16.0.1:443: i/o timeout";
	else if (!pod)
		why = world_printf(kubernetes->world, "pods \"%s\" not found", sandbox->pod);
	else if (!is_served(kubernetes))
		why = "the server could not find the requested resource (post peerPods.confidentialcontainers.org)";
	else if (leak_strikes(kubernetes, LEAK_G9))
		why = "peerpods.confidentialcontainers.org is forbidden: User "
		      "\"system:serviceaccount:confidential-containers-system:cloud-api-adaptor\" cannot create "
		      "resource "
		      "\"peerpods\"";
	if (why) {
		caa_log(node, "adaptor/cloud", "failed to create PeerPod: %s", why);
		return false;
	}
	const struct peerpod *peerpod = peerpod_create(kubernetes, pod->namespace, pod->name, pod->uid, instance_id);
	remember(&node->caa, pod->uid, peerpod->name);
	caa_log(node, "util/k8sops", "%s is now owning a PeerPod object", sandbox->pod);
	return true;
}

void peerpod_release(struct sandbox *sandbox)
{
	struct kubernetes *kubernetes = sandbox->kubernetes;
	struct kube_node *node = sandbox->node;
	const struct pod *pod = pod_find(kubernetes, sandbox->namespace, sandbox->pod);
	if (node->state != NODE_UP || !pod) {
		caa_log(node, "adaptor/cloud", "failed to release PeerPod pods \"%s\" not found", sandbox->pod);
		return;
	}
	const char *name = recall(&node->caa, pod->uid);
	struct peerpod *peerpod = name ? peerpod_find(kubernetes, pod->namespace, name) : NULL;
	if (!name || leak_strikes(kubernetes, LEAK_G8)) {
		caa_log(node, "adaptor/cloud", "failed to release PeerPod pod to PeerPod mapping not found");
		return;
	}
	if (!peerpod) {
		caa_log(node, "adaptor/cloud",
		        "failed to release PeerPod peerpods.confidentialcontainers.org \"%s\" not found", name);
		return;
	}
	caa_log(node, "util/k8sops", "%s's owned PeerPod object can now be deleted", sandbox->pod);
	peerpod_without_finalizer(peerpod);
}

void peerpod_delete(struct peerpod *peerpod)
{
	struct kubernetes *kubernetes = peerpod->kubernetes;
	if (!peerpod->finalizer) {
		peerpod_gone(peerpod);
		return;
	}
	if (!peerpod->deleting) {
		peerpod->deleting = kubernetes->world->now;
		peerpod->dirty = true;
	}
	if (controller_works(kubernetes)) {
		life_later(kubernetes, life_spread(kubernetes, 500, 6 * SECOND_MS), on_reconcile, peerpod->handle);
		return;
	}
	leak_mark(kubernetes->world, peerpod->instance_id,
	        kubernetes->controller == CONTROLLER_REMOVED ? LEAK_P1
	        : kubernetes->controller == CONTROLLER_READY ? LEAK_P2
	                                                     : LEAK_P3);
}

static void on_collect(struct world *world, struct resource *resource, int64_t handle)
{
	(void)resource;
	struct peerpod *peerpod = life_find(world, handle);
	if (peerpod && !peerpod->deleting)
		peerpod_delete(peerpod);
}

void peerpods_collect(struct kubernetes *kubernetes, const char *pod_uid)
{
	struct peerpod *peerpod;
	EACH_OF(peerpod, &kubernetes->peerpods)
	if (!strcmp(peerpod->pod_uid, pod_uid))
		life_later(kubernetes, life_spread(kubernetes, 200, 15 * SECOND_MS), on_collect, peerpod->handle);
}

// The VM that the object names, as a controller with this configuration sees it. True: it is gone for it.
static bool delete_named(struct kubernetes *kubernetes, const char *instance_id)
{
	struct world *world = kubernetes->world;
	struct region *region = world_region(world, kubernetes->config.region);
	struct instance *instance = world_find_in(world, KIND_INSTANCE, region, instance_id);
	if (!instance) {
		struct resource *elsewhere = id_map_get(&world->index, instance_id);
		// Whatever lost it before, this was its last chance.
		if (elsewhere)
			elsewhere->leak = NULL;
		leak_mark(world, instance_id, LEAK_R1);
		return true;
	}
	vm_touched(world, instance_id);
	if (instance->deletion_protection)
		return false;
	if (!instance_is_transitional(instance))
		instance_delete(world, instance);
	// Up to 0.17 a delete that worked is an error, and the second one gets NotFound.
	return !kubernetes->release->deletes_look_failed;
}

// peerpod-ctrl: an object of the same pod that is strictly older than another one has served its time.
static bool is_old(const struct peerpod *peerpod)
{
	const struct peerpod *other;
	EACH_OF(other, &peerpod->kubernetes->peerpods)
	if (!strcmp(other->pod_uid, peerpod->pod_uid) && other->finalizer &&
	        other->created / SECOND_MS > peerpod->created / SECOND_MS)
		return true;
	return false;
}

static void reconcile_siblings(const struct peerpod *peerpod)
{
	const struct peerpod *other;
	EACH_OF(other, &peerpod->kubernetes->peerpods)
	if (other != peerpod && !strcmp(other->pod_uid, peerpod->pod_uid) && !other->deleting)
		life_later(peerpod->kubernetes, life_spread(peerpod->kubernetes, 200, 2 * SECOND_MS), on_reconcile,
		        other->handle);
}

static void on_reconcile(struct world *world, struct resource *resource, int64_t handle)
{
	(void)resource;
	struct peerpod *peerpod = life_find(world, handle);
	if (!peerpod || !controller_works(peerpod->kubernetes) || !peerpod->finalizer)
		return;
	struct kubernetes *kubernetes = peerpod->kubernetes;
	bool old = is_old(peerpod);
	if (!peerpod->deleting && !old) {
		if (!peerpod->busy)
			reconcile_siblings(peerpod);
		peerpod->busy = true;
		return;
	}
	if (!delete_named(kubernetes, peerpod->instance_id)) {
		life_later(kubernetes, RETRY_MS, on_reconcile, handle);
		return;
	}
	if (!peerpod->deleting)
		peerpod->deleting = world->now;
	peerpod_without_finalizer(peerpod);
}
