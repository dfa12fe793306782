// SPDX-License-Identifier: Apache-2.0
// The last inventory on disk, so that the console opens with it at once, and the history of pod VMs. Both live in the
// one SQLite file (database.h) on a connection of the cache's own. Safe from any thread.
#ifndef PEERDECK_INVENTORY_CACHE_H
#define PEERDECK_INVENTORY_CACHE_H

#include "base/cancel.h"
#include "base/clock.h"
#include "base/log.h"
#include "inventory/store.h"

struct cache;

enum {
	CACHE_FIRST_ROWS = 64,       // rows of a scope that cache_load_first yields
	CACHE_CHUNK_ROWS = 1024,     // rows of every further chunk
	CACHE_CHUNK_MOST = 32 << 20, // bytes of one chunk that are believed
	CACHE_HISTORY_DAYS = 90,     // what was last seen before that is forgotten
	CACHE_HISTORY_ROWS = 200000, // most rows kept, the oldest go first
	CACHE_EVENTS_MOST = 20000,   // appearances and departures that wait to be written
};

// path as database_path gives it; "" = in memory. NULL on failure: the console then goes on without. `warning` as in
// database_open.
struct cache *cache_open(
        const char *path, const struct clock *clock, struct log *log, struct error *warning, struct error *error);
// Does not save. Stop the store's publications first (or let the store outlive nothing that publishes).
void cache_close(struct cache *cache);

// From now on what the store publishes is remembered as waiting to be saved. Call once.
bool cache_watch(struct cache *cache, struct store *store);

// Publishes the first rows of every scope of the context, incomplete and marked SNAPSHOT_CACHED: a few milliseconds,
// meant to be called before the first frame. Then cache_load publishes the whole of each (on a worker thread); it stops
// when cancelled. Chunks that cannot be read are left out with a warning in the log; false only when the database
// failed.
bool cache_load_first(struct cache *cache, struct store *store, const char *context, struct error *error);
bool cache_load(struct cache *cache, struct store *store, const char *context, const struct cancel *cancel,
        struct error *error);

// How many scopes and history events wait to be saved.
size_t cache_pending(struct cache *cache);
// Writes what waits, a transaction per scope. On a worker thread. What could not be written goes on waiting.
bool cache_save(struct cache *cache, const struct cancel *cancel, struct error *error);
// Drops inventory and history of a context.
bool cache_forget(struct cache *cache, const char *context, struct error *error);

// One pod VM, from the first to the last time it was seen. Texts are valid during the call.
struct vm_history {
	const char *id, *name, *region, *type, *cluster;
	int64_t created;    // by the cloud; 0 = not known
	int64_t seen_from;  // wall clock
	int64_t seen_until; // of the last complete reading that still had it
	bool gone;          // false: it was there in the last complete reading
};
// Newest `seen_until` first, those seen at or after `since`; `tell` returns false to stop. Events still waiting are not
// included.
bool cache_history(struct cache *cache, const char *context, int64_t since,
        bool (*tell)(const struct vm_history *row, void *user), void *user, struct error *error);
// One VM by id; false without error when it was never seen.
bool cache_history_find(struct cache *cache, const char *context, const char *id,
        bool (*tell)(const struct vm_history *row, void *user), void *user, struct error *error);

#endif
