// SPDX-License-Identifier: Apache-2.0
// Waiting, honestly: how long it took so far and usually, what the cloud says of it, when it is looked at next. Leaving
// stops the waiting only.
#include "config.h"
#include "guide/run_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libconfig.h>

#include "base/crypto.h"
#include "base/failpoint.h"
#include "base/text.h"

#include "base/banned.h"

enum {
	EVERY_MS = 5000,
	LIMIT_MS = 3600000,
	FAILURES_MOST = 5,
	SILENCE_MS = 180000,
	TEXT_SIZE = 512,
	LOG_LINES_MOST = 2000
};

struct waiting {
	struct guide_run *run;
	struct instance *instance;
	const struct guide_wait *wait;
	struct cancel *cancel;
	char text[TEXT_SIZE];
	int percent;
	size_t logged;        // lines of the cloud's log that were told
	char last[TEXT_SIZE]; // line of that log
	int64_t started, usual_ms, every;
	unsigned failures; // in a row
};

static bool is_one_of(struct waiting *waiting, const guide_tree *texts, const char *text)
{
	char wanted[TEXT_SIZE];

	for (int i = 0; texts && i < config_setting_length(texts); i++) {
		run_text(waiting->run, config_setting_get_string(config_setting_get_elem(texts, (unsigned)i)),
		        &waiting->instance->values, wanted, sizeof(wanted));
		if (!strcmp(wanted, text))
			return true;
	}
	return false;
}

static void pick(const cJSON *node, const char *pointer, const struct values *values, char *out, size_t size)
{
	struct buffer picked;

	buffer_init(&picked, VALUE_MOST);
	if (pointer && pointer_pick(node, pointer, values, &picked))
		snprintf(out, size, "%s", buffer_text(&picked));
	buffer_finish(&picked);
}

static void take_progress(struct waiting *waiting, const cJSON *node, const char *text, const char *percent)
{
	char number[32] = "";
	double value;

	pick(node, text, &waiting->instance->values, waiting->text, sizeof(waiting->text));
	pick(node, percent, &waiting->instance->values, number, sizeof(number));
	if (number[0] && sscanf(number, "%lf", &value) == 1 && value >= 0 && value <= 100)
		waiting->percent = (int)value;
}

// What tells more is nice to have: that it cannot be read is no failure.
static void look_beside(struct waiting *waiting)
{
	const struct guide_progress *progress = waiting->wait->progress;
	struct looked looked;

	if (!progress)
		return;
	if (run_look(waiting->run, &progress->lookup, NULL, &waiting->instance->values, &looked, waiting->cancel,
	            NULL) == LOOK_FOUND)
		take_progress(waiting, looked.node, progress->text, progress->percent);
	looked_finish(&looked);
}

// A log goes on from step to step: what was told of it is not told again.
static void log_begin(struct waiting *waiting)
{
	const struct guide_log *log = waiting->wait->log;
	struct request_text request = {0};
	char hash[SHA256_HEX_SIZE];

	if (!log)
		return;
	request_build(waiting->run, &log->lookup, &waiting->instance->values, EXPAND_PLAIN, &request, NULL);
	crypto_sha256_hex(buffer_text(&request.parameters), request.parameters.size, hash);
	request_finish(&request);
	if (strcmp(hash, waiting->run->log_key) != 0)
		waiting->run->log_lines = 0;
	memcpy(waiting->run->log_key, hash, sizeof(hash));
	waiting->logged = waiting->run->log_lines;
}

static void tell_log(struct waiting *waiting)
{
	const struct guide_log *log = waiting->wait->log;
	const cJSON *list;
	struct looked looked;
	size_t index = 0;

	if (!log)
		return;
	run_look(waiting->run, &log->lookup, NULL, &waiting->instance->values, &looked, waiting->cancel, NULL);
	list = pointer_node(looked.root, log->lookup.at);
	for (const cJSON *child = cJSON_IsArray(list) ? list->child : NULL; child && index < LOG_LINES_MOST;
	        child = child->next, index++) {
		char line[TEXT_SIZE] = "";

		if (index < waiting->logged)
			continue;
		pick(child, log->line ? log->line : "", &waiting->instance->values, line, sizeof(line));
		snprintf(waiting->last, sizeof(waiting->last), "%s", line);
		if (line[0])
			run_line(waiting->run, waiting->instance, line);
		waiting->logged = index + 1;
	}
	waiting->run->log_lines = waiting->logged;
	looked_finish(&looked);
}

enum verdict { WAIT_ON, WAIT_OVER, WAIT_FAILED };

// Where the answer does not say why, what tells more on the progress does; else the end of the cloud's log.
static void find_reason(struct waiting *waiting, const struct looked *looked, char *out, size_t size)
{
	const struct guide_wait *wait = waiting->wait;

	pick(looked->root, wait->reason, &waiting->instance->values, out, size);
	if (!*out && wait->progress) {
		waiting->text[0] = '\0';
		look_beside(waiting);
		snprintf(out, size, "%s", waiting->text);
	}
	tell_log(waiting);
	if (!*out)
		snprintf(out, size, "%s", waiting->last);
}

static bool is_failed(struct waiting *waiting, const struct looked *looked, const char *value)
{
	const struct guide_wait *wait = waiting->wait;

	return is_one_of(waiting, wait->fail, value) ||
	       (wait->fail_when &&
	               tests_judge(wait->fail_when, looked->root, &waiting->instance->values, NULL, NULL) == TRUTH_YES);
}

// Of what was found: its value, or where there are tests instead of values, that it passed them.
static bool is_as_wanted(struct waiting *waiting, const char *value)
{
	const struct guide_wait *wait = waiting->wait;

	return !wait->gone &&
	       (wait->until ? is_one_of(waiting, wait->until, value) : wait->lookup.where && !wait->fail);
}

static enum verdict fail_with(
        struct waiting *waiting, const struct looked *looked, const char *value, struct error *error)
{
	const struct guide_wait *wait = waiting->wait;
	char reason[TEXT_SIZE] = "", said[TEXT_SIZE];

	snprintf(said, sizeof(said), "%s", waiting->text[0] ? waiting->text : value);
	find_reason(waiting, looked, reason, sizeof(reason));
	error_set(error, ERROR_SERVICE, reason[0] ? _("%s: it is %s: %s") : _("%s: it is %s"),
	        waiting->instance->step->title, said, reason);
	error_remedy(error, wait->gone ? _("mend what the cloud complains of, then undo again")
	                               : _("mend what the cloud complains of, with other answers where that "
	                                   "helps, then resume, which makes it again; or undo"));
	return WAIT_FAILED;
}

static enum verdict judge_found(struct waiting *waiting, const struct looked *looked, struct error *error)
{
	const struct guide_wait *wait = waiting->wait;
	char value[TEXT_SIZE] = "";

	pick(looked->node, "", &waiting->instance->values, value, sizeof(value));
	if (!cJSON_IsObject(looked->node) && !wait->text)
		snprintf(waiting->text, sizeof(waiting->text), "%s", value);
	take_progress(waiting, looked->root, wait->text, wait->percent);
	if (is_as_wanted(waiting, value))
		return WAIT_OVER;
	if (is_failed(waiting, looked, value))
		return fail_with(waiting, looked, value, error);
	return wait->gone || wait->until ? WAIT_ON : WAIT_OVER;
}

// The answer may tell of a failure all the same.
static enum verdict judge_absent(struct waiting *waiting, const struct looked *looked, struct error *error)
{
	const struct guide_wait *wait = waiting->wait;

	if (wait->gone)
		return WAIT_OVER;
	if (!looked->root)
		return WAIT_ON;
	take_progress(waiting, looked->root, wait->text, wait->percent);
	return is_failed(waiting, looked, "") ? fail_with(waiting, looked, "", error) : WAIT_ON;
}

// A line that is down for a minute or two ends no walk: what is waited for goes on all the same.
static bool is_unheard_too_long(struct waiting *waiting)
{
	waiting->failures++;
	return waiting->failures > FAILURES_MOST && waiting->failures * waiting->every > SILENCE_MS;
}

static enum verdict look_once(struct waiting *waiting, struct values *exports, struct error *error)
{
	struct error problem = {0};
	struct looked looked;
	enum look look = run_look(waiting->run, &waiting->wait->lookup, NULL, &waiting->instance->values, &looked,
	        waiting->cancel, &problem);
	enum verdict verdict = WAIT_ON;

	if (look == LOOK_FOUND) {
		waiting->failures = 0;
		verdict = judge_found(waiting, &looked, error);
		if (verdict == WAIT_OVER && exports &&
		        !run_take_exports(waiting->run, waiting->instance->step, waiting->instance->step->export,
		                looked.root, exports, error))
			verdict = WAIT_FAILED;
	} else if (look == LOOK_ABSENT) {
		waiting->failures = 0;
		verdict = judge_absent(waiting, &looked, error);
	} else if (look == LOOK_UNKNOWN || !problem.retryable || is_unheard_too_long(waiting)) {
		if (look == LOOK_UNKNOWN)
			error_set(&problem, ERROR_INTERNAL, _("step %s waits for what is not known"),
			        waiting->instance->step->id);
		if (error)
			*error = problem;
		verdict = WAIT_FAILED;
	}
	looked_finish(&looked);
	return verdict;
}

static void tell_waiting(struct waiting *waiting, int64_t elapsed, int64_t every, int64_t limit)
{
	struct guide_event event = {.kind = EVENT_WAIT,
	        .step = waiting->instance->step,
	        .key = waiting->instance->row.key,
	        .text = waiting->text,
	        .percent = waiting->percent,
	        .elapsed_ms = elapsed,
	        .usual_ms = waiting->usual_ms,
	        .next_ms = every,
	        .limit_ms = limit};

	run_tell(waiting->run, &event);
}

bool wait_is_over(
        struct guide_run *run, struct instance *instance, const struct guide_wait *wait, struct cancel *cancel)
{
	struct waiting waiting = {.run = run, .instance = instance, .wait = wait, .cancel = cancel, .percent = -1};

	return look_once(&waiting, NULL, NULL) == WAIT_OVER;
}

bool wait_is_going(
        struct guide_run *run, struct instance *instance, const struct guide_wait *wait, struct cancel *cancel)
{
	struct waiting waiting = {.run = run, .instance = instance, .wait = wait, .cancel = cancel, .percent = -1};
	char value[TEXT_SIZE] = "";
	struct looked looked;

	if (!wait->going)
		return false;
	if (run_look(run, &wait->lookup, NULL, &instance->values, &looked, cancel, NULL) == LOOK_FOUND)
		pick(looked.node, "", &instance->values, value, sizeof(value));
	looked_finish(&looked);
	return value[0] && is_one_of(&waiting, wait->going, value);
}

bool wait_peek(struct guide_run *run, struct instance *instance, struct values *exports, struct cancel *cancel)
{
	struct waiting waiting = {
	        .run = run, .instance = instance, .wait = instance->step->wait, .cancel = cancel, .percent = -1};

	return look_once(&waiting, exports, NULL) == WAIT_OVER;
}

bool wait_has_failed(
        struct guide_run *run, struct instance *instance, const struct guide_wait *wait, struct cancel *cancel)
{
	struct waiting waiting = {.run = run, .instance = instance, .wait = wait, .cancel = cancel, .percent = -1};
	char value[TEXT_SIZE] = "";
	struct looked looked;
	enum look look = run_look(run, &wait->lookup, NULL, &instance->values, &looked, cancel, NULL);
	bool failed = false;

	if (look == LOOK_FOUND) {
		pick(looked.node, "", &instance->values, value, sizeof(value));
		failed = !is_as_wanted(&waiting, value) && is_failed(&waiting, &looked, value);
	} else if (look == LOOK_ABSENT && looked.root) {
		failed = is_failed(&waiting, &looked, "");
	}
	looked_finish(&looked);
	return failed;
}

static bool wait_on(struct guide_run *run, struct instance *instance, const struct guide_wait *wait, const char *place,
        struct values *exports, struct cancel *cancel, struct error *error)
{
	struct waiting waiting = {.run = run,
	        .instance = instance,
	        .wait = wait,
	        .cancel = cancel,
	        .percent = -1,
	        .started = clock_monotonic(run->effects.clock)};
	int64_t limit = wait->limit > 0 ? (int64_t)(wait->limit * 1000) : LIMIT_MS, elapsed;
	char point[64];

	snprintf(point, sizeof(point), "%s.wait", place);
	waiting.every = wait->every > 0 ? (int64_t)(wait->every * 1000) : EVERY_MS;
	log_begin(&waiting);
	if (run->store && !strcmp(place, "guide"))
		waiting.usual_ms = store_usual_ms(run->store, run->row.guide, instance->row.key);
	for (;;) {
		enum verdict verdict;

		failpoint(point);
		verdict = look_once(&waiting, exports, error);
		if (verdict != WAIT_ON)
			return verdict == WAIT_OVER;
		look_beside(&waiting);
		tell_log(&waiting);
		elapsed = clock_monotonic(run->effects.clock) - waiting.started;
		if (elapsed > limit) {
			error_set(error, ERROR_TIMEOUT, _("%s: not within %lld min; last seen: %s"),
			        instance->step->title, (long long)(limit / 60000),
			        waiting.text[0] ? waiting.text : "-");
			error_remedy(error, _("look at it in the cloud's console; resume goes on waiting"));
			return false;
		}
		tell_waiting(&waiting, elapsed, waiting.every, limit);
		if (!run->effects.sleep(run->effects.user, waiting.every, cancel)) {
			error_set(error, ERROR_CANCELLED, _("stopped waiting; the cloud goes on"));
			error_remedy(error, strcmp(place, "undo") ? _("peerdeck guide resume goes on from here")
			                                          : _("peerdeck guide undo goes on from here"));
			return false;
		}
	}
}

bool run_wait(struct guide_run *run, struct instance *instance, const struct guide_wait *wait, const char *place,
        struct values *exports, struct cancel *cancel, struct error *error)
{
	bool patient = run->patient, good;

	// Waiting has a patience of its own, and tells of it.
	run->patient = false;
	good = wait_on(run, instance, wait, place, exports, cancel, error);
	run->patient = patient;
	return good;
}
