// SPDX-License-Identifier: Apache-2.0
// `peerdeck orphans --plan`, `--delete` and `--resume`.
#include <config.h>
#include "cli/orphans_own.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "inventory/database.h"

#include "base/banned.h"

enum { TEXT_MOST = 1 << 20, TYPED_SIZE = 600, PENDING_MOST = 32, LOOK_MS = 200 };

bool orphans_sweep_open(struct orphans *orphans, struct error *error)
{
	const struct config *config = orphans->deck->config;
	char path[DATABASE_PATH_SIZE] = "", folder[DATABASE_PATH_SIZE];

	if (orphans->store && orphans->audit)
		return true;
	if (!config->in_memory && !database_path(config->state_folder, path, error))
		return false;
	if (!audit_folder(config, folder, sizeof(folder), error))
		return false;
	if (!orphans->store)
		orphans->store = sweep_store_open(path, orphans->deck->clock, orphans->deck->log, NULL, error);
	if (orphans->store && !orphans->audit)
		orphans->audit = audit_open(folder, orphans->deck->clock, error);
	return orphans->store && orphans->audit;
}

void orphans_sweep_close(struct orphans *orphans)
{
	sweep_store_close(orphans->store);
	audit_close(orphans->audit);
	orphans->store = NULL;
	orphans->audit = NULL;
}

// ---- the job ----

struct sweeping_job {
	struct orphans *orphans;
	const struct sweep_plan *plan; // NULL = `sweep` is resumed
	const char *sweep, *typed;
	struct scan_options *scan;
	struct sweep_options options;
	char by[SWEEP_WORD_SIZE];
	struct sweep_result result;
};

static bool may_go_on(void *user, int64_t *not_after, struct error *error)
{
	struct orphans *orphans = user;
	int64_t until;

	if (!orphans->lease)
		return true;
	if (!orphans_lease_is_ours(orphans->lease, &until))
		return error_set(error, ERROR_CONFLICT, _("the Lease %s is not ours any more"), orphans->wanted->lease);
	if (*not_after == 0 || until < *not_after)
		*not_after = until;
	return true;
}

// Tags and audit record name the person by the cloud's own name, which holds no secret.
static void name_operator(struct sweeping_job *sweeping)
{
	const struct identity *identity = &sweeping->orphans->deck->identity;
	const char *arn = identity->arn;

	arn += strncmp(arn, "acs:", 4) == 0 ? 4 : 0;
	snprintf(sweeping->by, sizeof(sweeping->by), "%.120s", *arn ? arn : identity->account);
}

static bool sweeping_run(struct job *job, void *user, struct error *error)
{
	struct sweeping_job *sweeping = user;
	struct orphans *orphans = sweeping->orphans;
	struct deck *deck = orphans->deck;

	sweeping->options = (struct sweep_options){
	        .scan = sweeping->scan,
	        .recheck = scan_recheck,
	        .store = orphans->store,
	        .audit = orphans->audit,
	        .journal = deck->journal,
	        .clock = deck->clock,
	        .log = deck->log,
	        .context = deck->context->name,
	        .account = deck->identity.account,
	        .by = sweeping->by,
	        .may_go_on = may_go_on,
	        .user = orphans,
	        .is_alone = orphans->lease != NULL,
	};
	if (sweeping->plan)
		return sweep_run(sweeping->plan, sweeping->typed, &sweeping->options, job, &sweeping->result, error);
	return sweep_resume(sweeping->sweep, orphans->report, &sweeping->options, job, &sweeping->result, error);
}

static void tell_result(const struct sweeping_job *sweeping)
{
	const struct sweep_result *result = &sweeping->result;

	if (!result->id[0])
		return;
	fprintf(stderr, _("peerdeck: %s: %zu of %zu done"), result->id, result->done, result->items);
	if (result->already_gone)
		fprintf(stderr, _(", %zu of them were gone already"), result->already_gone);
	if (result->reason[0])
		fprintf(stderr, _("; stopped: %s"), result->reason);
	if (!result->is_over)
		fputs(_("; to be resumed with peerdeck orphans --resume"), stderr);
	fputc('\n', stderr);
}

// Progress for a person who watches.
static void tell_progress(struct orphans *orphans, job_id id)
{
	struct job_view view;

	if (isatty(STDERR_FILENO) && jobs_get(orphans->deck->jobs, id, &view) && view.detail[0])
		fprintf(stderr, "\r\033[K%lld/%lld  %s", (long long)view.done, (long long)view.total, view.detail);
}

// Asked to stop, it takes the current item to its end.
static void sweeping_wait(struct orphans *orphans, job_id id)
{
	struct pollfd none = {.fd = -1};
	bool asked = false;
	struct job_view view;

	while (jobs_get(orphans->deck->jobs, id, &view) && view.state < JOB_DONE) {
		int64_t until = clock_monotonic(&clock_system) + LOOK_MS;

		if (!asked && cancel_asked(orphans->cancel)) {
			asked = true;
			jobs_cancel(orphans->deck->jobs, id);
			fputs(_("\npeerdeck: stopping after what is being done now\n"), stderr);
		}
		while (clock_monotonic(&clock_system) < until && jobs_get(orphans->deck->jobs, id, &view) &&
		        view.state < JOB_DONE)
			poll(&none, 1, 20);
		deck_turn(orphans->deck);
		tell_progress(orphans, id);
	}
	jobs_settle(orphans->deck->jobs);
	if (isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
}

static int sweeping_do(struct sweeping_job *sweeping, struct error *error)
{
	struct orphans *orphans = sweeping->orphans;
	struct job_spec spec = {
	        .title = "sweep", .changes = true, .gentle = true, .run = sweeping_run, .user = sweeping};
	struct job_view view = {.id = 0};
	job_id id;

	if (!orphans_identify(orphans, error))
		return EXIT_FAILED;
	name_operator(sweeping);
	sweeping->scan = scanner_scan_options(orphans->scanner, error);
	if (!sweeping->scan)
		return EXIT_FAILED;
	id = jobs_submit(orphans->deck->jobs, &spec, error);
	if (id) {
		sweeping_wait(orphans, id);
		jobs_get(orphans->deck->jobs, id, &view);
		tell_result(sweeping);
	}
	scan_options_free(sweeping->scan);
	if (view.state == JOB_DONE)
		return EXIT_DONE;
	if (id && error)
		*error = view.error;
	return view.state == JOB_CANCELLED ? EXIT_INTERRUPTED : EXIT_FAILED;
}

// ---- resuming ----

static bool may_write(struct orphans *orphans, struct error *error)
{
	char why[256];

	return deck_may_write(orphans->deck, why, sizeof(why)) || error_set(error, ERROR_DENIED, "%s", why);
}

int orphans_resume(struct orphans *orphans, struct error *error)
{
	struct sweep_row *rows = calloc(PENDING_MOST, sizeof(*rows));
	int status = EXIT_DONE;
	size_t count;

	if (!rows || !orphans_sweep_open(orphans, error)) {
		free(rows);
		return EXIT_FAILED;
	}
	count = sweep_store_pending(
	        orphans->store, orphans->deck->context->name, orphans->lease != NULL, rows, PENDING_MOST);
	if (count && !may_write(orphans, error))
		status = EXIT_FAILED;
	for (size_t i = 0; i < count && i < PENDING_MOST && status == EXIT_DONE; i++) {
		struct sweeping_job sweeping = {.orphans = orphans, .sweep = rows[i].id};

		status = sweeping_do(&sweeping, error);
	}
	free(rows);
	return status;
}

// ---- planning ----

static struct sweep_plan *plan_make(struct orphans *orphans, enum sweep_mode mode, struct error *error)
{
	const struct report *report = orphans->report;
	const char **ids = calloc(report->item_count + 1, sizeof(*ids));
	struct sweep_request request = {
	        .mode = mode,
	        .ids = ids,
	        .most = orphans->most,
	        .ceiling_lifted = orphans->wanted->above_ceiling,
	        .quarantine_ms = (int64_t)(orphans->deck->config->quarantine_hours * 3600000) + 1,
	        .now = clock_now(orphans->deck->clock),
	        .cloud = orphans->deck->backend,
	};
	struct sweep_plan *plan;

	if (!ids) {
		error_set(error, ERROR_MEMORY, _("out of memory"));
		return NULL;
	}
	for (size_t i = 0; i < report->item_count; i++)
		if (report->items[i]->verdict == VERDICT_ORPHAN && orphans_passes(orphans, report->items[i]) &&
		        (mode == SWEEP_DELETE || report->items[i]->kind == KIND_VM))
			ids[request.id_count++] = report->items[i]->record->id;
	plan = sweep_plan_create(report, &request, error);
	free(ids);
	return plan;
}

static void plan_print(struct orphans *orphans, const struct sweep_plan *plan, bool commands, FILE *out)
{
	struct buffer text;

	buffer_init(&text, TEXT_MOST);
	sweep_plan_text(plan, orphans->deck->identity.account, &text);
	if (commands && plan->count) {
		buffer_add_text(&text, "\n");
		sweep_plan_commands(plan, orphans->deck->backend, orphans->deck->session, "peerdeck", &text);
	}
	fputs(buffer_text(&text), out);
	buffer_finish(&text);
}

// What was quarantined long enough comes first.
static size_t modes_of(const struct orphans *orphans, enum sweep_mode modes[2])
{
	modes[0] = orphans->wanted->quarantine ? SWEEP_DELETE_QUARANTINED : SWEEP_DELETE;
	modes[1] = SWEEP_QUARANTINE;
	return orphans->wanted->quarantine ? 2 : 1;
}

int orphans_plan(struct orphans *orphans, struct error *error)
{
	enum sweep_mode modes[2];
	size_t count = modes_of(orphans, modes);

	if (!orphans_identify(orphans, error))
		return EXIT_FAILED;
	for (size_t i = 0; i < count; i++) {
		struct sweep_plan *plan = plan_make(orphans, modes[i], error);

		if (!plan)
			return EXIT_FAILED;
		plan_print(orphans, plan, true, stdout);
		sweep_plan_destroy(plan);
	}
	return orphans->report->is_complete ? EXIT_DONE : EXIT_INCOMPLETE;
}

// ---- deleting ----

// What a person types after having read the plan; without one, --yes stands for it, with the cluster named.
static bool confirm(
        struct orphans *orphans, const struct sweep_plan *plan, char *typed, size_t size, struct error *error)
{
	struct buffer phrase;

	buffer_init(&phrase, TYPED_SIZE - 1);
	sweep_plan_phrase(plan, &phrase);
	typed[0] = '\0';
	if (orphans->line->yes) {
		snprintf(typed, size, "%s", buffer_text(&phrase));
	} else if (!isatty(STDIN_FILENO)) {
		error_set(error, ERROR_USAGE, _("nobody is there to confirm"));
		error_remedy(error, _("--yes with --cluster NAME confirms without being asked"));
	} else {
		plan_print(orphans, plan, false, stderr);
		fprintf(stderr, _("Type  %s  to go on: "), buffer_text(&phrase));
		if (!fgets(typed, (int)size, stdin))
			typed[0] = '\0';
		typed[strcspn(typed, "\n")] = '\0';
		if (!sweep_plan_confirms(plan, typed)) {
			typed[0] = '\0';
			error_set(error, ERROR_CONFLICT,
			        _("nothing was done: what was typed is not what the plan asks for"));
		}
	}
	buffer_finish(&phrase);
	return typed[0] != '\0';
}

// Somebody should look before so many go.
static bool is_above_ceiling(const struct sweep_plan *plan, struct error *error)
{
	for (size_t i = 0; i < plan->refused_count; i++) {
		if (plan->refused[i].rule != SWEEP_REFUSED_SHARE)
			continue;
		error_set(error, ERROR_LIMIT, "%s", plan->refused[i].why);
		error_remedy(error, _("look at them; --max takes fewer, --above-ceiling allows it"));
		return true;
	}
	return false;
}

static int delete_once(struct orphans *orphans, enum sweep_mode mode, size_t *taken, struct error *error)
{
	struct sweeping_job sweeping = {.orphans = orphans};
	struct sweep_plan *plan = plan_make(orphans, mode, error);
	char typed[TYPED_SIZE];
	int status;

	if (!plan)
		return EXIT_FAILED;
	if (plan->count == 0) {
		if (plan->refused_count && mode == SWEEP_DELETE)
			plan_print(orphans, plan, false, stderr);
		status = is_above_ceiling(plan, error) ? EXIT_FAILED : EXIT_DONE;
	} else if (!confirm(orphans, plan, typed, sizeof(typed), error)) {
		status = EXIT_FAILED;
	} else {
		if (orphans->line->yes)
			plan_print(orphans, plan, false, stderr);
		sweeping.plan = plan;
		sweeping.typed = typed;
		status = sweeping_do(&sweeping, error);
		*taken += sweeping.result.done;
	}
	sweep_plan_destroy(plan);
	return status;
}

int orphans_delete(struct orphans *orphans, struct error *error)
{
	enum sweep_mode modes[2];
	size_t count = modes_of(orphans, modes), taken = 0;
	int status = EXIT_DONE;

	if (!may_write(orphans, error) || !orphans_sweep_open(orphans, error) || !orphans_identify(orphans, error))
		return EXIT_FAILED;
	for (size_t i = 0; i < count && status == EXIT_DONE; i++)
		status = delete_once(orphans, modes[i], &taken, error);
	if (status == EXIT_DONE && taken == 0)
		fputs(_("peerdeck: nothing was to be deleted\n"), stderr);
	if (status == EXIT_DONE && !orphans->report->is_complete)
		status = EXIT_INCOMPLETE;
	return status;
}
