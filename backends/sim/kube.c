// SPDX-License-Identifier: Apache-2.0
// A cluster's API as a whole: its beginning and end, who listens, what happens later.
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/kube_populate.h"
#include "sim/kube_private.h"
#include "sim/memory.h"

#include "base/banned.h"

enum { FIRST_VERSION = 10000 };

static uint64_t hash_text(uint64_t hash, const char *text)
{
	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 1099511628211u;
	return hash;
}

struct kube *kube_create(struct world *world, struct cluster *cluster)
{
	struct kube *kube = memory_zeroed(1, sizeof(*kube));
	kube->world = world;
	kube->cluster = cluster;
	kube->texts = kube_texts_create();
	kube->pending_free = SIZE_MAX;
	random_seed(&kube->random, hash_text(world->seed + 1, cluster->base.id));
	kube->version = FIRST_VERSION + random_below(&kube->random, 1000000);
	for (size_t i = 0; i < kube_resource_count; i++) {
		struct kube_resource *row = memory_zeroed(1, sizeof(*row));
		*row = kube_resources[i];
		row->index = i;
		kube->resources[kube->resource_count++] = row;
	}
	struct kube **last = &world->kubes;
	while (*last)
		last = &(*last)->next;
	*last = kube;
	cluster->kube = kube;
	kube_populate(kube);
	kube->populated = true;
	for (size_t i = 0; i < kube->resource_count; i++)
		kube->collections[i].history.lost = kube->version;
	for (const struct kube_attachment *at = world->attachments; at; at = at->next)
		at->attach(kube, at->user);
	return kube;
}

void kube_cluster_runs(struct world *world, struct cluster *cluster)
{
	if (!cluster->kube)
		kube_create(world, cluster);
}

static void collection_finish(struct kube *kube, struct kube_collection *collection)
{
	for (size_t i = 0; i < collection->count; i++) {
		struct kube_object *object = collection->objects[i];
		cJSON_Delete(object->tree);
		kube_state_drop(object->state);
		free(object->owners);
		free(object->namespace);
		free(object->name);
		free(object);
	}
	for (size_t i = 0; i < collection->history.count; i++) {
		struct kube_entry *entry =
		        &collection->history.entries[(collection->history.first + i) % collection->history.room];
		kube_state_drop(entry->now);
		kube_state_drop(entry->before);
	}
	free(collection->history.entries);
	free(collection->objects);
	(void)kube;
}

void kube_destroy(struct kube *kube)
{
	if (!kube)
		return;
	for (const struct kube_attachment *at = kube->world->attachments; at; at = at->next)
		if (at->detach)
			at->detach(kube, at->user);
	if (kube->server_destroy)
		kube->server_destroy(kube->server);
	if (kube->users_destroy)
		kube->users_destroy(kube->users);
	for (size_t i = 0; i < kube->resource_count; i++)
		collection_finish(kube, &kube->collections[i]);
	kube_state_drop(kube->gone);
	kube_owners_finish(kube);
	kube_defined_finish(kube);
	for (size_t i = 0; i < kube_resource_count; i++)
		free(kube->resources[i]);
	kube_texts_destroy(kube->texts);
	free(kube->pending);
	free(kube);
}

void kube_unlink(struct cluster *cluster)
{
	if (!cluster->kube)
		return;
	cluster->kube->cluster = NULL;
	cluster->kube = NULL;
}

void kube_reap(struct world *world)
{
	for (struct kube **at = &world->kubes; *at;) {
		struct kube *kube = *at;
		if (kube->cluster) {
			at = &kube->next;
			continue;
		}
		*at = kube->next;
		kube_destroy(kube);
	}
}

void kube_world_finish(struct world *world)
{
	for (struct kube *kube = world->kubes; kube; kube = kube->next)
		if (kube->cluster)
			kube_unlink(kube->cluster);
	kube_reap(world);
	while (world->attachments) {
		struct kube_attachment *next = world->attachments->next;
		free(world->attachments);
		world->attachments = next;
	}
}

struct kube *kube_first(const struct world *world)
{
	struct kube *kube = world->kubes;
	return kube && !kube->cluster ? kube_next(kube) : kube;
}

struct kube *kube_next(const struct kube *kube)
{
	struct kube *next = kube->next;
	while (next && !next->cluster)
		next = next->next;
	return next;
}

void kube_add_hooks(struct kube *kube, const struct kube_hooks *hooks)
{
	if (kube->hook_count < MAX_HOOKS)
		kube->hooks[kube->hook_count++] = *hooks;
}

void kube_attach(struct world *world, void (*attach)(struct kube *kube, void *user),
        void (*detach)(struct kube *kube, void *user), void *user)
{
	struct kube_attachment *attachment = memory_zeroed(1, sizeof(*attachment));
	struct kube_attachment **last = &world->attachments;
	*attachment = (struct kube_attachment){.attach = attach, .detach = detach, .user = user};
	while (*last)
		last = &(*last)->next;
	*last = attachment;
	for (struct kube *kube = kube_first(world); kube; kube = kube_next(kube))
		attach(kube, user);
}

static void fire(struct world *world, struct resource *resource, int64_t slot)
{
	(void)world;
	struct kube *kube = ((struct cluster *)(void *)resource)->kube;
	if (!kube || (size_t)slot >= kube->pending_count)
		return;
	struct kube_pending pending = kube->pending[slot];
	if (!pending.used)
		return;
	kube->pending[slot] = (struct kube_pending){.argument = (int64_t)kube->pending_free};
	kube->pending_free = (size_t)slot;
	const struct kube_object *object = *pending.uid ? kube_by_uid(kube, pending.uid) : NULL;
	if (object || !*pending.uid)
		pending.action(kube, object, pending.argument);
}

void kube_later(
        struct kube *kube, int64_t after_ms, const struct kube_object *object, kube_action *action, int64_t argument)
{
	size_t slot = kube->pending_free;
	if (!kube->cluster)
		return;
	if (slot == SIZE_MAX) {
		slot = kube->pending_count;
		kube->pending =
		        memory_grow(kube->pending, &kube->pending_room, kube->pending_count, sizeof(*kube->pending));
		kube->pending_count++;
	} else {
		kube->pending_free = (size_t)kube->pending[slot].argument;
	}
	kube->pending[slot] = (struct kube_pending){.action = action, .argument = argument, .used = true};
	if (object)
		memcpy(kube->pending[slot].uid, kube_uid(object), 37);
	world_later(kube->world, after_ms, &kube->cluster->base, fire, (int64_t)slot);
}

void kube_ensure_namespace(struct kube *kube, const char *name)
{
	const struct kube_resource *namespaces = kube_resource(kube, "namespaces");
	if (kube_find(kube, namespaces, NULL, name))
		return;
	kube_put(kube, namespaces,
	        tree_printf("{\"metadata\":{\"name\":\"%s\",\"labels\":{\"kubernetes.io/metadata.name\":\"%s\"}},"
	                    "\"spec\":{\"finalizers\":[\"kubernetes\"]},\"status\":{\"phase\":\"Active\"}}",
	                name, name),
	        "kube-apiserver");
}
