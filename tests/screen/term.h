// SPDX-License-Identifier: Apache-2.0
// A terminal to test programs in: a pseudo terminal whose screen libvterm keeps, and a small shell in between that
// stops, continues and outlives the program. Expectations are eventual: true as soon as they hold, false (with the
// screen printed to standard error) when their deadline passes; nothing sleeps. One thread.
#ifndef PEERDECK_TESTS_TERM_H
#define PEERDECK_TESTS_TERM_H

#include <sys/types.h>
#include <termios.h>

#include "base/base.h"

struct terminal;

enum { TERM_DEADLINE_MS = 5000 }; // times 3 under sanitizers; where a deadline of 0 is given, this is meant
enum { TERM_LOG_MOST = 64 << 20, TERM_ROWS_MOST = 300, TERM_COLUMNS_MOST = 600 };

struct term_options {
	int rows, columns;
	const char *const *argv; // NULL-terminated; argv[0] is a path
	// On top of a small clean environment (TERM=xterm-256color, LANG=C.UTF-8, TZ=UTC, PATH, an empty HOME):
	// "NAME=value" sets, "NAME" alone removes. NULL-terminated; NULL = none.
	const char *const *env;
	bool no_synchronized_update; // answer that mode 2026 is not known
};

// NULL when it could not be started. The second form takes the usual options.
struct terminal *term_open(const struct term_options *options);
struct terminal *term_start(int rows, int columns, const char *const argv[], const char *const env[]);
// Kills the program when it still runs, removes its HOME. term_stop(NULL) does nothing.
void term_stop(struct terminal *term);
const char *term_home(const struct terminal *term); // the program's HOME, for files to put there

// Keys as in "jj<Enter>:q<Enter>": <Enter> <Esc> <Tab> <S-Tab> <Space> <BS> <Del> <Ins> <Up> <Down> <Left> <Right>
// <S-Left> <S-Right> <Home> <End> <PgUp> <PgDn> <F1> … <F12> <C-x> <A-x> <lt>; everything else as it stands. Sequences
// are those of the program's TERM.
void term_keys(struct terminal *term, const char *keys);
void term_send(struct terminal *term, const void *bytes, size_t size);
void term_paste(struct terminal *term, const char *text); // bracketed
void term_click(struct terminal *term, int row, int column,
        int button); // SGR mouse: 0 left, 2 right, 64 wheel up, 65 wheel down
void term_resize(struct terminal *term, int rows, int columns);
void term_hang_up(struct terminal *term); // the terminal is gone

// What is on the screen. Regular expressions are POSIX extended and are matched with each row (trailing blanks cut).
bool term_wait_text(struct terminal *term, const char *regex, int deadline_ms);
bool term_wait_no_text(struct terminal *term, const char *regex, int deadline_ms);
bool term_wait_row(struct terminal *term, int row, const char *regex, int deadline_ms);
bool term_wait_cursor(struct terminal *term, int row, int column, int deadline_ms);
// True when nothing was written for `ms`.
bool term_wait_quiet(struct terminal *term, int ms);
// Waits until `check` holds.
bool term_wait(struct terminal *term, bool (*check)(struct terminal *term, void *user), void *user, const char *what,
        int deadline_ms);
// Text and attributes are those of GOLDEN_DIR/NAME.screen. With UPDATE_GOLDEN=1 in the environment the file is written
// instead.
bool term_expect_screen(struct terminal *term, const char *name);

// As it is now; first reads what has arrived.
bool term_has_text(struct terminal *term, const char *regex);
bool term_find(struct terminal *term, const char *regex, int *row, int *column); // column of the match
const char *term_row(struct terminal *term, int row);                            // valid until the next call
char *term_dump(struct terminal *term, bool attributes);                         // the golden form; free() it

struct term_cell {
	char text[25]; // UTF-8; " " where nothing was written, "" in the right half of a wide character
	int width;     // 1 or 2, 0 in the right half
	bool bold, underline, italic, blink, reverse;
	int foreground, background; // −1 the terminal's, 0…255, or 0x1000000 | RGB
};
struct term_cell term_cell(struct terminal *term, int row, int column);
void term_cursor(struct terminal *term, int *row, int *column, bool *visible);
bool term_in_alternate_screen(struct terminal *term);

// Everything the program ever wrote.
const char *term_log(struct terminal *term, size_t *size);
size_t term_mark(struct terminal *term); // bytes so far, after reading what has arrived
size_t term_bytes_since(struct terminal *term, size_t mark);
bool term_wait_log(struct terminal *term, size_t mark, const char *bytes, size_t size, int deadline_ms);

// The program. A wait status as in waitpid.
pid_t term_pid(const struct terminal *term);
bool term_wait_exit(struct terminal *term, int *status, int deadline_ms);
bool term_wait_stopped(struct terminal *term, int deadline_ms);
void term_continue(struct terminal *term); // as fg in a shell; restores nothing by itself
void term_kill(struct terminal *term, int signal);
// The modes as they were before the program started, and now.
const struct termios *term_modes_before(const struct terminal *term);
bool term_modes_now(struct terminal *term, struct termios *out);
bool term_modes_restored(struct terminal *term); // both equal; prints the difference

#endif
