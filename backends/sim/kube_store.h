// SPDX-License-Identifier: Apache-2.0
// The objects of one cluster's Kubernetes API, and the way by which the model of what runs in the cluster reads and
// changes them. An object is kept as its JSON text; a tree of it is made when somebody looks. All times are the
// world's, ahead by the cluster's skew. The HTTP side (kube_http.c) uses the same functions.
#ifndef PEERDECK_SIM_KUBE_STORE_H
#define PEERDECK_SIM_KUBE_STORE_H

#include <cjson/cJSON.h>

#include "base/buffer.h"
#include "base/error.h"
#include "sim/kube_resource.h"
#include "sim/world.h"

struct kube;
struct kube_object; // one that is in the store; valid until it is removed

// The API of a cluster with its first objects (namespaces, nodes, kube-system); NULL-safe on the way out. It is made
// by kube_cluster_runs() when the cluster becomes running and unlinked when the cluster goes.
struct kube *kube_create(struct world *world, struct cluster *cluster);
// What the world tells: the cluster runs now; it goes; the world ends; an instance of it came up, stopped or went.
void kube_cluster_runs(struct world *world, struct cluster *cluster);
void kube_unlink(struct cluster *cluster);
void kube_world_finish(struct world *world);
void kube_nodes_changed(struct cluster *cluster);
struct kube *kube_of(const struct cluster *cluster); // NULL while the cluster has none
struct world *kube_world(const struct kube *kube);
struct cluster *kube_cluster(const struct kube *kube); // NULL once the cluster is gone
int64_t kube_now(const struct kube *kube);             // the world's time with the cluster's skew
// Its clock is ahead of the world's by this, or behind.
void kube_set_skew(struct kube *kube, int64_t skew_ms);
struct random *kube_random(struct kube *kube);
// All APIs of the world, in the order in which they were made; NULL after the last.
struct kube *kube_first(const struct world *world);
struct kube *kube_next(const struct kube *kube);

// "pods", "daemonsets.apps", "peerpods.confidentialcontainers.org"; NULL when the cluster does not serve it.
const struct kube_resource *kube_resource(const struct kube *kube, const char *name);

// Reading. A tree is borrowed: it stays as it is until the object changes or goes, or until KUBE_TREES other objects
// have been looked at; copy what is kept for longer. It has no managedFields.
enum { KUBE_TREES = 512 };
const struct kube_object *kube_find(const struct kube *kube, const struct kube_resource *resource,
        const char *namespace,
        const char *name); // namespace "" or NULL when the kind has none
const cJSON *kube_get(struct kube *kube, const struct kube_resource *resource, const char *namespace, const char *name);
const cJSON *kube_tree(struct kube *kube, const struct kube_object *object);
// Iteration in the order of keys (namespace, name); objects may be changed in between, not added or removed.
size_t kube_count(const struct kube *kube, const struct kube_resource *resource);
const struct kube_object *kube_at(const struct kube *kube, const struct kube_resource *resource, size_t index);
// The first index of a namespace (kube_count when all are before it).
size_t kube_from(const struct kube *kube, const struct kube_resource *resource, const char *namespace);
const struct kube_object *kube_by_uid(const struct kube *kube, const char *uid);
const struct kube_resource *kube_object_resource(const struct kube_object *object);
const char *kube_namespace(const struct kube_object *object); // "" = none
const char *kube_name(const struct kube_object *object);
const char *kube_uid(const struct kube_object *object);
uint64_t kube_version(const struct kube_object *object); // resourceVersion
bool kube_is_terminating(const struct kube_object *object);
// A label without making a tree; NULL when it has none of that name.
const char *kube_label(const struct kube_object *object, const char *name);

// Writing by the model. `manager` is who managedFields names ("kubelet", "cloud-api-adaptor").
// Creates the object or replaces it; takes `object`, fills in kind, apiVersion, uid, resourceVersion, generation
// and creationTimestamp (kept when given), keeps deletionTimestamp. Nothing happens when nothing differs. Returns the
// object, or NULL when this was the end of it (its last finalizer went).
const struct kube_object *kube_put(
        struct kube *kube, const struct kube_resource *resource, cJSON *object, const char *manager);
// Sets `status` alone; takes it. The time of its managedFields entry is now.
const struct kube_object *kube_status(
        struct kube *kube, const struct kube_object *object, cJSON *status, const char *manager);
// As a client's DELETE: grace period, finalizers, dependants. grace_seconds -1 = the object's own.
enum kube_propagation { KUBE_BACKGROUND, KUBE_FOREGROUND, KUBE_ORPHAN };
// True when the object is gone on return.
bool kube_delete(
        struct kube *kube, const struct kube_object *object, int64_t grace_seconds, enum kube_propagation propagation);
// At once, whatever its finalizers say (its dependants are collected a moment later).
void kube_remove(struct kube *kube, const struct kube_object *object);
// What kubelet does at the end of a pod: gone unless finalizers hold it.
void kube_finish_pod(struct kube *kube, const struct kube_object *pod);
// Makes the namespace when it is missing.
void kube_ensure_namespace(struct kube *kube, const char *name);
// Records an event about `about`; one with the same reason and message counts up instead.
void kube_event(struct kube *kube, const struct kube_object *about, const char *type, const char *reason,
        const char *component, const char *host, const char *format, ...) PRINTF_LIKE(7, 8);
// Makes a CustomResourceDefinition; its kind is served from then on. No columns beyond Name and Age; the definition may
// be changed afterwards as an object. `short_names` is a comma list.
const struct kube_resource *kube_define(struct kube *kube, const char *group, const char *version, const char *plural,
        const char *singular, const char *kind, bool namespaced, bool has_status);

// Called after the store changed. Trees are borrowed for the call. A hook may write, but what takes time belongs in
// kube_later.
struct kube_log;
struct kube_hooks {
	void (*created)(struct kube *kube, const struct kube_object *object, const cJSON *tree, void *user);
	// Also when it ceased to be or became anything else; `before` is as it was.
	void (*updated)(struct kube *kube, const struct kube_object *object, const cJSON *before, const cJSON *after,
	        void *user);
	// deletionTimestamp has just been set.
	void (*deleting)(struct kube *kube, const struct kube_object *object, const cJSON *tree, void *user);
	// Gone; `tree` is its last state, `object` is valid for the call only.
	void (*removed)(struct kube *kube, const struct kube_object *object, const cJSON *tree, void *user);
	// Gives the lines of a container by kube_log_line; false: not one of ours.
	bool (*log)(struct kube *kube, const struct kube_object *pod, const char *container, bool previous,
	        struct kube_log *log, void *user);
	// True: this pod is run by the owner of these hooks, the simple kubelet leaves it alone from scheduling on
	// (it is still given a node first).
	// True: this workload (Deployment, ReplicaSet, DaemonSet …) is driven by the owner of these hooks, its
	// controller leaves it alone.
	bool (*drives)(struct kube *kube, const struct kube_object *object, void *user);
	bool (*runs)(struct kube *kube, const struct kube_object *pod, const cJSON *tree, void *user);
	void *user;
};
// Copied. Hooks are called in the order in which they were added.
void kube_add_hooks(struct kube *kube, const struct kube_hooks *hooks);
// `attach` is called for every API that there is and that will be, when its first objects are in; `detach` (or NULL)
// before it goes.
void kube_attach(struct world *world, void (*attach)(struct kube *kube, void *user),
        void (*detach)(struct kube *kube, void *user), void *user);

// A log's lines, oldest first; `time` in virtual ms. Lines that the request does not want are dropped by it.
void kube_log_line(struct kube_log *log, int64_t time, const char *text, size_t length);
// So many older lines are no longer kept; a follower does not see later ones twice.
void kube_log_dropped(struct kube_log *log, uint64_t lines);
// Says that more lines may come: a follower stays. Without it the container counts as ended.
void kube_log_lives(struct kube_log *log);
// The pod's node cannot be reached: the request fails.
void kube_log_cut_off(struct kube_log *log);
// New lines may be there: followers of the pod's logs look again.
void kube_log_grew(struct kube *kube, const struct kube_object *pod);

// Later, in the world's time, if the object is still there (by uid). `object` NULL: in any case.
typedef void kube_action(struct kube *kube, const struct kube_object *object, int64_t argument);
void kube_later(
        struct kube *kube, int64_t after_ms, const struct kube_object *object, kube_action *action, int64_t argument);

#endif
