// SPDX-License-Identifier: Apache-2.0
// What scans keep in the memory: rows of a few tables, each a plain struct. Rows are handed over as copies whose texts
// live as long as the memory. All times are by the cloud's clock. Safe from any thread.
#ifndef PEERDECK_ORPHANS_MEMORY_OWN_H
#define PEERDECK_ORPHANS_MEMORY_OWN_H

#include "base/arena.h"
#include "orphans/book_cache.h"
#include "orphans/memory.h"
#include "orphans/user_data.h"

enum memory_table {
	MEMORY_VM,
	MEMORY_CLUSTER,
	MEMORY_CONFIG,
	MEMORY_NODE,
	MEMORY_POD,
	MEMORY_FREE,
	MEMORY_FLOOD,
	MEMORY_KEEP,
	MEMORY_DATA, // never on disk
	MEMORY_TABLES,
};

enum {
	MEMORY_ROWS_MOST = 200000,       // per table
	MEMORY_TEXT_MOST = 128 << 20,    // bytes of text
	MEMORY_FORGET_DAYS = 30,         // VMs, pods and left-overs that are gone
	MEMORY_FORGET_CONFIG_DAYS = 365, // configurations and nodes that a cluster had
};

// What is known of few stands last: a row takes memory up to the last member that says something.
struct memory_vm {
	const char *id;
	int64_t seen_at;
	struct settling settling;
	int64_t monotonic;               // our clock at its last counted scan, only in this process; 0 = none
	int64_t since;                   // first found without a user in an unbroken row of scans; 0 = it is not
	int64_t used_at;                 // last found in use
	const char *cluster_uid, *proof; // E12 and which fact it was written from
	const char *namespace_name, *pod, *pod_uid, *sandbox, *node;
	int64_t unused_since;
	int64_t termination_ms;
};

struct memory_cluster {
	const char *uid;
	const char *id, *name, *vpc_id;
	int64_t first_seen, seen_at;
	int64_t absent_since;   // it has no Cloud API Adaptor since
	bool is_confirmed_gone; // somebody typed its id
};

// A peer-pods-cm as it was; `groups` sorted and separated by commas.
struct memory_config {
	const char *cluster_uid, *region, *vswitch, *groups, *tags, *keeps; // keeps: "yes", "no"
	int64_t first_seen, seen_at;
	int64_t changed; // when the cluster last changed it, at the first sight
};

struct memory_node {
	const char *cluster_uid, *name, *address, *uid;
	int64_t created, seen_at, gone_since;
};

// How long a pod, its node and the adaptor there have been steady (T2).
struct memory_pod {
	const char *cluster_uid, *uid;
	int64_t steady_ms, apart_ms, seen_at;
	unsigned scans;
	int64_t monotonic;
};

struct memory_free {
	const char *kind, *id;
	int64_t since, seen_at;
};

struct memory_flood {
	const char *cluster_uid;
	unsigned orphans, acknowledged; // as many as it had when it was first told, and as many as a person believes
	int64_t seen_at;
};

struct memory_keep_row {
	const char *id, *why;
	int64_t seen_at;
};

struct memory_data {
	const char *id;
	struct user_data data;
};

// The row with the key texts of `row`, written over it. False when there is none.
bool memory_get(struct memory *memory, enum memory_table table, void *row);
// False when out of memory or full; the row is then not remembered.
bool memory_put(struct memory *memory, enum memory_table table, const void *row);
void memory_drop(struct memory *memory, enum memory_table table, const void *row);
// All rows of a table, in the arena's memory. NULL when out of memory.
void *memory_all(struct memory *memory, enum memory_table table, struct arena *arena, size_t *count);
// Writes what changed, in one transaction, and forgets what is too old. False when the disk failed: all stays in RAM
// and is written the next time.
bool memory_commit(struct memory *memory, int64_t cloud_now, struct error *error);
struct book_cache *memory_books(struct memory *memory); // of adaptors' logs; NULL in, NULL out
const struct clock *memory_clock(const struct memory *memory);
// Why nothing is on disk; "" when it is, or was never meant to be.
void memory_disk_error(struct memory *memory, char *out, size_t size);

#endif
