// SPDX-License-Identifier: Apache-2.0
// scale, eviction, binding and token: small objects of their own that act on another one.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "sim/kube_http.h"
#include "sim/kube_merge.h"
#include "sim/kube_pods.h"
#include "sim/kube_update.h"

#include "base/banned.h"

enum { TOKEN_S = 3600, LEAST_TOKEN_S = 600 };

static cJSON *scale_of(struct kube_call *call, const struct kube_object *object)
{
	const cJSON *tree = kube_tree(call->kube, object), *labels = tree_path(tree, "spec.selector.matchLabels"),
	            *label;
	struct buffer selector;
	cJSON *scale = tree_printf(
	        "{\"kind\":\"Scale\",\"apiVersion\":\"autoscaling/v1\",\"metadata\":{},\"spec\":{},\"status\":{}}");
	cJSON *metadata = tree_object(scale, "metadata");
	char version[24];
	snprintf(version, sizeof(version), "%llu", (unsigned long long)object->state->version);
	tree_set_text(metadata, "name", object->name);
	tree_set_text(metadata, "namespace", object->namespace);
	tree_set_text(metadata, "uid", object->uid);
	tree_set_text(metadata, "resourceVersion", version);
	tree_set_text(metadata, "creationTimestamp", tree_text(tree, "metadata.creationTimestamp"));
	tree_set_int(tree_object(scale, "spec"), "replicas", tree_int(tree, "spec.replicas", 0));
	tree_set_int(tree_object(scale, "status"), "replicas", tree_int(tree, "status.replicas", 0));
	buffer_init(&selector, 16 * 1024);
	cJSON_ArrayForEach(label, labels)
	{
		buffer_printf(&selector, "%s%s=%s", selector.size ? "," : "", label->string,
		        cJSON_IsString(label) ? label->valuestring : "");
	}
	tree_set_text(tree_object(scale, "status"), "selector", buffer_text(&selector));
	buffer_finish(&selector);
	return scale;
}

static void change_scale(struct kube_call *call, const struct kube_object *object)
{
	char why[WHY_SIZE] = "", manager[KUBE_NAME_SIZE];
	const char *type = request_header(call->request, "content-type");
	cJSON *body = cJSON_ParseWithLength(buffer_text(&call->request->body), call->request->body.size);
	cJSON *scale = scale_of(call, object);
	bool good = body != NULL;
	if (good && !strcmp(call->verb, "update"))
		merge_json(scale, body);
	else if (good && type && strstr(type, "json-patch"))
		good = merge_json_patch(&scale, body, why);
	else if (good)
		merge_json(scale, body);
	cJSON_Delete(body);
	int64_t replicas = tree_int(scale, "spec.replicas", -1);
	if (!good)
		kube_fail(call, 422, "Invalid", "the server rejected our request due to an error in our request");
	else if (replicas < 0)
		kube_fail_invalid(call, object->name, "spec.replicas", "FieldValueInvalid",
		        "Invalid value: must be greater than or equal to 0");
	else if (kube_check_version(call, object, scale)) {
		cJSON *copy = tree_copy(kube_tree(call->kube, object));
		tree_set_int(tree_object(copy, "spec"), "replicas", replicas);
		struct kube_writer writer = {.manager = kube_field_manager(call, manager), .subresource = "scale"};
		const struct kube_object *still = object;
		if (!strcmp(kube_query(call, "dryRun"), "All"))
			cJSON_Delete(copy);
		else
			still = kube_write(call->kube, object->resource, copy, &writer);
		cJSON *answer = scale_of(call, still ? still : object);
		tree_set_int(tree_object(answer, "spec"), "replicas", replicas);
		kube_send_tree(call, 200, answer);
	}
	cJSON_Delete(scale);
}

static bool labels_fit(const cJSON *selector, const struct kube_object *pod)
{
	const cJSON *wanted;
	cJSON_ArrayForEach(wanted, selector)
	{
		const char *value = kube_label(pod, wanted->string);
		if (!value || !cJSON_IsString(wanted) || strcmp(value, wanted->valuestring) != 0)
			return false;
	}
	return selector && selector->child;
}

static int64_t share(const cJSON *value, int64_t all)
{
	if (cJSON_IsString(value))
		return (strtoll(value->valuestring, NULL, 10) * all + 99) / 100;
	return cJSON_IsNumber(value) ? (int64_t)value->valuedouble : 0;
}

// Whether the budget lets one more of its pods go. kubernetes docs: Pod disruption budgets
static bool budget_allows(struct kube *kube, const cJSON *budget, const struct kube_object *pod)
{
	const cJSON *labels = tree_path(budget, "spec.selector.matchLabels");
	const cJSON *least = tree_path(budget, "spec.minAvailable"), *most = tree_path(budget, "spec.maxUnavailable");
	int64_t all = 0, healthy = 0;
	for (size_t i = kube_from(kube, pod->resource, pod->namespace); i < kube_count(kube, pod->resource); i++) {
		const struct kube_object *other = kube_at(kube, pod->resource, i);
		if (strcmp(other->namespace, pod->namespace) != 0)
			break;
		if (!labels_fit(labels, other))
			continue;
		all++;
		const cJSON *conditions = tree_path(kube_tree(kube, other), "status.conditions");
		healthy += !other->deletion &&
		           !strcmp(tree_text(tree_find(conditions, "type", "Ready"), "status"), "True");
	}
	if (!labels_fit(labels, pod))
		return true;
	int64_t wanted = least ? share(least, all) : all - share(most, all);
	return healthy > wanted;
}

static bool check_budgets(struct kube_call *call, const struct kube_object *pod)
{
	const struct kube_resource *budgets = kube_resource(call->kube, "poddisruptionbudgets.policy");
	for (size_t i = kube_from(call->kube, budgets, pod->namespace); i < kube_count(call->kube, budgets); i++) {
		const struct kube_object *budget = kube_at(call->kube, budgets, i);
		if (strcmp(budget->namespace, pod->namespace) != 0)
			break;
		if (budget_allows(call->kube, kube_tree(call->kube, budget), pod))
			continue;
		char message[600];
		snprintf(message, sizeof(message),
		        "The disruption budget %.250s does not allow to evict another pod now", budget->name);
		kube_cause(call, "DisruptionBudget", message, NULL);
		return kube_fail(call, 429, "TooManyRequests",
		        "Cannot evict pod as it would violate the pod's disruption budget.");
	}
	return true;
}

static void evict(struct kube_call *call, const struct kube_object *pod)
{
	cJSON *eviction = kube_read_body(call);
	if (!eviction)
		return;
	const char *uid = tree_text(eviction, "deleteOptions.preconditions.uid");
	int64_t grace = tree_int(eviction, "deleteOptions.gracePeriodSeconds", -1);
	bool dry = tree_has_text(tree_path(eviction, "deleteOptions.dryRun"), "All") ||
	           !strcmp(kube_query(call, "dryRun"), "All");
	if (*uid && strcmp(uid, pod->uid) != 0) {
		kube_fail(call, 409, "Conflict",
		        "Operation cannot be fulfilled on pods \"%s\": Precondition failed: UID in precondition: %s, "
		        "UID in object "
		        "meta: %s",
		        pod->name, uid, pod->uid);
	} else if (check_budgets(call, pod)) {
		if (!dry)
			kube_delete(call->kube, pod, grace, KUBE_BACKGROUND);
		kube_send_success(call, 201, NULL);
	}
	cJSON_Delete(eviction);
}

static void bind_pod(struct kube_call *call, const struct kube_object *pod)
{
	cJSON *binding = kube_read_body(call);
	char resource[API_VERSION_SIZE];
	if (!binding)
		return;
	if (*tree_text(kube_tree(call->kube, pod), "spec.nodeName"))
		kube_fail(call, 409, "Conflict",
		        "Operation cannot be fulfilled on %s \"%s\": pod %s is already assigned to node \"%s\"",
		        kube_group_resource(call->named, resource), pod->name, pod->name,
		        tree_text(kube_tree(call->kube, pod), "spec.nodeName"));
	else {
		kube_bind_pod(call->kube, pod, tree_text(binding, "target.name"));
		kube_send_success(call, 201, NULL);
	}
	cJSON_Delete(binding);
}

static void make_token(struct kube_call *call, const struct kube_object *account)
{
	cJSON *request = kube_read_body(call);
	struct kube_subject subject = {0};
	if (!request)
		return;
	int64_t seconds = tree_int(request, "spec.expirationSeconds", TOKEN_S);
	if (seconds < LEAST_TOKEN_S) {
		kube_fail_invalid(call, account->name, "spec.expirationSeconds", "FieldValueInvalid",
		        "Invalid value: may not specify a duration less than 10 minutes");
		cJSON_Delete(request);
		return;
	}
	snprintf(subject.name, sizeof(subject.name), "system:serviceaccount:%.50s:%.50s", account->namespace,
	        account->name);
	kube_subject_add_group(&subject, "system:serviceaccounts");
	char group[KUBE_NAME_SIZE];
	snprintf(group, sizeof(group), "system:serviceaccounts:%.100s", account->namespace);
	kube_subject_add_group(&subject, group);
	int64_t expires = call->simulator->wall + 1000 * seconds;
	cJSON *status = cJSON_CreateObject();
	tree_set_text(status, "token", kube_users_token(call->kube, &subject, expires));
	tree_set_time(status, "expirationTimestamp", expires);
	tree_set_text(request, "kind", "TokenRequest");
	tree_set_text(request, "apiVersion", "authentication.k8s.io/v1");
	tree_set_int(tree_object(request, "spec"), "expirationSeconds", seconds);
	tree_set(request, "status", status);
	kube_send_tree(call, 201, request);
}

void kube_serve_subresource(struct kube_call *call)
{
	const char *what = call->subresource;
	const struct kube_object *object = kube_find(call->kube, call->resource, call->namespace, call->name);
	bool creates = !strcmp(call->verb, "create"), scales = !strcmp(what, "scale");
	if (!object)
		kube_fail_not_found(call, call->name);
	else if (scales && !strcmp(call->verb, "get"))
		kube_send_tree(call, 200, scale_of(call, object));
	else if (scales && (!strcmp(call->verb, "update") || !strcmp(call->verb, "patch")))
		change_scale(call, object);
	else if (creates && !strcmp(what, "eviction"))
		evict(call, object);
	else if (creates && !strcmp(what, "binding"))
		bind_pod(call, object);
	else if (creates && !strcmp(what, "token"))
		make_token(call, object);
	else
		kube_fail(call, 405, "MethodNotAllowed",
		        "the server does not allow this method on the requested resource");
}
