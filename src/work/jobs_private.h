// SPDX-License-Identifier: Apache-2.0
// What jobs.c (queue and list) and jobs_worker.c (threads) share. For these two alone.
#ifndef PEERDECK_WORK_JOBS_PRIVATE_H
#define PEERDECK_WORK_JOBS_PRIVATE_H

#include <pthread.h>

#include "work/jobs.h"

struct job {
	struct jobs *jobs;
	struct job_spec spec; // title is in the view
	struct job_view view; // under the lock
	struct cancel cancel;
	struct cancel stop; // spec.gentle: asked before `cancel` is
	struct job *older, *newer; // all jobs, by age
	struct job *next;          // waiting line, or line of those to settle
	bool ran, settled;
	pthread_t thread; // spec.lasting: joined when the job is settled
};

struct job_line {
	struct job *first, **last;
	size_t count;
};

enum worker_state { WORKER_NONE, WORKER_ALIVE, WORKER_ENDED };

struct worker {
	struct jobs *jobs;
	pthread_t thread;
	enum worker_state state;
};

struct jobs {
	pthread_mutex_t lock;
	pthread_cond_t work; // there is something to run, or the end has come
	pthread_cond_t news; // a job ended or was cancelled
	const struct clock *clock;
	struct log *log;
	void (*wake)(void *);
	void *wake_user;
	bool woken; // and not settled since
	bool ending;

	struct job *newest, *oldest;
	size_t kept; // settled jobs that stay for the list
	job_id last_id;
	struct job_line urgent, quiet, over;

	unsigned lasting; // threads of such jobs, those that are not joined yet too
	unsigned threads, alive, starting, idle, quiet_running;
	struct worker workers[JOBS_THREADS_MOST];
};

void job_line_init(struct job_line *line);
void job_line_add(struct job_line *line, struct job *job);
struct job *job_line_take(struct job_line *line); // NULL when empty

// Under the lock: the job's end. `error` may be NULL.
void job_end(struct job *job, enum job_state state, const struct error *error);
// Under the lock: true when somebody should be woken, which the caller does with jobs_wake after unlocking.
bool jobs_should_wake(struct jobs *jobs);
void jobs_wake(struct jobs *jobs);
// Under the lock: makes sure that a thread looks at what waits. False when there is none and none can be started.
bool jobs_staff(struct jobs *jobs, struct error *error);
// Under the lock: the thread of a lasting job.
bool jobs_start_lasting(struct jobs *jobs, struct job *job, struct error *error);
// Without the lock, once `ending` is set.
void jobs_dismiss(struct jobs *jobs);
// An absolute time for pthread_cond_timedwait on these condition variables.
struct timespec jobs_deadline(int64_t ms_from_now);

#endif
