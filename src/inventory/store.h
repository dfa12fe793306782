// SPDX-License-Identifier: Apache-2.0
// The store holds the newest snapshot of every (kind, scope), compares each new one with the one before, and tells
// listeners. Safe from any thread; the lock is held for a pointer swap only, comparing happens on the publishing
// thread.
#ifndef PEERDECK_INVENTORY_STORE_H
#define PEERDECK_INVENTORY_STORE_H

#include "base/clock.h"
#include "inventory/snapshot.h"

struct store;

enum change_sort { CHANGE_APPEARED, CHANGE_CHANGED, CHANGE_GONE };
struct change {
	enum change_sort sort;
	const struct record *before, *after; // NULL where there is none
	uint64_t fields;                     // bit i = field i of the kind differs (CHANGE_CHANGED)
};

// One publication, as listeners see it: valid during the call. `before` may be NULL. changes are empty for the first
// snapshot of a scope, for cached ones, and while a snapshot is partial (what is not read yet is not "gone").
struct publication {
	struct snapshot *before, *after;
	const struct change *changes;
	size_t change_count;
};

// The state of one (kind, scope), also when the last reading failed and older data stays.
struct store_entry {
	struct snapshot *snapshot; // a reference; NULL = never read
	struct error error;        // of the last reading; ERROR_NONE = it worked
	int64_t asked_at;          // when the last reading began; 0 = never
	bool reading;              // one is under way
	int64_t done, total;       // progress of it; total −1 = not known
};

struct store *store_create(const struct clock *clock);
void store_destroy(struct store *store);

// Takes the reference. An incomplete snapshot never replaces a complete one, nor one with more records: a failed
// reading (snapshot->error set) leaves the old data, and the entry's error says why it is old; pages of a refresh show
// as progress. A cached snapshot never replaces a live one.
void store_publish(struct store *store, struct snapshot *snapshot);
// A reading has begun, got on, or failed before there was anything to publish.
void store_reading(struct store *store, enum kind_id kind, const struct scope *scope, int64_t done, int64_t total);
void store_failed(struct store *store, enum kind_id kind, const struct scope *scope, const struct error *error);
void store_forget(struct store *store, const char *context); // drops everything of a context
void store_forget_scope(struct store *store, const struct scope *scope); // of every kind

// The entry (with a reference to its snapshot: snapshot_unref it). False when nothing is known of it.
bool store_get(struct store *store, enum kind_id kind, const struct scope *scope, struct store_entry *out);
// All entries of a kind in a context (NULL or "" = in all), by context, region and cluster; returns how many; copies up
// to `most` (each holds a reference); scopes may be NULL.
size_t store_entries(struct store *store, enum kind_id kind, const char *context, struct store_entry *out,
        struct scope *scopes, size_t most);
// The same in memory of their own number, both freed by the caller; NULL when there is none.
size_t store_entries_copy(struct store *store, enum kind_id kind, const char *context, struct store_entry **out,
        struct scope **scopes);
uint64_t store_version(struct store *store); // grows with every publication and state change

// on_change is called on the publishing thread without the lock (so from several threads at a time for different
// scopes), for every snapshot that the store accepted. Listeners are added before the first publication. At most
// STORE_LISTENERS_MOST.
enum { STORE_LISTENERS_MOST = 8 };
bool store_listen(struct store *store, void (*on_change)(const struct publication *, void *user), void *user);

#endif
