// SPDX-License-Identifier: Apache-2.0
// The key sheet and the command table say the same; the command line understands what people type.
#include "config.h"

#include <locale.h>
#include <stdlib.h>

#include "tests/unit/unit.h"
#include "ui/command_line.h"
#include "ui/describe.h"
#include "ui/document.h"
#include "ui/edit_tags.h"
#include "ui/keys.h"

#define T PLACE_TABLE
#define X PLACE_TEXT
#define L PLACE_LOG

// The sheet of keys, as people were promised them: keys that mean one command, and where.
static const struct promise {
	unsigned places;
	const char *keys;
	enum command_id command;
} sheet[] = {
        // everywhere
        {T | X | L, "j Down Ctrl-n", COMMAND_DOWN},
        {T | X | L, "k Up Ctrl-p", COMMAND_UP},
        {T | X | L, "g Home", COMMAND_FIRST},
        {T | X | L, "G End", COMMAND_LAST},
        {T | X | L, "PgDn Ctrl-f", COMMAND_PAGE_DOWN},
        {T | X | L, "PgUp Ctrl-b", COMMAND_PAGE_UP},
        {T | X | L, "Ctrl-d", COMMAND_HALF_DOWN},
        {T | X | L, "Ctrl-u", COMMAND_HALF_UP},
        {X | L, "Left H", COMMAND_LEFT},
        {X | L, "Right L", COMMAND_RIGHT},
        {T, "H", COMMAND_LEFT},
        {T, "L", COMMAND_RIGHT},
        {T, "Enter", COMMAND_OPEN},
        {T | X | L, "Esc", COMMAND_BACK},
        {T | X | L, "q", COMMAND_CLOSE},
        {T | X | L, "Q", COMMAND_QUIT},
        {T | X | L, "Ctrl-c", COMMAND_CANCEL},
        {T | X | L, "[", COMMAND_HISTORY_BACK},
        {T | X | L, "]", COMMAND_HISTORY_FORWARD},
        {T | X | L, "-", COMMAND_HISTORY_LAST},
        {T | X | L, "Tab", COMMAND_NEXT_PANE},
        {T | X | L, "Shift-Tab", COMMAND_PREVIOUS_PANE},
        {T, "1 2 3 4 5 6 7 8 9", COMMAND_PANE},
        {T, "0", COMMAND_ALL_REGIONS},
        {T | X | L, ":", COMMAND_COMMAND},
        {T, "/", COMMAND_FILTER},
        {X | L, "/", COMMAND_SEARCH_TEXT},
        {T | X | L, "? F1", COMMAND_HELP},
        {T | X | L, "Ctrl-r r F5", COMMAND_REFRESH},
        {T | X | L, "Ctrl-l", COMMAND_REPAINT},
        {T | X | L, "Ctrl-z", COMMAND_SUSPEND},
        {T | X | L, "Z", COMMAND_FREEZE},
        {T | X | L, "P", COMMAND_CONTEXT},
        {T | X | L, "R", COMMAND_REGIONS},
        {T | X | L, "Ctrl-a", COMMAND_COMMANDS},
        {T | X | L, "T", COMMAND_OPERATIONS},
        {T | X | L, "~", COMMAND_DASHBOARD},
        {T | X | L, "+", COMMAND_GROW},
        {T | X | L, "_", COMMAND_SHRINK},
        {T | X | L, "Ctrl-e", COMMAND_HEADER},
        {T | X | L, "Ctrl-g", COMMAND_PATH},
        // tables
        {T, "Space", COMMAND_MARK},
        {T, "v Ctrl-Space", COMMAND_MARK_RANGE},
        {T, "*", COMMAND_MARK_ALL},
        {T, "U Ctrl-\\", COMMAND_UNMARK},
        {T, "d", COMMAND_DESCRIBE},
        {T, "y", COMMAND_YAML},
        {X, "y", COMMAND_COPY_ALL},
        {T, "c", COMMAND_COPY_ID},
        {T, "C", COMMAND_COPY_ROW},
        {T, "\\", COMMAND_SEARCH},
        {T | X | L, "n", COMMAND_NEXT_MATCH},
        {T, "l", COMMAND_LOGS},
        {T, "p", COMMAND_PREVIOUS_LOGS},
        {T, "s", COMMAND_SHELL},
        {T, "e", COMMAND_EDIT},
        {T, "o", COMMAND_WHERE},
        {T, "J", COMMAND_OWNER},
        {T, "u", COMMAND_USED_BY},
        {T, "m", COMMAND_COMPARE},
        {T, "a", COMMAND_ACTIONS},
        {T, "D F9", COMMAND_DELETE},
        {T, "t", COMMAND_TREE},
        {T, "Left", COMMAND_FOLD},
        {T, "Right", COMMAND_UNFOLD},
        {T, "x", COMMAND_FOLD_ALL},
        {T, "z", COMMAND_PROBLEMS},
        {T, "F", COMMAND_FOLLOW_ROW},
        {T, "Shift-Left", COMMAND_COLUMN_LEFT},
        {T, "Shift-Right", COMMAND_COLUMN_RIGHT},
        {T, "O", COMMAND_SORT_COLUMN},
        {T, "I", COMMAND_SORT_REVERSE},
        {T, "> F6", COMMAND_SORT_MENU},
        {T, "N", COMMAND_SORT_NAME},
        {T, "A", COMMAND_SORT_AGE},
        {T, "S", COMMAND_SORT_STATUS},
        {T, "Ctrl-w", COMMAND_COLUMNS},
        {T | X | L, "Ctrl-s", COMMAND_SAVE},
        {T, "b", COMMAND_CONSOLE},
        // texts and logs
        {X | L, "N", COMMAND_PREVIOUS_MATCH},
        {X | L, "w", COMMAND_WRAP},
        {L, "t", COMMAND_STAMPS},
        {L, "s", COMMAND_TAIL},
        {L, "0 1 2 3 4 5 6", COMMAND_SINCE},
        {L, "m", COMMAND_MARK_LINE},
        {X | L, "f", COMMAND_FULL},
        {X | L, "c", COMMAND_COPY_TEXT},
        {X | L, "x", COMMAND_REVEAL},
        // prompts
        {PLACE_PROMPT, "Ctrl-a", COMMAND_EDIT_START},
        {PLACE_PROMPT, "Ctrl-e", COMMAND_EDIT_END},
        {PLACE_PROMPT, "Ctrl-b Left", COMMAND_EDIT_LEFT},
        {PLACE_PROMPT, "Ctrl-f Right", COMMAND_EDIT_RIGHT},
        {PLACE_PROMPT, "Ctrl-w", COMMAND_EDIT_WORD},
        {PLACE_PROMPT, "Ctrl-u", COMMAND_EDIT_BEFORE},
        {PLACE_PROMPT, "Ctrl-k", COMMAND_EDIT_AFTER},
        {PLACE_PROMPT, "Up", COMMAND_EDIT_EARLIER},
        {PLACE_PROMPT, "Down", COMMAND_EDIT_LATER},
        {PLACE_PROMPT, "Tab", COMMAND_COMPLETE},
        {PLACE_PROMPT, "Esc", COMMAND_ESCAPE},
        // dialogs
        {PLACE_DIALOG, "Esc", COMMAND_ESCAPE},
        {PLACE_DIALOG, "y", COMMAND_YES},
        {PLACE_DIALOG, "n", COMMAND_NO},
        {PLACE_DIALOG, "q", COMMAND_INSTEAD},
};

// What there is beyond the sheet: lines of texts can be opened, texts about a record lead where its row does, and
// clean-up has keys of its own.
static const struct promise beyond[] = {
        {X, "Enter", COMMAND_OPEN},
        {X | L, "l", COMMAND_LOGS},
        {X | L, "p", COMMAND_PREVIOUS_LOGS},
        {X, "o", COMMAND_WHERE},
        {X, "J", COMMAND_OWNER},
        {X, "u", COMMAND_USED_BY},
        {X, "D F9", COMMAND_DELETE},
        {T, "W", COMMAND_WHY},
        {T | X, "K", COMMAND_KEEP},
        {T | X, "X", COMMAND_DIAGNOSE},
        {T, "V", COMMAND_BY_VERDICT},
        {T, "B", COMMAND_BY_CLUSTER},
        {T, "E", COMMAND_BY_AGE},
};

static bool holds(const struct promise *promise, const struct keymap *keymap, const char *key, unsigned place)
{
	keystroke stroke;
	bool same;

	if (!key_parse(key, &stroke))
		return false;
	same = keymap_find(keymap, stroke, place) == promise->command;
	if (!same)
		printf("\n    %s in a %s should be %s\n", key, place_name(place), command_table[promise->command].name);
	return same;
}

static void every_promised_key_is_bound(void)
{
	struct keymap *keymap = keymap_create("default", NULL);

	CU_ASSERT_PTR_NOT_NULL_FATAL(keymap);
	for (size_t i = 0; i < COUNT_OF(sheet); i++) {
		char keys[128], *rest = keys, *key;

		snprintf(keys, sizeof(keys), "%s", sheet[i].keys);
		while ((key = strtok_r(rest, " ", &rest)))
			for (unsigned place = PLACE_TABLE; place <= PLACE_PROMPT; place <<= 1)
				if (sheet[i].places & place)
					CU_ASSERT(holds(&sheet[i], keymap, key, place));
	}
	keymap_destroy(keymap);
}

static bool is_promised(
        const struct promise *promises, size_t count, enum command_id command, const char *key, unsigned place)
{
	char padded[160], wanted[64];

	snprintf(wanted, sizeof(wanted), " %s ", key);
	for (size_t i = 0; i < count; i++) {
		snprintf(padded, sizeof(padded), " %s ", promises[i].keys);
		if (promises[i].command == command && (promises[i].places & place) && strstr(padded, wanted))
			return true;
	}
	return false;
}

static void no_key_of_tables_and_texts_is_unpromised(void)
{
	struct keymap *keymap = keymap_create("default", NULL);

	CU_ASSERT_PTR_NOT_NULL_FATAL(keymap);
	for (int i = 1; i < COMMAND_COUNT; i++) {
		char keys[128], *rest = keys, *key;

		snprintf(keys, sizeof(keys), "%s", command_table[i].keys);
		while ((key = strtok_r(rest, " ", &rest)))
			for (unsigned place = PLACE_TABLE; place <= PLACE_LOG; place <<= 1) {
				keystroke stroke;
				// A key may mean something narrower in one place.
				if (!(command_table[i].places & place) || !key_parse(key, &stroke) ||
				        keymap_find(keymap, stroke, place) != (enum command_id)i)
					continue;
				bool promised = is_promised(sheet, COUNT_OF(sheet), (enum command_id)i, key, place) ||
				                is_promised(beyond, COUNT_OF(beyond), (enum command_id)i, key, place);

				if (!promised)
					printf("\n    %s in a %s is %s, which the sheet does not tell\n", key,
					        place_name(place), command_table[i].name);
				CU_ASSERT(promised);
			}
	}
	keymap_destroy(keymap);
}

static void no_key_changes_anything_by_itself(void)
{
	// Keys of commands that lead to a change open something first: these, and no others.
	for (int i = 1; i < COMMAND_COUNT; i++)
		if (command_table[i].flags & COMMAND_CHANGES)
			CU_ASSERT(i == COMMAND_DELETE || i == COMMAND_EDIT || i == COMMAND_SHELL ||
			          i == COMMAND_QUARANTINE || i == COMMAND_UNDO || i == COMMAND_SKIP_STEP);
}

static const struct action actions[] = {
        {.name = "stop", .title = "Stop", .kind = KIND_VM},
        {.name = "scale", .title = "Scale", .kind = KIND_NODE_POOL},
};
static const char *const regions[] = {"cn-beijing", "cn-hongkong"};

static struct command_words words_for(const struct kind *kind)
{
	return (struct command_words){.actions = actions,
	        .action_count = COUNT_OF(actions),
	        .regions = regions,
	        .region_count = 2,
	        .kind = kind};
}

static void lines_are_commands_kinds_or_actions(void)
{
	const struct command_words words = words_for(kind_get(KIND_VM));
	static struct command_line line;
	struct error error;

	CU_ASSERT(command_line_parse("  write   15m ", &words, &line, &error));
	CU_ASSERT_EQUAL(line.command, COMMAND_WRITE);
	UNIT_SAME_TEXT(line.argument, "15m");
	CU_ASSERT(command_line_parse("vms /web age>2h", &words, &line, &error));
	CU_ASSERT(line.kind && line.kind->id == KIND_VM);
	UNIT_SAME_TEXT(line.argument, "web age>2h");
	CU_ASSERT(command_line_parse("q", &words, &line, &error));
	CU_ASSERT_EQUAL(line.command, COMMAND_QUIT);
	CU_ASSERT(command_line_parse("stop", &words, &line, &error));
	CU_ASSERT_PTR_EQUAL(line.action, &actions[0]);
}

static void mistakes_name_the_nearest_command(void)
{
	const struct command_words words = words_for(NULL);
	static struct command_line line;
	struct error error;

	CU_ASSERT_FALSE(command_line_parse("nodepolos", &words, &line, &error));
	UNIT_SAME_TEXT(error.remedy, "did you mean nodepools?");
	CU_ASSERT_FALSE(command_line_parse("stpo", &words, &line, &error));
	UNIT_SAME_TEXT(error.remedy, "did you mean stop?");
	CU_ASSERT_FALSE(command_line_parse("xyzzyxyzzy", &words, &line, &error));
	UNIT_SAME_TEXT(error.remedy, "Ctrl-a lists the commands");
	CU_ASSERT_FALSE(command_line_parse("down 5", &words, &line, &error));
	CU_ASSERT_FALSE(command_line_parse("", &words, &line, &error));
	// Keys of prompts and dialogs are no commands.
	CU_ASSERT_FALSE(command_line_parse("yes", &words, &line, &error));
	CU_ASSERT_FALSE(command_line_parse("accept", &words, &line, &error));
}

static bool offers(const char *text, const struct command_words *words, const char *wanted)
{
	static char out[COMPLETIONS_MOST][COMPLETION_SIZE];
	size_t count = command_line_complete(text, strlen(text), words, out, COMPLETIONS_MOST);

	for (size_t i = 0; i < count; i++)
		if (strcmp(out[i], wanted) == 0)
			return true;
	return false;
}

static void words_are_completed_by_what_comes_before(void)
{
	const struct command_words words = words_for(kind_get(KIND_VM));

	CU_ASSERT(offers("", &words, "vms"));
	CU_ASSERT(offers("wr", &words, "write"));
	CU_ASSERT(offers("st", &words, "stop"));
	CU_ASSERT_FALSE(offers("sc", &words, "scale"));
	CU_ASSERT(offers("region cn-h", &words, "cn-hongkong"));
	CU_ASSERT(offers("region cn-beijing cn-h", &words, "cn-hongkong"));
	CU_ASSERT(offers("write 1", &words, "15m"));
	CU_ASSERT(offers("sort -sta", &words, "-status"));
	CU_ASSERT(offers("set no_c", &words, "no_color"));
	CU_ASSERT(offers("set clipboard t", &words, "tmux"));
	CU_ASSERT_FALSE(offers("nothing ", &words, "vms"));
}

static void durations_are_strict(void)
{
	int64_t ms = 7;

	CU_ASSERT(time_parse_span("15m", 30 * TIME_DAY_MS, &ms) && ms == 900000);
	CU_ASSERT(time_parse_span("1h30m", 30 * TIME_DAY_MS, &ms) && ms == 5400000);
	CU_ASSERT(time_parse_span("90s", 30 * TIME_DAY_MS, &ms) && ms == 90000);
	CU_ASSERT_FALSE(time_parse_span("", 30 * TIME_DAY_MS, &ms));
	CU_ASSERT_FALSE(time_parse_span("15", 30 * TIME_DAY_MS, &ms));
	CU_ASSERT_FALSE(time_parse_span("m", 30 * TIME_DAY_MS, &ms));
	CU_ASSERT_FALSE(time_parse_span("0m", 30 * TIME_DAY_MS, &ms));
	CU_ASSERT_FALSE(time_parse_span("-5m", 30 * TIME_DAY_MS, &ms));
	CU_ASSERT_FALSE(time_parse_span("31d", 30 * TIME_DAY_MS, &ms));
	CU_ASSERT_FALSE(time_parse_span("99999999999999999999h", 30 * TIME_DAY_MS, &ms));
	CU_ASSERT_EQUAL(ms, 90000);
}

static void tag_differences_name_what_changes(void)
{
	const struct text_pair items[] = {{"app", "web"}, {"owner", "张伟"}, {"gone", ""}};
	const struct tag_list before = {items, 3};
	static struct tag_change changes[TAG_CHANGES_MOST];
	struct error error;

	CU_ASSERT_EQUAL(tags_difference(&before, "# a remark\napp=api\n\nowner=张伟\nnew=a=b\n", changes, &error), 3);
	UNIT_SAME_TEXT(changes[0].key, "app");
	UNIT_SAME_TEXT(changes[0].value, "api");
	UNIT_SAME_TEXT(changes[1].value, "a=b");
	CU_ASSERT(changes[2].removed);
	UNIT_SAME_TEXT(changes[2].key, "gone");
	CU_ASSERT_EQUAL(tags_difference(&before, "app=web\nowner=张伟\ngone=\n", changes, &error), 0);
	CU_ASSERT_EQUAL(tags_difference(&before, "app=web\nno value here\n", changes, &error), SIZE_MAX);
	CU_ASSERT(strstr(error.message, "line 2") != NULL);
	CU_ASSERT_EQUAL(tags_difference(&before, "=x\n", changes, &error), SIZE_MAX);
}

static void raw_text_masks_what_is_secret(void)
{
	static const char text[] = "{\"Name\":\"a: "
	                           "b\",\"Password\":\"pw1\",\"Credentials\":{\"A\":\"pw2\",\"B\":[\"pw3\"]},"
	                           "\"ClientToken\":\"shown\",\"List\":[{\"UserData\":\"pw4\",\"Id\":1}]}";
	struct error error;

	for (int json = 0; json < 2; json++) {
		struct document *document = document_create(DOCUMENT_BYTES_MOST);
		struct buffer out;

		buffer_init(&out, 1 << 16);
		CU_ASSERT(raw_render(document, text, strlen(text), json, false, &error));
		document_text(document, &out);
		CU_ASSERT_PTR_NULL(strstr(buffer_text(&out), "pw"));
		CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&out), "a: b"));
		CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&out), "shown"));
		CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&out), "Id"));
		document_clear(document);
		buffer_clear(&out);
		CU_ASSERT(raw_render(document, text, strlen(text), json, true, &error));
		document_text(document, &out);
		for (int i = 1; i <= 4; i++) {
			char secret[16];

			snprintf(secret, sizeof(secret), "pw%d", i);
			CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&out), secret));
		}
		buffer_finish(&out);
		document_destroy(document);
	}
	struct document *document = document_create(DOCUMENT_BYTES_MOST);
	CU_ASSERT_FALSE(raw_render(document, "{\"a\":", 5, false, false, &error));
	document_destroy(document);
}

static const struct unit_test key_tests[] = {
        UNIT_TEST(every_promised_key_is_bound),
        UNIT_TEST(no_key_of_tables_and_texts_is_unpromised),
        UNIT_TEST(no_key_changes_anything_by_itself),
};
static const struct unit_test line_tests[] = {
        UNIT_TEST(lines_are_commands_kinds_or_actions),
        UNIT_TEST(mistakes_name_the_nearest_command),
        UNIT_TEST(words_are_completed_by_what_comes_before),
        UNIT_TEST(durations_are_strict),
};
static const struct unit_test view_tests[] = {
        UNIT_TEST(tag_differences_name_what_changes),
        UNIT_TEST(raw_text_masks_what_is_secret),
};
static const struct unit_suite suites[] = {
        UNIT_SUITE("keys", key_tests), UNIT_SUITE("command line", line_tests), UNIT_SUITE("views", view_tests)};

int main(int argc, char **argv)
{
	setlocale(LC_ALL, "C.UTF-8");
	return unit_main(argc, argv, suites, COUNT_OF(suites));
}
