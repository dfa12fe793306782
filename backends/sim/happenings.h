// SPDX-License-Identifier: Apache-2.0
// What befalls clusters: the daily coming and going of pods, and mishaps, by chance or when asked for.
#ifndef PEERDECK_SIM_HAPPENINGS_H
#define PEERDECK_SIM_HAPPENINGS_H

#include "sim/podlife.h"

// Mean virtual time between two of a kind in one cluster; 0 = never.
struct mishap_rates {
	int64_t adaptor_crash_ms, adaptor_roll_out_ms, node_reboot_ms, node_partition_ms, node_lost_ms, force_delete_ms,
	        config_change_ms, node_stop_ms;
};

// Pods come and go from now on, on average every kubernetes->every_ms.
void happenings_begin(struct kubernetes *kubernetes, const struct mishap_rates *rates);
// Nothing befalls it any more: what is cut off is connected, what is stopped starts. Pods still come and go.
void happenings_end(struct kubernetes *kubernetes);
// Does what makes a VM leak by this path, at the next opportunity. `pod` NULL: any. False: it cannot happen here.
bool leak_provoke(struct kubernetes *kubernetes, enum leak_path path);
bool happening_exists(const char *name);
// By name: "adaptor-crash", "roll-out", "reboot", "partition", "heal", "node-lost", "force-delete", "vswitch",
// "region", "restore-peerpods", "evict". False: there is no such happening.
bool happening_run(struct kubernetes *kubernetes, const char *name, const char *node_or_pod);

#endif
