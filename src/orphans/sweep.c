// SPDX-License-Identifier: Apache-2.0
// Runs and resumes sweeps.
#include "config.h"
#include "orphans/sweep_own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failpoint.h"

#include "base/banned.h"

// ---- from plan to records ----

static void record_fill(struct sweep_record *record, enum kind_id kind, const struct scope *scope, const char *id,
        const char *name, const char *space)
{
	record->kind = kind;
	record->scope = *scope;
	snprintf(record->id, sizeof(record->id), "%s", id);
	snprintf(record->name, sizeof(record->name), "%s", name);
	snprintf(record->space, sizeof(record->space), "%s", space);
}

static void record_of_item(const struct sweep_plan *plan, const struct sweep_item *item, struct sweep_record *record)
{
	const struct report_item *thing = item->item;
	const char *space =
	        thing->kind == KIND_PEERPOD ? ((const struct peerpod_record *)thing->record)->namespace_name : "";

	record_fill(record, thing->kind, thing->scope, thing->record->id, thing->record->name, space);
	record->created = thing->record->created;
	record->basis = item->basis;
	snprintf(record->cluster, sizeof(record->cluster), "%s", plan->groups[item->group].word);
}

static bool extra_is_work(const struct sweep_extra *extra)
{
	return extra->fate == FATE_DELETED;
}

static bool records_make(struct sweeping *sweeping, const struct sweep_plan *plan)
{
	size_t most = plan->count;

	for (size_t i = 0; i < plan->count; i++)
		most += plan->items[i].extra_count;
	sweeping->records = calloc(most + 1, sizeof(*sweeping->records));
	for (size_t i = 0; sweeping->records && i < plan->count; i++) {
		const struct sweep_item *item = &plan->items[i];
		struct sweep_record *record = &sweeping->records[sweeping->count++];
		int parent = (int)sweeping->count;

		record->order = parent;
		record_of_item(plan, item, record);
		for (size_t n = 0; n < item->extra_count; n++) {
			const struct sweep_extra *extra = &item->extras[n];
			struct sweep_record *child = &sweeping->records[sweeping->count];

			if (!extra_is_work(extra))
				continue;
			record_fill(child, extra->kind, &extra->scope, extra->id, extra->name, extra->space);
			child->order = (int)++sweeping->count;
			child->parent = parent;
			child->fate = extra->fate;
			child->created = extra->created;
			child->basis.verdict = VERDICT_ORPHAN;
			snprintf(child->cluster, sizeof(child->cluster), "%s", record->cluster);
		}
	}
	return sweeping->records != NULL;
}

static bool row_make(struct sweeping *sweeping, const struct sweep_plan *plan, struct error *error)
{
	const struct sweep_options *options = sweeping->options;
	struct sweep_row *row = &sweeping->row;
	struct buffer phrase;
	bool fits;

	snprintf(row->context, sizeof(row->context), "%s", options->context);
	snprintf(row->account, sizeof(row->account), "%s", options->account);
	snprintf(row->by, sizeof(row->by), "%s", options->by);
	snprintf(row->digest, sizeof(row->digest), "%s", plan->digest);
	row->mode = plan->mode;
	buffer_init(&phrase, sizeof(row->phrase) - 1);
	sweep_plan_phrase(plan, &phrase);
	snprintf(row->phrase, sizeof(row->phrase), "%s", buffer_text(&phrase));
	fits = !phrase.broken;
	buffer_finish(&phrase);
	return fits || error_set(error, ERROR_LIMIT, _("too many clusters for one confirmation"));
}

// ---- the work ----

static void result_reason(struct sweeping *sweeping, const struct error *problem)
{
	char text[SWEEP_REASON_SIZE];

	error_format(problem, text, sizeof(text));
	snprintf(sweeping->result->reason, sizeof(sweeping->result->reason), "%s", text);
}

// The sweep stops for good: what was not reached needs a new plan.
static bool stop(struct sweeping *sweeping, const struct error *problem)
{
	const struct sweep_options *options = sweeping->options;

	result_reason(sweeping, problem);
	log_error(options->log, problem);
	if (sweeping->is_in_doubt || job_cancelled(sweeping->job, NULL))
		return false;
	sweeping->result->is_over =
	        sweep_audit_note(sweeping, "stop", sweeping->result->reason, NULL) &&
	        sweep_store_end(options->store, sweeping->row.id, SWEEP_STOPPED, sweeping->result->reason, NULL);
	return false;
}

static bool end(struct sweeping *sweeping, struct error *error)
{
	failpoint("sweep.before-end");
	sweeping->result->is_over = (sweeping->end_is_told || sweep_audit_note(sweeping, "end", NULL, error)) &&
	                            sweep_store_end(sweeping->options->store, sweeping->row.id, SWEEP_DONE, "", error);
	return sweeping->result->is_over;
}

static bool go(struct sweeping *sweeping, struct error *error)
{
	struct error problem = {ERROR_NONE};
	bool good = true;

	for (size_t i = 0; good && i < sweeping->count; i++) {
		struct sweep_record *record = &sweeping->records[i];

		if (record->parent || record->step == STEP_DONE)
			continue;
		if (record->step == STEP_FAILED)
			good = error_set(&problem, ERROR_CONFLICT, "%s: %s", record->name, record->message);
		else if (job_stopping(sweeping->job))
			good = error_set(&problem, ERROR_CANCELLED, _("Asked to stop"));
		else
			good = sweep_item_run(sweeping, record, &problem);
	}
	if (good)
		return end(sweeping, error);
	if (!problem.doing[0] && sweeping->result->stopped_at[0])
		error_doing(&problem, _("sweep of %s"), sweeping->result->stopped_at);
	if (error)
		*error = problem;
	return stop(sweeping, &problem);
}

static bool sweeping_init(struct sweeping *sweeping, struct error *error)
{
	snprintf(sweeping->result->id, sizeof(sweeping->result->id), "%s", sweeping->row.id);
	sweeping->outcome_is_told = calloc(sweeping->count + 1, sizeof(bool));
	for (size_t i = 0; i < sweeping->count; i++) {
		const struct sweep_record *record = &sweeping->records[i];

		sweeping->result->items += !record->parent;
		sweeping->result->done += !record->parent && record->step == STEP_DONE;
		sweeping->result->already_gone +=
		        !record->parent && record->step == STEP_DONE && record->outcome == OUTCOME_ALREADY_GONE;
	}
	return sweeping->outcome_is_told || error_set(error, ERROR_MEMORY, _("out of memory"));
}

static void sweeping_finish(struct sweeping *sweeping)
{
	// Whoever resumes it may do so at once.
	if (sweeping->is_ours && !sweeping->result->is_over)
		sweep_store_disown(sweeping->options->store, sweeping->row.id, NULL);
	free(sweeping->records);
	free(sweeping->outcome_is_told);
}

static bool may_begin(
        const struct sweep_plan *plan, const char *typed, const struct sweep_options *options, struct error *error)
{
	if (plan->count == 0)
		return error_set(error, ERROR_USAGE, _("there is nothing that may be deleted"));
	if (!sweep_plan_confirms(plan, typed))
		return error_set(error, ERROR_USAGE, _("what was typed is not what the plan asks for"));
	if (!options->journal || !options->store || !options->audit) {
		error_set(error, ERROR_SYSTEM, _("Nothing is changed without a journal and an audit record"));
		error_remedy(error, _("Make the state folder writable"));
		return false;
	}
	return true;
}

bool sweep_run(const struct sweep_plan *plan, const char *typed, const struct sweep_options *options, struct job *job,
        struct sweep_result *result, struct error *error)
{
	struct sweeping sweeping = {.options = options, .job = job, .report = plan->report, .result = result};
	bool good = false;

	memset(result, 0, sizeof(*result));
	if (!may_begin(plan, typed, options, error))
		return false;
	if (!records_make(&sweeping, plan))
		error_set(error, ERROR_MEMORY, _("out of memory"));
	else if (row_make(&sweeping, plan, error))
		sweeping.is_ours =
		        sweep_store_begin(options->store, &sweeping.row, sweeping.records, sweeping.count, error);
	if (sweeping.is_ours && sweeping_init(&sweeping, error)) {
		failpoint("sweep.planned");
		good = sweep_audit_plan(&sweeping, error) && sweep_audit_refused(&sweeping, plan, error) &&
		       sweep_audit_confirmation(&sweeping, error) && go(&sweeping, error);
	}
	sweeping_finish(&sweeping);
	return good;
}

bool sweep_resume(const char *sweep, const struct report *report, const struct sweep_options *options, struct job *job,
        struct sweep_result *result, struct error *error)
{
	struct sweeping sweeping = {.options = options, .job = job, .report = report, .result = result};
	bool good = false;

	memset(result, 0, sizeof(*result));
	if (!sweep_store_find(options->store, sweep, &sweeping.row))
		return error_set(error, ERROR_NOT_FOUND, _("there is no sweep %s"), sweep);
	sweeping.is_ours = sweep_store_adopt(options->store, sweep, options->is_alone, error);
	if (sweeping.is_ours)
		sweeping.records = sweep_store_records(options->store, sweep, &sweeping.count, error);
	if (sweeping.records && sweeping_init(&sweeping, error) && sweep_audit_learn(&sweeping, error) &&
	        sweep_audit_plan(&sweeping, error) && sweep_audit_confirmation(&sweeping, error) &&
	        sweep_audit_note(&sweeping, "resume", NULL, error)) {
		if (!sweep_settle(&sweeping, error))
			snprintf(result->reason, sizeof(result->reason), "%s",
			        _("it cannot be told yet whether the last call had its effect"));
		else
			good = go(&sweeping, error);
	}
	sweeping_finish(&sweeping);
	return good;
}
