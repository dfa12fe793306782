// SPDX-License-Identifier: Apache-2.0
// Runs, their steps and what these made, in SQLite.
#include "config.h"
#include "guide/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include <sqlite3.h>

#include "inventory/database.h"

#include "base/banned.h"

enum { ROOM_LEAST = 4 << 20, USUAL_OF = 20, USUAL_LEAST_MS = 1000 };

static const char *const store_tables[] = {
        "CREATE TABLE guide_run (id TEXT PRIMARY KEY, guide TEXT NOT NULL, context TEXT NOT NULL, account TEXT NOT "
        "NULL,"
        " hash TEXT NOT NULL, state INTEGER NOT NULL, created INTEGER NOT NULL, ended INTEGER NOT NULL,"
        " resumed INTEGER NOT NULL);"
        "CREATE TABLE guide_answer (run TEXT NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL, source TEXT NOT NULL,"
        " PRIMARY KEY (run, name));"
        "CREATE TABLE guide_step (run TEXT NOT NULL, key TEXT NOT NULL, state INTEGER NOT NULL, made INTEGER NOT NULL,"
        " place INTEGER NOT NULL, attempt INTEGER NOT NULL, token TEXT NOT NULL, resource TEXT NOT NULL,"
        " name TEXT NOT NULL, created INTEGER NOT NULL, ended INTEGER NOT NULL, PRIMARY KEY (run, key));"
        "CREATE TABLE guide_export (run TEXT NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL,"
        " PRIMARY KEY (run, key, name));",
};

enum statement {
	RUN_ADD,
	RUN_SET,
	RUN_LIST,
	ANSWER_ADD,
	ANSWER_LIST,
	STEP_SET,
	STEP_REMOVE,
	STEP_LIST,
	EXPORT_REMOVE,
	EXPORT_ADD,
	EXPORT_LIST,
	STEP_USUAL,
	STATEMENT_COUNT
};

static const char *const texts[STATEMENT_COUNT] = {
        [RUN_ADD] = "INSERT INTO guide_run (id, guide, context, account, hash, state, created, ended, resumed)"
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        [RUN_SET] = "UPDATE guide_run SET hash = ?2, state = ?3, ended = ?4, resumed = ?5 WHERE id = ?1",
        [RUN_LIST] = "SELECT id, guide, context, account, hash, state, created, ended, resumed FROM guide_run"
                     " WHERE (?1 IS NULL OR guide = ?1) AND (?2 IS NULL OR context = ?2) ORDER BY created DESC, id",
        [ANSWER_ADD] = "INSERT OR REPLACE INTO guide_answer (run, name, text, source) VALUES (?1, ?2, ?3, ?4)",
        [ANSWER_LIST] = "SELECT name, text, source FROM guide_answer WHERE run = ?1",
        [STEP_SET] = "INSERT OR REPLACE INTO guide_step (run, key, token, resource, name, state, made, place, attempt,"
                     " created, ended) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        [STEP_REMOVE] = "DELETE FROM guide_step WHERE run = ?1 AND key = ?2",
        [STEP_LIST] = "SELECT key, token, resource, name, state, made, place, attempt, created, ended FROM guide_step"
                      " WHERE run = ?1 ORDER BY place",
        [EXPORT_REMOVE] = "DELETE FROM guide_export WHERE run = ?1 AND key = ?2",
        [EXPORT_ADD] = "INSERT OR REPLACE INTO guide_export (run, key, name, text) VALUES (?1, ?2, ?3, ?4)",
        [EXPORT_LIST] =
                "SELECT e.name, e.text, e.key FROM guide_export e JOIN guide_step s ON s.run = e.run AND s.key = "
                "e.key WHERE e.run = ?1 AND (?2 IS NULL OR e.key = ?2) ORDER BY s.place",
        [STEP_USUAL] = "SELECT s.ended - s.created FROM guide_step s JOIN guide_run r ON r.id = s.run"
                       " WHERE r.guide = ?1 AND s.key = ?2 AND s.ended > s.created"
                       " AND (s.made = 1 OR s.ended - s.created >= ?4)"
                       " ORDER BY s.created DESC LIMIT ?3",
};

struct guide_store {
	struct sqlite3 *database;
	struct sqlite3_stmt *statements[STATEMENT_COUNT];
};

struct guide_store *store_open(const char *path, const struct clock *clock, struct log *log, struct error *error)
{
	struct guide_store *store = calloc(1, sizeof(*store));
	bool ready;

	if (!store) {
		error_set(error, ERROR_MEMORY, _("out of memory"));
		return NULL;
	}
	store->database = database_open(path, clock, log, NULL, error);
	ready = store->database &&
	        database_migrate(store->database, "guide", store_tables, COUNT_OF(store_tables), error);
	for (size_t i = 0; ready && i < STATEMENT_COUNT; i++) {
		store->statements[i] = database_prepare(store->database, texts[i], error);
		ready = store->statements[i] != NULL;
	}
	if (ready)
		return store;
	store_close(store);
	return NULL;
}

void store_close(struct guide_store *store)
{
	if (!store)
		return;
	for (size_t i = 0; i < STATEMENT_COUNT; i++)
		sqlite3_finalize(store->statements[i]);
	database_close(store->database);
	free(store);
}

const char *store_path(const struct guide_store *store)
{
	const char *path = sqlite3_db_filename(store->database, "main");

	return path ? path : "";
}

bool store_has_room(struct guide_store *store, struct error *error)
{
	const char *path = sqlite3_db_filename(store->database, "main");
	struct statvfs disk;
	uint64_t room;

	if (!path || !*path || statvfs(path, &disk) != 0)
		return true;
	room = (uint64_t)disk.f_bavail * disk.f_frsize;
	if (room >= ROOM_LEAST)
		return true;
	error_set(error, ERROR_LIMIT, _("%s: the disk has room for %llu KiB only"), path,
	        (unsigned long long)(room >> 10));
	error_remedy(error, _("free some space: what a walk makes is noted before it is made, which takes some MiB"));
	return false;
}

static void bind_text(struct sqlite3_stmt *statement, int at, const char *text)
{
	sqlite3_bind_text(statement, at, text, -1, SQLITE_TRANSIENT);
}

static void take_text(struct sqlite3_stmt *statement, int column, char *out, size_t size)
{
	const unsigned char *text = sqlite3_column_text(statement, column);

	snprintf(out, size, "%s", text ? (const char *)text : "");
}

static void reset(struct sqlite3_stmt *statement)
{
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
}

static bool add_answers(struct guide_store *store, const char *run, const struct values *answers, struct error *error)
{
	for (size_t i = 0; i < answers->count; i++) {
		const struct value *value = &answers->list[i];
		struct sqlite3_stmt *statement = store->statements[ANSWER_ADD];

		if (value->secret || !value->known)
			continue;
		bind_text(statement, 1, run);
		bind_text(statement, 2, value->name);
		bind_text(statement, 3, value->text);
		bind_text(statement, 4, value->source);
		if (!database_step(store->database, statement, error))
			return false;
	}
	return true;
}

static bool finish(struct guide_store *store, bool good, struct error *error)
{
	if (good && database_run(store->database, "COMMIT", error))
		return true;
	database_run(store->database, "ROLLBACK", NULL);
	return false;
}

bool store_run_add(
        struct guide_store *store, const struct run_row *run, const struct values *answers, struct error *error)
{
	struct sqlite3_stmt *statement = store->statements[RUN_ADD];

	if (!database_run(store->database, "BEGIN IMMEDIATE", error))
		return false;
	bind_text(statement, 1, run->id);
	bind_text(statement, 2, run->guide);
	bind_text(statement, 3, run->context);
	bind_text(statement, 4, run->account);
	bind_text(statement, 5, run->hash);
	sqlite3_bind_int(statement, 6, (int)run->state);
	sqlite3_bind_int64(statement, 7, run->created);
	sqlite3_bind_int64(statement, 8, run->ended);
	sqlite3_bind_int64(statement, 9, run->resumed);
	return finish(store,
	        database_step(store->database, statement, error) && add_answers(store, run->id, answers, error), error);
}

bool store_answers_set(struct guide_store *store, const char *run, const struct values *answers, struct error *error)
{
	return database_run(store->database, "BEGIN IMMEDIATE", error) &&
	       finish(store, add_answers(store, run, answers, error), error);
}

bool store_run_set(struct guide_store *store, const struct run_row *run, struct error *error)
{
	struct sqlite3_stmt *statement = store->statements[RUN_SET];

	bind_text(statement, 1, run->id);
	bind_text(statement, 2, run->hash);
	sqlite3_bind_int(statement, 3, (int)run->state);
	sqlite3_bind_int64(statement, 4, run->ended);
	sqlite3_bind_int64(statement, 5, run->resumed);
	return database_step(store->database, statement, error);
}

size_t store_runs(struct guide_store *store, const char *guide, const char *context, struct run_row *out, size_t most)
{
	struct sqlite3_stmt *statement = store->statements[RUN_LIST];
	size_t count = 0;

	if (guide)
		bind_text(statement, 1, guide);
	if (context)
		bind_text(statement, 2, context);
	while (count < most && sqlite3_step(statement) == SQLITE_ROW) {
		struct run_row *row = &out[count++];

		take_text(statement, 0, row->id, sizeof(row->id));
		take_text(statement, 1, row->guide, sizeof(row->guide));
		take_text(statement, 2, row->context, sizeof(row->context));
		take_text(statement, 3, row->account, sizeof(row->account));
		take_text(statement, 4, row->hash, sizeof(row->hash));
		row->state = (enum run_state)sqlite3_column_int(statement, 5);
		row->created = sqlite3_column_int64(statement, 6);
		row->ended = sqlite3_column_int64(statement, 7);
		row->resumed = (unsigned)sqlite3_column_int64(statement, 8);
	}
	reset(statement);
	return count;
}

bool store_run_remove(struct guide_store *store, const char *id, struct error *error)
{
	static const char *const deletions[] = {"DELETE FROM guide_export WHERE run = ?1",
	        "DELETE FROM guide_step WHERE run = ?1", "DELETE FROM guide_answer WHERE run = ?1",
	        "DELETE FROM guide_run WHERE id = ?1"};
	bool good = database_run(store->database, "BEGIN IMMEDIATE", error);

	for (size_t i = 0; i < COUNT_OF(deletions) && good; i++) {
		struct sqlite3_stmt *statement = database_prepare(store->database, deletions[i], error);

		good = statement != NULL;
		if (good) {
			bind_text(statement, 1, id);
			good = database_step(store->database, statement, error);
		}
		sqlite3_finalize(statement);
	}
	return finish(store, good, error);
}

// Takes rows of name, text, source.
static bool take_values(
        struct guide_store *store, struct sqlite3_stmt *statement, struct values *out, struct error *error)
{
	bool good = true;
	int code;

	while (good && (code = sqlite3_step(statement)) == SQLITE_ROW)
		good = values_set(out, (const char *)sqlite3_column_text(statement, 0),
		               (const char *)sqlite3_column_text(statement, 1),
		               (const char *)sqlite3_column_text(statement, 2)) ||
		       error_set(error, ERROR_LIMIT, _("too many values"));
	if (good && code != SQLITE_DONE)
		good = database_failed(store->database, error, NULL);
	reset(statement);
	return good;
}

bool store_answers(struct guide_store *store, const char *run, struct values *out, struct error *error)
{
	bind_text(store->statements[ANSWER_LIST], 1, run);
	return take_values(store, store->statements[ANSWER_LIST], out, error);
}

bool store_exports(struct guide_store *store, const char *run, const char *key, struct values *out, struct error *error)
{
	bind_text(store->statements[EXPORT_LIST], 1, run);
	if (key)
		bind_text(store->statements[EXPORT_LIST], 2, key);
	return take_values(store, store->statements[EXPORT_LIST], out, error);
}

static bool write_step(struct guide_store *store, const char *run, const struct step_row *row, struct error *error)
{
	struct sqlite3_stmt *statement = store->statements[STEP_SET];

	bind_text(statement, 1, run);
	bind_text(statement, 2, row->key);
	bind_text(statement, 3, row->token);
	bind_text(statement, 4, row->resource);
	bind_text(statement, 5, row->name);
	sqlite3_bind_int(statement, 6, (int)row->state);
	sqlite3_bind_int(statement, 7, row->made);
	sqlite3_bind_int64(statement, 8, row->place);
	sqlite3_bind_int64(statement, 9, row->attempt);
	sqlite3_bind_int64(statement, 10, row->created);
	sqlite3_bind_int64(statement, 11, row->ended);
	return database_step(store->database, statement, error);
}

static bool write_exports(
        struct guide_store *store, const char *run, const char *key, const struct values *exports, struct error *error)
{
	struct sqlite3_stmt *statement = store->statements[EXPORT_REMOVE];

	bind_text(statement, 1, run);
	bind_text(statement, 2, key);
	if (!database_step(store->database, statement, error))
		return false;
	statement = store->statements[EXPORT_ADD];
	for (size_t i = 0; i < exports->count; i++) {
		if (!exports->list[i].known || exports->list[i].secret)
			continue;
		bind_text(statement, 1, run);
		bind_text(statement, 2, key);
		bind_text(statement, 3, exports->list[i].name);
		bind_text(statement, 4, exports->list[i].text);
		if (!database_step(store->database, statement, error))
			return false;
	}
	return true;
}

bool store_step_set(struct guide_store *store, const char *run, const struct step_row *row,
        const struct values *exports, struct error *error)
{
	// One row needs no transaction of its own.
	if (!exports)
		return write_step(store, run, row, error);
	if (!database_run(store->database, "BEGIN IMMEDIATE", error))
		return false;
	return finish(store, write_step(store, run, row, error) && write_exports(store, run, row->key, exports, error),
	        error);
}

bool store_step_remove(struct guide_store *store, const char *run, const char *key, struct error *error)
{
	struct sqlite3_stmt *statement = store->statements[STEP_REMOVE];

	bind_text(statement, 1, run);
	bind_text(statement, 2, key);
	return database_step(store->database, statement, error);
}

size_t store_steps(struct guide_store *store, const char *run, struct step_row *out, size_t most)
{
	struct sqlite3_stmt *statement = store->statements[STEP_LIST];
	size_t count = 0;

	bind_text(statement, 1, run);
	while (count < most && sqlite3_step(statement) == SQLITE_ROW) {
		struct step_row *row = &out[count++];

		take_text(statement, 0, row->key, sizeof(row->key));
		take_text(statement, 1, row->token, sizeof(row->token));
		take_text(statement, 2, row->resource, sizeof(row->resource));
		take_text(statement, 3, row->name, sizeof(row->name));
		row->state = (enum row_state)sqlite3_column_int(statement, 4);
		row->made = sqlite3_column_int(statement, 5) != 0;
		row->place = (unsigned)sqlite3_column_int64(statement, 6);
		row->attempt = (unsigned)sqlite3_column_int64(statement, 7);
		row->created = sqlite3_column_int64(statement, 8);
		row->ended = sqlite3_column_int64(statement, 9);
	}
	reset(statement);
	return count;
}

static int by_number(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

int64_t store_usual_ms(struct guide_store *store, const char *guide, const char *step)
{
	struct sqlite3_stmt *statement = store->statements[STEP_USUAL];
	int64_t took[USUAL_OF];
	size_t count = 0;

	bind_text(statement, 1, guide);
	bind_text(statement, 2, step);
	sqlite3_bind_int(statement, 3, USUAL_OF);
	// What was only looked at took no time worth telling.
	sqlite3_bind_int(statement, 4, USUAL_LEAST_MS);
	while (count < USUAL_OF && sqlite3_step(statement) == SQLITE_ROW)
		took[count++] = sqlite3_column_int64(statement, 0);
	reset(statement);
	qsort(took, count, sizeof(*took), by_number);
	return count ? took[count / 2] : 0;
}
