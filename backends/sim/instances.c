// SPDX-License-Identifier: Apache-2.0
// The life of an instance: Pending, Starting, Running, Stopping, Stopped, gone.
#include "config.h"
#include "sim/instances.h"

#include <stdio.h>
#include <string.h>

#include "sim/catalog.h"
#include "sim/events.h"
#include "sim/nat.h"

#include "base/banned.h"

// How long the steps take, virtual ms.
enum { PENDING_MS = 3000, STARTING_MS = 12000, STOPPING_MS = 6000, RELEASE_MS = 2000 };

enum { AFTER_STOP_NOTHING, AFTER_STOP_START, AFTER_STOP_DELETE };

bool instance_is_transitional(const struct instance *instance)
{
	return strcmp(instance->base.state, "Running") != 0 && strcmp(instance->base.state, "Stopped") != 0;
}

static void on_running(struct world *world, struct resource *resource, int64_t boot)
{
	struct instance *instance = (void *)resource;
	if (strcmp(resource->state, "Starting") != 0 || instance->boots != boot)
		return;
	instance->started = world->now;
	resource_state(world, resource, "Running");
	event_instance_running(world, instance);
}

void instance_start(struct world *world, struct instance *instance)
{
	instance->boots++;
	resource_state(world, &instance->base, "Starting");
	instance->stopped_mode = "Not-applicable";
	world_later(world, STARTING_MS, &instance->base, on_running, instance->boots);
}

static void on_created(struct world *world, struct resource *resource, int64_t argument)
{
	(void)argument;
	if (!strcmp(resource->state, "Pending"))
		instance_start(world, (void *)resource);
}

static void on_released(struct world *world, struct resource *resource, int64_t argument);

static void on_stopped(struct world *world, struct resource *resource, int64_t then)
{
	struct instance *instance = (void *)resource;
	if (strcmp(resource->state, "Stopping") != 0)
		return;
	resource_state(world, resource, "Stopped");
	event_instance_stopped(world, instance);
	if (then == AFTER_STOP_START)
		instance_start(world, instance);
	else if (then == AFTER_STOP_DELETE)
		world_later(world, RELEASE_MS, resource, on_released, 0);
}

void instance_stop(struct world *world, struct instance *instance)
{
	resource_state(world, &instance->base, "Stopping");
	world_later(world, STOPPING_MS, &instance->base, on_stopped, AFTER_STOP_NOTHING);
}

void instance_reboot(struct world *world, struct instance *instance)
{
	resource_state(world, &instance->base, "Stopping");
	world_later(world, STOPPING_MS, &instance->base, on_stopped, AFTER_STOP_START);
}

void instance_delete(struct world *world, struct instance *instance)
{
	if (!strcmp(instance->base.state, "Stopped")) {
		world_later(world, RELEASE_MS, &instance->base, on_released, 0);
		return;
	}
	resource_state(world, &instance->base, "Stopping");
	world_later(world, STOPPING_MS, &instance->base, on_stopped, AFTER_STOP_DELETE);
}

void eni_destroy(struct world *world, struct eni *eni)
{
	struct eip *eip = world_find(world, KIND_EIP, eni->eip_id);
	if (eip)
		eip_unbind(world, eip, 0);
	vswitch_give_address(eni->vswitch);
	for (size_t i = 0; i < eni->group_count; i++)
		eni->groups[i]->users--;
	resource_destroy(world, &eni->base);
}

static void release_enis(struct world *world, struct instance *instance)
{
	struct table *table = &instance->base.region->tables[KIND_ENI];
	for (size_t i = table->count; i-- > 0;) {
		struct eni *eni = (void *)table->items[i];
		if (eni->instance != instance)
			continue;
		if (eni->primary || eni->delete_on_release) {
			eni_destroy(world, eni);
		} else {
			eni->instance = NULL;
			eni->next = NULL;
			resource_state(world, &eni->base, "Available");
		}
	}
}

static void release_disks(struct world *world, struct instance *instance)
{
	struct table *table = &instance->base.region->tables[KIND_DISK];
	for (size_t i = table->count; i-- > 0;) {
		struct disk *disk = (void *)table->items[i];
		if (disk->instance != instance)
			continue;
		if (disk->delete_with_instance) {
			resource_destroy(world, &disk->base);
		} else {
			disk->instance = NULL;
			resource_state(world, &disk->base, "Available");
		}
	}
}

// An address of one's own outlives the instance: it only loses what it was bound to.
static void release_eips(struct world *world, struct instance *instance)
{
	struct table *table = &instance->base.region->tables[KIND_EIP];
	for (size_t i = 0; i < table->count; i++) {
		struct eip *eip = (void *)table->items[i];
		if (strcmp(eip->instance_id, instance->base.id) != 0)
			continue;
		eip->instance_id[0] = 0;
		eip->instance_type = NULL;
		resource_state(world, &eip->base, "Available");
	}
}

static void on_released(struct world *world, struct resource *resource, int64_t argument)
{
	(void)argument;
	struct instance *instance = (void *)resource;
	if (strcmp(resource->state, "Stopped") != 0)
		return;
	event_instance_gone(world, instance);
	release_enis(world, instance);
	release_disks(world, instance);
	release_eips(world, instance);
	for (size_t i = 0; i < instance->group_count; i++)
		instance->groups[i]->users--;
	resource_destroy(world, resource);
}

struct eni *eni_create(struct world *world, enum random_stream stream, struct vswitch *vswitch,
        struct security_group *const *groups, size_t group_count, enum made_by made_by)
{
	char id[32];
	uint32_t address = vswitch_take_address(vswitch);
	if (!address)
		return NULL;
	world_new_id(world, stream, vswitch->base.region, "eni-", id, sizeof(id));
	struct eni *eni = resource_create(world, KIND_ENI, vswitch->base.region, id, sizeof(*eni), made_by);
	eni->vswitch = vswitch;
	eni->private_ip = address;
	eni->mac[0] = 0;
	eni->mac[1] = 0x16;
	eni->mac[2] = 0x3e;
	for (size_t i = 3; i < sizeof(eni->mac); i++)
		eni->mac[i] = (uint8_t)random_below(&world->random[stream], 256);
	eni->group_count = group_count < MAX_GROUPS ? group_count : MAX_GROUPS;
	for (size_t i = 0; i < eni->group_count; i++) {
		eni->groups[i] = groups[i];
		groups[i]->users++;
	}
	return eni;
}

struct disk *disk_create(struct world *world, enum random_stream stream, struct region *region, const char *zone,
        const char *category, int64_t gib, enum made_by made_by)
{
	char id[32];
	world_new_id(world, stream, region, "d-", id, sizeof(id));
	struct disk *disk = resource_create(world, KIND_DISK, region, id, sizeof(*disk), made_by);
	disk->category = category;
	disk->size_gib = gib;
	snprintf(disk->zone, sizeof(disk->zone), "%s", zone);
	return disk;
}

static void instance_attach(
        struct instance *instance, const struct instance_plan *plan, struct eni *eni, struct disk *disk)
{
	eni->instance = instance;
	eni->primary = true;
	eni->delete_on_release = true;
	eni->base.state = "InUse";
	instance->primary_eni = eni;
	instance->private_ip = eni->private_ip;
	disk->instance = instance;
	disk->system = true;
	disk->delete_with_instance = true;
	disk->image_id = plan->image_id;
	disk->base.state = "In_use";
}

struct instance *instance_create(struct world *world, const struct instance_plan *plan)
{
	char id[32];
	struct region *region = plan->vswitch->base.region;
	struct eni *eni =
	        eni_create(world, plan->stream, plan->vswitch, plan->groups, plan->group_count, plan->made_by);
	if (!eni)
		return NULL;
	struct disk *disk = disk_create(world, plan->stream, region, plan->vswitch->zone,
	        plan->disk_category ? plan->disk_category : "cloud_essd", plan->disk_gib ? plan->disk_gib : 40,
	        plan->made_by);
	world_new_id(world, plan->stream, region, "i-", id, sizeof(id));
	struct instance *instance = resource_create(world, KIND_INSTANCE, region, id, sizeof(*instance), plan->made_by);
	instance->name = plan->name ? plan->name : instance->base.id;
	instance->hostname = plan->hostname ? plan->hostname : world_printf(world, "iZ%sZ", id + 2);
	instance->description = plan->description ? plan->description : "";
	instance->type = plan->type;
	instance->vswitch = plan->vswitch;
	instance->group_count = eni->group_count;
	memcpy(instance->groups, eni->groups, sizeof(instance->groups));
	for (size_t i = 0; i < instance->group_count; i++)
		instance->groups[i]->users++;
	instance->image_id = plan->image_id;
	instance->key_pair = plan->key_pair ? plan->key_pair : "";
	instance->charge_type = plan->charge_type ? plan->charge_type : "PostPaid";
	instance->spot_strategy = plan->spot_strategy ? plan->spot_strategy : "NoSpot";
	instance->stopped_mode = "Not-applicable";
	instance->sort = plan->sort;
	instance->confidential = plan->confidential;
	instance->deletion_protection = plan->deletion_protection;
	random_uuid(&world->random[plan->stream], false, instance->serial);
	if (plan->public_address)
		instance->public_ip = world_public_address(world);
	instance_attach(instance, plan, eni, disk);
	if (plan->created) {
		instance->base.created = eni->base.created = disk->base.created = plan->created;
		instance->base.state = "Running";
		instance->started = plan->created + PENDING_MS + STARTING_MS;
		instance->boots = 1;
	} else {
		instance->base.state = "Pending";
		instance->base.visible_from = world->now + world->rules.visible_after_ms;
		world_later(world, PENDING_MS, &instance->base, on_created, 0);
	}
	return instance;
}
