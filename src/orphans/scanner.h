// SPDX-License-Identifier: Apache-2.0
// Owns what scans need in a running program: memory, options, cadence, and the latest report. Used by the thread that
// turns the deck, and by no other; the scan itself is a quiet job. Reads every region of the deck's choice and every
// cluster that the cloud lists or the deck can read.
#ifndef PEERDECK_ORPHANS_SCANNER_H
#define PEERDECK_ORPHANS_SCANNER_H

#include "orphans/report.h"
#include "orphans/scan.h"
#include "work/deck.h"

enum {
	// While nobody looks at it: often enough for three scans in 15 minutes, each three minutes apart.
	SCANNER_HIDDEN_MS = 190 * 1000,
};

struct scanner;

struct scanner_options {
	bool read_user_data;
	bool skip_foreign;
	bool flood_acknowledged;
	bool shows_early;       // for a screen: the first scan of a context does not wait long for anybody, a whole one
	                        // follows
	double refresh_seconds; // while it is looked at; 0 = by hand only
	const char *const *regions; // NULL or none: the deck's configured regions, else all known
	size_t region_count;
};

struct scanner_state {
	bool is_running;     // or begins at once
	bool is_early;       // the report did not wait for everything, and a whole scan is on its way
	int64_t began;       // wall clock of the scan that runs or ran last; 0 = none yet
	int64_t done, total; // progress; total 0 = not countable
	char doing[128];     // visible text
	struct error error;  // why the last scan gave no report; ERROR_NONE
};

// `deck` is borrowed. NULL when out of memory.
struct scanner *scanner_create(struct deck *deck, const struct scanner_options *options, struct error *error);
// Cancels what runs and waits for it.
void scanner_destroy(struct scanner *scanner);
// Starts a scan when one is due, takes the result of one that ended and publishes it; follows the deck to another
// context. After deck_turn. Returns the monotonic time at which to call it next; −1 = when woken.
int64_t scanner_turn(struct scanner *scanner);
void scanner_want(struct scanner *scanner, bool visible);
void scanner_now(struct scanner *scanner); // a scan as soon as possible; after one that runs
// The same, at once: in place of one that runs, and without waiting long for a region or cluster that does not answer.
// A whole one follows where something was not waited for.
void scanner_soon(struct scanner *scanner);
void scanner_acknowledge_flood(struct scanner *scanner);
// The latest report of the open context: a reference of its own, report_unref it. NULL = none yet.
const struct report *scanner_report(const struct scanner *scanner);
void scanner_state(const struct scanner *scanner, struct scanner_state *out);
// For keep lists and confirmations. NULL while no context is open.
struct memory *scanner_memory(struct scanner *scanner);
// The options of a scan, made afresh, for sweeps that recheck on a thread of their own: deep copy, free with
// scan_options_free. NULL when no context is open or out of memory.
struct scan_options *scanner_scan_options(struct scanner *scanner, struct error *error);
void scan_options_free(struct scan_options *options);

#endif
