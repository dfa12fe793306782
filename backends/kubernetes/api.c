// SPDX-License-Identifier: Apache-2.0
// One call: URL, headers, credentials, and what its answer means.
#include "config.h"
#include "kubernetes/api_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kubernetes/api_fault.h"

#include "base/banned.h"

enum { READ_ATTEMPTS = 4 };

struct api *api_create(struct http_client *http, struct access *access, struct error *error)
{
	struct api *api = malloc(sizeof(*api));

	if (!api) {
		error_set(error, ERROR_MEMORY, _("out of memory"));
		return NULL;
	}
	*api = (struct api){.http = http, .access = access};
	return api;
}

void api_destroy(struct api *api)
{
	free(api);
}

struct access *api_access(const struct api *api)
{
	return api->access;
}

static void add_header(struct api_request *request, const char *name, const char *value)
{
	if (value && request->request.header_count < API_HEADERS_MOST)
		request->headers[request->request.header_count++] = (struct http_header){name, value};
}

bool api_request_init(struct api_request *request, const struct api_call *call, const struct access_grant *grant,
        struct cancel *cancel, struct error *error)
{
	struct http_request *http = &request->request;

	buffer_init(&request->url, API_URL_MOST);
	buffer_add_text(&request->url, grant->server);
	if (!buffer_add_text(&request->url, call->url)) {
		buffer_finish(&request->url);
		return error_set(error, ERROR_LIMIT, _("an address of more than %d bytes"), API_URL_MOST);
	}
	snprintf(request->operation, sizeof(request->operation), "kubernetes.%s", call->verb);
	*http = (struct http_request){.method = call->method,
	        .url = buffer_text(&request->url),
	        .headers = request->headers,
	        .body = call->body,
	        .body_size = call->body_size,
	        .attempts = call->attempts,
	        .fresh_connection = call->method != HTTP_GET && call->attempts <= 1,
	        .body_limit = call->body_limit,
	        .tls = &grant->tls,
	        .proxy = grant->proxy,
	        .operation = request->operation,
	        .on_data = call->on_data,
	        .on_end = call->on_end,
	        .judge = call->judge,
	        .user = call->user,
	        .cancel = cancel};
	if (call->on_data) {
		http->timeout_ms = -1;
		http->stall_timeout_ms = call->stall_ms;
	}
	add_header(request, "Accept", call->accept ? call->accept : "application/json");
	add_header(request, "Content-Type", call->content_type);
	add_header(request, "Authorization", grant->authorization ? secret_text(grant->authorization) : NULL);
	for (size_t i = 0; i < grant->identity_count; i++)
		add_header(request, grant->identity[i].name, grant->identity[i].value);
	return true;
}

void api_request_finish(struct api_request *request)
{
	buffer_finish(&request->url);
}

bool api_answer_check(const struct http_response *response, const struct api_call *call, struct error *error)
{
	if (response->error.kind != ERROR_NONE) {
		if (error) {
			*error = response->error;
			api_fault_doing(error, call->verb, call->target);
		}
		return false;
	}
	if (response->status >= 200 && response->status < 300)
		return true;
	return api_fault_set(error, response->status, response->body, response->body_size,
	        http_response_header(response, "audit-id"), call->verb, call->target);
}

static struct http_response *send_once(struct api *api, const struct api_call *call, const struct access_grant *grant,
        struct cancel *cancel, struct error *error)
{
	struct api_request *request = calloc(1, sizeof(*request));
	struct http_response *response = NULL;

	if (!request)
		error_set(error, ERROR_MEMORY, _("out of memory"));
	else if (api_request_init(request, call, grant, cancel, error)) {
		response = http_perform(api->http, &request->request, error);
		api_request_finish(request);
	}
	free(request);
	return response;
}

struct http_response *api_perform(
        struct api *api, const struct api_call *call, struct cancel *cancel, struct error *error)
{
	for (bool again = true;; again = false) {
		struct http_response *response;
		struct access_grant grant;

		if (!access_take(api->access, &grant, cancel, error))
			return NULL;
		response = send_once(api, call, &grant, cancel, error);
		// 401 comes before anything was done, so that even a change may be sent again.
		if (response && response->status == 401 && access_refused(api->access, &grant) && again) {
			http_response_destroy(response);
			access_grant_finish(&grant);
			continue;
		}
		access_grant_finish(&grant);
		if (response && !api_answer_check(response, call, error)) {
			http_response_destroy(response);
			response = NULL;
		}
		return response;
	}
}

struct http_response *api_get(
        struct api *api, const struct api_target *target, struct cancel *cancel, struct error *error)
{
	struct http_response *response = NULL;
	struct buffer url;

	buffer_init(&url, API_URL_MOST);
	if (!api_target_add_path(&url, target))
		error_set(error, ERROR_LIMIT, _("an address of more than %d bytes"), API_URL_MOST);
	else
		response = api_perform(api,
		        &(struct api_call){
		                .verb = "get", .target = target, .url = buffer_text(&url), .attempts = READ_ATTEMPTS},
		        cancel, error);
	buffer_finish(&url);
	return response;
}

static struct http_response *get_path(
        struct api *api, const char *path, const char *accept, struct cancel *cancel, struct error *error)
{
	const struct api_resource resource = {.group = "", .plural = path};
	const struct api_target target = {.resource = &resource};

	return api_perform(api,
	        &(struct api_call){.verb = accept ? "list" : "get",
	                .target = &target,
	                .url = path,
	                .accept = accept,
	                .attempts = READ_ATTEMPTS},
	        cancel, error);
}

struct http_response *api_get_path(struct api *api, const char *path, struct cancel *cancel, struct error *error)
{
	return get_path(api, path, NULL, cancel, error);
}

struct http_response *api_get_names(struct api *api, const char *path, struct cancel *cancel, struct error *error)
{
	return get_path(api, path, api_metadata_list, cancel, error);
}
