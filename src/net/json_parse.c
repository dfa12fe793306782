// SPDX-License-Identifier: Apache-2.0
// A JSON parser (RFC 8259) that builds cJSON's tree without cJSON's allocations: a page of a hundred instances is seven
// thousand nodes. It is strict except in two things that change no meaning: control characters inside strings are taken
// as they are, and what is no UTF-8, a lone surrogate or a NUL becomes U+FFFD.
#include "config.h"
#include "net/json_parse.h"

#include <limits.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/text_decode.h"

#include "base/banned.h"

static const char replacement[] = "\xef\xbf\xbd";
static const int64_t exact_most = INT64_C(1) << 53; // integers up to here are exact as doubles

static cJSON *parse_value(struct json_parser *parser, unsigned depth);

static void *fail(struct json_parser *parser, const char *mistake)
{
	if (!parser->mistake)
		parser->mistake = parser->at < parser->end ? mistake : N_("the text ends early");
	return NULL;
}

static void *fail_full(struct json_parser *parser)
{
	parser->full = true;
	return fail(parser, N_("too much for the memory set aside"));
}

static char peek(const struct json_parser *parser)
{
	return parser->at < parser->end ? *parser->at : '\0';
}

static void skip_space(struct json_parser *parser)
{
	while (parser->at < parser->end &&
	        (*parser->at == ' ' || *parser->at == '\n' || *parser->at == '\t' || *parser->at == '\r'))
		parser->at++;
}

static cJSON *node_create(struct json_parser *parser, int type)
{
	cJSON *node = json_memory_node(parser->memory, sizeof(*node));

	if (!node)
		return fail_full(parser);
	memset(node, 0, sizeof(*node));
	node->type = type;
	return node;
}

// First byte at or after `at` that is not simply copied: a quote, a backslash, NUL, or no ASCII.
static const char *plain_end(const char *at, const char *end)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), highs = ones << 7;

	while (end - at >= 8) {
		uint64_t word, quotes, slashes;

		memcpy(&word, at, sizeof(word));
		quotes = word ^ (ones * '"');
		slashes = word ^ (ones * '\\');
		// The usual test for a zero byte, on three words at once; a high bit of the text itself counts too.
		if ((word | ((word - ones) & ~word) | ((quotes - ones) & ~quotes) | ((slashes - ones) & ~slashes)) &
		        highs)
			break;
		at += 8;
	}
	while (at < end && *at != '"' && *at != '\\' && *at > 0)
		at++;
	return at;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// Four hex digits at `at`; -1 when there are none.
static int32_t hex_unit(const char *at, const char *end)
{
	int32_t unit = 0;

	if (end - at < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		int digit = hex_digit(at[i]);

		if (digit < 0)
			return -1;
		unit = unit << 4 | digit;
	}
	return unit;
}

// Reads what follows "\u" and writes it as UTF-8; returns the bytes written, 0 when it is no escape.
static size_t take_unicode(struct json_parser *parser, char *out)
{
	int32_t unit = hex_unit(parser->at, parser->end), low = -1;
	uint32_t character;

	if (unit < 0)
		return 0;
	parser->at += 4;
	character = (uint32_t)unit;
	if (unit >= 0xd800 && unit < 0xdc00 && parser->end - parser->at >= 6 && parser->at[0] == '\\' &&
	        parser->at[1] == 'u')
		low = hex_unit(parser->at + 2, parser->end);
	if (low >= 0xdc00 && low < 0xe000) {
		parser->at += 6;
		character = 0x10000 + (((uint32_t)unit - 0xd800) << 10) + ((uint32_t)low - 0xdc00);
	} else if (unit == 0 || (unit >= 0xd800 && unit < 0xe000)) {
		character = 0xfffd;
	}
	return text_encode(character, out);
}

// Reads the escape behind a backslash; returns the bytes written, 0 on a mistake.
static size_t take_escape(struct json_parser *parser, char *out)
{
	static const char escapes[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
	const char *found;

	parser->at++;
	if (parser->at >= parser->end)
		return 0;
	if (*parser->at == 'u') {
		parser->at++;
		return take_unicode(parser, out);
	}
	found = *parser->at ? strchr(escapes, *parser->at) : NULL;
	if (!found)
		return 0;
	parser->at++;
	*out = meanings[found - escapes];
	return 1;
}

// Where the string whose inside begins at `at` ends; NULL when it does not.
static const char *string_end(const char *at, const char *end)
{
	for (; at < end; at++) {
		if (*at == '"')
			return at;
		if (*at == '\\')
			at++;
	}
	return NULL;
}

// The part of a string from its first byte that needs work. `out` has room: three bytes for each one left.
static char *finish_string(struct json_parser *parser, char *out)
{
	while (parser->at < parser->end && *parser->at != '"') {
		const char *stop = plain_end(parser->at, parser->end);
		uint32_t character;
		size_t size;

		if (stop > parser->at) {
			memcpy(out, parser->at, (size_t)(stop - parser->at));
			out += stop - parser->at;
			parser->at = stop;
		} else if (*parser->at == '\\') {
			size = take_escape(parser, out);
			if (size == 0)
				return fail(parser, N_("a wrong escape in a string"));
			out += size;
		} else {
			size = *parser->at ? text_decode(parser->at, (size_t)(parser->end - parser->at), &character)
			                   : 0;
			memcpy(out, size ? parser->at : replacement, size ? size : 3);
			out += size ? size : 3;
			parser->at += size ? size : 1;
		}
	}
	if (parser->at >= parser->end)
		return fail(parser, "");
	parser->at++;
	return out;
}

// A string into memory of the document; parser->at is behind the opening quote.
static char *parse_string(struct json_parser *parser)
{
	const char *begin = parser->at, *stop = plain_end(begin, parser->end);
	size_t plain = (size_t)(stop - begin), room;
	char *text, *end;

	if (stop < parser->end && *stop == '"') {
		text = json_memory_bytes(parser->memory, plain + 1);
		if (!text)
			return fail_full(parser);
		memcpy(text, begin, plain);
		text[plain] = '\0';
		parser->at = stop + 1;
		return text;
	}
	end = NULL;
	stop = string_end(stop, parser->end);
	if (!stop) {
		parser->at = parser->end;
		return fail(parser, "");
	}
	room = 3 * (size_t)(stop - begin) + 1;
	text = json_memory_bytes(parser->memory, room);
	if (!text)
		return fail_full(parser);
	end = finish_string(parser, text);
	if (!end)
		return NULL;
	*end++ = '\0';
	parser->memory->used -= room - (size_t)(end - text);
	return text;
}

double json_number_value(const char *text, size_t length)
{
	char copy[64], *long_copy = length < sizeof(copy) ? copy : malloc(length + 1);
	locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	double value = 0;

	if (long_copy && plain) {
		memcpy(long_copy, text, length);
		long_copy[length] = '\0';
		value = strtod_l(long_copy, NULL, plain);
	}
	if (plain)
		freelocale(plain);
	if (long_copy != copy)
		free(long_copy);
	return value;
}

static size_t take_digits(struct json_parser *parser)
{
	const char *begin = parser->at;

	while (parser->at < parser->end && *parser->at >= '0' && *parser->at <= '9')
		parser->at++;
	return (size_t)(parser->at - begin);
}

// What a number has behind its integer; false on a mistake.
static bool take_fraction_and_exponent(struct json_parser *parser)
{
	if (peek(parser) == '.') {
		parser->at++;
		if (take_digits(parser) == 0)
			return false;
	}
	if (peek(parser) == 'e' || peek(parser) == 'E') {
		parser->at++;
		if (peek(parser) == '+' || peek(parser) == '-')
			parser->at++;
		return take_digits(parser) > 0;
	}
	return true;
}

static cJSON *parse_number(struct json_parser *parser)
{
	const char *begin = parser->at, *digits;
	bool negative = *begin == '-', whole;
	int64_t value = 0;
	size_t length;
	cJSON *node;

	parser->at += negative;
	digits = parser->at;
	length = take_digits(parser);
	if (length == 0 || (length > 1 && *digits == '0'))
		return fail(parser, N_("no number"));
	whole = length <= 16 && peek(parser) != '.' && peek(parser) != 'e' && peek(parser) != 'E';
	if (!whole && !take_fraction_and_exponent(parser))
		return fail(parser, N_("no number"));
	node = node_create(parser, cJSON_Number);
	if (!node)
		return NULL;
	for (const char *at = digits; whole && at < parser->at; at++)
		value = value * 10 + (*at - '0');
	if (whole && value < exact_most && (value > 0 || !negative)) {
		node->valuedouble = (double)(negative ? -value : value);
	} else {
		// Its text is kept, so that nothing is lost when it is written again or read as an integer.
		length = (size_t)(parser->at - begin);
		node->valuestring = json_memory_bytes(parser->memory, length + 1);
		if (!node->valuestring)
			return fail_full(parser);
		memcpy(node->valuestring, begin, length);
		node->valuestring[length] = '\0';
		node->valuedouble = json_number_value(begin, length);
	}
	if (node->valuedouble >= INT_MAX)
		node->valueint = INT_MAX;
	else if (node->valuedouble <= INT_MIN)
		node->valueint = INT_MIN;
	else
		node->valueint = (int)node->valuedouble;
	return node;
}

static cJSON *parse_word(struct json_parser *parser)
{
	static const struct {
		const char *word;
		int type;
	} words[] = {{"true", cJSON_True}, {"false", cJSON_False}, {"null", cJSON_NULL}};

	for (size_t i = 0; i < COUNT_OF(words); i++) {
		size_t length = strlen(words[i].word);

		if ((size_t)(parser->end - parser->at) >= length && memcmp(parser->at, words[i].word, length) == 0) {
			cJSON *node = node_create(parser, words[i].type);

			parser->at += length;
			if (node)
				node->valueint = node->type == cJSON_True;
			return node;
		}
	}
	return fail(parser, N_("no value"));
}

// A member's name and the colon behind it.
static char *parse_name(struct json_parser *parser)
{
	char *name;

	if (peek(parser) != '"')
		return fail(parser, N_("no name in quotes"));
	parser->at++;
	name = parse_string(parser);
	skip_space(parser);
	if (!name)
		return NULL;
	if (peek(parser) != ':')
		return fail(parser, N_("no colon behind a name"));
	parser->at++;
	skip_space(parser);
	return name;
}

// The inside of an array or object, behind its opening bracket.
static cJSON *parse_children(struct json_parser *parser, cJSON *parent, char close, unsigned depth)
{
	cJSON *last = NULL;

	skip_space(parser);
	if (peek(parser) == close) {
		parser->at++;
		return parent;
	}
	for (;;) {
		char *name = NULL;
		cJSON *child;

		if (close == '}') {
			name = parse_name(parser);
			if (!name)
				return NULL;
		}
		child = parse_value(parser, depth + 1);
		if (!child)
			return NULL;
		child->string = name;
		child->prev = last;
		if (last)
			last->next = child;
		else
			parent->child = child;
		last = child;
		skip_space(parser);
		if (peek(parser) == close)
			break;
		if (peek(parser) != ',')
			return fail(parser, N_("no comma or closing bracket behind a value"));
		parser->at++;
		skip_space(parser);
	}
	parser->at++;
	// As cJSON does: the first child's prev is the last.
	parent->child->prev = last;
	return parent;
}

static cJSON *parse_value(struct json_parser *parser, unsigned depth)
{
	char c = peek(parser);
	cJSON *node;

	if (depth >= JSON_DEPTH_MOST)
		return fail(parser, N_("too many brackets inside one another"));
	if (c == '"') {
		parser->at++;
		node = node_create(parser, cJSON_String);
		if (node)
			node->valuestring = parse_string(parser);
		return node && node->valuestring ? node : NULL;
	}
	if (c == '{' || c == '[') {
		parser->at++;
		node = node_create(parser, c == '{' ? cJSON_Object : cJSON_Array);
		return node ? parse_children(parser, node, c == '{' ? '}' : ']', depth) : NULL;
	}
	if (c == '-' || (c >= '0' && c <= '9'))
		return parse_number(parser);
	return parse_word(parser);
}

cJSON *json_parse(struct json_parser *parser)
{
	cJSON *root;

	if (parser->end - parser->at >= 3 && memcmp(parser->at, "\xef\xbb\xbf", 3) == 0)
		parser->at += 3;
	skip_space(parser);
	root = parse_value(parser, 0);
	if (!root)
		return NULL;
	skip_space(parser);
	if (parser->at < parser->end)
		return fail(parser, N_("more text behind the document"));
	return root;
}
