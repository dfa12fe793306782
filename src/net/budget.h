// SPDX-License-Identifier: Apache-2.0
// The call budget: a token bucket per key ("account/region/operation") that halves its rate when the service throttles
// and recovers slowly. Safe from any thread; one lock, held for a table look-up.
#ifndef PEERDECK_NET_BUDGET_H
#define PEERDECK_NET_BUDGET_H

#include "base/base.h"
#include "base/clock.h"

struct budget;
enum { BUDGET_KEYS_MOST = 4096 };

struct budget_rate {
	double per_second; // refill; 0 = the default for reads
	double burst;	   // bucket size; 0 = the default
};

// How a key stands, for people.
struct budget_state {
	char key[160];
	double per_second;	 // now
	double configured;	 // undisturbed
	int64_t throttled_until; // clock time; 0 = not throttled
	uint64_t calls, throttled;
};

// Rates by operation kind are given with the first use of a key. clock may be NULL (clock_system).
struct budget *budget_create(const struct clock *clock);
void budget_destroy(struct budget *budget);
void budget_configure(struct budget *budget, const char *key, struct budget_rate rate);
// Takes a token: 0 = go now; otherwise milliseconds after which to ask again (no token was taken).
int64_t budget_take(struct budget *budget, const char *key);
// The service throttled this key: wait at least `wait_ms` (−1 = not said).
void budget_throttled(struct budget *budget, const char *key, int64_t wait_ms);
// True while polling of this key should pause; *until gets the clock time when not NULL.
bool budget_paused(struct budget *budget, const char *key, int64_t *until);
// Copies up to `most` states, throttled first, then by calls; returns how many keys there are.
size_t budget_states(struct budget *budget, struct budget_state *out, size_t most);

// Calls of all keys together since the budget was made.
uint64_t budget_calls(struct budget *budget);

#endif
