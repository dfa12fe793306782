// SPDX-License-Identifier: Apache-2.0
// The list of guides: installed ones and the person's own, and which of them were begun in this context.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guide/folder.h"
#include "guide/store.h"
#include "inventory/database.h"
#include "ui/text_pane.h"
#include "ui/wizard_own.h"

#include "base/banned.h"

enum { TITLE_SIZE = 160, NAME_COLUMNS = 28 };

struct listed {
	char name[128], title[TITLE_SIZE];
	bool own, broken, begun;
	enum run_state state; // of its newest run, when one was begun
};

// A reading of the folders and of what is known of runs, by a job; whoever asked for it may have gone meanwhile.
struct listing {
	char config_folder[512], state_folder[512], context[128];
	bool in_memory;
	const struct clock *clock;
	struct log *log;
	struct listed guides[GUIDES_MOST];
	size_t count;
	struct pane *pane; // NULL = nobody waits any more
	void *shown;
};

struct shown {
	struct listing *listing;
};

static void read_runs(struct listing *listing)
{
	struct error error;
	char path[DATABASE_PATH_SIZE];
	struct guide_store *store;
	struct run_row *runs = calloc(RUNS_MOST, sizeof *runs);
	if (!runs || listing->in_memory || !database_path(listing->state_folder, path, &error) ||
	        !(store = store_open(path, listing->clock, listing->log, &error))) {
		free(runs);
		return;
	}
	// Newest first.
	const size_t count = store_runs(store, NULL, listing->context, runs, RUNS_MOST);
	for (size_t i = 0; i < count && i < RUNS_MOST; i++)
		for (size_t n = 0; n < listing->count; n++)
			if (!listing->guides[n].begun && !strcmp(listing->guides[n].name, runs[i].guide)) {
				listing->guides[n].begun = true;
				listing->guides[n].state = runs[i].state;
			}
	store_close(store);
	free(runs);
}

static bool listing_run(struct job *job, void *user, struct error *error)
{
	struct listing *listing = user;
	struct guide_entry *entries = calloc(GUIDES_MOST, sizeof *entries);
	(void)job;
	if (!entries)
		return error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
	listing->count = folder_list(listing->config_folder, entries, GUIDES_MOST);
	for (size_t i = 0; i < listing->count; i++) {
		struct guide *guide = guide_read(entries[i].folder, entries[i].name, false, NULL, NULL);
		struct listed *listed = &listing->guides[i];
		snprintf(listed->name, sizeof listed->name, "%s", entries[i].name);
		snprintf(listed->title, sizeof listed->title, "%s", guide && guide->title ? guide->title : "");
		listed->own = entries[i].own;
		listed->broken = !guide;
		guide_destroy(guide);
	}
	free(entries);
	read_runs(listing);
	return true;
}

static void add_guide(struct document *document, const struct listed *listed)
{
	static const struct {
		const char *word;
		enum style style;
	} states[] = {
	        [RUN_STARTED] = {N_("not finished: Enter goes on"), STYLE_WARNING},
	        [RUN_DONE] = {N_("done"), STYLE_GOOD},
	        [RUN_UNDOING] = {N_("being undone: Enter goes on"), STYLE_WARNING},
	        [RUN_UNDONE] = {N_("undone"), STYLE_DIM},
	};
	char name[160];
	const struct document_piece pieces[] = {{STYLE_NAME, name},
	        {STYLE_TEXT, listed->broken ? _("cannot be read") : listed->title},
	        {STYLE_DIM, listed->own ? _(" (yours)") : ""}, {STYLE_TEXT, listed->begun ? "  " : ""},
	        {listed->begun ? states[listed->state].style : STYLE_TEXT,
	                listed->begun ? _(states[listed->state].word) : ""}};
	snprintf(name, sizeof name, "%-*s  ", NAME_COLUMNS, listed->name);
	document_add(document, pieces, COUNT_OF(pieces), 0, listed->name, 0);
}

static void listing_done(job_id id, enum job_state state, const struct error *error, void *user)
{
	struct listing *listing = user;
	(void)id;
	if (!listing->pane)
		return;
	struct document *document = text_pane_document(listing->pane);
	((struct shown *)listing->shown)->listing = NULL;
	document_clear(document);
	if (state != JOB_DONE)
		document_add_text(document, STYLE_BAD, error->message);
	else if (!listing->count)
		document_add_text(document, STYLE_DIM, _("No guide was found."));
	for (size_t i = 0; state == JOB_DONE && i < listing->count; i++)
		add_guide(document, &listing->guides[i]);
	text_pane_changed(listing->pane);
}

static void reload(struct pane *pane, struct shown *shown)
{
	const struct deck *deck = pane->ui->deck;
	struct error error = {0};
	struct listing *listing = shown->listing ? NULL : calloc(1, sizeof *listing);
	const struct job_spec spec = {.title = _("List the guides"),
	        .quiet = true,
	        .settled = true,
	        .run = listing_run,
	        .done = listing_done,
	        .user = listing,
	        .user_free = free};
	if (!listing)
		return;
	snprintf(listing->config_folder, sizeof listing->config_folder, "%s", deck->config->config_folder);
	snprintf(listing->state_folder, sizeof listing->state_folder, "%s", deck->config->state_folder);
	snprintf(listing->context, sizeof listing->context, "%s", deck->context ? deck->context->name : "");
	listing->in_memory = deck->config->in_memory;
	listing->clock = deck->clock;
	listing->log = deck->log;
	listing->pane = pane;
	listing->shown = shown;
	if (jobs_submit(deck->jobs, &spec, &error)) {
		shown->listing = listing;
		return;
	}
	free(listing);
	ui_fail(pane->ui, &error);
}

static void shown_free(void *user)
{
	struct shown *shown = user;
	if (shown->listing)
		shown->listing->pane = NULL;
	free(shown);
}

static unsigned open_link(struct pane *pane, const char *link, void *user)
{
	struct error error = {0};
	(void)user;
	if (!wizard_open(pane->ui, link, &error))
		ui_fail(pane->ui, &error);
	return REACT_DRAW | REACT_INTERESTS;
}

static unsigned guides_command(struct pane *pane, const struct command_call *call, void *user)
{
	if (call->id != COMMAND_REFRESH)
		return REACT_PASS;
	reload(pane, user);
	return REACT_DRAW;
}

static const struct text_source guides_source = {
        .name = "guides", .command = guides_command, .open = open_link, .user_free = shown_free};

bool guides_open(struct ui *ui, struct error *error)
{
	struct shown *shown = calloc(1, sizeof *shown);
	struct pane *pane;
	if (!shown)
		return error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
	pane = text_pane_create(ui, &guides_source, _("Guides"), shown, error);
	if (!pane)
		return false;
	reload(pane, shown);
	return pages_open(ui->pages, pane, error);
}

// ---- what was not finished ----

static bool pending_run(struct job *job, void *user, struct error *error)
{
	struct pending *pending = user;
	char path[DATABASE_PATH_SIZE];
	struct run_row *runs = calloc(RUNS_MOST, sizeof *runs);
	struct step_row *rows = calloc(ROWS_MOST, sizeof *rows);
	struct guide_store *store = NULL;
	(void)job;
	if (runs && rows && database_path(pending->state_folder, path, error))
		store = store_open(path, pending->clock, pending->log, error);
	const size_t count = store ? store_runs(store, NULL, pending->context, runs, RUNS_MOST) : 0;
	for (size_t i = 0; i < count && i < RUNS_MOST && !pending->guide[0]; i++) {
		bool began = runs[i].state == RUN_UNDOING;
		const size_t steps = runs[i].state == RUN_STARTED ? store_steps(store, runs[i].id, rows, ROWS_MOST) : 0;
		for (size_t n = 0; n < steps; n++)
			began = began || rows[n].made || rows[n].state == ROW_INTENDED;
		if (began)
			snprintf(pending->guide, sizeof pending->guide, "%s", runs[i].guide);
	}
	store_close(store);
	free(runs);
	free(rows);
	return true;
}

static void pending_done(job_id id, enum job_state state, const struct error *error, void *user)
{
	struct pending *pending = user;
	struct ui *ui = pending->ui;
	(void)id, (void)error;
	if (ui)
		wizards_looked(ui);
	if (state != JOB_DONE || !ui || !pending->guide[0] || !ui->deck->context ||
	        strcmp(ui->deck->context->name, pending->context) != 0)
		return;
	ui_say(ui, _("a run of %s is not finished: :guide %s goes on with it"), pending->guide, pending->guide);
	ui->redraw = true;
}

bool guides_look(struct ui *ui, struct pending *pending)
{
	const struct deck *deck = ui->deck;
	struct error error = {0};
	const struct job_spec spec = {.title = _("Look for runs that are not finished"),
	        .quiet = true,
	        .settled = true,
	        .run = pending_run,
	        .done = pending_done,
	        .user = pending,
	        .user_free = free};
	pending->ui = ui;
	snprintf(pending->state_folder, sizeof pending->state_folder, "%s", deck->config->state_folder);
	snprintf(pending->context, sizeof pending->context, "%s", deck->context->name);
	pending->clock = deck->clock;
	pending->log = deck->log;
	return jobs_submit(deck->jobs, &spec, &error) != 0;
}
