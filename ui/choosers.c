// SPDX-License-Identifier: Apache-2.0
// Menus that choose what is shown: regions, context, order, and the list of commands.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "ui/state.h"
#include "ui/wizard.h"
#include "ui/table.h"
#include "base/banned.h"

enum { REGIONS_MOST = 256, FIELDS_MOST = 64 };

// A menu's user: texts that the choice needs, freed with the menu.
struct choices {
	size_t count;
	char words[REGIONS_MOST][64];
};

static unsigned failed(struct ui *ui, const struct error *error)
{
	ui_fail(ui, error);
	return REACT_DRAW;
}

static bool is_shown(struct ui *ui, const char *region)
{
	const char *const *shown;
	size_t count = pages_regions(ui->pages, &shown);

	for (size_t i = 0; i < count; i++)
		if (strcmp(shown[i], region) == 0)
			return true;
	return false;
}

// The regions named after each other; an unknown one is told and nothing changes.
static unsigned use_regions(struct ui *ui, const char *names)
{
	char copy[1024], *rest = copy, *name;
	const char *regions[REGIONS_MOST];
	size_t count = 0;

	snprintf(copy, sizeof(copy), "%s", names);
	while ((name = strtok_r(rest, " ,", &rest)) && count < REGIONS_MOST)
		regions[count++] = name;
	if (count == 1 && strcmp(regions[0], "all") == 0)
		count = 0;
	pages_set_regions(ui->pages, regions, count);
	return REACT_DRAW | REACT_INTERESTS;
}

static unsigned regions_chosen(struct ui *ui, const size_t *chosen, size_t count, void *user)
{
	const struct choices *choices = user;
	const char *regions[REGIONS_MOST];
	size_t used = 0;

	for (size_t i = 0; i < count; i++) {
		// The first item stands for all of them.
		if (chosen[i] == 0) {
			used = 0;
			break;
		}
		regions[used++] = choices->words[chosen[i]];
	}
	pages_set_regions(ui->pages, regions, used);
	return REACT_DRAW | REACT_INTERESTS;
}

static unsigned choose_regions(struct ui *ui, const struct command_call *call)
{
	struct scope scope = {.region = ""};
	struct store_entry entry = {.snapshot = NULL};
	struct choices *choices;
	struct menu_item *items;
	struct error error;
	size_t count = 0;

	if (*call->argument)
		return use_regions(ui, call->argument);
	if (ui->deck->context)
		snprintf(scope.context, sizeof(scope.context), "%s", ui->deck->context->name);
	if (!store_get(ui->deck->store, KIND_REGION, &scope, &entry) || !entry.snapshot || !entry.snapshot->count) {
		snapshot_unref(entry.snapshot);
		ui_say(ui, "%s", _("the regions are not read yet"));
		return REACT_DRAW;
	}
	choices = calloc(1, sizeof(*choices));
	items = calloc(REGIONS_MOST, sizeof(*items));
	if (choices && items) {
		snprintf(choices->words[0], sizeof(choices->words[0]), "all");
		items[count++] = (struct menu_item){.label = _("all regions")};
		for (size_t i = 0; i < entry.snapshot->count && count < REGIONS_MOST; i++, count++) {
			const struct record *record = entry.snapshot->records[i];

			snprintf(choices->words[count], sizeof(choices->words[count]), "%s", record->id);
			items[count] = (struct menu_item){.label = choices->words[count],
			        .detail = record->name,
			        .marked = is_shown(ui, record->id)};
		}
	}
	const struct menu_spec spec = {.title = _("Regions (Space marks several)"),
	        .items = items,
	        .count = count,
	        .several = true,
	        .choose = regions_chosen,
	        .user_free = free,
	        .user = choices};
	bool opened = count && menu_open(ui, &spec, &error);
	if (!count) {
		free(choices);
		error_set(&error, ERROR_MEMORY, "%s", _("out of memory"));
	}
	free(items);
	snapshot_unref(entry.snapshot);
	return opened ? REACT_DRAW : failed(ui, &error);
}

static unsigned use_context(struct ui *ui, const char *name)
{
	struct error error;

	if (!deck_open(ui->deck, name, &error))
		return failed(ui, &error);
	wizards_reset(ui);
	pages_reset(ui->pages);
	ui_say(ui, _("context %s"), name);
	return REACT_DRAW | REACT_INTERESTS;
}

static unsigned context_chosen(struct ui *ui, const size_t *chosen, size_t count, void *user)
{
	(void)user;
	return count ? use_context(ui, ui->deck->config->contexts[chosen[0]].name) : REACT_DRAW;
}

static unsigned choose_context(struct ui *ui, const struct command_call *call)
{
	const struct config *config = ui->deck->config;
	struct menu_item items[CONFIG_CONTEXTS_MOST];
	char details[CONFIG_CONTEXTS_MOST][320];
	size_t start = 0;
	struct error error;

	if (*call->argument)
		return use_context(ui, call->argument);
	for (size_t i = 0; i < config->context_count; i++) {
		const struct context_config *context = &config->contexts[i];

		snprintf(details[i], sizeof(details[i]), "%s%s%s%s", context->backend, context->profile[0] ? " " : "",
		        context->profile, context->production ? _(" · production, read-only") : "");
		items[i] = (struct menu_item){.label = context->name, .detail = details[i]};
		if (context == ui->deck->context)
			start = i;
	}
	if (!config->context_count) {
		ui_say(ui, "%s", _("no context is configured: run aliyun configure, or write peerdeck.conf"));
		return REACT_DRAW;
	}
	const struct menu_spec spec = {.title = _("Context"),
	        .items = items,
	        .count = config->context_count,
	        .start = start,
	        .choose = context_chosen};
	return menu_open(ui, &spec, &error) ? REACT_DRAW : failed(ui, &error);
}

static unsigned order_chosen(struct ui *ui, const size_t *chosen, size_t count, void *user)
{
	const struct choices *choices = user;
	const struct command_call call = {.id = COMMAND_SORT, .argument = count ? choices->words[chosen[0]] : ""};

	return count ? ui_command(ui, &call) : REACT_DRAW;
}

static unsigned choose_order(struct ui *ui, const struct command_call *call)
{
	struct pane *pane = ui_focused_pane(ui);
	struct menu_item items[FIELDS_MOST];
	struct choices *choices;
	const struct kind *kind;
	const char *now;
	size_t count = 0, start = 0;
	struct error error;

	(void)call;
	if (!pane_is_table(pane) || !(choices = calloc(1, sizeof(*choices))))
		return REACT_PASS;
	kind = table_kind(pane);
	now = view_order(table_view(pane));
	for (size_t i = 0; i < kind->field_count && count < FIELDS_MOST; i++) {
		const struct field *field = &kind->fields[i];
		bool current = strcmp(now + (*now == '-'), field->name) == 0;

		if ((field->flags & FIELD_INTERNAL) || !field->width)
			continue;
		// The present order is offered the other way round.
		snprintf(choices->words[count], sizeof(choices->words[count]), "%s%s",
		        current && *now != '-' ? "-" : "", field->name);
		items[count] = (struct menu_item){.label = field->name,
		        .detail = current       ? (*now == '-' ? _("now, descending") : _("now, ascending"))
		                  : field->help ? _(field->help)
		                                : NULL};
		if (current)
			start = count;
		count++;
	}
	const struct menu_spec spec = {.title = _("Sort by"),
	        .items = items,
	        .count = count,
	        .start = start,
	        .choose = order_chosen,
	        .user_free = free,
	        .user = choices};
	return menu_open(ui, &spec, &error) ? REACT_DRAW : failed(ui, &error);
}

// The fields that stand in the menu, by their index in the kind.
struct column_choices {
	struct pane *pane;
	size_t count;
	unsigned fields[FIELDS_MOST];
};

static unsigned columns_chosen(struct ui *ui, const size_t *chosen, size_t count, void *user)
{
	const struct column_choices *choices = user;

	if (ui_focused_pane(ui) != choices->pane)
		return REACT_DRAW;
	for (size_t i = 0, next = 0; i < choices->count; i++) {
		bool shown = next < count && chosen[next] == i;

		next += shown;
		table_show_column(choices->pane, choices->fields[i], shown);
	}
	return REACT_DRAW;
}

static unsigned choose_columns(struct ui *ui, const struct command_call *call)
{
	struct pane *pane = ui_focused_pane(ui);
	struct column_choices *choices;
	struct menu_item items[FIELDS_MOST];
	const struct kind *kind;
	struct error error;

	(void)call;
	if (!pane_is_table(pane) || !(choices = calloc(1, sizeof(*choices))))
		return REACT_PASS;
	kind = table_kind(pane);
	choices->pane = pane;
	for (unsigned i = 0; i < kind->field_count && choices->count < FIELDS_MOST; i++) {
		const struct field *field = &kind->fields[i];

		if ((field->flags & FIELD_INTERNAL) || !field->width)
			continue;
		items[choices->count] = (struct menu_item){.label = field->name,
		        .detail = field->help ? _(field->help) : NULL,
		        .marked = table_shows_column(pane, i)};
		choices->fields[choices->count++] = i;
	}
	const struct menu_spec spec = {.title = _("Columns (Space marks, Enter takes)"),
	        .items = items,
	        .count = choices->count,
	        .several = true,
	        .choose = columns_chosen,
	        .user_free = free,
	        .user = choices};
	return menu_open(ui, &spec, &error) ? REACT_DRAW : failed(ui, &error);
}

struct command_choices {
	enum command_id ids[COMMAND_COUNT + KIND_COUNT];
};

static unsigned command_chosen(struct ui *ui, const size_t *chosen, size_t count, void *user)
{
	const struct command_choices *choices = user;
	unsigned reactions = REACT_DRAW;
	struct error error;

	if (!count)
		return REACT_DRAW;
	if (chosen[0] < KIND_COUNT) {
		if (!pages_open_kind(ui->pages, (enum kind_id)chosen[0], NULL, &error))
			return failed(ui, &error);
		return REACT_DRAW | REACT_INTERESTS;
	}
	// One that needs an argument goes to the command line.
	const struct command *command = &command_table[choices->ids[chosen[0]]];
	if (*command->argument && *command->argument != '[') {
		char text[80];
		const struct command_call call = {.id = COMMAND_COMMAND, .argument = text};

		snprintf(text, sizeof(text), "%s ", command->name);
		return ui_command(ui, &call);
	}
	if (!ui_run_line(ui, command->name, &reactions, &error))
		ui_fail(ui, &error);
	return reactions;
}

static unsigned list_commands(struct ui *ui, const struct command_call *call)
{
	struct menu_item *items = calloc(COMMAND_COUNT + KIND_COUNT, sizeof(*items));
	struct command_choices *choices = calloc(1, sizeof(*choices));
	struct arena arena;
	struct error error = {.kind = ERROR_MEMORY};
	size_t count = 0;
	bool opened;

	(void)call;
	arena_init(&arena, 1 << 20);
	for (int i = 0; items && i < KIND_COUNT; i++) {
		const struct kind *kind = kind_get((enum kind_id)i);

		items[count++] = (struct menu_item){.label = arena_printf(&arena, ":%s", kind->plural),
		        .detail = arena_printf(&arena, "%s (%s)", _(kind->title), kind->aliases)};
	}
	for (int i = 1; items && choices && i < COMMAND_COUNT; i++) {
		const struct command *command = &command_table[i];

		if (!(command->places & PLACE_PANES))
			continue;
		choices->ids[count] = (enum command_id)i;
		items[count++] = (struct menu_item){
		        .label = arena_printf(&arena, ":%s%s%s", command->name, *command->argument ? " " : "",
		                *command->argument ? _(command->argument) : ""),
		        .detail = arena_printf(&arena, "%s  %s", _(command->help), command->keys)};
	}
	const struct menu_spec spec = {.title = _("Commands (/ narrows)"),
	        .items = items,
	        .count = count,
	        .choose = command_chosen,
	        .user_free = free,
	        .user = choices};
	opened = items && choices && menu_open(ui, &spec, &error);
	if (!items || !choices)
		free(choices);
	free(items);
	arena_finish(&arena);
	return opened ? REACT_DRAW : failed(ui, &error);
}

const struct command_handler chooser_handlers[] = {
        {COMMAND_REGIONS, choose_regions},
        {COMMAND_CONTEXT, choose_context},
        {COMMAND_SORT_MENU, choose_order},
        {COMMAND_COMMANDS, list_commands},
        {COMMAND_CHOOSE_COLUMNS, choose_columns},
        {COMMAND_NONE, NULL},
};
