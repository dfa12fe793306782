// SPDX-License-Identifier: Apache-2.0
// What changed is drawn once, however often it changed.
#include "config.h"
#include "sim/life_draw.h"

#include <string.h>

#include "sim/life_draw_private.h"

#include "base/banned.h"

static void draw_gone(struct kubernetes *kubernetes)
{
	struct kube *kube = kubernetes->kube;
	for (size_t i = 0; i < kubernetes->gone_count; i++) {
		const struct kube_gone *gone = &kubernetes->gone[i];
		const struct kube_object *object = kube_by_uid(kube, gone->uid);
		if (!object)
			continue;
		int64_t now = draw_at(kubernetes, gone->at);
		if (!strcmp(gone->resource, "pods"))
			kube_finish_pod(kube, object);
		else
			kube_remove(kube, object);
		kubernetes->world->now = now;
	}
	kubernetes->gone_count = 0;
}

static void draw_event(struct kubernetes *kubernetes, struct kube_event *event)
{
	struct kube *kube = kubernetes->kube;
	event->dirty = false;
	draw_namespace(kubernetes, event->namespace);
	cJSON *object = cJSON_CreateObject(), *metadata = tree_object(object, "metadata");
	cJSON *about = tree_object(object, "involvedObject"), *source = tree_object(object, "source");
	tree_set_text(metadata, "name", event->name);
	tree_set_text(metadata, "namespace", event->namespace);
	tree_set_time(metadata, "creationTimestamp", event->first);
	tree_set_text(about, "kind", event->kind);
	tree_set_text(about, "apiVersion", "v1");
	tree_set_text(about, "namespace", event->namespace);
	tree_set_text(about, "name", event->object);
	tree_set_text(about, "uid", event->object_uid);
	tree_set_text(object, "reason", event->reason);
	tree_set_text(object, "message", event->message);
	tree_set_text(source, "component", event->component);
	if (*event->host)
		tree_set_text(source, "host", event->host);
	tree_set_time(object, "firstTimestamp", event->first);
	tree_set_time(object, "lastTimestamp", event->last);
	tree_set_int(object, "count", event->count);
	tree_set_text(object, "type", event->warning ? "Warning" : "Normal");
	tree_set(object, "eventTime", cJSON_CreateNull());
	tree_set_text(object, "reportingComponent", event->component);
	tree_set_text(object, "reportingInstance", event->host);
	int64_t now = draw_at(kubernetes, event->last);
	kube_put(kube, kube_resource(kube, "events"), object, event->component);
	kubernetes->world->now = now;
}

static void tell_followers(struct kube_node *node)
{
	struct caa *caa = &node->caa;
	uint64_t lines = caa->current ? caa->current->dropped + caa->current->count : 0;
	if (lines == caa->told || !caa->drawn)
		return;
	caa->told = lines;
	const struct kube_object *pod = kube_by_uid(node->kubernetes->kube, caa->pod_uid);
	if (pod)
		kube_log_grew(node->kubernetes->kube, pod);
}

static void draw_kubernetes(struct kubernetes *kubernetes)
{
	struct kube_node *node;
	struct pod *pod;
	struct workload *workload;
	struct peerpod *peerpod;
	kubernetes->drawing = true;
	draw_installation(kubernetes);
	if (kubernetes->gone_count)
		draw_gone(kubernetes);
	EACH_OF(node, &kubernetes->nodes)
	{
		if (node->dirty)
			draw_node(node);
		if (node->caa.dirty)
			draw_adaptor(node);
		tell_followers(node);
	}
	EACH_OF(workload, &kubernetes->workloads)
	if (workload->dirty)
		draw_workload(workload);
	EACH_OF(pod, &kubernetes->pods)
	if (pod->dirty)
		draw_pod(pod);
	EACH_OF(workload, &kubernetes->workloads)
	if (workload->counts_dirty)
		draw_counts(workload);
	EACH_OF(peerpod, &kubernetes->peerpods)
	if (peerpod->dirty)
		draw_peerpod(peerpod);
	for (size_t i = 0; kubernetes->events_dirty && i < kubernetes->event_count; i++)
		if (kubernetes->events[i].dirty && kubernetes->events[i].last > kubernetes->world->now - 3600000)
			draw_event(kubernetes, &kubernetes->events[i]);
	kubernetes->events_dirty = false;
	kubernetes->drawing = false;
}

void life_draw(struct world *world)
{
	for (size_t i = 0; i < kubernetes_count(world); i++)
		if (kubernetes_at(world, i)->kube)
			draw_kubernetes(kubernetes_at(world, i));
}

static void attach(struct kube *kube, void *user)
{
	struct world *world = user;
	struct cluster *cluster = kube_cluster(kube);
	struct kubernetes *kubernetes = kubernetes_of(world, cluster->base.id);
	if (!kubernetes) {
		kubernetes = kubernetes_create(world, cluster);
		kubernetes->given = true;
	}
	kubernetes->kube = kube;
	kube_set_skew(kube, kubernetes->clock_offset);
	life_hooks_add(kube);
}

void life_attach(struct world *world)
{
	world->settled = life_draw;
	kube_attach(world, attach, NULL, world);
}
