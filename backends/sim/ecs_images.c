// SPDX-License-Identifier: Apache-2.0
// Images: listing, importing from OSS, copying, deleting.
#include "config.h"
#include "sim/ecs.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "sim/params.h"
#include "sim/ram.h"
#include "sim/service.h"

#include "base/banned.h"

enum { USUAL_PAGE = 10, MOST_PAGE = 100 };
// An import takes some ten minutes; copying half of that.
enum { STEP_MS = 15 * 1000, IMPORT_STEPS = 40, COPY_STEPS = 20, WAITING_MS = 10 * 1000 };

static bool word_listed(const char *list, const char *word)
{
	size_t length = strlen(word);
	while (list && *list) {
		size_t item = strcspn(list, ",");
		const char *from = list + strspn(list, " ");
		if (item == length + (size_t)(from - list) && !memcmp(from, word, length))
			return true;
		list += item;
		list += *list == ',';
	}
	return false;
}

static bool equal(const char *wanted, const char *found)
{
	return !wanted || !strcmp(wanted, found);
}

struct filter {
	const char *ids, *states, *name, *owner, *architecture, *os_type, *family, *snapshot;
	struct tag tags[20];
	size_t tag_count;
};

static bool matches(const struct filter *filter, const struct image *image)
{
	return (!filter->ids || word_listed(filter->ids, image->base.id)) &&
	       word_listed(filter->states, image->base.state) &&
	       (!filter->name || text_glob(filter->name, image->name)) && equal(filter->owner, image->owner) &&
	       equal(filter->architecture, image->architecture) && equal(filter->os_type, image->os_type) &&
	       equal(filter->family, image->family) && equal(filter->snapshot, image->snapshot_id) &&
	       resource_has_tags(&image->base, filter->tags, filter->tag_count);
}

static bool is_used(const struct image *image)
{
	const struct table *table = &image->base.region->tables[KIND_INSTANCE];
	for (size_t i = 0; i < table->count; i++) {
		const struct instance *instance = (const void *)table->items[i];
		if (instance->image_id && !strcmp(instance->image_id, image->base.id))
			return true;
	}
	return false;
}

static void write_mapping(struct json_out *out, const struct image *image)
{
	int left = image->progress < 100 ? (100 - image->progress) * IMPORT_STEPS * STEP_MS / 100 / 1000 : 0;
	json_object(out, "DiskDeviceMappings");
	json_list(out, "DiskDeviceMapping");
	json_object(out, NULL);
	json_text(out, "Type", "system");
	json_text(out, "Device", "/dev/xvda");
	json_printf(out, "Size", "%lld", (long long)image->size_gib);
	json_text(out, "Format", image->format);
	json_text(out, "ImportOSSBucket", image->bucket);
	json_text(out, "ImportOSSObject", image->object);
	json_text(out, "SnapshotId", image->snapshot_id);
	json_printf(out, "Progress", "%d%%", image->progress);
	json_int(out, "RemainTime", left);
	json_bool(out, "Encrypted", false);
	json_object_end(out);
	json_list_end(out);
	json_object_end(out);
}

static void write_image(struct call *call, const struct image *image)
{
	struct json_out *out = &call->out;
	json_object(out, NULL);
	json_text(out, "ImageId", image->base.id);
	json_text(out, "ImageName", image->name);
	json_text(out, "ImageFamily", image->family);
	json_text(out, "Description", image->description);
	json_text(out, "Status", image->base.state);
	json_printf(out, "Progress", "%d%%", image->progress);
	json_int(out, "Size", image->size_gib);
	json_text(out, "OSName", image->os_name);
	json_text(out, "OSType", image->os_type);
	json_text(out, "Platform", image->platform);
	json_text(out, "Architecture", image->architecture);
	json_text(out, "BootMode", image->boot_mode);
	json_text(out, "ImageOwnerAlias", image->owner);
	json_text(out, "ImageVersion", "");
	json_text(out, "ResourceGroupId", "");
	json_text(out, "Usage", is_used(image) ? "instance" : "none");
	json_time(out, "CreationTime", image->base.created);
	json_bool(out, "IsPublic", image->is_public);
	json_bool(out, "IsSubscribed", false);
	json_bool(out, "IsCopied", *image->source_image != 0);
	json_bool(out, "IsSelfShared", false);
	json_bool(out, "IsSupportIoOptimized", true);
	json_bool(out, "IsSupportCloudinit", true);
	json_object(out, "Features");
	json_text(out, "NvmeSupport", image->nvme ? "supported" : "unsupported");
	json_text(out, "ImdsSupport", image->imds_support);
	json_object_end(out);
	write_mapping(out, image);
	resource_write_tags(out, &image->base, "TagKey", "TagValue");
	json_object_end(out);
}

void ecs_describe_images(struct call *call)
{
	struct page page;
	struct filter filter = {
	        .ids = call_text(call, "ImageId"),
	        .states = call_text_or(call, "Status", "Available"),
	        .name = call_text(call, "ImageName"),
	        .owner = call_text(call, "ImageOwnerAlias"),
	        .architecture = call_text(call, "Architecture"),
	        .os_type = call_text(call, "OSType"),
	        .family = call_text(call, "ImageFamily"),
	        .snapshot = call_text(call, "SnapshotId"),
	};
	filter.tag_count = call_tags(call, filter.tags, COUNT_OF(filter.tags));
	if (!page_begin(call, &page, PAGE_NUMBERS, USUAL_PAGE, MOST_PAGE) || call_dry_run(call))
		return;
	json_object(&call->out, "Images");
	json_list(&call->out, "Image");
	struct image *image;
	EACH(image, call->region, KIND_IMAGE)
	if (call_sees(call, &image->base) && matches(&filter, image) && page_takes(&page, &image->base))
		write_image(call, image);
	json_list_end(&call->out);
	json_object_end(&call->out);
	json_text(&call->out, "RegionId", call->region->id);
	page_end(call, &page);
}

static void finish_task(struct world *world, const struct image *image, const char *state)
{
	struct ecs_task *task = world_find(world, KIND_ECS_TASK, image->task_id);
	if (!task)
		return;
	resource_state(world, &task->base, state);
	task->finished = world->now;
}

static void fail_image(struct world *world, struct image *image)
{
	struct ecs_task *task = world_find(world, KIND_ECS_TASK, image->task_id);
	resource_state(world, &image->base, "CreateFailed");
	if (task) {
		task->error_code = "InvalidImageFormat.Malformed";
		task->error_message = "The image format is not as declared, or its partition table cannot be read.";
	}
	finish_task(world, image, "Failed");
}

static void on_step(struct world *world, struct resource *resource, int64_t steps)
{
	struct image *image = (void *)resource;
	if (!strcmp(resource->state, "Waiting"))
		resource_state(world, resource, "Creating");
	if (strcmp(resource->state, "Creating") != 0)
		return;
	// An import that fails does so after two thirds of its way.
	bool import = image->task_id[0] != 0, late = image->progress >= 66 && image->progress < 66 + 100 / steps;
	if (import && late && random_chance(&world->random[RANDOM_LIFE], world->rules.import_failures)) {
		fail_image(world, image);
		return;
	}
	image->progress += (int)(100 / steps) > 0 ? (int)(100 / steps) : 1;
	world->changes++;
	if (image->progress < 100) {
		world_later(world, STEP_MS, resource, on_step, steps);
		return;
	}
	image->progress = 100;
	ecs_make_snapshot(world, image);
	resource_state(world, resource, "Available");
	finish_task(world, image, "Finished");
}

static bool name_is_good(const char *name)
{
	size_t length = strlen(name);
	return length >= 2 && length <= 128 && (isalpha((unsigned char)name[0]) || (unsigned char)name[0] >= 0x80) &&
	       !text_starts_with(name, "aliyun") && !text_starts_with(name, "acs:") && !strstr(name, "http://") &&
	       !strstr(name, "https://");
}

static bool check_name(struct call *call, const struct region *region, const char *name)
{
	struct image *image;
	if (!name_is_good(name))
		return call_fail(call, 400, "InvalidImageName.Malformed", "The specified ImageName is wrongly formed.");
	EACH(image, region, KIND_IMAGE)
	if (!strcmp(image->name, name) && !strcmp(image->owner, "self"))
		return call_fail(call, 400, "InvalidImageName.Duplicated", "The specified ImageName already exists.");
	return true;
}

static bool check_source(struct call *call, const char *bucket, const char *object)
{
	const struct world *world = call->world;
	int64_t size;
	const struct resource *found =
	        world_find(world, KIND_BUCKET, arena_printf(&call->request->arena, "bucket:%s", bucket));
	if (!ram_allows_image_import(world))
		return call_fail(call, 403, "NoSetRoletoECSServiceAcount",
		        "ECS service account is not authorized to access your OSS; set the role "
		        "AliyunECSImageImportDefaultRole.");
	if (!world->find_object)
		return true;
	if (!found)
		return call_fail(call, 400, "InvalidOSSBucket.NotFound", "The specified OSS bucket does not exist.");
	if (found->region != call->region)
		return call_fail(
		        call, 400, "InvalidRegion.NotSupport", "The specified OSS bucket is not in this region.");
	if (!world->find_object(world, bucket, object, &size))
		return call_fail(call, 400, "InvalidOSSObject.NotFound", "The specified OSS object does not exist.");
	return true;
}

static struct image *make_image(struct call *call, struct region *region, const char *name)
{
	char id[32];
	struct world *world = call->world;
	struct tag tags[20];
	world_new_id(world, RANDOM_API, region, "m-", id, sizeof(id));
	struct image *image = resource_create(world, KIND_IMAGE, region, id, sizeof(*image), MADE_BY_API);
	image->base.state = "Waiting";
	image->name = world_text(world, name ? name : image->base.id);
	image->owner = "self";
	image->bucket = image->object = "";
	size_t count = call_tags(call, tags, COUNT_OF(tags));
	for (size_t i = 0; i < count; i++)
		resource_tag(world, &image->base, tags[i].key, tags[i].value ? tags[i].value : "");
	return image;
}

static struct ecs_task *make_task(struct call *call, struct image *image)
{
	char id[32];
	world_new_id(call->world, RANDOM_API, call->region, "t-", id, sizeof(id));
	struct ecs_task *task =
	        resource_create(call->world, KIND_ECS_TASK, call->region, id, sizeof(*task), MADE_BY_API);
	task->base.state = "Processing";
	task->action = "ImportImage";
	snprintf(task->image_id, sizeof(task->image_id), "%s", image->base.id);
	snprintf(image->task_id, sizeof(image->task_id), "%s", id);
	return task;
}

void ecs_import_image(struct call *call)
{
	struct world *world = call->world;
	const char *bucket = call_member(call, "DiskDeviceMapping", 1, "OSSBucket");
	const char *object = call_member(call, "DiskDeviceMapping", 1, "OSSObject");
	const char *name = call_text(call, "ImageName"), *boot = call_text_or(call, "BootMode", "BIOS");
	const char *gib = call_member(call, "DiskDeviceMapping", 1, "DiskImageSize");
	int64_t size = 20;
	if (!bucket || !*bucket || !object || !*object) {
		param_missing(
		        call, bucket && *bucket ? "DiskDeviceMapping.1.OSSObject" : "DiskDeviceMapping.1.OSSBucket");
		return;
	}
	if (gib && (!text_to_int64(gib, &size) || size < 1 || size > 2048)) {
		param_invalid(call, "DiskDeviceMapping.1.DiskImageSize");
		return;
	}
	if ((name && !check_name(call, call->region, name)) || !check_source(call, bucket, object) ||
	        call_dry_run(call))
		return;
	struct image *image = make_image(call, call->region, name);
	struct ecs_task *task = make_task(call, image);
	const char *platform = call_text_or(call, "Platform", "Others Linux");
	image->description = world_text(world, call_text_or(call, "Description", ""));
	image->family = "";
	image->os_type = world_text(world, call_text_or(call, "OSType", "linux"));
	image->platform = world_text(world, platform);
	image->os_name = !strcmp(platform, "Aliyun") ? "Alibaba Cloud Linux  3.2104 LTS 64位" : image->platform;
	image->architecture = world_text(world, call_text_or(call, "Architecture", "x86_64"));
	image->boot_mode = world_text(world, boot);
	const char *format = call_member(call, "DiskDeviceMapping", 1, "Format");
	image->format = world_text(world, format && *format ? format : "QCOW2");
	image->bucket = world_text(world, bucket);
	image->object = world_text(world, object);
	image->imds_support = world_text(world, call_text_or(call, "Features.ImdsSupport", "v1"));
	image->nvme = !strcmp(call_text_or(call, "Features.NvmeSupport", "unsupported"), "supported");
	image->size_gib = size;
	world_later(world, WAITING_MS, &image->base, on_step, IMPORT_STEPS);
	json_text(&call->out, "ImageId", image->base.id);
	json_text(&call->out, "TaskId", task->base.id);
	json_text(&call->out, "RegionId", call->region->id);
}

static struct image *image_of(struct call *call)
{
	struct image *image = world_find_in(call->world, KIND_IMAGE, call->region, call_text(call, "ImageId"));
	if (!image)
		call_fail(call, 404, "InvalidImageId.NotFound", "The specified ImageId does not exist.");
	return image;
}

void ecs_copy_image(struct call *call)
{
	struct image *source = image_of(call);
	const char *name = call_text(call, "DestinationImageName");
	const char *region_id = call_text_or(call, "DestinationRegionId", call->region->id);
	struct region *region = world_region(call->world, region_id);
	if (!source)
		return;
	if (!region) {
		call_fail(call, 404, "InvalidDestinationRegionId.NotFound",
		        "The specified DestinationRegionId does not exist.");
		return;
	}
	if (strcmp(source->base.state, "Available") != 0) {
		call_fail(
		        call, 403, "IncorrectImageStatus", "The status of the image does not support this operation.");
		return;
	}
	if ((name && !check_name(call, region, name)) || call_dry_run(call))
		return;
	struct image *image = make_image(call, region, name);
	const struct resource base = image->base;
	const char *given = image->name;
	struct image copy = *source;
	copy.base = base;
	copy.name = given;
	copy.owner = "self";
	copy.is_public = false;
	copy.progress = 0;
	copy.task_id[0] = 0;
	copy.snapshot_id[0] = 0;
	copy.description = world_text(call->world, call_text_or(call, "DestinationDescription", ""));
	snprintf(copy.source_image, sizeof(copy.source_image), "%s", source->base.id);
	*image = copy;
	world_later(call->world, WAITING_MS, &image->base, on_step, COPY_STEPS);
	json_text(&call->out, "ImageId", image->base.id);
}

void ecs_cancel_copy_image(struct call *call)
{
	struct image *image = image_of(call);
	if (!image)
		return;
	if (!*image->source_image || !strcmp(image->base.state, "Available")) {
		call_fail(
		        call, 403, "IncorrectImageStatus", "The status of the image does not support this operation.");
		return;
	}
	resource_destroy(call->world, &image->base);
}

void ecs_delete_image(struct call *call)
{
	struct image *image = image_of(call);
	if (!image)
		return;
	bool busy = !strcmp(image->base.state, "Creating") || !strcmp(image->base.state, "Waiting");
	if (strcmp(image->owner, "self") != 0)
		call_fail(call, 403, "InvalidImageType.NotSupport", "Only an image of your own can be deleted.");
	else if (busy)
		call_fail(
		        call, 403, "IncorrectImageStatus", "The status of the image does not support this operation.");
	else if (is_used(image) && !call_bool(call, "Force", false))
		call_fail(call, 403, "ImageUsingByInstance", "The specified image has been used to create instances.");
	else if (!call_dry_run(call))
		resource_destroy(call->world, &image->base);
}
