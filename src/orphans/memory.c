// SPDX-License-Identifier: Apache-2.0
// What scans remember: rows in RAM, and where the disk lets us, in the database.
#include "config.h"

#include "orphans/memory_shelf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

bool memory_get(struct memory *memory, enum memory_table table, void *row)
{
	struct entry *entry;

	pthread_mutex_lock(&memory->lock);
	entry = shelf_find(memory, table, row);
	if (entry)
		entry_row(entry, &memory_tables[table], row);
	pthread_mutex_unlock(&memory->lock);
	return entry != NULL;
}

bool memory_put(struct memory *memory, enum memory_table table, const void *row)
{
	bool kept;

	pthread_mutex_lock(&memory->lock);
	kept = shelf_put(memory, table, row) != NULL;
	pthread_mutex_unlock(&memory->lock);
	return kept;
}

void memory_drop(struct memory *memory, enum memory_table table, const void *row)
{
	struct entry *entry;

	pthread_mutex_lock(&memory->lock);
	entry = shelf_find(memory, table, row);
	if (entry)
		shelf_drop(memory, table, entry);
	pthread_mutex_unlock(&memory->lock);
}

void *memory_all(struct memory *memory, enum memory_table table, struct arena *arena, size_t *count)
{
	const struct shelf *shelf = &memory->shelves[table];
	char *rows, *at;

	pthread_mutex_lock(&memory->lock);
	rows = at = arena_alloc(arena, shelf->count * memory_tables[table].size);
	*count = rows ? shelf->count : 0;
	for (size_t i = 0; rows && i < shelf->room; i++)
		for (struct entry *entry = shelf->slots[i]; entry; entry = entry->next) {
			entry_row(entry, &memory_tables[table], at);
			at += memory_tables[table].size;
		}
	pthread_mutex_unlock(&memory->lock);
	return rows;
}

static void forget_old(struct memory *memory, int64_t now)
{
	for (int id = 0; id < MEMORY_TABLES; id++) {
		const struct table *table = &memory_tables[id];
		const struct column *seen = &table->columns[table->count - 1];
		struct shelf *shelf = &memory->shelves[id];
		union row row;

		if (table->days == 0)
			continue;
		for (size_t i = 0; i < shelf->room; i++)
			for (struct entry *entry = shelf->slots[i], *next; entry; entry = next) {
				next = entry->next;
				entry_row(entry, table, &row);
				if (column_number(seen, &row) < now - (int64_t)table->days * DAY_MS)
					shelf_drop(memory, (enum memory_table)id, entry);
			}
	}
}

static void told_of_disk(struct memory *memory, const struct error *error)
{
	error_format(error, memory->disk_error, sizeof memory->disk_error);
	log_error(memory->log, error);
}

bool memory_commit(struct memory *memory, int64_t cloud_now, struct error *error)
{
	struct error failure = {ERROR_NONE};
	bool written = true;

	pthread_mutex_lock(&memory->lock);
	if (cloud_now > 0)
		forget_old(memory, cloud_now);
	if (memory->database) {
		written = memory_write(memory, &failure);
		if (written)
			memory->disk_error[0] = '\0';
		else
			told_of_disk(memory, &failure);
	}
	pthread_mutex_unlock(&memory->lock);
	if (!written && error)
		*error = failure;
	return written;
}

struct book_cache *memory_books(struct memory *memory)
{
	return memory ? memory->books : NULL;
}

const struct clock *memory_clock(const struct memory *memory)
{
	return memory->clock;
}

void memory_disk_error(struct memory *memory, char *out, size_t size)
{
	pthread_mutex_lock(&memory->lock);
	snprintf(out, size, "%s", memory->disk_error);
	pthread_mutex_unlock(&memory->lock);
}

bool memory_is_on_disk(const struct memory *memory)
{
	struct memory *open = (struct memory *)(uintptr_t)memory; // its lock is no part of what it tells
	bool on_disk;

	pthread_mutex_lock(&open->lock);
	on_disk = memory->database && memory->wants_disk && !memory->disk_error[0];
	pthread_mutex_unlock(&open->lock);
	return on_disk;
}

struct memory *memory_open(const char *path, const char *account, const struct clock *clock, struct log *log,
        struct error *warning, struct error *error)
{
	struct memory *memory = calloc(1, sizeof *memory);
	struct error failure = {ERROR_NONE};

	if (!memory || pthread_mutex_init(&memory->lock, NULL) != 0) {
		free(memory);
		error_set(error, ERROR_MEMORY, _("out of memory"));
		return NULL;
	}
	atomic_init(&memory->references, 1);
	memory->clock = clock;
	memory->log = log;
	memory->wants_disk = *path != '\0';
	snprintf(memory->account, sizeof memory->account, "%s", account);
	arena_init(&memory->texts, MEMORY_TEXT_MOST);
	// Without it each log is read whole.
	memory->books = book_cache_create();
	error_clear(warning);
	if (memory->wants_disk && !memory_load(memory, path, warning, &failure)) {
		database_close(memory->database);
		memory->database = NULL;
		told_of_disk(memory, &failure);
		if (warning)
			*warning = failure;
	}
	return memory;
}

struct memory *memory_ref(struct memory *memory)
{
	if (memory)
		atomic_fetch_add(&memory->references, 1);
	return memory;
}

void memory_close(struct memory *memory)
{
	if (!memory || atomic_fetch_sub(&memory->references, 1) != 1)
		return;
	memory_commit(memory, 0, NULL);
	for (int id = 0; id < MEMORY_TABLES; id++)
		shelf_finish(&memory->shelves[id]);
	database_close(memory->database);
	book_cache_destroy(memory->books);
	arena_finish(&memory->texts);
	pthread_mutex_destroy(&memory->lock);
	free(memory);
}
