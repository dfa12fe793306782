// SPDX-License-Identifier: Apache-2.0
// The test terminal itself, with a small curses program in it.
#include "config.h"

#include "tests/screen/term.h"

#include <CUnit/Basic.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "tests/screen/screen_test.h"
#include "base/banned.h"

static struct terminal *sample(const char *terminal)
{
	const char *argv[] = {SAMPLE_PROGRAM, NULL};
	char type[64];
	const char *env[] = {type, NULL};
	struct terminal *term;

	snprintf(type, sizeof(type), "TERM=%s", terminal);
	term = term_start(24, 80, argv, env);
	CU_ASSERT_PTR_NOT_NULL_FATAL(term);
	CU_ASSERT_FATAL(term_wait_text(term, "keys, last", 0));
	return term;
}

static void reads_text_attributes_and_cursor(void)
{
	struct terminal *term = sample("xterm-256color");
	int row, column;
	bool visible;

	CU_ASSERT(term_wait_row(term, 0, "^cluster 北京-生产 ready$", 0));
	CU_ASSERT(term_cell(term, 0, 8).width == 2);
	CU_ASSERT(term_cell(term, 0, 9).width == 0);
	CU_ASSERT(term_cell(term, 1, 0).bold);
	CU_ASSERT(!term_cell(term, 1, 4).bold);
	CU_ASSERT(term_cell(term, 2, 0).reverse);
	CU_ASSERT_EQUAL(term_cell(term, 2, 0).foreground, 1);
	CU_ASSERT_EQUAL(term_cell(term, 2, 0).background, -1);
	term_cursor(term, &row, &column, &visible);
	CU_ASSERT(row == 1 && column == 2 && visible);
	CU_ASSERT(term_find(term, "生产", &row, &column));
	CU_ASSERT_EQUAL(column, 13);
	CU_ASSERT(term_in_alternate_screen(term));
	CU_ASSERT(term_expect_screen(term, "harness"));
	term_stop(term);
}

static void sends_keys_as_each_terminal_does(void)
{
	static const char *const terminals[] = {"xterm-256color", "tmux-256color", "linux", "vt220"};
	static const struct {
		const char *keys, *seen;
	} keys[] = {{"x", "0x78"}, {"<Enter>", "0xa"}, {"<C-a>", "0x1"}, {"<Up>", "0x103"}, {"<PgDn>", "0x152"},
	        {"<F6>", "0x10e"}, {"北", "0x5317"}, {"<C-Space>", " last 0,|last 0x0,"}};

	for (size_t i = 0; i < COUNT_OF(terminals); i++) {
		struct terminal *term = sample(terminals[i]);

		for (size_t j = 0; j < COUNT_OF(keys); j++) {
			term_keys(term, keys[j].keys);
			CU_ASSERT(term_wait_text(term, keys[j].seen, 0));
		}
		term_stop(term);
	}
}

static void tells_how_the_program_ended(void)
{
	struct terminal *term = sample("xterm-256color");
	int status = -1;

	CU_ASSERT(term_pid(term) > 0);
	term_keys(term, "q");
	CU_ASSERT(term_wait_exit(term, &status, 0));
	CU_ASSERT(WIFEXITED(status) && WEXITSTATUS(status) == 3);
	CU_ASSERT(term_modes_restored(term));
	CU_ASSERT_FALSE(term_in_alternate_screen(term));
	term_stop(term);

	term = sample("xterm-256color");
	term_keys(term, "!");
	CU_ASSERT(term_wait_exit(term, &status, 0));
#ifndef __SANITIZE_ADDRESS__
	struct termios now;
	CU_ASSERT(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
	// This program does not restore its terminal, and the harness must see that.
	CU_ASSERT(term_modes_now(term, &now) && now.c_lflag != term_modes_before(term)->c_lflag);
#endif
	term_stop(term);
}

static void stops_and_continues_the_program(void)
{
	struct terminal *term = sample("xterm-256color");

	term_keys(term, "z");
	CU_ASSERT(term_wait_stopped(term, 0));
	CU_ASSERT_FALSE(term_in_alternate_screen(term));
	term_continue(term);
	CU_ASSERT(term_wait_text(term, "1 keys, last 0x7a", 0));
	term_stop(term);
}

static void resizes(void)
{
	struct terminal *term = sample("xterm-256color");

	term_resize(term, 40, 120);
	CU_ASSERT(term_wait_text(term, "120 x 40", 0));
	term_resize(term, 10, 40);
	CU_ASSERT(term_wait_text(term, "40 x 10", 0));
	term_stop(term);
}

static void counts_and_keeps_bytes(void)
{
	static const char osc[] = "\033]52;c;cGVlcmRlY2s=\a";
	struct terminal *term = sample("xterm-256color");
	size_t mark = term_mark(term);

	CU_ASSERT_EQUAL(term_bytes_since(term, mark), 0);
	term_keys(term, "o");
	CU_ASSERT(term_wait_log(term, mark, osc, strlen(osc), 0));
	CU_ASSERT(term_wait_text(term, "1 keys", 0));
	CU_ASSERT(term_bytes_since(term, mark) >= strlen(osc));
	term_stop(term);
}

static bool never(struct terminal *term, void *user)
{
	(void)term, (void)user;
	return false;
}

static void fails_when_its_deadline_passes(void)
{
	struct terminal *term = sample("xterm-256color");

	CU_ASSERT_FALSE(term_has_text(term, "no such text"));
	CU_ASSERT_FALSE(term_wait(term, never, NULL, NULL, 50));
	term_stop(term);
}

static void hangs_up(void)
{
	struct terminal *term = sample("xterm-256color");
	int status = 0;

	term_hang_up(term);
	CU_ASSERT(term_wait_exit(term, &status, 0));
	term_stop(term);
}

static const struct screen_case cases[] = {
        SCREEN_CASE(reads_text_attributes_and_cursor),
        SCREEN_CASE(sends_keys_as_each_terminal_does),
        SCREEN_CASE(tells_how_the_program_ended),
        SCREEN_CASE(stops_and_continues_the_program),
        SCREEN_CASE(resizes),
        SCREEN_CASE(counts_and_keeps_bytes),
        SCREEN_CASE(fails_when_its_deadline_passes),
        SCREEN_CASE(hangs_up),
};

int main(int argc, char **argv)
{
	return screen_test_run("terminal", cases, COUNT_OF(cases), argc > 1 ? argv[1] : NULL);
}
