// SPDX-License-Identifier: Apache-2.0
// Keys over HTTP from elsewhere than STS: the instance metadata service, a credentials URI, CloudSSO.
#include "alibaba/credential_source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/text.h"
#include "base/banned.h"

enum { ANSWER_MOST = 64 << 10, METADATA_TIMEOUT_MS = 1000, REMOTE_TIMEOUT_MS = 10000 };

static struct http_response *ask(
        const struct credential_fetch *fetch, struct http_request *request, const char *what, struct error *error)
{
	struct http_response *response;

	request->body_limit = ANSWER_MOST;
	request->cancel = fetch->cancel;
	response = http_perform(fetch->http, request, error);
	if (response && response->error.kind != ERROR_NONE) {
		if (error)
			*error = response->error;
	} else if (response && (response->status < 200 || response->status > 299)) {
		error_set(error, ERROR_CREDENTIALS, _("The %s answered with HTTP status %ld"), what, response->status);
		if (error)
			error->http_status = (int)response->status;
	} else {
		return response;
	}
	error_doing(error, _("ask the %s for keys"), what);
	http_response_destroy(response);
	return NULL;
}

static struct key *read_keys(
        struct http_response *response, const char *member, const char *source, const char *what, struct error *error)
{
	struct key *key = NULL;
	struct json_doc doc;

	if (json_open(&doc, response->body, response->body_size, what, error)) {
		const char *code = json_text(doc.root, "Code");

		if (*code && strcmp(code, "Success"))
			error_set(error, ERROR_CREDENTIALS, _("The %s answered \"%.60s\": %.200s"), what, code,
			        json_text(doc.root, "Message"));
		else
			key = key_from_json(member ? json_member(doc.root, member) : doc.root, source, what, error);
		json_wipe(doc.root);
		json_close(&doc);
	}
	secret_wipe(response->body, response->body_size);
	http_response_destroy(response);
	return key;
}

static const char metadata_name[] = "instance metadata service";

static struct http_response *ask_metadata(
        const struct credential_fetch *fetch, const char *path, const char *token, struct error *error)
{
	const char *base = environment_cloud(fetch->environment, "ECS_METADATA_BASE");
	struct http_header put[] = {{"x-aliyun-ecs-metadata-token-ttl-seconds", "21600"}};
	struct http_header get[] = {{"x-aliyun-ecs-metadata-token", token}};
	char url[512];
	struct http_request request = {.url = url,
	        .method = path ? HTTP_GET : HTTP_PUT,
	        .headers = path ? get : put,
	        .header_count = path && !token ? 0 : 1,
	        .timeout_ms = METADATA_TIMEOUT_MS,
	        .attempts = 1,
	        .plain_allowed = true,
	        .proxy = "",
	        .operation = "imds"};

	snprintf(url, sizeof(url), "%s%s", base ? base : "http://100.100.100.200", path ? path : "/latest/api/token");
	return ask(fetch, &request, metadata_name, error);
}

// A token of version 2, or NULL with *usable telling whether version 1 may be used instead.
static char *metadata_token(const struct credential_fetch *fetch, bool *usable, struct error *error)
{
	struct http_response *response = ask_metadata(fetch, NULL, NULL, error);
	char *token = NULL;

	*usable = response || !environment_flag(fetch->environment, "IMDSV1_DISABLED");
	if (response && response->body_size && response->body_size < 4096)
		token = strndup(response->body, strcspn(response->body, "\r\n"));
	http_response_destroy(response);
	return token;
}

static bool discover_role(
        const struct credential_fetch *fetch, const char *token, char *out, size_t size, struct error *error)
{
	struct http_response *response =
	        ask_metadata(fetch, "/latest/meta-data/ram/security-credentials/", token, error);
	bool found;

	if (!response) {
		if (error && error->http_status == 404)
			error_remedy(error, _("Attach a RAM role to this ECS instance"));
		return false;
	}
	snprintf(out, size, "%.*s", (int)strcspn(response->body, "\r\n"), response->body);
	http_response_destroy(response);
	found = *out;
	return found || error_set(error, ERROR_CREDENTIALS, _("This ECS instance has no RAM role"));
}

static struct key *metadata_keys(const struct credential_fetch *fetch, const char *role, const char *token,
        const char *source, struct error *error)
{
	char name[128], path[256];
	struct http_response *response;

	if (role && *role)
		snprintf(name, sizeof(name), "%s", role);
	else if (!discover_role(fetch, token, name, sizeof(name), error))
		return NULL;
	snprintf(path, sizeof(path), "/latest/meta-data/ram/security-credentials/%s", name);
	response = ask_metadata(fetch, path, token, error);
	return response ? read_keys(response, NULL, source, metadata_name, error) : NULL;
}

struct key *key_from_metadata(
        const struct credential_fetch *fetch, const char *role, const char *source, struct error *error)
{
	bool usable;
	char *token = metadata_token(fetch, &usable, error);
	struct key *key = usable ? metadata_keys(fetch, role, token, source, error) : NULL;

	if (token)
		secret_wipe(token, strlen(token));
	free(token);
	return key;
}

struct key *key_from_uri(const struct credential_fetch *fetch, const char *uri, const char *source, struct error *error)
{
	struct http_request request = {.url = uri,
	        .method = HTTP_GET,
	        .timeout_ms = REMOTE_TIMEOUT_MS,
	        .attempts = 2,
	        .operation = "credentials-uri"};
	struct http_response *response;

	if (!external_sources_allowed(fetch->environment, error))
		return NULL;
	response = ask(fetch, &request, "credentials URI", error);
	return response ? read_keys(response, NULL, source, "answer of the credentials URI", error) : NULL;
}

static void login_hint(const struct profile *profile, struct error *error)
{
	error_remedy(error, _("Log in again with: aliyun configure --profile %s --mode %s"), profile->name,
	        profile_mode_name(profile->mode));
}

static bool sso_request(
        const struct profile *profile, char *url, size_t size, struct buffer *body, struct buffer *bearer)
{
	size_t length;
	const char *host = endpoint_host(profile->sign_in_url, &length);

	snprintf(
	        url, size, "%.*s/cloud-credentials", (int)(host + length - profile->sign_in_url), profile->sign_in_url);
	buffer_add_text(body, "{\"AccountId\":");
	text_add_json_string(body, profile->sso_account, strlen(profile->sso_account));
	buffer_add_text(body, ",\"AccessConfigurationId\":");
	text_add_json_string(body, profile->sso_access_config, strlen(profile->sso_access_config));
	buffer_add_char(body, '}');
	buffer_printf(bearer, "Bearer %s", secret_text(profile->access_token));
	return !body->broken && !bearer->broken;
}

static struct key *sso_fetch(
        const struct credential_fetch *fetch, const struct profile *profile, const char *source, struct error *error)
{
	char url[ENDPOINT_SIZE + 32];
	struct buffer body, bearer;
	struct http_response *response = NULL;
	struct key *key = NULL;

	buffer_init(&body, 4096);
	buffer_init(&bearer, 16384);
	if (sso_request(profile, url, sizeof(url), &body, &bearer)) {
		struct http_header headers[] = {{"authorization", buffer_text(&bearer)},
		        {"content-type", "application/json"}, {"accept", "application/json"}};
		struct http_request request = {.url = url,
		        .method = HTTP_POST,
		        .headers = headers,
		        .header_count = COUNT_OF(headers),
		        .body = body.data,
		        .body_size = body.size,
		        .timeout_ms = REMOTE_TIMEOUT_MS,
		        .attempts = 2,
		        .operation = "cloudsso"};

		response = ask(fetch, &request, "CloudSSO portal", error);
	}
	if (response)
		key = read_keys(response, "CloudCredential", source, "answer of CloudSSO", error);
	secret_wipe(bearer.data, bearer.data ? bearer.size : 0);
	buffer_finish(&bearer);
	buffer_finish(&body);
	return key;
}

struct key *key_from_login(
        const struct credential_fetch *fetch, const struct profile *profile, const char *source, struct error *error)
{
	int64_t now = clock_now(fetch->clock);
	struct key *key;

	if (*profile->access_key_id && profile->access_key_secret && profile->sts_expiration > now) {
		key = key_create(profile->access_key_id, secret_text(profile->access_key_secret),
		        secret_text(profile->sts_token), profile->sts_expiration, source);
		if (!key)
			error_set(error, ERROR_MEMORY, _("Out of memory"));
		return key;
	}
	if (profile->mode == PROFILE_CLOUD_SSO && profile->access_token && *profile->sign_in_url &&
	        (!profile->access_token_expire || profile->access_token_expire > now)) {
		key = sso_fetch(fetch, profile, source, error);
		if (!key && (!error || error->http_status == 401 || error->http_status == 403))
			login_hint(profile, error);
		return key;
	}
	error_set(error, ERROR_CREDENTIALS, _("The login of profile \"%s\" has expired"), profile->name);
	login_hint(profile, error);
	return NULL;
}
