// SPDX-License-Identifier: Apache-2.0
// The one HTTP client. A transport thread drives every connection; worker threads hand it requests, one and wait
// (http_perform) or many and take answers as they come (http_batch_*). Safe from any thread.
//
// Bounds: at most `parallel` requests are in flight. A batch starts no more while `parallel` + 4 are in flight or answered but not
// yet destroyed, so memory does not grow with speed (one at a time it always may, or batches could wait for each other's readers);
// and of its bodies only parallel / 8 + 2 are received or unread at a time. http_perform is not held back, its caller waits anyway.
// Requests with on_data (watches, logs) hold no memory and are counted apart, 256 at most. Bodies have a limit each. The transport
// thread, and libcurl itself, come with the first request.
// Throttling (429) is reported to the budget, unless the request has a judge, who knows more forms of it.
// Rules: HTTP/1.1 with kept-alive connections; TLS is always verified; plain http only to loopback; redirects are not followed.
#ifndef PEERDECK_NET_HTTP_H
#define PEERDECK_NET_HTTP_H

#include "base/base.h"
#include "base/buffer.h"
#include "base/cancel.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "net/budget.h"

struct http_client;
struct http_batch;

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE };
enum { HTTP_PARALLEL_DEFAULT = 16, HTTP_PARALLEL_MOST = 128, HTTP_BODY_LIMIT_DEFAULT = 32 << 20, HTTP_ATTEMPTS_MOST = 10 };
// Bytes of a body that is read while it leaves: four times libcurl's own, which costs a fifth more processor time.
enum { HTTP_SEND_BUFFER = 256 << 10 };

struct http_options {
	unsigned parallel;	    // requests at a time; 0 = HTTP_PARALLEL_DEFAULT
	int64_t connect_timeout_ms; // 0 = 10,000
	int64_t timeout_ms;	    // for a whole attempt; 0 = 60,000
	int64_t stall_timeout_ms;   // no byte for so long ends an attempt; 0 = 20,000
	const char *user_agent;
	const struct clock *clock; // NULL = clock_system
	struct log *log;	   // borrowed; NULL = none
	struct budget *budget;	   // borrowed; NULL = no call budget
	uint32_t (*random)(void *user); // for the back-off's jitter, on the transport thread; NULL = the system's
	void *random_user;
};

// TLS material in memory (PEM), for services with a CA of their own. The texts are copied with the request.
struct http_tls {
	const char *ca;		 // NULL = the system's
	const char *certificate; // client certificate, NULL = none
	const char *key;
	const char *server_name; // name to verify instead of the URL's host, NULL = the URL's host
};

struct http_header {
	const char *name, *value;
};

struct http_response {
	struct error error; // ERROR_NONE when an HTTP answer arrived, whatever its status
	long status;	    // HTTP status; 0 when no answer arrived
	char *body;	    // NUL-terminated, never NULL; size without the NUL
	size_t body_size;
	char *headers;	      // "name: value\n" lines, lower-case names; http_response_header reads them
	const char *header_lines; // private: the same, each line ended by a NUL, the last by an empty one
	int64_t server_date;  // from Date, 0 = none
	unsigned attempts;    // made, from 1
	int64_t elapsed_ms;   // of the last attempt
	bool sent;	      // the last attempt may have reached the service (a lost answer is "in doubt")
	void *tag;	      // of the request
};

// What to do with a finished attempt. See http_request.judge.
enum http_next { HTTP_DONE, HTTP_RETRY };

// One attempt that is about to be sent: prepare() adds the headers that must be fresh each time.
struct http_attempt;
bool http_attempt_header(struct http_attempt *attempt, const char *name, const char *value); // copied
unsigned http_attempt_number(const struct http_attempt *attempt);			       // from 1

struct http_request {
	enum http_method method;
	const char *url; // absolute
	const struct http_header *headers;
	size_t header_count;
	const void *body; // copied unless body_borrowed (then it must live until the response is destroyed)
	size_t body_size;
	bool body_borrowed;
	// Instead of `body`: writes the body's bytes from `offset` on into the buffer, `size` of them or fewer, and says how many; 0 ends the
	// attempt with the error. Each attempt begins at 0, and so does a body that libcurl has to send anew; otherwise a call goes on where
	// the last one ended. On the transport thread: memory, or a file that is not waited for long. So a body of any length takes no more
	// memory than HTTP_SEND_BUFFER.
	size_t (*read_body)(uint64_t offset, void *buffer, size_t size, void *user, struct error *error);
	// Making the call twice may do it twice: it gets a connection of its own, because on a kept one that turns out to be dead libcurl
	// sends again by itself. Also so with `attempts` of 1 and another method than GET or HEAD.
	bool fresh_connection;

	// Called on the transport thread before each attempt: signs. Must not block. May be NULL.
	bool (*prepare)(struct http_attempt *attempt, void *user, struct error *error);
	// Called on the transport thread after each attempt but the last allowed one: says whether to try again, and sets
	// *wait_ms (-1 on entry = full-jitter back-off; Retry-After and x-acs-retry-after win over the back-off and are read for
	// it). NULL = http_judge_safe when `attempts` > 1. Must not block.
	enum http_next (*judge)(const struct http_response *response, void *user, int64_t *wait_ms);
	// Called with each piece of a 2xx body instead of collecting it (watch, logs); false ends the transfer. On the
	// transport thread; must not block. NULL = collect.
	bool (*on_data)(const char *data, size_t size, void *user);
	// Called on the transport thread when the answer lies ready for http_batch_next: whoever waits for on_data's pieces learns of the
	// end. Must not block. May be NULL.
	void (*on_end)(void *user);
	// Called now and then, and at the end of each attempt, while a body is on its way: bytes of it that this attempt has sent. On the
	// transport thread; must not block. May be NULL.
	void (*on_sent)(uint64_t bytes, void *user);
	void *user;		    // for the functions above and user_free
	void (*user_free)(void *);  // called once, when the request is over; not when handing over failed; may be NULL

	unsigned attempts;	// most attempts; 0 = 1
	const char *budget_key; // call budget to draw from, "account/region/operation"; NULL = none
	size_t body_limit;	// of the answer, bytes; 0 = HTTP_BODY_LIMIT_DEFAULT
	int64_t timeout_ms;	// 0 = the client's; -1 = none (watch)
	int64_t stall_timeout_ms; // 0 = the client's; -1 = none (a watch may be silent for long)
	const struct http_tls *tls;
	const char *proxy;     // NULL = by environment, "" = none; never used for loopback
	bool plain_allowed;    // plain http to a host that is not loopback: only for the instance metadata service (link-local)
	const char *operation; // for the log, "ecs.DescribeInstances"
	struct cancel *cancel; // borrowed until the response; may be NULL
	void *tag;	       // comes back in the response
};

struct http_client *http_client_create(const struct http_options *options, struct error *error);
// Cancels what is under way and waits for the transport thread.
void http_client_destroy(struct http_client *client);

// Sends one request and waits for its answer. NULL only when the request could not be handed over (error says why);
// otherwise look at response->error, then status. The caller destroys the response.
struct http_response *http_perform(struct http_client *client, const struct http_request *request, struct error *error);
void http_response_destroy(struct http_response *response);
const char *http_response_header(const struct http_response *response, const char *name); // borrowed, NULL = absent

// Many at once. A batch may be fed and emptied by several threads.
struct http_batch *http_batch_create(struct http_client *client, struct error *error);
// Cancels what is left and frees it.
void http_batch_destroy(struct http_batch *batch);
// Never blocks: what the client cannot start yet waits in line.
bool http_batch_submit(struct http_batch *batch, const struct http_request *request, struct error *error);
// Waits for the next answer, in any order. NULL when nothing is outstanding, or `cancel` was asked.
struct http_response *http_batch_next(struct http_batch *batch, struct cancel *cancel);
size_t http_batch_outstanding(struct http_batch *batch); // submitted, not yet taken
// Waits until http_batch_next would not (true), but not longer than this.
bool http_batch_wait(struct http_batch *batch, int64_t most_ms);

// Runs `threads` consumers (the caller is one of them) until nothing is outstanding: each answer goes to on_answer, which may
// submit more and destroys the response. For reading pages while parsing on several cores.
void http_batch_drain(struct http_batch *batch, unsigned threads, void (*on_answer)(struct http_response *, void *user), void *user,
	struct cancel *cancel);

// The usual judge for calls that are safe to repeat: retries network errors, time-outs, 429, 500, 502, 503, 504.
enum http_next http_judge_safe(const struct http_response *response, void *user, int64_t *wait_ms);

struct http_stats {
	uint64_t requests, retries, failures, bytes_received;
	unsigned in_flight, unread, waiting;
	unsigned calls_last_minute;
	unsigned char calls_by_second[60]; // most recent last, capped at 255: for the header's sparkline
};
void http_client_stats(struct http_client *client, struct http_stats *out);

// True for a URL the client will take: https, or http to a loopback host. False says why.
bool http_url_allowed(const char *url, struct error *error);

#endif
