// SPDX-License-Identifier: Apache-2.0
// What a sweep would do, before anything is done: which things, why each of them may go, what is refused and why, what
// it saves, and what a person must type. Only what was judged an orphan is taken; a suspect only by the named override,
// alone. Pure: made from a report, changes nothing.
#ifndef PEERDECK_ORPHANS_SWEEP_PLAN_H
#define PEERDECK_ORPHANS_SWEEP_PLAN_H

#include "orphans/report.h"
#include "work/backend.h"

enum sweep_mode {
	SWEEP_DELETE,
	SWEEP_QUARANTINE,         // stop, saving its cost, and tag (quarantine.h); VMs only
	SWEEP_DELETE_QUARANTINED, // only those whose time in quarantine is over
	SWEEP_MODES,
};

enum {
	SWEEP_ASKED_MOST = 10000, // things that may be asked for
	SWEEP_ITEMS_MOST = 500,   // that one confirmation may take
	SWEEP_CURRENCIES_MOST = 8,
	SWEEP_QUARANTINE_MS = 24 * 60 * 60 * 1000,
	SWEEP_WORD_SIZE = 128,
};

// Why something that was asked for is not in the plan.
enum sweep_refusal {
	SWEEP_REFUSED_ABSENT,         // the report does not know it
	SWEEP_REFUSED_VERDICT,        // neither orphan nor suspect
	SWEEP_REFUSED_SUSPECT,        // suspect, and the override was not named
	SWEEP_REFUSED_SUSPECTS,       // suspect, and not the only one
	SWEEP_REFUSED_DOUBT,          // suspect for a reason that no override lifts
	SWEEP_REFUSED_UNOWNED,        // no cluster and no region to name
	SWEEP_REFUSED_KIND,           // cannot be put in quarantine
	SWEEP_REFUSED_IN_QUARANTINE,  // is there already, or its time is not over
	SWEEP_REFUSED_NOT_QUARANTINE, // is not there
	SWEEP_REFUSED_STATE,          // the cloud does not delete it in this state
	SWEEP_REFUSED_SHARE,          // more than the ceiling of its cluster
	SWEEP_REFUSED_BATCH,          // more than one confirmation takes
	SWEEP_REFUSALS,
};

// What happens to something that hangs on an item.
enum sweep_fate {
	FATE_RELEASED, // goes with the VM by itself
	FATE_DELETED,  // is looked at again after the VM has gone, and deleted
	FATE_STAYS,
};

// What a decision rests on: it must still be so before each call. Facts may only grow, what speaks against it only
// shrink.
struct sweep_basis {
	enum verdict verdict;
	char owner[SWEEP_WORD_SIZE]; // uid of the cluster; ""
	char pod_uid[64];
	uint64_t facts;   // bits 1 << (rule − FACT_E1)
	uint64_t against; // bits 1 << rule, of the conditions that hold against an orphan
};

struct sweep_extra {
	enum kind_id kind;
	enum sweep_fate fate;
	struct scope scope;
	const char *id, *name, *address; // address: of an EIP; ""
	const char *space;               // of a PeerPod
	int64_t created;
};

struct sweep_item {
	const struct report_item *item; // of the plan's report
	struct sweep_basis basis;
	const struct sweep_extra *extras;
	size_t extra_count;
	size_t group;
};

struct sweep_refused {
	const char *id, *name;
	enum sweep_refusal rule;
	const char *why; // a sentence
};

// One cluster of the plan: confirmed by its own phrase.
struct sweep_group {
	const char *word; // what must be typed: its name; its id where the name is not enough
	const char *cluster_id, *region;
	size_t count, vms; // items; VMs of the cluster in all
};

struct sweep_request {
	enum sweep_mode mode;
	const char *const *ids;
	size_t id_count;
	size_t most;                 // 0 = SWEEP_BATCH
	bool ceiling_lifted;         // by an explicit option
	bool override_suspect;       // likewise; one VM only
	int64_t quarantine_ms;       // 0 = SWEEP_QUARANTINE_MS
	int64_t now;                 // wall clock
	const struct backend *cloud; // tells which state allows an action; NULL = any
};

struct sweep_plan {
	struct arena arena;
	const struct report *report; // a reference
	enum sweep_mode mode;
	bool is_override;
	const struct sweep_item *items; // in the report's order
	size_t count;
	const struct sweep_refused *refused;
	size_t refused_count;
	const struct sweep_group *groups;
	size_t group_count;
	struct report_cost savings[SWEEP_CURRENCIES_MOST]; // of those whose price is known, a sum for each currency
	size_t currency_count, unpriced;
	int64_t made;
	char digest[65]; // SHA-256 of mode, items and evidence
};

// NULL only when out of memory or asked for too many. A plan may be empty.
struct sweep_plan *sweep_plan_create(
        const struct report *report, const struct sweep_request *request, struct error *error);
void sweep_plan_destroy(struct sweep_plan *plan);

// What must be typed: "caa 2", or "caa 2, ci 1" for several clusters. Visible text.
void sweep_plan_phrase(const struct sweep_plan *plan, struct buffer *out);
// True when `typed` is that phrase; blanks around words do not matter, everything else does. Never true of an empty
// plan.
bool sweep_plan_confirms(const struct sweep_plan *plan, const char *typed);

// What would become of a thing that hangs on the VM with the id `vm`, and the same in words, translated.
enum sweep_fate sweep_fate_of(const struct report_item *thing, const char *vm);
const char *sweep_fate_text(enum kind_id kind, enum sweep_fate fate);

// Lines for people: what goes with what, since when, what it saves, what is refused and why. `account` as the header
// shows it; "" = leave it out.
void sweep_plan_text(const struct sweep_plan *plan, const char *account, struct buffer *out);
// The same as commands of the cloud's own tools and kubectl, one per line.
void sweep_plan_commands(const struct sweep_plan *plan, const struct backend *cloud, struct session *session,
        const char *by, struct buffer *out);

// What a judgement rests on, and whether a later one still allows the same; if not, `why` gets a sentence.
void sweep_basis_of(const struct report *report, const struct report_item *item, struct sweep_basis *out);
bool sweep_basis_holds(const struct sweep_basis *before, const struct sweep_basis *now, char *why, size_t size);
// As text for the disk: "E1 E3 T1", and back; an unknown name gives no fact.
void sweep_facts_text(uint64_t facts, char *out, size_t size);
uint64_t sweep_facts_parse(const char *text);
void sweep_against_text(uint64_t against, char *out, size_t size);
uint64_t sweep_against_parse(const char *text);

// The action of a cloud that this mode takes for a kind; NULL = it has none (PeerPods are their cluster's).
const struct action *sweep_action(const struct backend *cloud, enum kind_id kind, enum sweep_mode mode);

const char *sweep_mode_name(enum sweep_mode mode);          // "delete", "quarantine", "delete-quarantined"
const char *sweep_refusal_name(enum sweep_refusal refusal); // stable snake_case id

#endif
