// SPDX-License-Identifier: Apache-2.0
// The matches of a list call, kept while the world does not change, so that page 900 costs what page 1 does.
#ifndef PEERDECK_SIM_LIST_CACHE_H
#define PEERDECK_SIM_LIST_CACHE_H

#include "sim/service.h"

struct list_cache;
struct list_cache *list_cache_create(void);
void list_cache_destroy(struct list_cache *cache);

// The resources of `kind` in the call's region that `matches`, newest first; at most `most` (0 = all). Borrowed until the
// next call. A call that sees nothing gets an empty list.
struct resource *const *list_matches(struct call *call, enum resource_kind kind, size_t most,
				     bool (*matches)(const void *filter, const struct resource *resource),
				     const void *filter, size_t *count);

#endif
