// SPDX-License-Identifier: Apache-2.0
// The language of `:`. A line is a command of the command table with its argument ("write 15m"), a kind to open with an
// optional filter ("vms /web status=Running"), or an action of the backend for what is selected ("stop"). Knows no
// screen.
#ifndef PEERDECK_UI_COMMAND_LINE_H
#define PEERDECK_UI_COMMAND_LINE_H

#include "inventory/filter.h"
#include "ui/line_editor.h"
#include "work/backend.h"

struct command_line {
	enum command_id command;      // COMMAND_NONE when it is a kind or an action
	const struct kind *kind;      // a kind to open
	const struct action *action;  // an action to begin
	char argument[LINE_MOST + 1]; // what follows, without blanks around; the filter of a kind (without its /)
};

// What completion needs to know; each may be NULL or count 0. Borrowed during the call.
struct command_words {
	const struct action *actions;
	size_t action_count;
	const char *const *regions, *const *contexts, *const *themes;
	size_t region_count, context_count, theme_count;
	const struct kind *kind; // of the pane in view: columns for :sort and :filter, actions
};

// False when there is no such command; the error names the nearest one. `words` NULL: no screen yet.
bool command_line_parse(
        const char *line, const struct command_words *words, struct command_line *out, struct error *error);
// Completions of the word that ends at the caret; returns how many were written.
size_t command_line_complete(
        const char *line, size_t caret, const struct command_words *words, char (*out)[COMPLETION_SIZE], size_t most);

#endif
