// SPDX-License-Identifier: Apache-2.0
// Keeping up with a resource: a list, then its changes, for as long as wanted. Source: kubernetes docs, "API Concepts:
// Efficient detection of changes".
#ifndef PEERDECK_KUBERNETES_API_WATCH_H
#define PEERDECK_KUBERNETES_API_WATCH_H

#include "kubernetes/api.h"

enum api_event { API_ADDED, API_MODIFIED, API_DELETED };

// Called on the watching thread. Objects are good during the call.
struct api_watch_sink {
	struct api_list_sink list;  // a list begins, and its pages; its `user` is for all of them
	void (*listed)(void *user); // the list is complete: what it did not name is gone
	void (*event)(enum api_event event, const cJSON *object, void *user);
	// NULL: all is well; otherwise why what is shown may be old. May be NULL.
	void (*health)(const struct error *error, void *user);
	// Nothing waits to be read: ms after which to be called again, -1 = only after the next event. Called after
	// each stream too. May be NULL.
	int64_t (*idle)(void *user);
};

struct api_watch_options {         // all zero is right
	const struct clock *clock; // NULL = clock_system
	int64_t pause_ms;          // first wait after a failure, 0 = 800
	int64_t pause_most_ms;     // 0 = 30,000
	unsigned seconds;          // timeoutSeconds, 0 = random in 300 to 600
};

enum { API_EVENT_MOST = 8 << 20 }; // bytes of one event

// Returns only when cancelled (ERROR_CANCELLED), or when trying again cannot help: not allowed, no such resource, bad
// credentials. Everything else is told by `health` and tried again.
bool api_watch(struct api *api, const struct api_query *query, const struct api_watch_sink *sink,
        const struct api_watch_options *options, struct cancel *cancel, struct error *error);

#endif
