// SPDX-License-Identifier: Apache-2.0
// How what one step made is taken away: by a call, a command, a file's removal or a person; and what it leaves behind.
#include "config.h"
#include "guide/run_private.h"

#include <stdio.h>
#include <string.h>

#include "base/crypto.h"
#include "base/failpoint.h"

#include "base/banned.h"

// What may hold a thing that does not go.
static void tell_held(struct guide_run *run, struct instance *instance, struct cancel *cancel)
{
	const struct guide_log *held = instance->step->undo->held;
	struct looked looked;
	const cJSON *list;

	if (!held)
		return;
	run_look(run, &held->lookup, NULL, &instance->values, &looked, cancel, NULL);
	list = pointer_node(looked.root, held->lookup.at);
	for (const cJSON *child = cJSON_IsArray(list) ? list->child : NULL; child; child = child->next) {
		struct buffer line;

		buffer_init(&line, VALUE_MOST);
		buffer_add_text(&line, _("still there: "));
		if (tests_judge(held->lookup.where, child, &instance->values, NULL, NULL) == TRUTH_YES &&
		        pointer_pick(child, held->line ? held->line : "", &instance->values, &line))
			run_line(run, instance, buffer_text(&line));
		buffer_finish(&line);
	}
	looked_finish(&looked);
}

// Sent again while nobody knows what became of it: the same call of an earlier attempt may have had its effect, and
// then it says that the thing is gone.
static enum change_result send_undo(struct guide_run *run, struct instance *instance, const struct guide_lookup *call,
        bool *is_gone, struct cancel *cancel, struct error *error)
{
	struct change change = {.call = call, .place = "undo", .token = instance->row.token};
	enum change_result result;

	for (unsigned turn = 0;; turn++) {
		result = run_change(run, instance, &change, cancel, error);
		buffer_finish(&change.answer);
		if (result != CHANGE_IN_DOUBT || turn == 3 || cancel_asked(cancel))
			break;
	}
	*is_gone = result == CHANGE_DONE || (result == CHANGE_REFUSED && change.refused_as_gone);
	return result;
}

static bool undo_call(
        struct guide_run *run, struct instance *instance, bool repeated, struct cancel *cancel, struct error *error)
{
	const struct guide_wait *wait = instance->step->undo->wait;
	enum change_result result;
	bool good;

	// An earlier attempt may have had its effect; what is over refuses to end again.
	if (repeated && wait &&
	        (wait_is_over(run, instance, wait, cancel) || wait_is_going(run, instance, wait, cancel)))
		return true;
	result = send_undo(run, instance, &instance->step->undo->call, &good, cancel, error);
	good = good ||
	       (result != CHANGE_DONE && wait && !cancel_asked(cancel) &&
	               (wait_is_over(run, instance, wait, cancel) || wait_is_going(run, instance, wait, cancel)));
	if (result == CHANGE_REFUSED && !good)
		tell_held(run, instance, cancel);
	return good;
}

static bool undo_command(struct guide_run *run, struct instance *instance, struct cancel *cancel, struct error *error)
{
	const struct guide_undo *undo = instance->step->undo;
	const struct program program = {.arguments = undo->command,
	        .environment = undo->environment ? undo->environment : instance->step->environment,
	        .folder = undo->folder ? undo->folder : instance->step->folder,
	        .limit_ms = PROGRAM_LIMIT_MS};
	bool good;

	failpoint("undo.run");
	good = program_run(run, instance, &program, cancel, error);
	failpoint("undo.ran");
	return good;
}

// A file is taken away when it is still as it was written.
static bool undo_file(struct guide_run *run, struct instance *instance, struct error *error)
{
	char hash[65], text[GUIDE_PATH_SIZE + 64];
	struct error problem = {0};
	struct buffer now;
	bool good;

	buffer_init(&now, 4 << 20);
	if (!run->effects.read(run->effects.user, instance->row.resource, &now, &problem)) {
		buffer_finish(&now);
		if (problem.kind == ERROR_NOT_FOUND)
			return run->effects.remove(run->effects.user, instance->row.resource, error);
		if (error)
			*error = problem;
		return false;
	}
	crypto_sha256_hex(buffer_text(&now), now.size, hash);
	good = strstr(instance->row.token, hash) != NULL;
	buffer_finish(&now);
	if (!good) {
		snprintf(text, sizeof(text), _("%s was changed since, and stays"), instance->row.resource);
		run_line(run, instance, text);
		return true;
	}
	failpoint("undo.file");
	return run->effects.remove(run->effects.user, instance->row.resource, error);
}

static bool tell_manual(struct guide_run *run, struct instance *instance, struct error *error)
{
	char text[1024];
	struct guide_event event = {
	        .kind = EVENT_NOTE, .step = instance->step, .key = instance->row.key, .text = text, .percent = -1};

	run_text(run, instance->step->undo->note, &instance->values, text, sizeof(text));
	run_tell(run, &event);
	// What can be looked for is waited for; for the rest a person's word counts.
	if (instance->step->undo->wait || !run->effects.noted ||
	        run->effects.noted(run->effects.user, instance->step->title, text))
		return true;
	return error_set(error, ERROR_CANCELLED, _("%s: its undo is not confirmed yet"), instance->step->title);
}

bool undo_remember(struct guide_run *run, struct instance *instance, struct cancel *cancel, struct error *error)
{
	const struct guide_remember *remember = instance->step->undo ? instance->step->undo->remember : NULL;
	struct values found = {0}, kept = {0};
	struct looked looked;
	enum look look;
	bool good;

	if (!remember)
		return true;
	look = run_look(run, &remember->lookup, NULL, &instance->values, &looked, cancel, error);
	good = look == LOOK_ABSENT ||
	       (look == LOOK_FOUND &&
	               run_take_exports(run, instance->step, remember->export, looked.node, &found, error) &&
	               store_exports(run->store, run->row.id, instance->row.key, &kept, error));
	if (look == LOOK_UNKNOWN)
		error_set(error, ERROR_INTERNAL, _("step %s looks for what is not known"), instance->step->id);
	for (size_t i = 0; good && i < found.count; i++) {
		const struct value *value = &found.list[i];

		// What is on its way out tells less than before.
		if (*value->text)
			good = values_set(&kept, value->name, value->text, instance->row.key);
		else if (!values_find(&kept, value->name))
			good = values_set(&kept, value->name, "", instance->row.key);
	}
	for (size_t i = 0; good && i < kept.count; i++)
		good = values_set(&instance->values, kept.list[i].name, kept.list[i].text, instance->row.key);
	good = good && (look != LOOK_FOUND || run_save(run, instance, instance->row.state, &kept, error));
	values_finish(&found);
	values_finish(&kept);
	looked_finish(&looked);
	failpoint("undo.remembered");
	return good;
}

// What stays behind when the thing is gone.
static bool undo_after(struct guide_run *run, struct instance *instance, struct cancel *cancel, struct error *error)
{
	const struct guide_after *after = instance->step->undo->after;
	enum truth truth = condition_judge(after->when, &instance->values, error);
	char text[NAME_SIZE + 160];
	bool is_gone;

	if (truth == TRUTH_UNKNOWN) {
		// Somebody else took the thing away before it was ever asked what it stands on.
		snprintf(text, sizeof(text),
		        _("%s was gone before it could be asked what stays behind: look for that by hand"),
		        instance->row.name);
		run_line(run, instance, text);
	}
	if (truth != TRUTH_YES)
		return truth != TRUTH_WRONG;
	send_undo(run, instance, &after->call, &is_gone, cancel, error);
	return is_gone;
}

bool undo_made(struct guide_run *run, struct instance *instance, struct cancel *cancel, struct error *error)
{
	const struct guide_undo *undo = instance->step->undo;
	enum truth truth = undo ? condition_judge(undo->when, &instance->values, error) : TRUTH_YES;
	bool repeated = instance->row.state == ROW_UNDOING;

	if (truth == TRUTH_WRONG)
		return false;
	failpoint("undo.before-intent");
	if (!run_save(run, instance, ROW_UNDOING, NULL, error))
		return false;
	if (truth == TRUTH_YES && instance->step->sort == STEP_WRITE && !undo && !undo_file(run, instance, error))
		return false;
	if (truth == TRUTH_YES && instance->step->sort == STEP_UPLOAD && (!undo || !undo->keep) &&
	        !undo_upload(run, instance, cancel, error))
		return false;
	if (truth == TRUTH_YES && !undo_remember(run, instance, cancel, error))
		return false;
	if (truth == TRUTH_YES && undo && undo->call.operation && !undo_call(run, instance, repeated, cancel, error))
		return false;
	if (truth == TRUTH_YES && undo && undo->command && !undo_command(run, instance, cancel, error))
		return false;
	if (truth == TRUTH_YES && undo && undo->note &&
	        !(undo->wait && wait_is_over(run, instance, undo->wait, cancel)) && !tell_manual(run, instance, error))
		return false;
	if (undo && undo->wait && !run_wait(run, instance, undo->wait, "undo", NULL, cancel, error)) {
		tell_held(run, instance, cancel);
		return false;
	}
	if (truth == TRUTH_YES && undo && undo->after && !undo_after(run, instance, cancel, error))
		return false;
	if (!run_save(run, instance, ROW_UNDONE, NULL, error))
		return false;
	change_settled(run, instance->row.key, true);
	failpoint("undo.recorded");
	return true;
}
