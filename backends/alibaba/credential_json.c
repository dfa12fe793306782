// SPDX-License-Identifier: Apache-2.0
// Keys from JSON answers and from the environment, and small rules that several sources share.
#include "alibaba/credential_source.h"

#include <stdio.h>
#include <string.h>

#include "base/banned.h"

// cJSON hands out const trees; what it parsed is memory of ours all the same.
static void wipe_text(const cJSON *node)
{
	char *text = (char *)(uintptr_t)node->valuestring;

	if (text)
		secret_wipe(text, strlen(text));
}

void json_wipe(const cJSON *node)
{
	const cJSON *item;

	if (!node)
		return;
	if (cJSON_IsString(node))
		wipe_text(node);
	cJSON_ArrayForEach(item, node) json_wipe(item);
}

struct key *key_from_json(const cJSON *object, const char *source, const char *what, struct error *error)
{
	const char *id = json_text(object, "AccessKeyId"), *secret = json_text(object, "AccessKeySecret");
	const char *token = json_text(object, "SecurityToken");
	struct key *key;

	if (!*id || !*secret) {
		error_set(error, ERROR_CREDENTIALS, _("The %s holds no AccessKeyId and AccessKeySecret"), what);
		return NULL;
	}
	key = key_create(id, secret, token, json_time(object, "Expiration"), source);
	if (!key)
		error_set(error, ERROR_MEMORY, _("Out of memory"));
	return key;
}

struct key *key_from_environment(const struct environment *environment, struct error *error)
{
	const char *id = environment_cloud(environment, "ACCESS_KEY_ID");
	const char *secret = environment_cloud(environment, "ACCESS_KEY_SECRET");
	const char *token = environment_cloud(environment, "SECURITY_TOKEN");
	struct key *key;

	if (!id || !secret) {
		error_set(error, ERROR_CREDENTIALS, _("The environment holds only one of AccessKey id and secret"));
		error_remedy(error, _("Set both ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET"));
		return NULL;
	}
	key = key_create(id, secret, token, 0, "environment");
	if (!key)
		error_set(error, ERROR_MEMORY, _("Out of memory"));
	return key;
}

bool external_sources_allowed(const struct environment *environment, struct error *error)
{
	if (!environment_flag(environment, "DISABLE_EXTERNAL_PROCESS"))
		return true;
	error_set(error, ERROR_CREDENTIALS,
	        _("ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS forbids asking programs and credential addresses"));
	error_remedy(error, _("Unset it, or use a profile of another mode"));
	return false;
}

void role_session_name(const char *wanted, char out[65])
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.@-_";
	size_t used = 0;

	for (; wanted && *wanted && used < 64; wanted++)
		out[used++] = strchr(allowed, *wanted) ? *wanted : '-';
	out[used] = '\0';
	if (used < 2)
		snprintf(out, 65, "peerdeck");
}
