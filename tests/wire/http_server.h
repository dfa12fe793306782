// SPDX-License-Identifier: Apache-2.0
// A small HTTP server inside a test program that can also misbehave: a thread per connection on 127.0.0.1, and what it
// answers is told by the path. See http_server.c for the paths.
#ifndef PEERDECK_TESTS_WIRE_HTTP_SERVER_H
#define PEERDECK_TESTS_WIRE_HTTP_SERVER_H

#include "base/base.h"

struct http_server;

// TLS material in PEM; see http_certificates.h.
struct http_server_tls {
	const char *certificate, *key;
	const char *client_ca; // clients must show a certificate of this authority; NULL = they need none
};

struct http_server *http_server_start(const struct http_server_tls *tls); // tls may be NULL
// Asks `answer` about every request, on the connection's thread; it returns false to close the connection.
struct http_exchange {
	const char *method, *path, *head, *body; // head: request line and headers
	size_t body_size;
	void *connection; // private
};
struct http_server *http_server_start_answering(
        const struct http_server_tls *tls, bool (*answer)(struct http_exchange *exchange, void *user), void *user);
bool http_exchange_send(struct http_exchange *exchange, const char *data, size_t size);
bool http_exchange_hang(struct http_exchange *exchange); // until the client goes away
void http_server_stop(struct http_server *server);
int http_server_port(const struct http_server *server);
unsigned http_server_connections(struct http_server *server); // accepted so far
unsigned http_server_requests(struct http_server *server);    // read so far
unsigned http_server_most_at_once(struct http_server *server);
void http_server_forget(struct http_server *server); // sets the counters to zero

#endif
