// SPDX-License-Identifier: Apache-2.0
// What the cache holds. For cache*.c alone.
#ifndef PEERDECK_INVENTORY_CACHE_OWN_H
#define PEERDECK_INVENTORY_CACHE_OWN_H

#include <pthread.h>
#include <sqlite3.h>

#include "inventory/cache.h"

// A pod VM that came or went, on its way to the disk.
struct cache_event {
	struct cache_event *next;
	bool gone;
	int64_t at; // first seen, or last seen
	int64_t created;
	const char *context, *id, *name, *region, *type, *cluster; // in `texts`
	char texts[];
};

// A scope that waits to be saved.
struct cache_pending {
	struct cache_pending *next;
	enum kind_id kind;
	struct scope scope;
	struct snapshot *snapshot; // a reference
	bool changed;              // its content differs from what is on disk; otherwise only its time is new
	struct snapshot *base; // a reference: pod VMs on disk are to be compared with it as a whole, before the events
};

struct cache {
	const struct clock *clock;
	struct log *log;

	pthread_mutex_t waiting_lock; // held for moments
	struct cache_pending *pending;
	struct cache_event *events, **events_end;
	size_t event_count, pending_count;

	pthread_mutex_t database_lock; // held while reading and writing
	sqlite3 *database;
	sqlite3_stmt *scope_write, *scope_touch, *chunks_drop, *chunk_write;
	sqlite3_stmt *history_came, *history_went, *history_there, *history_read, *history_read_write;
	int64_t pruned_at; // monotonic; 0 = not yet
};

// cache_history.c. All but the first with the database locked.
void cache_history_notice(
        struct cache *cache, const struct publication *publication, struct cache_pending *pending); // waiting locked
bool cache_history_prepare(struct cache *cache, struct error *error);
void cache_history_finish(struct cache *cache);
bool cache_history_write_event(struct cache *cache, const struct cache_event *event, struct error *error);
// Compares the whole of a scope with what was there.
bool cache_history_write_base(struct cache *cache, struct snapshot *base, struct error *error);
// Notes when a scope was last read.
bool cache_history_write_read(struct cache *cache, const struct snapshot *snapshot, struct error *error);
bool cache_history_prune(struct cache *cache, struct error *error);

#endif
