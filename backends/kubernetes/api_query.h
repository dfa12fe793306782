// SPDX-License-Identifier: Apache-2.0
// The address of what a list and its watch have in common. For the api_*.c files alone.
#ifndef PEERDECK_KUBERNETES_API_QUERY_H
#define PEERDECK_KUBERNETES_API_QUERY_H

#include "kubernetes/api.h"

bool api_query_add(struct buffer *url, const struct api_query *query);

#endif
