// SPDX-License-Identifier: Apache-2.0
// Below the screen: names of keys, the keymap, the command table, the input decoder, themes, staged frames, pace.
#include "config.h"

#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/text.h"
#include "tests/unit/unit.h"
#include "ui/input.h"
#include "ui/pace.h"
#include "ui/term_stage.h"
#include "work/config.h"

static void keys_are_read_and_written_alike(void)
{
	static const char *const texts[] = {"x", "X", "?", "Space", "Ctrl-w", "Ctrl-Space", "Ctrl-\\", "Shift-Left",
	        "Alt-x", "F1", "F12", "PgDn", "Enter", "Esc", "Tab", "Shift-Tab", "北", "[", "-", "~"};
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		keystroke key = 0;
		char text[KEY_TEXT_SIZE];
		CU_ASSERT(key_parse(texts[i], &key));
		key_format(key, text);
		UNIT_SAME_TEXT(text, texts[i]);
	}
}

static void keys_that_terminals_cannot_tell_apart_are_one(void)
{
	keystroke a, b;
	CU_ASSERT(key_parse("Ctrl-W", &a) && key_parse("ctrl-w", &b) && a == b);
	CU_ASSERT(key_parse("Shift-x", &a) && key_parse("X", &b) && a == b);
	CU_ASSERT(!key_parse("", &a) && !key_parse("Ctrl-", &a) && !key_parse("F13", &a) && !key_parse("xx", &a) &&
	          !key_parse("\xff", &a));
}

static void words_of(const char *words, void (*each)(const char *word, void *user), void *user)
{
	while (*words) {
		char word[64];
		const size_t size = strcspn(words, " ");
		snprintf(word, sizeof word, "%.*s", (int)size, words);
		each(word, user);
		words += size;
		words += strspn(words, " ");
	}
}

static void key_must_parse(const char *word, void *user)
{
	keystroke key;
	(void)user;
	CU_ASSERT(key_parse(word, &key));
}

static void name_must_be_own(const char *word, void *user)
{
	CU_ASSERT_EQUAL(command_find(word), *(int *)user);
}

static void every_command_has_keys_names_and_help(void)
{
	for (int i = 1; i < COMMAND_COUNT; i++) {
		const struct command *command = &command_table[i];
		CU_ASSERT(*command->name && *command->help && command->places);
		CU_ASSERT(!command->rank || *command->hint);
		CU_ASSERT(*command->keys || (command->flags & COMMAND_LINE_ONLY));
		CU_ASSERT(!*command->keys || !(command->flags & COMMAND_LINE_ONLY));
		words_of(command->keys, key_must_parse, NULL);
		words_of(command->name, name_must_be_own, &i);
		// An alias may be shadowed by nothing; QUIT's "q" is the usual one.
		words_of(command->aliases, name_must_be_own, &i);
	}
}

static int width(unsigned places)
{
	return __builtin_popcount(places);
}

// Two commands of one place may share a key only where the narrower one is meant to win.
static void no_key_means_two_things_in_one_place(void)
{
	for (int i = 1; i < COMMAND_COUNT; i++)
		for (int k = i + 1; k < COMMAND_COUNT; k++) {
			const struct command *a = &command_table[i], *b = &command_table[k];
			const char *rest = a->keys;
			if (!(a->places & b->places) || width(a->places) != width(b->places))
				continue;
			for (char word[KEY_TEXT_SIZE]; *rest; rest += strspn(rest, " ")) {
				const size_t size = strcspn(rest, " ");
				snprintf(word, sizeof word, " %.*s ", (int)size, rest);
				char others[256];
				snprintf(others, sizeof others, " %s ", b->keys);
				if (strstr(others, word))
					printf("\n    %s and %s share %s\n", a->name, b->name, word);
				CU_ASSERT_PTR_NULL(strstr(others, word));
				rest += size;
			}
		}
}

static enum command_id command_at(const struct keymap *keymap, const char *text, unsigned place)
{
	keystroke key = 0;
	CU_ASSERT(key_parse(text, &key));
	return keymap_find(keymap, key, place);
}

static void same_key_calls_what_its_place_says(void)
{
	struct keymap *keymap = keymap_create("default", NULL);
	char text[KEY_TEXT_SIZE];
	CU_ASSERT_PTR_NOT_NULL_FATAL(keymap);
	CU_ASSERT_EQUAL(command_at(keymap, "N", PLACE_TABLE), COMMAND_SORT_NAME);
	CU_ASSERT_EQUAL(command_at(keymap, "N", PLACE_TEXT), COMMAND_PREVIOUS_MATCH);
	CU_ASSERT_EQUAL(command_at(keymap, "s", PLACE_TABLE), COMMAND_SHELL);
	CU_ASSERT_EQUAL(command_at(keymap, "s", PLACE_LOG), COMMAND_TAIL);
	CU_ASSERT_EQUAL(command_at(keymap, "Ctrl-d", PLACE_TABLE), COMMAND_HALF_DOWN);
	CU_ASSERT_EQUAL(command_at(keymap, "Ctrl-k", PLACE_TABLE), COMMAND_NONE);
	CU_ASSERT_EQUAL(command_at(keymap, "Ctrl-k", PLACE_PROMPT), COMMAND_EDIT_AFTER);
	CU_ASSERT_EQUAL(command_at(keymap, "Delete", PLACE_TABLE), COMMAND_NONE);
	CU_ASSERT_EQUAL(command_at(keymap, "Backspace", PLACE_TABLE), COMMAND_NONE);
	CU_ASSERT_EQUAL(command_at(keymap, "Enter", PLACE_DIALOG), COMMAND_ACCEPT);
	UNIT_SAME_TEXT(keymap_text(keymap, COMMAND_DELETE, PLACE_TABLE, text), "D");
	UNIT_SAME_TEXT(keymap_text(keymap, COMMAND_DELETE, PLACE_TEXT, text), "D");
	UNIT_SAME_TEXT(keymap_text(keymap, COMMAND_DELETE, PLACE_LOG, text), "");
	keymap_destroy(keymap);
}

static void presets_change_what_they_say(void)
{
	struct error error = {0};
	struct keymap *k9s = keymap_create("k9s", NULL), *htop = keymap_create("htop", NULL);
	CU_ASSERT_EQUAL(command_at(k9s, "Ctrl-d", PLACE_TABLE), COMMAND_DELETE);
	CU_ASSERT_EQUAL(command_at(k9s, "Ctrl-d", PLACE_TEXT), COMMAND_HALF_DOWN);
	CU_ASSERT_EQUAL(command_at(k9s, "Ctrl-z", PLACE_TABLE), COMMAND_PROBLEMS);
	CU_ASSERT_EQUAL(command_at(htop, "F10", PLACE_TABLE), COMMAND_QUIT);
	CU_ASSERT_PTR_NULL(keymap_create("emacs", &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_CONFIG);
	keymap_destroy(k9s);
	keymap_destroy(htop);
}

static void count_mistake(const char *mistake, void *user)
{
	CU_ASSERT(*mistake);
	++*(int *)user;
}

static void own_keys_win_and_mistakes_are_told(void)
{
	static struct config config;
	static const struct key_binding keys[] = {
	        {"table", "D", "none"},
	        {"table", "X", "delete"},
	        {"", "Ctrl-q", "quit"},
	        {"table", "Hyper-x", "quit"},
	        {"nowhere", "x", "quit"},
	        {"table", "x", "no-such"},
	        {"log", "x", "delete"},
	        {"table", "X", "mark"},
	};
	int mistakes = 0;
	struct keymap *keymap = keymap_create("default", NULL);
	config.key_count = COUNT_OF(keys);
	memcpy(config.keys, keys, sizeof keys);
	keymap_configure(keymap, &config, count_mistake, &mistakes);
	CU_ASSERT_EQUAL(mistakes, 5);
	CU_ASSERT_EQUAL(command_at(keymap, "D", PLACE_TABLE), COMMAND_NONE);
	CU_ASSERT_EQUAL(command_at(keymap, "X", PLACE_TABLE), COMMAND_DELETE);
	CU_ASSERT_EQUAL(command_at(keymap, "Ctrl-q", PLACE_LOG), COMMAND_QUIT);
	CU_ASSERT_EQUAL(command_at(keymap, "Ctrl-q", PLACE_DIALOG), COMMAND_NONE);
	keymap_destroy(keymap);
}

static struct input_event next(struct input *input, int64_t now)
{
	struct input_event event;
	input_read(input, now, &event);
	return event;
}

static void same_key(struct input *input, const char *bytes, size_t size, const char *wanted)
{
	char text[KEY_TEXT_SIZE] = "";
	input_feed(input, bytes, size, 1000);
	const struct input_event event = next(input, 1000);
	CU_ASSERT_EQUAL(event.sort, INPUT_KEY);
	key_format(event.key, text);
	UNIT_SAME_TEXT(text, wanted);
	CU_ASSERT_EQUAL(next(input, 1000).sort, INPUT_NONE);
}

static void sequences_of_terminals_are_keys(void)
{
	static const struct {
		const char *bytes, *key;
	} rows[] = {
	        {"x", "x"},
	        {"\r", "Enter"},
	        {"\n", "Ctrl-j"},
	        {"\t", "Tab"},
	        {"\x7f", "Backspace"},
	        {"\x17", "Ctrl-w"},
	        {"\x1c", "Ctrl-\\"},
	        {"北", "北"},
	        {"\033[A", "Up"},
	        {"\033OA", "Up"},
	        {"\033[1;2D", "Shift-Left"},
	        {"\033[d", "Shift-Left"},
	        {"\033[1;5C", "Ctrl-Right"},
	        {"\033[Z", "Shift-Tab"},
	        {"\033[5~", "PgUp"},
	        {"\033[1~", "Home"},
	        {"\033OH", "Home"},
	        {"\033[8~", "End"},
	        {"\033OP", "F1"},
	        {"\033[[A", "F1"},
	        {"\033[15~", "F5"},
	        {"\033[24~", "F12"},
	        {"\033[3~", "Delete"},
	        {"\033x", "Alt-x"},
	};
	struct input *input = input_create(NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(input);
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		same_key(input, rows[i].bytes, strlen(rows[i].bytes), rows[i].key);
	same_key(input, "", 1, "Ctrl-Space");
	input_destroy(input);
}

static void a_lone_escape_waits_for_25_ms_and_no_longer(void)
{
	struct input *input = input_create(NULL);
	input_feed(input, "\033", 1, 1000);
	CU_ASSERT_EQUAL(next(input, 1000).sort, INPUT_NONE);
	CU_ASSERT_EQUAL(input_wake_at(input), 1025);
	CU_ASSERT_EQUAL(next(input, 1024).sort, INPUT_NONE);
	CU_ASSERT_EQUAL(next(input, 1025).key, KEY_CODE_ESCAPE);
	CU_ASSERT_EQUAL(input_wake_at(input), -1);
	input_feed(input, "\033[", 2, 2000);
	CU_ASSERT_EQUAL(next(input, 2000).sort, INPUT_NONE);
	input_feed(input, "B", 1, 2010);
	CU_ASSERT_EQUAL(next(input, 2010).key, KEY_CODE_DOWN);
	input_destroy(input);
}

static void paste_comes_in_one_piece_whatever_is_in_it(void)
{
	static const char pasted[] = "D\r:q\r\033[A北";
	struct input *input = input_create(NULL);
	struct input_event event;
	input_feed(input, "j\033[200~", 7, 1);
	CU_ASSERT_EQUAL(next(input, 1).key, 'j');
	for (size_t i = 0; i + 1 < sizeof pasted; i++) { // byte by byte, as slow lines bring it
		input_feed(input, pasted + i, 1, 1);
		CU_ASSERT_EQUAL(next(input, 1000).sort, INPUT_NONE);
	}
	input_feed(input, "\033[20", 4, 1);
	CU_ASSERT_EQUAL(next(input, 1000).sort, INPUT_NONE);
	input_feed(input, "1~k", 3, 1);
	event = next(input, 1);
	CU_ASSERT_EQUAL_FATAL(event.sort, INPUT_PASTE);
	UNIT_SAME_TEXT(buffer_text(event.paste), pasted);
	CU_ASSERT_EQUAL(next(input, 1).key, 'k');
	input_destroy(input);
}

static void answers_mouse_and_focus_are_no_keys(void)
{
	static const char bytes[] = "\033[?2026;2$y\033[?62;1c\033[I\033[O\033[<0;11;6M\033[<0;11;6m\033[<64;1;1M";
	struct input *input = input_create(NULL);
	struct input_event event;
	input_feed(input, bytes, sizeof bytes - 1, 1000);
	event = next(input, 1000);
	CU_ASSERT(event.sort == INPUT_ANSWER && event.answer == TERM_ANSWER_SYNCHRONIZED);
	event = next(input, 1000);
	CU_ASSERT(event.sort == INPUT_ANSWER && event.answer == TERM_ANSWER_ATTRIBUTES);
	event = next(input, 1000);
	CU_ASSERT(event.sort == INPUT_FOCUS && event.focused);
	event = next(input, 1000);
	CU_ASSERT(event.sort == INPUT_FOCUS && !event.focused);
	event = next(input, 1000);
	CU_ASSERT(event.sort == INPUT_MOUSE && event.mouse == MOUSE_CLICK && event.y == 5 && event.x == 10);
	event = next(input, 1000);
	CU_ASSERT(event.sort == INPUT_MOUSE && event.mouse == MOUSE_WHEEL_UP);
	CU_ASSERT_EQUAL(next(input, 1000).sort, INPUT_NONE);
	input_destroy(input);
}

static void noise_is_survived(void)
{
	struct input *input = input_create(NULL);
	unsigned seed = 1;
	for (int round = 0; round < 20000; round++) {
		char bytes[32];
		size_t size = 0;
		for (seed = seed * 1103515245 + 12345; size < 1 + (seed >> 16) % sizeof bytes; size++) {
			seed = seed * 1103515245 + 12345;
			bytes[size] = (char)("\033[?;<0123456789~MmcyIOABCD\x9b\xe5\x8c\x97 \r"[(seed >> 16) % 32]);
		}
		input_feed(input, bytes, size, round);
		for (int i = 0; i < 64 && next(input, round + 30).sort != INPUT_NONE; i++)
			;
	}
	input_destroy(input);
	CU_PASS("nothing broke");
}

static void installed_themes_are_right(void)
{
	static const char *const names[] = {"default", "light", "high-contrast", "monochrome"};
	struct theme built_in, read;
	setenv("PEERDECK_THEMES", THEMES_FOLDER, 1);
	theme_default(&built_in);
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		struct error error = {0};
		CU_ASSERT(theme_load(&read, names[i], NULL, &error));
		if (error.kind != ERROR_NONE)
			printf("\n    %s %s\n", error.doing, error.message);
		UNIT_SAME_TEXT(read.name, names[i]);
		if (i == 0)
			CU_ASSERT_EQUAL(memcmp(built_in.looks, read.looks, sizeof read.looks), 0);
	}
	for (size_t i = 0; i < STYLE_COUNT; i++)
		CU_ASSERT(
		        read.looks[i].foreground == COLOR_NONE && read.looks[i].background == COLOR_NONE); // monochrome
}

static void contrast_of(const char *name, uint32_t foreground, uint32_t background, double least)
{
	struct theme theme;
	setenv("PEERDECK_THEMES", THEMES_FOLDER, 1);
	CU_ASSERT_FATAL(theme_load(&theme, name, NULL, NULL));
	for (size_t i = 0; i < STYLE_COUNT; i++) {
		// What stands on the cursor's row or in a dialog has these behind it.
		const double contrast = theme_contrast(&theme.looks[i], foreground, background);
		if (contrast < least)
			printf("\n    %s: %s %.2f\n", name, style_names[i], contrast);
		CU_ASSERT(contrast >= least || i == STYLE_BORDER);
	}
}

static void themes_can_be_read(void)
{
	contrast_of("high-contrast", 0xffffff, 0x000000, 7);
	contrast_of("light", 0x000000, 0xffffff, 4.5);
	CU_ASSERT_DOUBLE_EQUAL(theme_contrast(&(struct look){COLOR_RGB | 0xffffff, COLOR_RGB, 0}, 0, 0), 21, 0.01);
}

static void broken_themes_say_where(void)
{
	static const struct {
		const char *text, *where;
	} rows[] = {{"good = green\nbda = red\n", "my.theme:2"}, {"\n# fine\nbad = rde\n", "my.theme:3"},
	        {"bad\n", "my.theme:1"}, {"bad = on\n", "my.theme:1"}, {"bad = #12345\n", "my.theme:1"},
	        {"bad = 256\n", "my.theme:1"}};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct theme theme = {.name = "my"}, built_in;
		struct error error = {0};
		theme_default(&built_in);
		CU_ASSERT(!theme_parse(&theme, "my.theme", rows[i].text, &error));
		UNIT_SAME_TEXT(error.doing, rows[i].where);
		CU_ASSERT_EQUAL(memcmp(&theme, &built_in, sizeof theme), 0);
	}
	struct theme theme = {.name = "my"};
	CU_ASSERT(theme_parse(&theme, "my.theme", "bad = bright-red on #000000 bold underline", NULL));
	CU_ASSERT(theme.looks[STYLE_BAD].foreground == 9 &&
	          theme.looks[STYLE_BAD].attributes == (LOOK_BOLD | LOOK_UNDERLINE));
}

static void colours_become_the_nearest_there_are(void)
{
	CU_ASSERT_EQUAL(theme_color_for(COLOR_RGB | 0xff8700, 256), 208);
	CU_ASSERT_EQUAL(theme_color_for(COLOR_RGB | 0xff0000, 8), 1);
	CU_ASSERT_EQUAL(theme_color_for(9, 8), 1);
	CU_ASSERT_EQUAL(theme_color_for(208, 0), COLOR_NONE);
	CU_ASSERT_EQUAL(theme_color_for(COLOR_NONE, 256), COLOR_NONE);
}

// A pseudo terminal whose other end reads only when it is asked to.
static int open_pair(int *reader)
{
	*reader = posix_openpt(O_RDWR | O_NOCTTY);
	if (*reader < 0 || grantpt(*reader) != 0 || unlockpt(*reader) != 0)
		return -1;
	int terminal = open(ptsname(*reader), O_RDWR | O_NOCTTY);
	struct termios modes;
	if (terminal >= 0 && tcgetattr(terminal, &modes) == 0) {
		cfmakeraw(&modes);
		tcsetattr(terminal, TCSANOW, &modes);
	}
	return terminal;
}

static size_t read_some(int reader, char *out, size_t size)
{
	struct pollfd wait = {.fd = reader, .events = POLLIN};
	const ssize_t got = poll(&wait, 1, 20) > 0 ? read(reader, out, size) : 0;
	return got > 0 ? (size_t)got : 0;
}

static void a_frame_is_one_write(void)
{
	int reader, terminal = open_pair(&reader);
	struct stage stage;
	char got[256];
	CU_ASSERT_FATAL(terminal >= 0 && stage_init(&stage, terminal, NULL));
	CU_ASSERT(stage_send_frame(&stage));
	CU_ASSERT_EQUAL(stage.stats.writes, 0);
	stage.synchronized = true;
	fprintf(stage.file, "first ");
	fflush(stage.file);
	fprintf(stage.file, "and second");
	fflush(stage.file);
	CU_ASSERT(stage_send_frame(&stage));
	CU_ASSERT_EQUAL(stage.stats.writes, 1);
	CU_ASSERT_EQUAL(stage.stats.frames, 1);
	got[read_some(reader, got, sizeof got - 1)] = 0;
	UNIT_SAME_TEXT(got, "\033[?2026hfirst and second\033[?2026l");
	stage_finish(&stage);
	close(terminal);
	close(reader);
}

static void a_slow_terminal_gets_every_byte_in_order(void)
{
	enum { FRAME = 3000, FRAMES = 50 };
	int reader, terminal = open_pair(&reader);
	struct stage stage;
	size_t received = 0, sent = 0;
	bool waited = false;
	static char got[FRAME * FRAMES + 1];
	CU_ASSERT_FATAL(terminal >= 0 && stage_init(&stage, terminal, NULL));
	for (int frame = 0; frame < FRAMES; frame++) {
		for (int i = 0; i < FRAME; i++, sent++)
			fputc('a' + (int)(sent % 26), stage.file);
		fflush(stage.file);
		CU_ASSERT(stage_send_frame(&stage));
		waited |= stage_waits(&stage);
	}
	CU_ASSERT(waited);
	for (int tries = 0; tries < 2000 && received < sent; tries++) {
		received += read_some(reader, got + received, sizeof got - 1 - received);
		CU_ASSERT(stage_drain(&stage));
	}
	CU_ASSERT_EQUAL(received, sent);
	for (size_t i = 0; i < received; i++)
		CU_ASSERT_FATAL(got[i] == 'a' + (char)(i % 26));
	CU_ASSERT(!stage_waits(&stage));
	stage_finish(&stage);
	close(terminal);
	close(reader);
}

static void answers_after_a_quiet_time_are_shown_as_they_come(void)
{
	struct pace pace;
	int64_t now = 1000;
	pace_begin(&pace, now);
	CU_ASSERT(pace_next(&pace) <= now);
	for (int answer = 1; answer <= 4; answer++) {
		pace_looked(&pace, now, 0);
		CU_ASSERT(pace_next(&pace) - now <= PACE_BURST_MS << (answer - 1));
		now = pace_next(&pace);
	}
	CU_ASSERT(now - 1000 <= PACE_STEADY_MS);
	// And again after some quiet.
	now += 10 * PACE_STEADY_MS;
	pace_looked(&pace, now, 0);
	CU_ASSERT_EQUAL(pace_next(&pace), now + PACE_BURST_MS);
}

static void looks_are_ten_a_second_in_the_long_run(void)
{
	struct pace pace;
	int64_t now = 1000;
	int looks = 0;
	pace_begin(&pace, now);
	for (; now < 61000; now = pace_next(&pace)) {
		pace_looked(&pace, now, 0);
		looks++;
	}
	CU_ASSERT(looks >= 600 && looks <= 606);
	// Bursts with short pauses between them gain nothing.
	for (looks = 0; now < 121000; now += 150)
		for (int answer = 0; answer < 2 && now < 121000; answer++) {
			now = pace_next(&pace) > now ? pace_next(&pace) : now;
			pace_looked(&pace, now, 0);
			looks++;
		}
	CU_ASSERT(looks <= 606);
}

static void what_takes_long_is_looked_at_less_often(void)
{
	struct pace pace;
	pace_begin(&pace, 1000);
	pace_looked(&pace, 1000, 200);
	CU_ASSERT_EQUAL(pace_next(&pace), 1800);
	pace_looked(&pace, 1800, 0);
	CU_ASSERT_EQUAL(pace_next(&pace), 1800 + PACE_BURST_MS);
}

static const struct unit_test key_tests[] = {
        UNIT_TEST(keys_are_read_and_written_alike),
        UNIT_TEST(keys_that_terminals_cannot_tell_apart_are_one),
        UNIT_TEST(every_command_has_keys_names_and_help),
        UNIT_TEST(no_key_means_two_things_in_one_place),
        UNIT_TEST(same_key_calls_what_its_place_says),
        UNIT_TEST(presets_change_what_they_say),
        UNIT_TEST(own_keys_win_and_mistakes_are_told),
};
static const struct unit_test input_tests[] = {
        UNIT_TEST(sequences_of_terminals_are_keys),
        UNIT_TEST(a_lone_escape_waits_for_25_ms_and_no_longer),
        UNIT_TEST(paste_comes_in_one_piece_whatever_is_in_it),
        UNIT_TEST(answers_mouse_and_focus_are_no_keys),
        UNIT_TEST(noise_is_survived),
};
static const struct unit_test theme_tests[] = {
        UNIT_TEST(installed_themes_are_right),
        UNIT_TEST(themes_can_be_read),
        UNIT_TEST(broken_themes_say_where),
        UNIT_TEST(colours_become_the_nearest_there_are),
};
static const struct unit_test stage_tests[] = {
        UNIT_TEST(a_frame_is_one_write),
        UNIT_TEST(a_slow_terminal_gets_every_byte_in_order),
};
static const struct unit_test pace_tests[] = {
        UNIT_TEST(answers_after_a_quiet_time_are_shown_as_they_come),
        UNIT_TEST(looks_are_ten_a_second_in_the_long_run),
        UNIT_TEST(what_takes_long_is_looked_at_less_often),
};
static const struct unit_suite suites[] = {UNIT_SUITE("keys", key_tests), UNIT_SUITE("input", input_tests),
        UNIT_SUITE("themes", theme_tests), UNIT_SUITE("stage", stage_tests), UNIT_SUITE("pace", pace_tests)};

int main(int argc, char **argv)
{
	setlocale(LC_ALL, "C.UTF-8");
	return unit_main(argc, argv, suites, COUNT_OF(suites));
}
