// SPDX-License-Identifier: Apache-2.0
// Buckets, objects and unfinished uploads. Each is a resource of the world, so that its truth tells them.
#ifndef PEERDECK_SIM_OSS_STORE_H
#define PEERDECK_SIM_OSS_STORE_H

#include "sim/oss_blob.h"
#include "sim/request.h"
#include "sim/world.h"

enum {
	OSS_KEY_MOST = 1023, // bytes
	OSS_PART_NUMBER_MOST = 10000,
	OSS_PART_LEAST = 100 * 1024, // bytes of every part but the last
	OSS_BUCKETS_MOST = 100,      // of one account in one region
	OSS_ETAG_SIZE = 48,          // with quotes and NUL
};
#define DEMO_BUCKET "peerdeck-demo"       // there, in the home region, when the scenario names no buckets
#define OSS_BODY_MOST ((uint64_t)5 << 30) // bytes of one PutObject or UploadPart

// What comes back with an object besides its bytes; texts live as long as the world.
struct oss_headers {
	const char *content_type, *storage_class;
	struct pair *items; // Cache-Control, x-oss-meta-*, …
	size_t count;
};

struct oss_object {
	struct resource base; // "oss://BUCKET/KEY"
	struct bucket *bucket;
	const char *key;
	struct oss_blob *blob;
	struct oss_headers headers;
	char etag[OSS_ETAG_SIZE]; // with quotes
	const char *type;         // Normal Multipart
	int64_t modified;         // virtual ms
};

struct oss_part {
	int number;
	struct oss_blob *blob;
	char etag[OSS_ETAG_SIZE];
	int64_t modified;
};

struct oss_upload {
	struct resource base; // the upload id
	struct bucket *bucket;
	const char *key;
	struct oss_headers headers;
	struct oss_part *parts; // by number
	size_t part_count, part_room;
};

struct bucket {
	struct resource base; // "bucket:NAME"
	const char *name, *acl, *storage_class;
	struct oss_object **objects; // by key
	size_t object_count, object_room;
	struct oss_upload **uploads; // by key, then by upload id
	size_t upload_count, upload_room;
};

struct oss_store;

struct oss_store *oss_store_create(struct world *world, struct error *error);
// Lets go of all bytes and lists of `world`; its resources themselves go with the world.
void oss_store_destroy(struct oss_store *store);
struct oss_disk *oss_store_disk(struct oss_store *store);

bool bucket_name_is_valid(const char *name); // 3–63 of a-z 0-9 -, no - at either end
struct bucket *bucket_create(struct world *world, struct region *region, const char *name, enum made_by made_by);
struct bucket *bucket_first(const struct world *world);                  // the oldest of the home region; NULL = none
struct bucket *bucket_find(const struct world *world, const char *name); // NULL = none
void bucket_destroy(struct world *world, struct bucket *bucket);         // it must be empty
// Index of the first object whose key is not less than `key`.
size_t bucket_objects_from(const struct bucket *bucket, const char *key);
// Index of the first upload after (key, id); an empty id means after all of that key.
size_t bucket_uploads_after(const struct bucket *bucket, const char *key, const char *id);

// Takes the blob's reference and the headers' list. An object of that key goes first.
struct oss_object *oss_object_put(struct world *world, struct bucket *bucket, const char *key, struct oss_blob *blob,
        struct oss_headers headers, const char *etag, const char *type, enum made_by made_by);
struct oss_object *oss_object_find(const struct bucket *bucket, const char *key);
void oss_object_destroy(struct world *world, struct oss_object *object);

struct oss_upload *oss_upload_create(
        struct world *world, struct bucket *bucket, const char *key, struct oss_headers headers);
struct oss_upload *oss_upload_find(const struct bucket *bucket, const char *key, const char *id);
// Takes the blob's reference; a part of that number goes first.
void oss_upload_put(struct oss_upload *upload, int number, struct oss_blob *blob, const char *etag, int64_t now);
struct oss_part *oss_upload_part(const struct oss_upload *upload, int number); // NULL = none
void oss_upload_destroy(struct world *world, struct oss_upload *upload);

#endif
