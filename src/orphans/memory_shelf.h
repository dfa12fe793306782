// SPDX-License-Identifier: Apache-2.0
// Inside the memory: what its tables hold, and the rows in RAM.
#ifndef PEERDECK_ORPHANS_MEMORY_SHELF_H
#define PEERDECK_ORPHANS_MEMORY_SHELF_H

#include <pthread.h>
#include <stdatomic.h>

#include "orphans/memory_own.h"

enum { DAY_MS = 24 * 60 * 60 * 1000 };

enum column_type { COLUMN_TEXT, COLUMN_INTEGER, COLUMN_COUNT, COLUMN_FLAG };
enum column_flag {
	COLUMN_KEY = 1,
	COLUMN_QUIET = 2,  // a change alone is not worth a write
	COLUMN_COARSE = 4, // only another day is
};

struct column {
	const char *name;
	enum column_type type;
	unsigned flags;
	size_t offset;
};

struct table {
	const char *name; // in the database; NULL = only in RAM
	size_t size;
	const struct column *columns; // keys first, "seen_at" last
	size_t count;
	unsigned days; // forgotten when not seen for so long; 0 = never
};
extern const struct table memory_tables[MEMORY_TABLES];
extern const char *const memory_steps[]; // SQL that makes them, one step for each version of the format
extern const size_t memory_step_count;

const char *column_text(const struct column *column, const void *row);       // "" for NULL
int64_t column_number(const struct column *column, const void *row);         // 0 for a text
void column_set(const struct column *column, void *row, int64_t value);      // nothing for a text
bool column_same(const struct column *column, const void *a, const void *b); // as far as it is worth a write

// The first bytes of a row follow: all after them are zero. Texts that say nothing are NULL there.
struct entry {
	struct entry *next;
	uint32_t hash;
	uint16_t size; // of what follows
	bool is_dirty;
};

union row {
	struct memory_vm vm;
	struct memory_cluster cluster;
	struct memory_config config;
	struct memory_node node;
	struct memory_pod pod;
	struct memory_free free;
	struct memory_flood flood;
	struct memory_keep_row keep;
	struct memory_data data;
};

struct shelf {
	struct entry **slots;
	size_t room, count;
	struct entry *dropped; // still to be deleted on disk
};

struct memory {
	atomic_uint references;
	pthread_mutex_t lock;
	struct sqlite3 *database; // NULL = RAM alone
	char account[128];
	const struct clock *clock;
	struct log *log;
	struct arena texts;
	struct shelf shelves[MEMORY_TABLES];
	char disk_error[512];
	bool wants_disk;
	struct book_cache *books;
};

// The whole row; texts that say nothing are "".
void entry_row(const struct entry *entry, const struct table *table, void *row);

// All of these are called under the memory's lock. A row that is put becomes the memory's own with its texts; NULL when
// out of memory or full. One that is dropped waits to be deleted on disk, where there is one.
struct entry *shelf_find(const struct memory *memory, enum memory_table id, const void *row);
struct entry *shelf_put(struct memory *memory, enum memory_table id, const void *row);
void shelf_drop(struct memory *memory, enum memory_table id, struct entry *entry);
void shelf_written(struct shelf *shelf); // nothing waits for the disk any more
void shelf_finish(struct shelf *shelf);

// memory_disk.c, under the lock: opens the database at `path` and reads all rows; writes what changed.
bool memory_load(struct memory *memory, const char *path, struct error *warning, struct error *error);
bool memory_write(struct memory *memory, struct error *error);

#endif
