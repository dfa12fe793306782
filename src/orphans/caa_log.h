// SPDX-License-Identifier: Apache-2.0
// Reads a log of the Cloud API Adaptor (CAA) as it comes and tells the facts in it: which sandbox is which pod and
// which instance, what was deleted, and the traces that known leaks leave. Text may arrive in pieces of any size; a
// line is matched anywhere, since some messages have no line end. Times are those that the Kubernetes API puts before
// each line (timestamps=true). Source: cloud-api-adaptor v0.10 to v0.22, the messages of pkg/adaptor, pkg/util and the
// providers.
#ifndef PEERDECK_ORPHANS_CAA_LOG_H
#define PEERDECK_ORPHANS_CAA_LOG_H

#include "base/base.h"

enum {
	CAA_LOG_LINE_MOST = 8 << 10, // bytes of a line that are looked at
	CAA_LOG_VALUE_MOST = 512,    // bytes of one value, with its NUL
	CAA_SANDBOX_ID_LENGTH = 64,
};

// A row per fact stands in caa_log.c.
enum caa_fact_kind {
	CAA_SANDBOX_OF_POD,         // L1: sandbox, pod, namespace, netns
	CAA_CREATE_INTENT,          // L2: name
	CAA_INSTANCE_CREATED,       // L3: instance, sandbox
	CAA_ARM_VM_CREATED,         // L3z: instance (whole ARM id)
	CAA_NAME_CREATED,           // L4: name, sandbox
	CAA_VM_ADDRESS,             // L5: address
	CAA_PEERPOD_OWNED,          // L6: pod
	CAA_PROXY_TRYING,           // L7: address
	CAA_PROXY_RETRYING,         // L7
	CAA_PROXY_ESTABLISHED,      // L7: address
	CAA_PROXY_READY,            // L7
	CAA_DELETE_STARTED,         // L8: instance
	CAA_DELETE_DONE,            // L8: instance
	CAA_NAME_DELETED,           // L8: name (Azure)
	CAA_INSTANCE_MISSING,       // L8: instance
	CAA_DELETE_FAILED,          // L9: instance
	CAA_STOP_REFUSED,           // L10: sandbox
	CAA_CLEANUP_STARTED,        // L11: instance
	CAA_CLEANUP_FAILED,         // L11: instance
	CAA_SOCKET_CLOSED,          // L12
	CAA_PODS_NOT_READY,         // L12: pod
	CAA_PODS_READY,             // L12
	CAA_CAPACITY_SET,           // L13: node
	CAA_CAPACITY_FAILED,        // L13: node
	CAA_SERVER_STARTED,         // L14
	CAA_SET_INSTANCE_LATE,      // leak G5: sandbox
	CAA_START_INTERRUPTED,      // leak G5
	CAA_PROXY_FAILED,           // leak G5
	CAA_RELEASE_FAILED,         // leak G8
	CAA_MAPPING_MISSING,        // leak G8
	CAA_PEERPOD_FAILED,         // leak G9
	CAA_PROVIDER_DELETE_FAILED, // leak A1
	CAA_CREATE_FAILED,          // leak A2
	CAA_PANIC,                  // leak A3
	CAA_WRONG_STATUS,           // leak A4
	CAA_EIP_DELETE_FAILED,      // leak A8
	CAA_ARM_CREATE_WAIT,        // leak Z1
	CAA_ARM_NO_ADDRESS,         // leak Z2
	CAA_ARM_DELETE_WAIT,        // leak Z4
	CAA_ARM_NO_VM,              // leak G4
	CAA_NO_PROVIDER,            // leak P2
	CAA_FACT_KINDS,
};

// Values that the kind does not have are "". They live only during the call.
struct caa_fact {
	enum caa_fact_kind kind;
	int64_t time; // by the API; 0 = the line had none
	const char *sandbox, *pod, *namespace_name, *netns, *instance, *name, *address, *node;
};

struct caa_log {
	void (*fact)(void *user, const struct caa_fact *fact);
	void *user;
	char line[CAA_LOG_LINE_MOST + 1];
	size_t used;
	uint64_t lines, cut; // cut: lines longer than CAA_LOG_LINE_MOST, of which only the start was read
	bool is_too_long;
};

void caa_log_init(struct caa_log *log, void (*fact)(void *user, const struct caa_fact *fact), void *user);
void caa_log_feed(struct caa_log *log, const char *text, size_t size);
// Takes what is left as the last line. More may be fed afterwards.
void caa_log_end(struct caa_log *log);

// Stable snake_case word, and the id of the log line or leak path in the project's reference ("L10", "A3").
const char *caa_fact_name(enum caa_fact_kind kind);
const char *caa_fact_id(enum caa_fact_kind kind);

#endif
