// SPDX-License-Identifier: Apache-2.0
// A scan reads everything that a judgement needs, from the clouds and the clusters, joins it into evidence, judges, and
// remembers what must survive (memory.h). Runs in a job; regions and clusters are read at the same time, and one that
// fails makes its VMs unknown, never the others.
#ifndef PEERDECK_ORPHANS_SCAN_H
#define PEERDECK_ORPHANS_SCAN_H

#include "base/patience.h"
#include "orphans/memory.h"
#include "orphans/report.h"
#include "work/backend.h"

struct scan_options {
	const struct backend *cloud; // cloud->cloud is not NULL
	struct session *cloud_session;
	const struct scope *regions;
	size_t region_count;
	const struct backend *clusters; // clusters->cluster is not NULL; NULL = no cluster can be read
	struct session *clusters_session;
	const struct cluster_record *const *known; // every cluster that the cloud lists in these regions…
	size_t known_count;
	const struct scope *cluster_scopes; // …and every one that can be read, also those outside the cloud's list
	size_t cluster_count;
	// Regions whose list of clusters could not be read, each with the reason: a cluster that nobody knows may be
	// there.
	const struct scope *unlisted;
	const struct error *unlisted_errors;
	size_t unlisted_count;
	struct memory *memory;
	// Lists of VMs that somebody else reads are taken from here and put there; NULL = all are read for this scan
	// alone.
	struct store *store;
	const struct clock *clock;
	struct log *log;
	unsigned parallel;
	bool read_user_data; // E5; asks for a sensitive permission
	bool skip_foreign;   // leave VMs out of the report that cannot be pod VMs by their name
	// A person says that a flood of orphans is real. Holds only for floods that an earlier scan found already.
	bool flood_acknowledged;
	// How long regions and clusters may take to answer; those that took longer are not read. NULL = as long as they
	// take.
	const struct patience *patience;
	const char *const *trusted; // uids of clusters whose tag the operator takes for proof
	size_t trusted_count;
	// Progress, from any thread; may be NULL.
	void (*progress)(int64_t done, int64_t total, const char *what, void *user);
	void *user;
};

// False only when cancelled or out of memory: everything else is in the report. The report is the caller's reference.
bool scan_run(
        const struct scan_options *options, const struct report **out, struct cancel *cancel, struct error *error);

// The fresh facts before a deletion: reads that one VM (or left-over) again by id, every cluster that rule 2 or 4 looks
// at, and the logs of its owner, and judges again. Counts as no scan. The facts of the answer are younger than
// FACTS_FRESH when it returns true.
bool scan_recheck(const struct scan_options *options, const struct report *before, const char *id,
        const struct report **out, struct cancel *cancel, struct error *error);

#endif
