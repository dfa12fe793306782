// SPDX-License-Identifier: Apache-2.0
// What a key is, how it is written, and which command it calls where. Bindings come from the command table, a preset
// and the person's configuration, in this order; later ones win.
#ifndef PEERDECK_UI_KEYS_H
#define PEERDECK_UI_KEYS_H

#include "base/error.h"
#include "ui/commands.h"

struct config;

// Codes below KEY_SPECIAL are Unicode characters; control letters are the letter with KEY_CTRL ('w' | KEY_CTRL).
enum key_code {
	KEY_SPECIAL = 0x200000,
	KEY_CODE_ENTER,
	KEY_CODE_ESCAPE,
	KEY_CODE_TAB,
	KEY_CODE_BACKSPACE,
	KEY_CODE_DELETE,
	KEY_CODE_INSERT,
	KEY_CODE_UP,
	KEY_CODE_DOWN,
	KEY_CODE_LEFT,
	KEY_CODE_RIGHT,
	KEY_CODE_HOME,
	KEY_CODE_END,
	KEY_CODE_PAGE_UP,
	KEY_CODE_PAGE_DOWN,
	KEY_CODE_F1, // … F12 follow
	KEY_CODE_F12 = KEY_CODE_F1 + 11,
	KEY_CODE_MOST,
};
enum { KEY_SHIFT = 1 << 24, KEY_CTRL = 1 << 25, KEY_ALT = 1 << 26 };

typedef uint32_t keystroke; // code | modifiers; 0 = none

enum { KEY_TEXT_SIZE = 32 };
// "Ctrl-w", "Shift-Left", "F6", "Space", "x", "北". False when it is no key.
bool key_parse(const char *text, keystroke *out);
void key_format(keystroke key, char out[KEY_TEXT_SIZE]);
// A character that a prompt inserts: no control, no special, no modifier.
bool key_is_text(keystroke key);
size_t key_encode(keystroke key, char out[5]); // UTF-8 of a text key; returns bytes without the NUL

struct keymap;
struct keymap *keymap_create(const char *preset, struct error *error); // "default", "k9s", "htop"
void keymap_destroy(struct keymap *keymap);
// The person's bindings: command "none" unbinds. Each mistake (unknown key, command or view; a key that two commands of
// one place would share) is told, and that binding alone is left out.
void keymap_configure(
        struct keymap *keymap, const struct config *config, void (*tell)(const char *mistake, void *user), void *user);
// The command of a key in a place (one enum place bit); COMMAND_NONE when it has none. A binding for that place alone
// wins over one for many.
enum command_id keymap_find(const struct keymap *keymap, keystroke key, unsigned place);
// The first key of a command in a place as text, for footers and help; "" when it is unbound.
const char *keymap_text(const struct keymap *keymap, enum command_id command, unsigned place, char out[KEY_TEXT_SIZE]);
// All keys of a command, as in "j Down Ctrl-n"; for help and manual.
void keymap_all_text(const struct keymap *keymap, enum command_id command, char *out, size_t size);

#endif
