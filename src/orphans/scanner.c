// SPDX-License-Identifier: Apache-2.0
// When scans run in a running program, and what is kept of them.
#include "config.h"

#include "orphans/scanner_own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inventory/database.h"
#include "inventory/hash.h"

#include "base/banned.h"

enum {
	SCANNER_FIRST_MS = 3000, // while nobody looks, the screen's own readings come first
	// An early scan shows what has answered by then; one that waits for the rest follows at once.
	SCANNER_PATIENCE_MS = 4000,
	SCANNER_LEAST_MS = 5000, // between scans that a change of health asks for
	HEALTH_EVERY_MS = 1000,
	ENTRIES_MOST = 1024,
};

// A job may outlive its scanner: it asks here whether there still is one. Only on the scanner's thread.
struct scanner_link {
	struct scanner *scanner;
	unsigned references;
};

// One scan. The job's; the scanner looks at it only once the job is over.
struct scan_work {
	struct scanner_link *link;
	struct scan_place place;
	struct scanner_options options;
	char account[64], path[DATABASE_PATH_SIZE], trusted[1024];
	struct memory *memory;              // NULL = to be opened
	const struct memory_sight *earlier; // the configuration's
	size_t earlier_count;
	struct scan_basis *basis;
	const struct report *report;
	struct job *job;
	bool is_early; // soon something should be shown
	bool was_cut;  // not all had answered
};

struct scanner {
	struct deck *deck;
	struct scanner_link *link;
	struct scanner_options options;
	char regions[SCANNER_REGIONS_MOST][64];
	size_t region_count;
	struct session *session; // of the context that all below belongs to; NULL = none
	struct memory *memory;
	struct scan_basis *basis; // of the last scan
	const struct report *report;
	job_id job;
	bool is_visible, is_wanted, is_hurried;
	bool was_cut;                 // the report: not all had answered
	int64_t began, opened, ended; // wall clock; monotonic: of the context, and the end of the last scan, 0 = none
	struct error error;
	uint64_t health, store_version;
	int64_t health_at;
};

static void link_drop(struct scanner_link *link)
{
	if (link && --link->references == 0)
		free(link);
}

struct scanner *scanner_create(struct deck *deck, const struct scanner_options *options, struct error *error)
{
	struct scanner *scanner = calloc(1, sizeof *scanner);
	struct scanner_link *link = calloc(1, sizeof *link);

	if (!scanner || !link) {
		free(scanner);
		free(link);
		error_set(error, ERROR_MEMORY, _("out of memory"));
		return NULL;
	}
	*link = (struct scanner_link){scanner, 1};
	scanner->link = link;
	scanner->deck = deck;
	scanner->options = *options;
	for (size_t i = 0; i < options->region_count && i < SCANNER_REGIONS_MOST; i++)
		snprintf(scanner->regions[scanner->region_count++], sizeof scanner->regions[0], "%s",
		        options->regions[i]);
	scanner->options.regions = NULL;
	return scanner;
}

// ---- the job ----

// Without the account nothing may be remembered: what belongs to one must never count for another.
static bool work_identify(struct scan_work *work, struct error *error)
{
	struct identity identity;

	if (work->account[0])
		return true;
	memset(&identity, 0, sizeof identity);
	if (!work->place.cloud->identify(work->place.cloud_session, &identity, job_cancel(work->job), error))
		return false;
	snprintf(work->account, sizeof work->account, "%s", identity.account);
	return true;
}

static bool work_remember(struct scan_work *work, struct error *error)
{
	struct error warning = {ERROR_NONE};

	if (work->memory)
		return true;
	if (!work_identify(work, error))
		return false;
	work->memory = memory_open(work->path, work->account, work->place.clock, work->place.log, &warning, error);
	if (work->memory && !memory_recall(work->memory, work->earlier, work->earlier_count))
		return error_set(error, ERROR_MEMORY, _("out of memory"));
	return work->memory != NULL;
}

static void work_progress(int64_t done, int64_t total, const char *what, void *user)
{
	struct scan_work *work = user;

	job_progress(work->job, done, total, "%s", what);
}

// A region that does not say which clusters it has leaves time to read the others.
static bool work_basis(struct scan_work *work, int64_t patience_ms, struct error *error)
{
	struct patience patience;

	patience_begin(&patience, job_cancel(work->job), patience_ms);
	work->basis = scan_basis_read(&work->place, &patience, work->job, error);
	patience_end(&patience);
	work->was_cut = patience_is_over(&patience);
	return work->basis != NULL;
}

static bool work_read(struct scan_work *work, const struct patience *patience, struct error *error)
{
	struct scan_options *options = &work->basis->options;

	options->patience = patience;
	options->store = work->place.store;
	options->memory = memory_ref(work->memory);
	options->read_user_data = work->options.read_user_data;
	if (!scan_basis_trust(work->basis, work->trusted))
		return error_set(error, ERROR_MEMORY, _("out of memory"));
	options->skip_foreign = work->options.skip_foreign;
	options->flood_acknowledged = work->options.flood_acknowledged;
	options->progress = work_progress;
	options->user = work;
	if (!scan_run(options, &work->report, job_cancel(work->job), error))
		return false;
	options->patience = NULL;
	options->store = NULL;
	options->progress = NULL;
	options->user = NULL;
	return true;
}

// Waits so long for a list of clusters, and again for what is in them; 0 = as long as it takes.
static bool work_scan(struct scan_work *work, int64_t patience_ms, struct error *error)
{
	struct patience patience;
	bool scanned;

	if (!work_basis(work, patience_ms / 2, error))
		return false;
	patience_begin(&patience, job_cancel(work->job), patience_ms);
	scanned = work_read(work, &patience, error);
	patience_end(&patience);
	// It may also have ended while what was read was judged.
	work->was_cut = (work->was_cut || patience_is_over(&patience)) && !(scanned && work->report->is_complete);
	return scanned;
}

static bool has_read_something(const struct report *report)
{
	for (size_t i = 0; i < report->reading_count; i++)
		if (report->readings[i].is_complete)
			return true;
	return false;
}

static bool work_run(struct job *job, void *user, struct error *error)
{
	struct scan_work *work = user;
	bool scanned;

	work->job = job;
	if (!work_remember(work, error))
		return false;
	scanned = work_scan(work, work->is_early ? SCANNER_PATIENCE_MS : 0, error);
	if (work->was_cut && !(scanned && has_read_something(work->report))) {
		report_unref(work->report);
		scan_basis_free(work->basis);
		work->report = NULL;
		work->basis = NULL;
		scanned = work_scan(work, 0, error);
	}
	return scanned && report_publish(work->report, work->place.context, work->place.store, error);
}

static void work_free(void *user)
{
	struct scan_work *work = user;

	report_unref(work->report);
	scan_basis_free(work->basis);
	memory_close(work->memory);
	link_drop(work->link);
	free(work);
}

// On the scanner's thread. What a context that was left has found is of no use any more.
static void work_done(job_id id, enum job_state state, const struct error *error, void *user)
{
	struct scan_work *work = user;
	struct scanner *scanner = work->link->scanner;

	if (!scanner || scanner->job != id)
		return;
	scanner->job = 0;
	scanner->ended = clock_monotonic(scanner->deck->clock);
	if (!scanner->memory)
		scanner->memory = memory_ref(work->memory);
	if (state != JOB_DONE) {
		if (state == JOB_FAILED && error)
			scanner->error = *error;
		return;
	}
	error_clear(&scanner->error);
	report_unref(scanner->report);
	scanner->report = report_ref(work->report);
	scan_basis_free(scanner->basis);
	scanner->basis = work->basis;
	work->basis = NULL;
	scanner->was_cut = work->was_cut;
	scanner->is_wanted = scanner->is_wanted || work->was_cut;
	// An acknowledgement is for one flood, not for all that may come.
	scanner->options.flood_acknowledged = false;
}

static void choose_regions(const struct scanner *scanner, struct scan_place *place)
{
	const struct config *config = scanner->deck->config;

	for (size_t i = 0; i < scanner->region_count; i++)
		snprintf(place->regions[place->region_count++], sizeof place->regions[0], "%s", scanner->regions[i]);
	for (size_t i = 0; place->region_count == 0 && !config->all_regions && i < config->region_count; i++)
		snprintf(place->regions[i], sizeof place->regions[0], "%s", config->regions[i]);
	if (place->region_count == 0 && !config->all_regions)
		place->region_count = config->region_count;
}

static struct scan_work *work_create(struct scanner *scanner)
{
	struct deck *deck = scanner->deck;
	struct scan_work *work = calloc(1, sizeof *work);

	if (!work)
		return NULL;
	work->link = scanner->link;
	work->link->references++;
	work->options = scanner->options;
	work->is_early = scanner->is_hurried || (scanner->options.shows_early && !scanner->report);
	work->memory = memory_ref(scanner->memory);
	work->place = (struct scan_place){.cloud = deck->backend,
	        .cloud_session = deck->session,
	        .clusters = deck->clusters ? deck->clusters_backend : NULL,
	        .clusters_session = deck->clusters,
	        .store = deck->store,
	        .clock = deck->clock,
	        .log = deck->log,
	        .parallel = deck->config->parallel};
	snprintf(work->place.context, sizeof work->place.context, "%s", deck->context->name);
	if (deck->identified)
		snprintf(work->account, sizeof work->account, "%s", deck->identity.account);
	if (!deck->config->in_memory)
		database_path(deck->config->state_folder, work->path, NULL);
	if (deck->config->in_memory) {
		work->earlier = deck->config->earlier;
		work->earlier_count = deck->config->earlier_count;
	}
	work->options.read_user_data = work->options.read_user_data || deck->config->read_user_data;
	snprintf(work->trusted, sizeof work->trusted, "%s", deck->config->trusted_clusters);
	choose_regions(scanner, &work->place);
	return work;
}

static void scanner_start(struct scanner *scanner)
{
	struct job_spec spec = {.title = _("Scan for orphans"),
	        .quiet = true,
	        .run = work_run,
	        .done = work_done,
	        .user_free = work_free};
	struct scan_work *work = work_create(scanner);

	scanner->is_wanted = scanner->is_hurried = false;
	scanner->began = clock_now(scanner->deck->clock);
	scanner->health_at = 0;
	scanner->store_version = 0;
	if (!work) {
		error_set(&scanner->error, ERROR_MEMORY, _("out of memory"));
		return;
	}
	spec.user = work;
	scanner->job = jobs_submit(scanner->deck->jobs, &spec, &scanner->error);
	if (!scanner->job) {
		scanner->ended = clock_monotonic(scanner->deck->clock);
		work_free(work);
	}
}

// ---- when ----

static uint64_t hash_entry(uint64_t hash, const struct store_entry *entry)
{
	hash = hash_mix(hash, (uint64_t)entry->error.kind);
	for (size_t i = 0; entry->snapshot && i < entry->snapshot->count; i++) {
		const struct record *record = entry->snapshot->records[i];

		hash = hash_mix(hash, hash_bytes(record->id, strlen(record->id)));
		hash = hash_mix(hash, hash_bytes(record->status, strlen(record->status)));
	}
	return hash;
}

// Which clusters there are, how they are, and whether their pods can be read.
static uint64_t health_of(const struct deck *deck)
{
	struct store_entry *entries = calloc(ENTRIES_MOST, sizeof *entries);
	uint64_t hash = 1;
	size_t count;

	if (!entries)
		return 0;
	count = store_entries(deck->store, KIND_CLUSTER, deck->context->name, entries, NULL, ENTRIES_MOST);
	for (size_t i = 0; i < count && i < ENTRIES_MOST; i++) {
		hash = hash_entry(hash, &entries[i]);
		snapshot_unref(entries[i].snapshot);
	}
	count = store_entries(deck->store, KIND_POD, deck->context->name, entries, NULL, ENTRIES_MOST);
	for (size_t i = 0; i < count && i < ENTRIES_MOST; i++) {
		hash = hash_mix(hash, (uint64_t)entries[i].error.kind + 100);
		snapshot_unref(entries[i].snapshot);
	}
	free(entries);
	return hash;
}

static bool health_changed(struct scanner *scanner, int64_t now)
{
	uint64_t version = store_version(scanner->deck->store), health;
	bool changed;

	if (version == scanner->store_version || now - scanner->health_at < HEALTH_EVERY_MS)
		return false;
	scanner->store_version = version;
	scanner->health_at = now;
	health = health_of(scanner->deck);
	changed = scanner->health != 0 && health != scanner->health;
	scanner->health = health;
	return changed;
}

static int64_t interval_of(const struct scanner *scanner)
{
	int64_t refresh = (int64_t)(scanner->options.refresh_seconds * 1000);

	if (refresh <= 0)
		return -1;
	return scanner->is_visible || refresh > SCANNER_HIDDEN_MS ? refresh : SCANNER_HIDDEN_MS;
}

// Monotonic; −1 = not by itself.
static int64_t due_at(const struct scanner *scanner)
{
	int64_t interval = interval_of(scanner);

	if (scanner->is_wanted)
		return 0;
	if (interval < 0)
		return -1;
	if (scanner->ended == 0)
		return scanner->is_visible ? 0 : scanner->opened + SCANNER_FIRST_MS;
	return scanner->ended + interval;
}

static void scanner_leave(struct scanner *scanner)
{
	if (scanner->job)
		jobs_cancel(scanner->deck->jobs, scanner->job);
	scanner->job = 0;
	report_unref(scanner->report);
	scan_basis_free(scanner->basis);
	memory_close(scanner->memory);
	scanner->report = NULL;
	scanner->basis = NULL;
	scanner->memory = NULL;
	scanner->session = NULL;
	scanner->is_hurried = scanner->was_cut = false;
	scanner->began = scanner->ended = 0;
	scanner->health = 0;
	error_clear(&scanner->error);
}

int64_t scanner_turn(struct scanner *scanner)
{
	struct deck *deck = scanner->deck;
	int64_t now = clock_monotonic(deck->clock), due;

	if (deck->session != scanner->session) {
		scanner_leave(scanner);
		scanner->session = deck->session;
		scanner->opened = now;
	}
	if (!scanner->session)
		return -1;
	if (!deck->backend->cloud) {
		error_set(&scanner->error, ERROR_USAGE, _("%s has no pod VMs that could be scanned"),
		        deck->backend->title);
		return -1;
	}
	if (scanner->job)
		return -1;
	if (scanner->ended != 0 && interval_of(scanner) >= 0 && now - scanner->ended >= SCANNER_LEAST_MS &&
	        health_changed(scanner, now))
		scanner->is_wanted = true;
	due = due_at(scanner);
	if (due < 0 || due > now)
		return due;
	scanner_start(scanner);
	return -1;
}

void scanner_want(struct scanner *scanner, bool visible)
{
	scanner->is_visible = visible;
}

void scanner_now(struct scanner *scanner)
{
	scanner->is_wanted = true;
}

void scanner_soon(struct scanner *scanner)
{
	// What runs may be waiting for somebody who does not answer.
	if (scanner->job)
		jobs_cancel(scanner->deck->jobs, scanner->job);
	scanner->job = 0;
	scanner->is_wanted = scanner->is_hurried = true;
}

void scanner_acknowledge_flood(struct scanner *scanner)
{
	scanner->options.flood_acknowledged = true;
	scanner->is_wanted = true;
}

// ---- what there is ----

const struct report *scanner_report(const struct scanner *scanner)
{
	return report_ref(scanner->report);
}

void scanner_state(const struct scanner *scanner, struct scanner_state *out)
{
	struct job_view *view;

	*out = (struct scanner_state){.is_running = scanner->job != 0 || scanner->is_hurried,
	        .is_early = scanner->report && scanner->was_cut && (scanner->is_wanted || scanner->job),
	        .began = scanner->began,
	        .error = scanner->error};
	view = scanner->job ? calloc(1, sizeof *view) : NULL;
	if (view && jobs_get(scanner->deck->jobs, scanner->job, view)) {
		out->done = view->done;
		out->total = view->total;
		snprintf(out->doing, sizeof out->doing, "%.*s", (int)sizeof out->doing - 1, view->detail);
	}
	free(view);
}

struct memory *scanner_memory(struct scanner *scanner)
{
	return scanner->memory;
}

struct scan_options *scanner_scan_options(struct scanner *scanner, struct error *error)
{
	struct scan_basis *copy;

	if (!scanner->basis) {
		error_set(error, ERROR_USAGE, _("no scan has ended yet"));
		return NULL;
	}
	copy = scan_basis_copy(scanner->basis);
	if (!copy) {
		error_set(error, ERROR_MEMORY, _("out of memory"));
		return NULL;
	}
	return &copy->options;
}

void scanner_destroy(struct scanner *scanner)
{
	if (!scanner)
		return;
	if (scanner->job) {
		jobs_cancel(scanner->deck->jobs, scanner->job);
		jobs_wait(scanner->deck->jobs, scanner->job, NULL);
	}
	scanner_leave(scanner);
	scanner->link->scanner = NULL;
	link_drop(scanner->link);
	free(scanner);
}
