// SPDX-License-Identifier: Apache-2.0
// The call budget on a clock that the test moves.
#include "config.h"

#include "net/budget.h"
#include "tests/unit/net.h"

#include "base/banned.h"

static int64_t read_time(void *user)
{
	return *(int64_t *)user;
}

struct bench {
	int64_t time;
	struct clock clock;
	struct budget *budget;
};

static void bench_init(struct bench *bench, double per_second, double burst)
{
	bench->time = 1000000;
	bench->clock = (struct clock){.wall = read_time, .monotonic = read_time, .user = &bench->time};
	bench->budget = budget_create(&bench->clock);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bench->budget);
	budget_configure(bench->budget, "k", (struct budget_rate){per_second, burst});
}

// How many calls may go at once.
static int take_all(struct bench *bench, const char *key)
{
	int taken = 0;

	while (taken < 10000 && budget_take(bench->budget, key) == 0)
		taken++;
	return taken;
}

static void bucket_allows_its_burst_then_its_rate(void)
{
	struct bench bench;

	bench_init(&bench, 10, 5);
	CU_ASSERT_EQUAL(take_all(&bench, "k"), 5);
	CU_ASSERT_EQUAL(budget_take(bench.budget, "k"), 101);
	bench.time += 101;
	CU_ASSERT_EQUAL(take_all(&bench, "k"), 1);
	bench.time += 60000;
	CU_ASSERT_EQUAL(take_all(&bench, "k"), 5);
	budget_destroy(bench.budget);
	budget_destroy(NULL);
}

static void throttling_pauses_halves_and_recovers_slowly(void)
{
	struct bench bench;
	struct budget_state state;
	int64_t until = 0;

	bench_init(&bench, 16, 100);
	CU_ASSERT_EQUAL(budget_take(bench.budget, "k"), 0);
	CU_ASSERT_FALSE(budget_paused(bench.budget, "k", &until));
	budget_throttled(bench.budget, "k", 3000);
	CU_ASSERT_EQUAL(budget_take(bench.budget, "k"), 3000);
	CU_ASSERT_TRUE(budget_paused(bench.budget, "k", &until));
	CU_ASSERT_EQUAL(until, bench.time + 3000);
	CU_ASSERT_EQUAL(budget_states(bench.budget, &state, 1), 1);
	UNIT_SAME_TEXT(state.key, "k");
	CU_ASSERT_DOUBLE_EQUAL(state.per_second, 8, 0.001);
	CU_ASSERT_DOUBLE_EQUAL(state.configured, 16, 0.001);
	CU_ASSERT_EQUAL(state.calls, 1);
	CU_ASSERT_EQUAL(state.throttled, 1);
	bench.time += 3000;
	CU_ASSERT_FALSE(budget_paused(bench.budget, "k", NULL));
	// Eight a second, not the burst of a hundred.
	CU_ASSERT_TRUE(take_all(&bench, "k") <= 25);
	bench.time += 10000;
	budget_states(bench.budget, &state, 1);
	CU_ASSERT_TRUE(state.per_second > 8 && state.per_second < 12);
	bench.time += 120000;
	budget_states(bench.budget, &state, 1);
	CU_ASSERT_DOUBLE_EQUAL(state.per_second, 16, 0.001);
	CU_ASSERT_EQUAL(state.throttled_until, 0);
	budget_destroy(bench.budget);
}

static void answers_of_one_burst_halve_once(void)
{
	struct bench bench;
	struct budget_state state;

	bench_init(&bench, 16, 100);
	for (int i = 0; i < 20; i++)
		budget_throttled(bench.budget, "k", -1);
	budget_states(bench.budget, &state, 1);
	CU_ASSERT_DOUBLE_EQUAL(state.per_second, 8, 0.001);
	CU_ASSERT_EQUAL(state.throttled, 20);
	CU_ASSERT_EQUAL(state.throttled_until, bench.time + 1000);
	for (int i = 0; i < 20; i++) {
		bench.time += 1000;
		budget_throttled(bench.budget, "k", -1);
	}
	budget_states(bench.budget, &state, 1);
	CU_ASSERT_DOUBLE_EQUAL(state.per_second, 0.25, 0.001);
	budget_destroy(bench.budget);
}

static void keys_do_not_disturb_each_other(void)
{
	struct bench bench;
	struct budget_state states[2];

	bench_init(&bench, 1, 3);
	CU_ASSERT_EQUAL(take_all(&bench, "k"), 3);
	CU_ASSERT_EQUAL(take_all(&bench, "other"), 500);
	budget_throttled(bench.budget, "k", 5000);
	CU_ASSERT_FALSE(budget_paused(bench.budget, "other", NULL));
	CU_ASSERT_FALSE(budget_paused(bench.budget, "unknown", NULL));
	CU_ASSERT_EQUAL(budget_states(bench.budget, states, 2), 2);
	UNIT_SAME_TEXT(states[0].key, "k");
	UNIT_SAME_TEXT(states[1].key, "other");
	budget_destroy(bench.budget);
}

static void a_wait_without_end_is_cut(void)
{
	struct bench bench;

	bench_init(&bench, 1, 3);
	budget_throttled(bench.budget, "k", INT64_MAX);
	CU_ASSERT_EQUAL(budget_take(bench.budget, "k"), 120000);
	budget_destroy(bench.budget);
}

static void the_oldest_keys_are_forgotten(void)
{
	struct bench bench;
	char key[32];

	bench_init(&bench, 1, 3);
	for (int i = 0; i < BUDGET_KEYS_MOST + 50; i++) {
		bench.time++;
		snprintf(key, sizeof(key), "key-%d", i);
		CU_ASSERT_EQUAL(budget_take(bench.budget, key), 0);
	}
	CU_ASSERT_EQUAL(budget_states(bench.budget, NULL, 0), BUDGET_KEYS_MOST);
	budget_destroy(bench.budget);
}

static const struct unit_test tests[] = {
        UNIT_TEST(bucket_allows_its_burst_then_its_rate),
        UNIT_TEST(throttling_pauses_halves_and_recovers_slowly),
        UNIT_TEST(answers_of_one_burst_halve_once),
        UNIT_TEST(keys_do_not_disturb_each_other),
        UNIT_TEST(a_wait_without_end_is_cut),
        UNIT_TEST(the_oldest_keys_are_forgotten),
};
const struct unit_suite net_budget_suite = UNIT_SUITE("net budget", tests);
