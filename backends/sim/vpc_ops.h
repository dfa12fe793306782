// SPDX-License-Identifier: Apache-2.0
// The operations of the VPC service, by file, and what they share.
#ifndef PEERDECK_SIM_VPC_OPS_H
#define PEERDECK_SIM_VPC_OPS_H

#include "sim/service.h"

enum {
	TAGS_MOST = 20,
	VPCS_MOST = 50,  // in one region
	EIPS_MOST = 100, // in one region, made through the API
};

// vpc_eip.c
int64_t eips_allowed(const struct world *world);
int64_t eips_counted(const struct region *region); // against that
// vpc_networks.c
void vpc_create_vpc(struct call *call);
void vpc_delete_vpc(struct call *call);
void vpc_create_vswitch(struct call *call);
void vpc_delete_vswitch(struct call *call);
// vpc_describe.c
void vpc_describe_vpcs(struct call *call);
void vpc_describe_vpc_attribute(struct call *call);
void vpc_describe_vswitches(struct call *call);
void vpc_describe_vswitch_attributes(struct call *call);
void vpc_describe_route_tables(struct call *call);
// vpc_nat.c
void vpc_create_nat_gateway(struct call *call);
void vpc_delete_nat_gateway(struct call *call);
void vpc_describe_nat_gateways(struct call *call);
void vpc_get_nat_gateway_attribute(struct call *call);
void vpc_list_nat_zones(struct call *call);
// vpc_snat.c
void vpc_create_snat_entry(struct call *call);
void vpc_delete_snat_entry(struct call *call);
void vpc_describe_snat_entries(struct call *call);
// vpc_eip.c
void vpc_allocate_eip(struct call *call);
void vpc_associate_eip(struct call *call);
void vpc_unassociate_eip(struct call *call);
void vpc_release_eip(struct call *call);
void vpc_describe_eips(struct call *call);
// vpc_tags.c
void vpc_describe_regions(struct call *call);
void vpc_describe_zones(struct call *call);
void vpc_tag_resources(struct call *call);
void vpc_untag_resources(struct call *call);
void vpc_list_tag_resources(struct call *call);

// Shared. Each find fails the call and returns NULL when there is no such thing in the call's region.
struct vpc *vpc_find(struct call *call, const char *id);
struct vswitch *vswitch_find(struct call *call, const char *id);
struct nat_gateway *nat_gateway_find(struct call *call, const char *id);
struct eip *eip_find(struct call *call, const char *id);
// Tag.N of the call onto a new resource; false after failing.
bool vpc_tags_check(struct call *call);
void vpc_tags_apply(struct call *call, struct resource *resource);
// Does it carry the Tag.N that the call filters by?
bool vpc_tags_match(struct call *call, const struct resource *resource);
// 2–128 characters, not beginning with http:// or https://; NULL is fine.
bool vpc_name_is_valid(const char *name);
// True when `wanted` is NULL (not asked for) or the same.
bool wanted_is(const char *wanted, const char *value);
size_t vpc_count(const struct region *region, enum resource_kind kind);

#endif
