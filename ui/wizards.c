// SPDX-License-Identifier: Apache-2.0
// The wizards of a console: one for each guide that was opened.
#include "config.h"

#include "ui/wizard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/wizard_own.h"

#include "base/banned.h"

struct wizards {
	struct wizard *first;
	const struct context_config *looked_at;
	struct pending *pending; // a look that is under way
};

struct wizards *wizards_create(void)
{
	return calloc(1, sizeof(struct wizards));
}

void wizard_destroy(struct wizard *wizard)
{
	field_close(wizard);
	if (wizard->walk) {
		wizard->walk->wizard = NULL;
		if (wizard->job)
			jobs_cancel(wizard->ui->deck->jobs, wizard->job);
		if (wizard->look)
			jobs_cancel(wizard->ui->deck->jobs, wizard->look);
		if (wizard->listing)
			jobs_cancel(wizard->ui->deck->jobs, wizard->listing);
	}
	form_destroy(wizard);
	checks_destroy(wizard);
	free(wizard->steps);
	document_destroy(wizard->log);
	walk_unref(wizard->walk);
	free(wizard);
}

void wizards_reset(struct ui *ui)
{
	while (ui->wizards && ui->wizards->first) {
		struct wizard *wizard = ui->wizards->first;
		ui->wizards->first = wizard->next;
		wizard_destroy(wizard);
	}
}

// Nobody waits for it any more.
static void forget_look(struct wizards *wizards)
{
	if (wizards->pending)
		wizards->pending->ui = NULL;
	wizards->pending = NULL;
}

void wizards_destroy(struct ui *ui)
{
	if (ui->wizards)
		forget_look(ui->wizards);
	wizards_reset(ui);
	free(ui->wizards);
	ui->wizards = NULL;
}

void wizards_turn(struct ui *ui)
{
	struct wizards *wizards = ui->wizards;
	if (!wizards || !ui->deck->session || wizards->looked_at == ui->deck->context)
		return;
	wizards->looked_at = ui->deck->context;
	if (ui->deck->config->in_memory)
		return;
	forget_look(wizards);
	wizards->pending = calloc(1, sizeof *wizards->pending);
	if (!wizards->pending || guides_look(ui, wizards->pending))
		return;
	free(wizards->pending);
	wizards->pending = NULL;
}

void wizards_looked(struct ui *ui)
{
	ui->wizards->pending = NULL;
}

static struct wizard *find(struct ui *ui, const char *name)
{
	for (struct wizard *wizard = ui->wizards->first; wizard; wizard = wizard->next) {
		const char *tail = strrchr(wizard->name, '/');
		if (!strcmp(wizard->name, name) || !strcmp(wizard->walk->entry.name, name) ||
		        (tail && !strcmp(tail + 1, name)))
			return wizard;
	}
	return NULL;
}

static struct wizard *create(struct ui *ui, const char *name, struct error *error)
{
	struct wizard *wizard = calloc(1, sizeof *wizard);
	struct guide_entry *entry = calloc(1, sizeof *entry);
	if (!wizard || !entry) {
		free(wizard);
		free(entry);
		error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
		return NULL;
	}
	wizard->ui = ui;
	snprintf(wizard->name, sizeof wizard->name, "%s", name);
	snprintf(entry->name, sizeof entry->name, "%s", name);
	wizard->walk = walk_create(wizard, entry, error);
	free(entry);
	if (!wizard->walk) {
		free(wizard);
		return NULL;
	}
	wizard->next = ui->wizards->first;
	ui->wizards->first = wizard;
	wizard_begin(wizard, WORK_OPEN);
	return wizard;
}

bool wizard_open(struct ui *ui, const char *name, struct error *error)
{
	struct wizard *wizard;
	if (!ui->wizards || !ui->deck->session)
		return error_set(error, ERROR_USAGE, "%s", _("no context is open"));
	wizard = find(ui, name);
	if (!wizard && !(wizard = create(ui, name, error)))
		return false;
	return wizard_pane_open(wizard, error);
}

static unsigned run_guides(struct ui *ui, const struct command_call *call)
{
	struct error error = {0};
	(void)call;
	if (!guides_open(ui, &error))
		ui_fail(ui, &error);
	return REACT_DRAW | REACT_INTERESTS;
}

static unsigned run_guide(struct ui *ui, const struct command_call *call)
{
	struct error error = {0};
	if (!*call->argument)
		return run_guides(ui, call);
	if (!wizard_open(ui, call->argument, &error))
		ui_fail(ui, &error);
	return REACT_DRAW | REACT_INTERESTS;
}

const struct command_handler wizard_handlers[] = {
        {COMMAND_GUIDES, run_guides},
        {COMMAND_GUIDE, run_guide},
        {COMMAND_NONE, NULL},
};
