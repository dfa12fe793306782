// SPDX-License-Identifier: Apache-2.0
// Where a reading goes: a list_sink that publishes what a backend lists into the store, the first page at once, then at most ten
// times a second, and reports each scope as it ends, while others are still being read.
#ifndef PEERDECK_WORK_SINK_H
#define PEERDECK_WORK_SINK_H

#include "base/patience.h"
#include "inventory/store.h"
#include "work/backend.h"
#include "work/jobs.h"

enum { SINK_PUBLISH_MS = 100 };

// How a scope came out. Values.
struct sink_report {
	size_t tag; // of the scope
	bool read;  // complete; otherwise `error`
	struct error error;
	int64_t began, ended; // monotonic
	size_t transient;     // records in a state that passes
	uint64_t transient_hash;
	bool lasting; // of a watch, which goes on
};

struct sink;

struct sink_options {
	enum kind_id kind;
	const struct scope *scopes; // copied
	const size_t *tags;	    // one per scope, copied
	size_t count;
	struct store *store;
	const struct clock *clock;
	bool partial; // publish pages before the whole is there
	// Called on the reading thread when a scope ended.
	void (*report)(const struct sink_report *report, void *user);
	void *user;
	const struct patience *patience; // for which the job waits; NULL = as long as it takes
};

struct sink *sink_create(const struct sink_options *options, struct error *error);
void sink_destroy(struct sink *sink);
// Reads it all through the backend, inside a job. False only when cancelled or out of memory.
bool sink_read(struct sink *sink, const struct backend *backend, struct session *session, struct job *job, struct error *error);
// Keeps up with the one scope of the sink through the backend's watch, inside a lasting job: publishes and reports each time that it
// tells a whole reading. False when cancelled; true when the backend gave it up, which the store has been told.
bool sink_watch(struct sink *sink, const struct backend *backend, struct session *session, struct job *job, struct error *error);
// Tells the store of scopes that never ended that nothing reads them any more; reports each. For a reading that was cancelled.
void sink_abandon(struct sink *sink, const struct error *error);

#endif
