// SPDX-License-Identifier: Apache-2.0
// Rows below their parents: what it looks like, folding, marks, search, the mouse, and what a step costs.
#include "config.h"

#include <CUnit/Basic.h>
#include <stdio.h>
#include <string.h>

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
	CU_ASSERT(term_wait_text(term, "Pod VMs.* (22|3556) ", 0) && term_wait_quiet(term, 150));
	return term;
}

static void draws_a_tree_at_80x24(void)
{
	struct terminal *term = console(24, 80, NULL);
	term_keys(term, "t");
	CU_ASSERT(term_wait_text(term, "tree", 0) && term_wait_text(term, "▼ caa · 16", 0));
	term_keys(term, "g");
	CU_ASSERT(term_wait_text(term, "▸ ▼ caa · 16", 0) && term_wait_quiet(term, 100));
	CU_ASSERT(term_expect_screen(term, "tree-80x24"));
	term_keys(term, "t");
	CU_ASSERT(term_wait_no_text(term, "caa · 16", 0));
	term_stop(term);
}

static void draws_a_tree_at_200x50(void)
{
	struct terminal *term = console(50, 200, NULL);
	term_keys(term, "t");
	CU_ASSERT(term_wait_text(term, "▼ caa · 16", 0) && term_wait_quiet(term, 100));
	CU_ASSERT(term_expect_screen(term, "tree-200x50"));
	term_stop(term);
}

static void draws_it_in_ascii(void)
{
	const char *const env[] = {NOW, "LANG=C", "LC_ALL=C", NULL};
	struct terminal *term = console(24, 80, env);
	term_keys(term, "t");
	CU_ASSERT(term_wait_text(term, "- caa - 16", 0));
	CU_ASSERT(term_wait_text(term, "`-- cn-beijing-i - 16", 0));
	CU_ASSERT(term_wait_text(term, "\\|- podvm-", 0));
	term_keys(term, "x");
	CU_ASSERT(term_wait_text(term, "\\+ caa - 16", 0));
	CU_ASSERT(term_wait_no_text(term, "podvm-", 0));
	term_stop(term);
}

static void folds_and_unfolds(void)
{
	struct terminal *term = console(24, 80, NULL);
	term_keys(term, "tg");
	CU_ASSERT(term_wait_text(term, "▸ ▼ caa · 16", 0));
	term_keys(term, "<Left>");
	CU_ASSERT(term_wait_text(term, "▸ ▶ caa · 16", 0));
	CU_ASSERT(term_wait_text(term, "▼ 北京-生产 · 6", 0));
	term_keys(term, "<Right><Right><Right>");
	CU_ASSERT(term_wait_cursor(term, 5, 1, 0));
	term_keys(term, "<Left>");
	CU_ASSERT(term_wait_text(term, "▸ └─▼ cn-beijing-i · 16", 0));
	term_keys(term, "<Left><Left>");
	CU_ASSERT(term_wait_text(term, "▸ ▼ caa · 16", 0));
	CU_ASSERT(term_wait_text(term, "└─▶ cn-beijing-i · 16", 0));
	term_keys(term, "x");
	CU_ASSERT(term_wait_text(term, "▶ 北京-生产 · 6", 0));
	// It is remembered while the console runs, and by its path.
	term_keys(term, ":vms<Enter>");
	CU_ASSERT(term_wait_text(term, "▶ caa", 0));
	CU_ASSERT(!term_has_text(term, "podvm-"));
	term_keys(term, "x");
	CU_ASSERT(term_wait_text(term, "podvm-", 0));
	// H and L scroll.
	term_keys(term, "LL");
	CU_ASSERT(term_wait_no_text(term, "VERDICT", 0));
	term_keys(term, "HH");
	CU_ASSERT(term_wait_text(term, "VERDICT", 0));
	term_stop(term);
}

static void marks_what_a_group_shows(void)
{
	struct terminal *term = console(24, 80, NULL);
	term_keys(term, "tgx");
	CU_ASSERT(term_wait_text(term, "▸ ▶ caa · 16", 0));
	term_keys(term, "<Space>");
	CU_ASSERT(term_wait_text(term, "16 marked", 0));
	CU_ASSERT(term_wait_text(term, " ●▶ caa · 16", 0));
	CU_ASSERT(term_wait_text(term, "▸ ▶ 北京-生产 · 6", 0));
	term_keys(term, "<Space>");
	CU_ASSERT(term_wait_text(term, "22 marked", 0));
	term_keys(term, "g<Space>");
	CU_ASSERT(term_wait_text(term, " 6 marked", 0));
	term_keys(term, "U/nginx<Enter>g<Space>");
	CU_ASSERT(term_wait_text(term, "▶ caa · [1-9] ", 0));
	CU_ASSERT(term_wait_text(term, " [1-9] marked", 0));
	term_stop(term);
}

static void search_opens_what_is_folded(void)
{
	struct terminal *term = console(24, 80, NULL);
	term_keys(term, "tgx");
	CU_ASSERT(term_wait_no_text(term, "podvm-", 0));
	term_keys(term, "\\train<Enter>");
	CU_ASSERT(term_wait_text(term, "▸.*─ podvm-train", 0));
	term_keys(term, "N");
	CU_ASSERT(term_wait_text(term, "NAME▲", 0));
	CU_ASSERT(term_wait_text(term, "▸.*─ podvm-train", 0));
	term_keys(term, "G");
	CU_ASSERT(term_wait_text(term, "▸ ▶ 北京-生产", 0));
	term_stop(term);
}

static void groups_by_what_is_asked_for(void)
{
	struct terminal *term = console(24, 80, NULL);
	term_keys(term, ":tree status<Enter>");
	CU_ASSERT(term_wait_text(term, "▼ Running · 16", 0));
	CU_ASSERT(term_wait_text(term, "─ podvm", 0));
	term_keys(term, ":tree colour<Enter>");
	CU_ASSERT(term_wait_text(term, "there are no such columns here: colour", 0));
	term_keys(term, ":tree off<Enter>");
	CU_ASSERT(term_wait_no_text(term, "▼ Running", 0));
	term_stop(term);
}

static void a_click_on_the_mark_folds(void)
{
	const char *const env[] = {NOW, "FAKE_SET=mouse=true", NULL};
	struct terminal *term = console(24, 80, env);
	int row, column;
	term_keys(term, "tg");
	CU_ASSERT(term_wait_text(term, "▼ caa · 16", 0));
	CU_ASSERT_FATAL(term_find(term, "▼ caa", &row, &column));
	term_click(term, row, column, 0);
	CU_ASSERT(term_wait_text(term, "▶ caa · 16", 0));
	term_stop(term);
}

// The limits of a table without a tree.
static void steps_cost_no_more_than_without(void)
{
	const char *const env[] = {NOW, "FAKE_VMS=4000", "PEERDECK_TEST_FRAMES=1", NULL};
	struct terminal *term = console(50, 200, env);
	term_keys(term, "+tg");
	CU_ASSERT(term_wait_text(term, "▸ ▼ caa", 0) && term_wait_quiet(term, 300));
	const size_t step = screen_test_bytes(term, "j");
	for (int i = 0; i < 44; i++)
		term_keys(term, "j");
	CU_ASSERT(term_wait_cursor(term, 45, 1, 0) && term_wait_quiet(term, 300));
	const size_t line = screen_test_bytes(term, "j");
	const size_t page = screen_test_bytes(term, "<PgDn>");
	screen_test_within_limits(step, line, page);
	term_stop(term);
}

static const struct screen_case cases[] = {
        SCREEN_CASE(draws_a_tree_at_80x24),
        SCREEN_CASE(draws_a_tree_at_200x50),
        SCREEN_CASE(draws_it_in_ascii),
        SCREEN_CASE(folds_and_unfolds),
        SCREEN_CASE(marks_what_a_group_shows),
        SCREEN_CASE(search_opens_what_is_folded),
        SCREEN_CASE(groups_by_what_is_asked_for),
        SCREEN_CASE(a_click_on_the_mark_folds),
        SCREEN_CASE(steps_cost_no_more_than_without),
};

int main(int argc, char **argv)
{
	return screen_test_run("tree", cases, COUNT_OF(cases), argc > 1 ? argv[1] : NULL);
}
