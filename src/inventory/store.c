// SPDX-License-Identifier: Apache-2.0
// The newest snapshot of every kind and scope. Entries are kept sorted, so that a look-up is a binary search and a
// context's entries of one kind lie together.
#include "config.h"
#include "inventory/store.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "inventory/compare.h"

#include "base/banned.h"

struct entry {
	enum kind_id kind;
	struct scope scope;
	struct store_entry state; // owns its snapshot
};

struct listener {
	void (*on_change)(const struct publication *publication, void *user);
	void *user;
};

struct store {
	const struct clock *clock;
	pthread_mutex_t lock;
	struct entry **entries;
	size_t count, room;
	uint64_t version;
	struct listener listeners[STORE_LISTENERS_MOST];
	size_t listener_count;
};

struct store *store_create(const struct clock *clock)
{
	struct store *store = calloc(1, sizeof(*store));

	if (!store)
		return NULL;
	store->clock = clock;
	pthread_mutex_init(&store->lock, NULL);
	return store;
}

static void entry_destroy(struct entry *entry)
{
	snapshot_unref(entry->state.snapshot);
	free(entry);
}

void store_destroy(struct store *store)
{
	if (!store)
		return;
	for (size_t i = 0; i < store->count; i++)
		entry_destroy(store->entries[i]);
	free(store->entries);
	pthread_mutex_destroy(&store->lock);
	free(store);
}

static int entry_order(const struct entry *entry, enum kind_id kind, const struct scope *scope)
{
	int order = (entry->kind > kind) - (entry->kind < kind);

	if (order == 0)
		order = strcmp(entry->scope.context, scope->context);
	if (order == 0)
		order = strcmp(entry->scope.region, scope->region);
	if (order == 0)
		order = strcmp(entry->scope.cluster, scope->cluster);
	return order;
}

// The first entry that is not before (kind, scope).
static size_t entry_place(const struct store *store, enum kind_id kind, const struct scope *scope)
{
	size_t low = 0, high = store->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (entry_order(store->entries[middle], kind, scope) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct entry *entry_find(const struct store *store, enum kind_id kind, const struct scope *scope)
{
	size_t place = entry_place(store, kind, scope);

	if (place < store->count && entry_order(store->entries[place], kind, scope) == 0)
		return store->entries[place];
	return NULL;
}

// Finds or makes it; NULL when out of memory.
static struct entry *entry_need(struct store *store, enum kind_id kind, const struct scope *scope)
{
	size_t place = entry_place(store, kind, scope);
	struct entry *entry;

	if (place < store->count && entry_order(store->entries[place], kind, scope) == 0)
		return store->entries[place];
	if (store->count == store->room) {
		size_t room = store->room ? 2 * store->room : 32;
		struct entry **entries = realloc(store->entries, room * sizeof(*entries));

		if (!entries)
			return NULL;
		store->entries = entries;
		store->room = room;
	}
	entry = calloc(1, sizeof(*entry));
	if (!entry)
		return NULL;
	entry->kind = kind;
	entry->scope = *scope;
	entry->state.total = -1;
	memmove(&store->entries[place + 1], &store->entries[place], (store->count - place) * sizeof(*store->entries));
	store->entries[place] = entry;
	store->count++;
	return entry;
}

// Whether the new snapshot may stand in for the old one.
static bool replaces(const struct snapshot *old, const struct snapshot *new)
{
	if (!old)
		return true;
	if (new->origin == SNAPSHOT_CACHED && old->origin == SNAPSHOT_LIVE)
		return false;
	if (new->complete)
		return true;
	return !old->complete && new->count >= old->count;
}

// What a reading that got this far means for the entry. Cached data says nothing of any reading.
static void entry_progress(struct entry *entry, const struct snapshot *snapshot)
{
	struct store_entry *state = &entry->state;

	if (snapshot->origin == SNAPSHOT_CACHED)
		return;
	state->done = (int64_t)snapshot->count;
	state->total = snapshot->total;
	if (snapshot->error.kind != ERROR_NONE) {
		state->error = snapshot->error;
		state->reading = false;
	} else if (snapshot->complete) {
		error_clear(&state->error);
		state->reading = false;
	}
}

// Puts the snapshot (a reference) in place when `before` is still there and it may be replaced; *now_there gets a
// reference to what was found.
static bool entry_swap(
        struct store *store, struct snapshot *before, struct snapshot *snapshot, struct snapshot **now_there)
{
	struct entry *entry;
	bool swapped = false;

	pthread_mutex_lock(&store->lock);
	entry = entry_need(store, snapshot->kind, &snapshot->scope);
	*now_there = entry ? snapshot_ref(entry->state.snapshot) : NULL;
	if (!entry || entry->state.snapshot == before) {
		swapped = entry && replaces(before, snapshot);
		if (swapped)
			entry->state.snapshot = snapshot;
		if (entry)
			entry_progress(entry, snapshot);
		store->version++;
	}
	pthread_mutex_unlock(&store->lock);
	return swapped;
}

static struct snapshot *snapshot_now(struct store *store, enum kind_id kind, const struct scope *scope)
{
	struct entry *entry;
	struct snapshot *snapshot;

	pthread_mutex_lock(&store->lock);
	entry = entry_find(store, kind, scope);
	snapshot = entry ? snapshot_ref(entry->state.snapshot) : NULL;
	pthread_mutex_unlock(&store->lock);
	return snapshot;
}

static void tell(struct store *store, const struct publication *publication)
{
	for (size_t i = 0; i < store->listener_count; i++)
		store->listeners[i].on_change(publication, store->listeners[i].user);
}

void store_publish(struct store *store, struct snapshot *snapshot)
{
	struct snapshot *before = snapshot_now(store, snapshot->kind, &snapshot->scope), *found = NULL;
	struct change_list changes = {0};
	bool swapped;

	// For the listeners: once swapped, another thread may replace and drop it.
	snapshot_ref(snapshot);
	for (;;) {
		if (before && before->complete && snapshot->complete && replaces(before, snapshot))
			changes = snapshots_compare(before, snapshot);
		snapshot_mark_changes(before, snapshot, &changes, clock_monotonic(store->clock));
		swapped = entry_swap(store, before, snapshot, &found);
		if (swapped || found == before)
			break;
		// Somebody else published meanwhile: compare with theirs.
		free(changes.items);
		changes = (struct change_list){0};
		snapshot_unref(before);
		before = found;
	}
	if (swapped) {
		tell(store, &(struct publication){before, snapshot, changes.items, changes.count});
		snapshot_unref(before); // the entry's reference
	} else {
		snapshot_unref(snapshot);
	}
	free(changes.items);
	snapshot_unref(before);
	snapshot_unref(found);
	snapshot_unref(snapshot);
}

void store_reading(struct store *store, enum kind_id kind, const struct scope *scope, int64_t done, int64_t total)
{
	struct entry *entry;

	pthread_mutex_lock(&store->lock);
	entry = entry_need(store, kind, scope);
	if (entry) {
		if (!entry->state.reading)
			entry->state.asked_at = clock_now(store->clock);
		entry->state.reading = true;
		entry->state.done = done;
		entry->state.total = total;
		store->version++;
	}
	pthread_mutex_unlock(&store->lock);
}

void store_failed(struct store *store, enum kind_id kind, const struct scope *scope, const struct error *error)
{
	struct entry *entry;

	pthread_mutex_lock(&store->lock);
	entry = entry_need(store, kind, scope);
	if (entry) {
		if (!entry->state.reading)
			entry->state.asked_at = clock_now(store->clock);
		entry->state.reading = false;
		entry->state.error = *error;
		store->version++;
	}
	pthread_mutex_unlock(&store->lock);
}

// Takes one entry of the context (and, when given, of that very scope) out; NULL when there is none left.
static struct entry *entry_take(struct store *store, const char *context, const struct scope *scope)
{
	for (size_t i = 0; i < store->count; i++) {
		struct entry *entry = store->entries[i];

		if (strcmp(entry->scope.context, context) != 0 || (scope && !scope_equal(&entry->scope, scope)))
			continue;
		store->count--;
		memmove(&store->entries[i], &store->entries[i + 1], (store->count - i) * sizeof(*store->entries));
		store->version++;
		return entry;
	}
	return NULL;
}

static void forget(struct store *store, const char *context, const struct scope *scope)
{
	struct entry *entry;

	// One at a time, so that memory is given back without the lock.
	do {
		pthread_mutex_lock(&store->lock);
		entry = entry_take(store, context, scope);
		pthread_mutex_unlock(&store->lock);
		if (entry)
			entry_destroy(entry);
	} while (entry);
}

void store_forget(struct store *store, const char *context)
{
	forget(store, context, NULL);
}

void store_forget_scope(struct store *store, const struct scope *scope)
{
	forget(store, scope->context, scope);
}

static void entry_copy(const struct entry *entry, struct store_entry *out)
{
	*out = entry->state;
	snapshot_ref(out->snapshot);
}

bool store_get(struct store *store, enum kind_id kind, const struct scope *scope, struct store_entry *out)
{
	struct entry *entry;

	pthread_mutex_lock(&store->lock);
	entry = entry_find(store, kind, scope);
	if (entry)
		entry_copy(entry, out);
	pthread_mutex_unlock(&store->lock);
	return entry != NULL;
}

size_t store_entries(struct store *store, enum kind_id kind, const char *context, struct store_entry *out,
        struct scope *scopes, size_t most)
{
	struct scope first = {0};
	bool any = !context || !*context;
	size_t count = 0;

	if (!any && strlen(context) >= sizeof(first.context))
		return 0;
	if (!any)
		memcpy(first.context, context, strlen(context));
	pthread_mutex_lock(&store->lock);
	for (size_t i = entry_place(store, kind, &first); i < store->count; i++) {
		const struct entry *entry = store->entries[i];

		if (entry->kind != kind || (!any && strcmp(entry->scope.context, context) != 0))
			break;
		if (count < most) {
			entry_copy(entry, &out[count]);
			if (scopes)
				scopes[count] = entry->scope;
		}
		count++;
	}
	pthread_mutex_unlock(&store->lock);
	return count;
}

size_t store_entries_copy(
        struct store *store, enum kind_id kind, const char *context, struct store_entry **out, struct scope **scopes)
{
	size_t most = store_entries(store, kind, context, NULL, NULL, 0), count = 0;

	*out = most ? calloc(most, sizeof(**out)) : NULL;
	*scopes = most ? calloc(most, sizeof(**scopes)) : NULL;
	// More may have come since.
	if (*out && *scopes)
		count = store_entries(store, kind, context, *out, *scopes, most);
	return count < most ? count : most;
}

uint64_t store_version(struct store *store)
{
	uint64_t version;

	pthread_mutex_lock(&store->lock);
	version = store->version;
	pthread_mutex_unlock(&store->lock);
	return version;
}

bool store_listen(struct store *store, void (*on_change)(const struct publication *, void *user), void *user)
{
	if (store->listener_count == STORE_LISTENERS_MOST)
		return false;
	store->listeners[store->listener_count++] = (struct listener){on_change, user};
	return true;
}
