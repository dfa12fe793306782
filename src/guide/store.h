// SPDX-License-Identifier: Apache-2.0
// What is known of runs, on disk before and after each change: tables of its own in the one SQLite file. Used by one
// thread at a time. Secrets are never given to it.
#ifndef PEERDECK_GUIDE_STORE_H
#define PEERDECK_GUIDE_STORE_H

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "guide/values.h"

struct guide_store;

enum { RUN_ID_SIZE = 32, STEP_KEY_SIZE = 256, RUNS_MOST = 200, ROWS_MOST = 1000 };

// Stored by number: the order never changes.
enum run_state { RUN_STARTED, RUN_DONE, RUN_UNDOING, RUN_UNDONE };
enum row_state {
	ROW_NONE,
	ROW_INTENDED, // about to be sent, or in doubt
	ROW_MADE,     // had its effect; the waiting may remain
	ROW_DONE,
	ROW_UNDOING,
	ROW_UNDONE,
	ROW_SKIPPED, // a person let it go
};

struct run_row {
	char id[RUN_ID_SIZE], guide[128], context[128], account[64], hash[65];
	enum run_state state;
	int64_t created, ended; // wall; 0 = not yet
	unsigned resumed;
};

struct step_row {
	char key[STEP_KEY_SIZE]; // "snat-entry", or "snat-entry[vsw-…]"
	enum row_state state;
	bool made;      // by this run: an undo takes it away
	unsigned place; // in which order things were begun
	unsigned attempt;
	char token[132];    // client token, or the hash of a written file; while it is written, also of what lay there before
	char resource[512]; // id of what was made
	char name[256];
	int64_t created, ended;
};

// `path` as database_path gives it; "" = in memory.
struct guide_store *store_open(const char *path, const struct clock *clock, struct log *log, struct error *error);
void store_close(struct guide_store *store);
// As it was opened.
const char *store_path(const struct guide_store *store);

bool store_run_add(
        struct guide_store *store, const struct run_row *run, const struct values *answers, struct error *error);
bool store_run_set(
        struct guide_store *store, const struct run_row *run, struct error *error); // state, ended, resumed, hash
// Newest first; NULL = any. Returns how many were copied.
size_t store_runs(struct guide_store *store, const char *guide, const char *context, struct run_row *out, size_t most);
// Whether the disk has room for what a walk keeps: a full one is known before anything is made. Always in memory.
bool store_has_room(struct guide_store *store, struct error *error);
// Forgets one run. Only for one that made nothing, or whose things are gone.
bool store_run_remove(struct guide_store *store, const char *id, struct error *error);
// Adds answers, or replaces them.
bool store_answers_set(
        struct guide_store *store, const char *run, const struct values *answers, struct error *error);
bool store_answers(struct guide_store *store, const char *run, struct values *out, struct error *error);

// One transaction: the row, and (when not NULL) what the step exported.
bool store_step_set(struct guide_store *store, const char *run, const struct step_row *row,
        const struct values *exports, struct error *error);
bool store_step_remove(struct guide_store *store, const char *run, const char *key, struct error *error);
// In the order of their places.
size_t store_steps(struct guide_store *store, const char *run, struct step_row *out, size_t most);
// Adds to `out` what all steps (key NULL) or one exported; the last one of a name counts. The source is the key.
bool store_exports(
        struct guide_store *store, const char *run, const char *key, struct values *out, struct error *error);
// How long a step of a guide took before (median of the last 20); 0 = not known.
int64_t store_usual_ms(struct guide_store *store, const char *guide, const char *step);

// The lock of one active run per guide and context: a process that ends, however it ends, lets go of it. -1 with
// ERROR_CONFLICT when another one has it. `state_folder` is where the database is; "" = in memory, nothing to lock
// (returns -2).
int store_lock(const char *path, const char *guide, const char *context, struct error *error);
void store_unlock(int lock);

#endif
