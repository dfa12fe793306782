// SPDX-License-Identifier: Apache-2.0
// peer-pods-cm, as the adaptor reads it: which entries, and what they mean when they are not there.
#include "config.h"
#include "orphans/health_own.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

#include "base/banned.h"

static const char *value(const struct survey_config *config, const char *key)
{
	const char *found = tag_of(&config->values, key);

	return found ? found : "";
}

static int64_t number(const struct survey_config *config, const char *key, int64_t usual)
{
	int64_t found;

	return text_to_int64(value(config, key), &found) && found > 0 ? found : usual;
}

static bool flag(const struct survey_config *config, const char *key)
{
	return !strcasecmp(value(config, key), "true");
}

static void read_groups(struct health_setup *setup, const char *list)
{
	while (*list && setup->group_count < HEALTH_GROUPS_MOST) {
		size_t length = strcspn(list, ", ");

		if (length) {
			char *text = setup->group_texts[setup->group_count];

			snprintf(text, CLOUD_WORD, "%.*s", (int)length, list);
			setup->groups[setup->group_count++] = text;
		}
		list += length;
		list += strspn(list, ", ");
	}
}

void health_setup_read(struct health_setup *setup, const struct survey_config *config)
{
	const char *type = value(config, "PODVM_INSTANCE_TYPE");

	memset(setup, 0, sizeof(*setup));
	if (!*type)
		type = value(config, "INSTANCE_TYPE");
	setup->provider = value(config, "CLOUD_PROVIDER");
	setup->region = value(config, "REGION");
	setup->vswitch = value(config, "VSWITCH_ID");
	setup->image = value(config, "IMAGEID");
	setup->type = *type ? type : "ecs.g8i.xlarge";
	read_groups(setup, value(config, "SECURITY_GROUP_IDS"));
	setup->forwarder_port = (int)number(config, "FORWARDER_PORT", HEALTH_FORWARDER_PORT);
	setup->vxlan_port = (int)number(config, "VXLAN_PORT", HEALTH_VXLAN_PORT);
	setup->vxlan_is_usual = setup->vxlan_port == HEALTH_VXLAN_PORT;
	setup->limit = number(config, "PEERPODS_LIMIT_PER_NODE", HEALTH_LIMIT_USUAL);
	setup->disk_gib = number(config, "SYSTEM_DISK_SIZE", 40);
	setup->is_confidential = !flag(config, "DISABLECVM");
	setup->has_public_address = flag(config, "USE_PUBLIC_IP");
	setup->has_external_network = flag(config, "EXTERNAL_NETWORK_VIA_PODVM");
}
