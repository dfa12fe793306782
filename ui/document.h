// SPDX-License-Identifier: Apache-2.0
// A text to look at: lines with styled spans that can be wrapped, searched and folded. Lines are numbered from 0 for
// good, also when a full document drops its oldest ones. Text is made visible as it comes in. Knows no screen.
#ifndef PEERDECK_UI_DOCUMENT_H
#define PEERDECK_UI_DOCUMENT_H

#include "base/buffer.h"
#include "base/error.h"
#include "ui/theme.h"

enum {
	DOCUMENT_BYTES_MOST = 32 << 20, // the usual maximum
	DOCUMENT_LINE_MOST = 16 << 10,  // bytes of one line, cut there with …
	DOCUMENT_SPANS_MOST = 64,
	DOCUMENT_TAB = 8,
};

struct document_span {
	unsigned start, length; // bytes
	enum style style;
};

struct document_line {
	const char *text; // visible text, NUL-terminated
	unsigned length;
	unsigned span_count;
	const struct document_span *spans; // in order; what they leave out is STYLE_TEXT
	int64_t time;                      // wall clock when it came; 0 = timeless
	unsigned short depth;              // for folding: the lines after it that are deeper belong to it
	bool folded;
	const char *link; // what Enter opens ("vm/i-…"); "" = nothing
};

struct document;

// bytes_most: what all lines together may take; the oldest go first then. NULL when out of memory.
struct document *document_create(size_t bytes_most);
void document_destroy(struct document *document);
void document_clear(struct document *document);

// One piece of a line.
struct document_piece {
	enum style style;
	const char *text;
};
// A line made of pieces. Newlines in them become blanks. False when out of memory (the line is counted as dropped).
bool document_add(struct document *document, const struct document_piece *pieces, size_t count, unsigned depth,
        const char *link, int64_t time);
bool document_add_text(struct document *document, enum style style, const char *text);
bool document_printf(struct document *document, enum style style, const char *format, ...) PRINTF_LIKE(3, 4);
// A stream of bytes: lines end at newlines (\r before it is left out); what follows the last one waits for the rest.
void document_append(struct document *document, const char *bytes, size_t size, int64_t time);
void document_append_end(struct document *document, int64_t time); // the rest is a line too

uint64_t document_first(const struct document *document); // number of the oldest line that is left
uint64_t document_end(const struct document *document);   // number after the newest
uint64_t document_dropped(const struct document *document);
size_t document_bytes(const struct document *document);
const struct document_line *document_line(const struct document *document, uint64_t number); // NULL when not there

// Folding. A hidden line lies below a folded one.
bool document_fold(struct document *document, uint64_t number, bool folded);    // false when it has nothing below
void document_fold_all(struct document *document, unsigned depth, bool folded); // lines of this depth and deeper
bool document_is_parent(const struct document *document, uint64_t number);
// The nearest line that is not hidden, from `number` on (inclusive), forward or back; document_end when there is none.
uint64_t document_shown(const struct document *document, uint64_t number, bool forward);
uint64_t document_next(const struct document *document, uint64_t number);
uint64_t document_previous(const struct document *document, uint64_t number);

// Searching: a plain text, any case; ~re = regular expression.
struct search;
struct search *search_create(const char *text, struct error *error);
void search_destroy(struct search *search);
const char *search_text(const struct search *search);
// Next match at or after byte `from` of the text: false when there is none.
bool search_match(const struct search *search, const char *text, size_t from, size_t *start, size_t *length);
// The nearest line after (before) `number` that matches, also a folded one; wraps. document_end when nothing matches.
uint64_t document_search(const struct document *document, const struct search *search, uint64_t number, bool forward);

// Rows that a line takes when wrapped at `columns` (at least 1).
unsigned document_rows(const struct document_line *line, int columns);
// The part of a wrapped line that stands in its row `row`: bytes from *start, *length of them.
void document_row(const struct document_line *line, int columns, unsigned row, size_t *start, size_t *length);

// All lines as text, folded ones too.
bool document_text(const struct document *document, struct buffer *out);

#endif
