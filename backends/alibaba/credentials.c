// SPDX-License-Identifier: Apache-2.0
// The chain of sources, the keys in use, and one refresh at a time.
#include "alibaba/credentials.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "alibaba/credential_source.h"
#include "alibaba/ini.h"
#include "base/crypto.h"
#include "base/banned.h"

enum source_sort { SOURCE_ENVIRONMENT, SOURCE_OIDC, SOURCE_PROFILE, SOURCE_INI, SOURCE_METADATA, SOURCE_URI };
enum { SOURCES_MOST = 6, LOOK_MS = 100 };
enum { MARGIN_MS = 15 * 60 * 1000, RETRY_LEAST_MS = 30000, RETRY_SPREAD_MS = 30000 };

struct source {
	enum source_sort sort;
	char path[512]; // of the file
	char name[128]; // profile, section or role
};

struct credentials {
	const struct environment *environment;
	struct http_client *http;
	const struct clock *clock;
	struct log *log;
	const struct endpoint_settings *endpoints;
	struct source sources[SOURCES_MOST];
	size_t source_count;

	pthread_mutex_t lock;
	pthread_cond_t changed;
	size_t chosen; // index of the source that worked; source_count = none yet
	struct key *key;
	int64_t renew_at; // wall clock from when on fresh keys should be fetched; 0 = never
	uint64_t generation;
	uint64_t attempts; // fetches that ended
	bool fetching;
	struct error failure; // of the last fetch
};

static struct source *add_source(
        struct credentials *credentials, enum source_sort sort, const char *path, const char *name)
{
	struct source *source = &credentials->sources[credentials->source_count++];

	source->sort = sort;
	snprintf(source->path, sizeof(source->path), "%s", path);
	snprintf(source->name, sizeof(source->name), "%s", name);
	return source;
}

static void copy_settings(struct profile_settings *out, const struct profile *profile)
{
	snprintf(out->name, sizeof(out->name), "%s", profile->name);
	snprintf(out->region, sizeof(out->region), "%s", profile->region_id);
	snprintf(out->endpoint, sizeof(out->endpoint), "%s", profile->endpoint);
	snprintf(out->sts_endpoint, sizeof(out->sts_endpoint), "%s", profile->sts_endpoint);
	snprintf(out->sts_region, sizeof(out->sts_region), "%s", profile->sts_region);
	out->vpc = !strcmp(profile->endpoint_type, "vpc");
	out->international = !strncmp(profile->site, "intl", 4) || !strncmp(profile->site, "INTL", 4) ||
	                     !strcmp(profile->site, "international");
}

// Adds the profile when it exists. False only when it exists and cannot be used.
static bool look_for_profile(struct credentials *credentials, const char *name, struct profile_settings *settings,
        bool *found, struct error *error)
{
	struct profile profile;
	struct error problem = {0};
	char path[512];
	bool good;

	*found = false;
	if (!profile_path(credentials->environment, path, sizeof(path)))
		return true;
	if (!profile_read(path, name, &profile, &problem)) {
		if (error)
			*error = problem;
		return problem.kind == ERROR_NOT_FOUND;
	}
	good = profile_check(path, &profile, error);
	if (good) {
		copy_settings(settings, &profile);
		add_source(credentials, SOURCE_PROFILE, path, profile.name);
		*found = true;
	}
	profile_finish(&profile);
	return good;
}

static bool look_for_ini(struct credentials *credentials, const char *section, bool *found, struct error *error)
{
	struct ini_section values;
	struct error problem = {0};
	char path[512];
	size_t size = 0;
	char *text;

	*found = false;
	if (!ini_path(credentials->environment, path, sizeof(path)))
		return true;
	text = file_read(path, PROFILE_FILE_MOST, &size, &problem);
	if (text && ini_read(text, path, section, &values, &problem)) {
		add_source(credentials, SOURCE_INI, path, section);
		*found = true;
	}
	if (text)
		secret_wipe(text, size);
	free(text);
	if (!*found && error)
		*error = problem;
	return *found || problem.kind == ERROR_NOT_FOUND;
}

// A profile that was named is the only source, wherever it stands.
static bool build_named(
        struct credentials *credentials, const char *name, struct profile_settings *settings, struct error *error)
{
	struct error problem = {0}, other = {0};
	bool found;

	if (!look_for_profile(credentials, name, settings, &found, &problem)) {
		if (error)
			*error = problem;
		return false;
	}
	if (found)
		return true;
	if (!look_for_ini(credentials, name, &found, &other)) {
		if (error)
			*error = other;
		return false;
	}
	if (found)
		return true;
	error_set(error, ERROR_CREDENTIALS, _("There is no profile \"%s\""), name);
	error_remedy(
	        error, "%s", *problem.remedy ? problem.remedy : _("Make it with: aliyun configure --profile NAME"));
	return false;
}

static bool has_oidc(const struct environment *environment)
{
	return environment_cloud(environment, "ROLE_ARN") && environment_cloud(environment, "OIDC_PROVIDER_ARN") &&
	       environment_cloud(environment, "OIDC_TOKEN_FILE");
}

static bool build_chain(struct credentials *credentials, struct profile_settings *settings, struct error *error)
{
	const struct environment *environment = credentials->environment;
	const char *profile = environment_cloud(environment, "PROFILE");
	const char *role = environment_cloud(environment, "ECS_METADATA");
	const char *uri = environment_cloud(environment, "CREDENTIALS_URI");
	bool found;

	if (environment_cloud(environment, "ACCESS_KEY_ID") || environment_cloud(environment, "ACCESS_KEY_SECRET")) {
		add_source(credentials, SOURCE_ENVIRONMENT, "", "");
		return true;
	}
	if (has_oidc(environment))
		add_source(credentials, SOURCE_OIDC, "", "");
	if (!environment_flag(environment, "CLI_PROFILE_DISABLED") &&
	        !environment_flag(environment, "IGNORE_PROFILE")) {
		if (!look_for_profile(credentials, profile ? profile : "", settings, &found, error))
			return false;
		if (!found && profile)
			log_write(credentials->log, LOG_WARNING, "There is no CLI profile \"%s\"", profile);
	}
	if (!look_for_ini(credentials, profile ? profile : "default", &found, error))
		return false;
	if (!environment_flag(environment, "ECS_METADATA_DISABLED"))
		add_source(credentials, SOURCE_METADATA, "", role ? role : "");
	if (uri)
		add_source(credentials, SOURCE_URI, uri, "");
	if (credentials->source_count)
		return true;
	error_set(error, ERROR_CREDENTIALS, _("No credentials were found"));
	return false;
}

static void no_credentials_hint(struct error *error)
{
	if (error && !*error->remedy)
		error_remedy(error, _("Run \"aliyun configure\", or set ALIBABA_CLOUD_ACCESS_KEY_ID and "
		                      "ALIBABA_CLOUD_ACCESS_KEY_SECRET"));
}

struct credentials *credentials_open(
        const struct credential_options *options, struct profile_settings *settings, struct error *error)
{
	struct credentials *credentials = calloc(1, sizeof(*credentials));
	pthread_condattr_t attributes;
	bool built;

	if (!credentials) {
		error_set(error, ERROR_MEMORY, _("Out of memory"));
		return NULL;
	}
	memset(settings, 0, sizeof(*settings));
	credentials->environment = options->environment;
	credentials->http = options->http;
	credentials->clock = options->clock;
	credentials->log = options->log;
	credentials->endpoints = options->endpoints;
	pthread_mutex_init(&credentials->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&credentials->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	if (options->profile && *options->profile)
		built = build_named(credentials, options->profile, settings, error);
	else
		built = build_chain(credentials, settings, error);
	credentials->chosen = credentials->source_count;
	if (!built) {
		no_credentials_hint(error);
		credentials_close(credentials);
		return NULL;
	}
	return credentials;
}

void credentials_close(struct credentials *credentials)
{
	if (!credentials)
		return;
	key_unref(credentials->key);
	pthread_cond_destroy(&credentials->changed);
	pthread_mutex_destroy(&credentials->lock);
	free(credentials);
}

static struct key *fetch_source(
        struct credentials *credentials, const struct source *source, struct cancel *cancel, struct error *error)
{
	const struct environment *environment = credentials->environment;
	struct credential_fetch fetch = {
	        environment, credentials->http, credentials->clock, credentials->log, credentials->endpoints, cancel};
	struct role_request role = {.arn = environment_cloud(environment, "ROLE_ARN"),
	        .session_name = environment_cloud(environment, "ROLE_SESSION_NAME"),
	        .provider_arn = environment_cloud(environment, "OIDC_PROVIDER_ARN"),
	        .token_file = environment_cloud(environment, "OIDC_TOKEN_FILE")};

	switch (source->sort) {
	case SOURCE_ENVIRONMENT:
		return key_from_environment(environment, error);
	case SOURCE_OIDC:
		if (role.arn && role.provider_arn && role.token_file)
			return key_from_oidc(&fetch, &role, "OIDC (RRSA) of the environment", error);
		error_set(error, ERROR_CREDENTIALS, _("The OIDC variables of the environment are gone"));
		return NULL;
	case SOURCE_PROFILE:
		return key_from_profile(&fetch, source->path, source->name, error);
	case SOURCE_INI:
		return key_from_ini(&fetch, source->path, source->name, error);
	case SOURCE_METADATA:
		return key_from_metadata(&fetch, source->name, "instance metadata", error);
	case SOURCE_URI:
		return key_from_uri(&fetch, source->path, "credentials URI", error);
	}
	return NULL;
}

// The first source that works is kept; before that, the error of the first one is the one that helps.
static struct key *fetch_first(
        struct credentials *credentials, size_t *chosen, struct cancel *cancel, struct error *error)
{
	size_t count = credentials->source_count;
	struct key *key = NULL;

	if (*chosen < count)
		return fetch_source(credentials, &credentials->sources[*chosen], cancel, error);
	for (size_t i = 0; i < count && !key; i++) {
		struct error problem = {0};

		key = fetch_source(credentials, &credentials->sources[i], cancel, &problem);
		if (key)
			*chosen = i;
		else if (i == 0 && error)
			*error = problem;
		if (!key)
			log_error(credentials->log, &problem);
		if (problem.kind == ERROR_CANCELLED)
			break;
	}
	if (!key && count == 1 && credentials->sources[0].sort == SOURCE_METADATA && error &&
	        error->kind != ERROR_CANCELLED) {
		error_set(error, ERROR_CREDENTIALS,
		        _("No credentials were found, and this machine has no instance metadata"));
		no_credentials_hint(error);
	}
	return key;
}

static int64_t spread(int64_t least, int64_t range)
{
	uint32_t random = 0;

	(void)crypto_random(&random, sizeof(random));
	return least + random % range;
}

static bool is_valid(const struct credentials *credentials, int64_t now)
{
	return credentials->key && (!credentials->key->expires || credentials->key->expires > now);
}

// With the lock held. A short life leaves less margin, so that not every call fetches anew.
static void take_key(struct credentials *credentials, struct key *key, int64_t now)
{
	int64_t margin = (key->expires - now) / 3;

	key_unref(credentials->key);
	credentials->key = key;
	credentials->generation++;
	if (margin > MARGIN_MS)
		margin = MARGIN_MS;
	credentials->renew_at = key->expires ? key->expires - margin : 0;
}

// Whatever a source said, to the caller it is one thing: no credentials. A role that does not exist must not look like an
// instance that does not exist.
static void call_it_credentials(struct error *problem)
{
	switch (problem->kind) {
	case ERROR_NONE:
	case ERROR_CONFIG:
	case ERROR_NETWORK:
	case ERROR_TIMEOUT:
	case ERROR_CANCELLED:
	case ERROR_THROTTLED:
	case ERROR_MEMORY:
		return;
	default:
		problem->kind = ERROR_CREDENTIALS;
	}
}

// With the lock held, which is given up meanwhile. Sets failure.
static bool fetch_now(struct credentials *credentials, struct cancel *cancel)
{
	struct error problem = {0};
	size_t chosen = credentials->chosen;
	struct key *key;
	int64_t now;

	credentials->fetching = true;
	pthread_mutex_unlock(&credentials->lock);
	key = fetch_first(credentials, &chosen, cancel, &problem);
	call_it_credentials(&problem);
	pthread_mutex_lock(&credentials->lock);
	now = clock_now(credentials->clock);
	credentials->fetching = false;
	credentials->attempts++;
	credentials->failure = problem;
	if (key) {
		credentials->chosen = chosen;
		take_key(credentials, key, now);
	} else {
		credentials->renew_at = now + spread(RETRY_LEAST_MS, RETRY_SPREAD_MS);
	}
	pthread_cond_broadcast(&credentials->changed);
	return key != NULL;
}

// With the lock held. Waits until the fetch that is under way has ended; false when cancelled.
static bool wait_for_fetch(struct credentials *credentials, struct cancel *cancel, struct error *error)
{
	uint64_t attempts = credentials->attempts;

	while (credentials->fetching && credentials->attempts == attempts) {
		struct timespec until;

		if (cancel_asked(cancel))
			return error_set(error, ERROR_CANCELLED, _("Cancelled"));
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_nsec += LOOK_MS * 1000000L;
		if (until.tv_nsec >= 1000000000L) {
			until.tv_sec++;
			until.tv_nsec -= 1000000000L;
		}
		pthread_cond_timedwait(&credentials->changed, &credentials->lock, &until);
	}
	return true;
}

static bool fail_as_before(const struct credentials *credentials, struct error *error)
{
	if (error)
		*error = credentials->failure;
	if (error && error->kind == ERROR_NONE)
		error_set(error, ERROR_CREDENTIALS, _("There are no valid credentials"));
	return false;
}

// With the lock held.
static bool have_key(struct credentials *credentials, struct cancel *cancel, struct error *error)
{
	int64_t now = clock_now(credentials->clock);

	if (is_valid(credentials, now) && (!credentials->renew_at || now < credentials->renew_at))
		return true;
	if (is_valid(credentials, now) && credentials->fetching)
		return true;
	if (credentials->fetching) {
		if (!wait_for_fetch(credentials, cancel, error))
			return false;
		// A fetch that was cancelled by its own caller says nothing about ours.
		if (credentials->failure.kind != ERROR_CANCELLED)
			return is_valid(credentials, clock_now(credentials->clock)) ||
			       fail_as_before(credentials, error);
		return have_key(credentials, cancel, error);
	}
	if (fetch_now(credentials, cancel))
		return true;
	if (is_valid(credentials, clock_now(credentials->clock))) {
		log_error(credentials->log, &credentials->failure);
		return true;
	}
	return fail_as_before(credentials, error);
}

struct key *credentials_get(struct credentials *credentials, struct cancel *cancel, struct error *error)
{
	struct key *key = NULL;

	pthread_mutex_lock(&credentials->lock);
	if (have_key(credentials, cancel, error))
		key = key_ref(credentials->key);
	pthread_mutex_unlock(&credentials->lock);
	return key;
}

struct key *credentials_peek(struct credentials *credentials)
{
	struct key *key;

	pthread_mutex_lock(&credentials->lock);
	key = key_ref(credentials->key);
	pthread_mutex_unlock(&credentials->lock);
	return key;
}

uint64_t credentials_generation(struct credentials *credentials)
{
	uint64_t generation;

	pthread_mutex_lock(&credentials->lock);
	generation = credentials->generation;
	pthread_mutex_unlock(&credentials->lock);
	return generation;
}

// With the lock held. Fetching the same keys again is no renewal.
static bool renew(struct credentials *credentials, uint64_t generation, struct cancel *cancel, struct error *error)
{
	struct key *refused;
	bool differs;

	while (credentials->generation <= generation && credentials->fetching)
		if (!wait_for_fetch(credentials, cancel, error))
			return false;
	if (credentials->generation > generation)
		return true;
	refused = key_ref(credentials->key);
	if (!fetch_now(credentials, cancel)) {
		key_unref(refused);
		return fail_as_before(credentials, error);
	}
	differs = !refused || strcmp(refused->id, credentials->key->id) ||
	          strcmp(secret_text(refused->token), secret_text(credentials->key->token));
	key_unref(refused);
	return differs || error_set(error, ERROR_CREDENTIALS, _("The same expired credentials came again"));
}

bool credentials_renew(struct credentials *credentials, uint64_t generation, struct cancel *cancel, struct error *error)
{
	bool renewed;

	pthread_mutex_lock(&credentials->lock);
	renewed = renew(credentials, generation, cancel, error);
	pthread_mutex_unlock(&credentials->lock);
	return renewed;
}

void credentials_source(struct credentials *credentials, char *out, size_t size)
{
	static const char *const names[] = {"environment", "OIDC (RRSA) of the environment", "CLI profile",
	        "credentials file", "instance metadata", "credentials URI"};

	pthread_mutex_lock(&credentials->lock);
	if (credentials->key)
		snprintf(out, size, "%s", credentials->key->source);
	else if (*credentials->sources[0].name)
		snprintf(out, size, "%s %s", names[credentials->sources[0].sort], credentials->sources[0].name);
	else
		snprintf(out, size, "%s", names[credentials->sources[0].sort]);
	pthread_mutex_unlock(&credentials->lock);
}
