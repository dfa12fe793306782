// SPDX-License-Identifier: Apache-2.0
// Whole objects: put, get, head, copy, delete.
#include "config.h"
#include "sim/oss.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "net/xml.h"
#include "sim/identity.h"
#include "sim/memory.h"
#include "sim/oss_headers.h"
#include "sim/oss_xml.h"

#include "base/banned.h"

enum { DELETE_MOST = 1000 };

static void answer_stored(struct oss_call *call, const struct oss_object *object)
{
	answer_header(call->answer, "ETag", oss_format(call, "%s", object->etag));
	answer_header(call->answer, "x-oss-hash-crc64ecma", oss_format(call, "%" PRIu64, oss_blob_crc(object->blob)));
	oss_answer_empty(call, 200);
}

// "/BUCKET/KEY", percent-encoded.
static const struct oss_object *copy_source(struct oss_call *call, const char *source)
{
	char *path = arena_strdup(&call->request->arena, *source == '/' ? source + 1 : source);
	text_percent_decode(path);
	char *slash = strchr(path, '/');
	if (!slash || !slash[1]) {
		oss_fail_argument(call, "x-oss-copy-source", source);
		return NULL;
	}
	*slash = 0;
	const struct bucket *bucket = bucket_find(call->world, path);
	const struct oss_object *object = bucket ? oss_object_find(bucket, slash + 1) : NULL;
	if (!identity_allows(call->identity, "oss:GetObject"))
		oss_fail(call, "NoPermission");
	else if (!bucket)
		oss_fail(call, "NoSuchBucket");
	else if (bucket->base.region != call->bucket->base.region)
		oss_fail(call, "AccessDenied");
	else if (!object)
		oss_fail(call, "NoSuchKey");
	return call->failed ? NULL : object;
}

static void copy_object(struct oss_call *call, const char *source)
{
	const struct oss_object *from = copy_source(call, source);
	struct oss_headers headers;
	if (!from)
		return;
	const char *directive = request_header(call->request, "x-oss-metadata-directive");
	if (!directive || !strcasecmp(directive, "COPY"))
		headers = oss_headers_copy(&from->headers);
	else if (!oss_headers_read(call, &headers))
		return;
	const char *etag = oss_format(call, "%s", from->etag), *type = from->type;
	const struct oss_object *object = oss_object_put(
	        call->world, call->bucket, call->key, oss_blob_ref(from->blob), headers, etag, type, MADE_BY_API);
	struct buffer body;
	xml_begin(&body, "CopyObjectResult");
	xml_time(&body, "LastModified", object->modified);
	xml_text_out(&body, "ETag", object->etag);
	xml_close(&body, "CopyObjectResult");
	oss_answer_xml(call, &body);
}

static void put_object(struct oss_call *call)
{
	const char *source = request_header(call->request, "x-oss-copy-source");
	struct oss_headers headers;
	if (!oss_check_overwrite(call))
		return;
	if (source) {
		copy_object(call, source);
		return;
	}
	if (!oss_headers_read(call, &headers))
		return;
	answer_stored(call, oss_object_put(call->world, call->bucket, call->key, oss_blob_ref(call->incoming), headers,
	                            call->etag, "Normal", MADE_BY_API));
}

static const struct oss_object *find_object(struct oss_call *call)
{
	const struct oss_object *object = oss_object_find(call->bucket, call->key);
	if (!object) {
		oss_detail(call, "Key", call->key);
		oss_fail(call, "NoSuchKey");
	}
	return object;
}

// A blob being sent; the object may be replaced or deleted meanwhile.
struct reader {
	struct oss_blob *blob;
	uint64_t first, size;
};

static ssize_t reader_read(void *user, uint64_t position, char *out, size_t most)
{
	const struct reader *reader = user;
	uint64_t left = position < reader->size ? reader->size - position : 0;
	return oss_blob_read(reader->blob, reader->first + position, out, left < most ? (size_t)left : most);
}

static void reader_free(void *user)
{
	struct reader *reader = user;
	oss_blob_unref(reader->blob);
	free(reader);
}

// The query of a GET may replace these headers.
static const struct pair replaceable[] = {
        {"response-cache-control", "Cache-Control"},
        {"response-content-disposition", "Content-Disposition"},
        {"response-content-encoding", "Content-Encoding"},
        {"response-content-language", "Content-Language"},
        {"response-expires", "Expires"},
};

static void replace_headers(struct oss_call *call)
{
	for (size_t i = 0; i < COUNT_OF(replaceable); i++) {
		const char *value = oss_query(call, replaceable[i].name);
		if (value)
			answer_header(call->answer, replaceable[i].value, value);
	}
	const char *type = oss_query(call, "response-content-type");
	if (type)
		call->answer->content_type = type;
}

static void get_object(struct oss_call *call)
{
	const struct oss_object *object = find_object(call);
	struct oss_range range;
	if (!object || !oss_check_conditions(call, object) ||
	        !oss_range_read(call, oss_blob_size(object->blob), &range))
		return;
	oss_headers_write(call, object);
	struct answer *answer = call->answer;
	answer->status = range.partial ? 206 : 200;
	answer->content_type = object->headers.content_type;
	answer->size = range.size;
	replace_headers(call);
	if (range.partial)
		answer_header(answer, "Content-Range",
		        oss_format(call, "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64, range.first,
		                range.first + range.size - 1, oss_blob_size(object->blob)));
	if (range.size) {
		struct reader *reader = memory_zeroed(1, sizeof(*reader));
		*reader = (struct reader){.blob = oss_blob_ref(object->blob), .first = range.first, .size = range.size};
		answer->read = reader_read;
		answer->read_user = reader;
		answer->read_free = reader_free;
	}
	call->done = true;
}

static void head_object(struct oss_call *call)
{
	const struct oss_object *object = find_object(call);
	if (!object || !oss_check_conditions(call, object))
		return;
	oss_headers_write(call, object);
	call->answer->status = 200;
	call->answer->content_type = object->headers.content_type;
	call->answer->no_body = true;
	call->answer->size = oss_blob_size(object->blob);
	call->done = true;
}

// ETag, size and time only.
static void head_meta(struct oss_call *call)
{
	const struct oss_object *object = find_object(call);
	if (!object)
		return;
	char modified[TIME_TEXT_SIZE];
	oss_time_http(object->modified, modified);
	answer_header(call->answer, "ETag", oss_format(call, "%s", object->etag));
	answer_header(call->answer, "Last-Modified", oss_format(call, "%s", modified));
	answer_header(call->answer, "x-oss-hash-crc64ecma", oss_format(call, "%" PRIu64, oss_blob_crc(object->blob)));
	call->answer->status = 200;
	call->answer->no_body = true;
	call->answer->size = oss_blob_size(object->blob);
	call->done = true;
}

static void object_acl(struct oss_call *call)
{
	if (!find_object(call))
		return;
	struct buffer body;
	xml_begin(&body, "AccessControlPolicy");
	xml_open(&body, "Owner");
	xml_text_out(&body, "ID", call->world->account);
	xml_text_out(&body, "DisplayName", call->world->account);
	xml_close(&body, "Owner");
	xml_open(&body, "AccessControlList");
	xml_text_out(&body, "Grant", "default");
	xml_close(&body, "AccessControlList");
	xml_close(&body, "AccessControlPolicy");
	oss_answer_xml(call, &body);
}

// Deleting what is not there succeeds.
static void delete_object(struct oss_call *call)
{
	struct oss_object *object = oss_object_find(call->bucket, call->key);
	if (object)
		oss_object_destroy(call->world, object);
	oss_answer_empty(call, 204);
}

static bool delete_listed(struct oss_call *call, const struct xml_node *root, struct buffer *body)
{
	bool quiet = !strcmp(xml_text(root, "Quiet"), "true");
	const char *encoding = oss_query(call, "encoding-type");
	size_t count = 0;
	xml_begin(body, "DeleteResult");
	for (const struct xml_node *node = xml_child(root, "Object"); node; node = xml_next(node, "Object")) {
		const char *key = xml_text(node, "Key");
		if (!*key || ++count > DELETE_MOST)
			return oss_fail(call, "MalformedXML");
		struct oss_object *object = oss_object_find(call->bucket, key);
		if (object)
			oss_object_destroy(call->world, object);
		if (quiet)
			continue;
		xml_open(body, "Deleted");
		xml_name(body, "Key", key, encoding && !strcmp(encoding, "url"));
		xml_close(body, "Deleted");
	}
	xml_close(body, "DeleteResult");
	return count || oss_fail(call, "MalformedXML");
}

static void delete_many(struct oss_call *call)
{
	struct arena arena;
	struct buffer body = {0};
	const struct buffer *text = &call->request->body;
	arena_init(&arena, OSS_XML_MOST * 4u);
	const struct xml_node *root = xml_parse(&arena, buffer_text(text), text->size, "keys", NULL);
	if (!root || strcmp(root->name, "Delete") != 0)
		oss_fail(call, "MalformedXML");
	else if (delete_listed(call, root, &body))
		oss_answer_xml(call, &body);
	buffer_finish(&body);
	arena_finish(&arena);
}

const struct oss_operation oss_object_operations[] = {
        {.name = "PutObject",
                .method = "PUT",
                .scope = OSS_OBJECT,
                .action = "oss:PutObject",
                .body = OSS_BODY_BYTES,
                .run = put_object},
        {.name = "GetObjectMeta",
                .method = "HEAD",
                .scope = OSS_OBJECT,
                .subresource = "objectMeta",
                .action = "oss:GetObject",
                .run = head_meta},
        {.name = "HeadObject", .method = "HEAD", .scope = OSS_OBJECT, .action = "oss:GetObject", .run = head_object},
        {.name = "GetObjectAcl",
                .method = "GET",
                .scope = OSS_OBJECT,
                .subresource = "acl",
                .action = "oss:GetObjectAcl",
                .run = object_acl},
        {.name = "GetObject", .method = "GET", .scope = OSS_OBJECT, .action = "oss:GetObject", .run = get_object},
        {.name = "DeleteObject",
                .method = "DELETE",
                .scope = OSS_OBJECT,
                .action = "oss:DeleteObject",
                .run = delete_object},
        {.name = "DeleteMultipleObjects",
                .method = "POST",
                .scope = OSS_BUCKET,
                .subresource = "delete",
                .action = "oss:DeleteObject",
                .body = OSS_BODY_TEXT,
                .run = delete_many},
};
const size_t oss_object_operation_count = COUNT_OF(oss_object_operations);
