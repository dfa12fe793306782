// SPDX-License-Identifier: Apache-2.0
// Objects and their uploads in parts, as the store's handler sees them.
#include "config.h"

#include "tests/wire/sim.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/crc64.h"
#include "base/crypto.h"
#include "base/text.h"
#include "sim/oss.h"
#include "sim/oss_sign.h"
#include "sim/oss_xml.h"

#include "base/banned.h"

enum { PART = 128 * 1024, BODY_SIZE = 4096 };

struct reply {
	int status;
	char code[64], etag[64], crc[32], body[BODY_SIZE], skewed[64];
	size_t size;
};

struct extra {
	const char *name, *value; // one more header
	int64_t late_ms;
	const char *secret;
};

static const char *header_of(const struct answer *answer, const char *name)
{
	for (size_t i = 0; i < answer->header_count; i++)
		if (!strcmp(answer->headers[i].name, name))
			return answer->headers[i].value;
	return "";
}

static void sign(struct simulator *simulator, struct request *request, const char *bucket, const char *key,
        const struct extra *extra)
{
	const struct identity *identity = identity_first(simulator->world.identities);
	struct oss_signed parts = {request->method, bucket, key, &request->query, &request->headers};
	struct buffer canonical, string;
	char iso[TIME_TEXT_SIZE], signature[SHA256_HEX_SIZE], date[20], scope[64];
	oss_time_iso(simulator->wall - extra->late_ms, iso);
	snprintf(date, sizeof(date), "%.4s%.2s%.2sT%.2s%.2s%.2sZ", iso, iso + 5, iso + 8, iso + 11, iso + 14, iso + 17);
	snprintf(scope, sizeof(scope), "%.8s/cn-beijing/oss/aliyun_v4_request", date);
	pairs_add(&request->arena, &request->headers, "x-oss-date", arena_strdup(&request->arena, date));
	pairs_add(&request->arena, &request->headers, "x-oss-content-sha256", "UNSIGNED-PAYLOAD");
	buffer_init(&canonical, 1 << 20);
	buffer_init(&string, 1 << 20);
	oss_v4_canonical(&canonical, &parts, "");
	oss_v4_string(&string, date, scope, &canonical);
	date[8] = 0;
	oss_v4_signature(extra->secret ? extra->secret : identity->secret, date, "cn-beijing", &string, signature);
	pairs_add(&request->arena, &request->headers, "authorization",
	        arena_printf(&request->arena, "OSS4-HMAC-SHA256 Credential=%s/%s,Signature=%s", identity->key_id, scope,
	                signature));
	buffer_finish(&canonical);
	buffer_finish(&string);
}

static void read_answer(const struct answer *answer, struct reply *reply)
{
	reply->status = answer->status;
	reply->size = answer->size;
	snprintf(reply->code, sizeof(reply->code), "%s", answer->code ? answer->code : "");
	snprintf(reply->etag, sizeof(reply->etag), "%s", header_of(answer, "ETag"));
	snprintf(reply->crc, sizeof(reply->crc), "%s", header_of(answer, "x-oss-hash-crc64ecma"));
	if (answer->body)
		snprintf(reply->body, sizeof(reply->body), "%s", answer->body);
	else if (answer->read && answer->size < sizeof(reply->body))
		answer->read(answer->read_user, 0, reply->body, answer->size);
}

// `target` "/bucket/key?uploads"; the key must need no encoding.
static struct reply ask_with(struct simulator *simulator, const char *method, const char *target, const void *body,
        size_t size, const struct extra *extra)
{
	struct request request = {.method = method, .arrived = simulator->wall};
	struct answer answer = {0};
	struct reply reply = {0};
	arena_init(&request.arena, 0);
	buffer_init(&request.body, 1 << 20);
	const char *query = strchr(target, '?');
	request.path = query ? arena_strndup(&request.arena, target, (size_t)(query - target)) : target;
	request.raw_query = query ? query + 1 : "";
	pairs_parse(&request.arena, &request.query, request.raw_query, strlen(request.raw_query), true);
	pairs_add(&request.arena, &request.headers, "host", "127.0.0.1:1");
	pairs_add(&request.arena, &request.headers, "content-length", arena_printf(&request.arena, "%zu", size));
	if (extra->name)
		pairs_add(&request.arena, &request.headers, extra->name, extra->value);
	char *bucket = arena_strdup(&request.arena, request.path + 1), *key = strchr(bucket, '/');
	if (key)
		*key++ = 0;
	sign(simulator, &request, bucket, key && *key ? key : NULL, extra);
	oss_begin(simulator, &request, &answer);
	for (size_t at = 0; at < size; at += 10000)
		oss_body(&request, (const char *)body + at, size - at < 10000 ? size - at : 10000);
	oss_answer(simulator, &request, &answer);
	read_answer(&answer, &reply);
	oss_end(&request);
	if (answer.read_free)
		answer.read_free(answer.read_user);
	free(answer.body);
	buffer_finish(&request.body);
	arena_finish(&request.arena);
	return reply;
}

static struct reply ask(struct simulator *simulator, const char *method, const char *target, const char *body)
{
	return ask_with(simulator, method, target, body, body ? strlen(body) : 0, &(struct extra){0});
}

#define OBJECT "/peerdeck-demo/a/image.qcow2"

static void begin_upload(struct simulator *simulator, char id[64])
{
	struct reply reply = ask(simulator, "POST", OBJECT "?uploads", NULL);
	const char *at = strstr(reply.body, "<UploadId>");
	CU_ASSERT_EQUAL(reply.status, 200);
	CU_ASSERT_PTR_NOT_NULL_FATAL(at);
	snprintf(id, 64, "%.32s", at + strlen("<UploadId>"));
}

static struct reply put_part(struct simulator *simulator, const char *id, int number, const char *bytes, size_t size)
{
	char target[256];
	snprintf(target, sizeof(target), OBJECT "?partNumber=%d&uploadId=%s", number, id);
	return ask_with(simulator, "PUT", target, bytes, size, &(struct extra){0});
}

struct listed {
	int number;
	const char *etag;
};

static struct reply complete(struct simulator *simulator, const char *id, const struct listed *parts, size_t count)
{
	char target[256], body[BODY_SIZE] = "<CompleteMultipartUpload>";
	for (size_t i = 0; i < count; i++) {
		size_t used = strlen(body);
		snprintf(body + used, sizeof(body) - used, "<Part><PartNumber>%d</PartNumber><ETag>%s</ETag></Part>",
		        parts[i].number, parts[i].etag);
	}
	size_t used = strlen(body);
	snprintf(body + used, sizeof(body) - used, "</CompleteMultipartUpload>");
	snprintf(target, sizeof(target), OBJECT "?uploadId=%s", id);
	return ask(simulator, "POST", target, body);
}

static char *bytes_of(size_t size, unsigned seed)
{
	char *bytes = malloc(size);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
	for (size_t i = 0; i < size; i++)
		bytes[i] = (char)((seed = seed * 1103515245u + 12345u) >> 16);
	return bytes;
}

static void parts_become_one_object(void)
{
	struct simulator simulator;
	char id[64], wanted[32];
	char *bytes = bytes_of(3 * PART, 7);
	sim_begin(&simulator, "empty", -1, -1);
	begin_upload(&simulator, id);
	struct reply last = put_part(&simulator, id, 9, bytes + 2 * PART, PART - 5);
	struct reply first = put_part(&simulator, id, 1, bytes, PART);
	struct reply middle = put_part(&simulator, id, 2, bytes + PART, PART);
	snprintf(wanted, sizeof(wanted), "%" PRIu64, crc64(0, bytes + PART, PART));
	UNIT_SAME_TEXT(middle.crc, wanted);
	const struct listed parts[] = {{1, first.etag}, {2, middle.etag}, {9, last.etag}};
	struct reply done = complete(&simulator, id, parts, COUNT_OF(parts));
	CU_ASSERT_EQUAL(done.status, 200);
	snprintf(wanted, sizeof(wanted), "%" PRIu64, crc64(0, bytes, 3 * PART - 5));
	UNIT_SAME_TEXT(done.crc, wanted);
	struct reply head = ask(&simulator, "HEAD", OBJECT, NULL);
	CU_ASSERT_EQUAL(head.size, 3 * PART - 5);
	UNIT_SAME_TEXT(head.crc, wanted);
	struct reply piece = ask_with(
	        &simulator, "GET", OBJECT, NULL, 0, &(struct extra){.name = "range", .value = "bytes=131070-131075"});
	CU_ASSERT_EQUAL(piece.status, 206);
	CU_ASSERT_EQUAL(piece.size, 6);
	CU_ASSERT_EQUAL(memcmp(piece.body, bytes + PART - 2, 2), 0);
	struct reply again = complete(&simulator, id, parts, COUNT_OF(parts));
	UNIT_SAME_TEXT(again.code, "NoSuchUpload");
	free(bytes);
	sim_end(&simulator);
}

static void wrong_lists_of_parts_are_refused(void)
{
	struct simulator simulator;
	char id[64];
	char *bytes = bytes_of(PART, 3);
	sim_begin(&simulator, "empty", -1, -1);
	begin_upload(&simulator, id);
	struct reply one = put_part(&simulator, id, 1, bytes, 1000), two = put_part(&simulator, id, 2, bytes, PART);
	const struct listed backwards[] = {{2, two.etag}, {1, one.etag}}, other[] = {{1, two.etag}},
	                    absent[] = {{1, one.etag}, {3, two.etag}}, small[] = {{1, one.etag}, {2, two.etag}},
	                    alone[] = {{1, one.etag}};
	UNIT_SAME_TEXT(complete(&simulator, id, backwards, 2).code, "InvalidPartOrder");
	UNIT_SAME_TEXT(complete(&simulator, id, other, 1).code, "InvalidPart");
	UNIT_SAME_TEXT(complete(&simulator, id, absent, 2).code, "InvalidPart");
	UNIT_SAME_TEXT(complete(&simulator, id, small, 2).code, "EntityTooSmall");
	UNIT_SAME_TEXT(complete(&simulator, id, NULL, 0).code, "MalformedXML");
	UNIT_SAME_TEXT(put_part(&simulator, id, 0, bytes, 10).code, "InvalidArgument");
	UNIT_SAME_TEXT(put_part(&simulator, id, 10001, bytes, 10).code, "InvalidArgument");
	UNIT_SAME_TEXT(put_part(&simulator, "0123", 1, bytes, 10).code, "NoSuchUpload");
	UNIT_SAME_TEXT(complete(&simulator, id, alone, 1).code, "");
	free(bytes);
	sim_end(&simulator);
}

static void parts_are_listed_page_by_page(void)
{
	struct simulator simulator;
	char id[64], target[256];
	sim_begin(&simulator, "empty", -1, -1);
	begin_upload(&simulator, id);
	for (int i = 1; i <= 5; i++)
		put_part(&simulator, id, i * 2, "abc", 3);
	snprintf(target, sizeof(target), OBJECT "?uploadId=%s&max-parts=2&part-number-marker=4", id);
	struct reply reply = ask(&simulator, "GET", target, NULL);
	CU_ASSERT_PTR_NOT_NULL(strstr(reply.body, "<NextPartNumberMarker>8</NextPartNumberMarker>"));
	CU_ASSERT_PTR_NOT_NULL(strstr(reply.body, "<IsTruncated>true</IsTruncated>"));
	CU_ASSERT_PTR_NOT_NULL(strstr(reply.body, "<PartNumber>6</PartNumber>"));
	CU_ASSERT_PTR_NULL(strstr(reply.body, "<PartNumber>4</PartNumber>"));
	reply = ask(&simulator, "GET", "/peerdeck-demo/?uploads", NULL);
	CU_ASSERT_PTR_NOT_NULL(strstr(reply.body, id));
	snprintf(target, sizeof(target), OBJECT "?uploadId=%s", id);
	CU_ASSERT_EQUAL(ask(&simulator, "DELETE", target, NULL).status, 204);
	UNIT_SAME_TEXT(ask(&simulator, "DELETE", target, NULL).code, "NoSuchUpload");
	CU_ASSERT_EQUAL(simulator.world.home->tables[KIND_UPLOAD].count, 0);
	sim_end(&simulator);
}

static void a_body_that_changed_on_the_way_is_refused(void)
{
	struct simulator simulator;
	sim_begin(&simulator, "empty", -1, -1);
	struct reply good = ask_with(&simulator, "PUT", OBJECT, "hello world", 11,
	        &(struct extra){.name = "content-md5", .value = "XrY7u+Ae7tCTyyK7j1rNww=="});
	CU_ASSERT_EQUAL(good.status, 200);
	UNIT_SAME_TEXT(good.etag, "\"5EB63BBBE01EEED093CB22BB8F5ACDC3\"");
	struct reply bad = ask_with(&simulator, "PUT", OBJECT, "hello w0rld", 11,
	        &(struct extra){.name = "content-md5", .value = "XrY7u+Ae7tCTyyK7j1rNww=="});
	UNIT_SAME_TEXT(bad.code, "InvalidDigest");
	UNIT_SAME_TEXT(ask(&simulator, "GET", OBJECT, NULL).body, "hello world");
	struct reply taken = ask_with(
	        &simulator, "PUT", OBJECT, "x", 1, &(struct extra){.name = "x-oss-forbid-overwrite", .value = "true"});
	UNIT_SAME_TEXT(taken.code, "FileAlreadyExists");
	CU_ASSERT_EQUAL(ask_with(&simulator, "GET", OBJECT, NULL, 0,
	                        &(struct extra){.name = "if-none-match", .value = good.etag})
	                        .status,
	        304);
	CU_ASSERT_EQUAL(
	        ask_with(&simulator, "GET", OBJECT, NULL, 0, &(struct extra){.name = "if-match", .value = "\"x\""})
	                .status,
	        412);
	sim_end(&simulator);
}

static void wrong_clocks_and_secrets_are_told_so(void)
{
	struct simulator simulator;
	sim_begin(&simulator, "empty", -1, -1);
	struct reply late =
	        ask_with(&simulator, "GET", "/peerdeck-demo/", NULL, 0, &(struct extra){.late_ms = 20 * 60 * 1000});
	UNIT_SAME_TEXT(late.code, "RequestTimeTooSkewed");
	CU_ASSERT_PTR_NOT_NULL(strstr(late.body, "<ServerTime>"));
	struct reply wrong =
	        ask_with(&simulator, "GET", "/peerdeck-demo/", NULL, 0, &(struct extra){.secret = "wrong"});
	UNIT_SAME_TEXT(wrong.code, "SignatureDoesNotMatch");
	CU_ASSERT_PTR_NOT_NULL(strstr(wrong.body, "<CanonicalRequest>"));
	UNIT_SAME_TEXT(ask(&simulator, "GET", "/no-such-bucket/", NULL).code, "NoSuchBucket");
	UNIT_SAME_TEXT(ask(&simulator, "HEAD", "/peerdeck-demo/none", NULL).code, "NoSuchKey");
	UNIT_SAME_TEXT(ask(&simulator, "GET", "/peerdeck-demo/?lifecycle", NULL).code, "NotImplemented");
	sim_end(&simulator);
}

static void keys_are_listed_in_order_and_folded_at_the_delimiter(void)
{
	static const char *const keys[] = {"b/1", "a", "b/2", "c/x/1", "d"};
	struct simulator simulator;
	char target[64];
	sim_begin(&simulator, "empty", -1, -1);
	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		snprintf(target, sizeof(target), "/peerdeck-demo/%s", keys[i]);
		CU_ASSERT_EQUAL(ask(&simulator, "PUT", target, "x").status, 200);
	}
	struct reply page = ask(&simulator, "GET", "/peerdeck-demo/?delimiter=%2F&max-keys=2", NULL);
	CU_ASSERT_PTR_NOT_NULL(strstr(page.body, "<Key>a</Key>"));
	CU_ASSERT_PTR_NOT_NULL(strstr(page.body, "<Prefix>b/</Prefix>"));
	CU_ASSERT_PTR_NOT_NULL(strstr(page.body, "<NextMarker>b/</NextMarker>"));
	page = ask(&simulator, "GET", "/peerdeck-demo/?delimiter=%2F&max-keys=2&marker=b%2F", NULL);
	CU_ASSERT_PTR_NOT_NULL(strstr(page.body, "<Prefix>c/</Prefix>"));
	CU_ASSERT_PTR_NOT_NULL(strstr(page.body, "<Key>d</Key>"));
	CU_ASSERT_PTR_NULL(strstr(page.body, "b/1"));
	CU_ASSERT_PTR_NOT_NULL(strstr(page.body, "<IsTruncated>false</IsTruncated>"));
	UNIT_SAME_TEXT(ask(&simulator, "DELETE", "/peerdeck-demo/", NULL).code, "BucketNotEmpty");
	sim_end(&simulator);
}

static void take_members(struct arena *arena, struct pairs *out, const cJSON *object)
{
	const cJSON *one;
	cJSON_ArrayForEach(one, object) pairs_add(arena, out, one->string, cJSON_GetStringValue(one));
}

static const char *text_of(const cJSON *vector, const char *name)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(vector, name));
}

static void check_vector(const cJSON *vector)
{
	struct arena arena;
	struct pairs query = {0}, headers = {0};
	struct buffer canonical, string;
	char signature[SHA256_HEX_SIZE], scope[64], day[9];
	const char *authorization = text_of(vector, "authorization"), *region = text_of(vector, "region");
	const cJSON *sent = cJSON_GetObjectItemCaseSensitive(vector, "headers");
	const char *date = text_of(sent, "x-oss-date");
	arena_init(&arena, 0);
	buffer_init(&canonical, 1 << 20);
	buffer_init(&string, 1 << 20);
	take_members(&arena, &query, cJSON_GetObjectItemCaseSensitive(vector, "query"));
	take_members(&arena, &headers, sent);
	struct oss_signed parts = {
	        text_of(vector, "method"), text_of(vector, "bucket"), text_of(vector, "object"), &query, &headers};
	snprintf(day, sizeof(day), "%.8s", date);
	snprintf(scope, sizeof(scope), "%s/%s/oss/aliyun_v4_request", day, region);
	oss_v4_canonical(&canonical, &parts, strstr(authorization, "AdditionalHeaders=host") ? "host" : "");
	UNIT_SAME_TEXT(buffer_text(&canonical), text_of(vector, "canonicalRequest"));
	oss_v4_string(&string, date, scope, &canonical);
	UNIT_SAME_TEXT(buffer_text(&string), text_of(vector, "stringToSign"));
	oss_v4_signature(text_of(vector, "accessKeySecret"), day, region, &string, signature);
	UNIT_SAME_TEXT(strrchr(authorization, '=') + 1, signature);
	buffer_finish(&canonical);
	buffer_finish(&string);
	arena_finish(&arena);
}

static void signatures_agree_with_the_published_client(void)
{
	struct buffer text;
	char piece[4096];
	size_t size, checked = 0;
	const char *folder = getenv("srcdir");
	char path[4096];
	snprintf(path, sizeof(path), "%s/tests/data/signing-vectors.json", folder ? folder : TEST_SRCDIR);
	FILE *file = fopen(path, "r");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	buffer_init(&text, 16 << 20);
	while ((size = fread(piece, 1, sizeof(piece), file)) > 0)
		buffer_add(&text, piece, size);
	fclose(file);
	cJSON *all = cJSON_Parse(buffer_text(&text));
	const cJSON *vector;
	cJSON_ArrayForEach(vector, cJSON_GetObjectItemCaseSensitive(all, "vectors"))
	{
		if (strcmp(text_of(vector, "service"), "oss") != 0)
			continue;
		check_vector(vector);
		checked++;
	}
	CU_ASSERT_TRUE(checked > 5);
	cJSON_Delete(all);
	buffer_finish(&text);
}

static const struct unit_test tests[] = {
        UNIT_TEST(signatures_agree_with_the_published_client),
        UNIT_TEST(parts_become_one_object),
        UNIT_TEST(wrong_lists_of_parts_are_refused),
        UNIT_TEST(parts_are_listed_page_by_page),
        UNIT_TEST(a_body_that_changed_on_the_way_is_refused),
        UNIT_TEST(wrong_clocks_and_secrets_are_told_so),
        UNIT_TEST(keys_are_listed_in_order_and_folded_at_the_delimiter),
};
const struct unit_suite sim_oss_suite = UNIT_SUITE("oss", tests);
