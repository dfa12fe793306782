// SPDX-License-Identifier: Apache-2.0
// The last changes of each kind, which watches and snapshots are made of.
#include "config.h"

#include <stdlib.h>

#include "sim/kube_private.h"
#include "sim/memory.h"

#include "base/banned.h"

static void entry_drop(struct kube_collection *collection, struct kube_entry *entry)
{
	collection->history_bytes -= entry->now->size;
	kube_state_drop(entry->now);
	kube_state_drop(entry->before);
	*entry = (struct kube_entry){0};
}

static void history_lose(struct kube_collection *collection)
{
	struct kube_history *history = &collection->history;
	struct kube_entry *oldest = &history->entries[history->first];
	history->lost = oldest->version;
	entry_drop(collection, oldest);
	history->first = (history->first + 1) % history->room;
	history->count--;
}

void kube_history_cut(struct kube *kube, const struct kube_resource *resource)
{
	struct kube_collection *collection = kube_collection(kube, resource);
	while (collection->history.count)
		history_lose(collection);
	collection->history.lost = kube->version;
}

static void history_grow(struct kube_history *history)
{
	size_t room = history->room ? history->room * 2 : 32;
	struct kube_entry *entries = memory_zeroed(room, sizeof(*entries));
	for (size_t i = 0; i < history->count; i++)
		entries[i] = history->entries[(history->first + i) % history->room];
	free(history->entries);
	*history =
	        (struct kube_history){.entries = entries, .count = history->count, .room = room, .lost = history->lost};
}

void kube_history_add(struct kube *kube, const struct kube_resource *resource, enum kube_change change,
        struct kube_state *now, struct kube_state *before)
{
	struct kube_collection *collection = kube_collection(kube, resource);
	struct kube_history *history = &collection->history;
	if (!kube->populated)
		return;
	while (history->count >= HISTORY_MOST || (history->count > 64 && collection->history_bytes > HISTORY_BYTES))
		history_lose(collection);
	if (history->count == history->room)
		history_grow(history);
	history->entries[(history->first + history->count++) % history->room] = (struct kube_entry){
	        .change = change,
	        .version = now->version,
	        .time = kube->world->now,
	        .now = kube_state_hold(now),
	        .before = before ? kube_state_hold(before) : NULL,
	};
	collection->history_bytes += now->size;
	kube_watches_wake(kube, resource);
}
