// SPDX-License-Identifier: Apache-2.0
// The world that tests/screen/guide_console.c serves, and that console.
#include "config.h"
#include "tests/screen/guide_world.h"

#include <CUnit/Basic.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

static char world[64]; // the folder of the cloud's things

void world_path(const char *name, char out[PATH_SIZE])
{
	snprintf(out, PATH_SIZE, "%s/%s", world, name);
}

void world_put(const char *name, const char *text)
{
	char path[PATH_SIZE];
	FILE *file;

	world_path(name, path);
	file = fopen(path, "we");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	fputs(text, file);
	fclose(file);
}

bool world_has(const char *name)
{
	char path[PATH_SIZE];

	world_path(name, path);
	return access(path, F_OK) == 0;
}

void world_remove(const char *name)
{
	char path[PATH_SIZE];

	world_path(name, path);
	unlink(path);
}

void world_begin(void)
{
	snprintf(world, sizeof(world), "/tmp/peerdeck-guide-test-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(world));
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status, (void)type, (void)walk;
	return remove(path);
}

void world_end(void)
{
	nftw(world, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

struct terminal *console(int rows, int columns, const char *view)
{
	char setting[PATH_SIZE], folder[PATH_SIZE];
	const char *argv[] = {CONSOLE_PROGRAM, setting, view, NULL};
	const char *env[] = {"PEERDECK_THEMES=" THEMES_DIR, folder, "PEERDECK_TIME_SCALE=20", NULL};
	struct terminal *term;

	snprintf(setting, sizeof(setting), "state_folder=%s", world);
	snprintf(folder, sizeof(folder), "GUIDE_WORLD=%s", world);
	term = term_start(rows, columns, argv, env);
	CU_ASSERT_PTR_NOT_NULL_FATAL(term);
	return term;
}

// A dialog takes keys only after a while.
void press_until(struct terminal *term, const char *key, const char *seen)
{
	for (int i = 0; i < 200 && !term_has_text(term, seen); i++) {
		term_keys(term, key);
		CU_ASSERT(term_wait_quiet(term, 40));
	}
	CU_ASSERT(term_has_text(term, seen));
}
