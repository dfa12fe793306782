// SPDX-License-Identifier: Apache-2.0
// What ACK puts into a new cluster: namespaces, roles, the system's DaemonSets and Deployments.
#include "config.h"
#include "sim/kube_populate.h"

#include <string.h>

#include "sim/kube_private.h"
#include "sim/kube_users.h"

#include "base/banned.h"

static void add_namespace(struct kube *kube, const char *name, int64_t created, const char *uid)
{
	const struct kube_resource *namespaces = kube_resource(kube, "namespaces");
	cJSON *namespace =
	        tree_printf("{\"metadata\":{\"name\":\"%s\",\"labels\":{\"kubernetes.io/metadata.name\":\"%s\"}},"
	                    "\"spec\":{\"finalizers\":[\"kubernetes\"]},\"status\":{\"phase\":\"Active\"}}",
	                name, name);
	if (kube_find(kube, namespaces, NULL, name)) {
		cJSON_Delete(namespace);
		return;
	}
	tree_set_time(tree_object(namespace, "metadata"), "creationTimestamp", created);
	if (uid)
		tree_set_text(tree_object(namespace, "metadata"), "uid", uid);
	kube_put(kube, namespaces, namespace, "kube-apiserver");
}

static void add_namespaces(struct kube *kube, int64_t created)
{
	const struct cluster *cluster = kube->cluster;
	const struct table *table = &cluster->base.region->tables[KIND_INSTANCE];
	add_namespace(kube, "arms-prom", created, NULL);
	add_namespace(kube, "default", created, NULL);
	add_namespace(kube, "kube-node-lease", created, NULL);
	add_namespace(kube, "kube-public", created, NULL);
	add_namespace(kube, "kube-system", created, cluster->uid);
	for (size_t i = 0; i < table->count; i++) {
		const struct instance *instance = (const void *)table->items[i];
		if (instance->use.pod && !strcmp(instance->use.cluster_id, cluster->base.id))
			add_namespace(kube, instance->use.namespace, created, NULL);
	}
}

static void add_daemon_set(
        struct kube *kube, const char *namespace, const char *name, const char *image, int64_t created)
{
	cJSON *set = tree_printf(
	        "{\"metadata\":{\"name\":\"%s\",\"namespace\":\"%s\",\"labels\":{\"k8s-app\":\"%s\"}},"
	        "\"spec\":{\"selector\":{\"matchLabels\":{\"k8s-app\":\"%s\"}},\"template\":{\"metadata\":{\"labels\":"
	        "{\"k8s-app\":\"%s\"}},\"spec\":{\"containers\":[{\"name\":\"%s\",\"image\":\"%s\","
	        "\"imagePullPolicy\":\"IfNotPresent\"}],\"hostNetwork\":true,\"priorityClassName\":"
	        "\"system-node-critical\",\"tolerations\":[{\"operator\":\"Exists\"}]}},"
	        "\"updateStrategy\":{\"type\":\"RollingUpdate\",\"rollingUpdate\":{\"maxUnavailable\":\"10%%\","
	        "\"maxSurge\":0}},"
	        "\"revisionHistoryLimit\":10}}",
	        name, namespace, name, name, name, name, image);
	tree_set_time(tree_object(set, "metadata"), "creationTimestamp", created);
	kube_put(kube, kube_resource(kube, "daemonsets.apps"), set, "addon-manager");
}

static void add_deployment(
        struct kube *kube, const char *namespace, const char *name, const char *image, int replicas, int64_t created)
{
	cJSON *deployment = tree_printf(
	        "{\"metadata\":{\"name\":\"%s\",\"namespace\":\"%s\",\"labels\":{\"k8s-app\":\"%s\"}},"
	        "\"spec\":{\"replicas\":%d,\"selector\":{\"matchLabels\":{\"k8s-app\":\"%s\"}},\"template\":{"
	        "\"metadata\":"
	        "{\"labels\":{\"k8s-app\":\"%s\"}},\"spec\":{\"containers\":[{\"name\":\"%s\",\"image\":\"%s\","
	        "\"imagePullPolicy\":\"IfNotPresent\"}],\"priorityClassName\":\"system-cluster-critical\"}},"
	        "\"strategy\":{\"type\":\"RollingUpdate\",\"rollingUpdate\":{\"maxUnavailable\":\"25%%\",\"maxSurge\":"
	        "\"25%%\"}},"
	        "\"revisionHistoryLimit\":10,\"progressDeadlineSeconds\":600}}",
	        name, namespace, name, replicas, name, name, name, image);
	tree_set_time(tree_object(deployment, "metadata"), "creationTimestamp", created);
	kube_put(kube, kube_resource(kube, "deployments.apps"), deployment, "addon-manager");
}

static void add_runtime_class(struct kube *kube, int64_t created)
{
	cJSON *class = tree_printf("{\"metadata\":{\"name\":\"kata-remote\"},\"handler\":\"kata-remote\","
	                           "\"overhead\":{\"podFixed\":{\"cpu\":\"250m\",\"memory\":\"120Mi\"}},"
	                           "\"scheduling\":{\"nodeSelector\":{\"katacontainers.io/kata-runtime\":\"true\"}}}");
	tree_set_time(tree_object(class, "metadata"), "creationTimestamp", created);
	kube_put(kube, kube_resource(kube, "runtimeclasses.node.k8s.io"), class, "manager");
}

static void add_service(struct kube *kube, int64_t created)
{
	cJSON *service =
	        tree_printf("{\"metadata\":{\"name\":\"kubernetes\",\"namespace\":\"default\",\"labels\":{"
	                    "\"component\":\"apiserver\","
	                    "\"provider\":\"kubernetes\"}},\"spec\":{\"ports\":[{\"name\":\"https\",\"protocol\":"
	                    "\"TCP\",\"port\":443,"
	                    "\"targetPort\":6443}],\"clusterIP\":\"172.21.0.1\",\"clusterIPs\":[\"172.21.0.1\"],"
	                    "\"type\":\"ClusterIP\","
	                    "\"sessionAffinity\":\"None\",\"ipFamilies\":[\"IPv4\"],\"ipFamilyPolicy\":\"SingleStack\","
	                    "\"internalTrafficPolicy\":\"Cluster\"},\"status\":{\"loadBalancer\":{}}}");
	tree_set_time(tree_object(service, "metadata"), "creationTimestamp", created);
	kube_put(kube, kube_resource(kube, "services"), service, "kube-apiserver");
}

void kube_populate(struct kube *kube)
{
	static const char registry[] = "registry-vpc.%s.aliyuncs.com/acs/";
	const struct cluster *cluster = kube->cluster;
	const char *base = world_printf(kube->world, registry, cluster->base.region->id);
	int64_t created = cluster->base.created + 5 * 60 * 1000;
	if (created > kube_now(kube))
		created = kube_now(kube);
	kube_users_begin(kube);
	kube_control_begin(kube);
	add_namespaces(kube, created);
	add_service(kube, created);
	kube_nodes_sync(kube);
	if (cluster->base.made_by == MADE_BY_WORLD) {
		add_runtime_class(kube, created);
		kube_define(
		        kube, "confidentialcontainers.org", "v1alpha1", "peerpods", "peerpod", "PeerPod", true, true);
		kube_define(kube, "confidentialcontainers.org", "v1beta1", "ccruntimes", "ccruntime", "CcRuntime",
		        false, true);
	}
	kube_kubelet_begin(kube);
	add_daemon_set(
	        kube, "kube-system", "csi-plugin", world_printf(kube->world, "%scsi-plugin:v1.34.3", base), created);
	add_daemon_set(kube, "kube-system", "kube-flannel-ds", world_printf(kube->world, "%sflannel:v0.15.1.23", base),
	        created);
	add_daemon_set(kube, "kube-system", "kube-proxy-worker",
	        world_printf(kube->world, "%skube-proxy:v%s", base, cluster->version), created);
	add_deployment(
	        kube, "kube-system", "coredns", world_printf(kube->world, "%scoredns:v1.11.3.5", base), 2, created);
	add_deployment(kube, "kube-system", "metrics-server",
	        world_printf(kube->world, "%smetrics-server:v0.3.9.7", base), 1, created);
	// ACK's monitoring, on by default.
	add_daemon_set(
	        kube, "arms-prom", "node-exporter", world_printf(kube->world, "%snode-exporter:v1.8.2", base), created);
	add_deployment(kube, "arms-prom", "kube-state-metrics",
	        world_printf(kube->world, "%skube-state-metrics:v2.13.0", base), 1, created);
	kube_nodes_begin(kube);
	kube_events_begin(kube);
}
