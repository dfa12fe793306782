// SPDX-License-Identifier: Apache-2.0
// Sweeps on disk.
#include "config.h"
#include "orphans/sweep_store.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "base/crypto.h"
#include "base/owner.h"
#include "inventory/database.h"

#include "base/banned.h"

enum { ELSEWHERE_MS = 10 * 60 * 1000, RECORDS_MOST = 64 * SWEEP_ITEMS_MOST };

static const char *const store_steps[] = {
        "CREATE TABLE sweep ("
        " id TEXT PRIMARY KEY, context TEXT NOT NULL, account TEXT NOT NULL, by TEXT NOT NULL, phrase TEXT NOT NULL,"
        " digest TEXT NOT NULL, mode INTEGER NOT NULL, state INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL,"
        " ended INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '', owner TEXT NOT NULL);"
        "CREATE INDEX sweep_open ON sweep (created) WHERE state = 0;"
        "CREATE TABLE sweep_item ("
        " sweep TEXT NOT NULL REFERENCES sweep (id), place INTEGER NOT NULL, parent INTEGER NOT NULL,"
        " kind TEXT NOT NULL, fate INTEGER NOT NULL, context TEXT NOT NULL, region TEXT NOT NULL,"
        " cluster_id TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, space TEXT NOT NULL, cluster TEXT NOT NULL,"
        " created INTEGER NOT NULL, verdict TEXT NOT NULL, owner TEXT NOT NULL, pod_uid TEXT NOT NULL,"
        " facts TEXT NOT NULL, against TEXT NOT NULL, step INTEGER NOT NULL DEFAULT 0,"
        " outcome INTEGER NOT NULL DEFAULT 0, message TEXT NOT NULL DEFAULT '', PRIMARY KEY (sweep, place));",
        "CREATE TABLE audit_end (id INTEGER PRIMARY KEY CHECK (id = 1), last INTEGER NOT NULL);",
};

enum statement {
	BEGIN,
	ADD,
	BUSY,
	STEP,
	END,
	ADOPT,
	OPEN,
	LIST,
	FIND,
	ITEMS,
	COUNT_ITEMS,
	NOTE_AUDIT,
	AUDITED,
	STATEMENT_COUNT
};

#define ROW                                                                                                            \
	"id, context, account, by, phrase, digest, reason, mode, state, created, ended,"                               \
	" (SELECT count(*) FROM sweep_item WHERE sweep = sweep.id AND parent = 0),"                                    \
	" (SELECT count(*) FROM sweep_item WHERE sweep = sweep.id AND parent = 0 AND step = 3), owner"

static const char *const statement_texts[STATEMENT_COUNT] = {
        [BEGIN] = "INSERT INTO sweep (id, context, account, by, phrase, digest, owner, mode, created)"
                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        [ADD] = "INSERT INTO sweep_item (sweep, kind, context, region, cluster_id, id, name, space, cluster, owner,"
                " pod_uid, facts, against, verdict, place, parent, fate, created)"
                " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
        [BUSY] = "SELECT sweep.owner, sweep.created FROM sweep JOIN sweep_item ON sweep_item.sweep = sweep.id"
                 " WHERE sweep.state = 0 AND sweep_item.id = ?1",
        [STEP] = "UPDATE sweep_item SET step = ?3, outcome = ?4, message = ?5 WHERE sweep = ?1 AND place = ?2",
        [END] = "UPDATE sweep SET state = ?2, reason = ?3, ended = ?4 WHERE id = ?1",
        [ADOPT] = "UPDATE sweep SET owner = ?2 WHERE id = ?1",
        [OPEN] = "SELECT " ROW " FROM sweep WHERE state = 0 AND (?1 IS NULL OR context = ?1) ORDER BY created, rowid",
        [LIST] = "SELECT " ROW " FROM sweep WHERE (?1 IS NULL OR context = ?1) ORDER BY created DESC, rowid DESC",
        [FIND] = "SELECT " ROW " FROM sweep WHERE id = ?1",
        [ITEMS] = "SELECT kind, context, region, cluster_id, id, name, space, cluster, owner, pod_uid, facts, against,"
                  " message, verdict, place, parent, fate, created, step, outcome FROM sweep_item WHERE sweep = ?1"
                  " ORDER BY place",
        [COUNT_ITEMS] = "SELECT count(*) FROM sweep_item WHERE sweep = ?1",
        [NOTE_AUDIT] = "INSERT INTO audit_end (id, last) VALUES (1, ?1)"
                       " ON CONFLICT (id) DO UPDATE SET last = max(last, ?1)",
        [AUDITED] = "SELECT last FROM audit_end",
};

struct sweep_store {
	pthread_mutex_t lock;
	struct sqlite3 *database;
	struct sqlite3_stmt *statements[STATEMENT_COUNT];
	const struct clock *clock;
	struct owner owner;
};

const char *sweep_outcome_name(enum sweep_outcome outcome)
{
	static const char *const names[OUTCOMES] = {
	        [OUTCOME_NONE] = "none",
	        [OUTCOME_DELETED] = "deleted",
	        [OUTCOME_QUARANTINED] = "quarantined",
	        [OUTCOME_ALREADY_GONE] = "already_gone",
	        [OUTCOME_REFUSED] = "refused",
	        [OUTCOME_FAILED] = "failed",
	};

	return names[outcome];
}

static bool store_prepare(struct sweep_store *store, struct error *error)
{
	if (!database_migrate(store->database, "sweep", store_steps, COUNT_OF(store_steps), error))
		return false;
	for (size_t i = 0; i < STATEMENT_COUNT; i++) {
		store->statements[i] = database_prepare(store->database, statement_texts[i], error);
		if (!store->statements[i])
			return false;
	}
	return owner_sign(&store->owner, error);
}

struct sweep_store *sweep_store_open(
        const char *path, const struct clock *clock, struct log *log, struct error *warning, struct error *error)
{
	struct sweep_store *store = calloc(1, sizeof(*store));

	if (!store) {
		error_set(error, ERROR_MEMORY, _("out of memory"));
		return NULL;
	}
	pthread_mutex_init(&store->lock, NULL);
	store->clock = clock ? clock : &clock_system;
	store->database = database_open(path, store->clock, log, warning, error);
	if (store->database && store_prepare(store, error))
		return store;
	sweep_store_close(store);
	return NULL;
}

void sweep_store_close(struct sweep_store *store)
{
	if (!store)
		return;
	for (size_t i = 0; i < STATEMENT_COUNT; i++)
		sqlite3_finalize(store->statements[i]);
	database_close(store->database);
	pthread_mutex_destroy(&store->lock);
	free(store);
}

static void bind_texts(struct sqlite3_stmt *statement, int first, const char *const *texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		sqlite3_bind_text(statement, first + (int)i, texts[i], -1, SQLITE_TRANSIENT);
}

static void bind_numbers(struct sqlite3_stmt *statement, int first, const int64_t *numbers, size_t count)
{
	for (size_t i = 0; i < count; i++)
		sqlite3_bind_int64(statement, first + (int)i, numbers[i]);
}

static void column_copy(struct sqlite3_stmt *statement, int column, char *out, size_t size)
{
	const unsigned char *text = sqlite3_column_text(statement, column);

	snprintf(out, size, "%s", text ? (const char *)text : "");
}

static void statement_rest(struct sqlite3_stmt *statement)
{
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
}

static void row_read(struct sqlite3_stmt *statement, struct sweep_row *out)
{
	int column = 7;

	memset(out, 0, sizeof(*out));
	column_copy(statement, 0, out->id, sizeof(out->id));
	column_copy(statement, 1, out->context, sizeof(out->context));
	column_copy(statement, 2, out->account, sizeof(out->account));
	column_copy(statement, 3, out->by, sizeof(out->by));
	column_copy(statement, 4, out->phrase, sizeof(out->phrase));
	column_copy(statement, 5, out->digest, sizeof(out->digest));
	column_copy(statement, 6, out->reason, sizeof(out->reason));
	out->mode = (enum sweep_mode)sqlite3_column_int(statement, column++);
	out->state = (enum sweep_state)sqlite3_column_int(statement, column++);
	out->created = sqlite3_column_int64(statement, column++);
	out->ended = sqlite3_column_int64(statement, column++);
	out->items = (size_t)sqlite3_column_int64(statement, column++);
	out->done = (size_t)sqlite3_column_int64(statement, column);
}

// What this process began and has not let go, or another one that still runs.
static bool is_under_way(const struct sweep_store *store, const char *owner, int64_t created, int64_t elsewhere_ms)
{
	return strncmp(owner, store->owner.text, store->owner.process_size) == 0 ||
	       owner_is_at_work(&store->owner, owner, clock_now(store->clock) - created, elsewhere_ms);
}

// ---- writing ----

static bool item_is_free(struct sweep_store *store, const struct sweep_record *record, struct error *error)
{
	struct sqlite3_stmt *statement = store->statements[BUSY];
	bool busy = false;

	sqlite3_bind_text(statement, 1, record->id, -1, SQLITE_TRANSIENT);
	while (!busy && sqlite3_step(statement) == SQLITE_ROW) {
		const char *owner = (const char *)sqlite3_column_text(statement, 0);

		busy = owner && is_under_way(store, owner, sqlite3_column_int64(statement, 1), ELSEWHERE_MS);
	}
	statement_rest(statement);
	if (!busy)
		return true;
	error_set(error, ERROR_CONFLICT, _("%s is being swept by another peerdeck"), record->name);
	error_remedy(error, _("wait until it is done, then look again"));
	return false;
}

static bool record_add(
        struct sweep_store *store, const char *sweep, const struct sweep_record *record, struct error *error)
{
	struct sqlite3_stmt *statement = store->statements[ADD];
	char facts[256], against[512];
	const char *texts[] = {sweep, kind_get(record->kind)->name, record->scope.context, record->scope.region,
	        record->scope.cluster, record->id, record->name, record->space, record->cluster, record->basis.owner,
	        record->basis.pod_uid, facts, against, verdict_name(record->basis.verdict)};
	const int64_t numbers[] = {record->order, record->parent, record->fate, record->created};

	sweep_facts_text(record->basis.facts, facts, sizeof(facts));
	sweep_against_text(record->basis.against, against, sizeof(against));
	bind_texts(statement, 1, texts, COUNT_OF(texts));
	bind_numbers(statement, 1 + (int)COUNT_OF(texts), numbers, COUNT_OF(numbers));
	return database_step(store->database, statement, error);
}

static bool row_add(struct sweep_store *store, const struct sweep_row *row, struct error *error)
{
	struct sqlite3_stmt *statement = store->statements[BEGIN];
	const char *texts[] = {
	        row->id, row->context, row->account, row->by, row->phrase, row->digest, store->owner.text};
	const int64_t numbers[] = {row->mode, row->created};

	bind_texts(statement, 1, texts, COUNT_OF(texts));
	bind_numbers(statement, 1 + (int)COUNT_OF(texts), numbers, COUNT_OF(numbers));
	return database_step(store->database, statement, error);
}

static bool sweep_write(struct sweep_store *store, const struct sweep_row *row, const struct sweep_record *records,
        size_t count, struct error *error)
{
	if (!database_run(store->database, "BEGIN IMMEDIATE", error))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!item_is_free(store, &records[i], error))
			goto failed;
	if (!row_add(store, row, error))
		goto failed;
	for (size_t i = 0; i < count; i++)
		if (!record_add(store, row->id, &records[i], error))
			goto failed;
	if (database_run(store->database, "COMMIT", error))
		return true;
failed:
	database_run(store->database, "ROLLBACK", NULL);
	return false;
}

bool sweep_store_begin(struct sweep_store *store, struct sweep_row *row, const struct sweep_record *records,
        size_t count, struct error *error)
{
	char random[17];
	bool written;

	if (!crypto_random_hex(random, sizeof(random) - 1))
		return error_set(error, ERROR_SYSTEM, _("the operating system gave no random numbers"));
	snprintf(row->id, sizeof(row->id), "sweep-%s", random);
	row->created = clock_now(store->clock);
	row->ended = 0;
	row->state = SWEEP_UNDER_WAY;
	pthread_mutex_lock(&store->lock);
	written = sweep_write(store, row, records, count, error);
	pthread_mutex_unlock(&store->lock);
	return written;
}

bool sweep_store_step(
        struct sweep_store *store, const char *sweep, const struct sweep_record *record, struct error *error)
{
	struct sqlite3_stmt *statement = store->statements[STEP];
	bool written;

	pthread_mutex_lock(&store->lock);
	sqlite3_bind_text(statement, 1, sweep, -1, SQLITE_TRANSIENT);
	sqlite3_bind_int(statement, 2, record->order);
	sqlite3_bind_int(statement, 3, (int)record->step);
	sqlite3_bind_int(statement, 4, (int)record->outcome);
	sqlite3_bind_text(statement, 5, record->message, -1, SQLITE_TRANSIENT);
	written = database_step(store->database, statement, error);
	pthread_mutex_unlock(&store->lock);
	return written;
}

bool sweep_store_end(
        struct sweep_store *store, const char *sweep, enum sweep_state state, const char *reason, struct error *error)
{
	struct sqlite3_stmt *statement = store->statements[END];
	bool written;

	pthread_mutex_lock(&store->lock);
	sqlite3_bind_text(statement, 1, sweep, -1, SQLITE_TRANSIENT);
	sqlite3_bind_int(statement, 2, (int)state);
	sqlite3_bind_text(statement, 3, reason, -1, SQLITE_TRANSIENT);
	sqlite3_bind_int64(statement, 4, clock_now(store->clock));
	written = database_step(store->database, statement, error);
	pthread_mutex_unlock(&store->lock);
	return written;
}

// Under the lock.
static bool owner_write(struct sweep_store *store, const char *sweep, const char *owner, struct error *error)
{
	const char *texts[] = {sweep, owner};

	bind_texts(store->statements[ADOPT], 1, texts, COUNT_OF(texts));
	return database_step(store->database, store->statements[ADOPT], error);
}

// Under the lock, in a transaction.
static bool sweep_is_free(struct sweep_store *store, const char *sweep, int64_t elsewhere_ms)
{
	struct sqlite3_stmt *statement = store->statements[FIND];
	bool is_free = false;

	sqlite3_bind_text(statement, 1, sweep, -1, SQLITE_TRANSIENT);
	if (sqlite3_step(statement) == SQLITE_ROW) {
		const char *owner = (const char *)sqlite3_column_text(statement, sqlite3_column_count(statement) - 1);
		struct sweep_row row;

		row_read(statement, &row);
		is_free =
		        row.state == SWEEP_UNDER_WAY && owner && !is_under_way(store, owner, row.created, elsewhere_ms);
	}
	statement_rest(statement);
	return is_free;
}

bool sweep_store_adopt(struct sweep_store *store, const char *sweep, bool alone, struct error *error)
{
	bool written = false;

	pthread_mutex_lock(&store->lock);
	if (database_run(store->database, "BEGIN IMMEDIATE", error)) {
		written =
		        sweep_is_free(store, sweep, alone ? 0 : ELSEWHERE_MS) ||
		        error_set(error, ERROR_CONFLICT, _("%s is over, or another peerdeck is at work on it"), sweep);
		written = written && owner_write(store, sweep, store->owner.text, error);
		if (!database_run(store->database, written ? "COMMIT" : "ROLLBACK", written ? error : NULL))
			written = false;
	}
	pthread_mutex_unlock(&store->lock);
	return written;
}

bool sweep_store_disown(struct sweep_store *store, const char *sweep, struct error *error)
{
	bool written;

	pthread_mutex_lock(&store->lock);
	written = owner_write(store, sweep, "", error);
	pthread_mutex_unlock(&store->lock);
	return written;
}

bool sweep_store_note_audit(struct sweep_store *store, int64_t last, struct error *error)
{
	bool written;

	pthread_mutex_lock(&store->lock);
	sqlite3_bind_int64(store->statements[NOTE_AUDIT], 1, last);
	written = database_step(store->database, store->statements[NOTE_AUDIT], error);
	pthread_mutex_unlock(&store->lock);
	return written;
}

// ---- reading ----

int64_t sweep_store_audited(struct sweep_store *store)
{
	struct sqlite3_stmt *statement = store->statements[AUDITED];
	int64_t last = 0;

	pthread_mutex_lock(&store->lock);
	if (sqlite3_step(statement) == SQLITE_ROW)
		last = sqlite3_column_int64(statement, 0);
	statement_rest(statement);
	pthread_mutex_unlock(&store->lock);
	return last;
}

static size_t rows_read(struct sweep_store *store, enum statement which, const char *context, int64_t elsewhere_ms,
        struct sweep_row *out, size_t most)
{
	struct sqlite3_stmt *statement = store->statements[which];
	int owner_column = sqlite3_column_count(statement) - 1;
	size_t count = 0;

	pthread_mutex_lock(&store->lock);
	if (context)
		sqlite3_bind_text(statement, 1, context, -1, SQLITE_TRANSIENT);
	while (sqlite3_step(statement) == SQLITE_ROW) {
		const char *owner = (const char *)sqlite3_column_text(statement, owner_column);
		struct sweep_row row;

		row_read(statement, &row);
		if (which == OPEN && owner && is_under_way(store, owner, row.created, elsewhere_ms))
			continue;
		if (count < most)
			out[count] = row;
		count++;
	}
	statement_rest(statement);
	pthread_mutex_unlock(&store->lock);
	return count;
}

size_t sweep_store_pending(
        struct sweep_store *store, const char *context, bool alone, struct sweep_row *out, size_t most)
{
	return rows_read(store, OPEN, context, alone ? 0 : ELSEWHERE_MS, out, most);
}

size_t sweep_store_list(struct sweep_store *store, const char *context, struct sweep_row *out, size_t most)
{
	return rows_read(store, LIST, context, 0, out, most);
}

bool sweep_store_find(struct sweep_store *store, const char *sweep, struct sweep_row *out)
{
	return rows_read(store, FIND, sweep, 0, out, 1) > 0;
}

static enum verdict verdict_parse(const char *name)
{
	for (int verdict = 0; verdict < VERDICTS; verdict++)
		if (strcmp(verdict_name((enum verdict)verdict), name) == 0)
			return (enum verdict)verdict;
	return VERDICT_UNKNOWN;
}

static void record_read(struct sqlite3_stmt *statement, struct sweep_record *out)
{
	const struct kind *kind = kind_find((const char *)sqlite3_column_text(statement, 0));
	char facts[256], against[512], verdict[16];
	int column = 14;

	memset(out, 0, sizeof(*out));
	out->kind = kind ? kind->id : KIND_COUNT;
	column_copy(statement, 1, out->scope.context, sizeof(out->scope.context));
	column_copy(statement, 2, out->scope.region, sizeof(out->scope.region));
	column_copy(statement, 3, out->scope.cluster, sizeof(out->scope.cluster));
	column_copy(statement, 4, out->id, sizeof(out->id));
	column_copy(statement, 5, out->name, sizeof(out->name));
	column_copy(statement, 6, out->space, sizeof(out->space));
	column_copy(statement, 7, out->cluster, sizeof(out->cluster));
	column_copy(statement, 8, out->basis.owner, sizeof(out->basis.owner));
	column_copy(statement, 9, out->basis.pod_uid, sizeof(out->basis.pod_uid));
	column_copy(statement, 10, facts, sizeof(facts));
	column_copy(statement, 11, against, sizeof(against));
	column_copy(statement, 12, out->message, sizeof(out->message));
	column_copy(statement, 13, verdict, sizeof(verdict));
	out->basis.verdict = verdict_parse(verdict);
	out->basis.facts = sweep_facts_parse(facts);
	out->basis.against = sweep_against_parse(against);
	out->order = sqlite3_column_int(statement, column++);
	out->parent = sqlite3_column_int(statement, column++);
	out->fate = (enum sweep_fate)sqlite3_column_int(statement, column++);
	out->created = sqlite3_column_int64(statement, column++);
	out->step = (enum sweep_step)sqlite3_column_int(statement, column++);
	out->outcome = (enum sweep_outcome)sqlite3_column_int(statement, column);
}

static size_t records_count(struct sweep_store *store, const char *sweep)
{
	struct sqlite3_stmt *statement = store->statements[COUNT_ITEMS];
	size_t count = 0;

	sqlite3_bind_text(statement, 1, sweep, -1, SQLITE_TRANSIENT);
	if (sqlite3_step(statement) == SQLITE_ROW)
		count = (size_t)sqlite3_column_int64(statement, 0);
	statement_rest(statement);
	return count;
}

struct sweep_record *sweep_store_records(
        struct sweep_store *store, const char *sweep, size_t *count, struct error *error)
{
	struct sqlite3_stmt *statement = store->statements[ITEMS];
	struct sweep_record *records;
	size_t most, read = 0;

	pthread_mutex_lock(&store->lock);
	most = records_count(store, sweep);
	records = most <= RECORDS_MOST ? calloc(most + 1, sizeof(*records)) : NULL;
	if (records) {
		sqlite3_bind_text(statement, 1, sweep, -1, SQLITE_TRANSIENT);
		while (read < most && sqlite3_step(statement) == SQLITE_ROW)
			record_read(statement, &records[read++]);
		statement_rest(statement);
	}
	pthread_mutex_unlock(&store->lock);
	if (!records)
		error_set(error, ERROR_MEMORY, _("out of memory"));
	else
		*count = read;
	return records;
}
