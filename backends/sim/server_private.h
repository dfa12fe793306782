// SPDX-License-Identifier: Apache-2.0
// What the parts of the HTTP side share.
#ifndef PEERDECK_SIM_SERVER_PRIVATE_H
#define PEERDECK_SIM_SERVER_PRIVATE_H

#include <microhttpd.h>

#include "sim/request.h"
#include "sim/server.h"

struct exchange {
	struct request request;
	struct answer answer;
	struct server *server;
	struct MHD_Connection *connection;
	struct exchange *next, *previous; // in server->held
	int64_t due;                      // monotonic ms
	bool released;                    // its time has come
};

// A body that grows, and its connection.
struct flow {
	struct flow_source source;
	struct server *server;
	struct MHD_Connection *connection;
	struct flow *next, *previous; // in server->flows
	int64_t due;                  // monotonic ms; 0 = none
	int socket;
	bool asleep, hung_up;
};

struct server {
	struct MHD_Daemon *daemon;
	struct exchange held; // head of a ring: connections that wait for their time
	server_handler *handler;
	struct simulator *simulator;
	const struct server_stream *stream; // NULL = bodies are collected
	struct server *joined;              // runs together with this one
	struct flow *flows;
	void *owner;
	int port, epoll;
	int hangups; // an epoll of sleeping flows whose peer may go
	bool closing, secure;
	bool impatient; // the library wants to run soon
	bool resumed;   // it has to run now: a connection goes on
};

struct MHD_Response *flow_response(struct exchange *exchange);
// Wakes the flows whose time has come; the ms until the next one, at most `most`.
int64_t flows_due(struct server *server, int64_t most);
void flows_hung_up(struct server *server);
void flows_close(struct server *server);
void server_read_certificate(struct exchange *exchange);
void server_connection_changes(
        void *user, struct MHD_Connection *connection, void **context, enum MHD_ConnectionNotificationCode code);

#endif
