// SPDX-License-Identifier: Apache-2.0
// The poller: when what is read, and that trouble in one place stays there.
#include "config.h"

#include "tests/unit/work.h"
#include "tests/unit/work_fake.h"
#include "work/poller.h"

#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/banned.h"

// A poller on a clock that stands still, beside jobs that run.
struct bench {
	struct fake fake;
	struct session *session;
	struct work_clock clock;
	struct store *store;
	struct jobs *jobs;
	struct budget *budget;
	struct poller *poller;
};

static void bench_init(struct bench *bench, double refresh_seconds)
{
	memset(bench, 0, sizeof(*bench));
	fake_init(&bench->fake);
	work_clock_init(&bench->clock, 1000000);
	bench->session = fake_session(&bench->fake);
	bench->store = store_create(&bench->clock.clock);
	bench->budget = budget_create(&bench->clock.clock);
	bench->jobs = jobs_create(6, NULL, NULL, NULL, NULL);
	bench->poller = poller_create(&backend_fake, bench->session, "test", bench->store, bench->jobs, bench->budget,
	        &bench->clock.clock, refresh_seconds);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bench->poller);
}

static void bench_finish(struct bench *bench)
{
	poller_destroy(bench->poller);
	jobs_destroy(bench->jobs);
	store_destroy(bench->store);
	budget_destroy(bench->budget);
	fake_session_close(bench->session);
	fake_finish(&bench->fake);
}

static struct scope scope_of(const char *region)
{
	struct scope scope = {.context = "test"};

	snprintf(scope.region, sizeof(scope.region), "%s", region);
	return scope;
}

static void want(struct bench *bench, const char *region, enum interest interest)
{
	struct scope scope = scope_of(region);

	poller_want(bench->poller, KIND_VM, &scope, interest);
}

static bool is_reading(struct bench *bench, const char *region)
{
	struct scope scope = scope_of(region);

	return poller_is_reading(bench->poller, KIND_VM, &scope);
}

static bool nothing_runs(void *user)
{
	struct bench *bench = user;

	jobs_settle(bench->jobs);
	return jobs_oldest(bench->jobs) == 0;
}

// One turn, and all that came of it.
static void turn(struct bench *bench)
{
	poller_run(bench->poller);
	CU_ASSERT_TRUE(work_until(nothing_runs, bench));
}

// Lets so much time pass; whether a reading of the region came of it.
static bool reads_after(struct bench *bench, const char *region, int64_t ms)
{
	unsigned before = fake_asked(&bench->fake, region);

	bench->clock.now += ms;
	turn(bench);
	return fake_asked(&bench->fake, region) > before;
}

static struct store_entry entry_of(struct bench *bench, const char *region)
{
	struct scope scope = scope_of(region);
	struct store_entry entry = {0};

	store_get(bench->store, KIND_VM, &scope, &entry);
	return entry;
}

static void what_is_wanted_is_read_and_published(void)
{
	struct bench bench;
	struct store_entry entry;

	bench_init(&bench, 5);
	fake_set(&bench.fake, "a", FAKE_READS, 3, "Running");
	want(&bench, "a", INTEREST_VISIBLE);
	turn(&bench);
	entry = entry_of(&bench, "a");
	CU_ASSERT_PTR_NOT_NULL_FATAL(entry.snapshot);
	CU_ASSERT_TRUE(entry.snapshot->complete);
	CU_ASSERT_EQUAL(entry.snapshot->count, 3);
	CU_ASSERT_FALSE(entry.reading);
	snapshot_unref(entry.snapshot);
	bench_finish(&bench);
}

static void intervals_follow_interest(void)
{
	static const struct {
		enum interest interest;
		int64_t interval;
	} cases[] = {{INTEREST_FOCUSED, 5000}, {INTEREST_VISIBLE, 5000}, {INTEREST_HIDDEN, 30000}};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct bench bench;

		bench_init(&bench, 5);
		fake_set(&bench.fake, "a", FAKE_READS, 1, "Running");
		want(&bench, "a", cases[i].interest);
		turn(&bench);
		CU_ASSERT_EQUAL(fake_asked(&bench.fake, "a"), 1);
		CU_ASSERT_EQUAL(poller_next(bench.poller), bench.clock.now + cases[i].interval);
		CU_ASSERT_FALSE(reads_after(&bench, "a", cases[i].interval * 3 / 4));
		CU_ASSERT_TRUE(reads_after(&bench, "a", cases[i].interval / 4));
		bench_finish(&bench);
	}
}

static void changing_things_are_read_every_two_seconds_where_they_are(void)
{
	struct bench bench;

	bench_init(&bench, 5);
	fake_set(&bench.fake, "a", FAKE_READS, 2, "Starting");
	fake_set(&bench.fake, "b", FAKE_READS, 2, "Running");
	want(&bench, "a", INTEREST_VISIBLE);
	want(&bench, "b", INTEREST_VISIBLE);
	turn(&bench);
	CU_ASSERT_TRUE(reads_after(&bench, "a", 2000));
	CU_ASSERT_EQUAL(fake_asked(&bench.fake, "b"), 1);
	fake_set(&bench.fake, "a", FAKE_READS, 2, "Running");
	CU_ASSERT_TRUE(reads_after(&bench, "a", 2000));
	CU_ASSERT_FALSE(reads_after(&bench, "a", 2000));
	bench_finish(&bench);
}

static void a_state_that_never_passes_is_not_asked_for_all_day(void)
{
	struct bench bench;

	bench_init(&bench, 5);
	fake_set(&bench.fake, "a", FAKE_READS, 1, "Starting");
	want(&bench, "a", INTEREST_VISIBLE);
	turn(&bench);
	bench.clock.now += 599000;
	turn(&bench);
	CU_ASSERT_FALSE(reads_after(&bench, "a", 2000));
	CU_ASSERT_TRUE(reads_after(&bench, "a", 3000));
	bench_finish(&bench);
}

static void nothing_is_due_when_nobody_looks(void)
{
	struct bench bench;
	struct scope scope = scope_of("a");

	bench_init(&bench, 5);
	CU_ASSERT_EQUAL(poller_next(bench.poller), -1);
	want(&bench, "a", INTEREST_FOCUSED);
	turn(&bench);
	want(&bench, "a", INTEREST_NONE);
	CU_ASSERT_EQUAL(poller_next(bench.poller), -1);
	want(&bench, "a", INTEREST_FOCUSED);
	poller_freeze(bench.poller, true);
	CU_ASSERT_EQUAL(poller_next(bench.poller), -1);
	CU_ASSERT_FALSE(reads_after(&bench, "a", 60000));
	poller_refresh(bench.poller, KIND_VM, &scope);
	CU_ASSERT_TRUE(reads_after(&bench, "a", 0));
	poller_freeze(bench.poller, false);
	poller_forget_interests(bench.poller);
	CU_ASSERT_EQUAL(poller_next(bench.poller), -1);
	bench_finish(&bench);
}

static void by_hand_means_by_hand(void)
{
	struct bench bench;
	struct scope scope = scope_of("a");

	bench_init(&bench, 0);
	want(&bench, "a", INTEREST_FOCUSED);
	turn(&bench);
	CU_ASSERT_EQUAL(fake_asked(&bench.fake, "a"), 1);
	CU_ASSERT_EQUAL(poller_next(bench.poller), -1);
	poller_refresh(bench.poller, KIND_VM, &scope);
	CU_ASSERT_TRUE(reads_after(&bench, "a", 0));
	bench_finish(&bench);
}

static void once_is_once(void)
{
	struct bench bench;
	struct scope scope = scope_of("a");

	bench_init(&bench, 5);
	want(&bench, "a", INTEREST_ONCE);
	CU_ASSERT_FALSE(poller_has_read(bench.poller, KIND_VM, &scope));
	turn(&bench);
	CU_ASSERT_TRUE(poller_has_read(bench.poller, KIND_VM, &scope));
	CU_ASSERT_FALSE(reads_after(&bench, "a", 3600000));
	CU_ASSERT_EQUAL(poller_next(bench.poller), -1);
	bench_finish(&bench);
}

static void what_is_due_together_goes_into_one_job(void)
{
	struct bench bench;
	char name[16];

	bench_init(&bench, 5);
	for (int i = 0; i < 10; i++) {
		snprintf(name, sizeof(name), "r%d", i);
		want(&bench, name, INTEREST_VISIBLE);
	}
	turn(&bench);
	CU_ASSERT_EQUAL(bench.fake.lists, 1);
	CU_ASSERT_EQUAL(bench.fake.scopes_most, 10);
	bench.clock.now += 5000;
	turn(&bench);
	CU_ASSERT_EQUAL(bench.fake.lists, 2);
	bench_finish(&bench);
}

static bool healthy_ones_were_read(void *user)
{
	struct bench *bench = user;

	jobs_settle(bench->jobs);
	poller_run(bench->poller);
	return !is_reading(bench, "a") && !is_reading(bench, "b");
}

static void a_sick_scope_does_not_hold_up_the_others(void)
{
	struct bench bench;

	bench_init(&bench, 5);
	fake_set(&bench.fake, "sick", FAKE_HANGS, 0, "");
	want(&bench, "a", INTEREST_VISIBLE);
	want(&bench, "sick", INTEREST_VISIBLE);
	want(&bench, "b", INTEREST_VISIBLE);
	for (unsigned round = 1; round <= 4; round++) {
		poller_run(bench.poller);
		CU_ASSERT_TRUE(work_until(healthy_ones_were_read, &bench));
		CU_ASSERT_EQUAL(fake_asked(&bench.fake, "a"), round);
		CU_ASSERT_EQUAL(fake_asked(&bench.fake, "b"), round);
		CU_ASSERT_TRUE(is_reading(&bench, "sick"));
		bench.clock.now += 5000;
	}
	CU_ASSERT_EQUAL(fake_asked(&bench.fake, "sick"), 1);
	CU_ASSERT_EQUAL(bench.fake.regions[1].at_once_most, 1);
	bench_finish(&bench);
}

static void a_failing_scope_is_asked_less_and_less(void)
{
	struct bench bench;
	int64_t waited = 0, before = 0;
	struct store_entry entry;

	bench_init(&bench, 5);
	fake_set(&bench.fake, "a", FAKE_FAILS, 0, "");
	want(&bench, "a", INTEREST_VISIBLE);
	turn(&bench);
	entry = entry_of(&bench, "a");
	CU_ASSERT_EQUAL(entry.error.kind, ERROR_NETWORK);
	for (int64_t step = 5000; step <= 80000; step *= 2) {
		waited = poller_next(bench.poller) - bench.clock.now;
		CU_ASSERT_TRUE(waited >= step / 2 && waited <= step);
		before = fake_asked(&bench.fake, "a");
		CU_ASSERT_FALSE(reads_after(&bench, "a", waited - 1));
		CU_ASSERT_TRUE(reads_after(&bench, "a", 1));
		CU_ASSERT_EQUAL(fake_asked(&bench.fake, "a"), before + 1);
	}
	fake_set(&bench.fake, "a", FAKE_READS, 1, "Running");
	CU_ASSERT_TRUE(reads_after(&bench, "a", 120000));
	CU_ASSERT_EQUAL(poller_next(bench.poller) - bench.clock.now, 5000);
	bench_finish(&bench);
}

static void a_refused_scope_waits_a_minute_at_least_half(void)
{
	struct bench bench;

	bench_init(&bench, 5);
	fake_set(&bench.fake, "a", FAKE_REFUSES, 0, "");
	want(&bench, "a", INTEREST_VISIBLE);
	turn(&bench);
	CU_ASSERT_TRUE(poller_next(bench.poller) - bench.clock.now >= 30000);
	bench_finish(&bench);
}

static void a_failure_keeps_what_was_there(void)
{
	struct bench bench;
	struct store_entry entry;

	bench_init(&bench, 5);
	fake_set(&bench.fake, "a", FAKE_READS, 4, "Running");
	want(&bench, "a", INTEREST_VISIBLE);
	turn(&bench);
	fake_set(&bench.fake, "a", FAKE_FAILS, 0, "");
	CU_ASSERT_TRUE(reads_after(&bench, "a", 5000));
	entry = entry_of(&bench, "a");
	CU_ASSERT_PTR_NOT_NULL_FATAL(entry.snapshot);
	CU_ASSERT_EQUAL(entry.snapshot->count, 4);
	CU_ASSERT_EQUAL(entry.error.kind, ERROR_NETWORK);
	snapshot_unref(entry.snapshot);
	bench_finish(&bench);
}

static void a_throttled_operation_is_not_asked(void)
{
	struct bench bench;

	bench_init(&bench, 5);
	budget_configure(bench.budget, "1234/a/List", (struct budget_rate){20, 20});
	want(&bench, "a", INTEREST_VISIBLE);
	want(&bench, "b", INTEREST_VISIBLE);
	turn(&bench);
	budget_take(bench.budget, "1234/a/List");
	budget_throttled(bench.budget, "1234/a/List", 20000);
	CU_ASSERT_TRUE(reads_after(&bench, "b", 5000));
	CU_ASSERT_EQUAL(fake_asked(&bench.fake, "a"), 1);
	CU_ASSERT_TRUE(reads_after(&bench, "a", 15000));
	bench_finish(&bench);
}

static void a_change_is_watched(void)
{
	struct bench bench;
	struct scope scope = scope_of("a");
	unsigned readings = 0;

	bench_init(&bench, 60);
	want(&bench, "a", INTEREST_VISIBLE);
	turn(&bench);
	poller_watch(bench.poller, KIND_VM, &scope, "a-0");
	CU_ASSERT_TRUE(reads_after(&bench, "a", 0));
	for (int i = 0; i < 30; i++)
		readings += reads_after(&bench, "a", 1000);
	CU_ASSERT_TRUE(readings >= 6 && readings <= 9);
	bench_finish(&bench);
}

static void a_kind_that_the_cloud_has_not_is_never_asked_for(void)
{
	struct bench bench;
	struct scope scope = scope_of("a");

	bench_init(&bench, 5);
	poller_want(bench.poller, KIND_POD, &scope, INTEREST_FOCUSED);
	CU_ASSERT_EQUAL(poller_next(bench.poller), -1);
	bench_finish(&bench);
}

static void the_end_does_not_wait_for_a_sick_scope(void)
{
	struct bench bench;
	int64_t begin;

	bench_init(&bench, 5);
	fake_set(&bench.fake, "sick", FAKE_HANGS, 0, "");
	want(&bench, "sick", INTEREST_VISIBLE);
	poller_run(bench.poller);
	begin = clock_monotonic(&clock_system);
	poller_destroy(bench.poller);
	CU_ASSERT_TRUE(clock_monotonic(&clock_system) - begin < 1000);
	bench.poller = NULL;
	CU_ASSERT_FALSE(entry_of(&bench, "sick").reading);
	bench_finish(&bench);
}

// A backend that tells changes of pods: a first picture, then nothing until it is stopped.
static atomic_int watches, watch_lists;

static bool pods_only(enum kind_id kind)
{
	return kind == KIND_POD;
}

static bool pods_list(struct session *session, enum kind_id kind, const struct scope *scopes, size_t count,
        struct list_sink *sink, struct cancel *cancel, struct error *error)
{
	(void)session;
	(void)kind;
	(void)cancel;
	(void)error;
	atomic_fetch_add(&watch_lists, 1);
	for (size_t i = 0; i < count; i++)
		sink->end(sink, &scopes[i], sink->begin(sink, &scopes[i]), NULL);
	return true;
}

static bool pods_watch(struct session *session, enum kind_id kind, const struct scope *scope, struct list_sink *sink,
        struct cancel *cancel, struct error *error)
{
	(void)session;
	(void)kind;
	sink->end(sink, scope, sink->begin(sink, scope), NULL);
	atomic_fetch_add(&watches, 1);
	while (!cancel_asked(cancel))
		poll(NULL, 0, 1);
	atomic_fetch_sub(&watches, 1);
	return error_set(error, ERROR_CANCELLED, "stopped");
}

static const struct backend watching_backend = {.lists = pods_only, .list = pods_list, .watch = pods_watch};

struct watching {
	struct bench *bench;
	struct scope scope;
};

static bool is_kept_up_with(void *user)
{
	struct watching *watching = user;

	poller_run(watching->bench->poller);
	return poller_is_watching(watching->bench->poller, KIND_POD, &watching->scope);
}

static bool no_watch_runs(void *user)
{
	struct watching *watching = user;

	jobs_settle(watching->bench->jobs);
	return atomic_load(&watches) == 0 && jobs_oldest(watching->bench->jobs) == 0;
}

static void what_is_looked_at_is_kept_up_with_and_nothing_is_due(void)
{
	struct bench bench;
	struct watching watching = {&bench, {.context = "test", .region = "r", .cluster = "c"}};

	bench_init(&bench, 10);
	poller_destroy(bench.poller);
	bench.poller = poller_create(
	        &watching_backend, NULL, "test", bench.store, bench.jobs, bench.budget, &bench.clock.clock, 10);
	poller_want(bench.poller, KIND_POD, &watching.scope, INTEREST_VISIBLE);
	CU_ASSERT_TRUE(work_until(is_kept_up_with, &watching));
	CU_ASSERT_TRUE(poller_has_read(bench.poller, KIND_POD, &watching.scope));
	CU_ASSERT_EQUAL(poller_next(bench.poller), -1);
	bench.clock.now += 3600000;
	poller_run(bench.poller);
	CU_ASSERT_EQUAL(watch_lists, 0);
	// Whoever looks away for a moment finds it still there.
	poller_forget_interests(bench.poller);
	poller_run(bench.poller);
	CU_ASSERT_TRUE(poller_next(bench.poller) > bench.clock.now);
	bench.clock.now += 5000;
	poller_want(bench.poller, KIND_POD, &watching.scope, INTEREST_VISIBLE);
	poller_run(bench.poller);
	CU_ASSERT_EQUAL(watches, 1);
	poller_forget_interests(bench.poller);
	poller_run(bench.poller);
	bench.clock.now += 10000;
	poller_run(bench.poller);
	CU_ASSERT_EQUAL(poller_next(bench.poller), -1);
	CU_ASSERT_TRUE(work_until(no_watch_runs, &watching));
	CU_ASSERT_FALSE(poller_is_watching(bench.poller, KIND_POD, &watching.scope));
	bench_finish(&bench);
}

static const struct unit_test tests[] = {
        UNIT_TEST(what_is_wanted_is_read_and_published),
        UNIT_TEST(intervals_follow_interest),
        UNIT_TEST(changing_things_are_read_every_two_seconds_where_they_are),
        UNIT_TEST(a_state_that_never_passes_is_not_asked_for_all_day),
        UNIT_TEST(nothing_is_due_when_nobody_looks),
        UNIT_TEST(by_hand_means_by_hand),
        UNIT_TEST(once_is_once),
        UNIT_TEST(what_is_due_together_goes_into_one_job),
        UNIT_TEST(a_sick_scope_does_not_hold_up_the_others),
        UNIT_TEST(a_failing_scope_is_asked_less_and_less),
        UNIT_TEST(a_refused_scope_waits_a_minute_at_least_half),
        UNIT_TEST(a_failure_keeps_what_was_there),
        UNIT_TEST(a_throttled_operation_is_not_asked),
        UNIT_TEST(a_change_is_watched),
        UNIT_TEST(a_kind_that_the_cloud_has_not_is_never_asked_for),
        UNIT_TEST(the_end_does_not_wait_for_a_sick_scope),
        UNIT_TEST(what_is_looked_at_is_kept_up_with_and_nothing_is_due),
};
const struct unit_suite work_poller_suite = UNIT_SUITE("poller", tests);
