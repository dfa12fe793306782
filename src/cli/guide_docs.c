// SPDX-License-Identifier: Apache-2.0
// Parts of peerdeck-guide(5), from the tables that guides are read by.
#include "config.h"
#include "cli/guide_docs.h"

#include <string.h>

#include "cli/docs.h"
#include "guide/expression.h"
#include "guide/keys.h"
#include "guide/lint.h"

#include "base/banned.h"

static void write_rows(FILE *out, const struct key_block *block)
{
	for (size_t i = 0; i < block->count; i++) {
		const struct key_row *row = &block->rows[i];
		bool listed = false;

		if (row->type == KEY_INLINE) {
			write_rows(out, row->block);
			continue;
		}
		fprintf(out, ".It Ic %s\n", row->name);
		docs_line(out, row->help);
		if (row->required)
			fputs("Required.\n", out);
		for (int sort = 0; sort < STEP_SORTS; sort++)
			if (row->sorts & 1u << sort) {
				fprintf(out, listed ? " ,\n.Ic %s" : "Only for\n.Ic %s",
				        step_sort_name((enum step_sort)sort));
				listed = true;
			}
		if (listed)
			fputs(" .\n", out);
	}
}

void guide_docs_keys(FILE *out)
{
	for (const struct key_block *const *block = key_blocks; *block; block++) {
		fprintf(out, ".Ss %s\n.Bl -tag -width Ds\n", (*block)->title);
		write_rows(out, *block);
		fputs(".El\n", out);
	}
}

void guide_docs_sorts(FILE *out)
{
	for (int sort = 0; sort < STEP_SORTS; sort++) {
		fprintf(out, ".It Ic %s\n", step_sort_name((enum step_sort)sort));
		docs_line(out, step_sort_help((enum step_sort)sort));
	}
}

void guide_docs_filters(FILE *out)
{
	const struct filter_row *row;

	for (size_t i = 0; (row = filter_at(i)); i++) {
		fprintf(out, row->argument ? ".It Ic %s : Ns Ar argument\n" : ".It Ic %s\n", row->name);
		docs_line(out, row->help);
	}
}

void guide_docs_tests(FILE *out)
{
	const char *word, *help;

	for (size_t i = 0; (word = test_operator_at(i, &help)); i++) {
		fputs(".It Li ", out);
		docs_line(out, word);
		docs_line(out, help);
	}
}

void guide_docs_names(FILE *out)
{
	const struct builtin_row *row;

	for (size_t i = 0; (row = builtin_at(i)); i++) {
		fprintf(out, ".It Ev %s\n", row->name);
		docs_line(out, row->help);
	}
}
