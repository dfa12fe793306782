// SPDX-License-Identifier: Apache-2.0
// Reading the last inventory: first a screenful of each scope, then all.
#include "config.h"
#include "inventory/cache.h"

#include <stdlib.h>
#include <string.h>

#include "inventory/cache_chunk.h"
#include "inventory/cache_own.h"
#include "inventory/database.h"

#include "base/banned.h"

// A row of cache_scope.
struct kept_scope {
	int64_t id, count, read_at;
	const struct kind *kind;
	struct scope scope;
};

static bool word_read(sqlite3_stmt *statement, int column, char out[SCOPE_WORD_SIZE])
{
	const unsigned char *text = sqlite3_column_text(statement, column);
	size_t length = text ? strlen((const char *)text) : SCOPE_WORD_SIZE;

	if (length >= SCOPE_WORD_SIZE)
		return false;
	memcpy(out, text, length + 1);
	return true;
}

static const struct kind *kind_named(const unsigned char *name)
{
	for (int i = 0; i < KIND_COUNT && name; i++)
		if (strcmp(kind_get((enum kind_id)i)->name, (const char *)name) == 0)
			return kind_get((enum kind_id)i);
	return NULL;
}

// Columns id, kind, context, region, cluster, layout, count, read_at. False for what this program cannot read.
static bool scope_read(sqlite3_stmt *statement, struct kept_scope *out)
{
	*out = (struct kept_scope){
	        .id = sqlite3_column_int64(statement, 0),
	        .kind = kind_named(sqlite3_column_text(statement, 1)),
	        .count = sqlite3_column_int64(statement, 6),
	        .read_at = sqlite3_column_int64(statement, 7),
	};
	return out->kind && cache_layout(out->kind) == sqlite3_column_int64(statement, 5) &&
	       word_read(statement, 2, out->scope.context) && word_read(statement, 3, out->scope.region) &&
	       word_read(statement, 4, out->scope.cluster) && out->count >= 0 && out->count <= SNAPSHOT_RECORDS_MOST;
}

static void warn(struct cache *cache, const struct kept_scope *scope)
{
	log_write(cache->log, LOG_WARNING,
	        _("kept %s of %s %s%s are damaged and were left out; they will be read again"), scope->kind->plural,
	        scope->scope.context, scope->scope.region, scope->scope.cluster);
}

// Takes the builder. Complete only when every record is there that was kept.
static void publish(struct store *store, const struct kept_scope *scope, struct snapshot_builder *builder)
{
	bool whole = snapshot_builder_count(builder) == (size_t)scope->count;
	struct snapshot *snapshot;

	snapshot_total(builder, scope->count);
	snapshot = whole ? NULL : snapshot_partial(builder, scope->read_at);
	if (whole)
		snapshot = snapshot_finish(builder, scope->read_at, NULL);
	else
		snapshot_builder_destroy(builder);
	if (!snapshot)
		return;
	snapshot->origin = SNAPSHOT_CACHED;
	store_publish(store, snapshot);
}

bool cache_load_first(struct cache *cache, struct store *store, const char *context, struct error *error)
{
	sqlite3_stmt *statement;
	int code = SQLITE_ERROR;

	pthread_mutex_lock(&cache->database_lock);
	statement = database_prepare(cache->database,
	        "SELECT s.id, kind, context, region, cluster, layout, count, read_at, data FROM cache_scope s"
	        " LEFT JOIN cache_chunk c ON c.scope = s.id AND c.number = 0 WHERE context = ?",
	        error);
	if (!statement)
		goto done;
	sqlite3_bind_text(statement, 1, context, -1, SQLITE_STATIC);
	while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
		struct snapshot_builder *builder;
		struct kept_scope scope;

		if (!scope_read(statement, &scope))
			continue;
		builder = snapshot_builder_create(scope.kind->id, &scope.scope, NULL);
		if (!builder)
			continue;
		if (scope.count > 0 && !cache_chunk_decode(scope.kind, sqlite3_column_blob(statement, 8),
		                               (size_t)sqlite3_column_bytes(statement, 8), builder)) {
			warn(cache, &scope);
			snapshot_builder_destroy(builder);
			continue;
		}
		publish(store, &scope, builder);
	}
	if (code != SQLITE_DONE)
		database_failed(cache->database, error, NULL);
done:
	sqlite3_finalize(statement);
	pthread_mutex_unlock(&cache->database_lock);
	return code == SQLITE_DONE;
}

// Whether the store has all of it already, live or from here.
static bool is_there(struct store *store, const struct kept_scope *scope)
{
	struct store_entry entry;
	bool there;

	if (!store_get(store, scope->kind->id, &scope->scope, &entry))
		return false;
	there = entry.snapshot && (entry.snapshot->complete || entry.snapshot->origin == SNAPSHOT_LIVE);
	snapshot_unref(entry.snapshot);
	return there;
}

static bool scope_load(struct cache *cache, struct store *store, const struct kept_scope *scope,
        const struct cancel *cancel, struct error *error)
{
	struct snapshot_builder *builder = snapshot_builder_create(scope->kind->id, &scope->scope, error);
	sqlite3_stmt *statement = NULL;
	bool damaged = false;
	int code;

	if (!builder)
		return false;
	pthread_mutex_lock(&cache->database_lock);
	statement = database_prepare(
	        cache->database, "SELECT data FROM cache_chunk WHERE scope = ? ORDER BY number", error);
	code = statement ? SQLITE_ROW : SQLITE_ERROR;
	if (statement)
		sqlite3_bind_int64(statement, 1, scope->id);
	while (code == SQLITE_ROW && !cancel_asked(cancel)) {
		code = sqlite3_step(statement);
		if (code == SQLITE_ROW && !cache_chunk_decode(scope->kind, sqlite3_column_blob(statement, 0),
		                                  (size_t)sqlite3_column_bytes(statement, 0), builder))
			damaged = true;
	}
	if (statement && code != SQLITE_DONE && code != SQLITE_ROW)
		database_failed(cache->database, error, NULL);
	sqlite3_finalize(statement);
	pthread_mutex_unlock(&cache->database_lock);
	if (code == SQLITE_ROW)
		error_set(error, ERROR_CANCELLED, _("stopped"));
	if (damaged)
		warn(cache, scope);
	if (code == SQLITE_DONE)
		publish(store, scope, builder);
	else
		snapshot_builder_destroy(builder);
	return code == SQLITE_DONE;
}

// The rows of cache_scope of a context; free() it.
static struct kept_scope *scopes_read(struct cache *cache, const char *context, size_t *out_count, struct error *error)
{
	struct kept_scope *scopes = NULL;
	size_t count = 0, room = 0;
	sqlite3_stmt *statement;
	int code = SQLITE_ERROR;

	pthread_mutex_lock(&cache->database_lock);
	statement = database_prepare(cache->database,
	        "SELECT id, kind, context, region, cluster, layout, count, read_at FROM cache_scope WHERE context = ?",
	        error);
	if (statement)
		sqlite3_bind_text(statement, 1, context, -1, SQLITE_STATIC);
	while (statement && (code = sqlite3_step(statement)) == SQLITE_ROW) {
		if (count == room) {
			struct kept_scope *more = realloc(scopes, (room ? 2 * room : 64) * sizeof(*more));

			if (!more)
				break;
			scopes = more;
			room = room ? 2 * room : 64;
		}
		count += scope_read(statement, &scopes[count]);
	}
	if (statement && code != SQLITE_DONE && code != SQLITE_ROW)
		database_failed(cache->database, error, NULL);
	if (code == SQLITE_ROW)
		error_set(error, ERROR_MEMORY, _("out of memory"));
	sqlite3_finalize(statement);
	pthread_mutex_unlock(&cache->database_lock);
	if (code != SQLITE_DONE) {
		free(scopes);
		return NULL;
	}
	*out_count = count;
	return scopes ? scopes : calloc(1, sizeof(*scopes));
}

bool cache_load(
        struct cache *cache, struct store *store, const char *context, const struct cancel *cancel, struct error *error)
{
	size_t count = 0;
	struct kept_scope *scopes = scopes_read(cache, context, &count, error);
	bool done = scopes != NULL;

	for (size_t i = 0; i < count && done; i++)
		if (!is_there(store, &scopes[i]))
			done = scope_load(cache, store, &scopes[i], cancel, error);
	free(scopes);
	return done;
}
