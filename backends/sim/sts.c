// SPDX-License-Identifier: Apache-2.0
// STS: who am I, and temporary credentials. Source: Alibaba Cloud API: STS 2015-04-01.
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "sim/ram.h"
#include "sim/rrsa.h"
#include "sim/service.h"
#include "sim/simulator.h"

#include "base/banned.h"

enum {
	SESSION_NAME_LEAST = 2,
	SESSION_NAME_MOST = 64,
	SESSION_POLICY_MOST = 2048,
	TOKEN_LETTERS = 180,
	KEY_LETTERS = 24,
	SECRET_LETTERS = 44
};

static void caller_identity(struct call *call)
{
	const struct identity *identity = call->identity;
	struct json_out *out = &call->out;
	json_text(out, "AccountId", call->world->account);
	json_text(out, "Arn", identity->arn);
	json_text(out, "IdentityType", identity->type);
	json_text(out, "PrincipalId", identity->principal_id);
	if (identity->role) {
		const struct role *role = role_find(call->world, identity->role);
		json_text(out, "RoleId", role ? role->role_id : "");
	} else {
		json_text(out, "UserId", identity->user_id);
	}
}

static bool check_session(struct call *call, const struct role *role, int64_t *seconds)
{
	const char *name = call_text(call, "RoleSessionName"), *policy = call_text(call, "Policy");
	size_t length = strlen(name);
	bool good = length >= SESSION_NAME_LEAST && length <= SESSION_NAME_MOST;
	for (const char *c = name; *c; c++)
		good = good && ((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') ||
		                       strchr(".@-_", *c));
	if (!good)
		return call_fail(call, 400, "InvalidParameter.RoleSessionName",
		        "The parameter RoleSessionName is wrongly formed.");
	*seconds = call_int(call, "DurationSeconds", SESSION_USUAL_S);
	if (*seconds < SESSION_LEAST_S || *seconds > role->max_session)
		return call_fail(call, 400, "InvalidParameter.DurationSeconds",
		        "The Min/Max value of DurationSeconds is 15min/%" PRId64 "min.", role->max_session / 60);
	if (policy) {
		cJSON *document = strlen(policy) <= SESSION_POLICY_MOST ? ram_document(policy, false) : NULL;
		cJSON_Delete(document);
		if (!document)
			return call_fail(call, 400, "InvalidParameter.PolicyGrammar",
			        "The parameter Policy has not passed grammar check.");
	}
	return true;
}

// The role that an ARN of this account names; NULL after failing.
static struct role *role_of_arn(struct call *call)
{
	const char *arn = call_text(call, "RoleArn");
	const char *prefix = role_arn(call->world, "");
	if (strncmp(arn, prefix, strlen(prefix)) != 0) {
		call_fail(call, 400, "InvalidParameter.RoleArn", "The parameter RoleArn is wrongly formed.");
		return NULL;
	}
	struct role *role = role_find(call->world, arn + strlen(prefix));
	if (role && resource_visible(call->world, &role->base))
		return role;
	call_fail(call, 404, "EntityNotExist.Role", "The specified Role not exists .");
	return NULL;
}

// New temporary credentials for a role; they expire by the clock that signatures are judged by.
static const struct identity *open_session(struct call *call, const struct role *role, int64_t seconds)
{
	struct world *world = call->world;
	struct random *random = &world->random[RANDOM_API];
	const char *session = call_text(call, "RoleSessionName");
	int64_t cap = call->simulator->faults.expire_ms, now = simulator_clock(call->simulator);
	int64_t life = cap && cap < seconds * 1000 ? cap : seconds * 1000;
	struct identity identity = {.type = "AssumedRoleUser", .expires = now + life};
	static const char key_prefix[] = "STS.N", token_prefix[] = "CAIS";
	memcpy(identity.key_id, key_prefix, sizeof(key_prefix));
	random_letters(random, identity.key_id + strlen(key_prefix), KEY_LETTERS);
	random_letters(random, identity.secret, SECRET_LETTERS);
	memcpy(identity.token, token_prefix, sizeof(token_prefix));
	random_letters(random, identity.token + strlen(token_prefix), TOKEN_LETTERS);
	identity.role = world_text(world, role->name);
	identity.arn = world_printf(world, "acs:ram::%s:assumed-role/%s/%s", world->account, role->name, session);
	identity.principal_id = world_printf(world, "%s:%s", role->role_id, session);
	identity.user_id = identity.principal_id;
	ram_permissions(world, role, &identity);
	identities_sweep(world->identities, now);
	return identity_add(world->identities, &identity);
}

static void write_session(struct call *call, const struct identity *identity)
{
	struct json_out *out = &call->out;
	char expires[TIME_TEXT_SIZE];
	time_format_iso(identity->expires, expires);
	json_object(out, "AssumedRoleUser");
	json_text(out, "Arn", identity->arn);
	json_text(out, "AssumedRoleId", identity->principal_id);
	json_object_end(out);
	json_object(out, "Credentials");
	json_text(out, "AccessKeyId", identity->key_id);
	json_text(out, "AccessKeySecret", identity->secret);
	json_text(out, "SecurityToken", identity->token);
	json_text(out, "Expiration", expires);
	json_object_end(out);
}

static bool names(const cJSON *list, const char *value)
{
	const cJSON *item;
	if (cJSON_IsString(list))
		return !strcmp(list->valuestring, value);
	cJSON_ArrayForEach(item, list) if (cJSON_IsString(item) && !strcmp(item->valuestring, value)) return true;
	return false;
}

static bool external_id_fits(const struct call *call, const cJSON *statement)
{
	const cJSON *condition = cJSON_GetObjectItemCaseSensitive(statement, "Condition");
	const cJSON *equals = cJSON_GetObjectItemCaseSensitive(condition, "StringEquals");
	const cJSON *wanted = cJSON_GetObjectItemCaseSensitive(equals, "sts:ExternalId");
	return !wanted || names(wanted, call_text_or(call, "ExternalId", ""));
}

// Does the role trust the caller, by its own ARN or as one of the account?
static bool trusts_caller(struct call *call, const struct role *role)
{
	cJSON *document = ram_document(role->document, true);
	const char *account = world_printf(call->world, "acs:ram::%s:root", call->world->account);
	const cJSON *statement;
	bool trusted = false;
	cJSON_ArrayForEach(statement, cJSON_GetObjectItemCaseSensitive(document, "Statement"))
	{
		const cJSON *principal = cJSON_GetObjectItemCaseSensitive(statement, "Principal");
		const cJSON *ram = cJSON_GetObjectItemCaseSensitive(principal, "RAM");
		const cJSON *effect = cJSON_GetObjectItemCaseSensitive(statement, "Effect");
		bool allows = !strcmp(cJSON_GetStringValue(effect), "Allow");
		bool named = names(ram, account) || names(ram, call->identity->arn);
		if (named && external_id_fits(call, statement))
			trusted = allows;
	}
	cJSON_Delete(document);
	return trusted;
}

static void assume_role(struct call *call)
{
	int64_t seconds;
	const struct role *role = role_of_arn(call);
	if (!role || !check_session(call, role, &seconds))
		return;
	if (!trusts_caller(call, role)) {
		call_deny(call, "sts:AssumeRole");
		return;
	}
	write_session(call, open_session(call, role, seconds));
}

static const char *claim(const cJSON *claims, const char *name)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(claims, name));
	return text ? text : "";
}

static bool check_claims(struct call *call, const struct cluster *cluster, const cJSON *claims)
{
	double now = (double)(simulator_clock(call->simulator) / 1000);
	const cJSON *expires = cJSON_GetObjectItemCaseSensitive(claims, "exp");
	if (!claims)
		return call_fail(call, 400, "AuthenticationFail.OIDCToken.Invalid",
		        "This OIDC token is not a valid JSON Web Token.");
	if (!cJSON_IsNumber(expires) || expires->valuedouble <= now)
		return call_fail(
		        call, 400, "AuthenticationFail.OIDCToken.Expired", "This OIDC token has been expired.");
	if (strcmp(claim(claims, "iss"), rrsa_issuer(call->world, cluster)) != 0)
		return call_fail(call, 400, "AuthenticationFail.OIDCToken.IssuerNotMatch",
		        "The issuer of this OIDC token (%s) is not that of the OIDC provider (%s).",
		        claim(claims, "iss"), rrsa_issuer(call->world, cluster));
	if (!names(cJSON_GetObjectItemCaseSensitive(claims, "aud"), RRSA_AUDIENCE))
		return call_fail(call, 400, "AuthenticationFail.OIDCToken.AudienceNotMatch",
		        "The audience of this OIDC token is not among the client ids of the OIDC provider.");
	return true;
}

static void write_token_info(struct call *call, const cJSON *claims)
{
	struct json_out *out = &call->out;
	char time[TIME_TEXT_SIZE];
	const cJSON *expires = cJSON_GetObjectItemCaseSensitive(claims, "exp");
	time_format_iso((int64_t)(expires->valuedouble * 1000), time);
	json_object(out, "OIDCTokenInfo");
	json_text(out, "Issuer", claim(claims, "iss"));
	json_text(out, "Subject", claim(claims, "sub"));
	json_text(out, "ClientIds", RRSA_AUDIENCE);
	json_text(out, "ExpirationTime", time);
	json_text(out, "VerificationInfo", "Success");
	json_object_end(out);
}

static void assume_role_with_oidc(struct call *call)
{
	int64_t seconds;
	const char *provider = call_text(call, "OIDCProviderArn");
	const struct role *role = role_of_arn(call);
	if (!role || !check_session(call, role, &seconds))
		return;
	const struct cluster *cluster = rrsa_cluster(call->world, provider);
	if (!cluster) {
		call_fail(call, 404, "EntityNotExist.OIDCProvider", "The OIDC Provider does not exist.");
		return;
	}
	cJSON *claims = rrsa_claims(call_text(call, "OIDCToken"));
	if (check_claims(call, cluster, claims)) {
		if (rrsa_is_trusted(role->document, rrsa_provider_arn(call->world, cluster), claims)) {
			write_session(call, open_session(call, role, seconds));
			write_token_info(call, claims);
		} else {
			call_fail(call, 403, "AuthenticationFail.NoPermission",
			        "This operation is forbidden by the trust policy of the role: subject %s.",
			        claim(claims, "sub"));
		}
	}
	cJSON_Delete(claims);
}

static const struct operation operations[] = {
        {"GetCallerIdentity", caller_identity, "", OPERATION_NO_PERMISSION},
        {"AssumeRole", assume_role,
                "RoleArn! RoleSessionName! DurationSeconds:int Policy:json ExternalId SourceIdentity",
                OPERATION_CHANGES},
        {"AssumeRoleWithOIDC", assume_role_with_oidc,
                "RoleArn! OIDCProviderArn! OIDCToken! RoleSessionName! DurationSeconds:int Policy:json",
                OPERATION_CHANGES | OPERATION_ANONYMOUS},
};

extern const struct service sts_service;
const struct service sts_service = {
        .name = "sts",
        .version = "2015-04-01",
        .style = STYLE_RPC,
        .central = true,
        .operations = operations,
        .operation_count = COUNT_OF(operations),
};
