// SPDX-License-Identifier: Apache-2.0
// Where a walk meets a person: notes are waited for, optional steps may be let go of, those that look on learn how far
// it is, and what exists has a price and a way to be taken away by hand.
#include "config.h"

#include <unistd.h>

#include "base/text.h"
#include "guide/lock.h"
#include "tests/unit/guide_bench.h"

#include "base/banned.h"

static const char guide_text[] =
        "title = \"t\"; backend = \"fake\"; approve = \"yes\"; sections = ( { id = \"s\"; heading = \"S\"; } );\n"
        "steps = (\n"
        "{ id = \"net\"; sort = \"call\"; section = \"s\"; title = \"Make net\"; operation = \"fake.Create\";"
        " with = { Name = \"net\"; Tag = \"${RUN}\"; }; export = { NET_ID = \"/Id\"; };"
        " price = { hourly = 0.25; currency = \"CNY\"; };"
        " undo = { operation = \"fake.Delete\"; with = { Id = \"${NET_ID}\"; }; }; },\n"
        "{ id = \"nice\"; sort = \"run\"; section = \"s\"; title = \"Nice to have\"; optional = true;"
        " command = [ \"fails\" ]; export = { NICE = \"\"; }; undo = { command = [ \"unnice\", \"${NET_ID}\" ]; }; },\n"
        "{ id = \"paper\"; sort = \"write\"; section = \"s\"; title = \"Write\"; file = \"out\"; template = \"env\"; "
        "},\n"
        "{ id = \"read\"; sort = \"note\"; section = \"s\"; title = \"Read this\"; text = \"About ${NET_ID}.\"; },\n"
        "{ id = \"box\"; sort = \"call\"; section = \"s\"; title = \"Make box\"; operation = \"fake.Create\";"
        " with = { Name = \"box\"; Tag = \"${RUN}\"; }; export = { BOX_ID = \"/Id\"; };"
        " price = { hourly = 1.5; currency = \"CNY\"; };"
        " undo = { operation = \"fake.Delete\"; with = { Id = \"${BOX_ID}\"; }; }; }\n"
        ");\n";

static void setup(struct bench *bench)
{
	bench_setup(bench, guide_text);
	bench->effects.noted = bench_noted;
}

// The walk up to the step that fails.
static struct guide_run *stopped_run(struct bench *bench)
{
	struct guide_run *run = run_create(&bench->options, NULL);
	struct plan plan;

	CU_ASSERT_PTR_NOT_NULL_FATAL(run);
	CU_ASSERT_TRUE_FATAL(run_plan(run, &plan, NULL, NULL));
	CU_ASSERT_FALSE(run_go(run, &plan, NULL, NULL));
	plan_finish(&plan);
	CU_ASSERT_STRING_EQUAL(bench->stopped, "nice");
	return run;
}

static void an_optional_step_is_let_go_of_and_a_needed_one_is_not(void)
{
	struct bench bench;
	struct error error = {0};
	struct guide_run *run;

	setup(&bench);
	bench.confirms = true;
	run = stopped_run(&bench);
	CU_ASSERT_FALSE(run_let_go(run, "net", &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_CONFLICT);
	CU_ASSERT_FALSE(run_let_go(run, "nothing", &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_USAGE);
	CU_ASSERT_FALSE(run_go(run, NULL, NULL, NULL));
	CU_ASSERT_TRUE(run_let_go(run, "nice", &error));
	bench.stopped = "";
	CU_ASSERT_TRUE(run_go(run, NULL, NULL, NULL));
	CU_ASSERT_STRING_EQUAL(bench.stopped, "");
	CU_ASSERT_EQUAL(run_row(run)->state, RUN_DONE);
	CU_ASSERT_EQUAL(fake_named(&bench.fake, "box"), 1);
	// It may have done something before it failed: the undo takes that away, too.
	CU_ASSERT_TRUE(run_undo(run, NULL, NULL));
	CU_ASSERT_EQUAL(bench.fake.count, 0);
	run_destroy(run);
	bench_finish(&bench);
}

static void a_note_is_waited_for(void)
{
	struct bench bench;
	struct error error = {0};
	struct guide_run *run;

	setup(&bench);
	run = stopped_run(&bench);
	CU_ASSERT_TRUE(run_let_go(run, "nice", NULL));
	CU_ASSERT_FALSE(run_go(run, NULL, NULL, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_CANCELLED);
	CU_ASSERT_STRING_EQUAL(bench.stopped, "read");
	CU_ASSERT_EQUAL(bench.notes, 1);
	CU_ASSERT_PTR_NULL(strstr(bench.note, "${"));
	CU_ASSERT_EQUAL(fake_named(&bench.fake, "box"), 0);
	// It is read anew, and not again once it is confirmed.
	bench.confirms = true;
	CU_ASSERT_TRUE(run_go(run, NULL, NULL, NULL));
	CU_ASSERT_TRUE(run_go(run, NULL, NULL, NULL));
	CU_ASSERT_EQUAL(bench.notes, 2);
	CU_ASSERT_EQUAL(fake_named(&bench.fake, "box"), 1);
	run_destroy(run);
	bench_finish(&bench);
}

static void those_that_look_on_learn_who_walks_and_how_far(void)
{
	struct bench bench;
	struct lock_holder holder;
	struct error error = {0};
	struct guide_run *run;
	int lock;

	setup(&bench);
	CU_ASSERT_FALSE(lock_holder_read(bench.path, "test", "test", &holder));
	lock = store_lock(bench.path, "test", "test", NULL);
	CU_ASSERT_TRUE_FATAL(lock >= 0);
	CU_ASSERT_TRUE(lock_holder_read(bench.path, "test", "test", &holder));
	CU_ASSERT_EQUAL(holder.pid, getpid());
	CU_ASSERT_TRUE(holder.since > 0 && *holder.host);
	CU_ASSERT_STRING_EQUAL(holder.key, "");
	run = run_create(&bench.options, NULL);
	run_watched(run, lock);
	CU_ASSERT_FALSE(run_go(run, &(struct plan){.hash = "x"}, NULL, NULL));
	CU_ASSERT_TRUE(lock_holder_read(bench.path, "test", "test", &holder));
	CU_ASSERT_STRING_EQUAL(holder.key, "nice");
	CU_ASSERT_EQUAL(holder.pid, getpid());
	CU_ASSERT_EQUAL(store_lock(bench.path, "test", "test", &error), -1);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, holder.host));
	// What is told may hold anything.
	holder.waiting = true;
	holder.percent = 42;
	snprintf(holder.key, sizeof(holder.key), "a[b c]");
	snprintf(holder.text, sizeof(holder.text), "one\ntwo");
	lock_tell(lock, &holder);
	CU_ASSERT_TRUE(lock_holder_read(bench.path, "test", "test", &holder));
	CU_ASSERT_STRING_EQUAL(holder.key, "a[b c]");
	CU_ASSERT_STRING_EQUAL(holder.text, "one two");
	CU_ASSERT_TRUE(holder.waiting && holder.percent == 42);
	store_unlock(lock);
	CU_ASSERT_FALSE(lock_holder_read(bench.path, "test", "test", &holder));
	run_destroy(run);
	bench_finish(&bench);
}

static void those_that_look_on_see_the_last_lines(void)
{
	struct bench bench;
	struct lock_holder told = {.percent = -1}, seen;
	char wide[1000];
	int lock;

	setup(&bench);
	lock = store_lock(bench.path, "test", "test", NULL);
	CU_ASSERT_TRUE_FATAL(lock >= 0);
	snprintf(told.key, sizeof(told.key), "step");
	for (size_t i = 0; i + 3 < sizeof(wide); i += 3)
		snprintf(wide + i, sizeof(wide) - i, "\u5317");
	lock_holder_add_line(&told, "one \x1b[31mescape\nand a second line");
	lock_holder_add_line(&told, "");
	lock_holder_add_line(&told, wide);
	lock_tell(lock, &told);
	CU_ASSERT_TRUE(lock_holder_read(bench.path, "test", "test", &seen));
	CU_ASSERT_EQUAL_FATAL(seen.line_count, 3);
	CU_ASSERT_STRING_EQUAL(seen.lines[0], "one ^[[31mescape and a second line");
	CU_ASSERT_STRING_EQUAL(seen.lines[1], "");
	CU_ASSERT_TRUE(strlen(seen.lines[2]) > 190 && text_is_utf8(seen.lines[2], strlen(seen.lines[2])));
	// However many there are, what is told stays small, and the last ones are there whole.
	for (int i = 0; i < 5000; i++) {
		snprintf(wide, sizeof(wide), "line %d of a build that tells a lot %0200d", i, i);
		lock_holder_add_line(&told, wide);
	}
	snprintf(told.text, sizeof(told.text), "%0255d", 1);
	lock_tell(lock, &told);
	CU_ASSERT_TRUE(lock_holder_read(bench.path, "test", "test", &seen));
	CU_ASSERT_EQUAL(seen.lines_told, 5003);
	CU_ASSERT_EQUAL_FATAL(seen.line_count, LOCK_LINES_MOST);
	CU_ASSERT_PTR_NOT_NULL(strstr(seen.lines[LOCK_LINES_MOST - 1], "line 4999 of"));
	CU_ASSERT_STRING_EQUAL(seen.lines[LOCK_LINES_MOST - 1], told.lines[LOCK_LINES_MOST - 1]);
	// A shorter text leaves nothing of the longer one.
	told.line_count = 1;
	snprintf(told.lines[0], LOCK_LINE_SIZE, "short");
	lock_tell(lock, &told);
	CU_ASSERT_TRUE(lock_holder_read(bench.path, "test", "test", &seen));
	CU_ASSERT_EQUAL(seen.line_count, 1);
	CU_ASSERT_STRING_EQUAL(seen.lines[0], "short");
	store_unlock(lock);
	bench_finish(&bench);
}

static void what_exists_has_a_price_and_a_way_to_go(void)
{
	struct bench bench;
	struct step_row rows[8];
	double hourly[8];
	struct run_costs costs = {.hourly = hourly};
	struct guide_run *run;
	struct buffer text;
	size_t count;

	setup(&bench);
	bench.confirms = true;
	run = stopped_run(&bench);
	count = run_made(run, rows, COUNT_OF(rows));
	run_cost(run, rows, count, &costs, NULL);
	CU_ASSERT_DOUBLE_EQUAL(costs.together, 0.25, 0.001);
	CU_ASSERT_TRUE(run_let_go(run, "nice", NULL));
	CU_ASSERT_TRUE(run_go(run, NULL, NULL, NULL));
	count = run_made(run, rows, COUNT_OF(rows));
	run_cost(run, rows, count, &costs, NULL);
	CU_ASSERT_DOUBLE_EQUAL(costs.together, 1.75, 0.001);
	CU_ASSERT_STRING_EQUAL(costs.currency, "CNY");
	buffer_init(&text, 4096);
	CU_ASSERT_TRUE(run_undo_command(run, &bench.guide->steps[0], &text));
	CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&text), "fake.Delete"));
	buffer_clear(&text);
	CU_ASSERT_TRUE(run_undo_command(run, &bench.guide->steps[1], &text));
	CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&text), "unnice t-"));
	buffer_clear(&text);
	CU_ASSERT_TRUE(run_undo_command(run, &bench.guide->steps[2], &text));
	CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&text), "rm /state/"));
	buffer_clear(&text);
	CU_ASSERT_FALSE(run_undo_command(run, &bench.guide->steps[3], &text));
	buffer_finish(&text);
	run_destroy(run);
	bench_finish(&bench);
}

static void a_plan_says_what_a_person_has_to_undo(void)
{
	static const char text[] =
	        "title = \"t\"; backend = \"fake\"; approve = \"yes\"; sections = ( { id = \"s\"; heading = \"S\"; } "
	        ");\n"
	        "steps = (\n"
	        "{ id = \"where\"; sort = \"ask\"; section = \"s\"; title = \"Where\"; inputs = ( { name = \"WHERE\"; "
	        "title = \"Where\"; default = \"here\"; } ); },\n"
	        "{ id = \"net\"; sort = \"run\"; section = \"s\"; title = \"Ask for it\"; command = [ \"tool\" ];"
	        " undo = { note = \"Give it back in ${WHERE}.\"; }; },\n"
	        "{ id = \"pods\"; sort = \"run\"; section = \"s\"; title = \"Look at pods\"; command = [ \"tool\" ];"
	        " undo = { note = \"Delete the pods.\"; wait = { operation = \"fake.List\"; at = \"/Things\"; gone = "
	        "true; "
	        "every = 1.0; limit = 9.0; }; }; },\n"
	        "{ id = \"box\"; sort = \"run\"; section = \"s\"; title = \"Make it\"; command = [ \"tool\" ];"
	        " undo = { command = [ \"untool\" ]; }; }\n"
	        ");\n";
	struct bench bench;
	struct guide_run *run;
	struct plan plan;

	bench_setup(&bench, text);
	run = run_create(&bench.options, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(run);
	CU_ASSERT_TRUE(run_answers_complete(run, NULL, bench_tell_mistake, NULL));
	CU_ASSERT_TRUE_FATAL(run_plan(run, &plan, NULL, NULL));
	CU_ASSERT_EQUAL_FATAL(plan.count, 3);
	UNIT_SAME_TEXT(plan.lines[0].by_hand, "undo by hand: Give it back in here.");
	UNIT_SAME_TEXT(plan.lines[1].by_hand, "the undo may wait for you: Delete the pods.");
	UNIT_SAME_TEXT(plan.lines[2].by_hand, "");
	plan_finish(&plan);
	run_destroy(run);
	bench_finish(&bench);
}

static const struct unit_test tests[] = {
        UNIT_TEST(an_optional_step_is_let_go_of_and_a_needed_one_is_not),
        UNIT_TEST(a_note_is_waited_for),
        UNIT_TEST(those_that_look_on_learn_who_walks_and_how_far),
        UNIT_TEST(those_that_look_on_see_the_last_lines),
        UNIT_TEST(what_exists_has_a_price_and_a_way_to_go),
        UNIT_TEST(a_plan_says_what_a_person_has_to_undo),
};
const struct unit_suite guide_person_suite = UNIT_SUITE("person", tests);
