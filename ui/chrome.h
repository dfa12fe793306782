// SPDX-License-Identifier: Apache-2.0
// What stands around the panes: header, operations in progress, status line, footer.
#ifndef PEERDECK_UI_CHROME_H
#define PEERDECK_UI_CHROME_H

#include "ui/state.h"

enum { CHROME_STRIP_MOST = 2, CHROME_CALLS_MOST = 64, CHROME_ROWS_LEAST = 15, CHROME_COLUMNS_LEAST = 60 };

// Calls as they were counted over the last minute.
struct chrome {
	struct {
		int64_t at;
		uint64_t calls;
	} samples[CHROME_CALLS_MOST];
	size_t sample_count;
	struct job_view strip[CHROME_STRIP_MOST];
	size_t strip_count, strip_more; // shown; running ones that are not
	bool offline;                   // nothing that was asked for lately could be reached
	uint64_t offline_version;       // of the store, when that was found out
	int64_t throttled_until;        // wall clock; 0 = nothing is throttled
	int64_t wake_at;                // monotonic: when something here changes by itself; −1 = never
};

// Reads what it shows (operations, calls). True when it may differ from what was drawn.
bool chrome_update(struct ui *ui);
// Says where the panes may stand. False = the screen is too small for any, which is then all it says.
bool chrome_layout(struct ui *ui, struct area *body);
// Draws everything around them, after them: the header tells of what they show.
void chrome_draw(struct ui *ui, struct area body);
int64_t chrome_wake_at(const struct ui *ui);
// True while readings come by themselves: only then do clock and age run.
bool chrome_is_live(const struct ui *ui);

#endif
