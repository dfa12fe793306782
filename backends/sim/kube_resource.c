// SPDX-License-Identifier: Apache-2.0
// The built-in kinds.
#include "config.h"
#include "sim/kube_resource.h"

#include <stdio.h>
#include <string.h>

#include "base/banned.h"

#define NAMESPACED .namespaced = true
#define STATUS .subresources = SUBRESOURCE_STATUS

static const char pod_fields[] = "spec.nodeName,status.phase,spec.restartPolicy,spec.schedulerName,"
                                 "spec.serviceAccountName,status.podIP,status.nominatedNodeName,spec.hostNetwork";
static const char event_fields[] = "involvedObject.kind,involvedObject.namespace,involvedObject.name,"
                                   "involvedObject.uid,involvedObject.apiVersion,involvedObject.resourceVersion,"
                                   "involvedObject.fieldPath,reason,type,source.component,reportingComponent";

// source: the objects that the reference of the Kubernetes API v1.34 lists, as far as peer pods need them.
const struct kube_resource kube_resources[] = {
        {"", "v1", "pods", "pod", "Pod", "po", "all", pod_fields,
                SUBRESOURCE_STATUS | SUBRESOURCE_LOG | SUBRESOURCE_EVICTION | SUBRESOURCE_BINDING |
                        SUBRESOURCE_EPHEMERAL,
                NAMESPACED},
        {"", "v1", "nodes", "node", "Node", "no", "", "spec.unschedulable", STATUS},
        {"", "v1", "namespaces", "namespace", "Namespace", "ns", "", "status.phase",
                SUBRESOURCE_STATUS | SUBRESOURCE_FINALIZE},
        {"", "v1", "events", "event", "Event", "ev", "", event_fields, NAMESPACED},
        {"", "v1", "configmaps", "configmap", "ConfigMap", "cm", "", "", NAMESPACED},
        {"", "v1", "secrets", "secret", "Secret", "", "", "type", NAMESPACED},
        {"", "v1", "serviceaccounts", "serviceaccount", "ServiceAccount", "sa", "", "", SUBRESOURCE_TOKEN, NAMESPACED},
        {"", "v1", "services", "service", "Service", "svc", "all", "spec.clusterIP,spec.type", STATUS, NAMESPACED},
        {"", "v1", "endpoints", "endpoints", "Endpoints", "ep", "", "", NAMESPACED},
        {"", "v1", "persistentvolumes", "persistentvolume", "PersistentVolume", "pv", "", "", STATUS},
        {"", "v1", "persistentvolumeclaims", "persistentvolumeclaim", "PersistentVolumeClaim", "pvc", "", "", STATUS,
                NAMESPACED},
        {"", "v1", "resourcequotas", "resourcequota", "ResourceQuota", "quota", "", "", STATUS, NAMESPACED},
        {"", "v1", "limitranges", "limitrange", "LimitRange", "limits", "", "", NAMESPACED},
        {"apps", "v1", "daemonsets", "daemonset", "DaemonSet", "ds", "all", "", STATUS, NAMESPACED},
        {"apps", "v1", "deployments", "deployment", "Deployment", "deploy", "all", "",
                SUBRESOURCE_STATUS | SUBRESOURCE_SCALE, NAMESPACED},
        {"apps", "v1", "replicasets", "replicaset", "ReplicaSet", "rs", "all", "status.replicas",
                SUBRESOURCE_STATUS | SUBRESOURCE_SCALE, NAMESPACED},
        {"apps", "v1", "statefulsets", "statefulset", "StatefulSet", "sts", "all", "",
                SUBRESOURCE_STATUS | SUBRESOURCE_SCALE, NAMESPACED},
        {"apps", "v1", "controllerrevisions", "controllerrevision", "ControllerRevision", "", "", "", NAMESPACED},
        {"batch", "v1", "jobs", "job", "Job", "", "all", "status.successful", STATUS, NAMESPACED},
        {"batch", "v1", "cronjobs", "cronjob", "CronJob", "cj", "all", "", STATUS, NAMESPACED},
        {"node.k8s.io", "v1", "runtimeclasses", "runtimeclass", "RuntimeClass", "", "", ""},
        {"coordination.k8s.io", "v1", "leases", "lease", "Lease", "", "", "", NAMESPACED},
        {"events.k8s.io", "v1", "events", "event", "Event", "ev", "", "", NAMESPACED},
        {"policy", "v1", "poddisruptionbudgets", "poddisruptionbudget", "PodDisruptionBudget", "pdb", "", "", STATUS,
                NAMESPACED},
        {"rbac.authorization.k8s.io", "v1", "clusterroles", "clusterrole", "ClusterRole", "", "", ""},
        {"rbac.authorization.k8s.io", "v1", "clusterrolebindings", "clusterrolebinding", "ClusterRoleBinding", "", "",
                ""},
        {"rbac.authorization.k8s.io", "v1", "roles", "role", "Role", "", "", "", NAMESPACED},
        {"rbac.authorization.k8s.io", "v1", "rolebindings", "rolebinding", "RoleBinding", "", "", "", NAMESPACED},
        {"apiextensions.k8s.io", "v1", "customresourcedefinitions", "customresourcedefinition",
                "CustomResourceDefinition", "crd,crds", "api-extensions", "", STATUS},
        {"authorization.k8s.io", "v1", "selfsubjectaccessreviews", "selfsubjectaccessreview", "SelfSubjectAccessReview",
                "", "", "", .create_only = true},
        {"authorization.k8s.io", "v1", "selfsubjectrulesreviews", "selfsubjectrulesreview", "SelfSubjectRulesReview",
                "", "", "", .create_only = true},
        {"authorization.k8s.io", "v1", "subjectaccessreviews", "subjectaccessreview", "SubjectAccessReview", "", "", "",
                .create_only = true},
        {"authorization.k8s.io", "v1", "localsubjectaccessreviews", "localsubjectaccessreview",
                "LocalSubjectAccessReview", "", "", "", NAMESPACED, .create_only = true},
        {"authentication.k8s.io", "v1", "selfsubjectreviews", "selfsubjectreview", "SelfSubjectReview", "", "", "",
                .create_only = true},
        {"authentication.k8s.io", "v1", "tokenreviews", "tokenreview", "TokenReview", "", "", "", .create_only = true},
};
const size_t kube_resource_count = COUNT_OF(kube_resources);

const char *kube_api_version(const struct kube_resource *resource, char out[API_VERSION_SIZE])
{
	snprintf(out, API_VERSION_SIZE, "%s%s%s", resource->group, *resource->group ? "/" : "", resource->version);
	return out;
}

const char *kube_group_resource(const struct kube_resource *resource, char out[API_VERSION_SIZE])
{
	snprintf(out, API_VERSION_SIZE, "%s%s%s", resource->plural, *resource->group ? "." : "", resource->group);
	return out;
}

bool kube_listed(const char *list, const char *word)
{
	size_t length = strlen(word);
	for (const char *at = list; *at;) {
		size_t item = strcspn(at, ",");
		if (item == length && !memcmp(at, word, length))
			return true;
		at += item;
		at += *at == ',';
	}
	return false;
}
