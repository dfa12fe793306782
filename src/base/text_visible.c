// SPDX-License-Identifier: Apache-2.0
// Showing foreign text safely, measuring and cutting it.
#include "config.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#include <uniwidth.h>

#include "base/text_decode.h"

#include "base/banned.h"

struct range {
	uint32_t first, last;
};

// Characters that reorder, hide or break a line without being seen (Unicode general categories Cc, Cf, Zl, Zp and the
// invisible fillers), sorted. Variation selectors stay: they belong to the glyph before them.
static const struct range unseen[] = {
        {0x0080, 0x009f},   // C1 controls
        {0x00ad, 0x00ad},   // soft hyphen
        {0x034f, 0x034f},   // combining grapheme joiner
        {0x061c, 0x061c},   // Arabic letter mark
        {0x115f, 0x1160},   // Hangul fillers
        {0x17b4, 0x17b5},   // Khmer inherent vowels
        {0x180b, 0x180f},   // Mongolian selectors and vowel separator
        {0x200b, 0x200f},   // zero width space and joiners, direction marks
        {0x2028, 0x202e},   // line and paragraph separator, bidirectional embeddings and overrides
        {0x2060, 0x206f},   // word joiner, invisible operators, bidirectional isolates
        {0x3164, 0x3164},   // Hangul filler
        {0xfeff, 0xfeff},   // byte order mark
        {0xffa0, 0xffa0},   // half-width Hangul filler
        {0xfff9, 0xfffb},   // interlinear annotation
        {0xfffe, 0xffff},   // not characters
        {0x1bca0, 0x1bca3}, // shorthand format controls
        {0x1d173, 0x1d17a}, // musical format controls
        {0xe0000, 0xe0fff}, // tags and selectors supplement
};

static bool is_unseen(uint32_t character)
{
	for (size_t i = 0; i < COUNT_OF(unseen) && character >= unseen[i].first; i++)
		if (character <= unseen[i].last)
			return true;
	return false;
}

bool text_is_utf8(const char *text, size_t length)
{
	uint32_t character;

	while (length > 0) {
		size_t size = text_decode(text, length, &character);

		if (size == 0)
			return false;
		text += size;
		length -= size;
	}
	return true;
}

enum { REPLACEMENT_SIZE = 16 };

// Takes one character (or one bad byte) from `text` and says how it is shown; returns the bytes taken. *shown is left
// NULL when the character is shown as it is.
static size_t show_one(const char *text, size_t length, char scratch[REPLACEMENT_SIZE], const char **shown)
{
	unsigned char first = (unsigned char)*text;
	uint32_t character;
	size_t size;

	*shown = NULL;
	if (first >= 0x20 && first < 0x7f)
		return 1;
	if (first == '\n' || first == '\t') {
		*shown = " ";
		return 1;
	}
	if (first < 0x20 || first == 0x7f) {
		snprintf(scratch, REPLACEMENT_SIZE, "^%c", first ^ 0x40);
		*shown = scratch;
		return 1;
	}
	size = text_decode(text, length, &character);
	if (size == 0) {
		*shown = "\xef\xbf\xbd";
		return 1;
	}
	if (is_unseen(character)) {
		snprintf(scratch, REPLACEMENT_SIZE, "<U+%04X>", (unsigned)character);
		*shown = scratch;
	}
	return size;
}

size_t text_visible(const char *text, size_t length, char *out, size_t size)
{
	char scratch[REPLACEMENT_SIZE];
	size_t written = 0;

	if (size == 0)
		return 0;
	while (length > 0) {
		const char *shown;
		size_t taken = show_one(text, length, scratch, &shown);
		size_t needed = shown ? strlen(shown) : taken;

		if (needed >= size - written)
			break;
		memcpy(out + written, shown ? shown : text, needed);
		written += needed;
		text += taken;
		length -= taken;
	}
	out[written] = '\0';
	return written;
}

bool text_is_visible(const char *text, size_t length)
{
	char scratch[REPLACEMENT_SIZE];

	while (length > 0) {
		const char *shown;
		size_t taken = show_one(text, length, scratch, &shown);

		if (shown)
			return false;
		text += taken;
		length -= taken;
	}
	return true;
}

bool text_add_visible(struct buffer *out, const char *text, size_t length)
{
	char scratch[REPLACEMENT_SIZE];
	size_t plain = 0;

	while (plain < length) {
		const char *shown;
		size_t taken = show_one(text + plain, length - plain, scratch, &shown);

		if (!shown) {
			plain += taken;
			continue;
		}
		if (!buffer_add(out, text, plain) || !buffer_add_text(out, shown))
			return false;
		text += plain + taken;
		length -= plain + taken;
		plain = 0;
	}
	return buffer_add(out, text, length);
}

// Columns of the character at `text`; *size gets its bytes. A bad byte counts as one column.
static int columns_of(const char *text, size_t length, size_t *size)
{
	uint32_t character;
	int columns;

	if ((unsigned char)*text < 0x80) {
		*size = 1;
		return (unsigned char)*text >= 0x20 && *text != 0x7f;
	}
	*size = text_decode(text, length, &character);
	if (*size == 0) {
		*size = 1;
		return 1;
	}
	columns = uc_width(character, "UTF-8");
	return columns > 0 ? columns : 0;
}

int text_columns(const char *text, size_t length)
{
	int columns = 0;
	size_t size;

	for (; length > 0; text += size, length -= size)
		columns += columns_of(text, length, &size);
	return columns;
}

size_t text_fit(const char *text, size_t length, int columns, int *used)
{
	size_t at = 0, size;
	int width = 0;

	while (at < length) {
		int more = columns_of(text + at, length - at, &size);

		if (width + more > columns)
			break;
		width += more;
		at += size;
	}
	if (used)
		*used = width;
	return at;
}
