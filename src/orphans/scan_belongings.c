// SPDX-License-Identifier: Apache-2.0
// What hangs on a VM that exists.
#include "config.h"

#include "orphans/scan_own.h"

#include <string.h>

#include "base/banned.h"

static size_t next_peerpod(const struct scan *scan, const char *vm, size_t at)
{
	while (at != SIZE_MAX && strcmp(scan->peerpods[at].record->vm_id, vm) != 0)
		at = multimap_next(&scan->peerpods_by_vm, at);
	return at;
}

// Of a PeerPod more is known than its record says.
static const struct report_item *peerpod_item(
        struct scan *scan, const struct report_item *owner, const struct scan_peerpod *peerpod)
{
	struct report_belonging bare = {.record = &peerpod->record->record, .kind = KIND_PEERPOD};
	struct report_leftover *leftover = scan_alloc(scan, sizeof *leftover);
	struct report_item *item = scan_alloc(scan, sizeof *item), around = *owner;
	struct report_hanging hanging;

	if (!leftover || !item)
		return NULL;
	around.belongings = &bare;
	report_belonging(&around, 0, &hanging);
	*item = hanging.item;
	leftover->facts = scan_peerpod_facts(scan, peerpod);
	leftover->facts.vm_exists = ANSWER_YES;
	item->leftover = leftover;
	item->scope = &scan->clusters[peerpod->cluster - 1].scope;
	return item;
}

// The PeerPods that name the VM; `out` NULL = only counts them.
static size_t belonging_peerpods(struct scan *scan, const struct report_item *owner, struct report_belonging *out)
{
	const char *id = owner->record->id;
	size_t found = 0;

	for (size_t at = next_peerpod(scan, id, multimap_first(&scan->peerpods_by_vm, multimap_text(0, id)));
	        at != SIZE_MAX; at = next_peerpod(scan, id, multimap_next(&scan->peerpods_by_vm, at))) {
		const struct scan_peerpod *peerpod = &scan->peerpods[at];

		if (out)
			out[found] = (struct report_belonging){.kind = KIND_PEERPOD,
			        .record = &peerpod->record->record,
			        .item = peerpod_item(scan, owner, peerpod)};
		found++;
	}
	return found;
}

// What a sweep and a person need of it; nearly the same for all.
static void keep_eni(struct scan *scan, const struct eni_record *eni, struct report_belonging *out)
{
	struct eni_record kept;

	memset(&kept, 0, sizeof kept);
	kind_blank(kind_get(KIND_ENI), &kept);
	kept.record.status = scan_shared(scan, eni->record.status);
	kept.type = scan_shared(scan, eni->type);
	kept.delete_on_release = eni->delete_on_release;
	*out = (struct report_belonging){.kind = KIND_ENI,
	        .id = scan_text(scan, eni->record.id),
	        .name = scan_text(scan, eni->record.name),
	        .created = eni->record.created,
	        .record = scan_intern(scan, &kept, sizeof kept)};
}

static void keep_disk(struct scan *scan, const struct disk_record *disk, struct report_belonging *out)
{
	struct disk_record kept;

	memset(&kept, 0, sizeof kept);
	kind_blank(kind_get(KIND_DISK), &kept);
	kept.record.status = scan_shared(scan, disk->record.status);
	kept.type = scan_shared(scan, disk->type);
	kept.category = scan_shared(scan, disk->category);
	kept.size_gib = disk->size_gib;
	kept.delete_with_instance = disk->delete_with_instance;
	*out = (struct report_belonging){.kind = KIND_DISK,
	        .id = scan_text(scan, disk->record.id),
	        .name = scan_text(scan, disk->record.name),
	        .created = disk->record.created,
	        .record = scan_intern(scan, &kept, sizeof kept)};
}

// Only of VMs that somebody may look at: the rest would cost memory for nothing.
bool scan_belongings(struct scan *scan, const struct scan_vm *vm)
{
	struct snapshot *enis = scan->regions[vm->region].lists[LIST_ENI];
	size_t most = (enis ? vm->record->eni_ids.count : 0) + (vm->eip != NULL) + (vm->disk != NULL) +
	              belonging_peerpods(scan, vm->item, NULL);
	struct report_belonging *out = scan_alloc(scan, most * sizeof *out);
	size_t count = 0;

	if (!out)
		return false;
	for (unsigned i = 0; i < vm->record->eni_ids.count && enis; i++) {
		const struct record *eni = snapshot_find(enis, vm->record->eni_ids.items[i]);

		if (eni)
			keep_eni(scan, (const struct eni_record *)eni, &out[count++]);
	}
	if (vm->eip)
		out[count++] = (struct report_belonging){.kind = KIND_EIP, .record = &vm->eip->record};
	if (vm->disk)
		keep_disk(scan, vm->disk, &out[count++]);
	count += belonging_peerpods(scan, vm->item, out + count);
	vm->item->belongings = out;
	vm->item->belonging_count = (unsigned)count;
	return !atomic_load(&scan->is_broken);
}
