// SPDX-License-Identifier: Apache-2.0
// The text pane from inside. For text_*.c alone.
#ifndef PEERDECK_UI_TEXT_OWN_H
#define PEERDECK_UI_TEXT_OWN_H

#include "ui/state.h"
#include "ui/text_pane.h"

enum { TEXT_GUTTER = 2, TEXT_STEP = 8, TEXT_STAMP_COLUMNS = 9 };

struct text_pane {
	struct pane pane;
	const struct text_source *source;
	void *user;
	struct document *document;
	struct document *above, *below; // pinned; NULL = none
	char title[192], note[128];
	uint64_t cursor, top; // lines
	unsigned top_row;     // row of the line `top` that is the first on the screen
	int skip;             // columns scrolled away
	int columns;          // of the text, as last drawn
	bool wrap, stamps, follow, revealed;
	bool changed;          // since it was last looked at
	struct search *search; // NULL = none
	uint64_t origin;       // cursor before a search began
};

static inline struct text_pane *text_of(struct pane *pane)
{
	return (struct text_pane *)pane;
}

// Rows of a line on the screen.
unsigned text_line_rows(const struct text_pane *text, const struct document_line *line);
// After the cursor, the size or the document changed.
void text_keep_cursor(struct text_pane *text);
void text_draw(struct pane *pane, const struct canvas *canvas, bool focused);
unsigned text_command(struct pane *pane, const struct command_call *call);
// The rows on the screen as text.
bool text_visible_rows(const struct text_pane *text, struct buffer *out);

#endif
