// SPDX-License-Identifier: Apache-2.0
// ~/.aliyun/config.json, the profiles of the aliyun command line tool. Only read, never written.
#ifndef PEERDECK_ALIBABA_PROFILE_H
#define PEERDECK_ALIBABA_PROFILE_H

#include "alibaba/environment.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/secret.h"
#include "net/json.h"

enum { PROFILE_FILE_MOST = 4 << 20 };

enum profile_mode {
	PROFILE_AK,
	PROFILE_STS_TOKEN,
	PROFILE_RAM_ROLE_ARN,
	PROFILE_ECS_RAM_ROLE,
	PROFILE_RAM_ROLE_ARN_WITH_ROLE_NAME,
	PROFILE_CHAINABLE_RAM_ROLE_ARN,
	PROFILE_OIDC,
	PROFILE_EXTERNAL,
	PROFILE_CREDENTIALS_URI,
	PROFILE_CLOUD_SSO,
	PROFILE_OAUTH,
	PROFILE_BEARER_TOKEN,
	PROFILE_RSA_KEY_PAIR,
	PROFILE_ANONYMOUS,
};

// One profile. Texts are never NULL and live in the arena; what is secret does not.
struct profile {
	struct arena arena;
	enum profile_mode mode;
	const char *name, *mode_word, *region_id, *endpoint, *endpoint_type, *site;
	const char *access_key_id;
	struct secret *access_key_secret, *sts_token, *access_token; // NULL when absent
	const char *ram_role_name, *ram_role_arn, *ram_session_name, *external_id, *policy, *source_profile;
	const char *sts_region, *sts_endpoint;
	const char *oidc_provider_arn, *oidc_token_file;
	const char *process_command, *credentials_uri;
	const char *sign_in_url, *sso_account, *sso_access_config, *oauth_site;
	int64_t expired_seconds;     // 0 = not said
	int64_t sts_expiration;      // ms; 0 = not said
	int64_t access_token_expire; // ms; 0 = not said
	bool enable_vpc;
};

// The path of the file: HOME's. False when HOME is not set.
bool profile_path(const struct environment *environment, char *out, size_t size);
// Reads one profile; `name` "" = the file's `current`. Fails with ERROR_NOT_FOUND when there is no such file or profile
// (the remedy names those there are), with ERROR_CONFIG, file and line when the file is broken.
bool profile_read(const char *path, const char *name, struct profile *out, struct error *error);
void profile_finish(struct profile *profile);
// Whether the profile has all that its mode needs, and can be used at all. Follows source profiles.
bool profile_check(const char *path, const struct profile *profile, struct error *error);
// For tests and process output: takes one profile object.
bool profile_from_json(const cJSON *object, struct profile *out, struct error *error);
const char *profile_mode_name(enum profile_mode mode);

// The whole of a small file; wipe it with secret_wipe before free(). ERROR_NOT_FOUND when it is absent.
char *file_read(const char *path, size_t most, size_t *size, struct error *error);
// 1-based line of a byte offset.
int file_line(const char *text, size_t offset);

#endif
