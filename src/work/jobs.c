// SPDX-License-Identifier: Apache-2.0
// Jobs: the list, the waiting lines, cancelling and settling.
#include <config.h>
#include "work/jobs.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "work/jobs_private.h"

#include "base/banned.h"

enum { WAIT_LOOK_MS = 200 };

void job_line_init(struct job_line *line)
{
	line->first = NULL;
	line->last = &line->first;
	line->count = 0;
}

void job_line_add(struct job_line *line, struct job *job)
{
	job->next = NULL;
	*line->last = job;
	line->last = &job->next;
	line->count++;
}

struct job *job_line_take(struct job_line *line)
{
	struct job *job = line->first;

	if (!job)
		return NULL;
	line->first = job->next;
	if (!line->first)
		line->last = &line->first;
	line->count--;
	job->next = NULL;
	return job;
}

static bool job_line_remove(struct job_line *line, struct job *job)
{
	for (struct job **at = &line->first; *at; at = &(*at)->next) {
		if (*at != job)
			continue;
		*at = job->next;
		if (line->last == &job->next)
			line->last = at;
		line->count--;
		job->next = NULL;
		return true;
	}
	return false;
}

static bool job_is_over(const struct job *job)
{
	return job->view.state >= JOB_DONE;
}

static struct job *jobs_find(struct jobs *jobs, job_id id)
{
	for (struct job *job = jobs->newest; job && job->view.id >= id; job = job->older)
		if (job->view.id == id)
			return job;
	return NULL;
}

bool jobs_should_wake(struct jobs *jobs)
{
	if (jobs->woken || !jobs->wake)
		return false;
	jobs->woken = true;
	return true;
}

void jobs_wake(struct jobs *jobs)
{
	jobs->wake(jobs->wake_user);
}

void job_end(struct job *job, enum job_state state, const struct error *error)
{
	job->view.state = state;
	job->view.ended = clock_now(job->jobs->clock);
	if (error)
		job->view.error = *error;
	job_line_add(&job->jobs->over, job);
	pthread_cond_broadcast(&job->jobs->news);
}

struct timespec jobs_deadline(int64_t ms_from_now)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	now.tv_sec += ms_from_now / 1000;
	now.tv_nsec += (long)(ms_from_now % 1000) * 1000000;
	if (now.tv_nsec >= 1000000000) {
		now.tv_sec++;
		now.tv_nsec -= 1000000000;
	}
	return now;
}

static bool monotonic_cond_init(pthread_cond_t *cond)
{
	pthread_condattr_t attributes;
	bool made;

	if (pthread_condattr_init(&attributes) != 0)
		return false;
	made = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
	       pthread_cond_init(cond, &attributes) == 0;
	pthread_condattr_destroy(&attributes);
	return made;
}

struct jobs *jobs_create(
        unsigned threads, const struct clock *clock, struct log *log, void (*wake)(void *), void *wake_user)
{
	struct jobs *jobs = calloc(1, sizeof(*jobs));

	if (!jobs)
		return NULL;
	jobs->threads = threads < 2 ? 2 : threads > JOBS_THREADS_MOST ? JOBS_THREADS_MOST : threads;
	jobs->clock = clock ? clock : &clock_system;
	jobs->log = log;
	jobs->wake = wake;
	jobs->wake_user = wake_user;
	job_line_init(&jobs->urgent);
	job_line_init(&jobs->quiet);
	job_line_init(&jobs->over);
	if (pthread_mutex_init(&jobs->lock, NULL) != 0)
		goto no_lock;
	if (!monotonic_cond_init(&jobs->work))
		goto no_work;
	if (!monotonic_cond_init(&jobs->news))
		goto no_news;
	return jobs;
no_news:
	pthread_cond_destroy(&jobs->work);
no_work:
	pthread_mutex_destroy(&jobs->lock);
no_lock:
	free(jobs);
	return NULL;
}

static void job_unlink(struct job *job)
{
	struct jobs *jobs = job->jobs;

	*(job->newer ? &job->newer->older : &jobs->newest) = job->older;
	*(job->older ? &job->older->newer : &jobs->oldest) = job->newer;
}

static void job_destroy(struct job *job)
{
	job_unlink(job);
	free(job);
}

void jobs_destroy(struct jobs *jobs)
{
	if (!jobs)
		return;
	pthread_mutex_lock(&jobs->lock);
	jobs->ending = true;
	pthread_cond_broadcast(&jobs->work);
	pthread_mutex_unlock(&jobs->lock);
	jobs_cancel_all(jobs);
	jobs_dismiss(jobs);
	pthread_mutex_lock(&jobs->lock);
	for (struct job *job = jobs->newest; job; job = job->older)
		while (job->spec.lasting && !job_is_over(job))
			pthread_cond_wait(&jobs->news, &jobs->lock);
	pthread_mutex_unlock(&jobs->lock);
	// A `done` may cancel or ask, but can submit nothing any more.
	jobs_settle(jobs);
	while (jobs->newest)
		job_destroy(jobs->newest);
	pthread_cond_destroy(&jobs->news);
	pthread_cond_destroy(&jobs->work);
	pthread_mutex_destroy(&jobs->lock);
	free(jobs);
}

static struct job *job_create(struct jobs *jobs, const struct job_spec *spec)
{
	struct job *job = calloc(1, sizeof(*job));

	if (!job)
		return NULL;
	job->jobs = jobs;
	job->spec = *spec;
	job->spec.title = NULL;
	job->view.quiet = spec->quiet;
	job->view.changes = spec->changes;
	job->view.submitted = clock_now(jobs->clock);
	snprintf(job->view.title, sizeof(job->view.title), "%s", spec->title ? spec->title : "");
	return job;
}

static void jobs_link(struct jobs *jobs, struct job *job)
{
	job->view.id = ++jobs->last_id;
	job->older = jobs->newest;
	*(jobs->newest ? &jobs->newest->newer : &jobs->oldest) = job;
	jobs->newest = job;
	if (!job->spec.lasting)
		job_line_add(job->view.quiet ? &jobs->quiet : &jobs->urgent, job);
}

job_id jobs_submit(struct jobs *jobs, const struct job_spec *spec, struct error *error)
{
	struct job *job = job_create(jobs, spec);
	job_id id = 0;
	bool wake;

	if (!job) {
		error_set(error, ERROR_MEMORY, _("out of memory"));
		return 0;
	}
	pthread_mutex_lock(&jobs->lock);
	if (jobs->ending) {
		error_set(error, ERROR_CANCELLED, _("the program is ending"));
	} else if (jobs->urgent.count + jobs->quiet.count >= JOBS_WAITING_MOST) {
		error_set(error, ERROR_LIMIT, _("%d operations are waiting already"), JOBS_WAITING_MOST);
	} else {
		jobs_link(jobs, job);
		id = job->view.id;
		if (job->spec.lasting ? !jobs_start_lasting(jobs, job, error) : !jobs_staff(jobs, error)) {
			job_line_remove(job->view.quiet ? &jobs->quiet : &jobs->urgent, job);
			job_unlink(job);
			id = 0;
		}
	}
	wake = id && !job->view.quiet && jobs_should_wake(jobs);
	pthread_mutex_unlock(&jobs->lock);
	if (!id)
		free(job);
	if (wake)
		jobs_wake(jobs);
	return id;
}

bool jobs_cancel(struct jobs *jobs, job_id id)
{
	struct job *job;
	bool found, wake = false;

	pthread_mutex_lock(&jobs->lock);
	job = jobs_find(jobs, id);
	found = job && !job_is_over(job);
	if (found && job->spec.gentle && job->ran && !cancel_asked(&job->stop)) {
		cancel_ask(&job->stop);
	} else if (found) {
		cancel_ask(&job->cancel);
		if (job_line_remove(&jobs->urgent, job) || job_line_remove(&jobs->quiet, job))
			job_end(job, JOB_CANCELLED, NULL);
		pthread_cond_broadcast(&jobs->news);
		wake = jobs_should_wake(jobs);
	}
	pthread_mutex_unlock(&jobs->lock);
	if (wake)
		jobs_wake(jobs);
	return found;
}

void jobs_cancel_all(struct jobs *jobs)
{
	pthread_mutex_lock(&jobs->lock);
	for (struct job *job = jobs->newest; job; job = job->older)
		cancel_ask(&job->cancel);
	for (struct job *job; (job = job_line_take(&jobs->urgent)) || (job = job_line_take(&jobs->quiet));)
		job_end(job, JOB_CANCELLED, NULL);
	pthread_cond_broadcast(&jobs->news);
	pthread_mutex_unlock(&jobs->lock);
}

// Under the lock. Quiet jobs leave no trace unless they failed; of the others the newest stay.
static void jobs_retire(struct jobs *jobs, struct job *job)
{
	job->settled = true;
	if (job->view.quiet && job->view.state != JOB_FAILED) {
		job_destroy(job);
		return;
	}
	jobs->kept++;
	for (struct job *old = jobs->oldest, *newer; old && jobs->kept > JOBS_KEPT; old = newer) {
		newer = old->newer;
		if (!old->settled)
			continue;
		job_destroy(old);
		jobs->kept--;
	}
}

size_t jobs_settle(struct jobs *jobs)
{
	size_t count = 0;
	struct job *job;

	pthread_mutex_lock(&jobs->lock);
	jobs->woken = false;
	while ((job = job_line_take(&jobs->over))) {
		struct job_spec spec = job->spec;
		pthread_t thread = job->thread;
		job_id id = job->view.id;
		enum job_state state = job->view.state;
		bool told = spec.done && (job->ran || spec.settled);
		// A copy: the list may be trimmed while the callback runs.
		struct error error = job->view.error;

		jobs_retire(jobs, job);
		jobs->lasting -= spec.lasting;
		pthread_mutex_unlock(&jobs->lock);
		// It has let go of everything but its own end.
		if (spec.lasting)
			pthread_join(thread, NULL);
		if (told)
			spec.done(id, state, &error, spec.user);
		if (spec.user_free)
			spec.user_free(spec.user);
		count++;
		pthread_mutex_lock(&jobs->lock);
	}
	pthread_mutex_unlock(&jobs->lock);
	return count;
}

bool jobs_wait(struct jobs *jobs, job_id id, struct cancel *cancel)
{
	for (;;) {
		struct job *job;
		struct timespec until = jobs_deadline(WAIT_LOOK_MS);

		jobs_settle(jobs);
		pthread_mutex_lock(&jobs->lock);
		job = jobs_find(jobs, id);
		if (!job || job_is_over(job)) {
			pthread_mutex_unlock(&jobs->lock);
			jobs_settle(jobs);
			return true;
		}
		if (cancel_asked(cancel)) {
			pthread_mutex_unlock(&jobs->lock);
			jobs_cancel(jobs, id);
			return false;
		}
		// Only a caller's own cancel needs looking at: everything else broadcasts.
		if (cancel)
			pthread_cond_timedwait(&jobs->news, &jobs->lock, &until);
		else
			pthread_cond_wait(&jobs->news, &jobs->lock);
		pthread_mutex_unlock(&jobs->lock);
	}
}

static bool job_is_listed(const struct job *job, bool with_quiet)
{
	return with_quiet || !job->view.quiet || job->view.state == JOB_FAILED;
}

size_t jobs_list(struct jobs *jobs, bool with_quiet, struct job_view *out, size_t most)
{
	size_t count = 0;

	pthread_mutex_lock(&jobs->lock);
	for (struct job *job = jobs->newest; job; job = job->older) {
		if (!job_is_listed(job, with_quiet))
			continue;
		if (count < most)
			out[count] = job->view;
		count++;
	}
	pthread_mutex_unlock(&jobs->lock);
	return count;
}

bool jobs_get(struct jobs *jobs, job_id id, struct job_view *out)
{
	struct job *job;

	pthread_mutex_lock(&jobs->lock);
	job = jobs_find(jobs, id);
	if (job)
		*out = job->view;
	pthread_mutex_unlock(&jobs->lock);
	return job != NULL;
}

unsigned jobs_running(struct jobs *jobs, bool changes_only)
{
	unsigned count = 0;

	pthread_mutex_lock(&jobs->lock);
	for (struct job *job = jobs->newest; job; job = job->older)
		if (!job_is_over(job) && (!changes_only || job->view.changes))
			count++;
	pthread_mutex_unlock(&jobs->lock);
	return count;
}

job_id jobs_oldest(struct jobs *jobs)
{
	job_id id = 0;

	pthread_mutex_lock(&jobs->lock);
	for (struct job *job = jobs->oldest; job && !id; job = job->newer)
		if (!job->settled)
			id = job->view.id;
	pthread_mutex_unlock(&jobs->lock);
	return id;
}

job_id jobs_last(struct jobs *jobs)
{
	job_id id;

	pthread_mutex_lock(&jobs->lock);
	id = jobs->last_id;
	pthread_mutex_unlock(&jobs->lock);
	return id;
}

static void job_changed(struct job *job, bool quiet_too)
{
	bool wake = (quiet_too || !job->view.quiet) && jobs_should_wake(job->jobs);

	pthread_mutex_unlock(&job->jobs->lock);
	if (wake)
		jobs_wake(job->jobs);
}

void job_progress(struct job *job, int64_t done, int64_t total, const char *format, ...)
{
	char detail[sizeof(job->view.detail)] = "";
	va_list arguments;

	if (format) {
		va_start(arguments, format);
		vsnprintf(detail, sizeof(detail), format, arguments);
		va_end(arguments);
	}
	pthread_mutex_lock(&job->jobs->lock);
	job->view.done = done;
	job->view.total = total;
	if (format)
		memcpy(job->view.detail, detail, sizeof(detail));
	job_changed(job, true);
}

void job_request_id(struct job *job, const char *request_id)
{
	pthread_mutex_lock(&job->jobs->lock);
	snprintf(job->view.request_id, sizeof(job->view.request_id), "%s", request_id ? request_id : "");
	job_changed(job, false);
}

void job_expect(struct job *job, int64_t expected_ms)
{
	pthread_mutex_lock(&job->jobs->lock);
	job->view.expected_ms = expected_ms;
	job_changed(job, false);
}

struct cancel *job_cancel(struct job *job)
{
	return &job->cancel;
}

bool job_stopping(struct job *job)
{
	return cancel_asked(&job->stop) || cancel_asked(&job->cancel);
}

bool job_cancelled(struct job *job, struct error *error)
{
	if (!cancel_asked(&job->cancel))
		return false;
	error_set(error, ERROR_CANCELLED, _("cancelled"));
	return true;
}

bool job_sleep(struct job *job, int64_t ms)
{
	struct timespec until = jobs_deadline(ms > 0 ? ms : 0);
	bool timed_out = false;

	pthread_mutex_lock(&job->jobs->lock);
	while (!cancel_asked(&job->cancel) && !timed_out)
		timed_out = pthread_cond_timedwait(&job->jobs->news, &job->jobs->lock, &until) != 0;
	pthread_mutex_unlock(&job->jobs->lock);
	return !cancel_asked(&job->cancel);
}
