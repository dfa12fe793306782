// SPDX-License-Identifier: Apache-2.0
// The memory on disk: one transaction for all that changed.
#include "config.h"

#include "orphans/memory_shelf.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"

#include "base/banned.h"

// "INSERT OR REPLACE INTO t (account, a, b) VALUES (?1, ?2, ?3)" and its relatives.
static struct sqlite3_stmt *statement_make(
        struct memory *memory, const struct table *table, char verb, struct error *error)
{
	struct sqlite3_stmt *statement = NULL;
	struct buffer sql;

	buffer_init(&sql, 4096);
	if (verb == 'w') {
		buffer_printf(&sql, "INSERT OR REPLACE INTO %s (account", table->name);
		for (size_t i = 0; i < table->count; i++)
			buffer_printf(&sql, ", %s", table->columns[i].name);
		buffer_add_text(&sql, ") VALUES (?1");
		for (size_t i = 0; i < table->count; i++)
			buffer_printf(&sql, ", ?%zu", i + 2);
		buffer_add_text(&sql, ")");
	} else if (verb == 'r') {
		buffer_add_text(&sql, "SELECT account");
		for (size_t i = 0; i < table->count; i++)
			buffer_printf(&sql, ", %s", table->columns[i].name);
		buffer_printf(&sql, " FROM %s WHERE account = ?1", table->name);
	} else {
		buffer_printf(&sql, "DELETE FROM %s WHERE account = ?1", table->name);
		for (size_t i = 0; i < table->count && (table->columns[i].flags & COLUMN_KEY); i++)
			buffer_printf(&sql, " AND %s = ?%zu", table->columns[i].name, i + 2);
	}
	if (sql.broken)
		error_set(error, ERROR_MEMORY, _("out of memory"));
	else
		statement = database_prepare(memory->database, buffer_text(&sql), error);
	buffer_finish(&sql);
	return statement;
}

static bool entry_write(struct memory *memory, const struct table *table, struct sqlite3_stmt *statement,
        struct entry *entry, bool keys_only, struct error *error)
{
	union row row;

	entry_row(entry, table, &row);
	sqlite3_bind_text(statement, 1, memory->account, -1, SQLITE_STATIC);
	for (size_t i = 0; i < table->count; i++) {
		const struct column *column = &table->columns[i];

		if (keys_only && !(column->flags & COLUMN_KEY))
			break;
		if (column->type == COLUMN_TEXT)
			sqlite3_bind_text(statement, (int)i + 2, column_text(column, &row), -1, SQLITE_STATIC);
		else
			sqlite3_bind_int64(statement, (int)i + 2, column_number(column, &row));
	}
	return database_step(memory->database, statement, error);
}

static bool table_write(struct memory *memory, enum memory_table id, struct error *error)
{
	const struct table *table = &memory_tables[id];
	struct shelf *shelf = &memory->shelves[id];
	struct sqlite3_stmt *statement = NULL;
	bool written = true;

	for (struct entry *entry = shelf->dropped; entry && written; entry = entry->next) {
		if (!statement)
			statement = statement_make(memory, table, 'd', error);
		written = statement && entry_write(memory, table, statement, entry, true, error);
	}
	sqlite3_finalize(statement);
	statement = NULL;
	for (size_t i = 0; i < shelf->room && written; i++)
		for (struct entry *entry = shelf->slots[i]; entry && written; entry = entry->next) {
			if (!entry->is_dirty)
				continue;
			if (!statement)
				statement = statement_make(memory, table, 'w', error);
			written = statement && entry_write(memory, table, statement, entry, false, error);
		}
	sqlite3_finalize(statement);
	return written;
}

static bool needs_write(const struct memory *memory)
{
	for (int id = 0; id < MEMORY_TABLES; id++) {
		const struct shelf *shelf = &memory->shelves[id];

		if (!memory_tables[id].name)
			continue;
		if (shelf->dropped)
			return true;
		for (size_t i = 0; i < shelf->room; i++)
			for (struct entry *entry = shelf->slots[i]; entry; entry = entry->next)
				if (entry->is_dirty)
					return true;
	}
	return false;
}

bool memory_write(struct memory *memory, struct error *error)
{
	bool written;

	if (!needs_write(memory))
		return true;
	written = database_run(memory->database, "BEGIN IMMEDIATE", error);
	for (int id = 0; id < MEMORY_TABLES && written; id++)
		written = !memory_tables[id].name || table_write(memory, (enum memory_table)id, error);
	written = written && database_run(memory->database, "COMMIT", error);
	if (!written) {
		database_run(memory->database, "ROLLBACK", NULL);
		return false;
	}
	for (int id = 0; id < MEMORY_TABLES; id++)
		if (memory_tables[id].name)
			shelf_written(&memory->shelves[id]);
	return true;
}

static bool table_read(struct memory *memory, enum memory_table id, struct error *error)
{
	const struct table *table = &memory_tables[id];
	struct sqlite3_stmt *statement = statement_make(memory, table, 'r', error);
	void *row = calloc(1, table->size);
	int status = SQLITE_DONE;

	if (!statement || !row) {
		sqlite3_finalize(statement);
		free(row);
		return false;
	}
	sqlite3_bind_text(statement, 1, memory->account, -1, SQLITE_STATIC);
	while ((status = sqlite3_step(statement)) == SQLITE_ROW) {
		struct entry *entry;

		memset(row, 0, table->size);
		for (size_t i = 0; i < table->count; i++) {
			const struct column *column = &table->columns[i];

			if (column->type == COLUMN_TEXT)
				*(const char **)(void *)((char *)row + column->offset) =
				        (const char *)sqlite3_column_text(statement, (int)i + 1);
			else
				column_set(column, row, sqlite3_column_int64(statement, (int)i + 1));
		}
		entry = shelf_put(memory, id, row);
		if (entry)
			entry->is_dirty = false;
	}
	if (status != SQLITE_DONE)
		database_failed(memory->database, error, _("read what earlier scans found"));
	sqlite3_finalize(statement);
	free(row);
	return status == SQLITE_DONE;
}

bool memory_load(struct memory *memory, const char *path, struct error *warning, struct error *error)
{
	memory->database = database_open(path, memory->clock, memory->log, warning, error);
	if (!memory->database)
		return false;
	if (!database_migrate(memory->database, "orphans", memory_steps, memory_step_count, error))
		return false;
	for (int id = 0; id < MEMORY_TABLES; id++)
		if (memory_tables[id].name && !table_read(memory, (enum memory_table)id, error))
			return false;
	return true;
}
