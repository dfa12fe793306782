// SPDX-License-Identifier: Apache-2.0
// Settings: what is read, and what is said of each kind of mistake.
#include "config.h"

#include "tests/unit/work.h"
#include "work/config.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/banned.h"

enum { MISTAKES_MOST = 16 };

struct mistakes {
	struct error items[MISTAKES_MOST];
	unsigned count;
};

static void keep_mistake(const struct error *mistake, void *user)
{
	struct mistakes *mistakes = user;

	if (mistakes->count < MISTAKES_MOST)
		mistakes->items[mistakes->count++] = *mistake;
}

// Reads a file of this text. The caller's config is left as reading left it.
static struct mistakes read_text(struct config *config, const char *text)
{
	char folder[256], path[512];
	struct mistakes mistakes = {.count = 0};
	FILE *file;

	work_folder_make(folder, sizeof(folder));
	snprintf(path, sizeof(path), "%s/peerdeck.conf", folder);
	file = fopen(path, "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	fputs(text, file);
	fclose(file);
	config_defaults(config);
	CU_ASSERT_EQUAL(config_load_telling(config, path, keep_mistake, &mistakes), mistakes.count);
	work_folder_remove(folder);
	return mistakes;
}

static void every_setting_has_a_default_that_it_accepts(void)
{
	struct config config;
	struct error error = {ERROR_NONE};

	config_defaults(&config);
	for (size_t i = 0; i < config_table_count; i++) {
		CU_ASSERT_TRUE(config_table[i].help && config_table[i].help[0]);
		if (!config_table[i].file_only)
			CU_ASSERT_TRUE(config_assign(&config, config_table[i].name, config_table[i].fallback, &error));
	}
	CU_ASSERT_EQUAL(config.parallel, 16);
	CU_ASSERT_EQUAL(config.refresh_seconds, 5);
	UNIT_SAME_TEXT(config.theme, "default");
}

static void a_whole_file_is_taken(void)
{
	struct config config;
	struct mistakes mistakes = read_text(&config,
	        "contexts = (\n"
	        "  { name = \"prod\"; profile = \"main\"; production = true; region = \"cn-beijing\"; },\n"
	        "  { name = \"dev\"; endpoint = \"http://127.0.0.1:1\"; }\n"
	        ");\n"
	        "context = \"dev\";\n"
	        "regions = [ \"cn-beijing\", \"cn-hongkong\" ];\n"
	        "refresh_seconds = 2.5; parallel = 8; mouse = true;\n"
	        "keys = ( { key = \"F9\"; command = \"sort age\"; view = \"vms\"; } );\n");

	CU_ASSERT_EQUAL(mistakes.count, 0);
	CU_ASSERT_EQUAL(config.context_count, 2);
	CU_ASSERT_TRUE(config.contexts[0].production);
	CU_ASSERT_EQUAL(config.region_count, 2);
	CU_ASSERT_EQUAL(config.refresh_seconds, 2.5);
	CU_ASSERT_EQUAL(config.parallel, 8);
	CU_ASSERT_TRUE(config.mouse);
	CU_ASSERT_EQUAL(config.key_count, 1);
	UNIT_SAME_TEXT(config.keys[0].command, "sort age");
	CU_ASSERT_TRUE(config_complete(&config, NULL));
	UNIT_SAME_TEXT(config_context(&config, NULL)->endpoint, "http://127.0.0.1:1");
	UNIT_SAME_TEXT(config_context(&config, "prod")->profile, "main");
}

// One mistake each: the line it is told for, and what is said.
static void each_mistake_is_told_with_its_line(void)
{
	static const struct {
		const char *text;
		int line;
		const char *said, *remedy;
	} cases[] = {
	        {"\nparallel = 8\nmouse = = true;\n", 3, "syntax error", "quotes"},
	        {"paralel = 8;\n", 1, "there is no setting \"paralel\"", "did you mean \"parallel\"?"},
	        {"mouse = true;\nxyzzy = 8;\n", 2, "there is no setting \"xyzzy\"", "peerdeck.conf(5)"},
	        {"parallel = \"many\";\n", 1, "\"parallel\" must be a whole number, not text", ""},
	        {"parallel = 0;\n", 1, "\"parallel\" must be a whole number from 1 to 128, not \"0\"", ""},
	        {"parallel = 1.5;\n", 1, "\"parallel\" must be a whole number from 1 to 128, not \"1.5\"", ""},
	        {"refresh_seconds = -1;\n", 1, "\"refresh_seconds\" must be a number from 0 to 3600, not \"-1\"", ""},
	        {"mouse = 1;\n", 1, "\"mouse\" must be true or false, not a number", ""},
	        {"theme = 7;\n", 1, "\"theme\" must be text in quotes, not a number", ""},
	        {"clipboard = \"yes\";\n", 1, "\"clipboard\" must be one of: auto raw tmux screen off; not \"yes\"",
	                ""},
	        {"regions = ( 1 );\n", 1, "\"regions\" must be a list of names in quotes", ""},
	        {"regions = [ \"CN Beijing\" ];\n", 1, "\"CN Beijing\" is no name of a region", ""},
	        {"contexts = { name = \"a\"; };\n", 1, "\"contexts\" must be a list of groups", ""},
	        {"contexts = ( \"a\" );\n", 1, "\"contexts\" must hold groups { … }, not text", ""},
	        {"contexts = (\n { profile = \"a\"; } );\n", 2, "a context needs a name", ""},
	        {"contexts = ( { name = \"a\"; },\n { name = \"a\"; } );\n", 2, "two contexts named \"a\"", ""},
	        {"contexts = ( { name = \"a\";\n nmae = \"b\"; } );\n", 2, "there is no setting \"nmae\" here",
	                "did you mean \"name\"?"},
	        {"keys = ( { command = \"x\"; } );\n", 1, "a key needs a name", ""},
	        {"theme = \"\xff\";\n", 1, "\"theme\" must be UTF-8 text", ""},
	        {"language = \"0123456789012345678901234567890123456789\";\n", 1,
	                "\"language\" may be at most 31 bytes long", ""},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct config config;
		struct mistakes mistakes = read_text(&config, cases[i].text);
		char place[64];

		snprintf(place, sizeof(place), "peerdeck.conf:%d", cases[i].line);
		CU_ASSERT_EQUAL_FATAL(mistakes.count, 1);
		if (!strstr(mistakes.items[0].message, cases[i].said) || !strstr(mistakes.items[0].doing, place) ||
		        !strstr(mistakes.items[0].remedy, cases[i].remedy)) {
			printf("\n    %s: %s [%s]\n", mistakes.items[0].doing, mistakes.items[0].message,
			        mistakes.items[0].remedy);
			CU_FAIL("another message was expected");
		}
		CU_ASSERT_EQUAL(mistakes.items[0].kind, ERROR_CONFIG);
	}
}

static void what_is_right_is_taken_beside_mistakes(void)
{
	struct config config;
	struct mistakes mistakes = read_text(
	        &config, "parallel = 4;\nfoo = 1;\nmouse = \"x\";\nregions = [\"cn-beijing\"];\ntheme = \"light\";\n");

	CU_ASSERT_EQUAL(mistakes.count, 2);
	CU_ASSERT_EQUAL(config.mistakes, 2);
	CU_ASSERT_EQUAL(config.parallel, 4);
	UNIT_SAME_TEXT(config.theme, "light");
	CU_ASSERT_EQUAL(config.region_count, 1);
	CU_ASSERT_FALSE(config.mouse);
}

static void what_stands_before_a_syntax_error_is_taken(void)
{
	struct config config;
	struct mistakes mistakes = read_text(&config, "parallel = 4;\ntheme = ;\nmouse = true;\n");

	CU_ASSERT_EQUAL(mistakes.count, 1);
	CU_ASSERT_EQUAL(config.parallel, 4);
}

static void only_the_first_mistake_and_their_number_are_told_in_short(void)
{
	struct config config;
	struct error error = {ERROR_NONE};
	char folder[256], path[512];
	FILE *file;

	work_folder_make(folder, sizeof(folder));
	snprintf(path, sizeof(path), "%s/my.conf", folder);
	file = fopen(path, "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	fputs("a = 1;\nb = 2;\nc = 3;\n", file);
	fclose(file);
	config_defaults(&config);
	CU_ASSERT_FALSE(config_load(&config, path, &error));
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "2 more mistakes"));
	CU_ASSERT_PTR_NOT_NULL(strstr(error.doing, "my.conf:1"));
	work_folder_remove(folder);
}

static void a_named_file_must_be_there(void)
{
	struct config config;
	struct error error = {ERROR_NONE};

	config_defaults(&config);
	CU_ASSERT_FALSE(config_load(&config, "/nowhere/peerdeck.conf", &error));
	CU_ASSERT_PTR_NOT_NULL(strstr(error.doing, "/nowhere/peerdeck.conf"));
	error_clear(&error);
	CU_ASSERT_FALSE(config_load(&config, "/", &error));
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "no regular file"));
}

static void the_usual_file_may_be_absent(void)
{
	struct config config;

	config_defaults(&config);
	snprintf(config.config_folder, sizeof(config.config_folder), "/nowhere");
	CU_ASSERT_TRUE(config_load(&config, NULL, NULL));
	UNIT_SAME_TEXT(config.file, "");
}

static void without_contexts_one_comes_from_the_environment(void)
{
	struct config config;

	config_defaults(&config);
	CU_ASSERT_TRUE(config_complete(&config, NULL));
	CU_ASSERT_EQUAL(config.context_count, 1);
	UNIT_SAME_TEXT(config.contexts[0].name, "default");
}

static void a_profile_gets_a_context_of_its_own(void)
{
	struct config config;
	struct mistakes mistakes =
	        read_text(&config, "contexts = ( { name = \"prod\"; profile = \"main\"; production = true; } );\n");

	CU_ASSERT_EQUAL(mistakes.count, 0);
	CU_ASSERT_TRUE(config_assign(&config, "profile", "dev", NULL));
	CU_ASSERT_TRUE(config_complete(&config, NULL));
	UNIT_SAME_TEXT(config_context(&config, NULL)->name, "dev");
	CU_ASSERT_FALSE(config_context(&config, NULL)->production);
	read_text(&config, "contexts = ( { name = \"prod\"; profile = \"main\"; production = true; } );\n");
	CU_ASSERT_TRUE(config_assign(&config, "profile", "main", NULL));
	CU_ASSERT_TRUE(config_complete(&config, NULL));
	UNIT_SAME_TEXT(config_context(&config, NULL)->name, "prod");
}

static void an_unknown_context_is_told_with_the_nearest(void)
{
	struct config config;
	struct error error = {ERROR_NONE};

	read_text(&config, "contexts = ( { name = \"staging\"; }, { name = \"prod\"; } );\n");
	CU_ASSERT_TRUE(config_assign(&config, "context", "stagign", NULL));
	CU_ASSERT_FALSE(config_complete(&config, &error));
	UNIT_SAME_TEXT(error.remedy, "did you mean \"staging\"?");
}

static void one_setting_by_name(void)
{
	struct config config;
	struct error error = {ERROR_NONE};

	config_defaults(&config);
	CU_ASSERT_TRUE(config_assign(&config, "regions", "cn-beijing,cn-hongkong", &error));
	CU_ASSERT_EQUAL(config.region_count, 2);
	CU_ASSERT_TRUE(config_assign(&config, "regions", "all", &error));
	CU_ASSERT_TRUE(config.all_regions);
	CU_ASSERT_EQUAL(config.region_count, 0);
	CU_ASSERT_FALSE(config_assign(&config, "contexts", "x", &error));
	CU_ASSERT_FALSE(config_assign(&config, "refresh-seconds", "2", &error));
	UNIT_SAME_TEXT(error.remedy, "did you mean \"refresh_seconds\"?");
}

static void folders_follow_xdg(void)
{
	struct config config;

	setenv("XDG_STATE_HOME", "/x/state", 1);
	setenv("XDG_CONFIG_HOME", "relative", 1);
	setenv("HOME", "/home/me", 1);
	config_defaults(&config);
	UNIT_SAME_TEXT(config.state_folder, "/x/state/peerdeck");
	UNIT_SAME_TEXT(config.config_folder, "/home/me/.config/peerdeck");
	CU_ASSERT_TRUE(config_assign(&config, "log_file", "~/log", NULL));
	UNIT_SAME_TEXT(config.log_file, "/home/me/log");
	unsetenv("XDG_STATE_HOME");
	unsetenv("XDG_CONFIG_HOME");
}

static const struct unit_test tests[] = {
        UNIT_TEST(every_setting_has_a_default_that_it_accepts),
        UNIT_TEST(a_whole_file_is_taken),
        UNIT_TEST(each_mistake_is_told_with_its_line),
        UNIT_TEST(what_is_right_is_taken_beside_mistakes),
        UNIT_TEST(what_stands_before_a_syntax_error_is_taken),
        UNIT_TEST(only_the_first_mistake_and_their_number_are_told_in_short),
        UNIT_TEST(a_named_file_must_be_there),
        UNIT_TEST(the_usual_file_may_be_absent),
        UNIT_TEST(without_contexts_one_comes_from_the_environment),
        UNIT_TEST(a_profile_gets_a_context_of_its_own),
        UNIT_TEST(an_unknown_context_is_told_with_the_nearest),
        UNIT_TEST(one_setting_by_name),
        UNIT_TEST(folders_follow_xdg),
};
const struct unit_suite work_config_suite = UNIT_SUITE("config", tests);
