// SPDX-License-Identifier: Apache-2.0
// Configurations (ConfigMap peer-pods-cm) that clusters have and had, and what of a VM fits them (E7).
#include "config.h"

#include "orphans/scan_own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#include "base/banned.h"

enum setting { SETTING_REGION, SETTING_NETWORK, SETTING_GROUPS, SETTING_TAGS, SETTING_KEEPS, SETTINGS };
enum { GROUPS_MOST = 32, GROUPS_SIZE = 1024 };

// The first key that is there counts.
static const char *const setting_keys[SETTINGS][3] = {
        [SETTING_REGION] = {"REGION", "AZURE_REGION"},
        [SETTING_NETWORK] = {"VSWITCH_ID", "AZURE_SUBNET_ID"},
        [SETTING_GROUPS] = {"SECURITY_GROUP_IDS", "AZURE_NSG_ID"},
        [SETTING_TAGS] = {"TAGS"},
        [SETTING_KEEPS] = {"PEERPODS_DEVELOPER_MODE"},
};

static const char *setting_of(const struct survey_config *config, enum setting setting)
{
	for (const char *const *key = setting_keys[setting]; *key; key++)
		for (unsigned i = 0; i < config->values.count; i++)
			if (strcmp(config->values.items[i].key, *key) == 0 && *config->values.items[i].value)
				return config->values.items[i].value;
	return "";
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

// Groups in a fixed order, so that two lists can be compared as texts.
static void groups_join(const char **groups, size_t count, char out[GROUPS_SIZE])
{
	size_t used = 0;

	qsort(groups, count, sizeof *groups, compare_texts);
	out[0] = '\0';
	for (size_t i = 0; i < count && used < GROUPS_SIZE; i++)
		used += (size_t)snprintf(out + used, GROUPS_SIZE - used, "%s%s", i ? "," : "", groups[i]);
}

static void groups_sort(const char *text, char out[GROUPS_SIZE])
{
	char copy[GROUPS_SIZE], *at = copy, *word;
	const char *groups[GROUPS_MOST];
	size_t count = 0;

	snprintf(copy, sizeof copy, "%s", text);
	while ((word = strsep(&at, ",")) != NULL) {
		word += strspn(word, " \t\"");
		word[strcspn(word, " \t\"")] = '\0';
		if (*word && count < GROUPS_MOST)
			groups[count++] = word;
	}
	groups_join(groups, count, out);
}

static struct scan_config *config_add(struct scan *scan, struct scan_cluster *cluster)
{
	struct scan_config *config = scan_alloc(scan, sizeof *config);

	if (!config)
		return NULL;
	*config = (struct scan_config){"", "", "", "", .next = cluster->configs};
	cluster->configs = config;
	return config;
}

static void add_current(struct scan *scan, struct scan_cluster *cluster)
{
	const struct survey_config *read = &cluster->survey.config;
	struct scan_config *config;
	char groups[GROUPS_SIZE];
	const char *keeps = setting_of(read, SETTING_KEEPS);

	if (!read->exists || !*setting_of(read, SETTING_NETWORK) || (config = config_add(scan, cluster)) == NULL)
		return;
	groups_sort(setting_of(read, SETTING_GROUPS), groups);
	config->region = scan_text(scan, setting_of(read, SETTING_REGION));
	config->vswitch = scan_text(scan, setting_of(read, SETTING_NETWORK));
	config->groups = scan_text(scan, groups);
	config->tags = scan_text(scan, setting_of(read, SETTING_TAGS));
	config->keeps_vms = strcmp(keeps, "true") == 0 || strcmp(keeps, "1") == 0;
	config->is_current = true;
	config->changed = read->changed;
	cluster->config_state = CONFIG_READ;
}

static bool config_same(const struct scan_config *config, const struct memory_config *row)
{
	return strcmp(config->region, row->region) == 0 && strcmp(config->vswitch, row->vswitch) == 0 &&
	       strcmp(config->groups, row->groups) == 0 && strcmp(config->tags, row->tags) == 0 &&
	       config->keeps_vms == (strcmp(row->keeps, "yes") == 0);
}

void scan_configs(struct scan *scan, struct scan_cluster *cluster)
{
	bool was_read = cluster->was_surveyed && cluster->survey.state == SURVEY_READ;
	struct memory_config *rows;
	size_t count = 0;

	cluster->config_state = CONFIG_UNREAD;
	add_current(scan, cluster);
	if (cluster->config_state == CONFIG_UNREAD && was_read && !cluster->survey.config.exists)
		cluster->config_state = CONFIG_ABSENT;
	rows = scan->options.memory ? memory_all(scan->options.memory, MEMORY_CONFIG, &scan->scratch, &count) : NULL;
	for (size_t i = 0; rows && i < count; i++) {
		struct scan_config *current = cluster->configs, *config;

		if (!*cluster->uid || strcmp(rows[i].cluster_uid, cluster->uid) != 0)
			continue;
		while (current && !(current->is_current && config_same(current, &rows[i])))
			current = current->next;
		config = current ? current : config_add(scan, cluster);
		if (!config)
			return;
		config->first_seen = rows[i].first_seen;
		config->seen_at = rows[i].seen_at;
		config->changed = config->changed ? config->changed : rows[i].changed;
		if (current)
			continue;
		config->region = rows[i].region;
		config->vswitch = rows[i].vswitch;
		config->groups = rows[i].groups;
		config->tags = rows[i].tags;
		config->keeps_vms = strcmp(rows[i].keeps, "yes") == 0;
		config->region = scan_text(scan, config->region);
		config->vswitch = scan_text(scan, config->vswitch);
		config->groups = scan_text(scan, config->groups);
		config->tags = scan_text(scan, config->tags);
	}
}

bool config_has_network(const struct scan_config *config, const struct vm_record *vm)
{
	return *vm->vswitch_id && strcmp(config->vswitch, vm->vswitch_id) == 0 &&
	       (!*config->region || strcmp(config->region, vm->record.region) == 0);
}

bool config_fits(const struct scan_config *config, const struct vm_record *vm)
{
	const char *groups[GROUPS_MOST];
	char joined[GROUPS_SIZE];

	if (!config_has_network(config, vm) || vm->security_group_ids.count > GROUPS_MOST)
		return false;
	for (unsigned i = 0; i < vm->security_group_ids.count; i++)
		groups[i] = vm->security_group_ids.items[i];
	groups_join(groups, vm->security_group_ids.count, joined);
	return strcmp(joined, config->groups) == 0;
}

// The next "key=value" of TAGS; false after the last.
static bool tag_next(const char **at, char *key, size_t key_size, char *value, size_t value_size)
{
	size_t length = strcspn(*at, ","), equal;

	while (**at == ',' || **at == ' ' || **at == '"') {
		++*at;
		length = strcspn(*at, ",");
	}
	if (length == 0)
		return false;
	equal = strcspn(*at, "=,");
	snprintf(key, key_size, "%.*s", (int)equal, *at);
	snprintf(value, value_size, "%.*s", equal < length ? (int)(length - equal - 1) : 0,
	        equal < length ? *at + equal + 1 : "");
	value[strcspn(value, " \"")] = '\0';
	*at += length;
	return true;
}

void config_tag(const struct scan_config *config, const char *key, char *out, size_t size)
{
	const char *at = config->tags;
	char name[128], value[256];

	*out = '\0';
	while (tag_next(&at, name, sizeof name, value, sizeof value))
		if (strcmp(name, key) == 0)
			snprintf(out, size, "%s", value);
}

bool config_has_tag(const struct scan_config *config, const char *key)
{
	const char *at = config->tags;
	char name[128], value[256];

	while (tag_next(&at, name, sizeof name, value, sizeof value))
		if (strcmp(name, key) == 0)
			return true;
	return false;
}

bool config_has_uid(const struct scan_config *config, const char *uid)
{
	char value[256];

	config_tag(config, "caa-cluster-uid", value, sizeof value);
	return *uid && strcmp(value, uid) == 0;
}

// PEERPODS_DEVELOPER_MODE now, and when the VM was made: unless the present configuration has stood since before, or
// another one is remembered for that time, nobody knows what it was then.
enum answer cluster_keeps_vms(const struct scan *scan, const struct scan_cluster *cluster, const struct scan_vm *vm)
{
	enum answer then = ANSWER_UNKNOWN;

	(void)scan;
	if (cluster->config_state == CONFIG_UNREAD && cluster->reading != CLUSTER_GONE)
		return ANSWER_UNKNOWN;
	for (const struct scan_config *config = cluster->configs; config; config = config->next) {
		bool covers = (config->changed != 0 && config->changed <= vm->created.end) ||
		              (config->first_seen != 0 && config->first_seen <= vm->created.end);

		if (config->is_current && config->keeps_vms)
			return ANSWER_YES;
		if (config->keeps_vms && config->first_seen != 0 &&
		        config->first_seen <= vm->created.end + TIME_MARGIN &&
		        config->seen_at >= vm->created.start - TIME_MARGIN)
			return ANSWER_YES;
		if (covers && !config->keeps_vms)
			then = ANSWER_NO;
	}
	return then;
}
