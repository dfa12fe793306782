// SPDX-License-Identifier: Apache-2.0
// Keys from the shared credentials file by the section's type.
#include "alibaba/credential_source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "alibaba/ini.h"
#include "base/banned.h"

static struct key *static_key(const struct ini_section *section, bool session, const char *source, struct error *error)
{
	const char *id = ini_value(section, "access_key_id"), *secret = ini_value(section, "access_key_secret");
	const char *token = session ? ini_value(section, "security_token") : "";
	struct key *key;

	if (session && !*token)
		token = ini_value(section, "sts_token");
	if (!*id || !*secret || (session && !*token)) {
		error_set(error, ERROR_CONFIG, _("expected access_key_id and access_key_secret in this section%s"),
		        session ? _(", and security_token") : "");
		return NULL;
	}
	key = key_create(id, secret, token, 0, source);
	if (!key)
		error_set(error, ERROR_MEMORY, _("Out of memory"));
	return key;
}

static struct role_request role_of(const struct ini_section *section)
{
	return (struct role_request){.arn = ini_value(section, "role_arn"),
	        .session_name = ini_value(section, "role_session_name"),
	        .external_id = ini_value(section, "external_id"),
	        .policy = ini_value(section, "policy"),
	        .provider_arn = ini_value(section, "oidc_provider_arn"),
	        .token_file = ini_value(section, "oidc_token_file_path")};
}

static struct key *role_key(const struct credential_fetch *fetch, const struct ini_section *section, const char *source,
        struct error *error)
{
	struct role_request role = role_of(section);
	struct key *base, *key;

	if (!*role.arn) {
		error_set(error, ERROR_CONFIG, _("expected role_arn in this section"));
		return NULL;
	}
	base = static_key(section, false, source, error);
	key = base ? key_from_role(fetch, base, &role, source, error) : NULL;
	key_unref(base);
	return key;
}

static struct key *oidc_key(const struct credential_fetch *fetch, const struct ini_section *section, const char *source,
        struct error *error)
{
	struct role_request role = role_of(section);

	if (*role.arn && *role.provider_arn && *role.token_file)
		return key_from_oidc(fetch, &role, source, error);
	error_set(error, ERROR_CONFIG,
	        _("expected role_arn, oidc_provider_arn and oidc_token_file_path in this section"));
	return NULL;
}

static struct key *key_of_section(const struct credential_fetch *fetch, const struct ini_section *section,
        const char *source, struct error *error)
{
	const char *type = ini_value(section, "type");

	if (!strcasecmp(ini_value(section, "enable"), "false")) {
		error_set(error, ERROR_CREDENTIALS, _("this section says enable = false"));
		return NULL;
	}
	if (!strcmp(type, "access_key") || !*type)
		return static_key(section, false, source, error);
	if (!strcmp(type, "sts"))
		return static_key(section, true, source, error);
	if (!strcmp(type, "ecs_ram_role"))
		return key_from_metadata(fetch, ini_value(section, "role_name"), source, error);
	if (!strcmp(type, "ram_role_arn"))
		return role_key(fetch, section, source, error);
	if (!strcmp(type, "oidc_role_arn"))
		return oidc_key(fetch, section, source, error);
	error_set(error, ERROR_CONFIG,
	        _("unknown type \"%.40s\"; expected access_key, sts, ecs_ram_role, ram_role_arn or oidc_role_arn"),
	        type);
	return NULL;
}

struct key *key_from_ini(
        const struct credential_fetch *fetch, const char *path, const char *section, struct error *error)
{
	size_t size = 0;
	char *text = file_read(path, PROFILE_FILE_MOST, &size, error);
	struct ini_section values;
	struct key *key = NULL;
	char source[128];

	if (!text)
		return NULL;
	if (ini_read(text, path, section, &values, error)) {
		snprintf(source, sizeof(source), "section %s (%s)", section, path);
		key = key_of_section(fetch, &values, source, error);
		if (!key && error && error->kind == ERROR_CONFIG)
			error_doing(error, "%s:%d", path, values.line);
	}
	secret_wipe(text, size);
	free(text);
	return key;
}
