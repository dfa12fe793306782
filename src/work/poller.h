// SPDX-License-Identifier: Apache-2.0
// The poller reads what somebody wants to see: often what is visible and changing, seldom what is hidden and steady, never beyond
// the call budget. It submits quiet jobs that publish into the store. No thread of its own: whoever owns it calls poller_run when poller_next says.
// Belongs to one thread (the UI's or the CLI's).
#ifndef PEERDECK_WORK_POLLER_H
#define PEERDECK_WORK_POLLER_H

#include "inventory/store.h"
#include "net/budget.h"
#include "work/backend.h"

struct poller;

enum interest { INTEREST_NONE, INTEREST_ONCE, INTEREST_HIDDEN, INTEREST_VISIBLE, INTEREST_FOCUSED };

struct poller *poller_create(const struct backend *backend, struct session *session, const char *context, struct store *store, struct jobs *jobs,
	struct budget *budget, const struct clock *clock, double refresh_seconds);
// Asked who reads a kind in a scope, each time anew; without one it is always the backend that the poller was made with. False = nobody.
void poller_set_router(struct poller *poller, bool (*route)(enum kind_id kind, const struct scope *scope, const struct backend **backend,
	struct session **session, void *user), void *user);
// Cancels its jobs and submits nothing any more; poller_is_idle tells when they are over, and poller_destroy then does not wait.
void poller_stop(struct poller *poller);
bool poller_is_idle(const struct poller *poller);
void poller_destroy(struct poller *poller); // poller_stop, then waits for its jobs
// How much a (kind, scope) is wanted from now on. INTEREST_ONCE reads it once when it was never read.
void poller_want(struct poller *poller, enum kind_id kind, const struct scope *scope, enum interest interest);
void poller_forget_interests(struct poller *poller); // all to INTEREST_NONE: the caller then states the new ones
// Now, whatever the interval says (r, Ctrl-r, after a change).
void poller_refresh(struct poller *poller, enum kind_id kind, const struct scope *scope);
// As if nothing had been read yet.
void poller_start_over(struct poller *poller);
// A change was made to this record: read its scope again soon, several times, until its state settles.
void poller_watch(struct poller *poller, enum kind_id kind, const struct scope *scope, const char *id);
void poller_freeze(struct poller *poller, bool frozen);
// Publishes no pages before the whole of a scope is there: for who prints a list once.
void poller_set_whole_only(struct poller *poller, bool whole_only);
void poller_set_interval(struct poller *poller, double refresh_seconds); // 0 = by hand only
int64_t poller_interval_ms(const struct poller *poller, enum kind_id kind, const struct scope *scope);
bool poller_is_reading(const struct poller *poller, enum kind_id kind, const struct scope *scope);
// A reading was made since it was last asked for, whatever came out of it.
bool poller_has_read(const struct poller *poller, enum kind_id kind, const struct scope *scope);
// It is kept up with, and that works: what is shown is as of now.
bool poller_is_watching(const struct poller *poller, enum kind_id kind, const struct scope *scope);
// Submits what is due. Then poller_next: monotonic time of the next due reading, −1 = none (nothing to wake up for).
void poller_run(struct poller *poller);
int64_t poller_next(const struct poller *poller);

#endif
