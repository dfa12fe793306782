// SPDX-License-Identifier: Apache-2.0
// Judges every VM with what earlier scans found, and writes down what this one found.
#include "config.h"

#include "orphans/scan_own.h"

#include <string.h>

#include "base/banned.h"

int64_t scan_our_time(const struct scan_region *region, int64_t cloud_time)
{
	return cloud_time == 0 ? 0 : cloud_time - (region->proof.offset_is_known ? region->proof.offset_ms : 0);
}

// What this scan could not see of a VM neither counts for nor against it.
static bool is_incomplete(const struct scan *scan, const struct judgement *judgement)
{
	static const enum rule rules[] = {RULE_LIST_INCOMPLETE, RULE_PERMISSION_UNPROVEN, RULE_VM_INCOMPLETE,
	        RULE_CLOCK_UNMEASURED, RULE_CLUSTER_UNREAD, RULE_CLUSTER_DENIED, RULE_CLUSTER_STALE};

	for (size_t i = 0; i < COUNT_OF(rules); i++)
		if (judgement->rule == rules[i])
			return true;
	// Its cluster may be one that could not be listed.
	return judgement->rule == RULE_NOT_OWNED && scan->options.unlisted_count > 0;
}

static const struct reason *fact_of(const struct judgement *judgement, enum rule rule)
{
	for (size_t i = 0; i < judgement->reason_count; i++)
		if (judgement->reasons[i].rule == rule)
			return &judgement->reasons[i];
	return NULL;
}

static void recall(const struct scan *scan, struct hearing *hearing)
{
	const struct scan_region *region = &scan->regions[hearing->vm->region];
	struct evidence *evidence = &hearing->evidence;
	const struct memory_vm *memory = &hearing->memory;

	if (!hearing->is_known)
		return;
	evidence->unused_since = scan_our_time(region, memory->unused_since);
	evidence->termination_ms = memory->termination_ms;
	evidence->seen_ms = memory->settling.counted_ms;
	evidence->seen_scans = memory->settling.scans;
	evidence->changed_lately = memory->settling.was_judged && settling_changed_lately(&memory->settling);
}

static int64_t interval_of(const struct scan *scan, const struct hearing *hearing)
{
	const struct memory_vm *memory = &hearing->memory;

	if (!memory->settling.was_judged)
		return -1;
	if (memory->monotonic != 0)
		return clock_monotonic(scan->options.clock) - memory->monotonic;
	return memory->settling.last_scan == 0 ? -1 : hearing->scan.cloud_now - memory->settling.last_scan;
}

static int64_t termination_of(const struct scan *scan, const struct evidence_pod *pod)
{
	for (size_t at = multimap_first(&scan->pods_by_uid, multimap_text(pod->cluster, pod->uid)); at != SIZE_MAX;
	        at = multimap_next(&scan->pods_by_uid, at))
		if (scan->pods[at].cluster == pod->cluster && strcmp(scan->pods[at].record->record.id, pod->uid) == 0)
			return scan->pods[at].record->termination_ms;
	return 0;
}

// The longest grace of the pods that may be the VM's.
static int64_t longest_termination(const struct scan *scan, const struct hearing *hearing, bool terminal)
{
	int64_t longest = 0;

	for (size_t i = 0; i < hearing->evidence.pod_count; i++) {
		int64_t grace;

		if (hearing->evidence.pods[i].is_terminal != terminal)
			continue;
		grace = termination_of(scan, &hearing->evidence.pods[i]);
		if (grace > longest)
			longest = grace;
	}
	return longest;
}

static bool has_terminal_pod(const struct hearing *hearing)
{
	for (size_t i = 0; i < hearing->evidence.pod_count; i++)
		if (hearing->evidence.pods[i].is_terminal)
			return true;
	return false;
}

static void note_use(const struct scan *scan, struct hearing *hearing, int64_t now)
{
	struct memory_vm *memory = &hearing->memory;
	const struct reason *reason = &hearing->judgement.reasons[0];

	memory->used_at = now;
	memory->unused_since = 0;
	memory->since = 0;
	memory->termination_ms = longest_termination(scan, hearing, false);
	if (!reason->subject)
		return;
	memory->namespace_name = reason->namespace_name;
	memory->pod = reason->subject;
	for (size_t i = 0; i < hearing->evidence.pod_count; i++) {
		const struct evidence_pod *pod = &hearing->evidence.pods[i];

		if (pod->cluster == reason->cluster && strcmp(pod->name, reason->subject) == 0 &&
		        strcmp(pod->namespace_name, reason->namespace_name) == 0) {
			memory->pod_uid = pod->uid;
			if (!memory->node || !*memory->node)
				memory->node = pod->node;
		}
	}
}

static void note_disuse(const struct scan *scan, struct hearing *hearing, int64_t now)
{
	struct memory_vm *memory = &hearing->memory;
	bool has_terminal = has_terminal_pod(hearing);

	if (memory->since == 0)
		memory->since = now;
	if (memory->unused_since != 0 || (memory->used_at == 0 && !has_terminal))
		return;
	memory->unused_since = now;
	if (has_terminal && longest_termination(scan, hearing, true) > memory->termination_ms)
		memory->termination_ms = longest_termination(scan, hearing, true);
}

// E12, from proofs alone: a guess must not become proof by being stored.
static void note_owner(const struct scan *scan, struct hearing *hearing)
{
	const struct scan_vm *vm = hearing->vm;
	static const enum rule proofs[] = {FACT_E1, FACT_E3, FACT_E5, FACT_E6};
	const struct judgement *judgement = &hearing->judgement;
	struct memory_vm *memory = &hearing->memory;

	if (judgement->owner == CLUSTER_NONE || !*scan->clusters[judgement->owner - 1].uid)
		return;
	for (size_t i = 0; i < COUNT_OF(proofs); i++) {
		const struct reason *fact = fact_of(judgement, proofs[i]);

		if (!fact || fact->cluster != judgement->owner)
			continue;
		if (proofs[i] == FACT_E6 && !scan->evidence_clusters[judgement->owner - 1].tag_is_trusted)
			continue;
		memory->cluster_uid = scan->clusters[judgement->owner - 1].uid;
		memory->proof = rule_name(proofs[i]);
		break;
	}
	if (vm->log->is_mapped) {
		memory->namespace_name = vm->log->namespace_name;
		memory->pod = vm->log->pod_name;
		memory->sandbox = vm->log->sandbox;
	} else if (vm->data && vm->data->state == USER_DATA_PODVM) {
		memory->namespace_name = vm->data->pod_namespace;
		memory->pod = vm->data->pod_name;
	}
	if (vm->maker_node && *vm->maker_node)
		memory->node = vm->maker_node;
}

static void settle(struct scan *scan, struct hearing *hearing)
{
	struct memory_vm *memory = &hearing->memory;
	const struct judgement *judgement = &hearing->judgement;
	int64_t now = hearing->scan.cloud_now;
	bool settles = judgement_is_settling(judgement);

	memory->seen_at = now;
	note_owner(scan, hearing);
	if (is_incomplete(scan, judgement))
		return;
	settling_add(&memory->settling, now, interval_of(scan, hearing), settles ? VERDICT_ORPHAN : judgement->verdict);
	if (memory->settling.since_change > SETTLING_SCANS_REMEMBERED)
		memory->settling.since_change = SETTLING_SCANS_REMEMBERED;
	memory->monotonic = clock_monotonic(scan->options.clock);
	if (judgement->verdict == VERDICT_LIVE)
		note_use(scan, hearing, now);
	else if (judgement->verdict == VERDICT_ORPHAN ||
	         (judgement->verdict == VERDICT_SUSPECT && judgement->rule != RULE_CONFLICT))
		note_disuse(scan, hearing, now);
	else
		memory->since = 0;
}

static void judge(struct hearing *hearing)
{
	verdict_judge(&hearing->evidence, hearing->room, &hearing->judgement);
}

// A tag that stands on a VM of another cluster proves nothing anywhere.
static bool void_tags(struct scan *scan)
{
	static const enum rule proofs[] = {FACT_E1, FACT_E3, FACT_E5};
	struct hearing hearing;

	for (size_t i = 0; i < scan->vm_count; i++) {
		struct scan_vm *vm = &scan->vms[i];

		if (vm->tag_cluster == CLUSTER_NONE || vm->tag_cluster == CLUSTER_OUTSIDE)
			continue;
		if (!scan_evidence(scan, vm, &hearing))
			return false;
		judge(&hearing);
		for (size_t n = 0; n < COUNT_OF(proofs); n++) {
			const struct reason *fact = fact_of(&hearing.judgement, proofs[n]);

			if (fact && fact->cluster != vm->tag_cluster)
				scan->evidence_clusters[vm->tag_cluster - 1].tag_is_void = true;
		}
	}
	return true;
}

static cluster_ref cluster_of(const struct judgement *judgement)
{
	return judgement->owner != CLUSTER_NONE || judgement->reason_count == 0 ? judgement->owner
	                                                                        : judgement->reasons[0].cluster;
}

static void count(struct scan *scan)
{
	for (size_t i = 0; i < scan->region_count; i++)
		scan->regions[i].vms = scan->regions[i].orphans = 0;
	for (size_t i = 0; i < scan->cluster_count; i++)
		scan->clusters[i].vms = scan->clusters[i].orphans = 0;
	for (size_t i = 0; i < scan->vm_count; i++) {
		const struct scan_vm *vm = &scan->vms[i];
		cluster_ref cluster;
		bool is_orphan;

		if (!vm->has_name || vm->item->verdict == VERDICT_FOREIGN)
			continue;
		cluster = cluster_of(&vm->item->judgement);
		is_orphan = vm->item->verdict == VERDICT_ORPHAN;
		scan->regions[vm->region].vms++;
		scan->regions[vm->region].orphans += is_orphan;
		if (cluster == CLUSTER_NONE || cluster > scan->cluster_count)
			continue;
		scan->clusters[cluster - 1].vms++;
		scan->clusters[cluster - 1].orphans += is_orphan;
	}
}

// A leak goes on while somebody reads of it: what came since then is a flood of its own by the same measure as the
// first.
static bool flood_covers(unsigned told, unsigned orphans)
{
	return orphans <= told + (told / 2 > FLOOD_LEAST ? told / 2 : FLOOD_LEAST);
}

// An acknowledgement counts only for a flood of which an earlier scan has told already; it holds until that flood is
// over.
static bool flood_is_believed(struct scan *scan, const struct scan_cluster *cluster)
{
	struct memory_flood row = {.cluster_uid = cluster->uid};
	bool was_told;

	if (!scan->options.memory || !*cluster->uid)
		return false;
	was_told = memory_get(scan->options.memory, MEMORY_FLOOD, &row) &&
	           flood_covers(row.orphans, (unsigned)cluster->orphans);
	if (was_told && row.acknowledged && flood_covers(row.acknowledged, (unsigned)cluster->orphans))
		return true;
	if (scan->options.flood_acknowledged && was_told) {
		row.acknowledged = row.orphans;
		if (!scan->is_recheck)
			memory_put(scan->options.memory, MEMORY_FLOOD, &row);
		return true;
	}
	if (!was_told && !scan->is_recheck) {
		row = (struct memory_flood){.cluster_uid = cluster->uid,
		        .orphans = (unsigned)cluster->orphans,
		        .seen_at = clock_now(scan->options.clock) + scan_cloud_offset(scan)};
		memory_put(scan->options.memory, MEMORY_FLOOD, &row);
	}
	return false;
}

static bool judge_again(struct scan *scan, struct report_item *item)
{
	struct reason room[REASONS_MOST];
	struct evidence evidence;
	struct judgement judgement;

	report_evidence(item, &evidence);
	verdict_judge(&evidence, room, &judgement);
	return scan_item_judged(scan, item, &judgement);
}

static bool stop_floods(struct scan *scan)
{
	bool any = false;

	for (size_t i = 0; i < scan->cluster_count; i++) {
		struct scan_cluster *cluster = &scan->clusters[i];
		struct memory_flood row = {.cluster_uid = cluster->uid};

		if (!verdict_is_flood(cluster->orphans, cluster->vms)) {
			if (scan->options.memory && !scan->is_recheck && cluster->reading == CLUSTER_READ)
				memory_drop(scan->options.memory, MEMORY_FLOOD, &row);
			continue;
		}
		if (flood_is_believed(scan, cluster))
			continue;
		scan->evidence_clusters[i].is_flooded = true;
		any = true;
	}
	for (size_t i = 0; i < scan->item_count && any; i++)
		if (scan->items[i]->kind == KIND_VM && scan->items[i]->verdict == VERDICT_ORPHAN &&
		        !judge_again(scan, scan->items[i]))
			return false;
	if (any)
		count(scan);
	return true;
}

// How long pods for which T2 could speak have been steady, by the same rule as G_SEEN.
static void remember_pods(struct scan *scan)
{
	int64_t now = clock_now(scan->options.clock) + scan_cloud_offset(scan);
	int64_t monotonic = clock_monotonic(scan->options.clock);

	for (size_t i = 0; i < scan->pod_count; i++) {
		const struct scan_pod *pod = &scan->pods[i];
		const struct scan_cluster *cluster = &scan->clusters[pod->cluster - 1];
		struct memory_pod row = {.cluster_uid = cluster->uid, .uid = pod->record->record.id};
		int64_t step;
		bool was_there;

		if (!*cluster->uid || cluster->reading != CLUSTER_READ ||
		        multimap_first(&scan->watched, multimap_text(pod->cluster, pod->record->record.id)) == SIZE_MAX)
			continue;
		was_there = memory_get(scan->options.memory, MEMORY_POD, &row);
		if (!scan_pod_is_steady(scan, pod)) {
			memory_drop(scan->options.memory, MEMORY_POD, &row);
			continue;
		}
		step = !was_there ? 0 : row.monotonic != 0 ? monotonic - row.monotonic : now - row.seen_at;
		step = step < 0 ? 0 : step > SETTLING_STEP_MOST ? SETTLING_STEP_MOST : step;
		row.steady_ms = row.steady_ms < GRACE_SEEN ? row.steady_ms + step : row.steady_ms;
		row.apart_ms = row.scans < GRACE_SEEN_SCANS ? row.apart_ms + step : 0;
		if (!was_there || row.apart_ms >= SETTLING_APART) {
			row.apart_ms = 0;
			row.scans += row.scans < GRACE_SEEN_SCANS;
		}
		row.seen_at = now;
		row.monotonic = monotonic;
		memory_put(scan->options.memory, MEMORY_POD, &row);
	}
}

static bool hear(struct scan *scan, struct scan_vm *vm)
{
	struct hearing hearing;

	if (!scan_evidence(scan, vm, &hearing))
		return false;
	recall(scan, &hearing);
	judge(&hearing);
	if (vm->has_name && !scan->is_recheck) {
		settle(scan, &hearing);
		if (scan->options.memory)
			memory_put(scan->options.memory, MEMORY_VM, &hearing.memory);
		hearing.is_known = true;
		recall(scan, &hearing);
		if (hearing.judgement.verdict == VERDICT_SUSPECT || hearing.judgement.verdict == VERDICT_ORPHAN)
			judge(&hearing);
	}
	return (!vm->has_name && scan->options.skip_foreign) || scan_vm_item(scan, &hearing);
}

// VMs stand in the order of their regions. What only the judging of a region needs goes with it: of all lists together
// there would be much.
static bool hear_region(struct scan *scan, size_t number, size_t *place)
{
	struct scan_region *region = &scan->regions[number];
	size_t first;

	for (; *place < scan->vm_count && scan->vms[*place].region == number; ++*place)
		if (!hear(scan, &scan->vms[*place]))
			return false;
	first = scan->item_count;
	return scan_leftovers_of_region(scan, region) && scan_lists_drop(scan, region, first);
}

bool scan_judge(struct scan *scan)
{
	size_t place = 0;

	scan->judged_at = clock_now(scan->options.clock);
	if (!void_tags(scan))
		return false;
	for (size_t i = 0; i < scan->region_count; i++)
		if (!hear_region(scan, i, &place))
			return false;
	count(scan);
	if (!stop_floods(scan))
		return false;
	if (scan->options.memory && !scan->is_recheck)
		remember_pods(scan);
	return !atomic_load(&scan->is_broken);
}
