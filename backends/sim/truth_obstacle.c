// SPDX-License-Identifier: Apache-2.0
// What stands in the way of certainty about a VM that nobody uses, as a table.
#include "config.h"
#include "sim/truth_obstacle.h"

#include <stdlib.h>
#include <string.h>

#include "sim/identity.h"
#include "sim/podlife.h"

#include "base/banned.h"

// Clocks further apart, a node's clock that shows in its pods' times, and how long an adaptor must have been well.
enum { CLOCK_OFF_MS = 120 * 1000, NODE_CLOCK_OFF_MS = 60 * 1000, ROLL_MS = 15 * 60 * 1000, MINUTE_MS = 60 * 1000 };

struct view {
	const struct world *world;
	const struct instance *instance;
	const struct pod_use *made_for;
	const struct kubernetes *kubernetes; // of the cluster that made it; NULL = gone
	const struct pod *named;             // the pod that now has the name of the one it was made for
};

static bool is_cluster_gone(const struct view *view)
{
	return !view->kubernetes || !view->kubernetes->kube;
}

static bool keeps_vms(const struct view *view)
{
	return view->kubernetes->config.developer_mode;
}

static bool is_clock_off(const struct view *view)
{
	return llabs((long long)view->kubernetes->clock_offset) > CLOCK_OFF_MS;
}

static bool is_named_clock_off(const struct view *view)
{
	return view->named && view->named->node &&
	       llabs((long long)view->named->node->clock_offset) > NODE_CLOCK_OFF_MS;
}

static bool is_user_data_denied(const struct view *view)
{
	return !identity_allows(identity_first(view->world->identities), "ecs:DescribeUserData");
}

static bool is_node_unwell(const struct view *view)
{
	const struct kube_node *node;
	EACH_OF(node, &view->kubernetes->nodes)
	if (node->in_api && (node->state != NODE_UP || !node->ready))
		return true;
	return false;
}

static bool is_adaptor_unwell(const struct view *view)
{
	const struct kube_node *node;
	EACH_OF(node, &view->kubernetes->nodes)
	if (node->worker && node->in_api && node->ready && node->caa.state != CAA_ABSENT &&
	        (node->caa.state != CAA_READY || node->caa.ready_since + ROLL_MS > view->world->now))
		return true;
	return view->kubernetes->rolling;
}

// Its user data names an address that a younger node, or none, has now.
static bool is_maker_gone(const struct view *view)
{
	const struct kube_node *node =
	        view->instance->made_on ? node_by_name(view->kubernetes, view->instance->made_on) : NULL;
	return !node || !node->in_api || node->created > view->instance->base.created;
}

// Whole minutes are all that the cloud tells: which of two was first, nobody can say.
static bool is_twin(const struct view *view)
{
	const struct sandbox *present = view->named ? view->named->sandbox : NULL;
	const struct instance *other =
	        present && *present->made_id ? world_find(view->world, KIND_INSTANCE, present->made_id) : NULL;
	return other && other->base.created / MINUTE_MS == view->instance->base.created / MINUTE_MS;
}

// The object of a later VM was never made, or went by mistake: the controller, too, believes this one.
static bool is_newest_peerpod(const struct view *view)
{
	const struct peerpod *peerpod, *newest = NULL;
	if (!view->named)
		return false;
	EACH_OF(peerpod, &view->kubernetes->peerpods)
	if (!strcmp(peerpod->pod_uid, view->named->uid) && (!newest || peerpod->created > newest->created))
		newest = peerpod;
	return newest && (!strcmp(newest->instance_id, view->instance->base.id) ||
	                         !world_find(view->world, KIND_INSTANCE, newest->instance_id));
}

static bool is_claimed_elsewhere(const struct view *view)
{
	for (size_t i = 0; i < kubernetes_count(view->world); i++) {
		const struct kubernetes *other = kubernetes_at(view->world, i);
		const struct peerpod *peerpod;
		if (other == view->kubernetes)
			continue;
		EACH_OF(peerpod, &other->peerpods)
		if (!strcmp(peerpod->instance_id, view->instance->base.id))
			return true;
	}
	return false;
}

static bool is_tagged_for_another(const struct view *view)
{
	const char *uid = resource_tag_value(&view->instance->base, "caa-cluster-uid");
	return uid && strcmp(uid, view->kubernetes->cluster->uid) != 0;
}

// A second cluster that writes the same tag makes it void.
static bool is_tag_void(const struct view *view)
{
	for (size_t i = 0; i < kubernetes_count(view->world); i++) {
		const struct kubernetes *other = kubernetes_at(view->world, i);
		if (other != view->kubernetes && other->config.tags &&
		        strstr(other->config.tags, view->kubernetes->cluster->uid))
			return true;
	}
	return false;
}

static bool is_configuration_changed(const struct view *view)
{
	const struct caa_config *config = &view->kubernetes->config;
	return view->kubernetes->config_changed > view->instance->base.created || !config->vswitch_id ||
	       strcmp(config->vswitch_id, view->instance->vswitch->base.id) != 0 || !config->region ||
	       strcmp(config->region, view->instance->base.region->id) != 0;
}

static bool is_pod_pending(const struct view *view)
{
	return view->named && view->named->now.phase == POD_PENDING;
}

static bool is_stopped_by_somebody(const struct view *view)
{
	return !strcmp(view->instance->base.state, "Stopped");
}

static bool is_protected(const struct view *view)
{
	return view->instance->deletion_protection || view->instance->locked;
}

static const struct {
	const char *words;
	bool (*stands)(const struct view *view);
} obstacles[] = {
        // The first one keeps the others from looking at a cluster that is no more.
        {"its cluster is gone", is_cluster_gone},
        {"its cluster keeps VMs on purpose", keeps_vms},
        {"the clocks differ", is_clock_off},
        {"the clock of the pod's node is off", is_named_clock_off},
        {"user data may not be read", is_user_data_denied},
        {"a node of its cluster is not ready", is_node_unwell},
        {"the node that made it is gone or new", is_maker_gone},
        {"its pod's present VM was made in the same minute", is_twin},
        {"the adaptor is not well", is_adaptor_unwell},
        {"its pod's newest PeerPod names it, or a VM that is gone", is_newest_peerpod},
        {"another cluster's PeerPod names it", is_claimed_elsewhere},
        {"its tag names another cluster", is_tagged_for_another},
        {"another cluster writes its tag", is_tag_void},
        {"its cluster's configuration is another", is_configuration_changed},
        {"a pod of its name is pending", is_pod_pending},
        {"somebody has stopped it", is_stopped_by_somebody},
        {"it is protected", is_protected},
};

const char *truth_obstacle(const struct world *world, const struct instance *instance)
{
	const struct pod_use *made_for = &instance->made_for;
	struct view view = {.world = world, .instance = instance, .made_for = made_for};
	view.kubernetes = made_for->cluster_id ? kubernetes_of(world, made_for->cluster_id) : NULL;
	view.named = view.kubernetes ? pod_find(view.kubernetes, made_for->namespace, made_for->pod) : NULL;
	for (size_t i = 0; i < COUNT_OF(obstacles); i++)
		if (obstacles[i].stands(&view))
			return obstacles[i].words;
	return "";
}
