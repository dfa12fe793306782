// SPDX-License-Identifier: Apache-2.0
// A small cluster over TLS for tests: objects by path, lists and watches of them, rights that are lacking. And a
// session of the backend that knows it by a kubeconfig.
#ifndef PEERDECK_TESTS_WIRE_CLUSTER_WORLD_H
#define PEERDECK_TESTS_WIRE_CLUSTER_WORLD_H

#include <pthread.h>

#include "kubernetes/kubernetes.h"
#include "tests/unit/unit.h"
#include "tests/wire/http_certificates.h"
#include "tests/wire/http_server.h"

enum { WORLD_THINGS_MOST = 64, WORLD_EVENTS_MOST = 64, WORLD_ASKED_MOST = 64 << 10 };

// What GET of a path answers. A list's body is its items, "{…},{…}".
struct world_thing {
	char path[200], *body;
	bool is_list, is_denied;
};

struct cluster_world {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct world_thing things[WORLD_THINGS_MOST];
	size_t thing_count;
	struct world_event {
		char path[200], *text; // one line of a watch
	} events[WORLD_EVENTS_MOST];
	size_t event_count;
	unsigned version;
	bool ending, away; // away: connections are closed without an answer
	unsigned watches;  // under way
	bool review;       // what SelfSubjectAccessReview says
	char asked[WORLD_ASKED_MOST];
	struct http_certificate certificate;
	struct http_server *server;
	char kubeconfig[64]; // file
};

void world_init(struct cluster_world *world);
void world_finish(struct cluster_world *world);
void world_set(struct cluster_world *world, const char *path, const char *body); // NULL = not there any more
void world_set_list(struct cluster_world *world, const char *path, const char *items);
void world_deny(struct cluster_world *world, const char *path);
// A line to every watch of this path, once it is open.
void world_push(struct cluster_world *world, const char *path, const char *type, const char *object);
unsigned world_asked(struct cluster_world *world, const char *part); // how often this was part of a request
// Adds a context to the text of a kubeconfig.
void world_write(struct cluster_world *world, const char *context, struct buffer *out);
// Writes the kubeconfig with this one cluster as context "home".
void world_save(struct cluster_world *world);

// A session that knows it, with a journal in memory. `supply` may be NULL.
struct session *world_open(struct cluster_world *world, const struct cluster_supply *supply, struct journal *journal);
struct scope world_scope(const char *region, const char *cluster);

#endif
