// SPDX-License-Identifier: Apache-2.0
// Splitting a stream into lines.
#include "config.h"
#include "kubernetes/api_lines.h"

#include <string.h>

#include "base/banned.h"

void api_lines_init(
        struct api_lines *lines, size_t longest, bool cuts, bool (*on_line)(const char *, size_t, void *), void *user)
{
	*lines = (struct api_lines){.cuts = cuts, .on_line = on_line, .user = user};
	buffer_init(&lines->partial, longest);
}

void api_lines_finish(struct api_lines *lines)
{
	buffer_finish(&lines->partial);
}

static bool hand_on(struct api_lines *lines)
{
	size_t size = lines->partial.size;
	bool more;

	if (size > 0 && lines->partial.data[size - 1] == '\r')
		lines->partial.data[--size] = '\0';
	more = lines->on_line(buffer_text(&lines->partial), size, lines->user);
	buffer_clear(&lines->partial);
	return more;
}

bool api_lines_feed(struct api_lines *lines, const char *data, size_t size)
{
	while (size > 0) {
		const char *end = memchr(data, '\n', size);
		size_t length = end ? (size_t)(end - data) : size;
		size_t room = lines->partial.limit - lines->partial.size;

		if (length > room && lines->cuts) {
			buffer_add(&lines->partial, data, room);
			if (lines->partial.broken || !hand_on(lines))
				return false;
			data += room;
			size -= room;
			continue;
		}
		if (!buffer_add(&lines->partial, data, length))
			return false;
		if (!end)
			return true;
		if (!hand_on(lines))
			return false;
		data = end + 1;
		size -= length + 1;
	}
	return true;
}

bool api_lines_end(struct api_lines *lines)
{
	return lines->partial.size == 0 || hand_on(lines);
}
