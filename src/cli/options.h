// SPDX-License-Identifier: Apache-2.0
// The command line: one row per command and per option. --help, the completions and the manual are made from these rows.
#ifndef PEERDECK_CLI_OPTIONS_H
#define PEERDECK_CLI_OPTIONS_H

#include "base/error.h"
#include "work/config.h"

enum cli_command {
	CLI_CONSOLE, // no command: the console, or with --once its view as text
	CLI_LIST,
	CLI_DOCTOR,
	CLI_DIAGNOSE,
	CLI_LOGS,
	CLI_GUIDE,
	CLI_ORPHANS,
	CLI_AUDIT,
	CLI_COMPLETION,
	CLI_HELP,
};

enum cli_format { FORMAT_TABLE, FORMAT_WIDE, FORMAT_JSON, FORMAT_JSONL, FORMAT_CSV, FORMAT_NAME, FORMAT_MARKDOWN };

enum { CLI_GIVEN_MOST = 128 };

struct option_row {
	const char *name;   // "--region"
	const char *letter; // "-o"; NULL = none
	const char *value;  // "NAME", N_(); NULL = takes none
	const char *help;   // N_()
	const char *setting; // of the configuration that it sets; NULL = a member of struct arguments
	const char *fixed;   // value of that setting for an option that takes none
	char joint;	     // repeatable: values are joined by it; 0 = the last one wins
	unsigned commands;   // bits 1 << enum cli_command where it makes sense
	const char *words;   // values, for completion: words, or @file, @folder
	size_t offset;	     // in struct arguments
	bool hidden;
};
extern const struct option_row option_table[];
extern const size_t option_table_count;

struct command_row {
	enum cli_command command;
	const char *name, *argument; // argument "" = none
	const char *help;	     // N_()
};
extern const struct command_row cli_command_table[];
extern const size_t cli_command_table_count;

// What `peerdeck orphans` may be told; `all` also `peerdeck guide`.
struct orphans_arguments {
	const char *verdict, *older_than, *explain, *most, *metrics, *every, *lease, *keep, *unkeep, *why;
	const char *variant, *image, *role;
	bool all, check, remove, quarantine, plan, resume, above_ceiling, real_flood, user_data, manifest;
};

// The texts point into the arguments.
struct arguments {
	enum cli_command command;
	const char *operand; // KIND, VIEW or SHELL; NULL = none
	const char *name; // second word of `guide VERB NAME`; NULL = none
	const char *answers, *save, *script, *run, *skip; // of `guide`
	bool plan_only, yes, plain;
	const char *output, *filter, *sort, *config_file, *scenario, *seed, *dump;
	const char *cluster, *space; // a cluster by name or id; a namespace
	const char *since; // of `audit`
	const char *container; // of `logs`
	bool previous, follow, timestamps;
	struct orphans_arguments orphans;
	bool watch, once, demo, write, help, version;
	enum cli_format format;
	struct {
		const struct option_row *row;
		const char *value;
	} given[CLI_GIVEN_MOST]; // options that are settings, in their order
	size_t given_count;
	char *const *rest; // after --
	size_t rest_count;
};

// False on a mistake, which the error tells with what was meant.
bool arguments_parse(struct arguments *line, int count, char **arguments, struct error *error);
// Lays the options over what the configuration file said.
bool arguments_apply(const struct arguments *line, struct config *config, struct error *error);

#endif
