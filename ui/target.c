// SPDX-License-Identifier: Apache-2.0
// Records by id, and reading one of them in the background.
#include "config.h"

#include "ui/target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "inventory/view.h"
#include "base/banned.h"

enum { ENTRIES_MOST = 512, FETCH_TEXT_MOST = 8 << 20 };

static void fill(struct target *target, enum kind_id kind, const struct scope *scope, const struct record *record)
{
	*target = (struct target){.kind = kind, .scope = *scope, .created = record->created};
	snprintf(target->id, sizeof(target->id), "%s", record->id);
	snprintf(target->name, sizeof(target->name), "%s", record->name);
	snprintf(target->status, sizeof(target->status), "%s", record->status);
}

bool target_selected(struct ui *ui, struct target *out)
{
	struct selection selection;

	if (!ui_selection(ui, &selection) || !selection.record)
		return false;
	fill(out, selection.kind, &selection.scope, selection.record);
	return true;
}

static const struct record *record_in_view(struct view *view, const char *id, struct scope *scope)
{
	const struct view_source *sources;
	size_t count = view_sources(view, &sources);

	for (size_t i = 0; i < count; i++) {
		const struct record *record =
		        sources[i].entry.snapshot ? snapshot_find(sources[i].entry.snapshot, id) : NULL;

		if (record) {
			*scope = sources[i].scope;
			return record;
		}
	}
	return NULL;
}

size_t target_list(struct ui *ui, struct target *out, size_t most, size_t *hidden)
{
	struct selection selection;
	size_t count = 0;

	*hidden = 0;
	if (!ui_selection(ui, &selection))
		return 0;
	if (!selection.mark_count || !selection.view) {
		if (!selection.record || !most)
			return 0;
		fill(out, selection.kind, &selection.scope, selection.record);
		return 1;
	}
	*hidden = selection.marks_hidden;
	for (size_t i = 0; i < selection.mark_count && count < most; i++) {
		struct scope scope;
		const struct record *record = record_in_view(selection.view, selection.marks[i], &scope);

		if (record)
			fill(&out[count++], selection.kind, &scope, record);
	}
	return count;
}

const struct record *target_record(struct ui *ui, const struct target *target, struct snapshot **holder)
{
	struct store_entry entry;
	const struct record *record;

	*holder = NULL;
	if (!store_get(ui->deck->store, target->kind, &target->scope, &entry) || !entry.snapshot)
		return NULL;
	record = snapshot_find(entry.snapshot, target->id);
	if (!record) {
		snapshot_unref(entry.snapshot);
		return NULL;
	}
	*holder = entry.snapshot;
	return record;
}

void target_release(struct snapshot *holder)
{
	snapshot_unref(holder);
}

bool target_find(struct ui *ui, enum kind_id kind, const char *id, struct target *out)
{
	struct store_entry *entries = calloc(ENTRIES_MOST, sizeof(*entries));
	struct scope *scopes = calloc(ENTRIES_MOST, sizeof(*scopes));
	size_t count = 0;
	bool found = false;

	if (entries && scopes && ui->deck->context)
		count = store_entries(ui->deck->store, kind, ui->deck->context->name, entries, scopes, ENTRIES_MOST);
	if (count > ENTRIES_MOST)
		count = ENTRIES_MOST;
	for (size_t i = 0; i < count; i++) {
		const struct record *record =
		        entries[i].snapshot && !found ? snapshot_find(entries[i].snapshot, id) : NULL;

		if (record) {
			fill(out, kind, &scopes[i], record);
			found = true;
		}
		snapshot_unref(entries[i].snapshot);
	}
	free(entries);
	free(scopes);
	return found;
}

void target_words(const struct target *target, char *out, size_t size)
{
	char id[256], name[256];

	text_visible(target->id, strlen(target->id), id, sizeof(id));
	text_visible(target->name, strlen(target->name), name, sizeof(name));
	if (name[0] && strcmp(name, id) != 0)
		snprintf(out, size, "%s (%s)", name, id);
	else
		snprintf(out, size, "%s", id);
}

struct fetch {
	struct deck *deck;
	const struct backend *backend;
	struct session *session; // stays open until the jobs submitted meanwhile are over
	struct target target;
	const struct action *action;
	struct buffer text;
	void (*told)(void *user, const char *text, size_t size, const struct error *error);
	void *user;
	job_id id;
	bool cancelled, over;
};

static void fetch_free(void *user)
{
	struct fetch *fetch = user;

	fetch->over = true;
	// Whoever began it still holds it otherwise.
	if (!fetch->cancelled)
		return;
	buffer_finish(&fetch->text);
	free(fetch);
}

static bool fetch_run(struct job *job, void *user, struct error *error)
{
	struct fetch *fetch = user;
	const struct target *target = &fetch->target;
	struct action_request request = {.action = fetch->action,
	        .scope = target->scope,
	        .id = target->id,
	        .name = target->name,
	        .status = target->status,
	        .created = target->created,
	        .text = &fetch->text};

	if (fetch->action)
		return fetch->backend->act(fetch->session, &request, job, error);
	return fetch->backend->describe(
	        fetch->session, target->kind, &target->scope, target->id, &fetch->text, job_cancel(job), error);
}

static void fetch_done(job_id id, enum job_state state, const struct error *error, void *user)
{
	struct fetch *fetch = user;

	(void)id;
	if (!fetch->cancelled)
		fetch->told(fetch->user, buffer_text(&fetch->text), fetch->text.size, state == JOB_DONE ? NULL : error);
}

struct fetch *fetch_begin(struct ui *ui, const struct target *target, const struct action *action,
        void (*told)(void *, const char *, size_t, const struct error *), void *user, struct error *error)
{
	const struct backend *backend = NULL;
	struct session *session = NULL;
	struct fetch *fetch;
	bool known = action ? deck_actor(ui->deck, action, &backend, &session)
	                    : deck_reader(ui->deck, target->kind, &target->scope, &backend, &session);
	char title[128], words[96];
	struct job_spec spec = {.title = title,
	        .quiet = true,
	        .settled = true,
	        .run = fetch_run,
	        .done = fetch_done,
	        .user_free = fetch_free};

	if (!known || (!action && !backend->describe)) {
		error_set(error, ERROR_USAGE, "%s",
		        ui->deck->session ? _("nobody can tell more of it") : _("no context is open"));
		return NULL;
	}
	fetch = calloc(1, sizeof(*fetch));
	if (!fetch) {
		error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
		return NULL;
	}
	*fetch = (struct fetch){.deck = ui->deck,
	        .backend = backend,
	        .session = session,
	        .target = *target,
	        .action = action,
	        .told = told,
	        .user = user};
	buffer_init(&fetch->text, FETCH_TEXT_MOST);
	target_words(target, words, sizeof(words));
	snprintf(title, sizeof(title), "%s %s", action ? _(action->title) : _("Describe"), words);
	spec.user = fetch;
	fetch->id = jobs_submit(ui->deck->jobs, &spec, error);
	if (!fetch->id) {
		free(fetch);
		return NULL;
	}
	return fetch;
}

void fetch_cancel(struct fetch *fetch)
{
	if (!fetch)
		return;
	fetch->cancelled = true;
	if (fetch->over)
		fetch_free(fetch);
	else
		jobs_cancel(fetch->deck->jobs, fetch->id);
}
