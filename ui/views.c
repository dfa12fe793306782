// SPDX-License-Identifier: Apache-2.0
// Commands that open a view, copy, or save.
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "ui/cleanup.h"
#include "ui/copy.h"
#include "ui/describe.h"
#include "ui/help.h"
#include "ui/operations.h"
#include "ui/table.h"
#include "ui/text_pane.h"
#include "base/banned.h"

enum { SAVE_MOST = 256 << 20, LOG_BATCH = 64 };

static unsigned failed(struct ui *ui, const struct error *error)
{
	ui_fail(ui, error);
	return REACT_DRAW;
}

static unsigned nothing_selected(struct ui *ui)
{
	ui_say(ui, "%s", _("nothing is selected"));
	return REACT_DRAW;
}

static bool wants_evidence(struct ui *ui, const struct target *target)
{
	const struct report *report = target->kind == KIND_VM ? cleanup_report(ui) : NULL;
	const struct report_item *item = report ? report_find(report, target->id) : NULL;
	const bool wanted = target->kind == KIND_ORPHAN ||
	                    (item && (item->verdict == VERDICT_ORPHAN || item->verdict == VERDICT_SUSPECT ||
	                                     item->verdict == VERDICT_UNKNOWN));

	report_unref(report);
	return wanted;
}

static unsigned describe(struct ui *ui, const struct command_call *call)
{
	struct target target;
	struct error error;

	(void)call;
	if (!target_selected(ui, &target))
		return nothing_selected(ui);
	// Of what may be nobody's the evidence tells most; Enter there describes it.
	if (wants_evidence(ui, &target) && evidence_open(ui, target.id, &error))
		return REACT_DRAW | REACT_INTERESTS;
	return describe_open(ui, &target, &error) ? REACT_DRAW | REACT_INTERESTS : failed(ui, &error);
}

static unsigned raw(struct ui *ui, const struct command_call *call)
{
	struct selection selection;
	struct target target;
	struct error error;

	// A text about a record knows the record only by id.
	if (!ui_selection(ui, &selection) || !target_find(ui, selection.kind, selection.id, &target))
		return nothing_selected(ui);
	return raw_open(ui, &target, call->id == COMMAND_JSON, &error) ? REACT_DRAW | REACT_INTERESTS
	                                                               : failed(ui, &error);
}

static unsigned help(struct ui *ui, const struct command_call *call)
{
	struct pane *pane = ui_focused_pane(ui);
	unsigned place = *call->argument ? place_find(call->argument) : pane ? pane->type->place : PLACE_PANES;
	struct error error;

	if (*call->argument && !place) {
		ui_say(ui, _("help knows: table, text, log, operations, dialog, menu, prompt, all"));
		return REACT_DRAW;
	}
	// "all" shows every command.
	return help_open(ui, place == PLACE_ALL ? 0 : place, &error) ? REACT_DRAW | REACT_INTERESTS
	                                                             : failed(ui, &error);
}

static unsigned operations(struct ui *ui, const struct command_call *call)
{
	struct pane *pane = ui_focused_pane(ui);
	struct error error;

	(void)call;
	if (pane && pane->type->place == PLACE_OPERATIONS)
		return REACT_DONE;
	pane = operations_create(ui, &error);
	return pane && pages_open(ui->pages, pane, &error) ? REACT_DRAW | REACT_INTERESTS : failed(ui, &error);
}

struct log_shown {
	uint64_t last;
};

static bool log_update(struct pane *pane, void *user)
{
	static const enum style styles[] = {[LOG_DEBUG] = STYLE_DIM,
	        [LOG_INFO] = STYLE_TEXT,
	        [LOG_WARNING] = STYLE_WARNING,
	        [LOG_ERROR] = STYLE_BAD};
	struct log_shown *shown = user;
	struct log *log = pane->ui->deck->log;
	struct log_line *lines;
	size_t count;
	bool any = false;

	if (log_last(log) == shown->last || !(lines = calloc(LOG_BATCH, sizeof(*lines))))
		return false;
	while ((count = log_read(log, shown->last, lines, LOG_BATCH)) > 0) {
		for (size_t i = 0; i < count; i++) {
			const struct document_piece pieces[] = {
			        {styles[lines[i].level], log_level_name(lines[i].level)}, {STYLE_TEXT, "  "},
			        {STYLE_TEXT, lines[i].text}};

			document_add(text_pane_document(pane), pieces, COUNT_OF(pieces), 0, "", lines[i].time);
		}
		shown->last = lines[count - 1].number;
		any = true;
	}
	free(lines);
	return any;
}

static const struct text_source log_source = {.name = "log", .grows = true, .update = log_update, .user_free = free};

static unsigned show_log(struct ui *ui, const struct command_call *call)
{
	struct log_shown *shown = calloc(1, sizeof(*shown));
	struct pane *pane = NULL;
	struct error error = {.kind = ERROR_MEMORY};

	(void)call;
	if (shown)
		pane = text_pane_create(ui, &log_source, _("Log"), shown, &error);
	if (pane)
		log_update(pane, shown);
	return pane && pages_open(ui->pages, pane, &error) ? REACT_DRAW | REACT_INTERESTS : failed(ui, &error);
}

// The record marked for comparison. The console is one per program, and so is this.
static struct target compared;

static unsigned compare(struct ui *ui, const struct command_call *call)
{
	struct target target;
	struct error error;
	char words[300];

	(void)call;
	if (!target_selected(ui, &target))
		return nothing_selected(ui);
	if (!compared.id[0] || compared.kind != target.kind || strcmp(compared.id, target.id) == 0) {
		compared = target;
		target_words(&target, words, sizeof(words));
		ui_say(ui, _("%s is marked for comparison; m on another row shows the difference"), words);
		return REACT_DRAW;
	}
	bool opened = compare_open(ui, &compared, &target, &error);
	compared.id[0] = '\0';
	return opened ? REACT_DRAW : failed(ui, &error);
}

static unsigned console(struct ui *ui, const struct command_call *call)
{
	struct deck *deck = ui->deck;
	struct target target;
	struct snapshot *holder;
	const struct record *record;
	struct buffer url;
	char shown[1024];

	(void)call;
	if (!target_selected(ui, &target))
		return nothing_selected(ui);
	buffer_init(&url, sizeof(shown) / 4);
	record = target_record(ui, &target, &holder);
	// Clusters have no console of their own: what they tell of is shown by their cloud.
	if (!record || !deck->backend || !deck->backend->console_url ||
	        !deck->backend->console_url(deck->session, target.kind, &target.scope, record, &url)) {
		ui_say(ui, "%s", _("the cloud has no page for it"));
	} else {
		text_visible(buffer_text(&url), url.size, shown, sizeof(shown));
		copy_text(ui, buffer_text(&url), url.size, shown);
	}
	target_release(holder);
	buffer_finish(&url);
	return REACT_DRAW;
}

static const char *format_of(const char *path)
{
	const char *dot = strrchr(path, '.');

	if (dot && strcmp(dot, ".csv") == 0)
		return "csv";
	if (dot && strcmp(dot, ".json") == 0)
		return "json";
	if (dot && strcmp(dot, ".md") == 0)
		return "markdown";
	return "text";
}

static bool write_file(const char *path, const struct buffer *text, bool over, struct error *error)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (over ? O_TRUNC : O_EXCL), 0600);
	size_t written = 0;

	if (fd < 0)
		return error_set_errno(error, "%s", path);
	while (written < text->size) {
		ssize_t sent = write(fd, text->data + written, text->size - written);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			break;
		written += (size_t)sent;
	}
	if (close(fd) < 0 || written < text->size)
		return error_set_errno(error, "%s", path);
	return true;
}

// What will be written is made when the name is given, and written by a job, whose end is told as that of every job.
struct saving {
	char path[1024];
	struct buffer text;
	bool over;
};

static void saving_free(void *user)
{
	struct saving *saving = user;

	buffer_finish(&saving->text);
	free(saving);
}

static bool saving_run(struct job *job, void *user, struct error *error)
{
	struct saving *saving = user;

	job_progress(job, 0, 0, "%s", saving->path);
	return write_file(saving->path, &saving->text, saving->over, error);
}

static bool submit(struct ui *ui, struct saving *saving, struct error *error)
{
	char title[256];
	struct job_spec spec = {.title = title, .run = saving_run, .user = saving, .user_free = saving_free};

	snprintf(title, sizeof(title), _("Save %.200s"), saving->path);
	if (!jobs_submit(ui->deck->jobs, &spec, error)) {
		saving_free(saving);
		return false;
	}
	return true;
}

static unsigned overwrite(struct ui *ui, void *user)
{
	const struct saving *asked = user;
	struct saving *saving = calloc(1, sizeof(*saving));
	struct error error = {.kind = ERROR_MEMORY};

	if (!saving)
		return failed(ui, &error);
	*saving = *asked;
	buffer_init(&saving->text, SAVE_MOST);
	if (!buffer_add(&saving->text, buffer_text(&asked->text), asked->text.size)) {
		saving_free(saving);
		return failed(ui, &error);
	}
	saving->over = true;
	return submit(ui, saving, &error) ? REACT_DRAW : failed(ui, &error);
}

// What is saved: the focused pane, or what somebody makes.
struct save_source {
	save_make *make; // NULL = the focused pane
	void *user;
};

static bool make_text(
        struct ui *ui, const struct save_source *source, const char *format, struct buffer *out, struct error *error)
{
	struct pane *pane = ui_focused_pane(ui);

	if (source->make)
		return source->make(source->user, format, out, error);
	if (!pane || !pane->type->save)
		return error_set(error, ERROR_USAGE, "%s", _("this view cannot be saved"));
	return pane->type->save(pane, format, out, error);
}

static bool save_accepted(struct ui *ui, const char *path, void *user, unsigned *reactions, struct error *error)
{
	struct saving *saving;

	*reactions |= REACT_DRAW;
	path += strspn(path, " ");
	if (!*path)
		return error_set(error, ERROR_USAGE, "%s",
		        _("a file name is needed: .csv and .json choose the format, all else is text"));
	saving = calloc(1, sizeof(*saving));
	if (!saving)
		return error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
	if (path[0] == '~' && path[1] == '/' && getenv("HOME"))
		snprintf(saving->path, sizeof(saving->path), "%s%s", getenv("HOME"), path + 1);
	else
		snprintf(saving->path, sizeof(saving->path), "%s", path);
	buffer_init(&saving->text, SAVE_MOST);
	if (!make_text(ui, user, format_of(path), &saving->text, error)) {
		saving_free(saving);
		return false;
	}
	if (access(saving->path, F_OK) != 0)
		return submit(ui, saving, error);
	const char *const lines[] = {saving->path, "", _("This file exists already. What is in it will be lost.")};
	const struct confirm_spec spec = {.title = _("Write over it?"),
	        .lines = lines,
	        .line_count = COUNT_OF(lines),
	        .level = GUARD_REVERSIBLE,
	        .accept = overwrite,
	        .user_free = saving_free,
	        .user = saving};
	return dialog_confirm(ui, &spec, error);
}

static unsigned save(struct ui *ui, const struct command_call *call)
{
	struct pane *pane = ui_focused_pane(ui);
	struct error error = {.kind = ERROR_NONE};
	unsigned reactions = REACT_DRAW;
	char suggestion[128];

	if (!pane || !pane->type->save) {
		ui_say(ui, "%s", _("this view cannot be saved"));
		return REACT_DRAW;
	}
	if (*call->argument) {
		struct save_source source = {0};

		if (!save_accepted(ui, call->argument, &source, &reactions, &error))
			ui_fail(ui, &error);
		return reactions;
	}
	snprintf(suggestion, sizeof(suggestion), "peerdeck-%s.%s",
	        pane_is_table(pane) ? table_kind(pane)->plural : pane->type->name, pane_is_table(pane) ? "csv" : "txt");
	return save_prompt(ui, suggestion, NULL, NULL, &error) ? REACT_DRAW : failed(ui, &error);
}

bool save_prompt(struct ui *ui, const char *name, save_make *make, void *user, struct error *error)
{
	struct save_source *source = calloc(1, sizeof(*source));

	if (!source)
		return error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
	*source = (struct save_source){.make = make, .user = user};
	const struct prompt_spec spec = {.label = _("Save as (.csv, .json, .md, else text)"),
	        .text = name,
	        .history = "save",
	        .accept = save_accepted,
	        .user_free = free,
	        .user = source};
	return prompt_open(ui, &spec, error);
}

static unsigned full_screen(struct ui *ui, const struct command_call *call)
{
	bool hide = !ui->header_hidden || !ui->path_hidden;

	(void)call;
	ui->header_hidden = ui->path_hidden = hide;
	return REACT_DRAW;
}

// Looks in everything that was read, whatever its kind; the first one found is described.
static unsigned find(struct ui *ui, const struct command_call *call)
{
	struct error error;

	if (!*call->argument) {
		ui_say(ui, "%s", _("write: find NAME, ID or ADDRESS"));
		return REACT_DRAW;
	}
	for (int i = 0; i < KIND_COUNT; i++) {
		struct target target;

		if (target_find(ui, (enum kind_id)i, call->argument, &target))
			return describe_open(ui, &target, &error) ? REACT_DRAW | REACT_INTERESTS : failed(ui, &error);
	}
	// No id: pod VMs by text.
	return pages_open_kind(ui->pages, KIND_VM, call->argument, &error) ? REACT_DRAW | REACT_INTERESTS
	                                                                   : failed(ui, &error);
}

const struct command_handler view_handlers[] = {
        {COMMAND_DESCRIBE, describe},
        {COMMAND_YAML, raw},
        {COMMAND_JSON, raw},
        {COMMAND_HELP, help},
        {COMMAND_OPERATIONS, operations},
        {COMMAND_LOG, show_log},
        {COMMAND_COMPARE, compare},
        {COMMAND_CONSOLE, console},
        {COMMAND_SAVE, save},
        {COMMAND_FULL, full_screen},
        {COMMAND_FIND, find},
        {COMMAND_NONE, NULL},
};
