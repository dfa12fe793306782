// SPDX-License-Identifier: Apache-2.0
// SNAT entries: which vSwitch or address range goes out through which public address.
#include "config.h"

#include <string.h>

#include "sim/nat.h"
#include "sim/vpc_ops.h"

#include "base/banned.h"

enum {
	PAGE_USUAL = 10,
	PAGE_MOST = 50,
	ENTRIES_MOST = 40, // of one gateway
	PENDING_MS = 4000, // virtual
	DELETING_MS = 3000,
	ADDRESSES_MOST = 64, // of one entry
};

static struct nat_gateway *gateway_of_table(struct call *call, const char *table_id)
{
	struct nat_gateway *gateway;
	EACH(gateway, call->region, KIND_NAT_GATEWAY)
	if (!strcmp(gateway->snat_table_id, table_id))
		return gateway;
	call_fail(call, 404, "InvalidSnatTableId.NotFound", "Specified SNAT table does not exist.");
	return NULL;
}

static bool is_in_use_at(const struct nat_gateway *gateway, uint32_t address)
{
	struct eip *eip;
	EACH(eip, gateway->base.region, KIND_EIP)
	if (eip->address == address && !strcmp(eip->instance_id, gateway->base.id))
		return !strcmp(eip->base.state, "InUse");
	return false;
}

// Each address of the comma list must be bound to the gateway by now.
static bool check_addresses(struct call *call, const struct nat_gateway *gateway, const char *list)
{
	size_t count = 0;
	for (const char *at = list; *at; count++) {
		size_t length = strcspn(at, ",");
		char *text = arena_strndup(&call->request->arena, at, length);
		uint32_t address;
		if (!ip_parse(text, &address) || count == ADDRESSES_MOST)
			return call_fail(call, 400, "InvalidSnatIp.Malformed", "Specified SNAT IP is not valid.");
		if (!is_in_use_at(gateway, address))
			return call_fail(call, 400, "EIP_NOT_IN_GATEWAY",
			        "The specified EIP %s is not associated with the NAT gateway.", text);
		at += length + (at[length] == ',');
	}
	return count || call_fail(call, 400, "MissingParameter",
	                        "The input parameter \"SnatIp\" that is mandatory for processing this request is not "
	                        "supplied.");
}

static bool check_vswitch(struct call *call, const struct nat_gateway *gateway, const char *id)
{
	const struct vswitch *vswitch = vswitch_find(call, id);
	if (!vswitch)
		return false;
	if (vswitch->vpc != gateway->vswitch->vpc)
		return call_fail(
		        call, 400, "InvalidVSwitchId.NotInVpc", "The vSwitch is not in the VPC of the NAT gateway.");
	if (strcmp(vswitch->base.state, "Available") != 0)
		return call_fail(call, 400, "IncorrectVSwitchStatus", "The status of the vSwitch is incorrect.");
	return true;
}

static bool check_source(struct call *call, const struct nat_gateway *gateway)
{
	const char *vswitch = call_text(call, "SourceVSwitchId"), *cidr = call_text(call, "SourceCIDR");
	uint32_t network;
	int prefix;
	if (vswitch && cidr)
		return call_fail(call, 400, "InvalidParameter.SourceConflict",
		        "SourceVSwitchId and SourceCIDR cannot be used together.");
	if (!vswitch && !cidr)
		return call_fail(call, 400, "MissingParameter",
		        "The input parameter \"SourceVSwitchId\" that is mandatory for processing this request is not "
		        "supplied.");
	if (vswitch && !check_vswitch(call, gateway, vswitch))
		return false;
	if (cidr && !cidr_parse(cidr, &network, &prefix))
		return call_fail(call, 400, "InvalidSourceCIDR.Malformed", "Specified SourceCIDR is not valid.");
	size_t count = 0;
	struct snat_entry *entry;
	EACH(entry, call->region, KIND_SNAT_ENTRY)
	{
		if (entry->gateway != gateway)
			continue;
		count++;
		if (vswitch && !strcmp(entry->source_vswitch, vswitch))
			return call_fail(call, 400, "Forbidden.SourceVSwitchId.Duplicated",
			        "The vSwitch is in the SNAT entry %s already.", entry->base.id);
		if (cidr && entry->source_cidr && !strcmp(entry->source_cidr, cidr))
			return call_fail(call, 400, "Forbidden.SourceCIDR.Duplicated",
			        "The CIDR block is in the SNAT entry %s already.", entry->base.id);
	}
	return count < ENTRIES_MOST || call_fail(call, 400, "Forbidden.SnatEntryCountLimited",
	                                       "The number of SNAT entries exceeds %d.", ENTRIES_MOST);
}

void vpc_create_snat_entry(struct call *call)
{
	struct nat_gateway *gateway = gateway_of_table(call, call_text(call, "SnatTableId"));
	if (!gateway)
		return;
	if (strcmp(gateway->base.state, "Available") != 0) {
		call_fail(call, 400, "IncorrectStatus.NatGateway", "The status of the NAT gateway is incorrect: %s.",
		        gateway->base.state);
		return;
	}
	if (!vpc_name_is_valid(call_text(call, "SnatEntryName"))) {
		call_fail(call, 400, "InvalidSnatEntryName.Malformed", "Specified SnatEntryName is not valid.");
		return;
	}
	if (!check_source(call, gateway) || !check_addresses(call, gateway, call_text_or(call, "SnatIp", "")) ||
	        call_dry_run(call))
		return;
	struct snat_entry *entry = snat_entry_create(call->world, RANDOM_API, gateway, call_text(call, "SnatIp"),
	        call_text(call, "SourceVSwitchId"), call_text(call, "SourceCIDR"), MADE_BY_API, PENDING_MS);
	entry->name = world_text(call->world, call_text_or(call, "SnatEntryName", ""));
	json_text(&call->out, "SnatEntryId", entry->base.id);
}

void vpc_delete_snat_entry(struct call *call)
{
	struct nat_gateway *gateway = gateway_of_table(call, call_text(call, "SnatTableId"));
	if (!gateway)
		return;
	struct snat_entry *entry =
	        world_find_in(call->world, KIND_SNAT_ENTRY, call->region, call_text(call, "SnatEntryId"));
	if (!entry || entry->gateway != gateway)
		call_fail(call, 404, "InvalidSnatEntryId.NotFound", "Specified SNAT entry does not exist.");
	else if (strcmp(entry->base.state, "Available") != 0)
		call_fail(call, 400, "IncorretSnatEntryStatus", "The status of the SNAT entry is incorrect: %s.",
		        entry->base.state);
	else
		snat_entry_delete(call->world, entry, DELETING_MS);
}

static const char *source_cidr(struct call *call, const struct snat_entry *entry)
{
	if (entry->source_cidr)
		return entry->source_cidr;
	const struct vswitch *vswitch = world_find(call->world, KIND_VSWITCH, entry->source_vswitch);
	char network[IP_TEXT_SIZE];
	if (!vswitch)
		return "";
	ip_format(vswitch->network, network);
	return arena_printf(&call->request->arena, "%s/%d", network, vswitch->prefix);
}

static bool address_listed(const struct call *call, const struct snat_entry *entry)
{
	const char *wanted = call_text(call, "SnatIp");
	uint32_t address;
	return !wanted || (ip_parse(wanted, &address) && snat_entry_uses(entry, address));
}

void vpc_describe_snat_entries(struct call *call)
{
	struct page page;
	struct snat_entry *entry;
	struct json_out *out = &call->out;
	if (!page_begin(call, &page, PAGE_NUMBERS, PAGE_USUAL, PAGE_MOST))
		return;
	if (!call_text(call, "SnatTableId") && !call_text(call, "NatGatewayId")) {
		call_fail(call, 400, "MissingParameter", "One of SnatTableId and NatGatewayId must be given.");
		return;
	}
	json_object(out, "SnatTableEntries");
	json_list(out, "SnatTableEntry");
	EACH(entry, call->region, KIND_SNAT_ENTRY)
	{
		if (!call_sees(call, &entry->base) ||
		        !wanted_is(call_text(call, "SnatTableId"), entry->gateway->snat_table_id) ||
		        !wanted_is(call_text(call, "NatGatewayId"), entry->gateway->base.id) ||
		        !wanted_is(call_text(call, "SnatEntryId"), entry->base.id) ||
		        !wanted_is(call_text(call, "SnatEntryName"), entry->name) ||
		        !wanted_is(call_text(call, "SourceVSwitchId"), entry->source_vswitch) ||
		        !wanted_is(call_text(call, "SourceCIDR"), source_cidr(call, entry)) ||
		        call_text(call, "NetworkInterfaceIds.1") || !address_listed(call, entry) ||
		        !page_takes(&page, &entry->base))
			continue;
		json_object(out, NULL);
		json_text(out, "SnatEntryId", entry->base.id);
		json_text(out, "SnatEntryName", entry->name);
		json_text(out, "SnatTableId", entry->gateway->snat_table_id);
		json_text(out, "NatGatewayId", entry->gateway->base.id);
		json_text(out, "SnatIp", entry->snat_ip);
		json_text(out, "SourceVSwitchId", entry->source_vswitch);
		json_text(out, "SourceCIDR", source_cidr(call, entry));
		json_text(out, "NetworkInterfaceId", "");
		json_text(out, "EipAffinity", "0");
		json_text(out, "Status", entry->base.state);
		json_object_end(out);
	}
	json_list_end(out);
	json_object_end(out);
	page_end(call, &page);
}
