// SPDX-License-Identifier: Apache-2.0
// Protobuf bodies of the few kinds that kubectl sends in it.
#ifndef PEERDECK_SIM_KUBE_PROTO_H
#define PEERDECK_SIM_KUBE_PROTO_H

#include <cjson/cJSON.h>

#include "base/base.h"

// The object as a JSON tree, the caller's; NULL when it is none or of a kind that is not known here.
cJSON *kube_proto_read(const char *data, size_t size);

#endif
