// SPDX-License-Identifier: Apache-2.0
// One HTTP request as it came, and the answer that is being made for it. No HTTP library shows here.
#ifndef PEERDECK_SIM_REQUEST_H
#define PEERDECK_SIM_REQUEST_H

#include <sys/types.h>

#include "base/arena.h"
#include "base/buffer.h"

struct pair {
	const char *name, *value; // decoded; value "" when there was none
	bool bare;                // there was no '='
};

struct pairs {
	struct pair *items;
	size_t count, room;
};

enum { BODY_LIMIT = 1024 * 1024 * 1024 };

struct request {
	struct arena arena;    // holds all the text below
	const char *method;    // GET …
	const char *path;      // as sent, still percent-encoded, without the query
	const char *raw_query; // as sent; "" when none
	struct pairs query;    // in the order of arrival
	struct pairs headers;  // names in lower case
	struct pairs form;     // when the body is application/x-www-form-urlencoded
	struct buffer body;
	char id[37];     // the RequestId of the answer
	int64_t arrived; // real ms
	void *owner;     // what the listener belongs to (server_secure)
	// The client's certificate, when it showed one that the listener's CA has signed and that is valid now; DER.
	const void *certificate;
	size_t certificate_size;
	bool bad_certificate; // it showed another one
	// For a handler that takes the body piece by piece: what it likes, and the bytes that it got.
	void *context;
	uint64_t streamed;
};

// NULL when there is none. `name` in lower case.
const char *request_header(const struct request *request, const char *name);
const char *pairs_get(const struct pairs *pairs, const char *name);
bool pairs_add(struct arena *arena, struct pairs *pairs, const char *name, const char *value);
// Splits "a=b&c" and decodes (`+` is a space when `plus`).
bool pairs_parse(struct arena *arena, struct pairs *pairs, const char *text, size_t length, bool plus);

enum { MAX_ANSWER_HEADERS = 24 };

// A body that grows while it is sent, in chunks: a watch, a followed log.
struct flow;
enum { FLOW_END = -1, FLOW_BREAK = -2 };
struct flow_source {
	// Bytes written to `out`; 0 = nothing now, the connection sleeps until flow_wake; FLOW_END or FLOW_BREAK (the
	// connection is cut inside the body).
	ssize_t (*read)(void *user, char *out, size_t most);
	void (*opened)(void *user, struct flow *flow); // the handle is good until `free`
	void (*free)(void *user);
	void *user;
};
// There is something to read.
void flow_wake(struct flow *flow);
// The same at a monotonic time in ms; the last call counts.
void flow_wake_at(struct flow *flow, int64_t due);

struct answer {
	int status;
	const char *content_type;
	struct pair headers[MAX_ANSWER_HEADERS]; // text lives in the request's arena or is a literal
	size_t header_count;
	char *body; // malloc'd, taken by the server
	size_t size;
	bool no_body; // HEAD: `size` tells Content-Length, nothing is sent
	// A body that is read piece by piece instead of `body`; `size` bytes in all. read_free is called in any case.
	ssize_t (*read)(void *user, uint64_t position, char *out, size_t most);
	void *read_user;
	void (*read_free)(void *user);
	struct flow_source flow; // instead of all that, when flow.read is set
	// What the log of requests says.
	const char *operation, *region, *code; // "ecs.DescribeInstances"; code NULL when it went well
	// What faults ask of the server.
	int64_t delay_ms;   // real
	bool reset;         // close the connection without an answer
	bool stall;         // answer nothing, keep the connection
	size_t truncate_at; // send only so many bytes; 0 = all
};

void answer_header(struct answer *answer, const char *name, const char *value);

#endif
