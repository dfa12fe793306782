// SPDX-License-Identifier: Apache-2.0
// Jobs: the worker threads. Started when something waits and nobody is free, ended after a minute without work.
#include <config.h>
#include "work/jobs_private.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <time.h>

#include "net/json.h"

#include "base/banned.h"

// Room for SQLite, cJSON at its greatest depth and a sanitizer's red zones; only pages that are touched cost memory.
enum { WORKER_STACK = 512 << 10, WORKER_IDLE_MS = 60000 };

// Under the lock. A person's jobs go first; readings in the background leave one thread for them.
static struct job *worker_take(struct jobs *jobs)
{
	struct job *job = job_line_take(&jobs->urgent);

	if (!job && jobs->quiet_running + 1 < jobs->threads)
		job = job_line_take(&jobs->quiet);
	return job;
}

// Under the lock, which is let go while the job runs.
static void worker_run(struct jobs *jobs, struct job *job)
{
	struct error error = {ERROR_NONE};
	bool done, wake, quiet = job->view.quiet, counts = quiet && !job->spec.lasting;

	job->ran = true;
	job->view.state = JOB_RUNNING;
	job->view.started = clock_now(jobs->clock);
	jobs->quiet_running += counts;
	wake = !quiet && jobs_should_wake(jobs);
	pthread_mutex_unlock(&jobs->lock);
	if (wake)
		jobs_wake(jobs);
	done = job->spec.run(job, job->spec.user, &error);
	if (!done && error.kind != ERROR_CANCELLED)
		log_error(jobs->log, &error);
	pthread_mutex_lock(&jobs->lock);
	jobs->quiet_running -= counts;
	if (done)
		job_end(job, JOB_DONE, NULL);
	else
		job_end(job, error.kind == ERROR_CANCELLED ? JOB_CANCELLED : JOB_FAILED, &error);
	if (!jobs_should_wake(jobs))
		return;
	pthread_mutex_unlock(&jobs->lock);
	jobs_wake(jobs);
	pthread_mutex_lock(&jobs->lock);
}

// Under the lock. False when it timed out.
static bool worker_rest(struct jobs *jobs)
{
	struct timespec until = jobs_deadline(WORKER_IDLE_MS);
	int result;

	jobs->idle++;
	result = pthread_cond_timedwait(&jobs->work, &jobs->lock, &until);
	jobs->idle--;
	return result != ETIMEDOUT;
}

static void *worker_main(void *user)
{
	struct worker *worker = user;
	struct jobs *jobs = worker->jobs;
	bool tired = false;

	pthread_mutex_lock(&jobs->lock);
	jobs->starting--;
	while (!jobs->ending) {
		struct job *job = worker_take(jobs);

		if (job) {
			// Another job may have waited for a turn that only now came.
			jobs_staff(jobs, NULL);
			worker_run(jobs, job);
			tired = false;
		} else if (tired) {
			break;
		} else if (!worker_rest(jobs)) {
			// What comes in meanwhile is still taken by this thread.
			pthread_mutex_unlock(&jobs->lock);
			json_thread_finish();
			pthread_mutex_lock(&jobs->lock);
			tired = true;
		}
	}
	jobs->alive--;
	worker->state = WORKER_ENDED;
	pthread_mutex_unlock(&jobs->lock);
	json_thread_finish();
	return NULL;
}

static void *lasting_main(void *user)
{
	struct job *job = user;
	struct jobs *jobs = job->jobs;

	pthread_mutex_lock(&jobs->lock);
	worker_run(jobs, job);
	pthread_mutex_unlock(&jobs->lock);
	json_thread_finish();
	return NULL;
}

// Signals are for the thread that owns the terminal: workers start with all of them blocked.
static int thread_start(pthread_t *thread, void *(*run)(void *), void *user)
{
	pthread_attr_t attributes;
	sigset_t all, before;
	int result = pthread_attr_init(&attributes);

	if (result != 0)
		return result;
	pthread_attr_setstacksize(
	        &attributes, WORKER_STACK > PTHREAD_STACK_MIN ? WORKER_STACK : (size_t)PTHREAD_STACK_MIN);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	result = pthread_create(thread, &attributes, run, user);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	return result;
}

// Under the lock. NULL when all places are taken.
static struct worker *jobs_vacancy(struct jobs *jobs)
{
	for (unsigned i = 0; i < JOBS_THREADS_MOST; i++) {
		struct worker *worker = &jobs->workers[i];

		if (worker->state == WORKER_ENDED) {
			// It has let go of the lock for the last time: this waits for next to nothing.
			pthread_join(worker->thread, NULL);
			worker->state = WORKER_NONE;
		}
		if (worker->state == WORKER_NONE)
			return worker;
	}
	return NULL;
}

// Under the lock: jobs that a thread could take now.
static size_t jobs_ready(const struct jobs *jobs)
{
	size_t quiet_most = jobs->threads - 1 > jobs->quiet_running ? jobs->threads - 1 - jobs->quiet_running : 0;

	return jobs->urgent.count + (jobs->quiet.count < quiet_most ? jobs->quiet.count : quiet_most);
}

bool jobs_staff(struct jobs *jobs, struct error *error)
{
	size_t ready = jobs_ready(jobs);
	struct worker *worker;
	int result;

	if (ready == 0)
		return true;
	if (jobs->idle > 0)
		pthread_cond_signal(&jobs->work);
	if (jobs->idle + jobs->starting >= ready || jobs->alive >= jobs->threads)
		return true;
	worker = jobs_vacancy(jobs);
	if (!worker)
		return true;
	worker->jobs = jobs;
	result = thread_start(&worker->thread, worker_main, worker);
	if (result != 0) {
		errno = result;
		return jobs->alive > 0 || error_set_errno(error, _("cannot start a thread"));
	}
	worker->state = WORKER_ALIVE;
	jobs->alive++;
	jobs->starting++;
	return true;
}

bool jobs_start_lasting(struct jobs *jobs, struct job *job, struct error *error)
{
	int result;

	if (jobs->lasting == JOBS_LASTING_MOST)
		return error_set(error, ERROR_LIMIT, _("%d things are kept up with already"), JOBS_LASTING_MOST);
	result = thread_start(&job->thread, lasting_main, job);
	if (result != 0) {
		errno = result;
		return error_set_errno(error, _("cannot start a thread"));
	}
	jobs->lasting++;
	return true;
}

void jobs_dismiss(struct jobs *jobs)
{
	pthread_t threads[JOBS_THREADS_MOST];
	size_t count = 0;

	// A worker that is still running sets its state under the lock; nobody starts one any more.
	pthread_mutex_lock(&jobs->lock);
	for (unsigned i = 0; i < JOBS_THREADS_MOST; i++)
		if (jobs->workers[i].state != WORKER_NONE)
			threads[count++] = jobs->workers[i].thread;
	pthread_mutex_unlock(&jobs->lock);
	for (size_t i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
}
