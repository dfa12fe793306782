// SPDX-License-Identifier: Apache-2.0
// What goes wrong on the wire, by dice. A spec is "throttle=0.1,http500=0.05,reset=0.05,stall=P,truncate=P,garbage=P,
// deny=P,lost=P,refuse=CODE,skew=SECONDS,expire=SECONDS,latency=MS,unreachable=REGION,region=NAME,op=NAME,times=N,off";
// `region` and `op` (ecs.DescribeInstances, or a pattern) narrow the chances of the same spec to them, `times` ends
// them after so many. The API of clusters is spared unless `op` begins with "kube.", as in kube.create.pods or kube.*.
#ifndef PEERDECK_SIM_FAULTS_H
#define PEERDECK_SIM_FAULTS_H

#include "base/error.h"
#include "sim/random.h"

enum fault_kind {
	FAULT_THROTTLE,
	FAULT_HTTP500,
	FAULT_RESET,
	FAULT_STALL,
	FAULT_TRUNCATE,
	FAULT_GARBAGE,
	FAULT_DENY, // the key lacks the permission
	FAULT_LOST,
	FAULT_KINDS
};

enum { MAX_FAULT_RULES = 32, FAULT_SCOPE_SIZE = 96 };

// What a service says when it will not, as it says it.
struct refusal {
	const char *code;
	int status;
	const char *message;
};

struct fault_rule {
	double chance[FAULT_KINDS];
	char region[FAULT_SCOPE_SIZE], operation[FAULT_SCOPE_SIZE]; // empty = any
	const struct refusal *refusal;                              // of each call in the scope; NULL = none
	int64_t times;                                              // that it still happens; 0 = always, -1 = no more
};

struct faults {
	struct fault_rule rules[MAX_FAULT_RULES];
	size_t count;
	int64_t skew_ms;    // the server's clock is ahead by this
	int64_t expire_ms;  // temporary credentials live no longer than this; 0 = as asked for
	int64_t latency_ms; // of every answer, real time
	uint64_t happened[FAULT_KINDS];
};

// Who acts on what is no chance: a region to make unreachable (or reachable again; NULL = all), and, where the spec has
// cluster=NAME, the faults of that cluster's Kubernetes API (kube_faults.h; cluster NULL = end all of them).
struct fault_targets {
	bool (*reach_region)(void *user, const char *region, bool unreachable);
	bool (*is_of_cluster)(const char *name);
	bool (*fault_cluster)(
	        void *user, const char *cluster, const char *name, const char *value, struct error *error);
	void *user;
};
bool faults_parse(struct faults *faults, const char *spec, const struct fault_targets *targets, struct error *error);
// Throws the dice for one kind.
bool faults_hit(
        struct faults *faults, struct random *random, enum fault_kind kind, const char *region, const char *operation);
// The refusal that calls of this operation meet; NULL = none.
const struct refusal *faults_refusal(const struct faults *faults, const char *region, const char *operation);
const char *fault_kind_name(enum fault_kind kind);

#endif
