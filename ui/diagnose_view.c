// SPDX-License-Identifier: Apache-2.0
// Why a pod does not start, and whether a cluster is well: a checklist whose lines appear as they become known. Enter
// opens what a line tells of.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "inventory/records.h"
#include "orphans/diagnose.h"
#include "ui/cleanup.h"
#include "ui/describe.h"
#include "ui/diagnose_view.h"
#include "ui/pod_log.h"
#include "ui/text_pane.h"
#include "base/banned.h"

enum { SPIN_MS = 250, TITLE_COLUMNS = 22, LOG_BEFORE_MS = 60 * 1000 };

struct shown {
	struct ui *ui;
	struct diagnosis *diagnosis;
	struct diagnosis_line *lines; // DIAGNOSIS_LINES_MOST of them
	size_t count;
	uint64_t version;
	int64_t spin;       // of the last rendering
	bool running;       // likewise
	struct target what; // pod or cluster
};

static void shown_free(void *user)
{
	struct shown *shown = user;

	diagnosis_destroy(shown->diagnosis);
	free(shown->lines);
	free(shown);
}

static const char *sign_of(const struct shown *shown, enum diagnosis_result result)
{
	switch (result) {
	case DIAGNOSIS_PASS:
		return draw_sign(SIGN_DONE);
	case DIAGNOSIS_WARN:
		return "!";
	case DIAGNOSIS_FAIL:
		return draw_sign(SIGN_FAILED);
	case DIAGNOSIS_UNKNOWN:
		return "?";
	case DIAGNOSIS_RUNNING:
		return draw_spinner((unsigned)(shown->ui->now / SPIN_MS));
	default:
		return draw_sign(SIGN_WAITING);
	}
}

static enum style style_of(enum diagnosis_result result)
{
	static const enum style styles[] = {
	        [DIAGNOSIS_RUNNING] = STYLE_TRANSIENT,
	        [DIAGNOSIS_PASS] = STYLE_GOOD,
	        [DIAGNOSIS_WARN] = STYLE_WARNING,
	        [DIAGNOSIS_FAIL] = STYLE_BAD,
	        [DIAGNOSIS_UNKNOWN] = STYLE_WARNING,
	        [DIAGNOSIS_SKIP] = STYLE_DIM,
	};

	return styles[result];
}

// Further rows of a line stand below its text.
static void add_rows(
        struct document *document, enum style style, const char *before, const char *text, const char *link)
{
	while (*text) {
		const size_t length = strcspn(text, "\n");
		char row[700];
		const struct document_piece pieces[] = {{STYLE_TEXT, "      "}, {style, before}, {style, row}};

		snprintf(row, sizeof(row), "%.*s", (int)length, text);
		document_add(document, pieces, COUNT_OF(pieces), 1, link, 0);
		text += length + (text[length] == '\n');
		before = *before ? "  " : "";
	}
}

static void add_line(struct document *document, const struct shown *shown, size_t at)
{
	const struct diagnosis_line *line = &shown->lines[at];
	const size_t first = strcspn(line->seen, "\n");
	const int columns = text_columns(line->title, strlen(line->title));
	char head[16], title[220], seen[700], link[32] = "", missing[200];
	const struct document_piece pieces[] = {{STYLE_TEXT, "  "}, {style_of(line->result), head},
	        {line->result == DIAGNOSIS_SKIP ? STYLE_DIM : STYLE_TEXT, title},
	        {line->result == DIAGNOSIS_FAIL ? STYLE_VALUE : STYLE_DIM, seen}};

	snprintf(head, sizeof(head), "%s ", sign_of(shown, line->result));
	snprintf(title, sizeof(title), "%s%*s", line->title, columns < TITLE_COLUMNS ? TITLE_COLUMNS - columns + 2 : 2,
	        "");
	snprintf(seen, sizeof(seen), "%.*s", (int)first, line->seen);
	if (line->link.kind != KIND_COUNT)
		snprintf(link, sizeof(link), "%zu", at);
	document_add(document, pieces, COUNT_OF(pieces), 0, link, 0);
	add_rows(document, STYLE_TEXT, "", line->seen[first] ? line->seen + first + 1 : "", link);
	if (*line->missing) {
		snprintf(missing, sizeof(missing), _("needs %s"), line->missing);
		add_rows(document, STYLE_WARNING, "", missing, link);
	}
	add_rows(document, STYLE_CODE, draw_has_signs() ? "→ " : "-> ", line->remedy, link);
}

static void add_subject(struct document *document, const struct shown *shown)
{
	struct snapshot *holder;
	const struct record *record = target_record(shown->ui, &shown->what, &holder);
	const struct pod_record *pod = (const struct pod_record *)(const void *)record;
	char age[TIME_TEXT_SIZE] = "", words[600], state[200] = "", node[300] = "";
	const bool is_pod = shown->what.kind == KIND_POD;
	const struct document_piece pieces[] = {{STYLE_NAME, is_pod ? _("pod ") : _("cluster ")}, {STYLE_TITLE, words},
	        {STYLE_TEXT, state}, {STYLE_DIM, node}};

	if (record && record->created)
		time_format_age(clock_now(shown->ui->deck->clock) - record->created, age);
	if (is_pod && record)
		snprintf(words, sizeof(words), "%s/%s", pod->namespace_name, record->name);
	else
		target_words(&shown->what, words, sizeof(words));
	if (record)
		snprintf(state, sizeof(state), "  %s %s%s%s", is_pod ? pod->phase : record->status, age,
		        is_pod && *pod->reason ? " · " : "", is_pod ? pod->reason : "");
	if (is_pod && record && *pod->node)
		snprintf(node, sizeof(node), _(" · node %s"), pod->node);
	document_add(document, pieces, COUNT_OF(pieces), 0, "", 0);
	target_release(holder);
}

static void diagnose_render(struct pane *pane, void *user, bool revealed)
{
	static const char *const parts[] = {
	        [DIAGNOSIS_PATH] = "",
	        [DIAGNOSIS_HEALTH] = N_("the cluster"),
	        [DIAGNOSIS_SYMPTOM] = N_("known trouble"),
	        [DIAGNOSIS_EVENT] = N_("pod events"),
	};
	struct shown *shown = user;
	struct document *document = text_pane_document(pane);
	struct error error = {.kind = ERROR_NONE};
	int part = -1;

	(void)revealed;
	shown->version = diagnosis_version(shown->diagnosis);
	shown->spin = shown->ui->now / SPIN_MS;
	shown->running = diagnosis_is_running(shown->diagnosis);
	shown->count = diagnosis_lines(shown->diagnosis, shown->lines, DIAGNOSIS_LINES_MOST);
	if (shown->count > DIAGNOSIS_LINES_MOST)
		shown->count = DIAGNOSIS_LINES_MOST;
	add_subject(document, shown);
	document_add_text(document, STYLE_TEXT, "");
	for (size_t i = 0; i < shown->count; i++) {
		if ((int)shown->lines[i].part != part && *parts[shown->lines[i].part]) {
			if (part >= 0)
				document_add_text(document, STYLE_TEXT, "");
			document_add_text(document, STYLE_HEADING, _(parts[shown->lines[i].part]));
		}
		part = (int)shown->lines[i].part;
		add_line(document, shown, i);
	}
	diagnosis_error(shown->diagnosis, &error);
	if (error.kind != ERROR_NONE) {
		char text[1200];

		error_format(&error, text, sizeof(text));
		document_add_text(document, STYLE_ERROR, text);
	}
	if (diagnosis_is_running(shown->diagnosis)) {
		text_pane_note(pane, "%s", _("looking"));
	} else if (diagnosis_ended(shown->diagnosis)) {
		char stamp[TIME_TEXT_SIZE];

		time_format_clock(diagnosis_ended(shown->diagnosis), stamp);
		text_pane_note(pane, _("as of %s"), stamp);
	}
}

static bool diagnose_update(struct pane *pane, void *user)
{
	const struct shown *shown = user;
	const bool running = diagnosis_is_running(shown->diagnosis);
	const bool turns = running && shown->spin != shown->ui->now / SPIN_MS;

	if (diagnosis_version(shown->diagnosis) == shown->version && running == shown->running && !turns)
		return false;
	text_pane_render(pane);
	return true;
}

static int64_t diagnose_wake_at(struct pane *pane, int64_t now, void *user)
{
	const struct shown *shown = user;

	(void)pane;
	return diagnosis_is_running(shown->diagnosis) ? now + SPIN_MS : -1;
}

static unsigned open_log(struct ui *ui, const struct diagnosis_link *link)
{
	struct log_opening opening = {.cluster = link->scope,
	        .previous = link->is_previous,
	        .at = link->log_time,
	        .since = link->log_time - LOG_BEFORE_MS};
	struct error error;

	snprintf(opening.space, sizeof(opening.space), "%s", link->space);
	snprintf(opening.pod, sizeof(opening.pod), "%s", link->name);
	snprintf(opening.what, sizeof(opening.what), "%s", link->name);
	if (!pod_log_open(ui, &opening, &error))
		ui_fail(ui, &error);
	return REACT_DRAW | REACT_INTERESTS;
}

static unsigned open_link(struct pane *pane, const char *text, void *user)
{
	const struct shown *shown = user;
	struct ui *ui = pane->ui;
	const size_t at = strtoul(text, NULL, 10);
	struct target target;
	struct error error;

	if (at >= shown->count)
		return REACT_DONE;
	const struct diagnosis_link *link = &shown->lines[at].link;
	if (link->kind == KIND_POD && link->log_time)
		return open_log(ui, link);
	if (link->kind == KIND_ORPHAN || link->kind == KIND_VM)
		if (evidence_open(ui, link->id, &error))
			return REACT_DRAW | REACT_INTERESTS;
	if (target_find(ui, link->kind, link->id, &target) && describe_open(ui, &target, &error))
		return REACT_DRAW | REACT_INTERESTS;
	// Not read yet: the table of its kind reads it.
	const struct table_opening opening = {.kind = link->kind,
	        .field = *link->scope.cluster ? "cluster_id" : "",
	        .value = link->scope.cluster,
	        .cursor = link->id,
	        .parent = link->name,
	        .everywhere = true};
	if (!pages_open_table(ui->pages, &opening, &error))
		ui_fail(ui, &error);
	return REACT_DRAW | REACT_INTERESTS;
}

static unsigned diagnose_command(struct pane *pane, const struct command_call *call, void *user)
{
	struct shown *shown = user;
	struct error error;

	if (call->id != COMMAND_REFRESH)
		return REACT_PASS;
	if (!diagnosis_start(shown->diagnosis, shown->ui->deck->jobs, &error))
		ui_fail(shown->ui, &error);
	text_pane_render(pane);
	return REACT_DRAW;
}

static bool diagnose_selection(struct pane *pane, struct selection *out, void *user)
{
	const struct shown *shown = user;

	(void)pane;
	*out = (struct selection){.kind = shown->what.kind, .scope = shown->what.scope};
	snprintf(out->id, sizeof(out->id), "%s", shown->what.id);
	snprintf(out->name, sizeof(out->name), "%s", shown->what.name);
	return true;
}

static void diagnose_interests(struct pane *pane, struct poller *poller, enum interest interest, void *user)
{
	const struct shown *shown = user;

	(void)pane;
	poller_want(poller, shown->what.kind, &shown->what.scope, interest);
}

static size_t diagnose_hints(struct pane *pane, struct hint *out, size_t most, void *user)
{
	static const struct {
		enum command_id command;
		const char *text;
	} hints[] = {{COMMAND_LOGS, N_("logs")}, {COMMAND_REFRESH, N_("check again")}};
	size_t count = 0;

	(void)user;
	for (size_t i = 0; i < COUNT_OF(hints) && count < most; i++) {
		keymap_text(pane->ui->keymap, hints[i].command, PLACE_TEXT, out[count].key);
		out[count].rank = 2;
		out[count++].text = _(hints[i].text);
	}
	return count;
}

static const struct text_source diagnose_source = {.name = "diagnose",
        .update = diagnose_update,
        .render = diagnose_render,
        .command = diagnose_command,
        .open = open_link,
        .selection = diagnose_selection,
        .interests = diagnose_interests,
        .wake_at = diagnose_wake_at,
        .user_free = shown_free,
        .hints = diagnose_hints};

// The pod or the cluster that the selection is about.
static bool subject_of(struct ui *ui, const struct target *selected, struct target *out)
{
	char cluster[256] = "", pod[256] = "";
	struct snapshot *holder;
	const struct kind *kind = kind_get(selected->kind);
	const struct field *field = kind_field(kind, "cluster_id");

	*out = *selected;
	if (selected->kind == KIND_POD || selected->kind == KIND_CLUSTER)
		return true;
	const struct record *record = target_record(ui, selected, &holder);
	if (record && field && field->type == FIELD_TEXT)
		snprintf(cluster, sizeof(cluster), "%s", field_string(field, record));
	if (record && selected->kind == KIND_PEERPOD)
		snprintf(pod, sizeof(pod), "%s", ((const struct peerpod_record *)(const void *)record)->pod_uid);
	if (record && selected->kind == KIND_EVENT)
		snprintf(pod, sizeof(pod), "%s", ((const struct event_record *)(const void *)record)->object_uid);
	target_release(holder);
	const struct report *report = cleanup_report(ui);
	const struct report_item *item = report ? report_find(report, selected->id) : NULL;
	if (item) {
		snprintf(cluster, sizeof(cluster), "%s", item->cluster_id);
		snprintf(pod, sizeof(pod), "%s", item->pod_uid);
	}
	report_unref(report);
	return (*pod && target_find(ui, KIND_POD, pod, out)) ||
	       (*cluster && target_find(ui, KIND_CLUSTER, cluster, out));
}

static bool begin(struct ui *ui, struct shown *shown, struct error *error)
{
	const struct deck *deck = ui->deck;
	struct snapshot *holder = NULL;
	const struct report *report = cleanup_report(ui);
	struct diagnose_options options = {.clusters = deck->clusters_backend,
	        .clusters_session = deck->clusters,
	        .cluster = shown->what.scope,
	        .cloud = deck->backend && deck->backend->cloud ? deck->backend : NULL,
	        .cloud_session = deck->session,
	        .report = report,
	        .clock = deck->clock};

	if (shown->what.kind == KIND_POD) {
		const struct pod_record *pod =
		        (const struct pod_record *)(const void *)target_record(ui, &shown->what, &holder);

		options.space = pod ? pod->namespace_name : "";
		options.pod = shown->what.name;
	} else {
		snprintf(options.cluster.cluster, sizeof(options.cluster.cluster), "%.127s", shown->what.id);
	}
	shown->diagnosis = diagnosis_create(&options, error);
	target_release(holder);
	report_unref(report);
	return shown->diagnosis && diagnosis_start(shown->diagnosis, deck->jobs, error);
}

bool diagnose_open(struct ui *ui, const struct target *selected, struct error *error)
{
	struct shown *shown;
	struct target what;
	struct pane *pane;
	char title[320], words[280];

	if (!ui->deck->clusters_backend || !ui->deck->clusters || !ui->deck->clusters_backend->cluster)
		return error_set(error, ERROR_CONFIG, "%s", _("no cluster can be read in this context"));
	if (!subject_of(ui, selected, &what))
		return error_set(error, ERROR_USAGE, "%s", _("choose a pod or a cluster"));
	shown = calloc(1, sizeof(*shown));
	if (shown)
		shown->lines = calloc(DIAGNOSIS_LINES_MOST, sizeof(*shown->lines));
	if (!shown || !shown->lines) {
		free(shown);
		return error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
	}
	shown->ui = ui;
	shown->what = what;
	if (!begin(ui, shown, error)) {
		shown_free(shown);
		return false;
	}
	text_visible(what.name, strlen(what.name), words, sizeof(words));
	snprintf(title, sizeof(title), _("Diagnose %s"), words);
	pane = text_pane_create(ui, &diagnose_source, title, shown, error);
	return pane && pages_open(ui->pages, pane, error);
}

static unsigned diagnose(struct ui *ui, const struct command_call *call)
{
	struct selection selection;
	struct target target;
	struct error error;

	(void)call;
	if (!target_selected(ui, &target) &&
	        !(ui_selection(ui, &selection) && target_find(ui, selection.kind, selection.id, &target))) {
		ui_say(ui, "%s", _("nothing is selected"));
		return REACT_DRAW;
	}
	if (!diagnose_open(ui, &target, &error))
		ui_fail(ui, &error);
	return REACT_DRAW | REACT_INTERESTS;
}

const struct command_handler diagnose_handlers[] = {
        {COMMAND_DIAGNOSE, diagnose},
        {COMMAND_NONE, NULL},
};
