// SPDX-License-Identifier: Apache-2.0
// Comparing by id and by the field table.
#include "config.h"
#include "inventory/compare.h"

#include <stdlib.h>
#include <string.h>

#include "inventory/snapshot_own.h"

#include "base/banned.h"

uint64_t records_compare(const struct kind *kind, const struct record *a, const struct record *b)
{
	uint64_t fields = 0;

	if (a == b)
		return 0;
	for (size_t i = 0; i < kind->field_count && i < 64; i++)
		if (!(kind->fields[i].flags & (FIELD_UNCOMPARED | FIELD_DERIVED)) &&
		        !field_equal(&kind->fields[i], a, b))
			fields |= UINT64_C(1) << i;
	return fields;
}

static bool list_add(struct change_list *list, size_t *room, struct change change)
{
	if (list->count == *room) {
		size_t more = *room ? 2 * *room : 32;
		struct change *items = realloc(list->items, more * sizeof(*items));

		if (!items)
			return false;
		list->items = items;
		*room = more;
	}
	list->items[list->count++] = change;
	return true;
}

// Where the id is in `snapshot`: usually right behind the one before, because services keep their order.
static size_t position_near(struct snapshot *snapshot, const char *id, size_t expected)
{
	if (expected < snapshot->count && strcmp(snapshot->records[expected]->id, id) == 0)
		return expected;
	return snapshot_position(snapshot, id);
}

struct change_list snapshots_compare(struct snapshot *before, struct snapshot *after)
{
	const struct kind *kind = kind_get(after->kind);
	unsigned char *still_there = calloc(before->count + 1, 1);
	struct change_list list = {0};
	size_t room = 0, at = SIZE_MAX;

	if (!still_there)
		return list;
	for (size_t i = 0; i < after->count; i++) {
		const struct record *record = after->records[i];
		struct change change = {CHANGE_APPEARED, NULL, record, 0};

		at = position_near(before, record->id, at == SIZE_MAX ? i : at + 1);
		if (at != SIZE_MAX) {
			still_there[at] = 1;
			change.sort = CHANGE_CHANGED;
			change.before = before->records[at];
			change.fields = records_compare(kind, change.before, record);
			if (!change.fields)
				continue;
		}
		if (!list_add(&list, &room, change))
			goto done;
	}
	for (size_t i = 0; i < before->count; i++)
		if (!still_there[i] &&
		        !list_add(&list, &room, (struct change){CHANGE_GONE, before->records[i], NULL, 0}))
			break;
done:
	free(still_there);
	return list;
}

static int by_position(const void *a, const void *b)
{
	uint32_t left = ((const struct snapshot_mark *)a)->position,
	         right = ((const struct snapshot_mark *)b)->position;

	return left < right ? -1 : left > right;
}

// Sorted by position, and the later of two marks of one position.
static size_t marks_settle(struct snapshot_mark *marks, size_t count)
{
	size_t kept = 0;

	if (count == 0)
		return 0;
	qsort(marks, count, sizeof(*marks), by_position);
	for (size_t i = 0; i < count; i++) {
		if (kept > 0 && marks[kept - 1].position == marks[i].position) {
			if (marks[i].at > marks[kept - 1].at)
				marks[kept - 1] = marks[i];
			continue;
		}
		marks[kept++] = marks[i];
	}
	return kept;
}

void snapshot_mark_changes(
        struct snapshot *before, struct snapshot *after, const struct change_list *changes, int64_t monotonic)
{
	struct snapshot_own *old = before ? snapshot_own(before) : NULL, *own = snapshot_own(after);
	size_t count = 0, most = changes->count + (old ? old->mark_count : 0);
	struct snapshot_mark *marks;

	if (own->marks || most == 0)
		return;
	most = most < MARKS_MOST ? most : MARKS_MOST;
	marks = malloc(most * sizeof(*marks));
	if (!marks)
		return;
	for (size_t i = 0; i < changes->count && count < most; i++) {
		const struct change *change = &changes->items[i];

		if (change->sort == CHANGE_GONE)
			continue;
		marks[count++] = (struct snapshot_mark){
		        .position = (uint32_t)snapshot_position(after, change->after->id),
		        .at = monotonic,
		        .fields = change->sort == CHANGE_APPEARED ? UINT64_MAX : change->fields,
		};
	}
	for (size_t i = 0; old && i < old->mark_count && count < most; i++) {
		size_t position;

		if (monotonic - old->marks[i].at > MARK_KEEP_MS)
			continue;
		position = snapshot_position(after, before->records[old->marks[i].position]->id);
		if (position != SIZE_MAX)
			marks[count++] =
			        (struct snapshot_mark){(uint32_t)position, old->marks[i].at, old->marks[i].fields};
	}
	own->marks = marks;
	own->mark_count = marks_settle(marks, count);
}
