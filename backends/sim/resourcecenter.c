// SPDX-License-Identifier: Apache-2.0
// Resource Center: an index over all regions, minutes behind. Source: Alibaba Cloud API: ResourceCenter 2022-12-01.
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "sim/cloud.h"
#include "sim/service.h"
#include "sim/vpc_ops.h"

#include "base/banned.h"

enum { RESULTS_USUAL = 20, RESULTS_MOST = 500, LAG_MS = 120000, FILTERS_MOST = 10, VALUES_MOST = 50 };

// One resource as the index shows it.
struct entry {
	const struct resource *resource;
	const char *type, *name, *zone, *vpc, *vswitch;
	uint32_t addresses[2];
};

static void read_instance(const struct resource *resource, struct entry *entry)
{
	const struct instance *instance = (const void *)resource;
	entry->name = instance->name;
	entry->zone = instance->vswitch->zone;
	entry->vpc = instance->vswitch->vpc->base.id;
	entry->vswitch = instance->vswitch->base.id;
	entry->addresses[0] = instance->private_ip;
	entry->addresses[1] = instance->public_ip;
}

static void read_interface(const struct resource *resource, struct entry *entry)
{
	const struct eni *eni = (const void *)resource;
	entry->name = eni->name;
	entry->zone = eni->vswitch->zone;
	entry->vpc = eni->vswitch->vpc->base.id;
	entry->vswitch = eni->vswitch->base.id;
	entry->addresses[0] = eni->private_ip;
}

static void read_eip(const struct resource *resource, struct entry *entry)
{
	const struct eip *eip = (const void *)resource;
	entry->name = eip->name;
	entry->addresses[0] = eip->address;
}

static void read_cluster(const struct resource *resource, struct entry *entry)
{
	const struct cluster *cluster = (const void *)resource;
	entry->name = cluster->name;
	entry->vpc = cluster->vpc ? cluster->vpc->base.id : "";
}

static void read_gateway(const struct resource *resource, struct entry *entry)
{
	const struct nat_gateway *gateway = (const void *)resource;
	entry->name = gateway->name;
	entry->zone = gateway->vswitch->zone;
	entry->vpc = gateway->vswitch->vpc->base.id;
	entry->vswitch = gateway->vswitch->base.id;
}

static void read_vpc(const struct resource *resource, struct entry *entry)
{
	const struct vpc *vpc = (const void *)resource;
	entry->name = vpc->name;
	entry->vpc = vpc->base.id;
}

static void read_vswitch(const struct resource *resource, struct entry *entry)
{
	const struct vswitch *vswitch = (const void *)resource;
	entry->name = vswitch->name;
	entry->zone = vswitch->zone;
	entry->vpc = vswitch->vpc->base.id;
	entry->vswitch = vswitch->base.id;
}

static const struct indexed {
	enum resource_kind kind;
	const char *type;
	void (*read)(const struct resource *resource, struct entry *entry);
} indexed[] = {
        {KIND_CLUSTER, "ACS::ACK::Cluster", read_cluster},
        {KIND_INSTANCE, "ACS::ECS::Instance", read_instance},
        {KIND_ENI, "ACS::ECS::NetworkInterface", read_interface},
        {KIND_EIP, "ACS::EIP::EipAddress", read_eip},
        {KIND_NAT_GATEWAY, "ACS::NAT::NatGateway", read_gateway},
        {KIND_VPC, "ACS::VPC::VPC", read_vpc},
        {KIND_VSWITCH, "ACS::VPC::VSwitch", read_vswitch},
};

struct filter {
	const char *key, *match;
	const char *values[VALUES_MOST];
	size_t count;
};

static bool text_matches(const struct filter *filter, const char *text)
{
	bool negative = !strcmp(filter->match, "NotContains"), any = false;
	for (size_t i = 0; i < filter->count; i++) {
		const char *value = filter->values[i];
		any = any || (!strcmp(filter->match, "Equals")          ? !strcmp(text, value)
		                     : !strcmp(filter->match, "Prefix") ? text_starts_with(text, value)
		                                                        : strstr(text, value) != NULL);
	}
	if (!strcmp(filter->match, "Exists"))
		return *text != 0;
	if (!strcmp(filter->match, "NotExists"))
		return !*text;
	return any != negative;
}

// A tag is given as {"key":"a","value":"b"}.
static bool tag_matches(const struct filter *filter, const struct resource *resource)
{
	for (size_t i = 0; i < filter->count; i++) {
		cJSON *tag = cJSON_Parse(filter->values[i]);
		const char *key = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(tag, "key"));
		const char *value = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(tag, "value"));
		const char *has = key ? resource_tag_value(resource, key) : NULL;
		bool same = has && (!value || !strcmp(has, value));
		cJSON_Delete(tag);
		if (same)
			return strncmp(filter->match, "Not", 3) != 0;
	}
	return !strncmp(filter->match, "Not", 3);
}

static bool address_matches(const struct filter *filter, const struct entry *entry)
{
	for (size_t i = 0; i < COUNT_OF(entry->addresses); i++) {
		char text[IP_TEXT_SIZE];
		ip_format(entry->addresses[i], text);
		if (entry->addresses[i] && text_matches(filter, text))
			return true;
	}
	return false;
}

static bool filter_passes(const struct filter *filter, const struct entry *entry)
{
	const struct {
		const char *key, *value;
	} plain[] = {{"ResourceType", entry->type}, {"RegionId", entry->resource->region->id},
	        {"ResourceId", entry->resource->id}, {"ResourceName", entry->name}, {"ResourceGroupId", ""},
	        {"VpcId", entry->vpc}, {"VSwitchId", entry->vswitch}};
	for (size_t i = 0; i < COUNT_OF(plain); i++)
		if (!strcmp(plain[i].key, filter->key))
			return text_matches(filter, plain[i].value);
	return !strcmp(filter->key, "Tag") ? tag_matches(filter, entry->resource) : address_matches(filter, entry);
}

static size_t read_filters(struct call *call, struct filter *out)
{
	size_t count = 0;
	while (count < FILTERS_MOST) {
		const char *key = call_member(call, "Filter", count + 1, "Key");
		if (!key)
			break;
		char values[64];
		snprintf(values, sizeof(values), "Filter.%zu.Value", count + 1);
		const char *match = call_member(call, "Filter", count + 1, "MatchType");
		out[count] = (struct filter){.key = key, .match = match ? match : "Equals"};
		out[count].count = call_list(call, values, out[count].values, VALUES_MOST);
		count++;
	}
	return count;
}

static void write_entry(struct call *call, const struct entry *entry)
{
	struct json_out *out = &call->out;
	json_object(out, NULL);
	json_text(out, "ResourceType", entry->type);
	json_text(out, "RegionId", entry->resource->region->id);
	json_text(out, "ResourceId", entry->resource->id);
	json_text(out, "ResourceName", entry->name);
	json_text(out, "ZoneId", entry->zone);
	json_text(out, "AccountId", call->world->account);
	json_text(out, "ResourceGroupId", "");
	json_time(out, "CreateTime", entry->resource->created);
	json_list(out, "IpAddresses");
	for (size_t i = 0; i < COUNT_OF(entry->addresses); i++)
		if (entry->addresses[i])
			json_ip(out, NULL, entry->addresses[i]);
	json_list_end(out);
	json_list(out, "Tags");
	for (size_t i = 0; i < entry->resource->tag_count; i++) {
		json_object(out, NULL);
		json_text(out, "Key", entry->resource->tags[i].key);
		json_text(out, "Value", entry->resource->tags[i].value);
		json_object_end(out);
	}
	json_list_end(out);
	json_object_end(out);
}

// Where a page ended: kinds in the order of the table, regions in theirs, resources from the newest on.
struct place {
	size_t kind, region;
	uint64_t before;
};

static void search_resources(struct call *call)
{
	struct filter *filters = arena_alloc(&call->request->arena, FILTERS_MOST * sizeof(*filters));
	const char *token = call_text(call, "NextToken");
	struct world *world = call->world;
	struct place at = {.before = UINT64_MAX};
	int64_t most = call_int(call, "MaxResults", RESULTS_USUAL), taken = 0;
	if (!cloud_resource_center(world)) {
		call_fail(call, 409, "ServiceNotEnabled", "Resource Center is not enabled: call EnableResourceCenter.");
		return;
	}
	if (token && sscanf(token, "r%zu.%zu.%" SCNu64, &at.kind, &at.region, &at.before) != 3) {
		call_fail(call, 400, "InvalidParameter.NextToken", "The specified parameter NextToken is not valid.");
		return;
	}
	size_t filter_count = read_filters(call, filters);
	const char *next = "";
	json_list(&call->out, "Resources");
	for (; at.kind < COUNT_OF(indexed) && !*next; at.kind++, at.region = 0)
		for (; at.region < world->region_count && !*next; at.region++, at.before = UINT64_MAX) {
			const struct table *table = &world->regions[at.region].tables[indexed[at.kind].kind];
			for (size_t i = table_from(table, at.before); i-- > 0;) {
				const struct resource *resource = table->items[i];
				struct entry entry = {resource, indexed[at.kind].type, "", "", "", "", {0}};
				bool passes = resource->created + LAG_MS <= world->now && !call->blind;
				indexed[at.kind].read(resource, &entry);
				for (size_t f = 0; f < filter_count && passes; f++)
					passes = filter_passes(&filters[f], &entry);
				if (!passes)
					continue;
				if (taken++ == most) {
					next = arena_printf(&call->request->arena, "r%zu.%zu.%" PRIu64, at.kind,
					        at.region, resource->sequence + 1);
					break;
				}
				write_entry(call, &entry);
			}
		}
	json_list_end(&call->out);
	json_text(&call->out, "NextToken", next);
	json_int(&call->out, "MaxResults", most);
}

static void write_status(struct call *call)
{
	bool enabled = cloud_resource_center(call->world);
	json_text(&call->out, "ServiceStatus", enabled ? "Enabled" : "Disabled");
	json_text(&call->out, "InitialStatus", enabled ? "Finished" : "Pending");
}

static void enable(struct call *call)
{
	cloud_enable_resource_center(call->world);
	write_status(call);
}

static const struct operation operations[] = {
        {"SearchResources", search_resources,
                "Filter.N.Key(1..10) Filter.N.MatchType(1..10) Filter.N.Value.N MaxResults:int(1..500) NextToken "
                "IncludeDeletedResources:bool ResourceGroupId SearchExpression SortCriterion.Key SortCriterion.Order",
                OPERATION_SILENT},
        {"GetResourceCenterServiceStatus", write_status, "", 0},
        {"EnableResourceCenter", enable, "", OPERATION_CHANGES},
};

extern const struct service resourcecenter_service;
const struct service resourcecenter_service = {
        .name = "resourcecenter",
        .version = "2022-12-01",
        .style = STYLE_RPC,
        .central = true,
        .operations = operations,
        .operation_count = COUNT_OF(operations),
};
