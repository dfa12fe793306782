// SPDX-License-Identifier: Apache-2.0
// Buckets: list, make, describe, delete.
#include "config.h"
#include "sim/oss.h"

#include <string.h>

#include "base/text.h"
#include "net/xml.h"
#include "sim/oss_list.h"
#include "sim/oss_xml.h"

#include "base/banned.h"

enum { BUCKETS_USUAL = 100, BUCKETS_MOST = 1000 };

static void write_owner(struct buffer *out, const struct oss_call *call)
{
	xml_open(out, "Owner");
	xml_text_out(out, "ID", call->world->account);
	xml_text_out(out, "DisplayName", call->world->account);
	xml_close(out, "Owner");
}

static void write_bucket(struct oss_call *call, struct buffer *out, const struct bucket *bucket)
{
	const char *region = bucket->base.region->id;
	xml_time(out, "CreationDate", bucket->base.created);
	xml_text_out(out, "ExtranetEndpoint", oss_format(call, "oss-%s.aliyuncs.com", region));
	xml_text_out(out, "IntranetEndpoint", oss_format(call, "oss-%s-internal.aliyuncs.com", region));
	xml_text_out(out, "Location", oss_format(call, "oss-%s", region));
	xml_text_out(out, "Name", bucket->name);
	xml_text_out(out, "StorageClass", bucket->storage_class);
}

// The first bucket by name after `marker` that has the prefix, in all regions.
static const struct bucket *next_bucket(const struct world *world, const char *prefix, const char *marker)
{
	const struct bucket *first = NULL;
	for (size_t r = 0; r < world->region_count; r++) {
		const struct table *table = &world->regions[r].tables[KIND_BUCKET];
		for (size_t i = 0; i < table->count; i++) {
			const struct bucket *bucket = (const void *)table->items[i];
			const char *name = bucket->name;
			if (text_starts_with(name, prefix) && strcmp(name, marker) > 0 &&
			        (!first || strcmp(name, first->name) < 0))
				first = bucket;
		}
	}
	return first;
}

static void list_buckets(struct oss_call *call)
{
	int64_t most = BUCKETS_USUAL;
	if (!oss_query_number(call, "max-keys", 1, BUCKETS_MOST, &most))
		return;
	const char *prefix = oss_query(call, "prefix"), *marker = oss_query(call, "marker");
	prefix = prefix ? prefix : "";
	marker = marker ? marker : "";
	struct buffer body;
	xml_begin(&body, "ListAllMyBucketsResult");
	write_owner(&body, call);
	xml_open(&body, "Buckets");
	const char *last = marker;
	const struct bucket *bucket = next_bucket(call->world, prefix, marker);
	for (; bucket && most--; bucket = next_bucket(call->world, prefix, last)) {
		xml_open(&body, "Bucket");
		write_bucket(call, &body, bucket);
		xml_text_out(&body, "Region", bucket->base.region->id);
		xml_close(&body, "Bucket");
		last = bucket->name;
	}
	xml_close(&body, "Buckets");
	xml_text_out(&body, "Prefix", prefix);
	xml_text_out(&body, "Marker", marker);
	xml_bool(&body, "IsTruncated", bucket != NULL);
	if (bucket)
		xml_text_out(&body, "NextMarker", last);
	xml_close(&body, "ListAllMyBucketsResult");
	oss_answer_xml(call, &body);
}

static void bucket_info(struct oss_call *call)
{
	struct buffer body;
	xml_begin(&body, "BucketInfo");
	xml_open(&body, "Bucket");
	write_bucket(call, &body, call->bucket);
	xml_text_out(&body, "DataRedundancyType", "LRS");
	xml_text_out(&body, "AccessMonitor", "Disabled");
	write_owner(&body, call);
	xml_open(&body, "AccessControlList");
	xml_text_out(&body, "Grant", call->bucket->acl);
	xml_close(&body, "AccessControlList");
	xml_close(&body, "Bucket");
	xml_close(&body, "BucketInfo");
	oss_answer_xml(call, &body);
}

static void bucket_location(struct oss_call *call)
{
	struct buffer body;
	xml_begin(&body, "LocationConstraint");
	buffer_printf(&body, "oss-%s", call->bucket->base.region->id);
	xml_close(&body, "LocationConstraint");
	oss_answer_xml(call, &body);
}

static void bucket_acl(struct oss_call *call)
{
	struct buffer body;
	xml_begin(&body, "AccessControlPolicy");
	write_owner(&body, call);
	xml_open(&body, "AccessControlList");
	xml_text_out(&body, "Grant", call->bucket->acl);
	xml_close(&body, "AccessControlList");
	xml_close(&body, "AccessControlPolicy");
	oss_answer_xml(call, &body);
}

static const char *known_acl(const char *acl)
{
	static const char *const acls[] = {"private", "public-read", "public-read-write"};
	for (size_t i = 0; i < COUNT_OF(acls); i++)
		if (!strcmp(acls[i], acl))
			return acls[i];
	return NULL;
}

// CreateBucketConfiguration/StorageClass of an optional body; false after failing.
static bool wanted_class(struct oss_call *call, const char **out)
{
	static const char *const classes[] = {"Standard", "IA", "Archive", "ColdArchive", "DeepColdArchive"};
	const struct buffer *text = &call->request->body;
	struct arena arena;
	*out = classes[0];
	if (!text->size)
		return true;
	arena_init(&arena, OSS_XML_MOST);
	const struct xml_node *root = xml_parse(&arena, buffer_text(text), text->size, "bucket", NULL);
	bool fine = root && !strcmp(root->name, "CreateBucketConfiguration");
	const char *class = fine ? xml_text(root, "StorageClass") : "";
	for (size_t i = 0; *class && i < COUNT_OF(classes); i++)
		if (!strcmp(classes[i], class)) {
			*out = classes[i];
			class = "";
		}
	fine = fine && !*class;
	arena_finish(&arena);
	return fine || oss_fail(call, "MalformedXML");
}

// Names are shared with all accounts; these belong to somebody else.
static bool is_taken(const char *name)
{
	static const char *const others[] = {"test", "images", "backup", "podvm", "peerdeck"};
	for (size_t i = 0; i < COUNT_OF(others); i++)
		if (!strcmp(others[i], name))
			return true;
	return false;
}

static void put_bucket(struct oss_call *call)
{
	const char *acl = request_header(call->request, "x-oss-acl"), *class;
	struct world *world = call->world;
	struct region *region = call->region_name ? world_region(world, call->region_name) : world->home;
	if (!wanted_class(call, &class))
		return;
	if (acl && !known_acl(acl)) {
		oss_fail_argument(call, "x-oss-acl", acl);
		return;
	}
	if (!region) {
		oss_fail_argument(call, "region", call->region_name);
		return;
	}
	struct bucket *bucket = bucket_find(world, call->bucket_name);
	// One's own bucket in the same place may be made again, which sets its access list.
	if ((bucket && bucket->base.region != region) || is_taken(call->bucket_name)) {
		oss_detail(call, "BucketName", call->bucket_name);
		oss_fail(call, "BucketAlreadyExists");
		return;
	}
	if (!bucket && region->tables[KIND_BUCKET].count >= OSS_BUCKETS_MOST) {
		oss_fail(call, "TooManyBuckets");
		return;
	}
	if (!bucket) {
		bucket = bucket_create(world, region, call->bucket_name, MADE_BY_API);
		bucket->storage_class = class;
	}
	if (acl)
		bucket->acl = known_acl(acl);
	call->bucket = bucket;
	answer_header(call->answer, "Location", oss_format(call, "/%s", call->bucket_name));
	oss_answer_empty(call, 200);
}

static void delete_bucket(struct oss_call *call)
{
	if (call->bucket->object_count || call->bucket->upload_count) {
		oss_detail(call, "BucketName", call->bucket_name);
		oss_fail(call, "BucketNotEmpty");
		return;
	}
	bucket_destroy(call->world, call->bucket);
	call->bucket = NULL;
	oss_answer_empty(call, 204);
}

const struct oss_operation oss_bucket_operations[] = {
        {.name = "ListBuckets",
                .method = "GET",
                .scope = OSS_SERVICE,
                .action = "oss:ListBuckets",
                .run = list_buckets},
        {.name = "GetBucketInfo",
                .method = "GET",
                .scope = OSS_BUCKET,
                .subresource = "bucketInfo",
                .action = "oss:GetBucketInfo",
                .run = bucket_info},
        {.name = "GetBucketLocation",
                .method = "GET",
                .scope = OSS_BUCKET,
                .subresource = "location",
                .action = "oss:GetBucketLocation",
                .run = bucket_location},
        {.name = "GetBucketAcl",
                .method = "GET",
                .scope = OSS_BUCKET,
                .subresource = "acl",
                .action = "oss:GetBucketAcl",
                .run = bucket_acl},
        {.name = "ListObjects",
                .method = "GET",
                .scope = OSS_BUCKET,
                .action = "oss:ListObjects",
                .run = oss_list_objects},
        {.name = "PutBucket",
                .method = "PUT",
                .scope = OSS_BUCKET,
                .action = "oss:PutBucket",
                .body = OSS_BODY_TEXT,
                .run = put_bucket,
                .makes_bucket = true},
        {.name = "DeleteBucket",
                .method = "DELETE",
                .scope = OSS_BUCKET,
                .action = "oss:DeleteBucket",
                .run = delete_bucket},
};
const size_t oss_bucket_operation_count = COUNT_OF(oss_bucket_operations);
