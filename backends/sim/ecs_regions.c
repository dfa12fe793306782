// SPDX-License-Identifier: Apache-2.0
// Regions and zones.
#include "config.h"
#include "sim/ecs.h"

#include <string.h>

#include "base/text.h"
#include "sim/catalog.h"
#include "sim/service.h"

#include "base/banned.h"

void ecs_describe_regions(struct call *call)
{
	struct json_out *out = &call->out;
	json_object(out, "Regions");
	json_list(out, "Region");
	for (size_t i = 0; i < call->world->region_count; i++) {
		const struct region *region = &call->world->regions[i];
		json_object(out, NULL);
		json_text(out, "RegionId", region->id);
		json_text(out, "LocalName", call_wants_english(call) ? region->english_name : region->name);
		json_printf(out, "RegionEndpoint", "ecs.%s.aliyuncs.com", region->id);
		json_text(out, "Status", "available");
		json_object_end(out);
	}
	json_list_end(out);
	json_object_end(out);
}

static void write_types(struct json_out *out, const struct region *region, char letter)
{
	json_object(out, "AvailableInstanceTypes");
	json_list(out, "InstanceTypes");
	for (size_t i = 0; i < instance_type_count; i++)
		if (instance_type_sold(&instance_types[i], region, letter))
			json_text(out, NULL, instance_types[i].id);
	json_list_end(out);
	json_object_end(out);
}

void ecs_describe_zones(struct call *call)
{
	struct json_out *out = &call->out;
	const struct region *region = call->region;
	json_object(out, "Zones");
	json_list(out, "Zone");
	for (size_t i = 0; i < region->zone_count; i++) {
		char letter = region->zones[i][0];
		json_object(out, NULL);
		json_printf(out, "ZoneId", "%s-%c", region->id, letter);
		json_printf(out, "LocalName", call_wants_english(call) ? "%s Zone %c" : "%s 可用区 %c",
		        call_wants_english(call) ? region->english_name : region->name, letter - 32);
		json_text(out, "ZoneType", "AvailabilityZone");
		json_object(out, "AvailableResourceCreation");
		json_raw(out, "ResourceTypes", "[\"VSwitch\",\"IoOptimized\",\"Instance\",\"Disk\"]");
		json_object_end(out);
		json_object(out, "AvailableDiskCategories");
		json_raw(out, "DiskCategories", "[\"cloud_auto\",\"cloud_essd\",\"cloud_efficiency\"]");
		json_object_end(out);
		if (call_bool(call, "Verbose", true))
			write_types(out, region, letter);
		json_object_end(out);
	}
	json_list_end(out);
	json_object_end(out);
}
