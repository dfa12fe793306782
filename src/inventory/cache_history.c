// SPDX-License-Identifier: Apache-2.0
// The history of pod VMs. A row is written when a VM comes and when it goes; for those that are there, the time of
// their region's last complete reading says until when they were seen.
#include "config.h"
#include "inventory/cache.h"

#include <stdlib.h>
#include <string.h>

#include "inventory/cache_own.h"
#include "inventory/database.h"
#include "inventory/records.h"

#include "base/banned.h"

static bool is_podvm(const struct record *record)
{
	return strcmp(((const struct vm_record *)record)->sort, "podvm") == 0;
}

static const char *text_put(char **at, const char *text)
{
	size_t size = strlen(text) + 1;
	char *kept = *at;

	memcpy(kept, text, size);
	*at += size;
	return kept;
}

static bool event_add(
        struct cache *cache, const struct scope *scope, const struct record *record, bool gone, int64_t time)
{
	const struct vm_record *vm = (const struct vm_record *)record;
	size_t size = strlen(scope->context) + strlen(record->id) + strlen(record->name) + strlen(scope->region) +
	              strlen(vm->type) + strlen(vm->cluster) + 6;
	struct cache_event *event = cache->event_count < CACHE_EVENTS_MOST ? calloc(1, sizeof(*event) + size) : NULL;
	char *at;

	if (!event)
		return false;
	at = event->texts;
	event->gone = gone;
	event->at = time;
	event->created = record->created;
	event->context = text_put(&at, scope->context);
	event->id = text_put(&at, record->id);
	event->name = text_put(&at, record->name);
	event->region = text_put(&at, scope->region);
	event->type = text_put(&at, vm->type);
	event->cluster = text_put(&at, vm->cluster);
	*cache->events_end = event;
	cache->events_end = &event->next;
	cache->event_count++;
	return true;
}

// The first complete reading of this run is compared with what the last run left; after that, each change counts.
void cache_history_notice(struct cache *cache, const struct publication *publication, struct cache_pending *pending)
{
	const struct snapshot *before = publication->before, *after = publication->after;
	bool noted = before && before->complete && before->origin == SNAPSHOT_LIVE;

	for (size_t i = 0; i < publication->change_count && noted; i++) {
		const struct change *change = &publication->changes[i];
		bool was = change->before && is_podvm(change->before), is = change->after && is_podvm(change->after);

		if (was && !change->after)
			noted = event_add(cache, &after->scope, change->before, true, before->read_at);
		else if (is)
			noted = event_add(cache, &after->scope, change->after, false, after->read_at);
	}
	if (noted)
		return;
	// Or too many to remember one by one: the whole tells.
	snapshot_unref(pending->base);
	pending->base = snapshot_ref(publication->after);
}

bool cache_history_prepare(struct cache *cache, struct error *error)
{
	sqlite3 *database = cache->database;

	cache->history_came = database_prepare(database,
	        "INSERT INTO vm_history (context, vm, name, region, type, cluster, created, seen_from, seen_until, "
	        "gone)"
	        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, 0) ON CONFLICT (vm, context) DO UPDATE SET"
	        " name = ?3, region = ?4, type = ?5, cluster = ?6, seen_until = max(seen_until, ?8),"
	        " gone = CASE WHEN ?8 >= seen_until THEN 0 ELSE gone END",
	        error);
	cache->history_went = database_prepare(database,
	        "UPDATE vm_history SET gone = 1, seen_until = ?3 WHERE vm = ?2 AND context = ?1 AND seen_until <= ?3",
	        error);
	cache->history_there = database_prepare(
	        database, "SELECT vm FROM vm_history WHERE context = ?1 AND region = ?2 AND gone = 0", error);
	cache->history_read = database_prepare(
	        database, "SELECT read_at FROM vm_history_read WHERE context = ?1 AND region = ?2", error);
	cache->history_read_write = database_prepare(database,
	        "INSERT OR REPLACE INTO vm_history_read (context, region, read_at) VALUES (?1, ?2, ?3)", error);
	return cache->history_came && cache->history_went && cache->history_there && cache->history_read &&
	       cache->history_read_write;
}

void cache_history_finish(struct cache *cache)
{
	sqlite3_finalize(cache->history_came);
	sqlite3_finalize(cache->history_went);
	sqlite3_finalize(cache->history_there);
	sqlite3_finalize(cache->history_read);
	sqlite3_finalize(cache->history_read_write);
}

static void bind_text(sqlite3_stmt *statement, int place, const char *text)
{
	sqlite3_bind_text(statement, place, text, -1, SQLITE_STATIC);
}

static bool write_gone(struct cache *cache, const char *context, const char *id, int64_t time, struct error *error)
{
	bind_text(cache->history_went, 1, context);
	bind_text(cache->history_went, 2, id);
	sqlite3_bind_int64(cache->history_went, 3, time);
	return database_step(cache->database, cache->history_went, error);
}

bool cache_history_write_event(struct cache *cache, const struct cache_event *event, struct error *error)
{
	sqlite3_stmt *statement = cache->history_came;

	if (event->gone)
		return write_gone(cache, event->context, event->id, event->at, error);
	bind_text(statement, 1, event->context);
	bind_text(statement, 2, event->id);
	bind_text(statement, 3, event->name);
	bind_text(statement, 4, event->region);
	bind_text(statement, 5, event->type);
	bind_text(statement, 6, event->cluster);
	sqlite3_bind_int64(statement, 7, event->created);
	sqlite3_bind_int64(statement, 8, event->at);
	return database_step(cache->database, statement, error);
}

static bool write_came(
        struct cache *cache, const struct scope *scope, const struct record *record, int64_t time, struct error *error)
{
	const struct vm_record *vm = (const struct vm_record *)record;
	const struct cache_event event = {.at = time,
	        .created = record->created,
	        .context = scope->context,
	        .id = record->id,
	        .name = record->name,
	        .region = scope->region,
	        .type = vm->type,
	        .cluster = vm->cluster};

	return cache_history_write_event(cache, &event, error);
}

// When the scope was last read completely, 0 = never.
static int64_t read_before(struct cache *cache, const struct scope *scope)
{
	int64_t time = 0;

	bind_text(cache->history_read, 1, scope->context);
	bind_text(cache->history_read, 2, scope->region);
	if (sqlite3_step(cache->history_read) == SQLITE_ROW)
		time = sqlite3_column_int64(cache->history_read, 0);
	sqlite3_reset(cache->history_read);
	return time;
}

// Marks in `known` what is there on disk and in the snapshot, writes down what is gone.
static bool compare_gone(struct cache *cache, struct snapshot *snapshot, unsigned char *known, struct error *error)
{
	const struct scope *scope = &snapshot->scope;
	int64_t time = read_before(cache, scope);
	bool done = true;
	int code;

	bind_text(cache->history_there, 1, scope->context);
	bind_text(cache->history_there, 2, scope->region);
	while (done && (code = sqlite3_step(cache->history_there)) != SQLITE_DONE) {
		const char *id = code == SQLITE_ROW ? (const char *)sqlite3_column_text(cache->history_there, 0) : NULL;
		size_t position = id ? snapshot_position(snapshot, id) : SIZE_MAX;

		if (!id)
			done = database_failed(cache->database, error, NULL);
		else if (position != SIZE_MAX && is_podvm(snapshot->records[position]))
			known[position] = 1;
		else
			done = write_gone(cache, scope->context, id, time, error);
	}
	sqlite3_reset(cache->history_there);
	return done;
}

static int by_id(const void *a, const void *b)
{
	return strcmp((*(const struct record *const *)a)->id, (*(const struct record *const *)b)->id);
}

bool cache_history_write_base(struct cache *cache, struct snapshot *base, struct error *error)
{
	unsigned char *known = calloc(base->count + 1, 1);
	const struct record **came = malloc((base->count + 1) * sizeof(*came));
	size_t count = 0;
	bool done = false;

	if (known && came)
		done = compare_gone(cache, base, known, error);
	else
		error_set(error, ERROR_MEMORY, _("out of memory"));
	for (size_t i = 0; i < base->count && done; i++)
		if (!known[i] && is_podvm(base->records[i]))
			came[count++] = base->records[i];
	// In the order of the index that they go into.
	if (count > 0)
		qsort(came, count, sizeof(*came), by_id);
	for (size_t i = 0; i < count && done; i++)
		done = write_came(cache, &base->scope, came[i], base->read_at, error);
	free(known);
	free(came);
	return done;
}

bool cache_history_write_read(struct cache *cache, const struct snapshot *snapshot, struct error *error)
{
	bind_text(cache->history_read_write, 1, snapshot->scope.context);
	bind_text(cache->history_read_write, 2, snapshot->scope.region);
	sqlite3_bind_int64(cache->history_read_write, 3, snapshot->read_at);
	return database_step(cache->database, cache->history_read_write, error);
}

bool cache_history_prune(struct cache *cache, struct error *error)
{
	int64_t oldest = clock_now(cache->clock) - (int64_t)CACHE_HISTORY_DAYS * 86400 * 1000;
	sqlite3_stmt *by_age =
	        database_prepare(cache->database, "DELETE FROM vm_history WHERE gone = 1 AND seen_until < ?", error);
	sqlite3_stmt *by_count = database_prepare(cache->database,
	        "DELETE FROM vm_history WHERE id IN (SELECT id FROM vm_history ORDER BY gone DESC, seen_until"
	        " LIMIT max(0, (SELECT count(*) FROM vm_history) - ?))",
	        error);
	bool done = by_age && by_count;

	if (done) {
		sqlite3_bind_int64(by_age, 1, oldest);
		sqlite3_bind_int64(by_count, 1, CACHE_HISTORY_ROWS);
		done = database_step(cache->database, by_age, error) && database_step(cache->database, by_count, error);
	}
	sqlite3_finalize(by_age);
	sqlite3_finalize(by_count);
	if (done)
		cache->pruned_at = clock_monotonic(cache->clock);
	return done;
}

static const char *column_text(sqlite3_stmt *statement, int column)
{
	const unsigned char *text = sqlite3_column_text(statement, column);

	return text ? (const char *)text : "";
}

#define HISTORY_COLUMNS                                                                                                \
	"SELECT h.vm, h.name, h.region, h.type, h.cluster, h.created, h.seen_from,"                                    \
	" CASE h.gone WHEN 0 THEN max(h.seen_until, coalesce(r.read_at, 0)) ELSE h.seen_until END AS until, h.gone"    \
	" FROM vm_history h LEFT JOIN vm_history_read r ON r.context = h.context AND r.region = h.region"

static bool cache_history_tell(struct cache *cache, sqlite3_stmt *statement,
        bool (*tell)(const struct vm_history *row, void *user), void *user, struct error *error)
{
	bool going = true;
	int code = SQLITE_DONE;

	while (going && (code = sqlite3_step(statement)) == SQLITE_ROW) {
		const struct vm_history row = {
		        .id = column_text(statement, 0),
		        .name = column_text(statement, 1),
		        .region = column_text(statement, 2),
		        .type = column_text(statement, 3),
		        .cluster = column_text(statement, 4),
		        .created = sqlite3_column_int64(statement, 5),
		        .seen_from = sqlite3_column_int64(statement, 6),
		        .seen_until = sqlite3_column_int64(statement, 7),
		        .gone = sqlite3_column_int(statement, 8) != 0,
		};

		going = tell(&row, user);
	}
	return !going || code == SQLITE_DONE || database_failed(cache->database, error, NULL);
}

bool cache_history(struct cache *cache, const char *context, int64_t since,
        bool (*tell)(const struct vm_history *row, void *user), void *user, struct error *error)
{
	sqlite3_stmt *statement;
	bool done = false;

	pthread_mutex_lock(&cache->database_lock);
	statement = database_prepare(cache->database,
	        HISTORY_COLUMNS " WHERE h.context = ?1 AND until >= ?2 ORDER BY until DESC, h.seen_from DESC", error);
	if (statement) {
		bind_text(statement, 1, context);
		sqlite3_bind_int64(statement, 2, since);
		done = cache_history_tell(cache, statement, tell, user, error);
	}
	sqlite3_finalize(statement);
	pthread_mutex_unlock(&cache->database_lock);
	return done;
}

struct found {
	bool (*tell)(const struct vm_history *row, void *user);
	void *user;
	bool any;
};

static bool found_tell(const struct vm_history *row, void *user)
{
	struct found *found = user;

	found->any = true;
	found->tell(row, found->user);
	return false;
}

bool cache_history_find(struct cache *cache, const char *context, const char *id,
        bool (*tell)(const struct vm_history *row, void *user), void *user, struct error *error)
{
	struct found found = {tell, user, false};
	sqlite3_stmt *statement;

	error_clear(error);
	pthread_mutex_lock(&cache->database_lock);
	statement = database_prepare(cache->database, HISTORY_COLUMNS " WHERE h.vm = ?2 AND h.context = ?1", error);
	if (statement) {
		bind_text(statement, 1, context);
		bind_text(statement, 2, id);
		cache_history_tell(cache, statement, found_tell, &found, error);
	}
	sqlite3_finalize(statement);
	pthread_mutex_unlock(&cache->database_lock);
	return found.any;
}
