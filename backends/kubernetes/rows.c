// SPDX-License-Identifier: Apache-2.0
// Rows of a watch. Between two tellings few of them change, so that only these have memory of their own.
#include "config.h"
#include "kubernetes/rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

static void rows_clear(struct rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		snapshot_unref(rows->items[i].holder);
	rows->count = 0;
	snapshot_unref(rows->base);
	rows->base = NULL;
}

void rows_finish(struct rows *rows)
{
	rows_clear(rows);
	free(rows->items);
	memset(rows, 0, sizeof(*rows));
}

static bool make_room(struct rows *rows, size_t count)
{
	struct row *grown;
	size_t room = rows->room ? rows->room : 64;

	while (room < count)
		room *= 2;
	if (room == rows->room)
		return true;
	grown = realloc(rows->items, room * sizeof(*grown));
	if (!grown)
		return false;
	rows->items = grown;
	rows->room = room;
	return true;
}

bool rows_take(struct rows *rows, struct snapshot *base)
{
	rows_clear(rows);
	if (!make_room(rows, base->count)) {
		snapshot_unref(base);
		return false;
	}
	for (size_t i = 0; i < base->count; i++)
		rows->items[i] = (struct row){base->records[i], NULL};
	rows->count = base->count;
	rows->base = base;
	return true;
}

static struct row *find(struct rows *rows, const char *id)
{
	size_t position = rows->base ? snapshot_position(rows->base, id) : SIZE_MAX;

	if (position != SIZE_MAX)
		return &rows->items[position];
	for (size_t i = rows->base ? rows->base->count : 0; i < rows->count; i++)
		if (rows->items[i].record && strcmp(rows->items[i].record->id, id) == 0)
			return &rows->items[i];
	return NULL;
}

// The object as the one record of a snapshot.
static struct snapshot *read_object(const struct fill *fill, enum kind_id kind, const cJSON *object)
{
	struct fill one = *fill;
	struct snapshot *snapshot;

	one.builder = snapshot_builder_create(kind, fill->scope, NULL);
	if (!one.builder)
		return NULL;
	fill_add(&one, kind, object);
	snapshot = snapshot_finish(one.builder, 0, NULL);
	return snapshot;
}

bool rows_put(struct rows *rows, const struct fill *fill, enum kind_id kind, const cJSON *object, bool gone)
{
	struct snapshot *holder = read_object(fill, kind, object);
	struct row *row;

	if (!holder)
		return false;
	// Without an id it is nothing that could be shown.
	if (holder->count == 0) {
		snapshot_unref(holder);
		return true;
	}
	row = find(rows, holder->records[0]->id);
	if (!row && !gone && !make_room(rows, rows->count + 1)) {
		snapshot_unref(holder);
		return false;
	}
	if (!row && !gone) {
		row = &rows->items[rows->count++];
		*row = (struct row){NULL, NULL};
	}
	if (row)
		snapshot_unref(row->holder);
	if (row && !gone)
		*row = (struct row){holder->records[0], holder};
	else if (row)
		*row = (struct row){NULL, NULL};
	if (gone)
		snapshot_unref(holder);
	return true;
}

static void copy_field(
        struct snapshot_builder *builder, const struct field *field, const struct record *from, struct record *to)
{
	const char *source = (const char *)from + field->offset;
	char *target = (char *)to + field->offset;
	bool shared = field->flags & FIELD_SHARED;
	const struct text_list *list = (const void *)source;
	const struct tag_list *tags = (const void *)source;

	switch (field->type) {
	case FIELD_TEXT:
		*(const char **)(void *)target =
		        (shared ? snapshot_shared : snapshot_text)(builder, *(const char *const *)(const void *)source);
		break;
	case FIELD_INTEGER:
	case FIELD_TIME:
		memcpy(target, source, sizeof(int64_t));
		break;
	case FIELD_REAL:
		memcpy(target, source, sizeof(double));
		break;
	case FIELD_FLAG:
		memcpy(target, source, sizeof(bool));
		break;
	case FIELD_LIST:
		*(struct text_list *)(void *)target = snapshot_list(builder, list->items, list->count, true);
		break;
	case FIELD_TAGS:
		*(struct tag_list *)(void *)target = snapshot_tags(builder, tags->items, tags->count);
		break;
	}
}

void rows_write(const struct rows *rows, enum kind_id kind, struct snapshot_builder *builder, const struct vm_book *vms)
{
	const struct kind *row = kind_get(kind);

	for (size_t i = 0; i < rows->count; i++) {
		const struct record *from = rows->items[i].record;
		struct record *to = from ? snapshot_add(builder, from->id) : NULL;

		for (size_t f = 0; to && f < row->field_count; f++) {
			const struct field *field = &row->fields[f];

			if (!(field->flags & FIELD_DERIVED) && field->offset != offsetof(struct record, id))
				copy_field(builder, field, from, to);
		}
		if (to && kind == KIND_POD && ((struct pod_record *)to)->is_peer && *vm_book_find(vms, from->id))
			((struct pod_record *)to)->vm_id = snapshot_text(builder, vm_book_find(vms, from->id));
	}
}

bool rows_lack_vms(const struct rows *rows)
{
	for (size_t i = 0; i < rows->count; i++) {
		const struct pod_record *pod = (const struct pod_record *)rows->items[i].record;

		if (pod && pod->is_peer && !*pod->vm_id && !pod->is_terminal && !pod->deleting_since)
			return true;
	}
	return false;
}
