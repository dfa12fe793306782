// SPDX-License-Identifier: Apache-2.0
// The program itself on the simulated cloud, as `./bootstrap demo` runs it: browse, filter, sort, describe, stop a VM,
// resize, leave.
#include "config.h"

#include <CUnit/Basic.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "tests/screen/screen_test.h"
#include "tests/screen/term.h"
#include "base/banned.h"

enum { START_MS = 20000, WORK_MS = 60000, SCAN_MS = 180000 };

static struct terminal *demo(int rows, int columns)
{
	const char *argv[] = {PEERDECK_PROGRAM, "--demo", NULL}, *env[] = {"PEERDECK_THEMES=" THEMES_DIR, NULL};
	struct terminal *term = term_start(rows, columns, argv, env);

	CU_ASSERT_PTR_NOT_NULL_FATAL(term);
	CU_ASSERT_FATAL(term_wait_text(term, "podvm-.*Running|REGION", START_MS));
	return term;
}

static void looks_around(struct terminal *term)
{
	term_keys(term, ":clusters<Enter>");
	CU_ASSERT(term_wait_text(term, "北京-生产 .*running", WORK_MS));
	term_keys(term, ":vms<Enter>");
	CU_ASSERT(term_wait_text(term, "podvm-.*Running", WORK_MS));
	term_keys(term, "/status=Running<Enter>");
	CU_ASSERT(term_wait_text(term, "/status=Running", WORK_MS));
	term_keys(term, "N");
	CU_ASSERT(term_wait_text(term, "NAME ?[▲▼]", WORK_MS));
	term_keys(term, "gd");
	// Of one that may be nobody's the evidence is shown; Enter there describes it too.
	CU_ASSERT(term_wait_text(term, "Describe podvm-|Why: podvm-", WORK_MS));
	if (term_has_text(term, "Why: podvm-"))
		term_keys(term, "<Enter>");
	CU_ASSERT(term_wait_text(term, "region +[a-z]+-", WORK_MS));
	term_keys(term, ":vms<Enter>");
	CU_ASSERT(term_wait_text(term, "podvm-.*Running", WORK_MS));
}

// What the first scan found, and why.
static void looks_for_orphans(struct terminal *term)
{
	term_keys(term, ":orphans<Enter>");
	CU_ASSERT(term_wait_text(term, "[0-9]+ of [0-9]+ clusters and [0-9]+ of [0-9]+ regions read", SCAN_MS));
	CU_ASSERT(term_wait_text(term, "▸ podvm-", SCAN_MS));
	term_keys(term, "d");
	CU_ASSERT(term_wait_text(term, "Why: podvm-", WORK_MS));
	CU_ASSERT(term_wait_text(term, "verdict +", 0));
	term_keys(term, ":vms<Enter>");
	CU_ASSERT(term_wait_text(term, "podvm-.*(live|suspect|unknown)", WORK_MS));
}

// The text that the plan asks for.
static bool typed_word(struct terminal *term, char *out, size_t size)
{
	int row, column;
	const char *at;

	if (!term_find(term, "Type +[^ ]+ +to go on", &row, &column))
		return false;
	at = strstr(term_row(term, row), "Type");
	at += 4 + strspn(at + 4, " ");
	snprintf(out, size, "%.*s", (int)strcspn(at, " "), at);
	return *out != '\0';
}

static void stops_a_vm(struct terminal *term)
{
	char word[64] = "", first[16] = "", seen[80];

	term_keys(term, ":stop<Enter>");
	CU_ASSERT(term_wait_text(term, "aliyun ecs StopInstance", WORK_MS));
	CU_ASSERT_FATAL(typed_word(term, word, sizeof(word)));
	// Once, however often it was pressed before it was seen.
	snprintf(first, sizeof(first), "<C-u>%c", word[0]);
	snprintf(seen, sizeof(seen), "go on: +%c", word[0]);
	// Not armed until a key is seen.
	for (int i = 0; i < 200 && !term_has_text(term, seen); i++) {
		term_keys(term, first);
		CU_ASSERT(term_wait_quiet(term, 40));
	}
	term_keys(term, word + 1);
	CU_ASSERT(term_wait_no_text(term, "Plan: Stop", WORK_MS));
	term_keys(term, "T");
	CU_ASSERT(term_wait_text(term, "done .*Stop podvm-", WORK_MS));
	term_keys(term, "<Enter>");
	CU_ASSERT(term_wait_text(term, "request id +[0-9A-F]+-", WORK_MS));
}

static void walks_through_the_demo(int rows, int columns)
{
	struct terminal *term = demo(rows, columns);
	int status = -1;

	looks_around(term);
	if (columns >= 200)
		looks_for_orphans(term);
	stops_a_vm(term);
	term_keys(term, "<C-z>");
	CU_ASSERT(term_wait_stopped(term, 0));
	CU_ASSERT(term_modes_restored(term));
	term_continue(term);
	CU_ASSERT(term_wait_text(term, "Operation", 0));
	term_resize(term, rows + 6, columns + 20);
	CU_ASSERT(term_wait_row(term, rows + 5, "help", 0));
	term_keys(term, "Q");
	CU_ASSERT(term_wait_exit(term, &status, 0));
	CU_ASSERT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	CU_ASSERT(term_modes_restored(term));
	CU_ASSERT_FALSE(term_in_alternate_screen(term));
	term_stop(term);
}

static void walks_at_80x24(void)
{
	walks_through_the_demo(24, 80);
}

static void walks_at_200x50(void)
{
	walks_through_the_demo(50, 200);
}

static const struct screen_case cases[] = {
        SCREEN_CASE(walks_at_80x24),
        SCREEN_CASE(walks_at_200x50),
};

int main(int argc, char **argv)
{
	return screen_test_run("demo", cases, COUNT_OF(cases), argc > 1 ? argv[1] : NULL);
}
