// SPDX-License-Identifier: Apache-2.0
// The rules of a world as a table.
#include "config.h"
#include "sim/rules.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum rule_type { RULE_FLAG, RULE_SHARE, RULE_COUNT, RULE_SECONDS };

#define AT(member) offsetof(struct world_rules, member)
static const struct {
	const char *name;
	enum rule_type type;
	size_t offset;
} rules[] = {
        {"fresh_account", RULE_FLAG, AT(fresh_account)},
        {"silent_empty", RULE_FLAG, AT(silent_empty)},
        {"visible_after", RULE_SECONDS, AT(visible_after_ms)},
        {"ram_after", RULE_SECONDS, AT(ram_after_ms)},
        {"throttle_rate", RULE_SHARE, AT(throttle_rate)},
        {"throttle_burst", RULE_SHARE, AT(throttle_burst)},
        {"vcpu_quota", RULE_COUNT, AT(instance_quota)},
        {"eip_quota", RULE_COUNT, AT(eip_quota)},
        {"import_failures", RULE_SHARE, AT(import_failures)},
        {"cluster_failures", RULE_SHARE, AT(cluster_failures)},
        {"old_cluster_list", RULE_FLAG, AT(old_cluster_list)},
        {"no_import_role", RULE_FLAG, AT(no_import_role)},
        {"no_resource_center", RULE_FLAG, AT(no_resource_center)},
};

const char *rule_name_at(size_t index)
{
	return index < COUNT_OF(rules) ? rules[index].name : NULL;
}

static bool set(void *member, enum rule_type type, const char *text)
{
	char *end;
	double number = strtod(text, &end);
	bool is_true = !strcmp(text, "true");
	if (type == RULE_FLAG) {
		if (!is_true && strcmp(text, "false") != 0)
			return false;
		*(bool *)member = is_true;
		return true;
	}
	if (end == text || *end || !isfinite(number) || number < 0 || number > 1e9)
		return false;
	if (type == RULE_SHARE)
		*(double *)member = number;
	else
		*(int64_t *)member = (int64_t)(type == RULE_SECONDS ? 1000 * number : number);
	return true;
}

// Instance types that no region has in stock, as a pattern; "" = all are there again.
static bool set_sold_out(struct world *world, const char *pattern)
{
	for (size_t i = 0; i < world->region_count; i++)
		world->regions[i].sold_out = *pattern ? world_text(world, pattern) : NULL;
	return true;
}

bool rule_set(struct world *world, const char *name, const char *text)
{
	world->changes++;
	if (!strcmp(name, "sold_out"))
		return set_sold_out(world, text);
	for (size_t i = 0; i < COUNT_OF(rules); i++)
		if (!strcmp(rules[i].name, name))
			return set((char *)&world->rules + rules[i].offset, rules[i].type, text);
	return false;
}
