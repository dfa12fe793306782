// SPDX-License-Identifier: Apache-2.0
// Prices: pay as you go, by time, and spot.
#include "config.h"
#include "sim/ecs.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "sim/catalog.h"
#include "sim/params.h"
#include "sim/service.h"

#include "base/banned.h"

enum { HOUR_MS = 3600 * 1000, MOST_DAYS = 30, MOST_DISKS = 16, MOST_PRICES = 1000 };

// CNY per GiB and hour.
static double disk_price(const char *category)
{
	if (!strcmp(category, "cloud_essd"))
		return 0.0021;
	return !strcmp(category, "cloud_efficiency") ? 0.00049 : 0.0014;
}

static double unit_hours(const char *unit)
{
	static const struct {
		const char *unit;
		double hours;
	} units[] = {{"Hour", 1}, {"Day", 24}, {"Week", 168 * 0.9}, {"Month", 720 * 0.6}, {"Year", 8640 * 0.5}};
	for (size_t i = 0; i < COUNT_OF(units); i++)
		if (!strcmp(units[i].unit, unit))
			return units[i].hours;
	return 0;
}

static void write_detail(struct json_out *out, const char *resource, double price)
{
	json_object(out, NULL);
	json_text(out, "Resource", resource);
	json_number(out, "OriginalPrice", price);
	json_number(out, "DiscountPrice", 0);
	json_number(out, "TradePrice", price);
	json_object_end(out);
}

static double spot_factor(const struct call *call)
{
	return strcmp(call_text_or(call, "SpotStrategy", "NoSpot"), "NoSpot") != 0 ? 0.28 : 1.0;
}

static double data_disks(struct call *call)
{
	double price = 0;
	for (unsigned i = 1; i <= MOST_DISKS; i++) {
		const char *category = call_member(call, "DataDisk", i, "Category");
		const char *size = call_member(call, "DataDisk", i, "Size");
		int64_t gib = 0;
		if (size && text_to_int64(size, &gib))
			price += region_price(call->region, disk_price(category ? category : "cloud_essd")) *
			         (double)gib;
	}
	return price;
}

void ecs_describe_price(struct call *call)
{
	struct json_out *out = &call->out;
	const char *what = call_text_or(call, "ResourceType", "instance");
	const struct instance_type *type = instance_type_find(call_text(call, "InstanceType"));
	const char *category = call_text_or(call, "SystemDisk.Category", "cloud_essd");
	double hours = unit_hours(call_text_or(call, "PriceUnit", "Hour")) * (double)call_int(call, "Period", 1);
	double amount = (double)call_int(call, "Amount", 1);
	if (!strcmp(what, "instance") && !type) {
		if (call_text(call, "InstanceType"))
			call_fail(call, 403, "InvalidInstanceType.ValueNotSupported",
			        "The specified InstanceType is not supported.");
		else
			param_missing(call, "InstanceType");
		return;
	}
	double instance = type ? region_price(call->region, type->price) * spot_factor(call) * hours * amount : 0;
	double data = data_disks(call) * hours * amount;
	double disk = region_price(call->region, disk_price(category)) * (double)call_int(call, "SystemDisk.Size", 40) *
	              hours * amount;
	json_object(out, "PriceInfo");
	json_object(out, "Price");
	json_text(out, "Currency", region_currency(call->region));
	json_number(out, "OriginalPrice", instance + disk + data);
	json_number(out, "DiscountPrice", 0);
	json_number(out, "TradePrice", instance + disk + data);
	json_object(out, "DetailInfos");
	json_list(out, "DetailInfo");
	if (type)
		write_detail(out, "instanceType", instance);
	write_detail(out, "systemDisk", disk);
	if (data > 0)
		write_detail(out, "dataDisk", data);
	json_list_end(out);
	json_object_end(out);
	json_object_end(out);
	json_object(out, "Rules");
	json_raw(out, "Rule", "[]");
	json_object_end(out);
	json_object_end(out);
}

void ecs_describe_spot_price_history(struct call *call)
{
	struct json_out *out = &call->out;
	const struct instance_type *type = instance_type_find(call_text(call, "InstanceType"));
	const char *start = call_text(call, "StartTime"), *end = call_text(call, "EndTime"),
	           *zone = call_text(call, "ZoneId");
	int64_t from = call->world->now - 24 * (int64_t)HOUR_MS, to = call->world->now;
	int64_t offset = call_int(call, "Offset", 0), at = 0, written = 0;
	if (!type) {
		call_fail(call, 404, "InvalidInstanceType.NotFound", "The specified InstanceType does not exist.");
		return;
	}
	if ((start && !time_parse(start, &from)) || (end && !time_parse(end, &to)) || to < from ||
	        call->world->now - from > (MOST_DAYS + 1) * 24 * (int64_t)HOUR_MS) {
		param_invalid(call, "StartTime");
		return;
	}
	json_text(out, "Currency", region_currency(call->region));
	json_object(out, "SpotPrices");
	json_list(out, "SpotPriceType");
	for (size_t z = 0; z < call->region->zone_count; z++) {
		const char *id = arena_printf(&call->request->arena, "%s-%s", call->region->id, call->region->zones[z]);
		if (zone && strcmp(zone, id) != 0)
			continue;
		for (int64_t hour = from / HOUR_MS; hour * HOUR_MS <= to; hour++) {
			if (at++ < offset || written == MOST_PRICES)
				continue;
			written++;
			double price = region_price(call->region, type->price);
			json_object(out, NULL);
			json_text(out, "ZoneId", id);
			json_text(out, "InstanceType", type->id);
			json_text(out, "IoOptimized", "optimized");
			json_text(out, "NetworkType", "vpc");
			json_time(out, "Timestamp", hour * HOUR_MS);
			json_number(out, "OriginPrice", price);
			json_number(out, "SpotPrice", price * (0.25 + 0.01 * (double)((hour + (int64_t)z) % 7)));
			json_object_end(out);
		}
	}
	json_list_end(out);
	json_object_end(out);
	json_int(out, "NextOffset", offset + written);
}

void ecs_describe_spot_advice(struct call *call)
{
	struct json_out *out = &call->out;
	const char *ids[20], *zone = call_text(call, "ZoneId");
	size_t count = call_list(call, "InstanceTypes", ids, COUNT_OF(ids));
	int64_t cores = call_int(call, "Cores", 0);
	json_text(out, "RegionId", call->region->id);
	json_object(out, "AvailableSpotZones");
	json_list(out, "AvailableSpotZone");
	for (size_t z = 0; z < call->region->zone_count; z++) {
		const char *id = arena_printf(&call->request->arena, "%s-%s", call->region->id, call->region->zones[z]);
		if (zone && strcmp(zone, id) != 0)
			continue;
		json_object(out, NULL);
		json_text(out, "ZoneId", id);
		json_object(out, "AvailableSpotResources");
		json_list(out, "AvailableSpotResource");
		for (size_t i = 0; i < instance_type_count; i++) {
			const struct instance_type *type = &instance_types[i];
			bool wanted = !count;
			for (size_t k = 0; k < count; k++)
				wanted = wanted || !strcmp(ids[k], type->id);
			if (!wanted || (cores && cores != type->cpu) ||
			        !instance_type_sold(type, call->region, call->region->zones[z][0]))
				continue;
			json_object(out, NULL);
			json_text(out, "InstanceType", type->id);
			json_int(out, "AverageSpotDiscount", 25 + (int64_t)(i % 6));
			json_number(out, "InterruptionRate", 0.01 * (double)(i % 5));
			json_text(out, "InterruptRateDesc", i % 5 ? "3-5%" : "0-3%");
			json_object_end(out);
		}
		json_list_end(out);
		json_object_end(out);
		json_object_end(out);
	}
	json_list_end(out);
	json_object_end(out);
}
