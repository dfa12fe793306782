// SPDX-License-Identifier: Apache-2.0
// Lines typed before, newest first, and their file: one line each, mode 0600. Files are read and written by jobs, never
// while drawing.
#ifndef PEERDECK_UI_HISTORY_H
#define PEERDECK_UI_HISTORY_H

#include "base/error.h"

enum { HISTORY_LINES_MOST = 500, HISTORY_FILE_MOST = 1 << 20 };

struct line_history {
	char *lines[HISTORY_LINES_MOST]; // oldest first
	size_t count;
};

void line_history_finish(struct line_history *history);
// False when it is empty, or the newest already; an older equal line moves to the front.
bool line_history_add(struct line_history *history, const char *line);
const char *line_history_line(const struct line_history *history, size_t back); // 1 = newest; NULL = none
// The next older (or newer) entry after `back` that begins with `prefix`; 0 = none.
size_t line_history_find(const struct line_history *history, const char *prefix, size_t back, bool older);

// Lines of the file go before those that are there already. A file that does not exist is no error.
bool line_history_load(struct line_history *history, const char *path, struct error *error);
// Rewrites the file (a temporary one, then rename).
bool line_history_save(const struct line_history *history, const char *path, struct error *error);
// Appends one line to the file; makes its folder (0700) when absent.
bool line_history_append(const char *path, const char *line, struct error *error);

#endif
