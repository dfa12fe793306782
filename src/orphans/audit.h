// SPDX-License-Identifier: Apache-2.0
// The audit record: what was swept, why, by whom and how it came out. One JSON object per line, only ever appended,
// each line on the disk before the call returns. Every line carries a number and the digest of the line before it, so
// that a line that was removed, changed or added by hand shows. Several processes may append to one file.
//
//   {"sequence":12,"time":"2026-11-20T20:52:00Z","previous":"<sha256 of line 11>","event":"outcome","sweep":"…", …}
#ifndef PEERDECK_ORPHANS_AUDIT_H
#define PEERDECK_ORPHANS_AUDIT_H

#include "base/buffer.h"
#include "base/clock.h"
#include "base/error.h"

struct audit;

enum { AUDIT_LINE_MOST = 2 << 20, AUDIT_EVENT_SIZE = 32, AUDIT_SWEEP_SIZE = 64 };

// How a line looks beside those around it.
enum audit_state {
	AUDIT_WHOLE,
	AUDIT_TORN,    // no whole JSON object: the program or the machine ended while it was written
	AUDIT_MISSING, // lines before it are missing
	AUDIT_CHANGED, // the line before it is not what it was when this one was written
	AUDIT_STATES,
};

struct audit_entry {
	enum audit_state state;
	int64_t sequence, time;
	char event[AUDIT_EVENT_SIZE], sweep[AUDIT_SWEEP_SIZE];
	const char *text; // the whole line, without its end; valid during the call
	size_t size;
};

struct audit_health {
	size_t entries; // that were told
	size_t damaged[AUDIT_STATES];
	int64_t last; // sequence of the last whole line
};

// FOLDER/audit.jsonl, made with mode 0600 at the first line; folder NULL or "" = in memory, nothing survives.
struct audit *audit_open(const char *folder, const struct clock *clock, struct error *error);
void audit_close(struct audit *audit);
const char *audit_path(const struct audit *audit); // "" = in memory

// `members` are JSON members without braces (`"sweep":"…","item":1`), at most AUDIT_LINE_MOST with what is put around
// them. Safe from any thread and any process.
bool audit_append(struct audit *audit, const char *event, const char *members, struct error *error);

// The number of the last line that this process has appended; 0 = none. What is kept of it elsewhere tells when lines
// at the end go missing, which no chain can.
int64_t audit_last(struct audit *audit);

// Tells every line since `since` (wall clock, 0 = all), oldest first, those that are no JSON too. on_entry returns
// false to stop. True when the file does not exist. `health` (may be NULL) also counts lines before `since`.
bool audit_read(const struct audit *audit, int64_t since, bool (*on_entry)(const struct audit_entry *entry, void *user),
        void *user, struct audit_health *health, struct error *error);

const char *audit_state_name(enum audit_state state); // "whole", "torn", "missing", "changed"

#endif
