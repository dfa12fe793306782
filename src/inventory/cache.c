// SPDX-License-Identifier: Apache-2.0
// The last inventory on disk: a row per scope, its records in chunks, the first of which is small.
#include "config.h"
#include "inventory/cache.h"

#include <stdlib.h>
#include <string.h>

#include "inventory/cache_chunk.h"
#include "inventory/cache_own.h"
#include "inventory/database.h"
#include "inventory/sort.h"

#include "base/banned.h"

enum { PRUNE_EVERY_MS = 3600 * 1000 };

static const char *const steps[] = {
        "CREATE TABLE cache_scope (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, context TEXT NOT NULL, region TEXT NOT "
        "NULL,"
        " cluster TEXT NOT NULL, layout INTEGER NOT NULL, count INTEGER NOT NULL, read_at INTEGER NOT NULL,"
        " UNIQUE (context, kind, region, cluster));"
        "CREATE TABLE cache_chunk (id INTEGER PRIMARY KEY, scope INTEGER NOT NULL REFERENCES cache_scope ON DELETE "
        "CASCADE,"
        " number INTEGER NOT NULL, data BLOB NOT NULL, UNIQUE (scope, number));"
        "CREATE TABLE vm_history (id INTEGER PRIMARY KEY, context TEXT NOT NULL, vm TEXT NOT NULL, name TEXT NOT NULL,"
        " region TEXT NOT NULL, type TEXT NOT NULL, cluster TEXT NOT NULL, created INTEGER NOT NULL,"
        " seen_from INTEGER NOT NULL, seen_until INTEGER NOT NULL, gone INTEGER NOT NULL, UNIQUE (vm, context));"
        "CREATE INDEX vm_history_there ON vm_history (context, region) WHERE gone = 0;"
        "CREATE TABLE vm_history_read (context TEXT NOT NULL, region TEXT NOT NULL, read_at INTEGER NOT NULL,"
        " PRIMARY KEY (context, region)) WITHOUT ROWID;",
};

static bool statements_prepare(struct cache *cache, struct error *error)
{
	sqlite3 *database = cache->database;

	cache->scope_write = database_prepare(database,
	        "INSERT INTO cache_scope (kind, context, region, cluster, layout, count, read_at) VALUES (?1, ?2, ?3, "
	        "?4, ?5, ?6, ?7)"
	        " ON CONFLICT (context, kind, region, cluster) DO UPDATE SET layout = ?5, count = ?6, read_at = ?7 "
	        "RETURNING id",
	        error);
	cache->scope_touch = database_prepare(database,
	        "UPDATE cache_scope SET read_at = ?5 WHERE kind = ?1 AND context = ?2 AND region = ?3 AND cluster = ?4",
	        error);
	cache->chunks_drop = database_prepare(database, "DELETE FROM cache_chunk WHERE scope = ?", error);
	cache->chunk_write =
	        database_prepare(database, "INSERT INTO cache_chunk (scope, number, data) VALUES (?, ?, ?)", error);
	return cache->scope_write && cache->scope_touch && cache->chunks_drop && cache->chunk_write &&
	       cache_history_prepare(cache, error);
}

struct cache *cache_open(
        const char *path, const struct clock *clock, struct log *log, struct error *warning, struct error *error)
{
	struct cache *cache = calloc(1, sizeof(*cache));

	if (!cache) {
		error_set(error, ERROR_MEMORY, _("out of memory"));
		return NULL;
	}
	cache->clock = clock;
	cache->log = log;
	cache->events_end = &cache->events;
	pthread_mutex_init(&cache->waiting_lock, NULL);
	pthread_mutex_init(&cache->database_lock, NULL);
	cache->database = database_open(path, clock, log, warning, error);
	// What is lost with the power is read again: no need to wait for the disk. Checkpoints come after saving, on
	// its thread.
	if (!cache->database ||
	        !database_run(cache->database, "PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=0", error) ||
	        !database_migrate(cache->database, "inventory", steps, COUNT_OF(steps), error) ||
	        !statements_prepare(cache, error)) {
		cache_close(cache);
		return NULL;
	}
	return cache;
}

static void pending_destroy(struct cache_pending *pending)
{
	while (pending) {
		struct cache_pending *next = pending->next;

		snapshot_unref(pending->snapshot);
		snapshot_unref(pending->base);
		free(pending);
		pending = next;
	}
}

static void events_destroy(struct cache_event *event)
{
	while (event) {
		struct cache_event *next = event->next;

		free(event);
		event = next;
	}
}

void cache_close(struct cache *cache)
{
	if (!cache)
		return;
	pending_destroy(cache->pending);
	events_destroy(cache->events);
	cache_history_finish(cache);
	sqlite3_finalize(cache->scope_write);
	sqlite3_finalize(cache->scope_touch);
	sqlite3_finalize(cache->chunks_drop);
	sqlite3_finalize(cache->chunk_write);
	database_close(cache->database);
	pthread_mutex_destroy(&cache->waiting_lock);
	pthread_mutex_destroy(&cache->database_lock);
	free(cache);
}

static struct cache_pending *pending_find(const struct cache *cache, enum kind_id kind, const struct scope *scope)
{
	struct cache_pending *pending = cache->pending;

	while (pending && !(pending->kind == kind && scope_equal(&pending->scope, scope)))
		pending = pending->next;
	return pending;
}

static void pending_add(struct cache *cache, struct cache_pending *pending)
{
	pending->next = cache->pending;
	cache->pending = pending;
	cache->pending_count++;
}

// Only complete live lists are worth keeping.
static void notice(const struct publication *publication, void *user)
{
	struct snapshot *before = publication->before, *after = publication->after, *replaced = NULL;
	struct cache *cache = user;
	struct cache_pending *pending;

	if (after->origin != SNAPSHOT_LIVE || !after->complete)
		return;
	pthread_mutex_lock(&cache->waiting_lock);
	pending = pending_find(cache, after->kind, &after->scope);
	if (!pending) {
		pending = calloc(1, sizeof(*pending));
		if (!pending)
			goto done;
		pending->kind = after->kind;
		pending->scope = after->scope;
		pending_add(cache, pending);
	}
	replaced = pending->snapshot;
	pending->snapshot = snapshot_ref(after);
	pending->changed = pending->changed || !before || !before->complete || publication->change_count > 0;
	if (after->kind == KIND_VM)
		cache_history_notice(cache, publication, pending);
done:
	pthread_mutex_unlock(&cache->waiting_lock);
	snapshot_unref(replaced);
}

bool cache_watch(struct cache *cache, struct store *store)
{
	return store_listen(store, notice, cache);
}

size_t cache_pending(struct cache *cache)
{
	size_t count;

	pthread_mutex_lock(&cache->waiting_lock);
	count = cache->pending_count + cache->event_count;
	pthread_mutex_unlock(&cache->waiting_lock);
	return count;
}

static void bind_text(sqlite3_stmt *statement, int place, const char *text)
{
	sqlite3_bind_text(statement, place, text, -1, SQLITE_STATIC);
}

static void bind_scope(sqlite3_stmt *statement, enum kind_id kind, const struct scope *scope)
{
	bind_text(statement, 1, kind_get(kind)->name);
	bind_text(statement, 2, scope->context);
	bind_text(statement, 3, scope->region);
	bind_text(statement, 4, scope->cluster);
}

static bool scope_write(struct cache *cache, const struct cache_pending *pending, int64_t *id, struct error *error)
{
	sqlite3_stmt *statement = cache->scope_write;
	bool written;

	bind_scope(statement, pending->kind, &pending->scope);
	sqlite3_bind_int64(statement, 5, cache_layout(kind_get(pending->kind)));
	sqlite3_bind_int64(statement, 6, (int64_t)pending->snapshot->count);
	sqlite3_bind_int64(statement, 7, pending->snapshot->read_at);
	written = sqlite3_step(statement) == SQLITE_ROW;
	if (written)
		*id = sqlite3_column_int64(statement, 0);
	else
		database_failed(cache->database, error, NULL);
	// What is returned is written only when the statement has come to its end.
	if (written && sqlite3_step(statement) != SQLITE_DONE)
		written = database_failed(cache->database, error, NULL);
	sqlite3_reset(statement);
	if (!written)
		return false;
	sqlite3_bind_int64(cache->chunks_drop, 1, *id);
	return database_step(cache->database, cache->chunks_drop, error);
}

// In the usual order of the kind, so that the first chunk is what a pane shows first. NULL when out of memory.
static const struct record **records_ordered(const struct snapshot *snapshot)
{
	const struct kind *kind = kind_get(snapshot->kind);
	const struct field_context context = {.now = snapshot->read_at};
	const struct field *field = kind_field(kind, kind->order + (*kind->order == '-'));
	struct sort_row *rows = malloc((snapshot->count + 1) * sizeof(*rows));
	const struct record **records = malloc((snapshot->count + 1) * sizeof(*records));
	struct sort_order order;

	if (!rows || !records) {
		free(rows);
		free(records);
		return NULL;
	}
	for (size_t i = 0; i < snapshot->count; i++)
		rows[i] = (struct sort_row){0, snapshot->records[i], 0, (uint32_t)i};
	sort_order_init(&order, field, *kind->order == '-', &context);
	sort_rows(&order, rows, snapshot->count);
	for (size_t i = 0; i < snapshot->count; i++)
		records[i] = rows[i].record;
	free(rows);
	return records;
}

static bool chunks_write(struct cache *cache, const struct snapshot *snapshot, int64_t scope, struct error *error)
{
	const struct kind *kind = kind_get(snapshot->kind);
	const struct record **records = records_ordered(snapshot);
	size_t at = 0, count = CACHE_FIRST_ROWS;
	struct buffer data;
	bool written = records != NULL;

	buffer_init(&data, CACHE_CHUNK_MOST);
	for (int number = 0; written && at < snapshot->count; number++, count = CACHE_CHUNK_ROWS) {
		count = count < snapshot->count - at ? count : snapshot->count - at;
		buffer_clear(&data);
		if (!cache_chunk_encode(kind, records + at, count, &data)) {
			written = error_set(error, ERROR_LIMIT, _("%s of %s: too much to keep"), kind->plural,
			        snapshot->scope.region);
			break;
		}
		sqlite3_bind_int64(cache->chunk_write, 1, scope);
		sqlite3_bind_int(cache->chunk_write, 2, number);
		sqlite3_bind_blob64(cache->chunk_write, 3, data.data, data.size, SQLITE_STATIC);
		written = database_step(cache->database, cache->chunk_write, error);
		at += count;
	}
	if (!records)
		error_set(error, ERROR_MEMORY, _("out of memory"));
	buffer_finish(&data);
	free(records);
	return written;
}

static bool scope_touch(struct cache *cache, const struct cache_pending *pending, struct error *error)
{
	bind_scope(cache->scope_touch, pending->kind, &pending->scope);
	sqlite3_bind_int64(cache->scope_touch, 5, pending->snapshot->read_at);
	return database_step(cache->database, cache->scope_touch, error);
}

static bool transaction_end(struct cache *cache, bool done, struct error *error)
{
	if (done && database_run(cache->database, "COMMIT", error))
		return true;
	sqlite3_exec(cache->database, "ROLLBACK", NULL, NULL, NULL);
	return false;
}

static bool pending_write(struct cache *cache, const struct cache_pending *pending, struct error *error)
{
	int64_t id = 0;
	bool done;

	if (!database_run(cache->database, "BEGIN IMMEDIATE", error))
		return false;
	if (pending->changed)
		done = scope_write(cache, pending, &id, error) && chunks_write(cache, pending->snapshot, id, error);
	else
		done = scope_touch(cache, pending, error);
	if (done && pending->kind == KIND_VM)
		done = cache_history_write_read(cache, pending->snapshot, error);
	return transaction_end(cache, done, error);
}

// First what was there when looking began, then what came and went since.
static bool cache_history_write(
        struct cache *cache, struct cache_pending *pending, const struct cache_event *events, struct error *error)
{
	struct cache_pending *first = pending;
	bool done = true;

	while (first && !first->base)
		first = first->next;
	if (!events && !first)
		return true;
	if (!database_run(cache->database, "BEGIN IMMEDIATE", error))
		return false;
	for (struct cache_pending *at = first; at && done; at = at->next)
		done = !at->base || cache_history_write_base(cache, at->base, error);
	for (; events && done; events = events->next)
		done = cache_history_write_event(cache, events, error);
	if (!transaction_end(cache, done, error))
		return false;
	for (; first; first = first->next) {
		snapshot_unref(first->base);
		first->base = NULL;
	}
	return true;
}

// What could not be written goes on waiting, behind what came since.
static void wait_again(struct cache *cache, struct cache_pending *pending, struct cache_event *events)
{
	struct cache_pending *next, *dropped = NULL;

	pthread_mutex_lock(&cache->waiting_lock);
	for (; pending; pending = next) {
		struct cache_pending *newer = pending_find(cache, pending->kind, &pending->scope);

		next = pending->next;
		if (newer) {
			newer->changed = newer->changed || pending->changed;
			if (!newer->base) {
				newer->base = pending->base;
				pending->base = NULL;
			}
			pending->next = dropped;
			dropped = pending;
		} else {
			pending_add(cache, pending);
		}
	}
	if (events) {
		struct cache_event *last = events;

		cache->event_count++;
		for (; last->next; last = last->next)
			cache->event_count++;
		last->next = cache->events;
		if (!cache->events)
			cache->events_end = &last->next;
		cache->events = events;
	}
	pthread_mutex_unlock(&cache->waiting_lock);
	pending_destroy(dropped);
}

bool cache_save(struct cache *cache, const struct cancel *cancel, struct error *error)
{
	struct cache_pending *pending, *written = NULL;
	struct cache_event *events;
	bool done;

	pthread_mutex_lock(&cache->database_lock);
	pthread_mutex_lock(&cache->waiting_lock);
	pending = cache->pending;
	events = cache->events;
	cache->pending = NULL;
	cache->events = NULL;
	cache->events_end = &cache->events;
	cache->pending_count = cache->event_count = 0;
	pthread_mutex_unlock(&cache->waiting_lock);

	done = cache_history_write(cache, pending, events, error);
	if (done) {
		events_destroy(events);
		events = NULL;
	}
	while (done && pending) {
		struct cache_pending *next = pending->next;

		if (cancel_asked(cancel)) {
			done = error_set(error, ERROR_CANCELLED, _("stopped before everything was kept"));
			break;
		}
		done = pending_write(cache, pending, error);
		if (!done)
			break;
		pending->next = written;
		written = pending;
		pending = next;
	}
	if (done && (!cache->pruned_at || clock_monotonic(cache->clock) - cache->pruned_at > PRUNE_EVERY_MS))
		done = cache_history_prune(cache, error);
	if (written)
		sqlite3_wal_checkpoint_v2(cache->database, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	wait_again(cache, pending, events);
	pthread_mutex_unlock(&cache->database_lock);
	pending_destroy(written);
	if (!done)
		error_doing(error, "%s", _("keep the inventory on disk"));
	return done;
}

bool cache_forget(struct cache *cache, const char *context, struct error *error)
{
	static const char *const statements[] = {"DELETE FROM cache_scope WHERE context = ?",
	        "DELETE FROM vm_history WHERE context = ?", "DELETE FROM vm_history_read WHERE context = ?"};
	bool done = true;

	pthread_mutex_lock(&cache->database_lock);
	for (size_t i = 0; i < COUNT_OF(statements) && done; i++) {
		sqlite3_stmt *statement = database_prepare(cache->database, statements[i], error);

		if (statement)
			bind_text(statement, 1, context);
		done = statement && database_step(cache->database, statement, error);
		sqlite3_finalize(statement);
	}
	pthread_mutex_unlock(&cache->database_lock);
	return done;
}
