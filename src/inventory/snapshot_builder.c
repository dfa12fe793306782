// SPDX-License-Identifier: Apache-2.0
// Building snapshots: records and texts go into one arena, equal texts and lists are kept once.
#include "config.h"
#include "inventory/snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "inventory/hash.h"
#include "inventory/intern.h"
#include "inventory/snapshot_own.h"

#include "base/banned.h"

enum { LIST_SHARED_MOST = 64 };
static const size_t storage_most = (size_t)4 << 30;

struct snapshot_builder {
	enum kind_id kind;
	struct scope scope;
	struct snapshot_storage *storage;
	const struct record **records;
	size_t count, room;
	struct snapshot_index *index;
	struct intern_table texts, lists;
	int64_t total;
	struct error error; // the first thing that went wrong
	size_t record_size;
	char blank[]; // a record of which nothing is known
};

struct snapshot_builder *snapshot_builder_create(enum kind_id kind, const struct scope *scope, struct error *error)
{
	const struct kind *row = kind_get(kind);
	struct snapshot_builder *builder = calloc(1, sizeof(*builder) + row->record_size);

	if (!builder)
		goto fail;
	builder->kind = kind;
	builder->scope = *scope;
	builder->total = -1;
	builder->record_size = row->record_size;
	kind_blank(row, builder->blank);
	builder->storage = calloc(1, sizeof(*builder->storage));
	builder->index = snapshot_index_create(0);
	if (!builder->storage || !builder->index)
		goto fail;
	atomic_init(&builder->storage->references, 1);
	arena_init(&builder->storage->arena, storage_most);
	return builder;
fail:
	error_set(error, ERROR_MEMORY, _("out of memory"));
	if (builder) {
		free(builder->storage);
		free(builder->index);
	}
	free(builder);
	return NULL;
}

void snapshot_builder_destroy(struct snapshot_builder *builder)
{
	if (!builder)
		return;
	if (builder->storage)
		snapshot_storage_unref(builder->storage);
	free(builder->records);
	free(builder->index);
	intern_finish(&builder->texts);
	intern_finish(&builder->lists);
	free(builder);
}

static void *out_of_memory(struct snapshot_builder *builder)
{
	if (builder->error.kind == ERROR_NONE)
		error_set(&builder->error, ERROR_MEMORY, _("out of memory after %zu records"), builder->count);
	return NULL;
}

// Room for one more record and its place in the index.
static bool make_room(struct snapshot_builder *builder)
{
	if (builder->count == SNAPSHOT_RECORDS_MOST) {
		if (builder->error.kind == ERROR_NONE)
			error_set(&builder->error, ERROR_LIMIT, _("more than %d records in one list"),
			        SNAPSHOT_RECORDS_MOST);
		return false;
	}
	if (builder->count == builder->room) {
		size_t room = builder->room ? 2 * builder->room : 16;
		const struct record **records = realloc(builder->records, room * sizeof(*records));

		if (!records)
			return false;
		builder->records = records;
		builder->room = room;
	}
	if (snapshot_index_full(builder->index, builder->count)) {
		struct snapshot_index *index = snapshot_index_create(2 * builder->count);

		if (!index)
			return false;
		for (size_t i = 0; i < builder->count; i++) {
			const char *id = builder->records[i]->id;

			snapshot_index_add(index, hash_bytes(id, strlen(id)), i);
		}
		free(builder->index);
		builder->index = index;
	}
	return true;
}

void snapshot_borrow(struct snapshot_builder *builder, void *owner, void (*release)(void *owner))
{
	builder->storage->owner = owner;
	builder->storage->release = release;
}

void *snapshot_add(struct snapshot_builder *builder, const char *id)
{
	const char *own = builder->storage->owner ? id : snapshot_text(builder, id);
	uint64_t hash = hash_bytes(own, strlen(own));
	size_t position = snapshot_index_find(builder->index, builder->records, own, hash);
	struct record *record;

	if (position == SIZE_MAX && !make_room(builder))
		return out_of_memory(builder);
	// A record that is replaced gets new memory: a partial snapshot may still show the old one.
	record = arena_alloc(&builder->storage->arena, builder->record_size);
	if (!record)
		return out_of_memory(builder);
	memcpy(record, builder->blank, builder->record_size);
	record->id = own;
	if (position == SIZE_MAX) {
		position = builder->count++;
		snapshot_index_add(builder->index, hash, position);
	}
	builder->records[position] = record;
	return record;
}

size_t snapshot_builder_count(const struct snapshot_builder *builder)
{
	return builder->count;
}

// Bytes of the character at `text`, 0 when it is not UTF-8.
static size_t character_size(const char *text, size_t length)
{
	for (size_t size = 1; size <= 4 && size <= length; size++)
		if (text_is_utf8(text, size))
			return size;
	return 0;
}

// Each byte that is no UTF-8 becomes U+FFFD, three bytes.
static const char *repair(struct snapshot_builder *builder, const char *text, size_t length)
{
	char *copy = arena_bytes(&builder->storage->arena, 3 * length + 1), *at = copy;

	if (!copy)
		return NULL;
	while (length > 0) {
		size_t size = character_size(text, length);

		memcpy(at, size ? text : "\xef\xbf\xbd", size ? size : 3);
		at += size ? size : 3;
		text += size ? size : 1;
		length -= size ? size : 1;
	}
	*at = '\0';
	return copy;
}

static const char *keep_text(struct snapshot_builder *builder, const char *text, size_t length)
{
	const char *copy;

	if (text_is_utf8(text, length))
		copy = arena_strndup(&builder->storage->arena, text, length);
	else
		copy = repair(builder, text, length);
	if (copy)
		return copy;
	out_of_memory(builder);
	return "";
}

const char *snapshot_text(struct snapshot_builder *builder, const char *text)
{
	return text && *text ? keep_text(builder, text, strlen(text)) : "";
}

const char *snapshot_shared(struct snapshot_builder *builder, const char *text)
{
	struct interned *slot;
	uint64_t hash;
	size_t length;

	if (!text || !*text)
		return "";
	length = strlen(text);
	hash = hash_bytes(text, length);
	slot = intern_slot(&builder->texts, hash, text, length);
	if (!slot) {
		out_of_memory(builder);
		return "";
	}
	if (!slot->items) {
		const char *copy = keep_text(builder, text, length);

		// Repaired text differs from what is looked for: such text is not shared.
		if (!*copy || memcmp(copy, text, length) != 0)
			return copy;
		*slot = (struct interned){.hash = hash, .items = copy, .size = length};
		builder->texts.count++;
	}
	return slot->items;
}

void *snapshot_bytes(struct snapshot_builder *builder, size_t size)
{
	void *memory = arena_alloc(&builder->storage->arena, size);

	return memory ? memory : out_of_memory(builder);
}

// One copy of pointers to texts that are shared already, so that equal lists are equal bytes.
static const void *share_pointers(struct snapshot_builder *builder, const void *items, size_t size)
{
	const void *copy = intern_bytes(&builder->lists, &builder->storage->arena, items, size);

	return copy ? copy : out_of_memory(builder);
}

struct text_list snapshot_list(struct snapshot_builder *builder, const char *const *items, unsigned count, bool shared)
{
	const char *few[LIST_SHARED_MOST];
	const char **own = few;
	const void *kept = few;

	shared = shared && count <= LIST_SHARED_MOST;
	if (count == 0)
		return (struct text_list){NULL, 0};
	if (!shared) {
		own = snapshot_bytes(builder, count * sizeof(*own));
		kept = own;
	}
	for (unsigned i = 0; i < count && own; i++)
		own[i] = shared ? snapshot_shared(builder, items[i]) : snapshot_text(builder, items[i]);
	if (shared)
		kept = share_pointers(builder, few, count * sizeof(*few));
	return (struct text_list){kept, kept ? count : 0};
}

struct tag_list snapshot_tags(struct snapshot_builder *builder, const struct text_pair *items, unsigned count)
{
	struct text_pair few[LIST_SHARED_MOST];
	struct text_pair *own = few;
	const void *kept = few;

	if (count == 0)
		return (struct tag_list){NULL, 0};
	if (count > LIST_SHARED_MOST) {
		own = snapshot_bytes(builder, count * sizeof(*own));
		kept = own;
	}
	for (unsigned i = 0; i < count && own; i++)
		own[i] = (struct text_pair){
		        snapshot_shared(builder, items[i].key), snapshot_shared(builder, items[i].value)};
	if (own == few)
		kept = share_pointers(builder, few, count * sizeof(*few));
	return (struct tag_list){kept, kept ? count : 0};
}

static void copy_field(struct snapshot_builder *builder, const struct field *field, char *to, const char *from)
{
	const void *source = from + field->offset;
	void *target = to + field->offset;
	const struct text_list *list = source;
	const struct tag_list *tags = source;

	switch (field->type) {
	case FIELD_TEXT:
		*(const char **)target = field->flags & FIELD_SHARED
		                                 ? snapshot_shared(builder, *(const char *const *)source)
		                                 : snapshot_text(builder, *(const char *const *)source);
		break;
	case FIELD_INTEGER:
	case FIELD_TIME:
		*(int64_t *)target = *(const int64_t *)source;
		break;
	case FIELD_REAL:
		*(double *)target = *(const double *)source;
		break;
	case FIELD_FLAG:
		*(bool *)target = *(const bool *)source;
		break;
	case FIELD_LIST:
		*(struct text_list *)target = snapshot_list(builder, list->items, list->count, true);
		break;
	case FIELD_TAGS:
		*(struct tag_list *)target = snapshot_tags(builder, tags->items, tags->count);
		break;
	}
}

void *snapshot_copy(struct snapshot_builder *builder, const struct record *record)
{
	const struct kind *kind = kind_get(builder->kind);
	struct record *copy = snapshot_add(builder, record->id);

	for (size_t i = 0; copy && i < kind->field_count; i++)
		if (!(kind->fields[i].flags & FIELD_DERIVED) && kind->fields[i].offset != offsetof(struct record, id))
			copy_field(builder, &kind->fields[i], (char *)copy, (const char *)record);
	return copy;
}

void snapshot_total(struct snapshot_builder *builder, int64_t total)
{
	builder->total = total;
}

int64_t snapshot_builder_total(const struct snapshot_builder *builder)
{
	return builder->total;
}

// Everything but the records.
static struct snapshot_own *own_create(const struct snapshot_builder *builder, int64_t now)
{
	struct snapshot_own *own = calloc(1, sizeof(*own));

	if (!own)
		return NULL;
	atomic_init(&own->references, 1);
	atomic_init(&own->index, NULL);
	own->storage = builder->storage;
	atomic_fetch_add_explicit(&own->storage->references, 1, memory_order_relaxed);
	own->snapshot = (struct snapshot){
	        .kind = builder->kind,
	        .scope = builder->scope,
	        .origin = SNAPSHOT_LIVE,
	        .count = builder->count,
	        .total = builder->total,
	        .read_at = now,
	        .bytes = builder->storage->arena.used + builder->count * sizeof(*builder->records),
	};
	return own;
}

struct snapshot *snapshot_partial(struct snapshot_builder *builder, int64_t now)
{
	// One element too many, so that an empty list is no null pointer.
	const struct record **records = malloc((builder->count + 1) * sizeof(*records));
	struct snapshot_own *own = records ? own_create(builder, now) : NULL;

	if (!own) {
		free(records);
		return NULL;
	}
	if (builder->count)
		memcpy(records, builder->records, builder->count * sizeof(*records));
	own->snapshot.records = records;
	return &own->snapshot;
}

struct snapshot *snapshot_finish(struct snapshot_builder *builder, int64_t now, const struct error *error)
{
	struct snapshot_own *own = own_create(builder, now);
	const struct record **records;

	if (!own)
		goto done;
	records = realloc(builder->records, (builder->count + 1) * sizeof(*records));
	own->snapshot.records = records ? records : builder->records;
	own->snapshot.bytes += builder->index->size * sizeof(builder->index->slots[0]);
	atomic_store_explicit(&own->index, builder->index, memory_order_relaxed);
	builder->records = NULL;
	builder->index = NULL;
	// What went wrong in here counts only where the reading itself did not fail.
	own->snapshot.error = error && error->kind != ERROR_NONE ? *error : builder->error;
	own->snapshot.complete = own->snapshot.error.kind == ERROR_NONE;
done:
	snapshot_builder_destroy(builder);
	return own ? &own->snapshot : NULL;
}
