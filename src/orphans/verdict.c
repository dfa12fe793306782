// SPDX-License-Identifier: Apache-2.0
// Runs the tables of rules over the evidence of one VM and writes down what led to the verdict.
#include "config.h"

#include "orphans/verdict_own.h"

#include <string.h>

#include "base/banned.h"

bool same_text(const char *a, const char *b)
{
	return a && b && *a && strcmp(a, b) == 0;
}

bool interval_is_known(struct interval interval)
{
	return interval.start != 0 && interval.end >= interval.start;
}

const struct evidence_cluster *cluster_at(const struct judging *judging, cluster_ref cluster)
{
	if (cluster == CLUSTER_NONE || cluster > judging->evidence->cluster_count)
		return NULL;
	return &judging->evidence->clusters[cluster - 1];
}

void judging_note(struct judging *judging, struct reason reason)
{
	struct judgement *out = judging->out;

	for (size_t i = 0; i < out->reason_count; i++)
		if (out->reasons[i].rule == reason.rule && out->reasons[i].cluster == reason.cluster)
			return;
	if (out->reason_count < REASONS_MOST)
		judging->reasons[out->reason_count++] = reason;
}

// Why pods that fit by name are not this VM's.
static void note_exclusions(struct judging *judging)
{
	const struct evidence *evidence = judging->evidence;

	for (size_t i = 0; i < evidence->pod_count; i++) {
		const struct evidence_pod *pod = &evidence->pods[i];
		struct reason reason = {RULES, pod->cluster, pod->namespace_name, pod->name, 0};

		if (pod->is_terminal || !pod_fits(judging, pod))
			continue;
		if (pod_has_successor(judging, pod, &reason.rule))
			judging_note(judging, reason);
		reason.rule = FACT_T1;
		if (pod_is_newer(judging, pod))
			judging_note(judging, reason);
		reason.rule = FACT_T2;
		if (pod_runs_longer(judging, pod))
			judging_note(judging, reason);
	}
}

static void judging_decide(struct judging *judging, enum verdict verdict, struct reason reason)
{
	struct judgement *out = judging->out;
	size_t kept = out->reason_count < REASONS_MOST ? out->reason_count : REASONS_MOST - 1;

	memmove(judging->reasons + 1, judging->reasons, kept * sizeof *judging->reasons);
	judging->reasons[0] = reason;
	out->reason_count = (unsigned char)(kept + 1);
	out->verdict = verdict;
	out->rule = reason.rule;
}

static bool match_first(struct judging *judging)
{
	for (size_t i = 0; i < verdict_rule_count; i++) {
		const struct rule_row *row = &verdict_rules[i];
		struct reason reason = {.rule = row->rule};

		if (row->holds(judging, &reason)) {
			judging_decide(judging, row->verdict, reason);
			return true;
		}
	}
	return false;
}

// Orphan when nothing stands against it; else suspect with all that does, the first of it deciding.
static void weigh_conditions(struct judging *judging)
{
	struct judgement *out = judging->out;
	struct reason against[REASONS_MOST];
	size_t count = 0, facts = out->reason_count;
	bool only_time = true;

	for (size_t i = 0; i < verdict_condition_count && count + 1 < REASONS_MOST; i++) {
		struct reason reason = {.rule = verdict_conditions[i].rule};

		if (verdict_conditions[i].holds(judging, &reason))
			against[count++] = reason;
	}
	if (count == 0) {
		judging_decide(judging, VERDICT_ORPHAN, (struct reason){RULE_ORPHAN, judging->owner, NULL, NULL, 0});
		return;
	}
	if (facts > REASONS_MOST - count)
		facts = REASONS_MOST - count;
	memmove(judging->reasons + count, judging->reasons, facts * sizeof *judging->reasons);
	memcpy(judging->reasons, against, count * sizeof *against);
	out->reason_count = (unsigned char)(facts + count);
	out->verdict = VERDICT_SUSPECT;
	out->rule = against[0].rule;
	for (size_t i = 0; i < count; i++) {
		only_time = only_time && rule_need(against[i].rule) == NEED_TIME;
		if (against[i].until > out->settles_at)
			out->settles_at = against[i].until;
	}
	if (!only_time)
		out->settles_at = 0;
}

void verdict_judge(const struct evidence *evidence, struct reason room[REASONS_MOST], struct judgement *out)
{
	struct judging judging = {.evidence = evidence, .out = out, .reasons = room};
	const struct evidence_scan *scan = evidence->scan;

	*out = (struct judgement){.verdict = VERDICT_UNKNOWN, .reasons = room};
	judging.has_name = evidence->vm.name && podvm_name_parse(evidence->vm.name, &judging.name);
	judging.clocks_agree = scan->clocks_are_measured && scan->clock_offset_ms <= CLOCK_OFFSET_MOST &&
	                       scan->clock_offset_ms >= -CLOCK_OFFSET_MOST;
	judging.age = scan->cloud_now - evidence->vm.created.end;
	judging_find_owner(&judging);
	out->owner = judging.owner;
	note_exclusions(&judging);
	if (!match_first(&judging))
		weigh_conditions(&judging);
	if (out->verdict != VERDICT_LIVE)
		out->is_terminating = false;
	else if (evidence->vm.stage == VM_STAGE_STOPPING || evidence->vm.stage == VM_STAGE_DELETING)
		out->is_terminating = true;
}

bool judgement_has(const struct judgement *judgement, enum rule rule)
{
	for (size_t i = 0; i < judgement->reason_count; i++)
		if (judgement->reasons[i].rule == rule)
			return true;
	return false;
}

bool verdict_is_flood(size_t orphans, size_t vms_of_cluster)
{
	return orphans > FLOOD_LEAST && orphans > vms_of_cluster / 2;
}
