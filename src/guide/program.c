// SPDX-License-Identifier: Apache-2.0
// Programs that steps start, one at a time: also after a walk that was killed while one of them ran.
#include "config.h"
#include "guide/run_private.h"

#include <stdio.h>
#include <string.h>

#include "base/failpoint.h"

#include "base/banned.h"

enum { LOOK_MS = 500, PATIENCE_MS = 3600000, OUTPUT_MOST = 1 << 20 };

struct showing {
	struct guide_run *run;
	const struct instance *instance;
	const struct command_text *command;
};

static void show_line(const char *line, void *user)
{
	struct showing *showing = user;

	failpoint("guide.line");
	run_line(showing->run, showing->instance, line);
}

// Two words say enough; what comes after may be long, or secret.
static void tell_started(int64_t pid, void *user)
{
	const struct showing *showing = user;
	char *const *arguments = showing->command->arguments;
	struct left_program now = {.pid = pid};

	snprintf(now.text, sizeof(now.text), "%.120s%s%.120s", arguments[0], arguments[1] ? " " : "",
	        arguments[1] ? arguments[1] : "");
	programs_tell(showing->run->programs, &now);
}

static void tell_left(struct guide_run *run, const struct instance *instance, const char *text, int64_t elapsed)
{
	struct guide_event event = {.kind = EVENT_WAIT,
	        .step = instance->step,
	        .key = instance->row.key,
	        .text = text,
	        .percent = -1,
	        .elapsed_ms = elapsed,
	        .next_ms = LOOK_MS,
	        .limit_ms = PATIENCE_MS};

	run_tell(run, &event);
}

// What such a program does it would do beside ours: deploy, while we delete.
static bool wait_for_left(
        struct guide_run *run, const struct instance *instance, struct cancel *cancel, struct error *error)
{
	int64_t started = clock_monotonic(run->effects.clock), elapsed = 0;
	struct left_program left;
	char text[LOCK_TEXT_SIZE + 128];

	while (!programs_hold(run->programs)) {
		programs_read(run->programs, &left);
		snprintf(text, sizeof(text), _("%s, begun before (process %lld), still runs"), left.text,
		        (long long)left.pid);
		elapsed = clock_monotonic(run->effects.clock) - started;
		if (elapsed > PATIENCE_MS) {
			error_set(error, ERROR_TIMEOUT, "%s", text);
			error_remedy(error, _("end it (kill -- -%lld), then go on"), (long long)left.pid);
			return false;
		}
		tell_left(run, instance, text, elapsed);
		if (!run->effects.sleep(run->effects.user, LOOK_MS, cancel)) {
			error_set(error, ERROR_CANCELLED, _("stopped waiting; %s"), text);
			error_remedy(error, _("wait until it has ended, or end it (kill -- -%lld), then go on"),
			        (long long)left.pid);
			return false;
		}
	}
	return true;
}

static bool hold(struct guide_run *run, const struct instance *instance, struct cancel *cancel, struct error *error)
{
	if (run->programs == -1 && run->store)
		run->programs = programs_open(store_path(run->store), run->row.guide, run->row.context, error);
	return run->programs == -2 || (run->programs >= 0 && wait_for_left(run, instance, cancel, error));
}

bool program_run(struct guide_run *run, const struct instance *instance, const struct program *program,
        struct cancel *cancel, struct error *error)
{
	struct command_text command;
	struct showing showing = {run, instance, &command};
	enum expand built = command_build(run, program->arguments, program->environment, program->folder,
	        &instance->values, EXPAND_PLAIN, &command, error);
	struct buffer unread;
	bool done = false;

	buffer_init(&unread, OUTPUT_MOST);
	command.command.limit_ms = program->limit_ms;
	command.command.out = program->out ? program->out : &unread;
	command.command.line = program->is_silent ? NULL : show_line;
	command.command.user = &showing;
	if (built == EXPAND_UNKNOWN)
		error_set(error, ERROR_INTERNAL, _("step %s: a value is not known"), instance->step->id);
	if (built == EXPAND_DONE && hold(run, instance, cancel, error)) {
		if (run->programs >= 0) {
			command.command.kept = run->programs;
			command.command.started = tell_started;
		}
		done = run->effects.run(run->effects.user, &command.command, cancel, error);
		if (run->programs >= 0)
			programs_release(run->programs);
		if (!done && error && !*error->remedy && error->kind != ERROR_CANCELLED)
			error_remedy(error,
			        run->row.state == RUN_UNDOING
			                ? _("mend what it complains of, then undo again")
			                : _("mend what it complains of, then resume, which runs it again; or undo"));
	}
	command_finish(&command);
	buffer_finish(&unread);
	return done;
}
