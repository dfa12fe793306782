// SPDX-License-Identifier: Apache-2.0
// Copying a request into a transfer, one block of memory for all of it.
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "net/http_internal.h"

#include "base/banned.h"

static const char *const method_names[] = {
        [HTTP_GET] = "GET",
        [HTTP_HEAD] = "HEAD",
        [HTTP_POST] = "POST",
        [HTTP_PUT] = "PUT",
        [HTTP_PATCH] = "PATCH",
        [HTTP_DELETE] = "DELETE",
};

const char *http_method_name(enum http_method method)
{
	return (size_t)method < COUNT_OF(method_names) ? method_names[method] : "GET";
}

void http_line_push(struct http_line *line, struct http_transfer *transfer)
{
	transfer->next = NULL;
	if (line->last)
		line->last->next = transfer;
	else
		line->first = transfer;
	line->last = transfer;
}

void http_line_push_front(struct http_line *line, struct http_transfer *transfer)
{
	transfer->next = line->first;
	line->first = transfer;
	if (!line->last)
		line->last = transfer;
}

struct http_transfer *http_line_pop(struct http_line *line)
{
	struct http_transfer *transfer = line->first;

	if (!transfer)
		return NULL;
	line->first = transfer->next;
	if (!line->first)
		line->last = NULL;
	transfer->next = NULL;
	return transfer;
}

static size_t text_size(const char *text)
{
	return text ? strlen(text) + 1 : 0;
}

// Copies a text to *at and moves that on; NULL stays NULL.
static const char *copy_text(char **at, const char *text)
{
	char *copy = *at;
	size_t size = text_size(text);

	if (!text)
		return NULL;
	memcpy(copy, text, size);
	*at += size;
	return copy;
}

// Sizes of the texts behind the struct, headers included.
static size_t texts_size(const struct http_request *request)
{
	size_t size = text_size(request->url) + text_size(request->budget_key) + text_size(request->proxy) +
	              text_size(request->operation);

	for (size_t i = 0; i < request->header_count; i++)
		size += text_size(request->headers[i].name) + text_size(request->headers[i].value);
	if (request->tls)
		size += text_size(request->tls->ca) + text_size(request->tls->certificate) +
		        text_size(request->tls->key) + text_size(request->tls->server_name);
	return size;
}

static void copy_request(struct http_transfer *transfer, const struct http_request *from)
{
	struct http_request *to = &transfer->request;
	struct http_header *headers = (struct http_header *)(transfer + 1);
	char *at = (char *)(headers + from->header_count);

	*to = *from;
	to->url = copy_text(&at, from->url);
	to->budget_key = copy_text(&at, from->budget_key);
	to->proxy = copy_text(&at, from->proxy);
	to->operation = copy_text(&at, from->operation);
	for (size_t i = 0; i < from->header_count; i++) {
		headers[i].name = copy_text(&at, from->headers[i].name);
		headers[i].value = copy_text(&at, from->headers[i].value);
	}
	to->headers = headers;
	if (from->tls) {
		transfer->tls.ca = copy_text(&at, from->tls->ca);
		transfer->tls.certificate = copy_text(&at, from->tls->certificate);
		transfer->tls.key = copy_text(&at, from->tls->key);
		transfer->tls.server_name = copy_text(&at, from->tls->server_name);
		to->tls = &transfer->tls;
	}
	if (to->attempts == 0)
		to->attempts = 1;
	if (to->attempts > HTTP_ATTEMPTS_MOST)
		to->attempts = HTTP_ATTEMPTS_MOST;
	if (to->body_limit == 0)
		to->body_limit = HTTP_BODY_LIMIT_DEFAULT;
	if (to->timeout_ms == 0)
		to->timeout_ms = transfer->client->options.timeout_ms;
	if (to->stall_timeout_ms == 0)
		to->stall_timeout_ms = transfer->client->options.stall_timeout_ms;
}

// A line break in a header would begin another header.
static bool is_header_safe(const struct http_header *header)
{
	return header->name && header->name[0] && header->value && !strpbrk(header->name, "\r\n: ") &&
	       !strpbrk(header->value, "\r\n");
}

struct http_transfer *http_transfer_create(
        struct http_client *client, const struct http_request *request, struct error *error)
{
	const struct curl_library *curl = curl_load(error);
	struct http_transfer *transfer;
	struct http_place place;

	if (!curl || !http_place_find(curl, request->url, request->plain_allowed, &place, error))
		return NULL;
	for (size_t i = 0; i < request->header_count; i++) {
		if (!is_header_safe(&request->headers[i])) {
			error_set(error, ERROR_USAGE, _("a header that is none: %s"),
			        request->headers[i].name ? request->headers[i].name : "");
			return NULL;
		}
	}
	transfer =
	        calloc(1, sizeof(*transfer) + request->header_count * sizeof(*request->headers) + texts_size(request));
	if (!transfer)
		goto no_memory;
	transfer->client = http_client_ref(client);
	copy_request(transfer, request);
	// Until it is handed over, what belongs to the sender stays the sender's.
	transfer->request.user_free = NULL;
	transfer->loopback = place.loopback;
	transfer->plain = place.plain;
	transfer->response.tag = request->tag;
	buffer_init(&transfer->header_text, HTTP_HEADERS_LIMIT);
	transfer->response.headers = calloc(1, 1);
	transfer->response.body = calloc(1, 1);
	if (!transfer->response.headers || !transfer->response.body)
		goto no_memory;
	if (request->body_size > 0 && !request->body_borrowed && !request->read_body) {
		transfer->owned_body = malloc(request->body_size);
		if (!transfer->owned_body)
			goto no_memory;
		memcpy(transfer->owned_body, request->body, request->body_size);
		transfer->request.body = transfer->owned_body;
	}
	transfer->request.user_free = request->user_free;
	return transfer;

no_memory:
	error_set(error, ERROR_MEMORY, _("out of memory"));
	http_transfer_destroy(transfer);
	return NULL;
}

void http_transfer_destroy(struct http_transfer *transfer)
{
	if (!transfer)
		return;
	if (transfer->request.user_free)
		transfer->request.user_free(transfer->request.user);
	// Bodies and headers carry tokens and keys.
	if (transfer->owned_body)
		secret_wipe(transfer->owned_body, transfer->request.body_size);
	free(transfer->owned_body);
	for (size_t i = 0; i < transfer->request.header_count; i++) {
		char *value = (char *)(uintptr_t)transfer->request.headers[i].value;

		secret_wipe(value, strlen(value));
	}
	buffer_finish(&transfer->header_text);
	free(transfer->response.headers);
	if (transfer->body_room >= HTTP_LARGE_BODY)
		http_client_keep_body(transfer->client,
		        (struct http_body){.data = transfer->response.body, .room = transfer->body_room});
	else
		free(transfer->response.body);
	http_client_unref(transfer->client);
	free(transfer);
}
