// SPDX-License-Identifier: Apache-2.0
// One log of the adaptor (or of peerpod-ctrl) read for health: the book of its VMs, and the messages that are known to
// mean trouble, each with its last line.
#ifndef PEERDECK_ORPHANS_HEALTH_LOG_H
#define PEERDECK_ORPHANS_HEALTH_LOG_H

#include "inventory/records.h"
#include "orphans/caa_book.h"

// A row per mark stands in health_log.c.
enum health_mark_kind {
	MARK_NOT_SET,
	MARK_CREDENTIALS,
	MARK_TYPES,
	MARK_VPC,
	MARK_PODS_NOT_READY,
	MARK_PROXY_RETRYING,
	MARK_PROXY_DEADLINE,
	MARK_CLOUD_REFUSED,
	MARK_QUOTA,
	MARK_IMAGE,
	MARK_TDX,
	MARK_USER_DATA,
	MARK_CONTAINER,
	MARK_ATTESTATION,
	MARK_STOP_REFUSED,
	MARK_DELETE_FAILED,
	MARK_RECONCILE,
	HEALTH_MARKS,
};

enum { HEALTH_MARK_TEXT = 400 };

struct health_mark {
	uint64_t count;
	int64_t time;                // of the last; 0 = its line had none
	char text[HEALTH_MARK_TEXT]; // visible, private values masked, without the times
	char code[96];               // the cloud's error code in it; ""
	char vm[64];                 // name of the VM that was being made just before; ""
};

// An agent that did not answer again and again.
enum { HEALTH_RETRIES_MOST = 16 };
struct health_retry {
	char address[64]; // "10.0.0.9:15150"
	int64_t first, last;
};

struct health_log {
	const struct pod_record *pod; // whose; borrowed
	bool is_previous;             // of the container before
	bool is_controller;           // peerpod-ctrl's
	bool is_read;
	struct error error; // why not
	struct caa_book book;
	struct health_mark marks[HEALTH_MARKS];
	struct health_retry retries[HEALTH_RETRIES_MOST]; // without those that answered in the end; the oldest go first
	size_t retry_count;
	char making[64]; // name of the VM that was asked for last
	char line[CAA_LOG_LINE_MOST + 1];
	size_t used;
};

bool health_log_init(struct health_log *log);
void health_log_finish(struct health_log *log);
// Text with the API's time before each line, in pieces of any size.
void health_log_feed(struct health_log *log, const char *text, size_t size);
void health_log_end(struct health_log *log);
// The cloud's error code in a message ("Code: QuotaExceed.ElasticQuota", "ErrorCode=…"); false when there is none.
bool health_code(const char *text, char *out, size_t size);

#endif
