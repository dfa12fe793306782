// SPDX-License-Identifier: Apache-2.0
// The console itself: panes that narrow each other, the cursor on its resource, what a frame costs, how it leaves.
#include "config.h"

#include <CUnit/Basic.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "tests/screen/screen_test.h"
#include "tests/screen/term.h"

#include "base/banned.h"

#define NOW "FAKE_NOW=1795208000"

static struct terminal *console(int rows, int columns, const char *const env[])
{
	const char *argv[] = {FAKE_CONSOLE, NULL};
	const char *standing[] = {NOW, NULL};
	struct terminal *term = term_start(rows, columns, argv, env ? env : standing);
	CU_ASSERT_PTR_NOT_NULL_FATAL(term);
	return term;
}

// Everything is read.
static bool wait_settled(struct terminal *term)
{
	return term_wait_text(term, "Pod VMs.* 22 ", 0) && term_wait_quiet(term, 150);
}

static void shows_four_panes_where_there_is_room(void)
{
	struct terminal *term = console(40, 120, NULL);
	CU_ASSERT(term_wait_text(term, "1 Regions", 0));
	CU_ASSERT(wait_settled(term));
	CU_ASSERT(term_wait_text(term, "北京-生产", 0));
	CU_ASSERT(term_wait_text(term, "~updating", 0));
	CU_ASSERT(term_wait_text(term, "ap-southeast-1 .*\\? deni", 0));
	CU_ASSERT(term_expect_screen(term, "panes-120x40"));
	term_stop(term);
}

static void shows_one_pane_at_80x24(void)
{
	struct terminal *term = console(24, 80, NULL);
	CU_ASSERT(wait_settled(term));
	CU_ASSERT(term_expect_screen(term, "panes-80x24"));
	term_keys(term, "1");
	CU_ASSERT(term_wait_text(term, "1 Regions", 0));
	term_keys(term, "jj<Enter>");
	CU_ASSERT(term_wait_text(term, "cn-beijing › Clusters", 0));
	term_keys(term, "j<Enter>");
	CU_ASSERT(term_wait_text(term, "cn-beijing › caa › Node pools", 0));
	term_stop(term);
}

static void uses_a_large_screen(void)
{
	struct terminal *term = console(50, 200, NULL);
	CU_ASSERT(wait_settled(term));
	CU_ASSERT(term_expect_screen(term, "panes-200x50"));
	term_stop(term);
}

static void draws_ascii_in_the_c_locale(void)
{
	const char *const env[] = {NOW, "LANG=C", "LC_ALL=C", NULL};
	struct terminal *term = console(24, 80, env);
	CU_ASSERT(wait_settled(term));
	size_t size;
	const char *log = term_log(term, &size);
	size_t wide = 0;
	for (size_t i = 0; i < size; i++)
		wide += (unsigned char)log[i] >= 0x80;
	CU_ASSERT_EQUAL(wide, 0);
	CU_ASSERT(term_expect_screen(term, "panes-c-locale"));
	term_stop(term);
}

static void keeps_to_plain_terminals(void)
{
	static const char *const kinds[] = {"tmux-256color", "linux", "vt100"};
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		char kind[40];
		snprintf(kind, sizeof kind, "TERM=%s", kinds[i]);
		const char *const env[] = {NOW, kind, NULL};
		struct terminal *term = console(24, 80, env);
		CU_ASSERT(wait_settled(term));
		size_t size;
		const char *log = term_log(term, &size);
		if (i > 0)
			CU_ASSERT_PTR_NULL(memmem(log, size, "2026", 4));
		char name[64];
		snprintf(name, sizeof name, "panes-%s", kinds[i]);
		CU_ASSERT(term_expect_screen(term, name));
		term_stop(term);
	}
}

static void says_all_without_colour(void)
{
	const char *const env[] = {NOW, "NO_COLOR=1", NULL};
	struct terminal *term = console(40, 120, env);
	CU_ASSERT(wait_settled(term));
	for (int row = 0; row < 40; row++)
		for (int column = 0; column < 120; column++) {
			const struct term_cell cell = term_cell(term, row, column);
			CU_ASSERT_FATAL(cell.foreground == -1 && cell.background == -1);
		}
	CU_ASSERT(term_expect_screen(term, "panes-no-color"));
	term_stop(term);
}

static void says_when_the_screen_is_too_small(void)
{
	struct terminal *term = console(10, 50, NULL);
	CU_ASSERT(term_wait_row(term, 0, "50x10 is too small", 0));
	term_resize(term, 24, 80);
	CU_ASSERT(wait_settled(term));
	term_resize(term, 14, 59);
	CU_ASSERT(term_wait_row(term, 0, "59x14 is too small", 0));
	term_keys(term, "Q");
	int status;
	CU_ASSERT(term_wait_exit(term, &status, 0));
	CU_ASSERT_EQUAL(WEXITSTATUS(status), 0);
	term_stop(term);
}

static void selections_narrow_what_follows(void)
{
	struct terminal *term = console(40, 120, NULL);
	CU_ASSERT(wait_settled(term));
	term_keys(term, "1G");
	CU_ASSERT(term_wait_text(term, "Pod VMs.*─ 0 ", 0));
	term_keys(term, "k");
	CU_ASSERT(term_wait_text(term, "Pod VMs.*─ 6 ", 0));
	CU_ASSERT(term_wait_no_text(term, "ci-nightly", 0));
	term_keys(term, "0");
	CU_ASSERT(term_wait_text(term, "Pod VMs.*─ 22 ", 0));
	term_keys(term, "2j");
	CU_ASSERT(term_wait_text(term, "3 Node pools .* 2 ", 0));
	CU_ASSERT(term_wait_text(term, "Pod VMs.*─ 16 ", 0));
	term_stop(term);
}

static void cursor_stays_on_its_resource(void)
{
	struct terminal *term = console(24, 80, NULL);
	CU_ASSERT(wait_settled(term));
	term_keys(term, "jjjj");
	CU_ASSERT(term_wait_text(term, "▸ podvm-train-3-daa66d13", 0));
	int row, column;
	bool visible;
	CU_ASSERT(term_wait_quiet(term, 50));
	term_cursor(term, &row, &column, &visible);
	CU_ASSERT(visible && column == 1);
	CU_ASSERT(strstr(term_row(term, row), "▸") != NULL);
	term_keys(term, "N"); // by name
	CU_ASSERT(term_wait_text(term, "NAME▲", 0));
	CU_ASSERT(term_wait_text(term, "▸ podvm-train-3-daa66d13", 0));
	term_keys(term, "I");
	CU_ASSERT(term_wait_text(term, "NAME▼", 0));
	CU_ASSERT(term_wait_text(term, "▸ podvm-train-3-daa66d13", 0));
	term_stop(term);
}

static void marks_sort_and_columns(void)
{
	struct terminal *term = console(24, 80, NULL);
	CU_ASSERT(wait_settled(term));
	term_keys(term, "<Space><Space>jv");
	CU_ASSERT(term_wait_text(term, "4 marked", 0));
	term_keys(term, "U");
	CU_ASSERT(term_wait_no_text(term, "marked", 0));
	term_keys(term, "*");
	CU_ASSERT(term_wait_text(term, "22 marked", 0));
	term_keys(term, "U<S-Right><S-Right><S-Right>O");
	CU_ASSERT(term_wait_text(term, "STATUS▲", 0));
	term_keys(term, "LLLLLL");
	CU_ASSERT(term_wait_text(term, "CLUSTER", 0));
	CU_ASSERT(term_wait_text(term, "NAME ", 0));
	term_stop(term);
}

static void pasted_text_calls_no_commands(void)
{
	struct terminal *term = console(24, 80, NULL);
	CU_ASSERT(wait_settled(term));
	term_paste(term, "QQQ*");
	CU_ASSERT(term_wait_text(term, "pasted text is taken in prompts only", 0));
	CU_ASSERT(!term_has_text(term, "marked"));
	term_stop(term);
}

// The figures that are required at 200 columns and 50 rows.
static void frames_are_small_and_whole(void)
{
	const char *const env[] = {NOW, "FAKE_VMS=4000", "PEERDECK_TEST_FRAMES=1", NULL};
	struct terminal *term = console(50, 200, env);
	CU_ASSERT(term_wait_text(term, "Pod VMs.* 3556 ", 0) && term_wait_quiet(term, 200));
	size_t mark = term_mark(term);
	CU_ASSERT(term_wait_quiet(term, 300));
	CU_ASSERT_EQUAL(term_bytes_since(term, mark), 0);

	term_keys(term, "+");
	CU_ASSERT(term_wait_quiet(term, 100));
	const size_t step = screen_test_bytes(term, "j");
	term_keys(term, "G");
	CU_ASSERT(term_wait_quiet(term, 100));
	term_keys(term, "gg");
	CU_ASSERT(term_wait_quiet(term, 100));
	for (int i = 0; i < 45; i++)
		term_keys(term, "j");
	CU_ASSERT(term_wait_cursor(term, 45, 1, 0) && term_wait_quiet(term, 300));
	const size_t line = screen_test_bytes(term, "j");
	const size_t page = screen_test_bytes(term, "<PgDn>");
	screen_test_within_limits(step, line, page);

	// As many writes as frames, but for the few at the start.
	size_t size;
	const char *log = term_log(term, &size), *last = NULL;
	for (const char *at = log; (at = memmem(at, size - (size_t)(at - log), "frame=", 6)); at++)
		last = at;
	unsigned long frames = 0, writes = 0;
	CU_ASSERT_FATAL(last && sscanf(last, "frame=%lu;writes=%lu", &frames, &writes) == 2);
	CU_ASSERT(frames > 5 && writes >= frames && writes - frames <= 4);
	term_stop(term);
}

static void leaves_the_terminal_as_it_was(void)
{
	struct terminal *term = console(24, 80, NULL);
	CU_ASSERT(wait_settled(term));
	CU_ASSERT(term_in_alternate_screen(term));
	term_keys(term, "Q");
	int status;
	CU_ASSERT(term_wait_exit(term, &status, 0));
	CU_ASSERT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	CU_ASSERT(!term_in_alternate_screen(term));
	CU_ASSERT(term_modes_restored(term));
	term_stop(term);
}

static void asks_before_it_leaves_by_q(void)
{
	struct terminal *term = console(40, 120, NULL);
	CU_ASSERT(wait_settled(term));
	term_keys(term, "q");
	CU_ASSERT(term_wait_text(term, "Leave peerdeck", 0));
	term_keys(term, "<Enter>");
	CU_ASSERT(term_wait_quiet(term, 400));
	term_keys(term, "<Esc>");
	CU_ASSERT(term_wait_no_text(term, "Leave peerdeck", 0));
	term_keys(term, "<C-c><C-c>");
	int status;
	CU_ASSERT(term_wait_exit(term, &status, 0));
	term_stop(term);
}

static void suspends_and_comes_back(void)
{
	struct terminal *term = console(24, 80, NULL);
	CU_ASSERT(wait_settled(term));
	term_keys(term, "<C-z>");
	CU_ASSERT(term_wait_stopped(term, 0));
	CU_ASSERT(!term_in_alternate_screen(term));
	CU_ASSERT(term_modes_restored(term));
	term_continue(term);
	CU_ASSERT(term_wait_text(term, "Pod VMs.* 22 ", 0));
	CU_ASSERT(term_in_alternate_screen(term));
	term_keys(term, "j");
	CU_ASSERT(term_wait_quiet(term, 50));
	term_stop(term);
}

static void a_crash_gives_the_terminal_back(void)
{
	static const int numbers[] = {SIGSEGV, SIGABRT, SIGTERM};
	for (size_t i = 0; i < COUNT_OF(numbers); i++) {
		struct terminal *term = console(24, 80, NULL);
		int status = 0;
		CU_ASSERT(wait_settled(term));
		term_kill(term, numbers[i]);
		CU_ASSERT(term_wait_exit(term, &status, 0));
		CU_ASSERT(!term_in_alternate_screen(term));
		CU_ASSERT(term_modes_restored(term));
#ifndef __SANITIZE_ADDRESS__
		if (numbers[i] != SIGTERM)
			CU_ASSERT(WIFSIGNALED(status) && WTERMSIG(status) == numbers[i]);
#endif
		term_stop(term);
	}
}

static void ends_when_the_terminal_is_gone(void)
{
	struct terminal *term = console(24, 80, NULL);
	int status = 0;
	CU_ASSERT(wait_settled(term));
	term_hang_up(term);
	CU_ASSERT(term_wait_exit(term, &status, 0));
	CU_ASSERT(WIFEXITED(status));
	term_stop(term);
}

static const struct screen_case cases[] = {
        SCREEN_CASE(shows_four_panes_where_there_is_room),
        SCREEN_CASE(shows_one_pane_at_80x24),
        SCREEN_CASE(uses_a_large_screen),
        SCREEN_CASE(draws_ascii_in_the_c_locale),
        SCREEN_CASE(keeps_to_plain_terminals),
        SCREEN_CASE(says_all_without_colour),
        SCREEN_CASE(says_when_the_screen_is_too_small),
        SCREEN_CASE(selections_narrow_what_follows),
        SCREEN_CASE(cursor_stays_on_its_resource),
        SCREEN_CASE(marks_sort_and_columns),
        SCREEN_CASE(pasted_text_calls_no_commands),
        SCREEN_CASE(frames_are_small_and_whole),
        SCREEN_CASE(leaves_the_terminal_as_it_was),
        SCREEN_CASE(asks_before_it_leaves_by_q),
        SCREEN_CASE(suspends_and_comes_back),
        SCREEN_CASE(a_crash_gives_the_terminal_back),
        SCREEN_CASE(ends_when_the_terminal_is_gone),
};

int main(int argc, char **argv)
{
	return screen_test_run("console", cases, COUNT_OF(cases), argc > 1 ? argv[1] : NULL);
}
