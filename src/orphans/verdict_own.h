// SPDX-License-Identifier: Apache-2.0
// Shared by the parts of the judge.
#ifndef PEERDECK_ORPHANS_VERDICT_OWN_H
#define PEERDECK_ORPHANS_VERDICT_OWN_H

#include "orphans/podvm_name.h"
#include "orphans/verdict.h"

struct judging {
	const struct evidence *evidence;
	struct judgement *out;
	struct reason *reasons; // as many as out->reason_count, of REASONS_MOST
	struct podvm_name name;
	bool has_name;        // the VM's name follows the grammar
	bool clocks_agree;    // T1 and T2 may be used
	int64_t age;          // T4
	cluster_ref proven;   // by E1, E3 or E5
	cluster_ref owner;    // by these, E12 or E6
	bool owners_disagree; // proofs name several clusters
};

bool same_text(const char *a, const char *b); // NULL and "" equal nothing
bool interval_is_known(struct interval interval);
// NULL for none and for one outside the list.
const struct evidence_cluster *cluster_at(const struct judging *judging, cluster_ref cluster);
void judging_note(struct judging *judging, struct reason reason);

// verdict_time.c: which pods a VM can be excluded from.
bool pod_is_newer(const struct judging *judging, const struct evidence_pod *pod);    // T1
bool pod_runs_longer(const struct judging *judging, const struct evidence_pod *pod); // T2
// S1 to S4; *fact tells which.
bool pod_has_successor(const struct judging *judging, const struct evidence_pod *pod, enum rule *fact);
// A younger VM runs whose user data names this pod and its present address as this VM's does. Proves nothing.
bool pod_has_twin(const struct judging *judging, const struct evidence_pod *pod);
// The PeerPod's own pod, when it exists and is not terminal; else NULL.
const struct evidence_pod *peerpod_user(const struct judging *judging, const struct evidence_peerpod *peerpod);
bool peerpod_is_live(const struct judging *judging, const struct evidence_peerpod *peerpod);
// E8, or the name that E3 or E5 tells.
bool pod_fits(const struct judging *judging, const struct evidence_pod *pod);

// verdict_owner.c
void judging_find_owner(struct judging *judging);

struct rule_row {
	enum rule rule;
	enum verdict verdict;
	bool (*holds)(struct judging *judging, struct reason *reason);
};
extern const struct rule_row verdict_rules[]; // verdict_rules.c, in order, first match wins
extern const size_t verdict_rule_count;
extern const struct rule_row verdict_conditions[]; // verdict_conditions.c, all are asked
extern const size_t verdict_condition_count;

#endif
