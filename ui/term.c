// SPDX-License-Identifier: Apache-2.0
// The terminal as the loop sees it: curses over staged output, modes and signals of our own.
#include "config.h"

#include "ui/term.h"

#include <curses.h>
#include <langinfo.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/text.h"
#include "ui/draw.h"
#include "ui/term_modes.h"
#include "ui/term_stage.h"

#include "base/banned.h"

static struct {
	struct stage stage;
	SCREEN *screen;
	bool started, lent;
	bool plain; // a terminal of the old sort: no queries, no private modes
	bool mouse;
	bool asked; // the terminal was asked what it can do and has not answered all
	bool repaint;
	char clipboard[16];
	char kind[64]; // TERM
} term;

// Bracketed paste, focus, the query for synchronized output with a device attributes request behind it as a fence.
#define MODES_ON "\033[?2004h\033[?1004h"
#define MODES_OFF "\033[?2004l\033[?1004l"
#define MOUSE_ON "\033[?1000h\033[?1006h"
#define MOUSE_OFF "\033[?1006l\033[?1000l"
#define QUERY "\033[?2026$p\033[c"

static bool is_plain(const char *kind)
{
	static const char *const plain[] = {"vt", "linux", "dumb", "ansi", "cons", "sun", "pcansi", "wy"};
	for (size_t i = 0; i < COUNT_OF(plain); i++)
		if (strncmp(kind, plain[i], strlen(plain[i])) == 0)
			return true;
	return false;
}

static void window_size(int *rows, int *columns)
{
	struct winsize size;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0) {
		*rows = size.ws_row;
		*columns = size.ws_col;
	}
}

// What a crash writes: everything that we may have switched on, off again, without asking curses.
static const char *capability(const char *name)
{
	char copy[16];
	snprintf(copy, sizeof copy, "%s", name);
	const char *text = tigetstr(copy);
	return text && text != (const char *)-1 ? text : "";
}

static void farewell(char *out, size_t size)
{
	snprintf(out, size, "%s%s%s%s%s%s\r\n", term.plain ? "" : "\033[?2026l" MODES_OFF, term.mouse ? MOUSE_OFF : "",
	        capability("sgr0"), capability("rmkx"), capability("cnorm"), capability("rmcup"));
}

static bool start_curses(const struct term_options *options, struct error *error)
{
	term.screen = newterm(NULL, term.stage.file, stdin);
	if (!term.screen)
		return error_set(error, ERROR_SYSTEM, _("the terminal type “%s” is not known here"), term.kind);
	set_term(term.screen);
	int rows = LINES, columns = COLS;
	window_size(&rows, &columns);
	resizeterm(rows, columns);
	noecho();
	nonl();
	raw();
	keypad(stdscr, TRUE);
	leaveok(stdscr, FALSE);
	typeahead(-1);
	int colors = 0;
	if (!options->no_color && has_colors() && start_color() == OK) {
		use_default_colors();
		colors = COLORS;
	}
	const bool utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	draw_setup(options->theme, utf8, utf8 && !term.plain && !options->ascii, colors);
	return true;
}

static void modes_on(void)
{
	if (term.plain)
		return;
	stage_write(&term.stage, MODES_ON, sizeof MODES_ON - 1);
	if (term.mouse)
		stage_write(&term.stage, MOUSE_ON, sizeof MOUSE_ON - 1);
}

static void modes_off(void)
{
	if (term.plain)
		return;
	if (term.mouse)
		stage_write(&term.stage, MOUSE_OFF, sizeof MOUSE_OFF - 1);
	stage_write(&term.stage, MODES_OFF, sizeof MODES_OFF - 1);
}

bool term_start(const struct term_options *options, struct error *error)
{
	const char *kind = getenv("TERM");
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		error_set(error, ERROR_USAGE, _("standard input or output is not a terminal"));
		error_remedy(error, _("use `peerdeck VIEW --once` or `peerdeck list KIND` to print instead"));
		return false;
	}
	memset(&term, 0, sizeof term);
	snprintf(term.kind, sizeof term.kind, "%s", kind ? kind : "");
	snprintf(term.clipboard, sizeof term.clipboard, "%s", options->clipboard ? options->clipboard : "auto");
	term.plain = is_plain(term.kind);
	term.mouse = options->mouse && !term.plain;
	if (!stage_init(&term.stage, STDOUT_FILENO, error))
		return false;
	if (!start_curses(options, error))
		goto no_curses;
	if (!modes_take(STDIN_FILENO, error))
		goto no_modes;
	char restore[512];
	farewell(restore, sizeof restore);
	if (!signals_take(restore, STDOUT_FILENO, error))
		goto no_signals;
	modes_on();
	if (!term.plain) {
		stage_write(&term.stage, QUERY, sizeof QUERY - 1);
		term.asked = true;
	}
	term.started = true;
	return true;

no_signals:
	modes_give_back();
no_modes:
	endwin();
	stage_send_all(&term.stage);
	delscreen(term.screen);
no_curses:
	stage_finish(&term.stage);
	return false;
}

// Answers that are still under way would land on the shell's command line.
static void swallow_answers(void)
{
	char bytes[256];
	struct pollfd wait = {.fd = STDIN_FILENO, .events = POLLIN};
	while (term.asked && poll(&wait, 1, 200) > 0) {
		const ssize_t got = read(STDIN_FILENO, bytes, sizeof bytes);
		if (got <= 0 || memchr(bytes, 'c', (size_t)got))
			break;
	}
	term.asked = false;
}

void term_leave(void)
{
	if (!term.started || term.lent)
		return;
	modes_off();
	endwin();
	stage_send_all(&term.stage);
	swallow_answers();
	modes_give_back();
	term.lent = true;
}

void term_return(void)
{
	if (!term.started || !term.lent)
		return;
	term.lent = false;
	modes_take_again();
	modes_on();
	term_resize();
	term_repaint();
}

void term_finish(void)
{
	if (!term.started)
		return;
	term_leave();
	signals_give_back();
	delscreen(term.screen);
	stage_finish(&term.stage);
	term.started = false;
}

void term_suspend(void)
{
	term_leave();
	signals_stop();
	term_return();
}

void term_size(int *rows, int *columns)
{
	*rows = LINES;
	*columns = COLS;
}

void term_resize(void)
{
	int rows = LINES, columns = COLS;
	window_size(&rows, &columns);
	if (rows != LINES || columns != COLS)
		resizeterm(rows, columns);
}

int term_fd(void)
{
	return STDIN_FILENO;
}

int term_output_fd(void)
{
	return term.stage.terminal;
}

int term_signal_fd(void)
{
	return signals_fd();
}

unsigned term_signals(void)
{
	return signals_asked();
}

bool term_wants_write(void)
{
	return stage_waits(&term.stage);
}

bool term_ready(void)
{
	if (!stage_waits(&term.stage))
		return true;
	term.stage.stats.dropped++;
	return false;
}

bool term_drain(void)
{
	return stage_drain(&term.stage);
}

void term_answered(enum term_answer answer)
{
	if (answer == TERM_ANSWER_SYNCHRONIZED)
		term.stage.synchronized = true;
	else
		term.asked = false;
}

void term_frame_begin(void)
{
	draw_begin();
}

bool term_frame_end(void)
{
	if (term.repaint)
		clearok(curscr, TRUE);
	term.repaint = false;
	draw_place_cursor();
	wnoutrefresh(stdscr);
	doupdate();
	return stage_send_frame(&term.stage);
}

void term_repaint(void)
{
	term.repaint = true;
}

struct term_stats term_stats(void)
{
	return term.stage.stats;
}

// OSC 52, wrapped for the multiplexer when it was asked for. k9s and others stop at this size because terminals do.
bool term_copy(const char *text, size_t length, struct error *error)
{
	enum { COPY_MOST = 74994 };
	struct buffer out;
	bool done = false;
	if (strcmp(term.clipboard, "off") == 0) {
		error_set(error, ERROR_USAGE, _("the clipboard is switched off (clipboard = \"off\")"));
		return false;
	}
	if (term.plain)
		return error_set(error, ERROR_USAGE, _("this terminal has no clipboard"));
	const bool tmux = strcmp(term.clipboard, "tmux") == 0, screen = strcmp(term.clipboard, "screen") == 0;
	buffer_init(&out, COPY_MOST + 64);
	buffer_add_text(&out, tmux ? "\033Ptmux;\033\033]52;c;" : screen ? "\033P\033]52;c;" : "\033]52;c;");
	text_add_base64(&out, text, length);
	buffer_add_text(&out, tmux || screen ? "\a\033\\" : "\a");
	if (out.broken || out.size > COPY_MOST)
		error_set(error, ERROR_LIMIT, _("too long for the clipboard (at most %d bytes)"), COPY_MOST / 4 * 3);
	else
		done = stage_write(&term.stage, out.data, out.size);
	buffer_finish(&out);
	return done;
}
