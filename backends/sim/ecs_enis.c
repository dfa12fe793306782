// SPDX-License-Identifier: Apache-2.0
// Network interfaces.
#include "config.h"
#include "sim/ecs.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "sim/instances.h"
#include "sim/params.h"
#include "sim/service.h"

#include "base/banned.h"

enum { USUAL_PAGE = 10, MOST_PAGE = 500, MOST_IDS = 100, ATTACH_MS = 3000, DELETE_MS = 2000 };

static bool equal(const char *wanted, const char *found)
{
	return !wanted || (found && !strcmp(wanted, found));
}

static bool listed(const char *const *ids, size_t count, const char *id)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(ids[i], id))
			return true;
	return !count;
}

static bool in_group(const char *wanted, const struct eni *eni)
{
	for (size_t i = 0; wanted && i < eni->group_count; i++)
		if (!strcmp(eni->groups[i]->base.id, wanted))
			return true;
	return !wanted;
}

static void write_groups(struct json_out *out, const struct eni *eni)
{
	json_object(out, "SecurityGroupIds");
	json_list(out, "SecurityGroupId");
	for (size_t i = 0; i < eni->group_count; i++)
		json_text(out, NULL, eni->groups[i]->base.id);
	json_list_end(out);
	json_object_end(out);
}

static void write_address(struct json_out *out, const struct eip *eip)
{
	json_object(out, "AssociatedPublicIp");
	json_text(out, "AllocationId", eip ? eip->base.id : "");
	json_ip(out, "PublicIpAddress", eip ? eip->address : 0);
	json_object_end(out);
}

static void write_members(struct call *call, const struct eni *eni)
{
	struct json_out *out = &call->out;
	const struct eip *eip = world_find(call->world, KIND_EIP, eni->eip_id);
	json_text(out, "NetworkInterfaceId", eni->base.id);
	json_text(out, "NetworkInterfaceName", eni->name);
	json_text(out, "Description", eni->description);
	json_text(out, "Status", eni->base.state);
	json_text(out, "Type", eni->primary ? "Primary" : "Secondary");
	json_text(out, "InstanceId", eni->instance ? eni->instance->base.id : "");
	json_text(out, "VpcId", eni->vswitch->vpc->base.id);
	json_text(out, "VSwitchId", eni->vswitch->base.id);
	json_text(out, "ZoneId", eni->vswitch->zone);
	json_ip(out, "PrivateIpAddress", eni->private_ip);
	json_printf(out, "MacAddress", "%02x:%02x:%02x:%02x:%02x:%02x", eni->mac[0], eni->mac[1], eni->mac[2],
	        eni->mac[3], eni->mac[4], eni->mac[5]);
	json_time(out, "CreationTime", eni->base.created);
	json_bool(out, "DeleteOnRelease", eni->delete_on_release);
	json_bool(out, "ServiceManaged", eni->service_managed);
	json_int(out, "ServiceID", 0);
	json_text(out, "OwnerId", call->world->account);
	json_text(out, "ResourceGroupId", "");
	json_text(out, "NetworkInterfaceTrafficMode", "Standard");
	json_bool(out, "SourceDestCheck", false);
	write_groups(out, eni);
	write_address(out, eip);
	json_object(out, "PrivateIpSets");
	json_list(out, "PrivateIpSet");
	json_object(out, NULL);
	json_ip(out, "PrivateIpAddress", eni->private_ip);
	json_bool(out, "Primary", true);
	write_address(out, eip);
	json_object_end(out);
	json_list_end(out);
	json_object_end(out);
	json_nested_text(out, "Ipv6Sets", "Ipv6Set", NULL);
	json_object(out, "Attachment");
	json_text(out, "InstanceId", eni->instance ? eni->instance->base.id : "");
	json_text(out, "TrunkNetworkInterfaceId", "");
	json_object_end(out);
	resource_write_tags(out, &eni->base, "TagKey", "TagValue");
}

void ecs_describe_network_interfaces(struct call *call)
{
	struct page page;
	const char *ids[MOST_IDS];
	struct tag tags[20];
	size_t id_count = call_list(call, "NetworkInterfaceId", ids, MOST_IDS);
	size_t tag_count = call_tags(call, tags, COUNT_OF(tags));
	const char *name = call_text(call, "NetworkInterfaceName"), *status = call_text(call, "Status");
	const char *type = call_text(call, "Type"), *instance = call_text(call, "InstanceId");
	const char *vpc = call_text(call, "VpcId"), *vswitch = call_text(call, "VSwitchId");
	const char *group = call_text(call, "SecurityGroupId"), *managed = call_text(call, "ServiceManaged");
	uint32_t ip = 0;
	if (!page_begin(call, &page, PAGE_BOTH, USUAL_PAGE, MOST_PAGE))
		return;
	if (call_text(call, "PrimaryIpAddress") && !ip_parse(call_text(call, "PrimaryIpAddress"), &ip)) {
		param_invalid(call, "PrimaryIpAddress");
		return;
	}
	json_object(&call->out, "NetworkInterfaceSets");
	json_list(&call->out, "NetworkInterfaceSet");
	struct eni *eni;
	EACH(eni, call->region, KIND_ENI)
	{
		if (!call_sees(call, &eni->base) || !listed(ids, id_count, eni->base.id) ||
		        (name && !text_glob(name, eni->name ? eni->name : "")) || !equal(status, eni->base.state) ||
		        !equal(type, eni->primary ? "Primary" : "Secondary") ||
		        !equal(instance, eni->instance ? eni->instance->base.id : NULL) ||
		        !equal(vpc, eni->vswitch->vpc->base.id) || !equal(vswitch, eni->vswitch->base.id) ||
		        !in_group(group, eni) || (ip && ip != eni->private_ip) ||
		        (managed && call_bool(call, "ServiceManaged", false) != eni->service_managed) ||
		        !resource_has_tags(&eni->base, tags, tag_count))
			continue;
		if (page_takes(&page, &eni->base)) {
			json_object(&call->out, NULL);
			write_members(call, eni);
			json_object_end(&call->out);
		}
		if (page_is_done(&page))
			break;
	}
	json_list_end(&call->out);
	json_object_end(&call->out);
	page_end(call, &page);
}

static struct eni *eni_of(struct call *call)
{
	struct eni *eni = world_find_in(call->world, KIND_ENI, call->region, call_text(call, "NetworkInterfaceId"));
	if (!eni)
		call_fail(call, 404, "InvalidEniId.NotFound", "The specified NetworkInterfaceId does not exist.");
	return eni;
}

void ecs_describe_network_interface_attribute(struct call *call)
{
	struct eni *eni = eni_of(call);
	if (eni)
		write_members(call, eni);
}

static bool read_groups(struct call *call, struct vpc *vpc, const char *list, const char *single,
        struct security_group **groups, size_t *count)
{
	const char *ids[MAX_GROUPS];
	*count = call_list(call, list, ids, MAX_GROUPS);
	const char *one = single ? call_text(call, single) : NULL;
	if (!*count && one)
		ids[(*count)++] = one;
	for (size_t i = 0; i < *count; i++) {
		groups[i] = world_find_in(call->world, KIND_SECURITY_GROUP, call->region, ids[i]);
		if (!groups[i] || groups[i]->vpc != vpc)
			return call_fail(call, 404, "InvalidSecurityGroupId.NotFound",
			        "The specified SecurityGroupId does not exist in this VPC.");
	}
	return true;
}

static void on_created(struct world *world, struct resource *resource, int64_t argument)
{
	(void)argument;
	if (!strcmp(resource->state, "Creating"))
		resource_state(world, resource, "Available");
}

void ecs_create_network_interface(struct call *call)
{
	struct security_group *groups[MAX_GROUPS];
	size_t count;
	struct tag tags[20];
	struct vswitch *vswitch = world_find_in(call->world, KIND_VSWITCH, call->region, call_text(call, "VSwitchId"));
	if (!vswitch) {
		call_fail(call, 404, "InvalidVSwitchId.NotFound", "The specified VSwitchId does not exist.");
		return;
	}
	if (!read_groups(call, vswitch->vpc, "SecurityGroupIds", "SecurityGroupId", groups, &count))
		return;
	if (!count) {
		param_missing(call, "SecurityGroupId");
		return;
	}
	struct eni *eni = eni_create(call->world, RANDOM_API, vswitch, groups, count, MADE_BY_API);
	if (!eni) {
		call_fail(call, 403, "InvalidVSwitchId.IpNotEnough",
		        "The specified VSwitch does not have enough IP addresses.");
		return;
	}
	eni->name = world_text(call->world, call_text(call, "NetworkInterfaceName"));
	eni->description = world_text(call->world, call_text(call, "Description"));
	eni->delete_on_release = call_bool(call, "DeleteOnRelease", false);
	eni->base.state = "Creating";
	size_t tag_count = call_tags(call, tags, COUNT_OF(tags));
	for (size_t i = 0; i < tag_count; i++)
		resource_tag(call->world, &eni->base, tags[i].key, tags[i].value ? tags[i].value : "");
	world_later(call->world, ATTACH_MS, &eni->base, on_created, 0);
	write_members(call, eni);
}

static void on_attached(struct world *world, struct resource *resource, int64_t argument)
{
	(void)argument;
	if (!strcmp(resource->state, "Attaching"))
		resource_state(world, resource, "InUse");
}

void ecs_attach_network_interface(struct call *call)
{
	struct eni *eni = eni_of(call);
	if (!eni)
		return;
	struct instance *instance =
	        world_find_in(call->world, KIND_INSTANCE, eni->base.region, call_text(call, "InstanceId"));
	if (!instance) {
		call_fail(call, 404, "InvalidEcsId.NotFound", "The specified InstanceId does not exist.");
		return;
	}
	if (strcmp(eni->base.state, "Available") != 0) {
		call_fail(call, 403, "InvalidOperation.InvalidEniState",
		        "The status of the network interface does not allow this.");
		return;
	}
	if (strcmp(instance->base.state, "Running") != 0 && strcmp(instance->base.state, "Stopped") != 0) {
		call_fail(call, 403, "InvalidOperation.InvalidEcsState",
		        "The status of the instance does not allow this.");
		return;
	}
	eni->instance = instance;
	eni->next = instance->more_enis;
	instance->more_enis = eni;
	resource_state(call->world, &eni->base, "Attaching");
	world_later(call->world, ATTACH_MS, &eni->base, on_attached, 0);
}

static void unlink_eni(struct eni *eni)
{
	struct eni **link = &eni->instance->more_enis;
	while (*link && *link != eni)
		link = &(*link)->next;
	if (*link)
		*link = eni->next;
	eni->instance = NULL;
	eni->next = NULL;
}

static void on_detached(struct world *world, struct resource *resource, int64_t argument)
{
	(void)argument;
	struct eni *eni = (void *)resource;
	if (strcmp(resource->state, "Detaching") != 0)
		return;
	if (eni->instance)
		unlink_eni(eni);
	resource_state(world, resource, "Available");
}

void ecs_detach_network_interface(struct call *call)
{
	struct eni *eni = eni_of(call);
	if (!eni)
		return;
	if (eni->primary) {
		call_fail(call, 400, "InvalidOperation.DetachPrimaryEni",
		        "The primary network interface cannot be detached.");
		return;
	}
	if (!eni->instance || strcmp(eni->instance->base.id, call_text(call, "InstanceId")) != 0 ||
	        (strcmp(eni->base.state, "InUse") != 0 && strcmp(eni->base.state, "Detaching") != 0)) {
		call_fail(call, 403, "InvalidOperation.InvalidEniState",
		        "The status of the network interface does not allow this.");
		return;
	}
	resource_state(call->world, &eni->base, "Detaching");
	world_later(call->world, ATTACH_MS, &eni->base, on_detached, 0);
}

static void on_deleted(struct world *world, struct resource *resource, int64_t argument)
{
	(void)argument;
	if (!strcmp(resource->state, "Deleting"))
		eni_destroy(world, (void *)resource);
}

void ecs_delete_network_interface(struct call *call)
{
	struct eni *eni = eni_of(call);
	if (!eni)
		return;
	if (eni->service_managed) {
		call_fail(call, 403, "InvalidOperation.EniServiceManaged",
		        "The network interface is managed by a service.");
		return;
	}
	if (!strcmp(eni->base.state, "Deleting"))
		return;
	if (strcmp(eni->base.state, "Available") != 0 || eni->eip_id[0]) {
		call_fail(call, 403, "InvalidOperation.InvalidEniState",
		        "The status of the network interface does not allow this.");
		return;
	}
	resource_state(call->world, &eni->base, "Deleting");
	world_later(call->world, DELETE_MS, &eni->base, on_deleted, 0);
}

void ecs_modify_network_interface_attribute(struct call *call)
{
	struct security_group *groups[MAX_GROUPS];
	size_t count;
	struct eni *eni = eni_of(call);
	if (!eni || !read_groups(call, eni->vswitch->vpc, "SecurityGroupId", NULL, groups, &count))
		return;
	if (count) {
		for (size_t i = 0; i < eni->group_count; i++)
			eni->groups[i]->users--;
		for (size_t i = 0; i < count; i++) {
			eni->groups[i] = groups[i];
			groups[i]->users++;
		}
		eni->group_count = count;
	}
	if (call_text(call, "NetworkInterfaceName"))
		eni->name = world_text(call->world, call_text(call, "NetworkInterfaceName"));
	if (call_text(call, "Description"))
		eni->description = world_text(call->world, call_text(call, "Description"));
	eni->delete_on_release = call_bool(call, "DeleteOnRelease", eni->delete_on_release);
	call->world->changes++;
}
