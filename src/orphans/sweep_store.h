// SPDX-License-Identifier: Apache-2.0
// Sweeps on disk, in the one database: the plan before its first call, then how far each item got, so that a sweep that
// was cut off goes on where it was. Safe from any thread: one lock, held for one transaction.
#ifndef PEERDECK_ORPHANS_SWEEP_STORE_H
#define PEERDECK_ORPHANS_SWEEP_STORE_H

#include "orphans/sweep_plan.h"

enum { SWEEP_ID_SIZE = 40, SWEEP_REASON_SIZE = 512, SWEEP_PHRASE_SIZE = 512 };

enum sweep_state { SWEEP_UNDER_WAY, SWEEP_DONE, SWEEP_STOPPED };

// How far an item got. Stored by number: the order never changes.
enum sweep_step {
	STEP_WAITING,
	STEP_BEGUN, // a call may have been sent
	STEP_GONE,  // the VM is gone; what hung on it comes next
	STEP_DONE,
	STEP_FAILED, // the surprise that stopped the sweep
};

enum sweep_outcome {
	OUTCOME_NONE,
	OUTCOME_DELETED,
	OUTCOME_QUARANTINED,
	OUTCOME_ALREADY_GONE,
	OUTCOME_REFUSED, // not allowed any more; nothing was sent
	OUTCOME_FAILED,
	OUTCOMES,
};
const char *sweep_outcome_name(enum sweep_outcome outcome); // "deleted", "already_gone" …; "none"

struct sweep_row {
	char id[SWEEP_ID_SIZE]; // also the run of its intents in the journal
	char context[SWEEP_WORD_SIZE], account[64], by[SWEEP_WORD_SIZE];
	char phrase[SWEEP_PHRASE_SIZE], digest[65];
	enum sweep_mode mode;
	enum sweep_state state;
	int64_t created, ended;
	char reason[SWEEP_REASON_SIZE]; // why it stopped; ""
	size_t items, done;             // not counting what hangs on them
};

struct sweep_record {
	int order, parent; // from 1, in the order of work; parent 0 = an item of the plan
	enum kind_id kind;
	enum sweep_fate fate; // of what hangs on an item
	struct scope scope;
	char id[SWEEP_WORD_SIZE], name[256], space[SWEEP_WORD_SIZE], cluster[SWEEP_WORD_SIZE];
	int64_t created;
	struct sweep_basis basis;
	enum sweep_step step;
	enum sweep_outcome outcome;
	char message[SWEEP_REASON_SIZE];
};

struct sweep_store;

// path as database_path gives it; "" = in memory.
struct sweep_store *sweep_store_open(
        const char *path, const struct clock *clock, struct log *log, struct error *warning, struct error *error);
void sweep_store_close(struct sweep_store *store);

// Makes row->id and row->created. ERROR_CONFLICT when another console that still runs is sweeping one of the items.
bool sweep_store_begin(struct sweep_store *store, struct sweep_row *row, const struct sweep_record *records,
        size_t count, struct error *error);
// Writes step, outcome and message of one record.
bool sweep_store_step(
        struct sweep_store *store, const char *sweep, const struct sweep_record *record, struct error *error);
bool sweep_store_end(
        struct sweep_store *store, const char *sweep, enum sweep_state state, const char *reason, struct error *error);
// From now on it is this process that is at work on it. ERROR_CONFLICT when another one is, or this one already.
bool sweep_store_adopt(struct sweep_store *store, const char *sweep, bool alone, struct error *error);
// Nobody is at work on it any more, though it is not over.
bool sweep_store_disown(struct sweep_store *store, const char *sweep, struct error *error);

// Sweeps that were cut off, oldest first; returns how many there are, copies up to `most`. What this or another console
// that still runs is at work on does not count; one of another machine is believed to run for ten minutes, unless
// `alone` says that nobody else can be (by a lease).
size_t sweep_store_pending(
        struct sweep_store *store, const char *context, bool alone, struct sweep_row *out, size_t most);
// Newest first.
size_t sweep_store_list(struct sweep_store *store, const char *context, struct sweep_row *out, size_t most);
bool sweep_store_find(struct sweep_store *store, const char *sweep, struct sweep_row *out);
// How long the audit record was when it was last written: a shorter one has lost lines at its end. 0 = it was never
// written.
bool sweep_store_note_audit(struct sweep_store *store, int64_t last, struct error *error);
int64_t sweep_store_audited(struct sweep_store *store);
// All records in the order of work: an array that the caller frees. NULL on failure.
struct sweep_record *sweep_store_records(
        struct sweep_store *store, const char *sweep, size_t *count, struct error *error);

#endif
