// SPDX-License-Identifier: Apache-2.0
// One API call: a row of the operation table with parameters, made into an HTTP request that is signed freshly at each
// attempt, its answer judged by the table of faults.
#ifndef PEERDECK_ALIBABA_CALL_H
#define PEERDECK_ALIBABA_CALL_H

#include <stdatomic.h>

#include "alibaba/endpoint.h"
#include "alibaba/key.h"
#include "alibaba/operations.h"
#include "alibaba/sign.h"
#include "base/arena.h"
#include "base/cancel.h"
#include "net/json.h"

struct credentials;

// What calls need besides themselves. Lives as long as any call made with it.
struct caller {
	struct http_client *http;
	const struct clock *clock;
	struct log *log;
	struct budget *budget; // NULL = none
	const struct endpoint_settings *endpoints;
	struct credentials *credentials; // NULL: `key` signs, or nothing does when that is NULL too
	struct key *key;
	const char *label;               // first part of the names in the call budget: the context
	_Atomic int64_t clock_offset_ms; // added to our clock when signing: 0 until a service refused our time
	_Atomic int64_t clock_seen_ms;   // service − ours, by the last answer's Date
};

struct call {
	const struct operation *operation;
	char region[128]; // "" for central services
	struct arena arena;
	struct sign_pair *parameters;
	size_t count, room;
	const char *body;   // JSON of ROA calls; NULL = none
	unsigned attempts;  // most attempts; 0 = by the row
	int64_t timeout_ms; // of an attempt; 0 = the client's
	bool broken;        // out of memory, or a parameter that the row does not know
	char wrong[96];     // that parameter
};

// `name` must be in the table. `region` may be "".
void call_init(struct call *call, const char *name, const char *region);
void call_finish(struct call *call);
// Later ones of the same name replace earlier ones. NULL values are left out. Errors show when the call is sent.
void call_set(struct call *call, const char *name, const char *value);
void call_set_number(struct call *call, const char *name, int64_t value);
void call_set_flag(struct call *call, const char *name, bool value);
// RegionId (RPC) of the call's region.
void call_set_region(struct call *call);
void call_set_body(struct call *call, const char *json);
const char *call_get(const struct call *call, const char *name); // NULL when not set

// What is being tried, in words: "DescribeInstances in cn-beijing".
void call_describe(const struct call *call, char *out, size_t size);
// The same as a shell command, private values masked. `profile` may be "".
bool call_command(const struct call *call, const char *profile, struct buffer *out);

// Sends and waits; fetches new credentials once when the service calls them expired. NULL on any failure, a refusal of
// the service included.
struct http_response *call_perform(
        struct caller *caller, const struct call *call, struct cancel *cancel, struct error *error);
// The same, but an answer that refuses is returned too: whoever asked reads it. NULL only when there is no answer at
// all.
struct http_response *call_ask(
        struct caller *caller, const struct call *call, struct cancel *cancel, struct error *error);
// Sends into a batch. The response's tag is `tag`.
bool call_submit(struct caller *caller, const struct call *call, struct http_batch *batch, void *tag,
        struct cancel *cancel, struct error *error);
// Which keys are current: note it before sending, for call_renew.
uint64_t call_generation(struct caller *caller);
// True when the answer says that the credentials had expired, and newer ones than `generation` are there now: send the
// call again (once).
bool call_renew(
        struct caller *caller, const struct http_response *response, uint64_t generation, struct cancel *cancel);

#endif
