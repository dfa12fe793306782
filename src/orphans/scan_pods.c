// SPDX-License-Identifier: Apache-2.0
// The pods and PeerPods of one VM's evidence: all that fit by name, and all that E1, E3 or E5 name.
#include "config.h"

#include "orphans/scan_own.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

struct pod_set {
	struct scan *scan;
	size_t *places;
	size_t count, room;
};

static bool set_append(struct pod_set *set, size_t place)
{
	if (set->count == set->room) {
		size_t room = set->room ? set->room * 2 : 8;
		size_t *places = realloc(set->places, room * sizeof *places);

		if (!places)
			return false;
		set->places = places;
		set->room = room;
	}
	set->places[set->count++] = place;
	return true;
}

static bool set_add(struct pod_set *set, size_t place)
{
	for (size_t i = 0; i < set->count; i++)
		if (set->places[i] == place)
			return true;
	return set_append(set, place);
}

static bool set_add_fitting(struct pod_set *set, const struct scan_vm *vm)
{
	const struct scan *scan = set->scan;
	struct podvm_name name;

	if (!podvm_name_parse(vm->record->record.name, &name))
		return true;
	for (size_t at = multimap_first(&scan->pods_by_part, multimap_text(0, name.pod_part)); at != SIZE_MAX;
	        at = multimap_next(&scan->pods_by_part, at))
		if (podvm_name_fits_pod(&name, scan->pods[at].record->record.name, PODVM_NAME_LIMIT) &&
		        !set_append(set, at))
			return false;
	return true;
}

// Of any cluster: user data names no cluster.
static bool set_add_named(struct pod_set *set, const char *namespace_name, const char *name)
{
	const struct scan *scan = set->scan;

	for (size_t c = 0; c < scan->cluster_count && namespace_name && name && *name; c++) {
		uint64_t key = scan_pod_key((cluster_ref)c + 1, namespace_name, name);

		for (size_t at = multimap_first(&scan->pods_by_name, key); at != SIZE_MAX;
		        at = multimap_next(&scan->pods_by_name, at))
			if (scan->pods[at].cluster == c + 1 && strcmp(scan->pods[at].record->record.name, name) == 0 &&
			        strcmp(scan->pods[at].record->namespace_name, namespace_name) == 0 && !set_add(set, at))
				return false;
	}
	return true;
}

static bool set_add_uid(struct pod_set *set, cluster_ref cluster, const char *uid)
{
	const struct scan *scan = set->scan;

	for (size_t at = multimap_first(&scan->pods_by_uid, multimap_text(cluster, uid)); at != SIZE_MAX;
	        at = multimap_next(&scan->pods_by_uid, at))
		if (scan->pods[at].cluster == cluster && strcmp(scan->pods[at].record->record.id, uid) == 0 &&
		        !set_add(set, at))
			return false;
	return true;
}

static bool vm_runs(const struct scan_vm *vm)
{
	return vm->stage == VM_STAGE_RUNNING;
}

// S2: where the last L1 line of this pod leads, in the log of the container that runs now on the pod's node.
static void find_by_log(const struct scan *scan, const struct scan_pod *pod, struct evidence_successor *out)
{
	const struct pod_record *record = pod->record;
	uint64_t key = scan_pod_key(pod->cluster, record->namespace_name, record->record.name);

	for (size_t at = multimap_first(&scan->logs_by_pod, key); at != SIZE_MAX;
	        at = multimap_next(&scan->logs_by_pod, at)) {
		const struct scan_log *log = &scan->logs[at];
		const struct scan_vm *vm = &scan->vms[log->vm];

		if (log->cluster != pod->cluster || strcmp(log->node, record->node) != 0 ||
		        strcmp(log->entry.pod, record->record.name) != 0 ||
		        strcmp(log->entry.namespace_name, record->namespace_name) != 0)
			continue;
		*out = (struct evidence_successor){.vm_id = vm->record->record.id,
		        .created = vm->created,
		        .is_running = vm_runs(vm),
		        .is_connected = log->is_connected,
		        .adaptor = log->adaptor,
		        .order = log->entry.order};
		return;
	}
}

static bool pod_has_address(const struct pod_record *pod, const char *address)
{
	if (!*address)
		return false;
	for (unsigned i = 0; i < pod->addresses.count; i++)
		if (strcmp(pod->addresses.items[i], address) == 0)
			return true;
	return strcmp(pod->ip, address) == 0;
}

// S3: the VM whose user data is that of this pod as it is now, the youngest of several. It must be proven to be of the
// pod's cluster, since addresses and names repeat between clusters.
static void find_by_data(const struct scan *scan, const struct scan_pod *pod, struct evidence_successor *out)
{
	const struct pod_record *record = pod->record;
	uint64_t key = scan_pod_key(0, record->namespace_name, record->record.name);

	for (size_t at = multimap_first(&scan->vms_by_data, key); at != SIZE_MAX;
	        at = multimap_next(&scan->vms_by_data, at)) {
		const struct scan_vm *vm = &scan->vms[at];

		if (strcmp(vm->data->pod_name, record->record.name) != 0 ||
		        strcmp(vm->data->pod_namespace, record->namespace_name) != 0 ||
		        !pod_has_address(record, vm->data->pod_ip) || !vm_runs(vm) ||
		        scan_worker_cluster(scan, vm) != pod->cluster ||
		        (out->vm_id && out->created.start >= vm->created.start))
			continue;
		*out = (struct evidence_successor){
		        .vm_id = vm->record->record.id, .created = vm->created, .is_running = true};
	}
}

static bool is_within(int64_t a, int64_t b, int64_t most)
{
	return a != 0 && llabs(a - b) <= most;
}

// Right now: the pod is Ready, its node is Ready with a fresh Lease, the adaptor there is Ready.
bool scan_pod_is_steady(const struct scan *scan, const struct scan_pod *pod)
{
	const struct scan_cluster *cluster = &scan->clusters[pod->cluster - 1];
	const struct scan_node *node = scan_node_by_name(scan, pod->cluster, pod->record->node);
	const struct pod_record *adaptor = scan_adaptor_on(scan, pod->cluster, pod->record->node);

	return pod->record->is_ready && node && node->is_ready && node->record && adaptor && adaptor->is_ready &&
	       cluster->survey.offset_is_known &&
	       is_within(node->record->lease_renewed, cluster->survey.ended + cluster->survey.offset_ms, LEASE_FRESH);
}

static bool was_steady(const struct scan *scan, const struct scan_pod *pod)
{
	struct memory_pod row = {.cluster_uid = scan->clusters[pod->cluster - 1].uid, .uid = pod->record->record.id};

	return scan->options.memory && *row.cluster_uid && memory_get(scan->options.memory, MEMORY_POD, &row) &&
	       row.steady_ms >= GRACE_SEEN && row.scans >= GRACE_SEEN_SCANS && scan_pod_is_steady(scan, pod);
}

// Only pods for which T2 could speak are kept an eye on.
static void watch_pod(struct scan *scan, const struct scan_vm *vm, const struct scan_pod *pod)
{
	if (pod->record->running_since == 0 || vm->created.start <= pod->record->running_since + TIME_MARGIN)
		return;
	if (multimap_first(&scan->watched, multimap_text(pod->cluster, pod->record->record.id)) != SIZE_MAX)
		return;
	multimap_add(&scan->watched, multimap_text(pod->cluster, pod->record->record.id), (size_t)(pod - scan->pods));
}

static void fill_pod(const struct scan *scan, const struct scan_pod *pod, struct evidence_pod *out)
{
	const struct pod_record *record = pod->record;

	*out = (struct evidence_pod){
	        .cluster = pod->cluster,
	        .uid = record->record.id,
	        .namespace_name = record->namespace_name,
	        .name = record->record.name,
	        .node = record->node,
	        .ips = {record->addresses.count > 0 ? record->addresses.items[0] : record->ip,
	                record->addresses.count > 1 ? record->addresses.items[1] : ""},
	        .is_terminal = record->is_terminal,
	        .is_pending = strcmp(record->phase, "Pending") == 0,
	        .is_deleting = record->deleting_since != 0,
	        .is_ready = record->is_ready,
	        .is_mirror = record->is_mirror,
	        .created = record->record.created,
	        .started = record->started,
	        .running_since = record->running_since,
	        .status_written = record->status_written,
	        .was_steady = was_steady(scan, pod),
	};
	find_by_log(scan, pod, &out->by_log);
	find_by_data(scan, pod, &out->by_data);
}

// Somebody in another cluster says that it is theirs.
static bool vm_is_contested(const struct scan *scan, size_t place, cluster_ref cluster)
{
	const struct scan_vm *vm = &scan->vms[place];
	const char *id = vm->record->record.id;

	if (vm->log->is_mapped && vm->log->cluster != cluster)
		return true;
	for (size_t at = multimap_first(&scan->peerpods_by_vm, multimap_text(0, id)); at != SIZE_MAX;
	        at = multimap_next(&scan->peerpods_by_vm, at))
		if (scan->peerpods[at].cluster != cluster && strcmp(scan->peerpods[at].record->vm_id, id) == 0)
			return true;
	return false;
}

static void fill_peerpod(const struct scan *scan, const struct scan_peerpod *peerpod, struct evidence_peerpod *out)
{
	const struct peerpod_record *record = peerpod->record;
	const struct scan_cluster *cluster = &scan->clusters[peerpod->cluster - 1];
	size_t place = scan_vm_place(scan, record->vm_id);
	int64_t offset = cluster->survey.offset_is_known ? cluster->survey.offset_ms : 0;

	*out = (struct evidence_peerpod){
	        .cluster = peerpod->cluster,
	        .namespace_name = record->namespace_name,
	        .name = record->record.name,
	        .pod_uid = record->pod_uid,
	        .vm_id = record->vm_id,
	        .created = record->record.created,
	        .deleting_since = record->deleting_since ? record->deleting_since - offset : 0,
	        .has_finalizer = record->has_finalizer,
	};
	if (place != SIZE_MAX) {
		out->vm_created = scan->vms[place].created;
		out->vm_is_running = vm_runs(&scan->vms[place]);
		out->vm_is_contested = vm_is_contested(scan, place, peerpod->cluster);
	}
}

static bool peerpod_set_add_pod(struct pod_set *set, const struct scan_peerpod *of)
{
	const struct scan *scan = set->scan;

	for (size_t at = multimap_first(&scan->peerpods_by_pod, multimap_text(of->cluster, of->record->pod_uid));
	        at != SIZE_MAX; at = multimap_next(&scan->peerpods_by_pod, at))
		if (scan->peerpods[at].cluster == of->cluster &&
		        strcmp(scan->peerpods[at].record->pod_uid, of->record->pod_uid) == 0 && !set_add(set, at))
			return false;
	return true;
}

// Those that name the VM, and all others of the same pods.
static bool collect_peerpods(struct pod_set *set, const char *id)
{
	const struct scan *scan = set->scan;

	for (size_t at = multimap_first(&scan->peerpods_by_vm, multimap_text(0, id)); at != SIZE_MAX;
	        at = multimap_next(&scan->peerpods_by_vm, at))
		if (strcmp(scan->peerpods[at].record->vm_id, id) == 0 &&
		        (!set_add(set, at) || !peerpod_set_add_pod(set, &scan->peerpods[at])))
			return false;
	return true;
}

static bool fill_peerpods(struct scan *scan, struct hearing *hearing, struct pod_set *pods)
{
	struct pod_set set = {.scan = scan};
	struct evidence_peerpod *out = NULL;
	bool filled = collect_peerpods(&set, hearing->vm->record->record.id);

	if (filled && set.count > 0)
		filled = (out = arena_alloc(&scan->passing, set.count * sizeof *out)) != NULL;
	for (size_t i = 0; filled && i < set.count; i++) {
		const struct scan_peerpod *peerpod = &scan->peerpods[set.places[i]];

		fill_peerpod(scan, peerpod, &out[i]);
		filled = set_add_uid(pods, peerpod->cluster, peerpod->record->pod_uid);
	}
	hearing->evidence.peerpods = out;
	hearing->evidence.peerpod_count = out ? set.count : 0;
	free(set.places);
	return filled;
}

// Made once for all VMs that carry a pod part: of a cut name there may be thousands of both.
static const struct scan_part *part_find(const struct scan *scan, const char *pod_part)
{
	struct podvm_name name;

	for (size_t at = multimap_first(&scan->vms_by_part, multimap_text(0, pod_part)); at != SIZE_MAX;
	        at = multimap_next(&scan->vms_by_part, at))
		if (podvm_name_parse(scan->vms[at].record->record.name, &name) && strcmp(name.pod_part, pod_part) == 0)
			return scan->vms[at].part;
	return NULL;
}

static struct scan_part *part_make(struct scan *scan, const struct scan_vm *vm)
{
	struct pod_set set = {.scan = scan};
	struct scan_part *part = arena_alloc(&scan->scratch, sizeof *part);
	bool made = part && set_add_fitting(&set, vm);

	if (made && set.count > 0) {
		part->pods = arena_alloc(&scan->arena, set.count * sizeof *part->pods);
		part->places = arena_alloc(&scan->scratch, set.count * sizeof *part->places);
		made = part->pods && part->places;
	}
	for (size_t i = 0; made && i < set.count; i++) {
		part->places[i] = set.places[i];
		fill_pod(scan, &scan->pods[set.places[i]], &part->pods[i]);
	}
	if (made)
		part->count = set.count;
	free(set.places);
	return made ? part : NULL;
}

static bool part_need(struct scan *scan, struct scan_vm *vm)
{
	static const struct scan_part none;
	struct podvm_name name;

	if (vm->part)
		return true;
	if (scan->pod_count == 0 || !podvm_name_parse(vm->record->record.name, &name)) {
		vm->part = &none;
		return true;
	}
	vm->part = part_find(scan, name.pod_part);
	if (vm->part)
		return true;
	vm->part = part_make(scan, vm);
	if (vm->part)
		multimap_add(&scan->vms_by_part, multimap_text(0, name.pod_part), (size_t)(vm - scan->vms));
	return vm->part != NULL;
}

static bool part_has(const struct scan_part *part, size_t place)
{
	for (size_t i = 0; i < part->count; i++)
		if (part->places[i] == place)
			return true;
	return false;
}

// Pods that E1, E3 or E5 name and whose name does not fit are added to those that fit.
static bool join_pods(struct scan *scan, struct hearing *hearing, const struct pod_set *named)
{
	const struct scan_part *part = hearing->vm->part;
	struct evidence_pod *pods = part->pods;
	size_t count = part->count;

	for (size_t i = 0; i < named->count; i++) {
		if (part_has(part, named->places[i]))
			continue;
		if (pods == part->pods) {
			pods = arena_alloc(&scan->passing, (part->count + named->count) * sizeof *pods);
			if (!pods)
				return false;
			if (part->count > 0)
				memcpy(pods, part->pods, part->count * sizeof *pods);
		}
		fill_pod(scan, &scan->pods[named->places[i]], &pods[count++]);
		watch_pod(scan, hearing->vm, &scan->pods[named->places[i]]);
	}
	hearing->evidence.pods = pods;
	hearing->evidence.pod_count = count;
	return true;
}

bool scan_evidence_pods(struct scan *scan, struct hearing *hearing)
{
	struct scan_vm *vm = hearing->vm;
	struct pod_set named = {.scan = scan};
	bool filled = fill_peerpods(scan, hearing, &named) &&
	              (!vm->log->is_mapped || set_add_named(&named, vm->log->namespace_name, vm->log->pod_name)) &&
	              (!vm->data || vm->data->state != USER_DATA_PODVM ||
	                      set_add_named(&named, vm->data->pod_namespace, vm->data->pod_name)) &&
	              part_need(scan, vm) && join_pods(scan, hearing, &named);

	for (size_t i = 0; filled && i < vm->part->count; i++)
		watch_pod(scan, vm, &scan->pods[vm->part->places[i]]);
	free(named.places);
	return filled;
}
