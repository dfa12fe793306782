// SPDX-License-Identifier: Apache-2.0
// ACK: the table of its operations (Alibaba Cloud API: CS 2015-12-15).
#include "config.h"
#include "sim/cs.h"

#include "sim/service.h"

#include "base/banned.h"

static const struct operation operations[] = {
        {"DescribeRegions", cs_describe_regions, "", 0, "GET", "/regions"},
};

extern const struct service cs_service;
const struct service cs_service = {
        .name = "cs",
        .version = "2015-12-15",
        .style = STYLE_ROA,
        .operations = operations,
        .operation_count = COUNT_OF(operations),
};
