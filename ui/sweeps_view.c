// SPDX-License-Identifier: Apache-2.0
// All sweeps of the context, newest first, with how far each item got; one that was cut off can be gone on with.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ui/cleanup.h"
#include "ui/describe.h"
#include "ui/sweeps.h"
#include "ui/text_pane.h"
#include "base/banned.h"

enum { SWEEPS_MOST = 100, RELOAD_MS = 1000 };

// A reading of the store, done by a job; whoever asked for it may have gone meanwhile.
struct reading {
	struct cleanup_link *link;
	struct sweep_disk *disk;
	char context[128];
	struct sweep_row rows[SWEEPS_MOST];
	size_t count, pending_count;
	struct sweep_row pending[SWEEPS_MOST];
	struct sweep_record *records[SWEEPS_MOST];
	size_t record_counts[SWEEPS_MOST];
	void (*told)(struct reading *reading, void *user); // NULL = nobody waits any more
	void *user;
};

static void reading_free(void *user)
{
	struct reading *reading = user;

	for (size_t i = 0; i < SWEEPS_MOST; i++)
		free(reading->records[i]);
	sweep_disk_unref(reading->disk);
	cleanup_link_unref(reading->link);
	free(reading);
}

static bool reading_run(struct job *job, void *user, struct error *error)
{
	struct reading *reading = user;
	struct sweep_store *store = reading->disk->store;

	(void)job;
	reading->count = sweep_store_list(store, reading->context, reading->rows, SWEEPS_MOST);
	if (reading->count > SWEEPS_MOST)
		reading->count = SWEEPS_MOST;
	reading->pending_count = sweep_store_pending(store, reading->context, false, reading->pending, SWEEPS_MOST);
	if (reading->pending_count > SWEEPS_MOST)
		reading->pending_count = SWEEPS_MOST;
	for (size_t i = 0; i < reading->count; i++) {
		reading->records[i] =
		        sweep_store_records(store, reading->rows[i].id, &reading->record_counts[i], error);
		if (!reading->records[i])
			reading->record_counts[i] = 0;
	}
	return true;
}

static void reading_done(job_id id, enum job_state state, const struct error *error, void *user)
{
	struct reading *reading = user;

	(void)id, (void)error;
	if (reading->told && state == JOB_DONE && cleanup_link_ui(reading->link))
		reading->told(reading, reading->user);
}

static struct reading *reading_begin(
        struct ui *ui, void (*told)(struct reading *, void *), void *user, struct error *error)
{
	struct reading *reading = ui->cleanup && ui->deck->context ? calloc(1, sizeof(*reading)) : NULL;
	struct job_spec spec = {.title = _("Read the sweeps"),
	        .quiet = true,
	        .run = reading_run,
	        .done = reading_done,
	        .user_free = reading_free};

	if (!reading) {
		error_set(error, ERROR_USAGE, "%s", _("no context is open"));
		return NULL;
	}
	reading->link = cleanup_link_ref(ui);
	reading->disk = sweep_disk_ref(cleanup_disk(ui));
	snprintf(reading->context, sizeof(reading->context), "%s", ui->deck->context->name);
	reading->told = told;
	reading->user = user;
	spec.user = reading;
	if (jobs_submit(ui->deck->jobs, &spec, error))
		return reading;
	reading_free(reading);
	return NULL;
}

// ---- what was cut off ----

static void told_pending(struct reading *reading, void *user)
{
	struct ui *ui = user;

	if (!ui->deck->context || strcmp(ui->deck->context->name, reading->context) != 0)
		return;
	cleanup_set_pending(ui, reading->pending_count);
	if (reading->pending_count)
		ui_say(ui, _("a sweep (%s) was cut off: :sweeps shows it and goes on with it"),
		        reading->pending[0].phrase);
}

void sweeps_look(struct ui *ui)
{
	struct error error;

	reading_begin(ui, told_pending, ui, &error);
}

// ---- the view ----

struct shown {
	struct ui *ui;
	struct pane *pane;
	struct reading *reading; // under way
	int64_t read;            // monotonic
	size_t state;            // what was begun, and whether anything runs, as last read
};

static void shown_free(void *user)
{
	struct shown *shown = user;

	if (shown->reading)
		shown->reading->told = NULL;
	free(shown);
}

static enum style step_style(enum sweep_step step)
{
	static const enum style styles[] = {
	        [STEP_WAITING] = STYLE_DIM,
	        [STEP_BEGUN] = STYLE_TRANSIENT,
	        [STEP_GONE] = STYLE_TRANSIENT,
	        [STEP_DONE] = STYLE_GOOD,
	        [STEP_FAILED] = STYLE_BAD,
	};

	return styles[step];
}

static const char *step_words(const struct sweep_record *record)
{
	static const char *const words[] = {
	        [STEP_WAITING] = N_("waiting"),
	        [STEP_BEGUN] = N_("at work"),
	        [STEP_GONE] = N_("gone, its left-overs next"),
	        [STEP_DONE] = N_("done"),
	        [STEP_FAILED] = N_("stopped here"),
	};

	static const char *const outcomes[OUTCOMES] = {
	        [OUTCOME_DELETED] = N_("deleted"),
	        [OUTCOME_QUARANTINED] = N_("quarantined"),
	        [OUTCOME_ALREADY_GONE] = N_("was gone already"),
	        [OUTCOME_REFUSED] = N_("not allowed any more; nothing was sent"),
	        [OUTCOME_FAILED] = N_("failed"),
	};

	return outcomes[record->outcome] ? _(outcomes[record->outcome]) : _(words[record->step]);
}

static void add_record(struct document *document, const struct sweep_record *record)
{
	const char *sign = record->step == STEP_DONE     ? draw_sign(SIGN_DONE)
	                   : record->step == STEP_FAILED ? draw_sign(SIGN_FAILED)
	                                                 : draw_sign(SIGN_WAITING);
	char link[160], head[64], name[300];
	const struct document_piece pieces[] = {{step_style(record->step), head}, {STYLE_VALUE, name},
	        {STYLE_DIM, "  "},
	        {STYLE_DIM, record->name[0] && strcmp(record->name, record->id) != 0 ? record->id : ""},
	        {STYLE_TEXT, "  "}, {step_style(record->step), step_words(record)}, {STYLE_TEXT, "  "},
	        {STYLE_TEXT, record->message}};

	snprintf(head, sizeof(head), record->parent ? "      %s " : "    %s ", sign);
	snprintf(name, sizeof(name), "%s %s", _(kind_get(record->kind)->name),
	        record->name[0] ? record->name : record->id);
	snprintf(link, sizeof(link), "%s/%s", kind_get(record->kind)->name, record->id);
	document_add(document, pieces, COUNT_OF(pieces), 1, link, 0);
}

static bool is_pending(const struct reading *reading, const char *id)
{
	for (size_t i = 0; i < reading->pending_count; i++)
		if (strcmp(reading->pending[i].id, id) == 0)
			return true;
	return false;
}

static void add_sweep(const struct ui *ui, struct document *document, const struct reading *reading, size_t at)
{
	const struct sweep_row *row = &reading->rows[at];
	const bool ending = strcmp(cleanup_giving_up(ui), row->id) == 0;
	const bool pending = !ending && is_pending(reading, row->id);
	const char *state = ending                          ? _("giving up…")
	                    : pending                       ? _("was cut off: Enter goes on")
	                    : row->state == SWEEP_UNDER_WAY ? _("under way")
	                    : row->state == SWEEP_DONE      ? _("done")
	                                                    : _("stopped");
	const enum style style = ending                          ? STYLE_TRANSIENT
	                         : pending                       ? STYLE_WARNING
	                         : row->state == SWEEP_UNDER_WAY ? STYLE_TRANSIENT
	                         : row->state == SWEEP_DONE      ? STYLE_GOOD
	                                                         : STYLE_BAD;
	char stamp[TIME_TEXT_SIZE], done[64], link[80];
	const struct document_piece pieces[] = {{STYLE_HEADING, stamp}, {STYLE_TEXT, "  "},
	        {STYLE_VALUE, _(sweep_mode_name(row->mode))}, {STYLE_TEXT, "  "}, {STYLE_NAME, row->phrase},
	        {STYLE_TEXT, done}, {style, state}, {STYLE_DIM, row->reason[0] ? ": " : ""}, {STYLE_TEXT, row->reason},
	        {STYLE_DIM, "  "}, {STYLE_DIM, row->by}};

	time_format_iso(row->created, stamp);
	snprintf(done, sizeof(done), _("  %zu of %zu  "), row->done, row->items);
	snprintf(link, sizeof(link), "%s%s", pending ? "sweep/" : "", pending ? row->id : "");
	document_add(document, pieces, COUNT_OF(pieces), 0, link, 0);
	for (size_t i = 0; i < reading->record_counts[at]; i++)
		add_record(document, &reading->records[at][i]);
}

static void told_view(struct reading *reading, void *user)
{
	struct shown *shown = user;
	struct document *document = text_pane_document(shown->pane);

	shown->reading = NULL;
	document_clear(document);
	if (!reading->count)
		document_add_text(document, STYLE_DIM, _("Nothing was swept in this context."));
	for (size_t i = 0; i < reading->count; i++)
		add_sweep(shown->ui, document, reading, i);
	cleanup_set_pending(shown->ui, reading->pending_count);
	text_pane_changed(shown->pane);
}

// Differs after each beginning and each end.
static size_t state_of_work(const struct ui *ui)
{
	return 4 * cleanup_begun(ui) + 2 * (*cleanup_giving_up(ui) != '\0') + (jobs_running(ui->deck->jobs, true) > 0);
}

static void reload(struct shown *shown)
{
	struct error error;

	if (shown->reading)
		return;
	shown->read = shown->ui->now;
	shown->state = state_of_work(shown->ui);
	shown->reading = reading_begin(shown->ui, told_view, shown, &error);
	if (!shown->reading)
		document_add_text(text_pane_document(shown->pane), STYLE_WARNING, error.message);
}

static bool sweeps_update(struct pane *pane, void *user)
{
	struct shown *shown = user;

	(void)pane;
	const bool works = jobs_running(shown->ui->deck->jobs, true) > 0;

	if (shown->state != state_of_work(shown->ui) || (works && shown->ui->now - shown->read >= RELOAD_MS))
		reload(shown);
	return false;
}

static int64_t sweeps_wake_at(struct pane *pane, int64_t now, void *user)
{
	const struct shown *shown = user;

	(void)pane;
	return jobs_running(shown->ui->deck->jobs, true) ? now + RELOAD_MS : -1;
}

struct choice {
	char sweep[SWEEP_ID_SIZE];
	struct sweep_disk *disk;
};

static void choice_free(void *user)
{
	struct choice *choice = user;

	sweep_disk_unref(choice->disk);
	free(choice);
}

static unsigned go_on(struct ui *ui, void *user)
{
	const struct choice *choice = user;
	struct error error;

	if (!sweep_go_on(ui, choice->sweep, &error))
		ui_fail(ui, &error);
	else
		ui_say(ui, "%s", _("the sweep goes on; T follows it"));
	return REACT_DRAW;
}

// The giving up of a sweep, done by a job.
struct ending {
	struct cleanup_link *link;
	struct sweep_disk *disk;
	char sweep[SWEEP_ID_SIZE];
};

static void ending_free(void *user)
{
	struct ending *ending = user;

	sweep_disk_unref(ending->disk);
	cleanup_link_unref(ending->link);
	free(ending);
}

static bool ending_run(struct job *job, void *user, struct error *error)
{
	const struct ending *ending = user;

	(void)job;
	if (sweep_store_end(ending->disk->store, ending->sweep, SWEEP_STOPPED, _("given up by hand"), error))
		return true;
	error_doing(error, _("give up the sweep %s"), ending->sweep);
	return false;
}

static void ending_done(job_id id, enum job_state state, const struct error *error, void *user)
{
	const struct ending *ending = user;
	struct ui *ui = cleanup_link_ui(ending->link);

	(void)id;
	if (!ui)
		return;
	cleanup_set_giving_up(ui, "");
	if (state == JOB_DONE)
		ui_say(ui, "%s", _("given up; what was deleted stays deleted"));
	else if (error)
		ui_fail(ui, error);
	ui->redraw = true;
	sweeps_look(ui);
}

static bool ending_begin(struct ui *ui, const struct choice *choice, struct error *error)
{
	struct ending *ending;
	struct job_spec spec = {.title = _("Give up a sweep"),
	        .settled = true,
	        .run = ending_run,
	        .done = ending_done,
	        .user_free = ending_free};

	if (*cleanup_giving_up(ui))
		return error_set(error, ERROR_CONFLICT, "%s", _("another sweep is just being given up"));
	ending = calloc(1, sizeof(*ending));
	if (!ending)
		return error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
	ending->link = cleanup_link_ref(ui);
	ending->disk = sweep_disk_ref(choice->disk);
	snprintf(ending->sweep, sizeof(ending->sweep), "%s", choice->sweep);
	spec.user = ending;
	if (!jobs_submit(ui->deck->jobs, &spec, error)) {
		ending_free(ending);
		return false;
	}
	cleanup_set_giving_up(ui, choice->sweep);
	return true;
}

static unsigned give_up(struct ui *ui, void *user)
{
	struct error error;

	if (!ending_begin(ui, user, &error))
		ui_fail(ui, &error);
	return REACT_DRAW | REACT_INTERESTS;
}

static unsigned open_link(struct pane *pane, const char *link, void *user)
{
	struct ui *ui = pane->ui;
	const char *slash = strchr(link, '/');
	struct choice *choice;
	struct target target;
	struct error error;
	char blocked[512] = "", name[64];

	(void)user;
	if (!slash)
		return REACT_DONE;
	snprintf(name, sizeof(name), "%.*s", (int)(slash - link), link);
	if (strcmp(name, "sweep") != 0) {
		const struct kind *kind = kind_find(name);

		if (evidence_open(ui, slash + 1, &error) ||
		        (kind && target_find(ui, kind->id, slash + 1, &target) && describe_open(ui, &target, &error)))
			return REACT_DRAW | REACT_INTERESTS;
		ui_say(ui, _("%s is gone"), slash + 1);
		return REACT_DRAW;
	}
	choice = calloc(1, sizeof(*choice));
	if (!choice)
		return REACT_DONE;
	snprintf(choice->sweep, sizeof(choice->sweep), "%s", slash + 1);
	choice->disk = sweep_disk_ref(cleanup_disk(ui));
	deck_may_write(ui->deck, blocked, sizeof(blocked));
	const char *const lines[] = {_("This sweep was confirmed, and cut off before it was over."), "",
	        _("Going on judges everything again; what the last scan no longer allows is given up,"),
	        _("and nothing is done twice."), "", _("q gives it up for good; what was deleted stays deleted.")};
	const struct confirm_spec spec = {.title = _("Go on with the sweep?"),
	        .lines = lines,
	        .line_count = COUNT_OF(lines),
	        .level = GUARD_REVERSIBLE,
	        .blocked = *blocked ? blocked : NULL,
	        .accept = go_on,
	        .instead = give_up,
	        .instead_hint = _("give up"),
	        .user_free = choice_free,
	        .user = choice};
	if (!dialog_confirm(ui, &spec, &error))
		ui_fail(ui, &error);
	return REACT_DRAW;
}

static unsigned sweeps_command(struct pane *pane, const struct command_call *call, void *user)
{
	(void)pane;
	if (call->id != COMMAND_REFRESH)
		return REACT_PASS;
	reload(user);
	return REACT_DRAW;
}

static const struct text_source sweeps_source = {.name = "sweeps",
        .update = sweeps_update,
        .command = sweeps_command,
        .open = open_link,
        .wake_at = sweeps_wake_at,
        .user_free = shown_free};

bool sweeps_open(struct ui *ui, struct error *error)
{
	struct shown *shown = calloc(1, sizeof(*shown));
	struct pane *pane;

	if (!shown)
		return error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
	shown->ui = ui;
	pane = text_pane_create(ui, &sweeps_source, _("Sweeps"), shown, error);
	if (!pane)
		return false;
	shown->pane = pane;
	reload(shown);
	return pages_open(ui->pages, pane, error);
}
