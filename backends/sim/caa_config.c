// SPDX-License-Identifier: Apache-2.0
// Releases, leak paths and the entries of peer-pods-cm.
#include "config.h"
#include "sim/caa_config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/banned.h"

const char *leak_path_name(enum leak_path path)
{
	static const char *const names[LEAK_PATHS] = {"none", "G1", "G2", "G3", "G4", "G5", "G6", "G7", "G8", "G9",
	        "G10", "A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "P1", "P2", "P3", "P4", "R1", "developer"};
	return names[path];
}

enum leak_path leak_path_find(const char *name)
{
	for (int path = LEAK_NONE + 1; name && path < LEAK_PATHS; path++)
		if (!strcmp(leak_path_name((enum leak_path)path), name))
			return (enum leak_path)path;
	return LEAK_NONE;
}

const struct caa_release caa_releases[] = {
        {.name = "0.14",
                .image = "registry-cn-hangzhou.ack.aliyuncs.com/dev/coco-cloud-api-adaptor:v0.12.0-alibaba-alpha0",
                .daemon_json = true,
                .deletes_look_failed = true},
        {.name = "0.17",
                .image = "quay.io/confidential-containers/cloud-api-adaptor:v0.17.0",
                .deletes_look_failed = true,
                .controller_knows_cloud = true},
        {.name = "0.18",
                .image = "quay.io/confidential-containers/cloud-api-adaptor:v0.18.0",
                .cleans_failed_starts = true,
                .controller_knows_cloud = true,
                .by_helm = true,
                .logs_retries = true},
        {.name = "0.21",
                .image = "quay.io/confidential-containers/cloud-api-adaptor:v0.21.1",
                .cleans_failed_starts = true,
                .controller_knows_cloud = true,
                .by_helm = true,
                .logs_retries = true},
        {.name = "main",
                .image = "quay.io/confidential-containers/cloud-api-adaptor:latest",
                .cleans_failed_starts = true,
                .controller_knows_cloud = true,
                .by_helm = true,
                .logs_retries = true,
                .has_developer_mode = true},
};
const size_t caa_release_count = COUNT_OF(caa_releases);

const struct caa_release *caa_release_find(const char *name)
{
	for (size_t i = 0; name && i < caa_release_count; i++)
		if (!strcmp(caa_releases[i].name, name))
			return &caa_releases[i];
	return NULL;
}

const struct caa_release *caa_release_of_image(const char *image)
{
	const char *tag = image ? strrchr(image, ':') : NULL;
	const struct caa_release *best = &caa_releases[caa_release_count - 1];
	int minor;
	if (!tag || sscanf(tag, ":v0.%d", &minor) != 1)
		return best;
	for (size_t i = 0; i < caa_release_count; i++)
		if (!strcmp(caa_releases[i].image, image))
			return &caa_releases[i];
	return minor < 15   ? &caa_releases[0]
	       : minor < 18 ? &caa_releases[1]
	       : minor < 21 ? &caa_releases[2]
	                    : &caa_releases[3];
}

// One row per entry that the Alibaba provider reads, or that its overlay writes.
enum setting_sort { SETTING_TEXT, SETTING_INT, SETTING_FLAG, SETTING_GROUPS };
static const struct {
	const char *key;
	enum setting_sort sort;
	size_t at;
} settings[] = {
        {"CLOUD_PROVIDER", SETTING_TEXT, offsetof(struct caa_config, provider)},
        {"REGION", SETTING_TEXT, offsetof(struct caa_config, region)},
        {"VSWITCH_ID", SETTING_TEXT, offsetof(struct caa_config, vswitch_id)},
        {"SECURITY_GROUP_IDS", SETTING_GROUPS, 0},
        {"IMAGEID", SETTING_TEXT, offsetof(struct caa_config, image_id)},
        {"INSTANCE_TYPE", SETTING_TEXT, offsetof(struct caa_config, type)},
        {"PODVM_INSTANCE_TYPE", SETTING_TEXT, offsetof(struct caa_config, type)},
        {"SYSTEM_DISK_SIZE", SETTING_INT, offsetof(struct caa_config, disk_gib)},
        {"TAGS", SETTING_TEXT, offsetof(struct caa_config, tags)},
        {"KEYNAME", SETTING_TEXT, offsetof(struct caa_config, key_name)},
        {"USE_PUBLIC_IP", SETTING_FLAG, offsetof(struct caa_config, public_ip)},
        {"EXTERNAL_NETWORK_VIA_PODVM", SETTING_FLAG, offsetof(struct caa_config, external_network)},
        {"DISABLECVM", SETTING_FLAG, offsetof(struct caa_config, disable_cvm)},
        {"PEERPODS_DEVELOPER_MODE", SETTING_FLAG, offsetof(struct caa_config, developer_mode)},
        {"PEERPODS_LIMIT_PER_NODE", SETTING_INT, offsetof(struct caa_config, limit)},
        {"ALIBABA_CLOUD_ROLE_ARN", SETTING_TEXT, offsetof(struct caa_config, role_arn)},
        {"ALIBABACLOUD_ACCESS_KEY_ID", SETTING_TEXT, offsetof(struct caa_config, access_key)},
};

static void groups_text(const struct caa_config *config, char *out, size_t size)
{
	size_t used = 0;
	*out = 0;
	for (size_t i = 0; i < config->group_count && used < size; i++)
		used += (size_t)snprintf(out + used, size - used, "%s%s", i ? "," : "", config->group_ids[i]);
}

void caa_config_entries(
        const struct caa_config *config, void (*entry)(void *user, const char *key, const char *value), void *user)
{
	char text[512];
	for (size_t i = 0; i < COUNT_OF(settings); i++) {
		const char *at = (const char *)config + settings[i].at;
		const char *value = text;
		if (!strncmp(settings[i].key, "ALIBABA", 7) || !strcmp(settings[i].key, "PODVM_INSTANCE_TYPE"))
			continue; // of the Secret; another name of INSTANCE_TYPE
		if (settings[i].sort == SETTING_TEXT)
			value = *(const char *const *)(const void *)at;
		else if (settings[i].sort == SETTING_INT)
			snprintf(text, sizeof(text), "%lld", (long long)*(const int64_t *)(const void *)at);
		else if (settings[i].sort == SETTING_GROUPS)
			groups_text(config, text, sizeof(text));
		else if (*(const bool *)(const void *)at)
			value = "true";
		else
			value = NULL;
		if (value)
			entry(user, settings[i].key, value);
	}
	entry(user, "VXLAN_PORT", "");
	entry(user, "CLOUD_CONFIG_VERIFY", "false");
}

static void set_groups(struct world *world, struct caa_config *config, const char *value)
{
	config->group_count = 0;
	while (*value && config->group_count < MAX_GROUPS) {
		size_t length = strcspn(value, ",");
		config->group_ids[config->group_count++] = world_printf(world, "%.*s", (int)length, value);
		value += length;
		value += *value == ',';
	}
}

void caa_config_set(struct world *world, struct caa_config *config, const char *key, const char *value)
{
	for (size_t i = 0; i < COUNT_OF(settings); i++) {
		char *at = (char *)config + settings[i].at;
		if (strcmp(settings[i].key, key) != 0)
			continue;
		if (settings[i].sort == SETTING_TEXT)
			*(const char **)(void *)at = *value ? world_text(world, value) : NULL;
		else if (settings[i].sort == SETTING_INT)
			*(int64_t *)(void *)at = strtoll(value, NULL, 10);
		else if (settings[i].sort == SETTING_GROUPS)
			set_groups(world, config, value);
		else
			*(bool *)(void *)at = !strcasecmp(value, "true") || !strcmp(value, "1");
	}
}
