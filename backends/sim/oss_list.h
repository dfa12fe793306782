// SPDX-License-Identifier: Apache-2.0
// ListObjects and ListObjectsV2.
#ifndef PEERDECK_SIM_OSS_LIST_H
#define PEERDECK_SIM_OSS_LIST_H

#include "sim/oss.h"

void oss_list_objects(struct oss_call *call);

#endif
