// SPDX-License-Identifier: Apache-2.0
// What an object must have, and what an update may not change. kubernetes docs: Object Names and IDs; Pod update and
// replacement.
#include "config.h"
#include "sim/kube_validate.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

static bool name_is_valid(const char *name, bool label)
{
	size_t length = strlen(name), most = label ? 63 : 253;
	if (!length || length > most)
		return false;
	for (size_t i = 0; i < length; i++) {
		bool word = (name[i] >= 'a' && name[i] <= 'z') || (name[i] >= '0' && name[i] <= '9');
		bool edge = i == 0 || i + 1 == length || name[i - 1] == '.' || name[i + 1] == '.';
		if (!word && (edge || (name[i] != '-' && (label || name[i] != '.'))))
			return false;
	}
	return true;
}

static bool is_rbac(const struct kube_resource *resource)
{
	return !strcmp(resource->group, "rbac.authorization.k8s.io");
}

static bool check_name(struct kube_call *call, const char *name)
{
	char why[512];
	bool label = !strcmp(call->resource->plural, "namespaces") || !strcmp(call->resource->plural, "services");
	if (name_is_valid(name, label) || (is_rbac(call->resource) && *name && !strchr(name, '/')))
		return true;
	if (label)
		snprintf(why, sizeof(why),
		        "Invalid value: \"%.200s\": a lowercase RFC 1123 label must consist of lower case alphanumeric "
		        "characters or "
		        "'-', and must start and end with an alphanumeric character",
		        name);
	else
		snprintf(why, sizeof(why),
		        "Invalid value: \"%.200s\": a lowercase RFC 1123 subdomain must consist of lower case "
		        "alphanumeric "
		        "characters, '-' or '.', and must start and end with an alphanumeric character",
		        name);
	return kube_fail_invalid(call, name, "metadata.name", "FieldValueInvalid", why);
}

static bool check_labels(struct kube_call *call, const cJSON *object, const char *name)
{
	const cJSON *label;
	cJSON_ArrayForEach(label, tree_path(object, "metadata.labels"))
	{
		const char *value = cJSON_IsString(label) ? label->valuestring : NULL;
		bool good = value && strlen(value) <= 63;
		for (const char *c = value; good && *c; c++)
			good = isalnum((unsigned char)*c) || strchr("-_.", *c);
		if (!good)
			return kube_fail_invalid(call, name, "metadata.labels", "FieldValueInvalid",
			        "Invalid value: a valid label must be an empty string or consist of alphanumeric "
			        "characters, "
			        "'-', '_' or '.', at most 63 of them");
	}
	return true;
}

static bool check_pod(struct kube_call *call, const cJSON *pod, const char *name)
{
	const cJSON *container, *list = tree_path(pod, "spec.containers");
	if (!cJSON_GetArraySize(list))
		return kube_fail_invalid(call, name, "spec.containers", "FieldValueRequired", "Required value");
	cJSON_ArrayForEach(container, list)
	{
		const char *own = tree_text(container, "name");
		if (!name_is_valid(own, true))
			return kube_fail_invalid(call, name, "spec.containers[0].name", "FieldValueInvalid",
			        *own ? "Invalid value: a lowercase RFC 1123 label is expected" : "Required value");
		if (!*tree_text(container, "image"))
			return kube_fail_invalid(
			        call, name, "spec.containers[0].image", "FieldValueRequired", "Required value");
		const cJSON *same = tree_find(list, "name", own);
		if (same != container)
			return kube_fail_invalid(
			        call, name, "spec.containers[1].name", "FieldValueDuplicate", "Duplicate value");
	}
	return true;
}

static bool selector_matches_template(const cJSON *object)
{
	const cJSON *wanted, *labels = tree_path(object, "spec.template.metadata.labels");
	cJSON_ArrayForEach(wanted, tree_path(object, "spec.selector.matchLabels"))
	{
		if (!tree_equal(tree_member(labels, wanted->string), wanted))
			return false;
	}
	return true;
}

static bool check_workload(struct kube_call *call, const cJSON *object, const char *name)
{
	if (!tree_path(object, "spec.selector"))
		return kube_fail_invalid(call, name, "spec.selector", "FieldValueRequired", "Required value");
	if (!selector_matches_template(object))
		return kube_fail_invalid(call, name, "spec.template.metadata.labels", "FieldValueInvalid",
		        "Invalid value: `selector` does not match template `labels`");
	if (!cJSON_GetArraySize(tree_path(object, "spec.template.spec.containers")))
		return kube_fail_invalid(
		        call, name, "spec.template.spec.containers", "FieldValueRequired", "Required value");
	return true;
}

static bool check_definition(struct kube_call *call, const cJSON *object, const char *name)
{
	char wanted[600];
	snprintf(wanted, sizeof(wanted), "%s.%s", tree_text(object, "spec.names.plural"),
	        tree_text(object, "spec.group"));
	if (strcmp(wanted, name) != 0)
		return kube_fail_invalid(call, name, "metadata.name", "FieldValueInvalid",
		        "Invalid value: must be spec.names.plural+\".\"+spec.group");
	return true;
}

static bool check_runtime_class(struct kube_call *call, const cJSON *pod, const char *name)
{
	const char *class = tree_text(pod, "spec.runtimeClassName");
	const struct kube_resource *classes = kube_resource(call->kube, "runtimeclasses.node.k8s.io");
	if (!*class || kube_find(call->kube, classes, NULL, class))
		return true;
	return kube_fail(call, 403, "Forbidden",
	        "pods \"%s\" is forbidden: pod rejected: RuntimeClass \"%s\" not found", name, class);
}

bool kube_validate(struct kube_call *call, const cJSON *object)
{
	const struct kube_resource *resource = call->resource;
	const char *name = tree_text(object, "metadata.name");
	bool workload = !strcmp(resource->group, "apps") && strcmp(resource->plural, "controllerrevisions") != 0;
	if (!check_name(call, name) || !check_labels(call, object, name))
		return false;
	if (!strcmp(resource->plural, "pods"))
		return check_pod(call, object, name) && check_runtime_class(call, object, name);
	if (!strcmp(resource->plural, "customresourcedefinitions"))
		return check_definition(call, object, name);
	if (!strcmp(resource->plural, "runtimeclasses") && !*tree_text(object, "handler"))
		return kube_fail_invalid(call, name, "handler", "FieldValueRequired", "Required value");
	return !workload || check_workload(call, object, name);
}

static void blank_images(cJSON *pod_spec)
{
	static const char *const lists[] = {"containers", "initContainers"};
	cJSON *container;
	for (size_t i = 0; i < COUNT_OF(lists); i++)
		cJSON_ArrayForEach(container, tree_member(pod_spec, lists[i]))
		{
			tree_set(container, "image", NULL);
			tree_set(container, "imagePullPolicy", NULL);
		}
	tree_set(pod_spec, "activeDeadlineSeconds", NULL);
	tree_set(pod_spec, "tolerations", NULL);
	tree_set(pod_spec, "terminationGracePeriodSeconds", NULL);
	tree_set(pod_spec, "schedulingGates", NULL);
	tree_set(pod_spec, "ephemeralContainers", NULL);
}

static bool pod_specs_agree(const cJSON *before, const cJSON *after)
{
	cJSON *old = tree_copy(before), *new = after ? tree_copy(after) : cJSON_CreateObject();
	blank_images(old);
	blank_images(new);
	bool same = tree_equal(old, new);
	cJSON_Delete(old);
	cJSON_Delete(new);
	return same;
}

static bool check_finalizers(struct kube_call *call, const cJSON *before, const cJSON *after, const char *name)
{
	const cJSON *item;
	if (!tree_path(before, "metadata.deletionTimestamp"))
		return true;
	cJSON_ArrayForEach(item, tree_path(after, "metadata.finalizers"))
	{
		if (cJSON_IsString(item) && !tree_has_text(tree_path(before, "metadata.finalizers"), item->valuestring))
			return kube_fail_invalid(call, name, "metadata.finalizers", "FieldValueForbidden",
			        "Forbidden: no new finalizers can be added if the object is being deleted");
	}
	return true;
}

bool kube_validate_update(struct kube_call *call, const cJSON *before, const cJSON *after)
{
	const char *name = tree_text(before, "metadata.name");
	if (!check_finalizers(call, before, after, name))
		return false;
	if (!strcmp(call->resource->plural, "pods") && !*call->subresource &&
	        !pod_specs_agree(tree_member(before, "spec"), tree_member(after, "spec")))
		return kube_fail_invalid(call, name, "spec", "FieldValueForbidden",
		        "Forbidden: pod updates may not change fields other than `spec.containers[*].image`,"
		        "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only "
		        "additions to "
		        "existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was "
		        "previously "
		        "negative)");
	if (!strcmp(call->resource->plural, "runtimeclasses") &&
	        !tree_equal(tree_member(before, "handler"), tree_member(after, "handler")))
		return kube_fail_invalid(
		        call, name, "handler", "FieldValueInvalid", "Invalid value: field is immutable");
	if (!strcmp(call->resource->group, "apps") && tree_path(before, "spec.selector") &&
	        !tree_equal(tree_path(before, "spec.selector"), tree_path(after, "spec.selector")))
		return kube_fail_invalid(
		        call, name, "spec.selector", "FieldValueInvalid", "Invalid value: field is immutable");
	return kube_validate(call, after);
}
