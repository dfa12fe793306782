// SPDX-License-Identifier: Apache-2.0
// The whole run as a shell script that does the same, and the outputs as variables.
#include "config.h"
#include "guide/script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libconfig.h>

#include "base/text.h"

#include "base/banned.h"

enum { WAIT_EVERY = 5, WAIT_LIMIT = 3600 }; // seconds, as in wait.c

static const char functions[] =
        "# pick FILTER: what jq's FILTER finds in the answer.\n"
        "pick() { printf '%s' \"$answer\" | jq -cr \"$helpers$1\"; }\n"
        "# holds FILTER COMMAND...: whether it holds for what COMMAND answers.\n"
        "holds() {\n"
        "\tfilter=$1\n"
        "\tshift\n"
        "\t\"$@\" | jq -e \"$helpers$filter\" >/dev/null\n"
        "}\n"
        "# refused CODE COMMAND...: a trial run that passes is refused with this code.\n"
        "refused() {\n"
        "\tcode=$1\n"
        "\tshift\n"
        "\tanswer=$(\"$@\" 2>&1) && return 1\n"
        "\tcase $answer in *\"$code\"*) ;; *) printf '%s\\n' \"$answer\" >&2; return 1 ;; esac\n"
        "}\n"
        "# wait_for SECONDS TIMES FILTER COMMAND...: asks again until FILTER of the answer says done.\n"
        "wait_for() {\n"
        "\tseconds=$1 times=$2 filter=$3\n"
        "\tshift 3\n"
        "\twhile :; do\n"
        "\t\tanswer=$(\"$@\")\n"
        "\t\tcase $(pick \"$filter\") in\n"
        "\t\tdone) return ;;\n"
        "\t\tfailed) printf '%s\\n' \"$answer\" >&2; exit 1 ;;\n"
        "\t\tesac\n"
        "\t\ttimes=$((times - 1))\n"
        "\t\t[ \"$times\" -gt 0 ] || { printf 'given up: %s\\n%s\\n' \"$*\" \"$answer\" >&2; exit 1; }\n"
        "\t\tsleep \"$seconds\"\n"
        "\tdone\n"
        "}\n";

static void add_pick(struct guide_run *run, const struct guide_step *step, const struct values *values,
        const char *name, const char *pointer, struct buffer *out)
{
	bool reads = run_is_read(run, step), whole;
	struct buffer filter;

	buffer_init(&filter, EXPAND_MOST);
	whole = jq_export(run, reads ? &step->call : NULL, values, pointer, &filter);
	buffer_printf(out, "export %s=$(pick ", name);
	text_add_shell_word(out, buffer_text(&filter));
	buffer_printf(out, ")%s%s\n", whole ? "" : " # ", whole ? "" : pointer);
	buffer_finish(&filter);
}

// A file's export is its path; an upload says that its object is new.
static void add_plain(struct guide_run *run, const struct instance *instance, const char *name, const char *pointer,
        struct buffer *out)
{
	struct buffer path, text;

	buffer_init(&path, GUIDE_PATH_SIZE);
	buffer_init(&text, EXPAND_MOST);
	if (instance->step->sort == STEP_WRITE)
		write_text(run, instance, EXPAND_SHOWN, &path, &text, NULL);
	else
		buffer_add_text(&path, !strcmp(pointer, "/Made") ? "true" : "");
	buffer_printf(out, "export %s=", name);
	add_word_with_variables(&instance->values, buffer_text(&path), out);
	buffer_add_char(out, '\n');
	buffer_finish(&path);
	buffer_finish(&text);
}

static void add_exports(struct guide_run *run, const struct instance *instance, struct buffer *out)
{
	const struct guide_step *step = instance->step;

	for (int i = 0; step->export && i < config_setting_length(step->export); i++) {
		const config_setting_t *export = config_setting_get_elem(step->export, (unsigned)i);
		const char *name = config_setting_name(export), *pointer = config_setting_get_string(export);

		if (step->sort == STEP_WRITE || step->sort == STEP_UPLOAD)
			add_plain(run, instance, name, pointer, out);
		else
			add_pick(run, step, &instance->values, name, pointer, out);
	}
}

static void add_wait(struct guide_run *run, const struct instance *instance, struct buffer *out)
{
	const struct guide_wait *wait = instance->step->wait;
	double every = wait->every > 0 ? wait->every : WAIT_EVERY, limit = wait->limit > 0 ? wait->limit : WAIT_LIMIT;
	struct buffer filter, command;

	buffer_init(&filter, EXPAND_MOST);
	buffer_init(&command, EXPAND_MOST);
	if (command_of_call(run, &wait->lookup, &instance->values, &command)) {
		jq_wait(run, wait, &instance->values, &filter);
		buffer_printf(out, "wait_for %g %.0f ", every, limit / every + 1);
		text_add_shell_word(out, buffer_text(&filter));
		buffer_printf(out, " \\\n\t%s\n", buffer_text(&command));
	}
	buffer_finish(&filter);
	buffer_finish(&command);
}

static bool prints_text(const struct guide_run *run, const struct guide_step *step)
{
	struct call_about about = {.prints_text = false};

	return run->effects.calls && run->effects.calls->about(step->call.operation, &about) && about.prints_text;
}

// A check ends the script as it would end the run, or says what it warns of.
static void add_remedy(struct guide_run *run, const struct instance *instance, struct buffer *out)
{
	const struct guide_step *step = instance->step;
	bool warns = step->level && !strcmp(step->level, "warn"), knows = step->level && !strcmp(step->level, "known");
	char remedy[1024];

	run_text(run, step->remedy ? step->remedy : step->title, &instance->values, remedy, sizeof(remedy));
	// jq ends with 1 for what is seen not to hold, with another status where nothing could be seen.
	buffer_printf(out, " ||%s\n\t{ printf '%%s\\n' ", knows ? " [ $? -ne 1 ] ||" : "");
	add_word_with_variables(&instance->values, remedy, out);
	buffer_printf(out, " >&2; %s; }\n", warns ? ":" : "exit 1");
}

// The same of each of several lists, whose commands stand in a line each.
static void add_objects_check(
        struct guide_run *run, const struct instance *instance, const char *command, struct buffer *out)
{
	struct guide_step step = *instance->step;
	struct buffer filter;

	step.call.at = "/items";
	buffer_init(&filter, EXPAND_MOST);
	if (step.expect) {
		jq_expect(run, &step, &instance->values, &filter);
	} else {
		jq_node(run, &step.call, &instance->values, &filter);
		buffer_add_text(&filter, " == null");
	}
	while (*command) {
		size_t length = strcspn(command, "\n");

		buffer_add_text(out, "holds ");
		text_add_shell_word(out, buffer_text(&filter));
		buffer_printf(out, " \\\n\t%.*s", (int)length, command);
		add_remedy(run, instance, out);
		command += length + (command[length] == '\n');
	}
	buffer_finish(&filter);
}

static void add_check(struct guide_run *run, const struct instance *instance, const char *command, struct buffer *out)
{
	const struct guide_step *step = instance->step;
	struct buffer filter;

	if (step->objects) {
		add_objects_check(run, instance, command, out);
		return;
	}
	if (step->operations) {
		buffer_printf(out, "{\n%s\n} >/dev/null\n", command);
		return;
	}
	buffer_init(&filter, EXPAND_MOST);
	if (step->refused) {
		buffer_add_text(out, "refused ");
		text_add_shell_word(out, step->refused);
		buffer_add_char(out, ' ');
	} else if (step->call.operation && !prints_text(run, step)) {
		jq_expect(run, step, &instance->values, &filter);
		buffer_add_text(out, "holds ");
		text_add_shell_word(out, buffer_text(&filter));
		buffer_add_text(out, " \\\n\t");
	}
	buffer_add_text(out, command);
	add_remedy(run, instance, out);
	buffer_finish(&filter);
}

static void add_instance(struct guide_run *run, const struct instance *instance, struct buffer *out)
{
	const struct guide_step *step = instance->step;
	bool answers = step->export && (step->sort == STEP_CALL || step->sort == STEP_RUN);
	struct buffer command;

	buffer_init(&command, 2 * EXPAND_MOST);
	if (step->sort == STEP_WAIT)
		add_wait(run, instance, out);
	else if (command_of(run, instance, &command) && step->sort == STEP_CHECK)
		add_check(run, instance, buffer_text(&command), out);
	else if (step->folder && !answers)
		buffer_printf(out, "( %s )\n", buffer_text(&command));
	else
		buffer_printf(out, answers ? "answer=$(%s)\n" : "%s\n", buffer_text(&command));
	add_exports(run, instance, out);
	if (step->wait && step->sort != STEP_WAIT)
		add_wait(run, instance, out);
	buffer_finish(&command);
}

// One instance of a step; `each` NULL = EACH is a variable of the shell, or the step has none.
static void add_one(struct guide_run *run, const struct guide_step *step, const char *each, struct buffer *out)
{
	struct instance one = {.step = step, .values = {.outer = &run->values}};

	if (step->each)
		values_set(&one.values, "EACH", each, "");
	add_instance(run, &one, out);
	values_finish(&one.values);
}

static void add_each(struct guide_run *run, const struct guide_step *step, struct buffer *out)
{
	const struct value *list = values_find(&run->values, step->each);
	struct buffer element;

	if (!list || !list->known) {
		buffer_printf(
		        out, "for EACH in $(printf '%%s' \"${%s}\" | jq -r '.[]'); do\nexport EACH\n", step->each);
		add_one(run, step, NULL, out);
		buffer_add_text(out, "done\n");
		return;
	}
	buffer_init(&element, EXPAND_MOST);
	for (size_t i = 0; list_element(list->text, i, &element); i++) {
		add_one(run, step, buffer_text(&element), out);
		buffer_clear(&element);
	}
	buffer_finish(&element);
}

static void add_step(struct guide_run *run, const struct guide_step *step, struct buffer *out)
{
	struct buffer lines;

	if (condition_judge(step->when, &run->values, NULL) == TRUTH_NO)
		return;
	buffer_init(&lines, 4 * EXPAND_MOST);
	if (step->each)
		add_each(run, step, &lines);
	else
		add_one(run, step, NULL, &lines);
	// A check that neither calls nor runs anything leaves no line.
	if (lines.size && buffer_text(&lines)[0] != '\n' && buffer_text(&lines)[0] != ' ')
		buffer_printf(out, "\n# %s\n%s", step->title, buffer_text(&lines));
	buffer_finish(&lines);
}

// What steps give is a variable of the script, whether it is known by now or not.
static bool forget_given(const struct guide_run *run, struct guide_run *out)
{
	bool good = true;

	*out = *run;
	out->values = (struct values){0};
	for (size_t i = 0; i < run->values.count && good; i++) {
		const struct value *value = &run->values.list[i];

		good = values_set(&out->values, value->name, value->known ? value->text : NULL, value->source);
		if (value->secret)
			values_set_secret(&out->values, value->name);
	}
	for (size_t i = 0; i < run->guide->step_count; i++)
		run_forget_exports(out, &run->guide->steps[i]);
	return good;
}

static void add_steps(struct guide_run *run, struct buffer *out)
{
	const char *section = "";

	for (size_t i = 0; i < run->guide->step_count; i++) {
		const struct guide_step *step = &run->guide->steps[i];
		const struct guide_section *heading = guide_section_find(run->guide, step->section);

		if (step->sort == STEP_ASK || step->sort == STEP_NOTE)
			continue;
		if (heading && strcmp(section, heading->id) != 0) {
			buffer_printf(out, "\n# ===== %s =====\n", heading->heading);
			section = heading->id;
		}
		add_step(run, step, out);
	}
}

bool run_script(struct guide_run *run, struct buffer *out)
{
	struct guide_run plain;

	buffer_printf(out, "#!/bin/sh\n# %s\n", run->guide->title);
	if (run->guide->address)
		buffer_printf(out, "# %s\n", run->guide->address);
	buffer_add_text(out, "set -eu\n");
	buffer_add_text(out, "helpers=");
	text_add_shell_word(out, jq_helpers);
	buffer_printf(out, "\n%s", functions);
	for (size_t i = 0; i < run->answers.count; i++) {
		const struct value *value = &run->answers.list[i];

		buffer_printf(out, "export %s=", value->name);
		text_add_shell_word(out, value->secret ? "***" : value->text);
		buffer_add_char(out, '\n');
	}
	if (forget_given(run, &plain))
		add_steps(&plain, out);
	values_finish(&plain.values);
	return !out->broken;
}

static void add_variable(struct buffer *out, const char *name, const char *text)
{
	buffer_printf(out, "export %s=", name);
	text_add_shell_word(out, text);
	buffer_add_char(out, '\n');
}

// A list is JSON, wherever it is from: as such it can be put into a body. What the guide that people read calls by
// another name has that one, too.
static void add_export(const struct guide_run *run, const char *name, struct buffer *out)
{
	const struct value *value = values_find(&run->values, name);
	const struct guide_input *input = guide_input_find(run->guide, name);
	struct buffer text;

	if (!value || !value->known || value->secret || (input && !*value->text))
		return;
	buffer_init(&text, EXPAND_MOST);
	if (!input || !input->type || strcmp(input->type, "list") != 0)
		buffer_add_text(&text, value->text);
	else
		list_write(value->text, &text);
	add_variable(out, name, buffer_text(&text));
	if (input && input->environment && strcmp(input->environment, name) != 0)
		add_variable(out, input->environment, buffer_text(&text));
	buffer_finish(&text);
}

bool run_exports(struct guide_run *run, struct buffer *out)
{
	const guide_tree *outputs = run->guide->outputs;

	for (int i = 0; outputs && i < config_setting_length(outputs); i++)
		add_export(run, config_setting_get_string(config_setting_get_elem(outputs, (unsigned)i)), out);
	for (size_t i = 0; !outputs && i < run->values.count; i++)
		add_export(run, run->values.list[i].name, out);
	return !out->broken;
}
