// SPDX-License-Identifier: Apache-2.0
// The test terminal: keys by name, as the program's TERM sends them.
#include "config.h"

#include "tests/screen/term_private.h"

#include <curses.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <unistd.h>

#include "base/banned.h"

enum { ESCAPE_MS = 60 };

static const struct key_name {
	const char *name;
	const char *capability; // of terminfo; NULL = fixed
	const char *bytes;      // when the terminal has no such key, or fixed
} key_names[] = {
        {"Enter", NULL, "\r"},
        {"Esc", NULL, "\033"},
        {"Tab", NULL, "\t"},
        {"Space", NULL, " "},
        {"lt", NULL, "<"},
        {"BS", NULL, "\177"},
        {"S-Tab", "kcbt", "\033[Z"},
        {"Del", "kdch1", "\033[3~"},
        {"Ins", "kich1", "\033[2~"},
        {"Up", "kcuu1", "\033[A"},
        {"Down", "kcud1", "\033[B"},
        {"Left", "kcub1", "\033[D"},
        {"Right", "kcuf1", "\033[C"},
        {"S-Left", "kLFT", "\033[1;2D"},
        {"S-Right", "kRIT", "\033[1;2C"},
        {"Home", "khome", "\033[1~"},
        {"End", "kend", "\033[4~"},
        {"PgUp", "kpp", "\033[5~"},
        {"PgDn", "knp", "\033[6~"},
        {"F1", "kf1", "\033OP"},
        {"F2", "kf2", "\033OQ"},
        {"F3", "kf3", "\033OR"},
        {"F4", "kf4", "\033OS"},
        {"F5", "kf5", "\033[15~"},
        {"F6", "kf6", "\033[17~"},
        {"F7", "kf7", "\033[18~"},
        {"F8", "kf8", "\033[19~"},
        {"F9", "kf9", "\033[20~"},
        {"F10", "kf10", "\033[21~"},
        {"F11", "kf11", "\033[23~"},
        {"F12", "kf12", "\033[24~"},
};

static void send_capability(struct terminal *term, const struct key_name *key)
{
	const char *bytes = NULL;
	int result;

	if (key->capability && setupterm(term->type, STDERR_FILENO, &result) == OK)
		bytes = tigetstr(key->capability);
	if (!bytes || bytes == (const char *)-1)
		bytes = key->bytes;
	term_send(term, bytes, strlen(bytes));
	if (cur_term)
		del_curterm(cur_term);
}

// `name` is what stands between < and >.
static bool send_named(struct terminal *term, const char *name, size_t length)
{
	char bytes[2] = {'\033', 0};

	for (size_t i = 0; i < COUNT_OF(key_names); i++)
		if (strlen(key_names[i].name) == length && memcmp(key_names[i].name, name, length) == 0) {
			send_capability(term, &key_names[i]);
			return true;
		}
	if (length == 7 && memcmp(name, "C-Space", 7) == 0) {
		term_send(term, "\0", 1);
		return true;
	}
	if (length != 3 || name[1] != '-')
		return false;
	if (name[0] == 'C') {
		bytes[0] = (char)(name[2] & 0x1f);
		term_send(term, bytes, 1);
		return true;
	}
	bytes[1] = name[2];
	if (name[0] == 'A')
		term_send(term, bytes, 2);
	return name[0] == 'A';
}

// Esc and a letter at once are Alt and the letter: whoever means Esc lets a moment pass, as a hand does.
static void let_escape_be(struct terminal *term)
{
	while (term->escape_at && term_clock() < term->escape_at + ESCAPE_MS)
		term_pump(term, (int)(term->escape_at + ESCAPE_MS - term_clock()));
	term->escape_at = 0;
}

void term_keys(struct terminal *term, const char *keys)
{
	while (*keys) {
		let_escape_be(term);
		if (strncmp(keys, "<Esc>", 5) == 0)
			term->escape_at = term_clock();
		const char *end = *keys == '<' ? strchr(keys, '>') : NULL;

		if (end && send_named(term, keys + 1, (size_t)(end - keys - 1))) {
			keys = end + 1;
			continue;
		}
		term_send(term, keys++, 1);
	}
}

void term_paste(struct terminal *term, const char *text)
{
	term_send(term, "\033[200~", 6);
	term_send(term, text, strlen(text));
	term_send(term, "\033[201~", 6);
}

void term_click(struct terminal *term, int row, int column, int button)
{
	char bytes[64];
	int size = snprintf(bytes, sizeof(bytes), "\033[<%d;%d;%dM", button, column + 1, row + 1);

	if (button < 64)
		size += snprintf(
		        bytes + size, sizeof(bytes) - (size_t)size, "\033[<%d;%d;%dm", button, column + 1, row + 1);
	term_send(term, bytes, (size_t)size);
}
