// SPDX-License-Identifier: Apache-2.0
// Makes a manual page from its template: manual TEMPLATE [SIMULATOR-HELP] prints it with each line @PART@ replaced by
// that part, out of the tables that the program works by. SIMULATOR-HELP is a file with what peerdeck-sim --help
// prints.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/docs.h"
#include "inventory/kind.h"
#include "ui/commands.h"

#include "base/banned.h"

enum { LINE_SIZE = 4096 };

static void console_keys(FILE *out)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		const struct command *command = &command_table[i];

		if (!command->name || !command->name[0])
			continue;
		fputs(".It", out);
		if (command->keys[0]) {
			fputc(' ', out);
			// Between quotes a word is no macro.
			fputc('"', out);
			for (const char *at = command->keys; *at; at++)
				fputs(*at == '"'      ? "\"\""
				        : *at == '\\' ? "\\e"
				        : *at == '-'  ? "\\-"
				                      : (char[]){*at, '\0'},
				        out);
			fputc('"', out);
		}
		fprintf(out, " Pq Ic \\&: Ns Ic %s\n", command->name);
		docs_line(out, command->help);
	}
}

// "  --name   VALUE   help" as the simulator prints it, in columns that end at 17 and 28.
static void simulator_option(FILE *out, const char *line)
{
	char name[32] = "", value[32] = "";
	size_t length = strlen(line);

	if (length < 29 || sscanf(line, " --%31s", name) != 1)
		return;
	if (line[17] != ' ')
		sscanf(line + 17, "%31s", value);
	fprintf(out, ".It Fl \\-%s", name);
	if (value[0])
		fprintf(out, " Ar %s", value);
	fputc('\n', out);
	docs_text(out, line + 28 + strspn(line + 28, " "));
}

static bool simulator_options(FILE *out, const char *path)
{
	char line[LINE_SIZE];
	FILE *help = path ? fopen(path, "r") : NULL;

	if (!help)
		return false;
	while (fgets(line, sizeof(line), help))
		if (strncmp(line, "  --", 4) == 0)
			simulator_option(out, line);
	fclose(help);
	return true;
}

static bool part_write(FILE *out, const char *part, const char *simulator_help)
{
	if (strcmp(part, "man-console-keys") == 0) {
		console_keys(out);
		return true;
	}
	if (strcmp(part, "man-sim-options") == 0)
		return simulator_options(out, simulator_help);
	return cli_docs(out, part);
}

// A line that is nothing but @part@.
static bool line_is_part(char *line, char **part)
{
	size_t length = strcspn(line, "\n");

	if (length < 3 || line[0] != '@' || line[length - 1] != '@')
		return false;
	line[length - 1] = '\0';
	*part = line + 1;
	return true;
}

static void line_write(FILE *out, const char *line)
{
	const char *version = strstr(line, "@VERSION@");

	if (version)
		fprintf(out, "%.*s%s%s", (int)(version - line), line, PACKAGE_VERSION, version + strlen("@VERSION@"));
	else
		fputs(line, out);
}

static void write_names(void)
{
	for (size_t i = 0; i < option_table_count; i++)
		if (!option_table[i].hidden)
			printf("peerdeck.1 %s\n", option_table[i].name);
	for (size_t i = 0; i < cli_command_table_count; i++)
		if (cli_command_table[i].name[0])
			printf("peerdeck.1 %s\n", cli_command_table[i].name);
	for (int id = 0; id < KIND_COUNT; id++)
		printf("peerdeck.1 %s\n", kind_get((enum kind_id)id)->plural);
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		if (command_table[i].name && command_table[i].name[0])
			printf("peerdeck.1 %s\n", command_table[i].name);
	for (size_t i = 0; i < config_table_count; i++)
		printf("peerdeck.conf.5 %s\n", config_table[i].name);
	for (size_t i = 0; i < config_context_table_count; i++)
		printf("peerdeck.conf.5 %s\n", config_context_table[i].name);
}

static bool other_text(int count, char **arguments, bool *good)
{
	struct error error = {ERROR_NONE};

	*good = true;
	if (count == 3 && strcmp(arguments[1], "--completion") == 0)
		*good = cli_completion(stdout, arguments[2], &error);
	else if (count == 2 && strcmp(arguments[1], "--help") == 0)
		cli_help(stdout);
	else if (count == 2 && strcmp(arguments[1], "--names") == 0)
		write_names();
	else
		return false;
	return true;
}

static int page_write(int count, char **arguments)
{
	char line[LINE_SIZE], *part;
	FILE *template = count > 1 ? fopen(arguments[1], "r") : NULL;
	bool good = template != NULL;

	if (!good)
		perror(count > 1 ? arguments[1] : "usage: manual TEMPLATE [SIMULATOR-HELP]");
	while (good && fgets(line, sizeof(line), template)) {
		if (!line_is_part(line, &part)) {
			line_write(stdout, line);
		} else if (!part_write(stdout, part, count > 2 ? arguments[2] : NULL)) {
			fprintf(stderr, "%s: no part %s\n", arguments[1], part);
			good = false;
		}
	}
	if (template)
		fclose(template);
	return good && fflush(stdout) == 0 ? 0 : 1;
}

int main(int count, char **arguments)
{
	bool good;

	if (other_text(count, arguments, &good))
		return good && fflush(stdout) == 0 ? 0 : 1;
	return page_write(count, arguments);
}
