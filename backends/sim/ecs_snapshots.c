// SPDX-License-Identifier: Apache-2.0
// Snapshots: each image of the account's own stands on one, which stays when the image is deleted (DescribeSnapshots,
// DeleteSnapshot of ECS).
#include "config.h"
#include "sim/ecs.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "sim/service.h"

#include "base/banned.h"

enum { USUAL_PAGE = 10, MOST_PAGE = 100, MOST_IDS = 100 };

void ecs_make_snapshot(struct world *world, struct image *image)
{
	char id[32];
	world_new_id(world, RANDOM_LIFE, image->base.region, "s-", id, sizeof(id));
	struct disk_snapshot *snapshot =
	        resource_create(world, KIND_SNAPSHOT, image->base.region, id, sizeof(*snapshot), MADE_BY_API);
	snapshot->base.state = "accomplished";
	snapshot->name = image->name;
	snapshot->size_gib = image->size_gib;
	snprintf(snapshot->image_id, sizeof(snapshot->image_id), "%s", image->base.id);
	snprintf(image->snapshot_id, sizeof(image->snapshot_id), "%s", id);
}

static bool has_image(const struct call *call, const struct disk_snapshot *snapshot)
{
	return world_find(call->world, KIND_IMAGE, snapshot->image_id) != NULL;
}

// Disks that were made of its image: they could not be set back any more.
static bool has_disk(const struct disk_snapshot *snapshot)
{
	const struct table *table = &snapshot->base.region->tables[KIND_DISK];
	for (size_t i = 0; i < table->count; i++) {
		const struct disk *disk = (const void *)table->items[i];
		if (disk->image_id && !strcmp(disk->image_id, snapshot->image_id))
			return true;
	}
	return false;
}

static const char *usage_of(const struct call *call, const struct disk_snapshot *snapshot)
{
	bool image = has_image(call, snapshot), disk = has_disk(snapshot);
	return image && disk ? "image_disk" : image ? "image" : disk ? "disk" : "none";
}

static void write_snapshot(struct call *call, const struct disk_snapshot *snapshot)
{
	struct json_out *out = &call->out;
	json_object(out, NULL);
	json_text(out, "SnapshotId", snapshot->base.id);
	json_text(out, "SnapshotName", snapshot->name);
	json_text(out, "Description", "");
	json_text(out, "Status", snapshot->base.state);
	json_text(out, "Progress", "100%");
	json_text(out, "Usage", usage_of(call, snapshot));
	json_text(out, "SourceDiskId", "");
	json_printf(out, "SourceDiskSize", "%lld", (long long)snapshot->size_gib);
	json_text(out, "SourceDiskType", "system");
	json_text(out, "SnapshotType", "user");
	json_text(out, "Category", "standard");
	json_bool(out, "Encrypted", false);
	json_text(out, "ResourceGroupId", "");
	json_time(out, "CreationTime", snapshot->base.created);
	resource_write_tags(out, &snapshot->base, "TagKey", "TagValue");
	json_object_end(out);
}

static bool equal(const char *wanted, const char *found)
{
	return !wanted || !strcmp(wanted, "all") || !strcmp(wanted, found);
}

void ecs_describe_snapshots(struct call *call)
{
	struct page page;
	struct tag tags[20];
	const char *ids[MOST_IDS];
	const char *name = call_text(call, "SnapshotName"), *status = call_text(call, "Status");
	const char *usage = call_text(call, "Usage");
	size_t tag_count = call_tags(call, tags, COUNT_OF(tags));
	int id_count = call_json_list(call, "SnapshotIds", ids, MOST_IDS);
	if (id_count == -1 || !page_begin(call, &page, PAGE_BOTH, USUAL_PAGE, MOST_PAGE) || call_dry_run(call))
		return;
	json_object(&call->out, "Snapshots");
	json_list(&call->out, "Snapshot");
	struct disk_snapshot *snapshot;
	EACH(snapshot, call->region, KIND_SNAPSHOT)
	{
		if (call_sees(call, &snapshot->base) && id_is_wanted(ids, id_count, snapshot->base.id) &&
		        equal(status, snapshot->base.state) && equal(usage, usage_of(call, snapshot)) &&
		        (!name || text_glob(name, snapshot->name)) &&
		        resource_has_tags(&snapshot->base, tags, tag_count) && page_takes(&page, &snapshot->base))
			write_snapshot(call, snapshot);
		if (page_is_done(&page))
			break;
	}
	json_list_end(&call->out);
	json_object_end(&call->out);
	page_end(call, &page);
}

void ecs_delete_snapshot(struct call *call)
{
	struct disk_snapshot *snapshot =
	        world_find_in(call->world, KIND_SNAPSHOT, call->region, call_text(call, "SnapshotId"));
	// "If the snapshot does not exist, the request is ignored."
	if (!snapshot)
		return;
	if (has_image(call, snapshot))
		call_fail(call, 403, "SnapshotCreatedImage",
		        "The snapshot has been used to create user defined image(s).");
	else if (has_disk(snapshot) && !call_bool(call, "Force", false))
		call_fail(call, 403, "SnapshotCreatedDisk", "The snapshot has been used to create disk(s).");
	else
		resource_destroy(call->world, &snapshot->base);
}
