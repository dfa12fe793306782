// SPDX-License-Identifier: Apache-2.0
// The Kubernetes side of simulated clusters: nodes with their kubelet and Cloud API Adaptor (CAA), pods, sandboxes,
// PeerPod objects. What is here is what really happens; the objects of the Kubernetes API are drawn from it.
#ifndef PEERDECK_SIM_PODLIFE_H
#define PEERDECK_SIM_PODLIFE_H

#include "sim/caa_config.h"
#include "sim/caa_lines.h"
#include "sim/world.h"

#define CAA_NAMESPACE "confidential-containers-system"

enum { SANDBOX_ID_SIZE = 65, UID_SIZE = 37, HOLDER_SIZE = 40 };

struct kubernetes;
struct kube_node;
struct workload;

// What a timer names: a thing that may be gone by then.
typedef int64_t life_handle;

struct list {
	void **items;
	size_t count, room;
};

// One try to run a pod: on containerd's side the sandbox, on CAA's side an entry in its memory and a VM.
enum sandbox_state {
	SANDBOX_CREATING, // the shim waits for StartVM
	SANDBOX_RUNNING,
	SANDBOX_STOPPING, // the shim has called StopVM or is about to
	SANDBOX_ENDED,
};
struct sandbox {
	life_handle handle;
	struct kubernetes *kubernetes;
	struct kube_node *node;
	enum sandbox_state state;
	char id[SANDBOX_ID_SIZE];
	const char *namespace, *pod; // names, interned
	char pod_uid[UID_SIZE];
	const char *netns;
	int64_t created;
	uint32_t pod_ip;
	unsigned vxlan;
	// In CAA's memory: only while the process that made the entry runs (`known_run` equals the node's run).
	unsigned known_run;
	char instance_id[HOLDER_SIZE]; // as CAA's memory has it: empty until setInstance
	char eip_id[HOLDER_SIZE];      // bound for this VM; in CAA's memory only
	char made_id[HOLDER_SIZE];     // the VM that really is there for it; empty = none
	char reply_id[HOLDER_SIZE];    // what RunInstances answered
	unsigned start_run;            // the process in which StartVM is at work for it; 0 = in none
	int stage, tries;
	bool stopping;       // StopVM is at work for it
	bool cleaning;       // StartVM failed and deletes what it made
	const char *failure; // why
	bool given_up;       // kubelet does not wait for it any more
	bool shim_killed;    // nobody will call StopVM for it
	int64_t boot_ms;     // how long its guest takes once the VM runs
	int64_t connect_until;
};

enum pod_phase { POD_PENDING, POD_RUNNING, POD_SUCCEEDED, POD_FAILED };

struct pod_status {
	enum pod_phase phase;
	bool has_sandbox, ready;
	int restarts, exit_code;
	uint32_t ip;
	int64_t started, sandbox_ready, running_since, ready_since, unready_since, finished;
};

struct pod {
	life_handle handle;
	struct kubernetes *kubernetes;
	const char *namespace, *name;
	char uid[UID_SIZE], owner_uid[UID_SIZE];
	const char *owner;         // the ReplicaSet, StatefulSet or Job
	struct workload *workload; // NULL: nobody replaces it
	struct kube_node *node;    // NULL: not scheduled, or its node is gone
	const char *node_name;
	bool kata, mirror, caa; // caa: of the adaptor's own DaemonSet
	bool scheduled_by_api;  // not by this model
	bool given;             // somebody else wrote its specification: only its status is ours
	bool in_api, on_node;   // the object is there; a kubelet looks after it
	int64_t created, scheduled;
	struct pod_status now;   // how it is
	struct pod_status shown; // as kubelet last told the API server
	int64_t deleting;        // when its deletion was asked for; 0 = it was not
	int64_t grace_s, usual_grace_s;
	int64_t life_ms;         // containers end by themselves after this; 0 = never
	int64_t ttl_ms;          // the object goes so long after it has finished; 0 = stays
	int64_t status_written;  // by the kubelet
	int64_t lost_written;    // by the node controller: Ready=False; 0 = not
	struct sandbox *sandbox; // the one that kubelet means; NULL = none
	unsigned attempts;
	const char *restart_policy, *image;
	bool dirty, drawn;
};

enum caa_state { CAA_ABSENT, CAA_DOWN, CAA_STARTING, CAA_READY };

// CAA remembers one PeerPod per pod UID.
struct peerpod_memory {
	char pod_uid[UID_SIZE];
	const char *peerpod;
};

struct caa {
	enum caa_state state;
	unsigned run; // counts processes; never 0 for one that runs
	const char *pod_name;
	char pod_uid[UID_SIZE];
	int64_t pod_created, started, ready_since;
	int64_t probe_at, start_at; // when the next probe or start is due
	int restarts, failed_probes, crashes;
	unsigned generation;
	int64_t last_started, last_finished; // of the previous container
	int last_exit;
	const char *last_reason, *waiting_reason;
	const char *image;
	const struct caa_release *release;
	struct caa_config config; // as read when it started
	struct caa_lines *current, *previous;
	uint64_t told; // lines of the current container that followers know of
	struct peerpod_memory *memory;
	size_t memory_count, memory_room;
	bool dirty, drawn;
};

enum node_state { NODE_UP, NODE_PARTITIONED, NODE_DOWN };

struct kube_node {
	life_handle handle;
	struct kubernetes *kubernetes;
	enum node_state state;
	char instance_id[HOLDER_SIZE];
	const char *name;
	char uid[UID_SIZE], boot_id[UID_SIZE];
	uint32_t ip;
	int64_t created, clock_offset;
	int64_t heard;       // last heartbeat that reached the API server
	int64_t ready_since; // of condition Ready
	bool ready;          // as the API shows it
	bool in_api, worker, dirty, drawn;
	unsigned next_vxlan;
	uint32_t pod_network, next_pod;
	struct caa caa;
};

struct peerpod {
	life_handle handle;
	struct kubernetes *kubernetes;
	const char *namespace, *name, *pod_name, *instance_id;
	char uid[UID_SIZE], pod_uid[UID_SIZE];
	int64_t created, deleting;
	bool finalizer, busy, dirty, drawn;
};

struct kube_event {
	const char *namespace, *kind, *object, *name, *reason, *component, *host;
	const char *object_uid, *message;
	bool warning, dirty;
	int64_t first, last;
	int count;
};

// An object that is to go from the Kubernetes API.
struct kube_gone {
	const char *resource, *namespace, *name; // "pods"
	char uid[UID_SIZE];
	int64_t at;
};

// WORKLOAD_STATIC: a file on one node, of which the kubelet shows a mirror pod.
enum workload_sort { WORKLOAD_DEPLOYMENT, WORKLOAD_STATEFUL_SET, WORKLOAD_JOB, WORKLOAD_BARE, WORKLOAD_STATIC };

struct workload {
	life_handle handle;
	struct kubernetes *kubernetes;
	enum workload_sort sort;
	const char *namespace, *name, *owner; // owner: the ReplicaSet of a Deployment
	const char *node_name;                // of a static pod
	char uid[UID_SIZE], owner_uid[UID_SIZE];
	int64_t replicas, created, template_at, job_ms, ttl_ms, grace_s;
	bool kata, dirty, counts_dirty, drawn, given;
	int generation;
};

enum controller_state {
	CONTROLLER_ABSENT,         // no Deployment, no PeerPod resource: the guide's set-up
	CONTROLLER_REMOVED,        // the resource is there, nobody acts on it
	CONTROLLER_READY,          // with credentials
	CONTROLLER_NO_CREDENTIALS, // P3
};

// Something that the scenario has planned.
struct planned {
	const char *name, *target;
};
enum { MAX_PLANNED = 64 };

struct kubernetes {
	struct world *world;
	struct cluster *cluster;
	struct kube *kube; // its API; NULL = there is none yet
	bool drawing;      // what the hooks tell is our own doing
	bool drawn;        // what belongs to the adaptor's installation is there
	bool given;        // the adaptor was installed by somebody: its objects are not ours
	bool events_dirty, set_dirty;
	int64_t config_drawn;
	char set_uid[UID_SIZE]; // of the DaemonSet
	const char *image;      // of its container, when somebody else wrote it
	unsigned generation;    // of its template
	bool installed;         // the DaemonSet is there
	const struct caa_release *release;
	struct caa_config config;
	int64_t config_changed, installed_at;
	enum controller_state controller;
	bool uses_surge; // Helm's roll-out: the new pod starts before the old one ends
	int64_t clock_offset;
	double rates[LEAK_PATHS];
	unsigned forced[LEAK_PATHS];
	int64_t start_ms, slow_ms; // how long a guest takes to boot, usually and at most
	double slow;               // share of slow ones
	int64_t every_ms;          // mean time between two changes among its pods; 0 = none
	int64_t past_every_ms;     // the same before the world's start
	bool calm;                 // no mishap befalls it any more
	int64_t log_limit;         // bytes of one container's log
	struct list nodes, pods, sandboxes, peerpods, workloads;
	struct kube_gone *gone;
	size_t gone_count, gone_room;
	struct kube_event *events;
	size_t event_count, event_room;
	uint64_t event_serial;
	int64_t usual_pods; // how many pods its workloads began with
	bool rolling;
	size_t rolled;
	struct planned planned[MAX_PLANNED];
	size_t planned_count;
};

// The Kubernetes side of the cluster; NULL when it has none.
struct kubernetes *kubernetes_of(const struct world *world, const char *cluster_id);
// Makes it, with a node for each instance that is one. Nothing is installed on it.
struct kubernetes *kubernetes_create(struct world *world, struct cluster *cluster);
// The cluster is deleted: its nodes, its adaptor and its pods are gone, its VMs stay.
void kubernetes_gone(struct world *world, const char *cluster_id);
size_t kubernetes_count(const struct world *world);
struct kubernetes *kubernetes_at(const struct world *world, size_t index);

// `action` gets the handle as its argument; a thing that is gone is not found any more.
void life_later(struct kubernetes *kubernetes, int64_t after_ms, timer_action *action, life_handle handle);
void *life_find(const struct world *world, life_handle handle);
life_handle life_enter(struct world *world, void *thing);
void life_leave(struct world *world, life_handle handle);

void list_add(struct list *list, void *item);
void list_remove(struct list *list, const void *item);
#define EACH_OF(item, list)                                                                                            \
	for (size_t each_##item = 0; each_##item < (list)->count && ((item) = (list)->items[each_##item], true);       \
	        each_##item++)

static inline struct random *life_random(const struct kubernetes *kubernetes)
{
	return &kubernetes->world->random[RANDOM_LIFE];
}
int64_t life_spread(const struct kubernetes *kubernetes, int64_t least, int64_t most);

// By name and namespace: what the API server finds. NULL = NotFound.
struct pod *pod_find(const struct kubernetes *kubernetes, const char *namespace, const char *name);
struct pod *pod_by_uid(const struct kubernetes *kubernetes, const char *uid);
struct kube_node *node_by_name(const struct kubernetes *kubernetes, const char *name);

void kube_event_add(struct kubernetes *kubernetes, const struct pod *pod, bool warning, const char *reason,
        const char *format, ...) PRINTF_LIKE(5, 6);

// How the world's instant looks on a clock that may be off.
static inline int64_t node_clock(const struct kube_node *node)
{
	return node->kubernetes->world->now + node->clock_offset;
}

#endif
