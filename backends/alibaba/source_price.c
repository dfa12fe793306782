// SPDX-License-Identifier: Apache-2.0
// Prices per hour, pay as you go (Alibaba Cloud API: ECS DescribePrice, BssOpenApi GetPayAsYouGoPrice).
#include "alibaba/source.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

// What the adaptor makes: its system disks are ESSDs.
static const char disk_category[] = "cloud_essd";

enum { DISK_USUAL_GIB = 40 };

static struct http_response *send_call(
        struct session *session, struct call *call, struct cancel *cancel, struct error *error)
{
	struct http_response *response = call_perform(&session->caller, call, cancel, error);

	call_finish(call);
	return response;
}

static bool read_price(const cJSON *price, const char *amount, double *per_hour, char currency[8], struct error *error)
{
	*per_hour = json_real(price, amount, NAN);
	snprintf(currency, 8, "%.7s", json_text(price, "Currency"));
	return isfinite(*per_hour) || error_set(error, ERROR_PROTOCOL, _("The answer names no price"));
}

static bool ask_price(struct session *session, const char *region, const char *type, const char *zone, int64_t disk_gib,
        double *per_hour, char currency[8], struct cancel *cancel, struct error *error)
{
	struct http_response *response;
	struct json_doc doc;
	struct call call;
	bool known = false;

	call_init(&call, "ecs.DescribePrice", region);
	call_set_region(&call);
	call_set(&call, "ResourceType", "instance");
	call_set(&call, "InstanceType", type);
	call_set(&call, "PriceUnit", "Hour");
	if (*zone)
		call_set(&call, "ZoneId", zone);
	call_set(&call, "SystemDisk.Category", disk_category);
	call_set_number(&call, "SystemDisk.Size", disk_gib);
	response = send_call(session, &call, cancel, error);
	if (!response)
		return false;
	if (json_open(&doc, response->body, response->body_size, "answer of ecs.DescribePrice", error)) {
		known = read_price(json_path(doc.root, "PriceInfo.Price"), "TradePrice", per_hour, currency, error);
		json_close(&doc);
	}
	http_response_destroy(response);
	return known;
}

bool source_price(struct session *session, const struct scope *region, const char *type, const char *zone,
        int64_t disk_gib, double *per_hour, char currency[8], struct cancel *cancel, struct error *error)
{
	struct error problem = {0};
	char what[200];
	bool known;

	if (disk_gib <= 0)
		disk_gib = DISK_USUAL_GIB;
	zone = zone ? zone : "";
	snprintf(what, sizeof(what), "ecs/%.60s/%.60s/%.40s/%" PRId64, region->region, type, zone, disk_gib);
	switch (prices_begin(&session->prices, what, per_hour, currency, cancel, error)) {
	case PRICE_KNOWN:
		return true;
	case PRICE_REFUSED:
		return false;
	case PRICE_ASK:
		break;
	}
	known = ask_price(session, region->region, type, zone, disk_gib, per_hour, currency, cancel, &problem);
	prices_answer(&session->prices, what, *per_hour, known ? currency : "", known ? NULL : &problem);
	if (!known && error)
		*error = problem;
	return known;
}

// Bought by traffic, an address costs while nothing uses it: its rent.
static bool ask_address(struct session *session, const char *region, double *per_hour, char currency[8],
        struct cancel *cancel, struct error *error)
{
	struct http_response *response;
	struct json_doc doc;
	struct call call;
	char config[160];
	bool known = false;

	snprintf(config, sizeof(config), "Region:%.100s", region);
	call_init(&call, "bssopenapi.GetPayAsYouGoPrice", "");
	call_set(&call, "ProductCode", "eip");
	call_set(&call, "SubscriptionType", "PayAsYouGo");
	call_set(&call, "Region", region);
	call_set(&call, "ModuleList.1.ModuleCode", "InstanceRent");
	call_set(&call, "ModuleList.1.PriceType", "Hour");
	call_set(&call, "ModuleList.1.Config", config);
	response = send_call(session, &call, cancel, error);
	if (!response)
		return false;
	if (json_open(&doc, response->body, response->body_size, "answer of bssopenapi.GetPayAsYouGoPrice", error)) {
		const cJSON *data = json_member(doc.root, "Data");

		// This service says what is wrong inside a successful answer.
		if (json_flag(doc.root, "Success", true) && data) {
			known = read_price(json_path(data, "ModuleDetails.ModuleDetail.0"), "CostAfterDiscount",
			        per_hour, currency, error);
			snprintf(currency, 8, "%.7s", json_text(data, "Currency"));
		} else {
			error_set(error, ERROR_PROTOCOL, "%s", json_text(doc.root, "Message"));
			if (error)
				snprintf(error->code, sizeof(error->code), "%.95s", json_text(doc.root, "Code"));
		}
		json_close(&doc);
	}
	http_response_destroy(response);
	return known;
}

bool source_address_price(struct session *session, const struct scope *region, double *per_hour, char currency[8],
        struct cancel *cancel, struct error *error)
{
	struct error problem = {0};
	char what[200];
	bool known;

	snprintf(what, sizeof(what), "eip/%.100s", region->region);
	switch (prices_begin(&session->prices, what, per_hour, currency, cancel, error)) {
	case PRICE_KNOWN:
		return true;
	case PRICE_REFUSED:
		return false;
	case PRICE_ASK:
		break;
	}
	known = ask_address(session, region->region, per_hour, currency, cancel, &problem);
	prices_answer(&session->prices, what, *per_hour, known ? currency : "", known ? NULL : &problem);
	if (!known && error)
		*error = problem;
	return known;
}
