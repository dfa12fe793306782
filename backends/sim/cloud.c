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
};

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
	return true;
}

struct oss_store *cloud_store(const struct world *world)
{
	const struct cloud *cloud = world->cloud;
	return cloud->store;
}
