// SPDX-License-Identifier: Apache-2.0
// What happens to node pools.
#include "config.h"
#include "sim/cs_pools.h"

#include <stdlib.h>
#include <string.h>

#include "sim/catalog.h"
#include "sim/clusters.h"
#include "sim/cs.h"
#include "sim/instances.h"
#include "sim/memory.h"
#include "sim/params.h"

#include "base/banned.h"

enum { MOST_NODES = 500 };

static const cJSON *member(const cJSON *json, const char *group, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(json, group), name);
}

static const char *text_of(const cJSON *item, const char *otherwise)
{
	const char *text = cJSON_GetStringValue(item);
	return text && *text ? text : otherwise;
}

static int64_t int_of(const cJSON *item, int64_t otherwise)
{
	return cJSON_IsNumber(item) ? (int64_t)item->valuedouble : otherwise;
}

static char *json_copy(const cJSON *item)
{
	char *text = item && !cJSON_IsNull(item) ? cJSON_PrintUnformatted(item) : NULL;
	char *copy = text ? memory_copy(text, strlen(text)) : NULL;
	cJSON_free(text);
	return copy;
}

static bool read_types(struct call *call, const cJSON *list, struct node_pool *pool)
{
	const cJSON *item;
	cJSON_ArrayForEach(item, list)
	{
		const char *type = cJSON_GetStringValue(item);
		if (!instance_type_find(type) || pool->type_count == MAX_POOL_TYPES)
			return call_fail(call, 400, "InvalidInstanceType", "Instance type %s is not supported.",
			        type ? type : "");
		pool->types[pool->type_count++] = world_text(call->world, type);
	}
	return pool->type_count || param_missing(call, "scaling_group.instance_types");
}

static bool read_vswitches(struct call *call, const cJSON *list, struct node_pool *pool)
{
	const cJSON *item;
	cJSON_ArrayForEach(item, list)
	{
		struct vswitch *vswitch =
		        world_find_in(call->world, KIND_VSWITCH, pool->base.region, text_of(item, NULL));
		if (!vswitch || vswitch->vpc != pool->cluster->vpc || pool->vswitch_count == MAX_CLUSTER_VSWITCHES)
			return call_fail(call, 400, "InvalidVSwitchId.NotFound",
			        "A vSwitch of scaling_group.vswitch_ids does not exist in the VPC of the cluster.");
		pool->vswitches[pool->vswitch_count++] = vswitch;
	}
	// A cluster that is being made with its network cannot know the ids yet.
	if (!pool->vswitch_count && !strcmp(pool->cluster->base.state, "initial")) {
		memcpy(pool->vswitches, pool->cluster->vswitches, sizeof(pool->vswitches));
		pool->vswitch_count = pool->cluster->vswitch_count;
	}
	return pool->vswitch_count || param_missing(call, "scaling_group.vswitch_ids");
}

static bool read_size(struct call *call, const cJSON *json, struct node_pool *pool)
{
	const cJSON *size = member(json, "scaling_group", "desired_size");
	pool->desired_size = int_of(size, int_of(cJSON_GetObjectItemCaseSensitive(json, "count"), 0));
	if (pool->desired_size < 0 || pool->desired_size > MOST_NODES)
		return param_invalid(call, "scaling_group.desired_size");
	return true;
}

static bool name_is_free(struct call *call, const struct cluster *cluster, const char *name)
{
	struct node_pool *pool;
	EACH(pool, cluster->base.region, KIND_NODE_POOL)
	if (pool->cluster == cluster && !strcmp(pool->name, name))
		return call_fail(call, 400, "ErrorNodePoolNameAlreadyExist", "Node pool name %s already exists", name);
	return true;
}

static void take_settings(struct world *world, const cJSON *json, struct node_pool *pool)
{
	const cJSON *group = cJSON_GetObjectItemCaseSensitive(json, "scaling_group");
	pool->system_disk_category = world_text(
	        world, text_of(member(json, "scaling_group", "system_disk_category"), pool->system_disk_category));
	pool->system_disk_size = int_of(member(json, "scaling_group", "system_disk_size"), pool->system_disk_size);
	pool->image_type = world_text(world, text_of(member(json, "scaling_group", "image_type"), pool->image_type));
	pool->key_pair = world_text(world, text_of(member(json, "scaling_group", "key_pair"), pool->key_pair));
	pool->spot_strategy =
	        world_text(world, text_of(member(json, "scaling_group", "spot_strategy"), pool->spot_strategy));
	pool->internet_bandwidth =
	        int_of(cJSON_GetObjectItemCaseSensitive(group, "internet_max_bandwidth_out"), pool->internet_bandwidth);
	const cJSON *disks = cJSON_GetObjectItemCaseSensitive(group, "data_disks");
	const cJSON *labels = member(json, "kubernetes_config", "labels"),
	            *taints = member(json, "kubernetes_config", "taints");
	if (disks) {
		free(pool->data_disks);
		pool->data_disks = json_copy(disks);
	}
	if (labels) {
		free(pool->labels);
		pool->labels = json_copy(labels);
	}
	if (taints) {
		free(pool->taints);
		pool->taints = json_copy(taints);
	}
	const cJSON *enable = member(json, "management", "enable");
	pool->managed = cJSON_IsBool(enable) ? cJSON_IsTrue(enable) : pool->managed;
	const cJSON *scaling = member(json, "auto_scaling", "enable");
	pool->autoscaling = cJSON_IsBool(scaling) ? cJSON_IsTrue(scaling) : pool->autoscaling;
	pool->min_instances = int_of(member(json, "auto_scaling", "min_instances"), pool->min_instances);
	pool->max_instances = int_of(member(json, "auto_scaling", "max_instances"), pool->max_instances);
}

struct node_pool *node_pool_from_json(struct call *call, struct cluster *cluster, const cJSON *json)
{
	const char *name = text_of(member(json, "nodepool_info", "name"), NULL);
	const cJSON *group = cJSON_GetObjectItemCaseSensitive(json, "scaling_group");
	if (!name) {
		param_missing(call, "nodepool_info.name");
		return NULL;
	}
	if (!name_is_free(call, cluster, name))
		return NULL;
	struct node_pool *pool = node_pool_create(call->world, RANDOM_API, cluster, name, MADE_BY_API);
	pool->base.state = "initial";
	if (!read_types(call, cJSON_GetObjectItemCaseSensitive(group, "instance_types"), pool) ||
	        !read_vswitches(call, cJSON_GetObjectItemCaseSensitive(group, "vswitch_ids"), pool) ||
	        !read_size(call, json, pool)) {
		resource_destroy(call->world, &pool->base);
		return NULL;
	}
	take_settings(call->world, json, pool);
	if (pool->system_disk_size < 20 || pool->system_disk_size > 2048) {
		param_invalid(call, "scaling_group.system_disk_size");
		resource_destroy(call->world, &pool->base);
		return NULL;
	}
	return pool;
}

void node_remove(struct world *world, struct instance *node, bool release)
{
	if (release) {
		node->node_state = "removing";
		if (strcmp(node->base.state, "Stopping") != 0)
			instance_delete(world, node);
		world->changes++;
		return;
	}
	node->pool = NULL;
	node->cluster = NULL;
	node->sort = VM_OTHER;
	world->changes++;
}

static size_t remove_surplus(struct world *world, struct node_pool *pool, int64_t surplus)
{
	size_t removed = 0;
	struct table *table = &pool->base.region->tables[KIND_INSTANCE];
	for (size_t i = table->count; i-- > 0 && surplus > 0;) {
		struct instance *node = (void *)table->items[i];
		if (node->pool != pool || !strcmp(node->node_state, "removing") || instance_is_transitional(node))
			continue;
		node_remove(world, node, true);
		surplus--;
		removed++;
	}
	return removed;
}

enum step_result node_pool_settle(struct world *world, struct node_pool *pool, bool first)
{
	struct node_counts counts = node_pool_counts(pool);
	int64_t here = counts.total - counts.failed - counts.removing;
	if (first) {
		pool->failed_nodes = 0;
		for (; here < pool->desired_size; here++)
			if (!node_pool_type(pool) || !node_create(world, RANDOM_API, pool, 0))
				pool->failed_nodes++;
		pool->updated = world->now;
	}
	if (here > pool->desired_size)
		remove_surplus(world, pool, here - pool->desired_size);
	counts = node_pool_counts(pool);
	if (counts.removing || counts.total - counts.failed - counts.healthy > 0 ||
	        counts.total - counts.failed > pool->desired_size)
		return STEP_WAIT;
	return pool->failed_nodes ? STEP_FAILED : STEP_DONE;
}

void node_pools_destroy(struct world *world, struct cluster *cluster)
{
	struct table *table = &cluster->base.region->tables[KIND_NODE_POOL];
	struct table *instances = &cluster->base.region->tables[KIND_INSTANCE];
	for (size_t i = 0; i < instances->count; i++) {
		struct instance *node = (void *)instances->items[i];
		if (node->cluster == cluster)
			node_remove(world, node, false);
	}
	for (size_t i = table->count; i-- > 0;) {
		struct node_pool *pool = (void *)table->items[i];
		if (pool->cluster == cluster)
			resource_destroy(world, &pool->base);
	}
}

static struct node_pool *target_of(const struct world *world, const struct cs_task *task)
{
	return world_find(world, KIND_NODE_POOL, task->target);
}

static enum step_result settle(struct world *world, struct cs_task *task, bool first)
{
	struct node_pool *pool = target_of(world, task);
	if (!pool)
		return STEP_FAILED;
	enum step_result result = node_pool_settle(world, pool, first);
	if (result == STEP_FAILED)
		task_fail(world, task, "OperationDenied.NoStock",
		        "The requested resource is sold out, or the vSwitches have no addresses left; nodes are "
		        "missing.");
	return result;
}

static void settled(struct world *world, struct cs_task *task, bool success)
{
	(void)success;
	struct node_pool *pool = target_of(world, task);
	if (!pool)
		return;
	pool->updated = world->now;
	resource_state(world, &pool->base, "active");
}

static const struct task_step settle_steps[] = {
        {"UpdateScalingGroup", "Change the scaling group", 5 * 1000, NULL},
        {"ScaleNodes", "Bring the nodes to the desired number", 3 * 1000, settle},
};
static const struct task_kind creation = {
        .type = "nodepool_create",
        .steps = settle_steps,
        .step_count = COUNT_OF(settle_steps),
        .end = settled,
};
static const struct task_kind modification = {
        .type = "nodepool_modify",
        .steps = settle_steps,
        .step_count = COUNT_OF(settle_steps),
        .cancellable = true,
        .end = settled,
};
static const struct task_kind growth = {
        .type = "nodepool_scaleout",
        .steps = settle_steps,
        .step_count = COUNT_OF(settle_steps),
        .cancellable = true,
        .end = settled,
};

void cs_create_cluster_node_pool(struct call *call)
{
	struct cluster *cluster = cs_cluster(call);
	if (!cluster || !cs_cluster_is_idle(call, cluster))
		return;
	struct node_pool *pool = node_pool_from_json(call, cluster, call->body);
	if (!pool)
		return;
	resource_state(call->world, &pool->base, "scaling");
	task_answer(call, task_start(call->world, cluster, &creation, pool->base.id, 0), pool->base.id);
}

static bool is_free(struct call *call, const struct node_pool *pool)
{
	return !strcmp(pool->base.state, "active") ||
	       call_fail(call, 409, "ErrorNodePoolState", "The node pool is %s: this operation is not allowed now.",
	               pool->base.state);
}

void cs_modify_cluster_node_pool(struct call *call)
{
	struct node_pool *pool = cs_node_pool(call);
	const char *name = call_body_text(call, "nodepool_info/name", NULL);
	if (!pool || !is_free(call, pool))
		return;
	int64_t before = pool->desired_size, wanted = call_body_int(call, "scaling_group/desired_size", before);
	if (wanted < 0 || wanted > MOST_NODES) {
		param_invalid(call, "scaling_group.desired_size");
		return;
	}
	if (name && strcmp(name, pool->name) != 0) {
		if (!name_is_free(call, pool->cluster, name))
			return;
		pool->name = world_text(call->world, name);
	}
	take_settings(call->world, call->body, pool);
	pool->desired_size = wanted;
	resource_state(call->world, &pool->base,
	        wanted > before   ? "scaling"
	        : wanted < before ? "removing"
	                          : "updating");
	task_answer(call, task_start(call->world, pool->cluster, &modification, pool->base.id, 0), pool->base.id);
}

void cs_scale_cluster_node_pool(struct call *call)
{
	struct node_pool *pool = cs_node_pool(call);
	int64_t count = call_body_int(call, "count", 0);
	if (!pool || !is_free(call, pool))
		return;
	if (count < 1 || count > MOST_NODES) {
		param_invalid(call, "count");
		return;
	}
	pool->desired_size += count;
	resource_state(call->world, &pool->base, "scaling");
	task_answer(call, task_start(call->world, pool->cluster, &growth, pool->base.id, 0), pool->base.id);
}

// The size that the pool has lost is no longer wanted; only then are its nodes waited for.
static enum step_result empty(struct world *world, struct cs_task *task, bool first)
{
	struct node_pool *pool = target_of(world, task);
	if (!pool)
		return STEP_DONE;
	pool->desired_size = 0;
	return node_pool_settle(world, pool, first) == STEP_WAIT ? STEP_WAIT : STEP_DONE;
}

static void deleted(struct world *world, struct cs_task *task, bool success)
{
	struct node_pool *pool = target_of(world, task);
	if (pool && success)
		resource_destroy(world, &pool->base);
}

static const struct task_step deletion_steps[] = {
        {"RemoveNodes", "Drain and release the nodes", 5 * 1000, empty},
        {"DeleteScalingGroup", "Delete the scaling group", 5 * 1000, NULL},
};
static const struct task_kind deletion = {
        .type = "nodepool_delete",
        .steps = deletion_steps,
        .step_count = COUNT_OF(deletion_steps),
        .end = deleted,
};

void cs_delete_cluster_nodepool(struct call *call)
{
	struct node_pool *pool = cs_node_pool(call);
	if (!pool || !is_free(call, pool))
		return;
	struct node_counts counts = node_pool_counts(pool);
	if (counts.total - counts.failed > 0 && !call_bool(call, "force", false)) {
		call_fail(call, 400, "ErrorNodePoolNotEmpty",
		        "The node pool still has nodes; remove them, or use force=true.");
		return;
	}
	resource_state(call->world, &pool->base, "deleting");
	task_answer(call, task_start(call->world, pool->cluster, &deletion, pool->base.id, 0), NULL);
}
