// SPDX-License-Identifier: Apache-2.0
// The running console: what panes and overlays share. One per program, owned by ui_run, used by the UI thread only.
#ifndef PEERDECK_UI_STATE_H
#define PEERDECK_UI_STATE_H

#include "inventory/tree.h"
#include "ui/dialog.h"
#include "ui/pages.h"
#include "ui/ui.h"

enum { UI_STATUS_SIZE = 1024, UI_STATUS_MS = 10000 };

// How the rows of a kind were last shown as a tree: for as long as the console runs.
struct tree_memory {
	bool on;
	char fields[128];    // "" = the kind's own
	struct folds *folds; // NULL = none yet
};

struct ui {
	struct deck *deck;
	const struct ui_options *options;
	struct theme theme;
	struct keymap *keymap;
	struct input *input;
	struct overlay *overlays; // top first
	struct pages *pages;
	struct chrome *chrome;
	struct cleanup *cleanup; // scans; NULL = none
	struct wizards *wizards; // guides; NULL = none
	struct tree_memory trees[KIND_COUNT];
	bool frozen, focused;    // Z; the terminal has the focus
	bool header_hidden, path_hidden;
	int rows, columns;
	int64_t now;                 // monotonic, as of this turn of the loop
	int64_t cancel_pressed;      // last Ctrl-c
	int64_t swallow_enter_until; // Enter is thrown away until then: it belongs to what was typed into a dialog
	bool leaving;
	bool redraw; // something changed that no pane looks at

	// The status line: ours to the person, 10 s or until the next one.
	char status[UI_STATUS_SIZE];
	bool status_is_error;
	int64_t status_until;
	int64_t job_told; // wall clock: how operations that ended until then went was told
};

// Puts a line in the status line.
void ui_say(struct ui *ui, const char *format, ...) PRINTF_LIKE(2, 3);
// The same for a failure, which also goes to the log.
void ui_fail(struct ui *ui, const struct error *error);

// Runs a command as a key or the command line would: overlays do not see it, the focused pane is asked first, then the
// pages, then the table of handlers (handlers.c). Returns reactions.
unsigned ui_command(struct ui *ui, const struct command_call *call);
// Runs a line of the command line: "write 15m", "vms /name:web", "region all". False with the error for the prompt.
bool ui_run_line(struct ui *ui, const char *line, unsigned *reactions, struct error *error);
// What the cursor of the focused pane is on.
bool ui_selection(struct ui *ui, struct selection *out);
struct pane *ui_focused_pane(struct ui *ui);
// Lends the terminal to a program and waits for it; nothing is drawn meanwhile. argv ends with NULL. *status gets its
// wait status.
bool ui_run_program(struct ui *ui, const char *const *argv, int *status, struct error *error);

// What the loop does when no pane took a command: one row per handler; each module that has some exports a table.
struct command_handler {
	enum command_id id;
	unsigned (*run)(struct ui *ui, const struct command_call *call);
};
// Tables end with COMMAND_NONE. handlers.c lists them all.
extern const struct command_handler
        navigation_handlers[]; // pages, header, quit, cancel, repaint, suspend, freeze, refresh
extern const struct command_handler session_handlers[]; // session_commands.c: write, read-only, set, theme
extern const struct command_handler prompt_handlers[];  // prompts.c: command line, filter, search
extern const struct command_handler chooser_handlers[]; // choosers.c: regions, context, sort menu, commands
extern const struct command_handler
        view_handlers[]; // views.c: describe, YAML, help, log, operations, compare, copy, save, console
extern const struct command_handler orphans_handlers[]; // orphans_view.c: why, keep, narrowing
extern const struct command_handler diagnose_handlers[]; // diagnose_view.c
extern const struct command_handler sweep_handlers[]; // audit_view.c: audit, sweeps
extern const struct command_handler follow_handlers[];  // follow.c: owner, where, used by
extern const struct command_handler action_handlers[];  // actions.c: actions menu, delete, edit, logs

#endif
