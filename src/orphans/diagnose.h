// SPDX-License-Identifier: Apache-2.0
// Why a pod does not start, and whether a cluster can make pod VMs: a checklist that is worked off live. For a pod: its
// way from RuntimeClass to agent, then its events. For a cluster: health checks H1 to H15, then the known symptoms that
// were found. What cannot be told says which permission is missing.
#ifndef PEERDECK_ORPHANS_DIAGNOSE_H
#define PEERDECK_ORPHANS_DIAGNOSE_H

#include "orphans/report.h"
#include "work/backend.h"

enum diagnosis_result {
	DIAGNOSIS_RUNNING, // being looked at
	DIAGNOSIS_PASS,
	DIAGNOSIS_WARN,
	DIAGNOSIS_FAIL,
	DIAGNOSIS_UNKNOWN, // cannot tell
	DIAGNOSIS_SKIP,    // not reached, or not in use here
	DIAGNOSIS_RESULTS,
};
// Stable word for JSON ("pass", "cannot_tell").
const char *diagnosis_result_name(enum diagnosis_result result);

enum diagnosis_part {
	DIAGNOSIS_PATH,    // of the pod, in the order of its way
	DIAGNOSIS_HEALTH,  // H0 (the API) to H15
	DIAGNOSIS_SYMPTOM, // what was found of what is known to go wrong
	DIAGNOSIS_EVENT,   // of the pod
};

// Where to look closer. A place in a log is a pod with `log_time`.
struct diagnosis_link {
	enum kind_id kind; // KIND_COUNT = nowhere
	struct scope scope;
	char id[128], name[256], space[256];
	int64_t log_time;
	bool is_previous; // of the container before
};

enum { DIAGNOSIS_LINES_MOST = 128 };

// One line, texts visible and masked.
struct diagnosis_line {
	char id[16]; // stable: "P6", "H10", "S14", "E1"
	enum diagnosis_part part;
	unsigned order; // lines are shown by it, smallest first
	enum diagnosis_result result;
	char title[160];
	char seen[640];    // may have line ends
	char remedy[480];  // "" = nothing to do
	char missing[160]; // the permission, when the result is DIAGNOSIS_UNKNOWN; ""
	struct diagnosis_link link;
};

struct diagnose_options {
	const struct backend *clusters; // clusters->cluster is not NULL
	struct session *clusters_session;
	struct scope cluster;
	const struct backend *cloud; // NULL = nothing can be asked of a cloud
	struct session *cloud_session;
	const char *space, *pod;     // the pod to look at; NULL = the whole cluster
	const struct report *report; // the last scan: names the orphans that eat a quota; NULL = none
	const struct clock *clock;
	unsigned parallel; // things asked at a time; 0 = 8
	// Each line when it begins, and again when its result is known; from worker threads, one call at a time.
	void (*tell)(const struct diagnosis_line *line, void *user);
	void *user;
};

// False only when cancelled, out of memory, or when there is no such pod (ERROR_NOT_FOUND): everything else is in the
// lines. Stops within a second when cancelled.
bool diagnose_run(const struct diagnose_options *options, struct cancel *cancel, struct error *error);

// A diagnosis that a screen looks at while a job runs it. Used by the thread that turns the deck.
struct diagnosis;

// Texts and report of the options are kept; sessions must live as long as jobs may use them. `tell` is not used. NULL
// when out of memory.
struct diagnosis *diagnosis_create(const struct diagnose_options *options, struct error *error);
// Cancels what runs; it is freed when that has ended.
void diagnosis_destroy(struct diagnosis *diagnosis);
// Runs it (again) as a quiet job; nothing while one runs. The job's list wakes whenever a line is new.
bool diagnosis_start(struct diagnosis *diagnosis, struct jobs *jobs, struct error *error);
bool diagnosis_is_running(const struct diagnosis *diagnosis);
// The lines in order; those of a run before stay until the new one says something else. Returns how many were copied.
size_t diagnosis_lines(struct diagnosis *diagnosis, struct diagnosis_line *out, size_t most);
// Changes with every new line or result, and at the end.
uint64_t diagnosis_version(struct diagnosis *diagnosis);
// Why the last run did not end well; ERROR_NONE.
void diagnosis_error(struct diagnosis *diagnosis, struct error *out);
int64_t diagnosis_ended(struct diagnosis *diagnosis); // wall clock; 0 = not yet

#endif
