// SPDX-License-Identifier: Apache-2.0
// A log that is read by a job and shown as it comes.
#include "config.h"

#include "ui/pod_log.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "inventory/records.h"
#include "ui/cleanup.h"
#include "ui/text_pane.h"
#include "base/banned.h"

enum { PENDING_MOST = 8 << 20, STAMP_MOST = 40 };

// Between the job and the pane; the last of them frees it.
struct stream {
	pthread_mutex_t lock; // for text, missed and holders
	struct buffer text;
	uint64_t missed; // lines that came faster than they were taken
	unsigned holders;
	struct job *job; // while it runs
	const struct cluster_source *source;
	struct session *session;
	struct log_opening opening;
};

struct pod_log {
	struct ui *ui;
	struct log_opening opening;
	struct stream *stream; // NULL = not begun
	job_id job;
	struct document *all; // every line that was read
	bool shows_all, over, placed;
	struct error error;
};

static void stream_unref(struct stream *stream)
{
	if (!stream)
		return;
	pthread_mutex_lock(&stream->lock);
	const unsigned left = --stream->holders;
	pthread_mutex_unlock(&stream->lock);
	if (left)
		return;
	buffer_finish(&stream->text);
	pthread_mutex_destroy(&stream->lock);
	free(stream);
}

static void stream_free(void *user)
{
	stream_unref(user);
}

static bool take_line(const char *text, size_t size, void *user)
{
	struct stream *stream = user;

	pthread_mutex_lock(&stream->lock);
	if (stream->text.size + size + 1 > PENDING_MOST) {
		stream->missed++;
	} else {
		buffer_add(&stream->text, text, size);
		buffer_add_char(&stream->text, '\n');
	}
	const bool wanted = stream->holders > 1;
	pthread_mutex_unlock(&stream->lock);
	job_progress(stream->job, 0, 0, "%s", stream->opening.pod); // wakes the screen
	return wanted;
}

static bool stream_run(struct job *job, void *user, struct error *error)
{
	struct stream *stream = user;
	const struct log_opening *opening = &stream->opening;
	const struct survey_log wanted = {.space = opening->space,
	        .pod = opening->pod,
	        .container = opening->container,
	        .previous = opening->previous,
	        .since = opening->since,
	        .follow = !opening->previous};

	stream->job = job;
	return stream->source->log(
	        stream->session, &opening->cluster, &wanted, take_line, stream, job_cancel(job), error);
}

static bool passes(const struct pod_log *log, const char *text)
{
	bool any = false;

	for (size_t i = 0; i < LOG_WORDS_MOST && !log->shows_all; i++) {
		const char *word = log->opening.words[i];

		if (*word && strstr(text, word))
			return true;
		any |= *word != '\0';
	}
	return !any;
}

// "2026-11-20T12:04:31.123456789Z text": the API's time in front, or none.
static const char *split_time(const char *line, int64_t *time)
{
	char stamp[STAMP_MOST];
	const size_t length = strcspn(line, " ");

	*time = 0;
	if (length >= sizeof(stamp))
		return line;
	memcpy(stamp, line, length);
	stamp[length] = '\0';
	if (!time_parse(stamp, time))
		return line;
	return line[length] ? line + length + 1 : line + length;
}

static enum style style_of(const char *text)
{
	static const char *const bad[] = {"error", "Error", "failed", "panic", "refused", "fatal"};

	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (strstr(text, bad[i]))
			return STYLE_WARNING;
	return STYLE_TEXT;
}

static void add_line(struct pod_log *log, struct document *shown, const char *line)
{
	int64_t time;
	const char *text = split_time(line, &time);
	const struct document_piece piece = {style_of(text), text};

	document_add(log->all, &piece, 1, 0, "", time);
	if (passes(log, text))
		document_add(shown, &piece, 1, 0, "", time);
}

// Stands on the first line from the time on that one came for.
static void place(struct pod_log *log, struct pane *pane)
{
	const struct document *shown = text_pane_document(pane);

	for (uint64_t i = document_first(shown); log->opening.at && !log->placed && i < document_end(shown); i++)
		if (document_line(shown, i)->time >= log->opening.at) {
			text_pane_start_at(pane, i);
			log->placed = true;
		}
}

static bool take_lines(struct pod_log *log, struct pane *pane)
{
	struct stream *stream = log->stream;
	struct document *shown = text_pane_document(pane);
	struct buffer taken;

	if (!stream)
		return false;
	buffer_init(&taken, PENDING_MOST + 1);
	pthread_mutex_lock(&stream->lock);
	buffer_add(&taken, buffer_text(&stream->text), stream->text.size);
	buffer_clear(&stream->text);
	const uint64_t missed = stream->missed;
	stream->missed = 0;
	pthread_mutex_unlock(&stream->lock);
	const bool any = taken.size > 0;
	for (char *line = taken.data, *end; any && (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		add_line(log, shown, line);
	}
	if (missed)
		document_printf(shown, STYLE_WARNING, _("---- %llu lines came too fast and are not shown ----"),
		        (unsigned long long)missed);
	buffer_finish(&taken);
	place(log, pane);
	return any || missed;
}

// The adaptor's pod on a node, as far as pods of the cluster were read.
static bool find_adaptor(struct pod_log *log)
{
	struct log_opening *opening = &log->opening;
	struct scope scope;
	struct store_entry entry;
	bool found = false;

	if (deck_scopes(log->ui->deck, KIND_POD, NULL, 0, opening->cluster.cluster, &scope, 1) != 1 ||
	        !store_get(log->ui->deck->store, KIND_POD, &scope, &entry))
		return false;
	for (size_t i = 0; entry.snapshot && i < entry.snapshot->count && !found; i++) {
		const struct pod_record *pod = (const struct pod_record *)(const void *)entry.snapshot->records[i];

		for (unsigned k = 0; k < pod->labels.count && !found; k++)
			found = strcmp(pod->labels.items[k].key, "app") == 0 &&
			        strcmp(pod->labels.items[k].value, "cloud-api-adaptor") == 0 &&
			        (!*opening->node || strcmp(pod->node, opening->node) == 0);
		if (!found)
			continue;
		opening->cluster = scope;
		snprintf(opening->space, sizeof(opening->space), "%s", pod->namespace_name);
		snprintf(opening->pod, sizeof(opening->pod), "%s", pod->record.name);
		snprintf(opening->container, sizeof(opening->container), "%s",
		        pod->containers.count ? pod->containers.items[0] : "");
	}
	snapshot_unref(entry.snapshot);
	return found;
}

static void begin(struct pod_log *log)
{
	const struct deck *deck = log->ui->deck;
	struct stream *stream;
	char title[128];
	struct job_spec spec = {.title = title, .quiet = true, .lasting = true, .run = stream_run, .user_free = stream_free};

	if (!deck->clusters_backend || !deck->clusters || !deck->clusters_backend->cluster ||
	        !deck->clusters_backend->cluster->log) {
		error_set(&log->error, ERROR_CONFIG, "%s", _("no cluster can be read in this context"));
		return;
	}
	stream = calloc(1, sizeof(*stream));
	if (!stream || pthread_mutex_init(&stream->lock, NULL) != 0) {
		free(stream);
		error_set(&log->error, ERROR_MEMORY, "%s", _("out of memory"));
		return;
	}
	buffer_init(&stream->text, PENDING_MOST + 1);
	stream->holders = 2;
	stream->source = deck->clusters_backend->cluster;
	stream->session = deck->clusters;
	stream->opening = log->opening;
	snprintf(title, sizeof(title), _("Log of %.100s"), log->opening.pod);
	spec.user = stream;
	log->stream = stream;
	log->job = jobs_submit(deck->jobs, &spec, &log->error);
	if (!log->job) // its part of the stream
		stream_unref(stream);
}

static void stop(struct pod_log *log)
{
	if (log->stream && log->job)
		jobs_cancel(log->ui->deck->jobs, log->job);
	stream_unref(log->stream);
	log->stream = NULL;
	log->job = 0;
	log->over = false;
}

static void log_free(void *user)
{
	struct pod_log *log = user;

	stop(log);
	document_destroy(log->all);
	free(log);
}

static void restate(struct pod_log *log, struct pane *pane)
{
	struct document *shown = text_pane_document(pane);

	document_clear(shown);
	for (uint64_t i = document_first(log->all); i < document_end(log->all); i++) {
		const struct document_line *line = document_line(log->all, i);
		const struct document_piece piece = {style_of(line->text), line->text};

		if (passes(log, line->text))
			document_add(shown, &piece, 1, 0, "", line->time);
	}
	text_pane_changed(pane);
}

static void note(const struct pod_log *log, struct pane *pane)
{
	const bool narrowed = !log->shows_all && *log->opening.words[0];

	text_pane_note(pane, "%s%s%s%s", log->opening.previous ? _("container before · ") : "",
	        narrowed ? _("lines of ") : "", narrowed ? log->opening.what : _("all lines"),
	        log->over      ? _(" · ended")
	        : !log->stream ? _(" · looking for the adaptor's pod")
	                       : "");
}

static bool look_at_job(struct pod_log *log, struct pane *pane)
{
	struct job_view job;

	if (!log->job || log->over)
		return false;
	// One that ended well is forgotten.
	const bool kept = jobs_get(log->ui->deck->jobs, log->job, &job);
	if (kept && job.state < JOB_DONE)
		return false;
	log->over = true;
	if (kept && job.state == JOB_FAILED) {
		char text[1200];

		error_format(&job.error, text, sizeof(text));
		document_add_text(text_pane_document(pane), STYLE_ERROR, text);
	} else if (document_end(text_pane_document(pane)) == 0) {
		document_add_text(text_pane_document(pane), STYLE_DIM,
		        document_end(log->all) ? _("No line tells of it; x shows all lines.")
		                               : _("It has written nothing."));
	}
	return true;
}

static bool log_update(struct pane *pane, void *user)
{
	struct pod_log *log = user;
	bool changed = false;

	if (!log->stream && log->error.kind == ERROR_NONE && (*log->opening.pod || find_adaptor(log))) {
		begin(log);
		if (log->error.kind != ERROR_NONE)
			document_add_text(text_pane_document(pane), STYLE_ERROR, log->error.message);
		changed = true;
	}
	changed |= take_lines(log, pane);
	changed |= look_at_job(log, pane);
	note(log, pane);
	return changed;
}

static unsigned log_command(struct pane *pane, const struct command_call *call, void *user)
{
	struct pod_log *log = user;

	switch (call->id) {
	case COMMAND_REVEAL:
		log->shows_all = !log->shows_all;
		restate(log, pane);
		return REACT_DRAW;
	case COMMAND_LOGS:
	case COMMAND_PREVIOUS_LOGS:
		if (log->opening.previous == (call->id == COMMAND_PREVIOUS_LOGS))
			return REACT_DONE;
		log->opening.previous = !log->opening.previous;
		stop(log);
		log->error.kind = ERROR_NONE;
		document_clear(log->all);
		document_clear(text_pane_document(pane));
		log_update(pane, log);
		return REACT_DRAW;
	case COMMAND_REFRESH:
		stop(log);
		log->error.kind = ERROR_NONE;
		document_clear(log->all);
		document_clear(text_pane_document(pane));
		log_update(pane, log);
		return REACT_DRAW;
	default:
		return REACT_PASS;
	}
}

static void log_interests(struct pane *pane, struct poller *poller, enum interest interest, void *user)
{
	const struct pod_log *log = user;
	struct scope scope;

	(void)pane;
	if (!*log->opening.pod &&
	        deck_scopes(log->ui->deck, KIND_POD, NULL, 0, log->opening.cluster.cluster, &scope, 1) == 1)
		poller_want(poller, KIND_POD, &scope, interest);
}

static size_t log_hints(struct pane *pane, struct hint *out, size_t most, void *user)
{
	const struct pod_log *log = user;
	size_t count = 0;

	if (*log->opening.words[0] && count < most) {
		keymap_text(pane->ui->keymap, COMMAND_REVEAL, PLACE_LOG, out[count].key);
		out[count++].text = log->shows_all ? _("its lines") : _("all lines");
	}
	if (count < most) {
		const enum command_id other = log->opening.previous ? COMMAND_LOGS : COMMAND_PREVIOUS_LOGS;

		keymap_text(pane->ui->keymap, other, PLACE_LOG, out[count].key);
		out[count++].text = log->opening.previous ? _("this container") : _("container before");
	}
	return count;
}

static const struct text_source pod_log_source = {.name = "pod-log",
        .grows = true,
        .update = log_update,
        .command = log_command,
        .interests = log_interests,
        .user_free = log_free,
        .hints = log_hints};

bool pod_log_open(struct ui *ui, const struct log_opening *opening, struct error *error)
{
	struct pod_log *log = calloc(1, sizeof(*log));
	struct pane *pane;
	char title[320];

	if (log)
		log->all = document_create(DOCUMENT_BYTES_MOST);
	if (!log || !log->all) {
		free(log);
		return error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
	}
	log->ui = ui;
	log->opening = *opening;
	if (*opening->pod)
		snprintf(title, sizeof(title), _("Log of %s/%s"), opening->space, opening->pod);
	else
		snprintf(title, sizeof(title), _("Adaptor log of %s"), opening->what);
	pane = text_pane_create(ui, &pod_log_source, title, log, error);
	return pane && pages_open(ui->pages, pane, error);
}

// ---- whose log ----

static void add_word(struct log_opening *opening, const char *word)
{
	enum { WORD_LEAST = 4 };

	for (size_t i = 0; i < LOG_WORDS_MOST && strlen(word) >= WORD_LEAST; i++) {
		if (strcmp(opening->words[i], word) == 0)
			return;
		if (!*opening->words[i]) {
			snprintf(opening->words[i], sizeof(opening->words[i]), "%s", word);
			return;
		}
	}
}

// The sandbox id stands cut at the end of the VM's name.
static void add_sandbox(struct log_opening *opening, const char *name)
{
	const char *dash = strrchr(name, '-');

	if (dash && strlen(dash + 1) == 8)
		add_word(opening, dash + 1);
}

// What the last scan found out about who made a VM.
static bool judged_opening(struct ui *ui, const char *id, struct log_opening *out)
{
	const struct report *report = cleanup_report(ui);
	const struct report_item *item = report ? report_find(report, id) : NULL;
	const bool known = item && *item->cluster_id;

	if (known) {
		snprintf(out->cluster.context, sizeof(out->cluster.context), "%s", item->scope->context);
		snprintf(out->cluster.cluster, sizeof(out->cluster.cluster), "%s", item->cluster_id);
		snprintf(out->node, sizeof(out->node), "%s", item->node);
		snprintf(out->what, sizeof(out->what), "%s", *item->record->name ? item->record->name : id);
		add_word(out, item->sandbox);
		add_sandbox(out, item->record->name);
		add_word(out, item->record->name);
		add_word(out, id);
		// The name of a pod is in the lines of all its VMs.
		if (!*item->sandbox)
			add_word(out, item->pod);
	}
	report_unref(report);
	return known;
}

static bool pod_opening(struct ui *ui, const struct target *target, struct log_opening *out, bool *is_peer)
{
	struct snapshot *holder;
	const struct pod_record *pod = (const struct pod_record *)(const void *)target_record(ui, target, &holder);

	if (pod) {
		out->cluster = target->scope;
		snprintf(out->space, sizeof(out->space), "%s", pod->namespace_name);
		snprintf(out->pod, sizeof(out->pod), "%s", pod->record.name);
		snprintf(out->node, sizeof(out->node), "%s", pod->node);
		snprintf(out->what, sizeof(out->what), "%s", pod->record.name);
		*is_peer = pod->is_peer;
	}
	target_release(holder);
	return pod != NULL;
}

// A choice of logs: each container, and for a peer pod the adaptor's.
struct choice {
	size_t count;
	struct log_opening openings[16];
};

static unsigned chosen_log(struct ui *ui, const size_t *chosen, size_t count, void *user)
{
	const struct choice *choice = user;
	struct error error;

	if (count && !pod_log_open(ui, &choice->openings[chosen[0]], &error))
		ui_fail(ui, &error);
	return REACT_DRAW | REACT_INTERESTS;
}

static void add_containers(struct ui *ui, const struct target *target, const struct log_opening *base,
        struct choice *choice, char (*labels)[280])
{
	struct snapshot *holder;
	const struct pod_record *pod = (const struct pod_record *)(const void *)target_record(ui, target, &holder);

	for (unsigned i = 0; pod && i < pod->containers.count && choice->count + 1 < COUNT_OF(choice->openings); i++) {
		struct log_opening *opening = &choice->openings[choice->count];

		*opening = *base;
		snprintf(opening->container, sizeof(opening->container), "%s", pod->containers.items[i]);
		snprintf(labels[choice->count++], 280, _("container %s"), pod->containers.items[i]);
	}
	if (!choice->count) {
		choice->openings[0] = *base;
		snprintf(labels[choice->count++], 280, "%s", _("its container"));
	}
	target_release(holder);
}

static unsigned choose_log(struct ui *ui, const struct target *target, const struct log_opening *base, bool is_peer)
{
	struct choice *choice = calloc(1, sizeof(*choice));
	char labels[16][280];
	struct menu_item items[16] = {0};
	struct error error = {.kind = ERROR_MEMORY};

	if (!choice) {
		ui_fail(ui, &error);
		return REACT_DRAW;
	}
	add_containers(ui, target, base, choice, labels);
	if (is_peer) {
		struct log_opening *opening = &choice->openings[choice->count];

		*opening = *base;
		opening->pod[0] = opening->space[0] = opening->container[0] = '\0';
		add_word(opening, base->pod);
		snprintf(labels[choice->count++], 280, _("Cloud API Adaptor on %.200s, lines of this pod"), base->node);
	}
	for (size_t i = 0; i < choice->count; i++)
		items[i].label = labels[i];
	if (choice->count == 1) {
		const size_t first = 0;
		const unsigned reactions = chosen_log(ui, &first, 1, choice);

		free(choice);
		return reactions;
	}
	const struct menu_spec spec = {.title = _("Which log"),
	        .items = items,
	        .count = choice->count,
	        .choose = chosen_log,
	        .user_free = free,
	        .user = choice};
	if (!menu_open(ui, &spec, &error))
		ui_fail(ui, &error);
	return REACT_DRAW;
}

bool pod_log_of(struct ui *ui, const struct target *target, bool previous, unsigned *reactions)
{
	struct log_opening opening = {.previous = previous};
	struct error error;
	bool is_peer = false;

	*reactions = REACT_DRAW | REACT_INTERESTS;
	if (target->kind == KIND_POD) {
		if (!pod_opening(ui, target, &opening, &is_peer))
			return false;
		*reactions = choose_log(ui, target, &opening, is_peer);
		return true;
	}
	if (!judged_opening(ui, target->id, &opening))
		return false;
	if (!pod_log_open(ui, &opening, &error))
		ui_fail(ui, &error);
	return true;
}
