// SPDX-License-Identifier: Apache-2.0
// Which call lists which kind.
#include "alibaba/list.h"

#include "base/banned.h"

// A filter of the service's own hides images that are being made: all states are asked for.
static void ask_images(struct call *call, const struct scope *scope)
{
	(void)scope;
	call_set(call, "Status", "Creating,Waiting,Available,UnAvailable,CreateFailed,Deprecated");
}

static void ask_english(struct call *call, const struct scope *scope)
{
	(void)scope;
	call_set(call, "AcceptLanguage", "en-US");
}

static void ask_zones(struct call *call, const struct scope *scope)
{
	ask_english(call, scope);
	call_set_flag(call, "Verbose", false);
}

const struct lister listers[] = {
        {.kind = KIND_REGION,
                .operation = "ecs.DescribeRegions",
                .items = "Regions.Region",
                .ask = ask_english,
                .add = list_add_region,
                .complete = list_regions_complete},
        {.kind = KIND_ZONE,
                .operation = "ecs.DescribeZones",
                .items = "Zones.Zone",
                .ask = ask_zones,
                .add = list_add_zone},
        {.kind = KIND_CLUSTER,
                .operation = "cs.DescribeClustersForRegion",
                .fallback = "cs.DescribeClustersV1",
                .items = "clusters",
                .add = list_add_cluster},
        {.kind = KIND_NODE_POOL,
                .operation = "cs.DescribeClusterNodePools",
                .items = "nodepools",
                .add = list_add_node_pool},
        {.kind = KIND_NODE, .operation = "cs.DescribeClusterNodes", .items = "nodes", .add = list_add_node},
        {.kind = KIND_VM,
                .operation = "ecs.DescribeInstances",
                .items = "Instances.Instance",
                .add = list_add_instance,
                .begin = list_instances_begin,
                .after_page = list_instances_after},
        {.kind = KIND_ENI,
                .operation = "ecs.DescribeNetworkInterfaces",
                .items = "NetworkInterfaceSets.NetworkInterfaceSet",
                .add = list_add_interface},
        {.kind = KIND_DISK, .operation = "ecs.DescribeDisks", .items = "Disks.Disk", .add = list_add_disk},
        {.kind = KIND_EIP,
                .operation = "vpc.DescribeEipAddresses",
                .items = "EipAddresses.EipAddress",
                .add = list_add_address},
        {.kind = KIND_IMAGE,
                .operation = "ecs.DescribeImages",
                .items = "Images.Image",
                .ask = ask_images,
                .add = list_add_image},
        {.kind = KIND_VPC, .operation = "vpc.DescribeVpcs", .items = "Vpcs.Vpc", .add = list_add_vpc},
        {.kind = KIND_VSWITCH,
                .operation = "vpc.DescribeVSwitches",
                .items = "VSwitches.VSwitch",
                .add = list_add_vswitch},
};
const size_t lister_count = COUNT_OF(listers);

const struct lister *lister_find(enum kind_id kind)
{
	for (size_t i = 0; i < lister_count; i++)
		if (listers[i].kind == kind)
			return &listers[i];
	return NULL;
}
