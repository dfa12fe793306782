// SPDX-License-Identifier: Apache-2.0
// The things of the Kubernetes side: finding them, making clusters, events, and their end.
#include "config.h"
#include "sim/podlife.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/memory.h"
#include "sim/node_life.h"
#include "sim/podlife_private.h"

#include "base/banned.h"

enum { MINUTE_MS = 60 * 1000, EVENTS_MOST = 2000, HANDLE_BITS = 32 };

struct slot {
	void *thing;
	uint32_t generation, next_free; // next_free: index + 1
};

struct podlife {
	struct slot *slots;
	size_t count, room;
	uint32_t first_free;
	struct list clusters;
};

static void kubernetes_destroy(struct kubernetes *kubernetes);

static void podlife_destroy(void *user)
{
	struct podlife *life = user;
	for (size_t i = 0; i < life->clusters.count; i++)
		kubernetes_destroy(life->clusters.items[i]);
	free(life->clusters.items);
	free(life->slots);
	free(life);
}

static struct podlife *podlife_of(struct world *world)
{
	if (!world->life) {
		world->life = memory_zeroed(1, sizeof(struct podlife));
		world->life_destroy = podlife_destroy;
	}
	return world->life;
}

life_handle life_enter(struct world *world, void *thing)
{
	struct podlife *life = podlife_of(world);
	uint32_t index;
	if (life->first_free) {
		index = life->first_free - 1;
		life->first_free = life->slots[index].next_free;
	} else {
		life->slots = memory_grow(life->slots, &life->room, life->count, sizeof(*life->slots));
		index = (uint32_t)life->count++;
		life->slots[index] = (struct slot){.generation = 1};
	}
	life->slots[index].thing = thing;
	return (int64_t)((uint64_t)life->slots[index].generation << HANDLE_BITS | index);
}

void life_leave(struct world *world, life_handle handle)
{
	struct podlife *life = world->life;
	uint32_t index = (uint32_t)((uint64_t)handle & UINT32_MAX);
	life->slots[index].thing = NULL;
	life->slots[index].generation++;
	life->slots[index].next_free = life->first_free;
	life->first_free = index + 1;
}

void *life_find(const struct world *world, life_handle handle)
{
	const struct podlife *life = world->life;
	uint32_t index = (uint32_t)((uint64_t)handle & UINT32_MAX);
	if (!life || index >= life->count || life->slots[index].generation != (uint32_t)(handle >> HANDLE_BITS))
		return NULL;
	return life->slots[index].thing;
}

void life_later(struct kubernetes *kubernetes, int64_t after_ms, timer_action *action, life_handle handle)
{
	world_later(
	        kubernetes->world, after_ms, kubernetes->cluster ? &kubernetes->cluster->base : NULL, action, handle);
}

int64_t life_spread(const struct kubernetes *kubernetes, int64_t least, int64_t most)
{
	return random_between(life_random(kubernetes), least, most);
}

void list_add(struct list *list, void *item)
{
	list->items = memory_grow(list->items, &list->room, list->count, sizeof(*list->items));
	list->items[list->count++] = item;
}

void list_remove(struct list *list, const void *item)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i] == item) {
			memmove(list->items + i, list->items + i + 1, (list->count - i - 1) * sizeof(*list->items));
			list->count--;
			return;
		}
}

struct kubernetes *kubernetes_at(const struct world *world, size_t index)
{
	const struct podlife *life = world->life;
	return life && index < life->clusters.count ? life->clusters.items[index] : NULL;
}

size_t kubernetes_count(const struct world *world)
{
	const struct podlife *life = world->life;
	return life ? life->clusters.count : 0;
}

struct kubernetes *kubernetes_of(const struct world *world, const char *cluster_id)
{
	for (size_t i = 0; i < kubernetes_count(world); i++) {
		struct kubernetes *kubernetes = kubernetes_at(world, i);
		if (!strcmp(kubernetes->cluster->base.id, cluster_id))
			return kubernetes;
	}
	return NULL;
}

struct kubernetes *kubernetes_create(struct world *world, struct cluster *cluster)
{
	struct kubernetes *kubernetes = memory_zeroed(1, sizeof(*kubernetes));
	kubernetes->world = world;
	kubernetes->cluster = cluster;
	kubernetes->start_ms = 35 * 1000;
	kubernetes->slow_ms = 8 * MINUTE_MS;
	kubernetes->log_limit = 10 << 20;
	list_add(&podlife_of(world)->clusters, kubernetes);
	const struct table *table = &cluster->base.region->tables[KIND_INSTANCE];
	for (size_t i = 0; i < table->count; i++) {
		struct instance *instance = (void *)table->items[i];
		if (instance->cluster == cluster && !strcmp(instance->node_status, "Ready"))
			node_joins(kubernetes, instance);
	}
	return kubernetes;
}

struct pod *pod_find(const struct kubernetes *kubernetes, const char *namespace, const char *name)
{
	struct pod *pod;
	EACH_OF(pod, &kubernetes->pods)
	if (pod->in_api && !strcmp(pod->name, name) && !strcmp(pod->namespace, namespace))
		return pod;
	return NULL;
}

struct pod *pod_by_uid(const struct kubernetes *kubernetes, const char *uid)
{
	struct pod *pod;
	EACH_OF(pod, &kubernetes->pods)
	if (!strcmp(pod->uid, uid))
		return pod;
	return NULL;
}

struct kube_node *node_by_name(const struct kubernetes *kubernetes, const char *name)
{
	struct kube_node *node;
	EACH_OF(node, &kubernetes->nodes)
	if (node->in_api && !strcmp(node->name, name))
		return node;
	return NULL;
}

void object_gone(
        struct kubernetes *kubernetes, const char *resource, const char *namespace, const char *name, const char *uid)
{
	kubernetes->gone = memory_grow(
	        kubernetes->gone, &kubernetes->gone_room, kubernetes->gone_count, sizeof(*kubernetes->gone));
	struct kube_gone *gone = &kubernetes->gone[kubernetes->gone_count++];
	*gone = (struct kube_gone){
	        .resource = resource, .namespace = namespace, .name = name, .at = kubernetes->world->now};
	snprintf(gone->uid, sizeof(gone->uid), "%s", uid);
}

void pod_free(struct pod *pod)
{
	struct kubernetes *kubernetes = pod->kubernetes;
	list_remove(&kubernetes->pods, pod);
	life_leave(kubernetes->world, pod->handle);
	free(pod);
}

void sandbox_free(struct sandbox *sandbox)
{
	struct kubernetes *kubernetes = sandbox->kubernetes;
	list_remove(&kubernetes->sandboxes, sandbox);
	life_leave(kubernetes->world, sandbox->handle);
	free(sandbox);
}

void node_free(struct kube_node *node)
{
	struct kubernetes *kubernetes = node->kubernetes;
	caa_lines_destroy(node->caa.current);
	caa_lines_destroy(node->caa.previous);
	free(node->caa.memory);
	list_remove(&kubernetes->nodes, node);
	life_leave(kubernetes->world, node->handle);
	free(node);
}

void peerpod_free(struct peerpod *peerpod)
{
	struct kubernetes *kubernetes = peerpod->kubernetes;
	list_remove(&kubernetes->peerpods, peerpod);
	life_leave(kubernetes->world, peerpod->handle);
	free(peerpod);
}

void workload_free(struct workload *workload)
{
	struct kubernetes *kubernetes = workload->kubernetes;
	list_remove(&kubernetes->workloads, workload);
	life_leave(kubernetes->world, workload->handle);
	free(workload);
}

static void kubernetes_destroy(struct kubernetes *kubernetes)
{
	while (kubernetes->sandboxes.count)
		sandbox_free(kubernetes->sandboxes.items[kubernetes->sandboxes.count - 1]);
	while (kubernetes->pods.count)
		pod_free(kubernetes->pods.items[kubernetes->pods.count - 1]);
	while (kubernetes->peerpods.count)
		peerpod_free(kubernetes->peerpods.items[kubernetes->peerpods.count - 1]);
	while (kubernetes->workloads.count)
		workload_free(kubernetes->workloads.items[kubernetes->workloads.count - 1]);
	while (kubernetes->nodes.count)
		node_free(kubernetes->nodes.items[kubernetes->nodes.count - 1]);
	free(kubernetes->sandboxes.items);
	free(kubernetes->pods.items);
	free(kubernetes->peerpods.items);
	free(kubernetes->workloads.items);
	free(kubernetes->nodes.items);
	free(kubernetes->events);
	free(kubernetes->gone);
	free(kubernetes);
}

void kubernetes_gone(struct world *world, const char *cluster_id)
{
	struct kubernetes *kubernetes = kubernetes_of(world, cluster_id);
	if (!kubernetes)
		return;
	struct kube_node *node;
	EACH_OF(node, &kubernetes->nodes)
	node_dies(node);
	list_remove(&podlife_of(world)->clusters, kubernetes);
	kubernetes_destroy(kubernetes);
}

static struct kube_event *event_like(
        struct kubernetes *kubernetes, const char *uid, const char *reason, const char *message)
{
	for (size_t i = kubernetes->event_count; i-- > 0;) {
		struct kube_event *event = &kubernetes->events[i];
		if (!strcmp(event->object_uid, uid) && !strcmp(event->reason, reason) && event->message == message)
			return event;
	}
	return NULL;
}

// Events live for an hour.
static void events_expire(struct kubernetes *kubernetes)
{
	size_t old = 0;
	while (old < kubernetes->event_count &&
	        (kubernetes->events[old].last < kubernetes->world->now - 60 * MINUTE_MS ||
	                kubernetes->event_count - old >= EVENTS_MOST))
		old++;
	if (old)
		memmove(kubernetes->events, kubernetes->events + old,
		        (kubernetes->event_count - old) * sizeof(*kubernetes->events));
	kubernetes->event_count -= old;
}

void kube_event_add(
        struct kubernetes *kubernetes, const struct pod *pod, bool warning, const char *reason, const char *format, ...)
{
	char text[1024];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	const struct kube_node *node = pod->node;
	bool scheduler = !strcmp(reason, "Scheduled") || !strcmp(reason, "FailedScheduling");
	if (!pod->in_api || (!scheduler && node && node->state != NODE_UP))
		return;
	int64_t now = kubernetes->world->now + (scheduler || !node ? kubernetes->clock_offset : node->clock_offset);
	const char *message = world_text(kubernetes->world, text);
	struct kube_event *event = event_like(kubernetes, pod->uid, reason, message);
	if (!event) {
		events_expire(kubernetes);
		kubernetes->events = memory_grow(kubernetes->events, &kubernetes->event_room, kubernetes->event_count,
		        sizeof(*kubernetes->events));
		event = &kubernetes->events[kubernetes->event_count++];
		*event = (struct kube_event){.namespace = pod->namespace,
		        .kind = "Pod",
		        .object = pod->name,
		        .object_uid = world_text(kubernetes->world, pod->uid),
		        .name = world_printf(kubernetes->world, "%s.%016llx", pod->name,
		                (unsigned long long)(0x18a0000000000000u + ++kubernetes->event_serial)),
		        .reason = reason,
		        .component = scheduler ? "default-scheduler" : "kubelet",
		        .host = scheduler || !node ? "" : node->name,
		        .message = message,
		        .warning = warning,
		        .first = now};
	}
	event->last = now;
	event->count++;
	event->dirty = kubernetes->events_dirty = true;
}
