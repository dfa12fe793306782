// SPDX-License-Identifier: Apache-2.0
// Parts of the manual in mdoc(7), from the same tables that the program works by.
#include "config.h"
#include "cli/docs.h"

#include <string.h>

#include "cli/cli.h"
#include "cli/guide_docs.h"
#include "inventory/kind.h"

#include "base/banned.h"

// mdoc(7): a sentence begins on a line of its own.
static bool at_sentence_end(const char *begin, const char *space)
{
	return space > begin + 2 && space[-1] == '.' && space[-2] != '.' && space[1] >= 'A' && space[1] <= 'Z';
}

void docs_text(FILE *out, const char *text)
{
	const char *begin = text;

	if (*text == '.' || *text == '\'')
		fputs("\\&", out);
	for (; *text; text++) {
		if (*text == '\\')
			fputs("\\e", out);
		else if (*text == '-')
			fputs("\\-", out);
		else if (*text == ' ' && at_sentence_end(begin, text))
			fputc('\n', out);
		else
			fputc(*text, out);
	}
}

void docs_line(FILE *out, const char *text)
{
	docs_text(out, text);
	fputc('\n', out);
}

static void docs_options(FILE *out)
{
	for (size_t i = 0; i < option_table_count; i++) {
		const struct option_row *row = &option_table[i];

		if (row->hidden)
			continue;
		fputs(".It", out);
		if (row->letter)
			fprintf(out, " Fl %s ,", row->letter + 1);
		fprintf(out, " Fl \\-%s", row->name + 2);
		if (row->value)
			fprintf(out, " Ar %s", row->value);
		fputc('\n', out);
		docs_line(out, row->help);
		if (row->setting)
			fprintf(out, "Setting:\n.Ic %s .\n", row->setting);
	}
}

static void docs_commands(FILE *out)
{
	for (size_t i = 0; i < cli_command_table_count; i++) {
		const struct command_row *row = &cli_command_table[i];

		fputs(".It Nm", out);
		if (row->name[0])
			fprintf(out, " Cm %s", row->name);
		if (row->argument[0] == '[')
			fprintf(out, " Op Ar %.*s", (int)strlen(row->argument) - 2, row->argument + 1);
		else if (row->argument[0])
			fprintf(out, " Ar %s", row->argument);
		fputc('\n', out);
		docs_line(out, row->help);
	}
}

static void docs_kind(FILE *out, const struct kind *kind)
{
	bool first = true;

	fprintf(out, ".It Cm %s\n", kind->plural);
	docs_text(out, kind->help);
	fputs(".\n", out);
	if (kind->aliases[0]) {
		fputs("Also:\n", out);
		docs_text(out, kind->aliases);
		fputs(".\n", out);
	}
	fputs("Fields:\n", out);
	for (size_t i = 0; i < kind->field_count; i++) {
		if (kind->fields[i].flags & (FIELD_INTERNAL | FIELD_DERIVED))
			continue;
		fputs(first ? "" : ", ", out);
		docs_text(out, kind->fields[i].name);
		first = false;
	}
	fputs(".\n", out);
}

static void docs_kinds(FILE *out)
{
	for (int id = 0; id < KIND_COUNT; id++)
		docs_kind(out, kind_get((enum kind_id)id));
	fputs(".It Cm jobs\nChanges that were made from here, out of the journal.\n", out);
}

static void docs_rows(FILE *out, const struct config_row *table, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct config_row *row = &table[i];

		fprintf(out, ".It Ic %s Pq %s\n", row->name, config_type_name(row->type));
		docs_line(out, row->help);
		if (row->choices) {
			fputs("One of: ", out);
			docs_line(out, row->choices);
		}
		if (row->most > 0)
			fprintf(out, "From %g to %g.\n", row->least, row->most);
		if (row->fallback[0])
			fprintf(out, "Default: %s.\n", row->fallback);
	}
}

static void docs_settings(FILE *out)
{
	docs_rows(out, config_table, config_table_count);
}

static void docs_contexts(FILE *out)
{
	docs_rows(out, config_context_table, config_context_table_count);
}

static void docs_keys(FILE *out)
{
	docs_rows(out, config_key_table, config_key_table_count);
}

bool cli_docs(FILE *out, const char *part)
{
	static const struct {
		const char *name;
		void (*write)(FILE *out);
	} parts[] = {
	        {"man-options", docs_options},
	        {"man-commands", docs_commands},
	        {"man-kinds", docs_kinds},
	        {"man-settings", docs_settings},
	        {"man-contexts", docs_contexts},
	        {"man-keys", docs_keys},
	        {"man-guide-keys", guide_docs_keys},
	        {"man-guide-sorts", guide_docs_sorts},
	        {"man-guide-filters", guide_docs_filters},
	        {"man-guide-tests", guide_docs_tests},
	        {"man-guide-names", guide_docs_names},
	};

	for (size_t i = 0; i < COUNT_OF(parts); i++)
		if (strcmp(parts[i].name, part) == 0) {
			parts[i].write(out);
			return true;
		}
	return false;
}
