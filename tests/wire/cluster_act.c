// SPDX-License-Identifier: Apache-2.0
// Changing things in a cluster: by uid, journaled, refused when it is not what was seen.
#include "config.h"
#include "tests/wire/cluster.h"

#include "tests/wire/cluster_fixture.h"

#include "base/banned.h"

#define PATH_POD "/api/v1/namespaces/apps/pods/web-7d9c-1"

struct stage {
	struct cluster_world world;
	struct session *session;
	struct journal *journal;
	struct jobs *jobs;
	struct action_request request;
	struct error error;
	bool done;
};

static void stage_init(struct stage *stage)
{
	memset(stage, 0, sizeof(*stage));
	world_init(&stage->world);
	world_fill(&stage->world);
	world_set(&stage->world, PATH_POD, FIXTURE_POD("web-7d9c-1", "p1", "kata-remote", "3"));
	stage->journal = journal_open("", &clock_system, NULL, NULL, NULL);
	stage->session = world_open(&stage->world, NULL, stage->journal);
	stage->jobs = jobs_create(2, &clock_system, NULL, NULL, NULL);
	for (size_t i = 0; i < backend_kubernetes.action_count; i++)
		if (backend_kubernetes.actions[i].kind == KIND_POD)
			stage->request.action = &backend_kubernetes.actions[i];
	stage->request.scope = world_scope("", "home");
	stage->request.id = "p1";
	stage->request.name = "web-7d9c-1";
	stage->request.status = "Running";
}

static void stage_finish(struct stage *stage)
{
	jobs_destroy(stage->jobs);
	backend_kubernetes.close(stage->session);
	journal_close(stage->journal);
	world_finish(&stage->world);
}

static bool run(struct job *job, void *user, struct error *error)
{
	struct stage *stage = user;

	(void)error;
	stage->done = backend_kubernetes.act(stage->session, &stage->request, job, &stage->error);
	return stage->done;
}

static void act(struct stage *stage)
{
	struct job_spec spec = {.title = "act", .changes = true, .run = run, .user = stage};

	jobs_wait(stage->jobs, jobs_submit(stage->jobs, &spec, NULL), NULL);
}

static void a_pod_is_deleted_by_its_uid_and_journaled(void)
{
	struct stage stage;
	struct intent intent;

	stage_init(&stage);
	act(&stage);
	CU_ASSERT_TRUE(stage.done);
	CU_ASSERT_EQUAL(world_asked(&stage.world, "DELETE " PATH_POD), 2);
	CU_ASSERT_EQUAL(world_asked(&stage.world, "\"preconditions\":{\"uid\":\"p1\"}"), 2);
	CU_ASSERT_EQUAL(world_asked(&stage.world, "\"dryRun\":[\"All\"]"), 1);
	CU_ASSERT_EQUAL_FATAL(journal_list(stage.journal, NULL, false, &intent, 1), 1);
	CU_ASSERT_EQUAL(intent.state, INTENT_DONE);
	CU_ASSERT_STRING_EQUAL(intent.subject, "p1");
	CU_ASSERT_STRING_EQUAL(intent.before, "Running");
	stage_finish(&stage);
}

static void another_pod_of_the_same_name_is_left_alone(void)
{
	struct stage stage;
	struct intent intent;

	stage_init(&stage);
	world_set(&stage.world, PATH_POD, FIXTURE_POD("web-7d9c-1", "p1-reborn", "kata-remote", "9"));
	act(&stage);
	CU_ASSERT_FALSE(stage.done);
	CU_ASSERT_EQUAL(stage.error.kind, ERROR_CONFLICT);
	CU_ASSERT_EQUAL(world_asked(&stage.world, "DELETE"), 0);
	CU_ASSERT_EQUAL(journal_list(stage.journal, NULL, false, &intent, 1), 0);
	stage_finish(&stage);
}

static void what_grew_old_meanwhile_is_not_sent(void)
{
	struct stage stage;

	stage_init(&stage);
	stage.request.not_after = clock_monotonic(&clock_system) - 1;
	act(&stage);
	CU_ASSERT_FALSE(stage.done);
	CU_ASSERT_EQUAL(stage.error.kind, ERROR_TIMEOUT);
	CU_ASSERT_EQUAL(world_asked(&stage.world, "DELETE"), 1); // the trial
	stage_finish(&stage);
}

static void an_intent_in_doubt_is_settled_by_looking(void)
{
	struct intent intent = {.context = "test", .operation = "kubernetes.DeletePod", .subject = "p1"}, listed;
	struct stage stage;

	stage_init(&stage);
	CU_ASSERT_TRUE_FATAL(journal_intend(
	        stage.journal, &intent, "{\"cluster\":\"home\",\"namespace\":\"apps\",\"name\":\"web-7d9c-1\"}", NULL));
	// It is there still, and the call may yet arrive.
	CU_ASSERT_FALSE(backend_kubernetes.settle(stage.session, &intent, NULL, &stage.error));
	world_set(&stage.world, PATH_POD, NULL);
	CU_ASSERT_TRUE(backend_kubernetes.settle(stage.session, &intent, NULL, &stage.error));
	CU_ASSERT_EQUAL_FATAL(journal_list(stage.journal, NULL, false, &listed, 1), 1);
	CU_ASSERT_EQUAL(listed.state, INTENT_SETTLED_DONE);
	stage_finish(&stage);
}

static void a_finalizer_is_taken_off_with_uid_and_list_as_read(void)
{
	static const char path[] =
	        "/apis/confidentialcontainers.org/v1alpha1/namespaces/apps/peerpods/web-7d9c-1-resource-abc";
	const struct scope scope = world_scope("", "home");
	struct stage stage;
	struct intent intent;

	stage_init(&stage);
	world_set(&stage.world, path, FIXTURE_PEERPOD("pp1", "p1", "i-vm1"));
	CU_ASSERT_FALSE(backend_kubernetes.cluster->release_peerpod(
	        stage.session, &scope, "apps", "web-7d9c-1-resource-abc", "another", "run-1", NULL, &stage.error));
	CU_ASSERT_EQUAL(stage.error.kind, ERROR_CONFLICT);
	CU_ASSERT_TRUE(backend_kubernetes.cluster->release_peerpod(
	        stage.session, &scope, "apps", "web-7d9c-1-resource-abc", "pp1", "run-1", NULL, &stage.error));
	CU_ASSERT_EQUAL(world_asked(&stage.world, "[{\"op\":\"test\",\"path\":\"/metadata/uid\",\"value\":\"pp1\"},"
	                                          "{\"op\":\"test\",\"path\":\"/metadata/finalizers\",\"value\":"
	                                          "[\"other/one\",\"peer.pod/finalizer\"]},{\"op\":\"replace\","
	                                          "\"path\":\"/metadata/finalizers\",\"value\":[\"other/one\"]}]"),
	        1);
	CU_ASSERT_EQUAL_FATAL(journal_list(stage.journal, NULL, false, &intent, 1), 1);
	CU_ASSERT_EQUAL(intent.state, INTENT_DONE);
	CU_ASSERT_STRING_EQUAL(intent.run, "run-1");
	stage_finish(&stage);
}

static void the_object_is_described_without_who_set_which_field(void)
{
	const struct scope scope = world_scope("", "home");
	struct buffer json;
	struct stage stage;

	stage_init(&stage);
	buffer_init(&json, 1 << 20);
	CU_ASSERT_TRUE(backend_kubernetes.describe(stage.session, KIND_POD, &scope, "p1", &json, NULL, &stage.error));
	CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&json), "\"nginx:1.27\""));
	CU_ASSERT_PTR_NULL(strstr(buffer_text(&json), "managedFields"));
	buffer_finish(&json);
	stage_finish(&stage);
}

static const struct unit_test tests[] = {
        UNIT_TEST(a_pod_is_deleted_by_its_uid_and_journaled),
        UNIT_TEST(another_pod_of_the_same_name_is_left_alone),
        UNIT_TEST(what_grew_old_meanwhile_is_not_sent),
        UNIT_TEST(an_intent_in_doubt_is_settled_by_looking),
        UNIT_TEST(a_finalizer_is_taken_off_with_uid_and_list_as_read),
        UNIT_TEST(the_object_is_described_without_who_set_which_field),
};
const struct unit_suite cluster_act_suite = UNIT_SUITE("cluster_act", tests);
