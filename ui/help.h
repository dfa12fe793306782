// SPDX-License-Identifier: Apache-2.0
// Help made from the command table: a page for a place, and the sections of the manual page.
#ifndef PEERDECK_UI_HELP_H
#define PEERDECK_UI_HELP_H

#include "base/buffer.h"
#include "ui/state.h"

// What works in this place, as lines of a text. keymap NULL = the default keys.
bool help_open(struct ui *ui, unsigned place, struct error *error);
// The keys of every place as plain text, or as roff for the manual page.
bool help_keys(struct buffer *out, bool roff);

#endif
