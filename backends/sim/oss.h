// SPDX-License-Identifier: Apache-2.0
// Simulated OSS: the REST service with its own listener. See oss_store.h for what it keeps.
#ifndef PEERDECK_SIM_OSS_H
#define PEERDECK_SIM_OSS_H

#include "sim/oss_store.h"
#include "sim/request.h"

struct simulator;
struct answer;
struct identity;
struct oss_call;
struct oss_digest;

struct server;

// The listener beside simulator->server, on any free port of the same address; sets simulator->oss_url.
struct server *oss_server_create(struct simulator *simulator, struct error *error);

// What a request's body is for.
enum oss_body {
	OSS_BODY_NONE, // read and forgotten
	OSS_BODY_TEXT, // XML, at most OSS_TEXT_MOST bytes, in request->body
	OSS_BODY_BYTES // becomes a blob
};
enum { OSS_TEXT_MOST = 4 * 1024 * 1024, OSS_DETAILS_MOST = 8 };

enum oss_scope { OSS_SERVICE, OSS_BUCKET, OSS_OBJECT };

struct oss_operation {
	const char *name;   // PutObject
	const char *method; // PUT
	enum oss_scope scope;
	const char *subresource; // the query parameter that selects it; NULL = none
	const char *action;      // what RAM must allow: oss:PutObject
	enum oss_body body;
	void (*run)(struct oss_call *call); // the body has arrived
	bool makes_bucket;                  // the bucket need not exist
};

struct oss_call {
	struct simulator *simulator;
	struct world *world;
	struct oss_store *store;
	struct request *request;
	struct answer *answer;
	const struct oss_operation *operation; // NULL before it is known
	const struct identity *identity;
	const char *bucket_name, *key; // NULL = none
	const char *region_name;       // of the host name or of the signature's scope; NULL = not told
	struct bucket *bucket;
	struct oss_blob *incoming;             // the body as far as it has come
	struct oss_digest *digest;             // its MD5, NULL when nobody needs it
	char etag[OSS_ETAG_SIZE];              // of `incoming` once it is complete
	struct pair details[OSS_DETAILS_MOST]; // further elements of an error's body
	size_t detail_count;
	bool failed, full; // `full`: no room for the body
	bool done;         // an answer has been decided
};

// The three moments of a request, for the server: headers are here, a piece of the body, all is here.
void oss_begin(struct simulator *simulator, struct request *request, struct answer *answer);
void oss_body(struct request *request, const void *data, size_t size);
void oss_answer(struct simulator *simulator, struct request *request, struct answer *answer);
// And the fourth: it is over, however it ended.
void oss_end(struct request *request);

// For the operations. Adds an element to the error that follows.
void oss_detail(struct oss_call *call, const char *name, const char *value);
// Answers with the error `code` from the table in oss_error.c; always false.
bool oss_fail(struct oss_call *call, const char *code);
// InvalidArgument with its name and value.
bool oss_fail_argument(struct oss_call *call, const char *name, const char *value);
// A query parameter; NULL when absent.
const char *oss_query(const struct oss_call *call, const char *name);
// A query parameter that is a number; false after failing when it is not within least … most.
bool oss_query_number(struct oss_call *call, const char *name, int64_t least, int64_t most, int64_t *out);
// Answers 200 with an XML body (taken).
void oss_answer_xml(struct oss_call *call, struct buffer *body);
void oss_answer_empty(struct oss_call *call, int status);
// printf into the request's arena.
const char *oss_format(struct oss_call *call, const char *format, ...) PRINTF_LIKE(2, 3);

// Who asks, and may they. Sets call->identity; false after failing. In oss_auth.c.
bool oss_authenticate(struct oss_call *call);

// Tables of operations, one per file.
extern const struct oss_operation oss_bucket_operations[], oss_object_operations[], oss_multipart_operations[];
extern const size_t oss_bucket_operation_count, oss_object_operation_count, oss_multipart_operation_count;

#endif
