// SPDX-License-Identifier: Apache-2.0
// One changing call: its intent on disk before it leaves, what came of it afterwards.
#include "config.h"
#include "guide/run_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libconfig.h>

#include "base/failpoint.h"

#include "base/banned.h"

enum { TRIES_MOST = 20, PAUSE_MS = 3000, NEW_MS = 120000, DOUBTS_MOST = 64 };

static void pass(const char *place, const char *name)
{
	char point[64];

	snprintf(point, sizeof(point), "%s.%s", place, name);
	failpoint(point);
}

// For people: list jobs shows it. What the engine goes by is in its own tables.
static intent_id note_intent(struct guide_run *run, const struct instance *instance, const struct call_request *request)
{
	struct intent intent = {0};
	struct buffer masked;

	if (!run->effects.journal)
		return 0;
	snprintf(intent.context, sizeof(intent.context), "%s", run->row.context);
	snprintf(intent.region, sizeof(intent.region), "%.63s", request->region);
	snprintf(intent.operation, sizeof(intent.operation), "%s", request->operation);
	snprintf(intent.subject_kind, sizeof(intent.subject_kind), "step");
	snprintf(intent.subject, sizeof(intent.subject), "%.127s", instance->row.key);
	snprintf(intent.subject_name, sizeof(intent.subject_name), "%s", instance->row.name);
	snprintf(intent.token, sizeof(intent.token), "%s", request->token ? request->token : "");
	snprintf(intent.run, sizeof(intent.run), "%s", run->row.id);
	buffer_init(&masked, INTENT_PARAMETERS_MOST);
	if (!run->effects.calls->masked(request, &masked) ||
	        !journal_intend(run->effects.journal, &intent, buffer_text(&masked), NULL))
		intent.id = 0;
	buffer_finish(&masked);
	return intent.id;
}

static void note_outcome(
        struct guide_run *run, intent_id id, const struct call_outcome *outcome, const struct error *problem)
{
	if (!id || outcome->in_doubt)
		return;
	journal_outcome(run->effects.journal, id, problem ? INTENT_FAILED : INTENT_DONE, problem, outcome->request_id,
	        NULL, NULL);
}

void change_settled(struct guide_run *run, const char *key, bool done)
{
	struct intent *doubts = run->effects.journal ? calloc(DOUBTS_MOST, sizeof(*doubts)) : NULL;
	size_t count = doubts ? journal_list(run->effects.journal, run->row.context, true, doubts, DOUBTS_MOST) : 0;

	for (size_t i = 0; i < count && i < DOUBTS_MOST; i++)
		if (!strcmp(doubts[i].run, run->row.id) && !strcmp(doubts[i].subject, key))
			journal_outcome(run->effects.journal, doubts[i].id,
			        done ? INTENT_SETTLED_DONE : INTENT_SETTLED_NOT_DONE, NULL, NULL, NULL, NULL);
	free(doubts);
}

static enum change_result judge_failure(
        struct guide_run *run, struct change *change, const struct call_outcome *outcome, const struct error *problem)
{
	if (outcome->in_doubt)
		return CHANGE_IN_DOUBT;
	change->refused_as_there = run->effects.calls->exists(problem);
	change->refused_as_gone = run->effects.calls->is_gone(problem);
	return CHANGE_REFUSED;
}

// Whether this run has just made something that the step needs: not every part of a cloud knows of it at once.
static bool needs_something_new(struct guide_run *run, const struct guide_step *step)
{
	struct step_row *rows = step->needs ? calloc(ROWS_MOST, sizeof(*rows)) : NULL;
	size_t count = rows ? store_steps(run->store, run->row.id, rows, ROWS_MOST) : 0;
	bool is_new = false;

	for (size_t i = 0; i < count && !is_new; i++)
		for (int n = 0; n < config_setting_length(step->needs); n++) {
			const char *id = config_setting_get_string_elem(step->needs, n);

			is_new = is_new || (rows[i].made && strcspn(rows[i].key, "[") == strlen(id) &&
			                           !strncmp(rows[i].key, id, strlen(id)) &&
			                           clock_now(run->effects.clock) - rows[i].created < NEW_MS);
		}
	free(rows);
	return is_new;
}

// The other states that a thing passes through before the call is allowed: worth trying again.
static bool is_passing(struct guide_run *run, const struct instance *instance, const struct change *change,
        const struct error *problem, const struct call_outcome *outcome)
{
	if (outcome->in_doubt || change->refused_as_there)
		return false;
	if (change->refused_as_gone)
		return change->call == &instance->step->call && needs_something_new(run, instance->step);
	return problem->retryable;
}

enum change_result run_change(struct guide_run *run, struct instance *instance, struct change *change,
        struct cancel *cancel, struct error *error)
{
	struct request_text text = {0};
	struct call_outcome outcome = {0};
	struct error problem = {0};
	enum change_result result = CHANGE_FAILED;
	char said[sizeof(problem.message)] = "";
	enum expand built = request_build(run, change->call, &instance->values, EXPAND_PLAIN, &text, error);
	intent_id id;

	buffer_init(&change->answer, ANSWER_MOST);
	if (built != EXPAND_DONE) {
		if (built == EXPAND_UNKNOWN)
			error_set(error, ERROR_INTERNAL, _("step %s: a value is not known"), instance->step->id);
		request_finish(&text);
		return CHANGE_FAILED;
	}
	text.request.token = change->token;
	id = note_intent(run, instance, &text.request);
	pass(change->place, "intended");
	for (unsigned turn = 0;; turn++) {
		buffer_clear(&change->answer);
		problem = (struct error){0};
		outcome = (struct call_outcome){0};
		if (run->effects.calls->perform(
		            run->effects.session, &text.request, &change->answer, &outcome, cancel, &problem)) {
			result = CHANGE_DONE;
			break;
		}
		result = judge_failure(run, change, &outcome, &problem);
		if (!is_passing(run, instance, change, &problem, &outcome) || turn + 1 >= TRIES_MOST)
			break;
		if (strcmp(said, problem.message) != 0)
			run_line(run, instance, problem.message);
		snprintf(said, sizeof(said), "%s", problem.message);
		if (!run->effects.sleep(run->effects.user, PAUSE_MS, cancel))
			break;
	}
	pass(change->place, "answered");
	note_outcome(run, id, &outcome, result == CHANGE_DONE ? NULL : &problem);
	if (result != CHANGE_DONE && error)
		*error = problem;
	request_finish(&text);
	return result;
}
