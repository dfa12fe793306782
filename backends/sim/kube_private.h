// SPDX-License-Identifier: Apache-2.0
// What the parts of the Kubernetes API share with each other alone.
#ifndef PEERDECK_SIM_KUBE_PRIVATE_H
#define PEERDECK_SIM_KUBE_PRIVATE_H

#include "sim/kube_faults.h"
#include "sim/kube_store.h"
#include "sim/kube_tree.h"
#include "sim/random.h"

// One state of an object, immutable, shared by the store, its history and whoever sends it. The text lacks
// resourceVersion and managedFields; kube_version_write puts them in.
struct kube_managed {
	char *manager, *api_version, *subresource, *fields; // shared texts; subresource "" = the main resource
	int64_t time;
	bool apply;
};

struct kube_state {
	unsigned references;
	uint64_t version;
	size_t size, metadata_end; // of the text; where metadata closes
	size_t name_at, labels_at, fields_at, end;
	struct kube_managed *managed;
	size_t managed_count;
	struct kube *kube;
	char text[]; // JSON, NUL, namespace, NUL, name, NUL, labels (key, NUL, value, NUL …), NUL, values of fields
};

enum kube_change { KUBE_ADDED, KUBE_MODIFIED, KUBE_DELETED };

struct kube_entry {
	enum kube_change change;
	uint64_t version;
	int64_t time;                    // virtual ms
	struct kube_state *now, *before; // before: NULL for ADDED
};

// The last changes of one kind, oldest first, in a ring.
struct kube_history {
	struct kube_entry *entries;
	size_t first, count, room;
	uint64_t lost; // changes up to this version are not all there any more
};
enum { HISTORY_MOST = 2048, HISTORY_BYTES = 4 << 20 };

struct kube_object {
	struct kube_object *self; // for those who hold it const
	const struct kube_resource *resource;
	struct kube_state *state;
	char *namespace, *name;
	char uid[37];
	char (*owners)[37];
	size_t owner_count;
	int64_t deletion;                  // deletionTimestamp, 0 = none
	bool queued;                       // its controller will look at it soon
	cJSON *tree;                       // NULL = not made
	struct kube_object *newer, *older; // among those with a tree
};

// What is known about a uid: its object, and who names it as an owner.
struct kube_owner {
	char uid[37];
	struct kube_object *object; // NULL = there is none now
	struct kube_object **dependants;
	size_t count, room;
	struct kube_owner *next;
};

struct kube_collection {
	struct kube_object **objects; // by namespace and name
	size_t count, room;
	struct kube_history history;
	size_t history_bytes;
	struct kube_stream *watches;
	size_t watch_count;
};

struct kube_pending {
	kube_action *action;
	char uid[37]; // "" = of no object
	int64_t argument;
	bool used;
};

// Where an event like this one was recorded.
struct kube_recent {
	uint64_t key;
	char namespace[64], name[320];
};

struct kube_attachment {
	void (*attach)(struct kube *kube, void *user);
	void (*detach)(struct kube *kube, void *user);
	void *user;
	struct kube_attachment *next;
};

enum { RECENT_EVENTS = 256, MAX_HOOKS = 8, MAX_DEFINED = 64, MAX_RESOURCES = 40 + MAX_DEFINED, OWNER_BUCKETS = 4096 };

struct kube {
	struct world *world;
	struct cluster *cluster;
	struct kube *next;
	struct random random;
	uint64_t version; // the last that was given
	int64_t skew_ms;
	struct kube_faults faults;
	struct kube_resource *resources[MAX_RESOURCES];
	size_t resource_count;
	struct kube_collection collections[MAX_RESOURCES];
	struct kube_owner *owners[OWNER_BUCKETS];
	struct kube_object *newest, *oldest; // trees
	size_t trees;
	struct kube_texts *texts;
	struct kube_hooks hooks[MAX_HOOKS];
	size_t hook_count;
	struct kube_pending *pending;
	size_t pending_count, pending_room, pending_free;
	struct kube_follow *follows; // followed logs
	struct kube_state *gone;     // the last state of what the last write ended; NULL
	struct kube_recent recent[RECENT_EVENTS];
	void *server; // its listener (kube_server.c)
	void (*server_destroy)(void *server);
	void *users; // who may do what (kube_users.c)
	void (*users_destroy)(void *users);
	bool populated; // before that nothing is told to anybody
};

// Whether a hook drives it: its controller does no more than write its status, for a pod the scheduler does nothing.
bool kube_is_driven(struct kube *kube, const struct kube_object *object);

// Who writes, for managedFields.
struct kube_writer {
	const char *manager;     // NULL: the server itself, which stands in no managedFields
	const char *subresource; // "" = the main resource
	bool apply;
	const cJSON *applied; // of an apply: its set of fields
	bool force;
	bool reset_managed; // the client sent an empty list
	bool system;        // may change what the server alone decides
};

// Shared texts with counted references.
struct kube_texts *kube_texts_create(void);
void kube_texts_destroy(struct kube_texts *texts);
char *kube_texts_take(struct kube_texts *texts, const char *text);
void kube_texts_give(struct kube_texts *texts, char *text);

// `object` loses resourceVersion and managedFields. NULL when it is too large. managed is empty.
struct kube_state *kube_state_create(
        struct kube *kube, const struct kube_resource *resource, cJSON *object, uint64_t version);
struct kube_state *kube_state_copy(const struct kube_state *state, uint64_t version);
struct kube_state *kube_state_hold(struct kube_state *state);
void kube_state_drop(struct kube_state *state);
const char *kube_state_namespace(const struct kube_state *state);
const char *kube_state_name(const struct kube_state *state);
const char *kube_state_label(const struct kube_state *state, const char *name); // NULL = none
const char *kube_state_field(const struct kube_state *state, size_t index); // value of the index-th of resource->fields
void kube_state_write(struct buffer *out, const struct kube_state *state);
void kube_state_write_metadata(struct buffer *out, const struct kube_state *state); // the object after "metadata":
cJSON *kube_state_tree(const struct kube_state *state); // with resourceVersion and managedFields

// The write that all others come down to. `object` is taken; namespace and name are in it.
const struct kube_object *kube_write(
        struct kube *kube, const struct kube_resource *resource, cJSON *object, const struct kube_writer *writer);
// The state that such a write would lead to; nothing changes. The caller drops it.
struct kube_state *kube_write_dry(
        struct kube *kube, const struct kube_resource *resource, cJSON *object, const struct kube_writer *writer);
// Puts what the server alone decides into `object` (uid, times, generation …), from the present state.
void kube_settle_metadata(
        struct kube *kube, const struct kube_resource *resource, cJSON *object, const struct kube_object *present);
struct kube_collection *kube_collection(struct kube *kube, const struct kube_resource *resource);
// Index of the first object whose key is not less.
size_t kube_seek(const struct kube_collection *collection, const char *namespace, const char *name, bool *found);
int kube_compare_keys(const char *namespace, const char *name, const char *other_namespace, const char *other_name);
// Enters a change; `before` is NULL for KUBE_ADDED.
void kube_history_add(struct kube *kube, const struct kube_resource *resource, enum kube_change change,
        struct kube_state *now, struct kube_state *before);
void kube_history_cut(struct kube *kube, const struct kube_resource *resource); // every older watch gets 410
void kube_destroy(struct kube *kube);
// Frees those whose cluster has gone. Never from within a request.
void kube_reap(struct world *world);
const struct kube_resource *kube_register(struct kube *kube, const struct kube_resource *resource);
void kube_uuid(struct kube *kube, char out[37]);
void kube_generate_name(struct kube *kube, cJSON *metadata);

// kube_owners.c: dependants and namespaces
void kube_owners_enter(struct kube *kube, struct kube_object *object);
void kube_owners_leave(struct kube *kube, struct kube_object *object);
void kube_owners_update(struct kube *kube, struct kube_object *object, const cJSON *tree);
void kube_owners_finish(struct kube *kube);
const struct kube_owner *kube_owner(const struct kube *kube, const char *uid);
void kube_collect(struct kube *kube, const char *uid);                 // its object has gone
void kube_release(struct kube *kube, const struct kube_object *owner); // orphans its dependants
void kube_empty_namespace(struct kube *kube, const struct kube_object *namespace);
void kube_settle_owner(struct kube *kube, const struct kube_object *owner); // waiting for dependants

// kube_defined.c
void kube_defined_changed(struct kube *kube, const cJSON *definition);
void kube_defined_removed(struct kube *kube, const cJSON *definition);
void kube_defined_finish(struct kube *kube);

// kube_watch.c: wakes those who watch a kind
void kube_watches_wake(struct kube *kube, const struct kube_resource *resource);
void kube_logs_wake(struct kube *kube, const struct kube_object *pod);

#endif
