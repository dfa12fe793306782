// SPDX-License-Identifier: Apache-2.0
// The shell command that does the same as a step.
#include "config.h"
#include "guide/script.h"

#include <stdio.h>
#include <string.h>

#include <libconfig.h>

#include "base/text.h"

#include "base/banned.h"

// Length of the ${NAME} or ${NAME|filter} at `text` that the shell is to fill in; 0 = it is none.
static size_t variable_length(const struct values *values, const char *text, int *name)
{
	size_t length = strncmp(text, "${", 2) ? 0 : strcspn(text, "}");
	char known[VALUE_NAME_SIZE];
	const struct value *value;

	if (!length || !text[length])
		return 0;
	*name = (int)strcspn(text + 2, "|}");
	if (*name >= VALUE_NAME_SIZE)
		return 0;
	snprintf(known, sizeof(known), "%.*s", *name, text + 2);
	value = values_find(values, known);
	return value && !value->known ? length + 1 : 0;
}

void add_with_variables(const struct values *values, const char *command, struct buffer *out)
{
	bool quoted = false;
	int name = 0;

	while (*command) {
		// A value that is no text of its own stands without the quotes that JSON gives to text.
		bool typed = quoted && *command == '"';
		size_t length = variable_length(values, command + typed, &name);

		typed = typed && length && command[1 + length] == '"' && command[3 + name] == '|';
		if (length && (typed || *command == '$')) {
			bool begins = quoted && out->size && out->data[out->size - 1] == '\'';
			const char *text = command + typed + 2;

			// No empty quotes before and after.
			if (begins)
				out->size--;
			buffer_printf(out, "%s\"${%.*s}\"", quoted && !begins ? "'" : "", name, text);
			command += length + (typed ? 2 : 0);
			if (quoted && *command == '\'') {
				command++;
				quoted = false;
			} else if (quoted) {
				buffer_add_char(out, '\'');
			}
			continue;
		}
		if (!quoted && *command == '\\' && command[1])
			buffer_add_char(out, *command++);
		else if (*command == '\'')
			quoted = !quoted;
		buffer_add_char(out, *command++);
	}
}

void add_word_with_variables(const struct values *values, const char *word, struct buffer *out)
{
	struct buffer plain;

	buffer_init(&plain, PARAMETERS_MOST);
	text_add_shell_word(&plain, word);
	add_with_variables(values, buffer_text(&plain), out);
	buffer_finish(&plain);
}

bool command_of_call(
        struct guide_run *run, const struct guide_lookup *call, const struct values *values, struct buffer *out)
{
	struct request_text text = {0};
	struct buffer plain;
	bool made = false;

	buffer_init(&plain, PARAMETERS_MOST);
	if (run->effects.calls && request_build(run, call, values, EXPAND_SHOWN, &text, NULL) != EXPAND_WRONG)
		made = run->effects.calls->command(run->effects.session, &text.request, &plain);
	if (made)
		add_with_variables(values, buffer_text(&plain), out);
	request_finish(&text);
	buffer_finish(&plain);
	return made;
}

static bool command_of_run(struct guide_run *run, const guide_tree *arguments, const guide_tree *environment,
        const char *folder, const struct values *values, struct buffer *out)
{
	struct command_text command;
	enum expand built = command_build(run, arguments, environment, folder, values, EXPAND_SHOWN, &command, NULL);

	if (command.folder) {
		buffer_add_text(out, "cd ");
		add_word_with_variables(values, command.folder, out);
		buffer_add_text(out, " && ");
	}
	for (char **word = command.environment; built != EXPAND_WRONG && word && *word; word++) {
		buffer_printf(out, "%.*s=", (int)strcspn(*word, "="), *word);
		add_word_with_variables(values, *word + strcspn(*word, "=") + 1, out);
		buffer_add_char(out, ' ');
	}
	for (char **word = command.arguments; built != EXPAND_WRONG && word && *word; word++) {
		buffer_add_text(out, word == command.arguments ? "" : " ");
		add_word_with_variables(values, *word, out);
	}
	command_finish(&command);
	return built != EXPAND_WRONG;
}

static bool command_of_step(struct guide_run *run, const struct instance *instance, struct buffer *out)
{
	const struct guide_step *step = instance->step;

	return command_of_run(run, step->command, step->environment, step->folder, &instance->values, out);
}

// The text of a here-document: only what is known when the script runs is filled in by the shell.
static void add_document(const struct values *values, const char *text, struct buffer *out)
{
	int name = 0;

	while (*text) {
		size_t length = variable_length(values, text, &name);

		if (length) {
			buffer_printf(out, "${%.*s}", name, text + 2);
			text += length;
			continue;
		}
		if (strchr("$`\\", *text))
			buffer_add_char(out, '\\');
		buffer_add_char(out, *text++);
	}
}

static bool command_of_write(struct guide_run *run, const struct instance *instance, struct buffer *out)
{
	const struct guide_step *step = instance->step;
	struct buffer path, text, folder;
	enum expand built;
	char *slash;

	buffer_init(&path, GUIDE_PATH_SIZE);
	buffer_init(&folder, GUIDE_PATH_SIZE);
	buffer_init(&text, EXPAND_MOST);
	built = write_text(run, instance, EXPAND_SHOWN, &path, &text, NULL);
	if (built != EXPAND_WRONG) {
		buffer_add_text(&folder, buffer_text(&path));
		slash = folder.data ? strrchr(folder.data, '/') : NULL;
		buffer_add_text(out, step->is_private ? "( umask 077; " : "");
		if (slash && slash != folder.data) {
			*slash = '\0';
			buffer_add_text(out, "mkdir -p ");
			add_word_with_variables(&instance->values, folder.data, out);
			buffer_add_text(out, step->is_private ? "; " : " && ");
		}
		buffer_add_text(out, "cat > ");
		add_word_with_variables(&instance->values, buffer_text(&path), out);
		buffer_add_text(out, " <<END_OF_FILE\n");
		// A text that is one private value is not shown.
		if (step->is_private && built == EXPAND_DONE && strchr(step->template, '$'))
			buffer_add_text(out, "***\n");
		else
			add_document(&instance->values, buffer_text(&text), out);
		buffer_add_text(out, out->size && out->data[out->size - 1] == '\n' ? "END_OF_FILE" : "\nEND_OF_FILE");
		buffer_add_text(out, step->is_private ? "\n)" : "");
	}
	buffer_finish(&path);
	buffer_finish(&folder);
	buffer_finish(&text);
	return built != EXPAND_WRONG;
}

static bool command_of_checks(struct guide_run *run, const struct instance *instance, struct buffer *out)
{
	char cluster[NAME_SIZE];

	run_text(run, instance->step->cluster, &instance->values, cluster, sizeof(cluster));
	buffer_add_text(out, "peerdeck diagnose --cluster ");
	add_word_with_variables(&instance->values, cluster, out);
	return true;
}

static bool command_of_upload(struct guide_run *run, const struct instance *instance, struct buffer *out)
{
	const struct values *values = &instance->values;
	char file[GUIDE_PATH_SIZE], address[2 * NAME_SIZE + 8], region[NAME_SIZE], bucket[NAME_SIZE], object[NAME_SIZE];

	run_text(run, instance->step->file, values, file, sizeof(file));
	run_text(run, instance->step->bucket, values, bucket, sizeof(bucket));
	run_text(run, instance->step->object, values, object, sizeof(object));
	run_text(run, run->guide->region ? run->guide->region : "${REGION}", values, region, sizeof(region));
	snprintf(address, sizeof(address), "oss://%s/%s", bucket, object);
	buffer_add_text(out, "aliyun oss cp ");
	add_word_with_variables(values, file, out);
	buffer_add_char(out, ' ');
	add_word_with_variables(values, address, out);
	buffer_add_text(out, " --region ");
	add_word_with_variables(values, region, out);
	return true;
}

// Lists of a cluster's API, a line each.
static bool command_of_objects(struct guide_run *run, const struct instance *instance, struct buffer *out)
{
	const guide_tree *objects = instance->step->objects;

	for (int i = 0; i < config_setting_length(objects); i++) {
		char path[GUIDE_PATH_SIZE];

		run_text(run, config_setting_get_string_elem(objects, i), &instance->values, path, sizeof(path));
		buffer_add_text(out, i ? "\nkubectl get --raw " : "kubectl get --raw ");
		add_word_with_variables(&instance->values, path, out);
	}
	return true;
}

// Reading calls that must be allowed, a line each.
static bool command_of_operations(struct guide_run *run, const struct instance *instance, struct buffer *out)
{
	const guide_tree *operations = instance->step->operations;
	bool all = run->effects.calls != NULL;

	for (int i = 0; all && i < config_setting_length(operations); i++) {
		struct guide_lookup lookup = {.operation = config_setting_get_string_elem(operations, i)};

		buffer_add_text(out, i ? "\n" : "");
		all = command_of_call(run, &lookup, &instance->values, out);
	}
	return all;
}

bool command_of(struct guide_run *run, const struct instance *instance, struct buffer *out)
{
	const struct guide_step *step = instance->step;

	switch (step->sort) {
	case STEP_CALL:
	case STEP_CHECK:
		if (step->command)
			return command_of_step(run, instance, out);
		if (step->named)
			return command_of_checks(run, instance, out);
		if (step->objects)
			return command_of_objects(run, instance, out);
		if (step->operations)
			return command_of_operations(run, instance, out);
		return step->call.operation && command_of_call(run, &step->call, &instance->values, out);
	case STEP_WAIT:
		return command_of_call(run, &step->wait->lookup, &instance->values, out);
	case STEP_RUN:
		return command_of_step(run, instance, out);
	case STEP_WRITE:
		return command_of_write(run, instance, out);
	case STEP_UPLOAD:
		return command_of_upload(run, instance, out);
	default:
		return false;
	}
}

static bool undo_of_file(struct guide_run *run, const struct instance *instance, struct buffer *out)
{
	struct buffer path, text;
	bool made;

	buffer_init(&path, GUIDE_PATH_SIZE);
	buffer_init(&text, EXPAND_MOST);
	made = write_text(run, instance, EXPAND_SHOWN, &path, &text, NULL) != EXPAND_WRONG &&
	       buffer_add_text(out, "rm ");
	if (made)
		add_word_with_variables(&instance->values, buffer_text(&path), out);
	buffer_finish(&path);
	buffer_finish(&text);
	return made;
}

static bool undo_of_upload(struct guide_run *run, const struct instance *instance, struct buffer *out)
{
	char bucket[NAME_SIZE], object[NAME_SIZE], address[2 * NAME_SIZE + 8];

	run_text(run, instance->step->bucket, &instance->values, bucket, sizeof(bucket));
	run_text(run, instance->step->object, &instance->values, object, sizeof(object));
	snprintf(address, sizeof(address), "oss://%s/%s", bucket, object);
	buffer_add_text(out, "aliyun oss rm ");
	add_word_with_variables(&instance->values, address, out);
	return true;
}

// Variables of the shell, from what the thing says while it is there.
static void add_remembered(struct guide_run *run, const struct instance *instance, struct buffer *out)
{
	const struct guide_remember *remember = instance->step->undo->remember;

	for (int i = 0; remember && i < config_setting_length(remember->export); i++) {
		const config_setting_t *export = config_setting_get_elem(remember->export, (unsigned)i);
		const char *pointer = config_setting_get_string(export);
		struct buffer filter, command;
		bool whole;

		buffer_init(&filter, EXPAND_MOST);
		buffer_init(&command, EXPAND_MOST);
		whole = jq_export(run, &remember->lookup, &instance->values, pointer, &filter);
		if (command_of_call(run, &remember->lookup, &instance->values, &command)) {
			buffer_printf(out, "%s=$(%s | jq -r ", config_setting_name(export), buffer_text(&command));
			text_add_shell_word(out, buffer_text(&filter));
			buffer_printf(out, ")%s%s\n", whole ? "" : " # ", whole ? "" : pointer);
		}
		buffer_finish(&filter);
		buffer_finish(&command);
	}
}

static bool undo_of_call(struct guide_run *run, const struct instance *instance, struct buffer *out)
{
	const struct guide_undo *undo = instance->step->undo;
	bool made;

	add_remembered(run, instance, out);
	made = command_of_call(run, &undo->call, &instance->values, out);
	if (!made || !undo->after)
		return made;
	buffer_add_char(out, '\n');
	return command_of_call(run, &undo->after->call, &instance->values, out);
}

static bool undo_of(struct guide_run *run, const struct instance *instance, struct buffer *out)
{
	const struct guide_step *step = instance->step;
	const struct guide_undo *undo = step->undo;

	if (undo && undo->call.operation)
		return undo_of_call(run, instance, out);
	if (undo && undo->command)
		return command_of_run(run, undo->command, undo->environment ? undo->environment : step->environment,
		        undo->folder ? undo->folder : step->folder, &instance->values, out);
	if (step->sort == STEP_WRITE && !undo)
		return undo_of_file(run, instance, out);
	return step->sort == STEP_UPLOAD && (!undo || !undo->keep) && undo_of_upload(run, instance, out);
}

// One after the other where the step is done for several.
static bool each_command(struct guide_run *run, const struct guide_step *step,
        bool (*command)(struct guide_run *run, const struct instance *instance, struct buffer *out), struct buffer *out)
{
	struct instance *instances;
	struct instance one = {.step = step, .values = {.outer = &run->values}};
	size_t count;
	bool made = false;

	if (!step->each)
		return command(run, &one, out);
	if (!instances_create(run, step, &instances, &count, NULL)) {
		values_set(&one.values, "EACH", NULL, "");
		made = command(run, &one, out);
		values_finish(&one.values);
		return made;
	}
	for (size_t i = 0; i < count; i++) {
		buffer_add_text(out, i ? "\n" : "");
		made = command(run, &instances[i], out);
	}
	instances_destroy(instances, count);
	return made;
}

bool run_command(struct guide_run *run, const struct guide_step *step, struct buffer *out)
{
	return each_command(run, step, command_of, out);
}

bool run_undo_command(struct guide_run *run, const struct guide_step *step, struct buffer *out)
{
	return each_command(run, step, undo_of, out);
}
