// SPDX-License-Identifier: Apache-2.0
// What the journal knows of a sweep's calls, and what is in doubt of them.
#include "config.h"
#include "orphans/sweep_own.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { SETTLE_EVERY_MS = 2000, SETTLE_MOST_MS = 5 * 60 * 1000 };

static struct intent *intents_of(struct sweeping *sweeping, size_t *count)
{
	size_t most = journal_list_run(sweeping->options->journal, sweeping->row.id, NULL, 0);
	struct intent *intents = calloc(most + 1, sizeof(*intents));

	*count = intents ? journal_list_run(sweeping->options->journal, sweeping->row.id, intents, most) : 0;
	return intents;
}

bool sweep_was_called(struct sweeping *sweeping, const struct sweep_record *record, bool *in_doubt)
{
	size_t count;
	struct intent *intents = intents_of(sweeping, &count);
	const struct action *action = sweep_action(sweeping->options->scan->cloud, record->kind, sweeping->row.mode);
	bool called = false;

	*in_doubt = !intents;
	for (size_t i = 0; i < count; i++) {
		const struct intent *intent = &intents[i];

		if (strcmp(intent->subject, record->id) != 0)
			continue;
		*in_doubt = *in_doubt || intent->state == INTENT_IN_DOUBT;
		// A quarantine is two calls, each of which looks first whether it was made already.
		if (record->kind != KIND_PEERPOD && (sweeping->row.mode == SWEEP_QUARANTINE || !action ||
		                                            strcmp(intent->operation, action->operation) != 0))
			continue;
		called = called || intent->state == INTENT_DONE || intent->state == INTENT_SETTLED_DONE;
	}
	free(intents);
	return called;
}

static bool settle_one(struct sweeping *sweeping, const struct intent *intent, struct error *error)
{
	const struct scan_options *scan = sweeping->options->scan;
	bool of_cluster = strcmp(intent->subject_kind, kind_get(KIND_PEERPOD)->name) == 0;
	const struct backend *backend = of_cluster ? scan->clusters : scan->cloud;
	struct session *session = of_cluster ? scan->clusters_session : scan->cloud_session;

	if (!backend || !session || !backend->settle)
		return error_set(error, ERROR_CONFIG, _("nobody here can tell whether %s had its effect on %s"),
		        intent->operation, intent->subject);
	return backend->settle(session, intent, job_cancel(sweeping->job), error);
}

// One look at everything that is in doubt; *doubts gets how many stay so.
static bool settle_all(struct sweeping *sweeping, size_t *doubts, struct error *error)
{
	size_t count;
	struct intent *intents = intents_of(sweeping, &count);

	*doubts = 0;
	if (!intents)
		return error_set(error, ERROR_MEMORY, _("out of memory"));
	for (size_t i = 0; i < count; i++)
		if (intents[i].state == INTENT_IN_DOUBT && !settle_one(sweeping, &intents[i], error))
			(*doubts)++;
	free(intents);
	return true;
}

bool sweep_settle(struct sweeping *sweeping, struct error *error)
{
	const struct clock *clock = sweeping->options->clock;
	int64_t begin = clock_monotonic(clock);
	struct error problem = {ERROR_NONE};
	size_t doubts;

	for (;;) {
		if (!settle_all(sweeping, &doubts, &problem))
			break;
		if (doubts == 0)
			return true;
		if (clock_monotonic(clock) - begin > SETTLE_MOST_MS)
			break;
		job_progress(sweeping->job, (int64_t)sweeping->result->done, (int64_t)sweeping->result->items,
		        _("Looking whether the last call had its effect"));
		if (!job_sleep(sweeping->job, SETTLE_EVERY_MS)) {
			error_set(&problem, ERROR_CANCELLED, _("Cancelled"));
			break;
		}
	}
	sweeping->is_in_doubt = true;
	if (error)
		*error = problem;
	return false;
}
