// SPDX-License-Identifier: Apache-2.0
// Clusters, node pools and nodes.
#include "config.h"
#include "sim/clusters.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/catalog.h"
#include "sim/events.h"
#include "sim/instances.h"
#include "sim/memory.h"

#include "base/banned.h"

struct cluster *cluster_create(struct world *world, enum random_stream stream, struct region *region, const char *name,
        struct vpc *vpc, enum made_by made_by)
{
	char id[40] = "c", uid[37];
	random_hex(&world->random[stream], id + 1, 32);
	random_uuid(&world->random[stream], false, uid);
	struct cluster *cluster = resource_create(world, KIND_CLUSTER, region, id, sizeof(*cluster), made_by);
	cluster->base.state = "initial";
	cluster->name = world_text(world, name);
	cluster->type = "ManagedKubernetes";
	cluster->spec = "ack.standard";
	cluster->profile = "Default";
	cluster->version = kubernetes_versions[1].version;
	cluster->next_version = "";
	cluster->vpc = vpc;
	cluster->container_cidr = "10.244.0.0/16";
	cluster->service_cidr = "172.21.0.0/20";
	cluster->proxy_mode = "ipvs";
	cluster->timezone = "Asia/Shanghai";
	cluster->node_cidr_mask = 25;
	cluster->updated = world->now;
	cluster->uid = world_text(world, uid);
	return cluster;
}

void cluster_add_resource(struct cluster *cluster, const char *type, const char *instance_id, bool auto_created)
{
	if (cluster->resource_count == MAX_CLUSTER_RESOURCES)
		return;
	cluster->resources[cluster->resource_count++] = (struct cluster_resource){
	        .type = type,
	        .instance_id = instance_id,
	        .state = "CREATE_COMPLETE",
	        .creator = auto_created ? "system" : "user",
	        .auto_created = auto_created,
	        .deleted_by_default = auto_created && !strstr(type, "SLS"),
	        .changeable = strstr(type, "SLB") || strstr(type, "SLS"),
	};
}

static void add_group(struct world *world, enum random_stream stream, struct cluster *cluster)
{
	cluster->group = security_group_create(world, stream, cluster->vpc,
	        world_printf(world, "alicloud-cs-auto-created-security-group-%s", cluster->base.id),
	        cluster->base.made_by);
	cluster->group->managed = true;
	cluster->group->type = "enterprise";
	security_group_allow(world, cluster->group, "ingress", "all", "-1/-1", cluster->container_cidr, "");
	security_group_allow(world, cluster->group, "ingress", "all", "-1/-1", cluster->vpc->cidr, "");
	security_group_allow(world, cluster->group, "ingress", "icmp", "-1/-1", "0.0.0.0/0", "");
	security_group_allow(world, cluster->group, "egress", "all", "-1/-1", "0.0.0.0/0", "");
	resource_tag(world, &cluster->group->base, "ack.aliyun.com", cluster->base.id);
	cluster_add_resource(cluster, "ALIYUN::ECS::SecurityGroup", world_text(world, cluster->group->base.id), true);
}

static void add_addons(struct cluster *cluster)
{
	static const struct addon usual[] = {
	        {"kube-flannel-ds", "v0.15.1.23-aliyun", "", "active"},
	        {"csi-plugin", "v1.34.3-aliyun.1", "", "active"},
	        {"csi-provisioner", "v1.34.3-aliyun.1", "", "active"},
	        {"coredns", "v1.11.3.5-5321daf49-aliyun", "", "active"},
	        {"metrics-server", "v0.3.9.7-97d6e4a6-aliyun", "", "active"},
	        {"cloud-controller-manager", "v2.11.2", "", "active"},
	};
	for (size_t i = 0; i < COUNT_OF(usual) && cluster->addon_count < MAX_ADDONS; i++) {
		bool known = false;
		for (size_t k = 0; k < cluster->addon_count; k++)
			known = known || !strcmp(cluster->addons[k].name, usual[i].name);
		if (!known)
			cluster->addons[cluster->addon_count++] = usual[i];
	}
}

void cluster_equip(struct world *world, enum random_stream stream, struct cluster *cluster)
{
	char id[40];
	if (!cluster->group)
		add_group(world, stream, cluster);
	cluster->intranet_ip = cluster->vpc ? (192u << 24) + (168u << 16) + (255u << 8) + 17 : 0;
	if (cluster->public_endpoint && !cluster->public_ip)
		cluster->public_ip = world_public_address(world);
	world_new_id(world, stream, cluster->base.region, "lb-", id, sizeof(id));
	cluster_add_resource(cluster, "ALIYUN::SLB::LoadBalancer", world_text(world, id), true);
	// Its control plane writes logs; populated clusters have none, which keeps their worlds small.
	if (cluster->base.made_by == MADE_BY_API) {
		const char *project = world_printf(world, "k8s-log-%s", cluster->base.id);
		resource_create(
		        world, KIND_LOG_PROJECT, cluster->base.region, project, sizeof(struct resource), MADE_BY_API);
		cluster_add_resource(cluster, "ALIYUN::SLS::Project", project, true);
	}
	cluster->worker_role =
	        world_printf(world, "KubernetesWorkerRole-%.8s-%.4s", cluster->uid, cluster->base.id + 1);
	cluster_add_resource(cluster, "ALIYUN::RAM::Role", cluster->worker_role, true);
	add_addons(cluster);
	cluster->updated = world->now;
}

void cluster_drop_vpc(struct world *world, struct cluster *cluster)
{
	struct table *table = &cluster->base.region->tables[KIND_VSWITCH];
	for (size_t i = table->count; i-- > 0;) {
		struct vswitch *vswitch = (void *)table->items[i];
		if (vswitch->vpc == cluster->vpc)
			resource_destroy(world, &vswitch->base);
	}
	resource_destroy(world, &cluster->vpc->base);
	cluster->vpc = NULL;
	cluster->vswitch_count = 0;
}

void cluster_log(struct world *world, struct cluster *cluster, const char *format, ...)
{
	char text[1024];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	struct cluster_log *line = memory_zeroed(1, sizeof(*line));
	*line = (struct cluster_log){.id = ++cluster->log_count, .time = world->now, .text = world_text(world, text)};
	if (cluster->logs_last)
		cluster->logs_last->next = line;
	else
		cluster->logs = line;
	cluster->logs_last = line;
	world->changes++;
}

void cluster_event(struct world *world, struct cluster *cluster, const char *type, const char *level,
        const char *reason, const char *task_id, const char *message)
{
	struct cluster_event *event = memory_zeroed(1, sizeof(*event));
	random_uuid(&world->random[RANDOM_LIFE], false, event->id);
	event->type = type;
	event->source = "ack.aliyuncs.com";
	event->subject = world_text(world, cluster->base.id);
	event->level = level;
	event->reason = reason;
	event->message = world_text(world, message);
	event->task_id = world_text(world, task_id);
	event->time = world->now;
	event->next = cluster->events;
	cluster->events = event;
	world->changes++;
}

struct node_pool *node_pool_create(
        struct world *world, enum random_stream stream, struct cluster *cluster, const char *name, enum made_by made_by)
{
	char id[40] = "np", group[32];
	random_hex(&world->random[stream], id + 2, 32);
	struct node_pool *pool =
	        resource_create(world, KIND_NODE_POOL, cluster->base.region, id, sizeof(*pool), made_by);
	world_new_id(world, stream, cluster->base.region, "asg-", group, sizeof(group));
	pool->base.state = "active";
	pool->cluster = cluster;
	pool->name = world_text(world, name);
	pool->type = "ess";
	pool->image_type = "AliyunLinux3";
	pool->image_id = world_printf(world, "m-%salinux3", cluster->base.region->code);
	pool->key_pair = "";
	pool->system_disk_category = "cloud_essd";
	pool->system_disk_size = 120;
	pool->spot_strategy = "NoSpot";
	pool->charge_type = "PostPaid";
	pool->scaling_group_id = world_text(world, group);
	pool->updated = world->now;
	return pool;
}

struct vswitch *vswitch_selling(struct world *world, enum random_stream stream, struct vswitch *const *vswitches,
        size_t count, const struct instance_type *type)
{
	struct vswitch *selling[MAX_CLUSTER_VSWITCHES];
	size_t found = 0;
	for (size_t i = 0; i < count && found < MAX_CLUSTER_VSWITCHES; i++)
		if (type && instance_type_sold(type, vswitches[i]->base.region, strrchr(vswitches[i]->zone, '-')[1]))
			selling[found++] = vswitches[i];
	if (found)
		return selling[random_below(&world->random[stream], found)];
	return vswitches[random_below(&world->random[stream], count)];
}

static bool is_sold_to(const struct instance_type *type, const struct node_pool *pool)
{
	for (size_t i = 0; i < pool->vswitch_count; i++)
		if (instance_type_sold(type, pool->base.region, strrchr(pool->vswitches[i]->zone, '-')[1]))
			return true;
	return false;
}

const struct instance_type *node_pool_type(const struct node_pool *pool)
{
	for (size_t i = 0; i < pool->type_count; i++) {
		const struct instance_type *type = instance_type_find(pool->types[i]);
		if (type && is_sold_to(type, pool))
			return type;
	}
	return NULL;
}

struct instance *node_create(struct world *world, enum random_stream stream, struct node_pool *pool, int64_t created)
{
	struct cluster *cluster = pool->cluster;
	const struct instance_type *sold = node_pool_type(pool);
	const struct instance_type *type = sold ? sold : instance_type_find(pool->types[0]);
	struct instance_plan plan = {
	        .stream = stream,
	        .made_by = pool->base.made_by,
	        .sort = VM_NODE,
	        .type = type,
	        .vswitch = vswitch_selling(world, stream, pool->vswitches, pool->vswitch_count, type),
	        .groups = {cluster->group},
	        .group_count = cluster->group ? 1 : 0,
	        .image_id = pool->image_id,
	        .key_pair = pool->key_pair,
	        .disk_category = pool->system_disk_category,
	        .disk_gib = pool->system_disk_size,
	        .spot_strategy = pool->spot_strategy,
	        .public_address = pool->internet_bandwidth > 0,
	        .created = created,
	};
	struct instance *node = plan.type ? instance_create(world, &plan) : NULL;
	if (!node)
		return NULL;
	char ip[IP_TEXT_SIZE];
	ip_format(node->private_ip, ip);
	node->name = world_printf(world, "worker-k8s-for-cs-%s", cluster->base.id);
	node->hostname = world_printf(world, "%s.%s", cluster->base.region->id, ip);
	node->pool = pool;
	node->cluster = cluster;
	node->node_state = created ? "running" : "initial";
	node->node_status = created ? "Ready" : "Unknown";
	resource_tag(world, &node->base, "ack.aliyun.com", cluster->base.id);
	resource_tag(world, &node->base, "ack.alibabacloud.com/nodepool-id", pool->base.id);
	resource_tag(world, &node->base, "acs:autoscaling:scalingGroupId", pool->scaling_group_id);
	return node;
}

static bool is_node_of(const struct instance *instance, const struct node_pool *pool)
{
	return instance->pool == pool;
}

struct node_counts node_pool_counts(const struct node_pool *pool)
{
	struct node_counts counts = {.failed = pool->failed_nodes, .total = pool->failed_nodes};
	const struct table *table = &pool->base.region->tables[KIND_INSTANCE];
	for (size_t i = 0; i < table->count; i++) {
		const struct instance *node = (const void *)table->items[i];
		if (!is_node_of(node, pool))
			continue;
		bool ready = !strcmp(node->node_status, "Ready");
		counts.total++;
		counts.serving += ready;
		counts.healthy += ready;
		counts.initial += !strcmp(node->node_state, "initial");
		counts.removing += !strcmp(node->node_state, "removing");
		counts.offline += !ready && !strcmp(node->node_state, "running");
	}
	return counts;
}

int64_t cluster_size(const struct cluster *cluster)
{
	int64_t size = 0;
	const struct table *table = &cluster->base.region->tables[KIND_INSTANCE];
	for (size_t i = 0; i < table->count; i++)
		size += ((const struct instance *)(const void *)table->items[i])->cluster == cluster;
	return size;
}
