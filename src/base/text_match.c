// SPDX-License-Identifier: Apache-2.0
// Finding and ordering text as people do: without regard to case, numbers by value.
#include "config.h"
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <unicase.h>

#include "base/text_decode.h"

#include "base/banned.h"

// A byte that is no UTF-8 folds to itself, above all characters.
static const uint32_t bad_byte = 0x110000;

// The folded character at `text`, which ends in a NUL; *size gets its bytes.
static uint32_t fold_at(const char *text, size_t length, size_t *size)
{
	unsigned char first = (unsigned char)*text;
	uint32_t character;

	*size = 1;
	if (first < 0x80)
		return first >= 'A' && first <= 'Z' ? first + 32u : first;
	*size = text_decode(text, length, &character);
	if (*size == 0) {
		*size = 1;
		return bad_byte + first;
	}
	// Upper case first: it joins letters that share one capital (final sigma, long s).
	return uc_tolower(uc_toupper(character));
}

// Enough bytes for fold_at to look at without passing the NUL.
static size_t reach(const char *text)
{
	return strnlen(text, 4);
}

static size_t character_size(const char *text)
{
	uint32_t character;
	size_t size = text_decode(text, reach(text), &character);

	return size ? size : 1;
}

static bool matches_here(const char *text, const char *needle)
{
	size_t size;

	while (*needle) {
		unsigned char wanted = (unsigned char)*needle;
		uint32_t character;

		if (!*text)
			return false;
		if ((unsigned char)*text < 0x80) {
			if (fold_at(text, 1, &size) != wanted)
				return false;
			text++;
			needle++;
			continue;
		}
		character = fold_at(text, reach(text), &size);
		text += size;
		if (wanted < 0x80) {
			if (character != wanted)
				return false;
			needle++;
			continue;
		}
		if (character != fold_at(needle, reach(needle), &size))
			return false;
		needle += size;
	}
	return true;
}

bool text_contains_folded(const char *text, const char *needle_folded)
{
	unsigned char first = (unsigned char)*needle_folded;
	unsigned char upper = first >= 'a' && first <= 'z' ? (unsigned char)(first - 32) : first;

	if (!first)
		return true;
	while (*text) {
		unsigned char c = (unsigned char)*text;

		// Most bytes cannot begin a match. A character beyond ASCII may fold into it.
		if ((c >= 0x80 || c == first || c == upper) && matches_here(text, needle_folded))
			return true;
		text += c < 0x80 ? 1 : character_size(text);
	}
	return false;
}

bool text_fold(struct buffer *out, const char *text, size_t length)
{
	char encoded[4];

	while (length > 0) {
		size_t size;
		uint32_t character = fold_at(text, length, &size);

		if (character >= bad_byte) {
			if (!buffer_add(out, text, size))
				return false;
		} else if (!buffer_add(out, encoded, text_encode(character, encoded))) {
			return false;
		}
		text += size;
		length -= size;
	}
	return true;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

// Compares the numbers at *a and *b by value and moves both behind them.
static int compare_numbers(const char **a, const char **b)
{
	size_t length_a, length_b;
	int order;

	while (**a == '0')
		(*a)++;
	while (**b == '0')
		(*b)++;
	length_a = strspn(*a, "0123456789");
	length_b = strspn(*b, "0123456789");
	order = length_a != length_b ? (length_a < length_b ? -1 : 1) : strncmp(*a, *b, length_a);
	*a += length_a;
	*b += length_b;
	return order;
}

int text_compare_natural(const char *a, const char *b)
{
	const char *whole_a = a, *whole_b = b;

	while (*a && *b) {
		size_t size_a, size_b;
		uint32_t folded_a, folded_b;

		if (is_digit(*a) && is_digit(*b)) {
			int order = compare_numbers(&a, &b);

			if (order != 0)
				return order;
			continue;
		}
		folded_a = fold_at(a, reach(a), &size_a);
		folded_b = fold_at(b, reach(b), &size_b);
		if (folded_a != folded_b)
			return folded_a < folded_b ? -1 : 1;
		a += size_a;
		b += size_b;
	}
	if (*a || *b)
		return *a ? 1 : -1;
	// Equal for people; bytes decide, so that an order is total.
	return strcmp(whole_a, whole_b);
}

bool text_starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool text_glob(const char *pattern, const char *text)
{
	const char *after_star = NULL, *retry = NULL;

	// Only the last star needs to be tried again: what earlier stars matched cannot need to be longer.
	while (*text) {
		if (*pattern == '*') {
			after_star = ++pattern;
			retry = text;
		} else if (*pattern == '?') {
			pattern++;
			text += character_size(text);
		} else if (*pattern == *text) {
			pattern++;
			text++;
		} else if (after_star) {
			pattern = after_star;
			retry += character_size(retry);
			text = retry;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}

bool text_to_int64(const char *text, int64_t *out)
{
	const char *digits = *text == '-' ? text + 1 : text;
	long long value;

	// strtoll alone would take white space and a plus sign.
	if (!*digits || strspn(digits, "0123456789") != strlen(digits))
		return false;
	errno = 0;
	value = strtoll(text, NULL, 10);
	if (errno != 0)
		return false;
	*out = value;
	return true;
}
