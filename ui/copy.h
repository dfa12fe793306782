// SPDX-License-Identifier: Apache-2.0
// To the clipboard, and telling so in the status line.
#ifndef PEERDECK_UI_COPY_H
#define PEERDECK_UI_COPY_H

#include "base/base.h"

struct ui;

// `what` as in "copied: the id i-…".
void copy_text(struct ui *ui, const char *text, size_t length, const char *what);

#endif
