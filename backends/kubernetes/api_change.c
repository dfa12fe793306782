// SPDX-License-Identifier: Apache-2.0
// Changes, each sent once, and the question whether one may.
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "kubernetes/api_fault.h"
#include "kubernetes/api_private.h"

#include "base/banned.h"

enum { BODY_MOST = 3 << 20, REVIEW_ATTEMPTS = 3 };

#define MANAGER "peerdeck"

static struct http_response *change_send(struct api *api, const struct api_change *change, struct api_call *call,
        bool managed, struct cancel *cancel, struct error *error)
{
	struct http_response *response = NULL;
	struct buffer url;

	buffer_init(&url, API_URL_MOST);
	api_target_add_path(&url, &change->target);
	api_add_parameter(&url, "fieldManager", managed ? MANAGER : NULL);
	api_add_parameter(&url, "force", change->force ? "true" : NULL);
	call->target = &change->target;
	call->body = change->json;
	call->body_size = strlen(change->json);
	if (!api_add_parameter(&url, "dryRun", change->dry_run ? "All" : NULL) || call->body_size > BODY_MOST) {
		error_set(error, ERROR_LIMIT, _("a request of more than %d MiB"), BODY_MOST >> 20);
	} else {
		call->url = buffer_text(&url);
		response = api_perform(api, call, cancel, error);
	}
	buffer_finish(&url);
	return response;
}

struct http_response *api_post(
        struct api *api, const struct api_change *change, struct cancel *cancel, struct error *error)
{
	struct api_call call = {
	        .method = HTTP_POST, .verb = "create", .content_type = "application/json", .attempts = 1};

	return change_send(api, change, &call, true, cancel, error);
}

struct http_response *api_put(
        struct api *api, const struct api_change *change, struct cancel *cancel, struct error *error)
{
	struct api_call call = {
	        .method = HTTP_PUT, .verb = "update", .content_type = "application/json", .attempts = 1};

	return change_send(api, change, &call, true, cancel, error);
}

struct http_response *api_patch(struct api *api, const struct api_change *change, enum api_patch type,
        struct cancel *cancel, struct error *error)
{
	static const char *const types[] = {
	        [API_PATCH_JSON] = "application/json-patch+json",
	        [API_PATCH_MERGE] = "application/merge-patch+json",
	        [API_PATCH_STRATEGIC] = "application/strategic-merge-patch+json",
	        [API_PATCH_APPLY] = "application/apply-patch+yaml",
	};
	struct api_call call = {.method = HTTP_PATCH, .verb = "patch", .content_type = types[type], .attempts = 1};

	return change_send(api, change, &call, true, cancel, error);
}

static void add_text_member(struct buffer *out, const char *name, const char *value)
{
	if (!value)
		return;
	if (out->size > 0 && out->data[out->size - 1] != '{')
		buffer_add_char(out, ',');
	buffer_printf(out, "\"%s\":", name);
	text_add_json_string(out, value, strlen(value));
}

static bool add_delete_options(struct buffer *out, const struct api_delete *request)
{
	buffer_add_text(out, "{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\"");
	add_text_member(out, "propagationPolicy", request->propagation ? request->propagation : "Background");
	if (request->grace_s >= 0)
		buffer_printf(out, ",\"gracePeriodSeconds\":%lld", (long long)request->grace_s);
	if (request->uid || request->version) {
		buffer_add_text(out, ",\"preconditions\":{");
		add_text_member(out, "uid", request->uid);
		add_text_member(out, "resourceVersion", request->version);
		buffer_add_char(out, '}');
	}
	if (request->dry_run)
		buffer_add_text(out, ",\"dryRun\":[\"All\"]");
	return buffer_add_char(out, '}');
}

// What is gone at once is answered by a Status, what waits by the object itself.
static bool read_deleted(const struct http_response *response, bool *gone, struct error *error)
{
	struct json_doc doc;

	if (!json_open(&doc, response->body, response->body_size, "answer of delete", error))
		return false;
	*gone = strcmp(json_text(doc.root, "kind"), "Status") == 0;
	json_close(&doc);
	return true;
}

bool api_delete(
        struct api *api, const struct api_delete *request, bool *gone, struct cancel *cancel, struct error *error)
{
	struct api_call call = {
	        .method = HTTP_DELETE, .verb = "delete", .content_type = "application/json", .attempts = 1};
	struct http_response *response = NULL;
	struct buffer options;
	bool done = false;

	buffer_init(&options, 8 << 10);
	if (!add_delete_options(&options, request))
		error_set(error, ERROR_LIMIT, _("conditions of a deletion that are too long"));
	else
		response =
		        change_send(api, &(struct api_change){.target = request->target, .json = buffer_text(&options)},
		                &call, false, cancel, error);
	if (response) {
		done = read_deleted(response, gone, error);
		if (!done && error && !*error->doing)
			api_fault_doing(error, "delete", &request->target);
	}
	http_response_destroy(response);
	buffer_finish(&options);
	return done;
}

static bool read_review(const struct http_response *response, bool *allowed, struct error *error)
{
	const cJSON *status, *answer;
	struct json_doc doc;
	bool told;

	if (!json_open(&doc, response->body, response->body_size, "SelfSubjectAccessReview", error))
		return false;
	status = json_member(doc.root, "status");
	answer = json_member(status, "allowed");
	// Only "allowed": true allows; an answer without it says nothing at all.
	told = cJSON_IsBool(answer);
	if (told)
		*allowed = cJSON_IsTrue(answer) && !json_flag(status, "denied", false);
	else
		error_set(error, ERROR_PROTOCOL, _("the cluster does not say whether it is allowed"));
	json_close(&doc);
	return told;
}

bool api_may(struct api *api, const char *verb, const struct api_target *target, bool *allowed, struct cancel *cancel,
        struct error *error)
{
	struct api_call call = {
	        .method = HTTP_POST, .verb = "create", .content_type = "application/json", .attempts = REVIEW_ATTEMPTS};
	struct api_change review = {.target = {.resource = &api_resources[API_ACCESS_REVIEWS]}};
	struct http_response *response;
	struct buffer body;
	bool done = false;

	buffer_init(&body, 8 << 10);
	buffer_add_text(&body, "{\"kind\":\"SelfSubjectAccessReview\",\"apiVersion\":\"authorization.k8s.io/v1\","
	                       "\"spec\":{\"resourceAttributes\":{");
	add_text_member(&body, "verb", verb);
	add_text_member(&body, "group", target->resource->group);
	add_text_member(&body, "resource", target->resource->plural);
	add_text_member(&body, "subresource", target->part);
	add_text_member(&body, "namespace", target->resource->has_space ? target->space : NULL);
	add_text_member(&body, "name", target->name);
	if (!buffer_add_text(&body, "}}}")) {
		buffer_finish(&body);
		return error_set(error, ERROR_LIMIT, _("a question that is too long"));
	}
	review.json = buffer_text(&body);
	response = change_send(api, &review, &call, false, cancel, error);
	if (response) {
		done = read_review(response, allowed, error);
		if (!done && error && !*error->doing)
			api_fault_doing(error, "create", &review.target);
	}
	http_response_destroy(response);
	buffer_finish(&body);
	return done;
}
