// SPDX-License-Identifier: Apache-2.0
// NAT gateways.
#include "config.h"

#include <string.h>

#include "sim/nat.h"
#include "sim/vpc_ops.h"

#include "base/banned.h"

enum {
	PAGE_USUAL = 10,
	PAGE_MOST = 50,
	GATEWAYS_MOST = 5,      // of one VPC
	READY_LEAST_MS = 60000, // virtual
	READY_MOST_MS = 150000,
	DELETING_MS = 25000,
};

static bool check_kind(struct call *call)
{
	const char *type = call_text_or(call, "NatType", "Normal");
	const char *charge = call_text_or(call, "InstanceChargeType", "PostPaid");
	const char *metering = call_text_or(call, "InternetChargeType", "PayByLcu");
	if (strcmp(type, "Enhanced") != 0)
		return call_fail(call, 400, "OperationUnsupported.NatGatewayType",
		        "Standard NAT gateways can no longer be created: set NatType to Enhanced.");
	if (strcmp(charge, "PostPaid") != 0)
		return call_fail(call, 400, "InvalidParameter.InstanceChargeType",
		        "Subscription NAT gateways can no longer be created.");
	if (strcmp(metering, "PayByLcu") != 0)
		return call_fail(call, 400, "InvalidParameter.InternetChargeType",
		        "Specified InternetChargeType is not valid: PayByLcu is the only one.");
	if (!vpc_name_is_valid(call_text(call, "Name")))
		return call_fail(call, 400, "InvalidNatGatewayName.Malformed", "NatGateway name is not valid.");
	return vpc_tags_check(call);
}

static struct vswitch *place(struct call *call, const struct vpc *vpc)
{
	const char *id = call_text(call, "VSwitchId");
	if (!id) {
		call_fail(call, 400, "MissingParameter",
		        "The input parameter \"VSwitchId\" that is mandatory for processing this request is not "
		        "supplied.");
		return NULL;
	}
	struct vswitch *vswitch = vswitch_find(call, id);
	if (!vswitch)
		return NULL;
	if (vswitch->vpc != vpc)
		call_fail(call, 404, "InvalidVSwitchId.NotFound", "Specified vSwitch is not in the VPC %s.",
		        vpc->base.id);
	else if (strcmp(vswitch->base.state, "Available") != 0)
		call_fail(call, 400, "IncorrectStatus.VSWITCH", "The status of the vSwitch is incorrect.");
	return call->failed ? NULL : vswitch;
}

static bool has_room(struct call *call, const struct vpc *vpc)
{
	size_t count = 0;
	struct nat_gateway *gateway;
	EACH(gateway, call->region, KIND_NAT_GATEWAY)
	count += gateway->vswitch->vpc == vpc;
	return count < GATEWAYS_MOST || call_fail(call, 400, "QuotaExceeded.NatGateway",
	                                        "The number of NAT gateways in the VPC exceeds %d.", GATEWAYS_MOST);
}

void vpc_create_nat_gateway(struct call *call)
{
	struct vpc *vpc = vpc_find(call, call_text(call, "VpcId"));
	if (!vpc || !check_kind(call))
		return;
	struct vswitch *vswitch = place(call, vpc);
	if (!vswitch || !has_room(call, vpc))
		return;
	struct world *world = call->world;
	struct nat_gateway *gateway =
	        nat_gateway_create(world, RANDOM_API, vswitch, call_text(call, "Name"), MADE_BY_API);
	if (!gateway) {
		call_fail(call, 400, "InvalidVSwitchId.NoFreeIp", "The vSwitch has no free IP address.");
		return;
	}
	gateway->description = world_text(world, call_text_or(call, "Description", ""));
	gateway->network_type =
	        strcmp(call_text_or(call, "NetworkType", "internet"), "intranet") ? "internet" : "intranet";
	vpc_tags_apply(call, &gateway->base);
	nat_gateway_ready(world, gateway, random_between(&world->random[RANDOM_API], READY_LEAST_MS, READY_MOST_MS));
	json_text(&call->out, "NatGatewayId", gateway->base.id);
	json_nested_text(&call->out, "SnatTableIds", "SnatTableId", gateway->snat_table_id);
	json_nested_text(&call->out, "ForwardTableIds", "ForwardTableId", gateway->forward_table_id);
	json_nested_text(&call->out, "FullNatTableIds", "FullNatTableId", NULL);
}

static bool is_bound(const struct eip *eip, const struct nat_gateway *gateway)
{
	return !strcmp(eip->instance_id, gateway->base.id);
}

static size_t entry_count(const struct nat_gateway *gateway)
{
	size_t count = 0;
	struct snat_entry *entry;
	EACH(entry, gateway->base.region, KIND_SNAT_ENTRY)
	count += entry->gateway == gateway;
	return count;
}

static bool has_address(const struct nat_gateway *gateway)
{
	struct eip *eip;
	EACH(eip, gateway->base.region, KIND_EIP)
	if (is_bound(eip, gateway))
		return true;
	return false;
}

void vpc_delete_nat_gateway(struct call *call)
{
	struct nat_gateway *gateway = nat_gateway_find(call, call_text(call, "NatGatewayId"));
	if (!gateway)
		return;
	bool force = call_bool(call, "Force", false);
	if (gateway->deletion_protection)
		call_fail(call, 400, "InvalidOperation.DeletionProtection",
		        "The NAT gateway is protected against deletion.");
	else if (strcmp(gateway->base.state, "Available") != 0)
		call_fail(call, 400, "IncorrectStatus.NatGateway", "The status of the NAT gateway is incorrect: %s.",
		        gateway->base.state);
	else if (!force && entry_count(gateway))
		call_fail(call, 400, "DependencyViolation.SnatEntry", "The NAT gateway still has SNAT entries.");
	else if (!force && has_address(gateway))
		call_fail(call, 400, "DependencyViolation.EIPS", "The NAT gateway still has EIPs associated.");
	else
		nat_gateway_delete(call->world, gateway, DELETING_MS);
}

static bool address_serves(const struct eip *eip, const struct nat_gateway *gateway)
{
	struct snat_entry *entry;
	EACH(entry, gateway->base.region, KIND_SNAT_ENTRY)
	if (entry->gateway == gateway && snat_entry_uses(entry, eip->address))
		return true;
	return false;
}

static void write_addresses(struct json_out *out, const struct nat_gateway *gateway)
{
	struct eip *eip;
	EACH(eip, gateway->base.region, KIND_EIP)
	{
		if (!is_bound(eip, gateway))
			continue;
		json_object(out, NULL);
		json_text(out, "AllocationId", eip->base.id);
		json_ip(out, "IpAddress", eip->address);
		json_text(out, "UsingStatus", address_serves(eip, gateway) ? "UsedBySnatTable" : "Idle");
		json_bool(out, "SnatEntryEnabled", address_serves(eip, gateway));
		json_object_end(out);
	}
}

static void write_place(struct json_out *out, const struct nat_gateway *gateway)
{
	json_text(out, "VswitchId", gateway->vswitch->base.id);
	json_text(out, "IzNo", gateway->vswitch->zone);
	json_text(out, "EniInstanceId", gateway->eni->base.id);
	json_ip(out, "PrivateIpAddress", gateway->eni->private_ip);
	json_int(out, "MaxBandwidth", 5120);
}

static void write_common(struct json_out *out, const struct nat_gateway *gateway)
{
	json_text(out, "NatGatewayId", gateway->base.id);
	json_text(out, "Name", gateway->name);
	json_text(out, "Description", gateway->description);
	json_text(out, "RegionId", gateway->base.region->id);
	json_text(out, "VpcId", gateway->vswitch->vpc->base.id);
	json_text(out, "Status", gateway->base.state);
	json_text(out, "BusinessStatus", "Normal");
	json_text(out, "NatType", gateway->nat_type);
	json_text(out, "NetworkType", gateway->network_type);
	json_text(out, "ResourceGroupId", "");
	json_text(out, "ExpiredTime", "");
	json_bool(out, "EcsMetricEnabled", true);
	json_bool(out, "PrivateLinkEnabled", false);
	json_time(out, "CreationTime", gateway->base.created);
}

static void write_listed(struct json_out *out, const struct nat_gateway *gateway)
{
	json_object(out, NULL);
	write_common(out, gateway);
	json_text(out, "InstanceChargeType", "PostPaid");
	json_text(out, "InternetChargeType", gateway->internet_charge_type);
	json_text(out, "Spec", "");
	json_bool(out, "AutoPay", false);
	json_bool(out, "DeletionProtection", gateway->deletion_protection);
	json_bool(out, "IcmpReplyEnabled", true);
	json_text(out, "EipBindMode", "MULTI_BINDED");
	json_nested_text(out, "SnatTableIds", "SnatTableId", gateway->snat_table_id);
	json_nested_text(out, "ForwardTableIds", "ForwardTableId", gateway->forward_table_id);
	json_nested_text(out, "FullNatTableIds", "FullNatTableId", NULL);
	json_object(out, "IpLists");
	json_list(out, "IpList");
	write_addresses(out, gateway);
	json_list_end(out);
	json_object_end(out);
	json_object(out, "NatGatewayPrivateInfo");
	write_place(out, gateway);
	json_text(out, "EniType", "");
	json_object_end(out);
	resource_write_tags(out, &gateway->base, "TagKey", "TagValue");
	json_object_end(out);
}

void vpc_describe_nat_gateways(struct call *call)
{
	struct page page;
	struct nat_gateway *gateway;
	if (!page_begin(call, &page, PAGE_NUMBERS, PAGE_USUAL, PAGE_MOST) || call_dry_run(call))
		return;
	json_object(&call->out, "NatGateways");
	json_list(&call->out, "NatGateway");
	EACH(gateway, call->region, KIND_NAT_GATEWAY)
	if (call_sees(call, &gateway->base) && wanted_is(call_text(call, "NatGatewayId"), gateway->base.id) &&
	        wanted_is(call_text(call, "VpcId"), gateway->vswitch->vpc->base.id) &&
	        wanted_is(call_text(call, "Name"), gateway->name) &&
	        wanted_is(call_text(call, "NatType"), gateway->nat_type) &&
	        wanted_is(call_text(call, "NetworkType"), gateway->network_type) &&
	        wanted_is(call_text(call, "ZoneId"), gateway->vswitch->zone) &&
	        wanted_is(call_text(call, "Status"), gateway->base.state) &&
	        wanted_is(call_text(call, "InstanceChargeType"), "PostPaid") && !call_text(call, "Spec") &&
	        !call_text(call, "ResourceGroupId") && vpc_tags_match(call, &gateway->base) &&
	        page_takes(&page, &gateway->base))
		write_listed(&call->out, gateway);
	json_list_end(&call->out);
	json_object_end(&call->out);
	page_end(call, &page);
}

void vpc_get_nat_gateway_attribute(struct call *call)
{
	struct nat_gateway *gateway = nat_gateway_find(call, call_text(call, "NatGatewayId"));
	struct json_out *out = &call->out;
	if (!gateway)
		return;
	write_common(out, gateway);
	json_object(out, "BillingConfig");
	json_text(out, "InstanceChargeType", "PostPaid");
	json_text(out, "InternetChargeType", gateway->internet_charge_type);
	json_text(out, "AutoPay", "");
	json_text(out, "Spec", "");
	json_object_end(out);
	json_object(out, "DeletionProtectionInfo");
	json_bool(out, "Enabled", gateway->deletion_protection);
	json_object_end(out);
	json_object(out, "SnatTable");
	json_text(out, "SnatTableId", gateway->snat_table_id);
	json_int(out, "SnatEntryCount", (int64_t)entry_count(gateway));
	json_object_end(out);
	json_object(out, "ForwardTable");
	json_text(out, "ForwardTableId", gateway->forward_table_id);
	json_int(out, "ForwardEntryCount", 0);
	json_object_end(out);
	json_object(out, "PrivateInfo");
	write_place(out, gateway);
	json_object_end(out);
	json_list(out, "IpList");
	write_addresses(out, gateway);
	json_list_end(out);
}

void vpc_list_nat_zones(struct call *call)
{
	const struct region *region = call->region;
	bool english = strcmp(call_text_or(call, "AcceptLanguage", "zh-CN"), "en-US") == 0;
	json_list(&call->out, "Zones");
	for (size_t i = 0; i < region->zone_count; i++) {
		json_object(&call->out, NULL);
		json_printf(&call->out, "ZoneId", "%s-%s", region->id, region->zones[i]);
		json_printf(&call->out, "LocalName", english ? "%s Zone %c" : "%s 可用区%c",
		        english ? region->english_name : region->name, region->zones[i][0] - 'a' + 'A');
		json_object_end(&call->out);
	}
	json_list_end(&call->out);
}
