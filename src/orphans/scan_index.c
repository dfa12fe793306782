// SPDX-License-Identifier: Apache-2.0
// Lays what was read side by side, so that a VM finds its pods, PeerPods, nodes and log entries at once.
#include "config.h"

#include "orphans/scan_own.h"

#include <string.h>

#include "base/banned.h"

static const struct stage_word {
	const char *word;
	enum vm_stage stage;
} stage_words[] = {
        {"Pending", VM_STAGE_PENDING},
        {"Creating", VM_STAGE_PENDING},
        {"Starting", VM_STAGE_STARTING},
        {"Updating", VM_STAGE_STARTING},
        {"Running", VM_STAGE_RUNNING},
        {"Succeeded", VM_STAGE_RUNNING},
        {"Stopping", VM_STAGE_STOPPING},
        {"Stopped", VM_STAGE_STOPPED},
        {"Deallocating", VM_STAGE_STOPPING},
        {"Deallocated", VM_STAGE_STOPPED},
        {"Deleting", VM_STAGE_DELETING},
        {"Failed", VM_STAGE_FAILED},
};

static enum vm_stage stage_of(const char *word)
{
	for (size_t i = 0; i < COUNT_OF(stage_words); i++)
		if (strcmp(stage_words[i].word, word) == 0)
			return stage_words[i].stage;
	return VM_STAGE_UNKNOWN;
}

size_t scan_vm_place(const struct scan *scan, const char *id)
{
	for (size_t at = multimap_first(&scan->vms_by_id, multimap_text(0, id)); at != SIZE_MAX;
	        at = multimap_next(&scan->vms_by_id, at))
		if (strcmp(scan->vms[at].record->record.id, id) == 0)
			return at;
	return SIZE_MAX;
}

uint64_t scan_pod_key(cluster_ref cluster, const char *namespace_name, const char *name)
{
	return multimap_text(multimap_text(cluster, namespace_name), name);
}

static bool index_vms(struct scan *scan)
{
	static const struct evidence_log no_log;
	enum vm_cloud cloud = scan->is_azure ? VM_CLOUD_AZURE : VM_CLOUD_ALIBABA;
	size_t count = 0, place = 0;
	struct podvm_name name;

	for (size_t r = 0; r < scan->region_count; r++)
		count += scan->regions[r].lists[LIST_VM] ? scan->regions[r].lists[LIST_VM]->count : 0;
	scan->vms = arena_alloc(&scan->scratch, count * sizeof *scan->vms);
	if (!scan->vms || !multimap_init(&scan->vms_by_id, &scan->scratch, count) ||
	        !multimap_init(&scan->vms_by_short, &scan->scratch, count))
		return false;
	for (size_t r = 0; r < scan->region_count; r++) {
		const struct snapshot *list = scan->regions[r].lists[LIST_VM];

		for (size_t i = 0; list && i < list->count; i++) {
			const struct vm_record *record = (const struct vm_record *)list->records[i];
			struct scan_vm *vm = &scan->vms[place];

			*vm = (struct scan_vm){.record = record,
			        .region = (uint32_t)r,
			        .maker_node = "",
			        .log = &no_log,
			        .disk_gib = -1};
			vm->has_name = podvm_name_parse(record->record.name, &name);
			vm->stage = stage_of(record->record.status);
			vm->created = evidence_created(cloud, record->record.created);
			multimap_add(&scan->vms_by_id, multimap_text(0, record->record.id), place);
			if (vm->has_name)
				multimap_add(&scan->vms_by_short, multimap_text(0, name.sandbox_part), place);
			place++;
		}
	}
	scan->vm_count = place;
	return true;
}

static bool index_pods(struct scan *scan)
{
	size_t count = 0, place = 0;

	for (size_t c = 0; c < scan->cluster_count; c++)
		count += scan->clusters[c].survey.pods ? scan->clusters[c].survey.pods->count : 0;
	scan->pods = arena_alloc(&scan->scratch, count * sizeof *scan->pods);
	if (!scan->pods || !multimap_init(&scan->pods_by_part, &scan->scratch, count) ||
	        !multimap_init(&scan->adaptors, &scan->scratch, count) ||
	        !multimap_init(&scan->watched, &scan->scratch, count) ||
	        !multimap_init(&scan->pods_by_uid, &scan->scratch, count) ||
	        !multimap_init(&scan->pods_by_name, &scan->scratch, count))
		return false;
	for (size_t c = 0; c < scan->cluster_count; c++) {
		const struct snapshot *list = scan->clusters[c].survey.pods;
		cluster_ref cluster = (cluster_ref)c + 1;

		for (size_t i = 0; list && i < list->count; i++, place++) {
			const struct pod_record *pod = (const struct pod_record *)list->records[i];
			char part[PODVM_POD_PART_MOST + 1];

			scan->pods[place] = (struct scan_pod){pod, cluster};
			podvm_name_pod_part(pod->record.name, PODVM_NAME_LIMIT, part);
			multimap_add(&scan->pods_by_part, multimap_text(0, part), place);
			if (scan_pod_is_adaptor(pod))
				multimap_add(&scan->adaptors, multimap_text(cluster, pod->node), place);
			multimap_add(&scan->pods_by_uid, multimap_text(cluster, pod->record.id), place);
			multimap_add(&scan->pods_by_name, scan_pod_key(cluster, pod->namespace_name, pod->record.name),
			        place);
		}
	}
	scan->pod_count = place;
	return true;
}

static bool index_peerpods(struct scan *scan)
{
	size_t count = 0, place = 0;

	for (size_t c = 0; c < scan->cluster_count; c++)
		count += scan->clusters[c].survey.peerpods ? scan->clusters[c].survey.peerpods->count : 0;
	scan->peerpods = arena_alloc(&scan->scratch, count * sizeof *scan->peerpods);
	if (!scan->peerpods || !multimap_init(&scan->peerpods_by_vm, &scan->scratch, count) ||
	        !multimap_init(&scan->peerpods_by_pod, &scan->scratch, count))
		return false;
	for (size_t c = 0; c < scan->cluster_count; c++) {
		const struct snapshot *list = scan->clusters[c].survey.peerpods;
		cluster_ref cluster = (cluster_ref)c + 1;

		for (size_t i = 0; list && i < list->count; i++, place++) {
			const struct peerpod_record *peerpod = (const struct peerpod_record *)list->records[i];

			scan->peerpods[place] = (struct scan_peerpod){peerpod, cluster};
			multimap_add(&scan->peerpods_by_vm, multimap_text(0, peerpod->vm_id), place);
			multimap_add(&scan->peerpods_by_pod, multimap_text(cluster, peerpod->pod_uid), place);
		}
	}
	scan->peerpod_count = place;
	return true;
}

static const char *node_address(const struct node_record *node)
{
	return node->addresses.count > 0 ? node->addresses.items[0] : node->private_ip;
}

static void add_node(struct scan *scan, struct scan_node node)
{
	size_t place = scan->node_count++;

	scan->nodes[place] = node;
	if (*node.address)
		multimap_add(&scan->nodes_by_address, multimap_text(0, node.address), place);
	if (node.is_present)
		multimap_add(&scan->nodes_by_name, multimap_text(node.cluster, node.name), place);
}

// Nodes that a cluster had and has no more: a VM made by one of them is still that cluster's.
static void add_remembered(struct scan *scan, const struct memory_node *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		cluster_ref cluster = scan_cluster_by_uid(scan, rows[i].cluster_uid);
		bool is_there = false;

		if (cluster == CLUSTER_NONE)
			continue;
		for (size_t at = multimap_first(&scan->nodes_by_address, multimap_text(0, rows[i].address));
		        at != SIZE_MAX && !is_there; at = multimap_next(&scan->nodes_by_address, at)) {
			const struct scan_node *node = &scan->nodes[at];

			is_there =
			        node->cluster == cluster && node->record && strcmp(node->record->uid, rows[i].uid) == 0;
		}
		if (!is_there)
			add_node(scan, (struct scan_node){.cluster = cluster,
			                       .name = scan_text(scan, rows[i].name),
			                       .address = scan_text(scan, rows[i].address),
			                       .created = rows[i].created,
			                       .seen_at = rows[i].seen_at});
	}
}

static bool index_nodes(struct scan *scan)
{
	struct memory_node *rows = NULL;
	size_t count = 0, remembered = 0;

	if (scan->options.memory)
		rows = memory_all(scan->options.memory, MEMORY_NODE, &scan->scratch, &remembered);
	for (size_t c = 0; c < scan->cluster_count; c++) {
		const struct snapshot *list = scan->clusters[c].survey.nodes;

		for (size_t i = 0; list && i < list->count; i++) {
			const struct node_record *node = (const struct node_record *)list->records[i];

			count += node->addresses.count > 1 ? node->addresses.count : 1;
		}
	}
	count += remembered;
	scan->nodes = arena_alloc(&scan->scratch, count * sizeof *scan->nodes);
	if (!scan->nodes || !multimap_init(&scan->nodes_by_address, &scan->scratch, count) ||
	        !multimap_init(&scan->nodes_by_name, &scan->scratch, count) ||
	        !multimap_init(&scan->node_ids, &scan->scratch, count))
		return false;
	for (size_t c = 0; c < scan->cluster_count; c++) {
		const struct snapshot *list = scan->clusters[c].survey.nodes;

		for (size_t i = 0; list && i < list->count; i++) {
			const struct node_record *record = (const struct node_record *)list->records[i];
			struct scan_node node = {.cluster = (cluster_ref)c + 1,
			        .name = record->record.name,
			        .address = node_address(record),
			        .created = record->record.created,
			        .is_present = true,
			        .is_ready = record->is_ready,
			        .record = record};

			multimap_add(&scan->node_ids, multimap_text(0, record->record.id), scan->node_count);
			add_node(scan, node);
			for (unsigned n = 1; n < record->addresses.count; n++) {
				node.address = record->addresses.items[n];
				add_node(scan, node);
			}
		}
	}
	if (rows)
		add_remembered(scan, rows, remembered);
	return true;
}

const struct scan_node *scan_node_by_name(const struct scan *scan, cluster_ref cluster, const char *name)
{
	for (size_t at = multimap_first(&scan->nodes_by_name, multimap_text(cluster, name)); at != SIZE_MAX;
	        at = multimap_next(&scan->nodes_by_name, at))
		if (scan->nodes[at].cluster == cluster && strcmp(scan->nodes[at].name, name) == 0)
			return &scan->nodes[at];
	return NULL;
}

// Where the cloud does not list a cluster, its nodes tell in which network it is.
static void find_networks(struct scan *scan)
{
	for (size_t i = 0; i < scan->node_count; i++) {
		const struct scan_node *node = &scan->nodes[i];
		struct scan_cluster *cluster = &scan->clusters[node->cluster - 1];
		size_t place =
		        node->record && !*cluster->vpc_id ? scan_vm_place(scan, node->record->record.id) : SIZE_MAX;

		if (place != SIZE_MAX) {
			cluster->vpc_id = scan->vms[place].record->vpc_id;
			if (!*cluster->region)
				cluster->region = scan->vms[place].record->record.region;
		}
	}
}

// Disks and addresses tell what they are attached to; a VM does not tell what is attached to it.
static void join_disks(struct scan *scan, const struct scan_region *region)
{
	const struct snapshot *disks = region->lists[LIST_DISK];

	for (size_t i = 0; disks && i < disks->count; i++) {
		const struct disk_record *disk = (const struct disk_record *)disks->records[i];
		size_t place = *disk->instance_id ? scan_vm_place(scan, disk->instance_id) : SIZE_MAX;

		if (place == SIZE_MAX)
			continue;
		if (strcmp(disk->type, "system") == 0) {
			scan->vms[place].disk = disk;
			scan->vms[place].disk_gib = disk->size_gib;
		} else {
			scan->vms[place].has_data_disk = true;
		}
	}
}

static void join_addresses(struct scan *scan, const struct scan_region *region)
{
	const struct snapshot *eips = region->lists[LIST_EIP];

	for (size_t i = 0; eips && i < eips->count; i++) {
		const struct eip_record *eip = (const struct eip_record *)eips->records[i];
		const struct eni_record *eni =
		        *eip->instance_id && region->lists[LIST_ENI]
		                ? (const struct eni_record *)snapshot_find(region->lists[LIST_ENI], eip->instance_id)
		                : NULL;
		const char *vm = eni ? eni->instance_id : eip->instance_id;
		size_t place = *vm ? scan_vm_place(scan, vm) : SIZE_MAX;

		if (place != SIZE_MAX)
			scan->vms[place].eip = eip;
	}
}

bool scan_index(struct scan *scan)
{
	if (!index_vms(scan) || !index_pods(scan) || !index_peerpods(scan) || !index_nodes(scan) ||
	        !multimap_init(&scan->vms_by_part, &scan->scratch, scan->pod_count > 0 ? scan->vm_count : 0))
		return false;
	find_networks(scan);
	for (size_t i = 0; i < scan->region_count; i++) {
		join_disks(scan, &scan->regions[i]);
		join_addresses(scan, &scan->regions[i]);
	}
	return true;
}
