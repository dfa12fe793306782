// SPDX-License-Identifier: Apache-2.0
// Instance types and where they are sold.
#include "config.h"
#include "sim/ecs.h"

#include <stdlib.h>
#include <string.h>

#include "sim/catalog.h"
#include "sim/params.h"
#include "sim/service.h"

#include "base/banned.h"

enum { USUAL_PAGE = 100, MOST_PAGE = 1600, MOST_TYPES = 10 };

static bool listed(const char *const *ids, size_t count, const char *id)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(ids[i], id))
			return true;
	return !count;
}

static double call_number(const struct call *call, const char *name, double otherwise)
{
	const char *text = call_text(call, name);
	return text ? strtod(text, NULL) : otherwise;
}

static bool fits(const struct call *call, const struct instance_type *type)
{
	double gib = type->memory_mib / 1024.0;
	const char *architecture = call_text(call, "CpuArchitecture");
	return type->cpu >= call_int(call, "MinimumCpuCoreCount", 0) &&
	       type->cpu <= call_int(call, "MaximumCpuCoreCount", INT32_MAX) &&
	       gib >= call_number(call, "MinimumMemorySize", 0) && gib <= call_number(call, "MaximumMemorySize", 1e9) &&
	       type->gpu >= call_int(call, "MinimumGPUAmount", 0) &&
	       type->gpu <= call_int(call, "MaximumGPUAmount", INT32_MAX) &&
	       type->enis >= call_int(call, "MinimumEniQuantity", 0) &&
	       (!architecture || !strcmp(architecture, type->architecture));
}

static void write_type(struct json_out *out, const struct instance_type *type)
{
	json_object(out, NULL);
	json_text(out, "InstanceTypeId", type->id);
	json_text(out, "InstanceTypeFamily", type->family);
	json_text(out, "InstanceFamilyLevel", type->cpu ? "EnterpriseLevel" : "");
	json_text(out, "InstanceCategory", type->gpu ? "GPU-accelerated compute-optimized" : "General-purpose");
	json_text(out, "CpuArchitecture", type->architecture);
	json_text(out, "PhysicalProcessorModel", type->processor);
	json_int(out, "CpuCoreCount", type->cpu);
	json_number(out, "CpuSpeedFrequency", 2.8);
	json_number(out, "CpuTurboFrequency", 3.2);
	json_number(out, "MemorySize", type->memory_mib / 1024.0);
	json_int(out, "GPUAmount", type->gpu);
	json_text(out, "GPUSpec", type->gpu ? "NVIDIA A10" : "");
	json_number(out, "GPUMemorySize", type->gpu ? 24.0 : 0.0);
	json_int(out, "EniQuantity", type->enis);
	json_int(out, "EniTotalQuantity", type->enis);
	json_int(out, "EniPrivateIpAddressQuantity", type->ips_per_eni);
	json_int(out, "EniIpv6AddressQuantity", type->ips_per_eni);
	json_int(out, "PrimaryEniQueueNumber", type->cpu < 8 ? type->cpu : 8);
	json_int(out, "SecondaryEniQueueNumber", type->cpu < 8 ? type->cpu : 8);
	json_int(out, "MaximumQueueNumberPerEni", type->cpu < 16 ? type->cpu : 16);
	json_int(out, "InstanceBandwidthRx", type->bandwidth_mbit * 1024);
	json_int(out, "InstanceBandwidthTx", type->bandwidth_mbit * 1024);
	json_int(out, "InstancePpsRx", 100000 * type->cpu);
	json_int(out, "InstancePpsTx", 100000 * type->cpu);
	json_int(out, "DiskQuantity", 17);
	json_text(out, "NvmeSupport", type->nvme ? "required" : "unsupported");
	json_bool(out, "JumboFrameSupport", false);
	json_text(out, "LocalStorageCategory", "");
	json_object(out, "SupportedBootModes");
	json_list(out, "SupportedBootMode");
	if (strstr(type->boot_modes, "BIOS"))
		json_text(out, NULL, "BIOS");
	if (strstr(type->boot_modes, "UEFI"))
		json_text(out, NULL, "UEFI");
	json_list_end(out);
	json_object_end(out);
	json_object(out, "SecurityOptions");
	json_bool(out, "SecureBootSupport", type->tdx);
	json_object_end(out);
	json_object_end(out);
}

void ecs_describe_instance_types(struct call *call)
{
	struct page page;
	const char *ids[MOST_TYPES], *families[MOST_TYPES];
	size_t count = call_list(call, "InstanceTypes", ids, MOST_TYPES);
	size_t family_count = call_list(call, "InstanceTypeFamilies", families, MOST_TYPES);
	if (!family_count && call_text(call, "InstanceTypeFamily"))
		families[family_count++] = call_text(call, "InstanceTypeFamily");
	for (size_t i = 0; i < count; i++)
		if (!instance_type_find(ids[i])) {
			call_fail(call, 400, "InvalidInstanceType.ValueNotSupported",
			        "The specified InstanceType is not supported.");
			return;
		}
	if (!page_begin(call, &page, PAGE_TOKENS, USUAL_PAGE, MOST_PAGE))
		return;
	json_object(&call->out, "InstanceTypes");
	json_list(&call->out, "InstanceType");
	for (size_t i = instance_type_count; i-- > 0;) {
		const struct instance_type *type = &instance_types[i];
		struct resource key = {.sequence = i + 1};
		if (listed(ids, count, type->id) && listed(families, family_count, type->family) && fits(call, type) &&
		        page_takes(&page, &key))
			write_type(&call->out, type);
	}
	json_list_end(&call->out);
	json_object_end(&call->out);
	page_end(call, &page);
}

void ecs_describe_instance_type_families(struct call *call)
{
	json_object(&call->out, "InstanceTypeFamilies");
	json_list(&call->out, "InstanceTypeFamily");
	for (size_t i = 0; i < instance_type_count; i++) {
		const struct instance_type *type = &instance_types[i];
		if (i && !strcmp(type->family, instance_types[i - 1].family))
			continue;
		json_object(&call->out, NULL);
		json_text(&call->out, "InstanceTypeFamilyId", type->family);
		json_text(&call->out, "Generation", type->tdx ? "ecs-8" : "ecs-7");
		json_object_end(&call->out);
	}
	json_list_end(&call->out);
	json_object_end(&call->out);
}

static void write_supported(struct json_out *out, const char *value, bool sold)
{
	json_object(out, NULL);
	json_text(out, "Value", value);
	json_text(out, "Status", sold ? "Available" : "SoldOut");
	json_text(out, "StatusCategory", sold ? "WithStock" : "WithoutStock");
	json_object_end(out);
}

static bool wanted_here(const struct call *call, const struct instance_type *type)
{
	const char *id = call_text(call, "InstanceType");
	int64_t cores = call_int(call, "Cores", 0);
	double memory = call_number(call, "Memory", 0);
	return (!id || !strcmp(id, type->id)) && (!cores || cores == type->cpu) &&
	       (memory <= 0 || (int)(memory * 1024) == type->memory_mib);
}

static bool write_types_of_zone(struct call *call, char letter)
{
	bool any = false;
	for (size_t i = 0; i < instance_type_count; i++) {
		bool sold = instance_type_sold(&instance_types[i], call->region, letter);
		if (wanted_here(call, &instance_types[i]) && (sold || call_text(call, "InstanceType"))) {
			write_supported(&call->out, instance_types[i].id, sold);
			any = any || sold;
		}
	}
	return any;
}

void ecs_describe_available_resource(struct call *call)
{
	struct json_out *out = &call->out;
	const char *what = call_text(call, "DestinationResource"), *zone = call_text(call, "ZoneId");
	const char *type = call_text(call, "InstanceType");
	bool disks = !strcmp(what, "SystemDisk") || !strcmp(what, "DataDisk");
	if (disks && !type) {
		param_missing(call, "InstanceType");
		return;
	}
	if (type && !instance_type_find(type)) {
		call_fail(call, 404, "InvalidInstanceType.NotFound", "The specified InstanceType does not exist.");
		return;
	}
	json_object(out, "AvailableZones");
	json_list(out, "AvailableZone");
	for (size_t i = 0; i < call->region->zone_count; i++) {
		const char *id = arena_printf(&call->request->arena, "%s-%s", call->region->id, call->region->zones[i]);
		if (zone && strcmp(zone, id) != 0)
			continue;
		json_object(out, NULL);
		json_text(out, "RegionId", call->region->id);
		json_text(out, "ZoneId", id);
		json_object(out, "AvailableResources");
		json_list(out, "AvailableResource");
		json_object(out, NULL);
		json_text(out, "Type", what);
		json_object(out, "SupportedResources");
		json_list(out, "SupportedResource");
		bool any = true;
		if (!strcmp(what, "InstanceType"))
			any = write_types_of_zone(call, call->region->zones[i][0]);
		else if (disks)
			write_supported(out, "cloud_essd", true), write_supported(out, "cloud_auto", true);
		else
			write_supported(out, id, true);
		json_list_end(out);
		json_object_end(out);
		json_object_end(out);
		json_list_end(out);
		json_object_end(out);
		json_text(out, "Status", any ? "Available" : "SoldOut");
		json_text(out, "StatusCategory", any ? "WithStock" : "WithoutStock");
		json_object_end(out);
	}
	json_list_end(out);
	json_object_end(out);
}

void ecs_describe_recommend_instance_type(struct call *call)
{
	struct json_out *out = &call->out;
	int64_t cores = call_int(call, "Cores", 0);
	double memory = call_number(call, "Memory", 0);
	const struct instance_type *like = instance_type_find(call_text(call, "InstanceType"));
	if (like) {
		cores = like->cpu;
		memory = like->memory_mib / 1024.0;
	}
	if (!cores || memory <= 0) {
		param_missing(call, "Cores");
		return;
	}
	int priority = 0;
	json_object(out, "Data");
	json_list(out, "RecommendInstanceType");
	for (size_t i = 0; i < instance_type_count; i++) {
		const struct instance_type *type = &instance_types[i];
		if (type->cpu < cores || type->memory_mib < memory * 1024 || type->cpu > 2 * cores || type->gpu)
			continue;
		for (size_t z = 0; z < call->region->zone_count; z++) {
			if (!instance_type_sold(type, call->region, call->region->zones[z][0]))
				continue;
			json_object(out, NULL);
			json_text(out, "RegionId", call->region->id);
			json_printf(out, "ZoneId", "%s-%s", call->region->id, call->region->zones[z]);
			json_int(out, "Priority", ++priority);
			json_text(out, "CommodityCode", "ecs");
			json_object(out, "InstanceType");
			json_text(out, "InstanceType", type->id);
			json_text(out, "InstanceTypeFamily", type->family);
			json_int(out, "Cores", type->cpu);
			json_int(out, "Memory", type->memory_mib / 1024);
			json_object_end(out);
			json_object_end(out);
			break;
		}
	}
	json_list_end(out);
	json_object_end(out);
}
