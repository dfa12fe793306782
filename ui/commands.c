// SPDX-License-Identifier: Apache-2.0
// The command table and looking things up in it.
#include "ui/commands.h"

#include <string.h>

#include "base/banned.h"

const struct command command_table[COMMAND_COUNT] = {
#define COMMAND_ROW(id, name, aliases, keys, places, flags, rank, hint, argument, help)                                \
	[COMMAND_##id] = {name, aliases, keys, places, flags, rank, hint, argument, help},
        COMMAND_ROWS(COMMAND_ROW)
#undef COMMAND_ROW
};

static const struct {
	const char *name;
	unsigned place;
} places[] = {
        {"table", PLACE_TABLE},
        {"text", PLACE_TEXT},
        {"log", PLACE_LOG},
        {"operations", PLACE_OPERATIONS},
        {"dashboard", PLACE_DASHBOARD},
        {"guide", PLACE_GUIDE},
        {"dialog", PLACE_DIALOG},
        {"menu", PLACE_MENU},
        {"prompt", PLACE_PROMPT},
        {"panes", PLACE_PANES},
        {"", PLACE_PANES},
        {"all", PLACE_ALL},
};

static bool word_in(const char *words, const char *word)
{
	const size_t length = strlen(word);
	while (*words) {
		const size_t size = strcspn(words, " ");
		if (size == length && memcmp(words, word, size) == 0)
			return true;
		words += size;
		words += strspn(words, " ");
	}
	return false;
}

enum command_id command_find(const char *word)
{
	if (!*word)
		return COMMAND_NONE;
	for (int i = 1; i < COMMAND_COUNT; i++)
		if (strcmp(command_table[i].name, word) == 0 || word_in(command_table[i].aliases, word))
			return (enum command_id)i;
	return COMMAND_NONE;
}

unsigned place_find(const char *word)
{
	for (size_t i = 0; i < COUNT_OF(places); i++)
		if (strcmp(places[i].name, word) == 0)
			return places[i].place;
	return 0;
}

const char *place_name(unsigned place)
{
	for (size_t i = 0; i < COUNT_OF(places); i++)
		if (places[i].place == place)
			return places[i].name;
	return "";
}
