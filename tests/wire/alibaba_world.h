// SPDX-License-Identifier: Apache-2.0
// A simulated world of its own with a session opened on it, and lists read through the backend.
#ifndef PEERDECK_TESTS_WIRE_ALIBABA_WORLD_H
#define PEERDECK_TESTS_WIRE_ALIBABA_WORLD_H

#include "tests/unit/unit.h"

#include <pthread.h>

#include "alibaba/alibaba.h"
#include "alibaba/session.h"
#include "inventory/records.h"
#include "net/json.h"
#include "tests/wire/simulated.h"

enum { SCOPES_MOST = 64 };

struct world {
	struct simulated simulated;
	char control[128];
	struct budget *budget;
	struct http_client *http;
	struct journal *journal;
	struct jobs *jobs;
	struct session *session;
};

// Starts the simulator with these arguments (its path first, NULL last); its addresses go into the environment.
void world_start(struct world *world, const char *const *arguments);
void world_stop(struct world *world);
// Asks the simulator's control; NULL result is left out. The JSON is the caller's.
cJSON *control(struct world *world, enum http_method method, const char *path);
void fault(struct world *world, const char *spec);
// Members of an array of the simulator's truth.
size_t truth_count(struct world *world, const char *pointer);

struct reading {
	struct list_sink sink; // first
	pthread_mutex_t lock;
	enum kind_id kind;
	struct snapshot *snapshots[SCOPES_MOST];
	struct error errors[SCOPES_MOST];
	size_t count, failed, records;
};

void read_scopes(
        struct world *world, struct reading *reading, enum kind_id kind, const struct scope *scopes, size_t count);
void release(struct reading *reading);
// One scope per region; returns how many.
size_t region_scopes(struct world *world, struct scope *scopes);

// Reads the thing, then acts on it as it is now (or as `status` pretends).
bool act(struct world *world, enum kind_id kind, const struct scope *scope, const char *id, const char *action,
        const char *status, const char *value, struct buffer *text, struct error *error);
const struct action *find_action(enum kind_id kind, const char *name);
// A running VM of that sort that may be deleted.
bool find_vm(struct world *world, const struct scope *scopes, size_t count, const char *sort, struct scope *scope,
        char *id, size_t size);
// The first record of a kind in a scope; its snapshot is released by the caller.
const struct record *first_of(struct world *world, struct reading *reading, enum kind_id kind,
        const struct scope *scopes, size_t count, struct scope *scope);

#endif
