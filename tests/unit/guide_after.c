// SPDX-License-Identifier: Apache-2.0
// What stays behind when a thing is taken away goes, too: it is remembered before, whatever is lost or stopped.
#include "config.h"

#include "tests/unit/guide_bench.h"

#include "base/banned.h"

static const char guide_text[] =
        "title = \"t\"; backend = \"fake\"; approve = \"yes\";\n"
        "sections = ( { id = \"s\"; heading = \"S\"; } );\nsteps = (\n"
        "{ id = \"cast\"; sort = \"call\"; section = \"s\"; title = \"Cast\"; name = \"caster\";\n"
        " operation = \"fake.Create\"; with = { Name = \"caster\"; Tag = \"${RUN}\"; }; export = { CASTER_ID = "
        "\"/Id\"; };\n"
        " find = { operation = \"fake.List\"; at = \"/Things\"; where = [ \"/Name == caster\" ]; };\n"
        " undo = { operation = \"fake.Delete\"; with = { Id = \"${CASTER_ID}\"; };\n"
        "  wait = { operation = \"fake.Get\"; with = { Id = \"${CASTER_ID}\"; }; at = \"/State\"; gone = true; };\n"
        "  remember = { operation = \"fake.Get\"; with = { Id = \"${CASTER_ID}\"; }; export = { SHADOW = "
        "\"/In|default:\"; }; };\n"
        "  after = { operation = \"fake.Delete\"; with = { Id = \"${SHADOW}\"; }; when = \"SHADOW\"; }; }; }\n"
        ");\n";

static struct guide_run *walk(struct bench *bench)
{
	struct guide_run *run = bench_begin(bench);
	struct error error = {0};

	CU_ASSERT_TRUE(bench_go(bench, run, &error));
	UNIT_SAME_TEXT(error.message, "");
	return run;
}

static struct guide_run *walked(struct bench *bench)
{
	bench_setup(bench, guide_text);
	fake_add(&bench->fake, "foreign");
	return walk(bench);
}

static struct guide_run *take_up(struct bench *bench, struct guide_run *run)
{
	run_destroy(run);
	return bench_take_up(bench);
}

// Takes it out of the fake cloud, as somebody else would.
static void vanish(struct fake *fake, const char *name)
{
	for (size_t i = 0; i < fake->count; i++)
		if (!strcmp(fake->things[i].name, name)) {
			fake->things[i] = fake->things[--fake->count];
			return;
		}
}

static void is_as_before(const struct bench *bench)
{
	CU_ASSERT_EQUAL(bench->fake.count, 1);
	CU_ASSERT_EQUAL(fake_named(&bench->fake, "foreign"), 1);
}

static void what_stays_behind_goes_too(void)
{
	struct bench bench;
	struct guide_run *run = walked(&bench);
	struct error error = {0};

	CU_ASSERT_EQUAL(fake_named(&bench.fake, "shadow"), 1);
	CU_ASSERT_TRUE(run_undo(run, NULL, &error));
	UNIT_SAME_TEXT(error.message, "");
	is_as_before(&bench);
	run_destroy(run);
	bench_finish(&bench);
}

// Whichever of the two deletions is lost, and wherever the program ends.
static void nothing_stays_behind_whatever_is_lost(void)
{
	static const enum fake_trouble troubles[] = {
	        FAKE_LOST_BEFORE, FAKE_LOST_AFTER, FAKE_STOP_BEFORE, FAKE_STOP_AFTER, FAKE_REFUSED};

	for (unsigned n = 1; n <= 2; n++)
		for (size_t i = 0; i < COUNT_OF(troubles); i++) {
			struct bench bench;
			struct guide_run *run = walked(&bench);
			struct error error = {0};

			bench.fake.trouble_at = bench.fake.changes + n;
			bench.fake.trouble = troubles[i];
			if (!run_undo(run, &bench.fake.cancel, &error)) {
				run = take_up(&bench, run);
				CU_ASSERT_TRUE(run_undo(run, NULL, NULL));
			}
			is_as_before(&bench);
			run_destroy(run);
			bench_finish(&bench);
		}
}

// It was read when the thing was made.
static void it_goes_when_somebody_else_took_the_thing(void)
{
	struct bench bench;
	struct guide_run *run = walked(&bench);

	vanish(&bench.fake, "caster");
	run = take_up(&bench, run);
	CU_ASSERT_TRUE(run_undo(run, NULL, NULL));
	is_as_before(&bench);
	run_destroy(run);
	bench_finish(&bench);
}

// A run of a version that remembered nothing: the person is told.
static void what_could_not_be_read_is_said(void)
{
	struct bench bench;
	struct guide_run *run = walked(&bench);
	struct step_row row;
	struct values exports = {0};

	CU_ASSERT_EQUAL_FATAL(run_made(run, &row, 1), 1);
	values_set(&exports, "CASTER_ID", row.resource, row.key);
	CU_ASSERT_TRUE(store_step_set(bench.store, run_row(run)->id, &row, &exports, NULL));
	values_finish(&exports);
	vanish(&bench.fake, "caster");
	run = take_up(&bench, run);
	CU_ASSERT_TRUE(run_undo(run, NULL, NULL));
	CU_ASSERT_PTR_NOT_NULL(strstr(bench.last_line, "caster was gone before"));
	CU_ASSERT_EQUAL(fake_named(&bench.fake, "shadow"), 1);
	run_destroy(run);
	bench_finish(&bench);
}

// Something else stands on it: the undo says so, and ends when that is gone.
static void it_waits_for_who_holds_it(void)
{
	struct bench bench;
	struct guide_run *run = walked(&bench);
	struct fake_thing *other = fake_add(&bench.fake, "other");
	struct error error = {0};

	for (size_t i = 0; i < bench.fake.count; i++)
		if (!strcmp(bench.fake.things[i].name, "shadow"))
			memcpy(other->holds, bench.fake.things[i].id, sizeof(other->holds));
	CU_ASSERT_FALSE(run_undo(run, NULL, &error));
	UNIT_SAME_TEXT(error.message, "refused: Held");
	CU_ASSERT_EQUAL(fake_named(&bench.fake, "caster"), 0);
	CU_ASSERT_EQUAL(run_made(run, NULL, 0), 1);
	vanish(&bench.fake, "other");
	run = take_up(&bench, run);
	CU_ASSERT_TRUE(run_undo(run, NULL, NULL));
	is_as_before(&bench);
	run_destroy(run);
	bench_finish(&bench);
}

static void what_was_found_keeps_what_it_stands_on(void)
{
	struct bench bench;
	struct guide_run *run;

	bench_setup(&bench, guide_text);
	fake_add(&bench.fake, "shadow");
	fake_add(&bench.fake, "caster");
	snprintf(bench.fake.things[1].holds, sizeof(bench.fake.things[1].holds), "%s", bench.fake.things[0].id);
	run = walk(&bench);
	CU_ASSERT_TRUE(run_undo(run, NULL, NULL));
	CU_ASSERT_EQUAL(bench.fake.count, 2);
	run_destroy(run);
	bench_finish(&bench);
}

static void the_commands_say_all_of_it(void)
{
	struct bench bench;
	struct guide_run *run;
	struct buffer text;

	bench_setup(&bench, guide_text);
	run = run_create(&bench.options, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(run);
	buffer_init(&text, 4096);
	CU_ASSERT_TRUE(run_undo_command(run, &bench.guide->steps[0], &text));
	UNIT_SAME_TEXT(buffer_text(&text),
	        "SHADOW=$(fake fake.Get '{\"Id\":\"'\"${CASTER_ID}\"'\"}' | jq -r '.In? | if . "
	        "== null or . == \"\" then \"\" "
	        "else . end')\n"
	        "fake fake.Delete '{\"Id\":\"'\"${CASTER_ID}\"'\"}'\n"
	        "fake fake.Delete '{\"Id\":\"'\"${SHADOW}\"'\"}'");
	buffer_finish(&text);
	run_destroy(run);
	bench_finish(&bench);
}

static const struct unit_test tests[] = {
        UNIT_TEST(what_stays_behind_goes_too),
        UNIT_TEST(nothing_stays_behind_whatever_is_lost),
        UNIT_TEST(it_goes_when_somebody_else_took_the_thing),
        UNIT_TEST(what_could_not_be_read_is_said),
        UNIT_TEST(it_waits_for_who_holds_it),
        UNIT_TEST(what_was_found_keeps_what_it_stands_on),
        UNIT_TEST(the_commands_say_all_of_it),
};
const struct unit_suite guide_after_suite = UNIT_SUITE("what stays behind", tests);
