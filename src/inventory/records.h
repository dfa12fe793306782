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
	        *api_server;
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

struct node_record {
	struct record record; // id = instance id, name = Kubernetes node name, status = "Ready" …
	const char *cluster_id, *node_pool_id, *state, *instance_status, *type, *private_ip, *message;
};

struct pod_record {
	struct record record; // id = uid
	const char *cluster_id, *namespace_name, *node, *runtime_class, *ip, *vm_id, *reason;
	int64_t restarts;
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

#endif
