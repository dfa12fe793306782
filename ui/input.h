// SPDX-License-Identifier: Apache-2.0
// What the person did, read from the terminal: keys, pasted text, the mouse, focus.
#ifndef PEERDECK_UI_INPUT_H
#define PEERDECK_UI_INPUT_H

#include "base/buffer.h"
#include "ui/keys.h"

enum input_sort { INPUT_NONE, INPUT_KEY, INPUT_PASTE, INPUT_FOCUS, INPUT_MOUSE, INPUT_CLOSED };
enum mouse_sort { MOUSE_CLICK, MOUSE_OPEN, MOUSE_MENU, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };
enum { INPUT_PASTE_MOST = 1 << 16 };

struct input_event {
	enum input_sort sort;
	key key;                    // INPUT_KEY
	const struct buffer *paste; // INPUT_PASTE: complete; borrowed until the next read
	bool focused;               // INPUT_FOCUS
	enum mouse_sort mouse;      // INPUT_MOUSE
	int y, x;
};

struct input;
struct input *input_create(struct error *error);
void input_destroy(struct input *input);
// The next event without waiting; INPUT_NONE when there is none.
void input_read(struct input *input, struct input_event *out);
// Forgets everything typed so far (before a dialog is armed).
void input_discard(struct input *input);

#endif
