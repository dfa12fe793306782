// SPDX-License-Identifier: Apache-2.0
// A step in words and as the command that does the same, and the whole log of a run.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ui/text_pane.h"
#include "ui/wizard_own.h"

#include "base/banned.h"

// Copies: the wizard may be gone while the text is still looked at.
struct explained {
	struct document_copy {
		enum style style;
		char *text;
	} * lines;
	size_t count, room;
};

static void explained_free(void *user)
{
	struct explained *explained = user;
	for (size_t i = 0; i < explained->count; i++)
		free(explained->lines[i].text);
	free(explained->lines);
	free(explained);
}

static void add(struct explained *explained, enum style style, const char *text, size_t length)
{
	if (explained->count == explained->room) {
		const size_t room = explained->room ? 2 * explained->room : 64;
		struct document_copy *lines = realloc(explained->lines, room * sizeof *lines);
		if (!lines)
			return;
		explained->lines = lines;
		explained->room = room;
	}
	char *copy = strndup(text, length);
	if (copy)
		explained->lines[explained->count++] = (struct document_copy){style, copy};
}

static void add_line(struct explained *explained, enum style style, const char *text)
{
	add(explained, style, text, strlen(text));
}

static void add_command(struct explained *explained, const char *command)
{
	while (*command) {
		const size_t length = strcspn(command, "\n");
		add(explained, STYLE_CODE, command, length);
		command += length + (command[length] == '\n');
	}
}

// What the plan says of it, whole: there it may be cut.
static void add_plan(struct explained *explained, const struct wizard *wizard, const struct guide_step *step)
{
	const struct plan *plan = &wizard->walk->plan;
	char text[900], price[PRICE_TEXT_SIZE];
	for (size_t i = 0; wizard->planned && !wizard_is_busy(wizard) && i < plan->count; i++) {
		const struct plan_line *line = &plan->lines[i];
		if (line->step != step)
			continue;
		snprintf(text, sizeof text, "%s  %s%s%s%s%s", plan_sign_word(line->sign), line->name,
		        line->detail[0] ? ": " : "", line->detail, line->note[0] ? "; " : "", line->note);
		price_text(line->hourly, line->currency, price);
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", *price ? "  " : "", price);
		add_line(explained, STYLE_NAME, text);
	}
}

static void add_step(
        struct explained *explained, const struct wizard *wizard, const struct guide_step *step, bool whole)
{
	const struct guide *guide = wizard->walk->guide;
	const struct guide_section *section = step->section ? guide_section_find(guide, step->section) : NULL;
	const size_t index = (size_t)(step - guide->steps);
	const char *command = wizard->walk->commands ? wizard->walk->commands[index] : NULL;
	const char *undo = wizard->walk->undo_commands ? wizard->walk->undo_commands[index] : NULL;
	if (!whole && !command)
		return;
	if (explained->count)
		add_line(explained, STYLE_TEXT, "");
	add_line(explained, STYLE_HEADING, step->title);
	if (whole && section) {
		add_line(explained, STYLE_DIM, section->heading);
		if (section->address || guide->address)
			add_line(explained, STYLE_DIM, section->address ? section->address : guide->address);
	}
	if (whole)
		add_plan(explained, wizard, step);
	if (whole && step->why)
		add_line(explained, STYLE_TEXT, step->why);
	if (whole)
		add_line(explained, STYLE_TEXT, "");
	if (command)
		add_command(explained, command);
	else
		add_line(explained, STYLE_DIM, _("No command does the same."));
	if (whole && undo) {
		add_line(explained, STYLE_TEXT, "");
		add_line(explained, STYLE_HEADING, _("Its undo"));
		add_command(explained, undo);
	}
	if (whole && step->undo && step->undo->note) {
		add_line(explained, STYLE_TEXT, "");
		add_line(explained, STYLE_WARNING, _("Undoing it takes a person:"));
		add_line(explained, STYLE_TEXT, step->undo->note);
	}
	if (whole && step->optional) {
		add_line(explained, STYLE_TEXT, "");
		add_line(
		        explained, STYLE_DIM, _("Nothing that comes after needs it: it can be skipped when it fails."));
	}
}

static void render(struct pane *pane, void *user, bool revealed)
{
	const struct explained *explained = user;
	(void)revealed;
	for (size_t i = 0; i < explained->count; i++)
		document_add_text(text_pane_document(pane), explained->lines[i].style, explained->lines[i].text);
}

// What one came for: to have the command.
static size_t explain_hints(struct pane *pane, struct hint *out, size_t most, void *user)
{
	size_t count = 0;
	(void)user;
	wizard_hint_at(pane->ui, PLACE_TEXT, out, &count, most, COMMAND_COPY_ALL, _("copy all"));
	wizard_hint_at(pane->ui, PLACE_TEXT, out, &count, most, COMMAND_SAVE, _("save"));
	wizard_hint_at(pane->ui, PLACE_TEXT, out, &count, most, COMMAND_CLOSE, _("back"));
	return count;
}

static const struct text_source explain_source = {
        .name = "explain", .render = render, .user_free = explained_free, .hints = explain_hints};

void explain_open(struct wizard *wizard, const struct guide_step *step)
{
	const struct guide *guide = wizard->walk->guide;
	struct explained *explained = calloc(1, sizeof *explained);
	struct error error = {0};
	struct pane *pane;
	if (!explained)
		return;
	pthread_mutex_lock(&wizard->walk->lock);
	if (step)
		add_step(explained, wizard, step, true);
	for (size_t i = 0; !step && i < guide->step_count; i++)
		add_step(explained, wizard, &guide->steps[i], false);
	pthread_mutex_unlock(&wizard->walk->lock);
	pane = text_pane_create(wizard->ui, &explain_source, step ? step->title : _("As commands"), explained, &error);
	if (!pane || !pages_open(wizard->ui->pages, pane, &error))
		ui_fail(wizard->ui, &error);
}

// ---- the whole log ----

struct log_view {
	struct walk *walk; // held; its wizard may go
	uint64_t next;     // line of the wizard's log that is to be shown
};

static void log_view_free(void *user)
{
	struct log_view *view = user;
	walk_unref(view->walk);
	free(view);
}

enum style log_style(const struct document_line *line)
{
	return line->span_count ? line->spans[0].style : STYLE_TEXT;
}

static bool log_take(struct pane *pane, void *user)
{
	struct log_view *view = user;
	struct wizard *wizard = view->walk->wizard;
	bool changed = false;
	if (!wizard || !wizard->open)
		return false;
	walk_news_take(view->walk);
	if (view->next < document_first(wizard->log) || view->next > document_end(wizard->log))
		view->next = document_first(wizard->log);
	for (; view->next < document_end(wizard->log); view->next++, changed = true) {
		const struct document_line *line = document_line(wizard->log, view->next);
		document_add_text(text_pane_document(pane), log_style(line), line->text);
	}
	return changed;
}

static size_t log_hints(struct pane *pane, struct hint *out, size_t most, void *user)
{
	size_t count = 0;
	(void)user;
	wizard_hint_at(pane->ui, PLACE_LOG, out, &count, most, COMMAND_TAIL, _("follow"));
	wizard_hint_at(pane->ui, PLACE_TEXT, out, &count, most, COMMAND_SAVE, _("save"));
	wizard_hint_at(pane->ui, PLACE_TEXT, out, &count, most, COMMAND_CLOSE, _("back"));
	return count;
}

void log_open(struct wizard *wizard)
{
	static const struct text_source source = {
	        .name = "guide-log", .grows = true, .update = log_take, .user_free = log_view_free, .hints = log_hints};
	struct log_view *view = calloc(1, sizeof *view);
	struct error error = {0};
	struct pane *pane;
	if (!view)
		return;
	view->walk = walk_ref(wizard->walk);
	view->next = document_first(wizard->log);
	pane = text_pane_create(wizard->ui, &source, _("Log of the run"), view, &error);
	if (pane)
		log_take(pane, view);
	if (!pane || !pages_open(wizard->ui->pages, pane, &error))
		ui_fail(wizard->ui, &error);
}
