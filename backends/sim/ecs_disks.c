// SPDX-License-Identifier: Apache-2.0
// Disks and key pairs.
#include "config.h"
#include "sim/ecs.h"

#include <string.h>

#include "base/text.h"
#include "sim/service.h"

#include "base/banned.h"

enum { USUAL_PAGE = 10, MOST_PAGE = 500, MOST_KEY_PAGE = 50, MOST_IDS = 100 };

static bool equal(const char *wanted, const char *found)
{
	return !wanted || (found && !strcmp(wanted, found));
}

static void write_disk(struct json_out *out, const struct disk *disk)
{
	json_object(out, NULL);
	json_text(out, "DiskId", disk->base.id);
	json_text(out, "DiskName", disk->name);
	json_text(out, "Description", "");
	json_text(out, "RegionId", disk->base.region->id);
	json_text(out, "ZoneId", disk->zone);
	json_text(out, "Status", disk->base.state);
	json_text(out, "Type", disk->system ? "system" : "data");
	json_text(out, "Category", disk->category);
	json_text(out, "PerformanceLevel", !strcmp(disk->category, "cloud_essd") ? "PL1" : "");
	json_int(out, "Size", disk->size_gib);
	json_text(out, "InstanceId", disk->instance ? disk->instance->base.id : "");
	json_text(out, "Device", disk->system ? "/dev/xvda" : "");
	json_text(out, "ImageId", disk->image_id);
	json_text(out, "DiskChargeType", "PostPaid");
	json_bool(out, "DeleteWithInstance", disk->delete_with_instance);
	json_bool(out, "Portable", !disk->system);
	json_bool(out, "Encrypted", false);
	json_time(out, "CreationTime", disk->base.created);
	json_time(out, "AttachedTime", disk->instance ? disk->base.created : 0);
	json_text(out, "ExpiredTime", "2999-09-08T16:00Z");
	json_object(out, "OperationLocks");
	json_raw(out, "OperationLock", "[]");
	json_object_end(out);
	resource_write_tags(out, &disk->base, "TagKey", "TagValue");
	json_object_end(out);
}

void ecs_describe_disks(struct call *call)
{
	struct page page;
	struct tag tags[20];
	const char *ids[MOST_IDS];
	const char *instance = call_text(call, "InstanceId"), *status = call_text(call, "Status");
	const char *category = call_text(call, "Category"), *type = call_text(call, "DiskType");
	const char *zone = call_text(call, "ZoneId"), *name = call_text(call, "DiskName");
	size_t tag_count = call_tags(call, tags, COUNT_OF(tags));
	int id_count = call_json_list(call, "DiskIds", ids, MOST_IDS);
	if (id_count == -1 || !page_begin(call, &page, PAGE_BOTH, USUAL_PAGE, MOST_PAGE) || call_dry_run(call))
		return;
	if (status && !strcmp(status, "All"))
		status = NULL;
	if (category && !strcmp(category, "all"))
		category = NULL;
	if (type && !strcmp(type, "all"))
		type = NULL;
	json_object(&call->out, "Disks");
	json_list(&call->out, "Disk");
	struct disk *disk;
	EACH(disk, call->region, KIND_DISK)
	{
		if (call_sees(call, &disk->base) && id_is_wanted(ids, id_count, disk->base.id) &&
		        equal(status, disk->base.state) &&
		        equal(instance, disk->instance ? disk->instance->base.id : NULL) &&
		        equal(category, disk->category) && equal(type, disk->system ? "system" : "data") &&
		        equal(zone, disk->zone) && (!name || text_glob(name, disk->name ? disk->name : "")) &&
		        resource_has_tags(&disk->base, tags, tag_count) && page_takes(&page, &disk->base))
			write_disk(&call->out, disk);
		if (page_is_done(&page))
			break;
	}
	json_list_end(&call->out);
	json_object_end(&call->out);
	page_end(call, &page);
}

void ecs_delete_disk(struct call *call)
{
	struct disk *disk = world_find_in(call->world, KIND_DISK, call->region, call_text(call, "DiskId"));
	if (!disk)
		call_fail(call, 404, "InvalidDiskId.NotFound", "The specified disk does not exist.");
	else if (strcmp(disk->base.state, "Available") != 0)
		call_fail(call, 403, "IncorrectDiskStatus", "The current disk status does not support this operation.");
	else
		resource_destroy(call->world, &disk->base);
}

void ecs_describe_key_pairs(struct call *call)
{
	struct page page;
	const char *name = call_text(call, "KeyPairName");
	if (!page_begin(call, &page, PAGE_NUMBERS, USUAL_PAGE, MOST_KEY_PAGE))
		return;
	json_object(&call->out, "KeyPairs");
	json_list(&call->out, "KeyPair");
	struct key_pair *pair;
	EACH(pair, call->region, KIND_KEY_PAIR)
	{
		if (!call_sees(call, &pair->base) || (name && !text_glob(name, pair->name)) ||
		        !page_takes(&page, &pair->base))
			continue;
		json_object(&call->out, NULL);
		json_text(&call->out, "KeyPairName", pair->name);
		json_text(&call->out, "KeyPairFingerPrint", pair->fingerprint);
		json_time(&call->out, "CreationTime", pair->base.created);
		json_text(&call->out, "ResourceGroupId", "");
		json_object_end(&call->out);
	}
	json_list_end(&call->out);
	json_object_end(&call->out);
	page_end(call, &page);
}
