// SPDX-License-Identifier: Apache-2.0
// One attempt: what libcurl is told, what it gives back.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "net/http_internal.h"

#include "base/banned.h"

enum { RECEIVE_BUFFER = 32 << 10, FIRST_BODY_ROOM = 4 << 10 };

// libcurl's setopt takes anything; these take what the option is.
static void set_number(struct http_transfer *transfer, CURLoption option, long value)
{
	transfer->client->curl->curl_easy_setopt(transfer->easy, option, value);
}

static void set_text(struct http_transfer *transfer, CURLoption option, const char *text)
{
	transfer->client->curl->curl_easy_setopt(transfer->easy, option, text);
}

static void set_data(struct http_transfer *transfer, CURLoption option, void *data)
{
	transfer->client->curl->curl_easy_setopt(transfer->easy, option, data);
}

static void set_blob(struct http_transfer *transfer, CURLoption option, const char *text)
{
	struct curl_blob blob = {.data = (void *)(uintptr_t)text, .len = strlen(text), .flags = CURL_BLOB_NOCOPY};

	transfer->client->curl->curl_easy_setopt(transfer->easy, option, &blob);
}

static int64_t get_number(const struct http_transfer *transfer, CURLINFO info)
{
	curl_off_t value = 0;

	transfer->client->curl->curl_easy_getinfo(transfer->easy, info, &value);
	return value;
}

static bool add_header(struct http_transfer *transfer, const char *line)
{
	struct curl_slist *longer = transfer->client->curl->curl_slist_append(transfer->headers, line);

	if (longer)
		transfer->headers = longer;
	else
		transfer->headers_broken = true;
	return longer != NULL;
}

bool http_attempt_header(struct http_attempt *attempt, const char *name, const char *value)
{
	struct http_transfer *transfer = (struct http_transfer *)attempt;
	char small[512];
	size_t size = strlen(name) + strlen(value) + 3;
	char *line = size <= sizeof(small) ? small : malloc(size);
	bool added;

	if (!line || strpbrk(name, "\r\n: ") || strpbrk(value, "\r\n")) {
		transfer->headers_broken = true;
		if (line != small)
			free(line);
		return false;
	}
	// libcurl's spelling of a header without a value ends in a semicolon.
	if (value[0])
		snprintf(line, size, "%s: %s", name, value);
	else
		snprintf(line, size, "%s;", name);
	added = add_header(transfer, line);
	if (line != small)
		free(line);
	return added;
}

unsigned http_attempt_number(const struct http_attempt *attempt)
{
	return ((const struct http_transfer *)attempt)->response.attempts;
}

// Makes room for `more` bytes and a NUL; the first time for all that the service announced.
static bool body_grow(struct http_transfer *transfer, size_t more)
{
	struct http_response *response = &transfer->response;
	size_t limit = transfer->request.body_limit, room = transfer->body_room;
	int64_t announced = -1;
	char *body;

	if (more > limit || response->body_size > limit - more) {
		transfer->over_limit = true;
		return false;
	}
	if (response->body_size + more < room)
		return true;
	if (response->body_size == 0)
		announced = get_number(transfer, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T);
	if (announced > 0 && (uint64_t)announced > limit) {
		transfer->over_limit = true;
		return false;
	}
	if (room == 0)
		room = FIRST_BODY_ROOM;
	if (announced >= 0 && room <= (size_t)announced)
		room = (size_t)announced + 1;
	while (room <= response->body_size + more)
		room *= 2;
	if (transfer->body_room < HTTP_LARGE_BODY && room >= HTTP_LARGE_BODY) {
		struct http_body kept = http_client_take_body(transfer->client, room);

		// Rounded, so that pages of about the same size can follow each other in it.
		room = (room + HTTP_LARGE_BODY - 1) / HTTP_LARGE_BODY * HTTP_LARGE_BODY;
		if (kept.data) {
			memcpy(kept.data, response->body, response->body_size);
			free(response->body);
			response->body = kept.data;
			transfer->body_room = kept.room;
			return true;
		}
	}
	body = realloc(response->body, room);
	if (!body) {
		error_set(&transfer->failure, ERROR_MEMORY, _("no memory for an answer of %zu bytes"),
		        response->body_size + more);
		return false;
	}
	response->body = body;
	transfer->body_room = room;
	return true;
}

static bool is_success(long status)
{
	return status >= 200 && status < 300;
}

static size_t on_body(char *data, size_t one, size_t size, void *user)
{
	struct http_transfer *transfer = user;
	struct http_response *response = &transfer->response;

	(void)one;
	transfer->active_at = clock_monotonic(transfer->client->options.clock);
	if (transfer->request.on_data) {
		if (response->status == 0)
			transfer->client->curl->curl_easy_getinfo(
			        transfer->easy, CURLINFO_RESPONSE_CODE, &response->status);
		if (is_success(response->status)) {
			transfer->streamed = true;
			transfer->stopped = !transfer->request.on_data(data, size, transfer->request.user);
			return transfer->stopped ? CURL_WRITEFUNC_ERROR : size;
		}
	}
	if (!transfer->body_begun && !http_body_may_begin(transfer))
		return CURL_WRITEFUNC_PAUSE;
	if (!body_grow(transfer, size))
		return CURL_WRITEFUNC_ERROR;
	memcpy(response->body + response->body_size, data, size);
	response->body_size += size;
	return size;
}

static size_t on_read(char *buffer, size_t one, size_t size, void *user)
{
	struct http_transfer *transfer = user;
	const struct http_request *request = &transfer->request;
	uint64_t left = request->body_size - transfer->body_read;

	(void)one;
	if (left == 0)
		return 0;
	size = request->read_body(
	        transfer->body_read, buffer, size < left ? size : (size_t)left, request->user, &transfer->failure);
	transfer->body_read += size;
	return size ? size : CURL_READFUNC_ABORT;
}

// libcurl begins a body anew when a kept connection turns out to be dead.
static int on_seek(void *user, curl_off_t offset, int origin)
{
	struct http_transfer *transfer = user;

	if (offset != 0 || origin != SEEK_SET)
		return CURL_SEEKFUNC_FAIL;
	transfer->body_read = 0;
	return CURL_SEEKFUNC_OK;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static size_t on_header(char *data, size_t one, size_t size, void *user)
{
	struct http_transfer *transfer = user;
	struct buffer *out = &transfer->header_text;
	const char *colon = memchr(data, ':', size);
	const char *value, *end = data + size;

	(void)one;
	transfer->active_at = clock_monotonic(transfer->client->options.clock);
	// A status line begins the headers of another answer (after 100, or a proxy's).
	if (size >= 5 && memcmp(data, "HTTP/", 5) == 0) {
		buffer_clear(out);
		return size;
	}
	if (!colon)
		return size;
	for (const char *at = data; at < colon; at++)
		buffer_add_char(out, lower(*at));
	value = colon + 1;
	while (value < end && (*value == ' ' || *value == '\t'))
		value++;
	while (end > value && (end[-1] == '\r' || end[-1] == '\n' || end[-1] == ' ' || end[-1] == '\t'))
		end--;
	buffer_add(out, ": ", 2);
	buffer_add(out, value, (size_t)(end - value));
	buffer_add_char(out, '\n');
	if (out->broken)
		error_set(&transfer->failure, ERROR_LIMIT, _("the answer's headers are larger than the %d KiB allowed"),
		        HTTP_HEADERS_LIMIT >> 10);
	return out->broken ? 0 : size;
}

// A call that must not be made twice gets a connection of its own: on a reused one that turns out to be dead libcurl
// sends again by itself, although the service may have acted on the first.
static bool must_not_repeat(const struct http_transfer *transfer)
{
	const struct http_request *request = &transfer->request;

	return request->fresh_connection ||
	       (request->attempts <= 1 && request->method != HTTP_GET && request->method != HTTP_HEAD);
}

static void set_read_body(struct http_transfer *transfer)
{
	const struct curl_library *curl = transfer->client->curl;

	set_number(transfer, CURLOPT_UPLOAD, 1);
	set_number(transfer, CURLOPT_UPLOAD_BUFFERSIZE, HTTP_SEND_BUFFER);
	curl->curl_easy_setopt(transfer->easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)transfer->request.body_size);
	curl->curl_easy_setopt(transfer->easy, CURLOPT_READFUNCTION, on_read);
	set_data(transfer, CURLOPT_READDATA, transfer);
	curl->curl_easy_setopt(transfer->easy, CURLOPT_SEEKFUNCTION, on_seek);
	set_data(transfer, CURLOPT_SEEKDATA, transfer);
	set_text(transfer, CURLOPT_CUSTOMREQUEST, http_method_name(transfer->request.method));
}

static void set_method(struct http_transfer *transfer)
{
	const struct http_request *request = &transfer->request;
	bool with_body = request->body_size > 0 || request->method == HTTP_POST || request->method == HTTP_PUT ||
	                 request->method == HTTP_PATCH;

	if (request->read_body) {
		set_read_body(transfer);
		return;
	}
	if (with_body) {
		set_number(transfer, CURLOPT_POST, 1);
		transfer->client->curl->curl_easy_setopt(
		        transfer->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_size);
		set_data(transfer, CURLOPT_POSTFIELDS, (void *)(uintptr_t)(request->body_size ? request->body : ""));
	}
	if (request->method == HTTP_HEAD)
		set_number(transfer, CURLOPT_NOBODY, 1);
	else if (with_body ? request->method != HTTP_POST : request->method != HTTP_GET)
		set_text(transfer, CURLOPT_CUSTOMREQUEST, http_method_name(request->method));
}

static void set_tls(struct http_transfer *transfer)
{
	const struct http_tls *tls = transfer->request.tls;

	set_number(transfer, CURLOPT_SSL_VERIFYPEER, 1);
	set_number(transfer, CURLOPT_SSL_VERIFYHOST, 2);
	set_data(transfer, CURLOPT_SHARE, transfer->client->share);
	if (!tls)
		return;
	if (tls->ca)
		set_blob(transfer, CURLOPT_CAINFO_BLOB, tls->ca);
	if (tls->certificate) {
		set_blob(transfer, CURLOPT_SSLCERT_BLOB, tls->certificate);
		set_text(transfer, CURLOPT_SSLCERTTYPE, "PEM");
	}
	if (tls->key) {
		set_blob(transfer, CURLOPT_SSLKEY_BLOB, tls->key);
		set_text(transfer, CURLOPT_SSLKEYTYPE, "PEM");
	}
}

static void set_limits(struct http_transfer *transfer)
{
	const struct http_options *options = &transfer->client->options;

	set_number(transfer, CURLOPT_NOSIGNAL, 1);
	set_number(transfer, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
#if LIBCURL_VERSION_NUM >= 0x075500
	set_text(transfer, CURLOPT_PROTOCOLS_STR, "http,https");
#else
	set_number(transfer, CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS);
#endif
#if LIBCURL_VERSION_NUM >= 0x075700
	// Cancelling must not wait for a name server.
	set_number(transfer, CURLOPT_QUICK_EXIT, 1);
#endif
	set_number(transfer, CURLOPT_CONNECTTIMEOUT_MS, (long)options->connect_timeout_ms);
	if (transfer->request.timeout_ms > 0)
		set_number(transfer, CURLOPT_TIMEOUT_MS, (long)transfer->request.timeout_ms);
	set_number(transfer, CURLOPT_BUFFERSIZE, RECEIVE_BUFFER);
	set_number(transfer, CURLOPT_TCP_KEEPALIVE, 1);
	set_number(transfer, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1);
	// A stream's pieces must not wait in a decompressor.
	if (!transfer->request.on_data)
		set_text(transfer, CURLOPT_ACCEPT_ENCODING, "gzip");
	set_text(transfer, CURLOPT_USERAGENT, options->user_agent);
	if (must_not_repeat(transfer))
		set_number(transfer, CURLOPT_FRESH_CONNECT, 1);
	// A service on this machine, or of it, is never asked by proxy.
	if (transfer->loopback || transfer->plain)
		set_text(transfer, CURLOPT_PROXY, "");
	else if (transfer->request.proxy)
		set_text(transfer, CURLOPT_PROXY, transfer->request.proxy);
}

static bool has_header(const struct http_request *request, const char *name)
{
	for (size_t i = 0; i < request->header_count; i++)
		if (strcasecmp(request->headers[i].name, name) == 0)
			return true;
	return false;
}

// When another name than the URL's is to be verified: libcurl is given that name and told where to connect instead.
static bool set_server_name(struct http_transfer *transfer)
{
	const struct curl_library *curl = transfer->client->curl;
	const char *name = transfer->request.tls ? transfer->request.tls->server_name : NULL;
	char *host = NULL, *port = NULL, *url = NULL;
	char line[600];
	bool done = false;
	CURLU *parts;

	if (!name)
		return true;
	parts = curl->curl_url();
	if (!parts || curl->curl_url_set(parts, CURLUPART_URL, transfer->request.url, 0) != CURLUE_OK ||
	        curl->curl_url_get(parts, CURLUPART_HOST, &host, 0) != CURLUE_OK ||
	        curl->curl_url_get(parts, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) != CURLUE_OK ||
	        curl->curl_url_set(parts, CURLUPART_HOST, name, 0) != CURLUE_OK ||
	        curl->curl_url_get(parts, CURLUPART_URL, &url, 0) != CURLUE_OK)
		goto cleanup;
	set_text(transfer, CURLOPT_URL, url);
	snprintf(line, sizeof(line), "Host: %.400s:%s", host, port);
	if (!has_header(&transfer->request, "Host") && !add_header(transfer, line))
		goto cleanup;
	snprintf(line, sizeof(line), "::%.400s:%s", host, port);
	transfer->connect_to = curl->curl_slist_append(NULL, line);
	done = transfer->connect_to != NULL;
	if (done)
		set_data(transfer, CURLOPT_CONNECT_TO, transfer->connect_to);
cleanup:
	curl->curl_free(host);
	curl->curl_free(port);
	curl->curl_free(url);
	if (parts)
		curl->curl_url_cleanup(parts);
	return done;
}

static bool set_headers(struct http_transfer *transfer)
{
	const struct http_request *request = &transfer->request;
	struct http_attempt *attempt = (struct http_attempt *)transfer;
	struct error *error = &transfer->response.error;

	for (size_t i = 0; i < request->header_count; i++)
		http_attempt_header(attempt, request->headers[i].name, request->headers[i].value);
	// Nobody asks for a form to be assumed, nor for a second's wait before a large body.
	if (!has_header(request, "Content-Type"))
		add_header(transfer, "Content-Type:");
	add_header(transfer, "Expect:");
	if (request->prepare && !request->prepare(attempt, request->user, error)) {
		if (error->kind == ERROR_NONE)
			error_set(error, ERROR_INTERNAL, _("the request could not be prepared"));
		return false;
	}
	if (transfer->headers_broken)
		return error_set(error, ERROR_USAGE, _("a header of the request cannot be sent"));
	set_data(transfer, CURLOPT_HTTPHEADER, transfer->headers);
	return true;
}

static CURL *take_handle(struct http_client *client)
{
	CURL *easy;

	if (client->idle_count == 0)
		return client->curl->curl_easy_init();
	easy = client->idle[--client->idle_count];
	client->curl->curl_easy_reset(easy);
	return easy;
}

static void drop_attempt(struct http_transfer *transfer)
{
	struct http_client *client = transfer->client;

	if (transfer->easy) {
		// With the handle libcurl would keep the buffer that a body was read into.
		if (client->idle_count < COUNT_OF(client->idle) && !transfer->request.read_body)
			client->idle[client->idle_count++] = transfer->easy;
		else
			client->curl->curl_easy_cleanup(transfer->easy);
	}
	transfer->easy = NULL;
	client->curl->curl_slist_free_all(transfer->headers);
	client->curl->curl_slist_free_all(transfer->connect_to);
	transfer->headers = NULL;
	transfer->connect_to = NULL;
	transfer->headers_broken = false;
}

static void forget_answer(struct http_transfer *transfer)
{
	struct http_response *response = &transfer->response;

	error_clear(&response->error);
	error_clear(&transfer->failure);
	response->status = 0;
	response->body_size = 0;
	response->body[0] = '\0';
	response->server_date = 0;
	response->sent = false;
	response->headers[0] = '\0';
	response->header_lines = NULL;
	buffer_clear(&transfer->header_text);
	transfer->over_limit = false;
	transfer->stopped = false;
	transfer->uploaded = 0;
	transfer->body_read = 0;
	transfer->curl_message[0] = '\0';
}

bool http_attempt_begin(struct http_transfer *transfer, int64_t now)
{
	struct http_client *client = transfer->client;

	forget_answer(transfer);
	transfer->response.attempts++;
	transfer->started = transfer->active_at = now;
	transfer->easy = take_handle(client);
	if (!transfer->easy)
		return error_set(&transfer->response.error, ERROR_MEMORY, _("out of memory"));
	set_text(transfer, CURLOPT_URL, transfer->request.url);
	set_limits(transfer);
	set_method(transfer);
	set_tls(transfer);
	set_data(transfer, CURLOPT_PRIVATE, transfer);
	set_data(transfer, CURLOPT_ERRORBUFFER, transfer->curl_message);
	client->curl->curl_easy_setopt(transfer->easy, CURLOPT_WRITEFUNCTION, on_body);
	set_data(transfer, CURLOPT_WRITEDATA, transfer);
	client->curl->curl_easy_setopt(transfer->easy, CURLOPT_HEADERFUNCTION, on_header);
	set_data(transfer, CURLOPT_HEADERDATA, transfer);
	if (set_server_name(transfer) && set_headers(transfer) &&
	        client->curl->curl_multi_add_handle(client->multi, transfer->easy) == CURLM_OK)
		return true;
	if (transfer->response.error.kind == ERROR_NONE)
		error_set(&transfer->response.error, ERROR_MEMORY, _("out of memory"));
	drop_attempt(transfer);
	return false;
}

// Gives back what a body whose size was not announced holds in excess: answers wait in memory to be read.
static void trim_body(struct http_transfer *transfer)
{
	struct http_response *response = &transfer->response;
	char *body;

	if (transfer->body_room > response->body_size + response->body_size / 2 + HTTP_LARGE_BODY) {
		body = realloc(response->body, response->body_size + 1);
		if (body) {
			response->body = body;
			transfer->body_room = response->body_size + 1;
		}
	}
	response->body[response->body_size] = '\0';
}

// The headers twice: as text, and line by line.
static void keep_headers(struct http_transfer *transfer)
{
	struct http_response *response = &transfer->response;
	struct buffer *text = &transfer->header_text;
	char *both = calloc(1, 2 * text->size + 3), *lines;

	if (!both || text->broken) {
		free(both);
		return;
	}
	lines = both + text->size + 1;
	if (text->size > 0) {
		memcpy(both, text->data, text->size);
		memcpy(lines, text->data, text->size);
	}
	for (size_t i = 0; i < text->size; i++)
		if (lines[i] == '\n')
			lines[i] = '\0';
	free(response->headers);
	response->headers = both;
	response->header_lines = lines;
	buffer_finish(text);
}

void http_attempt_end(struct http_transfer *transfer, CURLcode code)
{
	struct http_client *client = transfer->client;
	struct http_response *response = &transfer->response;
	const char *date;
	long sent = 0;

	client->curl->curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &response->status);
	client->curl->curl_easy_getinfo(transfer->easy, CURLINFO_REQUEST_SIZE, &sent);
	response->sent = sent > 0 || response->status > 0;
	response->elapsed_ms = clock_monotonic(client->options.clock) - transfer->started;
	transfer->received = (uint64_t)get_number(transfer, CURLINFO_SIZE_DOWNLOAD_T);
	if (transfer->request.on_sent)
		transfer->request.on_sent(
		        (uint64_t)get_number(transfer, CURLINFO_SIZE_UPLOAD_T), transfer->request.user);
	keep_headers(transfer);
	trim_body(transfer);
	date = http_response_header(response, "date");
	if (!date || !time_parse_http(date, &response->server_date))
		response->server_date = 0;
	http_error_fill(transfer, code);
	// A status without the rest of its answer is not an answer.
	if (response->error.kind != ERROR_NONE)
		response->status = 0;
	client->curl->curl_multi_remove_handle(client->multi, transfer->easy);
	drop_attempt(transfer);
}

bool http_attempt_stalled(struct http_transfer *transfer, int64_t now)
{
	int64_t limit = transfer->request.stall_timeout_ms;
	curl_off_t uploaded = get_number(transfer, CURLINFO_SIZE_UPLOAD_T);

	// We keep it waiting, not the service.
	if (transfer->body_paused)
		transfer->active_at = now;
	if (uploaded != transfer->uploaded) {
		transfer->uploaded = uploaded;
		transfer->active_at = now;
		if (transfer->request.on_sent)
			transfer->request.on_sent((uint64_t)uploaded, transfer->request.user);
	}
	if (limit < 0)
		return false;
	if (now - transfer->active_at < limit)
		return false;
	error_set(&transfer->failure, ERROR_TIMEOUT, _("nothing came for %.3g seconds"), (double)limit / 1000);
	transfer->failure.retryable = true;
	return true;
}
