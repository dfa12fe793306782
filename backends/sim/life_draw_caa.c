// SPDX-License-Identifier: Apache-2.0
// The adaptor's installation as objects: ConfigMap, Secret, DaemonSet and its pods, peerpod-ctrl, what nodes offer.
#include "config.h"
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "sim/life_draw_private.h"

#include "base/banned.h"

void draw_namespace(struct kubernetes *kubernetes, const char *name)
{
	struct kube *kube = kubernetes->kube;
	const struct kube_resource *namespaces = kube_resource(kube, "namespaces");
	if (kube_find(kube, namespaces, NULL, name))
		return;
	cJSON *namespace = tree_printf(
	        "{\"metadata\":{\"name\":\"%s\",\"labels\":{\"kubernetes.io/metadata.name\":\"%s\"}},\"spec\":{"
	        "\"finalizers\":[\"kubernetes\"]},\"status\":{\"phase\":\"Active\"}}",
	        name, name);
	tree_set_time(tree_object(namespace, "metadata"), "creationTimestamp",
	        kubernetes->cluster->base.created + kubernetes->clock_offset);
	kube_put(kube, namespaces, namespace, "kubectl-create");
}

static void add_entry(void *user, const char *key, const char *value)
{
	tree_set_text(user, key, value);
}

static void draw_config(struct kubernetes *kubernetes)
{
	struct kube *kube = kubernetes->kube;
	cJSON *map = tree_printf(
	        "{\"metadata\":{\"name\":\"" CAA_CONFIG_MAP "\",\"namespace\":\"" CAA_NAMESPACE "\"},\"data\":{}}");
	caa_config_entries(&kubernetes->config, add_entry, tree_object(map, "data"));
	int64_t now = draw_at(kubernetes, kubernetes->config_changed);
	kube_put(kube, kube_resource(kube, "configmaps"), map, "kubectl-client-side-apply");
	kubernetes->world->now = now;
	kubernetes->config_drawn = kubernetes->config_changed;
}

static void draw_secret(struct kubernetes *kubernetes)
{
	const char *key = kubernetes->config.access_key;
	struct buffer encoded;
	if (!key)
		return;
	buffer_init(&encoded, 1024);
	text_add_base64(&encoded, key, strlen(key));
	cJSON *secret = tree_printf("{\"metadata\":{\"name\":\"" CAA_SECRET "\",\"namespace\":\"" CAA_NAMESPACE
	                            "\"},\"type\":\"Opaque\",\"data\":{\"ALIBABACLOUD_ACCESS_KEY_ID\":\"%s\","
	                            "\"ALIBABACLOUD_ACCESS_KEY_SECRET\":\"bWFkZS11cA==\"}}",
	        buffer_text(&encoded));
	kube_put(kubernetes->kube, kube_resource(kubernetes->kube, "secrets"), secret, "kubectl-client-side-apply");
	buffer_finish(&encoded);
}

static cJSON *adaptor_pod_spec(const char *image)
{
	return tree_printf(
	        "{\"containers\":[{\"name\":\"" CAA_CONTAINER "\",\"image\":\"%s\",\"imagePullPolicy\":\"Always\","
	        "\"envFrom\":[{\"secretRef\":{\"name\":\"" CAA_SECRET
	        "\"}},{\"configMapRef\":{\"name\":\"" CAA_CONFIG_MAP
	        "\"}}],\"securityContext\":{\"capabilities\":{\"add\":[\"NET_ADMIN\",\"SYS_ADMIN\"]}},\"startupProbe\":"
	        "{"
	        "\"httpGet\":{\"path\":\"/startup\",\"port\":8000,\"scheme\":\"HTTP\"},\"failureThreshold\":30,"
	        "\"initialDelaySeconds\":20,\"periodSeconds\":20,\"successThreshold\":1,\"timeoutSeconds\":10},"
	        "\"volumeMounts\":[{\"name\":\"pods-dir\",\"mountPath\":\"/run/"
	        "peerpod\"},{\"name\":\"netns\",\"mountPath\":"
	        "\"/run/netns\",\"mountPropagation\":\"HostToContainer\"}]}],\"hostNetwork\":true,\"nodeSelector\":{"
	        "\"node.kubernetes.io/worker\":\"\"},\"serviceAccountName\":\"cloud-api-adaptor\",\"serviceAccount\":"
	        "\"cloud-api-adaptor\",\"restartPolicy\":\"Always\",\"dnsPolicy\":\"ClusterFirst\",\"schedulerName\":"
	        "\"default-scheduler\",\"securityContext\":{},\"terminationGracePeriodSeconds\":30,\"volumes\":[{"
	        "\"name\":"
	        "\"pods-dir\",\"hostPath\":{\"path\":\"/run/"
	        "peerpod\",\"type\":\"\"}},{\"name\":\"netns\",\"hostPath\":{"
	        "\"path\":\"/run/netns\",\"type\":\"\"}}]}",
	        image);
}

static void draw_daemon_set(struct kubernetes *kubernetes)
{
	struct kube *kube = kubernetes->kube;
	if (!*kubernetes->set_uid)
		random_uuid(life_random(kubernetes), false, kubernetes->set_uid);
	cJSON *set = tree_printf("{\"metadata\":{\"name\":\"" CAA_DAEMON_SET "\",\"namespace\":\"" CAA_NAMESPACE
	                         "\",\"uid\":\"%s\",\"labels\":{\"app\":\"cloud-api-adaptor\"}},\"spec\":{\"selector\":"
	                         "{\"matchLabels\":{"
	                         "\"app\":\"cloud-api-adaptor\"}},\"template\":{\"metadata\":{\"labels\":{\"app\":"
	                         "\"cloud-api-adaptor\"}}},"
	                         "\"updateStrategy\":{\"type\":\"RollingUpdate\",\"rollingUpdate\":{\"maxUnavailable\":"
	                         "%d,\"maxSurge\":%d}},"
	                         "\"revisionHistoryLimit\":10}}",
	        kubernetes->set_uid, !kubernetes->release->by_helm, kubernetes->release->by_helm);
	tree_set(tree_path(set, "spec.template"), "spec", adaptor_pod_spec(kubernetes->release->image));
	tree_set_time(
	        tree_object(set, "metadata"), "creationTimestamp", kubernetes->installed_at + kubernetes->clock_offset);
	int64_t now = draw_at(kubernetes, kubernetes->installed_at);
	kube_put(kube, kube_resource(kube, "daemonsets.apps"), set, kubernetes->release->by_helm ? "helm" : "kubectl");
	kubernetes->world->now = now;
}

// peerpod-ctrl itself is an ordinary Deployment; what it does, peerpods.c does.
static void draw_controller(struct kubernetes *kubernetes)
{
	struct kube *kube = kubernetes->kube;
	if (kubernetes->controller == CONTROLLER_ABSENT)
		return;
	kube_define(kube, "confidentialcontainers.org", "v1alpha1", "peerpods", "peerpod", "PeerPod", true, true);
	if (kubernetes->controller == CONTROLLER_REMOVED)
		return;
	cJSON *deployment = tree_printf(
	        "{\"metadata\":{\"name\":\"" CONTROLLER "\",\"namespace\":\"" CAA_NAMESPACE
	        "\",\"labels\":{\"control-plane\":\"controller-manager\"}},\"spec\":{\"replicas\":1,\"selector\":{"
	        "\"matchLabels\":{\"control-plane\":\"controller-manager\"}},\"template\":{\"metadata\":{\"labels\":{"
	        "\"control-plane\":\"controller-manager\"}},\"spec\":{\"containers\":[{\"name\":\"manager\",\"image\":"
	        "\"quay.io/confidential-containers/peerpod-ctrl:latest\",\"command\":[\"/manager\"],\"envFrom\":[{"
	        "\"secretRef\":{\"name\":\"" CAA_SECRET
	        "\",\"optional\":true}},{\"configMapRef\":{\"name\":\"" CAA_CONFIG_MAP
	        "\",\"optional\":true}}]}],\"serviceAccountName\":\"peerpodctrl-controller-manager\"}},\"strategy\":{"
	        "\"type\":\"RollingUpdate\"}}}");
	tree_set_time(tree_object(deployment, "metadata"), "creationTimestamp",
	        kubernetes->installed_at + kubernetes->clock_offset);
	kube_put(kube, kube_resource(kube, "deployments.apps"), deployment, "helm");
}

static void draw_set_status(struct kubernetes *kubernetes)
{
	struct kube *kube = kubernetes->kube;
	const struct kube_object *set =
	        kube_find(kube, kube_resource(kube, "daemonsets.apps"), CAA_NAMESPACE, CAA_DAEMON_SET);
	const struct kube_node *node;
	int64_t desired = 0, current = 0, ready = 0, updated = 0;
	if (!set)
		return;
	EACH_OF(node, &kubernetes->nodes)
	{
		if (!node->in_api || !node->worker)
			continue;
		bool there = node->caa.state != CAA_ABSENT;
		desired++;
		current += there;
		ready += node->caa.state == CAA_READY && node->ready;
		updated += there && node->caa.generation == kubernetes->generation;
	}
	cJSON *status = cJSON_CreateObject();
	tree_set_int(status, "currentNumberScheduled", current);
	tree_set_int(status, "desiredNumberScheduled", desired);
	tree_set_int(status, "numberMisscheduled", 0);
	tree_set_int(status, "numberReady", ready);
	tree_set_int(status, "updatedNumberScheduled", updated);
	tree_set_int(status, "observedGeneration", tree_int(kube_tree(kube, set), "metadata.generation", 1));
	if (ready)
		tree_set_int(status, "numberAvailable", ready);
	if (desired > ready)
		tree_set_int(status, "numberUnavailable", desired - ready);
	kube_status(kube, set, status, "kube-controller-manager");
}

void draw_installation(struct kubernetes *kubernetes)
{
	struct kube *kube = kubernetes->kube;
	if (!kubernetes->installed)
		return;
	if (!kubernetes->drawn && !kubernetes->given) {
		draw_namespace(kubernetes, CAA_NAMESPACE);
		cJSON *account = tree_printf(
		        "{\"metadata\":{\"name\":\"cloud-api-adaptor\",\"namespace\":\"" CAA_NAMESPACE "\"}}");
		kube_put(kube, kube_resource(kube, "serviceaccounts"), account, "kubectl-client-side-apply");
		draw_secret(kubernetes);
		draw_daemon_set(kubernetes);
		draw_controller(kubernetes);
	}
	kubernetes->drawn = true;
	if (!kubernetes->given && kubernetes->config_drawn != kubernetes->config_changed)
		draw_config(kubernetes);
	const struct kube_node *node;
	bool changed = kubernetes->set_dirty;
	EACH_OF(node, &kubernetes->nodes)
	changed = changed || node->caa.dirty;
	kubernetes->set_dirty = false;
	if (changed)
		draw_set_status(kubernetes);
}

static void add_condition(cJSON *status, const char *type, bool value, int64_t time)
{
	cJSON *condition = cJSON_CreateObject();
	tree_set_text(condition, "type", type);
	tree_set_text(condition, "status", value ? "True" : "False");
	tree_set(condition, "lastProbeTime", cJSON_CreateNull());
	tree_set_time(condition, "lastTransitionTime", time);
	if (!value)
		tree_set_text(condition, "reason", "ContainersNotReady");
	cJSON_AddItemToArray(tree_list(status, "conditions"), condition);
}

static cJSON *adaptor_status(const struct kube_node *node)
{
	const struct caa *caa = &node->caa;
	int64_t offset = node->clock_offset, api = node->kubernetes->clock_offset;
	char ip[IP_TEXT_SIZE];
	bool ready = caa->state == CAA_READY && node->ready;
	int64_t since = caa->state == CAA_READY ? caa->ready_since
	                : caa->last_finished    ? caa->last_finished
	                                        : caa->pod_created;
	cJSON *status = cJSON_CreateObject(), *entry = cJSON_CreateObject(), *state = tree_object(entry, "state");
	tree_set_text(status, "phase", caa_runs(caa) || caa->restarts ? "Running" : "Pending");
	add_condition(status, "PodReadyToStartContainers", true, caa->pod_created + offset);
	add_condition(status, "Initialized", true, caa->pod_created + offset);
	add_condition(status, "Ready", ready, since + offset);
	add_condition(status, "ContainersReady", ready, since + offset);
	add_condition(status, "PodScheduled", true, caa->pod_created + api);
	ip_format(node->ip, ip);
	tree_set_text(status, "hostIP", ip);
	tree_set_text(status, "podIP", ip);
	tree_set(status, "podIPs", tree_printf("[{\"ip\":\"%s\"}]", ip));
	tree_set(status, "hostIPs", tree_printf("[{\"ip\":\"%s\"}]", ip));
	tree_set_time(status, "startTime", caa->pod_created + offset);
	tree_set_text(status, "qosClass", "BestEffort");
	tree_set_text(entry, "name", CAA_CONTAINER);
	tree_set_text(entry, "image", caa->image);
	tree_set_text(entry, "imageID", caa->image);
	tree_set_int(entry, "restartCount", caa->restarts);
	tree_set_flag(entry, "ready", caa->state == CAA_READY);
	tree_set_flag(entry, "started", caa->state == CAA_READY);
	if (caa_runs(caa))
		tree_set_time(tree_object(state, "running"), "startedAt", caa->started + offset);
	else
		tree_set_text(tree_object(state, "waiting"), "reason",
		        caa->waiting_reason ? caa->waiting_reason : "ContainerCreating");
	cJSON *last = tree_object(entry, "lastState");
	if (caa->last_reason) {
		cJSON *terminated = tree_object(last, "terminated");
		tree_set_int(terminated, "exitCode", caa->last_exit);
		tree_set_text(terminated, "reason", caa->last_reason);
		tree_set_time(terminated, "startedAt", caa->last_started + offset);
		tree_set_time(terminated, "finishedAt", caa->last_finished + offset);
	}
	cJSON_AddItemToArray(tree_list(status, "containerStatuses"), entry);
	return status;
}

static void create_adaptor(struct kube_node *node)
{
	struct kubernetes *kubernetes = node->kubernetes;
	struct kube *kube = kubernetes->kube;
	const struct caa *caa = &node->caa;
	cJSON *object = tree_printf(
	        "{\"metadata\":{\"name\":\"%s\",\"namespace\":\"" CAA_NAMESPACE
	        "\",\"uid\":\"%s\",\"labels\":{\"app\":\"cloud-api-adaptor\",\"pod-template-generation\":\"%u\"},"
	        "\"ownerReferences\":[{\"apiVersion\":\"apps/v1\",\"kind\":\"DaemonSet\",\"name\":\"" CAA_DAEMON_SET
	        "\",\"uid\":\"%s\",\"controller\":true,\"blockOwnerDeletion\":true}]},\"status\":{\"phase\":"
	        "\"Pending\"}}",
	        caa->pod_name, caa->pod_uid, caa->generation + 1, kubernetes->set_uid);
	const cJSON *given = kube_get(kube, kube_resource(kube, "daemonsets.apps"), CAA_NAMESPACE, CAA_DAEMON_SET);
	const cJSON *spec = tree_path(given, "spec.template.spec");
	tree_set(object, "spec", spec ? tree_copy(spec) : adaptor_pod_spec(caa->image));
	tree_set_text(tree_object(object, "spec"), "nodeName", node->name);
	tree_set_time(
	        tree_object(object, "metadata"), "creationTimestamp", caa->pod_created + kubernetes->clock_offset);
	int64_t now = draw_at(kubernetes, caa->pod_created);
	kube_put(kube, kube_resource(kube, "pods"), object, "kube-controller-manager");
	kubernetes->world->now = now;
}

void draw_adaptor(struct kube_node *node)
{
	struct kubernetes *kubernetes = node->kubernetes;
	struct kube *kube = kubernetes->kube;
	struct caa *caa = &node->caa;
	caa->dirty = false;
	if (caa->state == CAA_ABSENT || !kubernetes->installed)
		return;
	if (!caa->drawn)
		create_adaptor(node);
	const struct kube_object *pod = kube_by_uid(kube, caa->pod_uid);
	// A kubelet that cannot reach the API server tells it nothing; the node controller marks its pods.
	if (pod && (node->state == NODE_UP || !node->ready || !caa->drawn))
		kube_status(kube, pod, adaptor_status(node),
		        node->state == NODE_UP ? "kubelet" : "kube-controller-manager");
	caa->drawn = true;
}

void draw_node(struct kube_node *node)
{
	struct kubernetes *kubernetes = node->kubernetes;
	struct kube *kube = kubernetes->kube;
	const struct kube_object *object = kube_find(kube, kube_resource(kube, "nodes"), NULL, node->name);
	if (!object || node->state != NODE_UP)
		return;
	node->dirty = false;
	node->drawn = true;
	snprintf(node->uid, sizeof(node->uid), "%s", kube_uid(object));
	cJSON *status = tree_copy(tree_member(kube_tree(kube, object), "status"));
	bool offers = caa_runs(&node->caa);
	char limit[24];
	snprintf(limit, sizeof(limit), "%lld", (long long)(node->caa.config.limit ? node->caa.config.limit : 10));
	tree_set_text(tree_object(status, "capacity"), "kata.peerpods.io/vm", offers ? limit : NULL);
	tree_set_text(tree_object(status, "allocatable"), "kata.peerpods.io/vm", offers ? limit : NULL);
	tree_set_text(tree_object(status, "nodeInfo"), "bootID", node->boot_id);
	kube_status(kube, object, status, "kubelet");
}
