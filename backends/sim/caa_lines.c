// SPDX-License-Identifier: Apache-2.0
// A ring of lines.
#include "config.h"
#include "sim/caa_lines.h"

#include <stdlib.h>
#include <string.h>

#include "sim/memory.h"

#include "base/banned.h"

struct caa_lines *caa_lines_create(size_t limit)
{
	struct caa_lines *lines = memory_zeroed(1, sizeof(*lines));
	lines->limit = limit;
	return lines;
}

void caa_lines_destroy(struct caa_lines *lines)
{
	if (!lines)
		return;
	for (size_t i = 0; i < lines->count; i++)
		free(caa_lines_at(lines, i)->text);
	free(lines->items);
	free(lines);
}

static void lines_grow(struct caa_lines *lines)
{
	size_t room = lines->room ? 2 * lines->room : 64;
	struct caa_line *items = memory_zeroed(room, sizeof(*items));
	for (size_t i = 0; i < lines->count; i++)
		items[i] = *caa_lines_at(lines, i);
	free(lines->items);
	lines->items = items;
	lines->room = room;
	lines->start = 0;
}

void caa_lines_add(struct caa_lines *lines, int64_t time, char *text)
{
	lines->bytes += strlen(text);
	while (lines->count && lines->bytes > lines->limit) {
		struct caa_line *oldest = &lines->items[lines->start];
		lines->bytes -= strlen(oldest->text);
		free(oldest->text);
		lines->start = (lines->start + 1) % lines->room;
		lines->count--;
		lines->dropped++;
	}
	if (lines->count == lines->room)
		lines_grow(lines);
	lines->items[(lines->start + lines->count) % lines->room] = (struct caa_line){.time = time, .text = text};
	lines->count++;
}
