// SPDX-License-Identifier: Apache-2.0
// The journal: before a changing call leaves, its intent is on disk with the token it will carry; afterwards, its outcome. An
// intent without an outcome is in doubt, and is settled by looking or by repeating with the same token, never by guessing.
// Lives in the one SQLite file (inventory/database.h). Safe from any thread. Secrets never get in: parameters pass a mask.
// Several consoles may share the file: what another one that still runs has under way is not in doubt.
#ifndef PEERDECK_WORK_JOURNAL_H
#define PEERDECK_WORK_JOURNAL_H

#include "base/buffer.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"

struct journal;
typedef int64_t intent_id; // 0 = none

enum intent_state { INTENT_IN_DOUBT, INTENT_DONE, INTENT_FAILED, INTENT_SETTLED_DONE, INTENT_SETTLED_NOT_DONE };
// Of settled intents that belong to no run, the newest JOURNAL_KEPT stay.
enum { INTENT_TOKEN_SIZE = 65, INTENT_PARAMETERS_MOST = 64 << 10, JOURNAL_KEPT = 50000 };

struct intent {
	intent_id id;
	char context[128], region[64];
	char operation[96];	  // "ecs.StopInstance"
	char subject_kind[32];	  // kind name, "vm"
	char subject[128];	  // id of what is changed; "" for a creation
	char subject_name[256];
	char token[INTENT_TOKEN_SIZE]; // client token; "" when the operation takes none
	char run[64];		  // guide run or sweep it belongs to; ""
	char before[128];	  // state seen before, for settling ("Running")
	int64_t created, settled; // wall clock; 0 = not yet
	enum intent_state state;
	bool ours; // made through this journal, not by a console that has ended
	char code[96], request_id[64];
	char message[512];
};

// path as database_path gives it; "" = in memory (tests). NULL on failure. `warning` as in database_open.
struct journal *journal_open(const char *path, const struct clock *clock, struct log *log, struct error *warning, struct error *error);
void journal_close(struct journal *journal);
// Durable (fsync) when it returns true. `parameters` is JSON text (NULL = none), masked by the caller's operation table and again by
// journal_mask. Fills intent->id, created, token (random
// when it says "*").
bool journal_intend(struct journal *journal, struct intent *intent, const char *parameters, struct error *error);
bool journal_outcome(struct journal *journal, intent_id id, enum intent_state state, const struct error *failure, const char *request_id,
	const char *result, struct error *error);
// What the call was to carry, masked; false when there is no such intent.
bool journal_parameters(struct journal *journal, intent_id id, struct buffer *out);
// In doubt first, then newest first; context NULL = all; returns how many there are, copies up to `most`.
size_t journal_list(struct journal *journal, const char *context, bool in_doubt_only, struct intent *out, size_t most);
// All that one run intended, oldest first, whoever wrote it; returns how many there are, copies up to `most`.
size_t journal_list_run(struct journal *journal, const char *run, struct intent *out, size_t most);
// How long changes of this operation took before (median of the last 20), 0 = not known.
int64_t journal_usual_ms(struct journal *journal, const char *operation);

// The account that a context last belonged to, "" = not known: what is kept under its name is only believed while that stays.
bool journal_account(struct journal *journal, const char *context, char *out, size_t size);
bool journal_set_account(struct journal *journal, const char *context, const char *account, struct error *error);
// Writes `json` with the values of members that hold secrets (by a table of names) as "***"; text that is no JSON becomes null.
bool journal_mask(struct buffer *out, const char *json);

#endif
