// SPDX-License-Identifier: Apache-2.0
// Overlays: dialogs, menus and prompts, stacked over the panes. The top one gets every key. Enter never confirms a
// change, Esc always cancels, and nothing typed before a guarded dialog could be read can answer it: it arms 300 ms
// after it is first drawn.
#ifndef PEERDECK_UI_DIALOG_H
#define PEERDECK_UI_DIALOG_H

#include "ui/pane.h"

struct overlay;

struct overlay_type {
	const char *name;
	unsigned place; // PLACE_DIALOG, PLACE_MENU or PLACE_PROMPT
	bool guarded;   // arms after OVERLAY_ARM_MS, until then keys are thrown away
	void (*destroy)(struct overlay *overlay);
	// Where it wants to stand on a screen of this size (a prompt: the status line).
	void (*layout)(struct overlay *overlay, int rows, int columns, struct area *out);
	void (*draw)(struct overlay *overlay, const struct canvas *canvas);
	// Every key, with the command that the keymap has for it in this place (COMMAND_NONE = none).
	unsigned (*key)(struct overlay *overlay, keystroke key, enum command_id command);
	unsigned (*paste)(struct overlay *overlay, const char *text, size_t length); // NULL = pasted text is ignored
	bool (*update)(struct overlay *overlay);                                 // as pane_type.update; NULL = never
	int64_t (*wake_at)(struct overlay *overlay, int64_t now);                // as pane_type.wake_at; NULL = never
	size_t (*hints)(struct overlay *overlay, struct hint *out, size_t most); // footer; NULL = none
	unsigned (*mouse)(
	        struct overlay *overlay, enum mouse_sort sort, int y, int x); // relative to its area; NULL = ignored
};

enum { OVERLAY_ARM_MS = 300 };

// The first member of every overlay.
struct overlay {
	const struct overlay_type *type;
	struct ui *ui;
	struct overlay *below;
	struct area area;
	int64_t armed_at; // monotonic; 0 = not drawn yet
};

// Takes the overlay and puts it on top.
void overlay_push(struct ui *ui, struct overlay *overlay);
// Closes this one and all above it. From inside its own key handler return REACT_CLOSE instead.
void overlay_close(struct ui *ui, struct overlay *overlay);
void overlay_close_all(struct ui *ui);

// A question with a harmless default. `level` says what the person must do: nothing, press y, type the last four
// characters of the id, type a name; `typed` is the text to type ("caa 2"), shown in the dialog.
struct confirm_spec {
	const char *title;
	const char *const *lines; // what, where, why, command; shown as they are
	size_t line_count;
	enum guard level;
	const char *typed;   // GUARD_DISRUPTIVE and above
	const char *command; // the same as a command line of the cloud's own tool; NULL = none
	const char *blocked; // not NULL: why it cannot be confirmed at all
	bool (*still)(void *user, char *why, size_t size); // asked again before `accept`; NULL = nothing to ask
	unsigned (*accept)(struct ui *ui, void *user);     // returns reactions
	bool command_folded;                               // the command is shown when asked for only: it is long
	// A line above the question that changes by itself ("still orphaned"); asked with every look at the data. NULL
	// = none.
	void (*watch)(void *user, char *out, size_t size, enum style *style);
	// A milder way (`q`): closes this dialog. NULL = none.
	unsigned (*instead)(struct ui *ui, void *user);
	const char *instead_hint; // footer word
	// The text as a file would hold it (Ctrl-s). NULL = cannot be saved.
	bool (*save)(void *user, const char *format, struct buffer *out, struct error *error);
	void (*user_free)(void *user); // NULL = nothing to free
	void *user;
};
bool dialog_confirm(struct ui *ui, const struct confirm_spec *spec,
        struct error *error); // copies all texts; takes user even on failure

// A list to choose from. Greyed items say why.
struct menu_item {
	const char *label, *detail; // detail at the right, may be NULL
	const char *key;            // "s"; NULL = none
	const char *greyed;         // why it cannot be chosen; NULL = it can
	bool marked;                // for menus where Space marks several
};
struct menu_spec {
	const char *title;
	const struct menu_item *items;
	size_t count, start;
	bool several; // Space marks, Enter takes all marked
	// Chosen indexes; returns reactions.
	unsigned (*choose)(struct ui *ui, const size_t *chosen, size_t count, void *user);
	void (*user_free)(void *user);
	void *user;
};
bool menu_open(struct ui *ui, const struct menu_spec *spec,
        struct error *error); // copies all texts; takes user even on failure

// A line to type into.
struct prompt_spec {
	const char *label;   // ":" "/" "Desired size"
	const char *text;    // to start with
	const char *history; // name of its history; NULL = none
	bool masked;         // secret
	// After every change of the text (live filter); a mistake in `error` shows below the line. NULL = nobody cares.
	unsigned (*changed)(struct ui *ui, const char *text, void *user, struct error *error);
	// Enter. False = the prompt stays open and shows the error.
	bool (*accept)(struct ui *ui, const char *text, void *user, unsigned *reactions, struct error *error);
	unsigned (*cancel)(struct ui *ui, void *user); // Esc; NULL = just close
	// Completions of the word before the cursor: whole words; returns how many. NULL = none.
	size_t (*complete)(struct ui *ui, const char *text, size_t cursor, char (*out)[64], size_t most, void *user);
	void (*user_free)(void *user);
	void *user;
};
bool prompt_open(struct ui *ui, const struct prompt_spec *spec,
        struct error *error); // copies all texts; takes user even on failure

// Asks for a file name and writes what `make` makes for its format ("text", "csv", "json"), by a job; a file that
// exists is asked about. `user` must live until the prompt closes; `name` is suggested.
typedef bool save_make(void *user, const char *format, struct buffer *out, struct error *error);
bool save_prompt(struct ui *ui, const char *name, save_make *make, void *user, struct error *error);

#endif
