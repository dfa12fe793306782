// SPDX-License-Identifier: Apache-2.0
// A pane: one framed part of the screen (a table, a text, the log). Its type is a const struct of functions over it;
// the loop and the layout know no pane by name. Handlers never draw: they say what should happen next (enum reaction).
#ifndef PEERDECK_UI_PANE_H
#define PEERDECK_UI_PANE_H

#include "ui/commands.h"
#include "ui/draw.h"
#include "ui/input.h"
#include "ui/keys.h"
#include "work/poller.h"

struct ui;
struct pane;

enum reaction {
	REACT_PASS = 0,           // not mine: ask the next one
	REACT_DONE = 1 << 0,      // handled, nothing to draw
	REACT_DRAW = 1 << 1,      // handled, draw
	REACT_INTERESTS = 1 << 2, // what is visible changed: tell the poller anew
	REACT_CLOSE = 1 << 3,     // close this pane or overlay
	REACT_REPAINT = 1 << 4,   // repaint the whole terminal
	REACT_QUIT = 1 << 5,      // leave the console
};

// One call of a command: from a key (argument "") or from the command line.
struct command_call {
	enum command_id id;
	const char *argument;
	keystroke key; // 0 from the command line
};

// One record (or several marked ones) that a command is about. Values: stay valid when the data changes.
enum { SELECTION_MARKS_MOST = 10000 };
struct selection {
	enum kind_id kind;
	struct scope scope;
	char id[256], name[256];
	const struct record *record; // borrowed until the next pane_update; NULL = gone
	struct view *view;           // borrowed: inventory view it is shown in
	const char *const
	        *marks; // ids of marked records (borrowed likewise); the cursor's row is not among them unless marked
	size_t mark_count, marks_hidden; // hidden: marked, but the filter hides them
};

struct pane_type {
	const char *name;
	unsigned place; // one enum place bit: which commands are valid
	bool frameless; // draws its own frames: the canvas is the whole area
	void (*destroy)(struct pane *pane);
	// Title ("Pod VMs") for the left and note ("214 · live 205") for the right of the frame.
	void (*title)(struct pane *pane, char *title, size_t title_size, char *note, size_t note_size);
	// Draws the inside. The canvas is the inside of the frame.
	void (*draw)(struct pane *pane, const struct canvas *canvas, bool focused);
	// A command whose place includes this type's. REACT_PASS = the loop looks further.
	unsigned (*command)(struct pane *pane, const struct command_call *call);
	// Brings its model up to date (store, log, jobs); returns whether what it shows may differ. NULL = it never
	// changes by itself.
	bool (*update)(struct pane *pane);
	// Monotonic time when it must be drawn again though nothing happened (ages, spinners, highlights); −1 = never.
	// NULL = never.
	int64_t (*wake_at)(struct pane *pane, int64_t now);
	// States what it wants read. NULL = nothing.
	void (*interests)(struct pane *pane, struct poller *poller, enum interest interest);
	// What the cursor is on; false = nothing. NULL = never anything.
	bool (*selection)(struct pane *pane, struct selection *out);
	// A mouse event inside; y and x relative to the inside of the frame. NULL = ignored.
	unsigned (*mouse)(struct pane *pane, enum mouse_sort sort, int y, int x);
	// The word for breadcrumbs and history ("pod VMs"). NULL = title.
	void (*crumb)(struct pane *pane, char *out, size_t size);
	// Own hints for the footer before those of the command table; returns how many. NULL = none.
	size_t (*hints)(struct pane *pane, struct hint *out, size_t most);
	// Current filter or search text, to start a prompt with; NULL = none.
	const char *(*filter)(struct pane *pane);
	// The visible text as a file would hold it (Ctrl-s): format "text", "csv", "json". NULL = cannot be saved.
	bool (*save)(struct pane *pane, const char *format, struct buffer *out, struct error *error);
};

// The first member of every pane.
struct pane {
	const struct pane_type *type;
	struct ui *ui;
	struct area area; // with its frame, as last laid out
	int page_rows;    // rows that fit inside, as last drawn
};

void pane_destroy(struct pane *pane); // NULL is fine

#endif
