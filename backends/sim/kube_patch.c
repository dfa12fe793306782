// SPDX-License-Identifier: Apache-2.0
// Patching objects, and server-side apply.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sim/kube_defaults.h"
#include "sim/kube_fields.h"
#include "sim/kube_http.h"
#include "sim/kube_merge.h"
#include "sim/kube_update.h"

#include "base/banned.h"

enum patch_sort { PATCH_JSON, PATCH_MERGE, PATCH_STRATEGIC, PATCH_APPLY, PATCH_UNKNOWN };

static enum patch_sort sort_of(const struct kube_call *call)
{
	static const struct {
		const char *type;
		enum patch_sort sort;
	} types[] = {
	        {"application/json-patch+json", PATCH_JSON},
	        {"application/merge-patch+json", PATCH_MERGE},
	        {"application/strategic-merge-patch+json", PATCH_STRATEGIC},
	        {"application/apply-patch+yaml", PATCH_APPLY},
	};
	const char *type = request_header(call->request, "content-type");
	for (size_t i = 0; type && i < COUNT_OF(types); i++)
		if (!strncasecmp(type, types[i].type, strlen(types[i].type)))
			return types[i].sort == PATCH_STRATEGIC && call->resource->custom ? PATCH_UNKNOWN
			                                                                  : types[i].sort;
	return PATCH_UNKNOWN;
}

static bool patch_tree(struct kube_call *call, enum patch_sort sort, cJSON **object, const cJSON *patch)
{
	char why[WHY_SIZE] = "";
	if (sort == PATCH_JSON) {
		if (merge_json_patch(object, patch, why) && cJSON_IsObject(*object))
			return true;
		kube_cause(call, "FieldValueInvalid", why, NULL);
		return kube_fail(
		        call, 422, "Invalid", "the server rejected our request due to an error in our request");
	}
	if (!cJSON_IsObject(patch))
		return kube_fail(call, 400, "BadRequest", "the patch is no JSON object");
	if (sort == PATCH_MERGE)
		merge_json(*object, patch);
	else
		merge_strategic(*object, patch);
	return true;
}

static void serve_patch(struct kube_call *call, enum patch_sort sort, const cJSON *patch)
{
	char resource[API_VERSION_SIZE];
	const struct kube_object *present = kube_find(call->kube, call->resource, call->namespace, call->name);
	if (!present) {
		kube_fail_not_found(call, call->name);
		return;
	}
	cJSON *object = kube_state_tree(present->state);
	if (!patch_tree(call, sort, &object, patch)) {
		cJSON_Delete(object);
		return;
	}
	const char *name = tree_text(object, "metadata.name");
	if (strcmp(name, present->name) != 0) {
		kube_fail(call, 400, "BadRequest",
		        "the name of the object (%s) does not match the name on the URL (%s)", name, present->name);
	} else if (strcmp(tree_text(object, "metadata.uid"), present->uid) != 0) {
		kube_fail(call, 409, "Conflict",
		        "Operation cannot be fulfilled on %s \"%s\": Precondition failed: UID in precondition: %s, UID "
		        "in "
		        "object meta: %s",
		        kube_group_resource(call->named, resource), call->name, tree_text(object, "metadata.uid"),
		        present->uid);
	} else if (kube_check_fields(call, object) && kube_check_version(call, present, object)) {
		kube_default(call->kube, call->resource, object);
		kube_update_and_send(call, present, object, 200, &(struct kube_writer){.subresource = ""});
		return;
	}
	cJSON_Delete(object);
}

// What an apply would take from other managers.
struct conflicts {
	struct kube_call *call;
	const struct kube_managed *entry;
	size_t count;
	char first[600];
};

static void add_conflict(void *user, const char *path)
{
	struct conflicts *conflicts = user;
	char message[300];
	snprintf(message, sizeof(message), "conflict with \"%.100s\"%s%s using %.100s", conflicts->entry->manager,
	        *conflicts->entry->subresource ? " with subresource " : "", conflicts->entry->subresource,
	        conflicts->entry->api_version);
	kube_cause(conflicts->call, "FieldManagerConflict", message, path);
	if (!conflicts->count++)
		snprintf(conflicts->first, sizeof(conflicts->first), "%s: %.250s", message, path);
}

static bool check_conflicts(struct kube_call *call, const struct kube_object *present, const cJSON *before,
        const cJSON *after, const cJSON *applied, const char *manager)
{
	struct conflicts conflicts = {.call = call};
	cJSON *changed = fields_changed(before, after, call->resource->custom);
	for (size_t i = 0; i < present->state->managed_count; i++) {
		const struct kube_managed *entry = &present->state->managed[i];
		if (entry->apply && !strcmp(entry->manager, manager) && !strcmp(entry->subresource, call->subresource))
			continue;
		cJSON *set = cJSON_Parse(entry->fields);
		conflicts.entry = entry;
		if (set && fields_meet(set, changed)) {
			cJSON *mine = tree_copy(changed);
			fields_common(set, mine, add_conflict, &conflicts);
			cJSON_Delete(mine);
		}
		cJSON_Delete(set);
	}
	cJSON_Delete(changed);
	(void)applied;
	if (!conflicts.count)
		return true;
	if (conflicts.count == 1)
		return kube_fail(call, 409, "Conflict", "Apply failed with 1 conflict: %s", conflicts.first);
	return kube_fail(call, 409, "Conflict", "Apply failed with %zu conflicts: conflicts, the first of them: %s",
	        conflicts.count, conflicts.first);
}

// Fields that this manager applied before, that it no longer applies and that nobody else owns, go.
static void drop_abandoned(const struct kube_call *call, const struct kube_object *present, cJSON *object,
        const cJSON *applied, const char *manager)
{
	cJSON *abandoned = NULL;
	for (size_t i = 0; i < present->state->managed_count; i++) {
		const struct kube_managed *entry = &present->state->managed[i];
		if (entry->apply && !strcmp(entry->manager, manager) && !strcmp(entry->subresource, call->subresource))
			abandoned = cJSON_Parse(entry->fields);
	}
	if (!abandoned)
		return;
	fields_subtract(abandoned, applied);
	for (size_t i = 0; i < present->state->managed_count; i++) {
		const struct kube_managed *entry = &present->state->managed[i];
		if (entry->apply && !strcmp(entry->manager, manager) && !strcmp(entry->subresource, call->subresource))
			continue;
		cJSON *set = cJSON_Parse(entry->fields);
		if (set)
			fields_subtract(abandoned, set);
		cJSON_Delete(set);
	}
	fields_erase(object, abandoned);
	cJSON_Delete(abandoned);
}

static void create_applied(struct kube_call *call, const cJSON *given)
{
	struct buffer *body = &call->request->body;
	struct kube_writer writer = {.subresource = "", .apply = true};
	cJSON *object = tree_copy(given), *metadata = tree_object(object, "metadata");
	if (call->resource->namespaced) {
		const struct kube_object *namespace =
		        kube_find(call->kube, kube_resource(call->kube, "namespaces"), NULL, call->namespace);
		if (!namespace) {
			kube_fail(call, 404, "NotFound", "namespaces \"%s\" not found", call->namespace);
			cJSON_Delete(object);
			return;
		}
		tree_set_text(metadata, "namespace", call->namespace);
	}
	(void)body;
	tree_set_text(metadata, "name", call->name);
	kube_default(call->kube, call->resource, object);
	cJSON *applied = fields_of(given, call->resource->custom);
	writer.applied = applied;
	if (kube_check_fields(call, object) && kube_validate(call, object))
		kube_store_and_send(call, object, &writer, 201);
	else
		cJSON_Delete(object);
	cJSON_Delete(applied);
}

static void serve_apply(struct kube_call *call, cJSON *given)
{
	const struct kube_object *present = kube_find(call->kube, call->resource, call->namespace, call->name);
	const char *manager = kube_query(call, "fieldManager"), *name = tree_text(given, "metadata.name");
	bool force = kube_query_flag(call, "force");
	if (!*manager) {
		kube_fail_invalid(
		        call, "", "fieldManager", "FieldValueRequired", "Required value: is required for apply patch");
		return;
	}
	if (*name && strcmp(name, call->name) != 0) {
		kube_fail(call, 400, "BadRequest",
		        "the name of the object (%s) does not match the name on the URL (%s)", name, call->name);
		return;
	}
	if (tree_path(given, "metadata.managedFields")) {
		kube_fail(call, 400, "BadRequest", "metadata.managedFields must be nil");
		return;
	}
	if (!present) {
		create_applied(call, given);
		return;
	}
	if (!kube_check_version(call, present, given))
		return;
	cJSON *before = tree_copy(kube_tree(call->kube, present)), *object = tree_copy(before);
	cJSON *applied = fields_of(given, call->resource->custom);
	merge_applied(object, given, call->resource->custom);
	if (force || check_conflicts(call, present, before, object, applied, manager)) {
		struct kube_writer writer = {.apply = true, .applied = applied, .force = force};
		drop_abandoned(call, present, object, applied, manager);
		kube_default(call->kube, call->resource, object);
		kube_update_and_send(call, present, object, 200, &writer);
	} else {
		cJSON_Delete(object);
	}
	cJSON_Delete(applied);
	cJSON_Delete(before);
}

void kube_serve_patch(struct kube_call *call)
{
	enum patch_sort sort = sort_of(call);
	const struct buffer *body = &call->request->body;
	if (sort == PATCH_UNKNOWN) {
		kube_fail(call, 415, "UnsupportedMediaType",
		        "the body of the request was in an unknown format - accepted media types include: "
		        "application/json-patch+json, application/merge-patch+json, %sapplication/apply-patch+yaml",
		        call->resource->custom ? "" : "application/strategic-merge-patch+json, ");
		return;
	}
	if (body->size > KUBE_BODY_LIMIT) {
		kube_fail(call, 413, "RequestEntityTooLarge", "limit is %d", KUBE_BODY_LIMIT);
		return;
	}
	cJSON *patch = cJSON_ParseWithLength(buffer_text(body), body->size);
	if (!patch)
		kube_fail(call, 400, "BadRequest", "error decoding patch: invalid JSON");
	else if (sort == PATCH_APPLY)
		serve_apply(call, patch);
	else
		serve_patch(call, sort, patch);
	cJSON_Delete(patch);
}
