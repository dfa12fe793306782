// SPDX-License-Identifier: Apache-2.0
// The audit record: what was swept, why, by whom and how it came out. Enter shows an entry whole; Ctrl-s exports a
// report as Markdown, the entries as JSON, the list as text.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "orphans/audit_report.h"
#include "ui/cleanup.h"
#include "ui/describe.h"
#include "ui/sweeps.h"
#include "ui/text_pane.h"
#include "base/banned.h"

enum { ENTRIES_MOST = 20000, RAW_MOST = 64 << 20, SUMMARY_MOST = 4096 };

struct entry {
	enum audit_state state;
	int64_t time;
	char event[AUDIT_EVENT_SIZE];
	char *summary;    // visible
	size_t raw, size; // of its line
};

// Made by a job; the pane takes it when it is whole.
struct reading {
	struct sweep_disk *disk;
	struct entry *entries;
	size_t count, room, left_out;
	struct audit_health health;
	struct buffer raw, markdown;
	struct pane *pane; // NULL = nobody waits any more
};

struct shown {
	struct ui *ui;
	struct reading *reading; // under way
	struct reading *taken;   // shown
};

static void reading_destroy(struct reading *reading)
{
	if (!reading)
		return;
	for (size_t i = 0; i < reading->count; i++)
		free(reading->entries[i].summary);
	free(reading->entries);
	buffer_finish(&reading->raw);
	buffer_finish(&reading->markdown);
	sweep_disk_unref(reading->disk);
	free(reading);
}

static bool take_entry(const struct audit_entry *entry, void *user)
{
	struct reading *reading = user;
	struct buffer summary;

	if (reading->count == reading->room) {
		const size_t room = reading->room ? 2 * reading->room : 256;
		struct entry *entries =
		        reading->room < ENTRIES_MOST ? realloc(reading->entries, room * sizeof(*entries)) : NULL;

		if (!entries) {
			reading->left_out++;
			return true;
		}
		reading->entries = entries;
		reading->room = room;
	}
	struct entry *kept = &reading->entries[reading->count];
	*kept = (struct entry){
	        .state = entry->state, .time = entry->time, .raw = reading->raw.size, .size = entry->size};
	snprintf(kept->event, sizeof(kept->event), "%s", entry->event);
	buffer_init(&summary, SUMMARY_MOST);
	audit_summary(entry, &summary);
	kept->summary = strdup(buffer_text(&summary));
	buffer_finish(&summary);
	if (!kept->summary)
		return false;
	buffer_add(&reading->raw, entry->text, entry->size);
	buffer_add_char(&reading->raw, '\n');
	reading->count++;
	return true;
}

static bool reading_run(struct job *job, void *user, struct error *error)
{
	struct reading *reading = user;

	(void)job;
	return audit_read(reading->disk->audit, 0, take_entry, reading, &reading->health, error) &&
	       audit_report_markdown(reading->disk->audit, 0, &reading->markdown, error);
}

static void reading_done(job_id id, enum job_state state, const struct error *error, void *user)
{
	struct reading *reading = user;

	(void)id;
	if (!reading->pane)
		return;
	struct shown *shown = text_pane_user(reading->pane);
	struct pane *pane = reading->pane;
	shown->reading = NULL;
	reading->pane = NULL;
	if (state == JOB_DONE) {
		reading_destroy(shown->taken);
		shown->taken = reading;
		text_pane_render(pane);
	} else if (error) {
		document_add_text(text_pane_document(pane), STYLE_ERROR, error->message);
		text_pane_changed(pane);
	}
}

// What the pane took is its own.
struct handle {
	struct reading *reading;
};

static void shown_free(void *user)
{
	struct shown *shown = user;

	if (shown->reading)
		shown->reading->pane = NULL;
	reading_destroy(shown->taken);
	free(shown);
}

static bool job_run(struct job *job, void *user, struct error *error)
{
	return reading_run(job, ((struct handle *)user)->reading, error);
}

static void job_done(job_id id, enum job_state state, const struct error *error, void *user)
{
	struct handle *handle = user;
	const bool wanted = handle->reading->pane && state == JOB_DONE;

	reading_done(id, state, error, handle->reading);
	if (wanted)
		handle->reading = NULL;
}

static void handle_free(void *user)
{
	struct handle *handle = user;

	reading_destroy(handle->reading);
	free(handle);
}

static void begin(struct shown *shown, struct pane *pane)
{
	struct reading *reading = shown->ui->cleanup ? calloc(1, sizeof(*reading)) : NULL;
	struct handle *handle = calloc(1, sizeof(*handle));
	struct job_spec spec = {.title = _("Read the audit record"),
	        .quiet = true,
	        .settled = true,
	        .run = job_run,
	        .done = job_done,
	        .user = handle,
	        .user_free = handle_free};
	struct error error = {.kind = ERROR_NONE};

	if (!reading || !handle) {
		free(reading);
		free(handle);
		document_add_text(text_pane_document(pane), STYLE_DIM, _("There is no audit record here."));
		return;
	}
	buffer_init(&reading->raw, RAW_MOST);
	buffer_init(&reading->markdown, AUDIT_REPORT_MOST);
	reading->disk = sweep_disk_ref(cleanup_disk(shown->ui));
	reading->pane = pane;
	handle->reading = reading;
	shown->reading = reading;
	if (jobs_submit(shown->ui->deck->jobs, &spec, &error))
		return;
	shown->reading = NULL;
	handle_free(handle);
	document_add_text(text_pane_document(pane), STYLE_ERROR, error.message);
}

static void add_health(struct document *document, const struct reading *reading)
{
	const struct audit_health *health = &reading->health;
	const size_t damaged =
	        health->damaged[AUDIT_TORN] + health->damaged[AUDIT_MISSING] + health->damaged[AUDIT_CHANGED];
	const char *path = audit_path(reading->disk->audit);

	if (*path)
		document_printf(document, STYLE_DIM, "%s", path);
	else
		document_add_text(
		        document, STYLE_WARNING, _("The record is kept in memory: nothing of it survives the end."));
	if (damaged)
		document_printf(document, STYLE_BAD,
		        _("%s The record is damaged: %zu lines torn, %zu places where lines are missing, %zu changed"),
		        draw_sign(SIGN_FAILED), health->damaged[AUDIT_TORN], health->damaged[AUDIT_MISSING],
		        health->damaged[AUDIT_CHANGED]);
	else if (reading->count)
		document_printf(document, STYLE_GOOD, _("%s %zu entries, none missing, none changed"),
		        draw_sign(SIGN_DONE), health->entries);
	if (reading->left_out)
		document_printf(document, STYLE_WARNING, _("%zu more are in the file only"), reading->left_out);
	document_add_text(document, STYLE_TEXT, "");
}

static void audit_render(struct pane *pane, void *user, bool revealed)
{
	const struct shown *shown = user;
	const struct reading *reading = shown->taken;
	struct document *document = text_pane_document(pane);

	(void)revealed;
	if (!reading) {
		document_add_text(document, STYLE_DIM, _("reading ..."));
		return;
	}
	add_health(document, reading);
	if (!reading->count)
		document_add_text(document, STYLE_DIM, _("Nothing was swept yet."));
	// The newest first.
	for (size_t i = reading->count; i-- > 0;) {
		const struct entry *entry = &reading->entries[i];
		char stamp[TIME_TEXT_SIZE], link[32], event[AUDIT_EVENT_SIZE + 4];
		const struct document_piece pieces[] = {{STYLE_DIM, stamp}, {STYLE_TEXT, "  "}, {STYLE_NAME, event},
		        {entry->state == AUDIT_WHOLE ? STYLE_TEXT : STYLE_BAD, entry->summary},
		        {STYLE_BAD, entry->state == AUDIT_WHOLE ? "" : "  "},
		        {STYLE_BAD, entry->state == AUDIT_WHOLE ? "" : _(audit_state_name(entry->state))}};

		time_format_iso(entry->time, stamp);
		snprintf(link, sizeof(link), "%zu", i);
		snprintf(event, sizeof(event), "%-13s", entry->event);
		document_add(document, pieces, COUNT_OF(pieces), 0, link, entry->time);
	}
}

static const struct text_source entry_source = {.name = "audit-entry"};

static unsigned open_entry(struct pane *pane, const char *link, void *user)
{
	const struct shown *shown = user;
	const size_t at = strtoul(link, NULL, 10);
	struct error error = {.kind = ERROR_NONE};

	if (!shown->taken || at >= shown->taken->count)
		return REACT_DONE;
	const struct entry *entry = &shown->taken->entries[at];
	const char *text = buffer_text(&shown->taken->raw) + entry->raw;
	struct pane *opened = text_pane_create(pane->ui, &entry_source, _("Audit entry"), NULL, &error);
	if (!opened)
		return REACT_DONE;
	if (!raw_render(text_pane_document(opened), text, entry->size, true, false, &error)) {
		document_append(text_pane_document(opened), text, entry->size, 0);
		document_append_end(text_pane_document(opened), 0);
	}
	pages_open(pane->ui->pages, opened, &error);
	return REACT_DRAW | REACT_INTERESTS;
}

static unsigned audit_command(struct pane *pane, const struct command_call *call, void *user)
{
	struct shown *shown = user;

	if (call->id != COMMAND_REFRESH || shown->reading)
		return REACT_PASS;
	begin(shown, pane);
	return REACT_DRAW;
}

static bool audit_save(struct pane *pane, const char *format, struct buffer *out, void *user, struct error *error)
{
	const struct shown *shown = user;
	const struct reading *reading = shown->taken;

	if (!reading)
		return error_set(error, ERROR_CONFLICT, "%s", _("the record is not read yet"));
	if (strcmp(format, "markdown") == 0) {
		buffer_add(out, buffer_text(&reading->markdown), reading->markdown.size);
	} else if (strcmp(format, "json") == 0) {
		bool first = true;

		buffer_add_text(out, "[\n");
		for (size_t i = 0; i < reading->count; i++) {
			// What is torn is no JSON.
			if (reading->entries[i].state == AUDIT_TORN)
				continue;
			buffer_add_text(out, first ? "" : ",\n");
			buffer_add(out, buffer_text(&reading->raw) + reading->entries[i].raw, reading->entries[i].size);
			first = false;
		}
		buffer_add_text(out, "\n]\n");
	} else if (!document_text(text_pane_document(pane), out)) {
		return error_set(error, ERROR_LIMIT, "%s", _("the text is too long"));
	}
	return !out->broken || error_set(error, ERROR_LIMIT, "%s", _("the text is too long"));
}

static const struct text_source audit_source = {.name = "audit",
        .render = audit_render,
        .command = audit_command,
        .open = open_entry,
        .user_free = shown_free,
        .save = audit_save};

bool audit_open_view(struct ui *ui, struct error *error)
{
	struct shown *shown = calloc(1, sizeof(*shown));
	struct pane *pane;

	if (!shown)
		return error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
	shown->ui = ui;
	pane = text_pane_create(ui, &audit_source, _("Audit record"), shown, error);
	if (!pane)
		return false;
	begin(shown, pane);
	return pages_open(ui->pages, pane, error);
}

static unsigned audit(struct ui *ui, const struct command_call *call)
{
	struct error error;

	(void)call;
	if (!audit_open_view(ui, &error))
		ui_fail(ui, &error);
	return REACT_DRAW | REACT_INTERESTS;
}

static unsigned sweeps(struct ui *ui, const struct command_call *call)
{
	struct error error;

	(void)call;
	if (!sweeps_open(ui, &error))
		ui_fail(ui, &error);
	return REACT_DRAW | REACT_INTERESTS;
}

const struct command_handler sweep_handlers[] = {
        {COMMAND_AUDIT, audit},
        {COMMAND_SWEEPS, sweeps},
        {COMMAND_NONE, NULL},
};
