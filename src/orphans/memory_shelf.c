// SPDX-License-Identifier: Apache-2.0
// The memory's rows in RAM: a hash table for each of its tables.
#include "config.h"

#include "orphans/memory_shelf.h"

#include <stdlib.h>
#include <string.h>

#include "inventory/hash.h"

#include "base/banned.h"

static const char **text_at(const struct column *column, void *row)
{
	return (const char **)(void *)((char *)row + column->offset);
}

void entry_row(const struct entry *entry, const struct table *table, void *row)
{
	memcpy(row, entry + 1, entry->size);
	memset((char *)row + entry->size, 0, table->size - entry->size);
	for (size_t i = 0; i < table->count; i++)
		if (table->columns[i].type == COLUMN_TEXT && !*text_at(&table->columns[i], row))
			*text_at(&table->columns[i], row) = "";
}

// What is kept of a row whose empty texts are NULL; its keys always.
static size_t row_size(const struct table *table, const void *row)
{
	const char *bytes = row;
	size_t size = table->size, least = 0;

	for (size_t i = 0; i < table->count && (table->columns[i].flags & COLUMN_KEY); i++)
		if (table->columns[i].offset + sizeof(char *) > least)
			least = table->columns[i].offset + sizeof(char *);
	while (size > least && bytes[size - 1] == 0)
		size--;
	return size;
}

static uint32_t row_hash(const struct table *table, const void *row)
{
	uint64_t hash = 0;

	for (size_t i = 0; i < table->count && (table->columns[i].flags & COLUMN_KEY); i++) {
		const char *text = column_text(&table->columns[i], row);

		hash = hash_mix(hash, hash_bytes(text, strlen(text)));
	}
	return (uint32_t)hash;
}

static bool row_is(const struct table *table, const void *a, const void *b)
{
	for (size_t i = 0; i < table->count && (table->columns[i].flags & COLUMN_KEY); i++)
		if (strcmp(column_text(&table->columns[i], a), column_text(&table->columns[i], b)) != 0)
			return false;
	return true;
}

struct entry *shelf_find(const struct memory *memory, enum memory_table id, const void *row)
{
	const struct shelf *shelf = &memory->shelves[id];
	uint32_t hash = row_hash(&memory_tables[id], row);

	if (!shelf->room)
		return NULL;
	for (struct entry *entry = shelf->slots[hash & (shelf->room - 1)]; entry; entry = entry->next)
		if (entry->hash == hash && row_is(&memory_tables[id], entry + 1, row))
			return entry;
	return NULL;
}

static bool shelf_grow(struct shelf *shelf)
{
	size_t room = shelf->room ? shelf->room * 2 : 64;
	struct entry **slots = calloc(room, sizeof(struct entry *));

	if (!slots)
		return false;
	for (size_t i = 0; i < shelf->room; i++)
		for (struct entry *entry = shelf->slots[i], *next; entry; entry = next) {
			next = entry->next;
			entry->next = slots[entry->hash & (room - 1)];
			slots[entry->hash & (room - 1)] = entry;
		}
	free(shelf->slots);
	shelf->slots = slots;
	shelf->room = room;
	return true;
}

// Texts of `row` become the memory's own; those that did not change are kept as they are.
static bool texts_keep(struct memory *memory, const struct table *table, void *row, const void *old)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct column *column = &table->columns[i];
		const char **at, *text;

		if (column->type != COLUMN_TEXT)
			continue;
		at = text_at(column, row);
		text = column_text(column, row);
		if (old && strcmp(column_text(column, old), text) == 0)
			*at = column_text(column, old);
		else
			*at = *text ? arena_strdup(&memory->texts, text) : "";
		if (!*at)
			return false;
	}
	return true;
}

static bool row_same(const struct table *table, const void *a, const void *b)
{
	for (size_t i = 0; i < table->count; i++)
		if (!column_same(&table->columns[i], a, b))
			return false;
	return true;
}

static struct entry **link_of(struct shelf *shelf, const struct entry *entry)
{
	struct entry **at = &shelf->slots[entry->hash & (shelf->room - 1)];

	while (*at != entry)
		at = &(*at)->next;
	return at;
}

// An entry with room for `size` bytes; in the place of `entry`, where there is one.
static struct entry *entry_sized(struct shelf *shelf, struct entry *entry, uint32_t hash, size_t size)
{
	struct entry **at = entry ? link_of(shelf, entry) : &shelf->slots[hash & (shelf->room - 1)];
	struct entry *sized;

	if (entry && entry->size == size)
		return entry;
	sized = realloc(entry, sizeof *sized + size);
	if (!sized)
		return NULL;
	if (!entry) {
		*sized = (struct entry){.next = *at, .hash = hash, .is_dirty = true};
		shelf->count++;
	}
	sized->size = (uint16_t)size;
	*at = sized;
	return sized;
}

struct entry *shelf_put(struct memory *memory, enum memory_table id, const void *row)
{
	const struct table *table = &memory_tables[id];
	struct shelf *shelf = &memory->shelves[id];
	struct entry *entry = shelf_find(memory, id, row);
	union row fresh, old;
	bool is_changed;

	if (!entry && (shelf->count >= MEMORY_ROWS_MOST || (shelf->count >= shelf->room && !shelf_grow(shelf))))
		return NULL;
	memcpy(&fresh, row, table->size);
	if (entry)
		entry_row(entry, table, &old);
	if (!texts_keep(memory, table, &fresh, entry ? &old : NULL))
		return NULL;
	is_changed = !entry || !row_same(table, &old, &fresh);
	for (size_t i = 0; i < table->count; i++)
		if (table->columns[i].type == COLUMN_TEXT && !**text_at(&table->columns[i], &fresh))
			*text_at(&table->columns[i], &fresh) = NULL;
	entry = entry_sized(shelf, entry, row_hash(table, row), row_size(table, &fresh));
	if (!entry)
		return NULL;
	memcpy(entry + 1, &fresh, entry->size);
	entry->is_dirty = entry->is_dirty || is_changed;
	return entry;
}

void shelf_drop(struct memory *memory, enum memory_table id, struct entry *entry)
{
	struct shelf *shelf = &memory->shelves[id];

	*link_of(shelf, entry) = entry->next;
	shelf->count--;
	if (memory->database && memory_tables[id].name) {
		entry->next = shelf->dropped;
		shelf->dropped = entry;
	} else {
		free(entry);
	}
}

void shelf_written(struct shelf *shelf)
{
	for (struct entry *entry = shelf->dropped, *next; entry; entry = next) {
		next = entry->next;
		free(entry);
	}
	shelf->dropped = NULL;
	for (size_t i = 0; i < shelf->room; i++)
		for (struct entry *entry = shelf->slots[i]; entry; entry = entry->next)
			entry->is_dirty = false;
}

void shelf_finish(struct shelf *shelf)
{
	shelf_written(shelf);
	for (size_t i = 0; i < shelf->room; i++)
		for (struct entry *entry = shelf->slots[i], *next; entry; entry = next) {
			next = entry->next;
			free(entry);
		}
	free(shelf->slots);
}
