// SPDX-License-Identifier: Apache-2.0
// The console's side of clean-up: scans that go on while it runs, their latest report, and the views made of it.
#ifndef PEERDECK_UI_CLEANUP_H
#define PEERDECK_UI_CLEANUP_H

#include "orphans/scanner.h"
#include "ui/table.h"
#include "ui/target.h"

struct cleanup;

// For jobs, which may outlive the console: they ask on the UI thread whether there still is one.
struct cleanup_link;
struct cleanup_link *cleanup_link_ref(struct ui *ui); // NULL without a cleanup
struct ui *cleanup_link_ui(const struct cleanup_link *link); // NULL = the console was closed
void cleanup_link_unref(struct cleanup_link *link);

// Once per console. A console whose cleanup is NULL scans nothing.
struct cleanup *cleanup_create(struct ui *ui, struct error *error);
void cleanup_destroy(struct ui *ui);
// After deck_turn; returns when to call it again (monotonic), −1 = when woken.
int64_t cleanup_turn(struct ui *ui);
// Whether somebody looks at what scans find.
void cleanup_want(struct ui *ui, bool visible);
// NULL = there is none.
struct scanner *cleanup_scanner(struct ui *ui);
// The latest report, a reference; NULL = none yet.
const struct report *cleanup_report(struct ui *ui);

// What sweeps keep on disk, borrowed.
struct sweep_disk *cleanup_disk(struct ui *ui);

// Keeps it from sweeps, or no longer, in a job. Failure of the job is told when it ends.
bool cleanup_keep(struct ui *ui, const char *id, const char *why, struct error *error);
// What stands in place of the verdict meanwhile; NULL = nothing is under way.
const char *cleanup_keeping(const struct ui *ui, const char *id);

// How many sweeps of the context were cut off, as far as is known.
size_t cleanup_pending(const struct ui *ui);
void cleanup_set_pending(struct ui *ui, size_t pending);
// A sweep runs as this job: it is over before the scanner goes.
void cleanup_add_sweep(struct ui *ui, job_id job);
bool cleanup_is_sweep(const struct ui *ui, job_id job);
// The sweep that is being given up; "" = none.
void cleanup_set_giving_up(struct ui *ui, const char *sweep);
const char *cleanup_giving_up(const struct ui *ui);
size_t cleanup_begun(const struct ui *ui); // sweeps that were begun since the console was opened

// orphans_view.c: the lines above the orphans.
table_head_fill orphans_head;

// evidence.c: why a VM or left-over is judged as it is. False when the last scan does not know it.
bool evidence_open(struct ui *ui, const char *id, struct error *error);
bool pane_is_evidence(const struct pane *pane);

#endif
