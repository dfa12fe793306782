// SPDX-License-Identifier: Apache-2.0
// The model of kubelet, Cloud API Adaptor and peerpod-ctrl: every way to lose a VM with the trace that it leaves, and
// who uses a VM in the hard cases.
#include "config.h"

#include "tests/wire/sim.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"
#include "sim/catalog.h"
#include "sim/clusters.h"
#include "sim/happenings.h"
#include "sim/kube_store.h"
#include "sim/kube_tree.h"
#include "sim/node_life.h"
#include "sim/podlife_private.h"
#include "sim/ram.h"
#include "sim/rrsa.h"
#include "sim/workloads.h"

#include "base/banned.h"

enum { LONG_S = 1500 };

struct setting {
	const char *release, *controller, *more;
	int nodes, pods;
};

static struct kubernetes *begin(struct simulator *simulator, const struct setting *setting)
{
	char path[] = "/tmp/peerdeck-caa-XXXXXX";
	int file = mkstemp(path);
	CU_ASSERT_FATAL(file >= 0);
	dprintf(file,
	        "regions = [ \"cn-beijing\", \"cn-hongkong\" ];\nclusters = (\n"
	        "{ region = \"cn-beijing\"; name = \"caa\"; pools = ( { name = \"w\"; size = %d; } );\n"
	        "  podvms = { release = \"%s\"; controller = \"%s\"; %s\n"
	        "    workloads = ( { sort = \"statefulset\"; namespace = \"data\"; name = \"db\"; replicas = %d; } ); "
	        "}; },\n"
	        "{ region = \"cn-hongkong\"; name = \"other\"; } );\n",
	        setting->nodes ? setting->nodes : 1, setting->release ? setting->release : "0.21",
	        setting->controller ? setting->controller : "absent", setting->more ? setting->more : "",
	        setting->pods ? setting->pods : 3);
	close(file);
	sim_begin(simulator, path, -1, -1);
	unlink(path);
	struct kubernetes *kubernetes = kubernetes_at(&simulator->world, 0);
	CU_ASSERT_PTR_NOT_NULL_FATAL(kubernetes);
	return kubernetes;
}

static bool lines_hold(const struct caa_lines *lines, const char *text)
{
	for (size_t i = 0; lines && i < lines->count; i++)
		if (strstr(caa_lines_at(lines, i)->text, text))
			return true;
	return false;
}

static bool log_holds(const struct kubernetes *kubernetes, const char *text)
{
	const struct kube_node *node;
	EACH_OF(node, &kubernetes->nodes)
	if (lines_hold(node->caa.current, text) || lines_hold(node->caa.previous, text))
		return true;
	return false;
}

static const struct resource *lost(const struct world *world, const char *path, enum resource_kind kind)
{
	for (size_t r = 0; r < world->region_count; r++)
		for (size_t i = 0; i < world->regions[r].tables[kind].count; i++) {
			const struct resource *resource = world->regions[r].tables[kind].items[i];
			if (resource->leak && !strcmp(resource->leak, path))
				return resource;
		}
	return NULL;
}

static size_t podvms(const struct world *world, bool used)
{
	size_t count = 0;
	for (size_t i = 0; i < world->home->tables[KIND_INSTANCE].count; i++) {
		const struct instance *instance = (const void *)world->home->tables[KIND_INSTANCE].items[i];
		count += instance->made_for.pod && (instance->use.pod != NULL) == used;
	}
	return count;
}

static bool event_holds(const struct kubernetes *kubernetes, const char *reason)
{
	for (size_t i = 0; i < kubernetes->event_count; i++)
		if (!strcmp(kubernetes->events[i].reason, reason))
			return true;
	return false;
}

#define EXTERNAL "external_network = true; public = true;"

static void each_path_loses_a_vm_and_leaves_its_trace(void)
{
	static const struct {
		enum leak_path path;
		struct setting setting;
		enum resource_kind kind;
		const char *trace;
	} rows[] = {
	        {LEAK_G1, {.pods = 6}, KIND_INSTANCE, "stopping VM: sandbox "},
	        {LEAK_G2, {0}, KIND_INSTANCE, NULL},
	        {LEAK_G3, {0}, KIND_INSTANCE, NULL},
	        {LEAK_G4, {.release = "0.17"}, KIND_INSTANCE, "failed to wait for instance"},
	        {LEAK_G5, {.release = "0.17"}, KIND_INSTANCE, "failed to establish agent proxy connection to"},
	        {LEAK_G6, {.controller = "ready"}, KIND_INSTANCE, "created an instance i-"},
	        {LEAK_G7, {0}, KIND_INSTANCE, "Error deleting an instance i-"},
	        {LEAK_G10, {0}, KIND_INSTANCE, "failed to cleanup instance i-"},
	        {LEAK_A1, {.release = "0.17", .more = EXTERNAL}, KIND_EIP, "failed to delete an instance i-"},
	        {LEAK_A2, {0}, KIND_INSTANCE, "returned error: Post"},
	        {LEAK_A3, {0}, KIND_INSTANCE, "panic: "},
	        {LEAK_A4, {0}, KIND_INSTANCE, "IncorrectInstanceStatus.Initializing"},
	        {LEAK_A5, {.more = EXTERNAL}, KIND_ENI, "failed to attach NIC to ECS"},
	        {LEAK_A6, {.more = EXTERNAL}, KIND_EIP, "failed to create EIP"},
	        {LEAK_A7, {.more = EXTERNAL}, KIND_EIP, NULL},
	        {LEAK_A8, {.more = EXTERNAL}, KIND_EIP, "delete EIP eip-"},
	        {LEAK_R1, {.controller = "ready"}, KIND_INSTANCE, NULL},
	        {LEAK_DEVELOPER, {.release = "main"}, KIND_INSTANCE, "developer mode"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct simulator simulator;
		struct kubernetes *kubernetes = begin(&simulator, &rows[i].setting);
		CU_ASSERT_EQUAL(
		        podvms(&simulator.world, true), (size_t)(rows[i].setting.pods ? rows[i].setting.pods : 3));
		CU_ASSERT_EQUAL(podvms(&simulator.world, false), 0);
		CU_ASSERT_TRUE(leak_provoke(kubernetes, rows[i].path));
		sim_advance(&simulator, LONG_S);
		// What the configuration says now, the next pod's end finds out.
		if (rows[i].path == LEAK_R1 || rows[i].path == LEAK_DEVELOPER)
			happening_run(kubernetes, "delete", NULL);
		sim_advance(&simulator, LONG_S);
		const struct resource *found = lost(&simulator.world, leak_path_name(rows[i].path), rows[i].kind);
		bool traced = !rows[i].trace || log_holds(kubernetes, rows[i].trace);
		if (!found || !traced)
			printf("\n    %s: %s\n", leak_path_name(rows[i].path), found ? "no trace" : "nothing lost");
		CU_ASSERT_TRUE(found && traced);
		if (found && rows[i].kind == KIND_INSTANCE)
			CU_ASSERT_PTR_NULL(((const struct instance *)(const void *)found)->use.pod);
		if (rows[i].path == LEAK_G2)
			CU_ASSERT_TRUE(event_holds(kubernetes, "FailedKillPod"));
		sim_end(&simulator);
	}
}

static const struct peerpod *stuck_peerpod(const struct kubernetes *kubernetes)
{
	const struct peerpod *peerpod;
	EACH_OF(peerpod, &kubernetes->peerpods)
	if (peerpod->deleting && peerpod->finalizer)
		return peerpod;
	return NULL;
}

static void peerpods_stay_where_nobody_releases_them(void)
{
	static const struct {
		enum leak_path path;
		struct setting setting;
		const char *trace;
	} rows[] = {
	        {LEAK_G8, {.controller = "removed"}, "pod to PeerPod mapping not found"},
	        {LEAK_P1, {.controller = "removed"}, NULL},
	        {LEAK_P2, {.release = "0.14", .controller = "ready"}, NULL},
	        {LEAK_P3, {.controller = "no-credentials"}, NULL},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct simulator simulator;
		struct kubernetes *kubernetes = begin(&simulator, &rows[i].setting);
		CU_ASSERT_TRUE(leak_provoke(kubernetes, rows[i].path));
		sim_advance(&simulator, LONG_S);
		const struct peerpod *stuck = stuck_peerpod(kubernetes);
		CU_ASSERT_PTR_NOT_NULL_FATAL(stuck);
		const struct kube_resource *resource =
		        kube_resource(kubernetes->kube, "peerpods.confidentialcontainers.org");
		CU_ASSERT_PTR_NOT_NULL_FATAL(resource);
		const cJSON *tree = kube_get(kubernetes->kube, resource, stuck->namespace, stuck->name);
		CU_ASSERT_PTR_NOT_NULL_FATAL(tree);
		UNIT_SAME_TEXT(tree_text(tree, "spec.instanceID"), stuck->instance_id);
		CU_ASSERT_TRUE(*tree_text(tree, "metadata.deletionTimestamp") != 0);
		CU_ASSERT_TRUE(tree_has_text(tree_path(tree, "metadata.finalizers"), "peer.pod/finalizer"));
		if (rows[i].trace)
			CU_ASSERT_TRUE(log_holds(kubernetes, rows[i].trace));
		sim_end(&simulator);
	}
}

static void a_vm_without_a_peerpod_is_never_found_by_the_controller(void)
{
	struct simulator simulator;
	struct kubernetes *kubernetes = begin(&simulator, &(struct setting){.controller = "ready"});
	CU_ASSERT_TRUE(leak_provoke(kubernetes, LEAK_G9));
	sim_advance(&simulator, 600);
	CU_ASSERT_TRUE(log_holds(kubernetes, "failed to create PeerPod: "));
	CU_ASSERT_EQUAL(podvms(&simulator.world, false), 0);
	caa_crash(kubernetes->nodes.items[0], 137, "OOMKilled");
	sim_advance(&simulator, LONG_S);
	// Three VMs were forgotten; two of them had an object, and the controller deleted those.
	CU_ASSERT_EQUAL(podvms(&simulator.world, false), 1);
	CU_ASSERT_EQUAL(podvms(&simulator.world, true), 3);
	sim_end(&simulator);
}

static void a_restart_gives_the_same_pod_a_new_vm(void)
{
	struct simulator simulator;
	struct kubernetes *kubernetes = begin(&simulator, &(struct setting){.pods = 1});
	struct kube_node *node = kubernetes->nodes.items[0];
	struct pod *pod = kubernetes->pods.items[0];
	char uid[UID_SIZE], first[SANDBOX_ID_SIZE];
	snprintf(uid, sizeof(uid), "%s", pod->uid);
	CU_ASSERT_PTR_NOT_NULL_FATAL(pod->sandbox);
	snprintf(first, sizeof(first), "%s", pod->sandbox->id);
	caa_crash(node, 2, "Error");
	sim_advance(&simulator, 10);
	CU_ASSERT_FALSE(pod->now.ready);
	CU_ASSERT_EQUAL(podvms(&simulator.world, false), 1);
	sim_advance(&simulator, 400);
	UNIT_SAME_TEXT(pod->uid, uid);
	CU_ASSERT_TRUE(pod->now.ready && pod->now.restarts == 1);
	CU_ASSERT_TRUE(pod->sandbox && strcmp(pod->sandbox->id, first) != 0);
	CU_ASSERT_EQUAL(node->caa.restarts, 1);
	CU_ASSERT_EQUAL(node->caa.state, CAA_READY);
	CU_ASSERT_TRUE(lines_hold(node->caa.previous, first));
	CU_ASSERT_TRUE(lines_hold(node->caa.current, "All PeerPods standup"));
	CU_ASSERT_EQUAL(podvms(&simulator.world, false), 1);
	// A roll-out takes the logs with it.
	caa_roll_out(kubernetes);
	sim_advance(&simulator, 600);
	CU_ASSERT_FALSE(log_holds(kubernetes, first));
	sim_end(&simulator);
}

static void a_name_comes_back_with_another_pod(void)
{
	struct simulator simulator;
	struct kubernetes *kubernetes = begin(&simulator, &(struct setting){.pods = 1});
	struct pod *pod = kubernetes->pods.items[0];
	char uid[UID_SIZE];
	snprintf(uid, sizeof(uid), "%s", pod->uid);
	CU_ASSERT_TRUE(leak_provoke(kubernetes, LEAK_G7));
	sim_advance(&simulator, 600);
	pod = pod_find(kubernetes, "data", "db-0");
	CU_ASSERT_PTR_NOT_NULL_FATAL(pod);
	CU_ASSERT_TRUE(strcmp(pod->uid, uid) != 0 && pod->now.ready);
	const struct instance *old = (const void *)lost(&simulator.world, "G7", KIND_INSTANCE);
	CU_ASSERT_PTR_NOT_NULL_FATAL(old);
	UNIT_SAME_TEXT(old->made_for.uid, uid);
	const struct instance *new = world_find(&simulator.world, KIND_INSTANCE, pod->sandbox->made_id);
	CU_ASSERT_PTR_NOT_NULL_FATAL(new);
	CU_ASSERT_EQUAL(strncmp(old->name, new->name, strlen("podvm-db-0-")), 0);
	CU_ASSERT_TRUE(strcmp(old->name, new->name) != 0);
	sim_end(&simulator);
}

static void a_pod_nobody_sees_any_more_still_uses_its_vm(void)
{
	struct simulator simulator;
	struct kubernetes *kubernetes = begin(&simulator, &(struct setting){.nodes = 2, .pods = 2});
	struct pod *pod = pod_find(kubernetes, "data", "db-0");
	CU_ASSERT_PTR_NOT_NULL_FATAL(pod);
	struct kube_node *node = pod->node;
	char vm[HOLDER_SIZE];
	snprintf(vm, sizeof(vm), "%s", pod->sandbox->made_id);
	node_partition(node);
	sim_advance(&simulator, 120);
	CU_ASSERT_FALSE(node->ready);
	happening_run(kubernetes, "force-delete", "db-0");
	sim_advance(&simulator, 900);
	// It has been replaced on the other node, and runs on.
	const struct pod *successor = pod_find(kubernetes, "data", "db-0");
	CU_ASSERT_TRUE(successor && successor->node != node && successor->now.ready);
	const struct instance *instance = world_find(&simulator.world, KIND_INSTANCE, vm);
	CU_ASSERT_TRUE(
	        instance && instance->use.pod && strcmp(instance->use.uid, successor ? successor->uid : "") != 0);
	const cJSON *tree = kube_get(kubernetes->kube, kube_resource(kubernetes->kube, "pods"), "data", "db-0");
	UNIT_SAME_TEXT(tree_text(tree, "metadata.uid"), successor->uid);
	node_heal(node);
	sim_advance(&simulator, 300);
	CU_ASSERT_PTR_NULL(world_find(&simulator.world, KIND_INSTANCE, vm));
	sim_end(&simulator);
}

static void kubelet_gives_up_before_the_shim_does(void)
{
	struct simulator simulator;
	struct kubernetes *kubernetes = begin(&simulator, &(struct setting){.pods = 1});
	struct pod *pod = kubernetes->pods.items[0];
	kubernetes->slow = 1;
	kubernetes->slow_ms = 91 * 1000;
	kubernetes->config.proxy_timeout_ms = 590 * 1000;
	caa_crash(kubernetes->nodes.items[0], 1, "Error");
	sim_advance(&simulator, 60);
	CU_ASSERT_PTR_NOT_NULL_FATAL(pod->sandbox);
	pod->sandbox->boot_ms = 300 * 1000;
	sim_advance(&simulator, 230);
	CU_ASSERT_TRUE(pod->sandbox && pod->sandbox->given_up);
	CU_ASSERT_EQUAL(podvms(&simulator.world, true), 1);
	CU_ASSERT_TRUE(event_holds(kubernetes, "FailedCreatePodSandBox"));
	kubernetes->slow = 0;
	sim_advance(&simulator, 900);
	CU_ASSERT_TRUE(pod->now.ready);
	sim_end(&simulator);
}

static void a_finished_job_keeps_its_object_and_not_its_vm(void)
{
	struct simulator simulator;
	struct kubernetes *kubernetes = begin(&simulator, &(struct setting){.pods = 1});
	workload_add(kubernetes,
	        &(struct workload_plan){
	                .sort = WORKLOAD_JOB, .namespace = "ci", .name = "build", .replicas = 1, .job_ms = 60000});
	sim_advance(&simulator, 300);
	const struct pod *pod, *done = NULL;
	EACH_OF(pod, &kubernetes->pods)
	if (pod->now.phase == POD_SUCCEEDED)
		done = pod;
	CU_ASSERT_PTR_NOT_NULL_FATAL(done);
	const cJSON *tree =
	        kube_get(kubernetes->kube, kube_resource(kubernetes->kube, "pods"), done->namespace, done->name);
	UNIT_SAME_TEXT(tree_text(tree, "status.phase"), "Succeeded");
	for (size_t i = 0; i < simulator.world.home->tables[KIND_INSTANCE].count; i++) {
		const struct instance *instance = (const void *)simulator.world.home->tables[KIND_INSTANCE].items[i];
		CU_ASSERT_FALSE(instance->made_for.uid && !strcmp(instance->made_for.uid, done->uid));
	}
	sim_end(&simulator);
}

static void a_mirror_comes_back_over_the_same_vm(void)
{
	struct simulator simulator;
	struct kubernetes *kubernetes = begin(&simulator, &(struct setting){.pods = 1});
	workload_add(kubernetes,
	        &(struct workload_plan){.sort = WORKLOAD_STATIC, .namespace = "edge", .name = "relay", .replicas = 1});
	sim_advance(&simulator, 300);
	struct pod *pod, *mirror = NULL;
	EACH_OF(pod, &kubernetes->pods)
	if (pod->mirror)
		mirror = pod;
	CU_ASSERT_PTR_NOT_NULL_FATAL(mirror);
	CU_ASSERT_PTR_NOT_NULL_FATAL(mirror->sandbox);
	char uid[UID_SIZE], vm[HOLDER_SIZE];
	snprintf(uid, sizeof(uid), "%s", mirror->uid);
	snprintf(vm, sizeof(vm), "%s", mirror->sandbox->made_id);
	const struct kube_resource *pods = kube_resource(kubernetes->kube, "pods");
	kube_delete(kubernetes->kube, kube_find(kubernetes->kube, pods, "edge", mirror->name), -1, KUBE_BACKGROUND);
	sim_advance(&simulator, 300);
	const cJSON *tree = kube_get(kubernetes->kube, pods, "edge", mirror->name);
	CU_ASSERT_PTR_NOT_NULL_FATAL(tree);
	CU_ASSERT_TRUE(strcmp(tree_text(tree, "metadata.uid"), uid) != 0);
	CU_ASSERT_TRUE(tree_time(tree, "metadata.creationTimestamp") >
	               tree_time(tree_path(tree, "status.containerStatuses")->child, "state.running.startedAt"));
	const struct instance *instance = world_find(&simulator.world, KIND_INSTANCE, vm);
	CU_ASSERT_PTR_NOT_NULL_FATAL(instance);
	UNIT_SAME_TEXT(instance->use.uid, mirror->uid);
	sim_end(&simulator);
}

static void the_objects_tell_what_is(void)
{
	struct simulator simulator;
	struct kubernetes *kubernetes = begin(&simulator, &(struct setting){.controller = "ready"});
	struct kube *kube = kubernetes->kube;
	const cJSON *tree = kube_get(kube, kube_resource(kube, "pods"), "data", "db-1");
	CU_ASSERT_PTR_NOT_NULL_FATAL(tree);
	UNIT_SAME_TEXT(tree_text(tree, "spec.runtimeClassName"), "kata-remote");
	UNIT_SAME_TEXT(tree_text(tree, "status.phase"), "Running");
	UNIT_SAME_TEXT(tree_text(tree_find(tree_path(tree, "status.conditions"), "type", "Ready"), "status"), "True");
	CU_ASSERT_TRUE(*tree_text(tree, "status.podIP") != 0);
	tree = kube_get(kube, kube_resource(kube, "configmaps"), "confidential-containers-system", "peer-pods-cm");
	UNIT_SAME_TEXT(tree_text(tree, "data.VSWITCH_ID"), kubernetes->config.vswitch_id);
	UNIT_SAME_TEXT(tree_text(tree, "data.CLOUD_PROVIDER"), "alibabacloud");
	tree = kube_get(kube, kube_resource(kube, "daemonsets.apps"), "confidential-containers-system",
	        "cloud-api-adaptor-daemonset");
	CU_ASSERT_EQUAL(tree_int(tree, "status.numberReady", 0), 1);
	CU_ASSERT_EQUAL(kube_count(kube, kube_resource(kube, "peerpods.confidentialcontainers.org")), 3);
	sim_end(&simulator);
}

#define NAMESPACE "confidential-containers-system"

static void apply(struct kube *kube, const char *resource, cJSON *object)
{
	CU_ASSERT_PTR_NOT_NULL(kube_put(kube, kube_resource(kube, resource), object, "kubectl-client-side-apply"));
}

static void apply_set(struct kube *kube, const char *volumes)
{
	apply(kube, "daemonsets.apps",
	        tree_printf(
	                "{\"metadata\":{\"name\":\"cloud-api-adaptor-daemonset\",\"namespace\":\"" NAMESPACE
	                "\"},\"spec\":{\"selector\":{\"matchLabels\":{\"app\":\"cloud-api-adaptor\"}},\"template\":{"
	                "\"metadata\":{\"labels\":{\"app\":\"cloud-api-adaptor\"}},\"spec\":{\"nodeSelector\":{"
	                "\"node.kubernetes.io/worker\":\"\"},\"containers\":[{\"name\":\"cloud-api-adaptor-con\","
	                "\"image\":\"quay.io/confidential-containers/cloud-api-adaptor:v0.21.1\",\"envFrom\":[{"
	                "\"secretRef\":{\"name\":\"peer-pods-secret\"}},{\"configMapRef\":{\"name\":\"peer-pods-cm\"}}]"
	                "}],"
	                "\"volumes\":[%s]}}}}",
	                volumes));
}

static void give_role(struct world *world, const struct cluster *cluster, const char *actions)
{
	char trust[1024], policy[512];
	snprintf(trust, sizeof(trust),
	        "{\"Version\":\"1\",\"Statement\":[{\"Action\":\"sts:AssumeRole\",\"Effect\":\"Allow\",\"Principal\":{"
	        "\"Federated\":[\"%s\"]},\"Condition\":{\"StringEquals\":{\"oidc:iss\":\"%s\",\"oidc:aud\":"
	        "\"sts.aliyuncs.com\",\"oidc:sub\":\"system:serviceaccount:" NAMESPACE ":cloud-api-adaptor\"}}}]}",
	        rrsa_provider_arn(world, cluster), rrsa_issuer(world, cluster));
	snprintf(policy, sizeof(policy),
	        "{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[%s],\"Resource\":[\"*\"]}]}",
	        actions);
	struct role *role = role_find(world, "caa-alibaba");
	if (!role)
		role = role_create(world, "caa-alibaba", "", world_text(world, trust), MADE_BY_API);
	const char *name = role->policy_count ? "caa-second" : "caa-first";
	policy_create(world, name, "", world_text(world, policy), MADE_BY_API);
	CU_ASSERT_TRUE(role_attach(world, role, "Custom", name));
}

static void one_that_is_applied_by_hand_says_what_it_lacks(void)
{
	struct simulator simulator;
	begin(&simulator, &(struct setting){0});
	struct world *world = &simulator.world;
	struct kubernetes *kubernetes = kubernetes_at(world, 1);
	CU_ASSERT_PTR_NOT_NULL_FATAL(kubernetes);
	struct cluster *cluster = kubernetes->cluster;
	struct kube *kube = kubernetes->kube;
	struct node_pool *pool = node_pool_create(world, RANDOM_API, cluster, "w", MADE_BY_API);
	pool->types[pool->type_count++] = "ecs.g7.xlarge";
	pool->vswitches[pool->vswitch_count++] = cluster->vswitches[0];
	CU_ASSERT_PTR_NOT_NULL_FATAL(node_create(world, RANDOM_API, pool, 0));
	sim_advance(&simulator, 200);
	CU_ASSERT_EQUAL_FATAL(kubernetes->nodes.count, 1);
	apply(kube, "namespaces", tree_printf("{\"metadata\":{\"name\":\"" NAMESPACE "\"}}"));
	apply_set(kube, "");
	sim_advance(&simulator, 60);
	CU_ASSERT_TRUE(log_holds(kubernetes, "Required environment variable VSWITCH_ID is NOT set"));
	const struct instance_type *type = instance_type_find("ecs.g8i.xlarge");
	const struct vswitch *vswitch =
	        vswitch_selling(world, RANDOM_API, cluster->vswitches, cluster->vswitch_count, type);
	apply(kube, "configmaps",
	        tree_printf("{\"metadata\":{\"name\":\"peer-pods-cm\",\"namespace\":\"" NAMESPACE
	                    "\"},\"data\":{\"CLOUD_PROVIDER\":\"alibabacloud\",\"REGION\":\"cn-hongkong\",\"VSWITCH_"
	                    "ID\":\"%s\","
	                    "\"SECURITY_GROUP_IDS\":\"%s\",\"IMAGEID\":\"m-j6ccaapodvm\",\"INSTANCE_TYPE\":"
	                    "\"ecs.g8i.xlarge\"}}",
	                vswitch->base.id, cluster->group->base.id));
	char arn[128];
	struct buffer encoded;
	snprintf(arn, sizeof(arn), "acs:ram::%s:role/caa-alibaba", world->account);
	buffer_init(&encoded, 1024);
	text_add_base64(&encoded, arn, strlen(arn));
	apply(kube, "secrets",
	        tree_printf("{\"metadata\":{\"name\":\"peer-pods-secret\",\"namespace\":\"" NAMESPACE
	                    "\"},\"data\":{\"ALIBABA_CLOUD_ROLE_ARN\":\"%s\"}}",
	                buffer_text(&encoded)));
	buffer_finish(&encoded);
	sim_advance(&simulator, 400);
	CU_ASSERT_TRUE(log_holds(kubernetes, "failed to pass authentication of alibaba cloud"));
	apply_set(kube, "{\"name\":\"token\",\"projected\":{\"sources\":[{\"serviceAccountToken\":{\"audience\":"
	                "\"sts.aliyuncs.com\",\"expirationSeconds\":3600,\"path\":\"token\"}}]}}");
	sim_advance(&simulator, 400);
	CU_ASSERT_TRUE(log_holds(kubernetes, "failed to get credential of alibaba cloud"));
	give_role(world, cluster, "\"ecs:RunInstances\",\"ecs:DeleteInstance\",\"vpc:*\"");
	sim_advance(&simulator, 700);
	CU_ASSERT_TRUE(log_holds(kubernetes, "failed to update instance type spec list"));
	give_role(world, cluster, "\"ecs:DescribeInstanceTypes\"");
	sim_advance(&simulator, 700);
	CU_ASSERT_TRUE(log_holds(kubernetes, "server started"));
	const struct kube_node *node = kubernetes->nodes.items[0];
	CU_ASSERT_EQUAL(node->caa.state, CAA_READY);
	apply(kube, "pods",
	        tree_printf(
	                "{\"metadata\":{\"name\":\"nginx\",\"namespace\":\"default\"},\"spec\":{\"runtimeClassName\":"
	                "\"kata-remote\",\"containers\":[{\"name\":\"nginx\",\"image\":\"nginx\"}],\"restartPolicy\":"
	                "\"Always\"}}"));
	sim_advance(&simulator, 180);
	const cJSON *tree = kube_get(kube, kube_resource(kube, "pods"), "default", "nginx");
	UNIT_SAME_TEXT(tree_text(tree, "status.phase"), "Running");
	const struct pod *pod = pod_find(kubernetes, "default", "nginx");
	CU_ASSERT_PTR_NOT_NULL_FATAL(pod);
	CU_ASSERT_PTR_NOT_NULL_FATAL(pod->sandbox);
	char vm[HOLDER_SIZE];
	snprintf(vm, sizeof(vm), "%s", pod->sandbox->made_id);
	CU_ASSERT_PTR_NOT_NULL(world_find(world, KIND_INSTANCE, vm));
	kube_delete(kube, kube_find(kube, kube_resource(kube, "pods"), "default", "nginx"), -1, KUBE_BACKGROUND);
	sim_advance(&simulator, 120);
	CU_ASSERT_PTR_NULL(world_find(world, KIND_INSTANCE, vm));
	CU_ASSERT_PTR_NULL(kube_find(kube, kube_resource(kube, "pods"), "default", "nginx"));
	sim_end(&simulator);
}

static void pieces_of_time_make_no_difference(void)
{
	struct simulator one, other;
	sim_begin(&one, "world", -1, -1);
	sim_begin(&other, "world", -1, -1);
	sim_advance(&one, 7200);
	for (int i = 0; i < 72; i++)
		sim_advance(&other, 100);
	for (size_t r = 0; r < one.world.region_count; r++) {
		const struct table *a = &one.world.regions[r].tables[KIND_INSTANCE],
		                   *b = &other.world.regions[r].tables[KIND_INSTANCE];
		CU_ASSERT_EQUAL_FATAL(a->count, b->count);
		for (size_t i = 0; i < a->count; i++)
			UNIT_SAME_TEXT(a->items[i]->id, b->items[i]->id);
	}
	sim_end(&one);
	sim_end(&other);
}

// What runs where the API server is heard has a pod object that says so, and the other way round.
static size_t disagreements(const struct kubernetes *kubernetes)
{
	const struct sandbox *sandbox;
	const struct pod *pod;
	size_t count = 0;
	EACH_OF(sandbox, &kubernetes->sandboxes)
	{
		if (sandbox->node->state != NODE_UP || sandbox->state != SANDBOX_RUNNING)
			continue;
		const struct kube_object *object = kube_by_uid(kubernetes->kube, sandbox->pod_uid);
		const char *phase = object ? tree_text(kube_tree(kubernetes->kube, object), "status.phase") : "gone";
		pod = pod_by_uid(kubernetes, sandbox->pod_uid);
		bool ending = pod && (pod->deleting || !pod->in_api);
		if (strcmp(phase, "Running") != 0 && !ending) {
			printf("\n    %s/%s runs, its object: %s\n", sandbox->namespace, sandbox->pod, phase);
			count++;
		}
	}
	EACH_OF(pod, &kubernetes->pods)
	{
		const struct kube_object *object = kube_by_uid(kubernetes->kube, pod->uid);
		if (pod->in_api != (object != NULL)) {
			printf("\n    %s/%s %s\n", pod->namespace, pod->name, object ? "is no more" : "has no object");
			count++;
		}
		if (object && pod->shown.ready && !pod->lost_written && pod->node && pod->node->state == NODE_UP) {
			const cJSON *conditions = tree_path(kube_tree(kubernetes->kube, object), "status.conditions");
			if (strcmp(tree_text(tree_find(conditions, "type", "Ready"), "status"), "True") != 0) {
				printf("\n    %s/%s is ready and does not look it\n", pod->namespace, pod->name);
				count++;
			}
		}
	}
	return count;
}

static void objects_agree_with_what_runs(void)
{
	struct simulator simulator;
	struct error error = {0};
	sim_begin(&simulator, "world", -1, -1);
	for (uint64_t seed = 100; seed < 130; seed++) {
		CU_ASSERT_TRUE_FATAL(simulator_reset(&simulator, "world", seed, &error));
		for (int step = 0; step < 6; step++) {
			sim_advance(&simulator, 613);
			for (size_t i = 0; i < kubernetes_count(&simulator.world); i++) {
				size_t wrong = disagreements(kubernetes_at(&simulator.world, i));
				if (wrong)
					printf("    seed %d, step %d\n", (int)seed, step);
				CU_ASSERT_EQUAL(wrong, 0);
			}
		}
	}
	sim_end(&simulator);
}

static void a_reset_makes_another_world_in_place(void)
{
	struct simulator simulator;
	struct error error = {0};
	char account[32], key[64], url[64];
	sim_begin(&simulator, "demo", -1, -1);
	snprintf(account, sizeof(account), "%s", simulator.world.account);
	snprintf(key, sizeof(key), "%s", identity_first(simulator.world.identities)->key_id);
	snprintf(url, sizeof(url), "%s", simulator.url);
	for (uint64_t seed = 1; seed < 6; seed++) {
		CU_ASSERT_TRUE(simulator_reset(&simulator, "world", seed, &error));
		sim_advance(&simulator, 1800);
		UNIT_SAME_TEXT(simulator.world.account, account);
		UNIT_SAME_TEXT(identity_first(simulator.world.identities)->key_id, key);
		UNIT_SAME_TEXT(simulator.url, url);
		struct sim_reply reply = sim_rpc(&simulator, "ecs", "DescribeInstances", "RegionId=cn-beijing");
		CU_ASSERT_EQUAL(reply.status, 200);
		sim_done(&reply);
	}
	CU_ASSERT_FALSE(simulator_reset(&simulator, "no-such-scenario", 1, &error));
	CU_ASSERT_TRUE(kubernetes_count(&simulator.world) > 0);
	sim_end(&simulator);
}

static const struct unit_test tests[] = {
        UNIT_TEST(each_path_loses_a_vm_and_leaves_its_trace),
        UNIT_TEST(peerpods_stay_where_nobody_releases_them),
        UNIT_TEST(a_vm_without_a_peerpod_is_never_found_by_the_controller),
        UNIT_TEST(a_restart_gives_the_same_pod_a_new_vm),
        UNIT_TEST(a_name_comes_back_with_another_pod),
        UNIT_TEST(a_pod_nobody_sees_any_more_still_uses_its_vm),
        UNIT_TEST(kubelet_gives_up_before_the_shim_does),
        UNIT_TEST(a_finished_job_keeps_its_object_and_not_its_vm),
        UNIT_TEST(a_mirror_comes_back_over_the_same_vm),
        UNIT_TEST(the_objects_tell_what_is),
        UNIT_TEST(one_that_is_applied_by_hand_says_what_it_lacks),
        UNIT_TEST(pieces_of_time_make_no_difference),
        UNIT_TEST(objects_agree_with_what_runs),
        UNIT_TEST(a_reset_makes_another_world_in_place),
};
const struct unit_suite sim_caa_suite = UNIT_SUITE("caa", tests);
