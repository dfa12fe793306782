// SPDX-License-Identifier: Apache-2.0
// Percent, base64, hexadecimal, JSON and CSV forms of text.
#include "config.h"
#include "base/text.h"

#include <string.h>

#include "base/text_decode.h"

#include "base/banned.h"

static const char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static bool is_unreserved(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
	       c == '.' || c == '~';
}

bool text_add_percent(struct buffer *out, const char *text, size_t length, const char *also_keep)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];
		char encoded[3] = {'%', digits[c >> 4], digits[c & 15]};

		if (is_unreserved(text[i]) || (also_keep && c && strchr(also_keep, c)))
			buffer_add_char(out, text[i]);
		else
			buffer_add(out, encoded, sizeof(encoded));
	}
	return !out->broken;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

size_t text_percent_decode(char *text)
{
	char *from = text, *to = text;

	while (*from) {
		int high = *from == '%' ? hex_value(from[1]) : -1;
		int low = high >= 0 ? hex_value(from[2]) : -1;

		if (low >= 0) {
			*to++ = (char)(high << 4 | low);
			from += 3;
		} else {
			*to++ = *from++;
		}
	}
	*to = '\0';
	return (size_t)(to - text);
}

bool text_add_base64(struct buffer *out, const void *data, size_t size)
{
	const unsigned char *bytes = data;

	for (size_t i = 0; i < size; i += 3) {
		size_t left = size - i;
		uint32_t group = (uint32_t)bytes[i] << 16;
		char encoded[4];

		if (left > 1)
			group |= (uint32_t)bytes[i + 1] << 8;
		if (left > 2)
			group |= bytes[i + 2];
		encoded[0] = base64_digits[group >> 18];
		encoded[1] = base64_digits[group >> 12 & 63];
		encoded[2] = left > 1 ? base64_digits[group >> 6 & 63] : '=';
		encoded[3] = left > 2 ? base64_digits[group & 63] : '=';
		buffer_add(out, encoded, sizeof(encoded));
	}
	return !out->broken;
}

static int base64_value(char c)
{
	const char *at = c ? strchr(base64_digits, c) : NULL;

	return at ? (int)(at - base64_digits) : -1;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool text_decode_base64(struct buffer *out, const char *text, size_t length)
{
	size_t before = out->size, digits = 0, padding = 0;
	uint32_t group = 0;

	for (size_t i = 0; i < length; i++) {
		int value = base64_value(text[i]);

		if (is_space(text[i]))
			continue;
		if (text[i] == '=') {
			padding++;
			continue;
		}
		if (value < 0 || padding > 0)
			goto bad;
		group = group << 6 | (uint32_t)value;
		if (++digits % 4 == 0) {
			const char bytes[3] = {(char)(group >> 16), (char)(group >> 8), (char)group};

			buffer_add(out, bytes, sizeof(bytes));
			group = 0;
		}
	}
	if (padding > 2 || (digits + padding) % 4 != 0 || digits % 4 == 1)
		goto bad;
	if (digits % 4 == 2)
		buffer_add_char(out, (char)(group >> 4));
	if (digits % 4 == 3) {
		buffer_add_char(out, (char)(group >> 10));
		buffer_add_char(out, (char)(group >> 2));
	}
	return !out->broken;

bad:
	out->size = before;
	if (out->data)
		out->data[before] = '\0';
	return false;
}

bool text_add_hex(struct buffer *out, const void *data, size_t size)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *bytes = data;

	for (size_t i = 0; i < size; i++) {
		buffer_add_char(out, digits[bytes[i] >> 4]);
		buffer_add_char(out, digits[bytes[i] & 15]);
	}
	return !out->broken;
}

static void add_json_escape(struct buffer *out, uint32_t character)
{
	static const char *const named[] = {
	        ['"'] = "\\\"", ['\\'] = "\\\\", ['\n'] = "\\n", ['\r'] = "\\r", ['\t'] = "\\t"};

	if (character < COUNT_OF(named) && named[character]) {
		buffer_add_text(out, named[character]);
	} else if (character < 0x10000) {
		buffer_printf(out, "\\u%04x", (unsigned)character);
	} else {
		character -= 0x10000;
		buffer_printf(out, "\\u%04x\\u%04x", 0xd800u + (character >> 10), 0xdc00u + (character & 0x3ff));
	}
}

bool text_add_json_string(struct buffer *out, const char *text, size_t length)
{
	size_t plain = 0;

	buffer_add_char(out, '"');
	while (plain < length) {
		uint32_t character;
		size_t size = text_decode(text + plain, length - plain, &character);

		// What must not reach a terminal is escaped too: JSON is often looked at there.
		if (size > 0 && character != '"' && character != '\\' && text_is_visible(text + plain, size)) {
			plain += size;
			continue;
		}
		buffer_add(out, text, plain);
		if (size == 0)
			buffer_add_text(out, "\xef\xbf\xbd");
		else
			add_json_escape(out, character);
		text += plain + (size ? size : 1);
		length -= plain + (size ? size : 1);
		plain = 0;
	}
	buffer_add(out, text, length);
	buffer_add_char(out, '"');
	return !out->broken;
}

static bool needs_quotes(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (text[i] == ',' || text[i] == '"' || text[i] == '\n' || text[i] == '\r')
			return true;
	return false;
}

bool text_add_csv_field(struct buffer *out, const char *text, size_t length)
{
	if (!needs_quotes(text, length))
		return buffer_add(out, text, length);
	buffer_add_char(out, '"');
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '"')
			buffer_add_char(out, '"');
		buffer_add_char(out, text[i]);
	}
	buffer_add_char(out, '"');
	return !out->broken;
}

bool text_add_shell_word(struct buffer *out, const char *text)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./:=@,+%";

	if (*text && !text[strspn(text, plain)])
		return buffer_add_text(out, text);
	buffer_add_char(out, '\'');
	for (; *text; text++) {
		if (*text == '\'')
			buffer_add_text(out, "'\\''");
		else
			buffer_add_char(out, *text);
	}
	return buffer_add_char(out, '\'');
}
