// SPDX-License-Identifier: Apache-2.0
// Nodes: listing them, and letting chosen ones go.
#include "config.h"
#include "sim/cs.h"

#include <string.h>

#include "sim/catalog.h"
#include "sim/clusters.h"
#include "sim/cs_pools.h"
#include "sim/params.h"

#include "base/banned.h"

enum { USUAL_PAGE = 10, MOST_PAGE = 100, MOST_REMOVED = 100 };

static bool word_listed(const char *list, const char *word)
{
	size_t length = strlen(word);
	for (const char *at = list; at && *at;) {
		size_t item = strcspn(at, ",");
		if (item == length && !memcmp(at, word, length))
			return true;
		at += item;
		at += *at == ',';
	}
	return !list;
}

static bool state_fits(const char *wanted, const struct instance *node)
{
	return !wanted || !strcmp(wanted, "all") || !strcmp(wanted, node->node_state);
}

static void write_node(struct json_out *out, const struct instance *node)
{
	json_object(out, NULL);
	json_text(out, "instance_id", node->base.id);
	json_text(out, "instance_name", node->name);
	json_text(out, "node_name", node->hostname);
	json_text(out, "host_name", node->hostname);
	json_text(out, "state", node->node_state);
	json_text(out, "node_status", node->node_status);
	json_text(out, "instance_status", node->base.state);
	json_text(out, "instance_role", "Worker");
	json_text(out, "instance_type", node->type->id);
	json_text(out, "instance_type_family", node->type->family);
	json_text(out, "instance_charge_type", node->charge_type);
	json_text(out, "spot_strategy", node->spot_strategy);
	json_list(out, "ip_address");
	json_ip(out, NULL, node->private_ip);
	json_list_end(out);
	json_time_local(out, "creation_time", node->base.created);
	json_text(out, "expired_time", "2099-12-31T15:59:00+08:00");
	json_text(out, "image_id", node->image_id);
	json_text(out, "nodepool_id", node->pool ? node->pool->base.id : "");
	json_text(out, "source", "ess_attach");
	json_text(out, "error_message", "");
	json_bool(out, "is_aliyun_node", true);
	json_object_end(out);
}

void cs_describe_cluster_nodes(struct call *call)
{
	struct page page;
	struct cluster *cluster = cs_cluster(call);
	const char *pool = call_text(call, "nodepool_id"), *ids = call_text(call, "instanceIds");
	const char *names = call_text(call, "nodeNames"), *state = call_text(call, "state");
	if (!cluster || !cs_page_begin(call, &page, USUAL_PAGE, MOST_PAGE))
		return;
	json_object(&call->out, NULL);
	json_list(&call->out, "nodes");
	struct instance *node;
	EACH(node, cluster->base.region, KIND_INSTANCE)
	{
		if (node->cluster != cluster || call->blind || !state_fits(state, node) ||
		        !word_listed(ids, node->base.id) || !word_listed(names, node->hostname) ||
		        (pool && (!node->pool || strcmp(pool, node->pool->base.id) != 0)) ||
		        !page_takes(&page, &node->base))
			continue;
		write_node(&call->out, node);
	}
	json_list_end(&call->out);
	cs_page_end(call, &page, "page");
	json_object_end(&call->out);
}

static enum step_result wait_gone(struct world *world, struct cs_task *task, bool first)
{
	(void)first;
	const struct node_pool *pool = world_find(world, KIND_NODE_POOL, task->target);
	return pool && node_pool_counts(pool).removing ? STEP_WAIT : STEP_DONE;
}

static void removed(struct world *world, struct cs_task *task, bool success)
{
	(void)success;
	struct node_pool *pool = world_find(world, KIND_NODE_POOL, task->target);
	if (pool)
		resource_state(world, &pool->base, "active");
}

static const struct task_step removal_steps[] = {
        {"DrainNodes", "Drain the nodes", 10 * 1000, NULL},
        {"RemoveNodes", "Remove the nodes", 5 * 1000, wait_gone},
};
static const struct task_kind removal = {
        .type = "nodepool_remove_nodes",
        .steps = removal_steps,
        .step_count = COUNT_OF(removal_steps),
        .end = removed,
};

void cs_remove_node_pool_nodes(struct call *call)
{
	struct node_pool *pool = cs_node_pool(call);
	const char *ids[MOST_REMOVED];
	struct instance *nodes[MOST_REMOVED];
	if (!pool)
		return;
	int count = call_json_list(call, "instance_ids", ids, MOST_REMOVED);
	if (count <= 0) {
		if (!call->failed)
			param_missing(call, "instance_ids");
		return;
	}
	if (strcmp(pool->base.state, "active") != 0) {
		call_fail(call, 409, "ErrorNodePoolState", "The node pool is %s: this operation is not allowed now.",
		        pool->base.state);
		return;
	}
	for (int i = 0; i < count; i++) {
		nodes[i] = world_find_in(call->world, KIND_INSTANCE, pool->base.region, ids[i]);
		if (!nodes[i] || nodes[i]->pool != pool) {
			call_fail(call, 404, "ErrorNodeNotFound", "Node %s is not in the node pool.", ids[i]);
			return;
		}
	}
	for (int i = 0; i < count; i++) {
		if (!strcmp(nodes[i]->node_state, "removing"))
			continue;
		node_remove(call->world, nodes[i], call_bool(call, "release_node", false));
		pool->desired_size -= pool->desired_size > 0;
	}
	resource_state(call->world, &pool->base, "removing");
	task_answer(call, task_start(call->world, pool->cluster, &removal, pool->base.id, 0), NULL);
}
