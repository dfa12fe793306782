// SPDX-License-Identifier: Apache-2.0
// Reading names and values out of a request.
#include "config.h"
#include "sim/request.h"

#include <string.h>

#include "base/text.h"

#include "base/banned.h"

const char *pairs_get(const struct pairs *pairs, const char *name)
{
	for (size_t i = 0; i < pairs->count; i++)
		if (!strcmp(pairs->items[i].name, name))
			return pairs->items[i].value;
	return NULL;
}

const char *request_header(const struct request *request, const char *name)
{
	return pairs_get(&request->headers, name);
}

bool pairs_add(struct arena *arena, struct pairs *pairs, const char *name, const char *value)
{
	if (pairs->count == pairs->room) {
		size_t room = pairs->room ? pairs->room * 2 : 16;
		struct pair *items = arena_alloc(arena, room * sizeof(*items));
		if (!items)
			return false;
		if (pairs->count)
			memcpy(items, pairs->items, pairs->count * sizeof(*items));
		pairs->items = items;
		pairs->room = room;
	}
	pairs->items[pairs->count++] = (struct pair){.name = name, .value = value};
	return true;
}

static char *decoded(struct arena *arena, const char *text, size_t length, bool plus)
{
	char *copy = arena_strndup(arena, text, length);
	for (char *c = copy; plus && c && *c; c++)
		if (*c == '+')
			*c = ' ';
	if (copy)
		text_percent_decode(copy);
	return copy;
}

bool pairs_parse(struct arena *arena, struct pairs *pairs, const char *text, size_t length, bool plus)
{
	const char *end = text + length;
	while (text < end) {
		const char *stop = memchr(text, '&', (size_t)(end - text));
		stop = stop ? stop : end;
		const char *equals = memchr(text, '=', (size_t)(stop - text));
		const char *name_end = equals ? equals : stop;
		if (stop > text) {
			char *name = decoded(arena, text, (size_t)(name_end - text), plus);
			char *value = equals ? decoded(arena, equals + 1, (size_t)(stop - equals - 1), plus) : NULL;
			if (!name || (equals && !value) || !pairs_add(arena, pairs, name, value ? value : ""))
				return false;
			pairs->items[pairs->count - 1].bare = !equals;
		}
		text = stop + 1;
	}
	return true;
}

void answer_header(struct answer *answer, const char *name, const char *value)
{
	if (answer->header_count < MAX_ANSWER_HEADERS)
		answer->headers[answer->header_count++] = (struct pair){.name = name, .value = value};
}
