// SPDX-License-Identifier: Apache-2.0
// Keeping up with a kind of one cluster.
#include "config.h"
#include "tests/wire/cluster.h"

#include "tests/wire/cluster_fixture.h"

#include "base/banned.h"

enum { SOON_MS = 100 };

struct watcher {
	pthread_t thread;
	struct session *session;
	struct gathered gathered;
	struct scope scope;
	enum kind_id kind;
	struct cancel cancel;
	struct error error;
};

static void *watch(void *user)
{
	struct watcher *watcher = user;

	backend_kubernetes.watch(watcher->session, watcher->kind, &watcher->scope, &watcher->gathered.sink,
	        &watcher->cancel, &watcher->error);
	return NULL;
}

static void watcher_start(struct watcher *watcher, struct session *session, enum kind_id kind)
{
	memset(watcher, 0, sizeof(*watcher));
	watcher->session = session;
	watcher->kind = kind;
	watcher->scope = world_scope("", "home");
	gathered_init(&watcher->gathered, kind, &watcher->scope, 1);
	pthread_create(&watcher->thread, NULL, watch, watcher);
}

static void watcher_stop(struct watcher *watcher)
{
	cancel_ask(&watcher->cancel);
	pthread_join(watcher->thread, NULL);
	CU_ASSERT_EQUAL(watcher->error.kind, ERROR_CANCELLED);
	gathered_finish(&watcher->gathered);
}

static bool has_four(const struct gathered_part *part)
{
	return part->count == 4;
}

static bool has_five(const struct gathered_part *part)
{
	return part->count == 5;
}

static bool has_three(const struct gathered_part *part)
{
	return part->count == 3;
}

static bool has_failed(const struct gathered_part *part)
{
	return part->error.kind != ERROR_NONE;
}

static bool has_new_vm(const struct gathered_part *part)
{
	const struct pod_record *pod =
	        part->snapshot ? (const struct pod_record *)snapshot_find(part->snapshot, "p9") : NULL;

	return pod && strcmp(pod->vm_id, "i-vm9") == 0;
}

static void wait_for_watch(struct cluster_world *world)
{
	bool open = false;

	while (!open) {
		pthread_mutex_lock(&world->lock);
		open = world->watches > 0;
		pthread_mutex_unlock(&world->lock);
	}
}

static void an_event_is_told_at_once(void)
{
	struct cluster_world world;
	struct watcher watcher;
	struct session *session;
	int64_t began, took;

	world_init(&world);
	world_fill(&world);
	session = world_open(&world, NULL, NULL);
	watcher_start(&watcher, session, KIND_POD);
	CU_ASSERT_TRUE(gathered_wait(&watcher.gathered, has_four));
	wait_for_watch(&world);
	began = clock_monotonic(&clock_system);
	world_push(&world, PATH_PODS, "ADDED", FIXTURE_POD("new", "p8", "gvisor", "0"));
	CU_ASSERT_TRUE(gathered_wait(&watcher.gathered, has_five));
	took = clock_monotonic(&clock_system) - began;
	CU_ASSERT_TRUE(took < SOON_MS);
	printf(" (%lld ms) ", (long long)took);
	world_push(&world, PATH_PODS, "DELETED", FIXTURE_POD("new", "p8", "gvisor", "0"));
	CU_ASSERT_TRUE(gathered_wait(&watcher.gathered, has_four));
	world_push(&world, PATH_PODS, "DELETED", FIXTURE_POD("web-7d9c-1", "p1", "kata-remote", "0"));
	CU_ASSERT_TRUE(gathered_wait(&watcher.gathered, has_three));
	watcher_stop(&watcher);
	backend_kubernetes.close(session);
	world_finish(&world);
}

static void the_vm_of_a_new_pod_is_told_when_its_peerpod_is_there(void)
{
	struct cluster_world world;
	struct watcher watcher;
	struct session *session;

	world_init(&world);
	world_fill(&world);
	session = world_open(&world, NULL, NULL);
	watcher_start(&watcher, session, KIND_POD);
	CU_ASSERT_TRUE(gathered_wait(&watcher.gathered, has_four));
	wait_for_watch(&world);
	world_set_list(
	        &world, PATH_PEERPODS, FIXTURE_PEERPOD("pp1", "p1", "i-vm1") "," FIXTURE_PEERPOD("pp9", "p9", "i-vm9"));
	world_push(&world, PATH_PODS, "ADDED", FIXTURE_POD("nine", "p9", "kata-remote", "0"));
	CU_ASSERT_TRUE(gathered_wait(&watcher.gathered, has_five));
	CU_ASSERT_TRUE(gathered_wait(&watcher.gathered, has_new_vm));
	watcher_stop(&watcher);
	backend_kubernetes.close(session);
	world_finish(&world);
}

static void a_burst_is_told_together(void)
{
	struct cluster_world world;
	struct watcher watcher;
	struct session *session;
	unsigned told;

	world_init(&world);
	world_fill(&world);
	session = world_open(&world, NULL, NULL);
	watcher_start(&watcher, session, KIND_NODE);
	while (world_asked(&world, "/nodes?watch") == 0)
		;
	wait_for_watch(&world);
	told = watcher.gathered.parts[0].told;
	for (int i = 0; i < 40; i++)
		world_push(&world, PATH_NODES, "MODIFIED",
		        "{\"metadata\":{\"name\":\"node-1\",\"uid\":\"n1\",\"resourceVersion\":\"0\"},\"spec\":"
		        "{\"providerID\":\"cn-beijing.i-2ze1\"}}");
	world_push(&world, PATH_NODES, "ADDED",
	        "{\"metadata\":{\"name\":\"node-2\",\"uid\":\"n2\",\"resourceVersion\":\"0\"}}");
	world_push(&world, PATH_NODES, "ADDED",
	        "{\"metadata\":{\"name\":\"node-3\",\"uid\":\"n3\",\"resourceVersion\":\"0\"}}");
	CU_ASSERT_TRUE(gathered_wait(&watcher.gathered, has_three));
	CU_ASSERT_TRUE(watcher.gathered.parts[0].told - told <= 5);
	watcher_stop(&watcher);
	backend_kubernetes.close(session);
	world_finish(&world);
}

static void a_cluster_that_goes_away_is_told_and_its_data_stays(void)
{
	struct cluster_world world;
	struct watcher watcher;
	struct session *session;

	world_init(&world);
	world_fill(&world);
	session = world_open(&world, NULL, NULL);
	watcher_start(&watcher, session, KIND_POD);
	CU_ASSERT_TRUE(gathered_wait(&watcher.gathered, has_four));
	pthread_mutex_lock(&world.lock);
	world.away = true;
	pthread_mutex_unlock(&world.lock);
	CU_ASSERT_TRUE(gathered_wait(&watcher.gathered, has_failed));
	CU_ASSERT_EQUAL(watcher.gathered.parts[0].count, 4);
	CU_ASSERT_FALSE(backend_kubernetes.cluster->reaches(session, &watcher.scope) &&
	                watcher.gathered.parts[0].error.kind == ERROR_NONE);
	watcher_stop(&watcher);
	backend_kubernetes.close(session);
	world_finish(&world);
}

static const struct unit_test tests[] = {
        UNIT_TEST(an_event_is_told_at_once),
        UNIT_TEST(the_vm_of_a_new_pod_is_told_when_its_peerpod_is_there),
        UNIT_TEST(a_burst_is_told_together),
        UNIT_TEST(a_cluster_that_goes_away_is_told_and_its_data_stays),
};
const struct unit_suite cluster_watch_suite = UNIT_SUITE("cluster_watch", tests);
