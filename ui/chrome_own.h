// SPDX-License-Identifier: Apache-2.0
// The surroundings of the panes from inside. For chrome*.c alone.
#ifndef PEERDECK_UI_CHROME_OWN_H
#define PEERDECK_UI_CHROME_OWN_H

#include "ui/chrome.h"

enum { CHROME_SPARK_COLUMNS = 8, CHROME_ENDED_MS = 10000 };

void chrome_wake_by(struct chrome *chrome, int64_t when); // monotonic; −1 = never
// Calls of the last minute, and of its parts.
uint64_t chrome_calls(const struct chrome *chrome, int64_t now, unsigned spark[CHROME_SPARK_COLUMNS]);
bool chrome_is_over(const struct job_view *job);
void chrome_duration(int64_t ms, char *out, size_t size); // "3m 12s"
void chrome_draw_header(struct ui *ui, const struct canvas *line);

#endif
