// SPDX-License-Identifier: Apache-2.0
// Resources and the tables that hold them: everything in the world has an id, a region, a state and a maker.
#ifndef PEERDECK_SIM_TABLE_H
#define PEERDECK_SIM_TABLE_H

#include "base/base.h"

enum resource_kind {
	KIND_VPC,
	KIND_VSWITCH,
	KIND_SECURITY_GROUP,
	KIND_INSTANCE,
	KIND_ENI,
	KIND_DISK,
	KIND_IMAGE,
	KIND_SNAPSHOT,
	KIND_ECS_TASK,
	KIND_KEY_PAIR,
	KIND_EIP,
	KIND_NAT_GATEWAY,
	KIND_SNAT_ENTRY,
	KIND_CLUSTER,
	KIND_NODE_POOL,
	KIND_CS_TASK,
	KIND_ROLE,
	KIND_POLICY,
	KIND_OIDC_PROVIDER,
	KIND_BUCKET,
	KIND_OBJECT, // of OSS
	KIND_UPLOAD, // an unfinished one
	KIND_LOG_PROJECT,
	KIND_COUNT,
};

enum made_by { MADE_BY_WORLD, MADE_BY_CAA, MADE_BY_API };

struct region;
struct world;

struct tag {
	const char *key, *value; // interned
};

// The head of every resource; a kind's own struct starts with one.
struct resource {
	enum resource_kind kind;
	enum made_by made_by;
	const char *id;        // unique in the world, whatever the kind (role:NAME, bucket:NAME); lives as long as it
	struct region *region; // NULL for what is the account's (roles, policies, buckets have one all the same)
	const char *state;     // the cloud's word, a literal
	int64_t created;       // virtual ms
	int64_t visible_from;  // eventual consistency: lists do not show it before (virtual ms)
	uint64_t sequence;     // counts creations in the whole world: the order of lists, the key of paging tokens
	struct tag *tags;
	size_t tag_count;
	const char *leak;   // how it was lost (enum leak_path's name); NULL = it was not
	int64_t leak_since; // virtual ms
};

// Resources of one kind in one region, oldest first.
struct table {
	struct resource **items;
	size_t count, room;
};

// The name of a kind in /_sim/truth ("vpc", "nat_gateway").
const char *resource_kind_name(enum resource_kind kind);
const char *made_by_name(enum made_by made_by);

bool table_add(struct table *table, struct resource *resource);
void table_remove(struct table *table, const struct resource *resource);
// Index of the first item whose sequence is not less than `sequence` (count when there is none).
size_t table_from(const struct table *table, uint64_t sequence);
void table_finish(struct table *table);

// Ids to resources.
struct id_map {
	struct resource **slots;
	size_t size, used;
};
struct resource *id_map_get(const struct id_map *map, const char *id);
bool id_map_put(struct id_map *map, struct resource *resource);
void id_map_remove(struct id_map *map, const char *id);
void id_map_finish(struct id_map *map);

#endif
