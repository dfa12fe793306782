// SPDX-License-Identifier: Apache-2.0
// ECS: the table of its operations (Alibaba Cloud API: ECS 2014-05-26).
#include "config.h"
#include "sim/ecs.h"

#include "sim/service.h"

#include "base/banned.h"

static const struct operation operations[] = {
        {"DescribeRegions", ecs_describe_regions, "AcceptLanguage InstanceChargeType ResourceType"},
        {"DescribeZones", ecs_describe_zones, "RegionId! AcceptLanguage Verbose:bool InstanceChargeType SpotStrategy"},
};

extern const struct service ecs_service;
const struct service ecs_service = {
        .name = "ecs",
        .version = "2014-05-26",
        .style = STYLE_RPC,
        .operations = operations,
        .operation_count = COUNT_OF(operations),
};
