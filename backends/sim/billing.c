// SPDX-License-Identifier: Apache-2.0
// Prices and the account's balance, and quotas. Sources: Alibaba Cloud API: BssOpenApi 2017-12-14, Quotas 2020-05-10.
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "sim/catalog.h"
#include "sim/service.h"
#include "sim/vpc_ops.h"

#include "base/banned.h"

enum { MODULES_MOST = 50, QUOTAS_USUAL = 30, QUOTAS_MOST = 200, DIMENSIONS_MOST = 10 };

// Pay as you go, CNY: per hour, or per GB of traffic.
static const struct {
	const char *product, *module;
	double price;
} prices[] = {
        {"nat_gw", "InstanceRent", 0.204},
        {"nat_gw", "CU", 0.204},
        {"eip", "InstanceRent", 0.02},
        {"eip", "Bandwidth", 0.125},
        {"eip", "InternetTrafficOut", 0.8},
        {"eip", "BandwidthByTraffic", 0.8},
        {"oss", "Storage", 0.00017},
        {"slb", "InstanceRent", 0.1},
        {"csk", "ClusterManagement", 0.64},
        {"snapshot", "Storage", 0.00028},
};

static bool find_price(const char *product, const char *module, double *out)
{
	for (size_t i = 0; i < COUNT_OF(prices); i++)
		if (!strcmp(prices[i].product, product) && !strcmp(prices[i].module, module)) {
			*out = prices[i].price;
			return true;
		}
	return false;
}

// This service says what is wrong inside a successful answer.
static void refuse(struct call *call, const char *code, const char *message)
{
	json_text(&call->out, "Code", code);
	json_text(&call->out, "Message", message);
	json_bool(&call->out, "Success", false);
}

static void write_module(struct call *call, const char *module, double price)
{
	struct json_out *out = &call->out;
	json_object(out, NULL);
	json_text(out, "ModuleCode", module);
	json_number(out, "OriginalCost", price);
	json_number(out, "InvoiceDiscount", 0);
	json_number(out, "CostAfterDiscount", price);
	json_number(out, "UnitPrice", price);
	json_object_end(out);
}

static void get_price(struct call *call)
{
	const char *product = call_text(call, "ProductCode");
	struct region *region = world_region(call->world, call_text(call, "Region"));
	double price;
	size_t count = 0;
	if (!region)
		region = call->world->home;
	for (; count < MODULES_MOST && call_member(call, "ModuleList", count + 1, "ModuleCode"); count++)
		if (!find_price(product, call_member(call, "ModuleList", count + 1, "ModuleCode"), &price)) {
			refuse(call, "InvalidModuleCode", "The module is not one of the product.");
			return;
		}
	json_text(&call->out, "Code", "Success");
	json_text(&call->out, "Message", "Successful!");
	json_bool(&call->out, "Success", true);
	json_object(&call->out, "Data");
	json_text(&call->out, "Currency", region_currency(region));
	json_object(&call->out, "ModuleDetails");
	json_list(&call->out, "ModuleDetail");
	for (size_t i = 1; i <= count; i++) {
		const char *module = call_member(call, "ModuleList", i, "ModuleCode");
		find_price(product, module, &price);
		write_module(call, module, region_price(region, price));
	}
	json_list_end(&call->out);
	json_object_end(&call->out);
	json_nested_text(&call->out, "PromotionDetails", "PromotionDetail", NULL);
	json_object_end(&call->out);
}

static void query_balance(struct call *call)
{
	struct json_out *out = &call->out;
	json_text(out, "Code", "200");
	json_text(out, "Message", "Successful!");
	json_bool(out, "Success", true);
	json_object(out, "Data");
	json_text(out, "AvailableAmount", "10,000.00");
	json_text(out, "AvailableCashAmount", "10,000.00");
	json_text(out, "CreditAmount", "0.00");
	json_text(out, "MybankCreditAmount", "0.00");
	json_text(out, "QuotaLimit", "0.00");
	json_text(out, "Currency", region_currency(call->world->home));
	json_object_end(out);
}

static const struct operation billing_operations[] = {
        {"GetPayAsYouGoPrice", get_price,
                "ProductCode! SubscriptionType!(PayAsYouGo|Subscription) ProductType Region "
                "ModuleList.N.ModuleCode!(1..50) ModuleList.N.Config(1..50) ModuleList.N.PriceType(1..50)",
                0},
        {"QueryAccountBalance", query_balance, "", 0},
};

extern const struct service bss_service;
const struct service bss_service = {
        .name = "bssopenapi",
        .version = "2017-12-14",
        .style = STYLE_RPC,
        .central = true,
        .operations = billing_operations,
        .operation_count = COUNT_OF(billing_operations),
};

// What is limited. `total` is asked of the world, because a scenario may set it.
struct quota {
	const char *product, *category, *code, *name, *unit;
	int64_t (*total)(const struct world *world);
	enum resource_kind counted; // KIND_COUNT = nothing
};

static int64_t vcpus(const struct world *world)
{
	return world->rules.instance_quota ? world->rules.instance_quota : 10000;
}

static int64_t call_rate(const struct world *world)
{
	return world->rules.throttle_rate > 0 ? (int64_t)(world->rules.throttle_rate * 60) : 500;
}

static int64_t vpcs(const struct world *world)
{
	(void)world;
	return VPCS_MOST;
}

static const struct quota quotas[] = {
        {"ecs", "CommonQuota", "q_ondemand_vcpu", "Pay-as-you-go vCPUs", "vCPU", vcpus, KIND_COUNT},
        {"ecs", "FlowControl", "ecs.DescribeInstances", "DescribeInstances", "calls per minute", call_rate, KIND_COUNT},
        {"ecs", "FlowControl", "ecs.RunInstances", "RunInstances", "calls per minute", call_rate, KIND_COUNT},
        {"ecs", "FlowControl", "ecs.DeleteInstance", "DeleteInstance", "calls per minute", call_rate, KIND_COUNT},
        {"vpc", "CommonQuota", "vpc_quota_instances_num", "VPCs of a region", "", vpcs, KIND_VPC},
        {"eip", "CommonQuota", "eip_whitelist/instances_num", "EIPs of a region", "", eips_allowed, KIND_EIP},
};

static int64_t vcpus_used(const struct region *region)
{
	int64_t used = 0;
	struct instance *instance;
	EACH(instance, region, KIND_INSTANCE)
	used += instance->type->cpu;
	return used;
}

static int64_t usage(const struct region *region, const struct quota *quota)
{
	if (quota->total == vcpus)
		return vcpus_used(region);
	if (quota->counted == KIND_EIP)
		return eips_counted(region);
	return quota->counted == KIND_COUNT ? 0 : (int64_t)region->tables[quota->counted].count;
}

// Of the region that the dimensions name; without them, of the account's own.
static const struct region *quota_region(const struct call *call)
{
	char key[32], value[32];
	for (unsigned i = 1; i <= DIMENSIONS_MOST; i++) {
		snprintf(key, sizeof(key), "Dimensions.%u.Key", i);
		snprintf(value, sizeof(value), "Dimensions.%u.Value", i);
		const char *id = call_text(call, value);
		struct region *region = id && wanted_is(call_text(call, key), "regionId") ? world_region(call->world, id) : NULL;
		if (region)
			return region;
	}
	return call->world->home;
}

static void list_quotas(struct call *call)
{
	const char *product = call_text(call, "ProductCode"),
	           *category = call_text_or(call, "QuotaCategory", "CommonQuota");
	struct json_out *out = &call->out;
	const struct region *region = quota_region(call);
	int64_t count = 0;
	json_list(out, "Quotas");
	for (size_t i = 0; i < COUNT_OF(quotas); i++) {
		const struct quota *quota = &quotas[i];
		if (call->blind || strcmp(quota->product, product) != 0 || strcmp(quota->category, category) != 0 ||
		        !wanted_is(call_text(call, "QuotaActionCode"), quota->code) ||
		        (call_text(call, "KeyWord") && !strstr(quota->name, call_text(call, "KeyWord"))))
			continue;
		count++;
		json_object(out, NULL);
		json_text(out, "ProductCode", quota->product);
		json_text(out, "QuotaCategory", quota->category);
		json_text(out, "QuotaActionCode", quota->code);
		json_text(out, "QuotaName", quota->name);
		json_text(out, "QuotaUnit", quota->unit);
		json_int(out, "TotalQuota", quota->total(call->world));
		json_int(out, "TotalUsage", usage(region, quota));
		json_bool(out, "Adjustable", true);
		json_bool(out, "Consumable", quota->counted != KIND_COUNT || quota->total == vcpus);
		json_object_end(out);
	}
	json_list_end(out);
	json_int(out, "TotalCount", count);
	json_int(out, "MaxResults", call_int(call, "MaxResults", QUOTAS_USUAL));
	json_text(out, "NextToken", "");
}

static const struct operation quota_operations[] = {
        {"ListProductQuotas", list_quotas,
                "ProductCode! QuotaCategory(FlowControl|WhiteListLabel|CommonQuota) QuotaActionCode KeyWord GroupCode "
                "Dimensions.N.Key Dimensions.N.Value MaxResults:int(1..200) NextToken "
                "SortField(TOTAL|TIME|RESERVED) SortOrder(Descending|Ascending)",
                OPERATION_SILENT},
};

extern const struct service quotas_service;
const struct service quotas_service = {
        .name = "quotas",
        .version = "2020-05-10",
        .style = STYLE_RPC,
        .central = true,
        .operations = quota_operations,
        .operation_count = COUNT_OF(quota_operations),
};
