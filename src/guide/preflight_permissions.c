// SPDX-License-Identifier: Apache-2.0
// Whether the key may do all that the run and its undo will ask for: told from what it was granted, before anything is
// made. A changing call cannot be tried, and a run that lacks one permission half-way has spent money by then.
#include "config.h"
#include "guide/run_private.h"

#include <stdio.h>
#include <string.h>

#include <libconfig.h>

#include "base/banned.h"

enum { CALLS_MOST = 256 };

struct needed {
	const char *names[CALLS_MOST];
	size_t count;
};

static void add(struct needed *needed, const char *name)
{
	for (size_t i = 0; i < needed->count; i++)
		if (!strcmp(needed->names[i], name))
			return;
	if (needed->count < CALLS_MOST)
		needed->names[needed->count++] = name;
}

static void add_lookup(struct needed *needed, const struct guide_lookup *lookup)
{
	if (lookup->operation)
		add(needed, lookup->operation);
}

static void add_wait(struct needed *needed, const struct guide_wait *wait)
{
	// What tells more on the progress is not needed.
	if (wait)
		add_lookup(needed, &wait->lookup);
}

static void add_step(struct needed *needed, const struct guide_step *step)
{
	add_lookup(needed, &step->call);
	if (step->find)
		add_lookup(needed, &step->find->lookup);
	add_wait(needed, step->wait);
	if (step->undo) {
		add_lookup(needed, &step->undo->call);
		add_wait(needed, step->undo->wait);
		if (step->undo->remember)
			add_lookup(needed, &step->undo->remember->lookup);
		if (step->undo->after)
			add_lookup(needed, &step->undo->after->call);
	}
}

// Checks that are made before anything is made show for themselves whether they are permitted.
static void add_steps(struct guide_run *run, struct needed *needed)
{
	for (size_t i = 0; i < run->guide->step_count; i++) {
		const struct guide_step *step = &run->guide->steps[i];

		if ((step->sort == STEP_CHECK && !step->late) ||
		        condition_judge(step->when, &run->values, NULL) == TRUTH_NO)
			continue;
		add_step(needed, step);
	}
}

void check_permissions(struct guide_run *run, struct preflight_line *line, struct cancel *cancel)
{
	const struct call_source *calls = run->effects.calls;
	const guide_tree *more = line->step->permissions;
	bool only_warn = line->step->level && !strcmp(line->step->level, "warn");
	struct needed needed = {.count = 0};
	struct buffer missing, unsure;
	struct error problem = {0};

	if (line->step->every_call)
		add_steps(run, &needed);
	for (int i = 0; more && i < config_setting_length(more); i++)
		add(&needed, config_setting_get_string_elem(more, i));
	buffer_init(&missing, PARAMETERS_MOST);
	buffer_init(&unsure, PARAMETERS_MOST);
	if (!calls || !calls->permitted ||
	        !calls->permitted(
	                run->effects.session, needed.names, needed.count, &missing, &unsure, cancel, &problem)) {
		line->result = PREFLIGHT_WARN;
		snprintf(line->seen, sizeof(line->seen), _("cannot tell: %.200s"),
		        problem.kind != ERROR_NONE ? problem.message : _("this cloud does not say"));
		snprintf(line->remedy, sizeof(line->remedy), "%.200s%s%s", problem.remedy,
		        problem.remedy[0] ? "; " : "",
		        _("or ask the account's administrator whether the key may do what the plan says"));
		line->denied = true;
	} else if (missing.size) {
		line->result = only_warn ? PREFLIGHT_WARN : PREFLIGHT_FAIL;
		line->denied = true;
		snprintf(line->seen, sizeof(line->seen), _("not permitted: %.260s"), buffer_text(&missing));
		snprintf(line->remedy, sizeof(line->remedy), "%s",
		        _("Ask the account's administrator for these permissions: nothing has been spent yet"));
	} else if (unsure.size) {
		line->result = PREFLIGHT_WARN;
		snprintf(line->seen, sizeof(line->seen), _("for some resources or under conditions only: %.220s"),
		        buffer_text(&unsure));
		snprintf(line->remedy, sizeof(line->remedy), "%s",
		        _("See that they hold for what the plan makes; otherwise the run stops there, and can be "
		          "resumed"));
		line->denied = true;
	} else {
		snprintf(line->seen, sizeof(line->seen), _("%zu calls and permissions"), needed.count);
	}
	buffer_finish(&missing);
	buffer_finish(&unsure);
}
