// SPDX-License-Identifier: Apache-2.0
// Making and deleting VPCs and vSwitches.
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "sim/instances.h"
#include "sim/vpc_ops.h"

#include "base/banned.h"

enum {
	VSWITCHES_MOST = 150,  // in one VPC
	VPC_PENDING_MS = 4000, // virtual
	VSWITCH_PENDING_MS = 4000,
	VSWITCH_DELETING_MS = 5000,
};

struct block {
	uint32_t network;
	int prefix;
};

static uint32_t block_mask(const struct block *block)
{
	return block->prefix ? ~(uint32_t)0 << (32 - block->prefix) : 0;
}

static bool block_contains(const struct block *outer, const struct block *inner)
{
	return inner->prefix >= outer->prefix && (inner->network & block_mask(outer)) == outer->network;
}

static bool block_read(const char *text, int least, int most, struct block *out)
{
	return cidr_parse(text, &out->network, &out->prefix) && out->prefix >= least && out->prefix <= most &&
	       (out->network & ~block_mask(out)) == 0;
}

// Ranges that a VPC may not touch.
static bool is_reserved(const struct block *block)
{
	static const struct block reserved[] = {
	        {0x64400000, 10}, // 100.64.0.0/10: the cloud's own services
	        {0xe0000000, 4},  // multicast
	        {0x7f000000, 8},  // loopback
	        {0xa9fe0000, 16}, // link-local
	};
	for (size_t i = 0; i < COUNT_OF(reserved); i++)
		if (block_contains(&reserved[i], block) || block_contains(block, &reserved[i]))
			return true;
	return false;
}

static void become_available(struct world *world, struct resource *resource, int64_t argument)
{
	(void)argument;
	if (!strcmp(resource->state, "Pending"))
		resource_state(world, resource, "Available");
}

static bool fail_name(struct call *call, const char *parameter)
{
	return call_fail(call, 400, "InvalidName.Malformed",
	        "Specified %s is not valid: 2 to 128 characters, not starting with http:// or https://.", parameter);
}

static bool check_texts(struct call *call, const char *name)
{
	const char *description = call_text(call, "Description");
	if (!vpc_name_is_valid(call_text(call, name)))
		return fail_name(call, name);
	if (description && (strlen(description) > 256 || !strncmp(description, "http", 4)))
		return call_fail(call, 400, "InvalidDescription.Malformed", "Specified description is not valid.");
	return vpc_tags_check(call);
}

void vpc_create_vpc(struct call *call)
{
	const char *cidr = call_text_or(call, "CidrBlock", "172.16.0.0/12");
	struct block block;
	if (!check_texts(call, "VpcName"))
		return;
	if (!block_read(cidr, 8, 28, &block) || is_reserved(&block)) {
		call_fail(call, 400, "InvalidCidrBlock.Malformed", "Specified CIDR block is not valid.");
		return;
	}
	if (vpc_count(call->region, KIND_VPC) >= VPCS_MOST) {
		call_fail(call, 400, "QuotaExceeded.Vpc", "The number of VPCs in the region exceeds the quota (%d).",
		        VPCS_MOST);
		return;
	}
	if (call_dry_run(call))
		return;
	struct vpc *vpc =
	        vpc_create(call->world, RANDOM_API, call->region, call_text(call, "VpcName"), cidr, MADE_BY_API);
	vpc->description = world_text(call->world, call_text_or(call, "Description", ""));
	vpc->base.state = "Pending";
	vpc_tags_apply(call, &vpc->base);
	world_later(call->world, VPC_PENDING_MS, &vpc->base, become_available, 0);
	json_text(&call->out, "VpcId", vpc->base.id);
	json_text(&call->out, "VRouterId", vpc->router_id);
	json_text(&call->out, "RouteTableId", vpc->route_table_id);
	json_text(&call->out, "ResourceGroupId", "");
}

// What still sits in a VPC: the first kind of it, as the error spells it.
static const char *vpc_holder(const struct vpc *vpc)
{
	struct nat_gateway *gateway;
	struct vswitch *vswitch;
	struct security_group *group;
	EACH(gateway, vpc->base.region, KIND_NAT_GATEWAY)
	if (gateway->vswitch->vpc == vpc)
		return "NatGateway";
	EACH(vswitch, vpc->base.region, KIND_VSWITCH)
	if (vswitch->vpc == vpc)
		return "VSwitch";
	EACH(group, vpc->base.region, KIND_SECURITY_GROUP)
	if (group->vpc == vpc)
		return "SecurityGroup";
	return NULL;
}

void vpc_delete_vpc(struct call *call)
{
	struct vpc *vpc = vpc_find(call, call_text(call, "VpcId"));
	if (!vpc)
		return;
	const char *holder = vpc_holder(vpc);
	if (holder) {
		call_fail(call, 400, world_printf(call->world, "DependencyViolation.%s", holder),
		        "Specified VPC %s has dependent resources: %s.", vpc->base.id, holder);
		return;
	}
	if (!strcmp(vpc->base.state, "Pending")) {
		call_fail(call, 400, "IncorrectVpcStatus", "Current VPC status does not support this operation.");
		return;
	}
	if (!call_dry_run(call))
		resource_destroy(call->world, &vpc->base);
}

// The letter of "cn-beijing-i" when the region has it; 0 = it has not.
static char zone_letter(const struct region *region, const char *zone)
{
	size_t length = strlen(region->id);
	if (strncmp(zone, region->id, length) != 0 || zone[length] != '-' || strlen(zone) != length + 2)
		return 0;
	for (size_t i = 0; i < region->zone_count; i++)
		if (region->zones[i][0] == zone[length + 1])
			return zone[length + 1];
	return 0;
}

static bool check_block(struct call *call, const struct vpc *vpc, const struct block *block)
{
	struct block whole, other;
	cidr_parse(vpc->cidr, &whole.network, &whole.prefix);
	if (!block_contains(&whole, block))
		return call_fail(call, 400, "InvalidCidrBlock.NotInVpc",
		        "Specified CIDR block is not within the VPC's CIDR block %s.", vpc->cidr);
	size_t count = 0;
	struct vswitch *vswitch;
	EACH(vswitch, call->region, KIND_VSWITCH)
	{
		if (vswitch->vpc != vpc)
			continue;
		count++;
		other = (struct block){vswitch->network, vswitch->prefix};
		if (block_contains(&other, block) || block_contains(block, &other))
			return call_fail(call, 400, "InvalidCidrBlock.Overlapped",
			        "Specified CIDR block overlapped with other subnets: %s.", vswitch->base.id);
	}
	if (count >= VSWITCHES_MOST)
		return call_fail(call, 400, "QuotaExceeded.VSwitch", "VSwitch quota exceeded.");
	return true;
}

void vpc_create_vswitch(struct call *call)
{
	struct vpc *vpc = vpc_find(call, call_text(call, "VpcId"));
	struct block block;
	if (!vpc || !check_texts(call, "VSwitchName"))
		return;
	char letter = zone_letter(call->region, call_text(call, "ZoneId"));
	if (!letter) {
		call_fail(call, 404, "InvalidZoneId.NotFound", "Specified value of \"ZoneId\" is not exists.");
		return;
	}
	if (!block_read(call_text(call, "CidrBlock"), 16, 29, &block)) {
		call_fail(call, 400, "InvalidCidrBlock.Malformed", "Specified CIDR block is not valid.");
		return;
	}
	if (strcmp(vpc->base.state, "Available") != 0) {
		call_fail(call, 400, "IncorrectVpcStatus", "Current VPC status does not support this operation.");
		return;
	}
	if (!check_block(call, vpc, &block))
		return;
	struct vswitch *vswitch = vswitch_create(call->world, RANDOM_API, vpc, letter, call_text(call, "VSwitchName"),
	        block.network, block.prefix, MADE_BY_API);
	vswitch->description = world_text(call->world, call_text_or(call, "Description", ""));
	vswitch->base.state = "Pending";
	vpc_tags_apply(call, &vswitch->base);
	world_later(call->world, VSWITCH_PENDING_MS, &vswitch->base, become_available, 0);
	json_text(&call->out, "VSwitchId", vswitch->base.id);
}

// What keeps a vSwitch: the error's code; NULL when it is empty.
static const char *vswitch_holder(const struct vswitch *vswitch)
{
	const struct region *region = vswitch->base.region;
	struct nat_gateway *gateway;
	struct instance *instance;
	struct eni *eni;
	struct snat_entry *entry;
	struct cluster *cluster;
	struct node_pool *pool;
	EACH(gateway, region, KIND_NAT_GATEWAY)
	if (gateway->vswitch == vswitch)
		return "DependencyViolation.EnhancedNatGateway";
	EACH(entry, region, KIND_SNAT_ENTRY)
	if (!strcmp(entry->source_vswitch, vswitch->base.id))
		return "DependencyViolation.SNAT";
	EACH(instance, region, KIND_INSTANCE)
	if (instance->vswitch == vswitch)
		return "DependencyViolation";
	EACH(eni, region, KIND_ENI)
	if (eni->vswitch == vswitch)
		return "DependencyViolation";
	EACH(cluster, region, KIND_CLUSTER)
	for (size_t i = 0; i < cluster->vswitch_count; i++)
		if (cluster->vswitches[i] == vswitch)
			return "DependencyViolation";
	EACH(pool, region, KIND_NODE_POOL)
	for (size_t i = 0; i < pool->vswitch_count; i++)
		if (pool->vswitches[i] == vswitch)
			return "DependencyViolation";
	return NULL;
}

static void vswitch_gone(struct world *world, struct resource *resource, int64_t argument)
{
	(void)argument;
	// Something may have been placed in it since it was asked to go.
	if (vswitch_holder((const void *)resource))
		resource_state(world, resource, "Available");
	else
		resource_destroy(world, resource);
}

void vpc_delete_vswitch(struct call *call)
{
	struct vswitch *vswitch = vswitch_find(call, call_text(call, "VSwitchId"));
	if (!vswitch)
		return;
	const char *holder = vswitch_holder(vswitch);
	if (holder) {
		call_fail(call, 400, holder, "Specified object has dependent resources.");
		return;
	}
	if (strcmp(vswitch->base.state, "Available") != 0) {
		call_fail(
		        call, 400, "IncorrectVSwitchStatus", "Current VSwitch status does not support this operation.");
		return;
	}
	if (call_dry_run(call))
		return;
	resource_state(call->world, &vswitch->base, "Deleting");
	world_later(call->world, VSWITCH_DELETING_MS, &vswitch->base, vswitch_gone, 0);
}
