// SPDX-License-Identifier: Apache-2.0
// What a scan in a running program works on: the open context, its regions and clusters.
#ifndef PEERDECK_ORPHANS_SCANNER_OWN_H
#define PEERDECK_ORPHANS_SCANNER_OWN_H

#include "orphans/scanner.h"

enum { SCANNER_REGIONS_MOST = 256, SCANNER_CLUSTERS_MOST = 4096, SCANNER_CLUSTERS_FRESH_MS = 60 * 1000 };

// Scan options with all that they point to. Snapshots of clusters are held, so that their records stay.
struct scan_basis {
	struct scan_options options; // first
	struct arena arena;
	struct snapshot **held;
	size_t held_count;
};

// What of the deck a job needs; sessions stay open until the job is over.
struct scan_place {
	char context[SCOPE_WORD_SIZE];
	const struct backend *cloud, *clusters;
	struct session *cloud_session, *clusters_session;
	struct store *store;
	const struct clock *clock;
	struct log *log;
	unsigned parallel;
	char regions[SCANNER_REGIONS_MOST][64]; // none = all that there are
	size_t region_count;
};

// Lists regions where that is needed, then the clusters of each, publishes them, and makes the options of them.
// Inside a job; lists of clusters that take longer than the patience are not read. NULL when cancelled, out of memory,
// or when no region can be told.
struct scan_basis *scan_basis_read(
        const struct scan_place *place, const struct patience *patience, struct job *job, struct error *error);
bool scan_basis_trust(struct scan_basis *basis, const char *uids); // separated by commas; false when out of memory
struct scan_basis *scan_basis_copy(const struct scan_basis *basis);
void scan_basis_free(struct scan_basis *basis);

#endif
