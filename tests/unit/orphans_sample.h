// SPDX-License-Identifier: Apache-2.0
// A VM that is an orphan by all rules, in two clusters' world, to be changed by the tests.
#ifndef PEERDECK_TESTS_UNIT_ORPHANS_SAMPLE_H
#define PEERDECK_TESTS_UNIT_ORPHANS_SAMPLE_H

#include "orphans/verdict.h"

enum { SAMPLE_CLUSTERS = 3, SAMPLE_PODS = 4, SAMPLE_PEERPODS = 4 };

#define SAMPLE_NOW INT64_C(1795207920000) // 2026-11-20T20:52:00Z
#define SECONDS(n) (INT64_C(1000) * (n))
#define MINUTES(n) (INT64_C(60000) * (n))

struct sample {
	struct evidence_scan scan;
	struct evidence_cluster clusters[SAMPLE_CLUSTERS];
	struct evidence_claim claims[SAMPLE_CLUSTERS];
	struct evidence_pod pods[SAMPLE_PODS];
	struct evidence_peerpod peerpods[SAMPLE_PEERPODS];
	struct evidence evidence;
};

// Cluster 1 made it (E3), cluster 2 is elsewhere; no pods.
void sample_init(struct sample *sample);
// Adds a pod web-0 of namespace shop to cluster 1: Running since before the VM was made, ready. T1 and T2 say nothing
// of it.
struct evidence_pod *sample_pod(struct sample *sample);
// Adds a PeerPod of that pod that names the VM, made with it.
struct evidence_peerpod *sample_peerpod(struct sample *sample);
struct interval sample_minute(int64_t start);

#endif
