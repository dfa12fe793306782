// SPDX-License-Identifier: Apache-2.0
// One item of a sweep: read and judge again, call, wait until it is gone, then what hung on it, then the outcome.
#include "config.h"
#include "orphans/sweep_own.h"

#include <stdio.h>
#include <string.h>

#include "base/failpoint.h"
#include "base/text.h"

#include "base/banned.h"

enum {
	GONE_EVERY_MS = 2000,
	GONE_MOST_MS = 20 * 60 * 1000,
	LOOSE_EVERY_MS = 3000, // what hung on a VM needs a moment to come off
	LOOSE_MOST_MS = 2 * 60 * 1000,
};

// What looking again found.
struct sight {
	const struct report *report; // a reference; NULL = none
	const struct report_item *item;
	struct report_hanging hanging; // where `item` is one that hangs on a VM
	int64_t not_after;             // monotonic: until then it is fresh
	bool is_gone;                  // asked by id
};

static void sight_finish(struct sight *sight)
{
	report_unref(sight->report);
	memset(sight, 0, sizeof(*sight));
}

static void tell(struct sweeping *sweeping, const struct sweep_record *record, const char *text)
{
	char name[160];
	const char *shown = record->name[0] ? record->name : record->id;

	text_visible(shown, strlen(shown), name, sizeof(name));
	job_progress(
	        sweeping->job, (int64_t)sweeping->result->done, (int64_t)sweeping->result->items, "%s: %s", name, text);
}

static bool step(struct sweeping *sweeping, struct sweep_record *record, enum sweep_step to, struct error *error)
{
	record->step = to;
	return sweep_store_step(sweeping->options->store, sweeping->row.id, record, error);
}

static bool may_go_on(struct sweeping *sweeping, int64_t *not_after, struct error *error)
{
	const struct sweep_options *options = sweeping->options;

	if (job_cancelled(sweeping->job, error))
		return false;
	sweeping->is_held_back = options->may_go_on && !options->may_go_on(options->user, not_after, error);
	return !sweeping->is_held_back;
}

// ---- looking again ----

static bool is_absent(struct sweeping *sweeping, const struct sweep_record *record, bool *absent, struct error *error)
{
	const struct scan_options *scan = sweeping->options->scan;
	enum presence presence = PRESENCE_UNKNOWN;

	if (record->kind == KIND_PEERPOD) {
		*absent = false;
		return true;
	}
	if (!scan->cloud->cloud->exists(scan->cloud_session, &record->scope, record->kind, record->id, &presence,
	            job_cancel(sweeping->job), error))
		return false;
	*absent = presence == PRESENCE_ABSENT;
	return true;
}

static bool cluster_is_read(const struct report *report, const char *cluster_id)
{
	for (size_t i = 0; i < report->reading_count; i++)
		if (report->readings[i].is_cluster && strcmp(report->readings[i].scope.cluster, cluster_id) == 0)
			return report->readings[i].reading == CLUSTER_READ;
	return false;
}

// Not being in a list is no proof for what a cloud has, and enough for an object of a cluster that was read whole.
static bool look_for_absent(struct sweeping *sweeping, const struct sweep_record *record, const struct report *report,
        bool *absent, struct error *error)
{
	if (record->kind == KIND_PEERPOD)
		*absent = cluster_is_read(report, record->scope.cluster);
	else if (!is_absent(sweeping, record, absent, error))
		return false;
	return *absent || error_set(error, ERROR_CONFLICT, _("it could not be found, and is not proven to be gone"));
}

static bool look(struct sweeping *sweeping, const struct sweep_record *record, struct sight *sight, struct error *error)
{
	int64_t began = clock_monotonic(sweeping->options->clock);
	struct error problem = {ERROR_NONE};

	sight_finish(sight);
	if (!sweeping->options->recheck(sweeping->options->scan, sweeping->report, record->id, &sight->report,
	            job_cancel(sweeping->job), &problem)) {
		// A scan made since the plan may not have found it any more.
		if (problem.kind == ERROR_NOT_FOUND)
			return look_for_absent(sweeping, record, sweeping->report, &sight->is_gone, error);
		if (error)
			*error = problem;
		return false;
	}
	sight->not_after = began + FACTS_FRESH;
	sight->item = report_find_any(sight->report, record->id, &sight->hanging);
	return sight->item || look_for_absent(sweeping, record, sight->report, &sight->is_gone, error);
}

static bool is_the_same(const struct sweep_record *record, const struct report_item *item, char *why, size_t size)
{
	if (item->kind != record->kind)
		snprintf(why, size, "%s", _("it is another sort of thing now"));
	else if (strcmp(item->record->name, record->name) != 0)
		snprintf(why, size, "%s", _("it has another name now"));
	else if (item->record->created != record->created)
		snprintf(why, size, "%s", _("it was made at another time than the one that was confirmed"));
	else
		return true;
	return false;
}

// What hung on a VM that is gone was known to be that VM's: it needs no time to settle.
static bool is_loose(const struct report_item *item)
{
	const struct leftover_judgement *judgement = &report_leftover(item)->judgement;

	return judgement->verdict == VERDICT_ORPHAN || judgement->rule == LEFTOVER_SETTLING;
}

static bool is_still_allowed(const struct sweep_record *record, const struct sight *sight, struct error *error)
{
	struct sweep_basis now;
	char why[320];

	if (!is_the_same(record, sight->item, why, sizeof(why)))
		return error_set(error, ERROR_CONFLICT, "%s", why);
	if (record->parent)
		return is_loose(sight->item) ||
		       error_set(error, ERROR_CONFLICT, "%s",
		               leftover_rule_text(report_leftover(sight->item)->judgement.rule));
	sweep_basis_of(sight->report, sight->item, &now);
	if (!sweep_basis_holds(&record->basis, &now, why, sizeof(why)))
		return error_set(error, ERROR_CONFLICT, "%s", why);
	return true;
}

// ---- calling ----

static bool rehearse(struct sweeping *sweeping, const struct sweep_record *record, struct error *error)
{
	const struct scan_options *scan = sweeping->options->scan;
	const struct action *action = sweep_action(scan->cloud, record->kind, sweeping->row.mode);

	if (record->kind == KIND_PEERPOD || !scan->cloud->cloud->rehearse || !action)
		return true;
	return scan->cloud->cloud->rehearse(scan->cloud_session, action->name, record->kind, &record->scope, record->id,
	        job_cancel(sweeping->job), error);
}

static bool call_release(struct sweeping *sweeping, const struct sweep_record *record, struct error *error)
{
	const struct scan_options *scan = sweeping->options->scan;

	if (!scan->clusters || !scan->clusters->cluster->release_peerpod)
		return error_set(error, ERROR_CONFIG, _("no cluster can be reached from here"));
	return scan->clusters->cluster->release_peerpod(scan->clusters_session, &record->scope, record->space,
	        record->name, record->id, sweeping->row.id, job_cancel(sweeping->job), error);
}

static bool call_act(struct sweeping *sweeping, const struct sweep_record *record, const struct report_item *item,
        int64_t not_after, struct error *error)
{
	const struct scan_options *scan = sweeping->options->scan;
	struct action_request request = {
	        .action = sweep_action(scan->cloud, record->kind, sweeping->row.mode),
	        .scope = record->scope,
	        .id = record->id,
	        .name = record->name,
	        .status = item->record->status,
	        .created = record->created,
	        .run = sweeping->row.id,
	        .not_after = not_after,
	};

	if (!request.action)
		return error_set(error, ERROR_USAGE, _("%s does not delete %s"), scan->cloud->title,
		        _(kind_get(record->kind)->title));
	if (request.action->flags & ACTION_ASKS)
		request.value = sweeping->options->by;
	return scan->cloud->act(scan->cloud_session, &request, sweeping->job, error);
}

// The call, and whether it was taken. An answer that got lost is settled by looking.
static bool call(struct sweeping *sweeping, struct sweep_record *record, const struct sight *sight, bool *gone,
        struct error *error)
{
	int64_t not_after = sight->not_after;
	struct error problem = {ERROR_NONE};
	bool in_doubt, done;

	*gone = false;
	if (!may_go_on(sweeping, &not_after, error))
		return false;
	if (clock_monotonic(sweeping->options->clock) > not_after)
		return error_set(error, ERROR_TIMEOUT, _("what was read is too old by now; nothing was sent"));
	if (!step(sweeping, record, STEP_BEGUN, error))
		return false;
	failpoint("sweep.before-intent");
	if (record->kind == KIND_PEERPOD)
		done = call_release(sweeping, record, &problem);
	else
		done = call_act(sweeping, record, sight->item, not_after, &problem);
	if (done)
		return true;
	sweep_was_called(sweeping, record, &in_doubt);
	if (in_doubt && !sweep_settle(sweeping, &problem)) {
		if (error)
			*error = problem;
		return false;
	}
	if (sweep_was_called(sweeping, record, &in_doubt))
		return true;
	if (problem.kind == ERROR_NOT_FOUND && is_absent(sweeping, record, gone, NULL) && *gone)
		return true;
	if (error)
		*error = problem;
	return false;
}

static bool wait_until_gone(struct sweeping *sweeping, const struct sweep_record *record, struct error *error)
{
	const struct clock *clock = sweeping->options->clock;
	int64_t begin = clock_monotonic(clock);
	unsigned failures = 0;

	if (record->kind == KIND_PEERPOD || sweeping->row.mode == SWEEP_QUARANTINE)
		return true;
	for (;;) {
		struct error problem = {ERROR_NONE};
		bool absent = false;

		failpoint("sweep.waiting");
		tell(sweeping, record, _("waiting until it is gone"));
		if (is_absent(sweeping, record, &absent, &problem) && absent)
			return true;
		if (problem.kind != ERROR_NONE && ++failures > 5) {
			if (error)
				*error = problem;
			return false;
		}
		if (clock_monotonic(clock) - begin > GONE_MOST_MS)
			return error_set(error, ERROR_TIMEOUT, _("it was to be deleted, and still exists after %d min"),
			        GONE_MOST_MS / 60000);
		if (!job_sleep(sweeping->job, GONE_EVERY_MS))
			return error_set(error, ERROR_CANCELLED, _("Cancelled"));
	}
}

// ---- one thing ----

static enum sweep_outcome outcome_of(const struct sweeping *sweeping, const struct sweep_record *record)
{
	return sweeping->row.mode == SWEEP_QUARANTINE && record->kind == KIND_VM ? OUTCOME_QUARANTINED
	                                                                         : OUTCOME_DELETED;
}

static bool look_and_call(
        struct sweeping *sweeping, struct sweep_record *record, struct sight *sight, struct error *error)
{
	bool gone;

	if (!is_still_allowed(record, sight, error)) {
		record->outcome = OUTCOME_REFUSED;
		return false;
	}
	if (!record->parent && !sweep_audit_evidence(sweeping, record, sight->report, sight->item, error))
		return false;
	tell(sweeping, record, _("trying it out"));
	if (!rehearse(sweeping, record, error))
		return false;
	tell(sweeping, record, sweeping->row.mode == SWEEP_QUARANTINE ? _("quarantining it") : _("deleting it"));
	if (!call(sweeping, record, sight, &gone, error))
		return false;
	record->outcome = gone ? OUTCOME_ALREADY_GONE : outcome_of(sweeping, record);
	return true;
}

// What hung on a VM comes off a moment after it; while it is attached no scan tells of it.
static bool look_until_loose(
        struct sweeping *sweeping, const struct sweep_record *record, struct sight *sight, struct error *error)
{
	const struct clock *clock = sweeping->options->clock;
	int64_t begin = clock_monotonic(clock);

	for (;;) {
		struct error problem = {ERROR_NONE};
		bool found = look(sweeping, record, sight, &problem);
		bool waits = record->parent &&
		             (found ? !sight->is_gone && !is_loose(sight->item) : problem.kind == ERROR_CONFLICT);

		if (!waits || clock_monotonic(clock) - begin > LOOSE_MOST_MS) {
			if (!found && error)
				*error = problem;
			return found;
		}
		if (!job_sleep(sweeping->job, LOOSE_EVERY_MS))
			return error_set(error, ERROR_CANCELLED, _("Cancelled"));
	}
}

// Until the thing itself is gone (or in quarantine).
static bool thing_run(struct sweeping *sweeping, struct sweep_record *record, struct error *error)
{
	struct sight sight = {NULL};
	int64_t not_after = 0;
	bool in_doubt, good = false;

	if (sweep_was_called(sweeping, record, &in_doubt)) {
		record->outcome = outcome_of(sweeping, record);
	} else {
		tell(sweeping, record, _("reading everything again"));
		good = may_go_on(sweeping, &not_after, error) && look_until_loose(sweeping, record, &sight, error);
		if (good && sight.is_gone)
			record->outcome = OUTCOME_ALREADY_GONE;
		else
			good = good && look_and_call(sweeping, record, &sight, error);
		sight_finish(&sight);
		if (!good)
			return false;
	}
	return wait_until_gone(sweeping, record, error);
}

static bool record_end(struct sweeping *sweeping, struct sweep_record *record, enum sweep_step to, struct error *error)
{
	return sweep_audit_outcome(sweeping, record, error) && step(sweeping, record, to, error);
}

// What remains in doubt, or is only broken off, has no outcome yet.
static void record_fail(struct sweeping *sweeping, struct sweep_record *record, const struct error *problem)
{
	char text[SWEEP_REASON_SIZE];
	bool in_doubt;

	sweep_was_called(sweeping, record, &in_doubt);
	sweeping->is_in_doubt = sweeping->is_in_doubt || in_doubt;
	snprintf(sweeping->result->stopped_at, sizeof(sweeping->result->stopped_at), "%s", record->id);
	if (sweeping->is_in_doubt || sweeping->is_held_back || problem->kind == ERROR_CANCELLED)
		return;
	if (record->outcome != OUTCOME_REFUSED)
		record->outcome = OUTCOME_FAILED;
	error_format(problem, text, sizeof(text));
	snprintf(record->message, sizeof(record->message), "%s", text);
	record_end(sweeping, record, STEP_FAILED, NULL);
}

static bool child_run(struct sweeping *sweeping, struct sweep_record *child, struct error *error)
{
	struct error problem = {ERROR_NONE};

	failpoint("sweep.before-leftover");
	if (thing_run(sweeping, child, &problem))
		return record_end(sweeping, child, STEP_DONE, error);
	record_fail(sweeping, child, &problem);
	if (error)
		*error = problem;
	return false;
}

bool sweep_item_run(struct sweeping *sweeping, struct sweep_record *record, struct error *error)
{
	struct error problem = {ERROR_NONE};

	failpoint("sweep.before-item");
	if (record->step < STEP_GONE && !thing_run(sweeping, record, &problem)) {
		record_fail(sweeping, record, &problem);
		if (error)
			*error = problem;
		return false;
	}
	if (record->step < STEP_GONE && !step(sweeping, record, STEP_GONE, error))
		return false;
	for (size_t i = 0; i < sweeping->count; i++)
		if (sweeping->records[i].parent == record->order && sweeping->records[i].step < STEP_DONE &&
		        !child_run(sweeping, &sweeping->records[i], error))
			return false;
	if (!record_end(sweeping, record, STEP_DONE, error))
		return false;
	sweeping->result->done++;
	sweeping->result->already_gone += record->outcome == OUTCOME_ALREADY_GONE;
	return true;
}
