// SPDX-License-Identifier: Apache-2.0
// Sorted lists of pointers; a bucket of the simulator holds thousands of objects, not billions.
#include "config.h"
#include "sim/oss_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/memory.h"

#include "base/banned.h"

enum { BUCKET_ID_SIZE = 80 };

struct oss_store {
	struct world *world;
	struct oss_disk *disk;
};

struct oss_store *oss_store_create(struct world *world, struct error *error)
{
	struct oss_disk *disk = oss_disk_create(error);
	if (!disk)
		return NULL;
	struct oss_store *store = memory_zeroed(1, sizeof(*store));
	*store = (struct oss_store){.world = world, .disk = disk};
	return store;
}

struct oss_disk *oss_store_disk(struct oss_store *store)
{
	return store->disk;
}

static void object_empty(struct oss_object *object)
{
	oss_blob_unref(object->blob);
	free(object->headers.items);
	object->blob = NULL;
	object->headers.items = NULL;
}

static void upload_empty(struct oss_upload *upload)
{
	for (size_t i = 0; i < upload->part_count; i++)
		oss_blob_unref(upload->parts[i].blob);
	free(upload->parts);
	free(upload->headers.items);
	upload->parts = NULL;
	upload->part_count = upload->part_room = 0;
	upload->headers.items = NULL;
}

static void bucket_empty(struct bucket *bucket)
{
	free(bucket->objects);
	free(bucket->uploads);
	bucket->objects = NULL;
	bucket->uploads = NULL;
}

void oss_store_destroy(struct oss_store *store)
{
	if (!store)
		return;
	for (size_t r = 0; r < store->world->region_count; r++) {
		struct table *tables = store->world->regions[r].tables;
		for (size_t i = 0; i < tables[KIND_OBJECT].count; i++)
			object_empty((void *)tables[KIND_OBJECT].items[i]);
		for (size_t i = 0; i < tables[KIND_UPLOAD].count; i++)
			upload_empty((void *)tables[KIND_UPLOAD].items[i]);
		for (size_t i = 0; i < tables[KIND_BUCKET].count; i++)
			bucket_empty((void *)tables[KIND_BUCKET].items[i]);
	}
	oss_disk_destroy(store->disk);
	free(store);
}

static bool is_name_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

bool bucket_name_is_valid(const char *name)
{
	size_t length = strlen(name);
	if (length < 3 || length > 63 || name[0] == '-' || name[length - 1] == '-')
		return false;
	for (const char *c = name; *c; c++)
		if (!is_name_character(*c))
			return false;
	return true;
}

struct bucket *bucket_create(struct world *world, struct region *region, const char *name, enum made_by made_by)
{
	char id[BUCKET_ID_SIZE];
	snprintf(id, sizeof(id), "bucket:%s", name);
	struct bucket *bucket = resource_create(world, KIND_BUCKET, region, id, sizeof(*bucket), made_by);
	bucket->name = bucket->base.id + strlen("bucket:");
	bucket->acl = "private";
	bucket->storage_class = "Standard";
	return bucket;
}

struct bucket *bucket_find(const struct world *world, const char *name)
{
	char id[BUCKET_ID_SIZE];
	snprintf(id, sizeof(id), "bucket:%s", name);
	return world_find(world, KIND_BUCKET, id);
}

struct bucket *bucket_first(const struct world *world)
{
	const struct table *table = &world->home->tables[KIND_BUCKET];
	return table->count ? (void *)table->items[0] : NULL;
}

void bucket_destroy(struct world *world, struct bucket *bucket)
{
	bucket_empty(bucket);
	resource_destroy(world, &bucket->base);
}

size_t bucket_objects_from(const struct bucket *bucket, const char *key)
{
	size_t low = 0, high = bucket->object_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (strcmp(bucket->objects[middle]->key, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool upload_is_after(const struct oss_upload *upload, const char *key, const char *id)
{
	int order = strcmp(upload->key, key);
	return order > 0 || (order == 0 && *id && strcmp(upload->base.id, id) > 0);
}

size_t bucket_uploads_after(const struct bucket *bucket, const char *key, const char *id)
{
	size_t i = 0;
	while (i < bucket->upload_count && !upload_is_after(bucket->uploads[i], key, id))
		i++;
	return i;
}

struct oss_object *oss_object_find(const struct bucket *bucket, const char *key)
{
	size_t i = bucket_objects_from(bucket, key);
	return i < bucket->object_count && !strcmp(bucket->objects[i]->key, key) ? bucket->objects[i] : NULL;
}

// Opens a gap at `at` in a list of pointers.
static void *insert(void *list, size_t *count, size_t *room, size_t at, void *item)
{
	void **items = memory_grow(list, room, *count, sizeof(void *));
	memmove(items + at + 1, items + at, (*count - at) * sizeof(void *));
	items[at] = item;
	++*count;
	return items;
}

static void take_out(void *list, size_t *count, const void *item)
{
	void **items = list;
	for (size_t i = 0; i < *count; i++)
		if (items[i] == item) {
			memmove(items + i, items + i + 1, (*count - i - 1) * sizeof(void *));
			--*count;
			return;
		}
}

struct oss_object *oss_object_put(struct world *world, struct bucket *bucket, const char *key, struct oss_blob *blob,
        struct oss_headers headers, const char *etag, const char *type, enum made_by made_by)
{
	struct oss_object *old = oss_object_find(bucket, key);
	if (old)
		oss_object_destroy(world, old);
	char id[sizeof("oss://") + 64 + OSS_KEY_MOST + 1];
	snprintf(id, sizeof(id), "oss://%s/%s", bucket->name, key);
	struct oss_object *object =
	        resource_create(world, KIND_OBJECT, bucket->base.region, id, sizeof(*object), made_by);
	object->bucket = bucket;
	object->key = object->base.id + strlen("oss://") + strlen(bucket->name) + 1;
	object->blob = blob;
	object->headers = headers;
	object->type = type;
	object->modified = world->now;
	snprintf(object->etag, sizeof(object->etag), "%s", etag);
	bucket->objects = insert(
	        bucket->objects, &bucket->object_count, &bucket->object_room, bucket_objects_from(bucket, key), object);
	return object;
}

void oss_object_destroy(struct world *world, struct oss_object *object)
{
	take_out(object->bucket->objects, &object->bucket->object_count, object);
	object_empty(object);
	resource_destroy(world, &object->base);
}

struct oss_upload *oss_upload_create(
        struct world *world, struct bucket *bucket, const char *key, struct oss_headers headers)
{
	char id[33];
	random_hex(&world->random[RANDOM_API], id, sizeof(id) - 1);
	for (char *c = id; *c; c++)
		if (*c >= 'a' && *c <= 'f')
			*c = (char)(*c - 'a' + 'A');
	struct oss_upload *upload =
	        resource_create(world, KIND_UPLOAD, bucket->base.region, id, sizeof(*upload), MADE_BY_API);
	upload->bucket = bucket;
	upload->key = world_text(world, key);
	upload->headers = headers;
	size_t at = 0;
	while (at < bucket->upload_count && !upload_is_after(bucket->uploads[at], key, id))
		at++;
	bucket->uploads = insert(bucket->uploads, &bucket->upload_count, &bucket->upload_room, at, upload);
	return upload;
}

struct oss_upload *oss_upload_find(const struct bucket *bucket, const char *key, const char *id)
{
	for (size_t i = 0; i < bucket->upload_count; i++)
		if (!strcmp(bucket->uploads[i]->base.id, id) && !strcmp(bucket->uploads[i]->key, key))
			return bucket->uploads[i];
	return NULL;
}

static size_t part_place(const struct oss_upload *upload, int number)
{
	size_t low = 0, high = upload->part_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (upload->parts[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct oss_part *oss_upload_part(const struct oss_upload *upload, int number)
{
	size_t i = part_place(upload, number);
	return i < upload->part_count && upload->parts[i].number == number ? &upload->parts[i] : NULL;
}

void oss_upload_put(struct oss_upload *upload, int number, struct oss_blob *blob, const char *etag, int64_t now)
{
	struct oss_part *part = oss_upload_part(upload, number);
	if (part) {
		oss_blob_unref(part->blob);
	} else {
		size_t at = part_place(upload, number);
		upload->parts =
		        memory_grow(upload->parts, &upload->part_room, upload->part_count, sizeof(*upload->parts));
		part = &upload->parts[at];
		memmove(part + 1, part, (upload->part_count++ - at) * sizeof(*part));
	}
	*part = (struct oss_part){.number = number, .blob = blob, .modified = now};
	snprintf(part->etag, sizeof(part->etag), "%s", etag);
}

void oss_upload_destroy(struct world *world, struct oss_upload *upload)
{
	take_out(upload->bucket->uploads, &upload->bucket->upload_count, upload);
	upload_empty(upload);
	resource_destroy(world, &upload->base);
}
