// SPDX-License-Identifier: Apache-2.0
// Requests and answers in the debug log, secrets masked, one line each.
#include "config.h"

#include <string.h>

#include "net/http_internal.h"
#include "net/http_mask.h"

#include "base/banned.h"

// Of a body only as much is looked at as could be shown.
enum { BODY_SHOWN = 2 * LOG_LINE_SIZE, LINE_LIMIT = 8 * LOG_LINE_SIZE };

// True for answers that are secrets as a whole, whatever their members are called: credentials by instance metadata,
// and Kubernetes' Secrets with their "data".
static bool is_secret_place(const char *url)
{
	return strstr(url, "/security-credentials/") || strstr(url, "/secrets");
}

static void add_body(struct buffer *line, const struct http_transfer *transfer, const char *body, size_t size)
{
	if (size == 0)
		return;
	buffer_add_char(line, ' ');
	if (is_secret_place(transfer->request.url))
		buffer_printf(line, _("(%zu bytes, not shown)"), size);
	else
		http_mask_body(line, body, size < BODY_SHOWN ? size : BODY_SHOWN);
}

static bool wanted(const struct http_transfer *transfer)
{
	return log_wants(transfer->client->options.log, LOG_DEBUG);
}

static void begin(struct buffer *line, const struct http_transfer *transfer)
{
	buffer_init(line, LINE_LIMIT);
	buffer_printf(line, "#%llu.%u ", (unsigned long long)transfer->number, transfer->response.attempts);
}

static void finish(struct buffer *line, const struct http_transfer *transfer)
{
	log_write(transfer->client->options.log, LOG_DEBUG, "%s", buffer_text(line));
	buffer_finish(line);
}

void http_log_attempt(const struct http_transfer *transfer)
{
	const struct http_request *request = &transfer->request;
	struct buffer line;

	if (!wanted(transfer))
		return;
	begin(&line, transfer);
	if (request->operation)
		buffer_printf(&line, "%s: ", request->operation);
	buffer_printf(&line, "%s ", http_method_name(request->method));
	http_mask_url(&line, request->url);
	buffer_add_text(&line, " [");
	for (const struct curl_slist *header = transfer->headers; header; header = header->next) {
		// Those that end in the colon only take a header of libcurl's away.
		if (header->data[strlen(header->data) - 1] == ':')
			continue;
		http_mask_header(&line, header->data);
		buffer_add_text(&line, "; ");
	}
	buffer_add_char(&line, ']');
	add_body(&line, transfer, request->body, request->body_size);
	finish(&line, transfer);
}

void http_log_answer(const struct http_transfer *transfer)
{
	const struct http_response *response = &transfer->response;
	struct buffer line;

	if (!wanted(transfer))
		return;
	begin(&line, transfer);
	if (response->error.kind != ERROR_NONE) {
		buffer_printf(
		        &line, _("failed after %lld ms: %s"), (long long)response->elapsed_ms, response->error.message);
		finish(&line, transfer);
		return;
	}
	buffer_printf(&line, _("%ld in %lld ms, %zu bytes"), response->status, (long long)response->elapsed_ms,
	        response->body_size);
	buffer_add_text(&line, " [");
	for (const char *header = response->header_lines; header && *header; header += strlen(header) + 1) {
		http_mask_header(&line, header);
		buffer_add_text(&line, "; ");
	}
	buffer_add_char(&line, ']');
	add_body(&line, transfer, response->body, response->body_size);
	finish(&line, transfer);
}

void http_log_retry(const struct http_transfer *transfer, int64_t wait_ms)
{
	const struct http_request *request = &transfer->request;
	const struct http_response *response = &transfer->response;
	const char *name = request->operation ? request->operation : http_method_name(request->method);

	if (response->error.kind != ERROR_NONE)
		log_write(transfer->client->options.log, LOG_INFO, _("%s: %s; attempt %u of %u in %.3g s"), name,
		        response->error.message, response->attempts + 1, request->attempts, (double)wait_ms / 1000);
	else
		log_write(transfer->client->options.log, LOG_INFO, _("%s: status %ld; attempt %u of %u in %.3g s"),
		        name, response->status, response->attempts + 1, request->attempts, (double)wait_ms / 1000);
}
