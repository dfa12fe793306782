// SPDX-License-Identifier: Apache-2.0
// The single sources of keys. Each function fetches once and may wait; the chain in credentials.c decides which and
// when.
#ifndef PEERDECK_ALIBABA_CREDENTIAL_SOURCE_H
#define PEERDECK_ALIBABA_CREDENTIAL_SOURCE_H

#include "alibaba/credentials.h"
#include "alibaba/profile.h"

// What fetching needs.
struct credential_fetch {
	const struct environment *environment;
	struct http_client *http;
	const struct clock *clock;
	struct log *log;
	const struct endpoint_settings *endpoints;
	struct cancel *cancel;
};

// A role to be assumed; texts may be NULL or "".
struct role_request {
	const char *arn, *session_name, *external_id, *policy;
	const char *provider_arn, *token_file; // OIDC
	int64_t seconds;                       // 0 = 3600
};

struct key *key_from_environment(const struct environment *environment, struct error *error);
struct key *key_from_role(const struct credential_fetch *fetch, struct key *base, const struct role_request *role,
        const char *source, struct error *error);
struct key *key_from_oidc(
        const struct credential_fetch *fetch, const struct role_request *role, const char *source, struct error *error);
// `role` NULL or "" = ask the metadata service which role the instance has.
struct key *key_from_metadata(
        const struct credential_fetch *fetch, const char *role, const char *source, struct error *error);
struct key *key_from_uri(
        const struct credential_fetch *fetch, const char *uri, const char *source, struct error *error);
struct key *key_from_process(
        const struct credential_fetch *fetch, const char *command, const char *source, struct error *error);
// Modes CloudSSO and OAuth: the cached key, or a new one from the CloudSSO portal while its login lasts.
struct key *key_from_login(
        const struct credential_fetch *fetch, const struct profile *profile, const char *source, struct error *error);
// The key of a CLI profile by its mode; `path` is config.json.
struct key *key_from_profile(
        const struct credential_fetch *fetch, const char *path, const char *name, struct error *error);
struct key *key_from_ini(
        const struct credential_fetch *fetch, const char *path, const char *section, struct error *error);

// Reads {AccessKeyId, AccessKeySecret, SecurityToken, Expiration}; `what` names the answer in errors.
struct key *key_from_json(const cJSON *object, const char *source, const char *what, struct error *error);
// Overwrites every string below: nothing secret stays in the parser's memory.
void json_wipe(const cJSON *node);
// Whether programs and credential URIs may be asked (ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS).
bool external_sources_allowed(const struct environment *environment, struct error *error);
// A session name that STS takes, from what was asked for; "peerdeck" when nothing was.
void role_session_name(const char *wanted, char out[65]);

#endif
