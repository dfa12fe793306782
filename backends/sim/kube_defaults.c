// SPDX-License-Identifier: Apache-2.0
// Defaults.
#include "config.h"
#include "sim/kube_defaults.h"

#include <string.h>

#include "base/text.h"
#include "sim/kube_private.h"

#include "base/banned.h"

static void default_text(cJSON *object, const char *name, const char *value)
{
	if (!tree_member(object, name))
		tree_set_text(object, name, value);
}

static void default_int(cJSON *object, const char *name, int64_t value)
{
	if (!tree_member(object, name))
		tree_set_int(object, name, value);
}

static void default_object(cJSON *object, const char *name, const char *json)
{
	if (!tree_member(object, name))
		tree_set(object, name, cJSON_Parse(json));
}

static void default_ports(cJSON *ports)
{
	cJSON *port;
	cJSON_ArrayForEach(port, ports)
	{
		default_text(port, "protocol", "TCP");
	}
}

static void default_containers(cJSON *list)
{
	cJSON *container;
	cJSON_ArrayForEach(container, list)
	{
		const char *image = tree_text(container, "image"), *slash = strrchr(image, '/'),
		           *tag = strrchr(slash ? slash : image, ':');
		default_object(container, "resources", "{}");
		default_text(container, "terminationMessagePath", "/dev/termination-log");
		default_text(container, "terminationMessagePolicy", "File");
		default_text(
		        container, "imagePullPolicy", tag && strcmp(tag, ":latest") != 0 ? "IfNotPresent" : "Always");
		default_ports(tree_member(container, "ports"));
	}
}

static void default_pod_spec(cJSON *spec)
{
	default_containers(tree_member(spec, "containers"));
	default_containers(tree_member(spec, "initContainers"));
	default_text(spec, "restartPolicy", "Always");
	default_int(spec, "terminationGracePeriodSeconds", 30);
	default_text(spec, "dnsPolicy", "ClusterFirst");
	default_text(spec, "schedulerName", "default-scheduler");
	default_object(spec, "securityContext", "{}");
	if (tree_member(spec, "serviceAccountName"))
		default_text(spec, "serviceAccount", tree_text(spec, "serviceAccountName"));
}

static void tolerate(cJSON *list, const char *key)
{
	if (tree_find(list, "key", key))
		return;
	cJSON *toleration;
	cJSON_ArrayForEach(toleration, list)
	{
		if (!tree_member(toleration, "key") && !strcmp(tree_text(toleration, "operator"), "Exists"))
			return;
	}
	cJSON_AddItemToArray(list,
	        tree_printf(
	                "{\"key\":\"%s\",\"operator\":\"Exists\",\"effect\":\"NoExecute\",\"tolerationSeconds\":300}",
	                key));
}

// What the RuntimeClass adds: where its pods may run, and what they cost more.
static void admit_runtime_class(struct kube *kube, cJSON *spec)
{
	const char *name = tree_text(spec, "runtimeClassName");
	const cJSON *class =
	        *name ? kube_get(kube, kube_resource(kube, "runtimeclasses.node.k8s.io"), NULL, name) : NULL;
	const cJSON *overhead = tree_path(class, "overhead.podFixed"),
	            *selector = tree_path(class, "scheduling.nodeSelector"), *member;
	if (overhead && !tree_member(spec, "overhead"))
		tree_set(spec, "overhead", tree_copy(overhead));
	cJSON_ArrayForEach(member, selector)
	{
		if (cJSON_IsString(member))
			tree_set_text(tree_object(spec, "nodeSelector"), member->string, member->valuestring);
	}
}

void kube_default_pod(struct kube *kube, cJSON *pod)
{
	cJSON *spec = tree_object(pod, "spec");
	default_text(spec, "serviceAccountName", "default");
	default_pod_spec(spec);
	if (!tree_member(spec, "enableServiceLinks"))
		tree_set_flag(spec, "enableServiceLinks", true);
	default_int(spec, "priority", 0);
	default_text(spec, "preemptionPolicy", "PreemptLowerPriority");
	cJSON *tolerations = tree_list(spec, "tolerations");
	tolerate(tolerations, "node.kubernetes.io/not-ready");
	tolerate(tolerations, "node.kubernetes.io/unreachable");
	admit_runtime_class(kube, spec);
	cJSON *status = tree_object(pod, "status");
	default_text(status, "phase", "Pending");
	default_text(status, "qosClass", "BestEffort");
}

static void default_workload(cJSON *object)
{
	cJSON *spec = tree_object(object, "spec");
	cJSON *pod = tree_path(spec, "template.spec");
	if (pod)
		default_pod_spec(pod);
	const char *kind = tree_text(object, "kind");
	if (strcmp(kind, "DaemonSet") != 0 && strcmp(kind, "Job") != 0)
		default_int(spec, "replicas", 1);
	if (!strcmp(kind, "Deployment")) {
		default_object(spec, "strategy",
		        "{\"type\":\"RollingUpdate\",\"rollingUpdate\":{\"maxUnavailable\":\"25%\",\"maxSurge\":\"25%"
		        "\"}}");
		default_int(spec, "revisionHistoryLimit", 10);
		default_int(spec, "progressDeadlineSeconds", 600);
	} else if (!strcmp(kind, "DaemonSet")) {
		default_object(spec, "updateStrategy",
		        "{\"type\":\"RollingUpdate\",\"rollingUpdate\":{\"maxUnavailable\":1,\"maxSurge\":0}}");
		default_int(spec, "revisionHistoryLimit", 10);
	} else if (!strcmp(kind, "StatefulSet")) {
		default_object(
		        spec, "updateStrategy", "{\"type\":\"RollingUpdate\",\"rollingUpdate\":{\"partition\":0}}");
		default_text(spec, "podManagementPolicy", "OrderedReady");
		default_int(spec, "revisionHistoryLimit", 10);
	}
}

static void default_job(struct kube *kube, cJSON *job)
{
	cJSON *spec = tree_object(job, "spec");
	cJSON *metadata = tree_object(job, "metadata");
	char uid[37];
	default_int(spec, "parallelism", 1);
	default_int(spec, "completions", 1);
	default_int(spec, "backoffLimit", 6);
	default_text(spec, "completionMode", "NonIndexed");
	default_text(spec, "podReplacementPolicy", "TerminatingOrFailed");
	if (tree_member(spec, "selector"))
		return;
	kube_uuid(kube, uid);
	tree_set_text(metadata, "uid", uid);
	tree_set_text(
	        tree_object(tree_object(spec, "selector"), "matchLabels"), "batch.kubernetes.io/controller-uid", uid);
	cJSON *labels = tree_object(tree_object(tree_object(spec, "template"), "metadata"), "labels");
	tree_set_text(labels, "batch.kubernetes.io/controller-uid", uid);
	tree_set_text(labels, "batch.kubernetes.io/job-name", tree_text(metadata, "name"));
	tree_set_text(labels, "controller-uid", uid);
	tree_set_text(labels, "job-name", tree_text(metadata, "name"));
}

static void default_namespace(cJSON *namespace)
{
	cJSON *metadata = tree_object(namespace, "metadata");
	tree_set_text(tree_object(metadata, "labels"), "kubernetes.io/metadata.name", tree_text(metadata, "name"));
	default_object(tree_object(namespace, "spec"), "finalizers", "[\"kubernetes\"]");
	default_text(tree_object(namespace, "status"), "phase", "Active");
}

static void default_secret(cJSON *secret)
{
	cJSON *texts = tree_member(secret, "stringData"), *text;
	default_text(secret, "type", "Opaque");
	cJSON_ArrayForEach(text, texts)
	{
		struct buffer encoded;
		buffer_init(&encoded, 4 << 20);
		if (cJSON_IsString(text))
			text_add_base64(&encoded, text->valuestring, strlen(text->valuestring));
		tree_set_text(tree_object(secret, "data"), text->string, buffer_text(&encoded));
		buffer_finish(&encoded);
	}
	tree_set(secret, "stringData", NULL);
}

static void default_definition(cJSON *definition, int64_t now)
{
	const cJSON *names = tree_path(definition, "spec.names");
	cJSON *status = tree_object(definition, "status");
	if (tree_member(status, "acceptedNames"))
		return;
	static const char *const types[][3] = {
	        {"NamesAccepted", "NoConflicts", "no conflicts found"},
	        {"Established", "InitialNamesAccepted", "the initial names have been accepted"},
	};
	for (size_t i = 0; i < COUNT_OF(types); i++) {
		cJSON *condition =
		        tree_printf("{\"type\":\"%s\",\"status\":\"True\",\"reason\":\"%s\",\"message\":\"%s\"}",
		                types[i][0], types[i][1], types[i][2]);
		tree_set_time(condition, "lastTransitionTime", now);
		cJSON_AddItemToArray(tree_list(status, "conditions"), condition);
	}
	if (names)
		tree_set(status, "acceptedNames", tree_copy(names));
	cJSON *stored = tree_list(status, "storedVersions");
	const cJSON *version;
	cJSON_ArrayForEach(version, tree_path(definition, "spec.versions"))
	{
		if (tree_flag(version, "storage"))
			cJSON_AddItemToArray(stored, cJSON_CreateString(tree_text(version, "name")));
	}
}

void kube_default(struct kube *kube, const struct kube_resource *resource, cJSON *object)
{
	const char *plural = resource->plural;
	tree_set_text(object, "kind", resource->kind);
	if (!strcmp(plural, "pods"))
		kube_default_pod(kube, object);
	else if (!strcmp(plural, "jobs"))
		default_job(kube, object);
	else if (!strcmp(plural, "namespaces"))
		default_namespace(object);
	else if (!strcmp(plural, "secrets"))
		default_secret(object);
	else if (!strcmp(plural, "customresourcedefinitions"))
		default_definition(object, kube_now(kube));
	if (!strcmp(resource->group, "apps") || !strcmp(plural, "jobs"))
		default_workload(object);
}
