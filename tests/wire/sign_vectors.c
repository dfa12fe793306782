// SPDX-License-Identifier: Apache-2.0
// Checks the request signatures against a file of captured requests: sign_vectors FILE…
// Prints one line per failing vector, then "N passed, N failed"; the exit status is 1 when any failed.
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "alibaba/sign.h"
#include "base/text.h"
#include "base/banned.h"

enum { PAIRS_MOST = 512, FILE_MOST = 64 << 20 };

// One vector taken apart. `texts` owns what had to be made from numbers or decoded.
struct vector {
	const cJSON *json;
	const char *name, *signature, *style;
	struct sign_pair query[PAIRS_MOST], headers[PAIRS_MOST];
	size_t query_count, header_count;
	char *texts[2 * PAIRS_MOST];
	size_t text_count;
	const char *also[32];
	size_t also_count;
	struct sign_request request;
	unsigned compared;
	bool failed;
};

static void fail(struct vector *vector, const char *what, const char *expected, const char *got)
{
	printf("%s: %s differs\n  expected: %s\n  got:      %s\n", vector->name, what, expected ? expected : "(none)",
	        got ? got : "(none)");
	vector->failed = true;
}

static void compare(struct vector *vector, const char *what, const char *expected, const char *got)
{
	vector->compared++;
	if (strcmp(expected, got))
		fail(vector, what, expected, got);
}

static const char *text_of(const cJSON *object, const char *name)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

	return cJSON_IsString(item) ? item->valuestring : NULL;
}

static char *keep(struct vector *vector, char *text)
{
	if (!text || vector->text_count == COUNT_OF(vector->texts)) {
		fprintf(stderr, "sign_vectors: out of memory, or a vector with too many values\n");
		exit(1);
	}
	vector->texts[vector->text_count++] = text;
	return text;
}

static const char *value_text(struct vector *vector, const cJSON *value)
{
	if (cJSON_IsString(value))
		return value->valuestring;
	if (!value || cJSON_IsNull(value))
		return "";
	return keep(vector, cJSON_PrintUnformatted(value));
}

static void add_pair(struct sign_pair *pairs, size_t *count, const char *name, const char *value)
{
	if (*count == PAIRS_MOST) {
		fprintf(stderr, "sign_vectors: a vector with more than %d pairs\n", PAIRS_MOST);
		exit(1);
	}
	pairs[(*count)++] = (struct sign_pair){name, value};
}

// Takes {"name": value}, {"name": [value, …]}, [["name", value], …] and [{"name": …, "value": …}, …].
static void read_pairs(struct vector *vector, const cJSON *from, struct sign_pair *pairs, size_t *count)
{
	const cJSON *item, *value;

	cJSON_ArrayForEach(item, from)
	{
		if (cJSON_IsObject(from) && cJSON_IsArray(item)) {
			cJSON_ArrayForEach(value, item) add_pair(pairs, count, item->string, value_text(vector, value));
		} else if (cJSON_IsObject(from)) {
			add_pair(pairs, count, item->string, value_text(vector, item));
		} else if (cJSON_IsArray(item)) {
			add_pair(pairs, count, value_text(vector, cJSON_GetArrayItem(item, 0)),
			        value_text(vector, cJSON_GetArrayItem(item, 1)));
		} else if (cJSON_IsObject(item)) {
			add_pair(pairs, count, value_text(vector, cJSON_GetObjectItemCaseSensitive(item, "name")),
			        value_text(vector, cJSON_GetObjectItemCaseSensitive(item, "value")));
		}
	}
}

// Which further headers an OSS signature covers: told by a member, else by the expected header value.
static void read_also(struct vector *vector)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(vector->json, "additionalHeaders"), *item;
	const char *authorization = text_of(vector->json, "authorization");
	const char *found = authorization ? strstr(authorization, "AdditionalHeaders=") : NULL;
	char *names, *name;

	cJSON_ArrayForEach(item, list) if (cJSON_IsString(item) && vector->also_count < COUNT_OF(vector->also))
	        vector->also[vector->also_count++] = item->valuestring;
	if (vector->also_count || (!found && !cJSON_IsString(list)))
		return;
	names = cJSON_IsString(list) ? strdup(list->valuestring) : strndup(found + 18, strcspn(found + 18, ","));
	keep(vector, names);
	while ((name = strsep(&names, ";")))
		if (*name && vector->also_count < COUNT_OF(vector->also))
			vector->also[vector->also_count++] = name;
}

// "/bucket/key", decoded. Without members that say so, from the host (virtual-hosted style) and the path.
static const char *oss_resource(struct vector *vector)
{
	const char *bucket = text_of(vector->json, "bucket"), *object = text_of(vector->json, "object");
	const char *host = text_of(vector->json, "host"), *path = vector->request.path;
	const char *service = host ? strstr(host, ".oss-") : NULL;
	struct buffer out;
	char *key;

	buffer_init(&out, SIGN_TEXT_MOST);
	key = keep(vector, strdup(object ? object : *path == '/' ? path + 1 : path));
	if (!object)
		text_percent_decode(key);
	buffer_add_char(&out, '/');
	if (bucket)
		buffer_printf(&out, "%s/", bucket);
	else if (service)
		buffer_printf(&out, "%.*s/", (int)(service - host), host);
	// Path style: the bucket stands in the path already.
	if (bucket && !object && !service && text_starts_with(key, bucket) &&
	        (key[strlen(bucket)] == '/' || !key[strlen(bucket)]))
		key += strlen(bucket) + (key[strlen(bucket)] == '/');
	buffer_add_text(&out, key);
	return keep(vector, buffer_take(&out));
}

static bool read_vector(struct vector *vector, const cJSON *json)
{
	const char *body, *method, *path;

	memset(vector, 0, sizeof(*vector));
	vector->json = json;
	vector->name = text_of(json, "name");
	vector->signature = text_of(json, "signature");
	vector->style = text_of(json, "style");
	method = text_of(json, "method");
	path = text_of(json, "path");
	if (!vector->name)
		vector->name = "(no name)";
	if (!vector->signature || !method) {
		fail(vector, "the vector itself", "signature and method", "one is missing");
		return false;
	}
	read_pairs(vector, cJSON_GetObjectItemCaseSensitive(json, "query"), vector->query, &vector->query_count);
	read_pairs(vector, cJSON_GetObjectItemCaseSensitive(json, "headers"), vector->headers, &vector->header_count);
	body = text_of(json, "body");
	vector->request = (struct sign_request){.method = method,
	        .path = path ? path : "/",
	        .query = vector->query,
	        .query_count = vector->query_count,
	        .headers = vector->headers,
	        .header_count = vector->header_count,
	        .body = body,
	        .body_size = body ? strlen(body) : 0,
	        .key_id = text_of(json, "accessKeyId"),
	        .key_secret = text_of(json, "accessKeySecret"),
	        .region = text_of(json, "region")};
	if (!sign_header(&vector->request, "host") && text_of(json, "host"))
		add_pair(vector->headers, &vector->header_count, "host", text_of(json, "host"));
	vector->request.header_count = vector->header_count;
	return true;
}

typedef bool (*sign_function)(const struct sign_request *request, struct signature *out, struct error *error);

static sign_function signer_of(const struct vector *vector)
{
	if (!strcmp(vector->signature, "ACS3-HMAC-SHA256"))
		return sign_acs3;
	if (!strcmp(vector->signature, "OSS4-HMAC-SHA256"))
		return sign_oss4;
	if (!strcmp(vector->signature, "HMAC-SHA1"))
		return vector->style && !strcmp(vector->style, "ROA") ? sign_roa_sha1 : sign_rpc_sha1;
	return NULL;
}

static void check_signed(struct vector *vector, sign_function sign)
{
	struct signature made;
	struct error error;
	const char *expected;

	if (!vector->request.key_id || !vector->request.key_secret) {
		fail(vector, "the vector itself", "accessKeyId and accessKeySecret", "one is missing");
		return;
	}
	if (sign == sign_oss4) {
		read_also(vector);
		vector->request.also_headers = vector->also;
		vector->request.also_header_count = vector->also_count;
		vector->request.path = oss_resource(vector);
	}
	signature_init(&made);
	if (!sign(&vector->request, &made, &error))
		fail(vector, "signing", "a signature", error.message);
	if (!vector->failed && (expected = text_of(vector->json, "canonicalRequest")))
		compare(vector, "canonicalRequest", expected, buffer_text(&made.canonical));
	if (!vector->failed && (expected = text_of(vector->json, "stringToSign")))
		compare(vector, "stringToSign", expected, buffer_text(&made.string));
	if (!vector->failed && (expected = text_of(vector->json, "authorization")))
		compare(vector, "authorization", expected, buffer_text(&made.authorization));
	if (!vector->failed && (expected = text_of(vector->json, "signatureValue")))
		compare(vector, "signatureValue", expected, made.value);
	signature_finish(&made);
}

// An unsigned request must carry no trace of a key, wherever it could stand.
static void check_unsigned(struct vector *vector)
{
	static const char *const forbidden[] = {"AccessKeyId", "Signature", "SignatureMethod", "SecurityToken"};

	vector->compared++;
	if (text_of(vector->json, "authorization") || sign_header(&vector->request, "authorization"))
		fail(vector, "authorization", NULL, "there is one");
	for (size_t i = 0; i < COUNT_OF(forbidden); i++)
		for (size_t j = 0; j < vector->query_count; j++)
			if (!strcmp(vector->query[j].name, forbidden[i]))
				fail(vector, forbidden[i], NULL, vector->query[j].value);
	if (vector->request.body_size) {
		char *rest = keep(vector, strdup(vector->request.body)), *part;

		while ((part = strsep(&rest, "&"))) {
			part[strcspn(part, "=")] = '\0';
			for (size_t i = 0; i < COUNT_OF(forbidden); i++)
				if (!strcmp(part, forbidden[i]))
					fail(vector, forbidden[i], NULL, "in the form");
		}
	}
}

// What was on the wire must mean what `query` says, whichever characters its client left unescaped.
static void check_wire_query(struct vector *vector)
{
	const char *raw = text_of(vector->json, "rawQueryOnWire");
	struct sign_pair pairs[PAIRS_MOST];
	size_t count = 0;
	struct buffer ours, theirs;
	char *rest, *part;

	if (!raw)
		return;
	rest = keep(vector, strdup(raw));
	while ((part = strsep(&rest, "&"))) {
		char *value = strchr(part, '=');

		if (!*part)
			continue;
		if (value)
			*value++ = '\0';
		text_percent_decode(part);
		if (value)
			text_percent_decode(value);
		add_pair(pairs, &count, part, value);
	}
	buffer_init(&ours, SIGN_TEXT_MOST);
	buffer_init(&theirs, SIGN_TEXT_MOST);
	sign_add_query(&ours, vector->query, vector->query_count, false);
	sign_add_query(&theirs, pairs, count, false);
	compare(vector, "query on the wire", buffer_text(&theirs), buffer_text(&ours));
	buffer_finish(&ours);
	buffer_finish(&theirs);
}

static bool check_vector(const cJSON *json)
{
	static struct vector vector;

	if (read_vector(&vector, json)) {
		sign_function sign = signer_of(&vector);

		if (sign)
			check_signed(&vector, sign);
		else if (!strcasecmp(vector.signature, "none"))
			check_unsigned(&vector);
		else
			fail(&vector, "signature", "ACS3-HMAC-SHA256, OSS4-HMAC-SHA256, HMAC-SHA1 or none",
			        vector.signature);
		if (!vector.failed && !vector.compared)
			fail(&vector, "the vector itself", "something to compare", "nothing");
		if (!vector.failed)
			check_wire_query(&vector);
	}
	for (size_t i = 0; i < vector.text_count; i++)
		free(vector.texts[i]);
	return !vector.failed;
}

static char *read_file(const char *path)
{
	FILE *file = fopen(path, "r");
	struct buffer out;
	char chunk[65536];
	size_t size;

	if (!file) {
		perror(path);
		return NULL;
	}
	buffer_init(&out, FILE_MOST);
	buffer_add(&out, "", 0);
	while ((size = fread(chunk, 1, sizeof(chunk), file)))
		buffer_add(&out, chunk, size);
	fclose(file);
	return buffer_take(&out);
}

static bool check_file(const char *path, unsigned *passed, unsigned *failed)
{
	char *text = read_file(path);
	cJSON *root = text ? cJSON_Parse(text) : NULL;
	const cJSON *list = cJSON_IsArray(root) ? root : cJSON_GetObjectItemCaseSensitive(root, "vectors");
	const cJSON *json;

	if (!cJSON_IsArray(list))
		fprintf(stderr, "sign_vectors: %s: expected JSON with an array \"vectors\"\n", path);
	else
		cJSON_ArrayForEach(json, list)
		{
			if (check_vector(json))
				++*passed;
			else
				++*failed;
		}
	free(text);
	cJSON_Delete(root);
	return *passed || *failed;
}

int main(int count, char **arguments)
{
	unsigned passed = 0, failed = 0;
	bool readable = true;
	const char *folder = getenv("srcdir");
	char usual[4096];

	if (count > 1) {
		for (int i = 1; i < count; i++)
			readable = check_file(arguments[i], &passed, &failed) && readable;
	} else {
		snprintf(usual, sizeof(usual), "%s/tests/data/signing-vectors.json", folder ? folder : ".");
		readable = check_file(usual, &passed, &failed);
	}
	printf("%u passed, %u failed\n", passed, failed);
	return failed || !readable;
}
