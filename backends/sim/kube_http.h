// SPDX-License-Identifier: Apache-2.0
// One request to a cluster's API, and the ways to answer it.
#ifndef PEERDECK_SIM_KUBE_HTTP_H
#define PEERDECK_SIM_KUBE_HTTP_H

#include "sim/kube_private.h"
#include "sim/kube_selector.h"
#include "sim/kube_users.h"
#include "sim/request.h"
#include "sim/simulator.h"

enum kube_shape { SHAPE_PLAIN, SHAPE_TABLE, SHAPE_METADATA };

struct kube_call {
	struct simulator *simulator;
	struct kube *kube;
	struct request *request;
	struct answer *answer;
	struct arena *arena; // the request's
	struct kube_subject subject;
	const struct kube_resource *resource;       // whose collection it is
	const struct kube_resource *named;          // what the path named: differs for events of events.k8s.io
	const char *namespace, *name, *subresource; // "" = none
	const char *verb;
	enum kube_shape shape;
	const char *include_object; // of tables: Metadata, Object, None
	cJSON *causes;              // of the error to come
	bool dry_run;
};

enum { KUBE_ANSWER_LIMIT = 512 << 20, KUBE_BODY_LIMIT = 3 << 20 };

// The listener's handler; the request's owner is the struct kube.
void kube_serve(struct simulator *simulator, struct request *request, struct answer *answer);

const char *kube_query(const struct kube_call *call, const char *name); // "" when absent
bool kube_query_flag(const struct kube_call *call, const char *name);   // true, 1
int64_t kube_query_int(const struct kube_call *call, const char *name, int64_t otherwise);

// Answers. The buffer's memory is taken.
void kube_send(struct kube_call *call, int status, const char *content_type, struct buffer *body);
void kube_send_tree(struct kube_call *call, int status, cJSON *tree); // takes `tree`
void kube_send_state(struct kube_call *call, int status, const struct kube_state *state);
void kube_send_success(struct kube_call *call, int status, const struct kube_object *about); // a Status
// A Status Failure; returns false. The details name the resource and the object of the call.
bool kube_fail(struct kube_call *call, int code, const char *reason, const char *format, ...) PRINTF_LIKE(4, 5);
void kube_cause(struct kube_call *call, const char *reason, const char *message, const char *field);
bool kube_fail_not_found(struct kube_call *call, const char *name);
bool kube_fail_invalid(
        struct kube_call *call, const char *name, const char *field, const char *reason, const char *why);
// The same Status as a tree, for watches.
cJSON *kube_failure(int code, const char *reason, const char *message);
// False after a 403 when the caller may not do that.
bool kube_check_access(struct kube_call *call, const char *verb, const struct kube_resource *resource,
        const char *subresource, const char *namespace, const char *name);

// Writes an object as the call wants to have it.
void kube_render(const struct kube_call *call, struct buffer *out, const struct kube_state *state);
// A Table's columns and one row.
void kube_table_columns(struct buffer *out, const struct kube_resource *resource);
void kube_table_row(const struct kube_call *call, struct buffer *out, const struct kube_state *state);

// The parts.
void kube_serve_list(struct kube_call *call);
void kube_serve_get(struct kube_call *call);
void kube_serve_watch(struct kube_call *call);
void kube_serve_create(struct kube_call *call);
void kube_serve_replace(struct kube_call *call);
void kube_serve_patch(struct kube_call *call);
void kube_serve_delete(struct kube_call *call);
void kube_serve_delete_collection(struct kube_call *call);
void kube_serve_log(struct kube_call *call);
void kube_serve_subresource(struct kube_call *call); // scale, eviction, binding, token
void kube_serve_review(struct kube_call *call, cJSON *review);
bool kube_serve_discovery(struct kube_call *call); // false: not one of its paths
bool kube_serve_openapi(struct kube_call *call);
bool kube_parse_selectors(struct kube_call *call, struct kube_selector *selector);

// Bodies of writes.
cJSON *kube_read_body(struct kube_call *call);                   // NULL after an error answer
// Takes away fields that the kind does not have; false after the error answer that fieldValidation=Strict asks for.
bool kube_check_fields(struct kube_call *call, cJSON *object);
bool kube_validate(struct kube_call *call, const cJSON *object); // false after an error answer
// Finishes a write: stores `object` (taken) unless it is a dry run, and answers with it.
void kube_store_and_send(struct kube_call *call, cJSON *object, struct kube_writer *writer, int status);
const char *kube_field_manager(const struct kube_call *call, char out[KUBE_NAME_SIZE]);

#endif
