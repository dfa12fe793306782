// SPDX-License-Identifier: Apache-2.0
// Bodies that grow while they are sent, and what TLS tells about the peer. A connection with nothing to send is
// suspended; an epoll of its own tells when its peer has gone.
#include "config.h"
#include "sim/server_private.h"

#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "sim/memory.h"

#include "base/banned.h"

enum { FLOW_BLOCK = 8 * 1024, HANGUPS_AT_ONCE = 64 };

static void sleep_now(struct flow *flow)
{
	struct epoll_event event = {.events = EPOLLRDHUP | EPOLLHUP | EPOLLERR, .data.ptr = flow};
	flow->asleep = true;
	MHD_suspend_connection(flow->connection);
	epoll_ctl(flow->server->hangups, EPOLL_CTL_ADD, flow->socket, &event);
}

void flow_wake(struct flow *flow)
{
	if (!flow->asleep)
		return;
	flow->asleep = false;
	flow->server->resumed = true;
	epoll_ctl(flow->server->hangups, EPOLL_CTL_DEL, flow->socket, NULL);
	MHD_resume_connection(flow->connection);
}

void flow_wake_at(struct flow *flow, int64_t due)
{
	flow->due = due;
}

static ssize_t flow_read(void *user, uint64_t position, char *out, size_t most)
{
	(void)position;
	struct flow *flow = user;
	// With nobody there to read the end, the library finds the closed socket where it looks for the next request.
	if (flow->hung_up)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (flow->server->closing)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	ssize_t size = flow->source.read(flow->source.user, out, most);
	if (size == FLOW_BREAK)
		shutdown(flow->socket, SHUT_RDWR);
	if (size < 0)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (!size)
		sleep_now(flow);
	return size;
}

static void flow_free(void *user)
{
	struct flow *flow = user;
	if (flow->asleep)
		epoll_ctl(flow->server->hangups, EPOLL_CTL_DEL, flow->socket, NULL);
	if (flow->next)
		flow->next->previous = flow->previous;
	*(flow->previous ? &flow->previous->next : &flow->server->flows) = flow->next;
	// The library closes the socket of a connection that has ended in its next run.
	flow->server->resumed = true;
	flow->source.free(flow->source.user);
	free(flow);
}

struct MHD_Response *flow_response(struct exchange *exchange)
{
	struct server *server = exchange->server;
	struct flow *flow = memory_zeroed(1, sizeof(*flow));
	const union MHD_ConnectionInfo *info =
	        MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	*flow = (struct flow){.source = exchange->answer.flow,
	        .server = server,
	        .connection = exchange->connection,
	        .next = server->flows,
	        .socket = info ? info->connect_fd : -1};
	if (server->flows)
		server->flows->previous = flow;
	server->flows = flow;
	exchange->answer.flow = (struct flow_source){0};
	struct MHD_Response *response =
	        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, FLOW_BLOCK, flow_read, flow, flow_free);
	if (!response) {
		flow_free(flow);
		return NULL;
	}
	flow->source.opened(flow->source.user, flow);
	return response;
}

int64_t flows_due(struct server *server, int64_t most)
{
	int64_t now = server->flows ? clock_monotonic(&clock_system) : 0;
	for (struct flow *flow = server->flows; flow; flow = flow->next) {
		if (!flow->due || !flow->asleep)
			continue;
		if (flow->due <= now) {
			flow->due = 0;
			flow_wake(flow);
			most = 0;
		} else if (flow->due - now < most) {
			most = flow->due - now;
		}
	}
	return most;
}

void flows_hung_up(struct server *server)
{
	struct epoll_event events[HANGUPS_AT_ONCE];
	int count = epoll_wait(server->hangups, events, HANGUPS_AT_ONCE, 0);
	for (int i = 0; i < count; i++) {
		struct flow *flow = events[i].data.ptr;
		flow->hung_up = true;
		flow_wake(flow);
	}
}

void flows_close(struct server *server)
{
	for (struct flow *flow = server->flows; flow; flow = flow->next)
		flow_wake(flow);
}

// What is known of the peer of one connection: its certificate is judged once, as long as the connection lives.
struct peer {
	bool known, bad;
	void *certificate; // DER, owned; NULL = none
	size_t size;
};

void server_connection_changes(
        void *user, struct MHD_Connection *connection, void **context, enum MHD_ConnectionNotificationCode code)
{
	(void)user, (void)connection;
	struct peer *peer = *context;
	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		*context = memory_zeroed(1, sizeof(*peer));
		return;
	}
	if (peer)
		free(peer->certificate);
	free(peer);
	*context = NULL;
}

static void judge_peer(struct peer *peer, struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	unsigned count = 0, status = 0;
	gnutls_session_t session = info ? info->tls_session : NULL;
	const gnutls_datum_t *chain = session ? gnutls_certificate_get_peers(session, &count) : NULL;
	peer->known = true;
	if (!chain || !count)
		return;
	peer->bad = gnutls_certificate_verify_peers2(session, &status) != GNUTLS_E_SUCCESS || status;
	if (peer->bad)
		return;
	peer->certificate = memory_copy(chain[0].data, chain[0].size);
	peer->size = chain[0].size;
}

void server_read_certificate(struct exchange *exchange)
{
	struct request *request = &exchange->request;
	const union MHD_ConnectionInfo *info =
	        MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct peer *peer = info ? info->socket_context : NULL;
	if (!peer)
		return;
	if (!peer->known)
		judge_peer(peer, exchange->connection);
	request->bad_certificate = peer->bad;
	request->certificate = peer->certificate;
	request->certificate_size = peer->size;
}
