// SPDX-License-Identifier: Apache-2.0
// What the check of a guide finds: each mistake with its line and what to do.
#include "config.h"
#include "tests/unit/guide.h"

#include "alibaba/calls.h"
#include "guide/lint.h"
#include "tests/unit/guide_fake.h"

#include "base/banned.h"

#define TOP                                                                                                            \
	"title = \"t\"; backend = \"fake\"; approve = \"x\";\nsections = ( { id = \"s\"; heading = \"S\"; } "          \
	");\nsteps = (\n"
#define STEP(rest) "{ id = \"one\"; section = \"s\"; title = \"One\"; " rest " }\n"
#define END ");\n"
#define MADE "sort = \"call\"; operation = \"fake.Create\"; with = { Name = \"n\"; }; undo = { keep = true; };"

struct told {
	struct error first;
	size_t count;
};

static void take(const struct error *mistake, void *user)
{
	struct told *told = user;

	if (told->count++ == 0)
		told->first = *mistake;
}

static void lint(const char *guide, struct told *told)
{
	char folder[TEST_FOLDER_SIZE];

	memset(told, 0, sizeof(*told));
	test_folder_make(folder, guide, "good.json", "{\"a\":\"${RUN}\"}");
	guide_lint(folder, "test", &fake_calls, take, told);
	test_folder_remove(folder);
}

static void is_well(const char *guide)
{
	struct told told;

	lint(guide, &told);
	if (told.count)
		printf("\n    %s: %s", told.first.doing, told.first.message);
	CU_ASSERT_EQUAL(told.count, 0);
}

// The message holds `words`, the place ends in the line, and there is a remedy.
static void complains(const char *guide, unsigned line, const char *words)
{
	char place[32];
	struct told told;

	lint(guide, &told);
	snprintf(place, sizeof(place), "guide.cfg:%u", line);
	if (!told.count || !strstr(told.first.message, words) || !strstr(told.first.doing, place))
		printf("\n    got: %s: %s\n    wanted: %s: %s", told.first.doing, told.first.message, place, words);
	CU_ASSERT_TRUE(told.count > 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(told.first.message, words));
	CU_ASSERT_PTR_NOT_NULL(strstr(told.first.doing, place));
	CU_ASSERT_TRUE(told.first.remedy[0] != '\0' || strstr(told.first.message, "must be"));
}

static void a_good_guide_has_no_mistakes(void)
{
	is_well(TOP STEP(MADE) END);
	is_well(TOP STEP("sort = \"call\"; operation = \"fake.Create\"; with = { Name = \"@good.json\"; }; undo = { "
	                 "keep = true; };") END);
}

static void unknown_keys_are_found(void)
{
	complains(TOP STEP(MADE " exprt = { A = \"/A\"; };") END, 4, "exprt");
	complains("titel = \"x\";\n" TOP STEP(MADE) END, 1, "titel");
}

static void wrong_shapes_are_found(void)
{
	complains(TOP STEP(MADE " export = \"x\";") END, 4, "export");
	complains(TOP STEP("sort = \"fly\";") END, 4, "fly");
	complains(TOP STEP(MADE " command = [ \"x\" ];") END, 4, "command");
	complains("title = 1 2;\n", 1, "libconfig");
}

static void what_is_missing_is_found(void)
{
	complains(TOP "{ id = \"one\"; section = \"s\"; sort = \"note\"; text = \"x\"; }\n" END, 4, "title");
	complains(TOP STEP("sort = \"write\"; file = \"f\";") END, 4, "template");
	complains(TOP STEP("sort = \"check\";") END, 4, "checks nothing");
}

static void unknown_operations_and_parameters_are_found(void)
{
	complains(
	        TOP STEP("sort = \"call\"; operation = \"fake.Crate\"; undo = { keep = true; };") END, 4, "fake.Crate");
	complains(TOP STEP("sort = \"call\"; operation = \"fake.Create\";\nwith = { Nam = \"n\"; }; undo = { keep = "
	                   "true; };") END,
	        5, "Nam");
	complains(TOP STEP(MADE " find = { operation = \"fake.Delete\"; };") END, 4, "changes something");
}

static void names_that_nobody_gives_are_found(void)
{
	complains(TOP STEP("sort = \"note\"; text = \"${NOBODY}\";") END, 4, "NOBODY");
	complains(TOP STEP("sort = \"note\"; text = \"x\"; when = \"NOBODY == 'x'\";") END, 4, "NOBODY");
	complains(TOP STEP("sort = \"write\"; file = \"f\"; template = \"bad\";") END, 4, "bad");
	// A name of a later step.
	complains(TOP STEP("sort = \"note\"; text = \"${LATER}\";") ",{ id = \"two\"; section = \"s\"; title = "
	                                                            "\"Two\"; " MADE
	                                                            " export = { LATER = \"/Id\"; }; }" END,
	        4, "LATER");
}

static void circles_are_found(void)
{
	complains(
	        TOP STEP(
	                "sort = \"note\"; text = \"x\"; needs = [ \"two\" ];") ",{ id = \"two\"; section = \"s\"; "
	                                                                       "title = \"Two\"; sort = \"note\"; text "
	                                                                       "= \"x\"; needs = [ \"one\" ]; }" END,
	        4, "comes later");
	complains(TOP STEP("sort = \"note\"; text = \"x\"; needs = [ \"none\" ];") END, 4, "none");
}

static void what_cannot_be_repeated_needs_proof(void)
{
	complains(TOP STEP("sort = \"call\"; operation = \"fake.CreateBlind\"; undo = { keep = true; };") END, 4,
	        "no find");
	complains(TOP STEP("sort = \"call\"; operation = \"fake.CreateBlind\"; undo = { keep = true; }; find = { "
	                   "operation = \"fake.List\"; at = \"/Things\"; };") END,
	        4, "proves");
}

#define UNDONE_BY                                                                                                      \
	"sort = \"call\"; operation = \"fake.Create\"; with = { Name = \"n\"; }; undo = { operation = "                \
	"\"fake.Delete\"; "

static void what_stays_behind_is_checked(void)
{
	is_well(TOP STEP(UNDONE_BY "remember = { operation = \"fake.Get\"; export = { REST = \"/In\"; }; }; after = { "
	                           "operation = \"fake.Delete\"; with = { Id = \"${REST}\"; }; when = \"REST\"; }; };")
	                END);
	complains(TOP STEP(UNDONE_BY "after = { operation = \"fake.Delete\"; with = { Id = \"${REST}\"; }; }; };") END,
	        4, "REST");
	complains(TOP STEP(UNDONE_BY "remember = { operation = \"fake.Delete\"; export = { REST = \"/In\"; }; }; };")
	                  END,
	        4, "changes something");
	complains(TOP STEP(UNDONE_BY "remember = { export = { REST = \"/In\"; }; }; };") END, 4, "looks at nothing");
	complains(TOP STEP(UNDONE_BY "remember = { operation = \"fake.Get\"; }; };") END, 4, "export");
	complains(TOP STEP(UNDONE_BY "after = { when = \"RUN\"; }; };") END, 4, "calls nothing");
	// Steps that follow are not told.
	complains(TOP STEP(UNDONE_BY "remember = { operation = \"fake.Get\"; export = { REST = \"/In\"; }; }; "
	                             "};") ",{ id = \"two\"; section = \"s\"; title = \"Two\"; sort = \"note\"; "
	                                   "text = \"${REST}\"; }" END,
	        5, "REST");
	complains(TOP STEP(UNDONE_BY "after = { operation = \"fake.Create\"; }; };") END, 4, "repeated safely");
}

static void what_is_made_needs_undo(void)
{
	complains(TOP STEP("sort = \"call\"; operation = \"fake.Create\"; with = { Name = \"n\"; };") END, 4, "undone");
	complains(TOP STEP("sort = \"run\"; command = [ \"x\" ];") END, 4, "undone");
}

static void a_trial_must_be_a_trial(void)
{
	complains(
	        TOP STEP("sort = \"check\"; operation = \"fake.Create\"; with = { Name = \"n\"; }; refused = \"Dry*\";")
	                END,
	        4, "in earnest");
}

static void inputs_are_checked(void)
{
	complains(TOP STEP("sort = \"ask\"; inputs = ( { name = \"lower\"; title = \"x\"; } );") END, 4, "lower");
	complains(TOP STEP("sort = \"ask\"; inputs = ( { name = \"A\"; title = \"x\"; match = \"(\"; } );") END, 4,
	        "regular");
	complains(TOP STEP("sort = \"ask\"; inputs = ( { name = \"A\"; title = \"x\"; type = \"colour\"; } );") END, 4,
	        "colour");
}

static void the_shipped_guide_has_no_mistakes(void)
{
	struct told told = {0};

	guide_lint(
	        SOURCE_FOLDER "/backends/alibaba/guides/peer-pods", "alibaba/peer-pods", &alibaba_calls, take, &told);
	if (told.count)
		printf("\n    %s: %s", told.first.doing, told.first.message);
	CU_ASSERT_EQUAL(told.count, 0);
}

static const struct unit_test tests[] = {
        UNIT_TEST(a_good_guide_has_no_mistakes),
        UNIT_TEST(unknown_keys_are_found),
        UNIT_TEST(wrong_shapes_are_found),
        UNIT_TEST(what_is_missing_is_found),
        UNIT_TEST(unknown_operations_and_parameters_are_found),
        UNIT_TEST(names_that_nobody_gives_are_found),
        UNIT_TEST(circles_are_found),
        UNIT_TEST(what_cannot_be_repeated_needs_proof),
        UNIT_TEST(what_stays_behind_is_checked),
        UNIT_TEST(what_is_made_needs_undo),
        UNIT_TEST(a_trial_must_be_a_trial),
        UNIT_TEST(inputs_are_checked),
        UNIT_TEST(the_shipped_guide_has_no_mistakes),
};
const struct unit_suite guide_lint_suite = UNIT_SUITE("lint", tests);
