// SPDX-License-Identifier: Apache-2.0
// Describing VPCs, vSwitches and their route tables.
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sim/vpc_ops.h"

#include "base/banned.h"

enum { PAGE_USUAL = 10, PAGE_MOST = 50, RESERVED_ADDRESSES = 4 };

static bool default_matches(const struct call *call, bool is_default)
{
	const char *wanted = call_text(call, "IsDefault");
	return !wanted || call_bool(call, "IsDefault", false) == is_default;
}

// An owner or a resource group that nobody here has makes a filter that nothing passes.
static bool owner_matches(const struct call *call, const char *parameter)
{
	return wanted_is(call_text(call, parameter), call->world->account);
}

static void write_vswitch_ids(struct json_out *out, const struct vpc *vpc)
{
	struct vswitch *vswitch;
	json_object(out, "VSwitchIds");
	json_list(out, "VSwitchId");
	EACH(vswitch, vpc->base.region, KIND_VSWITCH)
	if (vswitch->vpc == vpc)
		json_text(out, NULL, vswitch->base.id);
	json_list_end(out);
	json_object_end(out);
}

static void write_vpc_fields(struct call *call, const struct vpc *vpc)
{
	struct json_out *out = &call->out;
	json_text(out, "VpcId", vpc->base.id);
	json_text(out, "VpcName", vpc->name);
	json_text(out, "Description", vpc->description);
	json_text(out, "RegionId", vpc->base.region->id);
	json_text(out, "Status", vpc->base.state);
	json_text(out, "CidrBlock", vpc->cidr);
	json_text(out, "Ipv6CidrBlock", "");
	json_text(out, "VRouterId", vpc->router_id);
	json_bool(out, "IsDefault", vpc->is_default);
	json_time(out, "CreationTime", vpc->base.created);
	json_raw(out, "OwnerId", call->world->account);
	json_text(out, "ResourceGroupId", "");
	json_text(out, "DhcpOptionsSetId", "");
	json_text(out, "DhcpOptionsSetStatus", "");
	json_text(out, "DnsHostnameStatus", "DISABLED");
	json_bool(out, "EnabledIpv6", false);
	json_nested_text(out, "SecondaryCidrBlocks", "SecondaryCidrBlock", NULL);
	json_nested_text(out, "UserCidrs", "UserCidr", NULL);
	write_vswitch_ids(out, vpc);
	resource_write_tags(out, &vpc->base, "Key", "Value");
}

static void write_nat_ids(struct json_out *out, const struct vpc *vpc)
{
	struct nat_gateway *gateway;
	json_object(out, "NatGatewayIds");
	json_list(out, "NatGatewayIds");
	EACH(gateway, vpc->base.region, KIND_NAT_GATEWAY)
	if (gateway->vswitch->vpc == vpc)
		json_text(out, NULL, gateway->base.id);
	json_list_end(out);
	json_object_end(out);
}

// VpcId may be a comma list of up to twenty.
static bool id_listed(const char *list, const char *id)
{
	size_t length = strlen(id);
	for (const char *at = list; at && *at;) {
		size_t item = strcspn(at, ",");
		if (item == length && !strncmp(at, id, length))
			return true;
		at += item + (at[item] == ',');
	}
	return !list;
}

void vpc_describe_vpcs(struct call *call)
{
	struct page page;
	struct vpc *vpc;
	if (!page_begin(call, &page, PAGE_NUMBERS, PAGE_USUAL, PAGE_MOST) || call_dry_run(call))
		return;
	json_object(&call->out, "Vpcs");
	json_list(&call->out, "Vpc");
	EACH(vpc, call->region, KIND_VPC)
	{
		if (!call_sees(call, &vpc->base) || !id_listed(call_text(call, "VpcId"), vpc->base.id) ||
		        !wanted_is(call_text(call, "VpcName"), vpc->name) || !default_matches(call, vpc->is_default) ||
		        !owner_matches(call, "VpcOwnerId") || call_text(call, "ResourceGroupId") ||
		        call_text(call, "DhcpOptionsSetId") || call_bool(call, "EnableIpv6", false) ||
		        !vpc_tags_match(call, &vpc->base) || !page_takes(&page, &vpc->base))
			continue;
		json_object(&call->out, NULL);
		write_vpc_fields(call, vpc);
		json_text(&call->out, "CenStatus", "Detached");
		write_nat_ids(&call->out, vpc);
		json_nested_text(&call->out, "RouterTableIds", "RouterTableIds", vpc->route_table_id);
		json_object_end(&call->out);
	}
	json_list_end(&call->out);
	json_object_end(&call->out);
	page_end(call, &page);
}

static void write_count(struct json_out *out, const char *type, size_t count)
{
	if (!count)
		return;
	json_object(out, NULL);
	json_text(out, "ResourceType", type);
	json_int(out, "ResourceCount", (int64_t)count);
	json_object_end(out);
}

// What still sits inside, with how many.
static void write_cloud_resources(struct json_out *out, const struct vpc *vpc)
{
	const struct region *region = vpc->base.region;
	size_t vswitches = 0, gateways = 0, groups = 0, interfaces = 0;
	struct vswitch *vswitch;
	struct nat_gateway *gateway;
	struct security_group *group;
	struct eni *eni;
	EACH(vswitch, region, KIND_VSWITCH)
	vswitches += vswitch->vpc == vpc;
	EACH(gateway, region, KIND_NAT_GATEWAY)
	gateways += gateway->vswitch->vpc == vpc;
	EACH(group, region, KIND_SECURITY_GROUP)
	groups += group->vpc == vpc;
	EACH(eni, region, KIND_ENI)
	interfaces += eni->vswitch->vpc == vpc;
	json_object(out, "CloudResources");
	json_list(out, "CloudResourceSetType");
	write_count(out, "VRouter", 1);
	write_count(out, "RouteTable", 1);
	write_count(out, "VSwitch", vswitches);
	write_count(out, "NATGateway", gateways);
	write_count(out, "SecurityGroup", groups);
	write_count(out, "NetworkInterface", interfaces);
	json_list_end(out);
	json_object_end(out);
}

void vpc_describe_vpc_attribute(struct call *call)
{
	struct vpc *vpc = vpc_find(call, call_text(call, "VpcId"));
	if (!vpc || call_dry_run(call))
		return;
	write_vpc_fields(call, vpc);
	json_bool(&call->out, "ClassicLinkEnabled", false);
	json_text(&call->out, "Ipv4GatewayId", "");
	write_cloud_resources(&call->out, vpc);
}

static int64_t free_addresses(const struct vswitch *vswitch)
{
	int64_t all = ((int64_t)1 << (32 - vswitch->prefix)) - RESERVED_ADDRESSES;
	return all > (int64_t)vswitch->used ? all - (int64_t)vswitch->used : 0;
}

static void write_vswitch_fields(struct call *call, const struct vswitch *vswitch)
{
	struct json_out *out = &call->out;
	char network[IP_TEXT_SIZE];
	ip_format(vswitch->network, network);
	json_text(out, "VSwitchId", vswitch->base.id);
	json_text(out, "VSwitchName", vswitch->name);
	json_text(out, "Description", vswitch->description);
	json_text(out, "VpcId", vswitch->vpc->base.id);
	json_text(out, "ZoneId", vswitch->zone);
	json_text(out, "Status", strcmp(vswitch->base.state, "Available") ? "Pending" : "Available");
	json_printf(out, "CidrBlock", "%s/%d", network, vswitch->prefix);
	json_text(out, "Ipv6CidrBlock", "");
	json_bool(out, "EnabledIpv6", false);
	json_int(out, "AvailableIpAddressCount", free_addresses(vswitch));
	json_bool(out, "IsDefault", vswitch->vpc->is_default);
	json_time(out, "CreationTime", vswitch->base.created);
	json_raw(out, "OwnerId", call->world->account);
	json_text(out, "ResourceGroupId", "");
	json_text(out, "NetworkAclId", "");
	json_text(out, "ShareType", "");
	json_object(out, "RouteTable");
	json_text(out, "RouteTableId", vswitch->vpc->route_table_id);
	json_text(out, "RouteTableType", "System");
	json_object_end(out);
	resource_write_tags(out, &vswitch->base, "Key", "Value");
}

void vpc_describe_vswitches(struct call *call)
{
	struct page page;
	struct vswitch *vswitch;
	if (!call->region) { // neither a parameter nor the host name nor what is asked for tells it
		call_fail(call, 400, "MissingParameter", "The input parameter \"RegionId\" is not supplied.");
		return;
	}
	if (!page_begin(call, &page, PAGE_NUMBERS, PAGE_USUAL, PAGE_MOST) || call_dry_run(call))
		return;
	json_object(&call->out, "VSwitches");
	json_list(&call->out, "VSwitch");
	EACH(vswitch, call->region, KIND_VSWITCH)
	{
		if (!call_sees(call, &vswitch->base) || !id_listed(call_text(call, "VSwitchId"), vswitch->base.id) ||
		        !wanted_is(call_text(call, "VpcId"), vswitch->vpc->base.id) ||
		        !wanted_is(call_text(call, "VSwitchName"), vswitch->name) ||
		        !wanted_is(call_text(call, "ZoneId"), vswitch->zone) ||
		        !wanted_is(call_text(call, "RouteTableId"), vswitch->vpc->route_table_id) ||
		        !default_matches(call, vswitch->vpc->is_default) || !owner_matches(call, "VSwitchOwnerId") ||
		        call_text(call, "ResourceGroupId") || call_bool(call, "EnableIpv6", false) ||
		        !vpc_tags_match(call, &vswitch->base) || !page_takes(&page, &vswitch->base))
			continue;
		json_object(&call->out, NULL);
		write_vswitch_fields(call, vswitch);
		json_object_end(&call->out);
	}
	json_list_end(&call->out);
	json_object_end(&call->out);
	page_end(call, &page);
}

void vpc_describe_vswitch_attributes(struct call *call)
{
	struct vswitch *vswitch = vswitch_find(call, call_text(call, "VSwitchId"));
	if (vswitch && !call_dry_run(call))
		write_vswitch_fields(call, vswitch);
}

void vpc_describe_route_tables(struct call *call)
{
	struct page page;
	struct vpc *vpc;
	struct json_out *out = &call->out;
	if (!page_begin(call, &page, PAGE_NUMBERS, PAGE_USUAL, PAGE_MOST))
		return;
	json_object(out, "RouterTableList");
	json_list(out, "RouterTableListType");
	EACH(vpc, call->region, KIND_VPC)
	{
		if (!call_sees(call, &vpc->base) || !wanted_is(call_text(call, "VpcId"), vpc->base.id) ||
		        !wanted_is(call_text(call, "RouteTableId"), vpc->route_table_id) ||
		        !wanted_is(call_text(call, "RouterId"), vpc->router_id) ||
		        !wanted_is(call_text(call, "RouterType"), "VRouter") ||
		        !wanted_is(call_text(call, "RouteTableType"), "System") || call_text(call, "RouteTableName") ||
		        call_text(call, "ResourceGroupId") || call_text(call, "Tag.1.Key") ||
		        !page_takes(&page, &vpc->base))
			continue;
		json_object(out, NULL);
		json_text(out, "RouteTableId", vpc->route_table_id);
		json_text(out, "RouteTableName", "");
		json_text(out, "RouteTableType", "System");
		json_text(out, "RouterId", vpc->router_id);
		json_text(out, "RouterType", "VRouter");
		json_text(out, "AssociateType", "VSwitch");
		json_text(out, "VpcId", vpc->base.id);
		json_text(out, "Status", "Available");
		json_text(out, "Description", "");
		json_text(out, "ResourceGroupId", "");
		json_raw(out, "OwnerId", call->world->account);
		json_time(out, "CreationTime", vpc->base.created);
		write_vswitch_ids(out, vpc);
		json_object_end(out);
	}
	json_list_end(out);
	json_object_end(out);
	page_end(call, &page);
}
