// SPDX-License-Identifier: Apache-2.0
// Tests of the Kubernetes backend against the small cluster.
#ifndef PEERDECK_TESTS_WIRE_CLUSTER_H
#define PEERDECK_TESTS_WIRE_CLUSTER_H

#include "base/buffer.h"
#include "tests/wire/cluster_world.h"

extern const struct unit_suite cluster_read_suite, cluster_watch_suite, cluster_act_suite, cluster_lease_suite;

// Three pods and the adaptor's, a node, an event, and what is installed.
void world_fill(struct cluster_world *world);

// What a list told of each scope. Also a sink for watches: `told` counts the ends.
struct gathered {
	struct list_sink sink;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	enum kind_id kind;
	const struct scope *scopes;
	size_t scope_count;
	struct gathered_part {
		struct snapshot *snapshot; // the newest that was whole
		size_t count;
		struct error error;
		unsigned told;
	} parts[64];
};
void gathered_init(struct gathered *gathered, enum kind_id kind, const struct scope *scopes, size_t count);
void gather(struct session *session, enum kind_id kind, const struct scope *scopes, size_t count,
        struct gathered *gathered);
void gathered_finish(struct gathered *gathered);
// Waits until `holds` is true of part 0, looked at under the lock; false after ten seconds.
bool gathered_wait(struct gathered *gathered, bool (*holds)(const struct gathered_part *part));

#endif
