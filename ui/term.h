// SPDX-License-Identifier: Apache-2.0
// The terminal: taking it, giving it back in whatever way the program ends, and putting each frame out with one
// write(2).
#ifndef PEERDECK_UI_TERM_H
#define PEERDECK_UI_TERM_H

#include "base/buffer.h"
#include "ui/theme.h"

struct term_options {
	const struct theme *theme;
	bool no_color, ascii, mouse;
	const char *clipboard; // "auto", "raw", "tmux", "screen", "off"
};

// One at a time. False when standard input or output is no terminal, or TERM is unknown.
bool term_start(const struct term_options *options, struct error *error);
void term_finish(void);

void term_size(int *rows, int *columns);
int term_fd(void);           // input: poll for POLLIN
int term_output_fd(void);    // while term_wants_write: poll for POLLOUT, then term_drain
int term_signal_fd(void);    // poll for POLLIN, then term_signals
bool term_wants_write(void); // part of a frame is left
// What signals asked for since the last call.
enum term_signal { TERM_RESIZED = 1, TERM_SUSPEND = 2, TERM_CONTINUED = 4, TERM_QUIT = 8 };
unsigned term_signals(void);
// The terminal answered a question of term_start (INPUT_ANSWER).
enum term_answer { TERM_ANSWER_ATTRIBUTES, TERM_ANSWER_SYNCHRONIZED };
void term_answered(enum term_answer answer);
void term_resize(void); // after TERM_RESIZED
void term_suspend(
        void); // gives the terminal back and stops this process; returns after SIGCONT with everything restored

// Begin: erases the drawing. End: sends the difference. Returns false when the terminal is gone. A frame that cannot be
// written now is dropped whole and the next one repaints.
void term_frame_begin(void);
bool term_frame_end(void);
bool term_drain(void);
void term_repaint(void); // the next frame repaints everything (Ctrl-l)
// True when a frame may be drawn (nothing is left of the last one).
bool term_ready(void);
// Puts text on the clipboard by OSC 52; false when it is off or the text is too long for it.
bool term_copy(const char *text, size_t length, struct error *error);
// Lends the terminal to another program (an editor, ssh): leave, run it, come back.
void term_leave(void);
void term_return(void);

struct term_stats {
	uint64_t frames, bytes, writes, dropped;
};
struct term_stats term_stats(void);

#endif
