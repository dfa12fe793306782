// SPDX-License-Identifier: Apache-2.0
// Regions, zones and tags of the VPC service, and what all of its operations share.
#include "config.h"

#include <ctype.h>
#include <string.h>

#include "sim/vpc_ops.h"

#include "base/banned.h"

enum { TAG_KEY_MOST = 128, TAG_VALUE_MOST = 128, IDS_MOST = 50, PAGE_USUAL = 50 };

static void *find(struct call *call, enum resource_kind kind, const char *id, const char *code, const char *what)
{
	struct resource *found = world_find_in(call->world, kind, call->region, id);
	if (!found)
		call_fail(call, 404, code, "Specified %s does not exist.", what);
	return found;
}

struct vpc *vpc_find(struct call *call, const char *id)
{
	return find(call, KIND_VPC, id, "InvalidVpcId.NotFound", "VPC");
}

struct vswitch *vswitch_find(struct call *call, const char *id)
{
	return find(call, KIND_VSWITCH, id, "InvalidVSwitchId.NotFound", "VSwitch");
}

struct nat_gateway *nat_gateway_find(struct call *call, const char *id)
{
	return find(call, KIND_NAT_GATEWAY, id, "InvalidNatGatewayId.NotFound", "NAT gateway");
}

struct eip *eip_find(struct call *call, const char *id)
{
	return find(call, KIND_EIP, id, "InvalidAllocationId.NotFound", "elastic IP address");
}

bool wanted_is(const char *wanted, const char *value)
{
	return !wanted || !strcmp(wanted, value ? value : "");
}

size_t vpc_count(const struct region *region, enum resource_kind kind)
{
	return region->tables[kind].count;
}

bool vpc_name_is_valid(const char *name)
{
	size_t length = name ? strlen(name) : 2;
	return length >= 2 && length <= 128 && (!name || (strncmp(name, "http://", 7) && strncmp(name, "https://", 8)));
}

static bool tag_is_valid(const struct tag *tag)
{
	size_t key = strlen(tag->key), value = tag->value ? strlen(tag->value) : 0;
	return key >= 1 && key <= TAG_KEY_MOST && value <= TAG_VALUE_MOST && strncmp(tag->key, "aliyun", 6) != 0 &&
	       strncmp(tag->key, "acs:", 4) != 0 && strncmp(tag->key, "http://", 7) != 0 &&
	       strncmp(tag->key, "https://", 8) != 0;
}

bool vpc_tags_check(struct call *call)
{
	struct tag tags[TAGS_MOST];
	size_t count = call_tags(call, tags, COUNT_OF(tags));
	for (size_t i = 0; i < count; i++) {
		if (!tag_is_valid(&tags[i]))
			return call_fail(call, 400, "InvalidTagKey.Malformed", "Tag key or value is not valid: %s.",
			        tags[i].key);
		for (size_t k = 0; k < i; k++)
			if (!strcmp(tags[k].key, tags[i].key))
				return call_fail(
				        call, 400, "Duplicate.TagKey", "The tag key %s is given twice.", tags[i].key);
	}
	return true;
}

void vpc_tags_apply(struct call *call, struct resource *resource)
{
	struct tag tags[TAGS_MOST];
	size_t count = call_tags(call, tags, COUNT_OF(tags));
	for (size_t i = 0; i < count; i++)
		resource_tag(call->world, resource, tags[i].key, tags[i].value);
}

bool vpc_tags_match(struct call *call, const struct resource *resource)
{
	struct tag tags[TAGS_MOST];
	return resource_has_tags(resource, tags, call_tags(call, tags, COUNT_OF(tags)));
}

void vpc_describe_regions(struct call *call)
{
	struct json_out *out = &call->out;
	json_object(out, "Regions");
	json_list(out, "Region");
	for (size_t i = 0; i < call->world->region_count; i++) {
		const struct region *region = &call->world->regions[i];
		json_object(out, NULL);
		json_text(out, "RegionId", region->id);
		json_text(out, "LocalName", call_wants_english(call) ? region->english_name : region->name);
		json_printf(out, "RegionEndpoint", "vpc.%s.aliyuncs.com", region->id);
		json_object_end(out);
	}
	json_list_end(out);
	json_object_end(out);
}

void vpc_describe_zones(struct call *call)
{
	struct json_out *out = &call->out;
	const struct region *region = call->region;
	json_object(out, "Zones");
	json_list(out, "Zone");
	for (size_t i = 0; i < region->zone_count; i++) {
		int letter = toupper((unsigned char)region->zones[i][0]);
		json_object(out, NULL);
		json_printf(out, "ZoneId", "%s-%s", region->id, region->zones[i]);
		json_text(out, "ZoneType", "AvailabilityZone");
		if (call_wants_english(call))
			json_printf(out, "LocalName", "%s Zone %c", region->english_name, letter);
		else
			json_printf(out, "LocalName", "%s 可用区%c", region->name, letter);
		json_object_end(out);
	}
	json_list_end(out);
	json_object_end(out);
}

// Resource types of the tag operations; others are accepted by the service but not kept here.
static const struct {
	const char *type;
	enum resource_kind kind;
} tag_types[] = {
        {"VPC", KIND_VPC},
        {"VSWITCH", KIND_VSWITCH},
        {"EIP", KIND_EIP},
        {"NATGATEWAY", KIND_NAT_GATEWAY},
};

static int tag_kind(const struct call *call)
{
	const char *type = call_text(call, "ResourceType");
	for (size_t i = 0; i < COUNT_OF(tag_types); i++)
		if (!strcmp(tag_types[i].type, type))
			return (int)tag_types[i].kind;
	return -1;
}

// Fills `out` with the resources that ResourceId.N names; false after failing. At most IDS_MOST.
static bool tagged_resources(struct call *call, struct resource **out, size_t *count)
{
	const char *ids[IDS_MOST];
	int kind = tag_kind(call);
	*count = call_list(call, "ResourceId", ids, COUNT_OF(ids));
	for (size_t i = 0; i < *count; i++) {
		out[i] = kind < 0 ? NULL : world_find_in(call->world, (enum resource_kind)kind, call->region, ids[i]);
		if (!out[i])
			return call_fail(
			        call, 404, "InvalidResourceId.NotFound", "The resource %s does not exist.", ids[i]);
	}
	return true;
}

void vpc_tag_resources(struct call *call)
{
	struct resource *resources[IDS_MOST];
	struct tag tags[TAGS_MOST];
	size_t count, tag_count = call_tags(call, tags, COUNT_OF(tags));
	if (!vpc_tags_check(call) || !tagged_resources(call, resources, &count))
		return;
	for (size_t i = 0; i < count; i++) {
		size_t fresh = 0;
		for (size_t k = 0; k < tag_count; k++)
			fresh += !resource_tag_value(resources[i], tags[k].key);
		if (resources[i]->tag_count + fresh > TAGS_MOST) {
			call_fail(call, 400, "QuotaExceed.TagKey", "A resource holds at most %d tags.", TAGS_MOST);
			return;
		}
	}
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < tag_count; k++)
			resource_tag(call->world, resources[i], tags[k].key, tags[k].value);
}

void vpc_untag_resources(struct call *call)
{
	struct resource *resources[IDS_MOST];
	const char *keys[TAGS_MOST];
	size_t count, key_count = call_list(call, "TagKey", keys, COUNT_OF(keys));
	if (!tagged_resources(call, resources, &count))
		return;
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < key_count; k++)
			resource_untag(call->world, resources[i], keys[k]);
		if (!key_count && call_bool(call, "All", false))
			resource_untag(call->world, resources[i], NULL);
	}
}

static bool id_asked(const char *const *ids, size_t count, const char *id)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(ids[i], id))
			return true;
	return !count;
}

// A page counts resources, so that no resource's tags are cut apart.
void vpc_list_tag_resources(struct call *call)
{
	const char *ids[IDS_MOST];
	size_t count = call_list(call, "ResourceId", ids, COUNT_OF(ids));
	int kind = tag_kind(call);
	struct json_out *out = &call->out;
	struct page page;
	struct resource *resource;
	if (!page_begin(call, &page, PAGE_TOKENS, PAGE_USUAL, PAGE_USUAL))
		return;
	json_object(out, "TagResources");
	json_list(out, "TagResource");
	EACH(resource, kind < 0 ? NULL : call->region, kind < 0 ? KIND_VPC : (enum resource_kind)kind)
	{
		if (!resource->tag_count || !call_sees(call, resource) || !id_asked(ids, count, resource->id) ||
		        !vpc_tags_match(call, resource) || !page_takes(&page, resource))
			continue;
		for (size_t i = 0; i < resource->tag_count; i++) {
			json_object(out, NULL);
			json_text(out, "ResourceId", resource->id);
			json_text(out, "ResourceType", call_text(call, "ResourceType"));
			json_text(out, "TagKey", resource->tags[i].key);
			json_text(out, "TagValue", resource->tags[i].value);
			json_object_end(out);
		}
	}
	json_list_end(out);
	json_object_end(out);
	page_end(call, &page);
}
