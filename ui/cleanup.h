// SPDX-License-Identifier: Apache-2.0
// The console's side of clean-up: scans that go on while it runs, their latest report, and the views made of it.
#ifndef PEERDECK_UI_CLEANUP_H
#define PEERDECK_UI_CLEANUP_H

#include "orphans/scanner.h"
#include "ui/table.h"
#include "ui/target.h"

struct cleanup;

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

// How many sweeps of the context were cut off, as far as is known.
size_t cleanup_pending(const struct ui *ui);
void cleanup_set_pending(struct ui *ui, size_t pending);
// A sweep runs as this job: it is over before the scanner goes.
void cleanup_add_sweep(struct ui *ui, job_id job);
bool cleanup_is_sweep(const struct ui *ui, job_id job);
size_t cleanup_begun(const struct ui *ui); // sweeps that were begun since the console was opened

// orphans_view.c: the lines above the orphans.
table_head_fill orphans_head;

// evidence.c: why a VM or left-over is judged as it is. False when the last scan does not know it.
bool evidence_open(struct ui *ui, const char *id, struct error *error);
bool pane_is_evidence(const struct pane *pane);

#endif
