// SPDX-License-Identifier: Apache-2.0
// The journal on SQLite: one prepared statement, one commit and so one fdatasync per call.
#include <config.h>
#include "work/journal.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/crypto.h"
#include "base/failpoint.h"
#include "base/owner.h"
#include "base/text.h"
#include "inventory/database.h"

#include "base/banned.h"

enum { USUAL_OF = 20, ELSEWHERE_MS = 10 * 60 * 1000, LOG_SIZE = 1 << 20 };

// Doubts have no index: it would be one more page in every commit, and they are looked for once per start.
// The states are stored by number: enum intent_state never changes its order.
static const char *const journal_steps[] = {
        "CREATE TABLE intent ("
        " id INTEGER PRIMARY KEY, context TEXT NOT NULL, region TEXT NOT NULL, operation TEXT NOT NULL,"
        " subject_kind TEXT NOT NULL, subject TEXT NOT NULL, subject_name TEXT NOT NULL, token TEXT NOT NULL,"
        " run TEXT NOT NULL, before TEXT NOT NULL, parameters TEXT NOT NULL, owner TEXT NOT NULL,"
        " created INTEGER NOT NULL, settled INTEGER NOT NULL DEFAULT 0, state INTEGER NOT NULL DEFAULT 0,"
        " code TEXT NOT NULL DEFAULT '', request_id TEXT NOT NULL DEFAULT '', message TEXT NOT NULL DEFAULT '',"
        " result TEXT NOT NULL DEFAULT '');"
        "CREATE INDEX intent_run ON intent (run) WHERE run <> '';"
        "CREATE TABLE account (context TEXT PRIMARY KEY, account TEXT NOT NULL);",
};

enum statement { INTEND, OUTCOME, LIST, DOUBTS, OF_RUN, USUAL, PARAMETERS, ACCOUNT, SET_ACCOUNT, STATEMENT_COUNT };

#define COLUMNS                                                                                                        \
	"id, context, region, operation, subject_kind, subject, subject_name, token, run, before, created, settled, "  \
	"state,"                                                                                                       \
	" code, request_id, message, owner"

static const char *const statement_texts[STATEMENT_COUNT] = {
        [INTEND] = "INSERT INTO intent (context, region, operation, subject_kind, subject, subject_name, token, run, "
                   "before,"
                   " parameters, owner, created) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        [OUTCOME] = "UPDATE intent SET state = ?2, settled = ?3, code = ?4, request_id = ?5, message = ?6, result = ?7"
                    " WHERE id = ?1",
        [LIST] = "SELECT " COLUMNS " FROM intent WHERE (?1 IS NULL OR context = ?1) ORDER BY state = 0 DESC, id DESC",
        [DOUBTS] = "SELECT " COLUMNS " FROM intent WHERE state = 0 AND (?1 IS NULL OR context = ?1) ORDER BY id DESC",
        [OF_RUN] = "SELECT " COLUMNS " FROM intent WHERE run = ?1 ORDER BY id",
        [USUAL] = "SELECT settled - created FROM intent WHERE operation = ?1 AND state = 1 ORDER BY id DESC LIMIT ?2",
        [PARAMETERS] = "SELECT parameters FROM intent WHERE id = ?1",
        [ACCOUNT] = "SELECT account FROM account WHERE context = ?1",
        [SET_ACCOUNT] = "INSERT OR REPLACE INTO account (context, account) VALUES (?1, ?2)",
};

struct journal {
	pthread_mutex_t lock;
	struct sqlite3 *database;
	struct sqlite3_stmt *statements[STATEMENT_COUNT];
	const struct clock *clock;
	char path[DATABASE_PATH_SIZE];
	bool stretched;
	struct owner owner;
};

static bool journal_prepare(struct journal *journal, struct error *error)
{
	char prune[256];

	if (!database_migrate(journal->database, "journal", journal_steps, COUNT_OF(journal_steps), error))
		return false;
	snprintf(prune, sizeof(prune),
	        "DELETE FROM intent WHERE run = '' AND state <> 0 AND id <= (SELECT max(id) FROM intent) - %d",
	        JOURNAL_KEPT);
	if (!database_run(journal->database, prune, error))
		return false;
	for (size_t i = 0; i < STATEMENT_COUNT; i++) {
		journal->statements[i] = database_prepare(journal->database, statement_texts[i], error);
		if (!journal->statements[i])
			return false;
	}
	return owner_sign(&journal->owner, error);
}

// Before the first intent: lets the write-ahead log have its size from the start. A commit then changes no length,
// which fdatasync would have to write, too. SQLite goes by frame numbers and checksums, never by the length, and the
// write lock keeps everybody else from appending meanwhile. What does not work out costs nothing but time.
static void journal_stretch(struct journal *journal)
{
	static const char zeros[1 << 16];
	char log[DATABASE_PATH_SIZE + 8];
	struct stat status;
	int file;

	journal->stretched = true;
	if (!journal->path[0] || !database_run(journal->database, "BEGIN IMMEDIATE", NULL))
		return;
	snprintf(log, sizeof(log), "%s-wal", journal->path);
	file = open(log, O_WRONLY | O_CLOEXEC);
	if (file >= 0 && fstat(file, &status) == 0)
		for (off_t at = status.st_size; at < LOG_SIZE; at += (off_t)sizeof(zeros))
			if (pwrite(file, zeros, sizeof(zeros), at) < 0)
				break;
	if (file >= 0) {
		fdatasync(file);
		close(file);
	}
	database_run(journal->database, "ROLLBACK", NULL);
}

struct journal *journal_open(
        const char *path, const struct clock *clock, struct log *log, struct error *warning, struct error *error)
{
	struct journal *journal = calloc(1, sizeof(*journal));

	if (!journal) {
		error_set(error, ERROR_MEMORY, _("out of memory"));
		return NULL;
	}
	pthread_mutex_init(&journal->lock, NULL);
	journal->clock = clock ? clock : &clock_system;
	snprintf(journal->path, sizeof(journal->path), "%s", path);
	journal->database = database_open(path, journal->clock, log, warning, error);
	if (journal->database && journal_prepare(journal, error))
		return journal;
	journal_close(journal);
	return NULL;
}

void journal_close(struct journal *journal)
{
	if (!journal)
		return;
	for (size_t i = 0; i < STATEMENT_COUNT; i++)
		sqlite3_finalize(journal->statements[i]);
	database_close(journal->database);
	pthread_mutex_destroy(&journal->lock);
	free(journal);
}

static void bind(struct sqlite3_stmt *statement, int first, const char *const *texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		sqlite3_bind_text(statement, first + (int)i, texts[i], -1, SQLITE_TRANSIENT);
}

static bool journal_write_intent(
        struct journal *journal, struct intent *intent, const char *parameters, struct error *error)
{
	struct sqlite3_stmt *statement = journal->statements[INTEND];
	const char *texts[] = {intent->context, intent->region, intent->operation, intent->subject_kind,
	        intent->subject, intent->subject_name, intent->token, intent->run, intent->before, parameters,
	        journal->owner.text};

	bind(statement, 1, texts, COUNT_OF(texts));
	sqlite3_bind_int64(statement, (int)COUNT_OF(texts) + 1, intent->created);
	if (!database_step(journal->database, statement, error))
		return false;
	intent->id = sqlite3_last_insert_rowid(journal->database);
	return true;
}

bool journal_intend(struct journal *journal, struct intent *intent, const char *parameters, struct error *error)
{
	struct buffer masked;
	bool written = false;

	buffer_init(&masked, INTENT_PARAMETERS_MOST);
	if (strcmp(intent->token, "*") == 0 && !crypto_random_hex(intent->token, 32)) {
		intent->token[0] = '*';
		intent->token[1] = '\0';
		error_set(error, ERROR_SYSTEM, _("the operating system gave no random numbers"));
		goto out;
	}
	if (!journal_mask(&masked, parameters ? parameters : "")) {
		error_set(error, ERROR_LIMIT, _("the parameters of %s are larger than %d bytes"), intent->operation,
		        INTENT_PARAMETERS_MOST);
		goto out;
	}
	failpoint("journal.before-intent");
	intent->created = clock_now(journal->clock);
	intent->settled = 0;
	intent->state = INTENT_IN_DOUBT;
	intent->ours = true;
	pthread_mutex_lock(&journal->lock);
	if (!journal->stretched)
		journal_stretch(journal);
	written = journal_write_intent(journal, intent, buffer_text(&masked), error);
	pthread_mutex_unlock(&journal->lock);
	if (written)
		failpoint("journal.after-intent");
out:
	buffer_finish(&masked);
	return written;
}

static bool journal_write_outcome(struct journal *journal, intent_id id, enum intent_state state,
        const struct error *failure, const char *request_id, const char *result, struct error *error)
{
	struct sqlite3_stmt *statement = journal->statements[OUTCOME];
	const char *texts[] = {failure ? failure->code : "",
	        request_id ? request_id
	        : failure  ? failure->request_id
	                   : "",
	        failure ? failure->message : "", result};

	sqlite3_bind_int64(statement, 1, id);
	sqlite3_bind_int(statement, 2, (int)state);
	sqlite3_bind_int64(statement, 3, clock_now(journal->clock));
	bind(statement, 4, texts, COUNT_OF(texts));
	if (!database_step(journal->database, statement, error))
		return false;
	if (sqlite3_changes(journal->database) == 0)
		return error_set(error, ERROR_NOT_FOUND, _("the journal holds no intent %lld"), (long long)id);
	return true;
}

bool journal_outcome(struct journal *journal, intent_id id, enum intent_state state, const struct error *failure,
        const char *request_id, const char *result, struct error *error)
{
	struct buffer masked;
	bool written;

	buffer_init(&masked, INTENT_PARAMETERS_MOST);
	// A result that does not fit is no reason to lose the outcome.
	if (!journal_mask(&masked, result ? result : "")) {
		buffer_clear(&masked);
		buffer_add_text(&masked, "null");
	}
	failpoint("journal.before-outcome");
	pthread_mutex_lock(&journal->lock);
	written = journal_write_outcome(journal, id, state, failure, request_id, buffer_text(&masked), error);
	pthread_mutex_unlock(&journal->lock);
	if (written)
		failpoint("journal.after-outcome");
	buffer_finish(&masked);
	return written;
}

static void column_text(struct sqlite3_stmt *statement, int column, char *out, size_t size)
{
	const unsigned char *text = sqlite3_column_text(statement, column);

	snprintf(out, size, "%s", text ? (const char *)text : "");
}

static void intent_read(const struct journal *journal, struct sqlite3_stmt *statement, struct intent *out)
{
	struct {
		char *text;
		size_t size;
	} const texts[] = {
	        {out->context, sizeof(out->context)},
	        {out->region, sizeof(out->region)},
	        {out->operation, sizeof(out->operation)},
	        {out->subject_kind, sizeof(out->subject_kind)},
	        {out->subject, sizeof(out->subject)},
	        {out->subject_name, sizeof(out->subject_name)},
	        {out->token, sizeof(out->token)},
	        {out->run, sizeof(out->run)},
	        {out->before, sizeof(out->before)},
	};
	int column = 0;

	out->id = sqlite3_column_int64(statement, column++);
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		column_text(statement, column++, texts[i].text, texts[i].size);
	out->created = sqlite3_column_int64(statement, column++);
	out->settled = sqlite3_column_int64(statement, column++);
	out->state = (enum intent_state)sqlite3_column_int(statement, column++);
	column_text(statement, column++, out->code, sizeof(out->code));
	column_text(statement, column++, out->request_id, sizeof(out->request_id));
	column_text(statement, column++, out->message, sizeof(out->message));
	out->ours = strcmp((const char *)sqlite3_column_text(statement, column), journal->owner.text) == 0;
}

size_t journal_list(struct journal *journal, const char *context, bool in_doubt_only, struct intent *out, size_t most)
{
	struct sqlite3_stmt *statement = journal->statements[in_doubt_only ? DOUBTS : LIST];
	int owner_column = sqlite3_column_count(statement) - 1;
	size_t count = 0;

	pthread_mutex_lock(&journal->lock);
	if (context)
		sqlite3_bind_text(statement, 1, context, -1, SQLITE_TRANSIENT);
	while (sqlite3_step(statement) == SQLITE_ROW) {
		struct intent intent;
		const char *owner = (const char *)sqlite3_column_text(statement, owner_column);

		if (!owner)
			continue;
		intent_read(journal, statement, &intent);
		if (in_doubt_only && owner_is_at_work(&journal->owner, owner,
		                             clock_now(journal->clock) - intent.created, ELSEWHERE_MS))
			continue;
		if (count < most)
			out[count] = intent;
		count++;
	}
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	pthread_mutex_unlock(&journal->lock);
	return count;
}

size_t journal_list_run(struct journal *journal, const char *run, struct intent *out, size_t most)
{
	struct sqlite3_stmt *statement = journal->statements[OF_RUN];
	size_t count = 0;

	pthread_mutex_lock(&journal->lock);
	sqlite3_bind_text(statement, 1, run, -1, SQLITE_TRANSIENT);
	while (sqlite3_step(statement) == SQLITE_ROW) {
		if (count < most)
			intent_read(journal, statement, &out[count]);
		count++;
	}
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	pthread_mutex_unlock(&journal->lock);
	return count;
}

bool journal_parameters(struct journal *journal, intent_id id, struct buffer *out)
{
	struct sqlite3_stmt *statement = journal->statements[PARAMETERS];
	bool found;

	pthread_mutex_lock(&journal->lock);
	sqlite3_bind_int64(statement, 1, id);
	found = sqlite3_step(statement) == SQLITE_ROW &&
	        buffer_add_text(out, (const char *)sqlite3_column_text(statement, 0));
	sqlite3_reset(statement);
	pthread_mutex_unlock(&journal->lock);
	return found;
}

static int compare_times(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

int64_t journal_usual_ms(struct journal *journal, const char *operation)
{
	struct sqlite3_stmt *statement = journal->statements[USUAL];
	int64_t times[USUAL_OF];
	size_t count = 0;

	pthread_mutex_lock(&journal->lock);
	sqlite3_bind_text(statement, 1, operation, -1, SQLITE_TRANSIENT);
	sqlite3_bind_int(statement, 2, USUAL_OF);
	while (count < USUAL_OF && sqlite3_step(statement) == SQLITE_ROW)
		times[count++] = sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	pthread_mutex_unlock(&journal->lock);
	if (count == 0)
		return 0;
	qsort(times, count, sizeof(times[0]), compare_times);
	return times[count / 2] > 0 ? times[count / 2] : 1;
}

bool journal_account(struct journal *journal, const char *context, char *out, size_t size)
{
	struct sqlite3_stmt *statement = journal->statements[ACCOUNT];
	bool found;

	out[0] = '\0';
	pthread_mutex_lock(&journal->lock);
	sqlite3_bind_text(statement, 1, context, -1, SQLITE_TRANSIENT);
	found = sqlite3_step(statement) == SQLITE_ROW;
	if (found)
		column_text(statement, 0, out, size);
	sqlite3_reset(statement);
	pthread_mutex_unlock(&journal->lock);
	return found;
}

bool journal_set_account(struct journal *journal, const char *context, const char *account, struct error *error)
{
	const char *texts[] = {context, account};
	bool written;

	pthread_mutex_lock(&journal->lock);
	bind(journal->statements[SET_ACCOUNT], 1, texts, COUNT_OF(texts));
	written = database_step(journal->database, journal->statements[SET_ACCOUNT], error);
	pthread_mutex_unlock(&journal->lock);
	return written;
}
