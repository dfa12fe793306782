// SPDX-License-Identifier: Apache-2.0
// Help made from the command table.
#include "config.h"

#include "ui/help.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/text_pane.h"
#include "base/banned.h"

// A command stands in the first section that its places fit.
static const struct section {
	const char *title;
	unsigned place;
	unsigned within; // all its places must lie in here
} sections[] = {
        {N_("Everywhere"), PLACE_TABLE | PLACE_TEXT, PLACE_ALL},
        {N_("Tables"), PLACE_TABLE, PLACE_ROWS | PLACE_DASHBOARD | PLACE_GUIDE},
        {N_("Operations"), PLACE_OPERATIONS, PLACE_OPERATIONS},
        {N_("Guides"), PLACE_GUIDE, PLACE_GUIDE},
        {N_("Texts and logs"), PLACE_TEXT, PLACE_TEXTS | PLACE_ROWS},
        {N_("Logs"), PLACE_LOG, PLACE_LOG},
        {N_("Dialogs"), PLACE_DIALOG, PLACE_DIALOG | PLACE_MENU | PLACE_PROMPT},
        {N_("Menus"), PLACE_MENU, PLACE_MENU},
        {N_("Prompts"), PLACE_PROMPT, PLACE_PROMPT},
};

static size_t section_of(const struct command *command)
{
	for (size_t i = 0; i < COUNT_OF(sections); i++)
		if ((command->places & sections[i].place) == sections[i].place &&
		        !(command->places & ~sections[i].within))
			return i;
	return 0;
}

static void words_of(const struct command *command, char *out, size_t size)
{
	snprintf(out, size, ":%s%s%s", command->name, *command->argument ? " " : "",
	        *command->argument ? _(command->argument) : "");
}

static bool is_typed(const struct command *command)
{
	return (command->places & PLACE_PANES) != 0;
}

struct shown {
	unsigned place;
};

static void render(struct pane *pane, void *user, bool revealed)
{
	const struct shown *shown = user;
	struct document *document = text_pane_document(pane);

	(void)revealed;
	for (size_t section = 0; section < COUNT_OF(sections); section++) {
		bool any = false;

		for (int i = 1; i < COMMAND_COUNT; i++) {
			const struct command *command = &command_table[i];
			char keys[128], padded[160], words[96];
			const struct document_piece pieces[] = {
			        {STYLE_KEY, padded}, {STYLE_TEXT, _(command->help)}, {STYLE_DIM, words}};

			if (section_of(command) != section || (shown->place && !(command->places & shown->place)))
				continue;
			if (!any) {
				if (document_end(document))
					document_add_text(document, STYLE_TEXT, "");
				document_add_text(document, STYLE_HEADING, _(sections[section].title));
			}
			any = true;
			keymap_all_text(pane->ui->keymap, (enum command_id)i, keys, sizeof(keys));
			snprintf(padded, sizeof(padded), "  %-24s ", keys);
			words[0] = '\0';
			if (is_typed(command)) {
				words[0] = words[1] = ' ';
				words_of(command, words + 2, sizeof(words) - 2);
			}
			document_add(document, pieces, COUNT_OF(pieces), 1, "", 0);
		}
	}
	document_add_text(document, STYLE_TEXT, "");
	document_add_text(document, STYLE_HEADING, _("Filters"));
	document_add_text(document, STYLE_TEXT,
	        _("  word: contains it · ~re or /re/: regular expression · !: not · -f x: fuzzy · -l k=v: tags"));
	document_add_text(
	        document, STYLE_TEXT, _("  column:value · status!=Running · age>2h · several terms: all of them"));
}

static const struct text_source help_source = {.name = "help", .render = render, .user_free = free};

bool help_open(struct ui *ui, unsigned place, struct error *error)
{
	struct shown *shown = calloc(1, sizeof(*shown));
	struct pane *pane;

	if (!shown)
		return error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
	shown->place = place;
	pane = text_pane_create(ui, &help_source, _("Help"), shown, error);
	return pane && pages_open(ui->pages, pane, error);
}

static void add_command(struct buffer *out, const struct command *command)
{
	char words[96] = "";

	if (is_typed(command))
		words_of(command, words, sizeof(words));
	buffer_printf(out, "  %-28s %-24s %s\n", command->keys, words, _(command->help));
}

bool help_keys(struct buffer *out)
{
	for (size_t section = 0; section < COUNT_OF(sections); section++) {
		buffer_printf(out, "%s\n", _(sections[section].title));
		for (int i = 1; i < COMMAND_COUNT; i++)
			if (section_of(&command_table[i]) == section)
				add_command(out, &command_table[i]);
		buffer_add_char(out, '\n');
	}
	return !out->broken;
}
