// SPDX-License-Identifier: Apache-2.0
// What the parts of a scan share. A scan becomes its report: what is read stays with it, because evidence borrows from
// it; indexes go when the judging is done.
#ifndef PEERDECK_ORPHANS_SCAN_OWN_H
#define PEERDECK_ORPHANS_SCAN_OWN_H

#include <pthread.h>
#include <stdatomic.h>

#include "inventory/intern.h"
#include "orphans/caa_book.h"
#include "orphans/memory_own.h"
#include "orphans/multimap.h"
#include "orphans/podvm_name.h"
#include "orphans/scan.h"

enum { NOWHERE = -1 };

enum {
	SCAN_THREADS_MOST = 8,
	SCAN_LOGS_AT_ONCE = 4,          // so many books are open at a time
	SCAN_LOG_BYTES_MOST = 64 << 20, // of one container's log
	SCAN_USER_DATA_MOST = 256,      // calls per scan; what is left is asked the next time
	SCAN_PRICES_MOST = 64,          // distinct sorts of VM that are asked for
	SCAN_EXISTS_MOST = 256,         // things that are asked for by id
	SCAN_SURVEY_OLD = 10 * 1000,    // ms; a survey that is older once all regions are read is made again
	SCAN_DATA_MS = 8000,            // no more user data is asked for after so long
	SCAN_LIST_FRESH = 10 * 1000,    // ms; an older list of VMs is read again
	SCAN_WAIT_BEGIN = 500,          // ms, for somebody else to begin to read a list
	SCAN_WAIT_MOST = 60 * 1000,     // ms, and to end it
	SCAN_WAIT_STEP = 20,            // ms
	SCAN_DROPPED_MOST = 1 << 20,    // bytes that may lie about in the heap
	SCAN_LINES_MOST = 3,            // log lines kept of a VM
	LEASE_FRESH = 60 * 1000,        // ms
};

enum region_list { LIST_VM, LIST_ENI, LIST_EIP, LIST_DISK, REGION_LISTS };

struct scan_region {
	const struct scope *scope;            // in the scan's arena
	struct snapshot *lists[REGION_LISTS]; // NULL = could not be read
	struct error errors[REGION_LISTS];
	struct region_proof proof;
	int64_t began, vms_at;   // our wall clock
	int64_t offset;          // cloud − ours; 0 while not measured
	struct error data_error; // why user data could not be read
	size_t vms, orphans;
};

// A configuration that a cluster has, or had.
struct scan_config {
	const char *region, *vswitch, *groups, *tags; // groups: sorted, separated by commas
	bool keeps_vms;
	bool is_current;
	int64_t first_seen, seen_at, changed; // by the cloud's clock
	struct scan_config *next;
};

enum config_state {
	CONFIG_UNREAD, // the cluster's present configuration is not known
	CONFIG_ABSENT,
	CONFIG_READ,
};

struct scan_cluster {
	struct scope scope;                  // cluster = its id; "" where only the uid is remembered
	const struct cluster_record *record; // the cloud's; NULL = none
	bool can_be_read, was_surveyed, is_duplicate;
	bool is_unlisted; // stands for all that a region may have
	struct cluster_survey survey;
	const char *uid, *id, *name, *vpc_id, *region;
	enum cluster_reading reading;
	const char *why, *missing;
	enum config_state config_state;
	struct scan_config *configs;
	bool pods_are_whole, nodes_are_whole, peerpods_are_whole;
	bool has_unready_nodes, awaits_vm, adaptor_is_ready;
	int64_t adaptor_ready_since;
	bool is_remembered;
	struct memory_cluster memory;
	bool logs_failed;
	struct error log_error;
	size_t vms, orphans; // of this cluster
};

// A VM of an adaptor's log, as one container tells of it.
struct scan_log {
	cluster_ref cluster;
	const char *node, *adaptor; // adaptor: uid of the pod whose log it is
	bool is_current;
	bool is_last; // the last L1 line of its pod in the container that runs now, and its log was read to the end
	bool is_connected;
	bool has_untied_error; // the container told of a failed creation without saying which
	struct caa_entry entry;
	size_t vm; // place in vms
};

struct scan_pod {
	const struct pod_record *record;
	cluster_ref cluster;
};
struct scan_peerpod {
	const struct peerpod_record *record;
	cluster_ref cluster;
};
// A node that is there, or was.
struct scan_node {
	cluster_ref cluster;
	const char *name, *address;
	int64_t created; // by its cluster's clock
	int64_t seen_at; // of one that is remembered: when it was last there
	bool is_present, is_ready;
	const struct node_record *record; // NULL = remembered
};

// All pods that fit one pod part; for all VMs that carry it.
struct scan_part {
	struct evidence_pod *pods;
	size_t *places, count;
};

// Kept small, in the scratch arena: there is one for each VM of all regions.
struct scan_vm {
	const struct vm_record *record;
	struct user_data *data;         // NULL = not read
	const struct evidence_log *log; // never NULL
	const char *maker_node;
	const struct disk_record *disk; // its system disk, until its region is left; NULL = not known
	const struct eip_record *eip;
	const struct scan_part *part; // NULL = not looked for yet
	struct report_item *item;     // NULL = not judged, or not told of
	struct interval created;
	uint32_t region, log_count;
	cluster_ref worker_cluster, tag_cluster, maker_cluster;
	enum vm_stage stage;
	bool has_name;
	bool is_claimed; // E1 or E3 name it
	bool has_data_disk;
	int64_t disk_gib; // of its system disk; −1 = not known
};

// One VM while it is judged. What it points to lives until the next one is heard.
struct hearing {
	struct scan_vm *vm;
	struct memory_vm memory;
	bool is_known; // memory holds a row
	struct evidence evidence;
	struct evidence_scan scan;
	struct reason room[REASONS_MOST];
	struct judgement judgement;
};

struct scan_price {
	const char *type, *zone;
	int64_t disk_gib;
	size_t region;
	double per_hour;
	char currency[8];
};

struct scan {
	struct report report; // first: it is what others hold
	atomic_uint references;
	struct arena arena;           // lives with the report
	struct arena scratch;         // until the judging is done
	struct arena passing;         // of one hearing
	struct intern_table interned; // in the arena: what is the same for many items
	struct intern_table texts;
	int64_t judged_at;
	pthread_mutex_t lock; // while tasks run: arena, scratch and the growing arrays
	struct scan_options options;
	struct cancel *cancel;
	struct cancel reading; // of regions and clusters: also their patience
	bool is_recheck;
	const char *wanted;       // recheck: the one id
	cluster_ref wanted_owner; // recheck: whose logs are read; CLUSTER_NONE = all
	const char *wanted_uid;
	atomic_long done, total;
	atomic_bool is_broken; // out of memory
	bool is_azure;

	struct scan_region *regions;
	size_t region_count;
	struct scan_cluster *clusters;
	size_t cluster_count;
	struct evidence_cluster *evidence_clusters;
	struct scan_vm *vms;
	size_t vm_count;
	struct scan_pod *pods;
	size_t pod_count;
	struct scan_peerpod *peerpods;
	size_t peerpod_count;
	struct scan_node *nodes;
	size_t node_count;
	struct scan_log *logs;
	size_t log_count, log_room;
	void *log_tasks;     // private to scan_logs.c
	size_t *data_places; // private to scan_data.c
	int64_t data_until;  // monotonic
	struct scan_price prices[SCAN_PRICES_MOST];
	size_t price_count;
	size_t asked;   // things asked for by id
	size_t dropped; // bytes, since free memory was last given back

	struct multimap vms_by_id, vms_by_short, vms_by_part, vms_by_data, node_ids, nodes_by_address, nodes_by_name,
	        pods_by_part, pods_by_uid, pods_by_name, adaptors, watched, peerpods_by_vm, peerpods_by_pod, logs_by_vm,
	        logs_by_pod;
	struct report_item **items;
	size_t item_count, item_room;
};

// scan_lists.c: drops what no item needs any more of the region's lists of interfaces and disks.
bool scan_lists_drop(struct scan *scan, struct scan_region *region, size_t first_item);
// scan_tasks.c
// Runs `run` for each place below `count`, on this thread and up to `threads` − 1 more. False when cancelled or broken.
bool scan_tasks(struct scan *scan, size_t count, unsigned threads, void (*run)(struct scan *scan, size_t place));
void scan_progress(struct scan *scan, long done, const char *what);
// From any thread.
void *scan_alloc(struct scan *scan, size_t size);
const char *scan_text(struct scan *scan, const char *text);

// scan_lists.c
void scan_list(struct scan *scan, enum region_list list);
// scan_read.c: lists of regions and surveys of clusters, all at the same time.
bool scan_read(struct scan *scan, struct error *error);
// scan_clusters.c: which clusters there are and what each is, also those that were not read.
bool scan_know_clusters(struct scan *scan);
bool scan_describe_clusters(struct scan *scan);
cluster_ref scan_cluster_by_uid(const struct scan *scan, const char *uid);
// scan_config.c
void scan_configs(struct scan *scan, struct scan_cluster *cluster);
bool config_has_network(const struct scan_config *config, const struct vm_record *vm);
bool config_fits(const struct scan_config *config, const struct vm_record *vm);
// Value of a tag in TAGS, copied; "" when absent.
void config_tag(const struct scan_config *config, const char *key, char *out, size_t size);
bool config_has_tag(const struct scan_config *config, const char *key);
bool config_has_uid(const struct scan_config *config, const char *uid);
enum answer cluster_keeps_vms(const struct scan *scan, const struct scan_cluster *cluster, const struct scan_vm *vm);
// scan_index.c
bool scan_index(struct scan *scan);
size_t scan_vm_place(const struct scan *scan, const char *id); // SIZE_MAX = none
uint64_t scan_pod_key(cluster_ref cluster, const char *namespace_name, const char *name);
const struct scan_node *scan_node_by_name(const struct scan *scan, cluster_ref cluster, const char *name);
// scan_adaptor.c: once the indexes are made.
bool scan_describe_adaptors(struct scan *scan);
void scan_remember_clusters(struct scan *scan);
bool scan_pod_is_adaptor(const struct pod_record *pod);
const struct pod_record *scan_adaptor_on(const struct scan *scan, cluster_ref cluster, const char *node); // NULL = none
int64_t scan_cloud_offset(const struct scan *scan); // of the first region that was measured
// scan_logs.c
bool scan_read_logs(struct scan *scan);
bool scan_index_logs(struct scan *scan);
bool scan_merge_log(struct scan *scan, size_t place);
// scan_data.c
bool scan_read_data(struct scan *scan);
const char *scan_shared(struct scan *scan, const char *text); // one copy of each
// One copy of equal bytes, on the scan's own thread. NULL when out of memory.
const void *scan_intern(struct scan *scan, const void *items, size_t size);
// scan_vm.c
void scan_place(struct scan *scan, struct scan_vm *vm); // which clusters its user data and its tag name
bool scan_evidence(struct scan *scan, struct scan_vm *vm, struct hearing *out);
cluster_ref scan_worker_cluster(const struct scan *scan, const struct scan_vm *vm); // E5
// scan_pods.c
bool scan_evidence_pods(struct scan *scan, struct hearing *hearing);
bool scan_pod_is_steady(const struct scan *scan, const struct scan_pod *pod); // right now, for T2
// scan_judge.c
bool scan_judge(struct scan *scan);
// scan_leftovers.c
bool scan_leftovers_of_region(struct scan *scan, const struct scan_region *region);
bool scan_leftovers_of_clusters(struct scan *scan);
// Of a PeerPod, all but what is known of its VM.
struct leftover scan_peerpod_facts(const struct scan *scan, const struct scan_peerpod *peerpod);
// scan_belongings.c
bool scan_belongings(struct scan *scan, const struct scan_vm *vm);
// scan_costs.c
bool scan_costs(struct scan *scan);
// scan_item.c
struct report_item *scan_item(struct scan *scan);
bool scan_vm_item(struct scan *scan, const struct hearing *hearing); // of a VM that was judged
// The judgement in what it says of the item, its reasons in the report's memory.
bool scan_item_judged(struct scan *scan, struct report_item *item, const struct judgement *judgement);
// scan_report.c
bool scan_report(struct scan *scan);
// Our wall clock for a time by the region's clock; 0 stays 0.
int64_t scan_our_time(const struct scan_region *region, int64_t cloud_time);
// scan.c
struct scan *scan_create(const struct scan_options *options, struct cancel *cancel); // NULL when out of memory
// Joins and judges what scan_read read. The scan becomes the report, or is destroyed.
bool scan_conclude(struct scan *scan, const struct report **out, struct error *error);
void scan_destroy(struct scan *scan);

#endif
