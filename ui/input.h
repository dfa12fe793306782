// SPDX-License-Identifier: Apache-2.0
// What the person did, read from the terminal: keys, pasted text, the mouse, focus.
#ifndef PEERDECK_UI_INPUT_H
#define PEERDECK_UI_INPUT_H

#include "base/buffer.h"
#include "ui/keys.h"
#include "ui/term.h"

enum input_sort { INPUT_NONE, INPUT_KEY, INPUT_PASTE, INPUT_FOCUS, INPUT_MOUSE, INPUT_ANSWER, INPUT_CLOSED };
enum mouse_sort { MOUSE_CLICK, MOUSE_OPEN, MOUSE_MENU, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };
enum { INPUT_PASTE_MOST = 1 << 16 };

struct input_event {
	enum input_sort sort;
	keystroke key;                    // INPUT_KEY
	const struct buffer *paste; // INPUT_PASTE: complete; borrowed until the next read
	bool focused;               // INPUT_FOCUS
	enum mouse_sort mouse;      // INPUT_MOUSE
	int y, x;
	enum term_answer answer; // INPUT_ANSWER
};

struct input;
struct input *input_create(struct error *error);
void input_destroy(struct input *input);
// Takes what can be read from the descriptor now (never waits); false when the terminal is gone.
bool input_fill(struct input *input, int descriptor, int64_t now);
// The same from memory, for tests. What does not fit is lost.
void input_feed(struct input *input, const char *bytes, size_t size, int64_t now);
// The next event; INPUT_NONE when there is none, or only the beginning of one.
void input_read(struct input *input, int64_t now, struct input_event *out);
// When a lone Esc becomes a key (25 ms after it came); −1 = nothing waits.
int64_t input_wake_at(const struct input *input);
// Forgets everything typed so far (before a dialog is armed).
void input_discard(struct input *input);

#endif
