// SPDX-License-Identifier: Apache-2.0
// Clean-up in the console: verdicts beside pod VMs, the orphans, why one is an orphan, the plan of a sweep and its
// work, logs, pods and nodes.
#include "config.h"

#include <CUnit/Basic.h>
#include <ftw.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/screen/screen_test.h"
#include "tests/screen/term.h"
#include "base/banned.h"

static struct terminal *console_with(int rows, int columns, const char *setting, const char *view)
{
	const char *argv[] = {CONSOLE_PROGRAM, setting, view, NULL}, *env[] = {"PEERDECK_THEMES=" THEMES_DIR, NULL};
	struct terminal *term = term_start(rows, columns, argv, env);

	CU_ASSERT_PTR_NOT_NULL_FATAL(term);
	return term;
}

// A dialog takes keys only after a while.
static void press_until(struct terminal *term, const char *key, const char *seen)
{
	for (int i = 0; i < 200 && !term_has_text(term, seen); i++) {
		term_keys(term, key);
		CU_ASSERT(term_wait_quiet(term, 40));
	}
	CU_ASSERT(term_has_text(term, seen));
}

static void shows_verdicts_worst_first(void)
{
	struct terminal *term = console_with(40, 120, "refresh_seconds=0", NULL);

	CU_ASSERT(term_wait_text(term, "▸ podvm-job-9-4410ffee +! ORPHAN", 0));
	CU_ASSERT(term_wait_text(term, "caa +running +1 +2", 0));
	CU_ASSERT(term_wait_text(term, "cn-beijing +7 +2", 0));
	CU_ASSERT(term_expect_screen(term, "cleanup-panes-120x40"));
	term_stop(term);
}

static void lists_orphans(void)
{
	static const struct {
		int rows, columns;
		const char *golden;
	} sizes[] = {{24, 80, "cleanup-orphans-80x24"}, {50, 200, "cleanup-orphans-200x50"}};

	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		struct terminal *term = console_with(sizes[i].rows, sizes[i].columns, "refresh_seconds=0", "orphans");

		CU_ASSERT(term_wait_text(term, "podvm-nginx-77aa01bc", 0));
		CU_ASSERT(term_expect_screen(term, sizes[i].golden));
		term_stop(term);
	}
}

static struct terminal *evidence(int rows, int columns)
{
	struct terminal *term = console_with(rows, columns, "refresh_seconds=0", "orphans");

	CU_ASSERT(term_wait_text(term, "podvm-nginx-77aa01bc", 0));
	term_keys(term, "/nginx<Enter>gd");
	CU_ASSERT(term_wait_text(term, "Why: podvm-nginx-77aa01bc", 0));
	return term;
}

static void tells_why_on_one_screen(void)
{
	struct terminal *term = evidence(40, 120);

	// From the account's first word to the tags, which are last: nothing has to be scrolled to.
	CU_ASSERT(term_wait_text(term, "Verdict +orphan", 0));
	CU_ASSERT(term_wait_text(term, "Read +✔ region cn-beijing", 0));
	CU_ASSERT(term_wait_text(term, "tags: caa-cluster-uid=", 0));
	CU_ASSERT(term_expect_screen(term, "cleanup-why-120x40"));
	term_stop(term);
}

static void keeps_verdict_and_owner_in_sight(void)
{
	struct terminal *term = evidence(24, 80);

	CU_ASSERT(term_expect_screen(term, "cleanup-why-80x24"));
	term_stop(term);
}

static void plans_a_sweep(void)
{
	struct terminal *term = console_with(30, 100, "refresh_seconds=0", "orphans");

	CU_ASSERT(term_wait_text(term, "podvm-nginx-77aa01bc", 0));
	term_keys(term, "/podvm<Enter>g  D");
	CU_ASSERT(term_wait_text(term, "still orphaned", 0));
	CU_ASSERT(term_expect_screen(term, "cleanup-plan-100x30"));
	term_stop(term);
}

static struct terminal *orphans(int rows, int columns)
{
	struct terminal *term = console_with(rows, columns, "refresh_seconds=0", "orphans");

	CU_ASSERT(term_wait_text(term, "podvm-nginx-77aa01bc", 0));
	return term;
}

static void refuses_with_the_reason(void)
{
	struct terminal *term = orphans(30, 100);

	term_keys(term, "*D");
	CU_ASSERT(term_wait_text(term, "still orphaned", 0));
	CU_ASSERT(term_expect_screen(term, "cleanup-refused-100x30"));
	press_until(term, "x", "PgDn more|fakecloud delete");
	term_keys(term, "<PgDn>");
	CU_ASSERT(term_wait_text(term, "fakecloud delete", 0));
	term_keys(term, "<Esc>");
	term_stop(term);
}

static void read_only_refuses_with_the_reason(void)
{
	struct terminal *term = console_with(30, 100, "read_only=true", "orphans");

	CU_ASSERT(term_wait_text(term, "podvm-nginx-77aa01bc", 0));
	term_keys(term, "gD");
	CU_ASSERT(term_wait_text(term, "read-only by --read-only", 0));
	term_keys(term, "caa 1");
	CU_ASSERT(term_has_text(term, "read-only by --read-only"));
	term_stop(term);
}

static void sweeps_what_was_typed_for(void)
{
	struct terminal *term = orphans(30, 100);

	term_keys(term, "/podvm<Enter>g  D");
	CU_ASSERT(term_wait_text(term, "still orphaned", 0));
	press_until(term, "<C-u>c", "go on: +c");
	term_keys(term, "aa 2");
	CU_ASSERT(term_wait_no_text(term, "to go on", 0));
	term_keys(term, "T");
	CU_ASSERT(term_wait_text(term, "done .*Sweep: caa 2", 0));
	term_keys(term, ":sweeps<Enter>");
	CU_ASSERT(term_wait_text(term, "2 of 2", 0));
	CU_ASSERT(term_expect_screen(term, "cleanup-sweeps-100x30"));
	term_keys(term, ":audit<Enter>");
	CU_ASSERT(term_wait_text(term, "outcome", 0));
	term_stop(term);
}

static int remove_entry(const char *path, const struct stat *status, int sort, struct FTW *place)
{
	(void)status, (void)sort, (void)place;
	return remove(path);
}

// A console that was killed after the first of two items, and opened again.
static struct terminal *console_after_a_cut(const char *folder)
{
	char state[96];
	const char *argv[] = {CONSOLE_PROGRAM, "refresh_seconds=0", "orphans", NULL},
	           *env[] = {"PEERDECK_THEMES=" THEMES_DIR, state, "PEERDECK_FAILPOINT=sweep.before-item:2", NULL};
	int status = 0;

	snprintf(state, sizeof(state), "XDG_STATE_HOME=%s", folder);
	struct terminal *term = term_start(30, 100, argv, env);
	CU_ASSERT_PTR_NOT_NULL_FATAL(term);
	CU_ASSERT(term_wait_text(term, "podvm-nginx-77aa01bc", 0));
	term_keys(term, "/podvm<Enter>g  D");
	CU_ASSERT(term_wait_text(term, "still orphaned", 0));
	press_until(term, "<C-u>c", "go on: +c");
	term_keys(term, "aa 2");
	CU_ASSERT(term_wait_exit(term, &status, 0));
	term_stop(term);

	env[2] = NULL;
	term = term_start(30, 100, argv, env);
	CU_ASSERT_PTR_NOT_NULL_FATAL(term);
	CU_ASSERT(term_wait_text(term, "A sweep was cut off: :sweeps", 0));
	term_keys(term, ":sweeps<Enter>");
	CU_ASSERT(term_wait_text(term, "1 of 2 +was cut off: Enter goes on", 0));
	term_keys(term, "g<Enter>");
	CU_ASSERT(term_wait_text(term, "Go on with the sweep", 0));
	return term;
}

static void press_while(struct terminal *term, const char *key, const char *seen)
{
	for (int i = 0; i < 200 && term_has_text(term, seen); i++) {
		term_keys(term, key);
		CU_ASSERT(term_wait_quiet(term, 40));
	}
}

// The next console offers to go on, and does nothing twice.
static void goes_on_with_a_sweep_that_was_cut_off(void)
{
	char folder[] = "/tmp/peerdeck-sweep-XXXXXX";

	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
	struct terminal *term = console_after_a_cut(folder);
	press_while(term, "y", "Go on with the sweep");
	CU_ASSERT(term_wait_text(term, "2 of 2 +done", 20000));
	term_stop(term);
	CU_ASSERT_EQUAL(nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static void a_sweep_can_be_given_up(void)
{
	char folder[] = "/tmp/peerdeck-sweep-XXXXXX", path[128];
	sqlite3 *database;

	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
	struct terminal *term = console_after_a_cut(folder);
	snprintf(path, sizeof(path), "%s/peerdeck/peerdeck.db", folder);
	CU_ASSERT_EQUAL_FATAL(sqlite3_open(path, &database), SQLITE_OK);
	sqlite3_busy_timeout(database, 10000);
	CU_ASSERT_EQUAL(sqlite3_exec(database, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	press_while(term, "q", "Go on with the sweep");
	term_keys(term, "T");
	CU_ASSERT(term_wait_text(term, "running .*Give up a sweep", 1000));
	CU_ASSERT_EQUAL(sqlite3_exec(database, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(database);
	CU_ASSERT(term_wait_text(term, "given up; what was deleted", 0));
	term_keys(term, ":sweeps<Enter>");
	CU_ASSERT(term_wait_text(term, "1 of 2 +stopped: given up by hand", 0));
	term_stop(term);
	CU_ASSERT_EQUAL(nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static void shows_the_adaptors_lines_of_a_vm(void)
{
	struct terminal *term = evidence(30, 100);

	term_keys(term, "l");
	CU_ASSERT(term_wait_text(term, "ended", 0));
	CU_ASSERT(term_expect_screen(term, "cleanup-log-100x30"));
	term_keys(term, "xg");
	CU_ASSERT(term_wait_text(term, "server started", 0));
	term_stop(term);
}

static void diagnoses_a_cluster(void)
{
	struct terminal *term = console_with(40, 120, "refresh_seconds=0", "clusters");

	CU_ASSERT(term_wait_text(term, "ci-nightly", 0));
	term_keys(term, "gjX");
	CU_ASSERT(term_wait_text(term, "Diagnose caa", 0));
	CU_ASSERT(term_wait_text(term, "✔ kata on the workers", 0));
	CU_ASSERT(term_wait_text(term, "→ Label the nodes", 0));
	CU_ASSERT(term_wait_text(term, "as of 21:12:00", 20000));
	term_keys(term, "r");
	CU_ASSERT(term_wait_text(term, "as of 21:12:00", 20000));
	term_stop(term);
}

static void offers_what_can_be_done(void)
{
	struct terminal *term = orphans(24, 80);

	term_keys(term, "a");
	CU_ASSERT(term_wait_text(term, "Actions: podvm-job-9-4410ffee", 0));
	CU_ASSERT(term_wait_text(term, "Quarantine", 0));
	CU_ASSERT(term_wait_text(term, "Adaptor's log", 0));
	term_keys(term, "W");
	CU_ASSERT(term_wait_text(term, "Why: podvm-job-9-4410ffee", 0));
	term_stop(term);
}

static void an_unreachable_cluster_makes_its_vms_unknown(void)
{
	char path[] = "/tmp/peerdeck-unreachable-XXXXXX", setting[80];
	const int fd = mkstemp(path);
	const char *argv[] = {CONSOLE_PROGRAM, "refresh_seconds=0", "orphans", NULL},
	           *env[] = {"PEERDECK_THEMES=" THEMES_DIR, setting, NULL};

	CU_ASSERT_FATAL(fd >= 0);
	close(fd);
	unlink(path);
	snprintf(setting, sizeof(setting), "FAKE_UNREACHABLE=%s", path);
	struct terminal *term = term_start(24, 80, argv, env);
	CU_ASSERT_PTR_NOT_NULL_FATAL(term);
	CU_ASSERT(term_wait_text(term, "podvm-nginx-77aa01bc .*! ORPHAN", 0));
	FILE *file = fopen(path, "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	fclose(file);
	term_keys(term, "r");
	CU_ASSERT(term_wait_text(term, "podvm-nginx-77aa01bc .*\\? unknown", 0));
	CU_ASSERT(term_wait_text(term, "0 of 2 clusters", 0));
	CU_ASSERT_FALSE(term_has_text(term, "! ORPHAN"));
	unlink(path);
	term_keys(term, "r");
	CU_ASSERT(term_wait_text(term, "1 of 2 clusters", 0));
	term_stop(term);
}

static void narrows_by_verdict_cluster_and_age(void)
{
	struct terminal *term = orphans(24, 80);

	term_keys(term, "V");
	CU_ASSERT(term_wait_no_text(term, "podvm-web-0-9be0f123", 0));
	CU_ASSERT(term_wait_text(term, "/verdict=orphan", 0));
	term_keys(term, "B");
	CU_ASSERT(term_wait_text(term, "cluster=caa", 0));
	term_keys(term, "E");
	CU_ASSERT(term_wait_text(term, "nothing passes the filter", 0));
	term_keys(term, "<Esc>");
	CU_ASSERT(term_wait_text(term, "podvm-web-0-9be0f123", 0));
	term_keys(term, ":verdict live<Enter>");
	CU_ASSERT(term_wait_text(term, "podvm-train-3-00ff31c2", 0));
	term_stop(term);
}

static void what_is_kept_is_no_orphan(void)
{
	struct terminal *term = orphans(24, 80);

	term_keys(term, "gK");
	CU_ASSERT(term_wait_text(term, "is kept", 0));
	CU_ASSERT(term_wait_no_text(term, "podvm-job-9-4410ffee", 0));
	term_keys(term, ":verdict foreign<Enter>");
	CU_ASSERT(term_wait_text(term, "podvm-job-9-4410ffee", 0));
	term_keys(term, "gK");
	CU_ASSERT(term_wait_text(term, "no longer kept", 0));
	term_stop(term);
}

// A console whose database somebody else holds; the database in `out`.
static struct terminal *console_with_held_database(const char *folder, sqlite3 **out)
{
	char state[96], path[128];
	const char *argv[] = {CONSOLE_PROGRAM, "refresh_seconds=0", "orphans", NULL},
	           *env[] = {"PEERDECK_THEMES=" THEMES_DIR, state, NULL};

	snprintf(state, sizeof(state), "XDG_STATE_HOME=%s", folder);
	snprintf(path, sizeof(path), "%s/peerdeck/peerdeck.db", folder);
	struct terminal *term = term_start(24, 80, argv, env);
	CU_ASSERT_PTR_NOT_NULL_FATAL(term);
	CU_ASSERT(term_wait_text(term, "podvm-job-9-4410ffee", 0));
	CU_ASSERT_EQUAL_FATAL(sqlite3_open(path, out), SQLITE_OK);
	sqlite3_busy_timeout(*out, 10000);
	CU_ASSERT_EQUAL(sqlite3_exec(*out, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	return term;
}

static void a_slow_disk_does_not_hold_up_the_screen(void)
{
	char folder[] = "/tmp/peerdeck-keep-XXXXXX";
	sqlite3 *database;

	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
	struct terminal *term = console_with_held_database(folder, &database);
	term_keys(term, "gK");
	CU_ASSERT(term_wait_text(term, "▸ podvm-job-9-4410ffee +keeping…", 0));
	term_keys(term, "j");
	CU_ASSERT(term_wait_text(term, "▸ podvm-nginx-77aa01bc +! ORPHAN", 1000));
	term_keys(term, "kK");
	CU_ASSERT(term_wait_text(term, "still being written", 1000));
	CU_ASSERT_EQUAL(sqlite3_exec(database, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(database);
	CU_ASSERT(term_wait_text(term, "is kept: no sweep", 0));
	CU_ASSERT(term_wait_no_text(term, "podvm-job-9-4410ffee +keeping", 0));
	CU_ASSERT(term_wait_no_text(term, "podvm-job-9-4410ffee +!", 0));
	term_stop(term);
	CU_ASSERT_EQUAL(nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static void opens_pods_and_nodes_of_a_cluster(void)
{
	struct terminal *term = console_with(40, 120, "refresh_seconds=0", NULL);

	CU_ASSERT(term_wait_text(term, "! ORPHAN", 0));
	term_keys(term, "2j<Enter>");
	CU_ASSERT(term_wait_text(term, "cloud-api-adaptor-x7k2p", 0));
	CU_ASSERT(term_expect_screen(term, "cleanup-pods-120x40"));
	term_keys(term, "o");
	CU_ASSERT(term_wait_text(term, "▸ podvm-nginx-1f2e3d4c", 0));
	term_keys(term, "u");
	CU_ASSERT(term_wait_text(term, "▸ nginx", 0));
	term_keys(term, ":events<Enter>");
	CU_ASSERT(term_wait_text(term, "FailedCreatePodSandBox", 0));
	term_stop(term);
}

static const struct screen_case cases[] = {
        SCREEN_CASE(shows_verdicts_worst_first),
        SCREEN_CASE(lists_orphans),
        SCREEN_CASE(tells_why_on_one_screen),
        SCREEN_CASE(keeps_verdict_and_owner_in_sight),
        SCREEN_CASE(plans_a_sweep),
        SCREEN_CASE(refuses_with_the_reason),
        SCREEN_CASE(read_only_refuses_with_the_reason),
        SCREEN_CASE(sweeps_what_was_typed_for),
        SCREEN_CASE(goes_on_with_a_sweep_that_was_cut_off),
        SCREEN_CASE(shows_the_adaptors_lines_of_a_vm),
        SCREEN_CASE(diagnoses_a_cluster),
        SCREEN_CASE(offers_what_can_be_done),
        SCREEN_CASE(an_unreachable_cluster_makes_its_vms_unknown),
        SCREEN_CASE(narrows_by_verdict_cluster_and_age),
        SCREEN_CASE(what_is_kept_is_no_orphan),
        SCREEN_CASE(a_slow_disk_does_not_hold_up_the_screen),
        SCREEN_CASE(a_sweep_can_be_given_up),
        SCREEN_CASE(opens_pods_and_nodes_of_a_cluster),
};

int main(int argc, char **argv)
{
	return screen_test_run("cleanup", cases, COUNT_OF(cases), argc > 1 ? argv[1] : NULL);
}
