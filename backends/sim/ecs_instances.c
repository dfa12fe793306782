// SPDX-License-Identifier: Apache-2.0
// Reading instances (Alibaba Cloud API: ECS DescribeInstances, DescribeInstanceStatus, DescribeInstanceAttribute).
#include "config.h"
#include "sim/ecs.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "sim/catalog.h"
#include "sim/instance_json.h"
#include "sim/list_cache.h"
#include "sim/params.h"
#include "sim/service.h"

#include "base/banned.h"

enum { USUAL_PAGE = 10, MOST_PAGE = 100, MOST_IDS = 100, MOST_BY_TAG = 1000, STATUS_PAGE = 50 };

struct filter {
	const char *name, *status, *vpc, *vswitch, *zone, *group, *type, *family, *image, *key_pair, *charge, *network,
	        *lock;
	const char *private_ips[MOST_IDS], *public_ips[MOST_IDS], *eips[MOST_IDS];
	int private_count, public_count, eip_count; // -2 = not asked
	struct tag tags[20];
	size_t tag_count;
	int64_t created_from, created_to;
};

static bool equal(const char *wanted, const char *found)
{
	return !wanted || (found && !strcmp(wanted, found));
}

// A name with a wildcard matches anywhere the wildcard allows; "podvm-*" is by far the most usual.
static bool name_fits(const char *pattern, const char *name)
{
	if (!pattern)
		return true;
	size_t length = strlen(pattern);
	const char *star = strchr(pattern, '*');
	if (!star)
		return !strcmp(pattern, name);
	if (star == pattern + length - 1)
		return !strncmp(pattern, name, length - 1);
	return text_glob(pattern, name);
}

static bool in_groups(const char *wanted, const struct instance *instance)
{
	for (size_t i = 0; wanted && i < instance->group_count; i++)
		if (!strcmp(instance->groups[i]->base.id, wanted))
			return true;
	return !wanted;
}

static bool ip_listed(const char *const *list, int count, uint32_t ip)
{
	uint32_t wanted;
	for (int i = 0; i < count; i++)
		if (ip_parse(list[i], &wanted) && wanted == ip && ip)
			return true;
	return count == -2;
}

static bool matches(const void *user, const struct resource *resource)
{
	const struct filter *filter = user;
	const struct instance *instance = (const void *)resource;
	return name_fits(filter->name, instance->name) && equal(filter->status, resource->state) &&
	       equal(filter->vpc, instance->vswitch->vpc->base.id) &&
	       equal(filter->vswitch, instance->vswitch->base.id) && equal(filter->zone, instance->vswitch->zone) &&
	       in_groups(filter->group, instance) && equal(filter->type, instance->type->id) &&
	       equal(filter->family, instance->type->family) && equal(filter->image, instance->image_id) &&
	       equal(filter->key_pair, instance->key_pair) && equal(filter->charge, instance->charge_type) &&
	       equal(filter->network, "vpc") && equal(filter->lock, instance->locked ? "security" : NULL) &&
	       (!filter->created_from || resource->created >= filter->created_from) &&
	       (!filter->created_to || resource->created <= filter->created_to) &&
	       ip_listed(filter->private_ips, filter->private_count, instance->private_ip) &&
	       ip_listed(filter->public_ips, filter->public_count, instance->public_ip) && filter->eip_count == -2 &&
	       resource_has_tags(resource, filter->tags, filter->tag_count);
}

static bool read_times(struct call *call, struct filter *filter)
{
	for (size_t n = 1; n <= 4; n++) {
		const char *key = call_member(call, "Filter", n, "Key"),
		           *value = call_member(call, "Filter", n, "Value");
		if (!key || !*key)
			continue;
		bool from = !strcmp(key, "CreationStartTime"), to = !strcmp(key, "CreationEndTime");
		if (!from && !to && strcmp(key, "ExpiredStartTime") != 0 && strcmp(key, "ExpiredEndTime") != 0)
			return param_invalid(call, "Filter.N.Key");
		int64_t *time = from ? &filter->created_from : &filter->created_to;
		if ((from || to) && (!value || !time_parse(value, time)))
			return param_invalid(call, "Filter.N.Value");
	}
	return true;
}

static bool read_filter(struct call *call, struct filter *filter)
{
	*filter = (struct filter){
	        .name = call_text(call, "InstanceName"),
	        .status = call_text(call, "Status"),
	        .vpc = call_text(call, "VpcId"),
	        .vswitch = call_text(call, "VSwitchId"),
	        .zone = call_text(call, "ZoneId"),
	        .group = call_text(call, "SecurityGroupId"),
	        .type = call_text(call, "InstanceType"),
	        .family = call_text(call, "InstanceTypeFamily"),
	        .image = call_text(call, "ImageId"),
	        .key_pair = call_text(call, "KeyPairName"),
	        .charge = call_text(call, "InstanceChargeType"),
	        .network = call_text(call, "InstanceNetworkType"),
	        .lock = call_text(call, "LockReason"),
	};
	filter->private_count = call_json_list(call, "PrivateIpAddresses", filter->private_ips, MOST_IDS);
	filter->public_count = call_json_list(call, "PublicIpAddresses", filter->public_ips, MOST_IDS);
	filter->eip_count = call_json_list(call, "EipAddresses", filter->eips, MOST_IDS);
	filter->tag_count = call_tags(call, filter->tags, COUNT_OF(filter->tags));
	return !call->failed && read_times(call, filter);
}

static int newest_first(const void *a, const void *b)
{
	const struct resource *left = *(struct resource *const *)a, *right = *(struct resource *const *)b;
	return (left->sequence < right->sequence) - (left->sequence > right->sequence);
}

// Ids are looked up, not searched for; unknown ones are left out without a word.
static size_t by_ids(
        struct call *call, const struct filter *filter, const char *const *ids, size_t count, struct resource **out)
{
	size_t found = 0;
	for (size_t i = 0; i < count; i++) {
		struct resource *resource = world_find_in(call->world, KIND_INSTANCE, call->region, ids[i]);
		bool known = false;
		for (size_t k = 0; k < found; k++)
			known = known || out[k] == resource;
		if (resource && !known && call_sees(call, resource) && matches(filter, resource))
			out[found++] = resource;
	}
	qsort(out, found, sizeof(struct resource *), newest_first);
	return found;
}

void ecs_describe_instances(struct call *call)
{
	struct page page;
	struct filter filter;
	const char *ids[MOST_IDS];
	struct resource *chosen[MOST_IDS];
	struct resource *const *items = chosen;
	size_t count, from;
	int id_count = call_json_list(call, "InstanceIds", ids, MOST_IDS);
	if (id_count == -1 || !page_begin(call, &page, PAGE_BOTH, USUAL_PAGE, MOST_PAGE) ||
	        !read_filter(call, &filter) || call_dry_run(call))
		return;
	if (id_count >= 0)
		count = by_ids(call, &filter, ids, (size_t)id_count, chosen);
	else
		items = list_matches(call, KIND_INSTANCE, filter.tag_count ? MOST_BY_TAG : 0, matches, &filter, &count);
	size_t taken = page_slice(&page, items, count, &from);
	json_object(&call->out, "Instances");
	json_list(&call->out, "Instance");
	for (size_t i = 0; i < taken; i++)
		instance_write(call->world, (const void *)items[from + i], &call->out);
	json_list_end(&call->out);
	json_object_end(&call->out);
	page_end(call, &page);
}

static bool is_listed(const char *const *ids, size_t count, const char *id)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(ids[i], id))
			return true;
	return !count;
}

void ecs_describe_instance_status(struct call *call)
{
	struct page page;
	const char *ids[MOST_IDS];
	size_t id_count = call_list(call, "InstanceId", ids, MOST_IDS);
	const char *zone = call_text(call, "ZoneId");
	if (!page_begin(call, &page, PAGE_NUMBERS, USUAL_PAGE, STATUS_PAGE))
		return;
	for (size_t i = 0; i < id_count; i++)
		if (!world_find_in(call->world, KIND_INSTANCE, call->region, ids[i])) {
			call_fail(call, 404, "InvalidInstanceId.NotFound", "The specified InstanceId does not exist.");
			return;
		}
	json_object(&call->out, "InstanceStatuses");
	json_list(&call->out, "InstanceStatus");
	struct instance *instance;
	EACH(instance, call->region, KIND_INSTANCE)
	{
		if (!call_sees(call, &instance->base) || !is_listed(ids, id_count, instance->base.id) ||
		        !equal(zone, instance->vswitch->zone) || !page_takes(&page, &instance->base))
			continue;
		json_object(&call->out, NULL);
		json_text(&call->out, "InstanceId", instance->base.id);
		json_text(&call->out, "Status", instance->base.state);
		json_object_end(&call->out);
	}
	json_list_end(&call->out);
	json_object_end(&call->out);
	page_end(call, &page);
}

struct instance *ecs_instance(struct call *call, const char *parameter)
{
	struct instance *instance = world_find_in(call->world, KIND_INSTANCE, call->region, call_text(call, parameter));
	if (!instance)
		call_fail(call, 404, "InvalidInstanceId.NotFound", "The specified InstanceId does not exist.");
	return instance;
}

void ecs_describe_instance_attribute(struct call *call)
{
	struct instance *instance = ecs_instance(call, "InstanceId");
	struct json_out *out = &call->out;
	if (!instance)
		return;
	json_text(out, "InstanceId", instance->base.id);
	json_text(out, "InstanceName", instance->name);
	json_text(out, "HostName", instance->hostname);
	json_text(out, "Description", instance->description);
	json_text(out, "Status", instance->base.state);
	json_text(out, "RegionId", instance->base.region->id);
	json_text(out, "ZoneId", instance->vswitch->zone);
	json_text(out, "ImageId", instance->image_id);
	json_text(out, "InstanceType", instance->type->id);
	json_int(out, "Cpu", instance->type->cpu);
	json_int(out, "Memory", instance->type->memory_mib);
	json_text(out, "InstanceNetworkType", "vpc");
	json_text(out, "InstanceChargeType", instance->charge_type);
	json_text(out, "StoppedMode", instance->stopped_mode);
	json_text(out, "SerialNumber", instance->serial);
	json_time(out, "CreationTime", instance->base.created);
	json_text(out, "ExpiredTime", "2099-12-31T15:59Z");
	json_text(out, "VlanId", "");
	json_bool(out, "IoOptimized", true);
	json_object(out, "SecurityGroupIds");
	json_list(out, "SecurityGroupId");
	for (size_t i = 0; i < instance->group_count; i++)
		json_text(out, NULL, instance->groups[i]->base.id);
	json_list_end(out);
	json_object_end(out);
	json_object(out, "PublicIpAddress");
	json_list(out, "IpAddress");
	if (instance->public_ip)
		json_ip(out, NULL, instance->public_ip);
	json_list_end(out);
	json_object_end(out);
	json_nested_text(out, "InnerIpAddress", "IpAddress", NULL);
	const struct eip *eip = world_find(call->world, KIND_EIP, instance->eip_id);
	json_object(out, "EipAddress");
	json_text(out, "AllocationId", eip ? eip->base.id : "");
	json_ip(out, "IpAddress", eip ? eip->address : 0);
	json_int(out, "Bandwidth", eip ? eip->bandwidth : 0);
	json_text(out, "InternetChargeType", eip ? eip->internet_charge_type : "");
	json_object_end(out);
	json_object(out, "VpcAttributes");
	json_text(out, "VpcId", instance->vswitch->vpc->base.id);
	json_text(out, "VSwitchId", instance->vswitch->base.id);
	json_text(out, "NatIpAddress", "");
	json_object(out, "PrivateIpAddress");
	json_list(out, "IpAddress");
	json_ip(out, NULL, instance->private_ip);
	json_list_end(out);
	json_object_end(out);
	json_object_end(out);
	json_object(out, "OperationLocks");
	json_list(out, "LockReason");
	if (instance->locked) {
		json_object(out, NULL);
		json_text(out, "LockReason", "security");
		json_object_end(out);
	}
	json_list_end(out);
	json_object_end(out);
}

// Kept system events are none: instances of this world fall ill only by fault injection.
void ecs_describe_instance_history_events(struct call *call)
{
	struct page page;
	if (!page_begin(call, &page, PAGE_BOTH, USUAL_PAGE, MOST_PAGE))
		return;
	json_object(&call->out, "InstanceSystemEventSet");
	json_raw(&call->out, "InstanceSystemEventType", "[]");
	json_object_end(&call->out);
	page_end(call, &page);
}
