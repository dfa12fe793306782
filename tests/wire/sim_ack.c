// SPDX-License-Identifier: Apache-2.0
// Clusters and node pools from creation to deletion.
#include "config.h"

#include "tests/wire/sim.h"

#include <stdlib.h>

#include "base/banned.h"

enum { PATH_SIZE = 256, BODY_SIZE = 2048 };

struct made {
	char cluster[40], task[40];
};

static struct sim_reply create(struct simulator *simulator, const char *more)
{
	char body[BODY_SIZE];
	snprintf(body, sizeof(body),
	        "{\"name\":\"guide\",\"region_id\":\"cn-beijing\",\"cluster_type\":\"ManagedKubernetes\",\"zone_ids\":["
	        "\"cn-beijing-i\"],"
	        "\"container_cidr\":\"10.10.0.0/16\",\"service_cidr\":\"172.21.0.0/"
	        "20\",\"addons\":[{\"name\":\"flannel\"}],"
	        "\"rrsa_config\":{\"enabled\":true},\"endpoint_public_access\":true%s}",
	        more);
	return sim_roa(simulator, "POST", "/clusters", "", body);
}

static struct made begin(struct simulator *simulator, const char *more)
{
	struct made made = {{0}};
	struct sim_reply reply = create(simulator, more);
	UNIT_SAME_TEXT(reply.code, "");
	CU_ASSERT_PTR_NOT_NULL_FATAL(sim_text(&reply, "/cluster_id"));
	snprintf(made.cluster, sizeof(made.cluster), "%s", sim_text(&reply, "/cluster_id"));
	snprintf(made.task, sizeof(made.task), "%s", sim_text(&reply, "/task_id"));
	sim_done(&reply);
	return made;
}

static struct sim_reply get(struct simulator *simulator, const char *format, const char *id)
{
	char path[PATH_SIZE];
	size_t head = strcspn(format, "%");
	snprintf(path, sizeof(path), "%.*s%s%s", (int)head, format, id, format[head] ? format + head + 1 : "");
	return sim_roa(simulator, "GET", path, "", NULL);
}

static void expect(
        struct simulator *simulator, const char *path, const char *id, const char *pointer, const char *wanted)
{
	struct sim_reply reply = get(simulator, path, id);
	const char *got = *pointer ? sim_text(&reply, pointer) : reply.code;
	UNIT_SAME_TEXT(got, wanted);
	sim_done(&reply);
}

static void a_cluster_comes_up(void)
{
	struct simulator simulator;
	sim_begin(&simulator, "empty", -1, -1);
	struct made made = begin(&simulator, "");
	expect(&simulator, "/clusters/%", made.cluster, "/state", "initial");
	expect(&simulator, "/tasks/%", made.task, "/state", "running");
	expect(&simulator, "/k8s/%/user_config", made.cluster, "", "ErrorClusterEndpoint");
	sim_advance(&simulator, 3 * 60);
	expect(&simulator, "/tasks/%", made.task, "/current_stage", "CreateControlPlane");
	sim_advance(&simulator, 10 * 60);
	expect(&simulator, "/tasks/%", made.task, "/state", "success");
	struct sim_reply reply = get(&simulator, "/clusters/%", made.cluster);
	UNIT_SAME_TEXT(sim_text(&reply, "/state"), "running");
	CU_ASSERT_PTR_NOT_NULL(sim_text(&reply, "/vswitch_ids/0"));
	CU_ASSERT(strlen(sim_text(&reply, "/security_group_id")) > 3);
	CU_ASSERT_PTR_NOT_NULL(strstr(sim_text(&reply, "/rrsa_config/oidc_arn"), made.cluster));
	sim_done(&reply);
	reply = get(&simulator, "/clusters/%/logs", made.cluster);
	CU_ASSERT(cJSON_GetArraySize(reply.json) >= 4);
	sim_done(&reply);
	reply = create(&simulator, "");
	UNIT_SAME_TEXT(reply.code, "ErrorClusterNameAlreadyExist");
	sim_done(&reply);
	sim_end(&simulator);
}

static size_t count_all(const struct world *world)
{
	size_t count = 0;
	for (size_t kind = 0; kind < KIND_COUNT; kind++)
		if (kind != KIND_CS_TASK && kind != KIND_ECS_TASK)
			count += world->home->tables[kind].count;
	return count;
}

static void pools_come_with_their_cluster(void)
{
	struct simulator simulator;
	sim_begin(&simulator, "empty", -1, -1);
	size_t before = count_all(&simulator.world);
	struct sim_reply reply = create(&simulator, ",\"nodepools\":[{\"nodepool_info\":{\"name\":\"p\"},\"scaling_"
	                                            "group\":{\"instance_types\":[\"ecs.none\"],"
	                                            "\"desired_size\":1}}]");
	UNIT_SAME_TEXT(reply.code, "InvalidInstanceType");
	CU_ASSERT_EQUAL(count_all(&simulator.world), before); // nothing is left of it
	sim_done(&reply);
	struct made made = begin(&simulator, ",\"nodepools\":[{\"nodepool_info\":{\"name\":\"p\"},\"scaling_group\":{"
	                                     "\"instance_types\":[\"ecs.g8i.large\"],"
	                                     "\"desired_size\":2}}]");
	sim_advance(&simulator, 20 * 60);
	expect(&simulator, "/clusters/%", made.cluster, "/state", "running");
	reply = get(&simulator, "/clusters/%/nodepools", made.cluster);
	UNIT_SAME_TEXT(sim_text(&reply, "/nodepools/0/status/state"), "active");
	CU_ASSERT_EQUAL(cJSON_GetNumberValue(sim_at(&reply, "/nodepools/0/status/healthy_nodes")), 2);
	sim_done(&reply);
	sim_end(&simulator);
}

static struct sim_reply pool_call(struct simulator *simulator, const char *method, const struct made *made,
        const char *pool, const char *tail, const char *query, const char *body)
{
	char path[PATH_SIZE];
	snprintf(path, sizeof(path), "/clusters/%s/nodepools%s%s%s", made->cluster, *pool ? "/" : "", pool, tail);
	return sim_roa(simulator, method, path, query, body);
}

static void expect_pool(
        struct simulator *simulator, const struct made *made, const char *pool, const char *state, int nodes)
{
	struct sim_reply reply = pool_call(simulator, "GET", made, pool, "", "", NULL);
	UNIT_SAME_TEXT(sim_text(&reply, "/status/state"), state);
	CU_ASSERT_EQUAL(cJSON_GetNumberValue(sim_at(&reply, "/status/total_nodes")), nodes);
	sim_done(&reply);
}

static void make_pool(struct simulator *simulator, const struct made *made, const char *type, char id[40])
{
	char body[BODY_SIZE];
	struct sim_reply reply = get(simulator, "/clusters/%", made->cluster);
	snprintf(body, sizeof(body),
	        "{\"nodepool_info\":{\"name\":\"workers\"},\"scaling_group\":{\"instance_types\":[\"%s\"],\"vswitch_"
	        "ids\":[\"%s\"],"
	        "\"desired_size\":2,\"system_disk_category\":\"cloud_essd\",\"system_disk_size\":120}}",
	        type, sim_text(&reply, "/vswitch_ids/0"));
	sim_done(&reply);
	reply = pool_call(simulator, "POST", made, "", "", "", body);
	UNIT_SAME_TEXT(reply.code, "");
	CU_ASSERT_PTR_NOT_NULL_FATAL(sim_text(&reply, "/nodepool_id"));
	snprintf(id, 40, "%s", sim_text(&reply, "/nodepool_id"));
	sim_done(&reply);
}

static void a_node_pool_grows_and_shrinks(void)
{
	struct simulator simulator;
	char pool[40];
	sim_begin(&simulator, "empty", -1, -1);
	struct made made = begin(&simulator, "");
	sim_advance(&simulator, 15 * 60);
	make_pool(&simulator, &made, "ecs.g8i.xlarge", pool);
	expect_pool(&simulator, &made, pool, "scaling", 0);
	sim_advance(&simulator, 30);
	expect_pool(&simulator, &made, pool, "scaling", 2);
	sim_advance(&simulator, 5 * 60);
	expect_pool(&simulator, &made, pool, "active", 2);
	struct sim_reply reply = get(&simulator, "/clusters/%/nodes", made.cluster);
	CU_ASSERT_EQUAL(cJSON_GetArraySize(sim_at(&reply, "/nodes")), 2);
	UNIT_SAME_TEXT(sim_text(&reply, "/nodes/0/node_status"), "Ready");
	sim_done(&reply);
	reply = pool_call(&simulator, "PUT", &made, pool, "", "", "{\"scaling_group\":{\"desired_size\":5}}");
	UNIT_SAME_TEXT(reply.code, "");
	sim_done(&reply);
	reply = pool_call(&simulator, "PUT", &made, pool, "", "", "{\"scaling_group\":{\"desired_size\":1}}");
	UNIT_SAME_TEXT(reply.code, "ErrorNodePoolState");
	sim_done(&reply);
	sim_advance(&simulator, 5 * 60);
	expect_pool(&simulator, &made, pool, "active", 5);
	reply = pool_call(&simulator, "PUT", &made, pool, "", "", "{\"scaling_group\":{\"desired_size\":1}}");
	sim_done(&reply);
	sim_advance(&simulator, 2 * 60);
	expect_pool(&simulator, &made, pool, "active", 1);
	reply = pool_call(&simulator, "DELETE", &made, pool, "", "", NULL);
	UNIT_SAME_TEXT(reply.code, "ErrorNodePoolNotEmpty");
	sim_done(&reply);
	reply = pool_call(&simulator, "DELETE", &made, pool, "", "force=true", NULL);
	UNIT_SAME_TEXT(reply.code, "");
	sim_done(&reply);
	sim_advance(&simulator, 2 * 60);
	reply = pool_call(&simulator, "GET", &made, pool, "", "", NULL);
	UNIT_SAME_TEXT(reply.code, "ErrorNodePoolNotFound");
	sim_done(&reply);
	CU_ASSERT_EQUAL(simulator.world.home->tables[KIND_INSTANCE].count, 0);
	sim_end(&simulator);
}

static void a_pool_out_of_stock_says_so(void)
{
	struct simulator simulator;
	char pool[40];
	sim_begin(&simulator, "empty", -1, -1);
	struct made made = begin(&simulator, ",\"deletion_protection\":false");
	sim_advance(&simulator, 15 * 60);
	struct region *region = simulator.world.home;
	struct vswitch *vswitch = (void *)region->tables[KIND_VSWITCH].items[0];
	snprintf(vswitch->zone, sizeof(vswitch->zone), "cn-beijing-h"); // does not sell it
	make_pool(&simulator, &made, "ecs.g8i.xlarge", pool);
	sim_advance(&simulator, 60);
	struct sim_reply reply = get(&simulator, "/clusters/%/tasks", made.cluster);
	UNIT_SAME_TEXT(sim_text(&reply, "/tasks/0/state"), "fail");
	UNIT_SAME_TEXT(sim_text(&reply, "/tasks/0/error/code"), "OperationDenied.NoStock");
	sim_done(&reply);
	sim_end(&simulator);
}

static struct sim_reply delete_with(struct simulator *simulator, const struct made *made, const char *query)
{
	char path[PATH_SIZE];
	snprintf(path, sizeof(path), "/clusters/%s", made->cluster);
	return sim_roa(simulator, "DELETE", path, query, NULL);
}

static struct sim_reply delete_cluster(struct simulator *simulator, const struct made *made)
{
	return delete_with(simulator, made, "");
}

static void a_deleted_cluster_leaves_its_logs_unless_they_are_named(void)
{
	struct simulator simulator;
	sim_begin(&simulator, "empty", -1, -1);
	struct made made = begin(&simulator, "");
	sim_advance(&simulator, 15 * 60);
	struct sim_reply reply = delete_with(&simulator, &made, "delete_options=[{\"resource_type\":\"SLB\"}]");
	CU_ASSERT_PTR_NOT_NULL(strstr(reply.code, "Invalid"));
	sim_done(&reply);
	reply = delete_cluster(&simulator, &made);
	UNIT_SAME_TEXT(reply.code, "");
	sim_done(&reply);
	sim_advance(&simulator, 15 * 60);
	CU_ASSERT_EQUAL(simulator.world.home->tables[KIND_CLUSTER].count, 0);
	CU_ASSERT_EQUAL(simulator.world.home->tables[KIND_LOG_PROJECT].count, 1);
	sim_end(&simulator);
}

static void a_deleted_cluster_takes_all_with_it(void)
{
	struct simulator simulator;
	char pool[40];
	sim_begin(&simulator, "empty", -1, -1);
	size_t before = count_all(&simulator.world);
	struct made made = begin(&simulator, ",\"snat_entry\":true");
	sim_advance(&simulator, 15 * 60);
	CU_ASSERT_EQUAL(simulator.world.home->tables[KIND_SNAT_ENTRY].count, 1);
	make_pool(&simulator, &made, "ecs.g7.xlarge", pool);
	sim_advance(&simulator, 10 * 60);
	struct sim_reply reply = delete_with(&simulator, &made,
	        "delete_options=[{\"resource_type\":\"SLS_ControlPlane\",\"delete_mode\":\"delete\"}]");
	UNIT_SAME_TEXT(reply.code, "");
	CU_ASSERT_PTR_NOT_NULL_FATAL(sim_text(&reply, "/task_id"));
	snprintf(made.task, sizeof(made.task), "%s", sim_text(&reply, "/task_id"));
	sim_done(&reply);
	expect(&simulator, "/clusters/%", made.cluster, "/state", "deleting");
	sim_advance(&simulator, 15 * 60);
	expect(&simulator, "/clusters/%", made.cluster, "", "ErrorClusterNotFound");
	expect(&simulator, "/tasks/%", made.task, "/state", "success");
	CU_ASSERT_EQUAL(count_all(&simulator.world), before);
	sim_end(&simulator);
}

static void a_pod_vm_keeps_its_cluster_from_going(void)
{
	struct simulator simulator;
	char query[1024], id[40];
	sim_begin(&simulator, "empty", -1, -1);
	struct made made = begin(&simulator, "");
	sim_advance(&simulator, 15 * 60);
	struct sim_reply reply = get(&simulator, "/clusters/%", made.cluster);
	snprintf(query, sizeof(query),
	        "RegionId=cn-beijing&ImageId=m-2zealinux3&InstanceType=ecs.g8i.large&VSwitchId=%s&SecurityGroupId=%s"
	        "&InstanceName=podvm-nginx-01234567",
	        sim_text(&reply, "/vswitch_ids/0"), sim_text(&reply, "/security_group_id"));
	sim_done(&reply);
	reply = sim_rpc(&simulator, "ecs", "RunInstances", query);
	UNIT_SAME_TEXT(reply.code, "");
	snprintf(id, sizeof(id), "%s", sim_text(&reply, "/InstanceIdSets/InstanceIdSet/0"));
	sim_done(&reply);
	sim_advance(&simulator, 60);
	reply = delete_cluster(&simulator, &made);
	sim_done(&reply);
	sim_advance(&simulator, 15 * 60);
	expect(&simulator, "/clusters/%", made.cluster, "/state", "delete_failed");
	snprintf(query, sizeof(query), "InstanceId=%s&Force=true", id);
	reply = sim_rpc(&simulator, "ecs", "DeleteInstance", query);
	sim_done(&reply);
	sim_advance(&simulator, 60);
	reply = delete_cluster(&simulator, &made);
	UNIT_SAME_TEXT(reply.code, "");
	sim_done(&reply);
	sim_advance(&simulator, 15 * 60);
	expect(&simulator, "/clusters/%", made.cluster, "", "ErrorClusterNotFound");
	sim_end(&simulator);
}

static void a_bad_body_is_refused(void)
{
	static const struct {
		const char *body, *code;
	} rows[] = {
	        {"{", "InvalidParameter"},
	        {"{}", "MissingParameter"},
	        {"{\"name\":\"a\",\"region_id\":\"cn-beijing\",\"cluster_type\":\"Serverless\"}", "InvalidParameter"},
	        {"{\"name\":\"a\",\"region_id\":\"cn-beijing\",\"cluster_type\":\"ManagedKubernetes\",\"colour\":1}",
	                "InvalidParameter"},
	        {"{\"name\":1,\"region_id\":\"cn-beijing\",\"cluster_type\":\"ManagedKubernetes\"}",
	                "InvalidParameter"},
	        {"{\"name\":\"a\",\"region_id\":\"cn-beijing\",\"cluster_type\":\"ManagedKubernetes\"}",
	                "InvalidAddons"},
	};
	struct simulator simulator;
	sim_begin(&simulator, "empty", -1, -1);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct sim_reply reply = sim_roa(&simulator, "POST", "/clusters", "", rows[i].body);
		UNIT_SAME_TEXT(reply.code, rows[i].code);
		sim_done(&reply);
	}
	sim_end(&simulator);
}

static const struct unit_test tests[] = {
        UNIT_TEST(a_cluster_comes_up),
        UNIT_TEST(pools_come_with_their_cluster),
        UNIT_TEST(a_node_pool_grows_and_shrinks),
        UNIT_TEST(a_pool_out_of_stock_says_so),
        UNIT_TEST(a_deleted_cluster_leaves_its_logs_unless_they_are_named),
        UNIT_TEST(a_deleted_cluster_takes_all_with_it),
        UNIT_TEST(a_pod_vm_keeps_its_cluster_from_going),
        UNIT_TEST(a_bad_body_is_refused),
};
const struct unit_suite sim_ack_suite = UNIT_SUITE("ack", tests);
