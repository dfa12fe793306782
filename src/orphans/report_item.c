// SPDX-License-Identifier: Apache-2.0
// What an item says that it does not hold itself: its evidence is put together from what it shares with other VMs, what
// is its own, and its record.
#include "config.h"

#include <math.h>
#include <string.h>

#include "inventory/records.h"
#include "orphans/report.h"

#include "base/banned.h"

enum { MINUTE = 60 * 1000 };

struct interval evidence_created(enum vm_cloud cloud, int64_t created)
{
	if (created == 0)
		return (struct interval){0, 0};
	if (cloud == VM_CLOUD_AZURE || created % MINUTE != 0)
		return (struct interval){created, created};
	return (struct interval){created, created + MINUTE - 1000};
}

void report_evidence(const struct report_item *item, struct evidence *out)
{
	static const struct evidence_scan none;
	const struct evidence_own *own = item->own;

	*out = item->shared ? *item->shared : (struct evidence){.scan = &none};
	out->vm.id = item->record->id;
	out->vm.name = item->record->name;
	out->vm.created = evidence_created(out->vm.cloud, item->record->created);
	if (!own)
		return;
	out->pods = own->pods;
	out->pod_count = own->pod_count;
	out->peerpods = own->peerpods;
	out->peerpod_count = own->peerpod_count;
	out->log = own->log;
	out->data = own->data;
}

const struct report_leftover *report_leftover(const struct report_item *item)
{
	static const struct report_leftover nothing;

	return item->leftover ? item->leftover : &nothing;
}

void report_belonging(const struct report_item *owner, size_t place, struct report_hanging *out)
{
	const struct report_belonging *belonging = &owner->belongings[place];

	out->item = belonging->item ? *belonging->item
	                            : (struct report_item){.kind = belonging->kind,
	                                      .scope = owner->scope,
	                                      .record = belonging->record,
	                                      .cost = {NAN, NAN, ""},
	                                      .cluster = "",
	                                      .cluster_id = "",
	                                      .cluster_uid = "",
	                                      .namespace_name = "",
	                                      .pod = "",
	                                      .pod_uid = "",
	                                      .node = "",
	                                      .sandbox = "",
	                                      .vm = owner->record->id};
	if (!belonging->id)
		return;
	memcpy(&out->record, belonging->record, kind_get(belonging->kind)->record_size);
	out->record.record.id = belonging->id;
	out->record.record.name = belonging->name;
	out->record.record.region = owner->record->region;
	out->record.record.created = belonging->created;
	out->item.record = &out->record.record;
}

const struct report_item *report_find_any(const struct report *report, const char *id, struct report_hanging *room)
{
	const struct report_item *found = report_find(report, id);

	for (size_t i = 0; !found && i < report->item_count; i++) {
		const struct report_item *owner = report->items[i];

		for (size_t n = 0; !found && n < owner->belonging_count; n++) {
			const struct report_belonging *belonging = &owner->belongings[n];

			if (strcmp(belonging->id ? belonging->id : belonging->record->id, id) != 0)
				continue;
			report_belonging(owner, n, room);
			found = &room->item;
		}
	}
	return found;
}
