// SPDX-License-Identifier: Apache-2.0
// Reading whole lists without a screen.
#include <config.h>
#include "cli/reading.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "work/sink.h"

#include "base/banned.h"

// One list being read: what the reading thread and the reports share.
struct pass {
	struct deck *deck;
	enum kind_id kind;
	struct scope *scopes;
	size_t count;
	pthread_mutex_t lock; // over the rest; held to count and print
	size_t ended;
	bool progress; // a person is watching standard error
	struct reading *reading;
};

static void pass_where(const struct scope *scope, char *out, size_t size)
{
	snprintf(out, size, "%s%s%s", scope->region[0] ? scope->region : scope->context, scope->cluster[0] ? "/" : "",
	        scope->cluster);
}

static void pass_report(const struct sink_report *report, void *user)
{
	struct pass *pass = user;
	char where[2 * SCOPE_WORD_SIZE], text[1024];

	pthread_mutex_lock(&pass->lock);
	pass->ended++;
	if (!report->read && report->error.kind != ERROR_CANCELLED) {
		if (pass->reading->failed++ == 0)
			pass->reading->first = report->error;
		pass_where(&pass->scopes[report->tag], where, sizeof(where));
		error_format(&report->error, text, sizeof(text));
		fprintf(stderr, "%speerdeck: %s: %s: %s\n", pass->progress ? "\r\033[K" : "", where,
		        _(kind_get(pass->kind)->title), text);
	}
	if (pass->progress)
		fprintf(stderr, "\r\033[K%s %zu/%zu", _(kind_get(pass->kind)->title), pass->ended, pass->count);
	pthread_mutex_unlock(&pass->lock);
}

static bool pass_read(struct job *job, void *user, struct error *error)
{
	struct pass *pass = user;
	size_t *tags = calloc(pass->count, sizeof(*tags));
	struct sink_options options = {
	        .kind = pass->kind,
	        .scopes = pass->scopes,
	        .tags = tags,
	        .count = pass->count,
	        .store = pass->deck->store,
	        .clock = pass->deck->clock,
	        .report = pass_report,
	        .user = pass,
	};
	struct sink *sink;
	bool read;

	if (!tags)
		return error_set(error, ERROR_MEMORY, _("out of memory"));
	for (size_t i = 0; i < pass->count; i++)
		tags[i] = i;
	sink = sink_create(&options, error);
	free(tags);
	if (!sink)
		return false;
	read = sink_read(sink, pass->deck->backend, pass->deck->session, job, error);
	sink_destroy(sink);
	return read;
}

static bool pass_run(struct pass *pass, struct cancel *cancel, struct error *error)
{
	struct job_spec spec = {.title = "list", .quiet = true, .run = pass_read, .user = pass};
	struct job_view view;
	bool done;
	job_id id;

	pass->ended = 0;
	pass->reading->scopes += pass->count;
	pthread_mutex_init(&pass->lock, NULL);
	id = jobs_submit(pass->deck->jobs, &spec, error);
	done = id && jobs_wait(pass->deck->jobs, id, cancel);
	if (pass->progress)
		fputs("\r\033[K", stderr);
	pthread_mutex_destroy(&pass->lock);
	if (!id)
		return false;
	if (!done)
		return error_set(error, ERROR_CANCELLED, _("interrupted"));
	if (jobs_get(pass->deck->jobs, id, &view) && view.state != JOB_DONE) {
		if (error)
			*error = view.error;
		return false;
	}
	return true;
}

bool reading_regions(struct deck *deck, const char **names, size_t most, size_t *count, struct error *error)
{
	const struct config *config = deck->config;

	*count = 0;
	if (config->all_regions)
		return true;
	for (size_t i = 0; i < config->region_count && *count < most; i++)
		names[(*count)++] = config->regions[i];
	if (*count)
		return true;
	if (!deck->home_region[0]) {
		error_set(error, ERROR_USAGE, _("no region is known"));
		error_remedy(error, _("give --region NAME or --region all, or set a region in the profile"));
		return false;
	}
	names[(*count)++] = deck->home_region;
	return true;
}

static bool reading_pass(struct deck *deck, enum kind_id kind, const char *const *regions, size_t region_count,
        struct cancel *cancel, struct reading *out, struct error *error)
{
	struct pass pass = {.deck = deck, .kind = kind, .reading = out, .progress = isatty(STDERR_FILENO)};
	size_t failed = out->failed;
	bool read;

	pass.scopes = calloc(READING_SCOPES_MOST, sizeof(*pass.scopes));
	if (!pass.scopes)
		return error_set(error, ERROR_MEMORY, _("out of memory"));
	pass.count = deck_scopes(deck, kind, regions, region_count, "", pass.scopes, READING_SCOPES_MOST);
	read = pass.count == 0 || pass_run(&pass, cancel, error);
	if (read && pass.count && out->failed - failed == pass.count) {
		read = false;
		if (error)
			*error = out->first;
	}
	free(pass.scopes);
	return read;
}

bool reading_run(struct deck *deck, enum kind_id kind, struct cancel *cancel, struct reading *out, struct error *error)
{
	const char *regions[CONFIG_REGIONS_MOST];
	enum scope_level level = kind_get(kind)->level;
	size_t count = 0;

	memset(out, 0, sizeof(*out));
	if (level != SCOPE_CONTEXT && !reading_regions(deck, regions, COUNT_OF(regions), &count, error))
		return false;
	// Which regions there are must be known before "all" of them can be read.
	if (level != SCOPE_CONTEXT && count == 0 && !reading_pass(deck, KIND_REGION, NULL, 0, cancel, out, error))
		return false;
	if (level == SCOPE_CLUSTER && !reading_pass(deck, KIND_CLUSTER, regions, count, cancel, out, error))
		return false;
	return reading_pass(deck, kind, regions, count, cancel, out, error);
}
