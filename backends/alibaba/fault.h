// SPDX-License-Identifier: Apache-2.0
// What the codes of Alibaba Cloud's errors mean: whether to try again, and what the person can do. One table.
#ifndef PEERDECK_ALIBABA_FAULT_H
#define PEERDECK_ALIBABA_FAULT_H

#include "alibaba/operations.h"
#include "base/error.h"

enum fault_class {
	FAULT_OTHER,
	FAULT_THROTTLED,
	FAULT_BUSY,        // the same again, with the same client token
	FAULT_WRONG_STATE, // passes: look at the thing, then again
	FAULT_BLOCKED,     // another resource is in the way
	FAULT_EXISTS,
	FAULT_GONE,
	FAULT_PROTECTED,
	FAULT_DENIED,
	FAULT_LIMIT, // quota, stock, balance
	FAULT_IMPORT,
	FAULT_VERSION, // the operation is not served (any more)
	FAULT_CLOCK,
	FAULT_NONCE,
	FAULT_KEY,     // wrong or unknown key: ask for another
	FAULT_EXPIRED, // temporary credentials: fetch new ones
	FAULT_DRY_RUN, // a dry run that passed
};

// What an error body says. Both spellings (RPC and CS) and XML are read.
struct fault {
	enum fault_class class;
	char code[96];
	char message[512];
	char request_id[64];
	char missing[96]; // AccessDeniedDetail.AuthAction
};

enum fault_class fault_class_of(const char *code);
// Reads the body of an answer with an HTTP status outside 2xx.
void fault_read(const struct http_response *response, struct fault *out);
// What to tell the person; `what` says what was tried ("list instances in cn-beijing").
void fault_error(const struct fault *fault, const struct operation *operation, long status, const char *what,
        struct error *error);
// Error for a response that is no success, also when no answer arrived. True when it is a success.
bool fault_check(
        const struct http_response *response, const struct operation *operation, const char *what, struct error *error);

#endif
