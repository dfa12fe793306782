// SPDX-License-Identifier: Apache-2.0
#include "config.h"
#include "sim/cloud.h"

#include <stdlib.h>

#include "sim/memory.h"
#include "sim/oss_store.h"
#include "sim/world.h"

#include "base/banned.h"

struct cloud {
	struct oss_store *store;
	bool resource_center; // switched on by a call
};

static bool find_object(const struct world *world, const char *bucket_name, const char *key, int64_t *size)
{
	const struct bucket *bucket = bucket_find(world, bucket_name);
	const struct oss_object *object = bucket ? oss_object_find(bucket, key) : NULL;
	if (object)
		*size = (int64_t)oss_blob_size(object->blob);
	return object != NULL;
}

static void cloud_destroy(void *user)
{
	struct cloud *cloud = user;
	oss_store_destroy(cloud->store);
	free(cloud);
}

bool cloud_init(struct world *world, struct error *error)
{
	struct oss_store *store = oss_store_create(world, error);
	if (!store)
		return false;
	struct cloud *cloud = memory_zeroed(1, sizeof(*cloud));
	cloud->store = store;
	world->cloud = cloud;
	world->cloud_destroy = cloud_destroy;
	world->find_object = find_object;
	return true;
}

struct oss_store *cloud_store(const struct world *world)
{
	const struct cloud *cloud = world->cloud;
	return cloud->store;
}

bool cloud_resource_center(const struct world *world)
{
	const struct cloud *cloud = world->cloud;
	return cloud->resource_center || !world->rules.no_resource_center;
}

void cloud_enable_resource_center(struct world *world)
{
	struct cloud *cloud = world->cloud;
	cloud->resource_center = true;
}
