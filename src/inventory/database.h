// SPDX-License-Identifier: Apache-2.0
// The one SQLite file of the console, peerdeck.db in the state folder (XDG Base Directory: $XDG_STATE_HOME/peerdeck):
// folder 0700, file 0600, WAL, synchronous=FULL. Each part of the program opens a connection of its own and keeps its
// own tables, versioned by database_migrate. A connection belongs to one thread at a time.
#ifndef PEERDECK_INVENTORY_DATABASE_H
#define PEERDECK_INVENTORY_DATABASE_H

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"

struct sqlite3;
struct sqlite3_stmt;

enum { DATABASE_PATH_SIZE = 1024 };

// FOLDER/peerdeck.db; folder NULL or "" = the XDG state folder.
bool database_path(const char *folder, char out[DATABASE_PATH_SIZE], struct error *error);

// Opens the file, making folder and file when absent; path "" = in memory (tests). A file that is no database, or is
// found damaged, is renamed to PATH.broken-TIME and a new one begun: a warning goes to the log (may be NULL) and, when
// `warning` is not NULL, there too (ERROR_NONE = nothing to tell). NULL when nothing can be written there: read-only,
// full, no permission.
struct sqlite3 *database_open(
        const char *path, const struct clock *clock, struct log *log, struct error *warning, struct error *error);
void database_close(struct sqlite3 *database); // NULL is fine

// Brings the tables of one part ("journal") to version `count`: runs steps[version..count-1] (SQL text, several
// statements each), all in one transaction. Fails, touching nothing, when the file was written by a newer program.
bool database_migrate(
        struct sqlite3 *database, const char *part, const char *const *steps, size_t count, struct error *error);

// Runs SQL text without results.
bool database_run(struct sqlite3 *database, const char *sql, struct error *error);
struct sqlite3_stmt *database_prepare(struct sqlite3 *database, const char *sql, struct error *error);
// Steps a statement that yields no rows, then resets it and clears its bindings, also on failure.
bool database_step(struct sqlite3 *database, struct sqlite3_stmt *statement, struct error *error);
// Turns the last failure of the connection into an error that says what to do (disk full, read-only, busy, damaged).
// Returns false. Damage is also noted beside the file, so that the next database_open examines it whole.
bool database_failed(struct sqlite3 *database, struct error *error, const char *doing);

#endif
