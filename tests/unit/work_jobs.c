// SPDX-License-Identifier: Apache-2.0
// Jobs: running, cancelling, settling, waking.
#include "config.h"

#include "tests/unit/work.h"
#include "work/jobs.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/banned.h"

static atomic_int wakes;

static void count_wake(void *user)
{
	(void)user;
	atomic_fetch_add(&wakes, 1);
}

struct trace {
	atomic_int ran, done, freed;
	enum job_state state;
	struct error error;
	pthread_t done_on;
	atomic_bool gate;
};

static bool run_at_once(struct job *job, void *user, struct error *error)
{
	(void)job;
	(void)error;
	atomic_fetch_add(&((struct trace *)user)->ran, 1);
	return true;
}

static bool run_failing(struct job *job, void *user, struct error *error)
{
	(void)job;
	(void)user;
	return error_set(error, ERROR_NOT_FOUND, "it is not there");
}

static bool run_until_cancelled(struct job *job, void *user, struct error *error)
{
	atomic_fetch_add(&((struct trace *)user)->ran, 1);
	job_sleep(job, 60000);
	return !job_cancelled(job, error);
}

static bool run_until_gate(struct job *job, void *user, struct error *error)
{
	struct trace *trace = user;

	atomic_fetch_add(&trace->ran, 1);
	while (!atomic_load(&trace->gate))
		if (!job_sleep(job, 1))
			return !job_cancelled(job, error);
	return true;
}

static void note_done(job_id id, enum job_state state, const struct error *error, void *user)
{
	struct trace *trace = user;

	(void)id;
	trace->state = state;
	trace->error = *error;
	trace->done_on = pthread_self();
	atomic_fetch_add(&trace->done, 1);
}

// For jobs that several threads settle.
static void count_done(job_id id, enum job_state state, const struct error *error, void *user)
{
	(void)id;
	(void)state;
	(void)error;
	atomic_fetch_add(&((struct trace *)user)->done, 1);
}

static void note_free(void *user)
{
	atomic_fetch_add(&((struct trace *)user)->freed, 1);
}

static struct job_spec spec_of(bool (*run)(struct job *, void *, struct error *), struct trace *trace)
{
	return (struct job_spec){.title = "job", .run = run, .done = note_done, .user = trace, .user_free = note_free};
}

static bool trace_ran(void *user)
{
	return atomic_load(&((struct trace *)user)->ran) > 0;
}

static void a_job_runs_and_is_told_on_the_settling_thread(void)
{
	struct jobs *jobs = jobs_create(4, NULL, NULL, NULL, NULL);
	struct trace trace = {.ran = 0};
	struct job_spec spec = spec_of(run_at_once, &trace);
	job_id id = jobs_submit(jobs, &spec, NULL);
	struct job_view view;

	CU_ASSERT_NOT_EQUAL_FATAL(id, 0);
	CU_ASSERT_TRUE(jobs_wait(jobs, id, NULL));
	CU_ASSERT_EQUAL(trace.ran, 1);
	CU_ASSERT_EQUAL(trace.done, 1);
	CU_ASSERT_EQUAL(trace.freed, 1);
	CU_ASSERT_EQUAL(trace.state, JOB_DONE);
	CU_ASSERT_TRUE(pthread_equal(trace.done_on, pthread_self()));
	CU_ASSERT_TRUE(jobs_get(jobs, id, &view));
	CU_ASSERT_EQUAL(view.state, JOB_DONE);
	CU_ASSERT_TRUE(view.ended >= view.started && view.started >= view.submitted);
	CU_ASSERT_EQUAL(jobs_oldest(jobs), 0);
	jobs_destroy(jobs);
}

static void a_failure_keeps_its_error_in_the_list(void)
{
	struct jobs *jobs = jobs_create(4, NULL, NULL, NULL, NULL);
	struct trace trace = {.ran = 0};
	struct job_spec spec = spec_of(run_failing, &trace);
	struct job_view view;

	spec.quiet = true;
	CU_ASSERT_TRUE(jobs_wait(jobs, jobs_submit(jobs, &spec, NULL), NULL));
	CU_ASSERT_EQUAL(trace.state, JOB_FAILED);
	CU_ASSERT_EQUAL(trace.error.kind, ERROR_NOT_FOUND);
	CU_ASSERT_EQUAL(jobs_list(jobs, false, &view, 1), 1);
	UNIT_SAME_TEXT(view.error.message, "it is not there");
	jobs_destroy(jobs);
}

static void a_quiet_success_leaves_no_trace(void)
{
	struct jobs *jobs = jobs_create(4, NULL, NULL, NULL, NULL);
	struct trace trace = {.ran = 0};
	struct job_spec spec = spec_of(run_at_once, &trace);
	struct job_view view;

	spec.quiet = true;
	CU_ASSERT_TRUE(jobs_wait(jobs, jobs_submit(jobs, &spec, NULL), NULL));
	CU_ASSERT_EQUAL(jobs_list(jobs, true, &view, 1), 0);
	jobs_destroy(jobs);
}

static void a_running_job_stops_within_a_second_when_cancelled(void)
{
	struct jobs *jobs = jobs_create(4, NULL, NULL, NULL, NULL);
	struct trace trace = {.ran = 0};
	struct job_spec spec = spec_of(run_until_cancelled, &trace);
	job_id id = jobs_submit(jobs, &spec, NULL);
	int64_t begin;

	CU_ASSERT_TRUE(work_until(trace_ran, &trace));
	begin = clock_monotonic(&clock_system);
	CU_ASSERT_TRUE(jobs_cancel(jobs, id));
	CU_ASSERT_TRUE(jobs_wait(jobs, id, NULL));
	CU_ASSERT_TRUE(clock_monotonic(&clock_system) - begin < 1000);
	CU_ASSERT_EQUAL(trace.state, JOB_CANCELLED);
	CU_ASSERT_FALSE(jobs_cancel(jobs, id));
	jobs_destroy(jobs);
}

static void a_waiting_caller_can_give_up(void)
{
	struct jobs *jobs = jobs_create(4, NULL, NULL, NULL, NULL);
	struct trace trace = {.ran = 0};
	struct job_spec spec = spec_of(run_until_cancelled, &trace);
	struct cancel cancel = {.asked = true};
	job_id id = jobs_submit(jobs, &spec, NULL);

	CU_ASSERT_FALSE(jobs_wait(jobs, id, &cancel));
	CU_ASSERT_TRUE(jobs_wait(jobs, id, NULL));
	jobs_destroy(jobs);
}

static void a_job_cancelled_before_it_began_is_told_only_when_it_says_so(void)
{
	struct jobs *jobs = jobs_create(2, NULL, NULL, NULL, NULL);
	struct trace blockers = {.ran = 0}, untold = {.ran = 0}, told = {.ran = 0};
	struct job_spec blocker = spec_of(run_until_gate, &blockers), spec = spec_of(run_at_once, &untold);
	job_id blocking[2], waiting[2];

	for (size_t i = 0; i < 2; i++)
		blocking[i] = jobs_submit(jobs, &blocker, NULL);
	waiting[0] = jobs_submit(jobs, &spec, NULL);
	spec.user = &told;
	spec.settled = true;
	waiting[1] = jobs_submit(jobs, &spec, NULL);
	for (size_t i = 0; i < 2; i++) {
		CU_ASSERT_TRUE(jobs_cancel(jobs, waiting[i]));
		CU_ASSERT_TRUE(jobs_wait(jobs, waiting[i], NULL));
	}
	atomic_store(&blockers.gate, true);
	for (size_t i = 0; i < 2; i++)
		CU_ASSERT_TRUE(jobs_wait(jobs, blocking[i], NULL));
	CU_ASSERT_EQUAL(untold.ran + told.ran, 0);
	CU_ASSERT_EQUAL(untold.done, 0);
	CU_ASSERT_EQUAL(untold.freed, 1);
	CU_ASSERT_EQUAL(told.done, 1);
	CU_ASSERT_EQUAL(told.state, JOB_CANCELLED);
	jobs_destroy(jobs);
}

static void background_readings_leave_a_thread_for_the_person(void)
{
	struct jobs *jobs = jobs_create(3, NULL, NULL, NULL, NULL);
	struct trace quiet = {.ran = 0}, person = {.ran = 0};
	struct job_spec spec = spec_of(run_until_gate, &quiet);

	spec.quiet = true;
	for (size_t i = 0; i < 10; i++)
		CU_ASSERT_NOT_EQUAL(jobs_submit(jobs, &spec, NULL), 0);
	spec = spec_of(run_at_once, &person);
	CU_ASSERT_TRUE(jobs_wait(jobs, jobs_submit(jobs, &spec, NULL), NULL));
	CU_ASSERT_EQUAL(person.ran, 1);
	CU_ASSERT_TRUE(quiet.ran <= 2);
	atomic_store(&quiet.gate, true);
	jobs_destroy(jobs);
	CU_ASSERT_EQUAL(quiet.freed, 10);
}

static void one_wake_up_until_the_list_is_looked_at(void)
{
	struct jobs *jobs = jobs_create(2, NULL, NULL, count_wake, NULL);
	struct trace trace = {.ran = 0};
	struct job_spec spec = spec_of(run_at_once, &trace);

	atomic_store(&wakes, 0);
	for (size_t i = 0; i < 50; i++)
		jobs_submit(jobs, &spec, NULL);
	CU_ASSERT_EQUAL(wakes, 1);
	while (jobs_oldest(jobs))
		CU_ASSERT_TRUE_FATAL(jobs_wait(jobs, jobs_oldest(jobs), NULL));
	atomic_store(&wakes, 0);
	jobs_settle(jobs);
	CU_ASSERT_EQUAL(wakes, 0);
	jobs_destroy(jobs);
}

static void the_list_keeps_the_newest(void)
{
	struct jobs *jobs = jobs_create(2, NULL, NULL, NULL, NULL);
	struct trace trace = {.ran = 0};
	struct job_spec spec = spec_of(run_at_once, &trace);
	struct job_view view;

	for (size_t i = 0; i < JOBS_KEPT + 100; i++)
		jobs_submit(jobs, &spec, NULL);
	while (jobs_oldest(jobs))
		CU_ASSERT_TRUE_FATAL(jobs_wait(jobs, jobs_oldest(jobs), NULL));
	CU_ASSERT_EQUAL(jobs_list(jobs, true, &view, 1), JOBS_KEPT);
	CU_ASSERT_EQUAL(view.id, JOBS_KEPT + 100);
	CU_ASSERT_FALSE(jobs_get(jobs, 1, &view));
	jobs_destroy(jobs);
}

static bool run_with_progress(struct job *job, void *user, struct error *error)
{
	(void)error;
	for (int i = 0; i < 20; i++)
		job_progress(job, i, 20, "step %d", i);
	job_request_id(job, "r-1");
	job_expect(job, 5);
	atomic_fetch_add(&((struct trace *)user)->ran, 1);
	return true;
}

static void *submit_many(void *user)
{
	struct trace trace = {.ran = 0};
	struct job_spec spec = spec_of(run_with_progress, &trace);
	struct jobs *jobs = user;
	job_id last = 0;

	spec.done = count_done;
	for (size_t i = 0; i < 250; i++) {
		job_id id = jobs_submit(jobs, &spec, NULL);

		last = id ? id : last;
		if (i % 10 == 0)
			jobs_cancel(jobs, last);
	}
	while (atomic_load(&trace.freed) < 250)
		jobs_wait(jobs, jobs_oldest(jobs), NULL);
	return NULL;
}

static void a_thousand_jobs_from_four_threads_all_end(void)
{
	struct jobs *jobs = jobs_create(8, NULL, NULL, count_wake, NULL);
	struct job_view *views = calloc(JOBS_KEPT, sizeof(*views));
	pthread_t threads[4];

	CU_ASSERT_PTR_NOT_NULL_FATAL(views);
	for (size_t i = 0; i < COUNT_OF(threads); i++)
		CU_ASSERT_EQUAL_FATAL(pthread_create(&threads[i], NULL, submit_many, jobs), 0);
	for (size_t i = 0; i < 100; i++)
		jobs_list(jobs, true, views, JOBS_KEPT);
	for (size_t i = 0; i < COUNT_OF(threads); i++)
		pthread_join(threads[i], NULL);
	CU_ASSERT_EQUAL(jobs_running(jobs, false), 0);
	CU_ASSERT_EQUAL(jobs_last(jobs), 1000);
	jobs_destroy(jobs);
	free(views);
}

static void ending_cancels_what_runs(void)
{
	struct jobs *jobs = jobs_create(4, NULL, NULL, NULL, NULL);
	struct trace trace = {.ran = 0};
	struct job_spec spec = spec_of(run_until_cancelled, &trace);
	int64_t begin;

	for (size_t i = 0; i < 20; i++)
		jobs_submit(jobs, &spec, NULL);
	CU_ASSERT_TRUE(work_until(trace_ran, &trace));
	begin = clock_monotonic(&clock_system);
	jobs_destroy(jobs);
	CU_ASSERT_TRUE(clock_monotonic(&clock_system) - begin < 1000);
	CU_ASSERT_EQUAL(trace.freed, 20);
}

static bool ten_ran(void *user)
{
	return atomic_load(&((struct trace *)user)->ran) == 10;
}

static void jobs_that_last_take_no_workers_place(void)
{
	struct jobs *jobs = jobs_create(2, NULL, NULL, NULL, NULL);
	struct trace trace = {.ran = 0}, other = {.ran = 0};
	struct job_spec lasting = spec_of(run_until_cancelled, &trace), spec = spec_of(run_at_once, &other);
	job_id first = 0, last = 0;

	lasting.quiet = lasting.lasting = true;
	for (size_t i = 0; i < 10; i++) {
		last = jobs_submit(jobs, &lasting, NULL);
		first = first ? first : last;
	}
	CU_ASSERT_TRUE(work_until(ten_ran, &trace));
	CU_ASSERT_TRUE(jobs_wait(jobs, jobs_submit(jobs, &spec, NULL), NULL));
	CU_ASSERT_EQUAL(other.ran, 1);
	for (job_id id = first; id < last; id++)
		CU_ASSERT_TRUE(jobs_cancel(jobs, id));
	for (job_id id = first; id < last; id++)
		CU_ASSERT_TRUE(jobs_wait(jobs, id, NULL));
	CU_ASSERT_EQUAL(trace.freed, 9);
	// The end waits for the one that is left.
	jobs_destroy(jobs);
	CU_ASSERT_EQUAL(trace.freed, 10);
}

static const struct unit_test tests[] = {
        UNIT_TEST(a_job_runs_and_is_told_on_the_settling_thread),
        UNIT_TEST(a_failure_keeps_its_error_in_the_list),
        UNIT_TEST(a_quiet_success_leaves_no_trace),
        UNIT_TEST(a_running_job_stops_within_a_second_when_cancelled),
        UNIT_TEST(a_waiting_caller_can_give_up),
        UNIT_TEST(a_job_cancelled_before_it_began_is_told_only_when_it_says_so),
        UNIT_TEST(background_readings_leave_a_thread_for_the_person),
        UNIT_TEST(one_wake_up_until_the_list_is_looked_at),
        UNIT_TEST(the_list_keeps_the_newest),
        UNIT_TEST(a_thousand_jobs_from_four_threads_all_end),
        UNIT_TEST(ending_cancels_what_runs),
        UNIT_TEST(jobs_that_last_take_no_workers_place),
};
const struct unit_suite work_jobs_suite = UNIT_SUITE("jobs", tests);
