// SPDX-License-Identifier: Apache-2.0
// Reads user data (E5) of VMs whose owner neither a PeerPod nor a log proves, and of those that contend for one pod.
// Four members are kept, in RAM alone.
#include "config.h"

#include "orphans/scan_own.h"

#include <string.h>

#include "base/secret.h"

#include "base/banned.h"

static bool vm_is_claimed(const struct scan *scan, size_t place)
{
	const char *id = scan->vms[place].record->record.id;

	if (scan->vms[place].log->is_mapped)
		return true;
	for (size_t at = multimap_first(&scan->peerpods_by_vm, multimap_text(0, id)); at != SIZE_MAX;
	        at = multimap_next(&scan->peerpods_by_vm, at))
		if (strcmp(scan->peerpods[at].record->vm_id, id) == 0)
			return true;
	return false;
}

static void vm_recall_data(struct scan *scan, struct scan_vm *vm)
{
	struct memory_data row = {.id = vm->record->record.id};

	if (!scan->options.memory || !memory_get(scan->options.memory, MEMORY_DATA, &row))
		return;
	vm->data = scan_alloc(scan, sizeof *vm->data);
	if (vm->data)
		*vm->data = row.data;
}

static void read_data(struct scan *scan, size_t place)
{
	struct scan_vm *vm = &scan->vms[scan->data_places[place]];
	struct scan_region *region = &scan->regions[vm->region];
	struct memory_data row = {.id = vm->record->record.id};
	struct secret *secret = NULL;
	struct error error = {ERROR_NONE};
	bool is_refused;

	pthread_mutex_lock(&scan->lock);
	is_refused = region->data_error.kind == ERROR_DENIED;
	pthread_mutex_unlock(&scan->lock);
	if (is_refused || clock_monotonic(scan->options.clock) > scan->data_until)
		return;
	if (!scan->options.cloud->cloud->user_data(
	            scan->options.cloud_session, region->scope, row.id, &secret, scan->cancel, &error)) {
		pthread_mutex_lock(&scan->lock);
		if (error.kind != ERROR_NOT_FOUND && region->data_error.kind != ERROR_DENIED)
			region->data_error = error;
		pthread_mutex_unlock(&scan->lock);
		return;
	}
	user_data_read_base64(secret_text(secret), secret_length(secret), &row.data);
	secret_unref(secret);
	vm->data = scan_alloc(scan, sizeof *vm->data);
	if (vm->data)
		*vm->data = row.data;
	// What could not be made out is asked again; a layout that was read never changes.
	if (scan->options.memory && row.data.state == USER_DATA_PODVM)
		memory_put(scan->options.memory, MEMORY_DATA, &row);
	scan_progress(scan, 1, row.id);
}

static const char *part_of(const struct scan *scan, size_t place, struct podvm_name *name)
{
	return podvm_name_parse(scan->vms[place].record->record.name, name) ? name->pod_part : "";
}

// Several VMs of one pod part: which of them its pod uses now, their user data may tell (S3), also where a log proves
// whose they are.
static bool index_parts(struct scan *scan, struct multimap *parts)
{
	struct podvm_name name;

	if (!multimap_init(parts, &scan->scratch, scan->vm_count))
		return false;
	for (size_t i = 0; i < scan->vm_count; i++)
		if (scan->vms[i].has_name)
			multimap_add(parts, multimap_text(0, part_of(scan, i, &name)), i);
	return true;
}

static bool has_rival(const struct scan *scan, const struct multimap *parts, size_t place)
{
	struct podvm_name name, other;
	const char *part = part_of(scan, place, &name);

	for (size_t at = multimap_first(parts, multimap_text(0, part)); at != SIZE_MAX; at = multimap_next(parts, at))
		if (at != place && strcmp(part_of(scan, at, &other), part) == 0)
			return true;
	return false;
}

static bool is_wanted(const struct scan *scan, const struct scan_vm *vm)
{
	return scan->is_recheck && strcmp(vm->record->record.id, scan->wanted) == 0;
}

// Whose data is asked for in this round: first of VMs without a proven owner, then of rivals.
static size_t choose(struct scan *scan, const struct multimap *parts, bool rivals, size_t count)
{
	for (size_t i = 0; i < scan->vm_count && count < SCAN_USER_DATA_MOST; i++) {
		struct scan_vm *vm = &scan->vms[i];

		if (!vm->has_name || vm->data || (vm->is_claimed && !is_wanted(scan, vm)) != rivals)
			continue;
		if (rivals ? has_rival(scan, parts, i) : !scan->is_recheck || is_wanted(scan, vm))
			scan->data_places[count++] = i;
	}
	return count;
}

static bool index_data(struct scan *scan)
{
	bool any = false;

	for (size_t i = 0; i < scan->vm_count && !any; i++)
		any = scan->vms[i].data && scan->vms[i].data->state == USER_DATA_PODVM;
	if (!multimap_init(&scan->vms_by_data, &scan->scratch, any ? scan->vm_count : 0))
		return false;
	for (size_t i = 0; i < scan->vm_count; i++)
		if (scan->vms[i].data && scan->vms[i].data->state == USER_DATA_PODVM)
			multimap_add(&scan->vms_by_data,
			        scan_pod_key(0, scan->vms[i].data->pod_namespace, scan->vms[i].data->pod_name), i);
	return true;
}

bool scan_read_data(struct scan *scan)
{
	struct multimap parts;
	size_t count = 0;

	scan->data_places = arena_alloc(&scan->scratch, SCAN_USER_DATA_MOST * sizeof *scan->data_places);
	if (!scan->data_places)
		return false;
	for (size_t i = 0; i < scan->vm_count; i++) {
		struct scan_vm *vm = &scan->vms[i];

		if (!vm->has_name)
			continue;
		vm->is_claimed = vm_is_claimed(scan, i);
		if (!is_wanted(scan, vm))
			vm_recall_data(scan, vm);
	}
	if (scan->options.read_user_data && scan->options.cloud->cloud->user_data) {
		if (!index_parts(scan, &parts))
			return false;
		count = choose(scan, &parts, false, count);
		count = choose(scan, &parts, true, count);
	}
	atomic_fetch_add(&scan->total, (long)count);
	scan->data_until = clock_monotonic(scan->options.clock) + SCAN_DATA_MS;
	return scan_tasks(scan, count, SCAN_THREADS_MOST, read_data) && index_data(scan);
}
