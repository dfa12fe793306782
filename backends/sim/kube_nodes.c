// SPDX-License-Identifier: Apache-2.0
// Nodes: made from the cluster's instances, kept alive by their kubelets, judged by the node controller.
// kubernetes docs: Nodes, Node Lifecycle.
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "sim/catalog.h"
#include "sim/kube_populate.h"
#include "sim/kube_private.h"

#include "base/banned.h"

enum {
	JOIN_MS = 90 * 1000,
	BEAT_MS = 10 * 1000,
	STATUS_BEATS = 30,
	GRACE_MS = 40 * 1000,
	EVICT_MS = 300 * 1000,
	SYSTEM_KIB = 1900 * 1024,
};

static struct instance *instance_of(const struct kube *kube, const cJSON *node)
{
	const char *id = strchr(tree_text(node, "spec.providerID"), '.');
	return id ? world_find(kube->world, KIND_INSTANCE, id + 1) : NULL;
}

static bool is_alive(const struct instance *instance)
{
	return instance && !strcmp(instance->base.state, "Running") && !strcmp(instance->node_status, "Ready") &&
	       !instance->cut_off;
}

static void add_condition(struct kube *kube, cJSON *status, const char *type, bool good, const char *reason,
        const char *message, int64_t since)
{
	cJSON *condition = cJSON_CreateObject();
	tree_set_text(condition, "type", type);
	tree_set_text(condition, "status", good ? "True" : "False");
	tree_set_time(condition, "lastHeartbeatTime", kube_now(kube));
	tree_set_time(condition, "lastTransitionTime", since);
	tree_set_text(condition, "reason", reason);
	tree_set_text(condition, "message", message);
	cJSON_AddItemToArray(tree_list(status, "conditions"), condition);
}

static void add_conditions(struct kube *kube, cJSON *status, int64_t since)
{
	add_condition(kube, status, "MemoryPressure", false, "KubeletHasSufficientMemory",
	        "kubelet has sufficient memory available", since);
	add_condition(
	        kube, status, "DiskPressure", false, "KubeletHasNoDiskPressure", "kubelet has no disk pressure", since);
	add_condition(kube, status, "PIDPressure", false, "KubeletHasSufficientPID",
	        "kubelet has sufficient PID available", since);
	add_condition(kube, status, "Ready", true, "KubeletReady", "kubelet is posting ready status", since);
}

static void add_resources(
        cJSON *status, const char *name, const struct instance_type *type, bool allocatable, bool peer_pods)
{
	cJSON *list = tree_object(status, name);
	char text[64];
	long long memory = (long long)type->memory_mib * 1024 - 300 * 1024;
	snprintf(text, sizeof(text), allocatable ? "%dm" : "%d", allocatable ? type->cpu * 1000 - 80 : type->cpu);
	tree_set_text(list, "cpu", text);
	tree_set_text(list, "ephemeral-storage", allocatable ? "113783526022" : "123460784Ki");
	tree_set_text(list, "hugepages-1Gi", "0");
	tree_set_text(list, "hugepages-2Mi", "0");
	if (peer_pods)
		tree_set_text(list, "kata.peerpods.io/vm", "10");
	snprintf(text, sizeof(text), "%lldKi", allocatable ? memory - SYSTEM_KIB : memory);
	tree_set_text(list, "memory", text);
	tree_set_text(list, "pods", "128");
}

// Those that the node pool was made with: [{"key": …, "value": …}].
static void add_pool_labels(const struct node_pool *pool, cJSON *labels)
{
	cJSON *list = pool->labels ? cJSON_Parse(pool->labels) : NULL;
	const cJSON *label;
	cJSON_ArrayForEach(label, list)
	{
		const char *key = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(label, "key"));
		const char *value = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(label, "value"));
		if (key && *key)
			tree_set_text(labels, key, value ? value : "");
	}
	cJSON_Delete(list);
}

static void add_labels(const struct instance *instance, cJSON *metadata, bool peer_pods)
{
	cJSON *labels = tree_object(metadata, "labels");
	const char *zone = instance->vswitch->zone, *region = instance->base.region->id;
	const char *architecture = strstr(instance->type->architecture, "arm") ? "arm64" : "amd64";
	tree_set_text(labels, "ack.aliyun.com", instance->cluster->base.id);
	if (instance->pool)
		tree_set_text(labels, "alibabacloud.com/nodepool-id", instance->pool->base.id);
	tree_set_text(labels, "beta.kubernetes.io/arch", architecture);
	tree_set_text(labels, "beta.kubernetes.io/os", "linux");
	tree_set_text(labels, "kubernetes.io/arch", architecture);
	tree_set_text(labels, "kubernetes.io/hostname", instance->hostname);
	tree_set_text(labels, "kubernetes.io/os", "linux");
	tree_set_text(labels, "node.kubernetes.io/instance-type", instance->type->id);
	tree_set_text(labels, "topology.kubernetes.io/region", region);
	tree_set_text(labels, "topology.kubernetes.io/zone", zone);
	if (instance->pool)
		add_pool_labels(instance->pool, labels);
	if (peer_pods) {
		tree_set_text(labels, "katacontainers.io/kata-runtime", "true");
		tree_set_text(labels, "node.kubernetes.io/worker", "");
	}
}

static void add_info(const struct instance *instance, cJSON *status)
{
	cJSON *info = tree_object(status, "nodeInfo");
	char version[64], uuid[48];
	snprintf(version, sizeof(version), "v%s", instance->cluster->version);
	snprintf(uuid, sizeof(uuid), "%s", instance->serial);
	tree_set_text(info, "machineID", uuid);
	tree_set_text(info, "systemUUID", uuid);
	tree_set_text(info, "bootID", uuid);
	tree_set_text(info, "kernelVersion", "5.10.134-19.al8.x86_64");
	tree_set_text(info, "osImage", "Alibaba Cloud Linux 3.2104 U12 (OpenAnolis Edition)");
	tree_set_text(info, "containerRuntimeVersion", "containerd://2.1.5");
	tree_set_text(info, "kubeletVersion", version);
	tree_set_text(info, "kubeProxyVersion", "");
	tree_set_text(info, "operatingSystem", "linux");
	tree_set_text(info, "architecture", strstr(instance->type->architecture, "arm") ? "arm64" : "amd64");
}

static void write_lease(struct kube *kube, const struct kube_object *node)
{
	const struct kube_resource *leases = kube_resource(kube, "leases.coordination.k8s.io");
	const cJSON *present = kube_get(kube, leases, "kube-node-lease", node->name);
	cJSON *lease =
	        present ? tree_copy(present)
	                : tree_printf("{\"metadata\":{\"name\":\"%s\",\"namespace\":\"kube-node-lease\","
	                              "\"ownerReferences\":[{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"name\":\"%s\","
	                              "\"uid\":\"%s\"}]},\"spec\":{\"holderIdentity\":\"%s\","
	                              "\"leaseDurationSeconds\":40}}",
	                          node->name, node->name, node->uid, node->name);
	const struct instance *instance = instance_of(kube, kube_tree(kube, node));
	// The kubelet stamps it by its own clock.
	int64_t now = instance ? kube->world->now + instance->clock_offset : kube_now(kube);
	tree_set_micro_time(tree_object(lease, "spec"), "renewTime", now - now % BEAT_MS + node->uid[0] * 10);
	kube_put(kube, leases, lease, "kubelet");
}

static void create_node(struct kube *kube, const struct instance *instance)
{
	const struct kube_resource *nodes = kube_resource(kube, "nodes");
	bool peer_pods = kube->cluster->base.made_by == MADE_BY_WORLD;
	char ip[IP_TEXT_SIZE];
	int64_t joined = instance->base.created + JOIN_MS;
	ip_format(instance->private_ip, ip);
	cJSON *node = tree_printf("{\"metadata\":{\"name\":\"%s\"},\"spec\":{\"providerID\":\"%s.%s\"},\"status\":{}}",
	        instance->hostname, instance->base.region->id, instance->base.id);
	cJSON *metadata = tree_object(node, "metadata"), *status = tree_object(node, "status");
	add_labels(instance, metadata, peer_pods);
	tree_set_text(
	        tree_object(metadata, "annotations"), "volumes.kubernetes.io/controller-managed-attach-detach", "true");
	tree_set_time(metadata, "creationTimestamp", joined < kube_now(kube) ? joined : kube_now(kube));
	add_resources(status, "capacity", instance->type, false, peer_pods);
	add_resources(status, "allocatable", instance->type, true, peer_pods);
	add_conditions(kube, status, joined < kube_now(kube) ? joined : kube_now(kube));
	cJSON_AddItemToArray(
	        tree_list(status, "addresses"), tree_printf("{\"type\":\"InternalIP\",\"address\":\"%s\"}", ip));
	cJSON_AddItemToArray(tree_list(status, "addresses"),
	        tree_printf("{\"type\":\"Hostname\",\"address\":\"%s\"}", instance->hostname));
	tree_set(status, "daemonEndpoints", tree_printf("{\"kubeletEndpoint\":{\"Port\":10250}}"));
	add_info(instance, status);
	const struct kube_object *made = kube_put(kube, nodes, node, "kubelet");
	if (!made)
		return;
	write_lease(kube, made);
	if (kube->populated)
		kube_event(kube, made, "Normal", "RegisteredNode", "node-controller", NULL,
		        "Node %s event: Registered Node %s in Controller", made->name, made->name);
}

static void set_taint(cJSON *node, const char *key, bool wanted)
{
	cJSON *spec = tree_object(node, "spec"), *taints = tree_member(spec, "taints");
	cJSON *taint = tree_find(taints, "key", key);
	if (taint && !wanted)
		cJSON_Delete(cJSON_DetachItemViaPointer(taints, taint));
	else if (!taint && wanted)
		cJSON_AddItemToArray(
		        tree_list(spec, "taints"), tree_printf("{\"key\":\"%s\",\"effect\":\"NoExecute\"}", key));
	if (taints && !taints->child)
		tree_set(spec, "taints", NULL);
}

// What the node controller writes about a node whose kubelet is silent, and the kubelet when it is back.
static void judge(struct kube *kube, const struct kube_object *object, bool alive)
{
	cJSON *node = tree_copy(kube_tree(kube, object)), *condition;
	cJSON_ArrayForEach(condition, tree_path(node, "status.conditions"))
	{
		bool is_ready = !strcmp(tree_text(condition, "type"), "Ready");
		tree_set_text(condition, "status", !alive ? "Unknown" : is_ready ? "True" : "False");
		tree_set_text(condition, "reason",
		        !alive     ? "NodeStatusUnknown"
		        : is_ready ? "KubeletReady"
		                   : "KubeletIsFine");
		tree_set_text(condition, "message",
		        !alive ? "Kubelet stopped posting node status." : "kubelet is posting ready status");
		tree_set_time(condition, "lastTransitionTime", kube_now(kube));
		if (alive)
			tree_set_time(condition, "lastHeartbeatTime", kube_now(kube));
	}
	set_taint(node, "node.kubernetes.io/unreachable", !alive);
	const struct kube_object *still =
	        kube_put(kube, object->resource, node, alive ? "kubelet" : "kube-controller-manager");
	if (still)
		kube_event(kube, still, alive ? "Normal" : "Normal", alive ? "NodeReady" : "NodeNotReady",
		        "node-controller", NULL, "Node %s status is now: %s", still->name,
		        alive ? "NodeReady" : "NodeNotReady");
}

static bool looks_ready(const cJSON *node)
{
	return !strcmp(tree_text(tree_find(tree_path(node, "status.conditions"), "type", "Ready"), "status"), "True");
}

static void evict_pods(struct kube *kube, const char *node, bool at_once)
{
	const struct kube_resource *pods = kube_resource(kube, "pods");
	for (size_t i = kube_count(kube, pods); i-- > 0;) {
		const struct kube_object *pod = kube_at(kube, pods, i);
		if (!pod || strcmp(kube_state_field(pod->state, 0), node) != 0)
			continue;
		bool stays = strstr(pod->state->text, "\"kind\":\"DaemonSet\"") ||
		             strstr(pod->state->text, "kubernetes.io/config.mirror");
		if (at_once)
			kube_remove(kube, pod);
		else if (!stays && !pod->deletion)
			kube_delete(kube, pod, -1, KUBE_BACKGROUND);
	}
}

static void on_long_silent(struct kube *kube, const struct kube_object *node, int64_t argument)
{
	(void)argument;
	if (!is_alive(instance_of(kube, kube_tree(kube, node))))
		evict_pods(kube, node->name, false);
}

static void on_silent(struct kube *kube, const struct kube_object *node, int64_t argument)
{
	(void)argument;
	const cJSON *tree = kube_tree(kube, node);
	if (is_alive(instance_of(kube, tree)) || !looks_ready(tree))
		return;
	judge(kube, node, false);
	kube_later(kube, EVICT_MS, node, on_long_silent, 0);
}

static void drop_node(struct kube *kube, const struct kube_object *node)
{
	char name[256];
	snprintf(name, sizeof(name), "%s", node->name);
	kube_remove(kube, node);
	evict_pods(kube, name, true);
}

void kube_nodes_sync(struct kube *kube)
{
	const struct kube_resource *nodes = kube_resource(kube, "nodes");
	const struct table *table = &kube->cluster->base.region->tables[KIND_INSTANCE];
	for (size_t i = 0; i < table->count; i++) {
		const struct instance *instance = (const void *)table->items[i];
		if (instance->cluster == kube->cluster && (is_alive(instance) || !kube->populated) &&
		        !kube_find(kube, nodes, NULL, instance->hostname))
			create_node(kube, instance);
	}
	for (size_t i = kube_count(kube, nodes); i-- > 0;) {
		const struct kube_object *node = kube_at(kube, nodes, i);
		const cJSON *tree = kube_tree(kube, node);
		const struct instance *instance = instance_of(kube, tree);
		bool alive = is_alive(instance), ready = looks_ready(tree);
		if (*tree_text(tree, "spec.providerID") && (!instance || instance->cluster != kube->cluster))
			drop_node(kube, node);
		else if (alive && !ready)
			judge(kube, node, true);
		else if (!alive && ready)
			kube_later(kube, GRACE_MS, node, on_silent, 0);
	}
}

static void sync_later(struct kube *kube, const struct kube_object *none, int64_t argument)
{
	(void)none, (void)argument;
	kube_nodes_sync(kube);
}

void kube_nodes_changed(struct cluster *cluster)
{
	if (cluster && cluster->kube)
		kube_later(cluster->kube, 1000, NULL, sync_later, 0);
}

void kube_nodes_beat(struct kube *kube)
{
	const struct kube_resource *nodes = kube_resource(kube, "nodes");
	for (size_t i = 0; i < kube_count(kube, nodes); i++) {
		const struct kube_object *node = kube_at(kube, nodes, i);
		if (is_alive(instance_of(kube, kube_tree(kube, node))))
			write_lease(kube, node);
	}
}

static void beat_status(struct kube *kube)
{
	const struct kube_resource *nodes = kube_resource(kube, "nodes");
	for (size_t i = 0; i < kube_count(kube, nodes); i++) {
		const struct kube_object *node = kube_at(kube, nodes, i);
		const cJSON *tree = kube_tree(kube, node);
		if (!is_alive(instance_of(kube, tree)) || !looks_ready(tree))
			continue;
		cJSON *status = tree_copy(tree_member(tree, "status")), *condition;
		cJSON_ArrayForEach(condition, tree_member(status, "conditions"))
		{
			tree_set_time(condition, "lastHeartbeatTime", kube_now(kube));
		}
		kube_status(kube, node, status, "kubelet");
	}
}

// Leases are brought up to date when somebody looks; with nobody watching they need no timer.
static void beat(struct kube *kube, const struct kube_object *none, int64_t count)
{
	(void)none;
	if (kube_collection(kube, kube_resource(kube, "leases.coordination.k8s.io"))->watch_count)
		kube_nodes_beat(kube);
	if (count % STATUS_BEATS == 0)
		beat_status(kube);
	kube_later(kube, BEAT_MS, NULL, beat, count + 1);
}

void kube_nodes_begin(struct kube *kube)
{
	kube_later(kube, BEAT_MS, NULL, beat, 1);
}
