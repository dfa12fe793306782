// SPDX-License-Identifier: Apache-2.0
// Searching texts, and wrapping their lines.
#include "config.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/text_decode.h"
#include "ui/document.h"
#include "base/banned.h"

enum { SEARCH_MOST = 1024 };

struct search {
	char text[SEARCH_MOST + 1];
	struct buffer folded; // plain text only
	bool is_regex;
	regex_t regex;
};

struct search *search_create(const char *text, struct error *error)
{
	struct search *search;
	size_t length = strlen(text);
	int result;

	if (length > SEARCH_MOST) {
		error_set(error, ERROR_USAGE, _("the text to search for is longer than %d bytes"), SEARCH_MOST);
		return NULL;
	}
	search = calloc(1, sizeof(*search));
	if (!search) {
		error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
		return NULL;
	}
	memcpy(search->text, text, length + 1);
	buffer_init(&search->folded, SEARCH_MOST * 4);
	if (text[0] != '~') {
		text_fold(&search->folded, text, length);
		return search;
	}
	result = regcomp(&search->regex, text + 1, REG_EXTENDED | REG_ICASE);
	if (result != 0) {
		char why[128];

		regerror(result, &search->regex, why, sizeof(why));
		error_set(error, ERROR_USAGE, _("no regular expression: %s"), why);
		buffer_finish(&search->folded);
		free(search);
		return NULL;
	}
	search->is_regex = true;
	return search;
}

void search_destroy(struct search *search)
{
	if (!search)
		return;
	if (search->is_regex)
		regfree(&search->regex);
	buffer_finish(&search->folded);
	free(search);
}

const char *search_text(const struct search *search)
{
	return search->text;
}

// Folding can change how many bytes a character takes, so the end of the match is found character by character.
static bool plain_match_at(const struct search *search, const char *text, size_t *length)
{
	const char *wanted = search->folded.data;
	size_t left = search->folded.size, at = 0;
	char folded_bytes[64];

	while (left) {
		uint32_t character;
		size_t size = text[at] ? text_decode(text + at, strnlen(text + at, 4), &character) : 0;
		struct buffer folded = {
		        .data = folded_bytes, .room = sizeof(folded_bytes), .limit = sizeof(folded_bytes) - 1};

		if (!size || !text_fold(&folded, text + at, size) || folded.size > left ||
		        memcmp(folded.data, wanted, folded.size) != 0)
			return false;
		wanted += folded.size;
		left -= folded.size;
		at += size;
	}
	*length = at;
	return at > 0;
}

bool search_match(const struct search *search, const char *text, size_t from, size_t *start, size_t *length)
{
	regmatch_t match;

	if (search->is_regex) {
		if (regexec(&search->regex, text + from, 1, &match, from ? REG_NOTBOL : 0) != 0 ||
		        match.rm_eo == match.rm_so)
			return false;
		*start = from + (size_t)match.rm_so;
		*length = (size_t)(match.rm_eo - match.rm_so);
		return true;
	}
	if (!search->folded.size || !text_contains_folded(text + from, search->folded.data))
		return false;
	for (size_t at = from; text[at]; at++) {
		if (((unsigned char)text[at] & 0xc0) == 0x80 || !plain_match_at(search, text + at, length))
			continue;
		*start = at;
		return true;
	}
	return false;
}

static bool line_matches(const struct search *search, const char *text)
{
	if (search->is_regex)
		return regexec(&search->regex, text, 0, NULL, 0) == 0;
	return search->folded.size && text_contains_folded(text, search->folded.data);
}

uint64_t document_search(const struct document *document, const struct search *search, uint64_t number, bool forward)
{
	const uint64_t first = document_first(document), end = document_end(document), count = end - first;
	uint64_t at = number < first || number >= end ? (forward ? end - 1 : first) : number;

	for (uint64_t i = 0; i < count; i++) {
		at = forward ? (at + 1 == end ? first : at + 1) : (at == first ? end - 1 : at - 1);
		if (line_matches(search, document_line(document, at)->text))
			return at;
	}
	return end;
}

// Bytes of the row that begins at `text`: as much as fits, broken at a blank where one is in the last half.
static size_t row_size(const char *text, size_t length, int columns)
{
	size_t fits = text_fit(text, length, columns, NULL), half;

	if (fits >= length)
		return length;
	if (!fits) {
		// A wide character on a single column.
		uint32_t character;
		size_t size = text_decode(text, length, &character);
		return size ? size : 1;
	}
	if (text[fits] == ' ')
		return fits + 1;
	half = fits / 2;
	for (size_t i = fits; i > half; i--)
		if (text[i - 1] == ' ')
			return i;
	return fits;
}

unsigned document_rows(const struct document_line *line, int columns)
{
	size_t at = 0;
	unsigned rows = 0;

	do {
		at += row_size(line->text + at, line->length - at, columns < 1 ? 1 : columns);
		rows++;
	} while (at < line->length);
	return rows;
}

void document_row(const struct document_line *line, int columns, unsigned row, size_t *start, size_t *length)
{
	size_t at = 0, size;

	for (;;) {
		size = row_size(line->text + at, line->length - at, columns < 1 ? 1 : columns);
		if (row-- == 0)
			break;
		at += size;
	}
	*start = at;
	*length = size;
}
