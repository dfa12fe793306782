// SPDX-License-Identifier: Apache-2.0
// The simulated cloud: one account, its regions and all that exists in them, in a time of its own.
// One thread owns it. Pointers between resources stay valid because nothing that is used can be deleted first;
// where the real service allows that (an image, a disk), the id is kept instead.
#ifndef PEERDECK_SIM_WORLD_H
#define PEERDECK_SIM_WORLD_H

#include "sim/random.h"
#include "sim/table.h"
#include "sim/timers.h"

struct instance_type;
struct cluster;
struct node_pool;
struct identities;
struct task_kind;
struct kube;
struct kube_attachment;

enum { MAX_GROUPS = 5, MAX_ZONES = 4, MAX_CLUSTER_VSWITCHES = 8, MAX_POOL_TYPES = 10 };

// One stream per purpose, so that requests do not change the life of the world.
enum random_stream { RANDOM_POPULATE, RANDOM_LIFE, RANDOM_API, RANDOM_FAULTS, RANDOM_REQUESTS, RANDOM_STREAMS };

struct region {
	const char *id;           // cn-beijing
	const char *name;         // 华北2（北京）
	const char *english_name; // China (Beijing)
	char code[4];             // what ids of this region start with: 2ze
	char zones[MAX_ZONES][2]; // the letters: a, b …
	size_t zone_count;
	struct table tables[KIND_COUNT];
	// How sick it is: set by the scenario and by /_sim/fault.
	bool unreachable;     // the connection is closed without an answer
	double error_rate;    // of answers that are a 500 or a 503
	int64_t slow_ms;      // added to each answer, real time
	const char *sold_out; // pattern of instance types that are out of stock; NULL = none
};

struct vpc {
	struct resource base;
	const char *name, *description;
	const char *cidr;
	bool is_default;
	char router_id[32], route_table_id[32];
};

struct vswitch {
	struct resource base;
	const char *name, *description;
	struct vpc *vpc;
	char zone[32];    // cn-beijing-i
	uint32_t network; // IPv4, host order
	int prefix;       // bits
	uint32_t next_host;
	size_t used; // addresses in use
};

struct security_rule {
	const char *protocol;   // tcp udp icmp all
	const char *port_range; // 22/22, -1/-1
	const char *source;     // CIDR or group id
	const char *direction;  // ingress egress
	const char *description;
	bool source_is_group;
	int64_t created;
};

struct security_group {
	struct resource base;
	const char *name, *description;
	struct vpc *vpc;
	const char *type; // normal enterprise
	bool managed;     // made and protected by ACK
	struct security_rule *rules;
	size_t rule_count;
	size_t users; // instances and network interfaces in it
};

enum vm_sort { VM_OTHER, VM_NODE, VM_PODVM };

// The pod that uses a pod VM now (`pod` NULL: nobody does).
struct pod_use {
	const char *cluster_id, *namespace, *pod;
	const char *uid, *sandbox; // NULL for the bulk of --vms, which has no Kubernetes
};

struct instance {
	struct resource base;
	const char *name, *hostname, *description;
	const struct instance_type *type;
	struct vswitch *vswitch;
	struct security_group *groups[MAX_GROUPS];
	size_t group_count;
	uint32_t private_ip, public_ip;      // host order; 0 = none
	struct eni *primary_eni, *more_enis; // the others are a list
	char eip_id[32];                     // bound to the instance itself; empty = none
	const char *image_id, *key_pair, *charge_type, *spot_strategy, *stopped_mode, *ram_role;
	char *user_data; // base64, owned; NULL = none
	char serial[37];
	int64_t started; // virtual ms, 0 = never
	int64_t boots;   // how often it has started
	bool deletion_protection, locked, confidential;
	enum vm_sort sort;
	struct pod_use use;      // who uses it now
	struct pod_use made_for; // who it was made for; stays when that one is gone
	const char *made_on;     // name of the node whose adaptor made it; NULL = of the bulk
	int64_t unused_since;    // virtual ms; 0 = in use, or never was
	int64_t touched;         // when its maker last did anything with it
	struct node_pool *pool;  // for a node
	struct cluster *cluster;
	const char *node_state, *node_status; // running … / Ready …
	bool cut_off;                         // a node that runs, but cannot reach its API server
	int64_t clock_offset;                 // of a node's clock, ms
};

struct eni {
	struct resource base;
	const char *name, *description;
	struct vswitch *vswitch;
	struct security_group *groups[MAX_GROUPS];
	size_t group_count;
	struct instance *instance; // NULL when not attached
	uint32_t private_ip;
	uint8_t mac[6];
	bool primary, delete_on_release, service_managed;
	struct eni *next; // in instance->more_enis
	char eip_id[32];
};

struct disk {
	struct resource base;
	const char *name, *category;
	char zone[32];
	struct instance *instance; // NULL when not attached
	int64_t size_gib;
	bool system, delete_with_instance;
	const char *image_id;
};

struct image {
	struct resource base;
	const char *name, *description, *family, *owner; // owner: self system others
	const char *os_name, *os_type, *platform, *architecture, *boot_mode, *format;
	const char *bucket, *object; // where it was imported from
	const char *imds_support;
	bool nvme, is_public;
	int64_t size_gib;
	int progress; // percent
	char task_id[32];
	char source_image[40]; // of a copy
	char snapshot_id[32];  // what it stands on; empty until it is made, and for images of others
};

// Of a disk of an image: it stays when the image is deleted.
struct disk_snapshot {
	struct resource base; // state accomplished
	const char *name;
	char image_id[32]; // whose it is or was
	int64_t size_gib;
};

struct ecs_task {
	struct resource base;
	const char *action; // ImportImage …
	char image_id[32];
	int64_t finished;
	const char *error_code, *error_message; // why it failed; NULL
};

struct key_pair {
	struct resource base; // the id is REGION/NAME
	const char *name;
	char fingerprint[33];
};

struct eip {
	struct resource base; // states Available Associating InUse Unassociating
	const char *name, *description;
	uint32_t address; // host order
	int64_t bandwidth;
	const char *internet_charge_type; // PayByTraffic PayByBandwidth
	const char *charge_type;          // PostPaid
	char instance_id[40];             // what it is bound to; empty = nothing
	const char *instance_type;        // Nat NetworkInterface EcsInstance …
	bool deletion_protection, service_managed;
};

struct nat_gateway {
	struct resource base;
	const char *name, *description, *nat_type, *network_type, *internet_charge_type;
	struct vswitch *vswitch;
	struct eni *eni;
	char snat_table_id[32], forward_table_id[32];
	bool deletion_protection;
	const char *owner_cluster; // set when ACK made it
};

struct snat_entry {
	struct resource base;
	const char *name;
	struct nat_gateway *gateway;
	const char *snat_ip; // comma list
	char source_vswitch[32];
	const char *source_cidr;
};

struct cluster_log {
	int64_t id, time;
	const char *text;
	struct cluster_log *next;
};

struct cluster_event {
	char id[37];
	const char *type, *source, *subject, *level, *reason, *message, *task_id;
	int64_t time;
	struct cluster_event *next;
};

struct addon {
	const char *name, *version, *config, *state;
};

struct cluster_resource {
	const char *type, *instance_id, *state, *creator; // ALIYUN::VPC::NatGateway …
	bool auto_created, deleted_by_default, changeable;
};

enum { MAX_ADDONS = 32, MAX_CLUSTER_RESOURCES = 32 };

struct cluster {
	struct resource base;
	const char *name, *type, *spec, *profile, *version, *next_version;
	struct vpc *vpc;
	struct vswitch *vswitches[MAX_CLUSTER_VSWITCHES];
	size_t vswitch_count;
	struct security_group *group;
	const char *container_cidr, *service_cidr, *proxy_mode, *timezone;
	int64_t updated, node_cidr_mask;
	bool deletion_protection, rrsa, public_endpoint, snat_entry;
	uint32_t public_ip, intranet_ip;
	const char *worker_role;
	struct addon addons[MAX_ADDONS];
	size_t addon_count;
	struct cluster_resource resources[MAX_CLUSTER_RESOURCES];
	size_t resource_count;
	struct cluster_log *logs, *logs_last;
	struct cluster_event *events; // newest first
	int64_t log_count;
	int64_t kubeconfig_generation;
	const char *uid;   // of its kube-system namespace
	struct kube *kube; // its Kubernetes API (kube_store.h); NULL while it does not run
};

struct node_pool {
	struct resource base;
	struct cluster *cluster;
	const char *name, *type; // ess hostpool managed
	bool is_default, managed, autoscaling;
	int64_t min_instances, max_instances, desired_size;
	const char *types[MAX_POOL_TYPES];
	size_t type_count;
	struct vswitch *vswitches[MAX_CLUSTER_VSWITCHES];
	size_t vswitch_count;
	const char *image_type, *image_id, *key_pair, *system_disk_category, *spot_strategy, *charge_type,
	        *scaling_group_id;
	int64_t system_disk_size, internet_bandwidth;
	char *data_disks, *labels, *taints; // JSON texts as they were given, owned; NULL = none
	int64_t updated;
	int64_t failed_nodes;
};

enum { MAX_STAGES = 8 };

struct task_stage {
	const char *name, *message, *state;
	int64_t start, end;
};

struct cs_task {
	struct resource base;    // states running success fail canceled
	const char *type;        // cluster_create nodepool_scaleout …
	struct cluster *cluster; // NULL once the cluster is gone
	char cluster_id[40], target[40];
	struct task_stage stages[MAX_STAGES];
	size_t stage_count, stage;
	int64_t updated;
	const char *error_code, *error_message;
	const struct task_kind *kind; // its steps (cs_tasks.h)
	bool begun;                   // the step at `stage` has run once
	int64_t argument;
};

// What a scenario may set for the whole world.
struct world_rules {
	bool fresh_account;       // nobody has opened a console yet: there are no service roles
	bool silent_empty;        // lists without permission are empty (the behaviour before 2025-12-20)
	int64_t visible_after_ms; // how long a new instance stays invisible in lists
	double throttle_rate;     // calls per second, account, region and operation; 0 = no limit
	double throttle_burst;
	int64_t instance_quota;  // vCPU per region; 0 = none
	int64_t eip_quota;       // addresses per region made through the API; 0 = the usual one
	double import_failures;  // share of image imports that fail
	double cluster_failures; // share of clusters whose control plane does not come up
	bool old_cluster_list;   // DescribeClustersForRegion is not there yet
	bool no_resource_center; // it has not been switched on yet
	int64_t ram_after_ms;    // how long STS and attachments do not know a new role
	bool no_import_role;     // AliyunECSImageImportDefaultRole is missing
};

struct world {
	const char *account; // sixteen digits
	struct region *regions;
	size_t region_count;
	struct region *home;
	struct id_map index;
	struct timers timers;
	struct random random[RANDOM_STREAMS];
	uint64_t sequence;
	uint64_t changes; // counts every change of the inventory
	struct world_rules rules;
	struct interner *interner;
	struct identities *identities;
	uint64_t seed;
	// Time: virtual = start + (real - start) * scale + advanced.
	int64_t start;
	double scale;
	int64_t advanced;
	int64_t now;      // virtual ms, kept by world_run
	bool has_history; // the scenario says how long it has been lived in
	uint32_t next_public_ip;
	void *life; // what makes pod VMs come and go
	void (*life_destroy)(void *life);
	void (*settled)(struct world *world); // called when all that was due has happened; NULL = nobody cares
	// Whether an object is in OSS, and how long it is; NULL while there is no OSS.
	bool (*find_object)(const struct world *world, const char *bucket, const char *object, int64_t *size);
	struct kube *kubes;                  // all Kubernetes APIs, also of clusters that have just gone
	struct kube_attachment *attachments; // who wants to know of new ones
	void *cloud;                         // what the services beyond ECS and ACK keep
	void (*cloud_destroy)(void *cloud);
};

bool world_init(struct world *world, uint64_t seed, double scale, int64_t wall_now);
void world_finish(struct world *world);

// Adds a region; the table of known regions is in catalog.h. Regions must all be added before anything else.
bool world_add_regions(struct world *world, const char *const *ids, size_t count);
struct region *world_region(const struct world *world, const char *id); // NULL = unknown

// Lets time pass up to the real time `wall_now` (ms): runs all timers that are due, in order.
void world_run(struct world *world, int64_t wall_now);
// The same; but where time runs faster than this machine can follow, it waits for the machine: a world that is ever
// further behind would answer nobody.
void world_keep_up(struct world *world, int64_t wall_now);
// Jumps ahead; timers run at their own instants.
void world_advance(struct world *world, int64_t ms, int64_t wall_now);
// Real ms until the next timer, at most `most`.
int64_t world_wait(const struct world *world, int64_t wall_now, int64_t most);
// `after_ms` in virtual time.
void world_later(
        struct world *world, int64_t after_ms, const struct resource *resource, timer_action *action, int64_t argument);

// A copy that lives as long as the world; the same text gives the same pointer. NULL in, NULL out. Never NULL
// otherwise: running out of memory ends the program.
const char *world_text(struct world *world, const char *text);
const char *world_printf(struct world *world, const char *format, ...) PRINTF_LIKE(2, 3);

// "i-" + region code + 17 letters.
void world_new_id(struct world *world, enum random_stream stream, const struct region *region, const char *prefix,
        char *out, size_t size);

// Makes a resource of `size` bytes (the kind's struct), zeroed but for its head, and enters it everywhere.
// `id` is copied. Running out of memory ends the program.
void *resource_create(struct world *world, enum resource_kind kind, struct region *region, const char *id, size_t size,
        enum made_by made_by);
// Takes it out of its tables and frees it.
void resource_destroy(struct world *world, struct resource *resource);
// NULL when there is none of that kind with this id.
void *world_find(const struct world *world, enum resource_kind kind, const char *id);
// The same, only in `region` (NULL = any).
void *world_find_in(const struct world *world, enum resource_kind kind, const struct region *region, const char *id);
// Sets the state and counts the change.
void resource_state(struct world *world, struct resource *resource, const char *state);
void resource_tag(struct world *world, struct resource *resource, const char *key, const char *value);
void resource_untag(struct world *world, struct resource *resource, const char *key); // NULL = all
const char *resource_tag_value(const struct resource *resource, const char *key);     // NULL = none
static inline bool resource_visible(const struct world *world, const struct resource *resource)
{
	return resource->visible_from <= world->now;
}

// The next free address of a vSwitch; 0 when it is full.
uint32_t vswitch_take_address(struct vswitch *vswitch);
void vswitch_give_address(struct vswitch *vswitch);
uint32_t world_public_address(struct world *world);
enum { IP_TEXT_SIZE = 16 };
void ip_format(uint32_t ip, char out[IP_TEXT_SIZE]);
bool ip_parse(const char *text, uint32_t *out);
bool cidr_parse(const char *text, uint32_t *network, int *prefix);

#endif
