// SPDX-License-Identifier: Apache-2.0
// The same as shell commands: of one step, of the whole run, and the outputs as variables.
#include "config.h"
#include "guide/run_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libconfig.h>

#include "base/text.h"

#include "base/banned.h"

// '…${NAME}…' as '…'"${NAME}"'…'.
static void add_with_variables(struct buffer *out, const char *command)
{
	bool quoted = false;

	while (*command) {
		size_t length = strncmp(command, "${", 2) ? 0 : strcspn(command, "}") + 1;

		if (*command == '\'')
			quoted = !quoted;
		if (length && command[length - 1] == '}') {
			buffer_printf(out, quoted ? "'\"%.*s\"'" : "\"%.*s\"", (int)length, command);
			command += length;
		} else {
			buffer_add_char(out, *command++);
		}
	}
}

static bool command_of_call(
        struct guide_run *run, const struct guide_lookup *call, const struct values *values, struct buffer *out)
{
	struct request_text text = {0};
	struct buffer plain;
	bool made = false;

	buffer_init(&plain, PARAMETERS_MOST);
	if (run->effects.calls && request_build(run, call, values, EXPAND_SHOWN, &text, NULL) != EXPAND_WRONG)
		made = run->effects.calls->command(run->effects.session, &text.request, &plain);
	if (made)
		add_with_variables(out, buffer_text(&plain));
	request_finish(&text);
	buffer_finish(&plain);
	return made;
}

static bool command_of_run(
        struct guide_run *run, const struct guide_step *step, const struct values *values, struct buffer *out)
{
	struct command_text command;
	struct buffer plain;
	enum expand built = command_build(
	        run, step->command, step->environment, step->folder, values, EXPAND_SHOWN, &command, NULL);

	buffer_init(&plain, PARAMETERS_MOST);
	if (command.folder) {
		buffer_add_text(&plain, "cd ");
		text_add_shell_word(&plain, command.folder);
		buffer_add_text(&plain, " && ");
	}
	for (char **word = command.environment; built != EXPAND_WRONG && word && *word; word++) {
		buffer_printf(&plain, "%.*s=", (int)strcspn(*word, "="), *word);
		text_add_shell_word(&plain, *word + strcspn(*word, "=") + 1);
		buffer_add_char(&plain, ' ');
	}
	for (char **word = command.arguments; built != EXPAND_WRONG && word && *word; word++) {
		buffer_add_text(&plain, word == command.arguments ? "" : " ");
		text_add_shell_word(&plain, *word);
	}
	add_with_variables(out, buffer_text(&plain));
	buffer_finish(&plain);
	command_finish(&command);
	return built != EXPAND_WRONG;
}

static bool command_of_write(struct guide_run *run, const struct instance *instance, struct buffer *out)
{
	struct buffer path, text;
	bool made;

	buffer_init(&path, GUIDE_PATH_SIZE);
	buffer_init(&text, EXPAND_MOST);
	made = write_text(run, instance, EXPAND_SHOWN, &path, &text, NULL) != EXPAND_WRONG;
	if (made) {
		buffer_add_text(out, instance->step->is_private ? "(umask 077; cat > " : "cat > ");
		text_add_shell_word(out, buffer_text(&path));
		buffer_add_text(out, " <<END\n");
		buffer_add_text(out, instance->step->is_private && strchr(instance->step->template, '$')
		                             ? "***"
		                             : buffer_text(&text));
		buffer_add_text(out, text.size && text.data[text.size - 1] == '\n' ? "END" : "\nEND");
		buffer_add_text(out, instance->step->is_private ? "\n)" : "");
	}
	buffer_finish(&path);
	buffer_finish(&text);
	return made;
}

static bool command_of_checks(struct guide_run *run, const struct instance *instance, struct buffer *out)
{
	char cluster[NAME_SIZE];

	run_text(run, instance->step->cluster, &instance->values, cluster, sizeof(cluster));
	buffer_add_text(out, "peerdeck diagnose --cluster ");
	text_add_shell_word(out, cluster);
	return true;
}

static bool command_of(struct guide_run *run, const struct instance *instance, struct buffer *out)
{
	switch (instance->step->sort) {
	case STEP_CALL:
	case STEP_CHECK:
		if (instance->step->command)
			return command_of_run(run, instance->step, &instance->values, out);
		if (instance->step->named)
			return command_of_checks(run, instance, out);
		return instance->step->call.operation &&
		       command_of_call(run, &instance->step->call, &instance->values, out);
	case STEP_WAIT:
		return command_of_call(run, &instance->step->wait->lookup, &instance->values, out);
	case STEP_RUN:
		return command_of_run(run, instance->step, &instance->values, out);
	case STEP_WRITE:
		return command_of_write(run, instance, out);
	case STEP_UPLOAD: {
		char file[GUIDE_PATH_SIZE], bucket[NAME_SIZE], object[NAME_SIZE];

		run_text(run, instance->step->file, &instance->values, file, sizeof(file));
		run_text(run, instance->step->bucket, &instance->values, bucket, sizeof(bucket));
		run_text(run, instance->step->object, &instance->values, object, sizeof(object));
		buffer_add_text(out, "aliyun oss cp ");
		text_add_shell_word(out, file);
		return buffer_printf(out, " oss://%s/%s", bucket, object);
	}
	default:
		return false;
	}
}

bool run_command(struct guide_run *run, const struct guide_step *step, struct buffer *out)
{
	struct instance *instances;
	struct instance one = {.step = step, .values = {.outer = &run->values}};
	size_t count;
	bool made = false;

	if (!step->each)
		return command_of(run, &one, out);
	if (!instances_create(run, step, &instances, &count, NULL)) {
		values_set(&one.values, "EACH", NULL, "");
		made = command_of(run, &one, out);
		values_finish(&one.values);
		return made;
	}
	for (size_t i = 0; i < count; i++) {
		buffer_add_text(out, i ? "\n" : "");
		made = command_of(run, &instances[i], out);
	}
	instances_destroy(instances, count);
	return made;
}

// /a/b/0 as .a.b[0]
static void add_jq(struct buffer *out, const char *base, const char *pointer)
{
	char whole[512];
	char *at, *save = NULL, *bar;

	snprintf(whole, sizeof(whole), "%s%s", base ? base : "", pointer);
	bar = strchr(whole, '|');
	if (bar)
		*bar = '\0';
	buffer_add_char(out, '.');
	for (at = strtok_r(whole, "/", &save); at; at = strtok_r(NULL, "/", &save)) {
		size_t length = strcspn(at, " ");

		if (length && !at[strspn(at, "0123456789")])
			buffer_printf(out, "[%s]", at);
		else if (!strcmp(at, "*"))
			buffer_add_text(out, "[]");
		else
			buffer_printf(out, "[\"%.*s\"]", (int)length, at);
	}
}

static void add_exports(const struct guide_step *step, struct buffer *out)
{
	for (int i = 0; step->export && i < config_setting_length(step->export); i++) {
		const config_setting_t *export = config_setting_get_elem(step->export, (unsigned)i);

		buffer_printf(out, "export %s=$(printf '%%s' \"$answer\" | jq -r '", config_setting_name(export));
		add_jq(out, step->sort == STEP_CALL ? step->call.at : NULL, config_setting_get_string(export));
		buffer_add_text(out, "')\n");
	}
}

static void add_step(struct guide_run *run, const struct guide_step *step, struct buffer *out)
{
	struct buffer command;

	buffer_init(&command, 2 * EXPAND_MOST);
	if (condition_judge(step->when, &run->values, NULL) != TRUTH_NO && run_command(run, step, &command)) {
		buffer_printf(out, "\n# %s\n", step->title);
		if (step->export && step->sort != STEP_CHECK)
			buffer_printf(out, "answer=$(%s)\n", buffer_text(&command));
		else
			buffer_printf(out, "%s\n", buffer_text(&command));
		add_exports(step, out);
		if (step->wait && step->sort != STEP_WAIT) {
			buffer_clear(&command);
			if (command_of_call(run, &step->wait->lookup, &run->values, &command))
				buffer_printf(out, "# repeat until it is as wanted:\n%s\n", buffer_text(&command));
		}
	}
	buffer_finish(&command);
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

static void add_export(const struct guide_run *run, const char *name, struct buffer *out)
{
	const struct value *value = values_find(&run->values, name);

	if (!value || !value->known || value->secret)
		return;
	buffer_printf(out, "export %s=", name);
	text_add_shell_word(out, value->text);
	buffer_add_char(out, '\n');
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
