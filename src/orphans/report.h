// SPDX-License-Identifier: Apache-2.0
// What one scan found: every pod VM of the scanned regions and everything that one may have left behind, each with its
// evidence, verdict and cost; and how complete the picture is. Made once by scan.h, then never changed; shared between
// threads by reference count. All text lives in the report.
#ifndef PEERDECK_ORPHANS_REPORT_H
#define PEERDECK_ORPHANS_REPORT_H

#include "inventory/records.h"
#include "inventory/snapshot.h"
#include "inventory/store.h"
#include "orphans/leftover.h"
#include "orphans/verdict.h"

// How one region or cluster was read.
struct report_reading {
	struct scope scope;
	const char *name; // of the cluster, or the region
	bool is_cluster;
	bool is_complete;
	enum cluster_reading reading; // of a cluster
	const char *why;              // why it is not complete: a sentence; ""
	const char *missing;          // permissions that are lacking; ""
	int64_t read_at;              // our wall clock, when its reading began
	enum answer has_controller;   // of a cluster: peerpod-ctrl
	enum answer has_adaptor;
	size_t vms, orphans; // of this cluster or region
};

// A line of CAA's log that a judgement used, masked and visible-safe to store.
struct report_line {
	int64_t time;
	const char *node, *text;
};

struct report_cost {
	double per_hour; // NAN = not known
	double so_far;   // since item.since; NAN = not known
	const char *currency;
};

// What only things have that may be left over.
struct report_leftover {
	struct leftover facts;
	struct leftover_judgement judgement;
};

// Something that hangs on a VM: an ENI, an EIP, a disk or a PeerPod. See report_belonging.
struct report_belonging {
	const char *id, *name;       // NULL = `record` is its own
	const struct record *record; // of its kind; where it is shared it tells neither who it is nor when it was made
	const struct report_item *item; // what is known of it besides; NULL = nothing
	int64_t created;
	enum kind_id kind;
};

// There may be a hundred thousand of these: what is the same for many, or known of few, is behind a pointer.
struct report_item {
	const struct scope *scope;
	const struct record *record; // of its kind
	int64_t since;               // first found without a user; 0 = it is not
	int64_t settles_at;          // 0 = cannot be told
	struct report_cost cost;
	const char *cluster, *cluster_id, *cluster_uid; // owner; "" = not known
	const char *namespace_name, *pod, *pod_uid;     // that it serves or served; ""
	const char *node, *sandbox;                     // that made it; ""
	const char *vm;                                 // id of the VM it was left by; ""
	enum kind_id kind;                              // KIND_VM, KIND_ENI, KIND_EIP, KIND_PEERPOD
	enum verdict verdict;
	unsigned char line_count;
	// KIND_VM
	unsigned belonging_count;
	struct judgement judgement;
	const struct evidence *shared;   // see report_evidence
	const struct evidence_own *own;  // NULL = nothing is known of this VM alone
	const struct report_line *lines; // line_count of them
	const struct report_belonging *belongings;
	// the others; NULL = nothing is known
	const struct report_leftover *leftover;
};

// Where a belonging is put together; not to be moved.
struct report_hanging {
	struct report_item item;
	union {
		struct record record;
		struct eni_record eni;
		struct disk_record disk;
	} record;
};

struct report_total {
	size_t count;
	int64_t vcpu;
	double per_hour,
	        so_far; // of those whose price is known; means nothing where report.currency is "", see report_money
	size_t unpriced;
};

struct report {
	int64_t began, ended; // our wall clock
	bool is_complete;     // every region and every cluster
	const struct report_reading *readings;
	size_t reading_count;
	struct report_item *const *items; // worst first
	size_t item_count;
	struct report_total totals[VERDICTS];
	const char *currency;       // of the totals; "" = none, or several
	bool nobody_else_cleans_up; // no cluster that was read has a controller that works
	bool is_kept_on_disk;       // false: first-seen times are lost at the end, nothing settles across runs
	const char *disk_error;     // why; ""
};

struct report *report_ref(const struct report *report); // NULL in, NULL out
void report_unref(const struct report *report);
const struct report_item *report_find(const struct report *report, const char *id); // NULL = absent
// The same, and what hangs on a VM: that is made in `room`.
const struct report_item *report_find_any(const struct report *report, const char *id, struct report_hanging *room);
// Place `place` of an item's belongings as an item without a verdict of its own; its texts are the report's. Of an ENI
// or a disk only what matters for the VM's end is kept.
void report_belonging(const struct report_item *owner, size_t place, struct report_hanging *out);
// All that a VM was judged by; what it points to stays the report's.
void report_evidence(const struct report_item *item, struct evidence *out);
const struct report_leftover *report_leftover(const struct report_item *item); // never NULL
// All that is known of one item and why it is judged so, as one JSON object without line breaks: the design's words in
// snake case, every fact with its values, the clusters that were read and when. For the audit record and `-o json`.
// False when the buffer is full.
bool report_item_json(const struct report *report, const struct report_item *item, struct buffer *out);
// Adds a cost to sums per currency, of which there are `count`; returns how many there are then, `most` at most. What
// has no price is left out.
size_t cost_add(struct report_cost *sums, size_t count, size_t most, const struct report_cost *cost);
// What the items of a verdict cost, added up per currency, in the order of their first occurrence; returns how many
// currencies there are, fills up to `most`.
size_t report_money(const struct report *report, enum verdict verdict, struct report_cost *out, size_t most);
// Publishes the report as KIND_ORPHAN records of the context, for panes and lists.
bool report_publish(const struct report *report, const char *context, struct store *store, struct error *error);

// One sentence that says how complete the picture is: "3 of 4 clusters and 2 regions read, 2 s ago; not read:
// ci-nightly (connection refused)". Visible text.
void report_completeness(const struct report *report, int64_t now, struct buffer *out);
// What stands above the list on the screen and in printed text, in this order; false = there is nothing to say.
enum report_head {
	REPORT_HEAD_NOBODY, // no controller would clean up
	REPORT_HEAD_TOTALS,
	REPORT_HEAD_COMPLETENESS,
	REPORT_HEAD_FORGETS, // nothing is kept on disk
	REPORT_HEADS,
};
bool report_head_text(const struct report *report, enum report_head head, int64_t now, struct buffer *out);

// What would settle an item: "grant get pods/log in caa", "add a kubeconfig for ci-nightly", "12:19"; "" when nothing
// is open.
void report_settles(const struct report *report, const struct report_item *item, int64_t now, char *out, size_t size);

#endif
