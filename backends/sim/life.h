// SPDX-License-Identifier: Apache-2.0
// What goes on by itself: pods get pod VMs, end, and sometimes leave their VM behind.
#ifndef PEERDECK_SIM_LIFE_H
#define PEERDECK_SIM_LIFE_H

#include "sim/podvms.h"

struct workload {
	struct adaptor adaptor;
	size_t wanted;     // pods with a VM
	int64_t every_ms;  // mean time between two changes, virtual; 0 = nothing changes
	double leak;       // share of ended pods whose VM stays
	size_t most_leaks; // no further leak beyond so many
	size_t leaks;
};

// Takes a copy and lets it begin.
void life_add(struct world *world, const struct workload *workload);

#endif
