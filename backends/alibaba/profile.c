// SPDX-License-Identifier: Apache-2.0
// Reads the profiles of the aliyun command line tool in every mode it has had.
#include "alibaba/profile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "alibaba/credential_source.h"
#include "base/buffer.h"
#include "base/banned.h"

// What a mode needs, and which members tell it when the profile does not name its mode.
static const struct mode_row {
	enum profile_mode mode;
	const char *word;
	const char *needs[4];
} modes[] = {
        {PROFILE_AK, "AK", {"access_key_id", "access_key_secret"}},
        {PROFILE_STS_TOKEN, "StsToken", {"access_key_id", "access_key_secret", "sts_token"}},
        {PROFILE_RAM_ROLE_ARN, "RamRoleArn", {"access_key_id", "access_key_secret", "ram_role_arn"}},
        {PROFILE_ECS_RAM_ROLE, "EcsRamRole", {NULL}},
        {PROFILE_RAM_ROLE_ARN_WITH_ROLE_NAME, "RamRoleArnWithRoleName", {"ram_role_arn"}},
        {PROFILE_CHAINABLE_RAM_ROLE_ARN, "ChainableRamRoleArn", {"source_profile", "ram_role_arn"}},
        {PROFILE_OIDC, "OIDC", {"oidc_provider_arn", "oidc_token_file", "ram_role_arn"}},
        {PROFILE_EXTERNAL, "External", {"process_command"}},
        {PROFILE_CREDENTIALS_URI, "CredentialsURI", {"credentials_uri"}},
        {PROFILE_CLOUD_SSO, "CloudSSO", {NULL}},
        {PROFILE_OAUTH, "OAuth", {NULL}},
        {PROFILE_BEARER_TOKEN, "BearerToken", {NULL}},
        {PROFILE_RSA_KEY_PAIR, "RsaKeyPair", {NULL}},
        {PROFILE_ANONYMOUS, "Anonymous", {NULL}},
};

static const struct {
	const char *name;
	size_t offset;
} texts[] = {
        {"name", offsetof(struct profile, name)},
        {"mode", offsetof(struct profile, mode_word)},
        {"region_id", offsetof(struct profile, region_id)},
        {"endpoint", offsetof(struct profile, endpoint)},
        {"endpoint_type", offsetof(struct profile, endpoint_type)},
        {"site", offsetof(struct profile, site)},
        {"access_key_id", offsetof(struct profile, access_key_id)},
        {"ram_role_name", offsetof(struct profile, ram_role_name)},
        {"ram_role_arn", offsetof(struct profile, ram_role_arn)},
        {"ram_session_name", offsetof(struct profile, ram_session_name)},
        {"external_id", offsetof(struct profile, external_id)},
        {"policy", offsetof(struct profile, policy)},
        {"source_profile", offsetof(struct profile, source_profile)},
        {"sts_region", offsetof(struct profile, sts_region)},
        {"sts_endpoint", offsetof(struct profile, sts_endpoint)},
        {"oidc_provider_arn", offsetof(struct profile, oidc_provider_arn)},
        {"oidc_token_file", offsetof(struct profile, oidc_token_file)},
        {"process_command", offsetof(struct profile, process_command)},
        {"credentials_uri", offsetof(struct profile, credentials_uri)},
        {"cloud_sso_sign_in_url", offsetof(struct profile, sign_in_url)},
        {"cloud_sso_account_id", offsetof(struct profile, sso_account)},
        {"cloud_sso_access_config", offsetof(struct profile, sso_access_config)},
        {"oauth_site_type", offsetof(struct profile, oauth_site)},
};

const char *profile_mode_name(enum profile_mode mode)
{
	return modes[mode].word;
}

bool profile_path(const struct environment *environment, char *out, size_t size)
{
	const char *home = environment_get(environment, "HOME");

	return home && snprintf(out, size, "%s/.aliyun/config.json", home) < (int)size;
}

static bool read_secret(const cJSON *object, const char *name, struct secret **out)
{
	const char *text = json_text(object, name);

	if (!*text)
		return true;
	*out = secret_create(text, strlen(text));
	return *out != NULL;
}

static bool has(const cJSON *object, const char *name)
{
	return *json_text(object, name) != '\0';
}

// As the command line tool guesses for files of its first versions.
static enum profile_mode guess_mode(const cJSON *object)
{
	bool keys = has(object, "access_key_id") && has(object, "access_key_secret");

	if (keys && has(object, "ram_role_arn"))
		return PROFILE_RAM_ROLE_ARN;
	if (keys)
		return has(object, "sts_token") ? PROFILE_STS_TOKEN : PROFILE_AK;
	if (has(object, "oidc_provider_arn"))
		return PROFILE_OIDC;
	if (has(object, "source_profile"))
		return PROFILE_CHAINABLE_RAM_ROLE_ARN;
	if (has(object, "ram_role_name"))
		return has(object, "ram_role_arn") ? PROFILE_RAM_ROLE_ARN_WITH_ROLE_NAME : PROFILE_ECS_RAM_ROLE;
	if (has(object, "process_command"))
		return PROFILE_EXTERNAL;
	if (has(object, "credentials_uri"))
		return PROFILE_CREDENTIALS_URI;
	if (has(object, "cloud_sso_sign_in_url"))
		return PROFILE_CLOUD_SSO;
	if (has(object, "oauth_site_type") || has(object, "oauth_access_token"))
		return PROFILE_OAUTH;
	return PROFILE_AK;
}

static bool find_mode(const cJSON *object, const char *word, enum profile_mode *out, struct error *error)
{
	if (!*word) {
		*out = guess_mode(object);
		return true;
	}
	for (size_t i = 0; i < COUNT_OF(modes); i++)
		if (!strcasecmp(modes[i].word, word)) {
			*out = modes[i].mode;
			return true;
		}
	error_set(error, ERROR_CONFIG,
	        "unknown mode \"%.40s\"; expected one of AK, StsToken, RamRoleArn, EcsRamRole, ChainableRamRoleArn, "
	        "OIDC, "
	        "External, CredentialsURI, CloudSSO, OAuth",
	        word);
	return false;
}

static int64_t seconds_to_ms(const cJSON *object, const char *name)
{
	int64_t seconds = json_int(object, name, 0);

	return seconds > 0 && seconds < INT64_MAX / 1000 ? seconds * 1000 : 0;
}

bool profile_from_json(const cJSON *object, struct profile *out, struct error *error)
{
	memset(out, 0, sizeof(*out));
	arena_init(&out->arena, PROFILE_FILE_MOST);
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		const char *text = arena_strdup(&out->arena, json_text(object, texts[i].name));

		if (!text)
			goto memory;
		memcpy((char *)out + texts[i].offset, &text, sizeof(text));
	}
	if (!find_mode(object, out->mode_word, &out->mode, error))
		goto failed;
	if (!read_secret(object, "access_key_secret", &out->access_key_secret) ||
	        !read_secret(object, "sts_token", &out->sts_token) ||
	        !read_secret(
	                object, out->mode == PROFILE_OAUTH ? "oauth_access_token" : "access_token", &out->access_token))
		goto memory;
	out->expired_seconds = json_int(object, "expired_seconds", json_int(object, "duration_seconds", 0));
	out->sts_expiration = seconds_to_ms(object, "sts_expiration");
	out->access_token_expire = seconds_to_ms(
	        object, out->mode == PROFILE_OAUTH ? "oauth_access_token_expire" : "cloud_sso_access_token_expire");
	out->enable_vpc = json_flag(object, "enable_vpc", false);
	return true;
memory:
	error_set(error, ERROR_MEMORY, _("Out of memory"));
failed:
	profile_finish(out);
	return false;
}

void profile_finish(struct profile *profile)
{
	secret_unref(profile->access_key_secret);
	secret_unref(profile->sts_token);
	secret_unref(profile->access_token);
	profile->access_key_secret = profile->sts_token = profile->access_token = NULL;
	arena_finish(&profile->arena);
}

char *file_read(const char *path, size_t most, size_t *size, struct error *error)
{
	FILE *file = fopen(path, "re");
	bool absent = !file && (errno == ENOENT || errno == ENOTDIR);
	struct buffer out;
	char chunk[4096];
	size_t part;
	char *text;

	if (!file) {
		error_set_errno(error, "%s", path);
		if (error && absent)
			error->kind = ERROR_NOT_FOUND;
		return NULL;
	}
	buffer_init(&out, most);
	buffer_add(&out, "", 0);
	while ((part = fread(chunk, 1, sizeof(chunk), file)))
		buffer_add(&out, chunk, part);
	secret_wipe(chunk, sizeof(chunk));
	fclose(file);
	*size = out.size;
	text = buffer_take(&out);
	if (!text)
		error_set(error, ERROR_LIMIT, _("%s is larger than expected"), path);
	return text;
}

int file_line(const char *text, size_t offset)
{
	int line = 1;

	for (size_t i = 0; i < offset && text[i]; i++)
		line += text[i] == '\n';
	return line;
}

// Where a profile stands in the text, for messages: cJSON keeps no positions, so its name is looked for.
static int line_of_profile(const char *text, const char *name)
{
	char quoted[160];
	const char *found;

	snprintf(quoted, sizeof(quoted), "\"%s\"", name);
	for (found = strstr(text, quoted); found; found = strstr(found + 1, quoted)) {
		const char *before = found;

		while (before > text && strchr(" \t\r\n:", before[-1]))
			before--;
		if (before - text >= 6 && !strncmp(before - 6, "\"name\"", 6))
			return file_line(text, (size_t)(found - text));
	}
	return 1;
}

static void name_profiles(const cJSON *list, char *out, size_t size)
{
	const cJSON *item;
	size_t used = 0;

	out[0] = '\0';
	cJSON_ArrayForEach(item, list)
	{
		int wrote = snprintf(out + used, size - used, "%s%s", used ? ", " : "", json_text(item, "name"));

		if (wrote < 0 || (size_t)wrote >= size - used)
			break;
		used += (size_t)wrote;
	}
}

static const cJSON *find_profile(const cJSON *root, const char *path, const char *wanted, struct error *error)
{
	const cJSON *list = json_member(root, "profiles"), *item;
	const char *name = *wanted ? wanted : json_text(root, "current");
	char names[240];

	if (!cJSON_IsArray(list)) {
		error_set(error, ERROR_CONFIG, _("expected an object with an array \"profiles\""));
		error_doing(error, "%s:1", path);
		return NULL;
	}
	if (!*name)
		name = "default";
	cJSON_ArrayForEach(item, list) if (!strcmp(json_text(item, "name"), name)) return item;
	error_set(error, ERROR_NOT_FOUND, _("There is no profile \"%s\" in %s"), name, path);
	name_profiles(list, names, sizeof(names));
	error_remedy(error, _("Profiles there: %s"), *names ? names : "-");
	return NULL;
}

static bool read_from_text(
        const char *path, const char *text, size_t size, const char *name, struct profile *out, struct error *error)
{
	struct json_doc doc;
	const cJSON *object;
	bool made = false;

	if (!json_open(&doc, text, size, path, NULL)) {
		error_set(error, ERROR_CONFIG, _("expected JSON, found something else here"));
		error_doing(error, "%s:%d", path, file_line(text, doc.failed_at));
		error_remedy(error, _("Mend the file, or make it anew with \"aliyun configure\""));
		return false;
	}
	object = find_profile(doc.root, path, name, error);
	if (object) {
		made = profile_from_json(object, out, error);
		if (!made)
			error_doing(error, "%s:%d", path, line_of_profile(text, json_text(object, "name")));
	}
	json_wipe(doc.root);
	json_close(&doc);
	return made;
}

bool profile_read(const char *path, const char *name, struct profile *out, struct error *error)
{
	size_t size = 0;
	char *text = file_read(path, PROFILE_FILE_MOST, &size, error);
	bool made;

	if (!text)
		return false;
	made = read_from_text(path, text, size, name, out, error);
	secret_wipe(text, size);
	free(text);
	return made;
}

static bool is_set(const struct profile *profile, const char *member)
{
	if (!strcmp(member, "access_key_secret"))
		return profile->access_key_secret;
	if (!strcmp(member, "sts_token"))
		return profile->sts_token;
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		if (!strcmp(texts[i].name, member)) {
			const char *text;

			memcpy(&text, (const char *)profile + texts[i].offset, sizeof(text));
			return *text;
		}
	return false;
}

static bool check_usable(const struct profile *profile, struct error *error)
{
	switch (profile->mode) {
	case PROFILE_BEARER_TOKEN:
	case PROFILE_RSA_KEY_PAIR:
	case PROFILE_ANONYMOUS:
		error_set(error, ERROR_CREDENTIALS, _("Profile \"%s\" has mode %s, which ECS and ACK do not accept"),
		        profile->name, profile_mode_name(profile->mode));
		error_remedy(error, _("Log in another way: aliyun configure --profile %s --mode AK"), profile->name);
		return false;
	default:
		return true;
	}
}

static bool check_one(const char *path, const struct profile *profile, struct error *error)
{
	const struct mode_row *row = &modes[profile->mode];

	for (size_t i = 0; i < COUNT_OF(row->needs) && row->needs[i]; i++) {
		if (is_set(profile, row->needs[i]))
			continue;
		error_set(error, ERROR_CREDENTIALS, _("Profile \"%s\" of mode %s lacks \"%s\" (%s)"), profile->name,
		        row->word, row->needs[i], path);
		error_remedy(error, _("Complete it with: aliyun configure --profile %s --mode %s"), profile->name,
		        row->word);
		return false;
	}
	return check_usable(profile, error);
}

// Source profiles must come to an end.
enum { CHAIN_MOST = 8 };

static bool check_chain(const char *path, const char *first, const char *name, int depth, struct error *error)
{
	struct profile source;
	bool good;

	if (depth == CHAIN_MOST || !strcmp(first, name)) {
		error_set(error, ERROR_CONFIG, _("Profile \"%s\" is its own source, over source_profile \"%s\""), first,
		        name);
		error_doing(error, "%s", path);
		error_remedy(error, _("Let source_profile name a profile that has keys of its own"));
		return false;
	}
	if (!profile_read(path, name, &source, error))
		return false;
	good = check_one(path, &source, error) &&
	       (source.mode != PROFILE_CHAINABLE_RAM_ROLE_ARN ||
	               check_chain(path, first, source.source_profile, depth + 1, error));
	profile_finish(&source);
	return good;
}

bool profile_check(const char *path, const struct profile *profile, struct error *error)
{
	if (!check_one(path, profile, error))
		return false;
	return profile->mode != PROFILE_CHAINABLE_RAM_ROLE_ARN ||
	       check_chain(path, profile->name, profile->source_profile, 0, error);
}
