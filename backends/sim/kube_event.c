// SPDX-License-Identifier: Apache-2.0
// Events about objects, as kubelet and the controllers record them.
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/kube_populate.h"
#include "sim/kube_private.h"

#include "base/banned.h"

enum { MESSAGE_SIZE = 1024, KEPT_MS = 60 * 60 * 1000, SWEEP_MS = 10 * 60 * 1000, NAME_PART = 60 };

static uint64_t hash_text(uint64_t hash, const char *text)
{
	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 1099511628211u;
	return hash * 31;
}

// Events are kept for an hour. kubernetes docs: kube-apiserver --event-ttl
static void sweep(struct kube *kube, const struct kube_object *none, int64_t argument)
{
	(void)none, (void)argument;
	const struct kube_resource *events = kube_resource(kube, "events");
	for (size_t i = kube_count(kube, events); i-- > 0;) {
		const struct kube_object *event = kube_at(kube, events, i);
		if (tree_time(kube_tree(kube, event), "lastTimestamp") < kube_now(kube) - KEPT_MS)
			kube_remove(kube, event);
	}
	kube_later(kube, SWEEP_MS, NULL, sweep, 0);
}

void kube_events_begin(struct kube *kube)
{
	kube_later(kube, SWEEP_MS, NULL, sweep, 0);
}

static bool count_up(struct kube *kube, const struct kube_resource *events, const struct kube_recent *recent)
{
	const struct kube_object *event = kube_find(kube, events, recent->namespace, recent->name);
	if (!event)
		return false;
	cJSON *copy = tree_copy(kube_tree(kube, event));
	tree_set_int(copy, "count", tree_int(copy, "count", 1) + 1);
	tree_set_time(copy, "lastTimestamp", kube_now(kube));
	kube_put(kube, events, copy, tree_text(copy, "source.component"));
	return true;
}

static cJSON *make(struct kube *kube, const struct kube_object *about, const char *type, const char *reason,
        const char *component, const char *host, const char *message)
{
	char version[API_VERSION_SIZE], name[NAME_PART + 320], number[24], where[64];
	bool is_node = !strcmp(about->resource->plural, "nodes");
	const char *namespace = *about->namespace ? about->namespace : "default";
	snprintf(name, sizeof(name), "%.253s.%016llx", about->name, (unsigned long long)random_next(&kube->random));
	snprintf(number, sizeof(number), "%llu", (unsigned long long)about->state->version);
	snprintf(where, sizeof(where), "%.63s", namespace);
	cJSON *event = cJSON_CreateObject(), *metadata = tree_object(event, "metadata");
	tree_set_text(metadata, "name", name);
	tree_set_text(metadata, "namespace", namespace);
	cJSON *object = tree_object(event, "involvedObject");
	tree_set_text(object, "kind", about->resource->kind);
	if (*about->namespace)
		tree_set_text(object, "namespace", about->namespace);
	tree_set_text(object, "name", about->name);
	// kubelet records events of nodes with the node's name as uid.
	tree_set_text(object, "uid", is_node && !strcmp(component, "kubelet") ? about->name : about->uid);
	tree_set_text(object, "apiVersion", kube_api_version(about->resource, version));
	tree_set_text(object, "resourceVersion", number);
	tree_set_text(event, "reason", reason);
	tree_set_text(event, "message", message);
	cJSON *source = tree_object(event, "source");
	tree_set_text(source, "component", component);
	if (host && *host)
		tree_set_text(source, "host", host);
	tree_set_time(event, "firstTimestamp", kube_now(kube));
	tree_set_time(event, "lastTimestamp", kube_now(kube));
	tree_set_int(event, "count", 1);
	tree_set_text(event, "type", type);
	tree_set(event, "eventTime", cJSON_CreateNull());
	tree_set_text(event, "reportingComponent", component);
	tree_set_text(event, "reportingInstance", host ? host : "");
	return event;
}

void kube_event(struct kube *kube, const struct kube_object *about, const char *type, const char *reason,
        const char *component, const char *host, const char *format, ...)
{
	char message[MESSAGE_SIZE];
	va_list arguments;
	const struct kube_resource *events = kube_resource(kube, "events");
	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	uint64_t key = hash_text(hash_text(hash_text(1469598103934665603u, about->uid), reason), message);
	struct kube_recent *recent = &kube->recent[key % RECENT_EVENTS];
	if (recent->key == key && count_up(kube, events, recent))
		return;
	cJSON *event = make(kube, about, type, reason, component, host, message);
	recent->key = key;
	snprintf(recent->namespace, sizeof(recent->namespace), "%s", tree_text(event, "metadata.namespace"));
	snprintf(recent->name, sizeof(recent->name), "%s", tree_text(event, "metadata.name"));
	kube_put(kube, events, event, component);
}
