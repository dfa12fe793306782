// SPDX-License-Identifier: Apache-2.0
// The API of one cluster: reading, changing, asking what one may. Safe from any thread; calls block their thread.
// Errors name the verb and resource in `doing`; ERROR_DENIED has the missing right as its remedy, so that "may not" is
// never an empty list. A 401 makes fresh credentials and one more try.
#ifndef PEERDECK_KUBERNETES_API_H
#define PEERDECK_KUBERNETES_API_H

#include "kubernetes/access.h"
#include "kubernetes/api_resource.h"
#include "net/http.h"
#include "net/json.h"

enum { API_VERSION_SIZE = 128, API_PAGE_LIMIT = 500, API_PAGE_MOST = 64 << 20, API_PAGES_MOST = 10000 };

struct api;

// Both are borrowed and must outlive it.
struct api *api_create(struct http_client *http, struct access *access, struct error *error);
void api_destroy(struct api *api);
struct access *api_access(const struct api *api);

// The answer's body is the object as JSON. The caller destroys it. NULL on any failure.
struct http_response *api_get(
        struct api *api, const struct api_target *target, struct cancel *cancel, struct error *error);
// A GET of a path of the API ("/version"), for what is no resource.
struct http_response *api_get_path(struct api *api, const char *path, struct cancel *cancel, struct error *error);

// The same of the path of a list, with the metadata of its elements alone.
struct http_response *api_get_names(struct api *api, const char *path, struct cancel *cancel, struct error *error);

struct api_query {
	struct api_target target;   // name is NULL
	const char *label_selector; // NULL = all
	const char *field_selector; // NULL = all
	bool metadata_only;         // only apiVersion, kind and metadata of each object
};

struct api_list_sink {
	void (*begin)(void *user); // reading begins (again): forget what came before; may be NULL
	// One page: {"metadata":…,"items":[…]}, good during the call. False (with `error` set) stops.
	bool (*page)(const cJSON *list, void *user, struct error *error);
	void *user;
};

// Reads all pages, newest state (no resourceVersion asked). When a page expires under it (410) it begins again, after
// twice without a limit. *version (may be NULL) gets the list's resourceVersion.
bool api_list(struct api *api, const struct api_query *query, const struct api_list_sink *sink,
        char version[API_VERSION_SIZE], struct cancel *cancel, struct error *error);

enum api_patch { API_PATCH_JSON, API_PATCH_MERGE, API_PATCH_STRATEGIC, API_PATCH_APPLY };

// Changes are sent once: after a lost answer (ERROR_NETWORK, ERROR_TIMEOUT) read before doing it again. Each answers
// the object.
struct api_change {
	struct api_target target; // create: name is NULL
	const char *json;         // object or patch
	bool dry_run;             // judged by the cluster, not done
	bool force;               // API_PATCH_APPLY: take fields from other managers
};
struct http_response *api_post(
        struct api *api, const struct api_change *change, struct cancel *cancel, struct error *error);
struct http_response *api_put(
        struct api *api, const struct api_change *change, struct cancel *cancel, struct error *error);
struct http_response *api_patch(struct api *api, const struct api_change *change, enum api_patch type,
        struct cancel *cancel, struct error *error);

struct api_delete {
	struct api_target target;
	const char *uid, *version; // preconditions: anything else is ERROR_CONFLICT; NULL = none
	const char *propagation;   // "Background", "Foreground", "Orphan"; NULL = Background
	int64_t grace_s;           // -1 = the object's own
	bool dry_run;
};
// *gone: true when it is away, false when it waits for a finalizer or its grace period.
bool api_delete(
        struct api *api, const struct api_delete *request, bool *gone, struct cancel *cancel, struct error *error);

// Whether these credentials may (SelfSubjectAccessReview). space NULL = in all namespaces, name NULL = any.
bool api_may(struct api *api, const char *verb, const struct api_target *target, bool *allowed, struct cancel *cancel,
        struct error *error);

#endif
