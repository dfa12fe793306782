// SPDX-License-Identifier: Apache-2.0
// Reading clusters through the backend: surveys, lists of several, whose kubeconfig is whose.
#include "config.h"
#include "tests/wire/cluster.h"

#include <unistd.h>

#include "tests/wire/cluster_fixture.h"

#include "base/banned.h"

void world_fill(struct cluster_world *world)
{
	world_set_list(world, PATH_PODS,
	        FIXTURE_POD("web-7d9c-1", "p1", "kata-remote", "3") "," FIXTURE_POD("web-7d9c-2", "p2", "gvisor",
	                "3") "," FIXTURE_POD("web-7d9c-3", "p3", "gone-class", "3") "," FIXTURE_ADAPTOR_POD);
	world_set_list(world, PATH_NODES, FIXTURE_NODE);
	world_set_list(world, PATH_EVENTS, FIXTURE_EVENT);
	world_set_list(world, PATH_CLASSES, FIXTURE_CLASSES);
	world_set_list(world, PATH_PEERPODS, FIXTURE_PEERPOD("pp1", "p1", "i-vm1"));
	world_set_list(world, PATH_LEASES, FIXTURE_LEASE);
	world_set(world, PATH_ADAPTOR,
	        "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"image\":\"caa:v0.14\"}]}}},\"status\":"
	        "{\"desiredNumberScheduled\":1,\"numberReady\":1,\"updatedNumberScheduled\":1,\"numberAvailable\":1}}");
	world_set(world, PATH_CONFIG,
	        "{\"metadata\":{\"managedFields\":[{\"time\":\"2026-11-19T07:00:00Z\"}]},\"data\":{\"REGION\":"
	        "\"cn-beijing\",\"IMAGEID\":\"m-1\"}}");
}

static const struct cluster_source *source(void)
{
	return backend_kubernetes.cluster;
}

static int64_t at(const char *text)
{
	int64_t time = 0;

	time_parse(text, &time);
	return time;
}

static const struct pod_record *pod(struct snapshot *snapshot, const char *id)
{
	return (const struct pod_record *)snapshot_find(snapshot, id);
}

static void check_pods(struct snapshot *pods)
{
	const struct pod_record *peer = pod(pods, "p1");

	CU_ASSERT_EQUAL_FATAL(pods->count, 4);
	CU_ASSERT_PTR_NOT_NULL_FATAL(peer);
	CU_ASSERT_TRUE(peer->is_peer);
	CU_ASSERT_STRING_EQUAL(peer->vm_id, "i-vm1");
	CU_ASSERT_STRING_EQUAL(peer->record.status, "Running");
	CU_ASSERT_STRING_EQUAL(peer->owner, "ReplicaSet/web-7d9c");
	CU_ASSERT_EQUAL(peer->ready, 2);
	CU_ASSERT_EQUAL(peer->restarts, 2);
	CU_ASSERT_EQUAL(peer->containers.count, 2);
	CU_ASSERT_EQUAL(peer->running_since, at("2026-11-20T10:01:05Z"));
	CU_ASSERT_EQUAL(peer->ready_since, at("2026-11-20T10:01:20Z"));
	CU_ASSERT_EQUAL(peer->status_written, at("2026-11-20T10:01:30Z"));
	CU_ASSERT_EQUAL(peer->started, at("2026-11-20T10:00:05Z"));
	CU_ASSERT_EQUAL(peer->termination_ms, 45000);
	CU_ASSERT_FALSE(pod(pods, "p2")->is_peer);
	// Its class is gone, perhaps under it.
	CU_ASSERT_TRUE(pod(pods, "p3")->is_peer);
	CU_ASSERT_STRING_EQUAL(pod(pods, "p3")->vm_id, "");
}

static void check_node(const struct node_record *node)
{
	CU_ASSERT_STRING_EQUAL(node->record.id, "i-2ze1");
	CU_ASSERT_STRING_EQUAL(node->record.status, "Ready,SchedulingDisabled");
	CU_ASSERT_STRING_EQUAL(node->node_pool_id, "np-1");
	CU_ASSERT_STRING_EQUAL(node->private_ip, "192.168.0.9");
	CU_ASSERT_STRING_EQUAL(node->message, "");
	CU_ASSERT_EQUAL(node->peerpod_capacity, 10);
	CU_ASSERT_EQUAL(node->peerpod_allocatable, 9);
	CU_ASSERT_EQUAL(node->lease_renewed, at("2026-11-20T12:00:07.123Z"));
	CU_ASSERT_EQUAL(node->heartbeat, at("2026-11-20T12:00:00Z"));
}

static void a_survey_tells_all_that_is_there(void)
{
	struct scope scope = world_scope("", "home");
	struct cluster_survey survey;
	struct cluster_world world;
	struct session *session;

	world_init(&world);
	world_fill(&world);
	session = world_open(&world, NULL, NULL);
	CU_ASSERT_TRUE_FATAL(source()->survey(session, &scope, &survey, NULL, NULL));
	CU_ASSERT_EQUAL_FATAL(survey.state, SURVEY_READ);
	CU_ASSERT_STRING_EQUAL(survey.missing, "");
	CU_ASSERT_STRING_EQUAL(survey.uid, "uid-home");
	CU_ASSERT_STRING_EQUAL(survey.version, "v1.31.1");
	CU_ASSERT_TRUE(survey.offset_is_known);
	CU_ASSERT_TRUE(survey.offset_ms > -2000 && survey.offset_ms < 2000);
	check_pods(survey.pods);
	check_node((const struct node_record *)survey.nodes->records[0]);
	CU_ASSERT_TRUE(((const struct peerpod_record *)survey.peerpods->records[0])->has_finalizer);
	CU_ASSERT_EQUAL(((const struct event_record *)survey.events->records[0])->count, 3);
	CU_ASSERT_EQUAL(survey.class_count, 2);
	CU_ASSERT_TRUE(survey.adaptor.exists);
	CU_ASSERT_STRING_EQUAL(survey.adaptor.image, "caa:v0.14");
	CU_ASSERT_EQUAL(survey.adaptor.ready, 1);
	CU_ASSERT_EQUAL(survey.config.values.count, 2);
	CU_ASSERT_EQUAL(survey.config.changed, at("2026-11-19T07:00:00Z"));
	CU_ASSERT_EQUAL(survey.controller.has_peerpods, ANSWER_YES);
	CU_ASSERT_EQUAL(survey.controller.is_installed, ANSWER_NO);
	CU_ASSERT_EQUAL(survey.controller.has_webhook, ANSWER_NO);
	cluster_survey_finish(&survey);
	backend_kubernetes.close(session);
	world_finish(&world);
}

static void a_missing_right_is_known_and_not_an_empty_list(void)
{
	struct scope scope = world_scope("", "home");
	struct cluster_survey survey;
	struct cluster_world world;
	struct session *session;

	world_init(&world);
	world_fill(&world);
	world_deny(&world, PATH_PEERPODS);
	world.review = false;
	session = world_open(&world, NULL, NULL);
	CU_ASSERT_TRUE_FATAL(source()->survey(session, &scope, &survey, NULL, NULL));
	CU_ASSERT_EQUAL(survey.state, SURVEY_PARTIAL);
	CU_ASSERT_PTR_NULL(survey.peerpods);
	CU_ASSERT_EQUAL(survey.error.kind, ERROR_DENIED);
	CU_ASSERT_PTR_NOT_NULL(strstr(survey.missing, "list peerpods.confidentialcontainers.org"));
	CU_ASSERT_PTR_NOT_NULL(strstr(survey.missing, "get pods/log"));
	cluster_survey_finish(&survey);
	world_deny(&world, PATH_PODS);
	CU_ASSERT_TRUE_FATAL(source()->survey(session, &scope, &survey, NULL, NULL));
	CU_ASSERT_EQUAL(survey.state, SURVEY_DENIED);
	CU_ASSERT_PTR_NULL(survey.pods);
	cluster_survey_finish(&survey);
	backend_kubernetes.close(session);
	world_finish(&world);
}

static void a_cluster_without_the_resource_has_no_peerpods(void)
{
	struct scope scope = world_scope("", "home");
	struct cluster_survey survey;
	struct cluster_world world;
	struct session *session;

	world_init(&world);
	world_fill(&world);
	world_set(&world, PATH_PEERPODS, NULL);
	session = world_open(&world, NULL, NULL);
	CU_ASSERT_TRUE_FATAL(source()->survey(session, &scope, &survey, NULL, NULL));
	CU_ASSERT_EQUAL(survey.state, SURVEY_READ);
	CU_ASSERT_EQUAL(survey.controller.has_peerpods, ANSWER_NO);
	CU_ASSERT_PTR_NOT_NULL_FATAL(survey.peerpods);
	CU_ASSERT_EQUAL(survey.peerpods->count, 0);
	cluster_survey_finish(&survey);
	backend_kubernetes.close(session);
	world_finish(&world);
}

static void a_cluster_that_is_away_is_unread_and_asked_but_once(void)
{
	struct scope scope = world_scope("", "home");
	struct cluster_survey survey;
	struct cluster_world world;
	struct session *session;
	unsigned asked;

	world_init(&world);
	world_fill(&world);
	world.away = true;
	session = world_open(&world, NULL, NULL);
	CU_ASSERT_TRUE_FATAL(source()->survey(session, &scope, &survey, NULL, NULL));
	CU_ASSERT_EQUAL(survey.state, SURVEY_UNREAD);
	CU_ASSERT_NOT_EQUAL(survey.error.kind, ERROR_NONE);
	cluster_survey_finish(&survey);
	asked = world_asked(&world, "GET");
	CU_ASSERT_TRUE_FATAL(source()->survey(session, &scope, &survey, NULL, NULL));
	CU_ASSERT_EQUAL(survey.state, SURVEY_UNREAD);
	CU_ASSERT_EQUAL(world_asked(&world, "GET"), asked);
	cluster_survey_finish(&survey);
	backend_kubernetes.close(session);
	world_finish(&world);
}

// ---- whose is whose ----

struct cloud {
	struct cluster_record record;
	struct cluster_world *world;
	unsigned fetched;
	int64_t lasts_ms; // how long what it hands out is good
};

static void cloud_clusters(void *user,
        void (*each)(const struct cluster_record *record, const struct scope *scope, void *each_user), void *each_user)
{
	const struct cloud *cloud = user;
	struct scope scope = world_scope("cn-beijing", "");

	each(&cloud->record, &scope, each_user);
}

static bool cloud_kubeconfig(void *user, const struct scope *cluster, struct secret **out, int64_t *expires,
        struct cancel *cancel, struct error *error)
{
	struct cloud *cloud = user;
	struct buffer text;

	(void)cluster;
	(void)cancel;
	(void)error;
	cloud->fetched++;
	buffer_init(&text, 64 << 10);
	world_write(cloud->world, "fetched", &text);
	*out = secret_create(buffer_text(&text), text.size);
	*expires = clock_now(&clock_system) + cloud->lasts_ms;
	buffer_finish(&text);
	return true;
}

static void cloud_init(struct cloud *cloud, struct cluster_world *world, const char *server)
{
	memset(cloud, 0, sizeof(*cloud));
	cloud->world = world;
	cloud->lasts_ms = 3600000;
	cloud->record.record =
	        (struct record){.id = "c123", .name = "alpha", .region = "cn-beijing", .status = "running"};
	cloud->record.api_server = server;
	cloud->record.intranet_server = "https://10.0.0.1:6443";
}

static void a_kubeconfig_is_matched_by_address_and_wins(void)
{
	struct cluster_world world;
	struct cluster_survey survey;
	struct scope scope = world_scope("cn-beijing", "c123"), own = world_scope("", "");
	struct gathered gathered;
	struct session *session;
	struct cloud cloud;
	char server[64];

	world_init(&world);
	world_fill(&world);
	snprintf(server, sizeof(server), "HTTPS://LOCALHOST:%d/", http_server_port(world.server));
	cloud_init(&cloud, &world, server);
	session = world_open(&world, &(struct cluster_supply){cloud_clusters, cloud_kubeconfig, NULL, &cloud}, NULL);
	CU_ASSERT_TRUE(source()->reaches(session, &scope));
	CU_ASSERT_TRUE_FATAL(source()->survey(session, &scope, &survey, NULL, NULL));
	CU_ASSERT_EQUAL(survey.state, SURVEY_READ);
	CU_ASSERT_STRING_EQUAL(survey.name, "alpha");
	CU_ASSERT_EQUAL(cloud.fetched, 0);
	cluster_survey_finish(&survey);
	// None is left that only the kubeconfig knows.
	gather(session, KIND_CLUSTER, &own, 1, &gathered);
	CU_ASSERT_EQUAL(gathered.parts[0].count, 0);
	gathered_finish(&gathered);
	backend_kubernetes.close(session);
	world_finish(&world);
}

static void an_address_inside_a_network_proves_nothing(void)
{
	struct scope own = world_scope("", "");
	struct cluster_world world;
	struct gathered gathered;
	struct session *session;
	struct cloud cloud;
	char server[64];

	world_init(&world);
	world_fill(&world);
	snprintf(server, sizeof(server), "https://localhost:%d", http_server_port(world.server));
	cloud_init(&cloud, &world, server);
	cloud.record.intranet_server = server;
	session = world_open(&world, &(struct cluster_supply){cloud_clusters, NULL, NULL, &cloud}, NULL);
	gather(session, KIND_CLUSTER, &own, 1, &gathered);
	CU_ASSERT_EQUAL(gathered.parts[0].count, 1);
	gathered_finish(&gathered);
	backend_kubernetes.close(session);
	// The uid does, which the cloud's own kubeconfig leads to.
	session = world_open(&world, &(struct cluster_supply){cloud_clusters, cloud_kubeconfig, NULL, &cloud}, NULL);
	gather(session, KIND_CLUSTER, &own, 1, &gathered);
	CU_ASSERT_EQUAL(gathered.parts[0].count, 0);
	CU_ASSERT_EQUAL(cloud.fetched, 1);
	gathered_finish(&gathered);
	backend_kubernetes.close(session);
	world_finish(&world);
}

static void what_no_cloud_lists_comes_by_its_context(void)
{
	struct scope own = world_scope("", "");
	struct cluster_world world;
	struct gathered gathered;
	struct session *session;

	world_init(&world);
	session = world_open(&world, NULL, NULL);
	CU_ASSERT_TRUE(source()->has_own(session));
	CU_ASSERT_TRUE(source()->reaches(session, &own));
	gather(session, KIND_CLUSTER, &own, 1, &gathered);
	CU_ASSERT_EQUAL_FATAL(gathered.parts[0].count, 1);
	CU_ASSERT_STRING_EQUAL(gathered.parts[0].snapshot->records[0]->id, "home");
	CU_ASSERT_STRING_EQUAL(gathered.parts[0].snapshot->records[0]->status, "running");
	gathered_finish(&gathered);
	backend_kubernetes.close(session);
	world_finish(&world);
}

static void a_kubeconfig_is_fetched_once_where_there_is_none(void)
{
	struct scope scope = world_scope("cn-beijing", "c123");
	struct cluster_world world;
	struct gathered gathered;
	struct session *session;
	struct cloud cloud;

	world_init(&world);
	world_fill(&world);
	cloud_init(&cloud, &world, "https://elsewhere:6443");
	session = world_open(NULL, &(struct cluster_supply){cloud_clusters, cloud_kubeconfig, NULL, &cloud}, NULL);
	gather(session, KIND_POD, &scope, 1, &gathered);
	CU_ASSERT_EQUAL(gathered.parts[0].count, 4);
	gathered_finish(&gathered);
	gather(session, KIND_EVENT, &scope, 1, &gathered);
	CU_ASSERT_EQUAL(gathered.parts[0].count, 1);
	gathered_finish(&gathered);
	CU_ASSERT_EQUAL(cloud.fetched, 1);
	backend_kubernetes.close(session);
	world_finish(&world);
}

static void a_kubeconfig_is_renewed_before_it_expires(void)
{
	struct scope scope = world_scope("cn-beijing", "c123");
	struct cluster_world world;
	struct gathered gathered;
	struct session *session;
	struct cloud cloud;
	int64_t until;

	world_init(&world);
	world_fill(&world);
	cloud_init(&cloud, &world, "https://elsewhere:6443");
	cloud.lasts_ms = 200;
	session = world_open(NULL, &(struct cluster_supply){cloud_clusters, cloud_kubeconfig, NULL, &cloud}, NULL);
	until = clock_monotonic(&clock_system) + 5000;
	while (cloud.fetched < 2 && clock_monotonic(&clock_system) < until) {
		gather(session, KIND_NODE, &scope, 1, &gathered);
		CU_ASSERT_EQUAL(gathered.parts[0].error.kind, ERROR_NONE);
		gathered_finish(&gathered);
	}
	CU_ASSERT_EQUAL(cloud.fetched, 2);
	backend_kubernetes.close(session);
	world_finish(&world);
}

static void the_same_cluster_under_two_addresses_is_told_by_its_uid(void)
{
	struct scope scope = world_scope("cn-beijing", "c123"), own = world_scope("", "");
	struct cluster_world world;
	struct gathered gathered;
	struct session *session;
	struct cloud cloud;

	world_init(&world);
	world_fill(&world);
	cloud_init(&cloud, &world, "https://elsewhere:6443");
	session = world_open(&world, &(struct cluster_supply){cloud_clusters, cloud_kubeconfig, NULL, &cloud}, NULL);
	gather(session, KIND_POD, &scope, 1, &gathered);
	CU_ASSERT_EQUAL(gathered.parts[0].count, 4);
	gathered_finish(&gathered);
	gather(session, KIND_CLUSTER, &own, 1, &gathered);
	CU_ASSERT_EQUAL(gathered.parts[0].count, 0);
	gathered_finish(&gathered);
	backend_kubernetes.close(session);
	world_finish(&world);
}

static void clusters_that_are_away_hold_up_no_other(void)
{
	enum { AWAY = 20 };
	struct scope scopes[AWAY + 1];
	struct cluster_world world, away;
	struct gathered gathered;
	struct session *session;
	int64_t began;

	world_init(&away);
	away.away = true;
	world_init(&world);
	world_fill(&world);
	session = world_open(&world, NULL, NULL);
	for (int i = 0; i < AWAY; i++)
		scopes[i] = world_scope("cn-beijing", "nobody-knows-how");
	scopes[AWAY] = world_scope("", "home");
	began = clock_monotonic(&clock_system);
	gather(session, KIND_POD, scopes, AWAY + 1, &gathered);
	CU_ASSERT_EQUAL(gathered.parts[AWAY].count, 4);
	CU_ASSERT_EQUAL(gathered.parts[AWAY].error.kind, ERROR_NONE);
	CU_ASSERT_EQUAL(gathered.parts[0].error.kind, ERROR_NOT_FOUND);
	CU_ASSERT_TRUE(clock_monotonic(&clock_system) - began < 3000);
	gathered_finish(&gathered);
	backend_kubernetes.close(session);
	world_finish(&world);
	world_finish(&away);
}

static void a_broken_kubeconfig_is_told_and_the_session_opens(void)
{
	struct scope own = world_scope("", "");
	struct cluster_world world;
	struct gathered gathered;
	struct session *session;
	FILE *file;

	world_init(&world);
	file = fopen(world.kubeconfig, "w");
	fputs("clusters: [", file);
	fclose(file);
	session = world_open(&world, NULL, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(session);
	CU_ASSERT_TRUE(source()->has_own(session));
	gather(session, KIND_CLUSTER, &own, 1, &gathered);
	CU_ASSERT_EQUAL(gathered.parts[0].error.kind, ERROR_CONFIG);
	gathered_finish(&gathered);
	backend_kubernetes.close(session);
	world_finish(&world);
}

static const struct unit_test tests[] = {
        UNIT_TEST(a_survey_tells_all_that_is_there),
        UNIT_TEST(a_missing_right_is_known_and_not_an_empty_list),
        UNIT_TEST(a_cluster_without_the_resource_has_no_peerpods),
        UNIT_TEST(a_cluster_that_is_away_is_unread_and_asked_but_once),
        UNIT_TEST(a_kubeconfig_is_matched_by_address_and_wins),
        UNIT_TEST(an_address_inside_a_network_proves_nothing),
        UNIT_TEST(what_no_cloud_lists_comes_by_its_context),
        UNIT_TEST(a_kubeconfig_is_fetched_once_where_there_is_none),
        UNIT_TEST(a_kubeconfig_is_renewed_before_it_expires),
        UNIT_TEST(the_same_cluster_under_two_addresses_is_told_by_its_uid),
        UNIT_TEST(clusters_that_are_away_hold_up_no_other),
        UNIT_TEST(a_broken_kubeconfig_is_told_and_the_session_opens),
};
const struct unit_suite cluster_read_suite = UNIT_SUITE("cluster_read", tests);
