// SPDX-License-Identifier: Apache-2.0
// The memory's rows in RAM: a hash table for each of its tables.
#include "config.h"

#include "orphans/memory_shelf.h"

#include <stdlib.h>
#include <string.h>

#include "inventory/hash.h"

#include "base/banned.h"

void *entry_row(struct entry *entry)
{
	return entry + 1;
}

static uint64_t row_hash(const struct table *table, const void *row)
{
	uint64_t hash = 0;

	for (size_t i = 0; i < table->count && (table->columns[i].flags & COLUMN_KEY); i++) {
		const char *text = column_text(&table->columns[i], row);

		hash = hash_mix(hash, hash_bytes(text, strlen(text)));
	}
	return hash;
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
	uint64_t hash = row_hash(&memory_tables[id], row);

	if (!shelf->room)
		return NULL;
	for (struct entry *entry = shelf->slots[hash & (shelf->room - 1)]; entry; entry = entry->next)
		if (entry->hash == hash && row_is(&memory_tables[id], entry_row(entry), row))
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
		at = (const char **)(void *)((char *)row + column->offset);
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

struct entry *shelf_put(struct memory *memory, enum memory_table id, const void *row)
{
	const struct table *table = &memory_tables[id];
	struct shelf *shelf = &memory->shelves[id];
	struct entry *entry = shelf_find(memory, id, row), *fresh;

	if (!entry && (shelf->count >= MEMORY_ROWS_MOST || (shelf->count >= shelf->room && !shelf_grow(shelf))))
		return NULL;
	fresh = malloc(sizeof *fresh + table->size);
	if (!fresh)
		return NULL;
	memcpy(entry_row(fresh), row, table->size);
	if (!texts_keep(memory, table, entry_row(fresh), entry ? entry_row(entry) : NULL)) {
		free(fresh);
		return NULL;
	}
	if (entry) {
		entry->is_dirty = entry->is_dirty || !row_same(table, entry_row(entry), entry_row(fresh));
		memcpy(entry_row(entry), entry_row(fresh), table->size);
		free(fresh);
		return entry;
	}
	fresh->hash = row_hash(table, row);
	fresh->is_dirty = true;
	fresh->next = shelf->slots[fresh->hash & (shelf->room - 1)];
	shelf->slots[fresh->hash & (shelf->room - 1)] = fresh;
	shelf->count++;
	return fresh;
}

void shelf_drop(struct memory *memory, enum memory_table id, struct entry *entry)
{
	struct shelf *shelf = &memory->shelves[id];
	struct entry **at = &shelf->slots[entry->hash & (shelf->room - 1)];

	while (*at != entry)
		at = &(*at)->next;
	*at = entry->next;
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
