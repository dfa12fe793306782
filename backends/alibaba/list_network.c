// SPDX-License-Identifier: Apache-2.0
// Network interfaces, public addresses, VPCs, vSwitches and zones as records.
#include "alibaba/list_helpers.h"

#include "base/banned.h"

void list_add_zone(struct list_part *part, const cJSON *item)
{
	const char *id = json_text(item, "ZoneId");
	struct zone_record *record = *id ? snapshot_add(part->builder, id) : NULL;

	if (!record)
		return;
	record->record.name = take_text(part->builder, item, "LocalName");
	record->record.region = snapshot_shared(part->builder, part->scope->region);
}

void list_add_interface(struct list_part *part, const cJSON *item)
{
	struct snapshot_builder *builder = part->builder;
	const char *id = json_text(item, "NetworkInterfaceId");
	struct eni_record *record = *id ? snapshot_add(builder, id) : NULL;

	if (!record)
		return;
	record->record.name = take_text(builder, item, "NetworkInterfaceName");
	record->record.region = snapshot_shared(builder, part->scope->region);
	record->record.status = take_shared(builder, item, "Status");
	record->record.created = json_time(item, "CreationTime");
	record->type = take_shared(builder, item, "Type");
	record->instance_id = take_text(builder, item, "InstanceId");
	record->vpc_id = take_shared(builder, item, "VpcId");
	record->vswitch_id = take_shared(builder, item, "VSwitchId");
	record->zone = take_shared(builder, item, "ZoneId");
	record->private_ip = take_text(builder, item, "PrivateIpAddress");
	record->mac = take_text(builder, item, "MacAddress");
	record->description = take_shared(builder, item, "Description");
	record->eip_id = snapshot_text(builder, json_text_at(item, "AssociatedPublicIp.AllocationId"));
	record->security_group_ids =
	        take_list(builder, json_path(item, "SecurityGroupIds.SecurityGroupId"), NULL, true);
	record->tags = take_tags(builder, json_path(item, "Tags.Tag"));
	record->delete_on_release = json_flag(item, "DeleteOnRelease", false);
	record->service_managed = json_flag(item, "ServiceManaged", false);
}

void list_add_address(struct list_part *part, const cJSON *item)
{
	struct snapshot_builder *builder = part->builder;
	const char *id = json_text(item, "AllocationId");
	struct eip_record *record = *id ? snapshot_add(builder, id) : NULL;

	if (!record)
		return;
	record->record.name = take_text(builder, item, "Name");
	record->record.region = snapshot_shared(builder, part->scope->region);
	record->record.status = take_shared(builder, item, "Status");
	record->record.created = json_time(item, "AllocationTime");
	record->address = take_text(builder, item, "IpAddress");
	record->instance_id = take_text(builder, item, "InstanceId");
	record->instance_type = take_shared(builder, item, "InstanceType");
	record->description = take_shared(builder, item, "Description");
	record->charge_type = take_shared(builder, item, "ChargeType");
	record->internet_charge_type = take_shared(builder, item, "InternetChargeType");
	record->tags = take_tags(builder, json_path(item, "Tags.Tag"));
	record->bandwidth = json_int(item, "Bandwidth", INT64_MIN);
	record->deletion_protection = json_flag(item, "DeletionProtection", false);
	// A number in this answer, a boolean in others.
	record->service_managed = json_flag(item, "ServiceManaged", false) || json_int(item, "ServiceManaged", 0) == 1;
}

void list_add_vpc(struct list_part *part, const cJSON *item)
{
	struct snapshot_builder *builder = part->builder;
	const char *id = json_text(item, "VpcId");
	struct vpc_record *record = *id ? snapshot_add(builder, id) : NULL;

	if (!record)
		return;
	record->record.name = take_text(builder, item, "VpcName");
	record->record.region = snapshot_shared(builder, part->scope->region);
	record->record.status = take_shared(builder, item, "Status");
	record->record.created = json_time(item, "CreationTime");
	record->cidr = take_shared(builder, item, "CidrBlock");
	record->vswitch_ids = take_list(builder, json_path(item, "VSwitchIds.VSwitchId"), NULL, false);
	record->tags = take_tags(builder, json_path(item, "Tags.Tag"));
	record->is_default = json_flag(item, "IsDefault", false);
}

void list_add_vswitch(struct list_part *part, const cJSON *item)
{
	struct snapshot_builder *builder = part->builder;
	const char *id = json_text(item, "VSwitchId");
	struct vswitch_record *record = *id ? snapshot_add(builder, id) : NULL;

	if (!record)
		return;
	record->record.name = take_text(builder, item, "VSwitchName");
	record->record.region = snapshot_shared(builder, part->scope->region);
	record->record.status = take_shared(builder, item, "Status");
	record->record.created = json_time(item, "CreationTime");
	record->cidr = take_shared(builder, item, "CidrBlock");
	record->zone = take_shared(builder, item, "ZoneId");
	record->vpc_id = take_shared(builder, item, "VpcId");
	record->tags = take_tags(builder, json_path(item, "Tags.Tag"));
	record->available_ips = json_int(item, "AvailableIpAddressCount", INT64_MIN);
}
