// SPDX-License-Identifier: Apache-2.0
// The engine over a fake cloud: whatever is lost or stopped, each thing is made exactly once, and an undo leaves
// nothing but what was there.
#include "config.h"

#include <unistd.h>

#include "tests/unit/guide_bench.h"

#include "base/banned.h"

#define THING(id, more)                                                                                                \
	"{ id = \"" id "\"; sort = \"call\"; section = \"s\"; title = \"Make " id "\"; name = \"" id "\"; " more " }"
#define UNDO(name) " undo = { operation = \"fake.Delete\"; with = { Id = \"${" name "}\"; }; };"
#define FIND(name)                                                                                                     \
	" find = { operation = \"fake.List\"; at = \"/Things\"; where = [ \"/Name == " name                            \
	"\" ]; proof = [ \"/Tags tagged peerdeck-run=${RUN}\" ]; when = \"false\"; };"
#define WAIT(name)                                                                                                     \
	" wait = { operation = \"fake.Get\"; with = { Id = \"${" name                                                  \
	"}\"; }; at = \"/State\"; until = [ \"Available\" ]; fail = [ \"Broken\" ]; every = 2.0; };"

static const char guide_text[] =
        "title = \"t\"; backend = \"fake\"; approve = \"${NAME}\"; outputs = [ \"NET_ID\", \"ROLE_ID\" ];\n"
        "sections = ( { id = \"s\"; heading = \"S\"; } );\nsteps = (\n"
        "{ id = \"ask\"; sort = \"ask\"; section = \"s\"; title = \"Ask\"; inputs = ( { name = \"NAME\"; title = "
        "\"Name\"; default = \"caa\"; match = \"^[a-z]+$\"; },"
        "  { name = \"EXTRA\"; title = \"Extra\"; type = \"flag\"; default = false; }, { name = \"PARTS\"; title = "
        "\"Parts\"; type = \"list\"; default = \"a,b\"; }, { name = \"PASSWORD\"; title = \"Password\"; secret = true; "
        "optional = true; } ); },\n"
        "{ id = \"check\"; sort = \"check\"; section = \"s\"; title = \"Free\"; operation = \"fake.List\"; at = "
        "\"/Things\"; where = [ \"/Name == forbidden\" ];"
        "  expect = [ \"/Id there no\" ]; remedy = \"remove it\"; },\n" THING("net",
                "operation = \"fake.Create\"; with = { Name = \"net\"; Tag = \"${RUN}\"; }; export = { NET_ID = "
                "\"/Id\"; };"
                " find = { operation = \"fake.List\"; at = \"/Things\"; where = [ \"/Name == net\", \"/Tags tagged "
                "peerdeck-run=${RUN}\" ]; };" WAIT("NET_ID") UNDO("NET_ID")) ",\n" THING("blind",
                "operation = \"fake.CreateBlind\"; with = { Name = \"blind\"; Tag = \"${RUN}\"; In = \"${NET_ID}\"; }; "
                "export = { BLIND_ID = \"/Id\"; }; settle = 3.0;" FIND("blind") WAIT("BLIND_ID")
                        UNDO("BLIND_ID")) ",\n" THING("extra",
                "when = \"EXTRA\"; operation = \"fake.Create\"; with = { Name = \"extra\"; Tag = \"${RUN}\"; }; export "
                "= { EXTRA_ID = \"/Id\"; };" UNDO("EXTRA_ID")) ",\n" THING("part",
                "each = \"PARTS\"; operation = \"fake.Create\"; with = { Name = \"part-${EACH}\"; Tag = \"${RUN}\"; In "
                "= \"${NET_ID}\"; }; export = { PART_ID = \"/Id\"; };" UNDO("PART_ID")) ",\n" THING("role",
                "operation = \"fake.CreateNamed\"; with = { Name = \"role\"; Tag = \"${RUN}\"; }; export = { ROLE_ID = "
                "\"/Id\"; };" FIND("role")
                        UNDO("ROLE_ID")) ",\n"
                                         "{ id = \"file\"; sort = \"write\"; section = \"s\"; title = \"Write\"; file "
                                         "= \"out.env\"; template = \"env\"; },\n"
                                         "{ id = \"tool\"; sort = \"run\"; section = \"s\"; title = \"Run\"; command = "
                                         "[ \"tool\", \"${NET_ID}\" ]; export = { TOOL = \"/made\"; }; undo = { "
                                         "command = [ \"untool\" ]; }; }\n"
                                         ");\n";

static void setup(struct bench *bench)
{
	bench_setup(bench, guide_text);
}

static void exactly_once(const struct bench *bench)
{
	static const char *const names[] = {"net", "blind", "part-a", "part-b", "role"};

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		if (fake_named(&bench->fake, names[i]) != 1)
			printf("\n    %zu of %s", fake_named(&bench->fake, names[i]), names[i]);
		CU_ASSERT_EQUAL(fake_named(&bench->fake, names[i]), 1);
	}
	CU_ASSERT_EQUAL(fake_named(&bench->fake, "extra"), 0);
}

static void everything_is_made_in_order(void)
{
	struct bench bench;
	struct guide_run *run;
	struct error error = {0};
	struct buffer out;

	setup(&bench);
	run = bench_begin(&bench);
	CU_ASSERT_TRUE(bench_go(&bench, run, &error));
	UNIT_SAME_TEXT(error.message, "");
	exactly_once(&bench);
	CU_ASSERT_EQUAL(bench.ends[OUTCOME_SKIPPED], 1);
	CU_ASSERT_EQUAL(bench.fake.file_count, 1);
	UNIT_SAME_TEXT(bench.fake.files[0].text, "NET=t-1\n");
	UNIT_SAME_TEXT(bench.fake.last_command, "tool t-1 ");
	buffer_init(&out, 4096);
	run_exports(run, &out);
	UNIT_SAME_TEXT(buffer_text(&out), "export NET_ID=t-1\nexport ROLE_ID=t-5\n");
	buffer_finish(&out);
	run_destroy(run);
	bench_finish(&bench);
}

static void a_plan_changes_nothing_and_says_what_it_does_not_know(void)
{
	struct bench bench;
	struct guide_run *run;
	struct plan plan, again;

	setup(&bench);
	run = bench_begin(&bench);
	CU_ASSERT_TRUE_FATAL(run_plan(run, &plan, NULL, NULL));
	CU_ASSERT_EQUAL(bench.fake.changes, 0);
	CU_ASSERT_EQUAL(plan.count, 6);
	CU_ASSERT_EQUAL(plan.counts[PLAN_CREATE], 6);
	UNIT_SAME_TEXT(plan.approve, "caa");
	UNIT_SAME_TEXT(plan.lines[5].note, "not simulated");
	CU_ASSERT_TRUE_FATAL(run_plan(run, &again, NULL, NULL));
	UNIT_SAME_TEXT(again.hash, plan.hash);
	plan_finish(&again);
	CU_ASSERT_TRUE(run_answer(run, guide_input_find(bench.guide, "NAME"), "other", "typed", NULL));
	CU_ASSERT_TRUE_FATAL(run_plan(run, &again, NULL, NULL));
	CU_ASSERT_NOT_EQUAL(strcmp(again.hash, plan.hash), 0);
	plan_finish(&again);
	plan_finish(&plan);
	run_destroy(run);
	bench_finish(&bench);
}

// Whatever happens to whichever call: afterwards each thing is there once; and undone, nothing.
static void survive(enum fake_trouble trouble)
{
	unsigned most = 5;

	for (unsigned n = 1; n <= most; n++) {
		struct bench bench;
		struct guide_run *run;
		struct error error = {0};

		setup(&bench);
		fake_add(&bench.fake, "foreign");
		bench.fake.trouble_at = n;
		bench.fake.trouble = trouble;
		run = bench_begin(&bench);
		if (!bench_go(&bench, run, &error)) {
			run_destroy(run);
			run = bench_take_up(&bench);
			error = (struct error){0};
			if (!run_go(run, NULL, &bench.fake.cancel, &error))
				printf("\n    call %u: %s", n, error.message);
		}
		exactly_once(&bench);
		run_destroy(run);
		run = bench_take_up(&bench);
		CU_ASSERT_TRUE(run_undo(run, &bench.fake.cancel, &error));
		CU_ASSERT_EQUAL(bench.fake.count, 1);
		CU_ASSERT_EQUAL(bench.fake.file_count, 0);
		run_destroy(run);
		bench_finish(&bench);
	}
}

static void lost_calls_are_made_once(void)
{
	survive(FAKE_LOST_BEFORE);
	survive(FAKE_LOST_AFTER);
}

static void a_stop_at_any_call_is_survived(void)
{
	survive(FAKE_STOP_BEFORE);
	survive(FAKE_STOP_AFTER);
}

static void a_refused_call_is_tried_again_on_resume(void)
{
	survive(FAKE_REFUSED);
}

// Stopped at the n-th call, and undone instead of resumed: also what is in doubt goes.
static void an_undo_settles_what_is_in_doubt(void)
{
	static const enum fake_trouble troubles[] = {FAKE_STOP_BEFORE, FAKE_STOP_AFTER};

	for (unsigned n = 1; n <= 5; n++)
		for (size_t i = 0; i < COUNT_OF(troubles); i++) {
			struct bench bench;
			struct guide_run *run;
			struct error error = {0};

			setup(&bench);
			fake_add(&bench.fake, "foreign");
			bench.fake.trouble_at = n;
			bench.fake.trouble = troubles[i];
			run = bench_begin(&bench);
			CU_ASSERT_FALSE(bench_go(&bench, run, &error));
			run_destroy(run);
			run = bench_take_up(&bench);
			CU_ASSERT_TRUE(run_undo(run, &bench.fake.cancel, &error));
			CU_ASSERT_EQUAL(bench.fake.count, 1);
			run_destroy(run);
			bench_finish(&bench);
		}
}

static void an_undo_that_is_stopped_goes_on(void)
{
	for (unsigned n = 1; n <= 5; n++) {
		struct bench bench;
		struct guide_run *run;

		setup(&bench);
		run = bench_begin(&bench);
		CU_ASSERT_TRUE(bench_go(&bench, run, NULL));
		fake_restart(&bench.fake);
		bench.fake.trouble_at = n;
		bench.fake.trouble = n % 2 ? FAKE_STOP_AFTER : FAKE_STOP_BEFORE;
		CU_ASSERT_FALSE(run_undo(run, &bench.fake.cancel, NULL));
		run_destroy(run);
		run = bench_take_up(&bench);
		CU_ASSERT_TRUE(run_undo(run, &bench.fake.cancel, NULL));
		CU_ASSERT_EQUAL(bench.fake.count, 0);
		run_destroy(run);
		bench_finish(&bench);
	}
}

// Stopped while it waits for what is still being made: it waits again, as that refuses to go before.
static void an_undo_stopped_in_its_wait_waits_again(void)
{
	struct bench bench;
	struct guide_run *run;
	struct error error = {0};

	setup(&bench);
	bench.fake.firm = true;
	bench.fake.stops_at = bench.fake.now + 1000;
	run = bench_begin(&bench);
	CU_ASSERT_FALSE(bench_go(&bench, run, NULL));
	CU_ASSERT_EQUAL(bench.fake.count, 1);
	run_destroy(run);
	run = bench_take_up(&bench);
	bench.fake.stops_at = bench.fake.now + 1000;
	CU_ASSERT_FALSE(run_undo(run, &bench.fake.cancel, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_CANCELLED);
	CU_ASSERT_EQUAL(bench.fake.changes, 0);
	run_destroy(run);
	run = bench_take_up(&bench);
	bench.fake.stops_at = 0;
	error = (struct error){0};
	CU_ASSERT_TRUE(run_undo(run, &bench.fake.cancel, &error));
	UNIT_SAME_TEXT(error.message, "");
	CU_ASSERT_EQUAL(bench.fake.count, 0);
	run_destroy(run);
	bench_finish(&bench);
}

static void what_somebody_else_made_is_not_taken(void)
{
	struct bench bench;
	struct guide_run *run;
	struct error error = {0};

	setup(&bench);
	fake_add(&bench.fake, "role");
	run = bench_begin(&bench);
	CU_ASSERT_FALSE(bench_go(&bench, run, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_CONFLICT);
	CU_ASSERT_EQUAL(bench.fake.count, 1);
	run_destroy(run);
	bench_finish(&bench);
}

// Checks that get well one by one: the n-th in the n-th round.
struct health {
	unsigned rounds, never;
};

static const char *health_name(size_t index)
{
	static const char *const names[] = {"C1", "C2", "C3"};

	return index < COUNT_OF(names) ? names[index] : NULL;
}

static bool health_run(void *user, const char *region, const char *cluster,
        void (*tell)(const char *name, const struct check *check, void *tell_user), void *tell_user,
        struct cancel *cancel, struct error *error)
{
	struct health *health = user;
	const char *name;

	(void)cancel;
	CU_ASSERT_STRING_EQUAL(region, "here");
	CU_ASSERT_STRING_EQUAL(cluster, "caa");
	if (++health->rounds == 2)
		return error_set(error, ERROR_NETWORK, "not reached");
	for (size_t i = 0; (name = health_name(i)); i++) {
		bool well = health->rounds > i && health->never != i + 1;
		struct check check = {.result = well ? CHECK_PASS : CHECK_FAIL, .remedy = "mend it"};

		snprintf(check.what, sizeof(check.what), "check %s", name);
		snprintf(check.seen, sizeof(check.seen), "%s", well ? "good" : "bad");
		tell(name, &check, tell_user);
	}
	return true;
}

static bool check_health(struct health *health, const char *named, struct preflight *preflight, struct error *error)
{
	struct named_checks checks = {.name_at = health_name, .run = health_run, .user = health};
	char text[sizeof(guide_text) + 256];
	struct bench bench;
	struct guide_run *run;
	struct plan plan;
	bool good;

	setup(&bench);
	guide_destroy(bench.guide);
	test_folder_remove(bench.folder);
	snprintf(text, sizeof(text),
	        "title = \"t\"; backend = \"fake\"; approve = \"x\"; sections = ( { id = \"s\"; heading = \"S\"; } ); "
	        "steps = ( { id = \"health\"; sort = \"check\"; section = \"s\"; title = \"Health\"; named = [ %s ]; "
	        "cluster = \"caa\"; limit = 60.0; } );",
	        named);
	test_folder_make(bench.folder, text, "env", "");
	bench.options.guide = bench.guide = guide_read(bench.folder, "test", false, bench_tell_mistake, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bench.guide);
	bench.effects.checks = &checks;
	run = bench_begin(&bench);
	CU_ASSERT_TRUE(run_preflight(run, preflight, NULL, NULL));
	CU_ASSERT_TRUE_FATAL(run_plan(run, &plan, NULL, NULL));
	good = run_go(run, &plan, &bench.fake.cancel, error);
	plan_finish(&plan);
	run_destroy(run);
	bench_finish(&bench);
	return good;
}

static void named_checks_are_made_until_none_fails(void)
{
	struct health health = {0};
	struct preflight preflight;

	CU_ASSERT_TRUE(check_health(&health, "\"C1\", \"C3\"", &preflight, NULL));
	CU_ASSERT_EQUAL(health.rounds, 3);
	CU_ASSERT_EQUAL(preflight.counts[PREFLIGHT_SKIP], 1);
	preflight_finish(&preflight);
}

static void a_named_check_that_stays_bad_is_told_with_its_remedy(void)
{
	struct health health = {.never = 2};
	struct preflight preflight;
	struct error error = {0};

	CU_ASSERT_FALSE(check_health(&health, "\"C1\", \"C2\"", &preflight, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_TIMEOUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "C2 check C2"));
	CU_ASSERT_STRING_EQUAL(error.remedy, "mend it");
	preflight_finish(&preflight);
	// One that is not there is known before anything is made.
	CU_ASSERT_FALSE(check_health(&health, "\"C9\"", &preflight, &error));
	CU_ASSERT_EQUAL(preflight.counts[PREFLIGHT_FAIL], 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(preflight.lines[0].seen, "C9"));
	preflight_finish(&preflight);
}

// A check that was cut off has seen nothing: it is neither a failure nor a warning, and is made again.
static void a_late_check_that_is_stopped_is_made_again(void)
{
	static const char *const levels[] = {"fail", "warn"};

	for (size_t i = 0; i < COUNT_OF(levels); i++) {
		struct bench bench;
		struct guide_run *run;
		struct error error = {0};
		struct plan plan;
		char text[1024];

		snprintf(text, sizeof(text),
		        "title = \"t\"; backend = \"fake\"; approve = \"yes\"; sections = ( { id = \"s\"; heading = "
		        "\"S\"; } );\nsteps = (\n"
		        "{ id = \"free\"; sort = \"check\"; section = \"s\"; title = \"Free\"; level = \"%s\"; late = "
		        "true; "
		        "operation = \"fake.List\"; at = \"/Things\"; where = [ \"/Name == forbidden\" ]; "
		        "expect = [ \"/Id there no\" ]; remedy = \"remove it\"; }\n);\n",
		        levels[i]);
		bench_setup(&bench, text);
		fake_add(&bench.fake, "forbidden");
		run = bench_begin(&bench);
		CU_ASSERT_TRUE_FATAL(run_plan(run, &plan, NULL, NULL));
		bench.fake.stops_in = "fake.List";
		CU_ASSERT_FALSE(run_go(run, &plan, &bench.fake.cancel, &error));
		CU_ASSERT_EQUAL(error.kind, ERROR_CANCELLED);
		CU_ASSERT_STRING_EQUAL(error.remedy, "");
		plan_finish(&plan);
		run_destroy(run);
		run = bench_take_up(&bench);
		bench.last_line[0] = '\0';
		CU_ASSERT_EQUAL(run_go(run, NULL, &bench.fake.cancel, &error), i == 1);
		CU_ASSERT_PTR_NOT_NULL(strstr(i ? bench.last_line : error.remedy, "remove it"));
		run_destroy(run);
		bench_finish(&bench);
	}
}

static void what_turns_up_after_the_plan_stops_the_run(void)
{
	struct bench bench;
	struct guide_run *run;
	struct error error = {0};
	struct plan plan;

	setup(&bench);
	run = bench_begin(&bench);
	CU_ASSERT_TRUE_FATAL(run_plan(run, &plan, NULL, NULL));
	fake_add(&bench.fake, "role");
	CU_ASSERT_FALSE(run_go(run, &plan, NULL, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_CONFLICT);
	run_destroy(run);
	run = bench_take_up(&bench);
	CU_ASSERT_TRUE(run_undo(run, NULL, NULL));
	CU_ASSERT_EQUAL(fake_named(&bench.fake, "role"), 1);
	CU_ASSERT_EQUAL(bench.fake.count, 1);
	plan_finish(&plan);
	run_destroy(run);
	bench_finish(&bench);
}

static void what_vanished_is_made_again_on_resume(void)
{
	struct bench bench;
	struct guide_run *run;

	setup(&bench);
	run = bench_begin(&bench);
	CU_ASSERT_TRUE(bench_go(&bench, run, NULL));
	run_destroy(run);
	for (size_t i = 0; i < bench.fake.count; i++)
		if (!strcmp(bench.fake.things[i].name, "role"))
			bench.fake.things[i] = bench.fake.things[--bench.fake.count];
	run = bench_take_up(&bench);
	CU_ASSERT_TRUE(run_go(run, NULL, NULL, NULL));
	exactly_once(&bench);
	run_destroy(run);
	bench_finish(&bench);
}

// Writes the answers with the plan, and reads them as another walk does.
static struct plan saved_and_read(struct bench *bench, struct guide_run *run, const struct plan *plan)
{
	char path[TEST_FOLDER_SIZE + 16];
	struct plan approved;
	struct guide_run *other = run_create(&bench->options, NULL);
	struct buffer out;
	FILE *file;

	buffer_init(&out, 1 << 20);
	CU_ASSERT_TRUE(run_answers_write(run, plan, &out));
	snprintf(path, sizeof(path), "%s/answers.cfg", bench->folder);
	file = fopen(path, "we");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	fputs(buffer_text(&out), file);
	fclose(file);
	buffer_finish(&out);
	CU_ASSERT_TRUE(run_answers_read(other, path, &approved, bench_tell_mistake, NULL));
	unlink(path);
	run_destroy(other);
	return approved;
}

static void a_saved_plan_tells_which_lines_differ(void)
{
	struct bench bench;
	struct guide_run *run;
	struct plan plan, approved, now;
	char how[240];
	size_t differ = 0;

	setup(&bench);
	run = bench_begin(&bench);
	CU_ASSERT_TRUE_FATAL(run_plan(run, &plan, NULL, NULL));
	snprintf(plan.lines[1].detail, sizeof(plan.lines[1].detail), "with \"quotes\" and \\");
	plan.lines[1].hourly = 1.0 / 3;
	approved = saved_and_read(&bench, run, &plan);
	UNIT_SAME_TEXT(approved.hash, plan.hash);
	CU_ASSERT_EQUAL(approved.count, plan.count);
	for (size_t i = 0; i < plan.count; i++)
		CU_ASSERT_FALSE(plan_line_differs(&approved, &plan.lines[i], how, sizeof(how)));
	plan_finish(&plan);
	plan_finish(&approved);
	// Something is there by now: its line says so, the others say nothing.
	CU_ASSERT_TRUE_FATAL(run_plan(run, &plan, NULL, NULL));
	approved = saved_and_read(&bench, run, &plan);
	bench.fake.file_count = 1;
	snprintf(bench.fake.files[0].path, sizeof(bench.fake.files[0].path), "/state/%s/out.env", run_row(run)->id);
	snprintf(bench.fake.files[0].text, sizeof(bench.fake.files[0].text), "precious");
	CU_ASSERT_TRUE_FATAL(run_plan(run, &now, NULL, NULL));
	for (size_t i = 0; i < now.count; i++) {
		if (!plan_line_differs(&approved, &now.lines[i], how, sizeof(how)))
			continue;
		differ++;
		UNIT_SAME_TEXT(now.lines[i].step->id, "file");
		UNIT_SAME_TEXT(how, "was +");
	}
	CU_ASSERT_EQUAL(differ, 1);
	plan_finish(&now);
	plan_finish(&approved);
	plan_finish(&plan);
	run_destroy(run);
	bench_finish(&bench);
}

static void conditions_switch_steps_on(void)
{
	struct bench bench;
	struct guide_run *run;

	setup(&bench);
	run = run_create(&bench.options, NULL);
	CU_ASSERT_TRUE(run_answer(run, guide_input_find(bench.guide, "EXTRA"), "true", "typed", NULL));
	CU_ASSERT_TRUE(run_answers_complete(run, NULL, bench_tell_mistake, NULL));
	CU_ASSERT_TRUE(bench_go(&bench, run, NULL));
	CU_ASSERT_EQUAL(fake_named(&bench.fake, "extra"), 1);
	run_destroy(run);
	bench_finish(&bench);
}

static void answers_are_checked(void)
{
	struct bench bench;
	struct guide_run *run;
	struct error error;

	setup(&bench);
	run = run_create(&bench.options, NULL);
	CU_ASSERT_FALSE(run_answer(run, guide_input_find(bench.guide, "NAME"), "Not So", "typed", &error));
	CU_ASSERT_FALSE(run_answer(run, guide_input_find(bench.guide, "NAME"), "", "typed", &error));
	CU_ASSERT_FALSE(run_answer(run, guide_input_find(bench.guide, "EXTRA"), "maybe", "typed", &error));
	CU_ASSERT_TRUE(run_answer(run, guide_input_find(bench.guide, "NAME"), "well", "typed", &error));
	run_destroy(run);
	bench_finish(&bench);
}

static void preflight_tells_all(void)
{
	struct bench bench;
	struct guide_run *run;
	struct preflight preflight;

	setup(&bench);
	run = bench_begin(&bench);
	CU_ASSERT_TRUE(run_preflight(run, &preflight, NULL, NULL));
	CU_ASSERT_EQUAL(preflight.counts[PREFLIGHT_PASS], 1);
	preflight_finish(&preflight);
	fake_add(&bench.fake, "forbidden");
	CU_ASSERT_TRUE(run_preflight(run, &preflight, NULL, NULL));
	CU_ASSERT_EQUAL(preflight.counts[PREFLIGHT_FAIL], 1);
	UNIT_SAME_TEXT(preflight.lines[0].remedy, "remove it");
	preflight_finish(&preflight);
	run_destroy(run);
	bench_finish(&bench);
}

static void a_file_that_differs_is_not_written_over(void)
{
	struct bench bench;
	struct guide_run *run;
	struct error error = {0};
	char path[128];

	setup(&bench);
	run = bench_begin(&bench);
	snprintf(path, sizeof(path), "/state/%s/out.env", run_row(run)->id);
	bench.fake.file_count = 1;
	snprintf(bench.fake.files[0].path, sizeof(bench.fake.files[0].path), "%s", path);
	snprintf(bench.fake.files[0].text, sizeof(bench.fake.files[0].text), "precious");
	CU_ASSERT_FALSE(bench_go(&bench, run, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_CONFLICT);
	UNIT_SAME_TEXT(bench.fake.files[0].text, "precious");
	run_destroy(run);
	bench_finish(&bench);
}

static bool holds_word(const struct values *values, const char *word)
{
	for (size_t i = 0; i < values->count; i++)
		if (strstr(values->list[i].text, word))
			return true;
	return false;
}

static void secrets_are_neither_kept_nor_shown(void)
{
	struct bench bench;
	struct guide_run *run;
	struct values kept = {0};
	struct buffer out;

	setup(&bench);
	run = bench_begin(&bench);
	CU_ASSERT_TRUE(run_answer(run, guide_input_find(bench.guide, "PASSWORD"), "hush", "typed", NULL));
	bench.fake.says = "hush: login with hush, and hushhush again";
	CU_ASSERT_TRUE(bench_go(&bench, run, NULL));
	UNIT_SAME_TEXT(bench.last_line, "***: login with ***, and ****** again");
	CU_ASSERT_TRUE(store_answers(bench.store, run_row(run)->id, &kept, NULL));
	CU_ASSERT_FALSE(holds_word(&kept, "hush"));
	buffer_init(&out, 1 << 20);
	run_script(run, &out);
	run_answers_write(run, NULL, &out);
	run_exports(run, &out);
	CU_ASSERT_PTR_NULL(strstr(buffer_text(&out), "hush"));
	CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&out), "fake fake.Create"));
	buffer_finish(&out);
	values_finish(&kept);
	run_destroy(run);
	bench_finish(&bench);
}

// What a wait sees as a failure ends it, and resuming looks again.
static void a_wait_that_fails_says_so(void)
{
	struct bench bench;
	struct guide_run *run;
	struct error error = {0};

	setup(&bench);
	bench.fake.breaks = "blind";
	run = bench_begin(&bench);
	CU_ASSERT_FALSE(bench_go(&bench, run, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_SERVICE);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "Broken"));
	run_destroy(run);
	bench.fake.breaks = NULL;
	run = bench_take_up(&bench);
	CU_ASSERT_TRUE(run_go(run, NULL, NULL, NULL));
	exactly_once(&bench);
	run_destroy(run);
	bench_finish(&bench);
}

static void one_run_is_active_at_a_time(void)
{
	char folder[TEST_FOLDER_SIZE], path[TEST_FOLDER_SIZE + 16];
	struct error error = {0};
	int one, two;

	test_folder_make(folder, NULL, NULL, NULL);
	snprintf(path, sizeof(path), "%s/peerdeck.db", folder);
	one = store_lock(path, "alibaba/x", "prod", NULL);
	CU_ASSERT_TRUE(one >= 0);
	CU_ASSERT_EQUAL(store_lock(path, "alibaba/x", "prod", &error), -1);
	CU_ASSERT_EQUAL(error.kind, ERROR_CONFLICT);
	two = store_lock(path, "alibaba/x", "test", NULL);
	CU_ASSERT_TRUE(two >= 0);
	store_unlock(one);
	one = store_lock(path, "alibaba/x", "prod", NULL);
	CU_ASSERT_TRUE(one >= 0);
	store_unlock(one);
	store_unlock(two);
	test_folder_remove(folder);
}

static const struct unit_test tests[] = {
        UNIT_TEST(everything_is_made_in_order),
        UNIT_TEST(a_plan_changes_nothing_and_says_what_it_does_not_know),
        UNIT_TEST(lost_calls_are_made_once),
        UNIT_TEST(a_stop_at_any_call_is_survived),
        UNIT_TEST(a_refused_call_is_tried_again_on_resume),
        UNIT_TEST(an_undo_settles_what_is_in_doubt),
        UNIT_TEST(an_undo_that_is_stopped_goes_on),
        UNIT_TEST(an_undo_stopped_in_its_wait_waits_again),
        UNIT_TEST(a_late_check_that_is_stopped_is_made_again),
        UNIT_TEST(what_somebody_else_made_is_not_taken),
        UNIT_TEST(what_turns_up_after_the_plan_stops_the_run),
        UNIT_TEST(what_vanished_is_made_again_on_resume),
        UNIT_TEST(a_saved_plan_tells_which_lines_differ),
        UNIT_TEST(conditions_switch_steps_on),
        UNIT_TEST(answers_are_checked),
        UNIT_TEST(preflight_tells_all),
        UNIT_TEST(a_file_that_differs_is_not_written_over),
        UNIT_TEST(secrets_are_neither_kept_nor_shown),
        UNIT_TEST(a_wait_that_fails_says_so),
        UNIT_TEST(named_checks_are_made_until_none_fails),
        UNIT_TEST(a_named_check_that_stays_bad_is_told_with_its_remedy),
        UNIT_TEST(one_run_is_active_at_a_time),
};
const struct unit_suite guide_engine_suite = UNIT_SUITE("engine", tests);
