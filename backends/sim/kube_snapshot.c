// SPDX-License-Identifier: Apache-2.0
// Earlier versions: the present objects, less what has changed since.
#include "config.h"
#include "sim/kube_snapshot.h"

#include <string.h>

#include "base/banned.h"

static size_t past_seek(const struct kube_snapshot *snapshot, const char *namespace, const char *name, bool *found)
{
	size_t low = 0, high = snapshot->past_count;
	*found = false;
	while (low < high) {
		size_t middle = (low + high) / 2;
		const struct kube_past *past = &snapshot->past[middle];
		int order = kube_compare_keys(past->namespace, past->name, namespace, name);
		*found = *found || !order;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void collect_past(
        struct kube_snapshot *snapshot, const struct kube_history *history, uint64_t version, struct arena *arena)
{
	snapshot->past = arena_alloc(arena, history->count * sizeof(*snapshot->past));
	for (size_t i = 0; snapshot->past && i < history->count; i++) {
		const struct kube_entry *entry = &history->entries[(history->first + i) % history->room];
		if (entry->version <= version)
			continue;
		bool found;
		const char *namespace = kube_state_namespace(entry->now), *name = kube_state_name(entry->now);
		size_t at = past_seek(snapshot, namespace, name, &found);
		if (found)
			continue;
		memmove(&snapshot->past[at + 1], &snapshot->past[at],
		        (snapshot->past_count - at) * sizeof(*snapshot->past));
		snapshot->past[at] = (struct kube_past){.state = entry->before, .namespace = namespace, .name = name};
		snapshot->past_count++;
	}
}

void snapshot_begin(struct kube_snapshot *snapshot, struct kube *kube, const struct kube_resource *resource,
        uint64_t version, struct arena *arena, const char *namespace, const char *name)
{
	bool found;
	*snapshot = (struct kube_snapshot){.collection = kube_collection(kube, resource)};
	if (version && version < kube->version)
		collect_past(snapshot, &snapshot->collection->history, version, arena);
	snapshot->at = kube_seek(snapshot->collection, namespace, name, &found);
	snapshot->at += found;
	snapshot->past_at = past_seek(snapshot, namespace, name, &found);
	snapshot->past_at += found;
}

const struct kube_state *snapshot_next(struct kube_snapshot *snapshot)
{
	for (;;) {
		const struct kube_object *object =
		        snapshot->at < snapshot->collection->count ? snapshot->collection->objects[snapshot->at] : NULL;
		const struct kube_past *past =
		        snapshot->past_at < snapshot->past_count ? &snapshot->past[snapshot->past_at] : NULL;
		if (!object && !past)
			return NULL;
		int order = !past     ? -1
		            : !object ? 1
		                      : kube_compare_keys(object->namespace, object->name, past->namespace, past->name);
		snapshot->at += order <= 0;
		if (order < 0)
			return object->state;
		snapshot->past_at++;
		if (past->state)
			return past->state;
	}
}
