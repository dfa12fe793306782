// SPDX-License-Identifier: Apache-2.0
// The records of each kind, as backends fill them. Every struct begins with struct record; the field tables in
// kinds/*.c name each member once.
#ifndef PEERDECK_INVENTORY_RECORDS_H
#define PEERDECK_INVENTORY_RECORDS_H

#include "inventory/kind.h"

struct region_record {
	struct record record; // name = the local name, status = "available", "denied", "unreachable" …
	const char *endpoint;
};

struct zone_record {
	struct record record;
};

struct cluster_record {
	struct record record; // status as ACK spells it
	const char *version, *type, *spec, *profile, *vpc_id, *security_group_id, *container_cidr, *service_cidr,
	        *api_server, *intranet_server; // addresses of its API, as seen from outside and inside its network
	struct text_list vswitch_ids;
	struct tag_list tags;
	int64_t size; // nodes wanted
	int64_t updated;
	bool deletion_protection;
};

struct node_pool_record {
	struct record record;
	const char *cluster_id, *type, *image_type, *system_disk_category, *spot_strategy;
	struct text_list instance_types, vswitch_ids;
	int64_t desired, total, healthy, failed, minimum, maximum;
	bool is_default, auto_scaling;
};

// Read from the cluster itself where that is possible, else from its manager, who knows only the first line.
struct node_record {
	struct record record; // id = instance id, name = Kubernetes node name, status = "Ready" …
	const char *cluster_id, *node_pool_id, *state, *instance_status, *type, *private_ip, *message;
	const char *uid, *provider_id, *boot_id, *kubelet_version, *runtime_version, *zone;
	struct text_list addresses; // InternalIPs
	struct tag_list labels;
	int64_t ready_since, heartbeat,
	        lease_renewed; // transition of Ready, its last heartbeat, renewTime of its Lease
	int64_t peerpod_capacity, peerpod_allocatable; // kata.peerpods.io/vm
	bool is_ready, is_unschedulable;
};

struct pod_record {
	struct record record; // id = uid; status as kubectl words it
	const char *cluster_id, *namespace_name, *node, *runtime_class, *ip, *vm_id, *reason, *message;
	const char *phase, *owner, *image;      // owner: "ReplicaSet/web-7d9c"; image of its first container
	struct text_list addresses, containers; // podIPs; names of its containers
	struct tag_list labels;
	int64_t restarts, ready, wanted; // ready of wanted containers
	int64_t started;                 // status.startTime
	int64_t running_since;           // earliest startedAt of the containers that run now
	int64_t ready_since;             // last transition of condition Ready
	int64_t deleting_since;          // deletionTimestamp less the grace period
	int64_t status_written;          // managedFields time of its status entry
	int64_t termination_ms;          // terminationGracePeriodSeconds
	bool is_peer;                    // its runtime class has handler kata-remote, or is gone
	bool is_terminal;                // Succeeded or Failed, and no container runs
	bool is_ready, is_mirror;
};

struct peerpod_record {
	struct record record; // id = uid
	const char *cluster_id, *namespace_name, *pod, *pod_uid, *vm_id, *cloud;
	int64_t deleting_since; // 0 = not being deleted
	bool has_finalizer;     // peer.pod/finalizer
};

struct event_record {
	struct record record; // id = uid; name = reason, status = "Normal" or "Warning", created = first seen
	const char *cluster_id, *namespace_name, *object_kind, *object, *object_uid, *source, *message;
	int64_t last_seen, count;
};

// Any ECS instance; `sort` tells a pod VM from a node and the rest.
struct vm_record {
	struct record record;
	const char *sort; // "podvm", "node", "other"
	const char *type, *zone, *vpc_id, *vswitch_id, *private_ip, *public_ip, *eip_id, *image_id, *charge_type,
	        *spot_strategy, *stopped_mode, *cluster, *verdict, *pod, *namespace_name, *serial;
	struct text_list security_group_ids, eni_ids, locks;
	struct tag_list tags;
	int64_t vcpu, memory_mib, started;
	bool deletion_protection;
};

struct eni_record {
	struct record record;
	const char *type, *instance_id, *vpc_id, *vswitch_id, *zone, *private_ip, *mac, *description, *eip_id;
	struct text_list security_group_ids;
	struct tag_list tags;
	bool delete_on_release, service_managed;
};

struct eip_record {
	struct record record; // name or ""
	const char *address, *instance_id, *instance_type, *description, *charge_type, *internet_charge_type;
	struct tag_list tags;
	int64_t bandwidth; // Mbit/s
	bool deletion_protection, service_managed;
};

struct disk_record {
	struct record record;
	const char *type, *category, *instance_id, *zone; // type: "system", "data"
	struct tag_list tags;
	int64_t size_gib;
	bool delete_with_instance;
};

struct image_record {
	struct record record;
	const char *progress, *os_name, *boot_mode, *architecture, *owner, *platform, *description;
	struct tag_list tags;
	int64_t size_gib;
	bool nvme;
};

struct vpc_record {
	struct record record;
	const char *cidr;
	struct text_list vswitch_ids;
	struct tag_list tags;
	bool is_default;
};

struct vswitch_record {
	struct record record;
	const char *cidr, *zone, *vpc_id;
	struct tag_list tags;
	int64_t available_ips;
};

// What the last scan says of a pod VM, or of what one may have left behind. Made by src/orphans.
struct orphan_record {
	struct record record;             // id and name of the thing itself, status as its cloud says
	const char *sort;                 // "vm", "eni", "eip", "peerpod"
	const char *verdict, *rule, *why; // verdict_name, rule_name, the deciding sentence
	const char *cluster, *cluster_id, *namespace_name, *pod, *type, *private_ip, *currency;
	const char *settles;       // what would settle it: a permission, a cluster, a time; ""
	struct text_list evidence; // "E1", "T1", … names of the facts it rests on
	int64_t since;             // first found without a user; 0 = it is not
	int64_t settles_at;        // 0 = cannot be told
	int64_t vcpu;
	int64_t severity;        // sort key: worst first
	double per_hour, so_far; // NAN = not known
	bool is_deletable;
};

#endif
