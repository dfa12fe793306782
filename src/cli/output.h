// SPDX-License-Identifier: Apache-2.0
// Printing the rows of a view: table, wide, JSON, JSON lines, CSV, names.
#ifndef PEERDECK_CLI_OUTPUT_H
#define PEERDECK_CLI_OUTPUT_H

#include <stdio.h>

#include "cli/options.h"
#include "inventory/view.h"

// Prints all rows; false when standard output failed (a closed pipe is no failure).
bool output_view(FILE *out, const struct view *view, enum cli_format format, struct error *error);

// One row that changed, for --watch: `word` is appeared, changed or gone.
bool output_change(FILE *out, const struct kind *kind, const struct record *record, const struct field_context *context,
        enum cli_format format, const char *word);

#endif
