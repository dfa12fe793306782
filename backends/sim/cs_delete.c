// SPDX-License-Identifier: Apache-2.0
// Deleting a cluster: nodes, what ACK made for it, and what keeps it from going.
#include "config.h"
#include "sim/cs.h"

#include <stdio.h>
#include <string.h>

#include "sim/clusters.h"
#include "sim/podlife.h"
#include "sim/cs_pools.h"
#include "sim/cs_tasks.h"
#include "sim/instances.h"
#include "sim/nat.h"
#include "sim/params.h"

#include "base/banned.h"

enum { RETAIN_ALL = 1, DELETE_LOGS = 2 };

static enum step_result remove_nodes(struct world *world, struct cs_task *task, bool first)
{
	struct table *table = &task->cluster->base.region->tables[KIND_INSTANCE];
	size_t left = 0;
	(void)first;
	for (size_t i = table->count; i-- > 0;) {
		struct instance *node = (void *)table->items[i];
		if (node->cluster != task->cluster)
			continue;
		left++;
		if (strcmp(node->node_state, "removing") != 0 && !instance_is_transitional(node))
			node_remove(world, node, true);
	}
	return left ? STEP_WAIT : STEP_DONE;
}

static bool is_own(const struct cluster *cluster, const char *type)
{
	for (size_t i = 0; i < cluster->resource_count; i++)
		if (!strcmp(cluster->resources[i].type, type) && cluster->resources[i].auto_created)
			return true;
	return false;
}

static struct nat_gateway *own_gateway(const struct cluster *cluster)
{
	struct nat_gateway *gateway;
	EACH(gateway, cluster->base.region, KIND_NAT_GATEWAY)
	if (gateway->owner_cluster && !strcmp(gateway->owner_cluster, cluster->base.id))
		return gateway;
	return NULL;
}

static void release_addresses(struct world *world, const struct cluster *cluster, const struct nat_gateway *gateway)
{
	struct eip *eip;
	EACH(eip, cluster->base.region, KIND_EIP)
	if (!strcmp(eip->instance_id, gateway->base.id)) {
		eip_unbind(world, eip, 0);
		eip_release(world, eip, 1000);
	}
}

static enum step_result remove_internet(struct world *world, struct cs_task *task, bool first)
{
	struct nat_gateway *gateway = own_gateway(task->cluster);
	if (gateway && first) {
		release_addresses(world, task->cluster, gateway);
		nat_gateway_delete(world, gateway, 10 * 1000);
	}
	return gateway ? STEP_WAIT : STEP_DONE;
}

// Whoever still is in the group: instances and interfaces that are no node's.
static bool is_group_used(const struct cluster *cluster)
{
	return cluster->group && cluster->group->users > 0;
}

static bool vpc_is_empty(const struct cluster *cluster)
{
	const struct region *region = cluster->base.region;
	struct eni *eni;
	struct nat_gateway *gateway;
	struct security_group *group;
	EACH(eni, region, KIND_ENI)
	if (eni->vswitch->vpc == cluster->vpc)
		return false;
	EACH(gateway, region, KIND_NAT_GATEWAY)
	if (gateway->vswitch->vpc == cluster->vpc)
		return false;
	EACH(group, region, KIND_SECURITY_GROUP)
	if (group->vpc == cluster->vpc && group != cluster->group)
		return false;
	return true;
}

static enum step_result remove_rest(struct world *world, struct cs_task *task, bool first)
{
	struct cluster *cluster = task->cluster;
	bool own_vpc = is_own(cluster, "ALIYUN::ECS::VPC");
	(void)first;
	if (task->argument & RETAIN_ALL)
		return STEP_DONE;
	if (is_group_used(cluster) || (own_vpc && cluster->vpc && !vpc_is_empty(cluster))) {
		task_fail(world, task, "DependencyViolation.Resource",
		        "Something that was not made by ACK still uses the security group or the VPC of the cluster.");
		return STEP_FAILED;
	}
	if (cluster->group && cluster->group->managed)
		resource_destroy(world, &cluster->group->base);
	cluster->group = NULL;
	if (own_vpc && cluster->vpc)
		cluster_drop_vpc(world, cluster);
	return STEP_DONE;
}

static void deletion_ends(struct world *world, struct cs_task *task, bool success)
{
	struct cluster *cluster = task->cluster;
	if (!cluster)
		return;
	if (!success) {
		resource_state(world, &cluster->base, "delete_failed");
		return;
	}
	struct resource *logs =
	        world_find(world, KIND_LOG_PROJECT, world_printf(world, "k8s-log-%s", cluster->base.id));
	if (logs && task->argument & DELETE_LOGS)
		resource_destroy(world, logs);
	if (cluster->group)
		cluster->group->managed = false;
	node_pools_destroy(world, cluster);
	tasks_forget_cluster(world, cluster);
	kubernetes_gone(world, cluster->base.id);
	resource_destroy(world, &cluster->base);
}

static const struct task_step deletion_steps[] = {
        {"RemoveNodes", "Remove the nodes", 20 * 1000, remove_nodes},
        {"DeleteControlPlane", "Delete the control plane and its load balancer", 40 * 1000, NULL},
        {"DeleteInternet", "Delete NAT gateway, EIP and SNAT entries", 5 * 1000, remove_internet},
        {"DeleteNetwork", "Delete the security group and the network", 10 * 1000, remove_rest},
};
static const struct task_kind deletion = {
        .type = "cluster_delete",
        .steps = deletion_steps,
        .step_count = COUNT_OF(deletion_steps),
        .end = deletion_ends,
};

// What is kept on purpose is nobody's any more.
static void disown(struct call *call, struct cluster *cluster, const char *id)
{
	struct nat_gateway *gateway = world_find(call->world, KIND_NAT_GATEWAY, id);
	if (gateway && gateway->owner_cluster)
		gateway->owner_cluster = NULL;
	for (size_t i = 0; i < cluster->resource_count; i++)
		if (!strcmp(cluster->resources[i].instance_id, id))
			cluster->resources[i].auto_created = false;
}

// Of a sort of resource that is kept, or deleted, unless the caller says otherwise. False after failing.
static bool read_mode(struct call *call, const char *type, bool *deleted)
{
	const char *text = call_text(call, "delete_options");
	cJSON *list = text ? cJSON_Parse(text) : NULL;
	const cJSON *item;
	bool good = !text || cJSON_IsArray(list);
	cJSON_ArrayForEach(item, list)
	{
		const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "resource_type"));
		const char *mode = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "delete_mode"));
		good = good && name && mode && (!strcmp(mode, "delete") || !strcmp(mode, "retain"));
		if (good && !strcmp(name, type))
			*deleted = !strcmp(mode, "delete");
	}
	cJSON_Delete(list);
	return good || param_invalid(call, "delete_options");
}

void cs_delete_cluster(struct call *call)
{
	struct cluster *cluster = cs_cluster(call);
	const char *kept[MAX_CLUSTER_RESOURCES];
	if (!cluster)
		return;
	if (cluster->deletion_protection) {
		call_fail(
		        call, 403, "InvalidOperation.DeletionProtection", "Deletion protection of the cluster is on.");
		return;
	}
	if (!strcmp(cluster->base.state, "deleting") || !strcmp(cluster->base.state, "initial")) {
		call_fail(call, 409, "ErrorClusterState", "The cluster is %s: this operation is not allowed now.",
		        cluster->base.state);
		return;
	}
	bool logs = false;
	if (!read_mode(call, "SLS_ControlPlane", &logs))
		return;
	int count = call_json_list(call, "retain_resources", kept, MAX_CLUSTER_RESOURCES);
	if (count == -1)
		return;
	for (int i = 0; i < count; i++)
		disown(call, cluster, kept[i]);
	resource_state(call->world, &cluster->base, "deleting");
	bool retain = call_bool(call, "retain_all_resources", false);
	task_answer(call,
	        task_start(call->world, cluster, &deletion, NULL, (retain ? RETAIN_ALL : 0) | (logs ? DELETE_LOGS : 0)),
	        NULL);
}

void cs_describe_cluster_resources(struct call *call)
{
	struct cluster *cluster = cs_cluster(call);
	struct json_out *out = &call->out;
	if (!cluster)
		return;
	json_list(out, NULL);
	for (size_t i = 0; i < cluster->resource_count; i++) {
		const struct cluster_resource *resource = &cluster->resources[i];
		json_object(out, NULL);
		json_text(out, "cluster_id", cluster->base.id);
		json_text(out, "resource_type", resource->type);
		json_text(out, "instance_id", resource->instance_id);
		json_text(out, "resource_info", "");
		json_text(out, "state", resource->state);
		json_time_local(out, "created", cluster->base.created);
		json_int(out, "auto_create", resource->auto_created);
		json_text(out, "creator_type", resource->creator);
		json_object(out, "delete_behavior");
		json_bool(out, "delete_by_default", resource->deleted_by_default);
		json_bool(out, "changeable", resource->changeable);
		json_object_end(out);
		json_raw(out, "dependencies", "[]");
		json_object_end(out);
	}
	json_list_end(out);
}
