// SPDX-License-Identifier: Apache-2.0
// Objects by kind and name, and every change of them.
#include "config.h"
#include "sim/kube_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/kube_fields.h"
#include "sim/memory.h"

#include "base/banned.h"

struct kube *kube_of(const struct cluster *cluster)
{
	return cluster ? cluster->kube : NULL;
}

struct world *kube_world(const struct kube *kube)
{
	return kube->world;
}

struct cluster *kube_cluster(const struct kube *kube)
{
	return kube->cluster;
}

int64_t kube_now(const struct kube *kube)
{
	return kube->world->now + kube->skew_ms;
}

void kube_set_skew(struct kube *kube, int64_t skew_ms)
{
	kube->skew_ms = skew_ms;
}

struct random *kube_random(struct kube *kube)
{
	return &kube->random;
}

struct kube_collection *kube_collection(struct kube *kube, const struct kube_resource *resource)
{
	return &kube->collections[resource->index];
}

const struct kube_resource *kube_resource(const struct kube *kube, const char *name)
{
	const char *dot = strchr(name, '.');
	size_t length = dot ? (size_t)(dot - name) : strlen(name);
	for (size_t i = 0; i < kube->resource_count; i++) {
		const struct kube_resource *row = kube->resources[i];
		if (!row->withdrawn && strlen(row->plural) == length && !memcmp(row->plural, name, length) &&
		        !strcmp(row->group, dot ? dot + 1 : ""))
			return row;
	}
	return NULL;
}

int kube_compare_keys(const char *namespace, const char *name, const char *other_namespace, const char *other_name)
{
	int order = strcmp(namespace, other_namespace);
	return order ? order : strcmp(name, other_name);
}

size_t kube_seek(const struct kube_collection *collection, const char *namespace, const char *name, bool *found)
{
	size_t low = 0, high = collection->count;
	*found = false;
	while (low < high) {
		size_t middle = (low + high) / 2;
		const struct kube_object *object = collection->objects[middle];
		int order = kube_compare_keys(object->namespace, object->name, namespace, name);
		if (!order)
			*found = true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct kube_object *find(
        const struct kube *kube, const struct kube_resource *resource, const char *namespace, const char *name)
{
	bool found;
	const struct kube_collection *collection = &kube->collections[resource->index];
	size_t at = kube_seek(collection, namespace && resource->namespaced ? namespace : "", name, &found);
	return found ? collection->objects[at] : NULL;
}

const struct kube_object *kube_find(
        const struct kube *kube, const struct kube_resource *resource, const char *namespace, const char *name)
{
	return find(kube, resource, namespace, name);
}

const cJSON *kube_get(struct kube *kube, const struct kube_resource *resource, const char *namespace, const char *name)
{
	const struct kube_object *object = find(kube, resource, namespace, name);
	return object ? kube_tree(kube, object) : NULL;
}

size_t kube_count(const struct kube *kube, const struct kube_resource *resource)
{
	return kube->collections[resource->index].count;
}

const struct kube_object *kube_at(const struct kube *kube, const struct kube_resource *resource, size_t index)
{
	const struct kube_collection *collection = &kube->collections[resource->index];
	return index < collection->count ? collection->objects[index] : NULL;
}

size_t kube_from(const struct kube *kube, const struct kube_resource *resource, const char *namespace)
{
	bool found;
	return kube_seek(&kube->collections[resource->index], namespace, "", &found);
}

const struct kube_resource *kube_object_resource(const struct kube_object *object)
{
	return object->resource;
}

const char *kube_namespace(const struct kube_object *object)
{
	return object->namespace;
}

const char *kube_name(const struct kube_object *object)
{
	return object->name;
}

const char *kube_uid(const struct kube_object *object)
{
	return object->uid;
}

uint64_t kube_version(const struct kube_object *object)
{
	return object->state->version;
}

bool kube_is_terminating(const struct kube_object *object)
{
	return object->deletion != 0;
}

const char *kube_label(const struct kube_object *object, const char *name)
{
	return kube_state_label(object->state, name);
}

static void tree_forget(struct kube *kube, struct kube_object *object)
{
	if (!object->tree)
		return;
	*(object->newer ? &object->newer->older : &kube->newest) = object->older;
	*(object->older ? &object->older->newer : &kube->oldest) = object->newer;
	object->newer = object->older = NULL;
	cJSON_Delete(object->tree);
	object->tree = NULL;
	kube->trees--;
}

// The tree becomes the caller's.
static cJSON *tree_steal(struct kube *kube, struct kube_object *object)
{
	cJSON *tree = object->tree;
	object->tree = cJSON_CreateNull();
	tree_forget(kube, object);
	return tree;
}

static void tree_keep(struct kube *kube, struct kube_object *object, cJSON *tree)
{
	tree_forget(kube, object);
	object->tree = tree;
	object->older = kube->newest;
	*(kube->newest ? &kube->newest->newer : &kube->oldest) = object;
	kube->newest = object;
	if (++kube->trees > KUBE_TREES)
		tree_forget(kube, kube->oldest);
}

static void set_version(cJSON *tree, uint64_t version)
{
	char text[24];
	snprintf(text, sizeof(text), "%llu", (unsigned long long)version);
	tree_set_text(tree_object(tree, "metadata"), "resourceVersion", text);
}

const cJSON *kube_tree(struct kube *kube, const struct kube_object *constant)
{
	struct kube_object *object = constant->self;
	if (!object->tree) {
		cJSON *tree = cJSON_ParseWithLength(object->state->text, object->state->size);
		set_version(tree, object->state->version);
		tree_keep(kube, object, tree);
	}
	return object->tree;
}

static bool is_held(const struct kube_resource *resource, const cJSON *tree)
{
	const cJSON *metadata = tree_member(tree, "metadata");
	if (cJSON_GetArraySize(tree_member(metadata, "finalizers")))
		return true;
	if (!strcmp(resource->plural, "namespaces") && cJSON_GetArraySize(tree_path(tree, "spec.finalizers")))
		return true;
	return tree_int(metadata, "deletionGracePeriodSeconds", 0) > 0;
}

static void call_created(struct kube *kube, const struct kube_object *object)
{
	char uid[37];
	memcpy(uid, object->uid, sizeof(uid));
	for (size_t i = 0; i < kube->hook_count; i++) {
		const struct kube_object *still = kube_by_uid(kube, uid);
		if (still && kube->hooks[i].created)
			kube->hooks[i].created(kube, still, kube_tree(kube, still), kube->hooks[i].user);
	}
}

static void call_removed(struct kube *kube, struct kube_object *object, const cJSON *tree)
{
	for (size_t i = 0; i < kube->hook_count; i++)
		if (kube->hooks[i].removed)
			kube->hooks[i].removed(kube, object, tree, kube->hooks[i].user);
}

// A hook may write the same object, so that the tree of `after` is no more; then the later call has told the rest.
static void call_updated(struct kube *kube, const struct kube_object *object, const cJSON *before, bool deleting)
{
	char uid[37];
	uint64_t version = object->state->version;
	memcpy(uid, object->uid, sizeof(uid));
	for (size_t i = 0; i < kube->hook_count; i++) {
		const struct kube_hooks *hooks = &kube->hooks[i];
		const struct kube_object *still = kube_by_uid(kube, uid);
		if (!still)
			return;
		if (hooks->updated && still->state->version == version)
			hooks->updated(kube, still, before, kube_tree(kube, still), hooks->user);
		still = kube_by_uid(kube, uid);
		if (deleting && still && hooks->deleting)
			hooks->deleting(kube, still, kube_tree(kube, still), hooks->user);
	}
}

static void set_gone(struct kube *kube, struct kube_state *state)
{
	kube_state_drop(kube->gone);
	kube->gone = state ? kube_state_hold(state) : NULL;
}

static void forget(struct kube *kube, struct kube_object *object)
{
	bool found;
	struct kube_collection *collection = kube_collection(kube, object->resource);
	size_t at = kube_seek(collection, object->namespace, object->name, &found);
	struct kube_state *last = kube_state_copy(object->state, ++kube->version);
	kube_tree(kube, object);
	cJSON *tree = tree_steal(kube, object);
	memmove(&collection->objects[at], &collection->objects[at + 1],
	        (collection->count - at - 1) * sizeof(*collection->objects));
	collection->count--;
	kube_owners_leave(kube, object);
	kube_history_add(kube, object->resource, KUBE_DELETED, last, object->state);
	set_gone(kube, last);
	if (!strcmp(object->resource->plural, "customresourcedefinitions"))
		kube_defined_removed(kube, tree);
	if (!strcmp(object->resource->plural, "pods"))
		kube_logs_wake(kube, object);
	call_removed(kube, object, tree);
	kube_collect(kube, object->uid);
	cJSON_Delete(tree);
	kube_state_drop(last);
	kube_state_drop(object->state);
	free(object->owners);
	free(object->namespace);
	free(object->name);
	free(object);
}

static struct kube_object *enter(struct kube *kube, const struct kube_resource *resource, const cJSON *tree)
{
	bool found;
	struct kube_collection *collection = kube_collection(kube, resource);
	const char *namespace = tree_text(tree, "metadata.namespace"), *name = tree_text(tree, "metadata.name");
	struct kube_object *object = memory_zeroed(1, sizeof(*object));
	object->self = object;
	object->resource = resource;
	object->namespace = memory_copy(namespace, strlen(namespace));
	object->name = memory_copy(name, strlen(name));
	snprintf(object->uid, sizeof(object->uid), "%s", tree_text(tree, "metadata.uid"));
	size_t at = kube_seek(collection, namespace, name, &found);
	collection->objects =
	        memory_grow(collection->objects, &collection->room, collection->count, sizeof(*collection->objects));
	memmove(&collection->objects[at + 1], &collection->objects[at],
	        (collection->count - at) * sizeof(*collection->objects));
	collection->objects[at] = object;
	collection->count++;
	kube_owners_enter(kube, object);
	return object;
}

static bool is_unchanged(
        const struct kube_object *present, const cJSON *before, const cJSON *after, const struct kube_writer *writer)
{
	if (writer->reset_managed || !tree_equal(before, after))
		return false;
	if (!writer->apply)
		return true;
	char *text = cJSON_PrintUnformatted(writer->applied);
	bool same = false;
	for (size_t i = 0; i < present->state->managed_count && text && !same; i++) {
		const struct kube_managed *entry = &present->state->managed[i];
		cJSON *set =
		        entry->apply && !strcmp(entry->manager, writer->manager) ? cJSON_Parse(entry->fields) : NULL;
		same = set && tree_equal(set, writer->applied);
		cJSON_Delete(set);
	}
	free(text);
	return same;
}

// Takes `object`, whose metadata is settled.
static const struct kube_object *store(struct kube *kube, const struct kube_resource *resource,
        struct kube_object *present, cJSON *object, const struct kube_writer *writer)
{
	const cJSON *before = present ? kube_tree(kube, present) : NULL;
	if (present && is_unchanged(present, before, object, writer)) {
		cJSON_Delete(object);
		return present;
	}
	size_t managed_count = 0;
	struct kube_state *old = present ? kube_state_hold(present->state) : NULL;
	struct kube_managed *managed = managed_update(kube, resource, old, before, object, writer, &managed_count);
	struct kube_state *state = kube_state_create(kube, resource, object, kube->version + 1);
	if (!state) {
		managed_free(kube, managed, managed_count);
		kube_state_drop(old);
		cJSON_Delete(object);
		return present;
	}
	kube->version++;
	state->managed = managed;
	state->managed_count = managed_count;
	set_version(object, state->version);
	bool created = !present, was_terminating = present && present->deletion;
	cJSON *last = created ? NULL : tree_steal(kube, present);
	if (created)
		present = enter(kube, resource, object);
	kube_state_drop(present->state);
	present->state = state;
	present->deletion = tree_time(object, "metadata.deletionTimestamp");
	kube_owners_update(kube, present, object);
	bool ends = present->deletion && !is_held(resource, object);
	bool terminates = present->deletion && !was_terminating;
	tree_keep(kube, present, object);
	set_gone(kube, NULL);
	if (!strcmp(resource->plural, "customresourcedefinitions"))
		kube_defined_changed(kube, object);
	kube_history_add(kube, resource, created ? KUBE_ADDED : KUBE_MODIFIED, state, old);
	kube_state_drop(old);
	char uid[37];
	memcpy(uid, present->uid, sizeof(uid));
	if (ends) {
		forget(kube, present);
		present = NULL;
	} else if (created) {
		call_created(kube, present);
	} else {
		call_updated(kube, present, last, terminates);
	}
	cJSON_Delete(last);
	return ends ? NULL : kube_by_uid(kube, uid);
}

const struct kube_object *kube_write(
        struct kube *kube, const struct kube_resource *resource, cJSON *object, const struct kube_writer *writer)
{
	cJSON *metadata = tree_object(object, "metadata");
	kube_generate_name(kube, metadata);
	struct kube_object *present =
	        find(kube, resource, tree_text(metadata, "namespace"), tree_text(metadata, "name"));
	if (!writer->system)
		kube_settle_metadata(kube, resource, object, present);
	return store(kube, resource, present, object, writer);
}

struct kube_state *kube_write_dry(
        struct kube *kube, const struct kube_resource *resource, cJSON *object, const struct kube_writer *writer)
{
	cJSON *metadata = tree_object(object, "metadata");
	kube_generate_name(kube, metadata);
	struct kube_object *present =
	        find(kube, resource, tree_text(metadata, "namespace"), tree_text(metadata, "name"));
	kube_settle_metadata(kube, resource, object, present);
	const cJSON *before = present ? kube_tree(kube, present) : NULL;
	size_t count;
	struct kube_managed *managed =
	        managed_update(kube, resource, present ? present->state : NULL, before, object, writer, &count);
	struct kube_state *state =
	        kube_state_create(kube, resource, object, present ? present->state->version : kube->version + 1);
	cJSON_Delete(object);
	if (!state) {
		managed_free(kube, managed, count);
		return NULL;
	}
	state->managed = managed;
	state->managed_count = count;
	return state;
}

const struct kube_object *kube_put(
        struct kube *kube, const struct kube_resource *resource, cJSON *object, const char *manager)
{
	return kube_write(kube, resource, object, &(struct kube_writer){.manager = manager, .subresource = ""});
}

const struct kube_object *kube_status(
        struct kube *kube, const struct kube_object *object, cJSON *status, const char *manager)
{
	cJSON *copy = tree_copy(kube_tree(kube, object));
	tree_set(copy, "status", status);
	return kube_write(
	        kube, object->resource, copy, &(struct kube_writer){.manager = manager, .subresource = "status"});
}

void kube_remove(struct kube *kube, const struct kube_object *object)
{
	forget(kube, object->self);
}

static void add_finalizer(cJSON *metadata, const char *name)
{
	cJSON *list = tree_list(metadata, "finalizers");
	if (!tree_has_text(list, name))
		cJSON_AddItemToArray(list, cJSON_CreateString(name));
}

static int64_t pod_grace(struct kube *kube, const struct kube_object *pod, int64_t asked)
{
	const cJSON *tree = kube_tree(kube, pod);
	const char *phase = tree_text(tree, "status.phase");
	if (!*tree_text(tree, "spec.nodeName") || !strcmp(phase, "Succeeded") || !strcmp(phase, "Failed"))
		return 0;
	return asked >= 0 ? asked : tree_int(tree, "spec.terminationGracePeriodSeconds", 30);
}

// Sets deletionTimestamp, or makes it earlier; what nothing holds goes at once. False when the object is gone.
static bool terminate(struct kube *kube, struct kube_object *object, int64_t grace, const char *finalizer)
{
	cJSON *copy = tree_copy(kube_tree(kube, object));
	cJSON *metadata = tree_object(copy, "metadata");
	int64_t end = kube_now(kube) + 1000 * grace;
	if (!object->deletion || end < object->deletion)
		tree_set_time(metadata, "deletionTimestamp", end);
	if (!object->deletion || !grace || end < object->deletion)
		tree_set_int(metadata, "deletionGracePeriodSeconds", grace);
	if (finalizer && !object->deletion)
		add_finalizer(metadata, finalizer);
	if (!is_held(object->resource, copy)) {
		cJSON_Delete(copy);
		forget(kube, object);
		return false;
	}
	if (!object->deletion && tree_member(metadata, "generation"))
		tree_set_int(metadata, "generation", tree_int(metadata, "generation", 0) + 1);
	if (!strcmp(object->resource->plural, "namespaces"))
		tree_set_text(tree_object(copy, "status"), "phase", "Terminating");
	return store(kube, object->resource, object, copy, &(struct kube_writer){.subresource = "", .system = true});
}

bool kube_delete(
        struct kube *kube, const struct kube_object *constant, int64_t grace_seconds, enum kube_propagation propagation)
{
	struct kube_object *object = constant->self;
	bool is_pod = !strcmp(object->resource->plural, "pods") && !*object->resource->group;
	char uid[37];
	memcpy(uid, object->uid, sizeof(uid));
	int64_t grace = is_pod ? pod_grace(kube, object, grace_seconds) : 0;
	if (propagation == KUBE_ORPHAN)
		kube_release(kube, object);
	const struct kube_owner *owner = kube_owner(kube, uid);
	bool waits = propagation == KUBE_FOREGROUND && owner && owner->count;
	if (!terminate(kube, object, grace, waits ? "foregroundDeletion" : NULL))
		return true;
	const struct kube_object *still = kube_by_uid(kube, uid);
	if (still && !strcmp(still->resource->plural, "namespaces"))
		kube_empty_namespace(kube, still);
	else if (still && waits)
		kube_settle_owner(kube, still);
	return !kube_by_uid(kube, uid);
}

void kube_finish_pod(struct kube *kube, const struct kube_object *pod)
{
	terminate(kube, pod->self, 0, NULL);
}
