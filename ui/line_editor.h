// SPDX-License-Identifier: Apache-2.0
// One line being typed: text, caret, history, completion. Knows no screen. A character is a base character with its
// combining marks; the caret never stands inside one.
#ifndef PEERDECK_UI_LINE_EDITOR_H
#define PEERDECK_UI_LINE_EDITOR_H

#include "ui/commands.h"
#include "ui/line_history.h"

enum { LINE_MOST = 4096, COMPLETIONS_MOST = 64, COMPLETION_SIZE = 64 };

struct completion {
	char words[COMPLETIONS_MOST][COMPLETION_SIZE];
	size_t count, at;  // at == count: the common beginning stands in the line
	size_t word_start; // byte where the completed word begins
	size_t word_end;
};

struct line_editor {
	char text[LINE_MOST + 1];
	size_t length, caret;               // bytes
	const struct line_history *history; // borrowed; NULL = none
	size_t history_at;                  // 0 = the line being typed, n = n-th newest entry that begins like it
	char typed[LINE_MOST + 1];          // what stood there before history was walked
	struct completion completion;       // count 0 = none shown
};

void line_init(struct line_editor *line, const char *text, const struct line_history *history);
void line_set(struct line_editor *line, const char *text);
// Typed or pasted text at the caret: newlines and tabs become blanks, other controls and invalid UTF-8 are left out.
// False when it does not fit (nothing is inserted then).
bool line_insert(struct line_editor *line, const char *text, size_t length);
bool line_insert_character(struct line_editor *line, uint32_t character);
// COMMAND_EDIT_…: returns whether the command is one of the editor's.
bool line_command(struct line_editor *line, enum command_id command);

// The word that ends at the caret begins here: after a blank outside quotes.
size_t line_word_start(const struct line_editor *line);
// First Tab: the candidates for the word at the caret; a single one is inserted with a blank after it, of several the
// common beginning. Further Tabs walk through them (`back`: the other way). Returns whether the text changed.
bool line_complete(struct line_editor *line,
        size_t (*find)(const char *text, size_t caret, char (*out)[COMPLETION_SIZE], size_t most, void *user),
        void *user, bool back);

// The part of the line to show in `columns`: from byte *first on; returns the caret's column. `first` is kept between
// calls, so that the line does not jump.
int line_window(const struct line_editor *line, int columns, size_t *first);

#endif
