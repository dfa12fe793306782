// SPDX-License-Identifier: Apache-2.0
// Which process made something, as text to be kept with it, so that a later one can tell whether it is still at work.
#ifndef PEERDECK_BASE_OWNER_H
#define PEERDECK_BASE_OWNER_H

#include "base/error.h"

enum { OWNER_SIZE = 192 };

struct owner {
	char text[OWNER_SIZE]; // "host pid started nonce"
	size_t process_size;   // bytes of it that name the process
};

// Who we are: another text at each call.
bool owner_sign(struct owner *owner, struct error *error);
// Whether another process, which still runs, made it `age_ms` ago. One of another machine cannot be looked at: it is
// believed to be at work for `elsewhere_ms`.
bool owner_is_at_work(const struct owner *self, const char *text, int64_t age_ms, int64_t elsewhere_ms);

#endif
