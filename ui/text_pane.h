// SPDX-License-Identifier: Apache-2.0
// A pane that shows a document: describe, YAML, help, console output, the log. The cursor stands on a line; Enter opens
// what the line tells of, or folds what is below it.
#ifndef PEERDECK_UI_TEXT_PANE_H
#define PEERDECK_UI_TEXT_PANE_H

#include "ui/document.h"
#include "ui/pane.h"

// Where the text comes from. All but name may be NULL.
struct text_source {
	const char *name;                              // "describe"
	bool grows;                                    // a log: place PLACE_LOG, follows its end
	bool (*update)(struct pane *pane, void *user); // as pane_type.update
	// Makes the whole text anew (sensitive values shown or masked); the pane's document is empty then.
	void (*render)(struct pane *pane, void *user, bool revealed);
	unsigned (*command)(struct pane *pane, const struct command_call *call,
	        void *user); // before the pane's own; REACT_PASS = not mine
	unsigned (*open)(struct pane *pane, const char *link, void *user);
	bool (*selection)(struct pane *pane, struct selection *out, void *user);
	void (*interests)(struct pane *pane, struct poller *poller, enum interest interest, void *user);
	int64_t (*wake_at)(struct pane *pane, int64_t now, void *user);
	void (*user_free)(void *user);
	size_t (*hints)(
	        struct pane *pane, struct hint *out, size_t most, void *user); // before those of the command table
	// The text as a file would hold it, by format ("text", "json"). NULL = what is shown, as text only.
	bool (*save)(struct pane *pane, const char *format, struct buffer *out, void *user, struct error *error);
};

// Takes user, also on failure. The text is rendered before the first frame.
struct pane *text_pane_create(
        struct ui *ui, const struct text_source *source, const char *title, void *user, struct error *error);
struct document *text_pane_document(struct pane *pane);
void *text_pane_user(struct pane *pane);
// What stays in sight while the text between them scrolls; empty at first. NULL when out of memory. Cleared before the
// text is rendered again.
struct document *text_pane_above(struct pane *pane);
struct document *text_pane_below(struct pane *pane);
bool pane_is_text(const struct pane *pane, const struct text_source *source);
// A word at the right of the title ("reading"); "" = none.
void text_pane_note(struct pane *pane, const char *format, ...) PRINTF_LIKE(2, 3);
// The document was added to outside `update`: it is drawn at the next look.
void text_pane_changed(struct pane *pane);
// Renders again, keeping the place.
void text_pane_render(struct pane *pane);
void text_pane_start_at(struct pane *pane, uint64_t line);

#endif
