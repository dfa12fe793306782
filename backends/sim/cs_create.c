// SPDX-License-Identifier: Apache-2.0
// Creating and changing clusters.
#include "config.h"
#include "sim/cs.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "sim/catalog.h"
#include "sim/clusters.h"
#include "sim/kube_store.h"
#include "sim/cs_pools.h"
#include "sim/cs_tasks.h"
#include "sim/instances.h"
#include "sim/nat.h"
#include "sim/params.h"

#include "base/banned.h"

enum { MINUTE_MS = 60 * 1000 };

static enum step_result make_network(struct world *world, struct cs_task *task, bool first)
{
	struct cluster *cluster = task->cluster;
	if (!first || !cluster->snat_entry)
		return STEP_DONE;
	struct nat_gateway *gateway = nat_gateway_create(world, RANDOM_API, cluster->vswitches[0],
	        world_printf(world, "nat-for-%s", cluster->base.id), MADE_BY_API);
	if (!gateway)
		return STEP_FAILED;
	struct eip *eip = eip_create(world, RANDOM_API, cluster->base.region, gateway->name, 100, MADE_BY_API);
	char ip[IP_TEXT_SIZE];
	ip_format(eip->address, ip);
	gateway->owner_cluster = world_text(world, cluster->base.id);
	nat_gateway_ready(world, gateway, 30 * 1000);
	eip_bind(world, eip, "Nat", gateway->base.id, 35 * 1000);
	for (size_t i = 0; i < cluster->vswitch_count; i++)
		snat_entry_create(
		        world, RANDOM_API, gateway, ip, cluster->vswitches[i]->base.id, NULL, MADE_BY_API, 45 * 1000);
	cluster_add_resource(cluster, "ALIYUN::VPC::NatGateway", world_text(world, gateway->base.id), true);
	cluster_add_resource(cluster, "ALIYUN::VPC::EIP", world_text(world, eip->base.id), true);
	return STEP_DONE;
}

static enum step_result equip(struct world *world, struct cs_task *task, bool first)
{
	if (first && world->rules.cluster_failures > 0 &&
	        random_chance(&world->random[RANDOM_LIFE], world->rules.cluster_failures)) {
		task_fail(world, task, "ControlPlaneCreateFailed",
		        "The API server did not answer in time; delete the cluster and create it again.");
		return STEP_FAILED;
	}
	if (first)
		cluster_equip(world, RANDOM_API, task->cluster);
	return STEP_DONE;
}

static enum step_result make_nodes(struct world *world, struct cs_task *task, bool first)
{
	enum step_result result = STEP_DONE;
	struct table *table = &task->cluster->base.region->tables[KIND_NODE_POOL];
	for (size_t i = 0; i < table->count; i++) {
		struct node_pool *pool = (void *)table->items[i];
		if (pool->cluster != task->cluster)
			continue;
		enum step_result one = node_pool_settle(world, pool, first);
		if (one == STEP_DONE && strcmp(pool->base.state, "active") != 0)
			resource_state(world, &pool->base, "active");
		if (one != STEP_DONE)
			result = one;
	}
	// Nodes that do not come leave the cluster running, and their pool with failed nodes.
	return result == STEP_FAILED ? STEP_DONE : result;
}

static void creation_ends(struct world *world, struct cs_task *task, bool success)
{
	if (!task->cluster)
		return;
	resource_state(world, &task->cluster->base, success ? "running" : "failed");
	if (success)
		kube_cluster_runs(world, task->cluster);
}

static const struct task_step creation_steps[] = {
        {"PreCheck", "Check the account, quotas and parameters", 10 * 1000, NULL},
        {"CreateNetwork", "Prepare VPC, vSwitches and Internet access", 50 * 1000, make_network},
        {"CreateControlPlane", "Create the managed control plane", 4 * MINUTE_MS, equip},
        {"InstallAddons", "Install the add-ons", MINUTE_MS, NULL},
        {"CreateNodes", "Create the nodes and let them join", 5 * 1000, make_nodes},
};
static const struct task_kind creation = {
        .type = "cluster_create",
        .steps = creation_steps,
        .step_count = COUNT_OF(creation_steps),
        .end = creation_ends,
};

static bool check_name(struct call *call, const char *name)
{
	struct cluster *cluster;
	size_t characters = 0;
	for (const char *c = name; *c; c++)
		characters += ((unsigned char)*c & 0xc0) != 0x80;
	if (characters > 63 || name[0] == '-' || strpbrk(name, " /\\\"'<>&"))
		return call_fail(call, 400, "InvalidClusterName",
		        "The cluster name is not valid: 1 to 63 letters, digits, - and _.");
	for (size_t r = 0; r < call->world->region_count; r++)
		EACH(cluster, &call->world->regions[r], KIND_CLUSTER)
	if (!strcmp(cluster->name, name))
		return call_fail(call, 400, "ErrorClusterNameAlreadyExist", "Cluster name %s already exists", name);
	return true;
}

static bool overlap(const char *one, const char *other)
{
	uint32_t a, b;
	int bits, other_bits;
	if (!cidr_parse(one, &a, &bits) || !cidr_parse(other, &b, &other_bits))
		return false;
	int shorter = bits < other_bits ? bits : other_bits;
	uint32_t mask = shorter ? ~(uint32_t)0 << (32 - shorter) : 0;
	return (a & mask) == (b & mask);
}

static bool check_blocks(struct call *call, const char *pods, const char *services_cidr, const struct vpc *vpc)
{
	uint32_t network;
	int bits;
	struct cluster *cluster;
	if (!cidr_parse(pods, &network, &bits) || bits < 8 || bits > 24)
		return call_fail(call, 400, "InvalidContainerCidr", "container_cidr %s is not valid.", pods);
	if (!cidr_parse(services_cidr, &network, &bits) || bits < 8 || bits > 28)
		return call_fail(call, 400, "InvalidServiceCidr", "service_cidr %s is not valid.", services_cidr);
	if (overlap(pods, services_cidr) || (vpc && (overlap(pods, vpc->cidr) || overlap(services_cidr, vpc->cidr))))
		return call_fail(call, 400, "CidrConflict", "The pod, service and VPC CIDR blocks must not overlap.");
	for (size_t r = 0; vpc && r < call->world->region_count; r++)
		EACH(cluster, &call->world->regions[r], KIND_CLUSTER)
	if (cluster->vpc == vpc && overlap(cluster->container_cidr, pods))
		return call_fail(call, 400, "CidrConflict",
		        "container_cidr %s conflicts with cluster %s in the same VPC.", pods, cluster->base.id);
	return true;
}

struct network {
	struct vpc *vpc;
	struct vswitch *vswitches[MAX_CLUSTER_VSWITCHES];
	size_t count;
	char zones[MAX_CLUSTER_VSWITCHES];
	size_t zone_count;
};

static bool read_vswitches(struct call *call, struct network *network)
{
	const cJSON *item;
	cJSON_ArrayForEach(item, call_body(call, "vswitch_ids"))
	{
		struct vswitch *vswitch = world_find_in(
		        call->world, KIND_VSWITCH, call->region, cJSON_IsString(item) ? item->valuestring : NULL);
		if (!vswitch || vswitch->vpc != network->vpc || network->count == MAX_CLUSTER_VSWITCHES)
			return call_fail(call, 400, "InvalidVSwitchId.NotFound",
			        "A vSwitch of vswitch_ids does not exist in the VPC.");
		network->vswitches[network->count++] = vswitch;
	}
	return network->count || param_missing(call, "vswitch_ids");
}

static bool read_zones(struct call *call, struct network *network)
{
	const cJSON *item;
	cJSON_ArrayForEach(item, call_body(call, "zone_ids"))
	{
		const char *zone = cJSON_IsString(item) ? item->valuestring : "";
		size_t head = strlen(call->region->id);
		bool known = false;
		for (size_t i = 0; i < call->region->zone_count; i++)
			known = known || (text_starts_with(zone, call->region->id) && zone[head] == '-' &&
			                         zone[head + 1] == call->region->zones[i][0] && !zone[head + 2]);
		if (!known || network->zone_count == MAX_CLUSTER_VSWITCHES)
			return call_fail(call, 400, "InvalidZoneId.NotFound", "The zone %s does not exist.", zone);
		network->zones[network->zone_count++] = zone[head + 1];
	}
	return network->zone_count || param_missing(call, "vpcid");
}

static bool read_network(struct call *call, struct network *network)
{
	const char *id = call_body_text(call, "vpcid", NULL);
	*network = (struct network){0};
	if (!id)
		return read_zones(call, network);
	network->vpc = world_find_in(call->world, KIND_VPC, call->region, id);
	if (!network->vpc)
		return call_fail(call, 400, "InvalidVpcId.NotFound", "The VPC %s does not exist.", id);
	return read_vswitches(call, network);
}

static bool has_network_addon(const struct call *call)
{
	const cJSON *item;
	cJSON_ArrayForEach(item, call_body(call, "addons"))
	{
		const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "name"));
		if (name && (!strcmp(name, "flannel") || !strcmp(name, "kube-flannel-ds") ||
		                    text_starts_with(name, "terway")))
			return true;
	}
	return false;
}

static void take_addons(struct call *call, struct cluster *cluster)
{
	const cJSON *item;
	cJSON_ArrayForEach(item, call_body(call, "addons"))
	{
		const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "name"));
		const char *config = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "config"));
		if (!name || cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(item, "disabled")) ||
		        cluster->addon_count == MAX_ADDONS)
			continue;
		cluster->addons[cluster->addon_count++] = (struct addon){
		        .name = world_text(call->world, !strcmp(name, "flannel") ? "kube-flannel-ds" : name),
		        .version = "v0.15.1.23-aliyun",
		        .config = world_text(call->world, config ? config : ""),
		        .state = "active",
		};
	}
}

// The network of a cluster that gave only zones: 192.168.0.0/16 with one /20 per zone.
static void make_vpc(struct call *call, struct cluster *cluster, const struct network *network)
{
	struct world *world = call->world;
	struct vpc *vpc = vpc_create(world, RANDOM_API, call->region, world_printf(world, "vpc-%s", cluster->base.id),
	        "192.168.0.0/16", MADE_BY_API);
	cluster->vpc = vpc;
	cluster_add_resource(cluster, "ALIYUN::ECS::VPC", world_text(world, vpc->base.id), true);
	for (size_t i = 0; i < network->zone_count; i++) {
		struct vswitch *vswitch = vswitch_create(world, RANDOM_API, vpc, network->zones[i], vpc->name,
		        (192u << 24) + (168u << 16) + ((uint32_t)i << 12), 20, MADE_BY_API);
		cluster->vswitches[cluster->vswitch_count++] = vswitch;
		cluster_add_resource(cluster, "ALIYUN::ECS::VSwitch", world_text(world, vswitch->base.id), true);
	}
}

static const char *read_version(struct call *call)
{
	const char *wanted = call_body_text(call, "kubernetes_version", kubernetes_versions[0].version);
	for (size_t i = 0; i < kubernetes_version_count; i++)
		if (!strcmp(kubernetes_versions[i].version, wanted) && kubernetes_versions[i].creatable)
			return kubernetes_versions[i].version;
	call_fail(call, 400, "InvalidKubernetesVersion", "kubernetes_version %s cannot be created.", wanted);
	return NULL;
}

static void take_tags(struct call *call, struct cluster *cluster)
{
	const cJSON *item;
	cJSON_ArrayForEach(item, call_body(call, "tags"))
	{
		const char *key = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "key"));
		const char *value = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "value"));
		if (key && *key)
			resource_tag(call->world, &cluster->base, key, value ? value : "");
	}
}

void cs_create_cluster(struct call *call)
{
	struct network network;
	struct world *world = call->world;
	const char *name = call_body_text(call, "name", "");
	const char *pods = call_body_text(call, "container_cidr", "172.20.0.0/16");
	const char *services_cidr = call_body_text(call, "service_cidr", "172.21.0.0/20");
	call->region = world_region(world, call_body_text(call, "region_id", ""));
	if (!call->region) {
		call_fail(call, 400, "InvalidRegionId.NotFound", "The specified RegionId does not exist.");
		return;
	}
	if (!has_network_addon(call)) {
		call_fail(call, 400, "InvalidAddons", "addons must name a network plug-in: flannel or terway-eniip.");
		return;
	}
	const char *version = read_version(call);
	if (!version || !check_name(call, name) || !read_network(call, &network) ||
	        !check_blocks(call, pods, services_cidr, network.vpc))
		return;
	struct cluster *cluster = cluster_create(world, RANDOM_API, call->region, name, network.vpc, MADE_BY_API);
	cluster->version = version;
	cluster->spec = world_text(world, call_body_text(call, "cluster_spec", "ack.standard"));
	cluster->profile = world_text(world, call_body_text(call, "profile", "Default"));
	cluster->container_cidr = world_text(world, pods);
	cluster->service_cidr = world_text(world, services_cidr);
	cluster->proxy_mode = world_text(world, call_body_text(call, "proxy_mode", "ipvs"));
	cluster->timezone = world_text(world, call_body_text(call, "timezone", "Asia/Shanghai"));
	cluster->public_endpoint = call_body_bool(call, "endpoint_public_access", false);
	cluster->deletion_protection = call_body_bool(call, "deletion_protection", false);
	cluster->rrsa = call_body_bool(call, "rrsa_config/enabled", false);
	cluster->snat_entry = call_body_bool(call, "snat_entry", false);
	memcpy(cluster->vswitches, network.vswitches, sizeof(cluster->vswitches));
	cluster->vswitch_count = network.count;
	if (!network.vpc)
		make_vpc(call, cluster, &network);
	take_addons(call, cluster);
	take_tags(call, cluster);
	const cJSON *pool;
	cJSON_ArrayForEach(pool, call_body(call, "nodepools")) node_pool_from_json(call, cluster, pool);
	if (call->failed) {
		node_pools_destroy(world, cluster);
		if (!network.vpc)
			cluster_drop_vpc(world, cluster);
		resource_destroy(world, &cluster->base);
		return;
	}
	task_answer(call, task_start(world, cluster, &creation, NULL, 0), NULL);
}

static enum step_result change(struct world *world, struct cs_task *task, bool first)
{
	if (first && task->cluster->public_endpoint && !task->cluster->public_ip)
		task->cluster->public_ip = world_public_address(world);
	return STEP_DONE;
}

static void change_ends(struct world *world, struct cs_task *task, bool success)
{
	(void)success;
	if (!task->cluster)
		return;
	task->cluster->updated = world->now;
	if (!strcmp(task->cluster->base.state, "updating"))
		resource_state(world, &task->cluster->base, "running");
}

static const struct task_step change_steps[] = {
        {"ModifyCluster", "Change the cluster", 20 * 1000, change},
};
static const struct task_kind modification = {
        .type = "cluster_modify",
        .steps = change_steps,
        .step_count = COUNT_OF(change_steps),
        .end = change_ends,
};

bool cs_cluster_is_idle(struct call *call, const struct cluster *cluster)
{
	if (!strcmp(cluster->base.state, "running"))
		return true;
	return call_fail(call, 409, "ErrorClusterState", "The cluster is %s: this operation is not allowed now.",
	        cluster->base.state);
}

void cs_modify_cluster(struct call *call)
{
	struct cluster *cluster = cs_cluster(call);
	// What only takes a flag may be changed in any state: a cluster that failed must lose its protection, too.
	if (!cluster)
		return;
	bool only_flag = call_body(call, "deletion_protection") && !call_body(call, "enable_rrsa") &&
	                 !call_body(call, "api_server_eip") && !call_body(call, "cluster_name");
	if (!only_flag && !cs_cluster_is_idle(call, cluster))
		return;
	const char *name = call_body_text(call, "cluster_name", NULL);
	if (name && strcmp(name, cluster->name) != 0) {
		if (!check_name(call, name))
			return;
		cluster->name = world_text(call->world, name);
	}
	cluster->deletion_protection = call_body_bool(call, "deletion_protection", cluster->deletion_protection);
	cluster->rrsa = call_body_bool(call, "enable_rrsa", cluster->rrsa);
	cluster->public_endpoint = call_body_bool(call, "api_server_eip", cluster->public_endpoint);
	if (!cluster->public_endpoint)
		cluster->public_ip = 0;
	if (!only_flag)
		resource_state(call->world, &cluster->base, "updating");
	task_answer(call, task_start(call->world, cluster, &modification, NULL, 0), NULL);
}
