// SPDX-License-Identifier: Apache-2.0
// Environment variables in the three spellings that Alibaba Cloud's tools have used.
#include "alibaba/environment.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/banned.h"

static const char *get_from_process(void *user, const char *name)
{
	(void)user;
	return getenv(name);
}

const struct environment environment_process = {get_from_process, NULL};

const char *environment_get(const struct environment *environment, const char *name)
{
	const char *value = environment->get(environment->user, name);

	return value && *value ? value : NULL;
}

const char *environment_cloud(const struct environment *environment, const char *rest)
{
	static const char *const prefixes[] = {"ALIBABA_CLOUD_", "ALIBABACLOUD_", "ALICLOUD_"};

	for (size_t i = 0; i < COUNT_OF(prefixes); i++) {
		char name[128];
		const char *value;

		snprintf(name, sizeof(name), "%s%s", prefixes[i], rest);
		value = environment_get(environment, name);
		if (value)
			return value;
	}
	return NULL;
}

bool environment_flag(const struct environment *environment, const char *rest)
{
	static const char *const words[] = {"1", "true", "yes", "on"};
	const char *value = environment_cloud(environment, rest);

	for (size_t i = 0; value && i < COUNT_OF(words); i++)
		if (!strcasecmp(value, words[i]))
			return true;
	return false;
}
