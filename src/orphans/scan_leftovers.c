// SPDX-License-Identifier: Apache-2.0
// What VMs may have left behind: interfaces, addresses, disks and PeerPods.
#include "config.h"

#include "orphans/scan_own.h"

#include <stdio.h>
#include <string.h>

#include "base/banned.h"

static const char *const sort_names[] = {
        [LEFTOVER_ENI] = "eni",
        [LEFTOVER_EIP] = "eip",
        [LEFTOVER_NIC] = "nic",
        [LEFTOVER_DISK] = "disk",
        [LEFTOVER_ADDRESS] = "address",
        [LEFTOVER_PEERPOD] = "peerpod",
};

// Whether a VM exists: a whole list that has it, or the cloud's word by id. A list that lacks it is no answer.
static enum answer vm_exists(
        struct scan *scan, const char *thing, const char *id, const struct scope *const *regions, size_t count)
{
	const struct cloud_source *cloud = scan->options.cloud->cloud;
	bool is_wanted = !scan->is_recheck || strcmp(thing, scan->wanted) == 0;

	if (scan_vm_place(scan, id) != SIZE_MAX)
		return ANSWER_YES;
	if (!cloud->exists || count == 0 || scan->asked >= SCAN_EXISTS_MOST || !is_wanted)
		return ANSWER_UNKNOWN;
	for (size_t i = 0; i < count; i++) {
		enum presence presence = PRESENCE_UNKNOWN;
		struct error error = {ERROR_NONE};

		scan->asked++;
		if (!cloud->exists(
		            scan->options.cloud_session, regions[i], KIND_VM, id, &presence, scan->cancel, &error))
			return ANSWER_UNKNOWN;
		if (presence != PRESENCE_ABSENT)
			return presence == PRESENCE_PRESENT ? ANSWER_YES : ANSWER_UNKNOWN;
	}
	return ANSWER_NO;
}

static enum answer is_free(const struct record *record, const char *attached_to)
{
	if (strcmp(record->status, "Available") == 0 || strcmp(record->status, "Unattached") == 0)
		return ANSWER_YES;
	if (*attached_to || strcmp(record->status, "InUse") == 0 || strcmp(record->status, "In_use") == 0)
		return ANSWER_NO;
	return ANSWER_UNKNOWN;
}

// First found free, by the cloud's clock and as ours says it.
static int64_t free_since(struct scan *scan, const struct scan_region *region, const struct leftover *leftover,
        const char *id, int64_t *cloud_since)
{
	struct memory_free row = {.kind = sort_names[leftover->kind], .id = id};
	bool was_free;

	*cloud_since = 0;
	if (!scan->options.memory || !region->proof.offset_is_known)
		return 0;
	was_free = memory_get(scan->options.memory, MEMORY_FREE, &row);
	if (leftover->is_free != ANSWER_YES) {
		if (leftover->is_free == ANSWER_NO && was_free && !scan->is_recheck)
			memory_drop(scan->options.memory, MEMORY_FREE, &row);
		return 0;
	}
	row.seen_at = leftover->now + region->proof.offset_ms;
	row.since = was_free ? row.since : row.seen_at;
	*cloud_since = row.since;
	if (!scan->is_recheck)
		memory_put(scan->options.memory, MEMORY_FREE, &row);
	return scan_our_time(region, row.since);
}

static bool is_kept(const struct scan *scan, const char *id, struct tag_list tags)
{
	for (unsigned i = 0; i < tags.count; i++)
		if (strcmp(tags.items[i].key, "peerdeck-keep") == 0 && strcmp(tags.items[i].value, "false") != 0)
			return true;
	return scan->options.memory && memory_is_kept(scan->options.memory, id);
}

static struct report_item *leftover_item(struct scan *scan, enum kind_id kind, const struct scope *scope,
        const struct record *record, const struct leftover *leftover)
{
	struct report_leftover *own = scan_alloc(scan, sizeof *own);
	struct report_item *item = own ? scan_item(scan) : NULL;

	if (!item)
		return NULL;
	own->facts = *leftover;
	// The list that it stands in goes once its region is judged.
	own->facts.name = scan_text(scan, leftover->name);
	own->facts.description = scan_text(scan, leftover->description);
	leftover_judge(leftover, &own->judgement);
	item->kind = kind;
	item->scope = scope;
	item->record = record;
	item->leftover = own;
	item->verdict = own->judgement.verdict;
	item->settles_at = own->judgement.until;
	item->since = item->verdict == VERDICT_ORPHAN || item->verdict == VERDICT_SUSPECT ? leftover->free_since : 0;
	return item;
}

// What earlier scans know of the VM that is gone.
static void item_recall_vm(struct scan *scan, struct report_item *item, const char *vm)
{
	struct memory_vm row = {.id = vm};
	cluster_ref cluster;

	item->vm = scan_text(scan, vm);
	if (!*vm || !scan->options.memory || !memory_get(scan->options.memory, MEMORY_VM, &row))
		return;
	item->namespace_name = scan_text(scan, row.namespace_name);
	item->pod = scan_text(scan, row.pod);
	item->pod_uid = scan_text(scan, row.pod_uid);
	cluster = scan_cluster_by_uid(scan, row.cluster_uid);
	if (cluster == CLUSTER_NONE)
		return;
	item->cluster = scan->clusters[cluster - 1].name;
	item->cluster_id = scan->clusters[cluster - 1].id;
	item->cluster_uid = scan->clusters[cluster - 1].uid;
}

struct sighting {
	enum leftover_kind kind;
	enum kind_id record_kind;
	enum region_list list;
	const struct record *record;
	const char *description, *attached_to;
	struct tag_list tags;
};

static bool add_leftover(struct scan *scan, const struct scan_region *region, const struct sighting *seen)
{
	struct leftover leftover = {.kind = seen->kind,
	        .name = seen->record->name,
	        .description = seen->description,
	        .list_is_complete = region->lists[seen->list]->complete,
	        .is_free = is_free(seen->record, seen->attached_to),
	        .is_kept = is_kept(scan, seen->record->id, seen->tags),
	        .now = clock_now(scan->options.clock)};
	struct report_item *item;
	char vm[128] = "";
	int64_t cloud_since;

	if (!leftover_vm(seen->kind, seen->record->name, vm, sizeof vm) && seen->kind != LEFTOVER_EIP)
		return true;
	if (seen->kind == LEFTOVER_EIP && strcmp(seen->description, "Peerpod External Network EIP") != 0)
		return true;
	leftover.free_since = free_since(scan, region, &leftover, seen->record->id, &cloud_since);
	// What is attached is told with its VM.
	if (leftover.is_free == ANSWER_NO)
		return true;
	if (*vm && seen->kind == LEFTOVER_ENI)
		leftover.vm_exists = vm_exists(scan, seen->record->id, vm, &region->scope, 1);
	item = leftover_item(scan, seen->record_kind, region->scope, seen->record, &leftover);
	if (item)
		item_recall_vm(scan, item, vm);
	return item != NULL;
}

static bool enis_of_region(struct scan *scan, const struct scan_region *region)
{
	const struct snapshot *list = region->lists[LIST_ENI];

	for (size_t i = 0; list && i < list->count; i++) {
		const struct eni_record *eni = (const struct eni_record *)list->records[i];
		struct sighting seen = {scan->is_azure ? LEFTOVER_NIC : LEFTOVER_ENI, KIND_ENI, LIST_ENI, &eni->record,
		        eni->description, eni->instance_id, eni->tags};

		if (!add_leftover(scan, region, &seen))
			return false;
	}
	return true;
}

static bool eips_of_region(struct scan *scan, const struct scan_region *region)
{
	const struct snapshot *list = region->lists[LIST_EIP];

	for (size_t i = 0; list && i < list->count; i++) {
		const struct eip_record *eip = (const struct eip_record *)list->records[i];
		struct sighting seen = {scan->is_azure ? LEFTOVER_ADDRESS : LEFTOVER_EIP, KIND_EIP, LIST_EIP,
		        &eip->record, eip->description, eip->instance_id, eip->tags};

		if (!add_leftover(scan, region, &seen))
			return false;
	}
	return true;
}

static bool disks_of_region(struct scan *scan, const struct scan_region *region)
{
	const struct snapshot *list = region->lists[LIST_DISK];

	for (size_t i = 0; scan->is_azure && list && i < list->count; i++) {
		const struct disk_record *disk = (const struct disk_record *)list->records[i];
		struct sighting seen = {
		        LEFTOVER_DISK, KIND_DISK, LIST_DISK, &disk->record, "", disk->instance_id, disk->tags};

		if (!add_leftover(scan, region, &seen))
			return false;
	}
	return true;
}

// Every region that the cluster is known to have named: asked in the wrong one, the cloud says "not found" too.
static size_t regions_of(const struct scan *scan, const struct scan_cluster *cluster, const struct scope **out)
{
	size_t count = 0;

	for (const struct scan_config *config = cluster->configs; config; config = config->next) {
		const struct scope *scope = NULL;
		bool is_there = false;

		for (size_t i = 0; i < scan->region_count; i++)
			if (strcmp(scan->regions[i].scope->region, config->region) == 0)
				scope = scan->regions[i].scope;
		if (!scope)
			return 0;
		for (size_t i = 0; i < count; i++)
			is_there |= out[i] == scope;
		if (!is_there)
			out[count++] = scope;
	}
	return count;
}

struct leftover scan_peerpod_facts(const struct scan *scan, const struct scan_peerpod *peerpod)
{
	const struct scan_cluster *cluster = &scan->clusters[peerpod->cluster - 1];
	const struct peerpod_record *record = peerpod->record;

	return (struct leftover){.kind = LEFTOVER_PEERPOD,
	        .name = record->record.name,
	        .description = "",
	        .list_is_complete = cluster->peerpods_are_whole,
	        .has_finalizer = record->has_finalizer,
	        .is_deleting = record->deleting_since != 0,
	        .has_controller = cluster->survey.controller.is_installed,
	        .is_kept = scan->options.memory && memory_is_kept(scan->options.memory, record->record.id),
	        .now = clock_now(scan->options.clock)};
}

static bool peerpod_leftover(struct scan *scan, const struct scan_peerpod *peerpod)
{
	struct scan_cluster *cluster = &scan->clusters[peerpod->cluster - 1];
	const struct peerpod_record *record = peerpod->record;
	const struct scope **regions = arena_alloc(&scan->scratch, (scan->region_count + 1) * sizeof *regions);
	struct leftover leftover = scan_peerpod_facts(scan, peerpod);
	struct report_item *item;

	if (!regions)
		return false;
	// One whose VM is there is told with the VM.
	if (!*record->vm_id || scan_vm_place(scan, record->vm_id) != SIZE_MAX)
		return true;
	leftover.vm_exists =
	        vm_exists(scan, record->record.id, record->vm_id, regions, regions_of(scan, cluster, regions));
	if (leftover.vm_exists == ANSWER_YES)
		return true;
	leftover.free_since = record->deleting_since;
	item = leftover_item(scan, KIND_PEERPOD, &cluster->scope, &record->record, &leftover);
	if (!item)
		return false;
	item_recall_vm(scan, item, record->vm_id);
	item->cluster = cluster->name;
	item->cluster_id = cluster->id;
	item->cluster_uid = cluster->uid;
	item->namespace_name = record->namespace_name;
	item->pod = record->pod;
	item->pod_uid = record->pod_uid;
	return true;
}

bool scan_leftovers_of_region(struct scan *scan, const struct scan_region *region)
{
	return enis_of_region(scan, region) && eips_of_region(scan, region) && disks_of_region(scan, region);
}

bool scan_leftovers_of_clusters(struct scan *scan)
{
	for (size_t i = 0; i < scan->peerpod_count; i++)
		if (!peerpod_leftover(scan, &scan->peerpods[i]))
			return false;
	return true;
}
