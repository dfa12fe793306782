// SPDX-License-Identifier: Apache-2.0
// Help made from the command table: a page for a place, and all of it as plain text.
#ifndef PEERDECK_UI_HELP_H
#define PEERDECK_UI_HELP_H

#include "base/buffer.h"
#include "ui/state.h"

// What works in this place; 0 = everywhere.
bool help_open(struct ui *ui, unsigned place, struct error *error);
// The keys and words of all commands as plain text.
bool help_keys(struct buffer *out);

#endif
