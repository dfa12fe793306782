// SPDX-License-Identifier: Apache-2.0
// The SQLite file: made for its owner alone, migrated, put aside when damaged.
#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inventory/database.h"

#include "tests/unit/inventory.h"
#include "tests/unit/inventory_world.h"

#include "base/banned.h"

static char folder[64], state[80], path[DATABASE_PATH_SIZE];

// A state folder that is not there yet.
static void begin(void)
{
	world_folder_make(folder, sizeof(folder));
	snprintf(state, sizeof(state), "%s/peerdeck", folder);
	CU_ASSERT_FATAL(database_path(state, path, NULL));
}

static void end(void)
{
	world_folder_remove(state);
	world_folder_remove(folder);
}

static unsigned mode_of(const char *file)
{
	struct stat status;

	return stat(file, &status) == 0 ? status.st_mode & 0777 : 0;
}

static int64_t number_of(struct sqlite3 *database, const char *sql)
{
	sqlite3_stmt *statement = database_prepare(database, sql, NULL);
	int64_t number = statement && sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : -1;

	sqlite3_finalize(statement);
	return number;
}

static void the_file_is_its_owners_alone(void)
{
	mode_t before = umask(0);
	struct sqlite3 *database;
	char wal[DATABASE_PATH_SIZE + 8];

	begin();
	database = database_open(path, &clock_system, NULL, NULL, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(database);
	CU_ASSERT(database_run(database, "CREATE TABLE t (a)", NULL));
	CU_ASSERT_EQUAL(mode_of(path), 0600);
	CU_ASSERT_EQUAL(mode_of(state), 0700);
	snprintf(wal, sizeof(wal), "%s-wal", path);
	CU_ASSERT_EQUAL(mode_of(wal), 0600);
	CU_ASSERT_EQUAL(number_of(database, "PRAGMA synchronous"), 2);
	database_close(database);
	chmod(path, 0644);
	database = database_open(path, &clock_system, NULL, NULL, NULL);
	CU_ASSERT_EQUAL(mode_of(path), 0600);
	database_close(database);
	umask(before);
	end();
}

static void the_path_follows_the_xdg_rules(void)
{
	char out[DATABASE_PATH_SIZE];
	char *kept = getenv("XDG_STATE_HOME") ? strdup(getenv("XDG_STATE_HOME")) : NULL;

	setenv("XDG_STATE_HOME", "/x/state", 1);
	CU_ASSERT(database_path(NULL, out, NULL));
	UNIT_SAME_TEXT(out, "/x/state/peerdeck/peerdeck.db");
	setenv("XDG_STATE_HOME", "relative", 1);
	CU_ASSERT(database_path("", out, NULL));
	CU_ASSERT_PTR_NOT_NULL(strstr(out, "/.local/state/peerdeck/peerdeck.db"));
	CU_ASSERT(database_path("/here", out, NULL));
	UNIT_SAME_TEXT(out, "/here/peerdeck.db");
	if (kept)
		setenv("XDG_STATE_HOME", kept, 1);
	else
		unsetenv("XDG_STATE_HOME");
	free(kept);
}

static void tables_are_brought_up_to_date_once(void)
{
	static const char *const steps[] = {
	        "CREATE TABLE t (a)", "ALTER TABLE t ADD COLUMN b; INSERT INTO t VALUES (1, 2)"};
	struct sqlite3 *database;
	struct error error;

	begin();
	database = database_open(path, &clock_system, NULL, NULL, NULL);
	CU_ASSERT_FATAL(database != NULL && database_migrate(database, "part", steps, 1, &error));
	CU_ASSERT(database_migrate(database, "part", steps, 2, &error));
	CU_ASSERT(database_migrate(database, "part", steps, 2, &error));
	CU_ASSERT_EQUAL(number_of(database, "SELECT sum(a + b) FROM t"), 3);
	CU_ASSERT(!database_migrate(database, "part", steps, 1, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_CONFLICT);
	CU_ASSERT_EQUAL(number_of(database, "SELECT version FROM schema WHERE part = 'part'"), 2);
	database_close(database);
	end();
}

struct beginner {
	pthread_barrier_t *together;
	struct error error;
	bool begun;
};

static void *begin_with_others(void *user)
{
	static const char *const steps[] = {"CREATE TABLE t (a)"};
	struct beginner *beginner = user;
	struct sqlite3 *database;

	pthread_barrier_wait(beginner->together);
	database = database_open(path, &clock_system, NULL, NULL, &beginner->error);
	beginner->begun = database && database_migrate(database, "part", steps, 1, &beginner->error);
	database_close(database);
	return NULL;
}

static void many_may_begin_a_new_file_at_once(void)
{
	enum { CONSOLES = 4, ROUNDS = 50 };

	for (size_t round = 0; round < ROUNDS; round++) {
		struct beginner beginners[CONSOLES];
		pthread_t threads[CONSOLES];
		pthread_barrier_t together;

		begin();
		CU_ASSERT_EQUAL_FATAL(pthread_barrier_init(&together, NULL, CONSOLES), 0);
		for (size_t i = 0; i < CONSOLES; i++) {
			beginners[i] = (struct beginner){.together = &together};
			CU_ASSERT_EQUAL_FATAL(pthread_create(&threads[i], NULL, begin_with_others, &beginners[i]), 0);
		}
		for (size_t i = 0; i < CONSOLES; i++) {
			pthread_join(threads[i], NULL);
			CU_ASSERT(beginners[i].begun);
			UNIT_SAME_TEXT(beginners[i].error.message, "");
		}
		pthread_barrier_destroy(&together);
		end();
	}
}

static void a_failing_migration_changes_nothing(void)
{
	static const char *const steps[] = {"CREATE TABLE t (a); CREATE NONSENSE"};
	struct sqlite3 *database = database_open("", &clock_system, NULL, NULL, NULL);
	struct error error;

	CU_ASSERT_PTR_NOT_NULL_FATAL(database);
	CU_ASSERT(!database_migrate(database, "part", steps, 1, &error));
	CU_ASSERT_EQUAL(number_of(database, "SELECT count(*) FROM sqlite_schema WHERE name = 't'"), 0);
	CU_ASSERT(database_run(database, "CREATE TABLE t (a)", &error));
	database_close(database);
}

static unsigned files_like(const char *part)
{
	DIR *open = opendir(state);
	const struct dirent *entry;
	unsigned count = 0;

	while (open && (entry = readdir(open)))
		count += strstr(entry->d_name, part) != NULL;
	if (open)
		closedir(open);
	return count;
}

static void overwrite(const char *file, long at, const char *bytes, size_t size)
{
	FILE *stream = fopen(file, "r+");

	CU_ASSERT_FATAL(stream != NULL && fseek(stream, at, SEEK_SET) == 0 && fwrite(bytes, 1, size, stream) == size);
	fclose(stream);
}

static void what_is_no_database_is_put_aside(void)
{
	struct sqlite3 *database;
	struct error warning, error;

	begin();
	database_close(database_open(path, &clock_system, NULL, NULL, NULL));
	overwrite(path, 0, "this is not what it should be, by no means", 42);
	database = database_open(path, &clock_system, NULL, &warning, &error);
	CU_ASSERT_PTR_NOT_NULL_FATAL(database);
	CU_ASSERT_EQUAL(warning.kind, ERROR_SYSTEM);
	CU_ASSERT_PTR_NOT_NULL(strstr(warning.message, "was damaged"));
	CU_ASSERT_EQUAL(files_like(".broken-"), 1);
	CU_ASSERT(database_run(database, "CREATE TABLE t (a)", &error));
	database_close(database);
	database = database_open(path, &clock_system, NULL, &warning, &error);
	CU_ASSERT_EQUAL(warning.kind, ERROR_NONE);
	database_close(database);
	end();
}

static void damage_met_later_is_found_by_the_next_opening(void)
{
	char page[4096];
	struct sqlite3 *database;
	struct error warning, error = {0};

	begin();
	database = database_open(path, &clock_system, NULL, NULL, NULL);
	CU_ASSERT(database_run(database, "CREATE TABLE t (a); INSERT INTO t VALUES (1)", &error));
	database_close(database);
	memset(page, 0x5a, sizeof(page));
	overwrite(path, 4096, page, sizeof(page));
	database = database_open(path, &clock_system, NULL, &warning, &error);
	CU_ASSERT_PTR_NOT_NULL_FATAL(database);
	CU_ASSERT_EQUAL(warning.kind, ERROR_NONE);
	CU_ASSERT(!database_run(database, "INSERT INTO t VALUES (2)", &error));
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "is damaged"));
	CU_ASSERT(error.remedy[0] != '\0');
	database_close(database);
	database = database_open(path, &clock_system, NULL, &warning, &error);
	CU_ASSERT_PTR_NOT_NULL(database);
	CU_ASSERT_EQUAL(warning.kind, ERROR_SYSTEM);
	CU_ASSERT_EQUAL(files_like(".suspect"), 0);
	database_close(database);
	end();
}

static void a_full_disk_is_told_with_its_remedy(void)
{
	struct sqlite3 *database = database_open("", &clock_system, NULL, NULL, NULL);
	struct error error = {0};

	CU_ASSERT_PTR_NOT_NULL_FATAL(database);
	CU_ASSERT(database_run(database, "CREATE TABLE t (a); PRAGMA max_page_count = 3", &error));
	CU_ASSERT(!database_run(database, "INSERT INTO t VALUES (zeroblob(100000))", &error));
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "the disk is full"));
	CU_ASSERT_PTR_NOT_NULL(strstr(error.remedy, "free some space"));
	database_close(database);
}

static void a_place_that_cannot_be_written_is_refused(void)
{
	struct error error = {0};

	CU_ASSERT_PTR_NULL(database_open("/proc/peerdeck/peerdeck.db", &clock_system, NULL, NULL, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_SYSTEM);
	CU_ASSERT(error.remedy[0] != '\0');
}

static const struct unit_test tests[] = {
        UNIT_TEST(the_file_is_its_owners_alone),
        UNIT_TEST(the_path_follows_the_xdg_rules),
        UNIT_TEST(tables_are_brought_up_to_date_once),
        UNIT_TEST(many_may_begin_a_new_file_at_once),
        UNIT_TEST(a_failing_migration_changes_nothing),
        UNIT_TEST(what_is_no_database_is_put_aside),
        UNIT_TEST(damage_met_later_is_found_by_the_next_opening),
        UNIT_TEST(a_full_disk_is_told_with_its_remedy),
        UNIT_TEST(a_place_that_cannot_be_written_is_refused),
};
const struct unit_suite inventory_database_suite = UNIT_SUITE("database", tests);
