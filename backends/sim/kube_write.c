// SPDX-License-Identifier: Apache-2.0
// Creating and replacing objects.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sim/kube_defaults.h"
#include "sim/kube_http.h"
#include "sim/kube_proto.h"
#include "sim/kube_update.h"
#include "sim/kube_validate.h"

#include "base/banned.h"

static bool type_is(const char *type, const char *wanted)
{
	size_t length = strlen(wanted);
	return !strncasecmp(type, wanted, length) && (!type[length] || type[length] == ';' || type[length] == ' ');
}

cJSON *kube_read_body(struct kube_call *call)
{
	const struct buffer *body = &call->request->body;
	const char *type = request_header(call->request, "content-type");
	cJSON *object = NULL;
	if (body->size > KUBE_BODY_LIMIT) {
		kube_fail(call, 413, "RequestEntityTooLarge", "limit is %d", KUBE_BODY_LIMIT);
		return NULL;
	}
	if (type && type_is(type, "application/vnd.kubernetes.protobuf")) {
		object = kube_proto_read(body->data, body->size);
		if (!object)
			kube_fail(call, 415, "UnsupportedMediaType",
			        "the body of the request was in an unknown format - accepted media types include: "
			        "application/json, application/yaml");
		return object;
	}
	// Many clients send JSON under no or another name.
	object = cJSON_ParseWithLength(buffer_text(body), body->size);
	if (object && cJSON_IsObject(object))
		return object;
	cJSON_Delete(object);
	if (type && !type_is(type, "application/json"))
		kube_fail(call, 415, "UnsupportedMediaType",
		        "the body of the request was in an unknown format - accepted media types include: "
		        "application/json");
	else
		kube_fail(call, 400, "BadRequest", "the object provided is not valid JSON");
	return NULL;
}

const char *kube_field_manager(const struct kube_call *call, char out[KUBE_NAME_SIZE])
{
	const char *given = kube_query(call, "fieldManager"), *agent = request_header(call->request, "user-agent");
	if (*given)
		snprintf(out, KUBE_NAME_SIZE, "%.120s", given);
	else
		snprintf(out, KUBE_NAME_SIZE, "%.*s", agent ? (int)strcspn(agent, "/") : 7, agent ? agent : "unknown");
	if (!*out)
		snprintf(out, KUBE_NAME_SIZE, "unknown");
	return out;
}

void kube_store_and_send(struct kube_call *call, cJSON *object, struct kube_writer *writer, int status)
{
	char manager[KUBE_NAME_SIZE];
	writer->manager = kube_field_manager(call, manager);
	if (call->dry_run || !strcmp(kube_query(call, "dryRun"), "All")) {
		struct kube_state *state = kube_write_dry(call->kube, call->resource, object, writer);
		if (state)
			kube_send_state(call, status, state);
		else
			kube_fail(call, 413, "RequestEntityTooLarge", "the object is too large");
		kube_state_drop(state);
		return;
	}
	const struct kube_object *stored = kube_write(call->kube, call->resource, object, writer);
	if (stored || call->kube->gone)
		kube_send_state(call, status, stored ? stored->state : call->kube->gone);
	else
		kube_fail(call, 413, "RequestEntityTooLarge", "the object is too large");
}

static bool check_kind(struct kube_call *call, cJSON *object)
{
	char version[API_VERSION_SIZE];
	const char *kind = tree_text(object, "kind"), *given = tree_text(object, "apiVersion");
	kube_api_version(call->named, version);
	if ((*kind && strcmp(kind, call->named->kind) != 0) || (*given && strcmp(given, version) != 0))
		return kube_fail(call, 400, "BadRequest",
		        "the object provided is unrecognized (must be of type %s): got %s %s, expected %s %s",
		        call->named->kind, given, kind, version, call->named->kind);
	return true;
}

static bool check_namespace(struct kube_call *call, cJSON *metadata)
{
	const char *given = tree_text(metadata, "namespace");
	const struct kube_object *namespace;
	if (!call->resource->namespaced)
		return true;
	if (!*call->namespace)
		return kube_fail(call, 405, "MethodNotAllowed",
		        "the server does not allow this method on the requested resource");
	if (*given && strcmp(given, call->namespace) != 0)
		return kube_fail(call, 400, "BadRequest",
		        "the namespace of the provided object does not match the namespace sent on the request");
	tree_set_text(metadata, "namespace", call->namespace);
	namespace = kube_find(call->kube, kube_resource(call->kube, "namespaces"), NULL, call->namespace);
	if (!namespace)
		return kube_fail(call, 404, "NotFound", "namespaces \"%s\" not found", call->namespace);
	if (!kube_is_terminating(namespace))
		return true;
	kube_cause(call, "NamespaceTerminating", "namespace is being terminated", "metadata.namespace");
	return kube_fail(call, 403, "Forbidden",
	        "%s \"%s\" is forbidden: unable to create new content in namespace %s because it is being terminated",
	        call->named->plural, tree_text(metadata, "name"), call->namespace);
}

// An event of events.k8s.io is kept as one of the core.
static void old_event(cJSON *event)
{
	static const char *const names[][2] = {
	        {"regarding", "involvedObject"},
	        {"note", "message"},
	        {"deprecatedSource", "source"},
	        {"deprecatedFirstTimestamp", "firstTimestamp"},
	        {"deprecatedLastTimestamp", "lastTimestamp"},
	        {"deprecatedCount", "count"},
	        {"reportingController", "reportingComponent"},
	};
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		cJSON *member = tree_member(event, names[i][0]);
		if (!member)
			continue;
		cJSON_DetachItemViaPointer(event, member);
		tree_set(event, names[i][1], member);
	}
}

static bool keeps_status(const struct kube_resource *resource)
{
	return !(resource->subresources & SUBRESOURCE_STATUS) || !strcmp(resource->plural, "nodes") ||
	       !strcmp(resource->plural, "customresourcedefinitions");
}

static bool prepare(struct kube_call *call, cJSON *object)
{
	cJSON *metadata = tree_object(object, "metadata");
	if (!check_kind(call, object) || !kube_check_fields(call, object) || !check_namespace(call, metadata))
		return false;
	if (!*tree_text(metadata, "name") && !*tree_text(metadata, "generateName"))
		return kube_fail_invalid(call, "", "metadata.name", "FieldValueRequired",
		        "Required value: name or generateName is required");
	kube_generate_name(call->kube, metadata);
	call->name = arena_strdup(call->arena, tree_text(metadata, "name"));
	tree_set(metadata, "uid", NULL);
	tree_set(metadata, "creationTimestamp", NULL);
	if (!keeps_status(call->resource))
		tree_set(object, "status", NULL);
	if (call->named != call->resource)
		old_event(object);
	kube_default(call->kube, call->resource, object);
	return kube_validate(call, object);
}

void kube_serve_create(struct kube_call *call)
{
	char resource[API_VERSION_SIZE];
	cJSON *object = kube_read_body(call);
	if (!object)
		return;
	if (call->resource->create_only) {
		kube_serve_review(call, object);
		return;
	}
	if (*tree_text(object, "metadata.resourceVersion")) {
		kube_fail(call, 400, "BadRequest", "resourceVersion should not be set on objects to be created");
		cJSON_Delete(object);
		return;
	}
	if (!prepare(call, object)) {
		cJSON_Delete(object);
		return;
	}
	if (kube_find(call->kube, call->resource, call->namespace, call->name)) {
		kube_fail(call, 409, "AlreadyExists", "%s \"%s\" already exists",
		        kube_group_resource(call->named, resource), call->name);
		cJSON_Delete(object);
		return;
	}
	kube_store_and_send(call, object, &(struct kube_writer){.subresource = ""}, 201);
}

bool kube_check_version(struct kube_call *call, const struct kube_object *present, const cJSON *object)
{
	char version[24], resource[API_VERSION_SIZE];
	const char *given = tree_text(object, "metadata.resourceVersion"), *uid = tree_text(object, "metadata.uid");
	snprintf(version, sizeof(version), "%llu", (unsigned long long)present->state->version);
	if (*uid && strcmp(uid, present->uid) != 0)
		return kube_fail(call, 409, "Conflict",
		        "Operation cannot be fulfilled on %s \"%s\": Precondition failed: UID in precondition: %s, UID "
		        "in "
		        "object meta: %s",
		        kube_group_resource(call->named, resource), call->name, uid, present->uid);
	if (!*given || !strcmp(given, version))
		return true;
	return kube_fail(call, 409, "Conflict",
	        "Operation cannot be fulfilled on %s \"%s\": the object has been modified; please apply your changes "
	        "to the "
	        "latest version and try again",
	        kube_group_resource(call->named, resource), call->name);
}

void kube_keep_rest(struct kube_call *call, const cJSON *present, cJSON **object)
{
	if (!strcmp(call->subresource, "status")) {
		cJSON *whole = tree_copy(present), *status = tree_member(*object, "status");
		tree_set(whole, "status", status ? tree_copy(status) : NULL);
		if (!strcmp(call->resource->plural, "nodes") || !strcmp(call->resource->plural, "pods")) {
			const cJSON *notes = tree_path(*object, "metadata.annotations");
			tree_set(tree_object(whole, "metadata"), "annotations", notes ? tree_copy(notes) : NULL);
		}
		cJSON_Delete(*object);
		*object = whole;
	} else if (call->resource->subresources & SUBRESOURCE_STATUS) {
		const cJSON *status = tree_member(present, "status");
		tree_set(*object, "status", status ? tree_copy(status) : NULL);
	}
	if (call->resource->subresources & SUBRESOURCE_FINALIZE && strcmp(call->subresource, "finalize") != 0) {
		const cJSON *spec = tree_member(present, "spec");
		tree_set(*object, "spec", spec ? tree_copy(spec) : NULL);
	}
}

void kube_update_and_send(struct kube_call *call, const struct kube_object *present, cJSON *object, int status,
        struct kube_writer *writer)
{
	const cJSON *managed = tree_path(object, "metadata.managedFields");
	cJSON *before = tree_copy(kube_tree(call->kube, present)), *metadata = tree_object(object, "metadata");
	writer->subresource = !strcmp(call->subresource, "status") ? "status" : "";
	writer->reset_managed = managed && (!managed->child || !managed->child->child);
	kube_keep_rest(call, before, &object);
	metadata = tree_object(object, "metadata");
	tree_set_text(metadata, "name", present->name);
	if (*present->namespace)
		tree_set_text(metadata, "namespace", present->namespace);
	bool good = kube_validate_update(call, before, object);
	cJSON_Delete(before);
	if (!good) {
		cJSON_Delete(object);
		return;
	}
	kube_store_and_send(call, object, writer, status);
}

void kube_serve_replace(struct kube_call *call)
{
	cJSON *object = kube_read_body(call);
	if (!object)
		return;
	const struct kube_object *present = kube_find(call->kube, call->resource, call->namespace, call->name);
	const char *name = tree_text(object, "metadata.name"), *namespace = tree_text(object, "metadata.namespace");
	bool good = check_kind(call, object) && kube_check_fields(call, object);
	if (good && strcmp(name, call->name) != 0)
		good = kube_fail(call, 400, "BadRequest",
		        "the name of the object (%s) does not match the name on the URL (%s)", name, call->name);
	else if (good && *namespace && strcmp(namespace, call->namespace) != 0)
		good = kube_fail(call, 400, "BadRequest",
		        "the namespace of the provided object does not match the namespace sent on the request");
	else if (good && !present)
		good = kube_fail_not_found(call, call->name);
	else if (good && call->resource->custom && !*tree_text(object, "metadata.resourceVersion"))
		good = kube_fail_invalid(call, call->name, "metadata.resourceVersion", "FieldValueInvalid",
		        "Invalid value: 0x0: must be specified for an update");
	else if (good)
		good = kube_check_version(call, present, object);
	if (!good) {
		cJSON_Delete(object);
		return;
	}
	if (call->named != call->resource)
		old_event(object);
	kube_default(call->kube, call->resource, object);
	kube_update_and_send(call, present, object, 200, &(struct kube_writer){.subresource = ""});
}
