// SPDX-License-Identifier: Apache-2.0
// What a request is aimed at: bucket and key from host name and path, the operation from method and query.
#ifndef PEERDECK_SIM_OSS_TARGET_H
#define PEERDECK_SIM_OSS_TARGET_H

#include "sim/oss.h"

// Sets bucket_name, key and, when the host name tells it, region_name. False after failing.
// Host style: BUCKET.oss-REGION[-internal].aliyuncs.com and BUCKET.localhost; every other host is path style.
bool oss_target_find(struct oss_call *call);
// Sets call->operation; false after failing.
bool oss_operation_find(struct oss_call *call);

#endif
