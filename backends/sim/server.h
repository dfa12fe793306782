// SPDX-License-Identifier: Apache-2.0
// The HTTP side, on libmicrohttpd: one thread, one epoll loop, delayed answers.
#ifndef PEERDECK_SIM_SERVER_H
#define PEERDECK_SIM_SERVER_H

#include "base/error.h"
#include "sim/request.h"

struct server;
struct simulator;

// Makes the answer to `request`. Everything is in memory; it never waits.
typedef void server_handler(struct simulator *simulator, struct request *request, struct answer *answer);

// `address` "127.0.0.1:0"; port 0 = any free one.
struct server *server_create(
        const char *address, server_handler *handler, struct simulator *simulator, struct error *error);
// The same over TLS; all PEM. Clients may show certificates of `ca`. `owner` comes with each request.
struct server_tls {
	const char *certificate, *key, *ca;
};
struct server *server_create_secure(const char *address, const struct server_tls *tls, void *owner,
        server_handler *handler, struct simulator *simulator, struct error *error);
// A service that wants bodies piece by piece: `begin` comes when the headers are there, `body` for each piece (nothing
// is collected then), the server's handler at the end, `end` in any case, however the exchange ended.
struct server_stream {
	void (*begin)(struct simulator *simulator, struct request *request, struct answer *answer);
	void (*body)(struct request *request, const void *data, size_t size);
	void (*end)(struct request *request);
};
void server_set_stream(struct server *server, const struct server_stream *stream);
// From now on server_run of `server` also runs `other`.
void server_join(struct server *server, struct server *other);
// Takes it out of the servers that `first` runs.
void server_leave(struct server *first, struct server *server);
void server_destroy(struct server *server); // NULL is fine
int server_port(const struct server *server);
// Handles what has come and what is due, waiting at most `wait_ms` (real) for it; `wake_fd` (or -1) also wakes it.
bool server_run(struct server *server, int64_t wait_ms, int wake_fd, struct error *error);
// Closes the listening socket and lets go of answers that are held back.
void server_quiesce(struct server *server);

#endif
