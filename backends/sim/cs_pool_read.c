// SPDX-License-Identifier: Apache-2.0
// Reading node pools.
#include "config.h"
#include "sim/cs.h"

#include <string.h>

#include "sim/clusters.h"
#include "sim/service.h"

#include "base/banned.h"

struct node_pool *cs_node_pool(struct call *call)
{
	struct cluster *cluster = cs_cluster(call);
	if (!cluster)
		return NULL;
	struct node_pool *pool =
	        world_find_in(call->world, KIND_NODE_POOL, cluster->base.region, call_text(call, "NodepoolId"));
	if (pool && pool->cluster == cluster)
		return pool;
	call_fail(call, 404, "ErrorNodePoolNotFound", "Node pool %s not found", call_text(call, "NodepoolId"));
	return NULL;
}

static void write_info(struct json_out *out, const struct node_pool *pool)
{
	json_object(out, "nodepool_info");
	json_text(out, "nodepool_id", pool->base.id);
	json_text(out, "name", pool->name);
	json_text(out, "type", pool->type);
	json_bool(out, "is_default", pool->is_default);
	json_text(out, "region_id", pool->base.region->id);
	json_text(out, "resource_group_id", "rg-acfmxazb4ph6aiy");
	json_time_local(out, "created", pool->base.created);
	json_time_local(out, "updated", pool->updated);
	json_object_end(out);
}

static void write_group(struct json_out *out, const struct node_pool *pool)
{
	json_object(out, "scaling_group");
	json_text(out, "scaling_group_id", pool->scaling_group_id);
	json_int(out, "desired_size", pool->desired_size);
	json_list(out, "instance_types");
	for (size_t i = 0; i < pool->type_count; i++)
		json_text(out, NULL, pool->types[i]);
	json_list_end(out);
	json_list(out, "vswitch_ids");
	for (size_t i = 0; i < pool->vswitch_count; i++)
		json_text(out, NULL, pool->vswitches[i]->base.id);
	json_list_end(out);
	json_list(out, "security_group_ids");
	if (pool->cluster->group)
		json_text(out, NULL, pool->cluster->group->base.id);
	json_list_end(out);
	json_text(out, "security_group_id", pool->cluster->group ? pool->cluster->group->base.id : "");
	json_text(out, "image_type", pool->image_type);
	json_text(out, "image_id", pool->image_id);
	json_text(out, "key_pair", pool->key_pair);
	json_text(out, "system_disk_category", pool->system_disk_category);
	json_int(out, "system_disk_size", pool->system_disk_size);
	json_raw(out, "data_disks", pool->data_disks ? pool->data_disks : "[]");
	json_text(out, "instance_charge_type", pool->charge_type);
	json_text(out, "spot_strategy", pool->spot_strategy);
	json_text(out, "multi_az_policy", "BALANCE");
	json_text(out, "platform", "AliyunLinux");
	json_text(out, "internet_charge_type", pool->internet_bandwidth ? "PayByTraffic" : "");
	json_int(out, "internet_max_bandwidth_out", pool->internet_bandwidth);
	json_raw(out, "tags", "[]");
	json_object_end(out);
}

static void write_status(struct json_out *out, const struct node_pool *pool)
{
	struct node_counts counts = node_pool_counts(pool);
	json_object(out, "status");
	json_text(out, "state", pool->base.state);
	json_int(out, "total_nodes", counts.total);
	json_int(out, "healthy_nodes", counts.healthy);
	json_int(out, "serving_nodes", counts.serving);
	json_int(out, "initial_nodes", counts.initial);
	json_int(out, "removing_nodes", counts.removing);
	json_int(out, "failed_nodes", counts.failed);
	json_int(out, "offline_nodes", counts.offline);
	json_object_end(out);
}

static void write_pool(struct json_out *out, const struct node_pool *pool)
{
	json_object(out, NULL);
	write_info(out, pool);
	write_group(out, pool);
	write_status(out, pool);
	json_object(out, "auto_scaling");
	json_bool(out, "enable", pool->autoscaling);
	json_text(out, "type", "cpu");
	json_int(out, "min_instances", pool->min_instances);
	json_int(out, "max_instances", pool->max_instances);
	json_object_end(out);
	json_object(out, "kubernetes_config");
	json_text(out, "runtime", "containerd");
	json_text(out, "runtime_version", "1.6.38");
	json_raw(out, "labels", pool->labels ? pool->labels : "[]");
	json_raw(out, "taints", pool->taints ? pool->taints : "[]");
	json_text(out, "cpu_policy", "none");
	json_bool(out, "unschedulable", false);
	json_object_end(out);
	json_object(out, "management");
	json_bool(out, "enable", pool->managed);
	json_object_end(out);
	json_object(out, "tee_config");
	json_bool(out, "tee_enable", false);
	json_object_end(out);
	json_int(out, "max_nodes", 0);
	json_object_end(out);
}

void cs_describe_cluster_node_pools(struct call *call)
{
	struct cluster *cluster = cs_cluster(call);
	const char *name = call_text(call, "NodepoolName");
	if (!cluster)
		return;
	json_object(&call->out, NULL);
	json_list(&call->out, "nodepools");
	struct node_pool *pool;
	EACH(pool, cluster->base.region, KIND_NODE_POOL)
	if (pool->cluster == cluster && !call->blind && (!name || strstr(pool->name, name)))
		write_pool(&call->out, pool);
	json_list_end(&call->out);
	json_object_end(&call->out);
}

void cs_describe_cluster_node_pool_detail(struct call *call)
{
	struct node_pool *pool = cs_node_pool(call);
	if (pool)
		write_pool(&call->out, pool);
}
