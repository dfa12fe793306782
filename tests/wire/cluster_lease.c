// SPDX-License-Identifier: Apache-2.0
// The Lease: who holds it, who may take it over, and when it is lost.
#include "config.h"
#include "tests/wire/cluster.h"

#include <poll.h>

#include "base/banned.h"

enum { LOOK_MS = 50 };

#define PATH_LEASE "/apis/coordination.k8s.io/v1/namespaces/ns/leases/peerdeck"
#define LEASE(holder, version, seconds)                                                                                \
	"{\"metadata\":{\"name\":\"peerdeck\",\"namespace\":\"ns\",\"resourceVersion\":\"" version                     \
	"\"},\"spec\":{\"holderIdentity\":\"" holder "\",\"leaseDurationSeconds\":" seconds                            \
	",\"acquireTime\":\"2026-01-01T00:00:00.000000Z\",\"leaseTransitions\":3,\"strategy\":\"kept\"}}"

static const struct lease_request ours = {"ns", "peerdeck", "us", 15000};

struct stage {
	struct cluster_world world;
	struct session *session;
	struct scope scope;
	struct lease_state state;
	struct error error;
};

static void stage_init(struct stage *stage)
{
	memset(stage, 0, sizeof(*stage));
	world_init(&stage->world);
	stage->session = world_open(&stage->world, NULL, NULL);
	stage->scope = world_scope("", "");
}

static void stage_finish(struct stage *stage)
{
	backend_kubernetes.close(stage->session);
	world_finish(&stage->world);
}

static bool take(struct stage *stage)
{
	return backend_kubernetes.cluster->lease_take(
	        stage->session, &stage->scope, &ours, &stage->state, NULL, &stage->error);
}

static void one_that_is_not_there_is_made(void)
{
	struct stage stage;

	stage_init(&stage);
	CU_ASSERT_TRUE(take(&stage));
	CU_ASSERT_TRUE(stage.state.is_held);
	CU_ASSERT_STRING_EQUAL(stage.state.holder, "us");
	CU_ASSERT_TRUE(stage.state.until > clock_monotonic(&clock_system) + 10000);
	CU_ASSERT_EQUAL(world_asked(&stage.world, "POST /apis/coordination.k8s.io/v1/namespaces/ns/leases?"), 1);
	stage_finish(&stage);
}

static void anothers_is_left_until_it_has_stood_still_for_its_time(void)
{
	struct stage stage;
	int64_t until;

	stage_init(&stage);
	world_set(&stage.world, PATH_LEASE, LEASE("them", "7", "1"));
	CU_ASSERT_TRUE(take(&stage));
	CU_ASSERT_FALSE(stage.state.is_held);
	CU_ASSERT_STRING_EQUAL(stage.state.holder, "them");
	CU_ASSERT_EQUAL(world_asked(&stage.world, "PUT"), 0);
	// Renewed: its time begins anew.
	world_set(&stage.world, PATH_LEASE, LEASE("them", "8", "1"));
	CU_ASSERT_TRUE(take(&stage));
	CU_ASSERT_FALSE(stage.state.is_held);
	until = clock_monotonic(&clock_system) + 10000;
	while (!stage.state.is_held && clock_monotonic(&clock_system) < until) {
		poll(NULL, 0, LOOK_MS);
		CU_ASSERT_TRUE(take(&stage));
	}
	CU_ASSERT_TRUE(stage.state.is_held);
	CU_ASSERT_EQUAL(world_asked(&stage.world, "PUT"), 1);
	CU_ASSERT_EQUAL(world_asked(&stage.world, "\"leaseTransitions\":4"), 1);
	CU_ASSERT_EQUAL(world_asked(&stage.world, "\"strategy\":\"kept\""), 1);
	stage_finish(&stage);
}

static void ours_is_renewed_without_changing_hands(void)
{
	struct stage stage;

	stage_init(&stage);
	world_set(&stage.world, PATH_LEASE, LEASE("us", "7", "15"));
	CU_ASSERT_TRUE(take(&stage));
	CU_ASSERT_TRUE(stage.state.is_held);
	CU_ASSERT_EQUAL(world_asked(&stage.world, "\"leaseTransitions\":3"), 1);
	CU_ASSERT_EQUAL(world_asked(&stage.world, "\"acquireTime\":\"2026-01-01T00:00:00.000000Z\""), 1);
	CU_ASSERT_EQUAL(world_asked(&stage.world, "\"resourceVersion\":\"7\""), 1);
	stage_finish(&stage);
}

static void what_cannot_be_asked_stays_held_until_its_time(void)
{
	struct stage stage;

	stage_init(&stage);
	CU_ASSERT_TRUE(take(&stage));
	pthread_mutex_lock(&stage.world.lock);
	stage.world.away = true;
	pthread_mutex_unlock(&stage.world.lock);
	CU_ASSERT_FALSE(take(&stage));
	CU_ASSERT_TRUE(stage.state.is_held);
	stage_finish(&stage);
}

static void it_is_given_back(void)
{
	struct stage stage;

	stage_init(&stage);
	world_set(&stage.world, PATH_LEASE, LEASE("us", "7", "15"));
	CU_ASSERT_TRUE(take(&stage));
	CU_ASSERT_TRUE(backend_kubernetes.cluster->lease_release(
	        stage.session, &stage.scope, &ours, &stage.state, NULL, &stage.error));
	CU_ASSERT_FALSE(stage.state.is_held);
	CU_ASSERT_EQUAL(world_asked(&stage.world, "\"holderIdentity\":\"\""), 1);
	stage_finish(&stage);
}

static const struct unit_test tests[] = {
        UNIT_TEST(one_that_is_not_there_is_made),
        UNIT_TEST(anothers_is_left_until_it_has_stood_still_for_its_time),
        UNIT_TEST(ours_is_renewed_without_changing_hands),
        UNIT_TEST(what_cannot_be_asked_stays_held_until_its_time),
        UNIT_TEST(it_is_given_back),
};
const struct unit_suite cluster_lease_suite = UNIT_SUITE("cluster_lease", tests);
