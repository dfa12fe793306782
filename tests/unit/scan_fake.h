// SPDX-License-Identifier: Apache-2.0
// A cloud and clusters made of plain tables, for the tests of scans. Both backends answer from one struct world.
#ifndef PEERDECK_TESTS_UNIT_SCAN_FAKE_H
#define PEERDECK_TESTS_UNIT_SCAN_FAKE_H

#include <stdatomic.h>

#include "orphans/memory_own.h"
#include "orphans/scan.h"

enum { WORLD_REGIONS = 3, WORLD_VMS = 64, WORLD_CLUSTERS = 4, WORLD_PODS = 32, WORLD_NODES = 4, WORLD_MOST = 16 };

#define WORLD_NOW INT64_C(1795207920000) // 2026-11-20T20:52:00Z
#define SECONDS(n) (INT64_C(1000) * (n))
#define MINUTES(n) (INT64_C(60000) * (n))
#define HOURS(n) MINUTES(60 * (n))
#define SANDBOX_1 "0123abcd89abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define SANDBOX_2 "fedc456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

struct world_vm {
	const char *id, *name, *status, *charge, *vpc, *vswitch, *group, *ip;
	int64_t created;
	struct text_pair tags[4];
	unsigned tag_count;
	const char *enis[3];
	unsigned eni_count;
	const char *eip;
	bool is_protected;
	const char *lock;
	const char *data; // decoded user data; NULL = refused
	int64_t disk_gib; // 0 = the disk list has none
	bool has_data_disk;
	size_t region;
};

struct world_eni {
	const char *id, *name, *status, *vm, *type;
};

struct world_eip {
	const char *id, *description, *status, *bound_to;
};

struct world_pod {
	const char *uid, *space, *name, *node, *phase, *ip, *app;
	bool is_peer, is_terminal, is_ready, is_deleting;
	int64_t created, running_since, ready_since, status_written, termination_ms, restarts;
	const char *log, *previous; // of an adaptor
};

struct world_node {
	const char *name, *id, *uid, *ip;
	bool is_ready;
	int64_t created, lease;
};

struct world_peerpod {
	const char *uid, *space, *name, *pod, *pod_uid, *vm;
	int64_t created, deleting_since;
	bool has_finalizer;
};

struct world_cluster {
	const char *id, *name, *uid, *vpc;
	bool is_listed, is_readable; // by the cloud; by us
	enum survey_state state;
	bool pods_are_cut, has_no_logs, peerpods_are_denied, has_no_adaptor;
	int64_t offset;
	struct world_pod pods[WORLD_PODS];
	size_t pod_count;
	struct world_node nodes[WORLD_NODES];
	size_t node_count;
	struct world_peerpod peerpods[WORLD_MOST];
	size_t peerpod_count;
	struct text_pair config[8];
	unsigned config_count;
	int64_t config_changed;
	enum answer controller;
	int64_t desired; // of its adaptor; 0 = as many as there are
};

struct world {
	int64_t now, monotonic;
	const char *regions[WORLD_REGIONS];
	size_t region_count;
	bool is_cut[WORLD_REGIONS], is_unproven, is_unmeasured, has_no_disks, has_no_enis, has_no_clusters, asks_fail;
	atomic_bool hangs; // the list of VMs of the last region does not come
	int64_t cloud_offset;
	struct world_vm vms[WORLD_VMS];
	size_t vm_count;
	struct world_eni enis[WORLD_MOST];
	size_t eni_count;
	struct world_eip eips[WORLD_MOST];
	size_t eip_count;
	struct world_cluster clusters[WORLD_CLUSTERS];
	size_t cluster_count;
	unsigned prices_asked, data_asked;
	struct clock clock;
};

extern const struct backend world_cloud, world_kubernetes;
extern struct world *world_opened; // what their sessions are, for tests with a deck

// One region, one cluster "caa" with one node and its adaptor, one VM i-1 of pod shop/web-0 that its log tells of; the
// pod is gone.
void world_init(struct world *world);
struct world_vm *world_add_vm(struct world *world, const char *id, const char *name, int64_t created);
struct world_cluster *world_add_cluster(struct world *world, const char *id, const char *uid);
struct world_pod *world_add_pod(struct world_cluster *cluster, const char *space, const char *name, int64_t created);
struct world_peerpod *world_add_peerpod(struct world_cluster *cluster, const char *pod_uid, const char *vm);
void world_pass(struct world *world, int64_t ms);
// A scan; the report is the caller's.
const struct report *world_scan(struct world *world, struct memory *memory);
// Four scans, four minutes apart.
const struct report *world_settle(struct world *world, struct memory *memory);
const struct report *world_recheck(
        struct world *world, struct memory *memory, const struct report *before, const char *id);
struct memory *world_memory(struct world *world, const char *path);
// Options of a scan of the whole world, for tests that change some; valid until the next call.
void world_options(struct world *world, struct memory *memory, struct scan_options *out);

#endif
