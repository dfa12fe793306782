// SPDX-License-Identifier: Apache-2.0
// RunInstances: what the adaptor calls, and the dry run that tells whether a zone sells a type.
#include "config.h"
#include "sim/ecs.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "sim/catalog.h"
#include "sim/instances.h"
#include "sim/memory.h"
#include "sim/params.h"
#include "sim/service.h"

#include "base/banned.h"

enum { MOST_USER_DATA = 32 * 1024 };

static bool read_groups(struct call *call, struct instance_plan *plan)
{
	const char *ids[MAX_GROUPS];
	size_t count = call_list(call, "SecurityGroupIds", ids, MAX_GROUPS);
	const char *one = call_text(call, "SecurityGroupId");
	if (!count && one)
		ids[count++] = one;
	if (!count)
		return param_missing(call, "SecurityGroupId");
	for (size_t i = 0; i < count; i++) {
		struct security_group *group = world_find_in(call->world, KIND_SECURITY_GROUP, call->region, ids[i]);
		if (!group)
			return call_fail(call, 404, "InvalidSecurityGroupId.NotFound",
			        "The specified SecurityGroupId does not exist.");
		if (group->vpc != plan->vswitch->vpc)
			return call_fail(call, 400, "InvalidParameter.Mismatch",
			        "The specified security group and VSwitch are not in the same VPC.");
		plan->groups[plan->group_count++] = group;
	}
	return true;
}

static bool read_network(struct call *call, struct instance_plan *plan)
{
	const char *id = call_text(call, "VSwitchId");
	if (!id)
		return param_missing(call, "VSwitchId");
	plan->vswitch = world_find_in(call->world, KIND_VSWITCH, call->region, id);
	if (!plan->vswitch)
		return call_fail(call, 404, "InvalidVSwitchId.NotFound", "The specified VSwitchId does not exist.");
	return read_groups(call, plan);
}

static bool read_image(struct call *call, struct instance_plan *plan)
{
	const char *id = call_text(call, "ImageId");
	if (!id)
		return param_missing(call, "ImageId");
	const struct image *image = world_find_in(call->world, KIND_IMAGE, call->region, id);
	if (!image || strcmp(image->base.state, "Available") != 0)
		return call_fail(call, 404, "InvalidImageId.NotFound", "The specified ImageId does not exist.");
	bool arm = !strcmp(image->architecture, "arm64");
	if (arm != !strcmp(plan->type->architecture, "ARM"))
		return call_fail(call, 403, "ImageNotSupportInstanceType",
		        "The specified image does not support the specified instance type.");
	if (!strcmp(image->boot_mode, "BIOS") && !strstr(plan->type->boot_modes, "BIOS"))
		return call_fail(call, 400, "InvalidInstanceType.NotSupportBootMode",
		        "The instance type does not support the boot mode of the image.");
	plan->image_id = world_text(call->world, id);
	return true;
}

static bool read_type(struct call *call, struct instance_plan *plan)
{
	const char *id = call_text(call, "InstanceType");
	const char *zone = call_text(call, "ZoneId");
	if (!id)
		return param_missing(call, "InstanceType");
	plan->type = instance_type_find(id);
	if (!plan->type)
		return call_fail(call, 400, "InvalidInstanceType.ValueNotSupported",
		        "The specified InstanceType is not supported.");
	if (zone && strcmp(zone, plan->vswitch->zone) != 0)
		return call_fail(call, 400, "InvalidParameter.Mismatch", "The VSwitch is not in the specified zone.");
	const char *letter = strrchr(plan->vswitch->zone, '-') + 1;
	if (!instance_type_sold(plan->type, call->region, *letter))
		return call_fail(call, 403, "OperationDenied.NoStock",
		        "The requested resource is sold out in the specified zone; try other types of resources or "
		        "other regions and "
		        "zones.");
	const char *mode = call_text(call, "SecurityOptions.ConfidentialComputingMode");
	if (mode && (strcmp(mode, "TDX") != 0 || !plan->type->tdx))
		return call_fail(call, 400, "InvalidParameter.NotSupport",
		        "The specified InstanceType does not support ConfidentialComputingMode %s.", mode);
	plan->confidential = mode != NULL;
	return true;
}

static bool check_quota(struct call *call, const struct instance_plan *plan, int64_t amount)
{
	int64_t quota = call->world->rules.instance_quota, used = 0;
	struct instance *instance;
	if (!quota)
		return true;
	EACH(instance, call->region, KIND_INSTANCE)
	used += instance->type->cpu;
	return used + amount * plan->type->cpu <= quota ||
	       call_fail(call, 403, "QuotaExceed.ElasticQuota",
	               "The number of the specified ECS instances has exceeded the quota of the specified instance "
	               "type.");
}

static bool read_user_data(struct call *call)
{
	const char *data = call_text(call, "UserData");
	struct buffer plain;
	if (!data)
		return true;
	buffer_init(&plain, MOST_USER_DATA);
	bool good = text_decode_base64(&plain, data, strlen(data));
	buffer_finish(&plain);
	return good || call_fail(call, 400, "InvalidUserData.Base64FormatInvalid",
	                       "The specified parameter UserData must be base64 encoded, and at most 32 KB.");
}

static bool read_plan(struct call *call, struct instance_plan *plan)
{
	struct world *world = call->world;
	int64_t disk = call_int(call, "SystemDisk.Size", 40);
	*plan = (struct instance_plan){
	        .stream = RANDOM_API,
	        .made_by = MADE_BY_API,
	        .name = world_text(world, call_text(call, "InstanceName")),
	        .hostname = world_text(world, call_text(call, "HostName")),
	        .description = world_text(world, call_text(call, "Description")),
	        .key_pair = world_text(world, call_text(call, "KeyPairName")),
	        .charge_type = world_text(world, call_text_or(call, "InstanceChargeType", "PostPaid")),
	        .spot_strategy = world_text(world, call_text_or(call, "SpotStrategy", "NoSpot")),
	        .disk_category = world_text(world, call_text_or(call, "SystemDisk.Category", "cloud_essd")),
	        .disk_gib = disk,
	        .public_address = call_int(call, "InternetMaxBandwidthOut", 0) > 0,
	        .deletion_protection = call_bool(call, "DeletionProtection", false),
	};
	if (disk < 20 || disk > 2048)
		return call_fail(call, 400, "InvalidSystemDiskSize.ValueNotSupported",
		        "The specified parameter SystemDisk.Size is not supported.");
	return read_network(call, plan) && read_type(call, plan) && read_image(call, plan) && read_user_data(call);
}

// By name and by nothing else can the outside tell that the adaptor made it.
static void label(struct call *call, struct instance *instance)
{
	struct tag tags[20];
	size_t count = call_tags(call, tags, COUNT_OF(tags));
	const char *data = call_text(call, "UserData");
	for (size_t i = 0; i < count; i++)
		resource_tag(call->world, &instance->base, tags[i].key, tags[i].value ? tags[i].value : "");
	if (data)
		instance->user_data = memory_copy(data, strlen(data));
	if (text_starts_with(instance->name, "podvm-"))
		instance->sort = VM_PODVM;
}

void ecs_run_instances(struct call *call)
{
	struct instance_plan plan;
	int64_t amount = call_int(call, "Amount", 1);
	if (!read_plan(call, &plan) || !check_quota(call, &plan, amount) || call_dry_run(call))
		return;
	const char *base_name = plan.name;
	size_t hosts = ((size_t)1 << (32 - plan.vswitch->prefix)) - 4;
	if (plan.vswitch->used + (size_t)amount > hosts) {
		call_fail(call, 403, "InvalidVSwitchId.IpNotEnough",
		        "The specified VSwitch does not have enough IP addresses.");
		return;
	}
	json_object(&call->out, "InstanceIdSets");
	json_list(&call->out, "InstanceIdSet");
	for (int64_t i = 0; i < amount; i++) {
		if (amount > 1 && base_name && call_bool(call, "UniqueSuffix", false))
			plan.name = world_printf(call->world, "%s%03d", base_name, (int)i + 1);
		struct instance *instance = instance_create(call->world, &plan);
		if (!instance)
			break;
		label(call, instance);
		json_text(&call->out, NULL, instance->base.id);
	}
	json_list_end(&call->out);
	json_object_end(&call->out);
	json_number(&call->out, "TradePrice", region_price(call->region, plan.type->price) * (double)amount);
}
