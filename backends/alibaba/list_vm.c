// SPDX-License-Identifier: Apache-2.0
// Instances as records.
#include "alibaba/list_helpers.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/banned.h"

enum { TIMES_MOST = 2000000 };

// Creation times tell where to cut the region the next time.
static void keep_time(struct list_part *part, int64_t time)
{
	if (!time || part->time_count >= TIMES_MOST)
		return;
	if (part->time_count == part->time_room) {
		size_t room = part->time_room ? 2 * part->time_room : 256;
		int64_t *more = realloc(part->times, room * sizeof(*more));

		if (!more)
			return;
		part->times = more;
		part->time_room = room;
	}
	part->times[part->time_count++] = time;
}

// Tags of ACK itself, or ours: nothing else proves to which cluster an instance belongs.
static const char *owner_of(struct tag_list tags)
{
	const char *cluster = tag_value(tags, "ack.aliyun.com");

	return *cluster ? cluster : tag_value(tags, "peerdeck-cluster");
}

static const char *sort_of(const char *name, struct tag_list tags)
{
	if (text_starts_with(name, "podvm-"))
		return "podvm";
	if (*tag_value(tags, "ack.aliyun.com") || *tag_value(tags, "ack.alibabacloud.com/nodepool-id") ||
	        text_starts_with(name, "worker-k8s-for-cs-") || text_starts_with(name, "master-k8s-for-cs-"))
		return "node";
	return "other";
}

static void fill_network(struct vm_record *record, struct snapshot_builder *builder, const cJSON *item)
{
	const cJSON *vpc = json_member(item, "VpcAttributes"), *eip = json_member(item, "EipAddress");
	const char *public_ip = first_text(json_path(item, "PublicIpAddress.IpAddress"));

	record->vpc_id = take_shared(builder, vpc, "VpcId");
	record->vswitch_id = take_shared(builder, vpc, "VSwitchId");
	record->private_ip = snapshot_text(builder, first_text(json_path(vpc, "PrivateIpAddress.IpAddress")));
	record->public_ip = snapshot_text(builder, *public_ip ? public_ip : json_text(eip, "IpAddress"));
	record->eip_id = take_text(builder, eip, "AllocationId");
	record->security_group_ids =
	        take_list(builder, json_path(item, "SecurityGroupIds.SecurityGroupId"), NULL, true);
	record->eni_ids =
	        take_list(builder, json_path(item, "NetworkInterfaces.NetworkInterface"), "NetworkInterfaceId", false);
}

void list_add_instance(struct list_part *part, const cJSON *item)
{
	struct snapshot_builder *builder = part->builder;
	const char *id = json_text(item, "InstanceId"), *name = json_text(item, "InstanceName");
	const char *region = json_text(item, "RegionId");
	struct vm_record *record = *id ? snapshot_add(builder, id) : NULL;

	if (!record)
		return;
	record->record.name = snapshot_text(builder, name);
	record->record.region = snapshot_shared(builder, *region ? region : part->scope->region);
	record->record.status = take_shared(builder, item, "Status");
	record->record.created = json_time(item, "CreationTime");
	record->type = take_shared(builder, item, "InstanceType");
	record->zone = take_shared(builder, item, "ZoneId");
	record->image_id = take_shared(builder, item, "ImageId");
	record->charge_type = take_shared(builder, item, "InstanceChargeType");
	record->spot_strategy = take_shared(builder, item, "SpotStrategy");
	record->stopped_mode = take_shared(builder, item, "StoppedMode");
	record->serial = take_text(builder, item, "SerialNumber");
	record->locks = take_list(builder, json_path(item, "OperationLocks.LockReason"), "LockReason", true);
	record->tags = take_tags(builder, json_path(item, "Tags.Tag"));
	record->sort = snapshot_shared(builder, sort_of(name, record->tags));
	record->cluster = snapshot_shared(builder, owner_of(record->tags));
	record->vcpu = json_int(item, "Cpu", INT64_MIN);
	record->memory_mib = json_int(item, "Memory", INT64_MIN);
	record->started = json_time(item, "StartTime");
	record->deletion_protection = json_flag(item, "DeletionProtection", false);
	fill_network(record, builder, item);
	keep_time(part, record->record.created);
}
