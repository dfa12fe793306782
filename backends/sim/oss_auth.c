// SPDX-License-Identifier: Apache-2.0
// Who sent a request: signatures of version 4 and 1, in the Authorization header or in the query of a signed URL.
#include "config.h"
#include "sim/oss.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "sim/identity.h"
#include "sim/oss_sign.h"
#include "sim/oss_xml.h"
#include "sim/simulator.h"

#include "base/banned.h"

enum { SKEW_MS = 15 * 60 * 1000, SIGNED_URL_SECONDS_MOST = 7 * 24 * 3600, STRING_MOST = 1024 * 1024 };

struct claim {
	const char *key_id, *signature, *token;
	const char *scope, *date, *additional; // version 4
	char day[16], region[64];              // of the scope
};

static bool fail_signature(
        struct oss_call *call, const struct claim *claim, const struct buffer *string, const struct buffer *canonical)
{
	oss_detail(call, "OSSAccessKeyId", claim->key_id);
	oss_detail(call, "SignatureProvided", claim->signature);
	oss_detail(call, "StringToSign", arena_strdup(&call->request->arena, buffer_text(string)));
	if (canonical)
		oss_detail(call, "CanonicalRequest", arena_strdup(&call->request->arena, buffer_text(canonical)));
	return oss_fail(call, "SignatureDoesNotMatch");
}

static bool check_time(struct oss_call *call, int64_t time)
{
	int64_t now = simulator_clock(call->simulator);
	if (time > now - SKEW_MS && time < now + SKEW_MS)
		return true;
	char sent[TIME_TEXT_SIZE], here[TIME_TEXT_SIZE];
	oss_time_iso(time, sent);
	oss_time_iso(now, here);
	oss_detail(call, "MaxAllowedSkewMilliseconds", "900000");
	oss_detail(call, "RequestTime", oss_format(call, "%s", sent));
	oss_detail(call, "ServerTime", oss_format(call, "%s", here));
	return oss_fail(call, "RequestTimeTooSkewed");
}

static bool check_expiry(struct oss_call *call, int64_t expires)
{
	int64_t now = simulator_clock(call->simulator);
	if (now <= expires)
		return true;
	char end[TIME_TEXT_SIZE], here[TIME_TEXT_SIZE];
	oss_time_iso(expires, end);
	oss_time_iso(now, here);
	oss_detail(call, "Expires", oss_format(call, "%s", end));
	oss_detail(call, "ServerTime", oss_format(call, "%s", here));
	return oss_fail(call, "RequestIsExpired");
}

static const struct identity *find_identity(struct oss_call *call, const struct claim *claim)
{
	const struct identity *identity = identity_find(call->world->identities, claim->key_id);
	if (!identity || identity->inactive) {
		oss_detail(call, "OSSAccessKeyId", claim->key_id);
		oss_fail(call, identity ? "InactiveAccessKeyId" : "InvalidAccessKeyId");
		return NULL;
	}
	if (strcmp(identity->token, claim->token ? claim->token : "") != 0) {
		oss_fail(call, "InvalidSecurityToken");
		return NULL;
	}
	if (identity->expires && identity->expires <= simulator_clock(call->simulator)) {
		oss_fail(call, "SecurityTokenExpired");
		return NULL;
	}
	return identity;
}

static struct oss_signed signed_parts(const struct oss_call *call)
{
	return (struct oss_signed){
	        .method = call->request->method,
	        .bucket = call->bucket_name,
	        .key = call->key,
	        .query = &call->request->query,
	        .headers = &call->request->headers,
	};
}

// "KEY/20261120/cn-beijing/oss/aliyun_v4_request" into its parts.
static bool split_credential(struct oss_call *call, const char *credential, struct claim *claim)
{
	const char *slash = strchr(credential, '/');
	char product[16], end[32];
	int used = 0;
	if (!slash ||
	        sscanf(slash + 1, "%15[0-9]/%63[^/]/%15[^/]/%31[a-z0-9_]%n", claim->day, claim->region, product, end,
	                &used) != 4 ||
	        slash[1 + used] || strcmp(product, "oss") != 0 || strcmp(end, "aliyun_v4_request") != 0 ||
	        strlen(claim->day) != 8)
		return false;
	claim->scope = slash + 1;
	claim->key_id = arena_strndup(&call->request->arena, credential, (size_t)(slash - credential));
	return true;
}

static bool check_v4(struct oss_call *call, struct claim *claim)
{
	const struct identity *identity = find_identity(call, claim);
	if (!identity)
		return false;
	struct oss_signed parts = signed_parts(call);
	struct buffer canonical, string;
	buffer_init(&canonical, STRING_MOST);
	buffer_init(&string, STRING_MOST);
	char signature[SHA256_HEX_SIZE];
	oss_v4_canonical(&canonical, &parts, claim->additional);
	oss_v4_string(&string, claim->date, claim->scope, &canonical);
	oss_v4_signature(identity->secret, claim->day, claim->region, &string, signature);
	if (!strcmp(signature, claim->signature))
		call->identity = identity;
	else
		fail_signature(call, claim, &string, &canonical);
	buffer_finish(&canonical);
	buffer_finish(&string);
	if (call->identity && !call->region_name)
		call->region_name = oss_format(call, "%s", claim->region);
	return call->identity != NULL;
}

// The value of "name=" in a comma list; NULL when absent. An empty value is refused by the real service too.
static const char *list_value(struct oss_call *call, const char *list, const char *name)
{
	size_t length = strlen(name);
	for (const char *at = list; *at;) {
		at += strspn(at, " ,");
		size_t item = strcspn(at, ",");
		if (item > length + 1 && !strncasecmp(at, name, length) && at[length] == '=')
			return arena_strndup(&call->request->arena, at + length + 1, item - length - 1);
		at += item;
	}
	return NULL;
}

static bool v4_header(struct oss_call *call, const char *fields)
{
	struct claim claim = {0};
	const char *credential = list_value(call, fields, "Credential");
	const char *payload = request_header(call->request, "x-oss-content-sha256");
	int64_t time;
	claim.signature = list_value(call, fields, "Signature");
	claim.additional = list_value(call, fields, "AdditionalHeaders");
	claim.token = request_header(call->request, "x-oss-security-token");
	claim.date = request_header(call->request, "x-oss-date");
	bool empty_list = !claim.additional && strstr(fields, "AdditionalHeaders=");
	if (!claim.additional)
		claim.additional = "";
	if (!credential || !claim.signature || empty_list || !split_credential(call, credential, &claim))
		return oss_fail(call, "InvalidAuthorization");
	if (!payload || strcmp(payload, "UNSIGNED-PAYLOAD") != 0)
		return oss_fail_argument(call, "x-oss-content-sha256", payload ? payload : "");
	if (!claim.date || !oss_time_parse(claim.date, &time) || strncmp(claim.date, claim.day, 8) != 0)
		return oss_fail(call, "InvalidDate");
	return check_time(call, time) && check_v4(call, &claim);
}

static bool v4_url(struct oss_call *call)
{
	struct claim claim = {0};
	const char *credential = oss_query(call, "x-oss-credential");
	const char *additional = oss_query(call, "x-oss-additional-headers");
	int64_t time, seconds;
	claim.signature = oss_query(call, "x-oss-signature");
	claim.token = oss_query(call, "x-oss-security-token");
	claim.date = oss_query(call, "x-oss-date");
	claim.additional = additional ? additional : "";
	if (!credential || !claim.signature || !split_credential(call, credential, &claim))
		return oss_fail(call, "InvalidAuthorization");
	if (!claim.date || !oss_time_parse(claim.date, &time) || strncmp(claim.date, claim.day, 8) != 0)
		return oss_fail(call, "InvalidDate");
	const char *expires = oss_query(call, "x-oss-expires");
	if (!expires || !text_to_int64(expires, &seconds) || seconds < 1 || seconds > SIGNED_URL_SECONDS_MOST)
		return oss_fail_argument(call, "x-oss-expires", expires ? expires : "");
	return check_expiry(call, time + seconds * 1000) && check_v4(call, &claim);
}

static bool check_v1(struct oss_call *call, const struct claim *claim)
{
	const struct identity *identity = find_identity(call, claim);
	if (!identity)
		return false;
	struct oss_signed parts = signed_parts(call);
	struct buffer string, signature;
	buffer_init(&string, STRING_MOST);
	buffer_init(&signature, STRING_MOST);
	oss_v1_string(&string, &parts, claim->date);
	oss_v1_signature(&signature, identity->secret, &string);
	if (!strcmp(buffer_text(&signature), claim->signature))
		call->identity = identity;
	else
		fail_signature(call, claim, &string, NULL);
	buffer_finish(&string);
	buffer_finish(&signature);
	return call->identity != NULL;
}

static bool v1_header(struct oss_call *call, const char *fields)
{
	const char *colon = strchr(fields, ':');
	const char *date = request_header(call->request, "x-oss-date");
	if (!date)
		date = request_header(call->request, "date");
	if (!colon)
		return oss_fail(call, "InvalidAuthorization");
	struct claim claim = {
	        .key_id = arena_strndup(&call->request->arena, fields, (size_t)(colon - fields)),
	        .signature = colon + 1,
	        .token = request_header(call->request, "x-oss-security-token"),
	        .date = date,
	};
	int64_t time;
	if (!date || !(time_parse_http(date, &time) || oss_time_parse(date, &time)))
		return oss_fail(call, "InvalidDate");
	return check_time(call, time) && check_v1(call, &claim);
}

static bool v1_url(struct oss_call *call)
{
	struct claim claim = {
	        .key_id = oss_query(call, "OSSAccessKeyId"),
	        .signature = oss_query(call, "Signature"),
	        .token = oss_query(call, "security-token"),
	        .date = oss_query(call, "Expires"),
	};
	int64_t seconds;
	if (!claim.signature || !claim.date || !text_to_int64(claim.date, &seconds))
		return oss_fail(call, "InvalidDate");
	return check_expiry(call, seconds * 1000) && check_v1(call, &claim);
}

bool oss_authenticate(struct oss_call *call)
{
	static const char v4[] = "OSS4-HMAC-SHA256 ", v1[] = "OSS ";
	const char *authorization = request_header(call->request, "authorization");
	const char *version = oss_query(call, "x-oss-signature-version");
	if (authorization && !strncmp(authorization, v4, strlen(v4)))
		return v4_header(call, authorization + strlen(v4));
	if (authorization && !strncmp(authorization, v1, strlen(v1)))
		return v1_header(call, authorization + strlen(v1));
	if (authorization)
		return oss_fail(call, "InvalidAuthorization");
	if (version && !strcmp(version, "OSS4-HMAC-SHA256"))
		return v4_url(call);
	if (oss_query(call, "OSSAccessKeyId"))
		return v1_url(call);
	return oss_fail(call, "AnonymousDenied");
}
