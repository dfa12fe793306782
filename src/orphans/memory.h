// SPDX-License-Identifier: Apache-2.0
// What scans remember across runs, in the one database: how long each VM has been found without a user, which cluster
// made it (E12, written only from E1, E3, E5 or E6), what configurations and nodes a cluster had, and what a person
// wants kept. Everything is under the account and, for clusters, the UID of namespace kube-system: never a context or a
// name. Safe from any thread: one lock, held for one statement.
#ifndef PEERDECK_ORPHANS_MEMORY_H
#define PEERDECK_ORPHANS_MEMORY_H

#include "inventory/database.h"
#include "inventory/kind.h"
#include "orphans/settling.h"

struct memory;

// path as database_path gives it; "" = in memory, nothing survives. On failure to open the file the memory is kept in
// RAM and `warning` says why. NULL when out of memory.
struct memory *memory_open(const char *path, const char *account, const struct clock *clock, struct log *log,
        struct error *warning, struct error *error);
struct memory *memory_ref(struct memory *memory); // NULL in, NULL out; each is closed once
void memory_close(struct memory *memory);         // the last one writes what is left
bool memory_is_on_disk(const struct memory *memory);

// What somebody has seen before, who looked on longer than this memory lasts.
struct memory_sight {
	enum kind_id kind; // KIND_VM, KIND_ENI, KIND_EIP
	char id[64];
	int64_t since; // by the cloud's clock: nobody's from then on
};

// Remembers what earlier scans have seen, as if they were this memory's own: a VM that was judged an orphan for an
// hour, since half an hour after it was nobody's, and free network interfaces and addresses. What a later scan finds
// decides: a VM in use is live whatever is remembered. What is remembered already stays. False when out of memory.
bool memory_recall(struct memory *memory, const struct memory_sight *sights, size_t count);

// The keep list: VMs and left-overs that are never judged as anything but foreign.
bool memory_keep(struct memory *memory, const char *id, const char *why, bool keep, struct error *error);
bool memory_is_kept(struct memory *memory, const char *id);
// The person typed the id of a remembered cluster and so says that it is gone. It counts as gone only while the cloud,
// too, says by id that it does not exist. False when no cluster of that id is remembered.
bool memory_confirm_gone(struct memory *memory, const char *cluster_id, bool gone, struct error *error);

#endif
