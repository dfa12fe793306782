// SPDX-License-Identifier: Apache-2.0
// What keeps a VM without a user from being an orphan: not owned, not settled, or vetoed. All are asked, so that all
// can be told.
#include "config.h"

#include "orphans/verdict_own.h"

#include "base/banned.h"

#define VM(judging) (&(judging)->evidence->vm)

static const struct evidence_cluster *owner(const struct judging *judging)
{
	return cluster_at(judging, judging->owner);
}

static const struct evidence_claim *owner_claim(const struct judging *judging)
{
	return owner(judging) ? &judging->evidence->claims[judging->owner - 1] : NULL;
}

// Asks what only a cluster that still exists can answer.
static const struct evidence_cluster *standing_owner(const struct judging *judging)
{
	const struct evidence_cluster *cluster = owner(judging);

	return cluster && cluster->reading != CLUSTER_GONE ? cluster : NULL;
}

static bool is_not_owned(struct judging *judging, struct reason *reason)
{
	(void)reason;
	return !owner(judging) && !judging->owners_disagree;
}

static bool owners_disagree(struct judging *judging, struct reason *reason)
{
	(void)reason;
	return judging->owners_disagree;
}

static bool pods_disagree(struct judging *judging, struct reason *reason)
{
	const struct evidence_log *log = &judging->evidence->log;
	const struct evidence_data *data = &judging->evidence->data;

	(void)reason;
	return log->is_mapped && data->state == USER_DATA_PODVM &&
	       !(same_text(log->pod_name, data->pod_name) && same_text(log->namespace_name, data->namespace_name));
}

static bool config_differs(struct judging *judging, struct reason *reason)
{
	reason->cluster = judging->owner;
	return VM(judging)->fits_known_network != ANSWER_YES || (owner(judging) && !owner_claim(judging)->config_fits);
}

static bool pod_is_pending(struct judging *judging, struct reason *reason)
{
	const struct evidence *evidence = judging->evidence;

	for (size_t i = 0; i < evidence->pod_count; i++) {
		const struct evidence_pod *pod = &evidence->pods[i];

		if (pod->is_pending && !pod->is_terminal && pod_fits(judging, pod) && !pod_is_newer(judging, pod) &&
		        (judging->proven == CLUSTER_NONE || judging->proven == pod->cluster)) {
			reason->cluster = pod->cluster;
			reason->namespace_name = pod->namespace_name;
			reason->subject = pod->name;
			return true;
		}
	}
	return false;
}

static bool clocks_differ(struct judging *judging, struct reason *reason)
{
	(void)reason;
	return !judging->clocks_agree;
}

static bool is_not_old(struct judging *judging, struct reason *reason)
{
	reason->until = judging->evidence->scan->now + GRACE_AGE - judging->age;
	return judging->age < GRACE_AGE;
}

static bool is_not_seen(struct judging *judging, struct reason *reason)
{
	const struct evidence *evidence = judging->evidence;
	int64_t left = GRACE_SEEN - evidence->seen_ms;

	reason->until = evidence->scan->now + (left > 0 ? left : 0);
	return left > 0 || evidence->seen_scans < GRACE_SEEN_SCANS;
}

// Where no pod was ever seen, G_SEEN is the time without one.
static bool is_not_over(struct judging *judging, struct reason *reason)
{
	const struct evidence *evidence = judging->evidence;
	int64_t grace = evidence->termination_ms > GRACE_TERM ? evidence->termination_ms : GRACE_TERM;

	if (evidence->unused_since == 0)
		return evidence->seen_ms < grace;
	reason->until = evidence->unused_since + grace;
	return evidence->scan->now < reason->until;
}

static bool owner_is_not_fresh(struct judging *judging, struct reason *reason)
{
	const struct evidence_cluster *cluster = standing_owner(judging);

	reason->cluster = judging->owner;
	return cluster && (cluster->reading != CLUSTER_READ || cluster->read_at == 0 ||
	                          judging->evidence->scan->now - cluster->read_at > FACTS_FRESH);
}

// A node that is cut off may still run the pod after a forced deletion.
static bool maker_is_not_ready(struct judging *judging, struct reason *reason)
{
	const struct evidence_cluster *cluster = standing_owner(judging);
	enum maker_node maker = judging->evidence->maker;

	reason->cluster = judging->owner;
	return cluster && (maker == MAKER_NOT_READY || (maker == MAKER_UNKNOWN && cluster->has_unready_nodes));
}

static bool several_clusters_fit(struct judging *judging, struct reason *reason)
{
	const struct evidence *evidence = judging->evidence;
	size_t fitting = 0;

	for (size_t i = 0; i < evidence->cluster_count; i++)
		fitting += evidence->claims[i].config_fits;
	reason->cluster = judging->owner;
	return fitting > 1 && judging->proven == CLUSTER_NONE &&
	       (judging->owner == CLUSTER_NONE || judging->evidence->tag_cluster != judging->owner ||
	               owner(judging)->tag_is_void);
}

static bool controller_is_working(struct judging *judging, struct reason *reason)
{
	const struct evidence *evidence = judging->evidence;

	for (size_t i = 0; i < evidence->peerpod_count; i++) {
		const struct evidence_peerpod *peerpod = &evidence->peerpods[i];
		const struct evidence_cluster *cluster = cluster_at(judging, peerpod->cluster);

		if (!cluster || !cluster->has_controller || peerpod->deleting_since == 0 ||
		        !same_text(peerpod->vm_id, evidence->vm.id))
			continue;
		*reason = (struct reason){reason->rule, peerpod->cluster, peerpod->namespace_name, peerpod->name,
		        peerpod->deleting_since + GRACE_CONTROLLER};
		if (evidence->scan->now < reason->until)
			return true;
	}
	return false;
}

static bool is_protected(struct judging *judging, struct reason *reason)
{
	(void)reason;
	return VM(judging)->is_protected != ANSWER_NO;
}

static bool adaptor_keeps_vms(struct judging *judging, struct reason *reason)
{
	reason->cluster = judging->owner;
	return owner(judging) && owner_claim(judging)->keeps_vms != ANSWER_NO;
}

static bool has_other_addresses(struct judging *judging, struct reason *reason)
{
	(void)reason;
	return VM(judging)->has_other_addresses != ANSWER_NO;
}

static bool has_other_tags(struct judging *judging, struct reason *reason)
{
	(void)reason;
	return VM(judging)->has_other_tags != ANSWER_NO;
}

static bool is_locked(struct judging *judging, struct reason *reason)
{
	(void)reason;
	return VM(judging)->is_locked != ANSWER_NO;
}

static bool changed_lately(struct judging *judging, struct reason *reason)
{
	(void)reason;
	return judging->evidence->changed_lately;
}

static bool owner_is_flooded(struct judging *judging, struct reason *reason)
{
	reason->cluster = judging->owner;
	return owner(judging) && owner(judging)->is_flooded;
}

static bool is_busy(struct judging *judging, struct reason *reason)
{
	(void)reason;
	return VM(judging)->cloud == VM_CLOUD_AZURE && VM(judging)->is_busy != ANSWER_NO;
}

const struct rule_row verdict_conditions[] = {
        {RULE_NOT_OWNED, VERDICT_SUSPECT, is_not_owned},
        {RULE_OWNERS_DISAGREE, VERDICT_SUSPECT, owners_disagree},
        {RULE_PODS_DISAGREE, VERDICT_SUSPECT, pods_disagree},
        {RULE_CONFIG_DIFFERS, VERDICT_SUSPECT, config_differs},
        {RULE_POD_PENDING, VERDICT_SUSPECT, pod_is_pending},
        {RULE_CLOCKS_DIFFER, VERDICT_SUSPECT, clocks_differ},
        {RULE_VETO_MAKER, VERDICT_SUSPECT, maker_is_not_ready},
        {RULE_VETO_CLUSTERS, VERDICT_SUSPECT, several_clusters_fit},
        {RULE_VETO_CONTROLLER, VERDICT_SUSPECT, controller_is_working},
        {RULE_VETO_PROTECTED, VERDICT_SUSPECT, is_protected},
        {RULE_VETO_DEVELOPER, VERDICT_SUSPECT, adaptor_keeps_vms},
        {RULE_VETO_ADDRESSES, VERDICT_SUSPECT, has_other_addresses},
        {RULE_VETO_TAGS, VERDICT_SUSPECT, has_other_tags},
        {RULE_VETO_LOCKED, VERDICT_SUSPECT, is_locked},
        {RULE_VETO_FLOOD, VERDICT_SUSPECT, owner_is_flooded},
        {RULE_VETO_BUSY, VERDICT_SUSPECT, is_busy},
        {RULE_VETO_CHANGED, VERDICT_SUSPECT, changed_lately},
        {RULE_AGE, VERDICT_SUSPECT, is_not_old},
        {RULE_SEEN, VERDICT_SUSPECT, is_not_seen},
        {RULE_TERM, VERDICT_SUSPECT, is_not_over},
        {RULE_VETO_FRESH, VERDICT_SUSPECT, owner_is_not_fresh},
};
const size_t verdict_condition_count = COUNT_OF(verdict_conditions);
