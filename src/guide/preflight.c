// SPDX-License-Identifier: Apache-2.0
// All checks, several at a time, none left out because another failed.
#include "config.h"
#include "guide/run_private.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libconfig.h>

#include "base/text.h"

#include "base/banned.h"

enum { THREADS = 8, TOOL_LIMIT_MS = 20000, TOOL_OUTPUT_MOST = 64 << 10 };

const char *preflight_result_name(enum preflight_result result)
{
	static const char *const names[PREFLIGHT_RESULTS] = {
	        [PREFLIGHT_PASS] = "pass",
	        [PREFLIGHT_WARN] = "warn",
	        [PREFLIGHT_FAIL] = "fail",
	        [PREFLIGHT_SKIP] = "skip",
	};

	return names[result];
}

void check_fails(struct preflight_line *line, const struct error *problem)
{
	bool warn = line->step->level && !strcmp(line->step->level, "warn");

	line->result = warn ? PREFLIGHT_WARN : PREFLIGHT_FAIL;
	if (problem && problem->kind != ERROR_NONE) {
		snprintf(line->seen, sizeof(line->seen), "%.200s%s%.60s", problem->message, *problem->code ? ", " : "",
		        problem->code);
		snprintf(line->remedy, sizeof(line->remedy), "%s", problem->remedy);
		line->denied = problem->kind == ERROR_DENIED;
	}
}

// What is seen of a tool is the value that it is judged by.
static void show_judged(
        const struct guide_run *run, const guide_tree *expect, const cJSON *node, char *seen, size_t size)
{
	char pointer[256], operator[16];
	struct buffer value;
	const char *rest;

	if (!test_parts(config_setting_get_string_elem(expect, 0), pointer, operator, & rest))
		return;
	pointer[strcspn(pointer, "|")] = '\0';
	buffer_init(&value, VALUE_MOST);
	if (pointer_pick(node, pointer, &run->values, &value))
		snprintf(seen, size, "%.200s", buffer_text(&value));
	buffer_finish(&value);
}

// Of a tool that tells of itself in JSON: whether it is good enough.
static void judge_output(struct guide_run *run, struct preflight_line *line, const struct buffer *out)
{
	const guide_tree *expect = line->step->expect;
	struct error problem = {0};
	const char *failed = NULL;
	struct json_doc doc;

	if (!json_open(&doc, buffer_text(out), out->size, line->step->title, &problem)) {
		check_fails(line, &problem);
		return;
	}
	show_judged(run, expect, doc.root, line->seen, sizeof(line->seen));
	switch (tests_judge(expect, doc.root, &run->values, &failed, &problem)) {
	case TRUTH_YES:
		break;
	case TRUTH_UNKNOWN:
		line->result = PREFLIGHT_SKIP;
		break;
	default:
		check_fails(line, &problem);
		if (!line->seen[0] && failed)
			snprintf(line->seen, sizeof(line->seen), _("it is not so that %.200s"), failed);
	}
	json_close(&doc);
}

static void check_tool(struct guide_run *run, struct preflight_line *line, struct cancel *cancel)
{
	const struct guide_step *step = line->step;
	struct command_text command;
	struct error problem = {0};
	struct buffer out;
	enum expand built = command_build(
	        run, step->command, step->environment, step->folder, &run->values, EXPAND_PLAIN, &command, &problem);

	buffer_init(&out, TOOL_OUTPUT_MOST);
	command.command.limit_ms = step->limit > 0 ? (int64_t)(step->limit * 1000) : TOOL_LIMIT_MS;
	command.command.out = &out;
	if (built == EXPAND_UNKNOWN) {
		line->result = PREFLIGHT_SKIP;
		snprintf(line->seen, sizeof(line->seen), "%s", _("known only while it runs"));
	} else if (built == EXPAND_WRONG || !run->effects.run(run->effects.user, &command.command, cancel, &problem)) {
		check_fails(line, &problem);
	} else if (step->expect) {
		judge_output(run, line, &out);
	} else {
		snprintf(line->seen, sizeof(line->seen), "%.*s", (int)strcspn(buffer_text(&out), "\n"),
		        buffer_text(&out));
	}
	command_finish(&command);
	buffer_finish(&out);
}

// They are made when the walk comes to them; that there are such checks is known before.
static void check_named(struct guide_run *run, struct preflight_line *line)
{
	struct error problem = {0};

	line->result = PREFLIGHT_SKIP;
	snprintf(line->seen, sizeof(line->seen), "%s", _("known only while it runs"));
	if (!named_are_known(run, line->step, &problem))
		check_fails(line, &problem);
}

// A list that takes a trial run may be empty for whoever lacks the permission; the trial is refused then.
static bool call_is_allowed(struct guide_run *run, const struct guide_lookup *lookup, bool trial, struct cancel *cancel,
        struct error *error)
{
	const struct call_source *calls = run->effects.calls;
	struct call_outcome outcome = {0};
	struct request_text request = {0};
	struct buffer answer;
	bool good = false;

	buffer_init(&answer, ANSWER_MOST);
	if (request_build(run, lookup, &run->values, EXPAND_PLAIN, &request, error) == EXPAND_DONE) {
		if (trial)
			request.request.parameters = "{\"DryRun\":\"true\"}";
		good = calls->perform(run->effects.session, &request.request, &answer, &outcome, cancel, error) ||
		       (trial && !strcmp(error->code, "DryRunOperation"));
	}
	request_finish(&request);
	buffer_finish(&answer);
	return good;
}

// Each call once; of all that are refused the first is told whole, the others by name.
static void check_operations(struct guide_run *run, struct preflight_line *line, struct cancel *cancel)
{
	const guide_tree *operations = line->step->operations;
	int count = config_setting_length(operations);
	size_t used;

	for (int i = 0; i < count && !cancel_asked(cancel); i++) {
		struct guide_lookup lookup = {.operation = config_setting_get_string_elem(operations, i)};
		struct call_about about = {.dry_run = false};
		struct error problem = {0};

		run->effects.calls->about(lookup.operation, &about);
		if (call_is_allowed(run, &lookup, about.dry_run, cancel, &problem))
			continue;
		used = strlen(line->seen);
		if (used)
			snprintf(line->seen + used, sizeof(line->seen) - used, "; %.80s", lookup.operation);
		else
			check_fails(line, &problem);
		if (used && line->denied)
			snprintf(line->remedy, sizeof(line->remedy),
			        _("Ask the account's administrator for the RAM actions of the calls named"));
	}
	if (line->result == PREFLIGHT_PASS)
		snprintf(line->seen, sizeof(line->seen), _("%d calls are allowed"), count);
}

void check_step(struct guide_run *run, struct preflight_line *line, struct cancel *cancel)
{
	const struct guide_step *step = line->step;
	struct error problem = {0};
	enum truth when = condition_judge(step->when, &run->values, &problem), that;

	line->result = PREFLIGHT_PASS;
	line->not_needed = when == TRUTH_NO;
	if (when != TRUTH_YES || cancel_asked(cancel)) {
		line->result = PREFLIGHT_SKIP;
		snprintf(line->seen, sizeof(line->seen), "%s",
		        when == TRUTH_NO    ? _("not needed")
		        : when == TRUTH_YES ? _("stopped")
		                            : _("known only while it runs"));
		return;
	}
	that = condition_judge(step->that, &run->values, &problem);
	if (that == TRUTH_UNKNOWN)
		line->result = PREFLIGHT_SKIP;
	else if (that != TRUTH_YES)
		check_fails(line, &problem);
	else if (step->named)
		check_named(run, line);
	else if (step->objects)
		check_objects(run, line, cancel);
	else if (step->every_call || step->permissions)
		check_permissions(run, line, cancel);
	else if (step->operations)
		check_operations(run, line, cancel);
	else if (step->command)
		check_tool(run, line, cancel);
	else if (step->call.operation)
		check_call(run, line, cancel);
	// The guide knows better than the cloud what to do, but not which permission is missing, nor why a cluster
	// cannot be read. What was made for each element has its remedy.
	if ((line->result == PREFLIGHT_FAIL || line->result == PREFLIGHT_WARN) && step->remedy && !line->denied &&
	        !step->each && !(step->objects && line->remedy[0]))
		run_text(run, step->remedy, NULL, line->remedy, sizeof(line->remedy));
}

struct checking {
	struct guide_run *run;
	struct preflight *out;
	struct cancel *cancel;
	atomic_size_t next;
	bool again; // what passed is left alone
	pthread_mutex_t telling;
};

static bool is_settled(const struct preflight_line *line)
{
	return line->result == PREFLIGHT_PASS || line->result == PREFLIGHT_SKIP;
}

static void check_one(struct checking *checking, size_t index)
{
	struct preflight_line *line = &checking->out->lines[index];

	line->seen[0] = line->remedy[0] = '\0';
	check_step(checking->run, line, checking->cancel);
	if (!checking->run->checked)
		return;
	pthread_mutex_lock(&checking->telling);
	checking->run->checked(line, index, checking->out->count, checking->run->user);
	pthread_mutex_unlock(&checking->telling);
}

static void *check_several(void *user)
{
	struct checking *checking = user;
	size_t index;

	while ((index = atomic_fetch_add(&checking->next, 1)) < checking->out->count) {
		const struct preflight_line *line = &checking->out->lines[index];

		if (!line->not_needed && !(checking->again && is_settled(line)))
			check_one(checking, index);
	}
	return NULL;
}

// Which of them the answers leave out is known at once.
static void leave_out(struct checking *checking)
{
	for (size_t i = 0; i < checking->out->count; i++)
		if (condition_judge(checking->out->lines[i].step->when, &checking->run->values, NULL) == TRUTH_NO)
			check_one(checking, i);
}

static void *check_in_thread(void *user)
{
	check_several(user);
	json_thread_finish();
	return NULL;
}

static bool check_all(
        struct guide_run *run, struct preflight *out, bool again, struct cancel *cancel, struct error *error)
{
	struct checking checking = {.run = run, .out = out, .cancel = cancel, .again = again};
	pthread_t threads[THREADS];
	size_t started = 0;

	pthread_mutex_init(&checking.telling, NULL);
	if (!again)
		leave_out(&checking);
	// This thread works, too: what cannot be started is done here.
	while (started + 1 < THREADS && started + 1 < out->count &&
	        pthread_create(&threads[started], NULL, check_in_thread, &checking) == 0)
		started++;
	check_several(&checking);
	for (size_t i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	pthread_mutex_destroy(&checking.telling);
	memset(out->counts, 0, sizeof(out->counts));
	out->not_needed = 0;
	for (size_t i = 0; i < out->count; i++)
		if (out->lines[i].not_needed)
			out->not_needed++;
		else
			out->counts[out->lines[i].result]++;
	return !cancel_asked(cancel) || error_set(error, ERROR_CANCELLED, _("stopped"));
}

bool run_preflight(struct guide_run *run, struct preflight *out, struct cancel *cancel, struct error *error)
{
	memset(out, 0, sizeof(*out));
	out->lines = calloc(run->guide->step_count + 1, sizeof(*out->lines));
	if (!out->lines)
		return error_set(error, ERROR_MEMORY, _("out of memory"));
	for (size_t i = 0; i < run->guide->step_count; i++)
		if (run->guide->steps[i].sort == STEP_CHECK)
			out->lines[out->count++].step = &run->guide->steps[i];
	return check_all(run, out, false, cancel, error);
}

bool run_preflight_again(struct guide_run *run, struct preflight *preflight, struct cancel *cancel, struct error *error)
{
	return check_all(run, preflight, true, cancel, error);
}

void preflight_finish(struct preflight *preflight)
{
	free(preflight->lines);
	memset(preflight, 0, sizeof(*preflight));
}
