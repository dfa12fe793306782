// SPDX-License-Identifier: Apache-2.0
// Keeping a VM or left-over as a job.
#include "config.h"

#include "ui/keep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "orphans/memory.h"
#include "ui/cleanup.h"
#include "ui/draw.h"
#include "ui/state.h"

#include "base/banned.h"

enum { KEEPS_MOST = 32, KEEP_ID_SIZE = 256 };

struct keep {
	char id[KEEP_ID_SIZE]; // "" = free
	job_id job;            // 0 = written
	int64_t written;       // wall clock
};

struct keeps {
	struct keep list[KEEPS_MOST];
};

struct keep_work {
	struct cleanup_link *link;
	struct keeps *keeps;     // these two stand
	struct scanner *scanner; // as long as the console
	struct memory *memory;
	char id[KEEP_ID_SIZE], why[160];
	bool is_kept; // afterwards
};

struct keeps *keeps_create(void)
{
	return calloc(1, sizeof(struct keeps));
}

void keeps_destroy(struct keeps *keeps)
{
	free(keeps);
}

static struct keep *find(struct keeps *keeps, const char *id)
{
	for (size_t i = 0; i < KEEPS_MOST; i++)
		if (strcmp(keeps->list[i].id, id) == 0)
			return &keeps->list[i];
	return NULL;
}

const char *keeps_word(const struct keeps *keeps, const char *id)
{
	for (size_t i = 0; *id && i < KEEPS_MOST; i++)
		if (strcmp(keeps->list[i].id, id) == 0)
			return draw_has_signs() ? _("keeping…") : _("keeping");
	return NULL;
}

static bool work_run(struct job *job, void *user, struct error *error)
{
	struct keep_work *work = user;

	(void)job;
	work->is_kept = !memory_is_kept(work->memory, work->id);
	if (memory_keep(work->memory, work->id, work->why, work->is_kept, error))
		return true;
	error_doing(error, work->is_kept ? _("keep %s") : _("keep %s no longer"), work->id);
	return false;
}

static void work_done(job_id id, enum job_state state, const struct error *error, void *user)
{
	struct keep_work *work = user;
	struct ui *ui = cleanup_link_ui(work->link);
	struct keep *keep = ui ? find(work->keeps, work->id) : NULL;

	// The context that it was for may have been left.
	if (!keep || keep->job != id)
		return;
	ui->redraw = true;
	keep->job = 0;
	if (state != JOB_DONE) {
		keep->id[0] = '\0';
		if (error)
			ui_fail(ui, error);
		return;
	}
	keep->written = clock_now(ui->deck->clock);
	ui_say(ui,
	        work->is_kept ? _("%s is kept: no sweep takes it") : _("%s is no longer kept; the next scan judges it"),
	        work->id);
	scanner_now(work->scanner);
}

static void work_free(void *user)
{
	struct keep_work *work = user;

	memory_close(work->memory);
	cleanup_link_unref(work->link);
	free(work);
}

static struct keep_work *work_create(
        struct keeps *keeps, struct ui *ui, struct scanner *scanner, const char *id, const char *why)
{
	struct keep_work *work = calloc(1, sizeof(*work));

	if (!work)
		return NULL;
	*work = (struct keep_work){.link = cleanup_link_ref(ui),
	        .keeps = keeps,
	        .scanner = scanner,
	        .memory = memory_ref(scanner_memory(scanner))};
	snprintf(work->id, sizeof(work->id), "%s", id);
	snprintf(work->why, sizeof(work->why), "%s", why);
	return work;
}

bool keeps_begin(struct keeps *keeps, struct ui *ui, struct scanner *scanner, const char *id, const char *why,
        struct error *error)
{
	struct keep *keep = find(keeps, id), *at = keep ? keep : find(keeps, "");
	struct job_spec spec = {
	        .title = "", .settled = true, .run = work_run, .done = work_done, .user_free = work_free};
	char title[128];

	if ((keep && keep->job) || !at)
		return error_set(error, ERROR_CONFLICT, _("%s is still being written; wait a moment"),
		        keep ? id : _("the last change"));
	struct keep_work *work = work_create(keeps, ui, scanner, id, why);
	if (!work)
		return error_set(error, ERROR_MEMORY, "%s", _("out of memory"));
	snprintf(title, sizeof(title), _("Keep: %.100s"), id);
	spec.title = title;
	spec.user = work;
	*at = (struct keep){.job = jobs_submit(ui->deck->jobs, &spec, error)};
	if (!at->job) {
		work_free(work);
		return false;
	}
	snprintf(at->id, sizeof(at->id), "%s", id);
	return true;
}

bool keeps_turn(struct keeps *keeps, const struct scanner *scanner)
{
	struct scanner_state state;
	bool any = false;

	for (size_t i = 0; i < KEEPS_MOST; i++)
		any |= keeps->list[i].id[0] && !keeps->list[i].job;
	if (!any)
		return false;
	scanner_state(scanner, &state);
	any = false;
	for (size_t i = 0; !state.is_running && i < KEEPS_MOST; i++) {
		struct keep *keep = &keeps->list[i];

		if (!keep->id[0] || keep->job || state.began < keep->written)
			continue;
		keep->id[0] = '\0';
		any = true;
	}
	return any;
}

void keeps_forget(struct keeps *keeps)
{
	memset(keeps->list, 0, sizeof(keeps->list));
}
