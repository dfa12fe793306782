// SPDX-License-Identifier: Apache-2.0
// What scans remember: rows in RAM, and where the disk lets us, in the database. One table describes the columns;
// look-up, loading and writing all work from it.
#include "config.h"

#include "orphans/memory_own.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "inventory/hash.h"

#include "base/banned.h"

enum column_type { COLUMN_TEXT, COLUMN_INTEGER, COLUMN_COUNT, COLUMN_FLAG };
enum column_flag {
	COLUMN_KEY = 1,
	COLUMN_QUIET = 2,  // a change alone is not worth a write
	COLUMN_COARSE = 4, // only another day is
};

struct column {
	const char *name;
	enum column_type type;
	unsigned flags;
	size_t offset;
};

#define TEXT(row, member)                                                                                              \
	{                                                                                                              \
#member, COLUMN_TEXT, 0, offsetof(struct row, member)                                                  \
	}
#define KEY(row, member)                                                                                               \
	{                                                                                                              \
#member, COLUMN_TEXT, COLUMN_KEY, offsetof(struct row, member)                                         \
	}
#define TIME(row, member)                                                                                              \
	{                                                                                                              \
#member, COLUMN_INTEGER, 0, offsetof(struct row, member)                                               \
	}
#define SEEN(row)                                                                                                      \
	{                                                                                                              \
		"seen_at", COLUMN_INTEGER, COLUMN_COARSE, offsetof(struct row, seen_at)                                \
	}
#define SETTLING(member, type, flags)                                                                                  \
	{                                                                                                              \
#member, type, flags, offsetof(struct memory_vm, settling.member)                                      \
	}

static const struct column vm_columns[] = {
        KEY(memory_vm, id),
        SETTLING(first_seen, COLUMN_INTEGER, 0),
        SETTLING(last_scan, COLUMN_INTEGER, COLUMN_QUIET),
        SETTLING(counted_ms, COLUMN_INTEGER, 0),
        SETTLING(apart_ms, COLUMN_INTEGER, 0),
        SETTLING(scans, COLUMN_COUNT, 0),
        SETTLING(since_change, COLUMN_COUNT, 0),
        SETTLING(last_verdict, COLUMN_COUNT, 0),
        SETTLING(was_judged, COLUMN_FLAG, 0),
        TIME(memory_vm, since),
        {"used_at", COLUMN_INTEGER, COLUMN_COARSE, offsetof(struct memory_vm, used_at)},
        TIME(memory_vm, unused_since),
        TIME(memory_vm, termination_ms),
        TEXT(memory_vm, cluster_uid),
        TEXT(memory_vm, proof),
        TEXT(memory_vm, namespace_name),
        TEXT(memory_vm, pod),
        TEXT(memory_vm, pod_uid),
        TEXT(memory_vm, sandbox),
        TEXT(memory_vm, node),
        SEEN(memory_vm),
};
static const struct column cluster_columns[] = {
        KEY(memory_cluster, uid),
        TEXT(memory_cluster, id),
        TEXT(memory_cluster, name),
        TEXT(memory_cluster, vpc_id),
        TIME(memory_cluster, first_seen),
        TIME(memory_cluster, absent_since),
        {"is_confirmed_gone", COLUMN_FLAG, 0, offsetof(struct memory_cluster, is_confirmed_gone)},
        SEEN(memory_cluster),
};
static const struct column config_columns[] = {
        KEY(memory_config, cluster_uid),
        KEY(memory_config, region),
        KEY(memory_config, vswitch),
        KEY(memory_config, groups),
        KEY(memory_config, tags),
        KEY(memory_config, keeps),
        TIME(memory_config, first_seen),
        TIME(memory_config, changed),
        SEEN(memory_config),
};
static const struct column node_columns[] = {
        KEY(memory_node, cluster_uid),
        KEY(memory_node, address),
        KEY(memory_node, uid),
        TEXT(memory_node, name),
        TIME(memory_node, created),
        TIME(memory_node, gone_since),
        SEEN(memory_node),
};
static const struct column pod_columns[] = {
        KEY(memory_pod, cluster_uid),
        KEY(memory_pod, uid),
        TIME(memory_pod, steady_ms),
        TIME(memory_pod, apart_ms),
        {"scans", COLUMN_COUNT, 0, offsetof(struct memory_pod, scans)},
        {"seen_at", COLUMN_INTEGER, COLUMN_QUIET, offsetof(struct memory_pod, seen_at)},
};
static const struct column free_columns[] = {
        KEY(memory_free, kind),
        KEY(memory_free, id),
        TIME(memory_free, since),
        SEEN(memory_free),
};
static const struct column flood_columns[] = {
        KEY(memory_flood, cluster_uid),
        {"orphans", COLUMN_COUNT, 0, offsetof(struct memory_flood, orphans)},
        {"acknowledged", COLUMN_COUNT, 0, offsetof(struct memory_flood, acknowledged)},
        SEEN(memory_flood),
};
static const struct column keep_columns[] = {
        KEY(memory_keep_row, id),
        TEXT(memory_keep_row, why),
        TIME(memory_keep_row, seen_at),
};
static const struct column data_columns[] = {KEY(memory_data, id)};

#define COLUMNS(array) array, COUNT_OF(array)
static const struct table {
	const char *name; // in the database; NULL = only in RAM
	size_t size;
	const struct column *columns;
	size_t count;
	unsigned days; // forgotten when not seen for so long; 0 = never
} tables[MEMORY_TABLES] = {
        [MEMORY_VM] = {"orphan_vm", sizeof(struct memory_vm), COLUMNS(vm_columns), MEMORY_FORGET_DAYS},
        [MEMORY_CLUSTER] = {"orphan_cluster", sizeof(struct memory_cluster), COLUMNS(cluster_columns), 0},
        [MEMORY_CONFIG] = {"orphan_config", sizeof(struct memory_config), COLUMNS(config_columns),
                MEMORY_FORGET_CONFIG_DAYS},
        [MEMORY_NODE] = {"orphan_node", sizeof(struct memory_node), COLUMNS(node_columns), MEMORY_FORGET_CONFIG_DAYS},
        [MEMORY_POD] = {"orphan_pod", sizeof(struct memory_pod), COLUMNS(pod_columns), MEMORY_FORGET_DAYS},
        [MEMORY_FREE] = {"orphan_free", sizeof(struct memory_free), COLUMNS(free_columns), MEMORY_FORGET_DAYS},
        [MEMORY_FLOOD] = {"orphan_flood", sizeof(struct memory_flood), COLUMNS(flood_columns), MEMORY_FORGET_DAYS},
        [MEMORY_KEEP] = {"orphan_keep", sizeof(struct memory_keep_row), COLUMNS(keep_columns), 0},
        [MEMORY_DATA] = {NULL, sizeof(struct memory_data), COLUMNS(data_columns), 0},
};

static const char *const steps[] = {
        "CREATE TABLE orphan_vm (account TEXT NOT NULL, id TEXT NOT NULL, first_seen INTEGER, last_scan INTEGER,"
        " counted_ms INTEGER, apart_ms INTEGER, scans INTEGER, since_change INTEGER, last_verdict INTEGER,"
        " was_judged INTEGER, since INTEGER, used_at INTEGER, unused_since INTEGER, termination_ms INTEGER,"
        " cluster_uid TEXT, proof TEXT, namespace_name TEXT, pod TEXT, pod_uid TEXT, sandbox TEXT, node TEXT,"
        " seen_at INTEGER, PRIMARY KEY (account, id)) WITHOUT ROWID;"
        "CREATE TABLE orphan_cluster (account TEXT NOT NULL, uid TEXT NOT NULL, id TEXT, name TEXT, vpc_id TEXT,"
        " first_seen INTEGER, absent_since INTEGER, is_confirmed_gone INTEGER, seen_at INTEGER,"
        " PRIMARY KEY (account, uid)) WITHOUT ROWID;"
        "CREATE TABLE orphan_config (account TEXT NOT NULL, cluster_uid TEXT NOT NULL, region TEXT NOT NULL,"
        " vswitch TEXT NOT NULL, groups TEXT NOT NULL, tags TEXT NOT NULL, keeps TEXT NOT NULL, first_seen INTEGER,"
        " changed INTEGER, seen_at INTEGER,"
        " PRIMARY KEY (account, cluster_uid, region, vswitch, groups, tags, keeps)) WITHOUT ROWID;"
        "CREATE TABLE orphan_node (account TEXT NOT NULL, cluster_uid TEXT NOT NULL, address TEXT NOT NULL,"
        " uid TEXT NOT NULL, name TEXT, created INTEGER, gone_since INTEGER, seen_at INTEGER,"
        " PRIMARY KEY (account, cluster_uid, address, uid)) WITHOUT ROWID;"
        "CREATE TABLE orphan_pod (account TEXT NOT NULL, cluster_uid TEXT NOT NULL, uid TEXT NOT NULL,"
        " steady_ms INTEGER, apart_ms INTEGER, scans INTEGER, seen_at INTEGER,"
        " PRIMARY KEY (account, cluster_uid, uid)) WITHOUT ROWID;"
        "CREATE TABLE orphan_free (account TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, since INTEGER,"
        " seen_at INTEGER, PRIMARY KEY (account, kind, id)) WITHOUT ROWID;"
        "CREATE TABLE orphan_flood (account TEXT NOT NULL, cluster_uid TEXT NOT NULL, orphans INTEGER,"
        " acknowledged INTEGER, seen_at INTEGER, PRIMARY KEY (account, cluster_uid)) WITHOUT ROWID;"
        "CREATE TABLE orphan_keep (account TEXT NOT NULL, id TEXT NOT NULL, why TEXT, seen_at INTEGER,"
        " PRIMARY KEY (account, id)) WITHOUT ROWID;",
};

enum { DAY_MS = 24 * 60 * 60 * 1000 };

// A row's bytes follow.
struct entry {
	struct entry *next;
	uint64_t hash;
	bool is_dirty;
};

struct shelf {
	struct entry **slots;
	size_t room, count;
	struct entry *dropped; // still to be deleted on disk
};

struct memory {
	atomic_uint references;
	pthread_mutex_t lock;
	struct sqlite3 *database; // NULL = RAM alone
	char account[128];
	const struct clock *clock;
	struct log *log;
	struct arena texts;
	struct shelf shelves[MEMORY_TABLES];
	char disk_error[512];
	bool wants_disk;
	struct book_cache *books;
};

static void *entry_row(struct entry *entry)
{
	return entry + 1;
}

static const char *column_text(const struct column *column, const void *row)
{
	const char *text = *(const char *const *)(const void *)((const char *)row + column->offset);

	return text ? text : "";
}

static int64_t column_number(const struct column *column, const void *row)
{
	const void *at = (const char *)row + column->offset;

	switch (column->type) {
	case COLUMN_INTEGER:
		return *(const int64_t *)at;
	case COLUMN_COUNT:
		return *(const unsigned *)at;
	case COLUMN_FLAG:
		return *(const bool *)at;
	case COLUMN_TEXT:
		break;
	}
	return 0;
}

static void column_set(const struct column *column, void *row, int64_t value)
{
	void *at = (char *)row + column->offset;

	if (column->type == COLUMN_INTEGER)
		*(int64_t *)at = value;
	else if (column->type == COLUMN_COUNT)
		*(unsigned *)at = value < 0 ? 0 : (unsigned)value;
	else if (column->type == COLUMN_FLAG)
		*(bool *)at = value != 0;
}

static bool column_same(const struct column *column, const void *a, const void *b)
{
	int64_t x, y;

	if (column->type == COLUMN_TEXT)
		return strcmp(column_text(column, a), column_text(column, b)) == 0;
	x = column_number(column, a);
	y = column_number(column, b);
	if (column->flags & COLUMN_QUIET)
		return true;
	return column->flags & COLUMN_COARSE ? x / DAY_MS == y / DAY_MS && !x == !y : x == y;
}

static uint64_t row_hash(const struct table *table, const void *row)
{
	uint64_t hash = 0;

	for (size_t i = 0; i < table->count && (table->columns[i].flags & COLUMN_KEY); i++) {
		const char *text = column_text(&table->columns[i], row);

		hash = hash_mix(hash, hash_bytes(text, strlen(text)));
	}
	return hash;
}

static bool row_is(const struct table *table, const void *a, const void *b)
{
	for (size_t i = 0; i < table->count && (table->columns[i].flags & COLUMN_KEY); i++)
		if (strcmp(column_text(&table->columns[i], a), column_text(&table->columns[i], b)) != 0)
			return false;
	return true;
}

static struct entry *shelf_find(const struct memory *memory, enum memory_table id, const void *row)
{
	const struct shelf *shelf = &memory->shelves[id];
	uint64_t hash = row_hash(&tables[id], row);

	if (!shelf->room)
		return NULL;
	for (struct entry *entry = shelf->slots[hash & (shelf->room - 1)]; entry; entry = entry->next)
		if (entry->hash == hash && row_is(&tables[id], entry_row(entry), row))
			return entry;
	return NULL;
}

static bool shelf_grow(struct shelf *shelf)
{
	size_t room = shelf->room ? shelf->room * 2 : 64;
	struct entry **slots = calloc(room, sizeof(struct entry *));

	if (!slots)
		return false;
	for (size_t i = 0; i < shelf->room; i++)
		for (struct entry *entry = shelf->slots[i], *next; entry; entry = next) {
			next = entry->next;
			entry->next = slots[entry->hash & (room - 1)];
			slots[entry->hash & (room - 1)] = entry;
		}
	free(shelf->slots);
	shelf->slots = slots;
	shelf->room = room;
	return true;
}

// Texts of `row` become the memory's own; those that did not change are kept as they are.
static bool texts_keep(struct memory *memory, const struct table *table, void *row, const void *old)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct column *column = &table->columns[i];
		const char **at, *text;

		if (column->type != COLUMN_TEXT)
			continue;
		at = (const char **)(void *)((char *)row + column->offset);
		text = column_text(column, row);
		if (old && strcmp(column_text(column, old), text) == 0)
			*at = column_text(column, old);
		else
			*at = *text ? arena_strdup(&memory->texts, text) : "";
		if (!*at)
			return false;
	}
	return true;
}

static bool row_same(const struct table *table, const void *a, const void *b)
{
	for (size_t i = 0; i < table->count; i++)
		if (!column_same(&table->columns[i], a, b))
			return false;
	return true;
}

// Under the lock.
static struct entry *shelf_put(struct memory *memory, enum memory_table id, const void *row)
{
	const struct table *table = &tables[id];
	struct shelf *shelf = &memory->shelves[id];
	struct entry *entry = shelf_find(memory, id, row), *fresh;

	if (!entry && (shelf->count >= MEMORY_ROWS_MOST || (shelf->count >= shelf->room && !shelf_grow(shelf))))
		return NULL;
	fresh = malloc(sizeof *fresh + table->size);
	if (!fresh)
		return NULL;
	memcpy(entry_row(fresh), row, table->size);
	if (!texts_keep(memory, table, entry_row(fresh), entry ? entry_row(entry) : NULL)) {
		free(fresh);
		return NULL;
	}
	if (entry) {
		entry->is_dirty = entry->is_dirty || !row_same(table, entry_row(entry), entry_row(fresh));
		memcpy(entry_row(entry), entry_row(fresh), table->size);
		free(fresh);
		return entry;
	}
	fresh->hash = row_hash(table, row);
	fresh->is_dirty = true;
	fresh->next = shelf->slots[fresh->hash & (shelf->room - 1)];
	shelf->slots[fresh->hash & (shelf->room - 1)] = fresh;
	shelf->count++;
	return fresh;
}

bool memory_get(struct memory *memory, enum memory_table table, void *row)
{
	struct entry *entry;

	pthread_mutex_lock(&memory->lock);
	entry = shelf_find(memory, table, row);
	if (entry)
		memcpy(row, entry_row(entry), tables[table].size);
	pthread_mutex_unlock(&memory->lock);
	return entry != NULL;
}

bool memory_put(struct memory *memory, enum memory_table table, const void *row)
{
	bool kept;

	pthread_mutex_lock(&memory->lock);
	kept = shelf_put(memory, table, row) != NULL;
	pthread_mutex_unlock(&memory->lock);
	return kept;
}

// Under the lock. The entry waits to be deleted on disk, where there is one.
static void shelf_drop(struct memory *memory, enum memory_table id, struct entry *entry)
{
	struct shelf *shelf = &memory->shelves[id];
	struct entry **at = &shelf->slots[entry->hash & (shelf->room - 1)];

	while (*at != entry)
		at = &(*at)->next;
	*at = entry->next;
	shelf->count--;
	if (memory->database && tables[id].name) {
		entry->next = shelf->dropped;
		shelf->dropped = entry;
	} else {
		free(entry);
	}
}

void memory_drop(struct memory *memory, enum memory_table table, const void *row)
{
	struct entry *entry;

	pthread_mutex_lock(&memory->lock);
	entry = shelf_find(memory, table, row);
	if (entry)
		shelf_drop(memory, table, entry);
	pthread_mutex_unlock(&memory->lock);
}

void *memory_all(struct memory *memory, enum memory_table table, struct arena *arena, size_t *count)
{
	const struct shelf *shelf = &memory->shelves[table];
	char *rows, *at;

	pthread_mutex_lock(&memory->lock);
	rows = at = arena_alloc(arena, shelf->count * tables[table].size);
	*count = rows ? shelf->count : 0;
	for (size_t i = 0; rows && i < shelf->room; i++)
		for (struct entry *entry = shelf->slots[i]; entry; entry = entry->next) {
			memcpy(at, entry_row(entry), tables[table].size);
			at += tables[table].size;
		}
	pthread_mutex_unlock(&memory->lock);
	return rows;
}

// ---- the disk ----

// "INSERT OR REPLACE INTO t (account, a, b) VALUES (?1, ?2, ?3)" and its relatives.
static struct sqlite3_stmt *statement_make(
        struct memory *memory, const struct table *table, char verb, struct error *error)
{
	struct sqlite3_stmt *statement = NULL;
	struct buffer sql;

	buffer_init(&sql, 4096);
	if (verb == 'w') {
		buffer_printf(&sql, "INSERT OR REPLACE INTO %s (account", table->name);
		for (size_t i = 0; i < table->count; i++)
			buffer_printf(&sql, ", %s", table->columns[i].name);
		buffer_add_text(&sql, ") VALUES (?1");
		for (size_t i = 0; i < table->count; i++)
			buffer_printf(&sql, ", ?%zu", i + 2);
		buffer_add_text(&sql, ")");
	} else if (verb == 'r') {
		buffer_add_text(&sql, "SELECT account");
		for (size_t i = 0; i < table->count; i++)
			buffer_printf(&sql, ", %s", table->columns[i].name);
		buffer_printf(&sql, " FROM %s WHERE account = ?1", table->name);
	} else {
		buffer_printf(&sql, "DELETE FROM %s WHERE account = ?1", table->name);
		for (size_t i = 0; i < table->count && (table->columns[i].flags & COLUMN_KEY); i++)
			buffer_printf(&sql, " AND %s = ?%zu", table->columns[i].name, i + 2);
	}
	if (sql.broken)
		error_set(error, ERROR_MEMORY, _("out of memory"));
	else
		statement = database_prepare(memory->database, buffer_text(&sql), error);
	buffer_finish(&sql);
	return statement;
}

static bool entry_write(struct memory *memory, const struct table *table, struct sqlite3_stmt *statement,
        struct entry *entry, bool keys_only, struct error *error)
{
	sqlite3_bind_text(statement, 1, memory->account, -1, SQLITE_STATIC);
	for (size_t i = 0; i < table->count; i++) {
		const struct column *column = &table->columns[i];

		if (keys_only && !(column->flags & COLUMN_KEY))
			break;
		if (column->type == COLUMN_TEXT)
			sqlite3_bind_text(
			        statement, (int)i + 2, column_text(column, entry_row(entry)), -1, SQLITE_STATIC);
		else
			sqlite3_bind_int64(statement, (int)i + 2, column_number(column, entry_row(entry)));
	}
	return database_step(memory->database, statement, error);
}

static bool table_write(struct memory *memory, enum memory_table id, struct error *error)
{
	const struct table *table = &tables[id];
	struct shelf *shelf = &memory->shelves[id];
	struct sqlite3_stmt *statement = NULL;
	bool written = true;

	for (struct entry *entry = shelf->dropped; entry && written; entry = entry->next) {
		if (!statement)
			statement = statement_make(memory, table, 'd', error);
		written = statement && entry_write(memory, table, statement, entry, true, error);
	}
	sqlite3_finalize(statement);
	statement = NULL;
	for (size_t i = 0; i < shelf->room && written; i++)
		for (struct entry *entry = shelf->slots[i]; entry && written; entry = entry->next) {
			if (!entry->is_dirty)
				continue;
			if (!statement)
				statement = statement_make(memory, table, 'w', error);
			written = statement && entry_write(memory, table, statement, entry, false, error);
		}
	sqlite3_finalize(statement);
	return written;
}

static void shelf_written(struct shelf *shelf)
{
	for (struct entry *entry = shelf->dropped, *next; entry; entry = next) {
		next = entry->next;
		free(entry);
	}
	shelf->dropped = NULL;
	for (size_t i = 0; i < shelf->room; i++)
		for (struct entry *entry = shelf->slots[i]; entry; entry = entry->next)
			entry->is_dirty = false;
}

static bool needs_write(const struct memory *memory)
{
	for (int id = 0; id < MEMORY_TABLES; id++) {
		const struct shelf *shelf = &memory->shelves[id];

		if (!tables[id].name)
			continue;
		if (shelf->dropped)
			return true;
		for (size_t i = 0; i < shelf->room; i++)
			for (struct entry *entry = shelf->slots[i]; entry; entry = entry->next)
				if (entry->is_dirty)
					return true;
	}
	return false;
}

static bool memory_write(struct memory *memory, struct error *error)
{
	bool written;

	if (!needs_write(memory))
		return true;
	written = database_run(memory->database, "BEGIN IMMEDIATE", error);
	for (int id = 0; id < MEMORY_TABLES && written; id++)
		written = !tables[id].name || table_write(memory, (enum memory_table)id, error);
	written = written && database_run(memory->database, "COMMIT", error);
	if (!written) {
		database_run(memory->database, "ROLLBACK", NULL);
		return false;
	}
	for (int id = 0; id < MEMORY_TABLES; id++)
		if (tables[id].name)
			shelf_written(&memory->shelves[id]);
	return true;
}

static void forget_old(struct memory *memory, int64_t now)
{
	for (int id = 0; id < MEMORY_TABLES; id++) {
		const struct table *table = &tables[id];
		const struct column *seen = &table->columns[table->count - 1];
		struct shelf *shelf = &memory->shelves[id];

		if (table->days == 0)
			continue;
		for (size_t i = 0; i < shelf->room; i++)
			for (struct entry *entry = shelf->slots[i], *next; entry; entry = next) {
				next = entry->next;
				if (column_number(seen, entry_row(entry)) < now - (int64_t)table->days * DAY_MS)
					shelf_drop(memory, (enum memory_table)id, entry);
			}
	}
}

static void told_of_disk(struct memory *memory, const struct error *error)
{
	error_format(error, memory->disk_error, sizeof memory->disk_error);
	log_error(memory->log, error);
}

bool memory_commit(struct memory *memory, int64_t cloud_now, struct error *error)
{
	struct error failure = {ERROR_NONE};
	bool written = true;

	pthread_mutex_lock(&memory->lock);
	if (cloud_now > 0)
		forget_old(memory, cloud_now);
	if (memory->database) {
		written = memory_write(memory, &failure);
		if (written)
			memory->disk_error[0] = '\0';
		else
			told_of_disk(memory, &failure);
	}
	pthread_mutex_unlock(&memory->lock);
	if (!written && error)
		*error = failure;
	return written;
}

struct book_cache *memory_books(struct memory *memory)
{
	return memory ? memory->books : NULL;
}

const struct clock *memory_clock(const struct memory *memory)
{
	return memory->clock;
}

void memory_disk_error(struct memory *memory, char *out, size_t size)
{
	pthread_mutex_lock(&memory->lock);
	snprintf(out, size, "%s", memory->disk_error);
	pthread_mutex_unlock(&memory->lock);
}

bool memory_is_on_disk(const struct memory *memory)
{
	struct memory *open = (struct memory *)(uintptr_t)memory; // its lock is no part of what it tells
	bool on_disk;

	pthread_mutex_lock(&open->lock);
	on_disk = memory->database && memory->wants_disk && !memory->disk_error[0];
	pthread_mutex_unlock(&open->lock);
	return on_disk;
}

static bool table_read(struct memory *memory, enum memory_table id, struct error *error)
{
	const struct table *table = &tables[id];
	struct sqlite3_stmt *statement = statement_make(memory, table, 'r', error);
	void *row = calloc(1, table->size);
	int status = SQLITE_DONE;

	if (!statement || !row) {
		sqlite3_finalize(statement);
		free(row);
		return false;
	}
	sqlite3_bind_text(statement, 1, memory->account, -1, SQLITE_STATIC);
	while ((status = sqlite3_step(statement)) == SQLITE_ROW) {
		struct entry *entry;

		memset(row, 0, table->size);
		for (size_t i = 0; i < table->count; i++) {
			const struct column *column = &table->columns[i];

			if (column->type == COLUMN_TEXT)
				*(const char **)(void *)((char *)row + column->offset) =
				        (const char *)sqlite3_column_text(statement, (int)i + 1);
			else
				column_set(column, row, sqlite3_column_int64(statement, (int)i + 1));
		}
		entry = shelf_put(memory, id, row);
		if (entry)
			entry->is_dirty = false;
	}
	if (status != SQLITE_DONE)
		database_failed(memory->database, error, _("read what earlier scans found"));
	sqlite3_finalize(statement);
	free(row);
	return status == SQLITE_DONE;
}

static bool memory_load(struct memory *memory, const char *path, struct error *warning, struct error *error)
{
	memory->database = database_open(path, memory->clock, memory->log, warning, error);
	if (!memory->database)
		return false;
	if (!database_migrate(memory->database, "orphans", steps, COUNT_OF(steps), error))
		return false;
	for (int id = 0; id < MEMORY_TABLES; id++)
		if (tables[id].name && !table_read(memory, (enum memory_table)id, error))
			return false;
	return true;
}

struct memory *memory_open(const char *path, const char *account, const struct clock *clock, struct log *log,
        struct error *warning, struct error *error)
{
	struct memory *memory = calloc(1, sizeof *memory);
	struct error failure = {ERROR_NONE};

	if (!memory || pthread_mutex_init(&memory->lock, NULL) != 0) {
		free(memory);
		error_set(error, ERROR_MEMORY, _("out of memory"));
		return NULL;
	}
	atomic_init(&memory->references, 1);
	memory->clock = clock;
	memory->log = log;
	memory->wants_disk = *path != '\0';
	snprintf(memory->account, sizeof memory->account, "%s", account);
	arena_init(&memory->texts, MEMORY_TEXT_MOST);
	// Without it each log is read whole.
	memory->books = book_cache_create();
	error_clear(warning);
	if (memory->wants_disk && !memory_load(memory, path, warning, &failure)) {
		database_close(memory->database);
		memory->database = NULL;
		told_of_disk(memory, &failure);
		if (warning)
			*warning = failure;
	}
	return memory;
}

struct memory *memory_ref(struct memory *memory)
{
	if (memory)
		atomic_fetch_add(&memory->references, 1);
	return memory;
}

void memory_close(struct memory *memory)
{
	if (!memory || atomic_fetch_sub(&memory->references, 1) != 1)
		return;
	memory_commit(memory, 0, NULL);
	for (int id = 0; id < MEMORY_TABLES; id++) {
		struct shelf *shelf = &memory->shelves[id];

		shelf_written(shelf);
		for (size_t i = 0; i < shelf->room; i++)
			for (struct entry *entry = shelf->slots[i], *next; entry; entry = next) {
				next = entry->next;
				free(entry);
			}
		free(shelf->slots);
	}
	database_close(memory->database);
	book_cache_destroy(memory->books);
	arena_finish(&memory->texts);
	pthread_mutex_destroy(&memory->lock);
	free(memory);
}
