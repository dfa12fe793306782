// SPDX-License-Identifier: Apache-2.0
// Who depends on whom: ownerReferences, and what a namespace holds. kubernetes docs: Garbage Collection.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/kube_private.h"
#include "sim/memory.h"

#include "base/banned.h"

enum { COLLECT_MS = 400, EMPTY_MS = 500, BATCH = 200 };

static size_t bucket_of(const char *uid)
{
	uint32_t hash = 2166136261u;
	for (; *uid; uid++)
		hash = (hash ^ (unsigned char)*uid) * 16777619u;
	return hash % OWNER_BUCKETS;
}

static struct kube_owner *find(const struct kube *kube, const char *uid)
{
	for (struct kube_owner *owner = kube->owners[bucket_of(uid)]; owner; owner = owner->next)
		if (!strcmp(owner->uid, uid))
			return owner;
	return NULL;
}

static struct kube_owner *find_or_make(struct kube *kube, const char *uid)
{
	struct kube_owner *owner = find(kube, uid);
	if (owner)
		return owner;
	struct kube_owner **head = &kube->owners[bucket_of(uid)];
	owner = memory_zeroed(1, sizeof(*owner));
	snprintf(owner->uid, sizeof(owner->uid), "%s", uid);
	owner->next = *head;
	*head = owner;
	return owner;
}

static void drop_if_idle(struct kube *kube, struct kube_owner *owner)
{
	if (owner->object || owner->count)
		return;
	struct kube_owner **at = &kube->owners[bucket_of(owner->uid)];
	while (*at != owner)
		at = &(*at)->next;
	*at = owner->next;
	free(owner->dependants);
	free(owner);
}

const struct kube_owner *kube_owner(const struct kube *kube, const char *uid)
{
	return find(kube, uid);
}

const struct kube_object *kube_by_uid(const struct kube *kube, const char *uid)
{
	const struct kube_owner *owner = find(kube, uid);
	return owner ? owner->object : NULL;
}

void kube_owners_enter(struct kube *kube, struct kube_object *object)
{
	find_or_make(kube, object->uid)->object = object;
}

static void detach(struct kube *kube, struct kube_object *object)
{
	for (size_t i = 0; i < object->owner_count; i++) {
		struct kube_owner *owner = find(kube, object->owners[i]);
		for (size_t k = 0; owner && k < owner->count; k++)
			if (owner->dependants[k] == object) {
				owner->dependants[k] = owner->dependants[--owner->count];
				break;
			}
		if (!owner)
			continue;
		if (owner->object && owner->object->deletion && !owner->count)
			kube_settle_owner(kube, owner->object);
		else
			drop_if_idle(kube, owner);
	}
	free(object->owners);
	object->owners = NULL;
	object->owner_count = 0;
}

void kube_owners_leave(struct kube *kube, struct kube_object *object)
{
	struct kube_owner *mine = find(kube, object->uid);
	detach(kube, object);
	if (mine) {
		mine->object = NULL;
		drop_if_idle(kube, mine);
	}
}

static bool has_living_owner(const struct kube *kube, const struct kube_object *object)
{
	for (size_t i = 0; i < object->owner_count; i++) {
		const struct kube_owner *owner = find(kube, object->owners[i]);
		if (owner && owner->object)
			return true;
	}
	return false;
}

static void collect_one(struct kube *kube, const struct kube_object *object, int64_t argument)
{
	(void)argument;
	if (object->owner_count && !has_living_owner(kube, object))
		kube_delete(kube, object, -1, KUBE_BACKGROUND);
}

static bool owners_are(const struct kube_object *object, const cJSON *references)
{
	size_t at = 0;
	const cJSON *reference;
	cJSON_ArrayForEach(reference, references)
	{
		if (at >= object->owner_count || strcmp(object->owners[at++], tree_text(reference, "uid")) != 0)
			return false;
	}
	return at == object->owner_count;
}

void kube_owners_update(struct kube *kube, struct kube_object *object, const cJSON *tree)
{
	const cJSON *references = tree_path(tree, "metadata.ownerReferences"), *reference;
	size_t count = (size_t)cJSON_GetArraySize(references);
	if (owners_are(object, references))
		return;
	detach(kube, object);
	object->owners = memory_zeroed(count, sizeof(*object->owners));
	cJSON_ArrayForEach(reference, references)
	{
		struct kube_owner *owner = find_or_make(kube, tree_text(reference, "uid"));
		snprintf(object->owners[object->owner_count++], 37, "%s", owner->uid);
		owner->dependants =
		        memory_grow(owner->dependants, &owner->room, owner->count, sizeof(struct kube_object *));
		owner->dependants[owner->count++] = object;
	}
	if (count && !has_living_owner(kube, object))
		kube_later(kube, COLLECT_MS, object, collect_one, 0);
}

void kube_owners_finish(struct kube *kube)
{
	for (size_t i = 0; i < OWNER_BUCKETS; i++)
		while (kube->owners[i]) {
			struct kube_owner *next = kube->owners[i]->next;
			free(kube->owners[i]->dependants);
			free(kube->owners[i]);
			kube->owners[i] = next;
		}
}

void kube_collect(struct kube *kube, const char *uid)
{
	const struct kube_owner *owner = find(kube, uid);
	for (size_t i = 0; owner && i < owner->count; i++)
		kube_later(kube, COLLECT_MS, owner->dependants[i], collect_one, 0);
}

static void remove_reference(struct kube *kube, const struct kube_object *object, const char *uid)
{
	cJSON *copy = tree_copy(kube_tree(kube, object));
	cJSON *references = tree_path(copy, "metadata.ownerReferences");
	cJSON *reference = tree_find(references, "uid", uid);
	if (reference)
		cJSON_Delete(cJSON_DetachItemViaPointer(references, reference));
	if (references && !references->child)
		tree_set(tree_object(copy, "metadata"), "ownerReferences", NULL);
	kube_put(kube, object->resource, copy, "kube-controller-manager");
}

void kube_release(struct kube *kube, const struct kube_object *object)
{
	char uid[37];
	memcpy(uid, object->uid, sizeof(uid));
	for (const struct kube_owner *owner = find(kube, uid); owner && owner->count; owner = find(kube, uid)) {
		size_t before = owner->count;
		remove_reference(kube, owner->dependants[0], uid);
		owner = find(kube, uid);
		if (owner && owner->count >= before)
			return;
	}
}

static void drop_finalizer(struct kube *kube, const struct kube_object *object, const char *name)
{
	cJSON *copy = tree_copy(kube_tree(kube, object));
	cJSON *list = tree_path(copy, "metadata.finalizers"), *item;
	cJSON_ArrayForEach(item, list)
	{
		if (cJSON_IsString(item) && !strcmp(item->valuestring, name)) {
			cJSON_Delete(cJSON_DetachItemViaPointer(list, item));
			break;
		}
	}
	kube_put(kube, object->resource, copy, "kube-controller-manager");
}

static void settle(struct kube *kube, const struct kube_object *object, int64_t argument)
{
	(void)argument;
	const struct kube_owner *owner = find(kube, object->uid);
	const cJSON *finalizers = tree_path(kube_tree(kube, object), "metadata.finalizers");
	if (!tree_has_text(finalizers, "foregroundDeletion"))
		return;
	for (size_t i = 0; i < owner->count; i++)
		if (!owner->dependants[i]->deletion) {
			kube_delete(kube, owner->dependants[i], -1, KUBE_BACKGROUND);
			kube_settle_owner(kube, object);
			return;
		}
	if (!owner->count)
		drop_finalizer(kube, object, "foregroundDeletion");
}

void kube_settle_owner(struct kube *kube, const struct kube_object *object)
{
	kube_later(kube, 1, object, settle, 0);
}

// Deletes some of what a namespace holds; true when nothing is left of it.
static bool empty_some(struct kube *kube, const char *namespace)
{
	size_t left = 0, asked = 0;
	for (size_t i = 0; i < kube->resource_count; i++) {
		const struct kube_resource *resource = kube->resources[i];
		if (!resource->namespaced)
			continue;
		for (size_t at = kube_from(kube, resource, namespace); asked < BATCH; at++) {
			const struct kube_object *object = kube_at(kube, resource, at);
			if (!object || strcmp(object->namespace, namespace) != 0)
				break;
			left++;
			if (object->deletion)
				continue;
			asked++;
			if (kube_delete(kube, object, -1, KUBE_BACKGROUND))
				at--, left--;
		}
	}
	return !left && asked < BATCH;
}

static void empty(struct kube *kube, const struct kube_object *namespace, int64_t argument)
{
	(void)argument;
	if (!empty_some(kube, namespace->name)) {
		kube_later(kube, EMPTY_MS, namespace, empty, 0);
		return;
	}
	cJSON *copy = tree_copy(kube_tree(kube, namespace));
	tree_set(copy, "spec", cJSON_CreateObject());
	kube_put(kube, namespace->resource, copy, "kube-controller-manager");
}

void kube_empty_namespace(struct kube *kube, const struct kube_object *namespace)
{
	kube_later(kube, EMPTY_MS, namespace, empty, 0);
}
