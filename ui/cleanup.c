// SPDX-License-Identifier: Apache-2.0
// Scans while the console runs, and the sweeps that were begun in it.
#include "config.h"

#include "ui/cleanup.h"

#include <stdio.h>
#include <stdlib.h>

#include "ui/keep.h"
#include "ui/sweeps.h"

#include "base/banned.h"

// A scan reads whole clusters: oftener than this nobody needs it.
enum { SCAN_SECONDS_LEAST = 20, SWEEPS_MOST = 64 };

struct cleanup_link {
	struct ui *ui;
	unsigned references;
};

struct cleanup {
	struct cleanup_link *link;
	struct scanner *scanner;
	struct sweep_disk *disk;
	struct keeps *keeps;
	char giving_up[SWEEP_ID_SIZE];
	const struct context_config *looked_at; // the context whose sweeps were looked for
	size_t pending;
	job_id sweeps[SWEEPS_MOST]; // the newest of them, in a ring
	size_t sweep_count;
};

struct cleanup_link *cleanup_link_ref(struct ui *ui)
{
	struct cleanup_link *link = ui->cleanup ? ui->cleanup->link : NULL;

	if (link)
		link->references++;
	return link;
}

struct ui *cleanup_link_ui(const struct cleanup_link *link)
{
	return link ? link->ui : NULL;
}

void cleanup_link_unref(struct cleanup_link *link)
{
	if (link && --link->references == 0)
		free(link);
}

struct cleanup *cleanup_create(struct ui *ui, struct error *error)
{
	struct cleanup *cleanup = calloc(1, sizeof(*cleanup));
	struct cleanup_link *link = calloc(1, sizeof(*link));
	double refresh = ui->deck->config->refresh_seconds;

	if (!cleanup || !link) {
		free(cleanup);
		free(link);
		error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
		return NULL;
	}
	*link = (struct cleanup_link){ui, 1};
	cleanup->link = link;
	if (refresh > 0 && refresh < SCAN_SECONDS_LEAST)
		refresh = SCAN_SECONDS_LEAST;
	const struct scanner_options options = {.refresh_seconds = refresh, .shows_early = true};
	cleanup->scanner = scanner_create(ui->deck, &options, error);
	cleanup->disk = cleanup->scanner ? sweep_disk_open(ui, error) : NULL;
	cleanup->keeps = cleanup->disk ? keeps_create() : NULL;
	if (cleanup->keeps)
		return cleanup;
	if (cleanup->disk)
		error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
	sweep_disk_unref(cleanup->disk);
	scanner_destroy(cleanup->scanner);
	cleanup_link_unref(link);
	free(cleanup);
	return NULL;
}

void cleanup_destroy(struct ui *ui)
{
	struct cleanup *cleanup = ui->cleanup;

	if (!cleanup)
		return;
	// The first asks for a good place to stop, the second is meant.
	for (size_t i = 0; i < SWEEPS_MOST && cleanup->sweeps[i]; i++) {
		jobs_cancel(ui->deck->jobs, cleanup->sweeps[i]);
		jobs_cancel(ui->deck->jobs, cleanup->sweeps[i]);
		jobs_wait(ui->deck->jobs, cleanup->sweeps[i], NULL);
	}
	cleanup->link->ui = NULL;
	cleanup_link_unref(cleanup->link);
	keeps_destroy(cleanup->keeps);
	scanner_destroy(cleanup->scanner);
	sweep_disk_unref(cleanup->disk);
	free(cleanup);
	ui->cleanup = NULL;
}

struct scanner *cleanup_scanner(struct ui *ui)
{
	const struct deck *deck = ui->deck;

	return ui->cleanup && deck->session && deck->backend && deck->backend->cloud ? ui->cleanup->scanner : NULL;
}

struct sweep_disk *cleanup_disk(struct ui *ui)
{
	return ui->cleanup->disk;
}

size_t cleanup_pending(const struct ui *ui)
{
	return ui->cleanup ? ui->cleanup->pending : 0;
}

void cleanup_set_pending(struct ui *ui, size_t pending)
{
	if (ui->cleanup)
		ui->cleanup->pending = pending;
}

void cleanup_add_sweep(struct ui *ui, job_id job)
{
	ui->cleanup->sweeps[ui->cleanup->sweep_count++ % SWEEPS_MOST] = job;
}

void cleanup_set_giving_up(struct ui *ui, const char *sweep)
{
	if (ui->cleanup)
		snprintf(ui->cleanup->giving_up, sizeof(ui->cleanup->giving_up), "%s", sweep);
}

const char *cleanup_giving_up(const struct ui *ui)
{
	return ui->cleanup ? ui->cleanup->giving_up : "";
}

size_t cleanup_begun(const struct ui *ui)
{
	return ui->cleanup ? ui->cleanup->sweep_count : 0;
}

bool cleanup_is_sweep(const struct ui *ui, job_id job)
{
	for (size_t i = 0; ui->cleanup && i < SWEEPS_MOST; i++)
		if (ui->cleanup->sweeps[i] == job)
			return job != 0;
	return false;
}

int64_t cleanup_turn(struct ui *ui)
{
	struct scanner *scanner = cleanup_scanner(ui);

	if (!scanner)
		return -1;
	if (ui->cleanup->looked_at != ui->deck->context) {
		ui->cleanup->looked_at = ui->deck->context;
		ui->cleanup->pending = 0;
		keeps_forget(ui->cleanup->keeps);
		sweeps_look(ui);
		scanner_now(scanner); // once, also where nothing is read again by itself
	}
	if (ui->frozen)
		return -1;
	// First: what a scan found that ended just now is shown together with the end of the keeping.
	const int64_t due = scanner_turn(scanner);
	if (keeps_turn(ui->cleanup->keeps, scanner))
		ui->redraw = true;
	return due;
}

bool cleanup_keep(struct ui *ui, const char *id, const char *why, struct error *error)
{
	struct scanner *scanner = cleanup_scanner(ui);

	if (!scanner || !scanner_memory(scanner))
		return error_set(error, ERROR_USAGE, "%s", _("nothing can be kept before the first scan of a context"));
	return keeps_begin(ui->cleanup->keeps, ui, scanner, id, why, error);
}

const char *cleanup_keeping(const struct ui *ui, const char *id)
{
	return ui->cleanup ? keeps_word(ui->cleanup->keeps, id) : NULL;
}

void cleanup_want(struct ui *ui, bool visible)
{
	struct scanner *scanner = cleanup_scanner(ui);

	if (scanner)
		scanner_want(scanner, visible);
}

const struct report *cleanup_report(struct ui *ui)
{
	const struct scanner *scanner = cleanup_scanner(ui);

	return scanner ? scanner_report(scanner) : NULL;
}
