// SPDX-License-Identifier: Apache-2.0
#include "config.h"
#include "sim/oss_sign.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sim/memory.h"

#include "base/banned.h"

enum { HEADER_ROOM = 128 };

static int by_name(const void *a, const void *b)
{
	const struct pair *left = a, *right = b;
	int order = strcmp(left->name, right->name);
	return order ? order : strcmp(left->value, right->value);
}

static bool is_listed(const char *list, const char *name)
{
	size_t length = strlen(name);
	for (const char *at = list; *at;) {
		size_t item = strcspn(at, ";");
		if (item == length && !strncmp(at, name, length))
			return true;
		at += item + (at[item] == ';');
	}
	return false;
}

static void add_trimmed(struct buffer *out, const char *value)
{
	size_t length = strlen(value);
	while (length && (value[length - 1] == ' ' || value[length - 1] == '\t'))
		length--;
	size_t start = 0;
	while (start < length && (value[start] == ' ' || value[start] == '\t'))
		start++;
	buffer_add(out, value + start, length - start);
}

// Lines "name:value\n" of the headers that `wanted` takes, sorted by name.
static void add_headers(struct buffer *out, const struct pairs *headers, const char *additional,
        bool (*wanted)(const char *name, const char *additional))
{
	struct pair chosen[HEADER_ROOM];
	size_t count = 0;
	for (size_t i = 0; i < headers->count && count < HEADER_ROOM; i++)
		if (wanted(headers->items[i].name, additional))
			chosen[count++] = headers->items[i];
	qsort(chosen, count, sizeof(*chosen), by_name);
	for (size_t i = 0; i < count; i++) {
		buffer_printf(out, "%s:", chosen[i].name);
		add_trimmed(out, chosen[i].value);
		buffer_add_char(out, '\n');
	}
}

static bool v4_wants(const char *name, const char *additional)
{
	return !strcmp(name, "content-type") || !strcmp(name, "content-md5") || !strncmp(name, "x-oss-", 6) ||
	       is_listed(additional, name);
}

static bool v1_wants(const char *name, const char *additional)
{
	(void)additional;
	return !strncmp(name, "x-oss-", 6);
}

static char *encoded(const char *text)
{
	struct buffer out;
	buffer_init(&out, SIZE_MAX);
	text_add_percent(&out, text, strlen(text), NULL);
	buffer_add_char(&out, 0);
	return buffer_take(&out);
}

static void add_query(struct buffer *out, const struct pairs *query)
{
	struct pair *items = memory_zeroed(query->count + 1, sizeof(*items));
	size_t count = 0;
	for (size_t i = 0; i < query->count; i++)
		if (strcmp(query->items[i].name, "x-oss-signature") != 0)
			items[count++] = (struct pair){
			        .name = encoded(query->items[i].name), .value = encoded(query->items[i].value)};
	qsort(items, count, sizeof(*items), by_name);
	for (size_t i = 0; i < count; i++) {
		buffer_printf(out, "%s%s%s%s", i ? "&" : "", items[i].name, *items[i].value ? "=" : "", items[i].value);
		free((void *)(uintptr_t)items[i].name);
		free((void *)(uintptr_t)items[i].value);
	}
	free(items);
}

static void add_resource(struct buffer *out, const struct oss_signed *request, bool encode)
{
	buffer_add_char(out, '/');
	if (!request->bucket)
		return;
	buffer_printf(out, "%s/", request->bucket);
	if (request->key && encode)
		text_add_percent(out, request->key, strlen(request->key), "/");
	else if (request->key)
		buffer_add_text(out, request->key);
}

bool oss_v4_canonical(struct buffer *out, const struct oss_signed *request, const char *additional)
{
	buffer_printf(out, "%s\n", request->method);
	add_resource(out, request, true);
	buffer_add_char(out, '\n');
	add_query(out, request->query);
	buffer_add_char(out, '\n');
	add_headers(out, request->headers, additional, v4_wants);
	const char *payload = pairs_get(request->headers, "x-oss-content-sha256");
	return buffer_printf(out, "\n%s\n%s", additional, payload ? payload : "UNSIGNED-PAYLOAD");
}

bool oss_v4_string(struct buffer *out, const char *date, const char *scope, const struct buffer *canonical)
{
	char hash[SHA256_HEX_SIZE];
	crypto_sha256_hex(buffer_text(canonical), canonical->size, hash);
	return buffer_printf(out, "OSS4-HMAC-SHA256\n%s\n%s\n%s", date, scope, hash);
}

void oss_v4_signature(
        const char *secret, const char *day, const char *region, const struct buffer *string, char out[SHA256_HEX_SIZE])
{
	struct buffer first;
	buffer_init(&first, 4096);
	buffer_printf(&first, "aliyun_v4%s", secret);
	unsigned char key[SHA256_SIZE];
	crypto_hmac_sha256(buffer_text(&first), first.size, day, strlen(day), key);
	crypto_hmac_sha256(key, sizeof(key), region, strlen(region), key);
	crypto_hmac_sha256(key, sizeof(key), "oss", 3, key);
	crypto_hmac_sha256(key, sizeof(key), "aliyun_v4_request", 17, key);
	crypto_hmac_sha256(key, sizeof(key), buffer_text(string), string->size, key);
	buffer_clear(&first);
	text_add_hex(&first, key, sizeof(key));
	memcpy(out, buffer_text(&first), SHA256_HEX_SIZE);
	buffer_finish(&first);
}

// The query parameters that belong to the resource under version 1; all others are not signed.
static const char *const v1_parameters[] = {"acl", "append", "bucketInfo", "callback", "callback-var", "cname", "comp",
        "continuation-token", "cors", "delete", "encryption", "endTime", "inventory", "inventoryId", "lifecycle",
        "location", "logging", "objectMeta", "partNumber", "policy", "position", "qos", "referer", "replication",
        "requestPayment", "response-cache-control", "response-content-disposition", "response-content-encoding",
        "response-content-language", "response-content-type", "response-expires", "restore", "security-token",
        "sequential", "startTime", "stat", "status", "style", "symlink", "tagging", "uploadId", "uploads", "versionId",
        "versioning", "versions", "website", "worm", "x-oss-process", "x-oss-traffic-limit"};

static bool is_v1_parameter(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(v1_parameters); i++)
		if (!strcmp(v1_parameters[i], name))
			return true;
	return false;
}

static void add_v1_query(struct buffer *out, const struct pairs *query)
{
	struct pair *items = memory_zeroed(query->count + 1, sizeof(*items));
	size_t count = 0;
	for (size_t i = 0; i < query->count; i++)
		if (is_v1_parameter(query->items[i].name))
			items[count++] = query->items[i];
	qsort(items, count, sizeof(*items), by_name);
	for (size_t i = 0; i < count; i++)
		buffer_printf(
		        out, "%c%s%s%s", i ? '&' : '?', items[i].name, *items[i].value ? "=" : "", items[i].value);
	free(items);
}

bool oss_v1_string(struct buffer *out, const struct oss_signed *request, const char *date)
{
	const char *md5 = pairs_get(request->headers, "content-md5");
	const char *type = pairs_get(request->headers, "content-type");
	buffer_printf(out, "%s\n%s\n%s\n%s\n", request->method, md5 ? md5 : "", type ? type : "", date);
	add_headers(out, request->headers, "", v1_wants);
	add_resource(out, request, false);
	add_v1_query(out, request->query);
	return !out->broken;
}

bool oss_v1_signature(struct buffer *out, const char *secret, const struct buffer *string)
{
	unsigned char mac[SHA1_SIZE];
	crypto_hmac_sha1(secret, strlen(secret), buffer_text(string), string->size, mac);
	return text_add_base64(out, mac, sizeof(mac));
}
