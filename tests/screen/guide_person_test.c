// SPDX-License-Identifier: Apache-2.0
// The wizard where a person is needed: a step that may be skipped or tried again, a note to confirm, a second console
// on the same run, a plan that changed under their eyes, prices where they stop.
#include "config.h"

#include <CUnit/Basic.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "tests/screen/guide_world.h"
#include "tests/screen/screen_test.h"
#include "tests/screen/term.h"
#include "base/banned.h"

// The plan of the guide that needs a person.
static struct terminal *plan(int rows, int columns)
{
	struct terminal *term = console(rows, columns, NULL);

	CU_ASSERT(term_wait_text(term, "podvm-nginx-77aa01bc", 0));
	term_keys(term, ":guide person<Enter>");
	CU_ASSERT(term_wait_text(term, "This guide asks nothing", 0));
	press_until(term, "<PgDn>", "Preflight:");
	CU_ASSERT(term_wait_text(term, "checks nothing before", 0));
	press_until(term, "<PgDn>", "Plan: ");
	CU_ASSERT(term_wait_text(term, "Plan: [0-9] to create", 0));
	return term;
}

static void approve(struct terminal *term, const char *title, const char *word)
{
	CU_ASSERT(term_wait_text(term, title, 0));
	// What is left of keys that were pressed before does not count.
	press_until(term, "z", "go on: +[a-z]*z");
	term_keys(term, "<C-u>");
	term_keys(term, word);
}

// Stopped at the step that fails.
static struct terminal *stopped(int rows, int columns)
{
	struct terminal *term = plan(rows, columns);

	press_until(term, "<PgDn>", "Carry out the plan");
	approve(term, "Carry out the plan", "yes");
	CU_ASSERT(term_wait_text(term, "Stopped at: Try the network", 0));
	return term;
}

static void a_failed_step_is_tried_again(void)
{
	struct terminal *term;

	world_begin();
	term = stopped(24, 80);
	CU_ASSERT(term_has_text(term, "sh"));
	CU_ASSERT(term_has_text(term, "1 thing exists: ¥ 0.20 an hour, about ¥ 146 a month"));
	// The command is one key away, with what it is good for.
	term_keys(term, "x");
	CU_ASSERT(term_wait_text(term, "Nothing that comes after needs it", 0));
	CU_ASSERT(term_has_text(term, "It is good to know"));
	term_keys(term, "q");
	CU_ASSERT(term_wait_text(term, "Stopped at", 0));
	press_until(term, "r", "Stopped at: Try the network");
	world_put("fine", "");
	press_until(term, "r", "Something to do by hand");
	term_stop(term);
	world_end();
}

static void an_optional_step_is_skipped_and_a_note_confirmed(int rows, int columns)
{
	struct terminal *term;

	world_begin();
	term = stopped(rows, columns);
	CU_ASSERT(term_has_text(term, "<s> skip the step"));
	press_until(term, "s", "Skip this step");
	CU_ASSERT(term_has_text(term, "It is good to know"));
	// Enter changes nothing.
	CU_ASSERT(term_wait_quiet(term, 350));
	term_keys(term, "<Enter>");
	CU_ASSERT(term_wait_no_text(term, "Skip this step", 0));
	press_until(term, "s", "Skip this step");
	press_until(term, "y", "Tell the others of t-net-help");
	CU_ASSERT(term_has_text(term, "Enter when you have read it"));
	CU_ASSERT_FALSE(world_has("t-box-help.thing"));
	// Left for later, it comes again.
	press_until(term, "<C-c>", "not confirmed yet");
	CU_ASSERT(term_wait_text(term, "To go on with: Something to do by hand", 0));
	press_until(term, "<Enter>", "Tell the others of t-net-help");
	press_until(term, "<Enter>", "Done. u takes");
	CU_ASSERT(world_has("t-box-help.thing"));
	CU_ASSERT(term_wait_text(term, "2 things exist: ¥ 1.22 an hour", 0));
	CU_ASSERT(term_has_text(term, "export NET_ID=t-net-help"));
	press_until(term, "u", "Undo this run");
	CU_ASSERT(term_has_text(term, "Saves ¥ 1.22 an hour"));
	approve(term, "Undo this run", "undo");
	CU_ASSERT(term_wait_text(term, "Nothing of this run is left", 0));
	CU_ASSERT_FALSE(world_has("t-net-help.thing"));
	term_stop(term);
	world_end();
}

static void a_step_is_skipped_at_80x24(void)
{
	an_optional_step_is_skipped_and_a_note_confirmed(24, 80);
}

static void a_step_is_skipped_at_200x50(void)
{
	an_optional_step_is_skipped_and_a_note_confirmed(50, 200);
}

static void a_second_console_looks_on_and_takes_over(void)
{
	struct terminal *first, *second;
	char who[64];

	world_begin();
	world_put("fine", "");
	first = plan(24, 80);
	press_until(first, "<PgDn>", "Carry out the plan");
	approve(first, "Carry out the plan", "yes");
	CU_ASSERT(term_wait_text(first, "Tell the others of t-net-help", 0));
	second = console(24, 80, NULL);
	CU_ASSERT(term_wait_text(second, "podvm-nginx-77aa01bc", 0));
	term_keys(second, ":guide person<Enter>");
	CU_ASSERT(term_wait_text(second, "read-only", 0));
	snprintf(who, sizeof(who), "Process %d on ", (int)term_pid(first));
	CU_ASSERT(term_wait_text(second, who, 0));
	CU_ASSERT(term_wait_text(second, "Something to do by hand", 0));
	CU_ASSERT(term_wait_text(second, "1 thing exists", 0));
	// Looking changes nothing.
	term_keys(second, "<Enter>u");
	CU_ASSERT(term_wait_quiet(second, 100) || true);
	CU_ASSERT_FALSE(term_has_text(second, "Undo this run"));
	CU_ASSERT(term_has_text(first, "Tell the others"));
	term_kill(first, SIGKILL);
	CU_ASSERT(term_wait_text(second, "To go on with: Something to do by hand", 0));
	press_until(second, "<Enter>", "Tell the others of t-net-help");
	press_until(second, "<Enter>", "Done. u takes");
	CU_ASSERT(world_has("t-box-help.thing"));
	term_stop(second);
	term_stop(first);
	world_end();
}

static void a_plan_that_changed_comes_back_marked(void)
{
	struct terminal *term;

	world_begin();
	term = plan(24, 80);
	CU_ASSERT(term_has_text(term, "Plan: 2 to create, 0 to change, 0 to keep"));
	press_until(term, "<PgDn>", "Carry out the plan");
	world_put("t-net-help.thing", "net-help other token\n");
	approve(term, "Carry out the plan", "yes");
	CU_ASSERT(term_wait_text(term, "what is there has changed since the plan was made", 0));
	CU_ASSERT(term_wait_text(term, "Plan: 1 to create, 0 to change, 1 to keep", 0));
	CU_ASSERT(term_wait_text(term, "! lines differ|! 1 lines differ", 0));
	CU_ASSERT(term_has_text(term, "!= net-help +the only one.*\\(was \\+"));
	CU_ASSERT_FALSE(world_has("t-box-help.thing"));
	// The new one can be approved; what was found is nobody's to take away.
	world_put("fine", "");
	press_until(term, "<PgDn>", "Carry out the plan");
	approve(term, "Carry out the plan", "yes");
	press_until(term, "<Enter>", "Done. u takes");
	press_until(term, "u", "Undo this run");
	approve(term, "Undo this run", "undo");
	CU_ASSERT(term_wait_text(term, "Nothing of this run is left", 0));
	CU_ASSERT(world_has("t-net-help.thing"));
	CU_ASSERT_FALSE(world_has("t-box-help.thing"));
	term_stop(term);
	world_end();
}

static void names_and_commands_are_saved(void)
{
	struct terminal *term;
	char path[PATH_SIZE], keys[PATH_SIZE + 32], line[200] = "";
	FILE *file;

	world_begin();
	world_put("fine", "");
	term = plan(24, 80);
	press_until(term, "<PgDn>", "Carry out the plan");
	approve(term, "Carry out the plan", "yes");
	press_until(term, "<Enter>", "Done. u takes");
	press_until(term, "<C-s>", "what the run made, as variables");
	term_keys(term, "jj<Enter>");
	CU_ASSERT(term_wait_text(term, "person.env", 0));
	world_path("names", path);
	snprintf(keys, sizeof(keys), "<C-u>%s<Enter>", path);
	term_keys(term, keys);
	CU_ASSERT(term_wait_text(term, "saved|written|done: Save", 0));
	file = fopen(path, "re");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	CU_ASSERT_PTR_NOT_NULL(fgets(line, sizeof(line), file));
	fclose(file);
	CU_ASSERT_STRING_EQUAL(line, "export NET_ID=t-net-help\n");
	// A console that is started later shows the same, with the commands.
	term_stop(term);
	term = console(24, 80, NULL);
	CU_ASSERT(term_wait_text(term, "podvm-nginx-77aa01bc", 0));
	term_keys(term, ":guide person<Enter>");
	CU_ASSERT(term_wait_text(term, "Done. u takes", 0));
	CU_ASSERT(term_has_text(term, "2 things exist: ¥ 1.22 an hour"));
	term_keys(term, "x");
	CU_ASSERT(term_wait_text(term, "fake Create '", 0));
	CU_ASSERT(term_has_text(term, "fake Delete '"));
	term_stop(term);
	world_end();
}

static const struct screen_case cases[] = {
        SCREEN_CASE(a_failed_step_is_tried_again),
        SCREEN_CASE(a_step_is_skipped_at_80x24),
        SCREEN_CASE(a_step_is_skipped_at_200x50),
        SCREEN_CASE(a_second_console_looks_on_and_takes_over),
        SCREEN_CASE(a_plan_that_changed_comes_back_marked),
        SCREEN_CASE(names_and_commands_are_saved),
};

int main(int argc, char **argv)
{
	return screen_test_run("a person in the wizard", cases, COUNT_OF(cases), argc > 1 ? argv[1] : NULL);
}
