// SPDX-License-Identifier: Apache-2.0
// What went wrong, in a form that a person can act on. A plain value: copy it, keep it, no clean-up.
#ifndef PEERDECK_BASE_ERROR_H
#define PEERDECK_BASE_ERROR_H

#include "base/base.h"

enum error_kind {
	ERROR_NONE,
	ERROR_USAGE,	   // the command line or an input is wrong
	ERROR_CONFIG,	   // a file of the user's is broken: `doing` holds FILE:LINE
	ERROR_CREDENTIALS, // no, wrong or expired credentials
	ERROR_DENIED,	   // known, but not allowed (the missing permission stands in `remedy`)
	ERROR_NOT_FOUND,
	ERROR_CONFLICT,	 // exists already, or is in a state that forbids it now
	ERROR_LIMIT,	 // quota, stock, or one of our own stated maxima
	ERROR_THROTTLED, // told to come back later
	ERROR_NETWORK,	 // never reached the service, or the connection broke
	ERROR_TIMEOUT,
	ERROR_CANCELLED,
	ERROR_PROTOCOL, // the service answered something that makes no sense
	ERROR_SERVICE,	// the service said that it failed (5xx)
	ERROR_SYSTEM,	// the operating system refused (errno)
	ERROR_MEMORY,
	ERROR_INTERNAL,
};

struct error {
	enum error_kind kind;
	bool retryable;	     // doing the same again can help
	int http_status;     // 0 = none
	char doing[160];     // what was tried: "list instances in cn-beijing"
	char code[96];	     // the cloud's code as it spells it: "Throttling.User"
	char message[512];   // what it said, or what we say
	char request_id[64]; // the cloud's
	char remedy[320];    // what the person can do; empty when we do not know
};

// Fills `error` (may be NULL) and returns false, so that `return error_set(…)` works. Clears all other fields.
bool error_set(struct error *error, enum error_kind kind, const char *format, ...) PRINTF_LIKE(3, 4);
// The same for errno: the message is "<text>: <strerror>".
bool error_set_errno(struct error *error, const char *format, ...) PRINTF_LIKE(2, 3);
void error_doing(struct error *error, const char *format, ...) PRINTF_LIKE(2, 3);
void error_remedy(struct error *error, const char *format, ...) PRINTF_LIKE(2, 3);
void error_clear(struct error *error);

// Stable snake_case word for JSON and logs ("not_found").
const char *error_kind_name(enum error_kind kind);

// "doing: message (code, request id) - remedy", cut at `size`. All parts are made visible (text_visible).
void error_format(const struct error *error, char *out, size_t size);

#endif
