// SPDX-License-Identifier: Apache-2.0
// Lists of objects, version 1 (marker) and 2 (continuation token), with prefix and delimiter.
#include "config.h"
#include "sim/oss_list.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "sim/oss_xml.h"

#include "base/banned.h"

enum { KEYS_USUAL = 100, KEYS_MOST = 1000 };

struct listing {
	const char *prefix, *delimiter, *start; // keys must be greater than `start`
	bool url, owner;
	int64_t most;
	// what comes out
	struct buffer objects, prefixes;
	int64_t count;
	const char *next; // the last key or common prefix written, when more follow
};

static void write_owner(struct buffer *out, const struct oss_call *call)
{
	xml_open(out, "Owner");
	xml_text_out(out, "ID", call->world->account);
	xml_text_out(out, "DisplayName", call->world->account);
	xml_close(out, "Owner");
}

static void write_object(struct oss_call *call, struct listing *list, const struct oss_object *object)
{
	struct buffer *out = &list->objects;
	xml_open(out, "Contents");
	xml_name(out, "Key", object->key, list->url);
	xml_time(out, "LastModified", object->modified);
	xml_text_out(out, "ETag", object->etag);
	xml_text_out(out, "Type", object->type);
	xml_unsigned(out, "Size", oss_blob_size(object->blob));
	xml_text_out(out, "StorageClass", object->headers.storage_class);
	if (list->owner)
		write_owner(out, call);
	xml_close(out, "Contents");
}

// The key up to and with the first delimiter after the prefix; NULL = there is none.
static const char *common_prefix(struct oss_call *call, const struct listing *list, const char *key)
{
	const char *found = *list->delimiter ? strstr(key + strlen(list->prefix), list->delimiter) : NULL;
	if (!found)
		return NULL;
	return arena_strndup(&call->request->arena, key, (size_t)(found - key) + strlen(list->delimiter));
}

static void collect(struct oss_call *call, struct listing *list)
{
	const struct bucket *bucket = call->bucket;
	const char *group = NULL, *last = NULL;
	size_t i = bucket_objects_from(bucket, strcmp(list->start, list->prefix) > 0 ? list->start : list->prefix);
	for (; i < bucket->object_count; i++) {
		const struct oss_object *object = bucket->objects[i];
		if (!text_starts_with(object->key, list->prefix))
			break;
		if (*list->start && strcmp(object->key, list->start) <= 0)
			continue;
		const char *common = common_prefix(call, list, object->key);
		if (common && ((group && !strcmp(group, common)) || strcmp(common, list->start) <= 0))
			continue;
		if (list->count == list->most) {
			list->next = last;
			return;
		}
		list->count++;
		last = common ? common : object->key;
		group = common;
		if (!common) {
			write_object(call, list, object);
			continue;
		}
		xml_open(&list->prefixes, "CommonPrefixes");
		xml_name(&list->prefixes, "Prefix", common, list->url);
		xml_close(&list->prefixes, "CommonPrefixes");
	}
}

static bool listing_read(struct oss_call *call, struct listing *list)
{
	const char *prefix = oss_query(call, "prefix"), *delimiter = oss_query(call, "delimiter");
	const char *encoding = oss_query(call, "encoding-type");
	*list = (struct listing){.prefix = prefix ? prefix : "",
	        .delimiter = delimiter ? delimiter : "",
	        .start = "",
	        .most = KEYS_USUAL,
	        .url = encoding && !strcmp(encoding, "url")};
	if (encoding && *encoding && !list->url)
		return oss_fail_argument(call, "encoding-type", encoding);
	return oss_query_number(call, "max-keys", 1, KEYS_MOST, &list->most);
}

static void listing_begin(struct oss_call *call, struct listing *list, struct buffer *body)
{
	xml_begin(body, "ListBucketResult");
	buffer_init(&list->objects, OSS_XML_MOST);
	buffer_init(&list->prefixes, OSS_XML_MOST);
	collect(call, list);
	xml_text_out(body, "Name", call->bucket_name);
	xml_name(body, "Prefix", list->prefix, list->url);
	xml_number(body, "MaxKeys", list->most);
	xml_name(body, "Delimiter", list->delimiter, list->url);
	if (list->url)
		xml_text_out(body, "EncodingType", "url");
	xml_bool(body, "IsTruncated", list->next != NULL);
}

static void listing_end(struct oss_call *call, struct listing *list, struct buffer *body)
{
	buffer_add(body, buffer_text(&list->objects), list->objects.size);
	buffer_add(body, buffer_text(&list->prefixes), list->prefixes.size);
	buffer_finish(&list->objects);
	buffer_finish(&list->prefixes);
	xml_close(body, "ListBucketResult");
	oss_answer_xml(call, body);
}

static void list_version_1(struct oss_call *call)
{
	const char *marker = oss_query(call, "marker");
	struct listing list;
	struct buffer body;
	if (!listing_read(call, &list))
		return;
	list.owner = true;
	list.start = marker ? marker : "";
	listing_begin(call, &list, &body);
	xml_name(&body, "Marker", list.start, list.url);
	if (list.next)
		xml_name(&body, "NextMarker", list.next, list.url);
	listing_end(call, &list, &body);
}

// A continuation token is the base64 of the last name.
static bool read_token(struct oss_call *call, const char *token, struct listing *list)
{
	struct buffer name;
	buffer_init(&name, OSS_KEY_MOST + 1);
	bool fine = text_decode_base64(&name, token, strlen(token)) && name.size;
	if (fine)
		list->start = arena_strdup(&call->request->arena, buffer_text(&name));
	buffer_finish(&name);
	return fine || oss_fail_argument(call, "continuation-token", token);
}

static const char *write_token(struct oss_call *call, const char *name)
{
	struct buffer token;
	buffer_init(&token, OSS_KEY_MOST * 2);
	text_add_base64(&token, name, strlen(name));
	const char *copy = arena_strdup(&call->request->arena, buffer_text(&token));
	buffer_finish(&token);
	return copy;
}

static void list_version_2(struct oss_call *call)
{
	const char *token = oss_query(call, "continuation-token"), *after = oss_query(call, "start-after"),
	           *owner = oss_query(call, "fetch-owner");
	struct listing list;
	struct buffer body;
	if (!listing_read(call, &list))
		return;
	list.owner = owner && !strcmp(owner, "true");
	list.start = after ? after : "";
	if (token && *token && !read_token(call, token, &list))
		return;
	listing_begin(call, &list, &body);
	xml_name(&body, "StartAfter", after, list.url);
	if (token)
		xml_text_out(&body, "ContinuationToken", token);
	if (list.next)
		xml_text_out(&body, "NextContinuationToken", write_token(call, list.next));
	xml_number(&body, "KeyCount", list.count);
	listing_end(call, &list, &body);
}

void oss_list_objects(struct oss_call *call)
{
	const char *type = oss_query(call, "list-type");
	if (type && strcmp(type, "2") != 0)
		oss_fail_argument(call, "list-type", type);
	else if (type)
		list_version_2(call);
	else
		list_version_1(call);
}
