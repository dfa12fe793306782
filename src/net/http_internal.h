// SPDX-License-Identifier: Apache-2.0
// What the http_*.c files share. See http.h for what it is all for.
//
// Threads: the client's `lock` guards its lines and counters, a batch's `lock` its answers; they are never held
// together. A transfer belongs to whoever has it: the line (client's lock), the transport thread, the batch's answers
// (batch's lock), the reader.
#ifndef PEERDECK_NET_HTTP_INTERNAL_H
#define PEERDECK_NET_HTTP_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "net/curl_load.h"
#include "net/http.h"

enum {
	HTTP_UNREAD_SLACK = 4,
	HTTP_STREAMS_MOST = 256,
	HTTP_HEADERS_LIMIT = 256 << 10,
	HTTP_SMALL_BODY = 8 << 10,  // bytes on the wire
	HTTP_LARGE_BODY = 64 << 10, // bytes; such memory is kept for the next answer while there is work
	HTTP_TICK_MS = 200,         // how often cancelling and stalling are looked for while something is under way
	HTTP_TRIM_MS = 1000,        // at most so often is memory given back
	HTTP_IDLE_HANDLES = 8,      // kept when nothing is under way
	HTTP_STACK_SIZE = 512 << 10,
	HTTP_RETRY_WAIT_MOST_MS = 60000,
};

// A queue of transfers; all zero is empty.
struct http_line {
	struct http_transfer *first, *last;
};

struct http_transfer {
	struct http_response response; // first member: this is what the reader gets
	struct http_client *client;    // a reference
	struct http_batch *batch;      // valid until delivered
	struct http_transfer *next;
	struct http_transfer *previous; // among the active ones only

	// The request. Its texts and tables are behind this struct, in the same block.
	struct http_request request;
	struct http_tls tls;
	void *owned_body;
	bool loopback;
	bool plain;
	uint64_t number; // for the log

	// Waiting.
	int64_t due; // monotonic

	// The attempt under way.
	CURL *easy;
	struct curl_slist *headers, *connect_to;
	bool headers_broken;
	int64_t started;   // monotonic
	int64_t active_at; // when a byte last went or came
	curl_off_t uploaded;
	uint64_t body_read; // where the next piece of read_body begins
	uint64_t received; // bytes on the wire
	size_t body_room;
	bool body_begun;  // it counts among the client's bodies
	bool body_paused; // it waits until it may begin
	struct buffer header_text;
	bool over_limit;      // the body's limit was hit
	bool streamed;        // on_data has had something
	bool stopped;         // on_data said that it is enough
	struct error failure; // our own reason for ending it
	char curl_message[CURL_ERROR_SIZE];
};

struct http_batch {
	struct http_client *client; // a reference
	bool single; // one request whose sender waits: goes first, and is not held back by answers unread
	atomic_bool abandoned;
	atomic_size_t held;    // in flight, or answered and not taken
	atomic_size_t untaken; // answered and not taken

	// Under the client's lock: the line of what cannot start yet, and its place among the batches that have one.
	struct http_line ready;
	bool listed;
	struct http_batch *next;

	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct http_line answered;
	size_t outstanding; // submitted, not taken
	size_t answers;     // in `answered`
	size_t busy;        // taken by a drain, on_answer not back yet
};

struct http_body {
	char *data;
	size_t room;
};

struct http_batch_list {
	struct http_batch *first, *last;
};

struct http_client {
	atomic_uint references;
	struct http_options options; // defaults filled in
	const struct curl_library *curl;
	pthread_mutex_t lock;
	pthread_t thread;
	bool running;

	// Under the lock.
	bool stopping;
	bool sweep;   // something was cancelled: look now
	bool starved; // a batch waits for answers to be read
	struct http_batch_list singles, batches;
	struct http_line streams_ready;
	size_t queued; // in all lines
	uint64_t numbers;
	unsigned in_flight, streams, unread;
	struct http_body
	        bodies_kept[HTTP_PARALLEL_MOST / 8 + 2]; // memory of large bodies, for the next ones
	size_t bodies_kept_count;
	struct http_stats totals; // the counters of it
	int64_t calls_second;     // monotonic second of calls[59]
	uint32_t calls[60];

	// The transport thread's own.
	CURLM *multi;
	CURLSH *share;
	CURL *idle[HTTP_PARALLEL_MOST];
	size_t idle_count;
	struct http_transfer *active;
	size_t active_count;
	size_t bodies; // of batches, begun and not complete
	size_t paused; // of batches, not yet allowed to begin
	struct http_line delayed;
	atomic_size_t delayed_count; // also read for the counters
	int64_t next_due;
	int64_t next_tick;
	int64_t next_trim;
};

// http_url.c
struct http_place {
	bool plain;    // http
	bool loopback; // never by proxy
	char host[256];
};
bool http_place_find(const struct curl_library *curl, const char *url, bool plain_allowed, struct http_place *out,
        struct error *error);

// http_request.c
struct http_transfer *http_transfer_create(
        struct http_client *client, const struct http_request *request, struct error *error);
void http_transfer_destroy(struct http_transfer *transfer);
void http_line_push(struct http_line *line, struct http_transfer *transfer);
void http_line_push_front(struct http_line *line, struct http_transfer *transfer);
struct http_transfer *http_line_pop(struct http_line *line);
const char *http_method_name(enum http_method method);

// http_transfer.c, on the transport thread
bool http_attempt_begin(struct http_transfer *transfer, int64_t now); // false: response.error is set
void http_attempt_end(
        struct http_transfer *transfer, CURLcode code); // fills the response; the easy handle is the client's again
bool http_attempt_stalled(struct http_transfer *transfer, int64_t now);

// http_error.c
void http_error_fill(struct http_transfer *transfer, CURLcode code);

// http_retry.c
int64_t http_retry_after(
        const struct http_response *response, int64_t now); // ms the service asks for, -1 = it does not
int64_t http_backoff(unsigned attempt, uint32_t random);    // full jitter: ms to wait after attempt 1, 2, …

// http_transport.c
bool http_transport_start(struct http_client *client, struct error *error); // the lock is held
void http_transport_wake(struct http_client *client);
bool http_body_may_begin(struct http_transfer *transfer); // false: it is counted as paused and will be continued
bool http_transport_submit(struct http_batch *batch, struct http_transfer *transfer, struct error *error);

// http_client.c
void http_client_keep_body(struct http_client *client, struct http_body body); // takes it; the lock is not held
struct http_body http_client_take_body(
        struct http_client *client, size_t room); // data is NULL when none is large enough
void http_client_drop_bodies(struct http_client *client);
struct http_client *http_client_ref(struct http_client *client);
void http_client_unref(struct http_client *client);
void http_client_count_call(struct http_client *client, int64_t now); // the lock is held

// http_batch.c
void http_batch_init(struct http_batch *batch, struct http_client *client, bool single);
void http_batch_finish(struct http_batch *batch); // cancels what is left
bool http_batch_add(struct http_batch *batch, const struct http_request *request, struct error *error);
void http_batch_deliver(struct http_batch *batch, struct http_transfer *transfer);

// http_log.c
void http_log_attempt(const struct http_transfer *transfer);
void http_log_answer(const struct http_transfer *transfer);
void http_log_retry(const struct http_transfer *transfer, int64_t wait_ms);

#endif
