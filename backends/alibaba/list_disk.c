// SPDX-License-Identifier: Apache-2.0
// Disks as records.
#include "alibaba/list_helpers.h"

#include "base/banned.h"

void list_add_disk(struct list_part *part, const cJSON *item)
{
	struct snapshot_builder *builder = part->builder;
	const char *id = json_text(item, "DiskId");
	struct disk_record *record = *id ? snapshot_add(builder, id) : NULL;

	if (!record)
		return;
	record->record.name = take_text(builder, item, "DiskName");
	record->record.region = snapshot_shared(builder, part->scope->region);
	record->record.status = take_shared(builder, item, "Status");
	record->record.created = json_time(item, "CreationTime");
	record->type = take_shared(builder, item, "Type");
	record->category = take_shared(builder, item, "Category");
	record->instance_id = take_text(builder, item, "InstanceId");
	record->zone = take_shared(builder, item, "ZoneId");
	record->tags = take_tags(builder, json_path(item, "Tags.Tag"));
	record->size_gib = json_int(item, "Size", INT64_MIN);
	record->delete_with_instance = json_flag(item, "DeleteWithInstance", false);
}
