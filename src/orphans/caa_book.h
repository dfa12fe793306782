// SPDX-License-Identifier: Apache-2.0
// What the logs of one Cloud API Adaptor pod told, joined by sandbox and instance: one entry per VM. Bounded: a book
// that is full says so, and then proves nothing by silence.
#ifndef PEERDECK_ORPHANS_CAA_BOOK_H
#define PEERDECK_ORPHANS_CAA_BOOK_H

#include "base/arena.h"
#include "orphans/caa_log.h"

enum {
	CAA_BOOK_MEMORY_MOST = 24 << 20, // bytes
};

// One VM as the log tells of it. Texts are "" where the log is silent; times 0.
struct caa_entry {
	const char *sandbox, *pod, *namespace_name, *netns, *instance, *name;
	int64_t sandbox_made;    // L1
	int64_t intent;          // L2
	int64_t instance_made;   // L3
	int64_t name_made;       // L4
	int64_t delete_started;  // L8
	int64_t delete_done;     // L8
	int64_t delete_failed;   // L9
	int64_t stop_refused;    // L10
	int64_t cleanup_started; // L11
	int64_t cleanup_failed;  // L11
	uint32_t order;          // place of its last L1 line among all L1 lines; 0 = none
	uint32_t place;          // its place in the book
	uint64_t kinds;          // bit per fact kind seen of this VM, also where a line had no time
};

struct caa_address {
	const char *address; // host without the port
	int64_t established; // the last L7 line, 0 when it had no time
	uint64_t line;       // number of that line's fact, for "followed"
};

struct caa_book {
	struct caa_log log; // feed it
	struct arena arena;
	struct caa_entry **entries;
	size_t entry_count, entry_room;
	struct caa_address *addresses;
	size_t address_count, address_room;
	void *index; // private
	uint64_t counts[CAA_FACT_KINDS], facts;
	int64_t server_started, first_time, last_time;
	uint32_t orders;
	bool is_full;
};

bool caa_book_init(struct caa_book *book);
void caa_book_finish(struct caa_book *book);
size_t caa_book_bytes(const struct caa_book *book); // that it holds beside itself
// NULL when the book has none. The instance is the cloud's id or an ARM id.
const struct caa_entry *caa_book_sandbox(const struct caa_book *book, const char *sandbox);
const struct caa_entry *caa_book_instance(const struct caa_book *book, const char *instance);
// By the VM's name, that is by the first eight characters of its sandbox.
const struct caa_entry *caa_book_name(const struct caa_book *book, const char *name);
// The sandbox that the last L1 line of this pod names.
const struct caa_entry *caa_book_pod_last(const struct caa_book *book, const char *namespace_name, const char *pod);
const struct caa_address *caa_book_address(const struct caa_book *book, const char *address);
bool caa_entry_saw(const struct caa_entry *entry, enum caa_fact_kind kind);

#endif
