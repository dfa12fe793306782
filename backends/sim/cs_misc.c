// SPDX-License-Identifier: Apache-2.0
// Add-ons, versions, quotas, service roles.
#include "config.h"
#include "sim/cs.h"

#include <string.h>

#include "sim/catalog.h"
#include "sim/clusters.h"
#include "sim/cs_tasks.h"
#include "sim/params.h"
#include "sim/ram.h"

#include "base/banned.h"

void cs_list_cluster_addon_instances(struct call *call)
{
	struct cluster *cluster = cs_cluster(call);
	if (!cluster)
		return;
	json_object(&call->out, NULL);
	json_list(&call->out, "addons");
	for (size_t i = 0; i < cluster->addon_count; i++) {
		json_object(&call->out, NULL);
		json_text(&call->out, "name", cluster->addons[i].name);
		json_text(&call->out, "version", cluster->addons[i].version);
		json_text(&call->out, "state", cluster->addons[i].state);
		json_object_end(&call->out);
	}
	json_list_end(&call->out);
	json_object_end(&call->out);
}

static void installed(struct world *world, struct cs_task *task, bool success)
{
	for (size_t i = 0; task->cluster && i < task->cluster->addon_count; i++)
		if (!strcmp(task->cluster->addons[i].state, "initial"))
			task->cluster->addons[i].state = success ? "active" : "unhealthy";
	world->changes++;
}

static const struct task_step install_steps[] = {
        {"InstallAddons", "Install the add-ons", 20 * 1000, NULL},
};
static const struct task_kind installation = {
        .type = "addon_install",
        .steps = install_steps,
        .step_count = COUNT_OF(install_steps),
        .end = installed,
};

static bool is_installed(const struct cluster *cluster, const char *name)
{
	for (size_t i = 0; i < cluster->addon_count; i++)
		if (!strcmp(cluster->addons[i].name, name))
			return true;
	return false;
}

void cs_install_cluster_addons(struct call *call)
{
	struct cluster *cluster = cs_cluster(call);
	const cJSON *item;
	if (!cluster || !cs_cluster_is_idle(call, cluster))
		return;
	if (!cJSON_IsArray(call->body) || !cJSON_GetArraySize(call->body)) {
		param_missing(call, "body");
		return;
	}
	cJSON_ArrayForEach(item, call->body)
	{
		const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "name"));
		if (!name || !*name || is_installed(cluster, name) || cluster->addon_count == MAX_ADDONS) {
			call_fail(call, 400, "ErrorAddon", "Add-on %s has no name, or is installed already.",
			        name ? name : "");
			return;
		}
	}
	cJSON_ArrayForEach(item, call->body)
	{
		const char *version = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "version"));
		const char *config = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "config"));
		if (cluster->addon_count == MAX_ADDONS)
			break;
		cluster->addons[cluster->addon_count++] = (struct addon){
		        .name = world_text(
		                call->world, cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "name"))),
		        .version = world_text(call->world, version ? version : ""),
		        .config = world_text(call->world, config ? config : ""),
		        .state = "initial",
		};
	}
	task_answer(call, task_start(call->world, cluster, &installation, NULL, 0), NULL);
}

static void write_images(struct json_out *out, const struct region *region)
{
	static const struct {
		const char *type, *name, *suffix, *architecture;
	} images[] = {
	        {"AliyunLinux3", "Alibaba Cloud Linux 3.2104 LTS 64位", "alinux3", "amd64"},
	        {"AliyunLinux3Arm64", "Alibaba Cloud Linux 3.2104 LTS 64位 ARM版", "alinux3arm", "arm64"},
	        {"ContainerOS", "ContainerOS 3.5", "alinux4", "amd64"},
	        {"Ubuntu2204", "Ubuntu 22.04 64位", "ubuntu24", "amd64"},
	};
	json_list(out, "images");
	for (size_t i = 0; i < COUNT_OF(images); i++) {
		json_object(out, NULL);
		json_printf(out, "image_id", "m-%s%s", region->code, images[i].suffix);
		json_text(out, "image_name", images[i].name);
		json_text(out, "image_type", images[i].type);
		json_text(out, "architecture", images[i].architecture);
		json_text(out, "platform", i == 3 ? "Ubuntu" : "AliyunLinux");
		json_text(out, "os_type", "Linux");
		json_text(out, "os_version", "3");
		json_text(out, "image_category", "system");
		json_object_end(out);
	}
	json_list_end(out);
}

void cs_describe_kubernetes_version_metadata(struct call *call)
{
	struct json_out *out = &call->out;
	const struct region *region = world_region(call->world, call_text(call, "Region"));
	const char *only = call_text(call, "KubernetesVersion");
	bool creatable = !strcmp(call_text_or(call, "Mode", ""), "creatable");
	if (!region) {
		call_fail(call, 400, "InvalidRegionId.NotFound", "The specified RegionId does not exist.");
		return;
	}
	json_list(out, NULL);
	for (size_t i = 0; i < kubernetes_version_count; i++) {
		const struct kubernetes_version *version = &kubernetes_versions[i];
		if ((only && strcmp(only, version->version) != 0) || (creatable && !version->creatable))
			continue;
		json_object(out, NULL);
		json_text(out, "version", version->version);
		json_bool(out, "creatable", version->creatable);
		write_images(out, region);
		json_raw(out, "runtimes",
		        "[{\"name\":\"containerd\",\"version\":\"1.6.38\"},{\"name\":\"containerd\",\"version\":\"2.1."
		        "4\"}]");
		json_raw(out, "capabilities", "{\"AnyUserData\":true}");
		json_raw(out, "meta_data", "{}");
		json_raw(out, "upgradable_versions", "[]");
		json_object_end(out);
	}
	json_list_end(out);
}

void cs_describe_user_quota(struct call *call)
{
	struct json_out *out = &call->out;
	json_object(out, NULL);
	json_int(out, "cluster_quota", 100);
	json_int(out, "node_quota", 100);
	json_int(out, "cluster_nodepool_quota", 100);
	json_int(out, "amk_cluster_quota", 50);
	json_int(out, "ask_cluster_quota", 20);
	json_object(out, "edge_improved_nodepool_quota");
	json_int(out, "bandwidth", 10);
	json_int(out, "count", 10);
	json_int(out, "period", 12);
	json_object_end(out);
	json_raw(out, "quotas", "{}");
	json_object_end(out);
}

void cs_check_service_role(struct call *call)
{
	struct json_out *out = &call->out;
	const cJSON *item;
	json_object(out, NULL);
	json_list(out, "roles");
	cJSON_ArrayForEach(item, call_body(call, "roles"))
	{
		const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "name"));
		if (!name)
			continue;
		const struct role *role = role_find(call->world, name);
		bool known = role && role->policy_count;
		json_object(out, NULL);
		json_text(out, "name", name);
		json_bool(out, "granted", known);
		json_text(out, "message", known ? "" : "The role does not exist or is not granted.");
		json_object_end(out);
	}
	json_list_end(out);
	json_object_end(out);
}
