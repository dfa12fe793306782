// SPDX-License-Identifier: Apache-2.0
// Jobs: work with progress that can be cancelled, run by a few worker threads. Safe from any thread; one lock, never held
// while a job runs. The UI thread never waits here: it submits, gets woken through wake_fd, and reads the list.
#ifndef PEERDECK_WORK_JOBS_H
#define PEERDECK_WORK_JOBS_H

#include "base/cancel.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"

struct jobs;
struct job;
typedef uint64_t job_id; // from 1; 0 = none

enum job_state { JOB_WAITING, JOB_RUNNING, JOB_DONE, JOB_FAILED, JOB_CANCELLED };
enum { JOBS_THREADS_MOST = 32, JOBS_LASTING_MOST = 160, JOBS_KEPT = 500, JOBS_WAITING_MOST = 10000 };

struct job_spec {
	const char *title; // "Stop i-2ze0…77aa", visible text
	bool quiet;	   // reading in the background: not in the list of operations unless it fails
	bool changes;	   // a change in the cloud: leaving asks first
	bool gentle;	   // being cancelled once only asks it to stop at the next good place (job_stopping); the second time is meant
	bool lasting;	   // mostly waits, for as long as it is wanted: gets a small thread of its own beside the workers, whose number
			   // bounds what is done at a time
	bool settled;	   // tell `done` even when cancelled before it started
	// On a worker thread. Returns false with `error` set on failure (ERROR_CANCELLED when it stopped because asked to).
	bool (*run)(struct job *job, void *user, struct error *error);
	// Called once when the job is over, on the thread that calls jobs_settle (the UI or CLI thread). May be NULL.
	void (*done)(job_id id, enum job_state state, const struct error *error, void *user);
	void *user;
	void (*user_free)(void *user); // after done; may be NULL
};

// What the list of operations shows. Values.
struct job_view {
	job_id id;
	char title[128];
	char detail[256];     // latest progress text
	char request_id[64];
	enum job_state state;
	bool quiet, changes;
	int64_t submitted, started, ended; // wall clock, 0 = not yet
	int64_t done, total;		   // progress; total 0 = not countable
	int64_t expected_ms;		   // how long it usually takes; 0 = not known
	struct error error;
};

// `threads` most worker threads, started as needed and ended after a minute of idleness; quiet jobs leave one of them for the others.
// wake is called (any thread, at most once until the next jobs_settle) when something changed that the list shows; NULL = nobody cares.
struct jobs *jobs_create(unsigned threads, const struct clock *clock, struct log *log, void (*wake)(void *), void *wake_user);
// Cancels all, waits for the workers, then settles: every `done` that is due has been called.
void jobs_destroy(struct jobs *jobs);
job_id jobs_submit(struct jobs *jobs, const struct job_spec *spec, struct error *error); // 0 on failure
bool jobs_cancel(struct jobs *jobs, job_id id); // false when it is over already
void jobs_cancel_all(struct jobs *jobs);
// Runs the `done` callbacks of jobs that ended since the last call, on this thread; returns how many.
size_t jobs_settle(struct jobs *jobs);
// Waits until the job is over (CLI and tests), settling; false when `cancel` was asked first (the job is then cancelled too).
bool jobs_wait(struct jobs *jobs, job_id id, struct cancel *cancel);
// Newest first; returns how many there are, copies up to `most`.
size_t jobs_list(struct jobs *jobs, bool with_quiet, struct job_view *out, size_t most);
bool jobs_get(struct jobs *jobs, job_id id, struct job_view *out);
unsigned jobs_running(struct jobs *jobs, bool changes_only); // waiting ones count
// The oldest job that is not settled yet, 0 = none: what jobs before it used can be given back.
job_id jobs_oldest(struct jobs *jobs);
job_id jobs_last(struct jobs *jobs); // the newest ever submitted

// From inside run():
void job_progress(struct job *job, int64_t done, int64_t total, const char *format, ...) PRINTF_LIKE(4, 5);
void job_request_id(struct job *job, const char *request_id);
void job_expect(struct job *job, int64_t expected_ms);
struct cancel *job_cancel(struct job *job); // pass it to everything that waits
bool job_cancelled(struct job *job, struct error *error); // true and error set when asked to stop
// True when asked to stop at the next good place, or to stop at once.
bool job_stopping(struct job *job);
// Sleeps; false when cancelled.
bool job_sleep(struct job *job, int64_t ms);

#endif
