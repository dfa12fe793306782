// SPDX-License-Identifier: Apache-2.0
// PeerPod objects of a cluster.
#ifndef PEERDECK_SIM_PEERPODS_H
#define PEERDECK_SIM_PEERPODS_H

#include "sim/podlife.h"

// As CAA makes it, or as somebody restores it from a backup.
struct peerpod *peerpod_create(struct kubernetes *kubernetes, const char *namespace, const char *pod_name,
        const char *pod_uid, const char *instance_id);
// A DELETE by a client or by garbage collection.
void peerpod_delete(struct peerpod *peerpod);
// Its finalizer was taken away: it goes when it was being deleted. May free it.
void peerpod_without_finalizer(struct peerpod *peerpod);

#endif
