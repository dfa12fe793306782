// SPDX-License-Identifier: Apache-2.0
// ACS3-HMAC-SHA256, the signature of every service but OSS (Alibaba Cloud API: V3 request structure and signature).
#include "alibaba/sign.h"

#include <string.h>

#include "base/crypto.h"
#include "base/text.h"
#include "base/banned.h"

// The path is percent-encoded already; three characters are written differently by form encoders.
static bool add_uri(struct buffer *out, const char *path)
{
	if (!*path)
		return buffer_add_char(out, '/');
	for (const char *c = path; *c; c++) {
		if (*c == '+')
			buffer_add_text(out, "%20");
		else if (*c == '*')
			buffer_add_text(out, "%2A");
		else if (c[0] == '%' && c[1] == '7' && (c[2] == 'E' || c[2] == 'e')) {
			buffer_add_char(out, '~');
			c += 2;
		} else
			buffer_add_char(out, *c);
	}
	return !out->broken;
}

static bool selects(const struct sign_request *request, const char *name)
{
	(void)request;
	return !strcmp(name, "host") || !strcmp(name, "content-type") || text_starts_with(name, "x-acs-");
}

static bool add_canonical(struct buffer *out, struct buffer *names, const struct sign_request *request)
{
	char hash[SHA256_HEX_SIZE];

	crypto_sha256_hex(request->body ? request->body : "", request->body ? request->body_size : 0, hash);
	buffer_printf(out, "%s\n", request->method);
	add_uri(out, request->path);
	buffer_add_char(out, '\n');
	if (!sign_add_query(out, request->query, request->query_count, false))
		return false;
	buffer_add_char(out, '\n');
	if (!sign_add_headers(out, names, request, selects))
		return false;
	return buffer_printf(out, "\n%s\n%s", buffer_text(names), hash);
}

static bool make(const struct sign_request *request, struct signature *out, struct buffer *names)
{
	char hash[SHA256_HEX_SIZE];
	unsigned char mac[SHA256_SIZE];
	struct buffer hex;

	if (!add_canonical(&out->canonical, names, request))
		return false;
	crypto_sha256_hex(out->canonical.data, out->canonical.size, hash);
	if (!buffer_printf(&out->string, "ACS3-HMAC-SHA256\n%s", hash))
		return false;
	crypto_hmac_sha256(request->key_secret, strlen(request->key_secret), out->string.data, out->string.size, mac);
	buffer_init(&hex, sizeof(out->value) - 1);
	if (text_add_hex(&hex, mac, sizeof(mac)))
		memcpy(out->value, hex.data, hex.size + 1);
	buffer_finish(&hex);
	return out->value[0] &&
	       buffer_printf(&out->authorization, "ACS3-HMAC-SHA256 Credential=%s,SignedHeaders=%s,Signature=%s",
	               request->key_id, buffer_text(names), out->value);
}

bool sign_acs3(const struct sign_request *request, struct signature *out, struct error *error)
{
	struct buffer names;
	bool made;

	buffer_init(&names, SIGN_TEXT_MOST);
	made = make(request, out, &names);
	buffer_finish(&names);
	return made || error_set(error, ERROR_LIMIT, "The request is too large to sign");
}
