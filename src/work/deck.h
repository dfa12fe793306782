// SPDX-License-Identifier: Apache-2.0
// The deck: everything one running peerdeck holds below its face. main makes it; ui and cli work on it.
#ifndef PEERDECK_WORK_DECK_H
#define PEERDECK_WORK_DECK_H

#include <stdatomic.h>

#include "inventory/cache.h"
#include "inventory/store.h"
#include "work/backend.h"
#include "work/config.h"
#include "work/poller.h"

struct deck_link; // what the session of the clusters borrows
struct deck_left; // what an earlier context still holds while its last jobs end

struct deck {
	struct config *config; // borrowed
	const struct backend *const *backends; // borrowed, NULL-terminated
	const struct clock *clock;
	struct log *log;
	struct budget *budget;
	struct http_client *http;
	struct store *store;
	struct jobs *jobs;
	struct journal *journal; // NULL when the state folder cannot be used
	struct cache *cache;	 // likewise, or when the configuration wants none
	struct error journal_error;
	struct error log_error; // why the log file could not be opened
	struct services services;
	void (*wake)(void *);
	void *wake_user;

	// The open context.
	const struct context_config *context; // NULL = none
	const struct backend *backend;
	struct session *session; // jobs submitted while it is open may use it: it is closed after the last of them is over
	// The clusters of the open context, on the backend that can read clusters (backend->cluster): one session for all of them. NULL = none.
	const struct backend *clusters_backend;
	struct session *clusters;
	struct deck_link *link;
	atomic_bool clusters_changed; // since the last turn
	struct poller *poller;
	struct identity identity; // what is known without a call, until identified
	bool identified;
	struct error context_error; // why it could not be opened, or identified
	char home_region[64];
	int64_t write_until; // monotonic; :write 15m. 0 = not lifted, −1 = for good

	struct deck_left *left;
	job_id save_job, identify_job;
	int64_t save_at; // monotonic, 0 = nothing waits to be saved
};

// wake is called from any thread when there is something new to show. The deck is usable even when the journal or the cache is not.
bool deck_init(struct deck *deck, struct config *config, const struct backend *const *backends, void (*wake)(void *), void *wake_user,
	struct error *error);
void deck_finish(struct deck *deck);
// Opens a context (NULL = the configured one), closing the one before. Loads its cached inventory in a job, identifies in a job.
// On failure the context before stays open; when there was none, context_error keeps the reason.
bool deck_open(struct deck *deck, const char *context, struct error *error);
// One turn of the caller's loop: settles jobs, submits readings that are due, closes what a context left behind. Never waits.
// Returns the monotonic time at which to call it next when nothing wakes the caller before; −1 = never.
int64_t deck_turn(struct deck *deck);
// True when changing actions are allowed now; otherwise `why` gets the reason.
bool deck_may_write(const struct deck *deck, char *why, size_t size);
void deck_lift_read_only(struct deck *deck, int64_t ms); // −1 = for good, 0 = back to read-only
// Submits an action as a job and lets the poller watch its record. 0 on failure. The request is copied, but for `text`, which must live
// until the job is settled.
job_id deck_act(struct deck *deck, const struct action_request *request, struct error *error);
// Who reads a kind in a scope: the cloud, or the cluster itself where it can be read. `scope` NULL = anywhere. False when nobody does;
// backend and session are the cloud's then (NULL when no context is open). Never waits.
bool deck_reader(const struct deck *deck, enum kind_id kind, const struct scope *scope, const struct backend **backend,
	struct session **session);
bool deck_lists(const struct deck *deck, enum kind_id kind);
// Whose action it is.
bool deck_actor(const struct deck *deck, const struct action *action, const struct backend **backend, struct session **session);
// All actions of the open context, the cloud's first; returns how many, copies up to `most`.
size_t deck_actions(const struct deck *deck, const struct action **out, size_t most);
// The scopes a kind must be read in for these regions (none = every known region; before any is known, the home region) and cluster (id or name, "" = all known).
size_t deck_scopes(struct deck *deck, enum kind_id kind, const char *const *regions, size_t region_count, const char *cluster, struct scope *out,
	size_t most);

#endif
