// SPDX-License-Identifier: Apache-2.0
// Judges one VM by its evidence: a table of rules, first match wins. Pure: no clock, no network, no allocation. A VM in
// use must never be judged an orphan, and what could not be checked must never be judged fine.
#ifndef PEERDECK_ORPHANS_VERDICT_H
#define PEERDECK_ORPHANS_VERDICT_H

#include "orphans/evidence.h"

// In ms. CREATE: 600 s of starting and 600 s of cleaning up a failed start. AGE: 10 more for polling loops that stretch
// and for lag. SEEN is counted, see settling.h. ROLL: start-up budget of the adaptor, 620 s. MARGIN: minutes cut off,
// clocks, API delay.
enum {
	GRACE_CREATE = 20 * 60 * 1000,
	GRACE_AGE = 30 * 60 * 1000,
	GRACE_SEEN = 15 * 60 * 1000,
	GRACE_SEEN_SCANS = 3,
	GRACE_TERM = 15 * 60 * 1000,
	GRACE_ROLL = 15 * 60 * 1000,
	GRACE_CONTROLLER = 15 * 60 * 1000,
	TIME_MARGIN = 5 * 60 * 1000,
	CLOCK_OFFSET_MOST = 120 * 1000,
	POD_CLOCK_FAULT = 60 * 1000,
	FACTS_FRESH = 30 * 1000,
	SWEEP_BATCH = 10,
	FLOOD_LEAST = 5, // orphans of one cluster in one scan that are never a flood
};

enum SMALL_ENUM verdict {
	VERDICT_UNKNOWN,
	VERDICT_FOREIGN,
	VERDICT_LIVE,
	VERDICT_CREATING,
	VERDICT_ORPHAN,
	VERDICT_SUSPECT,
	VERDICTS,
};

// What would settle an open question.
enum need {
	NEED_NOTHING,
	NEED_PERMISSION,
	NEED_CLUSTER, // a cluster that can be read, or one more of them
	NEED_TIME,
	NEED_PROOF,  // of ownership
	NEED_PERSON, // somebody decides or changes something
};

enum SMALL_ENUM rule {
	RULE_LIST_INCOMPLETE,
	RULE_PERMISSION_UNPROVEN,
	RULE_VM_INCOMPLETE,
	RULE_CLOCK_UNMEASURED,
	RULE_FOREIGN_NAME,
	RULE_FOREIGN_PREPAID,
	RULE_FOREIGN_DISKS,
	RULE_FOREIGN_NODE,
	RULE_FOREIGN_SCALE_SET,
	RULE_FOREIGN_NETWORK,
	RULE_FOREIGN_TAG,
	RULE_FOREIGN_DATA,
	RULE_FOREIGN_KEPT,
	RULE_LIVE_PEERPOD,
	RULE_LIVE_LOG,
	RULE_LIVE_DATA,
	RULE_LIVE_NAME,
	RULE_CONFLICT,
	RULE_CREATING_YOUNG,
	RULE_CREATING_STAGE,
	RULE_CREATING_LOG,
	RULE_CREATING_POD,
	RULE_CLUSTER_UNREAD,
	RULE_CLUSTER_DENIED,
	RULE_CLUSTER_STALE,
	RULE_CLUSTER_ROLLING,
	// Conditions: while one of these holds, the VM is suspect and no orphan.
	RULE_NOT_OWNED,
	RULE_OWNERS_DISAGREE,
	RULE_PODS_DISAGREE,
	RULE_CONFIG_DIFFERS,
	RULE_POD_PENDING,
	RULE_CLOCKS_DIFFER,
	RULE_AGE,
	RULE_SEEN,
	RULE_TERM,
	RULE_VETO_FRESH,
	RULE_VETO_MAKER,
	RULE_VETO_CLUSTERS,
	RULE_VETO_CONTROLLER,
	RULE_VETO_PROTECTED,
	RULE_VETO_DEVELOPER,
	RULE_VETO_ADDRESSES,
	RULE_VETO_TAGS,
	RULE_VETO_LOCKED,
	RULE_VETO_CHANGED,
	RULE_VETO_FLOOD,
	RULE_VETO_BUSY,
	RULE_ORPHAN,
	// Facts that a judgement rests on; they decide nothing alone.
	FACT_E1,
	FACT_E3,
	FACT_E5,
	FACT_E6,
	FACT_E12,
	FACT_T1,
	FACT_T2,
	FACT_S1,
	FACT_S2,
	FACT_S3,
	FACT_S4,
	RULES,
};

// A rule that held and what it held of. `subject` is borrowed from the evidence: a pod, a PeerPod; NULL = the VM
// itself.
struct reason {
	enum rule rule;
	cluster_ref cluster; // CLUSTER_NONE = none in particular
	const char *namespace_name, *subject;
	int64_t until; // NEED_TIME: when it will be over, by the clock of scan.now; 0 = cannot be told
};

enum {
	REASONS_MOST = 40,
};

struct judgement {
	// The deciding rule first, then all other conditions that stand against orphan, then facts. Rules that hold of
	// many things name the first. Never none once judged.
	const struct reason *reasons;
	int64_t settles_at; // suspect and only time is missing: when it can become an orphan; else 0
	cluster_ref owner;  // CLUSTER_NONE = not known
	enum verdict verdict;
	enum rule rule; // the one that decided
	unsigned char reason_count;
	bool is_terminating; // live, and about to end
};

// `room` takes the reasons; the judgement borrows them from there.
void verdict_judge(const struct evidence *evidence, struct reason room[REASONS_MOST], struct judgement *out);

// "orphan", "live" …; for output.
const char *verdict_name(enum verdict verdict);
// Stable snake_case id of a rule; its sentence for people (translated); what would settle it.
const char *rule_name(enum rule rule);
const char *rule_text(enum rule rule);
enum need rule_need(enum rule rule);
bool judgement_has(const struct judgement *judgement, enum rule rule);
// True when a scan finds more orphans in one cluster than can be believed at once.
bool verdict_is_flood(size_t orphans, size_t vms_of_cluster);

#endif
