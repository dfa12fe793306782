// SPDX-License-Identifier: Apache-2.0
// OSS4-HMAC-SHA256, the signature of object storage (Alibaba Cloud OSS: signature version 4).
#include "alibaba/sign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/banned.h"

enum { DATE_LENGTH = 8 };

static bool is_additional(const struct sign_request *request, const char *name)
{
	for (size_t i = 0; i < request->also_header_count; i++)
		if (!strcmp(request->also_headers[i], name))
			return true;
	return false;
}

static bool selects(const struct sign_request *request, const char *name)
{
	return !strcmp(name, "content-type") || !strcmp(name, "content-md5") || text_starts_with(name, "x-oss-") ||
	       is_additional(request, name);
}

static void add_additional(struct buffer *out, const struct sign_request *request)
{
	for (size_t i = 0; i < request->also_header_count; i++)
		buffer_printf(out, "%s%s", i ? ";" : "", request->also_headers[i]);
}

static bool add_canonical(struct buffer *out, const struct sign_request *request)
{
	const char *hash = sign_header(request, "x-oss-content-sha256");

	buffer_printf(out, "%s\n", request->method);
	text_add_percent(out, request->path, strlen(request->path), "/");
	buffer_add_char(out, '\n');
	if (!sign_add_query(out, request->query, request->query_count, true))
		return false;
	buffer_add_char(out, '\n');
	if (!sign_add_headers(out, NULL, request, selects))
		return false;
	buffer_add_char(out, '\n');
	add_additional(out, request);
	return buffer_printf(out, "\n%s", hash ? hash : "UNSIGNED-PAYLOAD");
}

static void derive_key(const struct sign_request *request, const char *date, unsigned char key[SHA256_SIZE])
{
	unsigned char next[SHA256_SIZE];
	const char *words[] = {request->region, "oss", "aliyun_v4_request"};
	size_t size = strlen(request->key_secret) + sizeof("aliyun_v4");
	char *first = malloc(size);

	// Out of memory gives a wrong key, which the service refuses: no other harm.
	memset(key, 0, SHA256_SIZE);
	if (!first)
		return;
	memcpy(first, "aliyun_v4", 9);
	memcpy(first + 9, request->key_secret, size - 9);
	crypto_hmac_sha256(first, size - 1, date, DATE_LENGTH, key);
	secret_wipe(first, size);
	free(first);
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		crypto_hmac_sha256(key, SHA256_SIZE, words[i], strlen(words[i]), next);
		memcpy(key, next, SHA256_SIZE);
	}
	secret_wipe(next, sizeof(next));
}

static bool add_authorization(const struct sign_request *request, struct signature *out, const char *scope)
{
	struct buffer *to = &out->authorization;

	buffer_printf(to, "OSS4-HMAC-SHA256 Credential=%s/%s,", request->key_id, scope);
	if (request->also_header_count) {
		buffer_add_text(to, "AdditionalHeaders=");
		add_additional(to, request);
		buffer_add_char(to, ',');
	}
	return buffer_printf(to, "Signature=%s", out->value);
}

bool sign_oss4(const struct sign_request *request, struct signature *out, struct error *error)
{
	const char *date = sign_header(request, "x-oss-date");
	char hash[SHA256_HEX_SIZE], scope[160];
	unsigned char key[SHA256_SIZE], mac[SHA256_SIZE];
	struct buffer hex;

	if (!date || strlen(date) < DATE_LENGTH || !request->region)
		return error_set(error, ERROR_INTERNAL, "An OSS request needs x-oss-date and a region");
	snprintf(scope, sizeof(scope), "%.8s/%s/oss/aliyun_v4_request", date, request->region);
	if (!add_canonical(&out->canonical, request))
		return error_set(error, ERROR_LIMIT, "The request is too large to sign");
	crypto_sha256_hex(out->canonical.data, out->canonical.size, hash);
	buffer_printf(&out->string, "OSS4-HMAC-SHA256\n%s\n%s\n%s", date, scope, hash);
	derive_key(request, date, key);
	crypto_hmac_sha256(key, sizeof(key), buffer_text(&out->string), out->string.size, mac);
	secret_wipe(key, sizeof(key));
	buffer_init(&hex, sizeof(out->value) - 1);
	if (text_add_hex(&hex, mac, sizeof(mac)))
		memcpy(out->value, hex.data, hex.size + 1);
	buffer_finish(&hex);
	if (out->string.broken || !out->value[0] || !add_authorization(request, out, scope))
		return error_set(error, ERROR_LIMIT, "The request is too large to sign");
	return true;
}
