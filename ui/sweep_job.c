// SPDX-License-Identifier: Apache-2.0
// A sweep as a job: it owns all that it works with, so that neither a closed dialog nor a new scan takes anything away.
#include "config.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inventory/database.h"
#include "orphans/sweep.h"
#include "ui/cleanup.h"
#include "ui/sweeps.h"
#include "base/banned.h"

struct shared_disk {
	struct sweep_disk disk;
	pthread_mutex_t lock;
	unsigned holders;
};

struct sweep_disk *sweep_disk_open(struct ui *ui, struct error *error)
{
	struct shared_disk *shared = calloc(1, sizeof(*shared));
	const struct deck *deck = ui->deck;
	char path[DATABASE_PATH_SIZE] = "";

	if (!shared || pthread_mutex_init(&shared->lock, NULL) != 0) {
		free(shared);
		error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
		return NULL;
	}
	shared->holders = 1;
	if (!deck->journal || !database_path(deck->config->state_folder, path, &shared->disk.warning))
		path[0] = '\0';
	shared->disk.store = sweep_store_open(path, deck->clock, deck->log, &shared->disk.warning, error);
	shared->disk.audit =
	        shared->disk.store ? audit_open(*path ? deck->config->state_folder : "", deck->clock, error) : NULL;
	if (shared->disk.audit)
		return &shared->disk;
	sweep_disk_unref(&shared->disk);
	return NULL;
}

struct sweep_disk *sweep_disk_ref(struct sweep_disk *disk)
{
	struct shared_disk *shared = (struct shared_disk *)disk;

	pthread_mutex_lock(&shared->lock);
	shared->holders++;
	pthread_mutex_unlock(&shared->lock);
	return disk;
}

void sweep_disk_unref(struct sweep_disk *disk)
{
	struct shared_disk *shared = (struct shared_disk *)disk;

	if (!disk)
		return;
	pthread_mutex_lock(&shared->lock);
	const unsigned left = --shared->holders;
	pthread_mutex_unlock(&shared->lock);
	if (left)
		return;
	sweep_store_close(disk->store);
	audit_close(disk->audit);
	pthread_mutex_destroy(&shared->lock);
	free(shared);
}

struct sweep_work {
	struct sweep_plan *plan;     // NULL = one is resumed
	char sweep[SWEEP_ID_SIZE];   // that one
	const struct report *report; // of a scan made since
	char typed[SWEEP_PHRASE_SIZE];
	struct scan_options *scan;
	struct sweep_disk *disk;
	struct journal *journal;
	const struct clock *clock;
	struct log *log;
	char context[128], account[64], by[128];
};

static void work_free(void *user)
{
	struct sweep_work *work = user;

	sweep_plan_destroy(work->plan);
	report_unref(work->report);
	scan_options_free(work->scan);
	sweep_disk_unref(work->disk);
	free(work);
}

static bool work_run(struct job *job, void *user, struct error *error)
{
	struct sweep_work *work = user;
	const struct sweep_options options = {.scan = work->scan,
	        .recheck = scan_recheck,
	        .store = work->disk->store,
	        .audit = work->disk->audit,
	        .journal = work->journal,
	        .clock = work->clock,
	        .log = work->log,
	        .context = work->context,
	        .account = work->account,
	        .by = work->by};
	struct sweep_result result = {0};

	if (work->plan)
		return sweep_run(work->plan, work->typed, &options, job, &result, error);
	return sweep_resume(work->sweep, work->report, &options, job, &result, error);
}

static struct sweep_work *work_create(struct ui *ui, struct error *error)
{
	const struct deck *deck = ui->deck;
	struct sweep_work *work = calloc(1, sizeof(*work));

	if (!work) {
		error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
		return NULL;
	}
	work->scan = scanner_scan_options(cleanup_scanner(ui), error);
	if (!work->scan) {
		free(work);
		return NULL;
	}
	work->disk = sweep_disk_ref(cleanup_disk(ui));
	work->journal = deck->journal;
	work->clock = deck->clock;
	work->log = deck->log;
	snprintf(work->context, sizeof(work->context), "%s", deck->context->name);
	snprintf(work->account, sizeof(work->account), "%s", deck->identity.account);
	snprintf(work->by, sizeof(work->by), "%s",
	        deck->identity.display[0] ? deck->identity.display : deck->identity.account);
	return work;
}

// Takes the work, also on failure.
static job_id submit(struct ui *ui, struct sweep_work *work, const char *title, struct error *error)
{
	const struct job_spec spec = {
	        .title = title, .changes = true, .gentle = true, .run = work_run, .user = work, .user_free = work_free};
	job_id id;

	if (!work->journal) {
		error_set(error, ERROR_SYSTEM, "%s", _("without a journal on disk nothing is deleted"));
		work_free(work);
		return 0;
	}
	id = jobs_submit(ui->deck->jobs, &spec, error);
	if (id)
		cleanup_add_sweep(ui, id);
	else
		work_free(work);
	return id;
}

job_id sweep_begin(struct ui *ui, struct sweep_plan *plan, const char *typed, struct error *error)
{
	struct sweep_work *work = work_create(ui, error);
	char title[128];

	if (!work) {
		sweep_plan_destroy(plan);
		return 0;
	}
	work->plan = plan;
	snprintf(work->typed, sizeof(work->typed), "%s", typed);
	snprintf(title, sizeof(title), plan->mode == SWEEP_QUARANTINE ? _("Quarantine: %.90s") : _("Sweep: %.90s"),
	        typed);
	return submit(ui, work, title, error);
}

job_id sweep_go_on(struct ui *ui, const char *sweep, struct error *error)
{
	const struct report *report = cleanup_report(ui);
	struct sweep_work *work = report ? work_create(ui, error) : NULL;
	char title[128];

	if (!report)
		error_set(error, ERROR_CONFLICT, "%s", _("everything must be scanned again first; wait for the scan"));
	if (!work) {
		report_unref(report);
		return 0;
	}
	work->report = report;
	snprintf(work->sweep, sizeof(work->sweep), "%s", sweep);
	snprintf(title, sizeof(title), _("Sweep goes on: %.80s"), sweep);
	return submit(ui, work, title, error);
}
