// SPDX-License-Identifier: Apache-2.0
// Staged output: curses writes into a memory file, and each frame leaves for the terminal in one write(2). ncurses
// flushes at every cursor movement; written straight to the terminal, a page is over a hundred writes that may show
// half done.
#ifndef PEERDECK_UI_TERM_STAGE_H
#define PEERDECK_UI_TERM_STAGE_H

#include <stdio.h>

#include "base/base.h"
#include "ui/term.h"

struct stage {
	FILE *file;   // what curses writes to; the terminal itself when there is no memory file
	int memory;   // −1 = plain output
	int terminal; // non-blocking when staged
	bool owns_terminal;
	bool synchronized; // frames go between BSU and ESU (DECSET 2026)
	bool numbered;     // tests: each frame ends with its number (PEERDECK_TEST_FRAMES)
	char *pending;     // what the terminal has not taken yet
	size_t pending_size, pending_sent, pending_room;
	struct term_stats stats;
};

enum { STAGE_FRAME_MOST = 8 << 20 };

// `terminal` is where the frames go. Falls back to plain output when memory files cannot be had.
bool stage_init(struct stage *stage, int terminal, struct error *error);
void stage_finish(struct stage *stage);
// Sends what curses has written since the last call. False when the terminal is gone.
bool stage_send_frame(struct stage *stage);
// The same outside frames, waiting until all is written (start, suspend, end).
bool stage_send_all(struct stage *stage);
// Appends bytes that are not curses' (modes, clipboard); sent at once when nothing waits.
bool stage_write(struct stage *stage, const char *bytes, size_t size);
bool stage_drain(struct stage *stage);
static inline bool stage_waits(const struct stage *stage)
{
	return stage->pending_sent < stage->pending_size;
}

#endif
