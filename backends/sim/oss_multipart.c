// SPDX-License-Identifier: Apache-2.0
// Uploads in parts.
#include "config.h"
#include "sim/oss.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "net/xml.h"
#include "sim/oss_headers.h"
#include "sim/oss_xml.h"

#include "base/banned.h"

enum { LIST_MOST = 1000 };

static struct oss_upload *find_upload(struct oss_call *call)
{
	const char *id = oss_query(call, "uploadId");
	struct oss_upload *upload = oss_upload_find(call->bucket, call->key, id);
	if (!upload) {
		oss_detail(call, "UploadId", id);
		oss_fail(call, "NoSuchUpload");
	}
	return upload;
}

// encoding-type: names come percent-encoded when it is "url".
static bool read_encoding(struct oss_call *call, bool *url)
{
	const char *encoding = oss_query(call, "encoding-type");
	*url = encoding && !strcmp(encoding, "url");
	return !encoding || !*encoding || *url || oss_fail_argument(call, "encoding-type", encoding);
}

static void initiate(struct oss_call *call)
{
	struct oss_headers headers;
	bool url;
	if (!read_encoding(call, &url) || !oss_check_overwrite(call) || !oss_headers_read(call, &headers))
		return;
	struct oss_upload *upload = oss_upload_create(call->world, call->bucket, call->key, headers);
	struct buffer body;
	xml_begin(&body, "InitiateMultipartUploadResult");
	xml_text_out(&body, "Bucket", call->bucket_name);
	xml_name(&body, "Key", call->key, url);
	xml_text_out(&body, "UploadId", upload->base.id);
	xml_close(&body, "InitiateMultipartUploadResult");
	oss_answer_xml(call, &body);
}

static void upload_part(struct oss_call *call)
{
	int64_t number = 0;
	if (!oss_query_number(call, "partNumber", 1, OSS_PART_NUMBER_MOST, &number))
		return;
	if (!number) {
		oss_fail_argument(call, "partNumber", "");
		return;
	}
	struct oss_upload *upload = find_upload(call);
	if (!upload)
		return;
	oss_upload_put(upload, (int)number, oss_blob_ref(call->incoming), call->etag, call->world->now);
	answer_header(call->answer, "ETag", oss_format(call, "%s", call->etag));
	answer_header(call->answer, "x-oss-hash-crc64ecma", oss_format(call, "%" PRIu64, oss_blob_crc(call->incoming)));
	oss_answer_empty(call, 200);
}

static void list_parts(struct oss_call *call)
{
	int64_t most = LIST_MOST, marker = 0;
	bool url;
	if (!read_encoding(call, &url) || !oss_query_number(call, "max-parts", 1, LIST_MOST, &most) ||
	        !oss_query_number(call, "part-number-marker", 0, INT32_MAX, &marker))
		return;
	const struct oss_upload *upload = find_upload(call);
	if (!upload)
		return;
	size_t first = 0;
	while (first < upload->part_count && upload->parts[first].number <= marker)
		first++;
	size_t end = first + (size_t)most < upload->part_count ? first + (size_t)most : upload->part_count;
	struct buffer body;
	xml_begin(&body, "ListPartsResult");
	xml_text_out(&body, "Bucket", call->bucket_name);
	xml_name(&body, "Key", call->key, url);
	xml_text_out(&body, "UploadId", upload->base.id);
	xml_text_out(&body, "StorageClass", upload->headers.storage_class);
	xml_number(&body, "PartNumberMarker", marker);
	xml_number(&body, "NextPartNumberMarker", end > first ? upload->parts[end - 1].number : marker);
	xml_number(&body, "MaxParts", most);
	xml_bool(&body, "IsTruncated", end < upload->part_count);
	for (size_t i = first; i < end; i++) {
		const struct oss_part *part = &upload->parts[i];
		xml_open(&body, "Part");
		xml_number(&body, "PartNumber", part->number);
		xml_time(&body, "LastModified", part->modified);
		xml_text_out(&body, "ETag", part->etag);
		xml_unsigned(&body, "HashCrc64ecma", oss_blob_crc(part->blob));
		xml_unsigned(&body, "Size", oss_blob_size(part->blob));
		xml_close(&body, "Part");
	}
	xml_close(&body, "ListPartsResult");
	oss_answer_xml(call, &body);
}

static void list_uploads(struct oss_call *call)
{
	int64_t most = LIST_MOST;
	bool url;
	if (!read_encoding(call, &url) || !oss_query_number(call, "max-uploads", 1, LIST_MOST, &most))
		return;
	const struct bucket *bucket = call->bucket;
	const char *prefix = oss_query(call, "prefix"), *key_marker = oss_query(call, "key-marker"),
	           *id_marker = oss_query(call, "upload-id-marker");
	prefix = prefix ? prefix : "";
	size_t i = key_marker && *key_marker ? bucket_uploads_after(bucket, key_marker, id_marker ? id_marker : "") : 0;
	const struct oss_upload *last = NULL;
	struct buffer body;
	xml_begin(&body, "ListMultipartUploadsResult");
	xml_text_out(&body, "Bucket", call->bucket_name);
	xml_name(&body, "Prefix", prefix, url);
	xml_name(&body, "KeyMarker", key_marker, url);
	xml_text_out(&body, "UploadIdMarker", id_marker);
	xml_number(&body, "MaxUploads", most);
	bool truncated = false;
	for (; i < bucket->upload_count; i++) {
		const struct oss_upload *upload = bucket->uploads[i];
		if (!text_starts_with(upload->key, prefix))
			continue;
		truncated = most-- == 0;
		if (truncated)
			break;
		xml_open(&body, "Upload");
		xml_name(&body, "Key", upload->key, url);
		xml_text_out(&body, "UploadId", upload->base.id);
		xml_text_out(&body, "StorageClass", upload->headers.storage_class);
		xml_time(&body, "Initiated", upload->base.created);
		xml_close(&body, "Upload");
		last = upload;
	}
	xml_name(&body, "NextKeyMarker", truncated ? last->key : "", url);
	xml_text_out(&body, "NextUploadIdMarker", truncated ? last->base.id : "");
	xml_bool(&body, "IsTruncated", truncated);
	xml_close(&body, "ListMultipartUploadsResult");
	oss_answer_xml(call, &body);
}

static void abort_upload(struct oss_call *call)
{
	struct oss_upload *upload = find_upload(call);
	if (!upload)
		return;
	oss_upload_destroy(call->world, upload);
	oss_answer_empty(call, 204);
}

// Etags are the same with and without their quotes.
static bool same_etag(const char *given, const char *etag)
{
	size_t length = strlen(given), expected = strlen(etag) - 2;
	if (length >= 2 && given[0] == '"' && given[length - 1] == '"') {
		given++;
		length -= 2;
	}
	return length == expected && !strncmp(given, etag + 1, length);
}

struct chosen {
	struct oss_part *items[OSS_PART_NUMBER_MOST];
	size_t count;
};

static bool fail_part(struct oss_call *call, const char *code, int64_t number, const char *etag)
{
	oss_detail(call, "PartNumber", oss_format(call, "%" PRId64, number));
	oss_detail(call, "ETag", oss_format(call, "%s", etag));
	oss_detail(call, "UploadId", oss_query(call, "uploadId"));
	return oss_fail(call, code);
}

static bool choose_part(
        struct oss_call *call, const struct oss_upload *upload, const struct xml_node *node, struct chosen *chosen)
{
	int64_t number, before = chosen->count ? chosen->items[chosen->count - 1]->number : 0;
	const char *etag = xml_text(node, "ETag");
	if (!text_to_int64(xml_text(node, "PartNumber"), &number))
		return oss_fail(call, "MalformedXML");
	if (number <= before)
		return fail_part(call, "InvalidPartOrder", number, etag);
	struct oss_part *part = number <= OSS_PART_NUMBER_MOST ? oss_upload_part(upload, (int)number) : NULL;
	if (!part || !same_etag(etag, part->etag))
		return fail_part(call, "InvalidPart", number, etag);
	chosen->items[chosen->count++] = part;
	return true;
}

static bool check_sizes(struct oss_call *call, const struct chosen *chosen)
{
	for (size_t i = 0; i + 1 < chosen->count; i++) {
		uint64_t size = oss_blob_size(chosen->items[i]->blob);
		if (size >= OSS_PART_LEAST)
			continue;
		oss_detail(call, "MinSizeAllowed", oss_format(call, "%d", OSS_PART_LEAST));
		oss_detail(call, "ProposedSize", oss_format(call, "%" PRIu64, size));
		return fail_part(call, "EntityTooSmall", chosen->items[i]->number, chosen->items[i]->etag);
	}
	return true;
}

// x-oss-complete-all: yes takes every part there is, without a list.
static bool choose_all(struct oss_call *call, const struct oss_upload *upload, struct chosen *chosen)
{
	if (call->request->body.size)
		return oss_fail(call, "InvalidArgument");
	for (size_t i = 0; i < upload->part_count; i++)
		chosen->items[chosen->count++] = &upload->parts[i];
	return true;
}

static bool choose_listed(struct oss_call *call, const struct oss_upload *upload, struct chosen *chosen)
{
	struct arena arena;
	arena_init(&arena, OSS_XML_MOST * 4u);
	const struct buffer *body = &call->request->body;
	const struct xml_node *root = xml_parse(&arena, buffer_text(body), body->size, "parts", NULL);
	bool fine = root && !strcmp(root->name, "CompleteMultipartUpload");
	const struct xml_node *node = fine ? xml_child(root, "Part") : NULL;
	fine = node || oss_fail(call, "MalformedXML");
	for (; fine && node; node = xml_next(node, "Part"))
		fine = choose_part(call, upload, node, chosen);
	arena_finish(&arena);
	return fine;
}

// The parts' bytes become the object's; parts that were not listed go.
static const struct oss_object *assemble(struct oss_call *call, struct oss_upload *upload, const struct chosen *chosen)
{
	struct oss_blob *blob = oss_blob_create(oss_store_disk(call->store), 0);
	uint64_t mix = 0;
	for (size_t i = 0; i < chosen->count; i++) {
		mix = mix * 31 + oss_blob_crc(chosen->items[i]->blob);
		oss_blob_move(blob, chosen->items[i]->blob);
	}
	snprintf(call->etag, sizeof(call->etag), "\"%016" PRIX64 "%016" PRIX64 "-%zu\"", mix, oss_blob_crc(blob),
	        chosen->count);
	struct oss_headers headers = upload->headers;
	upload->headers.items = NULL;
	const struct oss_object *object = oss_object_put(
	        call->world, call->bucket, call->key, blob, headers, call->etag, "Multipart", MADE_BY_API);
	oss_upload_destroy(call->world, upload);
	return object;
}

static void answer_completed(struct oss_call *call, const struct oss_object *object, bool url)
{
	struct buffer body;
	xml_begin(&body, "CompleteMultipartUploadResult");
	if (url)
		xml_text_out(&body, "EncodingType", "url");
	xml_text_out(&body, "Location",
	        oss_format(call, "http://%s/%s%s%s", request_header(call->request, "host"), call->bucket_name, "/",
	                call->key));
	xml_text_out(&body, "Bucket", call->bucket_name);
	xml_name(&body, "Key", call->key, url);
	xml_text_out(&body, "ETag", object->etag);
	xml_close(&body, "CompleteMultipartUploadResult");
	answer_header(call->answer, "ETag", oss_format(call, "%s", object->etag));
	answer_header(call->answer, "x-oss-hash-crc64ecma", oss_format(call, "%" PRIu64, oss_blob_crc(object->blob)));
	oss_answer_xml(call, &body);
}

static void complete(struct oss_call *call)
{
	bool url;
	if (!read_encoding(call, &url) || !oss_check_overwrite(call))
		return;
	struct oss_upload *upload = find_upload(call);
	if (!upload)
		return;
	const char *all = request_header(call->request, "x-oss-complete-all");
	struct chosen *chosen = calloc(1, sizeof(*chosen));
	bool fine = chosen ? all && !strcmp(all, "yes") ? choose_all(call, upload, chosen)
	                                                : choose_listed(call, upload, chosen)
	                   : oss_fail(call, "InternalError");
	if (fine && check_sizes(call, chosen))
		answer_completed(call, assemble(call, upload, chosen), url);
	free(chosen);
}

const struct oss_operation oss_multipart_operations[] = {
        {.name = "InitiateMultipartUpload",
                .method = "POST",
                .scope = OSS_OBJECT,
                .subresource = "uploads",
                .action = "oss:PutObject",
                .run = initiate},
        {.name = "UploadPart",
                .method = "PUT",
                .scope = OSS_OBJECT,
                .subresource = "uploadId",
                .action = "oss:PutObject",
                .body = OSS_BODY_BYTES,
                .run = upload_part},
        {.name = "ListParts",
                .method = "GET",
                .scope = OSS_OBJECT,
                .subresource = "uploadId",
                .action = "oss:ListParts",
                .run = list_parts},
        {.name = "CompleteMultipartUpload",
                .method = "POST",
                .scope = OSS_OBJECT,
                .subresource = "uploadId",
                .action = "oss:PutObject",
                .body = OSS_BODY_TEXT,
                .run = complete},
        {.name = "AbortMultipartUpload",
                .method = "DELETE",
                .scope = OSS_OBJECT,
                .subresource = "uploadId",
                .action = "oss:AbortMultipartUpload",
                .run = abort_upload},
        {.name = "ListMultipartUploads",
                .method = "GET",
                .scope = OSS_BUCKET,
                .subresource = "uploads",
                .action = "oss:ListMultipartUploads",
                .run = list_uploads},
};
const size_t oss_multipart_operation_count = COUNT_OF(oss_multipart_operations);
