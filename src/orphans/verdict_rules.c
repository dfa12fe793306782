// SPDX-License-Identifier: Apache-2.0
// The rules that come before orphan and suspect, in order. The first that holds is the verdict.
#include "config.h"

#include "orphans/verdict_own.h"

#include <string.h>

#include "base/banned.h"

#define VM(judging) (&(judging)->evidence->vm)

static bool list_is_incomplete(struct judging *judging, struct reason *reason)
{
	(void)reason;
	return !judging->evidence->scan->list_is_complete;
}

static bool permission_is_unproven(struct judging *judging, struct reason *reason)
{
	(void)reason;
	return !judging->evidence->scan->permission_is_proven;
}

static bool vm_is_incomplete(struct judging *judging, struct reason *reason)
{
	const struct evidence_vm *vm = VM(judging);

	(void)reason;
	if (!vm->is_complete || !vm->id || !*vm->id || !vm->name)
		return true;
	// the rest matters only where the name could be a pod VM's
	return judging->has_name &&
	       (vm->stage == VM_STAGE_UNKNOWN || !interval_is_known(vm->created) || vm->is_prepaid == ANSWER_UNKNOWN ||
	               vm->is_node == ANSWER_UNKNOWN || vm->is_of_scale_set == ANSWER_UNKNOWN ||
	               (vm->cloud == VM_CLOUD_ALIBABA && vm->has_data_disks == ANSWER_UNKNOWN));
}

static bool clock_is_unmeasured(struct judging *judging, struct reason *reason)
{
	const struct evidence_scan *scan = judging->evidence->scan;

	(void)reason;
	return !scan->clocks_are_measured || scan->cloud_now == 0 || scan->now == 0;
}

static bool name_is_foreign(struct judging *judging, struct reason *reason)
{
	(void)reason;
	return !judging->has_name;
}

static bool is_prepaid(struct judging *judging, struct reason *reason)
{
	(void)reason;
	return VM(judging)->is_prepaid == ANSWER_YES;
}

static bool has_data_disks(struct judging *judging, struct reason *reason)
{
	(void)reason;
	return VM(judging)->cloud == VM_CLOUD_ALIBABA && VM(judging)->has_data_disks == ANSWER_YES;
}

static bool is_node(struct judging *judging, struct reason *reason)
{
	(void)reason;
	return VM(judging)->is_node == ANSWER_YES;
}

static bool is_of_scale_set(struct judging *judging, struct reason *reason)
{
	(void)reason;
	return VM(judging)->is_of_scale_set == ANSWER_YES;
}

// A network that no configuration names, of a VM that is proven to be a cluster's, was left by a change of
// configuration.
static bool network_is_foreign(struct judging *judging, struct reason *reason)
{
	(void)reason;
	return VM(judging)->fits_known_network == ANSWER_NO && judging->proven == CLUSTER_NONE &&
	       !judging->owners_disagree;
}

static bool tag_is_foreign(struct judging *judging, struct reason *reason)
{
	(void)reason;
	return judging->evidence->tag_cluster == CLUSTER_OUTSIDE;
}

static bool data_is_foreign(struct judging *judging, struct reason *reason)
{
	(void)reason;
	return judging->evidence->data.state == USER_DATA_FOREIGN;
}

static bool is_kept(struct judging *judging, struct reason *reason)
{
	(void)reason;
	return VM(judging)->is_kept;
}

static void reason_pod(struct judging *judging, struct reason *reason, const struct evidence_pod *pod)
{
	reason->cluster = pod->cluster;
	reason->namespace_name = pod->namespace_name;
	reason->subject = pod->name;
	judging->out->is_terminating |= pod->is_deleting;
}

// What each proof of use says of one pod, and what contradicts it: the time rules, proof that another VM followed, or a
// younger VM with the same data.
static bool peerpod_names(const struct judging *judging, const struct evidence_pod *pod)
{
	const struct evidence *evidence = judging->evidence;

	for (size_t i = 0; i < evidence->peerpod_count; i++)
		if (peerpod_is_live(judging, &evidence->peerpods[i]) &&
		        peerpod_user(judging, &evidence->peerpods[i]) == pod)
			return true;
	return false;
}

static bool log_names(const struct judging *judging, const struct evidence_pod *pod)
{
	const struct evidence_log *log = &judging->evidence->log;
	enum rule fact;

	return log->is_mapped && !log->is_deleted && !log->is_refused && pod->cluster == log->cluster &&
	       same_text(pod->namespace_name, log->namespace_name) && same_text(pod->name, log->pod_name) &&
	       !pod_has_successor(judging, pod, &fact) && !pod_is_newer(judging, pod);
}

static bool data_names(const struct judging *judging, const struct evidence_pod *pod)
{
	const struct evidence_data *data = &judging->evidence->data;

	return data->state == USER_DATA_PODVM && same_text(pod->namespace_name, data->namespace_name) &&
	       same_text(pod->name, data->pod_name) &&
	       (same_text(pod->ips[0], data->pod_ip) || same_text(pod->ips[1], data->pod_ip));
}

static bool name_matches(const struct judging *judging, const struct evidence_pod *pod)
{
	enum rule fact;

	return (judging->proven == CLUSTER_NONE || pod->cluster == judging->proven) && pod_fits(judging, pod) &&
	       !pod_is_newer(judging, pod) && !pod_runs_longer(judging, pod) && !pod_has_successor(judging, pod, &fact);
}

enum contradiction { BY_T2 = 1, BY_T1 = 2, BY_SUCCESSOR = 4, BY_TWIN = 8 };
static const struct use {
	enum rule rule;
	bool (*names)(const struct judging *judging, const struct evidence_pod *pod);
	unsigned contradicted;
} uses[] = {
        {RULE_LIVE_PEERPOD, peerpod_names, BY_T1 | BY_T2 | BY_SUCCESSOR},
        {RULE_LIVE_LOG, log_names, BY_T2 | BY_TWIN},
        {RULE_LIVE_DATA, data_names, BY_T1 | BY_T2 | BY_SUCCESSOR | BY_TWIN},
        {RULE_LIVE_NAME, name_matches, BY_TWIN},
};

static bool is_contradicted(const struct judging *judging, const struct use *use, const struct evidence_pod *pod)
{
	enum rule fact;

	return ((use->contradicted & BY_T1) && pod_is_newer(judging, pod)) ||
	       ((use->contradicted & BY_T2) && pod_runs_longer(judging, pod)) ||
	       ((use->contradicted & BY_SUCCESSOR) && pod_has_successor(judging, pod, &fact)) ||
	       ((use->contradicted & BY_TWIN) && pod_has_twin(judging, pod));
}

static bool use_is_found(struct judging *judging, struct reason *reason, const struct use *use, bool contradicted)
{
	const struct evidence *evidence = judging->evidence;

	for (size_t i = 0; i < evidence->pod_count; i++) {
		const struct evidence_pod *pod = &evidence->pods[i];

		if (!pod->is_terminal && use->names(judging, pod) &&
		        is_contradicted(judging, use, pod) == contradicted) {
			reason_pod(judging, reason, pod);
			return true;
		}
	}
	return false;
}

static bool is_used(struct judging *judging, struct reason *reason)
{
	for (size_t i = 0; i < COUNT_OF(uses); i++)
		if (uses[i].rule == reason->rule)
			return use_is_found(judging, reason, &uses[i], false);
	return false;
}

static bool evidence_conflicts(struct judging *judging, struct reason *reason)
{
	for (size_t i = 0; i < COUNT_OF(uses); i++)
		if (use_is_found(judging, reason, &uses[i], true))
			return true;
	return false;
}

static bool is_young(struct judging *judging, struct reason *reason)
{
	reason->until = judging->evidence->scan->now + GRACE_CREATE - judging->age;
	return judging->age < GRACE_CREATE;
}

static bool stage_is_creating(struct judging *judging, struct reason *reason)
{
	reason->until = judging->evidence->scan->now + GRACE_AGE - judging->age;
	return judging->age < GRACE_AGE &&
	       (VM(judging)->stage == VM_STAGE_PENDING || VM(judging)->stage == VM_STAGE_STARTING);
}

static bool log_is_creating(struct judging *judging, struct reason *reason)
{
	reason->cluster = judging->evidence->log.cluster;
	reason->until = judging->evidence->scan->now + GRACE_AGE - judging->age;
	// A shim waits ten minutes for its VM: a creation that ends later than this serves nobody, whatever the log
	// leaves out.
	return judging->evidence->log.is_half_created && judging->age < GRACE_AGE;
}

static bool pod_awaits_vm(struct judging *judging, struct reason *reason)
{
	const struct evidence *evidence = judging->evidence;

	if (judging->age >= GRACE_AGE)
		return false;
	reason->until = evidence->scan->now + GRACE_AGE - judging->age;
	for (size_t i = 0; i < evidence->cluster_count; i++)
		if (evidence->clusters[i].awaits_vm && evidence->claims[i].config_fits) {
			reason->cluster = (cluster_ref)i + 1;
			return true;
		}
	return false;
}

// Once E1, E3 or E5 proves the owner, the other clusters do not matter.
static bool cluster_matters(const struct judging *judging, size_t i)
{
	const struct evidence *evidence = judging->evidence;
	cluster_ref cluster = (cluster_ref)i + 1;

	if (judging->proven != CLUSTER_NONE)
		return cluster == judging->proven;
	return evidence->claims[i].could_own || evidence->claims[i].config_fits ||
	       cluster == evidence->record_cluster || cluster == evidence->tag_cluster ||
	       cluster == evidence->data.worker_cluster || cluster == evidence->log.cluster;
}

// A deleted cluster has no pods, but only where a record or a tag names it as this VM's.
static bool cluster_is_gone(const struct judging *judging, size_t i)
{
	cluster_ref cluster = (cluster_ref)i + 1;

	return judging->evidence->clusters[i].reading == CLUSTER_GONE &&
	       (cluster == judging->evidence->record_cluster || cluster == judging->evidence->tag_cluster);
}

static bool cluster_was_found(struct judging *judging, struct reason *reason,
        bool (*holds)(struct judging *judging, size_t i, struct reason *reason))
{
	for (size_t i = 0; i < judging->evidence->cluster_count; i++)
		if (cluster_matters(judging, i) && !cluster_is_gone(judging, i) && holds(judging, i, reason)) {
			reason->cluster = (cluster_ref)i + 1;
			return true;
		}
	return false;
}

static bool was_not_reached(struct judging *judging, size_t i, struct reason *reason)
{
	enum cluster_reading reading = judging->evidence->clusters[i].reading;

	(void)reason;
	return reading == CLUSTER_UNREAD || reading == CLUSTER_GONE;
}

static bool was_refused(struct judging *judging, size_t i, struct reason *reason)
{
	(void)reason;
	return judging->evidence->clusters[i].reading == CLUSTER_DENIED;
}

static bool was_stale(struct judging *judging, size_t i, struct reason *reason)
{
	(void)reason;
	return judging->evidence->clusters[i].reading == CLUSTER_STALE;
}

static bool is_rolling(struct judging *judging, size_t i, struct reason *reason)
{
	const struct evidence_cluster *cluster = &judging->evidence->clusters[i];

	if (!cluster->adaptor_is_ready || cluster->adaptor_ready_since == 0)
		return true;
	reason->until = cluster->adaptor_ready_since + GRACE_ROLL;
	return judging->evidence->scan->now < reason->until;
}

static bool cluster_is_unread(struct judging *judging, struct reason *reason)
{
	return cluster_was_found(judging, reason, was_not_reached);
}

static bool cluster_is_denied(struct judging *judging, struct reason *reason)
{
	return cluster_was_found(judging, reason, was_refused);
}

static bool cluster_is_stale(struct judging *judging, struct reason *reason)
{
	return cluster_was_found(judging, reason, was_stale);
}

static bool cluster_is_rolling(struct judging *judging, struct reason *reason)
{
	return cluster_was_found(judging, reason, is_rolling);
}

const struct rule_row verdict_rules[] = {
        {RULE_LIST_INCOMPLETE, VERDICT_UNKNOWN, list_is_incomplete},
        {RULE_PERMISSION_UNPROVEN, VERDICT_UNKNOWN, permission_is_unproven},
        {RULE_VM_INCOMPLETE, VERDICT_UNKNOWN, vm_is_incomplete},
        {RULE_CLOCK_UNMEASURED, VERDICT_UNKNOWN, clock_is_unmeasured},
        {RULE_FOREIGN_NAME, VERDICT_FOREIGN, name_is_foreign},
        {RULE_FOREIGN_PREPAID, VERDICT_FOREIGN, is_prepaid},
        {RULE_FOREIGN_DISKS, VERDICT_FOREIGN, has_data_disks},
        {RULE_FOREIGN_NODE, VERDICT_FOREIGN, is_node},
        {RULE_FOREIGN_SCALE_SET, VERDICT_FOREIGN, is_of_scale_set},
        {RULE_FOREIGN_NETWORK, VERDICT_FOREIGN, network_is_foreign},
        {RULE_FOREIGN_TAG, VERDICT_FOREIGN, tag_is_foreign},
        {RULE_FOREIGN_DATA, VERDICT_FOREIGN, data_is_foreign},
        {RULE_FOREIGN_KEPT, VERDICT_FOREIGN, is_kept},
        {RULE_LIVE_PEERPOD, VERDICT_LIVE, is_used},
        {RULE_LIVE_LOG, VERDICT_LIVE, is_used},
        {RULE_LIVE_DATA, VERDICT_LIVE, is_used},
        {RULE_LIVE_NAME, VERDICT_LIVE, is_used},
        {RULE_CONFLICT, VERDICT_SUSPECT, evidence_conflicts},
        {RULE_CREATING_YOUNG, VERDICT_CREATING, is_young},
        {RULE_CREATING_STAGE, VERDICT_CREATING, stage_is_creating},
        {RULE_CREATING_LOG, VERDICT_CREATING, log_is_creating},
        {RULE_CREATING_POD, VERDICT_CREATING, pod_awaits_vm},
        {RULE_CLUSTER_UNREAD, VERDICT_UNKNOWN, cluster_is_unread},
        {RULE_CLUSTER_DENIED, VERDICT_UNKNOWN, cluster_is_denied},
        {RULE_CLUSTER_STALE, VERDICT_UNKNOWN, cluster_is_stale},
        {RULE_CLUSTER_ROLLING, VERDICT_UNKNOWN, cluster_is_rolling},
};
const size_t verdict_rule_count = COUNT_OF(verdict_rules);
