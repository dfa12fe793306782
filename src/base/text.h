// SPDX-License-Identifier: Apache-2.0
// UTF-8: checking, showing safely, measuring, cutting, matching, encoding.
#ifndef PEERDECK_BASE_TEXT_H
#define PEERDECK_BASE_TEXT_H

#include "base/base.h"
#include "base/buffer.h"

bool text_is_utf8(const char *text, size_t length);

// The one sanitizer: what a cloud sent becomes text that cannot steer a terminal. C0 controls and DEL become ^X, C1 and
// bidirectional or invisible format controls become <U+XXXX>, bytes that are no UTF-8 become U+FFFD; the rest stays.
// Newline and tab become a space. Writes at most `size` bytes with the NUL, never half a character; returns the bytes
// written without the NUL.
size_t text_visible(const char *text, size_t length, char *out, size_t size);
// True when text_visible would change nothing (the usual case; fast).
bool text_is_visible(const char *text, size_t length);
bool text_add_visible(struct buffer *out, const char *text, size_t length);

// Terminal columns of visible text (East Asian wide = 2, combining = 0).
int text_columns(const char *text, size_t length);
// Bytes of the longest prefix that is at most `columns` wide and does not split a character with its combining marks.
// *used gets its width when not NULL.
size_t text_fit(const char *text, size_t length, int columns, int *used);

// Case-insensitive (Unicode simple folding) search for `needle` (already folded with text_fold).
bool text_contains_folded(const char *text, const char *needle_folded);
bool text_fold(struct buffer *out, const char *text, size_t length);
// Order for people: digits by value, otherwise by folded character. For sorting names.
int text_compare_natural(const char *a, const char *b);
bool text_starts_with(const char *text, const char *prefix);
// The known word that a mistyped one is nearest to (ASCII, any case); NULL when none is near. `candidate` yields them by index, NULL
// after the last.
const char *text_nearest(const char *word, const char *(*candidate)(size_t index, const void *user), const void *user);
bool text_glob(const char *pattern, const char *text); // * and ? only

// Percent-encoding, RFC 3986 unreserved kept, upper-case hex; `also_keep` (may be NULL) names more bytes to keep ("/").
bool text_add_percent(struct buffer *out, const char *text, size_t length, const char *also_keep);
// In place; returns the new length. A '%' without two hex digits stays.
size_t text_percent_decode(char *text);
bool text_add_base64(struct buffer *out, const void *data, size_t size);
bool text_decode_base64(struct buffer *out, const char *text, size_t length); // white space is skipped; false = not base64
bool text_add_hex(struct buffer *out, const void *data, size_t size);
bool text_add_json_string(struct buffer *out, const char *text, size_t length); // with quotes; invalid UTF-8 as U+FFFD
// One word of a shell command: in single quotes where a shell could take it for more.
bool text_add_shell_word(struct buffer *out, const char *text);
bool text_add_csv_field(struct buffer *out, const char *text, size_t length); // RFC 4180

// Strict decimal; the whole text must be the number.
bool text_to_int64(const char *text, int64_t *out);

#endif
