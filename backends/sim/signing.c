// SPDX-License-Identifier: Apache-2.0
// Canonical forms.
#include "config.h"
#include "sim/signing.h"

#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/text.h"

#include "base/banned.h"

enum { MAX_PARAMETERS = 2000 };

static int by_name(const void *a, const void *b)
{
	const struct pair *left = a, *right = b;
	int order = strcmp(left->name, right->name);
	return order ? order : strcmp(left->value, right->value);
}

// Sorted copies of both lists together.
static struct pair *sorted(struct arena *arena, const struct pairs *one, const struct pairs *other, size_t *count)
{
	size_t total = one->count + (other ? other->count : 0);
	struct pair *all = total <= MAX_PARAMETERS ? arena_alloc(arena, (total + 1) * sizeof(*all)) : NULL;
	if (!all)
		return NULL;
	if (one->count)
		memcpy(all, one->items, one->count * sizeof(*all));
	if (other && other->count)
		memcpy(all + one->count, other->items, other->count * sizeof(*all));
	qsort(all, total, sizeof(*all), by_name);
	*count = total;
	return all;
}

static void add_encoded_pairs(struct buffer *out, const struct pair *pairs, size_t count, const char *skip)
{
	bool first = true;
	for (size_t i = 0; i < count; i++) {
		if (skip && !strcmp(pairs[i].name, skip))
			continue;
		if (!first)
			buffer_add_char(out, '&');
		first = false;
		text_add_percent(out, pairs[i].name, strlen(pairs[i].name), NULL);
		buffer_add_char(out, '=');
		text_add_percent(out, pairs[i].value, strlen(pairs[i].value), NULL);
	}
}

// The path, decoded and encoded again segment by segment: '+' and '*' come out escaped, '~' plain.
static bool add_path(struct buffer *out, struct arena *arena, const char *path)
{
	char *plain = arena_strdup(arena, path && *path ? path : "/");
	if (!plain)
		return false;
	size_t length = text_percent_decode(plain);
	return text_add_percent(out, plain, length, "/");
}

static void add_trimmed(struct buffer *out, const char *value)
{
	value += strspn(value, " \t");
	size_t length = strlen(value);
	while (length && (value[length - 1] == ' ' || value[length - 1] == '\t'))
		length--;
	buffer_add(out, value, length);
}

static void add_signed_headers(struct buffer *out, const struct request *request, const char *list)
{
	char name[128];
	while (*list) {
		size_t length = strcspn(list, ";");
		if (length < sizeof(name)) {
			memcpy(name, list, length);
			name[length] = 0;
			const char *value = request_header(request, name);
			buffer_add_text(out, name);
			buffer_add_char(out, ':');
			add_trimmed(out, value ? value : "");
			buffer_add_char(out, '\n');
		}
		list += length;
		list += *list == ';';
	}
}

bool signing_v3_canonical(const struct request *request, const char *signed_headers, struct buffer *out)
{
	struct arena arena;
	size_t count;
	char hash[SHA256_HEX_SIZE];
	arena_init(&arena, 0);
	struct pair *query = sorted(&arena, &request->query, NULL, &count);
	crypto_sha256_hex(buffer_text(&request->body), request->body.size, hash);
	buffer_printf(out, "%s\n", request->method);
	bool good = query && add_path(out, &arena, request->path);
	buffer_add_char(out, '\n');
	if (good)
		add_encoded_pairs(out, query, count, NULL);
	buffer_add_char(out, '\n');
	add_signed_headers(out, request, signed_headers);
	buffer_printf(out, "\n%s\n%s", signed_headers, hash);
	arena_finish(&arena);
	return good && !out->broken;
}

void signing_v3(const char *canonical, const char *secret, char out[65])
{
	static const char digits[] = "0123456789abcdef";
	char text[sizeof("ACS3-HMAC-SHA256\n") + SHA256_HEX_SIZE] = "ACS3-HMAC-SHA256\n";
	unsigned char mac[SHA256_SIZE];
	crypto_sha256_hex(canonical, strlen(canonical), text + strlen(text));
	crypto_hmac_sha256(secret, strlen(secret), text, strlen(text), mac);
	for (size_t i = 0; i < SHA256_SIZE; i++) {
		out[2 * i] = digits[mac[i] >> 4];
		out[2 * i + 1] = digits[mac[i] & 15];
	}
	out[64] = 0;
}

bool signing_rpc_text(const struct request *request, struct buffer *out)
{
	struct arena arena;
	struct buffer canonical;
	size_t count;
	arena_init(&arena, 0);
	buffer_init(&canonical, BODY_LIMIT);
	struct pair *all = sorted(&arena, &request->query, &request->form, &count);
	if (all)
		add_encoded_pairs(&canonical, all, count, "Signature");
	buffer_printf(out, "%s&%%2F&", request->method);
	text_add_percent(out, buffer_text(&canonical), canonical.size, NULL);
	bool good = all && !canonical.broken && !out->broken;
	buffer_finish(&canonical);
	arena_finish(&arena);
	return good;
}

static const char *header_or_empty(const struct request *request, const char *name)
{
	const char *value = request_header(request, name);
	return value ? value : "";
}

bool signing_roa_text(const struct request *request, struct buffer *out)
{
	struct arena arena;
	size_t count, header_count;
	arena_init(&arena, 0);
	struct pair *query = sorted(&arena, &request->query, NULL, &count);
	struct pair *headers = sorted(&arena, &request->headers, NULL, &header_count);
	buffer_printf(out, "%s\n%s\n%s\n%s\n%s\n", request->method, header_or_empty(request, "accept"),
	        header_or_empty(request, "content-md5"), header_or_empty(request, "content-type"),
	        header_or_empty(request, "date"));
	for (size_t i = 0; headers && i < header_count; i++)
		if (text_starts_with(headers[i].name, "x-acs-")) {
			buffer_printf(out, "%s:", headers[i].name);
			add_trimmed(out, headers[i].value);
			buffer_add_char(out, '\n');
		}
	buffer_add_text(out, request->path);
	for (size_t i = 0; query && i < count; i++) {
		// A name without '=' stays so; one with an empty value keeps its '='.
		buffer_printf(out, "%c%s%s%s", i ? '&' : '?', query[i].name, query[i].bare ? "" : "=", query[i].value);
	}
	arena_finish(&arena);
	return query && headers && !out->broken;
}

bool signing_sha1(const char *text, const char *secret, const char *secret_tail, struct buffer *out)
{
	struct buffer key;
	unsigned char mac[SHA1_SIZE];
	buffer_init(&key, 1024);
	buffer_add_text(&key, secret);
	buffer_add_text(&key, secret_tail);
	crypto_hmac_sha1(key.data, key.size, text, strlen(text), mac);
	buffer_finish(&key);
	return text_add_base64(out, mac, sizeof(mac));
}
