// SPDX-License-Identifier: Apache-2.0
// Marks: a sorted set of ids.
#include "config.h"

#include "ui/table_own.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

static size_t find(const struct marks *marks, const char *id, bool *found)
{
	size_t low = 0, high = marks->count;
	*found = false;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const int order = strcmp(marks->ids[middle], id);
		if (order == 0) {
			*found = true;
			return middle;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool marks_have(const struct marks *marks, const char *id)
{
	bool found = false;
	if (marks->count)
		find(marks, id, &found);
	return found;
}

bool marks_add(struct marks *marks, const char *id)
{
	bool found;
	const size_t at = find(marks, id, &found);
	if (found)
		return true;
	if (marks->count == SELECTION_MARKS_MOST)
		return false;
	if (marks->count == marks->room) {
		const size_t room = marks->room ? marks->room * 2 : 16;
		char **grown = realloc(marks->ids, room * sizeof *grown);
		if (!grown)
			return false;
		marks->ids = grown;
		marks->room = room;
	}
	char *copy = strdup(id);
	if (!copy)
		return false;
	memmove(marks->ids + at + 1, marks->ids + at, (marks->count - at) * sizeof *marks->ids);
	marks->ids[at] = copy;
	marks->count++;
	return true;
}

void marks_remove(struct marks *marks, const char *id)
{
	bool found;
	const size_t at = find(marks, id, &found);
	if (!found)
		return;
	free(marks->ids[at]);
	marks->count--;
	memmove(marks->ids + at, marks->ids + at + 1, (marks->count - at) * sizeof *marks->ids);
}

void marks_clear(struct marks *marks)
{
	for (size_t i = 0; i < marks->count; i++)
		free(marks->ids[i]);
	free(marks->ids);
	*marks = (struct marks){0};
}

void marks_prune(struct marks *marks, const struct view *view)
{
	size_t kept = 0;
	for (size_t i = 0; i < marks->count; i++) {
		if (view_record(view, marks->ids[i]))
			marks->ids[kept++] = marks->ids[i];
		else
			free(marks->ids[i]);
	}
	marks->count = kept;
}
