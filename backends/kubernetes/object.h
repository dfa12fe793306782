// SPDX-License-Identifier: Apache-2.0
// Single objects: from the id of a record to the object's place, and the object itself.
#ifndef PEERDECK_KUBERNETES_OBJECT_H
#define PEERDECK_KUBERNETES_OBJECT_H

#include "kubernetes/fleet.h"
#include "net/json.h"

struct object_place {
	enum kind_id kind;
	char space[128], name[256];
};

// Where the object of a record is, as its list last said, else by looking through the cluster's names. `name` (may be
// NULL) is what the caller believes it is called. ERROR_NOT_FOUND when there is none.
bool object_locate(struct site *site, struct reach *reach, enum kind_id kind, const struct scope *scope, const char *id,
        const char *name, struct object_place *out, struct cancel *cancel, struct error *error);
struct api_target object_target(const struct object_place *place); // borrows from it

// An object that was read; its document belongs to this thread.
struct object {
	struct http_response *response;
	struct json_doc doc;
};
bool object_read(struct object *object, struct reach *reach, const struct api_target *target, struct cancel *cancel,
        struct error *error);
void object_finish(struct object *object);
const char *object_uid(const struct object *object);

// The backend's and the source's functions.
bool object_describe(struct session *session, enum kind_id kind, const struct scope *scope, const char *id,
        struct buffer *json, struct cancel *cancel, struct error *error);
bool source_object(struct session *session, const struct scope *cluster, const char *group_version,
        const char *resource, const char *space, const char *name, struct buffer *json, struct cancel *cancel,
        struct error *error);
bool source_names(struct session *session, const struct scope *cluster, const char *path, struct buffer *json,
        struct cancel *cancel, struct error *error);

#endif
