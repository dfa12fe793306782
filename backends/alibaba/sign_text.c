// SPDX-License-Identifier: Apache-2.0
// What all signatures have in common: canonical queries and canonical headers.
#include "alibaba/sign.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "base/banned.h"

void signature_init(struct signature *signature)
{
	buffer_init(&signature->canonical, SIGN_TEXT_MOST);
	buffer_init(&signature->string, SIGN_TEXT_MOST);
	buffer_init(&signature->authorization, SIGN_TEXT_MOST);
	signature->value[0] = '\0';
}

void signature_finish(struct signature *signature)
{
	buffer_finish(&signature->canonical);
	buffer_finish(&signature->string);
	buffer_finish(&signature->authorization);
}

static const char *value_of(const struct sign_pair *pair)
{
	return pair->value ? pair->value : "";
}

static int compare_pairs(const void *a, const void *b)
{
	const struct sign_pair *left = *(const struct sign_pair *const *)a;
	const struct sign_pair *right = *(const struct sign_pair *const *)b;
	int order = strcmp(left->name, right->name);

	return order ? order : strcmp(value_of(left), value_of(right));
}

static bool add_pair(struct buffer *out, const struct sign_pair *pair, bool bare_empty)
{
	const char *value = value_of(pair);

	text_add_percent(out, pair->name, strlen(pair->name), NULL);
	if (bare_empty && !*value)
		return !out->broken;
	buffer_add_char(out, '=');
	return text_add_percent(out, value, strlen(value), NULL);
}

bool sign_add_query(struct buffer *out, const struct sign_pair *query, size_t count, bool bare_empty)
{
	const struct sign_pair **sorted;

	if (!count)
		return true;
	sorted = calloc(count, sizeof(*sorted));
	if (!sorted)
		return false;
	for (size_t i = 0; i < count; i++)
		sorted[i] = &query[i];
	qsort(sorted, count, sizeof(*sorted), compare_pairs);
	for (size_t i = 0; i < count; i++) {
		if (i)
			buffer_add_char(out, '&');
		add_pair(out, sorted[i], bare_empty);
	}
	free(sorted);
	return !out->broken;
}

const char *sign_header(const struct sign_request *request, const char *name)
{
	for (size_t i = 0; i < request->header_count; i++)
		if (!strcasecmp(request->headers[i].name, name))
			return value_of(&request->headers[i]);
	return NULL;
}

enum { HEADER_NAME_SIZE = 128, HEADERS_MOST = 64 };
struct header_line {
	char name[HEADER_NAME_SIZE];
	const char *value;
	size_t place; // keeps repeated headers in the order in which they are sent
};

static int compare_lines(const void *a, const void *b)
{
	const struct header_line *left = a, *right = b;
	int order = strcmp(left->name, right->name);

	if (order)
		return order;
	return left->place < right->place ? -1 : left->place > right->place;
}

static bool lower_name(char out[HEADER_NAME_SIZE], const char *name)
{
	size_t i;

	for (i = 0; name[i]; i++) {
		if (i + 1 == HEADER_NAME_SIZE)
			return false;
		out[i] = name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] + 32) : name[i];
	}
	out[i] = '\0';
	return true;
}

static bool add_trimmed(struct buffer *out, const char *value)
{
	size_t length;

	value += strspn(value, " \t\r\n");
	length = strlen(value);
	while (length && strchr(" \t\r\n", value[length - 1]))
		length--;
	return buffer_add(out, value, length);
}

static void add_lines(struct buffer *out, struct buffer *names, const struct header_line *lines, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		bool repeated = i && !strcmp(lines[i].name, lines[i - 1].name);

		if (repeated) {
			buffer_add_char(out, ',');
		} else {
			if (i)
				buffer_add_char(out, '\n');
			buffer_printf(out, "%s:", lines[i].name);
		}
		add_trimmed(out, lines[i].value);
		if (names && !repeated)
			buffer_printf(names, "%s%s", i ? ";" : "", lines[i].name);
	}
	if (count)
		buffer_add_char(out, '\n');
}

bool sign_add_headers(
        struct buffer *out, struct buffer *names, const struct sign_request *request, sign_selects selects)
{
	struct header_line lines[HEADERS_MOST];
	size_t count = 0;

	for (size_t i = 0; i < request->header_count; i++) {
		struct header_line *line = &lines[count];

		if (count == HEADERS_MOST || !lower_name(line->name, request->headers[i].name))
			return false;
		if (!selects(request, line->name))
			continue;
		line->value = value_of(&request->headers[i]);
		line->place = i;
		count++;
	}
	qsort(lines, count, sizeof(lines[0]), compare_lines);
	add_lines(out, names, lines, count);
	return !out->broken && !(names && names->broken);
}
