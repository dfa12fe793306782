// SPDX-License-Identifier: Apache-2.0
// Reads the command line by the rows of options.c.
#include "config.h"
#include "cli/options.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/text.h"

#include "base/banned.h"

enum { JOINED_MOST = 16 << 10 };

static const char *option_name(size_t index, const void *user)
{
	(void)user;
	return index < option_table_count ? option_table[index].name : NULL;
}

// The row of "--name", "--name=value", "-x" or "-xvalue"; *value gets what is attached, NULL = nothing.
static const struct option_row *option_find(const char *argument, const char **value)
{
	size_t length = strcspn(argument, "=");
	bool is_long = strncmp(argument, "--", 2) == 0;

	*value = NULL;
	for (size_t i = 0; i < option_table_count; i++) {
		const struct option_row *row = &option_table[i];

		if (is_long && strlen(row->name) == length && memcmp(row->name, argument, length) == 0) {
			if (argument[length] == '=')
				*value = argument + length + 1;
			return row;
		}
		if (!is_long && row->letter && strncmp(row->letter, argument, 2) == 0) {
			if (argument[2])
				*value = argument + 2;
			return row;
		}
	}
	return NULL;
}

static bool option_unknown(const char *argument, struct error *error)
{
	char name[64] = "";
	const char *nearest;
	size_t length = strcspn(argument, "=");

	if (length < sizeof(name)) {
		memcpy(name, argument, length);
		name[length] = '\0';
	}
	error_set(error, ERROR_USAGE, _("there is no option %s"), argument);
	nearest = text_nearest(name, option_name, NULL);
	if (nearest)
		error_remedy(error, _("did you mean %s?"), nearest);
	else
		error_remedy(error, _("peerdeck --help lists all options"));
	return false;
}

static bool option_take(struct arguments *line, const struct option_row *row, const char *value, struct error *error)
{
	if (row->setting) {
		if (line->given_count == CLI_GIVEN_MOST)
			return error_set(error, ERROR_USAGE, _("more than %d options"), CLI_GIVEN_MOST);
		line->given[line->given_count].row = row;
		line->given[line->given_count++].value = row->value ? value : row->fixed;
	} else if (row->value) {
		*(const char **)(void *)((char *)line + row->offset) = value;
	} else {
		*(bool *)(void *)((char *)line + row->offset) = true;
	}
	return true;
}

static bool operand_take(struct arguments *line, bool *named, const char *word, struct error *error)
{
	if (!*named) {
		*named = true;
		for (size_t i = 0; i < cli_command_table_count; i++)
			if (strcmp(cli_command_table[i].name, word) == 0) {
				line->command = cli_command_table[i].command;
				return true;
			}
	}
	if (line->command == CLI_GUIDE && line->operand && !line->name) {
		line->name = word;
		return true;
	}
	if (line->operand || line->command == CLI_DOCTOR || line->command == CLI_HELP || line->command == CLI_AUDIT)
		return error_set(error, ERROR_USAGE, _("one word too many: %s"), word);
	line->operand = word;
	return true;
}

static bool format_parse(struct arguments *line, struct error *error)
{
	static const char *const names[] = {
	        [FORMAT_TABLE] = "table",
	        [FORMAT_WIDE] = "wide",
	        [FORMAT_JSON] = "json",
	        [FORMAT_JSONL] = "jsonl",
	        [FORMAT_CSV] = "csv",
	        [FORMAT_NAME] = "name",
	        [FORMAT_MARKDOWN] = "markdown",
	};

	if (!line->output)
		return true;
	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (strcmp(names[i], line->output) == 0 && (i != FORMAT_MARKDOWN || line->command == CLI_AUDIT)) {
			line->format = (enum cli_format)i;
			return true;
		}
	return error_set(
	        error, ERROR_USAGE, _("--output %s: expected table, wide, json, jsonl, csv or name"), line->output);
}

static const char *given_twice(const struct arguments *line, const char *setting)
{
	for (size_t i = 0; i < line->given_count; i++)
		if (strcmp(line->given[i].row->setting, setting) == 0)
			return line->given[i].value;
	return NULL;
}

// What cannot go together in `orphans`.
static bool orphans_check(const struct arguments *line, struct error *error)
{
	const struct orphans_arguments *orphans = &line->orphans;

	if (line->operand && (!orphans->manifest || strcmp(line->operand, "ram-policy") != 0))
		return error_set(error, ERROR_USAGE, _("one word too many: %s"), line->operand);
	if (orphans->remove && line->yes && !line->cluster) {
		error_set(error, ERROR_USAGE, _("--delete --yes needs --cluster"));
		error_remedy(error, _("name the cluster, or say --cluster all"));
		return false;
	}
	if (!orphans->remove && !orphans->plan &&
	        (line->yes || orphans->most || orphans->above_ceiling || orphans->quarantine))
		return error_set(error, ERROR_USAGE, _("%s needs --delete or --plan"),
		        line->yes          ? "--yes"
		        : orphans->most       ? "--max"
		        : orphans->quarantine ? "--quarantine"
		                              : "--above-ceiling");
	if (orphans->every && orphans->remove && !line->yes)
		return error_set(error, ERROR_USAGE, _("--every asks nobody: --delete needs --yes"));
	if (!orphans->manifest && (orphans->variant || line->space || orphans->image || orphans->role))
		return error_set(error, ERROR_USAGE, _("--variant, --namespace, --image and --role need --manifest"));
	return true;
}

// What cannot go together.
static bool command_line_check(struct arguments *line, struct error *error)
{
	if (!format_parse(line, error))
		return false;
	if (line->help || line->version || line->dump)
		return true;
	if (line->command == CLI_LIST && !line->operand) {
		error_set(error, ERROR_USAGE, _("list needs a KIND"));
		error_remedy(error, _("peerdeck --help names the kinds"));
		return false;
	}
	if (line->command == CLI_GUIDE && !line->operand)
		return error_set(error, ERROR_USAGE, _("guide needs a VERB: list, show, plan, run, status, resume, undo, lint or export"));
	if (line->command == CLI_ORPHANS && !orphans_check(line, error))
		return false;
	if (line->command == CLI_LOGS && !line->operand) {
		error_set(error, ERROR_USAGE, _("logs needs a POD"));
		error_remedy(error, _("peerdeck list pods names them"));
		return false;
	}
	if (line->command == CLI_COMPLETION && !line->operand)
		return error_set(error, ERROR_USAGE, _("completion needs a SHELL: bash, zsh or fish"));
	if (line->watch && (line->format == FORMAT_JSON || line->format == FORMAT_CSV))
		return error_set(error, ERROR_USAGE, _("--watch never ends, and so cannot write %s; use -o jsonl"),
		        line->output);
	if (given_twice(line, "context") && given_twice(line, "profile"))
		return error_set(error, ERROR_USAGE,
		        _("--context and --profile both say whose credentials to use; give one of them"));
	if (line->write && given_twice(line, "read_only"))
		return error_set(error, ERROR_USAGE, _("--write and --read-only exclude each other"));
	if (!line->demo && (line->scenario || line->seed || line->rest_count > 0))
		return error_set(error, ERROR_USAGE, _("%s needs --demo"),
		        line->scenario ? "--scenario"
		        : line->seed   ? "--seed"
		                       : "--");
	return true;
}

// Options that the command has no use for are a mistake worth telling.
static bool option_fits(const struct arguments *line, const struct option_row *row, struct error *error)
{
	if (row->commands & 1u << line->command)
		return true;
	for (size_t i = 0; i < cli_command_table_count; i++)
		if (cli_command_table[i].command == line->command)
			return error_set(error, ERROR_USAGE, _("%s has no meaning for peerdeck %s"), row->name,
			        cli_command_table[i].name);
	return true;
}

static bool options_fit(const struct arguments *line, int count, char **arguments, struct error *error)
{
	const char *value;

	for (int i = 1; i < count && strcmp(arguments[i], "--") != 0; i++) {
		const struct option_row *row = arguments[i][0] == '-' ? option_find(arguments[i], &value) : NULL;

		if (!row)
			continue;
		if (!option_fits(line, row, error))
			return false;
		if (row->value && !value)
			i++;
	}
	return true;
}

bool arguments_parse(struct arguments *line, int count, char **arguments, struct error *error)
{
	bool named = false;

	memset(line, 0, sizeof(*line));
	for (int i = 1; i < count; i++) {
		const struct option_row *row;
		const char *value;

		if (strcmp(arguments[i], "--") == 0) {
			line->rest = arguments + i + 1;
			line->rest_count = (size_t)(count - i - 1);
			break;
		}
		if (arguments[i][0] != '-' || !arguments[i][1]) {
			if (!operand_take(line, &named, arguments[i], error))
				return false;
			continue;
		}
		row = option_find(arguments[i], &value);
		if (!row)
			return option_unknown(arguments[i], error);
		if (value && !row->value)
			return error_set(error, ERROR_USAGE, _("%s takes no value"), row->name);
		if (row->value && !value) {
			if (i + 1 == count)
				return error_set(
				        error, ERROR_USAGE, _("%s needs a value: %s"), row->name, _(row->value));
			value = arguments[++i];
		}
		if (!option_take(line, row, value, error))
			return false;
	}
	return command_line_check(line, error) && options_fit(line, count, arguments, error);
}

// All values of a repeatable option in one text.
static bool given_join(const struct arguments *line, const struct option_row *row, struct buffer *out)
{
	buffer_clear(out);
	for (size_t i = 0; i < line->given_count; i++) {
		if (line->given[i].row != row)
			continue;
		if (out->size > 0)
			buffer_add_char(out, row->joint);
		buffer_add_text(out, line->given[i].value);
	}
	return !out->broken;
}

bool arguments_apply(const struct arguments *line, struct config *config, struct error *error)
{
	struct buffer joined;
	bool good = true;

	buffer_init(&joined, JOINED_MOST);
	for (size_t i = 0; i < line->given_count && good; i++) {
		const struct option_row *row = line->given[i].row;
		const char *value = line->given[i].value;

		if (row->joint && given_join(line, row, &joined))
			value = buffer_text(&joined);
		good = config_assign(config, row->setting, value, error);
		if (!good && error) {
			error->kind = ERROR_USAGE;
			error_doing(error, "%s", row->name);
		}
	}
	buffer_finish(&joined);
	if (line->write)
		config->write = true;
	return good;
}
