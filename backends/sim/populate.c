// SPDX-License-Identifier: Apache-2.0
// Makes what the scenario lists: images, clusters with their networks, pools, nodes and pod VMs, other instances,
// left-overs.
#include "config.h"
#include "sim/populate.h"

#include <stdio.h>
#include <string.h>

#include "sim/catalog.h"
#include "sim/clusters.h"
#include "sim/instances.h"
#include "sim/kube_store.h"
#include "sim/life_draw.h"
#include "sim/nat.h"
#include "sim/oss_store.h"
#include "sim/podvms.h"
#include "sim/populate_life.h"
#include "sim/ram.h"
#include "sim/settings.h"
#include "sim/world.h"

#include "base/banned.h"

enum { MINUTE_MS = 60 * 1000, HOUR_MS = 60 * MINUTE_MS, DAY_MS = 24 * HOUR_MS };
enum { VMS_PER_VSWITCH = 60000, MAX_SPREAD_VSWITCHES = 8 };

struct population {
	struct world *world;
	const config_setting_t *wrong;
	const char *why;
};

static void *refuse(struct population *population, const config_setting_t *at, const char *why)
{
	population->wrong = at;
	population->why = why;
	return NULL;
}

static int64_t ago(struct world *world, int64_t least, int64_t most)
{
	return world->now - random_between(&world->random[RANDOM_POPULATE], least, most);
}

static void add_images(struct world *world, struct region *region)
{
	for (size_t i = 0; i < catalog_image_count; i++) {
		const struct catalog_image *known = &catalog_images[i];
		char id[40];
		if (known->region && strcmp(known->region, region->id) != 0)
			continue;
		snprintf(id, sizeof(id), "m-%s%s", region->code, known->suffix);
		struct image *image = resource_create(world, KIND_IMAGE, region, id, sizeof(*image), MADE_BY_WORLD);
		image->name = known->name;
		image->description = image->family = "";
		image->owner = known->owner;
		image->os_name = known->os_name;
		image->os_type = known->os_type;
		image->platform = known->platform;
		image->architecture = known->architecture;
		image->boot_mode = known->boot_mode;
		image->format = "";
		image->imds_support = "v1";
		image->size_gib = known->size_gib;
		image->progress = 100;
		image->nvme = true;
		image->is_public = true;
		image->base.created = world->now - 60 * (int64_t)DAY_MS;
	}
}

static void add_key_pair(struct world *world, struct region *region)
{
	char id[64];
	snprintf(id, sizeof(id), "%s/ops", region->id);
	struct key_pair *pair = resource_create(world, KIND_KEY_PAIR, region, id, sizeof(*pair), MADE_BY_WORLD);
	pair->name = "ops";
	random_hex(&world->random[RANDOM_POPULATE], pair->fingerprint, sizeof(pair->fingerprint) - 1);
	pair->base.created = world->now - 300 * (int64_t)DAY_MS;
}

static const char *image_id(struct world *world, const struct region *region, const char *suffix)
{
	return world_printf(world, "m-%s%s", region->code, suffix);
}

static struct vpc *find_vpc(const struct region *region, const char *name)
{
	for (size_t i = 0; name && i < region->tables[KIND_VPC].count; i++) {
		struct vpc *vpc = (void *)region->tables[KIND_VPC].items[i];
		if (!strcmp(vpc->name, name))
			return vpc;
	}
	return NULL;
}

static struct vpc *make_vpc(struct world *world, struct region *region, const char *name)
{
	uint32_t number = (uint32_t)region->tables[KIND_VPC].count;
	char cidr[32], ip[IP_TEXT_SIZE];
	uint32_t network = (10u << 24) + ((number * 4 + 4) << 16);
	ip_format(network, ip);
	snprintf(cidr, sizeof(cidr), "%s/16", ip);
	struct vpc *vpc = vpc_create(world, RANDOM_POPULATE, region, name, cidr, MADE_BY_WORLD);
	vpc->base.created = ago(world, 200LL * DAY_MS, 300LL * DAY_MS);
	for (size_t i = 0; i < region->zone_count; i++) {
		char letter = region->zones[i][0];
		struct vswitch *vswitch = vswitch_create(world, RANDOM_POPULATE, vpc, letter,
		        world_printf(world, "%s-%c", name, letter), network + ((uint32_t)i << 12), 20, MADE_BY_WORLD);
		vswitch->base.created = vpc->base.created;
	}
	return vpc;
}

static void add_internet(struct world *world, struct cluster *cluster)
{
	const char *name = world_printf(world, "nat-for-%s", cluster->name);
	struct nat_gateway *gateway =
	        nat_gateway_create(world, RANDOM_POPULATE, cluster->vswitches[0], name, MADE_BY_WORLD);
	if (!gateway)
		return;
	struct eip *eip = eip_create(world, RANDOM_POPULATE, cluster->base.region, name, 100, MADE_BY_WORLD);
	char ip[IP_TEXT_SIZE];
	ip_format(eip->address, ip);
	nat_gateway_ready(world, gateway, 0);
	eip_bind(world, eip, "Nat", gateway->base.id, 0);
	for (size_t i = 0; i < cluster->vswitch_count; i++)
		snat_entry_create(
		        world, RANDOM_POPULATE, gateway, ip, cluster->vswitches[i]->base.id, NULL, MADE_BY_WORLD, 0)
		        ->base.created = cluster->base.created;
	gateway->base.created = eip->base.created = cluster->base.created;
}

static void choose_vswitches(struct cluster *cluster)
{
	const struct table *table = &cluster->base.region->tables[KIND_VSWITCH];
	for (size_t i = 0; i < table->count && cluster->vswitch_count < MAX_CLUSTER_VSWITCHES; i++) {
		struct vswitch *vswitch = (void *)table->items[i];
		if (vswitch->vpc == cluster->vpc)
			cluster->vswitches[cluster->vswitch_count++] = vswitch;
	}
}

static void add_pool(struct population *population, struct cluster *cluster, const config_setting_t *setting)
{
	struct world *world = population->world;
	struct node_pool *pool = node_pool_create(world, RANDOM_POPULATE, cluster,
	        setting ? setting_text(setting, "name", "default-nodepool") : "default-nodepool", MADE_BY_WORLD);
	const char *type = setting ? setting_text(setting, "type", "ecs.g7.xlarge") : "ecs.g7.xlarge";
	if (!instance_type_find(type)) {
		refuse(population, setting, "type: no such instance type");
		return;
	}
	pool->is_default = !strcmp(pool->name, "default-nodepool");
	pool->types[pool->type_count++] = world_text(world, type);
	memcpy(pool->vswitches, cluster->vswitches, sizeof(pool->vswitches));
	pool->vswitch_count = cluster->vswitch_count;
	pool->desired_size = setting ? setting_int(setting, "size", 3) : 3;
	pool->max_instances = setting ? setting_int(setting, "max", 0) : 0;
	pool->min_instances = setting ? setting_int(setting, "min", 0) : 0;
	pool->autoscaling = pool->max_instances > 0;
	pool->failed_nodes = setting ? setting_int(setting, "failed", 0) : 0;
	pool->base.created = cluster->base.created + 10 * MINUTE_MS;
	for (int64_t i = 0; i < pool->desired_size; i++)
		node_create(world, RANDOM_POPULATE, pool, ago(world, DAY_MS, 90LL * DAY_MS));
}

static struct adaptor adaptor_of(struct world *world, struct cluster *cluster)
{
	struct adaptor adaptor = {
	        .cluster = cluster,
	        .group = cluster->group,
	        .type = instance_type_find("ecs.g8i.xlarge"),
	        .image_id = image_id(world, cluster->base.region, "caapodvm"),
	};
	return adaptor;
}

static struct cluster *add_cluster(struct population *population, const config_setting_t *setting)
{
	struct world *world = population->world;
	struct region *region = world_region(world, setting_text(setting, "region", NULL));
	const char *name = setting_text(setting, "name", NULL);
	if (!region)
		return NULL;
	if (!name)
		return refuse(population, setting, "a cluster needs a name");
	const char *network = setting_text(setting, "vpc", name);
	struct vpc *vpc = find_vpc(region, network);
	if (!vpc)
		vpc = make_vpc(world, region, network);
	struct cluster *cluster = cluster_create(world, RANDOM_POPULATE, region, name, vpc, MADE_BY_WORLD);
	cluster->base.created = ago(world, 100LL * DAY_MS, 190LL * DAY_MS);
	cluster->spec = world_text(world, setting_text(setting, "spec", "ack.standard"));
	cluster->version = world_text(world, setting_text(setting, "version", cluster->version));
	cluster->container_cidr = world_text(world, setting_text(setting, "container_cidr", cluster->container_cidr));
	cluster->rrsa = setting_bool(setting, "rrsa", true);
	cluster->public_endpoint = setting_bool(setting, "public", true);
	cluster->deletion_protection = setting_bool(setting, "deletion_protection", true);
	choose_vswitches(cluster);
	cluster_equip(world, RANDOM_POPULATE, cluster);
	cluster->base.state = world_text(world, setting_text(setting, "state", "running"));
	if (setting_bool(setting, "nat", true) && cluster->vswitch_count)
		add_internet(world, cluster);
	cluster_log(world, cluster, "cluster %s is running", cluster->name);
	const config_setting_t *pools = config_setting_get_member(setting, "pools");
	for (int i = 0; pools && i < config_setting_length(pools); i++)
		add_pool(population, cluster, config_setting_get_elem(pools, (unsigned)i));
	const config_setting_t *podvms = config_setting_get_member(setting, "podvms");
	if (podvms)
		population->why = populate_life(world, cluster, podvms, &population->wrong);
	return cluster;
}

// Instances that have nothing to do with peer pods.
static void add_instances(struct population *population, const config_setting_t *setting)
{
	struct world *world = population->world;
	struct region *region = world_region(world, setting_text(setting, "region", NULL));
	const struct instance_type *type = instance_type_find(setting_text(setting, "type", "ecs.u1-c1m2.large"));
	if (!region)
		return;
	if (!type) {
		refuse(population, setting, "type: no such instance type");
		return;
	}
	struct vpc *vpc = find_vpc(region, setting_text(setting, "vpc", "office"));
	if (!vpc)
		vpc = make_vpc(world, region, setting_text(setting, "vpc", "office"));
	struct security_group *group =
	        security_group_create(world, RANDOM_POPULATE, vpc, setting_text(setting, "name", ""), MADE_BY_WORLD);
	security_group_allow(world, group, "ingress", "tcp", "22/22", "10.0.0.0/8", "ssh");
	group->base.created = vpc->base.created;
	struct vswitch *vswitch = NULL;
	for (size_t i = 0; i < region->tables[KIND_VSWITCH].count && !vswitch; i++)
		if (((struct vswitch *)(void *)region->tables[KIND_VSWITCH].items[i])->vpc == vpc)
			vswitch = (void *)region->tables[KIND_VSWITCH].items[i];
	int64_t count = setting_int(setting, "count", 1);
	for (int64_t i = 0; i < count && vswitch; i++) {
		struct instance_plan plan = {
		        .stream = RANDOM_POPULATE,
		        .made_by = MADE_BY_WORLD,
		        .name = count == 1
		                        ? world_text(world, setting_text(setting, "name", ""))
		                        : world_printf(world, "%s-%d", setting_text(setting, "name", ""), (int)i + 1),
		        .type = type,
		        .vswitch = vswitch,
		        .groups = {group},
		        .group_count = 1,
		        .image_id = image_id(world, region, "ubuntu24"),
		        .charge_type = setting_bool(setting, "prepaid", false) ? "PrePaid" : "PostPaid",
		        .deletion_protection = setting_bool(setting, "protected", false),
		        .public_address = setting_bool(setting, "public", false),
		        .created = ago(world, 30LL * DAY_MS, 300LL * DAY_MS),
		};
		struct instance *instance = instance_create(world, &plan);
		if (instance && setting_bool(setting, "stopped", false)) {
			instance->base.state = "Stopped";
			instance->stopped_mode = "StopCharging";
		}
	}
}

// Network interfaces and addresses that pod VMs left behind.
static struct eip *add_external_eip(struct world *world, struct region *region)
{
	struct eip *eip = eip_create(world, RANDOM_POPULATE, region, "", 5, MADE_BY_CAA);
	eip->description = "Peerpod External Network EIP";
	eip->base.created = ago(world, DAY_MS, 9LL * DAY_MS);
	return eip;
}

static void add_leftovers(struct population *population, const config_setting_t *setting)
{
	struct world *world = population->world;
	struct region *region = world_region(world, setting_text(setting, "region", NULL));
	if (!region || !region->tables[KIND_VSWITCH].count || !region->tables[KIND_SECURITY_GROUP].count)
		return;
	struct vswitch *vswitch = (void *)region->tables[KIND_VSWITCH].items[0];
	struct security_group *group = (void *)region->tables[KIND_SECURITY_GROUP].items[0];
	// `bound` ones are addresses that still hang on such an interface.
	int64_t bound = setting_int(setting, "bound", 0);
	for (int64_t i = bound + setting_int(setting, "enis", 0); i > 0; i--) {
		char id[32];
		world_new_id(world, RANDOM_POPULATE, region, "i-", id, sizeof(id));
		struct eni *eni = eni_create(world, RANDOM_POPULATE, vswitch, &group, 1, MADE_BY_CAA);
		if (!eni)
			return;
		eni->name = world_printf(world, "peerpod-nic-%s", id);
		eni->base.created = ago(world, DAY_MS, 9LL * DAY_MS);
		if (i <= bound)
			eip_bind(world, add_external_eip(world, region), "NetworkInterface", eni->base.id, 0);
	}
	for (int64_t i = setting_int(setting, "eips", 0); i > 0; i--)
		add_external_eip(world, region);
}

static void add_bucket(struct population *population, const config_setting_t *setting)
{
	struct world *world = population->world;
	const char *name = setting_text(setting, "name", "");
	struct region *region = world_region(world, setting_text(setting, "region", world->home->id));
	if (!bucket_name_is_valid(name))
		refuse(population, setting, "name: 3 to 63 of a-z 0-9 -, not at either end a -");
	else if (region)
		bucket_create(world, region, name, MADE_BY_WORLD);
}

static void each_of(struct population *population, const config_setting_t *root, const char *name,
        void (*add)(struct population *population, const config_setting_t *setting))
{
	const config_setting_t *list = config_setting_get_member(root, name);
	for (int i = 0; list && i < config_setting_length(list) && !population->why; i++)
		add(population, config_setting_get_elem(list, (unsigned)i));
}

static void add_any_cluster(struct population *population, const config_setting_t *setting)
{
	add_cluster(population, setting);
}

// One bare cluster per region, and its even share of the VMs.
static void spread_vms(struct world *world, struct region *region, int64_t count)
{
	struct vpc *vpc = vpc_create(
	        world, RANDOM_POPULATE, region, world_printf(world, "%s-net", region->id), "10.0.0.0/8", MADE_BY_WORLD);
	struct vswitch *vswitches[MAX_SPREAD_VSWITCHES];
	size_t vswitch_count = (size_t)(count / VMS_PER_VSWITCH) + 1;
	vswitch_count = vswitch_count < MAX_SPREAD_VSWITCHES ? vswitch_count : MAX_SPREAD_VSWITCHES;
	for (size_t i = 0; i < vswitch_count; i++)
		vswitches[i] = vswitch_create(world, RANDOM_POPULATE, vpc, region->zones[i % region->zone_count][0],
		        "podvms", (10u << 24) + (uint32_t)i * 65536u, 16, MADE_BY_WORLD);
	struct cluster *cluster = cluster_create(
	        world, RANDOM_POPULATE, region, world_printf(world, "%s-1", region->id), vpc, MADE_BY_WORLD);
	cluster->base.created = ago(world, 100LL * DAY_MS, 190LL * DAY_MS);
	choose_vswitches(cluster);
	cluster_equip(world, RANDOM_POPULATE, cluster);
	cluster->base.state = "running";
	struct adaptor adaptor = adaptor_of(world, cluster);
	for (int64_t i = 0; i < count; i++) {
		adaptor.vswitch = vswitches[(size_t)i % vswitch_count];
		adaptor.tags = i % 4 ? "team=platform" : "team=platform,业务=订单服务,owner=张伟";
		podvm_create(world, RANDOM_POPULATE, &adaptor, pod_name_make(world, RANDOM_POPULATE),
		        ago(world, 2 * MINUTE_MS, 30LL * DAY_MS));
	}
}

static bool has_podvms(const config_setting_t *root)
{
	const config_setting_t *list = config_setting_get_member(root, "clusters");
	for (int i = 0; list && i < config_setting_length(list); i++)
		if (config_setting_get_member(config_setting_get_elem(list, (unsigned)i), "podvms"))
			return true;
	return false;
}

// Their APIs begin now: what has been before is in the objects that they are given.
static void run_clusters(struct world *world, struct region *region)
{
	const struct table *table = &region->tables[KIND_CLUSTER];
	for (size_t i = 0; i < table->count; i++)
		if (!strcmp(table->items[i]->state, "running"))
			kube_cluster_runs(world, (void *)table->items[i]);
	life_draw(world);
}

const char *populate(struct world *world, const config_setting_t *root, int64_t vms, const config_setting_t **wrong)
{
	struct population population = {.world = world};
	life_attach(world);
	world->has_history = config_setting_get_member(root, "history") != NULL;
	// An hour is enough for all pods to run when the world starts.
	populate_past(world, (int64_t)(HOUR_MS * setting_number(root, "history", has_podvms(root) ? 1 : 0)));
	for (size_t i = 0; i < world->region_count; i++) {
		add_images(world, &world->regions[i]);
		add_key_pair(world, &world->regions[i]);
	}
	ram_populate(world);
	each_of(&population, root, "clusters", add_any_cluster);
	each_of(&population, root, "instances", add_instances);
	each_of(&population, root, "leftovers", add_leftovers);
	each_of(&population, root, "buckets", add_bucket);
	if (!config_setting_get_member(root, "buckets"))
		bucket_create(world, world->home, DEMO_BUCKET, MADE_BY_WORLD);
	int64_t spread = vms >= 0 ? vms : setting_int(root, "vms", 0);
	int64_t regions = (int64_t)world->region_count;
	for (int64_t i = 0; i < regions && spread > 0; i++)
		spread_vms(world, &world->regions[i], spread / regions + (i < spread % regions));
	populate_catch_up(world);
	for (size_t i = 0; i < world->region_count; i++)
		run_clusters(world, &world->regions[i]);
	populate_catch_up(world); // what the drawing of the past has left due
	*wrong = population.wrong;
	return population.why;
}
