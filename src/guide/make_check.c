// SPDX-License-Identifier: Apache-2.0
// Checks by name: made again and again until none of them fails, each line told when it is new.
#include "config.h"
#include "guide/run_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libconfig.h>

#include "base/failpoint.h"

#include "base/banned.h"

enum { NAMED_MOST = 64, EVERY_MS = 10000, NAMED_LIMIT_MS = 900000 };

struct named {
	const char *name;
	bool known;
	struct check check;
};

struct making {
	struct guide_run *run;
	struct instance *instance;
	struct named list[NAMED_MOST];
	size_t count;
};

static bool is_named(const struct named_checks *checks, const char *name)
{
	const char *known;

	for (size_t i = 0; (known = checks->name_at(i)); i++)
		if (!strcmp(known, name))
			return true;
	return false;
}

bool named_are_known(const struct guide_run *run, const struct guide_step *step, struct error *error)
{
	const struct named_checks *checks = run->effects.checks;
	int count = config_setting_length(step->named);

	if (!checks)
		return error_set(error, ERROR_USAGE, _("there are no checks by name here"));
	if (count > NAMED_MOST)
		return error_set(error, ERROR_LIMIT, _("more than %d checks"), NAMED_MOST);
	for (int i = 0; i < count; i++)
		if (!is_named(checks, config_setting_get_string_elem(step->named, i)))
			return error_set(error, ERROR_CONFIG, _("there is no check %s"),
			        config_setting_get_string_elem(step->named, i));
	return true;
}

static void say(struct making *making, const struct named *named)
{
	static const char *const words[] = {
	        [CHECK_PASS] = N_("ok"),
	        [CHECK_WARN] = N_("warn"),
	        [CHECK_FAIL] = N_("FAIL"),
	        [CHECK_SKIP] = "-",
	};
	const struct check *check = &named->check;
	char text[1024];

	snprintf(text, sizeof(text), "%-4s  %-3s  %s: %s", _(words[check->result]), named->name, check->what,
	        check->seen);
	for (char *at = text; (at = strchr(at, '\n'));)
		*at = ';';
	run_line(making->run, making->instance, text);
	if (check->result <= CHECK_FAIL && check->result != CHECK_PASS && check->remedy[0]) {
		snprintf(text, sizeof(text), "           \u2192 %s", check->remedy);
		run_line(making->run, making->instance, text);
	}
}

static void take(const char *name, const struct check *check, void *user)
{
	struct making *making = user;

	for (size_t i = 0; i < making->count; i++) {
		struct named *named = &making->list[i];
		bool same;

		if (strcmp(named->name, name) != 0)
			continue;
		// What stays as it was is not worth a line.
		same = named->known && named->check.result == check->result &&
		       (check->result == CHECK_PASS || !strcmp(named->check.seen, check->seen));
		named->check = *check;
		named->known = true;
		if (!same)
			say(making, named);
	}
}

static const struct named *first_failed(const struct making *making, size_t *green)
{
	const struct named *failed = NULL;

	*green = 0;
	for (size_t i = 0; i < making->count; i++) {
		const struct named *named = &making->list[i];

		if (named->known && named->check.result != CHECK_FAIL)
			++*green;
		else if (!failed || (!failed->known && named->known))
			failed = named;
	}
	return failed;
}

static void tell_round(struct making *making, const struct named *failed, size_t green, int64_t elapsed, int64_t limit)
{
	char text[320];
	struct guide_event event = {.kind = EVENT_WAIT,
	        .step = making->instance->step,
	        .key = making->instance->row.key,
	        .text = text,
	        .percent = (int)(100 * green / making->count),
	        .elapsed_ms = elapsed,
	        .next_ms = EVERY_MS,
	        .limit_ms = limit};

	snprintf(text, sizeof(text), _("%zu of %zu are well; %s: %.200s"), green, making->count, failed->name,
	        failed->known ? failed->check.what : _("not known"));
	run_tell(making->run, &event);
}

static bool give_up(struct making *making, const struct named *failed, int64_t limit, const struct error *problem,
        struct error *error)
{
	if (problem->kind != ERROR_NONE) {
		*error = *problem;
		return false;
	}
	error_set(error, ERROR_TIMEOUT, _("%s: %s %s is not well within %lld min: %.200s"),
	        making->instance->step->title, failed->name, failed->check.what, (long long)(limit / 60000),
	        failed->check.seen);
	error_remedy(error, "%s", failed->check.remedy[0] ? failed->check.remedy : _("resume checks again"));
	return false;
}

static bool check_rounds(
        struct making *making, const char *region, const char *cluster, struct cancel *cancel, struct error *error)
{
	struct guide_run *run = making->run;
	const struct named_checks *checks = run->effects.checks;
	int64_t started = clock_monotonic(run->effects.clock), elapsed;
	int64_t limit =
	        making->instance->step->limit > 0 ? (int64_t)(making->instance->step->limit * 1000) : NAMED_LIMIT_MS;
	const struct named *failed;
	size_t green;

	for (;;) {
		struct error problem = {0};

		failpoint("guide.check");
		if (checks->run(checks->user, region, cluster, take, making, cancel, &problem))
			problem.kind = ERROR_NONE;
		failed = first_failed(making, &green);
		if (problem.kind == ERROR_NONE && !failed)
			return true;
		elapsed = clock_monotonic(run->effects.clock) - started;
		if (elapsed > limit || problem.kind == ERROR_CONFIG || problem.kind == ERROR_CANCELLED)
			return give_up(making, failed, limit, &problem, error);
		if (failed)
			tell_round(making, failed, green, elapsed, limit);
		if (!run->effects.sleep(run->effects.user, EVERY_MS, cancel))
			return error_set(error, ERROR_CANCELLED, _("stopped; resume checks again"));
	}
}

// What could not be asked before: a failure ends the walk, a warning is told.
static bool check_late(struct guide_run *run, struct instance *instance, struct cancel *cancel, struct error *error)
{
	struct preflight_line line = {.step = instance->step};
	char text[640];

	if (instance->row.state == ROW_DONE)
		return true;
	failpoint("guide.check");
	check_step(run, &line, cancel);
	// Cut off, it has seen nothing: neither a failure nor a warning nor that it is not needed.
	if (line.result != PREFLIGHT_PASS && cancel_asked(cancel))
		return error_set(error, ERROR_CANCELLED, _("stopped; resume checks again"));
	if (line.result == PREFLIGHT_FAIL) {
		error_set(error, line.denied ? ERROR_DENIED : ERROR_SERVICE, "%s: %.200s", instance->step->title,
		        line.seen);
		error_remedy(error, "%s", line.remedy);
		return false;
	}
	snprintf(text, sizeof(text), line.remedy[0] ? "%s \u2192 %s" : "%s%s", line.seen, line.remedy);
	if (text[0])
		run_line(run, instance, text);
	return run_save(run, instance, ROW_DONE, NULL, error);
}

bool make_check(struct guide_run *run, struct instance *instance, enum step_outcome *outcome, struct cancel *cancel,
        struct error *error)
{
	const struct guide_step *step = instance->step;
	struct making *making = calloc(1, sizeof(*making));
	char region[NAME_SIZE], cluster[NAME_SIZE];
	struct error problem = {0};
	bool good;

	*outcome = OUTCOME_DONE;
	if (!step->named) {
		free(making);
		return check_late(run, instance, cancel, error);
	}
	if (!making)
		return error_set(error, ERROR_MEMORY, _("out of memory"));
	making->run = run;
	making->instance = instance;
	good = named_are_known(run, step, &problem);
	for (int i = 0; good && i < config_setting_length(step->named); i++)
		making->list[making->count++].name = config_setting_get_string_elem(step->named, i);
	run_text(run, run->guide->region ? run->guide->region : "${REGION}", &instance->values, region, sizeof(region));
	run_text(run, step->cluster, &instance->values, cluster, sizeof(cluster));
	good = good && check_rounds(making, region, cluster, cancel, &problem) &&
	       run_save(run, instance, ROW_DONE, NULL, &problem);
	free(making);
	if (!good && error)
		*error = problem;
	return good;
}
