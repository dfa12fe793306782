// SPDX-License-Identifier: Apache-2.0
// Requests to object storage: address, signature, whether to try again, and what a refusal means.
#include "config.h"
#include "alibaba/oss.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alibaba/credentials.h"
#include "alibaba/fault.h"
#include "base/text.h"
#include "net/xml.h"
#include "base/banned.h"

enum {
	ATTEMPTS = 10,
	UNANSWERED_MOST = 5,
	URL_MOST = 8 << 10,
	HEADERS_MOST = OSS_PAIRS_MOST + 4,
	ERROR_MOST = 64 << 10,
	STALL_MS = 60000
};

// What the HTTP client keeps while a request is under way; freed by it.
struct sending {
	struct caller *caller;
	struct arena arena;
	const char *method, *path, *url, *region;
	struct sign_pair query[OSS_PAIRS_MOST], headers[OSS_PAIRS_MOST];
	size_t query_count, header_count;
	bool once, clock_learned;
	unsigned unanswered;
	size_t (*read_body)(uint64_t offset, void *buffer, size_t size, void *user, struct error *error);
	void (*on_sent)(uint64_t bytes, void *user);
	void *user;
};

static void sending_free(void *user)
{
	struct sending *sending = user;

	arena_finish(&sending->arena);
	free(sending);
}

static const char *const method_names[] = {
        [HTTP_GET] = "GET", [HTTP_HEAD] = "HEAD", [HTTP_POST] = "POST", [HTTP_PUT] = "PUT", [HTTP_DELETE] = "DELETE"};

static size_t copy_pairs(struct arena *arena, const struct sign_pair *from, struct sign_pair *to)
{
	size_t count = 0;

	for (size_t i = 0; i < OSS_PAIRS_MOST; i++)
		if (from[i].name)
			to[count++] = (struct sign_pair){
			        from[i].name, from[i].value ? arena_strdup(arena, from[i].value) : ""};
	return count;
}

// A host that is an address cannot have the bucket as its first label.
static bool is_plain_host(const char *host, size_t length)
{
	return host[strspn(host, "0123456789.")] == ':' || strspn(host, "0123456789.") >= length || *host == '[' ||
	       (length >= 9 && !strncmp(host, "localhost", 9));
}

static bool build_url(struct sending *sending, const struct oss_request *request, const char *base)
{
	size_t length;
	const char *host = endpoint_host(base, &length);
	struct buffer url;
	bool made;

	buffer_init(&url, URL_MOST);
	if (!*request->bucket)
		buffer_printf(&url, "%s/", base);
	else if (is_plain_host(host, length))
		buffer_printf(&url, "%s/%s/", base, request->bucket);
	else
		buffer_printf(&url, "%.*s%s.%s/", (int)(host - base), base, request->bucket, host);
	text_add_percent(&url, request->object, strlen(request->object), "/");
	if (sending->query_count) {
		buffer_add_char(&url, '?');
		sign_add_query(&url, sending->query, sending->query_count, true);
	}
	made = !url.broken && (sending->url = arena_strdup(&sending->arena, buffer_text(&url)));
	buffer_finish(&url);
	return made;
}

static bool fill(struct sending *sending, const struct oss_request *request, const char *base)
{
	struct arena *arena = &sending->arena;

	sending->method = method_names[request->method];
	sending->once = request->once;
	sending->read_body = request->read_body;
	sending->on_sent = request->on_sent;
	sending->user = request->user;
	sending->region = arena_strdup(arena, request->region);
	sending->path = *request->bucket ? arena_printf(arena, "/%s/%s", request->bucket, request->object)
	                                 : arena_strdup(arena, "/");
	sending->query_count = copy_pairs(arena, request->query, sending->query);
	sending->header_count = copy_pairs(arena, request->headers, sending->headers);
	return sending->region && sending->path && build_url(sending, request, base);
}

// "20261120T205200Z" out of "2026-11-20T20:52:00Z".
static void basic_date(int64_t time, char out[TIME_TEXT_SIZE])
{
	char text[TIME_TEXT_SIZE];
	size_t used = 0;

	time_format_iso(time, text);
	for (const char *at = text; *at; at++)
		if (*at != '-' && *at != ':')
			out[used++] = *at;
	out[used] = '\0';
}

static bool sign_attempt(
        struct sending *sending, const struct key *key, struct http_attempt *attempt, struct error *error)
{
	struct sign_pair headers[HEADERS_MOST];
	struct sign_request request;
	struct signature signature;
	char date[TIME_TEXT_SIZE];
	size_t count = 0;
	bool made;

	basic_date(clock_now(sending->caller->clock) + sending->caller->clock_offset_ms, date);
	headers[count++] = (struct sign_pair){"x-oss-date", date};
	headers[count++] = (struct sign_pair){"x-oss-content-sha256", "UNSIGNED-PAYLOAD"};
	if (key->token)
		headers[count++] = (struct sign_pair){"x-oss-security-token", secret_text(key->token)};
	for (size_t i = 0; i < sending->header_count; i++)
		headers[count++] = sending->headers[i];
	request = (struct sign_request){.method = sending->method,
	        .path = sending->path,
	        .query = sending->query,
	        .query_count = sending->query_count,
	        .headers = headers,
	        .header_count = count,
	        .key_id = key->id,
	        .key_secret = secret_text(key->secret),
	        .region = sending->region};
	signature_init(&signature);
	made = sign_oss4(&request, &signature, error);
	for (size_t i = 0; made && i < count; i++)
		made = http_attempt_header(attempt, headers[i].name, headers[i].value);
	made = made && http_attempt_header(attempt, "authorization", buffer_text(&signature.authorization));
	signature_finish(&signature);
	return made || error_set(error, ERROR_MEMORY, _("Out of memory"));
}

// On the transport thread.
static bool prepare(struct http_attempt *attempt, void *user, struct error *error)
{
	struct sending *sending = user;
	struct key *key = sending->caller->credentials ? credentials_peek(sending->caller->credentials)
	                                               : key_ref(sending->caller->key);
	bool made;

	if (!key)
		return error_set(error, ERROR_CREDENTIALS, _("There are no credentials to sign with"));
	made = sign_attempt(sending, key, attempt, error);
	key_unref(key);
	return made;
}

static size_t pass_read(uint64_t offset, void *buffer, size_t size, void *user, struct error *error)
{
	struct sending *sending = user;

	return sending->read_body(offset, buffer, size, sending->user, error);
}

static void pass_sent(uint64_t bytes, void *user)
{
	struct sending *sending = user;

	sending->on_sent(bytes, sending->user);
}

static bool learn_clock(struct sending *sending, const struct http_response *response)
{
	struct caller *caller = sending->caller;

	if (sending->clock_learned || !response->server_date)
		return false;
	sending->clock_learned = true;
	atomic_store(&caller->clock_offset_ms, response->server_date - clock_now(caller->clock));
	return true;
}

// The answer to HEAD has no body: what would be in it stands in a header, in base64.
static void read_fault(const struct http_response *response, struct fault *out)
{
	const char *hidden = http_response_header(response, "x-oss-err");
	struct http_response unfolded = *response;
	struct buffer text;

	buffer_init(&text, ERROR_MOST);
	if (!response->body_size && hidden && text_decode_base64(&text, hidden, strlen(hidden)) &&
	        buffer_add(&text, "", 0)) {
		unfolded.body = text.data;
		unfolded.body_size = text.size;
	}
	fault_read(&unfolded, out);
	buffer_finish(&text);
}

// On the transport thread.
static enum http_next judge(const struct http_response *response, void *user, int64_t *wait_ms)
{
	struct sending *sending = user;
	struct fault fault;

	if (response->error.kind != ERROR_NONE) {
		bool passes = response->error.kind == ERROR_NETWORK || response->error.kind == ERROR_TIMEOUT;

		return passes && (!sending->once || !response->sent) && ++sending->unanswered < UNANSWERED_MOST
		               ? HTTP_RETRY
		               : HTTP_DONE;
	}
	if (response->status < 300)
		return HTTP_DONE;
	read_fault(response, &fault);
	if (fault.class == FAULT_CLOCK) {
		*wait_ms = 0;
		return learn_clock(sending, response) ? HTTP_RETRY : HTTP_DONE;
	}
	// A refusal to serve now is no effect; of a failure inside nobody knows.
	if (fault.class == FAULT_THROTTLED)
		return *fault.code || !sending->once ? HTTP_RETRY : HTTP_DONE;
	return response->status >= 500 && !sending->once ? HTTP_RETRY : HTTP_DONE;
}

static struct sending *make_ready(struct caller *caller, const struct oss_request *from, struct cancel *cancel,
        struct http_request *out, struct error *error)
{
	char base[ENDPOINT_SIZE];
	struct sending *sending;
	struct key *key;

	if (!endpoint_resolve(caller->endpoints, "oss", from->region, base, error) || !http_url_allowed(base, error))
		return NULL;
	// Fetches credentials where none are at hand: this may wait, which prepare() must not.
	if (caller->credentials) {
		key = credentials_get(caller->credentials, cancel, error);
		if (!key)
			return NULL;
		key_unref(key);
	}
	sending = calloc(1, sizeof(*sending));
	if (!sending) {
		error_set(error, ERROR_MEMORY, _("Out of memory"));
		return NULL;
	}
	sending->caller = caller;
	arena_init(&sending->arena, 1 << 20);
	if (!fill(sending, from, base)) {
		sending_free(sending);
		error_set(error, ERROR_LIMIT, _("The name of the object is too long"));
		return NULL;
	}
	*out = (struct http_request){.method = from->method,
	        .url = sending->url,
	        .body = from->body,
	        .body_size = from->body_size,
	        .body_borrowed = true,
	        .read_body = from->read_body ? pass_read : NULL,
	        .fresh_connection = from->once,
	        .prepare = prepare,
	        .judge = judge,
	        .on_sent = from->on_sent ? pass_sent : NULL,
	        .user = sending,
	        .user_free = sending_free,
	        .attempts = ATTEMPTS,
	        // A slow line may take its time as long as bytes move.
	        .timeout_ms = from->body_size ? -1 : 0,
	        .stall_timeout_ms = from->body_size ? STALL_MS : 0,
	        .operation = from->operation,
	        .cancel = cancel,
	        .tag = from->tag};
	return sending;
}

static struct http_response *send_once(
        struct caller *caller, const struct oss_request *request, struct cancel *cancel, struct error *error)
{
	struct http_request http;
	struct sending *sending = make_ready(caller, request, cancel, &http, error);
	struct http_response *response = sending ? http_perform(caller->http, &http, error) : NULL;

	// What could not be handed over stays ours.
	if (sending && !response)
		sending_free(sending);
	return response;
}

struct http_response *oss_ask(
        struct caller *caller, const struct oss_request *request, struct cancel *cancel, struct error *error)
{
	uint64_t generation = call_generation(caller);
	struct http_response *response = send_once(caller, request, cancel, error);

	if (response && call_renew(caller, response, generation, cancel)) {
		http_response_destroy(response);
		response = send_once(caller, request, cancel, error);
	}
	return response;
}

bool oss_submit(struct caller *caller, const struct oss_request *request, struct http_batch *batch,
        struct cancel *cancel, struct error *error)
{
	struct http_request http;
	struct sending *sending = make_ready(caller, request, cancel, &http, error);

	if (!sending)
		return false;
	if (http_batch_submit(batch, &http, error))
		return true;
	sending_free(sending);
	return false;
}

// The service tells the right endpoint of a bucket that was asked for in another region.
static bool is_elsewhere(const struct http_response *response, char *endpoint, size_t size)
{
	struct arena arena;
	const struct xml_node *root;

	if (response->status != 403 || !response->body_size)
		return false;
	arena_init(&arena, 1 << 20);
	root = xml_parse(&arena, response->body, response->body_size, "error answer", NULL);
	snprintf(endpoint, size, "%s", root ? xml_text(root, "Endpoint") : "");
	arena_finish(&arena);
	return *endpoint != '\0';
}

bool oss_check(const struct http_response *response, const struct oss_request *request, struct error *error)
{
	char what[160], permission[96], endpoint[128];
	struct error problem = {0};
	struct fault fault;

	snprintf(what, sizeof(what), "%s %s/%s", request->operation + strlen("oss."), request->bucket, request->object);
	if (response->error.kind == ERROR_NONE && response->status >= 200 && response->status < 300)
		return true;
	if (response->error.kind != ERROR_NONE) {
		problem = response->error;
	} else {
		read_fault(response, &fault);
		fault_error(&fault, NULL, response->status, what, &problem);
		snprintf(permission, sizeof(permission), "oss:%s", request->operation + strlen("oss."));
		if (problem.kind == ERROR_DENIED)
			error_remedy(&problem, _("Ask the account's administrator for the RAM action %s on the bucket"),
			        permission);
	}
	if (is_elsewhere(response, endpoint, sizeof(endpoint))) {
		error_set(&problem, ERROR_CONFLICT, _("The bucket %s is not in %s but at %s"), request->bucket,
		        request->region, endpoint);
		snprintf(problem.code, sizeof(problem.code), "%s", fault.code);
		error_remedy(&problem, _("Give a bucket in %s, or make one there"), request->region);
	} else if (!strcmp(problem.code, "NoSuchBucket")) {
		problem.kind = ERROR_NOT_FOUND;
		error_remedy(&problem,
		        _("Check the name of the bucket, or make it: aliyun oss mb oss://%s --region %s"),
		        request->bucket, request->region);
	} else if (!strcmp(problem.code, "UserDisable")) {
		error_remedy(&problem, _("Open the object storage service for the account, or pay what is overdue"));
	}
	error_doing(&problem, "%s", what);
	if (error)
		*error = problem;
	return false;
}

struct http_response *oss_perform(
        struct caller *caller, const struct oss_request *request, struct cancel *cancel, struct error *error)
{
	struct http_response *response = oss_ask(caller, request, cancel, error);

	if (!response || oss_check(response, request, error))
		return response;
	http_response_destroy(response);
	return NULL;
}

bool oss_in_doubt(const struct error *error)
{
	return error->kind == ERROR_NETWORK || error->kind == ERROR_TIMEOUT || error->kind == ERROR_CANCELLED ||
	       error->kind == ERROR_PROTOCOL || (error->http_status >= 500 && error->kind != ERROR_THROTTLED);
}
