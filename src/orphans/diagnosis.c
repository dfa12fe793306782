// SPDX-License-Identifier: Apache-2.0
// Keeps the lines of a diagnosis while a job runs it, for a screen that looks at them whenever it draws.
#include "config.h"
#include "orphans/diagnose.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"

#include "base/banned.h"

enum { TEXTS_MOST = 16 << 10 };

struct kept_line {
	struct diagnosis_line line;
	uint64_t run; // the one that said it last
};

struct diagnosis {
	struct diagnose_options options;
	struct arena arena; // texts of the options
	struct jobs *jobs;
	job_id job;
	bool is_running; // on the thread that turns the deck
	unsigned references;

	pthread_mutex_t lock; // of what follows
	struct kept_line *lines;
	size_t count;
	uint64_t run, version;
	int64_t ended;
	struct error error;
	struct job *current;
};

static void put(struct diagnosis *diagnosis)
{
	if (--diagnosis->references)
		return;
	report_unref(diagnosis->options.report);
	arena_finish(&diagnosis->arena);
	pthread_mutex_destroy(&diagnosis->lock);
	free(diagnosis->lines);
	free(diagnosis);
}

struct diagnosis *diagnosis_create(const struct diagnose_options *options, struct error *error)
{
	struct diagnosis *diagnosis = calloc(1, sizeof(*diagnosis));

	if (diagnosis) {
		arena_init(&diagnosis->arena, TEXTS_MOST);
		pthread_mutex_init(&diagnosis->lock, NULL);
		diagnosis->references = 1;
		diagnosis->options = *options;
		diagnosis->options.report = report_ref(options->report);
		diagnosis->options.space = options->space ? arena_strdup(&diagnosis->arena, options->space) : NULL;
		diagnosis->options.pod = options->pod ? arena_strdup(&diagnosis->arena, options->pod) : NULL;
		diagnosis->lines = calloc(DIAGNOSIS_LINES_MOST, sizeof(*diagnosis->lines));
	}
	if (!diagnosis || !diagnosis->lines || (options->pod && !diagnosis->options.pod) ||
	        (options->space && !diagnosis->options.space)) {
		error_set(error, ERROR_MEMORY, _("Out of memory"));
		if (diagnosis)
			put(diagnosis);
		return NULL;
	}
	return diagnosis;
}

void diagnosis_destroy(struct diagnosis *diagnosis)
{
	if (!diagnosis)
		return;
	if (diagnosis->is_running)
		jobs_cancel(diagnosis->jobs, diagnosis->job);
	put(diagnosis);
}

// The place of a line, which is made when there is none yet; NULL when there are too many. With the lock.
static struct kept_line *place_of(struct diagnosis *diagnosis, const struct diagnosis_line *line)
{
	size_t at = 0;

	for (; at < diagnosis->count; at++) {
		const struct diagnosis_line *other = &diagnosis->lines[at].line;

		if (other->part == line->part && !strcmp(other->id, line->id))
			return &diagnosis->lines[at];
		if (other->order > line->order)
			break;
	}
	if (diagnosis->count == DIAGNOSIS_LINES_MOST)
		return NULL;
	memmove(&diagnosis->lines[at + 1], &diagnosis->lines[at], (diagnosis->count - at) * sizeof(*diagnosis->lines));
	diagnosis->count++;
	memset(&diagnosis->lines[at], 0, sizeof(diagnosis->lines[at]));
	return &diagnosis->lines[at];
}

static void take(const struct diagnosis_line *line, void *user)
{
	struct diagnosis *diagnosis = user;
	struct kept_line *kept;

	pthread_mutex_lock(&diagnosis->lock);
	kept = place_of(diagnosis, line);
	// What the run before saw stays to be read while it is looked at again.
	if (kept && line->result == DIAGNOSIS_RUNNING && kept->run)
		kept->line.result = DIAGNOSIS_RUNNING;
	else if (kept)
		kept->line = *line;
	if (kept)
		kept->run = diagnosis->run;
	diagnosis->version++;
	job_progress(diagnosis->current, (int64_t)diagnosis->version, 0, "%s", line->title);
	pthread_mutex_unlock(&diagnosis->lock);
}

// Lines that this run did not say again are no longer so. With the lock.
static void drop_old(struct diagnosis *diagnosis)
{
	size_t kept = 0;

	for (size_t i = 0; i < diagnosis->count; i++)
		if (diagnosis->lines[i].run == diagnosis->run)
			diagnosis->lines[kept++] = diagnosis->lines[i];
	diagnosis->count = kept;
}

static bool run(struct job *job, void *user, struct error *error)
{
	struct diagnosis *diagnosis = user;
	struct diagnose_options options = diagnosis->options;
	struct error problem = {0};
	bool good;

	options.tell = take;
	options.user = diagnosis;
	pthread_mutex_lock(&diagnosis->lock);
	diagnosis->run++;
	diagnosis->current = job;
	pthread_mutex_unlock(&diagnosis->lock);
	good = diagnose_run(&options, job_cancel(job), &problem);
	pthread_mutex_lock(&diagnosis->lock);
	diagnosis->current = NULL;
	diagnosis->error = problem;
	if (good)
		drop_old(diagnosis);
	// A line that nobody looks at any more says nothing.
	for (size_t i = 0; i < diagnosis->count; i++)
		if (diagnosis->lines[i].line.result == DIAGNOSIS_RUNNING)
			diagnosis->lines[i].line.result = DIAGNOSIS_SKIP;
	diagnosis->ended = clock_now(options.clock);
	diagnosis->version++;
	pthread_mutex_unlock(&diagnosis->lock);
	if (!good && error)
		*error = problem;
	return good;
}

static void ended(job_id id, enum job_state state, const struct error *error, void *user)
{
	(void)id;
	(void)state;
	(void)error;
	((struct diagnosis *)user)->is_running = false;
}

static void free_job(void *user)
{
	put(user);
}

bool diagnosis_start(struct diagnosis *diagnosis, struct jobs *jobs, struct error *error)
{
	struct job_spec spec = {.title = _("Diagnose"),
	        .quiet = true,
	        .settled = true,
	        .run = run,
	        .done = ended,
	        .user = diagnosis,
	        .user_free = free_job};

	if (diagnosis->is_running)
		return true;
	diagnosis->jobs = jobs;
	diagnosis->references++;
	diagnosis->job = jobs_submit(jobs, &spec, error);
	diagnosis->is_running = diagnosis->job != 0;
	if (!diagnosis->job)
		diagnosis->references--;
	return diagnosis->is_running;
}

bool diagnosis_is_running(const struct diagnosis *diagnosis)
{
	return diagnosis->is_running;
}

size_t diagnosis_lines(struct diagnosis *diagnosis, struct diagnosis_line *out, size_t most)
{
	size_t count;

	pthread_mutex_lock(&diagnosis->lock);
	count = diagnosis->count < most ? diagnosis->count : most;
	for (size_t i = 0; i < count; i++)
		out[i] = diagnosis->lines[i].line;
	pthread_mutex_unlock(&diagnosis->lock);
	return count;
}

uint64_t diagnosis_version(struct diagnosis *diagnosis)
{
	uint64_t version;

	pthread_mutex_lock(&diagnosis->lock);
	version = diagnosis->version;
	pthread_mutex_unlock(&diagnosis->lock);
	return version;
}

void diagnosis_error(struct diagnosis *diagnosis, struct error *out)
{
	pthread_mutex_lock(&diagnosis->lock);
	*out = diagnosis->error;
	pthread_mutex_unlock(&diagnosis->lock);
}

int64_t diagnosis_ended(struct diagnosis *diagnosis)
{
	int64_t time;

	pthread_mutex_lock(&diagnosis->lock);
	time = diagnosis->ended;
	pthread_mutex_unlock(&diagnosis->lock);
	return time;
}
