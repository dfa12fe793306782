// SPDX-License-Identifier: Apache-2.0
// Opening the one SQLite file and keeping its tables at the version that the program knows.
#include "config.h"
#include "inventory/database.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/banned.h"

enum { BUSY_MS = 5000, BUSY_STEP_MS = 5, PATH_ROOM = DATABASE_PATH_SIZE + 64 };

// Beside the file: damage was met, so the next opening examines the whole of it.
static const char suspect_suffix[] = ".suspect";

bool database_path(const char *folder, char out[DATABASE_PATH_SIZE], struct error *error)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	int length;

	// XDG Base Directory Specification: a path that is not absolute is ignored.
	if (folder && *folder)
		length = snprintf(out, DATABASE_PATH_SIZE, "%s/peerdeck.db", folder);
	else if (state && *state == '/')
		length = snprintf(out, DATABASE_PATH_SIZE, "%s/peerdeck/peerdeck.db", state);
	else if (home && *home == '/')
		length = snprintf(out, DATABASE_PATH_SIZE, "%s/.local/state/peerdeck/peerdeck.db", home);
	else {
		error_set(error, ERROR_SYSTEM, _("neither HOME nor XDG_STATE_HOME names a folder"));
		error_remedy(
		        error, _("set HOME to a folder of yours, or XDG_STATE_HOME to one in which runs are kept"));
		return false;
	}
	if (length >= DATABASE_PATH_SIZE)
		return error_set(error, ERROR_LIMIT, _("the path of the state folder is longer than %d bytes"),
		        DATABASE_PATH_SIZE);
	return true;
}

// Makes the folder of `path` and those above it, each for the owner alone.
static bool folder_make(const char *path, struct error *error)
{
	char folder[DATABASE_PATH_SIZE];
	char *end;

	snprintf(folder, sizeof(folder), "%s", path);
	end = strrchr(folder, '/');
	if (!end || end == folder)
		return true;
	*end = '\0';
	if (mkdir(folder, 0700) == 0)
		return true;
	if (errno == ENOENT) {
		if (!folder_make(folder, error))
			return false;
		if (mkdir(folder, 0700) == 0)
			return true;
	}
	if (errno == EEXIST)
		return true;
	error_set_errno(error, _("cannot make the folder %s"), folder);
	error_remedy(error, "%s", _("make it writable, or set XDG_STATE_HOME to a folder that is"));
	return false;
}

// Ours alone, also when an older copy made it otherwise. Never opens a file that is there: closing it would drop the
// locks of other connections in this process (fcntl(2): locks go when any descriptor of the file is closed).
static bool file_make(const char *path, struct error *error)
{
	struct stat status;
	int file;

	if (!folder_make(path, error))
		return false;
	file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (file >= 0) {
		close(file);
		return true;
	}
	if (errno == EEXIST && stat(path, &status) == 0 && access(path, R_OK | W_OK) == 0) {
		if (status.st_mode & 077)
			chmod(path, 0600);
		return true;
	}
	error_set_errno(error, _("cannot write %s"), path);
	error_remedy(error, "%s", _("make it writable, or set XDG_STATE_HOME to a folder that is"));
	return false;
}

static void path_suffixed(const char *path, const char *suffix, char out[PATH_ROOM])
{
	snprintf(out, PATH_ROOM, "%s%s", path, suffix);
}

bool database_failed(struct sqlite3 *database, struct error *error, const char *doing)
{
	int code = sqlite3_errcode(database);
	const char *path = sqlite3_db_filename(database, "main");
	char marker[PATH_ROOM];
	int file;

	path = path && *path ? path : ":memory:";
	switch (code & 0xff) {
	case SQLITE_FULL:
		error_set(error, ERROR_SYSTEM, _("%s: the disk is full"), path);
		error_remedy(error, "%s", _("free some space; nothing is kept until then"));
		break;
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_CANTOPEN:
	case SQLITE_AUTH:
		error_set(error, ERROR_SYSTEM, _("%s: %s"), path, sqlite3_errmsg(database));
		error_remedy(error, "%s",
		        _("make the file and its folder writable, or set XDG_STATE_HOME to a folder that is"));
		break;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		error_set(error, ERROR_CONFLICT, _("%s is in use by another program"), path);
		error_remedy(error, "%s", _("wait until the other peerdeck has finished writing, then try again"));
		if (error)
			error->retryable = true;
		break;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		error_set(error, ERROR_SYSTEM, _("%s is damaged"), path);
		error_remedy(
		        error, "%s", _("start peerdeck again: it puts the damaged file aside and begins a new one"));
		path_suffixed(path, suspect_suffix, marker);
		file = *path == '/' ? open(marker, O_WRONLY | O_CREAT | O_CLOEXEC, 0600) : -1;
		if (file >= 0)
			close(file);
		break;
	case SQLITE_NOMEM:
		error_set(error, ERROR_MEMORY, _("out of memory"));
		break;
	case SQLITE_IOERR:
		error_set(error, ERROR_SYSTEM, _("%s: %s"), path, sqlite3_errmsg(database));
		error_remedy(error, "%s",
		        _("the disk refused: look whether it is full, or files may not grow (ulimit -f), and at the "
		          "system log"));
		break;
	default:
		error_set(error, ERROR_SYSTEM, _("%s: %s"), path, sqlite3_errmsg(database));
		break;
	}
	if (doing)
		error_doing(error, "%s", doing);
	return false;
}

bool database_run(struct sqlite3 *database, const char *sql, struct error *error)
{
	if (sqlite3_exec(database, sql, NULL, NULL, NULL) == SQLITE_OK)
		return true;
	return database_failed(database, error, NULL);
}

struct sqlite3_stmt *database_prepare(struct sqlite3 *database, const char *sql, struct error *error)
{
	sqlite3_stmt *statement = NULL;

	if (sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) == SQLITE_OK)
		return statement;
	database_failed(database, error, NULL);
	return NULL;
}

bool database_step(struct sqlite3 *database, struct sqlite3_stmt *statement, struct error *error)
{
	bool done = sqlite3_step(statement) == SQLITE_DONE;

	// Resetting a failed statement repeats its error code, so the error is read first.
	if (!done)
		database_failed(database, error, NULL);
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	return done;
}

static const char *text_or_empty(const unsigned char *text)
{
	return text ? (const char *)text : "";
}

static bool query_text(struct sqlite3 *database, const char *sql, char *out, size_t size)
{
	sqlite3_stmt *statement = NULL;
	bool found = sqlite3_prepare_v2(database, sql, -1, &statement, NULL) == SQLITE_OK &&
	             sqlite3_step(statement) == SQLITE_ROW;

	if (found)
		snprintf(out, size, "%s", text_or_empty(sqlite3_column_text(statement, 0)));
	sqlite3_finalize(statement);
	return found;
}

static bool is_damage(int code)
{
	return (code & 0xff) == SQLITE_NOTADB || (code & 0xff) == SQLITE_CORRUPT;
}

// What every connection of ours is set to. Where several consoles begin a new file at once, each of them asks for WAL
// and all but one are refused at once: SQLite does not wait there, since a reader that wants to write could wait for
// ever (https://www.sqlite.org/c3ref/busy_handler.html). So it is asked again, for as long as any other lock is waited
// for.
static bool connection_set_up(struct sqlite3 *database)
{
	static const char set_up[] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
	                             "PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-512; "
	                             "SELECT count(*) FROM sqlite_schema";
	const struct timespec step = {.tv_nsec = BUSY_STEP_MS * 1000000L};
	int64_t until = clock_monotonic(&clock_system) + BUSY_MS;
	int code;

	while ((code = sqlite3_exec(database, set_up, NULL, NULL, NULL) & 0xff) == SQLITE_BUSY &&
	        clock_monotonic(&clock_system) < until)
		nanosleep(&step, NULL);
	return code == SQLITE_OK;
}

// Opens and sets up. *damaged tells whether the file itself is the reason of a failure.
static struct sqlite3 *connection_open(const char *path, bool *damaged, struct error *error)
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
	char marker[PATH_ROOM], text[64] = "";
	sqlite3 *database = NULL;

	*damaged = false;
	path_suffixed(path, suspect_suffix, marker);
	if (sqlite3_open_v2(*path ? path : ":memory:", &database, flags, NULL) != SQLITE_OK)
		goto fail;
	sqlite3_busy_timeout(database, BUSY_MS);
	sqlite3_extended_result_codes(database, 1);
	if (!connection_set_up(database))
		goto fail;
	if (*path && access(marker, F_OK) == 0) {
		if (!query_text(database, "PRAGMA quick_check(1)", text, sizeof(text)) || strcmp(text, "ok") != 0) {
			*damaged = true;
			error_set(error, ERROR_SYSTEM, _("%s is damaged"), path);
			sqlite3_close(database);
			return NULL;
		}
		unlink(marker);
	}
	return database;
fail:
	*damaged = *path && database && is_damage(sqlite3_errcode(database));
	if (database)
		database_failed(database, error, NULL);
	else
		error_set(error, ERROR_MEMORY, _("out of memory"));
	sqlite3_close(database);
	return NULL;
}

// Renames the file and what SQLite keeps beside it.
static bool put_aside(const char *path, const struct clock *clock, char aside[PATH_ROOM], struct error *error)
{
	static const char *const companions[] = {"-wal", "-shm"};
	char time[TIME_TEXT_SIZE], from[PATH_ROOM], to[PATH_ROOM + 8];

	time_format_iso(clock_now(clock), time);
	snprintf(aside, PATH_ROOM, "%s.broken-%s", path, time);
	if (rename(path, aside) != 0)
		return error_set_errno(error, _("cannot put the damaged file %s aside"), path);
	for (size_t i = 0; i < COUNT_OF(companions); i++) {
		path_suffixed(path, companions[i], from);
		snprintf(to, sizeof(to), "%s%s", aside, companions[i]);
		rename(from, to);
	}
	path_suffixed(path, suspect_suffix, from);
	unlink(from);
	return true;
}

struct sqlite3 *database_open(
        const char *path, const struct clock *clock, struct log *log, struct error *warning, struct error *error)
{
	struct error notice = {0};
	struct sqlite3 *database;
	char aside[PATH_ROOM];
	bool damaged;

	if (warning)
		error_clear(warning);
	if (*path && !file_make(path, error))
		return NULL;
	database = connection_open(path, &damaged, error);
	if (database || !damaged)
		return database;
	if (!put_aside(path, clock, aside, error) || !file_make(path, error))
		return NULL;
	error_set(&notice, ERROR_SYSTEM, _("%s was damaged: it is kept as %s, and a new one was begun"), path, aside);
	error_remedy(&notice, "%s",
	        _("changes that were under way are not known any more: look at the resources before repeating them"));
	log_error(log, &notice);
	if (warning)
		*warning = notice;
	return connection_open(path, &damaged, error);
}

void database_close(struct sqlite3 *database)
{
	sqlite3_close(database);
}

// The version of a part's tables: 0 when it has none yet.
static bool version_read(struct sqlite3 *database, const char *part, size_t *version, struct error *error)
{
	struct sqlite3_stmt *statement = database_prepare(database, "SELECT version FROM schema WHERE part = ?", error);
	int code;

	if (!statement)
		return false;
	sqlite3_bind_text(statement, 1, part, -1, SQLITE_STATIC);
	code = sqlite3_step(statement);
	*version = code == SQLITE_ROW ? (size_t)sqlite3_column_int64(statement, 0) : 0;
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		database_failed(database, error, NULL);
	sqlite3_finalize(statement);
	return code == SQLITE_ROW || code == SQLITE_DONE;
}

static bool version_write(struct sqlite3 *database, const char *part, size_t version, struct error *error)
{
	struct sqlite3_stmt *statement =
	        database_prepare(database, "INSERT OR REPLACE INTO schema (part, version) VALUES (?, ?)", error);
	bool written;

	if (!statement)
		return false;
	sqlite3_bind_text(statement, 1, part, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 2, (sqlite3_int64)version);
	written = database_step(database, statement, error);
	sqlite3_finalize(statement);
	return written;
}

bool database_migrate(
        struct sqlite3 *database, const char *part, const char *const *steps, size_t count, struct error *error)
{
	size_t version = 0;

	// The usual start: nothing to do, nothing to lock.
	if (!database_run(database,
	            "CREATE TABLE IF NOT EXISTS schema (part TEXT PRIMARY KEY, version INTEGER NOT NULL)", error) ||
	        !version_read(database, part, &version, error))
		return false;
	if (version == count)
		return true;
	if (!database_run(database, "BEGIN IMMEDIATE", error))
		return false;
	// Another peerdeck may have been faster.
	if (!version_read(database, part, &version, error))
		goto fail;
	if (version > count) {
		error_set(error, ERROR_CONFLICT, _("%s was written by a newer peerdeck (%s %zu, this one knows %zu)"),
		        sqlite3_db_filename(database, "main"), part, version, count);
		error_remedy(error, "%s", _("use the newer program, or set XDG_STATE_HOME to another folder"));
		goto fail;
	}
	for (size_t i = version; i < count; i++)
		if (!database_run(database, steps[i], error))
			goto fail;
	if (version < count && !version_write(database, part, count, error))
		goto fail;
	if (database_run(database, "COMMIT", error))
		return true;
fail:
	sqlite3_exec(database, "ROLLBACK", NULL, NULL, NULL);
	return false;
}
