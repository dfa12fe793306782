// SPDX-License-Identifier: Apache-2.0
// Set-up guides in the console: their list, and the wizard that walks through one: inputs, preflight, plan, run.
#ifndef PEERDECK_UI_WIZARD_H
#define PEERDECK_UI_WIZARD_H

#include "ui/state.h"

struct wizards;

// All wizards of a console, by guide; they live on when their pane is left. NULL when out of memory.
struct wizards *wizards_create(void);
void wizards_destroy(struct ui *ui);
// The context was changed: what belongs to the one before ends. Before pages_reset.
void wizards_reset(struct ui *ui);
// With each turn of the loop; never waits. Looks, once per context, for runs that are not finished.
void wizards_turn(struct ui *ui);

// Opens the wizard of a guide, or goes back to it. The name as folder_find takes it.
bool wizard_open(struct ui *ui, const char *name, struct error *error);
// guides_view.c: the list.
bool guides_open(struct ui *ui, struct error *error);

extern const struct command_handler wizard_handlers[];

#endif
