// SPDX-License-Identifier: Apache-2.0
// What the sweep*.c files share. For them alone.
#ifndef PEERDECK_ORPHANS_SWEEP_OWN_H
#define PEERDECK_ORPHANS_SWEEP_OWN_H

#include "orphans/sweep.h"

struct sweeping {
	const struct sweep_options *options;
	struct job *job;
	const struct report *report; // that it began with; borrowed
	struct sweep_row row;
	struct sweep_record *records;
	size_t count;
	bool plan_is_told, confirmation_is_told, end_is_told; // in the audit record
	bool *outcome_is_told;                                // of each record
	bool is_ours;                                         // begun or adopted
	bool is_held_back;                                    // told not to make the next call: nothing was sent
	bool is_in_doubt; // what stopped it may still have its effect: it stays under way
	struct sweep_result *result;
};

// sweep_item.c: does one record and what hangs on it. False = a surprise; `error` says which.
bool sweep_item_run(struct sweeping *sweeping, struct sweep_record *record, struct error *error);

// sweep_settle.c
// Settles every intent of this sweep that is in doubt, waiting as long as that takes. False when it cannot be told.
bool sweep_settle(struct sweeping *sweeping, struct error *error);
// Whether the journal says that the call for this record was taken by the service.
bool sweep_was_called(struct sweeping *sweeping, const struct sweep_record *record, bool *in_doubt);

// sweep_audit.c: each writes its line unless an earlier process did.
bool sweep_audit_learn(struct sweeping *sweeping, struct error *error);
bool sweep_audit_plan(struct sweeping *sweeping, struct error *error);
bool sweep_audit_refused(struct sweeping *sweeping, const struct sweep_plan *plan, struct error *error);
bool sweep_audit_confirmation(struct sweeping *sweeping, struct error *error);
bool sweep_audit_evidence(struct sweeping *sweeping, const struct sweep_record *record, const struct report *report,
        const struct report_item *item, struct error *error);
bool sweep_audit_outcome(struct sweeping *sweeping, const struct sweep_record *record, struct error *error);
bool sweep_audit_note(struct sweeping *sweeping, const char *event, const char *reason, struct error *error);

#endif
