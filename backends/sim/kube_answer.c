// SPDX-License-Identifier: Apache-2.0
// Answers: objects, lists' parts, Status.
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/kube_http.h"

#include "base/banned.h"

enum { MESSAGE_SIZE = 4096 };

void kube_send(struct kube_call *call, int status, const char *content_type, struct buffer *body)
{
	call->answer->status = status;
	call->answer->content_type = content_type;
	call->answer->size = body->size;
	call->answer->body = buffer_take(body);
}

void kube_send_tree(struct kube_call *call, int status, cJSON *tree)
{
	struct buffer body;
	buffer_init(&body, KUBE_ANSWER_LIMIT);
	tree_write(&body, tree);
	buffer_add_char(&body, '\n');
	cJSON_Delete(tree);
	kube_send(call, status, "application/json", &body);
}

// The newer shape of an event. kubernetes docs: Event v1 events.k8s.io
static void rename_event(cJSON *event)
{
	static const char *const names[][2] = {
	        {"involvedObject", "regarding"},
	        {"message", "note"},
	        {"source", "deprecatedSource"},
	        {"firstTimestamp", "deprecatedFirstTimestamp"},
	        {"lastTimestamp", "deprecatedLastTimestamp"},
	        {"count", "deprecatedCount"},
	        {"reportingComponent", "reportingController"},
	};
	tree_set_text(event, "apiVersion", "events.k8s.io/v1");
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		cJSON *member = tree_member(event, names[i][0]);
		if (!member)
			continue;
		cJSON_DetachItemViaPointer(event, member);
		tree_set(event, names[i][1], member);
	}
}

void kube_render(const struct kube_call *call, struct buffer *out, const struct kube_state *state)
{
	if (call->shape == SHAPE_METADATA) {
		buffer_add_text(
		        out, "{\"kind\":\"PartialObjectMetadata\",\"apiVersion\":\"meta.k8s.io/v1\",\"metadata\":");
		kube_state_write_metadata(out, state);
		buffer_add_char(out, '}');
	} else if (call->named != call->resource) {
		cJSON *event = kube_state_tree(state);
		rename_event(event);
		tree_write(out, event);
		cJSON_Delete(event);
	} else {
		kube_state_write(out, state);
	}
}

void kube_send_state(struct kube_call *call, int status, const struct kube_state *state)
{
	struct buffer body;
	buffer_init(&body, KUBE_ANSWER_LIMIT);
	if (call->shape == SHAPE_TABLE) {
		buffer_printf(&body,
		        "{\"kind\":\"Table\",\"apiVersion\":\"meta.k8s.io/"
		        "v1\",\"metadata\":{\"resourceVersion\":\"%llu\"},"
		        "\"columnDefinitions\":",
		        (unsigned long long)state->version);
		kube_table_columns(&body, call->resource);
		buffer_add_text(&body, ",\"rows\":[");
		kube_table_row(call, &body, state);
		buffer_add_text(&body, "]}");
	} else {
		kube_render(call, &body, state);
	}
	buffer_add_char(&body, '\n');
	kube_send(call, status, "application/json", &body);
}

static cJSON *details_of(const struct kube_call *call, int code)
{
	cJSON *details = cJSON_CreateObject();
	bool by_kind = code == 422;
	if (!call->resource)
		return details;
	if (*call->name)
		tree_set_text(details, "name", call->name);
	if (*call->named->group)
		tree_set_text(details, "group", call->named->group);
	tree_set_text(details, "kind", by_kind ? call->named->kind : call->named->plural);
	return details;
}

void kube_cause(struct kube_call *call, const char *reason, const char *message, const char *field)
{
	cJSON *cause = cJSON_CreateObject();
	tree_set_text(cause, "reason", reason);
	tree_set_text(cause, "message", message);
	tree_set_text(cause, "field", field);
	if (!call->causes)
		call->causes = cJSON_CreateArray();
	cJSON_AddItemToArray(call->causes, cause);
}

cJSON *kube_failure(int code, const char *reason, const char *message)
{
	cJSON *status = cJSON_CreateObject();
	tree_set_text(status, "kind", "Status");
	tree_set_text(status, "apiVersion", "v1");
	tree_set(status, "metadata", cJSON_CreateObject());
	tree_set_text(status, "status", "Failure");
	tree_set_text(status, "message", message);
	tree_set_text(status, "reason", reason);
	tree_set_int(status, "code", code);
	return status;
}

bool kube_fail(struct kube_call *call, int code, const char *reason, const char *format, ...)
{
	char message[MESSAGE_SIZE];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	cJSON *status = kube_failure(code, reason, message), *details = details_of(call, code);
	if (call->causes)
		tree_set(details, "causes", call->causes);
	call->causes = NULL;
	if (details->child)
		tree_set(status, "details", details);
	else
		cJSON_Delete(details);
	free(call->answer->body);
	call->answer->body = NULL;
	kube_send_tree(call, code, status);
	call->answer->code = arena_strdup(call->arena, reason);
	return false;
}

bool kube_fail_not_found(struct kube_call *call, const char *name)
{
	char resource[API_VERSION_SIZE];
	return kube_fail(
	        call, 404, "NotFound", "%s \"%s\" not found", kube_group_resource(call->named, resource), name);
}

bool kube_fail_invalid(struct kube_call *call, const char *name, const char *field, const char *reason, const char *why)
{
	char kind[API_VERSION_SIZE];
	const struct kube_resource *resource = call->named;
	snprintf(kind, sizeof(kind), "%s%s%s", resource->kind, *resource->group ? "." : "", resource->group);
	kube_cause(call, reason, why, field);
	return kube_fail(call, 422, "Invalid", "%s \"%s\" is invalid: %s: %s", kind, name, field, why);
}

void kube_send_success(struct kube_call *call, int status, const struct kube_object *about)
{
	cJSON *tree = tree_printf("{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Success\"}");
	if (about) {
		cJSON *details = details_of(call, status);
		tree_set_text(details, "uid", kube_uid(about));
		tree_set(tree, "details", details);
	}
	kube_send_tree(call, status, tree);
}
