// SPDX-License-Identifier: Apache-2.0
// Publishes what a backend lists.
#include <config.h>
#include "work/sink.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { STATES_REMEMBERED = 8 };

struct sink_part {
	size_t tag;
	int64_t began;
	int64_t told; // when progress or a partial snapshot last went out; −1 = never
	int64_t done, total;
	bool open;  // begun
	bool whole; // complete data is in the store already: pages only show as progress
	bool ended;
};

struct sink {
	struct list_sink list; // first: the backend hands it back
	struct sink_options options;
	struct scope *scopes;
	struct sink_part *parts;
	struct job *job;
	pthread_mutex_t lock; // job progress
	int64_t done;         // records of all scopes so far
	size_t ended;
	bool lasting; // a scope that ended may begin again
};

static struct sink_part *sink_part(struct sink *sink, const struct scope *scope)
{
	// Backends usually hand back what they were given.
	if (scope >= sink->scopes && scope < sink->scopes + sink->options.count)
		return &sink->parts[scope - sink->scopes];
	for (size_t i = 0; i < sink->options.count; i++)
		if (scope_equal(&sink->scopes[i], scope))
			return &sink->parts[i];
	return NULL;
}

static struct snapshot_builder *sink_begin(struct list_sink *list, const struct scope *scope)
{
	struct sink *sink = (struct sink *)list;
	struct sink_part *part = sink_part(sink, scope);
	struct snapshot_builder *builder;
	struct store_entry entry;

	if (!part || (part->ended && !sink->lasting) || cancel_asked(job_cancel(sink->job)))
		return NULL;
	builder = snapshot_builder_create(sink->options.kind, scope, NULL);
	if (!builder)
		return NULL;
	part->open = true;
	part->ended = false;
	part->began = clock_monotonic(sink->options.clock);
	if (store_get(sink->options.store, sink->options.kind, scope, &entry)) {
		part->whole = entry.snapshot && entry.snapshot->complete;
		snapshot_unref(entry.snapshot);
	}
	return builder;
}

// Adds to the sum over all scopes, which is what the job shows.
static void sink_progress(struct sink *sink, struct sink_part *part, int64_t done, int64_t total, bool tell)
{
	int64_t sum, all = 0;
	size_t ended;

	pthread_mutex_lock(&sink->lock);
	sink->done += done - part->done;
	part->done = done;
	part->total = total;
	sum = sink->done;
	ended = sink->ended;
	for (size_t i = 0; tell && i < sink->options.count && all >= 0; i++) {
		if (sink->parts[i].ended || sink->parts[i].total < 0)
			all = sink->parts[i].ended ? all + sink->parts[i].done : -1;
		else
			all += sink->parts[i].total;
	}
	pthread_mutex_unlock(&sink->lock);
	if (tell)
		job_progress(sink->job, sum, all > 0 ? all : 0, _("%zu of %zu read"), ended, sink->options.count);
}

static void sink_page(struct list_sink *list, const struct scope *scope, struct snapshot_builder *builder)
{
	struct sink *sink = (struct sink *)list;
	struct sink_part *part = sink_part(sink, scope);
	int64_t now = clock_monotonic(sink->options.clock);
	int64_t done = (int64_t)snapshot_builder_count(builder), total = snapshot_builder_total(builder);
	bool tell;

	if (!part)
		return;
	tell = part->told < 0 || now - part->told >= SINK_PUBLISH_MS;
	if (tell) {
		part->told = now;
		if (sink->options.partial && !part->whole) {
			struct snapshot *partial = snapshot_partial(builder, clock_now(sink->options.clock));

			if (partial)
				store_publish(sink->options.store, partial);
		}
		store_reading(sink->options.store, sink->options.kind, scope, done, total);
	}
	sink_progress(sink, part, done, total, tell);
}

static uint64_t hash_text(uint64_t hash, const char *text)
{
	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 1099511628211u;
	return (hash ^ 0xff) * 1099511628211u;
}

// What is on its way from one state to another. Few state words occur, and a snapshot keeps one copy of each.
static void sink_count_transient(const struct snapshot *snapshot, struct sink_report *report)
{
	const char *words[STATES_REMEMBERED] = {NULL};
	bool passing[STATES_REMEMBERED] = {false};
	size_t next = 0;

	report->transient_hash = 14695981039346656037u;
	for (size_t i = 0; i < snapshot->count; i++) {
		const struct record *record = snapshot->records[i];
		size_t at = 0;

		while (at < STATES_REMEMBERED && words[at] != record->status)
			at++;
		if (at == STATES_REMEMBERED) {
			at = next;
			next = (next + 1) % STATES_REMEMBERED;
			words[at] = record->status;
			passing[at] = state_of(snapshot->kind, record->status) == STATE_TRANSIENT;
		}
		if (!passing[at])
			continue;
		report->transient++;
		report->transient_hash = hash_text(hash_text(report->transient_hash, record->id), record->status);
	}
}

static void sink_publish(
        struct sink *sink, const struct scope *scope, struct snapshot_builder *builder, struct sink_report *report)
{
	struct snapshot *snapshot;

	if (!builder && report->read)
		builder = snapshot_builder_create(sink->options.kind, scope, NULL);
	if (builder &&
	        (report->read || (snapshot_builder_count(builder) > 0 && report->error.kind != ERROR_CANCELLED))) {
		snapshot = snapshot_finish(builder, clock_now(sink->options.clock), &report->error);
		if (snapshot) {
			sink_count_transient(snapshot, report);
			store_publish(sink->options.store, snapshot);
			return;
		}
		report->read = false;
		error_set(&report->error, ERROR_MEMORY, _("out of memory"));
	} else if (builder) {
		snapshot_builder_destroy(builder);
	}
	store_failed(sink->options.store, sink->options.kind, scope, &report->error);
}

static void sink_end(
        struct list_sink *list, const struct scope *scope, struct snapshot_builder *builder, const struct error *error)
{
	struct sink *sink = (struct sink *)list;
	struct sink_part *part = sink_part(sink, scope);
	struct sink_report report = {.read = !error || error->kind == ERROR_NONE, .lasting = sink->lasting};
	int64_t done;

	if (!part || (part->ended && !sink->lasting)) {
		snapshot_builder_destroy(builder);
		return;
	}
	if (!report.read)
		report.error = *error;
	patience_explain(sink->options.patience, &report.error);
	done = builder ? (int64_t)snapshot_builder_count(builder) : part->done;
	report.tag = part->tag;
	report.began = part->began;
	sink_publish(sink, scope, builder, &report);
	report.ended = clock_monotonic(sink->options.clock);
	pthread_mutex_lock(&sink->lock);
	sink->ended += !sink->lasting || sink->ended == 0;
	part->ended = true;
	pthread_mutex_unlock(&sink->lock);
	sink->options.report(&report, sink->options.user);
	// Also wakes the owner of the poller, which takes the report.
	sink_progress(sink, part, done, done, true);
}

struct sink *sink_create(const struct sink_options *options, struct error *error)
{
	struct sink *sink = calloc(1, sizeof(*sink));

	if (!sink)
		goto no_sink;
	sink->options = *options;
	sink->scopes = calloc(options->count, sizeof(*sink->scopes));
	sink->parts = calloc(options->count, sizeof(*sink->parts));
	if (!sink->scopes || !sink->parts || pthread_mutex_init(&sink->lock, NULL) != 0)
		goto no_parts;
	memcpy(sink->scopes, options->scopes, options->count * sizeof(*sink->scopes));
	for (size_t i = 0; i < options->count; i++) {
		sink->parts[i].tag = options->tags[i];
		sink->parts[i].told = -1;
		sink->parts[i].total = -1;
		sink->parts[i].began = clock_monotonic(options->clock);
	}
	sink->options.scopes = sink->scopes;
	sink->options.tags = NULL;
	sink->list = (struct list_sink){sink_begin, sink_page, sink_end};
	return sink;
no_parts:
	free(sink->scopes);
	free(sink->parts);
	free(sink);
no_sink:
	error_set(error, ERROR_MEMORY, _("out of memory"));
	return NULL;
}

void sink_destroy(struct sink *sink)
{
	if (!sink)
		return;
	pthread_mutex_destroy(&sink->lock);
	free(sink->scopes);
	free(sink->parts);
	free(sink);
}

void sink_abandon(struct sink *sink, const struct error *error)
{
	for (size_t i = 0; i < sink->options.count; i++) {
		struct sink_part *part = &sink->parts[i];
		struct sink_report report = {
		        .tag = part->tag, .error = *error, .began = part->began, .lasting = sink->lasting};

		if (part->ended)
			continue;
		part->ended = true;
		report.ended = clock_monotonic(sink->options.clock);
		store_failed(sink->options.store, sink->options.kind, &sink->scopes[i], error);
		sink->options.report(&report, sink->options.user);
	}
}

bool sink_watch(
        struct sink *sink, const struct backend *backend, struct session *session, struct job *job, struct error *error)
{
	struct error failure = {ERROR_NONE};

	sink->job = job;
	sink->lasting = true;
	store_reading(sink->options.store, sink->options.kind, &sink->scopes[0], 0, -1);
	backend->watch(session, sink->options.kind, &sink->scopes[0], &sink->list, job_cancel(job), &failure);
	if (failure.kind == ERROR_NONE)
		error_set(&failure, ERROR_CANCELLED, _("cancelled"));
	// Nothing is being read any more, and why is told already when anything was.
	sink_abandon(sink, &failure);
	if (failure.kind != ERROR_CANCELLED)
		return true;
	if (error)
		*error = failure;
	return false;
}

bool sink_read(
        struct sink *sink, const struct backend *backend, struct session *session, struct job *job, struct error *error)
{
	struct error failure = {ERROR_NONE};
	const struct patience *patience = sink->options.patience;
	struct cancel cancel = {.parent = patience ? &patience->cancel : job_cancel(job)};
	bool read;

	sink->job = job;
	for (size_t i = 0; i < sink->options.count; i++)
		store_reading(sink->options.store, sink->options.kind, &sink->scopes[i], 0, -1);
	read = backend->list(
	        session, sink->options.kind, sink->scopes, sink->options.count, &sink->list, &cancel, &failure);
	if (failure.kind == ERROR_NONE)
		error_set(&failure, cancel_asked(&cancel) ? ERROR_CANCELLED : ERROR_INTERNAL, "%s",
		        cancel_asked(&cancel) ? _("cancelled") : _("the reading ended without an answer"));
	patience_explain(patience, &failure);
	// A scope that the backend never ended would count as being read for ever.
	sink_abandon(sink, &failure);
	if (read)
		return true;
	if (error)
		*error = failure;
	return false;
}
