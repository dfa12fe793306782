// SPDX-License-Identifier: Apache-2.0
// All that is known of one VM when it is judged, as plain data: facts E1 to E14, the clusters that could own it, their
// pods and PeerPods, times, and what forbids a deletion. Nothing here is computed by the judge's rules; nothing is
// owned. A zeroed record is one in which nothing is known. Texts may be NULL where nothing is known.
//
// Sources: Kubernetes API, ECS DescribeInstances and its neighbours, Azure Resource Manager, logs of the Cloud API
// Adaptor (CAA).
#ifndef PEERDECK_ORPHANS_EVIDENCE_H
#define PEERDECK_ORPHANS_EVIDENCE_H

#include "base/base.h"
#include "inventory/answer.h"
#include "orphans/user_data.h"

// When something happened, as exactly as its clock tells: ECS gives whole minutes. {0, 0} = unknown.
struct interval {
	int64_t start, end;
};

// Clusters are named by place in evidence.clusters, plus one, so that a zeroed fact names none.
typedef uint32_t cluster_ref;
enum {
	CLUSTER_NONE = 0,
	CLUSTER_OUTSIDE = UINT16_MAX, // named, but not one of the operator's list
};

enum vm_cloud { VM_CLOUD_ALIBABA, VM_CLOUD_AZURE };
enum vm_stage {
	VM_STAGE_UNKNOWN,
	VM_STAGE_PENDING,  // Azure Creating
	VM_STAGE_STARTING, // Azure Updating
	VM_STAGE_RUNNING,
	VM_STAGE_STOPPING,
	VM_STAGE_STOPPED,
	VM_STAGE_DELETING,
	VM_STAGE_FAILED, // E14
};

// The scan that this judgement belongs to.
struct evidence_scan {
	bool list_is_complete;     // every page of the VM list was read
	bool permission_is_proven; // by DryRun or by an answer that is not empty
	bool clocks_are_measured;
	int64_t clock_offset_ms; // between cloud and cluster, by their Date headers
	int64_t cloud_now;       // the Date header of the VM's answer
	int64_t now;             // the moment of judgement, by the clock that read_at of clusters has
};

enum cluster_reading {
	CLUSTER_UNREAD, // unreachable, or known to exist and not configured
	CLUSTER_DENIED, // the cluster-wide list of pods is not allowed
	CLUSTER_STALE,  // read from a cache, or cut off
	CLUSTER_READ,
	CLUSTER_GONE, // the cloud says by id that it is deleted, and the operator typed its id
};

// One cluster in this scan; the same for all VMs.
struct evidence_cluster {
	const char *uid, *name; // uid of namespace kube-system
	enum cluster_reading reading;
	const char *reason;          // why it was not read
	int64_t read_at;             // oldest of its lists
	bool adaptor_is_ready;       // CAA ready on all nodes that are ready
	int64_t adaptor_ready_since; // 0 = not known
	bool has_controller;         // peerpod-ctrl
	bool awaits_vm;              // a Pending kata-remote pod is scheduled on a node whose CAA works
	bool has_unready_nodes;
	bool tag_is_trusted; // the operator says that its tag is proof
	bool tag_is_void;    // a second cluster writes the same tag
	bool is_flooded;     // more orphans than a scan may have, and not acknowledged
};

// What one cluster is to this VM; in the order of the clusters.
struct evidence_claim {
	bool could_own;        // configured for this region and vSwitch, or named by tag, worker range or record
	bool config_fits;      // E7, present or remembered configuration
	enum answer keeps_vms; // PEERPODS_DEVELOPER_MODE, now or when the VM was made
};

struct evidence_vm {
	enum vm_cloud cloud;
	const char *id, *name;
	enum vm_stage stage;     // E13, E14
	struct interval created; // E9
	bool is_complete;        // all that the lists tell of a VM was read
	enum answer is_prepaid, has_data_disks, is_node, is_of_scale_set, fits_known_network;
	bool is_kept;                                                                      // keep list or keep tag
	enum answer is_protected, is_locked, has_other_addresses, has_other_tags, is_busy; // vetoes
	double cpu_percent;                        // E13, shown only; < 0 unknown
	enum answer has_sandbox_folder, has_netns; // E11, shown only
};

// E2, E9: a pod that exists, of any RuntimeClass. A VM's evidence holds each pod of each read cluster whose cleaned,
// cut name equals the VM's, and each that E1, E3 or E5 names; others do no harm.
struct evidence_pod {
	cluster_ref cluster;
	const char *uid, *namespace_name, *name, *node;
	const char *ips[2];
	bool is_terminal; // Succeeded or Failed, and no container runs
	bool is_pending, is_deleting, is_ready, is_mirror;
	int64_t created;        // P
	int64_t started;        // status.startTime
	int64_t running_since;  // R, earliest startedAt of the containers now running
	int64_t status_written; // managedFields time of its status entry
	// Through all of G_SEEN: pod Ready, its node Ready with a fresh Lease, the CAA pod there Ready.
	bool was_steady;
	const char *event_sandbox; // E10, shown only
	// The VM that the last L1 line in the current CAA container of the pod's node leads to (S2), and the VM whose
	// user data equals the pod's present address, namespace and name (S3).
	struct evidence_successor {
		const char *vm_id;
		struct interval created;
		bool is_running;
		bool is_connected; // S2: L7 "established" to its address followed
		// S2: the adaptor's pod in whose running container's log that L1 line stands, and its place there; 0 =
		// none
		const char *adaptor;
		uint32_t order;
	} by_log, by_data;
};

// E1: the PeerPods that name this VM, and all others of the same pods.
struct evidence_peerpod {
	cluster_ref cluster;
	const char *namespace_name, *name, *pod_uid, *vm_id;
	int64_t created, deleting_since; // 0 = not being deleted
	bool has_finalizer;
	struct interval vm_created; // of the VM that it names
	bool vm_is_running;
	bool vm_is_contested; // a PeerPod or a log of another cluster names that VM too
};

// E3.
struct evidence_log {
	cluster_ref cluster;
	const char *sandbox, *namespace_name, *pod_name, *node; // what L1 alone tells, too
	const char *adaptor;  // the adaptor's pod in whose running container's log its L1 line stands; NULL = none
	uint32_t order;       // its place among the L1 lines there
	bool is_mapped;       // L1 with L3 or L4: this VM is that pod's
	bool is_half_created; // L2 or L3 without L4 and no error, in the container that runs now
	bool is_deleted;      // L8
	bool is_refused;      // L10 for this VM's sandbox
};

// E5.
struct evidence_data {
	enum user_data_state state;
	const char *namespace_name, *pod_name, *pod_ip, *worker_ip;
	cluster_ref worker_cluster; // the one cluster with a Node of that address that is older than the VM
};

// What is known of one VM alone.
struct evidence_own {
	const struct evidence_pod *pods;
	const struct evidence_peerpod *peerpods;
	size_t pod_count, peerpod_count;
	struct evidence_log log;
	struct evidence_data data;
};

enum maker_node { MAKER_UNKNOWN, MAKER_GONE, MAKER_READY, MAKER_NOT_READY };

struct evidence {
	const struct evidence_scan *scan;
	const struct evidence_cluster *clusters;
	const struct evidence_claim *claims;
	size_t cluster_count; // of both
	struct evidence_vm vm;
	const struct evidence_pod *pods;
	size_t pod_count;
	const struct evidence_peerpod *peerpods;
	size_t peerpod_count;
	struct evidence_log log;
	struct evidence_data data;
	cluster_ref tag_cluster;    // E6
	cluster_ref record_cluster; // E12
	enum maker_node maker;      // the node that made the VM, by E3, E5 or E12
	int64_t unused_since;       // when its pod was first seen gone or terminal; 0 = no pod was ever seen
	int64_t termination_ms;     // that pod's terminationGracePeriodSeconds
	int64_t seen_ms;            // G_SEEN so far, see settling.h
	unsigned seen_scans;
	bool changed_lately; // the verdict changed in one of the last three scans
};

// ECS tells whole minutes; {0, 0} where nothing is told.
struct interval evidence_created(enum vm_cloud cloud, int64_t created);

#endif
