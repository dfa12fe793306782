// SPDX-License-Identifier: Apache-2.0
// The misbehaving server. Sockets and threads only, because an HTTP library does not let one misbehave.
#include "config.h"
#include "tests/wire/http_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/banned.h"

enum { CONNECTIONS_MOST = 1024, REQUEST_MOST = 256 << 10, FREE = -1, CLOSING = -2 };

struct http_server {
	int listener, port;
	SSL_CTX *tls;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t ended;
	// A slot per connection: its socket (FREE, or CLOSING when its thread is about to end) and its thread, to be
	// joined before reuse.
	int sockets[CONNECTIONS_MOST];
	pthread_t threads[CONNECTIONS_MOST];
	bool started[CONNECTIONS_MOST];
	unsigned open, accepted, requests, at_once, most_at_once;
	unsigned failures; // of the paths that fail a number of times
	bool stopping;
	bool (*answer)(struct http_exchange *exchange, void *user); // NULL = respond
	void *answer_user;
};

struct connection {
	struct http_server *server;
	int socket;
	SSL *tls;
	unsigned requests;
	size_t slot, have;
	char method[16], path[600];
	char *body;
	size_t body_size;
	char data[REQUEST_MOST + 1];
};

static long receive(struct connection *connection, char *data, size_t size)
{
	if (connection->tls)
		return SSL_read(connection->tls, data, (int)size);
	return recv(connection->socket, data, size, 0);
}

static bool transmit(struct connection *connection, const char *data, size_t size)
{
	while (size > 0) {
		long sent = connection->tls ? SSL_write(connection->tls, data, (int)size)
		                            : send(connection->socket, data, size, MSG_NOSIGNAL);

		if (sent <= 0)
			return false;
		data += sent;
		size -= (size_t)sent;
	}
	return true;
}

static bool transmit_text(struct connection *connection, const char *text)
{
	return transmit(connection, text, strlen(text));
}

__attribute__((format(printf, 4, 5))) static bool answer(
        struct connection *connection, int status, const char *headers, const char *format, ...)
{
	char body[1024], head[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(body, sizeof(body), format, arguments);
	va_end(arguments);
	snprintf(
	        head, sizeof(head), "HTTP/1.1 %d Text\r\nContent-Length: %zu\r\n%s\r\n", status, strlen(body), headers);
	return transmit_text(connection, head) &&
	       (strcmp(connection->method, "HEAD") == 0 || transmit_text(connection, body));
}

// Waits for the client to go away.
static bool hang(struct connection *connection)
{
	char byte;

	while (receive(connection, &byte, 1) > 0)
		;
	return false;
}

static bool reset(struct connection *connection)
{
	struct linger now = {.l_onoff = 1, .l_linger = 0};

	setsockopt(connection->socket, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	return false;
}

static bool send_bytes(struct connection *connection, size_t size, bool announced)
{
	static const char block[8192] = {[0 ... 8191] = 'x'};
	char head[200];

	if (announced)
		snprintf(head, sizeof(head), "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", size);
	else
		snprintf(head, sizeof(head), "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
	if (!transmit_text(connection, head))
		return false;
	while (size > 0) {
		size_t piece = size < sizeof(block) ? size : sizeof(block);

		if (!transmit(connection, block, piece))
			return false;
		size -= piece;
	}
	return announced;
}

// The first `times` requests fail, then it works.
static bool fails_first(struct connection *connection, unsigned times)
{
	struct http_server *server = connection->server;
	bool failing;

	pthread_mutex_lock(&server->lock);
	failing = server->failures < times;
	if (failing)
		server->failures++;
	pthread_mutex_unlock(&server->lock);
	return failing;
}

static void pause_ms(long ms)
{
	struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};

	nanosleep(&time, NULL);
}

// "gzipped" as gzip makes it.
static const unsigned char gzipped[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x4b, 0xaf, 0xca, 0x2c, 0x28, 0x48, 0x4d,
        0x01, 0, 0xe1, 0x64, 0x7d, 0x80, 7, 0, 0, 0};

static bool send_gzip(struct connection *connection)
{
	char head[200];

	snprintf(head, sizeof(head), "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n",
	        sizeof(gzipped));
	return transmit_text(connection, head) && transmit(connection, (const char *)gzipped, sizeof(gzipped));
}

// The number behind `prefix` when the path begins with it.
static bool takes(const struct connection *connection, const char *prefix, unsigned long *number)
{
	size_t length = strlen(prefix);

	if (strncmp(connection->path, prefix, length) != 0)
		return false;
	*number = strtoul(connection->path + length, NULL, 10);
	return true;
}

// Answers one request; false closes the connection.
static bool respond(struct connection *connection)
{
	unsigned long number;

	if (strcmp(connection->path, "/ok") == 0)
		return answer(connection, 200, "X-Name: Value\r\nDate: Fri, 20 Nov 2026 20:52:00 GMT\r\n", "hello");
	if (strcmp(connection->path, "/echo") == 0)
		return answer(connection, 200, "", "%s\n%s%.*s", connection->method, connection->data,
		        (int)connection->body_size, connection->body);
	if (takes(connection, "/slow/", &number)) {
		pause_ms((long)number);
		return answer(connection, 200, "", "slow");
	}
	if (takes(connection, "/size/", &number))
		return send_bytes(connection, number, true);
	if (takes(connection, "/endless/", &number))
		return send_bytes(connection, number, false);
	if (takes(connection, "/status/", &number))
		return answer(connection, (int)number, "", "status");
	if (takes(connection, "/throttled/", &number))
		return fails_first(connection, (unsigned)number)
		               ? answer(connection, 503, "Retry-After: 1\r\n", "later")
		               : answer(connection, 200, "", "at last");
	if (takes(connection, "/acs-throttled/", &number))
		return fails_first(connection, (unsigned)number)
		               ? answer(connection, 429, "x-acs-retry-after: 300\r\n", "later")
		               : answer(connection, 200, "", "at last");
	if (takes(connection, "/reset/", &number))
		return fails_first(connection, (unsigned)number) ? reset(connection)
		                                                 : answer(connection, 200, "", "at last");
	if (strcmp(connection->path, "/hang") == 0)
		return hang(connection);
	if (strcmp(connection->path, "/stall") == 0)
		return transmit_text(connection, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome") &&
		       hang(connection);
	if (strcmp(connection->path, "/truncated") == 0)
		return transmit_text(connection, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome") && false;
	if (strcmp(connection->path, "/garbage") == 0)
		return transmit_text(connection, "\x16\x03nothing that anybody understands\r\n\r\n") && false;
	if (strcmp(connection->path, "/redirect") == 0)
		return answer(connection, 302, "Location: /ok\r\n", "elsewhere");
	if (strcmp(connection->path, "/gzip") == 0)
		return send_gzip(connection);
	// Well the first time on a connection, closed without a word the second.
	if (strcmp(connection->path, "/once") == 0)
		return connection->requests == 1 && answer(connection, 200, "", "once");
	return answer(connection, 404, "", "no such path");
}

bool http_exchange_send(struct http_exchange *exchange, const char *data, size_t size)
{
	return transmit(exchange->connection, data, size);
}

bool http_exchange_hang(struct http_exchange *exchange)
{
	return hang(exchange->connection);
}

static bool ask(struct connection *connection)
{
	struct http_exchange exchange = {.method = connection->method,
	        .path = connection->path,
	        .head = connection->data,
	        .body = connection->body,
	        .body_size = connection->body_size,
	        .connection = connection};

	return connection->server->answer(&exchange, connection->server->answer_user);
}

// Reads one request; data holds its head, body points behind it.
static bool read_request(struct connection *connection)
{
	char *head_end, *length;
	size_t head_size;

	connection->data[connection->have] = '\0';
	while (!(head_end = strstr(connection->data, "\r\n\r\n"))) {
		long got = connection->have < REQUEST_MOST ? receive(connection, connection->data + connection->have,
		                                                     REQUEST_MOST - connection->have)
		                                           : 0;

		if (got <= 0)
			return false;
		connection->have += (size_t)got;
		connection->data[connection->have] = '\0';
	}
	head_size = (size_t)(head_end - connection->data) + 4;
	length = strcasestr(connection->data, "content-length:");
	connection->body_size = length && length < head_end ? strtoul(length + 15, NULL, 10) : 0;
	if (head_size + connection->body_size > REQUEST_MOST)
		return false;
	while (connection->have < head_size + connection->body_size) {
		long got = receive(connection, connection->data + connection->have, REQUEST_MOST - connection->have);

		if (got <= 0)
			return false;
		connection->have += (size_t)got;
		connection->data[connection->have] = '\0';
	}
	head_end[2] = '\0';
	connection->body = connection->data + head_size;
	connection->have = 0;
	return sscanf(connection->data, "%15s %599s", connection->method, connection->path) == 2;
}

static void count_request(struct http_server *server, int change)
{
	pthread_mutex_lock(&server->lock);
	server->requests += change > 0;
	server->at_once = (unsigned)((int)server->at_once + change);
	if (server->at_once > server->most_at_once)
		server->most_at_once = server->at_once;
	pthread_mutex_unlock(&server->lock);
}

static void *serve(void *user)
{
	struct connection *connection = user;
	struct http_server *server = connection->server;
	bool again = true;
	size_t slot;

	if (server->tls) {
		connection->tls = SSL_new(server->tls);
		SSL_set_fd(connection->tls, connection->socket);
		again = SSL_accept(connection->tls) == 1;
	}
	while (again && read_request(connection)) {
		connection->requests++;
		count_request(server, 1);
		again = server->answer ? ask(connection) : respond(connection);
		count_request(server, -1);
	}
	slot = connection->slot;
	pthread_mutex_lock(&server->lock);
	server->sockets[slot] = CLOSING;
	pthread_mutex_unlock(&server->lock);
	SSL_free(connection->tls);
	close(connection->socket);
	free(connection);
	pthread_mutex_lock(&server->lock);
	server->sockets[slot] = FREE;
	server->open--;
	pthread_cond_signal(&server->ended);
	pthread_mutex_unlock(&server->lock);
	return NULL;
}

// Registers and serves a new connection; the lock is held.
static void begin(struct http_server *server, int socket)
{
	struct connection *connection = calloc(1, sizeof(*connection));
	size_t slot = 0;
	int on = 1;

	while (slot < CONNECTIONS_MOST && server->sockets[slot] != FREE)
		slot++;
	if (!connection || slot == CONNECTIONS_MOST)
		abort();
	// Head and body are sent one after the other.
	setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	connection->server = server;
	connection->socket = socket;
	connection->slot = slot;
	server->sockets[slot] = socket;
	server->open++;
	server->accepted++;
	if (server->started[slot])
		pthread_join(server->threads[slot], NULL);
	if (pthread_create(&server->threads[slot], NULL, serve, connection) != 0)
		abort();
	server->started[slot] = true;
}

static void *accept_all(void *user)
{
	struct http_server *server = user;

	for (;;) {
		int socket = accept(server->listener, NULL, NULL);

		pthread_mutex_lock(&server->lock);
		if (server->stopping) {
			pthread_mutex_unlock(&server->lock);
			if (socket >= 0)
				close(socket);
			return NULL;
		}
		if (socket >= 0)
			begin(server, socket);
		pthread_mutex_unlock(&server->lock);
	}
}

static bool use_pem(SSL_CTX *context, const struct http_server_tls *tls)
{
	BIO *certificate = BIO_new_mem_buf(tls->certificate, -1), *key = BIO_new_mem_buf(tls->key, -1);
	X509 *parsed = PEM_read_bio_X509(certificate, NULL, NULL, NULL);
	EVP_PKEY *parsed_key = PEM_read_bio_PrivateKey(key, NULL, NULL, NULL);
	bool used = SSL_CTX_use_certificate(context, parsed) == 1 && SSL_CTX_use_PrivateKey(context, parsed_key) == 1;

	X509_free(parsed);
	EVP_PKEY_free(parsed_key);
	BIO_free(certificate);
	BIO_free(key);
	if (used && tls->client_ca) {
		BIO *ca = BIO_new_mem_buf(tls->client_ca, -1);
		X509 *parsed_ca = PEM_read_bio_X509(ca, NULL, NULL, NULL);

		X509_STORE_add_cert(SSL_CTX_get_cert_store(context), parsed_ca);
		SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
		X509_free(parsed_ca);
		BIO_free(ca);
	}
	return used;
}

struct http_server *http_server_start_answering(
        const struct http_server_tls *tls, bool (*answers)(struct http_exchange *exchange, void *user), void *user)
{
	struct http_server *server = calloc(1, sizeof(*server));
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(address);

	if (!server)
		abort();
	server->answer = answers;
	server->answer_user = user;
	signal(SIGPIPE, SIG_IGN);
	pthread_mutex_init(&server->lock, NULL);
	pthread_cond_init(&server->ended, NULL);
	for (size_t i = 0; i < CONNECTIONS_MOST; i++)
		server->sockets[i] = FREE;
	if (tls) {
		server->tls = SSL_CTX_new(TLS_server_method());
		if (!server->tls || !use_pem(server->tls, tls))
			abort();
	}
	server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (server->listener < 0 || bind(server->listener, (struct sockaddr *)&address, size) != 0 ||
	        listen(server->listener, 256) != 0 ||
	        getsockname(server->listener, (struct sockaddr *)&address, &size) != 0 ||
	        pthread_create(&server->thread, NULL, accept_all, server) != 0)
		abort();
	server->port = ntohs(address.sin_port);
	return server;
}

struct http_server *http_server_start(const struct http_server_tls *tls)
{
	return http_server_start_answering(tls, NULL, NULL);
}

void http_server_stop(struct http_server *server)
{
	pthread_mutex_lock(&server->lock);
	server->stopping = true;
	shutdown(server->listener, SHUT_RDWR);
	for (size_t i = 0; i < CONNECTIONS_MOST; i++)
		if (server->sockets[i] >= 0)
			shutdown(server->sockets[i], SHUT_RDWR);
	while (server->open > 0)
		pthread_cond_wait(&server->ended, &server->lock);
	pthread_mutex_unlock(&server->lock);
	pthread_join(server->thread, NULL);
	// Only then has OpenSSL freed what it keeps for a thread.
	for (size_t i = 0; i < CONNECTIONS_MOST; i++)
		if (server->started[i])
			pthread_join(server->threads[i], NULL);
	close(server->listener);
	SSL_CTX_free(server->tls);
	pthread_cond_destroy(&server->ended);
	pthread_mutex_destroy(&server->lock);
	free(server);
}

int http_server_port(const struct http_server *server)
{
	return server->port;
}

static unsigned read_counter(struct http_server *server, const unsigned *counter)
{
	unsigned value;

	pthread_mutex_lock(&server->lock);
	value = *counter;
	pthread_mutex_unlock(&server->lock);
	return value;
}

unsigned http_server_connections(struct http_server *server)
{
	return read_counter(server, &server->accepted);
}

unsigned http_server_requests(struct http_server *server)
{
	return read_counter(server, &server->requests);
}

unsigned http_server_most_at_once(struct http_server *server)
{
	return read_counter(server, &server->most_at_once);
}

void http_server_forget(struct http_server *server)
{
	pthread_mutex_lock(&server->lock);
	server->accepted = server->requests = server->most_at_once = server->failures = 0;
	pthread_mutex_unlock(&server->lock);
}
