// SPDX-License-Identifier: Apache-2.0
// `peerdeck orphans`: reads what was asked for, scans, then lists, checks, explains or deletes; once, or again and
// again.
#include <config.h>
#include "cli/orphans_own.h"

#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "inventory/database.h"

#include "base/banned.h"

enum { LOOK_MS = 20, IDLE_MS = 500, LEASE_FIRST_MS = 30000 };

// ---- what was asked for ----

static bool verdicts_parse(struct orphans *orphans, struct error *error)
{
	const char *at = orphans->wanted->verdict;

	for (int verdict = 0; verdict < VERDICTS; verdict++)
		orphans->shown[verdict] = !at && (orphans->wanted->all || verdict == VERDICT_ORPHAN ||
		                                         verdict == VERDICT_SUSPECT || verdict == VERDICT_UNKNOWN);
	while (at && *at) {
		size_t length = strcspn(at, ",");
		int verdict = 0;

		while (verdict < VERDICTS && (strlen(verdict_name((enum verdict)verdict)) != length ||
		                                     memcmp(verdict_name((enum verdict)verdict), at, length) != 0))
			verdict++;
		if (verdict == VERDICTS) {
			error_set(error, ERROR_USAGE, _("--verdict: there is no verdict \"%.*s\""), (int)length, at);
			error_remedy(error, "orphan, suspect, unknown, creating, live, foreign");
			return false;
		}
		orphans->shown[verdict] = true;
		at += length;
		at += *at == ',';
	}
	return true;
}

static bool time_parse_option(const char *name, const char *text, int64_t *ms, struct error *error)
{
	return !text || time_parse_span(text, ORPHANS_SPAN_MOST, ms) ||
	       error_set(error, ERROR_USAGE, _("%s %s: expected a time such as 90m, 2h or 3d"), name, text);
}

static bool wanted_parse(struct orphans *orphans, struct error *error)
{
	const struct orphans_arguments *wanted = orphans->wanted;
	int64_t most = 0;

	if (!verdicts_parse(orphans, error) ||
	        !time_parse_option("--older-than", wanted->older_than, &orphans->older_ms, error) ||
	        !time_parse_option("--every", wanted->every, &orphans->every_ms, error))
		return false;
	if (wanted->most && (!text_to_int64(wanted->most, &most) || most < 1 || most > SWEEP_ITEMS_MOST))
		return error_set(error, ERROR_USAGE, _("--max %s: expected a number from 1 to %d"), wanted->most,
		        SWEEP_ITEMS_MOST);
	orphans->most = (size_t)most;
	return true;
}

static const char *cluster_name(size_t index, const void *user)
{
	const struct report *report = user;

	for (size_t i = 0; i < report->reading_count; i++)
		if (report->readings[i].is_cluster && index-- == 0)
			return report->readings[i].name;
	return NULL;
}

// The cluster that --cluster names: by id, or by a name that only one has.
static bool cluster_find(struct orphans *orphans, struct error *error)
{
	const struct report *report = orphans->report;
	const char *name = orphans->line->cluster, *nearest;
	size_t found = 0;

	orphans->cluster_id = "";
	if (!name || strcmp(name, "all") == 0)
		return true;
	for (size_t i = 0; i < report->reading_count; i++) {
		const struct report_reading *reading = &report->readings[i];
		bool by_id = reading->is_cluster && strcmp(reading->scope.cluster, name) == 0;

		if (!by_id && (!reading->is_cluster || strcmp(reading->name, name) != 0))
			continue;
		orphans->cluster_id = reading->scope.cluster;
		found++;
		if (by_id)
			return true;
	}
	if (found == 1)
		return true;
	if (found > 1) {
		error_set(error, ERROR_USAGE, _("%zu clusters are called %s"), found, name);
		error_remedy(error, _("name it by its id; peerdeck list clusters shows them"));
		return false;
	}
	error_set(error, ERROR_USAGE, _("no cluster is called %s"), name);
	nearest = text_nearest(name, cluster_name, report);
	if (nearest)
		error_remedy(error, _("did you mean %s?"), nearest);
	else
		error_remedy(error, _("peerdeck list clusters shows them; --region says where to look"));
	return false;
}

// ---- scanning ----

static void tell_progress(const struct scanner_state *state)
{
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r\033[K%s %" PRId64 "/%" PRId64, state->doing, state->done, state->total);
}

// One turn of everything; sleeps a little.
static void turn(struct orphans *orphans)
{
	struct pollfd none = {.fd = -1};

	deck_turn(orphans->deck);
	scanner_turn(orphans->scanner);
	poll(&none, 1, LOOK_MS);
}

static bool scan(struct orphans *orphans, struct error *error)
{
	const struct report *report;
	struct scanner_state state;
	int64_t before;

	if (!orphans->deck->backend->cloud)
		return error_set(error, ERROR_USAGE, _("%s has no pod VMs that could be scanned"),
		        orphans->deck->backend->title);
	scanner_state(orphans->scanner, &state);
	before = state.began;
	scanner_now(orphans->scanner);
	do {
		if (cancel_asked(orphans->cancel))
			return error_set(error, ERROR_CANCELLED, _("interrupted"));
		turn(orphans);
		scanner_state(orphans->scanner, &state);
		tell_progress(&state);
	} while (state.is_running || state.began == before);
	if (isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
	if (state.error.kind != ERROR_NONE) {
		if (error)
			*error = state.error;
		return false;
	}
	report = scanner_report(orphans->scanner);
	report_unref(orphans->report);
	orphans->report = report;
	return report || error_set(error, ERROR_INTERNAL, _("the scan gave no report"));
}

// ---- the keep list ----

static bool identify_run(struct job *job, void *user, struct error *error)
{
	struct orphans *orphans = user;

	return orphans->deck->backend->identify(
	        orphans->deck->session, &orphans->deck->identity, job_cancel(job), error);
}

bool orphans_identify(struct orphans *orphans, struct error *error)
{
	struct job_spec spec = {
	        .title = "identify", .quiet = true, .settled = true, .run = identify_run, .user = orphans};
	job_id id = jobs_submit(orphans->deck->jobs, &spec, error);
	struct job_view view;

	if (!id)
		return false;
	if (!jobs_wait(orphans->deck->jobs, id, orphans->cancel)) {
		jobs_wait(orphans->deck->jobs, id, NULL);
		return error_set(error, ERROR_CANCELLED, _("interrupted"));
	}
	// What went well leaves no trace in the list.
	if (!jobs_get(orphans->deck->jobs, id, &view) || view.state == JOB_DONE)
		return true;
	if (error)
		*error = view.error;
	return false;
}

static bool keep_in(struct orphans *orphans, struct memory *memory, struct error *error)
{
	const struct orphans_arguments *wanted = orphans->wanted;
	const char *id = wanted->keep ? wanted->keep : wanted->unkeep;

	if (!memory_is_on_disk(memory))
		return error_set(error, ERROR_SYSTEM,
		        _("the keep list would be lost at once: the state folder cannot be written"));
	if (!memory_keep(memory, id, wanted->why ? wanted->why : "", wanted->keep != NULL, error))
		return false;
	fprintf(stderr, wanted->keep ? _("peerdeck: %s is kept\n") : _("peerdeck: %s is not kept any more\n"), id);
	return true;
}

// What is kept belongs to the account, which must be known for that.
static int keep(struct orphans *orphans, struct error *error)
{
	const struct deck *deck = orphans->deck;
	char path[DATABASE_PATH_SIZE] = "";
	struct memory *memory;
	bool kept;

	if (!orphans_identify(orphans, error) ||
	        (!deck->config->in_memory && !database_path(deck->config->state_folder, path, error)))
		return EXIT_FAILED;
	memory = memory_open(path, deck->identity.account, deck->clock, deck->log, NULL, error);
	kept = memory && keep_in(orphans, memory, error);
	memory_close(memory);
	return kept ? EXIT_DONE : EXIT_FAILED;
}

// ---- once ----

static void tell_pending(struct orphans *orphans)
{
	size_t count;

	if (!orphans_sweep_open(orphans, NULL))
		return;
	count = sweep_store_pending(orphans->store, orphans->deck->context->name, orphans->lease != NULL, NULL, 0);
	if (count)
		fprintf(stderr,
		        _("peerdeck: %zu deletions were cut off; peerdeck orphans --resume goes on with them\n"),
		        count);
}

static int act_on_report(struct orphans *orphans, struct error *error)
{
	const struct orphans_arguments *wanted = orphans->wanted;
	int status = EXIT_DONE;

	if (wanted->explain)
		return orphans_explain(orphans, error);
	if (wanted->check)
		return orphans_check(orphans);
	if (wanted->plan)
		return orphans_plan(orphans, error);
	if (wanted->resume || wanted->remove)
		status = orphans_resume(orphans, error);
	else
		tell_pending(orphans);
	if (status != EXIT_DONE)
		return status;
	if (wanted->remove)
		return orphans_delete(orphans, error);
	return wanted->resume ? status : orphans_list(orphans, error);
}

static int once(struct orphans *orphans, struct error *error)
{
	int status;

	if (!scan(orphans, error) || !cluster_find(orphans, error))
		return EXIT_FAILED;
	status = act_on_report(orphans, error);
	if (orphans->wanted->metrics) {
		orphans_sweep_open(orphans, NULL);
		if (!orphans_metrics(orphans, orphans->wanted->metrics, error->kind == ERROR_NONE ? error : NULL))
			status = status == EXIT_DONE ? EXIT_FAILED : status;
	}
	return status;
}

// ---- again and again ----

static void tell_time(const struct orphans *orphans)
{
	char time[TIME_TEXT_SIZE];

	time_format_iso(clock_now(orphans->deck->clock), time);
	fprintf(stderr, "%s ", time);
}

// True when the Lease is ours, or none is wanted. Says when that changes.
static bool may_work(struct orphans *orphans, char *told, size_t size)
{
	char holder[128], now[400] = "";
	struct error problem;
	int64_t until;

	if (!orphans->lease)
		return true;
	if (orphans_lease_is_ours(orphans->lease, &until)) {
		snprintf(now, sizeof(now), _("the Lease is ours"));
	} else {
		orphans_lease_holder(orphans->lease, holder, sizeof(holder), &problem);
		if (problem.kind != ERROR_NONE)
			snprintf(now, sizeof(now), _("the Lease cannot be asked for: %.300s"), problem.message);
		else if (holder[0])
			snprintf(now, sizeof(now), _("the Lease is held by %s"), holder);
	}
	if (now[0] && strcmp(now, told) != 0) {
		tell_time(orphans);
		fprintf(stderr, "%s\n", now);
		snprintf(told, size, "%s", now);
	}
	return orphans_lease_is_ours(orphans->lease, &until);
}

static void rest(struct orphans *orphans, int64_t ms)
{
	int64_t until = clock_monotonic(orphans->deck->clock) + ms;
	struct pollfd none = {.fd = -1};

	while (!cancel_asked(orphans->cancel) && clock_monotonic(orphans->deck->clock) < until) {
		deck_turn(orphans->deck);
		poll(&none, 1, 100);
	}
}

static void round_tell(struct orphans *orphans, int status, const struct error *error)
{
	if (error->kind != ERROR_NONE) {
		tell_time(orphans);
		cli_fail(error);
	}
	if (status != EXIT_FAILED && orphans->report && orphans->wanted->remove)
		orphans_check(orphans);
	fflush(stdout);
}

static int forever(struct orphans *orphans)
{
	char told[400] = "";

	while (!cancel_asked(orphans->cancel)) {
		struct error error = {ERROR_NONE};
		int64_t began = clock_monotonic(orphans->deck->clock);
		int status;

		if (!may_work(orphans, told, sizeof(told))) {
			rest(orphans, IDLE_MS);
			continue;
		}
		status = once(orphans, &error);
		round_tell(orphans, status, &error);
		// The wait ends early when the Lease is lost: then another one works, and its turn is not ours.
		while (!cancel_asked(orphans->cancel) && may_work(orphans, told, sizeof(told)) &&
		        clock_monotonic(orphans->deck->clock) - began < orphans->every_ms)
			rest(orphans, IDLE_MS);
	}
	return EXIT_INTERRUPTED;
}

// One run that wants a Lease waits until it is known whose it is.
static int once_with_lease(struct orphans *orphans, struct error *error)
{
	int64_t began = clock_monotonic(orphans->deck->clock);
	char told[400] = "", holder[128];
	struct error problem = {ERROR_NONE};

	while (!may_work(orphans, told, sizeof(told))) {
		orphans_lease_holder(orphans->lease, holder, sizeof(holder), &problem);
		if (cancel_asked(orphans->cancel)) {
			error_set(error, ERROR_CANCELLED, _("interrupted"));
			return EXIT_INTERRUPTED;
		}
		if (clock_monotonic(orphans->deck->clock) - began > LEASE_FIRST_MS) {
			if (problem.kind == ERROR_NONE) {
				fputs(_("peerdeck: another one works; nothing was done\n"), stderr);
				return EXIT_DONE;
			}
			*error = problem;
			return EXIT_FAILED;
		}
		rest(orphans, IDLE_MS);
	}
	return once(orphans, error);
}

static int work(struct orphans *orphans, struct error *error)
{
	if (orphans->wanted->keep || orphans->wanted->unkeep)
		return keep(orphans, error);
	if (orphans->wanted->lease) {
		orphans->lease = orphans_lease_create(orphans->deck, orphans->wanted->lease, error);
		if (!orphans->lease)
			return EXIT_FAILED;
	}
	if (orphans->every_ms)
		return forever(orphans);
	return orphans->lease ? once_with_lease(orphans, error) : once(orphans, error);
}

int cli_orphans(struct deck *deck, const struct arguments *line, struct cancel *cancel)
{
	struct orphans orphans = {
	        .deck = deck, .line = line, .wanted = &line->orphans, .cancel = cancel, .cluster_id = ""};
	struct scanner_options options = {.read_user_data = line->orphans.user_data,
	        .skip_foreign = !line->orphans.all,
	        .flood_acknowledged = line->orphans.real_flood};
	struct error error = {ERROR_NONE};
	int status;

	if (!wanted_parse(&orphans, &error))
		return cli_fail(&error);
	orphans.scanner = scanner_create(deck, &options, &error);
	status = orphans.scanner ? work(&orphans, &error) : EXIT_FAILED;
	orphans_lease_destroy(orphans.lease);
	orphans_sweep_close(&orphans);
	report_unref(orphans.report);
	scanner_destroy(orphans.scanner);
	if (error.kind == ERROR_NONE)
		return status;
	return cli_fail(&error) == EXIT_USAGE  ? EXIT_USAGE
	       : status == EXIT_DONE           ? EXIT_FAILED
	       : error.kind == ERROR_CANCELLED ? EXIT_INTERRUPTED
	                                       : status;
}
