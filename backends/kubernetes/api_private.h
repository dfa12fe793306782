// SPDX-License-Identifier: Apache-2.0
// One call of the API, for the api*.c files alone.
#ifndef PEERDECK_KUBERNETES_API_PRIVATE_H
#define PEERDECK_KUBERNETES_API_PRIVATE_H

#include "kubernetes/api.h"

enum { API_URL_MOST = 16 << 10, API_HEADERS_MOST = 600 };

struct api {
	struct http_client *http;
	struct access *access;
};

extern const char api_metadata_list[]; // an Accept header

struct api_call {
	enum http_method method;
	const char *verb; // as RBAC spells it
	const struct api_target *target;
	const char *url;                   // path and query
	const char *accept, *content_type; // content_type NULL = no body
	const void *body;
	size_t body_size, body_limit;
	unsigned attempts;
	bool (*on_data)(const char *data, size_t size, void *user);
	void (*on_end)(void *user);
	enum http_next (*judge)(
	        const struct http_response *response, void *user, int64_t *wait_ms); // NULL = the usual one
	void *user;
	int64_t stall_ms; // with on_data: most silence
};

// A request made of a call and a grant; its texts live until api_request_finish.
struct api_request {
	struct http_request request;
	struct http_header headers[API_HEADERS_MOST];
	struct buffer url;
	char operation[48]; // for the log: "kubernetes.list"
};
bool api_request_init(struct api_request *request, const struct api_call *call, const struct access_grant *grant,
        struct cancel *cancel, struct error *error);
void api_request_finish(struct api_request *request);

// Judges an answer: true for 2xx, else `error` says why not.
bool api_answer_check(const struct http_response *response, const struct api_call *call, struct error *error);
// Sends and waits; NULL for anything but 2xx.
struct http_response *api_perform(
        struct api *api, const struct api_call *call, struct cancel *cancel, struct error *error);

#endif
