// SPDX-License-Identifier: Apache-2.0
// Fields that a kind does not have: refused, warned of or passed over as fieldValidation says, and never kept.
// kubernetes docs: API Concepts, Field validation. source: the Go types of k8s.io/api v1.34
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "sim/kube_http.h"

#include "base/banned.h"

enum { PATH_SIZE = 512, MESSAGE_SIZE = 1500 };

// The members that something may have. One that is followed by a shape is looked into.
struct member {
	const char *name;
	const struct member *below; // NULL = whatever it holds
};

static const struct member metadata[] = {{"name", NULL}, {"generateName", NULL}, {"namespace", NULL},
        {"selfLink", NULL}, {"uid", NULL}, {"resourceVersion", NULL}, {"generation", NULL}, {"creationTimestamp", NULL},
        {"deletionTimestamp", NULL}, {"deletionGracePeriodSeconds", NULL}, {"labels", NULL}, {"annotations", NULL},
        {"ownerReferences", NULL}, {"finalizers", NULL}, {"managedFields", NULL}, {NULL, NULL}};
static const struct member container[] = {{"name", NULL}, {"image", NULL}, {"command", NULL}, {"args", NULL},
        {"workingDir", NULL}, {"ports", NULL}, {"envFrom", NULL}, {"env", NULL}, {"resources", NULL},
        {"resizePolicy", NULL}, {"restartPolicy", NULL}, {"restartPolicyRules", NULL}, {"volumeMounts", NULL},
        {"volumeDevices", NULL}, {"livenessProbe", NULL}, {"readinessProbe", NULL}, {"startupProbe", NULL},
        {"lifecycle", NULL}, {"terminationMessagePath", NULL}, {"terminationMessagePolicy", NULL},
        {"imagePullPolicy", NULL}, {"securityContext", NULL}, {"stdin", NULL}, {"stdinOnce", NULL}, {"tty", NULL},
        {"targetContainerName", NULL}, {NULL, NULL}};
static const struct member pod_spec[] = {{"volumes", NULL}, {"initContainers", container}, {"containers", container},
        {"ephemeralContainers", container}, {"restartPolicy", NULL}, {"terminationGracePeriodSeconds", NULL},
        {"activeDeadlineSeconds", NULL}, {"dnsPolicy", NULL}, {"nodeSelector", NULL}, {"serviceAccountName", NULL},
        {"serviceAccount", NULL}, {"automountServiceAccountToken", NULL}, {"nodeName", NULL}, {"hostNetwork", NULL},
        {"hostPID", NULL}, {"hostIPC", NULL}, {"shareProcessNamespace", NULL}, {"securityContext", NULL},
        {"imagePullSecrets", NULL}, {"hostname", NULL}, {"subdomain", NULL}, {"affinity", NULL},
        {"schedulerName", NULL}, {"tolerations", NULL}, {"hostAliases", NULL}, {"priorityClassName", NULL},
        {"priority", NULL}, {"dnsConfig", NULL}, {"readinessGates", NULL}, {"runtimeClassName", NULL},
        {"enableServiceLinks", NULL}, {"preemptionPolicy", NULL}, {"overhead", NULL},
        {"topologySpreadConstraints", NULL}, {"setHostnameAsFQDN", NULL}, {"os", NULL}, {"hostUsers", NULL},
        {"schedulingGates", NULL}, {"resourceClaims", NULL}, {"resources", NULL}, {"hostnameOverride", NULL},
        {"workloadRef", NULL}, {NULL, NULL}};
static const struct member template[] = {{"metadata", metadata}, {"spec", pod_spec}, {NULL, NULL}};
static const struct member deployment_spec[] = {{"replicas", NULL}, {"selector", NULL}, {"template", template},
        {"strategy", NULL}, {"minReadySeconds", NULL}, {"revisionHistoryLimit", NULL}, {"paused", NULL},
        {"progressDeadlineSeconds", NULL}, {NULL, NULL}};
static const struct member daemon_spec[] = {{"selector", NULL}, {"template", template}, {"updateStrategy", NULL},
        {"minReadySeconds", NULL}, {"revisionHistoryLimit", NULL}, {NULL, NULL}};
static const struct member replica_spec[] = {
        {"replicas", NULL}, {"minReadySeconds", NULL}, {"selector", NULL}, {"template", template}, {NULL, NULL}};
static const struct member stateful_spec[] = {{"replicas", NULL}, {"selector", NULL}, {"template", template},
        {"volumeClaimTemplates", NULL}, {"serviceName", NULL}, {"podManagementPolicy", NULL}, {"updateStrategy", NULL},
        {"revisionHistoryLimit", NULL}, {"minReadySeconds", NULL}, {"persistentVolumeClaimRetentionPolicy", NULL},
        {"ordinals", NULL}, {NULL, NULL}};
static const struct member job_spec[] = {{"parallelism", NULL}, {"completions", NULL}, {"activeDeadlineSeconds", NULL},
        {"podFailurePolicy", NULL}, {"successPolicy", NULL}, {"backoffLimit", NULL}, {"backoffLimitPerIndex", NULL},
        {"maxFailedIndexes", NULL}, {"selector", NULL}, {"manualSelector", NULL}, {"template", template},
        {"ttlSecondsAfterFinished", NULL}, {"completionMode", NULL}, {"suspend", NULL}, {"podReplacementPolicy", NULL},
        {"managedBy", NULL}, {NULL, NULL}};
static const struct member job_template[] = {{"metadata", metadata}, {"spec", job_spec}, {NULL, NULL}};
static const struct member cron_spec[] = {{"schedule", NULL}, {"timeZone", NULL}, {"startingDeadlineSeconds", NULL},
        {"concurrencyPolicy", NULL}, {"suspend", NULL}, {"jobTemplate", job_template},
        {"successfulJobsHistoryLimit", NULL}, {"failedJobsHistoryLimit", NULL}, {NULL, NULL}};
static const struct member lease_spec[] = {{"holderIdentity", NULL}, {"leaseDurationSeconds", NULL},
        {"acquireTime", NULL}, {"renewTime", NULL}, {"leaseTransitions", NULL}, {"strategy", NULL},
        {"preferredHolder", NULL}, {NULL, NULL}};

#define OBJECT                                                                                                         \
	{"kind", NULL}, {"apiVersion", NULL},                                                                          \
	{                                                                                                              \
		"metadata", metadata                                                                                   \
	}
static const struct member pod[] = {OBJECT, {"spec", pod_spec}, {"status", NULL}, {NULL, NULL}};
static const struct member deployment[] = {OBJECT, {"spec", deployment_spec}, {"status", NULL}, {NULL, NULL}};
static const struct member daemon[] = {OBJECT, {"spec", daemon_spec}, {"status", NULL}, {NULL, NULL}};
static const struct member replica_set[] = {OBJECT, {"spec", replica_spec}, {"status", NULL}, {NULL, NULL}};
static const struct member stateful_set[] = {OBJECT, {"spec", stateful_spec}, {"status", NULL}, {NULL, NULL}};
static const struct member job[] = {OBJECT, {"spec", job_spec}, {"status", NULL}, {NULL, NULL}};
static const struct member cron_job[] = {OBJECT, {"spec", cron_spec}, {"status", NULL}, {NULL, NULL}};
static const struct member lease[] = {OBJECT, {"spec", lease_spec}, {NULL, NULL}};
static const struct member namespace_object[] = {OBJECT, {"spec", NULL}, {"status", NULL}, {NULL, NULL}};
static const struct member config_map[] = {
        OBJECT, {"data", NULL}, {"binaryData", NULL}, {"immutable", NULL}, {NULL, NULL}};
static const struct member secret[] = {
        OBJECT, {"data", NULL}, {"stringData", NULL}, {"type", NULL}, {"immutable", NULL}, {NULL, NULL}};
static const struct member account[] = {
        OBJECT, {"secrets", NULL}, {"imagePullSecrets", NULL}, {"automountServiceAccountToken", NULL}, {NULL, NULL}};
static const struct member runtime_class[] = {
        OBJECT, {"handler", NULL}, {"overhead", NULL}, {"scheduling", NULL}, {NULL, NULL}};

static const struct {
	const char *group, *plural;
	const struct member *members;
} kinds[] = {
        {"", "pods", pod},
        {"", "namespaces", namespace_object},
        {"", "nodes", namespace_object},
        {"", "services", namespace_object},
        {"", "configmaps", config_map},
        {"", "secrets", secret},
        {"", "serviceaccounts", account},
        {"apps", "deployments", deployment},
        {"apps", "daemonsets", daemon},
        {"apps", "replicasets", replica_set},
        {"apps", "statefulsets", stateful_set},
        {"batch", "jobs", job},
        {"batch", "cronjobs", cron_job},
        {"coordination.k8s.io", "leases", lease},
        {"node.k8s.io", "runtimeclasses", runtime_class},
};

struct strict {
	char path[PATH_SIZE];
	char message[MESSAGE_SIZE]; // what was found, in words
	struct kube_call *call;
	bool warns;
};

static void tell(struct strict *strict, const char *name)
{
	size_t length = strlen(strict->message);
	char what[PATH_SIZE + 300];
	snprintf(what, sizeof(what), "unknown field \"%s%s%.200s\"", strict->path, *strict->path ? "." : "", name);
	snprintf(strict->message + length, sizeof(strict->message) - length, "%s%s", length ? ", " : "", what);
	if (!strict->warns)
		return;
	char quoted[2 * sizeof(what)];
	size_t at = 0;
	for (const char *c = what; *c && at + 2 < sizeof(quoted); c++) {
		if (*c == '"' || *c == '\\')
			quoted[at++] = '\\';
		quoted[at++] = *c;
	}
	quoted[at] = 0;
	answer_header(strict->call->answer, "Warning", arena_printf(strict->call->arena, "299 - \"%s\"", quoted));
}

static const struct member *find(const struct member *members, const char *name)
{
	for (; members->name; members++)
		if (!strcmp(members->name, name))
			return members;
	return NULL;
}

static void look(struct strict *strict, cJSON *object, const struct member *members);

static void look_below(struct strict *strict, cJSON *value, const struct member *member)
{
	size_t length = strlen(strict->path), at = 0;
	cJSON *element;
	if (cJSON_IsObject(value)) {
		snprintf(strict->path + length, PATH_SIZE - length, "%s%s", length ? "." : "", member->name);
		look(strict, value, member->below);
	} else {
		cJSON_ArrayForEach(element, value)
		{
			snprintf(strict->path + length, PATH_SIZE - length, "%s%s[%zu]", length ? "." : "",
			        member->name, at++);
			look(strict, element, member->below);
			strict->path[length] = 0;
		}
	}
	strict->path[length] = 0;
}

static void look(struct strict *strict, cJSON *object, const struct member *members)
{
	for (cJSON *value = cJSON_IsObject(object) ? object->child : NULL, *next; value; value = next) {
		next = value->next;
		const struct member *member = find(members, value->string);
		if (member && member->below) {
			look_below(strict, value, member);
		} else if (!member) {
			tell(strict, value->string);
			cJSON_Delete(cJSON_DetachItemViaPointer(object, value));
		}
	}
}

bool kube_check_fields(struct kube_call *call, cJSON *object)
{
	const char *wanted = kube_query(call, "fieldValidation");
	struct strict strict = {.call = call, .warns = !*wanted || !strcmp(wanted, "Warn")};
	char version[API_VERSION_SIZE];
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (!strcmp(kinds[i].plural, call->resource->plural) && !strcmp(kinds[i].group, call->resource->group))
			look(&strict, object, kinds[i].members);
	if (!*strict.message || strcmp(wanted, "Strict") != 0)
		return true;
	return kube_fail(call, 400, "BadRequest",
	        "%s in version \"%s\" cannot be handled as a %s: strict decoding error: %s", call->resource->kind,
	        kube_api_version(call->resource, version), call->resource->kind, strict.message);
}
