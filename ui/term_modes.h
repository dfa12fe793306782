// SPDX-License-Identifier: Apache-2.0
// What the terminal's driver does with bytes, which signals reach us, and how a dying program gives the terminal back.
#ifndef PEERDECK_UI_TERM_MODES_H
#define PEERDECK_UI_TERM_MODES_H

#include "base/error.h"

// Remembers how the terminal is set and switches to single bytes without echo, signals or flow control.
bool modes_take(int terminal, struct error *error);
void modes_give_back(void); // as it was
void modes_take_again(void);

// Handlers for resizing, suspending, ending and crashing. `farewell` is what a crash writes to make the terminal
// usable; it is kept.
bool signals_take(const char *farewell, int terminal, struct error *error);
void signals_give_back(void);
int signals_fd(void);
unsigned signals_asked(void); // enum term_signal bits since the last call
// Stops this process group as Ctrl-z would; returns when it goes on.
void signals_stop(void);

#endif
