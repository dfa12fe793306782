// SPDX-License-Identifier: Apache-2.0
// Images as records.
#include "alibaba/list_helpers.h"

#include <string.h>

#include "base/banned.h"

void list_add_image(struct list_part *part, const cJSON *item)
{
	struct snapshot_builder *builder = part->builder;
	const char *id = json_text(item, "ImageId"), *os = json_text(item, "OSNameEn");
	struct image_record *record = *id ? snapshot_add(builder, id) : NULL;

	if (!record)
		return;
	record->record.name = take_text(builder, item, "ImageName");
	record->record.region = snapshot_shared(builder, part->scope->region);
	record->record.status = take_shared(builder, item, "Status");
	record->record.created = json_time(item, "CreationTime");
	record->progress = take_shared(builder, item, "Progress");
	record->os_name = snapshot_shared(builder, *os ? os : json_text(item, "OSName"));
	record->boot_mode = take_shared(builder, item, "BootMode");
	record->architecture = take_shared(builder, item, "Architecture");
	record->owner = take_shared(builder, item, "ImageOwnerAlias");
	record->platform = take_shared(builder, item, "Platform");
	record->description = take_text(builder, item, "Description");
	record->tags = take_tags(builder, json_path(item, "Tags.Tag"));
	record->size_gib = json_int(item, "Size", INT64_MIN);
	record->nvme = !strcmp(json_text_at(item, "Features.NvmeSupport"), "supported");
}
