// SPDX-License-Identifier: Apache-2.0
// Calls by name: what a guide needs of a cloud. A backend that offers it points to one `const struct call_source`
// (backend.h). Parameters come as one JSON object with the names that the cloud gives them; nesting is the cloud's
// affair: an RPC service gets {"Tag": [{"Key": "a"}]} as Tag.1.Key=a. The member "body" is the JSON body of calls that
// have one. Answers are the service's JSON text. Safe from any thread; a call stops within a second when cancelled.
#ifndef PEERDECK_WORK_CALLS_H
#define PEERDECK_WORK_CALLS_H

#include "base/buffer.h"
#include "base/cancel.h"
#include "base/error.h"

struct session;

// What makes it safe to send the same again when the answer was lost.
enum call_repeat {
	CALL_READS, // changes nothing
	CALL_SAME,  // sets a state: a second time changes nothing more
	CALL_TOKEN, // carries a client token
	CALL_NAME,  // a second thing of the same name is refused
	CALL_LOOK,  // only after looking whether the first had its effect
};

struct call_about {
	const char *name; // "vpc.CreateNatGateway"
	enum call_repeat repeat;
	bool dry_run;     // takes a trial run
	bool prints_text; // its command prints text, not the JSON of the answer
};

struct call_request {
	const char *operation;
	const char *region;     // "" = central, or the session's
	const char *parameters; // JSON object; NULL = none
	const char *token;      // for CALL_TOKEN; "" or NULL = none
};

struct call_outcome {
	char request_id[64]; // "" = the service gave none
	bool in_doubt;       // it failed, and whether it had its effect is not known
};

struct call_upload {
	const char *region, *bucket, *object;
	const char *file;  // path
	const char *token; // names the upload: what is in the store under it is ours
	const char *mark;  // what was remembered of an earlier attempt, which is gone on with; NULL or "" = nothing
	// Keeps a short text for the next attempt, on disk before it returns. May be NULL.
	bool (*remember)(const char *mark, void *user, struct error *error);
	void (*progress)(int64_t done, int64_t total, void *user); // bytes in the store; the caller's thread
	void *user;
	struct buffer *about; // gets JSON: {"Bucket","Object","Size","Crc64","Made"}; may be NULL
};
enum call_object {
	OBJECT_ABSENT,
	OBJECT_OURS,  // made under this token
	OBJECT_SAME,  // another's, with the same bytes
	OBJECT_OTHER, // another's
};

struct call_source {
	// The row of an operation; false when there is none.
	bool (*about)(const char *operation, struct call_about *out);
	// All operations by index, NULL after the last: for suggestions.
	const char *(*name_at)(size_t index);
	// Whether the operation takes this parameter, in its JSON shape: "Tag", "Tag/0/Key", "body".
	bool (*takes)(const char *operation, const char *parameter);
	// Sends and waits. The answer's text is appended. A trial run that passed is a failure with error->code
	// "DryRunOperation".
	bool (*perform)(struct session *session, const struct call_request *request, struct buffer *answer,
	        struct call_outcome *outcome, struct cancel *cancel, struct error *error);
	// Whether the caller may make these calls ("cs.CreateCluster", or a permission as the cloud names it), told
	// without making them: `missing` and `unsure` get those that it lacks, or has for some things only, in the
	// cloud's words with ", " between them. False when that cannot be told. NULL = it never can.
	bool (*permitted)(struct session *session, const char *const *names, size_t count, struct buffer *missing,
	        struct buffer *unsure, struct cancel *cancel, struct error *error);
	// The exact command line that does the same, private values masked.
	bool (*command)(struct session *session, const struct call_request *request, struct buffer *out);
	// What the journal keeps of the parameters: private values masked. JSON text.
	bool (*masked)(const struct call_request *request, struct buffer *out);
	// Whether an error says that the thing is not there (any more), or is there already.
	bool (*is_gone)(const struct error *error);
	bool (*exists)(const struct error *error);
	// Puts a file into an object store, in parts, going on where an earlier attempt stopped; true as soon as the
	// same bytes are there, whoever put them there. Another's object is never written over. NULL = cannot.
	bool (*upload)(
	        struct session *session, const struct call_upload *upload, struct cancel *cancel, struct error *error);
	// What is there now. Reads the file when that decides. NULL = cannot.
	bool (*uploaded)(struct session *session, const struct call_upload *upload, enum call_object *out,
	        struct cancel *cancel, struct error *error);
	// Takes away what uploads under this token and mark left: the object, and parts of unfinished ones. NULL =
	// cannot.
	bool (*unload)(
	        struct session *session, const struct call_upload *upload, struct cancel *cancel, struct error *error);
};

#endif
