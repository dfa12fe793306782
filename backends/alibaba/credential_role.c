// SPDX-License-Identifier: Apache-2.0
// Keys from STS: AssumeRole with other keys, AssumeRoleWithOIDC with a token from a file (RRSA).
#include "alibaba/credential_source.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alibaba/call.h"
#include "base/banned.h"

enum { SECONDS_USUAL = 3600, SECONDS_LEAST = 900, SECONDS_MOST = 43200, TOKEN_MOST = 20000 };

static int64_t role_seconds(const struct role_request *role)
{
	if (role->seconds <= 0)
		return SECONDS_USUAL;
	return role->seconds < SECONDS_LEAST  ? SECONDS_LEAST
	       : role->seconds > SECONDS_MOST ? SECONDS_MOST
	                                      : role->seconds;
}

static void set_when(struct call *call, const char *name, const char *value)
{
	if (value && *value)
		call_set(call, name, value);
}

static void fill_role(struct call *call, const struct role_request *role)
{
	char session[65];

	role_session_name(role->session_name, session);
	call_set(call, "RoleArn", role->arn);
	call_set(call, "RoleSessionName", session);
	call_set_number(call, "DurationSeconds", role_seconds(role));
	set_when(call, "Policy", role->policy);
}

static struct key *ask_sts(const struct credential_fetch *fetch, struct key *base, const struct call *call,
        const char *source, struct error *error)
{
	struct caller caller = {.http = fetch->http,
	        .clock = fetch->clock,
	        .log = fetch->log,
	        .endpoints = fetch->endpoints,
	        .key = base,
	        .label = "sts"};
	struct http_response *response = call_perform(&caller, call, fetch->cancel, error);
	struct key *key = NULL;
	struct json_doc doc;

	if (!response)
		return NULL;
	if (json_open(&doc, response->body, response->body_size, "answer of STS", error)) {
		key = key_from_json(json_member(doc.root, "Credentials"), source, "answer of STS", error);
		json_wipe(doc.root);
		json_close(&doc);
	}
	secret_wipe(response->body, response->body_size);
	http_response_destroy(response);
	return key;
}

struct key *key_from_role(const struct credential_fetch *fetch, struct key *base, const struct role_request *role,
        const char *source, struct error *error)
{
	struct call call;
	struct key *key;

	call_init(&call, "sts.AssumeRole", fetch->endpoints->sts_region);
	fill_role(&call, role);
	set_when(&call, "ExternalId", role->external_id);
	key = ask_sts(fetch, base, &call, source, error);
	call_finish(&call);
	if (!key && error && error->kind == ERROR_DENIED && !*error->code)
		error_remedy(error, _("Let the trust policy of %s name the caller"), role->arn);
	return key;
}

// The kubelet rotates the file, so it is read at each use.
static char *read_token(const char *path, struct error *error)
{
	size_t size = 0;
	char *token = file_read(path, TOKEN_MOST, &size, error);

	if (!token) {
		if (error && error->kind == ERROR_NOT_FOUND)
			error->kind = ERROR_CREDENTIALS;
		error_doing(error, "%s", _("read the OIDC token"));
		return NULL;
	}
	while (size && isspace((unsigned char)token[size - 1]))
		token[--size] = '\0';
	if (size >= 4)
		return token;
	error_set(error, ERROR_CREDENTIALS, _("The OIDC token file %s is empty"), path);
	secret_wipe(token, size);
	free(token);
	return NULL;
}

struct key *key_from_oidc(
        const struct credential_fetch *fetch, const struct role_request *role, const char *source, struct error *error)
{
	char *token = read_token(role->token_file, error);
	struct call call;
	struct key *key;

	if (!token)
		return NULL;
	call_init(&call, "sts.AssumeRoleWithOIDC", fetch->endpoints->sts_region);
	fill_role(&call, role);
	call_set(&call, "OIDCProviderArn", role->provider_arn);
	call_set(&call, "OIDCToken", token);
	secret_wipe(token, strlen(token));
	free(token);
	key = ask_sts(fetch, NULL, &call, source, error);
	call_finish(&call);
	if (!key && error && strstr(error->code, "NoPermission"))
		error_remedy(error,
		        _("The trust policy of %s does not match this token: check issuer, audience and subject"),
		        role->arn);
	return key;
}
