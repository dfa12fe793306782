// SPDX-License-Identifier: Apache-2.0
// --help, from the rows of the command line.
#include <config.h>
#include "cli/cli.h"

#include "inventory/kind.h"

#include "base/banned.h"

void cli_help(FILE *out)
{
	fputs(_("peerdeck: a console for peer pods\n\n"), out);
	for (size_t i = 0; i < cli_command_table_count; i++) {
		const struct command_row *row = &cli_command_table[i];
		char left[80];

		snprintf(left, sizeof(left), "peerdeck%s%s %s", row->name[0] ? " " : "", row->name, _(row->argument));
		fprintf(out, "  %-26s %s\n", left, _(row->help));
	}
	fputs(_("\nKinds:"), out);
	for (int id = 0; id < KIND_COUNT; id++)
		fprintf(out, " %s", kind_get((enum kind_id)id)->plural);
	fputs(_("\n\nOptions:\n"), out);
	for (size_t i = 0; i < option_table_count; i++) {
		const struct option_row *row = &option_table[i];
		char left[80];

		if (row->hidden)
			continue;
		snprintf(left, sizeof(left), "%s%s%s%s%s", row->letter ? row->letter : "", row->letter ? ", " : "", row->name,
		        row->value ? " " : "", row->value ? _(row->value) : "");
		fprintf(out, "  %-26s %s\n", left, _(row->help));
	}
	fputs(_("\nExit status: 0 done, 1 failed, 2 wrong usage, 3 orphans --check found some, 4 the answer is incomplete, 130 interrupted.\n"
	        "peerdeck(1) tells more; peerdeck --demo needs no account.\n"),
	        out);
}
