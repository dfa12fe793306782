// SPDX-License-Identifier: Apache-2.0
// Members of a libconfig group, with defaults.
#include "config.h"
#include "sim/settings.h"

#include "base/banned.h"

const char *setting_text(const config_setting_t *group, const char *name, const char *otherwise)
{
	const char *value;
	return config_setting_lookup_string(group, name, &value) ? value : otherwise;
}

double setting_number(const config_setting_t *group, const char *name, double otherwise)
{
	const config_setting_t *member = config_setting_get_member(group, name);
	if (!member)
		return otherwise;
	if (config_setting_type(member) == CONFIG_TYPE_FLOAT)
		return config_setting_get_float(member);
	return config_setting_is_number(member) ? (double)config_setting_get_int64(member) : otherwise;
}

int64_t setting_int(const config_setting_t *group, const char *name, int64_t otherwise)
{
	return (int64_t)setting_number(group, name, (double)otherwise);
}

bool setting_bool(const config_setting_t *group, const char *name, bool otherwise)
{
	int value;
	return config_setting_lookup_bool(group, name, &value) ? value : otherwise;
}
