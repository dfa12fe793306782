// SPDX-License-Identifier: Apache-2.0
// Steps of the sort call: found, made exactly once, or settled when an earlier attempt is in doubt.
#include "config.h"
#include "guide/run_private.h"

#include <stdio.h>
#include <string.h>

#include <libconfig.h>

#include "base/crypto.h"
#include "base/failpoint.h"

#include "base/banned.h"

enum { SETTLE_MS = 5000, LOOK_AGAIN_MS = 1000, DOUBTS_MOST = 4 };

static const guide_tree *found_exports(const struct guide_step *step)
{
	return step->find && step->find->export ? step->find->export : step->export;
}

// Looks for what the step makes; `ours` = only what this run made.
static enum look look_for(struct guide_run *run, struct instance *instance, bool ours, struct values *exports,
        struct cancel *cancel, struct error *error)
{
	const struct guide_find *find = instance->step->find;
	struct looked looked;
	enum look look;

	if (!find)
		return LOOK_ABSENT;
	look = run_look(run, &find->lookup, ours ? find->proof : NULL, &instance->values, &looked, cancel, error);
	if (look == LOOK_FOUND && exports &&
	        !run_take_exports(run, instance->step, found_exports(instance->step), looked.node, exports, error))
		look = LOOK_FAILED;
	looked_finish(&looked);
	return look;
}

static void set_resource(struct instance *instance, const struct values *exports)
{
	const guide_tree *tree = instance->step->export;
	const char *name =
	        tree && config_setting_length(tree) ? config_setting_name(config_setting_get_elem(tree, 0)) : NULL;

	if (name)
		snprintf(instance->row.resource, sizeof(instance->row.resource), "%.511s", values_text(exports, name));
}

// Taken over into the run's names, and for what follows of this instance.
static bool adopt(struct guide_run *run, struct instance *instance, const struct values *exports, enum row_state state,
        bool made, struct error *error)
{
	set_resource(instance, exports);
	instance->row.made = made;
	for (size_t i = 0; i < exports->count; i++)
		values_set(&instance->values, exports->list[i].name, exports->list[i].text, instance->row.key);
	if (!run_merge(run, exports, instance->row.key) || !run_save(run, instance, state, exports, error))
		return false;
	change_settled(run, instance->row.key, true);
	return true;
}

static void make_token(struct guide_run *run, struct instance *instance)
{
	char text[STEP_KEY_SIZE + 64];
	char hash[SHA256_HEX_SIZE];

	snprintf(text, sizeof(text), "%s %s %u", run->row.id, instance->row.key, instance->row.attempt);
	crypto_sha256_hex(text, strlen(text), hash);
	// 64 characters is the most that clouds take; half of that is as unique.
	snprintf(instance->row.token, sizeof(instance->row.token), "peerdeck-%.40s", hash);
}

static enum call_repeat repeat_of(const struct guide_run *run, const struct guide_step *step)
{
	struct call_about about = {.repeat = CALL_LOOK};

	run->effects.calls->about(step->call.operation, &about);
	return about.repeat;
}

static int64_t settle_ms(const struct guide_step *step)
{
	return step->settle > 0 ? (int64_t)(step->settle * 1000) : SETTLE_MS;
}

// Looks until it is found, or old enough to be found: not every part of a cloud knows at once of what is new.
static enum look look_for_young(struct guide_run *run, struct instance *instance, struct values *exports,
        struct cancel *cancel, struct error *error)
{
	for (;;) {
		enum look look = look_for(run, instance, true, exports, cancel, error);

		if (look != LOOK_ABSENT ||
		        clock_now(run->effects.clock) - instance->row.created > settle_ms(instance->step))
			return look;
		if (!run->effects.sleep(run->effects.user, LOOK_AGAIN_MS, cancel)) {
			error_set(error, ERROR_CANCELLED, _("stopped"));
			return LOOK_FAILED;
		}
	}
}

// Looks for a while: a call that was cut off may still arrive. One that takes a name would say so when it is sent
// again; but who forgets it for good must be as sure.
static enum look look_until_sure(struct guide_run *run, struct instance *instance, struct values *exports,
        struct cancel *cancel, struct error *error)
{
	enum call_repeat repeat = repeat_of(run, instance->step);

	if (repeat == CALL_LOOK || (repeat == CALL_NAME && run->row.state == RUN_UNDOING))
		return look_for_young(run, instance, exports, cancel, error);
	return look_for(run, instance, true, exports, cancel, error);
}

static bool take_answer(struct guide_run *run, struct instance *instance, struct change *change, struct values *exports,
        struct cancel *cancel, struct error *error)
{
	struct error problem = {0};
	struct json_doc doc;
	bool all = false;

	if (!instance->step->export)
		return true;
	if (json_open(&doc, buffer_text(&change->answer), change->answer.size, instance->step->call.operation,
	            &problem)) {
		all = run_take_exports(run, instance->step, instance->step->export, doc.root, exports, &problem);
		json_close(&doc);
	}
	// The answer does not say all: the thing itself does.
	if (!all && instance->step->find)
		all = look_for(run, instance, true, exports, cancel, NULL) == LOOK_FOUND;
	if (!all && error)
		*error = problem;
	return all;
}

// After a refusal: was it made by an earlier attempt of ours?
static bool is_ours_already(struct guide_run *run, struct instance *instance, const struct change *change,
        bool repeated, struct values *exports, struct cancel *cancel)
{
	if (!change->refused_as_there)
		return false;
	if (instance->step->find && instance->step->find->proof)
		return (repeated ? look_for_young(run, instance, exports, cancel, NULL)
		                 : look_for(run, instance, true, exports, cancel, NULL)) == LOOK_FOUND;
	// Setting a state twice is refused the second time; it was not so before the first.
	return repeat_of(run, instance->step) == CALL_SAME && (repeated || instance->step->find);
}

// Sends the call of a row that is intended. `repeated` = it may have been sent before.
static bool send_intended(
        struct guide_run *run, struct instance *instance, bool repeated, struct cancel *cancel, struct error *error)
{
	struct values exports = {0};
	bool good = false;

	for (unsigned turn = 0; turn < DOUBTS_MOST; turn++) {
		struct change change = {.call = &instance->step->call, .place = "guide", .token = instance->row.token};
		enum change_result result = run_change(run, instance, &change, cancel, error);

		if (result == CHANGE_DONE && take_answer(run, instance, &change, &exports, cancel, error))
			good = adopt(run, instance, &exports, ROW_MADE, true, error);
		if (result == CHANGE_REFUSED &&
		        is_ours_already(run, instance, &change, repeated || turn, &exports, cancel))
			good = adopt(run, instance, &exports, ROW_MADE, true, error);
		else if (result == CHANGE_REFUSED || result == CHANGE_FAILED)
			// A plain refusal: nothing was made, so nothing is to be known of it.
			store_step_remove(run->store, run->row.id, instance->row.key, NULL);
		buffer_finish(&change.answer);
		if (result != CHANGE_IN_DOUBT || cancel_asked(cancel))
			break;
		// The answer was lost. Calls that carry a token, or set a state, are sent again as they were.
		if (repeat_of(run, instance->step) == CALL_LOOK || repeat_of(run, instance->step) == CALL_NAME) {
			enum look look = look_until_sure(run, instance, &exports, cancel, NULL);

			good = look == LOOK_FOUND && adopt(run, instance, &exports, ROW_MADE, true, error);
			if (look != LOOK_ABSENT)
				break;
		} else if (!run->effects.sleep(run->effects.user, LOOK_AGAIN_MS, cancel)) {
			break;
		}
	}
	values_finish(&exports);
	failpoint("guide.recorded");
	return good;
}

bool settle_intent(struct guide_run *run, struct instance *instance, struct cancel *cancel, struct error *error)
{
	enum call_repeat repeat = repeat_of(run, instance->step);
	struct values exports = {0};
	enum look look = LOOK_ABSENT;
	bool good = false;

	if (instance->step->find && instance->step->find->proof)
		look = look_until_sure(run, instance, &exports, cancel, error);
	if (look == LOOK_FOUND)
		good = adopt(run, instance, &exports, ROW_MADE, true, error);
	else if (look == LOOK_ABSENT && (repeat == CALL_TOKEN || repeat == CALL_SAME))
		good = send_intended(run, instance, true, cancel, error);
	else if (look == LOOK_ABSENT)
		good = store_step_remove(run->store, run->row.id, instance->row.key, error);
	if (look == LOOK_ABSENT && good && repeat != CALL_TOKEN && repeat != CALL_SAME) {
		instance->row.state = ROW_NONE;
		change_settled(run, instance->row.key, false);
	}
	values_finish(&exports);
	return good;
}

static bool make_anew(struct guide_run *run, struct instance *instance, struct cancel *cancel, struct error *error)
{
	instance->row.attempt++;
	instance->row.created = instance->row.ended = 0;
	instance->row.place = 0;
	instance->row.made = false;
	make_token(run, instance);
	failpoint("guide.before-intent");
	// An earlier attempt that was not to be seen may show itself now.
	return run_save(run, instance, ROW_INTENDED, NULL, error) &&
	       send_intended(run, instance, instance->row.attempt > 1, cancel, error);
}

// Whether what the plan saw absent is there now.
static bool plan_saw_it_absent(const struct guide_run *run, const struct guide_step *step)
{
	for (size_t i = 0; run->plan && i < run->plan->count; i++)
		if (run->plan->lines[i].step == step)
			return run->plan->lines[i].observed && run->plan->lines[i].sign == PLAN_CREATE;
	return false;
}

static bool may_be_taken(struct guide_run *run, const struct guide_step *step, struct error *error)
{
	enum truth truth = condition_judge(step->find->when, &run->values, error);

	if (truth == TRUTH_YES && !plan_saw_it_absent(run, step))
		return true;
	if (truth == TRUTH_WRONG)
		return false;
	error_set(error, ERROR_CONFLICT,
	        truth == TRUTH_YES ? _("%s: there is one now, and there was none when the plan was made")
	                           : _("%s: there is one already, made by somebody else"),
	        step->title);
	error_remedy(error, truth == TRUTH_YES ? _("look at the plan again") : _("choose another name, or remove it"));
	return false;
}

// First whether it is there already.
static bool find_or_make(struct guide_run *run, struct instance *instance, enum step_outcome *outcome,
        struct cancel *cancel, struct error *error)
{
	struct values exports = {0};
	enum look look = look_for(run, instance, false, &exports, cancel, error);
	bool good = false;

	*outcome = OUTCOME_MADE;
	if (look == LOOK_FOUND) {
		*outcome = OUTCOME_KEPT;
		good = may_be_taken(run, instance->step, error) &&
		       adopt(run, instance, &exports, ROW_MADE, false, error);
	} else if (look == LOOK_ABSENT) {
		good = make_anew(run, instance, cancel, error);
	} else if (look == LOOK_UNKNOWN) {
		error_set(error, ERROR_INTERNAL, _("step %s looks for what is not known"), instance->step->id);
	}
	values_finish(&exports);
	return good;
}

// Is what an earlier walk recorded still there?
static bool verify(
        struct guide_run *run, struct instance *instance, bool *there, struct cancel *cancel, struct error *error)
{
	struct values exports = {0};
	enum look look = LOOK_FOUND;

	if (instance->step->find)
		look = instance->row.made ? look_for_young(run, instance, &exports, cancel, error)
		                          : look_for(run, instance, false, &exports, cancel, error);
	*there = look == LOOK_FOUND;
	if (look == LOOK_ABSENT) {
		char text[STEP_KEY_SIZE + 128];

		snprintf(text, sizeof(text), _("%s is gone since; it is made again"), instance->row.name);
		run_line(run, instance, text);
	}
	values_finish(&exports);
	return look == LOOK_FOUND || look == LOOK_ABSENT;
}

static bool read_only(struct guide_run *run, struct instance *instance, struct cancel *cancel, struct error *error)
{
	struct values exports = {0};
	struct looked looked;
	enum look look = run_look(run, &instance->step->call, NULL, &instance->values, &looked, cancel, error);
	bool good = false;

	if (look == LOOK_FOUND)
		good = run_take_exports(run, instance->step, instance->step->export, looked.node, &exports, error) &&
		       run_merge(run, &exports, instance->row.key) &&
		       run_save(run, instance, ROW_DONE, &exports, error);
	else if (look == LOOK_ABSENT)
		error_set(error, ERROR_NOT_FOUND, _("%s: %s answers nothing of the kind"), instance->step->title,
		        instance->step->call.operation);
	else if (look == LOOK_UNKNOWN)
		error_set(error, ERROR_INTERNAL, _("step %s asks for what is not known"), instance->step->id);
	values_finish(&exports);
	looked_finish(&looked);
	return good;
}

// What it is made of may have been mended, too: a file that was uploaded is compared, and uploaded again when it
// differs.
static bool upload_again(
        struct guide_run *run, const struct guide_step *step, struct cancel *cancel, struct error *error)
{
	for (int i = 0; step->needs && i < config_setting_length(step->needs); i++) {
		const struct guide_step *needed =
		        guide_step_find(run->guide, config_setting_get_string_elem(step->needs, i));
		struct instance *instances;
		enum step_outcome outcome;
		size_t count;
		bool good = true;

		if (!needed || needed->sort != STEP_UPLOAD)
			continue;
		if (!instances_create(run, needed, &instances, &count, error))
			return false;
		for (size_t n = 0; good && n < count; n++) {
			if (instances[n].row.state != ROW_DONE)
				continue;
			instances[n].row.state = ROW_INTENDED;
			good = make_upload(run, &instances[n], &outcome, cancel, error);
		}
		instances_destroy(instances, count);
		if (!good)
			return false;
	}
	return true;
}

// What an earlier walk made came to nothing: it goes before it is made again. Also when that was cut off.
static bool take_away_failed(
        struct guide_run *run, struct instance *instance, struct cancel *cancel, struct error *error)
{
	const struct guide_step *step = instance->step;
	bool begun = instance->row.state == ROW_UNDOING;
	char text[NAME_SIZE + 128];

	if (!begun && (instance->row.state != ROW_MADE || !instance->row.made || !step->wait || !step->undo ||
	                      !step->undo->call.operation || !wait_has_failed(run, instance, step->wait, cancel)))
		return true;
	snprintf(text, sizeof(text), _("%s failed; it is taken away and made again"), instance->row.name);
	run_line(run, instance, text);
	return undo_made(run, instance, cancel, error) && upload_again(run, step, cancel, error);
}

bool make_call(struct guide_run *run, struct instance *instance, enum step_outcome *outcome, struct cancel *cancel,
        struct error *error)
{
	bool there = true, good = true;

	if (run_is_read(run, instance->step)) {
		*outcome = OUTCOME_DONE;
		return read_only(run, instance, cancel, error);
	}
	*outcome = instance->row.made ? OUTCOME_MADE : OUTCOME_KEPT;
	if (instance->row.state == ROW_INTENDED) {
		good = settle_intent(run, instance, cancel, error);
		*outcome = OUTCOME_MADE;
	} else if (instance->row.state == ROW_MADE || instance->row.state == ROW_DONE) {
		good = verify(run, instance, &there, cancel, error);
	}
	good = good && (!there || take_away_failed(run, instance, cancel, error));
	if (good && (instance->row.state == ROW_NONE || instance->row.state == ROW_UNDONE || !there))
		good = find_or_make(run, instance, outcome, cancel, error);
	if (!good)
		return false;
	if (instance->row.state != ROW_DONE && instance->step->wait &&
	        !run_wait(run, instance, instance->step->wait, "guide", NULL, cancel, error))
		return false;
	// The undo asks again.
	if (instance->row.state != ROW_DONE && instance->row.made)
		undo_remember(run, instance, cancel, NULL);
	return instance->row.state == ROW_DONE || run_save(run, instance, ROW_DONE, NULL, error);
}
