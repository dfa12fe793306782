// SPDX-License-Identifier: Apache-2.0
// The histories of prompts, by name, each with a file NAME.history in the state folder that jobs read and write.
#ifndef PEERDECK_UI_PROMPT_HISTORY_H
#define PEERDECK_UI_PROMPT_HISTORY_H

#include "ui/line_history.h"

struct ui;

// The history of this name; its file is read in the background the first time. NULL when there are too many names.
const struct line_history *prompt_history(struct ui *ui, const char *name);
void prompt_history_add(struct ui *ui, const char *name, const char *line);
// Forgets all; files stay.
void prompt_histories_finish(void);

#endif
