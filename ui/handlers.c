// SPDX-License-Identifier: Apache-2.0
// From a command to whoever handles it; the status line; what leaves, cancels, freezes and refreshes.
#include "config.h"

#include <errno.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/log.h"
#include "base/text.h"
#include "ui/cleanup.h"
#include "ui/dashboard.h"
#include "ui/state.h"
#include "ui/table.h"
#include "ui/wizard.h"

#include "base/banned.h"

extern char **environ;

static const struct command_handler *const tables[] = {
        navigation_handlers,
        session_handlers,
        prompt_handlers,
        chooser_handlers,
        view_handlers,
        orphans_handlers,
        diagnose_handlers,
        sweep_handlers,
        follow_handlers,
        action_handlers,
        wizard_handlers,
};

void ui_say(struct ui *ui, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(ui->status, sizeof ui->status, format, arguments);
	va_end(arguments);
	ui->status_is_error = false;
	ui->status_until = ui->now + UI_STATUS_MS;
}

void ui_fail(struct ui *ui, const struct error *error)
{
	error_format(error, ui->status, sizeof ui->status);
	ui->status_is_error = true; // stays until a key is pressed after 10 s
	ui->status_until = ui->now + UI_STATUS_MS;
	log_error(ui->deck->log, error);
}

struct pane *ui_focused_pane(struct ui *ui)
{
	return pages_focused(ui->pages);
}

bool ui_selection(struct ui *ui, struct selection *out)
{
	struct pane *pane = ui_focused_pane(ui);
	return pane->type->selection && pane->type->selection(pane, out);
}

unsigned ui_command(struct ui *ui, const struct command_call *call)
{
	struct pane *pane = ui_focused_pane(ui);
	unsigned reactions = REACT_PASS;
	if (command_table[call->id].places & pane->type->place)
		reactions = pane->type->command(pane, call);
	if (reactions == REACT_PASS)
		reactions = pages_command(ui->pages, call);
	for (size_t i = 0; i < COUNT_OF(tables) && reactions == REACT_PASS; i++)
		for (const struct command_handler *row = tables[i]; row->id != COMMAND_NONE && reactions == REACT_PASS;
		        row++)
			if (row->id == call->id)
				reactions = row->run(ui, call);
	return reactions == REACT_PASS ? REACT_DONE : reactions;
}

bool ui_run_program(struct ui *ui, const char *const *argv, int *status, struct error *error)
{
	pid_t child;
	(void)ui;
	term_leave();
	const int failed = posix_spawnp(&child, argv[0], NULL, NULL, (char *const *)(uintptr_t)argv, environ);
	while (!failed && waitpid(child, status, 0) < 0 && errno == EINTR)
		;
	term_return();
	if (!failed)
		return true;
	errno = failed;
	return error_set_errno(error, _("cannot run %s"), argv[0]);
}

static unsigned leave(struct ui *ui, void *user)
{
	(void)ui;
	(void)user;
	return REACT_QUIT;
}

static unsigned ask_to_leave(struct ui *ui)
{
	char line[128] = "";
	const unsigned running = jobs_running(ui->deck->jobs, true);
	struct error error = {0};
	if (running)
		snprintf(line, sizeof line, _("%u operations are running; the cloud may finish them without you."),
		        running);
	else
		snprintf(line, sizeof line, "%s", _("Nothing is running."));
	const char *const lines[] = {line};
	const struct confirm_spec spec = {.title = _("Leave peerdeck?"),
	        .lines = lines,
	        .line_count = 1,
	        .level = GUARD_REVERSIBLE,
	        .accept = leave};
	if (!dialog_confirm(ui, &spec, &error))
		ui_fail(ui, &error);
	return REACT_DRAW;
}

static unsigned run_close(struct ui *ui, const struct command_call *call)
{
	(void)call;
	if (pages_back(ui->pages))
		return REACT_DRAW | REACT_INTERESTS;
	return ask_to_leave(ui);
}

static unsigned run_quit(struct ui *ui, const struct command_call *call)
{
	(void)call;
	return jobs_running(ui->deck->jobs, true) ? ask_to_leave(ui) : REACT_QUIT;
}

static unsigned run_cancel(struct ui *ui, const struct command_call *call)
{
	enum { TWICE_MS = 2000 };
	struct job_view newest;
	(void)call;
	if (ui->cancel_pressed && ui->now - ui->cancel_pressed <= TWICE_MS)
		return REACT_QUIT;
	ui->cancel_pressed = ui->now;
	const size_t count = jobs_list(ui->deck->jobs, false, &newest, 1);
	if (count && newest.state < JOB_DONE && jobs_cancel(ui->deck->jobs, newest.id))
		ui_say(ui, _("asked to stop: %s"), newest.title);
	else
		ui_say(ui, _("nothing to cancel; press again within 2 s to leave"));
	return REACT_DRAW;
}

static unsigned run_refresh(struct ui *ui, const struct command_call *call)
{
	struct pane *pane = ui_focused_pane(ui);
	const struct view_source *sources;
	if (!ui->deck->poller)
		return REACT_DONE;
	if (!pane_is_table(pane))
		return call->id == COMMAND_REPAINT ? REACT_REPAINT | REACT_DRAW : REACT_PASS;
	const enum kind_id kind = table_kind(pane)->id;
	if (kind == KIND_ORPHAN && cleanup_scanner(ui))
		scanner_now(cleanup_scanner(ui));
	const size_t count = view_sources(table_view(pane), &sources);
	for (size_t i = 0; i < count; i++)
		poller_refresh(ui->deck->poller, kind, &sources[i].scope);
	ui_say(ui, _("reading again"));
	return REACT_DRAW | REACT_INTERESTS | (call->id == COMMAND_REPAINT ? REACT_REPAINT : 0);
}

static unsigned run_suspend(struct ui *ui, const struct command_call *call)
{
	(void)ui;
	(void)call;
	term_suspend();
	return REACT_DRAW;
}

static unsigned run_freeze(struct ui *ui, const struct command_call *call)
{
	(void)call;
	ui->frozen = !ui->frozen;
	if (ui->deck->poller)
		poller_freeze(ui->deck->poller, ui->frozen);
	return REACT_DRAW;
}

static unsigned run_dashboard(struct ui *ui, const struct command_call *call)
{
	struct error error = {0};
	(void)call;
	if (ui_focused_pane(ui)->type->place == PLACE_DASHBOARD)
		return REACT_DONE;
	struct pane *pane = dashboard_create(ui, &error);
	if (!pane || !pages_open(ui->pages, pane, &error))
		ui_fail(ui, &error);
	return REACT_DRAW | REACT_INTERESTS;
}

static unsigned run_header(struct ui *ui, const struct command_call *call)
{
	bool *hidden = call->id == COMMAND_HEADER ? &ui->header_hidden : &ui->path_hidden;
	*hidden = !*hidden;
	return REACT_DRAW;
}

const struct command_handler navigation_handlers[] = {
        {COMMAND_CLOSE, run_close},
        {COMMAND_QUIT, run_quit},
        {COMMAND_CANCEL, run_cancel},
        {COMMAND_REFRESH, run_refresh},
        {COMMAND_REPAINT, run_refresh},
        {COMMAND_SUSPEND, run_suspend},
        {COMMAND_FREEZE, run_freeze},
        {COMMAND_HEADER, run_header},
        {COMMAND_PATH, run_header},
        {COMMAND_DASHBOARD, run_dashboard},
        {COMMAND_NONE, NULL},
};
