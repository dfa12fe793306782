// SPDX-License-Identifier: Apache-2.0
// Making VPCs, vSwitches, security groups and public addresses.
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "sim/instances.h"
#include "sim/memory.h"

#include "base/banned.h"

struct vpc *vpc_create(struct world *world, enum random_stream stream, struct region *region, const char *name,
        const char *cidr, enum made_by made_by)
{
	char id[32];
	world_new_id(world, stream, region, "vpc-", id, sizeof(id));
	struct vpc *vpc = resource_create(world, KIND_VPC, region, id, sizeof(*vpc), made_by);
	vpc->name = world_text(world, name ? name : "");
	vpc->description = "";
	vpc->cidr = world_text(world, cidr);
	world_new_id(world, stream, region, "vrt-", vpc->router_id, sizeof(vpc->router_id));
	world_new_id(world, stream, region, "vtb-", vpc->route_table_id, sizeof(vpc->route_table_id));
	return vpc;
}

struct vswitch *vswitch_create(struct world *world, enum random_stream stream, struct vpc *vpc, char zone_letter,
        const char *name, uint32_t network, int prefix, enum made_by made_by)
{
	char id[32];
	struct region *region = vpc->base.region;
	world_new_id(world, stream, region, "vsw-", id, sizeof(id));
	struct vswitch *vswitch = resource_create(world, KIND_VSWITCH, region, id, sizeof(*vswitch), made_by);
	vswitch->name = world_text(world, name ? name : "");
	vswitch->description = "";
	vswitch->vpc = vpc;
	vswitch->network = network;
	vswitch->prefix = prefix;
	snprintf(vswitch->zone, sizeof(vswitch->zone), "%s-%c", region->id, zone_letter);
	return vswitch;
}

struct security_group *security_group_create(
        struct world *world, enum random_stream stream, struct vpc *vpc, const char *name, enum made_by made_by)
{
	char id[32];
	struct region *region = vpc->base.region;
	world_new_id(world, stream, region, "sg-", id, sizeof(id));
	struct security_group *group = resource_create(world, KIND_SECURITY_GROUP, region, id, sizeof(*group), made_by);
	group->name = world_text(world, name ? name : "");
	group->description = "";
	group->vpc = vpc;
	group->type = "normal";
	return group;
}

void security_group_allow(struct world *world, struct security_group *group, const char *direction,
        const char *protocol, const char *port_range, const char *source, const char *description)
{
	group->rules = memory_resized(group->rules, group->rule_count + 1, sizeof(*group->rules));
	group->rules[group->rule_count++] = (struct security_rule){
	        .protocol = world_text(world, protocol),
	        .port_range = world_text(world, port_range),
	        .source = world_text(world, source),
	        .direction = direction,
	        .description = world_text(world, description ? description : ""),
	        .source_is_group = !strncmp(source, "sg-", 3),
	        .created = world->now,
	};
	world->changes++;
}

struct eip *eip_create(struct world *world, enum random_stream stream, struct region *region, const char *name,
        int64_t bandwidth, enum made_by made_by)
{
	char id[32];
	world_new_id(world, stream, region, "eip-", id, sizeof(id));
	struct eip *eip = resource_create(world, KIND_EIP, region, id, sizeof(*eip), made_by);
	eip->name = world_text(world, name ? name : "");
	eip->description = "";
	eip->address = world_public_address(world);
	eip->bandwidth = bandwidth;
	eip->internet_charge_type = "PayByTraffic";
	eip->charge_type = "PostPaid";
	return eip;
}
