// SPDX-License-Identifier: Apache-2.0
// The screen's models that know no screen: the line being typed, its history, texts to look at.
#include "config.h"

#include <locale.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/unit.h"
#include "ui/document.h"
#include "ui/line_editor.h"

static void type(struct line_editor *line, const char *text)
{
	CU_ASSERT(line_insert(line, text, strlen(text)));
}

static void line_edits_as_a_shell_does(void)
{
	static struct line_editor line;

	line_init(&line, "", NULL);
	type(&line, "status!=Running age>2h");
	line_command(&line, COMMAND_EDIT_WORD);
	UNIT_SAME_TEXT(line.text, "status!=Running ");
	line_command(&line, COMMAND_EDIT_START);
	type(&line, "x");
	line_command(&line, COMMAND_EDIT_DELETE);
	UNIT_SAME_TEXT(line.text, "xtatus!=Running ");
	line_command(&line, COMMAND_EDIT_RIGHT);
	line_command(&line, COMMAND_EDIT_AFTER);
	UNIT_SAME_TEXT(line.text, "xt");
	line_command(&line, COMMAND_EDIT_LEFT);
	line_command(&line, COMMAND_EDIT_BEFORE);
	UNIT_SAME_TEXT(line.text, "t");
	line_command(&line, COMMAND_EDIT_END);
	line_command(&line, COMMAND_EDIT_ERASE);
	line_command(&line, COMMAND_EDIT_ERASE);
	UNIT_SAME_TEXT(line.text, "");
	CU_ASSERT_FALSE(line_command(&line, COMMAND_QUIT));
}

static void line_moves_by_whole_characters(void)
{
	static struct line_editor line;
	size_t first = 0;

	line_init(&line, "a北é", NULL); // e with a combining accent
	line_set(&line, "a北e\u0301z");
	line_command(&line, COMMAND_EDIT_LEFT);
	line_command(&line, COMMAND_EDIT_LEFT);
	CU_ASSERT_EQUAL(line.caret, 4);
	CU_ASSERT_EQUAL(line_window(&line, 40, &first), 3);
	line_command(&line, COMMAND_EDIT_DELETE);
	UNIT_SAME_TEXT(line.text, "a北z");
	line_command(&line, COMMAND_EDIT_ERASE);
	UNIT_SAME_TEXT(line.text, "az");
}

static void line_takes_no_controls(void)
{
	static struct line_editor line;
	static char huge[LINE_MOST + 2];

	line_init(&line, "", NULL);
	type(&line, "a\033[31m\x01\nb\tc\xff\xc3");
	UNIT_SAME_TEXT(line.text, "a[31m b c");
	memset(huge, 'x', LINE_MOST + 1);
	CU_ASSERT_FALSE(line_insert(&line, huge, LINE_MOST + 1));
	UNIT_SAME_TEXT(line.text, "a[31m b c");
}

static void line_window_follows_the_caret(void)
{
	static struct line_editor line;
	size_t first = 0;

	line_init(&line, "0123456789北京abcdef", NULL);
	CU_ASSERT_EQUAL(line_window(&line, 10, &first), 8);
	UNIT_SAME_TEXT(line.text + first, "京abcdef");
	line_command(&line, COMMAND_EDIT_START);
	CU_ASSERT_EQUAL(line_window(&line, 10, &first), 0);
	CU_ASSERT_EQUAL(first, 0);
	line_command(&line, COMMAND_EDIT_END);
	line_window(&line, 10, &first);
	line_command(&line, COMMAND_EDIT_BEFORE);
	CU_ASSERT_EQUAL(line_window(&line, 10, &first), 0);
}

static void line_walks_history_by_prefix(void)
{
	static struct line_editor line;
	struct line_history history = {.count = 0};

	CU_ASSERT(line_history_add(&history, "vms"));
	CU_ASSERT(line_history_add(&history, "write 15m"));
	CU_ASSERT(line_history_add(&history, "vms /web"));
	CU_ASSERT_FALSE(line_history_add(&history, "vms /web"));
	CU_ASSERT_FALSE(line_history_add(&history, ""));
	line_init(&line, "v", &history);
	line_command(&line, COMMAND_EDIT_EARLIER);
	UNIT_SAME_TEXT(line.text, "vms /web");
	line_command(&line, COMMAND_EDIT_EARLIER);
	UNIT_SAME_TEXT(line.text, "vms");
	line_command(&line, COMMAND_EDIT_EARLIER);
	UNIT_SAME_TEXT(line.text, "vms");
	line_command(&line, COMMAND_EDIT_LATER);
	line_command(&line, COMMAND_EDIT_LATER);
	UNIT_SAME_TEXT(line.text, "v");
	CU_ASSERT(line_history_add(&history, "vms"));
	UNIT_SAME_TEXT(line_history_line(&history, 1), "vms");
	CU_ASSERT_EQUAL(history.count, 3);
	line_history_finish(&history);
}

static void history_keeps_its_maximum_and_its_file(void)
{
	char folder[] = "/tmp/peerdeck-history-XXXXXX", path[64], deep[80];
	struct line_history history = {.count = 0}, again = {.count = 0};
	struct error error;
	struct stat status;

	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/state/command.history", folder);
	snprintf(deep, sizeof(deep), "%s/state", folder);
	CU_ASSERT(line_history_load(&history, path, &error));
	for (int i = 0; i < HISTORY_LINES_MOST + 20; i++) {
		char line[32];

		snprintf(line, sizeof(line), "line %d", i);
		CU_ASSERT(line_history_add(&history, line));
	}
	CU_ASSERT_EQUAL(history.count, HISTORY_LINES_MOST);
	CU_ASSERT(line_history_save(&history, path, &error));
	CU_ASSERT(line_history_append(path, "vms /北京", &error));
	CU_ASSERT(line_history_append(path, "steer \033[2J", &error));
	CU_ASSERT(stat(path, &status) == 0 && (status.st_mode & 0777) == 0600);
	CU_ASSERT(line_history_add(&again, "typed before the file was read"));
	CU_ASSERT(line_history_load(&again, path, &error));
	UNIT_SAME_TEXT(line_history_line(&again, 1), "typed before the file was read");
	UNIT_SAME_TEXT(line_history_line(&again, 2), "vms /北京");
	CU_ASSERT_EQUAL(again.count, HISTORY_LINES_MOST);
	line_history_finish(&history);
	line_history_finish(&again);
	unlink(path);
	rmdir(deep);
	CU_ASSERT_FALSE(line_history_append("/proc/nowhere/x", "line", &error));
	rmdir(folder);
}

static size_t find_words(const char *text, size_t caret, char (*out)[COMPLETION_SIZE], size_t most, void *user)
{
	const char *const *words = user;
	size_t count = 0, start = caret;

	while (start && text[start - 1] != ' ')
		start--;
	for (; *words && count < most; words++)
		if (strncmp(*words, text + start, caret - start) == 0)
			snprintf(out[count++], COMPLETION_SIZE, "%s", *words);
	return count;
}

static void line_completes_and_cycles(void)
{
	static const char *words[] = {"regions", "read-only", "refresh", "vms", NULL};
	static struct line_editor line;

	line_init(&line, "v", NULL);
	CU_ASSERT(line_complete(&line, find_words, words, false));
	UNIT_SAME_TEXT(line.text, "vms ");
	line_init(&line, "r", NULL);
	CU_ASSERT(line_complete(&line, find_words, words, false));
	UNIT_SAME_TEXT(line.text, "re");
	CU_ASSERT_EQUAL(line.completion.count, 3);
	line_complete(&line, find_words, words, false);
	UNIT_SAME_TEXT(line.text, "regions");
	line_complete(&line, find_words, words, false);
	UNIT_SAME_TEXT(line.text, "read-only");
	line_complete(&line, find_words, words, true);
	line_complete(&line, find_words, words, true);
	UNIT_SAME_TEXT(line.text, "refresh");
	type(&line, "!");
	CU_ASSERT_EQUAL(line.completion.count, 0);
	line_init(&line, "zz", NULL);
	CU_ASSERT_FALSE(line_complete(&line, find_words, words, false));
	UNIT_SAME_TEXT(line.text, "zz");
}

static void document_makes_text_visible(void)
{
	struct document *document = document_create(DOCUMENT_BYTES_MOST);
	const struct document_piece pieces[] = {
	        {STYLE_NAME, "name:"}, {STYLE_TEXT, " "}, {STYLE_VALUE, "a\033]0;x\007\tb"}};
	const struct document_line *line;

	CU_ASSERT(document_add(document, pieces, 3, 2, "vm/i-1", 5));
	line = document_line(document, 0);
	UNIT_SAME_TEXT(line->text, "name: a^[]0;x^G b");
	CU_ASSERT_EQUAL(line->span_count, 2);
	CU_ASSERT(line->spans[1].start == 6 && line->spans[1].style == STYLE_VALUE);
	CU_ASSERT(line->spans[1].start + line->spans[1].length == line->length);
	UNIT_SAME_TEXT(line->link, "vm/i-1");
	CU_ASSERT_PTR_NULL(document_line(document, 1));
	document_destroy(document);
}

static void document_cuts_streams_into_lines(void)
{
	struct document *document = document_create(DOCUMENT_BYTES_MOST);
	static char huge[DOCUMENT_LINE_MOST * 3];

	document_append(document, "one\r\ntw", 7, 1);
	CU_ASSERT_EQUAL(document_end(document), 1);
	document_append(document, "o\n\nno\0end", 9, 2);
	document_append_end(document, 3);
	document_append_end(document, 3);
	CU_ASSERT_EQUAL(document_end(document), 4);
	UNIT_SAME_TEXT(document_line(document, 0)->text, "one");
	UNIT_SAME_TEXT(document_line(document, 1)->text, "two");
	UNIT_SAME_TEXT(document_line(document, 2)->text, "");
	UNIT_SAME_TEXT(document_line(document, 3)->text, "no^Zend");
	memset(huge, 'x', sizeof(huge));
	document_append(document, huge, sizeof(huge), 0);
	document_append(document, "\nafter\n", 7, 0);
	CU_ASSERT_EQUAL(document_line(document, 4)->length, DOCUMENT_LINE_MOST + strlen("…"));
	UNIT_SAME_TEXT(document_line(document, 5)->text, "after");
	document_destroy(document);
}

static void document_drops_its_oldest_lines(void)
{
	struct document *document = document_create(100000);
	char line[64];

	for (int i = 0; i < 5000; i++) {
		int size = snprintf(line, sizeof(line), "line %d\n", i);
		document_append(document, line, (size_t)size, 0);
	}
	CU_ASSERT(document_bytes(document) <= 100000);
	CU_ASSERT_EQUAL(document_end(document), 5000);
	CU_ASSERT_EQUAL(document_dropped(document), document_first(document));
	CU_ASSERT(document_dropped(document) > 3000);
	UNIT_SAME_TEXT(document_line(document, 4999)->text, "line 4999");
	CU_ASSERT_PTR_NULL(document_line(document, 0));
	document_clear(document);
	CU_ASSERT_EQUAL(document_bytes(document), 0);
	document_destroy(document);
}

static struct document *outline(void)
{
	static const struct {
		unsigned depth;
		const char *text;
	} lines[] = {{0, "spec"}, {1, "disk"}, {2, "size"}, {2, "sort"}, {1, "zone"}, {0, "status"}, {1, "state"}};
	struct document *document = document_create(DOCUMENT_BYTES_MOST);

	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		struct document_piece piece = {STYLE_TEXT, lines[i].text};
		document_add(document, &piece, 1, lines[i].depth, "", 0);
	}
	return document;
}

static void document_folds(void)
{
	struct document *document = outline();

	CU_ASSERT(document_fold(document, 1, true));
	CU_ASSERT_FALSE(document_fold(document, 4, true));
	CU_ASSERT_EQUAL(document_next(document, 1), 4);
	CU_ASSERT_EQUAL(document_shown(document, 3, false), 1);
	CU_ASSERT_EQUAL(document_shown(document, 3, true), 4);
	CU_ASSERT_EQUAL(document_previous(document, 4), 1);
	document_fold_all(document, 0, true);
	CU_ASSERT_EQUAL(document_next(document, 0), 5);
	CU_ASSERT_EQUAL(document_next(document, 5), 7);
	CU_ASSERT_EQUAL(document_shown(document, 6, true), 7);
	CU_ASSERT_EQUAL(document_shown(document, 99, false), 5);
	CU_ASSERT_EQUAL(document_previous(document, 0), 7);
	document_destroy(document);
}

static void document_searches_both_ways_and_wraps(void)
{
	struct document *document = outline();
	struct error error;
	struct search *search = search_create("S", &error);
	size_t start, length;

	CU_ASSERT_EQUAL(document_search(document, search, 0, true), 1);
	CU_ASSERT_EQUAL(document_search(document, search, 6, true), 0);
	CU_ASSERT_EQUAL(document_search(document, search, 0, false), 6);
	CU_ASSERT(search_match(search, "北京 is", 0, &start, &length));
	CU_ASSERT(start == 8 && length == 1);
	CU_ASSERT_FALSE(search_match(search, "北京", 0, &start, &length));
	search_destroy(search);
	search = search_create("~^s.*e$", &error);
	CU_ASSERT_EQUAL(document_search(document, search, 0, true), 2);
	search_destroy(search);
	CU_ASSERT_PTR_NULL(search_create("~(", &error));
	CU_ASSERT(strstr(error.message, "regular expression") != NULL);
	search = search_create("absent", &error);
	CU_ASSERT_EQUAL(document_search(document, search, 0, true), document_end(document));
	search_destroy(search);
	document_destroy(document);
}

static void document_wraps_at_blanks_and_wide_characters(void)
{
	struct document *document = document_create(DOCUMENT_BYTES_MOST);
	const struct document_line *line;
	size_t start, length;

	document_add_text(document, STYLE_TEXT, "the quick brown fox");
	document_add_text(document, STYLE_TEXT, "北京生产环境");
	document_add_text(document, STYLE_TEXT, "");
	line = document_line(document, 0);
	CU_ASSERT_EQUAL(document_rows(line, 10), 2);
	document_row(line, 10, 1, &start, &length);
	UNIT_SAME_TEXT(line->text + start, "brown fox");
	line = document_line(document, 1);
	CU_ASSERT_EQUAL(document_rows(line, 5), 3);
	CU_ASSERT_EQUAL(document_rows(line, 1), 6);
	document_row(line, 5, 1, &start, &length);
	CU_ASSERT(start == 6 && length == 6);
	CU_ASSERT_EQUAL(document_rows(document_line(document, 2), 10), 1);
	document_destroy(document);
}

static const struct unit_test line_tests[] = {
        UNIT_TEST(line_edits_as_a_shell_does),
        UNIT_TEST(line_moves_by_whole_characters),
        UNIT_TEST(line_takes_no_controls),
        UNIT_TEST(line_window_follows_the_caret),
        UNIT_TEST(line_walks_history_by_prefix),
        UNIT_TEST(history_keeps_its_maximum_and_its_file),
        UNIT_TEST(line_completes_and_cycles),
};
static const struct unit_test document_tests[] = {
        UNIT_TEST(document_makes_text_visible),
        UNIT_TEST(document_cuts_streams_into_lines),
        UNIT_TEST(document_drops_its_oldest_lines),
        UNIT_TEST(document_folds),
        UNIT_TEST(document_searches_both_ways_and_wraps),
        UNIT_TEST(document_wraps_at_blanks_and_wide_characters),
};
static const struct unit_suite suites[] = {UNIT_SUITE("line", line_tests), UNIT_SUITE("document", document_tests)};

int main(int argc, char **argv)
{
	setlocale(LC_ALL, "C.UTF-8");
	return unit_main(argc, argv, suites, COUNT_OF(suites));
}
