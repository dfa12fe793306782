// SPDX-License-Identifier: Apache-2.0
// Signature checks in the order of the real gateway: form, key, time, signature, token, nonce.
#include "config.h"
#include "sim/auth.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/text.h"
#include "sim/nonces.h"
#include "sim/service.h"
#include "sim/signing.h"
#include "sim/simulator.h"

#include "base/banned.h"

enum { TOLERANCE_MS = 15 * 60 * 1000, CANONICAL_LIMIT = 4 * 1024 * 1024 };

// What a request says about its signature, whichever style it uses.
struct claim {
	char key_id[128];
	char signature[128];
	char signed_headers[2048];
	const char *token, *nonce, *time;
	bool http_time; // RFC 1123
};

static bool incomplete(struct call *call, const char *what)
{
	return call_fail(call, 400, "IncompleteSignature",
	        "The request signature does not conform to Aliyun standards: %s", what);
}

// "Credential=a,SignedHeaders=b,Signature=c", in any order, blanks after the commas allowed.
static bool authorization_part(const char *text, const char *name, char *out, size_t size)
{
	size_t name_length = strlen(name);
	while (*text) {
		text += strspn(text, ", ");
		size_t length = strcspn(text, ",");
		if (length > name_length && !strncmp(text, name, name_length) && text[name_length] == '=' &&
		        length - name_length - 1 < size) {
			snprintf(out, size, "%.*s", (int)(length - name_length - 1), text + name_length + 1);
			return true;
		}
		text += length;
	}
	return false;
}

static bool check_time(struct call *call, const struct claim *claim)
{
	int64_t time;
	bool good = claim->time &&
	            (claim->http_time ? time_parse_http(claim->time, &time) : time_parse(claim->time, &time));
	if (!good)
		return call_fail(call, 400, "InvalidTimeStamp.Format",
		        "Specified time stamp or date value is not well formatted.");
	// Whoever follows the Date header of a world in a hurry is right, too.
	int64_t by_wall = time - simulator_clock(call->simulator);
	int64_t by_world = time - call->world->now - call->simulator->faults.skew_ms;
	if (llabs(by_wall) > TOLERANCE_MS && llabs(by_world) > TOLERANCE_MS)
		return call_fail(
		        call, 400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.");
	return true;
}

static bool check_key(struct call *call, const struct claim *claim)
{
	const struct identity *identity = identity_find(call->world->identities, claim->key_id);
	if (!identity)
		return call_fail(call, 404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.");
	if (identity->inactive)
		return call_fail(call, 400, "InvalidAccessKeyId.Inactive", "Specified access key is disabled.");
	call->identity = identity;
	return true;
}

static bool check_token(struct call *call, const struct claim *claim)
{
	const struct identity *identity = call->identity;
	const char *token = claim->token ? claim->token : "";
	if (*identity->token && !*token)
		return call_fail(call, 400, "MissingSecurityToken", "SecurityToken is mandatory for this action.");
	if (strlen(token) != strlen(identity->token) || !crypto_equal(token, identity->token, strlen(token)))
		return call_fail(call, 400,
		        *identity->token ? "InvalidSecurityToken.Malformed"
		                         : "InvalidSecurityToken.MismatchWithAccessKey",
		        "Specified SecurityToken is %s.", *identity->token ? "malformed" : "not for this access key");
	if (identity->expires && identity->expires <= simulator_clock(call->simulator))
		return call_fail(call, 400, "InvalidSecurityToken.Expired", "Specified SecurityToken is expired.");
	return true;
}

static bool check_rest(struct call *call, const struct claim *claim)
{
	if (!check_token(call, claim))
		return false;
	if (!claim->nonce || !*claim->nonce)
		return call_fail(call, 400, "MissingSignatureNonce", "SignatureNonce is mandatory for this action.");
	if (!nonces_use(call->simulator->nonces, claim->key_id, claim->nonce, call->simulator->wall))
		return call_fail(call, 400, "SignatureNonceUsed", "Specified signature nonce was used already.");
	return true;
}

static bool is_listed(const char *list, const char *name)
{
	size_t length = strlen(name);
	while (*list) {
		size_t item = strcspn(list, ";");
		if (item == length && !memcmp(list, name, length))
			return true;
		list += item;
		list += *list == ';';
	}
	return false;
}

// host, everything that starts with x-acs- and the type of a body must be signed.
static bool check_signed_headers(struct call *call, const char *list)
{
	static const char *const needed[] = {
	        "host", "x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"};
	for (size_t i = 0; i < COUNT_OF(needed); i++) {
		if (!request_header(call->request, needed[i]))
			return incomplete(call, arena_printf(&call->request->arena, "header %s is missing", needed[i]));
		if (!is_listed(list, needed[i]))
			return incomplete(
			        call, arena_printf(&call->request->arena, "SignedHeaders lacks %s", needed[i]));
	}
	// Some HTTP libraries name a type for no body at all.
	bool typed = call->request->body.size > 0;
	for (size_t i = 0; i < call->request->headers.count; i++) {
		const char *name = call->request->headers.items[i].name;
		if ((text_starts_with(name, "x-acs-") || (typed && !strcmp(name, "content-type"))) &&
		        !is_listed(list, name))
			return incomplete(call, arena_printf(&call->request->arena, "SignedHeaders lacks %s", name));
	}
	return true;
}

static bool check_v3_signature(struct call *call, const struct claim *claim)
{
	struct buffer canonical;
	char expected[65];
	buffer_init(&canonical, CANONICAL_LIMIT);
	signing_v3_canonical(call->request, claim->signed_headers, &canonical);
	signing_v3(buffer_text(&canonical), call->identity->secret, expected);
	const char *hash = request_header(call->request, "x-acs-content-sha256");
	bool good = strlen(claim->signature) == 64 && crypto_equal(expected, claim->signature, 64) &&
	            canonical.size > 64 && !strcmp(hash, canonical.data + canonical.size - 64);
	if (!good)
		call_fail(call, 400, "SignatureDoesNotMatch",
		        "Specified signature does not match our calculation. server CanonicalRequest is [%s]",
		        buffer_text(&canonical));
	buffer_finish(&canonical);
	return good;
}

static bool check_v3(struct call *call, const char *authorization)
{
	struct claim claim = {
	        .token = request_header(call->request, "x-acs-security-token"),
	        .nonce = request_header(call->request, "x-acs-signature-nonce"),
	        .time = request_header(call->request, "x-acs-date"),
	};
	if (!authorization_part(authorization, "Credential", claim.key_id, sizeof(claim.key_id)) ||
	        !authorization_part(
	                authorization, "SignedHeaders", claim.signed_headers, sizeof(claim.signed_headers)) ||
	        !authorization_part(authorization, "Signature", claim.signature, sizeof(claim.signature)))
		return incomplete(call, "Authorization needs Credential, SignedHeaders and Signature");
	return check_signed_headers(call, claim.signed_headers) && check_key(call, &claim) &&
	       check_time(call, &claim) && check_v3_signature(call, &claim) && check_rest(call, &claim);
}

static bool check_v1_signature(struct call *call, const struct claim *claim, bool rpc)
{
	struct buffer text, expected;
	buffer_init(&text, CANONICAL_LIMIT);
	buffer_init(&expected, 128);
	bool good = (rpc ? signing_rpc_text : signing_roa_text)(call->request, &text) &&
	            signing_sha1(buffer_text(&text), call->identity->secret, rpc ? "&" : "", &expected) &&
	            expected.size == strlen(claim->signature) &&
	            crypto_equal(expected.data, claim->signature, expected.size);
	if (!good)
		call_fail(call, 400, "SignatureDoesNotMatch",
		        "Specified signature is not matched with our calculation. server string to sign is:%s",
		        buffer_text(&text));
	buffer_finish(&text);
	buffer_finish(&expected);
	return good;
}

static bool check_rpc_v1(struct call *call)
{
	struct claim claim = {
	        .token = call_text(call, "SecurityToken"),
	        .nonce = call_text(call, "SignatureNonce"),
	        .time = call_text(call, "Timestamp"),
	};
	if (strcmp(call_text_or(call, "SignatureMethod", ""), "HMAC-SHA1") != 0 ||
	        strcmp(call_text_or(call, "SignatureVersion", ""), "1.0") != 0)
		return incomplete(call, "SignatureMethod must be HMAC-SHA1, SignatureVersion 1.0");
	snprintf(claim.key_id, sizeof(claim.key_id), "%s", call_text_or(call, "AccessKeyId", ""));
	snprintf(claim.signature, sizeof(claim.signature), "%s", call_text_or(call, "Signature", ""));
	return check_key(call, &claim) && check_time(call, &claim) && check_v1_signature(call, &claim, true) &&
	       check_rest(call, &claim);
}

static bool check_roa_v1(struct call *call, const char *authorization)
{
	struct claim claim = {
	        .token = request_header(call->request, "x-acs-security-token"),
	        .nonce = request_header(call->request, "x-acs-signature-nonce"),
	        .time = request_header(call->request, "date"),
	        .http_time = true,
	};
	const char *method = request_header(call->request, "x-acs-signature-method");
	const char *colon = strchr(authorization, ':');
	if (!colon || !method || strcmp(method, "HMAC-SHA1") != 0)
		return incomplete(
		        call, "expected x-acs-signature-method: HMAC-SHA1 and Authorization: acs KEY:SIGNATURE");
	snprintf(claim.key_id, sizeof(claim.key_id), "%.*s", (int)(colon - authorization), authorization);
	snprintf(claim.signature, sizeof(claim.signature), "%s", colon + 1);
	return check_key(call, &claim) && check_time(call, &claim) && check_v1_signature(call, &claim, false) &&
	       check_rest(call, &claim);
}

bool auth_check(struct call *call)
{
	const char *authorization = request_header(call->request, "authorization");
	if (authorization && text_starts_with(authorization, "ACS3-HMAC-SHA256 "))
		return check_v3(call, authorization + strlen("ACS3-HMAC-SHA256 "));
	if (authorization && text_starts_with(authorization, "acs "))
		return check_roa_v1(call, authorization + strlen("acs "));
	if (authorization)
		return incomplete(call, "this kind of Authorization is not supported");
	if (call_text(call, "Signature"))
		return check_rpc_v1(call);
	if (call->operation->flags & OPERATION_ANONYMOUS)
		return true;
	return call_fail(call, 400, "MissingAccessKeyId", "AccessKeyId is mandatory for this action.");
}
