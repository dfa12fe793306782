// SPDX-License-Identifier: Apache-2.0
// Names of keys, and the map from keys to commands.
#include "config.h"

#include "ui/keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "work/config.h"

#include "base/banned.h"

static const struct {
	const char *name;
	keystroke key;
} names[] = {
        {"Enter", KEY_CODE_ENTER},
        {"Esc", KEY_CODE_ESCAPE},
        {"Tab", KEY_CODE_TAB},
        {"Backspace", KEY_CODE_BACKSPACE},
        {"Delete", KEY_CODE_DELETE},
        {"Insert", KEY_CODE_INSERT},
        {"Up", KEY_CODE_UP},
        {"Down", KEY_CODE_DOWN},
        {"Left", KEY_CODE_LEFT},
        {"Right", KEY_CODE_RIGHT},
        {"Home", KEY_CODE_HOME},
        {"End", KEY_CODE_END},
        {"PgUp", KEY_CODE_PAGE_UP},
        {"PgDn", KEY_CODE_PAGE_DOWN},
        {"Space", ' '},
        {"PageUp", KEY_CODE_PAGE_UP},
        {"PageDown", KEY_CODE_PAGE_DOWN},
};
static const struct {
	const char *name;
	keystroke key;
} modifier_names[] = {{"Ctrl-", KEY_CTRL}, {"Shift-", KEY_SHIFT}, {"Alt-", KEY_ALT}};

static keystroke parse_name(const char *text)
{
	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (strcasecmp(names[i].name, text) == 0)
			return names[i].key;
	int64_t number;
	if ((text[0] == 'F' || text[0] == 'f') && text_to_int64(text + 1, &number) && number >= 1 && number <= 12)
		return KEY_CODE_F1 + (keystroke)number - 1;
	return 0;
}

// One character, as its code; 0 when the text is none or more than one.
static keystroke parse_character(const char *text)
{
	const unsigned char first = (unsigned char)text[0];
	const size_t length = strlen(text);
	const size_t want = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	if (length != want || first < 0x21 || first == 0x7f || !text_is_utf8(text, length))
		return 0;
	keystroke code = want == 1 ? first : first & (0xffU >> (want + 1));
	for (size_t i = 1; i < want; i++)
		code = code << 6 | ((unsigned char)text[i] & 0x3f);
	return code;
}

bool key_parse(const char *text, keystroke *out)
{
	keystroke modifiers = 0, code = 0;
	for (bool found = true; found;) {
		found = false;
		for (size_t i = 0; i < COUNT_OF(modifier_names); i++) {
			const size_t length = strlen(modifier_names[i].name);
			if (strncasecmp(text, modifier_names[i].name, length) == 0 && text[length]) {
				modifiers |= modifier_names[i].key;
				text += length;
				found = true;
			}
		}
	}
	code = parse_character(text);
	if (!code)
		code = parse_name(text);
	if (!code)
		return false;
	// Terminals send the same byte for Ctrl-W and Ctrl-w; Shift with a letter is the capital.
	if ((modifiers & KEY_CTRL) && code >= 'A' && code <= 'Z')
		code += 'a' - 'A';
	if ((modifiers & KEY_SHIFT) && code >= 'a' && code <= 'z') {
		code -= 'a' - 'A';
		modifiers &= ~(keystroke)KEY_SHIFT;
	}
	*out = code | modifiers;
	return true;
}

static void encode(keystroke code, char out[5])
{
	size_t size = 0;
	if (code < 0x80) {
		out[size++] = (char)code;
	} else if (code < 0x800) {
		out[size++] = (char)(0xc0 | code >> 6);
	} else if (code < 0x10000) {
		out[size++] = (char)(0xe0 | code >> 12);
		out[size++] = (char)(0x80 | (code >> 6 & 0x3f));
	} else {
		out[size++] = (char)(0xf0 | code >> 18);
		out[size++] = (char)(0x80 | (code >> 12 & 0x3f));
		out[size++] = (char)(0x80 | (code >> 6 & 0x3f));
	}
	if (code >= 0x80)
		out[size++] = (char)(0x80 | (code & 0x3f));
	out[size] = 0;
}

size_t key_encode(keystroke code, char out[5])
{
	encode(code & 0x1fffff, out);
	return strlen(out);
}

void key_format(keystroke key, char out[KEY_TEXT_SIZE])
{
	const uint32_t code = key & 0xffffff;
	char word[16] = "";
	for (size_t i = 0; i < COUNT_OF(names) && !*word; i++)
		if (names[i].key == code)
			snprintf(word, sizeof word, "%s", names[i].name);
	if (!*word && code >= KEY_CODE_F1 && code <= KEY_CODE_F12)
		snprintf(word, sizeof word, "F%u", (unsigned)(code - KEY_CODE_F1 + 1));
	if (!*word && code < KEY_SPECIAL)
		encode(code, word);
	snprintf(out, KEY_TEXT_SIZE, "%s%s%s%s", key & KEY_CTRL ? "Ctrl-" : "", key & KEY_SHIFT ? "Shift-" : "",
	        key & KEY_ALT ? "Alt-" : "", word);
}

bool key_is_text(keystroke key)
{
	return key >= 0x20 && key < KEY_SPECIAL && key != 0x7f;
}

struct binding {
	keystroke key;
	enum command_id command;
	unsigned places;
};
enum { BINDINGS_MOST = 1024 };
struct keymap {
	struct binding bindings[BINDINGS_MOST];
	size_t count;
};

// What a preset changes of the table. COMMAND_NONE unbinds the key there.
struct preset_row {
	const char *preset, *key;
	enum command_id command;
	unsigned places;
};
static const struct preset_row preset_rows[] = {
        {"k9s", "Ctrl-d", COMMAND_DELETE, PLACE_TABLE},
        {"k9s", "Ctrl-z", COMMAND_PROBLEMS, PLACE_TABLE},
        {"htop", "F2", COMMAND_COLUMNS, PLACE_TABLE},
        {"htop", "F3", COMMAND_SEARCH, PLACE_ROWS},
        {"htop", "F4", COMMAND_FILTER, PLACE_TABLE},
        {"htop", "F10", COMMAND_QUIT, PLACE_PANES},
        {"htop", "h", COMMAND_HELP, PLACE_PANES},
};

// Removes the key from these places, whatever it called there.
static void unbind_key(struct keymap *keymap, keystroke key, unsigned places)
{
	for (size_t i = 0; i < keymap->count; i++)
		if (keymap->bindings[i].key == key)
			keymap->bindings[i].places &= ~places;
}

static bool bind(struct keymap *keymap, keystroke key, enum command_id command, unsigned places)
{
	if (keymap->count == BINDINGS_MOST)
		return false;
	keymap->bindings[keymap->count++] = (struct binding){key, command, places};
	return true;
}

static void bind_table(struct keymap *keymap)
{
	for (int i = 1; i < COMMAND_COUNT; i++) {
		const char *at = command_table[i].keys;
		while (*at) {
			char word[KEY_TEXT_SIZE];
			const size_t size = strcspn(at, " ");
			snprintf(word, sizeof word, "%.*s", (int)size, at);
			keystroke parsed;
			if (key_parse(word, &parsed))
				bind(keymap, parsed, (enum command_id)i, command_table[i].places);
			at += size;
			at += strspn(at, " ");
		}
	}
}

struct keymap *keymap_create(const char *preset, struct error *error)
{
	const bool usual = !preset || !*preset || strcmp(preset, "default") == 0;
	bool known = usual;
	struct keymap *keymap = calloc(1, sizeof *keymap);
	if (!keymap) {
		error_set(error, ERROR_MEMORY, "out of memory");
		return NULL;
	}
	bind_table(keymap);
	for (size_t i = 0; i < COUNT_OF(preset_rows) && !usual; i++) {
		const struct preset_row *row = &preset_rows[i];
		keystroke parsed;
		if (strcmp(row->preset, preset) != 0 || !key_parse(row->key, &parsed))
			continue;
		known = true;
		unbind_key(keymap, parsed, row->places);
		bind(keymap, parsed, row->command, row->places);
	}
	if (known)
		return keymap;
	error_set(error, ERROR_CONFIG, _("there is no key preset “%s”"), preset);
	error_remedy(error, _("use default, k9s or htop"));
	keymap_destroy(keymap);
	return NULL;
}

void keymap_destroy(struct keymap *keymap)
{
	free(keymap);
}

static const char *configure_one(struct keymap *keymap, const struct config *config, size_t index)
{
	const struct key_binding *wanted = &config->keys[index];
	keystroke parsed;
	const unsigned places = place_find(wanted->view);
	const bool none = strcmp(wanted->command, "none") == 0;
	const enum command_id command = command_find(wanted->command);
	if (!key_parse(wanted->key, &parsed))
		return N_("there is no such key");
	if (!places)
		return N_("there is no such view");
	if (!none && command == COMMAND_NONE)
		return N_("there is no such command");
	if (!none && !(command_table[command].places & places))
		return N_("the command does nothing in this view");
	for (size_t i = 0; i < index; i++) {
		const struct key_binding *other = &config->keys[i];
		keystroke same;
		if (key_parse(other->key, &same) && same == parsed && place_find(other->view) == places &&
		        strcmp(other->command, wanted->command) != 0)
			return N_("the key is bound twice");
	}
	unbind_key(keymap, parsed, places);
	if (!none && !bind(keymap, parsed, command, places & command_table[command].places))
		return N_("too many bindings");
	return NULL;
}

void keymap_configure(
        struct keymap *keymap, const struct config *config, void (*tell)(const char *mistake, void *user), void *user)
{
	for (size_t i = 0; i < config->key_count; i++) {
		const char *mistake = configure_one(keymap, config, i);
		char line[256];
		if (!mistake)
			continue;
		snprintf(line, sizeof line, _("key %s = %s%s%s: %s"), config->keys[i].key, config->keys[i].command,
		        *config->keys[i].view ? _(" in ") : "", config->keys[i].view, _(mistake));
		tell(line, user);
	}
}

static int count_bits(unsigned bits)
{
	return __builtin_popcount(bits);
}

enum command_id keymap_find(const struct keymap *keymap, keystroke key, unsigned place)
{
	enum command_id found = COMMAND_NONE;
	int narrow = 99;
	for (size_t i = 0; i < keymap->count; i++) {
		const struct binding *binding = &keymap->bindings[i];
		if (binding->key != key || !(binding->places & place))
			continue;
		// The width of the command's own row decides, so that taking places away changes nothing elsewhere;
		// later ones win.
		const int width = count_bits(command_table[binding->command].places);
		if (width <= narrow) {
			narrow = width;
			found = binding->command;
		}
	}
	return found;
}

const char *keymap_text(const struct keymap *keymap, enum command_id command, unsigned place, char out[KEY_TEXT_SIZE])
{
	out[0] = 0;
	for (size_t i = 0; i < keymap->count && !*out; i++) {
		const struct binding *binding = &keymap->bindings[i];
		// A binding that a narrower one covers there does not count.
		if (binding->command == command && (binding->places & place) &&
		        keymap_find(keymap, binding->key, binding->places & place & -(binding->places & place)) ==
		                command)
			key_format(binding->key, out);
	}
	return out;
}

void keymap_all_text(const struct keymap *keymap, enum command_id command, char *out, size_t size)
{
	size_t used = 0;
	out[0] = 0;
	for (size_t i = 0; i < keymap->count; i++) {
		char word[KEY_TEXT_SIZE];
		if (keymap->bindings[i].command != command || !keymap->bindings[i].places)
			continue;
		key_format(keymap->bindings[i].key, word);
		const int wrote = snprintf(out + used, size - used, "%s%s", used ? " " : "", word);
		if (wrote < 0 || (size_t)wrote >= size - used)
			return;
		used += (size_t)wrote;
	}
}
