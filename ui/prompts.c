// SPDX-License-Identifier: Apache-2.0
// The prompts that panes and the console open: command line, filter, search.
#include "config.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ui/actions.h"
#include "ui/command_line.h"
#include "ui/follow.h"
#include "ui/state.h"
#include "ui/table.h"
#include "base/banned.h"

enum { WORDS_MOST = 256, ACTIONS_MOST = 64 };

// What completion draws from, gathered when Tab is pressed.
struct gathered {
	struct command_words words;
	char regions[WORDS_MOST][64], themes[WORDS_MOST][64];
	struct action actions[ACTIONS_MOST]; // of every backend of the context, in one row
	const char *region_list[WORDS_MOST], *context_list[CONFIG_CONTEXTS_MOST], *theme_list[WORDS_MOST];
};

static void gather_regions(struct ui *ui, struct gathered *gathered)
{
	struct scope scope = {.region = ""};
	struct store_entry entry;

	if (!ui->deck->context)
		return;
	snprintf(scope.context, sizeof(scope.context), "%s", ui->deck->context->name);
	if (!store_get(ui->deck->store, KIND_REGION, &scope, &entry) || !entry.snapshot)
		return;
	for (size_t i = 0; i < entry.snapshot->count && gathered->words.region_count < WORDS_MOST; i++) {
		size_t at = gathered->words.region_count++;

		snprintf(gathered->regions[at], sizeof(gathered->regions[at]), "%s", entry.snapshot->records[i]->id);
		gathered->region_list[at] = gathered->regions[at];
	}
	snapshot_unref(entry.snapshot);
}

static void gather_themes_in(const char *folder, struct gathered *gathered)
{
	DIR *opened = opendir(folder);
	struct dirent *entry;

	while (opened && (entry = readdir(opened)) && gathered->words.theme_count < WORDS_MOST) {
		size_t length = strlen(entry->d_name), at = gathered->words.theme_count;

		if (length <= 6 || length - 6 >= sizeof(gathered->themes[at]) ||
		        strcmp(entry->d_name + length - 6, ".theme") != 0)
			continue;
		snprintf(gathered->themes[at], sizeof(gathered->themes[at]), "%.*s", (int)length - 6, entry->d_name);
		gathered->theme_list[at] = gathered->themes[at];
		gathered->words.theme_count++;
	}
	if (opened)
		closedir(opened);
}

static void gather_actions(struct ui *ui, struct gathered *gathered)
{
	const struct action *actions[ACTIONS_MOST];
	size_t count = deck_actions(ui->deck, actions, ACTIONS_MOST);

	gathered->words.actions = gathered->actions;
	for (size_t i = 0; i < count && i < ACTIONS_MOST; i++)
		gathered->actions[gathered->words.action_count++] = *actions[i];
}

static struct gathered *gather(struct ui *ui)
{
	struct gathered *gathered = calloc(1, sizeof(*gathered));
	const struct config *config = ui->deck->config;
	const char *themes = getenv("PEERDECK_THEMES");
	struct pane *pane = ui_focused_pane(ui);

	if (!gathered)
		return NULL;
	gather_regions(ui, gathered);
	gather_themes_in(config->config_folder, gathered);
	gather_themes_in(themes && *themes ? themes : PKGDATADIR "/themes", gathered);
	for (size_t i = 0; i < config->context_count; i++)
		gathered->context_list[gathered->words.context_count++] = config->contexts[i].name;
	gathered->words.regions = gathered->region_list;
	gathered->words.contexts = gathered->context_list;
	gathered->words.themes = gathered->theme_list;
	gather_actions(ui, gathered);
	if (pane_is_table(pane))
		gathered->words.kind = table_kind(pane);
	return gathered;
}

static size_t complete_line(
        struct ui *ui, const char *text, size_t caret, char (*out)[COMPLETION_SIZE], size_t most, void *user)
{
	struct gathered *gathered = gather(ui);
	size_t count = gathered ? command_line_complete(text, caret, &gathered->words, out, most) : 0;

	(void)user;
	free(gathered);
	return count;
}

bool ui_run_line(struct ui *ui, const char *line, unsigned *reactions, struct error *error)
{
	struct gathered *gathered = gather(ui);
	struct command_line *parsed = calloc(1, sizeof(*parsed));
	bool done = gathered && parsed;

	if (!done)
		error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
	done = done && command_line_parse(line, &gathered->words, parsed, error);
	if (done && parsed->kind) {
		// Events are those of what is selected; Esc shows all.
		if (parsed->kind->id == KIND_EVENT && !parsed->argument[0])
			follow_events(ui, parsed->argument, sizeof(parsed->argument));
		done = pages_open_kind(
		        ui->pages, parsed->kind->id, parsed->argument[0] ? parsed->argument : NULL, error);
		*reactions |= REACT_DRAW | REACT_INTERESTS;
	} else if (done && parsed->action) {
		// Its own row: completion's words are copies.
		done = action_begin(ui, action_named(ui, parsed->action->kind, parsed->action->name),
		        parsed->argument, error);
		*reactions |= REACT_DRAW;
	} else if (done) {
		const struct command_call call = {.id = parsed->command, .argument = parsed->argument};
		unsigned result = ui_command(ui, &call);

		if (result == REACT_PASS)
			done = error_set(error, ERROR_USAGE, _(":%s does nothing in this view"),
			        command_table[parsed->command].name);
		*reactions |= result | REACT_DRAW;
	}
	free(gathered);
	free(parsed);
	return done;
}

static bool accept_line(struct ui *ui, const char *text, void *user, unsigned *reactions, struct error *error)
{
	(void)user;
	if (!text[strspn(text, " ")])
		return true;
	return ui_run_line(ui, text, reactions, error);
}

static unsigned open_prompt(struct ui *ui, const struct prompt_spec *spec)
{
	struct error error;

	if (!prompt_open(ui, spec, &error))
		ui_fail(ui, &error);
	return REACT_DRAW;
}

static unsigned open_command_line(struct ui *ui, const struct command_call *call)
{
	const struct prompt_spec spec = {.label = ":",
	        .text = call->argument,
	        .history = "command",
	        .accept = accept_line,
	        .complete = complete_line};

	return open_prompt(ui, &spec);
}

// The filter prompt keeps what was there before, for Esc.
struct filtering {
	struct pane *pane;
	char before[1024];
};

static bool still_there(struct ui *ui, const struct filtering *filtering)
{
	return ui_focused_pane(ui) == filtering->pane && pane_is_table(filtering->pane);
}

static unsigned filter_typed(struct ui *ui, const char *text, void *user, struct error *error)
{
	struct filtering *filtering = user;

	// While a mistake stands there, the last filter that was right holds.
	if (still_there(ui, filtering))
		table_set_filter(filtering->pane, text, error);
	return REACT_DRAW;
}

static bool filter_accepted(struct ui *ui, const char *text, void *user, unsigned *reactions, struct error *error)
{
	struct filtering *filtering = user;

	*reactions |= REACT_DRAW | REACT_INTERESTS;
	return !still_there(ui, filtering) || table_set_filter(filtering->pane, text, error);
}

static unsigned filter_cancelled(struct ui *ui, void *user)
{
	struct filtering *filtering = user;

	if (still_there(ui, filtering))
		table_set_filter(filtering->pane, "", NULL);
	return REACT_DRAW | REACT_INTERESTS;
}

static size_t filter_completions(
        struct ui *ui, const char *text, size_t caret, char (*out)[COMPLETION_SIZE], size_t most, void *user)
{
	const struct filtering *filtering = user;

	return still_there(ui, filtering) ? filter_complete(table_kind(filtering->pane), text, caret, out, most) : 0;
}

static unsigned open_filter(struct ui *ui, const struct command_call *call)
{
	struct pane *pane = ui_focused_pane(ui);
	struct filtering *filtering;
	const char *now;

	(void)call;
	if (!pane_is_table(pane) || !(filtering = calloc(1, sizeof(*filtering))))
		return REACT_PASS;
	now = pane->type->filter ? pane->type->filter(pane) : NULL;
	filtering->pane = pane;
	snprintf(filtering->before, sizeof(filtering->before), "%s", now ? now : "");
	const struct prompt_spec spec = {.label = "/",
	        .text = filtering->before,
	        .history = "filter",
	        .changed = filter_typed,
	        .accept = filter_accepted,
	        .cancel = filter_cancelled,
	        .complete = filter_completions,
	        .user = filtering,
	        .user_free = free};
	return open_prompt(ui, &spec);
}

static bool search_accepted(struct ui *ui, const char *text, void *user, unsigned *reactions, struct error *error)
{
	const struct command_call call = {.id = COMMAND_SEARCH, .argument = text};

	(void)user, (void)error;
	if (*text)
		*reactions |= ui_command(ui, &call);
	return true;
}

static unsigned open_search(struct ui *ui, const struct command_call *call)
{
	const struct prompt_spec spec = {.label = "\\", .text = "", .history = "search", .accept = search_accepted};

	return *call->argument ? REACT_PASS : open_prompt(ui, &spec);
}

const struct command_handler prompt_handlers[] = {
        {COMMAND_COMMAND, open_command_line},
        {COMMAND_FILTER, open_filter},
        {COMMAND_SEARCH, open_search},
        {COMMAND_NONE, NULL},
};
