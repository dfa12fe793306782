// SPDX-License-Identifier: Apache-2.0
// One OSS request from its headers to its answer.
#include "config.h"
#include "sim/oss.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/crc64.h"
#include "base/crypto.h"
#include "base/text.h"
#include "sim/cloud.h"
#include "sim/faults.h"
#include "sim/identity.h"
#include "sim/oss_digest.h"
#include "sim/oss_target.h"
#include "sim/oss_xml.h"
#include "sim/request_log.h"
#include "sim/simulator.h"

#include "base/banned.h"

// Bodies up to here get a true MD5 even when nobody asked for one; larger parts get a fingerprint of their CRC-64, so
// that hashing is not what limits an upload. PutObject always gets the MD5: its ETag is documented to be it.
enum { MD5_UNASKED_MOST = 4 * 1024 * 1024, REQUEST_ID_DIGITS = 24 };

const char *oss_format(struct oss_call *call, const char *format, ...)
{
	struct buffer text;
	buffer_init(&text, OSS_TEXT_MOST);
	va_list arguments;
	va_start(arguments, format);
	buffer_vprintf(&text, format, arguments);
	va_end(arguments);
	const char *copy = arena_strdup(&call->request->arena, buffer_text(&text));
	buffer_finish(&text);
	return copy;
}

const char *oss_query(const struct oss_call *call, const char *name)
{
	return pairs_get(&call->request->query, name);
}

bool oss_query_number(struct oss_call *call, const char *name, int64_t least, int64_t most, int64_t *out)
{
	const char *text = oss_query(call, name);
	int64_t number;
	if (!text || !*text)
		return true;
	if (!text_to_int64(text, &number) || number < least || number > most)
		return oss_fail_argument(call, name, text);
	*out = number;
	return true;
}

void oss_answer_xml(struct oss_call *call, struct buffer *body)
{
	call->answer->status = 200;
	call->answer->content_type = "application/xml";
	call->answer->size = body->size;
	call->answer->body = buffer_take(body);
	call->done = true;
}

void oss_answer_empty(struct oss_call *call, int status)
{
	call->answer->status = status;
	call->answer->size = 0;
	call->done = true;
}

// Answers that carry no request of their own kind are still numbered the OSS way.
static void number_request(struct oss_call *call)
{
	struct request *request = call->request;
	random_hex(&call->world->random[RANDOM_REQUESTS], request->id, REQUEST_ID_DIGITS);
	for (char *c = request->id; *c; c++)
		if (*c >= 'a' && *c <= 'f')
			*c = (char)(*c - 'a' + 'A');
}

static bool may(struct oss_call *call)
{
	if (identity_allows(call->identity, call->operation->action))
		return true;
	oss_detail(call, "AuthAction", call->operation->action);
	oss_detail(call, "AuthPrincipalType", call->identity->type);
	oss_detail(call, "NoPermissionType", "ImplicitDeny");
	return oss_fail(call, "NoPermission");
}

static bool find_bucket(struct oss_call *call)
{
	call->bucket = bucket_find(call->world, call->bucket_name);
	if (!call->bucket) {
		oss_detail(call, "BucketName", call->bucket_name);
		return oss_fail(call, "NoSuchBucket");
	}
	const char *region = call->bucket->base.region->id;
	if (call->region_name && strcmp(call->region_name, region) != 0) {
		oss_detail(call, "Bucket", call->bucket_name);
		oss_detail(call, "Endpoint", oss_format(call, "oss-%s.aliyuncs.com", region));
		return oss_fail(call, "WrongEndpoint");
	}
	return true;
}

// False also for a chunked body, whose length nobody knows.
static bool told_length(const struct oss_call *call, uint64_t *out)
{
	const char *text = request_header(call->request, "content-length");
	int64_t length;
	if (!text || !text_to_int64(text, &length) || length < 0)
		return false;
	*out = (uint64_t)length;
	return true;
}

static bool expect_bytes(struct oss_call *call)
{
	uint64_t length = 0;
	bool known = told_length(call, &length);
	if (!known && !request_header(call->request, "transfer-encoding"))
		return oss_fail(call, "MissingContentLength");
	if (length > OSS_BODY_MOST) {
		oss_detail(call, "MaxSizeAllowed", oss_format(call, "%" PRIu64, OSS_BODY_MOST));
		oss_detail(call, "ProposedSize", oss_format(call, "%" PRIu64, length));
		return oss_fail(call, "EntityTooLarge");
	}
	call->incoming = oss_blob_create(oss_store_disk(call->store), length);
	bool is_object = !call->operation->subresource;
	if (is_object || !known || length <= MD5_UNASKED_MOST || request_header(call->request, "content-md5"))
		call->digest = oss_digest_create();
	return true;
}

void oss_begin(struct simulator *simulator, struct request *request, struct answer *answer)
{
	struct oss_call *call = arena_alloc(&request->arena, sizeof(*call));
	request->context = call;
	if (!call)
		return;
	call->simulator = simulator;
	call->world = &simulator->world;
	call->store = cloud_store(call->world);
	call->request = request;
	call->answer = answer;
	number_request(call);
	if (!oss_target_find(call) || !oss_operation_find(call) || !oss_authenticate(call) || !may(call))
		return;
	if (call->bucket_name && !call->operation->makes_bucket && !find_bucket(call))
		return;
	if (call->operation->body == OSS_BODY_BYTES)
		expect_bytes(call);
}

void oss_body(struct request *request, const void *data, size_t size)
{
	struct oss_call *call = request->context;
	if (!call || call->done || call->full)
		return;
	if (call->incoming) {
		call->full = oss_blob_size(call->incoming) + size > OSS_BODY_MOST ||
		             !oss_blob_append(call->incoming, data, size);
		if (call->digest)
			oss_digest_add(call->digest, data, size);
	} else if (call->operation->body == OSS_BODY_TEXT) {
		call->full = request->body.size + size > OSS_TEXT_MOST || !buffer_add(&request->body, data, size);
	}
}

static bool check_md5(struct oss_call *call, const unsigned char md5[MD5_SIZE])
{
	const char *claimed = request_header(call->request, "content-md5");
	if (!claimed)
		return true;
	struct buffer base64;
	buffer_init(&base64, 64);
	text_add_base64(&base64, md5, MD5_SIZE);
	bool same = !strcmp(claimed, buffer_text(&base64));
	if (!same)
		oss_detail(call, "Content-MD5", claimed);
	buffer_finish(&base64);
	return same || oss_fail(call, "InvalidDigest");
}

static void fingerprint(const struct oss_blob *blob, unsigned char out[MD5_SIZE])
{
	uint64_t size = oss_blob_size(blob), crc = oss_blob_crc(blob), more = crc64(crc, &size, sizeof(size));
	memcpy(out, &crc, sizeof(crc));
	memcpy(out + sizeof(crc), &more, sizeof(more));
}

static void write_etag(struct oss_call *call, const unsigned char md5[MD5_SIZE])
{
	char *out = call->etag;
	*out++ = '"';
	for (size_t i = 0; i < MD5_SIZE; i++, out += 2)
		snprintf(out, 3, "%02X", md5[i]);
	*out++ = '"';
	*out = 0;
}

static bool finish_body(struct oss_call *call)
{
	unsigned char md5[MD5_SIZE];
	if (call->full)
		return oss_fail(call, call->incoming ? "EntityTooLarge" : "MalformedXML");
	if (call->incoming) {
		if (call->digest)
			oss_digest_end(call->digest, md5);
		else
			fingerprint(call->incoming, md5);
		write_etag(call, md5);
		return check_md5(call, md5);
	}
	if (call->operation->body != OSS_BODY_TEXT)
		return true;
	crypto_md5(buffer_text(&call->request->body), call->request->body.size, md5);
	return check_md5(call, md5);
}

static void common_headers(struct oss_call *call)
{
	char date[TIME_TEXT_SIZE];
	oss_time_http(simulator_clock(call->simulator), date);
	answer_header(call->answer, "Date", oss_format(call, "%s", date));
	answer_header(call->answer, "Server", "AliyunOSS");
	answer_header(call->answer, "x-oss-request-id", call->request->id);
	answer_header(call->answer, "x-oss-server-time", "1");
}

static bool unlucky(struct oss_call *call, enum fault_kind kind)
{
	struct random *dice = &call->world->random[RANDOM_FAULTS];
	return faults_hit(&call->simulator->faults, dice, kind, call->answer->region, call->answer->operation);
}

// What the scenario lets go wrong before the service does anything.
static bool spared(struct oss_call *call)
{
	const struct region *region = call->bucket ? call->bucket->base.region : NULL;
	struct random *dice = &call->world->random[RANDOM_FAULTS];
	if (region && region->unreachable) {
		call->answer->reset = true;
		return false;
	}
	if (unlucky(call, FAULT_STALL)) {
		call->answer->stall = true;
		return false;
	}
	// Half of the connections break before the call took effect, half after.
	if (unlucky(call, FAULT_RESET)) {
		call->answer->reset = true;
		if (random_chance(dice, 0.5))
			return false;
	}
	if (unlucky(call, FAULT_THROTTLE))
		return oss_fail(call, "ServiceUnavailable");
	if (unlucky(call, FAULT_HTTP500) || (region && random_chance(dice, region->error_rate)))
		return oss_fail(call, "InternalError");
	return true;
}

// And what goes wrong on the way back: the call has taken effect.
static void disturb(struct oss_call *call)
{
	struct answer *answer = call->answer;
	answer->delay_ms += call->simulator->faults.latency_ms + call->simulator->options.latency_ms;
	if (call->bucket)
		answer->delay_ms += call->bucket->base.region->slow_ms;
	if (answer->status < 300 && unlucky(call, FAULT_LOST))
		answer->reset = true;
	if (answer->size > 1 && unlucky(call, FAULT_TRUNCATE))
		answer->truncate_at = answer->size / 2;
}

void oss_answer(struct simulator *simulator, struct request *request, struct answer *answer)
{
	struct oss_call *call = request->context;
	simulator->wall = request->arrived;
	world_keep_up(&simulator->world, simulator->wall);
	if (!call) {
		answer->reset = true;
		return;
	}
	answer->operation = call->operation ? oss_format(call, "oss.%s", call->operation->name) : "oss.Unknown";
	answer->region = call->bucket ? call->bucket->base.region->id : call->world->home->id;
	if (!call->done && spared(call) && finish_body(call))
		call->operation->run(call);
	common_headers(call);
	disturb(call);
	request_log_add(simulator->log, request, answer);
}

void oss_end(struct request *request)
{
	struct oss_call *call = request->context;
	if (!call)
		return;
	oss_blob_unref(call->incoming);
	oss_digest_destroy(call->digest);
	request->context = NULL;
}
