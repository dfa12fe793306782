// SPDX-License-Identifier: Apache-2.0
// Reading whole lists without a screen.
#include <config.h>
#include "cli/reading.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/cli.h"
#include "work/sink.h"

#include "base/banned.h"

enum { LOOK_MS = 2 };

// One list being read: what the reading thread and the reports share.
struct pass {
	struct deck *deck;
	enum kind_id kind;
	struct scope *scopes;
	size_t count;
	const struct backend *backend; // that is asked now
	struct session *session;
	struct session **readers; // of each scope who is to be asked, NULL = nobody any more
	struct error *errors;     // of each scope
	pthread_mutex_t lock;     // over the rest; held to count and print
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

	pthread_mutex_lock(&pass->lock);
	pass->ended++;
	if (!report->read)
		pass->errors[report->tag] = report->error;
	if (pass->progress)
		fprintf(stderr, "\r\033[K%s %zu/%zu", _(kind_get(pass->kind)->title), pass->ended, pass->count);
	pthread_mutex_unlock(&pass->lock);
}

static bool errors_are_alike(const struct error *a, const struct error *b)
{
	return a->kind == b->kind && strcmp(a->code, b->code) == 0 &&
	       (a->code[0] || strcmp(a->message, b->message) == 0);
}

static void pass_tell(const struct pass *pass, size_t scope)
{
	char where[2 * SCOPE_WORD_SIZE], text[1400];

	pass_where(&pass->scopes[scope], where, sizeof(where));
	error_format(&pass->errors[scope], text, sizeof(text));
	fprintf(stderr, "peerdeck: %s: %s: %s\n", where, _(kind_get(pass->kind)->title), text);
}

// One line per scope that failed; one for all when every one failed alike (a wrong key).
static void pass_tell_failures(struct pass *pass)
{
	size_t failed = 0, first = 0;
	bool alike = true;

	for (size_t i = 0; i < pass->count; i++) {
		if (pass->errors[i].kind == ERROR_NONE)
			continue;
		if (failed++ == 0)
			first = i;
		alike = alike && errors_are_alike(&pass->errors[first], &pass->errors[i]);
	}
	if (failed == 0)
		return;
	if (pass->reading->failed == 0)
		pass->reading->first = pass->errors[first];
	pass->reading->failed += failed;
	if (failed == pass->count && alike) {
		cli_fail(&pass->errors[first]);
		return;
	}
	for (size_t i = first; i < pass->count; i++)
		if (pass->errors[i].kind != ERROR_NONE)
			pass_tell(pass, i);
}

static bool pass_read(struct job *job, void *user, struct error *error)
{
	struct pass *pass = user;
	size_t *tags = calloc(pass->count, sizeof(*tags)), picked = 0;
	struct scope *scopes = calloc(pass->count, sizeof(*scopes));
	struct sink_options options = {
	        .kind = pass->kind,
	        .scopes = scopes,
	        .tags = tags,
	        .store = pass->deck->store,
	        .clock = pass->deck->clock,
	        .report = pass_report,
	        .user = pass,
	};
	struct sink *sink;
	bool read;

	for (size_t i = 0; tags && scopes && i < pass->count; i++) {
		if (pass->readers[i] != pass->session)
			continue;
		scopes[picked] = pass->scopes[i];
		tags[picked++] = i;
	}
	options.count = picked;
	sink = tags && scopes ? sink_create(&options, error) : NULL;
	if (!tags || !scopes)
		error_set(error, ERROR_MEMORY, _("out of memory"));
	free(tags);
	free(scopes);
	if (!sink)
		return false;
	read = sink_read(sink, pass->backend, pass->session, job, error);
	sink_destroy(sink);
	return read;
}

static bool pass_is_wanted(const struct pass *pass)
{
	for (size_t i = 0; i < pass->count; i++)
		if (pass->readers[i] == pass->session)
			return true;
	return false;
}

static bool pass_run(struct pass *pass, struct cancel *cancel, struct error *error)
{
	struct job_spec spec = {.title = "list", .quiet = true, .run = pass_read, .user = pass};
	struct job_view view;
	bool done;
	job_id id;

	pthread_mutex_init(&pass->lock, NULL);
	id = jobs_submit(pass->deck->jobs, &spec, error);
	done = id && jobs_wait(pass->deck->jobs, id, cancel);
	// Interrupted: it stops in a moment, and uses `pass` until then.
	if (id && !done)
		jobs_wait(pass->deck->jobs, id, NULL);
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

// Everything is read by whoever can; what a cluster itself failed to tell, its cloud may know.
static bool pass_run_all(struct pass *pass, struct cancel *cancel, struct error *error)
{
	const struct deck *deck = pass->deck;
	struct session *const sessions[] = {deck->clusters, deck->clusters != deck->session ? deck->session : NULL};
	const struct backend *const backends[] = {deck->clusters_backend, deck->backend}, *backend;

	pass->reading->scopes += pass->count;
	for (size_t i = 0; i < pass->count; i++)
		if (!deck_reader(deck, pass->kind, &pass->scopes[i], &backend, &pass->readers[i]))
			pass->readers[i] = NULL;
	for (size_t s = 0; s < COUNT_OF(sessions); s++) {
		pass->backend = backends[s];
		pass->session = sessions[s];
		if (!pass->session || !pass_is_wanted(pass))
			continue;
		if (!pass_run(pass, cancel, error))
			return false;
		for (size_t i = 0; i < pass->count; i++) {
			struct session *next;

			if (pass->readers[i] != pass->session || pass->errors[i].kind == ERROR_NONE ||
			        !deck_reader(deck, pass->kind, &pass->scopes[i], &backend, &next))
				continue;
			pass->readers[i] = next;
			if (next == deck->session && next != pass->session)
				error_clear(&pass->errors[i]);
		}
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
		error_remedy(error, _("give --region NAME or --region all, or set a region in the profile; peerdeck "
		                      "doctor tells which credentials were found"));
		return false;
	}
	names[(*count)++] = deck->home_region;
	return true;
}

struct names {
	struct store_entry *entries;
	size_t count;
};

static const char *cluster_name(size_t index, const void *user)
{
	const struct names *names = user;

	for (size_t i = 0; i < names->count; i++) {
		const struct snapshot *snapshot = names->entries[i].snapshot;

		if (snapshot && index < snapshot->count)
			return snapshot->records[index]->name;
		index -= snapshot ? snapshot->count : 0;
	}
	return NULL;
}

static void unknown_cluster(struct deck *deck, const char *cluster, struct error *error)
{
	struct names names = {.entries = calloc(READING_SCOPES_MOST, sizeof(*names.entries))};
	struct scope *scopes = calloc(READING_SCOPES_MOST, sizeof(*scopes));
	const char *nearest;

	if (names.entries && scopes)
		names.count = store_entries(
		        deck->store, KIND_CLUSTER, deck->context->name, names.entries, scopes, READING_SCOPES_MOST);
	if (names.count > READING_SCOPES_MOST)
		names.count = READING_SCOPES_MOST;
	nearest = text_nearest(cluster, cluster_name, &names);
	error_set(error, ERROR_NOT_FOUND, _("there is no cluster \"%s\""), cluster);
	if (nearest)
		error_remedy(error, _("did you mean %s?"), nearest);
	else
		error_remedy(error, "%s", _("peerdeck list clusters --region all names them"));
	for (size_t i = 0; i < names.count; i++)
		snapshot_unref(names.entries[i].snapshot);
	free(names.entries);
	free(scopes);
}

static bool reading_pass(struct deck *deck, enum kind_id kind, const char *const *regions, size_t region_count,
        const char *cluster, struct cancel *cancel, struct reading *out, struct error *error)
{
	struct pass pass = {.deck = deck, .kind = kind, .reading = out, .progress = isatty(STDERR_FILENO)};
	bool read = false;

	pass.scopes = calloc(READING_SCOPES_MOST, sizeof(*pass.scopes));
	pass.errors = calloc(READING_SCOPES_MOST, sizeof(*pass.errors));
	pass.readers = calloc(READING_SCOPES_MOST, sizeof(*pass.readers));
	if (!pass.scopes || !pass.errors || !pass.readers) {
		error_set(error, ERROR_MEMORY, _("out of memory"));
		goto out;
	}
	pass.count = deck_scopes(deck, kind, regions, region_count, cluster, pass.scopes, READING_SCOPES_MOST);
	if (pass.count == 0 && cluster[0]) {
		unknown_cluster(deck, cluster, error);
		goto out;
	}
	if (pass.count > READING_SCOPES_MOST) {
		error_set(error, ERROR_LIMIT, _("more than %d places to read"), READING_SCOPES_MOST);
		goto out;
	}
	read = pass.count == 0 || pass_run_all(&pass, cancel, error);
	if (read)
		pass_tell_failures(&pass);
out:
	free(pass.scopes);
	free(pass.errors);
	free(pass.readers);
	return read;
}

static const char *region_name(size_t index, const void *user)
{
	const struct snapshot *snapshot = user;

	return index < snapshot->count ? snapshot->records[index]->id : NULL;
}

// A region that was named and failed may be one that does not exist: the cloud's own list knows.
static void reading_name_unknown(struct deck *deck, const char *const *regions, size_t count, struct cancel *cancel)
{
	struct scope scope = {.region = ""};
	struct reading ignored = {0};
	struct store_entry entry;

	snprintf(scope.context, sizeof(scope.context), "%s", deck->context->name);
	if (!deck->backend->lists(KIND_REGION) ||
	        !reading_pass(deck, KIND_REGION, NULL, 0, "", cancel, &ignored, NULL) || ignored.failed ||
	        !store_get(deck->store, KIND_REGION, &scope, &entry) || !entry.snapshot)
		return;
	for (size_t i = 0; i < count; i++) {
		const char *nearest = text_nearest(regions[i], region_name, entry.snapshot);
		struct error error = {ERROR_NONE};

		if (snapshot_find(entry.snapshot, regions[i]))
			continue;
		error_set(&error, ERROR_NOT_FOUND, _("the cloud knows no region \"%s\""), regions[i]);
		if (nearest)
			error_remedy(&error, _("did you mean %s?"), nearest);
		else
			error_remedy(&error, _("peerdeck list regions names them"));
		cli_fail(&error);
	}
	snapshot_unref(entry.snapshot);
}

// What is known of the regions; true when that is enough to go on, or all that will come.
static bool regions_are_known(struct deck *deck, const struct scope *scope, struct reading *out)
{
	struct store_entry entry = {0};
	bool ended = poller_has_read(deck->poller, KIND_REGION, scope), known;

	store_get(deck->store, KIND_REGION, scope, &entry);
	known = entry.snapshot && entry.snapshot->count > 0;
	snapshot_unref(entry.snapshot);
	if (known || !ended)
		return known;
	out->scopes++;
	if (entry.error.kind != ERROR_NONE) {
		out->failed++;
		out->first = entry.error;
		cli_fail(&entry.error);
	}
	return true;
}

// Which regions there are must be known before "all" of them can be read; how each of them feels, which takes as long
// as the sickest one does, need not.
static bool reading_learn_regions(struct deck *deck, struct cancel *cancel, struct reading *out, struct error *error)
{
	struct scope scope = {.region = ""};
	struct pollfd none = {.fd = -1};

	snprintf(scope.context, sizeof(scope.context), "%s", deck->context->name);
	poller_want(deck->poller, KIND_REGION, &scope, INTEREST_ONCE);
	while (deck_turn(deck), !regions_are_known(deck, &scope, out)) {
		if (cancel_asked(cancel))
			return error_set(error, ERROR_CANCELLED, _("interrupted"));
		poll(&none, 1, LOOK_MS);
	}
	return true;
}

// Where no region is known, most often no credentials are either, and those are what to mend first.
static void blame_credentials(struct deck *deck, struct cancel *cancel, struct error *error)
{
	struct identity identity;
	struct error why = {ERROR_NONE};

	if (!deck->backend->identify(deck->session, &identity, cancel, &why) && why.kind == ERROR_CREDENTIALS)
		*error = why;
}

int reading_status(const struct reading *reading)
{
	if (reading->failed == 0)
		return EXIT_DONE;
	return reading->failed < reading->scopes ? EXIT_INCOMPLETE : EXIT_FAILED;
}

bool reading_run(struct deck *deck, enum kind_id kind, const char *cluster, struct cancel *cancel, struct reading *out,
        struct error *error)
{
	const char *regions[CONFIG_REGIONS_MOST];
	enum scope_level level = kind_get(kind)->level;
	size_t count = 0;
	bool read;

	memset(out, 0, sizeof(*out));
	if (level != SCOPE_CONTEXT && deck->backend->lists(KIND_REGION) &&
	        !reading_regions(deck, regions, COUNT_OF(regions), &count, error)) {
		blame_credentials(deck, cancel, error);
		return false;
	}
	if (level != SCOPE_CONTEXT && count == 0 && deck->backend->lists(KIND_REGION)) {
		if (!reading_learn_regions(deck, cancel, out, error))
			return false;
		if (out->failed)
			return true;
	}
	read = (level != SCOPE_CLUSTER || reading_pass(deck, KIND_CLUSTER, regions, count, "", cancel, out, error)) &&
	       reading_pass(deck, kind, regions, count, level == SCOPE_CLUSTER && cluster ? cluster : "", cancel, out,
	               error);
	if (read && out->failed && count > 0 && out->first.kind != ERROR_CREDENTIALS)
		reading_name_unknown(deck, regions, count, cancel);
	return read;
}
