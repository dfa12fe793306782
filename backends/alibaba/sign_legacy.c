// SPDX-License-Identifier: Apache-2.0
// The two HMAC-SHA1 signatures, for private gateways that know no other (Alibaba Cloud API: V2 request structure).
#include "alibaba/sign.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/crypto.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/banned.h"

static bool add_base64_mac(struct signature *out, const char *key, size_t key_size)
{
	unsigned char mac[SHA1_SIZE];
	struct buffer base64;
	bool made;

	crypto_hmac_sha1(key, key_size, buffer_text(&out->string), out->string.size, mac);
	buffer_init(&base64, sizeof(out->value) - 1);
	made = text_add_base64(&base64, mac, sizeof(mac));
	if (made)
		memcpy(out->value, base64.data, base64.size + 1);
	buffer_finish(&base64);
	return made;
}

// All parameters of a request: of the query and, when it is a form, of the body. `form` is the memory behind the
// latter.
struct parameters {
	struct sign_pair *pairs;
	size_t count, room;
	char *form;
};

static bool take(struct parameters *parameters, const char *name, const char *value)
{
	if (!strcmp(name, "Signature"))
		return true;
	if (parameters->count == parameters->room) {
		size_t room = parameters->room ? 2 * parameters->room : 32;
		struct sign_pair *more = realloc(parameters->pairs, room * sizeof(*more));

		if (!more)
			return false;
		parameters->pairs = more;
		parameters->room = room;
	}
	parameters->pairs[parameters->count++] = (struct sign_pair){name, value};
	return true;
}

static void decode_form_part(char *part)
{
	for (char *c = part; *c; c++)
		if (*c == '+')
			*c = ' ';
	text_percent_decode(part);
}

static bool take_form(struct parameters *parameters, const struct sign_request *request)
{
	const char *type = sign_header(request, "content-type");
	char *rest, *part;

	if (!type || strncasecmp(type, "application/x-www-form-urlencoded", 33) || !request->body_size)
		return true;
	parameters->form = rest = strndup(request->body, request->body_size);
	if (!rest)
		return false;
	while ((part = strsep(&rest, "&"))) {
		char *value = strchr(part, '=');

		if (!*part)
			continue;
		if (value)
			*value++ = '\0';
		decode_form_part(part);
		if (value)
			decode_form_part(value);
		if (!take(parameters, part, value))
			return false;
	}
	return true;
}

static bool make_rpc(const struct sign_request *request, struct signature *out, struct parameters *parameters)
{
	struct buffer query, key;
	bool made = false;

	buffer_init(&query, SIGN_TEXT_MOST);
	buffer_init(&key, 1024);
	for (size_t i = 0; i < request->query_count; i++)
		if (!take(parameters, request->query[i].name, request->query[i].value))
			goto out;
	if (!take_form(parameters, request) || !sign_add_query(&query, parameters->pairs, parameters->count, false))
		goto out;
	buffer_printf(&out->string, "%s&%%2F&", request->method);
	text_add_percent(&out->string, buffer_text(&query), query.size, NULL);
	buffer_printf(&key, "%s&", request->key_secret);
	made = !out->string.broken && !key.broken && add_base64_mac(out, key.data, key.size);
out:
	if (key.data)
		secret_wipe(key.data, key.size);
	buffer_finish(&key);
	buffer_finish(&query);
	return made;
}

bool sign_rpc_sha1(const struct sign_request *request, struct signature *out, struct error *error)
{
	struct parameters parameters = {0};
	bool made = make_rpc(request, out, &parameters);

	free(parameters.pairs);
	free(parameters.form);
	return made || error_set(error, ERROR_LIMIT, "The request is too large to sign");
}

static bool selects_acs(const struct sign_request *request, const char *name)
{
	(void)request;
	return text_starts_with(name, "x-acs-");
}

static int compare_names(const void *a, const void *b)
{
	const struct sign_pair *left = *(const struct sign_pair *const *)a;
	const struct sign_pair *right = *(const struct sign_pair *const *)b;

	return strcmp(left->name, right->name);
}

// Raw, not percent-encoded: this signature wants it so.
static bool add_raw_query(struct buffer *out, const struct sign_request *request)
{
	const struct sign_pair **sorted;

	if (!request->query_count)
		return true;
	sorted = calloc(request->query_count, sizeof(*sorted));
	if (!sorted)
		return false;
	for (size_t i = 0; i < request->query_count; i++)
		sorted[i] = &request->query[i];
	qsort(sorted, request->query_count, sizeof(*sorted), compare_names);
	for (size_t i = 0; i < request->query_count; i++)
		buffer_printf(out, "%c%s=%s", i ? '&' : '?', sorted[i]->name, sorted[i]->value ? sorted[i]->value : "");
	free(sorted);
	return !out->broken;
}

bool sign_roa_sha1(const struct sign_request *request, struct signature *out, struct error *error)
{
	static const char *const first[] = {"accept", "content-md5", "content-type", "date"};
	bool made;

	buffer_printf(&out->string, "%s\n", request->method);
	for (size_t i = 0; i < COUNT_OF(first); i++) {
		const char *value = sign_header(request, first[i]);

		buffer_printf(&out->string, "%s\n", value ? value : "");
	}
	made = sign_add_headers(&out->string, NULL, request, selects_acs);
	buffer_add_text(&out->string, *request->path ? request->path : "/");
	made = made && add_raw_query(&out->string, request) && !out->string.broken &&
	       add_base64_mac(out, request->key_secret, strlen(request->key_secret)) &&
	       buffer_printf(&out->authorization, "acs %s:%s", request->key_id, out->value);
	return made || error_set(error, ERROR_LIMIT, "The request is too large to sign");
}
