// SPDX-License-Identifier: Apache-2.0
// Sending calls: URL and body, a fresh signature for each attempt, and whether to try again.
#include "alibaba/call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alibaba/credentials.h"
#include "alibaba/fault.h"
#include "base/crypto.h"
#include "base/text.h"
#include "base/banned.h"

enum { ATTEMPTS_READ = 10, ATTEMPTS_CHANGE = 4, BUSY_WAIT_MS = 3000, BUSY_WAIT_SPREAD_MS = 2000 };
// A service that does not answer at all is given up sooner than one that says "later".
enum { UNANSWERED_MOST = 4, BUSIES_MOST = 5, TIMEOUTS_MOST = 2, BROKEN_MOST = 4 };
enum { URL_MOST = 1 << 20, SKEW_WORTH_LEARNING_MS = 60000 };

// What the HTTP client keeps while a request is under way; freed by it.
struct sending {
	struct caller *caller;
	const struct operation *operation;
	struct arena arena;
	const char *method, *path, *host, *url, *budget_key;
	struct sign_pair *query;
	size_t query_count;
	const char *body, *content_type; // NULL = none
	bool clock_learned;
	unsigned unanswered, timeouts, busies, broken, attempts;
	int64_t timeout_ms;
};

static void sending_free(void *user)
{
	struct sending *sending = user;

	arena_finish(&sending->arena);
	free(sending);
}

static const char *method_name(enum http_method method)
{
	static const char *const names[] = {[HTTP_GET] = "GET",
	        [HTTP_HEAD] = "HEAD",
	        [HTTP_POST] = "POST",
	        [HTTP_PUT] = "PUT",
	        [HTTP_PATCH] = "PATCH",
	        [HTTP_DELETE] = "DELETE"};

	return names[method];
}

// The path with its parameters filled in; NULL when one is missing.
static const char *fill_path(struct arena *arena, const struct call *call)
{
	struct buffer path;
	const char *from = call->operation->path;
	const char *made = NULL;

	buffer_init(&path, URL_MOST);
	while (*from) {
		size_t plain = strcspn(from, "{");
		char name[64];
		const char *value;

		buffer_add(&path, from, plain);
		from += plain;
		if (!*from)
			break;
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(from + 1, "}"), from + 1);
		value = call_get(call, name);
		if (!value || !*value)
			goto out;
		text_add_percent(&path, value, strlen(value), NULL);
		from += strcspn(from, "}") + 1;
	}
	if (!path.broken)
		made = arena_strdup(arena, buffer_text(&path));
out:
	buffer_finish(&path);
	return made;
}

// Splits the parameters: path ones are in the path already, the rest goes into the query or the form.
static bool place_parameters(struct sending *sending, const struct call *call)
{
	bool form = call->operation->flags & OPERATION_FORM;
	struct sign_pair *pairs = arena_alloc(&sending->arena, (call->count + 8) * sizeof(*pairs));
	size_t count = 0;
	struct buffer text;

	if (!pairs)
		return false;
	for (size_t i = 0; i < call->count; i++) {
		const struct sign_pair *from = &call->parameters[i];

		if (operation_has_path_parameter(call->operation, from->name))
			continue;
		pairs[count].name = arena_strdup(&sending->arena, from->name);
		pairs[count].value = arena_strdup(&sending->arena, from->value);
		if (!pairs[count].name || !pairs[count].value)
			return false;
		count++;
	}
	if (!form) {
		sending->query = pairs;
		sending->query_count = count;
		return true;
	}
	buffer_init(&text, URL_MOST);
	sign_add_query(&text, pairs, count, false);
	sending->body = text.broken ? NULL : arena_strdup(&sending->arena, buffer_text(&text));
	sending->content_type = "application/x-www-form-urlencoded";
	secret_wipe(text.data, text.data ? text.size : 0);
	buffer_finish(&text);
	return sending->body != NULL;
}

// Without a signature the common parameters have to travel in the query.
static bool add_common_query(struct sending *sending)
{
	const struct operation *operation = sending->operation;
	struct sign_pair *query = arena_alloc(&sending->arena, 5 * sizeof(*query));
	char date[TIME_TEXT_SIZE], nonce[33];

	time_format_acs(clock_now(sending->caller->clock) + sending->caller->clock_offset_ms, date);
	if (!query || !crypto_random_hex(nonce, 32))
		return false;
	query[0] = (struct sign_pair){"Action", operation_action(operation)};
	query[1] = (struct sign_pair){"Version", operation->version};
	query[2] = (struct sign_pair){"Format", "JSON"};
	query[3] = (struct sign_pair){"Timestamp", arena_strdup(&sending->arena, date)};
	query[4] = (struct sign_pair){"SignatureNonce", arena_strdup(&sending->arena, nonce)};
	sending->query = query;
	sending->query_count = 5;
	return query[3].value && query[4].value;
}

// The Host header that libcurl will send: without the scheme's own port.
static const char *host_of(struct arena *arena, const char *url)
{
	size_t length;
	const char *host = endpoint_host(url, &length);
	const char *port = text_starts_with(url, "https:") ? ":443" : ":80";
	size_t port_length = strlen(port);

	if (length > port_length && !strncmp(host + length - port_length, port, port_length))
		length -= port_length;
	return arena_strndup(arena, host, length);
}

static bool build_url(struct sending *sending, const struct call *call, const char *base)
{
	const char *path = fill_path(&sending->arena, call);
	const char *prefix;
	struct buffer url;
	size_t length;
	bool made;

	if (!path)
		return false;
	// An endpoint may have a path of its own: it is sent, so it is signed.
	prefix = endpoint_host(base, &length) + length;
	sending->path = *prefix ? arena_printf(&sending->arena, "%s%s", prefix, path) : path;
	sending->host = host_of(&sending->arena, base);
	buffer_init(&url, URL_MOST);
	buffer_printf(&url, "%s%s", base, path);
	if (sending->query_count) {
		buffer_add_char(&url, '?');
		sign_add_query(&url, sending->query, sending->query_count, false);
	}
	made = !url.broken && (sending->url = arena_strdup(&sending->arena, buffer_text(&url))) && sending->path &&
	       sending->host;
	buffer_finish(&url);
	return made;
}

static bool fill(struct sending *sending, const struct call *call, const char *base)
{
	const struct operation *operation = call->operation;

	sending->operation = operation;
	sending->method = method_name(operation->method);
	if (!place_parameters(sending, call))
		return false;
	if (operation->flags & OPERATION_UNSIGNED && !add_common_query(sending))
		return false;
	if (call->body) {
		sending->body = arena_strdup(&sending->arena, call->body);
		sending->content_type = "application/json; charset=utf-8";
		if (!sending->body)
			return false;
	}
	sending->budget_key = arena_printf(&sending->arena, "%s/%s/%s", sending->caller->label,
	        *call->region ? call->region : "central", operation->name);
	return sending->budget_key && build_url(sending, call, base);
}

// Signing needs these headers; what is sent must be what is signed.
enum { SIGNED_MOST = 9 };
struct signed_headers {
	struct sign_pair pairs[SIGNED_MOST];
	size_t count;
	char date[TIME_TEXT_SIZE], nonce[33], hash[SHA256_HEX_SIZE];
};

static void put(struct signed_headers *headers, const char *name, const char *value)
{
	headers->pairs[headers->count++] = (struct sign_pair){name, value};
}

static bool collect_headers(struct sending *sending, const struct key *key, struct signed_headers *headers)
{
	size_t body_size = sending->body ? strlen(sending->body) : 0;

	headers->count = 0;
	time_format_acs(clock_now(sending->caller->clock) + sending->caller->clock_offset_ms, headers->date);
	crypto_sha256_hex(sending->body ? sending->body : "", body_size, headers->hash);
	put(headers, "host", sending->host);
	put(headers, "x-acs-action", operation_action(sending->operation));
	put(headers, "x-acs-version", sending->operation->version);
	put(headers, "x-acs-date", headers->date);
	put(headers, "x-acs-signature-nonce", headers->nonce);
	put(headers, "x-acs-content-sha256", headers->hash);
	if (sending->content_type)
		put(headers, "content-type", sending->content_type);
	if (key && key->token) {
		put(headers, "x-acs-security-token", secret_text(key->token));
		put(headers, "x-acs-accesskey-id", key->id);
	}
	return crypto_random_hex(headers->nonce, 32);
}

static bool sign_attempt(
        struct sending *sending, const struct key *key, struct http_attempt *attempt, struct error *error)
{
	struct signed_headers headers;
	struct signature signature;
	struct sign_request request;
	bool made;

	if (!collect_headers(sending, key, &headers))
		return error_set(error, ERROR_SYSTEM, _("The operating system gave no random bytes"));
	request = (struct sign_request){.method = sending->method,
	        .path = sending->path,
	        .query = sending->query,
	        .query_count = sending->query_count,
	        .headers = headers.pairs,
	        .header_count = headers.count,
	        .body = sending->body,
	        .body_size = sending->body ? strlen(sending->body) : 0,
	        .key_id = key->id,
	        .key_secret = secret_text(key->secret)};
	signature_init(&signature);
	made = sign_acs3(&request, &signature, error);
	// The host header is libcurl's own; the rest is ours.
	for (size_t i = 1; made && i < headers.count; i++)
		made = http_attempt_header(attempt, headers.pairs[i].name, headers.pairs[i].value);
	made = made && http_attempt_header(attempt, "authorization", buffer_text(&signature.authorization));
	signature_finish(&signature);
	return made || error_set(error, ERROR_MEMORY, _("Out of memory"));
}

// On the transport thread.
static bool prepare(struct http_attempt *attempt, void *user, struct error *error)
{
	struct sending *sending = user;
	struct key *key;
	bool made;

	if (sending->operation->flags & OPERATION_UNSIGNED)
		return !sending->content_type || http_attempt_header(attempt, "content-type", sending->content_type) ||
		       error_set(error, ERROR_MEMORY, _("Out of memory"));
	key = sending->caller->credentials ? credentials_peek(sending->caller->credentials)
	                                   : key_ref(sending->caller->key);
	if (!key)
		return error_set(error, ERROR_CREDENTIALS, _("There are no credentials to sign with"));
	made = sign_attempt(sending, key, attempt, error);
	key_unref(key);
	return made;
}

static void see_clock(struct caller *caller, const struct http_response *response)
{
	if (response->server_date)
		atomic_store(&caller->clock_seen_ms, response->server_date + 500 - clock_now(caller->clock));
}

static bool learn_clock(struct sending *sending, const struct http_response *response)
{
	struct caller *caller = sending->caller;
	int64_t offset;

	if (sending->clock_learned || !response->server_date)
		return false;
	offset = response->server_date - clock_now(caller->clock);
	sending->clock_learned = true;
	log_write(caller->log, LOG_WARNING, "The service's clock differs by %lld s; signing with its time",
	        (long long)(offset / 1000));
	atomic_store(&caller->clock_offset_ms, offset);
	return true;
}

static void tell_budget(struct sending *sending, const struct http_response *response)
{
	const char *wait = http_response_header(response, "x-acs-retry-after");
	int64_t wait_ms = -1;

	if (wait && !text_to_int64(wait, &wait_ms))
		wait_ms = -1;
	if (sending->caller->budget)
		budget_throttled(sending->caller->budget, sending->budget_key, wait_ms);
}

// Whether the call may be repeated although the first one could have had its effect.
static bool may_repeat(const struct sending *sending)
{
	return sending->operation->repeat != REPEAT_LOOK && sending->operation->repeat != REPEAT_NAME;
}

static enum http_next judge_refusal(struct sending *sending, const struct http_response *response, int64_t *wait_ms)
{
	struct fault fault;

	fault_read(response, &fault);
	switch (fault.class) {
	case FAULT_THROTTLED:
		tell_budget(sending, response);
		// "Unavailable" is also what a region says that is ill.
		if (response->status == 503 && !sending->operation->changes && ++sending->busies >= BUSIES_MOST)
			return HTTP_DONE;
		// 503 without a code may come from a proxy, after the service had the call.
		return may_repeat(sending) || *fault.code ? HTTP_RETRY : HTTP_DONE;
	case FAULT_BUSY:
		// A region that goes on failing is told soon; the next reading asks it again anyway.
		if (!may_repeat(sending) || (!sending->operation->changes && ++sending->busies >= BUSIES_MOST))
			return HTTP_DONE;
		if (sending->operation->changes)
			*wait_ms = BUSY_WAIT_MS + clock_monotonic(sending->caller->clock) % BUSY_WAIT_SPREAD_MS;
		return HTTP_RETRY;
	case FAULT_CLOCK:
		*wait_ms = 0;
		return learn_clock(sending, response) ? HTTP_RETRY : HTTP_DONE;
	case FAULT_NONCE:
		*wait_ms = 0;
		return sending->operation->repeat == REPEAT_FREELY ? HTTP_RETRY : HTTP_DONE;
	default:
		return HTTP_DONE;
	}
}

// Whole JSON begins and ends so; what something between answers, or what was cut off, seldom does. Empty answers are
// whole.
static bool looks_whole(const struct http_response *response)
{
	const char *body = response->body;
	size_t end = response->body_size;

	while (end && strchr(" \t\r\n", body[end - 1]))
		end--;
	body += strspn(body, " \t\r\n");
	return !*body ||
	       ((*body == '{' && response->body[end - 1] == '}') || (*body == '[' && response->body[end - 1] == ']'));
}

// On the transport thread.
static enum http_next judge(const struct http_response *response, void *user, int64_t *wait_ms)
{
	struct sending *sending = user;

	see_clock(sending->caller, response);
	if (response->error.kind != ERROR_NONE) {
		bool passes = (response->error.kind == ERROR_NETWORK && ++sending->unanswered < UNANSWERED_MOST) ||
		              (response->error.kind == ERROR_TIMEOUT && ++sending->timeouts < TIMEOUTS_MOST);

		return passes && (may_repeat(sending) || !response->sent) ? HTTP_RETRY : HTTP_DONE;
	}
	if (response->status >= 200 && response->status < 300)
		return sending->operation->changes || looks_whole(response) || ++sending->broken >= BROKEN_MOST
		               ? HTTP_DONE
		               : HTTP_RETRY;
	return judge_refusal(sending, response, wait_ms);
}

struct prepared {
	struct http_request request;
	struct sending *sending;
};
static const struct http_header accept_json[] = {{"accept", "application/json"}};

static void describe_request(struct prepared *out, struct caller *caller, struct cancel *cancel)
{
	struct sending *sending = out->sending;
	const struct operation *operation = sending->operation;

	out->request = (struct http_request){.method = operation->method,
	        .url = sending->url,
	        .headers = accept_json,
	        .header_count = COUNT_OF(accept_json),
	        .body = sending->body,
	        .body_size = sending->body ? strlen(sending->body) : 0,
	        .fresh_connection = operation->changes,
	        .prepare = prepare,
	        .judge = judge,
	        .user = sending,
	        .user_free = sending_free,
	        .attempts = operation->changes ? ATTEMPTS_CHANGE : ATTEMPTS_READ,
	        .budget_key = caller->budget ? sending->budget_key : NULL,
	        .operation = operation->name,
	        .cancel = cancel};
}

static bool make_ready(struct caller *caller, const struct call *call, struct cancel *cancel, struct prepared *out,
        struct error *error)
{
	char base[ENDPOINT_SIZE], service[32];
	struct key *key;

	if (call->broken)
		return error_set(error, *call->wrong ? ERROR_INTERNAL : ERROR_MEMORY, "%s",
		        *call->wrong ? call->wrong : _("Out of memory"));
	operation_service(call->operation, service);
	if (!endpoint_resolve(caller->endpoints, service, call->region, base, error) || !http_url_allowed(base, error))
		return false;
	// Fetches credentials where none are at hand: this may wait, which prepare() must not.
	if (caller->credentials && !(call->operation->flags & OPERATION_UNSIGNED)) {
		key = credentials_get(caller->credentials, cancel, error);
		if (!key)
			return false;
		key_unref(key);
	}
	out->sending = calloc(1, sizeof(*out->sending));
	if (!out->sending)
		return error_set(error, ERROR_MEMORY, _("Out of memory"));
	out->sending->caller = caller;
	out->sending->attempts = call->attempts;
	out->sending->timeout_ms = call->timeout_ms;
	arena_init(&out->sending->arena, 0);
	if (!fill(out->sending, call, base)) {
		sending_free(out->sending);
		return error_set(error, ERROR_INTERNAL, _("%s cannot be sent: a value is missing or too long"),
		        call->operation->name);
	}
	if (caller->budget)
		budget_configure(caller->budget, out->sending->budget_key,
		        (struct budget_rate){call->operation->per_second, 60 * call->operation->per_second});
	describe_request(out, caller, cancel);
	return true;
}

uint64_t call_generation(struct caller *caller)
{
	return caller->credentials ? credentials_generation(caller->credentials) : 0;
}

bool call_renew(struct caller *caller, const struct http_response *response, uint64_t generation, struct cancel *cancel)
{
	struct fault fault;

	if (!caller->credentials || response->error.kind != ERROR_NONE || response->status < 400)
		return false;
	fault_read(response, &fault);
	return fault.class == FAULT_EXPIRED && credentials_renew(caller->credentials, generation, cancel, NULL);
}

static struct http_response *send_once(
        struct caller *caller, const struct call *call, struct cancel *cancel, struct error *error)
{
	struct prepared prepared;

	struct http_response *response;

	if (!make_ready(caller, call, cancel, &prepared, error))
		return NULL;
	response = http_perform(caller->http, &prepared.request, error);
	// What could not be handed over stays ours.
	if (!response)
		sending_free(prepared.sending);
	return response;
}

struct http_response *call_ask(
        struct caller *caller, const struct call *call, struct cancel *cancel, struct error *error)
{
	uint64_t generation = call_generation(caller);
	struct http_response *response = send_once(caller, call, cancel, error);
	char what[160];

	if (response && call_renew(caller, response, generation, cancel)) {
		http_response_destroy(response);
		response = send_once(caller, call, cancel, error);
	}
	if (!response && error && !*error->doing) {
		call_describe(call, what, sizeof(what));
		error_doing(error, "%s", what);
	}
	return response;
}

struct http_response *call_perform(
        struct caller *caller, const struct call *call, struct cancel *cancel, struct error *error)
{
	struct http_response *response = call_ask(caller, call, cancel, error);
	char what[160];

	if (!response)
		return NULL;
	call_describe(call, what, sizeof(what));
	if (fault_check(response, call->operation, what, error))
		return response;
	http_response_destroy(response);
	return NULL;
}

bool call_submit(struct caller *caller, const struct call *call, struct http_batch *batch, void *tag,
        struct cancel *cancel, struct error *error)
{
	struct prepared prepared;

	if (!make_ready(caller, call, cancel, &prepared, error))
		return false;
	prepared.request.tag = tag;
	if (http_batch_submit(batch, &prepared.request, error))
		return true;
	sending_free(prepared.sending);
	return false;
}
