// SPDX-License-Identifier: Apache-2.0
// Joins what was read into the evidence of one VM. Nothing is guessed: what was not read is unknown.
#include "config.h"

#include "orphans/scan_own.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "orphans/quarantine.h"

#include "base/banned.h"

#define KEEP_TAG "peerdeck-keep"

static const char *tag_of(struct tag_list tags, const char *key)
{
	for (unsigned i = 0; i < tags.count; i++)
		if (strcmp(tags.items[i].key, key) == 0)
			return tags.items[i].value;
	return NULL;
}

static enum answer yes(bool is)
{
	return is ? ANSWER_YES : ANSWER_NO;
}

static bool region_has(const struct scan_region *region, enum region_list list)
{
	return region->lists[list] && region->lists[list]->complete;
}

static enum answer is_prepaid(const struct vm_record *record)
{
	if (strcmp(record->charge_type, "PrePaid") == 0)
		return ANSWER_YES;
	return *record->charge_type ? ANSWER_NO : ANSWER_UNKNOWN;
}

static const char *const node_tags[] = {"ack.aliyun.com", "ack.alibabacloud.com/nodepool-id"};

static enum answer is_node(const struct scan *scan, const struct scan_vm *vm, const struct evidence_claim *claims)
{
	const char *id = vm->record->record.id;

	for (size_t i = 0; i < COUNT_OF(node_tags); i++)
		if (tag_of(vm->record->tags, node_tags[i]))
			return ANSWER_YES;
	for (size_t at = multimap_first(&scan->node_ids, multimap_text(0, id)); at != SIZE_MAX;
	        at = multimap_next(&scan->node_ids, at))
		if (scan->nodes[at].record && strcmp(scan->nodes[at].record->record.id, id) == 0)
			return ANSWER_YES;
	for (size_t i = 0; i < scan->cluster_count; i++)
		if (claims[i].could_own && scan->clusters[i].reading == CLUSTER_READ &&
		        !scan->clusters[i].nodes_are_whole)
			return ANSWER_UNKNOWN;
	return ANSWER_NO;
}

static enum answer is_of_scale_set(const struct scan *scan, const struct vm_record *record)
{
	(void)scan;
	return yes(tag_of(record->tags, "acs:autoscaling:scalingGroupId") != NULL);
}

// Whether a cluster whose present configuration nobody could read may make its VMs where this one is.
static bool may_share_network(const struct scan_cluster *cluster, const struct vm_record *vm)
{
	if (*cluster->vpc_id && *vm->vpc_id)
		return strcmp(cluster->vpc_id, vm->vpc_id) == 0;
	return !*cluster->region || strcmp(cluster->region, vm->record.region) == 0;
}

static enum answer fits_known_network(const struct scan *scan, const struct vm_record *vm)
{
	bool is_open = false, any = false;

	for (size_t i = 0; i < scan->cluster_count; i++) {
		const struct scan_cluster *cluster = &scan->clusters[i];

		for (const struct scan_config *config = cluster->configs; config; config = config->next) {
			if (config_has_network(config, vm))
				return ANSWER_YES;
			any = true;
		}
		is_open |= cluster->config_state == CONFIG_UNREAD && cluster->reading != CLUSTER_GONE &&
		           may_share_network(cluster, vm);
	}
	return is_open || !any || !*vm->vswitch_id ? ANSWER_UNKNOWN : ANSWER_NO;
}

static const struct eni_record *find_eni(const struct scan_region *region, const char *id)
{
	return region->lists[LIST_ENI] ? (const struct eni_record *)snapshot_find(region->lists[LIST_ENI], id) : NULL;
}

static bool eip_is_adaptors(const struct eip_record *eip)
{
	return strcmp(eip->description, "Peerpod External Network EIP") == 0;
}

// Interfaces and addresses that the adaptor did not make.
static enum answer has_other_addresses(const struct scan *scan, const struct scan_vm *vm)
{
	const struct scan_region *region = &scan->regions[vm->region];
	const struct vm_record *record = vm->record;
	bool is_open = *record->eip_id && !region_has(region, LIST_EIP);

	for (unsigned i = 0; i < record->eni_ids.count; i++) {
		const struct eni_record *eni = find_eni(region, record->eni_ids.items[i]);
		char owner[64];

		if (eni && strcmp(eni->type, "Primary") != 0 &&
		        !(leftover_vm(LEFTOVER_ENI, eni->record.name, owner, sizeof owner) &&
		                strcmp(owner, record->record.id) == 0))
			return ANSWER_YES;
		// The only interface that a VM has is its primary one.
		is_open |= !eni && record->eni_ids.count > 1;
		is_open |= eni && *eni->eip_id && !region_has(region, LIST_EIP);
	}
	if (vm->eip && !eip_is_adaptors(vm->eip))
		return ANSWER_YES;
	return is_open || (*record->eip_id && !vm->eip) ? ANSWER_UNKNOWN : ANSWER_NO;
}

static bool tag_is_ours(const struct scan *scan, const char *key)
{
	if (text_starts_with(key, "acs:") || text_starts_with(key, "peerdeck") || quarantine_is_tag(key) ||
	        strcmp(key, "caa-cluster-uid") == 0)
		return true;
	for (size_t i = 0; i < scan->cluster_count; i++)
		for (const struct scan_config *config = scan->clusters[i].configs; config; config = config->next)
			if (config_has_tag(config, key))
				return true;
	return false;
}

static enum answer has_other_tags(const struct scan *scan, const struct vm_record *record)
{
	for (unsigned i = 0; i < record->tags.count; i++)
		if (!tag_is_ours(scan, record->tags.items[i].key))
			return ANSWER_YES;
	return ANSWER_NO;
}

static bool is_kept(const struct scan *scan, const struct vm_record *record)
{
	const char *tag = tag_of(record->tags, KEEP_TAG);

	return (tag && strcmp(tag, "false") != 0) ||
	       (scan->options.memory && memory_is_kept(scan->options.memory, record->record.id));
}

static enum answer has_data_disks(const struct scan *scan, const struct scan_vm *vm)
{
	const struct scan_region *region = &scan->regions[vm->region];

	if (!region_has(region, LIST_DISK))
		return ANSWER_UNKNOWN;
	return yes(vm->has_data_disk);
}

// Member by member: what is kept of the evidence is compared as bytes, and nothing else may stand between them.
static void fill_vm(
        const struct scan *scan, const struct scan_vm *vm, const struct evidence_claim *claims, struct evidence_vm *out)
{
	const struct vm_record *record = vm->record;

	out->is_complete = *record->record.id && *record->record.status;
	out->is_prepaid = scan->is_azure ? ANSWER_NO : is_prepaid(record);
	out->has_data_disks = has_data_disks(scan, vm);
	out->is_node = is_node(scan, vm, claims);
	out->is_of_scale_set = is_of_scale_set(scan, record);
	out->fits_known_network = fits_known_network(scan, record);
	out->is_kept = is_kept(scan, record);
	out->is_protected = yes(record->deletion_protection);
	out->is_locked = yes(record->locks.count > 0);
	out->has_other_addresses = has_other_addresses(scan, vm);
	out->has_other_tags = has_other_tags(scan, record);
	out->is_busy = scan->is_azure ? yes(vm->stage == VM_STAGE_PENDING || vm->stage == VM_STAGE_STARTING ||
	                                        vm->stage == VM_STAGE_DELETING)
	                              : ANSWER_NO;
}

// E6. A cluster that could not be read may be the one that a tag names: then it names none for certain.
static cluster_ref tag_cluster(const struct scan *scan, const struct vm_record *record)
{
	const char *uid = tag_of(record->tags, "caa-cluster-uid"), *id = tag_of(record->tags, "peerdeck-cluster");
	cluster_ref found = scan_cluster_by_uid(scan, uid);
	bool is_open = false;

	for (size_t i = 0; i < scan->cluster_count; i++) {
		if (found == CLUSTER_NONE && id && *id && !(uid && *uid) && strcmp(scan->clusters[i].id, id) == 0)
			found = (cluster_ref)i + 1;
		is_open |= !*scan->clusters[i].uid;
	}
	if (found != CLUSTER_NONE || !((uid && *uid) || (id && *id)))
		return found;
	return is_open ? CLUSTER_NONE : CLUSTER_OUTSIDE;
}

// Private addresses repeat between networks: where a cluster's is not known, its configuration must name the VM's.
static bool is_of_network(const struct scan_cluster *cluster, const struct vm_record *vm)
{
	if (*cluster->vpc_id && *vm->vpc_id)
		return strcmp(cluster->vpc_id, vm->vpc_id) == 0;
	for (const struct scan_config *config = cluster->configs; config; config = config->next)
		if (config_has_network(config, vm))
			return true;
	return false;
}

// E5: the one cluster with a Node of that address that is older than the VM, and was still there when it was made:
// addresses are given to others afterwards. Of several the network tells which; not so where an adaptor's own log names
// the VM and its cluster has a Node of that address, too: then it was told to make VMs in somebody else's network.
cluster_ref scan_worker_cluster(const struct scan *scan, const struct scan_vm *vm)
{
	const char *address = vm->data ? vm->data->worker_ip : "";
	cluster_ref found = CLUSTER_NONE;
	bool is_of_log = false, is_ambiguous = false;

	if (!*address || vm->created.start == 0)
		return CLUSTER_NONE;
	for (size_t at = multimap_first(&scan->nodes_by_address, multimap_text(0, address)); at != SIZE_MAX;
	        at = multimap_next(&scan->nodes_by_address, at)) {
		const struct scan_node *node = &scan->nodes[at];
		const struct scan_cluster *cluster = &scan->clusters[node->cluster - 1];

		if (strcmp(node->address, address) != 0 || node->created == 0 || node->created >= vm->created.start ||
		        (!node->is_present && node->seen_at < vm->created.start))
			continue;
		is_of_log = is_of_log || node->cluster == vm->log->cluster;
		if (!is_of_network(cluster, vm->record))
			continue;
		is_ambiguous = is_ambiguous || (found != CLUSTER_NONE && found != node->cluster);
		found = node->cluster;
	}
	return is_ambiguous || (is_of_log && found != vm->log->cluster) ? CLUSTER_NONE : found;
}

static const struct scan_node *node_by_address(
        const struct scan *scan, cluster_ref cluster, const char *address, bool *was_there)
{
	const struct scan_node *present = NULL;

	for (size_t at = multimap_first(&scan->nodes_by_address, multimap_text(0, address)); at != SIZE_MAX;
	        at = multimap_next(&scan->nodes_by_address, at)) {
		const struct scan_node *node = &scan->nodes[at];

		if (node->cluster != cluster || strcmp(node->address, address) != 0)
			continue;
		*was_there = true;
		if (node->is_present)
			present = node;
	}
	return present;
}

static enum maker_node maker_of(const struct scan *scan, const struct scan_vm *vm, const struct scan_node *node)
{
	const struct scan_cluster *cluster = &scan->clusters[vm->maker_cluster - 1];

	if (!cluster->nodes_are_whole)
		return MAKER_UNKNOWN;
	// A node of that name that came later is another one.
	if (!node || (node->created != 0 && node->created > vm->created.end + TIME_MARGIN))
		return MAKER_GONE;
	return node->is_ready ? MAKER_READY : MAKER_NOT_READY;
}

// The node that made the VM: by E3, E5 or E12.
static enum maker_node find_maker(const struct scan *scan, const struct hearing *hearing)
{
	struct scan_vm *vm = hearing->vm;
	cluster_ref record_cluster = hearing->evidence.record_cluster;
	const struct scan_node *node;
	bool was_there = false;

	if (vm->log->is_mapped) {
		vm->maker_cluster = vm->log->cluster;
		vm->maker_node = vm->log->node;
	} else if (vm->worker_cluster != CLUSTER_NONE) {
		vm->maker_cluster = vm->worker_cluster;
		node = node_by_address(scan, vm->maker_cluster, vm->data->worker_ip, &was_there);
		vm->maker_node = node ? node->name : "";
		return maker_of(scan, vm, node);
	} else if (record_cluster != CLUSTER_NONE && hearing->is_known && *hearing->memory.node) {
		vm->maker_cluster = record_cluster;
		vm->maker_node = hearing->memory.node;
	}
	if (vm->maker_cluster == CLUSTER_NONE || !vm->maker_node || !*vm->maker_node)
		return MAKER_UNKNOWN;
	return maker_of(scan, vm, scan_node_by_name(scan, vm->maker_cluster, vm->maker_node));
}

static void fill_claims(
        const struct scan *scan, const struct scan_vm *vm, cluster_ref record, struct evidence_claim *claims)
{
	for (size_t i = 0; i < scan->cluster_count; i++) {
		const struct scan_cluster *cluster = &scan->clusters[i];
		cluster_ref ref = (cluster_ref)i + 1;
		struct evidence_claim *claim = &claims[i];

		for (const struct scan_config *config = cluster->configs; config; config = config->next) {
			if (!config_has_network(config, vm->record))
				continue;
			claim->could_own = true;
			claim->config_fits |= config_fits(config, vm->record);
		}
		// Its configuration may have changed since it was last read.
		claim->could_own |= cluster->config_state == CONFIG_UNREAD && cluster->reading != CLUSTER_GONE &&
		                    may_share_network(cluster, vm->record);
		claim->could_own |=
		        ref == record || ref == vm->tag_cluster || ref == vm->worker_cluster || ref == vm->log->cluster;
		claim->keeps_vms = claim->could_own ? cluster_keeps_vms(scan, cluster, vm) : ANSWER_UNKNOWN;
	}
}

// Which clusters' clocks matter: the owner's where it is proven, else those of all that could own it.
static void fill_scan(
        const struct scan *scan, const struct scan_vm *vm, const struct evidence *evidence, struct evidence_scan *out)
{
	const struct scan_region *region = &scan->regions[vm->region];
	const struct snapshot *list = region->lists[LIST_VM];
	cluster_ref proven = vm->log->is_mapped ? vm->log->cluster : vm->worker_cluster;
	int64_t worst = 0;

	out->list_is_complete = list && list->complete;
	out->permission_is_proven = region->proof.vms_are_proven || (list && list->count > 0);
	out->clocks_are_measured = region->proof.offset_is_known;
	out->now = scan->judged_at;
	if (!region->proof.offset_is_known)
		return;
	// Old by the time of the answer, so that a VM never looks older than it is.
	out->cloud_now = region->vms_at + region->proof.offset_ms;
	for (size_t i = 0; i < evidence->cluster_count; i++) {
		const struct scan_cluster *cluster = &scan->clusters[i];
		cluster_ref ref = (cluster_ref)i + 1;
		bool has_pod = false;
		int64_t offset;

		for (size_t n = 0; n < evidence->pod_count && !has_pod; n++)
			has_pod = evidence->pods[n].cluster == ref;
		if (cluster->reading != CLUSTER_READ || (proven != CLUSTER_NONE && ref != proven) ||
		        !(has_pod || evidence->claims[i].could_own))
			continue;
		if (!cluster->survey.offset_is_known) {
			out->clocks_are_measured = false;
			return;
		}
		offset = region->proof.offset_ms - cluster->survey.offset_ms;
		if (llabs(offset) > llabs(worst))
			worst = offset;
	}
	out->clock_offset_ms = worst;
}

static void fill_data(const struct scan_vm *vm, struct evidence_data *out)
{
	if (!vm->data)
		return;
	*out = (struct evidence_data){.state = vm->data->state,
	        .namespace_name = vm->data->pod_namespace,
	        .pod_name = vm->data->pod_name,
	        .pod_ip = vm->data->pod_ip,
	        .worker_ip = vm->data->worker_ip,
	        .worker_cluster = vm->worker_cluster};
}

void scan_place(struct scan *scan, struct scan_vm *vm)
{
	if (!vm->has_name)
		return;
	vm->worker_cluster = scan_worker_cluster(scan, vm);
	vm->tag_cluster = tag_cluster(scan, vm->record);
}

static bool fill_podvm(struct scan *scan, struct hearing *hearing)
{
	struct scan_vm *vm = hearing->vm;
	struct evidence *evidence = &hearing->evidence;
	struct evidence_claim *claims = arena_alloc(&scan->passing, scan->cluster_count * sizeof *claims);

	if (!claims)
		return false;
	hearing->memory.id = vm->record->record.id;
	hearing->is_known = scan->options.memory && memory_get(scan->options.memory, MEMORY_VM, &hearing->memory);
	if (hearing->is_known)
		evidence->record_cluster = scan_cluster_by_uid(scan, hearing->memory.cluster_uid);
	fill_claims(scan, vm, evidence->record_cluster, claims);
	evidence->clusters = scan->evidence_clusters;
	evidence->claims = claims;
	evidence->cluster_count = scan->cluster_count;
	evidence->maker = find_maker(scan, hearing);
	evidence->log = *vm->log;
	fill_data(vm, &evidence->data);
	evidence->tag_cluster = vm->tag_cluster;
	fill_vm(scan, vm, claims, &evidence->vm);
	return scan_evidence_pods(scan, hearing);
}

// Of VMs that cannot be pod VMs, only what the first rules ask is told.
bool scan_evidence(struct scan *scan, struct scan_vm *vm, struct hearing *out)
{
	struct evidence *evidence = &out->evidence;

	arena_reset(&scan->passing);
	memset(out, 0, sizeof *out);
	out->vm = vm;
	evidence->scan = &out->scan;
	evidence->vm.id = vm->record->record.id;
	evidence->vm.name = vm->record->record.name;
	evidence->vm.stage = vm->stage;
	evidence->vm.created = vm->created;
	evidence->vm.cpu_percent = -1;
	evidence->vm.cloud = scan->is_azure ? VM_CLOUD_AZURE : VM_CLOUD_ALIBABA;
	evidence->vm.is_complete = *vm->record->record.id != '\0';
	if (vm->has_name && !fill_podvm(scan, out))
		return false;
	fill_scan(scan, vm, evidence, &out->scan);
	return true;
}
