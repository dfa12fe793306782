// SPDX-License-Identifier: Apache-2.0
// One character of UTF-8 at a time. For the text_*.c files alone.
#ifndef PEERDECK_BASE_TEXT_DECODE_H
#define PEERDECK_BASE_TEXT_DECODE_H

#include "base/base.h"

// Bytes of the character at `text` (at most `length` > 0); 0 when they are no UTF-8 as RFC 3629 allows (overlong forms,
// surrogates and values above U+10FFFF are none).
static inline size_t text_decode(const char *text, size_t length, uint32_t *out)
{
	const unsigned char *bytes = (const unsigned char *)text;
	uint32_t character, least;
	size_t size;

	if (bytes[0] < 0x80) {
		*out = bytes[0];
		return 1;
	}
	if (bytes[0] < 0xc2)
		return 0;
	if (bytes[0] < 0xe0) {
		size = 2;
		least = 0x80;
		character = bytes[0] & 0x1f;
	} else if (bytes[0] < 0xf0) {
		size = 3;
		least = 0x800;
		character = bytes[0] & 0x0f;
	} else if (bytes[0] < 0xf5) {
		size = 4;
		least = 0x10000;
		character = bytes[0] & 0x07;
	} else {
		return 0;
	}
	if (size > length)
		return 0;
	for (size_t i = 1; i < size; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
		character = character << 6 | (bytes[i] & 0x3f);
	}
	if (character < least || character > 0x10ffff || (character >= 0xd800 && character <= 0xdfff))
		return 0;
	*out = character;
	return size;
}

// Writes `character` as UTF-8; returns the bytes.
static inline size_t text_encode(uint32_t character, char out[4])
{
	if (character < 0x80) {
		out[0] = (char)character;
		return 1;
	}
	if (character < 0x800) {
		out[0] = (char)(0xc0 | character >> 6);
		out[1] = (char)(0x80 | (character & 0x3f));
		return 2;
	}
	if (character < 0x10000) {
		out[0] = (char)(0xe0 | character >> 12);
		out[1] = (char)(0x80 | (character >> 6 & 0x3f));
		out[2] = (char)(0x80 | (character & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | character >> 18);
	out[1] = (char)(0x80 | (character >> 12 & 0x3f));
	out[2] = (char)(0x80 | (character >> 6 & 0x3f));
	out[3] = (char)(0x80 | (character & 0x3f));
	return 4;
}

#endif
