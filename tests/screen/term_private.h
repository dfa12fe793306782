// SPDX-License-Identifier: Apache-2.0
// What the files of the test terminal share.
#ifndef PEERDECK_TESTS_TERM_PRIVATE_H
#define PEERDECK_TESTS_TERM_PRIVATE_H

#include <stdio.h>
#include <vterm.h>

#include "tests/screen/term.h"

struct terminal {
	int master, slave; // −1 = hung up
	int control;       // to the shell between
	pid_t shell, program;
	bool exited, stopped;
	int status;
	struct termios before;
	char home[64];
	char type[64]; // TERM
	bool no_synchronized_update;
	int64_t escape_at; // when Esc was sent last; 0 = something came after it

	VTerm *vterm;
	VTermScreen *screen;
	int rows, columns;
	bool cursor_visible, alternate;
	char row_text[TERM_COLUMNS_MOST * 24 + 1];

	char *log;
	size_t log_size, log_room;
};

int64_t term_clock(void); // monotonic ms
int term_scale(int deadline_ms);
// Reads what arrives within `ms` at most; returns true when something came.
bool term_pump(struct terminal *term, int ms);
void term_drain_input(struct terminal *term);
void term_complain(struct terminal *term, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
