// SPDX-License-Identifier: Apache-2.0
// Walking the steps in their order, and taking away in reverse order what this run made.
#include "config.h"
#include "guide/run_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/failpoint.h"

#include "base/banned.h"

static void tell_begin(struct guide_run *run, const struct guide_step *step, const char *key, bool undoes)
{
	struct guide_event event = {.kind = EVENT_BEGIN, .step = step, .key = key, .text = step->title, .percent = -1};

	if (!undoes && run->store)
		event.usual_ms = store_usual_ms(run->store, run->row.guide, key);
	if (!undoes && step->sort == STEP_RUN)
		event.limit_ms = step->limit > 0 ? (int64_t)(step->limit * 1000) : PROGRAM_LIMIT_MS;
	run_tell(run, &event);
}

static void tell_end(struct guide_run *run, const struct guide_step *step, const struct step_row *row, const char *key,
        enum step_outcome outcome, int64_t started, const struct error *error)
{
	struct guide_event event = {.kind = EVENT_END,
	        .step = step,
	        .key = key,
	        .text = row ? row->resource : "",
	        .outcome = outcome,
	        .percent = -1,
	        .elapsed_ms = clock_monotonic(run->effects.clock) - started,
	        .error = error};

	run_tell(run, &event);
}

static bool tell_note(struct guide_run *run, struct instance *instance, struct error *error)
{
	char text[2048];
	struct guide_event event = {
	        .kind = EVENT_NOTE, .step = instance->step, .key = instance->row.key, .text = text, .percent = -1};

	run_text(run, instance->step->text, &instance->values, text, sizeof(text));
	run_tell(run, &event);
	if (run->effects.noted && !run->effects.noted(run->effects.user, instance->step->title, text)) {
		error_set(error, ERROR_CANCELLED, _("%s: not confirmed yet"), instance->step->title);
		error_remedy(error, _("read it, do what it says, then resume"));
		return false;
	}
	return run_save(run, instance, ROW_DONE, NULL, error);
}

static bool wait_for(struct guide_run *run, struct instance *instance, struct cancel *cancel, struct error *error)
{
	struct values exports = {0};
	bool good = run_wait(run, instance, instance->step->wait, "guide", &exports, cancel, error) &&
	            run_merge(run, &exports, instance->row.key) && run_save(run, instance, ROW_DONE, &exports, error);

	values_finish(&exports);
	return good;
}

static bool make_instance(struct guide_run *run, struct instance *instance, enum step_outcome *outcome,
        struct cancel *cancel, struct error *error)
{
	*outcome = OUTCOME_DONE;
	switch (instance->step->sort) {
	case STEP_CALL:
		return make_call(run, instance, outcome, cancel, error);
	case STEP_WAIT:
		return wait_for(run, instance, cancel, error);
	case STEP_WRITE:
		return make_write(run, instance, outcome, cancel, error);
	case STEP_RUN:
		return make_run(run, instance, outcome, cancel, error);
	case STEP_UPLOAD:
		return make_upload(run, instance, outcome, cancel, error);
	case STEP_CHECK:
		return make_check(run, instance, outcome, cancel, error);
	case STEP_NOTE:
		return instance->row.state == ROW_DONE || tell_note(run, instance, error);
	default:
		return true;
	}
}

static bool go_step(struct guide_run *run, const struct guide_step *step, struct cancel *cancel, struct error *error)
{
	int64_t started = clock_monotonic(run->effects.clock);
	struct instance *instances;
	enum truth truth = condition_judge(step->when, &run->values, error);
	size_t count;
	bool good = true;

	if (truth == TRUTH_WRONG)
		return false;
	if (truth == TRUTH_UNKNOWN)
		return error_set(
		        error, ERROR_INTERNAL, _("step %s: its condition hangs on what is not known"), step->id);
	if (truth == TRUTH_NO) {
		run_skip(run, step);
		tell_end(run, step, NULL, step->id, OUTCOME_SKIPPED, started, NULL);
		return true;
	}
	if (!instances_create(run, step, &instances, &count, error))
		return false;
	for (size_t i = 0; good && i < count; i++) {
		struct instance *instance = &instances[i];
		enum step_outcome outcome;

		started = clock_monotonic(run->effects.clock);
		if (instance->row.state == ROW_SKIPPED) {
			run_skip(run, step);
			tell_end(run, step, NULL, instance->row.key, OUTCOME_SKIPPED, started, NULL);
			continue;
		}
		tell_begin(run, step, instance->row.key, false);
		if (!instance->row.created)
			instance->row.created = clock_now(run->effects.clock);
		if (cancel_asked(cancel))
			good = error_set(error, ERROR_CANCELLED, _("stopped; resume goes on from here"));
		good = good && make_instance(run, instance, &outcome, cancel, error);
		tell_end(run, step, &instance->row, instance->row.key, good ? outcome : OUTCOME_FAILED, started,
		        good ? NULL : error);
	}
	instances_destroy(instances, count);
	return good;
}

static bool begin(struct guide_run *run, const struct plan *plan, struct error *error)
{
	if (!run->store) {
		error_set(error, ERROR_SYSTEM, _("nothing is made without a journal"));
		error_remedy(error, _("make the state folder writable"));
		return false;
	}
	if (!store_has_room(run->store, error))
		return false;
	if (!plan) {
		run->row.resumed++;
		if (run->row.state == RUN_UNDOING)
			return error_set(error, ERROR_CONFLICT, _("this run is being undone; finish that first"));
		return store_run_set(run->store, &run->row, error);
	}
	snprintf(run->row.hash, sizeof(run->row.hash), "%s", plan->hash);
	run->row.state = RUN_STARTED;
	return store_run_add(run->store, &run->row, &run->answers, error);
}

static bool is_walked(const struct guide_step *step)
{
	return step->sort != STEP_ASK && (step->sort != STEP_CHECK || step->named || step->late);
}

bool run_go(struct guide_run *run, const struct plan *plan, struct cancel *cancel, struct error *error)
{
	struct error problem = {0};
	bool good = begin(run, plan, &problem);

	run->plan = plan;
	run->patient = true;
	for (size_t i = 0; good && i < run->guide->step_count; i++)
		if (is_walked(&run->guide->steps[i]))
			good = go_step(run, &run->guide->steps[i], cancel, &problem);
	run->plan = NULL;
	run->patient = false;
	if (good) {
		run->row.state = RUN_DONE;
		run->row.ended = clock_now(run->effects.clock);
		good = store_run_set(run->store, &run->row, &problem);
	}
	if (!good && error)
		*error = problem;
	return good;
}

bool run_step_wanted(struct guide_run *run, const struct guide_step *step)
{
	return is_walked(step) && condition_judge(step->when, &run->values, NULL) != TRUTH_NO;
}

// What may have been made is not let go of before that is known.
static bool let_go_instance(struct guide_run *run, struct instance *instance, struct error *error)
{
	if (instance->row.state == ROW_DONE || instance->row.state == ROW_SKIPPED)
		return true;
	if (instance->row.state == ROW_INTENDED && instance->step->sort == STEP_CALL) {
		error_set(error, ERROR_CONFLICT, _("%s: it is not known whether it was made"), instance->step->title);
		error_remedy(error, _("go on once more: that finds out"));
		return false;
	}
	return run_save(run, instance, ROW_SKIPPED, NULL, error);
}

bool run_let_go(struct guide_run *run, const char *id, struct error *error)
{
	const struct guide_step *step = guide_step_find(run->guide, id);
	struct instance *instances;
	size_t count;
	bool good = true;

	if (!run->store)
		return error_set(error, ERROR_SYSTEM, _("nothing is made without a journal"));
	if (!step || !is_walked(step)) {
		error_set(error, ERROR_USAGE, _("the guide has no step %s that could be skipped"), id);
		error_remedy(error, _("peerdeck guide show %s lists its steps"), run->guide->name);
		return false;
	}
	if (!step->optional) {
		error_set(error, ERROR_CONFLICT, _("%s: what comes after needs it, so it cannot be skipped"),
		        step->title);
		error_remedy(error, _("mend what stopped it, then resume; or undo"));
		return false;
	}
	if (!instances_create(run, step, &instances, &count, error))
		return false;
	for (size_t i = 0; good && i < count; i++)
		good = let_go_instance(run, &instances[i], error);
	instances_destroy(instances, count);
	return good;
}

static bool undo_row(struct guide_run *run, const struct step_row *row, struct cancel *cancel, struct error *error)
{
	int64_t started = clock_monotonic(run->effects.clock);
	struct instance *instance = instance_of_row(run, row, error);
	bool good = instance != NULL;

	if (!good)
		return false;
	tell_begin(run, instance->step, row->key, true);
	if (cancel_asked(cancel))
		good = error_set(error, ERROR_CANCELLED, _("stopped; undo goes on from here"));
	// What was about to be made when the program ended: was it?
	if (good && instance->row.state == ROW_INTENDED && instance->step->sort == STEP_CALL) {
		good = settle_intent(run, instance, cancel, error);
		if (good && instance->row.state == ROW_NONE) {
			tell_end(run, instance->step, row, row->key, OUTCOME_UNDONE, started, NULL);
			instances_destroy(instance, 1);
			return true;
		}
	}
	// What is still being made refuses to go in most clouds. Who is stopped in this wait has to wait again.
	if (good && instance->row.state == ROW_MADE && instance->step->wait &&
	        !run_wait(run, instance, instance->step->wait, "undo", NULL, cancel, NULL) && cancel_asked(cancel))
		good = error_set(error, ERROR_CANCELLED, _("stopped; undo goes on from here"));
	good = good && undo_made(run, instance, cancel, error);
	tell_end(run, instance->step, &instance->row, row->key, good ? OUTCOME_UNDONE : OUTCOME_FAILED, started,
	        good ? NULL : error);
	instances_destroy(instance, 1);
	return good;
}

bool run_undo(struct guide_run *run, struct cancel *cancel, struct error *error)
{
	struct step_row *rows = calloc(ROWS_MOST, sizeof(*rows));
	struct error problem = {0};
	size_t count;
	bool good = true;

	if (!rows || !run->store) {
		free(rows);
		return error_set(error, ERROR_SYSTEM, _("nothing is undone without a journal"));
	}
	run->row.state = RUN_UNDOING;
	run->patient = true;
	good = store_run_set(run->store, &run->row, &problem);
	count = store_steps(run->store, run->row.id, rows, ROWS_MOST);
	run_renew(run, rows, good ? count : 0, cancel);
	count = store_steps(run->store, run->row.id, rows, ROWS_MOST);
	for (size_t i = count; good && i-- > 0;) {
		bool in_doubt = rows[i].state == ROW_INTENDED;

		if (rows[i].state != ROW_UNDONE && (rows[i].made || in_doubt))
			good = undo_row(run, &rows[i], cancel, &problem);
	}
	free(rows);
	run->patient = false;
	if (good) {
		run->effects.remove(run->effects.user, run->folder, NULL);
		run->row.state = RUN_UNDONE;
		run->row.ended = clock_now(run->effects.clock);
		good = store_run_set(run->store, &run->row, &problem);
	}
	if (!good && error)
		*error = problem;
	return good;
}
