// SPDX-License-Identifier: Apache-2.0
// The key of a CLI profile, mode by mode. The file is read anew each time: its owner may have logged in again
// meanwhile.
#include "alibaba/credential_source.h"

#include <stdio.h>
#include <string.h>

#include "base/banned.h"

enum { CHAIN_MOST = 8 };

static struct key *fetch_profile(
        const struct credential_fetch *fetch, const char *path, const char *name, int depth, struct error *error);

static struct key *static_key(const struct profile *profile, const char *source, struct error *error)
{
	bool session = profile->mode != PROFILE_AK;
	struct key *key = key_create(profile->access_key_id, secret_text(profile->access_key_secret),
	        session ? secret_text(profile->sts_token) : NULL, 0, source);

	if (!key)
		error_set(error, ERROR_MEMORY, _("Out of memory"));
	return key;
}

// The profile's own word on where STS is beats what the context says.
static void steer_sts(struct endpoint_settings *settings, const struct profile *profile)
{
	if (*profile->sts_region)
		snprintf(settings->sts_region, sizeof(settings->sts_region), "%s", profile->sts_region);
	if (*profile->sts_endpoint)
		snprintf(settings->sts_url, sizeof(settings->sts_url), "%s", profile->sts_endpoint);
	if (profile->enable_vpc)
		settings->vpc = true;
}

static struct role_request role_of(const struct profile *profile)
{
	return (struct role_request){.arn = profile->ram_role_arn,
	        .session_name = profile->ram_session_name,
	        .external_id = profile->external_id,
	        .policy = profile->policy,
	        .provider_arn = profile->oidc_provider_arn,
	        .token_file = profile->oidc_token_file,
	        .seconds = profile->expired_seconds};
}

static struct key *assume(const struct credential_fetch *fetch, struct key *base, const struct profile *profile,
        const char *source, struct error *error)
{
	struct role_request role = role_of(profile);
	struct key *key = base ? key_from_role(fetch, base, &role, source, error) : NULL;

	key_unref(base);
	return key;
}

static struct key *fetch_by_mode(const struct credential_fetch *fetch, const char *path, const struct profile *profile,
        const char *source, int depth, struct error *error)
{
	struct role_request role = role_of(profile);

	switch (profile->mode) {
	case PROFILE_AK:
	case PROFILE_STS_TOKEN:
		return static_key(profile, source, error);
	case PROFILE_RAM_ROLE_ARN:
		return assume(fetch, static_key(profile, source, error), profile, source, error);
	case PROFILE_ECS_RAM_ROLE:
		return key_from_metadata(fetch, profile->ram_role_name, source, error);
	case PROFILE_RAM_ROLE_ARN_WITH_ROLE_NAME:
		return assume(
		        fetch, key_from_metadata(fetch, profile->ram_role_name, source, error), profile, source, error);
	case PROFILE_CHAINABLE_RAM_ROLE_ARN:
		return assume(fetch, fetch_profile(fetch, path, profile->source_profile, depth + 1, error), profile,
		        source, error);
	case PROFILE_OIDC:
		return key_from_oidc(fetch, &role, source, error);
	case PROFILE_EXTERNAL:
		return key_from_process(fetch, profile->process_command, source, error);
	case PROFILE_CREDENTIALS_URI:
		return key_from_uri(fetch, profile->credentials_uri, source, error);
	case PROFILE_CLOUD_SSO:
	case PROFILE_OAUTH:
		return key_from_login(fetch, profile, source, error);
	default:
		error_set(error, ERROR_CREDENTIALS, _("Mode %s gives no keys"), profile_mode_name(profile->mode));
		return NULL;
	}
}

static struct key *fetch_profile(
        const struct credential_fetch *fetch, const char *path, const char *name, int depth, struct error *error)
{
	struct endpoint_settings settings = *fetch->endpoints;
	struct credential_fetch own = *fetch;
	struct profile profile;
	char source[128];
	struct key *key = NULL;

	if (depth > CHAIN_MOST) {
		error_set(error, ERROR_CONFIG, _("Source profiles lead in a circle at \"%s\""), name);
		return NULL;
	}
	if (!profile_read(path, name, &profile, error))
		return NULL;
	steer_sts(&settings, &profile);
	own.endpoints = &settings;
	snprintf(source, sizeof(source), "profile %s, %s (%s)", profile.name, profile_mode_name(profile.mode), path);
	if (depth > 0 || profile_check(path, &profile, error))
		key = fetch_by_mode(&own, path, &profile, source, depth, error);
	profile_finish(&profile);
	return key;
}

struct key *key_from_profile(
        const struct credential_fetch *fetch, const char *path, const char *name, struct error *error)
{
	return fetch_profile(fetch, path, name, 0, error);
}
