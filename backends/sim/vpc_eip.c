// SPDX-License-Identifier: Apache-2.0
// Elastic IP addresses.
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "sim/instances.h"
#include "sim/nat.h"
#include "sim/vpc_ops.h"

#include "base/banned.h"

enum {
	PAGE_USUAL = 10,
	PAGE_MOST = 100,
	BINDING_MS = 4000, // virtual
	UNBINDING_MS = 4000,
	RELEASING_MS = 2000,
	BANDWIDTH_USUAL = 5,  // Mbit/s
	BANDWIDTH_MOST = 500, // by bandwidth
	BANDWIDTH_TRAFFIC_MOST = 200,
};

static bool read_bandwidth(struct call *call, bool by_traffic, int64_t *out)
{
	const char *text = call_text(call, "Bandwidth");
	*out = BANDWIDTH_USUAL;
	if (!text)
		return true;
	if (!text_to_int64(text, out) || *out < 1 || *out > (by_traffic ? BANDWIDTH_TRAFFIC_MOST : BANDWIDTH_MOST))
		return call_fail(
		        call, 400, "InvalidBandwidth.ValueNotSupported", "The specified bandwidth is not supported.");
	return true;
}

int64_t eips_allowed(const struct world *world)
{
	return world->rules.eip_quota ? world->rules.eip_quota : EIPS_MOST;
}

int64_t eips_counted(const struct region *region)
{
	int64_t count = 0;
	struct eip *eip;
	EACH(eip, region, KIND_EIP)
	count += eip->base.made_by == MADE_BY_API;
	return count;
}

void vpc_allocate_eip(struct call *call)
{
	const char *charge = call_text_or(call, "InstanceChargeType", "PostPaid");
	bool by_traffic = !strcmp(call_text_or(call, "InternetChargeType", "PayByBandwidth"), "PayByTraffic");
	int64_t bandwidth;
	if (!read_bandwidth(call, by_traffic, &bandwidth) || !vpc_tags_check(call))
		return;
	if (!vpc_name_is_valid(call_text(call, "Name"))) {
		call_fail(call, 400, "InvalidName.Malformed", "Specified Name is not valid.");
		return;
	}
	if (eips_counted(call->region) >= eips_allowed(call->world)) {
		call_fail(call, 400, "QuotaExceeded.Eip", "Elastic IP address quota exceeded.");
		return;
	}
	struct eip *eip =
	        eip_create(call->world, RANDOM_API, call->region, call_text(call, "Name"), bandwidth, MADE_BY_API);
	eip->description = world_text(call->world, call_text_or(call, "Description", ""));
	eip->internet_charge_type = by_traffic ? "PayByTraffic" : "PayByBandwidth";
	eip->charge_type = strcmp(charge, "PrePaid") ? "PostPaid" : "PrePaid";
	vpc_tags_apply(call, &eip->base);
	json_text(&call->out, "AllocationId", eip->base.id);
	json_ip(&call->out, "EipAddress", eip->address);
	json_text(&call->out, "ResourceGroupId", "");
}

static bool fail_target(struct call *call)
{
	return call_fail(call, 404, "InvalidInstanceId.NotFound", "Specified instance does not exist.");
}

static bool check_gateway(struct call *call, const char *id)
{
	const struct nat_gateway *gateway = world_find_in(call->world, KIND_NAT_GATEWAY, call->region, id);
	if (!gateway)
		return fail_target(call);
	if (strcmp(gateway->base.state, "Available") != 0)
		return call_fail(call, 400, "IncorrectStatus.NatGateway",
		        "The status of the NAT gateway is incorrect: %s.", gateway->base.state);
	return true;
}

static bool check_instance(struct call *call, const char *id)
{
	const struct instance *instance = world_find_in(call->world, KIND_INSTANCE, call->region, id);
	if (!instance)
		return fail_target(call);
	if (strcmp(instance->base.state, "Running") != 0 && strcmp(instance->base.state, "Stopped") != 0)
		return call_fail(call, 400, "IncorrectInstanceStatus",
		        "Current instance status does not support this operation.");
	if (instance->eip_id[0] || instance->public_ip)
		return call_fail(call, 400, "InvalidBindingStatus", "The instance has a public IP address already.");
	return true;
}

static bool check_interface(struct call *call, const char *id)
{
	const struct eni *eni = world_find_in(call->world, KIND_ENI, call->region, id);
	if (!eni)
		return fail_target(call);
	if (eni->primary)
		return call_fail(call, 400, "InvalidOperation.InvalidEniType",
		        "A primary network interface cannot be associated: use the instance.");
	if (strcmp(eni->base.state, "Available") != 0 && strcmp(eni->base.state, "InUse") != 0)
		return call_fail(call, 400, "InvalidStatus.EniStatusNotSupport",
		        "The status of the network interface does not support this operation.");
	if (eni->eip_id[0])
		return call_fail(call, 400, "InvalidBindingStatus", "The network interface has an EIP already.");
	return true;
}

static const struct target {
	const char *type;
	bool (*check)(struct call *call, const char *id);
} targets[] = {
        {"EcsInstance", check_instance},
        {"Nat", check_gateway},
        {"NetworkInterface", check_interface},
};

static const struct target *find_target(const char *type)
{
	for (size_t i = 0; i < COUNT_OF(targets); i++)
		if (!strcmp(targets[i].type, type))
			return &targets[i];
	return NULL;
}

void vpc_associate_eip(struct call *call)
{
	struct eip *eip = eip_find(call, call_text(call, "AllocationId"));
	const char *id = call_text(call, "InstanceId");
	const struct target *target = find_target(call_text_or(call, "InstanceType", "EcsInstance"));
	if (!eip)
		return;
	if (strcmp(eip->base.state, "Available") != 0)
		call_fail(
		        call, 400, "IncorrectEipStatus", "Current elastic IP status does not support this operation.");
	else if (!target)
		fail_target(call); // there are no load balancers, HAVIPs and bare addresses here
	else if (target->check(call, id))
		eip_bind(call->world, eip, target->type, id, BINDING_MS);
}

// Entries that could not do without the address go with it.
static void drop_entries(struct call *call, const struct eip *eip)
{
	struct snat_entry *entry;
	EACH(entry, call->region, KIND_SNAT_ENTRY)
	if (snat_entry_uses(entry, eip->address) && !strcmp(entry->gateway->base.id, eip->instance_id))
		snat_entry_delete(call->world, entry, 0);
}

static bool serves_entries(const struct call *call, const struct eip *eip)
{
	struct snat_entry *entry;
	EACH(entry, call->region, KIND_SNAT_ENTRY)
	if (snat_entry_uses(entry, eip->address) && !strcmp(entry->gateway->base.id, eip->instance_id))
		return true;
	return false;
}

void vpc_unassociate_eip(struct call *call)
{
	struct eip *eip = eip_find(call, call_text(call, "AllocationId"));
	const char *id = call_text(call, "InstanceId"), *type = call_text(call, "InstanceType");
	if (!eip)
		return;
	if (strcmp(eip->base.state, "InUse") != 0) {
		call_fail(
		        call, 400, "IncorrectEipStatus", "Current elastic IP status does not support this operation.");
		return;
	}
	if (!wanted_is(id, eip->instance_id) || (type && id && strcmp(type, eip->instance_type) != 0)) {
		call_fail(call, 404, "InvalidInstanceId.NotFound", "The EIP is not associated with this instance.");
		return;
	}
	if (serves_entries(call, eip)) {
		if (!call_bool(call, "Force", false)) {
			call_fail(call, 400, "InvalidIpStatus.HasBeenUsedBySnatTable",
			        "The specified EIP is used by a SNAT entry.");
			return;
		}
		drop_entries(call, eip);
	}
	eip_unbind(call->world, eip, UNBINDING_MS);
}

void vpc_release_eip(struct call *call)
{
	struct eip *eip = eip_find(call, call_text(call, "AllocationId"));
	if (!eip)
		return;
	if (eip->deletion_protection)
		call_fail(call, 400, "InvalidOperation.DeletionProtection", "The EIP is protected against deletion.");
	else if (!strcmp(eip->charge_type, "PrePaid"))
		call_fail(call, 400, "ChargeTypeViolation", "A subscription EIP cannot be released before it expires.");
	else if (strcmp(eip->base.state, "Available") != 0)
		call_fail(
		        call, 400, "IncorrectEipStatus", "Current elastic IP status does not support this operation.");
	else
		eip_release(call->world, eip, RELEASING_MS);
}

static void write_eip(struct call *call, const struct eip *eip)
{
	struct json_out *out = &call->out;
	bool bound = eip->instance_id[0] != 0;
	json_object(out, NULL);
	json_text(out, "AllocationId", eip->base.id);
	json_ip(out, "IpAddress", eip->address);
	json_text(out, "Status", eip->base.state);
	json_text(out, "Name", eip->name);
	json_text(out, "Description", eip->description);
	json_text(out, "RegionId", eip->base.region->id);
	json_text(out, "InstanceId", eip->instance_id);
	json_text(out, "InstanceType", bound ? eip->instance_type : "");
	json_text(out, "InstanceRegionId", bound ? eip->base.region->id : "");
	json_printf(out, "Bandwidth", "%lld", (long long)eip->bandwidth);
	json_printf(out, "EipBandwidth", "%lld", (long long)eip->bandwidth);
	json_text(out, "ChargeType", eip->charge_type);
	json_text(out, "InternetChargeType", eip->internet_charge_type);
	json_time(out, "AllocationTime", eip->base.created);
	json_text(out, "ExpiredTime", "");
	json_text(out, "BusinessStatus", "Normal");
	json_text(out, "ISP", "BGP");
	json_text(out, "Mode", "NAT");
	json_text(out, "Netmode", "public");
	json_text(out, "HDMonitorStatus", "OFF");
	json_text(out, "HasReservationData", "false");
	json_text(out, "ResourceGroupId", "");
	json_text(out, "SegmentInstanceId", "");
	json_bool(out, "SecondLimited", false);
	json_bool(out, "DeletionProtection", eip->deletion_protection);
	json_int(out, "ServiceManaged", eip->service_managed);
	json_nested_text(out, "SecurityProtectionTypes", "SecurityProtectionType", NULL);
	json_nested_text(out, "OperationLocks", "LockReason", NULL);
	resource_write_tags(out, &eip->base, "Key", "Value");
	json_object_end(out);
}

static bool address_listed(const struct call *call, const struct eip *eip)
{
	const char *list = call_text(call, "EipAddress");
	char text[IP_TEXT_SIZE];
	ip_format(eip->address, text);
	size_t length = strlen(text);
	for (const char *at = list; at && *at;) {
		size_t item = strcspn(at, ",");
		if (item == length && !strncmp(at, text, length))
			return true;
		at += item + (at[item] == ',');
	}
	return !list;
}

static bool id_listed(const struct call *call, const struct eip *eip)
{
	const char *list = call_text(call, "AllocationId");
	size_t length = strlen(eip->base.id);
	for (const char *at = list; at && *at;) {
		size_t item = strcspn(at, ",");
		if (item == length && !strncmp(at, eip->base.id, length))
			return true;
		at += item + (at[item] == ',');
	}
	return !list;
}

static bool eip_matches(struct call *call, const struct eip *eip)
{
	const char *managed = call_text(call, "ServiceManaged");
	return call_sees(call, &eip->base) && id_listed(call, eip) && address_listed(call, eip) &&
	       wanted_is(call_text(call, "EipName"), eip->name) &&
	       wanted_is(call_text(call, "Status"), eip->base.state) &&
	       wanted_is(call_text(call, "AssociatedInstanceId"), eip->instance_id) &&
	       wanted_is(call_text(call, "AssociatedInstanceType"), eip->instance_id[0] ? eip->instance_type : "") &&
	       wanted_is(call_text(call, "ChargeType"), eip->charge_type) &&
	       (!managed || call_bool(call, "ServiceManaged", false) == eip->service_managed) &&
	       wanted_is(call_text(call, "ISP"), "BGP") && !call_text(call, "LockReason") &&
	       !call_text(call, "ResourceGroupId") && !call_text(call, "PublicIpAddressPoolId") &&
	       !call_text(call, "SegmentInstanceId") && !call_bool(call, "SecurityProtectionEnabled", false) &&
	       vpc_tags_match(call, &eip->base);
}

void vpc_describe_eips(struct call *call)
{
	struct page page;
	struct eip *eip;
	if (!page_begin(call, &page, PAGE_NUMBERS, PAGE_USUAL, PAGE_MOST))
		return;
	if (call_text(call, "AssociatedInstanceId") && !call_text(call, "AssociatedInstanceType")) {
		call_fail(call, 400, "MissingParameter",
		        "AssociatedInstanceType must be given together with AssociatedInstanceId.");
		return;
	}
	if (call_dry_run(call))
		return;
	json_object(&call->out, "EipAddresses");
	json_list(&call->out, "EipAddress");
	EACH(eip, call->region, KIND_EIP)
	if (eip_matches(call, eip) && page_takes(&page, &eip->base))
		write_eip(call, eip);
	json_list_end(&call->out);
	json_object_end(&call->out);
	page_end(call, &page);
}
