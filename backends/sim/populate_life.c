// SPDX-License-Identifier: Apache-2.0
// Settings of `podvms`: how the adaptor is configured, what runs, what goes wrong and when.
#include "config.h"
#include "sim/populate_life.h"

#include <stdio.h>
#include <string.h>

#include "sim/catalog.h"
#include "sim/clusters.h"
#include "sim/happenings.h"
#include "sim/identity.h"
#include "sim/node_life.h"
#include "sim/podlife_private.h"
#include "sim/settings.h"
#include "sim/workloads.h"

#include "base/banned.h"

enum { SECOND_MS = 1000, HOUR_S = 3600, RETRY_MS = 300 * SECOND_MS };
#define ADAPTOR_KEY "LTAI5tPeerPodsAdaptor"

static int64_t milliseconds(const config_setting_t *setting, const char *name, double otherwise_s)
{
	return (int64_t)(1000 * setting_number(setting, name, otherwise_s));
}

// Who the adaptors of a scenario are: an access key of their own.
static const char *adaptor_key(struct world *world)
{
	if (!identity_find(world->identities, ADAPTOR_KEY)) {
		struct identity identity = {.type = "RAMUser", .key_id = ADAPTOR_KEY, .secret = "made-up"};
		identity.user_id = identity.principal_id = "200000000000000001";
		identity.arn = world_printf(world, "acs:ram::%s:user/peer-pods", world->account);
		identity_add(world->identities, &identity);
	}
	return ADAPTOR_KEY;
}

static struct vswitch *vswitch_named(const struct cluster *cluster, const char *name)
{
	for (size_t i = 0; name && i < cluster->vswitch_count; i++)
		if (!strcmp(cluster->vswitches[i]->name, name))
			return cluster->vswitches[i];
	return NULL;
}

static const char *read_config(struct kubernetes *kubernetes, const config_setting_t *setting)
{
	struct world *world = kubernetes->world;
	struct cluster *cluster = kubernetes->cluster;
	struct caa_config *config = &kubernetes->config;
	const char *type = setting_text(setting, "type", "ecs.g8i.xlarge");
	if (!instance_type_find(type))
		return "type: no such instance type";
	const struct vswitch *vswitch = vswitch_named(cluster, setting_text(setting, "vswitch", NULL));
	if (!vswitch)
		vswitch = vswitch_selling(
		        world, RANDOM_POPULATE, cluster->vswitches, cluster->vswitch_count, instance_type_find(type));
	*config = (struct caa_config){.provider = "alibabacloud",
	        .region = cluster->base.region->id,
	        .vswitch_id = world_text(world, vswitch->base.id),
	        .group_ids = {world_text(world, cluster->group->base.id)},
	        .group_count = 1,
	        .image_id = world_printf(world, "m-%scaapodvm", cluster->base.region->code),
	        .type = world_text(world, type),
	        .tags = world_text(world, setting_text(setting, "tags", NULL)),
	        .key_name = world_text(world, setting_text(setting, "key_name", NULL)),
	        .disk_gib = setting_int(setting, "disk", 40),
	        .limit = setting_int(setting, "limit", 10),
	        .proxy_timeout_ms = milliseconds(setting, "proxy_timeout", 300),
	        .public_ip = setting_bool(setting, "public", false),
	        .external_network = setting_bool(setting, "external_network", false),
	        .disable_cvm = !instance_type_find(type)->tdx || setting_bool(setting, "disable_cvm", false),
	        .developer_mode = setting_bool(setting, "developer_mode", false),
	        .access_key = adaptor_key(world)};
	const char *owner = setting_text(setting, "tag_of", NULL);
	if (setting_bool(setting, "own_tag", false))
		config->tags = world_printf(world, "caa-cluster-uid=%s", cluster->uid);
	// A configuration that was copied from another cluster with its tag.
	for (size_t i = 0; owner && i < kubernetes_count(world); i++)
		if (!strcmp(kubernetes_at(world, i)->cluster->name, owner))
			config->tags = kubernetes_at(world, i)->config.tags;
	return NULL;
}

static const char *read_controller(struct kubernetes *kubernetes, const config_setting_t *setting)
{
	static const struct {
		const char *name;
		enum controller_state state;
	} states[] = {{"absent", CONTROLLER_ABSENT}, {"removed", CONTROLLER_REMOVED}, {"ready", CONTROLLER_READY},
	        {"no-credentials", CONTROLLER_NO_CREDENTIALS}};
	const char *name = setting_text(setting, "controller", "absent");
	for (size_t i = 0; i < COUNT_OF(states); i++)
		if (!strcmp(states[i].name, name)) {
			kubernetes->controller = states[i].state;
			return NULL;
		}
	return "controller: absent, removed, ready or no-credentials";
}

static const char *read_rates(struct kubernetes *kubernetes, const config_setting_t *setting)
{
	const config_setting_t *rates = config_setting_get_member(setting, "rates");
	for (int i = 0; rates && i < config_setting_length(rates); i++) {
		const config_setting_t *one = config_setting_get_elem(rates, (unsigned)i);
		enum leak_path path = leak_path_find(config_setting_name(one));
		if (!path)
			return "rates: G1 to G10, A1 to A8, P1 to P4, R1";
		kubernetes->rates[path] = setting_number(rates, config_setting_name(one), 0);
	}
	return NULL;
}

static const char *read_workloads(struct kubernetes *kubernetes, const config_setting_t *setting)
{
	static const char *const sorts[] = {"deployment", "statefulset", "job", "pod", "static"};
	const config_setting_t *list = config_setting_get_member(setting, "workloads");
	for (int i = 0; list && i < config_setting_length(list); i++) {
		const config_setting_t *one = config_setting_get_elem(list, (unsigned)i);
		struct workload_plan plan = {.namespace = setting_text(one, "namespace", "default"),
		        .name = setting_text(one, "name", NULL),
		        .replicas = setting_int(one, "replicas", 1),
		        .job_ms = milliseconds(one, "duration", 600),
		        .ttl_ms = milliseconds(one, "ttl", 0),
		        .grace_s = setting_int(one, "grace", 0),
		        .plain = !setting_bool(one, "vm", true)};
		const char *sort = setting_text(one, "sort", "deployment");
		size_t found = 0;
		while (found < COUNT_OF(sorts) && strcmp(sorts[found], sort) != 0)
			found++;
		if (found == COUNT_OF(sorts) || !plan.name)
			return "workloads: name, and sort = deployment, statefulset, job, pod or static";
		plan.sort = (enum workload_sort)found;
		workload_add(kubernetes, &plan);
	}
	return NULL;
}

// What is planned for a cluster: leaks by their path, happenings by their name.
static void on_leak(struct world *world, struct resource *resource, int64_t path)
{
	struct kubernetes *kubernetes = kubernetes_of(world, resource->id);
	if (kubernetes && !leak_provoke(kubernetes, (enum leak_path)path))
		world_later(world, RETRY_MS, resource, on_leak, path);
}

static void on_happening(struct world *world, struct resource *resource, int64_t index)
{
	struct kubernetes *kubernetes = kubernetes_of(world, resource->id);
	if (!kubernetes || kubernetes->calm)
		return;
	const struct planned *planned = &kubernetes->planned[index];
	const char *node = planned->target;
	if (node && *node == '#' && kubernetes->nodes.count) // "#1": the first node
		node = ((struct kube_node *)kubernetes->nodes.items[(size_t)(node[1] - '1') % kubernetes->nodes.count])
		               ->name;
	happening_run(kubernetes, planned->name, node);
}

static int64_t delay_of(const struct world *world, const config_setting_t *one)
{
	int64_t at = world->start - milliseconds(one, "ago", 0) + milliseconds(one, "after", 0);
	return at > world->now ? at - world->now : 0;
}

static const char *read_plans(struct kubernetes *kubernetes, const config_setting_t *setting)
{
	struct world *world = kubernetes->world;
	const config_setting_t *list = config_setting_get_member(setting, "leaks");
	for (int i = 0; list && i < config_setting_length(list); i++) {
		const config_setting_t *one = config_setting_get_elem(list, (unsigned)i);
		enum leak_path path = leak_path_find(setting_text(one, "path", NULL));
		if (!path)
			return "leaks: path = G1 to G10, A1 to A8, P1 to P4, R1 or developer";
		world_later(world, delay_of(world, one), &kubernetes->cluster->base, on_leak, path);
	}
	list = config_setting_get_member(setting, "happenings");
	for (int i = 0; list && i < config_setting_length(list) && kubernetes->planned_count < MAX_PLANNED; i++) {
		const config_setting_t *one = config_setting_get_elem(list, (unsigned)i);
		const char *name = setting_text(one, "name", NULL);
		if (!happening_exists(name))
			return "happenings: there is none of that name";
		kubernetes->planned[kubernetes->planned_count] = (struct planned){
		        .name = world_text(world, name), .target = world_text(world, setting_text(one, "on", NULL))};
		world_later(world, delay_of(world, one), &kubernetes->cluster->base, on_happening,
		        (int64_t)kubernetes->planned_count++);
	}
	return NULL;
}

static struct mishap_rates read_mishaps(const config_setting_t *setting)
{
	const config_setting_t *group = config_setting_get_member(setting, "mishaps");
	struct mishap_rates rates = {0};
	if (!group)
		return rates;
	rates.adaptor_crash_ms = milliseconds(group, "adaptor_crash", 0);
	rates.adaptor_roll_out_ms = milliseconds(group, "roll_out", 0);
	rates.node_reboot_ms = milliseconds(group, "reboot", 0);
	rates.node_stop_ms = milliseconds(group, "stop", 0);
	rates.node_partition_ms = milliseconds(group, "partition", 0);
	rates.node_lost_ms = milliseconds(group, "node_lost", 0);
	rates.force_delete_ms = milliseconds(group, "force_delete", 0);
	rates.config_change_ms = milliseconds(group, "config_change", 0);
	return rates;
}

static void skew_nodes(struct kubernetes *kubernetes, int64_t most_ms)
{
	struct kube_node *node;
	EACH_OF(node, &kubernetes->nodes)
	{
		struct instance *instance = world_find(kubernetes->world, KIND_INSTANCE, node->instance_id);
		if (!most_ms || !instance)
			continue;
		node->clock_offset = random_between(&kubernetes->world->random[RANDOM_POPULATE], -most_ms, most_ms);
		instance->clock_offset = node->clock_offset;
	}
}

const char *populate_life(
        struct world *world, struct cluster *cluster, const config_setting_t *setting, const config_setting_t **wrong)
{
	static const char *(*const readers[])(struct kubernetes * kubernetes, const config_setting_t *setting) = {
	        read_config, read_controller, read_rates, read_workloads, read_plans};
	struct kubernetes *kubernetes = kubernetes_create(world, cluster);
	const char *why = NULL;
	*wrong = setting;
	kubernetes->release = caa_release_find(setting_text(setting, "release", "0.21"));
	if (!kubernetes->release)
		return "release: 0.14, 0.17, 0.18, 0.21 or main";
	for (size_t i = 0; i < COUNT_OF(readers) && !why; i++)
		why = readers[i](kubernetes, setting);
	if (why)
		return why;
	kubernetes->installed = setting_bool(setting, "installed", true);
	kubernetes->installed_at = kubernetes->config_changed = world->now;
	kubernetes->every_ms = milliseconds(setting, "every", 0);
	kubernetes->past_every_ms = milliseconds(setting, "past_every", setting_number(setting, "every", 0));
	kubernetes->start_ms = milliseconds(setting, "start", 35);
	kubernetes->slow_ms = milliseconds(setting, "slow_start", 360);
	kubernetes->slow = setting_number(setting, "slow", 0);
	kubernetes->log_limit = setting_int(setting, "log_limit", 10 << 20);
	kubernetes->clock_offset = milliseconds(setting, "clock", 0);
	skew_nodes(kubernetes, milliseconds(setting, "node_clocks", 0));
	struct kube_node *node;
	EACH_OF(node, &kubernetes->nodes)
	if (kubernetes->installed)
		caa_install(node);
	workloads_add_usual(kubernetes, setting_int(setting, "count", 0), setting_bool(setting, "variety", true));
	struct mishap_rates rates = read_mishaps(setting);
	happenings_begin(kubernetes, &rates);
	return NULL;
}

void populate_past(struct world *world, int64_t history_ms)
{
	world->now = world->start - history_ms;
}

void populate_catch_up(struct world *world)
{
	world_run(world, world->start);
}
