// SPDX-License-Identifier: Apache-2.0
// What a cloud must offer. Each backend is one `const struct backend`; only main names them.
// A session is one context opened on one backend. Its functions run on worker threads, several at a time; they may wait, and
// stop within a second when `cancel` is asked.
#ifndef PEERDECK_WORK_BACKEND_H
#define PEERDECK_WORK_BACKEND_H

#include "base/buffer.h"
#include "base/cancel.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "inventory/snapshot.h"
#include "net/http.h"
#include "work/calls.h"
#include "work/config.h"
#include "work/jobs.h"
#include "work/journal.h"
#include "work/survey.h"

struct session; // defined by each backend

// The clusters of the open context's cloud, lent to the session that reads them (backend->cluster). Safe from any thread.
struct cluster_supply {
	// Calls `each` for every cluster that the cloud has listed so far; record and scope are good during the call.
	void (*clusters)(void *user, void (*each)(const struct cluster_record *record, const struct scope *scope, void *each_user),
		void *each_user);
	// As cloud_source.kubeconfig. ERROR_NOT_FOUND when this cloud hands out none.
	bool (*kubeconfig)(void *user, const struct scope *cluster, struct secret **out, int64_t *expires, struct cancel *cancel,
		struct error *error);
	// Calls `use` with the record as it was last listed; false when nothing is known of it.
	bool (*record)(void *user, enum kind_id kind, const struct scope *scope, const char *id,
		void (*use)(const struct record *record, void *use_user), void *use_user);
	void *user;
};

// What the core lends a session; lives longer than the session.
struct services {
	struct http_client *http;
	const struct clock *clock;
	struct log *log;
	struct journal *journal; // NULL = changing calls are refused
	struct budget *budget;	 // the client's; NULL = none. Backends configure their rates in it
	unsigned parallel;
	const struct cluster_supply *supply; // NULL = there is no cloud that has clusters
	int64_t connect_timeout_ms;	     // 0 = usual
	bool isolated;			     // nothing of the person's own is looked for (--demo), only what the context names
};

// Who we are, for the header and for doctor.
struct identity {
	char account[64], arn[256], display[128]; // display: "ops@1654…8812"
	char source[128];			     // which credential source won
	int64_t expires;			     // 0 = never
	int64_t clock_offset_ms;		     // server − ours, as last seen
};

// Where a list goes. All calls from the session's threads; the sink locks what it must.
struct list_sink {
	// A reading of this scope begins: returns its builder (locked by the backend for the scope while it adds), NULL = stop.
	struct snapshot_builder *(*begin)(struct list_sink *sink, const struct scope *scope);
	// A page was added: lets the sink publish a partial snapshot.
	void (*page)(struct list_sink *sink, const struct scope *scope, struct snapshot_builder *builder);
	// The scope is read (error NULL) or failed. Takes the builder (which may be NULL when begin was never called).
	void (*end)(struct list_sink *sink, const struct scope *scope, struct snapshot_builder *builder, const struct error *error);
};

// Why a change needs care (ui-keys: guarded changes).
enum guard { GUARD_READ, GUARD_REVERSIBLE, GUARD_DISRUPTIVE, GUARD_DESTRUCTIVE };

enum action_flag {
	ACTION_ASKS = 1 << 0,	 // needs one value from the person (`prompt`)
	ACTION_WAITS = 1 << 1,	 // after the call, waits for the state to settle
	ACTION_TEXT = 1 << 2,	 // yields text to show (console output)
	ACTION_SCALES = 1 << 3, // guard is GUARD_REVERSIBLE for +1, GUARD_DISRUPTIVE when smaller, else GUARD_DESTRUCTIVE (costs)
};

struct action {
	const char *name;  // "stop": command name and journal word
	const char *title; // "Stop", N_()
	const char *help;  // N_()
	enum kind_id kind;
	enum guard guard;
	unsigned flags;
	char key;	      // in the actions menu
	const char *prompt;   // N_(), for ACTION_ASKS
	const char *undo;     // "start it again", N_(); NULL = cannot be undone
	const char *operation; // "ecs.StopInstance"
	// Whether it makes sense for this record now; false writes the reason (a sentence) into `why`. NULL = always.
	bool (*allowed)(const struct record *record, char *why, size_t size);
};

struct action_request {
	const struct action *action;
	struct scope scope;
	const char *id, *name; // of the record
	const char *status;    // as the person saw it: a different state now stops the action
	int64_t created;       // likewise
	const char *value;     // for ACTION_ASKS
	const char *run;       // journal: what it belongs to; "" or NULL = nothing
	int64_t not_after;     // monotonic: the call is not sent later than this, because what it rests on grows old; 0 = any time
	struct buffer *text;   // ACTION_TEXT: gets the text
};

enum check_result { CHECK_PASS, CHECK_WARN, CHECK_FAIL, CHECK_SKIP };
// One line of doctor.
struct check {
	enum check_result result;
	char what[128], seen[256], remedy[320];
};

struct backend {
	const char *name;  // "alibaba"
	const char *title; // "Alibaba Cloud"

	// Finds credentials, makes no call that could take long (it may read files). NULL on failure.
	struct session *(*open)(const struct context_config *context, const struct services *services, struct error *error);
	void (*close)(struct session *session);
	// Makes the call that proves who we are. Cached by the session afterwards.
	bool (*identify)(struct session *session, struct identity *out, struct cancel *cancel, struct error *error);
	// What is known without any call.
	void (*describe_session)(struct session *session, struct identity *out, char *home_region, size_t size);
	// Whether this backend lists the kind.
	bool (*lists)(enum kind_id kind);
	// Reads one kind in several scopes of the session, each reported to the sink as it goes; many requests in flight, answers read
	// on up to two threads. One scope's failure is no failure of the others. False only when cancelled.
	bool (*list)(struct session *session, enum kind_id kind, const struct scope *scopes, size_t count, struct list_sink *sink,
		struct cancel *cancel, struct error *error);
	// Everything the cloud says of one record, as JSON text.
	bool (*describe)(struct session *session, enum kind_id kind, const struct scope *scope, const char *id, struct buffer *json,
		struct cancel *cancel, struct error *error);
	const struct action *actions;
	size_t action_count;
	// Runs one action inside a job: reads the thing again, journals the intent, calls, waits, records the outcome.
	bool (*act)(struct session *session, const struct action_request *request, struct job *job, struct error *error);
	// The exact command line that does the same with the cloud's own tool ("aliyun ecs StopInstance --InstanceId i-…").
	bool (*command)(struct session *session, const struct action_request *request, struct buffer *out);
	// Web console address of a record; false = none.
	bool (*console_url)(struct session *session, enum kind_id kind, const struct scope *scope, const struct record *record, struct buffer *out);
	// Settles one intent in doubt by looking; writes the outcome to the journal.
	bool (*settle)(struct session *session, const struct intent *intent, struct cancel *cancel, struct error *error);
	// Runs the checks of doctor, telling each line as it is known.
	void (*doctor)(struct session *session, void (*tell)(const struct check *check, void *user), void *user, struct cancel *cancel);
	// The call budget key that reading this kind in this scope draws from (net/budget.h), so that the poller pauses while it is throttled.
	// False = none. May be NULL.
	bool (*reading_key)(struct session *session, enum kind_id kind, const struct scope *scope, char *key, size_t size);
	// Keeps up with one kind in one scope: reports a whole reading to the sink (begin, page, end) at first and after each change, at most
	// ten times a second; an error through `end` while what is shown may be old. Returns only when cancelled or when trying again cannot
	// help. Only for kinds that are read cluster by cluster. NULL = lists are read again and again instead.
	bool (*watch)(struct session *session, enum kind_id kind, const struct scope *scope, struct list_sink *sink, struct cancel *cancel,
		struct error *error);
	// What only a judgement needs (survey.h); NULL = this backend is no cloud, no cluster.
	const struct cloud_source *cloud;
	const struct cluster_source *cluster;
	// Calls by name, for guides (calls.h); NULL = none.
	const struct call_source *calls;
};

#endif
