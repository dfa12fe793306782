// SPDX-License-Identifier: Apache-2.0
// Waiting only so long for many things at once: a cancel token that is asked by itself after a time. What has answered
// until then counts, what has not is told so.
#ifndef PEERDECK_BASE_PATIENCE_H
#define PEERDECK_BASE_PATIENCE_H

#include <pthread.h>

#include "base/cancel.h"
#include "base/error.h"

struct patience {
	struct cancel cancel; // give it to what waits
	int64_t ms;
	pthread_mutex_t lock; // has_ended
	pthread_cond_t ended;
	bool has_ended;
	pthread_t thread;
	bool has_thread;
};

// Begins to wait at most `ms`; 0 = as long as it takes. The token also stops with `parent`, which may be NULL. Where no
// thread can be had it waits as long as it takes.
void patience_begin(struct patience *patience, const struct cancel *parent, int64_t ms);
// Once for each beginning, when nothing waits any more.
void patience_end(struct patience *patience);
// It came to its end by itself.
bool patience_is_over(const struct patience *patience);
// An ERROR_CANCELLED that came from it becomes an ERROR_TIMEOUT that says so. NULL: nothing is done.
void patience_explain(const struct patience *patience, struct error *error);

#endif
