// SPDX-License-Identifier: Apache-2.0
// Sweeps in the console: the plan that is typed for, the job that works it off, the view of all sweeps, going on with
// one that was cut off, the audit record.
#ifndef PEERDECK_UI_SWEEPS_H
#define PEERDECK_UI_SWEEPS_H

#include "orphans/audit.h"
#include "orphans/sweep_store.h"
#include "ui/document.h"
#include "ui/target.h"

// What sweeps keep on disk; shared by the console and its jobs, the last of which closes it.
struct sweep_disk {
	struct sweep_store *store;
	struct audit *audit;
	struct error warning; // why nothing survives; ERROR_NONE
};
// NULL when out of memory.
struct sweep_disk *sweep_disk_open(struct ui *ui, struct error *error);
struct sweep_disk *sweep_disk_ref(struct sweep_disk *disk);
void sweep_disk_unref(struct sweep_disk *disk);

// Shows the plan for these ids. False when nothing is known of the first of them, so that it is no matter of a sweep.
bool sweep_plan_open(struct ui *ui, const char *const *ids, size_t count, size_t hidden, enum sweep_mode mode,
        bool override_suspect, struct error *error);
// For what is selected or marked; false as above.
bool sweep_selected(struct ui *ui, enum sweep_mode mode, bool override_suspect, unsigned *reactions);
// The plan of one id as commands, one per line. False when the last scan does not know it.
bool sweep_commands(struct ui *ui, const char *id, struct buffer *out);

// sweep_job.c. Each takes `plan`, also on failure. 0 on failure.
job_id sweep_begin(struct ui *ui, struct sweep_plan *plan, const char *typed, struct error *error);
job_id sweep_go_on(struct ui *ui, const char *sweep, struct error *error);

// sweeps_view.c
bool sweeps_open(struct ui *ui, struct error *error);
// Looks, in a job, for sweeps of the open context that were cut off; told in the status line and above the orphans.
void sweeps_look(struct ui *ui);

// audit_view.c
bool audit_open_view(struct ui *ui, struct error *error);

#endif
