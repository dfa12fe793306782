// SPDX-License-Identifier: Apache-2.0
// What the files of `peerdeck orphans` share. For them alone.
#ifndef PEERDECK_CLI_ORPHANS_OWN_H
#define PEERDECK_CLI_ORPHANS_OWN_H

#include "cli/cli.h"
#include "orphans/scanner.h"
#include "orphans/sweep.h"

struct orphans_lease;

// One run of the command.
struct orphans {
	struct deck *deck;
	const struct arguments *line;
	const struct orphans_arguments *wanted; // of the line
	struct cancel *cancel;
	int64_t older_ms, every_ms; // 0 = not given
	size_t most;                // 0 = not given
	bool shown[VERDICTS];
	struct scanner *scanner;
	const struct report *report; // of the last scan; a reference
	const char *cluster_id;      // that --cluster names, in the report; "" = all of them
	struct sweep_store *store;   // NULL until a sweep needs it
	struct audit *audit;
	struct orphans_lease *lease; // NULL = none is wanted
};

// The longest span that a word may name.
#define ORPHANS_SPAN_MOST (366 * TIME_DAY_MS)

// Who we are, into deck->identity.
bool orphans_identify(struct orphans *orphans, struct error *error);

// orphans_list.c
// What --verdict, --cluster, --older-than and --all leave of the report.
bool orphans_passes(const struct orphans *orphans, const struct report_item *item);
int orphans_list(struct orphans *orphans, struct error *error);
int orphans_check(struct orphans *orphans);
int orphans_explain(struct orphans *orphans, struct error *error);

// orphans_sweep.c
bool orphans_sweep_open(struct orphans *orphans, struct error *error);
void orphans_sweep_close(struct orphans *orphans);
// Goes on with what was cut off; EXIT_DONE when there was nothing.
int orphans_resume(struct orphans *orphans, struct error *error);
int orphans_plan(struct orphans *orphans, struct error *error);
int orphans_delete(struct orphans *orphans, struct error *error);

// orphans_lease.c: keeps a Lease renewed in a job of its own.
struct orphans_lease *orphans_lease_create(struct deck *deck, const char *name, struct error *error);
void orphans_lease_destroy(struct orphans_lease *lease); // gives it back
bool orphans_lease_is_ours(struct orphans_lease *lease, int64_t *until);
// Who holds it, for the log; why it could not be asked for, if so.
void orphans_lease_holder(struct orphans_lease *lease, char *out, size_t size, struct error *problem);

// orphans_metrics.c: Prometheus text format, in one rename.
bool orphans_metrics(struct orphans *orphans, const char *file, struct error *error);

#endif
