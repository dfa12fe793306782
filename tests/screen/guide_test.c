// SPDX-License-Identifier: Apache-2.0
// Set-up guides in the console: their list, and the wizard from the first question on.
#include "config.h"

#include <CUnit/Basic.h>
#include <stdio.h>
#include <string.h>

#include "tests/screen/guide_world.h"
#include "tests/screen/screen_test.h"
#include "tests/screen/term.h"
#include "base/banned.h"

// The wizard of the small guide, typing into its first field.
static struct terminal *wizard(int rows, int columns)
{
	struct terminal *term = console(rows, columns, NULL);

	CU_ASSERT(term_wait_text(term, "podvm-nginx-77aa01bc", 0));
	term_keys(term, ":guide small<Enter>");
	CU_ASSERT(term_wait_text(term, "Name +caa +default", 0));
	CU_ASSERT(term_wait_text(term, "Zone +zone-b +default", 0));
	return term;
}

static void lists_guides(void)
{
	struct terminal *term;

	world_begin();
	term = console(24, 80, NULL);
	CU_ASSERT(term_wait_text(term, "podvm-nginx-77aa01bc", 0));
	term_keys(term, ":guides<Enter>");
	CU_ASSERT(term_wait_text(term, "fake/small +Two things and a file \\(yours\\)", 0));
	CU_ASSERT(term_wait_text(term, "alibaba/peer-pods +Peer pods on Alibaba Cloud", 0));
	// Of another cloud: said, not tried.
	term_keys(term, "g<Enter>");
	CU_ASSERT(term_wait_text(term, "is for alibaba", 0));
	CU_ASSERT(term_has_text(term, "with P"));
	CU_ASSERT(term_has_text(term, "<r> try again .*<q> leave"));
	term_keys(term, "q");
	CU_ASSERT(term_wait_text(term, "fake/small", 0));
	term_keys(term, "/small<Enter><Enter>");
	CU_ASSERT(term_wait_text(term, "Inputs: ", 0));
	term_stop(term);
	world_end();
}

static void asks_with_defaults_choices_and_validators(void)
{
	static const struct {
		int rows, columns;
		const char *golden;
	} sizes[] = {{24, 80, "guide-inputs-80x24"}, {50, 200, "guide-inputs-200x50"}};

	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		struct terminal *term;

		world_begin();
		term = wizard(sizes[i].rows, sizes[i].columns);
		term_keys(term, "<Enter>");
		CU_ASSERT(term_wait_text(term, "zone-a +north", 0));
		CU_ASSERT(term_wait_text(term, "\\[31mred", 0));
		term_keys(term, "<Up>");
		CU_ASSERT(term_wait_text(term, "▸ zone-a", 0));
		CU_ASSERT(term_expect_screen(term, sizes[i].golden));
		term_stop(term);
		world_end();
	}
}

static void keeps_what_is_wrong_and_says_why(void)
{
	struct terminal *term;

	world_begin();
	term = wizard(24, 80);
	term_keys(term, "X9<Enter>");
	CU_ASSERT(term_wait_text(term, "NAME: \"caaX9\" cannot be taken", 0));
	CU_ASSERT(term_has_text(term, "Name +caaX9"));
	term_keys(term, "<C-u>pd<Tab><Tab>");
	CU_ASSERT(term_wait_text(term, "▸ A box, too", 0));
	// What hangs on an answer goes with it.
	CU_ASSERT(term_has_text(term, "Its size +4"));
	term_keys(term, "<C-u>false<Enter>");
	CU_ASSERT(term_wait_no_text(term, "Its size", 0));
	CU_ASSERT(term_wait_text(term, "▸ Password", 0));
	term_keys(term, "hush");
	CU_ASSERT(term_wait_text(term, "Password +\\*\\*\\*\\*", 0));
	CU_ASSERT_FALSE(term_has_text(term, "hush"));
	term_keys(term, "<S-Tab><Esc>");
	// Leaving and coming back loses nothing.
	term_keys(term, "q");
	CU_ASSERT(term_wait_text(term, ":guide fake/small goes on from here", 0));
	term_keys(term, ":guide small<Enter>");
	CU_ASSERT(term_wait_text(term, "Name +pd +typed", 0));
	term_stop(term);
	world_end();
}

static void an_answer_can_be_given_back(void)
{
	struct terminal *term;

	world_begin();
	term = wizard(24, 80);
	// What stood there first is an answer like any other.
	term_keys(term, "X9<Enter>");
	CU_ASSERT(term_wait_text(term, "\"caaX9\" cannot be taken", 0));
	term_keys(term, "<C-u>caa<Enter>");
	CU_ASSERT(term_wait_text(term, "▸ Zone", 0));
	CU_ASSERT(term_wait_text(term, "Name +caa +typed", 0));
	// An emptied one is the default again.
	term_keys(term, "<S-Tab><C-u>pd<Enter>");
	CU_ASSERT(term_wait_text(term, "Name +pd +typed", 0));
	term_keys(term, "<S-Tab><C-u><Enter>");
	CU_ASSERT(term_wait_text(term, "Name +caa +default", 0));
	term_stop(term);
	world_end();
}

// Typing narrows the choices; it does not lengthen the default, which would match none of them.
static void a_choice_is_found_by_typing(void)
{
	struct terminal *term;

	world_begin();
	term = wizard(24, 80);
	term_keys(term, "<Enter>");
	CU_ASSERT(term_wait_text(term, "zone-c", 0));
	term_keys(term, "th");
	CU_ASSERT(term_wait_text(term, "▸ Zone +th ", 0));
	CU_ASSERT(term_wait_no_text(term, "zone-c", 0));
	CU_ASSERT(term_has_text(term, "zone-a +north"));
	CU_ASSERT(term_has_text(term, "zone-b +south"));
	// What was picked is narrowed anew, too.
	term_keys(term, "<Down>");
	CU_ASSERT(term_wait_text(term, "▸ Zone +zone-a ", 0));
	term_keys(term, "r");
	CU_ASSERT(term_wait_text(term, "▸ Zone +r ", 0));
	CU_ASSERT(term_wait_no_text(term, "zone-b", 0));
	term_keys(term, "<Down><Enter>");
	CU_ASSERT(term_wait_text(term, "Zone +zone-a +typed", 0));
	// The beginning of the only one that fits is enough where it cannot be taken as it stands.
	CU_ASSERT(term_wait_text(term, "▸ A box, too", 0));
	term_keys(term, "fa<Enter>");
	CU_ASSERT(term_wait_text(term, "A box, too +false +typed", 0));
	// Who moves into the word wants to mend it.
	term_keys(term, "<S-Tab><S-Tab>");
	CU_ASSERT(term_wait_text(term, "▸ Zone +zone-a", 0));
	term_keys(term, "<BS>d");
	CU_ASSERT(term_wait_text(term, "▸ Zone +zone-d", 0));
	// No choice would give that back: it is not lost to the next letter.
	term_keys(term, "<Enter>");
	CU_ASSERT(term_wait_text(term, "▸ A box, too", 0));
	term_keys(term, "<S-Tab>");
	CU_ASSERT(term_wait_text(term, "▸ Zone +zone-d", 0));
	CU_ASSERT(term_wait_text(term, "zone-a", 0));
	term_keys(term, "2");
	CU_ASSERT(term_wait_text(term, "▸ Zone +zone-d2", 0));
	term_stop(term);
	world_end();
}

static void saves_answers(void)
{
	struct terminal *term;
	char path[PATH_SIZE], keys[PATH_SIZE + 32], line[200] = "", all[2000] = "";
	FILE *file;

	world_begin();
	term = wizard(24, 80);
	term_keys(term, "<Esc><C-s>");
	CU_ASSERT(term_wait_text(term, "Shell script", 0));
	term_keys(term, "<Enter>");
	CU_ASSERT(term_wait_text(term, "small.cfg", 0));
	world_path("ready", path);
	snprintf(keys, sizeof(keys), "<C-u>%s<Enter>", path);
	term_keys(term, keys);
	CU_ASSERT(term_wait_text(term, "saved|written|done: Save", 0));
	file = fopen(path, "re");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	while (fgets(line, sizeof(line), file))
		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s", line);
	fclose(file);
	CU_ASSERT_PTR_NOT_NULL(strstr(all, "NAME = \"caa\";"));
	CU_ASSERT_PTR_NOT_NULL(strstr(all, "SIZE = 4;"));
	CU_ASSERT_PTR_NULL(strstr(all, "PASSWORD"));
	term_stop(term);
	world_end();
}

static const char *const tool_missing = "→ install the tool";

static void checks_first_and_again(void)
{
	struct terminal *term;

	world_begin();
	world_put("t-other.thing", "other - -\n");
	term = wizard(24, 80);
	term_keys(term, "<PgDn>");
	CU_ASSERT(term_wait_text(term, "Preflight: 0 pass, 1 warn, 1 fail, 0 skip", 0));
	CU_ASSERT(term_wait_text(term, tool_missing, 0));
	CU_ASSERT(term_wait_text(term, "<r> check again", 0));
	CU_ASSERT(term_expect_screen(term, "guide-preflight-80x24"));
	term_keys(term, "<PgDn>");
	CU_ASSERT(term_wait_text(term, "mend what failed", 0));
	// Without the box nobody needs the tool. The way back leads to what the remedy names.
	CU_ASSERT_FALSE(term_has_text(term, "PgUp goes to that answer"));
	term_keys(term, "g");
	CU_ASSERT(term_wait_text(term, "PgUp goes to that answer: Name", 0));
	term_keys(term, "<PgUp>");
	CU_ASSERT(term_wait_text(term, "▸ Name", 0));
	term_keys(term, "jj<Enter><C-u>false<PgDn>");
	CU_ASSERT(term_wait_text(term, "Preflight: 0 pass, 1 warn, 0 fail, 0 skip", 0));
	CU_ASSERT(term_wait_text(term, "<r> check again", 0));
	// It is counted, and shown to whoever wants to see it.
	CU_ASSERT_FALSE(term_has_text(term, "A tool is there"));
	CU_ASSERT(term_has_text(term, "1 more is not needed with these answers"));
	term_keys(term, "<Enter>");
	CU_ASSERT(term_wait_text(term, "skip  A tool is there  not needed", 0));
	term_keys(term, "<Enter>");
	CU_ASSERT(term_wait_no_text(term, "A tool is there", 0));
	term_keys(term, "<PgDn>");
	CU_ASSERT(term_wait_text(term, "take note of each warning", 0));
	world_remove("t-other.thing");
	term_keys(term, "r");
	CU_ASSERT(term_wait_text(term, "Preflight: 1 pass, 0 warn, 0 fail, 0 skip", 0));
	term_stop(term);
	world_end();
}

// The plan with nothing but the network.
static struct terminal *plan(int rows, int columns)
{
	struct terminal *term = wizard(rows, columns);

	term_keys(term, "<Tab><Tab><C-u>false<PgDn>");
	CU_ASSERT(term_wait_text(term, "Preflight: 1 pass, 0 warn, 0 fail, 0 skip", 0));
	CU_ASSERT(term_wait_text(term, "<r> check again", 0));
	term_keys(term, "<PgDn>");
	CU_ASSERT(term_wait_text(term, "Plan: 2 to create, 0 to change, 0 to keep", 0));
	return term;
}

static void plans_with_prices(void)
{
	static const struct {
		int rows, columns;
		const char *golden;
	} sizes[] = {{24, 80, "guide-plan-80x24"}, {50, 200, "guide-plan-200x50"}};

	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		struct terminal *term;

		world_begin();
		term = plan(sizes[i].rows, sizes[i].columns);
		CU_ASSERT(term_has_text(term, "net-caa +in zone-b +¥ 0.20/h"));
		CU_ASSERT(term_has_text(term, "together ¥ 0.20 an hour, about ¥ 146 a month"));
		CU_ASSERT(term_expect_screen(term, sizes[i].golden));
		CU_ASSERT_FALSE(world_has("t-net-caa.thing"));
		term_stop(term);
		world_end();
	}
}

static void explains_a_line(void)
{
	struct terminal *term;

	world_begin();
	term = plan(24, 80);
	term_keys(term, "x");
	CU_ASSERT(term_wait_text(term, "Boxes stand in it", 0));
	CU_ASSERT(term_has_text(term, "fake Create '.*net-caa"));
	CU_ASSERT(term_has_text(term, "https://example.org/two-things"));
	term_keys(term, "qc");
	CU_ASSERT(term_wait_text(term, "As commands", 0));
	CU_ASSERT(term_has_text(term, "Write it down"));
	term_keys(term, "q<Left>");
	CU_ASSERT(term_wait_text(term, "2 · A network|2 \\+ A network", 0));
	term_stop(term);
	world_end();
}

// The network is being made, and waited for.
static struct terminal *run(int rows, int columns)
{
	struct terminal *term = plan(rows, columns);

	term_keys(term, "<PgDn>");
	CU_ASSERT(term_wait_text(term, "Carry out the plan", 0));
	CU_ASSERT(term_has_text(term, "account 1654000000008812"));
	// Enter approves nothing, another word neither.
	term_keys(term, "<Enter>");
	CU_ASSERT_FALSE(world_has("t-net-caa.thing"));
	CU_ASSERT(term_wait_quiet(term, 350));
	if (!term_has_text(term, "Carry out the plan"))
		term_keys(term, "<PgDn>");
	CU_ASSERT(term_wait_text(term, "Carry out the plan", 0));
	press_until(term, "c", "go on: +c");
	term_keys(term, "<C-u>caa");
	CU_ASSERT(term_wait_text(term, "Start to create", 0));
	return term;
}

static void runs_waits_and_is_undone(void)
{
	static const struct {
		int rows, columns;
	} sizes[] = {{24, 80}, {50, 200}};

	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		struct terminal *term;

		world_begin();
		term = run(sizes[i].rows, sizes[i].columns);
		// What a cloud sends is text.
		CU_ASSERT(term_wait_text(term, "an .*\\[31mescape", 0));
		CU_ASSERT(term_wait_text(term, "asked .* ago, next in", 0));
		CU_ASSERT(term_has_text(term, "Leaving is safe"));
		world_put("ready", "");
		CU_ASSERT(term_wait_text(term, "Done. u takes all of it away", 0));
		CU_ASSERT(term_has_text(term, "net-caa +t-net-caa"));
		CU_ASSERT(world_has("t-net-caa.thing"));
		term_keys(term, "u");
		CU_ASSERT(term_wait_text(term, "Undo this run", 0));
		CU_ASSERT(term_has_text(term, "-  net-caa  t-net-caa"));
		press_until(term, "u", "go on: +u");
		term_keys(term, "<C-u>undo");
		CU_ASSERT(term_wait_text(term, "Nothing of this run is left", 0));
		CU_ASSERT(sizes[i].columns < 200 || term_wait_text(term, "✔ A network +undone", 0));
		CU_ASSERT_FALSE(world_has("t-net-caa.thing"));
		term_stop(term);
		world_end();
	}
}

static void stops_waiting_and_goes_on_in_another_console(void)
{
	struct terminal *term;

	world_begin();
	term = run(24, 80);
	term_keys(term, "<C-c>");
	CU_ASSERT(term_wait_text(term, "stopped waiting; the cloud goes on", 0));
	CU_ASSERT(term_wait_text(term, "This run is not finished", 0));
	CU_ASSERT(world_has("t-net-caa.thing"));
	// It was stopped, it has not failed.
	term_keys(term, "<Left>");
	CU_ASSERT(term_wait_text(term, "Make the network +not ready", 0));
	CU_ASSERT_FALSE(term_has_text(term, "failed"));
	CU_ASSERT(term_has_text(term, "<right> back to the run"));
	term_keys(term, "<Right>");
	CU_ASSERT(term_wait_text(term, "This run is not finished", 0));
	term_stop(term);
	term = console(24, 80, NULL);
	CU_ASSERT(term_wait_text(term, "a run of fake/small is not finished", 0));
	world_put("ready", "");
	term_keys(term, ":guide small<Enter>");
	CU_ASSERT(term_wait_text(term, "This run is not finished", 0));
	term_keys(term, "<Enter>");
	CU_ASSERT(term_wait_text(term, "Done. u takes all of it away", 0));
	CU_ASSERT(term_has_text(term, "resumed once"));
	term_stop(term);
	world_end();
}

static void a_second_console_shows_the_log_of_the_first(void)
{
	struct terminal *first, *second;

	world_begin();
	first = run(24, 80);
	second = console(24, 80, NULL);
	CU_ASSERT(term_wait_text(second, "podvm-nginx-77aa01bc", 0));
	term_keys(second, ":guide small<Enter>");
	CU_ASSERT(term_wait_text(second, "walks it since", 0));
	CU_ASSERT(term_wait_text(second, "Start to create", 0));
	CU_ASSERT(term_has_text(second, "an .*\\[31mescape"));
	// The whole of what was seen is one key away.
	term_keys(second, "l");
	CU_ASSERT(term_wait_text(second, "Log of", 0));
	CU_ASSERT(term_wait_text(second, "Start to create", 0));
	term_keys(second, "q");
	world_put("ready", "");
	CU_ASSERT(term_wait_text(second, "Done. u takes all of it away", 0));
	term_stop(second);
	term_stop(first);
	world_end();
}

static void says_what_the_cloud_refused(void)
{
	struct terminal *term;

	world_begin();
	term = plan(24, 80);
	world_put("forbidden", "");
	term_keys(term, "<PgDn>");
	CU_ASSERT(term_wait_text(term, "Carry out the plan", 0));
	CU_ASSERT(term_wait_quiet(term, 350));
	press_until(term, "c", "go on: +c");
	term_keys(term, "<C-u>caa");
	CU_ASSERT(term_wait_text(term, "refused: Forbidden.RAM", 0));
	CU_ASSERT(term_has_text(term, "3C5E-9A"));
	world_remove("forbidden");
	world_put("ready", "");
	CU_ASSERT(term_wait_text(term, "Enter goes on", 0));
	// The first Enter after what was typed into a dialog belongs to that.
	press_until(term, "<Enter>", "Done. u takes");
	CU_ASSERT(term_wait_text(term, "Done. u takes all of it away", 0));
	term_stop(term);
	world_end();
}

static const struct screen_case cases[] = {
        SCREEN_CASE(runs_waits_and_is_undone),
        SCREEN_CASE(stops_waiting_and_goes_on_in_another_console),
        SCREEN_CASE(a_second_console_shows_the_log_of_the_first),
        SCREEN_CASE(says_what_the_cloud_refused),
        SCREEN_CASE(lists_guides),
        SCREEN_CASE(asks_with_defaults_choices_and_validators),
        SCREEN_CASE(keeps_what_is_wrong_and_says_why),
        SCREEN_CASE(an_answer_can_be_given_back),
        SCREEN_CASE(a_choice_is_found_by_typing),
        SCREEN_CASE(saves_answers),
        SCREEN_CASE(checks_first_and_again),
        SCREEN_CASE(plans_with_prices),
        SCREEN_CASE(explains_a_line),
};

int main(int argc, char **argv)
{
	return screen_test_run("guides in the console", cases, COUNT_OF(cases), argc > 1 ? argv[1] : NULL);
}
