// SPDX-License-Identifier: Apache-2.0
// Judges what a pod VM may leave behind: network interfaces, public addresses, disks, PeerPod objects. Pure, like
// verdict.h.
#ifndef PEERDECK_ORPHANS_LEFTOVER_H
#define PEERDECK_ORPHANS_LEFTOVER_H

#include "orphans/verdict.h"

enum leftover_kind {
	LEFTOVER_ENI,     // Alibaba: named peerpod-nic-<instance id>
	LEFTOVER_EIP,     // Alibaba: described as Peerpod External Network EIP
	LEFTOVER_NIC,     // Azure: named <VM>-net…
	LEFTOVER_DISK,    // Azure: named <VM>-disk
	LEFTOVER_ADDRESS, // Azure public address: named <VM>-net…
	LEFTOVER_PEERPOD,
};

// A zeroed record is one in which nothing is known.
struct leftover {
	enum leftover_kind kind;
	const char *name, *description;
	bool list_is_complete;
	enum answer is_free; // status Available, or attached to nothing
	int64_t free_since;  // first seen so; 0 = not known
	enum answer
	        vm_exists; // asked by id, or by name on Azure; a PeerPod's in every region that its cluster ever named
	// PeerPod only
	bool has_finalizer, is_deleting;
	enum answer has_controller;
	bool is_kept; // keep list or keep tag
	int64_t now;
};

enum leftover_rule {
	LEFTOVER_LIST_INCOMPLETE,
	LEFTOVER_FOREIGN,
	LEFTOVER_KEPT,
	LEFTOVER_STATE_UNKNOWN,
	LEFTOVER_IN_USE,
	LEFTOVER_VM_EXISTS,
	LEFTOVER_VM_UNKNOWN,
	LEFTOVER_NOT_DELETING,
	LEFTOVER_CONTROLLER,
	LEFTOVER_CONTROLLER_UNKNOWN,
	LEFTOVER_SETTLING,
	LEFTOVER_ORPHAN,
	LEFTOVER_RULES,
};

struct leftover_judgement {
	enum verdict verdict;
	enum leftover_rule rule;
	int64_t until; // LEFTOVER_SETTLING: when it will be over; 0 = cannot be told
};

void leftover_judge(const struct leftover *leftover, struct leftover_judgement *out);
// Copies the id of the VM that the name of an ENI, or the VM's name that the name of an Azure resource, carries. False
// when it has none.
bool leftover_vm(enum leftover_kind kind, const char *name, char *out, size_t size);
const char *leftover_rule_name(enum leftover_rule rule);
const char *leftover_rule_text(enum leftover_rule rule); // translated

#endif
