// SPDX-License-Identifier: Apache-2.0
// The console: runs the screen over a deck until the person leaves.
#ifndef PEERDECK_UI_UI_H
#define PEERDECK_UI_UI_H

#include "work/deck.h"

struct ui_options {
	const char *view;           // what to open first ("vms", "cluster", "operations"); NULL = the four panes
	int wake_fd;                // an eventfd that ui_wake writes to
	const struct error *notice; // shown in the status line at start (a broken config file); NULL = none
	const char *badge;          // shown in the header ("DEMO"); NULL = none
};

// Give it to deck_init as `wake`, with a pointer to the eventfd as `wake_user`. Safe from any thread.
void ui_wake(void *wake_fd);

// Takes the terminal, runs, gives it back. Returns the exit status of the program: 0 left by the person, 1 the terminal
// could not be taken or was lost (`error` says which).
int ui_run(struct deck *deck, const struct ui_options *options, struct error *error);

#endif
