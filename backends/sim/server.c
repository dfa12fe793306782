// SPDX-License-Identifier: Apache-2.0
// libmicrohttpd driven from outside: the caller's loop is the only thread.
#include "config.h"
#include "sim/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "sim/memory.h"
#include "sim/server_private.h"

#include "base/banned.h"

enum {
	STALL_MS = 300 * 1000,
	CONNECTION_LIMIT = 10000,
	TARGET_LIMIT = 256 * 1024,
	SECURE_TARGET_LIMIT = 32 * 1024,
	READ_SIZE = 256 * 1024,
};

static void hold(struct server *server, struct exchange *exchange, int64_t delay_ms)
{
	exchange->due = clock_monotonic(&clock_system) + delay_ms;
	exchange->next = &server->held;
	exchange->previous = server->held.previous;
	exchange->previous->next = exchange;
	server->held.previous = exchange;
	MHD_suspend_connection(exchange->connection);
}

static void release(struct exchange *exchange)
{
	exchange->next->previous = exchange->previous;
	exchange->previous->next = exchange->next;
	exchange->next = NULL;
	exchange->released = true;
	exchange->server->resumed = true;
	MHD_resume_connection(exchange->connection);
}

// Resumes what is due; returns the ms until the next one, at most `most`.
static int64_t release_due(struct server *server, int64_t most)
{
	int64_t now = clock_monotonic(&clock_system);
	for (struct exchange *exchange = server->held.next, *next; exchange != &server->held; exchange = next) {
		next = exchange->next;
		if (exchange->due <= now || server->closing) {
			release(exchange);
			most = 0;
		} else if (exchange->due - now < most) {
			most = exchange->due - now;
		}
	}
	return most;
}

// Sees the request target before the library takes it apart.
static void *exchange_begin(void *user, const char *target, struct MHD_Connection *connection)
{
	struct server *server = user;
	struct exchange *exchange = memory_zeroed(1, sizeof(*exchange));
	exchange->connection = connection;
	exchange->server = server;
	struct request *request = &exchange->request;
	arena_init(&request->arena, 0);
	buffer_init(&request->body, BODY_LIMIT);
	const char *query = strchr(target, '?');
	request->owner = server->owner;
	request->path = arena_strndup(&request->arena, target, query ? (size_t)(query - target) : strlen(target));
	request->raw_query = arena_strdup(&request->arena, query ? query + 1 : "");
	pairs_parse(&request->arena, &request->query, request->raw_query, strlen(request->raw_query), true);
	return exchange;
}

static void exchange_end(
        void *user, struct MHD_Connection *connection, void **context, enum MHD_RequestTerminationCode code)
{
	(void)connection, (void)code;
	const struct server *server = user;
	struct exchange *exchange = *context;
	if (!exchange)
		return;
	if (server->stream)
		server->stream->end(&exchange->request);
	if (exchange->answer.read_free)
		exchange->answer.read_free(exchange->answer.read_user);
	if (exchange->answer.flow.read)
		exchange->answer.flow.free(exchange->answer.flow.user);
	if (exchange->next) {
		exchange->next->previous = exchange->previous;
		exchange->previous->next = exchange->next;
	}
	free(exchange->answer.body);
	buffer_finish(&exchange->request.body);
	arena_finish(&exchange->request.arena);
	free(exchange);
	*context = NULL;
}

static enum MHD_Result add_header(void *user, enum MHD_ValueKind kind, const char *name, const char *value)
{
	(void)kind;
	struct request *request = user;
	char *lower = arena_strdup(&request->arena, name);
	for (char *c = lower; c && *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c + 32);
	pairs_add(&request->arena, &request->headers, lower, arena_strdup(&request->arena, value ? value : ""));
	return MHD_YES;
}

struct cut {
	char *body;
	size_t size;
};

// Sends what is left of a body that will break off.
static ssize_t cut_read(void *user, uint64_t position, char *out, size_t most)
{
	struct cut *cut = user;
	if (position >= cut->size)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	size_t left = cut->size - (size_t)position;
	size_t size = left < most ? left : most;
	memcpy(out, cut->body + position, size);
	return (ssize_t)size;
}

static void cut_free(void *user)
{
	struct cut *cut = user;
	free(cut->body);
	free(cut);
}

static ssize_t nothing_read(void *user, uint64_t position, char *out, size_t most)
{
	(void)user, (void)position, (void)out, (void)most;
	return MHD_CONTENT_READER_END_OF_STREAM;
}

// A body that its service reads out, perhaps cut off.
struct reading {
	ssize_t (*read)(void *user, uint64_t position, char *out, size_t most);
	void *user;
	void (*free)(void *user);
	uint64_t end;
	bool cut;
};

static ssize_t reading_read(void *user, uint64_t position, char *out, size_t most)
{
	struct reading *reading = user;
	uint64_t left = position < reading->end ? reading->end - position : 0;
	if (!left)
		return reading->cut ? MHD_CONTENT_READER_END_WITH_ERROR : MHD_CONTENT_READER_END_OF_STREAM;
	ssize_t size = reading->read(reading->user, position, out, left < most ? (size_t)left : most);
	return size > 0 ? size : MHD_CONTENT_READER_END_WITH_ERROR;
}

static void reading_free(void *user)
{
	struct reading *reading = user;
	if (reading->free)
		reading->free(reading->user);
	free(reading);
}

static struct MHD_Response *response_by_reading(struct answer *answer)
{
	struct reading *reading = memory_zeroed(1, sizeof(*reading));
	*reading = (struct reading){.read = answer->read,
	        .user = answer->read_user,
	        .free = answer->read_free,
	        .end = answer->truncate_at ? answer->truncate_at : answer->size,
	        .cut = answer->truncate_at != 0};
	answer->read = NULL;
	answer->read_free = NULL;
	struct MHD_Response *response =
	        MHD_create_response_from_callback(answer->size, READ_SIZE, reading_read, reading, reading_free);
	if (!response)
		reading_free(reading);
	return response;
}

static struct MHD_Response *make_response(struct exchange *exchange)
{
	struct answer *answer = &exchange->answer;
	struct MHD_Response *response;
	if (answer->flow.read) {
		response = flow_response(exchange);
	} else if (answer->read) {
		response = response_by_reading(answer);
	} else if (answer->no_body) {
		response = MHD_create_response_from_callback(answer->size, 1024, nothing_read, NULL, NULL);
	} else if (answer->truncate_at && answer->truncate_at < answer->size) {
		struct cut *cut = memory_zeroed(1, sizeof(*cut));
		*cut = (struct cut){.body = answer->body, .size = answer->truncate_at};
		response = MHD_create_response_from_callback(answer->size, 32 * 1024, cut_read, cut, cut_free);
		if (response)
			answer->body = NULL;
	} else {
		if (!answer->body)
			answer->body = memory_zeroed(1, 1);
		response = MHD_create_response_from_buffer(answer->size, answer->body, MHD_RESPMEM_MUST_FREE);
		if (response)
			answer->body = NULL;
	}
	if (!response)
		return NULL;
	if (answer->content_type)
		MHD_add_response_header(response, "Content-Type", answer->content_type);
	for (size_t i = 0; i < answer->header_count; i++)
		MHD_add_response_header(response, answer->headers[i].name, answer->headers[i].value);
	return response;
}

// MHD_NO closes the connection without a word.
static enum MHD_Result send_answer(struct exchange *exchange)
{
	struct answer *answer = &exchange->answer;
	if (answer->reset) {
		const union MHD_ConnectionInfo *info =
		        MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
		struct linger abrupt = {.l_onoff = 1, .l_linger = 0};
		if (info)
			setsockopt(info->connect_fd, SOL_SOCKET, SO_LINGER, &abrupt, sizeof(abrupt));
		return MHD_NO;
	}
	struct MHD_Response *response = make_response(exchange);
	if (!response)
		return MHD_NO;
	enum MHD_Result result = MHD_queue_response(exchange->connection, (unsigned)answer->status, response);
	MHD_destroy_response(response);
	return result;
}

static void read_form(struct request *request)
{
	const char *type = request_header(request, "content-type");
	if (type && !strncasecmp(type, "application/x-www-form-urlencoded", 33))
		pairs_parse(&request->arena, &request->form, buffer_text(&request->body), request->body.size, true);
}

static enum MHD_Result answer_now(struct server *server, struct exchange *exchange)
{
	struct request *request = &exchange->request;
	struct answer *answer = &exchange->answer;
	read_form(request);
	if (server->secure)
		server_read_certificate(exchange);
	request->arrived = clock_now(&clock_system);
	server->handler(server->simulator, request, answer);
	if (answer->stall) {
		answer->reset = true;
		answer->delay_ms = STALL_MS;
	}
	if (answer->delay_ms > 0) {
		hold(server, exchange, answer->delay_ms);
		return MHD_YES;
	}
	return send_answer(exchange);
}

static enum MHD_Result access_connection(void *user, struct MHD_Connection *connection, const char *url,
        const char *method, const char *version, const char *data, size_t *size, void **context)
{
	(void)url, (void)version;
	struct server *server = user;
	struct exchange *exchange = *context;
	struct request *request = &exchange->request;
	if (exchange->released)
		return send_answer(exchange);
	if (!request->method) {
		request->method = arena_strdup(&request->arena, method);
		MHD_get_connection_values(connection, MHD_HEADER_KIND, add_header, request);
		if (server->stream) {
			request->arrived = clock_now(&clock_system);
			server->stream->begin(server->simulator, request, &exchange->answer);
		}
		return MHD_YES;
	}
	if (*size && server->stream) {
		server->stream->body(request, data, *size);
		request->streamed += *size;
		*size = 0;
		return MHD_YES;
	}
	if (*size) {
		if (!buffer_add(&request->body, data, *size))
			return MHD_NO;
		*size = 0;
		return MHD_YES;
	}
	return answer_now(server, exchange);
}

// The target is decoded by whoever knows what it means.
static size_t keep_escapes(void *user, struct MHD_Connection *connection, char *text)
{
	(void)user, (void)connection;
	return strlen(text);
}

static bool parse_address(const char *text, struct sockaddr_in *address)
{
	char host[64];
	const char *colon = text ? strrchr(text, ':') : NULL;
	int64_t port;
	if (!colon || (size_t)(colon - text) >= sizeof(host) || !text_to_int64(colon + 1, &port) || port < 0 ||
	        port > 65535)
		return false;
	memcpy(host, text, (size_t)(colon - text));
	host[colon - text] = 0;
	*address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	if (!strcmp(host, "localhost"))
		address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	else if (inet_pton(AF_INET, host, &address->sin_addr) != 1)
		return false;
	return true;
}

static struct server *create(const char *address, const struct server_tls *tls, server_handler *handler,
        struct simulator *simulator, struct error *error)
{
	struct sockaddr_in socket_address;
	if (!parse_address(address, &socket_address)) {
		error_set(error, ERROR_USAGE, "--listen %s: expected ADDRESS:PORT, such as 127.0.0.1:8080", address);
		return NULL;
	}
	struct server *server = memory_zeroed(1, sizeof(*server));
	struct MHD_OptionItem secure[] = {
	        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)(tls ? tls->certificate : NULL)},
	        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)(tls ? tls->key : NULL)},
	        {MHD_OPTION_HTTPS_MEM_TRUST, 0, (void *)(uintptr_t)(tls ? tls->ca : NULL)},
	        {MHD_OPTION_END, 0, NULL},
	};
	struct MHD_OptionItem plain[] = {{MHD_OPTION_END, 0, NULL}};
	unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_SUPPRESS_DATE_NO_CLOCK;
	server->held.next = server->held.previous = &server->held;
	server->handler = handler;
	server->simulator = simulator;
	server->secure = tls != NULL;
	server->hangups = epoll_create1(EPOLL_CLOEXEC);
	server->daemon = MHD_start_daemon(tls ? flags | MHD_USE_TLS : flags, 0, NULL, NULL, access_connection, server,
	        MHD_OPTION_SOCK_ADDR, &socket_address, MHD_OPTION_URI_LOG_CALLBACK, exchange_begin, server,
	        MHD_OPTION_NOTIFY_COMPLETED, exchange_end, server, MHD_OPTION_NOTIFY_CONNECTION,
	        server_connection_changes, NULL, MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL,
	        MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTION_LIMIT, MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u,
	        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)(tls ? SECURE_TARGET_LIMIT : TARGET_LIMIT),
	        MHD_OPTION_ARRAY, tls ? secure : plain, MHD_OPTION_END);
	if (!server->daemon) {
		error_set_errno(error, "cannot listen on %s", address);
		close(server->hangups);
		free(server);
		return NULL;
	}
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);
	server->port = info ? info->port : 0;
	info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	server->epoll = info ? info->epoll_fd : -1;
	return server;
}

struct server *server_create(
        const char *address, server_handler *handler, struct simulator *simulator, struct error *error)
{
	return create(address, NULL, handler, simulator, error);
}

struct server *server_create_secure(const char *address, const struct server_tls *tls, void *owner,
        server_handler *handler, struct simulator *simulator, struct error *error)
{
	struct server *server = create(address, tls, handler, simulator, error);
	if (server)
		server->owner = owner;
	return server;
}

void server_quiesce(struct server *server)
{
	server->closing = true;
	release_due(server, 0);
	flows_close(server);
	MHD_run(server->daemon);
}

void server_destroy(struct server *server)
{
	if (!server)
		return;
	server_quiesce(server);
	MHD_stop_daemon(server->daemon);
	close(server->hangups);
	free(server);
}

int server_port(const struct server *server)
{
	return server->port;
}

void server_set_stream(struct server *server, const struct server_stream *stream)
{
	server->stream = stream;
}

void server_join(struct server *server, struct server *other)
{
	other->joined = server->joined;
	server->joined = other;
}

void server_leave(struct server *first, struct server *server)
{
	for (struct server *at = first; at; at = at->joined)
		if (at->joined == server) {
			at->joined = server->joined;
			server->joined = NULL;
			return;
		}
}

bool server_run(struct server *first, int64_t wait_ms, int wake_fd, struct error *error)
{
	size_t most = 1;
	for (struct server *server = first; server; server = server->joined)
		most += 2;
	struct pollfd *descriptors = memory_zeroed(most, sizeof(*descriptors));
	nfds_t count = 0;
	descriptors[count++] = (struct pollfd){.fd = wake_fd, .events = POLLIN};
	for (struct server *server = first; server; server = server->joined) {
		MHD_UNSIGNED_LONG_LONG timeout;
		wait_ms = release_due(server, wait_ms);
		wait_ms = flows_due(server, wait_ms);
		wait_ms = server->resumed ? 0 : wait_ms;
		server->impatient = MHD_get_timeout(server->daemon, &timeout) == MHD_YES;
		if (server->impatient && (int64_t)timeout < wait_ms)
			wait_ms = (int64_t)timeout;
		descriptors[count++] = (struct pollfd){.fd = server->epoll, .events = POLLIN};
		descriptors[count++] = (struct pollfd){.fd = server->hangups, .events = POLLIN};
	}
	bool good = poll(descriptors, count, (int)wait_ms) >= 0 || errno == EINTR;
	if (!good)
		error_set_errno(error, "poll");
	const struct pollfd *ready = &descriptors[1];
	// A request may have closed servers and opened others: those wait for the next round.
	for (struct server *server = first; server && good && ready < descriptors + count;
	        server = server->joined, ready += 2) {
		if (ready[1].revents)
			flows_hung_up(server);
		bool must = ready[0].revents || ready[1].revents || server->impatient || server->resumed;
		server->resumed = false;
		if (must && MHD_run(server->daemon) != MHD_YES)
			good = error_set(error, ERROR_INTERNAL, "the HTTP library stopped");
	}
	free(descriptors);
	return good;
}
