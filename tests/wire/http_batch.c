// SPDX-License-Identifier: Apache-2.0
// Batches: bounds, draining, cancelling, many threads.
#include "config.h"
#include "tests/wire/http.h"

#include <dirent.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/banned.h"

enum { PARALLEL = 8 };

static void submit(struct world *world, struct http_batch *batch, const char *path, int count, struct cancel *cancel)
{
	for (int i = 0; i < count; i++) {
		struct http_request request = {
		        .url = world_url(world, path), .tag = (void *)(uintptr_t)(i + 1), .cancel = cancel};

		CU_ASSERT_TRUE_FATAL(http_batch_submit(batch, &request, NULL));
	}
}

// Waits until `counter` of the stats stays at least `wanted`.
static struct http_stats wait_for_unread(struct http_client *client, unsigned wanted)
{
	int64_t deadline = now_ms() + slowly(10000);
	struct http_stats stats;

	do {
		http_client_stats(client, &stats);
		usleep(1000);
	} while (stats.unread < wanted && now_ms() < deadline);
	return stats;
}

static void every_request_gets_one_answer(void)
{
	bool seen[200] = {0};
	struct http_response *response;
	struct http_batch *batch;
	struct world world;

	world_init(&world, &(struct http_options){.parallel = PARALLEL});
	batch = http_batch_create(world.client, NULL);
	CU_ASSERT_PTR_NULL(http_batch_next(batch, NULL));
	submit(&world, batch, "/ok", 200, NULL);
	CU_ASSERT_EQUAL(http_batch_outstanding(batch), 200);
	while ((response = http_batch_next(batch, NULL)) != NULL) {
		size_t number = (size_t)(uintptr_t)response->tag - 1;

		CU_ASSERT_EQUAL(response->status, 200);
		CU_ASSERT_FALSE(seen[number]);
		seen[number] = true;
		http_response_destroy(response);
	}
	for (size_t i = 0; i < COUNT_OF(seen); i++)
		CU_ASSERT_TRUE(seen[i]);
	CU_ASSERT_TRUE(http_server_most_at_once(world.server) <= PARALLEL);
	CU_ASSERT_TRUE(http_server_connections(world.server) <= PARALLEL);
	http_batch_destroy(batch);
	http_batch_destroy(NULL);
	world_finish(&world);
}

static void unread_answers_are_bounded(void)
{
	struct http_response *response;
	struct http_batch *batch;
	struct http_stats stats;
	struct world world;
	unsigned answers = 0, most = 0;

	world_init(&world, &(struct http_options){.parallel = PARALLEL});
	batch = http_batch_create(world.client, NULL);
	submit(&world, batch, "/ok", 100, NULL);
	stats = wait_for_unread(world.client, PARALLEL + 4);
	CU_ASSERT_EQUAL(stats.unread, PARALLEL + 4);
	CU_ASSERT_EQUAL(stats.in_flight, 0);
	CU_ASSERT_EQUAL(stats.waiting, 100 - PARALLEL - 4);
	CU_ASSERT_EQUAL(http_server_requests(world.server), PARALLEL + 4);
	// Somebody who waits for one answer is not held back by those.
	http_response_destroy(world_get(&world, "/ok", 1));
	while ((response = http_batch_next(batch, NULL)) != NULL) {
		http_client_stats(world.client, &stats);
		most = stats.unread + stats.in_flight > most ? stats.unread + stats.in_flight : most;
		answers++;
		http_response_destroy(response);
	}
	CU_ASSERT_EQUAL(answers, 100);
	CU_ASSERT_TRUE(most <= PARALLEL + 4);
	http_batch_destroy(batch);
	world_finish(&world);
}

static void bodies_are_received_a_few_at_a_time(void)
{
	enum { BODIES = PARALLEL / 8 + 2 };
	struct http_response *response;
	struct http_batch *batch;
	struct http_stats stats;
	struct world world;
	int answers = 0;

	world_init(&world, &(struct http_options){.parallel = PARALLEL});
	batch = http_batch_create(world.client, NULL);
	submit(&world, batch, "/size/300000", 40, NULL);
	stats = wait_for_unread(world.client, BODIES);
	CU_ASSERT_EQUAL(stats.unread, BODIES);
	// Somebody who waits for one answer is not held back by those.
	response = world_get(&world, "/size/300000", 1);
	CU_ASSERT_EQUAL(response->body_size, 300000);
	http_response_destroy(response);
	http_client_stats(world.client, &stats);
	CU_ASSERT_EQUAL(stats.unread, BODIES);
	while ((response = http_batch_next(batch, NULL)) != NULL) {
		http_client_stats(world.client, &stats);
		CU_ASSERT_TRUE(stats.unread <= BODIES + 1);
		CU_ASSERT_EQUAL(response->body_size, 300000);
		CU_ASSERT_EQUAL(strspn(response->body, "x"), 300000);
		answers++;
		http_response_destroy(response);
	}
	CU_ASSERT_EQUAL(answers, 40);
	http_batch_destroy(batch);
	world_finish(&world);
}

static void a_batch_is_not_starved_by_another_nobody_reads(void)
{
	struct http_batch *unread, *read;
	struct http_response *response;
	struct world world;
	int answers = 0;

	world_init(&world, &(struct http_options){.parallel = PARALLEL});
	unread = http_batch_create(world.client, NULL);
	read = http_batch_create(world.client, NULL);
	submit(&world, unread, "/ok", 50, NULL);
	wait_for_unread(world.client, PARALLEL + 4);
	submit(&world, read, "/ok", 50, NULL);
	while ((response = http_batch_next(read, NULL)) != NULL) {
		answers++;
		http_response_destroy(response);
	}
	CU_ASSERT_EQUAL(answers, 50);
	http_batch_destroy(read);
	http_batch_destroy(unread);
	world_finish(&world);
}

static void answers_may_be_kept(void)
{
	static const char *const paths[] = {"/size/5", "/size/100000"};
	struct http_response *kept[60];
	struct http_batch *batch;
	struct world world;

	for (size_t path = 0; path < COUNT_OF(paths); path++) {
		world_init(&world, &(struct http_options){.parallel = PARALLEL});
		batch = http_batch_create(world.client, NULL);
		submit(&world, batch, paths[path], 60, NULL);
		for (size_t i = 0; i < COUNT_OF(kept); i++)
			CU_ASSERT_PTR_NOT_NULL_FATAL(kept[i] = http_batch_next(batch, NULL));
		http_batch_destroy(batch);
		world_finish(&world);
		// They outlive batch and client.
		for (size_t i = 0; i < COUNT_OF(kept); i++) {
			CU_ASSERT_EQUAL(strspn(kept[i]->body, "x"), kept[i]->body_size);
			http_response_destroy(kept[i]);
		}
	}
}

struct walk {
	struct world *world;
	struct http_batch *batch;
	const char *url;
	atomic_int answers;
	int until;
};

// Each page's answer asks for the next one, as tokens do.
static void on_page(struct http_response *response, void *user)
{
	struct walk *walk = user;

	http_response_destroy(response);
	if (atomic_fetch_add(&walk->answers, 1) + 8 <= walk->until - 1) {
		struct http_request request = {.url = walk->url};

		CU_ASSERT_TRUE(http_batch_submit(walk->batch, &request, NULL));
	}
}

static void draining_goes_on_while_answers_ask_for_more(void)
{
	struct world world;
	struct walk walk = {.world = &world, .until = 400};

	world_init(&world, &(struct http_options){.parallel = PARALLEL});
	walk.batch = http_batch_create(world.client, NULL);
	submit(&world, walk.batch, "/ok", 8, NULL);
	walk.url = world_url(&world, "/ok");
	http_batch_drain(walk.batch, 3, on_page, &walk, NULL);
	CU_ASSERT_EQUAL(atomic_load(&walk.answers), 400);
	CU_ASSERT_EQUAL(http_server_requests(world.server), 400);
	http_batch_destroy(walk.batch);
	world_finish(&world);
}

static void a_batch_is_cancelled_at_once(void)
{
	struct http_batch *batch;
	struct http_stats stats;
	struct world world;
	int64_t begin;

	world_init(&world, &(struct http_options){.parallel = PARALLEL});
	batch = http_batch_create(world.client, NULL);
	submit(&world, batch, "/hang", 30, NULL);
	begin = now_ms();
	http_batch_destroy(batch);
	CU_ASSERT_TRUE(now_ms() - begin < slowly(1000));
	http_client_stats(world.client, &stats);
	CU_ASSERT_EQUAL(stats.in_flight + stats.unread + stats.waiting, 0);
	world_finish(&world);
}

static void *ask_soon(void *user)
{
	usleep(50000);
	cancel_ask(user);
	return NULL;
}

static void the_reader_is_woken_by_cancelling(void)
{
	struct cancel cancel = {0};
	struct http_response *response;
	struct http_batch *batch;
	struct world world;
	pthread_t thread;
	int64_t begin = now_ms();
	int cancelled = 0;

	world_init(&world, &(struct http_options){.parallel = PARALLEL});
	batch = http_batch_create(world.client, NULL);
	submit(&world, batch, "/hang", 20, &cancel);
	pthread_create(&thread, NULL, ask_soon, &cancel);
	CU_ASSERT_PTR_NULL(http_batch_next(batch, &cancel));
	while ((response = http_batch_next(batch, NULL)) != NULL) {
		cancelled += response->error.kind == ERROR_CANCELLED;
		http_response_destroy(response);
	}
	CU_ASSERT_EQUAL(cancelled, 20);
	CU_ASSERT_TRUE(now_ms() - begin < slowly(1500));
	pthread_join(thread, NULL);
	http_batch_destroy(batch);
	world_finish(&world);
}

static void destroying_the_client_ends_everything(void)
{
	struct http_batch *batch;
	struct http_response *response;
	struct world world;
	struct error error = {0};
	int cancelled = 0;

	world_init(&world, &(struct http_options){.parallel = PARALLEL});
	batch = http_batch_create(world.client, NULL);
	submit(&world, batch, "/hang", 30, NULL);
	http_client_destroy(world.client);
	CU_ASSERT_FALSE(http_batch_submit(batch, &(struct http_request){.url = world_url(&world, "/ok")}, &error));
	CU_ASSERT_EQUAL(error.kind, ERROR_CANCELLED);
	while ((response = http_batch_next(batch, NULL)) != NULL) {
		cancelled += response->error.kind == ERROR_CANCELLED;
		http_response_destroy(response);
	}
	CU_ASSERT_EQUAL(cancelled, 30);
	http_batch_destroy(batch);
	http_server_stop(world.server);
}

static void the_budget_paces_requests(void)
{
	struct budget *budget = budget_create(NULL);
	struct http_batch *batch;
	struct http_response *response;
	struct world world;
	int64_t begin;
	int answers = 0;

	budget_configure(budget, "k", (struct budget_rate){.per_second = 20, .burst = 5});
	world_init(&world, &(struct http_options){.parallel = PARALLEL, .budget = budget});
	batch = http_batch_create(world.client, NULL);
	begin = now_ms();
	for (int i = 0; i < 15; i++)
		CU_ASSERT_TRUE(http_batch_submit(
		        batch, &(struct http_request){.url = world_url(&world, "/ok"), .budget_key = "k"}, NULL));
	while ((response = http_batch_next(batch, NULL)) != NULL) {
		answers += response->status == 200;
		http_response_destroy(response);
	}
	CU_ASSERT_EQUAL(answers, 15);
	CU_ASSERT_TRUE(now_ms() - begin >= 480); // ten of them at twenty a second
	http_batch_destroy(batch);
	world_finish(&world);
	budget_destroy(budget);
}

// Holds the transport thread where a test wants it.
struct gate {
	atomic_bool reached, opened;
};

static bool wait_at_gate(struct http_attempt *attempt, void *user, struct error *error)
{
	struct gate *gate = user;

	(void)attempt, (void)error;
	atomic_store(&gate->reached, true);
	for (int64_t deadline = now_ms() + slowly(10000); !atomic_load(&gate->opened) && now_ms() < deadline;)
		usleep(1000);
	return true;
}

// A key without tokens, a cancelled request of it whose memory is gone before the next one of the key is looked at.
static void a_cancelled_request_leaves_nothing_behind(void)
{
	struct budget *budget = budget_create(NULL);
	struct gate first = {false, false}, second = {false, false};
	struct cancel cancelled = {.asked = true}, late = {.asked = false};
	struct http_batch *batch, *keyed;
	struct http_response *response;
	struct world world;

	budget_configure(budget, "k", (struct budget_rate){.per_second = 0.001, .burst = 1});
	CU_ASSERT_EQUAL(budget_take(budget, "k"), 0);
	world_init(&world, &(struct http_options){.parallel = PARALLEL, .budget = budget});
	batch = http_batch_create(world.client, NULL);
	keyed = http_batch_create(world.client, NULL);
	struct http_request holds = {.url = world_url(&world, "/ok"), .prepare = wait_at_gate, .user = &first},
	                    wants = {.url = holds.url, .budget_key = "k", .cancel = &cancelled};
	CU_ASSERT_TRUE(http_batch_submit(batch, &holds, NULL));
	for (int64_t deadline = now_ms() + slowly(10000); !atomic_load(&first.reached) && now_ms() < deadline;)
		usleep(1000);
	// The transport thread is within one round of starting: all of these belong to it.
	CU_ASSERT_TRUE(http_batch_submit(keyed, &wants, NULL));
	holds.user = &second;
	CU_ASSERT_TRUE(http_batch_submit(batch, &holds, NULL));
	wants.cancel = &late;
	CU_ASSERT_TRUE(http_batch_submit(keyed, &wants, NULL));
	atomic_store(&first.opened, true);
	response = http_batch_next(keyed, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(response);
	CU_ASSERT_EQUAL(response->error.kind, ERROR_CANCELLED);
	http_response_destroy(response);
	atomic_store(&second.opened, true);
	for (int i = 0; i < 2; i++)
		http_response_destroy(http_batch_next(batch, NULL));
	CU_ASSERT_EQUAL(http_batch_outstanding(keyed), 1);
	cancel_ask(&late);
	response = http_batch_next(keyed, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(response);
	CU_ASSERT_EQUAL(response->error.kind, ERROR_CANCELLED);
	CU_ASSERT_FALSE(response->sent);
	http_response_destroy(response);
	http_batch_destroy(keyed);
	http_batch_destroy(batch);
	world_finish(&world);
	budget_destroy(budget);
}

struct crowd {
	struct world *world;
	const char *url;
	atomic_int good;
};

static void *perform_many(void *user)
{
	struct crowd *crowd = user;

	for (int i = 0; i < 50; i++) {
		struct http_request request = {.url = crowd->url};
		struct http_response *response = http_perform(crowd->world->client, &request, NULL);

		if (response && response->status == 200 && strcmp(response->body, "hello") == 0)
			atomic_fetch_add(&crowd->good, 1);
		http_response_destroy(response);
	}
	return NULL;
}

static void many_threads_share_a_client(void)
{
	struct world world;
	struct crowd crowd = {.world = &world};
	pthread_t threads[12];

	world_init(&world, &(struct http_options){.parallel = PARALLEL});
	crowd.url = world_url(&world, "/ok");
	for (size_t i = 0; i < COUNT_OF(threads); i++)
		pthread_create(&threads[i], NULL, perform_many, &crowd);
	for (size_t i = 0; i < COUNT_OF(threads); i++)
		pthread_join(threads[i], NULL);
	CU_ASSERT_EQUAL(atomic_load(&crowd.good), 600);
	CU_ASSERT_TRUE(http_server_most_at_once(world.server) <= PARALLEL);
	world_finish(&world);
}

// How often the transport thread has gone to sleep, from /proc; -1 when it is not there.
static long transport_sleeps(void)
{
	DIR *tasks = opendir("/proc/self/task");
	struct dirent *task;
	long sleeps = -1;

	while (tasks && (task = readdir(tasks)) != NULL) {
		char path[300], line[200];
		bool transport = false;
		FILE *status;

		snprintf(path, sizeof(path), "/proc/self/task/%s/status", task->d_name);
		status = fopen(path, "r");
		while (status && fgets(line, sizeof(line), status)) {
			transport = transport || strcmp(line, "Name:\ttransport\n") == 0;
			if (transport && strncmp(line, "voluntary_ctxt_switches:", 24) == 0)
				sleeps = strtol(line + 24, NULL, 10);
		}
		if (status)
			fclose(status);
	}
	if (tasks)
		closedir(tasks);
	return sleeps;
}

static void an_idle_client_does_not_wake(void)
{
#ifdef __SANITIZE_THREAD__
	return; // ThreadSanitizer has a thread of its own that wakes
#endif
	struct http_server *server = http_server_start(NULL);
	struct world world = {.server = server};
	long before;

	world.client = http_client_create(NULL, NULL);
	http_response_destroy(world_get(&world, "/ok", 1));
	// Time passing is what is tested here: with a tick there would be several wake-ups.
	usleep(100000);
	before = transport_sleeps();
	CU_ASSERT_TRUE(before > 0);
	usleep(900000);
	CU_ASSERT_EQUAL(transport_sleeps(), before);
	world_finish(&world);
}

static const struct unit_test tests[] = {
        UNIT_TEST(every_request_gets_one_answer),
        UNIT_TEST(unread_answers_are_bounded),
        UNIT_TEST(bodies_are_received_a_few_at_a_time),
        UNIT_TEST(a_batch_is_not_starved_by_another_nobody_reads),
        UNIT_TEST(answers_may_be_kept),
        UNIT_TEST(draining_goes_on_while_answers_ask_for_more),
        UNIT_TEST(a_batch_is_cancelled_at_once),
        UNIT_TEST(the_reader_is_woken_by_cancelling),
        UNIT_TEST(destroying_the_client_ends_everything),
        UNIT_TEST(the_budget_paces_requests),
        UNIT_TEST(a_cancelled_request_leaves_nothing_behind),
        UNIT_TEST(many_threads_share_a_client),
        UNIT_TEST(an_idle_client_does_not_wake),
};
const struct unit_suite http_batch_suite = UNIT_SUITE("http batch", tests);
